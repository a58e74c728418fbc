"""Whom a distribution reaches: the list worked out from the roll, and who is left out and why (F13)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from unionoffice.kernel.progress import Progress, Silent, step
from unionoffice.models.member import MembershipState
from unionoffice.models.organisation import Node
from unionoffice.models.welfare import Batch, Person, left_out, payment_problem
from unionoffice.store.queries import members, organisation
from unionoffice.store.queries import welfare as queries

_STRIDE = 1_000
"""People judged between two looks at whether to stop."""

_NOBODY = Silent()


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of a draft list; `decided` holds the reason when a person put him there."""

    member_id: str
    name: str
    unit: str
    subgroup: str | None
    staff_number: str | None
    decided: str | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody on the roll who gets no share, and why."""

    member_id: str
    name: str
    unit: str
    reason: str
    decided: bool


@dataclass(frozen=True, slots=True)
class DraftList:
    """The list as it would be approved now; `total` and `over_budget` in 分 (`over_budget` 0 when it fits)."""

    entries: list[Entry]
    left_out: list[LeftOut]
    total: int
    over_budget: int
    payment_problem: str | None


def draft_list(session: Session, batch: Batch, progress: Progress = _NOBODY) -> DraftList:
    """The list of a batch as the roll gives it now, whoever asks."""
    step(progress, 0, 0, "正在读花名册")
    nodes = organisation.nodes(session)
    places = {node.id: place for place, node in enumerate(nodes)}
    names = {node.id: _unit_and_group(node, nodes[0].name) for node in nodes}
    scope = organisation.descendants(session, tuple(batch.unit_ids.split(","))) if batch.unit_ids else set(places)
    states = members.states_on(session, batch.roll_date)
    decisions = {decision.member_id: decision for decision in queries.decisions(session, batch.id)}
    listed: list[tuple[int, int, Entry]] = []
    others: list[LeftOut] = []
    people = queries.people(session)
    for order, (member_id, name, unit_id, staff_number, employment) in enumerate(people):
        if order % _STRIDE == 0:
            step(progress, order, len(people), f"已判定 {order:,} 人")
        person = Person(
            states.get(member_id, MembershipState.NONE).value, employment, unit_id in scope, unit_id in places
        )
        reason = left_out(person, roll_date=batch.roll_date, include_retained=batch.include_retained)
        unit, group = names.get(unit_id, ("", None))
        decision = decisions.get(member_id)
        if decision is not None:
            reason = None if decision.include else f"按决定不列入：{decision.reason}"
        if reason is None:
            decided = decision.reason if decision is not None else None
            entry = Entry(member_id, name, unit or "未分配", group, staff_number, decided)
            listed.append((places.get(unit_id, len(nodes)), order, entry))
        else:
            others.append(LeftOut(member_id, name, unit or "未分配", reason, decision is not None))
    listed.sort(key=lambda item: item[:2])
    total = len(listed) * batch.quantity * batch.unit_price
    return DraftList(
        [entry for _, _, entry in listed], others, total, max(0, total - batch.budget), payment_problem(batch)
    )


def _unit_and_group(node: Node, root: str) -> tuple[str, str | None]:
    if node.depth == 0:
        return f"{root}（直属）", None
    unit, _, group = node.path.partition(" / ")
    return unit, group or None
