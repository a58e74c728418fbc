"""Values as the number format of their cell shows them, in the region China."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import Enum
from functools import cache

from unionoffice.documents.workbook.book import Value

LONG_DATE, SHORT_DATE, LONG_TIME = 'yyyy"年"m"月"d"日"', "yyyy/m/d", "h:mm:ss"
_OF_THE_REGION = {"mm-dd-yy": SHORT_DATE, "m/d/yy": SHORT_DATE, "m/d/yy h:mm": f"{SHORT_DATE} h:mm"}
"""Formats 14 and 22 of every workbook are written the American way and shown as the PC's region has it."""
BLANKS = 0xE000
"""From here on, in the private area, stand the blanks as wide as an ASCII character."""

_EPOCH = datetime(1899, 12, 30)
_DAY_SECONDS = 86_400
_LAST_DAY = 2_958_466
"""The day after 9999-12-31: no date is shown from here on."""
_DIGITS = {"1": "〇一二三四五六七八九", "2": "零壹贰叁肆伍陆柒捌玖"}
_UNITS = {"1": ("", "十", "百", "千"), "2": ("", "拾", "佰", "仟")}
_GROUPS = ("", "万", "亿", "万亿")
_POINT = {"1": "点", "2": "点"}
_WEEKDAYS = "一二三四五六日"


class Kind(Enum):
    """What a value is; it decides where a cell without alignment puts it."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TRUTH = "truth"
    ERROR = "error"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as text. `general`: the digits may be cut to fit. `fill`: place in the text and character that fills the
    cell. `worded`: the format has words in it, so that a wrapped cell may break it."""

    text: str
    kind: Kind
    general: bool = False
    fill: tuple[int, str] | None = None
    worded: bool = False


