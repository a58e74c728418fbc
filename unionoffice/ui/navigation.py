"""Where one can go and where one was: the list at the left, and a history like a browser's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from unionoffice.ui import theme
from unionoffice.ui.icons import pixmap
from unionoffice.ui.page import PageSpec, Route

_Index = QModelIndex | QPersistentModelIndex

_NAME = Qt.ItemDataRole.UserRole
_ICON = Qt.ItemDataRole.UserRole + 1
_DUE = Qt.ItemDataRole.UserRole + 2
_GROUP = Qt.ItemDataRole.UserRole + 3
_FOLDED = Qt.ItemDataRole.UserRole + 4

_LONGEST_HISTORY = 100
_AROUND, _BEFORE_WORD, _FOR_DUE = 8, 20, 40
"""What is left free beside an entry, before its word and for its number."""


class RouteHistory(QObject):
    """The routes visited, and the one now open. Signals: moved(route)."""

    moved = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._routes: list[Route] = []
        self._at = -1

    @property
    def current(self) -> Route | None:
        """The open route."""
        return self._routes[self._at] if self._routes else None

    @property
    def can_go_back(self) -> bool:
        """Whether there is somewhere to go back to."""
        return self._at > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether one came back from somewhere."""
        return self._at < len(self._routes) - 1

    def go(self, route: Route) -> None:
        """Open a route; what lay ahead is forgotten."""
        if route == self.current:
            return
        self._routes = [*self._routes[: self._at + 1], route][-_LONGEST_HISTORY:]
        self._at = len(self._routes) - 1
        self.moved.emit(route)

    def replace(self, route: Route) -> None:
        """Open a route in place of the current one, which is not to be gone back to: a blank form once saved."""
        self._routes[self._at : self._at + 1] = [route]
        self.moved.emit(route)

    def back(self) -> None:
        """Open the route before this one."""
        self._step(-1)

    def forward(self) -> None:
        """Open the route one came back from."""
        self._step(1)

    def _step(self, by: int) -> None:
        if 0 <= self._at + by < len(self._routes):
            self._at += by
            self.moved.emit(self._routes[self._at])


