"""Destroying personal data whose time is over (销毁, F97): what is due, a list, its approval, carrying it out.

Carrying out cannot be undone and reaches the change log's old values (`store/erasing.py`). It does not reach backups
made before, files that went out, paper, or words in the access log.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from unionoffice.documents.pdf.fonts import Fonts
from unionoffice.documents.pdf.record_sheet import record_sheet_pdf
from unionoffice.documents.record_sheet import Entry, Group, RecordSheet
from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import EnvironmentFault, Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Progress, Silent, step
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.approval import Approval, ApprovalSlip, Contents, unpacked
from unionoffice.models.base import Record
from unionoffice.models.destruction import (
    GONE,
    LEFT_ALONE,
    WORKFLOW,
    Destruction,
    DestructionItem,
    DestructionState,
    called,
    remains,
)
from unionoffice.models.fields import Kind
from unionoffice.models.household import FamilyMember
from unionoffice.models.member import EventKind, Member
from unionoffice.models.permission import permit
from unionoffice.models.privacy import Retention, retentions
from unionoffice.services.access_log import Access, AccessLog
from unionoffice.services.approval_cases import Seen
from unionoffice.services.approvals import Approvals
from unionoffice.services.destruction_approval import LISTS, NAMES
from unionoffice.services.files import write
from unionoffice.services.filing import filed
from unionoffice.services.offices import Offices
from unionoffice.store.erasing import reasons_about
from unionoffice.store.queries import destruction as queries
from unionoffice.store.queries import imports, personal
from unionoffice.store.unit_of_work import Store, UnitOfWork

BACKUPS = (
    "销毁以前做的备份里还有这些内容，请到期一并删去；已导出的文件、打印的纸件、查看记录里当时输入的查找文字也都还在。"
)


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody whose data may be destroyed: how and when his membership ended."""

    member_id: str
    name: str
    number: str
    ended: EventKind
    ended_on: str


@dataclass(frozen=True, slots=True)
class ListRow:
    """One list as it stands; who is on it as (what he is called, how it ended, when), and by id.

    `sent_back` is the sentence of a return on paper that nobody has answered, "" for none.
    """

    id: str
    number: int
    made_on: date
    made_by: str
    people: tuple[tuple[str, str, str], ...]
    approved_by: str
    done_by: str
    done_on: date | None
    state: DestructionState
    member_ids: tuple[str, ...]
    sent_back: str


class Residue(EnvironmentFault):
    """All on a list are erased (`changes`), but what they were may still be found in unused places of the file."""

    def __init__(self, sentence: str, changes: Changes) -> None:
        super().__init__(sentence)
        self.changes = changes


