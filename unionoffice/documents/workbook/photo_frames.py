"""Where photos stand in a filled workbook: the cells and offsets of their corners, as a drawing names them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from unionoffice.documents.workbook.book import Place
from unionoffice.documents.workbook.in_book import carried_out
from unionoffice.documents.workbook.loading import load
from unionoffice.documents.workbook.paging import UNIT, Grid, measure
from unionoffice.documents.workbook.photo import fitted
from unionoffice.documents.workbook.placing import Placer
from unionoffice.documents.workbook.plan import SheetPlan
from unionoffice.documents.workbook.profile import EXCEL
from unionoffice.documents.workbook.tags import Photo

_EMU = 12_700
"""English metric units in a point."""
_INSET = 1.5
"""Points between a photo and the lines around its cell."""


@dataclass(frozen=True, slots=True)
class Corner:
    """A point of a sheet: the column and row it is in, from 1, and how far into them in English metric units."""

    column: int
    x: int
    row: int
    y: int


Frame = tuple[Corner, Corner]
"""The upper left and the lower right corner."""


def frames(data: bytes, name: str, plans: Sequence[SheetPlan]) -> dict[tuple[str, Place], Frame]:
    """The frame of each photo that a filling puts into a workbook, by sheet and place in the filled sheet."""
    wanted = [
        (plan.title, place, value) for plan in plans for place, value in plan.values.items() if isinstance(value, Photo)
    ]
    if not wanted:
        return {}
    bare = [SheetPlan(plan.title, plan.blocks, heights=plan.heights) for plan in plans]
    book = carried_out(load(data, name), bare)
    found: dict[tuple[str, Place], Frame] = {}
    for title, place, value in wanted:
        sheet = next(sheet for sheet in book.sheets if sheet.title == title)
        measured = measure(sheet, book.type, EXCEL, by_excel=book.by_excel)
        left, top, right, bottom = Placer(measured, book.type, EXCEL).box(place)
        room = (left + _INSET, top + _INSET, right - _INSET, bottom - _INSET)
        x1, y1, x2, y2 = fitted(room, value.data)
        found[title, place] = _corner(measured.grid, place, x1, y1), _corner(measured.grid, place, x2, y2)
    return found


def _corner(grid: Grid, place: Place, x: float, y: float) -> Corner:
    return Corner(*_within(x, grid.x, place[1]), *_within(y, grid.y, place[0]))


def _within(at: float, start: Callable[[int], int], first: int) -> tuple[int, int]:
    """The column or row, not before `first`, that a distance in points lies in, and how far into it."""
    index = first
    while start(index + 1) * UNIT <= at and start(index + 1) > start(index):
        index += 1
    return index, round((at - start(index) * UNIT) * _EMU)
