"""Forms are filled: what was asked for and nothing else changes, in the file and on paper alike (F68, F72)."""

import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image
from pypdf import PdfReader
from sheets import workbook

from unionoffice.documents.pdf.fonts import Fonts, Style
from unionoffice.documents.workbook.formulas import calculate
from unionoffice.documents.workbook.in_book import carried_out
from unionoffice.documents.workbook.in_package import filled_package
from unionoffice.documents.workbook.loading import load
from unionoffice.documents.workbook.plan import plan
from unionoffice.documents.workbook.printing import print_forms
from unionoffice.documents.workbook.tags import Known, Photo, Values, check
from unionoffice.kernel.errors import UserError

KNOWN = Known(["姓名", "出生日期", "困难类型", "照片"], {"成员": ["姓名", "金额"]})
THIN = Side("thin")
MOMENT = datetime(2026, 11, 21)


def form(change):
    return workbook(change)


def household(book, sheet):
    """A small form with three printed lines, sums below, a picture of everything that must survive."""
    sheet["A1"], sheet["B1"] = "姓名", "{{姓名}}"
    sheet["A2"], sheet["B2"] = "生于", "{{出生日期|yyyy年m月}}"
    sheet["A3"] = "{{成员.序号}}"
    sheet["B3"], sheet["C3"] = "{{成员.姓名}}", "{{成员.金额}}"
    for row in (3, 4, 5):
        for column in "ABC":
            sheet[f"{column}{row}"].border = Border(THIN, THIN, THIN, THIN)
        sheet[f"C{row}"].number_format = "#,##0.00"
        sheet.row_dimensions[row].height = 24
    sheet.merge_cells("A6:B6")
    sheet["A6"], sheet["C6"] = "合计", "=SUM(C3:C5)"
    sheet["A7"], sheet["C7"] = "大写", "{{大写.金额}}"
    sheet["D8"] = "=C6*2"
    sheet["D1"].fill = PatternFill("solid", "FFCC00")
    sheet.print_area = "A1:D8"
    sheet.print_title_rows = "1:2"
    rule = DataValidation("list", formula1='"男,女"')
    rule.add("B7")
    sheet.add_data_validation(rule)
    hidden = book.create_sheet("藏着的")
    hidden["A1"] = "=表!C6"
    hidden.sheet_state = "hidden"
    book.properties.title = "原样"


def people(count):
    return [{"姓名": f"成员{index}", "金额": Decimal(f"{index}.50")} for index in range(1, count + 1)]


def values(count, **single):
    return Values(
        {"姓名": "欧阳䶮", "出生日期": date(1975, 6, 9)} | single, {"成员": people(count)}, lambda yuan: f"共{yuan}元"
    )


def filled(data, with_values):
    book = load(data, "试")
    return filled_package(data, plan(book, with_values), "试")


def cells(data, formulas=True):
    book = load_workbook(io.BytesIO(data), data_only=not formulas)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet
        for cell in row
        if cell.value is not None
    }


def test_values_keep_their_kind_and_printed_lines_are_used_before_any_is_added():
    found = cells(filled(form(household), values(2)))
    assert found["表", "B1"] == "欧阳䶮"
    assert found["表", "B2"] == "1975年6月"
    assert [found["表", f"{column}3"] for column in "ABC"] == [1, "成员1", 1.5]
    assert ("表", "B5") not in found
    assert found["表", "C6"] == "=SUM(C3:C5)"


@pytest.mark.parametrize("count", [4, 30])
def test_more_lines_than_printed_push_down_what_follows_and_sums_follow(count):
    found = cells(filled(form(household), values(count)))
    end = 2 + count
    assert found["表", f"B{end}"] == f"成员{count}"
    assert found["表", f"C{end + 1}"] == f"=SUM(C3:C{end})"
    assert found["表", f"D{end + 3}"] == f"=C{end + 1}*2"
    assert found["藏着的", "A1"] == f"=表!C{end + 1}"
    book = load_workbook(io.BytesIO(filled(form(household), values(count))))
    sheet = book["表"]
    assert f"A{end + 1}:B{end + 1}" in map(str, sheet.merged_cells.ranges)
    assert sheet.print_area == f"'表'!$A$1:$D${end + 3}"
    assert sheet.print_title_rows == "$1:$2"
    assert str(sheet.data_validations.dataValidation[0].sqref) == f"B{end + 2}"
    assert sheet.row_dimensions[end].height == 24
    assert book["藏着的"].sheet_state == "hidden"


