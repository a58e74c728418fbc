"""What was typed for a form, read as what the form takes it for: amounts, numbers, days, one of some options.

A list's column that is summed, has a format of numbers or is called an amount goes into the workbook as numbers, so
that its sums, those in capitals and a template's own =SUM are of the same rows. What cannot be read is told with its
row and field, and is never counted as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from unionoffice.documents.workbook.book import Book
from unionoffice.documents.workbook.formats import date_letters, is_numeric
from unionoffice.documents.workbook.tags import ASKED, CAPITALS, PAGE_SUM, SUM, TAG, chosen_of, options_of, tagged
from unionoffice.kernel import dates
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.money import parse_yuan
from unionoffice.services.forms.context import yuan
from unionoffice.services.forms.kinds import AMOUNT, AskedKind, kinds_in, listed_days, look_of, unread_day

_PLAIN = ("General", "@")
_TOTALS = (SUM, PAGE_SUM, CAPITALS)
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?%?", re.ASCII)
_EITHER_WAY = re.compile("增减|增加|减少|调整|差额|扣|退|结余|余额")
"""Amounts that may be less than nothing."""
_WIDE = str.maketrans("０１２３４５６７８９．，－＋％", "0123456789.,-+%")


@dataclass(frozen=True, slots=True)
class Fault:
    """A sentence about what cannot be taken, and its name: of a value that was typed once, "" of a row of a list."""

    name: str
    sentence: str


@dataclass(slots=True)
class Typed:
    """Values as a form takes them, by name, and what is wrong with those that it cannot take."""

    values: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class _Column:
    """How a field is taken, single or of a list."""

    number: bool = False
    amount: bool = False
    summed: bool = False
    day: bool = False
    options: tuple[str, ...] = ()


def summed(book: Book) -> list[tuple[str, str]]:
    """The columns of lists that a form adds up: (list, field)."""
    return [key for key, column in _columns(book).items() if key[0] and column.summed]


def read_typed(
    book: Book,
    typed: Sequence[Mapping[str, Any]],
    *,
    asked: Mapping[str, Any] | None = None,
    filed: Collection[str] = (),
    wheres: Sequence[str] = (),
) -> list[Typed]:
    """What was typed for each copy as the cells of a form take it. Raises UserError for a list whose rows are none.

    `asked` is what somebody typed himself, `filed` the names that come from a file instead: an unreadable day stands
    on paper as the file has it. `wheres` are the places in a file of a list's rows.
    """
    by_hand = {name: value for name, value in (asked or {}).items() if name not in filed}
    kinds, _ = kinds_in(book, by_hand)
    days = [name for name, kind in kinds.items() if kind is AskedKind.DATE]
    reading = _Reading(_columns(book), _formats(book), by_hand, days, listed_days(book), wheres)
    return [reading.read(each) for each in typed]


@dataclass(slots=True)
class _Reading:
    """How what was typed is read for one form."""

    columns: Mapping[tuple[str, str], _Column]
    formats: Sequence[tuple[str, str]]
    by_hand: Mapping[str, Any]
    days: Collection[str]
    listed_days: Collection[tuple[str, str]]
    wheres: Sequence[str]

    def read(self, asked: Mapping[str, Any]) -> Typed:
        """One copy."""
        found = Typed(_formatted(self.formats, asked))
        for name, value in asked.items():
            if isinstance(value, list | tuple):
                found.values[name] = self._rows(name, value, found.faults)
                continue
            if name in self.days and (problem := _no_day(value)):
                found.faults.append(Fault(name, f"“{name}”：{problem}"))
            if (column := self.columns.get(("", name))) is None:
                continue
            if column.amount and str(value or "").strip():
                amount = _amount(value, money=True)
                if problem := amount if isinstance(amount, str) else _not_given(name, amount):
                    found.faults.append(Fault(name, f"“{name}”：{problem}"))
            found.faults += [Fault(name, sentence) for sentence in _no_option(f"“{name}”", value, column)]
        return found

    def _rows(self, name: str, rows: Sequence[Any], faults: list[Fault]) -> list[Any]:
        done = []
        for number, row in enumerate(rows, start=1):
            if not isinstance(row, Mapping):
                raise UserError(f"“{name}”要写成名单：[{{“姓名”: “…”}}, …]，第 {number} 项不是这样。")
            place = self.wheres[number - 1] if self.wheres else f"“{name}”第 {number} 行"
            read = dict(row)
            for title, value in row.items():
                column = self.columns.get((name, title))
                if column is None or value is None or not str(value).strip():
                    continue
                once = title in self.by_hand
                where = f"“{title}”" if once else f"{place}{whose(row)}的“{title}”"
                told = _no_option(where, value, column)
                if column.number:
                    amount = _amount(value, money=column.amount)
                    if isinstance(amount, str):
                        told.append(f"{where}：{amount}")
                    else:
                        read[title] = amount
                        told += [f"{where}：{nothing}"] if (nothing := _not_given(title, amount)) else []
                elif column.day:
                    read[title] = _day(value)
                if (once or name in self.by_hand) and (name, title) in self.listed_days and (why := unread_day(value)):
                    told.append(f"{where}：{why}")
                for fault in (Fault(title if once else "", sentence) for sentence in told):
                    if not once or fault not in faults:  # what was typed once is told once
                        faults.append(fault)
            done.append(read)
        return done


def whose(row: Mapping[str, Any]) -> str:
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


def _no_day(value: Any) -> str:
    """What is said of a day that cannot be read, as the window says it, or nothing."""
    reading = dates.read_text(str(value))
    if reading.problem or reading.iso is None:
        return reading.problem or ""
    return "" if dates.precision(reading.iso) == 3 else "要写到日，例如 2026-09-01。"


def _day(value: Any) -> Any:
    """A whole day for a text that says one; else what it was."""
    iso = dates.read_text(value).iso or "" if isinstance(value, str) else ""
    return date.fromisoformat(iso) if len(iso) == 10 else value


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


def _not_given(name: str, amount: Decimal | int) -> str:
    """What is said of an amount that nobody can be given, or nothing: it would lower the sum of all."""
    if amount > 0 or not AMOUNT.search(name) or _EITHER_WAY.search(name):
        return ""
    return f"写的是 {amount:,}，金额要大于 0，没有的空着。"


def _columns(book: Book) -> dict[tuple[str, str], _Column]:
    """How each field is taken, by (list, name); "" for single values."""
    found: dict[tuple[str, str], _Column] = {}
    totals: set[str] = set()
    capitals: set[str] = set()
    for sheet in book.sheets:
        for place, text, tags in tagged(sheet):
            alone = TAG.fullmatch(text.strip()) is not None
            for tag in tags:
                if tag.group in _TOTALS:
                    totals.add(tag.name)
                    capitals.update([tag.name] if tag.group == CAPITALS else [])
                    continue
                group = "" if tag.group == ASKED else tag.group
                column = found.setdefault((group, tag.name), _Column())
                column.options = column.options or options_of(tag.how)
                if AMOUNT.search(tag.name):
                    column.number = column.amount = True
                look = look_of(tag.how, sheet.cells[place].look.format, alone=alone)
                column.day = column.day or (alone and not tag.how and bool(date_letters(look)))
                if alone and is_numeric(look):
                    column.number = True
                    column.amount = column.amount or "0.00" in look
    for (group, name), column in found.items():
        if group and name in totals:
            column.number = column.summed = True
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
    if is_numeric(look):
        try:
            return yuan(parse_yuan(typed))
        except ValueError:
            return typed
    return _day(typed) if date_letters(look) else typed
