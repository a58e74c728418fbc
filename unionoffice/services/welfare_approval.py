"""What approving a distribution means: its contents, why it cannot be approved yet, and the freezing of its list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from unionoffice.kernel.identity import new_ids
from unionoffice.kernel.progress import Progress, step
from unionoffice.models.approval import Approval, Contents, Fact, Item
from unionoffice.models.approval_limits import tier_of
from unionoffice.models.fields import Field
from unionoffice.models.user import Role
from unionoffice.models.welfare import (
    WORKFLOW,
    Batch,
    BatchState,
    Decision,
    Exclusion,
    Line,
    LineState,
    Programme,
    completeness,
)
from unionoffice.services.approval_cases import Prepared, Subject
from unionoffice.services.welfare_list import DraftList, Entry, LeftOut, draft_list
from unionoffice.store.queries import organisation
from unionoffice.store.unit_of_work import UnitOfWork


def prepared(session: Session, batch: Batch, draft: DraftList | None = None) -> Prepared:
    """The list and the plan of a batch as they are now; `draft` where the list has just been worked out."""
    found = draft or draft_list(session, batch)
    programme = session.get(Programme, batch.programme_id)
    facts = [Fact("programme_id", "慰问项目", programme.name if programme else "")]
    facts += [
        Fact(name, field.label, field.text(getattr(batch, name)))
        for name, field in Batch.fields().items()
        if not field.internal and name not in ("programme_id", "name")
    ]
    facts.append(Fact("unit_ids", "发放范围", _scope(session, batch)))
    off = [person for person in found.left_out if person.decided]
    on = sum(entry.decided is not None for entry in found.entries)
    facts += [
        Fact(name, label, f"{count} 人")
        for name, label, count in (("decided_on", "按决定列入", on), ("decided_off", "按决定不列入", len(off)))
        if count
    ]
    facts += [Fact(f"off:{each.member_id}", f"{each.name}（{each.unit}）", each.reason, True) for each in off]
    return Prepared(Contents(batch.name, tuple(facts), tuple(_item(batch, entry) for entry in found.entries)), found)


def _item(batch: Batch, entry: Entry) -> Item:
    fields = Line.fields()
    told = (
        ("subgroup", fields["subgroup"], entry.subgroup),
        ("staff_number", fields["staff_number"], entry.staff_number),
        ("decided", _DECIDED, entry.decided),
    )
    facts = tuple(Fact(name, field.label, value) for name, field, value in told if value)
    return Item(entry.member_id, entry.name, entry.unit, batch.quantity * batch.unit_price, facts)


_DECIDED: Field = Decision.fields()["reason"]


def _scope(session: Session, batch: Batch) -> str:
    if not batch.unit_ids:
        return "全部组织"
    wanted = set(batch.unit_ids.split(","))
    return "、".join(sorted(node.path for node in organisation.nodes(session) if node.id in wanted))


def _grant(uow: UnitOfWork, batch: Batch, found: Prepared, approval: Approval, progress: Progress) -> None:
    """Freeze the list, with the reason for everyone left out."""
    draft: DraftList = found.details
    batch.line_count, batch.total = len(draft.entries), draft.total
    # the approvals before this step gave the right: whoever registers the chair's paper need not be the chair
    WORKFLOW.take("approve", batch, frozenset({Role.CHAIR}))
    batch.approved_by, batch.approved_at = approval.by, uow.at.replace(microsecond=0)
    step(progress, 1, 3, "正在冻结名单")
    uow.add_many(Line, _line_columns(batch, draft.entries))
    step(progress, 2, 3, "正在记录未列入人员")
    uow.add_many(Exclusion, _exclusion_columns(batch, draft.left_out))
    step(progress, 3, 3, "正在保存")


BATCHES = Subject(
    model=Batch,
    called="名单",
    tier=lambda batch, contents, day, own: tier_of(Batch.type_name, batch.kind.value, contents.amount, day, own),
    is_open=lambda batch: batch.state is BatchState.DRAFT,
    prepared=prepared,
    parts=lambda session, batch: list(session.scalars(select(Decision.id).where(Decision.batch_id == batch.id))),
    problem=lambda batch, contents: completeness(batch, contents.people, contents.amount),
    grant=_grant,
    after=frozenset({"batch:close"}),
)
"""Distributions: the first thing that is approved by this mechanism."""


def _line_columns(batch: Batch, entries: Sequence[Entry]) -> dict[str, Sequence[Any]]:
    count = len(entries)
    return {
        "id": new_ids(count),
        "batch_id": [batch.id] * count,
        "number": range(1, count + 1),
        "member_id": [entry.member_id for entry in entries],
        "name": [entry.name for entry in entries],
        "unit": [entry.unit for entry in entries],
        "subgroup": [entry.subgroup for entry in entries],
        "staff_number": [entry.staff_number for entry in entries],
        "quantity": [batch.quantity] * count,
        "amount": [batch.quantity * batch.unit_price] * count,
        "state": [LineState.WAITING.value] * count,
    }


def _exclusion_columns(batch: Batch, people: Sequence[LeftOut]) -> dict[str, Sequence[Any]]:
    return {
        "id": new_ids(len(people)),
        "batch_id": [batch.id] * len(people),
        "member_id": [person.member_id for person in people],
        "name": [person.name for person in people],
        "unit": [person.unit for person in people],
        "reason": [person.reason for person in people],
    }
