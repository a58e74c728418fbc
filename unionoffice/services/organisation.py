"""The union tree, its terms and officers (domain.md §2, F2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from unionoffice.kernel import credit_code
from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.base import Record
from unionoffice.models.choices import Choice
from unionoffice.models.member import Member
from unionoffice.models.organisation import LEVELS, Node, Officer, Term, Unit, UnitChange, UnitKind, check_place, tree
from unionoffice.models.validation import set_values
from unionoffice.services.history import HistoryItem, history
from unionoffice.store.queries import organisation as queries
from unionoffice.store.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What the organisation page shows of a unit: counts are of members in standing."""

    node: Node
    own_members: int
    all_members: int


class TermStanding(Choice):
    """Where a term stands on a day (domain.md §2: a change of committee is prepared half a year ahead)."""

    COMING = "planned", "尚未开始"
    RUNNING = "running", "任期内"
    DUE = "due", "即将届满"
    OVERDUE = "overdue", "已届满未换届"
    ENDED = "ended", "已换届"


DUE_DAYS = 180


def term_standing(term: Term, terms: Sequence[Term], today: date) -> TermStanding:
    """A committee's term among all `terms`: one that a later term followed has ended, others run out on their day."""
    followed = any(
        (other.unit_id, other.committee) == (term.unit_id, term.committee) and term.starts_on < other.starts_on <= today
        for other in terms
    )
    if term.starts_on > today:
        return TermStanding.COMING
    if followed:
        return TermStanding.ENDED
    if term.ends_on < today:
        return TermStanding.OVERDUE
    return TermStanding.DUE if (term.ends_on - today).days <= DUE_DAYS else TermStanding.RUNNING


