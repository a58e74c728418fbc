"""Who sees what (F90): a session belongs to an actor, and shows and takes only what he is in charge of.

The rule is bound to the session, so lists, searches, counts, exports and prints keep it without knowing of it. Whoever
is in charge of the whole union and holds every closed tier pays nothing for it. A question that must know of everybody,
such as whether an identity number is taken, says so by the execution option `of_everybody`, and gives nothing away but
its answer.

A register of a closed tier does not exist for whom the tier was not granted: neither its records nor the lines of the
change log about them, the operations on it, or drafts of it. A closed field of a record he does see is loaded as
`UNSEEN`, or blank, and stands so in every comparison and order too. Questions in SQL text are not narrowed: they may
give away numbers of records at most, or ask `closed_types`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, event, false, inspect, literal, not_, null, or_, select
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql import visitors

from unionoffice.kernel.errors import Refused
from unionoffice.kernel.identity import Actor
from unionoffice.models.access_entry import AccessEntry
from unionoffice.models.approval import Approval, ApprovalSlip
from unionoffice.models.base import Base, Record
from unionoffice.models.change_entry import ChangeEntry, OperationEntry
from unionoffice.models.draft import Draft
from unionoffice.models.fields import Field, Kind
from unionoffice.models.household import FamilyMember
from unionoffice.models.member import Member, MembershipEvent
from unionoffice.models.permission import closed_registers, may
from unionoffice.models.register import Register
from unionoffice.models.registers import all_registers
from unionoffice.models.tier import UNSEEN, Tier
from unionoffice.models.welfare import Decision, Exclusion, Line


def bind(session: Session, actor: Actor | None) -> None:
    """Let a session show and take only what concerns `actor`; None for the program itself."""
    session.info[_ACTOR] = actor
    if actor is None:
        return
    closed = closed_registers(actor)
    session.info[_CLOSED] = frozenset(register.name for register in closed)
    whole = actor.units is None and may(actor, "view:members")
    blind = not all(map(actor.holds, Tier))
    if whole and not closed and not blind:
        return
    criteria = {} if whole else _criteria(actor)
    for model, criterion in _closed_criteria(closed).items():
        criteria[model] = and_(criteria[model], criterion) if model in criteria else criterion
    options = [with_loader_criteria(model, criterion, include_aliases=True) for model, criterion in criteria.items()]

    @event.listens_for(session, "do_orm_execute")
    def narrow(state: ORMExecuteState) -> None:
        if state.is_select and not state.execution_options.get("of_everybody"):
            if blind:
                state.statement = _blinded(state.statement, actor)
            state.statement = state.statement.options(*options)

    @event.listens_for(session, "before_flush")
    def refuse(session: Session, _context: Any, _instances: Any) -> None:
        for record in (*session.new, *session.dirty):
            if isinstance(record, Member):
                _must_be_within(record, actor)
            if isinstance(record, Record):
                must_be_open(session, type(record))
                _must_not_be_overwritten(record, actor)


def sees(session: Session, member: Member) -> bool:
    """Whether whom a session belongs to is in charge of somebody."""
    actor: Actor | None = session.info.get(_ACTOR)
    return actor is None or actor.units is None or member.unit_id in actor.units


def closed_types(session: Session) -> frozenset[str]:
    """The record types that do not exist for whom a session belongs to."""
    found: frozenset[str] = session.info.get(_CLOSED, frozenset())
    return found


def unseen_fields(actor: Actor | None, model: type[Record]) -> frozenset[str]:
    """The fields of a record type that somebody may not see."""
    if actor is None:
        return frozenset()
    return frozenset(
        name for name, facts in _closed_fields(model).items() if facts.tier and not actor.holds(facts.tier)
    )


def must_be_open(session: Session, model: type[Record]) -> None:
    """Refuse to write what does not exist for whom a session belongs to."""
    if model.type_name in closed_types(session):
        raise Refused(f"“{model.title}”要另外授权才能查看和办理，请找系统管理员。")


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


def _closed_criteria(closed: list[Register]) -> dict[type[Any], ColumnElement[bool]]:
    """Nothing is left of the closed registers, nor of what the logs and the drafts say of them."""
    if not closed:
        return {}
    names = sorted(register.name for register in closed)
    on_them = [OperationEntry.name.startswith(f"{name}:", autoescape=True) for name in names]
    of_decisions = ChangeEntry.record_type.in_([model.type_name for model in _DECISIONS])
    operations = OperationEntry.__table__.c  # of the entity the criterion below would leave nothing
    done_to_them = select(operations.id).where(
        or_(*(operations.name.startswith(f"{name}:", autoescape=True) for name in names))
    )
    return {
        **dict.fromkeys((register.model for register in closed), false()),
        **{model: model.subject_type.not_in(names) for model in _DECISIONS},
        ChangeEntry: and_(
            ChangeEntry.record_type.not_in(names), not_(and_(of_decisions, ChangeEntry.operation_id.in_(done_to_them)))
        ),
        OperationEntry: and_(*map(not_, on_them)),
        Draft: Draft.form.not_in(names),
    }


_DECISIONS: tuple[type[Any], ...] = (Approval, ApprovalSlip)
_ACTOR, _CLOSED = "actor", "closed"
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


def _must_not_be_overwritten(record: Record, actor: Actor) -> None:
    """What somebody does not see he does not write either."""
    for name in unseen_fields(actor, type(record)):
        history = inspect(record).attrs[name].history
        if any(value not in (None, "") for value in history.added) or any(history.deleted):
            facts = type(record).fields()[name]
            assert facts.tier is not None
            raise Refused(f"“{facts.label}”要有“{facts.tier.label}”授权才能填写，请找系统管理员。", field=name)


@cache
def _closed_fields(model: type[Record]) -> dict[str, Field]:
    return {name: facts for name, facts in model.fields().items() if facts.tier is not None}


def _unseen(facts: Field) -> str | None:
    return UNSEEN if facts.kind in (Kind.TEXT, Kind.NOTE) else None


def _blinded(statement: Any, actor: Actor) -> Any:
    """A question in which the fields that somebody may not see are what he is shown of them, wherever they stand."""

    def unseen(element: Any) -> Any:
        facts = _closed_facts(element)
        if facts is None or facts.tier is None or actor.holds(facts.tier):
            return None
        shown = _unseen(facts)
        return (null() if shown is None else literal(shown)).label(element.key)

    if not any(_closed_facts(element) for element in visitors.iterate(statement)):
        return statement
    return visitors.replacement_traverse(statement, {}, lambda element, **_: unseen(element))


def _closed_facts(element: Any) -> Field | None:
    """The facts of a mapped column of a closed field, None for everything else."""
    notes = getattr(element, "_annotations", {})
    entity = notes.get("parententity")
    if entity is None or "proxy_key" not in notes or not hasattr(element, "table"):
        return None
    model = entity.mapper.class_
    return _closed_fields(model).get(notes["proxy_key"]) if issubclass(model, Record) else None


@event.listens_for(Mapper, "mapper_configured")
def _watch(_mapper: Mapper[Any], model: type[Any]) -> None:
    """Only types with something to hide are looked at as they are loaded."""
    if issubclass(model, Record) and _closed_fields(model):
        event.listen(model, "load", _hide_fields)
        event.listen(model, "refresh", lambda target, context, _names: _hide_fields(target, context))
    if model is AccessEntry:
        event.listen(model, "load", _hide_words)


def _hide_fields(record: Any, context: Any) -> None:
    if context.execution_options.get("of_everybody"):
        return
    for name in unseen_fields(context.session.info.get(_ACTOR), type(record)):
        set_committed_value(record, name, _unseen(type(record).fields()[name]))


def _hide_words(line: Any, context: Any) -> None:
    """That somebody used a closed register stays known; what he looked for and what for does not."""
    if line.record_type in closed_types(context.session):
        for name in ("words", "purpose", "recipient", "file", "record_id"):
            if getattr(line, name):
                set_committed_value(line, name, None if name == "record_id" else UNSEEN)


for _mapped in Base.registry.mappers:
    if _mapped.configured:
        _watch(_mapped, _mapped.class_)
