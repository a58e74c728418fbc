"""What the one search box looks through (F10): a text per person, and the words typed made comparable."""

from __future__ import annotations

from collections.abc import Sequence

from unionoffice.kernel.names import initials_of_many


def search_keys(names: Sequence[str], *numbers: Sequence[str | None]) -> list[str]:
    """For each person: name, pinyin initials in every accepted reading, and numbers, upper-case, parted by `|`."""
    rows = zip(names, initials_of_many(names), *numbers, strict=True)
    return ["|".join(filter(None, row)).upper() for row in rows]


def search_words(text: str) -> list[str]:
    """The words typed, full width made half width and letters upper-case; all of them must be found."""
    narrow = "".join(chr(ord(char) - 0xFEE0) if "！" <= char <= "～" else char for char in text.replace("\u3000", " "))
    return narrow.upper().split()


def search_variants(text: str) -> list[tuple[str, ...]]:
    """The words typed, each as `search_words` has it and as it was typed: texts keep their Chinese punctuation."""
    return [
        tuple({narrow: None, typed: None})
        for narrow, typed in zip(search_words(text), text.upper().split(), strict=True)
    ]
