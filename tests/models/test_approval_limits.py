"""The approval limits in words agree with what `tier_of` asks for."""

from __future__ import annotations

from datetime import date

import pytest

from unionoffice.kernel.errors import UserError
from unionoffice.models import approval_limits
from unionoffice.models.approval import tier_of
from unionoffice.models.approval_limits import limits_on
from unionoffice.models.rule_pack import Rule

DAY = date(2026, 9, 10)


def test_the_words_say_what_an_amount_needs() -> None:
    found = limits_on(DAY)
    amounts = (5_000_000, 5_000_001, 20_000_001)
    assert [row.steps for row in found.rows] == [
        " → ".join(step.label for step in tier_of("batch", "festival", amount, DAY).steps) for amount in amounts
    ]
    assert [row.amount for row in found.rows][::2] == ["不超过 50,000.00 元", "超过 200,000.00 元"]


def test_a_kind_of_its_own_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    tier = [{"steps": ["chair"]}]
    rule = Rule("approvals", DAY, None, "某号文", "", {"batch": {"summer": tier, "*": tier}})
    monkeypatch.setattr(approval_limits, "rule_on", lambda *_: rule)
    assert [(row.subject, row.amount) for row in limits_on(DAY).rows] == [
        ("福利名单（送清凉）", "不论金额"),
        ("其他福利名单", "不论金额"),
    ]


def test_a_day_without_rule_is_refused() -> None:
    with pytest.raises(UserError):
        limits_on(date(2000, 1, 1))
