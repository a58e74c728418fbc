"""Welfare (福利): programme → batch → one line a person, with the reason for everyone left out.

Source: domain.md §3; features F12, F13, F15, F17, F20, F22.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import DateTime, Index
from sqlalchemy.orm import Mapped, mapped_column

from unionoffice.kernel.money import yuan
from unionoffice.models.base import Record
from unionoffice.models.choices import Choice
from unionoffice.models.fields import Field, Kind, field
from unionoffice.models.rule_pack import rule_on
from unionoffice.models.workflow import Step, Workflow


class ProgrammeKind(Choice):
    """What a programme is for (F12)."""

    FESTIVAL = "festival", "节日慰问"
    BIRTHDAY = "birthday", "生日慰问"
    SUMMER = "summer", "送清凉"
    ACTIVITY = "activity", "会员活动"
    OTHER = "other", "其他慰问"


class Payment(Choice):
    """In what form it is given; some forms are forbidden for some kinds by the rule pack (§3.3)."""

    GOODS = "goods", "实物"
    VOUCHER = "voucher", "提货券"
    CASH = "cash", "现金"
    CARD = "card", "购物卡"


class BatchState(Choice):
    """Where a distribution stands."""

    DRAFT = "draft", "草案"
    APPROVED = "approved", "已审批"
    DISTRIBUTING = "distributing", "发放中"
    CLOSED = "closed", "已办结"


class LineState(Choice):
    """What became of one person's share (§3.4)."""

    WAITING = "waiting", "待领"
    COLLECTED = "collected", "本人已领"
    PROXY = "proxy", "代领"
    UNCLAIMED = "unclaimed", "未领"


class Programme(Record):
    """A welfare programme that recurs: 中秋慰问, 春节慰问, 送清凉 …"""

    __tablename__ = "programme"
    type_name = "programme"
    title = "慰问项目"

    name: Mapped[str] = field("项目名称")
    kind: Mapped[ProgrammeKind] = field("类型", Kind.CHOICE, choices=ProgrammeKind)
    basis: Mapped[str | None] = field("依据文件", Kind.NOTE, required=False)


class Batch(Record):
    """One distribution of a programme: who, what, how much, until which day on the roll."""

    __tablename__ = "batch"
    type_name = "batch"
    title = "发放批次"

    programme_id: Mapped[str] = field("慰问项目", Kind.REFERENCE, index=True)
    name: Mapped[str] = field("批次名称")
    kind: Mapped[ProgrammeKind] = field("类型", Kind.CHOICE, choices=ProgrammeKind)
    roll_date: Mapped[date] = field("在册截止日", Kind.DATE, help="这一天在会的会员列入名单")
    item: Mapped[str] = field("物品名称")
    spec: Mapped[str | None] = field("规格", required=False)
    payment: Mapped[Payment] = field("发放形式", Kind.CHOICE, choices=Payment, default=Payment.GOODS)
    quantity: Mapped[int] = field("每人数量", Kind.INTEGER, default=1)
    unit_price: Mapped[int] = field("单价（元）", Kind.MONEY)
    budget: Mapped[int] = field("预算（元）", Kind.MONEY, help="名单合计超过预算就不能审批")
    unit_ids: Mapped[str | None] = field("发放范围", Kind.REFERENCE, required=False, internal=True)
    include_retained: Mapped[bool] = field("含保留会籍人员", Kind.FLAG, default=False)
    collect_until: Mapped[date | None] = field("领取截止日", Kind.DATE, required=False)
    place: Mapped[str | None] = field("领取地点", required=False)
    document: Mapped[str | None] = field("会议纪要或决议", required=False)
    remark: Mapped[str | None] = field("备注", Kind.NOTE, required=False)
    state: Mapped[BatchState] = field("状态", Kind.STATE, choices=BatchState, default=BatchState.DRAFT, internal=True)
    line_count: Mapped[int] = field("人数", Kind.INTEGER, default=0, internal=True)
    total: Mapped[int] = field("合计（元）", Kind.MONEY, default=0, internal=True)
    approved_by: Mapped[str | None] = field("审批人", required=False, internal=True)
    approved_at: Mapped[datetime | None] = mapped_column(
        DateTime,
        info={"field": Field("审批时间", Kind.DATE, False, None, "", True)},
        active_history=True,
    )


class Line(Record):
    """One person's share, with the name, unit and number as they stood when the list was made (F15)."""

    __tablename__ = "line"
    type_name = "line"
    title = "发放明细"

    batch_id: Mapped[str] = field("批次", Kind.REFERENCE, internal=True)
    number: Mapped[int] = field("序号", Kind.INTEGER, internal=True)
    member_id: Mapped[str] = field("会员", Kind.REFERENCE, index=True, internal=True)
    name: Mapped[str] = field("姓名")
    unit: Mapped[str] = field("分工会")
    subgroup: Mapped[str | None] = field("小组", required=False)
    staff_number: Mapped[str | None] = field("工号", required=False)
    quantity: Mapped[int] = field("数量", Kind.INTEGER)
    amount: Mapped[int] = field("金额（元）", Kind.MONEY)
    state: Mapped[LineState] = field("状态", Kind.STATE, choices=LineState, default=LineState.WAITING, internal=True)
    collected_on: Mapped[date | None] = field("领取日期", Kind.DATE, past=True, required=False, internal=True)
    proxy: Mapped[str | None] = field("代领人", required=False, internal=True)
    proxy_relation: Mapped[str | None] = field("与本人关系", required=False, internal=True)

    __table_args__ = (Index("ix_line_batch", "batch_id", "number"),)


