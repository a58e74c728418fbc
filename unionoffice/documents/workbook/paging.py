"""Where columns and rows lie and on which page: widths and heights as printed, scale, page breaks, repeated titles."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from unionoffice.documents.workbook.book import Anchor, Borders, Cell, Look, Picture, Place, Run, Sheet, Type
from unionoffice.documents.workbook.breaking import Line, broken, line_heights
from unionoffice.documents.workbook.formats import Kind, Shown, shown
from unionoffice.documents.workbook.headers import Body, body
from unionoffice.documents.workbook.metrics import advance, digit_width
from unionoffice.documents.workbook.profile import Profile
from unionoffice.documents.workbook.scripts import by_script

PADDING = 0.99
UNIT = 72 / 2540
"""A hundredth of a millimetre: all places are whole numbers of it."""
_FLOWING, _BEYOND = 60, 400
"""So many columns are known to the right of what is used, for texts that flow there; rows and columns for pictures."""
TALLEST = 409.5
"""No row of a spreadsheet is higher, in points."""
_DEFAULT_HEIGHT = 12.79
_EXTRA_DEFAULT_WIDTH = 3.75
_SMALLEST_SCALE = 10
_INDENT_SPACES = 3
_NO_BORDERS = Borders()


def cut(points: float) -> int:
    """Points cut down to whole hundredths of a millimetre."""
    return int(points / UNIT + 1e-6)


@dataclass(slots=True)
class Grid:
    """Running sums of widths and heights in hundredths of a millimetre: `xs[c]` is where column c starts, from 1."""

    xs: list[int]
    ys: list[int]

    def width(self, first: int, last: int) -> int:
        """How wide the columns from first to last are together."""
        return self.x(last + 1) - self.x(first)

    def height(self, first: int, last: int) -> int:
        """How high the rows from first to last are together."""
        return self.y(last + 1) - self.y(first)

    def x(self, column: int) -> int:
        """Where a column starts; those beyond the last known are as wide as it."""
        return self.xs[column] if column < len(self.xs) else self.xs[-1]

    def y(self, row: int) -> int:
        """Where a row starts."""
        return self.ys[row] if row < len(self.ys) else self.ys[-1]


@dataclass(frozen=True, slots=True)
class Span:
    """Columns or rows on a page: which, and where the first of them starts on the page, unscaled, from the body."""

    first: int
    last: int
    start: int


@dataclass(frozen=True, slots=True)
class Page:
    """One printed page of a sheet: its columns and rows (repeated titles first), and where they stand."""

    sheet: Sheet
    columns: tuple[Span, ...]
    rows: tuple[Span, ...]
    scale: float
    left: float
    top: float
    number: int = 1
    of: int = 1


@dataclass(slots=True)
class Measured:
    """A sheet with its grid, what may be seen of each text beyond its cell, and the range that is printed."""

    sheet: Sheet
    grid: Grid
    flows: dict[Place, tuple[int, int]] = field(default_factory=dict)
    """Text cells that flow over their neighbours: first and last column over which they may be seen."""
    areas: list[tuple[int, int, int, int]] = field(default_factory=list)


def measure(sheet: Sheet, default: Type, profile: Profile, *, by_excel: bool) -> Measured:
    """The grid of a sheet, and what of it is printed."""
    bottom, right = _extent(sheet, profile)
    far = max([right, *(anchor.column for anchor in _anchors(sheet))]) + _BEYOND
    grid = Grid(_columns(sheet, default, far), [])
    grid.ys = _rows(sheet, default, grid, profile, bottom, by_excel=by_excel)
    if sheet.pictures:
        below = max([bottom, *(anchor.row for anchor in _anchors(sheet))]) + _BEYOND
        grid.ys = _rows(sheet, default, grid, profile, below, by_excel=by_excel)
        ends = [_end(picture, grid) for picture in sheet.pictures]
        bottom, right = max([bottom, *(row for row, _ in ends)]), max([right, *(column for _, column in ends)])
        del grid.ys[bottom + 2 :]
    far_right = right + _FLOWING
    grid.xs = _columns(sheet, default, far_right)
    found = Measured(sheet, grid)
    widest = _flow(found, profile, bottom, right, far_right)
    if sheet.areas:
        found.areas = [
            (top, left, min(last, max(bottom, top)), min(end, max(right, left))) for top, left, last, end in sheet.areas
        ]
        _grow_rows(found, default, profile, by_excel=by_excel)
    elif bottom:
        found.areas = [(1, 1, bottom, max(right, widest))]
    return found


def _anchors(sheet: Sheet) -> Iterator[Anchor]:
    """The corners of pictures that are cells."""
    return (corner for picture in sheet.pictures for corner in (picture.start, picture.end) if corner is not None)


def _end(picture: Picture, grid: Grid) -> Place:
    """The row and the column that a picture reaches, by its lower corner or by its size."""
    start = picture.start or Anchor(1, 1, picture.x, picture.y)
    end = picture.end or replace(start, x=start.x + picture.width, y=start.y + picture.height)
    return _reached(grid.ys, end.row, end.y), _reached(grid.xs, end.column, end.x)


def _reached(sums: Sequence[int], first: int, far: float) -> int:
    """The last row or column of which something lies before a place so many points into the first."""
    return min(max(bisect_left(sums, sums[first] + cut(far), 1) - 1, 1), len(sums) - 2)


def _grow_rows(found: Measured, default: Type, profile: Profile, *, by_excel: bool) -> None:
    last = max(area[2] for area in found.areas)
    if last + 1 >= len(found.grid.ys):
        found.grid.ys = _rows(found.sheet, default, found.grid, profile, last, by_excel=by_excel)


def _columns(sheet: Sheet, default: Type, last: int) -> list[int]:
    digit = digit_width(default.family, default.size)
    usual = (
        sheet.default_width * digit
        if sheet.default_width is not None
        else sheet.base_width * digit + _EXTRA_DEFAULT_WIDTH
    )
    sizes = [cut(sheet.widths[column] * digit if column in sheet.widths else usual) for column in range(1, last + 1)]
    return [0, 0, *accumulate(sizes)]


def _rows(sheet: Sheet, default: Type, grid: Grid, profile: Profile, last: int, *, by_excel: bool) -> list[int]:
    usual = _DEFAULT_HEIGHT if sheet.default_height is None else sheet.default_height
    needed = _fitted(sheet, default, grid, profile, usual) if profile.excel else {}
    sizes = []
    for row in range(1, last + 1):
        height = sheet.heights.get(row, 0.0 if sheet.rows_hidden else needed.get(row, usual))
        if by_excel and height:
            height = int(height / 0.75 + 1e-6) * 0.75
            if not height and not profile.excel:
                height = _DEFAULT_HEIGHT
        sizes.append(cut(height))
    return [0, 0, *accumulate(sizes)]


def _fitted(sheet: Sheet, default: Type, grid: Grid, profile: Profile, usual: float) -> dict[int, float]:
    """Heights of rows that the file leaves open, by the text in them, as Excel fits them when it opens the file."""
    found: dict[int, float] = {}
    for place, cell in sheet.cells.items():
        if place[0] in sheet.heights or place in sheet.merges or cell.value in (None, ""):
            continue
        width = grid.width(place[1], place[1]) * UNIT
        height = wrapped_height(cell, width, default, profile) or profile.pitch(cell.look.type, 0, 0)
        found[place[0]] = min(max(found.get(place[0], usual), height), TALLEST)
    return found


def wrapped_height(cell: Cell, width: float, default: Type, profile: Profile) -> float:
    """How high a cell so many points wide must be to show its text, 0 for one that does not break it into lines."""
    look, text = cell.look, shown(cell.value, cell.look.format)
    if not wraps(look, text, profile) or look.angle or not text.text.strip():
        return 0.0
    runs = cell_runs(cell, text.text, profile)
    room = max(width - 2 * PADDING - indent_of(look, default), 0.0)
    lines = broken(runs, room, kinsoku=profile.kinsoku)
    return sum(line_pitch(line, look.type, profile) for line in lines)


def wraps(look: Look, text: Shown, profile: Profile) -> bool:
    """Whether a text is broken into lines as wide as its cell."""
    if text.kind in (Kind.NUMBER, Kind.DATE) and not (text.worded and not profile.excel):
        return False
    return look.wrap or look.horizontal in ("justify", "distributed")


def indent_of(look: Look, default: Type) -> float:
    """How far a text is moved in, in points."""
    step = _INDENT_SPACES * advance(default.family, False, " ") * default.size
    return look.indent * step if look.horizontal in ("left", "right") else 0.0


def line_pitch(line: Line, default: Type, profile: Profile) -> float:
    """How high a line of a cell is."""
    tallest = max((run.type for run in line.runs if run.text), key=lambda type_: type_.size, default=default)
    return profile.pitch(tallest, *line_heights(line, default))


def _extent(sheet: Sheet, profile: Profile) -> Place:
    """Last row and column that count as used, 0 and 0 for an empty sheet."""
    bottom = right = 0
    for place, cell in sheet.cells.items():
        if cell.value is None and cell.look.borders == _NO_BORDERS and (cell.look.fill is None or not profile.excel):
            continue
        row, column = sheet.merges.get(place, place) if cell.value is not None else place
        bottom, right = max(bottom, row), max(right, column)
    for place, borders in sheet.covered_borders.items():
        if borders != _NO_BORDERS:
            bottom, right = max(bottom, place[0]), max(right, place[1])
    return bottom, right


def cell_runs(cell: Cell, text: str, profile: Profile) -> tuple[Run, ...]:
    """A cell's text by font."""
    return by_script(cell.runs or (Run(text, cell.look.type),), profile)


