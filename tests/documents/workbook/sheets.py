"""Workbooks made for a test."""

import io

from openpyxl import Workbook
from openpyxl.styles import Font, NamedStyle

from unionoffice.documents.workbook.loading import load


def workbook(change, *, family="宋体", size=11):
    """The bytes of a workbook whose default font is 宋体 11; `change(workbook, sheet)` makes it what it is."""
    book = Workbook()
    normal = book._named_styles["Normal"]
    assert isinstance(normal, NamedStyle)
    normal.font = Font(name=family, size=size)
    book._fonts[0] = Font(name=family, size=size)
    sheet = book.active
    sheet.title = "表"
    change(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def loaded(change, **named):
    return load(workbook(change, **named), "试")
