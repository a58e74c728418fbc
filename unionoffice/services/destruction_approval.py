"""What approving a list of data to be destroyed on paper means. In the program the chair approves it on its page."""

from __future__ import annotations

from sqlalchemy.orm import Session

from unionoffice.kernel.errors import Refused
from unionoffice.kernel.progress import Progress
from unionoffice.models.approval import Approval, ApprovalStep, Contents, Fact, Item
from unionoffice.models.approval_limits import Tier
from unionoffice.models.destruction import WORKFLOW, Destruction, DestructionItem, DestructionState
from unionoffice.models.user import Role
from unionoffice.services.approval_cases import Prepared, Subject
from unionoffice.store.queries import destruction as queries
from unionoffice.store.unit_of_work import UnitOfWork

_TOLD = ("made_on", "made_by", "basis")


def _prepared(session: Session, found: Destruction) -> Prepared:
    fields, ended = Destruction.fields(), DestructionItem.fields()
    facts = [Fact(name, fields[name].label, fields[name].text(getattr(found, name))) for name in _TOLD]
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
        for item, member in queries.items(session, found.id)
    )
    return Prepared(Contents(f"第 {found.number} 号销毁清单", tuple(facts), items))


def _grant(uow: UnitOfWork, found: Destruction, prepared: Prepared, approval: Approval, progress: Progress) -> None:
    if found.made_by in (approval.by, approval.deputy_for):  # also where no users are known
        raise Refused("销毁清单要由制单人以外的人批准。", field="signed_by")
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
)
"""Lists of data to be destroyed (销毁清单): who is on them, by which rule."""
