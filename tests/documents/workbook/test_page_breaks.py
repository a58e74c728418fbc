"""Lists whose pages end with their sum: what the saved file says fits each page, and paper breaks at the same rows."""

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.styles import Alignment
from sheets import workbook

from unionoffice.documents.workbook.in_book import carried_out
from unionoffice.documents.workbook.in_package import filled_package
from unionoffice.documents.workbook.layout import SheetLayout
from unionoffice.documents.workbook.loading import load
from unionoffice.documents.workbook.plan import plan
from unionoffice.documents.workbook.profile import EXCEL, LIBREOFFICE
from unionoffice.documents.workbook.tags import Values, tagged
from unionoffice.kernel.resources import resource

SIGNED = [f"福利批次/签领表（{size}）.xlsx" for size in ("A4横版", "A4竖版", "A3横版")]
PAGED = [*SIGNED, "会员名单/会费收缴表.xlsx", "填写/帮扶签领表（中央资金）.xlsx", "填写/帮扶签领表（省市资金）.xlsx"]
PAPERS = {9: (595.28, 841.89), 8: (841.89, 1190.55)}
NUMBERS = ("金额", "月应缴会费", "数量", "单价", "月缴费基数")
FREE = 0.995
NAMES = st.lists(
    st.one_of(st.just(3), st.integers(6, 20), st.integers(2, 60)).map(lambda length: "买" * length),
    min_size=1,
    max_size=70,
)


def shipped(name):
    return (resource("forms") / name).read_bytes()


def listed(data, names, *, branch="机关"):
    """What fills a list with these names, everything else short."""
    tags = [tag for _, _, found in tagged(load(data, "试").sheets[0]) for tag in found]
    group = next(tag.group for tag in tags if tag.group in ("名单", "会员"))
    item = {tag.name: 10 if tag.name in NUMBERS else "甲" for tag in tags if tag.group == group}
    single = {tag.text: "某市总工会" for tag in tags if not tag.group}
    return Values(single, {group: [{**item, "姓名": name, "分工会": branch} for name in names]})


def said(data):
    """How high a page's body is by the saved file, and each page: its first and last row, how high its rows are."""
    sheet = load_workbook(io.BytesIO(data)).active
    width, height = PAPERS[int(sheet.page_setup.paperSize or 9)]
    height = width if sheet.page_setup.orientation == "landscape" else height
    margins, scale = sheet.page_margins, (sheet.page_setup.scale or 100) / 100
    titles = [int(row) for row in re.findall(r"\d+", sheet.print_title_rows or "")]
    last = int(re.findall(r"\d+", sheet.print_area)[-1]) if sheet.print_area else sheet.max_row

    def tall(first, last):
        """As stored or, where that is more, in whole pixels."""
        stored = [sheet.row_dimensions[row].height or sheet.sheet_format.defaultRowHeight for row in range(first, last)]
        return sum(max(each, round(each / 0.75) * 0.75) for each in stored)

    found, at = [], 1
    for stop in [*(each.id for each in sheet.row_breaks.brk), last]:
        repeated = tall(titles[0], titles[1] + 1) if titles and at > titles[1] else 0
        found.append((at, stop, repeated + tall(at, stop + 1)))
        at = stop + 1
    return (height - 72 * (margins.top + margins.bottom)) / scale, found


def rows(layout):
    return [(page.rows[-1].first, page.rows[-1].last) for page in layout.pages]


def check(data, values):
    """Each page by the saved file fits with something free; paper, Excel and LibreOffice break where the file says."""
    book = load(data, "试")
    plans = plan(book, values)
    saved = filled_package(data, plans)
    room, pages = said(saved)
    assert max(height for _, _, height in pages) <= FREE * room
    told = [(first, last) for first, last, _ in pages]
    again = load(saved, "试")
    assert rows(SheetLayout(carried_out(book, plans), 0, EXCEL)) == told
    assert [rows(SheetLayout(again, 0, profile)) for profile in (EXCEL, LIBREOFFICE)] == [told, told]
    return pages


@pytest.mark.parametrize("name", PAGED)
@settings(max_examples=12, deadline=None)
@given(names=NAMES, branch=st.integers(2, 16))
def test_every_page_of_a_saved_list_fits_its_paper(name, names, branch):
    data = shipped(name)
    check(data, listed(data, names, branch="分" * branch))


@settings(max_examples=40, deadline=None)
@given(
    names=NAMES,
    heights=st.lists(st.integers(48, 160).map(lambda quarter: quarter / 4), min_size=4, max_size=4),
    scale=st.sampled_from([100, 87, 115]),
    titled=st.booleans(),
    footer=st.sampled_from(["", "第 &P 页", "&20第 &P 页\n审核"]),
)
def test_every_page_of_a_form_of_one_s_own_fits_its_paper(names, heights, scale, titled, footer):
    """Heights in quarters of a point are no whole pixels; letters in a footer may take room from the page."""

    def make(_book, sheet):
        for place, text in {"A1": "姓名", "A2": "{{名单.姓名}}", "A3": "本页小计", "A4": "制表人"}.items():
            sheet[place] = text
        sheet["B2"], sheet["B3"] = "{{名单.金额}}", "{{本页小计.金额}}"
        for number, height in enumerate(heights, start=1):
            sheet.row_dimensions[number].height = height
        sheet["A2"].alignment = Alignment(wrap_text=True)
        sheet.page_setup.scale, sheet.page_setup.paperSize = scale, 9
        sheet.print_title_rows = "1:1" if titled else None
        sheet.oddFooter.center.text = footer or None

    data = workbook(make)
    check(data, listed(data, names))


@pytest.mark.parametrize(
    ("name", "first", "second"),
    list(zip(PAGED, (19, 28, 24, 30, 14, 14), (18, 27, 23, 29, 11, 11), strict=True)),
)
def test_usual_names_have_the_rows_per_page_that_the_form_is_ruled_for(name, first, second):
    """With the row of the page's sum, on the first page with the head."""
    data = shipped(name)
    pages = check(data, listed(data, ["张三"] * 90))
    assert [last - start + 1 for start, last, _ in pages[:2]] == [first, second]


def test_heights_of_no_whole_pixels_are_counted_as_the_file_has_them():
    """27 rows of 26 points are drawn as 688.5 and stored as 702: on a page of 702.9 one fewer has to do."""

    def make(_book, sheet):
        sheet["A1"], sheet["A2"], sheet["B2"] = "姓名", "{{名单.姓名}}", "{{名单.金额}}"
        sheet["A3"], sheet["B3"] = "本页小计", "{{本页小计.金额}}"
        for row in (1, 2, 3):
            sheet.row_dimensions[row].height = 26
        sheet.page_setup.paperSize = 9
        sheet.page_margins.top = sheet.page_margins.bottom = (841.89 - 702.9) / 2 / 72

    data = workbook(make)
    first, *_ = check(data, listed(data, ["张三"] * 60))
    assert first[:2] == (1, 26)
