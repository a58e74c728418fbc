"""Working data of imports: what is known to match against, stored preview rows, remembered headings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Row, delete, func, select, text, update
from sqlalchemy.orm import Session

from unionoffice.models.import_run import HeadingMemory, ImportRow, ImportRun, RowState
from unionoffice.models.member import Member, MembershipEvent

IN_ONE_QUESTION = 500


def known_people(session: Session) -> Iterator[Row[Any]]:
    """(id, name, id_number, staff_number, card_number, phone, birth_date, unit_id) of everyone not archived."""
    return iter(
        session.execute(
            select(
                Member.id,
                Member.name,
                Member.id_number,
                Member.staff_number,
                Member.card_number,
                Member.phone,
                Member.birth_date,
                Member.unit_id,
            ).where(Member.archived.is_(False))
        ).yield_per(5000)
    )


def values_of_members(session: Session, ids: Iterable[str], names: Sequence[str]) -> dict[str, list[Any]]:
    """Stored values of the named columns, by member id."""
    columns = [Member.id, *(getattr(Member, name) for name in names)]
    found: dict[str, list[Any]] = {}
    wanted = list(ids)
    for start in range(0, len(wanted), IN_ONE_QUESTION):
        statement = select(*columns).where(Member.id.in_(wanted[start : start + IN_ONE_QUESTION]))
        found.update((row[0], list(row[1:])) for row in session.execute(statement))
    return found


def add_rows(session: Session, rows: Iterable[tuple[Any, ...]]) -> None:
    """Store preview rows: (run_id, number, file, sheet, row, state, member_id, values, notes, raw)."""
    connection = session.connection().connection.dbapi_connection
    assert connection is not None
    connection.cursor().executemany("INSERT INTO import_row VALUES (?,?,?,?,?,?,?,?,?,?)", rows)


def change_row(session: Session, run_id: int, number: int, **values: Any) -> None:
    """Change a stored preview row."""
    session.execute(update(ImportRow).where(ImportRow.run_id == run_id, ImportRow.number == number).values(**values))


def rows(
    session: Session,
    run_id: int,
    *,
    states: Sequence[str] = (),
    noted: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> Sequence[Row[Any]]:
    """(number, file, sheet, row, state, member_id, values, notes, raw) of a preview in reading order."""
    statement = (
        select(
            ImportRow.number,
            ImportRow.file,
            ImportRow.sheet,
            ImportRow.row,
            ImportRow.state,
            ImportRow.member_id,
            ImportRow.values,
            ImportRow.notes,
            ImportRow.raw,
        )
        .where(ImportRow.run_id == run_id)
        .order_by(ImportRow.number)
    )
    if states:
        statement = statement.where(ImportRow.state.in_(states))
    if noted:
        statement = statement.where(ImportRow.notes.is_not(None))
    return session.execute(statement.offset(offset).limit(limit)).all()


def count_rows(session: Session, run_id: int, *, states: Sequence[str] = (), noted: bool = False) -> int:
    """How many rows `rows` has in all."""
    statement = select(func.count()).select_from(ImportRow).where(ImportRow.run_id == run_id)
    if states:
        statement = statement.where(ImportRow.state.in_(states))
    if noted:
        statement = statement.where(ImportRow.notes.is_not(None))
    return session.execute(statement).scalar_one()


def stream(session: Session, run_id: int, state: RowState, size: int) -> Iterator[Sequence[Row[Any]]]:
    """Blocks of (number, member_id, values) of a preview's rows of one state, in reading order."""
    last = -1
    while True:
        block = session.execute(
            text(
                'SELECT number, member_id, "values" FROM import_row'
                " WHERE run_id = :run AND state = :state AND number > :last ORDER BY number LIMIT :size"
            ),
            {"run": run_id, "state": state.value, "last": last, "size": size},
        ).all()
        if not block:
            return
        yield block
        last = block[-1][0]


def runs(session: Session) -> list[ImportRun]:
    """Stored previews, newest first."""
    return list(session.scalars(select(ImportRun).order_by(ImportRun.id.desc())))


def drop(session: Session, run_id: int) -> None:
    """Forget a preview."""
    session.execute(delete(ImportRow).where(ImportRow.run_id == run_id))
    session.execute(delete(ImportRun).where(ImportRun.id == run_id))


def keep_noted(session: Session, run_id: int) -> None:
    """Of an applied preview keep the rows that have something to tell, for the report to the sender."""
    session.execute(
        delete(ImportRow).where(
            ImportRow.run_id == run_id, ImportRow.notes.is_(None), ImportRow.state != RowState.REFUSED.value
        )
    )


def remembered(session: Session, sender: str) -> dict[str, str]:
    """What headings of this sender mean: heading → field, blank for not needed."""
    statement = select(HeadingMemory.heading, HeadingMemory.field).where(HeadingMemory.sender == sender)
    return {heading: name for heading, name in session.execute(statement)}  # noqa: C416 - rows are no pairs to mypy


def remember(session: Session, sender: str, meanings: dict[str, str]) -> None:
    """Remember what headings of this sender mean."""
    for heading, name in meanings.items():
        session.merge(HeadingMemory(sender=sender, heading=heading, field=name))


def joining_events(session: Session, member_ids: Sequence[str]) -> dict[str, MembershipEvent]:
    """The only membership event of members who have just one."""
    found: dict[str, list[MembershipEvent]] = {}
    for start in range(0, len(member_ids), IN_ONE_QUESTION):
        chunk = member_ids[start : start + IN_ONE_QUESTION]
        for event in session.scalars(select(MembershipEvent).where(MembershipEvent.member_id.in_(chunk))):
            found.setdefault(event.member_id, []).append(event)
    return {member_id: events[0] for member_id, events in found.items() if len(events) == 1}


def clear_rows(session: Session, run_id: int) -> None:
    """Forget the rows of a preview that is worked out anew."""
    session.execute(delete(ImportRow).where(ImportRow.run_id == run_id))


def row(session: Session, run_id: int, number: int) -> Row[Any]:
    """(state, member_id) of one preview row."""
    return session.execute(
        select(ImportRow.state, ImportRow.member_id).where(ImportRow.run_id == run_id, ImportRow.number == number)
    ).one()


def rows_of_member(session: Session, run_id: int, member_id: str) -> Sequence[Row[Any]]:
    """(number, file, state, notes) of the preview rows that mean one person."""
    return session.execute(
        select(ImportRow.number, ImportRow.file, ImportRow.state, ImportRow.notes).where(
            ImportRow.run_id == run_id, ImportRow.member_id == member_id
        )
    ).all()


def values_of_rows(session: Session, run_id: int, numbers: Sequence[int]) -> Iterator[Row[Any]]:
    """(number, values) of some preview rows."""
    for start in range(0, len(numbers), IN_ONE_QUESTION):
        chunk = numbers[start : start + IN_ONE_QUESTION]
        yield from session.execute(
            select(ImportRow.number, ImportRow.values).where(ImportRow.run_id == run_id, ImportRow.number.in_(chunk))
        )


def members(session: Session, ids: Sequence[str]) -> dict[str, Member]:
    """Members for changing, by id."""
    return {member.id: member for member in session.scalars(select(Member).where(Member.id.in_(ids)))}
