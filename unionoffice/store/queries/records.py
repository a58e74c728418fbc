"""Questions that make sense for every record type: a filtered, sorted page of rows, their number, one history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import InstrumentedAttribute

from unionoffice.models.base import Record
from unionoffice.models.change_entry import ChangeEntry, OperationEntry
from unionoffice.models.search import search_variants


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list shows: words looked for, accepted codes by field, and the order."""

    text: str = ""
    accepted: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str | None = None
    descending: bool = False
    archived: bool = False


def conditions(
    model: type[Record], query: ListQuery, search: Sequence[InstrumentedAttribute[Any]]
) -> list[ColumnElement[bool]]:
    """The WHERE of a list; every word typed must occur in one of the `search` columns."""
    found: list[ColumnElement[bool]] = [model.archived.is_(query.archived)]
    for words in search_variants(query.text):
        found.append(or_(*(func.instr(func.upper(column), word) > 0 for column in search for word in words)))
    for name, codes in query.accepted.items():
        found.append(getattr(model, name).in_(codes))
    return found


def page(
    session: Session,
    model: type[Record],
    columns: Sequence[str],
    where: Sequence[ColumnElement[bool]],
    *,
    sort: str | None,
    descending: bool,
    offset: int,
    limit: int,
) -> Sequence[Any]:
    """Rows of (id, *columns) in order; unsorted lists keep the order of entry."""
    statement: Select[Any] = select(model.id, *(getattr(model, name) for name in columns)).where(*where)
    key = getattr(model, sort) if sort else model.id
    statement = statement.order_by(key.desc() if descending else key, model.id).offset(offset).limit(limit)
    return session.execute(statement).all()


def count(session: Session, model: type[Record], where: Sequence[ColumnElement[bool]]) -> int:
    """How many records a list has."""
    return session.execute(select(func.count()).select_from(model).where(*where)).scalar_one()


def members_of(session: Session, model: type[Record], ids: Collection[str]) -> set[str]:
    """The members whose records these are; empty for a type that belongs to nobody."""
    if "member_id" not in model.fields():
        return set()
    whose = model.__mapper__.attrs["member_id"].class_attribute
    wanted = set(ids)
    rows = session.execute(select(model.id, whose).where(whose.is_not(None)))
    return {member_id for record_id, member_id in rows if record_id in wanted}


def history(session: Session, record_id: str) -> Sequence[Any]:
    """(ChangeEntry, OperationEntry) of one record, newest first."""
    return session.execute(
        select(ChangeEntry, OperationEntry)
        .join(OperationEntry, OperationEntry.id == ChangeEntry.operation_id)
        .where(ChangeEntry.record_id == record_id)
        .order_by(ChangeEntry.seq.desc())
    ).all()


def by_value(session: Session, model: type[Record], name: str) -> dict[Any, list[Any]]:
    """Records for changing by the value of one field, in order of entry."""
    found: dict[Any, list[Any]] = {}
    for record in session.scalars(select(model).where(model.archived.is_(False)).order_by(model.id)):
        found.setdefault(getattr(record, name), []).append(record)
    return found
