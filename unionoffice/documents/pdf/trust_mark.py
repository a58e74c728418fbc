"""The mark at the lower edge of a printed page (核验码, F75): a small QR code and the same as nine signs."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from unionoffice.documents.pdf.fonts import Fonts, Style
from unionoffice.documents.pdf.qr import draw_qr
from unionoffice.documents.pdf.text import PageText
from unionoffice.kernel.print_code import PREFIX, shown_code

SIDE: float = 12 * mm
EDGE: float = 4 * mm
"""How far from the corner: what office printers still reach, and outside of every table and page number."""
SIZE = 7.0
BASELINE: float = 4.6 * mm


@dataclass(frozen=True, slots=True)
class TrustMark:
    """`code` as it stands on paper (7K3F-92QM-X), `text` what a scanner reads."""

    code: str
    text: str


def trust_mark(code: str) -> TrustMark:
    """The mark of a code without dashes."""
    return TrustMark(shown_code(code), f"{PREFIX} {shown_code(code)}")


def draw(canvas: Canvas, mark: TrustMark, width: float, height: float, *, fonts: Fonts) -> None:
    """Draw the mark into the lower left corner of the open page of `width` × `height` points.

    The corner is inside the margin of every paper here: tables begin 16 mm from the left edge at the earliest, page
    numbers stand higher and further right. A page too small for it stays without.
    """
    if min(width, height) < 4 * SIDE:
        return
    draw_qr(canvas, mark.text, EDGE, EDGE, SIDE)
    text = PageText(canvas, fonts)
    text.left(EDGE + SIDE + mm, BASELINE, f"核验码 {mark.code}", Style.SONG, SIZE)
    text.flush()
