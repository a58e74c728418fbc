"""Approval limits (审批权限, F58): which amount of what needs which steps, since when, by which document.

The limits of the rule pack are an example: no national document sets amounts. What an office sets for itself, from a
day on, goes before them; limits of one kind go before those of all kinds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped

from unionoffice.kernel.errors import UserError
from unionoffice.kernel.money import yuan
from unionoffice.models.approval import ApprovalStep
from unionoffice.models.base import Record
from unionoffice.models.fields import Kind, field
from unionoffice.models.rule_pack import rule_on
from unionoffice.models.welfare import Batch, ProgrammeKind

Tiers = Sequence[Mapping[str, Any]]
"""As rule packs have them: {"up_to": 分 or left out, "steps": codes of `ApprovalStep`}, the lowest first."""

_SUBJECTS = {Batch.type_name: "福利名单"}
_EVERY = "*"


class ApprovalLimit(Record):
    """What an office set for itself: up to `chair_alone` (分) the chair alone, up to `with_review` a review before him,
    above it the auditors besides; blank is without upper limit. `kind` is None for all kinds.

    One that was superseded before its day is archived; what once was in force stays.
    """

    __tablename__ = "approval_limit"
    type_name = "approval_limit"
    title = "审批权限"

    subject_type: Mapped[str] = field("审批事项", internal=True, default=Batch.type_name)
    kind: Mapped[ProgrammeKind | None] = field("种类", Kind.CHOICE, choices=ProgrammeKind, required=False)
    effective_from: Mapped[date] = field("施行日期", Kind.DATE)
    chair_alone: Mapped[int | None] = field("主席直接审批的上限（元）", Kind.MONEY, required=False)
    with_review: Mapped[int | None] = field("审核后主席审批的上限（元）", Kind.MONEY, required=False)
    basis: Mapped[str] = field("依据文件")

    def check(self) -> None:
        """Raise UserError for amounts that cannot be, or leave no room for each other."""
        if (self.chair_alone or 0) < 0:
            raise UserError("上限不能是负数；任何金额都要审核就写 0。", field="chair_alone")
        if self.chair_alone is None and self.with_review is not None:
            raise UserError("主席直接审批不设上限时，后一个上限用不上，请清空。", field="with_review")
        if self.chair_alone is not None and self.with_review is not None and self.with_review <= self.chair_alone:
            raise UserError(
                f"审核后主席审批的上限要高于 {yuan(self.chair_alone)} 元；不设上限就留空。", field="with_review"
            )

    def tiers(self) -> Tiers:
        """The same as a rule pack would say it."""
        steps = [["chair"], ["reviewer", "chair"], ["reviewer", "auditor", "chair"]]
        bounds = [self.chair_alone, self.with_review]
        found: list[dict[str, Any]] = []
        for bound, needed in zip([*bounds, None], steps, strict=True):
            if bound == 0:
                continue
            found.append({"steps": needed} if bound is None else {"up_to": bound, "steps": needed})
            if bound is None:
                break
        return found


@dataclass(frozen=True, slots=True)
class Tier:
    """The steps that an amount needs, in order; `over` is the limit in 分 that it exceeds, `source` the document."""

    steps: tuple[ApprovalStep, ...]
    over: int | None
    source: str

    def sentence(self) -> str:
        """E.g. 超过 50,000.00 元：审核 → 主席审批。"""
        steps = " → ".join(step.label for step in self.steps)
        return f"超过 {yuan(self.over)} 元：{steps}" if self.over is not None else steps


def tier_of(subject: str, kind: str, amount: int, day: date, own: Sequence[ApprovalLimit] = ()) -> Tier:
    """The steps for an amount in 分 of a kind of subject (`batch`, `festival`) by the limits in force on a day.

    `own` are all that the office ever set for itself. A limit belongs to the lower tier (不超过). Raises UserError when
    the rule pack says nothing about the subject, or says something that cannot be: the chair's is always the last step,
    and no step comes twice.
    """
    tiers, source = _in_force(subject, kind, day, own)
    over: int | None = None
    for tier in tiers:
        if "up_to" in tier and amount > tier["up_to"]:
            over = tier["up_to"]
            continue
        steps = tier["steps"]
        if not set(steps) <= set(ApprovalStep.labels()) or len(set(steps)) < len(steps) or steps[-1:] != ["chair"]:
            raise UserError("规则包里的审批步骤不对：只能是审核、经审、主席，不重复，主席在最后。请核对规则包。")
        return Tier(tuple(map(ApprovalStep, steps)), over, source)
    raise UserError("规则包里没有这类事项、这个金额的审批权限，请先在规则包中补上。")


def _in_force(subject: str, kind: str, day: date, own: Sequence[ApprovalLimit]) -> tuple[Tiers, str]:
    for wanted in (kind, None):
        if (limit := _newest(subject, wanted, day, own)) is not None:
            return limit.tiers(), limit.basis
    rule = rule_on("approvals", day)
    kinds = rule.values.get(subject, {})
    return kinds.get(kind, kinds.get(_EVERY, ())), rule.source


def amounts_on(day: date, own: Sequence[ApprovalLimit] = ()) -> tuple[int | None, int | None]:
    """Up to how many 分 the chair alone decides, and up to how many after a review, for all kinds on a day."""
    tiers, _ = _in_force(Batch.type_name, _EVERY, day, own)
    bounds = {len(tier["steps"]): tier.get("up_to") for tier in tiers}
    return bounds.get(1, 0), bounds.get(2)


def _newest(subject: str, kind: str | None, day: date, own: Sequence[ApprovalLimit]) -> ApprovalLimit | None:
    """The limit set last for exactly this kind that is in force on a day."""
    fitting = [
        each
        for each in own
        if not each.archived and (each.subject_type, each.kind) == (subject, kind) and each.effective_from <= day
    ]
    return max(fitting, key=lambda each: (each.effective_from, each.id), default=None)


@dataclass(frozen=True, slots=True)
class Limit:
    """What an amount of a kind of subject needs."""

    subject: str
    amount: str
    steps: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits that came together: the document they come from and since when they hold.

    `id` is that of the office's own ones, "" for those of the rule pack.
    """

    rows: tuple[Limit, ...]
    source: str
    since: date
    id: str = ""


