"""Everything the office keeps of one member, whatever record type holds it, and how often it was looked at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from unionoffice.models.access_entry import AccessEntry
from unionoffice.models.base import Record, record_types
from unionoffice.models.change_entry import ChangeEntry
from unionoffice.models.household import FamilyMember
from unionoffice.models.member import Member
from unionoffice.models.welfare import Line
from unionoffice.store.listed import lines_with
from unionoffice.store.queries.access import open_to


def of_member(
    session: Session, member_id: str, *, everything: bool = False
) -> list[tuple[type[Record], Sequence[Record]]]:
    """Records of every type that names a member in `member_id`, in order of entry, those put away too.

    With `everything` also what is closed to whom the session belongs to: to be destroyed, not to be shown.
    """
    found: list[tuple[type[Record], Sequence[Record]]] = []
    for model in record_types().values():
        if "member_id" in model.fields():
            attribute = model.__mapper__.attrs["member_id"].class_attribute
            statement = select(model).where(attribute == member_id).order_by(model.id)
            records = session.scalars(statement.execution_options(of_everybody=everything)).all()
            if records:
                found.append((model, records))
    return found


def relatives(session: Session, household_id: str | None) -> Sequence[FamilyMember]:
    """The family of a household, those put away too."""
    if household_id is None:
        return []
    statement = select(FamilyMember).where(FamilyMember.household_id == household_id)
    return session.scalars(statement.order_by(FamilyMember.id)).all()


def names_of(session: Session, ids: Collection[str]) -> dict[str, str]:
    """What records are called that others name by id: units, batches and the like."""
    found: dict[str, str] = {}
    for model in record_types().values():
        if "name" in model.fields() and (wanted := [each for each in ids if each not in found]):
            name = model.__mapper__.attrs["name"].class_attribute
            found.update(session.execute(select(model.id, name).where(model.id.in_(wanted))).all())
    return found


def changes(session: Session, ids: Collection[str]) -> int:
    """How many lines of the change log are about these records."""
    statement = select(func.count()).select_from(ChangeEntry).where(ChangeEntry.record_id.in_(ids))
    return session.execute(statement).scalar_one()


def accesses(session: Session, member_id: str) -> list[tuple[str, str, int, datetime]]:
    """(kind, what, times, last) of accesses to himself and to lists with him, most frequent first."""
    batches = select(Line.batch_id).where(Line.member_id == member_id)
    before = AccessEntry.record_id.in_(batches) & AccessEntry.listed.is_(None)  # lists did not say who was on them
    on_lists = AccessEntry.seq.in_(lines_with(session, Member.type_name, member_id))
    return _grouped(session, ((AccessEntry.record_id == member_id) | before | on_lists) & open_to(session))


def lists(session: Session, record_type: str) -> list[tuple[str, str, int, datetime]]:
    """The same for whole lists of a record type, of which nobody kept whether he was on them."""
    unknown = AccessEntry.record_id.is_(None) & AccessEntry.listed.is_(None)
    return _grouped(session, unknown & (AccessEntry.record_type == record_type))


def _grouped(session: Session, condition: ColumnElement[bool]) -> list[tuple[str, str, int, datetime]]:
    times = func.count()
    rows = session.execute(
        select(AccessEntry.kind, AccessEntry.what, times, func.max(AccessEntry.at))
        .where(condition)
        .group_by(AccessEntry.kind, AccessEntry.what)
        .order_by(times.desc(), AccessEntry.what)
    )
    return [(kind, what, number, last) for kind, what, number, last in rows]
