"""What filling a form changes: which rows are repeated how often, and what each cell holds afterwards.

Worked out once, then carried out in the workbook's own XML (`in_package`) and in the plain cells that are printed
(`in_book`), so that file and paper are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from math import ceil
from typing import Any

from unionoffice.documents.workbook.book import Book, Cell, Look, Place, Run, Sheet, Type
from unionoffice.documents.workbook.headers import body
from unionoffice.documents.workbook.paging import (
    PADDING,
    TALLEST,
    UNIT,
    Measured,
    cut,
    indent_of,
    measure,
    wrapped_height,
)
from unionoffice.documents.workbook.profile import EXCEL, LIBREOFFICE
from unionoffice.documents.workbook.tags import (
    CAPITALS,
    NO_LISTS,
    NUMBER,
    PAGE_SUM,
    SUM,
    Item,
    Tag,
    Values,
    as_value,
    filled,
    runs_of,
    tagged,
)

_PIXEL = 0.75
_SLACK = 0.3
_LITTLE = 0.8
"""By so much smaller letters a text stays on the one line for which a row was ruled: no row grows for a sign or two."""
_AIR = 3
"""Points that a row which was ruled higher than its letters has more than them when it grows."""
_FREE = 0.005
"""Part of a page's body that is left free where pages are counted out: no two printers measure quite alike."""


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

    def source(self, index: int) -> int:
        """The form's row that holds the item of this place."""
        return self.row + min(index, len(self.spare))


@dataclass(frozen=True, slots=True)
class _Wrapping:
    """A cell of a list's row that breaks its text into lines: how it looks, how wide it is, how high its row may be."""

    column: int
    look: Look
    width: float
    height: float
    fixed: bool
    letters: int
    """So many letters surely stand in one line, for which the row is high enough."""


_Row = Mapping[int, Any]
"""What one item of a list puts into its row, by column."""


class Planner:
    """Knows where the tags of a form are; works out what one filling after the other changes."""

    def __init__(self, book: Book) -> None:
        self._sheets = [_SheetTags(book, sheet) for sheet in book.sheets if any(True for _ in tagged(sheet))]

    def plan(self, values: Values) -> list[SheetPlan]:
        """What filling the form with these values changes, sheet by sheet."""
        return [_sheet_plan(tags, values) for tags in self._sheets]


def _sheet_plan(tags: _SheetTags, values: Values) -> SheetPlan:
    """Heights are worked out before pages: how many lines a page holds depends on how far they and its head grow."""
    found = SheetPlan(tags.sheet.title)
    single = {**values.single, **_totals(tags.cells, values)}
    placed = {
        place: filled(text, single, _runs(tags, place))
        for place, (text, _) in tags.cells.items()
        if place[0] not in tags.taken
    }
    heights = _single_heights(tags, placed)
    for lines in tags.lines:
        rows = _item_rows(tags, lines, values, single)
        grown = _line_heights(tags, lines, rows, heights)
        block, share = _block(tags, lines, len(rows), heights, grown)
        if block.changes:
            found.blocks.append(block)
        _put_lines(found, tags, lines, block, share, rows, grown, values, single)
    found.values.update(((found.moved(place[0]), place[1]), value) for place, value in placed.items())
    found.heights.update((found.moved(row, end=True), height) for row, height in heights.items())
    return found


