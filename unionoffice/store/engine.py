"""Opening an office file: the checks that come first, and connections that always behave the same.

`sqlcipher3` is used everywhere, with or without a key, so that one SQLite version runs on every PC.
"""

from __future__ import annotations

import os
import re
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.store.keyring import key_path
from unionoffice.store.naming import table_title

APPLICATION_ID = 0x554F4643
SUFFIX = ".ghoffice"
BUSY_MILLISECONDS = 4000
PAGE_BYTES = 8192

dbapi2.register_adapter(type(None), {}.get)
"""The driver looks for an adapter of every value it does not know, None included, at ten times the cost of binding
it: this one is found at once, and answers None."""


def connect(path: Path, *, key: bytes | None = None, create: bool = False, reading: bool = False) -> Any:
    """A raw connection in autocommit mode with the office's settings; see `open_engine` for the faults.

    `key` is the data key of an encrypted office (`store/keyring.py`), None for a plain one.
    """
    mode = _reading_mode(path) if reading else "mode=rwc" if create else "mode=rw"
    connection = dbapi2.connect(
        f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    with ExitStack() as unless_ready:
        unless_ready.callback(connection.close)
        if key is not None:
            connection.execute("PRAGMA cipher_log_level=NONE")  # it would write English to standard error
            connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
            connection.execute(f"PRAGMA cipher_page_size={PAGE_BYTES}")
        connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA cache_size=-196608")
        connection.execute("PRAGMA temp_store=MEMORY")
        unless_ready.pop_all()
    return connection


def _reading_mode(path: Path) -> str:
    """How to open a file that cannot be written, leaving nothing beside it.

    SQLite reads a WAL file only where it may keep an index beside it, else only as one that nobody changes
    (`immutable`). That skips what still lies in the -wal file of an office in use or broken off by a crash, so it is
    said only when there is no such file.
    """
    with path.open("rb") as file:
        head = file.read(20)
    in_wal_mode = head[:16] != _PLAIN_START or head[18:19] == b"\x02"
    index, *logs = (path.with_name(path.name + suffix) for suffix in ("-shm", "-wal", "-journal"))
    alone = not index.exists() and not any(log.exists() and log.stat().st_size for log in logs)
    return "mode=ro&immutable=1" if in_wal_mode and alone else "mode=ro"


def open_engine(path: Path, *, key: bytes | None = None, reading: bool = False) -> Engine:
    """An engine on an existing office file; with `reading` one that can change nothing.

    Raises EnvironmentFault when the file is locked, read-only or damaged, UserError when it is missing or no office.
    """
    if reading:
        check_reading(path, key=key)
    else:
        check_file(path, key=key)
        with suppress(dbapi2.Error), closing(connect(path, key=key)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")  # a copy made as backup is not; held by another, it stays so
    engine = create_engine(
        "sqlite://",
        creator=lambda: connect(path, key=key, reading=reading),
        module=dbapi2,
        poolclass=QueuePool,
        pool_size=3,
        max_overflow=2,
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def check_file(path: Path, *, key: bytes | None = None) -> None:
    """Everything that can be wrong with an office file before its contents are used, as a sentence."""
    check_head(path, key=key)
    if not _may_be_written(path):
        raise EnvironmentFault(f"办公文件“{path.name}”或所在文件夹是只读的，不能登记。请复制到可写的文件夹再打开。")
    try:
        with closing(connect(path, key=key)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.execute("ROLLBACK")
    except FAULTS as fault:
        raise translated(fault, path.name) from fault


def why_only_reading(path: Path, *, key: bytes | None = None) -> str | None:
    """Why nothing can be written to an office file now, as a sentence for who only wants to read; None when it can.

    Does not wait for another program that is writing. Raises EnvironmentFault when the file is damaged.
    """
    check_head(path, key=key)
    fixed = f"办公文件“{path.name}”或所在文件夹是只读的，这次只读打开，不能登记；要登记请把它复制到可写的文件夹再打开。"
    if not _may_be_written(path):
        return fixed
    try:
        with closing(connect(path, key=key)) as connection:
            connection.execute("PRAGMA busy_timeout=0")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except FAULTS as fault:
        text = str(fault).lower()
        if "locked" in text or "busy" in text:
            return f"办公文件“{path.name}”正被另一个程序写入，这次只读打开，读到的是它写入之前的内容，不能登记。"
        if "readonly" in text or "unable to open" in text:  # a Windows folder without the right to write
            return fixed
        raise translated(fault, path.name) from fault
    return None


def check_reading(path: Path, *, key: bytes | None = None) -> None:
    """Whether a file that cannot be written can be read as it is, else a sentence."""
    try:
        with closing(connect(path, key=key, reading=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except FAULTS as fault:
        text = str(fault).lower()
        if "readonly" in text or "unable to open" in text:
            raise EnvironmentFault(
                f"办公文件“{path.name}”上次没有正常关闭，旁边的“{path.name}-wal”或“-journal”里还有没并入的内容，"
                "在只读的位置不能读全。请把它们一起复制到可写的文件夹再打开。"
            ) from fault
        raise translated(fault, path.name) from fault


def _may_be_written(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def is_encrypted(path: Path) -> bool:
    """Whether an office file can only be read with a key; UserError or EnvironmentFault when it is none at all."""
    head = _head(path)
    if head[:16] == _PLAIN_START:
        return False
    keys = key_path(path)
    if len(head) < 100 or (path.suffix.lower() != SUFFIX and not keys.exists()):
        raise _no_office(path)
    if not keys.exists():
        raise EnvironmentFault(
            f"“{path.name}”打不开：它是加密的，而旁边没有密钥文件“{keys.name}”，或者文件头已损坏。"
            "请把密钥文件放回旁边，或用两张恢复卡打开，或从备份恢复。"
        )
    return True


def is_closed(path: Path) -> bool:
    """Whether a file could be an encrypted office: by its name, as nothing in it tells."""
    return path.suffix.lower() == SUFFIX and path.is_file() and _head(path)[:16] != _PLAIN_START


def check_head(path: Path, *, key: bytes | None = None) -> None:
    """Whether the file looks like an office at all, and as encrypted as `key` says, else a sentence."""
    head = _head(path)
    encrypted = head[:16] != _PLAIN_START
    if len(head) < 100 or (encrypted and key is None):
        raise _no_office(path)
    if not encrypted and key is not None:
        raise EnvironmentFault(f"“{path.name}”本应是加密的，现在却没有加密，可能被人换过，没有打开。请从备份恢复。")
    if not encrypted and int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise UserError(f"“{path.name}”是别的程序的数据库，不是工会办公文件。")


def _no_office(path: Path) -> EnvironmentFault:
    return EnvironmentFault(f"“{path.name}”不是办公文件，或文件头已损坏。请从备份恢复，或选择正确的文件。")


_PLAIN_START = b"SQLite format 3\x00"


def _head(path: Path) -> bytes:
    if path.is_dir():
        raise UserError(f"“{path.name}”是文件夹，不是办公文件。")
    if not path.exists():
        raise UserError(f"找不到办公文件“{path}”。请核对位置，或先新建一个办公文件。")
    try:
        with path.open("rb") as file:
            return file.read(100)
    except OSError as fault:
        raise EnvironmentFault(f"办公文件“{path.name}”打不开：{reason(fault)}。") from fault


FAULTS = (dbapi2.Error, UnicodeDecodeError)
"""What the driver raises; its own messages quote damaged names, which need not be text."""


def translated(fault: Exception, name: str) -> UserError:
    """The sentence for a database fault; `name` is the file's."""
    text = "malformed" if isinstance(fault, UnicodeDecodeError) else str(fault).lower()
    if "locked" in text or "busy" in text:
        return EnvironmentFault(f"办公文件“{name}”正被另一个程序写入，请等它完成或关闭后再试。")
    if "readonly" in text or "read-only" in text:
        return EnvironmentFault(f"办公文件“{name}”是只读的，不能登记。请复制到可写的文件夹再打开。")
    if "full" in text:
        return EnvironmentFault("磁盘已满，这一步没有保存。请清理磁盘后再做一次。")
    if "not a database" in text:
        return EnvironmentFault(
            f"办公文件“{name}”打不开：旁边的密钥文件不是它的，或文件头已损坏。"
            "请把它自己的密钥文件放回来，还不行再从最近的备份恢复。"
        )
    if "malformed" in text or "corrupt" in text:
        return EnvironmentFault(f"办公文件“{name}”已损坏，没有改动它。请从最近的备份恢复。")
    if missing := re.search(r"no such table: (?:main\.)?(\w+)", text):
        return EnvironmentFault(
            f"办公文件“{name}”已损坏：里面的“{table_title(missing[1])}”不见了。请从最近的备份恢复。"
        )
    return EnvironmentFault(f"办公文件“{name}”读写失败，这一步没有保存。请检查磁盘或移动存储后再试。")


def reason(fault: OSError) -> str:
    """An operating system fault in the office's words."""
    if isinstance(fault, PermissionError):
        return "没有权限，或文件正被别的程序（如 WPS、Excel）打开"
    if isinstance(fault, FileNotFoundError):
        return "位置不存在"
    if isinstance(fault, IsADirectoryError):
        return "它是文件夹"
    if fault.errno == 28:
        return "磁盘已满"
    return "磁盘读写失败"
