"""Files are opened by content; whatever is broken, hostile or no table is told in a sentence."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from unionoffice.documents.excel import package
from unionoffice.documents.excel.reader import Book, Cell, open_book
from unionoffice.kernel.errors import EnvironmentFault, UserError

DATA = Path(__file__).parents[1] / "data"
FILES = sorted(path for path in DATA.iterdir() if path.suffix in (".xlsx", ".xls", ".csv"))
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


def rows_of(book: Book) -> list[list[list[Cell]]]:
    return [list(sheet.rows()) for sheet in book.sheets()]


def workbook(change: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return target.getvalue()


def with_sheet(rows: bytes) -> bytes:
    return with_part(workbook(lambda book: None), "xl/worksheets/sheet1.xml", HEAD + rows + TAIL)


def sentence(data: bytes | Path, name: str = "名单.xlsx") -> str:
    with pytest.raises(UserError) as told:
        rows_of(open_book(data, name))
    assert "！" not in told.value.sentence
    assert told.value.sentence.endswith("。")
    return told.value.sentence


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.suffix)
def test_names_do_not_matter(path: Path) -> None:
    for name in ("名单.xlsx", "名单.xls", "名单.csv", "名单"):
        assert any(rows_of(open_book(path.read_bytes(), name)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_separated_text_in_every_encoding(encoding: str, delimiter: str) -> None:
    text = "\r\n".join(delimiter.join(row) for row in [["姓名", "电话"], ["曾䶮", "13812345678"], ["㛃𬱟", ""]])
    rows = rows_of(open_book(text.encode(encoding), "名单.csv"))[0]
    assert rows == [["姓名", "电话"], ["曾䶮", "13812345678"], ["㛃𬱟", ""]]


def test_protected_numbers_and_quotes_in_separated_text() -> None:
    rows = rows_of(open_book('姓名,工号,备注\n张三,"=""0012""","甲,乙\n丙"\n'.encode(), "名单.csv"))[0]
    assert rows[1] == ["张三", "0012", "甲,乙\n丙"]


def test_a_web_page_saved_as_workbook() -> None:
    page = (
        "<html><head><meta charset='gb2312'></head><body><table><tr><th colspan=2>名单</th></tr>"
        "<tr><td>部门</td><td>姓名</td></tr><tr><td rowspan='2'>机电队</td><td>张&amp;三<br>四</td></tr>"
        "<tr><td>李四</td></tr></table></body></html>"
    )
    book = open_book(page.encode("gb18030"), "名单.xls")
    (sheet,) = book.sheets()
    assert book.kind == "html"
    assert list(sheet.rows()) == [["名单", ""], ["部门", "姓名"], ["机电队", "张&三\n四"], ["", "李四"]]
    assert sheet.merges == ((0, 0, 0, 1), (2, 0, 3, 0))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空文件"),
        (b"\0" * 64, "空文件"),
        (b" \n \n", "空文件"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"\xff\xd8\xff\xe0....", "JPG"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"Rar!\x1a\x07", "解压"),
        (b"PK\x03\x04" + b"x" * 100, "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "损坏"),
        (b"\x81\x20\xff\xfe\xfd" * 30, "编码"),
        (b"<html><p>nothing</p></html>", "没有表格"),
        (b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", "2003"),
        (b'{"a": 1}', "数据文件"),
        (b"a\x01\x02\x03\x04\x05\x06\x07,b", "认不出来"),
        ("姓名,电话\n".encode() + b'"' + b"x" * 200_000, "引号"),
    ],
)
def test_what_is_no_table_is_named(data: bytes, words: str) -> None:
    assert words in sentence(data)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("word/document.xml", "Word"),
        ("ppt/presentation.xml", "演示"),
        ("OFD.xml", "OFD"),
        ("content.xml", "ODF"),
        ("xl/workbook.bin", "xlsb"),
        ("a.txt", "压缩包"),
    ],
)
def test_other_packages_are_named(part: str, words: str) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr(part, "x")
    assert words in sentence(target.getvalue())


def test_a_password_is_told() -> None:
    assert "密码" in sentence(_compound("EncryptedPackage"))
    assert "Word" in sentence(_compound("WordDocument"))
    assert "不是表格" in sentence(_compound("Contents"))


def _compound(stream: str) -> bytes:
    """The smallest compound file with one named, empty stream."""
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIII", header, 44, 1, 1, 0, 4096)
    struct.pack_into("<IIII", header, 60, end, 0, end, 0)
    struct.pack_into("<109I", header, 76, 0, *[free] * 108)
    fat = struct.pack("<128I", 0xFFFFFFFD, end, *[free] * 126)
    directory = b"".join(
        title.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBBIII", 2 * len(title) + 2, kind, 1, free, free, free)
        + bytes(36)
        + struct.pack("<IQ", end, 0)
        for title, kind in (("Root Entry", 5), (stream, 2))
    )
    return bytes(header) + fat + directory.ljust(512, b"\0")


def test_a_circle_in_an_old_workbook_is_no_endless_loop() -> None:
    data = bytearray((DATA / "会员名单-旧格式.xls").read_bytes())
    first_fat = struct.unpack_from("<I", data, 76)[0]
    for sector in range(100):
        struct.pack_into("<I", data, 512 + first_fat * 512 + sector * 4, sector)
    assert "损坏" in sentence(bytes(data))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_sheet(b"<row>" + b" " * (80 * 1024 * 1024) + b"</row>")
    assert len(bomb) < 200_000
    assert "超出正常表格" in sentence(bomb)


