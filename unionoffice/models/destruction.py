"""Destroying personal data whose time is over (销毁, F97; PIPL Art. 19, 47): lists, and what is left of each record."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from unionoffice.models.approval import Approval, ApprovalSlip
from unionoffice.models.base import Record
from unionoffice.models.choices import Choice
from unionoffice.models.fields import Kind, field
from unionoffice.models.household import FamilyMember
from unionoffice.models.member import EventKind, Member, MembershipEvent
from unionoffice.models.organisation import Officer
from unionoffice.models.registers.consents import Consent
from unionoffice.models.registers.data_requests import DataRequest
from unionoffice.models.registers.legal_aid import LegalAid
from unionoffice.models.welfare import Decision, Exclusion, Line
from unionoffice.models.workflow import Step, Workflow

GONE = "已销毁"
"""What stands in a required text of which nothing may be left."""


class DestructionState(Choice):
    """Where a list stands."""

    DRAFT = "draft", "待审批"
    APPROVED = "approved", "已批准"
    DONE = "done", "已销毁"
    CANCELLED = "cancelled", "已作废"


class Destruction(Record):
    """A list of people whose data is to be destroyed (销毁清单), and who made, approved and carried it out."""

    __tablename__ = "destruction"
    type_name = "destruction"
    title = "销毁清单"

    number: Mapped[int] = field("编号", Kind.INTEGER)
    made_on: Mapped[date] = field("制单日期", Kind.DATE, past=True)
    made_by: Mapped[str] = field("制单人")
    basis: Mapped[str] = field("依据", Kind.NOTE)
    people: Mapped[int] = field("人数", Kind.INTEGER)
    approved_by: Mapped[str | None] = field("批准人", required=False)
    approved_on: Mapped[date | None] = field("批准日期", Kind.DATE, past=True, required=False)
    done_by: Mapped[str | None] = field("执行人", required=False)
    done_on: Mapped[date | None] = field("销毁日期", Kind.DATE, past=True, required=False)
    state: Mapped[DestructionState] = field(
        "状态", Kind.STATE, choices=DestructionState, default=DestructionState.DRAFT, internal=True
    )


class DestructionItem(Record):
    """One person on a list: `serial` runs on over all lists and is what he is called afterwards; it holds no name."""

    __tablename__ = "destruction_item"
    type_name = "destruction_item"
    title = "销毁明细"

    destruction_id: Mapped[str] = field("销毁清单", Kind.REFERENCE, index=True, internal=True)
    member_id: Mapped[str] = field("会员", Kind.REFERENCE, index=True, internal=True)
    serial: Mapped[int] = field("去标识序号", Kind.INTEGER)
    ended: Mapped[EventKind] = field("离会方式", Kind.CHOICE, choices=EventKind)
    ended_on: Mapped[str] = field("离会日期", Kind.PARTIAL_DATE, past=True)


WORKFLOW = Workflow(
    DestructionState.DRAFT,
    (
        Step("approve", "批准", frozenset({DestructionState.DRAFT}), DestructionState.APPROVED, role="chair"),
        Step("carry_out", "销毁", frozenset({DestructionState.APPROVED}), DestructionState.DONE, role="officer"),
        Step(
            "cancel",
            "作废",
            frozenset({DestructionState.DRAFT, DestructionState.APPROVED}),
            DestructionState.CANCELLED,
            role="officer",
            needs_reason=True,
        ),
    ),
)


def called(serial: int) -> str:
    """What somebody is called from then on."""
    return f"已去标识{serial:04d}"


KEPT: dict[type[Record], frozenset[str]] = {
    Member: frozenset({"enrolled", "membership_state", "joined_on", "unit_id"}),
    MembershipEvent: frozenset({"member_id", "on_date", "kind"}),
    FamilyMember: frozenset({"household_id", "kinship"}),
    Line: frozenset({"batch_id", "number", "member_id", "unit", "quantity", "amount", "state", "collected_on"}),
    Exclusion: frozenset({"batch_id", "member_id", "unit"}),
    Decision: frozenset({"batch_id", "member_id", "include"}),
    Consent: frozenset(
        {"notice", "notice_on", "given_on", "way", "withdrawn_on", "member_id", "state"}
        | {"basic", "family", "hardship", "bank", "portrait"}
    ),
    DataRequest: frozenset({"kind", "received_on", "due_on", "answered_on", "member_id", "state"}),
    LegalAid: frozenset(
        {"cause", "way", "received_on", "due_on", "decided_on", "closed_on", "value", "recovered", "member_id", "state"}
    ),
    Officer: frozenset(Officer.fields()) - {"member_id"},
    Approval: frozenset(Approval.fields()) - {"reason", "void"},
    ApprovalSlip: frozenset(ApprovalSlip.fields()) - {"contents"},
}
"""What is left of each kind of record: states, dates and amounts that totals are made of. Who held an office stays
known, as lists of officers are archives (domain.md §8.2), but no longer as which member."""

LEFT_ALONE: frozenset[type[Record]] = frozenset({DestructionItem})
"""Records that name a member and hold nothing of him."""


def remains(model: type[Record], serial: int) -> dict[str, object]:
    """The stored values that a record gets in place of what is not kept."""
    found: dict[str, object] = {}
    for name, facts in model.fields().items():
        if name == "archived" or name in KEPT[model]:
            continue
        if name == "name":
            found[name] = called(serial) + ("的家属" if model is FamilyMember else "")
        else:
            found[name] = GONE if facts.required else None
    if model in (Member, FamilyMember):
        found["archived"] = 1
    return found
