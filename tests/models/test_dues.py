"""Dues (§1.7): half a percent of the base, the odd part below ten yuan not counted."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionoffice.kernel.errors import UserError
from unionoffice.models.dues import monthly_dues
from unionoffice.models.member import MembershipState
from unionoffice.models.rule_pack import rule_on

DAY = date(2026, 9, 10)


@pytest.mark.parametrize(("base", "dues"), [(587650, 2935), (399599, 1995), (999, 0), (1000, 5), (0, 0)])
def test_dues_of_the_rule_books_examples(base: int, dues: int) -> None:
    assert monthly_dues(base, MembershipState.ACTIVE, DAY) == dues


@given(st.integers(0, 10**12))
def test_dues_are_never_more_than_half_a_percent_and_miss_less_than_five_fen(base: int) -> None:
    dues = monthly_dues(base, MembershipState.ACTIVE, DAY)
    assert dues * 200 <= base < dues * 200 + 1000


@pytest.mark.parametrize("state", [state for state in MembershipState if state is not MembershipState.ACTIVE])
def test_only_members_in_full_standing_pay(state: MembershipState) -> None:
    assert monthly_dues(587650, state, DAY) == 0


def test_a_negative_base_is_a_bug_of_the_caller() -> None:
    with pytest.raises(ValueError, match="-1"):
        monthly_dues(-1, MembershipState.ACTIVE, DAY)


def test_the_rule_in_force_on_the_day_applies() -> None:
    rule = rule_on("welfare_payment", date(2017, 12, 15))
    assert rule.effective_from == date(2017, 12, 15)
    assert "基层工会经费收支管理办法" in rule.source


def test_a_day_without_a_rule_is_told_in_the_offices_words() -> None:
    with pytest.raises(UserError, match="2017-12-14 没有适用的规则") as told:
        rule_on("welfare_payment", date(2017, 12, 14))
    assert not any(char.isascii() and char.isalpha() for char in told.value.sentence)
