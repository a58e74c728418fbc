"""The few formulas that forms use, computed where the file holds no result: what a fill has changed prints right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils import range_boundaries

from unionoffice.documents.workbook.book import Book, Cell, Place, Sheet, Value
from unionoffice.documents.workbook.loading import Formula

MOST_CELLS = 200_000
"""So many cells a range may name."""

_LEVELS = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}


class _Cannot(Exception):
    """The formula holds what is not known here, or leads back to itself."""


def calculate(book: Book) -> list[str]:
    """Put values in the place of all formulas without a result; returns the cells ("Sheet!A1") that could not be.

    Such a cell keeps "" and has to be named to whoever prints.
    """
    engine = _Engine(book)
    failed: list[str] = []
    for sheet in book.sheets:
        for place, cell in list(sheet.cells.items()):
            if isinstance(cell.value, Formula):
                value = engine.value(sheet, place)
                if value is _FAILED:
                    failed.append(f"{sheet.title}!{_address(place)}")
                    value = ""
                sheet.cells[place] = replace(cell, value=value)
    return failed


_FAILED: Any = object()


def _address(place: Place) -> str:
    letters, column = "", place[1]
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{place[0]}"


class _Engine:
    def __init__(self, book: Book) -> None:
        self._sheets = {sheet.title: sheet for sheet in book.sheets}
        self._known: dict[tuple[str, Place], Any] = {}
        self._asked: set[tuple[str, Place]] = set()

    def value(self, sheet: Sheet, place: Place) -> Any:
        """What a cell holds or computes to."""
        cell: Cell | None = sheet.cells.get(place)
        if cell is None:
            return None
        if not isinstance(cell.value, Formula):
            return cell.value
        key = (sheet.title, place)
        if key in self._known:
            return self._known[key]
        if key in self._asked:
            return _FAILED
        self._asked.add(key)
        try:
            found = _Parser(self, sheet, str(cell.value)).result()
        except (_Cannot, RecursionError, ValueError, TypeError, IndexError, OverflowError, ArithmeticError):
            found = _FAILED
        self._asked.discard(key)
        self._known[key] = found
        return found

    def area(self, sheet: Sheet, text: str) -> list[list[Any]]:
        """The values of a reference such as A1, $B$2:C9 or '表 2'!A1."""
        title, bang, address = text.rpartition("!")
        if bang:
            title = title.strip("'").replace("''", "'")
            if title not in self._sheets:
                raise _Cannot
            sheet = self._sheets[title]
        if not re.fullmatch(r"\$?[A-Z]{1,3}\$?\d+(:\$?[A-Z]{1,3}\$?\d+)?", address):
            raise _Cannot
        left, top, right, bottom = (int(found or 0) for found in range_boundaries(address.replace("$", "")))
        if (right - left + 1) * (bottom - top + 1) > MOST_CELLS:
            raise _Cannot
        rows = []
        for row in range(top, bottom + 1):
            values = [self.value(sheet, (row, column)) for column in range(left, right + 1)]
            if any(value is _FAILED for value in values):
                raise _Cannot
            rows.append(values)
        return rows


class _Area(list[list[Any]]):
    """The values of a reference, row by row."""

    def flat(self) -> Iterator[Any]:
        for row in self:
            yield from row


class _Parser:
    """Reads a formula from left to right, weighing its operators."""

    def __init__(self, engine: _Engine, sheet: Sheet, text: str) -> None:
        self._engine = engine
        self._sheet = sheet
        self._tokens = [token for token in Tokenizer(text).items if token.type != Token.WSPACE]
        self._at = 0

    def result(self) -> Value:
        """The formula's value."""
        found = _single(self._expression(0))
        if self._at < len(self._tokens):
            raise _Cannot
        if isinstance(found, Decimal):
            return int(found) if found == found.to_integral_value() and abs(found) < 10**15 else float(found)
        value: Value = "" if found is None else found
        return 0 if found is None else value

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next(self) -> Token:
        token = self._peek()
        if token is None:
            raise _Cannot
        self._at += 1
        return token

    def _expression(self, level: int) -> Any:
        left = self._operand()
        while (token := self._peek()) is not None:
            if token.type == Token.OP_POST:
                self._at += 1
                left = _decimal(left) / 100
                continue
            if token.type != Token.OP_IN or _LEVELS.get(token.value, 0) <= level:
                break
            self._at += 1
            left = _operate(token.value, left, self._expression(_LEVELS[token.value]))
        return left

    def _operand(self) -> Any:
        token = self._next()
        if token.type == Token.OP_PRE:
            value = _decimal(self._expression(5))
            return -value if token.value == "-" else value
        if token.type == Token.PAREN and token.subtype == Token.OPEN:
            found = self._expression(0)
            self._close(Token.PAREN)
            return found
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            return self._call(token.value.rstrip("(").upper().removeprefix("_XLFN."))
        if token.type != Token.OPERAND:
            raise _Cannot
        if token.subtype == Token.NUMBER:
            return Decimal(token.value)
        if token.subtype == Token.TEXT:
            return token.value[1:-1].replace('""', '"')
        if token.subtype == Token.LOGICAL:
            return token.value.upper() == "TRUE"
        if token.subtype == Token.RANGE:
            return _Area(self._engine.area(self._sheet, token.value))
        raise _Cannot

    def _close(self, kind: str) -> None:
        token = self._next()
        if token.type != kind or token.subtype != Token.CLOSE:
            raise _Cannot

    def _call(self, name: str) -> Any:
        function = _FUNCTIONS.get(name)
        if function is None:
            raise _Cannot
        arguments: list[Any] = []
        while (token := self._peek()) is not None and not (token.type == Token.FUNC and token.subtype == Token.CLOSE):
            if token.type == Token.SEP:
                self._at += 1
                continue
            arguments.append(self._expression(0))
        self._close(Token.FUNC)
        return function(arguments)


