"""Who may what in an office, carried over when an old backup takes its place: a backup brings back records, not rights.

Whoever was limited, closed or given a tier since the backup stays so (F90, F98).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from unionoffice.kernel.clock import Clock
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.base import Record
from unionoffice.models.user import Deputy, User
from unionoffice.services.opening import actor_of
from unionoffice.store.unit_of_work import Store, UnitOfWork

_KEPT: Sequence[type[Record]] = (User, Deputy)


@dataclass(frozen=True, slots=True)
class Rights:
    """Users and deputies of an office, their columns by id for each record type."""

    rows: dict[type[Record], dict[str, dict[str, Any]]]


def _rights_in(store: Store) -> Rights:
    """The rights that hold in an open office."""
    with store.reading() as session:
        return Rights(
            {model: {record.id: _columns(record) for record in session.scalars(select(model))} for model in _KEPT}
        )


def rights_now(office: Path, clock: Clock, key: bytes, user_id: str) -> tuple[Rights, Actor] | None:
    """The rights in an office that nobody has open, and who somebody is by them; None when it cannot tell any more.

    Raises Refused for somebody who is closed.
    """
    try:
        store = Store(office, clock, key=key, reading=True)
    except (UserError, OSError):
        return None
    try:
        return _rights_in(store), actor_of(store, user_id)[0]
    finally:
        store.close()


def put_in_force(uow: UnitOfWork, rights: Rights) -> None:
    """Let these rights hold, and nobody have any who is not among them."""
    for model, rows in rights.rows.items():
        for record_id, columns in rows.items():
            record = uow.session.get(model, record_id)
            if record is None:
                uow.add(model(id=record_id, **columns))
                continue
            for name, value in columns.items():
                if getattr(record, name) != value:
                    setattr(record, name, value)
    for model, rows in rights.rows.items():
        for record in uow.session.scalars(select(model)).all():
            if record.id not in rows:
                record.archived = True


def _columns(record: Record) -> dict[str, Any]:
    names = (column.key for column in type(record).__mapper__.column_attrs)
    return {name: getattr(record, name) for name in names if name not in ("id", "version")}
