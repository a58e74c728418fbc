"""An .xlsx read into a `Book`: by openpyxl, and from the XML itself where openpyxl loses what is seen on paper."""

from __future__ import annotations

import contextlib
import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from posixpath import join, normpath
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.styles.colors import COLOR_INDEX
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from PIL import Image as PillowImage

from unionoffice.documents.workbook.book import (
    BLACK,
    Anchor,
    Book,
    Borders,
    Cell,
    Colour,
    Edge,
    Look,
    PageSetup,
    Picture,
    Place,
    Run,
    Sections,
    Sheet,
    Type,
)
from unionoffice.kernel.errors import UserError

MOST_COLUMNS, MOST_ROWS, MOST_CELLS = 512, 200_000, 2_000_000
MOST_BYTES = 64 * 1024 * 1024
"""What a form may hold; more is a table of data, or made to do harm."""

_COMPOUND, _LOCKED = b"\xd0\xcf\x11\xe0", "EncryptedPackage".encode("utf-16-le")
"""What a workbook with a password is: a compound file with a part of this name."""
_PICTURED = re.compile(rb"<(?:\w+:)?blip\s[^>]*embed=")
_MOST_PIXELS = 60_000_000
EMU = 12_700.0
PAPERS = {
    1: (612.0, 792.0),
    5: (612.0, 1008.0),
    8: (841.9, 1190.6),
    9: (595.3, 841.9),
    11: (419.6, 595.3),
    12: (728.5, 1031.8),
    13: (515.9, 728.5),
}
"""Width and height by the file's paper code; any other is printed on A4."""
LETTER, _A4 = 1, 9

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ADDRESS = re.compile(r"([A-Z]+)(\d+)")
_PATTERNS = {
    "gray125": 0.125,
    "gray0625": 0.0625,
    "lightGray": 0.25,
    "lightHorizontal": 0.25,
    "lightVertical": 0.25,
    "lightDown": 0.25,
    "lightUp": 0.25,
    "lightTrellis": 0.25,
    "lightGrid": 0.44,
    "mediumGray": 0.5,
    "darkHorizontal": 0.5,
    "darkVertical": 0.5,
    "darkDown": 0.5,
    "darkUp": 0.5,
    "darkTrellis": 0.5,
    "darkGrid": 0.5,
    "darkGray": 0.75,
}
"""How much of the foreground a pattern shows."""


def load(source: Path | bytes, name: str = "") -> Book:
    """Read a workbook for printing.

    Raises UserError when the file is not an .xlsx, is damaged, protected by a password or larger than a form may be.
    """
    name = name or (source.name if isinstance(source, Path) else "表单")
    data = source if isinstance(source, bytes) else _bytes(source)
    if data.startswith(_COMPOUND) and _LOCKED in data:
        raise UserError(f"“{name}”设了打开密码。请用 WPS 或 Excel 打开，去掉密码，保存后再用。")
    if data[:4] != b"PK\x03\x04":
        raise UserError(f"“{name}”不是 .xlsx 工作簿。请用 WPS 或 Excel 打开，另存为 .xlsx 后再用。")
    try:
        package = _Package(data)
        if lost := [title for title, part in package.parts.items() if part not in package.names]:
            raise UserError(f"“{name}”已损坏，少了工作表“{lost[0]}”的内容。请用 WPS 或 Excel 打开后另存一份再用。")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = load_workbook(io.BytesIO(data), rich_text=True)
            results = load_workbook(io.BytesIO(data), data_only=True) if package.has_formulas else None
        return _Reader(workbook, results, package).book(name)
    except UserError:
        raise
    except PillowImage.DecompressionBombError as error:
        raise _picture_too_large(name) from error
    except (zipfile.BadZipFile, zlib.error, struct.error, SyntaxError, DefusedXmlException, OSError) as error:
        raise UserError(f"“{name}”已损坏，读不出来。请用 WPS 或 Excel 打开后另存一份再用。") from error
    # both readers have parsers of their own, with faults of every kind for what breaks the format
    except (ArithmeticError, AttributeError, EOFError, LookupError, RuntimeError, TypeError, ValueError) as error:
        raise UserError(f"“{name}”里有本程序读不懂的内容。请用 WPS 或 Excel 打开后另存一份再用。") from error


