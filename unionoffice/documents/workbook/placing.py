"""Where every text, fill and picture of a sheet stands, in the sheet's own points (unscaled, from its first cell)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import cos, radians, sin

from unionoffice.documents.workbook.book import Anchor, Cell, Look, Place, Run, Sheet, Type
from unionoffice.documents.workbook.breaking import Line, broken, is_wide, line_heights
from unionoffice.documents.workbook.formats import Kind, Shown, fitted_general, shown
from unionoffice.documents.workbook.marks import Box, Fill, Image, Mark, Stroke, Text
from unionoffice.documents.workbook.metrics import advance, drawn_size, text_width
from unionoffice.documents.workbook.paging import PADDING, UNIT, Measured, cell_runs, indent_of, line_pitch, wraps
from unionoffice.documents.workbook.photo import fitted
from unionoffice.documents.workbook.profile import Profile

_UNDERLINE, _UNDERLINE_DROP, _STRIKE_RISE = 0.036, 0.065, 0.3
_DOUBLE_UNDERLINE, _DOUBLE_DROPS = 0.022, (0.035, 0.105)
_SUPER_RISE = 0.33
_SLACK = 0.3


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of a cell with the pitch of each and the size factor of a shrunk cell."""

    lines: tuple[Line, ...]
    heights: tuple[tuple[float, float], ...]
    pitches: tuple[float, ...]

    @property
    def height(self) -> float:
        return sum(self.pitches)


