"""Workbooks and tables of any office, opened by what they contain and never by their name."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from unionoffice.documents.excel.compound import BrokenError, TooLargeError, check_workbook, open_compound
from unionoffice.documents.excel.flat import Merge, decode, delimited, html_tables, is_text
from unionoffice.documents.excel.package import (
    Package,
    SheetFacts,
    damaged,
    open_package,
    read_parts,
    scan_sheet,
)
from unionoffice.documents.excel.practice_mark import marks_compound, marks_package
from unionoffice.kernel.errors import EnvironmentFault, UserError

Cell = int | float | str | bool | time | date | datetime | timedelta
"""A cell as calamine gives it; an empty one is "", every number a float."""

MAX_FILE = 200 * 1024 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_KNOWN_STARTS = (
    (b"%PDF", "PDF 文件"),
    (b"\xff\xd8\xff", "JPG 图片"),
    (b"\x89PNG", "PNG 图片"),
    (b"GIF8", "GIF 图片"),
    (b"BM", "BMP 图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"{\\rtf", "写字板文档"),
    (b"MZ", "程序文件"),
    (b"SQLite format 3", "数据库文件"),
)
_ARCHIVES = frozenset(["RAR 压缩包", "7z 压缩包", "压缩包"])


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One visible sheet.

    `rows()` yields lists of cells from the sheet's row 1 on, column `first_column` (0-based) first;
    `merges` are absolute. It can be called once more after it ended.
    """

    name: str
    rows: Callable[[], Iterator[list[Cell]]]
    height: int
    first_column: int = 0
    merges: tuple[Merge, ...] = ()
    facts: SheetFacts = SheetFacts()


@dataclass(frozen=True, slots=True)
class Book:
    """An opened file: `sheets()` loads one visible sheet after the other, `notices` are sentences for the user.

    `practice` says that a practice office wrote it.
    """

    name: str
    kind: str
    notices: tuple[str, ...]
    sheets: Callable[[], Iterator[RawSheet]]
    practice: bool = False


def open_book(source: bytes | Path, name: str = "") -> Book:
    """Open an .xlsx, .xlsm, .xls, .et, separated text or web page by its content.

    Raises UserError (not a table, damaged, protected, oversized) or EnvironmentFault (cannot be read at all),
    each saying what, where and what to do; nothing else.
    """
    if isinstance(source, Path):
        name = name or source.name
        data = _bytes_of(source, name)
    else:
        name, data = name or "粘贴的内容", source
    if not data.strip(b"\0"):
        raise UserError(f"“{name}”是空文件。请确认文件是否传完，重新取一份再导入。")
    if len(data) > MAX_FILE:
        raise UserError(f"“{name}”超过 {MAX_FILE // 1048576} MB。请把名单单独另存为一个文件再导入。")
    if data.startswith(_ZIP):
        return _zip_book(data, name)
    if data.startswith(_OLE):
        return _ole_book(data, name)
    for start, label in _KNOWN_STARTS:
        if data.startswith(start):
            raise _other_kind(name, label)
    return _text_book(data, name)


def _bytes_of(path: Path, name: str) -> bytes:
    try:
        if path.is_dir():
            raise UserError(f"“{name}”是文件夹，请选择其中的表格文件。")
        if path.stat().st_size > MAX_FILE:
            raise UserError(f"“{name}”超过 {MAX_FILE // 1048576} MB。请把名单单独另存为一个文件再导入。")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise EnvironmentFault(f"找不到“{name}”，可能已移动或改名，请重新选择文件。") from error
    except PermissionError as error:
        raise EnvironmentFault(f"“{name}”打不开：没有读取权限或正被其他程序占用。关闭该文件后再试。") from error
    except (OSError, ValueError) as error:
        raise EnvironmentFault(f"“{name}”读取失败，可能是 U 盘或网络盘断开。把文件复制到本机后再试。") from error


def _other_kind(name: str, label: str) -> UserError:
    advice = "先解压，再选择其中的表格" if label in _ARCHIVES else "名单须是 Excel、WPS 表格或 CSV 文件，请另选"
    return UserError(f"“{name}”其实是{label}，不是表格。{advice}。")


def _zip_book(data: bytes, name: str) -> Book:
    package = open_package(data, name)
    names = package.names
    if "xl/workbook.bin" in names:
        raise UserError(f"“{name}”是二进制工作簿（.xlsb）。请在 Excel 里另存为 .xlsx 再导入。")
    if "xl/workbook.xml" not in names:
        if any(part.startswith("word/") for part in names):
            raise _other_kind(name, " Word 文档")
        if any(part.startswith("ppt/") for part in names):
            raise _other_kind(name, "演示文稿")
        if "OFD.xml" in names:
            raise _other_kind(name, " OFD 版式文件")
        if "content.xml" in names:
            raise UserError(f"“{name}”是 ODF 文件。请用 WPS 打开，另存为 .xlsx 再导入。")
        if "[Content_Types].xml" in names:
            raise damaged(name)
        raise _other_kind(name, "压缩包")
    read_parts(package)
    notices = []
    if "xl/vbaProject.bin" in names:
        notices.append("文件里带有宏，宏没有运行，只读取了单元格里的内容。")
    if any(part.startswith("xl/externalLinks/") for part in names):
        notices.append("有公式引用了别的文件，按这份文件里保存的结果读取。")
    return _calamine_book(data, name, "xlsx", notices, package, practice=marks_package(package))


