"""Questions about programmes, batches and their lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, cast, func, or_, select
from sqlalchemy.orm import Session

from unionoffice.models.member import Member
from unionoffice.models.search import search_variants
from unionoffice.models.welfare import Batch, Decision, Exclusion, Line, LineState, Programme


def programmes(session: Session) -> list[Programme]:
    """All programmes in order of entry."""
    return list(session.scalars(select(Programme).where(Programme.archived.is_(False)).order_by(Programme.id)))


def batches(session: Session) -> list[Batch]:
    """All batches, the newest roll date first."""
    return list(
        session.scalars(select(Batch).where(Batch.archived.is_(False)).order_by(Batch.roll_date.desc(), Batch.id))
    )


def people(session: Session) -> Sequence[Any]:
    """(id, name, unit id, staff number, employment status) of everyone on the roll, in order of entry."""
    return session.execute(
        select(Member.id, Member.name, Member.unit_id, Member.staff_number, Member.employment_status)
        .where(Member.archived.is_(False))
        .order_by(Member.id)
    ).all()


def lines(session: Session, batch_id: str) -> list[Line]:
    """The lines of a batch in their order."""
    statement = select(Line).where(Line.batch_id == batch_id, Line.archived.is_(False)).order_by(Line.number)
    return list(session.scalars(statement))


def line_rows(session: Session, batch_id: str) -> Sequence[Any]:
    """Unit, group, number, name, what is given and what became of it, in list order."""
    return session.execute(
        select(
            Line.unit,
            Line.subgroup,
            Line.number,
            Line.name,
            Line.staff_number,
            Line.quantity,
            Line.amount,
            Line.state,
            Line.collected_on,
            Line.proxy,
            Line.proxy_relation,
        )
        .where(Line.batch_id == batch_id, Line.archived.is_(False))
        .order_by(Line.number)
    ).all()


def members_on(session: Session, batch_id: str) -> Sequence[str]:
    """The members on a batch's list, in its order."""
    return session.scalars(
        select(Line.member_id).where(Line.batch_id == batch_id, Line.archived.is_(False)).order_by(Line.number)
    ).all()


def line_conditions(
    batch_id: str, typed: str, states: tuple[str, ...], units: tuple[str, ...]
) -> list[ColumnElement[bool]]:
    """The WHERE of a batch's list and of the collection desk: words match what is printed and the search key."""
    found: list[ColumnElement[bool]] = [Line.batch_id == batch_id, Line.archived.is_(False)]
    for words in search_variants(typed):
        found.append(
            or_(
                *(
                    func.instr(text, word) > 0
                    for text in (Member.search_key, func.upper(Line.name), func.upper(Line.unit), Line.staff_number)
                    for word in words
                )
            )
        )
    if states:
        found.append(Line.state.in_(states))
    if units:
        found.append(Line.unit.in_(units))
    return found


def line_page(
    session: Session, where: Sequence[ColumnElement[bool]], order: str | None, descending: bool, offset: int, limit: int
) -> list[Line]:
    """Lines of one page of a batch's list."""
    statement: Select[Any] = select(Line).join(Member, Member.id == Line.member_id).where(*where)
    key = getattr(Line, order) if order else Line.number
    statement = statement.order_by(key.desc() if descending else key, Line.number)
    return list(session.scalars(statement.offset(offset).limit(limit)))


def line_count(session: Session, where: Sequence[ColumnElement[bool]]) -> int:
    """How many lines a batch's list has."""
    statement = select(func.count()).select_from(Line).join(Member, Member.id == Line.member_id).where(*where)
    return session.execute(statement).scalar_one()


def tally(session: Session, batch_id: str) -> dict[LineState, tuple[int, int]]:
    """(people, 分) of a batch by what became of the share."""
    statement = (
        select(Line.state, func.count(), func.coalesce(func.sum(Line.amount), 0))
        .where(Line.batch_id == batch_id, Line.archived.is_(False))
        .group_by(Line.state)
    )
    return {state: (people, amount) for state, people, amount in session.execute(statement)}


def tallies(session: Session) -> dict[str, dict[LineState, tuple[int, int]]]:
    """`tally` of every batch that has a list, by batch."""
    statement = (
        select(Line.batch_id, Line.state, func.count(), func.coalesce(func.sum(Line.amount), 0))
        .where(Line.archived.is_(False))
        .group_by(Line.batch_id, Line.state)
    )
    found: dict[str, dict[LineState, tuple[int, int]]] = {}
    for batch_id, state, people, amount in session.execute(statement):
        found.setdefault(batch_id, {})[state] = (people, amount)
    return found


def unit_tally(session: Session, batch_id: str) -> Sequence[Any]:
    """(unit, people, 分, collected) of a batch in list order."""
    done = func.sum(cast(Line.state.in_((LineState.COLLECTED, LineState.PROXY)), Integer))
    return session.execute(
        select(Line.unit, func.count(), func.sum(Line.amount), done)
        .where(Line.batch_id == batch_id, Line.archived.is_(False))
        .group_by(Line.unit)
        .order_by(func.min(Line.number))
    ).all()


def exclusions(session: Session, batch_id: str) -> list[Exclusion]:
    """Everyone left out of a batch, with the reason."""
    statement = select(Exclusion).where(Exclusion.batch_id == batch_id, Exclusion.archived.is_(False))
    return list(session.scalars(statement.order_by(Exclusion.reason, Exclusion.id)))


def latest_of_kind(session: Session, programme_id: str) -> Batch | None:
    """The newest batch of a programme, to copy from."""
    statement = select(Batch).where(Batch.programme_id == programme_id, Batch.archived.is_(False))
    return session.scalars(statement.order_by(Batch.roll_date.desc(), Batch.id.desc())).first()


def decisions(session: Session, batch_id: str) -> list[Decision]:
    """Written decisions of a batch's draft, in order of entry."""
    statement = select(Decision).where(Decision.batch_id == batch_id, Decision.archived.is_(False))
    return list(session.scalars(statement.order_by(Decision.id)))
