"""Lines break as spreadsheet programs break them (workbook_to_pdf.md §6)."""

from hypothesis import given
from hypothesis import strategies as some

from unionoffice.documents.workbook.book import Run, Type
from unionoffice.documents.workbook.breaking import broken

SONG = Type("宋体", 10)


def lines(text, characters):
    return [line.text for line in broken((Run(text, SONG),), characters * 10.0)]


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
