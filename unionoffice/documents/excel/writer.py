"""Workbooks that leave the office: large typed tables, and the report that tells a sender why a row was refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook as ReportWorkbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import WorkbookAlreadySaved
from openpyxl.worksheet.properties import PageSetupProperties
from xlsxwriter import Workbook

from unionoffice.documents.excel.names import plain_text, set_text, sheet_name
from unionoffice.documents.excel.practice_mark import KEYWORDS
from unionoffice.documents.excel.row_xml import CellKind, cell_writer, row_blocks
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.progress import Progress, Silent, step

MAX_ROWS = 1_048_576
SAMPLED = 200
"""So many rows at the start decide how wide the columns are."""

BLOCK = 500
"""So many rows are written between two looks at whether the user cancelled."""

SHEET_PART = "xl/worksheets/sheet1.xml"
BOOK_PART = "xl/workbook.xml"
MARK = "FFC7CE"
"""Ground of a wrong cell in a report."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of an export; `width` in characters, measured from heading and first rows when not given."""

    title: str
    kind: CellKind = CellKind.TEXT
    width: float | None = None


class Tone(Enum):
    """How a row of a report is coloured: the ground of its first cells."""

    GOOD = "E2F0D9"
    CHANGED = "DDEBF7"
    WARNED = "FFF2CC"
    REFUSED = "F8CBAD"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happened to a row: a word (已导入, 未导入 …), the reason, and its number in the sender's own file."""

    status: str
    reason: str
    tone: Tone
    source_row: int | None = None


def write_table(
    target: Path | IO[bytes],
    *,
    sheet: str,
    columns: Sequence[TableColumn],
    rows: Iterable[Sequence[object]],
    title: str | None = None,
    note: str | None = None,
    practice: bool = False,
    total: int = 0,
    progress: Progress | None = None,
) -> int:
    """Write any number of rows as one typed worksheet with a frozen, filtered heading; returns how many there were.

    `rows` is read once, row by row; `total` is only for the progress shown; `practice` marks the workbook as made-up.
    Money is in 分. A value that does not fit the kind of its column is kept as text. Nothing is stored as a formula or
    a link; control characters, which a workbook cannot hold, fall away. A file at the path `target` is replaced only
    when the new one is whole.

    The frame (styles, heading, widths, filter) is XlsxWriter's; the rows are poured into it as they come, because a
    call of it for every cell costs three times as much.

    Raises `UserError` beyond Excel's 1,048,576 rows, `ValueError` for a row that is longer or shorter than the
    columns, `Cancelled`, `OSError`.
    """
    watcher = progress or Silent()
    stream = iter(rows)
    sample = list(islice(stream, SAMPLED))
    widths = [_width(column, (row[at] for row in sample if at < len(row))) for at, column in enumerate(columns)]
    frame = _Frame(sheet_name(sheet, set()), columns, widths, title, note, practice)
    parts = frame.parts(0)
    head, styles, _ = _cut(parts[SHEET_PART], frame.first_row)
    cells = [
        cell_writer(at, column.kind, style=style, text_style=styles[-1])
        for at, (column, style) in enumerate(zip(columns, styles, strict=False))
    ]
    with _replacing(target) as out, ZipFile(out, "w", ZIP_DEFLATED) as book:
        for name in parts:
            if name not in (SHEET_PART, BOOK_PART):
                book.writestr(_entry(name), parts[name])
        count = 0
        with book.open(_entry(SHEET_PART), "w", force_zip64=True) as page:
            page.write(head)
            for count, xml in row_blocks(chain(sample, stream), cells, first=frame.first_row, size=BLOCK):
                if count + frame.first_row - 1 > MAX_ROWS:
                    raise UserError("超过 Excel 一张表最多的 1048576 行，请先筛选，分几次导出。")
                step(watcher, count, total, f"正在导出第 {count} 行")
                page.write(xml)
            parts = frame.parts(count)
            page.write(_cut(parts[SHEET_PART], frame.first_row)[2])
        book.writestr(_entry(BOOK_PART), parts[BOOK_PART])
    return count


