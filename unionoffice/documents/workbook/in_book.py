"""A filled form as plain cells, for printing: what `plan` says, carried out in a book."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from unionoffice.documents.workbook.book import Anchor, Book, Cell, Look, Picture, Place, Sheet
from unionoffice.documents.workbook.loading import Formula
from unionoffice.documents.workbook.plan import SheetPlan
from unionoffice.documents.workbook.references import shifted
from unionoffice.documents.workbook.tags import Photo, as_value, runs_of


def carried_out(book: Book, plans: Sequence[SheetPlan]) -> Book:
    """A copy of a form with its rows repeated and its values put in; the form itself stays as it is."""
    by_title = {found.title: found for found in plans}
    sheets = [_filled(sheet, by_title.get(sheet.title), plans) for sheet in book.sheets]
    return replace(book, sheets=sheets)


def _filled(sheet: Sheet, plan: SheetPlan | None, plans: Sequence[SheetPlan]) -> Sheet:
    if plan is None or not plan.blocks:
        found = replace(sheet, cells=dict(sheet.cells), pictures=list(sheet.pictures))
    else:
        found = _grown(sheet, plan)
    for place, cell in found.cells.items() if any(plan.blocks for plan in plans) else ():
        if isinstance(cell.value, Formula):
            found.cells[place] = replace(cell, value=Formula(shifted(str(cell.value), sheet.title, plans)))
    for place, value in plan.values.items() if plan is not None else ():
        _put(found, place, value)
    if plan is not None and plan.heights:
        found.heights = {**found.heights, **plan.heights}
    return found


def _put(sheet: Sheet, place: Place, value: Any) -> None:
    cell = sheet.cells.get(place)
    look = cell.look if cell is not None else Look()
    if isinstance(value, Photo):
        end = sheet.merges.get(place, place)
        sheet.cells[place] = Cell(None, look)
        sheet.pictures.append(
            Picture(
                value.data,
                Anchor(place[0], place[1], 1.5, 1.5),
                Anchor(end[0] + 1, end[1] + 1, -1.5, -1.5),
                keeps_shape=True,
            )
        )
        return
    sheet.cells[place] = Cell(as_value(value), look, runs_of(value))


def _grown(sheet: Sheet, plan: SheetPlan) -> Sheet:
    last = max((place[0] for place in (*sheet.cells, *sheet.covered)), default=0)
    by_row: dict[int, list[tuple[int, Cell]]] = {}
    for (row, column), cell in sheet.cells.items():
        by_row.setdefault(row, []).append((column, cell))
    found = replace(
        sheet, cells={}, heights={}, merges={}, covered={}, covered_borders={}, pictures=[], fitted_rows=frozenset()
    )
    fitted: set[int] = set()
    covered_by_row: dict[int, list[int]] = {}
    for row, column in sheet.covered:
        covered_by_row.setdefault(row, []).append(column)
    for row, source in enumerate(plan.sources(last), start=1):
        for column, cell in by_row.get(source, ()):
            found.cells[row, column] = cell
        if source in sheet.heights:
            found.heights[row] = sheet.heights[source]
        if source in sheet.fitted_rows:
            fitted.add(row)
        for column in covered_by_row.get(source, ()):
            if (source, column) in sheet.covered_borders:
                found.covered_borders[row, column] = sheet.covered_borders[source, column]
    found.fitted_rows = frozenset(fitted)
    _move_merges(sheet, found, plan, last)
    _move_rest(sheet, found, plan)
    return found


def _move_merges(sheet: Sheet, found: Sheet, plan: SheetPlan, last: int) -> None:
    sources = plan.sources(last)
    for (top, left), (bottom, right) in sheet.merges.items():
        if top == bottom:
            rows = [(row, row) for row, source in enumerate(sources, start=1) if source == top]
        else:
            rows = [(plan.moved(top), plan.moved(bottom, end=True))]
        for first, end in rows:
            found.merges[first, left] = (end, right)
            for row in range(first, end + 1):
                for column in range(left, right + 1):
                    found.covered[row, column] = (first, left)


def _move_rest(sheet: Sheet, found: Sheet, plan: SheetPlan) -> None:
    found.areas = tuple(
        (plan.moved(top), left, plan.moved(bottom, end=True), right) for top, left, bottom, right in sheet.areas
    )
    if sheet.title_rows is not None:
        found.title_rows = (plan.moved(sheet.title_rows[0]), plan.moved(sheet.title_rows[1], end=True))
    breaks = {plan.moved(row, end=True) for row in sheet.breaks_after_rows}
    for block in plan.blocks:
        start = plan.moved(block.first)
        breaks.update(start + index for index in block.breaks)
    found.breaks_after_rows = tuple(sorted(breaks))
    for picture in sheet.pictures:
        found.pictures.append(replace(picture, start=_moved(picture.start, plan), end=_moved(picture.end, plan)))


def _moved(anchor: Anchor | None, plan: SheetPlan) -> Anchor | None:
    return None if anchor is None else replace(anchor, row=plan.moved(anchor.row))
