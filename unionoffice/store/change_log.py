"""Writes the change log at every flush, reads it back as history, and replays it.

The log holds what the database stores (text, whole numbers, nothing), so that replay is exact. Its lines are chained.
Lines of the bulk door name their columns once, in a `heading` line before them, and hold values only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import repeat
from typing import Any

import msgspec
from sqlalchemy import event, inspect, text
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.orm import Session

from unionoffice.kernel.changes import Changes
from unionoffice.models.base import Record
from unionoffice.models.change_entry import ChangeEntry, OperationEntry
from unionoffice.store.chain import CHANGES, Chain, moment

_DIALECT = sqlite_dialect()
encode = msgspec.json.encode
decode = msgspec.json.decode
_LINES = msgspec.json.Encoder()


def stored(model: type[Record], name: str, value: Any) -> Any:
    """A loaded value as the database keeps it: text, whole number or None."""
    bind = _binders(model).get(name)
    return bind(value) if bind is not None and value is not None else value


def loaded(model: type[Record], name: str, value: Any) -> Any:
    """The other way round: a value as the database keeps it, as a record holds it."""
    processor = model.__table__.columns[name].type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
    return processor(value) if processor is not None and value is not None else value


_BINDERS: dict[type[Record], dict[str, Any]] = {}


def _binders(model: type[Record]) -> dict[str, Any]:
    if model not in _BINDERS:
        _BINDERS[model] = {
            name: processor
            for name, column in model.__table__.columns.items()
            if (processor := column.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)) is not None
        }
    return _BINDERS[model]


def values_of(record: Record) -> dict[str, Any]:
    """All logged values of a record, as stored."""
    model = type(record)
    return {name: stored(model, name, getattr(record, name)) for name in model.fields()}


def created(model: type[Record], record_id: str, values: dict[str, Any]) -> tuple[str, str, str, int, str]:
    """The log line of a new record: (type, id, action, version, changes)."""
    kept = {name: value for name, value in values.items() if value is not None}
    return (model.type_name, record_id, "create", 1, encode(kept).decode())


HEADING = "heading"
"""The action of a line about no record: its `changes` are the names of the columns that later lines hold values of."""


def created_lines(heading: int, columns: Iterable[Sequence[Any]]) -> list[str]:
    """The `changes` of `create` lines, from columns of stored values in the order of the heading with this number."""
    rows = list(zip(repeat(heading), *columns))
    # one line break after each line, and none inside: JSON writes those in a text as \\n
    return _LINES.encode_lines(rows).decode().split("\n")[:-1]


def read(session: Session, changes: str) -> dict[str, Any]:
    """What a line says by column, blanks left out. Raises ValueError or LookupError for one that cannot be read."""
    line = decode(changes)
    if isinstance(line, dict):
        return line
    question = text("SELECT changes FROM change_entry WHERE seq = :seq AND action = :action")
    heading = session.execute(question, {"seq": line[0], "action": HEADING}).scalar_one_or_none()
    return _by_heading(line, {} if heading is None else {line[0]: decode(heading)})


def _by_heading(line: Sequence[Any], headings: Mapping[int, Sequence[str]]) -> dict[str, Any]:
    number, *values = line
    return {name: value for name, value in zip(headings[number], values, strict=True) if value is not None}


class Operation:
    """One operation in the log: opened before its first line, closed behind its last; see `store/chain.py`."""

    def __init__(self, session: Session, name: str, label: str, actor: str, at: datetime, reason: str | None) -> None:
        self._session = session
        self._chain = Chain(session, CHANGES)
        self._before = self._chain.lines
        newest = session.execute(text("SELECT coalesce(max(id), 0) FROM operation_entry")).scalar_one()
        self._headings: dict[tuple[str, tuple[str, ...]], int] = {}
        self.id: int = newest + 1
        self.token: str
        digest = self._chain.add("operation", self.id, name, label, actor, moment(at), reason)
        self.token = digest.hex()
        session.add(
            OperationEntry(
                id=self.id,
                name=name,
                label=label,
                actor=actor,
                at=at,
                reason=reason,
                entries=0,
                digest=digest,
                closing=digest,
            )
        )
        session.flush()

    def line(self, record_type: str, record_id: str, action: str, version: int, changes: str) -> ChangeEntry:
        """The next line, to be added to the session."""
        seq = self._chain.number()
        return ChangeEntry(
            seq=seq,
            operation_id=self.id,
            record_type=record_type,
            record_id=record_id,
            action=action,
            version=version,
            changes=changes,
            digest=self._chain.add("entry", seq, self.id, record_type, record_id, action, version, changes),
        )

    def write_created(
        self, cursor: Any, record_type: str, ids: Sequence[str], columns: Mapping[str, Sequence[Any]]
    ) -> None:
        """Write the next `create` lines, from columns of stored values by name, straight into the table."""
        changes = created_lines(self._heading(record_type, tuple(columns)), columns.values())
        cursor.executemany(
            "INSERT INTO change_entry (operation_id, record_type, action, version, seq, record_id, changes, digest)"
            f" VALUES ({self.id}, '{record_type}', 'create', 1, ?, ?, ?, ?)",
            self._chain.add_created(self.id, record_type, ids, changes),
        )

    def write_updated(self, cursor: Any, record_type: str, rows: Sequence[tuple[str, int]], changes: str) -> None:
        """Write the next `update` lines, of (id, version) alike in their changes, straight into the table."""
        lines = []
        for record_id, version in rows:
            entry = self.line(record_type, record_id, "update", version, changes)
            lines.append((version, entry.seq, record_id, changes, entry.digest))
        cursor.executemany(
            "INSERT INTO change_entry (operation_id, record_type, action, version, seq, record_id, changes, digest)"
            f" VALUES ({self.id}, '{record_type}', 'update', ?, ?, ?, ?, ?)",
            lines,
        )

    def _heading(self, record_type: str, names: tuple[str, ...]) -> int:
        """The number of this operation's heading for these columns, written when first asked for."""
        key = (record_type, names)
        if key not in self._headings:
            entry = self.line(record_type, "", HEADING, 0, encode(names).decode())
            self._session.add(entry)
            self._session.flush()
            self._headings[key] = entry.seq
        return self._headings[key]

    def close(self) -> None:
        """Keep the number of lines and the end of the chain."""
        self._session.execute(
            text("UPDATE operation_entry SET entries = :entries, closing = :closing WHERE id = :id"),
            {"entries": self._chain.lines - self._before - 1, "closing": self._chain.digest, "id": self.id},
        )
        self._chain.keep()