class Organisation:
    """The organisation of one office."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def tree(self, on: date | None = None) -> list[Node]:
        """Units in reading order, as of a day or as they are now."""
        with self._store.reading() as session:
            return queries.nodes(session, on)

    def overview(self) -> list[UnitFacts]:
        """Today's tree with member counts, own and with everything below."""
        with self._store.reading() as session:
            nodes = queries.nodes(session)
            own = queries.member_counts(session)
        total = {node.id: own.get(node.id, 0) for node in nodes}
        for node in reversed(nodes):
            if node.parent_id is not None:
                total[node.parent_id] += total[node.id]
        return [UnitFacts(node, own.get(node.id, 0), total[node.id]) for node in nodes]

    def named(self, name: str) -> str:
        """The id of the one unit of that name or path. Raises UserError when none or several bear it."""
        found = [node for node in self.tree() if name in (node.name, node.path)]
        if len(found) == 1:
            return found[0].id
        if found:
            raise UserError(f"有 {len(found)} 个组织叫“{name}”，请写成“分工会 / 小组”。")
        raise UserError(f"没有名为“{name}”的分工会或小组。")

    def get(self, unit_id: str) -> Unit | None:
        """One unit, detached."""
        with self._store.reading() as session:
            return session.get(Unit, unit_id)

    def changes(self, unit_id: str) -> list[UnitChange]:
        """Names and places it has had, oldest first."""
        with self._store.reading() as session:
            return queries.changes_of(session, unit_id)

    def add_unit(
        self, parent_id: str, name: str, kind: UnitKind, actor: Actor, *, founded_on: date | None = None
    ) -> tuple[str, Changes]:
        """A new unit below another. Refused beyond six levels or when the name is taken under the same parent."""
        name = name.strip()
        if not name:
            raise UserError("名称还没有填写。", field="name")
        if founded_on is not None:
            self._not_future(founded_on)
        with self._store.operation("unit:add", "新建组织", actor) as uow:
            unit = add_unit(uow, queries.nodes(uow.session), parent_id, name, kind, founded_on)
        return unit.id, uow.changes

    def rename(self, unit_id: str, name: str, on: date, reason: str, actor: Actor) -> Changes:
        """From `on`, the unit bears another name; reports as of earlier days keep the old one."""
        return self._change(unit_id, on, reason, actor, "unit:rename", "更名", name=name.strip())

    def move(self, unit_id: str, parent_id: str, on: date, reason: str, actor: Actor) -> Changes:
        """From `on`, the unit lies under another parent."""
        return self._change(unit_id, on, reason, actor, "unit:move", "调整隶属", parent_id=parent_id)

    def close_unit(self, unit_id: str, on: date, actor: Actor) -> Changes:
        """End a unit. Refused while members in standing or open units are still under it."""
        with self._store.operation("unit:close", "撤销组织", actor) as uow:
            unit = uow.get(Unit, unit_id)
            _must_be_open(unit)
            self._not_future(on)
            past = queries.changes_of(uow.session, unit_id)
            if past and on < past[-1].on_date:
                raise Refused(f"撤销日期不能早于上一次变更（{past[-1].on_date.isoformat()}）。", field="on_date")
            counts = queries.member_counts(uow.session)
            below = queries.descendants(uow.session, (unit_id,))
            if left := sum(counts.get(each, 0) for each in below):
                raise Refused(f"“{unit.name}”还有 {left} 名在会会员，请先把他们转到别的分工会。")
            if any(node.parent_id == unit_id and not node.closed for node in queries.nodes(uow.session)):
                raise Refused(f"“{unit.name}”下面还有没撤销的组织，请先处理它们。")
            if unit.parent_id is None:
                raise Refused("最上级的基层工会不能撤销。")
            unit.closed_on = on
        return uow.changes

    def save_unit(self, unit_id: str, values: Mapping[str, Any], version: int, actor: Actor) -> Changes:
        """Change undated facts (信用代码, 成立日期, 类型). Name and place go through `rename` and `move`."""
        allowed = {name: values[name] for name in ("credit_code", "founded_on", "kind") if name in values}
        if allowed.get("credit_code"):
            verdict = credit_code.check(str(allowed["credit_code"]))
            if verdict.problem:
                raise UserError(f"统一社会信用代码不对：{verdict.problem}", field="credit_code")
            allowed["credit_code"] = verdict.number
        with self._store.operation("unit:save", "修改组织信息", actor) as uow:
            set_values(uow.get(Unit, unit_id, version=version), allowed, today=self._store.clock.today())
        return uow.changes

    def officers(self, unit_id: str | None = None) -> list[Officer]:
        """Officers, those in office first."""
        with self._store.reading() as session:
            return queries.officers(session, unit_id)

    def terms(self, unit_id: str | None = None) -> list[Term]:
        """Terms, the latest first."""
        with self._store.reading() as session:
            return queries.terms(session, unit_id)

    def save_term(
        self, values: Mapping[str, Any], actor: Actor, *, term_id: str | None = None, version: int | None = None
    ) -> tuple[str, Changes]:
        """Enter or change a term (届次)."""
        return self._save(Term, values, actor, term_id, version)

    def save_officer(
        self, values: Mapping[str, Any], actor: Actor, *, officer_id: str | None = None, version: int | None = None
    ) -> tuple[str, Changes]:
        """Enter or change an officer; someone who is a member is linked and bears the member's name."""
        values = dict(values)
        if values.get("member_id"):
            with self._store.reading() as session:
                member = session.get(Member, values["member_id"])
            if member is None:
                raise UserError("这名会员已经找不到，请重新选择。", field="member_id")
            values["person"] = member.name
        return self._save(Officer, values, actor, officer_id, version)

    def history(self, model: type[Record], record_id: str) -> list[HistoryItem]:
        """Who changed what, newest first; ids are shown as the units' names."""
        return history(self._store, model, record_id, {node.id: node.name for node in self.tree()})

    def _save(
        self,
        model: type[Term] | type[Officer],
        values: Mapping[str, Any],
        actor: Actor,
        record_id: str | None,
        version: int | None,
    ) -> tuple[str, Changes]:
        label = f"修改{model.title}" if record_id else f"新建{model.title}"
        with self._store.operation(f"{model.type_name}:save", label, actor) as uow:
            record: Term | Officer = model() if record_id is None else uow.get(model, record_id, version=version)
            set_values(record, values, today=self._store.clock.today())
            if record.ends_on is not None and record.ends_on < record.starts_on:
                raise UserError("结束日期早于开始日期，请改正。", field="ends_on")
            if record_id is None:
                uow.add(record)
        return record.id, uow.changes

    def _change(
        self,
        unit_id: str,
        on: date,
        reason: str,
        actor: Actor,
        operation: str,
        label: str,
        *,
        name: str | None = None,
        parent_id: str | None = None,
    ) -> Changes:
        self._not_future(on)
        if name == "":
            raise UserError("名称还没有填写。", field="name")
        with self._store.operation(operation, label, actor, reason=reason) as uow:
            unit = uow.get(Unit, unit_id)
            _must_be_open(unit)
            nodes = queries.nodes(uow.session)
            if parent_id is not None:
                _must_be_open(uow.get(Unit, parent_id))
                check_place(unit_id, parent_id, nodes)
            new_name, new_parent = name or unit.name, parent_id or unit.parent_id
            _name_free(nodes, new_name, new_parent, unit_id)
            past = queries.changes_of(uow.session, unit_id)
            if past and on < past[-1].on_date:
                raise Refused(f"生效日期不能早于上一次变更（{past[-1].on_date.isoformat()}）。", field="on_date")
            unit.name, unit.parent_id = new_name, new_parent
            uow.add(UnitChange(unit_id=unit_id, on_date=on, name=new_name, parent_id=new_parent, reason=reason or None))
            _check_past(uow, on)
        return uow.changes

    def _not_future(self, on: date) -> None:
        if on > self._store.clock.today():
            raise Refused("生效日期不能晚于今天。", field="on_date")


