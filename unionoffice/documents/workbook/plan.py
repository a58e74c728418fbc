"""What filling a form changes: which rows are repeated how often, and what each cell holds afterwards.

Worked out once, then carried out in the workbook's own XML (`in_package`) and in the plain cells that are printed
(`in_book`), so that file and paper are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from math import ceil
from typing import Any

from unionoffice.documents.workbook.book import Book, Cell, Place, Run, Sheet, Type
from unionoffice.documents.workbook.headers import body
from unionoffice.documents.workbook.paging import UNIT, Measured, measure, wrapped_height
from unionoffice.documents.workbook.profile import EXCEL
from unionoffice.documents.workbook.tags import (
    CAPITALS,
    NO_LISTS,
    NUMBER,
    PAGE_SUM,
    SUM,
    Item,
    Photo,
    Tag,
    Values,
    as_value,
    filled,
    runs_of,
    tagged,
)

_PIXEL = 0.75
_SLACK = 0.3


@dataclass(frozen=True, slots=True)
class Block:
    """Rows first..last of the form become `rows`: the form's row that each of them is a copy of, in order.

    `breaks` are the places in `rows` after which a new page begins.
    """

    first: int
    last: int
    rows: tuple[int, ...]
    breaks: tuple[int, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether any row is repeated, left out or begins a page."""
        return bool(self.breaks) or self.rows != tuple(range(self.first, self.last + 1))

    @property
    def grown(self) -> int:
        """How many rows there are more than before."""
        return len(self.rows) - (self.last - self.first + 1)


@dataclass(slots=True)
class SheetPlan:
    """The changes of one sheet: blocks from top to bottom, values by place in the filled sheet."""

    title: str
    blocks: list[Block] = field(default_factory=list)
    values: dict[Place, Any] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    """Rows of the filled sheet that grow with what is put into them."""

    def moved(self, row: int, *, end: bool = False) -> int:
        """Where a row of the form lies in the filled sheet: its first copy, or with `end` its last."""
        shift = 0
        for block in self.blocks:
            if row < block.first:
                break
            if row <= block.last:
                copies = [index for index, source in enumerate(block.rows) if source == row]
                if not copies:
                    return block.first + shift
                return block.first + shift + (copies[-1] if end else copies[0])
            shift += block.grown
        return row + shift

    def sources(self, last: int) -> list[int]:
        """For each row of the filled sheet, from 1, the row of the form that it comes from, down to the form's last."""
        found: list[int] = []
        at = 1
        for block in self.blocks:
            found.extend(range(at, block.first))
            found.extend(block.rows)
            at = block.last + 1
        found.extend(range(at, last + 1))
        return found


@dataclass(frozen=True, slots=True)
class _Lines:
    """The rows of a form that a list fills: the tagged row, the empty lines below it, the row of the page's sum."""

    name: str
    row: int
    spare: tuple[int, ...]
    page_row: int | None


class Planner:
    """Knows where the tags of a form are; works out what one filling after the other changes."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._sheets = [_SheetTags(sheet) for sheet in book.sheets if any(True for _ in tagged(sheet))]

    def plan(self, values: Values) -> list[SheetPlan]:
        """What filling the form with these values changes, sheet by sheet."""
        return [self._sheet_plan(tags, values) for tags in self._sheets]

    def _sheet_plan(self, tags: _SheetTags, values: Values) -> SheetPlan:
        found = SheetPlan(tags.sheet.title)
        shares: list[tuple[Block, _Lines, list[tuple[str, int, int]]]] = []
        for lines in tags.lines:
            block, share = _block(self._book, tags.sheet, lines, len(values.lists.get(lines.name, ())))
            if block.changes:
                found.blocks.append(block)
            shares.append((block, lines, share))
        _put(found, tags, values, shares)
        _grow(found, self._book, tags)
        return found


class _SheetTags:
    """The tags of one sheet, by place, and the rows among them that lists fill."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.cells = {place: (text, tags) for place, text, tags in tagged(sheet)}
        self.by_row: dict[int, list[Place]] = {}
        for place in self.cells:
            self.by_row.setdefault(place[0], []).append(place)
        page_rows = {place[0] for place, (_, tags) in self.cells.items() if any(tag.group == PAGE_SUM for tag in tags)}
        patterns = _patterns(sheet)
        self.lines: list[_Lines] = []
        self.taken: set[int] = set()
        self.growing = {place for place in self.cells if _may_grow(sheet, place)}
        self.measured: Measured | None = None
        for row in sorted(self.by_row):
            name = _list_of(tag for place in self.by_row[row] for tag in self.cells[place][1])
            if not name or row in self.taken:
                continue
            after = row + 1
            while after not in self.by_row and patterns.get(row) == patterns.get(after, ()):
                after += 1
            spare = range(row + 1, after)
            self.lines.append(_Lines(name, row, tuple(spare), after if after in page_rows else None))
            self.taken.update([row, *spare, *([after] if after in page_rows else [])])


