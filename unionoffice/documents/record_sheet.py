"""What the printed sheet of one record says, as plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A label and its value; a `wide` one takes the whole width, as notes do."""

    label: str
    value: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A titled group of entries, in reading order."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class RecordSheet:
    """One record: what kind it is, whose office, its facts, and when and by whom it was printed.

    `notice` stands below the head of the first page.
    """

    title: str
    office: str
    groups: tuple[Group, ...]
    foot: str
    practice: bool = False
    notice: str = ""
