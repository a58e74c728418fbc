"""Membership as dated events (F1): the state on any day is what the events up to it give, nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionoffice.kernel.errors import Refused, UserError
from unionoffice.models.household import age_on
from unionoffice.models.member import (
    EVENT_RULES,
    EventKind,
    Member,
    MembershipEvent,
    MembershipState,
    check_event,
    state_after,
    timeline,
)
from unionoffice.models.numbering import check_pattern, member_number, used_serials

TODAY = date(2026, 9, 10)


def event(on_date: str, kind: EventKind, event_id: str = "1") -> MembershipEvent:
    return MembershipEvent(id=event_id, member_id="m", on_date=on_date, kind=kind)


def joined(on: str | None = "2010-03-01") -> Member:
    return Member(name="曾丽梅", enrolled=True, joined_on=on, membership_state="active")


def test_who_was_a_member_on_any_day() -> None:
    happenings = timeline(
        joined(),
        [
            event("2015-06-30", EventKind.RETAIN, "1"),
            event("2017-01-01", EventKind.RESUME, "2"),
            event("2019-02-03", EventKind.LEAVE, "3"),
            event("2020-05", EventKind.JOIN, "4"),
        ],
    )
    expected = {
        date(2010, 2, 28): "none",
        date(2010, 3, 1): "active",
        date(2015, 6, 29): "active",
        date(2015, 6, 30): "retained",
        date(2016, 12, 31): "retained",
        date(2017, 1, 1): "active",
        date(2019, 2, 3): "left",
        date(2020, 4, 30): "left",
        date(2020, 5, 1): "active",
    }
    assert {day: state_after(happenings, day).value for day in expected} == expected
    assert state_after(happenings) is MembershipState.ACTIVE


def test_a_partial_date_counts_from_its_first_day() -> None:
    for partial, first in (("2015", date(2015, 1, 1)), ("2015-10", date(2015, 10, 1))):
        happenings = timeline(joined(partial), [])
        assert state_after(happenings, first) is MembershipState.ACTIVE
        assert state_after(happenings, first - timedelta(1)) is MembershipState.NONE


def test_a_member_whose_joining_nobody_dated_was_always_one() -> None:
    assert state_after(timeline(joined(None), []), date(1950, 1, 1)) is MembershipState.ACTIVE


def test_somebody_who_never_joined_is_none() -> None:
    assert timeline(Member(name="张三"), []) == []
    assert state_after([]) is MembershipState.NONE


def test_two_events_of_one_day_stand_in_order_of_entry() -> None:
    happenings = timeline(
        joined(), [event("2019-02-03", EventKind.JOIN, "b"), event("2019-02-03", EventKind.LEAVE, "a")]
    )
    assert [kind for *_, kind in happenings] == [EventKind.JOIN, EventKind.LEAVE, EventKind.JOIN]


@given(
    st.lists(st.tuples(st.integers(0, 900), st.sampled_from([4, 7, 10]), st.sampled_from(EventKind)), max_size=12),
    st.integers(-40, 1000),
)
def test_state_on_any_day_equals_a_naive_walk(steps: list[tuple[int, int, EventKind]], offset: int) -> None:
    """Only events that `check_event` lets through, each dated in full or to the month or year."""
    start = date(2020, 1, 1)
    events: list[MembershipEvent] = []
    member = joined("2020-01-01")
    kept = MembershipState.ACTIVE
    for number, (days, length, kind) in enumerate(steps):
        on = (start + timedelta(days)).isoformat()[:length]
        try:
            check_event(kind, on, timeline(member, events), date(2030, 1, 1))
        except Refused:
            continue
        events.append(event(on, kind, f"{number:03d}"))
        kept = EVENT_RULES[kind][1]
    happenings = timeline(member, events)
    assert state_after(happenings) is kept
    day = start + timedelta(offset)
    naive = MembershipState.ACTIVE if day >= start else MembershipState.NONE
    for each in events:
        year, month, on = (*map(int, each.on_date.split("-")), 1, 1)[:3]
        if date(year, month, on) <= day:
            naive = EVENT_RULES[each.kind][1]
    assert state_after(happenings, day) is naive


@pytest.mark.parametrize(
    ("kind", "past", "allowed"),
    [
        (EventKind.JOIN, [], True),
        (EventKind.TRANSFER_IN, [], True),
        (EventKind.LEAVE, [], False),
        (EventKind.RESUME, [EventKind.JOIN], False),
        (EventKind.RESUME, [EventKind.JOIN, EventKind.RETAIN], True),
        (EventKind.RETAIN, [EventKind.JOIN, EventKind.RETAIN], False),
        (EventKind.JOIN, [EventKind.JOIN], False),
        (EventKind.JOIN, [EventKind.JOIN, EventKind.LEAVE], True),
        (EventKind.TRANSFER_IN, [EventKind.JOIN, EventKind.TRANSFER_OUT], True),
        (EventKind.JOIN, [EventKind.JOIN, EventKind.EXPEL], True),
        (EventKind.JOIN, [EventKind.JOIN, EventKind.DEATH], False),
        (EventKind.LEAVE, [EventKind.JOIN, EventKind.RETAIN], True),
        (EventKind.DEATH, [EventKind.JOIN, EventKind.LEAVE], False),
    ],
)
def test_an_event_must_follow_from_the_state_before_it(kind: EventKind, past: list[EventKind], allowed: bool) -> None:
    happenings = [(f"20{10 + place}-01-01", str(place), each) for place, each in enumerate(past)]
    if allowed:
        check_event(kind, "2026-01-01", happenings, TODAY)
    else:
        with pytest.raises(Refused) as told:
            check_event(kind, "2026-01-01", happenings, TODAY)
        assert told.value.field == "kind"


@pytest.mark.parametrize("on_date", ["2026-09-11", "2026-10", "2027"])
def test_no_event_lies_in_the_future(on_date: str) -> None:
    with pytest.raises(Refused, match="不能晚于今天"):
        check_event(EventKind.JOIN, on_date, [], TODAY)
    check_event(EventKind.JOIN, TODAY.isoformat(), [], TODAY)
    check_event(EventKind.JOIN, "2026-09", [], TODAY)


@pytest.mark.parametrize("on_date", ["2020-05-19", "2020-04", "2019", "2020-05", "2020"])
def test_no_event_lies_before_the_last_one_or_may_lie_before_it(on_date: str) -> None:
    """A month or year that holds the last event would sort before it, and turn the state around."""
    past = [("2010-01-01", "", EventKind.JOIN), ("2020-05-20", "1", EventKind.RETAIN)]
    with pytest.raises(Refused, match="2020-05-20") as told:
        check_event(EventKind.RESUME, on_date, past, TODAY)
    assert told.value.field == "on_date"


def test_an_event_may_lie_in_the_month_that_is_all_we_know_of_the_last_one() -> None:
    past = [("2010", "", EventKind.JOIN)]
    check_event(EventKind.RETAIN, "2010-06-01", past, TODAY)
    check_event(EventKind.RETAIN, "2010", past, TODAY)


@pytest.mark.parametrize(
    ("pattern", "year", "serial", "number"),
    [
        ("HY{年}{序号:5}", "2026", 7, "HY202600007"),
        ("{序号}", "2026", 7, "7"),
        ("{年}-{序号:3}号", "2015", 1234, "2015-1234号"),
    ],
)
def test_member_numbers_follow_the_pattern(pattern: str, year: str, serial: int, number: str) -> None:
    check_pattern(pattern)
    assert member_number(pattern, year, serial) == number
    assert used_serials(pattern, year, [number, "旧-12", "", f"{number}x", f"x{number}"]) == {serial}


@pytest.mark.parametrize("pattern", ["", "HY{年}", "{序号}{序号:3}", "{序号:12}", "{月}{序号}", "HY{{序号}"])
def test_a_pattern_has_exactly_one_serial_and_nothing_unknown(pattern: str) -> None:
    with pytest.raises(UserError) as told:
        check_pattern(pattern)
    assert told.value.field == "member_number_pattern"


def test_signs_of_a_pattern_are_taken_literally() -> None:
    assert used_serials("A.{序号}(x)", "2026", ["A.5(x)", "Ab5(x)", "A.6x"]) == {5}


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        ("2012-06-01", date(2026, 6, 1), 14),
        ("2012-06-02", date(2026, 6, 1), 13),
        ("2012-06", date(2026, 6, 1), 14),
        ("2012-02-29", date(2026, 2, 28), 13),
        ("2012", date(2026, 6, 1), None),
        (None, date(2026, 6, 1), None),
    ],
)
def test_age_is_whole_years_on_the_day(birth: str | None, on: date, age: int | None) -> None:
    assert age_on(birth, on) == age
