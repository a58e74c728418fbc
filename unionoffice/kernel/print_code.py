"""The code on printed papers (核验码): eight signs and a ninth that tells when one was copied wrong, 7K3F-92QM-X.

The signs are those of `check_code`. The ninth is their sum weighted by the powers of 2 in the field of 32 elements: one
wrong sign, and any two signs exchanged, always give another sum.
"""

from __future__ import annotations

import re
import unicodedata

from unionoffice.kernel.check_code import ALPHABET

SIGNS = 8
BITS = SIGNS * 5
PREFIX = "UO"
"""Stands before the code where a scanner reads it; neither letter can be mistaken for a part of it, as U is no sign."""

PRINTED = re.compile(f"核验码([{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}])")
"""The code in the words of a page, from which white space has gone."""

_MEANT = str.maketrans("OIL", "011")
_MODULUS = 0b100101  # x⁵ + x² + 1, of which x generates the field


def print_code(number: int) -> str:
    """The code, without dashes, of a number below 2 ** BITS."""
    signs = [number >> 5 * place & 31 for place in reversed(range(SIGNS))]
    return "".join(ALPHABET[sign] for sign in (*signs, _check(signs)))


def shown_code(code: str) -> str:
    """A code in groups, as it stands on paper."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def typed_print_code(text: str) -> str | None:
    """A code as somebody typed or scanned it, without dashes and not yet checked; None when it cannot be one.

    Full-width and small letters, any dashes and spaces are taken, and O, I, L as the digits they were read for.
    """
    wide = unicodedata.normalize("NFKC", text).upper().strip().removeprefix("核验码").lstrip(" :")
    signs = "".join(sign for sign in wide.removeprefix(PREFIX).translate(_MEANT) if sign.isalnum())
    return signs if len(signs) == SIGNS + 1 and set(signs) <= set(ALPHABET) else None


def is_copied_right(code: str) -> bool:
    """Whether the ninth sign fits the eight before it."""
    *signs, last = map(ALPHABET.index, code)
    return _check(signs) == last


def _check(signs: list[int]) -> int:
    total = 0
    for sign in signs:  # Horner: every earlier sign is once more multiplied by x
        total = _times_x(total ^ sign)
    return total


def _times_x(element: int) -> int:
    doubled = element << 1
    return doubled ^ _MODULUS if doubled & 32 else doubled
