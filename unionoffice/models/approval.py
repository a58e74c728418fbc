"""Approvals (审批): which steps an amount needs, exactly what each step was given for, and what came back on paper.

Nothing here knows welfare: whatever is approved says what it consists of as `Contents`, and an approval holds for the
digest of these contents only. Source: domain.md §3.4, §7.4; features F58–F61.
"""

from __future__ import annotations

from base64 import b85decode, b85encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from zlib import compress, decompress

import msgspec
from sqlalchemy import DateTime, Index
from sqlalchemy.orm import Mapped, mapped_column

from unionoffice.kernel.check_code import check_code
from unionoffice.kernel.money import yuan
from unionoffice.models.base import Record
from unionoffice.models.choices import Choice
from unionoffice.models.fields import Field, Kind, field
from unionoffice.models.user import Role


class ApprovalStep(Choice):
    """A step of an approval, by the role that takes it."""

    REVIEW = "reviewer", "审核"
    COSIGN = "auditor", "经审会签"
    CHAIR = "chair", "主席审批"

    @property
    def role(self) -> Role:
        """Who takes it."""
        return Role(self.value)

    @property
    def operation(self) -> str:
        """The last part of its operation's name: `batch:approve`."""
        return {"reviewer": "review", "auditor": "cosign", "chair": "approve"}[self.value]


class Opinion(Choice):
    """What somebody asked to approve says, in the words of the slip."""

    AGREED = "agreed", "同意"
    REJECTED = "rejected", "不同意"
    SENT_BACK = "sent_back", "退回"


class BackType(Choice):
    """Why something is sent back (F59)."""

    INCOMPLETE = "incomplete", "材料不全"
    WRONG = "wrong", "内容有误"
    OUTDATED = "outdated", "已过时"
    OVER_LIMIT = "over_limit", "超出标准或预算"
    OTHER = "other", "其他"


class Way(Choice):
    """How an approval was given."""

    PROGRAM = "program", "本人在程序中"
    PAPER = "paper", "纸质审批"
    FILE = "file", "审批文件"


class Approval(Record):
    """One decision of one step, for exactly the contents with this digest.

    `by` is who decided: the signer, also on paper; `registered_by` who brought the paper or file back. `people` and
    `amount` (分) are what was approved. An approval that no longer counts is archived, and `void` says why.
    """

    __tablename__ = "approval"
    type_name = "approval"
    title = "审批"

    subject_type: Mapped[str] = field("审批事项", internal=True)
    subject_id: Mapped[str] = field("审批对象", Kind.REFERENCE, internal=True)
    step: Mapped[ApprovalStep] = field("步骤", Kind.CHOICE, choices=ApprovalStep, internal=True)
    opinion: Mapped[Opinion] = field("意见", Kind.CHOICE, choices=Opinion, internal=True)
    by: Mapped[str] = field("审批人", internal=True)
    deputy_for: Mapped[str | None] = field("代理", required=False, internal=True)
    decided_on: Mapped[date] = field("审批日期", Kind.DATE, past=True, internal=True)
    people: Mapped[int] = field("人数", Kind.INTEGER, internal=True)
    amount: Mapped[int] = field("金额（元）", Kind.MONEY, internal=True)
    digest: Mapped[str] = field("内容摘要", internal=True)
    way: Mapped[Way] = field("审批方式", Kind.CHOICE, choices=Way, default=Way.PROGRAM, internal=True)
    back_type: Mapped[BackType | None] = field("退回类型", Kind.CHOICE, choices=BackType, required=False, internal=True)
    reason: Mapped[str | None] = field("理由", Kind.NOTE, required=False, internal=True)
    registered_by: Mapped[str | None] = field("登记人", required=False, internal=True)
    slip_id: Mapped[str | None] = field("审批单", Kind.REFERENCE, required=False, internal=True)
    scan_sha256: Mapped[str | None] = field("扫描件摘要", required=False, internal=True)
    void: Mapped[str | None] = field("作废原因", Kind.NOTE, required=False, internal=True)

    __table_args__ = (Index("ix_approval_subject", "subject_id"),)

    def sentence(self) -> str:
        """E.g. 主席审批：纸质审批，签字人王主席（2026-09-12，同意），登记人林晓。"""
        who = f"{self.by}（代理{self.deputy_for}）" if self.deputy_for else self.by
        day = self.decided_on.isoformat()
        if self.way is Way.PROGRAM:
            told = f"{self.step.label}：{who}，{day}，{self.opinion.label}"
        else:
            told = (
                f"{self.step.label}：{self.way.label}，签字人{who}（{day}，{self.opinion.label}），"
                f"登记人{self.registered_by}"
            )
        told += f"，{self.people:,} 人" if self.people else ""
        told += f"，{yuan(self.amount)} 元" if self.amount else ""
        if self.back_type is not None:
            told += f"，{self.back_type.label}"
        return f"{told}，理由：{self.reason}。" if self.reason else f"{told}。"


