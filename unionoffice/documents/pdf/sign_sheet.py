"""Draws a sign-for sheet (签领表) as PDF: A4, every branch on pages of its own, sub-totals, totals, signatures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import accumulate

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from unionoffice.documents.pdf.fonts import Fonts, Style
from unionoffice.documents.pdf.table_page import Align, Closing, ClosingCell, Head, TableColumn, TablePress
from unionoffice.documents.pdf.trust_mark import TrustMark
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

ROW = 12.5 * mm
"""Height of a person's line: room for a signature by hand (at least 12 mm)."""

MONEY = Style.HEI
"""The style of amounts: all its digits are equally wide, so that columns of figures align."""

SUMMARY_ROW = 8.5 * mm
ROWS_KEPT_TOGETHER = 3
"""So many lines at least stand on the page with the totals, so that nobody signs for a total alone."""

ALIGNED = {
    Shows.NAME: Align.CENTER,
    Shows.ITEM: Align.LEFT,
    Shows.UNIT_PRICE: Align.RIGHT,
    Shows.AMOUNT: Align.RIGHT,
    Shows.NOTE: Align.LEFT,
}
SUMMARY_COLUMNS = (
    TableColumn("序号", 14, Align.CENTER),
    TableColumn("分工会", 76, Align.LEFT),
    TableColumn("人数", 20, Align.RIGHT),
    TableColumn("数量", 20, Align.RIGHT),
    TableColumn("金额（元）", 32, Align.RIGHT, MONEY),
    TableColumn("页码", 20, Align.CENTER),
)
SUMMARY_NAME = "汇总"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printed page: lines `first` to `last` (not included) of a section; `section` None means the summary."""

    section: int | None
    first: int
    last: int
    page: int
    pages: int


def sign_sheet_pdf(
    sheet: SignSheet,
    *,
    fonts: Fonts,
    progress: Progress,
    unprintable: list[str] | None = None,
    mark: TrustMark | None = None,
) -> bytes:
    """The sheet as a PDF file, every page with `mark`; the same input gives the same bytes.

    Characters that no font can draw are printed as 〓 and appended to `unprintable`, each once, for the caller to warn
    about. With more than one branch a summary of all branches with the grand total follows as the last page.
    Raises `UserError` for a sheet without branches or columns, `Cancelled` when the user stops.
    """
    if not sheet.sections or not sheet.columns:
        raise UserError("签领表没有分工会或没有列，请先生成名单。")
    buffer = BytesIO()
    canvas = _canvas(buffer, sheet, fonts)
    watermark = PRACTICE_MARK if sheet.practice else ""
    press = TablePress(canvas, fonts, watermark=watermark, notice=PRACTICE_NOTE, mark=mark)
    plan = plan_pages(sheet)
    first_pages = {page.section: number for number, page in reversed(list(enumerate(plan, start=1)))}
    for number, page in enumerate(plan, start=1):
        step(progress, number - 1, len(plan), f"正在生成签领表第 {number} 页，共 {len(plan)} 页")
        if page.page == 1:
            _bookmark(canvas, sheet, page)
        whole = f"（全表第 {number} 页 共 {len(plan)} 页）" if len(sheet.sections) > 1 else ""
        foot = (sheet.foot_line, f"第 {page.page} 页 共 {page.pages} 页{whole}")
        if page.section is None:
            _draw_summary(press, sheet, page, foot, first_pages)
        else:
            _draw_lines(press, sheet, sheet.sections[page.section], page, foot)
    canvas.save()
    step(progress, len(plan), len(plan), "签领表已生成")
    if unprintable is not None:
        unprintable.extend(press.text.missing)
    return buffer.getvalue()


def plan_pages(sheet: SignSheet) -> list[Sheet]:
    """Which lines stand on which page, for every branch and the summary."""
    has_facts = bool(sheet.facts_line)
    room = TablePress.room(has_facts=has_facts)
    end = TablePress.ending(closing_rows=3, signed=bool(sheet.signers))
    full = int((room - TablePress.ending(closing_rows=1, signed=False)) // ROW)
    last = int((room - end) // ROW)
    plan: list[Sheet] = []
    for index, section in enumerate(sheet.sections):
        plan.extend(_pages(index, spread(len(section.lines), full=full, last=last)))
    if len(sheet.sections) > 1:
        ending = TablePress.ending(closing_rows=2, signed=bool(sheet.signers))
        rows = spread(len(sheet.sections), full=int(room // SUMMARY_ROW), last=int((room - ending) // SUMMARY_ROW))
        plan.extend(_pages(None, rows))
    return plan


def spread(count: int, *, full: int, last: int) -> list[int]:
    """Rows of each page, when a page holds `full` rows and the one with the totals only `last`."""
    pages: list[int] = []
    while count > last:
        pages.append(min(full, count - min(ROWS_KEPT_TOGETHER, last)))
        count -= pages[-1]
    return [*pages, count]


def _pages(section: int | None, rows: list[int]) -> Iterator[Sheet]:
    ends = list(accumulate(rows))
    for number, (count, end) in enumerate(zip(rows, ends, strict=True), start=1):
        yield Sheet(section, end - count, end, number, len(rows))


def _canvas(buffer: BytesIO, sheet: SignSheet, fonts: Fonts) -> Canvas:
    song = fonts.face(Style.SONG).font.fontName
    canvas = Canvas(buffer, pagesize=A4, invariant=1, pageCompression=1, initialFontName=song, lang="zh-CN")
    canvas.setTitle(sheet.heading)
    canvas.setAuthor(sheet.office)
    canvas.setSubject("签领表")
    canvas.setCreator("unionoffice")
    if len(sheet.sections) > 1:
        canvas.showOutline()
    return canvas


def _bookmark(canvas: Canvas, sheet: SignSheet, page: Sheet) -> None:
    name = SUMMARY_NAME if page.section is None else sheet.sections[page.section].name
    key = f"section-{page.section}"
    canvas.bookmarkPage(key)
    canvas.addOutlineEntry(name, key)


def _draw_lines(press: TablePress, sheet: SignSheet, section: Section, page: Sheet, foot: tuple[str, str]) -> None:
    lines = section.lines[page.first : page.last]
    columns = tuple(_table_column(column) for column in sheet.columns)
    closing = [_sum_row(sheet.columns, "本页小计", total(lines))]
    if page.page == page.pages:
        totals = total(section.lines)
        label = "分工会合计" if len(sheet.sections) > 1 else "合计"
        closing += [_sum_row(sheet.columns, label, totals), _capital_row(len(columns), totals)]
    press.page(
        Head(sheet.heading, f"单位：{sheet.office}", f"分工会：{section.name}", sheet.facts_line),
        columns,
        list(_rows(lines, sheet.columns, page.first)),
        row_height=ROW,
        closing=closing,
        signers=[(s.role, s.name) for s in sheet.signers] if page.page == page.pages else [],
        foot=foot,
        empty="本分工会没有应领人员。",
    )


def _draw_summary(
    press: TablePress, sheet: SignSheet, page: Sheet, foot: tuple[str, str], first_pages: dict[int | None, int]
) -> None:
    rows = []
    for index in range(page.first, page.last):
        sums = total(sheet.sections[index].lines)
        texts = (str(sums.people), str(sums.quantity), yuan(sums.amount), str(first_pages[index]))
        rows.append([str(index + 1), sheet.sections[index].name, *texts])
    ends = page.page == page.pages
    sums = sheet.totals
    totals = [
        ClosingCell(2, "全表合计", Align.CENTER),
        ClosingCell(1, str(sums.people), Align.RIGHT),
        ClosingCell(1, str(sums.quantity), Align.RIGHT),
        ClosingCell(1, yuan(sums.amount), Align.RIGHT, MONEY),
        ClosingCell(1, "", Align.CENTER),
    ]
    press.page(
        Head(
            sheet.heading,
            f"单位：{sheet.office}",
            f"{SUMMARY_NAME}：共 {len(sheet.sections)} 个分工会",
            sheet.facts_line,
        ),
        SUMMARY_COLUMNS,
        rows,
        row_height=SUMMARY_ROW,
        closing=[totals, _capital_row(len(SUMMARY_COLUMNS), sums)] if ends else [],
        signers=[(s.role, s.name) for s in sheet.signers] if ends else [],
        foot=foot,
    )


def _table_column(column: Column) -> TableColumn:
    style = MONEY if column.shows in (Shows.UNIT_PRICE, Shows.AMOUNT) else Style.SONG
    return TableColumn(column.title, column.width, ALIGNED.get(column.shows, Align.CENTER), style)


def _rows(lines: Sequence[Line], columns: Sequence[Column], before: int) -> Iterator[list[str]]:
    """The texts of every cell; `before` lines of the section stand on earlier pages."""
    money = lru_cache(maxsize=1024)(yuan)
    for serial, line in enumerate(lines, start=before + 1):
        texts = {
            Shows.SERIAL: str(serial),
            Shows.NAME: line.name,
            Shows.STAFF_NO: line.staff_no,
            Shows.ITEM: line.item,
            Shows.QUANTITY: str(line.quantity),
            Shows.UNIT_PRICE: "" if line.unit_price is None else money(line.unit_price),
            Shows.AMOUNT: money(line.amount),
            Shows.SIGNATURE: "",
            Shows.RECEIVED_ON: line.received_on,
            Shows.NOTE: line.note,
        }
        yield [texts[column.shows] for column in columns]


def _sum_row(columns: Sequence[Column], label: str, totals: Totals) -> Closing:
    """Sums under their columns; what has no column is said after the label."""
    shown = {Shows.QUANTITY: str(totals.quantity), Shows.AMOUNT: yuan(totals.amount)}
    places = [index for index, column in enumerate(columns) if column.shows in shown]
    says = f"{label}：{totals.people} 人"
    if not places or places[0] == 0:
        says += f"，数量 {totals.quantity}，金额 {yuan(totals.amount)} 元"
        return [ClosingCell(len(columns), says, Align.LEFT)]
    if Shows.AMOUNT not in {columns[place].shows for place in places}:
        says += f"，金额 {yuan(totals.amount)} 元"
    cells = [ClosingCell(places[0], says, Align.CENTER)]
    for place, following in zip(places, [*places[1:], len(columns)], strict=True):
        align, style = (Align.RIGHT, MONEY) if columns[place].shows is Shows.AMOUNT else (Align.CENTER, Style.SONG)
        cells.append(ClosingCell(1, shown[columns[place].shows], align, style))
        if following > place + 1:
            cells.append(ClosingCell(following - place - 1, "", Align.CENTER))
    return cells


def _capital_row(columns: int, totals: Totals) -> Closing:
    says = f"金额（大写）：人民币{capital(totals.amount)}　　（小写）￥{yuan(totals.amount)}"
    return [ClosingCell(columns, says, Align.LEFT)]
