"""A person's photo (照片): read by what is in the file, made upright and small, and set into a box undistorted."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from unionoffice.documents.workbook.marks import Box
from unionoffice.documents.workbook.tags import Photo
from unionoffice.kernel.errors import UserError

MOST_BYTES = 20 * 2**20
_FORMATS = ("JPEG", "PNG", "BMP")
_MOST_PIXELS = 60_000_000
_ROOM = (450, 600)
"""Pixels across and down: a photo of two inches (3.5 by 4.9 cm) at 310 an inch."""


def photo(data: bytes, name: str) -> Photo:
    """A photo from the bytes of a JPEG, PNG or BMP, whatever its name says; its place and camera are left out.

    Raises UserError, naming it, for what is none of these, is damaged or too large.
    """
    if len(data) > MOST_BYTES:
        raise too_large(name)
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise too_large(name)
            opened.draft("RGB", (_ROOM[0] * 2, _ROOM[1] * 2))
            picture = ImageOps.exif_transpose(opened)
            if picture.mode not in ("RGB", "L"):
                picture = picture.convert("RGBA")
            picture.thumbnail(_ROOM)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as fault:
        raise UserError(f"“{name}”不是 JPEG、PNG 或 BMP 图片，或者已经损坏，不能用作照片。") from fault
    if picture.mode == "RGBA":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=88)
    return Photo(out.getvalue())


def too_large(name: str) -> UserError:
    """What is said of a file that nobody needs for a photo."""
    return UserError(f"“{name}”太大，照片不要超过 {MOST_BYTES // 2**20} MB、{_MOST_PIXELS // 10**6} 百万像素。")


def fitted(box: Box, data: bytes) -> Box:
    """Where a picture stands in the middle of a box, as large as it fits without being distorted."""
    left, top, right, bottom = box
    with Image.open(io.BytesIO(data)) as opened:
        width, height = opened.size
    scale = min((right - left) / width, (bottom - top) / height)
    across, down = (right - left - width * scale) / 2, (bottom - top - height * scale) / 2
    return left + across, top + down, right - across, bottom - down
