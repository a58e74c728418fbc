"""Search keys of names (features.md F10)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionoffice.kernel.names import full_pinyin, initials, initials_of_many, readings, search_keys, surname


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("曾丽梅", "zlm"),
        ("章立明", "zlm"),
        ("单芳", "sf"),
        ("仇浩", "qh"),
        ("查明", "zm"),
        ("解敏", "xm"),
        ("区军涵", "ojh"),
        ("朴成", "pc"),
        ("盖华玉", "ghy"),
        ("缪娟", "mj"),
        ("翟强", "zq"),
        ("尉迟恭", "ycg"),
        ("万俟平玉", "mqpy"),
        ("欧阳浩图", "oyht"),
        ("长孙无忌", "zswj"),
        ("澹台明", "ttm"),
        ("种师道", "csd"),
        ("覃新", "qx"),
        ("覃新", "tx"),
        ("乐明", "ym"),
        ("乐明", "lm"),
        ("阿卜杜拉·买买提", "abdlmmt"),
        ("John Smith", "js"),
    ],
)
def test_initials_find_the_name(name: str, key: str) -> None:
    assert key in initials(name)


def test_both_readings_of_a_surname_are_accepted_its_own_first() -> None:
    assert initials("曾丽")[0] == "zl"
    assert "cl" in initials("曾丽")
    assert full_pinyin("曾丽梅")[0] == "zenglimei"
    assert "cenglimei" in full_pinyin("曾丽梅")
    assert full_pinyin("单强")[0].startswith("shan")


@pytest.mark.parametrize(
    ("character", "reading"), [("䶮", "yan"), ("㛃", "jie"), ("𬱟", "wei"), ("𫖯", "fu"), ("吕", "lv")]
)
def test_rare_characters_have_readings(character: str, reading: str) -> None:
    assert reading in readings(character)


def test_surnames() -> None:
    assert [surname(name) for name in ("欧阳娜", "曾丽梅", "欧阳", "John Smith", "买买提·江", "")] == [
        "欧阳",
        "曾",
        "欧",
        "",
        "",
        "",
    ]


def test_search_keys_hold_initials_and_pinyin() -> None:
    keys = search_keys("曾　丽").split()
    assert {"zl", "cl", "zengli", "cengli"} <= set(keys)


@given(st.text(max_size=12))
def test_any_text_has_a_bounded_number_of_keys(name: str) -> None:
    assert len(initials(name)) <= 16
    assert len(full_pinyin(name)) <= 8


@given(st.lists(st.one_of(st.text(max_size=6), st.text(alphabet="曾丽梅欧阳单王伟䶮ab ·\n", max_size=5)), max_size=8))
def test_many_names_at_once_have_the_initials_each_has_alone(names: list[str]) -> None:
    assert initials_of_many(names) == ["|".join(initials(name)) for name in names]
