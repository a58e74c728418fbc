"""The lines of a sheet's grid: which of two neighbours' borders is drawn, and long lines out of short ones."""

from __future__ import annotations

from collections.abc import Iterator

from unionoffice.documents.workbook.book import Borders, Edge, Place, Sheet
from unionoffice.documents.workbook.marks import Stroke
from unionoffice.documents.workbook.paging import UNIT, Grid
from unionoffice.documents.workbook.profile import Profile

_THIN_DASH, _MEDIUM_DASH = 0.74, 1.76
WIDTHS = {
    "hair": 0.1,
    "thin": 0.75,
    "medium": 1.75,
    "thick": 2.5,
    "double": 1.75,
    **dict.fromkeys(("dotted", "dashed", "dashDot", "dashDotDot"), _THIN_DASH),
    **dict.fromkeys(("mediumDashed", "mediumDashDot", "mediumDashDotDot", "slantDashDot"), _MEDIUM_DASH),
}
_DASHES = {
    "dotted": (0.5, 1),
    "dashed": (3, 1),
    "slantDashDot": (3, 1),
    "mediumDashed": (8, 2.5),
    "dashDot": (8, 2.5, 2.5, 2.5),
    "mediumDashDot": (8, 2.5, 2.5, 2.5),
    "dashDotDot": (8, 2.5, 2.5, 2.5, 2.5, 2.5),
    "mediumDashDotDot": (8, 2.5, 2.5, 2.5, 2.5, 2.5),
}
_DOUBLE_LINE, _DOUBLE_APART = 0.5, 1.25


class Ruling:
    """All borders of a sheet, by where they lie: `across[r, c]` above cell (r, c), `down[r, c]` left of it."""

    def __init__(self, sheet: Sheet, grid: Grid, profile: Profile) -> None:
        self._grid = grid
        self._by_cell = profile.excel
        self._ruled: set[Place] = set()
        self.across: dict[Place, Edge] = {}
        self.down: dict[Place, Edge] = {}
        self.diagonals: list[tuple[Place, Place, Borders]] = []
        for place, borders in _named(sheet, profile):
            self._take(place, borders)
        for place, cell in sheet.cells.items():
            borders = cell.look.borders
            if borders.rising or borders.falling:
                self.diagonals.append((place, sheet.merges.get(place, place), borders))

    def _take(self, place: Place, borders: Borders) -> None:
        row, column = place
        if borders != _NONE:
            self._ruled.add(place)
        if not self._grid.height(row, row) or not self._grid.width(column, column):
            return
        self._put(self.down, place, borders.left, later=True)
        self._put(self.down, (row, self._next(self._grid.xs, column)), borders.right, later=False)
        self._put(self.across, place, borders.top, later=True)
        self._put(self.across, (self._next(self._grid.ys, row), column), borders.bottom, later=False)

    @staticmethod
    def _next(sums: list[int], index: int) -> int:
        """The next column or row that can be seen."""
        index += 1
        while index + 1 < len(sums) and sums[index + 1] == sums[index]:
            index += 1
        return index

    @staticmethod
    def _put(kept: dict[Place, Edge], place: Place, edge: Edge | None, *, later: bool) -> None:
        if edge is None:
            return
        other = kept.get(place)
        if other is None or stronger(edge, other, later=later):
            kept[place] = edge

    def strokes(self, rows: tuple[int, int], columns: tuple[int, int]) -> Iterator[Stroke]:
        """The lines of a part of the sheet, in the sheet's own points."""
        yield from self._lines(self.across, rows, columns, across=True)
        yield from self._lines(self.down, rows, columns, across=False)
        for start, end, borders in self.diagonals:
            if start[0] <= rows[1] and end[0] >= rows[0] and start[1] <= columns[1] and end[1] >= columns[0]:
                yield from self._diagonal(start, end, borders)

    def _diagonal(self, start: Place, end: Place, borders: Borders) -> Iterator[Stroke]:
        grid = self._grid
        left, right = grid.x(start[1]) * UNIT, grid.x(end[1] + 1) * UNIT
        top, bottom = grid.y(start[0]) * UNIT, grid.y(end[0] + 1) * UNIT
        if borders.falling:
            yield from drawn(left, top, right, bottom, borders.falling)
        if borders.rising:
            yield from drawn(left, bottom, right, top, borders.rising)

    def _lines(
        self, kept: dict[Place, Edge], rows: tuple[int, int], columns: tuple[int, int], *, across: bool
    ) -> Iterator[Stroke]:
        """Pieces of one edge on one grid line, joined, each end run on by half of the line that it meets."""
        grid = self._grid
        outer, inner = (rows, columns) if across else (columns, rows)
        for line in range(outer[0], outer[1] + 2):
            start: int | None = None
            edge: Edge | None = None
            for index in range(inner[0], inner[1] + 2):
                place = (line, index) if across else (index, line)
                found = kept.get(place) if index <= inner[1] else None
                if across and line == rows[0] and self._stray(place):
                    found = None
                sums = grid.xs if across else grid.ys
                if index <= inner[1] and index + 1 < len(sums) and sums[index + 1] == sums[index]:
                    continue
                if found != edge:
                    if edge is not None and start is not None:
                        yield from self._line(line, start, index, edge, across=across, inner=inner, outer=outer)
                    start, edge = index, found

    def _stray(self, place: Place) -> bool:
        """Whether the line above a cell belongs to the row before alone: a page does not begin with it."""
        return self._by_cell and place[0] > 1 and place not in self._ruled

    def _line(
        self,
        line: int,
        start: int,
        stop: int,
        edge: Edge,
        *,
        across: bool,
        inner: tuple[int, int],
        outer: tuple[int, int],
    ) -> Iterator[Stroke]:
        grid = self._grid
        before, after = self._met(line, start, across=across), self._met(line, stop, across=across)
        if across:
            y = grid.y(line) * UNIT
            yield from drawn(grid.x(start) * UNIT - before / 2, y, grid.x(stop) * UNIT + after / 2, y, edge)
        else:
            x = grid.x(line) * UNIT
            yield from drawn(x, grid.y(start) * UNIT - before / 2, x, grid.y(stop) * UNIT + after / 2, edge)

    def _met(self, line: int, index: int, *, across: bool) -> float:
        """The width of the strongest line that crosses a line at its end."""
        if across:
            crossing = (self.down.get((line - 1, index)), self.down.get((line, index)))
        else:
            crossing = (self.across.get((index, line - 1)), self.across.get((index, line)))
        return max((WIDTHS.get(found.style, 0.75) for found in crossing if found), default=0.0)


