"""What the screen shows of a value: one answer for every table, fact, form and sentence of the window (F92, F94).

Numbers of papers and phones, addresses and what else `Field.masks` are masked unless a record has been revealed for a
reason (`ui/records/reveal.py`). While projecting (投屏) amounts are masked too and nothing can be revealed. Who
looks at the screen belongs to the process, as its appearance does (`ui/theme.py`).
"""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QObject, Signal

from unionoffice.kernel.money import yuan
from unionoffice.kernel.text import mask_called, mask_numbers, mask_phone
from unionoffice.models.fields import Field, Kind

HIDDEN = "****"
_AMOUNT = re.compile(r"(?<![\d.])\d{1,3}(?:,?\d{3})*\.\d{2}(?![\d.])")

_AMOUNTS = re.compile(r"金额|收入|支出|单价|总价|合计|[金款费](?:（元）|\(元\))?$|（元）|\(元\)")
_PHONES = re.compile("电话|手机")


class Screen(QObject):
    """Signals: changed() when projecting began or ended, covered() when everything revealed has to be masked again."""

    changed = Signal()
    covered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.projecting = False

    def project(self, on: bool) -> None:
        """Begin or end projecting; what is revealed is masked either way."""
        if on == self.projecting:
            return
        self.projecting = on
        self.covered.emit()
        self.changed.emit()

    def cover(self) -> None:
        """Mask everything revealed: nobody is in front of the screen."""
        self.covered.emit()


screen = Screen()


def text(field: Field, value: Any, *, revealed: bool = False) -> str:
    """A value as it may be read now; blank for nothing."""
    if not screen.projecting:
        return field.text(value) if revealed else field.masked(value)
    if field.kind is Kind.MONEY:
        return "" if value in (None, "") else HIDDEN
    return field.masked(value)


def hides(field: Field, value: Any, *, revealed: bool = False) -> bool:
    """Whether `text` says less than the value: such a field is not to be typed over either."""
    if value is None or value == "":
        return False
    if screen.projecting and field.kind is Kind.MONEY:
        return True
    if revealed and not screen.projecting:
        return False
    return field.masks or (field.kind is Kind.NOTE and mask_numbers(str(value)) != str(value))


def typed(name: str, words: str, kind: Kind = Kind.TEXT) -> str:
    """What was typed for a form under a name that is no field of a record; whole but while projecting."""
    if not screen.projecting or not words:
        return words
    if kind is Kind.MONEY or _AMOUNTS.search(name):
        return HIDDEN
    if kind is Kind.PHONE or _PHONES.search(name):
        return mask_phone(words)
    return mask_called(name, sentence(words))


def money(amount: int) -> str:
    """An amount within a sentence."""
    return HIDDEN if screen.projecting else yuan(amount)


def told(words: str) -> str:
    """What the program says by itself, in notices and dialogs: whole, but for amounts and numbers while projecting."""
    return sentence(words, revealed=True)


def sentence(words: str, *, revealed: bool = False) -> str:
    """Running text that is no field's, such as the reason of an event or a line of history."""
    if screen.projecting:
        return mask_numbers(_AMOUNT.sub(HIDDEN, words))
    return words if revealed else mask_numbers(words)
