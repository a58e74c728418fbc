"""`unionoffice check`: whether the office file is whole, and whether its log and its rules agree with it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import text
from sqlalchemy.orm import Session

from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.kernel.progress import Progress, Silent, step
from unionoffice.models.everything import record_types
from unionoffice.services.log_check import check_logs
from unionoffice.store import replay, schema
from unionoffice.store.naming import table_title
from unionoffice.store.queries import members
from unionoffice.store.unit_of_work import Store

log = logging.getLogger(__name__)

SHOWN = 20
_COUNTED = 100
"""So many damaged places of the file are counted at most."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was looked at and what is wrong; no `problems` means the office is sound."""

    records: int
    operations: int
    problems: tuple[str, ...]


def check(store: Store, progress: Progress | None = None) -> CheckReport:
    """Check the file's pages and definitions, both chained logs and the seals, every record against the log, every
    membership state."""
    progress = progress or Silent()
    problems = _Problems()
    models = list(record_types().values())
    records = operations = 0
    with _found(problems, "文件内部结构"), store.reading() as session:
        step(progress, 0, len(models) + 3, "正在检查文件")
        _look_through(session, problems)
        found = {(name, sql) for name, sql in session.execute(text(schema.DEFINITIONS))}
        problems.add(*islice(_wrong_definitions(found, schema.definitions()), SHOWN))
        models = [model for model in models if model.__tablename__ in {name for name, _ in found}]
    with _found(problems, "操作记录"), store.reading() as session:
        step(progress, 1, len(models) + 3, "正在核对操作记录")
        problems.add(*check_logs(session).problems)
        operations = session.execute(text("SELECT count(*) FROM operation_entry")).scalar_one()
    for done, model in enumerate(models, 2):
        step(progress, done, len(models) + 3, f"正在核对{model.title}")
        with _found(problems, model.title), store.reading() as session:
            records += session.execute(text(f"SELECT count(*) FROM {model.__tablename__}")).scalar_one()
            problems.add(*islice(replay.differences(session, model), SHOWN))
    step(progress, len(models) + 2, len(models) + 3, "正在核对会籍状态")
    with _found(problems, "会籍状态"), store.reading() as session:
        wrong = members.state_mismatches(session)
        problems.add(*(f"会员“{name}”：会籍状态与会籍变动不一致。" for name in wrong[:SHOWN]))
    return CheckReport(records, operations, problems.sentences())


class _Problems:
    """What is wrong, each sentence told once: with the parts of the office it is true of, or how often."""

    def __init__(self) -> None:
        self._found: dict[str, list[str]] = {}

    def add(self, *sentences: str, where: str = "") -> None:
        for sentence in sentences:
            self._found.setdefault(sentence, []).append(where)

    def sentences(self) -> tuple[str, ...]:
        return tuple(_told(sentence, places) for sentence, places in self._found.items())


def _told(sentence: str, places: list[str]) -> str:
    parts = [place for place in dict.fromkeys(places) if place]
    if parts:
        return f"{'、'.join(parts[:3])}{f'等 {len(parts)} 部分' if len(parts) > 3 else ''}：{sentence}"
    return f"{sentence}（{len(places)} 处）" if len(places) > 1 else sentence


def _look_through(session: Session, problems: _Problems) -> None:
    """How many places of the file the database finds damaged; its own words are for whoever repairs it."""
    words: list[str] = []
    try:
        rows = session.execute(text(f"PRAGMA integrity_check({_COUNTED})"))
        while (row := rows.fetchone()) is not None:  # it gives up in the middle of a badly damaged file
            words += [line for line in row[0].splitlines() if line != "ok" and not line.startswith("*** ")]
    finally:
        if words:
            log.error("integrity_check:\n%s", "\n".join(words))
            problems.add(f"文件内部结构：至少有 {len(words)} 处损坏，逐处的情况记在日志里。请从最近的备份恢复。")


def _wrong_definitions(found: Set[tuple[str, str]], wanted: Set[tuple[str, str]]) -> Iterator[str]:
    """Sentences for what the file defines otherwise than this program; what went with its table is told with it."""
    here, ours = dict(found), dict(wanted)
    gone = {name for name, sql in wanted if name not in here and sql.startswith("CREATE TABLE")}
    for name in sorted(gone):
        yield f"文件内部结构：“{table_title(name)}”不见了，文件已损坏。请从最近的备份恢复。"
    for name in sorted({name for name, _ in found ^ wanted} - gone):
        if not any(f" ON {table} " in ours.get(name, "") for table in gone):
            yield f"文件内部结构：“{table_title(name)}”的定义不是本程序写的，文件已损坏。请从最近的备份恢复。"


@contextmanager
def _found(problems: _Problems, where: str) -> Iterator[None]:
    """What cannot even be read is a problem found, and no reason to stop looking."""
    try:
        yield
    except EnvironmentFault as fault:
        problems.add(fault.sentence, where=where)
    except (ValueError, LookupError, TypeError, AttributeError):
        problems.add("里面有读不懂的内容，文件已损坏。请从最近的备份恢复。", where=where)
