"""Text as it comes from sheets and forms, brought into one shape; and masking for what hangs on a wall."""

from __future__ import annotations

import re
import unicodedata

UNTIDY = (
    "[\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    "\u2e80-\u2fd5\u3000\u3164\uf900-\ufaff\ufe00-\ufe0f\ufeff\uff01-\uff5e\uffa0\uffe5\ufff9-\ufffb"
    "\U0002f800-\U0002fa1f\U000e0000-\U000e01ef]"
)
"""Regular expression for one character that `squash` takes out or replaces."""

_ODD = re.compile(UNTIDY)
_SPACES = re.compile(r"\s{2,}|^\s|\s$")
_LINE_SPACES = frozenset("\t\n\x0b\x0c\r\u0085\u2028\u2029")
_FULL_WIDTH_MONEY = "\uffe5"

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003347f"
_PLAIN_NAME = re.compile("[\u4e00-\u9fff]{2,4}")
_NAME_DOTS = re.compile("[•‧∙⋅・･．･᛫●᠂﹒]")
_DOT_BETWEEN = re.compile(f"(?<=[{_HAN}])\\s*[.·]\\s*(?=[{_HAN}])")
_SPACE_AT_HAN = re.compile(f"(?<=[{_HAN}·])\\s+|\\s+(?=[{_HAN}·])")
_QUOTES_AROUND = " '‘’`\"“”"

_PHONE_NOISE = re.compile(r"[\s\-－—–_.()（）]+")
_COUNTRY = re.compile(r"^(?:\+|00)86")
_EXPONENT = re.compile(r"(\d(?:\.\d+)?)E\+?(\d+)", re.IGNORECASE)
_LANDLINE = re.compile(r"\(?(0\d{2,3})[)\s\-]*(\d{7,8})(?:[\s\-转*#]+(\d{1,6}))?")
_AREA_DASH = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))(\d{7,8})")
_PHONE_SPLIT = re.compile(r"[/、,，;；|\n]|\s{2,}|(?<=\d)\s+(?=1[3-9]\d{9})")

_DISTRICT = re.compile(r"[^\d*]{2,20}?(?:[^社校园]区|县|旗)")
_ADDRESSES = re.compile("住址|地址|住所|户籍地|户籍所在|户口所在")
_LONG_NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d\d-?\d\d-?\d\d(?!\d))\d(?:[ -]?\d){9,}(?:[ -]?[Xx])?")

_COMPOUND = """
    欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠
    公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁
    拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 南荣 第五 叱干 完颜 纳兰 耶律 叶赫
    爱新 哥舒 达奚 贺兰
"""
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())


def squash(text: str) -> str:
    """`text` half-width, without control and zero-width characters, each run of white space one space, trimmed.

    CJK compatibility ideographs and radicals become the ordinary ideograph; nothing else is normalised, so that
    rare characters in names stay what they are.
    """
    if _ODD.search(text):
        text = _ODD.sub(_replacement, text)
    if _SPACES.search(text):
        text = " ".join(text.split())
    return text


def tidy(text: str) -> str:
    """`squash` for running text: full-width letters and digits become half-width, Chinese punctuation stays."""
    if _ODD.search(text):
        text = _ODD.sub(_gentle_replacement, text)
    if _SPACES.search(text):
        text = " ".join(text.split())
    return text


def clean_name(text: str) -> str:
    """A person's name: no spaces beside Chinese characters ("乐　明" → 乐明), one "·" in minority names.

    Spaces between Latin words stay, one each.
    """
    if _PLAIN_NAME.fullmatch(text):
        return text
    name = squash(_NAME_DOTS.sub("·", text)).strip(_QUOTES_AROUND)
    name = _DOT_BETWEEN.sub("·", name)
    return _SPACE_AT_HAN.sub("", name)


def phone(text: str) -> str:
    """A phone number as digits: "+86", spaces and dashes gone; a landline as 0912-3881234, an extension after a dash.

    Several numbers in one cell keep the first. Text that is no phone number comes back squashed, see `is_phone`.
    A number in scientific notation is written out only when all its digits are there.
    """
    if len(text) == 11 and text.isascii() and text.isdecimal() and text[0] == "1":
        return text
    cleaned = _phone(text)
    again = _phone(cleaned)
    return again if is_phone(again) else cleaned if is_phone(cleaned) else squash(text)


