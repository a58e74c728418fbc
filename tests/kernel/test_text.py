"""Names, phones and masks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionoffice.kernel.text import (
    clean_name,
    is_phone,
    mask_address,
    mask_card,
    mask_id,
    mask_name,
    mask_numbers,
    mask_phone,
    phone,
    squash,
    surname,
    tidy,
)

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=6)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("乐　明", "乐明"),
        ("严  晓 ", "严晓"),
        ("\ufeff曾\u200b丽梅\u00a0", "曾丽梅"),
        ("'赵明伟", "赵明伟"),
        ("阿卜杜拉．买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉 • 买买提", "阿卜杜拉·买买提"),
        ("买买提.江", "买买提·江"),
        ("John   Smith", "John Smith"),
        ("Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"),
        ("\uf9d1丽", "六丽"),
        ("⽂静", "文静"),
        ("𬱟䶮", "𬱟䶮"),
        ("\ufa0e明", "\ufa0e明"),
    ],
)
def test_names_come_out_in_one_shape(text: str, name: str) -> None:
    assert clean_name(text) == name


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert squash(squash(text)) == squash(text)
    assert clean_name(clean_name(text)) == clean_name(text)
    assert phone(phone(text)) == phone(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+86 138-1234-5678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("13812345678.0", "13812345678"),
        ("1.3812345678E+10", "13812345678"),
        ("13812345678/13912345678", "13812345678"),
        ("0912 3881234", "0912-3881234"),
        ("（0912）3881234", "0912-3881234"),
        ("09123881234", "0912-3881234"),
        ("01088886666", "010-88886666"),
        ("+86-10-88886666", "010-88886666"),
        ("010-88886666转801", "010-88886666-801"),
        ("8888666", "8888666"),
    ],
)
def test_phones_come_out_in_one_shape(text: str, number: str) -> None:
    assert phone(text) == number
    assert is_phone(number)


@pytest.mark.parametrize("text", ["1.38E+10", "无", "1381234567", "138123456789", ""])
def test_what_is_no_phone_is_known(text: str) -> None:
    assert not is_phone(phone(text))


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张明", "张*"),
        ("张小明", "张*明"),
        ("张小小明", "张**明"),
        ("欧阳浩图", "欧阳**"),
        ("欧阳娜", "欧阳*"),
        ("阿卜杜拉·买买提", "阿***·***"),
        ("John Smith", "J*** *****"),
        ("张", "*"),
        ("", ""),
    ],
)
def test_names_on_a_notice(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_numbers_on_a_notice() -> None:
    assert mask_id("610801199001010011") == "610*************11"
    assert mask_id("6108") == "****"
    assert mask_phone("138 1234 5678") == "138****5678"
    assert mask_phone("0912-3881234") == "****-*****34"
    assert mask_card("6217 7201 7711 7300 227") == "****0227"
    assert mask_card("1234") == "****"


@given(HAN)
def test_a_mask_hides_all_but_the_ends(name: str) -> None:
    masked = mask_name(name)
    assert len(masked) == len(clean_name(name))
    assert "*" in masked
    assert len(masked) - masked.count("*") <= max(len(surname(name)), 1) + (len(surname(name)) == 1)


@given(st.integers(13_000_000_000, 19_999_999_999).map(str), st.integers(10**15, 10**19 - 1).map(str))
def test_a_mask_keeps_four_digits_of_the_tail_at_most(number: str, card: str) -> None:
    assert mask_phone(number)[3:7] == "****"
    assert mask_card(card) == "****" + card[-4:]


def test_running_text_keeps_chinese_punctuation() -> None:
    assert tidy("示范路（东）８号，ＡＢ座　三层：￥５") == "示范路（东）8号，AB座 三层：￥5"


@pytest.mark.parametrize(
    ("text_", "masked"),
    [
        ("查110105199001010037的", "查110***37的"),
        ("11010519900101003X", "110***3X"),
        ("110105 19900101 0037，138 1234 5678", "110***37，138***78"),
        ("6222021234567890123.xlsx", "622***23.xlsx"),
        ("2026-09-10 0930 备份 20260910-0930", "2026-09-10 0930 备份 20260910-0930"),
        ("20260910-13812345678", "20260910-138***78"),
        ("工号00012345，2026年9月10日", "工号00012345，2026年9月10日"),
    ],
)
def test_long_numbers_in_running_text_are_masked_and_dates_are_not(text_: str, masked: str) -> None:
    assert mask_numbers(text_) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("示范省示范市示范区和平路1号", "示范省示范市示范区****"),
        ("榆阳县某村", "榆阳县****"),
        ("和平路1号院", "和平****"),
        ("丁", "****"),
        ("", ""),
    ],
)
def test_an_address_is_masked_behind_its_district(address: str, masked: str) -> None:
    assert mask_address(address) == masked