def test_formulas_stored_once_for_several_cells_move_apart():
    def change(_book, sheet):
        household(_book, sheet)
        for row in (9, 10, 11):
            sheet[f"D{row}"] = f"=C{row - 8}*2"

    data = form(change)
    source = zipfile.ZipFile(io.BytesIO(data))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(b"<f>C1*2</f>", b'<f t="shared" ref="D9:D11" si="0">C1*2</f>')
                part = part.replace(b"<f>C2*2</f>", b'<f t="shared" si="0"/>')
                part = part.replace(b"<f>C3*2</f>", b'<f t="shared" si="0"/>')
            target.writestr(name, part)
    found = cells(filled(out.getvalue(), values(4)))
    assert [found["表", f"D{row}"] for row in (10, 11, 12)] == ["=C1*2", "=C2*2", "=C3*2"]


def test_a_range_that_ends_in_a_repeated_row_ends_with_its_last_copy():
    def change(_book, sheet):
        sheet["A1"], sheet["A2"] = "{{成员.姓名}}", "=COUNTA(A1:A1)"
        sheet.auto_filter.ref = "A1:B1"

    done = filled(form(change), values(3))
    assert cells(done)["表", "A4"] == "=COUNTA(A1:A3)"
    assert load_workbook(io.BytesIO(done))["表"].auto_filter.ref == "A1:B3"


def test_stored_results_are_those_of_the_filled_form():
    found = cells(filled(form(household), values(4)), formulas=False)
    assert found["表", "C7"] == pytest.approx(1.5 + 2.5 + 3.5 + 4.5)
    assert found["表", "D9"] == pytest.approx(24)
    assert found["藏着的", "A1"] == pytest.approx(12)


def test_only_the_filled_cells_change_and_every_other_part_is_the_same_bytes():
    data = form(household)
    done = filled(data, values(3))
    before, after = cells(data), cells(done)
    assert {place for place in before.keys() | after.keys() if before.get(place) != after.get(place)} == {
        ("表", address) for address in ("B1", "B2", "A3", "B3", "C3", "A4", "B4", "C4", "A5", "B5", "C5", "C7")
    }
    old, new = zipfile.ZipFile(io.BytesIO(data)), zipfile.ZipFile(io.BytesIO(done))
    assert old.namelist() == new.namelist()
    for name in old.namelist():
        if name not in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
            assert old.read(name) == new.read(name) or name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")


@given(some.text(alphabet="=+-@<>&\"'{}工\n\t\x00\x0b\ud800", max_size=30))
@settings(max_examples=60, deadline=None)
def test_whatever_a_value_holds_it_is_text_and_never_a_formula(text):
    found = load_workbook(io.BytesIO(filled(form(household), values(1, 姓名=text))))["表"]["B1"]
    assert found.data_type != "f"
    if not set(text) & set("\x00\x0b\ud800") and text.strip():
        assert found.value == text


def test_file_and_paper_come_from_one_plan():
    data = form(household)
    book = load(data, "试")
    plans = plan(book, values(7))
    on_paper = carried_out(book, plans)
    assert calculate(on_paper) == []
    in_file = load(filled_package(data, plans, "试"), "试")
    mine = {place: cell.value for place, cell in on_paper.sheets[0].cells.items() if cell.value not in (None, "")}
    theirs = {place: cell.value for place, cell in in_file.sheets[0].cells.items() if cell.value not in (None, "")}
    assert mine == theirs
    assert on_paper.sheets[0].merges == in_file.sheets[0].merges
    assert on_paper.sheets[0].heights == in_file.sheets[0].heights
    assert on_paper.sheets[0].areas == in_file.sheets[0].areas


