"""Pages are cut, scaled and placed by the numbers measured in LibreOffice (workbook_to_pdf.md §3, §4, §12)."""

from datetime import datetime

import pytest
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.pagebreak import Break
from sheets import loaded

from unionoffice.documents.workbook.layout import SheetLayout, lay_out
from unionoffice.documents.workbook.marks import Stroke, Text
from unionoffice.documents.workbook.metrics import digit_width
from unionoffice.documents.workbook.paging import UNIT
from unionoffice.documents.workbook.profile import EXCEL, LIBREOFFICE


def grid(rows, columns, change=lambda sheet: None):
    """Rows 20 points high and columns 10 wide on A4 with margins of 54 and 72 points."""

    def make(_book, sheet):
        for row in range(1, rows + 1):
            sheet.row_dimensions[row].height = 20
            for column in range(1, columns + 1):
                sheet.cell(row, column, "中").font = Font(name="宋体", size=11)
        for column in range(1, columns + 1):
            sheet.column_dimensions[sheet.cell(1, column).column_letter].width = 10
        sheet.page_setup.paperSize = 9
        sheet.page_margins.left = sheet.page_margins.right = 54 / 72
        sheet.page_margins.top = sheet.page_margins.bottom = 1
        change(sheet)

    return loaded(make)


def fit(across, down):
    def change(sheet):
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = across, down

    return change


def with_break(change):
    def both(sheet):
        change(sheet)
        sheet.row_breaks.append(Break(id=10))

    return both


@pytest.mark.parametrize(
    ("family", "size", "width"),
    [("宋体", 11, 5.5), ("宋体", 12, 6.0), ("Calibri", 11, 5.55), ("Arial", 10, 5.55), ("Times New Roman", 12, 6.0)],
)
def test_columns_count_in_digits_of_the_default_font(family, size, width):
    assert digit_width(family, size) == pytest.approx(width)


def test_places_are_whole_hundredths_of_a_millimetre_cut_down():
    layout = SheetLayout(grid(2, 2), 0, LIBREOFFICE)
    assert layout.measured.grid.xs[2] * UNIT == pytest.approx(55, abs=UNIT)
    assert layout.measured.grid.xs[2] * UNIT <= 55
    assert layout.measured.grid.ys[2] * UNIT == pytest.approx(19.5, abs=UNIT), "Excel's heights are whole pixels"


@pytest.mark.parametrize(
    ("rows", "columns", "change", "pages", "scale"),
    [
        (35, 8, lambda sheet: None, 1, 1.0),
        (36, 8, lambda sheet: None, 2, 1.0),
        (60, 12, lambda sheet: None, 4, 1.0),
        (20, 12, fit(1, 0), 1, 0.73),
        (80, 12, fit(1, 1), 1, 0.44),
        (200, 5, fit(0, 3), 3, 0.53),
        (5, 25, fit(2, 0), 2, 0.68),
        (40, 5, with_break(fit(1, 1)), 1, 0.89),
        (40, 5, with_break(fit(1, 0)), 2, 1.0),
    ],
)
def test_page_count_and_scale(rows, columns, change, pages, scale):
    layout = SheetLayout(grid(rows, columns, change), 0, LIBREOFFICE)
    assert len(layout.pages) == pages
    assert layout.pages[0].scale == pytest.approx(scale)


def test_repeated_rows_stand_on_top_of_every_following_page():
    def titles(sheet):
        sheet.print_title_rows = "1:2"
        sheet["A1"] = "表头"

    pages = list(lay_out(grid(60, 2, titles), LIBREOFFICE, moment=datetime(2026, 1, 1)))
    assert len(pages) == 2
    for page in pages:
        assert [mark.text for mark in page.marks if isinstance(mark, Text)].count("表头") == 1


def test_a_page_on_which_nothing_would_stand_is_left_out():
    def far(_book, sheet):
        sheet["A1"] = "近"
        sheet["A400"] = "远"

    pages = list(lay_out(loaded(far), LIBREOFFICE, moment=datetime(2026, 1, 1)))
    assert len(pages) == 2
    assert "远" in [mark.text for mark in pages[1].marks if isinstance(mark, Text)]


def test_page_numbers_run_through_all_sheets_and_count_printed_pages():
    def two(book, sheet):
        sheet["A1"] = "一"
        other = book.create_sheet("表二")
        other["A1"] = "二"
        hidden = book.create_sheet("藏")
        hidden["A1"] = "三"
        hidden.sheet_state = "hidden"
        for one in (sheet, other, hidden):
            one.oddFooter.center.text = "第&P页共&N页"

    pages = list(lay_out(loaded(two), moment=datetime(2026, 1, 1)))
    footers = ["".join(mark.text for mark in page.marks if isinstance(mark, Text))[1:] for page in pages]
    assert footers == ["第1页共2页", "第2页共2页"]


