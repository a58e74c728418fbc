"""Where a cell's text breaks into lines, as spreadsheet programs break it: in the widths of the fonts named."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from unionoffice.documents.workbook.book import Run, Type
from unionoffice.documents.workbook.metrics import FALLBACK, advance, drawn_size, metrics

TOLERANCE = 0.05
_OPENING = frozenset("([{（［｛【《〈「『〔“‘￥¥$＄")
_CLOSING = frozenset(")]}）］｝】》〉」』〕,.:;!?%℃，。、：；！？％”’·．…")
_QUOTES = frozenset("\"'“”‘’")
NOT_FIRST = frozenset("，。、；：！？）》〉」』】〕〗］｝”’．·…ー々％℃‰,.;:!?)]}%")
NOT_LAST = frozenset("（《〈「『【〔〖［｛“‘￥＄([{¥$")
AMBIGUOUS = frozenset("“”‘’…—")
"""Marks of Chinese and of Latin texts alike."""
_TOGETHER = frozenset("—…")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its pieces by font, how wide it stands in points, and whether a paragraph ends with it."""

    runs: tuple[Run, ...]
    width: float
    ends: bool

    @property
    def text(self) -> str:
        """The characters of the line."""
        return "".join(run.text for run in self.runs)


def line_heights(line: Line, default: Type) -> tuple[float, float]:
    """Ascent and descent of a line in points: the greatest over its runs, or the cell's own for an empty one."""
    types = [(run.type, run.text) for run in line.runs if run.text] or [(default, "")]
    ascent = descent = 0.0
    for type_, text in types:
        own = metrics(type_.family, type_.bold)
        faces = {own} if not text or own.chinese else set()
        if not own.chinese and text:
            if any(own.carries(char) for char in text):
                faces.add(own)
            if any(not own.carries(char) for char in text):
                faces.add(metrics(FALLBACK, type_.bold))
        for face in faces:
            ascent = max(ascent, face.ascent * type_.size)
            descent = max(descent, face.descent * type_.size)
    return ascent, descent


@lru_cache(maxsize=1024)
def broken(runs: tuple[Run, ...], available: float | None, *, kinsoku: bool = False) -> tuple[Line, ...]:
    """The lines of a text; `available` points wide, or only broken where it says so itself when None.

    With `kinsoku` (避头尾) no line begins with a closing mark or ends with an opening one: the character before goes
    down with it. Only marks that fill a whole line stand as they come.
    """
    text = "".join(run.text for run in runs)
    types = [run.type for run in runs for _ in run.text]
    lines: list[Line] = []
    start = 0
    for paragraph in re.split("\r\n|\r|\n", text):
        length = len(paragraph)
        lines.extend(_paragraph(paragraph, types[start : start + length], available, kinsoku=kinsoku))
        start += length
        if text[start : start + 2] == "\r\n":
            start += 2
        else:
            start += 1
    return tuple(lines)


def _paragraph(text: str, types: Sequence[Type], available: float | None, *, kinsoku: bool) -> list[Line]:
    widths = [
        advance(type_.family, type_.bold, char) * drawn_size(type_) for char, type_ in zip(text, types, strict=True)
    ]
    pens = [0.0, *accumulate(widths)]
    if available is None or pens[-1] <= available + TOLERANCE:
        return [_line(text, types, pens[-1], ends=True)]
    found: list[Line] = []
    start = 0
    while start < len(text):
        limit = pens[start] + available + TOLERANCE
        stop = bisect_right(pens, limit) - 1
        if stop >= len(text):
            found.append(_line(text[start:], types[start:], pens[-1] - pens[start], ends=True))
            break
        stop = _break_at(text, start, max(stop, start))
        if kinsoku:
            stop = _pulled_down(text, start, stop)
        hanging = stop > start and text[stop - 1] == " "
        shown = stop - 1 if hanging else stop
        found.append(_line(text[start:shown], types[start:shown], pens[shown] - pens[start], ends=False))
        start = stop
    return found


def _break_at(text: str, start: int, over: int) -> int:
    """Where the line ends whose first character that no longer fits is at `over`."""
    if text[over] == " ":
        return over + 1
    if over > start and is_wide(text[over - 1]):
        return over
    for place in range(over, start, -1):
        if _allowed(text, place):
            return place
    return max(over, start + 1)


def _pulled_down(text: str, start: int, stop: int) -> int:
    """Where the line ends instead, so that the next one begins, and this one ends, as it may."""
    if stop >= len(text) or _parts_well(text, stop):
        return stop
    for place in range(stop - 1, start, -1):
        beside_a_quotation = text[place - 1] in "”’" or text[place] in "“‘"
        if _parts_well(text, place) and (beside_a_quotation or _allowed(text, place)):
            return place
    return stop


def _parts_well(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    return after not in NOT_FIRST and before not in NOT_LAST and not (before == after and after in _TOGETHER)


def _allowed(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    if after == " ":
        return False
    if before == " ":
        return True
    if before in _OPENING or after in _CLOSING or before in _QUOTES or after in _QUOTES:
        return False
    if before in "-—" or after == "—":
        return True
    if before in "/?" and place > 1 and _address(text, place):
        return True
    if before in "，。、：；！？）】》" and after.isdigit() and after.isascii():
        return False
    if after in "(（" and before.isalnum() and before.isascii():
        return False
    return is_wide(before) or is_wide(after)


def _address(text: str, place: int) -> bool:
    word = text[:place].rpartition(" ")[2]
    return "://" in word or word.startswith(("www.", "http"))


def is_wide(char: str) -> bool:
    """Han, kana, full-width and Chinese punctuation: a line may end behind each."""
    code = ord(char)
    return (
        0x2E80 <= code <= 0xA4CF
        or 0xF900 <= code <= 0xFAFF
        or 0xFE30 <= code <= 0xFE4F
        or (0xFF00 <= code <= 0xFFEF or code >= 0x20000 or char in AMBIGUOUS)
    )


def _line(text: str, types: Sequence[Type], width: float, *, ends: bool) -> Line:
    runs: list[Run] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or types[place] is not types[start]:
            runs.append(Run(text[start:place], types[start]))
            start = place
    return Line(tuple(runs), width, ends)
