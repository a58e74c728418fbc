"""The sheet of one record: a ruled form of labels and values, as many pages as its text needs."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from unionoffice.documents.pdf.fonts import Fonts, Style
from unionoffice.documents.pdf.text import LEADING, PageText, broken, fit
from unionoffice.documents.pdf.trust_mark import TrustMark, draw
from unionoffice.documents.pdf.watermark import draw_watermark
from unionoffice.documents.record_sheet import Entry, RecordSheet
from unionoffice.documents.sign_sheet import PRACTICE_MARK, PRACTICE_NOTE

WIDTH, HEIGHT = A4
MARGIN = 57.0
LABEL = 84.0
SIZE = 11.0
ROW = 28.0
PAD = 6.0


def record_sheet_pdf(sheet: RecordSheet, *, fonts: Fonts, mark: TrustMark | None = None) -> bytes:
    """The sheet as a PDF file, every page with `mark`; the same input gives the same bytes.

    Drawn twice: the foot says how many pages.
    """
    return _drawn(sheet, fonts, mark, pages=_drawn(sheet, fonts, None, pages=0)[1])[0]


def _drawn(sheet: RecordSheet, fonts: Fonts, mark: TrustMark | None, *, pages: int) -> tuple[bytes, int]:
    buffer = BytesIO()
    song = fonts.face(Style.SONG).font.fontName
    canvas = Canvas(buffer, pagesize=A4, invariant=1, pageCompression=1, initialFontName=song, lang="zh-CN")
    canvas.setTitle(sheet.title)
    canvas.setAuthor(sheet.office)
    canvas.setCreator("unionoffice")
    drawn = _Press(canvas, fonts, sheet, mark, pages).draw()
    canvas.save()
    return buffer.getvalue(), drawn


class _Press:
    def __init__(self, canvas: Canvas, fonts: Fonts, sheet: RecordSheet, mark: TrustMark | None, pages: int) -> None:
        self._mark = mark
        self._pages = pages
        self._canvas = canvas
        self._fonts = fonts
        self._sheet = sheet
        self._text = PageText(canvas, fonts)
        self._page = 1
        self._y = 0.0

    def draw(self) -> int:
        """Draw everything; returns the number of pages."""
        self._head()
        self._notice()
        for group in self._sheet.groups:
            rows = list(_rows(group.entries))
            self._room(ROW * 2)
            self._y -= 24
            self._text.left(MARGIN, self._y + 7, group.title, Style.HEI, 12)
            for row in rows:
                self._row(row)
            self._y -= 8
        self._foot()
        return self._page

    def _head(self) -> None:
        if self._sheet.practice:
            draw_watermark(self._canvas, self._text, PRACTICE_MARK)
            self._text.left(MARGIN, HEIGHT - 36, PRACTICE_NOTE, Style.HEI, 9)
        self._y = HEIGHT - 78
        title = f"【{PRACTICE_MARK}】{self._sheet.title}" if self._sheet.practice else self._sheet.title
        width = self._fonts.width(title, Style.SONG_BOLD, 20)
        size = min(20.0, 20 * (WIDTH - 2 * MARGIN) / width)
        self._text.center(WIDTH / 2, self._y, title, Style.SONG_BOLD, round(size, 2))
        self._y -= 22
        self._text.left(MARGIN, self._y, f"单位：{self._sheet.office}", Style.SONG, SIZE)
        self._y -= 2 if self._page == 1 else 8  # a table goes on right below

    def _notice(self) -> None:
        if not self._sheet.notice:
            return
        for line in broken(self._fonts, self._sheet.notice, Style.KAI, SIZE, WIDTH - 2 * MARGIN):
            self._y -= SIZE * 1.5
            self._text.left(MARGIN, self._y, line, Style.KAI, SIZE)
        self._y -= 6

    def _foot(self) -> None:
        self._text.left(MARGIN, 34, self._sheet.foot, Style.SONG, 9)
        page = f"第 {self._page} 页 共 {self._pages} 页"
        self._text.left(WIDTH - MARGIN - self._fonts.width(page, Style.SONG, 9), 34, page, Style.SONG, 9)
        self._text.flush()
        if self._mark is not None:
            draw(self._canvas, self._mark, WIDTH, HEIGHT, fonts=self._fonts)
        self._canvas.showPage()

    def _room(self, needed: float) -> None:
        if self._y - needed < 60:
            self._foot()
            self._page += 1
            self._head()

    def _row(self, entries: Sequence[Entry]) -> None:
        box = (WIDTH - 2 * MARGIN) / (1 if entries[0].wide else 2)
        lines = [broken(self._fonts, entry.value, Style.SONG, SIZE, box - LABEL - 2 * PAD) for entry in entries]
        pending = [list(part) for part in lines]
        first = True
        while first or any(pending):
            most = max(1, int((self._y - 60 - 2 * PAD) // (SIZE * LEADING)))
            if self._y - ROW < 60:
                self._room(HEIGHT)
                continue
            shown = [part[:most] for part in pending]
            pending = [part[most:] for part in pending]
            self._boxes(entries, shown, box, first=first)
            first = False

    def _boxes(self, entries: Sequence[Entry], shown: Sequence[list[str]], box: float, *, first: bool) -> None:
        tall = max(ROW, max(len(part) for part in shown) * SIZE * LEADING + 2 * PAD)
        bottom = self._y - tall
        self._canvas.setLineWidth(0.6)
        for at, (entry, part) in enumerate(zip(entries, shown, strict=True)):
            x = MARGIN + at * box
            self._canvas.rect(x, bottom, LABEL, tall)
            self._canvas.rect(x + LABEL, bottom, box - LABEL, tall)
            if first:
                self._label(x, bottom, tall, entry.label)
            y = bottom + tall / 2 + (len(part) - 1) * SIZE * LEADING / 2 - SIZE * 0.36
            for line in part:
                self._text.left(x + LABEL + PAD, y, line, Style.SONG, SIZE)
                y -= SIZE * LEADING
        if len(entries) == 1 and not entries[0].wide:
            self._canvas.rect(MARGIN + box, bottom, box, tall)
        self._y = bottom

    def _label(self, x: float, bottom: float, tall: float, words: str) -> None:
        fitted = fit(self._fonts, words, Style.HEI, SIZE, width=LABEL - PAD, height=tall)
        step = fitted.size * LEADING
        y = bottom + tall / 2 + (len(fitted.lines) - 1) * step / 2 - fitted.size * 0.36
        for line in fitted.lines:
            self._text.center(x + LABEL / 2, y, line, Style.HEI, fitted.size)
            y -= step


def _rows(entries: Sequence[Entry]) -> list[tuple[Entry, ...]]:
    """Two narrow entries side by side, a wide one alone."""
    rows: list[tuple[Entry, ...]] = []
    waiting: Entry | None = None
    for entry in entries:
        if entry.wide:
            if waiting is not None:
                rows.append((waiting,))
            rows.append((entry,))
            waiting = None
        elif waiting is None:
            waiting = entry
        else:
            rows.append((waiting, entry))
            waiting = None
    return [*rows, (waiting,)] if waiting is not None else rows
