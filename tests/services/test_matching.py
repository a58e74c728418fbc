"""Whom a row means (F102): exactly one, somebody new, or nobody can say — and then nothing is created or picked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.people import id_number
from unionoffice.services.matching import NEW, Known, Match, Matcher, damaged_digits

ONE, TWO = id_number(1), id_number(2)


def person(name: str = "张伟", **known: str | int | None) -> Known:
    blank = dict.fromkeys(Known._fields)
    return Known(**{**blank, "id": f"id-{name}-{known.get('row')}", "name": name, **known})  # type: ignore[arg-type]


def match(row: Known, *known: Known, damaged: str | None = None) -> Match:
    return Matcher(known).match(row, damaged)


def test_nobody_known_is_somebody_new() -> None:
    assert match(person(id_number=ONE)) is NEW
    assert match(person("李四"), person("张三")) is NEW


def test_same_number_and_name_is_the_same_person() -> None:
    known = person(id_number=ONE)
    assert match(person(id_number=ONE, phone="1"), known).known is known


def test_same_number_and_another_name_refuses_the_row_and_tells_whose_it_is() -> None:
    found = match(person("李四", id_number=ONE), person("张三", id_number=ONE))
    assert found.known is None
    assert "已登记在“张三”名下" in str(found.refusal)
    assert found.also is None


def test_same_number_twice_in_one_import_makes_both_rows_doubtful() -> None:
    found = match(person("李四", id_number=ONE, row=7), person("张三", id_number=ONE, row=3))
    assert "前面的“张三”" in str(found.refusal)
    assert found.also == 3


def test_two_numbers_are_two_people_whatever_else_agrees() -> None:
    known = person(id_number=ONE, phone="13912345678", birth_date="1985-06-01")
    assert match(person(id_number=TWO, phone="13912345678", birth_date="1985-06-01"), known) is NEW


@pytest.mark.parametrize("number", ["staff_number", "card_number"])
def test_a_staff_or_card_number_and_the_name_are_one_person(number: str) -> None:
    known = person(**{number: "007"})
    assert match(person(**{number: "007"}), known).known is known


@pytest.mark.parametrize("number", ["staff_number", "card_number"])
def test_a_staff_or_card_number_of_another_name_is_refused(number: str) -> None:
    found = match(person("李四", **{number: "007"}), person("张三", **{number: "007"}))
    assert found.known is None
    assert "007 已是“张三”的" in str(found.refusal)


def test_a_staff_number_with_another_identity_number_is_refused() -> None:
    found = match(person(staff_number="007", id_number=TWO), person(staff_number="007", id_number=ONE))
    assert "证件号码不同" in str(found.refusal)


def test_a_staff_number_that_two_of_one_name_bear_picks_neither() -> None:
    twins = [person(staff_number="007", id=str(place)) for place in range(2)]
    assert match(person(staff_number="007"), *twins).refusal


def test_a_damaged_number_is_proposed_from_the_record_found_by_staff_number() -> None:
    known = person(staff_number="007", id_number=ONE)
    found = match(person(staff_number="007"), known, damaged="6.10801198506010E+17")
    assert (found.known, found.proposal) == (known, ONE)


def test_a_damaged_number_whose_digits_agree_is_the_namesake_it_belongs_to() -> None:
    known = person(id_number=ONE)
    found = match(person(), known, person(id_number=TWO.replace("6108", "6110")), damaged=f"{ONE[:15]}000")
    assert (found.known, found.proposal) == (known, ONE)


def test_a_damaged_number_that_fits_two_picks_neither() -> None:
    found = match(person(), person(id_number=ONE), person(id_number=TWO), damaged=f"{ONE[:15]}000")
    assert found.known is None
    assert "2 个可能的同名人" in str(found.refusal)
    assert ONE in str(found.refusal)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("6.10824200211119E+17", "61082420021111"),
        ("610824200211119000", "610824200211119"),
        ("6.1E+17", "6"),
        ("", ""),
    ],
)
def test_only_digits_that_survived_are_trusted(text: str, digits: str) -> None:
    assert damaged_digits(text) == digits


def test_the_phone_confirms_a_namesake() -> None:
    known = person(phone="13912345678")
    assert match(person(phone="13912345678"), known, person(id="other")).known is known


def test_birth_and_unit_together_confirm_a_namesake() -> None:
    known = person(birth_date="1985-06-01", unit_id="u")
    assert match(person(birth_date="1985-06-01", unit_id="u"), known).known is known
    assert match(person(birth_date="1985-06-01", unit_id="v"), known).refusal
    assert match(person(birth_date="1985-06", unit_id="u"), person(birth_date="1985-06", unit_id="u")).refusal


def test_another_birth_is_another_person() -> None:
    assert match(person(birth_date="1985-06-01"), person(birth_date="1985-06-02")) is NEW
    assert match(person(birth_date="1985-06-01"), person(birth_date="1985-06")).refusal
    assert match(person(birth_date="1985-07"), person(birth_date="1985-06-01")) is NEW


def test_one_namesake_that_nothing_confirms_is_neither_picked_nor_created() -> None:
    found = match(person(), person(birth_date="1985-06-01", staff_number="007"))
    assert found.known is None
    assert "张伟，生于 1985-06-01，工号 007" in str(found.refusal)


def test_a_row_with_a_number_is_held_only_against_namesakes_without_one() -> None:
    assert match(person(id_number=TWO), person(id_number=ONE)) is NEW
    assert match(person(id_number=TWO), person()).refusal
    assert match(person(id_number=TWO, phone="1"), person(phone="1")).known is not None


def test_the_offices_own_number_and_the_name_are_the_person() -> None:
    known = person(member_number="HY1", birth_date="1985-06-01")
    assert match(person(member_number="HY1"), known, person(id="other")).known is known
    assert match(person(member_number="HY1", birth_date="1985"), known).known is known
    assert match(person(member_number="HY1", id_number=ONE), known).known is known


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (person("李四", member_number="HY1"), "会员编号 HY1 已是“张伟”的"),
        (person("李四", member_number="HY1", id_number=TWO), "会员编号 HY1 已是“张伟”的"),
        (person(member_number="HY1", id_number=TWO), "证件号码不同"),
        (person(member_number="HY1", birth_date="1985-06-02"), "出生日期不同"),
    ],
)
def test_the_offices_own_number_on_somebody_else_neither_creates_nor_picks(row: Known, told: str) -> None:
    found = match(row, person(member_number="HY1", id_number=ONE, birth_date="1985-06-01"))
    assert found.known is None
    assert told in str(found.refusal)


def test_an_own_number_that_two_people_have_is_no_key() -> None:
    two = person(member_number="HY1", id="a"), person("李四", member_number="HY1", id="b")
    assert "有 2 个人在用（张伟、李四）" in str(match(person(member_number="HY1"), *two).refusal)


_ROWS = st.tuples(st.sampled_from(["张伟", "李四", "王五"]), st.sampled_from(["HY1", "HY2", "HY3", "hy1", None]))


@given(st.lists(_ROWS, max_size=6), _ROWS)
def test_an_own_number_leads_to_its_one_holder_of_that_name_or_nowhere(
    people: list[tuple[str, str | None]], asked: tuple[str, str | None]
) -> None:
    known = [
        person(name, id=f"p{n}", member_number=number, id_number=id_number(n))
        for n, (name, number) in enumerate(people)
    ]
    name, number = asked
    found = match(person(name, member_number=number), *known)
    holders = [each for each in known if number and each.member_number == number]
    if not holders:
        assert found.known is None
        assert (found is NEW) == (name not in {each.name for each in known})
    elif len(holders) == 1 and holders[0].name == name:
        assert found.known is holders[0]
    else:
        assert found.known is None
        assert found.refusal


def as_block(people: list[Known]) -> tuple[list[str], list[list[str | None]], int]:
    ids, *columns, rows = (list(column) for column in zip(*people, strict=True))
    return ids, columns, rows[0] if rows[0] is not None else 0


def test_many_new_people_at_once_are_known_like_one_by_one() -> None:
    people = [person(f"张{serial}", id_number=id_number(serial), staff_number=str(serial)) for serial in range(1, 9)]
    people = [each._replace(row=row) for row, each in enumerate(people)]
    matcher = Matcher()
    assert matcher.add_if_all_new(*as_block(people))
    for each in people:
        assert matcher.match(each).known == each
    assert matcher.match(person("李四", staff_number="3")).refusal
    assert matcher.match(person("张5")).refusal


@pytest.mark.parametrize(
    "extra",
    [
        person("王五"),
        person("王五", id_number=ONE),
        person("王五", id_number=id_number(50), staff_number="007"),
        person("王五", id_number=id_number(50), card_number="K7"),
        person("王五", id_number=id_number(50), member_number="HY7"),
        person("无号", id_number=id_number(50)),
    ],
)
def test_a_block_with_anybody_doubtful_is_not_taken_at_once(extra: Known) -> None:
    known = [person("张伟", id_number=ONE, staff_number="007", card_number="K7", member_number="HY7"), person("无号")]
    fresh = person("赵六", id_number=id_number(60))
    matcher = Matcher(known)
    assert not matcher.add_if_all_new(*as_block([fresh, extra]))
    assert matcher.match(fresh) is NEW
    assert not Matcher().add_if_all_new(*as_block([fresh, fresh]))


def test_somebody_completed_is_found_by_what_he_got_and_no_longer_by_what_he_had() -> None:
    old = person(staff_number="1")
    new = old._replace(id_number=ONE, staff_number="2", card_number="K", member_number="HY1")
    matcher = Matcher([old])
    assert matcher.match(person(staff_number="1")).known is old
    matcher.complete(old, new)
    assert matcher.match(person(id_number=ONE)).known is new
    assert matcher.match(person(staff_number="2")).known is new
    assert matcher.match(person(card_number="K")).known is new
    assert matcher.match(person(member_number="HY1")).known is new
    assert matcher.match(person("李四", staff_number="1")) is NEW
    assert matcher.match(person("李四", staff_number="2")).refusal
    newer = new._replace(phone="13912345678")
    matcher.complete(new, newer)
    assert matcher.match(person(phone="13912345678")).known is newer
