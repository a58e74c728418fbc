"""The only way to write: one operation, one transaction, one set of log entries."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.clock import Clock
from unionoffice.kernel.errors import Conflict, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.base import Record
from unionoffice.models.permission import permit
from unionoffice.store import change_log, erasing, scope
from unionoffice.store.engine import BUSY_MILLISECONDS, FAULTS, connect, open_engine, translated

R = TypeVar("R", bound=Record)


class UnitOfWork:
    """An open operation: records added or changed here are logged and committed together, or not at all."""

    def __init__(self, session: Session, operation: change_log.Operation, at: datetime) -> None:
        self.session = session
        self.operation_id = operation.id
        self.at = at
        self.changes = Changes()
        self.keep = False
        self._operation = operation

    def get(self, model: type[R], record_id: str, *, version: int | None = None) -> R:
        """The record, for changing. Raises UserError when it is gone, Conflict when `version` is no longer its own."""
        record = self.session.get(model, record_id)
        if record is None:
            raise UserError(f"这条{model.title}记录已经找不到，请刷新列表。")
        if version is not None and record.version != version:
            raise Conflict(f"这条{model.title}记录刚被别处改过，请重新打开再改，您填写的内容仍在。")
        return record

    def add(self, record: R) -> R:
        """Keep a new record."""
        self.session.add(record)
        return record

    def add_many(self, model: type[Record], columns: Mapping[str, Sequence[Any]]) -> int:
        """The bulk door: many new records with the same log as `add`, for imports and generated lists.

        `columns` holds stored values by logged column, plus `id`, all of one length; columns not named stay empty,
        `archived` becomes no. Returns how many were written.
        """
        scope.must_be_open(self.session, model)
        self.session.flush()
        logged = {name: column for name, column in columns.items() if name != "id"}
        ids = list(columns["id"])
        count = len(ids)
        sources = [columns.get(name) or [None] * count for name in model.derived_from]
        derived = model.derive(*sources)
        names = ", ".join(f'"{name}"' for name in ("archived", "version", "id", *logged, *model.derived()))
        marks = ",".join("?" * (len(logged) + 1 + len(model.derived())))
        cursor = self._cursor()
        cursor.executemany(
            f"INSERT INTO {model.__tablename__} ({names}) VALUES (0, 1, {marks})",
            zip(ids, *logged.values(), *derived, strict=True),
        )
        self._operation.write_created(cursor, model.type_name, ids, {**logged, "archived": [0] * count})
        self.changes.add(model.type_name, ids)
        return count

    def archive_many(self, model: type[Record], ids: Sequence[str]) -> None:
        """Put many records away, with the same log as setting `archived` on each."""
        scope.must_be_open(self.session, model)
        self.session.flush()
        self.session.expire_all()
        cursor = self._cursor()
        table = model.__tablename__
        for start in range(0, len(ids), _AT_ONCE):
            part = ids[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            question = f"SELECT id, version + 1 FROM {table} WHERE archived = 0 AND id IN ({marks}) ORDER BY id"
            rows = cursor.execute(question, part).fetchall()
            cursor.executemany(
                f"UPDATE {table} SET archived = 1, version = ? WHERE id = ?", ((row[1], row[0]) for row in rows)
            )
            self._operation.write_updated(cursor, model.type_name, rows, '{"archived":[0,1]}')
            self.changes.add(model.type_name, [row[0] for row in rows])

    def erase(
        self, model: type[Record], record_id: str, values: Mapping[str, Any], operations: Sequence[int] = ()
    ) -> None:
        """Give a record these stored values for good: what it was before leaves the log too (`store/erasing.py`)."""
        self.session.flush()
        self.session.expire_all()
        erasing.erase(self.session, self._operation, model, record_id, values, operations)
        self.changes.add(model.type_name, (record_id,))

    @property
    def token(self) -> str:
        """What tells this operation from every other: the digest with which it stands in the log."""
        return self._operation.token

    def keep_working_data(self) -> None:
        """Commit although no record changed: working data did."""
        self.keep = True

    def _cursor(self) -> Any:
        connection = self.session.connection().connection.dbapi_connection
        assert connection is not None
        return connection.cursor()


_AT_ONCE = 5000
"""Values in one IN: SQLite takes 32,766."""


class Store:
    """One open office file; with `reading` every operation is refused by the database, with the usual sentence."""

    def __init__(self, path: Path, clock: Clock, *, key: bytes | None = None, reading: bool = False) -> None:
        self.path = path
        self.clock = clock
        self.key = key
        self.viewer: Actor | None = None
        self.engine: Engine = open_engine(path, key=key, reading=reading)

    @contextmanager
    def operation(self, name: str, label: str, actor: Actor, *, reason: str | None = None) -> Iterator[UnitOfWork]:
        """A unit of work that commits when the block ends well and rolls back otherwise.

        `name` is the stable name for code (`hardship:approve`), `label` what a user calls it (“审批”). Raises Refused
        when the actor's roles do not hold it.
        """
        permit(actor, name)
        with self._faults(), Session(self.engine, expire_on_commit=False) as session:
            scope.bind(session, actor)
            session.connection(execution_options={"writing": True})
            at = self.clock.now()
            entry = change_log.Operation(session, name, label, actor.name, at, reason or None)
            uow = UnitOfWork(session, entry, at)
            change_log.listen(session, entry, uow.changes)
            with _no_garbage_collection():
                yield uow
                session.flush()
            if uow.changes or uow.keep:
                entry.close()
                session.commit()
            else:
                session.expunge_all()  # a rollback would empty what the caller still holds
                session.rollback()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for questions of whoever has the office open; what it loads stays usable after it closes."""
        with self._faults(), Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            scope.bind(session, self.viewer)
            yield session

    @contextmanager
    def working(self, *, wait: bool = True) -> Iterator[Session]:
        """A transaction on working data that is no record of the office (import previews, headings, drafts).

        Without `wait`, EnvironmentFault is raised at once while somebody else is writing.
        """
        with self._faults(), self.engine.connect() as connection:
            connection.execution_options(writing=True)
            with Session(connection, expire_on_commit=False) as session:
                with _patience(connection, wait=wait):
                    session.connection()
                with _no_garbage_collection():
                    yield session
                session.commit()

    def log_position(self) -> int:
        """The number of the newest log entry; unchanged means that nothing in the office changed."""
        with self.reading() as session:
            return int(session.execute(text("SELECT coalesce(max(seq), 0) FROM change_entry")).scalar_one())

    def compact(self) -> None:
        """Write the file anew, so that nothing erased is left in its unused places.

        Raises EnvironmentFault when another program has it open or the disk has no room for a second one.
        """
        self.engine.dispose()
        with self._faults(), closing(connect(self.path, key=self.key)) as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, *FAULTS) as fault:
            raise translated(getattr(fault, "orig", None) or fault, self.path.name) from fault
        except UnicodeEncodeError as fault:  # half an emoji, as some input methods and backspaces leave behind
            raise UserError("填写的内容里有半个字符，存不下来。请把它删掉，重新填写。") from fault


@contextmanager
def _patience(connection: Connection, *, wait: bool) -> Iterator[None]:
    """How long a transaction waits for its turn to begin."""
    driver: Any = connection.connection.driver_connection
    if not wait:
        driver.execute("PRAGMA busy_timeout=0")
    try:
        yield
    finally:
        if not wait:
            driver.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Bulk writes make millions of short-lived tuples and no cycles: collecting them would cost a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
