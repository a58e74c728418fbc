"""Welfare from the plan to the last signature (domain.md §3; F12, F13, F15, F17, F20, F22).

A draft's list is never stored: it is worked out from the roll whenever it is looked at, so that it is always today's.
Approval freezes it, with the reason for everyone left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Progress, Silent
from unionoffice.models.member import Member
from unionoffice.models.validation import MOST_FEN, set_values
from unionoffice.models.welfare import (
    LINE_WORKFLOW,
    WORKFLOW,
    Batch,
    BatchState,
    Decision,
    Exclusion,
    Line,
    LineState,
    Programme,
    payment_problem,
)
from unionoffice.services.approval_cases import Chain, Seen
from unionoffice.services.approvals import Approvals
from unionoffice.services.history import HistoryItem, history
from unionoffice.services.welfare_approval import BATCHES, prepared
from unionoffice.services.welfare_list import DraftList, Entry, LeftOut, draft_list
from unionoffice.store.queries import members
from unionoffice.store.queries import welfare as queries
from unionoffice.store.unit_of_work import Store, UnitOfWork

__all__ = ["DraftList", "Entry", "LeftOut", "LineQuery", "Tally", "Welfare"]


@dataclass(frozen=True, slots=True)
class LineQuery:
    """What a batch's list shows."""

    batch_id: str
    text: str = ""
    states: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    sort: str | None = None
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """People and 分 of a batch by what became of the share."""

    people: int
    amount: int
    collected: int
    by_proxy: int
    unclaimed: int
    waiting: int
    handed_out: int  # 分 of the shares that were collected


