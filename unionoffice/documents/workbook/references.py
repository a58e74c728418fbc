"""References in formulas and names, moved along when rows of a form are repeated."""

from __future__ import annotations

import re
from collections.abc import Sequence

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from unionoffice.documents.workbook.plan import SheetPlan

_REFERENCE = re.compile(r"(\$?[A-Z]{1,3}\$?)(\d+)(?::(\$?[A-Z]{1,3}\$?)(\d+))?")
_ROWS = re.compile(r"(\$?)(\d+):(\$?)(\d+)")


def shifted(formula: str, sheet: str, plans: Sequence[SheetPlan]) -> str:
    """A formula of `sheet` after the rows have moved: what summed one repeated row sums all its copies."""
    if not formula.startswith("="):
        return formula
    tokenizer = Tokenizer(formula)
    for token in tokenizer.items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            token.value = moved(token.value, sheet, plans)
    return "=" + "".join(token.value for token in tokenizer.items)


def moved(reference: str, sheet: str, plans: Sequence[SheetPlan]) -> str:
    """One reference, such as A1, $B$2:C9, 3:4 or '表 2'!A1."""
    title, bang, address = reference.rpartition("!")
    name = title.strip("'").replace("''", "'") if bang else sheet
    plan = next((found for found in plans if found.title == name), None)
    if plan is None or not plan.blocks:
        return reference

    def cells(match: re.Match[str]) -> str:
        first = f"{match[1]}{plan.moved(int(match[2]))}"
        if match[3] is None:
            return first
        last = plan.moved(int(match[4]), end=True)
        return f"{first}:{match[3]}{last}"

    def rows(match: re.Match[str]) -> str:
        return f"{match[1]}{plan.moved(int(match[2]))}:{match[3]}{plan.moved(int(match[4]), end=True)}"

    if whole := _ROWS.fullmatch(address):
        return f"{title}{bang}{rows(whole)}"
    return f"{title}{bang}{_REFERENCE.sub(cells, address)}"
