"""What is special in the forms of a user: roles with what they may, branches in the tree, a first password."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QPushButton,
    QRadioButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from unionoffice.kernel.errors import UserError
from unionoffice.models.choices import Choice
from unionoffice.models.fields import Field
from unionoffice.models.organisation import Node
from unionoffice.models.tier import Tier
from unionoffice.models.user import Role, check_roles
from unionoffice.services.users import first_password
from unionoffice.ui import theme
from unionoffice.ui.process import word_label
from unionoffice.ui.records.editors import Editor, LineEditor

EXPLAINED = {
    Role.ADMIN: "管用户、密钥、备份和设置，看不到会员和业务",
    Role.OFFICER: "登记会员和各项业务，导入、导出、打印、备份",
    Role.REVIEWER: "查看、导出、打印，审核别人登记的，自己不登记",
    Role.CHAIR: "查看、导出、打印，审批福利名单，自己不登记",
    Role.AUDITOR: "查看会员、业务和操作记录，封存操作记录，别的都不能",
}
_ID = Qt.ItemDataRole.UserRole
_TREE_ROWS = 5
_ChoiceT = TypeVar("_ChoiceT", bound=Choice)


class TicksEditor(Editor):
    """A tick for each of a few choices, with what it means. Its value is a frozenset, empty for none."""

    def __init__(self, facts: Field, explained: Mapping[_ChoiceT, str]) -> None:
        super().__init__(facts)
        self.boxes: dict[Choice, QCheckBox] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for row, (choice, words) in enumerate(explained.items()):
            box = self.boxes[choice] = QCheckBox(choice.label)
            box.setAccessibleName(f"{choice.label}：{words}")
            box.clicked.connect(self._ticked)
            grid.addWidget(box, row, 0)
            grid.addWidget(word_label(words, "secondary"), row, 1)
        self.setFocusProxy(next(iter(self.boxes.values())))

    def value(self) -> Any:
        return frozenset(choice for choice, box in self.boxes.items() if box.isChecked())

    def set_value(self, value: Any) -> None:
        for choice, box in self.boxes.items():
            box.setChecked(choice in (value or ()))

    def _ticked(self) -> None:
        self.edited.emit()
        self.left.emit()


class RolesEditor(TicksEditor):
    """Roles; those that must be apart are told at once. Its value is None for no role."""

    def __init__(self, facts: Field) -> None:
        super().__init__(facts, EXPLAINED)

    def value(self) -> Any:
        return super().value() or None

    def problem(self) -> str | None:
        try:
            check_roles(self.value() or {Role.OFFICER})
        except UserError as error:
            return error.sentence
        return None


TIERS_EXPLAINED = {
    Tier.ILLNESS: "伤病情况等，别人看到的是“（未授权）”",
    Tier.PSYCHOLOGY: "心理关爱台账，没有授权的人看不到这一页",
    Tier.LEGAL_AID: "法律援助台账，没有授权的人看不到这一页",
}


class TiersEditor(TicksEditor):
    """Closed tiers."""

    def __init__(self, facts: Field) -> None:
        super().__init__(facts, TIERS_EXPLAINED)


class BranchesEditor(Editor):
    """The whole union, or units ticked in the tree. Its value is a frozenset of unit ids, empty for the whole union."""

    def __init__(self, facts: Field, nodes: Sequence[Node]) -> None:
        super().__init__(facts)
        self.whole, self.part = QRadioButton("全部"), QRadioButton("只管下面勾选的分工会和小组，看不到别处的会员")
        self._group = QButtonGroup(self)
        self.tree = QTreeWidget()
        self.tree.setObjectName("unit_tree")
        self.tree.setHeaderHidden(True)
        self.tree.setAccessibleName(facts.label)
        theme.follow(self.tree, lambda tree, look: tree.setFixedHeight(look.size("row") * _TREE_ROWS))
        self.items: dict[str, QTreeWidgetItem] = {}
        self._by_above: set[str] = set()
        self._fill(nodes)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for button in (self.whole, self.part):
            self._group.addButton(button)
            layout.addWidget(button)
            button.clicked.connect(self._chosen)
        self.part.setEnabled(bool(self.items))
        layout.addWidget(self.tree)
        self.setFocusProxy(self.whole)
        self.set_value(frozenset())
        self.tree.itemChanged.connect(self._ticked)

    def value(self) -> Any:
        if self.whole.isChecked():
            return frozenset()
        return frozenset(unit_id for unit_id, item in self.items.items() if _is_ticked(item) and not _covered(item))

    def set_value(self, value: Any) -> None:
        self.tree.blockSignals(True)
        self._by_above.clear()
        for unit_id, item in self.items.items():
            item.setCheckState(0, _state(unit_id in (value or ())))
            item.setDisabled(False)
        self._cover()
        self.tree.blockSignals(False)
        (self.part if value else self.whole).setChecked(True)
        self.tree.setEnabled(bool(value))

    def problem(self) -> str | None:
        if self.part.isChecked() and not self.value():
            return "勾选他分管的分工会或小组，或选“全部”。"
        return None

    def _fill(self, nodes: Sequence[Node]) -> None:
        """The union itself is no branch: who has it, has all."""
        for node in nodes:
            if node.closed or node.parent_id is None:
                continue
            item = self.items[node.id] = QTreeWidgetItem([node.name])
            item.setData(0, _ID, node.id)
            item.setCheckState(0, Qt.CheckState.Unchecked)
            above = self.items.get(node.parent_id)
            if above is None:
                self.tree.addTopLevelItem(item)
            else:
                above.addChild(item)

    def _chosen(self) -> None:
        self.tree.setEnabled(self.part.isChecked())
        self.edited.emit()

    def _ticked(self, _item: QTreeWidgetItem) -> None:
        self.tree.blockSignals(True)
        self._cover()
        self.tree.blockSignals(False)
        self.edited.emit()

    def _cover(self) -> None:
        """What lies below a ticked unit belongs to it and cannot be ticked by itself."""
        for unit_id, item in self.items.items():
            covered = _covered(item)
            if covered or unit_id in self._by_above:
                item.setCheckState(0, _state(covered))
            item.setDisabled(covered)
            (self._by_above.add if covered else self._by_above.discard)(unit_id)


class FirstPasswordEditor(LineEditor):
    """A first password in plain sight, as it is to be handed over, and a button that makes another."""

    def __init__(self, facts: Field) -> None:
        super().__init__(facts)
        self.another = QPushButton("生成")
        self.another.setAutoDefault(False)
        self.another.setToolTip("生成另一个好念、好抄的密码")
        self.another.clicked.connect(self._make)
        layout = self.layout()
        assert layout is not None
        layout.setSpacing(8)
        layout.addWidget(self.another)

    def _make(self) -> None:
        self.set_value(first_password())
        self.edited.emit()
        self.left.emit()


def _state(ticked: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked


def _is_ticked(item: QTreeWidgetItem) -> bool:
    return item.checkState(0) == Qt.CheckState.Checked


def _covered(item: QTreeWidgetItem) -> bool:
    return any(map(_is_ticked, _above(item)))


def _above(item: QTreeWidgetItem) -> Iterator[QTreeWidgetItem]:
    found = item.parent()
    while found is not None:
        yield found
        found = found.parent()
