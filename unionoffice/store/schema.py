"""Creating an office file, and bringing an older one up to this program, with a backup made first.

Alembic, and what makes backups, are imported only when there is something to do: they would cost every start.
"""

from __future__ import annotations

import importlib
import logging
import re
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.kernel.identity import new_id
from unionoffice.store.engine import APPLICATION_ID, FAULTS, PAGE_BYTES, check_file, connect, translated
from unionoffice.store.keyring import key_path

MIGRATIONS = Path(__file__).parent / "migrations"


def head() -> str:
    """The newest revision this program knows."""
    return revisions()[-1]


def revisions() -> list[str]:
    """Every revision this program knows, oldest first: the numbers of the migration files."""
    files = (MIGRATIONS / "versions").iterdir()
    return sorted(found[1] for path in files if (found := re.match(r"(\d{4})_", path.name)))


def create(path: Path, at: str = "head", *, key: bytes | None = None) -> None:
    """Make an empty office file with every table, or as the program of an older revision made it; encrypted by `key`.

    Raises UserError when something is already there.
    """
    if path.exists():
        raise UserError(f"“{path.name}”已经存在，没有改动它。请换一个文件名，或直接打开它。")
    if not path.parent.is_dir():
        raise UserError(f"文件夹“{path.parent}”不存在，请先建立文件夹。")
    try:
        with closing(connect(path, key=key, create=True)) as connection:
            connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute("PRAGMA journal_mode=WAL")
    except dbapi2.Error as fault:
        discard(path)
        raise EnvironmentFault(f"不能在“{path.parent}”里新建文件，请检查权限和磁盘空间。") from fault
    try:
        _upgrade(path, at, key=key)
    except BaseException:
        discard(path)
        raise


@cache
def definitions() -> frozenset[tuple[str, str]]:
    """Name and wording of everything that an office file of this program defines: tables, indexes, triggers."""
    with TemporaryDirectory(prefix="unionoffice-") as folder:
        path = Path(folder) / "empty.ghoffice"
        create(path)
        with closing(connect(path)) as connection:
            return frozenset(connection.execute(DEFINITIONS))


DEFINITIONS = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"


def revision(path: Path, *, key: bytes | None = None, reading: bool = False) -> str | None:
    """The revision an office file is at; None when it has none."""
    try:
        with closing(connect(path, key=key, reading=reading)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except FAULTS as fault:
        if "no such table" in str(fault):
            return None
        raise translated(fault, path.name) from fault
    return str(row[0]) if row else None


def bring_up_to_date(path: Path, now: datetime, *, key: bytes | None = None) -> Path | None:
    """Migrate an older office file after backing it up; returns the backup, or None when nothing was to be done.

    Raises EnvironmentFault for a file written by a newer program, and when the migration fails: the file is then what
    it was before.
    """
    check_file(path, key=key)
    found = revision(path, key=key)
    if found == head():
        return None
    _refuse_newer(path, found)
    kept = _kept_first(path, now, key=key)
    try:
        _upgrade(path, key=key)
    except Exception as fault:  # noqa: BLE001 - whatever went wrong, the untouched copy goes back before anyone hears of it
        logging.getLogger(__name__).exception("migration failed")
        _put_back(path, kept)
        raise EnvironmentFault(
            f"“{path.name}”没有升级成功，已放回升级前的文件，数据没有改动。请把日志发给维护人员，先用原来的程序。"
        ) from fault
    return kept


def _kept_first(path: Path, now: datetime, *, key: bytes | None) -> Path:
    """The backup made before a migration: like every other, so that it is listed and restored like every other."""
    backup = importlib.import_module("unionoffice.store.backup")
    try:
        made: Path = backup.make_next(path, now, kind=backup.BackupKind.MIGRATION, key=key)
    except EnvironmentFault as fault:
        raise EnvironmentFault(f"升级前的备份没有做成，没有升级，文件没有改动。{fault.sentence}") from fault
    return made


def _put_back(path: Path, kept: Path) -> None:
    """The office as it was; its key file never changed."""
    beside = path.with_name(f"~{new_id()}{path.suffix}")
    try:
        importlib.import_module("unionoffice.store.backup").extract(kept, beside)
        discard(path)
        beside.replace(path)
    finally:
        discard(beside)
        key_path(beside).unlink(missing_ok=True)
    kept.unlink(missing_ok=True)


def check_revision(path: Path, *, key: bytes | None = None) -> None:
    """Refuse a file that cannot be written unless it is exactly of this program's revision."""
    found = revision(path, key=key, reading=True)
    if found != head():
        _refuse_newer(path, found)
        raise EnvironmentFault(
            f"“{path.name}”是旧版程序写的，要先升级才能读，而它现在不能写。请复制到可写的文件夹再打开。"
        )


def _refuse_newer(path: Path, found: str | None) -> None:
    if found is None or not re.fullmatch(r"\d{4}", found) or found > head():
        raise EnvironmentFault(f"“{path.name}”是更新版本的程序写的，本程序不能打开。请安装新版程序，文件没有改动。")


def back_up(path: Path, target: Path, *, key: bytes | None = None) -> None:
    """A consistent copy of an office file, as encrypted as it is, also while it is being used."""
    with closing(connect(path, key=key)) as source, closing(connect(target, key=key, create=True)) as destination:
        source.execute("BEGIN")  # the driver's backup would wait for a lock for ever, a reader's wait ends
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(destination)
        source.execute("ROLLBACK")
        destination.execute("PRAGMA journal_mode=DELETE")


BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file in use, or leaves there in a crash."""


def discard(path: Path) -> None:
    """Remove an office file and what SQLite keeps beside it."""
    for suffix in ("", *BESIDE):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _upgrade(path: Path, to: str = "head", *, key: bytes | None = None) -> None:
    command: Callable[..., None] = importlib.import_module("alembic.command").upgrade
    config = importlib.import_module("alembic.config").Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    connection = connect(path, key=key)
    engine = create_engine("sqlite://", creator=lambda: connection, module=dbapi2, poolclass=StaticPool)
    try:
        with engine.connect() as bound:
            bound.exec_driver_sql("PRAGMA foreign_keys=OFF")
            bound.exec_driver_sql("BEGIN IMMEDIATE")
            config.attributes["connection"] = bound
            command(config, to)
            if connection.in_transaction:
                bound.exec_driver_sql("COMMIT")
    finally:
        engine.dispose()  # an open connection would keep Windows from putting the copy back
