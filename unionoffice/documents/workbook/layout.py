"""A book laid out: its pages in printing order, each with what is drawn on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from unionoffice.documents.workbook.book import Book, Cell, Place, Sheet
from unionoffice.documents.workbook.borders import Ruling
from unionoffice.documents.workbook.formats import shown
from unionoffice.documents.workbook.headers import Facts, header_and_footer
from unionoffice.documents.workbook.loading import LETTER, PAPERS
from unionoffice.documents.workbook.marks import Box, Fill, Image, Mark, Stroke, Text, common, moved
from unionoffice.documents.workbook.paging import UNIT, Measured, Page, Span, measure, pages_of
from unionoffice.documents.workbook.placing import Placer
from unionoffice.documents.workbook.profile import EXCEL, Profile


@dataclass(frozen=True, slots=True)
class LaidPage:
    """One page: its paper in points, and the marks on it, in the order in which they are drawn."""

    width: float
    height: float
    marks: tuple[Mark, ...]


class SheetLayout:
    """One sheet measured, its cells found by row."""

    def __init__(self, book: Book, index: int, profile: Profile) -> None:
        self.sheet = _papered(book.sheets[index], profile)
        self.measured: Measured = measure(self.sheet, book.type, profile, by_excel=book.by_excel)
        self.placer = Placer(self.measured, book.type, profile)
        self.ruling = Ruling(self.sheet, self.measured.grid, profile)
        self._by_row: dict[int, list[Place]] = {}
        self._tall: list[Place] = []
        self._drawn: dict[int, list[tuple[int, int]]] = {}
        for place, cell in self.sheet.cells.items():
            self._by_row.setdefault(place[0], []).append(place)
            if self.sheet.merges.get(place, place)[0] > place[0]:
                self._tall.append(place)
            self._note_drawn(place, cell)
        for kept in (self.ruling.across, self.ruling.down):
            for row, column in kept:
                self._drawn.setdefault(row, []).append((column, column))
        for image in self.placer.pictures():
            self._note_picture(image)
        self.pages = pages_of(self.measured, book.type, profile, self._blank)

    def _note_drawn(self, place: Place, cell: Cell) -> None:
        if cell.value in (None, "") and cell.look.fill is None:
            return
        last_row, last_column = self.sheet.merges.get(place, place)
        first, last = self.measured.flows.get(place, (place[1], last_column))
        if cell.look.fill is None and not shown(cell.value, cell.look.format).text.strip():
            return
        for row in range(place[0], last_row + 1):
            self._drawn.setdefault(row, []).append((first, last))

    def _note_picture(self, image: Image) -> None:
        grid = self.measured.grid
        left, top, right, bottom = (edge / UNIT for edge in image.box)
        columns = [
            column for column in range(1, len(grid.xs) - 1) if grid.x(column) < right and grid.x(column + 1) > left
        ]
        for row in range(1, len(grid.ys) - 1):
            if columns and grid.y(row) < bottom and grid.y(row + 1) > top:
                self._drawn.setdefault(row, []).append((columns[0], columns[-1]))

    def _blank(self, columns: Span, rows: Span) -> bool:
        """Whether nothing is drawn on this part of the sheet."""
        for row in range(rows.first, rows.last + 1):
            if any(first <= columns.last and last >= columns.first for first, last in self._drawn.get(row, ())):
                return False
        return True

    def places(self, columns: Span, rows: Span) -> Iterator[Place]:
        """The cells of which something may be seen in a part of the sheet."""
        merges, flows = self.sheet.merges, self.measured.flows
        for place in self._tall:
            if place[0] < rows.first <= merges[place][0] and _meets(place[1], merges[place][1], columns):
                yield place
        for row in range(rows.first, rows.last + 1):
            for place in self._by_row.get(row, ()):
                first, last = flows.get(place, (place[1], merges.get(place, place)[1]))
                if _meets(first, last, columns):
                    yield place

    def marks(self, page: Page) -> Iterator[Mark]:
        """What is drawn on a page but for its header and footer: fills, then lines, then pictures, then texts."""
        parts = [self._part(page, columns, rows) for columns in page.columns for rows in page.rows]
        for kind in (Fill, Stroke, Image, Text):
            for marks in parts:
                yield from (mark for mark in marks if isinstance(mark, kind))

    def _part(self, page: Page, columns: Span, rows: Span) -> list[Mark]:
        """The marks of the cells in these rows and columns, on the page."""
        window = self.window(columns, rows)
        found: list[Mark] = []
        for place in self.places(columns, rows):
            cell = self.sheet.cells[place]
            if (fill := self.placer.fill(place, cell)) is not None:
                found.append(Fill(common(window, fill.box), fill.colour))
            if cell.value not in (None, ""):
                found.extend(self.cut(self.placer.texts(place, cell), place, window))
        found.extend(self.ruling.strokes((rows.first, rows.last), (columns.first, columns.last)))
        found.extend(replace(image, clip=window) for image in self.placer.pictures() if _overlap(image.box, window))
        return [self.on_page(mark, page, columns, rows) for mark in found]

    def window(self, columns: Span, rows: Span) -> Box:
        """A part of the sheet, in its own points."""
        grid = self.measured.grid
        return (
            grid.x(columns.first) * UNIT,
            grid.y(rows.first) * UNIT,
            grid.x(columns.last + 1) * UNIT,
            grid.y(rows.last + 1) * UNIT,
        )

    def cut(self, marks: list[Mark], place: Place, window: Box) -> Iterator[Mark]:
        """Texts of a cell that reaches over the edge of the page are cut there."""
        seen = self.placer.seen(place)
        if common(window, seen) == seen:
            yield from marks
            return
        for mark in marks:
            if isinstance(mark, Text):
                yield replace(mark, clip=common(window, mark.clip or seen))
            elif isinstance(mark, Stroke) and mark.y0 == mark.y1:
                left, right = max(mark.x0, window[0]), min(mark.x1, window[2])
                if left < right and window[1] <= mark.y0 <= window[3]:
                    yield replace(mark, x0=left, x1=right)

    def on_page(self, mark: Mark, page: Page, columns: Span, rows: Span) -> Mark:
        """A mark of the sheet where it stands on a page."""
        grid = self.measured.grid
        x = page.left + (columns.start - grid.x(columns.first)) * UNIT * page.scale
        y = page.top + (rows.start - grid.y(rows.first)) * UNIT * page.scale
        return moved(mark, page.scale, x, y)


def lay_out(
    book: Book, profile: Profile = EXCEL, *, moment: datetime, layouts: Sequence[SheetLayout] | None = None
) -> Iterator[LaidPage]:
    """The pages of a workbook; hidden and empty sheets have none. `moment` is what the codes for date and time say."""
    if layouts is None:
        layouts = [SheetLayout(book, index, profile) for index, sheet in enumerate(book.sheets) if sheet.visible]
    total = sum(len(layout.pages) for layout in layouts)
    number = 0
    for layout in layouts:
        setup = layout.sheet.setup
        if setup.first_page is not None:
            number = setup.first_page - 1
        for page in layout.pages:
            number += 1
            facts = Facts(number, total, layout.sheet.title, book.name, moment)
            margin = header_and_footer(setup, book.type, facts, page.scale, profile)
            yield LaidPage(setup.width, setup.height, (*layout.marks(page), *margin))


def _papered(sheet: Sheet, profile: Profile) -> Sheet:
    """A sheet that names no paper is printed on A4; LibreOffice takes Letter."""
    if profile.excel or sheet.setup.paper_given:
        return sheet
    width, height = PAPERS[LETTER]
    return replace(sheet, setup=replace(sheet.setup, width=width, height=height))


def _meets(first: int, last: int, columns: Span) -> bool:
    return first <= columns.last and last >= columns.first


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]
