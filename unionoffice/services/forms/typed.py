"""What was typed for a form, read as what the form takes it for: amounts, numbers, days, one of some options.

A list's column that is summed, has a format of numbers or is called an amount goes into the workbook as numbers, so
that its sums, those in capitals and a template's own =SUM are of the same rows. What cannot be read is told with its
row and field, and is never counted as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from unionoffice.documents.workbook.book import Book
from unionoffice.documents.workbook.tags import ASKED, CAPITALS, PAGE_SUM, SUM, TAG, chosen_of, options_of, tagged
from unionoffice.kernel import dates
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.money import parse_yuan
from unionoffice.services.forms.context import yuan

AMOUNT = re.compile(r"(金额|慰问金|救助金|补助金|单价|总价)(?:（元）|\(元\))?.?$")
"""What is called like this is an amount of money."""
_PLAIN = ("General", "@")
_TOTALS = (SUM, PAGE_SUM, CAPITALS)
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?%?", re.ASCII)
_WIDE = str.maketrans("０１２３４５６７８９．，－＋％", "0123456789.,-+%")


@dataclass(slots=True)
class Typed:
    """Values as a form takes them, by name; `faults` are sentences about those that it cannot take."""

    values: dict[str, Any]
    faults: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Column:
    """How a field is taken, single or of a list."""

    number: bool = False
    amount: bool = False
    options: tuple[str, ...] = ()


def numeric(look: str) -> bool:
    """Whether a cell's format is one of numbers."""
    return look not in _PLAIN and any(sign in look for sign in "0#") and not any(sign in look for sign in "yd")


def read_typed(book: Book, typed: Sequence[Mapping[str, Any]]) -> list[Typed]:
    """What was typed for each copy as the cells of a form take it. Raises UserError for a list whose rows are none."""
    columns, formats = _columns(book), _formats(book)
    return [_read_one(asked, columns, formats) for asked in typed]


def _read_one(
    asked: Mapping[str, Any], columns: Mapping[tuple[str, str], _Column], formats: Sequence[tuple[str, str]]
) -> Typed:
    found = Typed(_formatted(formats, asked))
    for name, value in asked.items():
        if isinstance(value, list | tuple):
            found.values[name] = _rows(name, value, columns, found.faults)
            continue
        if (column := columns.get(("", name))) is None:
            continue
        if column.amount and isinstance(_amount(value, money=True), str):
            found.faults.append(f"“{name}”：{_amount(value, money=True)}")
        found.faults += _no_option(f"“{name}”", value, column)
    return found


def _rows(name: str, rows: Sequence[Any], columns: Mapping[tuple[str, str], _Column], faults: list[str]) -> list[Any]:
    done = []
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            raise UserError(f"“{name}”要写成名单：[{{“姓名”: “…”}}, …]，第 {number} 项不是这样。")
        read, whose = dict(row), _whose(row)
        for title, value in row.items():
            column = columns.get((name, title))
            if column is None or value is None or not str(value).strip():
                continue
            where = f"“{name}”第 {number} 行{whose}的“{title}”"
            faults += _no_option(where, value, column)
            if not column.number:
                continue
            amount = _amount(value, money=column.amount)
            if isinstance(amount, str):
                faults.append(f"{where}：{amount}")
            else:
                read[title] = amount
        done.append(read)
    return done


def _whose(row: Mapping[str, Any]) -> str:
    """Whose row it is, "" where it names nobody."""
    person = next((str(value).strip() for title, value in row.items() if title.endswith("姓名") and value), "")
    return f"（{person}）" if person else ""


def _no_option(where: str, value: Any, column: _Column) -> list[str]:
    """What is said of an answer that the boxes on paper have no place for, or nothing."""
    if not column.options or value in (None, ""):
        return []
    whole, *parts = chosen_of(value)
    lacking = [part for part in parts if part and part not in column.options] if whole not in column.options else []
    return [f"{where}没有“{lacking[0]}”这一项，可以是：{'、'.join(column.options)}。"] if lacking else []


def _amount(value: Any, *, money: bool) -> Decimal | int | str:
    """A number as it was typed, or what is said of one that cannot be read."""
    if isinstance(value, bool):
        return f"“{value}”不是数字。"
    text = str(value).strip()
    try:
        amount = yuan(parse_yuan(text))
        assert isinstance(amount, Decimal)
        return int(amount) if not money and amount == amount.to_integral_value() else amount
    except ValueError as fault:
        plain = text.translate(_WIDE).replace(",", "")
        if money:
            return str(fault)
        if _NUMBER.fullmatch(plain) is None:
            return f"“{text}”不是数字，这一栏要合计或按数字显示，只写数字。"
        return Decimal(plain[:-1]) / 100 if plain.endswith("%") else Decimal(plain)


def _columns(book: Book) -> dict[tuple[str, str], _Column]:
    """How each field is taken, by (list, name); "" for single values."""
    found: dict[tuple[str, str], _Column] = {}
    summed: set[str] = set()
    capitals: set[str] = set()
    for sheet in book.sheets:
        for place, text, tags in tagged(sheet):
            alone = TAG.fullmatch(text.strip()) is not None
            for tag in tags:
                if tag.group in _TOTALS:
                    summed.add(tag.name)
                    capitals.update([tag.name] if tag.group == CAPITALS else [])
                    continue
                group = "" if tag.group == ASKED else tag.group
                column = found.setdefault((group, tag.name), _Column())
                column.options = column.options or options_of(tag.how)
                if AMOUNT.search(tag.name):
                    column.number = column.amount = True
                look = sheet.cells[place].look.format if alone and not tag.how else tag.how
                if alone and numeric(look) and not options_of(tag.how) and ":" not in tag.how and "：" not in tag.how:
                    column.number = True
                    column.amount = column.amount or "0.00" in look
    for (group, name), column in found.items():
        if group and name in summed:
            column.number = True
            column.amount = column.amount or name in capitals
        if not group:
            column.amount = bool(AMOUNT.search(name)) or ("", f"{name}大写") in found
    return found


def _formats(book: Book) -> list[tuple[str, str]]:
    """The names that fill a cell alone, with the format that the cell has, where it has one."""
    found = []
    for sheet in book.sheets:
        for place, text, tags in tagged(sheet):
            look = sheet.cells[place].look.format
            if TAG.fullmatch(text.strip()) is None or tags[0].how or look in _PLAIN:
                continue
            if tags[0].group in ("", ASKED):
                found.append((tags[0].name, look))
    return found


def _formatted(formats: Sequence[tuple[str, str]], asked: Mapping[str, Any]) -> dict[str, Any]:
    """Single values as an amount or a day where the cell that one fills alone has such a format."""
    found = dict(asked)
    for name, look in formats:
        if isinstance(found.get(name), str):
            found[name] = _of_format(found[name], look)
    return found


def _of_format(typed: str, look: str) -> Any:
    if numeric(look):
        try:
            return yuan(parse_yuan(typed))
        except ValueError:
            return typed
    iso = dates.read_text(typed).iso or ""
    return date.fromisoformat(iso) if len(iso) == 10 else typed
