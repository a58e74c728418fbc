"""Which columns of somebody's Excel file a form about nothing may be filled from (从 Excel 填写).

A column is known by the tag's name, by the words that rosters have for the same thing, and by the synonyms of
`resources/imports/form_rows.json`. A list that each copy has, such as 家庭成员, comes in columns that repeat:
家庭成员1姓名, 家庭成员2姓名 …
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from unionoffice.documents.excel.columns import ColumnSpec, ImportColumns, Kind, fold_caption, member_columns
from unionoffice.documents.workbook.book import Book
from unionoffice.documents.workbook.tags import NUMBER
from unionoffice.kernel.resources import ROOT, resource
from unionoffice.services.forms import tags as form_tags
from unionoffice.services.forms.completing import AGE, BIRTH, is_card
from unionoffice.services.forms.kinds import AskedKind, named_kind
from unionoffice.services.forms.tags import PHOTO, Subject

KEY = "name"
"""What reading calls the field that every row must have: the person's name, or the first that the form asks."""


@dataclass(frozen=True, slots=True)
class RowColumns:
    """What a file's columns may fill: `listed` is the list whose rows they are, "" where each row is a copy.

    `fields` are the labels that a column may mean, and `places` says where such a label's value goes: the name of a
    single value or of the list's field, or (list, number, field) of a list that a copy has.
    """

    listed: str
    key: str
    fields: tuple[str, ...]
    places: dict[str, str | tuple[str, int, str]]
    expected: ImportColumns
    helping: frozenset[str]
    """Those that the form does not show, and that something it shows follows from."""

    def spec(self, label: str) -> str:
        """What reading calls a field."""
        return KEY if label == self.key else label


class _Words(msgspec.Struct):
    synonyms: list[list[str]]
    repeated: dict[str, list[str]]
    most: int


def row_columns(book: Book, *, photo: bool = False) -> RowColumns:
    """What a form's file may hold: a row a copy where the form is about one person, else a row of its list.

    Where it has room for a `photo`, a column may name each copy's picture.
    """
    lists = form_tags.lists_in(book)
    listed = form_tags.listed_in(book)
    singles = [name for name in lists[listed] if name != NUMBER] if listed else form_tags.asked_in(book, Subject.FREE)
    asked, singles = singles, [*singles, *([BIRTH] if AGE in singles and BIRTH not in singles else [])]
    key = next(filter(form_tags.names_somebody, sorted(singles, key=_least_like_a_name)), singles[0] if singles else "")
    specs: dict[str, ColumnSpec] = {}
    places: dict[str, str | tuple[str, int, str]] = {}
    pictures = [PHOTO] if photo and not listed and singles else []
    for label, known_as in _known_as([*singles, *pictures]):
        name = KEY if label == key else label
        specs[name] = ColumnSpec(name, label, _cells(label), headings=known_as)
        places[label] = label
    for group, fields in () if listed else lists.items():
        for number in range(1, _words().most + 1):
            for field, known_as in _known_as([each for each in fields if each != NUMBER]):
                label = f"{group}{number}{field}"
                headings = tuple(
                    f"{prefix.format(n=number)}{word}"
                    for prefix in _words().repeated.get(group, [f"{group}{{n}}"])
                    for word in (field, *known_as)
                )
                specs[label] = ColumnSpec(label, label, _cells(field), headings=headings)
                places[label] = (group, number, field)
    expected = ImportColumns("", specs, required=(KEY,) if key else ())
    return RowColumns(listed, key, tuple(places), places, expected, frozenset(singles) - frozenset(asked))


def _least_like_a_name(label: str) -> int:
    return 0 if label == "姓名" else 1 if label.endswith("姓名") else 2


def _known_as(labels: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each label with the words that mean it and are no other label of the form."""
    own = {fold_caption(label) for label in labels}
    for label in labels:
        yield label, tuple(word for word in _meaning_the_same(label) if fold_caption(word) not in own)


@lru_cache(maxsize=1_000)
def _meaning_the_same(label: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for group in (*_words().synonyms, *_of_rosters()):
        if fold_caption(label) in map(fold_caption, group):
            found |= dict.fromkeys(group)
    return tuple(found)


@lru_cache(maxsize=1)
def _words() -> _Words:
    return msgspec.json.decode(resource("imports/form_rows.json").read_bytes(), type=_Words)


@lru_cache(maxsize=1)
def _of_rosters() -> Iterable[tuple[str, ...]]:
    return tuple((spec.label, *spec.headings) for spec in member_columns(ROOT).columns.values())


def _cells(label: str) -> Kind:
    """How the cells of a column are cleaned."""
    if label.endswith("姓名"):
        return "name"
    if is_card(label):
        return "id"
    kind = named_kind(label)
    if kind is AskedKind.DATE or label.endswith(("时间", "年月")):
        return "date"
    return "note" if kind is AskedKind.NOTE else "text"
