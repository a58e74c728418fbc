"""What follows from what was typed or stands in a file: ages and days of birth from numbers of identity cards, the
last day of a public notice from its first and its working days."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from unionoffice.documents.workbook.tags import ASKED, Tag
from unionoffice.kernel import dates, resident_id
from unionoffice.models.household import age_on

AGE, BIRTH = "年龄", "出生日期"
FIRST, LAST, DAYS = "公示开始日期", "公示结束日期", "公示天数"
"""A public notice hangs so many working days."""


_COUNT = re.compile(r"[1-9][0-9]{0,2}$", re.ASCII)


def is_card(name: str) -> bool:
    """Whether something is called like the number of somebody's papers."""
    return "身份证" in name or "证件号" in name


def followed(names: Collection[str]) -> frozenset[str]:
    """What follows from values of these names, and need not be told."""
    cards = any(map(is_card, names))
    return frozenset(({AGE, BIRTH} if cards else set()) | ({AGE} if BIRTH in names else set()))


def lasting(asked: Mapping[str, Any]) -> tuple[date, int] | None:
    """The first of how many working days, where the last one is left open."""
    first = dates.read_text(str(asked.get(FIRST) or "")).iso or ""
    count = str(asked.get(DAYS) or "").strip().removesuffix("个工作日").strip()
    open_end = not str(asked.get(LAST) or "").strip()
    return (date.fromisoformat(first), int(count)) if open_end and len(first) == 10 and _COUNT.match(count) else None


def completed(asked: Mapping[str, Any], tags: Sequence[Tag], today: date) -> dict[str, Any]:
    """The same with the ages and days of birth that a form shows and nobody told, as of a day."""
    shown: dict[str, set[str]] = {}
    for tag in tags:
        shown.setdefault("" if tag.group == ASKED else tag.group, set()).add(tag.name)
    found: dict[str, Any] = {}
    for name, value in asked.items():
        wanted = shown.get(name, ())
        if isinstance(value, list | tuple):
            found[name] = [_whole(row, wanted, today) if isinstance(row, Mapping) else row for row in value]
        else:
            found[name] = value
    return _whole(found, shown.get("", ()), today)


def _whole(item: Mapping[str, Any], shown: Collection[str], today: date) -> dict[str, Any]:
    found = dict(item)
    if AGE not in shown and BIRTH not in shown:
        return found
    number = next((resident_id.normal(str(value)) for name, value in item.items() if is_card(name) and value), "")
    birth = dates.read_text(str(item.get(BIRTH) or "")).iso
    if birth is None and resident_id.sound(number, f"{today:%Y%m%d}"):
        birth = resident_id.birth_of(number)
    if BIRTH in shown and not item.get(BIRTH) and birth is not None:
        found[BIRTH] = birth
    age = age_on(birth, today)
    if AGE in shown and not str(item.get(AGE) or "").strip() and age is not None:
        found[AGE] = age
    return found
