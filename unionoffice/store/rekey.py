"""An office encrypted anew with another data key: into a file beside it, compared, and only then put in its place.

Two files change, the office and its key file, and a crash may come between them. The key file is written first, for
both keys (`keyring.changing`); then the office file is replaced in one step; then the key file forgets the former key.
So at every moment the two files that lie there open with everybody's password.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.kernel.progress import Progress, Silent, step
from unionoffice.store import keyring
from unionoffice.store.disk import folder_to_disk
from unionoffice.store.engine import FAULTS, check_file, connect, reason, translated
from unionoffice.store.schema import discard

_SALT_BYTES = 16
_PAGES = 512
_WINDOWS = os.name == "nt"
_FACTS = ("application_id", "user_version", "page_size", "auto_vacuum", "encoding")


@contextmanager
def alone(path: Path, key: bytes) -> Iterator[Any]:
    """A connection to an office file that nobody else has open, and nobody can open before it is closed.

    Nothing of the office lies in a file beside it then. Raises EnvironmentFault when another program has it open.
    """
    check_file(path, key=key)
    with closing(connect(path, key=key)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
            connection.execute("PRAGMA locking_mode=EXCLUSIVE").fetchone()
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")  # in this mode the lock stays, and a backup may be read
            mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        except FAULTS as fault:
            raise _in_use(path, fault) from fault
        if mode != "delete":
            raise _in_use(path, None)
        yield connection


def encrypt_beside(held: Any, path: Path, key: bytes, progress: Progress | None = None) -> Path:
    """Copy an office page by page into a file beside it under another key, and compare; returns that file.

    `held` is what `alone` gave. What a crash left there before is removed. Raises EnvironmentFault when the disk
    refuses, or the copy is not what the office is, Cancelled when it was stopped.
    """
    progress = progress or Silent()

    def copied(_status: int, remaining: int, total: int) -> None:
        step(progress, total - remaining, total, "正在重新加密")

    beside = path.with_name(path.name + "~")
    with ExitStack() as unless_done:
        unless_done.callback(_discard_quietly, beside)
        try:
            discard(beside)
            with closing(connect(beside, key=key, create=True)) as fresh:
                held.backup(fresh, pages=_PAGES, progress=copied, sleep=0)  # nobody else writes: nothing to wait for
                step(progress, 0, 0, "正在核对重新加密的内容")
                same = _contents(held) == _contents(fresh)
            shutil.copymode(path, beside)
        except OSError as fault:
            raise EnvironmentFault(
                f"没有更换密钥（{reason(fault)}），原文件没有改动。请检查磁盘后再做一次。"
            ) from fault
        except FAULTS as fault:
            raise translated(fault, path.name) from fault
        if not same:
            raise EnvironmentFault("重新加密后的内容和原来的不一致，没有更换密钥，原文件没有改动。请先检查磁盘。")
        unless_done.pop_all()
    return beside


def put_in_place(held: Any, path: Path, beside: Path, file: keyring.KeyFile, key: bytes) -> None:
    """Make the file beside it the office, and the key file fit it. Raises EnvironmentFault when nothing was changed.

    `file` is the key file as it was, `key` the new key. Whoever has the office open on Windows keeps it from being
    replaced; elsewhere nobody can have, as long as `held` is.
    """
    left = [log for suffix in ("-wal", "-journal") if (log := path.with_name(path.name + suffix)).exists()]
    left += [log for suffix in ("-wal", "-journal") if (log := beside.with_name(beside.name + suffix)).exists()]
    if left:
        raise EnvironmentFault(f"“{left[0].name}”还在，没有更换密钥，原文件没有改动。请关闭程序重新打开后再做一次。")
    with beside.open("rb+") as fresh:
        salt = fresh.read(_SALT_BYTES)
        os.fsync(fresh.fileno())
    file = msgspec.structs.replace(file, failures=keyring.read(path).failures)  # tried while it was being encrypted
    keyring.write(path, keyring.changing(file, key, salt))
    folder_to_disk(path.parent)
    if _WINDOWS:
        held.close()  # Windows replaces no open file
    try:
        beside.replace(path)
    except OSError as fault:
        keyring.write(path, file)
        raise EnvironmentFault(
            f"没有更换密钥（{reason(fault)}），原文件没有改动。请关闭别的程序后再做一次。"
        ) from fault
    folder_to_disk(path.parent)
    with suppress(EnvironmentFault):  # it fits both files already, and is put right when next read
        keyring.write(path, keyring.resealed(file, key))


def _discard_quietly(path: Path) -> None:
    with suppress(OSError):
        discard(path)


def _contents(connection: Any) -> dict[str, Any]:
    """What both files must have in common: settings, every table's definition and number of rows, where counting is."""
    schema = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    tables = [name for kind, name, _table, _sql in schema if kind == "table"]
    counts = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}
    return {
        "facts": [connection.execute(f"PRAGMA {fact}").fetchone()[0] for fact in _FACTS],
        "schema": schema,
        "counts": counts,
        "counters": connection.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name").fetchall(),
        "revision": connection.execute("SELECT version_num FROM alembic_version").fetchall(),
    }


def _in_use(path: Path, fault: Exception | None) -> EnvironmentFault:
    text = str(fault).lower() if fault is not None else "locked"
    if fault is not None and "locked" not in text and "busy" not in text:
        found = translated(fault, path.name)
        return found if isinstance(found, EnvironmentFault) else EnvironmentFault(found.sentence)
    return EnvironmentFault(f"“{path.name}”还在别的窗口或程序里打开着，没有更换密钥。请全部关闭后再做一次。")
