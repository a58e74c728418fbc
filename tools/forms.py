"""Builds the shipped forms in `resources/forms/` from the descriptions below, so that all of them are alike in style.

python tools/forms.py [name ...]

A form is laid out on a grid of 24 narrow columns (sheets of boxes) or on one column a field (lists). Run by hand when a
form changes; look at the result in a spreadsheet program and as PDF before it is committed.
"""
# ruff: noqa: E501 - rows of a form stay rows

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList

ROOT = Path(__file__).resolve().parent.parent / "resources" / "forms"
GRID = 24
SONG, HEI, KAI, FANG = "宋体", "黑体", "楷体", "仿宋"
THIN, MEDIUM = Side("thin"), Side("medium")
MONEY, DAY = "#,##0.00", "yyyy-mm-dd"
A4, A3 = 9, 8
MILLIMETRE = 1 / 25.4
PIXEL = 0.75
"""Points: Excel's screen has 96 of them to the inch."""
SIGN = "签字（盖章）：　　　　　　　　　　年　　月　　日　"


@dataclass(frozen=True)
class Box:
    """A cell over `span` columns of the grid: what it says and how."""

    text: Any
    span: int
    font: str = SONG
    size: float = 11
    bold: bool = False
    across: str = "center"
    down: str = "center"
    wrap: bool = True
    format: str = "General"
    ruled: bool = True
    rows: int = 1
    open: str = ""  # sides left without a line: "top", "bottom"


def label(text: str, span: int, **more: Any) -> Box:
    """A caption."""
    return Box(text, span, **more)


def value(text: str, span: int, **more: Any) -> Box:
    """Something that is filled in."""
    return Box(text, span, **more)


def words(text: str, span: int = GRID, **more: Any) -> Box:
    """Running text without lines around it."""
    return Box(text, span, **{"font": FANG, "size": 14, "across": "left", "ruled": False, **more})


@dataclass
class Paper:
    """A sheet of boxes: rows from top to bottom; those of height 0 share what is left of the page."""

    name: str
    subject: str
    landscape: bool = False
    size: int = A4
    columns: int = GRID
    rows: list[tuple[float, tuple[Box, ...]]] = field(default_factory=list)
    footer: str = ""
    margins: tuple[float, float, float, float] = (20, 20, 18, 18)  # left, right, top, bottom in millimetres
    tail: Callable[[Any], None] | None = None
    fit: bool = True
    open_rows: set[int] = field(default_factory=set)  # grow with what is put into them

    def row(self, height: float, *boxes: Box) -> Paper:
        """One more row."""
        used = sum(box.span for box in boxes)
        assert used == self.columns or not boxes, (self.name, used, [box.text for box in boxes])
        if any("{{姓名}}" in str(box.text) for box in boxes):
            self.open_rows.add(len(self.rows) + 1)
        self.rows.append((height, boxes))
        return self

    def title(self, text: str, size: float = 18) -> Paper:
        """The form's name at its top."""
        return self.row(size * 2.1, Box(text, self.columns, HEI, size, ruled=False))

    def line(self, left: str, right: str = "", height: float = 20) -> Paper:
        """A line of small print above or below the table: unit and date, or notes.

        The right has the room that it needs, the left all the rest; a long name takes a second line of its own.
        """
        body = (297 if self.landscape else 210) - self.margins[0] - self.margins[1]
        each = body * 72 * MILLIMETRE * 0.95 / self.columns
        half = self.columns - (ceil(_wanted(right) / each) if right else 0)
        boxes = [Box(left, half, KAI, 11, across="left", ruled=False)]
        if right:
            boxes.append(Box(right, self.columns - half, KAI, 11, across="right", ruled=False))
        self.open_rows.add(len(self.rows) + 1)
        return self.row(height, *boxes)

    def opinion(self, name: str, height: float = 0, text: str = "", sign: str = SIGN, span: int = 4) -> Paper:
        """An opinion: what is said above, signature and date at the lower right."""
        rest = self.columns - span
        self.row(height, label(name, span, rows=2), Box(text, rest, FANG, 12, across="left", down="top", open="bottom"))
        self.rows.append((24, (Box(None, span), Box(sign, rest, SONG, 11, across="right", open="top"))))
        return self

    def build(self) -> bytes:
        """The workbook."""
        book, sheet = _workbook(self.name)
        width, height = _paper(sheet, self.size, self.landscape, self.margins, one_page=self.fit)
        for column in range(1, self.columns + 1):
            sheet.column_dimensions[get_column_letter(column)].width = _width(width / self.columns)
        fixed = sum(tall for tall, _ in self.rows)
        growing = sum(not tall for tall, _ in self.rows)
        share = max(30.0, (height - fixed) / growing) if growing else 0
        taken: set[tuple[int, int]] = set()
        for number, (tall, boxes) in enumerate(self.rows, start=1):
            sheet.row_dimensions[number].height = round(tall or share, 1)
            column = 1
            for box in boxes:
                if (number, column) not in taken:
                    _put(sheet, number, column, box, taken)
                column += box.span
        _outline(sheet, self.rows)
        _footer(sheet, self.footer)
        if self.tail is not None:
            self.tail(sheet)
        sheet.print_area = f"A1:{get_column_letter(self.columns)}{len(self.rows)}"
        return _saved(book, self.open_rows)


@dataclass(frozen=True)
class Column:
    """A column of a list: caption, share of the width, tag, how it is shown; `total` adds it up."""

    title: str
    share: float
    tag: str
    across: str = "center"
    format: str = "General"
    total: bool = False