def _picture_too_large(name: str) -> UserError:
    return UserError(f"“{name}”里有一张图片太大，超过 {_MOST_PIXELS // 10**6} 百万像素。请把它缩小或删掉，另存后再用。")


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserError(f"“{path.name}”太大，不像一张表单。")
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"读不到“{path.name}”。请确认文件还在、没有被别的程序占用。") from error


@dataclass(slots=True)
class _Raw:
    """What is read from a sheet's XML itself."""

    styles: dict[Place, int]
    header: dict[str, str]
    columns: list[tuple[int, int, float | None, bool]]
    default_height: float | None
    default_width: float | None
    base_width: float
    rows_hidden: bool
    fitted: frozenset[int]
    paper_left_open: bool


class _Package:
    """The zip around a workbook, its size looked at before anything is unpacked."""

    def __init__(self, data: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        if sum(part.file_size for part in self._zip.infolist()) > 4 * MOST_BYTES:
            raise UserError("这个工作簿解开后太大，不像一张表单。")
        self.names = frozenset(self._zip.namelist())
        self.by_excel = self._wrote().startswith("Microsoft Excel")
        self._raws: dict[str, _Raw] = {}
        self.parts = self._sheets()
        self.has_formulas = any(b"<f" in self._zip.read(part) for part in self.parts.values() if part in self.names)

    def raw(self, title: str) -> _Raw:
        """The sheet's own words about what openpyxl changes."""
        part = self.parts.get(title, "")
        if part not in self._raws:
            self._raws[part] = _read_raw(self._zip.read(part)) if part in self.names else _read_raw(b"<worksheet/>")
        return self._raws[part]

    def drawings(self) -> Iterator[bytes]:
        """The XML of every drawing."""
        yield from (self._zip.read(name) for name in self.names if name.startswith("xl/drawings/drawing"))

    def has(self, start: str) -> bool:
        """Whether a part of that kind is in the package."""
        return any(name.startswith(start) for name in self.names)

    def _wrote(self) -> str:
        if "docProps/app.xml" not in self.names:
            return ""
        root = ElementTree.fromstring(self._zip.read("docProps/app.xml"))
        return next((found.text or "" for found in root if found.tag.endswith("}Application")), "")

    def _sheets(self) -> dict[str, str]:
        rels = ElementTree.fromstring(self._zip.read("xl/_rels/workbook.xml.rels"))
        targets = {rel.get("Id"): rel.get("Target", "") for rel in rels}
        root = ElementTree.fromstring(self._zip.read("xl/workbook.xml"))
        found = {}
        for sheet in root.iter(f"{_MAIN}sheet"):
            target = targets.get(sheet.get(_REL), "")
            found[sheet.get("name", "")] = (
                target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
            )
        return found


def _read_raw(xml: bytes) -> _Raw:
    root = ElementTree.fromstring(xml)
    styles: dict[Place, int] = {}
    fitted: set[int] = set()
    for row in root.iter(f"{_MAIN}row"):
        if row.get("customHeight") in ("1", "true"):
            fitted.add(int(row.get("r", "0")))
        for cell in row:
            if (style := cell.get("s")) and (found := _ADDRESS.fullmatch(cell.get("r", ""))):
                styles[int(found[2]), _column(found[1])] = int(style)
    header = {part.tag.removeprefix(_MAIN): part.text or "" for part in root.iterfind(f"{_MAIN}headerFooter/*")}
    form = root.find(f"{_MAIN}sheetFormatPr")
    columns = [
        (
            int(column.get("min", "1")),
            int(column.get("max", "1")),
            _number(column.get("width")),
            column.get("hidden") in ("1", "true"),
        )
        for column in root.iterfind(f"{_MAIN}cols/{_MAIN}col")
    ]
    return _Raw(
        styles,
        header,
        columns,
        None if form is None else _number(form.get("defaultRowHeight")),
        None if form is None else _number(form.get("defaultColWidth")),
        8.0 if form is None else _number(form.get("baseColWidth")) or 8.0,
        form is not None and form.get("zeroHeight") in ("1", "true"),
        frozenset(fitted),
        any(not page.get("paperSize") for page in root.iterfind(f"{_MAIN}pageSetup")),
    )


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class _Reader:
    """Turns openpyxl's objects into plain ones, each style once."""

    def __init__(self, workbook: Any, results: Any, package: _Package) -> None:
        self._workbook = workbook
        self._results = results
        self._package = package
        self._theme = _theme(workbook.loaded_theme)
        self._looks: dict[int, Look] = {}
        self._borders: dict[int, Borders] = {}

    def book(self, name: str) -> Book:
        """The whole workbook."""
        normal = next((style for style in self._workbook._named_styles if style.builtinId == 0), None)
        default = self._type(normal.font if normal is not None else self._workbook._fonts[0])
        book = Book(name, [], default, self._package.by_excel, self._lost(), self._workbook)
        for sheet in self._workbook.worksheets:
            if any(image.width * image.height > _MOST_PIXELS for image in sheet._images):
                raise _picture_too_large(name)
            book.sheets.append(self._sheet(sheet))
        if not any(sheet.visible for sheet in book.sheets):
            raise UserError(f"“{name}”里没有看得见的工作表，没有可以打印的内容。")
        return book

    def _lost(self) -> list[str]:
        found = []
        drawings = list(self._package.drawings())
        loaded = sum(len(sheet._images) for sheet in self._workbook.worksheets)
        if any(b"<xdr:sp" in xml or b"<xdr:cxnSp" in xml for xml in drawings):
            found.append("自选图形、文本框或线条")
        if self._package.has("xl/charts/"):
            found.append("图表")
        if self._package.has("xl/ctrlProps/") or self._package.has("xl/activeX/"):
            found.append("表单控件")
        if any(name.lower().endswith((".emf", ".wmf")) for name in self._package.names):
            found.append("EMF/WMF 图片")
        elif sum(len(_PICTURED.findall(xml)) for xml in drawings) > loaded:
            found.append("打不开的图片")
        return found

    def _sheet(self, source: Any) -> Sheet:
        if source.max_column > MOST_COLUMNS or source.max_row > MOST_ROWS or len(source._cells) > MOST_CELLS:
            raise UserError(
                f"工作表“{source.title}”用到了 {get_column_letter(source.max_column)}{source.max_row}，不像一张表单。"
                "请删掉表格以外的空行空列，另存后再用。"
            )
        raw = self._package.raw(source.title)
        sheet = Sheet(source.title, visible=source.sheet_state == "visible")
        sheet.default_height, sheet.default_width = raw.default_height, raw.default_width
        sheet.base_width, sheet.rows_hidden, sheet.fitted_rows = raw.base_width, raw.rows_hidden, raw.fitted
        for first, last, width, hidden in raw.columns:
            for column in range(first, min(last, MOST_COLUMNS) + 1):
                if hidden:
                    sheet.widths[column] = 0.0
                elif width is not None:
                    sheet.widths[column] = width
        for row, dimension in source.row_dimensions.items():
            if dimension.hidden:
                sheet.heights[row] = 0.0
            elif dimension.height is not None:
                sheet.heights[row] = float(dimension.height)
        self._read_merges(source, sheet, raw)
        self._read_cells(source, sheet)
        self._read_setup(source, sheet, raw)
        sheet.pictures = [found for image in source._images if (found := _picture(image)) is not None]
        return sheet

    def _read_merges(self, source: Any, sheet: Sheet, raw: _Raw) -> None:
        for merge in source.merged_cells.ranges:
            start = (merge.min_row, merge.min_col)
            sheet.merges[start] = (merge.max_row, merge.max_col)
            for row in range(merge.min_row, merge.max_row + 1):
                for column in range(merge.min_col, merge.max_col + 1):
                    sheet.covered[row, column] = start
                    style = raw.styles.get((row, column))
                    if style is not None:
                        sheet.covered_borders[row, column] = self._borders_of(style)

    def _borders_of(self, style: int) -> Borders:
        if style not in self._borders:
            array = self._workbook._cell_styles[style]
            self._borders[style] = self._edges(self._workbook._borders[array.borderId])
        return self._borders[style]

    def _read_cells(self, source: Any, sheet: Sheet) -> None:
        results = self._results[source.title] if self._results is not None else None
        for place, cell in source._cells.items():
            if isinstance(cell, MergedCell):
                continue
            look = self._look(cell)
            value = cell.value
            runs: tuple[Run, ...] = ()
            if isinstance(value, CellRichText):
                runs = tuple(
                    Run(piece.text, self._type(piece.font, look.type))
                    if isinstance(piece, TextBlock)
                    else Run(piece, look.type)
                    for piece in value
                )
                value = str(value)
            elif isinstance(value, ArrayFormula | DataTableFormula) or (
                isinstance(value, str) and cell.data_type == "f"
            ):
                stored = results.cell(*place).value if results is not None else None
                value = stored if stored is not None else _Formula(str(getattr(value, "text", value) or ""))
            if place in sheet.merges and place in sheet.covered_borders:
                look = replace(look, borders=sheet.covered_borders[place])
            sheet.cells[place] = Cell(value, look, runs)

    def _look(self, cell: Any) -> Look:
        style = cell._style
        key = hash((style.fontId, style.fillId, style.borderId, style.numFmtId, style.alignmentId))
        found = self._looks.get(key)
        if found is None:
            alignment = cell.alignment
            found = self._looks[key] = Look(
                self._type(cell.font),
                cell.number_format or "General",
                alignment.horizontal or "general",
                alignment.vertical or "bottom",
                bool(alignment.wrap_text),
                bool(alignment.shrink_to_fit),
                int(alignment.indent or 0),
                int(alignment.text_rotation or 0),
                self._fill(cell.fill),
                self._edges(cell.border),
            )
        return found

    def _type(self, font: Any, cell: Type | None = None) -> Type:
        """A cell's font, or that of a run in a cell of font `cell`."""
        if font is None:
            return cell or Type()
        name = getattr(font, "rFont", None) or getattr(font, "name", None) or (cell.family if cell else "宋体")
        size = font.sz if font.sz is not None else (cell.size if cell else 11.0)
        underline = font.u or ""
        colour = self._colour(font.color)
        return Type(
            str(name),
            float(size),
            bool(font.b),
            bool(font.i),
            "double" if "double" in underline else "single" if underline and underline != "none" else "",
            bool(font.strike),
            colour if colour is not None else BLACK,
            font.vertAlign if font.vertAlign in ("superscript", "subscript") else "",
        )

    def _edges(self, border: Any) -> Borders:
        if border is None:
            return Borders()

        def edge(side: Any) -> Edge | None:
            if side is None or not side.style or side.style == "none":
                return None
            return Edge(side.style, self._colour(side.color) or BLACK)

        diagonal = edge(border.diagonal)
        return Borders(
            edge(border.left or border.start),
            edge(border.right or border.end),
            edge(border.top),
            edge(border.bottom),
            diagonal if border.diagonalUp else None,
            diagonal if border.diagonalDown else None,
        )

    def _fill(self, fill: Any) -> Colour | None:
        if fill is None:
            return None
        if stops := getattr(fill, "stop", None):
            colours = [self._colour(stop.color) or (1.0, 1.0, 1.0) for stop in stops]
            return _mixed(colours[0], colours[-1], 0.5)
        if not fill.patternType or fill.patternType == "none":
            return None
        front, back = self._colour(fill.fgColor), self._colour(fill.bgColor)
        if fill.patternType == "solid":
            return front if front is not None else (1.0, 1.0, 1.0)
        return _mixed(back or (1.0, 1.0, 1.0), front or BLACK, _PATTERNS.get(fill.patternType, 0.5))

    def _colour(self, colour: Any) -> Colour | None:
        if colour is None:
            return None
        found: Colour | None = None
        if colour.type == "rgb" and isinstance(colour.rgb, str):
            found = _rgb(colour.rgb)
        elif colour.type == "indexed" and isinstance(colour.indexed, int):
            if colour.indexed in (64, 65):
                return None
            found = _rgb(COLOR_INDEX[colour.indexed]) if colour.indexed < len(COLOR_INDEX) else None
        elif colour.type == "theme" and isinstance(colour.theme, int) and colour.theme < len(self._theme):
            found = self._theme[colour.theme]
        return None if found is None else _tinted(found, float(colour.tint or 0.0))

    def _read_setup(self, source: Any, sheet: Sheet, raw: _Raw) -> None:
        page, margins = source.page_setup, source.page_margins
        width, height = PAPERS.get(int(page.paperSize or _A4), PAPERS[_A4])
        if page.orientation == "landscape":
            width, height = height, width
        fits = source.sheet_properties.pageSetUpPr is not None and bool(source.sheet_properties.pageSetUpPr.fitToPage)
        across, down = page.fitToWidth, page.fitToHeight
        header = raw.header
        options = source.print_options
        sheet.setup = PageSetup(
            not raw.paper_left_open,
            width,
            height,
            margins.left * 72,
            margins.right * 72,
            margins.top * 72,
            margins.bottom * 72,
            margins.header * 72,
            margins.footer * 72,
            int(page.scale or 100),
            (1 if across is None else int(across), 1 if down is None else int(down)) if fits else None,
            bool(options.horizontalCentered),
            bool(options.verticalCentered),
            page.pageOrder == "overThenDown",
            int(page.firstPageNumber) if page.useFirstPageNumber and page.firstPageNumber is not None else None,
            Sections(header.get("oddHeader", ""), header.get("evenHeader", ""), header.get("firstHeader", "")),
            Sections(header.get("oddFooter", ""), header.get("evenFooter", ""), header.get("firstFooter", "")),
            bool(source.HeaderFooter.differentOddEven),
            bool(source.HeaderFooter.differentFirst),
        )
        sheet.areas = tuple(_areas(source.print_area))
        sheet.title_rows = _span(source.print_title_rows, int)
        sheet.title_columns = _span(source.print_title_cols, _column)
        sheet.breaks_after_rows = tuple(sorted(found.id for found in source.row_breaks.brk))
        sheet.breaks_after_columns = tuple(sorted(found.id for found in source.col_breaks.brk))


class _Formula(str):
    """A formula without a stored result; `formulas.calculate` puts its value in its place."""


Formula = _Formula


def _areas(text: Any) -> Iterator[tuple[int, int, int, int]]:
    parts: Iterable[str] = (
        text if isinstance(text, list | tuple) else re.split(r",(?=(?:[^']*'[^']*')*[^']*$)", text or "")
    )
    for part in parts:
        address = part.rpartition("!")[2].replace("$", "")
        if address:
            with contextlib.suppress(ValueError, TypeError):
                left, top, right, bottom = range_boundaries(address)
                yield top or 1, left or 1, bottom or MOST_ROWS, right or MOST_COLUMNS


def _span(text: Any, read: Any) -> tuple[int, int] | None:
    if not text:
        return None
    first, _, last = str(text).rpartition("!")[2].replace("$", "").partition(":")
    return read(first), read(last or first)


def _picture(image: Any) -> Picture | None:
    try:
        data = image._data()
    except (ValueError, OSError, AttributeError, KeyError):
        return None
    anchor = image.anchor
    kind = type(anchor).__name__
    if kind == "AbsoluteAnchor":
        return Picture(
            data,
            None,
            None,
            anchor.pos.x / EMU,
            anchor.pos.y / EMU,
            anchor.ext.width / EMU,
            anchor.ext.height / EMU,
        )
    start = _anchor(anchor._from)
    if kind == "TwoCellAnchor":
        return Picture(data, start, _anchor(anchor.to))
    return Picture(data, start, width=anchor.ext.width / EMU, height=anchor.ext.height / EMU)


def _anchor(marker: Any) -> Anchor:
    return Anchor(marker.row + 1, marker.col + 1, (marker.colOff or 0) / EMU, (marker.rowOff or 0) / EMU)


def _rgb(text: str) -> Colour:
    text = text[-6:].rjust(6, "0")
    return int(text[:2], 16) / 255, int(text[2:4], 16) / 255, int(text[4:], 16) / 255


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue


def _tinted(colour: Colour, tint: float) -> Colour:
    if not tint:
        return colour
    red, green, blue = (part * (1 + tint) if tint < 0 else part * (1 - tint) + tint for part in colour)
    return red, green, blue


def _theme(xml: bytes | None) -> list[Colour]:
    """The theme's colours in the order in which cells count them: light and dark pairs swapped."""
    if not xml:
        return [(1.0, 1.0, 1.0), BLACK]
    found: list[Colour] = []
    root = ElementTree.fromstring(xml)
    scheme: Element | None = next((part for part in root.iter() if part.tag.endswith("}clrScheme")), None)
    for entry in scheme if scheme is not None else ():
        colour = next(iter(entry), None)
        value = None if colour is None else colour.get("lastClr") or colour.get("val")
        found.append(_rgb(value) if value and re.fullmatch(r"[0-9A-Fa-f]{6,8}", value) else BLACK)
    if len(found) >= 4:
        found[0], found[1], found[2], found[3] = found[1], found[0], found[3], found[2]
    return found
