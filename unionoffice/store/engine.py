"""Opening an office file: the checks that come first, and connections that always behave the same.

`sqlcipher3` is used everywhere, with or without a key, so that one SQLite version runs on every PC.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from unionoffice.kernel.errors import EnvironmentFault, UserError

APPLICATION_ID = 0x554F4643
SUFFIX = ".ghoffice"
BUSY_MILLISECONDS = 4000


def connect(path: Path, *, create: bool = False) -> Any:
    """A raw connection in autocommit mode with the office's settings; see `open_engine` for the faults."""
    mode = "rwc" if create else "rw"
    connection = dbapi2.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    with ExitStack() as unless_ready:
        unless_ready.callback(connection.close)
        connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA cache_size=-196608")
        connection.execute("PRAGMA temp_store=MEMORY")
        unless_ready.pop_all()
    return connection


def open_engine(path: Path) -> Engine:
    """An engine on an existing office file.

    Raises EnvironmentFault when the file is locked, read-only or damaged, UserError when it is missing or no office.
    """
    check_file(path)
    with closing(connect(path)) as connection, suppress(dbapi2.Error):
        connection.execute("PRAGMA journal_mode=WAL")  # a copy made as backup is not; held by another, it stays so
    engine = create_engine(
        "sqlite://",
        creator=lambda: connect(path),
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


def check_file(path: Path) -> None:
    """Everything that can be wrong with an office file before its contents are used, as a sentence."""
    if path.is_dir():
        raise UserError(f"“{path.name}”是文件夹，不是办公文件。")
    if not path.exists():
        raise UserError(f"找不到办公文件“{path}”。请核对位置，或先新建一个办公文件。")
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except OSError as fault:
        raise EnvironmentFault(f"办公文件“{path.name}”打不开：{reason(fault)}。") from fault
    if len(head) < 100 or head[:16] != b"SQLite format 3\x00":
        raise EnvironmentFault(f"“{path.name}”不是办公文件，或文件头已损坏。请从备份恢复，或选择正确的文件。")
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise UserError(f"“{path.name}”是别的程序的数据库，不是工会办公文件。")
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise EnvironmentFault(f"办公文件“{path.name}”或所在文件夹是只读的，不能登记。请复制到可写的文件夹再打开。")
    try:
        with closing(connect(path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.execute("ROLLBACK")
    except FAULTS as fault:
        raise translated(fault, path.name) from fault


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
    if "malformed" in text or "not a database" in text or "corrupt" in text:
        return EnvironmentFault(f"办公文件“{name}”已损坏，没有改动它。请从最近的备份恢复。")
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
