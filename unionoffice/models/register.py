"""A small register (台账) declared as closed, typed data: everything else about it is generic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm.attributes import InstrumentedAttribute

from unionoffice.models.base import Record
from unionoffice.models.tier import Tier
from unionoffice.models.workflow import Workflow

Attribute = InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of fields in the form and on the record sheet."""

    title: str
    fields: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """The fields that say whose record it is: `member` is found by the `name` typed, of several by the `number`.

    `number` is the member's own or the staff number. A record of nobody on the roll keeps `member` empty.
    """

    member: Attribute
    name: Attribute
    number: Attribute


@dataclass(frozen=True, slots=True)
class Register:
    """One register: what its list shows, how its form reads, what is searched, published, due and decided."""

    model: type[Record]
    title: str
    columns: tuple[Attribute, ...]
    form: tuple[Section, ...]
    search: tuple[Attribute, ...]
    public: tuple[Attribute, ...] = ()
    due: Attribute | None = None
    workflow: Workflow | None = None
    person: Person | None = None
    purpose: str = ""  # what belongs here, for the empty page
    tier: Tier | None = None  # there for whom the tier was granted to only, whatever his roles
    settled: tuple[Attribute, ...] = ()  # what a decision is about: not to be changed while one is in force

    @property
    def name(self) -> str:
        """The stored name of its record type."""
        return self.model.type_name

    def is_decided(self, record: Any) -> bool:
        """Whether a decision on a record is in force: no deciding step leads on from where it stands."""
        steps = self.workflow.steps if self.workflow is not None else ()
        return self.decides and not any(step.decides and record.state in step.sources for step in steps)

    @property
    def decides(self) -> bool:
        """Whether some step of its workflow decides on what others entered."""
        return self.workflow is not None and any(step.decides for step in self.workflow.steps)
