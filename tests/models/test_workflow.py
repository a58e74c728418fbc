"""A step is taken only from its states, by its role, with its reason, past its guard; else nothing changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from unionoffice.kernel.errors import Refused
from unionoffice.kernel.identity import ALL_ROLES
from unionoffice.models.choices import Choice
from unionoffice.models.welfare import LINE_WORKFLOW, WORKFLOW, BatchState, LineState
from unionoffice.models.workflow import Step, Taken, Workflow


class Light(Choice):
    RED = "red", "红"
    GREEN = "green", "绿"
    DARK = "dark", "熄灭"
    NEVER = "never", "不可到达"


@dataclass
class Lamp:
    state: Light = Light.RED
    broken: bool = False


FLOW = Workflow(
    Light.RED,
    (
        Step(
            "go",
            "放行",
            frozenset({Light.RED}),
            Light.GREEN,
            role="officer",
            guard=lambda lamp: "灯坏了。" if lamp.broken else None,
        ),
        Step("off", "关灯", frozenset({Light.RED, Light.GREEN}), Light.DARK, role="chair", needs_reason=True),
    ),
)


def test_step_moves_the_record_and_says_which_it_was() -> None:
    lamp = Lamp()
    assert FLOW.take("go", lamp, ALL_ROLES).label == "放行"
    assert lamp.state is Light.GREEN


def test_step_from_another_state_is_refused_and_changes_nothing() -> None:
    lamp = Lamp(Light.GREEN)
    with pytest.raises(Refused, match="“绿”.*“放行”") as told:
        FLOW.take("go", lamp, ALL_ROLES)
    assert "角色" not in told.value.sentence
    assert lamp.state is Light.GREEN


def test_step_of_another_role_is_refused_and_not_offered() -> None:
    lamp = Lamp()
    with pytest.raises(Refused, match="您的角色"):
        FLOW.take("off", lamp, frozenset({"officer"}), "理由")
    assert [step.name for step in FLOW.offered(lamp, frozenset({"officer"}))] == ["go"]
    assert lamp.state is Light.RED


@pytest.mark.parametrize("reason", ["", "  ", "\u3000\n"])
def test_step_that_needs_a_reason_is_refused_without_one(reason: str) -> None:
    lamp = Lamp()
    with pytest.raises(Refused, match="必须填写理由") as told:
        FLOW.take("off", lamp, ALL_ROLES, reason)
    assert told.value.field == "reason"
    assert lamp.state is Light.RED


def test_guard_refuses_with_its_own_sentence_and_changes_nothing() -> None:
    lamp = Lamp(broken=True)
    with pytest.raises(Refused, match="灯坏了"):
        FLOW.take("go", lamp, ALL_ROLES)
    assert lamp.state is Light.RED


@dataclass
class Door:
    state: Light = Light.RED
    opened_on: date | None = None
    opened_by: str | None = "旧人"
    asked_on: date = date(2026, 9, 2)


DOOR = Workflow(
    Light.RED,
    (
        Step(
            "open",
            "开门",
            frozenset({Light.RED}),
            Light.GREEN,
            role="chair",
            guard=lambda door: "还没有人要开。" if door.opened_on < door.asked_on else None,
            day="opened_on",
            by="opened_by",
        ),
    ),
)


def test_a_step_keeps_when_and_by_whom_it_was_taken_before_its_guard_looks() -> None:
    door = Door()
    DOOR.take("open", door, ALL_ROLES, taken=Taken("王主席", date(2026, 9, 2)))
    assert (door.state, door.opened_on, door.opened_by) == (Light.GREEN, date(2026, 9, 2), "王主席")
    assert DOOR.filled() == {"opened_on": ("开门",), "opened_by": ("开门",)}
    assert [step.decides for step in (*DOOR.steps, *FLOW.steps)] == [True, False, True]


def test_a_step_refused_by_its_guard_keeps_nothing() -> None:
    door = Door()
    with pytest.raises(Refused, match="还没有人要开"):
        DOOR.take("open", door, ALL_ROLES, taken=Taken("王主席", date(2026, 9, 1)))
    assert door == Door()


def test_states_are_those_that_steps_reach() -> None:
    assert FLOW.states() == {Light.RED, Light.GREEN, Light.DARK}


def test_every_state_of_a_distribution_can_be_reached() -> None:
    assert WORKFLOW.states() == set(BatchState)
    assert LINE_WORKFLOW.states() == set(LineState)
    assert {step.role for step in (*WORKFLOW.steps, *LINE_WORKFLOW.steps)} <= ALL_ROLES


def test_a_closed_distribution_goes_nowhere() -> None:
    assert not [step for step in WORKFLOW.steps if BatchState.CLOSED in step.sources]
    assert not [step for step in LINE_WORKFLOW.steps if LineState.UNCLAIMED in step.sources]
