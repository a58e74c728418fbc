"""What forms are filled with, read for many records at once, and what was last typed into them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from unionoffice.models.form_memory import FormMemory
from unionoffice.models.household import FamilyMember
from unionoffice.models.member import Member, MembershipEvent, MembershipState
from unionoffice.models.welfare import Line
from unionoffice.store.change_log import decode, encode
from unionoffice.store.queries import members as member_queries

_AT_ONCE = 5000
"""Values in one IN: SQLite takes 32,766."""


def members(session: Session, ids: Collection[str]) -> dict[str, Member]:
    """Members by id, as far as whoever asks is in charge of them."""
    return {found.id: found for found in _by(session, select(Member), Member.id, ids)}


def named(session: Session, fields: Sequence[str], names: Collection[str]) -> Iterator[Any]:
    """Everybody of whom one of these fields is one of these names, whoever is in charge: the id, then the fields.

    Names are in capitals and without blanks, as they are compared.
    """
    columns = [getattr(Member, field) for field in fields]
    wanted = sorted(set(names))
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        meant = or_(*(func.upper(func.replace(column, " ", "")).in_(some) for column in columns))
        yield from session.execute(select(Member.id, *columns).where(meant), execution_options={"of_everybody": True})


def members_in(session: Session, units: Collection[str]) -> list[Member]:
    """Everybody in standing, 保留会籍 too, who is entered under one of these units, in order of entry."""
    standing = (MembershipState.ACTIVE, MembershipState.RETAINED)
    statement = select(Member).where(
        Member.archived.is_(False), Member.membership_state.in_(standing), Member.unit_id.in_(sorted(units))
    )
    return list(session.scalars(statement.order_by(Member.id)))


def families(session: Session, households: Collection[str]) -> dict[str, list[FamilyMember]]:
    """Relatives by household, in order of entry."""
    statement = select(FamilyMember).where(FamilyMember.archived.is_(False)).order_by(FamilyMember.id)
    found: dict[str, list[FamilyMember]] = {}
    for relative in _by(session, statement, FamilyMember.household_id, households):
        found.setdefault(relative.household_id, []).append(relative)
    return found


def events(session: Session, member_ids: Collection[str]) -> dict[str, list[MembershipEvent]]:
    """What happened to memberships after the first joining, oldest first, by member."""
    statement = (
        select(MembershipEvent)
        .where(MembershipEvent.archived.is_(False))
        .order_by(MembershipEvent.on_date, MembershipEvent.id)
    )
    found: dict[str, list[MembershipEvent]] = {}
    for event in _by(session, statement, MembershipEvent.member_id, member_ids):
        found.setdefault(event.member_id, []).append(event)
    return found


def shares(session: Session, member_ids: Collection[str]) -> dict[str, list[Any]]:
    """The shares of approved batches as the member's card has them, by member."""
    statement = member_queries.shares().add_columns(Line.member_id)
    found: dict[str, list[Any]] = {}
    ids = sorted(set(member_ids))
    for start in range(0, len(ids), _AT_ONCE):
        for *share, member_id in session.execute(statement.where(Line.member_id.in_(ids[start : start + _AT_ONCE]))):
            found.setdefault(member_id, []).append(share)
    return found


def happened(session: Session, units: Collection[str], first: str, last: str) -> list[tuple[str, str, Any, Member]]:
    """(date, event id, event or None for a first joining, member) from one day to another, oldest first.

    Of people who are entered under one of these units today.
    """
    within = Member.unit_id.in_(sorted(units))
    joined = select(Member).where(
        within, Member.archived.is_(False), Member.enrolled.is_(True), _between(Member.joined_on, first, last)
    )
    found: list[tuple[str, str, Any, Member]] = [
        (member.joined_on or "", "", None, member) for member in session.scalars(joined)
    ]
    later = (
        select(MembershipEvent, Member)
        .join(Member, Member.id == MembershipEvent.member_id)
        .where(within, MembershipEvent.archived.is_(False), _between(MembershipEvent.on_date, first, last))
    )
    found += [(event.on_date, event.id, event, member) for event, member in session.execute(later)]
    return sorted(found, key=lambda each: (each[0], each[1], each[3].id))


def units_of_everyone(session: Session, units: Collection[str]) -> dict[str, str]:
    """The unit by member of everybody, in or out of the union, who is entered under one of these units."""
    statement = select(Member.id, Member.unit_id).where(Member.archived.is_(False), Member.unit_id.in_(sorted(units)))
    return {member_id: unit_id or "" for member_id, unit_id in session.execute(statement)}


def recall(session: Session, user_id: str, form: str) -> dict[str, str]:
    """What a user typed last for a form."""
    found = session.get(FormMemory, (user_id, form))
    return dict(decode(found.typed)) if found is not None else {}


def remember(session: Session, user_id: str, form: str, typed: dict[str, str], at: datetime) -> None:
    """Keep what a user typed for a form in the place of what he typed before; nothing typed forgets it."""
    if typed:
        session.merge(FormMemory(user_id=user_id, form=form, typed=encode(typed).decode(), kept_at=at))
    else:
        session.execute(delete(FormMemory).where(FormMemory.user_id == user_id, FormMemory.form == form))


def forget_before(session: Session, at: datetime) -> None:
    """Forget everybody's that nobody printed since."""
    session.execute(delete(FormMemory).where(FormMemory.kept_at < at))


def forget_about(session: Session, words: Sequence[str], record_id: str = "") -> None:
    """Forget what anybody typed about somebody whose data is erased, or that names him."""
    if record_id:
        session.execute(delete(FormMemory).where(FormMemory.form.endswith(f"/{record_id}", autoescape=True)))
    for kept in session.scalars(select(FormMemory)).all() if words else ():
        if any(word in text for text in decode(kept.typed).values() for word in words):
            session.delete(kept)


def _between(column: Any, first: str, last: str) -> ColumnElement[bool]:
    """A partial date within two whole ones; a year or month counts from its first day, and as text it sorts there."""
    lower = first.removesuffix("-01").removesuffix("-01")
    return and_(column >= lower, column <= last)


def _by(session: Session, statement: Any, column: Any, values: Collection[str]) -> Iterator[Any]:
    wanted = sorted(set(values))
    for start in range(0, len(wanted), _AT_ONCE):
        yield from session.scalars(statement.where(column.in_(wanted[start : start + _AT_ONCE])))
