"""Member numbers by a settable pattern (domain.md §1.6)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from unionoffice.kernel.errors import UserError

_SERIAL = re.compile(r"\{序号(?::(\d))?\}")


def check_pattern(pattern: str) -> None:
    """Refuse a member number pattern without exactly one serial."""
    if len(_SERIAL.findall(pattern)) != 1 or re.sub(_SERIAL, "", pattern.replace("{年}", "")).count("{"):
        raise UserError(
            "会员编号格式里要有且只有一个 {序号} 或 {序号:位数}，另外只能用 {年}。", field="member_number_pattern"
        )


def member_number(pattern: str, year: str, serial: int) -> str:
    """The number that a pattern such as `HY{年}{序号:5}` gives for a joining year and a serial (§1.6)."""
    text = pattern.replace("{年}", year)
    return _SERIAL.sub(lambda found: str(serial).zfill(int(found[1] or 1)), text)


def used_serials(pattern: str, year: str, numbers: Iterable[str]) -> set[int]:
    """Serials already taken under a pattern and year; numbers of another shape (legacy ones) are ignored."""
    before, _, after = _SERIAL.sub("\x00", pattern.replace("{年}", year)).partition("\x00")
    shape = re.compile(re.escape(before) + r"(\d+)" + re.escape(after))
    return {int(found[1]) for number in numbers if (found := shape.fullmatch(number))}
