"""Unified social credit codes (统一社会信用代码, GB 32100-2015)."""

from __future__ import annotations

from dataclasses import dataclass

from unionoffice.kernel.text import squash

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_LOOKALIKES = {"I": "数字 1", "O": "数字 0", "S": "数字 5", "V": "字母 U 或 Y", "Z": "数字 2"}
_SEPARATORS = str.maketrans("", "", " -'’‘")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`number` normalised, `problem` a sentence or None, `is_union` whether it is a basic union's code (81…)."""

    number: str
    problem: str | None
    is_union: bool = False


def check(text: str) -> Verdict:
    """Check one code: length, characters, region digits, check character (domain.md §2)."""
    number = squash(text).translate(_SEPARATORS).upper()
    problem = _problem(number)
    return Verdict(number, problem, is_union=problem is None and number.startswith("81"))


def check_character(first17: str) -> str:
    """The 18th character for the first 17. Raises ValueError when they are not 17 characters of the alphabet."""
    if len(first17) != 17 or any(character not in _VALUES for character in first17):
        raise ValueError("需要 17 位代码字符。")
    total = sum(_VALUES[character] * pow(3, place, 31) for place, character in enumerate(first17))
    return _ALPHABET[-total % 31]


def _problem(number: str) -> str | None:
    count = len(number)
    if count != 18:
        less_or_more = f"少 {18 - count}" if count < 18 else f"多 {count - 18}"
        return f"统一社会信用代码应为 18 位，现在 {count} 位，{less_or_more} 位，对照法人资格证书改正。"
    for place, character in enumerate(number, 1):
        if character not in _VALUES:
            hint = f"，可能是{_LOOKALIKES[character]}" if character in _LOOKALIKES else ""
            return f"第 {place} 位“{character}”不会出现在统一社会信用代码里{hint}，对照法人资格证书改正。"
    if not number[2:8].isdecimal():
        return f"第 3～8 位“{number[2:8]}”应为 6 位数字的登记机关地区码，对照法人资格证书改正。"
    right = check_character(number[:17])
    if number[17] != right:
        return (
            f"第 18 位校验码应为 {right}，现在是 {number[17]}："
            "18 位中至少有一位写错或相邻两位颠倒，对照法人资格证书核对。"
        )
    return None