class _SheetTags:
    """The tags of one sheet, by place, and the rows among them that lists fill."""

    def __init__(self, book: Book, sheet: Sheet) -> None:
        self.book = book
        self.sheet = sheet
        self.cells = {place: (text, tags) for place, text, tags in tagged(sheet)}
        self.by_row: dict[int, list[Place]] = {}
        for place in self.cells:
            self.by_row.setdefault(place[0], []).append(place)
        page_rows = {place[0] for place, (_, tags) in self.cells.items() if any(tag.group == PAGE_SUM for tag in tags)}
        patterns = _patterns(sheet)
        self.lines: list[_Lines] = []
        self.taken: set[int] = set()
        self.growing = {place for place in self.cells if _breaks(sheet, place) and _automatic(sheet, place)}
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

    @cached_property
    def measured(self) -> Measured:
        """The unfilled sheet with its grid."""
        return measure(self.sheet, self.book.type, EXCEL, by_excel=self.book.by_excel)

    @property
    def lengthens(self) -> bool:
        """Whether the sheet may have any number of pages: nothing is made smaller when a row grows."""
        return self.sheet.setup.fit is None or not self.sheet.setup.fit[1]

    @property
    def breaks(self) -> bool:
        """Whether breaks set by hand count on the sheet: where it is fitted, each program breaks where a page is full.

        Pages that are full must be counted as they are drawn; where breaks count, a page is best not quite full.
        """
        return self.sheet.setup.fit is None

    @cached_property
    def room(self) -> int:
        """How high the body of a page is, in the sheet's own size: in whichever program the file is opened."""
        scale = _scale_across(self)
        profiles = (EXCEL, LIBREOFFICE) if self.breaks else (EXCEL,)
        height = min(body(self.sheet.setup, scale, self.book.type, profile).height for profile in profiles)
        return cut(height * (1 - _FREE if self.breaks else 1) / scale)

    def height(self, first: int, last: int, heights: Mapping[int, float]) -> int:
        """How high rows of the form are drawn together, those that have grown as high as they are now."""
        grid = self.measured.grid
        more = sum(self.drawn(to) - grid.height(row, row) for row, to in heights.items() if first <= row <= last)
        return grid.height(first, last) + more

    def drawn(self, height: float) -> int:
        """A height as it is drawn."""
        return cut(int(height / _PIXEL + 1e-6) * _PIXEL if self.book.by_excel else height)

    def stored(self, first: int, last: int, heights: Mapping[int, float]) -> int:
        """What rows of the form may take of a page together, those that have grown as high as they are now."""
        if not self.breaks:
            return self.height(first, last, heights)
        sheet, usual = self.sheet, self.sheet.default_height or 0.0
        return sum(
            max(
                0 if row in heights else self.measured.grid.height(row, row),
                self.counted(heights.get(row, sheet.heights.get(row, 0.0 if sheet.rows_hidden else usual))),
            )
            for row in range(first, last + 1)
        )

    def counted(self, height: float) -> int:
        """What a height in the file may take of a page: as stored, or of whole pixels, whichever is more.

        Paper has rows cut down to whole pixels: 28 rows of 25 points are 7 points higher in the file than drawn.
        """
        return ceil(max(height, round(height / _PIXEL) * _PIXEL) / UNIT - 1e-6) if self.breaks else self.drawn(height)

    def needed(self, value: Any, look: Look, width: float) -> float:
        """How high a cell must be to show a value."""
        return wrapped_height(Cell(as_value(value), look, runs_of(value)), width, self.book.type, EXCEL)

    def tallest(self, beside: int) -> float:
        """How high a row may become that shares its page with so much else: spreadsheets and paper both end."""
        return min(TALLEST, int((self.room - beside) * UNIT / _PIXEL) * _PIXEL) if self.lengthens else TALLEST

    def wrapping(self, lines: _Lines, source: int) -> list[_Wrapping]:
        """The cells of a row of a list that may make it grow."""
        found = []
        for _, column in self.by_row[lines.row]:
            place = (source, column)
            cell = self.sheet.cells.get(place)
            last_row, last = self.sheet.merges.get(place, place)
            fixed = not _automatic(self.sheet, place)
            if cell is None or not _breaks(self.sheet, place) or last_row != source or (fixed and not self.lengthens):
                continue
            look, grid = cell.look, self.measured.grid
            width, height = grid.width(column, last) * UNIT, grid.height(source, source) * UNIT
            size = max([look.type.size, *(run.type.size for run in self.sheet.cells[lines.row, column].runs)])
            letters = int((width - 2 * PADDING - indent_of(look, self.book.type)) / size)
            low = not fixed and EXCEL.pitch(look.type, 0, 0) > height + _SLACK
            found.append(_Wrapping(column, look, width, height, fixed, -1 if low else letters))
        return found


def _breaks(sheet: Sheet, place: Place) -> bool:
    """Whether a cell breaks its text into lines."""
    look = sheet.looked(place)
    return look is not None and (look.wrap or look.horizontal in ("justify", "distributed")) and not look.angle


