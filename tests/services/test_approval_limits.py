"""Limits an office sets for itself decide about its lists from their day on, whoever prepared them (F58)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.services.people import branch, member
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.approval import ApprovalStep
from unionoffice.models.approval_limits import ApprovalLimit
from unionoffice.services.history import history

CHAIR = Actor("王主席", frozenset({"chair"}), user_id="1")
OFFICER = Actor("经办林", frozenset({"officer"}), user_id="2")


def limits(app: App, **values: Any) -> None:
    given = {
        "kind": None,
        "effective_from": app.clock.today(),
        "chair_alone": None,
        "with_review": None,
        "basis": "决定",
    }
    app.approval_limits.set(given | values, CHAIR)


@pytest.fixture
def batch(app: App) -> str:
    member(app, "张一", unit_id=branch(app, "机电队"), joined_on="2015-01-01")
    values = {
        "name": "中秋",
        "kind": "festival",
        "roll_date": date(2026, 9, 1),
        "item": "月饼",
        "payment": "goods",
        "quantity": 1,
        "unit_price": 10_000,
        "budget": 100_000,
    }
    return app.welfare.plan("中秋", None, values, app.actor)[0]


def steps(app: App, batch: str) -> list[ApprovalStep]:
    return [each.step for each in app.welfare.approval(batch, app.actor).steps]


def test_a_list_follows_the_limits_of_the_day(app: App, batch: str, clock: FixedClock) -> None:
    assert steps(app, batch) == [ApprovalStep.CHAIR]
    limits(app, chair_alone=9_999)
    assert steps(app, batch) == [ApprovalStep.REVIEW, ApprovalStep.CHAIR]
    assert app.welfare.approval(batch, app.actor).source == "决定"
    limits(app, chair_alone=10_000, effective_from=app.clock.today() + timedelta(days=3))
    limits(app, kind="activity", chair_alone=0)
    assert steps(app, batch) == [ApprovalStep.REVIEW, ApprovalStep.CHAIR]
    clock.time += timedelta(days=3)
    assert steps(app, batch) == [ApprovalStep.CHAIR]


def test_a_review_given_before_still_counts(app: App, batch: str) -> None:
    limits(app, chair_alone=0)
    app.welfare.approve(batch, app.actor)
    limits(app, chair_alone=0, with_review=1)
    assert app.welfare.approval(batch, app.actor).next is ApprovalStep.COSIGN


def test_only_the_chair_sets_them(app: App) -> None:
    with pytest.raises(Refused, match="请主席办理"):
        app.approval_limits.set({"basis": "x", "effective_from": app.clock.today()}, OFFICER)
    assert app.approval_limits.in_force()[0].id == ""


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"effective_from": date(2000, 1, 1)}, "effective_from"),
        ({"basis": " "}, "basis"),
        ({"chair_alone": None, "with_review": 5}, "with_review"),
        ({"chair_alone": "五万"}, "chair_alone"),
        ({"kind": "没有的"}, "kind"),
    ],
)
def test_nothing_is_set_for_a_day_gone_or_without_a_document(app: App, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(UserError) as told:
        limits(app, **wrong)
    assert told.value.field == field
    assert app.approval_limits.in_force()[0].id == ""


def test_what_is_to_come_may_be_replaced_and_withdrawn_what_is_in_force_not(app: App) -> None:
    later = app.clock.today() + timedelta(days=10)
    limits(app, chair_alone=1, effective_from=later)
    limits(app, chair_alone=2, effective_from=later)
    (coming,) = app.approval_limits.coming()
    assert coming.rows[0].amount == "不超过 0.02 元"
    app.approval_limits.withdraw(coming.id, CHAIR)
    assert app.approval_limits.coming() == []
    limits(app, chair_alone=3)
    (now,) = app.approval_limits.in_force()
    with pytest.raises(Refused, match="已经施行"):
        app.approval_limits.withdraw(now.id, CHAIR)
    limits(app, chair_alone=4)
    assert app.approval_limits.in_force()[0].rows[0].amount == "不超过 0.04 元"


def test_setting_them_is_in_the_history(app: App) -> None:
    limits(app, chair_alone=1_000_000, basis="第3次会议")
    (entry,) = history(app.store, ApprovalLimit, app.approval_limits.in_force()[0].id)
    assert "设置审批权限" in str(entry)
