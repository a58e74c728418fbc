"""What filling a form changes: which rows are repeated how often, and what each cell holds afterwards.

Worked out once, then carried out in the workbook's own XML (`in_package`) and in the plain cells that are printed
(`in_book`), so that file and paper are the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from unionoffice.documents.workbook.book import Book, Place, Sheet, Type
from unionoffice.documents.workbook.paging import UNIT, body, measure
from unionoffice.documents.workbook.profile import EXCEL
from unionoffice.documents.workbook.tags import (
    CAPITALS,
    NUMBER,
    PAGE_SUM,
    SUM,
    Item,
    Tag,
    Values,
    filled,
    parse,
    tagged,
)


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
    def grown(self) -> int:
        """How many rows there are more than before."""
        return len(self.rows) - (self.last - self.first + 1)


@dataclass(slots=True)
class SheetPlan:
    """The changes of one sheet: blocks from top to bottom, values by place in the filled sheet."""

    title: str
    blocks: list[Block] = field(default_factory=list)
    values: dict[Place, Any] = field(default_factory=dict)

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


def plan(book: Book, values: Values) -> list[SheetPlan]:
    """What filling a form with these values changes, sheet by sheet."""
    return [_sheet_plan(book, sheet, values) for sheet in book.sheets if any(True for _ in tagged(sheet))]


def _sheet_plan(book: Book, sheet: Sheet, values: Values) -> SheetPlan:
    cells = {place: (text, tags) for place, text, tags in tagged(sheet)}
    by_row: dict[int, list[Place]] = {}
    for place in cells:
        by_row.setdefault(place[0], []).append(place)
    found = SheetPlan(sheet.title)
    lists = {row: name for row, places in by_row.items() if (name := _list_of(cells, places, values))}
    page_rows = {
        row for row, places in by_row.items() if any(tag.group == PAGE_SUM for p in places for tag in cells[p][1])
    }
    done: set[int] = set()
    shares: dict[int, list[tuple[str, Sequence[Item], int]]] = {}
    for row in sorted(lists):
        if row in done:
            continue
        name = lists[row]
        items = values.lists.get(name, ())
        spare = _spare_rows(sheet, row, by_row)
        page_row = row + len(spare) + 1 if row + len(spare) + 1 in page_rows else None
        block, share = _block(book, sheet, row, spare, page_row, len(items))
        done.update(range(block.first, block.last + 1))
        found.blocks.append(block)
        shares[block.first] = [(kind, items[start:stop], start) for kind, start, stop in share]
    _put(found, cells, by_row, values, shares, sheet, done)
    return found


def _list_of(cells: Mapping[Place, tuple[str, list[Tag]]], places: Sequence[Place], values: Values) -> str:
    for place in places:
        for tag in cells[place][1]:
            if tag.group and tag.group not in (SUM, PAGE_SUM, CAPITALS):
                return tag.group
    return ""


def _spare_rows(sheet: Sheet, row: int, by_row: Mapping[int, list[Place]]) -> list[int]:
    """The empty rows below that are ruled as this one is: a form's printed lines, filled before any is added."""
    pattern = _pattern(sheet, row)
    found = []
    following = row + 1
    while following not in by_row and _pattern(sheet, following) == pattern and pattern:
        found.append(following)
        following += 1
    return found


def _pattern(sheet: Sheet, row: int) -> tuple[Any, ...]:
    """How a row is ruled and merged; () where it holds a word of its own or none of its cells is spoken of."""
    parts: list[Any] = []
    for (other, column), cell in sheet.cells.items():
        if other != row:
            continue
        if cell.value not in (None, "") and "{{" not in str(cell.value):
            return ()
        borders = cell.look.borders
        end = sheet.merges.get((row, column))
        if end is not None and end[0] > row:
            continue
        parts.append((column, end[1] if end else column, bool(borders.left), bool(borders.right)))
    return tuple(sorted(parts)) if any(part[2] or part[3] for part in parts) else ()


def _block(
    book: Book, sheet: Sheet, row: int, spare: list[int], page_row: int | None, count: int
) -> tuple[Block, list[tuple[str, int, int]]]:
    """The rows that a list fills, and what each of them shows: ("item", i, i + 1), ("page", from, to) or ("none", 0, 0)."""
    lines = [row, *spare]
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
    cells: Mapping[Place, tuple[str, list[Tag]]],
    by_row: Mapping[int, list[Place]],
    values: Values,
    shares: Mapping[int, list[tuple[str, Sequence[Item], int]]],
    sheet: Sheet,
    done: set[int],
) -> None:
    totals = _totals(cells, values)
    for place, (text, _) in cells.items():
        if place[0] not in done:
            found.values[found.moved(place[0]), place[1]] = filled(text, {**values.single, **totals})
    for block in found.blocks:
        start = found.moved(block.first)
        tags = {place[1]: cells[place][0] for place in by_row.get(block.first, ())}
        name = next((tag.group for text in tags.values() for tag in parse(text) if tag.group), "")
        for index, (kind, items, number) in enumerate(shares[block.first]):
            row = start + index
            if kind == "page":
                for place in by_row.get(block.rows[index], ()):
                    lookup = {**values.single, **_sums(PAGE_SUM, cells[place][1], items)}
                    found.values[row, place[1]] = filled(cells[place][0], lookup)
                continue
            for column, text in tags.items():
                lookup = dict(values.single)
                if kind == "item":
                    lookup[f"{name}.{NUMBER}"] = number + 1
                    lookup.update({f"{name}.{key}": value for key, value in items[0].items()})
                    found.values[row, column] = filled(text, lookup)
                else:
                    found.values[row, column] = ""


def _totals(cells: Mapping[Place, tuple[str, list[Tag]]], values: Values) -> dict[str, Any]:
    """The sums over whole lists that the form asks for."""
    tags = [tag for _, tags in cells.values() for tag in tags]
    found: dict[str, Any] = {}
    for tag in tags:
        if tag.group in (SUM, CAPITALS):
            total = sum((_amount(item.get(tag.name)) for items in values.lists.values() for item in items), Decimal(0))
            found[tag.text] = values.capitals(total) if tag.group == CAPITALS and values.capitals else total
    return found


def _sums(group: str, tags: Sequence[Tag], items: Sequence[Item]) -> dict[str, Any]:
    return {
        tag.text: sum((_amount(item.get(tag.name)) for item in items), Decimal(0)) for tag in tags if tag.group == group
    }


def _amount(value: Any) -> Decimal:
    if isinstance(value, bool) or value is None:
        return Decimal(0)
    try:
        return value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)
