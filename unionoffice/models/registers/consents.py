"""Consents (同意台账, domain.md §8.1; PIPL Art. 14, 15, 29): who agreed to what, by which notice, until when."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from unionoffice.models.base import Record
from unionoffice.models.choices import Choice
from unionoffice.models.fields import Kind, field
from unionoffice.models.register import Person, Register, Section
from unionoffice.models.workflow import Step, Workflow


class ConsentWay(Choice):
    """How consent was given."""

    SIGNED = "signed", "本人签字"
    THUMB = "thumb", "本人按手印"
    GUARDIAN = "guardian", "监护人签字"  # under 14 (PIPL Art. 31)
    OTHER = "other", "其他方式"


class ConsentState(Choice):
    """Whether it still stands."""

    GIVEN = "given", "有效"
    WITHDRAWN = "withdrawn", "已撤回"


class Consent(Record):
    """One signed notice: what the person agreed to (yes), refused (no) or was not asked (blank)."""

    __tablename__ = "consent"
    type_name = "consent"
    title = "同意台账"

    name: Mapped[str] = field("姓名")
    number: Mapped[str | None] = field("工号或会员编号", required=False, help="同名的人靠它分清")
    notice: Mapped[str] = field("告知书版本", help="如 2026年版")
    notice_on: Mapped[date | None] = field("告知书日期", Kind.DATE, past=True, required=False)
    given_on: Mapped[date] = field("同意日期", Kind.DATE, past=True)
    way: Mapped[ConsentWay] = field("同意方式", Kind.CHOICE, choices=ConsentWay)
    basic: Mapped[bool | None] = field("基本信息", Kind.FLAG, required=False)
    family: Mapped[bool | None] = field("家庭信息", Kind.FLAG, required=False)
    hardship: Mapped[bool | None] = field("困难与疾病", Kind.FLAG, required=False)
    bank: Mapped[bool | None] = field("银行账户", Kind.FLAG, required=False)
    portrait: Mapped[bool | None] = field("肖像", Kind.FLAG, required=False)
    kept_at: Mapped[str | None] = field("纸质原件位置", required=False, help="盒号、件号")
    withdrawn_on: Mapped[date | None] = field("撤回日期", Kind.DATE, past=True, required=False)
    remark: Mapped[str | None] = field("备注", Kind.NOTE, required=False)
    member_id: Mapped[str | None] = field("会员", Kind.REFERENCE, required=False, internal=True, index=True)
    state: Mapped[ConsentState] = field(
        "状态", Kind.STATE, choices=ConsentState, default=ConsentState.GIVEN, internal=True
    )


SCOPES = (Consent.basic, Consent.family, Consent.hardship, Consent.bank, Consent.portrait)
"""What can be agreed to, each by itself."""


def _dated(consent: Consent) -> str | None:
    if consent.withdrawn_on is None:
        return "撤回日期要先填写。"
    if consent.withdrawn_on < consent.given_on:
        return "撤回日期早于同意日期，请先改正。"
    return None


def _undated(consent: Consent) -> str | None:
    return None if consent.withdrawn_on is None else "撤回日期要先清空。"


REGISTER = Register(
    model=Consent,
    title="同意台账",
    purpose="会员签过的告知同意书：哪个版本、哪一天、同意了哪几类信息、什么时候撤回。",
    columns=(
        Consent.name,
        Consent.number,
        Consent.notice,
        Consent.given_on,
        *SCOPES,
        Consent.state,
    ),
    form=(
        Section("本人", (Consent.name, Consent.number)),
        Section("告知同意书", (Consent.notice, Consent.notice_on, Consent.given_on, Consent.way, Consent.kept_at)),
        Section("同意的范围", SCOPES),
        Section("其他", (Consent.withdrawn_on, Consent.remark)),
    ),
    search=(Consent.name, Consent.number, Consent.notice),
    person=Person(Consent.member_id, Consent.name, Consent.number),
    workflow=Workflow(
        ConsentState.GIVEN,
        (
            Step(
                "withdraw",
                "撤回同意",
                frozenset({ConsentState.GIVEN}),
                ConsentState.WITHDRAWN,
                role="officer",
                guard=_dated,
            ),
            Step(
                "correct",
                "更正为有效",
                frozenset({ConsentState.WITHDRAWN}),
                ConsentState.GIVEN,
                role="officer",
                needs_reason=True,
                guard=_undated,
            ),
        ),
    ),
)
