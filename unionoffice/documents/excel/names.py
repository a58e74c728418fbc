"""What Excel accepts as the text of a cell and as the name of a worksheet."""

from __future__ import annotations

import re
from typing import Any

MAX_TEXT = 32_767
MAX_SHEET_NAME = 31
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters a workbook cannot hold."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def plain_text(text: str) -> str:
    """The text without characters a workbook cannot hold, cut to the length of a cell."""
    clean = NOT_XML.sub("", text)
    return _short(clean, MAX_TEXT) if len(clean) > MAX_TEXT // 2 else clean


def set_text(cell: Any, text: str) -> None:
    """Put a text into an openpyxl cell so that it is never a formula, neither now nor when somebody edits it."""
    cell.value = plain_text(text)
    cell.data_type = "s"
    if text.startswith(FORMULA_STARTS):
        cell.quotePrefix = True


def sheet_name(wanted: str, taken: set[str]) -> str:
    """A worksheet name Excel accepts: no []:*?/\\, at most 31 units, unlike those in `taken` whatever the case.

    The name is added to `taken`.
    """
    plain = re.sub(r"[\[\]:*?/\\]", "－", re.sub(r"[\s\x00-\x1f]+", " ", NOT_XML.sub("", wanted))).strip(" '")
    plain = plain or "工作表"
    if plain.casefold() == "history":  # kept by Excel for itself
        plain += "_"
    name, number = _short(plain, MAX_SHEET_NAME), 1
    while name.casefold() in taken:
        number += 1
        ending = f"({number})"
        name = _short(plain, MAX_SHEET_NAME - len(ending)) + ending
    taken.add(name.casefold())
    return name


def _short(text: str, units: int) -> str:
    """At most so many UTF-16 units, which is how Excel counts; never half a character."""
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore")
