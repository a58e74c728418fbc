"""Whether the chained logs and the seals fit (F93), each first fault as one sentence that names the place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from unionoffice.kernel.check_code import check_code
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.everything import record_types
from unionoffice.models.seal import Seal
from unionoffice.store import chain
from unionoffice.store.chain import ACCESSES, CHANGES, Broken, Walk
from unionoffice.store.naming import called
from unionoffice.store.queries import access

_NAMES = {CHANGES: "变更记录", ACCESSES: "查看记录", chain.SEALS: "封存记录"}
_TOUCHED = "这一条或紧挨着它前面的一条被改过、插入过或调换过"


@dataclass(frozen=True, slots=True)
class LogCheck:
    """What the logs give: a sentence per fault, the seals that fit, with their codes, oldest first, and the walks."""

    problems: tuple[str, ...]
    seals: tuple[tuple[str, Seal], ...]
    changes: Walk
    accesses: Walk


def check_logs(session: Session, *, operation: int = 0, seen: int = 0) -> LogCheck:
    """Walk along both logs and the seals, and hold each seal against the logs. Takes a second per 150,000 lines.

    The walks' `at` also has the operation and the access asked for.
    """
    operations, accesses = access.sealed_places(session)
    changes = chain.walk_changes(session, {operation, *operations})
    views = chain.walk_accesses(session, {seen, *accesses})
    sealed = chain.walk_seals(session)
    walks = (changes, views, sealed)
    problems = [sentence(session, walk, walk.broken) for walk in walks if walk.broken is not None]
    fitting = []
    for seal in access.seals(session, sealed.last):
        wrong = _wrong(seal, changes, views)
        if wrong:
            problems.append(
                f"第 {seal.number} 号封存单（{seal.day}）与现在的{wrong}不符：封存之后，当天或更早的记录被改写过。"
            )
            break
        fitting.append((check_code(seal.digest), seal))
    return LogCheck(tuple(problems), tuple(fitting), changes, views)


def _wrong(seal: Seal, changes: Walk, views: Walk) -> str:
    """The log that no longer gives what a seal says."""
    if changes.at.get(seal.operation_id) != (seal.operations, seal.entries, seal.change_digest):
        return _NAMES[CHANGES]
    if views.at.get(seal.access_seq) != (0, seal.accesses, seal.access_digest):
        return _NAMES[ACCESSES]
    return ""


def sentence(session: Session, walk: Walk, broken: Broken) -> str:
    """Where a log first does not fit, and what that means."""
    name = _NAMES[broken.log]
    if broken.why == "head":
        return f"{name}的末尾（第 {walk.last} 条）与另外保存的封口不符，或者封口不见了：末尾被改动过。"
    place = "，".join(part for part in (f"{name}第 {broken.number} 条", *_place(session, broken)) if part)
    if broken.why == "cut" and broken.operation is None:  # the kept end knows of more
        return f"{name}到第 {walk.last} 条为止，后面的被删除了。"
    if broken.why == "cut":
        return f"{place}：这次操作共有 {broken.operation[6]} 条，从这一条起不见了。"
    if broken.why == "stray":
        return f"{place}：它不属于任何一次操作，是插入的，或者它的操作被删除了。"
    if broken.why == "missing":
        return f"{place}：它前面有记录被删除了，或者它被改了编号。"
    return f"{place}：从这里起对不上，{_TOUCHED}。"


def _place(session: Session, broken: Broken) -> Iterator[str]:
    """When, who, what and on which record."""
    if broken.log == CHANGES:
        if broken.operation is not None:
            _, _, label, actor, at, *_ = broken.operation
            yield f"{_time(at)} {actor}“{label}”"
        if broken.line is not None:
            yield _record(session, broken.line[2], broken.line[3])
    elif broken.line is not None and broken.log == ACCESSES:
        at, actor, kind, what = broken.line[1:5]
        yield f"{_time(at)} {actor}{AccessKind.labels().get(str(kind), kind)}“{what}”"
    elif broken.line is not None:
        yield f"第 {broken.number} 号封存单，{broken.line[1]}"


def _time(at: Any) -> str:
    return str(at)[: len("2026-09-10 09:30")]


def _record(session: Session, record_type: Any, record_id: Any) -> str:
    model = record_types().get(str(record_type))
    return f"{record_type} {record_id}" if model is None else called(session, model, record_id)