def test_a_size_that_lies_is_damage() -> None:
    data = bytearray(with_part(workbook(lambda book: None), "xl/sharedStrings.xml", b" " * 5_000_000))
    place = data.rfind(b"xl/sharedStrings.xml") - 46
    struct.pack_into("<I", data, place + 24, 100)
    assert "损坏" in sentence(bytes(data))


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><v>1</v></c><c r="xfd1048576"><v>1</v></c></row>',
        b"<row r='1'><c r='A1'><v>1</v></c><c r='B4000000000'><v>1</v></c></row>",
        b'<row r="1"><c r="B4000000000"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>',
        b"<row>" + b"<c><v>1</v></c>" * 4000 + b"</row>" + b"<row><c><v>1</v></c></row>" * 4000,
        b'<row r="1"><x:c r="XFD1048576"><v>1</v></x:c><c r="A1"><v>1</v></c></row>',
    ],
)
def test_a_cell_at_the_far_corner_is_refused_without_making_room_for_it(rows: bytes) -> None:
    assert "延伸到单元格" in sentence(with_sheet(rows))


def test_formats_without_values_do_not_count() -> None:
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert rows_of(open_book(with_sheet(rows), "名单.xlsx")) == [[[1.0]]]


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><workbook>&b;</workbook>'
    data = with_part(workbook(lambda book: None), "xl/workbook.xml", bomb)
    assert "可疑" in sentence(data)


def test_hidden_sheets_are_passed_over_and_told() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.active["A1"] = "姓名"
        hidden = book.create_sheet("草稿")
        hidden["A1"] = "姓名"
        hidden.sheet_state = "hidden"

    book = open_book(workbook(fill), "名单.xlsx")
    assert [sheet.name for sheet in book.sheets()] == ["Sheet"]
    assert any("草稿" in notice for notice in book.notices)


def test_hidden_rows_unsaved_formulas_and_month_formats_are_noticed() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet["A1"], sheet["B1"], sheet["C1"] = "姓名", "工资", "出生年月"
        sheet["A2"], sheet["B2"], sheet["C2"] = "张三", "=1000+1", date(1985, 6, 1)
        sheet["C2"].number_format = 'yyyy"年"m"月"'
        sheet["B3"] = "#N/A"
        sheet["C3"] = date(1985, 6, 1)
        sheet["C3"].number_format = "yyyy-mm-dd"
        sheet.row_dimensions[2].hidden = True

    (sheet,) = open_book(workbook(fill), "名单.xlsx").sheets()
    assert sheet.facts.hidden_rows == {2}
    assert sheet.facts.unsaved_formulas == {(1, 1)}
    assert sheet.facts.errors == {(2, 1)}
    assert sheet.facts.month_only == {(1, 2)}


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="找不到"):
        open_book(tmp_path / "没有.xlsx")
    assert "文件夹" in sentence(tmp_path, "文件夹")


def test_five_hundred_broken_files_end_in_a_sentence_or_a_table() -> None:
    noise = random.Random(20261121)
    contents = [path.read_bytes() for path in FILES]
    opened = 0
    for case in range(500):
        data = bytearray(noise.choice(contents))
        if case % 2:
            del data[noise.randrange(len(data)) :]
        else:
            for _ in range(noise.choice([1, 1, 3, 30])):
                data[noise.randrange(len(data))] ^= 1 << noise.randrange(8)
        try:
            opened += bool(rows_of(open_book(bytes(data), "名单.xlsx")))
        except UserError as told:
            assert told.sentence.endswith("。")
    assert 0 < opened < 500


def test_a_hundred_packages_with_broken_sheets_end_in_a_sentence_or_a_table() -> None:
    noise = random.Random(20261121)
    source = (DATA / "提案汇总表.xlsx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(source)) as package:
        parts = {name: package.read(name) for name in package.namelist() if name.endswith((".xml", ".rels"))}
    for _ in range(100):
        name = noise.choice(sorted(parts))
        content = bytearray(parts[name])
        for _ in range(3):
            content[noise.randrange(len(content))] = noise.randrange(256)
        try:
            rows_of(open_book(with_part(source, name, bytes(content)), "名单.xlsx"))
        except UserError as told:
            assert told.sentence.endswith("。")


@pytest.mark.parametrize("far", [b'<c r="XFD1048576"><v>1</v></c>', b'<x:c  r="XFD1048576"><v>1</v></x:c>'])
@pytest.mark.parametrize("size", [30, 31, 37, 64, 4096])
def test_a_cell_beyond_reason_is_seen_wherever_the_sheet_is_cut_into_pieces(
    far: bytes, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "_CHUNK", size)
    monkeypatch.setattr(package, "DETAIL_LIMIT", 0)
    near = b'<row r="1"><c r="A1"><v>1</v></c><c r="Z99999"><v>1</v></c>'
    assert "XFD1048576" in sentence(with_sheet(near + far + b"</row>"))
    assert rows_of(open_book(with_sheet(near.replace(b"Z99999", b"Z99") + b"</row>"), "名单.xlsx"))
