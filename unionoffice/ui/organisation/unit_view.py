"""One unit: its facts, terms, officers, the names and places it has had, and its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from unionoffice.models.fields import Field, Kind
from unionoffice.models.organisation import Officer, Term, Unit, UnitChange
from unionoffice.services.founding import FOUNDING
from unionoffice.services.history import HistoryItem
from unionoffice.services.organisation import TermStanding, UnitFacts, term_standing
from unionoffice.ui.card import titled_card
from unionoffice.ui.page import CommandButton
from unionoffice.ui.records.facts import FactRow
from unionoffice.ui.records.history_panel import HistoryPanel
from unionoffice.ui.records.pill import Pill
from unionoffice.ui.records.rows import Column
from unionoffice.ui.records.table_section import TableSection

_TERM = ("committee", "number", "starts_on", "ends_on", "standing", "document")
_OFFICER = ("position", "person", "committee", "starts_on", "ends_on", "full_time")
_CHANGE = ("on_date", "name", "parent_id", "reason")
_HISTORY_HEIGHT = 260


class UnitView(QWidget):
    """Decides nothing; `terms` and `officers` tell what was opened."""

    def __init__(
        self,
        *,
        today: date,
        on_unit: Sequence[QAction],
        on_terms: Sequence[QAction],
        on_term: Sequence[QAction],
        on_officers: Sequence[QAction],
        on_officer: Sequence[QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._today = today
        self._names: dict[str, str] = {}
        self._name = QLabel()
        self._name.setObjectName("record_name")
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setWordWrap(True)
        self._pill = Pill(parent=self)
        self._facts = FactRow()
        self._warning = QLabel()
        self._warning.setWordWrap(True)
        self._warning_bar = _bar(self._warning)
        self.terms = TableSection(
            "届次",
            _columns(Term.fields(), _TERM),
            today=today,
            empty="还没有登记届次。登记后，届满前半年在这里提醒换届。",
            commands=on_terms,
            row_commands=on_term,
        )
        self.officers = TableSection(
            "任职",
            _columns(Officer.fields(), _OFFICER),
            today=today,
            empty="还没有登记任职人员，如主席、副主席、委员、经审主任、女工主任、小组长。",
            commands=on_officers,
            row_commands=on_officer,
        )
        self.changes = TableSection(
            "名称与隶属",
            _columns(UnitChange.fields(), _CHANGE),
            today=today,
            empty="没有变更记录。",
        )
        self.history = HistoryPanel()
        self._lay_out(on_unit)

    @property
    def name(self) -> str:
        """The unit's name as shown."""
        return self._name.text()

    @property
    def warning(self) -> str:
        """What is said of terms that run out, "" for nothing."""
        return self._warning.text()

    def show_names(self, names: Mapping[str, str]) -> None:
        """What units are called, for the places a unit has had."""
        self._names = dict(names)

    def show_unit(self, unit: Unit, facts: UnitFacts | None, name: str) -> None:
        """Show a unit; `facts` are known only of today's tree, `name` is that of the day shown."""
        fields = Unit.fields()
        self._name.setText(name)
        closed = unit.closed_on is not None
        self._pill.show_state("已撤销" if closed else unit.kind.label, "grey" if closed else "blue")
        shown = [
            (fields["credit_code"], unit.credit_code),
            (fields["founded_on"], unit.founded_on),
            (fields["closed_on"], unit.closed_on) if closed else (fields["parent_id"], self._above(unit)),
        ]
        if facts is not None:
            below = facts.all_members - facts.own_members
            people = f"{facts.all_members:,} 人" + (f"（直属 {facts.own_members:,}）" if below else "")
            shown.append((Field("在会会员", Kind.TEXT, False, None, "", False), people))
        self._facts.show_facts(shown)

    def show_terms(self, terms: Sequence[Term]) -> None:
        """Show terms, and say which of them run out."""
        standings = {term.id: term_standing(term, terms, self._today) for term in terms}
        self.terms.show_rows(
            [
                (
                    term.id,
                    term.committee,
                    term.number,
                    term.starts_on,
                    term.ends_on,
                    standings[term.id],
                    term.document,
                )
                for term in terms
            ]
        )
        sentences = [_warn(term, self._today) for term in terms if standings[term.id] in _PRESSING]
        self._warning.setText("\n".join(sentences))
        self._warning_bar.setVisible(bool(sentences))

    def show_officers(self, officers: Sequence[Officer]) -> None:
        """Show who is and was in office."""
        self.officers.show_rows([(found.id, *(getattr(found, key) for key in _OFFICER)) for found in officers])

    def show_changes(self, changes: Sequence[UnitChange]) -> None:
        """Show the names and places the unit has had, the newest first."""
        self.changes.show_rows(
            [
                (
                    change.id,
                    _since(change.on_date),
                    change.name,
                    self._names.get(change.parent_id or "", ""),
                    change.reason,
                )
                for change in reversed(changes)
            ]
        )

    def show_history(self, items: Sequence[HistoryItem]) -> None:
        """Show who changed what."""
        self.history.set_items(items)

    def _above(self, unit: Unit) -> str:
        return self._names.get(unit.parent_id or "", "")

    def _lay_out(self, on_unit: Sequence[QAction]) -> None:
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self._name, 1)
        first.addWidget(self._pill)
        second = QHBoxLayout()
        second.addWidget(self._facts, 1)
        for action in on_unit:
            second.addWidget(CommandButton(action))
        head = QFrame()
        head.setObjectName("card")
        top = QVBoxLayout(head)
        top.setContentsMargins(16, 12, 12, 12)
        top.setSpacing(8)
        top.addLayout(first)
        top.addLayout(second)
        self.history.setMinimumHeight(_HISTORY_HEIGHT)
        inside = QWidget()
        inside.setObjectName("scrolled")
        parts = QVBoxLayout(inside)
        parts.setContentsMargins(0, 0, 4, 0)
        parts.setSpacing(12)
        for part in (self._warning_bar, self.terms, self.officers, self.changes, titled_card("历史", self.history)):
            parts.addWidget(part)
        parts.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(head)
        layout.addWidget(area, 1)


_PRESSING = (TermStanding.DUE, TermStanding.OVERDUE)


def _warn(term: Term, today: date) -> str:
    days = (term.ends_on - today).days
    name = f"{term.committee.label}第 {term.number} 届"
    if days < 0:
        return f"{name}已于 {term.ends_on.isoformat()} 届满，还没有登记新一届。"
    return f"{name}到 {term.ends_on.isoformat()} 届满，还有 {days} 天，该准备换届了。"


def _since(day: date) -> str:
    """The day of a change; units that were there before anything was recorded have none of their own."""
    return "登记之初" if day == FOUNDING else day.isoformat()


def _columns(fields: Mapping[str, Field], names: Sequence[str]) -> tuple[Column, ...]:
    standing = Field("状况", Kind.STATE, False, TermStanding, "", False)
    found = {**fields, "standing": standing}
    if "parent_id" in found:
        found["parent_id"] = Field(found["parent_id"].label, Kind.TEXT, False, None, "", False)
    return tuple(Column(name, found[name]) for name in names)


def _bar(label: QLabel) -> QFrame:
    bar = QFrame()
    bar.setObjectName("draft_bar")
    layout = QHBoxLayout(bar)
    layout.setContentsMargins(16, 8, 16, 8)
    layout.addWidget(label)
    bar.hide()
    return bar
