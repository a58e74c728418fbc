"""What is half typed: working data of one user, and nothing of it in any log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from unionoffice.models.base import Record
from unionoffice.models.change_entry import ChangeEntry, OperationEntry
from unionoffice.models.draft import Draft, Place
from unionoffice.store.change_log import decode


def put(session: Session, user_id: str, place: Place, *, version: int, typed: str, at: datetime) -> None:
    """Keep a draft in the place of the one kept there before."""
    key = {"user_id": user_id, "form": place.form, "record_id": place.record_id, "parent_id": place.parent_id}
    session.merge(Draft(**key, version=version, typed=typed, kept_at=at))


def get(session: Session, user_id: str, place: Place) -> Draft | None:
    """One user's draft of one form."""
    return session.get(Draft, (user_id, place.form, place.record_id, place.parent_id))


def drop(session: Session, user_id: str, place: Place) -> None:
    """Forget one user's draft of one form."""
    session.execute(
        delete(Draft).where(
            Draft.user_id == user_id,
            Draft.form == place.form,
            Draft.record_id == place.record_id,
            Draft.parent_id == place.parent_id,
        )
    )


def of_user(session: Session, user_id: str) -> Sequence[Draft]:
    """Everything one user has half typed, newest first."""
    return session.scalars(select(Draft).where(Draft.user_id == user_id).order_by(Draft.kept_at.desc())).all()


def any_before(session: Session, day: datetime) -> bool:
    """Whether anybody has a draft that nobody touched since a day."""
    return session.execute(select(Draft.form).where(Draft.kept_at < day).limit(1)).first() is not None


def drop_before(session: Session, day: datetime) -> None:
    """Forget everybody's drafts that nobody touched since a day."""
    session.execute(delete(Draft).where(Draft.kept_at < day))


def drop_about(session: Session, record_id: str, words: Sequence[str]) -> None:
    """Forget everybody's drafts of a record that is erased, of what is entered under it, and those that name it."""
    session.execute(delete(Draft).where(or_(Draft.record_id == record_id, Draft.parent_id == record_id)))
    everybodys = select(Draft).execution_options(of_everybody=True)
    for draft in session.scalars(everybodys).all() if words else ():
        if any(word in text for text in _texts(decode(draft.typed)) for word in words):
            session.delete(draft)


def standing(session: Session, model: type[Record], record_id: str) -> Any:
    """`version` and `archived` of a record, whoever is in charge of it; None when there is none."""
    table = model.__table__.c
    question = select(table.version, table.archived).where(table.id == record_id)
    return session.execute(question, execution_options={"of_everybody": True}).one_or_none()


def changes_since(
    session: Session, record_type: str, record_id: str, version: int
) -> list[tuple[ChangeEntry, OperationEntry]]:
    """What was done to a record after a version of it, oldest first."""
    rows = session.execute(
        select(ChangeEntry, OperationEntry)
        .join(OperationEntry, OperationEntry.id == ChangeEntry.operation_id)
        .where(
            ChangeEntry.record_type == record_type, ChangeEntry.record_id == record_id, ChangeEntry.version > version
        )
        .order_by(ChangeEntry.seq)
    )
    return [(entry, operation) for entry, operation in rows]


def _texts(typed: Any) -> list[str]:
    """Every text in what was typed, however deep."""
    if isinstance(typed, str):
        return [typed]
    parts = typed.values() if isinstance(typed, dict) else typed if isinstance(typed, list) else ()
    return [text for part in parts for text in _texts(part)]