class Destructions:
    """The lists of one office; `fonts` gives the printing fonts when they are first needed."""

    def __init__(self, store: Store, offices: Offices, access: AccessLog, fonts: Callable[[], Fonts]) -> None:
        self._store = store
        self._offices = offices
        self._access = access
        self._fonts = fonts

    @cached_property
    def approvals(self) -> Approvals:
        """Approving lists, in the program, on paper or by file."""
        return Approvals(self._store, LISTS)

    def due(self, on: date | None = None) -> list[Due]:
        """Whose time is over on a day by the rule pack `retention`, and who is on no list yet; the oldest first."""
        with self._store.reading() as session:
            found = queries.ended(session, self._until(on))
            return [
                Due(member.id, member.name, member.staff_number or member.member_number or "", kind, day)
                for member, kind, day in found
            ]

    def lists(self) -> list[ListRow]:
        """All lists, newest first."""
        with self._store.reading() as session:
            rows = [(found, queries.items(session, found.id)) for found in queries.lists(session)]
        waiting = [found.id for found, _ in rows if found.state is DestructionState.DRAFT]
        back = self.approvals.sent_back(waiting) if waiting else {}
        return [_row(found, items, back.get(found.id, "")) for found, items in rows]

    def prepare(self, actor: Actor, member_ids: Collection[str] | None = None) -> tuple[int, Changes]:
        """Make a list of everybody due today, or of some of them; returns its number.

        Raises Refused when nobody is due, or somebody named is not.
        """
        wanted = None if member_ids is None else set(member_ids)
        rule = self.rule()
        with self._store.operation("destruction:prepare", "编制销毁清单", actor) as uow:
            found = [
                each for each in queries.ended(uow.session, self._until(None)) if wanted is None or each[0].id in wanted
            ]
            if wanted is not None and len(found) < len(wanted):
                raise Refused("名单里有人还没有到保存期限，或者已经在别的销毁清单上，没有编制。")
            if not found:
                raise Refused("没有到保存期限的会员，不用编制销毁清单。")
            number, serial = queries.last_numbers(uow.session)
            made = uow.add(
                Destruction(
                    number=number + 1,
                    made_on=self._store.clock.today(),
                    made_by=actor.name,
                    basis=f"{rule.title}：{rule.sentence()}",
                    people=len(found),
                )
            )
            for place, (member, kind, day) in enumerate(found, start=serial + 1):
                uow.add(
                    DestructionItem(destruction_id=made.id, member_id=member.id, serial=place, ended=kind, ended_on=day)
                )
        return number + 1, uow.changes

    def approve(self, number: int, actor: Actor, *, seen: Seen | None = None) -> Changes:
        """Approve a list as it was `seen`; see `Approvals.approve`.

        Refused in an office without users besides: there nobody can be told from who made it.
        """
        with self._store.reading() as session:
            found = queries.numbered(session, number)
        if found is None:
            raise _missing(number)
        return self.approvals.approve(found.id, actor, seen=seen)

    def cancel(self, number: int, reason: str, actor: Actor) -> Changes:
        """Give a list up that is not carried out; its people are due again."""
        with self._store.operation("destruction:cancel", "作废销毁清单", actor, reason=reason) as uow:
            WORKFLOW.take("cancel", self._numbered(uow, number), actor.roles, reason)
        return uow.changes

    @staticmethod
    def may_carry_out(row: ListRow) -> bool:
        """Whether a list is at the point where `carry_out` can do something."""
        return row.state is DestructionState.APPROVED

    def carry_out(self, number: int, actor: Actor, progress: Progress | None = None) -> Changes:
        """Erase everybody on an approved list for good: names, numbers, addresses, family, also from the old values.

        States, dates and amounts stay, so that totals stay. Stored import previews are dropped. Raises Refused when
        somebody on it has come back since, or it is not approved, Cancelled when it was stopped before the last one.
        Raises Residue when all is erased but the file could not be written anew: `compact` does that later.
        """
        progress = progress or Silent()
        with self._store.operation("destruction:carry_out", "销毁", actor) as uow:
            found = self._numbered(uow, number)
            if found.state is DestructionState.DRAFT:
                raise Refused(f"第 {number} 号清单还没有批准，不能销毁。先由制单人以外的主席批准。")
            WORKFLOW.take("carry_out", found, actor.roles)
            found.done_by, found.done_on = actor.name, self._store.clock.today()
            rows = queries.items(uow.session, found.id)
            still = {each[0].id for each in queries.ended(uow.session, self._until(None), besides=[found.id])}
            back = [member.name for item, member in rows if item.member_id not in still]
            if back:
                raise Refused(f"{'、'.join(back)} 的会籍后来有变动，不再到期。请作废这张清单，重新编制。")
            serials = {item.member_id: item.serial for item, _ in rows}
            family = {member.id: queries.own_family(uow.session, member) for _, member in rows}
            done: set[str] = set()  # a family of two who are both on the list is theirs once
            if not self.approvals.holds(uow.session, found):
                raise Refused("批准以后，清单上有人的姓名或离会情况改过，批准不再算数。请作废这张清单，重新编制。")
            lists = queries.wholly_gone(uow.session, found.id)
            reasons = _reasons_of_lists(uow, lists)
            erased = set(lists)
            for place, (_, member) in enumerate(rows):
                step(progress, place, len(rows), "正在抹去到期的内容")
                own = [relative for relative in family[member.id] if relative.id not in done]
                done.update(relative.id for relative in own)
                erased |= _erase_person(uow, member, own, serials[member.id], reasons if place == 0 else ())
            for approval_id in [each.id for each in queries.decisions(uow.session, lists)]:
                uow.erase(Approval, approval_id, remains(Approval, 0))
            _erase_slips(uow, serials, erased)
            for run in imports.runs(uow.session):
                imports.drop(uow.session, run.id)
        try:
            progress.report(0, 0, "正在把办公文件重新写一遍")
            self._store.compact()
        except EnvironmentFault as fault:
            raise Residue(
                f"第 {number} 号清单已经销毁，但办公文件没有能重新写一遍，空出来的地方可能还有残留：{fault.sentence}"
                "请关闭其他正在使用它的程序，再办一次“清理残留”。",
                uow.changes,
            ) from fault
        return uow.changes

    def compact(self, actor: Actor) -> None:
        """Write the office file anew (清理残留), where `carry_out` could not."""
        permit(actor, "destruction:compact")
        self._store.compact()

    def pdf(self, number: int, actor: Actor) -> bytes:
        """A list as PDF, to be shown and printed; logged as printed. See `save`."""
        entry, sheet = self._paper(number, actor)
        return self._access.of_bytes(entry, record_sheet_pdf(sheet, fonts=self._fonts()), actor=actor)

    def save(self, number: int, path: Path, actor: Actor) -> None:
        """Write a list as PDF: before it is carried out with names, to be approved; afterwards without."""
        entry, sheet = self._paper(number, actor)
        data = filed(lambda fonts: record_sheet_pdf(sheet, fonts=fonts), self._fonts(), title=sheet.title)
        write(path, data, self._access.of_file(entry, path, actor=actor))

    def _paper(self, number: int, actor: Actor) -> tuple[Access, RecordSheet]:
        office = self._offices.get()
        with self._store.reading() as session:
            found = queries.numbered(session, number)
            if found is None:
                raise _missing(number)
            row = _row(found, queries.items(session, found.id))
        now = self._store.clock.now()
        fields = Destruction.fields()
        facts = tuple(
            Entry(field.label, field.text(getattr(found, name)), wide=field.kind is Kind.NOTE)
            for name, field in fields.items()
            if name != "archived"
        )
        people = tuple(
            Entry(f"{place}", f"{name}，{how}，{day}", wide=True)
            for place, (name, how, day) in enumerate(row.people, start=1)
        )
        sheet = RecordSheet(
            f"个人信息销毁清单（第 {number} 号）",
            office.name,
            (
                Group("清单", facts),
                Group(f"人员（{len(people)} 人）", people),
                Group("怎么销毁", (Entry("内容", HOW, wide=True), Entry("不包括", BACKUPS, wide=True))),
                Group(
                    "签字",
                    tuple(Entry(signer, "　　　　　　　　年　月　日") for signer in ("制单", "批准", "执行", "监销")),
                ),
            ),
            f"打印时间：{now:%Y-%m-%d %H:%M}　打印人：{actor.name}",
            practice=office.practice,
        )
        entry = Access(
            AccessKind.PRINT,
            f"第 {number} 号销毁清单",
            (Destruction, found.id),
            ["姓名"],
            len(people),
            listed=((Member, row.member_ids),),
        )
        return entry, sheet

    def rule(self) -> Retention:
        """How long members' data is kept after their membership ended, today."""
        found = retentions(self._store.clock.today())
        return next(kind for kind in found if kind.kind == Member.type_name)

    def _until(self, on: date | None) -> str:
        """The last day on which a membership must have ended."""
        day = on or self._store.clock.today()
        return f"{day.year - self.rule().years:04d}{day.isoformat()[4:]}"

    @staticmethod
    def _numbered(uow: UnitOfWork, number: int) -> Destruction:
        found = queries.numbered(uow.session, number)
        if found is None:
            raise _missing(number)
        return found


