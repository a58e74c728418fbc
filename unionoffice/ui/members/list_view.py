"""The list of members: states to choose from at once, filters, table, and a preview at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from unionoffice.models.member import Member, MembershipState
from unionoffice.ui import theme
from unionoffice.ui.flow_layout import FlowLayout
from unionoffice.ui.members.fields import UnitLabels, columns, filters, hidden_at_first, preview_sections
from unionoffice.ui.page import CommandButton
from unionoffice.ui.process import word_label
from unionoffice.ui.records.facts import PreviewPanel
from unionoffice.ui.records.record_list import EmptyWords, RecordList
from unionoffice.ui.records.rows import RowSource
from unionoffice.ui.records.tones import tone_of
from unionoffice.ui.records.unfinished import UnfinishedBar

_ALWAYS = (MembershipState.ACTIVE, MembershipState.RETAINED, MembershipState.LEFT)
EMPTY = EmptyWords(
    "还没有会员",
    "本单位的会员都登记在这里：查找、看登记表、办理会籍变动、导出花名册。有现成的花名册，导入最快。",
    "members",
    "导入花名册",
    "新建会员",
)


class MemberListView(QWidget):
    """Signals: state_chosen(code, "" for all) from the chips of states, preview_toggled()."""

    state_chosen = Signal(str)
    preview_toggled = Signal()

    def __init__(
        self,
        source: RowSource,
        units: UnitLabels,
        *,
        today: date,
        commands: Sequence[QAction],
        primary: QAction,
        on_rows: Sequence[QAction],
        empty: EmptyWords = EMPTY,
        part: bool = False,
        unfinished: UnfinishedBar,
        parent: QWidget | None = None,
    ) -> None:
        """`part` for who sees some branches only."""
        super().__init__(parent)
        self.unfinished = unfinished
        self._units = units
        self._columns = columns(units)
        self.part = word_label("只显示您分管的分工会", "secondary", wrap=False)
        self.part.setVisible(part)
        self.list = RecordList(
            source,
            self._columns,
            empty,
            today=today,
            filters=filters(units),
            placeholder="查找姓名、拼音首字母、证件、手机、编号",
            archive=False,
        )
        self.list.set_commands(on_rows)
        self.preview = PreviewPanel()
        self.states = StateChips()
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out(commands, primary)
        self.list.table.restore_layout({"hidden": self._hidden_at_first()})
        self.states.chosen.connect(self.state_chosen)
        self.preview.close_requested.connect(self.toggle_preview)
        self.list.preview_requested.connect(self.toggle_preview)

    def show_units(self) -> None:
        """Offer the tree as it is now in its filter."""
        self.list.filters.set_options("unit_id", self._units.tree())

    def show_preview(self, member: Member | None) -> None:
        """Show a member beside the list, or a sentence when none or several are selected."""
        if member is None:
            self.preview.say_nothing("选中一名会员，这里显示登记的内容。")
            return
        state = member.membership_state
        pill = (state.label, tone_of(state))
        self.preview.show_record(member.name, pill, preview_sections(self._units), member)

    def toggle_preview(self) -> None:
        """Space: show or hide the member beside the list."""
        self.preview.setVisible(self.preview.isHidden())
        self.preview_toggled.emit()

    def state(self) -> dict[str, Any]:
        """Filters, columns, sorting, selection and the preview."""
        return {**self.list.state(), "preview": not self.preview.isHidden(), "split": self._split.sizes()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave; without it the usual columns are shown."""
        self.list.restore({"table": {"hidden": self._hidden_at_first()}, **state})
        self.preview.setHidden(not state.get("preview", False))
        if state.get("split"):
            self._split.setSizes(state["split"])

    def _hidden_at_first(self) -> list[str]:
        return hidden_at_first({column.key: column.field for column in self._columns})

    def _lay_out(self, commands: Sequence[QAction], primary: QAction) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.states, 1)
        top.addWidget(self.part, 0, Qt.AlignmentFlag.AlignVCenter)
        for action in commands:
            top.addWidget(CommandButton(action), 0, Qt.AlignmentFlag.AlignTop)
        new = CommandButton(primary, primary=True)
        self.list.set_leading(new)
        top.addWidget(new, 0, Qt.AlignmentFlag.AlignTop)
        self._split.setHandleWidth(12)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self.list)
        self._split.addWidget(self.preview)
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 0)
        self._split.setSizes([10_000, theme.current().size("preview")])
        self.preview.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self.unfinished)
        layout.addWidget(self._split, 1)


class StateChips(QWidget):
    """One chip for each 会籍状态 with its number of people. Signals: chosen(code, "" for all)."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: dict[str, QPushButton] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        layout = FlowLayout(self)
        for code, label in {"": "全部", **MembershipState.labels()}.items():
            button = self._buttons[code] = QPushButton(label)
            button.setObjectName("chip")
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, code=code: self.chosen.emit(code))
            layout.addWidget(button)

    @property
    def texts(self) -> list[str]:
        """What the chips say."""
        return [button.text() for button in self._buttons.values() if not button.isHidden()]

    def show_counts(self, counts: Mapping[MembershipState, int]) -> None:
        """Say how many there are in each state; rare states are shown only when somebody is in them."""
        self._buttons[""].setText(f"全部 {sum(counts.values()):,}")
        for state in MembershipState:
            button = self._buttons[state.value]
            button.setText(f"{state.label} {counts.get(state, 0):,}")
            button.setVisible(bool(counts.get(state)) or state in _ALWAYS)

    def mark(self, codes: Sequence[str]) -> None:
        """Show which states the list lets through."""
        for code, button in self._buttons.items():
            button.setChecked(code in codes if codes else not code)
