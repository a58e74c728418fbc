"""Rotation: what may go, and that the newest good backup never does, whatever the clock shows."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from unionoffice.models.backup import BackupKind, Kept, superseded
from unionoffice.models.rule_pack import rule_on

RULE = {"recent": 3, "daily": 7, "weekly": 4, "monthly": 12}
NOW = datetime(2026, 11, 22, 17, 30)
times = st.datetimes(min_value=datetime(2009, 1, 1), max_value=datetime(2040, 1, 1))


def automatic(number: int, at: datetime) -> Kept:
    return Kept(str(number), number, at, BackupKind.AUTOMATIC)


@given(
    st.lists(st.tuples(times, st.sampled_from(BackupKind), st.booleans()), max_size=60),
    st.fixed_dictionaries({name: st.integers(0, 5) for name in RULE}),
)
def test_the_newest_good_those_by_hand_and_damaged_ones_stay(
    made: list[tuple[datetime, BackupKind, bool]], rule: dict[str, int]
) -> None:
    kept = [Kept(str(number), number, *each) for number, each in enumerate(made)]
    gone = set(superseded(kept, rule))
    assert all(each.good and each.kind is BackupKind.AUTOMATIC for each in kept if each.name in gone)
    good = [each.name for each in kept if each.good and each.kind is BackupKind.AUTOMATIC]
    assert not good or good[-1] not in gone
    assert not set(good[-rule["recent"] :] if rule["recent"] else ()) & gone
    left = [each for each in kept if each.name not in gone]
    assert superseded(left, rule) == []  # what stays once stays, until newer ones come
    assert len([name for name in good if name not in gone]) <= max(1, sum(rule.values()))


@given(st.lists(times, min_size=1, max_size=40), st.timedeltas(timedelta(days=-4000), timedelta(days=4000)))
def test_a_clock_that_jumps_takes_no_good_backup_at_once(before: list[datetime], jump: timedelta) -> None:
    """Rotated after each one made; one more, made after the clock jumped, takes at most what any other would."""
    left: list[Kept] = []
    for number, at in enumerate(sorted(before)):
        left.append(automatic(number, at))
        left = [each for each in left if each.name not in superseded(left, RULE)]
    newest = automatic(len(before), max(before) + jump)
    gone = superseded([*left, newest], RULE)
    assert newest.name not in gone
    assert len(gone) <= 4  # one of each rule's at the most


def test_two_years_of_days_leave_days_weeks_and_months() -> None:
    left: list[Kept] = []
    for number in range(730):
        left.append(automatic(number, NOW + timedelta(days=number)))
        left = [each for each in left if each.name not in superseded(left, RULE)]
    ages = [(left[-1].made_at - each.made_at).days for each in left]
    assert {0, 1, 2, 3, 4, 5, 6} <= set(ages)
    assert len({each.made_at.isocalendar()[:2] for each in left}) >= 4
    assert len({(each.made_at.year, each.made_at.month) for each in left}) == 12
    assert len(left) <= 7 + 4 + 12


def test_a_clock_a_year_back_keeps_the_new_and_the_old() -> None:
    left = [automatic(number, NOW - timedelta(days=30 - number)) for number in range(30)]
    left = [each for each in left if each.name not in superseded(left, RULE)]
    best = left[-1]
    for number in range(100, 103):
        left.append(automatic(number, NOW - timedelta(days=465 - number)))
        left = [each for each in left if each.name not in superseded(left, RULE)]
        assert left[-1].number == number
    assert best in left


def test_the_rule_pack_holds_at_any_date_a_dead_battery_gives() -> None:
    for year in (1980, 2009, 2026, 2099):
        assert rule_on("backup", datetime(year, 1, 1).date()).values["recent"] >= 1
