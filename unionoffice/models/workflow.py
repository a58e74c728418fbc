"""States and the steps between them, as a table that rules, buttons and documentation read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from unionoffice.kernel.errors import Refused
from unionoffice.models.choices import Choice

PREPARING = "officer"
"""The role that enters and changes records (F60): a step of another one decides on what it entered."""


@dataclass(frozen=True, slots=True)
class Step:
    """One way from some states to another; `guard` answers why not, or None.

    `day` and `by` name the fields that say when and by whom it was taken, where the record keeps that. A deciding step
    that `rejects` is what 不同意 means, where several lead on from a state. What a step `clears` is blank after it.
    """

    name: str
    label: str
    sources: frozenset[Choice]
    target: Choice
    role: str
    needs_reason: bool = False
    guard: Callable[[Any], str | None] | None = None
    day: str = ""
    by: str = ""
    rejects: bool = False
    clears: tuple[str, ...] = ()

    @property
    def decides(self) -> bool:
        """Whether it is for somebody else than who prepared the record."""
        return self.role != PREPARING


@dataclass(frozen=True, slots=True)
class Taken:
    """By whom a step is taken, in words that say for whom as deputy, and on which day."""

    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Workflow:
    """The first state and all steps of one record type, whose records keep their state in `state`."""

    first: Choice
    steps: tuple[Step, ...]

    def offered(self, record: Any, roles: frozenset[str]) -> list[Step]:
        """Steps that the record's state and these roles allow; guards are asked only when one is taken."""
        return [step for step in self.steps if record.state in step.sources and step.role in roles]

    def filled(self) -> dict[str, tuple[str, ...]]:
        """Labels of the steps that fill a field with when or by whom they are taken, by the field's name."""
        found: dict[str, tuple[str, ...]] = {}
        for step in self.steps:
            for name in filter(None, (step.day, step.by)):
                found[name] = (*found.get(name, ()), step.label)
        return found

    def take(self, name: str, record: Any, roles: frozenset[str], reason: str = "", taken: Taken | None = None) -> Step:
        """Move `record` by the step `name`, or raise `Refused` with the sentence why not; it is then as it was.

        `taken` goes into the fields that keep it; without it, what was typed there stands.
        """
        step = next((step for step in self.offered(record, roles) if step.name == name), None)
        if step is None:
            named = [step for step in self.steps if step.name == name]
            wanted = named[0].label if named else name
            if any(record.state in step.sources for step in named):
                raise Refused(f"您的角色不能执行“{wanted}”，请有权限的人办理。")
            raise Refused(f"现在的状态是“{record.state.label}”，不能“{wanted}”。")
        if step.needs_reason and not reason.strip():
            raise Refused(f"“{step.label}”必须填写理由。", field="reason")
        told: dict[str, Any] = dict.fromkeys(step.clears)
        told |= {step.day: taken.on, step.by: taken.by} if taken is not None else {}
        before = {each: getattr(record, each) for each in told if each}
        for each in before:
            setattr(record, each, told[each])
        if step.guard and (why := step.guard(record)):
            for each, value in before.items():
                setattr(record, each, value)
            raise Refused(why)
        record.state = step.target
        return step

    def open_states(self) -> frozenset[Choice]:
        """The states from which some step leads on; taking up again what is done with does not."""
        return frozenset(state for step in self.steps if not step.clears for state in step.sources)

    def states(self) -> frozenset[Choice]:
        """Every state that can be reached from the first."""
        reached = {self.first}
        while found := {step.target for step in self.steps if step.sources & reached} - reached:
            reached |= found
        return frozenset(reached)
