"""Text of a page, written in one text object: fonts changed within a line, long words fitted into their cell."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from unionoffice.documents.pdf.fonts import Fonts, Style, visible

LEADING = 1.2
"""Line distance, as a multiple of the size."""

SMALLEST = 0.3
"""The size in points below which a text is no longer made smaller; thousands of characters fit a cell before that."""

REMEMBERED = 5000
"""So many encoded texts are kept for later pages; beyond it they are forgotten, so that memory stays flat."""

MIDDLE = 0.36
"""How far below the middle of a line its baseline lies, as a multiple of the size: right for Chinese characters."""

_MONEY = re.compile(r"-?[\d,]+\.\d\d")
_UNBROKEN = re.compile(r"[（【《“‘]*(?:[0-9A-Za-zÀ-ɏ￥¥$.,:;'_/%+]+-?|\s|.)[，。、；：）】》”’·．,.!?]*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines of a text with the size at which they fit their cell, and how wide each is in points."""

    lines: tuple[str, ...]
    widths: tuple[float, ...]
    size: float


class PageText:
    """Collects the strings of a page and writes them with `flush`; remembers their encoding for the pages to come.

    `missing` gathers the characters that no font could draw, over all pages.
    """

    def __init__(self, canvas: Canvas, fonts: Fonts) -> None:
        self.missing: dict[str, None] = {}
        self._canvas = canvas
        self._document = canvas._doc  # reportlab keeps its subsets by document and has no public name for it
        self._fonts = fonts
        self._encoded: dict[tuple[str, Style], tuple[tuple[str, str], ...]] = {}
        self._code: list[str] = []
        self._font = ""

    def left(self, x: float, y: float, text: str, style: Style, size: float) -> None:
        """Draw from `x` to the right on the baseline `y`, in points."""
        parts = self._encoded.get((text, style))
        if parts is None:
            parts = self._encoded[text, style] = self._encode(text, style)
        code = self._code
        place = f"1 0 0 1 {x:.2f} {y:.2f} Tm"
        for name, data in parts:
            font = f"{name} {size:g} Tf"
            if font != self._font:
                self._font = font
                code.append(font)
            code.append(f"{place}<{data}>Tj")
            place = ""

    def center(self, x: float, y: float, text: str, style: Style, size: float) -> None:
        """Draw with the middle of the text at `x`."""
        self.left(x - self._fonts.width(text, style, size) / 2, y, text, style, size)

    def flush(self) -> None:
        """Write what was collected onto the canvas, as one text object."""
        if self._code:
            self._canvas.addLiteral(f"BT {' '.join(self._code)} ET")
        self._code.clear()
        self._font = ""
        if len(self._encoded) > REMEMBERED:
            self._encoded.clear()

    def _encode(self, text: str, style: Style) -> tuple[tuple[str, str], ...]:
        for char in self._fonts.missing(text, style):
            self.missing[char] = None
        return tuple(
            (face.font.getSubsetInternalName(subset, self._document), data.hex())
            for face, part in self._fonts.runs(text, style)
            for subset, data in face.font.splitString(part, self._document)
        )


def fit(fonts: Fonts, text: str, style: Style, size: float, *, width: float, height: float) -> Fitted:
    """The text broken and, if need be, made smaller until it stands whole in `width` × `height` points.

    One line in up to a fifth smaller type is preferred to a broken line, and smaller type to a broken foreign word.
    An amount of money is never broken.
    """
    natural = fonts.width(text, style, size)
    if natural <= width:
        return Fitted((text,), (natural,), size)
    if natural * 0.8 <= width or (_MONEY.fullmatch(text) and natural * SMALLEST <= width * size):
        smaller = size * width / natural
        return Fitted((text,), (width,), round(smaller - 0.005, 2))
    shown = visible(text).strip()
    longest_word = max(fonts.width(word, style, 1) for word in _UNBROKEN.findall(shown))
    if size * 0.6 * longest_word <= width < size * longest_word:
        size = round(width / longest_word - 0.005, 2)
    while size > SMALLEST:
        lines = broken(fonts, shown, style, size, width)
        widths = tuple(fonts.width(line, style, size) for line in lines)
        if len(lines) * size * LEADING <= height and max(widths) <= width:
            return Fitted(lines, widths, size)
        size = round(size * 0.93, 2)
    return Fitted(lines, widths, size)


def broken(fonts: Fonts, text: str, style: Style, size: float, width: float) -> tuple[str, ...]:
    """The text in lines of at most `width` points, not broken inside a number or before a closing mark if avoidable."""
    lines: list[str] = []
    line, used = "", 0.0
    for piece in _pieces(fonts, text, style, size, width):
        wide = fonts.width(piece, style, size)
        if line and used + wide > width:
            lines.append(line)
            line, used, piece = "", 0.0, piece.lstrip()
            wide = fonts.width(piece, style, size)
        line += piece
        used += wide
    return (*lines, line)


def _pieces(fonts: Fonts, text: str, style: Style, size: float, width: float) -> list[str]:
    found: list[str] = []
    for piece in _UNBROKEN.findall(text):
        found.extend([piece] if fonts.width(piece, style, size) <= width else list(piece))
    return found
