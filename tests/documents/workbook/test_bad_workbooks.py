"""A workbook that is broken, hostile or odd ends in a sentence, never in a fault or a wrong print."""

import io
import random
import zipfile
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sheets import loaded, workbook

from unionoffice.documents.pdf.fonts import Fonts
from unionoffice.documents.workbook.formulas import calculate
from unionoffice.documents.workbook.layout import lay_out
from unionoffice.documents.workbook.loading import load
from unionoffice.documents.workbook.printing import print_book
from unionoffice.kernel.errors import UserError

MOMENT = datetime(2026, 1, 1)


def plain(_book, sheet):
    for row in range(1, 12):
        for column in range(1, 6):
            sheet.cell(row, column, f"{row}行{column}")
    sheet["B20"] = "=SUM(A1:A3)"


def changed(part, old, new):
    source = zipfile.ZipFile(io.BytesIO(workbook(plain)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(old, new) if name == part else data)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 torn",
        b"\xd0\xcf\x11\xe0" + bytes(512),
        changed(SHEET, b"</sheetData>", b""),
        changed(SHEET, b"<sheetData>", b"<sheetData><row r='x'>"),
        changed("xl/workbook.xml", b"<sheets>", b"<sheets/><x>"),
        changed(SHEET, b"<?xml version='1.0'?>", b"")[:-40],
        changed(SHEET, b'r="A1"', b'r="XFD1048576"'),
        changed(SHEET, b'r="A1"', b'r="ZZZZ1"'),
    ],
)
def test_a_broken_workbook_is_refused_in_words(data):
    with pytest.raises(UserError) as refused:
        load(data, "坏表.xlsx")
    assert "坏表" in refused.value.sentence or "工作" in refused.value.sentence


def test_an_entity_bomb_is_not_unpacked():
    bomb = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 100 + b'">]>'
    source = zipfile.ZipFile(io.BytesIO(workbook(plain)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == SHEET:
                start = data.index(b"<worksheet")
                data = data[:start] + bomb + data[start:]
            target.writestr(name, data)
    with pytest.raises(UserError):
        load(out.getvalue(), "坏表")


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_does():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("xl/worksheets/sheet1.xml", b" " * (300 * 1024 * 1024))
    with pytest.raises(UserError, match="太大"):
        load(out.getvalue(), "坏表")


def test_a_table_of_hundreds_of_columns_is_no_form():
    with pytest.raises(UserError, match="不像一张表单"):
        loaded(lambda book, sheet: sheet.cell(1, 600, "远"))


def test_formulas_that_lead_back_to_themselves_or_are_not_known_are_named():
    def change(_book, sheet):
        sheet["A1"], sheet["B1"], sheet["C1"] = "=B1+1", "=A1+1", "=VLOOKUP(1,A1:B2,2)"
        sheet["D1"], sheet["E1"] = "=2+3*4", "=1/0"
        sheet["F1"] = "=SUM(A2:A99999999)"

    book = loaded(change)
    assert calculate(book) == ["表!A1", "表!B1", "表!C1", "表!E1", "表!F1"]
    assert book.sheets[0].cells[1, 4].value == 14


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=SUM(A1:B2)", 10),
        ("=A1+B1*2-(A2/B2)", 4.25),
        ("=ROUND(A2/7,2)", 0.43),
        ('=IF(A1>0,"有","无")&COUNT(A1:B2)', "有4"),
        ("=AVERAGE(A1:B2)", 2.5),
        ("=MAX(A1:B2)-MIN(A1:B2)", 3),
        ("=-A1^2", 1),
        ("=50%*B2", 2),
        ("='另 一'!A1&\"元\"", "7元"),
        ("=0.1+0.2", 0.3),
    ],
)
def test_the_formulas_of_forms_are_computed_as_spreadsheets_do(formula, value):
    def change(book, sheet):
        sheet["A1"], sheet["B1"], sheet["A2"], sheet["B2"] = 1, 2, 3, 4
        book.create_sheet("另 一")["A1"] = 7
        sheet["D4"] = formula

    book = loaded(change)
    assert calculate(book) == []
    assert book.sheets[0].cells[4, 4].value == pytest.approx(value) if isinstance(value, float) else value


def test_a_picture_that_is_none_is_passed_over():
    from openpyxl.drawing.image import Image as Drawn
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")

    def change(_book, sheet):
        sheet["A1"] = "图"
        sheet.add_image(Drawn(io.BytesIO(picture.getvalue())), "B2")

    source = zipfile.ZipFile(io.BytesIO(workbook(change)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, b"\x89PNG none" if "media" in name else source.read(name))
    pdf = io.BytesIO()
    try:
        book = load(out.getvalue(), "坏图")
    except UserError:
        return
    assert print_book(book, Fonts(shipped_only=True), pdf, moment=MOMENT).pages == 1


@given(some.integers(0, 2**32), some.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_bytes_changed_at_random_end_in_a_print_or_a_sentence(seed, times):
    chance = random.Random(seed)
    data = bytearray(workbook(plain))
    for _ in range(times):
        data[chance.randrange(len(data))] = chance.randrange(256)
    try:
        book = load(bytes(data), "试")
    except UserError:
        return
    calculate(book)
    list(lay_out(book, moment=MOMENT))


def test_a_workbook_with_a_password_is_told_from_one_that_is_none():
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le").ljust(4088, b"\0")
    with pytest.raises(UserError, match="“表.xlsx”设了打开密码.*去掉密码"):
        load(compound, "表.xlsx")
    with pytest.raises(UserError, match="不是 .xlsx 工作簿"):
        load(compound.replace("Encrypted".encode("utf-16-le"), b""), "表.xlsx")
