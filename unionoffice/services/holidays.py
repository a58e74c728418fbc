"""Holidays and the days worked in exchange: those of the rule pack, and years that an office enters itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from unionoffice.kernel.errors import UserError
from unionoffice.kernel.working_days import Calendar
from unionoffice.models.rule_pack import rules
from unionoffice.store.beside import RULES
from unionoffice.store.engine import reason

FILE = Path(RULES) / "放假安排.txt"
"""Beside the office file: “2027-01-01 至 2027-01-03 放假”, “2027-01-04 上班”, a line each; # begins a remark."""

_LINE = re.compile(r"(\d{4}-\d\d?-\d\d?)(?:\s*至\s*(\d{4}-\d\d?-\d\d?))?\s+(放假|上班)(?:\s+\S.*)?$")
_LONGEST = 31


def calendar(office: Path) -> Calendar:
    """The calendar of an office. A year in its own file is taken from there alone.

    Raises UserError with the line for what cannot be read there.
    """
    own = list(_own(office.parent / FILE))
    years = {day.year for day, _ in own}
    found = [*own, *((day, works) for day, works in _shipped() if day.year not in years)]
    return Calendar(
        frozenset(day for day, works in found if not works),
        frozenset(day for day, works in found if works),
        frozenset(day.year for day, _ in found),
    )


def unknown_told(years: tuple[int, ...]) -> str:
    """What is said where holidays were not entered, "" where they were."""
    named = "、".join(str(year) for year in years)
    return f"{named} 年的放假安排还没有录入，按周末计算，请核对。" if years else ""


def _shipped() -> Iterator[tuple[date, bool]]:
    for rule in rules("holidays"):
        for first, last in rule.values["off"].values():
            yield from ((day, False) for day in _between(date.fromisoformat(first), date.fromisoformat(last)))
        yield from ((date.fromisoformat(day), True) for day in rule.values["work"])


def _own(path: Path) -> Iterator[tuple[date, bool]]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return
    except OSError as fault:
        raise UserError(f"“{path.name}”读不出来：{reason(fault)}。") from fault
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", "replace")
    for number, line in enumerate(text.splitlines(), 1):
        line = line.partition("#")[0].strip()
        if line:
            yield from _read(line, f"“{path.name}”第 {number} 行")


def _read(line: str, where: str) -> Iterator[tuple[date, bool]]:
    found = _LINE.match(line)
    try:
        first, last = (_day(each) for each in (found[1], found[2] or found[1])) if found else (date.max, date.min)
    except ValueError:
        raise UserError(f"{where}：“{line}”里没有这个日子。") from None
    if not found or not 0 <= (last - first).days < _LONGEST:
        raise UserError(f"{where}：“{line}”看不懂，应写成“2027-01-01 至 2027-01-03 放假”或“2027-01-04 上班”。")
    yield from ((day, found[3] == "上班") for day in _between(first, last))


def _day(text: str) -> date:
    return date(*map(int, text.split("-")))


def _between(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(number) for number in range((last - first).days + 1))
