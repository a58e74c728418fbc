"""A set of recovery cards goes from printed to in use to withdrawn, and never back."""

from __future__ import annotations

from datetime import date

import pytest

from unionoffice.kernel.errors import Refused
from unionoffice.models.recovery import WORKFLOW, RecoverySet, SetState
from unionoffice.models.user import Role

ADMIN = frozenset({Role.ADMIN.value})


def made() -> RecoverySet:
    names = {
        f"{place}_{what}": f"{place} {what}" for place in ("first", "second", "third") for what in ("office", "holder")
    }
    return RecoverySet(number=1, issued_on=date(2026, 9, 10), key_id="k", set_tag="t", **names)


def test_a_set_is_waiting_until_tried_and_never_comes_back() -> None:
    found = made()
    assert found.state is SetState.ISSUED
    WORKFLOW.take("test", found, ADMIN)
    WORKFLOW.take("test", found, ADMIN)
    assert found.state is SetState.CURRENT
    with pytest.raises(Refused, match="必须填写理由"):
        WORKFLOW.take("withdraw", found, ADMIN)
    WORKFLOW.take("withdraw", found, ADMIN, "换届")
    with pytest.raises(Refused, match="已作废"):
        WORKFLOW.take("test", found, ADMIN)
    assert WORKFLOW.states() == frozenset(SetState)


def test_only_the_administrator_takes_a_set_into_use() -> None:
    with pytest.raises(Refused, match="您的角色不能执行"):
        WORKFLOW.take("test", made(), frozenset(Role) - ADMIN)


def test_holders_are_told_by_card() -> None:
    assert made().holders[1] == ("second office", "second holder")
