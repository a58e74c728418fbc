"""Requests about one's own data (个人信息申请, PIPL Art. 44–50): correct, delete, see; answered with reasons."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Mapped, validates

from unionoffice.models.base import Record
from unionoffice.models.choices import Choice
from unionoffice.models.deadline import filled_in
from unionoffice.models.fields import Kind, field
from unionoffice.models.register import Person, Register, Section
from unionoffice.models.rule_pack import rule_on
from unionoffice.models.workflow import Step, Workflow


class RequestKind(Choice):
    """What is asked for."""

    CORRECT = "correct", "更正、补充"
    DELETE = "delete", "删除"
    COPY = "copy", "查阅、复制"
    EXPLAIN = "explain", "解释说明"


class RequestState(Choice):
    """Where a request stands."""

    RECEIVED = "received", "收到"
    WORKING = "working", "办理中"
    DONE = "done", "已办结"
    REFUSED = "refused", "不予办理"


class DataRequest(Record):
    """One request; `applicant` is named when it is not the person himself (Art. 49: a deceased member's family)."""

    __tablename__ = "data_request"
    type_name = "data_request"
    title = "个人信息申请"

    name: Mapped[str] = field("姓名", help="是谁的信息")
    number: Mapped[str | None] = field("工号或会员编号", required=False, help="同名的人靠它分清")
    kind: Mapped[RequestKind] = field("申请事项", Kind.CHOICE, choices=RequestKind)
    content: Mapped[str] = field("申请内容", Kind.NOTE)
    applicant: Mapped[str | None] = field("申请人", required=False, help="不是本人时填写，如近亲属、监护人")
    received_on: Mapped[date] = field("收到日期", Kind.DATE, past=True)
    due_on: Mapped[date | None] = field("办理期限", Kind.DATE, required=False, help="不填按规定算出答复的最后一天")
    answered_on: Mapped[date | None] = field("答复日期", Kind.DATE, past=True, required=False)
    result: Mapped[str | None] = field("办理结果或不予办理的理由", Kind.NOTE, required=False)
    remark: Mapped[str | None] = field("备注", Kind.NOTE, required=False)
    member_id: Mapped[str | None] = field("会员", Kind.REFERENCE, required=False, internal=True, index=True)
    state: Mapped[RequestState] = field(
        "状态", Kind.STATE, choices=RequestState, default=RequestState.RECEIVED, internal=True
    )

    @validates("received_on", "due_on")
    def _in_time(self, name: str, day: date | None) -> date | None:
        """A blank last day is what the rule pack says of the day on which the request came."""
        return filled_in(self, name, day, latest)


def latest(received_on: date) -> date:
    """The last day for an answer to a request received on a day, by the rule pack `data_request`."""
    return received_on + timedelta(days=rule_on("data_request", received_on).values["days"])


def _due(request: DataRequest) -> str | None:
    last = latest(request.received_on)
    if request.due_on is None or request.due_on > last:
        source = rule_on("data_request", request.received_on).source
        return f"办理期限最迟是 {last.isoformat()}（{source}），请先改正。"
    return None


def _answered(request: DataRequest) -> str | None:
    if request.answered_on is None or not request.result:
        return "答复日期和办理结果（不予办理的写理由）要先填写。"
    if request.answered_on < request.received_on:
        return "答复日期早于收到日期，请先改正。"
    return None


REGISTER = Register(
    model=DataRequest,
    title="个人信息申请",
    purpose="会员要求更正、删除、查阅自己的信息：谁、要什么、哪天收到、最迟哪天答复、怎么答复的。",
    columns=(
        DataRequest.name,
        DataRequest.number,
        DataRequest.kind,
        DataRequest.content,
        DataRequest.received_on,
        DataRequest.due_on,
        DataRequest.state,
    ),
    form=(
        Section("本人", (DataRequest.name, DataRequest.number, DataRequest.applicant)),
        Section("申请", (DataRequest.kind, DataRequest.content, DataRequest.received_on, DataRequest.due_on)),
        Section("答复", (DataRequest.answered_on, DataRequest.result, DataRequest.remark)),
    ),
    search=(DataRequest.name, DataRequest.number, DataRequest.content),
    due=DataRequest.due_on,
    person=Person(DataRequest.member_id, DataRequest.name, DataRequest.number),
    workflow=Workflow(
        RequestState.RECEIVED,
        (
            Step(
                "begin",
                "办理",
                frozenset({RequestState.RECEIVED}),
                RequestState.WORKING,
                role="officer",
                guard=_due,
            ),
            Step(
                "finish",
                "办结",
                frozenset({RequestState.WORKING}),
                RequestState.DONE,
                role="officer",
                guard=_answered,
            ),
            Step(
                "refuse",
                "不予办理",
                frozenset({RequestState.RECEIVED, RequestState.WORKING}),
                RequestState.REFUSED,
                role="officer",
                needs_reason=True,
                guard=_answered,
            ),
        ),
    ),
)