def _phone(text: str) -> str:
    plain = squash(text).strip(_QUOTES_AROUND)
    parts = (part.strip(_QUOTES_AROUND) for part in _PHONE_SPLIT.split(plain))
    first = next((part for part in parts if part), "")
    exponent = _EXPONENT.fullmatch(first)
    if exponent:
        return _written_out(exponent) or first
    if first.endswith(".0"):
        first = first[:-2]
    bare = _COUNTRY.sub("", first).strip(" -")
    digits = _PHONE_NOISE.sub("", bare)
    if is_mobile(digits):
        return digits
    if bare != first and bare[:1] != "0":
        bare, digits = f"0{bare}", f"0{digits}"
    landline = _LANDLINE.fullmatch(bare) or _AREA_DASH.fullmatch(digits)
    if landline:
        area, number, *extension = landline.groups()
        area, number = _split_area(area + number)
        return "-".join([area, number, *(part for part in extension if part)])
    return digits if digits.isascii() and digits.isdecimal() else first


def is_mobile(text: str) -> bool:
    """Whether `text` is exactly an 11-digit mobile number of mainland China."""
    return len(text) == 11 and text.isascii() and text.isdecimal() and text[0] == "1" and text[1] in "3456789"


def is_phone(text: str) -> bool:
    """Whether a cleaned `text` is a mobile number, a landline or a local number of 5 to 8 digits."""
    return is_mobile(text) or bool(re.fullmatch(r"0\d{2,3}-\d{7,8}(?:-\d{1,6})?|[1-9]\d{4,7}|[48]00\d{7}", text))


def surname(name: str) -> str:
    """The surname (姓) of a cleaned Chinese name, compound surnames known; "" for a name without one."""
    if name[:2] in COMPOUND_SURNAMES and len(name) > 2:
        return name[:2]
    return name[:1] if name and "·" not in name and not name.isascii() else ""


def mask_name(name: str) -> str:
    """A name for a public notice (domain.md §7.3): 张*, 张*明, 张**明, 欧阳**, 阿***·***."""
    name = clean_name(name)
    family = surname(name)
    if len(name) < 2:
        return "*" * len(name)
    if len(family) == 2 or not family:
        shown = max(len(family), 1)
        return name[:shown] + "".join(sign if sign in "· " else "*" for sign in name[shown:])
    if len(name) == 2:
        return f"{family}*"
    return f"{family}{'*' * (len(name) - 2)}{name[-1]}"


def mask_id(number: str) -> str:
    """An identity number with its first 3 and last 2 characters; a short one all stars."""
    number = squash(number)
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}" if len(number) >= 15 else "*" * len(number)


def mask_phone(number: str) -> str:
    """138****1234; of a landline only the last 2 digits are left."""
    number = phone(number)
    if is_mobile(number):
        return f"{number[:3]}****{number[-4:]}"
    return re.sub(r"\d", "*", number[:-2]) + number[-2:] if len(number) > 4 else "*" * len(number)


def mask_card(number: str) -> str:
    """A bank card by its last 4 digits: ****1234; a short one all stars."""
    digits = squash(number).replace(" ", "").replace("-", "")
    return f"****{digits[-4:]}" if len(digits) >= 8 else "*" * len(digits)


def mask_address(text: str) -> str:
    """An address up to its district or county (示范市示范区****); one that names none keeps its first 2 characters."""
    text = squash(text)
    district = _DISTRICT.match(text)
    shown = district.end() if district and district.end() < len(text) else min(2, len(text) // 2)
    return text[:shown] + "****" if text else ""


def mask_numbers(text: str) -> str:
    """Running text with every number masked that may be one of papers, phones or cards: 610***25; dates are not."""
    return _LONG_NUMBER.sub(lambda found: f"{found[0][:3]}***{found[0][-2:]}", text)


def mask_called(name: str, text: str) -> str:
    """What stands under a heading or a form's name that is no field of a record: addresses by what they are called,
    numbers wherever they are."""
    return mask_address(text) if _ADDRESSES.search(name) else mask_numbers(text)


def _replacement(match: re.Match[str]) -> str:
    character = match[0]
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - 0xFEE0)
    if character == _FULL_WIDTH_MONEY:
        return "¥"
    if character in _LINE_SPACES or unicodedata.category(character) == "Zs":
        return " "
    if "\u2e80" <= character <= "\u2fd5":
        return unicodedata.normalize("NFKC", character)
    if "\uf900" <= character <= "\ufaff" or "\U0002f800" <= character <= "\U0002fa1f":
        return unicodedata.normalize("NFC", character)
    return ""


def _gentle_replacement(match: re.Match[str]) -> str:
    character = match[0]
    if character == _FULL_WIDTH_MONEY or ("\uff01" <= character <= "\uff5e" and not character.isalnum()):
        return character
    return _replacement(match)


def _written_out(exponent: re.Match[str]) -> str | None:
    digits, power = exponent[1].replace(".", ""), int(exponent[2])
    if len(digits) != power + 1:
        return None
    return digits


def _split_area(digits: str) -> tuple[str, str]:
    area = 3 if digits[1] in "12" else 4
    return digits[:area], digits[area:]
