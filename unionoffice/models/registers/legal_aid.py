"""Legal aid (法律援助, domain.md §5.5): who asked for help against whom, what was decided in time, and how it ended."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Mapped, validates

from unionoffice.models.base import Record
from unionoffice.models.choices import Choice
from unionoffice.models.deadline import filled_in
from unionoffice.models.fields import Kind, field
from unionoffice.models.register import Person, Register, Section
from unionoffice.models.rule_pack import rule_on
from unionoffice.models.tier import Tier
from unionoffice.models.workflow import Step, Workflow


class AidWay(Choice):
    """How the union helps."""

    ADVICE = "advice", "法律咨询"
    WRITING = "writing", "代写文书"
    MEDIATION = "mediation", "参与协商、调解"
    ARBITRATION = "arbitration", "代理仲裁"
    LAWSUIT = "lawsuit", "代理诉讼"


class AidCause(Choice):
    """What they are at odds over."""

    WAGES = "wages", "劳动报酬"
    CONTRACT = "contract", "劳动合同"
    INJURY = "injury", "工伤和职业病"
    INSURANCE = "insurance", "社会保险"
    HOURS = "hours", "工时和休假"
    WOMEN = "women", "女职工权益"
    OTHER = "other", "其他"


class AidProof(Choice):
    """The proof of hardship (经济困难证明)."""

    GIVEN = "given", "已提交"
    EXEMPT = "exempt", "免交"
    LACKING = "lacking", "未提交"


class AidState(Choice):
    """Where the case stands."""

    APPLIED = "applied", "申请"
    ACCEPTED = "accepted", "受理"
    REFUSED = "refused", "不予援助"
    WORKING = "working", "办理中"
    CLOSED = "closed", "结案"


_BY_THE_STEP = "批准或不予援助时自动填写；不分用户的办公文件，办理前照实填写"


class LegalAid(Record):
    """One application and the case it became; `due_on` is the decision's last day, later the case's own."""

    __tablename__ = "legal_aid"
    type_name = "legal_aid"
    title = "法律援助"

    name: Mapped[str] = field("申请人")
    number: Mapped[str | None] = field("工号或会员编号", required=False, help="同名的人靠它分清")
    phone: Mapped[str | None] = field("电话", Kind.PHONE, required=False)
    opponent: Mapped[str] = field("对方", help="用人单位或其他当事人")
    cause: Mapped[AidCause] = field("案由", Kind.CHOICE, choices=AidCause)
    value: Mapped[int | None] = field("标的", Kind.MONEY, required=False)
    claim: Mapped[str] = field("请求", Kind.NOTE)
    facts: Mapped[str | None] = field("事实和理由", Kind.NOTE, required=False)
    injury: Mapped[str | None] = field(
        "伤病情况", Kind.NOTE, required=False, tier=Tier.ILLNESS, help="工伤、职业病的情况；有“疾病”授权的人才能看"
    )
    proof: Mapped[AidProof | None] = field(
        "经济困难证明", Kind.CHOICE, required=False, choices=AidProof, help="农民工讨薪、工伤的免交"
    )
    way: Mapped[AidWay] = field("援助方式", Kind.CHOICE, choices=AidWay)
    received_on: Mapped[date] = field("申请日期", Kind.DATE, past=True)
    due_on: Mapped[date | None] = field(
        "办理期限", Kind.DATE, required=False, help="不填按规定算出决定的最后一天；受理后改成仲裁、诉讼的期限"
    )
    decided_on: Mapped[date | None] = field("决定日期", Kind.DATE, past=True, required=False, help=_BY_THE_STEP)
    decided_by: Mapped[str | None] = field("审批人", required=False, help=_BY_THE_STEP)
    lawyer: Mapped[str | None] = field("承办律师", required=False)
    case_number: Mapped[str | None] = field("案号", required=False, help="仲裁或诉讼的案号")
    result: Mapped[str | None] = field("结果", Kind.NOTE, required=False, help="判决、裁决、调解的结果，或咨询的答复")
    recovered: Mapped[int | None] = field("挽回金额", Kind.MONEY, required=False)
    closed_on: Mapped[date | None] = field("结案日期", Kind.DATE, past=True, required=False)
    member_id: Mapped[str | None] = field("会员", Kind.REFERENCE, required=False, internal=True, index=True)
    state: Mapped[AidState] = field("状态", Kind.STATE, choices=AidState, default=AidState.APPLIED, internal=True)

    @validates("received_on", "due_on")
    def _in_time(self, name: str, day: date | None) -> date | None:
        """A blank last day is what the rule pack says of the day of the application."""
        return filled_in(self, name, day, latest)


def latest(received_on: date) -> date:
    """The last day for deciding on an application received on a day, by the rule pack `legal_aid`."""
    return received_on + timedelta(days=rule_on("legal_aid", received_on).values["days"])


def _decided(aid: LegalAid) -> str | None:
    if aid.decided_on is None or not aid.decided_by:
        source = rule_on("legal_aid", aid.received_on).source
        return f"决定日期和审批人要先填写；最迟 {latest(aid.received_on).isoformat()} 决定（{source}）。"
    if aid.decided_on < aid.received_on:
        return "决定日期早于申请日期，请先改正。"
    return None


def _taken_on(aid: LegalAid) -> str | None:
    if aid.way in (AidWay.ARBITRATION, AidWay.LAWSUIT) and not aid.lawyer:
        return "代理仲裁、诉讼的，承办律师要先填写。"
    return None


def _ended(aid: LegalAid) -> str | None:
    if aid.closed_on is None or not aid.result:
        return "结案日期和结果要先填写。"
    if aid.closed_on < aid.received_on:
        return "结案日期早于申请日期，请先改正。"
    return None


_CASE = (
    LegalAid.opponent,
    LegalAid.cause,
    LegalAid.value,
    LegalAid.claim,
    LegalAid.facts,
    LegalAid.injury,
    LegalAid.proof,
    LegalAid.way,
    LegalAid.received_on,
)
"""What somebody asks for: the form's fields, and what a decision is about."""

