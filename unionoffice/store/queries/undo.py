"""Questions about one operation as a whole: what it did, and what came to depend on it since."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from unionoffice.models.base import Record
from unionoffice.models.change_entry import ChangeEntry, OperationEntry
from unionoffice.models.fields import Kind
from unionoffice.models.member import Member, MembershipState
from unionoffice.store.change_log import HEADING


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
    """(record type, id, operation) of later changes to the same records, the first of each."""
    rows = session.execute(
        text(
            "SELECT later.record_type, later.record_id, min(later.operation_id) FROM change_entry AS later"
            " WHERE later.operation_id > :operation AND later.action <> :heading"
            "  AND EXISTS (SELECT 1 FROM change_entry AS mine"
            "  WHERE mine.record_id = later.record_id AND mine.operation_id = :operation)"
            " GROUP BY later.record_type, later.record_id ORDER BY min(later.seq)"
        ),
        {"operation": operation_id, "heading": HEADING},
    )
    return [(record_type, record_id, operation) for record_type, record_id, operation in rows]


def dependents(
    session: Session, model: type[Record], operation_id: int, owner: str = ""
) -> list[tuple[str, str, str, str]]:
    """(field, id, id of what it names, `owner`) of records of one type, not put away, that name what was created.

    Without those that the operation made or changed itself: they go back along with it. What a field of several ids
    names is blank. `owner` is the field that says of what the record is a part.
    """
    touched = "SELECT record_id FROM change_entry WHERE operation_id = :operation"
    mine, blank = f"{touched} AND action = 'create'", "''"
    found: list[tuple[str, str, str, str]] = []
    for name, facts in model.fields().items():
        if name in _LISTS:
            units = f"SELECT 1 FROM ({mine} AND record_type = 'unit') AS unit WHERE instr({name}, unit.record_id) > 0"
            test, named = f"EXISTS ({units})", blank
        elif facts.kind is Kind.REFERENCE:
            test, named = f"{name} IN ({mine})", name
        else:
            continue
        rows = session.execute(
            text(
                f"SELECT id, {named}, {owner or blank} FROM {model.__tablename__} WHERE archived = 0 AND {test}"
                f" AND id NOT IN ({touched}) ORDER BY id"
            ),
            {"operation": operation_id},
        )
        found += [(name, *row) for row in rows]
    return found


def joined_since(session: Session, operation_id: int, household: str) -> list[str]:
    """Members who joined a household after the operation that first formed it; none where it was there before."""
    named = "record_type IN ('member', 'family_member') AND instr(changes, :household) > 0"
    values = {"household": household, "operation": operation_id}
    before = f"SELECT 1 FROM change_entry WHERE operation_id < :operation AND {named} LIMIT 1"
    if session.execute(text(before), values).first() is not None:
        return []
    rows = session.execute(
        text(
            "SELECT id FROM member WHERE household_id = :household AND archived = 0 AND id NOT IN"
            " (SELECT record_id FROM change_entry WHERE operation_id = :operation) ORDER BY id"
        ),
        values,
    )
    return [record_id for (record_id,) in rows]


def last_operation(session: Session, record_id: str) -> OperationEntry | None:
    """What was done last to a record."""
    newest = select(func.max(ChangeEntry.operation_id)).where(ChangeEntry.record_id == record_id)
    number = session.execute(newest).scalar_one()
    return None if number is None else session.get(OperationEntry, number)


def bearing(session: Session, model: type[Record], name: str, values: Collection[Any]) -> dict[str, Any]:
    """Which records of a type, not put away, bear one of these values in a field: the value by id."""
    column, wanted = getattr(model, name), list(values)
    found: dict[str, Any] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        statement = select(model.id, column).where(
            column.in_(wanted[start : start + _AT_ONCE]), model.archived.is_(False)
        )
        found.update(session.execute(statement).all())
    return found


def put_away(session: Session, model: type[Record], ids: Collection[str]) -> set[str]:
    """Which of these records of a type are put away or not there at all."""
    wanted = list(ids)
    here: set[str] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        statement = select(model.id).where(model.id.in_(wanted[start : start + _AT_ONCE]), model.archived.is_(False))
        here.update(session.scalars(statement))
    return set(wanted) - here


_AT_ONCE = 5000
"""Values in one IN: SQLite takes 32,766."""

_LISTS = frozenset(("unit_ids",))
"""Fields that hold several ids parted by commas."""


def operation(session: Session, operation_id: int) -> OperationEntry | None:
    """One operation."""
    return session.get(OperationEntry, operation_id)


def in_standing(session: Session, member_ids: Collection[str]) -> list[str]:
    """Names of those of these members who are in standing, in order of entry."""
    wanted = sorted(member_ids)
    found: list[str] = []
    for start in range(0, len(wanted), _AT_ONCE):
        statement = select(Member.name).where(
            Member.id.in_(wanted[start : start + _AT_ONCE]),
            Member.membership_state == MembershipState.ACTIVE,
            Member.archived.is_(False),
        )
        found += session.scalars(statement.order_by(Member.id))
    return found
