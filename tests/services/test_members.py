"""Members: one person once, a state that follows from events, families stored once, numbers never twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.conftest import ACTOR
from tests.services.people import branch, id_number, member
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import Conflict, Refused, UserError
from unionoffice.models.member import EventKind, Member, MembershipState
from unionoffice.services.checks import check
from unionoffice.services.members import MemberQuery


def get(app: App, member_id: str) -> Member:
    found = app.members.get(member_id)
    assert found is not None
    return found


def save(app: App, member_id: str, **values: Any) -> None:
    app.members.save(member_id, values, get(app, member_id).version, ACTOR)


def numbers(app: App) -> list[str]:
    return [str(row[1]) for row in app.members.rows(["member_number"], MemberQuery())]


@pytest.fixture(autouse=True)
def sound_office(app: App) -> Any:
    """Whatever a test did, the log replays and every state follows from its events."""
    yield
    assert check(app.store).problems == ()


def test_a_person_with_a_joining_date_is_a_member_from_then_on(app: App) -> None:
    member_id = member(app, "曾丽梅", joined_on="2015-10")
    assert get(app, member_id).membership_state is MembershipState.ACTIVE
    assert member_id not in app.members.members_on(date(2015, 9, 30))
    assert app.members.members_on(date(2015, 10, 1))[member_id] is MembershipState.ACTIVE


def test_a_person_without_one_has_not_joined(app: App) -> None:
    member_id = member(app, "曾丽梅", joined_on=None)
    assert get(app, member_id).membership_state is MembershipState.NONE
    assert member_id not in app.members.members_on(date(2026, 9, 10))
    with pytest.raises(Refused, match="会籍变动"):
        save(app, member_id, joined_on="2020-01-01")
    app.members.record_event(member_id, EventKind.JOIN, "2020-01-01", ACTOR)
    assert get(app, member_id).joined_on == "2020-01-01"
    assert get(app, member_id).membership_state is MembershipState.ACTIVE


def test_a_joining_in_the_future_is_refused(app: App) -> None:
    with pytest.raises(UserError, match="不能晚于今天"):
        member(app, "曾丽梅", joined_on="2026-10-01")
    member_id = member(app, "曾丽梅")
    with pytest.raises(UserError, match="不能晚于今天"):
        save(app, member_id, joined_on="2026-10-01")


def test_a_joining_date_is_not_corrected_past_what_came_after_it(app: App) -> None:
    member_id = member(app, "曾丽梅")
    app.members.record_event(member_id, EventKind.LEAVE, "2018-05-01", ACTOR)
    with pytest.raises(Refused, match="2018-05-01 退会"):
        save(app, member_id, joined_on="2019-01-01")
    save(app, member_id, joined_on="2016-01-01")
    assert member_id not in app.members.members_on(date(2015, 12, 31))


def test_one_identity_number_is_one_person(app: App) -> None:
    member(app, "曾丽梅", id_number=id_number(2))
    with pytest.raises(Refused, match="“曾丽梅”名下") as told:
        member(app, "别人", id_number=id_number(2).lower())
    assert told.value.field == "id_number"
    other = member(app, "别人")
    with pytest.raises(Refused, match="“曾丽梅”名下"):
        save(app, other, id_number=id_number(2))
    assert get(app, other).id_number is None
    save(app, other, id_number=id_number(4))
    save(app, other, id_number=id_number(4), phone="13912345678")


def test_stale_card_is_a_conflict_and_changes_nothing(app: App) -> None:
    member_id = member(app, "曾丽梅")
    app.members.save(member_id, {"phone": "13912345678"}, 1, ACTOR)
    with pytest.raises(Conflict):
        app.members.save(member_id, {"phone": "13900000000"}, 1, ACTOR)
    assert get(app, member_id).phone == "13912345678"


def test_sex_and_birth_follow_from_the_number_where_blank(app: App) -> None:
    for id_type in (None, "resident", "居民身份证"):
        serial = {None: 2, "resident": 4, "居民身份证": 6}[id_type]
        found = get(app, member(app, "曾丽梅", id_type=id_type, id_number=id_number(serial, "19900203")))
        assert (found.sex, found.birth_date) == ("2", "1990-02-03")
    kept = get(app, member(app, "张三", id_number=id_number(1), sex="2", birth_date="1985-06-02"))
    assert (kept.sex, kept.birth_date) == ("2", "1985-06-02")


def test_sex_on_record_is_not_replaced_by_a_number_given_later(app: App) -> None:
    member_id = member(app, "张三", sex="2", birth_date="1985")
    save(app, member_id, id_number=id_number(1))
    assert (get(app, member_id).sex, get(app, member_id).birth_date) == ("2", "1985")


def test_a_member_with_a_passport_can_be_entered_and_saved(app: App) -> None:
    member_id = member(app, "Jean-Luc Roy", id_type="passport", id_number="E12345678")
    save(app, member_id, id_type="passport", id_number="E12345678", phone="13912345678")
    assert get(app, member_id).phone == "13912345678"


def test_names_and_numbers_typed_take_the_form_that_imports_read(app: App) -> None:
    found = get(
        app, member(app, " 欧阳\u3000娜 ", staff_number="００１２", card_number=" K－1", email="Na@Example.COM")
    )
    assert (found.name, found.staff_number, found.card_number, found.email) == (
        "欧阳娜",
        "0012",
        "K-1",
        "na@example.com",
    )


def test_a_state_is_not_typed_in(app: App) -> None:
    member_id = member(app, "曾丽梅")
    with pytest.raises(UserError, match="按流程"):
        save(app, member_id, membership_state="left")
    assert get(app, member_id).membership_state is MembershipState.ACTIVE


def test_leaving_and_joining_again_keeps_the_first_joining(app: App) -> None:
    member_id = member(app, "曾丽梅")
    app.members.record_event(member_id, EventKind.LEAVE, "2018-05-01", ACTOR, reason="本人申请", document="3号")
    assert get(app, member_id).membership_state is MembershipState.LEFT
    app.members.record_event(member_id, EventKind.JOIN, "2020-07-01", ACTOR)
    found = get(app, member_id)
    assert (found.joined_on, found.membership_state) == ("2015-03-01", MembershipState.ACTIVE)
    states = {day.year: app.members.members_on(day).get(member_id) for day in (date(2016, 1, 1), date(2019, 1, 1))}
    assert states == {2016: "active", 2019: "left"}
    card = app.members.card(member_id)
    assert card is not None
    assert [(each.kind.value, each.document) for each in card.events] == [("leave", "3号"), ("join", None)]


def test_an_event_that_the_state_forbids_changes_nothing(app: App) -> None:
    member_id = member(app, "曾丽梅")
    before = app.store.log_position()
    with pytest.raises(Refused):
        app.members.record_event(member_id, EventKind.RESUME, "2020-01-01", ACTOR)
    with pytest.raises(UserError) as told:
        app.members.record_event(member_id, EventKind.LEAVE, "去年", ACTOR)
    assert told.value.field == "on_date"
    assert app.store.log_position() == before


def test_somebody_transferred_in_is_a_member_and_the_paper_is_told_in_the_history(app: App) -> None:
    member_id = member(app, "曾丽梅", joined_on=None)
    app.members.record_event(member_id, EventKind.TRANSFER_IN, "2020-01-01", ACTOR, reason="调入", document="介字7号")
    found = get(app, member_id)
    assert (found.membership_state, found.join_method) == (MembershipState.ACTIVE, "transfer")
    assert app.members.history(member_id)[0].reason == "调入；介字7号"


def test_every_member_gets_the_next_number_of_his_year(app: App) -> None:
    member(app, "甲", joined_on="2015-01-01")
    member(app, "乙", joined_on="2016")
    member(app, "丙", joined_on="2015-06", member_number="HY201500007")
    member(app, "丁", joined_on="2015-07")
    member(app, "戊", joined_on=None)
    assert app.members.waiting_for_number() == 3
    count, changes = app.members.give_numbers(ACTOR)
    assert (count, len(changes.ids("member"))) == (3, 3)
    assert numbers(app) == ["HY201500008", "HY201600001", "HY201500007", "HY201500009", "None"]
    assert app.members.give_numbers(ACTOR)[0] == 0


def test_a_pattern_without_a_year_gives_no_number_twice(app: App) -> None:
    office = app.offices.get()
    app.offices.save({"member_number_pattern": "K{序号:3}"}, office.version, ACTOR)
    for year in (2015, 2016, 2017):
        member(app, f"会员{year}", joined_on=f"{year}-01-01")
    app.members.give_numbers(ACTOR)
    assert numbers(app) == ["K001", "K002", "K003"]


def test_members_are_not_placed_in_units_that_are_closed_or_gone(app: App) -> None:
    closed, opened = branch(app, "旧队"), branch(app, "新队")
    member_id = member(app, "曾丽梅", unit_id=opened)
    app.organisation.close_unit(closed, date(2026, 9, 1), ACTOR)
    for act in (
        lambda: app.members.transfer([member_id], closed, ACTOR),
        lambda: save(app, member_id, unit_id=closed),
        lambda: member(app, "别人", unit_id=closed),
        lambda: app.members.transfer([member_id], "0" * 32, ACTOR),
    ):
        with pytest.raises(UserError) as told:
            act()
        assert told.value.field == "unit_id"
    assert app.members.units_of([member_id]) == {member_id: opened}


def test_nobody_becomes_a_member_again_in_a_unit_that_is_closed(app: App) -> None:
    closed, opened = branch(app, "旧队"), branch(app, "新队")
    member_id = member(app, "曾丽梅", unit_id=closed, joined_on="2010-01-01")
    app.members.record_event(member_id, EventKind.LEAVE, "2026-08-01", ACTOR)
    app.organisation.close_unit(closed, date(2026, 9, 1), ACTOR)
    for kind in (EventKind.JOIN, EventKind.TRANSFER_IN):
        with pytest.raises(Refused, match="“旧队”已于 2026-09-01 撤销"):
            app.members.record_event(member_id, kind, "2026-09-05", ACTOR)
    app.members.transfer([member_id], opened, ACTOR)
    app.members.record_event(member_id, EventKind.JOIN, "2026-09-05", ACTOR)
    assert check(app.store).problems == ()


def test_a_transfer_can_be_taken_back(app: App) -> None:
    one, two = branch(app, "一队"), branch(app, "二队")
    ids = [member(app, "甲", unit_id=one), member(app, "乙", unit_id=two), member(app, "丙")]
    before = app.members.units_of(ids)
    app.members.transfer(ids, two, ACTOR)
    assert set(app.members.units_of(ids).values()) == {two}
    app.members.place(before, ACTOR)
    assert app.members.units_of(ids) == before


def test_a_relative_is_stored_once_for_both_earners(app: App) -> None:
    wife, husband = member(app, "曾丽梅"), member(app, "王强")
    app.members.save_relative(wife, {"name": "王小明", "kinship": "20", "birth_date": "2015-06-01"}, ACTOR)
    app.members.save_relative(husband, {"name": "王大爷", "kinship": "51"}, ACTOR)
    app.members.join_household(wife, husband, ACTOR)
    cards = [app.members.card(each) for each in (wife, husband)]
    assert cards[0] is not None
    assert cards[1] is not None
    assert [[each.name for each in card.family] for card in cards if card] == [["王小明", "王大爷"]] * 2
    assert [each.name for each in cards[0].fellow_members] == ["王强"]
    relative = cards[0].family[0]
    app.members.save_relative(husband, {"occupation": "示范小学"}, ACTOR, relative_id=relative.id)
    card = app.members.card(wife)
    assert card is not None
    assert card.family[0].occupation == "示范小学"
    app.members.remove_relative(relative.id, ACTOR)
    card = app.members.card(wife)
    assert card is not None
    assert [each.name for each in card.family] == ["王大爷"]
    app.members.restore_relative(relative.id, ACTOR)


def test_a_third_earner_joins_the_same_household(app: App) -> None:
    ids = [member(app, name) for name in ("甲", "乙", "丙")]
    app.members.join_household(ids[0], ids[1], ACTOR)
    app.members.join_household(ids[2], ids[1], ACTOR)
    assert len({get(app, each).household_id for each in ids}) == 1
    with pytest.raises(Refused, match="他自己"):
        app.members.join_household(ids[0], ids[0], ACTOR)


def test_a_childs_number_is_sound_at_any_age(app: App) -> None:
    member_id = member(app, "曾丽梅")
    app.members.save_relative(
        member_id, {"name": "王小明", "kinship": "20", "id_number": id_number(1, "20200601")}, ACTOR
    )
    card = app.members.card(member_id)
    assert card is not None
    assert (card.family[0].sex, card.family[0].birth_date) == ("1", "2020-06-01")


def test_card_shows_dues_and_age_of_the_day(app: App, clock: FixedClock) -> None:
    member_id = member(app, "曾丽梅", dues_base=587650, birth_date="1985-09-11")
    card = app.members.card(member_id)
    assert card is not None
    assert (card.dues, card.age) == (2935, 40)
    app.members.record_event(member_id, EventKind.RETAIN, "2026-09-01", ACTOR)
    clock.time = clock.time.replace(day=11)
    card = app.members.card(member_id)
    assert card is not None
    assert (card.dues, card.age) == (0, 41)
    assert app.members.card("0" * 32) is None


def test_list_filters_by_unit_with_everything_below_it(app: App) -> None:
    one = branch(app, "一队")
    group = branch(app, "一班", one)
    member(app, "甲", unit_id=one)
    member(app, "乙", unit_id=group)
    member(app, "丙", unit_id=branch(app, "二队"))
    assert [row[1] for row in app.members.rows(["name"], MemberQuery(unit_id=one))] == ["甲", "乙"]
    assert app.members.count(MemberQuery(accepted={"unit_id": (group,)})) == 1
    assert app.members.count(MemberQuery("b", unit_id=one)) == 0


@pytest.mark.parametrize(
    "typed", ["zlm", "ZLM", "ｚｌｍ", "曾丽", "丽梅", "6789", "Ｋ-9", "zlm 13912", "610801198506010"]
)
def test_one_box_finds_by_name_initials_and_fragments(app: App, typed: str) -> None:
    member(app, "曾丽梅", phone="13912346789", card_number="K-9", id_number=id_number(2))
    member(app, "单雄信")
    assert [hit.name for hit in app.members.search(typed)] == ["曾丽梅"]


def test_history_tells_old_and_new_in_the_offices_words(app: App) -> None:
    unit = branch(app, "一队")
    member_id = member(app, "曾丽梅")
    save(app, member_id, unit_id=unit, sex="2", phone="13912345678")
    sentences = app.members.history(member_id)[0].sentences
    assert set(sentences) == {"所属工会：填写“一队”", "性别：填写“女”", "手机号码：填写“139****5678”"}
