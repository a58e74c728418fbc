"""Approving (审批): steps in order by amount, never by who prepared it, bound to exactly what was looked at (F58–F61).

What is approved declares itself once as a `Subject`; the steps come from the rule pack. Nothing is locked meanwhile:
an approval holds for the contents it was given for, and one whose contents have changed since simply counts no more.

Preparers are known by name, which is unique among the users of an encrypted office. In a plain office nobody logs in
(`Actor.user_id` is None) and everybody holds all roles: there it cannot be told who prepared and who approves, so
neither the rule against preparers nor the one against signing twice is enforced.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from unionoffice.kernel import dates
from unionoffice.kernel.changes import Changes
from unionoffice.kernel.check_code import signs_apart, typed_code
from unionoffice.kernel.errors import Conflict, Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Progress, Silent, step
from unionoffice.models.approval import (
    Approval,
    ApprovalSlip,
    ApprovalStep,
    BackType,
    Contents,
    Opinion,
    Way,
    differences,
    unpacked,
)
from unionoffice.models.base import Record
from unionoffice.services import authority
from unionoffice.services.approval_cases import Case, Cases, Chain, Prepared, Seen, Subject
from unionoffice.store.queries import approvals as queries
from unionoffice.store.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class SlipReturn:
    """What came back on paper or in a file. `scan_sha256` is of the scan or of the file, `signed_for` whom the signer
    stood in for; a return without agreement needs a type and a reason."""

    signed_by: str
    signed_on: date
    opinion: Opinion = Opinion.AGREED
    back_type: BackType | None = None
    reason: str = ""
    signed_for: str = ""
    scan_sha256: str = ""
    way: Way = Way.PAPER


class ChangedSince(Refused):
    """What came back was given for other contents; `differences` says all of it."""

    def __init__(self, sentence: str, found: Sequence[str]) -> None:
        super().__init__(sentence)
        self.differences = tuple(found)


class Approvals:
    """The approvals of one kind of subject in one office."""

    def __init__(self, store: Store, subject: Subject) -> None:
        self._store = store
        self._subject = subject
        self._cases = Cases(store, subject)

    @property
    def model(self) -> type[Record]:
        """What is approved."""
        return self._subject.model

    @property
    def called(self) -> str:
        """What the office calls it."""
        return self._subject.called

    def paper(self, contents: Contents) -> str:
        """What its slip is called, without anybody's name: for logs, marks and files."""
        return f"{self._subject.paper(contents)}审批单"

    def must_not_wait(self, session: Session, record: Any, actor: Actor) -> None:
        """Refuse a step in the program on what was sent back on paper and not handed in again (`Cases.may_go_on`)."""
        self._cases.may_go_on(self._cases.look(session, record), actor)

    def decides(self, opinion: Opinion) -> bool:
        """Whether an opinion settles it; others send it back, for a type and a reason."""
        return self._subject.decides(opinion)

    def chain(self, record_id: str, actor: Actor, *, prepared: Prepared | None = None) -> Chain:
        """Where its approval stands; see `Cases.chain`."""
        return self._cases.chain(record_id, actor, prepared=prepared)

    def approve(
        self, record_id: str, actor: Actor, progress: Progress | None = None, *, seen: Seen | None = None
    ) -> Changes:
        """Take the step that is next; the last one grants it. A person decides by what he has `seen`.

        Raises Refused when the actor prepared it, has signed another step, or does not hold the step's role, when it
        was sent back and not handed in again, when somebody has taken the step since he saw it, and for what
        `Subject.problem` says; ChangedSince when the contents are others; Conflict when it changes this moment.
        """
        progress = progress or Silent()
        step(progress, 0, 3, f"正在核对{self._subject.called}")
        with self._store.reading() as session:
            position = queries.log_position(session)
            record = self._cases.record(session, record_id)
            self._cases.must_be_open(record)
            case = self._cases.look(session, record)
            self._as_seen(case, seen)
        now = case.next
        assert now is not None, "an open subject has all its approvals"
        with self._store.operation(self._subject.operation(now.operation), _label(now), actor) as uow:
            case = self._again(uow, record_id, case, position)
            deputy_for = self._cases.authority(uow.session, case, now, actor)
            self._cases.may_go_on(case, actor)
            approval = self._approval(case, now, actor.name, self._store.clock.today(), deputy_for=deputy_for)
            self._decide(uow, case, approval, progress)
        return uow.changes

    def send_back(
        self, record_id: str, back_type: BackType, reason: str, actor: Actor, *, seen: Seen | None = None
    ) -> Changes:
        """Send it back to who prepared it (F59): approvals so far are void. Refused without a reason.

        Refused too when it is not any more what he has `seen`, as in `approve`. Anybody whose role has a step in the
        chain may, also who prepared it: taking back harms nobody.
        """
        if not reason.strip():
            raise Refused("退回必须写明理由。", field="reason")
        with self._store.operation(self._subject.operation("send_back"), "退回", actor, reason=reason.strip()) as uow:
            record = uow.get(self._subject.model, record_id)
            self._cases.must_be_open(record)
            case = self._cases.look(uow.session, record)
            self._as_seen(case, seen)
            roles = [each for each in case.tier.steps if each.role in actor.roles]
            if not roles:
                raise Refused(f"这{self._subject.called}的审批（{case.tier.sentence()}）没有您的角色，不能退回。")
            now = case.next if case.next in roles else roles[-1]
            assert now is not None
            deputy_for = self._cases.power(uow.session, now, actor, {})
            approval = self._approval(
                case,
                now,
                actor.name,
                self._store.clock.today(),
                deputy_for=deputy_for,
                opinion=Opinion.SENT_BACK,
                back_type=back_type,
                reason=reason.strip(),
            )
            self._decide(uow, case, approval, Silent())
        return uow.changes

    def resubmit(self, record_id: str, note: str, actor: Actor) -> Changes:
        """Hand in again, unchanged, what was sent back: what was missing has been supplied, as `note` says."""
        if not note.strip():
            raise Refused("重新提交要写明补了什么。", field="note")
        with self._store.operation(self._subject.operation("resubmit"), "重新提交", actor, reason=note.strip()) as uow:
            record = uow.get(self._subject.model, record_id)
            self._cases.must_be_open(record)
            returns = [each for each in queries.approvals(uow.session, record_id) if each.opinion is not Opinion.AGREED]
            if not returns:
                raise Refused(f"这{self._subject.called}没有被退回，不用重新提交。")
            for each in returns:
                each.archived, each.void = True, f"重新提交：{note.strip()}"
        return uow.changes

    def make_slip(
        self,
        record_id: str,
        actor: Actor,
        way: Way,
        show: Callable[[ApprovalSlip, Contents, Sequence[str]], str],
        *,
        at: ApprovalStep | None = None,
    ) -> tuple[ApprovalSlip, list[str]]:
        """A slip for a step, by default the next one, kept so that what comes back can be held against it.

        `show` is given the slip, its contents and what was done before, and answers the digest of what is shown. With
        the slip come the ids of the members whom it names.
        """
        with self._store.operation(self._subject.operation("slip"), "制作审批单", actor) as uow:
            record = uow.get(self._subject.model, record_id)
            self._cases.must_be_open(record)
            case = self._cases.look(uow.session, record)
            self._cases.may_go_on(case, actor)
            left = case.tier.steps[len(case.done) :]
            now = at or left[0]
            if now not in left:
                raise Refused(f"“{now.label}”不在还要办的步骤里：{' → '.join(each.label for each in left)}。")
            contents = case.prepared.contents
            slip = ApprovalSlip(
                subject_type=self._subject.model.type_name,
                subject_id=record_id,
                step=now,
                way=way,
                digest=case.digest,
                contents=contents.packed(),
                made_by=actor.name,
                made_at=uow.at.replace(microsecond=0),
            )
            slip.code = slip.own_code()
            slip.shown = show(slip, contents, [each.sentence() for each in case.done])
            uow.add(slip)
            named = list(self._subject.named(uow.session, record))
        return slip, named

    def slip(self, record_id: str, code: str) -> ApprovalSlip:
        """The slip with a code as typed or scanned. Raises UserError when this subject has none, and how far off."""
        with self._store.reading() as session:
            return self._slip(session, record_id, code)

    def found_by(self, code: str) -> str | None:
        """The id of what a scanned or typed code is a slip of; None when it is no code of ours."""
        wanted = typed_code(code)
        if wanted is None:
            return None
        with self._store.reading() as session:
            return queries.subject_of(session, self._subject.model.type_name, wanted)

    def differences(self, record_id: str, code: str) -> list[str]:
        """What has changed since a slip was made, as sentences; empty when its approval can be registered."""
        with self._store.reading() as session:
            slip = self._slip(session, record_id, code)
            now = self._subject.prepared(session, self._cases.record(session, record_id)).contents
            return differences(unpacked(slip.contents), now)

    def shown_today(self, record_id: str, step: ApprovalStep) -> tuple[Contents, list[str]] | None:
        """What a slip of a step would show now – contents and what was done before – also where the step is taken.

        None where there is nothing to be shown any more: it was sent back, given up, or the record is gone.
        """
        with self._store.reading() as session:
            record = session.get(self._subject.model, record_id)
            if record is None or record.archived:
                return None
            found = queries.approvals(session, record_id)
            if not self._subject.is_open(record):
                return self._granted_for(session, record, found, step)
            case = self._cases.look(session, record)
            if case.returned is not None or step not in case.tier.steps:
                return None
            before = case.tier.steps.index(step)
            return case.prepared.contents, [each.sentence() for each in case.done[:before]]

    def _granted_for(
        self, session: Session, record: Any, found: Sequence[Approval], step: ApprovalStep
    ) -> tuple[Contents, list[str]] | None:
        """What was approved in the end, by the slip on which it was: of what is settled nothing is worked out anew."""
        given = next((each for each in found if each.step is step and each.slip_id), None)
        slip = session.get(ApprovalSlip, given.slip_id) if given is not None else None
        if slip is None or given is None:
            return None
        return unpacked(slip.contents), [each.sentence() for each in found[: found.index(given)]]

    def drop_slip(self, slip: ApprovalSlip, actor: Actor, why: str) -> None:
        """Withdraw a slip that never came to be a paper or a file."""
        with self._store.operation(self._subject.operation("slip"), "审批单没有写成", actor, reason=why) as uow:
            uow.get(ApprovalSlip, slip.id).archived = True

    def register(
        self, record_id: str, code: str, found: SlipReturn, actor: Actor, progress: Progress | None = None
    ) -> Changes:
        """Register what came back on a slip: the signature is the signer's, so its preparer may register it.

        Raises ChangedSince when anything differs from what the slip shows, Refused for a slip that is used, void or
        not the next step's, for a signer who has no part in the step (`authority.signature`), prepared it or has signed
        another step, and for an impossible date.
        """
        today = self._store.clock.today()
        if not found.signed_by.strip():
            raise UserError("签字人还没有填写。", field="signed_by")
        if found.signed_on > today:
            raise UserError(f"签字日期 {found.signed_on.isoformat()} 在今天以后，请核对。", field="signed_on")
        if found.opinion is not Opinion.AGREED and not found.reason.strip():
            raise Refused(f"“{found.opinion.label}”必须写明理由。", field="reason")
        with self._store.operation(
            self._subject.operation("register"), f"登记{found.way.label}", actor, reason=found.reason.strip() or None
        ) as uow:
            record = uow.get(self._subject.model, record_id)
            slip = self._slip(uow.session, record_id, code)
            self._usable(uow.session, slip, found)
            self._cases.must_be_open(record)
            case = self._cases.look(uow.session, record)
            if slip.digest != case.digest:
                raise _changed(slip, case.prepared.contents)
            self._cases.may_go_on(case, actor)
            if slip.step is not case.next:
                assert case.next is not None
                raise Refused(f"现在要办的是“{case.next.label}”，这张单子是“{slip.step.label}”的，请按顺序登记。")
            if case.done and found.signed_on < case.done[-1].decided_on:
                raise Refused("签字日期早于上一步的审批日期，请核对。", field="signed_on")
            signer = found.signed_by.strip()
            signed_for = self._signed_for(uow.session, case, slip.step, found)
            approval = self._approval(
                case,
                slip.step,
                signer,
                found.signed_on,
                deputy_for=signed_for,
                opinion=found.opinion,
                back_type=None if self.decides(found.opinion) else found.back_type or BackType.OTHER,
                reason=found.reason.strip() or None,
                way=found.way,
                registered_by=actor.name,
                slip_id=slip.id,
                scan_sha256=found.scan_sha256 or None,
            )
            self._decide(uow, case, approval, progress or Silent())
        return uow.changes

    def _signed_for(self, session: Session, case: Case, now: ApprovalStep, found: SlipReturn) -> str | None:
        """Whom a signer stood in for; Refused for who has no part in the step, prepared it or signed another one."""
        signer, signed_for = found.signed_by.strip(), found.signed_for.strip()
        if self._store.key is None:
            return signed_for or None
        decides = self.decides(found.opinion)
        _not_barred(case, decides, signer, signed_for)
        stood_for = authority.signature(session, now.label, now.role, signer, signed_for, found.signed_on, case.barred)
        _not_barred(case, decides, stood_for or "")
        return stood_for

    def past(self, record_id: str) -> list[str]:
        """Every decision as a sentence, the newest first, with why it is void where it is."""
        with self._store.reading() as session:
            found = queries.approvals(session, record_id, void=True)
        return [each.sentence() + (f"已作废：{each.void}。" if each.void else "") for each in reversed(found)]

    def in_progress(self, record_ids: Collection[str]) -> dict[str, str]:
        """Words for a list, by id of what is being approved or was sent back; not held against today's contents."""
        with self._store.reading() as session:
            found = queries.open_approvals(session, self._subject.model.type_name, record_ids)
        return {
            each.subject_id: f"{each.step.label}已同意" if each.opinion is Opinion.AGREED else each.opinion.label
            for each in found
        }

    def holds(self, session: Session, record: Any) -> bool:
        """Whether what was granted last is still what it was granted for; also where no approval was recorded."""
        found = [each for each in queries.approvals(session, record.id) if each.opinion is Opinion.AGREED]
        return not found or found[-1].digest == self._subject.prepared(session, record).contents.digest()

    def sent_back(self, record_ids: Collection[str]) -> dict[str, str]:
        """The sentences of returns that nobody has answered, by id."""
        with self._store.reading() as session:
            found = queries.open_approvals(session, self._subject.model.type_name, record_ids)
        return {each.subject_id: each.sentence() for each in found if each.opinion is not Opinion.AGREED}

    def withdraw(self, uow: UnitOfWork, record_id: str, why: str) -> None:
        """Within an open operation: nothing that was approved counts any more, and slips that are out are void."""
        for each in queries.approvals(uow.session, record_id):
            each.archived, each.void = True, why
        for slip in queries.slips(uow.session, record_id):
            slip.archived = True

    def _again(self, uow: UnitOfWork, record_id: str, case: Case, position: int) -> Case:
        """The case within the operation; nothing may have been written since it was looked at."""
        if queries.log_position(uow.session) != position:
            raise Conflict(f"{self._subject.called}刚被别处改过，请重新打开，核对后再审批。")
        return self._cases.look(uow.session, uow.get(self._subject.model, record_id), case.prepared)

    def _as_seen(self, case: Case, seen: Seen | None) -> None:
        """Refuse a decision about something else than what lay before whoever decides."""
        if seen is None:
            return
        if seen.contents.digest() != case.digest:
            found = differences(seen.contents, case.prepared.contents)
            raise ChangedSince(f"您看过以后{self._subject.called}有变动，没有办这一步。{_first_of(found)}", found)
        if case.next is not seen.step:
            done = [each.sentence() for each in case.done if each.step is seen.step]
            told = done[0] if done else f"现在要办的是“{case.next.label if case.next else '无'}”。"
            raise Refused(f"您看过以后“{seen.step.label}”这一步已经有变化，没有再办。{told}")

    def _approval(
        self, case: Case, now: ApprovalStep, by: str, on: date, *, opinion: Opinion = Opinion.AGREED, **values: Any
    ) -> Approval:
        contents = case.prepared.contents
        return Approval(
            subject_type=self._subject.model.type_name,
            subject_id=case.record.id,
            step=now,
            opinion=opinion,
            by=by,
            decided_on=on,
            people=contents.people,
            amount=contents.amount,
            digest=case.digest,
            **values,
        )

    def _decide(self, uow: UnitOfWork, case: Case, approval: Approval, progress: Progress) -> None:
        """Keep a decision; what it overtakes becomes void, and the last agreement grants the subject."""
        if approval.opinion is Opinion.REJECTED and self._subject.refuse is not None:
            uow.add(approval)
            self._subject.refuse(uow, case.record, approval)
            return
        if approval.opinion is not Opinion.AGREED:
            why = f"{approval.opinion.label}：{approval.reason}"
            self.withdraw(uow, case.record.id, why)
            uow.add(approval)
            return
        for each in case.stale:
            each.archived, each.void = True, "审批以后内容有变动"
        uow.add(approval)
        if approval.step is case.tier.steps[-1]:
            self._subject.grant(uow, case.record, case.prepared, approval, progress)

    def _slip(self, session: Session, record_id: str, code: str) -> ApprovalSlip:
        wanted = typed_code(code)
        if wanted is None:
            raise UserError("核对码应当是 16 位字母和数字，如 7F3K-9QXM-02TD-WA5H，请重新输入或扫码。", field="code")
        slips = queries.slips(session, record_id)
        for slip in slips:
            if slip.code == wanted:
                return slip
        near = [slip.code for slip in slips if signs_apart(slip.code, wanted) <= _SLIPS_OF_THE_FINGER]
        hint = "有一两位输错了，请对照单子再输一次" if near else "请核对是不是别的单子"
        raise UserError(f"这{self._subject.called}没有核对码为 {wanted} 的审批单，{hint}。", field="code")

    def _usable(self, session: Session, slip: ApprovalSlip, found: SlipReturn) -> None:
        if queries.is_used(session, slip.id):
            raise Refused(f"审批单 {slip.code} 已经登记过，没有重复登记。")
        if slip.archived:
            raise Refused(f"审批单 {slip.code} 制作以后，{self._subject.called}被退回过，单子已作废，请重新打印再签。")
        if found.signed_on < slip.made_at.date():
            raise UserError(f"签字日期早于审批单的制作日期 {slip.made_at:%Y-%m-%d}，请核对。", field="signed_on")