class ApprovalSlip(Record):
    """An approval slip (审批单) as it went out, on paper or as a file: what comes back is held against it.

    `contents` is what was to be approved, packed (`Contents.packed`), so that the difference can be told later;
    `shown` the digest of what the approver saw, so that a file that comes back altered is known. A slip that was
    overtaken by a sending back is archived.
    """

    __tablename__ = "approval_slip"
    type_name = "approval_slip"
    title = "审批单"

    subject_type: Mapped[str] = field("审批事项", internal=True)
    subject_id: Mapped[str] = field("审批对象", Kind.REFERENCE, internal=True)
    step: Mapped[ApprovalStep] = field("步骤", Kind.CHOICE, choices=ApprovalStep, internal=True)
    way: Mapped[Way] = field("方式", Kind.CHOICE, choices=Way, internal=True)
    code: Mapped[str] = field("核对码", internal=True)
    digest: Mapped[str] = field("内容摘要", internal=True)
    contents: Mapped[str] = field("内容", internal=True)
    shown: Mapped[str] = field("单面摘要", internal=True)
    made_by: Mapped[str] = field("制单人", internal=True)
    made_at: Mapped[datetime] = mapped_column(
        DateTime, info={"field": Field("制单时间", Kind.DATE, True, None, "", True)}, active_history=True
    )

    __table_args__ = (Index("ix_approval_slip_subject", "subject_id"),)

    def own_code(self) -> str:
        """The check code of this slip: no other slip, step or contents has it."""
        parts = msgspec.json.encode([self.subject_type, self.subject_id, self.id, self.step.value, self.digest])
        return check_code(sha256(b"unionoffice approval slip\n" + parts).digest())


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is approved: a stable name, what it is called, and its value in the office's words.

    A `personal` one is about one person: it is bound by the digest, and shown on no slip.
    """

    name: str
    label: str
    text: str
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One line of what is approved; `key` tells lines apart, `amount` is in 分."""

    key: str
    name: str
    group: str
    amount: int
    facts: tuple[Fact, ...] = ()

    @property
    def shown(self) -> str:
        """Name and group, as differences say them."""
        return f"{self.name}（{self.group}）" if self.group else self.name


@dataclass(frozen=True, slots=True)
class Contents:
    """Exactly what is approved: its facts, and its lines whatever their order."""

    title: str
    facts: tuple[Fact, ...]
    items: tuple[Item, ...]

    @property
    def people(self) -> int:
        """How many lines."""
        return len(self.items)

    @property
    def amount(self) -> int:
        """The sum of all lines in 分."""
        return sum(item.amount for item in self.items)

    def groups(self) -> list[tuple[str, int, int]]:
        """(group, lines, 分), in the order in which the groups first occur."""
        found: dict[str, list[int]] = {}
        for item in self.items:
            count = found.setdefault(item.group, [0, 0])
            count[0] += 1
            count[1] += item.amount
        return [(group, people, amount) for group, (people, amount) in found.items()]

    def digest(self) -> str:
        """SHA-256 in hex: another one as soon as any fact or line differs, the same for the same."""
        items = sorted(
            [item.key, item.name, item.group, item.amount, [[fact.name, fact.text] for fact in item.facts]]
            for item in self.items
        )
        facts = sorted([fact.name, fact.text] for fact in self.facts)
        return sha256(msgspec.json.encode([self.title, facts, items])).hexdigest()

    def packed(self) -> str:
        """All of it as text for a column."""
        return b85encode(compress(msgspec.json.encode(self))).decode()


def unpacked(text: str) -> Contents:
    """What `Contents.packed` gave."""
    return msgspec.json.decode(decompress(b85decode(text)), type=Contents)


def differences(then: Contents, now: Contents) -> list[str]:
    """What differs, as sentences; empty exactly when the digests are the same."""
    found = [f"名称：“{then.title}”现在是“{now.title}”。"] if then.title != now.title else []
    found += [f"{told}。" for told in _changed(then.facts, now.facts)]
    if then.amount != now.amount or then.people != now.people:
        found.append(
            f"合计：{then.people:,} 人 {yuan(then.amount)} 元，现在是 {now.people:,} 人 {yuan(now.amount)} 元。"
        )
    before, after = ({item.key: item for item in each.items} for each in (then, now))
    found += [f"{item.shown}：现在不在名单上。" for key, item in before.items() if key not in after]
    found += [f"{item.shown}：新列入名单。" for key, item in after.items() if key not in before]
    for key, item in before.items():
        if key in after and (changes := _item_changes(item, after[key])):
            found.append(f"{item.shown}：{'，'.join(changes)}。")
    return found


def _item_changes(item: Item, other: Item) -> list[str]:
    whole = (("姓名", item.name, other.name), ("所在", item.group, other.group))
    found = [f"{label}“{old}”现在是“{new}”" for label, old, new in whole if old != new]
    if item.amount != other.amount:
        found.append(f"金额 {yuan(item.amount)} 元现在是 {yuan(other.amount)} 元")
    return found + _changed(item.facts, other.facts)


def _changed(then: Sequence[Fact], now: Sequence[Fact]) -> list[str]:
    before, after = ({fact.name: fact for fact in facts} for facts in (then, now))
    found = []
    for name in dict.fromkeys((*before, *after)):
        old, new = (facts[name].text if name in facts else "" for facts in (before, after))
        if old != new or (name in before) != (name in after):
            label = (after.get(name) or before[name]).label
            found.append(f"{label}：“{old}”现在是“{new}”" if old and new else _one_sided(label, old, new))
    return found


def _one_sided(label: str, old: str, new: str) -> str:
    return f"{label}：“{old}”现在是空的" if old else f"{label}：原来是空的，现在是“{new}”"
