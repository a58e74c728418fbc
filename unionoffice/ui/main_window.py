"""The frame around all pages: navigation, title, search, history, running work, notices."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QMouseEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from unionoffice.kernel.changes import Changes
from unionoffice.ui import shown, theme
from unionoffice.ui.bars import BottomBar, TopBar, WindowIdentity
from unionoffice.ui.drop_overlay import DropOverlay
from unionoffice.ui.navigation import NavigationList, RouteHistory
from unionoffice.ui.notices import NoticeStack
from unionoffice.ui.operations import Operations
from unionoffice.ui.page import Page, PageSpec, Route
from unionoffice.ui.process import TellingPanel
from unionoffice.ui.search_box import Search, SearchBox
from unionoffice.ui.settings import ScreenSettings
from unionoffice.ui.surroundings import Surroundings

_ROOM_FOR_PAGE = 1000
"""What a page should have beside the navigation; where it has less, only the icons stay."""

TAKING_FILES = "member:import"
"""Files dropped on the window are rosters."""

_SMALLEST = (900, 470)
"""What 1366 × 768 at 150 % leaves; pages that need more are scrolled."""


class MainWindow(QMainWindow):
    """`office` is the id of the office shown, for what is remembered of it.

    Signals: files_dropped(list of paths), help_requested(page name), page_opened(page name).
    """

    files_dropped = Signal(list)
    help_requested = Signal(str)
    page_opened = Signal(str)

    def __init__(
        self,
        around: Surroundings,
        pages: Sequence[PageSpec],
        *,
        identity: WindowIdentity,
        settings: ScreenSettings,
        search: Search | None = None,
        office: str = "",
    ) -> None:
        super().__init__()
        self._refusals = {page.name: around.permits.why_none(page.needs) for page in pages}
        pages = [page for page in pages if not self._refusals[page.name]]
        self._specs = {page.name: page for page in pages}
        self._pages: dict[str, Page] = {}
        self._areas: dict[str, QScrollArea] = {}
        self._around = around
        self._settings = settings
        self._of_office = settings.of(office)
        self.history = RouteHistory(self)
        self.navigation = NavigationList(pages)
        self.search_box = SearchBox(search, self) if search is not None else None
        self.top_bar = TopBar(identity, self.search_box)
        self.telling = TellingPanel()
        self.bottom_bar = BottomBar(around.jobs)
        self._stack = QStackedWidget()
        self._lay_out()
        self.notice_stack = NoticeStack(around.notices, self)
        self._overlay = DropOverlay(self) if around.permits.may(TAKING_FILES) else None
        self.setWindowTitle(f"{identity.office} — 工会办公{'（练习）' if identity.practice else ''}")
        self._connect(around.operations)
        self._add_keys()
        self._restore()
        theme.follow(self, MainWindow._fit)

    @property
    def page(self) -> Page | None:
        """The page now shown."""
        area = self._stack.currentWidget()
        shown = area.widget() if isinstance(area, QScrollArea) else None
        return shown if isinstance(shown, Page) else None

    def open(self, route: Route) -> None:
        """Go to a page, creating it at its first visit; KeyError when there is none of that name.

        A page that whoever works here may not use stays closed, with the sentence why.
        """
        if self._refusals[route[0]]:
            self._around.notices.post(self._refusals[route[0]])
            return
        self.history.go(route)

    @property
    def names(self) -> list[str]:
        """The pages that whoever works here may open."""
        return list(self._specs)

    def open_last(self, default: Route) -> None:
        """Go where the user was when the program ended, else to `default`."""
        kept = self._of_office.read("window/route")
        last = (str(kept[0]), str(kept[1])) if isinstance(kept, list) and len(kept) == 2 else default
        self.open(last if last[0] in self._specs else default)

    def unsaved(self) -> int:
        """How many records hold typed values that would be lost now: neither saved nor kept as drafts."""
        return sum(page.unsaved() for page in self._pages.values()) + self._around.drafts.unwritten()

    def half_typed(self) -> bool:
        """Whether somebody is in the middle of a form, kept or not."""
        return self.unsaved() > 0 or any(page.half_typed() for page in self._pages.values())

    def keep_drafts(self) -> None:
        """Keep everything half typed now."""
        for page in self._pages.values():
            page.keep_drafts()
        self._around.drafts.flush()

    def let_go(self) -> None:
        """Keep everything half typed, give up what cannot be shown again; from now on nothing is written any more."""
        self.keep_drafts()
        for page in self._pages.values():
            page.let_go()
        self._around.drafts.close()

    def set_due(self, name: str, count: int) -> None:
        """Show a number beside a page's entry, none for 0."""
        self.navigation.set_due(name, count)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(theme.current())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.BackButton:
            self.history.back()
        elif event.button() == Qt.MouseButton.ForwardButton:
            self.history.forward()
        else:
            super().mousePressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close():
            event.ignore()
            return
        self._around.jobs.stop()
        self.let_go()
        self.keep()
        event.accept()

    def _fit(self, look: theme.Theme) -> None:
        room = _ROOM_FOR_PAGE + 2 * max(look.scale - 100, 0)  # larger letters make pages higher more than wider
        narrow = self.width() - self.navigation.wide < room
        if narrow != self.navigation.narrow:
            self.navigation.set_narrow(narrow)

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.top_bar)
        right.addWidget(self.telling)
        right.addWidget(self._stack, 1)
        right.addWidget(self.bottom_bar)
        centre = QWidget()
        whole = QHBoxLayout(centre)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.navigation)
        whole.addLayout(right, 1)
        self.setCentralWidget(centre)
        self.setMinimumSize(*_SMALLEST)

    def _connect(self, operations: Operations) -> None:
        self.navigation.chosen.connect(lambda name: self.open((name, "")))
        self.navigation.folded_changed.connect(self._keep_folded)
        self.top_bar.back_requested.connect(self.history.back)
        self.top_bar.forward_requested.connect(self.history.forward)
        self.history.moved.connect(self._show_route)
        if self.search_box is not None:
            self.search_box.chosen.connect(lambda name, argument: self.open((name, argument)))
        if self._overlay is not None:
            self._overlay.dropped.connect(self.files_dropped)
        operations.changed.connect(self._tell_pages)
        self._around.drafts.kept.connect(self.bottom_bar.show_kept)
        self._around.drafts.forgotten.connect(self.bottom_bar.hide_kept)
        shown.screen.changed.connect(self._show_anew)
        operations.cancelled.connect(lambda title: self._around.notices.post(f"{title}已取消，没有改动数据。"))

    def _add_keys(self) -> None:
        self._key("Alt+Left", self.history.back)
        self._key("Alt+Right", self.history.forward)
        self._key("F5", self._reload)
        self._key("Ctrl+L", self.top_bar.lock_requested.emit)
        self._key("Ctrl+Shift+P", self.top_bar.projecting.toggle)
        self._key("F1", lambda: self.help_requested.emit((self.history.current or ("", ""))[0]))
        self._key("Esc", self._escape)
        self._key("Ctrl+Z", self._around.notices.undo_last)
        if self.search_box is not None:
            self._key("Ctrl+K", self.search_box.start)

    def _key(self, key: str, slot: Callable[[], object]) -> None:
        QShortcut(QKeySequence(key), self).activated.connect(lambda: slot())

    def _show_route(self, route: Route) -> None:
        name, argument = route
        before = self.page
        page = self._page(name)
        self._stack.setCurrentWidget(self._areas[name])
        page.open_argument(argument)
        if before is not None and before is not page:
            self._keep_state(before)
        self._show_title(page)
        self.navigation.mark(name)
        self.top_bar.back.setEnabled(self.history.can_go_back)
        self.top_bar.forward.setEnabled(self.history.can_go_forward)
        self.page_opened.emit(name)

    def _page(self, name: str) -> Page:
        page = self._pages.get(name)
        if page is None:
            page = self._pages[name] = self._specs[name].create()
            page.setObjectName(name)
            page.restore(self._of_office.read(f"pages/{name}", {}))
            page.title_changed.connect(lambda: self._show_title(page))
            page.row_count_changed.connect(lambda: self._show_title(page))
            page.state_changed.connect(lambda: self._keep_state(page))
            page.route_requested.connect(lambda name, argument: self.open((name, argument)))
            page.route_replaced.connect(lambda name, argument: self.history.replace((name, argument)))
            self._areas[name] = _area(page)
            self._stack.addWidget(self._areas[name])
        return page

    def _show_title(self, page: Page) -> None:
        if page is self.page:
            self.top_bar.show_title(page.title, page.row_count)

    def _tell_pages(self, changes: Changes, initiator: object) -> None:
        for page in self._pages.values():
            page.office_changed(changes, initiator)

    def _show_anew(self) -> None:
        """Another amount of everything may be read now, also in sentences."""
        for page in self._pages.values():
            page.read_anew()

    def _reload(self) -> None:
        if self.page is not None:
            self.page.reload()

    def _escape(self) -> None:
        if self.page is not None and not self.page.escape():
            self.history.back()

    def may_close(self) -> bool:
        """Whether nothing would be lost by closing, or the user wants it all the same.

        What is half typed is kept, so that nothing is asked about it; only what could not be kept is.
        """
        if self._around.jobs.running:
            if not self._around.prompts.confirm(
                "还有工作没有完成，现在退出会停止它。",
                verb="停止并退出",
                detail="已经停止的工作不会留下半截数据；没填完的内容都留着，下次打开接着填。",
            ):
                return False
            self._around.jobs.stop()  # it may be writing, and drafts could not be kept meanwhile
        self.keep_drafts()
        unsaved = self.unsaved()
        return not unsaved or self._around.prompts.confirm(
            f"还有 {unsaved} 份填写的内容没有保存，也不能留作草稿。",
            verb=f"放弃 {unsaved} 份并退出",
            detail="退出后这些内容不再保留；别的没填完的内容都留着。",
            destructive=True,
        )

    def _restore(self) -> None:
        geometry = self._settings.read_bytes("window/geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            room = self.screen().availableSize()
            self.resize(min(1280, room.width()), min(720, room.height() - theme.TITLE_BAR))
        self.navigation.fold(self._settings.read("window/folded", []))

    def keep(self) -> None:
        """Remember place, size and the pages' states over a restart."""
        self._settings.write_bytes("window/geometry", self.saveGeometry())
        if self.history.current is not None:
            self._of_office.write("window/route", list(self.history.current))
        for page in self._pages.values():
            self._keep_state(page)
        self._of_office.flush()
        self._settings.flush()

    def _keep_state(self, page: Page) -> None:
        self._of_office.write(f"pages/{page.objectName()}", page.state())

    def _keep_folded(self) -> None:
        self._settings.write("window/folded", self.navigation.folded)


def _area(page: Page) -> QScrollArea:
    """A page that needs more room than the window has is scrolled: the window fits any screen."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area
