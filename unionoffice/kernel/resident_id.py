"""Resident identity numbers (GB 11643-1999): checked, converted from 15 digits, read for birth and sex."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from unionoffice.kernel.text import squash

Sex = Literal["1", "2"]
"""GB/T 2261.1: "1" 男, "2" 女."""

MEMBER_AGES = (16, 100)

_CHECK = "10X98765432"
_PROVINCE_CODES = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"
)
_PROVINCES = frozenset(_PROVINCE_CODES.split())
_DIGITS = frozenset("0123456789")
_SEPARATORS = str.maketrans("", "", " -'’‘`\"“”")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a number says.

    `number` is the normalised text (18 characters when sound); `problem` a sentence for the user or None;
    `region_known` only informs: False when the six region digits do not have the shape of a county's code.
    """

    number: str
    problem: str | None
    birth: date | None = None
    sex: Sex | None = None
    old15: bool = False
    region_known: bool = False


def check(text: str, *, today: date, ages: tuple[int, int] | None = None) -> Verdict:
    """Check one number in the order length, characters, region, date, age, check digit (domain.md §1.3).

    Spaces, hyphens, quotes, full-width characters and lower-case x are accepted; 15 digits are converted to 18.
    `ages` are the first and last full year of age accepted (`MEMBER_AGES` for members), None for any age.
    """
    number = normal(text)
    old15 = len(number) == 15 and number.isdecimal()
    problem = _shape_problem(number)
    if problem:
        return Verdict(number, problem)
    if old15:
        number = convert15(number)
    birth = _birth(number[6:14])
    problem = _region_problem(number) or _birth_problem(number, birth, today, ages, old15)
    if problem is None and number[17] != check_digit(number[:17]):
        problem = (
            f"第 18 位校验码应为 {check_digit(number[:17])}，现在是 {number[17]}："
            "18 位中至少有一位写错或相邻两位颠倒，对照身份证核对。"
        )
    if problem:
        return Verdict(number, problem, birth=birth, old15=old15)
    return Verdict(
        number,
        None,
        birth=birth,
        sex="1" if int(number[16]) % 2 else "2",
        old15=old15,
        region_known=_region_known(number),
    )


def sound(text: str, today8: str) -> bool:
    """Whether `text` is exactly a sound 18-character number born not after `today8` ("20261121")."""
    return (_regions[text[:6]] + _births[text[6:14]] + _tails[text[14:]]) % 11 == 1 and text[6:14] <= today8


def unsound(texts: Iterable[str], today8: str) -> list[int]:
    """Places of the texts that are not `sound`, blank ones included: for long columns, about 0.3 µs each.

    Whatever it names goes to `check`, which says why. Raises TypeError where something is no text.
    """
    return [
        place
        for place, text in enumerate(texts)  # as `sound`, without the call
        if (_regions[text[:6]] + _births[text[6:14]] + _tails[text[14:]]) % 11 != 1 or text[6:14] > today8
    ]


def check_many(texts: Iterable[str], *, today: date, ages: tuple[int, int] | None = None) -> list[Verdict | None]:
    """One entry for each text: None when it is exactly a sound 18-character number, else what `check` says."""
    today8 = f"{today:%Y%m%d}"
    if ages is None:
        return [None if sound(text, today8) else check(text, today=today) for text in texts]
    youngest, oldest = (f"{today.year - ages[0]:04d}{today:%m%d}", f"{today.year - ages[1] - 1:04d}{today:%m%d}")
    return [
        None if oldest < text[6:14] <= youngest and sound(text, today8) else check(text, today=today, ages=ages)
        for text in texts
    ]


def normal(text: str) -> str:
    """`text` without spaces, hyphens and quotes, half-width, X upper-case."""
    return squash(text).translate(_SEPARATORS).upper()


def check_digit(first17: str) -> str:
    """The 18th character for 17 digits. Raises ValueError when they are not 17 digits."""
    if len(first17) != 17 or not _DIGITS.issuperset(first17):
        raise ValueError("需要 17 位数字。")
    return _CHECK[_weighted(first17, 17) % 11]


def convert15(old: str) -> str:
    """The 18-character form of a 15-digit number issued before 1999: 19 inserted, check digit added."""
    first17 = f"{old[:6]}19{old[6:]}"
    return first17 + check_digit(first17)


def birth_of(number: str) -> str:
    """ISO birth date in a sound 18-character number."""
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


