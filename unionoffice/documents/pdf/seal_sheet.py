"""The daily seal on one page: facts in a ruled table, the code large, room for two signatures."""

from __future__ import annotations

from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from unionoffice.documents.pdf.fonts import Fonts, Style
from unionoffice.documents.pdf.text import LEADING, PageText, broken, fit
from unionoffice.documents.pdf.trust_mark import TrustMark
from unionoffice.documents.pdf.trust_mark import draw as draw_mark
from unionoffice.documents.pdf.watermark import draw_watermark
from unionoffice.documents.seal_sheet import SealSheet
from unionoffice.documents.sign_sheet import PRACTICE_MARK, PRACTICE_NOTE

WIDTH, HEIGHT = A4
MARGIN = 57.0
LABEL = 150.0
ROW = 30.0
SIZE = 12.0
CODE_SIZE = 30.0


def seal_sheet_pdf(sheet: SealSheet, *, fonts: Fonts, mark: TrustMark | None = None) -> bytes:
    """The seal as a PDF file of one page with `mark`; the same input gives the same bytes."""
    buffer = BytesIO()
    song = fonts.face(Style.SONG).font.fontName
    canvas = Canvas(buffer, pagesize=A4, invariant=1, pageCompression=1, initialFontName=song, lang="zh-CN")
    canvas.setTitle(f"{sheet.title} {sheet.number}")
    canvas.setAuthor(sheet.office)
    canvas.setCreator("unionoffice")
    _draw(canvas, fonts, sheet)
    if mark is not None:
        draw_mark(canvas, mark, WIDTH, HEIGHT, fonts=fonts)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw(canvas: Canvas, fonts: Fonts, sheet: SealSheet) -> None:
    text = PageText(canvas, fonts)
    if sheet.practice:
        draw_watermark(canvas, text, PRACTICE_MARK)
        text.left(MARGIN, HEIGHT - 36, PRACTICE_NOTE, Style.HEI, 9)
    y = HEIGHT - 90
    text.center(
        WIDTH / 2, y, f"【{PRACTICE_MARK}】{sheet.title}" if sheet.practice else sheet.title, Style.SONG_BOLD, 22
    )
    y -= 34
    inner = WIDTH - 2 * MARGIN
    number = fonts.width(sheet.number, Style.SONG, SIZE)
    office = fit(fonts, f"单位：{sheet.office}", Style.SONG, SIZE, width=inner - number - 12, height=SIZE * LEADING)
    text.left(MARGIN, y, office.lines[0], Style.SONG, office.size)
    text.left(WIDTH - MARGIN - number, y, sheet.number, Style.SONG, SIZE)
    y -= 12
    canvas.setLineWidth(0.6)
    for label, value in sheet.facts:
        y -= ROW
        canvas.rect(MARGIN, y, LABEL, ROW)
        canvas.rect(MARGIN + LABEL, y, inner - LABEL, ROW)
        text.center(MARGIN + LABEL / 2, y + ROW / 2 - SIZE * 0.36, label, Style.HEI, SIZE)
        shown = fit(fonts, value, Style.SONG, SIZE, width=inner - LABEL - 16, height=ROW)
        line = y + ROW / 2 + (len(shown.lines) - 1) * shown.size * LEADING / 2 - shown.size * 0.36
        for part in shown.lines:
            text.left(MARGIN + LABEL + 8, line, part, Style.SONG, shown.size)
            line -= shown.size * LEADING
    y -= 96
    canvas.setLineWidth(1.2)
    canvas.rect(MARGIN, y, inner, 80)
    text.left(MARGIN + 10, y + 60, "核对码", Style.HEI, SIZE)
    text.center(WIDTH / 2, y + 24, sheet.code.replace("-", "  "), Style.HEI, CODE_SIZE)
    y -= 28
    for part in broken(fonts, sheet.notice, Style.KAI, SIZE, inner):
        text.left(MARGIN, y, part, Style.KAI, SIZE)
        y -= SIZE * 1.5
    y -= 30
    wide = inner / len(sheet.signers)
    for place, signer in enumerate(sheet.signers):
        x = MARGIN + place * wide
        text.left(x, y, f"{signer}：", Style.SONG, SIZE)
        text.left(x, y - 34, "　　　　年　　月　　日", Style.SONG, SIZE)
    text.left(MARGIN, 34, sheet.foot, Style.SONG, 9)
    text.flush()
