"""The access log and the seals: adding a line, and what was logged, by record, day, kind and person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from unionoffice.models.access_entry import AccessEntry, AccessKind
from unionoffice.models.change_entry import OperationEntry
from unionoffice.models.seal import Seal
from unionoffice.store import chain, listed
from unionoffice.store.scope import closed_types


@dataclass(frozen=True, slots=True)
class AccessQuery:
    """Which lines of the access log: a day or the first and last of several, kinds, and a person's name."""

    first: date | None = None
    last: date | None = None
    kinds: tuple[str, ...] = ()
    actor: str | None = None


def add(
    session: Session, at: datetime, values: Mapping[str, Any], listed_ids: Mapping[str, Collection[str]] | None = None
) -> int:
    """Add a line; `values` by column as stored, `listed_ids` of the records on a list by type. Returns its number."""
    row = {"at": chain.moment(at), "listed": listed.packed(session, listed_ids or {}), **values}
    columns = chain.ACCESS_COLUMNS
    return chain.append(session, chain.ACCESSES, columns, [row.get(name) for name in columns[1:]])[0]


def of_record(session: Session, record_type: str, record_id: str) -> Sequence[AccessEntry]:
    """Lines about one record and about lists it stood on, newest first.

    That somebody stood on a list of a closed tier is told to nobody who may not see it.
    """
    alone = (AccessEntry.record_id == record_id) & (AccessEntry.record_type == record_type)
    on_lists = AccessEntry.seq.in_(listed.lines_with(session, record_type, record_id))
    statement = select(AccessEntry).where(alone | on_lists, open_to(session))
    return session.scalars(statement.order_by(AccessEntry.seq.desc())).all()


def open_to(session: Session) -> ColumnElement[bool]:
    """Lines about what is not closed to whom the session belongs to."""
    return AccessEntry.record_type.is_(None) | AccessEntry.record_type.not_in(closed_types(session))


def page(session: Session, query: AccessQuery, *, offset: int, limit: int) -> Sequence[AccessEntry]:
    """One page of lines, newest first."""
    statement = select(AccessEntry).where(*_conditions(query)).order_by(AccessEntry.seq.desc())
    return session.scalars(statement.offset(offset).limit(limit)).all()


def count(session: Session, query: AccessQuery) -> int:
    """How many lines `page` has in all."""
    return session.execute(select(func.count()).select_from(AccessEntry).where(*_conditions(query))).scalar_one()


def _conditions(query: AccessQuery) -> list[Any]:
    found: list[Any] = []
    if query.first is not None:
        found.append(AccessEntry.at >= datetime.combine(query.first, time.min))
    if query.last is not None:
        found.append(AccessEntry.at < datetime.combine(query.last + timedelta(days=1), time.min))
    if query.kinds:
        found.append(AccessEntry.kind.in_(query.kinds))
    if query.actor is not None:
        found.append(AccessEntry.actor == query.actor)
    return found


def ends(session: Session, day: date) -> tuple[int, int]:
    """Numbers of the newest operation and of the newest access until the end of a day, everybody's; 0 for none."""
    until = datetime.combine(day + timedelta(days=1), time.min)
    operation = session.execute(select(func.max(OperationEntry.id)).where(OperationEntry.at < until)).scalar_one()
    access = session.execute(select(func.max(AccessEntry.seq)).where(AccessEntry.at < until)).scalar_one()
    return operation or 0, access or 0


def accesses_after(session: Session, seq: int, *, until: int, without: str) -> int:
    """How many accesses lie behind one, up to another, without logins and those of one record type."""
    statement = text(
        "SELECT count(*) FROM access_entry WHERE seq > :seq AND seq <= :until"
        " AND (record_type IS NULL OR record_type <> :without) AND kind NOT IN (:login, :failed)"
    )
    kinds = {"login": AccessKind.LOGIN.value, "failed": AccessKind.LOGIN_FAILED.value}
    return int(session.execute(statement, {"seq": seq, "until": until, "without": without, **kinds}).scalar_one())


def add_seal(session: Session, values: Mapping[str, Any]) -> int:
    """Add a seal; `values` by column as stored. Returns its number."""
    columns = chain.SEAL_COLUMNS
    return chain.append(session, chain.SEALS, columns, [values[name] for name in columns[1:]])[0]


def seals(session: Session, until: int | None = None) -> Sequence[Seal]:
    """All seals or those up to a number, oldest first."""
    statement = select(Seal).order_by(Seal.number)
    return session.scalars(statement if until is None else statement.where(Seal.number <= until)).all()


def sealed_places(session: Session) -> tuple[set[int], set[int]]:
    """The operations and the accesses up to which there is a seal."""
    rows = session.execute(select(Seal.operation_id, Seal.access_seq)).all()
    return {row[0] for row in rows}, {row[1] for row in rows}
