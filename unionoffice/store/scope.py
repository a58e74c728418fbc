"""Who sees what (F90): a session belongs to an actor, and shows and takes only what he is in charge of.

The rule is bound to the session, so lists, searches, counts, exports and prints keep it without knowing of it. Whoever
is in charge of the whole union pays nothing for it. A question that must know of everybody, such as whether an identity
number is taken, says so by the execution option `of_everybody`, and gives nothing away but its answer.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, event, false, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from unionoffice.kernel.errors import Refused
from unionoffice.kernel.identity import Actor
from unionoffice.models.household import FamilyMember
from unionoffice.models.member import Member, MembershipEvent
from unionoffice.models.permission import may
from unionoffice.models.registers import all_registers
from unionoffice.models.welfare import Decision, Exclusion, Line


def bind(session: Session, actor: Actor | None) -> None:
    """Let a session show and take only what concerns `actor`; None for the program itself."""
    session.info[_ACTOR] = actor
    if actor is None or (actor.units is None and may(actor, "view:members")):
        return
    options = [
        with_loader_criteria(model, criterion, include_aliases=True) for model, criterion in _criteria(actor).items()
    ]

    @event.listens_for(session, "do_orm_execute")
    def narrow(state: ORMExecuteState) -> None:
        if state.is_select and not state.execution_options.get("of_everybody"):
            state.statement = state.statement.options(*options)

    @event.listens_for(session, "before_flush")
    def refuse(session: Session, _context: Any, _instances: Any) -> None:
        for record in (*session.new, *session.dirty):
            if isinstance(record, Member):
                _must_be_within(record, actor)


def sees(session: Session, member: Member) -> bool:
    """Whether whom a session belongs to is in charge of somebody."""
    actor: Actor | None = session.info.get(_ACTOR)
    return actor is None or actor.units is None or member.unit_id in actor.units


def _criteria(actor: Actor) -> dict[type[Any], ColumnElement[bool]]:
    """What is left of each record type that belongs to people."""
    if not may(actor, "view:members"):
        return dict.fromkeys((Member, FamilyMember, *_OF_MEMBERS), false())
    own = Member.unit_id.in_(sorted(actor.units or ()))
    within, households = select(Member.id).where(own), select(Member.household_id).where(own)
    return {
        Member: own,
        FamilyMember: FamilyMember.household_id.in_(households),
        **{model: model.member_id.in_(within) for model in _OF_MEMBERS},
    }


_ACTOR = "actor"
_OF_MEMBERS: tuple[type[Any], ...] = (
    MembershipEvent,
    Line,
    Exclusion,
    Decision,
    *(register.model for register in all_registers() if register.person is not None),
)


def _must_be_within(member: Member, actor: Actor) -> None:
    """Neither take somebody in from elsewhere nor send him away: both ends must be one's own."""
    history = inspect(member).attrs.unit_id.history
    for unit in (*history.deleted, member.unit_id):
        if actor.units is not None and unit not in actor.units:
            raise Refused("这名会员不在您分管的分工会，请分管他的人或系统管理员安排的人办理。")
