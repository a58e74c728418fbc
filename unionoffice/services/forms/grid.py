"""What the window shows of a form's workbook (表单): its cells to be clicked, and what is typed when it is printed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from unionoffice.documents.workbook.book import Cell, Sheet
from unionoffice.documents.workbook.formats import shown
from unionoffice.documents.workbook.loading import load
from unionoffice.documents.workbook.tags import address, chosen_of
from unionoffice.services.forms import tags as form_tags
from unionoffice.services.forms.kinds import AskedKind, kinds_in, listed_days
from unionoffice.services.forms.shelf import Form, readable
from unionoffice.services.forms.tags import Subject

_MOST_ROWS, _MOST_COLUMNS = 300, 60
_USUAL_WIDTH, _USUAL_HEIGHT = 8.4, 15.0


@dataclass(frozen=True, slots=True)
class Asking:
    """What is typed when a form is printed: single values with their kinds, and the fields of lists.

    `options` are what may be ticked, of those that are a choice, and `days` the fields of lists that are days.
    """

    fields: Mapping[str, AskedKind]
    lists: Mapping[str, tuple[str, ...]]
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    days: Collection[tuple[str, str]] = ()


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
    lists = form_tags.lists_in(book) if form.subject is Subject.FREE else {}
    kinds, options = kinds_in(book, form.asked)
    return Asking(kinds, lists, options, listed_days(book))


def tags_of(subject: Subject) -> dict[str, list[str]]:
    """Every tag that a form of a subject may use, by the list it belongs to, "" for single ones."""
    known = form_tags.known(subject)
    found = {"": list(dict.fromkeys(known.single))}
    for name, fields in known.lists.items():
        found[name] = [f"{name}.{part}" for part in dict.fromkeys(("序号", *fields))]
    return found


def ticked(value: str | None, option: str) -> bool:
    """Whether the box of an option is ticked by an answer."""
    return option in chosen_of(value)


def _as_seen(cell: Cell) -> str:
    """What a cell shows that holds no text: a day by its format."""
    return shown(cell.value, cell.look.format).text


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
                "" if cell is None else cell.value if isinstance(cell.value, str) else _as_seen(cell),
                cell is not None and cell.look.type.bold,
                cell is not None and cell.look.horizontal in ("center", "centerContinuous"),
            )
        )
    return GridSheet(sheet.title, widths, heights, tuple(cells), (rows, columns) != (last_row, last_column))