def _may_grow(sheet: Sheet, place: Place) -> bool:
    """Whether a tagged cell breaks its text into lines and stands in a row whose height nobody has set."""
    look = sheet.cells[place].look
    breaks = look.wrap or look.horizontal in ("justify", "distributed")
    return breaks and not look.angle and bool(_automatic(sheet, place))


def _automatic(sheet: Sheet, place: Place) -> list[int]:
    """The rows of a cell whose height follows what stands in them."""
    rows = range(place[0], sheet.merges.get(place, place)[0] + 1)
    return [row for row in rows if row not in sheet.fitted_rows and sheet.heights.get(row) != 0]


def _grow(found: SheetPlan, book: Book, tags: _SheetTags) -> None:
    """Let rows grow with what is put into them, but those counted out onto pages: of a merged cell the last row.

    Excel does so when somebody types, but for merged cells: what is printed must be readable in both.
    """
    if not tags.growing:
        return
    sheet, paged = tags.sheet, {lines.row for lines in tags.lines if lines.page_row is not None}
    if tags.measured is None:
        tags.measured = measure(sheet, book.type, EXCEL, by_excel=book.by_excel)
    grid = tags.measured.grid
    sources = found.sources(max((place[0] for place in found.values), default=0))
    for (row, column), value in sorted(found.values.items(), key=lambda each: each[0]):
        source = (sources[row - 1], column)
        if source not in tags.growing or source[0] in paged or isinstance(value, Photo) or value in (None, ""):
            continue
        end = sheet.merges.get(source, source)
        cell = Cell(as_value(value), sheet.cells[source].look, runs_of(value))
        needed = wrapped_height(cell, grid.width(column, end[1]) * UNIT, book.type, EXCEL)
        last = _automatic(sheet, source)[-1]
        grown = last - source[0] + row
        above = sum(
            found.heights.get(row + each - source[0], grid.height(each, each) * UNIT)
            for each in range(source[0], end[0] + 1)
            if each != last
        )
        room = found.heights.get(grown, grid.height(last, last) * UNIT)
        if needed > above + room + _SLACK:
            found.heights[grown] = ceil((needed - above) / _PIXEL) * _PIXEL


def plan(book: Book, values: Values) -> list[SheetPlan]:
    """What filling a form with these values changes, sheet by sheet."""
    return Planner(book).plan(values)


def _list_of(tags: Iterable[Tag]) -> str:
    """The list that a row with these tags is repeated for, "" for none."""
    return next((tag.group for tag in tags if tag.group and tag.group not in NO_LISTS), "")


def _patterns(sheet: Sheet) -> dict[int, tuple[Any, ...]]:
    """How each row is ruled and merged, of those that are ruled and hold no word of their own."""
    parts: dict[int, list[Any]] = {}
    worded: set[int] = set()
    for (row, column), cell in sheet.cells.items():
        if cell.value not in (None, "") and "{{" not in str(cell.value):
            worded.add(row)
        end = sheet.merges.get((row, column))
        if end is None or end[0] == row:
            borders = cell.look.borders
            parts.setdefault(row, []).append(
                (column, end[1] if end else column, bool(borders.left), bool(borders.right))
            )
    return {
        row: tuple(sorted(found))
        for row, found in parts.items()
        if row not in worded and any(part[2] or part[3] for part in found)
    }


def _block(book: Book, sheet: Sheet, filled_lines: _Lines, count: int) -> tuple[Block, list[tuple[str, int, int]]]:
    """The rows that a list fills, and what each shows: ("item", i, i + 1), ("page", from, to) or ("none", 0, 0)."""
    row, page_row = filled_lines.row, filled_lines.page_row
    lines = [row, *filled_lines.spare]
    if page_row is None:
        rows = [lines[min(index, len(lines) - 1)] for index in range(max(count, len(lines)))]
        share = [("item", index, index + 1) if index < count else ("none", 0, 0) for index in range(len(rows))]
        return Block(row, lines[-1], tuple(rows)), share
    rows, share, breaks = [], [], []
    taken = 0
    for page, size in enumerate(_page_sizes(book, sheet, row, page_row, count)):
        if page:
            breaks.append(len(rows) - 1)
        for index in range(taken, taken + size):
            rows.append(lines[min(index, len(lines) - 1)])
            share.append(("item", index, index + 1) if index < count else ("none", 0, 0))
        rows.append(page_row)
        share.append(("page", taken, min(taken + size, count)))
        taken += size
    return Block(row, page_row, tuple(rows), tuple(breaks)), share


