"""What a workbook holds that is seen on paper, as plain data; lengths in points unless said otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

Value = str | int | float | bool | datetime | date | time | timedelta | None
Place = tuple[int, int]
"""Row and column of a cell, both from 1."""
Colour = tuple[float, float, float]
"""Red, green, blue, each from 0 to 1."""

BLACK: Colour = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Type:
    """The font of a run: the family that the file names, size in points, and how it is set."""

    family: str = "宋体"
    size: float = 11.0
    bold: bool = False
    italic: bool = False
    underline: str = ""
    struck: bool = False
    colour: Colour = BLACK
    raised: str = ""
    """"superscript", "subscript" or ""."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one font."""

    text: str
    type: Type


@dataclass(frozen=True, slots=True)
class Edge:
    """A border line by the name that spreadsheets give it ("thin", "double", …)."""

    style: str
    colour: Colour = BLACK


@dataclass(frozen=True, slots=True)
class Borders:
    """The lines that one cell names for itself."""

    left: Edge | None = None
    right: Edge | None = None
    top: Edge | None = None
    bottom: Edge | None = None
    rising: Edge | None = None
    falling: Edge | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell shows what it holds. `angle` is the file's number: 0 to 180, or 255 for stacked."""

    type: Type = Type()
    format: str = "General"
    horizontal: str = "general"
    vertical: str = "bottom"
    wrap: bool = False
    shrink: bool = False
    indent: int = 0
    angle: int = 0
    fill: Colour | None = None
    borders: Borders = Borders()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that holds something or looks like something. `runs` only where parts of its text differ in font."""

    value: Value
    look: Look
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Anchor:
    """A corner of a picture: a cell and how far into it."""

    row: int
    column: int
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on a sheet: from one corner to the other, or of a size of its own; without `start`, from the body.

    One that `keeps_shape` stands between its corners undistorted.
    """

    data: bytes
    start: Anchor | None
    end: Anchor | None = None
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    keeps_shape: bool = False


@dataclass(frozen=True, slots=True)
class Sections:
    """The raw texts of a header or footer, with their codes."""

    odd: str = ""
    even: str = ""
    first: str = ""


@dataclass(frozen=True, slots=True)
class PageSetup:
    """How a sheet is put on paper. `fit` is pages across and down, 0 for any number, None when it is not asked for."""

    paper_given: bool = True
    """False where the file speaks of its paper without naming it."""
    width: float = 595.3
    height: float = 841.9
    left: float = 50.4
    right: float = 50.4
    top: float = 54.0
    bottom: float = 54.0
    header_at: float = 21.6
    footer_at: float = 21.6
    scale: int = 100
    fit: tuple[int, int] | None = None
    centred_across: bool = False
    centred_down: bool = False
    over_then_down: bool = False
    first_page: int | None = None
    header: Sections = Sections()
    footer: Sections = Sections()
    even_differs: bool = False
    first_differs: bool = False


@dataclass(slots=True)
class Sheet:
    """One sheet. `widths` and `heights` are those the file gives; `merges` leads from top left to bottom right.

    `covered` leads from a cell inside a merge to its top left one; `covered_borders` are what such cells say.
    """

    title: str
    visible: bool = True
    cells: dict[Place, Cell] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    """Column widths in characters of the default font; 0 for a hidden column."""
    heights: dict[int, float] = field(default_factory=dict)
    """Row heights; 0 for a hidden row."""
    fitted_rows: frozenset[int] = frozenset()
    """Rows whose height somebody has set by hand, which nothing may fit."""
    default_width: float | None = None
    base_width: float = 8.0
    default_height: float | None = None
    rows_hidden: bool = False
    merges: dict[Place, Place] = field(default_factory=dict)
    covered: dict[Place, Place] = field(default_factory=dict)
    covered_borders: dict[Place, Borders] = field(default_factory=dict)
    pictures: list[Picture] = field(default_factory=list)
    setup: PageSetup = PageSetup()
    areas: tuple[tuple[int, int, int, int], ...] = ()
    """Print areas: top, left, bottom, right."""
    title_rows: tuple[int, int] | None = None
    title_columns: tuple[int, int] | None = None
    breaks_after_rows: tuple[int, ...] = ()
    breaks_after_columns: tuple[int, ...] = ()

    def looked(self, place: Place) -> Look | None:
        """How the cell at a place looks, None for one that the file does not speak of."""
        found = self.cells.get(place)
        return found.look if found is not None else None


@dataclass(slots=True)
class Book:
    """A workbook as it is printed. `lost` names what is in the file and cannot be drawn, in an office's words."""

    name: str
    sheets: list[Sheet]
    type: Type
    """The font of the style Normal: column widths, headers and indents count in it."""
    by_excel: bool = True
    """Whether the file says that Excel wrote it."""
    lost: list[str] = field(default_factory=list)
    source: Any = None
