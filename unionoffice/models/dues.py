"""Monthly dues (会费, domain.md §1.7): a rate of the base, the odd part below a step not counted."""

from __future__ import annotations

from datetime import date

from unionoffice.models.member import MembershipState
from unionoffice.models.rule_pack import rule_on


def monthly_dues(base: int, state: MembershipState, on: date) -> int:
    """Dues of one month in 分 for a monthly base in 分, by the rule in force on `on`.

    Only members in full standing pay (保留会籍 and former members owe nothing). Raises ValueError on a negative base.
    """
    if base < 0:
        raise ValueError(base)
    if state is not MembershipState.ACTIVE:
        return 0
    rule = rule_on("dues", on).values
    counted = base // int(rule["step"]) * int(rule["step"])
    return counted * int(rule["per_mille"]) // 1000
