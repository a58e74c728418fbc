"""Recovery cards on A4, a sheet each: to be folded in three with the code inside. Black only, for any laser printer."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from itertools import groupby

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from unionoffice.documents.pdf.fonts import Fonts, Style
from unionoffice.documents.pdf.text import LEADING, PageText, broken, fit
from unionoffice.documents.pdf.watermark import draw_watermark
from unionoffice.documents.recovery_card import ADVICE, FOLDS, HOW_TO_ENTER, TITLE, RecoveryCard
from unionoffice.documents.sign_sheet import PRACTICE_MARK, PRACTICE_NOTE

MM: float = mm
WIDTH: float = A4[0]
HEIGHT: float = A4[1]
MARGIN = 18 * MM
UPPER_FOLD, LOWER_FOLD = HEIGHT * 2 / 3, HEIGHT / 3
QR = 46 * MM
"""The side of the QR code with its white border of 4 modules; the modules alone take 39 mm."""
QUIET = 4
SIGN, PITCH, GAP, CODE_LINE = 18.0, 12.2, 11.0, 32.0
BODY, SMALL = 11.5, 9.0


def recovery_cards_pdf(cards: Sequence[RecoveryCard], *, fonts: Fonts) -> bytes:
    """The cards as a PDF file, a page each; the same input gives the same bytes."""
    buffer = BytesIO()
    song = fonts.face(Style.SONG).font.fontName
    canvas = Canvas(buffer, pagesize=A4, invariant=1, pageCompression=1, initialFontName=song, lang="zh-CN")
    canvas.setTitle(TITLE)
    canvas.setAuthor(cards[0].office)
    canvas.setCreator("unionoffice")
    text = PageText(canvas, fonts)
    for card in cards:
        _Press(canvas, fonts, text, card).draw()
    canvas.save()
    return buffer.getvalue()


class _Press:
    def __init__(self, canvas: Canvas, fonts: Fonts, text: PageText, card: RecoveryCard) -> None:
        self._canvas = canvas
        self._fonts = fonts
        self._text = text
        self._card = card

    def draw(self) -> None:
        if self._card.practice:
            draw_watermark(self._canvas, self._text, PRACTICE_MARK)
            self._text.left(MARGIN, HEIGHT - 30, PRACTICE_NOTE, Style.HEI, SMALL)
        self._cover()
        self._fold(UPPER_FOLD, FOLDS[1])
        self._code()
        self._fold(LOWER_FOLD, FOLDS[0])
        self._advice()
        self._text.flush()
        self._canvas.showPage()

    def _cover(self) -> None:
        card = self._card
        title = f"【{PRACTICE_MARK}】{TITLE}" if card.practice else TITLE
        self._text.center(WIDTH / 2, HEIGHT - 62, title, Style.SONG_BOLD, 22)
        self._text.center(WIDTH / 2, HEIGHT - 88, f"第 {card.number} 张，共 3 张", Style.HEI, 14)
        rows = (
            ("单位", card.office),
            ("保管人", f"{card.held_as}　{card.holder}"),
            ("印制日期", f"{card.made_on}　第 {card.set_number} 套　密钥代号 {card.key_name}"),
            ("启封记录", ""),
        )
        top, tall, label = HEIGHT - 106, 27.0, 76.0
        self._canvas.setLineWidth(0.6)
        for at, (name, value) in enumerate(rows):
            bottom = top - (at + 1) * tall
            self._canvas.rect(MARGIN, bottom, label, tall)
            self._canvas.rect(MARGIN + label, bottom, WIDTH - 2 * MARGIN - label, tall)
            self._text.center(MARGIN + label / 2, bottom + 9, name, Style.HEI, 11)
            fitted = fit(self._fonts, value, Style.SONG, 12, width=WIDTH - 2 * MARGIN - label - 16, height=tall - 4)
            y = bottom + tall / 2 + (len(fitted.lines) - 1) * fitted.size * LEADING / 2 - fitted.size * 0.36
            for line in fitted.lines:
                self._text.left(MARGIN + label + 8, y, line, Style.SONG, fitted.size)
                y -= fitted.size * LEADING
        self._text.left(
            MARGIN,
            top - len(rows) * tall - 18,
            "装入信封密封保管。非经批准不得启封；启封要写明日期、事由和经手人。",
            Style.KAI,
            BODY,
        )

    def _code(self) -> None:
        top = UPPER_FOLD - 34
        self._text.left(MARGIN, top, f"第 {self._card.number} 张　代码", Style.HEI, 12)
        y = top - 34
        for number, groups in enumerate(self._card.lines, 1):
            self._text.left(MARGIN, y + 2, f"第 {number} 行", Style.SONG, SMALL)
            x = MARGIN + 36
            for group in groups:
                for sign in group:
                    self._text.center(x + PITCH / 2, y, sign, Style.HEI, SIGN)
                    x += PITCH
                x += GAP
            y -= CODE_LINE
        self._draw_qr(WIDTH - MARGIN - QR + 8, top + 12 - QR)
        for line in broken(self._fonts, HOW_TO_ENTER, Style.SONG, SMALL, WIDTH - 2 * MARGIN):
            self._text.left(MARGIN, y - 2, line, Style.SONG, SMALL)
            y -= SMALL * 1.5

    def _draw_qr(self, x: float, y: float) -> None:
        code = segno.make(self._card.code, error="q", micro=False)
        rows = [bytes(row) for row in code.matrix_iter(border=QUIET)]
        side = QR / len(rows)
        self._text.flush()
        self._canvas.setFillGray(1)
        self._canvas.rect(x, y, QR, QR, stroke=0, fill=1)  # no watermark behind it
        self._canvas.setFillGray(0)
        path = self._canvas.beginPath()
        for at, row in enumerate(rows):
            column = 0
            for dark, run in groupby(row):
                wide = len(list(run))
                if dark:
                    path.rect(x + column * side, y + QR - (at + 1) * side, wide * side, side)
                column += wide
        self._canvas.drawPath(path, stroke=0, fill=1)

    def _fold(self, y: float, words: str) -> None:
        self._canvas.saveState()
        self._canvas.setLineWidth(0.5)
        self._canvas.setDash(4, 3)
        self._canvas.line(0, y, WIDTH, y)
        self._canvas.restoreState()
        self._text.center(WIDTH / 2, y + 4, words, Style.SONG, SMALL)

    def _advice(self) -> None:
        y = LOWER_FOLD - 34
        indent = 68.0
        for title, words in ADVICE:
            self._text.left(MARGIN, y, title, Style.HEI, BODY)
            for line in broken(self._fonts, words, Style.SONG, BODY, WIDTH - 2 * MARGIN - indent):
                self._text.left(MARGIN + indent, y, line, Style.SONG, BODY)
                y -= BODY * 1.5
            y -= 7