class Placer:
    """Places the cells of one sheet."""

    def __init__(self, measured: Measured, default: Type, profile: Profile) -> None:
        self._measured = measured
        self._sheet = measured.sheet
        self._grid = measured.grid
        self._profile = profile
        self._default = default

    def use(self, sheet: Sheet) -> None:
        """Place the cells of another filling of the same sheet."""
        self._sheet = sheet

    def box(self, place: Place) -> Box:
        """Where a cell, or the merge that begins with it, lies."""
        last_row, last_column = self._sheet.merges.get(place, place)
        grid = self._grid
        return (
            grid.x(place[1]) * UNIT,
            grid.y(place[0]) * UNIT,
            grid.x(last_column + 1) * UNIT,
            grid.y(last_row + 1) * UNIT,
        )

    def seen(self, place: Place) -> Box:
        """Where its text may be seen: its box, and the empty neighbours over which it flows."""
        left, top, right, bottom = self.box(place)
        if (flow := self._measured.flows.get(place)) is not None:
            left, right = self._grid.x(flow[0]) * UNIT, self._grid.x(flow[1] + 1) * UNIT
        return left, top, right, bottom

    def fill(self, place: Place, cell: Cell) -> Fill | None:
        """The cell's ground."""
        return None if cell.look.fill is None else Fill(self.box(place), cell.look.fill)

    def texts(self, place: Place, cell: Cell) -> list[Mark]:
        """What the cell says, line by line, with its underlines."""
        text = shown(cell.value, cell.look.format)
        if not text.text and not cell.runs:
            return []
        box = self.box(place)
        if box[2] <= box[0] or box[3] <= box[1]:
            return []
        if cell.look.angle == 255:
            return list(self._stacked(cell, text, box))
        if cell.look.angle:
            return list(self._turned(cell, text, box))
        return list(self._upright(place, cell, text, box))

    def _upright(self, place: Place, cell: Cell, text: Shown, box: Box) -> Iterator[Mark]:
        look = cell.look
        width = box[2] - box[0]
        indent = indent_of(look, self._default)
        room = width - 2 * PADDING - indent
        if look.horizontal == "centerContinuous":
            box = self._continued(place, box)
            room = box[2] - box[0] - 2 * PADDING
        runs = self._runs(cell, text, look, room)
        broken_up = wraps(look, text, self._profile)
        block = self._block(runs, look, room if broken_up else None, text, box[3] - box[1])
        if look.shrink and not broken_up and text.text:
            block = self._shrunk(runs, look, room, block)
        clip_box = self.seen(place)
        wide = max((line.width for line in block.lines), default=0.0)
        clips = block.height > box[3] - box[1] + _SLACK or wide > clip_box[2] - clip_box[0] - 2 * PADDING + _SLACK
        clip = clip_box if clips else None
        horizontal = self._horizontal(look, text)
        inset = max(PADDING, min(self._profile.margin, (width - indent - wide) / 2))
        y = self._top(look.vertical, box, block)
        for line, (ascent, descent), pitch in zip(block.lines, block.heights, block.pitches, strict=True):
            baseline = y + (pitch - ascent - descent) / 2 + ascent
            yield from self._line(line, horizontal, indent, inset, box, baseline, clip)
            y += pitch

    def _runs(self, cell: Cell, text: Shown, look: Look, room: float) -> tuple[Run, ...]:
        """The text with what its format and its cell's width make of it."""
        if cell.runs:
            return cell_runs(cell, "", self._profile)
        content = text.text
        if text.kind in (Kind.NUMBER, Kind.DATE):
            wraps = look.wrap and text.worded and not self._profile.excel

            def fits(candidate: str) -> bool:
                return text_width(candidate, look.type) <= room + 0.05

            if text.fill is not None:
                content = _filled(text, look.type, room)
            if not wraps and not look.shrink and not fits(content):
                content = fitted_general(content, fits) if text.general else "###"
        return cell_runs(cell, content, self._profile)

    def _block(self, runs: tuple[Run, ...], look: Look, room: float | None, text: Shown, height: float = 0.0) -> _Block:
        """The lines of a text; they begin as they may unless that took one more than `height` has room for."""
        if room is None and self._profile.excel and not look.wrap and text.kind is Kind.TEXT:
            runs = tuple(replace(run, text=run.text.replace("\r", "").replace("\n", "")) for run in runs)
        if room is None or not self._profile.kinsoku:
            return self._piled(broken(runs, None if room is None else max(room, 0.0)), look)
        careful = self._piled(broken(runs, max(room, 0.0), kinsoku=True), look)
        if careful.height <= height + _SLACK:
            return careful
        plain = self._piled(broken(runs, max(room, 0.0)), look)
        return plain if plain.height <= height + _SLACK else careful

    def _piled(self, lines: tuple[Line, ...], look: Look) -> _Block:
        heights = tuple(line_heights(line, look.type) for line in lines)
        pitches = tuple(line_pitch(line, look.type, self._profile) for line in lines)
        return _Block(lines, heights, pitches)

    def _shrunk(self, runs: tuple[Run, ...], look: Look, room: float, block: _Block) -> _Block:
        wide = max(line.width for line in block.lines)
        if wide <= room + 0.05 or room <= 0:
            return block
        factor = int(100 * room / wide) / 100
        smaller = tuple(replace(run, type=replace(run.type, size=run.type.size * factor)) for run in runs)
        return self._block(smaller, replace(look, type=replace(look.type, size=look.type.size * factor)), None, _PLAIN)

    @staticmethod
    def _horizontal(look: Look, text: Shown) -> str:
        if look.horizontal != "general":
            return look.horizontal
        if text.kind in (Kind.NUMBER, Kind.DATE):
            return "right"
        if text.kind in (Kind.TRUTH, Kind.ERROR):
            return "right"
        return "left"

    def _continued(self, place: Place, box: Box) -> Box:
        """The box over this cell and the empty ones behind it that are centred with it."""
        row, column = place
        while (following := self._sheet.cells.get((row, column + 1))) is not None:
            if following.value not in (None, "") or following.look.horizontal != "centerContinuous":
                break
            column += 1
        return box[0], box[1], self._grid.x(column + 1) * UNIT, box[3]

    @staticmethod
    def _top(vertical: str, box: Box, block: _Block) -> float:
        if vertical == "center":
            return box[1] + (box[3] - box[1] - block.height) / 2
        if vertical in ("top", "justify", "distributed"):
            return box[1] + PADDING
        return box[3] - PADDING - block.height

    def _line(
        self, line: Line, horizontal: str, indent: float, inset: float, box: Box, baseline: float, clip: Box | None
    ) -> Iterator[Mark]:
        left, right = box[0] + PADDING, box[2] - PADDING
        if horizontal == "fill" and line.width > 0:
            times = max(1, int((right - left) / line.width))
            for index in range(times):
                yield from _texts(line.runs, left + index * line.width, baseline, clip)
            return
        if (horizontal == "justify" and not line.ends) or horizontal == "distributed":
            start = left if horizontal == "distributed" else left + indent
            yield from _spread(line, start, right, baseline, clip)
            return
        if horizontal in ("center", "centerContinuous"):
            x = (box[0] + box[2] - line.width) / 2
        elif horizontal == "right":
            x = box[2] - inset - indent - line.width
        else:
            x = box[0] + inset + indent
        yield from _texts(line.runs, x, baseline, clip)

    def _turned(self, cell: Cell, text: Shown, box: Box) -> Iterator[Mark]:
        """Text up (1 to 90) or down (91 to 180); other angles stand about the corner at which they begin."""
        look = cell.look
        angle = look.angle if look.angle <= 90 else 90 - look.angle
        width, height = box[2] - box[0], box[3] - box[1]
        room = height - 2 * PADDING if abs(angle) == 90 else None
        block = self._block(self._runs(cell, text, look, 1e9), look, room if look.wrap else None, text, width)
        total = block.height
        horizontal = look.horizontal
        if horizontal == "general":  # text that goes up stands where its feet are
            horizontal = "right" if angle == 90 else "left"
        if abs(angle) != 90:
            yield from _slanted(block, angle, box, horizontal, look.vertical)
            return
        if horizontal == "center":
            start = (width - total) / 2
        else:
            start = width - PADDING - total if horizontal == "right" else PADDING
        clip = box if max(line.width for line in block.lines) > height + _SLACK or total > width + _SLACK else None
        passed = 0.0
        for line, (ascent, descent), pitch in zip(block.lines, block.heights, block.pitches, strict=True):
            inside = passed + (pitch - ascent - descent) / 2 + ascent
            x = box[0] + start + (inside if angle > 0 else total - inside)
            y = self._along(look.vertical, box, line.width, upward=angle > 0)
            for run in line.runs:
                wide = text_width(run.text, run.type)
                yield Text(x, y, run.text, run.type, drawn_size(run.type), wide, float(angle), clip)
                y += -wide if angle > 0 else wide
            passed += pitch

    @staticmethod
    def _along(vertical: str, box: Box, length: float, *, upward: bool) -> float:
        height = box[3] - box[1]
        if vertical == "center":
            start = (height + length) / 2
        elif vertical in ("top", "justify", "distributed"):
            start = PADDING + length
        else:
            start = height - PADDING
        return box[1] + start if upward else box[1] + start - length

    def _stacked(self, cell: Cell, text: Shown, box: Box) -> Iterator[Mark]:
        """One character below the other, upright."""
        look = cell.look
        letters = [
            (char, run.type) for run in self._runs(cell, text, look, 1e9) for char in run.text if char not in "\r\n"
        ]
        runs = [Line((Run(char, type_),), text_width(char, type_), ends=True) for char, type_ in letters]
        heights = [line_heights(line, look.type) for line in runs]
        total = sum(ascent + descent for ascent, descent in heights)
        block = _Block(tuple(runs), tuple(heights), tuple(sum(height) for height in heights))
        y = self._top(look.vertical, box, block)
        clip = box if total > box[3] - box[1] + _SLACK else None
        for line, (ascent, descent) in zip(runs, heights, strict=True):
            if look.horizontal == "right":
                x = box[2] - PADDING - line.width
            elif look.horizontal in ("general", "center", "distributed", "justify", "centerContinuous"):
                x = (box[0] + box[2] - line.width) / 2
                if not self._profile.excel:
                    x = box[0] + PADDING if look.wrap else x - 1.0
            else:
                x = box[0] + PADDING
            yield from _texts(line.runs, x, y + ascent, clip)
            y += ascent + descent

    def pictures(self) -> Iterator[Image]:
        """The sheet's pictures."""
        for picture in self._sheet.pictures:
            if picture.start is None:
                yield Image((picture.x, picture.y, picture.x + picture.width, picture.y + picture.height), picture.data)
                continue
            left, top = self._corner(picture.start)
            right, bottom = self._corner(picture.end) if picture.end else (left + picture.width, top + picture.height)
            box = (left, top, right, bottom)
            yield Image(fitted(box, picture.data) if picture.keeps_shape else box, picture.data)

    def _corner(self, anchor: Anchor) -> tuple[float, float]:
        return self._grid.x(anchor.column) * UNIT + anchor.x, self._grid.y(anchor.row) * UNIT + anchor.y


