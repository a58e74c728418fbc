"""Whose time is over, who is on which list, and which slips hold his name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from unionoffice.models.approval import Approval, ApprovalSlip
from unionoffice.models.destruction import Destruction, DestructionItem, DestructionState
from unionoffice.models.household import FamilyMember
from unionoffice.models.member import EventKind, Member, MembershipEvent, MembershipState

ENDED = {
    MembershipState.LEFT: EventKind.LEAVE,
    MembershipState.TRANSFERRED: EventKind.TRANSFER_OUT,
    MembershipState.EXPELLED: EventKind.EXPEL,
    MembershipState.DECEASED: EventKind.DEATH,
}


def ended(session: Session, until: str, *, besides: Sequence[str] = ()) -> list[tuple[Member, EventKind, str]]:
    """(member, how, date) of memberships that ended up to a day and were not taken up since, the oldest first.

    A partial date counts from its end: of “2015” nobody knows that it was over before 2016. People on a list that was
    not cancelled are left out, but for those on the lists `besides`.
    """
    listed = (
        select(DestructionItem.member_id)
        .join(Destruction, Destruction.id == DestructionItem.destruction_id)
        .where(Destruction.state != DestructionState.CANCELLED, Destruction.id.not_in(besides))
    )
    rows = session.execute(
        select(Member, MembershipEvent.kind, MembershipEvent.on_date)
        .join(MembershipEvent, MembershipEvent.member_id == Member.id)
        .where(
            Member.membership_state.in_(ENDED),
            Member.id.not_in(listed),
            MembershipEvent.archived.is_(False),
        )
        .order_by(MembershipEvent.on_date, MembershipEvent.id)
    )
    last = {member.id: (member, kind, day) for member, kind, day in rows}
    found = [
        each for each in last.values() if each[1] is ENDED[each[0].membership_state] and each[2].ljust(10, "9") <= until
    ]
    return sorted(found, key=lambda each: (each[2], each[0].id))


def lists(session: Session) -> Sequence[Destruction]:
    """All lists, newest first."""
    return session.scalars(select(Destruction).order_by(Destruction.number.desc())).all()


def numbered(session: Session, number: int) -> Destruction | None:
    """The list of a number."""
    return session.scalars(select(Destruction).where(Destruction.number == number)).one_or_none()


def items(session: Session, destruction_id: str) -> Sequence[Any]:
    """(item, member) of a list, by serial."""
    return session.execute(
        select(DestructionItem, Member)
        .join(Member, Member.id == DestructionItem.member_id)
        .where(DestructionItem.destruction_id == destruction_id)
        .order_by(DestructionItem.serial)
    ).all()


def last_numbers(session: Session) -> tuple[int, int]:
    """The highest number of a list and of a person so far; 0 for none."""
    number = session.execute(select(func.max(Destruction.number))).scalar_one()
    serial = session.execute(select(func.max(DestructionItem.serial))).scalar_one()
    return number or 0, serial or 0


def own_family(session: Session, member: Member) -> Sequence[FamilyMember]:
    """The family that is nobody else's: of a household that another member shares it is his as well.

    Members on a list that is carried out, or just being, share nothing any more.
    """
    if member.household_id is None:
        return []
    gone = (
        select(DestructionItem.member_id)
        .join(Destruction, Destruction.id == DestructionItem.destruction_id)
        .where(Destruction.state == DestructionState.DONE)
    )
    others = select(Member.id).where(Member.household_id == member.household_id, Member.id.not_in(gone))
    if session.execute(others.limit(1)).first() is not None:
        return []
    return session.scalars(select(FamilyMember).where(FamilyMember.household_id == member.household_id)).all()


def wholly_gone(session: Session, destruction_id: str) -> list[str]:
    """This list, and those given up before of which nobody is left once it is carried out."""
    items = DestructionItem
    mine = select(items.member_id).where(items.destruction_id == destruction_id)
    done = select(Destruction.id).where(Destruction.state == DestructionState.DONE)
    gone = select(items.member_id).where(or_(items.destruction_id.in_(done), items.member_id.in_(mine)))
    stays = select(items.destruction_id).where(items.member_id.not_in(gone))
    of_them = select(items.destruction_id).where(items.member_id.in_(mine), items.destruction_id.not_in(stays))
    return list(session.scalars(of_them.distinct().order_by(items.destruction_id)))


def slips(session: Session) -> Sequence[ApprovalSlip]:
    """All approval slips, those about closed registers too: whoever destroys gets to see none of them."""
    statement = select(ApprovalSlip).order_by(ApprovalSlip.id)
    return session.scalars(statement.execution_options(of_everybody=True)).all()


def slip_ids(session: Session, subject_ids: Collection[str]) -> Sequence[str]:
    """The ids of the slips about these records, in the same way."""
    statement = select(ApprovalSlip.id).where(ApprovalSlip.subject_id.in_(subject_ids))
    return session.scalars(statement.execution_options(of_everybody=True)).all()


def decisions(session: Session, subject_ids: Collection[str]) -> Sequence[Approval]:
    """The decisions on these records, in the same way."""
    statement = select(Approval).where(Approval.subject_id.in_(subject_ids)).order_by(Approval.id)
    return session.scalars(statement.execution_options(of_everybody=True)).all()
