"""Members (会员): every data item of domain.md §1.1, and membership as dated events from which the state follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from unionoffice.kernel.errors import Refused
from unionoffice.models.base import Record
from unionoffice.models.choices import Choice, CodeTable
from unionoffice.models.fields import Kind, field
from unionoffice.models.search import search_keys


class MembershipState(Choice):
    """会籍状态 (domain.md §1.5), derived from the membership events."""

    NONE = "none", "未入会"
    ACTIVE = "active", "在会"
    TRANSFERRED = "transferred", "已转出"
    RETAINED = "retained", "保留会籍"
    LEFT = "left", "已退会"
    EXPELLED = "expelled", "已除名"
    DECEASED = "deceased", "已去世"


class EventKind(Choice):
    """What can happen to a membership (domain.md §1.5)."""

    JOIN = "join", "入会"
    TRANSFER_IN = "transfer_in", "转入"
    TRANSFER_OUT = "transfer_out", "转出"
    RETAIN = "retain", "保留会籍"
    RESUME = "resume", "恢复会籍"
    LEAVE = "leave", "退会"
    EXPEL = "expel", "除名"
    DEATH = "death", "去世"


_NOT_MEMBER = frozenset(
    {MembershipState.NONE, MembershipState.TRANSFERRED, MembershipState.LEFT, MembershipState.EXPELLED}
)
_MEMBER = frozenset({MembershipState.ACTIVE, MembershipState.RETAINED})

EVENT_RULES: dict[EventKind, tuple[frozenset[MembershipState], MembershipState]] = {
    EventKind.JOIN: (_NOT_MEMBER, MembershipState.ACTIVE),
    EventKind.TRANSFER_IN: (_NOT_MEMBER, MembershipState.ACTIVE),
    EventKind.TRANSFER_OUT: (_MEMBER, MembershipState.TRANSFERRED),
    EventKind.RETAIN: (frozenset({MembershipState.ACTIVE}), MembershipState.RETAINED),
    EventKind.RESUME: (frozenset({MembershipState.RETAINED}), MembershipState.ACTIVE),
    EventKind.LEAVE: (_MEMBER, MembershipState.LEFT),
    EventKind.EXPEL: (_MEMBER, MembershipState.EXPELLED),
    EventKind.DEATH: (_MEMBER, MembershipState.DECEASED),
}


UNUSUAL = "archived OR membership_state <> 'active'"
"""Few people of a roll are no plain members: an index of these alone lets the rest be counted without reading it."""


class Member(Record):
    """A person in the union's roll, in or out of it; `unit_id` is the lowest unit (分工会 or 小组) he belongs to.

    Sensitive (domain.md §8.1) are, besides numbers of papers and phones, where he lives and is registered, and how he
    is reached. Not sensitive is the base of his dues, which every reckoning of dues needs: it is masked as an amount
    while projecting; nor his own birth date, by which namesakes are told apart.
    """

    __tablename__ = "member"
    type_name = "member"
    title = "会员"
    derived_from = ("name", "id_number", "phone", "member_number", "card_number", "staff_number")

    name: Mapped[str] = field("姓名")
    member_number: Mapped[str | None] = field("会员编号", required=False)
    id_type: Mapped[str | None] = field("证件类型", Kind.CHOICE, choices=CodeTable("id_type"), required=False)
    id_number: Mapped[str | None] = field("证件号码", Kind.ID_NUMBER, required=False)
    sex: Mapped[str | None] = field("性别", Kind.CHOICE, choices=CodeTable("sex"), required=False)
    birth_date: Mapped[str | None] = field("出生日期", Kind.PARTIAL_DATE, past=True, required=False)
    ethnicity: Mapped[str | None] = field("民族", Kind.CHOICE, choices=CodeTable("ethnicity"), required=False)
    native_place: Mapped[str | None] = field("籍贯", required=False)
    household_place: Mapped[str | None] = field("户籍所在地", required=False, sensitive=True)
    household_type: Mapped[str | None] = field(
        "户口类型", Kind.CHOICE, choices=CodeTable("household_type"), required=False
    )
    political_status: Mapped[str | None] = field(
        "政治面貌", Kind.CHOICE, choices=CodeTable("political_status"), required=False
    )
    education: Mapped[str | None] = field("学历", Kind.CHOICE, choices=CodeTable("education"), required=False)
    degree: Mapped[str | None] = field("学位", Kind.CHOICE, choices=CodeTable("degree"), required=False)
    marital_status: Mapped[str | None] = field(
        "婚姻状况", Kind.CHOICE, choices=CodeTable("marital_status"), required=False
    )
    phone: Mapped[str | None] = field("手机号码", Kind.PHONE, required=False)
    email: Mapped[str | None] = field("邮箱", required=False, sensitive=True)
    address: Mapped[str | None] = field("现住址", required=False, sensitive=True)
    employer: Mapped[str | None] = field("工作单位", required=False)
    department: Mapped[str | None] = field("部门", required=False)
    staff_number: Mapped[str | None] = field("工号", required=False)
    post: Mapped[str | None] = field("岗位", required=False)
    duty: Mapped[str | None] = field("职务", required=False)
    professional_title: Mapped[str | None] = field("职称", required=False)
    skill_level: Mapped[str | None] = field("职业技能等级", required=False)
    employment_form: Mapped[str | None] = field(
        "用工形式", Kind.CHOICE, choices=CodeTable("employment_form"), required=False
    )
    employment_status: Mapped[str | None] = field(
        "人员状态", Kind.CHOICE, choices=CodeTable("employment_status"), required=False
    )
    work_started: Mapped[str | None] = field("参加工作时间", Kind.PARTIAL_DATE, past=True, required=False)
    employer_joined: Mapped[str | None] = field("进单位时间", Kind.PARTIAL_DATE, past=True, required=False)
    contract_period: Mapped[str | None] = field("劳动合同期限", required=False)
    dues_base: Mapped[int | None] = field("月缴费基数", Kind.MONEY, required=False)
    unit_id: Mapped[str | None] = field("所属工会", Kind.REFERENCE, required=False)
    union_duty: Mapped[str | None] = field("工会职务", required=False)
    joined_on: Mapped[str | None] = field("入会日期", Kind.PARTIAL_DATE, past=True, required=False)
    join_method: Mapped[str | None] = field("入会方式", Kind.CHOICE, choices=CodeTable("join_method"), required=False)
    card_number: Mapped[str | None] = field("会员证号", required=False)
    enrolled: Mapped[bool] = field("入过会", Kind.FLAG, default=False, internal=True)
    membership_state: Mapped[MembershipState] = field(
        "会籍状态", Kind.STATE, choices=MembershipState, default=MembershipState.NONE, internal=True
    )
    is_migrant: Mapped[bool | None] = field("是否农民工", Kind.FLAG, required=False)
    is_dispatched: Mapped[bool | None] = field("是否劳务派遣", Kind.FLAG, required=False)
    new_form_job: Mapped[str | None] = field(
        "新就业形态", Kind.CHOICE, choices=CodeTable("new_form_job"), required=False
    )
    model_worker: Mapped[str | None] = field("劳模", Kind.CHOICE, choices=CodeTable("model_worker"), required=False)
    in_hardship: Mapped[bool | None] = field("是否困难职工", Kind.FLAG, required=False)
    is_women_cadre: Mapped[bool | None] = field("是否女职工干部", Kind.FLAG, required=False)
    is_delegate: Mapped[bool | None] = field("职工代表", Kind.FLAG, required=False)
    collect_method: Mapped[str | None] = field("信息采集方式", required=False)
    signed_on: Mapped[str | None] = field("本人签字日期", Kind.PARTIAL_DATE, past=True, required=False)
    collector: Mapped[str | None] = field("采集员", required=False)
    reviewer: Mapped[str | None] = field("审核人", required=False)
    household_id: Mapped[str | None] = field("家庭", Kind.REFERENCE, required=False, internal=True)
    remark: Mapped[str | None] = field("备注", Kind.NOTE, required=False)

    search_key: Mapped[str | None] = mapped_column(String)

    __table_args__ = (
        Index("ix_member_name", "name", "id"),
        Index("ix_member_unusual", "archived", "membership_state", sqlite_where=text(UNUSUAL)),
    )

    @classmethod
    def derive(cls, *sources: Sequence[Any]) -> tuple[Sequence[Any], ...]:
        """What one search box finds: name, pinyin initials in all readings, ID, phone, numbers (F10)."""
        return (search_keys(*sources),)


class MembershipEvent(Record):
    """What happened to a membership after the first joining, which the member's own `joined_on` says."""

    __tablename__ = "membership_event"
    type_name = "membership_event"
    title = "会籍变动"

    member_id: Mapped[str] = field("会员", Kind.REFERENCE, internal=True)
    on_date: Mapped[str] = field("日期", Kind.PARTIAL_DATE, past=True)
    kind: Mapped[EventKind] = field("变动", Kind.CHOICE, choices=EventKind)
    reason: Mapped[str | None] = field("原因", Kind.NOTE, required=False)
    document: Mapped[str | None] = field("依据或批准文号", required=False)

    __table_args__ = (Index("ix_membership_event_member", "member_id", "on_date"),)


