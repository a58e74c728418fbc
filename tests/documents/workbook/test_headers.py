"""Where headers and footers stand and what room they take, as LibreOffice was measured to print them and as Excel says.

LibreOffice's numbers come from tools/compare_with_libreoffice.py: A4, 宋体 11, margins of 72 and 36 points.
"""

from datetime import datetime

import pytest
from openpyxl.worksheet.page import PageMargins
from sheets import loaded

from unionoffice.documents.workbook.headers import body
from unionoffice.documents.workbook.layout import lay_out
from unionoffice.documents.workbook.marks import Text
from unionoffice.documents.workbook.profile import EXCEL, LIBREOFFICE

HEIGHT = 841.9


def book(*, header="", footer="", bottom=72, family="宋体", scale=100):
    def change(_book, sheet):
        sheet["A1"] = "正文"
        sheet.page_setup.paperSize, sheet.page_setup.scale = 9, scale
        sheet.page_margins = PageMargins(0.75, 0.75, 1, bottom / 72, 0.5, 0.5)
        sheet.oddHeader.center.text, sheet.oddFooter.center.text = header or None, footer or None

    return loaded(change, family=family)


def stands(profile, **what):
    """Where each text of the page stands."""
    (page,) = lay_out(book(**what), profile, moment=datetime(2026, 1, 1))
    return {mark.text: mark for mark in page.marks if isinstance(mark, Text)}


def space(profile, **what):
    made = book(**what)
    setup = made.sheets[0].setup
    return body(setup, setup.scale / 100, made.type, profile)


@pytest.mark.parametrize(("profile", "lower"), [(LIBREOFFICE, 2.0), (EXCEL, 0.0)])
def test_a_header_in_small_type_moves_the_body_by_what_its_empty_parts_are_higher(profile, lower):
    plain, small = space(profile, header="页眉"), space(profile, header="&9页眉", footer="&9页脚")
    assert small.top - plain.top == pytest.approx(lower, abs=0.05)
    assert plain.height - small.height == pytest.approx(2 * lower, abs=0.1)
    assert plain.top == 72


def test_what_the_header_is_higher_counts_as_much_as_the_page_is_scaled():
    plain, small = space(LIBREOFFICE, scale=50), space(LIBREOFFICE, header="&9页眉", scale=50)
    assert plain.top == 72
    assert small.top == pytest.approx(36 + (36 + 2) * 0.5, abs=0.05)


@pytest.mark.parametrize(("profile", "middle"), [(LIBREOFFICE, 1.0), (EXCEL, 0.0)])
def test_small_lines_stand_in_the_middle_of_the_height_of_the_parts(profile, middle):
    texts = stands(profile, header="&9页眉", footer="&9页脚")
    ascent = texts["页眉"].y - 36 - middle
    assert ascent == pytest.approx(9 * 0.859, abs=0.1)
    assert texts["页脚"].y == pytest.approx(HEIGHT - 36 - middle - (9 - ascent), abs=0.1)


@pytest.mark.parametrize(("profile", "top"), [(LIBREOFFICE, HEIGHT - 20), (EXCEL, HEIGHT - 36 - 11)])
def test_a_footer_with_less_room_than_its_margin_starts_where_the_body_ends(profile, top):
    mark = stands(profile, footer="页脚", bottom=20)["页脚"]
    assert mark.y - 11 * 0.859 == pytest.approx(top, abs=0.1)
    assert space(profile, footer="页脚", bottom=20).height == pytest.approx(HEIGHT - 72 - 20)


def test_blanks_after_chinese_characters_are_as_wide_as_theirs_in_libreoffice():
    wide = {
        profile: sum(
            mark.width for text, mark in stands(profile, header="第 页", family="Arial").items() if "正" not in text
        )
        for profile in (LIBREOFFICE, EXCEL)
    }
    assert wide[LIBREOFFICE] == pytest.approx(27.5)
    assert wide[EXCEL] == pytest.approx(22 + 11 * 0.278, abs=0.1)


def test_a_footer_of_the_first_page_alone_has_its_room_too():
    def change(_book, sheet):
        sheet["A1"] = "正文"
        sheet.page_setup.paperSize = 9
        sheet.HeaderFooter.differentFirst, sheet.firstFooter.center.text = True, "首页"
        sheet.page_margins = PageMargins(0.75, 0.75, 1, 1, 0.5, 0.5)

    (page,) = lay_out(loaded(change), LIBREOFFICE, moment=datetime(2026, 1, 1))
    (mark,) = (each for each in page.marks if isinstance(each, Text) and each.text == "首页")
    assert mark.y == pytest.approx(HEIGHT - 36 - 11 + 11 * 0.859, abs=0.1)


def test_the_name_of_the_sheet_is_as_high_as_any_text():
    assert space(LIBREOFFICE, header="&14&A").top == 72
