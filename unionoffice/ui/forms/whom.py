"""For whom a form can be printed: members, units or batches as rows to be chosen from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from unionoffice.models.member import MembershipState
from unionoffice.services.members import MemberQuery
from unionoffice.services.organisation import Organisation
from unionoffice.ui.records.unit_editor import indented

if TYPE_CHECKING:
    from unionoffice.services.members import Members
    from unionoffice.services.welfare import Welfare

Candidate = tuple[str, str, str]
"""A record's id, its name, and what tells it from others."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What narrows the rows: words, a unit with all below it, a state; blank for none."""

    text: str = ""
    unit_id: str = ""
    state: str = ""


class Whom(Protocol):
    """Rows to choose from. `noun` is what one is called with its measure word (名会员)."""

    @property
    def noun(self) -> str: ...
    @property
    def units(self) -> Sequence[tuple[str, str]]:
        """(id, name moved in by its depth) to narrow by; empty for none."""

    @property
    def states(self) -> Sequence[tuple[str, str]]:
        """(code, label) to narrow by; empty for none."""

    def rows(self, narrowed: Narrowed, offset: int, limit: int) -> list[Candidate]:
        """Some of the rows."""

    def ids(self, narrowed: Narrowed) -> list[str]:
        """All of them."""

    def name(self, record_id: str) -> str:
        """What a record is called, "" for one that is gone."""


class MembersWhom:
    """The roll."""

    noun = "名会员"

    def __init__(self, members: Members) -> None:
        self._members = members
        nodes = members.units()
        self._paths = {node.id: node.path for node in nodes}
        self.units = [(node.id, indented(node)) for node in nodes if not node.closed]
        self.states = [(state.value, state.label) for state in MembershipState]

    def rows(self, narrowed: Narrowed, offset: int, limit: int) -> list[Candidate]:
        """Members by the roll's order."""
        rows = self._members.rows(("name", "unit_id", "staff_number"), _query(narrowed), offset=offset, limit=limit)
        return [
            (member_id, name or "", "　".join(filter(None, (self._paths.get(unit or "", ""), number or ""))))
            for member_id, name, unit, number in rows
        ]

    def ids(self, narrowed: Narrowed) -> list[str]:
        """All of them."""
        return self._members.ids(_query(narrowed))

    def name(self, record_id: str) -> str:
        """A member's name."""
        member = self._members.get(record_id)
        return member.name if member is not None else ""


def _query(narrowed: Narrowed) -> MemberQuery:
    accepted: dict[str, tuple[str, ...]] = {"membership_state": (narrowed.state,)} if narrowed.state else {}
    return MemberQuery(narrowed.text, narrowed.unit_id or None, accepted=accepted)


@dataclass(slots=True)
class ListedWhom:
    """A list that is short enough to be read as a whole."""

    noun: str
    candidates: Sequence[Candidate]
    units: Sequence[tuple[str, str]] = ()
    states: Sequence[tuple[str, str]] = ()
    _names: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._names = {record_id: name.strip("　") for record_id, name, _ in self.candidates}

    def rows(self, narrowed: Narrowed, offset: int, limit: int) -> list[Candidate]:
        """Those in which every word stands."""
        words = narrowed.text.split()
        found = [each for each in self.candidates if all(word in f"{each[1]} {each[2]}" for word in words)]
        return found[offset : offset + limit]

    def ids(self, narrowed: Narrowed) -> list[str]:
        """All of them."""
        return [record_id for record_id, *_ in self.rows(narrowed, 0, len(self.candidates))]

    def name(self, record_id: str) -> str:
        """What a record is called."""
        return self._names.get(record_id, "")


def units_whom(organisation: Organisation) -> ListedWhom:
    """The tree."""
    nodes = [node for node in organisation.tree() if not node.closed]
    return ListedWhom("个组织", [(node.id, indented(node), node.kind.label) for node in nodes])


def batches_whom(welfare: Welfare) -> ListedWhom:
    """The distributions."""
    return ListedWhom("个批次", [(batch.id, batch.name, batch.state.label) for batch in welfare.batches()])
