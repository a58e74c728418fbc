"""The person's own data on one sheet (本人信息一览; PIPL Art. 45): what is kept, what for, how long, who looked.

Record types are found by their `member_id`, so that a new one is on the sheet without a word here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from unionoffice.documents.pdf.fonts import Fonts
from unionoffice.documents.pdf.record_sheet import record_sheet_pdf
from unionoffice.documents.pdf.trust_mark import TrustMark
from unionoffice.documents.record_sheet import Entry, Group, RecordSheet
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.base import Record
from unionoffice.models.fields import Kind
from unionoffice.models.household import FamilyMember
from unionoffice.models.member import Member
from unionoffice.models.permission import closed_registers, permit
from unionoffice.models.privacy import purposes, retentions, rights
from unionoffice.models.tier import Tier
from unionoffice.services.access_log import Access, AccessLog
from unionoffice.services.files import write
from unionoffice.services.filing import filed
from unionoffice.services.offices import Offices
from unionoffice.services.print_marks import PrintMarks, digest_of
from unionoffice.store.queries import personal
from unionoffice.store.queries.members import by_household
from unionoffice.store.unit_of_work import Store

TITLE = "本人信息一览"
_WHO_LOOKED = "谁看过、用过（不含本次）"
REASONS = ("本人查阅", "本人复制", "更正或删除前核对")
"""What the sheet is usually asked for."""
NOTICE = (
    "本表应本人要求，列出工会办公程序里保存的关于您的{what}，证件号码、电话、住址没有隐去，只交给您本人，请妥善保管。"
    "有不对的地方，请向工会提出更正。"
)
_EVERYTHING = "全部内容"


class PersonalData:
    """The sheets of one office; `fonts` gives the printing fonts when they are first needed."""

    def __init__(
        self, store: Store, offices: Offices, access: AccessLog, marks: PrintMarks, fonts: Callable[[], Fonts]
    ) -> None:
        self._store = store
        self._marks = marks
        self._offices = offices
        self._access = access
        self._fonts = fonts

    def sheet(self, member_id: str, actor: Actor) -> RecordSheet:
        """Everything kept of a member, numbers whole. Nothing is logged yet; see `pdf` and `save`.

        Raises UserError when there is no such member or he is of another branch, Refused to whose roles may not see
        whole numbers.
        """
        permit(actor, "reveal:person")
        office = self._offices.get()
        now = self._store.clock.now()
        with self._store.reading() as session:
            member = session.get(Member, member_id)
            if member is None:
                raise UserError("这名会员已经找不到，请刷新列表。")
            relatives = personal.relatives(session, member.household_id)
            fellows = [
                other.name
                for other in (by_household(session, member.household_id) if member.household_id else [])
                if other.id != member_id
            ]
            others = personal.of_member(session, member_id)
            records = [member, *relatives, *(record for _, found in others for record in found)]
            names = personal.names_of(session, _references(records))
            changes = personal.changes(session, [record.id for record in records])
            own, lists = personal.accesses(session, member_id), personal.lists(session, Member.type_name)
        groups = [
            *_member_groups(member, names, now.date()),
            _listed(FamilyMember.title, relatives, names, fellows),
            *(_listed(model.title, found, names) for model, found in others),
            _seen(own, lists, changes),
            _why(now.date()),
            _how_long(now.date(), actor),
            Group("您的权利", (Entry("权利", rights(now.date()), wide=True),)),
        ]
        return RecordSheet(
            TITLE,
            office.name,
            tuple(groups),
            f"打印时间：{now:%Y-%m-%d %H:%M}　打印人：{actor.name}",
            practice=office.practice,
            notice=_notice(actor),
        )

    def pdf(self, member_id: str, actor: Actor, *, purpose: str = REASONS[0]) -> bytes:
        """The sheet as PDF, to be shown and printed; logged as printed, with what for."""
        sheet = self.sheet(member_id, actor)
        data = record_sheet_pdf(sheet, fonts=self._fonts(), mark=self._marked(sheet, member_id, actor))
        self._marks.given(data)
        return self._access.of_bytes(_access(sheet, member_id, purpose), data, actor=actor)

    def save(self, member_id: str, path: Path, actor: Actor, *, gaps: bool = False) -> None:
        """Write the sheet as PDF; logged before the file is there. Raises `Gaps` as `filed` does."""
        sheet = self.sheet(member_id, actor)
        mark = self._marked(sheet, member_id, actor)
        data = filed(
            lambda fonts: record_sheet_pdf(sheet, fonts=fonts, mark=mark), self._fonts(), title=sheet.title, gaps=gaps
        )
        self._marks.given(data)
        write(path, data, self._access.of_file(_access(sheet, member_id, REASONS[0]), path, actor=actor))

    def _marked(self, sheet: RecordSheet, member_id: str, actor: Actor) -> TrustMark | None:
        """The mark of what is kept of him; how often it was looked at since makes no other paper of it."""
        kept = tuple(group for group in sheet.groups if group.title != _WHO_LOOKED)
        digest = digest_of(replace(sheet, groups=kept, foot=""))
        return self._marks.issue(sheet.title, f"personal_data:{member_id}", digest, (Member, [member_id]), actor)

    def unprintable(self, member_id: str, actor: Actor) -> str:
        """Characters of the sheet that no font has, each once; to be told before printing."""
        sheet = self.sheet(member_id, actor)
        return self._fonts().missing("".join(entry.value for group in sheet.groups for entry in group.entries))


def _notice(actor: Actor) -> str:
    """What the sheet is; whoever lacks a tier prints a part only, and must not be made to say whether there is more."""
    closed = [tier.label for tier in Tier if not actor.holds(tier)]
    but = f"内容，“{'、'.join(closed)}”方面的除外：有没有、有什么，请向工会另外授权的经办人查阅"
    return NOTICE.format(what=but if closed else _EVERYTHING)


def _access(sheet: RecordSheet, member_id: str, purpose: str) -> Access:
    labels = dict.fromkeys(group.title for group in sheet.groups)
    return Access(
        AccessKind.PRINT, sheet.title, (Member, member_id), tuple(labels), 1, purpose=purpose, recipient="本人"
    )


def _references(records: Iterable[Record]) -> set[str]:
    return {
        str(value)
        for record in records
        for name, facts in type(record).fields().items()
        if facts.kind is Kind.REFERENCE and name != "member_id" and (value := getattr(record, name))
    }


def _told(record: Record, name: str, names: dict[str, str]) -> str:
    """A value as the office reads it; blank for an id that has no name."""
    facts, value = type(record).fields()[name], getattr(record, name)
    if facts.kind is Kind.REFERENCE:
        return names.get(str(value), "")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return facts.text(value)


def _member_groups(member: Member, names: dict[str, str], today: date) -> Iterator[Group]:
    """The member's own filled fields by what they are kept for."""
    for group in purposes(today):
        entries = tuple(
            Entry(facts.label, text, wide=facts.kind is Kind.NOTE)
            for name, facts in Member.fields().items()
            if (Member.type_name, name) in group.fields and (text := _told(member, name, names))
        )
        if entries:
            yield Group(group.title, entries)