_TOKEN = re.compile(
    r"""
    "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | !(?P<banged>.) | _(?P<blank>.) | \*(?P<fill>.)
  | \[(?P<bracket>[^\]]*)\] | (?P<general>General) | (?P<ampm>AM/PM|A/P|上午/下午)
  | (?P<exponent>E[+-]) | (?P<date>y+|m+|d+|h+|s+(?:\.0+)?|a{3,4}|e+|g+)
  | (?P<digits>[0#?.,]+) | (?P<percent>%) | (?P<text>@) | (?P<other>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Part:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Section:
    parts: tuple[_Part, ...]
    condition: tuple[str, float] | None
    numerals: str
    is_date: bool
    elapsed: bool
    half_day: bool


@cache
def _sections(code: str) -> tuple[_Section, ...]:
    return tuple(_section(part) for part in _split(code))


def _split(code: str) -> list[str]:
    found, current, quoted, index = [], "", False, 0
    while index < len(code):
        char = code[index]
        if char == "\\" and not quoted and index + 1 < len(code):
            current += code[index : index + 2]
            index += 2
            continue
        if char == '"':
            quoted = not quoted
        if char == ";" and not quoted:
            found.append(current)
            current = ""
        else:
            current += char
        index += 1
    return [*found, current]


def _section(text: str) -> _Section:
    parts: list[_Part] = []
    condition: tuple[str, float] | None = None
    numerals, is_date, elapsed, half_day = "", False, False, False
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        found = match[kind]
        if kind in ("quoted", "escaped", "banged", "other"):
            parts.append(_Part("literal", found))
        elif kind == "bracket":
            upper = found.upper()
            if compared := re.fullmatch(r"(<=|>=|<>|<|>|=)(-?[\d.]+)", found):
                condition = compared[1], float(compared[2])
            elif upper.startswith("DBNUM"):
                numerals = upper[5:6]
            elif upper.startswith("$"):
                sign = found[1:].split("-")[0]
                if sign:
                    parts.append(_Part("literal", sign))
                if upper.endswith("-F800"):
                    return _section(LONG_DATE)
                if upper.endswith("-F400"):
                    return _section(LONG_TIME)
            elif upper and set(upper) <= set("HMS"):
                parts.append(_Part("elapsed", found.lower()))
                is_date = elapsed = True
        elif kind == "date":
            parts.append(_Part("date", found.lower()))
            is_date = True
        elif kind == "ampm":
            parts.append(_Part("ampm", found))
            half_day = is_date = True
        else:
            parts.append(_Part(kind, found))
    return _Section(tuple(parts), condition, numerals, is_date, elapsed, half_day)


def date_letters(code: str) -> frozenset[str]:
    """Which of y, m and d a format shows, none of one that is no format of days.

    Only what a format does with a value counts, not its letters: the d of [Red] and of 0"yd" shows no day.
    """
    if _is_plain(code):
        return frozenset()
    sections = _sections(code)
    letters = {part.text[0] for section in sections for part in section.parts if part.kind == "date"}
    timed = not letters.isdisjoint("hs") or any(section.elapsed for section in sections)  # the m of h:mm are minutes
    years = letters & set("ye")  # e is the year where eras are counted
    return frozenset(letters & set("d" if timed else "md") | ({"y"} if years else set()))


def is_numeric(code: str) -> bool:
    """Whether a format is one of numbers, by what it does with a value: no day, no time, no text.

    General is one where it says more than the number: in Chinese numerals, or with a word beside it.
    """
    return not _is_plain(code) and any(map(_shows_number, _sections(code)))


def shows_value(code: str) -> bool:
    """Whether a format shows anything of a value, and not only words of its own."""
    of_values = ("date", "digits", "general", "text")
    return any(part.kind in of_values for section in _sections(code) for part in section.parts)


def _shows_number(section: _Section) -> bool:
    kinds = {part.kind for part in section.parts}
    digits = any(part.kind == "digits" and not set("0#?").isdisjoint(part.text) for part in section.parts)
    return not section.is_date and (digits or ("general" in kinds and (bool(section.numerals) or "literal" in kinds)))


def _is_plain(code: str) -> bool:
    return code.strip().lower() in ("", "general", "@")


def shown(value: Value, code: str) -> Shown:
    """The value as text, after the format `code`."""
    if value is None:
        return Shown("", Kind.NOTHING)
    if isinstance(value, bool):
        return Shown("TRUE" if value else "FALSE", Kind.TRUTH)
    if isinstance(value, str):
        return _text(value, code)
    is_day = not isinstance(value, int | float)
    number = _serial(value)
    if _is_plain(code):
        return Shown(general(number), Kind.DATE if is_day else Kind.NUMBER, general=True)
    code = _OF_THE_REGION.get(code, code)
    section, signed = _chosen(_sections(code), number)
    if section is None:
        return Shown("", Kind.NUMBER)
    kind = Kind.DATE if is_day or section.is_date else Kind.NUMBER
    if section.is_date and not 0 <= number < _LAST_DAY:
        return Shown("###", kind)
    if section.is_date:
        return Shown(_dated(number, section), kind, worded=_worded(section))
    if any(part.kind == "general" for part in section.parts):
        return _worded_general(number, section, signed, kind)
    if any(part.kind == "text" for part in section.parts):
        return Shown(_literals(section, general(number)), kind)
    return _numbered(number, section, signed, kind)


def blank(char: str) -> str:
    """A character that is as wide as another and leaves no mark, for `_)` in a format."""
    return chr(BLANKS + ord(char)) if ord(char) < 0x80 else " "


def _text(value: str, code: str) -> Shown:
    if value.startswith("#") and re.fullmatch(r"#(N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!)", value):
        return Shown(value, Kind.ERROR)
    if code in ("General", "@", ""):
        return Shown(value, Kind.TEXT)
    sections = _sections(code)
    if len(sections) == 4:
        return Shown(_literals(sections[3], value), Kind.TEXT)
    last = sections[-1]
    if any(part.kind == "text" for part in last.parts):
        return Shown(_literals(last, value), Kind.TEXT)
    return Shown(value, Kind.TEXT)


def _literals(section: _Section, text: str) -> str:
    pieces = []
    for part in section.parts:
        if part.kind == "literal":
            pieces.append(part.text)
        elif part.kind == "blank":
            pieces.append(blank(part.text))
        elif part.kind in ("text", "general"):
            pieces.append(text)
    return "".join(pieces)


def _serial(value: int | float | datetime | date | time | timedelta) -> float | int:
    if isinstance(value, int | float):
        return value
    if isinstance(value, timedelta):
        return value.total_seconds() / _DAY_SECONDS
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6) / _DAY_SECONDS
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    days = (value - _EPOCH).total_seconds() / _DAY_SECONDS
    return int(days) if days == int(days) else days


def _chosen(sections: tuple[_Section, ...], number: float) -> tuple[_Section | None, bool]:
    """The section for a number, and whether it has to write the minus itself."""
    if any(section.condition for section in sections[:2]):
        for section in sections[:3]:
            if section.condition is None or _holds(section.condition, number):
                return section, number < 0 and section.condition is None
        return sections[-1], number < 0
    numbers = sections[:3]
    if number < 0 and len(numbers) > 1:
        return (numbers[1] if numbers[1].parts else None), False
    if number == 0 and len(numbers) > 2:
        return (numbers[2] if numbers[2].parts else None), False
    return (numbers[0] if numbers[0].parts or len(sections) == 1 else None), number < 0


def _holds(condition: tuple[str, float], number: float) -> bool:
    sign, limit = condition
    return {
        "<": number < limit,
        ">": number > limit,
        "=": number == limit,
        "<=": number <= limit,
        ">=": number >= limit,
        "<>": number != limit,
    }[sign]


def _worded(section: _Section) -> bool:
    return any(part.kind == "literal" and any(ord(char) > 0x2E7F for char in part.text) for part in section.parts)


def _worded_general(number: float, section: _Section, signed: bool, kind: Kind) -> Shown:
    text = general(abs(number))
    if section.numerals:
        text = chinese(text, section.numerals)
    shown_text = ("-" if signed else "") + _literals(section, text)
    plain = not any(part.kind == "literal" for part in section.parts) and not section.numerals
    return Shown(shown_text, kind, general=plain, worded=not plain)


def general(number: float | int) -> str:
    """A number in the format General, with all the digits that it has (15)."""
    if isinstance(number, int) or float(number).is_integer():
        whole = int(number)
        if abs(whole) < 10**15:
            return str(whole)
    text = f"{number:.15g}"
    if "e" in text:
        exponent = int(text.split("e")[1])
        if -10 < exponent < 0:
            return f"{number:.{14 - exponent}f}".rstrip("0").rstrip(".")
        mantissa = text.split("e")[0]
        return f"{mantissa}E{exponent:+03d}"
    return text


def fitted_general(text: str, fits: object) -> str:
    """The longest form of a General number for which `fits(text)` holds: fewer decimals, then an exponent, then ###."""
    test = fits if callable(fits) else lambda _text: True
    if test(text):
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return "###"
    if "." in text and "E" not in text:
        for places in range(len(text.partition(".")[2]) - 1, -1, -1):
            shorter = _rounded(number, places)
            if test(shorter):
                return shorter
    for places in range(5, -1, -1):
        mantissa, _, exponent = f"{number:.{places}E}".partition("E")
        shorter = f"{mantissa}E{int(exponent):+03d}"
        if test(shorter):
            return shorter
    return "###"


def _rounded(number: Decimal, places: int) -> str:
    return f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"


def _numbered(number: float, section: _Section, signed: bool, kind: Kind) -> Shown:
    exact = abs(Decimal(repr(number)))
    runs = [part for part in section.parts if part.kind == "digits"]
    percents = sum(part.kind == "percent" for part in section.parts)
    exact *= 100**percents
    pattern = "".join(part.text for part in runs)
    if not runs:
        return Shown(
            ("-" if signed else "") + _literals(section, ""), kind, fill=_fill(section), worded=_worded(section)
        )
    whole_pattern, point, decimals = pattern.partition(".")
    scale = len(pattern) - len(pattern.rstrip(",")) if not point else len(decimals) - len(decimals.rstrip(","))
    exact /= 1000**scale
    grouped = "," in whole_pattern.rstrip(",") if not point else "," in whole_pattern
    whole_pattern, decimals = whole_pattern.replace(",", ""), decimals.replace(",", "")
    exponent = next((index for index, part in enumerate(section.parts) if part.kind == "exponent"), None)
    if exponent is not None:
        return Shown(("-" if signed else "") + _scientific(exact, section, exponent), kind)
    rounded = _rounded(exact, len(decimals))
    if section.numerals:
        text = chinese(rounded, section.numerals)
        return Shown(("-" if signed else "") + _digits_in(section, text), kind, worded=True)
    whole, _, fraction = rounded.partition(".")
    fraction = _trimmed(fraction, decimals)
    whole = "" if whole == "0" and "0" not in whole_pattern else whole
    whole = whole.rjust(whole_pattern.count("0"), "0")
    whole = whole.rjust(whole_pattern.count("0") + whole_pattern.count("?"), " ")
    if grouped:
        whole = re.sub(r"(?<=\d)(?=(\d{3})+$)", ",", whole)
    sign = "-" if signed and (rounded.strip("0.") or not decimals) else ""
    text = _interleaved(section, whole, point, fraction, whole_pattern)
    fill = _fill_at(section, whole, point, fraction)
    return Shown(sign + text, kind, fill=(fill[0] + len(sign), fill[1]) if fill else None, worded=_worded(section))


def _trimmed(fraction: str, pattern: str) -> str:
    kept = list(fraction)
    for index in range(len(pattern) - 1, -1, -1):
        if index < len(kept) and kept[index] == "0" and pattern[index] in "#?":
            kept[index] = "" if pattern[index] == "#" else " "
        else:
            break
    return "".join(kept)


def _interleaved(section: _Section, whole: str, point: str, fraction: str, whole_pattern: str) -> str:
    """The digits put among the words of the format: a pattern may be cut by words, `0"."00`."""
    patterns = [part.text for part in section.parts if part.kind == "digits"]
    if len(patterns) == 1 or point:
        number = whole + (("." + fraction) if point and (fraction or point) else "")
        return _digits_in(section, number)
    counts = [len(re.sub(r"[.,]", "", pattern)) for pattern in patterns]
    pieces: list[str] = []
    rest = whole
    for count in reversed(counts[1:]):
        pieces.insert(0, rest[len(rest) - count :] if count <= len(rest) else rest)
        rest = rest[: max(0, len(rest) - count)]
    pieces.insert(0, rest)
    found = []
    for part in section.parts:
        if part.kind == "digits":
            found.append(pieces.pop(0))
        else:
            found.append(_plain(part))
    return "".join(found)


def _digits_in(section: _Section, number: str) -> str:
    found, done = [], False
    for part in section.parts:
        if part.kind == "digits":
            if not done:
                found.append(number)
            done = True
        else:
            found.append(_plain(part))
    return "".join(found)


def _plain(part: _Part) -> str:
    if part.kind == "literal":
        return part.text
    if part.kind == "blank":
        return blank(part.text)
    return "%" if part.kind == "percent" else ""


def _fill(section: _Section) -> tuple[int, str] | None:
    return _fill_at(section, "", "", "")


def _fill_at(section: _Section, whole: str, point: str, fraction: str) -> tuple[int, str] | None:
    place, done = 0, False
    for part in section.parts:
        if part.kind == "fill":
            return place, part.text
        if part.kind == "digits":
            place += 0 if done else len(whole) + (len(fraction) + 1 if point else 0)
            done = True
        else:
            place += len(_plain(part))
    return None


def _scientific(number: Decimal, section: _Section, exponent: int) -> str:
    mantissa = "".join(part.text for part in section.parts[:exponent] if part.kind == "digits")
    places = len(mantissa.partition(".")[2])
    power = "".join(part.text for part in section.parts[exponent + 1 :] if part.kind == "digits")
    head, _, tail = f"{number:.{places}E}".partition("E")
    sign = section.parts[exponent].text[1]
    value = int(tail)
    return f"{head}E{'-' if value < 0 else '+' if sign == '+' else ''}{abs(value):0{max(1, len(power))}d}"


def chinese(text: str, numerals: str) -> str:
    """A number in plain digits written in Chinese: small (`numerals` "1") or banking numerals ("2")."""
    digits, units = _DIGITS.get(numerals, _DIGITS["1"]), _UNITS.get(numerals, _UNITS["1"])
    whole, point, fraction = text.lstrip("-").partition(".")
    sign = "-" if text.startswith("-") else ""
    found = _chinese_whole(whole, digits, units)
    if point and fraction:
        found += _POINT.get(numerals, "点") + "".join(digits[int(digit)] for digit in fraction)
    return sign + found


def _chinese_whole(whole: str, digits: str, units: tuple[str, ...]) -> str:
    zero = "零" if digits[0] == "零" else "〇"
    groups = []
    while whole:
        groups.append(whole[-4:])
        whole = whole[:-4]
    found, gap = "", False
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index].rjust(4, "0") if index < len(groups) - 1 else groups[index]
        if not int(group):
            gap = bool(found)
            continue
        for place, digit in enumerate(group):
            if digit == "0":
                gap = bool(found)
                continue
            if gap:
                found += zero
                gap = False
            found += digits[int(digit)] + units[len(group) - 1 - place]
        found += _GROUPS[index] if index < len(_GROUPS) else ""
        gap = False if int(group) % 10 else gap
    return found or digits[0]


