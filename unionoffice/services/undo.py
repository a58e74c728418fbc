"""Undoing a whole action (F106): an import, a merge, a branch move, in one step while nothing later depends on it.

What the action created is put away, what it changed gets its former values; both as an operation of its own, so that
nothing disappears from the log. Approvals, money handed out, users, keys and settings have their own ways back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Refused
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Progress, Silent, step
from unionoffice.models.change_entry import OperationEntry
from unionoffice.models.everything import record_types
from unionoffice.models.permission import permit
from unionoffice.services.undo_obstacles import former_values, obstacles
from unionoffice.store.change_log import loaded
from unionoffice.store.queries import undo as queries
from unionoffice.store.unit_of_work import Store, UnitOfWork

UNDOABLE = (
    "member:import",
    "member:transfer",
    "member:number",
    "member:save",
    "member:create",
    "family:*",
    "unit:*",
    "batch:create",
    "batch:save",
    "batch:decide",
    "batch:undecide",
    "programme:save",
    "*:import",
)
"""Names of operations that are undone as a whole."""

_PART = 500


@dataclass(frozen=True, slots=True)
class Action:
    """One thing somebody did, as the list shows it; `undoable` is whether it is of a kind that can be undone."""

    id: int
    at: datetime
    actor: str
    label: str
    reason: str | None
    undoable: bool
    undone: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What undoing would do: how many records it would put away and give their former values, by title."""

    puts_away: dict[str, int]
    restores: dict[str, int]
    obstacles: tuple[str, ...]


class Undo:
    """The actions of one office, and the way back from each."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._models = record_types()

    def actions(self, limit: int = 200, *, of: str | None = None) -> list[Action]:
        """What was done last, newest first, by everybody or by one person."""
        with self._store.reading() as session:
            found = queries.operations(session, limit, of)
            undone = queries.undone(session, [entry.id for entry in found])
        return [
            Action(
                entry.id, entry.at, entry.actor, entry.label, entry.reason, _undoable(entry.name), entry.id in undone
            )
            for entry in found
        ]

    def effect(self, operation_id: int) -> Effect:
        """What undoing an action would do, and in sentences what stands in the way."""
        with self._store.reading() as session:
            self._wanted(session, operation_id)
            made, changed = queries.counts(session, operation_id)
            found = tuple(obstacles(session, operation_id, self._models))
        titles = {kind: model.title for kind, model in self._models.items()}
        return Effect(
            {titles[kind]: number for kind, number in made.items()},
            {titles[kind]: number for kind, number in changed.items()},
            found,
        )

    def undo(self, operation_id: int, actor: Actor, progress: Progress | None = None) -> Changes:
        """Undo an action as a whole.

        Raises Refused, listing what depends on it, when anything does, when it was undone before, or when the actor
        could not have done it himself.
        """
        progress = progress or Silent()
        with self._store.reading() as session:
            entry = self._wanted(session, operation_id)
        permit(actor, entry.name)
        reason = f"撤销 {entry.at:%Y-%m-%d %H:%M} {entry.actor}的“{entry.label}”"
        with self._store.operation(f"undo:{operation_id}", "撤销", actor, reason=reason) as uow:
            if found := obstacles(uow.session, operation_id, self._models):
                raise Refused(f"“{entry.label}”不能整体撤销，后来的登记还用着它：\n" + "\n".join(found))
            made, changed = queries.counts(uow.session, operation_id)
            total = sum(made.values()) + sum(changed.values())
            done = 0
            for kind, number in made.items():
                step(progress, done, total, f"正在撤销{self._models[kind].title}")
                uow.archive_many(self._models[kind], queries.created(uow.session, operation_id, kind))
                done += number
            self._restore(uow, operation_id, progress, done, total)
        return uow.changes

    def _restore(self, uow: UnitOfWork, operation_id: int, progress: Progress, done: int, total: int) -> None:
        """Give the records that the action changed their former values."""
        former = former_values(uow.session, operation_id)
        rest: Iterator[tuple[tuple[str, str], dict[str, Any]]] = iter(former.items())
        while part := list(islice(rest, _PART)):
            step(progress, done, total, "正在恢复原来的内容")
            for (kind, record_id), values in part:
                model = self._models[kind]
                record = uow.get(model, record_id)
                for name, old in values.items():
                    setattr(record, name, loaded(model, name, old))
            uow.session.flush()
            uow.session.expunge_all()
            done += len(part)

    def _wanted(self, session: Session, operation_id: int) -> OperationEntry:
        entry = queries.operation(session, operation_id)
        if entry is None or not _undoable(entry.name):
            raise Refused("这一步不能整体撤销。")
        if queries.undone(session, [operation_id]):
            raise Refused("这一步已经撤销过了。")
        return entry


def _undoable(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in UNDOABLE)
