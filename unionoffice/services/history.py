"""The history of one record as sentences (F91): who changed what, from what to what, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from unionoffice.models.base import Record
from unionoffice.models.fields import Field, Kind
from unionoffice.store import change_log
from unionoffice.store.queries import records
from unionoffice.store.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One operation's mark on a record."""

    at: datetime
    actor: str
    action: str  # what the user did, e.g. 修改, 审批
    sentences: tuple[str, ...]
    reason: str | None


def history(
    store: Store, model: type[Record], record_id: str, names: dict[str, str] | None = None
) -> list[HistoryItem]:
    """Newest first. `names` gives the label of ids in reference fields, where the caller knows them."""
    with store.reading() as session:
        rows = records.history(session, record_id)
    return [
        HistoryItem(
            operation.at,
            operation.actor,
            operation.label,
            tuple(_sentences(model, entry.action, change_log.decode(entry.changes), names or {})),
            operation.reason,
        )
        for entry, operation in rows
    ]


def _sentences(model: type[Record], action: str, changes: dict[str, Any], names: dict[str, str]) -> list[str]:
    if action == "create":
        return ["登记"]
    found = []
    for name, (old, new) in changes.items():
        facts = model.fields().get(name)
        if facts is None or (facts.internal and facts.kind is Kind.REFERENCE):
            continue  # an id nobody has seen
        before, after = (names.get(str(value), _text(facts, value)) for value in (old, new))
        if not before:
            found.append(f"{facts.label}：填写“{after}”")
        elif not after:
            found.append(f"{facts.label}：“{before}”改为空")
        else:
            found.append(f"{facts.label}：“{before}”改为“{after}”")
    return found


def _text(facts: Field, value: Any) -> str:
    """A logged value as an office reads it; a time of day to the minute."""
    text = facts.text(value)
    return text[:_TO_THE_MINUTE] if facts.kind is Kind.DATE else text


_TO_THE_MINUTE = len("2026-09-01 09:30")
