"""Whether an office file is sound and nobody's at the moment, and putting another in its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

from sqlcipher3 import dbapi2

from unionoffice.store import keyring
from unionoffice.store.disk import folder_to_disk
from unionoffice.store.engine import FAULTS, check_head, connect, translated
from unionoffice.store.schema import BESIDE


def left_open(path: Path) -> bool:
    """Whether the office was not closed in order, or is in use: only then something may be half written."""
    with suppress(OSError):
        return any(path.with_name(path.name + suffix).stat().st_size for suffix in ("-wal", "-journal"))
    return False


def damage(path: Path, *, key: bytes | None = None, whole: bool = True, reading: bool = False) -> str | None:
    """What is wrong with an office file's inside, in the database's own words for the log; None when nothing is.

    Every page and index is read: half a second for 100,000 members, a second when encrypted. Without `whole` only the
    length and the list of tables. Raises UserError as `check_head` does when the file is no office at all,
    EnvironmentFault when it is locked.
    """
    check_head(path, key=key)
    settled = not left_open(path)  # else a page torn in the file may stand whole beside it
    try:
        with closing(connect(path, key=key, reading=reading)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if not whole:
                return None
            if key is not None and settled:
                row = connection.execute("PRAGMA cipher_integrity_check").fetchone()
                if row is not None:
                    return str(row[0])
            (line,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            return None if line == "ok" else str(line)
    except dbapi2.OperationalError as fault:
        raise translated(fault, path.name) from fault
    except FAULTS as fault:
        return str(fault)


def office_id_in(path: Path, *, key: bytes | None = None) -> str | None:
    """The id an office keeps of itself; None when it cannot be read."""
    try:
        with closing(connect(path, key=key, reading=True)) as connection:
            row = connection.execute("SELECT id FROM office LIMIT 1").fetchone()
    except (OSError, *FAULTS):
        return None
    return str(row[0]) if row else None


def let_go(path: Path, *, key: bytes | None = None) -> bool:
    """Whether no other program has the office open; what was left beside it is taken into it first.

    A damaged office, or one that this key does not open, has to be taken as let go of: Windows still refuses to move a
    file in use.
    """
    try:
        with closing(connect(path, key=key)) as connection:
            connection.execute("PRAGMA busy_timeout=500")
            (mode,) = connection.execute("PRAGMA journal_mode=DELETE").fetchone()  # refused while anybody else is there
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
            return str(mode).lower() == "delete"
    except FAULTS as fault:
        return not any(word in str(fault).lower() for word in ("locked", "busy"))


def replace_office(ready: Path, target: Path, aside: Path, *, with_key: bool) -> None:
    """Put a finished office in another's place, which stays as `aside`, with its key file and all that lay beside it.

    `with_key` says that the finished one's key file comes with it, otherwise the one there stays. Raises OSError with
    everything as it was.
    """
    undo: list[Callable[[], object]] = []
    try:
        there = target.exists()
        if there:
            _set_aside(target, aside, undo)
        for suffix in BESIDE:
            beside = target.with_name(target.name + suffix)
            if beside.exists():
                undo.append(partial(beside.rename(aside.with_name(aside.name + suffix)).replace, beside))
        key, kept_key = keyring.key_path(target), keyring.key_path(aside)
        if key.exists() and (there or with_key):
            undo.append(partial(kept_key.unlink, missing_ok=True))
            shutil.copy(key, kept_key)
            if with_key:
                undo.append(partial(key.write_bytes, key.read_bytes()))
        if with_key:
            keyring.key_path(ready).replace(key)
        ready.replace(target)
    except OSError:
        for step_back in reversed(undo):
            step_back()
        raise
    folder_to_disk(target.parent)


def _set_aside(target: Path, aside: Path, undo: list[Callable[[], object]]) -> None:
    try:
        aside.hardlink_to(target)  # so that at no moment there is no office
    except OSError:
        target.rename(aside)  # a stick's file system has no links
        undo.append(partial(aside.replace, target))
    else:
        undo.append(aside.unlink)