def _flow(found: Measured, profile: Profile, bottom: int, right: int, far_right: int) -> int:
    """Work out over which columns unwrapped texts are seen; returns the last column that one of them reaches."""
    widest = right
    for place, cell in found.sheet.cells.items():
        seen = flow_of(found, place, cell, profile, far_right)
        if seen is None:
            continue
        widest = max(widest, seen[1]) if found.grid.height(place[0], place[0]) else widest
        if place not in found.sheet.merges and not cell.look.shrink:
            found.flows[place] = seen
    return widest


def flow_of(found: Measured, place: Place, cell: Cell, profile: Profile, far_right: int) -> tuple[int, int] | None:
    """The columns over which a text is seen that is wider than its cell; None for one that stays inside."""
    sheet, grid = found.sheet, found.grid
    value, look = cell.value, cell.look
    if not isinstance(value, str) or not value or look.wrap or look.angle or look.horizontal in _NEVER_FLOWING:
        return None
    if (place in sheet.merges or look.shrink) and profile.excel:
        return None
    text = shown(value, look.format)
    if text.kind is not Kind.TEXT or not text.text:
        return None
    row, column = place
    last = sheet.merges.get(place, place)[1]
    own = grid.width(column, last) * UNIT
    width = max(line.width for line in broken(cell_runs(cell, text.text, profile), None)) + 2 * PADDING
    if width <= own + 0.05:
        return None
    before, after = _sides(look.horizontal, width - own)
    return _reach(sheet, grid, row, column, before, -1, 1), _reach(sheet, grid, row, last, after, 1, far_right)


