"""What is drawn, in points from the top left corner, y down: fills, lines, texts, pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace

from unionoffice.documents.workbook.book import Colour, Type

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Fill:
    """A coloured box."""

    box: Box
    colour: Colour


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line with butt ends."""

    x0: float
    y0: float
    x1: float
    y1: float
    width: float
    colour: Colour
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text in one font from (x, y) on its baseline; `angle` in degrees, counter-clockwise.

    `width` is how far it reaches in the widths of its family; `clip` cuts what stands out of its cell.
    """

    x: float
    y: float
    text: str
    type: Type
    size: float
    width: float
    angle: float = 0.0
    clip: Box | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture in its box; `clip` cuts what a page's edge leaves off."""

    box: Box
    data: bytes
    clip: Box | None = None


Mark = Fill | Stroke | Text | Image


def moved(mark: Mark, scale: float, x: float, y: float) -> Mark:
    """A mark scaled about the origin, then moved."""
    if isinstance(mark, Fill):
        return replace(mark, box=_moved(mark.box, scale, x, y))
    if isinstance(mark, Image):
        clip = None if mark.clip is None else _moved(mark.clip, scale, x, y)
        return Image(_moved(mark.box, scale, x, y), mark.data, clip)
    if isinstance(mark, Stroke):
        return Stroke(
            mark.x0 * scale + x,
            mark.y0 * scale + y,
            mark.x1 * scale + x,
            mark.y1 * scale + y,
            mark.width * scale,
            mark.colour,
            tuple(part * scale for part in mark.dash),
        )
    return replace(
        mark,
        x=mark.x * scale + x,
        y=mark.y * scale + y,
        size=mark.size * scale,
        width=mark.width * scale,
        clip=None if mark.clip is None else _moved(mark.clip, scale, x, y),
    )


def _moved(box: Box, scale: float, x: float, y: float) -> Box:
    left, top, right, bottom = box
    return left * scale + x, top * scale + y, right * scale + x, bottom * scale + y


def common(one: Box, other: Box | None) -> Box:
    """What two boxes share."""
    if other is None:
        return one
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])