class Exclusion(Record):
    """Somebody on the roll who is not on the list, and the sentence why (F13)."""

    __tablename__ = "exclusion"
    type_name = "exclusion"
    title = "未列入人员"

    batch_id: Mapped[str] = field("批次", Kind.REFERENCE, index=True, internal=True)
    member_id: Mapped[str] = field("会员", Kind.REFERENCE, internal=True)
    name: Mapped[str] = field("姓名")
    unit: Mapped[str] = field("分工会")
    reason: Mapped[str] = field("原因")


class Decision(Record):
    """A written decision for one person of a draft: put on the list, or left off, against the rule."""

    __tablename__ = "decision"
    type_name = "decision"
    title = "名单调整"

    batch_id: Mapped[str] = field("批次", Kind.REFERENCE, index=True, internal=True)
    member_id: Mapped[str] = field("会员", Kind.REFERENCE, internal=True)
    include: Mapped[bool] = field("列入", Kind.FLAG)
    reason: Mapped[str] = field("理由", Kind.NOTE)


@dataclass(frozen=True, slots=True)
class Person:
    """What eligibility looks at: today's record and the membership state on the roll date."""

    state: str
    employment: str | None
    in_scope: bool
    has_unit: bool


def left_out(person: Person, *, roll_date: date, include_retained: bool) -> str | None:
    """Why someone does not get a share, as a sentence; None when he does (domain.md §3.2 eligibility)."""
    from_states = {"active", "retained"} if include_retained else {"active"}
    if person.state not in from_states:
        return _STATE_REASONS[person.state].format(day=roll_date.isoformat())
    if person.employment in _NOT_SERVED:
        return _NOT_SERVED[person.employment]
    if not person.has_unit:
        return "没有填写所属工会，请补全后重新生成名单。"
    if not person.in_scope:
        return "所属工会不在本批发放范围内。"
    return None


_STATE_REASONS = {
    "none": "{day} 还没有入会。",
    "transferred": "{day} 之前已转出。",
    "retained": "{day} 已保留会籍（退休、失业、服兵役），不列入本批。",
    "left": "{day} 之前已退会。",
    "expelled": "{day} 之前已除名。",
    "deceased": "{day} 之前已去世。",
}
_NOT_SERVED = {
    "retired": "已退休，退休人员慰问由行政列支，不从工会经费发放。",
    "deceased": "人员状态为去世。",
    "left": "人员状态为离开本单位。",
}


def completeness(batch: Batch, people: int, total: int) -> str | None:
    """Why a list of so many people and 分 cannot be approved, as a sentence."""
    if not people:
        return "名单是空的：没有人符合条件，请检查在册截止日和发放范围。"
    if total > batch.budget:
        over = yuan(total - batch.budget)
        return f"名单合计 {yuan(total)} 元，超出预算 {over} 元，请减少标准或追加预算。"
    return payment_problem(batch)


def _complete(batch: Batch) -> str | None:
    return completeness(batch, batch.line_count, batch.total)


def payment_problem(batch: Any) -> str | None:
    """Why the form of payment is forbidden for this kind of programme on the roll date, with the document (§3.3)."""
    rule = rule_on("welfare_payment", batch.roll_date)
    if batch.payment.value in rule.values["forbidden"].get(batch.kind.value, ()):
        return f"{batch.kind.label}不得以{batch.payment.label}发放（依据：{rule.source}）。"
    return None


WORKFLOW = Workflow(
    BatchState.DRAFT,
    (
        Step("approve", "审批", frozenset({BatchState.DRAFT}), BatchState.APPROVED, role="chair", guard=_complete),
        Step("reopen", "退回草案", frozenset({BatchState.APPROVED}), BatchState.DRAFT, role="chair", needs_reason=True),
        Step("start", "开始发放", frozenset({BatchState.APPROVED}), BatchState.DISTRIBUTING, role="officer"),
        Step(
            "close",
            "办结",
            frozenset({BatchState.APPROVED, BatchState.DISTRIBUTING}),
            BatchState.CLOSED,
            role="officer",
        ),
    ),
)

LINE_WORKFLOW = Workflow(
    LineState.WAITING,
    (
        Step("collect", "本人领取", frozenset({LineState.WAITING}), LineState.COLLECTED, role="officer"),
        Step("proxy", "代领", frozenset({LineState.WAITING}), LineState.PROXY, role="officer"),
        Step(
            "undo",
            "撤销领取",
            frozenset({LineState.COLLECTED, LineState.PROXY}),
            LineState.WAITING,
            role="officer",
        ),
        Step("unclaim", "记为未领", frozenset({LineState.WAITING}), LineState.UNCLAIMED, role="officer"),
    ),
)
