"""Writes a sign-for sheet (签领表) as a workbook: a worksheet for every branch, totals as formulas, ready to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from math import ceil
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.page import PageMargins

from unionoffice.documents.excel.names import set_text, sheet_name
from unionoffice.documents.excel.practice_mark import KEYWORDS
from unionoffice.documents.sign_sheet import (
    PRACTICE_MARK,
    PRACTICE_NOTE,
    Column,
    Line,
    Section,
    Shows,
    SignSheet,
    Totals,
    total,
)
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.money import capital, yuan
from unionoffice.kernel.progress import Progress, step

ROW_POINTS = 37.0
"""Height of a person's row: 13 mm, so that 12 are left when fitting to the width of the paper shrinks a little."""

TABLE_MM = 165.0
"""Width of the table: less than the paper's 178, because every program measures a character of width differently."""

CHARACTERS_PER_MM = 0.53
PADDING_CHARACTERS = 0.71
"""What Excel adds to every column's width."""

LINE_POINTS = 15.0

SUMMARY = "汇总"
SUMMARY_COLUMNS = (("序号", 14), ("分工会", 76), ("人数", 20), ("数量", 20), ("金额（元）", 32))
MONEY_FORMAT = "#,##0.00"
SUMMED = {Shows.QUANTITY: "0", Shows.AMOUNT: MONEY_FORMAT}
WRAPPED = {Shows.NAME, Shows.ITEM, Shows.NOTE}
EDGE = Side(style="thin")
BOX = Border(left=EDGE, right=EDGE, top=EDGE, bottom=EDGE)
CENTER = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
SHRUNK = Alignment(horizontal="center", vertical="center", shrink_to_fit=True)
RIGHT = Alignment(horizontal="right", vertical="center", shrink_to_fit=True)
PLAIN, BOLD, HEADING = Font(name="宋体", size=10.5), Font(name="宋体", size=10.5, bold=True), Font(name="黑体", size=10)
TITLE = Font(name="宋体", size=18, bold=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a branch's sums stand: worksheet, row, and the letters of its quantity and amount columns, if any."""

    sheet: str
    row: int
    letters: dict[Shows, str]


def sign_sheet_xlsx(sheet: SignSheet, *, progress: Progress) -> bytes:
    """The sheet as a workbook: a worksheet for every branch and, with more than one, a summary of all.

    Quantities and money are added up by formulas, so that a corrected line corrects the totals; the amount in
    capitals is text and is not. Raises `UserError` for a sheet without branches or columns, `Cancelled`.
    """
    if not sheet.sections or not sheet.columns:
        raise UserError("签领表没有分工会或没有列，请先生成名单。")
    book = Workbook()
    book.remove(book.active)
    book.properties.title, book.properties.creator = sheet.heading, "unionoffice"
    book.properties.keywords = KEYWORDS if sheet.practice else None
    taken: set[str] = {SUMMARY} if len(sheet.sections) > 1 else set()
    places = []
    for number, section in enumerate(sheet.sections, start=1):
        step(progress, number - 1, len(sheet.sections), f"正在生成“{section.name}”的签领表")
        page = book.create_sheet(sheet_name(section.name, taken))
        places.append(_write_section(page, sheet, section))
    if len(sheet.sections) > 1:
        _write_summary(book.create_sheet(SUMMARY), sheet, places)
    buffer = BytesIO()
    book.save(buffer)
    step(progress, len(sheet.sections), len(sheet.sections), "签领表已生成")
    return buffer.getvalue()


def _write_section(page: Any, sheet: SignSheet, section: Section) -> Place:
    widths = [column.width for column in sheet.columns]
    heading = _write_head(page, sheet, widths, [column.title for column in sheet.columns], f"分工会：{section.name}")
    for serial, line in enumerate(section.lines, start=1):
        _write_line(page, heading + serial, sheet.columns, serial, line)
    end = heading + len(section.lines)
    label = "分工会合计" if len(sheet.sections) > 1 else "合计"
    totals = total(section.lines)
    place = _write_sums(page, sheet.columns, f"{label}：{totals.people} 人", first=heading + 1, last=end)
    _write_foot(page, sheet, end + 2, len(widths), totals)
    return place


def _write_head(page: Any, sheet: SignSheet, widths: Sequence[float], titles: Sequence[str], right: str) -> int:
    """Title, office, facts and column titles, repeated on every printed page; the row of the titles."""
    scale = TABLE_MM / sum(widths) * CHARACTERS_PER_MM
    for at, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(at)].width = max(1, width * scale - PADDING_CHARACTERS)
    count = len(widths)
    _merged(page, 1, 1, count, sheet.heading, TITLE, CENTER, height=30)
    half = max(1, count // 2)
    office = f"单位：{sheet.office}"
    _merged(page, 2, 1, half, office, PLAIN, LEFT)
    _grow(page, 2, 20, (office, 1, half), (right, half + 1, count))
    if count > half:
        _merged(page, 2, half + 1, count, right, BOLD, Alignment(horizontal="right", vertical="center", wrap_text=True))
    row = 3
    if sheet.facts_line:
        _merged(page, row, 1, count, sheet.facts_line, PLAIN, LEFT)
        _grow(page, row, 20, (sheet.facts_line, 1, count))
        row += 1
    for at, text in enumerate(titles, start=1):
        _cell(page, row, at, text, HEADING, CENTER, BOX)
    page.row_dimensions[row].height = 27
    _print_setup(page, sheet, row, count)
    return row


def _print_setup(page: Any, sheet: SignSheet, heading: int, columns: int) -> None:
    page.freeze_panes = f"A{heading + 1}"
    page.print_title_rows = f"1:{heading}"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.orientation = page.ORIENTATION_PORTRAIT
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_options.horizontalCentered = True
    page.page_margins = PageMargins(left=0.7, right=0.55, top=0.6, bottom=0.6, header=0.25, footer=0.3)
    page.oddFooter.left.text = _code(sheet.foot_line)
    page.oddFooter.right.text = "第 &P 页 共 &N 页"
    if sheet.practice:
        page.oddHeader.left.text = PRACTICE_NOTE
        page.oddHeader.right.text = PRACTICE_MARK
        page.sheet_properties.tabColor = "B8242A"


def _write_line(page: Any, row: int, columns: Sequence[Column], serial: int, line: Line) -> None:
    write = {
        Shows.SERIAL: partial(_number, value=serial, form="0", alignment=CENTER),
        Shows.NAME: partial(_text, text=line.name, alignment=CENTER),
        Shows.STAFF_NO: partial(_text, text=line.staff_no, alignment=SHRUNK),
        Shows.ITEM: partial(_text, text=line.item, alignment=LEFT),
        Shows.QUANTITY: partial(_number, value=line.quantity, form="0", alignment=CENTER),
        Shows.UNIT_PRICE: partial(_money, fen=line.unit_price),
        Shows.AMOUNT: partial(_money, fen=line.amount),
        Shows.SIGNATURE: partial(_text, text="", alignment=CENTER),
        Shows.RECEIVED_ON: partial(_text, text=line.received_on, alignment=SHRUNK),
        Shows.NOTE: partial(_text, text=line.note, alignment=LEFT),
    }
    for at, column in enumerate(columns, start=1):
        write[column.shows](page, row, at)
    wrapped = (at for at, column in enumerate(columns, start=1) if column.shows in WRAPPED)
    _grow(page, row, ROW_POINTS, *((page.cell(row, at).value, at, at) for at in wrapped))


def _write_sums(page: Any, columns: Sequence[Column], label: str, *, first: int, last: int) -> Place:
    row = last + 1
    letters: dict[Shows, str] = {}
    for at, column in enumerate(columns, start=1):
        _cell(page, row, at, "", BOLD, CENTER, BOX)
        if column.shows in SUMMED and column.shows not in letters:
            letter = letters[column.shows] = get_column_letter(at)
            formula = f"=SUM({letter}{first}:{letter}{last})" if last >= first else 0
            alignment = RIGHT if column.shows is Shows.AMOUNT else CENTER
            _number(page, row, at, value=formula, form=SUMMED[column.shows], alignment=alignment)
    places = [at for at, column in enumerate(columns) if column.shows in SUMMED]
    free = places[0] if places else len(columns)
    if free:
        _merged(page, row, 1, free, label, BOLD, CENTER, BOX, height=24)
    return Place(page.title, row, letters)


def _write_foot(page: Any, sheet: SignSheet, row: int, columns: int, totals: Totals) -> None:
    says = f"金额（大写）：人民币{capital(totals.amount)}　　（小写）￥{yuan(totals.amount)}"
    _merged(page, row, 1, columns, says, PLAIN, LEFT, BOX, height=24)
    cells = [f"{signer.role}：\n{signer.name}" for signer in sheet.signers]
    if len(cells) >= columns:  # too few columns for a cell each
        cells = ["　　　　　　".join(text.replace("\n", "") for text in cells)]
    for number, text in enumerate(cells):
        first, last = number * columns // len(cells) + 1, (number + 1) * columns // len(cells)
        _merged(page, row + 1, first, last, text, PLAIN, Alignment(vertical="top", wrap_text=True), BOX, height=42)
    page.print_area = f"A1:{get_column_letter(columns)}{row + bool(sheet.signers)}"


def _write_summary(page: Any, sheet: SignSheet, places: Sequence[Place]) -> None:
    widths, titles = [width for _, width in SUMMARY_COLUMNS], [title for title, _ in SUMMARY_COLUMNS]
    heading = _write_head(page, sheet, widths, titles, f"{SUMMARY}：共 {len(places)} 个分工会")
    for serial, (section, place) in enumerate(zip(sheet.sections, places, strict=True), start=1):
        row, sums = heading + serial, total(section.lines)
        _number(page, row, 1, value=serial, form="0", alignment=CENTER)
        _text(page, row, 2, text=section.name, alignment=LEFT)
        _number(page, row, 3, value=sums.people, form="0", alignment=RIGHT)
        _number(page, row, 4, value=_reference(place, Shows.QUANTITY, sums.quantity), form="0", alignment=RIGHT)
        amount = _reference(place, Shows.AMOUNT, sums.amount / 100)
        _number(page, row, 5, value=amount, form=MONEY_FORMAT, alignment=RIGHT)
        _grow(page, row, 24, (section.name, 2, 2))
    end = heading + len(places)
    _merged(page, end + 1, 1, 2, "全表合计", BOLD, CENTER, BOX, height=24)
    for at, form in ((3, "0"), (4, "0"), (5, MONEY_FORMAT)):
        letter = get_column_letter(at)
        _number(page, end + 1, at, value=f"=SUM({letter}{heading + 1}:{letter}{end})", form=form, alignment=RIGHT)
    _write_foot(page, sheet, end + 2, len(widths), sheet.totals)


def _reference(place: Place, shows: Shows, otherwise: float) -> str | float:
    """A formula that takes a branch's sum from its worksheet, or the sum itself when it has no such column there."""
    if shows not in place.letters:
        return otherwise
    return f"={quote_sheetname(place.sheet)}!{place.letters[shows]}{place.row}"


def _grow(page: Any, row: int, least: float, *texts: tuple[object, int, int]) -> None:
    """Make a row high enough for texts in their (first to last) columns; a Chinese character takes two widths."""
    lines = 1
    for text, first, last in texts:
        if isinstance(text, str) and len(text) > 3:
            wide = len(text) + sum(char > "\u2e7f" for char in text)
            widths = [page.column_dimensions[get_column_letter(at)].width for at in range(first, last + 1)]
            lines = max(lines, ceil(wide * 1.12 / (sum(widths) + PADDING_CHARACTERS * (len(widths) - 1))))
    page.row_dimensions[row].height = max(least, lines * LINE_POINTS + 4)


def _code(text: str) -> str:
    """A text for header or footer, in which & begins a code."""
    return text.replace("&", "&&")


def _text(page: Any, row: int, at: int, *, text: str, alignment: Alignment) -> None:
    _cell(page, row, at, text, PLAIN, alignment, BOX).number_format = "@"


def _number(page: Any, row: int, at: int, *, value: float | str, form: str, alignment: Alignment) -> None:
    """A number, or a formula of this module's own making."""
    cell = _cell(page, row, at, "", PLAIN, alignment, BOX)
    cell.value = value
    cell.number_format = form


def _money(page: Any, row: int, at: int, *, fen: int | None) -> None:
    if fen is None:
        _cell(page, row, at, "", PLAIN, RIGHT, BOX)
    else:
        _number(page, row, at, value=fen / 100, form=MONEY_FORMAT, alignment=RIGHT)


def _merged(
    page: Any,
    row: int,
    first: int,
    last: int,
    text: str,
    font: Font,
    alignment: Alignment,
    border: Border | None = None,
    *,
    height: float | None = None,
) -> None:
    for at in range(first, last + 1):
        _cell(page, row, at, text if at == first else "", font, alignment, border)
    if last > first:
        page.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
    if height:
        page.row_dimensions[row].height = height


def _cell(
    page: Any, row: int, at: int, text: str, font: Font, alignment: Alignment, border: Border | None = None
) -> Any:
    """An openpyxl cell, which has no types."""
    cell = page.cell(row, at)
    cell.font, cell.alignment = font, alignment
    if border:
        cell.border = border
    if text:
        set_text(cell, text)
    return cell