def _dated(number: float, section: _Section) -> str:
    seconds = round(number * _DAY_SECONDS)
    if not any(part.kind == "date" and part.text.startswith("s") for part in section.parts) and not section.elapsed:
        seconds = int(number * _DAY_SECONDS + 1e-4)
    moment = _EPOCH + timedelta(seconds=seconds)
    found: list[str] = []
    for index, part in enumerate(section.parts):
        if part.kind == "date":
            found.append(_piece(moment, part.text, section, index))
        elif part.kind == "elapsed":
            size = {"h": 3600, "m": 60, "s": 1}[part.text[0]]
            found.append(f"{seconds // size:0{len(part.text)}d}")
        elif part.kind == "ampm":
            morning, evening = part.text.split("/")
            found.append(morning if moment.hour < 12 else evening)
        elif part.kind == "digits":
            found.append(part.text if not part.text.strip(".,") else "")
        else:
            found.append(_plain(part))
    return "".join(found)


def _piece(moment: datetime, text: str, section: _Section, index: int) -> str:
    kind, long = text[0], len(text)
    if kind == "m" and _is_minute(section, index):
        return f"{moment.minute:0{2 if long > 1 else 1}d}"
    if kind in "ye":
        number = f"{moment.year:04d}"[-2:] if kind == "y" and long <= 2 else f"{moment.year:04d}"
    elif kind == "m":
        if long >= 3:
            return f"{chinese(str(moment.month), '1')}月" if long > 3 else f"{moment.month}月"
        number = f"{moment.month:0{long}d}"
    elif kind == "d":
        if long >= 3:
            return ("星期" if long > 3 else "周") + _WEEKDAYS[moment.weekday()]
        number = f"{moment.day:0{long}d}"
    elif kind == "a":
        return ("星期" if long > 3 else "") + _WEEKDAYS[moment.weekday()]
    elif kind == "h":
        hour = (moment.hour % 12 or 12) if section.half_day else moment.hour
        return f"{hour:0{min(long, 2)}d}"
    elif kind == "s":
        return f"{moment.second:0{2 if long > 1 else 1}d}"
    else:
        return ""
    if not section.numerals:
        return number
    digits = _DIGITS.get(section.numerals, _DIGITS["1"])
    if kind in "ye":
        return "".join(digits[int(digit)] for digit in number)
    written = chinese(str(int(number)), section.numerals)
    return written.removeprefix("一") if section.numerals == "1" and written.startswith("一十") else written


def _is_minute(section: _Section, index: int) -> bool:
    """Whether an m stands for minutes: after an hour or before a second."""
    timed = [part for part in section.parts[:index] if part.kind in ("date", "elapsed")]
    if timed and timed[-1].text[0] == "h":
        return True
    later = [part for part in section.parts[index + 1 :] if part.kind in ("date", "elapsed")]
    return bool(later) and later[0].text[0] == "s"