def _single(value: Any) -> Any:
    if isinstance(value, _Area):
        if len(value) != 1 or len(value[0]) != 1:
            raise _Cannot
        value = value[0][0]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(repr(value))
    return value


def _decimal(value: Any) -> Decimal:
    value = _single(value)
    if value is None or value == "":
        return Decimal(0)
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str):
        return Decimal(value.replace(",", ""))
    if isinstance(value, datetime | date):
        return Decimal((datetime(value.year, value.month, value.day) - datetime(1899, 12, 30)).days)
    raise _Cannot


def _text(value: Any) -> str:
    value = _single(value)
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def _operate(sign: str, left: Any, right: Any) -> Any:
    if sign == "&":
        return _text(left) + _text(right)
    if sign in _COMPARISONS:
        one, other = _single(left), _single(right)
        if isinstance(one, str) or isinstance(other, str):
            one, other = _text(one), _text(other)
        else:
            one, other = _decimal(one), _decimal(other)
        return _COMPARISONS[sign](one, other)
    return _ARITHMETIC[sign](_decimal(left), _decimal(right))


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda one, other: one == other,
    "<>": lambda one, other: one != other,
    "<": lambda one, other: one < other,
    ">": lambda one, other: one > other,
    "<=": lambda one, other: one <= other,
    ">=": lambda one, other: one >= other,
}
_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": lambda one, other: one / other,
    "^": lambda one, other: one**other,
}


def _numbers(arguments: list[Any]) -> list[Decimal]:
    """What SUM and its like count: numbers in areas, and whatever stands in the formula itself."""
    found: list[Decimal] = []
    for argument in arguments:
        if isinstance(argument, _Area):
            found.extend(
                Decimal(repr(value))
                for value in argument.flat()
                if isinstance(value, int | float) and not isinstance(value, bool)
            )
        else:
            found.append(_decimal(argument))
    return found


def _round(value: Any, places: Any = Decimal(0)) -> Decimal:
    return _decimal(value).quantize(Decimal(1).scaleb(-int(_decimal(places))), ROUND_HALF_UP)


def _average(arguments: list[Any]) -> Decimal:
    numbers = _numbers(arguments)
    return sum(numbers, Decimal(0)) / len(numbers)


def _product(arguments: list[Any]) -> Decimal:
    found = Decimal(1)
    for number in _numbers(arguments):
        found *= number
    return found


def _counted(arguments: list[Any]) -> Decimal:
    filled = 0
    for argument in arguments:
        values = argument.flat() if isinstance(argument, _Area) else [argument]
        filled += sum(value is not None for value in values)
    return Decimal(filled)


def _if(arguments: list[Any]) -> Any:
    condition = _single(arguments[0])
    true = condition if isinstance(condition, bool) else bool(_decimal(condition))
    if true:
        return arguments[1]
    return arguments[2] if len(arguments) > 2 else False


_FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "SUM": lambda arguments: sum(_numbers(arguments), Decimal(0)),
    "AVERAGE": _average,
    "PRODUCT": _product,
    "COUNT": lambda arguments: Decimal(len(_numbers([found for found in arguments if isinstance(found, _Area)]))),
    "COUNTA": _counted,
    "MAX": lambda arguments: max(_numbers(arguments), default=Decimal(0)),
    "MIN": lambda arguments: min(_numbers(arguments), default=Decimal(0)),
    "ROUND": lambda arguments: _round(*arguments),
    "ABS": lambda arguments: abs(_decimal(arguments[0])),
    "INT": lambda arguments: _decimal(arguments[0]).to_integral_value("ROUND_FLOOR"),
    "IF": _if,
    "AND": lambda arguments: all(bool(_decimal(found)) for found in arguments),
    "OR": lambda arguments: any(bool(_decimal(found)) for found in arguments),
    "CONCATENATE": lambda arguments: "".join(map(_text, arguments)),
    "LEN": lambda arguments: Decimal(len(_text(arguments[0]))),
}
