"""States and the steps between them, as a table that rules, buttons and documentation read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from unionoffice.kernel.errors import Refused
from unionoffice.models.choices import Choice


@dataclass(frozen=True, slots=True)
class Step:
    """One way from some states to another; `guard` answers why not, or None."""

    name: str
    label: str
    sources: frozenset[Choice]
    target: Choice
    role: str
    needs_reason: bool = False
    guard: Callable[[Any], str | None] | None = None


@dataclass(frozen=True, slots=True)
class Workflow:
    """The first state and all steps of one record type, whose records keep their state in `state`."""

    first: Choice
    steps: tuple[Step, ...]

    def offered(self, record: Any, roles: frozenset[str]) -> list[Step]:
        """Steps that the record's state and these roles allow; guards are asked only when one is taken."""
        return [step for step in self.steps if record.state in step.sources and step.role in roles]

    def take(self, name: str, record: Any, roles: frozenset[str], reason: str = "") -> Step:
        """Move `record` by the step `name`, or raise `Refused` with the sentence why not."""
        step = next((step for step in self.offered(record, roles) if step.name == name), None)
        if step is None:
            named = [step for step in self.steps if step.name == name]
            wanted = named[0].label if named else name
            if any(record.state in step.sources for step in named):
                raise Refused(f"您的角色不能执行“{wanted}”，请有权限的人办理。")
            raise Refused(f"现在的状态是“{record.state.label}”，不能“{wanted}”。")
        if step.needs_reason and not reason.strip():
            raise Refused(f"“{step.label}”必须填写理由。", field="reason")
        if step.guard and (why := step.guard(record)):
            raise Refused(why)
        record.state = step.target
        return step

    def open_states(self) -> frozenset[Choice]:
        """The states from which some step leads on."""
        return frozenset(state for step in self.steps for state in step.sources)

    def states(self) -> frozenset[Choice]:
        """Every state that can be reached from the first."""
        reached = {self.first}
        while found := {step.target for step in self.steps if step.sources & reached} - reached:
            reached |= found
        return frozenset(reached)