def _automatic(sheet: Sheet, place: Place) -> list[int]:
    """The rows of a cell whose height follows what stands in them."""
    rows = range(place[0], sheet.merges.get(place, place)[0] + 1)
    return [row for row in rows if row not in sheet.fitted_rows and sheet.heights.get(row) != 0]


def _single_heights(tags: _SheetTags, placed: Mapping[Place, Any]) -> dict[int, float]:
    """Rows of the form, outside its lists, that grow with what is put into them: of a merged cell the last row.

    Excel does so when somebody types, but for merged cells: what is printed must be readable in both. Rows whose height
    somebody has set stay: they are what a sheet is composed of.
    """
    found: dict[int, float] = {}
    for place, value in sorted(placed.items(), key=lambda each: each[0]):
        if place not in tags.growing or not isinstance(value, str) or not value:
            continue
        grid, sheet = tags.measured.grid, tags.sheet
        end = sheet.merges.get(place, place)
        needed = tags.needed(value, sheet.cells[place].look, grid.width(place[1], end[1]) * UNIT)
        last = _automatic(sheet, place)[-1]
        above = tags.height(place[0], end[0], found) - tags.height(last, last, found)
        room = tags.height(last, last, found) * UNIT
        if needed > above * UNIT + room + _SLACK:
            titles = sheet.title_rows
            beside = tags.stored(*titles, found) if titles and not titles[0] <= last <= titles[1] else 0
            found[last] = max(room, min(_up(needed - above * UNIT), tags.tallest(beside + above)))
    return found


def _line_heights(
    tags: _SheetTags, lines: _Lines, rows: Sequence[_Row], heights: Mapping[int, float]
) -> dict[int, float]:
    """The items of a list whose texts want a higher row, by their place, also where its height was set.

    A list is ruled for the usual; who has a longer name gets the room for it, as long as the sheet may go on.
    """
    found: dict[int, float] = {}
    known: dict[tuple[int, int, str], float] = {}
    wrapping = {source: tags.wrapping(lines, source) for source in (lines.row, *lines.spare)}
    if not any(wrapping.values()):
        return found
    tallest = tags.tallest(_beside(tags, lines, heights))
    for index, row in enumerate(rows):
        source = lines.source(index)
        for each in wrapping[source]:
            value = row[each.column]
            if not isinstance(value, str) or (len(value) <= each.letters and "\n" not in value):
                continue
            key = (source, each.column, value)
            if key not in known:
                known[key] = _needed(tags, each, value)
            if known[key] > each.height + _SLACK:
                found[index] = max(found.get(index, each.height), min(known[key], tallest))
    return found


def _needed(tags: _SheetTags, each: _Wrapping, value: str) -> float:
    """How high a row must be for a text, 0 where its own height does: for one line no row set by hand grows."""
    needed = tags.needed(value, each.look, each.width)
    if not each.fixed:
        return _up(needed)
    line = EXCEL.pitch(each.look.type, 0, 0) + _SLACK
    if needed <= max(each.height + _SLACK, line) or tags.needed(value, each.look, each.width / _LITTLE) <= line:
        return 0.0
    return _up(needed + _AIR)


def _up(height: float) -> float:
    return ceil(height / _PIXEL - 1e-6) * _PIXEL


def _beside(tags: _SheetTags, lines: _Lines, heights: Mapping[int, float]) -> int:
    """What a line of a list shares its page with: what is repeated on each, where pages are counted out the rest."""
    titles = tags.sheet.title_rows
    repeated = tags.stored(*titles, heights) if titles else 0
    if lines.page_row is None:
        return repeated
    head, page_sum, closing = _around(tags, lines.row, lines.page_row, heights)
    return max(head, repeated) + page_sum + closing


def _around(tags: _SheetTags, row: int, page_row: int, heights: Mapping[int, float]) -> tuple[int, int, int]:
    """How high the rows above a list, its sum of a page and what closes it are."""
    last = max((area[2] for area in tags.measured.areas), default=page_row)
    return (
        tags.stored(1, row - 1, heights),
        tags.stored(page_row, page_row, heights),
        tags.stored(page_row + 1, last, heights),
    )


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


