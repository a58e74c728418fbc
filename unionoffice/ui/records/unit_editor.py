"""A unit of the union tree: chosen from the indented tree, or found by typing a part of its path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from unionoffice.models.fields import Field
from unionoffice.models.organisation import Node
from unionoffice.ui.records.editors import ChoiceEditor

_TREE_NAME = Qt.ItemDataRole.UserRole + 1


class UnitEditor(ChoiceEditor):
    """Units that still exist can be chosen; one that was closed is still shown where it is the value."""

    def __init__(self, facts: Field, nodes: Sequence[Node]) -> None:
        self._paths: dict[str, str] = {}
        super().__init__(facts, (), lambda unit_id: self._paths.get(unit_id, "已找不到的组织"))
        view = self._box.view()
        view.setItemDelegate(_Indented(view))
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.show_nodes(nodes)

    def show_nodes(self, nodes: Sequence[Node]) -> None:
        """Offer these units, keeping what is chosen."""
        kept = self.value()
        self._paths = {node.id: node.path for node in nodes}
        self._box.clear()
        self._box.addItem("", None)
        for node in nodes:
            if not node.closed:
                self._box.addItem(node.path, node.id)
                self._box.setItemData(self._box.count() - 1, indented(node), _TREE_NAME)
        self.set_value(kept)

    def set_value(self, value: Any) -> None:
        super().set_value(value)
        line = self._box.lineEdit()
        if line is not None:
            line.setCursorPosition(0)


def indented(node: Node) -> str:
    """A unit's name, moved in by its depth in the tree."""
    return f"{'　' * node.depth}{node.name}"


class _Indented(QStyledItemDelegate):
    """Shows the tree in the list although the box itself holds the path."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        option.text = index.data(_TREE_NAME) or index.data() or ""
