"""What deciding on a register's record on paper means: its contents, and the workflow's step that an opinion is.

In the program whoever may takes the step itself (`services/registers.py`); this is for somebody who never touches it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from unionoffice.documents.approval_slip import NOT_SHOWN
from unionoffice.kernel.check_code import check_code
from unionoffice.kernel.progress import Progress
from unionoffice.models.approval import Approval, ApprovalStep, Contents, Fact
from unionoffice.models.approval_limits import ApprovalLimit, Tier
from unionoffice.models.fields import Field, Kind
from unionoffice.models.register import Attribute, Register
from unionoffice.models.workflow import Step, Taken
from unionoffice.services.approval_cases import Prepared, Subject
from unionoffice.store.queries import records
from unionoffice.store.unit_of_work import UnitOfWork

_LONGEST = 280
"""So many signs of a text have room on a slip of one page; the whole of it is bound by its mark."""
AGREE, REJECT = "同意即", "不同意即"


def subject_of(register: Register) -> Subject:
    """How records of a register that `decides` are decided on paper."""
    assert register.workflow is not None
    rejects = any(step.rejects for step in register.workflow.steps)
    return Subject(
        model=register.model,
        called=f"{register.title}申请",
        tier=partial(_tier, register),
        is_open=lambda record: bool(_offered(register, record)),
        prepared=partial(_prepared, register),
        paper=lambda contents: register.title,
        named=lambda session, record: sorted(records.members_of(session, register.model, [record.id])),
        parts=lambda session, record: (),
        problem=lambda record, contents: None,
        grant=partial(_grant, register),
        refuse=partial(_refuse, register) if rejects else None,
        after=frozenset(f"{register.name}:{step.name}" for step in register.workflow.steps if step.decides),
        whole=False,
        closed=register.tier,
    )


def name_of(register: Register, record: Any) -> str:
    """What a record is called: the first column of its list, "" while that is blank."""
    first = register.columns[0].key
    return register.model.fields()[first].text(getattr(record, first))


def _offered(register: Register, record: Any) -> list[Step]:
    """The deciding steps that lead on from where a record stands."""
    assert register.workflow is not None
    return [step for step in register.workflow.steps if step.decides and record.state in step.sources]


def _step(register: Register, record: Any, *, rejects: bool) -> Step:
    return next(step for step in _offered(register, record) if step.rejects is rejects)


def _tier(register: Register, record: Any, contents: Contents, day: date, own: Sequence[ApprovalLimit]) -> Tier:
    """Who decides stands in the workflow, whatever the amount."""
    return Tier((ApprovalStep(_step(register, record, rejects=False).role),), None, "")


def _prepared(register: Register, session: Session, record: Any) -> Prepared:
    facts = [Fact("agree", AGREE, _step(register, record, rejects=False).label)]
    facts += [Fact("reject", REJECT, step.label) for step in _offered(register, record) if step.rejects]
    assert register.workflow is not None
    filled = register.workflow.filled()
    for section in register.form:
        for attribute in section.fields:
            if attribute.key not in filled:
                field = register.model.fields()[attribute.key]
                facts += _facts(register, record, attribute.key, field, _stored(session, record, attribute))
    title = f"{name_of(register, record) or '未命名'}的{register.title}"
    return Prepared(Contents(title, tuple(facts), ()))


def _stored(session: Session, record: Any, attribute: Attribute) -> Any:
    """A value as it is kept, also for who may not see it: what is approved does not depend on who asks."""
    if record.fields()[attribute.key].tier is None:
        return getattr(record, attribute.key)
    statement = select(attribute).where(type(record).id == record.id)
    return session.scalars(statement.execution_options(of_everybody=True)).one()


def _facts(register: Register, record: Any, name: str, field: Field, value: Any) -> Iterator[Fact]:
    """A value as the slip may show it; of one that it may not show in full, what tells it from others besides."""
    text = field.text(value)
    if not text:
        return
    mark = check_code(sha256(f"{record.id}\n{name}\n{text}".encode("utf-8", "surrogatepass")).digest())
    shown = NOT_SHOWN if field.tier is not None and field.tier is not register.tier else field.masked(value)
    if len(shown) > _LONGEST:
        shown = f"{shown[:_LONGEST]}（以下略，共 {len(text)} 字，全文见随附的登记表，内容校验 {mark}）"
    yield Fact(name, field.label, f"{shown} 元" if field.kind is Kind.MONEY and shown == text else shown)
    if shown != text:
        yield Fact(f"{name}:mark", field.label, f"内容校验 {mark}", personal=True)


def _grant(
    register: Register, uow: UnitOfWork, record: Any, found: Prepared, approval: Approval, progress: Progress
) -> None:
    _take(register, record, _step(register, record, rejects=False), approval)


def _refuse(register: Register, uow: UnitOfWork, record: Any, approval: Approval) -> None:
    _take(register, record, _step(register, record, rejects=True), approval)


def _take(register: Register, record: Any, step: Step, approval: Approval) -> None:
    """The signature gave the right: whoever registers it need not hold the step's role."""
    assert register.workflow is not None
    by = f"{approval.by}（代理{approval.deputy_for}）" if approval.deputy_for else approval.by
    taken = Taken(by, approval.decided_on)
    register.workflow.take(step.name, record, frozenset({step.role}), approval.reason or "", taken)