def sex_of(number: str) -> Sex:
    """Sex in a sound 18-character number."""
    return "1" if number[16] in "13579" else "2"


def _shape_problem(number: str) -> str | None:
    count = len(number)
    if count not in (15, 18):
        if 10 <= count < 18:
            return f"只有 {count} 位，少 {18 - count} 位，对照身份证补全。"
        if count > 18 and _DIGITS.issuperset(number[:18]):
            return f"有 {count} 位，多 {count - 18} 位，对照身份证改正。"
        return f"“{number}”不是身份证号码，身份证号码是 18 位。"
    digits = number if count == 15 else number[:17]
    for place, character in enumerate(digits, 1):
        if character not in _DIGITS:
            return f"第 {place} 位“{character}”不是数字，对照身份证改正。"
    if count == 18 and number[17] not in _CHECK:
        return f"第 18 位“{number[17]}”不对，末位只能是数字或 X。"
    return None


def _region_problem(number: str) -> str | None:
    if not math.isnan(_regions[number[:6]]):
        return None
    place = "第 2～3 位" if number[0] == "9" else "第 1～2 位"
    wrong = number[1:3] if number[0] == "9" else number[:2]
    return f"{place}“{wrong}”不是任何省份的代码，对照身份证改正。"


def _birth_problem(
    number: str, birth: date | None, today: date, ages: tuple[int, int] | None, old15: bool
) -> str | None:
    written = f"第 7～12 位“{number[8:14]}”" if old15 else f"第 7～14 位“{number[6:14]}”"
    if birth is None:
        return f"{written}不是真实的出生日期，对照身份证改正。"
    if birth > today:
        return f"{written}是将来的日期，对照身份证改正。"
    if ages is not None:
        age = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
        if not ages[0] <= age <= ages[1]:
            return f"{written}算出的年龄是 {age} 岁，不在 {ages[0]}～{ages[1]} 岁之间，对照身份证核对。"
    return None


def _birth(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _region_known(number: str) -> bool:
    if number[0] in "89":
        return True
    return number[2:4] != "00" and number[4:6] != "00"


_CACHE = 50_000
_NONE = math.nan
"""The share of a piece that no number has: nothing it is added to comes to 1."""


class _Shares(dict[str, float]):
    """What a piece of a number adds to its weighted sum modulo 11, worked out when first met."""

    def __init__(self, work_out: Callable[[str], float]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, piece: str) -> float:
        share = self._work_out(piece)
        if len(self) < _CACHE:
            self[piece] = share
        return share


def _region_share(region: str) -> float:
    province = region[1:3] if region[:1] == "9" else region[:2]
    if len(region) != 6 or not _DIGITS.issuperset(region) or province not in _PROVINCES:
        return _NONE
    return _weighted(region, 17) % 11


def _birth_share(digits: str) -> float:
    if digits[4:] == "0229" and _birth(digits) is None:
        return _NONE
    return _years[digits[:4]] + _days[digits[4:]]


def _year_share(year: str) -> float:
    if len(year) != 4 or not _DIGITS.issuperset(year) or year == "0000":
        return _NONE
    return _weighted(year, 11) % 11


def _day_share(day: str) -> float:
    if len(day) != 4 or not _DIGITS.issuperset(day) or _birth(f"2000{day}") is None:
        return _NONE
    return _weighted(day, 7) % 11


def _tail_share(tail: str) -> float:
    return _serials[tail[:2]] + _ends[tail[2:]]


def _serial_share(digits: str) -> float:
    return _weighted(digits, 3) % 11 if len(digits) == 2 and _DIGITS.issuperset(digits) else _NONE


def _end_share(end: str) -> float:
    if len(end) != 2 or end[0] not in _DIGITS or end[1] not in _CHECK:
        return _NONE
    return (int(end[0]) * 2 + (10 if end[1] == "X" else int(end[1]))) % 11


_regions, _births, _tails = _Shares(_region_share), _Shares(_birth_share), _Shares(_tail_share)
_years, _days, _serials, _ends = map(_Shares, (_year_share, _day_share, _serial_share, _end_share))


def _weighted(digits: str, power: int) -> int:
    """Digits times 2^power, 2^(power-1) …: modulo 11 these are the standard's weights 7 9 10 5 8 4 2 1 6 …."""
    return sum(int(digit) << (power - place) for place, digit in enumerate(digits))
