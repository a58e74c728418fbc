"""The few places in which LibreOffice and Excel print the same workbook differently."""

from __future__ import annotations

from dataclasses import dataclass

from unionoffice.documents.workbook.book import Type
from unionoffice.documents.workbook.metrics import metrics

_PIXEL = 0.75
_ROOM = {True: 3, False: 2}
"""Pixels that a row is higher than its letters: for Chinese families, for others."""
_ROW_HEIGHTS = {("等线", 11.0): 14.25, ("Calibri", 11.0): 15.0, ("Arial", 10.0): 12.75, ("宋体", 11.0): 13.5}


@dataclass(frozen=True, slots=True)
class Profile:
    """Whose way to print. `EXCEL` is what offices see; `LIBREOFFICE` is what tests can hold against the real thing."""

    excel: bool

    @property
    def kinsoku(self) -> bool:
        """Whether no line of a cell begins with a closing mark or ends with an opening one (避头尾)."""
        return self.excel

    @property
    def margin(self) -> float:
        """How far text stands from a cell's side where there is room for it, in points: two pixels and half a line."""
        return 2.0 if self.excel else 0.0

    def pitch(self, type_: Type, ascent: float, descent: float) -> float:
        """How far apart the lines of a cell stand."""
        return row_height(type_) if self.excel else ascent + descent


EXCEL = Profile(excel=True)
LIBREOFFICE = Profile(excel=False)


def row_height(type_: Type) -> float:
    """The height that Excel gives a row for one line in a font, in points."""
    known = _ROW_HEIGHTS.get((type_.family, type_.size))
    if known is not None:
        return known
    face = metrics(type_.family, type_.bold)
    pixels = round((face.ascent + face.descent) * type_.size / _PIXEL) + _ROOM[face.chinese]
    return pixels * _PIXEL
