"""Characters into lines: marks kept off the beginning, words whole, rare characters drawn, titles of a good shape."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents.official.papers import CHAR, fonts, laid, paper, pdf, sheets
from tests.documents.official.reading import read
from unionoffice.documents.official.composing import CLOSING, OPENING, Composer, Line, Setting, solid
from unionoffice.documents.official.marks import Lack, Part
from unionoffice.documents.official.standard import standard
from unionoffice.documents.official.titles import title_lines
from unionoffice.documents.pdf.fonts import Style

SETTING = Setting(16, CHAR)
COMPOSER = Composer(fonts())


def composed(text: str, width: float = 156, first: float = 0.0) -> tuple[Line, ...]:
    return COMPOSER.lines([(text, Style.FANG)], SETTING, width, first=first)


@given(st.text(st.sampled_from("国工会员2026AB，。、；：“”（）《》〔〕！？%—…·　 "), max_size=200), st.integers(6, 40))
@settings(max_examples=300, deadline=None)
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(text: str, characters: int) -> None:
    closers = "，。、；：”）》〕！？%"
    lines = composed(text, characters * CHAR)
    assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")
    for above, below in zip(lines, lines[1:], strict=False):
        run = re.match(rf"[{re.escape(closers)}]+", below.text)
        if run and len(above.text) > 1:
            assert len(run[0]) > characters, "only more marks than a line holds may begin one"
        if above.text and above.text[-1] in "“（《〔":
            assert len(above.text) >= characters - 1


@given(
    st.text(st.sampled_from("国工会员2026AB，。、；：“”（）《》〔〕·"), min_size=1, max_size=150), st.integers(8, 40)
)
@settings(max_examples=300, deadline=None)
def test_no_line_is_wider_than_its_measure(text: str, characters: int) -> None:
    for line in composed(text, characters * CHAR):
        if max(map(len, re.findall(r"[，。、；：“”（）《》〔〕·]+", line.text) or [""])) < 4:
            assert line.width <= characters * CHAR + 0.01
        starts = [at for run in line.runs for at in run.along]
        assert all(right > left - 0.1 for left, right in zip(starts, starts[1:], strict=False))


def test_a_mark_is_squeezed_in_where_others_give_room() -> None:
    text = "国，" + "国" * 26 + "，国国"
    first, second = composed(text)
    assert len(first.text) == 29
    assert first.text.endswith("，")
    assert first.width == pytest.approx(156)
    assert second.text == "国国"
    along = first.runs[0].along
    assert along[2] - along[1] < CHAR
    assert along[4] - along[3] == pytest.approx(CHAR)


def test_a_mark_takes_its_character_along_where_none_gives_room() -> None:
    first, second = composed("国" * 28 + "，国国")
    assert (first.text, second.text) == ("国" * 27, "国，国国")
    assert first.width == pytest.approx(156)


@pytest.mark.parametrize("word", ["2026", "3.14", "1,234.56", "010-00001234", "gonghui@example.cn", "GB/T", "98%"])
def test_numbers_and_words_are_not_broken(word: str) -> None:
    for before in range(20, 29):
        lines = composed("国" * before + word + "国" * 10)
        assert any(word in line.text for line in lines), before


def test_what_no_line_can_hold_is_broken_somewhere() -> None:
    lines = composed("国国" + "http://example.cn/" + "a" * 200 + "，国国")
    assert all(line.width <= 156.01 for line in lines)
    assert "".join(line.text for line in lines).count("a") == 201


@pytest.mark.parametrize("length", range(40, 70))
def test_a_mark_behind_a_word_too_long_for_a_line_begins_none(length: int) -> None:
    for line in composed("a" * length + "，国国", 20 * CHAR):
        assert not line.text.startswith("，")


def test_a_space_that_ends_a_line_leaves_the_edge_straight() -> None:
    first, second = composed("国" * 27 + " 国国")
    assert (first.text, second.text) == ("国" * 27, "国国")
    assert first.width == pytest.approx(156)
    assert first.runs[0].along[-1] == pytest.approx(156 - CHAR)


def test_a_squeezed_opening_mark_keeps_its_distance_from_its_word() -> None:
    first, _ = composed("国" * 10 + "（国" * 2 + "国" * 14 + "，国国")
    along = first.runs[0].along
    assert len(along) == 29
    assert along[11] - along[10] == pytest.approx(CHAR)
    assert along[10] - along[9] < CHAR - 0.5


def test_quotes_are_as_wide_as_characters_in_every_style_and_lean_to_their_text() -> None:
    for style in (Style.FANG, Style.KAI, Style.HEI, Style.SONG):
        (run,) = COMPOSER.one([("国“国”国", style)], SETTING).runs
        assert run.along[2] - run.along[0] == pytest.approx(2 * CHAR)
        assert run.along[4] - run.along[2] == pytest.approx(2 * CHAR)
    (kai,) = COMPOSER.one([("国“国”国", Style.KAI)], SETTING).runs
    assert kai.along[1] - kai.along[0] > 1.5 * CHAR, "the narrow opening quote stands at its word"


def test_digits_are_half_as_wide() -> None:
    (run,) = COMPOSER.one([("国20国", Style.FANG)], SETTING).runs
    assert run.along[3] - run.along[1] == pytest.approx(SETTING.em, abs=0.01)


def test_a_space_at_the_end_of_a_line_takes_no_room() -> None:
    first, second = composed("国" * 28 + " 国国")
    assert (first.text, second.text) == ("国" * 28, "国国")


def test_rare_characters_are_drawn_and_come_out_of_the_file() -> None:
    names = "䶮、𬭎、𠅤、㛃、𫖯"
    document = paper(body=f"出席人员：{names}。", signature=f"{names[0]}工会", title=f"关于{names}的通知")
    assert laid(document).missing == ()
    text = "".join("".join(sheet.rows().values()) for sheet in sheets(document))
    assert text.count(names) == 2
    fang = {
        c.font for sheet in sheets(document) for c in sheet.chars if c.text in names and c.text != "、" and c.size == 16
    }
    assert all("NotoSerifSC" in font for font in fang)


def test_what_cannot_be_printed_is_told_before_printing_with_its_line() -> None:
    document = paper(body="出席人员：王\U0003134f、李示范。\n王\U0003134f。", signature="\U0003134e工会")
    assert laid(document).missing == (
        Lack("\U0003134f", "出席人员：王\U0003134f、李示范。"),
        Lack("\U0003134e", "\U0003134e工会"),
    )
    assert "王〓" in "".join(read(pdf(document))[0].rows().values())


def test_unseen_characters_leave_no_mark() -> None:
    assert composed("国\u200b国\ufeff国")[0].text == "国国国"


WORDS = standard().title_words


def shaped(title: str) -> tuple[str, ...]:
    def width(line: str) -> float:
        return COMPOSER.one([(line, Style.SONG_BOLD)], solid(22)).width

    lines = title_lines(title, width, 156, WORDS)
    assert all(width(line) <= 156.01 for line in lines)
    assert "".join(lines) == title.replace("\n", "")
    return lines


@pytest.mark.parametrize(
    ("title", "count"),
    [
        ("关于做好有关工作的通知", 1),
        ("关于召开示范矿业有限公司第三届职工代表大会第一次会议的通知", 2),
        ("关于表彰2025—2026年度工会工作先进集体和先进个人的决定", 2),
        ("关于同意示范矿业有限公司工会委员会召开第三届会员代表大会进行换届选举并调整女职工委员会组成人员的批复", 3),
    ],
)
def test_titles_are_broken_between_words_in_a_trapezium_or_lozenge(title: str, count: int) -> None:
    lines = shaped(title)
    assert len(lines) == count
    for word in (
        "职工代表大会",
        "会员代表大会",
        "先进集体",
        "先进个人",
        "换届选举",
        "女职工委员会",
        "2026年",
        "第一次",
        "第三届",
    ):
        assert (word in title) == any(word in line for line in lines)
    for line in lines:
        assert line[0] not in "的和" + CLOSING
        assert line[-1] not in "第和" + OPENING
    widths = [len(line) for line in lines]
    assert not (count == 3 and widths[1] < min(widths[0], widths[2]) - 1), "no hourglass"


@pytest.mark.parametrize(
    ("title", "whole"),
    [
        (
            "关于“我为职工办实事”“送温暖”“金秋助学”（第二批）职工技能竞赛经费使用的请示",
            ("金秋助学", "（第二批）", "送温暖"),
        ),
        (
            "关于职工互助保障、女职工特殊疾病互助保障和意外伤害互助保障经费使用的请示",
            ("互助保障", "特殊疾病", "意外伤害"),
        ),
        ("关于学习贯彻《中华人民共和国工会法》《中国工会章程》和“五一国际劳动节”慰问活动的请示", ("《中国工会章程》",)),
        (
            "关于2026年度（第三季度）劳模、工匠、先进工作者疗休养活动（海南·三亚）经费使用的请示",
            ("（海南·三亚）", "疗休养"),
        ),
    ],
)
def test_a_title_takes_another_line_before_a_word_is_broken(title: str, whole: tuple[str, ...]) -> None:
    lines = shaped(title)
    for word in whole:
        assert sum(line.count(word) for line in lines) == title.count(word), lines


def test_a_title_longer_than_five_lines_keeps_its_words_and_marks() -> None:
    for shift in range(6):
        lines = shaped("关于" + "各" * shift + "“安康杯”竞赛、《工会法》学习（第1批）" * 8 + "的通知")
        assert len(lines) > 5
        for line in lines:
            assert line[0] not in CLOSING and line[-1] not in OPENING
            assert line.count("《") == line.count("》") and line.count("“") == line.count("安康杯") == line.count("”")


def test_lines_of_a_title_are_not_equally_long_and_form_no_hourglass() -> None:
    assert sorted(map(len, title_lines("国" * 18, len, 10, ()))) == [8, 10]
    commas = "国" * 9 + "，" + "国" * 4 + "，" + "国" * 10
    assert [len(line) for line in title_lines(commas, len, 10, ())] != [10, 5, 10]


def test_no_line_of_a_title_begins_with_a_particle_or_ends_with_a_preposition() -> None:
    assert title_lines("国" * 9 + "了" + "国" * 9, len, 10, ()) == ("国" * 9 + "了", "国" * 9)
    assert title_lines("国" * 8 + "为" + "国" * 10, len, 10, ())[0] == "国" * 8 + "为国"


def test_a_break_the_author_set_is_kept() -> None:
    assert shaped("关于做好\n有关工作的通知") == ("关于做好", "有关工作的通知")


@given(st.text(st.sampled_from("关于召开会员大会的第1次、“”《》通知"), min_size=1, max_size=110))
@settings(max_examples=60, deadline=None)
def test_any_title_fits_and_is_whole(title: str) -> None:
    shaped(title)


def test_a_title_of_three_lines_pushes_the_text_down_by_two() -> None:
    title = "关于同意示范矿业有限公司工会委员会召开第三届会员代表大会进行换届选举并调整女职工委员会组成人员的批复"
    long, short = laid(paper(title=title)), laid(paper())
    assert len(long.words(Part.TITLE)) == 3
    assert long.words(Part.BODY)[0].y - short.words(Part.BODY)[0].y == pytest.approx(2 * 225 / 22, abs=0.01)