def add_unit(
    uow: UnitOfWork, nodes: list[Node], parent_id: str, name: str, kind: UnitKind, founded_on: date | None = None
) -> Unit:
    """A new unit inside an open operation; see `Organisation.add_unit`."""
    _must_be_open(uow.get(Unit, parent_id))
    check_place("", parent_id, nodes)
    _name_free(nodes, name, parent_id, None)
    position = sum(node.parent_id == parent_id for node in nodes)
    unit = uow.add(Unit(name=name, kind=kind, parent_id=parent_id, founded_on=founded_on, position=position))
    since = founded_on or _first_days(uow)[parent_id]
    uow.add(UnitChange(unit_id=unit.id, on_date=since, name=name, parent_id=parent_id))
    _check_past(uow, since)
    return unit


def _must_be_open(unit: Unit) -> None:
    if unit.closed_on is not None:
        raise Refused(f"“{unit.name}”已于 {unit.closed_on.isoformat()} 撤销，不能再改动。")


def _check_past(uow: UnitOfWork, since: date) -> None:
    """Refuse a change by which, on some day since, a unit would hang under nothing or the tree would be a circle.

    Changes are dated, so that today's tree being sound does not make sound what it was on a day in between.
    """
    uow.session.flush()
    if why := past_problem(queries.units(uow.session), queries.all_changes(uow.session), since):
        raise Refused(f"{why}，请改用较晚的日期。", field="on_date")


def past_problem(units: Sequence[Unit], changes: Sequence[UnitChange], since: date) -> str | None:
    """On which day since the tree would hang under nothing, be a circle or too deep, without a full stop; else None."""
    for day in sorted({since, *(change.on_date for change in changes if change.on_date > since)}):
        nodes = tree(units, changes, day)
        if len(nodes) < len({change.unit_id for change in changes if change.on_date <= day}):
            return f"{day.isoformat()} 那天的上级还没有成立，或上下级绕成了圈"
        if max((node.depth for node in nodes), default=0) >= LEVELS:
            return f"{day.isoformat()} 那天会超过 {LEVELS} 级"
    return None


def add_planned_units(uow: UnitOfWork, planned: Sequence[tuple[str, str, UnitKind, str]]) -> None:
    """Units that a roster names: (id, name, kind, parent id), parents first."""
    taken = Counter(node.parent_id for node in queries.nodes(uow.session))
    since = _first_days(uow)
    for unit_id, name, kind, parent_id in planned:
        uow.add(Unit(id=unit_id, name=name, kind=kind, parent_id=parent_id, position=taken[parent_id]))
        taken[parent_id] += 1
        since[unit_id] = since[parent_id]
        uow.add(UnitChange(unit_id=unit_id, on_date=since[unit_id], name=name, parent_id=parent_id))


def _first_days(uow: UnitOfWork) -> dict[str, date]:
    """From when on each unit is there; one whose founding nobody wrote down is there as long as its parent."""
    return {change.unit_id: change.on_date for change in reversed(queries.all_changes(uow.session))}


def _name_free(nodes: list[Node], name: str, parent_id: str | None, own_id: str | None) -> None:
    if namesake(nodes, name, parent_id, own_id) is not None:
        raise Refused(f"同一上级下已有“{name}”，请换一个名称。", field="name")


def namesake(nodes: Sequence[Node], name: str, parent_id: str | None, own_id: str | None) -> Node | None:
    """The other unit of a name under the same parent; there must be none, closed ones included."""
    return next(
        (node for node in nodes if (node.parent_id, node.name) == (parent_id, name) and node.id != own_id), None
    )