def test_the_codes_of_a_header_hold_for_their_part_only():
    def change(_book, sheet):
        sheet["A1"] = "文"
        sheet.oddHeader.left.text = '&"黑体,加粗"&20左'
        sheet.oddHeader.right.text = "&A&&右"

    page = next(iter(lay_out(loaded(change), moment=datetime(2026, 1, 1))))
    found = {mark.text: mark for mark in page.marks if isinstance(mark, Text)}
    assert (found["左"].type.family, found["左"].size, found["左"].type.bold) == ("黑体", 20, True)
    right = [mark for mark in page.marks if isinstance(mark, Text) and mark.x > 400]
    assert "".join(mark.text for mark in right) == "表&右"
    assert {mark.size for mark in right} == {11}


@pytest.mark.parametrize(
    ("left_style", "right_style", "wins"),
    [("thin", "medium", 1.75), ("medium", "thin", 1.75), ("thin", "hair", 0.75), ("medium", "double", 0.5)],
)
def test_of_two_neighbours_the_wider_border_is_drawn_and_a_double_one_beats_a_single(left_style, right_style, wins):
    def change(_book, sheet):
        sheet["A1"].border = Border(right=Side(left_style))
        sheet["B1"].border = Border(left=Side(right_style))

    page = next(iter(lay_out(loaded(change), moment=datetime(2026, 1, 1))))
    assert {mark.width for mark in page.marks if isinstance(mark, Stroke)} == {wins}


def test_excel_fits_a_row_that_the_file_leaves_open():
    def change(_book, sheet):
        sheet["A1"] = "标题"
        sheet["A1"].font = Font(name="宋体", size=22)
        sheet["A2"] = "文"

    fitted = SheetLayout(loaded(change), 0, EXCEL).measured.grid
    left = SheetLayout(loaded(change), 0, LIBREOFFICE).measured.grid
    assert fitted.height(1, 1) > 1.5 * left.height(1, 1)


@pytest.mark.parametrize("rows", [1, 5000])
def test_a_cell_far_out_a_merge_over_a_page_edge_and_long_titles_are_printed(rows):
    def change(_book, sheet):
        for row in range(1, rows + 1):
            sheet.cell(row, 1, row)
        sheet["AZ3"] = "远"
        sheet.merge_cells("A1:C80")
        sheet.print_title_rows = "1:90"
        sheet.column_dimensions["B"].width = 0
        sheet.column_dimensions["D"].hidden = True

    pages = list(lay_out(loaded(change), moment=datetime(2026, 1, 1)))
    assert "远" in [mark.text for page in pages for mark in page.marks if isinstance(mark, Text)]
    assert len(pages) < 20 + rows / 30, "titles longer than a page are not repeated"


def test_an_empty_workbook_has_no_page():
    assert list(lay_out(loaded(lambda book, sheet: None), moment=datetime(2026, 1, 1))) == []


def _texts(change, profile):
    page = next(iter(lay_out(loaded(change), profile, moment=datetime(2026, 1, 1))))
    return [mark for mark in page.marks if isinstance(mark, Text)]


def _opinion(height):
    def change(_book, sheet):
        sheet["A1"] = "按时缴纳会费，积极参加活动"
        sheet["A1"].alignment = Alignment(wrap_text=True)
        sheet.column_dimensions["A"].width = 13  # six characters and a half
        sheet.row_dimensions[1].height = height

    return change


def test_lines_of_a_cell_begin_as_they_may_where_people_print_and_as_libreoffice_has_them_where_it_is_held():
    assert [mark.text for mark in _texts(_opinion(60), EXCEL)] == ["按时缴纳会", "费，积极参加", "活动"]
    assert [mark.text for mark in _texts(_opinion(60), LIBREOFFICE)] == ["按时缴纳会费", "，积极参加活", "动"]


def test_a_line_more_than_the_cell_has_room_for_is_not_made():
    def change(_book, sheet):
        _opinion(28)(_book, sheet)
        sheet["A1"] = "按时缴纳会费，积极参加活"

    assert [mark.text for mark in _texts(change, EXCEL)] == ["按时缴纳会费", "，积极参加活"]


@pytest.mark.parametrize(("side", "edge"), [("left", 0), ("right", 1)])
def test_text_stands_off_the_side_of_its_cell_where_there_is_room(side, edge):
    def change(_book, sheet):
        sheet.column_dimensions["A"].width = 10
        for row, text in enumerate(("12", "1234567890"), start=1):
            sheet.cell(row, 1, text).alignment = Alignment(horizontal=side)

    book = loaded(change)
    cells = book.sheets[0].cells
    for profile, margin in ((EXCEL, 2.0), (LIBREOFFICE, 0.99)):
        layout = SheetLayout(book, 0, profile)
        wide = layout.measured.grid.x(2) * UNIT
        for row, expected in ((1, margin), (2, 0.99)):
            (mark,) = layout.placer.texts((row, 1), cells[row, 1])
            gap = wide - mark.x - mark.width if edge else mark.x
            assert gap == pytest.approx(expected, abs=0.02)


