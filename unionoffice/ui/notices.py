"""Notices at the lower right: what went well, with one action where there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from unionoffice.ui import shown, theme
from unionoffice.ui.icons import dress

_SECONDS, _SECONDS_WITH_ACTION = 5, 10
_MOST = 3
UNCOVERED = "uncovered"
"""A property of frames above which notices stand."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, and what its button says and does."""

    text: str
    action: str = ""
    run: Callable[[], object] | None = None


class Notices(QObject):
    """What the parts of the program post and the window shows. Signals: posted(Notice)."""

    posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._undo: Notice | None = None

    def post(self, text: str, *, action: str = "", run: Callable[[], object] | None = None) -> None:
        """Show a sentence, with a button such as 打开 that calls `run`."""
        self.posted.emit(Notice(text, action, run))

    def post_undo(self, text: str, run: Callable[[], object]) -> None:
        """Show a sentence with 撤销; Ctrl+Z does the same until another such notice comes."""
        self._undo = Notice(text, "撤销", run)
        self.posted.emit(self._undo)

    def undo_last(self) -> None:
        """Undo what the newest notice with 撤销 told of; nothing when there is none."""
        if self._undo is not None:
            self.settle(self._undo)

    def settle(self, notice: Notice) -> None:
        """Do what a notice's button says; what was undone is not undone again."""
        if notice is self._undo:
            self._undo = None
        if notice.run is not None:
            notice.run()


class NoticeStack(QWidget):
    """The notices now visible, stacked from the lower right corner of their parent."""

    def __init__(self, notices: Notices, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._notices = notices
        self._cards: list[_Card] = []
        self.hide()
        notices.posted.connect(self._show_notice)
        parent.installEventFilter(self)

    @property
    def texts(self) -> list[str]:
        """The sentences now visible, oldest first."""
        return [card.text for card in self._cards]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide):
            self._arrange()
        return super().eventFilter(watched, event)

    def _show_notice(self, notice: Notice) -> None:
        card = _Card(notice, self._window)
        card.acted.connect(lambda: self._act(card))
        card.closed.connect(lambda: self._remove(card))
        self._cards.append(card)
        for old in self._cards[:-_MOST]:
            self._remove(old)
        card.show()
        card.raise_()
        self._arrange()

    def _act(self, card: _Card) -> None:
        self._remove(card)
        self._notices.settle(card.notice)

    def _remove(self, card: _Card) -> None:
        if card in self._cards:
            self._cards.remove(card)
            card.hide()
            card.deleteLater()
            self._arrange()

    def _arrange(self) -> None:
        window = self._window
        gap = theme.current().size("space3")
        bottom = window.height() - theme.current().size("bottom_bar") - gap
        for widget in window.findChildren(QFrame) if self._cards else ():
            if widget.property(UNCOVERED) and widget.isVisible():
                widget.installEventFilter(self)
                bottom = min(bottom, widget.mapTo(window, QPoint(0, 0)).y() - gap)
        for card in reversed(self._cards):
            card.adjustSize()
            card.move(QPoint(window.width() - card.width() - gap, bottom - card.height()))
            bottom -= card.height() + theme.current().size("space2")


class _Card(QFrame):
    """Signals: acted(), closed()."""

    acted = Signal()
    closed = Signal()

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = notice
        self.setObjectName("notice")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval((_SECONDS_WITH_ACTION if notice.action else _SECONDS) * 1000)
        self._timer.timeout.connect(self.closed)
        self._build()
        self._timer.start()

    @property
    def text(self) -> str:
        """What can be read now."""
        return self._label.text()

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 8, 8)
        layout.setSpacing(12)
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        shown.screen.changed.connect(self._say)
        self._say()
        layout.addWidget(self._label)
        if self.notice.action:
            button = QPushButton(self.notice.action)
            button.setObjectName("notice_action")
            button.clicked.connect(self.acted)
            layout.addWidget(button)
        close = QToolButton()
        dress(close, "close", "on_notice")
        close.setAccessibleName("关闭提示")
        close.clicked.connect(self.closed)
        layout.addWidget(close)

    def _say(self) -> None:
        self._label.setText(shown.told(self.notice.text))

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start()
        super().leaveEvent(event)
