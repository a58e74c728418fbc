"""The window's permanent bars: title and search above, running work and last backup below."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from unionoffice.ui import shown, theme
from unionoffice.ui.icons import dress
from unionoffice.ui.jobs import Jobs
from unionoffice.ui.process import ElidedLabel
from unionoffice.ui.search_box import SearchBox

_QUIET_MILLISECONDS = 300
_KEPT_MILLISECONDS = 8000
_LEAST_OF_OFFICE = 40


@dataclass(frozen=True, slots=True)
class WindowIdentity:
    """Whose office file is open, who works in it, whether it is only practice (练习), and whether he has logged in.

    Of who has logged in also his roles, the branches he is in charge of (none for the whole union), and the names of
    those he stands in for.
    """

    office: str
    user: str
    practice: bool = False
    logged_in: bool = False
    roles: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    deputy_for: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The user's name as the bar shows it: 王五（代李主席）."""
        return f"{self.user}（代{'、'.join(self.deputy_for)}）" if self.deputy_for else self.user

    @property
    def powers(self) -> str:
        """What he may do here, line by line."""
        lines = [f"角色：{'、'.join(self.roles)}", f"分管：{'、'.join(self.branches) or '全部'}"]
        if self.deputy_for:
            lines.append(f"代理：{'、'.join(self.deputy_for)}，代理期间也有他的角色和分管范围")
        return "\n".join(lines)


