"""Titles in lines that form a trapezium or a lozenge (梯形或菱形), words whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from unionoffice.documents.official.composing import CLOSING, OPENING

_GLUED = re.compile(
    r"[0-9A-Za-z.\-]+[年月日届次号名个元季]?|〔[^〕]*〕\d*号?|第[0-9一二三四五六七八九十百]+[届次季期批]?"
)
_QUOTED = re.compile(r"[《“（][^《》“”（）]{1,14}[》”）]")
_NOT_FIRST = frozenset("的了和与及或等")
_NOT_LAST = frozenset("关第在为和与及或对不")
_MOST_LINES = 5
_TINY = 1e-6
_BACK = 6
"""So many characters a line of a title as long as a paragraph may be shorter so that a word stays whole."""
_NEVER, _INSIDE_A_WORD, _NOWHERE, _OBLONG, _HOURGLASS, _LOPSIDED, _UNEVEN = 1000.0, 100.0, 6.0, 5.0, 12.0, 2.0, 8.0


def title_lines(title: str, width: Callable[[str], float], room: float, words: Sequence[str]) -> tuple[str, ...]:
    """The lines of a title that is at most `room` wide; a line break in the title is kept as the author set it."""
    given = [line.strip() for line in title.splitlines() if line.strip()]
    known = tuple(words)
    return tuple(part for line in given for part in _best(line, tuple(map(width, line)), room, known, True))


def even_lines(name: str, width: Callable[[str], float], room: float, words: Sequence[str]) -> tuple[str, ...]:
    """The lines of a name that is at most `room` wide, as long as one another as its words allow."""
    given = [line.strip() for line in name.splitlines() if line.strip()]
    known = tuple(words)
    return tuple(part for line in given for part in _best(line, tuple(map(width, line)), room, known, False))


@lru_cache(maxsize=64)
def _best(title: str, widths: tuple[float, ...], room: float, words: tuple[str, ...], shaped: bool) -> tuple[str, ...]:
    """The title in as few lines as hold it, or in one more where that keeps its words whole."""
    ends = tuple(accumulate(widths, initial=0.0))
    if ends[-1] <= room + _TINY:
        return (title,)
    costs = _costs(title, words)
    for most in (_INSIDE_A_WORD, _NEVER):
        fewest = next((count for count in range(2, _MOST_LINES + 1) if _any(ends, room, costs, count, _NEVER)), 0)
        for count in range(fewest, min(fewest + 1, _MOST_LINES) + 1) if fewest else ():
            if found := list(_divided(ends, room, costs, count, most)):
                return _cut(title, min(found, key=lambda breaks: _ugliness(breaks, ends, costs, room, shaped)))
    return _filled(title, ends, room, costs)


def _any(ends: Sequence[float], room: float, costs: Sequence[float], count: int, most: float) -> bool:
    return next(_divided(ends, room, costs, count, most), None) is not None


def _divided(
    ends: Sequence[float], room: float, costs: Sequence[float], count: int, most: float, start: int = 0
) -> Iterator[tuple[int, ...]]:
    """All ways of cutting what begins at `start` into so many lines of two characters or more, where it costs less
    than `most`."""
    last = len(ends) - 1
    if ends[last] - ends[start] > room * count + _TINY:
        return
    if count == 1:
        if last - start > 1:
            yield ()
        return
    for at in range(start + 2, last - 1):
        if ends[at] - ends[start] > room + _TINY:
            return
        if costs[at] < most:
            yield from ((at, *rest) for rest in _divided(ends, room, costs, count - 1, most, at))


def _cut(title: str, breaks: Sequence[int]) -> tuple[str, ...]:
    return tuple(title[start:end] for start, end in zip((0, *breaks), (*breaks, len(title)), strict=True))


def _costs(title: str, words: Sequence[str]) -> list[float]:
    """What a break before each character costs: much inside a word, a little where no word is known to begin."""
    costs = [_NOWHERE] * (len(title) + 1)
    inside: set[int] = set()
    for word in words:
        start = title.find(word)
        while start >= 0 and word:
            inside.update(range(start + 1, start + len(word)))
            costs[start] = costs[start + len(word)] = 0.0
            start = title.find(word, start + 1)
    for pattern in (_GLUED, _QUOTED):
        for found in pattern.finditer(title):
            inside.update(range(found.start() + 1, found.end()))
    for at in range(1, len(title)):
        if at in inside:
            costs[at] = _INSIDE_A_WORD
        if title[at] in CLOSING or title[at - 1] in OPENING:
            costs[at] = _NEVER
        elif title[at] in _NOT_FIRST or title[at - 1] in _NOT_LAST:
            costs[at] = max(costs[at], _INSIDE_A_WORD)
        elif title[at - 1] in "的、，；：》”）" and at not in inside:
            costs[at] = 0.0
    return costs


def _ugliness(breaks: Sequence[int], ends: Sequence[float], costs: Sequence[float], room: float, shaped: bool) -> float:
    """How far the lines are from even, or, `shaped`, from a trapezium or a lozenge."""
    cost = sum(costs[at] for at in breaks)
    wide = [(ends[end] - ends[start]) / room for start, end in zip((0, *breaks), (*breaks, len(ends) - 1), strict=True)]
    steps = [right - left for left, right in zip(wide, wide[1:], strict=False)]
    if not shaped:
        return cost + _UNEVEN * sum(abs(step) for step in steps)
    if all(abs(step) < 0.04 for step in steps):
        cost += _OBLONG
    if any(left < -0.04 and right > 0.04 for left, right in zip(steps, steps[1:], strict=False)):
        cost += _HOURGLASS
    return cost + _LOPSIDED * sum(abs(step) for step in steps) + (1 - max(wide))


def _filled(title: str, ends: Sequence[float], room: float, costs: Sequence[float]) -> tuple[str, ...]:
    """A title as long as a paragraph, filled line by line; a line ends a little earlier to keep a word whole."""
    breaks: list[int] = []
    start = 0
    while ends[-1] - ends[start] > room + _TINY:
        end = max(at for at in range(start + 1, len(ends)) if at == start + 1 or ends[at] - ends[start] <= room + _TINY)
        near = range(end, max(start, end - _BACK), -1)
        start = min(near, key=lambda at: min(costs[at] // _INSIDE_A_WORD, 2))
        breaks.append(start)
    return _cut(title, breaks)
