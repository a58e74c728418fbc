"""`unionoffice check`: whether the office file is whole, and whether its log and its rules agree with it."""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import text

from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.kernel.progress import Progress, Silent, step
from unionoffice.models.everything import record_types
from unionoffice.services.log_check import check_logs
from unionoffice.store import replay, schema
from unionoffice.store.naming import table_title
from unionoffice.store.queries import members
from unionoffice.store.unit_of_work import Store

SHOWN = 20


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
    problems: list[str] = []
    models = list(record_types().values())
    records = operations = 0
    with _found(problems, "文件内部结构"), store.reading() as session:
        step(progress, 0, len(models) + 3, "正在检查文件")
        for (line,) in session.execute(text("PRAGMA integrity_check(20)")):
            if line != "ok":
                problems.append(f"文件内部结构：{line}")
        found = {(name, sql) for name, sql in session.execute(text(schema.DEFINITIONS))}
        problems += islice(_wrong_definitions(found, schema.definitions()), SHOWN)
        models = [model for model in models if model.__tablename__ in {name for name, _ in found}]
    with _found(problems, "操作记录"), store.reading() as session:
        step(progress, 1, len(models) + 3, "正在核对操作记录")
        problems += check_logs(session).problems
        operations = session.execute(text("SELECT count(*) FROM operation_entry")).scalar_one()
    for done, model in enumerate(models, 2):
        step(progress, done, len(models) + 3, f"正在核对{model.title}")
        with _found(problems, model.title), store.reading() as session:
            records += session.execute(text(f"SELECT count(*) FROM {model.__tablename__}")).scalar_one()
            problems += islice(replay.differences(session, model), SHOWN)
    step(progress, len(models) + 2, len(models) + 3, "正在核对会籍状态")
    with _found(problems, "会籍状态"), store.reading() as session:
        wrong = members.state_mismatches(session)
        problems += [f"会员“{name}”：会籍状态与会籍变动不一致。" for name in wrong[:SHOWN]]
    return CheckReport(records, operations, tuple(problems))


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
def _found(problems: list[str], where: str) -> Iterator[None]:
    """What cannot even be read is a problem found, and no reason to stop looking."""
    try:
        yield
    except EnvironmentFault as fault:
        problems.append(f"{where}：{fault.sentence}")
    except (ValueError, LookupError, TypeError, AttributeError):
        problems.append(f"{where}：里面有读不懂的内容，文件已损坏。请从最近的备份恢复。")
