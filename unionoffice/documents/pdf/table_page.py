"""A ruled A4 page: head, rows of fixed height, closing rows, signature cells; canvas lines and one text object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from unionoffice.documents.pdf.fonts import Fonts, Style
from unionoffice.documents.pdf.text import LEADING, MIDDLE, REMEMBERED, PageText, fit
from unionoffice.documents.pdf.trust_mark import TrustMark, draw
from unionoffice.documents.pdf.watermark import draw_watermark

MM: float = mm  # types say nothing of reportlab's units
WIDTH: float = A4[0]
HEIGHT: float = A4[1]
LEFT, RIGHT, TOP, BOTTOM = 18 * MM, 14 * MM, 12 * MM, 10 * MM
TITLE, LINE, COLUMN_HEAD = 12 * MM, 7 * MM, 9 * MM
CLOSING_ROW, SIGNATURES, GAP, FOOT = 8 * MM, 15 * MM, 1.5 * MM, 6 * MM
PADDING = 1.2 * MM
TITLE_SIZE, HEAD_SIZE, CELL_SIZE, SMALL_SIZE = 18.0, 11.0, 10.5, 9.0  # 小二, 约五号, 五号, 小五


class Align(Enum):
    """Where a text stands in its cell."""

    LEFT = 0.0
    CENTER = 0.5
    RIGHT = 1.0


@dataclass(frozen=True, slots=True)
class TableColumn:
    """Title, share of the width, and where the texts stand; money stands in a style whose digits are equally wide."""

    title: str
    width: float
    align: Align
    style: Style = Style.SONG


@dataclass(frozen=True, slots=True)
class ClosingCell:
    """A cell below the rows that spans so many columns."""

    span: int
    text: str
    align: Align
    style: Style = Style.SONG


Closing = list[ClosingCell]
Spot = tuple[float, float, str, float]
"""A placed line of text: x on the page, y above the middle of its cell, text, size."""


@dataclass(frozen=True, slots=True)
class Head:
    """The texts above the table."""

    title: str
    left: str
    right: str
    facts: str


class TablePress:
    """Draws page after page onto one canvas; keeps what it learnt about texts for the pages to come."""

    def __init__(
        self, canvas: Canvas, fonts: Fonts, *, watermark: str = "", notice: str = "", mark: TrustMark | None = None
    ) -> None:
        """`watermark` stands large and light across every page, `notice` small in its upper corner, `mark` below."""
        self.text = PageText(canvas, fonts)
        self._canvas = canvas
        self._fonts = fonts
        self._watermark, self._notice = watermark, notice
        self._mark = mark
        self._spots: dict[tuple[str, float, float, Align], list[Spot]] = {}

    @staticmethod
    def room(*, has_facts: bool) -> float:
        """Height in points between the column titles and the foot line."""
        return HEIGHT - TOP - TITLE - LINE * (2 if has_facts else 1) - COLUMN_HEAD - FOOT - BOTTOM

    @staticmethod
    def ending(*, closing_rows: int, signed: bool) -> float:
        """Height in points that closing rows and signature cells take."""
        return closing_rows * CLOSING_ROW + (GAP + SIGNATURES if signed else 0)

    def page(
        self,
        head: Head,
        columns: Sequence[TableColumn],
        rows: Sequence[Sequence[str]],
        *,
        row_height: float,
        closing: Sequence[Closing],
        signers: Sequence[tuple[str, str]],
        foot: tuple[str, str],
        empty: str = "",
    ) -> None:
        """Draw one page and end it; `empty` stands in a row of its own when there are no rows."""
        if self._watermark:
            draw_watermark(self._canvas, self.text, self._watermark)
            self._put(self._notice, LEFT, HEIGHT - TOP + 5 * MM, 60 * MM, 5 * MM, Align.LEFT, Style.HEI, SMALL_SIZE)
        share = (WIDTH - LEFT - RIGHT) / sum(column.width for column in columns)
        borders = list(accumulate((column.width * share for column in columns), initial=LEFT))
        top = self._head(head)
        y = self._titles(columns, borders, top)
        y = self._rows(columns, borders, rows, y, row_height) if rows else self._empty(borders, empty, y, row_height)
        for cells in closing:
            y = self._closing(cells, borders, y)
        self._outline(top, y)
        if signers:
            self._signatures(signers, y - GAP)
        self._foot(foot)
        self.text.flush()
        if self._mark is not None:
            draw(self._canvas, self._mark, WIDTH, HEIGHT, fonts=self._fonts)
        if len(self._spots) > REMEMBERED:
            self._spots.clear()
        self._canvas.showPage()

    def _head(self, head: Head) -> float:
        y = HEIGHT - TOP
        wide = WIDTH - LEFT - RIGHT
        self._put(head.title, LEFT, y, wide, TITLE, Align.CENTER, Style.SONG_BOLD, TITLE_SIZE)
        y -= TITLE
        needed = self._fonts.width(head.left, Style.SONG, HEAD_SIZE) + 2 * PADDING
        spare = wide - self._fonts.width(head.right, Style.SONG_BOLD, HEAD_SIZE) - 2 * PADDING
        left = min(needed, max(wide / 2, spare))
        self._put(head.left, LEFT, y, left, LINE, Align.LEFT, Style.SONG, HEAD_SIZE, gap=0)
        self._put(head.right, LEFT + left, y, wide - left, LINE, Align.RIGHT, Style.SONG_BOLD, HEAD_SIZE, gap=0)
        y -= LINE
        if head.facts:
            self._put(head.facts, LEFT, y, wide, LINE, Align.LEFT, Style.SONG, CELL_SIZE, gap=0)
            y -= LINE
        return y

    def _titles(self, columns: Sequence[TableColumn], borders: Sequence[float], y: float) -> float:
        for column, x, end in zip(columns, borders, borders[1:], strict=False):
            self._put(column.title, x, y, end - x, COLUMN_HEAD, Align.CENTER, Style.HEI, SMALL_SIZE)
        self._canvas.setLineWidth(0.5)
        self._canvas.grid(borders, [y, y - COLUMN_HEAD])
        return y - COLUMN_HEAD

    def _rows(
        self,
        columns: Sequence[TableColumn],
        borders: Sequence[float],
        rows: Sequence[Sequence[str]],
        y: float,
        height: float,
    ) -> float:
        self._canvas.grid(borders, [y - height * index for index in range(len(rows) + 1)])
        ends = zip(columns, borders, borders[1:], strict=False)
        cells = [(x, end - x, column.align, column.style) for column, x, end in ends]
        spots, draw = self._spots, self.text.left
        middle = y - height / 2
        for row in rows:
            for text, (x, width, align, style) in zip(row, cells, strict=True):
                if text:
                    key = (text, x, height, align)
                    found = spots.get(key)
                    if found is None:
                        found = spots[key] = self._place(text, x, width, height - PADDING, align, style, CELL_SIZE)
                    for at, above, part, size in found:
                        draw(at, middle + above, part, style, size)
            middle -= height
        return y - height * len(rows)

    def _empty(self, borders: Sequence[float], text: str, y: float, height: float) -> float:
        x, width = borders[0], borders[-1] - borders[0]
        self._put(text, x, y, width, height, Align.CENTER, Style.SONG, CELL_SIZE)
        self._canvas.grid([x, x + width], [y, y - height])
        return y - height

    def _closing(self, cells: Closing, borders: Sequence[float], y: float) -> float:
        ends = [borders[index] for index in accumulate((cell.span for cell in cells), initial=0)]
        for cell, x, end in zip(cells, ends, ends[1:], strict=False):
            self._put(cell.text, x, y, end - x, CLOSING_ROW, cell.align, cell.style, CELL_SIZE)
        self._canvas.grid(ends, [y, y - CLOSING_ROW])
        return y - CLOSING_ROW

    def _outline(self, top: float, bottom: float) -> None:
        self._canvas.setLineWidth(1)
        self._canvas.rect(LEFT, bottom, WIDTH - LEFT - RIGHT, top - bottom)
        self._canvas.setLineWidth(0.5)

    def _signatures(self, signers: Sequence[tuple[str, str]], y: float) -> None:
        width = (WIDTH - LEFT - RIGHT) / len(signers)
        borders = [LEFT + width * index for index in range(len(signers) + 1)]
        self._canvas.grid(borders, [y, y - SIGNATURES])
        for (role, name), x in zip(signers, borders, strict=False):
            self._put(f"{role}：", x, y, width, SIGNATURES * 0.4, Align.LEFT, Style.HEI, SMALL_SIZE)
            self._put(name, x, y - SIGNATURES * 0.4, width, SIGNATURES * 0.6, Align.CENTER, Style.SONG, HEAD_SIZE)

    def _foot(self, foot: tuple[str, str]) -> None:
        wide = WIDTH - LEFT - RIGHT
        y = BOTTOM + FOOT
        self._put(foot[0], LEFT, y, wide * 0.58, FOOT, Align.LEFT, Style.SONG, SMALL_SIZE)
        self._put(foot[1], LEFT + wide * 0.58, y, wide * 0.42, FOOT, Align.RIGHT, Style.SONG, SMALL_SIZE)

    def _put(
        self,
        text: str,
        x: float,
        top: float,
        width: float,
        height: float,
        align: Align,
        style: Style,
        size: float,
        *,
        gap: float = PADDING,
    ) -> None:
        if text:
            for at, above, part, fitted in self._place(text, x, width, height - gap, align, style, size):
                self.text.left(at, top - height / 2 + above, part, style, fitted)

    def _place(
        self, text: str, x: float, width: float, height: float, align: Align, style: Style, size: float
    ) -> list[Spot]:
        inner = width - 2 * PADDING
        fitted = fit(self._fonts, text, style, size, width=inner, height=height)
        first = (len(fitted.lines) - 1) / 2 * LEADING - MIDDLE
        return [
            (x + PADDING + (inner - wide) * align.value, (first - index * LEADING) * fitted.size, line, fitted.size)
            for index, (line, wide) in enumerate(zip(fitted.lines, fitted.widths, strict=True))
        ]