def write_report(
    target: Path | IO[bytes],
    *,
    headings: Sequence[str],
    rows: Sequence[Sequence[object]],
    verdicts: Sequence[Verdict],
    marks: Mapping[tuple[int, int], str],
    sheet: str = "处理结果",
    practice: bool = False,
    progress: Progress | None = None,
) -> None:
    """Write a sender's rows back as they came, each with what happened to it and why.

    `verdicts` stand beside `rows` one for one. `marks` names wrong cells as (row, column), counted from 0 in `rows`;
    each is coloured and carries its text as a comment. Raises `ValueError` when verdicts and rows differ in number,
    `Cancelled`, `OSError`.
    """
    watcher = progress or Silent()
    titles = [TableColumn("处理结果", width=12), TableColumn("原因", width=44), TableColumn("原行号", width=9)]
    titles += [TableColumn(text) for text in headings]
    book = ReportWorkbook(write_only=True)
    book.properties.keywords = KEYWORDS if practice else None
    page = book.create_sheet(sheet_name(sheet, set()))
    page.freeze_panes = "D2"
    page.print_title_rows = "1:1"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9  # A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.oddFooter.center.text = "第 &P 页 共 &N 页"
    page.auto_filter.ref = f"A1:{get_column_letter(len(titles))}{len(rows) + 1}"
    for at, column in enumerate(titles):
        seen = (row[at - 3] for row in rows[:SAMPLED] if at >= 3 and len(row) > at - 3)
        page.column_dimensions[get_column_letter(at + 1)].width = _width(column, seen)
    try:
        page.append([_heading_cell(page, column.title) for column in titles])
        for number, (row, verdict) in enumerate(zip(rows, verdicts, strict=True)):
            if number % BLOCK == 0:
                step(watcher, number, len(rows), f"正在写出处理结果，第 {number + 1} 行")
            sent = [_sent_cell(page, value, marks.get((number, at))) for at, value in enumerate(row)]
            page.append([*_verdict_cells(page, verdict), *sent])
        with _replacing(target) as out:
            book.save(out)
    except BaseException:
        with suppress(WorkbookAlreadySaved):
            book.save(BytesIO())  # openpyxl removes its temporary file of rows on saving only
        raise


@dataclass(frozen=True, slots=True)
class _Frame:
    """A workbook without its rows: one sample row stands where they will be."""

    sheet: str
    columns: Sequence[TableColumn]
    widths: Sequence[float]
    title: str | None
    note: str | None
    practice: bool

    @property
    def first_row(self) -> int:
        """Number of the first row of data, counted from 1."""
        return 2 + bool(self.title) + bool(self.note)

    def parts(self, count: int) -> dict[str, bytes]:
        """The files inside the workbook for so many rows, by name."""
        buffer = BytesIO()
        book = Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False})
        if self.practice:
            book.set_properties({"keywords": KEYWORDS})
        page = book.add_worksheet(self.sheet)
        self._write_above(book, page)
        self._write_heading(book, page)
        heading = self.first_row - 2
        page.freeze_panes(heading + 1, 0)
        page.autofilter(heading, 0, heading + count, len(self.columns) - 1)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.repeat_rows(heading)
        page.set_footer("&C第 &P 页 共 &N 页")
        book.close()
        with ZipFile(buffer) as packed:
            return {name: packed.read(name) for name in packed.namelist()}

    def _write_above(self, book: Workbook, page: Any) -> None:
        title = book.add_format({"bold": True, "font_size": 14})
        note = book.add_format({"font_color": "#5B616A"})
        lines = [(text, style) for text, style in ((self.title, title), (self.note, note)) if text]
        for at, (text, style) in enumerate(lines):
            page.write_string(at, 0, _whole(text), style)

    def _write_heading(self, book: Workbook, page: Any) -> None:
        look = {"bold": True, "bg_color": "#F2F2F2", "border": 1, "text_wrap": True, "num_format": "@"}
        heading = book.add_format({**look, "align": "center", "valign": "vcenter"})
        styles = {
            CellKind.TEXT: book.add_format({"num_format": "@"}),
            CellKind.DATE: book.add_format({"num_format": "yyyy-mm-dd", "align": "center"}),
            CellKind.MONEY: book.add_format({"num_format": "#,##0.00"}),
            CellKind.INTEGER: book.add_format({"num_format": "0"}),
            CellKind.FLAG: book.add_format({"num_format": "@", "align": "center"}),
        }
        row = self.first_row - 1
        for at, (column, width) in enumerate(zip(self.columns, self.widths, strict=True)):
            page.set_column(at, at, width, styles[column.kind])
            page.write_string(row - 1, at, _whole(column.title), heading)
            page.write_blank(row, at, None, styles[column.kind])
        page.write_blank(row, len(self.columns), None, styles[CellKind.TEXT])


