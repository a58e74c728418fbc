"""Amounts of money as whole 分: shown, read and written in capitals."""

from __future__ import annotations

import re

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_WIDE = str.maketrans("０１２３４５６７８９．，－＋￥", "0123456789.,-+¥")
_AMOUNT = re.compile(
    r"(?:人民币|RMB)?\s*(?P<sign>[-+]?)\s*¥?\s*(?P<inner>[-+]?)"
    r"(?P<whole>\d+|\d{1,3}(?:,\d{3})+|\d{1,4}(?:,\d{4})+)(?:\.(?P<part>\d+))?\s*元?整?",
    re.ASCII | re.IGNORECASE,
)
_LIMIT = 10**18


def yuan(fen: int) -> str:
    """`fen` 分 as figures with thousands and two decimals: 123450 → "1,234.50"; the sign stands in front."""
    sign = "-" if fen < 0 else ""
    whole, part = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{part:02d}"


def parse_yuan(text: str) -> int:
    """分 in an amount as people write it: ￥ or ¥, commas, 元, full-width digits.

    Raises ValueError with a sentence for the user: nothing is rounded and nothing is guessed.
    """
    shape = _AMOUNT.fullmatch(text.translate(_WIDE).strip(" \t\r\n\u3000\u00a0"))
    if shape is None or (shape["sign"] and shape["inner"]):
        raise ValueError(f"“{text}”不是金额，写成 1234.50 这样的数字。")
    part = shape["part"] or ""
    if len(part) > 2:
        raise ValueError(f"“{text}”的小数超过两位，金额最多写到分。")
    fen = int(shape["whole"].replace(",", "")) * 100 + int(part.ljust(2, "0"))
    if fen >= _LIMIT:
        raise ValueError(f"“{text}”超出了金额的范围。")
    return -fen if "-" in (shape["sign"], shape["inner"]) else fen


def capital(fen: int) -> str:
    """`fen` 分 in capitals without the prefix 人民币 (支付结算办法, domain.md §7.4): 140950 → 壹仟肆佰零玖元伍角.

    整 is written after 元 only. Raises ValueError from 10^16 元 on.
    """
    if abs(fen) >= _LIMIT:
        raise ValueError("金额超出了大写的范围。")
    sign = "负" if fen < 0 else ""
    whole, part = divmod(abs(fen), 100)
    tenths, cents = divmod(part, 10)
    text = f"{_whole(whole)}元" if whole or not part else ""
    if not part:
        return f"{sign}{text}整"
    if whole and (tenths == 0 or whole % 10 == 0):
        text += "零"
    if tenths:
        text += f"{_DIGITS[tenths]}角"
    if cents:
        text += f"{_DIGITS[cents]}分"
    return sign + text


def _whole(number: int) -> str:
    for size, unit in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            high, low = divmod(number, size)
            gap = "零" if 0 < low < size // 10 else ""
            return f"{_whole(high)}{unit}{gap}{_whole(low) if low else ''}"
    return _below_ten_thousand(number)


def _below_ten_thousand(number: int) -> str:
    text, gap = "", False
    for size, unit in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = number // size % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + unit
        gap = digit == 0
    return text or "零"
