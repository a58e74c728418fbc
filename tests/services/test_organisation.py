"""The union tree with its dates (F2): what it was on any day, and no change that would break it on some day."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import ACTOR
from tests.services.people import branch, member
from unionoffice.app import App
from unionoffice.kernel.errors import Conflict, Refused, UserError
from unionoffice.models.member import EventKind
from unionoffice.models.organisation import Committee, UnitKind
from unionoffice.services.organisation import TermStanding, term_standing


def paths(app: App, on: date | None = None) -> list[str]:
    return [node.path for node in app.organisation.tree(on)[1:]]


def test_renamed_unit_keeps_its_old_name_on_earlier_days(app: App) -> None:
    unit = branch(app, "机电队")
    app.organisation.rename(unit, "机电一队", date(2026, 5, 1), "矿字〔2026〕5号", ACTOR)
    assert paths(app) == ["机电一队"]
    assert paths(app, date(2026, 4, 30)) == ["机电队"]
    assert paths(app, date(2026, 5, 1)) == ["机电一队"]
    assert [(change.name, change.reason) for change in app.organisation.changes(unit)] == [
        ("机电队", None),
        ("机电一队", "矿字〔2026〕5号"),
    ]


def test_moved_unit_takes_what_is_below_it_along(app: App) -> None:
    one, two = branch(app, "一队"), branch(app, "二队")
    branch(app, "一班", one)
    app.organisation.move(one, two, date(2026, 5, 1), "", ACTOR)
    assert paths(app) == ["二队", "二队 / 一队", "二队 / 一队 / 一班"]
    assert paths(app, date(2026, 4, 30)) == ["一队", "一队 / 一班", "二队"]


def test_a_unit_is_not_there_before_its_founding(app: App) -> None:
    root = app.organisation.tree()[0].id
    app.organisation.add_unit(root, "新队", UnitKind.BRANCH, ACTOR, founded_on=date(2026, 3, 1))
    assert paths(app, date(2026, 2, 28)) == []
    assert paths(app, date(2026, 3, 1)) == ["新队"]


def test_changes_are_dated_neither_in_the_future_nor_before_the_last_one(app: App) -> None:
    unit = branch(app, "机电队")
    with pytest.raises(Refused, match="晚于今天"):
        app.organisation.rename(unit, "机电一队", date(2026, 9, 11), "", ACTOR)
    with pytest.raises(Refused, match="晚于今天"):
        app.organisation.add_unit(
            app.organisation.tree()[0].id, "将来队", UnitKind.BRANCH, ACTOR, founded_on=date(2027, 1, 1)
        )
    app.organisation.rename(unit, "机电一队", date(2026, 5, 1), "", ACTOR)
    with pytest.raises(Refused, match="2026-05-01"):
        app.organisation.rename(unit, "机电二队", date(2026, 4, 30), "", ACTOR)
    with pytest.raises(Refused, match="2026-05-01"):
        app.organisation.close_unit(unit, date(2026, 4, 30), ACTOR)
    assert paths(app) == ["机电一队"]


def test_names_are_free_under_one_parent_only(app: App) -> None:
    one = branch(app, "一队")
    branch(app, "一班", one)
    with pytest.raises(Refused, match="已有“一队”"):
        branch(app, "一队")
    branch(app, "一班", branch(app, "二队"))
    with pytest.raises(UserError) as told:
        branch(app, "  ")
    assert told.value.field == "name"
    with pytest.raises(UserError):
        app.organisation.rename(one, "  ", date(2026, 5, 1), "", ACTOR)
    with pytest.raises(Refused, match="已有“二队”"):
        app.organisation.rename(one, "二队", date(2026, 5, 1), "", ACTOR)


def test_six_levels_and_no_circle(app: App) -> None:
    units = [branch(app, "二级")]
    for name in ("三级", "四级", "五级", "六级"):
        units.append(branch(app, name, units[-1]))
    with pytest.raises(Refused, match="最多 6 级"):
        branch(app, "七级", units[-1])
    with pytest.raises(Refused, match="下级"):
        app.organisation.move(units[0], units[2], date(2026, 5, 1), "", ACTOR)
    other = branch(app, "别的")
    with pytest.raises(Refused, match="最多 6 级"):
        app.organisation.move(units[0], other, date(2026, 5, 1), "", ACTOR)


def test_no_move_makes_a_circle_on_a_day_in_between(app: App) -> None:
    """A lay under B from May to July; B under A from June on would be a circle in June, though not today."""
    one, two = branch(app, "一队"), branch(app, "二队")
    root = app.organisation.tree()[0].id
    app.organisation.move(one, two, date(2026, 5, 1), "", ACTOR)
    app.organisation.move(one, root, date(2026, 7, 1), "", ACTOR)
    with pytest.raises(Refused, match="较晚的日期"):
        app.organisation.move(two, one, date(2026, 6, 1), "", ACTOR)
    app.organisation.move(two, one, date(2026, 7, 1), "", ACTOR)
    assert len(paths(app, date(2026, 6, 15))) == 2


def test_no_unit_hangs_under_one_that_was_not_founded_yet(app: App) -> None:
    root = app.organisation.tree()[0].id
    old = branch(app, "老队")
    new = app.organisation.add_unit(root, "新队", UnitKind.BRANCH, ACTOR, founded_on=date(2026, 3, 1))[0]
    with pytest.raises(Refused, match="较晚的日期"):
        app.organisation.move(old, new, date(2026, 2, 1), "", ACTOR)
    assert paths(app, date(2026, 2, 15)) == ["老队"]
    with pytest.raises(Refused, match="较晚的日期"):
        app.organisation.add_unit(new, "一班", UnitKind.GROUP, ACTOR, founded_on=date(2026, 2, 1))
    branch(app, "一班", new)
    assert paths(app, date(2026, 2, 28)) == ["老队"]
    assert "新队 / 一班" in paths(app, date(2026, 3, 1))
    app.organisation.move(old, new, date(2026, 3, 1), "", ACTOR)


def test_a_unit_with_members_or_open_units_is_not_closed(app: App) -> None:
    unit = branch(app, "机电队")
    group = branch(app, "一班", unit)
    member_id = member(app, "曾丽梅", unit_id=group)
    with pytest.raises(Refused, match="1 名在会会员"):
        app.organisation.close_unit(unit, date(2026, 9, 1), ACTOR)
    app.members.record_event(member_id, EventKind.LEAVE, "2026-01-01", ACTOR)
    with pytest.raises(Refused, match="没撤销的组织"):
        app.organisation.close_unit(unit, date(2026, 9, 1), ACTOR)
    app.organisation.close_unit(group, date(2026, 9, 1), ACTOR)
    app.organisation.close_unit(unit, date(2026, 9, 1), ACTOR)
    nodes = app.organisation.tree()
    assert [node.closed for node in nodes] == [False, True, True]
    with pytest.raises(Refused, match="基层工会不能撤销"):
        app.organisation.close_unit(nodes[0].id, date(2026, 9, 1), ACTOR)


def test_a_closed_unit_takes_no_change_and_nothing_new(app: App) -> None:
    unit, other = branch(app, "机电队"), branch(app, "通风队")
    app.organisation.close_unit(unit, date(2026, 9, 1), ACTOR)
    for act in (
        lambda: app.organisation.rename(unit, "别名", date(2026, 9, 2), "", ACTOR),
        lambda: app.organisation.move(other, unit, date(2026, 9, 2), "", ACTOR),
        lambda: app.organisation.close_unit(unit, date(2026, 9, 2), ACTOR),
        lambda: branch(app, "一班", unit),
    ):
        with pytest.raises(Refused, match="2026-09-01 撤销"):
            act()


def test_counts_are_of_members_in_standing_and_sum_upward(app: App) -> None:
    unit = branch(app, "机电队")
    group = branch(app, "一班", unit)
    member(app, "甲", unit_id=unit)
    member(app, "乙", unit_id=group)
    member(app, "丙", unit_id=group, joined_on=None)
    facts = [(fact.own_members, fact.all_members) for fact in app.organisation.overview()]
    assert facts == [(0, 2), (1, 2), (1, 1)]


def test_credit_code_is_checked_and_kept_in_one_form(app: App) -> None:
    unit = app.organisation.tree()[0].id
    with pytest.raises(UserError) as told:
        app.organisation.save_unit(unit, {"credit_code": "81440000MCL468545A"}, 1, ACTOR)
    assert told.value.field == "credit_code"
    app.organisation.save_unit(unit, {"credit_code": " 81440000mcl468545m", "name": "偷改"}, 1, ACTOR)
    found = app.organisation.get(unit)
    assert found is not None
    assert found.credit_code == "81440000MCL468545M"
    assert found.name != "偷改"
    with pytest.raises(Conflict):
        app.organisation.save_unit(unit, {"founded_on": "1990-01-01"}, 1, ACTOR)


def test_a_unit_is_named_by_name_or_path(app: App) -> None:
    one, two = branch(app, "一队"), branch(app, "二队")
    group = branch(app, "一班", one)
    branch(app, "一班", two)
    assert app.organisation.named("一队 / 一班") == group
    with pytest.raises(UserError, match="有 2 个组织叫“一班”"):
        app.organisation.named("一班")
    with pytest.raises(UserError, match="没有名为“三队”"):
        app.organisation.named("三队")


def test_terms_run_out_and_are_followed(app: App) -> None:
    root = app.organisation.tree()[0].id
    common = {"unit_id": root, "committee": Committee.UNION}
    first, _ = app.organisation.save_term(
        {**common, "number": 5, "starts_on": date(2021, 10, 1), "ends_on": date(2026, 9, 30)}, ACTOR
    )
    today = date(2026, 9, 10)
    terms = app.organisation.terms(root)
    standing = {day: term_standing(terms[0], terms, day) for day in (date(2021, 9, 30), date(2022, 1, 1), today)}
    assert list(standing.values()) == [TermStanding.COMING, TermStanding.RUNNING, TermStanding.DUE]
    assert term_standing(terms[0], terms, date(2026, 10, 1)) is TermStanding.OVERDUE
    app.organisation.save_term(
        {**common, "number": 6, "starts_on": date(2026, 10, 1), "ends_on": date(2031, 9, 30)}, ACTOR
    )
    terms = app.organisation.terms(root)
    old = next(term for term in terms if term.id == first)
    assert term_standing(old, terms, date(2026, 10, 1)) is TermStanding.ENDED
    assert term_standing(old, terms, today) is TermStanding.DUE


def test_dates_of_terms_and_officers_are_in_order(app: App) -> None:
    root = app.organisation.tree()[0].id
    with pytest.raises(UserError) as told:
        app.organisation.save_term(
            {"unit_id": root, "committee": "audit", "number": 1, "starts_on": "2026-09-01", "ends_on": "2026-08-31"},
            ACTOR,
        )
    assert told.value.field == "ends_on"
    assert app.organisation.terms() == []


def test_an_officer_who_is_a_member_bears_the_members_name(app: App) -> None:
    root = app.organisation.tree()[0].id
    member_id = member(app, "曾丽梅")
    values = {"unit_id": root, "position": "主席", "starts_on": "2026-03-01", "person": "写错的名字"}
    app.organisation.save_officer({**values, "member_id": member_id}, ACTOR)
    assert [officer.person for officer in app.organisation.officers(root)] == ["曾丽梅"]
    with pytest.raises(UserError) as told:
        app.organisation.save_officer({**values, "member_id": "0" * 32}, ACTOR)
    assert told.value.field == "member_id"
