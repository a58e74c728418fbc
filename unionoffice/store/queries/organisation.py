"""Questions about the union tree."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from unionoffice.models.member import Member, MembershipState
from unionoffice.models.organisation import Node, Officer, Term, Unit, UnitChange, tree


def nodes(session: Session, on: date | None = None) -> list[Node]:
    """The tree in reading order, as of `on` or today."""
    changes = all_changes(session) if on is not None else ()
    return tree(units(session), changes, on)


def units(session: Session) -> list[Unit]:
    """Every unit, closed ones too."""
    return list(session.scalars(select(Unit).where(Unit.archived.is_(False))))


def descendants(session: Session, unit_ids: tuple[str, ...]) -> set[str]:
    """The given units and everything below them."""
    children: dict[str | None, list[str]] = {}
    for unit_id, parent in session.execute(select(Unit.id, Unit.parent_id)):
        children.setdefault(parent, []).append(unit_id)
    found: set[str] = set()
    pending = list(unit_ids)
    while pending:
        current = pending.pop()
        if current not in found:
            found.add(current)
            pending.extend(children.get(current, ()))
    return found


def member_counts(session: Session) -> dict[str | None, int]:
    """Members in standing by the unit they are entered under (not summed upward)."""
    statement = (
        select(Member.unit_id, func.count())
        .where(Member.membership_state == MembershipState.ACTIVE, Member.archived.is_(False))
        .group_by(Member.unit_id)
    )
    return dict(session.execute(statement).all())


def all_changes(session: Session) -> list[UnitChange]:
    """Names and places of all units, oldest first."""
    statement = select(UnitChange).where(UnitChange.archived.is_(False)).order_by(UnitChange.on_date, UnitChange.id)
    return list(session.scalars(statement))


def changes_of(session: Session, unit_id: str) -> list[UnitChange]:
    """Names and places a unit has had, oldest first."""
    return [change for change in all_changes(session) if change.unit_id == unit_id]


def officers(session: Session, unit_id: str | None = None) -> list[Officer]:
    """Officers of one unit or of all, those in office first."""
    statement = select(Officer).where(Officer.archived.is_(False))
    if unit_id is not None:
        statement = statement.where(Officer.unit_id == unit_id)
    return list(session.scalars(statement.order_by(Officer.ends_on.is_not(None), Officer.starts_on, Officer.id)))


def terms(session: Session, unit_id: str | None = None) -> list[Term]:
    """Terms of one unit or of all, newest first."""
    statement = select(Term).where(Term.archived.is_(False))
    if unit_id is not None:
        statement = statement.where(Term.unit_id == unit_id)
    return list(session.scalars(statement.order_by(Term.ends_on.desc(), Term.id)))


def chair(session: Session, on: date) -> str:
    """Who was 主席 of the union itself on a day; "" when nobody is entered."""
    statement = (
        select(Officer.person)
        .join(Unit, Unit.id == Officer.unit_id)
        .where(
            Unit.parent_id.is_(None),
            Officer.position.in_(("主席", "工会主席")),
            Officer.archived.is_(False),
            Officer.starts_on <= on,
            or_(Officer.ends_on.is_(None), Officer.ends_on >= on),
        )
        .order_by(Officer.starts_on.desc(), Officer.id.desc())
    )
    return session.scalars(statement).first() or ""
