"""Laid pages drawn as PDF: real text in embedded fonts, squeezed to the widths that the workbook was designed with."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from math import cos, radians, sin
from typing import Any

from PIL import Image as Pictures
from PIL import UnidentifiedImageError
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from unionoffice.documents.pdf.fonts import Fonts, Style, visible
from unionoffice.documents.workbook.book import BLACK, Colour, Type
from unionoffice.documents.workbook.formats import BLANKS
from unionoffice.documents.workbook.marks import Box, Fill, Image, Mark, Stroke, Text
from unionoffice.documents.workbook.metrics import advance, metrics

_MOST_IMAGES = 16
_STYLES = {
    "宋体": Style.SONG,
    "黑体": Style.HEI,
    "楷体": Style.KAI,
    "仿宋": Style.FANG,
    "微软雅黑": Style.HEI,
    "Calibri": Style.HEI,
    "Arial": Style.HEI,
    "Times New Roman": Style.SONG,
}
_TITLE_FAMILIES = ("小标宋", "中宋", "大标宋")
_BOLD_STROKE = 0.03
_SLANT = 0.2
REMEMBERED = 3_000
_SAME = 0.3
"""Squeezing by less than this per cent is left."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a text in one font and one squeeze: where it starts and ends, in em, what is written."""

    start: float
    font: str
    data: str
    squeeze: float


class PagePress:
    """Draws pages onto one canvas. `missing` gathers the characters that no font could draw."""

    def __init__(self, canvas: Canvas, fonts: Fonts) -> None:
        self.missing: dict[str, None] = {}
        self._canvas = canvas
        self._document = canvas._doc
        self._fonts = fonts
        self._pieces: dict[tuple[str, str, bool], tuple[_Piece, ...]] = {}
        self._images: dict[bytes, ImageReader | None] = {}

    def marks(self, marks: Iterable[Mark], height: float) -> None:
        """Draw marks onto the page that is open, `height` points high."""
        for kind, group in groupby(marks, type):
            if kind is Text:
                self._texts([mark for mark in group if isinstance(mark, Text)], height)
            elif kind is Stroke:
                self._strokes([mark for mark in group if isinstance(mark, Stroke)], height)
            elif kind is Fill:
                self._fills([mark for mark in group if isinstance(mark, Fill)], height)
            else:
                for mark in group:
                    if isinstance(mark, Image):
                        self._image(mark, height)

    def _fills(self, fills: list[Fill], height: float) -> None:
        code = ["q"]
        colour: Colour | None = None
        for fill in fills:
            left, top, right, bottom = fill.box
            if right <= left or bottom <= top:
                continue
            if fill.colour != colour:
                colour = fill.colour
                code.append(_filling(colour))
            code.append(f"{left:.2f} {height - bottom:.2f} {right - left:.2f} {bottom - top:.2f} re f")
        self._canvas.addLiteral(" ".join([*code, "Q"]))

    def _strokes(self, strokes: list[Stroke], height: float) -> None:
        code = ["q 0 J"]
        state: tuple[Any, ...] = ()
        for stroke in strokes:
            wanted = (stroke.width, stroke.colour, stroke.dash)
            if wanted != state:
                if state:
                    code.append("S")
                state = wanted
                dash = " ".join(f"{part:.2f}" for part in stroke.dash)
                code.append(f"{stroke.width:.3f} w {_numbers(stroke.colour)} RG [{dash}] 0 d")
            code.append(f"{stroke.x0:.2f} {height - stroke.y0:.2f} m {stroke.x1:.2f} {height - stroke.y1:.2f} l")
        self._canvas.addLiteral(" ".join([*code, "S Q" if state else "Q"]))

    def _texts(self, texts: list[Text], height: float) -> None:
        if code := self._text_code(texts, height):
            self._canvas.addLiteral(code)

    def _text_code(self, texts: list[Text], height: float) -> str:
        code: list[str] = []
        for clip, group in groupby(texts, lambda text: text.clip):
            lines = self._block(list(group), height)
            if not lines:
                continue
            block = f"BT {' '.join(lines)} ET"
            code.append(block if clip is None else f"q {_clipping(clip, height)} {block} Q")
        if not code:
            return ""
        return " ".join(["q", *code, "Q"])

    def _block(self, texts: list[Text], height: float) -> list[str]:
        code: list[str] = []
        font, squeeze, look = "", 100.0, None
        for text in texts:
            wanted = (text.type.colour, self._drawn_bold(text.type), text.size if self._drawn_bold(text.type) else 0)
            if wanted != look:
                look = wanted
                code.append(_look(text, bold=wanted[1]))
            turn = radians(text.angle)
            across, up = round(cos(turn), 5), round(sin(turn), 5)
            skew = _SLANT if text.type.italic else 0.0
            matrix = f"{across:.4g} {up:.4g} {skew * across - up:.4g} {skew * up + across:.4g}"
            for piece in self._split(text):
                name = f"{piece.font} {text.size:.4g} Tf"
                if name != font:
                    font = name
                    code.append(name)
                if abs(piece.squeeze - squeeze) > 0.01:
                    squeeze = piece.squeeze
                    code.append(f"{squeeze:.4g} Tz")
                along = piece.start * text.size
                x, y = text.x + along * across, height - text.y + along * up
                code.append(f"{matrix} {x:.2f} {y:.2f} Tm<{piece.data}>Tj")
        if code and squeeze != 100.0:
            code.append("100 Tz")
        return code

    def _drawn_bold(self, type_: Type) -> bool:
        """Whether boldness is made by a thin stroke, as the style has no bold face."""
        return type_.bold and style_of(type_) is not Style.SONG_BOLD

    def _split(self, text: Text) -> tuple[_Piece, ...]:
        key = (text.text, text.type.family, text.type.bold)
        found = self._pieces.get(key)
        if found is None:
            if len(self._pieces) > REMEMBERED:
                self._pieces.clear()
            found = self._pieces[key] = tuple(self._encode(text.text, text.type))
        return found

    def _encode(self, text: str, type_: Type) -> Iterable[_Piece]:
        family, bold = type_.family, type_.bold
        pen = 0.0
        for style, part in _by_style(text, type_):
            for narrow, group in groupby(part, lambda char: ord(char) < 0x2000 or ord(char) >= BLANKS):
                chars = "".join(group)
                width = sum(advance(family, bold, char) for char in chars)
                shown = "".join(" " if BLANKS <= ord(char) < BLANKS + 0x80 else char for char in chars)
                if shown.strip(" "):
                    self.missing.update(dict.fromkeys(self._fonts.missing(shown, style)))
                    yield from self._parts(visible_or_same(shown), style, pen, width if narrow else None)
                pen += width

    def _parts(self, text: str, style: Style, pen: float, width: float | None) -> Iterable[_Piece]:
        drawn = self._fonts.width(text, style, 1.0)
        squeeze = 100.0 * width / drawn if width is not None and drawn > 0 else 100.0
        if abs(squeeze - 100.0) < _SAME:
            squeeze = 100.0
        for face, part in self._fonts.runs(text, style):
            at = 0
            for subset, data in face.font.splitString(part, self._document):
                yield _Piece(pen, face.font.getSubsetInternalName(subset, self._document), data.hex(), squeeze)
                chars = part[at : at + len(data)]
                at += len(data)
                pen += sum(face.widths[char] for char in chars) / 1000 * squeeze / 100

    def _image(self, image: Image, height: float) -> None:
        reader = self._read(image.data)
        if reader is None:
            return
        left, top, right, bottom = image.box
        self._canvas.saveState()
        if image.clip is not None:
            self._canvas.addLiteral(_clipping(image.clip, height))
        self._canvas.drawImage(reader, left, height - bottom, right - left, bottom - top, mask=None)
        self._canvas.restoreState()

    def _read(self, data: bytes) -> ImageReader | None:
        if data not in self._images:
            if len(self._images) >= _MOST_IMAGES:  # each copy may have a photo of its own, unpacked
                self._images.clear()
            self._images[data] = readable(data)
        return self._images[data]