@dataclass
class List:
    """A list: title, a line of facts, captions that stand on every page, one row each, sums, signatures."""

    name: str
    subject: str
    title: str
    columns: Sequence[Column]
    facts: tuple[str, str] = ("{{工会名称}}", "{{今天}}")
    group: str = ""
    landscape: bool = False
    size: int = A4
    row: float = 24
    spare: int = 0
    page_sum: bool = False
    capitals: str = ""
    signers: str = ""
    notes: str = ""
    type_size: float = 10.5
    margins: tuple[float, float, float, float] = (15, 15, 18, 18)
    preface: str = ""
    head: float = 28
    whole_head: bool = False

    def build(self) -> bytes:
        """The workbook."""
        book, sheet = _workbook(self.name)
        width, _ = _paper(sheet, self.size, self.landscape, self.margins, one_page=False)
        wide = sum(column.share for column in self.columns)
        for index, column in enumerate(self.columns, start=1):
            # nothing is fitted to the page where each ends with its sum: a fitted sheet keeps no page breaks
            narrower = 0.9 if self.page_sum else 0.95
            sheet.column_dimensions[get_column_letter(index)].width = _width(width * column.share / wide, narrower)
        last, taken, number = len(self.columns), set[tuple[int, int]](), 0

        def put(height: float, *boxes: Box) -> None:
            nonlocal number
            number += 1
            # whole pixels are as high in every program, as drawn as stored
            sheet.row_dimensions[number].height = height // PIXEL * PIXEL
            at = 1
            for box in boxes:
                _put(sheet, number, at, box, taken)
                at += box.span

        put(36 if self.page_sum else 40, Box(self.title, last, HEI, 18 if self.size == A4 else 22, ruled=False))
        if self.preface:
            put(64, Box(self.preface, last, FANG, 12, across="left", ruled=False))
        half, wanted = last - 1, _wanted(self.facts[1])
        while half > 1 and sum(column.share for column in self.columns[half:]) * 0.9 * width / wide < wanted:
            half -= 1
        put(
            22,
            Box(self.facts[0], half, KAI, 11, across="left", ruled=False),
            Box(self.facts[1], last - half, KAI, 11, across="right", ruled=False),
        )
        open_rows = set(range(1, number + 1))
        put(self.head, *(Box(column.title, 1, HEI, self.type_size) for column in self.columns))
        top = number
        body = [Box(c.tag, 1, size=self.type_size, across=c.across, format=c.format) for c in self.columns]
        put(self.row, *body)
        for _ in range(self.spare):
            put(self.row, *(Box(None, 1, size=self.type_size, across=c.across, format=c.format) for c in self.columns))
        lead = next((index for index, column in enumerate(self.columns) if column.total), 0)
        for name, group in ((("本页小计", "本页小计"),) if self.page_sum else ()) + (
            (("合　　计", "合计"),) if lead else ()
        ):
            sums = [
                Box(f"{{{{{group}.{c.tag[2:-2].partition('.')[2]}}}}}" if c.total else None, 1, size=self.type_size,
                    across=c.across, format=c.format)
                for c in self.columns[lead:]
            ]  # fmt: skip
            put(self.row, Box(name, lead, HEI, self.type_size), *sums)
        if self.capitals:
            put(self.row + 2, Box("合计（大写）", max(2, lead // 2), HEI, self.type_size),
                Box(self.capitals, last - max(2, lead // 2), across="left", size=12))  # fmt: skip
        bottom = number
        if self.signers:
            put(30, Box(self.signers, last, SONG, 10.5, across="left", ruled=False, wrap=False))
        if self.notes:
            put(15 * (self.notes.count("\n") + 1) + 4, Box(self.notes, last, KAI, 10, across="left", ruled=False))
        _frame(sheet, top, bottom, 1, last)
        if self.page_sum:
            sheet.sheet_properties.pageSetUpPr.fitToPage = False
            sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = None
        sheet.print_title_rows = f"{1 if self.whole_head else top}:{top}"
        sheet.print_area = f"A1:{get_column_letter(last)}{number}"
        _footer(sheet, "")
        return _saved(book, open_rows)


def _workbook(name: str) -> tuple[Workbook, Any]:
    book = Workbook()
    plain = Font(name=SONG, size=11)
    book._fonts = IndexedList([plain])
    book._named_styles["Normal"].font = plain
    book.properties.creator = book.properties.lastModifiedBy = ""
    book.properties.created = book.properties.modified = datetime(2026, 1, 1)
    book.properties.title = name
    sheet = book.active
    sheet.title = name[:31]
    sheet.sheet_view.showGridLines = False
    return book, sheet


def _paper(
    sheet: Any, size: int, landscape: bool, margins: tuple[float, float, float, float], *, one_page: bool
) -> tuple[float, float]:
    """Set the page; returns width and height of its body in points."""
    wide, high = (210, 297) if size == A4 else (297, 420)
    if landscape:
        wide, high = high, wide
    left, right, top, bottom = margins
    page = sheet.page_margins
    page.left, page.right, page.top, page.bottom = (edge * MILLIMETRE for edge in margins)
    page.header = page.footer = 8 * MILLIMETRE
    sheet.page_setup.paperSize = size
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 1 if one_page else 0
    sheet.print_options.horizontalCentered = True
    return (wide - left - right) * 72 * MILLIMETRE - 4, (high - top - bottom) * 72 * MILLIMETRE - 4


def _width(points: float, share: float = 0.95) -> float:
    """The width of a column in characters of 宋体 11.

    A character is 5.5 points on paper and 6 on Excel's screen: a little less than the page, which both then fill.
    """
    return round(max(0.5, share * points / 5.5), 2)


def _put(sheet: Any, row: int, column: int, box: Box, taken: set[tuple[int, int]]) -> None:
    cell = sheet.cell(row, column)
    if box.text is not None:
        cell.value = box.text
        cell.data_type = "s"
    last_row, last_column = row + box.rows - 1, column + box.span - 1
    for r in range(row, last_row + 1):
        for c in range(column, last_column + 1):
            if box.rows > 1 or box.span > 1:
                taken.add((r, c))
            each = sheet.cell(r, c)
            each.font = Font(name=box.font, size=box.size, bold=box.bold)
            each.alignment = Alignment(
                horizontal=box.across,
                vertical=box.down,
                wrap_text=box.wrap,
                indent=1 if box.across == "left" and box.ruled else 0,
            )
            each.number_format = box.format
            if box.ruled:
                each.border = Border(
                    left=THIN,
                    right=THIN,
                    top=None if box.open == "top" else THIN,
                    bottom=None if box.open == "bottom" else THIN,
                )
    if last_row > row or last_column > column:
        sheet.merge_cells(start_row=row, end_row=last_row, start_column=column, end_column=last_column)


def _outline(sheet: Any, rows: Sequence[tuple[float, tuple[Box, ...]]]) -> None:
    """A strong frame around each run of ruled rows."""
    start = 0
    for number in range(1, len(rows) + 2):
        ruled = number <= len(rows) and bool(rows[number - 1][1]) and any(box.ruled for box in rows[number - 1][1])
        if ruled and not start:
            start = number
        elif not ruled and start:
            _frame(sheet, start, number - 1, 1, sum(box.span for box in rows[start - 1][1]))
            start = 0


def _frame(sheet: Any, top: int, bottom: int, left: int, right: int) -> None:
    """A strong line around a block; none below rows that are repeated, or each of them would bear it."""
    below = THIN if _repeats(sheet, bottom, right) else MEDIUM
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            if row not in (top, bottom) and column not in (left, right):
                continue
            cell = sheet.cell(row, column)
            old = cell.border
            cell.border = Border(
                left=MEDIUM if column == left else old.left,
                right=MEDIUM if column == right else old.right,
                top=MEDIUM if row == top else old.top,
                bottom=below if row == bottom else old.bottom,
            )


def _repeats(sheet: Any, row: int, last: int) -> bool:
    """Whether a list fills this row: its own tags stand in it, or in the row above the empty lines."""
    while row > 1 and all(sheet.cell(row, column).value is None for column in range(1, last + 1)):
        row -= 1
    words = "".join(str(sheet.cell(row, column).value or "") for column in range(1, last + 1))
    groups = re.findall(r"\{\{([^{}|.]+)\.", words)
    return any(group not in ("填写", "合计", "大写", "本页小计") for group in groups)


def _footer(sheet: Any, left: str) -> None:
    sheet.oddFooter.left.text = left or None
    sheet.oddFooter.left.size = 9
    sheet.oddFooter.center.text = "第 &P 页　共 &N 页"
    sheet.oddFooter.center.size = 9


def _wanted(text: str) -> float:
    """How wide a line of facts usually is, in points: names and days take the place of their tags."""
    usual = {"今天": 8, "人数": 2, "会员人数": 2, "家庭人口": 2}
    shown = re.sub(r"\{\{(?:填写\.)?([^{}|]+)[^{}]*\}\}", lambda match: "　" * usual.get(match[1], 7), text)
    return 11 * len(shown) + 6


def _saved(book: Workbook, open_rows: Collection[int] = ()) -> bytes:
    """The file with the same bytes each time; `open_rows` may grow, as those do whose height nobody has set."""
    first = io.BytesIO()
    book.save(first)
    out = io.BytesIO()
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            found = zipfile.ZipInfo(entry.filename, (2026, 1, 1, 0, 0, 0))
            found.compress_type = zipfile.ZIP_DEFLATED
            data = source.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                for row in open_rows:
                    data = re.sub(rb'(<row r="%d"[^>]*?) customHeight="1"' % row, rb"\1", data)
            if entry.filename == "docProps/core.xml":
                start, mark, rest = data.partition(b"<dcterms:modified")
                if mark:
                    data = start + rest.partition(b"</dcterms:modified>")[2]
            target.writestr(found, data)
    return out.getvalue()


# -- members --------------------------------------------------------------------------------------------------------


def application() -> Paper:
    """入会申请书 (§1.4)."""
    paper = Paper("入会申请书", "会员").title("入会申请书", 22).row(16)
    paper.row(34, words("{{工会名称}}：", across="left"))
    text = (
        "　　我自愿加入中国工会，遵守工会章程，执行工会决议，积极参加工会活动，"
        "为把我国建设成为富强民主文明和谐美丽的社会主义现代化强国、实现中华民族伟大复兴而努力奋斗。"
    )
    paper.row(96, words(text))
    paper.row(30, words("申请人（签字）：　　　　　　　　", across="right"))
    paper.row(30, words("　　　　年　　月　　日　　　　", across="right")).row(10)
    paper.row(32, label("姓　　名", 4), value("{{姓名}}", 4), label("性　　别", 4), value("{{性别}}", 4),
              label("民　　族", 4), value("{{民族}}", 4))  # fmt: skip
    paper.row(32, label("出生年月", 4), value("{{出生年月}}", 4), label("政治面貌", 4), value("{{政治面貌}}", 4, size=10),
              label("文化程度", 4), value("{{学历}}", 4, size=10))  # fmt: skip
    paper.row(32, label("身份证号", 4), value("{{证件号码}}", 8), label("联系电话", 4), value("{{手机号码}}", 8))
    paper.row(32, label("工作单位", 4), value("{{工作单位}}", 8),
              label("部门（岗位）", 4, size=10), value("{{部门}} {{岗位}}", 8))  # fmt: skip
    paper.opinion("工会小组\n（分工会）\n意　　见", 0, sign="组长（分工会主席）签字：　　　　　　年　　月　　日　")
    paper.opinion("基层工会\n委员会\n审批意见", 0, sign="（公章）　　　　　　　　年　　月　　日　")
    return paper.row(34, words("注：会籍从基层工会委员会批准之日算起。批准后告知申请人从{{填写.缴纳会费起始月}}起缴纳会费。",
                               font=KAI, size=10.5))  # fmt: skip


def registration() -> Paper:
    """工会会员登记表 (§1.4)."""
    paper = Paper("会员登记表", "会员").title("工会会员登记表", 20)
    paper.line("所属工会：{{单位全称}}", "编号：{{会员编号}}")
    photo = Box("{{照片|空:一寸免冠照片}}", 5, FANG, 11, rows=4)
    paper.row(34, label("姓　　名", 4), value("{{姓名}}", 6), label("性　　别", 4), value("{{性别}}", 5), photo)
    paper.row(
        34, label("出生日期", 4), value("{{出生日期}}", 6), label("民　　族", 4), value("{{民族}}", 5), Box(None, 5)
    )
    paper.row(
        34, label("籍　　贯", 4), value("{{籍贯}}", 6), label("政治面貌", 4), value("{{政治面貌}}", 5), Box(None, 5)
    )
    paper.row(34, label("学　　历", 4), value("{{学历}}", 6), label("学　　位", 4), value("{{学位}}", 5), Box(None, 5))
    paper.row(32, label("证件号码", 4), value("{{证件号码}}", 9), label("联系电话", 4), value("{{手机号码}}", 7))
    paper.row(32, label("工作单位", 4), value("{{工作单位}}", 9), label("部　　门", 4), value("{{部门}}", 7))
    paper.row(
        32, label("职务（岗位）", 4, size=10), value("{{职务}} {{岗位}}", 9), label("职　　称", 4), value("{{职称}}", 7)
    )
    paper.row(32, label("用工形式", 4), value("{{用工形式}}", 9), label("参加工作时间", 4, size=9.5),
              value("{{参加工作时间}}", 7))  # fmt: skip
    paper.row(
        32, label("月工资", 4), value("{{月缴费基数}}", 9, format=MONEY), label("会员证号", 4), value("{{会员证号}}", 7)
    )
    paper.row(32, label("入会时间", 4), value("{{入会日期}}", 9), label("入会方式", 4), value("{{入会方式}}", 7))
    paper.row(24, label("家庭\n主要\n成员", 2, rows=6), label("姓　名", 4), label("关　系", 3), label("出生年月", 4),
              label("工作单位或学校", 11))  # fmt: skip
    paper.row(23, Box(None, 2), value("{{家庭成员.姓名}}", 4), value("{{家庭成员.关系}}", 3), value("{{家庭成员.出生年月}}", 4),
              value("{{家庭成员.单位或学校}}", 11))  # fmt: skip
    for _ in range(4):
        paper.row(23, Box(None, 2), Box(None, 4), Box(None, 3), Box(None, 4), Box(None, 11))
    paper.row(0, label("个人\n工作\n简历", 2), value("{{填写.个人工作简历}}", 22, across="left", down="top"))
    sign = "（公章）　　　　年　　月　　日　"
    paper.opinion("基层工会\n审批意见", 40, sign=sign)
    paper.row(26, label("备　　注", 4), value("{{备注}}", 20, across="left"))
    return paper.line("申请人签字：", "填表日期：　　　　年　　月　　日　", 26)


def card() -> Paper:
    """会员证内页: two pages side by side."""
    paper = Paper("会员证内页", "会员", landscape=True, margins=(30, 30, 25, 20))
    paper.title("中华全国总工会会员证（内页）", 16)
    gap = Box(None, 2, ruled=False)
    rows = (("姓　　名", "{{姓名}}", "组织关系接转"), ("性　　别", "{{性别}}", ""), ("民　　族", "{{民族}}", ""),
            ("出生年月", "{{出生年月}}", ""), ("入会时间", "{{入会年月}}", ""), ("证　　号", "{{会员证号}}", ""))  # fmt: skip
    photo = Box("{{照片|空:照片}}", 4, FANG, 11, rows=4)
    right = ("转出单位（章）", "经 办 人", "转出日期", "转入单位（章）", "经 办 人", "转入日期")
    for index, ((name, tag, _), moved) in enumerate(zip(rows, right, strict=True)):
        tag = "{{会员证号}}" if "会员证号" in tag else tag
        own = [label(name, 3), value(tag, 4), photo if index == 0 else Box(None, 4)] if index < 4 else [
            label(name, 3), value(tag, 8)]  # fmt: skip
        paper.row(44, *own, gap, label(moved, 4), Box(None, 7))
    paper.row(44, label("发证工会", 3), value("{{工会名称}}", 8), gap, label("备　　注", 4), Box(None, 7))
    paper.row(
        44,
        label("发证日期", 3),
        value("{{填写.发证日期}}", 8),
        gap,
        label("会费起缴月", 4),
        value("{{填写.会费起缴月}}", 7),
    )
    return paper.line(
        "注：会员转出时，由调出单位工会填写“组织关系接转”栏并盖章，新单位工会凭证接收，不必重新入会。", height=30
    )


def introduction() -> Paper:
    """工会会员组织关系接转介绍信: 存根, 正联, 回执 on one page."""
    paper = Paper("会员组织关系接转介绍信", "会员", margins=(22, 22, 15, 14))
    number = "第{{填写.编号}}号"

    def head(name: str) -> None:
        paper.row(32, words("工会会员组织关系接转介绍信", 18, font=HEI, size=16, across="right"),
                  words(f"（{name}）", 6, font=KAI, size=12, across="left"))  # fmt: skip
        paper.row(20, words(number, font=SONG, size=11, across="right"))

    facts = "会员{{姓名}}，{{性别}}，{{民族}}，{{出生年月}}出生，{{入会年月}}入会，会员证号{{会员证号|空:________}}"
    why = "因{{填写.转出原因}}，会员关系转往{{填写.转往单位}}，会费缴至{{填写.会费缴至}}。"
    head("存根")
    paper.row(64, words(f"　　{facts}，{why}", size=12))
    paper.row(24, words("经办人：{{经办人}}　　　　{{今天}}", size=12, across="right"))
    cut = "- - - - - - - - - - - - - - - -（骑　缝　盖　章）- - - - - - - - - - - - - - - -"
    paper.row(26, words(cut, font=SONG, size=11, across="center"))
    paper.row(14)
    head("正联")
    paper.row(26, words("{{填写.转往单位}}工会：", size=13))
    paper.row(92, words(
        f"　　兹介绍我单位工会{facts}，身份证号{{{{证件号码}}}}，因{{{{填写.转出原因}}}}，"
        "会员关系转到你处，会费缴至{{填写.会费缴至}}，请予接收。", size=13))  # fmt: skip
    paper.row(22, words("（有效期{{填写.有效天数}}天）", size=12))
    paper.row(26, words("{{工会名称}}（公章）　　", size=13, across="right"))
    paper.row(24, words("{{今天}}　　　　", size=13, across="right"))
    paper.row(22, words("转出单位联系人：{{经办人}}　　联系电话：{{填写.联系电话}}", size=11))
    paper.row(26, words(cut, font=SONG, size=11, across="center"))
    paper.row(14)
    head("回执")
    paper.row(26, words("{{工会名称}}：", size=13))
    paper.row(60, words(f"　　你处转来的{number}介绍信收到，会员{{{{姓名}}}}的工会组织关系已于　　　年　　月　　日　"
                        "转入我单位工会。特此回复。", size=13))  # fmt: skip
    paper.row(26, words("转入单位工会（公章）　　　　　　　　", size=13, across="right"))
    paper.row(24, words("经办人：　　　　　　　年　　月　　日　　", size=12, across="right"))
    return paper


def _person(paper: Paper) -> Paper:
    """The rows about a member that every approval begins with."""
    paper.row(32, label("姓　　名", 4), value("{{姓名}}", 5), label("性　　别", 3), value("{{性别}}", 3),
              label("出生年月", 4), value("{{出生年月}}", 5))  # fmt: skip
    paper.row(
        32, label("所属工会", 4), value("{{所属工会}}", 11), label("会员编号", 4), value("{{会员编号}}", 5, size=10)
    )
    return paper.row(
        32, label("入会时间", 4), value("{{入会日期}}", 11), label("会员证号", 4), value("{{会员证号}}", 5)
    )


def retaining() -> Paper:
    """保留会籍审批表 (§1.5)."""
    paper = Paper("保留会籍审批表", "会员").title("保留会籍审批表", 20)
    paper.line("{{工会名称}}", "填表日期：{{今天}}")
    _person(paper)
    paper.row(36, label("保留原因", 4), value("{{填写.原因|选项:退休/提前退休/失业/服兵役/其他}}", 20))
    paper.row(36, label("起始时间", 4), value("{{填写.起始时间}}", 8), label("会费停缴月份", 4, size=10),
              value("{{填写.会费停缴月份}}", 8))  # fmt: skip
    paper.row(36, label("会员证", 4), value("{{填写.会员证|选项:本人保留/收回}}", 20))
    paper.row(0, label("本　　人\n书面报告", 4, rows=2), Box("{{填写.情况说明}}", 20, FANG, 12, across="left", down="top",
              open="bottom"))  # fmt: skip
    paper.row(24, Box(None, 4), Box("本人签字：　　　　　　　　　年　　月　　日　", 20, across="right", open="top"))
    paper.opinion("工会小组\n（分工会）\n意　　见", 0)
    paper.opinion("基层工会\n委员会\n核准意见", 0, sign="（公章）　　　　　　　　年　　月　　日　")
    return paper.line("注：保留会籍期间不缴会费，没有表决权、选举权和被选举权；重新就业后恢复会籍。核准后在登记表备注栏注明时间，"
                      "并通知小组停缴月份。", height=34)  # fmt: skip


def leaving() -> Paper:
    """退会审批表 (§1.5)."""
    paper = Paper("退会审批表", "会员").title("会员退会审批表", 20)
    paper.line("{{工会名称}}", "填表日期：{{今天}}")
    _person(paper)
    paper.row(36, label("退会方式", 4), value("{{填写.方式|选项:本人申请/连续六个月不缴会费自动退会}}", 20))
    paper.row(36, label("会费缴至", 4), value("{{填写.会费缴至}}", 8), label("会员证收回", 4, size=10),
              value("{{填写.会员证收回|选项:已收回/未收回}}", 8, size=10))  # fmt: skip
    paper.row(
        0, label("退会理由", 4, rows=2), Box("{{填写.理由}}", 20, FANG, 12, across="left", down="top", open="bottom")
    )
    paper.row(24, Box(None, 4), Box("本人签字：　　　　　　　　　年　　月　　日　", 20, across="right", open="top"))
    paper.opinion("谈话情况", 70, text="{{填写.谈话情况}}", sign="谈话人签字：　　　　　　　年　　月　　日　")
    paper.opinion("工会小组\n（分工会）\n意　　见", 0)
    paper.opinion("基层工会\n委员会\n讨论决定", 0, sign="（公章）　　　　　　　　年　　月　　日　")
    return paper.line("注：自宣布退会之日起停缴会费，收回会员证；退会后可以重新申请入会。", height=26)


def claim(name: str, kinds: str, facts: Sequence[tuple[str, str]], papers: str) -> Paper:
    """慰问审批表 (§3.4): one for each kind of occasion."""
    paper = Paper(f"慰问审批表（{name}）", "会员").title("职工慰问审批表", 20)
    paper.line("{{工会名称}}", "申报日期：{{今天}}")
    paper.row(32, label("姓　　名", 4), value("{{姓名}}", 5), label("性　　别", 3), value("{{性别}}", 3),
              label("年　　龄", 4), value("{{年龄}}", 5))  # fmt: skip
    paper.row(32, label("所属分工会", 4), value("{{所属分工会}} {{所属小组}}", 11), label("联系电话", 4),
              value("{{手机号码}}", 5, size=10))  # fmt: skip
    paper.row(32, label("慰问类别", 4), value(f"{{{{填写.慰问类别|选项:{kinds}}}}}", 20))
    for index in range(0, len(facts), 2):
        (one, tag), (other, second) = facts[index], facts[index + 1]
        paper.row(32, label(one, 4), value(tag, 8), label(other, 4), value(second, 8))
    paper.row(34, label("慰问金额", 4), value("{{填写.金额}}", 5, format=MONEY), label("大　　写", 3),
              value("{{填写.金额大写}}", 12))  # fmt: skip
    paper.row(32, label("慰问品", 4), value("{{填写.慰问品}}", 20))
    paper.row(40, label("佐证材料", 4), value(f"{{{{填写.佐证材料|选项:{papers}}}}}", 20, across="left", size=10.5))
    paper.opinion("情况说明", 0, text="{{填写.情况说明}}", sign="申报人签字：　　　　　　　年　　月　　日　")
    paper.opinion("工会小组长\n审　　批", 44, sign="签字：　　　　　　　　　年　　月　　日　")
    paper.opinion("工会副主席\n审　　批", 44, sign="签字：　　　　　　　　　年　　月　　日　")
    paper.opinion("工会主席\n审　　批", 44, sign="签字：　　　　　　　　　年　　月　　日　")
    paper.row(34, label("慰问人", 4), value("{{填写.慰问人}}", 8), label("领款人签字", 4), Box(None, 8))
    return paper


def consent() -> Paper:
    """个人信息处理告知同意书 (§8.1)."""
    paper = Paper("个人信息告知同意书", "会员", margins=(22, 22, 16, 15)).title("个人信息处理告知同意书", 20)
    paper.row(26, words("{{姓名}}同志：", size=12))
    parts = (
        ("一、谁来处理", "{{工会名称}}（联系人：{{经办人}}，电话：{{填写.联系电话}}）。"),
        ("二、处理哪些信息、用来做什么", "基本信息（姓名、证件号码、联系方式、工作和入会情况）用于会员实名制管理、会籍办理和会费"
         "收缴；家庭信息用于慰问和互助；困难、疾病信息用于困难帮扶；银行账户用于发放慰问金和救助金；肖像用于会员证和活动资料。"
         "其中证件号码、健康状况、金融账户、不满十四周岁子女的信息是敏感个人信息，不提供时只影响对应的服务。"),
        ("三、怎样保存", "存放在本单位加密的办公文件中，只有分管的人可以查看，查看、打印、导出都有记录；离会后保存十年，"
         "发放凭证按会计档案保存三十年，到期销毁或去标识。"),
        ("四、提供给谁", "按规定报上级工会；需要公示的，公示内容不含完整的证件号码、电话、住址和病情。其他情形另行征得您的同意。"),
        ("五、您的权利", "可以查阅、复制、更正、补充、删除，可以要求解释，可以撤回同意；撤回不影响此前的处理。"),
    )  # fmt: skip
    for (head, text), height in zip(parts, (22, 92, 56, 40, 40), strict=True):
        paper.row(22, words(head, font=HEI, size=11.5))
        paper.row(height, words(f"　　{text}", size=12))
    paper.row(26, words("本人意见（逐项打“√”，不同意的打“×”，没有打的视为没有同意）：", font=HEI, size=11.5))
    paper.row(26, label("范　围", 9), label("同　意", 4), label("不同意", 4), label("本人签字", 7))
    for scope in ("基本信息", "家庭信息", "困难与疾病信息（敏感）", "银行账户（敏感）", "肖像"):
        paper.row(24, label(scope, 9), Box("□", 4), Box("□", 4), Box(None, 7))
    paper.row(26, label("不满十四周岁子女信息", 9), Box("□", 4), Box("□", 4), Box("监护人：", 7, across="left"))
    paper.row(34, words("本人（签字）：　　　　　　　　　　　　　　年　　月　　日　", size=12, across="right"))
    return paper.line("告知书版本：{{填写.版本}}　　　　一式两份，本人和工会各执一份。", height=22)


def own_data() -> Paper:
    """本人信息一览: the fields of one member, for himself."""
    paper = Paper("本人信息一览", "会员", fit=False, margins=(20, 20, 12, 12)).title("本人信息一览", 20)
    paper.line("{{工会名称}}", "打印时间：{{打印时间}}")
    names = (
        "姓名", "性别", "出生日期", "民族", "证件类型", "证件号码", "政治面貌", "婚姻状况", "学历", "学位", "籍贯", "户口类型",
        "手机号码", "邮箱", "工作单位", "部门", "工号", "岗位", "职务", "职称", "职业技能等级", "用工形式", "人员状态",
        "参加工作时间", "进单位时间", "劳动合同期限", "月缴费基数", "月应缴会费", "所属工会", "工会职务", "会员编号", "会员证号",
        "入会日期", "入会方式", "会籍状态", "新就业形态", "是否农民工", "是否劳务派遣", "劳模", "是否困难职工", "职工代表",
        "是否女职工干部",
    )  # fmt: skip
    for one, other in zip(names[::2], names[1::2], strict=True):
        paper.row(17, *(box for name in (one, other) for box in (
            label(name, 4, size=10), value(f"{{{{{name}}}}}", 8, size=10, across="left",
                                           format=MONEY if name.startswith("月") else "General"))))  # fmt: skip
    paper.row(17, label("户籍所在地", 4, size=10), value("{{户籍所在地}}", 20, size=10, across="left"))
    paper.row(17, label("现住址", 4, size=10), value("{{现住址}}", 20, size=10, across="left"))
    paper.row(17, label("备注", 4, size=10), value("{{备注}}", 20, size=10, across="left"))
    paper.row(6)
    heads = (("家庭成员", (("姓名", 5), ("关系", 4), ("出生日期", 5), ("单位或学校", 10))),
             ("会籍变动", (("日期", 5), ("变动", 4), ("原因", 8), ("依据或批准文号", 7))),
             ("福利", (("日期", 5), ("批次", 8), ("金额", 4), ("领取情况", 7))))  # fmt: skip
    for group, columns in heads:
        paper.row(17, label(group, GRID, font=HEI, size=10))
        paper.row(17, *(label(name, span, size=10) for name, span in columns))
        paper.row(17, *(value(f"{{{{{group}.{name}}}}}", span, size=10, format=MONEY if name == "金额" else "General")
                        for name, span in columns))  # fmt: skip
        paper.row(
            17, *(Box(None, span, size=10, format=MONEY if name == "金额" else "General") for name, span in columns)
        )
        paper.row(4)
    paper.open_rows.update(range(1, len(paper.rows) + 1))
    return paper.line("以上内容如有不对，可以要求更正、补充或删除。本人核对（签字）：　　　年　　月　　日", height=26)


# -- lists ----------------------------------------------------------------------------------------------------------

NUMBER = Column("序号", 5, "{{会员.序号}}")


def roster() -> List:
    """会员花名册, upright."""
    columns = (NUMBER, Column("姓名", 10, "{{会员.姓名}}"), Column("性别", 5, "{{会员.性别}}"),
               Column("民族", 9, "{{会员.民族}}"), Column("出生\n年月", 9, "{{会员.出生年月}}"),
               Column("政治面貌", 13, "{{会员.政治面貌}}"), Column("学历", 15, "{{会员.学历}}"),
               Column("所属小组", 10, "{{会员.所属小组}}"), Column("入会\n年月", 9, "{{会员.入会年月}}"),
               Column("会员编号", 14, "{{会员.会员编号}}"), Column("备注", 6, ""))  # fmt: skip
    return List("会员花名册", "会员名单", "工会会员花名册", columns, ("单位：{{单位全称}}", "共 {{会员人数}} 人　　{{今天}}"),
                row=22, type_size=10, signers="制表人：{{经办人}}　　　　　　审核人：　　　　　　　工会主席：{{主席}}")  # fmt: skip


def wide_roster() -> List:
    """会员花名册 with everything that is reported, across A3."""
    names = (("姓名", 10), ("性别", 5), ("民族", 9), ("出生日期", 12), ("证件号码", 19), ("手机号码", 13), ("政治面貌", 12), ("学历", 14),
             ("所属工会", 18), ("工号", 9), ("岗位", 11), ("职称", 10), ("用工形式", 9), ("入会日期", 12), ("会员编号", 13),
             ("会员证号", 13), ("会籍状态", 9))  # fmt: skip
    columns = (NUMBER, *(Column(name, share, f"{{{{会员.{name}}}}}", format=DAY if name.endswith("日期") else "General")
                         for name, share in names))  # fmt: skip
    return List("会员花名册（A3横版）", "会员名单", "工会会员花名册", columns,
                ("单位：{{单位全称}}　　统一社会信用代码：{{统一社会信用代码}}", "共 {{会员人数}} 人　　{{今天}}"),
                landscape=True, size=A3, row=22, type_size=10,
                signers="制表人：{{经办人}}　　　　　　　　　　审核人：　　　　　　　　　　工会主席：{{主席}}")  # fmt: skip


def dues() -> List:
    """会费收缴表 (§1.7)."""
    columns = (NUMBER, Column("会员编号", 16, "{{会员.会员编号}}"), Column("姓名", 10, "{{会员.姓名}}"),
               Column("所属小组", 12, "{{会员.所属小组}}"),
               Column("缴费基数\n（元）", 11, "{{会员.月缴费基数}}", "right", MONEY),
               Column("月应缴\n（元）", 10, "{{会员.月应缴会费}}", "right", MONEY, total=True),
               Column("实缴\n（元）", 10, ""), Column("缴费\n方式", 9, ""), Column("本人签字", 12, ""), Column("备注", 8, ""))  # fmt: skip
    return List("会费收缴表", "会员名单", "工会会员会费收缴表", columns,
                ("单位：{{单位全称}}　收缴期间：{{填写.收缴期间}}", "{{今天}}"), row=24, page_sum=True,
                capitals="{{大写.月应缴会费}}", signers="收缴人：{{经办人}}　　　　　　复核人：　　　　　　　工会主席：{{主席}}",
                notes="注：会费按本人月工资收入的 0.5% 计算，工资尾数不足 10 元部分不计；保留会籍的会员不缴。")  # fmt: skip


def attendance() -> List:
    """签到表 (§7.5)."""
    columns = (NUMBER, Column("姓名", 11, "{{会员.姓名}}"), Column("所属小组", 16, "{{会员.所属小组}}"),
               Column("签到", 20, ""), Column("时间", 12, ""), Column("备注", 14, ""))  # fmt: skip
    return List("签到表", "会员名单", "{{填写.会议或活动名称}}签到表", columns,
                ("单位：{{单位全称}}　　地点：{{填写.地点}}", "时间：{{填写.时间}}"), row=26,
                signers="应到 {{会员人数}} 人　　　　实到：　　　人　　　　记录人：{{经办人}}")  # fmt: skip


def _share(tag: str) -> str:
    return f"{{{{名单.{tag}}}}}"


def _sign_sheet(name: str, *, landscape: bool, size: int, columns: Sequence[Column], row: float) -> List:
    signers = "制表人：{{经办人}}　经办人：　　　证明人：　　　审核（经审）：　　　工会主席：{{主席}}"
    signers = signers.replace("　　　", "　　　　　　　") if landscape else signers
    return List(name, "福利批次", "{{批次名称}}签领表", columns,
                ("{{工会名称}}　　分工会：{{分工会名称}}　　物品：{{物品}}", "共 {{人数}} 人"),
                landscape=landscape, size=size, row=row, page_sum=True, capitals="{{大写.金额}}", signers=signers,
                notes="注：在册截止日{{在册截止日}}。本人签领；代领的写明代领人姓名和与本人的关系。")  # fmt: skip


def _sign_columns(*shares: float) -> tuple[Column, ...]:
    """序号, 分工会, 姓名, 工号, 物品, 数量, 单价, 金额, 签字, 日期, 备注, as far as they have a share."""
    every = (Column("序号", 1, _share("序号")), Column("分工会", 1, _share("分工会")), Column("姓名", 1, _share("姓名")),
             Column("工号", 1, _share("工号")), Column("物品名称及规格", 1, _share("物品")),
             Column("数量", 1, _share("数量"), "center", "#,##0", total=True),
             Column("单价\n（元）", 1, _share("单价"), "right", MONEY),
             Column("金额\n（元）", 1, _share("金额"), "right", MONEY, total=True), Column("领取人签字", 1, ""),
             Column("领取\n日期", 1, ""), Column("代领人\n备　注", 1, _share("备注")))  # fmt: skip
    found = []
    for column, share in zip(every, shares, strict=True):
        if share:
            found.append(Column(column.title, share, column.tag, column.across, column.format, column.total))
    return tuple(found)


def sheets() -> list[List]:
    """签领表 in three sizes (§3.4)."""
    return [
        _sign_sheet("签领表（A4竖版）", landscape=False, size=A4, row=26,
                    columns=_sign_columns(6, 17, 12, 9, 0, 7, 10, 14, 16, 10, 13)),
        _sign_sheet("签领表（A4横版）", landscape=True, size=A4, row=25,
                    columns=_sign_columns(5, 16, 12, 9, 22, 7, 10, 14, 19, 10, 16)),
        _sign_sheet("签领表（A3横版）", landscape=True, size=A3, row=30,
                    columns=_sign_columns(6, 22, 13, 12, 32, 8, 13, 16, 32, 16, 28)),
    ]  # fmt: skip


def statistics() -> List:
    """福利发放统计表, a row a 分工会."""

    def number(name: str, share: float, **more: Any) -> Column:
        return Column(name, share, f"{{{{分工会.{name.partition('（')[0]}}}}}", total=True, **more)

    columns = (Column("序号", 6, "{{分工会.序号}}"), Column("分工会", 22, "{{分工会.分工会}}"), number("人数", 9), number("数量", 9),
               number("金额（元）", 15, across="right", format=MONEY), number("已领", 9), number("代领", 9), number("待领", 9),
               number("未领", 9), Column("备注", 12, ""))  # fmt: skip
    return List("福利发放统计表", "福利批次", "{{批次名称}}发放统计表", columns,
                ("{{工会名称}}　　物品：{{物品}}", "{{今天}}"), row=24, capitals="{{大写.金额}}",
                signers="制表人：{{经办人}}　　　　　　审核人：　　　　　　　工会主席：{{主席}}")  # fmt: skip


def notice() -> List:
    """福利发放公示: names and units, no numbers of papers."""
    columns = (Column("序号", 6, "{{名单.序号}}"), Column("分工会", 24, "{{名单.分工会}}"), Column("姓名", 14, "{{名单.姓名}}"),
               Column("物品", 28, "{{名单.物品}}"), Column("数量", 8, "{{名单.数量}}"), Column("备注", 14, ""))  # fmt: skip
    preface = ("　　经工会委员会研究，现将{{批次名称}}发放名单予以公示，共 {{人数}} 人。公示期{{填写.公示天数}}个工作日，"
               "自{{填写.公示开始日期|yyyy年m月d日}}至{{填写.公示结束日期|yyyy年m月d日}}。如有异议，请在公示期内向工会反映，联系电话：{{填写.联系电话}}。")  # fmt: skip
    return List("福利发放公示", "福利批次", "{{批次名称}}发放名单公示", columns, ("{{工会名称}}", "{{今天}}"), row=20,
                preface=preface)  # fmt: skip


# -- units ----------------------------------------------------------------------------------------------------------


def officers() -> List:
    """工会委员任职表."""
    columns = (Column("序号", 5, "{{任职.序号}}"), Column("委员会", 14, "{{任职.委员会}}"), Column("职务", 17, "{{任职.职务}}"),
               Column("姓名", 10, "{{任职.姓名}}"), Column("性别", 5, "{{任职.性别}}"), Column("出生\n年月", 9, "{{任职.出生年月}}"),
               Column("政治面貌", 12, "{{任职.政治面貌}}"), Column("学历", 19, "{{任职.学历}}"), Column("部门", 11, "{{任职.部门}}"),
               Column("专职", 6, "{{任职.专职}}"), Column("届次", 8, "{{任职.届次}}"),
               Column("任职日期", 13, "{{任职.任职日期}}", format=DAY), Column("任期", 20, "{{任职.任期}}"),
               Column("备注", 8, ""))  # fmt: skip
    return List("工会委员任职表", "组织", "工会委员会组成人员任职表", columns,
                ("{{单位全称}}　　批复文号：{{填写.批复文号}}", "{{今天}}"), landscape=True, row=26, spare=5,
                signers="制表人：{{经办人}}　　　　　　　　　　工会主席：{{主席}}（公章）")  # fmt: skip


def reminder() -> Paper:
    """换届提醒函 (§2)."""
    paper = Paper("换届提醒函", "组织", margins=(28, 26, 30, 25)).title("关于按期换届的提醒函", 22).row(20)
    paper.row(36, words("{{单位全称}}：", size=16))
    paper.row(130, words(
        "　　你单位工会委员会{{本届届次|空:________}}任期自{{本届开始日期|空:________}}起，至{{本届届满日期|空:________}}届满，{{届满情况|空:________}}。"
        "根据《中国工会章程》和《工会基层组织选举工作条例》，基层工会委员会任期届满应当按期换届选举。", size=16))  # fmt: skip
    paper.row(70, words("　　请提前做好换届准备，于{{填写.请示期限}}前将换届请示报{{填写.报送单位}}。因故需要提前或延期换届的，"
                        "应当报上一级工会批准，延期不超过半年。", size=16))  # fmt: skip
    paper.row(36, words("　　附：现任委员会情况", size=16))
    paper.row(28, label("委员会", 7, font=HEI), label("届次", 4, font=HEI), label("开始日期", 5, font=HEI),
              label("届满日期", 5, font=HEI), label("情况", 3, font=HEI))  # fmt: skip
    tags = (("委员会", 7), ("第几届", 4), ("开始日期", 5), ("届满日期", 5), ("情况", 3))
    paper.row(28, *(value(f"{{{{届次.{name}}}}}", span, size=10, format=DAY if "日期" in name else "General")
                    for name, span in tags))  # fmt: skip
    for _ in range(2):
        paper.row(28, *(Box(None, span, size=10, format=DAY if "日期" in name else "General") for name, span in tags))
    paper.row(40)
    paper.row(32, words("{{工会名称}}　　　", size=16, across="right"))
    return paper.row(32, words("{{今天}}　　　　", size=16, across="right"))


def moves() -> Paper:
    """会员增减变动表: how it adds up, then one by one."""
    paper = Paper("会员增减变动表", "组织", landscape=True, fit=False, margins=(15, 15, 16, 16)).title(
        "会员增减变动表", 18
    )
    paper.line("{{单位全称}}　　期间：{{填写.期间}}", "{{今天}}")
    spans = ("名称", 4), ("期初人数", 2), *((name, 2) for name in ("入会", "转入", "恢复会籍", "转出", "保留会籍", "退会", "除名", "去世")), (
        "期末人数", 2)  # fmt: skip
    paper.row(26, *(label("分工会" if name == "名称" else name, span, font=HEI, size=10) for name, span in spans))
    paper.row(21, *(value(f"{{{{增减.{name}}}}}", span, size=10) for name, span in spans))
    paper.row(22, label("合　计", 4, font=HEI, size=10),
              *(value(f"{{{{合计.{name}}}}}", span, size=10) for name, span in spans[1:]))  # fmt: skip
    paper.row(14)
    paper.row(24, Box("变动明细", GRID, HEI, 12, ruled=False, across="left"))
    detail = (
        ("日期", 3),
        ("变动", 3),
        ("姓名", 3),
        ("性别", 1),
        ("会员编号", 3),
        ("所属分工会", 4),
        ("原因", 4),
        ("依据或批准文号", 3),
    )
    paper.row(24, *(label(name, span, font=HEI, size=10) for name, span in detail))
    paper.row(21, *(value(f"{{{{变动.{name}}}}}", span, size=10) for name, span in detail))
    for _ in range(2):
        paper.row(21, *(Box(None, span, size=10) for _, span in detail))
    return paper.line("制表人：{{经办人}}　　　　　　　　审核人：　　　　　　　　工会主席：{{主席}}", height=30)


def leaders() -> List:
    """工会小组长名单."""
    columns = (Column("序号", 6, "{{小组长.序号}}"), Column("分工会", 20, "{{小组长.分工会}}"), Column("工会小组", 18, "{{小组长.小组}}"),
               Column("组长姓名", 12, "{{小组长.姓名}}"), Column("性别", 6, "{{小组长.性别}}"),
               Column("小组\n人数", 9, "{{小组长.会员人数}}"), Column("任职日期", 12, "{{小组长.任职日期}}", format=DAY),
               Column("联系电话", 14, "{{小组长.手机号码}}"), Column("备注", 12, ""))  # fmt: skip
    return List("工会小组长名单", "组织", "工会小组长名单", columns, ("{{单位全称}}", "{{今天}}"), row=24, spare=9,
                signers="制表人：{{经办人}}　　　　　　　　工会主席：{{主席}}")  # fmt: skip


# -- approvals ------------------------------------------------------------------------------------------------------


def plan() -> Paper:
    """慰问方案 (§3.4)."""
    paper = Paper("慰问方案", "审批", margins=(25, 25, 22, 20)).title("{{批次名称}}方案", 20)
    paper.line("{{工会名称}}", "{{今天}}")
    rows = (
        ("慰问对象", "{{在册截止日}}在会的会员，范围：{{范围}}，共 {{人数}} 人。"),
        ("慰问标准", "每人{{物品}} {{每人数量}} 份，单价 {{单价}} 元，每人 {{每人金额}} 元。"),
        ("发放形式", "{{发放形式}}"),
        ("经费预算", "{{预算}} 元（{{预算大写}}）；按名单合计 {{合计}} 元。"),
        ("经费来源", "{{填写.经费来源}}"),
        ("采购方式", "{{填写.采购方式}}"),
        ("领取截止日", "{{领取截止日}}"),
        ("领取地点", "{{领取地点}}"),
        ("政策依据", "{{依据文件}}"),
        ("会议纪要或决议", "{{会议纪要或决议}}"),
        ("工作安排", "{{填写.工作安排}}"),
    )
    for name, text in rows:
        paper.row(
            0 if name == "工作安排" else 35,
            label(name, 5, size=10.5),
            value(text, 19, font=FANG, size=12, across="left"),
        )
    paper.opinion("编　　制", 30, sign="编制人：{{编制人}}　　　　　年　　月　　日　", span=5)
    paper.opinion("经费审查\n意　　见", 42, sign="签字：　　　　　　　　　年　　月　　日　", span=5)
    paper.opinion("工会委员会\n研究意见", 48, sign="工会主席签字（公章）：　　　　　　年　　月　　日　", span=5)
    return paper.row(
        40, label("审批进度", 5, size=10.5), value("{{审批规则}}　{{审批进度}}", 19, font=FANG, size=11, across="left")
    )


def quotes() -> Paper:
    """采购比价表 (§3.4)."""
    paper = Paper("采购比价表", "审批", landscape=True, margins=(18, 18, 16, 16)).title("采购比价表", 20)
    paper.line("采购事项：{{批次名称}}　　{{工会名称}}", "{{今天}}")
    paper.row(30, label("物品名称", 3), value("{{物品}}", 7), label("数　　量", 3), value("{{人数}} 人 × {{每人数量}} 份", 4),
              label("预算（元）", 3), value("{{预算}}", 4, format=MONEY))  # fmt: skip
    paper.row(28, label("序号", 2, font=HEI), label("供应商", 6, font=HEI), label("联系人及电话", 4, font=HEI),
              label("品牌、规格、质量", 4, font=HEI), label("单价（元）", 2, font=HEI, size=10),
              label("总价（元）", 3, font=HEI, size=10), label("售后、送货", 3, font=HEI, size=10))  # fmt: skip
    for number in "一二三":
        paper.row(40, label(number, 2), value(f"{{{{填写.供应商{number}}}}}", 6), value(f"{{{{填写.联系方式{number}}}}}", 4, size=10),
                  value(f"{{{{填写.规格{number}}}}}", 4, size=10), value(f"{{{{填写.单价{number}}}}}", 2, size=10, format=MONEY),
                  value(f"{{{{填写.总价{number}}}}}", 3, size=10, format=MONEY), value(f"{{{{填写.售后{number}}}}}", 3, size=10))  # fmt: skip
    paper.row(0, label("比价意见", 3), value("{{填写.比价意见}}", 21, font=FANG, size=12, across="left", down="top"))
    paper.row(34, label("选定供应商", 3), value("{{填写.选定供应商}}", 9), label("成交金额", 3), value("{{填写.成交金额}}", 3, format=MONEY),
              value("{{填写.成交金额大写}}", 6, size=9.5))  # fmt: skip
    paper.row(30, label("采购小组成员签字（不少于三人）", 8), Box(None, 16))
    paper.row(50, label("经费审查\n意　　见", 3), Box("签字：　　　　　　年　　月　　日　", 9, across="right", down="bottom"),
              label("工会主席\n意　　见", 3), Box("签字：　　　　　　年　　月　　日　", 9, across="right", down="bottom"))  # fmt: skip
    return paper.line("注：货比三家，附报价单；付款用对公转账或公务卡。", height=22)


def expenses() -> Paper:
    """经费审批单."""
    paper = Paper("经费审批单", "审批").title("工会经费支出审批单", 20)
    paper.line("{{工会名称}}", "{{今天}}")
    paper.row(34, label("支出事项", 4), value("{{批次名称}}", 12), label("编　　号", 3), value("{{填写.编号}}", 5))
    paper.row(
        34, label("支出科目", 4), value("{{填写.支出科目}}", 12), label("附单据", 3), value("{{填写.附单据张数}} 张", 5)
    )
    paper.row(
        34, label("支出金额", 4), value("{{合计}}", 6, format=MONEY), label("大　　写", 3), value("{{合计大写}}", 11)
    )
    paper.row(34, label("预算金额", 4), value("{{预算}}", 6, format=MONEY), label("付款方式", 3),
              value("{{填写.付款方式|选项:对公转账/公务卡}}", 11))  # fmt: skip
    paper.row(34, label("收款单位", 4), value("{{填写.收款单位}}", 20))
    paper.row(34, label("开户银行", 4), value("{{填写.开户银行}}", 9), label("账　　号", 3), value("{{填写.账号}}", 8))
    paper.row(60, label("支出说明", 4), value("{{物品}}，{{人数}} 人，每人 {{每人金额}} 元。{{填写.支出说明}}", 20, font=FANG,
              size=12, across="left"))  # fmt: skip
    paper.row(34, label("经 办 人", 4), value("{{编制人}}", 8), label("证 明 人", 4), value("{{填写.证明人}}", 8))
    paper.row(
        26,
        label("步　　骤", 4, font=HEI),
        label("状　　态", 4, font=HEI),
        label("办理情况（程序中的记录）", 16, font=HEI),
    )
    paper.row(
        30, value("{{步骤.步骤}}", 4), value("{{步骤.状态}}", 4), value("{{步骤.说明}}", 16, size=10, across="left")
    )
    for _ in range(2):
        paper.row(30, Box(None, 4), Box(None, 4), Box(None, 16, size=10, across="left"))
    paper.opinion("财务审核", 0)
    paper.opinion("经费审查\n会　　签", 0)
    return paper.opinion("工会主席\n审　　批", 0)


# -- nothing but what is typed --------------------------------------------------------------------------------------


def hardship() -> Paper:
    """困难职工档案表, Form A (§4.2), in its order of boxes."""
    paper = Paper("困难职工档案表（A表）", "填写", margins=(14, 14, 12, 12)).title("困难职工档案表", 18)
    paper.line("填报单位：{{工会名称}}", "建档日期：{{建档日期}}", 18)
    small = {"size": 9}
    fields = (
        ("职工编号", "困难类别", "姓名"), ("民族", "性别", "政治面貌"), ("身份证号", "出生日期", "健康状况"),
        ("残疾类别", "工作状态", "劳模类型"), ("住房类型", "建筑面积", "手机号码"), ("其他联系方式", "邮政编码", "工作时间"),
        ("所属行业", "婚姻状况", "户口类型"),
    )  # fmt: skip
    for names in fields:
        paper.row(
            19, *(box for name in names for box in (label(name, 3, **small), value(f"{{{{{name}}}}}", 5, **small)))
        )
    paper.row(19, label("家庭住址", 3, **small), value("{{家庭住址}}", 21, across="left", **small))
    paper.row(19, label("工作单位", 3, **small), value("{{工作单位}}", 13, across="left", **small), label("单位性质", 3, **small),
              value("{{单位性质}}", 5, **small))  # fmt: skip
    for names in (("企业状况", "是否单亲", "本人月平均收入"), ("家庭其他年收入", "家庭年度总收入", "家庭人口"),
                  ("家庭月人均收入", "户口所在地行政区划", "医保状况")):  # fmt: skip
        paper.row(
            24, *(box for name in names for box in (label(name, 4, size=8), value(f"{{{{{name}}}}}", 4, size=8.5)))
        )
    paper.row(19, label("是否有一定自救能力", 5, size=8.5), value("{{是否有一定自救能力}}", 7, **small),
              label("是否为零就业家庭", 5, size=8.5), value("{{是否为零就业家庭}}", 7, **small))  # fmt: skip
    spans = (("姓名", 2), ("关系", 2), ("性别", 1), ("政治面貌", 2), ("身份证号", 4), ("出生日期", 3), ("医保状况", 2), ("健康状况", 2),
             ("月收入", 2), ("身份", 1), ("单位或学校", 3))  # fmt: skip
    paper.row(22, *(label("家庭成员\n姓名" if name == "姓名" else name, span, size=8) for name, span in spans))
    paper.row(22, *(value(f"{{{{家庭成员.{name}}}}}", span, size=8) for name, span in spans))
    for _ in range(4):
        paper.row(22, *(Box(None, span, size=8) for _, span in spans))
    paper.row(20, label("主要致困原因", 4, **small), value("{{主要致困原因}}", 8, **small), label("次要致困原因", 4, **small),
              value("{{次要致困原因}}", 8, **small))  # fmt: skip
    paper.row(
        0,
        label("其他\n（文字描述）", 4, **small),
        value("{{其他（文字描述）}}", 20, across="left", down="top", **small),
    )
    paper.row(20, label("开户银行", 3, **small), value("{{开户银行}}", 4, **small), label("支行名称", 3, **small),
              value("{{支行名称}}", 5, **small), label("银行卡号", 3, **small), value("{{银行卡号}}", 6, **small))  # fmt: skip
    paper.row(
        18,
        label("附　件", 3, rows=3, **small),
        label("类　型", 6, **small),
        label("名　称", 9, **small),
        label("备　注", 6, **small),
    )
    paper.row(
        18,
        Box(None, 3),
        *(value(f"{{{{附件.{name}}}}}", span, **small) for name, span in (("类型", 6), ("名称", 9), ("备注", 6))),
    )
    paper.row(18, Box(None, 3), Box(None, 6, **small), Box(None, 9, **small), Box(None, 6, **small))
    paper.row(
        20,
        *(
            box
            for name in ("建档人", "审核人", "录入人")
            for box in (label(name, 3, **small), value(f"{{{{{name}}}}}", 5, **small))
        ),
    )
    for name in ("基层党组织或\n行政意见", "基层工会或\n办事处意见", "系统工会意见"):
        paper.row(
            44,
            label(name, 4, **small),
            Box("（盖章）　　　　　年　　月　　日　", 20, across="right", down="bottom", **small),
        )
    return paper


def hardship_family() -> List:
    """困难职工档案表, Form B (§4.2): the family, each with all its boxes, across A3."""
    names = (
        ("*姓名", "姓名", 7), ("*关系(是\n户主的)", "关系", 7), ("*民族", "民族", 5), ("*身份证号", "身份证号", 14), ("出生日期", "出生日期", 9),
        ("年龄", "年龄", 4), ("性别", "性别", 4), ("政治\n面貌", "政治面貌", 6), ("*月收入", "月收入", 7), ("*劳模\n类型", "劳模类型", 6),
        ("*健康\n状况", "健康状况", 7), ("疾病/\n残疾类别", "疾病/残疾类别", 7), ("*医保\n状况", "医保状况", 7), ("*婚姻\n状况", "婚姻状况", 6),
        ("*户口\n类型", "户口类型", 6), ("手机号码", "手机号码", 9), ("其它联系\n方式", "其它联系方式", 8), ("*人员\n身份", "人员身份", 7),
        ("当前\n学历", "当前学历", 6), ("入学\n年份", "入学年份", 6), ("年制", "年制", 4), ("单位或学校", "单位或学校", 11),
        ("单位性质", "单位性质", 8), ("企业\n状况", "企业状况", 6), ("所属行业", "所属行业", 7), ("工作\n状态", "工作状态", 6),
        ("劳动合同\n签订/\n入伍时间", "劳动合同签订/入伍时间", 9), ("合同期限", "合同期限", 7), ("备注", "备注", 6),
    )  # fmt: skip
    columns = tuple(Column(title, share, f"{{{{家庭成员.{tag}}}}}") for title, tag, share in names)
    return List("困难职工档案表（B表）", "填写", "困难职工家庭成员情况表", columns,
                ("职工编号：{{职工编号}}　　职工姓名：{{姓名}}　　工作单位：{{工作单位}}", "家庭人口：{{家庭人口}}"),
                landscape=True, size=A3, row=42, spare=5, type_size=8, head=46, margins=(10, 10, 16, 16),
                signers="职工所在单位工会意见（签字盖章）：　　　　　　　　　　　　　　　　公示结果：　　　　　　　　　　　　　　　　"
                        "　　　　　　年　　月　　日　")  # fmt: skip


def aid(source: str) -> List:
    """专项资金帮扶情况实名制签领表 (§4.5): ten persons a page, the card number in a person's second line."""
    columns = (Column("序号", 5, "{{名单.序号}}"), Column("姓名", 9, "{{名单.姓名}}"), Column("性别", 5, "{{名单.性别}}"),
               Column("年龄", 5, "{{名单.年龄}}"), Column("身份证号\n（银行卡号）", 21, "{{名单.身份证号}}\n{{名单.银行卡号}}"),
               Column("工作单位\n（家庭住址）", 24, "{{名单.工作单位}}\n{{名单.家庭住址}}"),
               Column("金额（元）", 11, "{{名单.金额}}", "right", MONEY, total=True), Column("联系电话", 13, "{{名单.联系电话}}"),
               Column("签字", 14, ""), Column("困难职工编号", 13, "{{名单.困难职工编号}}"), Column("凭证号", 9, "{{名单.凭证号}}"))  # fmt: skip
    return List(f"帮扶签领表（{source}）", "填写", "专项资金帮扶情况实名制签领表", columns,
                (f"资金来源：{source}　　项目：{{{{项目}}}}　　填报单位：{{{{工会名称}}}}", "发放日期：{{发放日期}}"),
                landscape=True, row=34, head=32, whole_head=True, page_sum=True, capitals="{{大写.金额}}",
                signers="制表人：{{经办人}}　　　　　审核人：　　　　　　　　负责人：　　　　　　　　（公章）")  # fmt: skip


def visit() -> Paper:
    """走访慰问记录表 (§4.6)."""
    paper = Paper("走访慰问记录表", "会员").title("走访慰问记录表", 20)
    paper.line("{{工会名称}}", "编号：{{填写.编号}}")
    paper.row(
        30, label("走访日期", 4), value("{{填写.走访日期}}", 8), label("走访地点", 4), value("{{填写.走访地点}}", 8)
    )
    paper.row(30, label("走访人\n（不少于2人）", 4, size=9.5), value("{{填写.走访人}}", 20, across="left"))
    paper.row(
        30, label("走访对象", 4), value("{{姓名}}（{{所属分工会}}）", 8), label("联系电话", 4), value("{{手机号码}}", 8)
    )
    paper.row(34, label("慰问类别", 4), value("{{填写.慰问类别|选项:节日/生病/丧/灾/困难/劳模/一线}}", 20))
    for name in ("收入", "就业", "健康", "子女"):
        paper.row(26, label(f"{name}变化", 4), value(f"{{{{填写.{name}变化}}}}", 20, across="left"))
    paper.row(30, label("生活情况是否变动", 6, size=10), value("{{填写.生活情况是否变动|选项:是/否}}", 6),
              label("致困原因是否消除", 6, size=10), value("{{填写.致困原因是否消除|选项:是/否}}", 6))  # fmt: skip
    for name in ("反映的困难与诉求", "现场答复", "转办事项"):
        paper.row(
            0,
            label(name.replace("与", "\n与"), 4, size=10),
            value(f"{{{{填写.{name}}}}}", 20, across="left", down="top"),
        )
    paper.row(30, label("慰问金（元）", 4, size=10), value("{{填写.慰问金}}", 6, format=MONEY), label("慰问品及数量", 4, size=10),
              value("{{填写.慰问品及数量}}", 10))  # fmt: skip
    paper.row(30, label("经费来源", 4), value("{{填写.经费来源}}", 8), label("领取签字", 4), Box(None, 8))
    return paper.row(30, label("走访人签字", 4), Box(None, 8), label("下次回访日", 4), value("{{填写.下次回访日}}", 8))


def pairing() -> Paper:
    """结对帮扶卡 (§4.6)."""
    paper = Paper("结对帮扶卡", "会员").title("困难职工结对帮扶卡", 20)
    paper.line("{{工会名称}}", "编号：{{填写.编号}}")
    paper.row(30, label("困难职工", 4), value("{{姓名}}", 8), label("工作单位", 4), value("{{所属工会}}", 8))
    paper.row(
        30,
        label("联系电话", 4),
        value("{{手机号码}}", 8),
        label("困难类别", 4),
        value("{{填写.困难类别|选项:深度/相对/意外}}", 8),
    )
    paper.row(30, label("致困原因", 4), value("{{填写.致困原因}}", 20, across="left"))
    paper.row(30, label("帮扶责任人", 4), value("{{填写.帮扶责任人}}", 4), label("职　务", 3), value("{{填写.责任人职务}}", 5),
              label("电　话", 3), value("{{填写.责任人电话}}", 5))  # fmt: skip
    paper.row(30, label("结对起止", 4), value("{{填写.结对起止}}", 20))
    for name in ("帮扶需求", "帮扶目标", "帮扶措施"):
        paper.row(0, label(name, 4), value(f"{{{{填写.{name}}}}}", 20, across="left", down="top"))
    paper.row(
        26,
        label("日　期", 4, font=HEI),
        label("方　式", 4, font=HEI),
        label("内　容", 8, font=HEI),
        label("解决的问题", 8, font=HEI),
    )
    for _ in range(6):
        paper.row(26, Box(None, 4), Box(None, 4), Box(None, 8), Box(None, 8))
    paper.row(50, label("帮扶成效", 4), value("{{填写.帮扶成效}}", 20, across="left", down="top"))
    paper.row(34, label("职工签字", 4), Box(None, 8), label("责任人签字", 4), Box(None, 8))
    return paper.opinion("工会意见", 36, sign="（公章）　　　　　　　　年　　月　　日　")


CLAIMS = (
    ("住院", "因病住院/手术/工伤住院",
     (("医院、科室", "{{填写.住院科室}}"), ("住院号", "{{填写.住院号}}"), ("住院时间", "{{填写.住院时间}}"), ("病情诊断", "{{填写.病情诊断}}"),
      ("是否手术", "{{填写.是否手术|选项:是/否}}"), ("本年已慰问", "{{填写.本年已慰问次数}}")),
     "住院收费票据/病历首页/出院记录"),
    ("婚育", "结婚/生育",
     (("发生日期", "{{填写.发生日期}}"), ("配偶或子女", "{{填写.配偶或子女姓名}}"), ("证件编号", "{{填写.证件编号}}"),
      ("是否初次申报", "{{填写.是否初次申报|选项:是/否}}")),
     "结婚证/出生医学证明"),
    ("丧葬", "会员去世/直系亲属去世",
     (("逝者姓名", "{{填写.逝者姓名}}"), ("与会员关系", "{{填写.与会员关系}}"), ("去世日期", "{{填写.去世日期}}"), ("领取人", "{{填写.领取人}}")),
     "死亡证明/亲属关系证明"),
)  # fmt: skip


def everything() -> list[Paper | List]:
    """Every shipped form."""
    return [
        *(application(), registration(), card(), introduction(), retaining(), leaving(), consent(), own_data()),
        *(visit(), pairing(), *(claim(*each) for each in CLAIMS)),
        *(roster(), wide_roster(), dues(), attendance()),
        *(officers(), reminder(), moves(), leaders()),
        *(*sheets(), statistics(), notice()),
        *(plan(), quotes(), expenses()),
        *(hardship(), hardship_family(), aid("中央资金"), aid("省市资金")),
    ]


def main(names: Sequence[str]) -> None:
    """Write the forms, all or those named."""
    for form in everything():
        if names and form.name not in names:
            continue
        folder = ROOT / form.subject
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{form.name}.xlsx").write_bytes(form.build())
        print(f"{form.subject}/{form.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