class TopBar(QFrame):
    """Signals: back_requested(), forward_requested(), and of who has logged in lock_requested(), password_requested(),
    leave_requested()."""

    back_requested = Signal()
    forward_requested = Signal()
    lock_requested = Signal()
    password_requested = Signal()
    leave_requested = Signal()

    def __init__(self, identity: WindowIdentity, search: SearchBox | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("top_bar")
        theme.follow(self, lambda bar, look: bar.setFixedHeight(look.size("top_bar")))
        self.back = _arrow("back", "后退（Alt+←）")
        self.forward = _arrow("forward", "前进（Alt+→）")
        self.back.clicked.connect(self.back_requested)
        self.forward.clicked.connect(self.forward_requested)
        self._title = QLabel()
        self._title.setObjectName("page_title")
        self._count = QLabel()
        self._count.setObjectName("page_count")
        self._office = ElidedLabel(identity.office)
        self._office.setObjectName("office_name")
        self._office.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._office.setMinimumWidth(_LEAST_OF_OFFICE)  # the first to give way: it is in the window's title too
        self.projecting = ProjectingSwitch()
        self._lay_out(identity, search)

    @property
    def title(self) -> str:
        """The page's title as shown."""
        return self._title.text()

    @property
    def count(self) -> str:
        """The number of rows as shown."""
        return self._count.text()

    def show_title(self, title: str, rows: int) -> None:
        """Show a page's title and its number of rows, -1 for none."""
        self._title.setText(title)
        self._count.setText(f"{rows:,} 条" if rows >= 0 else "")

    def _lay_out(self, identity: WindowIdentity, search: SearchBox | None) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 16, 0)
        layout.setSpacing(4)
        layout.addWidget(self.back)
        layout.addWidget(self.forward)
        layout.addSpacing(8)
        layout.addWidget(self._title)
        layout.addSpacing(4)
        layout.addWidget(self._count)
        layout.addStretch(2)
        if search is not None:
            search.setMinimumWidth(220)
            theme.follow(search, lambda search, look: search.setMaximumWidth(420 * look.scale // 100))
            layout.addWidget(search, 3)
        layout.addStretch(1)
        if identity.practice:
            badge = QLabel("练习")
            badge.setObjectName("practice_badge")
            badge.setToolTip("这是练习用的办公文件，里面的人和数字都是编造的。")
            badge.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            layout.addWidget(badge)
            layout.addSpacing(4)
        layout.addWidget(self.projecting)
        layout.addSpacing(4)
        layout.addWidget(self._office)
        layout.addSpacing(8)
        layout.addWidget(self._user_button(identity) if identity.logged_in else _user_label(identity.user))

    def _user_button(self, identity: WindowIdentity) -> QToolButton:
        """The user's name, with what concerns only himself."""
        button = QToolButton()
        button.setObjectName("user_button")
        button.setText(identity.name)
        button.setToolTip(identity.powers)
        button.setAccessibleName(f"用户 {identity.name}")
        button.setAccessibleDescription(identity.powers)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for text, signal in (
            ("锁定\tCtrl+L", self.lock_requested),
            ("修改密码", self.password_requested),
            ("退出登录", self.leave_requested),
        ):
            menu.addAction(text).triggered.connect(signal)
        button.setMenu(menu)
        return button


class ProjectingSwitch(QToolButton):
    """投屏: masks amounts too and lets nothing be revealed while others look at the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("projecting")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.toggled.connect(shown.screen.project)
        shown.screen.changed.connect(self._look)
        self._look()

    def _look(self) -> None:
        on = shown.screen.projecting
        self.setChecked(on)
        self.setText("正在投屏" if on else "投屏")
        self.setAccessibleName(self.text())
        self.setToolTip(
            "金额、证件号码、电话、住址都已遮盖，不能显示完整内容。再点一次结束（Ctrl+Shift+P）"
            if on
            else "别人能看到屏幕时打开：金额、证件号码、电话、住址都遮盖（Ctrl+Shift+P）"
        )


def _user_label(name: str) -> QLabel:
    label = QLabel(name)
    label.setObjectName("user_name")
    return label


class BottomBar(QFrame):
    """What is running with its cancel button, and the last backup. Shows a job only after 0.3 s."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bottom_bar")
        theme.follow(self, lambda bar, look: bar.setFixedHeight(look.size("bottom_bar")))
        self._jobs = jobs
        self._title = ""
        self._text = QLabel()
        self._bar = QProgressBar()
        self._cancel = QPushButton("取消")
        self._backup = QLabel()
        self._kept = QLabel()
        self._kept.hide()
        self._fading = QTimer(self)
        self._fading.setSingleShot(True)
        self._fading.setInterval(_KEPT_MILLISECONDS)
        self._fading.timeout.connect(self._kept.hide)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_QUIET_MILLISECONDS)
        self._timer.timeout.connect(lambda: self._show_job(True))
        self._lay_out()
        jobs.started.connect(self._started)
        jobs.progressed.connect(self._progressed)
        jobs.ended.connect(self._ended)
        self._cancel.clicked.connect(self._stop)

    @property
    def text(self) -> str:
        """What is said of the running job."""
        return self._text.text()

    @property
    def cancel_button(self) -> QPushButton:
        """取消 for the running job."""
        return self._cancel

    @property
    def kept_text(self) -> str:
        """What is said of what is being typed, "" for nothing."""
        return self._kept.text() if not self._kept.isHidden() else ""

    def show_kept(self) -> None:
        """Say for a while that what is typed is safe."""
        self._kept.setText("填写的内容已留作草稿，退出也不会丢")
        self._kept.show()
        self._fading.start()

    def hide_kept(self) -> None:
        """What was typed is saved, or not wanted: there is no draft of it."""
        self._fading.stop()
        self._kept.hide()

    def show_backup(self, text: str) -> None:
        """Say when the last backup was made."""
        self._backup.setText(text)

    def _lay_out(self) -> None:
        self._bar.setFixedWidth(200)
        self._bar.setFixedHeight(6)
        self._bar.setTextVisible(False)
        self._cancel.setObjectName("small")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(12)
        layout.addWidget(self._bar)
        layout.addWidget(self._cancel)
        layout.addWidget(self._text)  # last: 取消 keeps its place whatever the text says
        layout.addStretch(1)
        layout.addWidget(self._kept)
        layout.addWidget(self._backup)
        self._show_job(False)

    def _started(self, title: str) -> None:
        self._title = title
        self._text.setText(f"{title}…")
        self._bar.setRange(0, 0)
        self._cancel.setEnabled(True)
        self._timer.start()

    def _progressed(self, done: int, total: int, text: str) -> None:
        self._text.setText(f"{self._title}：{text}" if text else f"{self._title}…")
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def _ended(self) -> None:
        self._timer.stop()
        self._show_job(False)

    def _stop(self) -> None:
        self._cancel.setEnabled(False)
        self._text.setText(f"{self._title}：正在停止…")
        self._jobs.cancel()

    def _show_job(self, shown: bool) -> None:
        for widget in (self._text, self._bar, self._cancel):
            widget.setVisible(shown)


def _arrow(name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    dress(button, name)
    return button
