"""Sign-for sheets as workbooks: a worksheet for every branch, totals that add up, nothing that runs as a formula."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from unionoffice.documents.excel.sign_sheet import sign_sheet_xlsx
from unionoffice.documents.sign_sheet import (
    COLUMNS,
    Column,
    Line,
    Section,
    Shows,
    Signer,
    SignSheet,
    Totals,
    total,
)
from unionoffice.kernel.errors import Cancelled, UserError
from unionoffice.kernel.progress import Silent


def line(name: str = "王小明", **changes: Any) -> Line:
    values: dict[str, Any] = {
        "amount": 30050,
        "quantity": 2,
        "unit_price": 15025,
        "staff_no": "007",
        "item": "月饼礼盒",
    }
    return Line(name, **{**values, **changes})


def sheet(*counts: int, **changes: Any) -> SignSheet:
    sections = tuple(
        Section(f"第{at}分工会", tuple(line(f"职工{number}") for number in range(count)))
        for at, count in enumerate(counts, start=1)
    )
    values: dict[str, Any] = {"title": "2026年中秋节慰问品签领表", "office": "示例工会委员会", "sections": sections}
    return SignSheet(**{**values, **changes})


def opened(described: SignSheet) -> Workbook:
    return load_workbook(BytesIO(sign_sheet_xlsx(described, progress=Silent())))


def values(page: Any) -> list[Any]:
    return [cell.value for row in page.iter_rows() for cell in row if cell.value is not None]


class Watched:
    """Progress that is cancelled after some reports."""

    def __init__(self, reports: int) -> None:
        self.left = reports
        self.said: list[tuple[int, int]] = []

    @property
    def cancelled(self) -> bool:
        return self.left <= len(self.said)

    def report(self, done: int, total: int, text: str) -> None:
        self.said.append((done, total))


def test_totals_count_people_pieces_and_money() -> None:
    assert total([line(), line(quantity=3, amount=1)]) == Totals(2, 5, 30051)
    assert sheet(2, 1).totals == Totals(3, 6, 90150)


def test_facts_without_value_are_left_out() -> None:
    assert sheet(1, facts=(("物品", "月饼"), ("规格", ""), ("单价", "￥1"))).facts_line == "物品：月饼　　单价：￥1"


def test_every_branch_has_its_worksheet_and_many_a_summary() -> None:
    assert opened(sheet(2)).sheetnames == ["第1分工会"]
    assert opened(sheet(2, 1)).sheetnames == ["第1分工会", "第2分工会", "汇总"]


def test_worksheet_names_are_allowed_and_differ() -> None:
    names = ("机关/一[部]", "机关/一[部]", "汇总", "很长的分工会名称" * 6, "很长的分工会名称" * 6, "  ")
    sections = tuple(Section(name, (line(),)) for name in names)
    book = opened(sheet(1, sections=sections))
    assert len({name.casefold() for name in book.sheetnames}) == 7
    assert all(len(name) <= 31 for name in book.sheetnames)
    assert book.sheetnames[:2] == ["机关－一－部－", "机关－一－部－(2)"]
    assert book["汇总"].cell(4, 5).value == "='机关－一－部－'!G5"


def test_sums_are_formulas_over_all_lines_and_capitals_agree() -> None:
    page = opened(sheet(3)).active
    assert [page.cell(7, at).value for at in (1, 5, 7)] == ["合计：3 人", "=SUM(E4:E6)", "=SUM(G4:G6)"]
    assert page.cell(4, 7).value == 300.5
    assert page.cell(4, 7).number_format == "#,##0.00"
    assert page.cell(8, 1).value == "金额（大写）：人民币玖佰零壹元伍角　　（小写）￥901.50"


def test_summary_adds_up_the_branches() -> None:
    page = opened(sheet(2, 1))["汇总"]
    assert [page.cell(4, at).value for at in range(1, 6)] == [1, "第1分工会", 2, "='第1分工会'!E6", "='第1分工会'!G6"]
    assert page.cell(6, 1).value == "全表合计"
    assert [page.cell(6, at).value for at in (3, 4, 5)] == ["=SUM(C4:C5)", "=SUM(D4:D5)", "=SUM(E4:E5)"]
    assert page.cell(7, 1).value == "金额（大写）：人民币玖佰零壹元伍角　　（小写）￥901.50"


def test_summary_gives_the_sum_itself_where_a_branch_shows_none() -> None:
    page = opened(sheet(2, 1, columns=(Column(Shows.NAME, "姓名", 20),)))["汇总"]
    assert [page.cell(4, at).value for at in range(3, 6)] == [2, 4, 601]


def test_a_branch_without_people_sums_to_nothing() -> None:
    page = opened(sheet(0)).active
    assert [page.cell(4, at).value for at in (1, 5, 7)] == ["合计：0 人", 0, 0]
    assert "人民币零元整" in str(page.cell(5, 1).value)


def test_numbers_of_people_stay_text() -> None:
    cell = opened(sheet(1)).active.cell(4, 3)
    assert (cell.value, cell.data_type, cell.number_format) == ("007", "s", "@")


def test_text_never_becomes_a_formula() -> None:
    evil = line("=1+1", staff_no="+2", item="@SUM(A1)", note="=cmd|'/c calc'!A1")
    book = opened(sheet(1, title="=A1", office="=B1", sections=(Section("=C1", (evil,)),), signers=(Signer("=D1"),)))
    page = book.active
    formulas = [cell.value for row in page.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas == ["=SUM(E4:E4)", "=SUM(G4:G4)"]
    assert page.cell(4, 2).value == "=1+1"
    assert all(page.cell(4, at).quotePrefix for at in (2, 3, 4, 10))


def test_control_characters_fall_away() -> None:
    assert opened(sheet(1, sections=(Section("甲\x00", (line("王\x07明"),)),))).active.cell(4, 2).value == "王明"


def test_a_row_leaves_room_for_a_signature_and_grows_for_long_texts() -> None:
    lines = (line(), line("阿不都热合曼·买买提·吐尔逊江·艾合买提", note="代领人" * 20))
    page = opened(sheet(1, sections=(Section("甲", lines),))).active
    assert page.row_dimensions[4].height >= 34.02
    assert page.row_dimensions[5].height > page.row_dimensions[4].height


def test_it_prints_on_a4_with_repeated_heading_and_page_numbers() -> None:
    page = opened(sheet(1, number="A&B-7", printed_at="2026-09-20 09:30")).active
    assert page.print_title_rows == "$1:$3"
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "portrait")
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_options.horizontalCentered
    assert (page.page_margins.left + page.page_margins.right) * 25.4 + 165 < 210
    assert page.freeze_panes == "A4"
    assert page.row_dimensions[3].height == 27
    assert page.page_setup.fitToWidth == 1
    assert page.page_setup.fitToHeight == 0
    assert page.oddFooter.right.text == "第 &P 页 共 &N 页"
    assert page.oddFooter.left.text == "单据编号：A&&B-7　　打印时间：2026-09-20 09:30"
    assert page.print_area == "'第1分工会'!$A$1:$J$7"


def test_practice_is_marked_in_title_and_header() -> None:
    for page in opened(sheet(1, 1, practice=True)).worksheets:
        assert page.cell(1, 1).value == "【练习】2026年中秋节慰问品签领表"
        assert (page.oddHeader.left.text, page.oddHeader.right.text) == ("练习数据，不作凭证", "练习")
    assert opened(sheet(1)).active.oddHeader.right.text is None


def test_signers_stand_below_with_their_names() -> None:
    page = opened(sheet(1, signers=(Signer("制表人", "李秀英"), Signer("工会主席")))).active
    assert "制表人：\n李秀英" in values(page)
    assert "工会主席：\n" in values(page)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_any_choice_of_columns_can_be_written(count: int) -> None:
    columns = (Column(Shows.NAME, "姓名", 20), Column(Shows.AMOUNT, "金额", 20), Column(Shows.SIGNATURE, "签字", 40))
    page = opened(sheet(2, columns=columns[:count])).active
    assert page.cell(3, 1).value == "姓名"
    assert page.cell(4, 1).value == "职工0"
    assert any("审核（经审）" in str(value) for value in values(page))


def test_cancelling_stops_between_branches() -> None:
    with pytest.raises(Cancelled):
        sign_sheet_xlsx(sheet(1, 1, 1), progress=Watched(2))


def test_a_sheet_without_branches_is_refused() -> None:
    with pytest.raises(UserError):
        sign_sheet_xlsx(sheet(), progress=Silent())
    with pytest.raises(UserError):
        sign_sheet_xlsx(sheet(1, columns=()), progress=Silent())


def test_the_usual_columns_are_those_the_auditors_ask_for() -> None:
    assert [column.shows for column in COLUMNS] == list(Shows)