def _block(
    tags: _SheetTags, lines: _Lines, count: int, heights: Mapping[int, float], grown: Mapping[int, float]
) -> tuple[Block, list[tuple[str, int, int]]]:
    """The rows that a list fills, and what each shows: ("item", i, i + 1), ("page", from, to) or ("none", 0, 0)."""
    row, page_row, length = lines.row, lines.page_row, 1 + len(lines.spare)
    if page_row is None:
        rows = [lines.source(index) for index in range(max(count, length))]
        share = [("item", index, index + 1) if index < count else ("none", 0, 0) for index in range(len(rows))]
        return Block(row, row + length - 1, tuple(rows)), share
    rows, share, breaks = [], [], []
    taken = 0
    for page, size in enumerate(_page_sizes(tags, lines, page_row, count, heights, grown)):
        if page:
            breaks.append(len(rows) - 1)
        for index in range(taken, taken + size):
            rows.append(lines.source(index))
            share.append(("item", index, index + 1) if index < count else ("none", 0, 0))
        rows.append(page_row)
        share.append(("page", taken, min(taken + size, count)))
        taken += size
    return Block(row, page_row, tuple(rows), tuple(breaks)), share


def _page_sizes(
    tags: _SheetTags,
    lines: _Lines,
    page_row: int,
    count: int,
    heights: Mapping[int, float],
    grown: Mapping[int, float],
) -> list[int]:
    """How many lines stand on each page, so that a page sum and at the end the closing rows fit below them."""
    head, page_sum, closing = _around(tags, lines.row, page_row, heights)
    titles = tags.sheet.title_rows
    repeated = tags.stored(*titles, heights) if titles else 0
    usual = {source: tags.stored(source, source, heights) for source in (lines.row, *lines.spare)}
    sizes: list[int] = []
    at, count = 0, max(count, 1)
    while at < count:
        room = tags.room - (repeated if sizes else head) - page_sum
        end, used = at, 0
        while end < count:
            tall = tags.counted(grown[end]) if end in grown else usual[lines.source(end)]
            if end > at and used + tall > room:
                break
            used, end = used + tall, end + 1
        if end == count and used + closing > room and end - at > 1:
            end -= 1
        sizes.append(end - at)
        at = end
    return sizes


def _scale_across(tags: _SheetTags) -> float:
    """The scale that the width of the sheet asks for: its length is cut into pages."""
    setup = tags.sheet.setup
    if setup.fit is None:
        return setup.scale / 100
    right = max((area[3] for area in tags.measured.areas), default=1)
    wide = tags.measured.grid.width(1, right) * UNIT
    room = body(setup, 1.0, _NO_TYPE, EXCEL).width
    return min(1.0, int(100 * room / wide) / 100) if wide > 0 else 1.0


_NO_TYPE = Type()


def _item_rows(tags: _SheetTags, lines: _Lines, values: Values, single: Mapping[str, Any]) -> list[_Row]:
    """What each item of a list puts into its row."""
    texts = {place[1]: (tags.cells[place][0], _runs(tags, place)) for place in tags.by_row[lines.row]}
    found: list[_Row] = []
    for number, item in enumerate(values.lists.get(lines.name, ()), start=1):
        lookup = {**single, f"{lines.name}.{NUMBER}": number}
        lookup.update((f"{lines.name}.{key}", value) for key, value in item.items())
        found.append({column: filled(text, lookup, runs) for column, (text, runs) in texts.items()})
    return found


def _put_lines(
    found: SheetPlan,
    tags: _SheetTags,
    lines: _Lines,
    block: Block,
    share: Sequence[tuple[str, int, int]],
    rows: Sequence[_Row],
    grown: Mapping[int, float],
    values: Values,
    single: Mapping[str, Any],
) -> None:
    start = found.moved(block.first)
    items = values.lists.get(lines.name, ())
    blank = dict.fromkeys((place[1] for place in tags.by_row[lines.row]), "")
    for index, (kind, first, last) in enumerate(share):
        row = start + index
        if kind == "page":
            for place in tags.by_row[block.rows[index]]:
                lookup = {**single, **_sums(PAGE_SUM, tags.cells[place][1], items[first:last])}
                found.values[row, place[1]] = filled(tags.cells[place][0], lookup, _runs(tags, place))
            continue
        shown = rows[first] if kind == "item" else blank
        found.values.update(((row, column), value) for column, value in shown.items())
        if kind == "item" and first in grown:
            found.heights[row] = grown[first]


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
