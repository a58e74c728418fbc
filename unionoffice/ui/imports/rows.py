"""Rows of an import preview for the table, and what one of them says field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unionoffice.models.choices import Choice
from unionoffice.models.fields import Field, Kind
from unionoffice.models.import_run import RowState
from unionoffice.models.member import Member
from unionoffice.services.imports import Imports, Preview, PreviewRow
from unionoffice.ui import shown
from unionoffice.ui.records.rows import Column, Row, RowQuery

CHECK = "check"
IMPORTED = (RowState.NEW, RowState.UPDATED, RowState.UNCHANGED)
_SERIOUS = frozenset({"warn", "damaged", "refuse"})


class Outcome(Choice):
    """What becomes of a row, as the review's pills say it."""

    ADDED = "added", "新增"
    UPDATED = "updated", "更新"
    UNCHANGED = "unchanged", "无变化"
    CHECK_ADDED = "check_added", "新增，需核对"
    CHECK_UPDATED = "check_updated", "更新，需核对"
    CHECK_UNCHANGED = "check_unchanged", "无变化，需核对"
    REFUSED = "refused", "不能导入"


_STATES = {state.value: (state,) for state in RowState}
_OUTCOMES = {
    (RowState.NEW, False): Outcome.ADDED,
    (RowState.UPDATED, False): Outcome.UPDATED,
    (RowState.UNCHANGED, False): Outcome.UNCHANGED,
    (RowState.NEW, True): Outcome.CHECK_ADDED,
    (RowState.UPDATED, True): Outcome.CHECK_UPDATED,
    (RowState.UNCHANGED, True): Outcome.CHECK_UNCHANGED,
}


def _field(label: str, kind: Kind = Kind.TEXT, choices: type[Choice] | None = None) -> Field:
    return Field(label, kind, False, choices, "", True)


COLUMNS = (
    Column("where", _field("位置"), sortable=False),
    Column("name", _field("姓名"), sortable=False),
    Column("state", _field("处理", Kind.STATE, Outcome), sortable=False),
    Column("told", _field("说明", Kind.NOTE), sortable=False),
    Column("id_number", _field("证件号码", Kind.ID_NUMBER), sortable=False),
    Column("unit", _field("分工会"), sortable=False),
)


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of a row: what was read, what it replaces ("" for nothing), and (level, sentence) of each note."""

    label: str
    value: str
    before: str
    notes: tuple[tuple[str, str], ...]


def outcome(row: PreviewRow) -> Outcome:
    """The pill of a row."""
    return _OUTCOMES.get((row.state, needs_check(row)), Outcome.REFUSED)


def needs_check(row: PreviewRow) -> bool:
    """Whether a row that can be imported wants a look."""
    return row.state is not RowState.REFUSED and any(level in ("warn", "damaged") for _, level, _, _ in row.notes)


def sentences(row: PreviewRow) -> str:
    """What is to be told of a row, the weightier first."""
    told = sorted(row.notes, key=lambda note: note[1] not in _SERIOUS)
    fields = Member.fields()
    labelled = [_labelled(fields[name].label if name in fields else "", sentence) for name, _, sentence, _ in told]
    return "；".join(sentence.rstrip("。") for sentence in labelled)


def _labelled(label: str, sentence: str) -> str:
    return f"{label}：{sentence}" if label and label not in sentence else sentence


class ReviewSource:
    """Pages of a stored preview. The query's `accepted` holds under "state" one row state, or `CHECK`."""

    def __init__(self, imports: Imports) -> None:
        self._imports = imports
        self._preview: Preview | None = None
        self._units: Mapping[str, str] = {}
        self._checked: list[PreviewRow] | None = None
        self._fetched: dict[int, PreviewRow] = {}

    def show(self, preview: Preview, units: Mapping[str, str]) -> None:
        """Take rows from this preview; `units` are paths by id, planned ones too."""
        self._preview = preview
        self._units = units
        self._checked = None
        self._fetched = {}

    def row(self, number: int) -> PreviewRow | None:
        """A row that the table has fetched."""
        return self._fetched.get(number)

    def rows(self, query: RowQuery, offset: int, limit: int) -> Sequence[Row]:
        """One page for the table."""
        if self._preview is None:
            return ()
        found = self._page(query, offset, limit)
        self._fetched.update((row.number, row) for row in found)
        return [self._cells(row) for row in found]

    def count(self, query: RowQuery) -> int:
        """How many rows the table has."""
        if self._preview is None:
            return 0
        wanted = _wanted(query)
        if wanted == CHECK:
            return len(self._to_check())
        return self._imports.row_count(self._preview.run_id, states=_STATES.get(wanted, ()))

    def _page(self, query: RowQuery, offset: int, limit: int) -> list[PreviewRow]:
        assert self._preview is not None
        wanted = _wanted(query)
        if wanted == CHECK:
            return self._to_check()[offset : offset + limit]
        states = _STATES.get(wanted, ())
        return self._imports.rows(self._preview.run_id, states=states, offset=offset, limit=limit)

    def _to_check(self) -> list[PreviewRow]:
        if self._checked is None:
            assert self._preview is not None
            noted = self._imports.rows(self._preview.run_id, states=IMPORTED, noted=True, limit=None)
            self._checked = [row for row in noted if needs_check(row)]
        return self._checked

    def _cells(self, row: PreviewRow) -> Row:
        values = row.values
        unit = self._units.get(str(values.get("unit_id") or ""), "")
        number = str(values.get("id_number") or "")
        name = values.get("name") or ""
        return (str(row.number), row.where, name, outcome(row), sentences(row), number, unit)


def _wanted(query: RowQuery) -> str:
    return next(iter(query.accepted.get("state", ())), "")


def field_lines(
    row: PreviewRow, changed: Mapping[str, Any], current: Mapping[str, Any], units: Mapping[str, str]
) -> list[FieldLine]:
    """A row field by field: what was read or told of; `changed` and `current` by field, empty for somebody new."""
    fields = Member.fields()
    notes: dict[str, list[tuple[str, str]]] = {}
    for name, level, sentence, _ in row.notes:
        notes.setdefault(name, []).append((level, shown.sentence(sentence)))
    lines = []
    for name, facts in fields.items():
        value = row.values.get(name)
        if value in (None, "") and name not in notes:
            continue
        before = _text(name, facts, current.get(name), units) if name in changed else ""
        lines.append(FieldLine(facts.label, _text(name, facts, value, units), before, tuple(notes.pop(name, ()))))
    rest = tuple(note for found in notes.values() for note in found)
    return [FieldLine("", "", "", rest), *lines] if rest else lines


def _text(name: str, facts: Field, value: Any, units: Mapping[str, str]) -> str:
    if name == "unit_id":
        return units.get(str(value or ""), "")
    return shown.text(facts, value)
