"""The approval limits (审批权限) in force, in words: which amount of what needs which steps, since when, by what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from unionoffice.kernel.money import yuan
from unionoffice.models.approval import ApprovalStep
from unionoffice.models.rule_pack import rule_on
from unionoffice.models.welfare import Batch, ProgrammeKind

_SUBJECTS = {Batch.type_name: ("福利名单", ProgrammeKind.labels())}


@dataclass(frozen=True, slots=True)
class Limit:
    """What an amount of a kind of subject needs."""

    subject: str
    amount: str
    steps: str


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits of a day, with the document they come from, since when they hold, and what is to be known of them."""

    rows: tuple[Limit, ...]
    source: str
    since: date
    note: str


def limits_on(day: date) -> Limits:
    """The limits in force on a day. Raises UserError when no rule pack covers it."""
    rule = rule_on("approvals", day)
    rows = [
        Limit(_called(subject, kind, alone=len(kinds) == 1), amount, steps)
        for subject, kinds in rule.values.items()
        for kind, tiers in kinds.items()
        for amount, steps in _in_words(tiers)
    ]
    return Limits(tuple(rows), rule.source, rule.effective_from, rule.note)


def _called(subject: str, kind: str, *, alone: bool) -> str:
    title, kinds = _SUBJECTS.get(subject, (subject, {}))
    if kind == "*":
        return title if alone else f"其他{title}"
    return f"{title}（{kinds.get(kind, kind)}）"


def _in_words(tiers: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    over: int | None = None
    for tier in tiers:
        up_to = tier.get("up_to")
        parts = [f"超过 {yuan(over)} 元"] if over is not None else []
        parts += [f"不超过 {yuan(up_to)} 元"] if up_to is not None else []
        yield "，".join(parts) or "不论金额", " → ".join(ApprovalStep(step).label for step in tier["steps"])
        over = up_to
