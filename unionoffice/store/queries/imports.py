"""Working data of imports: what is known to match against, stored preview rows, remembered headings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from unionoffice.models.change_entry import ChangeEntry
from unionoffice.models.household import FamilyMember
from unionoffice.models.import_run import HeadingMemory, ImportBlock, ImportNote, ImportRun
from unionoffice.models.member import Member
from unionoffice.store.change_log import decode

IN_ONE_QUESTION = 500


def known_people(session: Session) -> Iterator[Any]:
    """What matching looks at (`services.matching.Known`) of everyone not archived."""
    return iter(
        session.execute(
            select(
                Member.id,
                Member.name,
                Member.id_number,
                Member.staff_number,
                Member.card_number,
                Member.member_number,
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


def fields_changed_since(session: Session, position: int) -> dict[str, frozenset[str]]:
    """Fields of members on the roll that somebody changed after a position of the log, by member id."""
    statement = select(ChangeEntry.record_id, ChangeEntry.changes).where(
        ChangeEntry.seq > position, ChangeEntry.record_type == Member.type_name, ChangeEntry.action == "update"
    )
    found: dict[str, frozenset[str]] = {}
    for member_id, changes in session.execute(statement):
        found[member_id] = found.get(member_id, frozenset()) | decode(changes).keys()
    return found


def add_block(session: Session, block: ImportBlock, notes: Sequence[tuple[int, str, str]]) -> None:
    """Store a block of a preview, and (number, notes, raw) of those of its rows that have something to tell."""
    session.add(block)
    session.flush()
    session.expunge(block)
    if notes:
        session.execute(
            insert(ImportNote),
            [{"run_id": block.run_id, "number": number, "notes": told, "raw": raw} for number, told, raw in notes],
        )


def blocks(session: Session, run_id: int) -> Iterator[ImportBlock]:
    """The blocks of a preview in reading order, one in memory at a time."""
    firsts = session.scalars(
        select(ImportBlock.first).where(ImportBlock.run_id == run_id).order_by(ImportBlock.first)
    ).all()
    for first in firsts:
        block = session.get(ImportBlock, (run_id, first))
        assert block is not None
        yield block
        if block in session and block not in session.dirty:
            session.expunge(block)


def block_states(session: Session, run_id: int) -> Sequence[Any]:
    """(first, file, sheet, states) of every block, in reading order."""
    return session.execute(
        select(ImportBlock.first, ImportBlock.file, ImportBlock.sheet, ImportBlock.states)
        .where(ImportBlock.run_id == run_id)
        .order_by(ImportBlock.first)
    ).all()


def block(session: Session, run_id: int, first: int) -> ImportBlock:
    """One block."""
    return session.get_one(ImportBlock, (run_id, first))


def notes(session: Session, run_id: int) -> dict[int, tuple[str, str]]:
    """(notes, raw) of the rows that have something to tell, by number, in reading order."""
    statement = select(ImportNote.number, ImportNote.notes, ImportNote.raw).where(ImportNote.run_id == run_id)
    return {number: (told, raw) for number, told, raw in session.execute(statement.order_by(ImportNote.number))}


def put_note(session: Session, run_id: int, number: int, told: str, raw: str) -> None:
    """Store or replace what is told of a row."""
    session.merge(ImportNote(run_id=run_id, number=number, notes=told, raw=raw))


def runs(session: Session) -> list[ImportRun]:
    """Stored previews, newest first."""
    return list(session.scalars(select(ImportRun).order_by(ImportRun.id.desc())))


def drop(session: Session, run_id: int) -> None:
    """Forget a preview."""
    clear(session, run_id)
    session.execute(delete(ImportRun).where(ImportRun.id == run_id))


def clear(session: Session, run_id: int) -> None:
    """Forget the rows of a preview that is worked out anew."""
    session.execute(delete(ImportNote).where(ImportNote.run_id == run_id))
    session.execute(delete(ImportBlock).where(ImportBlock.run_id == run_id))


def forget_plain_blocks(session: Session, run_id: int, kept: Sequence[int]) -> None:
    """Of an applied preview keep only the blocks that hold rows with something to tell, for the report."""
    session.execute(delete(ImportBlock).where(ImportBlock.run_id == run_id, ImportBlock.first.not_in(kept)))


def remembered(session: Session, sender: str) -> dict[str, str]:
    """What headings of this sender mean: heading → field, blank for not needed."""
    statement = select(HeadingMemory.heading, HeadingMemory.field).where(HeadingMemory.sender == sender)
    return {heading: name for heading, name in session.execute(statement)}  # noqa: C416 - rows are no pairs to mypy


def remember(session: Session, sender: str, meanings: dict[str, str]) -> None:
    """Remember what headings of this sender mean."""
    for heading, name in meanings.items():
        session.merge(HeadingMemory(sender=sender, heading=heading, field=name))


def members(session: Session, ids: Sequence[str]) -> dict[str, Member]:
    """Members for changing, by id."""
    return {member.id: member for member in session.scalars(select(Member).where(Member.id.in_(ids)))}


def relative_names(session: Session, member_ids: Sequence[str]) -> dict[str, set[str]]:
    """Names of the relatives in the households of these members, by member id."""
    found: dict[str, set[str]] = {}
    for start in range(0, len(member_ids), IN_ONE_QUESTION):
        statement = (
            select(Member.id, FamilyMember.name)
            .join(FamilyMember, FamilyMember.household_id == Member.household_id)
            .where(Member.id.in_(member_ids[start : start + IN_ONE_QUESTION]), FamilyMember.archived.is_(False))
        )
        for member_id, name in session.execute(statement):
            found.setdefault(member_id, set()).add(name)
    return found
