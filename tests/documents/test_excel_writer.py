"""Exports hold what was meant, typed and harmless; a report tells the sender the reason of every row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from unionoffice.documents.excel.names import plain_text, sheet_name
from unionoffice.documents.excel.row_xml import CellKind
from unionoffice.documents.excel.writer import (
    MAX_ROWS,
    TableColumn,
    Tone,
    Verdict,
    write_report,
    write_table,
)
from unionoffice.kernel.errors import Cancelled, UserError

COLUMNS = (
    TableColumn("工号"),
    TableColumn("出生日期", CellKind.DATE),
    TableColumn("金额", CellKind.MONEY),
    TableColumn("次数", CellKind.INTEGER),
    TableColumn("在册", CellKind.FLAG),
)


def table(*rows: tuple[object, ...], **options: Any) -> BytesIO:
    buffer = BytesIO()
    write_table(buffer, **{"sheet": "会员", "columns": COLUMNS, "rows": rows, **options})
    return buffer


def page_of(buffer: BytesIO) -> Any:
    return load_workbook(buffer).active


def texts(*values: object) -> list[object]:
    """The values as read back from a table with one text column."""
    page = page_of(table(*((value,) for value in values), columns=(TableColumn("文字"),)))
    return [page.cell(row, 1).value for row in range(2, len(values) + 2)]


def report(rows: list[list[object]], marks: dict[tuple[int, int], str] | None = None, **options: Any) -> Any:
    buffer = BytesIO()
    verdicts = [Verdict("未导入", "身份证号少 1 位", Tone.REFUSED, number + 4) for number in range(len(rows))]
    given = {"headings": ["姓名", "身份证号"], "rows": rows, "verdicts": verdicts, "marks": marks or {}, **options}
    write_report(buffer, **given)
    return page_of(buffer)


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


def test_every_kind_is_stored_as_what_it_is() -> None:
    page = page_of(table(("0012345678901234567", date(1990, 5, 7), 123450, 7, True)))
    assert [page.cell(2, at).value for at in range(1, 6)] == [
        "0012345678901234567",
        datetime(1990, 5, 7),
        1234.5,
        7,
        "是",
    ]
    formats = [page.cell(2, at).number_format for at in range(1, 6)]
    assert formats == ["@", "yyyy-mm-dd", "#,##0.00", "0", "@"]


def test_a_value_that_does_not_fit_its_kind_stays_text() -> None:
    page = page_of(table((7, "2015-10", "约三百", "多次", "不详")))
    assert [(page.cell(2, at).value, page.cell(2, at).data_type) for at in range(1, 6)] == [
        ("7", "s"),
        ("2015-10", "s"),
        ("约三百", "s"),
        ("多次", "s"),
        ("不详", "s"),
    ]
    assert page.cell(2, 2).number_format == "@"


def test_text_in_a_column_of_money_has_the_form_of_text() -> None:
    page = page_of(table(("约三百",), columns=(TableColumn("金额", CellKind.MONEY),)))
    assert page.cell(2, 1).number_format == "@"


def test_what_a_cell_cannot_hold_exactly_stays_text() -> None:
    page = page_of(table(("", date(1899, 5, 1), 10**17, 10**17, None)))
    assert [page.cell(2, at).value for at in range(1, 6)] == [None, "1899-05-01", str(10**17), str(10**17), None]


@pytest.mark.parametrize("fen", [0, 1, -1, -150, 99, 123456789012, 10**15 + 1])
def test_money_is_exact_to_the_last_fen(fen: int) -> None:
    assert round(page_of(table(("", None, fen, None, None))).cell(2, 3).value * 100) == fen


def test_the_first_dates_of_excel_are_right() -> None:
    days = [date(1900, 3, 1), date(2000, 2, 29), date(2026, 11, 21)]
    page = page_of(table(*(("", day, None, None, None) for day in days)))
    assert [page.cell(row, 2).value.date() for row in (2, 3, 4)] == days


def test_no_and_unknown_differ() -> None:
    page = page_of(table(("", None, None, None, False), ("", None, None, None, None)))
    assert (page.cell(2, 5).value, page.cell(3, 5).value) == ("否", None)


def test_text_never_becomes_a_formula_or_link() -> None:
    evil = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "=cmd|'/c calc'!A1",
        "http://example.invalid",
        "<r><t>x</t></r>",
        "</t></is>",
    ]
    buffer = table(*((text,) for text in evil), columns=(TableColumn("文字"),))
    page = page_of(buffer)
    cells = [page.cell(row, 1) for row in range(2, len(evil) + 2)]
    assert [cell.value for cell in cells] == evil
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert not any(cell.hyperlink for cell in cells)
    with ZipFile(buffer) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_titles_and_headings_never_become_formulas_or_mark_up() -> None:
    page = page_of(table(columns=(TableColumn("=1+1"), TableColumn("<r>x</r>")), title="=2+2", note="<r>y</r>"))
    assert [page.cell(row, 1).value for row in (1, 2, 3)] == ["=2+2", "<r>y</r> ", "=1+1"]
    assert page.cell(3, 2).value == "<r>x</r> "
    assert page.cell(1, 1).data_type == "s"


def test_control_characters_fall_away_and_everything_else_stays() -> None:
    assert texts("王\x00\x07\x1f明", "a\ud800b", "\x01", 'a & b < c > d "e"', " 前后 ", "甲\n乙", "张𬱟") == [
        "王明",
        "ab",
        None,
        'a & b < c > d "e"',
        " 前后 ",
        "甲\n乙",
        "张𬱟",
    ]


def test_text_that_looks_like_an_escape_is_not_taken_for_one() -> None:
    with ZipFile(table(("_x0041_",), columns=(TableColumn("文字"),))) as book:
        assert b'<t xml:space="preserve">_x005F_x0041_</t>' in book.read("xl/worksheets/sheet1.xml")


def test_a_text_is_cut_to_what_a_cell_holds() -> None:
    assert texts("长" * 40_000, "𬱟" * 20_000) == ["长" * 32_767, "𬱟" * 16_383]
    assert plain_text("短") == "短"


def test_other_readers_see_the_same() -> None:
    buffer = table(("007", date(1990, 5, 7), 150, 2, True), title="会员花名册")
    buffer.seek(0)
    rows = CalamineWorkbook.from_filelike(buffer).get_sheet_by_name("会员").to_python()
    assert rows[1:] == [["工号", "出生日期", "金额", "次数", "在册"], ["007", date(1990, 5, 7), 1.5, 2.0, "是"]]


def test_heading_is_frozen_filtered_and_repeated() -> None:
    page = page_of(table(*[("1", None, None, None, None)] * 3, title="会员花名册", note="2026 年 11 月"))
    assert page.cell(1, 1).value == "会员花名册"
    assert page.cell(3, 1).value == "工号"
    assert page.cell(3, 1).font.bold
    assert (page.freeze_panes, page.auto_filter.ref, page.print_title_rows) == ("A4", "A3:E6", "$3:$3")


def test_it_prints_on_a4_as_wide_as_the_paper_with_page_numbers() -> None:
    page = page_of(table())
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    assert page.page_setup.fitToWidth in (1, None)
    assert page.page_setup.fitToHeight == 0
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.oddFooter.center.text == "第 &P 页 共 &N 页"


def test_a_large_table_is_packed() -> None:
    assert len(table(*[("1", None, None, None, None)] * 5000).getvalue()) < 60_000


def test_the_filter_in_the_book_covers_all_rows() -> None:
    with ZipFile(table(*[("1", None, None, None, None)] * 1234)) as book:
        assert b"$A$1:$E$1235" in book.read("xl/workbook.xml")


def test_widths_follow_heading_and_values() -> None:
    page = page_of(table(("1" * 18, None, None, None, None), ("长" * 90, None, None, None, None)))
    assert page.column_dimensions["A"].width == pytest.approx(40, abs=1)
    assert page.column_dimensions["D"].width == pytest.approx(6, abs=1)
    given = page_of(table(columns=(TableColumn("工号", width=23),)))
    assert given.column_dimensions["A"].width == pytest.approx(23, abs=1)


def test_rows_are_read_once_and_counted() -> None:
    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(1201):
            yield (f"{number}", None, None, number, None)

    buffer = BytesIO()
    assert write_table(buffer, sheet="会员", columns=COLUMNS, rows=rows()) == 1201
    page = page_of(buffer)
    assert page.max_row == 1202
    assert [page.cell(row, 4).value for row in (2, 502, 1202)] == [0, 500, 1200]


def test_an_empty_table_has_its_heading() -> None:
    page = page_of(table())
    assert [cell.value for cell in page[1]] == ["工号", "出生日期", "金额", "次数", "在册"]
    assert page.auto_filter.ref == "A1:E1"


def test_a_row_of_the_wrong_length_is_a_fault() -> None:
    with pytest.raises(ValueError, match="zip"):
        table(("1", None))


def test_more_rows_than_a_worksheet_holds_are_refused() -> None:
    rows = (("1",) for _ in range(MAX_ROWS))
    with pytest.raises(UserError):
        write_table(BytesIO(), sheet="会员", columns=(TableColumn("工号"),), rows=rows)


def test_a_cancelled_export_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "会员.xlsx"
    target.write_bytes(b"old")
    rows = [("1", None, None, None, None)] * 5000
    with pytest.raises(Cancelled):
        write_table(target, sheet="会员", columns=COLUMNS, rows=rows, progress=Watched(3))
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]
    assert write_table(target, sheet="会员", columns=COLUMNS, rows=rows) == 5000
    assert list(tmp_path.iterdir()) == [target]
    assert load_workbook(target).active.max_row == 5001


def test_progress_tells_rows_written() -> None:
    watched = Watched(100)
    table(*[("1", None, None, None, None)] * 1001, progress=watched, total=1001)
    assert watched.said[0] == (500, 1001)
    assert watched.said[-1] == (1001, 1001)


def test_sheet_names_are_made_fit() -> None:
    taken: set[str] = set()
    assert sheet_name("甲/乙:丙", taken) == "甲－乙－丙"
    assert sheet_name("甲/乙:丙", taken) == "甲－乙－丙(2)"
    assert sheet_name("", taken) == "工作表"
    assert sheet_name("'引号'", taken) == "引号"
    assert sheet_name("History", taken) == "History_"
    assert [sheet_name(name, taken) for name in ("ABC", "abc")] == ["ABC", "abc(2)"]
    long = [sheet_name("第一分工会" * 9, taken) for _ in range(11)]
    assert len(set(long)) == 11
    assert all(len(name) <= 31 for name in long)
    assert len(sheet_name("𬱟" * 31, taken).encode("utf-16-le")) <= 62


def test_report_gives_every_row_its_reason_and_colour() -> None:
    verdicts = [Verdict("已导入", "", Tone.GOOD, 4), Verdict("未导入", "第 5 行“身份证号”少 1 位", Tone.REFUSED, 5)]
    page = report([["王小明", "1"], ["李秀英", "2"]], verdicts=verdicts)
    assert [cell.value for cell in page[1]] == ["处理结果", "原因", "原行号", "姓名", "身份证号"]
    assert [cell.value for cell in page[3]] == ["未导入", "第 5 行“身份证号”少 1 位", 5, "李秀英", "2"]
    grounds = [page.cell(row, 1).fill.fgColor.rgb for row in (2, 3)]
    assert grounds == ["00E2F0D9", "00F8CBAD"]
    assert (page.freeze_panes, page.auto_filter.ref) == ("D2", "A1:E3")
    assert page.cell(1, 4).font.bold
    assert page.cell(1, 4).fill.fgColor.rgb == "00F2F2F2"
    assert page.cell(1, 4).alignment.wrap_text
    assert page.cell(3, 2).alignment.wrap_text
    assert page.column_dimensions["B"].width > 40
    assert page.column_dimensions["D"].width == 8


def test_report_prints_as_wide_as_the_paper_with_its_heading_repeated() -> None:
    page = report([["王小明", "1"]])
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    assert page.page_setup.fitToHeight == 0
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_title_rows == "$1:$1"
    assert page.oddFooter.center.text == "第 &P 页 共 &N 页"


def test_report_marks_the_wrong_cell_and_says_why() -> None:
    page = report([["王小明", "1"], ["李秀英", "2"]], {(1, 1): "少 1 位"})
    assert page.cell(3, 5).comment.text == "少 1 位"
    assert page.cell(3, 5).fill.fgColor.rgb == "00FFC7CE"
    assert page.cell(2, 5).comment is None
    assert page.cell(2, 5).fill.fill_type is None


def test_report_keeps_the_senders_values_and_types() -> None:
    sent: list[object] = ["007", 12.5, date(1990, 5, 7), True, None, datetime(2020, 1, 2, 3, 4), ("元", 1)]
    page = report([sent], headings=["列"] * 7)
    assert [page.cell(2, at).value for at in range(4, 11)] == [
        "007",
        12.5,
        datetime(1990, 5, 7),
        True,
        None,
        datetime(2020, 1, 2, 3, 4),
        "('元', 1)",
    ]
    assert (page.cell(2, 4).number_format, page.cell(2, 5).number_format) == ("@", "General")


def test_report_text_never_becomes_a_formula() -> None:
    verdicts = [Verdict("=1", "=2", Tone.WARNED)]
    page = report([["=1+1", "@x\x00"]], {(0, 0): "=3\x07"}, verdicts=verdicts, headings=["=4", "+5"])
    cells = [cell for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert page.cell(2, 4).value == "=1+1"
    assert page.cell(2, 4).quotePrefix
    assert page.cell(2, 5).value == "@x"
    assert page.cell(2, 5).quotePrefix
    assert page.cell(2, 4).comment.text == "=3"


def test_report_without_a_verdict_for_every_row_is_a_fault() -> None:
    with pytest.raises(ValueError, match="zip"):
        report([["王小明", "1"]], verdicts=[])


def test_report_can_be_cancelled() -> None:
    with pytest.raises(Cancelled):
        report([["王小明", "1"]] * 600, progress=Watched(1))
