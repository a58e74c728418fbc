"""Rows grow with what is put into them, on paper and in the file; what is cut off or hard to read is noted."""

import io
import re
import zipfile
from datetime import datetime

import pytest
from openpyxl import load_workbook
from openpyxl.drawing.image import Image as Picture
from openpyxl.styles import Alignment
from PIL import Image
from sheets import workbook

from unionoffice.documents.pdf.fonts import Fonts
from unionoffice.documents.workbook.in_book import carried_out
from unionoffice.documents.workbook.in_package import filled_package
from unionoffice.documents.workbook.layout import SheetLayout
from unionoffice.documents.workbook.loading import load
from unionoffice.documents.workbook.marks import Image as Mark
from unionoffice.documents.workbook.paging import UNIT
from unionoffice.documents.workbook.plan import plan
from unionoffice.documents.workbook.printing import print_forms
from unionoffice.documents.workbook.profile import EXCEL
from unionoffice.documents.workbook.tags import Values, filled

LONG = "因病住院，家庭收入减少，" * 8
"""96 characters: 7 lines of at most 14 in a column 30 wide, at 13.5 points."""
SEVEN = 7 * 13.5
WRAPPED = Alignment(wrap_text=True, vertical="top")
FONTS = Fonts(shipped_only=True)


def form(change=lambda sheet: None, tag="{{情况}}"):
    """A form with one tag in A2, which breaks its text into lines."""

    def make(_book, sheet):
        sheet.column_dimensions["A"].width = 30
        sheet["A1"], sheet["A2"], sheet["A4"] = "姓名", tag, "末行"
        sheet["A2"].alignment = WRAPPED
        change(sheet)

    return workbook(make)


