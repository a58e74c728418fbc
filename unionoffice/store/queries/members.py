"""Questions about members: the list, the one search box, who was a member when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, func, literal, or_, select, text
from sqlalchemy.orm import Session

from unionoffice.models.household import FamilyMember
from unionoffice.models.member import EVENT_RULES, UNUSUAL, Member, MembershipEvent, MembershipState
from unionoffice.models.organisation import Unit
from unionoffice.models.search import search_words
from unionoffice.models.welfare import Batch, Line
from unionoffice.store.queries import organisation


@dataclass(frozen=True, slots=True)
class MemberQuery:
    """What the member list shows; `unit_id`, also among `accepted`, includes everything below that unit.

    `lacking` narrows it to those who lack any of these fields; who stands directly under the union lacks a 分工会.
    """

    text: str = ""
    unit_id: str | None = None
    accepted: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()
    sort: str | None = None
    descending: bool = False
    archived: bool = False


_AT_ONCE = 5000
"""Values in one IN: SQLite takes 32,766."""

SEARCH_COLUMNS = (
    Member.id,
    Member.name,
    Member.member_number,
    Member.sex,
    Member.birth_date,
    Member.phone,
    Member.unit_id,
    Member.membership_state,
)


def search(session: Session, typed: str, limit: int) -> Sequence[Any]:
    """The first members, in order of entry, whose search key holds every word typed (F10)."""
    words = search_words(typed)
    if not words:
        return ()
    parameters: dict[str, Any] = {f"word{number}": word for number, word in enumerate(words)}
    return session.execute(_search_statement(len(words)), {**parameters, "limit": limit}).all()


_STATEMENTS: dict[int, Any] = {}


def _search_statement(words: int) -> Any:
    if words not in _STATEMENTS:
        _STATEMENTS[words] = (
            select(*SEARCH_COLUMNS)
            .where(*(func.instr(Member.search_key, bindparam(f"word{number}")) > 0 for number in range(words)))
            .where(Member.archived.is_(False))
            .order_by(Member.id)
            .limit(bindparam("limit"))
        )
    return _STATEMENTS[words]


def conditions(session: Session, query: MemberQuery) -> list[ColumnElement[bool]]:
    """The WHERE of a member list."""
    found: list[ColumnElement[bool]] = [Member.archived.is_(query.archived)]
    found += [func.instr(Member.search_key, word) > 0 for word in search_words(query.text)]
    if query.unit_id is not None:
        found.append(Member.unit_id.in_(organisation.descendants(session, (query.unit_id,))))
    found += [_accepts(session, name, codes) for name, codes in query.accepted.items()]
    if query.lacking:
        found.append(or_(*map(_lacks, query.lacking)))
    return found


def _lacks(name: str) -> ColumnElement[bool]:
    column = getattr(Member, name)
    blank = or_(column.is_(None), column == "")
    if name == "unit_id":
        return or_(blank, column.in_(select(Unit.id).where(Unit.parent_id.is_(None))))
    return blank


def _accepts(session: Session, name: str, codes: tuple[str, ...]) -> ColumnElement[bool]:
    """A unit lets through whoever is entered under it or below it."""
    wanted = organisation.descendants(session, codes) if name == "unit_id" else codes
    return getattr(Member, name).in_(wanted)  # type: ignore[no-any-return]


def page(session: Session, columns: Sequence[str], query: MemberQuery, offset: int, limit: int | None) -> Sequence[Any]:
    """Rows of (id, *columns) of the list; unsorted lists keep the order of entry."""
    statement = select(Member.id, *(getattr(Member, name) for name in columns)).where(*conditions(session, query))
    key = _sort_key(session, query.sort)
    order = (key.desc() if query.descending else key, Member.id)
    if query.sort is None or limit is None or limit > _AT_ONCE:
        return session.execute(statement.order_by(*order).offset(offset).limit(limit)).all()
    # Sorting ids alone and fetching one page by them takes half of sorting whole rows.
    ids = select(Member.id).where(*conditions(session, query)).order_by(*order).offset(offset).limit(limit)
    places = {member_id: place for place, member_id in enumerate(session.scalars(ids))}
    rows = session.execute(statement.where(Member.id.in_(places))).all()
    return sorted(rows, key=lambda row: places[row[0]])


def _sort_key(session: Session, name: str | None) -> ColumnElement[Any]:
    """Units stand in the order of the tree, not of their ids."""
    if name == "unit_id":
        order = {node.id: place for place, node in enumerate(organisation.nodes(session))}
        return case(order, value=Member.unit_id, else_=len(order)) if order else literal(0)
    return getattr(Member, name or "id")  # type: ignore[no-any-return]


def count(session: Session, query: MemberQuery) -> int:
    """How many members the list has."""
    if not query.text and not query.lacking and query.unit_id is None and query.accepted.keys() <= {"membership_state"}:
        wanted = query.accepted.get("membership_state")
        standing = _standing(session)
        return sum(
            number
            for (archived, state), number in standing.items()
            if archived == query.archived and (wanted is None or state in wanted)
        )
    return session.execute(select(func.count()).select_from(Member).where(*conditions(session, query))).scalar_one()


def without_id_number(session: Session) -> int:
    """How many members in standing have no identity number: they cannot be reported upward or matched for sure."""
    statement = select(func.count()).where(
        Member.membership_state == MembershipState.ACTIVE,
        Member.archived.is_(False),
        or_(Member.id_number.is_(None), Member.id_number == ""),
    )
    return session.execute(statement).scalar_one()


def events(session: Session, member_id: str) -> list[MembershipEvent]:
    """What happened to one membership after its first joining, oldest first."""
    statement = (
        select(MembershipEvent)
        .where(MembershipEvent.member_id == member_id, MembershipEvent.archived.is_(False))
        .order_by(MembershipEvent.on_date, MembershipEvent.id)
    )
    return list(session.scalars(statement))


def states_on(session: Session, day: date) -> dict[str, MembershipState]:
    """会籍状态 of every member at the end of `day`; people who had not joined by then are missing (未入会)."""
    limit = day.isoformat()
    joined = select(Member.id).where(
        Member.enrolled.is_(True), or_(Member.joined_on.is_(None), Member.joined_on <= limit)
    )
    states = dict.fromkeys(session.scalars(joined), MembershipState.ACTIVE)
    later = (
        select(MembershipEvent.member_id, MembershipEvent.kind)
        .where(MembershipEvent.on_date <= limit, MembershipEvent.archived.is_(False))
        .order_by(MembershipEvent.on_date, MembershipEvent.id)
    )
    for member_id, kind in session.execute(later):
        states[member_id] = EVENT_RULES[kind][1]
    return states


def state_mismatches(session: Session) -> list[str]:
    """Names of members whose kept state is not the one their membership's events give (`check`).

    Who was put away, as undoing an import does, was put away with his events: of him nothing follows any more.
    """
    derived = states_on(session, date(9999, 12, 31))
    rows = session.execute(select(Member.id, Member.name, Member.membership_state).where(Member.archived.is_(False)))
    return [name for member_id, name, state in rows if state is not derived.get(member_id, MembershipState.NONE)]


def family(session: Session, household_id: str) -> list[FamilyMember]:
    """Relatives of one household, in order of entry."""
    statement = select(FamilyMember).where(FamilyMember.household_id == household_id, FamilyMember.archived.is_(False))
    return list(session.scalars(statement.order_by(FamilyMember.id)))


def by_household(session: Session, household_id: str) -> list[Member]:
    """Members of one household (two earners, F6)."""
    return list(session.scalars(select(Member).where(Member.household_id == household_id).order_by(Member.id)))


def named(session: Session, name: str, number: str) -> list[str]:
    """Ids of the members of a name; with a number only of whose staff or member number it is."""
    statement = select(Member.id).where(Member.name == name, Member.archived.is_(False))
    if number:
        statement = statement.where(or_(Member.staff_number == number, Member.member_number == number))
    return list(session.scalars(statement.order_by(Member.id)))


def with_id_number(session: Session, number: str) -> list[Member]:
    """Members bearing an identity number."""
    statement = select(Member).where(Member.id_number == number, Member.archived.is_(False))
    return list(session.scalars(statement.execution_options(of_everybody=True)))


def numbers(session: Session) -> Iterable[str]:
    """Every member number given so far."""
    statement = select(Member.member_number).where(Member.member_number.is_not(None))
    return session.scalars(statement.execution_options(of_everybody=True))


def without_number(session: Session) -> list[Member]:
    """Members in standing that have no number yet, in order of entry."""
    statement = select(Member).where(
        Member.member_number.is_(None),
        Member.membership_state == MembershipState.ACTIVE,
        Member.archived.is_(False),
    )
    return list(session.scalars(statement.order_by(Member.id)))


def count_without_number(session: Session) -> int:
    """How many members in standing have no number yet."""
    statement = select(func.count()).where(
        Member.member_number.is_(None),
        Member.membership_state == MembershipState.ACTIVE,
        Member.archived.is_(False),
    )
    return session.execute(statement).scalar_one()


def count_by_state(session: Session) -> dict[MembershipState, int]:
    """The whole roll by 会籍状态."""
    return {state: number for (archived, state), number in _standing(session).items() if not archived and number}


def _standing(session: Session) -> dict[tuple[bool, MembershipState], int]:
    """Everybody by (archived, 会籍状态); only the unusual are read, see `models.member.UNUSUAL`."""
    grouped = (
        select(Member.archived, Member.membership_state, func.count())
        .where(text(UNUSUAL))
        .group_by(Member.archived, Member.membership_state)
    )
    found = {(bool(archived), state): number for archived, state, number in session.execute(grouped)}
    everybody = session.execute(select(func.count()).select_from(Member)).scalar_one()
    found[False, MembershipState.ACTIVE] = everybody - sum(found.values())
    return found


def units_of(session: Session, member_ids: Sequence[str]) -> dict[str, str | None]:
    """The unit each of these members is entered under."""
    found: dict[str, str | None] = {}
    for start in range(0, len(member_ids), _AT_ONCE):
        statement = select(Member.id, Member.unit_id).where(Member.id.in_(member_ids[start : start + _AT_ONCE]))
        found.update(session.execute(statement).all())
    return found


def welfare(session: Session, member_id: str) -> Sequence[Any]:
    """`shares` of one member, without his id."""
    return session.execute(shares().where(Line.member_id == member_id)).all()


def shares() -> Select[*tuple[Any, ...]]:
    """(batch id, name, roll date, item, quantity, 分, line state, collected on) of approved batches, newest first.

    Whose shares is for the caller to say.
    """
    return (
        select(
            Batch.id,
            Batch.name,
            Batch.roll_date,
            Batch.item,
            Line.quantity,
            Line.amount,
            Line.state,
            Line.collected_on,
        )
        .join(Batch, Batch.id == Line.batch_id)
        .where(Line.archived.is_(False), Batch.approved_at.is_not(None))
        .order_by(Batch.roll_date.desc(), Batch.id.desc())
    )


def counts_by(session: Session, column: str) -> dict[Any, int]:
    """Members in standing by the values of one column, for charts and the home page."""
    attribute = getattr(Member, column)
    statement = (
        select(attribute, func.count())
        .where(Member.membership_state == MembershipState.ACTIVE, Member.archived.is_(False))
        .group_by(attribute)
    )
    return dict(session.execute(statement).all())
