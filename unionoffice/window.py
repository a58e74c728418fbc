"""The program in its windows: how an office is found at the start, opened, locked, restored and left."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import platformdirs
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from unionoffice.app import App
from unionoffice.kernel.changes import Changes
from unionoffice.kernel.clock import Clock, SystemClock
from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.kernel.progress import Progress
from unionoffice.models.rule_pack import rule_on
from unionoffice.pages import main_window
from unionoffice.ui import shown, theme
from unionoffice.ui.button_keys import ButtonKeys
from unionoffice.ui.faults import FaultLog
from unionoffice.ui.idle import IdleWatch
from unionoffice.ui.jobs import Jobs
from unionoffice.ui.main_window import MainWindow
from unionoffice.ui.notices import Notices
from unionoffice.ui.operations import Operations
from unionoffice.ui.permits import Permits
from unionoffice.ui.prompts import Prompts, QtPrompts
from unionoffice.ui.records.drafts import DraftKeeper
from unionoffice.ui.settings import ScreenSettings
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.drafts import Kept

RECENT = 6
_AFTER_START = 3_000


def start(office: Path | None = None, *, folder: Path | None = None, shown: Callable[[], None] | None = None) -> int:
    """Open the program's window, on `office` or on the one used last; returns the exit status.

    `folder` keeps the screen's settings and the fault log (the user's own by default). `shown` is called after the
    first paint, for measuring and for pictures.
    """
    qt = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(qt, QApplication)
    qt.setApplicationName("unionoffice")
    program = Program(qt, folder or Path(platformdirs.user_data_dir("unionoffice", appauthor=False)))
    program.begin(office)
    if program.window is None:
        _settle()
    else:
        program.first_paint = FirstPaint(program.window, lambda: _settle(shown))
    status = qt.exec()
    program.close()
    return status


def _settle(shown: Callable[[], None] | None = None) -> None:
    """What the start has made stays for good: the collector, off until now, need never look at it."""
    gc.freeze()
    gc.enable()
    if shown is not None:
        shown()


class FirstPaint(QObject):
    """Calls once when a window has been painted for the first time."""

    def __init__(self, window: QWidget, call: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._call = call
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self._call)
        return False


class Program:
    """What lives as long as the program: settings, prompts, the open office and its window."""

    def __init__(
        self, qt: QApplication, folder: Path, *, prompts: Prompts | None = None, clock: Clock | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._qt = qt
        self.settings = ScreenSettings(folder)
        theme.speak_chinese(qt)
        self._button_keys = ButtonKeys(qt)
        theme.apply(
            qt, dark=bool(self.settings.read("screen/dark", False)), scale=int(self.settings.read("screen/scale", 100))
        )
        self.prompts = prompts or QtPrompts()
        self._clock = clock
        self.jobs = Jobs()
        self.notices = Notices()
        self._faults = FaultLog(folder / "logs")
        self.operations = Operations(self.prompts, self.jobs, self._faults)
        self.app: App | None = None
        self.window: MainWindow | None = None
        self.first_paint: FirstPaint | None = None
        self._welcome: Any = None
        self._day = date.min
        self._midnight = QTimer()
        self._midnight.timeout.connect(self.turn_the_day)
        self._midnight.start(30_000)
        self._idle = IdleWatch(rule_on("password", SystemClock().today()).values["idle_minutes"])
        self._idle.idle.connect(self.lock)
        self._locked = False
        self._keeper: Any = None
        sys.excepthook = self._unexpected

    def begin(self, office: Path | None) -> None:
        """Open the office asked for, else the last one, else the welcome window."""
        path = office or next((path for path in self._recent() if path.exists()), None)
        if path is None or not self.open(path):
            self.welcome()

    def open(self, path: Path) -> bool:
        """Show the main window on an office file; False, with the sentence shown, when it cannot be opened."""
        app = self._entered(path)
        if app is None:
            return False
        self._show_entered(app)
        return True

    def _show_entered(self, app: App) -> None:
        former = self.app
        self.app = app
        self._remember(app.path)
        self._show(app)
        if former is not None:
            if self._keeper is not None:
                self._keeper.close()
            former.close()
        if self._welcome is not None:
            self._welcome.close()
            self._welcome.deleteLater()
        self._welcome = None
        QTimer.singleShot(_AFTER_START, lambda: self._look_after(app) if self.app is app else None)
        for sentence in _standing_in(app):
            self.notices.post(sentence)
        QTimer.singleShot(_AFTER_START, lambda: self._tell_unfinished(app))
        if app.copied_before_migration is not None:
            self.notices.post(f"办公文件已升级，升级前的备份在：{app.copied_before_migration}")

    def _tell_unfinished(self, app: App) -> None:
        """What was half typed when the program ended, however it ended, is there."""
        count = len(_half_typed(app)) if self.app is app else 0
        window = self.window
        if count and window is not None:
            home = ("home", "")
            self.notices.post(f"还有 {count} 份没填完，都留着。", action="接着填", run=lambda: window.open(home))

    def _entered(self, path: Path) -> App | None:
        """An open office, after logging in where it is encrypted; None when nobody could or would."""
        try:
            app: App | None = import_module("unionoffice.entering").enter(
                path, clock=self._clock, prompts=self.prompts, settings=self.settings
            )
        except EnvironmentFault as fault:
            keeping = import_module("unionoffice.keeping")
            back = keeping.offer_backup(path, fault, self.prompts, self._clock)
            return self._entered(path) if back else None
        except UserError as fault:
            self.prompts.show_error(fault)
            return None
        return app

    def restore(self, chosen: Path) -> None:
        """Put a backup in the place of the open office and open it again, after saying what that means."""
        app = self.app
        keeping = import_module("unionoffice.keeping")
        if app is None or self.window is None or not self.window.may_close():
            return
        try:
            if not keeping.confirm_restoring(app, chosen, self.prompts):
                return
        except UserError as fault:
            self.prompts.show_error(fault)
            return
        drafts = _half_typed(app)
        self._close_office()
        keeping.restore(chosen, app.path, prompts=self.prompts, clock=self._clock)
        entered = self._entered(app.path)
        if entered is None:
            self.welcome()
            return
        if entered.actor.user_id == app.actor.user_id:
            for kept in drafts:  # typed after the backup was made
                entered.drafts.keep(kept.place, kept.version, kept.typed, wait=True)
        self._show_entered(entered)

    def lock(self) -> None:
        """Cover everything until whoever works here comes back; closing the office instead is always possible."""
        app = self.app
        if app is None or app.actor.user_id is None or self._locked:
            return
        if self.operations.alone:  # coming back has to read the office
            self._idle.start()
            return
        self._locked = True
        shown.screen.cover()
        curtains = import_module("unionoffice.ui.curtain").draw_curtains()
        back = import_module("unionoffice.entering").come_back(app, prompts=self.prompts)
        self._locked = False
        if back:
            for curtain in curtains:
                curtain.deleteLater()
            self._idle.start()
        else:
            self._leave()

    def change_password(self) -> None:
        """Let whoever works here choose a new password."""
        if self.app is not None and import_module("unionoffice.entering").change_password(self.app, self.prompts):
            self.notices.post("密码已修改，下次登录用新密码。")

    def leave(self) -> None:
        """Log out, after asking where something would be lost."""
        if self.window is not None and self.window.may_close():
            self._leave()

    def _leave(self) -> None:
        """Close the office and offer what there is to choose from."""
        self._close_office()
        self.welcome()

    def _close_office(self) -> None:
        """Back up what is due, let go of the file, and take every window away."""
        shown.screen.cover()
        self._idle.stop()
        self.jobs.stop()
        if self.window is not None:
            self.window.let_go()
        self._back_up_and_close()
        if self.window is not None:
            self.window.keep()
        for widget in QApplication.topLevelWidgets():
            widget.hide()  # a dialog that waits for an answer gets none
            widget.deleteLater()
        self.app = self.window = None

    def close(self) -> None:
        """Let go of the office file; the program is over."""
        self._midnight.stop()
        self._idle.stop()
        self.jobs.stop()
        if self.window is not None:
            self.window.let_go()
        self._back_up_and_close()

    def _back_up_and_close(self) -> None:
        if self.app is not None:
            self._look_after(self.app)
            if self._keeper is not None:
                self._keeper.close()
            self.app.close()

    def _look_after(self, app: App) -> None:
        """Keep backups of an office from now on; what that needs is loaded after the first paint."""
        if app.practice or app.only_reading is not None:
            return
        if self._keeper is None:
            self._keeper = import_module("unionoffice.ui.keeper").Keeper(self.operations, self.notices)
        self._keeper.watch(app.backups)

    def turn_the_day(self) -> None:
        """After midnight show the office anew, as soon as nothing is running, asked or half typed: pages know a day."""
        if self.app is None or self.window is None or self.app.clock.today() == self._day:
            return
        if not (self.jobs.running or self.window.half_typed() or QApplication.activeModalWidget()):
            self.window.keep()
            self._show(self.app)

    def _show(self, app: App) -> None:
        former = self.window
        if former is not None:
            former.let_go()
        self._day = app.clock.today()
        around = Surroundings(
            app.actor,
            self._day,
            Permits(app.actor, app.only_reading),
            self.operations,
            self.jobs,
            self.prompts,
            self.notices,
            DraftKeeper(lambda: app.drafts, busy=lambda: self.operations.alone),
        )
        self.window = main_window(around, app, self, self.settings)
        self.window.show()
        if app.actor.user_id is not None:
            self._idle.start()
        if former is not None:
            former.hide()
            former.deleteLater()

    def welcome(self) -> None:
        """Show what there is to choose from when no office is open."""
        welcome = import_module("unionoffice.ui.welcome").WelcomeWindow
        self._welcome = window = welcome([path for path in self._recent() if path.exists()])
        window.create_requested.connect(self._create)
        window.open_requested.connect(self._choose)
        window.restore_requested.connect(self._bring_back)
        window.practise_requested.connect(self._practise)
        window.chosen.connect(self.open)
        window.show()

    def _create(self) -> None:
        made = import_module("unionoffice.entering").found(self.prompts, self._clock or SystemClock())
        if made is not None:
            self._show_entered(made)

    def _choose(self) -> None:
        for path in self.prompts.open_files("打开办公文件", import_module("unionoffice.keeping").OFFICE_FILES):
            self.open(path)

    def _bring_back(self) -> None:
        office = import_module("unionoffice.keeping").restore_elsewhere(self.prompts, self._clock)
        if office is not None:
            self.open(office)

    def _practise(self) -> None:
        folder = Path(platformdirs.user_documents_dir()) / "工会办公练习"
        practice = import_module("unionoffice.practice")

        def make(_progress: Progress) -> tuple[Path, Changes]:
            folder.mkdir(parents=True, exist_ok=True)
            path: Path = folder / practice.OFFICE
            if not path.exists():
                practice.make(path)
            return path, Changes()

        if self._welcome is not None:
            self._welcome.show_busy("正在准备练习数据，大约几秒钟")
        self.jobs.ended.connect(self._not_busy)
        self.operations.run_in_background(make, title="正在准备练习数据", done=self._open)

    def _open(self, path: Path) -> None:
        self.open(path)

    def _not_busy(self, _title: str) -> None:
        self.jobs.ended.disconnect(self._not_busy)
        if self._welcome is not None:
            self._welcome.show_busy("")

    def _recent(self) -> list[Path]:
        return [Path(text) for text in self.settings.read("office/recent", [])]

    def _remember(self, path: Path) -> None:
        others = [str(known) for known in self._recent() if known != path.absolute()]
        self.settings.write("office/recent", [str(path.absolute()), *others][:RECENT])
        self.settings.flush()

    def _unexpected(self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        self.operations.report_fault(error)


def _half_typed(app: App) -> list[Kept]:
    """The drafts of whoever works here, as far as a file that may be damaged gives them."""
    with suppress(UserError):
        found = [app.drafts.find(unfinished.place) for unfinished in app.drafts.unfinished()]
        return [kept for kept in found if kept is not None]
    return []


def _standing_in(app: App) -> list[str]:
    """For whom whoever works here stands in today, and how long."""
    if not app.actor.deputy_for:
        return []
    today = app.clock.today()
    return [
        f"您正在代理“{found.user}”（{found.reason}），到 {found.until_on.isoformat()} 为止。"
        for found in app.users.deputies()
        if found.deputy == app.actor.name and found.user in app.actor.deputy_for
        if found.from_on <= today <= found.until_on
    ]