def _ole_book(data: bytes, name: str) -> Book:
    try:
        compound = open_compound(data)
        if "EncryptedPackage" in compound.streams:
            raise _protected(name)
        if "WordDocument" in compound.streams:
            raise _other_kind(name, " Word 文档")
        if "PowerPoint Document" in compound.streams:
            raise _other_kind(name, "演示文稿")
        stream = next((title for title in compound.streams if title.lower() in ("workbook", "book")), None)
        if stream is None:
            raise _other_kind(name, "别的程序的文件")
        check_workbook(compound.read(stream))
        practice = marks_compound(compound)
    except BrokenError as error:
        raise damaged(name) from error
    except TooLargeError as error:
        raise UserError(
            f"“{name}”有工作表一直延伸到单元格 {error}，超出正常表格，没有打开。"
            "请把名单复制到新的工作表，另存为 .xlsx 再导入。"
        ) from error
    return _calamine_book(data, name, "xls", [], None, practice=practice)


def _protected(name: str) -> UserError:
    return UserError(f"“{name}”设了打开密码。请在 WPS 或 Excel 里打开，在“文件—文档加密”里去掉密码，保存后再导入。")


@contextmanager
def _calamine_faults(name: str) -> Iterator[None]:
    try:
        yield
    except PasswordError as error:
        raise _protected(name) from error
    except (CalamineError, OSError, ValueError, OverflowError, MemoryError) as error:
        raise damaged(name) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(name) from error


def _calamine_book(
    data: bytes, name: str, kind: str, notices: list[str], package: Package | None, *, practice: bool
) -> Book:
    with _calamine_faults(name):
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        metadata = [
            sheet for sheet in book.sheets_metadata if sheet.typ in (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet)
        ]
        hidden = [sheet.name for sheet in metadata if sheet.visible != SheetVisibleEnum.Visible]
        shown = [sheet.name for sheet in metadata if sheet.visible == SheetVisibleEnum.Visible]
    if hidden:
        notices.append(f"隐藏的工作表没有读取：{'、'.join(hidden)}。")
    if not shown:
        raise UserError(f"“{name}”里没有可见的工作表。请取消隐藏后保存，再导入。")

    def sheets() -> Iterator[RawSheet]:
        for sheet in shown:
            yield _load(book, package, name, sheet)

    return Book(name, kind, tuple(notices), sheets, practice)


def _load(book: CalamineWorkbook, package: Package | None, name: str, title: str) -> RawSheet:
    facts = scan_sheet(package, title) if package else SheetFacts()
    with _calamine_faults(name):
        sheet = book.get_sheet_by_name(title)
        merges = tuple((*first, *last) for first, last in sheet.merged_cell_ranges or ())
        first_column = sheet.start[1] if sheet.start else 0
        height = sheet.end[0] + 1 if sheet.end else 0

    def rows() -> Iterator[list[Cell]]:
        with _calamine_faults(name):
            yield from sheet.iter_rows()

    return RawSheet(title, rows if height else lambda: iter(()), height, first_column, merges, facts)


def _text_book(data: bytes, name: str) -> Book:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise UserError(f"“{name}”是 XML 表格（2003 格式）。请在 WPS 或 Excel 里另存为 .xlsx 再导入。")
    if head.startswith(b"mime-version:"):
        raise UserError(f"“{name}”是单个网页文件。请在 WPS 或 Excel 里另存为 .xlsx 再导入。")
    wide = head.replace(b"\0", b"")
    if b"<table" in wide or b"<html" in wide or b"<!doctype html" in wide:
        return _html_book(data, name)
    text = decode(data, name)
    if not text.strip():
        raise UserError(f"“{name}”是空文件。请确认文件是否传完，重新取一份再导入。")
    if not is_text(text):
        raise UserError(f"“{name}”不是表格，内容认不出来。名单须是 Excel、WPS 表格或 CSV 文件，请另选。")
    if head.startswith((b"<?xml", b"<!doctype", b"{", b"[")):
        raise UserError(f"“{name}”是数据文件，不是表格。请用 WPS 打开看是否正常，另存为 .xlsx 再导入。")
    height = text.count("\n") + 1

    def sheets() -> Iterator[RawSheet]:
        yield RawSheet("", lambda: (list[Cell](row) for row in delimited(text, name)), height)

    return Book(name, "csv", (), sheets)


def _html_book(data: bytes, name: str) -> Book:
    tables = html_tables(data, name)
    if not tables:
        raise UserError(f"“{name}”是网页，里面没有表格。请用 WPS 打开看是否正常，另存为 .xlsx 再导入。")

    def sheets() -> Iterator[RawSheet]:
        for place, (rows, merges) in enumerate(tables, 1):
            title = f"表{place}" if len(tables) > 1 else ""
            yield RawSheet(title, lambda rows=rows: (list[Cell](row) for row in rows), len(rows), 0, tuple(merges))  # type: ignore[misc]

    return Book(name, "html", ("这是网页另存的表格，已按其中的表格读取。",), sheets)