def listen(session: Session, operation: Operation, changes: Changes) -> None:
    """Log every record this session flushes under one operation, and derive its derived columns."""

    @event.listens_for(session, "before_flush")
    def log(session: Session, _context: Any, _instances: Any) -> None:
        for record in list(session.new):
            if isinstance(record, Record):
                values = values_of(record)
                _derive(record, values)
                _write(session, operation, changes, created(type(record), record.id, values))
        for record in list(session.dirty):
            if isinstance(record, Record) and (differences := _differences(record)):
                _derive(record, values_of(record))
                record.version += 1
                line = (record.type_name, record.id, "update", record.version, encode(differences).decode())
                _write(session, operation, changes, line)


def _write(session: Session, operation: Operation, changes: Changes, line: tuple[str, str, str, int, str]) -> None:
    session.add(operation.line(*line))
    changes.add(line[0], (line[1],))


def _derive(record: Record, values: dict[str, Any]) -> None:
    model = type(record)
    for name, value in derived_values(model, values).items():
        setattr(record, name, value)


def derived_values(model: type[Record], values: dict[str, Any]) -> dict[str, Any]:
    """Derived columns by name from the stored values of one record."""
    names = model.derived()
    if not names:
        return {}
    columns = model.derive(*([values.get(name)] for name in model.derived_from))
    return {name: column[0] for name, column in zip(names, columns, strict=True)}


def _differences(record: Record) -> dict[str, list[Any]]:
    """Stored old and new value of each logged column that really differs."""
    model = type(record)
    state = inspect(record)
    found = {}
    for name in model.fields():
        history = state.attrs[name].history
        if not history.has_changes():
            continue
        old = stored(model, name, history.deleted[0]) if history.deleted else None
        new = stored(model, name, history.added[0]) if history.added else None
        if old != new:
            found[name] = [old, new]
    return found


def fold(entries: Iterable[tuple[int, str, str, int, str]]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Final (id, version, stored values) of each record of one type, from (seq, id, action, version, changes).

    The entries must come in order of record, then of the log, which puts headings first: they are about none. An
    `erase` says what the record is from there on. An update of a record that was never created raises ValueError, a
    line without its heading LookupError.
    """
    headings: dict[int, list[str]] = {}
    current: str | None = None
    version = 0
    values: dict[str, Any] = {}
    for seq, record_id, action, entry_version, line in entries:
        changes = decode(line)
        if action == HEADING:
            headings[seq] = changes
            continue
        if record_id != current:
            if current is not None:
                yield current, version, values
            if action != "create":
                raise ValueError(record_id)
            current, values = record_id, {}
        if action == "erase":
            values, version = changes.get("values", {}), entry_version  # itself emptied by a later one
            continue
        if action == "create":
            values.update(changes if isinstance(changes, dict) else _by_heading(changes, headings))
        else:
            values.update({name: pair[1] for name, pair in changes.items()})
        version = entry_version
    if current is not None:
        yield current, version, values