_NEVER_FLOWING = frozenset(["fill", "justify", "distributed", "centerContinuous"])


def _sides(horizontal: str, over: float) -> tuple[float, float]:
    if horizontal == "center":
        return over / 2, over / 2
    return (over, 0.0) if horizontal == "right" else (0.0, over)


def _reach(sheet: Sheet, grid: Grid, row: int, column: int, over: float, step: int, stop: int) -> int:
    """How far over empty neighbours a text of so many points too wide is seen."""
    while over > 0.05 and column != stop:
        place = (row, column + step)
        neighbour = sheet.cells.get(place)
        if place in sheet.covered or (neighbour is not None and neighbour.value not in (None, "")):
            break
        column += step
        over -= grid.width(column, column) * UNIT
    return column


def pages_of(measured: Measured, default: Type, profile: Profile, blank: Callable[[Span, Span], bool]) -> list[Page]:
    """The pages of a sheet in printing order, those on which nothing is drawn left out."""
    sheet = measured.sheet
    found: list[Page] = []
    for area in measured.areas:
        scale = _scale(measured, area, default, profile)
        space = body(sheet.setup, scale, default, profile)
        across = _cut_columns(measured, area, space.width / scale, manual=_manual(sheet, profile))
        down = _cut_rows(measured, area, space.height / scale, manual=_manual(sheet, profile))
        if profile.excel:
            down = _in_company(measured, down, space.height / scale)
        pairs = (
            [(x, y) for x in across for y in down]
            if not sheet.setup.over_then_down
            else [(x, y) for y in down for x in across]
        )
        for columns, rows in pairs:
            if not blank(columns[-1], rows[-1]):
                found.append(_placed(measured, columns, rows, scale, space))
    return found


