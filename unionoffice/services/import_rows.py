"""Rows of a roster on their way into the office: which fields, in what order, and what a row changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from unionoffice.kernel import resident_id
from unionoffice.models.fields import Kind
from unionoffice.models.import_run import STATE_LETTERS, ImportBlock, RowState
from unionoffice.models.member import Member, MembershipState
from unionoffice.store.change_log import decode

pack, unpack = msgspec.msgpack.encode, msgspec.msgpack.decode
STATES = {letter: state for state, letter in STATE_LETTERS.items()}

OWN_NAMES = {"title": "professional_title"}
"""Where the roster's field and ours are called differently."""

VALUES = tuple(
    name
    for name, facts in Member.fields().items()
    if not facts.internal and name not in ("unit_id", "collect_method", "signed_on", "collector", "reviewer")
)
FIELDS = (*VALUES, "unit_id", "membership_state")
"""The columns of a stored preview row, in order."""

PLACE = {name: place for place, name in enumerate(FIELDS)}
KEYS = ("name", "id_number", "staff_number", "card_number", "member_number", "phone", "birth_date", "unit_id")
"""What matching looks at, in the order of `Known`."""

PARTIAL_DATES = frozenset(PLACE[name] for name in VALUES if Member.fields()[name].kind is Kind.PARTIAL_DATE)
FILLED_ONLY = frozenset({"name", "id_number"})
"""What a row may complete but never replace."""
TOLD_BY_NUMBER: Mapping[str, Callable[[str], str]] = {"sex": resident_id.sex_of, "birth_date": resident_id.birth_of}
"""What a row takes from its identity number; a record that says otherwise for that number was so decided."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a column may do to values on record (F103): `keep` and `fill` name columns; all others overwrite."""

    keep: frozenset[str] = frozenset()
    fill: frozenset[str] = frozenset()


OWN = "*"
"""Marks notes made by matching, which are made anew when a preview is checked again."""


@dataclass(slots=True)
class Block:
    """Rows of one sheet on their way into the preview, column by column; `notes` and `raws` by place in the block."""

    file: int
    sheet: int
    rows: list[int]
    columns: dict[str, list[Any]]
    notes: dict[int, list[list[str]]]
    raws: dict[int, list[str]]
    states: list[RowState]
    ids: list[str | None]
    family: dict[int, list[dict[str, str | None]]] = field(default_factory=dict)

    @classmethod
    def stored(cls, block: ImportBlock, told: Mapping[int, tuple[str, str]]) -> Block:
        """A block of an earlier preview, without the notes that matching made."""
        payload = unpack(block.payload)
        places = [place for place in range(len(block.states)) if block.first + place in told]
        notes = {place: [note for note in decode(told[block.first + place][0]) if note[0] != OWN] for place in places}
        return cls(
            block.file,
            block.sheet,
            payload["rows"],
            payload["columns"],
            {place: found for place, found in notes.items() if found},
            {place: decode(told[block.first + place][1]) for place in places},
            [STATES[letter] for letter in block.states],
            payload["ids"],
            payload["family"],
        )

    def column(self, name: str) -> list[Any]:
        """The values of a field, blank where the sheet has no such column."""
        return self.columns.get(name) or [None] * len(self.rows)

    def refused(self, place: int) -> bool:
        """Whether reading alone already refused a row."""
        return any(note[1] == "refuse" for note in self.notes.get(place, ()))

    def damaged(self, place: int) -> str | None:
        """An identity number as a spreadsheet has left it."""
        notes = self.notes.get(place, ())
        return next((note[3] for note in notes if note[1] == "damaged" and note[0] == "id_number"), None)

    def tell(self, place: int, level: str, sentence: str) -> None:
        """Add what matching has to say of a row."""
        self.notes.setdefault(place, []).append([OWN, level, sentence, ""])

    def values(self, place: int) -> list[Any]:
        """One row in the order of FIELDS."""
        return [column[place] if (column := self.columns.get(name)) else None for name in FIELDS]


def warns(notes: Iterable[Sequence[str]]) -> bool:
    return any(note[1] in ("warn", "damaged") for note in notes)


def difference(
    current: Sequence[Any], row: Sequence[Any], policy: Policy, root: str
) -> tuple[dict[int, Any], list[str]]:
    """What a row changes of the values on record, by place in FIELDS, and what is to be told. Blank never erases."""
    changes: dict[int, Any] = {}
    told: list[str] = []
    for place, value in enumerate(row):
        old = current[place]
        if value is None or old == value:
            continue
        name = FIELDS[place]
        if name in policy.keep:
            continue
        if name == "membership_state":
            if (old or MembershipState.ACTIVE.value) != value:
                told.append(_state_note(old or MembershipState.ACTIVE.value, value))
        elif name == "joined_on" and current[_STATE_PLACE] == MembershipState.NONE.value:
            told.append(f"入会日期：文件里是“{value}”，登记的是未入会，没有改动；入会请在会员卡上办理。")
        elif old is None or old == "" or (place in PARTIAL_DATES and value.startswith(old)):
            changes[place] = value
        elif place in PARTIAL_DATES and old.startswith(value):
            continue
        elif name == "unit_id" and value == root:
            continue
        elif name in TOLD_BY_NUMBER and _decided(name, value, current[_NUMBER_PLACE], row[_NUMBER_PLACE]):
            continue
        elif name in FILLED_ONLY or name in policy.fill or name == "joined_on":
            label = Member.fields()[name].label
            shown = Member.fields()[name].text
            told.append(f"{label}：文件里是“{shown(value)}”，登记的是“{shown(old)}”，没有改动。")
        else:
            changes[place] = value
    return changes, told


_STATE_PLACE = PLACE["membership_state"]
_NUMBER_PLACE = PLACE["id_number"]


def _decided(name: str, value: str, current_number: str | None, number: str | None) -> bool:
    """Whether a value says no more than a number that the record has too, beside a value of somebody's own."""
    if number is None or number != current_number or len(number) != 18:
        return False
    return value == TOLD_BY_NUMBER[name](number)


def kept_against_number(
    current: Sequence[Any], row: Sequence[Any], changes: Mapping[int, Any], told: Iterable[Sequence[str]]
) -> list[str]:
    """Sentences for those doubts of reading that do not matter because the record keeps what was decided on it."""
    kept = []
    for name in {note[0] for note in told} & TOLD_BY_NUMBER.keys():
        place, facts = PLACE[name], Member.fields()[name]
        if row[place] is not None and place not in changes and current[place] != row[place]:
            kept.append(f"{facts.label}：登记的是“{facts.text(current[place])}”，与证件号码不同，没有改动。")
    return sorted(kept)


def _state_note(old: str, new: str) -> str:
    labels = MembershipState.labels()
    return f"会籍状态：文件里是“{labels[new]}”，登记的是“{labels[old]}”，没有改动；会籍变动请在会员卡上办理。"


def any_value(column: Iterable[Any]) -> bool:
    """Whether a column holds anything at all."""
    return any(value is not None for value in column)
