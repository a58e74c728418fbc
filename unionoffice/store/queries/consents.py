"""Who agreed to what: of each member the newest consent that says anything of a scope decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from unionoffice.models.member import Member, MembershipState
from unionoffice.models.registers.consents import Consent, ConsentState


def consenting(session: Session, scope: str, day: date) -> set[str]:
    """Ids of the members whose consent to a scope (a field of `Consent`) is in force on a day."""
    agreed = Consent.__mapper__.attrs[scope].class_attribute
    rows = session.execute(
        select(Consent.member_id, agreed, Consent.state, Consent.withdrawn_on)
        .where(
            Consent.member_id.is_not(None),
            agreed.is_not(None),
            Consent.given_on <= day,
            Consent.archived.is_(False),
        )
        .order_by(Consent.given_on, Consent.id)
    )
    decided = {
        member_id: yes and (withdrawn_on > day if withdrawn_on is not None else state is ConsentState.GIVEN)
        for member_id, yes, state, withdrawn_on in rows
    }
    return {member_id for member_id, yes in decided.items() if yes}


def entered(session: Session, name: str, number: str) -> Sequence[Consent]:
    """Consents not put away, of everybody or as a name and a number are written in them; the newest first."""
    statement = select(Consent).where(Consent.archived.is_(False))
    statement = statement.where(Consent.name == name) if name else statement
    statement = statement.where(Consent.number == number) if number else statement
    return session.scalars(statement.order_by(Consent.given_on.desc(), Consent.id.desc())).all()


def in_standing(session: Session) -> list[Member]:
    """Everybody whose data is used: members, and those whose membership rests; in order of entry."""
    states = (MembershipState.ACTIVE, MembershipState.RETAINED)
    statement = select(Member).where(Member.membership_state.in_(states), Member.archived.is_(False))
    return list(session.scalars(statement.order_by(Member.id)))


def unlinked(session: Session) -> int:
    """How many consents name nobody on the roll."""
    statement = select(Consent.id).where(Consent.member_id.is_(None), Consent.archived.is_(False))
    return len(session.scalars(statement).all())
