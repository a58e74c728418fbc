"""A short code for a digest that two people can compare by eye and type from paper.

The alphabet is Crockford's base 32: it has no I, L, O and U, so that 0 is always zero and 1 always one.
"""

from __future__ import annotations

import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SIGNS = 16
"""80 bits: finding other contents with the same code is out of reach, and four groups of four can still be read out."""

_MEANT = str.maketrans("OIL", "011")


def check_code(digest: bytes) -> str:
    """The code of a digest of at least 10 bytes, as four groups of four: 7F3K-9QXM-02TD-WA5H."""
    number = int.from_bytes(digest[: SIGNS * 5 // 8], "big")
    signs = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(SIGNS)))
    return "-".join(signs[start : start + 4] for start in range(0, SIGNS, 4))


def typed_code(text: str) -> str | None:
    """A code as somebody typed it, in the shape of `check_code`; None when it cannot be one.

    Full-width and small letters, any dashes and spaces are taken, and O, I, L as the digits they were read for.
    """
    wide = unicodedata.normalize("NFKC", text).upper().translate(_MEANT)
    signs = "".join(sign for sign in wide if sign.isalnum())
    if len(signs) != SIGNS or not set(signs) <= set(ALPHABET):
        return None
    return "-".join(signs[start : start + 4] for start in range(0, SIGNS, 4))


def signs_apart(one: str, other: str) -> int:
    """In how many places two codes differ."""
    return sum(a != b for a, b in zip(one, other, strict=True))
