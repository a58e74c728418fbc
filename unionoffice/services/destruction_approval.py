"""What approving a list of data to be destroyed means (F97): who is on it, by which rule, and that it may be done."""

from __future__ import annotations

from sqlalchemy.orm import Session

from unionoffice.kernel.progress import Progress
from unionoffice.models.approval import Approval, ApprovalStep, Contents, Fact, Item
from unionoffice.models.approval_limits import Tier
from unionoffice.models.destruction import WORKFLOW, Destruction, DestructionItem, DestructionState
from unionoffice.models.user import Role
from unionoffice.services.approval_cases import Prepared, Subject
from unionoffice.store.queries import destruction as queries
from unionoffice.store.unit_of_work import UnitOfWork

_TOLD = ("made_on", "made_by", "basis")
NAMES = "names"
_NAMED = 40
"""So many names have room on a slip; more stand on the list itself, which goes with it."""


def _prepared(session: Session, found: Destruction) -> Prepared:
    fields, ended = Destruction.fields(), DestructionItem.fields()
    facts = [Fact(name, fields[name].label, fields[name].text(getattr(found, name))) for name in _TOLD]
    rows = queries.items(session, found.id)
    names = "、".join(f"{member.name}（{item.ended.label} {item.ended_on}）" for item, member in rows[:_NAMED])
    more = f"……另有 {len(rows) - _NAMED} 人，见随附的第 {found.number} 号销毁清单" if len(rows) > _NAMED else ""
    facts.append(Fact(NAMES, "人员", names + more))
    facts.append(Fact("agree", "同意即", "由经办人执行销毁：姓名、号码、家庭和旧内容全部抹去，不能恢复"))
    items = tuple(
        Item(
            member.id,
            member.name,
            "",
            0,
            tuple(
                Fact(name, ended[name].label, ended[name].text(getattr(item, name))) for name in ("ended", "ended_on")
            ),
        )
        for item, member in rows
    )
    return Prepared(Contents(f"第 {found.number} 号销毁清单", tuple(facts), items))


def _grant(uow: UnitOfWork, found: Destruction, prepared: Prepared, approval: Approval, progress: Progress) -> None:
    WORKFLOW.take("approve", found, frozenset({Role.CHAIR}))
    found.approved_by = f"{approval.by}（代理{approval.deputy_for}）" if approval.deputy_for else approval.by
    found.approved_on = approval.decided_on


LISTS = Subject(
    model=Destruction,
    called="销毁清单",
    tier=lambda found, contents, day, own: Tier((ApprovalStep.CHAIR,), None, ""),
    is_open=lambda found: found.state is DestructionState.DRAFT,
    prepared=_prepared,
    parts=lambda session, found: [item.id for item, _ in queries.items(session, found.id)],
    problem=lambda found, contents: None,
    grant=_grant,
    after=frozenset({"destruction:cancel"}),
    users=True,
    named=lambda session, found: [member.id for _, member in queries.items(session, found.id)],
)
"""Lists of data to be destroyed (销毁清单): who is on them, by which rule."""
