"""Amounts: shown, read, written in capitals (domain.md §7.4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionoffice.kernel.money import capital, parse_yuan, yuan


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (140950, "壹仟肆佰零玖元伍角"),
        (600714, "陆仟零柒元壹角肆分"),
        (168032, "壹仟陆佰捌拾元零叁角贰分"),
        (10700053, "壹拾万柒仟元零伍角叁分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
        (1000, "壹拾元整"),
        (5, "伍分"),
        (50, "伍角"),
        (100_000_000_00, "壹亿元整"),
        (10001_00, "壹万零壹元整"),
        (1_0001_0000_0001_00, "壹万零壹亿零壹元整"),
        (0, "零元整"),
        (-105, "负壹元零伍分"),
    ],
)
def test_capitals_follow_the_payment_rules(fen: int, text: str) -> None:
    assert capital(fen) == text


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1234.5", 123450),
        ("￥1,234.50", 123450),
        ("¥ 1,234.50元", 123450),
        ("１２３４．５０", 123450),
        ("人民币1,2345元整", 1234500),
        (" 0.05 ", 5),
        ("-3", -300),
        ("¥-3", -300),
    ],
)
def test_amounts_as_people_write_them(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text", ["", "元", "1.005", "1,23", "1.2.3", "三百", "12万", "--1", "-¥-1", "1e3", "²", "٣", "9" * 30]
)
def test_what_is_no_amount_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="。"):
        parse_yuan(text)


@given(st.integers(-(10**17), 10**17))
def test_figures_read_back_to_the_same_amount(fen: int) -> None:
    assert parse_yuan(yuan(fen)) == fen


@given(st.integers(0, 10**17))
def test_capitals_read_back_to_the_same_amount(fen: int) -> None:
    assert _read(capital(fen)) == fen


def _read(text: str) -> int:
    """A reader of capitals written independently: the last unit wins, 万 and 亿 multiply what stands before."""
    total, section, digit = 0, 0, 0
    before_yuan, _, after = text.partition("元") if "元" in text else ("", "", text)
    for sign in before_yuan:
        if sign in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(sign)
        elif sign in "拾佰仟":
            section, digit = section + digit * 10 ** ("拾佰仟".index(sign) + 1), 0
        elif sign == "万":
            total, section, digit = total + (section + digit) * 10_000, 0, 0
        elif sign == "亿":
            total, section, digit = (total + section + digit) * 100_000_000, 0, 0
    fen = (total + section + digit) * 100
    for sign in after:
        if sign in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(sign)
        elif sign in "角分":
            fen += digit * (10 if sign == "角" else 1)
    return fen
