"""The union tree: units with their members, moved by dragging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QDropEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTreeWidget, QTreeWidgetItem, QWidget

from unionoffice.models.organisation import Node
from unionoffice.ui import theme

_ID = Qt.ItemDataRole.UserRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class UnitTree(QTreeWidget):
    """Signals: unit_chosen(id) by the user, move_requested(unit id, new parent id) when one was dropped on another."""

    unit_chosen = Signal(str)
    move_requested = Signal(str, str)

    def __init__(self, commands: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._commands = list(commands)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._filling = False
        self.setObjectName("unit_tree")
        self.setAccessibleName("工会组织")
        self.setColumnCount(2)
        self.setHeaderLabels(["组织", "在会会员"])
        self.headerItem().setTextAlignment(1, _RIGHT)
        self.setIndentation(theme.current().size("space4"))
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        theme.follow(self.header(), lambda header, look: header.setFixedHeight(look.size("row")))
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.currentItemChanged.connect(self._chosen)

    @property
    def texts(self) -> list[str]:
        """The lines of the tree from top to bottom, moved in by their depth."""
        return [f"{'　' * _depth(item)}{item.text(0)} {item.text(1)}".rstrip() for item in self._items.values()]

    def show_units(self, nodes: Sequence[Node], counts: Mapping[str, int], *, movable: bool) -> None:
        """Show a tree, keeping what is folded; `counts` is empty where nobody knows them."""
        folded = {unit_id for unit_id, item in self._items.items() if item.childCount() and not item.isExpanded()}
        chosen = self.chosen_id
        self._filling = True
        self.clear()
        self._items = {}
        for node in nodes:
            item = self._items[node.id] = QTreeWidgetItem([_words(node), _number(counts.get(node.id))])
            item.setData(0, _ID, node.id)
            item.setToolTip(0, node.path)
            item.setTextAlignment(1, _RIGHT)
            if node.closed:
                item.setForeground(0, theme.current().colour("faint"))
            above = self._items.get(node.parent_id or "")
            if above is None:
                self.addTopLevelItem(item)
            else:
                above.addChild(item)
        for unit_id, item in self._items.items():
            item.setExpanded(unit_id not in folded)
        self.setDragEnabled(movable)
        self.setColumnHidden(1, not counts)
        self.choose(chosen)
        self._filling = False

    @property
    def chosen_id(self) -> str:
        """The unit chosen, "" for none."""
        item = self.currentItem()
        return str(item.data(0, _ID)) if item is not None else ""

    def choose(self, unit_id: str) -> None:
        """Mark a unit, the topmost when it is not in the tree, without telling."""
        filling, self._filling = self._filling, True
        item = self._items.get(unit_id) or self.topLevelItem(0)
        if item is not None:
            self.setCurrentItem(item)
            self.scrollToItem(item)
        self._filling = filling

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.itemAt(event.pos()) is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._commands)
        menu.popup(event.globalPos())

    def dropEvent(self, event: QDropEvent) -> None:
        """Nothing moves by itself: a move has a day and a basis, which are asked for first."""
        below = self.itemAt(event.position().toPoint())
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if below is not None and self.chosen_id and below is not self.currentItem():
            self.move_requested.emit(self.chosen_id, str(below.data(0, _ID)))

    def _chosen(self) -> None:
        if not self._filling and self.chosen_id:
            self.unit_chosen.emit(self.chosen_id)


def _words(node: Node) -> str:
    return f"{node.name}（已撤销）" if node.closed else node.name


def _number(count: int | None) -> str:
    return "" if count is None else f"{count:,}"


def _depth(item: QTreeWidgetItem) -> int:
    depth, above = 0, item.parent()
    while above is not None:
        depth, above = depth + 1, above.parent()
    return depth
