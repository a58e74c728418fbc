"""Working days: counted and added, against a model that looks at every day by itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionoffice.kernel.working_days import Calendar

DAYS = st.dates(date(2024, 12, 1), date(2027, 2, 1))
SETS = st.frozensets(DAYS, max_size=40)


def naive(day: date, off: frozenset[date], work: frozenset[date]) -> bool:
    if day in work:
        return True
    if day in off:
        return False
    return day.isoweekday() not in (6, 7)


@given(DAYS, st.integers(0, 90), SETS, SETS)
def test_a_count_is_what_looking_at_every_day_gives(
    first: date, length: int, off: frozenset[date], work: frozenset[date]
) -> None:
    last = first + timedelta(length)
    expected, day = 0, first
    while day <= last:
        expected += naive(day, off, work)
        day += timedelta(1)
    assert Calendar(off, work, frozenset()).count(first, last) == expected


@given(DAYS, st.integers(1, 40), SETS, SETS)
def test_an_end_is_the_first_day_that_gives_the_count(
    first: date, count: int, off: frozenset[date], work: frozenset[date]
) -> None:
    days = Calendar(off, work, frozenset())
    last = days.ends(first, count)
    assert days.is_working(last)
    assert days.count(first, last) == count


def test_weekends_worked_in_exchange_count_and_holidays_do_not() -> None:
    days = Calendar(frozenset({date(2026, 9, 25)}), frozenset({date(2026, 9, 20)}), frozenset({2026}))
    assert days.is_working(date(2026, 9, 20))  # a Sunday
    assert not days.is_working(date(2026, 9, 25))  # a Friday
    assert days.count(date(2026, 9, 19), date(2026, 9, 25)) == 5
    assert days.ends(date(2026, 9, 19), 1) == date(2026, 9, 20)


def test_years_without_a_table_are_named() -> None:
    days = Calendar(frozenset(), frozenset(), frozenset({2026}))
    assert days.unknown(date(2026, 12, 30), date(2027, 1, 5)) == (2027,)
    assert days.unknown(date(2026, 1, 1), date(2026, 12, 31)) == ()


def test_what_nobody_means_is_refused() -> None:
    days = Calendar(frozenset(), frozenset(), frozenset())
    with pytest.raises(ValueError, match="2099"):
        days.count(date(2026, 1, 1), date(2099, 1, 1))
    for count in (0, -1, 10_000):
        with pytest.raises(ValueError, match=str(count)):
            days.ends(date(2026, 1, 1), count)
    assert days.count(date(2026, 1, 2), date(2026, 1, 1)) == 0
