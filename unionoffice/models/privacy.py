"""What personal data is kept for and how long (domain.md §8.1, §8.2), as rule packs say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from unionoffice.models.rule_pack import rule_on


@dataclass(frozen=True, slots=True)
class PurposeGroup:
    """A group of fields and what they are kept for (PIPL Art. 17); `fields` are (record type, field)."""

    title: str
    purpose: str
    basis: str
    fields: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Retention:
    """How many years after what records of a kind are kept, and the document that says so."""

    kind: str
    title: str
    years: int
    after: str
    action: str
    source: str

    def sentence(self) -> str:
        """E.g. 发放后 30 年（《会计档案管理办法》…）。"""
        return f"{self.after}后 {self.years} 年（{self.source}）"


def purposes(day: date) -> tuple[PurposeGroup, ...]:
    """What fields are kept for on a day. Raises UserError when no rule pack covers it."""
    return tuple(
        PurposeGroup(
            group["title"],
            group["purpose"],
            group["basis"],
            frozenset((kind, name) for kind in ("member", "family_member") for name in group[kind]),
        )
        for group in rule_on("privacy", day).values["groups"]
    )


def rights(day: date) -> str:
    """What a person may ask of the office, as a sentence."""
    return str(rule_on("privacy", day).values["rights"])


def retentions(day: date) -> tuple[Retention, ...]:
    """How long each kind of record is kept. Raises UserError when no rule pack covers the day."""
    return tuple(Retention(**kind) for kind in rule_on("retention", day).values["kinds"])
