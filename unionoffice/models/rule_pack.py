"""Rules as data with dates and sources: amounts, limits and forbidden ways come from `resources/rules/`, never code."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from unionoffice.kernel.errors import UserError
from unionoffice.kernel.resources import resource


@dataclass(frozen=True, slots=True)
class Rule:
    """One dated rule: `values` are its parameters, `source` the document it comes from."""

    subject: str
    effective_from: date
    effective_until: date | None
    source: str
    note: str
    values: dict[str, Any]


@cache
def _rules(subject: str) -> tuple[Rule, ...]:
    found = []
    for path in sorted(resource("rules").glob("*.json")):
        pack = json.loads(path.read_text("utf-8"))
        for rule in pack["rules"]:
            if rule["subject"] == subject:
                until = rule.get("effective_until")
                found.append(
                    Rule(
                        subject,
                        date.fromisoformat(rule["effective_from"]),
                        date.fromisoformat(until) if until else None,
                        pack["source"],
                        pack["note"],
                        rule["values"],
                    )
                )
    return tuple(sorted(found, key=lambda rule: rule.effective_from))


def rules(subject: str) -> tuple[Rule, ...]:
    """Every rule about a subject, whenever it is in force."""
    return _rules(subject)


def rule_on(subject: str, day: date) -> Rule:
    """The rule in force on a day. Raises UserError when no rule pack covers it."""
    covering = [
        rule
        for rule in _rules(subject)
        if rule.effective_from <= day and (rule.effective_until is None or day <= rule.effective_until)
    ]
    if not covering:
        known = _rules(subject)
        since = f"，现有规则自 {known[0].effective_from.isoformat()} 起" if known else ""
        raise UserError(f"{day.isoformat()} 没有适用的规则{since}，请改日期，或先在规则包中补上。")
    return covering[-1]
