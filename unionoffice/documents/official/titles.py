"""Titles in lines that form a trapezium or a lozenge (梯形或菱形), words whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from unionoffice.documents.official.composing import CLOSING, OPENING

_GLUED = re.compile(
    r"[0-9A-Za-z.\-]+[年月日届次号名个元季]?|〔[^〕]*〕\d*号?|第[0-9一二三四五六七八九十百]+[届次季期批]?"
)
_QUOTED = re.compile(r"[《“][^》”]{1,14}[》”]")
_NOT_FIRST = frozenset("的了和与及或等" + CLOSING)
_NOT_LAST = frozenset("关第在为和与及或对不" + OPENING)
_MOST_LINES = 5
_INSIDE_A_WORD, _NOWHERE, _OBLONG, _HOURGLASS, _LOPSIDED = 100.0, 6.0, 5.0, 12.0, 2.0


def title_lines(title: str, width: Callable[[str], float], room: float, words: Sequence[str]) -> tuple[str, ...]:
    """The lines of a title that is at most `room` wide; a line break in the title is kept as the author set it."""
    given = [line.strip() for line in title.splitlines() if line.strip()]
    if len(given) > 1:
        return tuple(part for line in given for part in _best(line, width, room, words))
    return _best(given[0], width, room, words) if given else ()


def _best(title: str, width: Callable[[str], float], room: float, words: Sequence[str]) -> tuple[str, ...]:
    if width(title) <= room:
        return (title,)
    costs = _costs(title, words)
    for count in range(2, _MOST_LINES + 1):
        fitting = [
            lines
            for lines in _divided(title, count, width, room)
            if max(map(width, lines)) <= room and min(map(len, lines)) > 1
        ]
        if fitting:
            return min(fitting, key=lambda lines: _ugliness(lines, costs, width, room))
    return _greedy(title, width, room)


def _divided(title: str, count: int, width: Callable[[str], float], room: float) -> list[tuple[str, ...]]:
    """All ways of cutting into so many lines, near enough to an even share that the search stays small."""
    if width(title) > room * count:
        return []
    share = len(title) / count
    reach = max(2, round(share * (0.75 if count < 4 else 0.2)))
    found: list[tuple[int, ...]] = [(0,)]
    for index in range(1, count):
        near = [at for at in range(1, len(title)) if abs(at - share * index) <= reach]
        found = [(*breaks, at) for breaks in found for at in near if at > breaks[-1]]
    return [
        tuple(title[start:end] for start, end in zip(breaks, (*breaks[1:], len(title)), strict=True))
        for breaks in found
    ]


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
        if title[at] in _NOT_FIRST or title[at - 1] in _NOT_LAST:
            costs[at] = max(costs[at], _INSIDE_A_WORD)
        elif title[at - 1] in "的、，" and at not in inside:
            costs[at] = 0.0
    return costs


def _ugliness(lines: Sequence[str], costs: Sequence[float], width: Callable[[str], float], room: float) -> float:
    at, cost = 0, 0.0
    for line in lines[:-1]:
        at += len(line)
        cost += costs[at]
    wide = [width(line) / room for line in lines]
    steps = [right - left for left, right in zip(wide, wide[1:], strict=False)]
    if all(abs(step) < 0.04 for step in steps):
        cost += _OBLONG
    if any(left < -0.04 and right > 0.04 for left, right in zip(steps, steps[1:], strict=False)):
        cost += _HOURGLASS
    return cost + _LOPSIDED * sum(abs(step) for step in steps) + (1 - max(wide))


def _greedy(title: str, width: Callable[[str], float], room: float) -> tuple[str, ...]:
    """A title as long as a paragraph, filled line by line."""
    lines = [""]
    for char in title:
        if lines[-1] and width(lines[-1] + char) > room and char not in CLOSING:
            lines.append("")
        lines[-1] += char
    return tuple(lines)