Happening = tuple[str, str, EventKind]
"""(partial date, event id, kind); the first joining has a blank id, and a blank date where nobody knows it."""


def timeline(member: Member, events: Iterable[MembershipEvent]) -> list[Happening]:
    """A membership from its first joining on, oldest first."""
    opening = [(member.joined_on or "", "", EventKind.JOIN)] if member.enrolled else []
    return opening + sorted((event.on_date, event.id, event.kind) for event in events)


def state_after(happenings: Iterable[Happening], on: date | None = None) -> MembershipState:
    """会籍状态 at the end of day `on`, or after everything when None (F1).

    A partial date counts from its first day: someone who joined in “2015-10” was a member on 2015-10-01.
    """
    limit = on.isoformat() if on is not None else "9999"
    state = MembershipState.NONE
    for on_date, _, kind in happenings:
        if on_date <= limit:
            state = EVENT_RULES[kind][1]
    return state


def check_event(kind: EventKind, on_date: str, past: list[Happening], today: date) -> None:
    """Refuse an event that the state before it does not allow, that lies in the future, or before the last one.

    A month or year within which the last one lies is refused too: it would sort before it.
    """
    if on_date > today.isoformat():
        raise Refused("会籍变动的日期不能晚于今天。", field="on_date")
    if past and on_date < (last := past[-1][0]):
        if last.startswith(on_date):
            raise Refused(f"上一次会籍变动是 {last}，请把日期写到日，才分得清先后。", field="on_date")
        raise Refused(f"日期不能早于上一次会籍变动（{last}）。", field="on_date")
    sources, _ = EVENT_RULES[kind]
    state = state_after(past)
    if state not in sources:
        raise Refused(f"会籍状态是“{state.label}”，不能再办理“{kind.label}”。", field="kind")