class Welfare:
    """The welfare of one office."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.approvals = Approvals(store, BATCHES)

    def programmes(self) -> list[Programme]:
        """All programmes."""
        with self._store.reading() as session:
            return queries.programmes(session)

    def batches(self) -> list[Batch]:
        """All batches, newest first."""
        with self._store.reading() as session:
            return queries.batches(session)

    def batch(self, batch_id: str) -> Batch | None:
        """One batch, detached."""
        with self._store.reading() as session:
            return session.get(Batch, batch_id)

    def save_programme(
        self, values: Mapping[str, Any], actor: Actor, *, programme_id: str | None = None
    ) -> tuple[str, Changes]:
        """Enter or change a programme."""
        label = "修改慰问项目" if programme_id else "新建慰问项目"
        with self._store.operation("programme:save", label, actor) as uow:
            programme = Programme() if programme_id is None else uow.get(Programme, programme_id)
            set_values(programme, values, today=self._store.clock.today())
            if programme_id is None:
                uow.add(programme)
        return programme.id, uow.changes

    def suggestion(self, programme_id: str) -> dict[str, Any]:
        """Values for a new batch: those of the programme's last one, dated a year later, or sensible blanks (F12)."""
        today = self._store.clock.today()
        with self._store.reading() as session:
            programme = session.get(Programme, programme_id)
            last = queries.latest_of_kind(session, programme_id)
        if programme is None:
            raise UserError("这个慰问项目已经找不到，请刷新列表。")
        found = {"programme_id": programme_id, "kind": programme.kind, "name": f"{today.year}年{programme.name}"}
        if last is None:
            return {**found, "roll_date": today, "quantity": 1}
        kept = ("item", "spec", "payment", "quantity", "unit_price", "budget", "unit_ids", "include_retained", "place")
        return {**found, "roll_date": today, **{name: getattr(last, name) for name in kept}}

    def create_batch(self, values: Mapping[str, Any], actor: Actor) -> tuple[str, Changes]:
        """Plan a distribution."""
        batch = Batch()
        self._set_batch(batch, values)
        with self._store.operation("batch:create", "新建发放批次", actor) as uow:
            uow.get(Programme, batch.programme_id)
            uow.add(batch)
        return batch.id, uow.changes

    def save_batch(self, batch_id: str, values: Mapping[str, Any], version: int, actor: Actor) -> Changes:
        """Change a draft. Refused once it is approved."""
        with self._store.operation("batch:save", "修改批次", actor) as uow:
            batch = uow.get(Batch, batch_id, version=version)
            _must_be_draft(batch)
            self._set_batch(batch, values)
        return uow.changes

    def archive_batch(self, batch_id: str, actor: Actor) -> Changes:
        """Put a draft away. Refused once it is approved."""
        with self._store.operation("batch:archive", "归档批次", actor) as uow:
            batch = uow.get(Batch, batch_id)
            _must_be_draft(batch)
            batch.archived = True
        return uow.changes

    def plan(
        self, programme: str, programme_id: str | None, values: Mapping[str, Any], actor: Actor
    ) -> tuple[str, Changes]:
        """Plan a distribution of a programme that is entered along with it when `programme_id` is None."""
        batch = Batch(programme_id=programme_id or "")
        with self._store.operation("batch:create", "新建发放批次", actor) as uow:
            if programme_id is None:
                known = Programme()
                set_values(known, {"name": programme, "kind": values.get("kind")}, today=self._store.clock.today())
                batch.programme_id = uow.add(known).id
            self._set_batch(batch, values)
            uow.add(batch)
        return batch.id, uow.changes

    def named(self, name: str) -> Batch:
        """The one batch whose name is, or contains, `name`. Raises UserError when none or several do."""
        batches = self.batches()
        found = [batch for batch in batches if batch.name == name] or [batch for batch in batches if name in batch.name]
        if len(found) == 1:
            return found[0]
        if found:
            raise UserError(f"有 {len(found)} 个批次的名称含“{name}”，请写完整名称。")
        raise UserError(f"没有名为“{name}”的发放批次。")

    def line_for(self, batch_id: str, person: str) -> Line:
        """The one line of an approved list that a name or number means. Raises UserError when none or several do."""
        found = self.lines(LineQuery(batch_id, person), limit=50)
        exact = [line for line in found if person in (line.name, line.staff_number)]
        found = exact or found
        if len(found) == 1:
            return found[0]
        if found:
            where = "、".join(f"{line.name}（{line.unit}）" for line in found[:5])
            raise UserError(f"“{person}”对应 {len(found)} 个人：{where}，请改用工号或会员编号。")
        batch = self.batch(batch_id)
        if batch is not None and batch.state is BatchState.DRAFT:
            raise UserError(f"“{batch.name}”还没有审批，名单没有冻结，不能登记领取。请先审批。")
        raise UserError(f"名单里没有“{person}”。")

    def roll_size(self) -> int:
        """How many people every draft list judges."""
        with self._store.reading() as session:
            return members.count(session, members.MemberQuery())

    def draft(self, batch_id: str, progress: Progress | None = None) -> DraftList:
        """The list and who is left out and why, worked out from the roll now."""
        with self._store.reading() as session:
            batch = session.get(Batch, batch_id)
            if batch is None:
                raise UserError("这个批次已经找不到，请刷新列表。")
            return draft_list(session, batch, progress or Silent())

    def decide(self, batch_id: str, member_id: str, *, include: bool, reason: str, actor: Actor) -> Changes:
        """Put a person on a draft list or off it against the rule, with a written reason."""
        if not reason.strip():
            raise Refused("调整名单必须填写理由。", field="reason")
        with self._store.operation("batch:decide", "调整名单", actor, reason=reason) as uow:
            _must_be_draft(uow.get(Batch, batch_id))
            uow.get(Member, member_id)
            for former in queries.decisions(uow.session, batch_id):
                if former.member_id == member_id:
                    former.archived = True
            uow.add(Decision(batch_id=batch_id, member_id=member_id, include=include, reason=reason.strip()))
        return uow.changes

    def withdraw_decision(self, batch_id: str, member_id: str, actor: Actor) -> Changes:
        """Let the rule decide again for a person of a draft list."""
        with self._store.operation("batch:undecide", "撤销名单调整", actor) as uow:
            _must_be_draft(uow.get(Batch, batch_id))
            for decision in queries.decisions(uow.session, batch_id):
                if decision.member_id == member_id:
                    decision.archived = True
        return uow.changes

    def approve(
        self, batch_id: str, actor: Actor, progress: Progress | None = None, *, seen: Seen | None = None
    ) -> Changes:
        """Take the approval step that is next; the last one freezes the list as it is now.

        Refused over budget, when the list is empty, for a forbidden form of payment, and as `Approvals.approve` says.
        """
        return self.approvals.approve(batch_id, actor, progress, seen=seen)

    def approval(self, batch_id: str, actor: Actor, draft: DraftList | None = None) -> Chain:
        """Where the approval stands; `draft` is the list just worked out by `draft`, so that it is not done twice."""
        if draft is None:
            return self.approvals.chain(batch_id, actor)
        with self._store.reading() as session:
            batch = session.get(Batch, batch_id)
            found = prepared(session, batch, draft) if batch is not None else None
        return self.approvals.chain(batch_id, actor, prepared=found)

    def reopen(self, batch_id: str, reason: str, actor: Actor) -> Changes:
        """Send an approved batch back to draft; its frozen list is put away. Refused once somebody has collected."""
        with self._store.operation("batch:reopen", "退回草案", actor, reason=reason) as uow:
            batch = uow.get(Batch, batch_id)
            WORKFLOW.take("reopen", batch, actor.roles, reason)
            self.approvals.withdraw(uow, batch_id, f"退回草案：{reason.strip()}")
            for line in queries.lines(uow.session, batch_id):
                line.archived = True
            for exclusion in queries.exclusions(uow.session, batch_id):
                exclusion.archived = True
            batch.line_count = batch.total = 0
            batch.approved_by = batch.approved_at = None
        return uow.changes

    def lines(self, query: LineQuery, *, offset: int = 0, limit: int = 200) -> list[Line]:
        """One page of an approved list."""
        where = queries.line_conditions(query.batch_id, query.text, query.states, query.units)
        with self._store.reading() as session:
            return queries.line_page(session, where, query.sort, query.descending, offset, limit)

    def line_count(self, query: LineQuery) -> int:
        """How many lines `lines` has in all."""
        where = queries.line_conditions(query.batch_id, query.text, query.states, query.units)
        with self._store.reading() as session:
            return queries.line_count(session, where)

    def exclusions(self, batch_id: str) -> list[Exclusion]:
        """Who was left out of an approved list, with the reasons frozen at approval."""
        with self._store.reading() as session:
            return queries.exclusions(session, batch_id)

    def tally(self, batch_id: str) -> Tally:
        """How far the distribution is."""
        with self._store.reading() as session:
            return _tally(queries.tally(session, batch_id))

    def overview(self) -> list[tuple[Batch, Tally]]:
        """All batches, newest first, with how far each distribution is."""
        with self._store.reading() as session:
            found = queries.tallies(session)
            return [(batch, _tally(found.get(batch.id, {}))) for batch in queries.batches(session)]

    def unit_tally(self, batch_id: str) -> list[tuple[str, int, int, int]]:
        """(分工会, people, 分, collected) of an approved list in its order."""
        with self._store.reading() as session:
            return [
                (unit, people, amount, done or 0)
                for unit, people, amount, done in queries.unit_tally(session, batch_id)
            ]

    def changed_since(self, batch_id: str) -> list[str]:
        """What today's roll would give differently from an approved list, as sentences; the list itself stays (F15)."""
        with self._store.reading() as session:
            batch = session.get(Batch, batch_id)
            if batch is None or batch.state is BatchState.DRAFT:
                return []
            frozen = {line.member_id: line for line in queries.lines(session, batch_id)}
            today = {entry.member_id: entry for entry in draft_list(session, batch).entries}
        found = [
            f"{line.name}（{line.unit}）：按现在的花名册不再列入。" for key, line in frozen.items() if key not in today
        ]
        found += [
            f"{entry.name}（{entry.unit}）：按现在的花名册应列入。" for key, entry in today.items() if key not in frozen
        ]
        for key, line in frozen.items():
            now = today.get(key)
            if now is not None and (now.name, now.unit) != (line.name, line.unit):
                found.append(f"{line.name}（{line.unit}）：现为 {now.name}（{now.unit}）。")
        return found

    def collect(self, line_id: str, actor: Actor, *, proxy: str = "", relation: str = "") -> Changes:
        """Tick off a share as collected today, by the person or, with `proxy` and `relation`, by somebody else (F22).

        The first one collected starts the distribution.
        """
        by_proxy = bool(proxy.strip() or relation.strip())
        if by_proxy and not (proxy.strip() and relation.strip()):
            missing = "relation" if proxy.strip() else "proxy"
            raise UserError("代领要同时登记代领人姓名和与本人的关系。", field=missing)
        with self._store.operation("line:collect", "代领" if by_proxy else "领取", actor) as uow:
            line = _current(uow, line_id)
            batch = uow.get(Batch, line.batch_id)
            if batch.state is BatchState.APPROVED:
                WORKFLOW.take("start", batch, actor.roles)
            _must_be_open(batch)
            if line.state is not LineState.WAITING:
                raise Refused(f"{line.name} 已登记为“{line.state.label}”{_when(line)}，没有重复登记。")
            LINE_WORKFLOW.take("proxy" if by_proxy else "collect", line, actor.roles)
            line.collected_on = self._store.clock.today()
            line.proxy, line.proxy_relation = proxy.strip() or None, relation.strip() or None
        return uow.changes

    def collect_unit(self, batch_id: str, unit: str, actor: Actor) -> tuple[int, Changes]:
        """Tick off everybody of one 分工会 who is still waiting: its signed sheet has come back complete."""
        with self._store.operation("line:collect_unit", f"{unit}整表领取", actor) as uow:
            batch = uow.get(Batch, batch_id)
            waiting = [
                line
                for line in queries.lines(uow.session, batch_id)
                if line.unit == unit and line.state is LineState.WAITING
            ]
            if batch.state is BatchState.APPROVED and waiting:
                WORKFLOW.take("start", batch, actor.roles)
            if waiting:
                _must_be_open(batch)
            for line in waiting:
                LINE_WORKFLOW.take("collect", line, actor.roles)
                line.collected_on = self._store.clock.today()
        return len(waiting), uow.changes

    def undo_collect(self, line_id: str, actor: Actor) -> Changes:
        """Take back a tick made by mistake."""
        with self._store.operation("line:undo", "撤销领取", actor) as uow:
            line = _current(uow, line_id)
            _must_be_open(uow.get(Batch, line.batch_id))
            LINE_WORKFLOW.take("undo", line, actor.roles)
            line.collected_on = line.proxy = line.proxy_relation = None
        return uow.changes

    def close(self, batch_id: str, actor: Actor) -> Changes:
        """End a distribution: whoever has not collected becomes 未领."""
        with self._store.operation("batch:close", "办结", actor) as uow:
            WORKFLOW.take("close", uow.get(Batch, batch_id), actor.roles)
            for line in queries.lines(uow.session, batch_id):
                if line.state is LineState.WAITING:
                    LINE_WORKFLOW.take("unclaim", line, actor.roles)
        return uow.changes

    def history(self, batch_id: str) -> list[HistoryItem]:
        """Who changed what, newest first."""
        return history(self._store, Batch, batch_id)

    def _set_batch(self, batch: Batch, values: Mapping[str, Any]) -> None:
        set_values(batch, values, today=self._store.clock.today())
        for name, least, sentence in (
            ("quantity", 1, "每人数量至少是 1。"),
            ("unit_price", 1, "单价要大于 0 元。"),
            ("budget", 0, "预算不能是负数。"),
        ):
            if getattr(batch, name) < least:
                raise UserError(sentence, field=name)
        if batch.quantity * batch.unit_price > MOST_FEN:
            raise UserError("每人的金额超出了范围，请核对数量和单价。", field="unit_price")
        if any(other.name == batch.name and other.id != batch.id for other in self.batches()):
            raise UserError(f"已经有一次发放叫“{batch.name}”，请换一个名称，例如加上“补发”。", field="name")
        if problem := payment_problem(batch):
            raise UserError(problem, field="payment")


