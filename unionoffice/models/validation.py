"""Checks one typed value against the facts of its field, with a sentence that says what to write."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from unionoffice.kernel import dates, resident_id
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.money import parse_yuan, yuan
from unionoffice.kernel.text import is_phone, phone, tidy
from unionoffice.models.base import Record
from unionoffice.models.fields import Field, Kind

OTHER_PAPERS = frozenset({"hm_permit", "tw_permit", "passport", "other"})
"""Codes of 证件类型 whose numbers are no resident identity numbers; `documents.excel.agreement` reads by the same."""

MOST_FEN = 10**15
"""Ten million million yuan: more is a slip of the hand, and sums stay within what the database counts."""


def set_values(record: Record, values: Mapping[str, Any], *, today: date) -> None:
    """Check the given fields of a record and that no required one is left blank, then set them.

    Raises UserError naming the first wrong field; the record is then as it was. A state may be given only as it is:
    it is changed by the steps of a workflow.
    """
    fields = type(record).fields()
    given = dict(values)
    if "id_type" in given and "id_number" in fields:
        given.setdefault("id_number", getattr(record, "id_number", None))
    papers = getattr(record, "id_type", None)
    if "id_type" in given:
        papers = checked("id_type", fields["id_type"], given["id_type"], today=today)
    found: dict[str, Any] = {}
    for name, value in given.items():
        facts = fields[name]
        if facts.kind is Kind.ID_NUMBER and papers in OTHER_PAPERS and isinstance(value, str):
            found[name] = resident_id.normal(value) or None
        else:
            found[name] = checked(name, facts, value, today=today)
        if facts.kind is Kind.STATE and found[name] != getattr(record, name):
            raise UserError(f"“{facts.label}”不能直接填写，请按流程办理。", field=name)
    for name, facts in fields.items():
        if facts.required and (found[name] if name in found else getattr(record, name)) in (None, ""):
            raise UserError(f"“{facts.label}”还没有填写。", field=name)
    for name, value in found.items():
        setattr(record, name, value)


def checked(name: str, facts: Field, value: Any, *, today: date) -> Any:
    """The value as it is to be kept, or UserError(field=name) with what is wrong and what to write."""
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "":
        return None
    check: Callable[[Field, Any, date], Any] = _CHECKS.get(facts.kind, _text)
    try:
        found = check(facts, value, today)
        if facts.past and str(found) > today.isoformat():
            raise ValueError(f"不能晚于今天：{found} 还没有到，请核对。")
        return found
    except ValueError as fault:
        raise UserError(f"“{facts.label}”{fault}", field=name) from fault


def _text(facts: Field, value: Any, _today: date) -> str | None:
    """Text in the one form that imports read too, so that what goes out in Excel comes back unchanged."""
    text = str(value).encode("utf-16", "ignore").decode("utf-16").lstrip(_LEADING)
    if facts.kind is not Kind.NOTE:
        return tidy(text).lstrip(_LEADING) or None
    return "\n".join(filter(None, map(tidy, text.splitlines()))) or None


_LEADING = " '`"


def _choice(facts: Field, value: Any, _today: date) -> Any:
    assert facts.choices is not None
    labels = facts.choices.labels()
    if str(value) in labels:
        return facts.choices(str(value)) if isinstance(facts.choices, type) else str(value)
    by_label = {label: code for code, label in labels.items()}
    if value in by_label:
        return _choice(facts, by_label[value], _today)
    raise ValueError(f"没有“{value}”这一项，可填：{'、'.join(list(labels.values())[:12])}。")


def _date(_facts: Field, value: Any, _today: date) -> date:
    found = _read_date(value)
    if len(found) != 10:
        raise ValueError(f"里的“{value}”不是完整的日期，请写成 2026-09-01。")
    return date.fromisoformat(found)


def _partial(_facts: Field, value: Any, _today: date) -> str:
    return _read_date(value)


def _read_date(value: Any) -> str:
    found = dates.read(value)
    if found.iso is None:
        raise ValueError(f"不对：{found.problem or '写成 2026-09-01，只知道年月时写 2026-09。'}")
    return found.iso


def _money(_facts: Field, value: Any, _today: date) -> int:
    try:
        fen = value if isinstance(value, int) and not isinstance(value, bool) else parse_yuan(str(value))
    except ValueError:
        raise ValueError(f"里的“{value}”不是金额，请写成 120.50。") from None
    if abs(fen) > MOST_FEN:
        raise ValueError(f"里的“{yuan(fen)}”超出了金额的范围，请核对。")
    return fen


def _integer(_facts: Field, value: Any, _today: date) -> int:
    text = str(value)
    if not re.fullmatch(r"[+-]?\d{1,9}", text):
        raise ValueError(f"里的“{text[:30]}”不是整数，或太大。")
    return int(text)


def _flag(_facts: Field, value: Any, _today: date) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("是", "否"):
        return bool(value == "是")
    raise ValueError(f"里的“{value}”应当是“是”或“否”。")


def _phone(_facts: Field, value: Any, _today: date) -> str:
    found = phone(str(value))
    if not is_phone(found):
        raise ValueError(f"里的“{value}”不是电话号码，手机号是 11 位，座机可写区号和分机。")
    return found


def _id_number(_facts: Field, value: Any, today: date) -> str:
    verdict = resident_id.check(str(value), today=today)
    if verdict.problem:
        raise ValueError(f"不对：{verdict.problem}")
    return verdict.number


_CHECKS: dict[Kind, Callable[[Field, Any, date], Any]] = {
    Kind.CHOICE: _choice,
    Kind.STATE: _choice,
    Kind.DATE: _date,
    Kind.PARTIAL_DATE: _partial,
    Kind.MONEY: _money,
    Kind.INTEGER: _integer,
    Kind.FLAG: _flag,
    Kind.PHONE: _phone,
    Kind.ID_NUMBER: _id_number,
}
