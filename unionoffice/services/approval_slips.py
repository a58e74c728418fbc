"""Approval by somebody who never touches the program (F61): the slip on paper or as a file, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from unionoffice.documents.approval_slip import NOT_SHOWN, SUFFIX, Slip, read_slip_file, slip_file
from unionoffice.documents.pdf.approval_slip import approval_slip_pdf
from unionoffice.documents.pdf.fonts import Fonts
from unionoffice.documents.pdf.trust_mark import TrustMark
from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import EnvironmentFault, Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.approval import ApprovalSlip, ApprovalStep, BackType, Contents, Opinion, Way
from unionoffice.models.choices import Choice
from unionoffice.models.member import Member
from unionoffice.services.access_log import Access, AccessLog, file_hash
from unionoffice.services.approvals import Approvals, SlipReturn, date_of
from unionoffice.services.files import write
from unionoffice.services.filing import filed
from unionoffice.services.offices import Offices
from unionoffice.services.print_marks import PrintMarks, digest_of
from unionoffice.store.engine import reason


@dataclass(frozen=True, slots=True)
class SavedSlip:
    """A slip that was written: its code, its step, and the characters that no font could print, each once."""

    code: str
    step: ApprovalStep
    unprintable: str


class ApprovalSlips:
    """The slips of one kind of subject: written as PDF or as file, and taken back."""

    def __init__(
        self,
        approvals: Approvals,
        offices: Offices,
        access: AccessLog,
        marks: PrintMarks,
        fonts: Callable[[], Fonts],
    ) -> None:
        self._marks = marks
        self._approvals = approvals
        self._offices = offices
        self._access = access
        self._fonts = fonts

    def save(self, record_id: str, path: Path, actor: Actor, *, at: ApprovalStep | None = None) -> SavedSlip:
        """Write a slip for a step, by default the next, as one page of PDF or, for .ghapproval, as a file to fill in.

        Raises Refused when it is not waiting for approval or not for that step any more.
        """
        as_file = path.suffix.lower() == SUFFIX
        shown: list[tuple[Slip, bytes]] = []

        def show(slip: ApprovalSlip, contents: Contents, before: Sequence[str]) -> str:
            shown.append((self._shown(slip, contents, before), _digest(contents, before)))
            return shown[0][0].digest()

        record, named = self._approvals.make_slip(record_id, actor, Way.FILE if as_file else Way.PAPER, show, at=at)
        slip, values = shown[0]
        what = f"{slip.paper}（{slip.step}）"
        try:
            if as_file:
                data = slip_file(slip)
            else:
                mark = self._marked(slip, record_id, record.step, values, actor)
                data = filed(
                    lambda fonts: approval_slip_pdf(slip, fonts=fonts, mark=mark), self._fonts(), title=what, gaps=True
                )
                self._marks.given(data)
            write(
                path,
                data,
                self._access.of_file(self._entry(slip, record_id, what, named, as_file=as_file), path, actor=actor),
            )
        except UserError as fault:
            self._approvals.drop_slip(record, actor, fault.sentence)
            raise
        missing = "" if as_file else self._fonts().missing("".join(map(str, slip.lines().values())))
        return SavedSlip(record.code, record.step, missing)

    def todays_digest(self, subject: str) -> bytes | None:
        """The digest of what the slip named by a print mark's subject would show now; b"" where there is none."""
        _, _, record_id, step = subject.split(":")
        found = self._approvals.shown_today(record_id, ApprovalStep(step))
        return _digest(*found) if found is not None else b""

    def _entry(self, slip: Slip, record_id: str, what: str, named: Sequence[str], *, as_file: bool) -> Access:
        labels = [label for label, value in slip.facts if value != NOT_SHOWN]
        kind = AccessKind.EXPORT if as_file else AccessKind.PRINT
        listed = ((Member, named),) if named else ()
        return Access(kind, what, (self._approvals.model, record_id), labels, max(1, len(named)), listed=listed)

    def take_back(self, record_id: str, path: Path, actor: Actor) -> Changes:
        """Register an approval file that came back filled in.

        Raises UserError for a file that is none, was altered or not filled in, and as `Approvals.register` does.
        """
        try:
            data = path.read_bytes()
        except OSError as fault:
            raise EnvironmentFault(f"“{path.name}”读不出来：{reason(fault)}。") from fault
        answer = read_slip_file(data, path.name)
        slip = self._approvals.slip(record_id, answer.code)
        if slip.shown != answer.digest:
            raise Refused(f"“{path.name}”里审批单的内容与本单位发出的不一样，不能登记。请重新导出一份再填。")
        found = SlipReturn(
            answer.signed_by,
            date_of(answer.signed_on),
            _named(Opinion, answer.opinion, "意见"),
            _named(BackType, answer.back_type, "退回类型") if answer.back_type else None,
            answer.reason,
            answer.signed_for,
            file_hash(path),
            Way.FILE,
        )
        return self._approvals.register(record_id, answer.code, found, actor)

    def _marked(self, slip: Slip, record_id: str, step: ApprovalStep, values: bytes, actor: Actor) -> TrustMark | None:
        """The mark of what is to be approved at a step: a slip made anew for other contents replaces it."""
        subject = f"{MARK}:{self._approvals.model.type_name}:{record_id}:{step.value}"
        return self._marks.issue(
            slip.paper, subject, values, (self._approvals.model, [record_id]), actor, form="审批单"
        )

    def _shown(self, slip: ApprovalSlip, contents: Contents, before: Sequence[str]) -> Slip:
        office = self._offices.get()
        return Slip(
            office=office.name,
            subject=contents.title,
            paper=self._approvals.paper(contents),
            called=self._approvals.called,
            step=slip.step.label,
            facts=tuple((fact.label, fact.text) for fact in contents.facts if fact.text and not fact.personal),
            groups=tuple(contents.groups()),
            people=contents.people,
            amount=contents.amount,
            before=tuple(before),
            code=slip.code,
            made_by=slip.made_by,
            made_at=f"{slip.made_at:%Y-%m-%d %H:%M}",
            practice=office.practice,
        )


MARK = "approval_slip"
"""What subjects of print marks on slips begin with."""
C = TypeVar("C", bound=Choice)


def _digest(contents: Contents, before: Sequence[str]) -> bytes:
    """Of what is approved and what was done before: who made the slip, and when, is no part of it."""
    return digest_of([contents.digest(), list(before)])


def _named(choice: type[C], label: str, what: str) -> C:
    for each in choice:
        if each.label == label:
            return each
    raise UserError(f"{what}“{label}”看不懂，可填：{'、'.join(each.label for each in choice)}。")