def _page_sizes(book: Book, sheet: Sheet, row: int, page_row: int, count: int) -> list[int]:
    """How many lines stand on each page, so that a page sum and at the end the closing rows fit below them."""
    measured = measure(sheet, book.type, EXCEL, by_excel=book.by_excel)
    grid = measured.grid
    last = max((area[2] for area in measured.areas), default=page_row)
    line, closing = grid.height(row, row) * UNIT, grid.height(page_row + 1, last) * UNIT
    head, page_sum = grid.height(1, row - 1) * UNIT, grid.height(page_row, page_row) * UNIT
    titles = sheet.title_rows
    repeated = grid.height(titles[0], titles[1]) * UNIT if titles else 0.0
    scale = _scale_across(book, sheet)
    room = body(sheet.setup, scale, book.type, EXCEL).height / scale
    sizes: list[int] = []
    left = max(count, 1)
    while left > 0:
        above = head if not sizes else repeated
        fits = max(1, int((room - above - page_sum) / line + 1e-6))
        if left <= fits:
            with_closing = max(1, int((room - above - page_sum - closing) / line + 1e-6))
            sizes.extend([left] if left <= with_closing else [left - 1, 1] if left > 1 else [1])
            break
        sizes.append(fits)
        left -= fits
    return sizes


def _scale_across(book: Book, sheet: Sheet) -> float:
    """The scale that the width of the sheet asks for: its length is cut into pages."""
    setup = sheet.setup
    if setup.fit is None:
        return setup.scale / 100
    measured = measure(sheet, book.type, EXCEL, by_excel=book.by_excel)
    right = max((area[3] for area in measured.areas), default=1)
    wide = measured.grid.width(1, right) * UNIT
    room = body(setup, 1.0, _NO_TYPE, EXCEL).width
    return min(1.0, int(100 * room / wide) / 100) if wide > 0 else 1.0


_NO_TYPE = Type()


def _put(
    found: SheetPlan,
    tags: _SheetTags,
    values: Values,
    shares: Sequence[tuple[Block, _Lines, list[tuple[str, int, int]]]],
) -> None:
    cells = tags.cells
    single = {**values.single, **_totals(cells, values)}
    for place, (text, _) in cells.items():
        if place[0] not in tags.taken:
            found.values[found.moved(place[0]), place[1]] = filled(text, single, _runs(tags, place))
    for block, lines, share in shares:
        start = found.moved(block.first)
        items = values.lists.get(lines.name, ())
        texts = {place[1]: cells[place][0] for place in tags.by_row[lines.row]}
        for index, (kind, first, last) in enumerate(share):
            row = start + index
            if kind == "page":
                for place in tags.by_row[block.rows[index]]:
                    lookup = {**single, **_sums(PAGE_SUM, cells[place][1], items[first:last])}
                    found.values[row, place[1]] = filled(cells[place][0], lookup, _runs(tags, place))
            elif kind == "item":
                lookup = {**single, f"{lines.name}.{NUMBER}": first + 1}
                lookup.update((f"{lines.name}.{key}", value) for key, value in items[first].items())
                for column, text in texts.items():
                    found.values[row, column] = filled(text, lookup, _runs(tags, (lines.row, column)))
            else:
                found.values.update(((row, column), "") for column in texts)


def _runs(tags: _SheetTags, place: Place) -> tuple[Run, ...]:
    return tags.sheet.cells[place].runs


def _totals(cells: Mapping[Place, tuple[str, list[Tag]]], values: Values) -> dict[str, Any]:
    """The sums over whole lists that the form asks for."""
    tags = [tag for _, tags in cells.values() for tag in tags]
    found: dict[str, Any] = {}
    for tag in tags:
        if tag.group in (SUM, CAPITALS):
            total = _total(item.get(tag.name) for items in values.lists.values() for item in items)
            capitals = values.capitals if tag.group == CAPITALS and total != "" else None
            found[tag.text] = capitals(total) if capitals else total
    return found


def _sums(group: str, tags: Sequence[Tag], items: Sequence[Item]) -> dict[str, Any]:
    return {tag.text: _total(item.get(tag.name) for item in items) for tag in tags if tag.group == group}


def _total(values: Iterable[Any]) -> Decimal | str:
    """The sum of some values, blank ones counting nothing.

    "" where one is no number, for a wrong sum is none, and where all are blank: whoever fills them in adds them up.
    """
    given = [value for value in values if value is not None and str(value).strip()]
    if not given:
        return ""
    total = Decimal(0)
    for value in given:
        try:
            total += value if isinstance(value, Decimal) else Decimal(str(value))
        except InvalidOperation:
            return ""
    return total
