"""The one search box: results appear below it as one types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from unionoffice.ui import shown, theme
from unionoffice.ui.icons import icon, make_clearable
from unionoffice.ui.page import Route

_DELAY = 90
_MOST_SHOWN = 8
_HINTS = ("搜索姓名、编号、单位…（Ctrl+K）", "搜索（Ctrl+K）", "搜索")
_SIGNS = 72
"""What the signs inside the box and its edges take of its width."""
_SUBTITLE = Qt.ItemDataRole.UserRole
_ROUTE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One result: what it is, what it belongs to, where it opens."""

    title: str
    subtitle: str
    route: Route


Search = Callable[[str], list[SearchHit]]


class SearchBox(QLineEdit):
    """Signals: chosen(page, argument)."""

    chosen = Signal(str, str)

    def __init__(self, search: Search, window: QWidget) -> None:
        super().__init__()
        self._search = search
        self._window = window
        self._results = _Results(window)
        self._results.chosen.connect(self._choose)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY)
        self._timer.timeout.connect(self._look)
        self.setObjectName("search")
        self.setPlaceholderText(_HINTS[0])
        self.setAccessibleName("搜索全部")
        make_clearable(self)
        self.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.textEdited.connect(lambda: self._timer.start())
        self.textChanged.connect(lambda text: None if text else self._results.hide())
        window.installEventFilter(self)
        shown.screen.changed.connect(self._results.hide)

    @property
    def results(self) -> list[str]:
        """Titles of the results now shown."""
        return self._results.titles if self._results.isVisible() else []

    def sizeHint(self) -> QSize:
        found = super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance(_HINTS[0]) + _SIGNS, found.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - _SIGNS
        fitting = [hint for hint in _HINTS if self.fontMetrics().horizontalAdvance(hint) <= room]
        self.setPlaceholderText((fitting or _HINTS[-1:])[0])

    def start(self) -> None:
        """Ctrl+K: go here, with what was typed before selected."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def event(self, event: QEvent) -> bool:
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()  # here Esc leaves the search, not the page
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self._results.hide()
            self.clear()
            self._window.setFocus()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._results.isVisible():
            self._results.step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._timer.isActive():
                self._timer.stop()
                self._look()
            self._results.take_current()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._results.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._results.hide()
        return super().eventFilter(watched, event)

    def _look(self) -> None:
        text = self.text().strip()
        if not text:
            self._results.hide()
            return
        self._results.show_hits(text, self._search(text))
        below = self.mapTo(self._window, QPoint(0, self.height() + 4))
        self._results.place(below, self.width())

    def _choose(self, route: Route) -> None:
        self._results.hide()
        self.clear()
        self.chosen.emit(*route)


class _Results(QFrame):
    """Signals: chosen(route)."""

    chosen = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("search_results")
        self._list = QListWidget()
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setItemDelegate(_Hit(self._list))
        self._list.setMouseTracking(True)
        self._list.itemClicked.connect(self._take)
        self._nothing = QLabel()
        self._nothing.setObjectName("search_nothing")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self._list)
        layout.addWidget(self._nothing)
        self.hide()

    @property
    def titles(self) -> list[str]:
        return [self._list.item(row).text() for row in range(self._list.count())]

    def show_hits(self, text: str, hits: list[SearchHit]) -> None:
        self._list.clear()
        for hit in hits:
            item = QListWidgetItem(hit.title)
            item.setData(_SUBTITLE, hit.subtitle)
            item.setData(_ROUTE, hit.route)
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        self._list.setVisible(bool(hits))
        self._nothing.setVisible(not hits)
        self._nothing.setText(f"没有找到“{text}”")

    def place(self, below: QPoint, width: int) -> None:
        count = min(self._list.count(), _MOST_SHOWN)
        self._list.setFixedHeight(max(count, 1) * _Hit.height() + 2)
        self.setFixedWidth(max(width, 320))
        self.adjustSize()
        self.move(below)
        self.show()
        self.raise_()

    def step(self, by: int) -> None:
        count = self._list.count()
        if count:
            self._list.setCurrentRow((self._list.currentRow() + by) % count)

    def take_current(self) -> None:
        if self.isVisible() and self._list.currentItem() is not None:
            self._take(self._list.currentItem())

    def _take(self, item: QListWidgetItem) -> None:
        self.chosen.emit(tuple(item.data(_ROUTE)))


class _Hit(QStyledItemDelegate):
    @staticmethod
    def height() -> int:
        return theme.current().size("row") + 12

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self.height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look = theme.current()
        box = option.rect
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("selected" if state & QStyle.StateFlag.State_Selected else "hover"))
            painter.drawRoundedRect(box, 4, 4)
        half = box.height() // 2
        painter.setFont(look.font())
        painter.setPen(look.colour("text"))
        upper = box.adjusted(12, 3, -12, -half)
        elided = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, upper.width())
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, elided)
        painter.setFont(look.font("small"))
        painter.setPen(look.colour("secondary"))
        painter.drawText(box.adjusted(12, half, -12, -3), Qt.AlignmentFlag.AlignVCenter, index.data(_SUBTITLE))
        painter.restore()
