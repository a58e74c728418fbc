"""The numbers of GB/T 9704-2012, read from one table (resources/documents/gbt9704.json) that names their source."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from unionoffice.kernel.resources import resource

MM = 25.4 / 72
"""Millimetres in a point."""


@dataclass(frozen=True, slots=True)
class Standard:
    """Lengths in mm, sizes in points; indents are in characters and gaps named so in the table in lines."""

    page_width: float
    page_height: float
    top: float
    left: float
    area_width: float
    area_height: float
    lines: int
    characters: int
    body_size: float
    title_size: float
    small_size: float
    table_size: float
    table_line: float
    table_row: float
    table_padding: float
    table_rule: float
    middle: float
    mark_top: float
    mark_size: float
    mark_narrowest: float
    number_gap: float
    number_indent: float
    rule_gap: float
    rule_weight: float
    title_gap: float
    to_gap: int
    indent: float
    annex_gap: int
    seal_diameter: float
    seal_gap: int
    seal_rise: float
    plain_gap: int
    plain_indent: float
    date_indent: float
    roll_gap: int
    imprint_outer: float
    imprint_inner: float
    imprint_row: float
    imprint_indent: float
    folio_gap: float
    folio_indent: float
    letter_mark_top: float
    letter_rule_gap: float
    letter_rule_bottom: float
    letter_rule_length: float
    letter_rule_thick: float
    letter_rule_thin: float
    letter_rule_apart: float
    letter_number_gap: float
    letter_title_gap: float
    minutes_mark_top: float
    fewest_lines: int
    most_lines: int
    fewest_characters: int
    title_words: tuple[str, ...] = ()

    @property
    def char(self) -> float:
        """One character (字): its pitch, so that 28 fill the line."""
        return self.area_width / self.characters

    @property
    def line(self) -> float:
        """One line (行): its pitch, so that 22 fill the page."""
        return self.area_height / self.lines

    @property
    def bottom(self) -> float:
        """The bottom edge of the type area, from the top of the page."""
        return self.top + self.area_height

    @property
    def right(self) -> float:
        """The right edge of the type area."""
        return self.left + self.area_width


@cache
def standard(path: Path | None = None) -> Standard:
    """The shipped numbers, or those of another such file."""
    table = json.loads((path or resource("documents/gbt9704.json")).read_text("utf-8"))
    values = {name: entry["value"] for name, entry in table["values"].items()}
    return msgspec.convert({**values, "title_words": tuple(table["title_words"])}, Standard)