class NavigationList(QListWidget):
    """Icon and word for each page, under foldable headings. Signals: chosen(page name), folded_changed().

    Its rows move closer together before it has to be scrolled.
    """

    chosen = Signal(str)
    folded_changed = Signal()

    def __init__(self, pages: Sequence[PageSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("navigation")
        self.setAccessibleName("导航")
        self.setItemDelegate(_Entry(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self._folded: set[str] = set()
        self._narrow = False
        self._heights = (0, 0)
        self._fill([page for page in pages if page.listed])
        self.itemClicked.connect(self._open)
        self.set_narrow(False)
        theme.follow(self, lambda list_, look: list_.set_narrow(list_.narrow))

    @property
    def folded(self) -> list[str]:
        """Headings whose entries are hidden."""
        return sorted(self._folded)

    @property
    def narrow(self) -> bool:
        """Whether only icons are shown."""
        return self._narrow

    @property
    def wide(self) -> int:
        """How wide it is with words: enough for the longest of them and a number beside it."""
        look = theme.current()
        metrics = QFontMetrics(look.font(semibold=True))
        longest = max((metrics.horizontalAdvance(item.text()) for item in self._entries()), default=0)
        return max(look.size("navigation"), 2 * _AROUND + _BEFORE_WORD + look.size("icon") + longest + _FOR_DUE)

    def height_of(self, *, entry: bool) -> int:
        """How high an entry or a heading is now."""
        return self._heights[0 if entry else 1]

    def fold(self, groups: Iterable[str]) -> None:
        """Hide the entries of these headings."""
        self._folded = set(groups)
        self._show_entries()

    def set_narrow(self, narrow: bool) -> None:
        """Show icons only, or icons and words."""
        self._narrow = narrow
        self.setFixedWidth(theme.current().size("navigation_narrow") if narrow else self.wide)
        self._show_entries()
        self.scheduleDelayedItemsLayout()

    def set_due(self, name: str, count: int) -> None:
        """Show a number beside an entry, none for 0."""
        for item in self._entries():
            if item.data(_NAME) == name:
                item.setData(_DUE, count)

    def mark(self, name: str) -> None:
        """Show `name` as the open place."""
        for item in self._entries():
            if item.data(_NAME) == name:
                if item.data(_GROUP) in self._folded:
                    self.fold(self._folded - {item.data(_GROUP)})
                self.setCurrentItem(item)
                return
        self.clearSelection()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and item is not None:
            self._open(item)
        else:
            super().keyPressEvent(event)

    def _fill(self, pages: Sequence[PageSpec]) -> None:
        for group, entries in groupby(pages, key=lambda page: page.group):
            if group:
                heading = QListWidgetItem(group)
                heading.setData(_GROUP, group)
                heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
                self.addItem(heading)
            for page in entries:
                item = QListWidgetItem(page.title)
                item.setData(_NAME, page.name)
                item.setData(_ICON, page.icon)
                item.setData(_GROUP, group)
                item.setToolTip(page.title)
                self.addItem(item)

    def _open(self, item: QListWidgetItem) -> None:
        name = item.data(_NAME)
        if name:
            self.chosen.emit(name)
        elif not self._narrow:
            self.fold(self._folded ^ {item.data(_GROUP)})
            self.folded_changed.emit()

    def _show_entries(self) -> None:
        for row in range(self.count()):
            item = self.item(row)
            folded = item.data(_GROUP) in self._folded
            item.setData(_FOLDED, folded)
            item.setHidden(folded and not self._narrow if item.data(_NAME) else False)
        self._fit()

    def _fit(self) -> None:
        """Rows as high as the theme wants them, or closer together where they would not all have room."""
        look = theme.current()
        entries = sum(not item.isHidden() for item in self._entries())
        headings = self.count() - len(self._entries())
        least = max(look.size("icon"), QFontMetrics(look.font()).height()) + 6
        low = QFontMetrics(look.font("small")).height() + 4
        full = look.size("row")
        wanted, closest = (full + 4, full), (least, low)
        if self._narrow:
            wanted, closest = (full + 4, look.size("space3")), (least, look.size("space2"))
        most, fewest = (entries * each[0] + headings * each[1] for each in (wanted, closest))
        share = min(1.0, max(0.0, (self.viewport().height() - fewest) / max(most - fewest, 1)))
        heights = [int(low + (high - low) * share) for high, low in zip(wanted, closest, strict=True)]
        if tuple(heights) != self._heights:
            self._heights = (heights[0], heights[1])
            self.scheduleDelayedItemsLayout()

    def _entries(self) -> list[QListWidgetItem]:
        return [self.item(row) for row in range(self.count()) if self.item(row).data(_NAME)]


class _Entry(QStyledItemDelegate):
    """Draws one entry or heading."""

    def __init__(self, view: NavigationList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(0, self._view.height_of(entry=bool(index.data(_NAME))))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(_NAME):
            self._paint_entry(painter, option, index)
        else:
            self._paint_heading(painter, option, index)
        painter.restore()

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        look = theme.current()
        box = option.rect
        if self._view.narrow:
            painter.setPen(look.colour("line"))
            painter.drawLine(box.left() + 14, box.center().y(), box.right() - 14, box.center().y())
            return
        painter.setFont(look.font("small"))
        painter.setPen(look.colour("secondary"))
        painter.drawText(box.adjusted(16, 6, -34, 0), Qt.AlignmentFlag.AlignVCenter, index.data())
        sign = "chevron-right" if index.data(_FOLDED) else "chevron-down"
        self._draw_icon(painter, sign, "faint", QRect(box.right() - 30, box.center().y() - 4, 14, 14))

    def _paint_entry(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        look = theme.current()
        box = option.rect.adjusted(_AROUND, 1, -_AROUND, -1)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        ground = "accent_ground" if chosen else "hover" if option.state & QStyle.StateFlag.State_MouseOver else ""
        if ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour(ground))
            painter.drawRoundedRect(box, look.size("corner"), look.size("corner"))
        if self._view.hasFocus() and self._view.currentIndex() == index:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("focus"), 1.5))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), look.size("corner"), look.size("corner"))
        size = look.size("icon")
        left = box.center().x() - size // 2 if self._view.narrow else box.left() + 10
        token = ("red" if look.dark else "accent") if chosen else "secondary"
        self._draw_icon(painter, index.data(_ICON), token, QRect(left, box.center().y() - size // 2 + 1, size, size))
        due = index.data(_DUE) or 0
        if self._view.narrow:
            if due:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.colour("accent"))
                painter.drawEllipse(box.right() - 10, box.top() + 5, 7, 7)
            return
        painter.setFont(look.font(semibold=chosen))
        painter.setPen(look.colour(token if chosen else "text"))
        words = box.adjusted(_BEFORE_WORD + size, 0, -_FOR_DUE if due else -4, 0)
        text = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
        if due:
            self._paint_due(painter, box, due)

    def _paint_due(self, painter: QPainter, box: QRect, due: int) -> None:
        look = theme.current()
        text = str(due) if due < 1000 else "999+"
        painter.setFont(look.font("small"))
        width = max(painter.fontMetrics().horizontalAdvance(text) + 12, 22)
        height = painter.fontMetrics().height() + 2
        pill = QRect(box.right() - width - 6, box.center().y() - height // 2 + 1, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("amber_ground"))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.setPen(look.colour("amber"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_icon(self, painter: QPainter, name: str, token: str, box: QRect) -> None:
        painter.drawPixmap(box, pixmap(name, token, box.width(), self._view.devicePixelRatioF()))
