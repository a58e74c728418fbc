"""A QR code drawn as black rectangles on white, sharp at any size."""

from __future__ import annotations

from itertools import groupby

import segno
from reportlab.pdfgen.canvas import Canvas

QUIET = 4
"""Modules of white border that a scanner needs."""


def draw_qr(canvas: Canvas, text: str, x: float, y: float, side: float) -> None:
    """Draw `text` into a square of `side` points, border included, whose lower left corner is at (x, y)."""
    rows = [bytes(row) for row in segno.make(text, error="q", micro=False).matrix_iter(border=QUIET)]
    module = side / len(rows)
    canvas.saveState()
    canvas.setFillGray(1)
    canvas.rect(x, y, side, side, stroke=0, fill=1)  # no watermark behind it
    canvas.setFillGray(0)
    path = canvas.beginPath()
    for at, row in enumerate(rows):
        column = 0
        for dark, run in groupby(row):
            wide = len(list(run))
            if dark:
                path.rect(x + column * module, y + side - (at + 1) * module, wide * module, module)
            column += wide
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()
