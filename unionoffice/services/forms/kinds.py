"""How what a form asks for is typed (填写): as an amount, a day, a choice, some lines, by its name and its cell."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from enum import Enum

from unionoffice.documents.workbook.book import Book
from unionoffice.documents.workbook.formats import date_letters, is_numeric
from unionoffice.documents.workbook.tags import ASKED, TAG, options_of, tagged
from unionoffice.kernel import dates

AMOUNT = re.compile(r"(金额|慰问金|救助金|补助金|单价|总价)(?:（元）|\(元\))?.?$")
"""What is called like this is an amount of money."""
_NAMES = (
    (re.compile(r"(日期|截止日|起始时间|去世日|回访日)$"), "date"),
    (AMOUNT, "amount"),
    (re.compile(r"(理由|说明|情况|简历|意见|安排|措施|诉求|成效|需求|答复|事项)$"), "note"),
)
WORDED = re.compile(r"(?:^|\|)\s*(?:选项|空)\s*[:：]")
"""What after a tag's `|` is no format."""


class AskedKind(Enum):
    """How something asked is typed."""

    TEXT = "text"
    NOTE = "note"
    DATE = "date"
    AMOUNT = "amount"
    CHOICE = "choice"


def named_kind(name: str) -> AskedKind:
    """How something of that name is typed."""
    return next((AskedKind(kind) for pattern, kind in _NAMES if pattern.search(name)), AskedKind.TEXT)


def look_of(how: str, cell: str, *, alone: bool) -> str:
    """The format that shows a value: the one after a tag's `|`, else that of the cell which it fills `alone`.

    "" where there is none: what is to be ticked, and what stands for nothing typed, is no format.
    """
    if how:
        return "" if WORDED.match(how) else how
    return cell if alone else ""


def kinds_in(book: Book, names: Collection[str]) -> tuple[dict[str, AskedKind], dict[str, tuple[str, ...]]]:
    """How each of the single names that a form asks for is typed, and the options of those that are a choice."""
    looks: dict[str, str] = {}
    options: dict[str, tuple[str, ...]] = {}
    for sheet in book.sheets:
        for place, text, found in tagged(sheet):
            alone = TAG.fullmatch(text.strip()) is not None
            for tag in found:
                if tag.group in ("", ASKED):
                    if tag.name in names and (boxes := options_of(tag.how)):
                        options.setdefault(tag.name, boxes)
                    looks.setdefault(tag.name, look_of(tag.how, sheet.cells[place].look.format, alone=alone))
    kinds = {name: AskedKind.CHOICE if name in options else kind_of(name, looks.get(name, "")) for name in names}
    return kinds, options


def listed_days(book: Book) -> set[tuple[str, str]]:
    """The fields of lists that are days, as (list, field), by the cells that they fill or by what they are called."""
    found = set()
    for sheet in book.sheets:
        for place, text, tags in tagged(sheet):
            alone = TAG.fullmatch(text.strip()) is not None
            for tag in tags:
                look = look_of(tag.how, sheet.cells[place].look.format, alone=alone)
                if tag.group not in ("", ASKED) and kind_of(tag.name, look) is AskedKind.DATE:
                    found.add((tag.group, tag.name))
    return found


def unread_day(value: object) -> str:
    """What is said of a day of a list that cannot be read, or nothing; a month alone is as good as the list has it."""
    return "" if isinstance(value, date) else dates.read_text(str(value)).problem or ""


def kind_of(name: str, look: str) -> AskedKind:
    """How something of that name is typed that is shown in a format."""
    if date_letters(look):
        return AskedKind.DATE
    if is_numeric(look) and any(sign in look for sign in ("0.00", "#,##0")):
        return AskedKind.AMOUNT
    return named_kind(name)
