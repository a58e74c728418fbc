"""The zip package behind an .xlsx: opened with every size known before anything is allocated."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from posixpath import join, normpath
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from unionoffice.kernel.errors import UserError

MAX_TOTAL = 600 * 1024 * 1024
MAX_STRINGS = 150 * 1024 * 1024
MAX_PART = 16 * 1024 * 1024
MAX_RATIO = 150
MAX_ENTRIES = 5_000
MAX_CELLS = 10_000_000
DETAIL_LIMIT = 20 * 1024 * 1024
"""Sheets up to this many bytes of XML are searched for hidden rows, unsaved formulas and month-only dates."""

_CHUNK = 1 << 20
_FAR_CELL = re.compile(rb"""<c(?:>|\s(?!r="[A-Z]\d{1,5}"))""")
_PREFIXED = re.compile(rb":c")  # `bytes.find` takes three times as long for two bytes
_ODD_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']([A-Za-z]+)(\d+)["'][^>]*(?<!/)>""")
_UNPLACED = re.compile(rb"<(?:\w+:)?c(?:>|\s+(?!r\s*=)[^>]*>)")
_PLACED = re.compile(rb"\sr\s*=")
_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)[\s>]")
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s(?=[^>]*\bhidden="(?:1|true)")[^>]*\br="(\d+)"')
_UNSAVED = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR = re.compile(rb'<(?:\w+:)?c\s(?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_STYLED = re.compile(rb'<(?:\w+:)?c\s+r="([A-Z]{1,3})(\d{1,7})"\s+s="(\d+)"')
_BUILT_IN_MONTHS = frozenset([17, 27, 55, 57])
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What calamine does not tell: hidden rows (1-based) and cells (row, column; 0-based).

    `errors` are cells that show an error such as #N/A.
    """

    hidden_rows: frozenset[int] = frozenset()
    unsaved_formulas: frozenset[tuple[int, int]] = frozenset()
    month_only: frozenset[tuple[int, int]] = frozenset()
    errors: frozenset[tuple[int, int]] = frozenset()


@dataclass(slots=True)
class Package:
    """An opened package; `sheets` maps a sheet's name to its part."""

    name: str
    archive: zipfile.ZipFile
    names: frozenset[str]
    sheets: dict[str, str] = field(default_factory=dict)
    month_styles: frozenset[int] = frozenset()


def damaged(name: str) -> UserError:
    """The sentence for a file that is broken."""
    return UserError(
        f"“{name}”已损坏或没有传完，读不出来。请对方重新发送，或用 WPS 打开后另存为新的 .xlsx 文件再导入。"
    )


@contextmanager
def zip_faults(name: str) -> Iterator[None]:
    """Turn every fault of a broken zip or XML into a sentence."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ParseError) as error:
        raise damaged(name) from error
    except (KeyError, ValueError, IndexError, OverflowError, NotImplementedError, RuntimeError) as error:
        raise damaged(name) from error


def open_package(data: bytes, name: str) -> Package:
    """Open a zip and check its sizes. Raises UserError for a broken one and for one that swells beyond reason."""
    with zip_faults(name):
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
        total = sum(entry.file_size for entry in entries)
        packed = sum(entry.compress_size for entry in entries)
    swells = total > 50 * 1024 * 1024 and total > MAX_RATIO * max(packed, 1)
    if total > MAX_TOTAL or len(entries) > MAX_ENTRIES or swells:
        raise UserError(
            f"“{name}”解压后有 {total // 1048576} MB，超出正常表格，没有打开。请把名单另存为新的文件再导入。"
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise UserError(f"“{name}”里的内容加了密码。请在 WPS 或 Excel 里打开，去掉密码后保存再导入。")
    return Package(name, archive, frozenset(entry.filename for entry in entries))


def read_parts(package: Package) -> None:
    """Check the parts that are read as a whole and learn the sheets and the month-only date styles."""
    with zip_faults(package.name):
        for part in package.names:
            lower = part.lower()
            if not lower.endswith((".xml", ".rels")) or "/worksheets/" in lower:
                continue
            limit = MAX_STRINGS if lower.endswith("sharedstrings.xml") else MAX_TOTAL
            if package.archive.getinfo(part).file_size > limit:
                raise UserError(f"“{package.name}”的文字太多，超出正常表格，没有打开。请拆成几个文件再导入。")
            with package.archive.open(part) as stream:
                while stream.read(_CHUNK):
                    pass
        package.sheets = _sheet_parts(package)
        package.month_styles = _month_styles(package)


def scan_sheet(package: Package, sheet: str) -> SheetFacts:
    """Walk through a sheet's XML before calamine allocates its cells; raises UserError when they would be too many."""
    part = package.sheets.get(sheet)
    if part is None:
        return SheetFacts()
    with zip_faults(package.name):
        size = package.archive.getinfo(part).file_size
        with package.archive.open(part) as stream:
            if size > DETAIL_LIMIT:
                _check_extent(package.name, sheet, iter(lambda: stream.read(_CHUNK), b""))
                return SheetFacts()
            xml = stream.read()
        _check_extent(package.name, sheet, iter([xml]))
        return SheetFacts(_hidden_rows(xml), _unsaved(xml), _month_cells(xml, package.month_styles), _errors(xml))


def column_number(letters: bytes) -> int:
    """0-based column of "A", "AA" …"""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number - 1


def cell_name(row: int, column: int) -> str:
    """Excel's name of a cell (row and column 0-based)."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _check_extent(name: str, sheet: str, chunks: Iterator[bytes]) -> None:
    """Cells up to Z99999 are few enough; only a piece that holds a cell beyond, or an unusual one, is read closely."""
    last_row, last_column = 0, 0
    rows, here, widest = 0, 0, 0
    tail, unplaced = b"", False
    for chunk in chunks:
        first, cut = chunk.find(b">") + 1, chunk.rfind(b">") + 1
        if not cut:
            tail += chunk
            if len(tail) > 4 * _CHUNK:
                raise damaged(name)
            continue
        seam, before = tail + chunk[:first], tail
        tail = chunk[cut:]
        if unplaced or _suspicious(seam, 0, len(seam)) or _suspicious(chunk, first, cut):
            buffer = before + chunk[:cut]
            for letters, digits in _ODD_CELL.findall(buffer):
                last_row = max(last_row, int(digits[:9]) - 1)
                last_column = max(last_column, column_number(letters[:5]))
            unplaced = unplaced or any(not _PLACED.search(tag) for tag in _UNPLACED.findall(buffer))
            for kind in _ROW_OR_CELL.findall(buffer) if unplaced else ():
                here = here + 1 if kind == b"c" else 0
                rows += kind == b"row"
                widest = max(widest, here)
            last_row, last_column = max(last_row, rows - 1), max(last_column, widest - 1)
            if (last_row + 1) * (last_column + 1) > MAX_CELLS:
                raise _too_large(name, sheet, last_row, last_column)


def _suspicious(xml: bytes, start: int, end: int) -> bool:
    """Whether XML holds a cell beyond Z99999, or anything that could be a cell with a prefix."""
    return _PREFIXED.search(xml, start, end) is not None or _FAR_CELL.search(xml, start, end) is not None


def _too_large(name: str, sheet: str, row: int, column: int) -> UserError:
    return UserError(
        f"“{name}”的工作表“{sheet}”一直延伸到单元格 {cell_name(row, column)}，超出正常表格，没有打开。"
        "请删除名单下方和右侧的空行空列（或把名单复制到新表），保存后再导入。"
    )


def _hidden_rows(xml: bytes) -> frozenset[int]:
    if b'hidden="' not in xml:
        return frozenset()
    return frozenset(int(row) for row in _HIDDEN_ROW.findall(xml))


def _unsaved(xml: bytes) -> frozenset[tuple[int, int]]:
    if b"<f" not in xml and b":f" not in xml:
        return frozenset()
    return frozenset((int(row) - 1, column_number(letters)) for letters, row in _UNSAVED.findall(xml))


def _errors(xml: bytes) -> frozenset[tuple[int, int]]:
    if b't="e"' not in xml:
        return frozenset()
    return frozenset((int(row) - 1, column_number(letters)) for letters, row in _ERROR.findall(xml))


def _month_cells(xml: bytes, styles: frozenset[int]) -> frozenset[tuple[int, int]]:
    if not styles:
        return frozenset()
    return frozenset(
        (int(row) - 1, column_number(letters)) for letters, row, style in _STYLED.findall(xml) if int(style) in styles
    )


def _sheet_parts(package: Package) -> dict[str, str]:
    book = _parse(package, "xl/workbook.xml")
    relations = _parse(package, "xl/_rels/workbook.xml.rels")
    if book is None or relations is None:
        return {}
    targets = {item.get("Id"): item.get("Target", "") for item in relations}
    parts = {}
    for sheet in book.iter():
        target = targets.get(sheet.get(_REL)) if sheet.tag.endswith("}sheet") else None
        if target:
            part = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
            if part in package.names:
                parts[sheet.get("name", "")] = part
    return parts


def _month_styles(package: Package) -> frozenset[int]:
    """Cell styles whose date format shows year and month but no day."""
    styles = _parse(package, "xl/styles.xml")
    if styles is None:
        return frozenset()
    formats = {
        item.get("numFmtId"): item.get("formatCode", "") for item in styles.iter() if item.tag.endswith("}numFmt")
    }
    months = {number for number, code in formats.items() if _month_only(code)}
    months.update(str(number) for number in _BUILT_IN_MONTHS if str(number) not in formats)
    cell_formats = next((item for item in styles if item.tag.endswith("}cellXfs")), None)
    if cell_formats is None:
        return frozenset()
    return frozenset(place for place, item in enumerate(cell_formats) if item.get("numFmtId") in months)


def _month_only(code: str) -> bool:
    letters = _QUOTED.sub("", code.split(";")[0]).lower()
    return "y" in letters and "m" in letters and not any(sign in letters for sign in "dhs0#?")


def _parse(package: Package, part: str) -> Element | None:
    if part not in package.names or package.archive.getinfo(part).file_size > MAX_PART:
        return None
    try:
        parsed: Element = ElementTree.fromstring(package.archive.read(part))
    except DefusedXmlException as error:
        raise UserError(f"“{package.name}”里有可疑的内容，没有打开。请对方另存为新的 .xlsx 文件再发。") from error
    return parsed
