"""What an approval is about and where it stands: whose steps are done, what is next, who may take it and who may not.

Nothing here writes; `services/approvals.py` decides by it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from unionoffice.kernel.check_code import check_code
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Progress
from unionoffice.models.approval import Approval, ApprovalStep, Contents, Opinion
from unionoffice.models.approval_limits import ApprovalLimit, Tier
from unionoffice.models.choices import Choice
from unionoffice.models.permission import may, permit
from unionoffice.models.tier import Tier as ClosedTier
from unionoffice.services import authority
from unionoffice.store.queries import approvals as queries
from unionoffice.store.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is to be approved, and besides what `Subject.grant` needs of it."""

    contents: Contents
    details: Any = None


@dataclass(frozen=True, slots=True)
class Subject:
    """All that approving needs to know of one record type.

    `model.type_name` is its name in operations (`batch:approve`, `batch:send_back` …). `tier` gives the steps that it
    needs by the office's own limits too. `is_open` says whether it waits for approval at all. `prepared` works out what
    is to be approved, `parts` gives the ids of records that belong to it: who made or changed them has prepared it, but
    for the operations of approving and those named in `after`. `problem` is why nobody may approve it, `grant` what the
    last step does. Where 不同意 decides too, `refuse` is what it does; elsewhere it goes
    back to who prepared it, as 退回 does. `paper` is its name without anybody's. What lists the `whole` union is not
    for who sees a part of it; what is `closed`, for who holds that tier; what asks for `users` is not approved in an
    office that has none, where nobody can be told from who prepared it. `named` gives the ids of the members it names.
    """

    model: type[Any]
    called: str
    tier: Callable[[Any, Contents, date, Sequence[ApprovalLimit]], Tier]
    is_open: Callable[[Any], bool]
    prepared: Callable[[Session, Any], Prepared]
    parts: Callable[[Session, Any], Sequence[str]]
    problem: Callable[[Any, Contents], str | None]
    grant: Callable[[UnitOfWork, Any, Prepared, Approval, Progress], None]
    paper: Callable[[Contents], str] = lambda contents: contents.title
    refuse: Callable[[UnitOfWork, Any, Approval], None] | None = None
    after: frozenset[str] = frozenset()
    whole: bool = True
    closed: ClosedTier | None = None
    users: bool = False
    named: Callable[[Session, Any], Sequence[str]] = lambda session, record: ()

    def operation(self, name: str) -> str:
        """The full name of an operation."""
        return f"{self.model.type_name}:{name}"

    def deciding(self) -> frozenset[str]:
        """Operations that change such a record without preparing it."""
        names = (*(each.operation for each in ApprovalStep), "send_back", "reopen", "resubmit", "slip", "register")
        return frozenset(map(self.operation, names)) | self.after

    def decides(self, opinion: Opinion) -> bool:
        """Whether an opinion settles it; others send it back."""
        return opinion is Opinion.AGREED or (opinion is Opinion.REJECTED and self.refuse is not None)


class StepState(Choice):
    """Where a step of a chain stands."""

    DONE = "done", "已完成"
    NOW = "now", "进行中"
    NEXT = "next", "待办"


