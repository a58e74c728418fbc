"""Resident identity numbers (GB 11643-1999): checked, converted from 15 digits, read for birth and sex."""

from __future__ import annotations

from collections.abc import Iterable
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
    """Whether `text` is exactly a sound 18-character number born not after `today8` ("20261121"); about 0.4 µs.

    The quick test for long columns; whatever it refuses goes to `check`, which says why.
    """
    if len(text) != 18:
        return False
    birth = text[6:14]
    share = _shares.get(text[:6])
    if share is None:
        share = _keep(_shares, text[:6], _region_share(text))
    day = _days.get(birth)
    if day is None:
        day = _keep(_days, birth, _birth_share(birth))
    tail = _tails.get(text[14:])
    if tail is None:
        tail = _keep(_tails, text[14:], _tail_share(text[14:]))
    return (share + day + tail) % 11 == 1 and birth <= today8 and share >= 0 and day >= 0 and tail >= 0


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
    if _region_share(number) >= 0:
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


_shares: dict[str, int] = {}
_days: dict[str, int] = {}
_year_days: dict[str, int] = {}
_tails: dict[str, int] = {}
_CACHE = 50_000


def _keep(cache: dict[str, int], key: str, share: int) -> int:
    if len(cache) < _CACHE:
        cache[key] = share
    return share


def _region_share(number: str) -> int:
    region = number[:6]
    province = region[1:3] if region[0] == "9" else region[:2]
    if not _DIGITS.issuperset(region) or province not in _PROVINCES:
        return -1000
    return _weighted(region, 17) % 11


def _birth_share(digits: str) -> int:
    year, day = digits[:4], digits[4:]
    share = _year_days.get(day)
    if share is None:
        share = -1000 if not _DIGITS.issuperset(day) or _birth(f"2000{day}") is None else _weighted(day, 7) % 11
        _keep(_year_days, day, share)
    if share < 0 or not _DIGITS.issuperset(year) or year == "0000" or (day == "0229" and _birth(digits) is None):
        return -1000
    return (share + int(year[0]) * 2048 + int(year[1]) * 1024 + int(year[2]) * 512 + int(year[3]) * 256) % 11


def _tail_share(tail: str) -> int:
    if not _DIGITS.issuperset(tail[:3]) or tail[3] not in _CHECK:
        return -1000
    last = 10 if tail[3] == "X" else int(tail[3])
    return (_weighted(tail[:3], 3) + last) % 11


def _weighted(digits: str, power: int) -> int:
    """Digits times 2^power, 2^(power-1) …: modulo 11 these are the standard's weights 7 9 10 5 8 4 2 1 6 …."""
    return sum(int(digit) << (power - place) for place, digit in enumerate(digits))