def _whole(text: str) -> str:
    """The text as XlsxWriter may take it; it would read <r>…</r> as mark-up of its own."""
    clean = plain_text(text)
    return f"{clean} " if clean.startswith("<r>") and clean.endswith("</r>") else clean


def _cut(page: bytes, row: int) -> tuple[bytes, list[str], bytes]:
    """What stands before the sample row, the style numbers in it (that of text once more at the end), and the rest."""
    found = re.search(rb'<row r="%d"[^>]*>(.*?)</row>' % row, page, re.DOTALL)
    if found is None:
        raise ValueError("the frame has no sample row")
    styles = [number.decode() for number in re.findall(rb' s="(\d+)"', found[1])]
    head = re.sub(rb"<dimension[^>]*/>", b"", page[: found.start()])
    return head, styles, page[found.end() :]


def _entry(name: str) -> ZipInfo:
    """A packed file without a date, so that the same rows give the same bytes for it."""
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    return entry


@contextmanager
def _replacing(target: Path | IO[bytes]) -> Iterator[IO[bytes]]:
    """Write beside the file and take its place at the end; what breaks off leaves the old file as it was."""
    if not isinstance(target, Path):
        yield target
        return
    partial = target.with_name(f"{target.name}.part")
    try:
        with partial.open("wb") as out:
            yield out
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _width(column: TableColumn, values: Iterable[object]) -> float:
    """Characters that heading and values need, between 6 and 40; a Chinese character counts for two."""
    if column.width is not None:
        return column.width
    shown = [column.title, *("0" * 11 if isinstance(value, date) else str(value or "") for value in values)]
    return float(min(40, max(6, 2 + max(len(text) + sum(char > "\u2e7f" for char in text) for text in shown))))


def _heading_cell(page: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(page)
    set_text(cell, text)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="F2F2F2")
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return cell


def _verdict_cells(page: Any, verdict: Verdict) -> Iterator[WriteOnlyCell]:
    ground = PatternFill("solid", fgColor=verdict.tone.value)
    for value in (verdict.status, verdict.reason, verdict.source_row):
        cell = WriteOnlyCell(page, value if isinstance(value, int) else None)
        if isinstance(value, str):
            set_text(cell, value)
        cell.fill = ground
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        yield cell


def _sent_cell(page: Any, value: object, mark: str | None) -> WriteOnlyCell:
    """A cell as the sender wrote it, text always as text; what Excel does not know is written out."""
    if isinstance(value, bool | int | float | datetime | date | time | timedelta) or value is None:
        cell = WriteOnlyCell(page, value)
    else:
        cell = WriteOnlyCell(page)
        set_text(cell, str(value))
        cell.number_format = "@"
    if mark is not None:
        cell.fill = PatternFill("solid", fgColor=MARK)
        cell.comment = Comment(plain_text(mark), "工会办公", height=90, width=260)
    return cell
