"""Psychological care (心理关爱, domain.md §6.2 item 19): appointments by a code that says nothing of the person.

No name and nothing of what was said has a field here, and none is to be added: what is kept is enough for making the
next appointment and for the yearly numbers.
"""

from __future__ import annotations

import re
import secrets
from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped, validates

from unionoffice.kernel.errors import UserError
from unionoffice.models.base import Record
from unionoffice.models.choices import Choice
from unionoffice.models.fields import Kind, field
from unionoffice.models.register import Register, Section
from unionoffice.models.tier import Tier
from unionoffice.models.workflow import Step, Workflow


class CareWay(Choice):
    """How they talk."""

    IN_PERSON = "in_person", "面谈"
    PHONE = "phone", "电话"
    VIDEO = "video", "视频"
    GROUP = "group", "团体活动"


class CareTopic(Choice):
    """What it is about, no nearer than this."""

    WORK = "work", "工作压力"
    COLLEAGUES = "colleagues", "人际关系"
    FAMILY = "family", "婚姻家庭"
    CHILDREN = "children", "亲子教育"
    MOOD = "mood", "情绪睡眠"
    CAREER = "career", "职业发展"
    EVENT = "event", "突发事件"
    OTHER = "other", "其他"


class CareRisk(Choice):
    """What the counsellor thinks of the danger."""

    COMMON = "common", "一般"
    WATCHED = "watched", "关注"
    CRISIS = "crisis", "危机转介"


class CareState(Choice):
    """Where the appointment stands."""

    BOOKED = "booked", "已预约"
    RUNNING = "running", "咨询中"
    OVER = "over", "已结束"
    CANCELLED = "cancelled", "已取消"


class Psychology(Record):
    """One appointment; who comes by its code is known to the counsellor alone."""

    __tablename__ = "psychology"
    type_name = "psychology"
    title = "心理关爱"

    code: Mapped[str] = field("预约编号", help="程序随机给出，交给预约的人；不写姓名、工号")
    booked_on: Mapped[date] = field("日期", Kind.DATE)
    way: Mapped[CareWay] = field("方式", Kind.CHOICE, choices=CareWay)
    counsellor: Mapped[str] = field("咨询师")
    topic: Mapped[CareTopic] = field("主题类别", Kind.CHOICE, choices=CareTopic)
    times: Mapped[int | None] = field("次数", Kind.INTEGER, required=False, help="到现在为止第几次")
    risk: Mapped[CareRisk] = field("风险等级", Kind.CHOICE, choices=CareRisk)
    referred_to: Mapped[str | None] = field("转介", required=False, help="转到哪家机构；不写姓名和谈话内容")
    consented: Mapped[bool | None] = field("知情同意", Kind.FLAG, required=False, help="来访者已签知情同意书")
    state: Mapped[CareState] = field("状态", Kind.STATE, choices=CareState, default=CareState.BOOKED, internal=True)

    def __init__(self, **values: Any) -> None:
        values.setdefault("code", _new_code())
        super().__init__(**values)

    @validates("code")
    def _anonymous(self, _name: str, value: str | None) -> str | None:
        """No Chinese character gets in, so that no name does."""
        if value and not _CODE.fullmatch(value):
            raise UserError("“预约编号”只用大写字母、数字和短横，由程序给出，不写姓名。", field="code")
        return value


_CODE = re.compile(r"[A-Z0-9-]{4,20}")
_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that are mistaken for one another when a code is read aloud."""


def _new_code() -> str:
    return "XL-" + "".join(secrets.choice(_SIGNS) for _ in range(7))


def _consented(care: Psychology) -> str | None:
    return None if care.consented else "来访者签了知情同意书（“知情同意”填“是”），才能开始。"


def _referred(care: Psychology) -> str | None:
    if care.risk is CareRisk.CRISIS and not care.referred_to:
        return "风险等级是“危机转介”，要先填写转介到哪里，才能结束。"
    return None


REGISTER = Register(
    model=Psychology,
    title="心理关爱",
    purpose="心理咨询的预约：编号、日期、方式、咨询师、主题类别、风险等级和转介。不记姓名，不记谈话内容。",
    tier=Tier.PSYCHOLOGY,
    columns=(
        Psychology.code,
        Psychology.booked_on,
        Psychology.way,
        Psychology.counsellor,
        Psychology.topic,
        Psychology.times,
        Psychology.risk,
        Psychology.state,
    ),
    form=(
        Section("预约", (Psychology.code, Psychology.booked_on, Psychology.way, Psychology.counsellor)),
        Section("情况", (Psychology.topic, Psychology.times, Psychology.risk)),
        Section("同意和转介", (Psychology.consented, Psychology.referred_to)),
    ),
    search=(Psychology.code, Psychology.counsellor),
    workflow=Workflow(
        CareState.BOOKED,
        (
            Step(
                "begin",
                "开始咨询",
                frozenset({CareState.BOOKED}),
                CareState.RUNNING,
                role="officer",
                guard=_consented,
            ),
            Step(
                "finish",
                "结束",
                frozenset({CareState.RUNNING}),
                CareState.OVER,
                role="officer",
                guard=_referred,
            ),
            Step("cancel", "取消预约", frozenset({CareState.BOOKED}), CareState.CANCELLED, role="officer"),
        ),
    ),
)
