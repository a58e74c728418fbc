"""The plan of a distribution: programme, item, standard, budget, scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from unionoffice.models.welfare import Batch, Programme
from unionoffice.services.organisation import UnitFacts
from unionoffice.ui import theme
from unionoffice.ui.card import card
from unionoffice.ui.icons import dress
from unionoffice.ui.process import StepLine, TellingPanel, word_label
from unionoffice.ui.records.form import FormSection, RecordForm
from unionoffice.ui.records.record_view import DraftBar

STEPS = ("方案", "名单", "审批", "打印签领表", "发放", "办结")
_SECTIONS = (
    ("发什么", ("name", "kind", "item", "spec", "payment", "quantity", "unit_price", "budget")),
    ("发给谁、什么时候领", ("roll_date", "include_retained", "collect_until", "place")),
    ("依据", ("document", "remark")),
)
_UNIT = Qt.ItemDataRole.UserRole


class PlanView(QWidget):
    """Signals: programme_chosen(id, "" for a new one), save_requested(), back_requested(), draft_dropped(),
    edited() for everything that is typed, ticked or chosen, settled() when it is final for now."""

    programme_chosen = Signal(str)
    save_requested = Signal()
    back_requested = Signal()
    draft_dropped = Signal()
    edited = Signal()
    settled = Signal()

    def __init__(self, *, today: date) -> None:
        super().__init__()
        fields = Batch.fields()
        sections = tuple(
            FormSection(title, tuple((name, fields[name]) for name in names)) for title, names in _SECTIONS
        )
        self.form = RecordForm(sections, today=today)
        self.draft = DraftBar()
        self.telling = TellingPanel()
        self.programme = QComboBox()
        self.programme.setAccessibleName("慰问项目")
        theme.follow(self.programme, lambda box, look: box.setMinimumWidth(220 * look.scale // 100))
        self.new_name = QLineEdit()
        self.new_name.setPlaceholderText("新项目的名称，例如 中秋慰问")
        self.new_name.setAccessibleName("新项目的名称")
        self.scope = ScopeTree()
        self.save = QPushButton("保存方案，生成名单")
        self.save.setObjectName("primary")
        dress(self.save, "check", "on_accent")
        self._lay_out()
        self.programme.activated.connect(lambda: self.programme_chosen.emit(self.programme_id))
        self.save.clicked.connect(self.save_requested)
        self.draft.dropped.connect(self.draft_dropped)
        self.form.edited.connect(self.edited)
        self.new_name.textEdited.connect(lambda: self.edited.emit())
        self.programme.activated.connect(lambda: self.edited.emit())
        self.scope.itemChanged.connect(lambda: self.edited.emit())
        self.form.settled.connect(self.settled)
        self.new_name.editingFinished.connect(self.settled)

    @property
    def programme_id(self) -> str:
        """The programme chosen, "" for a new one."""
        return str(self.programme.currentData() or "")

    def show_programmes(self, programmes: Sequence[Programme], chosen: str, *, fixed: bool) -> None:
        """Offer the programmes and a new one; `fixed` when the batch already belongs to one."""
        self.programme.clear()
        for programme in programmes:
            self.programme.addItem(programme.name, programme.id)
        if not fixed:
            self.programme.addItem("新的慰问项目", "")
        self.programme.setCurrentIndex(max(self.programme.findData(chosen), 0))
        self.programme.setEnabled(not fixed)
        self.new_name.clear()
        self.show_new_name()

    def show_new_name(self) -> None:
        """A new programme wants a name."""
        self.new_name.setVisible(self.programme_id == "")

    def content(self) -> dict[str, Any]:
        """Everything that can be typed or chosen here, as plain values."""
        values = {
            name: value.isoformat() if isinstance(value, date) else value for name, value in self.form.values().items()
        }
        return {
            "programme": self.programme_id,
            "new_name": self.new_name.text(),
            "units": self.scope.chosen(),
            "values": values,
        }

    def type_content(self, content: Mapping[str, Any]) -> None:
        """Put in what `content` gave, as if it were typed; parts that are missing stay as they are."""
        if "programme" in content and self.programme.isEnabled():
            self.programme.setCurrentIndex(max(self.programme.findData(content["programme"]), 0))
            self.show_new_name()
        self.new_name.setText(str(content.get("new_name", self.new_name.text())))
        if "units" in content:
            self.scope.choose(content["units"])
        self.form.type_values(content.get("values", {}))

    def _lay_out(self) -> None:
        back = QPushButton("返回")
        dress(back, "chevron-left")
        back.clicked.connect(self.back_requested)
        head, inside = card(margins=(16, 8, 12, 10))
        inside.addWidget(StepLine(STEPS))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(word_label("慰问项目", "field_label", wrap=False))
        row.addWidget(self.programme)
        row.addWidget(self.new_name, 1)
        row.addStretch(1)
        row.addWidget(back)
        row.addWidget(self.save)
        inside.addLayout(row)
        side = QFrame()
        side.setObjectName("card")
        theme.follow(side, lambda side, look: side.setFixedWidth(look.size("preview")))
        below = QVBoxLayout(side)
        below.setContentsMargins(16, 12, 12, 12)
        below.addWidget(word_label("发放范围", "section_title"))
        below.addWidget(self.scope.summary)
        below.addWidget(self.scope, 1)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        theme.follow(self.form, lambda form, look: form.setMinimumHeight(look.size("row") * 7))
        columns.addWidget(self.form, 1)
        columns.addWidget(side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(head)
        layout.addWidget(self.draft)
        layout.addWidget(self.telling)
        layout.addLayout(columns, 1)


class ScopeTree(QTreeWidget):
    """Which units a distribution is for. `summary` says how many people that is at most."""

    def __init__(self) -> None:
        super().__init__()
        self.summary = word_label("", "secondary")
        self.setHeaderHidden(True)
        self.setAccessibleName("发放范围")
        self._items: dict[str, QTreeWidgetItem] = {}
        self._facts: dict[str, UnitFacts] = {}
        self.itemChanged.connect(lambda: self._say())

    def show_units(self, units: Sequence[UnitFacts], chosen: str | None) -> None:
        """Show the tree with the units of a batch ticked; none chosen means everybody."""
        self.blockSignals(True)
        self.clear()
        self._items, self._facts = {}, {facts.node.id: facts for facts in units}
        for facts in units:
            if facts.node.closed:
                continue
            parent = self._items.get(facts.node.parent_id or "")
            item = QTreeWidgetItem([f"{facts.node.name}　{facts.all_members:,} 人"])
            item.setData(0, _UNIT, facts.node.id)
            if parent is None:
                self.addTopLevelItem(item)
            else:
                parent.addChild(item)
            self._items[facts.node.id] = item
        for item in self._items.values():
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
            item.setFlags(flags | Qt.ItemFlag.ItemIsAutoTristate if item.childCount() else flags)
        self.blockSignals(False)
        self.choose(chosen.split(",") if chosen else list(self._items)[:1])
        first = self.topLevelItem(0)
        if first is not None:
            first.setExpanded(True)

    def choose(self, unit_ids: Sequence[str]) -> None:
        """Tick these units with everything below them, and no others."""
        self.blockSignals(True)
        for item in self._items.values():
            if not item.childCount():
                item.setCheckState(0, Qt.CheckState.Unchecked)
        for unit_id in unit_ids:
            if unit_id in self._items:
                self._items[unit_id].setCheckState(0, Qt.CheckState.Checked)
        self.blockSignals(False)
        self._say()

    def tick(self, unit_id: str, on: bool) -> None:
        """Tick a unit with everything below it, or take the tick away."""
        self._items[unit_id].setCheckState(0, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def chosen(self) -> list[str]:
        """The topmost units that are wholly ticked."""
        return [unit_id for unit_id, item in self._items.items() if _ticked(item) and not _ticked(item.parent())]

    @property
    def everybody(self) -> bool:
        """Whether nobody is left out by scope."""
        return self.topLevelItemCount() == 0 or _ticked(self.topLevelItem(0))

    def _say(self) -> None:
        units = self.chosen()
        people = sum(self._facts[unit_id].all_members for unit_id in units)
        if self.everybody:
            self.summary.setText(f"全部组织，在会 {people:,} 人")
        elif units:
            self.summary.setText(f"选了 {len(units)} 个组织，在会 {people:,} 人")
        else:
            self.summary.setText("还没有选。勾选要发放的分工会。")


def _ticked(item: QTreeWidgetItem | None) -> bool:
    return item is not None and item.checkState(0) == Qt.CheckState.Checked
