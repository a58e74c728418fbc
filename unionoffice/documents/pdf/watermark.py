"""A word large and light across a page, under everything else."""

from __future__ import annotations

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from unionoffice.documents.pdf.fonts import Style
from unionoffice.documents.pdf.text import PageText


def draw_watermark(canvas: Canvas, text: PageText, word: str) -> None:
    """Draw the word three times along the diagonal of an A4 page; to be called before anything else is drawn."""
    canvas.saveState()
    canvas.setFillColorRGB(0.97, 0.86, 0.86)
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(45)
    for y in (230, 0, -230):
        text.center(0, y - 40, word, Style.HEI, 110)
    text.flush()
    canvas.restoreState()