def _listed(title: str, records: Sequence[Record], names: dict[str, str], fellows: Sequence[str] = ()) -> Group:
    """Each record in one box, label by label; what was put away says so, for it is still kept."""
    entries = [
        Entry(f"第 {place} 条", _in_words(record, names), wide=True) for place, record in enumerate(records, start=1)
    ]
    if fellows:
        entries.append(Entry("同一家庭", f"同一家庭的会员：{'、'.join(fellows)}", wide=True))
    return Group(title, tuple(entries) or (Entry(title, "没有登记", wide=True),))


def _in_words(record: Record, names: dict[str, str]) -> str:
    parts = [
        f"{facts.label}：{text}"
        for name, facts in type(record).fields().items()
        if name not in ("archived", "member_id") and (text := _told(record, name, names))
    ]
    return "；".join([*(["（已移出或撤销，仍在保存）"] if record.archived else []), *parts])


def _seen(
    own: Sequence[tuple[str, str, int, datetime]], lists: Sequence[tuple[str, str, int, datetime]], changes: int
) -> Group:
    """Who looked, by kind and number; which lists he was on nobody kept, so they are told apart."""
    entries = [*_counts(own, ""), *_counts(lists, "全体名单，可能包括您")]
    if not entries:
        entries.append(Entry("查看和使用", "没有打印、导出或逐项查看的记录（不含本次）", wide=True))
    entries.append(
        Entry("变更记录", f"以上内容的登记和修改共 {changes} 条，改动前的内容也在其中，需要时可以另外列出", wide=True)
    )
    return Group(_WHO_LOOKED, tuple(entries))


def _counts(rows: Sequence[tuple[str, str, int, datetime]], note: str) -> Iterator[Entry]:
    labels = AccessKind.labels()
    for kind, what, number, last in rows:
        told = f"“{what}”{number} 次，最近一次 {last:%Y-%m-%d}" + (f"（{note}）" if note else "")
        yield Entry(labels.get(kind, kind), told, wide=True)


def _why(today: date) -> Group:
    return Group(
        "用来做什么",
        tuple(Entry(group.title, f"{group.purpose}（依据：{group.basis}）", wide=True) for group in purposes(today)),
    )


def _how_long(today: date, actor: Actor) -> Group:
    """The plan, without a line about a register that does not exist for whoever prints."""
    closed = {register.name for register in closed_registers(actor)}
    told = [kind for kind in retentions(today) if kind.kind not in closed]
    return Group("保存多久", tuple(Entry(kind.title, kind.sentence(), wide=True) for kind in told))
