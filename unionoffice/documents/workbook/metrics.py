"""How wide and high the families of fonts are that workbooks name, whatever font they are drawn with.

A form drawn in 宋体 keeps its columns, lines and breaks on a machine that has no 宋体: all measuring is done with these
numbers (`resources/forms/families.json`), and drawn characters are squeezed to them.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache

from unionoffice.documents.workbook.book import Type
from unionoffice.documents.workbook.formats import BLANKS
from unionoffice.kernel.resources import resource

FALLBACK = "宋体"
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
_MEASURED_DIGITS = {("Noto Serif SC", 11.0): 6.15}


@dataclass(frozen=True, slots=True, eq=False)
class Metrics:
    """One family in one weight, in em. `chinese` families carry every character, the others only those listed."""

    family: str
    ascent: float
    descent: float
    advances: dict[str, float]
    chinese: bool

    def carries(self, char: str) -> bool:
        """Whether the family has the character itself."""
        return self.chinese or char in self.advances


@cache
def _families() -> tuple[dict[tuple[str, bool], Metrics], dict[str, str]]:
    read = json.loads(resource("forms/families.json").read_text("utf-8"))
    found: dict[tuple[str, bool], Metrics] = {}
    for family, weights in read["families"].items():
        for weight in ("regular", "bold"):
            numbers = weights.get(weight) or weights["regular"]
            advances = dict(numbers["advances"])
            if ascii_width := numbers.get("ascii"):
                advances = dict.fromkeys(_PRINTABLE, ascii_width) | advances
            metrics = Metrics(family, numbers["ascent"], numbers["descent"], advances, weights["chinese"])
            found[family, weight == "bold"] = metrics
    return found, read["aliases"]


@cache
def metrics(family: str, bold: bool = False) -> Metrics:
    """The numbers of a family; any that is not known counts as 宋体."""
    known, aliases = _families()
    name = aliases.get(family, family)
    return known.get((name, bold)) or known[FALLBACK, bold]


@cache
def advance(family: str, bold: bool, char: str) -> float:
    """How far a character moves the pen, in em; what a family lacks is measured in 宋体."""
    if BLANKS <= ord(char) < BLANKS + 0x80:
        char = chr(ord(char) - BLANKS)
    own = metrics(family, bold)
    if (found := own.advances.get(char)) is not None:
        return found
    return 1.0 if own.chinese else metrics(FALLBACK, bold).advances.get(char, 1.0)


def text_width(text: str, type_: Type) -> float:
    """How wide a text stands, in points."""
    family, bold = type_.family, type_.bold
    return sum(advance(family, bold, char) for char in text) * drawn_size(type_)


def drawn_size(type_: Type) -> float:
    """The size that is drawn: raised and lowered text is smaller."""
    return type_.size * 0.58 if type_.raised else type_.size


@cache
def digit_width(family: str, size: float) -> float:
    """The unit of column widths: the widest digit of the default font, in points, on a grid of 1/20."""
    measured = _MEASURED_DIGITS.get((family, size))
    widest = max(advance(family, False, digit) for digit in "0123456789")
    return measured or math.floor(20 * size * widest + 0.5) / 20
