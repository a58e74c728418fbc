"""A picture with words drawn into it, line after line across the whole (F96): what a copy of an identity card is for.

The words become pixels of a new picture without layers, and nothing else of the file is taken along: neither where a
phone took it nor a small preview without the words.
"""

from __future__ import annotations

import warnings
from datetime import datetime
from enum import Enum
from io import BytesIO
from math import ceil, hypot

from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

from unionoffice.documents.pdf.fonts import Fonts, Style
from unionoffice.kernel.errors import UserError

MOST_BYTES = 40_000_000
MOST_PIXELS = 60_000_000
"""A scan of A4 at 600 dpi has 35 million; a picture that unfolds to more is a slip or an attack."""
LEAST_SIDE = 120
A4_INCHES = 11.0
"""The longer side on paper, in a PDF."""
ANGLE = 28
LARGEST_TYPE, WHOLE, LEAST_TYPE = 0.035, 0.62, 12
"""Of the picture's diagonal: the size of the type, and how long the words may be; the least size in pixels."""


class PictureKind(Enum):
    """What can be written: by the ending of the file's name."""

    PNG = ".png"
    JPEG = ".jpg"
    PDF = ".pdf"


def marked(data: bytes, words: str, kind: PictureKind, *, fonts: Fonts, at: datetime) -> bytes:
    """A JPEG or PNG picture with `words` across it, as a file of `kind`; `at` stands in a PDF as its time.

    Raises UserError for what is no picture, is broken, far too large or too small to be read.
    """
    picture = _read(data)
    drawn = Image.alpha_composite(picture, _layer(picture.size, words, fonts)).convert("RGB")
    buffer = BytesIO()
    if kind is PictureKind.PDF:
        longest = max(drawn.size)
        drawn.save(
            buffer, "PDF", resolution=longest / 11.0, quality=92, creationDate=at.timetuple(), modDate=at.timetuple()
        )
    elif kind is PictureKind.JPEG:
        drawn.save(buffer, "JPEG", quality=92)
    else:
        drawn.save(buffer, "PNG")
    return buffer.getvalue()


def _read(data: bytes) -> Image.Image:
    if data.startswith(b"%PDF"):
        raise UserError("这是 PDF，请先把要用的那一页另存为图片（JPG 或 PNG）。")
    if len(data) > MOST_BYTES:
        raise UserError(f"图片超过 {MOST_BYTES // 1_000_000} MB，请缩小后再用。")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(BytesIO(data), formats=("JPEG", "PNG"))
            _fit_for_use(*opened.size)
            opened.load()
            upright = ImageOps.exif_transpose(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise UserError(_TOO_LARGE) from fault
    except UnidentifiedImageError as fault:
        raise UserError("认不出这张图片，只能用 JPG 或 PNG。") from fault
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, OverflowError) as fault:
        raise UserError("这张图片不完整或已损坏，请重新扫描或拍照。") from fault
    paper = Image.new("RGBA", upright.size, "white")
    paper.alpha_composite(upright.convert("RGBA"))
    return paper


_TOO_LARGE = f"图片超过 {MOST_PIXELS // 1_000_000} 百万像素，没有打开，请缩小后再用。"


def _fit_for_use(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise UserError(_TOO_LARGE)
    if min(width, height) < LEAST_SIDE:
        raise UserError(f"图片太小（{width}×{height}），水印和证件都看不清，请重新扫描或拍照。")


def _layer(size: tuple[int, int], words: str, fonts: Fonts) -> Image.Image:
    """The words, dark with a light edge so that they show on any ground, in slanting lines half a line apart."""
    diagonal = ceil(hypot(*size))
    style = Style.HEI if fonts.face(Style.HEI).covered.issuperset(words) else Style.SONG
    face = fonts.face(style).font.face.filename
    per_point = ImageFont.truetype(face, 100).getlength(words) / 100
    font = ImageFont.truetype(face, max(LEAST_TYPE, round(diagonal * min(LARGEST_TYPE, WHOLE / per_point))))
    edge = max(1, round(font.size / 14))
    wide = ceil(font.getlength(words)) + 2 * round(font.size)
    line = round(font.size * 3.2)
    layer = Image.new("RGBA", (diagonal, diagonal), (255, 255, 255, 0))
    pen = ImageDraw.Draw(layer)
    for number, y in enumerate(range(0, diagonal, line)):
        for x in range(-(wide // 2) * (number % 2), diagonal, wide):
            pen.text(
                (x, y), words, font=font, fill=(150, 20, 20, 120), stroke_width=edge, stroke_fill=(255, 255, 255, 70)
            )
    turned = layer.rotate(ANGLE, resample=Image.Resampling.BICUBIC)
    return _middle(turned, size)


def _middle(layer: Image.Image, size: tuple[int, int]) -> Image.Image:
    left, top = (layer.width - size[0]) // 2, (layer.height - size[1]) // 2
    return layer.crop((left, top, left + size[0], top + size[1]))
