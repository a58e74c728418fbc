"""What an official paper (公文) says, as plain data; nothing here knows of pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby


class Kind(StrEnum):
    """The kinds (文种) a union office writes."""

    NOTICE = "通知"
    PUBLIC_NOTICE = "公示"
    REPORT = "报告"
    REQUEST = "请示"
    REPLY = "批复"
    LETTER = "函"
    MINUTES = "纪要"
    DECISION = "决定"
    CIRCULAR = "通报"

    @property
    def upward(self) -> bool:
        """Whether it goes to a superior (上行文): the number then stands left and who signed it right."""
        return self in (Kind.REPORT, Kind.REQUEST)


class Head(StrEnum):
    """Whether the first page bears the organ's name in red."""

    RED = "红头"
    NONE = "无"


class Stand(StrEnum):
    """Where a paragraph's first line stands."""

    INDENTED = "空二字"
    FLUSH = "顶格"
    CENTRED = "居中"
    RIGHT = "居右空二字"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; its heading level is read from its own number: 一、 （一） 1. （1）."""

    text: str
    stand: Stand = Stand.INDENTED


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table; widths are shares of the whole and follow from the texts when none are given."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Attachment:
    """A paper behind the text; `landscape` turns it so that its head is at the left edge of the sheet."""

    title: str
    blocks: tuple[Block, ...] = ()
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Roll:
    """Who was at a meeting: 出席, 请假 or 列席, and the names."""

    label: str
    names: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialDocument:
    """One paper. Empty fields are left out of the page.

    `organ` is the red name as printed (示范矿业有限公司工会文件), several lines for several organs. `to` and `cc` are
    written as the page shows them, without colon or full stop at their ends. `attachments` are named in the text and
    follow on pages of their own.
    """

    kind: Kind
    title: str
    body: tuple[Block, ...]
    head: Head = Head.NONE
    organ: str = ""
    number: str = ""
    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""
    signers: tuple[str, ...] = ()
    to: str = ""
    attachments: tuple[Attachment, ...] = ()
    rolls: tuple[Roll, ...] = ()
    signature: str = ""
    dated: date | None = None
    seal: bool = False
    note: str = ""
    cc: str = ""
    issuer: str = ""
    issued: date | None = None
    public: bool = False


_LEVELS = (
    re.compile(r"[一二三四五六七八九十百]+、"),
    re.compile(r"（[一二三四五六七八九十百]+）"),
    re.compile(r"\d+[.．](?!\d)"),
    re.compile(r"（\d+）"),
)
_STANDS = {"<": Stand.FLUSH, "^": Stand.CENTRED, ">": Stand.RIGHT}


def level(text: str) -> int:
    """The heading level of a paragraph, 1 to 4; 0 for one without a number."""
    return next((depth for depth, pattern in enumerate(_LEVELS, 1) if pattern.match(text)), 0)


def blocks(text: str) -> tuple[Block, ...]:
    """Text with simple marks as paragraphs and tables.

    Every line is a paragraph; `<` before it takes its indent away, `^` centres it, `>` sets it at the right. Lines
    that begin with `|` are a table, its first line the titles (`table_of`).
    """
    lines = [line for line in (line.strip() for line in text.splitlines()) if line]
    found: list[Block] = []
    for is_table, together in groupby(lines, lambda line: line.startswith("|")):
        group = list(together)
        found.extend([table_of(group)] if is_table else map(_paragraph, group))
    return tuple(found)


def chinese(day: date) -> str:
    """The date as papers write it: 2026年9月1日, without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def _paragraph(line: str) -> Paragraph:
    stand = _STANDS.get(line[0])
    return Paragraph(line[1:].lstrip(), stand) if stand else Paragraph(line)


def table_of(lines: Sequence[str]) -> Table:
    """The table of lines that begin with a bar: titles first. A cell may be empty; every row is as wide as the titles,
    or as the widest row that has something to say beyond them."""
    titles, *rows = [_cells(line) for line in lines]
    if len(titles) > 1 and lines[0].rstrip().endswith("|"):
        titles = titles[:-1]
    said = (at for row in rows for at, cell in enumerate(row, 1) if cell)
    width = max((len(titles), *said))
    return Table(_wide(titles, width), tuple(_wide(row, width) for row in rows))


def _wide(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return cells[:width] + ("",) * (width - len(cells))


def row_of(cells: Sequence[object]) -> str:
    """The line that `table_of` reads these cells from."""
    return "|" + "".join(f"{' '.join(str(cell).replace('|', '｜').split())}|" for cell in cells)


def _cells(line: str) -> tuple[str, ...]:
    """Only the bar before the first cell goes: whatever stands between two, also nothing, is a cell."""
    return tuple(cell.strip() for cell in line.strip().removeprefix("|").split("|"))
