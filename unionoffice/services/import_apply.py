"""Writes a preview's rows into the office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from typing import Any

from unionoffice.kernel.identity import new_ids
from unionoffice.kernel.progress import Progress, step
from unionoffice.models.fields import Kind
from unionoffice.models.member import EventKind, Member, MembershipEvent, MembershipState
from unionoffice.services.import_family import Relative, add_relatives
from unionoffice.services.import_report import ImportCounts
from unionoffice.services.import_rows import FIELDS, VALUES, Block, Policy, difference, unpack
from unionoffice.store.queries import imports as queries
from unionoffice.store.unit_of_work import UnitOfWork


class Applier:
    """Writes the rows of a preview into the office."""

    def __init__(
        self, uow: UnitOfWork, run_id: int, counts: ImportCounts, policy: Policy, root: str, progress: Progress
    ) -> None:
        self._uow = uow
        self._policy = policy
        self._root = root
        self._run_id = run_id
        self._total = counts.new + counts.updated
        self._progress = progress
        self._done = 0
        self._families: dict[str, list[Relative]] = {}

    def apply(self) -> None:
        """First those who are new, then those who are on the roll, in reading order."""
        session = self._uow.session
        for stored in queries.blocks(session, self._run_id):
            if "n" in stored.states:
                self._tell("正在登记会员", stored.states.count("n"))
                payload = unpack(stored.payload)
                self._note_families(stored.states, payload["ids"], payload["family"])
                self._create(stored.states, payload)
        for stored in queries.blocks(session, self._run_id):
            if "u" in stored.states:
                block = Block.stored(stored, {})
                self._note_families(stored.states, block.ids, block.family)
                places = [place for place, letter in enumerate(stored.states) if letter == "u"]
                for start in range(0, len(places), queries.IN_ONE_QUESTION):
                    part = places[start : start + queries.IN_ONE_QUESTION]
                    self._tell("正在更新会员", len(part))
                    self._update([(str(block.ids[place]), block.values(place)) for place in part])
        if self._families:
            add_relatives(self._uow, self._families)

    def _note_families(self, states: str, ids: Sequence[str | None], families: Mapping[int, list[Relative]]) -> None:
        for place, relatives in families.items():
            if states[place] in "nu":
                self._families.setdefault(str(ids[place]), []).extend(relatives)

    def _tell(self, text: str, count: int) -> None:
        step(self._progress, self._done, self._total, text)
        self._done += count

    def _create(self, states: str, payload: dict[str, Any]) -> None:
        ids, columns = payload["ids"], payload["columns"]
        if states.count("n") < len(states):
            wanted = [letter == "n" for letter in states]
            ids = list(compress(ids, wanted))
            columns = {name: list(compress(column, wanted)) for name, column in columns.items()}
        kept = columns.get("membership_state") or [None] * len(ids)
        columns["membership_state"] = kept = [state or MembershipState.ACTIVE.value for state in kept]
        for name in _FLAGS & columns.keys():
            columns[name] = [None if value is None else int(value) for value in columns[name]]
        columns["enrolled"] = [int(state != "none") for state in kept]
        self._uow.add_many(Member, {"id": ids, **columns})
        events = later_events(ids, kept, self._uow.at.date().isoformat())
        if events:
            names = ("member_id", "on_date", "kind", "reason")
            self._uow.add_many(
                MembershipEvent,
                {"id": new_ids(len(events)), **dict(zip(names, zip(*events, strict=True), strict=True))},
            )

    def _update(self, rows: list[tuple[str, list[Any]]]) -> None:
        session = self._uow.session
        members = queries.members(session, [member_id for member_id, _ in rows])
        for member_id, values in rows:
            member = members[member_id]
            current = [getattr(member, name) for name in FIELDS]
            changes, _ = difference(current, values, self._policy, self._root)
            for place, value in changes.items():
                setattr(member, FIELDS[place], value)
        session.flush()
        session.expunge_all()


_FLAGS = frozenset(name for name in VALUES if Member.fields()[name].kind is Kind.FLAG)

_AFTER_JOINING = {
    "transferred": EventKind.TRANSFER_OUT,
    "retained": EventKind.RETAIN,
    "left": EventKind.LEAVE,
    "expelled": EventKind.EXPEL,
    "deceased": EventKind.DEATH,
}


def later_events(ids: Iterable[str], states: Iterable[str], today: str) -> list[tuple[str, str, str, str]]:
    """(member id, date, kind, reason) that make memberships what the roster says they are.

    A roster gives no date for a leaving: it is dated today, and its reason says so.
    """
    return [
        (member_id, today, _AFTER_JOINING[state].value, "导入时的状态，实际日期不详")
        for member_id, state in zip(ids, states, strict=True)
        if state in _AFTER_JOINING
    ]