@dataclass(frozen=True, slots=True)
class StepView:
    """One step as the list shows it: `told` says what was done, `who` the names of those who may do it.

    `who` is empty in a plain office, where everybody may, and where an encrypted one has nobody for it. `ask` then says
    whom to ask: for a signature on paper, or for another holder of the role.
    """

    step: ApprovalStep
    state: StepState
    told: str
    who: tuple[str, ...]
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody has before him when he decides: the step that was next, and the contents."""

    step: ApprovalStep
    contents: Contents

    @property
    def code(self) -> str:
        """The same in 16 signs, for whoever looks in one program run and decides in the next."""
        parts = f"{self.step.value}\n{self.contents.digest()}".encode()
        return check_code(sha256(b"unionoffice approval seen\n" + parts).digest())


@dataclass(frozen=True, slots=True)
class Chain:
    """An approval as a list: done, now, next.

    `why_not` is why this actor may not take the next step, None when he may or nothing is next; to who sees a part of
    the union only what was recorded is told. `sent_back` is the
    sentence of a return that nobody has answered yet, `stale` those of approvals whose contents have changed since.
    `amount` is in 分. `seen` is to be handed back when deciding by it; None where nothing is to be decided.
    """

    steps: tuple[StepView, ...]
    rule: str
    source: str
    people: int
    amount: int
    next: ApprovalStep | None
    why_not: str | None
    sent_back: str | None
    stale: tuple[str, ...]
    preparers: tuple[str, ...]
    seen: Seen | None = None

    @property
    def headline(self) -> str:
        """Where it stands in one line, e.g. 已办 1 步，共 3 步；现在等经审会签（赵六）。"""
        if self.sent_back is not None:
            return f"已退回，等经办改好或补齐。{self.sent_back}"
        done = sum(each.state is StepState.DONE for each in self.steps)
        if self.next is None:
            return f"审批已办完，共 {done} 步。" if done and self.why_not is None else ""
        who = "、".join(next(each.who for each in self.steps if each.state is StepState.NOW))
        waiting = f"现在等{self.next.label}" + (f"（{who}）。" if who else "。")
        return f"已办 {done} 步，共 {len(self.steps)} 步；{waiting}" if done else waiting


@dataclass(frozen=True, slots=True)
class Case:
    """One subject as it stands: what counts, who may not, what is next."""

    record: Any
    prepared: Prepared
    digest: str
    tier: Tier
    done: tuple[Approval, ...]
    stale: tuple[Approval, ...]
    returned: Approval | None
    barred: dict[str, str]
    preparers: tuple[str, ...]

    @property
    def next(self) -> ApprovalStep | None:
        return self.tier.steps[len(self.done)] if len(self.done) < len(self.tier.steps) else None


class Cases:
    """The approvals of one kind of subject in one office, as they stand."""

    def __init__(self, store: Store, subject: Subject) -> None:
        self._store = store
        self._subject = subject

    def chain(self, record_id: str, actor: Actor, *, prepared: Prepared | None = None) -> Chain:
        """Where its approval stands, and whether this actor may take the next step.

        Pass `prepared` where it has just been worked out; otherwise it is worked out anew.
        """
        with self._store.reading() as session:
            record = self.record(session, record_id)
            if not self._subject.is_open(record):
                return _recorded(queries.approvals(session, record_id))
            if self._subject.whole and (actor.units is not None or not may(actor, "view:members")):
                return _recorded(queries.approvals(session, record_id), why_not=_SEES_A_PART)
            case = self.look(session, record, prepared)
            steps = tuple(
                StepView(each, StepState.DONE, case.done[place].sentence(), ())
                if place < len(case.done)
                else self._to_come(session, each, case, now=place == len(case.done))
                for place, each in enumerate(case.tier.steps)
            )
            contents = case.prepared.contents
            return Chain(
                steps,
                case.tier.sentence(),
                case.tier.source,
                contents.people,
                contents.amount,
                case.next,
                self._why_not(session, case, actor),
                case.returned.sentence() if case.returned else None,
                tuple(each.sentence() for each in case.stale),
                case.preparers,
                Seen(case.next, contents) if case.next is not None else None,
            )

    def record(self, session: Session, record_id: str) -> Any:
        """The record with an id. Raises UserError when it is gone."""
        record = session.get(self._subject.model, record_id)
        if record is None:
            raise UserError(f"这条{self._subject.model.title}记录已经找不到，请刷新列表。")
        return record

    def must_be_open(self, record: Any) -> None:
        """Refuse a record that does not wait for approval."""
        if record.archived or not self._subject.is_open(record):
            state = "已归档" if record.archived else record.state.label
            raise Refused(f"现在的状态是“{state}”，不在审批，不能办这一步。")

    def look(self, session: Session, record: Any, prepared: Prepared | None = None) -> Case:
        """Where a record stands now; `prepared` where its contents have just been worked out."""
        subject = self._subject
        prepared = prepared or subject.prepared(session, record)
        contents = prepared.contents
        digest = contents.digest()
        tier = subject.tier(record, contents, self._store.clock.today(), queries.limits(session))
        found = queries.approvals(session, record.id)
        given = {each.step: each for each in found if each.opinion is Opinion.AGREED and each.digest == digest}
        done: list[Approval] = []
        for each in tier.steps:
            if each not in given:
                break
            done.append(given[each])
        returned = [each for each in found if each.opinion is not Opinion.AGREED and each.digest == digest]
        preparers = queries.preparers(session, [record.id, *subject.parts(session, record)], subject.deciding())
        barred = authority.barred_by(preparers, subject.called)
        for before in done:
            for name in filter(None, (before.by, before.deputy_for)):
                barred.setdefault(name, f"已经办过“{before.step.label}”，同一个人不能办两步")
        return Case(
            record,
            prepared,
            digest,
            tier,
            tuple(done),
            tuple(each for each in found if each not in done and each not in returned),
            returned[-1] if returned else None,
            barred,
            tuple(preparers),
        )

    def may_go_on(self, case: Case, actor: Actor) -> None:
        """Refuse the next step of what was sent back, and for what `Subject.problem` and `Subject.users` say."""
        if self._subject.users and actor.user_id is None:
            raise Refused(
                f"办公文件没有设置用户，分不清制单人和批准人，不能批准{self._subject.called}。请先加密并登记用户。"
            )
        if case.returned is not None:
            raise Refused(
                f"{self._subject.called}已退回（{case.returned.sentence().rstrip('。')}）。"
                "请经办改好，或补齐后“重新提交”，再审批。"
            )
        if why := self._subject.problem(case.record, case.prepared.contents):
            raise Refused(why)

    def _why_not(self, session: Session, case: Case, actor: Actor) -> str | None:
        if case.next is None:
            return None
        try:
            permit(actor, self._subject.operation(case.next.operation))
            self.authority(session, case, case.next, actor)
            self.may_go_on(case, actor)
        except Refused as refusal:
            return refusal.sentence
        return None

    def authority(self, session: Session, case: Case, now: ApprovalStep, actor: Actor) -> str | None:
        """Whom an actor stands in for at a step, None for himself. Refused when he may not take it."""
        if actor.user_id is None:
            return None
        role, today = now.role, self._store.clock.today()
        return authority.authority(session, now.label, role, actor, case.barred, today, tier=self._subject.closed)

    def power(self, session: Session, now: ApprovalStep, actor: Actor, barred: dict[str, str]) -> str | None:
        """Whom an actor stands in for by his role at a step, None for himself. Refused when he has no part in it."""
        if actor.user_id is None:
            return None
        return authority.power(session, now.label, now.role, actor, barred, self._store.clock.today())

    def _to_come(self, session: Session, each: ApprovalStep, case: Case, *, now: bool) -> StepView:
        state, today = StepState.NOW if now else StepState.NEXT, self._store.clock.today()
        if self._store.key is None:
            return StepView(each, state, "", ())
        who = authority.candidates(session, each.role, case.barred, today, tier=self._subject.closed)
        ask = "" if who else authority.ask_others(session, each.role, case.barred, today, tier=self._subject.closed)
        return StepView(each, state, "", who, ask)


_SEES_A_PART = "您看不到整份名单，不能审批。请分管全会的人办理。"


def _recorded(found: Sequence[Approval], why_not: str | None = None) -> Chain:
    """The chain as it was recorded: of what is no longer open, and for who does not see all that is approved."""
    agreed = [each for each in found if each.opinion is Opinion.AGREED]
    returned = [each.sentence() for each in found if each.opinion is not Opinion.AGREED]
    steps = tuple(StepView(each.step, StepState.DONE, each.sentence(), ()) for each in agreed)
    rule = " → ".join(each.step.label for each in agreed)
    people, amount = (agreed[-1].people, agreed[-1].amount) if agreed else (0, 0)
    return Chain(steps, rule, "", people, amount, None, why_not, returned[-1] if returned else None, (), ())