HOW = (
    "姓名改为“已去标识”加序号；证件号码、电话、住址等其余内容，家庭成员，以及变更记录里的旧内容全部抹去，不能恢复。"
    "会籍的状态和日期、福利的金额和数量保留，合计不变。任职名册作为档案保留，不再对应到会员。"
)


def _missing(number: int) -> UserError:
    return UserError(f"没有第 {number} 号销毁清单。")


def _row(found: Destruction, items: Sequence[Any], sent_back: str = "") -> ListRow:
    return ListRow(
        found.id,
        found.number,
        found.made_on,
        found.made_by,
        tuple((member.name, item.ended.label, item.ended_on) for item, member in items),
        found.approved_by or "",
        found.done_by or "",
        found.done_on,
        found.state,
        tuple(item.member_id for item, _ in items),
        sent_back,
    )


def _reasons_of_lists(uow: UnitOfWork, lists: Collection[str]) -> list[int]:
    """Operations on lists of which nobody is left that were given a reason: it may tell of one of them."""
    ids = [*lists, *(each.id for each in queries.decisions(uow.session, lists))]
    ids += queries.slip_ids(uow.session, lists)
    ids += [item.id for each in lists for item, _ in queries.items(uow.session, each)]
    return reasons_about(uow.session, ids)


def _erase_person(
    uow: UnitOfWork, member: Member, family: Sequence[FamilyMember], serial: int, besides: Sequence[int] = ()
) -> set[str]:
    """Everything that names him, then himself with the reasons of operations that were about him alone.

    Reasons of the operations `besides` go too. Returns the ids of the records.
    """
    records: list[Record] = [*family]
    for model, found in personal.of_member(uow.session, member.id, everything=True):
        if model not in LEFT_ALONE:
            records += found
    records += queries.decisions(uow.session, {record.id for record in records})
    ids = [(type(record), record.id) for record in records]
    member_id = member.id
    about = {record_id for _, record_id in ids}
    slips = queries.slip_ids(uow.session, about)
    reasons = [*reasons_about(uow.session, [member_id, *about, *slips]), *besides]
    for model, record_id in ids:
        uow.erase(model, record_id, remains(model, serial))
    uow.erase(Member, member_id, remains(Member, serial), reasons)
    return {record_id for _, record_id in ids}


def _erase_slips(uow: UnitOfWork, serials: dict[str, int], erased: set[str]) -> None:
    """Approval slips keep what went out: of those about the erased nothing is left, in lists they lose their names."""
    for slip_id, subject_id, packed in [
        (slip.id, slip.subject_id, slip.contents) for slip in queries.slips(uow.session)
    ]:
        contents = unpacked(packed)
        left = Contents(GONE, (), ()) if subject_id in erased else _without(contents, serials)
        if left != contents:
            uow.erase(ApprovalSlip, slip_id, {"contents": left.packed()})


def _without(contents: Contents, serials: dict[str, int]) -> Contents:
    items = tuple(
        replace(item, name=called(serials[item.key]), facts=()) if item.key in serials else item
        for item in contents.items
    )
    facts = tuple(
        replace(fact, label=called(serials[whose]), text="")
        if (whose := fact.name.removeprefix("off:")) in serials
        else fact
        for fact in contents.facts
    )
    if items != contents.items:  # of a list given up on which others stand too
        facts = tuple(replace(fact, text=GONE) if fact.name == NAMES else fact for fact in facts)
    return Contents(contents.title, facts, items)