def _tally(found: Mapping[LineState, tuple[int, int]]) -> Tally:
    people = {state: found.get(state, (0, 0))[0] for state in LineState}
    return Tally(
        people=sum(people.values()),
        amount=sum(amount for _, amount in found.values()),
        collected=people[LineState.COLLECTED],
        by_proxy=people[LineState.PROXY],
        unclaimed=people[LineState.UNCLAIMED],
        waiting=people[LineState.WAITING],
        handed_out=sum(found.get(state, (0, 0))[1] for state in (LineState.COLLECTED, LineState.PROXY)),
    )


def _current(uow: UnitOfWork, line_id: str) -> Line:
    """A line for changing. Refused for one of a list that was sent back to draft and made anew."""
    line = uow.get(Line, line_id)
    if line.archived:
        raise Refused("这份名单已退回草案，这一行作废了，请刷新后在新名单里登记。")
    return line


def _must_be_draft(batch: Batch) -> None:
    if batch.state is not BatchState.DRAFT:
        raise Refused(f"“{batch.name}”{batch.state.label}，名单已冻结，不能再改；确要修改请先退回草案。")


def _must_be_open(batch: Batch) -> None:
    if batch.state is not BatchState.DISTRIBUTING:
        raise Refused(f"“{batch.name}”是“{batch.state.label}”状态，不能登记领取。")


def _when(line: Line) -> str:
    day: date | None = line.collected_on
    return f"（{day.isoformat()}）" if day else ""
