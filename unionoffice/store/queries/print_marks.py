"""Marks on printed papers: by code, the current one of a subject, and what is done with them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from unionoffice.models.print_mark import PrintMark

_AT_ONCE = 5000
"""Values in one IN: SQLite takes 32,766."""


def by_code(session: Session, code: str) -> PrintMark | None:
    """The mark with a code."""
    return session.get(PrintMark, code)


def by_codes(session: Session, codes: Collection[str]) -> dict[str, PrintMark]:
    """Marks by code, as far as there are any."""
    return {mark.code: mark for mark in _by(session, PrintMark.code, sorted(codes))}


def of_subjects(session: Session, subjects: Collection[str]) -> dict[str, list[PrintMark]]:
    """All marks that were ever given for each subject."""
    found: dict[str, list[PrintMark]] = {}
    for mark in _by(session, PrintMark.subject, sorted(subjects)):
        found.setdefault(mark.subject, []).append(mark)
    return found


def subjects_given(session: Session, prefix: str, begins: datetime, ends: datetime) -> list[tuple[str, str]]:
    """Subjects that begin so and got their first mark from `begins` on and before `ends`, in that order, and their
    form."""
    first = func.min(PrintMark.issued_at)
    rows = session.execute(
        select(PrintMark.subject, func.min(PrintMark.form))
        .where(PrintMark.subject.startswith(prefix, autoescape=True))
        .group_by(PrintMark.subject)
        .having(first >= begins, first < ends)
        .order_by(first, PrintMark.subject)
    )
    return [(subject, form) for subject, form in rows]


def replace(mark: PrintMark, by: PrintMark, at: datetime) -> None:
    """Paper with `mark` no longer holds, that with `by` does."""
    mark.replaced_by, mark.replaced_at = by.code, at
    by.replaced_by = by.replaced_at = None


def forget_about(session: Session, record_id: str) -> None:
    """Drop the marks of papers about one record: what its values were could be guessed from their digest."""
    session.execute(delete(PrintMark).where(PrintMark.record_id == record_id))


def _by(session: Session, column: Any, values: Sequence[str]) -> list[PrintMark]:
    return [
        mark
        for start in range(0, len(values), _AT_ONCE)
        for mark in session.scalars(select(PrintMark).where(column.in_(values[start : start + _AT_ONCE])))
    ]
