"""What the window shows of a form's workbook (表单): its cells to be clicked, and what is typed when it is printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from unionoffice.documents.workbook.book import Sheet
from unionoffice.documents.workbook.loading import load
from unionoffice.documents.workbook.tags import ASKED, TAG, address, chosen_of, options_of, tagged
from unionoffice.services.forms import tags as form_tags
from unionoffice.services.forms.shelf import Form, readable
from unionoffice.services.forms.tags import Subject
from unionoffice.services.forms.typed import AMOUNT

_MOST_ROWS, _MOST_COLUMNS = 300, 60
_USUAL_WIDTH, _USUAL_HEIGHT = 8.4, 15.0
_NAMES = (
    (re.compile(r"(日期|截止日|起始时间|去世日|回访日)$"), "date"),
    (AMOUNT, "amount"),
    (re.compile(r"(理由|说明|情况|简历|意见|安排|措施|诉求|成效|需求|答复|事项)$"), "note"),
)


class AskedKind(Enum):
    """How something asked is typed."""

    TEXT = "text"
    NOTE = "note"
    DATE = "date"
    AMOUNT = "amount"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Asking:
    """What is typed when a form is printed: single values with their kinds, and the fields of lists.

    `options` are what may be ticked, of those that are a choice.
    """

    fields: Mapping[str, AskedKind]
    lists: Mapping[str, tuple[str, ...]]
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell to be seen; `place` names it as people do (“D5”), rows and columns count from 0."""

    place: str
    row: int
    column: int
    rows: int
    columns: int
    text: str
    bold: bool
    centred: bool


@dataclass(frozen=True, slots=True)
class GridSheet:
    """A visible sheet: widths in characters, heights in points; hidden columns and rows have 0."""

    title: str
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    cells: tuple[GridCell, ...]
    cut: bool
    """Whether it goes on beyond what is shown."""


def grid(path: Path) -> list[GridSheet]:
    """The visible sheets of a workbook. Raises UserError for what is none, EnvironmentFault for what cannot be read."""
    return [_sheet(sheet) for sheet in load(*readable(path)).sheets if sheet.visible]


def asking(form: Form) -> Asking:
    """What a form asks for. Raises as `grid` does."""
    if form.problem:
        return Asking({}, {})
    book = load(*readable(form.path))
    looks: dict[str, str] = {}
    options: dict[str, tuple[str, ...]] = {}
    for sheet in book.sheets:
        for place, text, found in tagged(sheet):
            for tag in found:
                if tag.group in ("", ASKED):
                    if tag.name in form.asked and (boxes := options_of(tag.how)):
                        options.setdefault(tag.name, boxes)
                    alone = TAG.fullmatch(text.strip()) is not None
                    looks.setdefault(tag.name, tag.how or (sheet.cells[place].look.format if alone else ""))
    lists = form_tags.lists_in(book) if form.subject is Subject.FREE else {}
    kinds = {name: AskedKind.CHOICE if name in options else _kind(name, looks.get(name, "")) for name in form.asked}
    return Asking(kinds, lists, options)


def tags_of(subject: Subject) -> dict[str, list[str]]:
    """Every tag that a form of a subject may use, by the list it belongs to, "" for single ones."""
    known = form_tags.known(subject)
    found = {"": list(dict.fromkeys(known.single))}
    for name, fields in known.lists.items():
        found[name] = [f"{name}.{part}" for part in dict.fromkeys(("序号", *fields))]
    return found


def named_kind(name: str) -> AskedKind:
    """How something of that name is typed."""
    return next((AskedKind(kind) for pattern, kind in _NAMES if pattern.search(name)), AskedKind.TEXT)


def ticked(value: str | None, option: str) -> bool:
    """Whether the box of an option is ticked by an answer."""
    return option in chosen_of(value)


def _kind(name: str, look: str) -> AskedKind:
    if look not in ("", "General", "@") and "选项" not in look:
        if any(sign in look for sign in "yd"):
            return AskedKind.DATE
        if any(sign in look for sign in ("0.00", "#,##0")):
            return AskedKind.AMOUNT
    return named_kind(name)


def _sheet(sheet: Sheet) -> GridSheet:
    ends = [*sheet.cells, *sheet.merges.values()]
    last_row, last_column = max((row for row, _ in ends), default=1), max((column for _, column in ends), default=1)
    rows, columns = min(last_row, _MOST_ROWS), min(last_column, _MOST_COLUMNS)
    default = sheet.default_width or _USUAL_WIDTH
    widths = tuple(sheet.widths.get(column, default) for column in range(1, columns + 1))
    usual = sheet.default_height or _USUAL_HEIGHT
    heights = tuple(sheet.heights.get(row, usual) for row in range(1, rows + 1))
    cells = []
    for place in sorted({*sheet.cells, *sheet.merges}):
        row, column = place
        if sheet.covered.get(place, place) != place or row > rows or column > columns:
            continue
        cell = sheet.cells.get(place)
        end_row, end_column = sheet.merges.get(place, place)
        cells.append(
            GridCell(
                address(place),
                row - 1,
                column - 1,
                min(end_row, rows) - row + 1,
                min(end_column, columns) - column + 1,
                "" if cell is None or cell.value is None else str(cell.value),
                cell is not None and cell.look.type.bold,
                cell is not None and cell.look.horizontal in ("center", "centerContinuous"),
            )
        )
    return GridSheet(sheet.title, widths, heights, tuple(cells), (rows, columns) != (last_row, last_column))
