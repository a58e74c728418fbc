"""Erasing what a record was, from the record and from every line of the log about it, so that the log still fits.

The digests of the lines stay where they are: they bind the lines before to the lines behind. Of an erased line only
`{}` is left, of an erased reason `ERASED_REASON`. A new line `erase` of the same record holds what the record is from
now on, and names each line and operation emptied for it with the digest of what is left of it; `walk_changes` takes an
emptied line for whole only then. So nobody gets rid of a line quietly: there is an operation that says so, chained and
sealed like any other. What it cannot tell any more is what an emptied line said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from unionoffice.models.base import Record
from unionoffice.models.fields import Kind
from unionoffice.store.chain import ERASED_LINE, ERASED_REASON, erased_entry, erased_operation
from unionoffice.store.change_log import HEADING, derived_values, encode
from unionoffice.store.queries import drafts, forms, print_marks

if TYPE_CHECKING:
    from unionoffice.store.change_log import Operation


def erase(
    session: Session,
    operation: Operation,
    model: type[Record],
    record_id: str,
    values: Mapping[str, Any],
    operations: Sequence[int] = (),
) -> None:
    """Give a record these stored values, its other ones staying, and empty every earlier line of the log about it.

    What anybody has half typed about it, or typed into a form, is forgotten, as are the marks of papers about it.
    `operations` are emptied of their reason. Raises LookupError for a record there is not.
    """
    table = model.__tablename__
    names = tuple(model.fields())
    columns = ", ".join(f'"{name}"' for name in names)
    row = session.execute(
        text(f"SELECT version, {columns} FROM {table} WHERE id = :id"), {"id": record_id}
    ).one_or_none()
    if row is None:
        raise LookupError(record_id)
    before = dict(zip(names, row[1:], strict=True))
    drafts.drop_about(session, record_id, _telling(model, before))
    forms.forget_about(session, _telling(model, before), record_id)
    print_marks.forget_about(session, record_id)
    now = {**before, **values}
    version = row[0] + 1
    kept = {**now, **derived_values(model, now), "version": version}
    settings = ", ".join(f'"{name}" = :{name}' for name in kept)
    session.execute(text(f"UPDATE {table} SET {settings} WHERE id = :id"), {**kept, "id": record_id})
    line = {
        "values": {name: value for name, value in now.items() if value is not None},
        "lines": _empty_lines(session, model.type_name, record_id),
        "operations": _empty_reasons(session, operations),
    }
    session.add(operation.line(model.type_name, record_id, "erase", version, encode(line).decode()))
    session.flush()


def _telling(model: type[Record], values: Mapping[str, Any]) -> list[str]:
    """The values by which a draft that is not of this record may tell of it all the same: its name and numbers."""
    return [
        value
        for name, facts in model.fields().items()
        if (name == "name" or facts.kind in (Kind.ID_NUMBER, Kind.PHONE)) and (value := values.get(name))
    ]


def _empty_lines(session: Session, record_type: str, record_id: str) -> dict[str, str]:
    """Empty the lines about a record; what is left of each by its number. Those emptied before are named anew."""
    key = {"type": record_type, "id": record_id}
    where = "WHERE record_type = :type AND record_id = :id"
    session.execute(text(f"UPDATE change_entry SET changes = '{ERASED_LINE}' {where}"), key)
    rows = session.execute(
        text(
            "SELECT seq, operation_id, record_type, record_id, action, version, changes FROM change_entry"
            f" {where} ORDER BY seq"
        ),
        key,
    )
    return {str(row[0]): erased_entry(tuple(row)) for row in rows}


def _empty_reasons(session: Session, operations: Sequence[int]) -> dict[str, str]:
    found: dict[str, str] = {}
    for number in operations:
        key = {"id": number, "reason": ERASED_REASON}
        session.execute(text("UPDATE operation_entry SET reason = :reason WHERE id = :id"), key)
        row = session.execute(
            text("SELECT id, name, label, actor, at, reason FROM operation_entry WHERE id = :id"), {"id": number}
        ).one()
        found[str(number)] = erased_operation(tuple(row))
    return found


def reasons_about(session: Session, record_ids: Sequence[str]) -> list[int]:
    """Operations that did something to these records alone and were given a reason: it may tell of the person."""
    marks = ", ".join(f":{place}" for place in range(len(record_ids)))
    ids = {str(place): record_id for place, record_id in enumerate(record_ids)}
    rows = session.execute(
        text(
            "SELECT id FROM operation_entry AS op WHERE reason IS NOT NULL AND id IN"
            f" (SELECT operation_id FROM change_entry WHERE record_id IN ({marks}))"
            f" AND NOT EXISTS (SELECT 1 FROM change_entry WHERE operation_id = op.id AND action <> '{HEADING}'"
            f" AND record_id NOT IN ({marks})) ORDER BY id"
        ),
        ids,
    )
    return list(rows.scalars())