REGISTER = Register(
    model=LegalAid,
    title="法律援助",
    purpose="职工的法律援助申请：对方、案由、请求、援助方式，哪天决定，谁承办，结果和挽回的金额。",
    tier=Tier.LEGAL_AID,
    columns=(
        LegalAid.name,
        LegalAid.opponent,
        LegalAid.cause,
        LegalAid.way,
        LegalAid.received_on,
        LegalAid.due_on,
        LegalAid.lawyer,
        LegalAid.state,
    ),
    form=(
        Section("申请人", (LegalAid.name, LegalAid.number, LegalAid.phone)),
        Section(
            "申请",
            (*_CASE, LegalAid.due_on),
        ),
        Section("审批", (LegalAid.decided_on, LegalAid.decided_by)),
        Section("办理", (LegalAid.lawyer, LegalAid.case_number)),
        Section("结案", (LegalAid.result, LegalAid.recovered, LegalAid.closed_on)),
    ),
    settled=(LegalAid.name, LegalAid.number, *_CASE),
    search=(LegalAid.name, LegalAid.number, LegalAid.opponent, LegalAid.case_number),
    due=LegalAid.due_on,
    person=Person(LegalAid.member_id, LegalAid.name, LegalAid.number),
    workflow=Workflow(
        AidState.APPLIED,
        (
            Step(
                "approve",
                "批准受理",
                frozenset({AidState.APPLIED}),
                AidState.ACCEPTED,
                role="chair",
                guard=_decided,
                day=LegalAid.decided_on.key,
                by=LegalAid.decided_by.key,
            ),
            Step(
                "refuse",
                "不予援助",
                frozenset({AidState.APPLIED}),
                AidState.REFUSED,
                role="chair",
                rejects=True,
                needs_reason=True,
                guard=_decided,
                day=LegalAid.decided_on.key,
                by=LegalAid.decided_by.key,
            ),
            Step(
                "begin",
                "开始办理",
                frozenset({AidState.ACCEPTED}),
                AidState.WORKING,
                role="officer",
                guard=_taken_on,
            ),
            Step(
                "reopen",
                "退回申请",
                frozenset({AidState.ACCEPTED, AidState.REFUSED, AidState.WORKING}),
                AidState.APPLIED,
                role="officer",
                needs_reason=True,
                clears=(LegalAid.decided_on.key, LegalAid.decided_by.key),
            ),
            Step("close", "结案", frozenset({AidState.WORKING}), AidState.CLOSED, role="officer", guard=_ended),
        ),
    ),
)
