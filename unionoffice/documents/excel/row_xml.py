"""Rows of a worksheet as the XML that stands in the file: one function per column, for tables too large for objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum

from openpyxl.utils import get_column_letter

from unionoffice.documents.excel.names import plain_text

EPOCH = 693_594  # date(1899, 12, 30).toordinal(), day 0 of Excel's calendar
FIRST_SOUND_DAY = 61  # 1900-03-01: before it Excel counts a 29 February 1900 that never was
EXACT = 2**53  # from here on a cell, being a binary double, no longer holds every whole number
MARKUP = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): None}

_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

CellWriter = Callable[[object, int], str]
"""Takes a value and the number of its row, gives the cell's XML; nothing for an empty value."""


class CellKind(StrEnum):
    """What a column holds, which decides how its cells are stored."""

    TEXT = "text"  # also numbers of people and papers: never damaged by Excel
    DATE = "date"  # a date becomes a real one; text such as 2015-10 stays text
    MONEY = "money"  # whole 分, stored as yuan with two decimals
    INTEGER = "integer"
    FLAG = "flag"  # 是 or 否


def cell_writer(at: int, kind: CellKind, *, style: str, text_style: str) -> CellWriter:
    """The writer for the column `at` (from 0); a value that does not fit the kind is written as text."""
    text = _text_writer(at, text_style)
    if kind is CellKind.DATE:
        return _date_writer(at, style, text)
    if kind is CellKind.MONEY:
        return _money_writer(at, style, text)
    if kind is CellKind.INTEGER:
        return _integer_writer(at, style, text)
    if kind is CellKind.FLAG:
        return _flag_writer(_text_writer(at, style))
    return text


def row_xml(cells: Sequence[CellWriter], values: Sequence[object], number: int) -> str:
    """A whole row; raises `ValueError` when it has more or fewer values than columns."""
    inner = "".join([write(value, number) for write, value in zip(cells, values, strict=True)])
    return f'<row r="{number}">{inner}</row>'


def row_blocks(
    rows: Iterable[Sequence[object]], cells: Sequence[CellWriter], *, first: int, size: int
) -> Iterator[tuple[int, bytes]]:
    """The rows in blocks of about `size`: how many were written so far, and the XML; `first` numbers the first."""
    block: list[str] = []
    number = first - 1
    for number, values in enumerate(rows, start=first):
        block.append(row_xml(cells, values, number))
        if len(block) == size:
            yield number - first + 1, "".join(block).encode()
            block.clear()
    yield number - first + 1, "".join(block).encode()


def _text_writer(at: int, style: str) -> CellWriter:
    start, middle = f'<c r="{get_column_letter(at + 1)}', f'" s="{style}" t="inlineStr"><is><t>'
    kept = middle[:-1] + ' xml:space="preserve">'

    def write(value: object, row: int) -> str:
        if value is None or value == "":
            return ""
        text = str(value)
        if text.isalnum() and len(text) < 1000:  # most values: nothing in them means anything in XML
            return f"{start}{row}{middle}{text}</t></is></c>"
        shown = _LOOKS_ESCAPED.sub("_x005F_", plain_text(text)).translate(MARKUP)
        return f"{start}{row}{kept}{shown}</t></is></c>" if shown else ""

    return write


def _date_writer(at: int, style: str, text: CellWriter) -> CellWriter:
    start, middle = f'<c r="{get_column_letter(at + 1)}', f'" s="{style}"><v>'

    def write(value: object, row: int) -> str:
        if not isinstance(value, date):
            return text(value, row)
        day = value.toordinal() - EPOCH
        return f"{start}{row}{middle}{day}</v></c>" if day >= FIRST_SOUND_DAY else text(value.isoformat(), row)

    return write


def _money_writer(at: int, style: str, text: CellWriter) -> CellWriter:
    start, middle = f'<c r="{get_column_letter(at + 1)}', f'" s="{style}"><v>'

    def write(value: object, row: int) -> str:
        if not isinstance(value, int) or not -EXACT < value < EXACT:
            return text(value, row)
        return f"{start}{row}{middle}{value / 100:.2f}</v></c>"

    return write


def _integer_writer(at: int, style: str, text: CellWriter) -> CellWriter:
    start, middle = f'<c r="{get_column_letter(at + 1)}', f'" s="{style}"><v>'

    def write(value: object, row: int) -> str:
        if not isinstance(value, int) or not -EXACT < value < EXACT:
            return text(value, row)
        return f"{start}{row}{middle}{value:d}</v></c>"

    return write


def _flag_writer(text: CellWriter) -> CellWriter:
    words = {True: "是", False: "否"}

    def write(value: object, row: int) -> str:
        return text(words[value] if isinstance(value, bool) else value, row)

    return write
