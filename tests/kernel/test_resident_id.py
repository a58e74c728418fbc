"""Resident identity numbers (domain.md §1.3); every number here is synthetic."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionoffice.kernel.resident_id import MEMBER_AGES, check, check_digit, check_many, sound, unsound

TODAY = date(2026, 11, 21)
NUMBERS = st.builds(
    lambda region, born, serial: region + f"{born:%Y%m%d}{serial:03d}",
    st.sampled_from(["110105", "610801", "440524", "510202", "810000", "911124"]),
    st.dates(date(1930, 1, 1), TODAY),
    st.integers(0, 999),
).map(lambda first17: first17 + check_digit(first17))


@pytest.mark.parametrize(
    ("number", "sex", "birth"),
    [
        ("11010519491231002X", "2", date(1949, 12, 31)),
        ("440524188001010014", "1", date(1880, 1, 1)),
        ("610801199001010011", "1", date(1990, 1, 1)),
        ("61080119900101002X", "2", date(1990, 1, 1)),
    ],
)
def test_synthetic_vectors(number: str, sex: str, birth: date) -> None:
    verdict = check(number, today=TODAY)
    assert (verdict.problem, verdict.sex, verdict.birth, verdict.number) == (None, sex, birth, number)
    assert sound(number, "20261121")


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "'110105 19491231 002X",
        " 110105-19491231-002X\u00a0",
    ],
)
def test_harmless_spellings_are_accepted(text: str) -> None:
    assert check(text, today=TODAY).number == "11010519491231002X"
    assert check(text, today=TODAY).problem is None


def test_fifteen_digits_become_eighteen() -> None:
    verdict = check("610801900101001", today=TODAY)
    assert verdict.old15
    assert (verdict.number, verdict.problem, verdict.sex) == ("610801199001010011", None, "1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("6108011990010100", "少 2 位"),
        ("6108011990010100111", "多 1 位"),
        ("张三", "18 位"),
        ("61080119900I010011", "第 12 位“I”"),
        ("61080119900101001Y", "末位只能是数字或 X"),
        ("660801199001010011", "第 1～2 位“66”"),
        ("610801199013010011", "第 7～14 位“19901301”不是真实"),
        ("610801199002300011", "不是真实"),
        ("610801209901010011", "将来"),
        ("610801201701010011", "年龄是 9 岁"),
        ("610801199001010012", "校验码应为 1，现在是 2"),
    ],
)
def test_the_sentence_names_the_wrong_group(text: str, words: str) -> None:
    problem = check(text, today=TODAY, ages=MEMBER_AGES).problem
    assert problem is not None
    assert words in problem


def test_ages_end_on_the_birthday() -> None:
    def member(born: date) -> str:
        first17 = f"610801{born:%Y%m%d}001"
        return first17 + check_digit(first17)

    sixteen, hundred = date(2010, 11, 21), date(1926, 11, 21)
    for born, fine in (
        (sixteen, True),
        (sixteen + timedelta(1), False),
        (hundred, True),
        (date(1925, 11, 22), True),
        (date(1925, 11, 21), False),
    ):
        number = member(born)
        assert (check(number, today=TODAY, ages=MEMBER_AGES).problem is None) == fine
        assert (check_many([number], today=TODAY, ages=MEMBER_AGES) == [None]) == fine


@pytest.mark.parametrize("region", ["510202", "441881", "460108", "810000", "820000", "830000", "911124"])
def test_retired_regions_and_residents_from_outside_are_sound(region: str) -> None:
    first17 = f"{region}19850601001"
    assert check(first17 + check_digit(first17), today=TODAY).problem is None


@given(NUMBERS)
def test_quick_and_full_check_agree(number: str) -> None:
    assert check(number, today=TODAY).problem is None
    assert sound(number, "20261121")
    assert check_many([number], today=TODAY) == [None]


@given(NUMBERS, st.integers(0, 17), st.integers(1, 10))
def test_one_wrong_digit_is_noticed(number: str, place: int, shift: int) -> None:
    signs = "0123456789X" if place == 17 else "0123456789"
    other = signs[(signs.index(number[place]) + shift) % len(signs)]
    wrong = number[:place] + other + number[place + 1 :]
    noticed = check(wrong, today=TODAY).problem is not None
    assert noticed == (wrong != number)
    assert sound(wrong, "20261121") != noticed


@given(NUMBERS, st.integers(0, 16))
def test_swapped_neighbours_are_noticed(number: str, place: int) -> None:
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert (check(wrong, today=TODAY).problem is not None) == (wrong != number)
    assert sound(wrong, "20261121") == (wrong == number)


@given(st.text(max_size=25))
def test_any_text_gets_a_verdict(text: str) -> None:
    verdict = check(text, today=TODAY)
    assert (verdict.problem is None) == (verdict.sex is not None)
    assert not sound(text, "20261121") or verdict.problem is None


@given(st.lists(st.one_of(NUMBERS, st.text("0123456789X", max_size=19)), max_size=20))
def test_a_column_is_judged_as_each_of_its_numbers_is(texts: list[str]) -> None:
    assert unsound(texts, "20261121") == [place for place, text in enumerate(texts) if not sound(text, "20261121")]


@pytest.mark.parametrize("text", ["", "6", "61010019900702001", "6101001990070200131", "610100199007٠٢0013"])
def test_a_number_of_another_shape_is_not_sound(text: str) -> None:
    assert not sound(text, "20261121")