def stronger(edge: Edge, other: Edge, *, later: bool) -> bool:
    """Whether an edge wins over the one that a neighbour names for the same line; `later` when it is the right or lower
    cell's."""
    mine, theirs = WIDTHS.get(edge.style, 0.75), WIDTHS.get(other.style, 0.75)
    if mine != theirs:
        return mine > theirs
    if (edge.style == "double") != (other.style == "double"):
        return edge.style == "double"
    return later


def drawn(x0: float, y0: float, x1: float, y1: float, edge: Edge) -> Iterator[Stroke]:
    """The strokes of one line: two for a double one."""
    if edge.style == "double":
        half = _DOUBLE_APART / 2
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 or 1.0
        aside, down = (y1 - y0) / length * half, (x1 - x0) / length * half
        yield Stroke(x0 - aside, y0 + down, x1 - aside, y1 + down, _DOUBLE_LINE, edge.colour)
        yield Stroke(x0 + aside, y0 - down, x1 + aside, y1 - down, _DOUBLE_LINE, edge.colour)
        return
    yield Stroke(x0, y0, x1, y1, WIDTHS.get(edge.style, 0.75), edge.colour, _DASHES.get(edge.style, ()))


def _named(sheet: Sheet, profile: Profile) -> Iterator[tuple[Place, Borders]]:
    """What every cell says of its own four sides; of a merge only the outside, taken as the profile takes it."""
    for place, cell in sheet.cells.items():
        if place not in sheet.covered and cell.look.borders != _NONE:
            yield place, cell.look.borders
    for start, end in sheet.merges.items():
        (top, left), (bottom, right) = start, end
        first = _of(sheet, start)
        by_right, by_bottom = _of(sheet, (top, right)), _of(sheet, (bottom, left))
        for row in range(top, bottom + 1):
            west = _of(sheet, (row, left)) if profile.excel else first
            east = _of(sheet, (row, right)) if profile.excel else by_right
            yield (row, left), Borders(left=west.left)
            yield (row, right), Borders(right=east.right)
        for column in range(left, right + 1):
            north = _of(sheet, (top, column)) if profile.excel else first
            south = _of(sheet, (bottom, column)) if profile.excel else by_bottom
            yield (top, column), Borders(top=north.top)
            yield (bottom, column), Borders(bottom=south.bottom)


_NONE = Borders()


def _of(sheet: Sheet, place: Place) -> Borders:
    found = sheet.covered_borders.get(place)
    if found is None and (look := sheet.looked(place)) is not None:
        found = look.borders
    return found or _NONE