def automatic(data, row, height):
    """The form with a height in a row that nobody has set, as Excel stores it; openpyxl stores all as set."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sheet1.xml"):
                part = re.sub(rb'<row r="%d"' % row, b'<row r="%d" ht="%d"' % (row, height), part)
            target.writestr(name, part)
    return out.getvalue()


def height(data, row, values):
    """How high a row is on paper, and in the filled file (None where the file leaves it open)."""
    book = load(data, "试")
    plans = plan(book, values)
    layout = SheetLayout(carried_out(book, plans), 0, EXCEL)
    sheet = load_workbook(io.BytesIO(filled_package(data, plans))).active
    return layout.measured.grid.height(row, row) * UNIT, sheet.row_dimensions[row].height


def printed(data, *values):
    copies = [(f"第 {number} 份", Values(each)) for number, each in enumerate(values, start=1)]
    return print_forms(load(data, "试"), copies, FONTS, io.BytesIO(), moment=datetime(2026, 9, 1))


@pytest.mark.parametrize("stored", [None, 15])
def test_a_row_that_nobody_has_set_grows_on_paper_and_in_the_file(stored):
    data = form() if stored is None else automatic(form(), 2, stored)
    paper, file = height(data, 2, Values({"情况": LONG}))
    assert paper == pytest.approx(SEVEN, abs=0.1) and file == SEVEN
    assert height(data, 2, Values({"情况": "短"})) == (pytest.approx(15, abs=1.6), stored)
    assert not printed(data, {"情况": LONG}).unfit


def test_a_row_set_by_hand_stays_and_is_told():
    def change(sheet):
        sheet.row_dimensions[2].height = 30

    data = form(change)
    assert height(data, 2, Values({"情况": LONG})) == (pytest.approx(30, abs=0.1), 30)
    (found,) = printed(data, {"情况": LONG}).unfit
    assert (found.cell, found.shrunk, found.size) == ("表!A2", False, 6.0)


def test_a_cell_merged_across_grows_in_both():
    def across(sheet):
        sheet.merge_cells("A2:B2")
        sheet.column_dimensions["B"].width = 30

    assert height(form(across), 2, Values({"情况": LONG * 2}))[1] == SEVEN


def test_a_cell_merged_down_grows_by_the_last_row_that_nobody_has_set():
    def down(sheet):
        sheet["A4"] = None
        for row in (2, 4):
            sheet.row_dimensions[row].height = 27
        sheet.merge_cells("A2:A4")

    data = form(down)
    assert height(data, 3, Values({"情况": LONG}))[1] == pytest.approx(SEVEN - 2 * 27, abs=0.8)
    assert [height(data, row, Values({"情况": LONG}))[1] for row in (2, 4)] == [27, 27]
    assert not printed(data, {"情况": LONG}).unfit


def test_each_row_of_a_list_grows_by_itself():
    data = form(tag="{{名单.情况}}")
    values = Values({}, {"名单": [{"情况": "短"}, {"情况": LONG}, {"情况": "短"}]})
    assert [height(data, row, values)[0] > 20 for row in (2, 3, 4)] == [False, True, False]


PAGED = {
    "A1": "姓名",
    "A2": "{{名单.姓名}}",
    "B2": "{{名单.金额}}",
    "A3": "本页小计",
    "B3": "{{本页小计.金额}}",
    "A4": "制表人",
}


def paged(name_width=12, row=26, closing=20):
    """A list with set heights whose pages end with their sums."""

    def make(_book, sheet):
        for place, text in PAGED.items():
            sheet[place] = text
        sheet.column_dimensions["A"].width = name_width
        for number, tall in enumerate((20, row, row, closing), start=1):
            sheet.row_dimensions[number].height = tall
        sheet["A2"].alignment = WRAPPED

    return workbook(make)


def people(count, **long):
    return Values({}, {"名单": [{"姓名": long.get(f"n{each}", "张三"), "金额": 1} for each in range(count)]})


def test_a_list_s_row_set_by_hand_grows_for_a_long_name_on_paper_and_in_the_file():
    paper, file = height(paged(), 3, people(3, n1="阿不都热依木·买买提艾力·" * 4))
    assert file > 5 * 13.5 and paper == pytest.approx(file, abs=0.1)
    assert [height(paged(), row, people(3, n1=LONG))[1] for row in (2, 4)] == [26, 26]


def test_one_line_and_lines_that_fit_leave_a_row_as_it_was_set():
    assert height(paged(row=12), 2, people(1, n0="张三"))[1] == 12
    assert height(paged(row=27), 2, people(1, n0="甲乙丙丁戊己庚辛"))[1] == 27


@pytest.mark.parametrize(("signs", "grows"), [(5, False), (7, False), (8, True)])
def test_no_row_of_a_list_grows_for_a_sign_or_two_that_a_little_smaller_letters_make_room_for(signs, grows):
    """Five characters stand in a column 12 wide, seven in letters a fifth smaller."""
    assert (height(paged(), 2, people(1, n0="名" * signs))[1] > 26) == grows


def test_pages_with_sums_hold_as_many_lines_as_have_grown_into_them():
    def pages(values):
        book = load(paged(), "试")
        plans = plan(book, values)
        layout = SheetLayout(carried_out(book, plans), 0, EXCEL)
        sums = [row for row, found in enumerate(plans[0].blocks[0].rows, start=2) if found == 3]
        shown = [[row for row in sums if span.first <= row <= span.last] for page in layout.pages for span in page.rows]
        bottoms = [layout.measured.grid.height(page.rows[-1].first, page.rows[-1].last) * UNIT for page in layout.pages]
        return len(layout.pages), shown, max(bottoms)

    few, many = pages(people(23)), pages(people(23, n3=LONG, n4=LONG))
    assert (few[0], many[0]) == (1, 2)
    assert [len(each) for each in few[1]] == [1] and [len(each) for each in many[1]] == [1, 1]
    assert many[2] <= 841.9 - 2 * 54


def test_a_row_grows_no_higher_than_its_page_or_a_spreadsheet_has_rows_and_then_shrinks():
    paper, file = height(paged(name_width=4), 2, people(1, n0="甲" * 200))
    assert file == 409.5 and paper == pytest.approx(409.5, abs=0.1)
    assert height(paged(name_width=4, closing=350), 2, people(1, n0="甲" * 200))[1] < 841.9 - 2 * 54 - 350 - 26
    copies = [("甲", people(1, n0="甲" * 100))]
    done = print_forms(load(paged(name_width=4), "试"), copies, FONTS, io.BytesIO(), moment=datetime(2026, 9, 1))
    (found,) = [each for each in done.unfit if each.copy is not None]
    assert found.shrunk and found.size < 11


def test_a_text_higher_than_a_page_is_shrunk_or_told_and_never_stands_over_the_margin():
    def narrow(sheet):
        sheet.column_dimensions["A"].width = 10

    data = form(narrow)
    (found,) = printed(data, {"情况": "备注内容" * 75}).unfit
    assert found.shrunk and height(data, 2, Values({"情况": "备注内容" * 75}))[0] <= 409.6
    (found,) = printed(data, {"情况": "备注内容" * 400}).unfit
    assert not found.shrunk and found.size == 6


def test_rows_of_a_list_on_a_form_of_one_page_stay_as_they_were_set():
    def one_page(sheet):
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = 1
        sheet.row_dimensions[2].height = 40

    assert height(form(one_page, "{{名单.情况}}"), 2, Values({}, {"名单": [{"情况": LONG}]}))[1] == 40


def test_a_text_for_one_line_is_broken_before_it_is_cut():
    def fixed(sheet):
        sheet["A2"].alignment = Alignment(wrap_text=False)
        sheet["B2"] = "后"
        sheet.row_dimensions[2].height = 60

    (found,) = printed(form(fixed), {"情况": "长" * 40}).unfit
    assert (found.shrunk, found.size) == (True, 11)


def test_a_picture_below_what_is_used_is_printed_whole():
    picture = io.BytesIO()
    Image.new("RGB", (50, 50), "red").save(picture, "PNG")

    def change(_book, sheet):
        sheet["A1"] = "{{情况}}"
        sheet.add_image(Picture(picture), "C3")

    layout = SheetLayout(load(workbook(change), "试"), 0, EXCEL)
    (page,) = layout.pages
    (mark,) = [each for each in layout.marks(page) if isinstance(each, Mark)]
    assert mark.clip[0] <= mark.box[0] and mark.clip[1] <= mark.box[1]
    assert mark.clip[2] >= mark.box[2] and mark.clip[3] >= mark.box[3]


def test_copies_print_alike_where_they_have_grown_alike():
    data = automatic(form(), 2, 15)
    found = printed(data, *({"情况": each} for each in (LONG, "短", LONG, LONG, "短", LONG * 2)))
    assert found.pages == 6 and not found.unfit


def test_fixed_words_in_an_open_row_are_seen_whole():
    def change(sheet):
        sheet["A4"], sheet["A4"].alignment = LONG, WRAPPED

    data = form(change)
    assert height(data, 4, Values({"情况": "短"}))[0] == pytest.approx(SEVEN, abs=0.1)
    assert not printed(data, {"情况": "短"}).unfit


def test_fixed_words_in_a_set_row_are_told_once():
    def change(sheet):
        sheet["A4"], sheet["A4"].alignment = LONG, WRAPPED
        sheet.row_dimensions[4].height = 30

    (found,) = printed(form(change), {"情况": "甲"}, {"情况": "乙"}, {"情况": "丙"}).unfit
    assert (found.title, found.cell, found.copy, found.page, found.shrunk) == ("", "表!A4", None, 0, False)


def test_fixed_words_that_lack_only_blanks_or_the_room_above_or_are_not_printed_are_not_told():
    def change(sheet):
        sheet["A4"], sheet["B4"] = "单位：" + " " * 40, "日期"
        sheet.row_dimensions[4].height = 12
        sheet["D9"], sheet["D9"].alignment = LONG, WRAPPED
        sheet.row_dimensions[9].height = 15
        sheet.print_area = "A1:B5"

    assert not printed(form(change), {"情况": "短"}).unfit


def test_a_page_that_must_hold_what_has_grown_tells_when_it_is_hard_to_read():
    def one_page(sheet):
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = 1

        for row in (3, 5, 6):
            sheet.cell(row, 1, "{{情况}}").alignment = WRAPPED

    data = form(one_page)
    found = printed(data, {"情况": "短"}, *[{"情况": LONG * 4}] * 3).unfit
    assert [(each.copy, each.cell, each.shrunk) for each in found] == [(each, "表!A2", True) for each in (1, 2, 3)]
    assert all(each.size < 7.5 for each in found)


def test_a_line_of_a_list_that_is_blank_takes_no_room_but_others_do():
    list_row, single = "{{名单.号码}}\n{{名单.卡号}}", "{{意见}}\n{{日期}}"
    assert filled(list_row, {"名单.号码": "甲", "名单.卡号": ""}) == "甲"
    assert filled(list_row, {"名单.号码": "", "名单.卡号": "乙"}) == "乙"
    assert filled(single, {"意见": "", "日期": "今天"}) == "\n今天"