_PLAIN = Shown("", Kind.NOTHING)


def _filled(text: Shown, type_: Type, room: float) -> str:
    """A number whose format fills the cell up with a character."""
    assert text.fill is not None
    place, char = text.fill
    each = advance(type_.family, type_.bold, char) * type_.size
    gap = int((room - text_width(text.text, type_)) / each + 1e-6) if each > 0 else 0
    return text.text[:place] + char * max(0, gap) + text.text[place:]


def _texts(runs: Sequence[Run], x: float, baseline: float, clip: Box | None) -> Iterator[Mark]:
    for run in runs:
        wide = text_width(run.text, run.type)
        rise = _SUPER_RISE * run.type.size if run.type.raised == "superscript" else 0.0
        yield Text(x, baseline - rise, run.text, run.type, drawn_size(run.type), wide, 0.0, clip)
        yield from _lines_of(run.type, x, baseline, wide)
        x += wide


def _lines_of(type_: Type, x: float, baseline: float, wide: float) -> Iterator[Stroke]:
    size = type_.size
    double = type_.underline == "double"
    drops = _DOUBLE_DROPS if double else (_UNDERLINE_DROP,) if type_.underline else ()
    if type_.struck:
        drops = (*drops, -_STRIKE_RISE)
    for drop in drops:
        y = baseline + drop * size
        yield Stroke(x, y, x + wide, y, (_DOUBLE_UNDERLINE if double else _UNDERLINE) * size, type_.colour)


