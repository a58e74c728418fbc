"""Who gets a share, and the sentence for everyone who does not (F13); forbidden forms of payment (§3.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from unionoffice.models.choices import CodeTable
from unionoffice.models.member import MembershipState
from unionoffice.models.welfare import Batch, Payment, Person, ProgrammeKind, left_out, payment_problem

DAY = date(2026, 9, 1)
FINE = Person(state="active", employment=None, in_scope=True, has_unit=True)


def why(person: Person, *, include_retained: bool = False) -> str | None:
    return left_out(person, roll_date=DAY, include_retained=include_retained)


def test_a_member_in_standing_of_a_unit_in_scope_gets_a_share() -> None:
    assert why(FINE) is None


@pytest.mark.parametrize("state", [state for state in MembershipState if state is not MembershipState.ACTIVE])
def test_every_other_state_is_left_out_with_the_roll_date(state: MembershipState) -> None:
    reason = why(replace(FINE, state=state.value))
    assert reason is not None
    assert "2026-09-01" in reason
    assert reason.endswith("。")


def test_retained_members_are_included_only_when_the_batch_says_so() -> None:
    retained = replace(FINE, state="retained")
    assert why(retained) is not None
    assert why(retained, include_retained=True) is None
    assert why(replace(FINE, state="left"), include_retained=True) is not None


def test_retirees_are_never_paid_from_union_funds() -> None:
    reason = why(replace(FINE, state="retained", employment="retired"), include_retained=True)
    assert reason is not None
    assert "行政列支" in reason


def test_employment_words_that_leave_out_exist_in_the_code_table() -> None:
    labels = CodeTable("employment_status").labels()
    for code in ("retired", "deceased", "left"):
        assert code in labels
        assert why(replace(FINE, employment=code)) is not None
    for code in set(labels) - {"retired", "deceased", "left"}:
        assert why(replace(FINE, employment=code)) is None, code


def test_missing_unit_and_foreign_unit_are_told_apart() -> None:
    assert "没有填写所属工会" in str(why(replace(FINE, has_unit=False, in_scope=False)))
    assert "不在本批发放范围" in str(why(replace(FINE, in_scope=False)))


@pytest.mark.parametrize("kind", list(ProgrammeKind))
@pytest.mark.parametrize("payment", list(Payment))
def test_cash_and_cards_are_forbidden_for_festivals_and_birthdays(kind: ProgrammeKind, payment: Payment) -> None:
    problem = payment_problem(Batch(kind=kind, payment=payment, roll_date=DAY))
    if kind in ("festival", "birthday") and payment in ("cash", "card"):
        assert problem is not None
        assert "《基层工会经费收支管理办法》" in problem
    else:
        assert problem is None