def _in_company(measured: Measured, down: list[tuple[Span, ...]], available: float) -> list[tuple[Span, ...]]:
    """The pages, the last row of a table brought along where what closes it stood alone on the last one."""
    if len(down) < 2:
        return down
    (*above, table), (*titles, closing) = down[-2:]
    row, sheet = table.last, measured.sheet
    ruled = {place[0] for place, cell in sheet.cells.items() if cell.look.borders != _NO_BORDERS}
    said = {place[0] for place, cell in sheet.cells.items() if cell.value not in (None, "")}
    end = set(range(closing.first, closing.last + 1))
    if row not in ruled or row == table.first or end & ruled or not end & said:
        return down
    torn = any(start[0] < row <= end[0] for start, end in sheet.merges.items())
    taller = closing.start + measured.grid.height(row, closing.last)
    if torn or row in sheet.breaks_after_rows or taller > int(available / UNIT + 1e-6):
        return down
    kept, brought = replace(table, last=row - 1), replace(closing, first=row)
    return [*down[:-2], (*above, kept), (*titles, brought)]


def _manual(sheet: Sheet, profile: Profile) -> tuple[bool, bool]:
    """Whether breaks set by hand count, for columns and for rows."""
    fit = sheet.setup.fit
    if fit is None:
        return True, True
    kept = not profile.excel and not (fit[0] and fit[1])
    return kept, kept


def _scale(measured: Measured, area: tuple[int, int, int, int], default: Type, profile: Profile) -> float:
    setup = measured.sheet.setup
    if setup.fit is None:
        return setup.scale / 100
    most_across, most_down = setup.fit
    manual = _manual(measured.sheet, profile)
    for per_cent in range(100, _SMALLEST_SCALE, -1):
        scale = per_cent / 100
        space = body(setup, scale, default, profile)
        across = _cut_columns(measured, area, space.width / scale, manual=manual) if most_across else []
        if most_across and len(across) > most_across:
            continue
        down = _cut_rows(measured, area, space.height / scale, manual=manual) if most_down else []
        if not most_down or len(down) <= most_down:
            return scale
    return _SMALLEST_SCALE / 100


def _cut_columns(
    measured: Measured, area: tuple[int, int, int, int], available: float, *, manual: tuple[bool, bool]
) -> list[tuple[Span, ...]]:
    sheet = measured.sheet
    breaks = sheet.breaks_after_columns if manual[0] else ()
    return _cut(measured.grid.xs, area[1], area[3], available, breaks, sheet.title_columns)


def _cut_rows(
    measured: Measured, area: tuple[int, int, int, int], available: float, *, manual: tuple[bool, bool]
) -> list[tuple[Span, ...]]:
    sheet = measured.sheet
    breaks = sheet.breaks_after_rows if manual[1] else ()
    return _cut(measured.grid.ys, area[0], area[2], available, breaks, sheet.title_rows)


def _cut(
    sums: Sequence[int],
    first: int,
    last: int,
    available: float,
    breaks: Iterable[int],
    titles: tuple[int, int] | None,
) -> list[tuple[Span, ...]]:
    """Cut first..last into pages of at most `available` points; each is the repeated titles, if any, and a part."""
    room = int(available / UNIT + 1e-6)
    stops = sorted(stop for stop in breaks if first <= stop < last)
    last = min(last, len(sums) - 2)
    found: list[tuple[Span, ...]] = []
    at = first
    while at <= last:
        title: Span | None = None
        if titles is not None and at > titles[1]:
            title = Span(titles[0], titles[1], 0)
        taken = sums[titles[1] + 1] - sums[titles[0]] if title is not None and titles is not None else 0
        if taken >= room:
            title, taken = None, 0
        end = bisect_right(sums, sums[at] + room - taken, at + 1, last + 2) - 1
        end = max(end, at + 1)
        stop = next((stop for stop in stops if stop >= at), None)
        if stop is not None:
            end = min(end, stop + 1)
        part = Span(at, end - 1, taken)
        found.append((title, part) if title is not None else (part,))
        at = end
    return found


def _placed(measured: Measured, columns: tuple[Span, ...], rows: tuple[Span, ...], scale: float, space: Body) -> Page:
    setup = measured.sheet.setup
    left, top = space.left, space.top
    width = sum(measured.grid.width(span.first, span.last) for span in columns) * UNIT * scale
    height = sum(measured.grid.height(span.first, span.last) for span in rows) * UNIT * scale
    if setup.centred_across:
        left += max(0.0, (space.width - width) / 2)
    if setup.centred_down:
        top += max(0.0, (space.height - height) / 2)
    return Page(measured.sheet, columns, rows, scale, left, top)