def listed(_book, sheet):
    sheet["A1"] = "签领表"
    sheet["A2"], sheet["B2"] = "姓名", "金额"
    sheet["A3"], sheet["B3"] = "{{成员.姓名}}", "{{成员.金额}}"
    sheet["A4"], sheet["B4"] = "本页小计", "{{本页小计.金额}}"
    sheet["A5"], sheet["B5"] = "合计", "{{合计.金额}}"
    for row in range(1, 6):
        sheet.row_dimensions[row].height = 30
        for column in "AB":
            sheet[f"{column}{row}"].border = Border(THIN, THIN, THIN, THIN)
    sheet.print_title_rows = "2:2"
    sheet.page_setup.paperSize = 9


@pytest.mark.parametrize("count", [0, 1, *range(18, 52)])
def test_page_sums_stand_at_the_end_of_their_page_and_add_up(count):
    data = form(listed)
    out = io.BytesIO()
    done = print_forms(load(data, "试"), [("签领", values(count))], Fonts(shipped_only=True), out, moment=MOMENT)
    pages = [page.extract_text() for page in PdfReader(out).pages]
    assert done.pages == len(pages)
    assert all(text.count("本页小计") == 1 for text in pages)
    assert all("姓名" in text for text in pages)
    assert "合计" in pages[-1].replace("小计", "")
    assert count == 0 or all("成员" in text for text in pages), "the closing rows never stand alone"
    book = load_workbook(io.BytesIO(filled(data, values(count))))["表"]
    sums = [book.cell(row, 2).value for row in range(1, book.max_row + 1) if book.cell(row, 1).value == "本页小计"]
    assert len(sums) == len(pages)
    assert (sums == [None]) is (count == 0), "a list without rows is filled in by hand, its sums too"
    assert sum(Decimal(str(each or 0)) for each in sums) == sum(
        (person["金额"] for person in people(count)), Decimal(0)
    )
    assert len(book.row_breaks.brk) == len(pages) - 1


def test_a_tag_cut_over_runs_of_a_rich_text_is_one_tag():
    def change(_book, sheet):
        bold = TextBlock(InlineFont(b=True), "{{姓")
        sheet["A1"] = CellRichText("姓名：", bold, "名}}同志")

    assert cells(filled(form(change), values(0)))["表", "A1"] == "姓名：欧阳䶮同志"


def test_boxes_are_ticked_and_nothing_is_said_in_its_own_words():
    def change(_book, sheet):
        sheet["A1"] = "{{困难类型|选项:深度困难/相对困难/意外致困}}"
        sheet["A2"] = "{{困难类型|空:无}}"

    found = cells(filled(form(change), values(0, 困难类型="相对困难、意外致困")))
    assert found["表", "A1"] == "□深度困难  ■相对困难  ■意外致困"
    assert cells(filled(form(change), values(0)))["表", "A2"] == "无"


def test_a_photo_fills_its_cell_in_the_file_and_on_paper():
    def change(_book, sheet):
        sheet["B2"] = "{{照片}}"
        sheet.merge_cells("B2:C5")

    picture = io.BytesIO()
    Image.new("RGB", (60, 80), (200, 30, 30)).save(picture, "PNG")
    with_photo = values(0, 照片=Photo(picture.getvalue()))
    image = load_workbook(io.BytesIO(filled(form(change), with_photo)))["表"]._images[0]
    assert (image.anchor._from.row, image.anchor._from.col, image.anchor.to.row, image.anchor.to.col) == (1, 1, 4, 2)
    out = io.BytesIO()
    print_forms(load(form(change), "试"), [("一", with_photo)], Fonts(shipped_only=True), out, moment=MOMENT)
    assert len(PdfReader(out).pages[0].images) == 1


