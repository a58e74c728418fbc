"""What a laid page holds: words and rules with their places in mm from the paper's upper left corner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from unionoffice.documents.pdf.fonts import Style


class Part(StrEnum):
    """Which part of the paper a mark belongs to, in the standard's words."""

    COPY_NUMBER = "份号"
    SECRECY = "密级"
    URGENCY = "紧急程度"
    MARK = "发文机关标志"
    NUMBER = "发文字号"
    SIGNER = "签发人"
    RULE = "分隔线"
    LETTER_RULE = "红色双线"
    TITLE = "标题"
    TO = "主送机关"
    BODY = "正文"
    TABLE = "表格"
    ANNEX_NOTE = "附件说明"
    ROLL = "出席"
    SIGNATURE = "署名"
    DATE = "成文日期"
    NOTE = "附注"
    ANNEX_LABEL = "附件"
    ANNEX_TITLE = "附件标题"
    IMPRINT = "版记"
    FOLIO = "页码"


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text in one style: `x`, `y` is the start of its baseline, `along` where each character starts from
    there. `turned` text runs upward. `stretch` is the width of the characters, 1 = as designed."""

    part: Part
    text: str
    x: float
    y: float
    along: tuple[float, ...]
    style: Style
    size: float
    red: bool = False
    turned: bool = False
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line, `weight` mm thick."""

    part: Part
    x: float
    y: float
    to_x: float
    to_y: float
    weight: float
    red: bool = False


Mark = Words | Rule


@dataclass(frozen=True, slots=True)
class Seal:
    """Where the seal will be pressed; nothing is drawn there."""

    page: int
    x: float
    y: float
    diameter: float


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A line of the table of contents beside the pages."""

    title: str
    page: int
    depth: int


@dataclass(frozen=True, slots=True)
class Lack:
    """A character that no font can draw, and the line it stands in."""

    char: str
    line: str


@dataclass(frozen=True, slots=True)
class Typeset:
    """A paper laid on pages. `missing` is what cannot be printed. `lines` and `characters` are those the text came
    out with: other than 22 and 28 where that kept the signature from a page of its own."""

    title: str
    organ: str
    pages: tuple[tuple[Mark, ...], ...]
    bookmarks: tuple[Bookmark, ...]
    missing: tuple[Lack, ...]
    lines: int
    characters: int
    seal: Seal | None = None

    def words(self, part: Part, page: int | None = None) -> list[Words]:
        """The texts of a part, on all pages or on one."""
        return [mark for mark in self._of(part, page) if isinstance(mark, Words)]

    def rules(self, part: Part, page: int | None = None) -> list[Rule]:
        """The lines of a part, on all pages or on one."""
        return [mark for mark in self._of(part, page) if isinstance(mark, Rule)]

    def _of(self, part: Part, page: int | None) -> Iterator[Mark]:
        pages = self.pages if page is None else (self.pages[page],)
        return (mark for marks in pages for mark in marks if mark.part is part)


def shifted(mark: Mark, x: float, y: float) -> Mark:
    """The mark at another place."""
    if isinstance(mark, Words):
        return replace(mark, x=mark.x + x, y=mark.y + y)
    return replace(mark, x=mark.x + x, y=mark.y + y, to_x=mark.to_x + x, to_y=mark.to_y + y)


def turned(mark: Mark, left: float, bottom: float) -> Mark:
    """A mark of a landscape page on the upright sheet: its left edge becomes the bottom, its top the left edge."""
    if isinstance(mark, Words):
        return replace(mark, x=left + mark.y, y=bottom - mark.x, turned=True)
    return replace(mark, x=left + mark.y, y=bottom - mark.x, to_x=left + mark.to_y, to_y=bottom - mark.to_x)