def _spread(line: Line, left: float, right: float, baseline: float, clip: Box | None) -> Iterator[Mark]:
    """A line stretched from padding to padding: gaps between Chinese characters and words, none inside a word."""
    pieces: list[Run] = []
    for run in line.runs:
        word = ""
        for char in run.text:
            if is_wide(char):
                if word:
                    pieces.append(Run(word, run.type))
                    word = ""
                pieces.append(Run(char, run.type))
            else:
                word += char
        if word:
            pieces.append(Run(word, run.type))
    gap = (right - left - line.width) / (len(pieces) - 1) if len(pieces) > 1 else 0.0
    x = left
    for piece in pieces:
        yield from _texts((piece,), x, baseline, clip)
        x += text_width(piece.text, piece.type) + max(gap, 0.0)


def _slanted(block: _Block, angle: float, box: Box, horizontal: str, vertical: str) -> Iterator[Mark]:
    """Text at another angle than a quarter, about the cell's corner."""
    turn = radians(angle)
    line = block.lines[0]
    ascent, descent = block.heights[0]
    wide, high = line.width * cos(turn), abs(line.width * sin(turn))
    if horizontal == "center":
        x = (box[0] + box[2] - wide) / 2
    else:
        x = box[2] - PADDING - wide if horizontal == "right" else box[0] + PADDING
    if vertical == "center":
        y = (box[1] + box[3] + (high if angle > 0 else -high) + ascent - descent) / 2
    elif vertical == "top":
        y = box[1] + PADDING + ascent + (high if angle > 0 else 0)
    else:
        y = box[3] - PADDING - descent - (0 if angle > 0 else high)
    for run in line.runs:
        width = text_width(run.text, run.type)
        yield Text(x, y, run.text, run.type, drawn_size(run.type), width, angle, box)
        x += width * cos(turn)
        y -= width * sin(turn)