def date_of(text: str) -> date:
    """The day of signing as somebody wrote it. Raises UserError when it is no whole date."""
    iso = dates.read_text(text).iso
    if iso is None or dates.precision(iso) < _WHOLE:
        raise UserError(f"签字日期“{text}”看不懂，请写成 2026-09-12。", field="signed_on")
    return date.fromisoformat(iso)


_WHOLE = 3
_SLIPS_OF_THE_FINGER = 2
_MOST_TOLD = 10


def _not_barred(case: Case, decides: bool, *names: str) -> None:
    for name in names:
        if decides and name in case.barred:
            raise Refused(f"“{name}”不能在这张单子上签字：他{case.barred[name]}。", field="signed_by")


def _label(now: ApprovalStep) -> str:
    """What the history calls a step; the chair's keeps the word it always had."""
    return "审批" if now is ApprovalStep.CHAIR else now.label


def _changed(slip: ApprovalSlip, now: Contents) -> ChangedSince:
    found = differences(unpacked(slip.contents), now)
    return ChangedSince(
        f"审批单 {slip.code} 制作以后内容有变动，签字对现在的内容不算数，没有登记。请重新打印再签。{_first_of(found)}",
        found,
    )


def _first_of(found: Sequence[str]) -> str:
    shown = "\n".join(found[:_MOST_TOLD])
    more = f"\n……另有 {len(found) - _MOST_TOLD} 处。" if len(found) > _MOST_TOLD else ""
    return f"有变动的是：\n{shown}{more}"
