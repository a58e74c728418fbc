"""Dates as offices write them, read without inventing a day: "1985-06-01", "1985-06" or "1985"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from unionoffice.kernel.text import squash

FIRST_YEAR, LAST_YEAR = 1900, 2100

_BLANK = frozenset(
    ["", "/", "\\", "-", "--", "---", "—", "——", "－", "–", ".", "、", "*", "无", "空", "不详", "未知", "N/A", "n/a"]
)
_SERIAL_DAY_ZERO = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 73_415

_SEPARATOR = r"[.\-/年,、·。_~ –—−]"
_PARTS = re.compile(
    rf"(?P<y>\d{{4}})\s*{_SEPARATOR}\s*(?P<m>\d{{1,2}})\s*(?:(?:{_SEPARATOR}|月份?)\s*(?P<d>\d{{1,2}})\s*[日号]?|月份?)?[.\-/]?"
)
_DIGITS = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})?[年月日]?")
_DOTTED = re.compile(r"(?P<y>\d{4})\.(?P<m>\d{2})(?P<d>\d{2})")
_YEAR = re.compile(r"(\d{4})年?")
_TIME = re.compile(r"[ T]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[AP]M)?Z?$", re.IGNORECASE)
_TWO_DIGIT_YEAR = re.compile(
    rf"'?\d{{2}}\s*{_SEPARATOR}\s*\d{{1,2}}(?:\s*(?:{_SEPARATOR}|月)\s*\d{{0,2}}[日号]?|月)?|\d{{2}}年"
)
_YEAR_LAST = re.compile(r"\d{1,2}\s*[./\-]\s*\d{1,2}\s*[./\-]\s*(?:19|20)\d{2}")
_NUMBER = re.compile(r"\d{5}(?:\.\d+)?")
_EXAMPLE = "写成 1985-06-01 或 1985-06"


@dataclass(frozen=True, slots=True)
class Reading:
    """`iso`: "YYYY-MM-DD", "YYYY-MM" or "YYYY", None when blank or unreadable.

    `problem`: why it could not be read; `notice`: what to look at although it was read. Sentences for the user.
    """

    iso: str | None
    problem: str | None = None
    notice: str | None = None


NOTHING = Reading(None)


def read(value: object) -> Reading:
    """Read one cell: text, number (figures or an Excel serial), date or datetime (domain.md §10.5).

    "/" and "—" are blank. Two-digit years, months above 12 and days that do not exist are refused.
    """
    if isinstance(value, str):
        return read_text(value)
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return _of_day(value)
    if value is None:
        return NOTHING
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return Reading(None, problem=f"“{value}”不是日期，{_EXAMPLE}。")
    return read_number(value)


def read_text(text: str) -> Reading:
    """Read a date written as text; a month of one digit is that month ("1970.1" is January)."""
    plain = squash(text).strip(" '’‘`\"“”")
    if plain in _BLANK:
        return NOTHING
    plain = _TIME.sub("", plain)
    shape = _PARTS.fullmatch(plain) or _DIGITS.fullmatch(plain) or _DOTTED.fullmatch(plain)
    if shape:
        return _of_parts(shape["y"], shape["m"], shape["d"], plain)
    year = _YEAR.fullmatch(plain)
    if year:
        return _of_year(int(year[1]), plain)
    if _NUMBER.fullmatch(plain):
        return read_number(float(plain))
    if _TWO_DIGIT_YEAR.fullmatch(plain):
        return Reading(None, problem=f"“{plain}”的年份只写了两位，写成四位，例如 1985-06。")
    if _YEAR_LAST.fullmatch(plain):
        return Reading(None, problem=f"“{plain}”分不清哪是月哪是日，按年、月、日的次序{_EXAMPLE}。")
    return Reading(None, problem=f"“{plain}”不是日期，{_EXAMPLE}。")


def read_number(number: float) -> Reading:
    """Read a date from a number cell: 19850601, 198506, 1985, 1985.6 or an Excel serial day such as 31199.

    1970.1 may have been 1970.10 before the cell dropped the zero: read as January with a notice.
    """
    if number != number or number in (float("inf"), float("-inf")):
        return Reading(None, problem=f"单元格里的数字不是日期，{_EXAMPLE}。")
    whole = int(number)
    if _FIRST_SERIAL <= whole <= _LAST_SERIAL:
        iso = (_SERIAL_DAY_ZERO + timedelta(whole)).isoformat()
        return Reading(iso, notice=f"单元格里是数字 {whole}，按日期 {iso} 读取。")
    written = str(whole) if number == whole else repr(float(number))
    digits = _DIGITS.fullmatch(written)
    if digits:
        return _of_parts(digits["y"], digits["m"], digits["d"], written)
    if number == whole:
        return _of_year(whole, written) if len(written) == 4 else Reading(None, problem=_not_a_date(written))
    dotted = _PARTS.fullmatch(written) or _DOTTED.fullmatch(written)
    if not dotted:
        return Reading(None, problem=_not_a_date(written))
    reading = _of_parts(dotted["y"], dotted["m"], dotted["d"], written)
    if dotted["m"] == "1" and reading.iso:
        year = dotted["y"]
        notice = f"单元格里是数字 {written}，按 {year} 年 1 月读取；原来若是 {year}.10，末尾的 0 已丢失，应为 10 月。"
        return Reading(reading.iso, notice=notice)
    return reading


def compatible(partial: str, full: str) -> bool:
    """Whether a full ISO date lies in the year or month that `partial` names, or is the same day."""
    return full.startswith(partial)


def precision(iso: str) -> int:
    """How many parts an ISO text names: 1 year, 2 month, 3 day."""
    return iso.count("-") + 1


def _of_parts(year: str, month: str, day: str | None, written: str) -> Reading:
    number = int(month)
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return _of_year(int(year), written)
    if not 1 <= number <= 12:
        return Reading(None, problem=f"“{written}”的月份 {month} 不存在，{_EXAMPLE}。")
    if day is None:
        return Reading(f"{year}-{number:02d}")
    try:
        return Reading(date(int(year), number, int(day)).isoformat())
    except ValueError:
        return Reading(None, problem=f"“{written}”这一天不存在，{_EXAMPLE}。")


def _of_year(year: int, written: str) -> Reading:
    if FIRST_YEAR <= year <= LAST_YEAR:
        return Reading(f"{year:04d}")
    return Reading(None, problem=f"“{written}”的年份不在 {FIRST_YEAR}～{LAST_YEAR} 之间，{_EXAMPLE}。")


def _of_day(day: date) -> Reading:
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return Reading(day.isoformat())
    return _of_year(day.year, day.isoformat())


def _not_a_date(written: str) -> str:
    return f"“{written}”不是日期，{_EXAMPLE}。"
