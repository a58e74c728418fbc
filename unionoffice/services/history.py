"""The history of one record as sentences (F91): who changed what, from what to what, when and why.

Numbers of papers and phones, addresses and the like are masked unless somebody asks for them in full, which is logged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from unionoffice.kernel.identity import Actor
from unionoffice.kernel.text import mask_numbers
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.base import Record
from unionoffice.models.change_entry import OperationEntry
from unionoffice.models.fields import Kind
from unionoffice.models.permission import permit
from unionoffice.models.tier import UNSEEN
from unionoffice.services.access_log import Access, AccessLog
from unionoffice.store import change_log
from unionoffice.store.queries import records
from unionoffice.store.scope import unseen_fields
from unionoffice.store.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One operation's mark on a record."""

    at: datetime
    actor: str
    action: str  # what the user did, e.g. 修改, 审批
    sentences: tuple[str, ...]
    reason: str | None

    def told(self) -> tuple[str, ...]:
        """Each sentence with when, who, what and why, to stand alone:

        2026-09-10 09:30，林晓导入（来自 花名册.xlsx），手机号码：“138****0000”改为“139****0000”。
        """
        return tuple(f"{_head(self.at, self.actor, self.action, self.reason)}，{each}。" for each in self.sentences)


def history(
    store: Store,
    model: type[Record],
    record_id: str,
    names: dict[str, str] | None = None,
    *,
    in_full: bool = False,
) -> list[HistoryItem]:
    """Newest first. `names` gives the label of ids in reference fields, where the caller knows them.

    Values are masked unless `in_full`; for a person who asks, see `history_in_full`.
    """
    with store.reading() as session:
        if session.get(model, record_id) is None:
            return []  # of another branch
        rows = _entries(session, record_id)
    told = _Told(model, names or {}, in_full=in_full, unseen=unseen_fields(store.viewer, model))
    return [
        HistoryItem(
            operation.at,
            operation.actor,
            operation.label,
            tuple(told.sentences(action, changes)),
            operation.reason if in_full or not operation.reason else mask_numbers(operation.reason),
        )
        for action, changes, operation in rows
    ]


def history_in_full(
    store: Store,
    access: AccessLog,
    actor: Actor,
    model: type[Record],
    record_id: str,
    names: dict[str, str] | None = None,
    *,
    purpose: str = "",
) -> list[HistoryItem]:
    """As `history`, nothing masked; that it was asked for is in the access log first.

    Refused to whose roles may not see such values.
    """
    permit(actor, "reveal:history")
    labels = [facts.label for facts in model.fields().values() if facts.masks]
    entry = Access(AccessKind.VIEW, f"{model.title}的历史", (model, record_id), labels, 1, purpose=purpose)
    access.note(entry, actor=actor)
    return history(store, model, record_id, names, in_full=True)


def field_history(
    store: Store,
    model: type[Record],
    record_id: str,
    name: str,
    names: dict[str, str] | None = None,
    *,
    in_full: bool = False,
) -> list[str]:
    """What one field was since the record is there, newest first, as sentences that stand alone."""
    with store.reading() as session:
        rows = _entries(session, record_id)
    told = _Told(model, names or {}, in_full=in_full, unseen=unseen_fields(store.viewer, model))
    found = []
    for action, changes, operation in rows:
        if name in changes:
            reason = operation.reason if in_full else mask_numbers(operation.reason or "")
            head = _head(operation.at, operation.actor, operation.label, reason)
            sentence = told.first(name, changes[name]) if action == "create" else told.change(name, *changes[name])
            found.append(f"{head}，{sentence}。")
    return found


def _entries(session: Session, record_id: str) -> list[tuple[str, dict[str, Any], OperationEntry]]:
    """(action, changes, operation) of one record, newest first."""
    return [
        (entry.action, change_log.read(session, entry.changes), operation)
        for entry, operation in records.history(session, record_id)
    ]


def _head(at: datetime, actor: str, action: str, reason: str | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}，{actor}{action}" + (f"（{reason}）" if reason else "")


class _Told:
    """Changes of one record type in the office's words."""

    def __init__(
        self, model: type[Record], names: dict[str, str], *, in_full: bool, unseen: frozenset[str] = frozenset()
    ) -> None:
        self._fields = model.fields()
        self._names = names
        self._in_full = in_full
        self._unseen = unseen

    def sentences(self, action: str, changes: dict[str, Any]) -> list[str]:
        """A sentence for each field that a user knows."""
        if action == "erase":
            return ["去标识，此前的内容已销毁"]
        if not changes:
            return ["内容已销毁"]
        if action == "create":
            return ["登记"]
        return [self.change(name, old, new) for name, (old, new) in changes.items() if self._known(name)]

    def first(self, name: str, value: Any) -> str:
        """What a field was when the record was made."""
        return f"{self._fields[name].label}：登记为“{self._shown(name, value)}”"

    def change(self, name: str, old: Any, new: Any) -> str:
        """From what to what; a difference that only masked characters make is said to be one."""
        label, before, after = self._fields[name].label, self._shown(name, old), self._shown(name, new)
        if name in self._unseen:
            return f"{label}：改过{UNSEEN}"
        if not before:
            return f"{label}：填写“{after}”"
        if not after:
            return f"{label}：“{before}”改为空"
        hidden = "（不同之处已隐去）" if before == after else ""
        return f"{label}：“{before}”改为“{after}”{hidden}"

    def _known(self, name: str) -> bool:
        facts = self._fields.get(name)
        return facts is not None and not (facts.internal and facts.kind is Kind.REFERENCE)  # an id nobody has seen

    def _shown(self, name: str, value: Any) -> str:
        """A logged value as an office reads it; a time of day to the minute."""
        facts = self._fields[name]
        if name in self._unseen:
            return UNSEEN
        if (known := self._names.get(str(value))) is not None:
            return known
        text = facts.text(value) if self._in_full else facts.masked(value)
        return text[:_TO_THE_MINUTE] if facts.kind is Kind.DATE else text


_TO_THE_MINUTE = len("2026-09-01 09:30")
