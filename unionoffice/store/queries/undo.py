"""Questions about one operation as a whole: what it did, and what came to depend on it since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from unionoffice.models.base import Record
from unionoffice.models.change_entry import ChangeEntry, OperationEntry
from unionoffice.models.fields import Kind
from unionoffice.store.change_log import HEADING

_SHOWN = 20


def operations(session: Session, limit: int, of: str | None) -> list[OperationEntry]:
    """The newest operations, of everybody or of one person."""
    statement = select(OperationEntry).order_by(OperationEntry.id.desc()).limit(limit)
    return list(session.scalars(statement if of is None else statement.where(OperationEntry.actor == of)))


def undone(session: Session, operation_ids: Sequence[int]) -> set[int]:
    """Those that have been undone."""
    names = {f"undo:{number}": number for number in operation_ids}
    found = session.scalars(select(OperationEntry.name).where(OperationEntry.name.in_(names)))
    return {names[name] for name in found}


def counts(session: Session, operation_id: int) -> tuple[dict[str, int], dict[str, int]]:
    """How many records of each type an operation created, and how many that were there before it changed."""
    made = _made(operation_id)
    number = func.count(ChangeEntry.record_id.distinct())
    mine = select(ChangeEntry.record_type, number).where(
        ChangeEntry.operation_id == operation_id, ChangeEntry.action != HEADING
    )
    created = session.execute(mine.where(ChangeEntry.action == "create").group_by(ChangeEntry.record_type))
    changed = session.execute(mine.where(ChangeEntry.record_id.not_in(made)).group_by(ChangeEntry.record_type))
    return dict(created.all()), dict(changed.all())


def _made(operation_id: int) -> Select[Any]:
    return select(ChangeEntry.record_id).where(ChangeEntry.operation_id == operation_id, ChangeEntry.action == "create")


def created(session: Session, operation_id: int, record_type: str) -> list[str]:
    """Ids of the records of one type that an operation created."""
    statement = select(ChangeEntry.record_id).where(
        ChangeEntry.operation_id == operation_id, ChangeEntry.record_type == record_type, ChangeEntry.action == "create"
    )
    return list(session.scalars(statement.order_by(ChangeEntry.seq)))


def updates(session: Session, operation_id: int) -> Iterator[Any]:
    """(record type, id, changes) of what an operation changed in records that were there before, oldest first."""
    return iter(
        session.execute(
            select(ChangeEntry.record_type, ChangeEntry.record_id, ChangeEntry.changes)
            .where(
                ChangeEntry.operation_id == operation_id,
                ChangeEntry.action != HEADING,
                ChangeEntry.record_id.not_in(_made(operation_id)),
            )
            .order_by(ChangeEntry.seq)
        ).all()
    )


def later_changes(session: Session, operation_id: int) -> list[tuple[str, str, int]]:
    """(record type, id, operation) of later changes to the same records, the first of them."""
    rows = session.execute(
        text(
            "SELECT later.record_type, later.record_id, min(later.operation_id) FROM change_entry AS later"
            " WHERE later.operation_id > :operation AND later.action <> :heading"
            "  AND EXISTS (SELECT 1 FROM change_entry AS mine"
            "  WHERE mine.record_id = later.record_id AND mine.operation_id = :operation)"
            " GROUP BY later.record_type, later.record_id ORDER BY min(later.seq) LIMIT :limit"
        ),
        {"operation": operation_id, "heading": HEADING, "limit": _SHOWN},
    )
    return [(record_type, record_id, operation) for record_type, record_id, operation in rows]


def dependents(session: Session, model: type[Record], operation_id: int) -> list[str]:
    """Ids of records of one type, not put away, that name a record which the operation created, but were not created
    by it themselves; the first of them."""
    mine = "SELECT record_id FROM change_entry WHERE operation_id = :operation AND action = 'create'"
    names = [name for name, facts in model.fields().items() if facts.kind is Kind.REFERENCE or name in _LISTS]
    if not names:
        return []
    tests = " OR ".join(
        f"EXISTS (SELECT 1 FROM ({mine} AND record_type = 'unit') AS unit WHERE instr({name}, unit.record_id) > 0)"
        if name in _LISTS
        else f"{name} IN ({mine})"
        for name in names
    )
    rows = session.execute(
        text(
            f"SELECT id FROM {model.__tablename__} WHERE archived = 0 AND id NOT IN ({mine}) AND ({tests})"
            " ORDER BY id LIMIT :limit"
        ),
        {"operation": operation_id, "limit": _SHOWN},
    )
    return list(rows.scalars())


_LISTS = frozenset(("unit_ids",))
"""Fields that hold several ids parted by commas."""


def operation(session: Session, operation_id: int) -> OperationEntry | None:
    """One operation."""
    return session.get(OperationEntry, operation_id)