@pytest.mark.parametrize(
    ("tag", "told"),
    [("{{姓 名}}", "姓名"), ("{{成员.名字}}", "B2"), ("{{出生年月}}", "出生日期"), ("{{姓名", "没有写完整")],
)
def test_a_tag_that_is_not_known_is_refused_with_its_cell_and_the_nearest_known(tag, told):
    def change(_book, sheet):
        sheet["A1"], sheet["B2"] = "{{姓名}}", tag

    with pytest.raises(UserError, match=told) as refused:
        check(load(form(change), "试"), KNOWN)
    assert "B2" in refused.value.sentence


def test_a_workbook_without_tags_is_told_how_to_write_one():
    with pytest.raises(UserError, match="没有标签"):
        check(load(form(lambda book, sheet: sheet.__setitem__("A1", "空")), "试"), KNOWN)


def test_what_does_not_fit_is_printed_smaller_and_named():
    def change(_book, sheet):
        sheet["A1"] = "{{姓名}}"
        sheet["A1"].border = Border(THIN, THIN, THIN, THIN)
        sheet["B1"] = "后"
        sheet.row_dimensions[1].height = 20
        sheet["A1"].font = Font(name="宋体", size=11)

    long = "阿" * 12
    out = io.BytesIO()
    done = print_forms(
        load(form(change), "试"), [("张三", values(0, 姓名=long))], Fonts(shipped_only=True), out, moment=MOMENT
    )
    assert [(unfit.title, unfit.cell, unfit.text) for unfit in done.unfit] == [("张三", "表!A1", long)]
    assert long in "".join(PdfReader(out).pages[0].extract_text().split())


def test_many_copies_are_the_same_as_one_and_each_has_a_bookmark():
    data, fonts = form(household), Fonts(shipped_only=True)
    one, many = io.BytesIO(), io.BytesIO()
    print_forms(load(data, "试"), [("乙", values(2))], fonts, one, moment=MOMENT)
    print_forms(load(data, "试"), [("甲", values(3)), ("乙", values(2))], fonts, many, moment=MOMENT)
    reader = PdfReader(many)
    assert [entry.title for entry in reader.outline] == ["甲", "乙"]
    assert reader.pages[1].extract_text() == PdfReader(one).pages[0].extract_text()


def test_letters_are_squeezed_to_the_widths_of_the_font_that_the_form_names():
    def change(_book, sheet):
        sheet["A1"] = "{{姓名}}"
        sheet["A1"].font = Font(name="宋体", size=20)
        sheet.column_dimensions["A"].width = 40

    out, fonts = io.BytesIO(), Fonts(shipped_only=True)
    digits = "0123456789"
    print_forms(load(form(change), "试"), [("甲", values(0, 姓名=digits))], fonts, out, moment=MOMENT)
    squeezed = re.findall(rb"([\d.]+) Tz", PdfReader(out).pages[0].get_contents().get_data())
    assert fonts.width(digits, Style.SONG, 20) * float(squeezed[0]) / 100 == pytest.approx(100, rel=0.01)


def test_a_form_printed_twice_gives_the_same_bytes():
    data, fonts = form(household), Fonts(shipped_only=True)
    first, second = io.BytesIO(), io.BytesIO()
    for out in (first, second):
        print_forms(load(data, "试"), [("甲", values(3))], fonts, out, moment=MOMENT)
    assert first.getvalue() == second.getvalue()


def test_a_copy_with_nothing_on_it_is_a_page_of_its_own():
    """Its bookmark needs one, and whoever counts copies too; a sheet that is empty prints no page otherwise."""
    data = workbook(lambda book, sheet: sheet.__setitem__("A1", "{{姓名}}"))
    out = io.BytesIO()
    copies = [(name, Values({"姓名": name}, {})) for name in ("", "张三", "")]
    done = print_forms(load(data, "试"), copies, Fonts(shipped_only=True), out, moment=MOMENT)
    reader = PdfReader(out)
    assert done.pages == len(reader.pages) == 3
    pages = [reader.get_destination_page_number(each) for each in reader.outline]
    assert (pages, [page.extract_text().strip() for page in reader.pages]) == ([0, 1, 2], ["", "张三", ""])
