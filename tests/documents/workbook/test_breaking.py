"""Lines break as spreadsheet programs break them (workbook_to_pdf.md §6)."""

from hypothesis import given
from hypothesis import strategies as some

from unionoffice.documents.workbook.book import Run, Type
from unionoffice.documents.workbook.breaking import NOT_FIRST, NOT_LAST, broken

SONG = Type("宋体", 10)


def lines(text, characters, *, kinsoku=False):
    return [line.text for line in broken((Run(text, SONG),), characters * 10.0, kinsoku=kinsoku)]


def test_between_chinese_characters_anywhere_even_before_a_comma():
    assert lines("按时缴纳会费，积极参加", 6) == ["按时缴纳会费", "，积极参加"]


def test_a_word_or_number_moves_whole_and_is_cut_only_when_longer_than_a_line():
    assert lines("编号20260001", 5) == ["编号", "20260001"]
    assert lines("AAAAAAAAAAAAAAAAAAAA", 5) == ["AAAAAAAAAA", "AAAAAAAAAA"]


def test_one_space_hangs_over_and_an_opening_bracket_goes_with_its_word():
    assert lines("三号楼 abc", 3) == ["三号楼", "abc"]
    assert lines("意见 (12345678)", 6) == ["意见", "(12345678)"]


def test_a_line_break_in_the_text_always_breaks_and_empty_lines_stay():
    assert lines("甲\n\n乙", 9) == ["甲", "", "乙"]


@given(some.text(alphabet="工会会员abc 12，。（）-\n", max_size=60), some.integers(2, 12))
def test_nothing_is_lost_but_the_space_that_hangs(text, characters):
    assert "".join(lines(text, characters)).replace(" ", "") == text.replace("\n", "").replace(" ", "")


@given(some.text(alphabet="工会会员abc 12，。（）-", max_size=60), some.integers(2, 12))
def test_no_line_is_wider_than_its_cell(text, characters):
    for line in broken((Run(text, SONG),), characters * 10.0):
        assert line.width <= characters * 10.0 + 0.06 or len(line.text) == 1


# -- 避头尾 -----------------------------------------------------------------------------------------------------------


def test_the_character_before_a_closing_mark_goes_down_with_it():
    assert lines("按时缴纳会费，积极参加", 6, kinsoku=True) == ["按时缴纳会", "费，积极参加"]
    assert lines("（按时缴纳费）。积极参加", 7, kinsoku=True) == ["（按时缴纳", "费）。积极参加"]
    assert lines("他说“按时缴纳”，积极", 7, kinsoku=True) == ["他说“按时缴", "纳”，积极"]


def test_an_opening_mark_goes_down_with_what_it_opens():
    assert lines("根据工会法《章程》", 6, kinsoku=True) == ["根据工会法", "《章程》"]
    assert lines("共计￥800", 3, kinsoku=True) == ["共计", "￥800"]


def test_a_number_goes_down_whole_with_the_mark_behind_it():
    assert lines("身份证号12345678，因", 8, kinsoku=True) == ["身份证号", "12345678，因"]


def test_dashes_and_dots_of_one_sign_are_not_parted():
    assert lines("甲乙丙——丁", 4, kinsoku=True) == ["甲乙丙", "——丁"]
    assert lines("甲乙丙……丁", 4, kinsoku=True) == ["甲乙", "丙……丁"]


def test_marks_that_fill_a_line_stand_as_they_come():
    assert lines("，，，，，，", 3, kinsoku=True) == ["，，，", "，，，"]


CLAUSE = some.tuples(
    some.sampled_from(["", "（", "《", "“"]),
    some.text(alphabet="工会员费", min_size=1, max_size=4),
    some.sampled_from(["", "，", "。", "）", "》", "”", "）。", "”，", "：", "%"]),
).map("".join)


@given(some.lists(CLAUSE, max_size=20).map("".join), some.integers(6, 14))
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one_and_nothing_is_lost(text, characters):
    found = lines(text, characters, kinsoku=True)
    assert "".join(found) == text
    assert not any(line[0] in NOT_FIRST for line in found[1:])
    assert not any(line[-1] in NOT_LAST for line in found[:-1])


@given(some.text(alphabet="工会会员abc 12，。（）“”￥%…—-", max_size=60), some.integers(2, 12))
def test_whatever_is_printed_nothing_is_lost_and_no_line_is_wider_than_its_cell(text, characters):
    found = broken((Run(text, SONG),), characters * 10.0, kinsoku=True)
    assert "".join(line.text for line in found).replace(" ", "") == text.replace(" ", "")
    assert all(line.width <= characters * 10.0 + 0.06 or len(line.text) == 1 for line in found)
