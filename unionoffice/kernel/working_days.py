"""Working days (工作日): weekdays that are no holiday, and the weekend days worked in exchange (调休)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5
_MOST = 3660
"""Days that are looked at in one count: ten years, more than anything is announced for."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days off and worked besides the week's own, of the years in `years`; in other years only weekends are off."""

    off: frozenset[date]
    work: frozenset[date]
    years: frozenset[int]

    def is_working(self, day: date) -> bool:
        """Whether people work on a day."""
        return day in self.work or (day.weekday() < _SATURDAY and day not in self.off)

    def count(self, first: date, last: date) -> int:
        """Working days from `first` to `last`, both included; 0 where the last is before the first.

        Raises ValueError for more than ten years.
        """
        return sum(map(self.is_working, _days(first, last)))

    def ends(self, first: date, count: int) -> date:
        """The day on which the last of so many working days from `first` on is over; `first` counts if it is one.

        Raises ValueError for less than one day and for more than ten years.
        """
        if count < 1:
            raise ValueError(count)
        day, left = first, count
        for day in _days(first, first + timedelta(_MOST - 1)):
            left -= self.is_working(day)
            if not left:
                return day
        raise ValueError(count)

    def unknown(self, first: date, last: date) -> tuple[int, ...]:
        """The years of a period for which nobody has entered the holidays."""
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.years)


def _days(first: date, last: date) -> Iterable[date]:
    if (last - first).days >= _MOST:
        raise ValueError(last)
    return (first + timedelta(number) for number in range((last - first).days + 1))
