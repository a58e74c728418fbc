"""Characters into lines: 28 to a line, closing marks kept off its beginning, words and numbers whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from unicodedata import east_asian_width

from unionoffice.documents.official.standard import MM
from unionoffice.documents.pdf.fonts import MISSING_MARK, Fonts, Style, visible

CLOSING = "，。、；：？！）》〉」』】〗〕］｝”’…％‰℃·～—,.;:?!)]}%"
"""Marks that never begin a line; the dash only because its two halves belong to what stands before."""

OPENING = "（《〈「『【〖〔［｛“‘￥([{"
"""Marks that never end a line."""

_HALVED_RIGHT = frozenset("，。、；：）》〉」』】〗〕］｝”’")
_HALVED_LEFT = frozenset("（《〈「『【〖〔［｛“‘")
_FULL = frozenset("“”‘’—…")
_LATIN = r"[0-9A-Za-zÀ-ɏ.,:;'@_/%+\-#&~$¥–=?!]"
_UNIT = re.compile(rf"[{re.escape(OPENING)}]*(?:{_LATIN}+|.)[{re.escape(CLOSING)}]*", re.DOTALL)
_TINY = 1e-6
_WIDEST_GAP = 0.5
"""A line is spread to the full measure while no gap grows beyond this share of a character."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How text is set: its size in points and how far, in mm, one full character stands from the next."""

    size: float
    pitch: float

    @property
    def em(self) -> float:
        """The size in mm."""
        return self.size * MM


def solid(size: float) -> Setting:
    """Set without space between the characters."""
    return Setting(size, size * MM)


Styled = Sequence[tuple[str, Style]]
"""Text in parts, each with its style."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character with its advance, where in it the shape begins, and how much may be squeezed out of it."""

    char: str
    style: Style
    advance: float
    inset: float = 0.0
    give: float = 0.0
    opens: bool = False
    latin: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one style in a line; `along` is where each begins, in mm from the line's start."""

    text: str
    style: Style
    along: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A set line and the width its characters take."""

    runs: tuple[Run, ...]
    width: float

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


class Composer:
    """Sets text in lines with the fonts at hand."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self._glyph = cache(self._made)

    def one(self, parts: Styled, setting: Setting) -> Line:
        """All of it on one line, however long."""
        return _line([glyph for unit in self._units(parts, setting) for glyph in unit], 0.0, 0.0)

    def lines(
        self, parts: Styled, setting: Setting, width: float, *, first: float = 0.0, spread: bool = True
    ) -> tuple[Line, ...]:
        """Broken into lines of `width` mm; the first is shorter by `first`. Without `spread` the right edge is ragged.

        The last line is never spread, except to give back what its marks were squeezed by.
        """
        found: list[Line] = []
        room = width - first
        widest = _WIDEST_GAP * setting.pitch if spread else 0.0
        waiting: list[Glyph] = []
        for unit in self._fitting(self._units(parts, setting), width):
            candidate = [*waiting, *unit]
            if waiting and not _fits(candidate, room):
                found.append(_placed(_trimmed(waiting), room, widest))
                room, candidate = width, _begun(unit)
            waiting = candidate
        return (*found, _placed(waiting, room, 0.0))

    def _fitting(self, units: Iterator[list[Glyph]], width: float) -> Iterator[list[Glyph]]:
        """The units, those that no line can hold taken apart."""
        for unit in units:
            if sum(glyph.advance for glyph in unit) <= width:
                yield unit
            else:
                yield from _apart(unit)

    def _units(self, parts: Styled, setting: Setting) -> Iterator[list[Glyph]]:
        shown = [(visible(text), style) for text, style in parts]
        styles = [style for text, style in shown for _ in text]
        for found in _UNIT.finditer("".join(text for text, _ in shown)):
            yield [self._glyph(char, styles[found.start() + at], setting) for at, char in enumerate(found[0])]

    def _made(self, char: str, style: Style, setting: Setting) -> Glyph:
        own = self._fonts.width(char, style, 1)
        shown = char if not self._fonts.missing(char, style) else MISSING_MARK
        if not _is_full(char) and own < 0.9:
            return Glyph(shown, style, own * setting.em, latin=char != " ")
        if char in _HALVED_LEFT:
            return Glyph(shown, style, setting.pitch, (1 - own) * setting.em, setting.em / 2, opens=True)
        if char in _HALVED_RIGHT:
            return Glyph(shown, style, setting.pitch, 0.0, setting.em / 2)
        return Glyph(shown, style, setting.pitch, max(0.0, (1 - own) / 2) * setting.em)


def _is_full(char: str) -> bool:
    return char in _FULL or east_asian_width(char) in "WF"


def _fits(glyphs: Sequence[Glyph], room: float) -> bool:
    """Whether they go into the line, which marks are squeezed for only where a mark would else begin the next."""
    over = sum(glyph.advance for glyph in glyphs) - room
    if over <= _TINY:
        return True
    return glyphs[-1].char in CLOSING and over <= sum(glyph.give for glyph in glyphs) + _TINY


def _apart(unit: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """A unit too long for any line, in single characters that keep their marks."""
    part: list[Glyph] = []
    for glyph in unit:
        if part and glyph.char not in CLOSING and part[-1].char not in OPENING:
            yield part
            part = []
        part.append(glyph)
    yield part


def _trimmed(glyphs: list[Glyph]) -> list[Glyph]:
    while len(glyphs) > 1 and glyphs[-1].char == " ":
        glyphs = glyphs[:-1]
    return glyphs


def _begun(unit: list[Glyph]) -> list[Glyph]:
    return [] if all(glyph.char == " " for glyph in unit) else unit


def _placed(glyphs: Sequence[Glyph], room: float, widest: float) -> Line:
    """The characters in their places: squeezed into the room if they need it, or spread over it by gaps up to
    `widest`."""
    over = sum(glyph.advance for glyph in glyphs) - room
    if over > _TINY:
        return _line(glyphs, 0.0, min(1.0, over / max(sum(glyph.give for glyph in glyphs), _TINY)))
    gaps = sum(_may_part(left, right) for left, right in zip(glyphs, glyphs[1:], strict=False))
    return _line(glyphs, -over / gaps if gaps and -over / gaps <= widest else 0.0, 0.0)


def _may_part(left: Glyph, right: Glyph) -> bool:
    return not (left.latin and right.latin)


def _line(glyphs: Sequence[Glyph], gap: float, squeeze: float) -> Line:
    runs: list[Run] = []
    x = 0.0
    before: Glyph | None = None
    for glyph in glyphs:
        x += gap if before and _may_part(before, glyph) else 0.0
        lost = glyph.give * squeeze
        at = x + glyph.inset - (lost if glyph.opens else 0.0)
        if runs and runs[-1].style is glyph.style:
            runs[-1] = Run(runs[-1].text + glyph.char, glyph.style, (*runs[-1].along, at))
        else:
            runs.append(Run(glyph.char, glyph.style, (at,)))
        x += glyph.advance - lost
        before = glyph
    return Line(tuple(runs), x)
