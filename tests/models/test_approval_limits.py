"""Which steps an amount needs: by the rule pack, by what an office set for itself, and both in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionoffice.kernel.errors import UserError
from unionoffice.models import approval_limits
from unionoffice.models.approval import ApprovalStep
from unionoffice.models.approval_limits import ApprovalLimit, amounts_on, limits_on, tier_of
from unionoffice.models.rule_pack import Rule
from unionoffice.models.welfare import ProgrammeKind

DAY = date(2026, 9, 10)
REVIEW, COSIGN, CHAIR = ApprovalStep
ORDER = [REVIEW, COSIGN, CHAIR]


@pytest.mark.parametrize(
    ("amount", "steps"),
    [
        (0, [CHAIR]),
        (5_000_000, [CHAIR]),
        (5_000_001, [REVIEW, CHAIR]),
        (20_000_000, [REVIEW, CHAIR]),
        (20_000_001, [REVIEW, COSIGN, CHAIR]),
    ],
)
def test_a_limit_belongs_to_the_lower_tier(amount: int, steps: list[ApprovalStep]) -> None:
    assert list(tier_of("batch", "festival", amount, DAY).steps) == steps


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_more_money_never_needs_less_and_the_chair_is_last(one: int, other: int) -> None:
    less, more = (tier_of("batch", "festival", amount, DAY) for amount in sorted((one, other)))
    assert set(less.steps) <= set(more.steps)
    for tier in (less, more):
        assert list(tier.steps) == [step for step in ORDER if step in tier.steps]
        assert tier.steps[-1] is CHAIR
        assert "一支笔" in tier.source


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=5, unique=True).map(sorted), st.integers(0, 2 * 10**9))
def test_the_first_tier_that_an_amount_does_not_exceed_counts(limits: list[int], amount: int) -> None:
    ladder = [["chair"], ["reviewer", "chair"]]
    tiers = [{"up_to": limit, "steps": ladder[place % 2]} for place, limit in enumerate(limits)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            approval_limits, "rule_on", lambda *_: Rule("approvals", DAY, None, "文件", "", {"x": {"*": tiers}})
        )
        place = next((place for place, limit in enumerate(limits) if amount <= limit), None)
        if place is None:
            with pytest.raises(UserError, match="规则包"):
                tier_of("x", "", amount, DAY)
        else:
            found = tier_of("x", "", amount, DAY)
            assert list(found.steps) == ladder[place % 2]
            assert found.over == (limits[place - 1] if place else None)


def test_a_kind_may_have_tiers_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"batch": {"*": [{"steps": ["chair"]}], "activity": [{"steps": ["reviewer", "chair"]}]}}
    monkeypatch.setattr(approval_limits, "rule_on", lambda *_: Rule("approvals", DAY, None, "文件", "", values))
    assert tier_of("batch", "festival", 1, DAY).steps == (CHAIR,)
    assert tier_of("batch", "activity", 1, DAY).steps == (REVIEW, CHAIR)


@pytest.mark.parametrize("steps", [[], ["reviewer"], ["chair", "reviewer"], ["chair", "chair"], ["admin", "chair"]])
def test_a_rule_that_cannot_be_is_told(monkeypatch: pytest.MonkeyPatch, steps: list[str]) -> None:
    values = {"batch": {"*": [{"steps": steps}]}}
    monkeypatch.setattr(approval_limits, "rule_on", lambda *_: Rule("approvals", DAY, None, "文件", "", values))
    with pytest.raises(UserError, match="主席在最后"):
        tier_of("batch", "festival", 1, DAY)


def test_what_no_rule_covers_is_told() -> None:
    with pytest.raises(UserError, match="规则包"):
        tier_of("hardship", "", 1, DAY)
    with pytest.raises(UserError, match="没有适用的规则"):
        tier_of("batch", "festival", 1, date(2001, 1, 1))


def test_the_words_say_what_an_amount_needs() -> None:
    (found,) = limits_on(DAY)
    amounts = (5_000_000, 5_000_001, 20_000_001)
    assert [row.steps for row in found.rows] == [
        " → ".join(step.label for step in tier_of("batch", "festival", amount, DAY).steps) for amount in amounts
    ]
    assert [row.amount for row in found.rows][::2] == ["不超过 50,000.00 元", "超过 200,000.00 元"]


def test_a_kind_of_its_own_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    tier = [{"steps": ["chair"]}]
    rule = Rule("approvals", DAY, None, "某号文", "", {"batch": {"summer": tier, "*": tier}})
    monkeypatch.setattr(approval_limits, "rule_on", lambda *_: rule)
    assert [(row.subject, row.amount) for row in limits_on(DAY)[0].rows] == [
        ("福利名单（送清凉）", "不论金额"),
        ("其他福利名单", "不论金额"),
    ]


def test_a_day_without_rule_is_refused() -> None:
    with pytest.raises(UserError):
        limits_on(date(2000, 1, 1))


def limit(day: date, alone: int | None, review: int | None, kind: ProgrammeKind | None = None) -> ApprovalLimit:
    return ApprovalLimit(
        id=f"{day}{kind}{alone}",
        subject_type="batch",
        kind=kind,
        effective_from=day,
        chair_alone=alone,
        with_review=review,
        basis=f"{day} 的决定",
        archived=False,
    )


bounds = st.one_of(st.none(), st.integers(0, 10**9))


@given(bounds, bounds, st.integers(1, 2 * 10**9))
def test_an_office_s_own_limits_decide_by_two_amounts(alone: int | None, review: int | None, amount: int) -> None:
    own = limit(DAY, alone, review)
    impossible = review is not None and (alone is None or review <= alone)
    if impossible:
        with pytest.raises(UserError) as told:
            own.check()
        assert told.value.field == "with_review"
        return
    own.check()
    found = tier_of("batch", "festival", amount, DAY, [own])
    if alone is None or amount <= alone:
        assert found.steps == (CHAIR,)
    elif review is None or amount <= review:
        assert found.steps == (REVIEW, CHAIR)
    else:
        assert found.steps == (REVIEW, COSIGN, CHAIR)
    assert found.source == f"{DAY} 的决定"
    assert amounts_on(DAY, [own]) == (alone, review)


def test_without_own_limits_the_rule_pack_s_amounts_are_offered() -> None:
    assert amounts_on(DAY) == (5_000_000, 20_000_000)


def test_a_negative_limit_cannot_be() -> None:
    with pytest.raises(UserError, match="负数"):
        limit(DAY, -1, None).check()


def test_own_limits_hold_from_their_day_and_the_newest_counts() -> None:
    own = [limit(DAY, 100, None), limit(DAY + timedelta(days=5), 200, None)]
    assert tier_of("batch", "festival", 150, DAY - timedelta(days=1), own).source.startswith("《基层工会经费")
    assert tier_of("batch", "festival", 150, DAY, own).steps == (REVIEW, CHAIR)
    assert tier_of("batch", "festival", 150, DAY + timedelta(days=4), own).steps == (REVIEW, CHAIR)
    assert tier_of("batch", "festival", 150, DAY + timedelta(days=5), own).steps == (CHAIR,)
    own[1].archived = True
    assert tier_of("batch", "festival", 150, DAY + timedelta(days=5), own).steps == (REVIEW, CHAIR)
    with pytest.raises(UserError, match="规则包"):
        tier_of("hardship", "", 150, DAY, own)


def test_limits_of_one_kind_go_before_those_of_all() -> None:
    own = [limit(DAY, 0, 1, ProgrammeKind.ACTIVITY), limit(DAY + timedelta(days=1), None, None)]
    later = DAY + timedelta(days=2)
    assert tier_of("batch", "activity", 5, later, own).steps == (REVIEW, COSIGN, CHAIR)
    assert tier_of("batch", "festival", 10**9, later, own).steps == (CHAIR,)
    assert tier_of("batch", "festival", 10**9, DAY, own).steps == (REVIEW, COSIGN, CHAIR)


def test_own_limits_in_words_agree_with_what_is_asked_for() -> None:
    own = [limit(DAY, 100_00, 200_00), limit(DAY, None, None, ProgrammeKind.SUMMER)]
    summer, general = limits_on(DAY, own)
    assert [(row.subject, row.amount, row.steps) for row in summer.rows] == [
        ("福利名单（送清凉）", "不论金额", "主席审批")
    ]
    assert [(row.subject, row.amount) for row in general.rows] == [
        ("其他福利名单", "不超过 100.00 元"),
        ("其他福利名单", "超过 100.00 元，不超过 200.00 元"),
        ("其他福利名单", "超过 200.00 元"),
    ]
    assert [row.steps for row in general.rows] == [
        " → ".join(step.label for step in tier_of("batch", "festival", amount, DAY, own).steps)
        for amount in (100_00, 200_00, 200_01)
    ]
    assert (general.source, general.since, general.id) == (f"{DAY} 的决定", DAY, own[0].id)
    own_kind, shipped = limits_on(DAY, own[1:])
    assert (own_kind.id, shipped.id) == (own[1].id, "")
    assert {row.subject for row in shipped.rows} == {"其他福利名单"}