def test_a_page_does_not_begin_with_the_line_below_the_row_before():
    def change(_book, sheet):
        for row in range(1, 31):
            sheet.row_dimensions[row].height = 20
            sheet.cell(row, 1, "中").border = Border(bottom=Side("thin")) if row < 21 else Border()
        sheet["A25"].border = Border(top=Side("thin"))
        sheet.merge_cells("A21:B21")
        sheet.row_breaks.append(Break(id=20))

    def across(profile):
        second = list(lay_out(loaded(change), profile, moment=datetime(2026, 1, 1)))[1]
        return len([mark for mark in second.marks if isinstance(mark, Stroke)])

    assert (across(EXCEL), across(LIBREOFFICE)) == (1, 2)


@pytest.mark.parametrize(
    ("rows", "closing", "pages", "plain"),
    [
        (35, 0, [35], [35]),
        (35, 1, [34, 2], [35, 1]),  # the signature brings the last row of the table along
        (35, 3, [34, 4], [35, 3]),
        (34, 1, [35], [35]),
        (37, 1, [35, 3], [35, 3]),  # it is not alone
    ],
)
@pytest.mark.parametrize("blank", [0, 2])
def test_what_closes_a_table_never_stands_alone_on_a_page(rows, closing, pages, plain, blank):
    assert _on_pages(EXCEL, rows, closing, blank) == pages
    assert _on_pages(LIBREOFFICE, rows, closing, blank) == plain


def test_a_row_that_cannot_come_along_stays():
    assert _on_pages(EXCEL, 35, 35) == [35, 35], "the last page is full"
    assert _on_pages(EXCEL, 30, 1, more=lambda sheet: sheet.row_breaks.append(Break(id=30))) == [30, 1]
    assert _on_pages(EXCEL, 35, 1, more=lambda sheet: sheet.merge_cells("B34:B35")) == [35, 1]
    assert _on_pages(EXCEL, 35, 1, more=lambda sheet: sheet.merge_cells("B35:C35")) == [34, 2]


def _on_pages(profile, rows, closing, blank=0, more=lambda sheet: None):
    """How many texts stand on each page of a ruled table, what closes it, and blank rows."""

    def change(_book, sheet):
        for row in range(1, rows + closing + blank + 1):
            sheet.row_dimensions[row].height = 20
            if row <= rows:
                sheet.cell(row, 1, "中").border = Border(bottom=Side("thin"))
            elif row <= rows + closing:
                sheet.cell(row, 1, "制表人：")
        sheet.page_setup.paperSize = 9
        sheet.page_margins.top = sheet.page_margins.bottom = 1
        more(sheet)

    found = lay_out(loaded(change), profile, moment=datetime(2026, 1, 1))
    return [sum(isinstance(mark, Text) for mark in page.marks) for page in found]


@pytest.mark.parametrize(("angle", "right"), [(90, True), (180, False)])
def test_turned_text_of_no_alignment_stands_where_its_feet_are(angle, right):
    """Measured in LibreOffice 7.4: up at the right of the cell, down at the left."""

    def change(_book, sheet):
        sheet["A1"] = "甲"
        sheet["A1"].alignment = Alignment(textRotation=angle)
        sheet.column_dimensions["A"].width, sheet.row_dimensions[1].height = 20, 60

    layout = SheetLayout(loaded(change), 0, LIBREOFFICE)
    (mark,) = (each for each in layout.marks(layout.pages[0]) if isinstance(each, Text))
    assert (mark.x > layout.pages[0].left + 55) == right


def test_marks_of_both_scripts_follow_the_characters_before_them():
    """Measured in LibreOffice 7.4: the quotation mark of a Chinese text is a whole character wide in any font."""

    def width(text):
        def change(_book, sheet):
            sheet["A1"] = text
            sheet["A1"].font = Font(name="Calibri", size=10)

        layout = SheetLayout(loaded(change), 0, LIBREOFFICE)
        return sum(each.width for each in layout.marks(layout.pages[0]) if isinstance(each, Text))

    assert width("“家") == pytest.approx(20)
    assert width("家”") == pytest.approx(20)
    assert width("“A") < 13
    assert width("A”家") < 23


@pytest.mark.parametrize(("horizontal", "moved"), [("left", True), ("justify", False)])
def test_only_texts_at_a_side_are_moved_in(horizontal, moved):
    def change(_book, sheet):
        sheet["A1"] = "甲乙"
        sheet["A1"].alignment = Alignment(horizontal=horizontal, indent=2)
        sheet.column_dimensions["A"].width = 30

    layout = SheetLayout(loaded(change), 0, LIBREOFFICE)
    (mark,) = (each for each in layout.marks(layout.pages[0]) if isinstance(each, Text))
    assert mark.x - layout.pages[0].left == pytest.approx(0.99 + 33 * moved, abs=0.1)
