"""Where papers are filled in: the shelf to choose from, what is filled in, and the paper beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from unionoffice.ui import theme

_LOW = 560
"""Below this height the head takes too much of the page."""
_NARROW = 900
"""Below this width the shelf takes too much of it."""
_SIDE = 290
"""What fields, lists and the buttons above them need."""
_PAPER = 240
_SHELF, _SHELF_LEAST = 236, 190
_SHARE = 38
"""Percent of the room that the fields get at first; the paper gets the rest."""


class FillingDesk(QWidget):
    """In a narrow page the shelf stands in place of the work and folds away once something is chosen from it; in a low
    one the head scrolls with what is filled in, and the paper is as high as the page.

    The head is the paper's name and whatever is to stand below it; `other` is what the button says that unfolds the
    shelf. Down goes from the line in which one searches into the list, Enter takes what is found; who has chosen with
    Enter stands in the first field. Signals: low_changed(low).
    """

    low_changed = Signal(bool)

    def __init__(
        self,
        *,
        shelf: Sequence[QWidget],
        search: QLineEdit,
        listed: QListWidget,
        head: Sequence[QWidget],
        sides: Sequence[QWidget],
        paper: QWidget,
        empty: QWidget,
        other: str,
    ) -> None:
        super().__init__()
        self.other = _link(other, "重新从列表里选（Ctrl+F）")
        self.back = _link("返回，不换了", "接着填原来的")
        self._search, self._listed = search, listed
        self._shelf, self._head = QWidget(), QFrame()
        self._stack, self._side = QStackedWidget(), QStackedWidget()
        self._parts, self._halves = _splitter(), _splitter()
        self._columns: list[QVBoxLayout] = []
        self._whole = QVBoxLayout()
        self._share = _SHARE
        self._working = self._browsing = self._low = self._narrow = False
        self._fill_shelf(shelf)
        self._fill_head(*head)
        self._lay_out(sides, paper, empty)
        self.other.clicked.connect(self.browse)
        self.back.clicked.connect(self._go_on)
        listed.itemClicked.connect(self._clicked)
        listed.itemActivated.connect(self._go_on)
        search.installEventFilter(self)
        theme.follow(self, FillingDesk._fit)

    @property
    def low(self) -> bool:
        """Whether the page is too low for all of the head."""
        return self._low

    def show_work(self, working: bool) -> None:
        """Show the paper that is being filled in, or that one is to be chosen."""
        if working and not self._working:
            self._browsing = self._listed.hasFocus()  # the arrow keys go on through the list
        self._working = working
        self._stack.setCurrentIndex(int(working))
        self._place_shelf()

    def show_side(self, index: int, share: int = _SHARE) -> None:
        """Show another of the sides, with so many percent of the room."""
        if index != self._side.currentIndex():
            self._side.setCurrentIndex(index)
            self._share = share
            self._divide()
            self._place_head()

    def show_top(self) -> None:
        """Show the first of what is filled in."""
        for scroll in self._side.findChildren(QScrollArea):
            if scroll.widget() is not None and scroll.parent() is self._side:
                scroll.verticalScrollBar().setValue(0)

    def browse(self) -> None:
        """Show the shelf, in place of the work where the page is narrow."""
        self._browsing = True
        self._place_shelf()

    def fold(self) -> None:
        """Show the work, without the shelf where the page is narrow."""
        self._browsing = False
        self._place_shelf()

    def escape(self) -> bool:
        """Leave the shelf for the work as it is; whether there was something to leave."""
        if not self._working or not (self.back.isVisible() or self._search.hasFocus() or self._listed.hasFocus()):
            return False
        self._go_on()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down:
                self._into_list()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take_found()
                return True
        return super().eventFilter(watched, event)

    def _into_list(self) -> None:
        self._listed.setFocus()
        if self._listed.currentRow() < 0 and (found := self._found()) is not None:
            self._listed.setCurrentItem(found)

    def _take_found(self) -> None:
        """Choose the first that is found; what is chosen already where nothing is looked for."""
        item = self._found() if self._search.text().strip() else self._listed.currentItem()
        if item is not None:
            self._listed.setCurrentItem(item)
            self._go_on()

    def _found(self) -> QListWidgetItem | None:
        items = (self._listed.item(row) for row in range(self._listed.count()))
        return next((item for item in items if item.flags() & Qt.ItemFlag.ItemIsSelectable), None)

    def _clicked(self) -> None:
        if self._narrow:  # beside the work the arrow keys go on through the list
            self._go_on()

    def _go_on(self) -> None:
        """Fold the shelf away and stand in the first field, once what is asked for is there."""
        self.fold()
        QTimer.singleShot(0, self, self._enter)

    def _enter(self) -> None:
        side = self._columns[self._side.currentIndex()].parentWidget()
        fields = [] if side is None else side.findChildren(QWidget)
        first = next((field for field in fields if self._is_field(field)), self.other)
        if first.isVisible():
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _is_field(self, widget: QWidget) -> bool:
        typed = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
        inert = isinstance(widget, QPushButton | QToolButton | QScrollArea) or self._head.isAncestorOf(widget)
        return typed and not inert and widget.isVisible() and widget.isEnabled()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(theme.current())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.fold()  # whoever comes back, perhaps with somebody chosen elsewhere, comes back to the work

    def _fit(self, look: theme.Theme) -> None:
        self._side.setMinimumWidth(_SIDE * look.scale // 100)
        self._shelf.setMinimumWidth(_SHELF_LEAST * look.scale // 100)
        low, narrow = self.height() < _LOW * look.scale // 100, self.width() < _NARROW * look.scale // 100
        if narrow != self._narrow:
            self._narrow = narrow
            self._place_shelf()
            self._divide()
        if low != self._low:
            self._low = low
            self._place_head()
            self.low_changed.emit(low)

    def _place_shelf(self) -> None:
        work_alone = self._narrow and self._working and not self._browsing
        self._shelf.setVisible(not work_alone)
        self._stack.setVisible(work_alone or not self._narrow)
        self.other.setVisible(work_alone)
        self.back.setVisible(self._narrow and self._working and self._browsing)

    def _place_head(self) -> None:
        column = self._columns[self._side.currentIndex()] if self._low else self._whole
        if column.indexOf(self._head) != 0:
            column.insertWidget(0, self._head)
        self._head.show()

    def _divide(self) -> None:
        self._halves.setSizes([self._share * 10, 1000 - self._share * 10])

    def _fill_shelf(self, parts: Sequence[QWidget]) -> None:
        column = QVBoxLayout(self._shelf)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        for part in parts:
            column.addWidget(part)

    def _fill_head(self, name: QWidget, *below: QWidget) -> None:
        self._head.setObjectName("card")
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(name, 1)
        first.addWidget(self.other, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self._head)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(first)
        for widget in below:
            column.addWidget(widget)

    def _lay_out(self, sides: Sequence[QWidget], paper: QWidget, empty: QWidget) -> None:
        for side in sides:
            self._side.addWidget(self._scrolling(side))
        paper.setMinimumWidth(_PAPER)
        self._halves.addWidget(self._side)
        self._halves.addWidget(paper)
        self._halves.setStretchFactor(0, 2)
        self._halves.setStretchFactor(1, 3)
        self._divide()
        work = QWidget()
        work.setLayout(self._whole)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(8)
        self._whole.addWidget(self._head)
        self._whole.addWidget(self._halves, 1)
        self._stack.addWidget(empty)
        self._stack.addWidget(work)
        self._parts.addWidget(self._shelf)
        self._parts.addWidget(self._stack)
        self._parts.setStretchFactor(0, 0)
        self._parts.setStretchFactor(1, 1)
        self._parts.setSizes([_SHELF, 900])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._parts)

    def _scrolling(self, side: QWidget) -> QScrollArea:
        inner = QWidget()
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(8)
        column.addWidget(side, 1)
        self._columns.append(column)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        return scroll


def _splitter() -> QSplitter:
    split = QSplitter(Qt.Orientation.Horizontal)
    split.setChildrenCollapsible(False)
    split.setHandleWidth(12)
    return split


def _link(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName("link")
    button.setToolTip(tip)
    button.hide()
    return button