def limits_on(day: date, own: Sequence[ApprovalLimit] = ()) -> list[Limits]:
    """The limits in force on a day, the office's own before those of the rule pack that they leave in force.

    Raises UserError when no rule pack covers the day.
    """
    rule = rule_on("approvals", day)
    found = []
    for subject in rule.values:
        kinds = [kind for kind in ProgrammeKind if _newest(subject, kind, day, own) is not None]
        general = _newest(subject, None, day, own)
        for kind in (*kinds, *([None] if general is not None else [])):
            limit = _newest(subject, kind, day, own)
            assert limit is not None
            found.append(in_words(limit, alone=not kinds))
        if general is None:
            rows = [
                row
                for kind, tiers in rule.values[subject].items()
                if kind not in kinds
                for row in _rows(subject, kind, tiers, alone=len(rule.values[subject]) == 1 and not kinds)
            ]
            found.append(Limits(tuple(rows), rule.source, rule.effective_from))
    return found


def in_words(limit: ApprovalLimit, *, alone: bool = True) -> Limits:
    """One limit of the office's own; `alone` when it is for everything there is."""
    rows = _rows(limit.subject_type, limit.kind or _EVERY, limit.tiers(), alone=alone)
    return Limits(tuple(rows), limit.basis, limit.effective_from, limit.id)


def _rows(subject: str, kind: str, tiers: Tiers, *, alone: bool) -> Iterator[Limit]:
    title = _SUBJECTS.get(subject, subject)
    if kind == _EVERY:
        title = title if alone else f"其他{title}"
    else:
        title = f"{title}（{ProgrammeKind.labels().get(kind, kind)}）"
    over: int | None = None
    for tier in tiers:
        up_to = tier.get("up_to")
        parts = [f"超过 {yuan(over)} 元"] if over is not None else []
        parts += [f"不超过 {yuan(up_to)} 元"] if up_to is not None else []
        steps = " → ".join(ApprovalStep(step).label for step in tier["steps"])
        yield Limit(title, "，".join(parts) or "不论金额", steps)
        over = up_to