def readable(data: bytes) -> ImageReader | None:
    """A picture that can be drawn, without what a PDF for filing may not hold (transparency); None for no picture."""
    try:
        with Pictures.open(io.BytesIO(data)) as opened:
            opened.load()
            if opened.format == "JPEG" and opened.mode == "RGB":
                return ImageReader(io.BytesIO(data))  # goes into the PDF as it is, not unpacked
            picture: Pictures.Image = opened
            if picture.mode in ("RGBA", "LA", "P", "PA"):
                picture = picture.convert("RGBA")
                ground = Pictures.new("RGBA", picture.size, (255, 255, 255, 255))
                picture = Pictures.alpha_composite(ground, picture)
            return ImageReader(picture.convert("RGB"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Pictures.DecompressionBombError):
        return None


def style_of(type_: Type) -> Style:
    """The printing style in which a family is drawn."""
    if any(word in type_.family for word in _TITLE_FAMILIES):
        return Style.SONG_BOLD
    style = _STYLES.get(metrics(type_.family).family, Style.SONG)
    return Style.SONG_BOLD if style is Style.SONG and type_.bold else style


def _by_style(text: str, type_: Type) -> Iterable[tuple[Style, str]]:
    """Chinese characters in a Latin family are drawn in Song, the rest in the family's own style."""
    own, style = metrics(type_.family, type_.bold), style_of(type_)
    if own.chinese:
        yield style, text
        return
    song = Style.SONG_BOLD if type_.bold else Style.SONG
    for carried, group in groupby(text, lambda char: own.carries(char) or ord(char) >= BLANKS):
        yield (style if carried else song), "".join(group)


def visible_or_same(text: str) -> str:
    """The text without characters that leave no mark; blanks stay."""
    return text if text.isprintable() else visible(text)


def _look(text: Text, *, bold: bool) -> str:
    colour = text.type.colour
    if not bold:
        return f"{_filling(colour)} 0 Tr"
    return f"{_filling(colour)} {_numbers(colour)} RG 2 Tr {_BOLD_STROKE * text.size:.3f} w"


def _numbers(colour: Colour) -> str:
    return " ".join(f"{part:.4g}" for part in colour)


def _filling(colour: Colour) -> str:
    return "0 g" if colour == BLACK else f"{_numbers(colour)} rg"


def _clipping(box: Box, height: float) -> str:
    left, top, right, bottom = box
    return f"{left:.2f} {height - bottom:.2f} {max(right - left, 0):.2f} {max(bottom - top, 0):.2f} re W n"
