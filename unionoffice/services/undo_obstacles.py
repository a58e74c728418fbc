"""What stands in the way of undoing an action: later changes, what came to use it, and what the rules forbid.

Undoing writes former values back without going through the services. What those would refuse today – two units of one
name under a parent, a unit under a closed one, a number that somebody else bears by now – is asked of their own rules
here, before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from unionoffice.models.base import Record
from unionoffice.models.member import Member
from unionoffice.models.organisation import LEVELS, Unit, UnitChange, tree
from unionoffice.models.welfare import Batch, BatchState, Decision, Programme
from unionoffice.services.organisation import namesake, past_problem
from unionoffice.store.change_log import decode, loaded
from unionoffice.store.naming import called
from unionoffice.store.queries import organisation
from unionoffice.store.queries import undo as queries
from unionoffice.store.scope import closed_types

Former = dict[tuple[str, str], dict[str, Any]]
"""Stored values before an action, by record type and id and then by field."""

_UNIQUE: tuple[tuple[type[Record], str], ...] = ((Member, "id_number"), (Member, "member_number"), (Batch, "name"))
"""What no two records of a type may bear."""

_POINTS_TO: dict[str, type[Record]] = {
    "unit_id": Unit,
    "parent_id": Unit,
    "member_id": Member,
    "programme_id": Programme,
    "batch_id": Batch,
}
"""Of which type the record is that a field names."""

_OWNERS = {"line": "batch_id", "exclusion": "batch_id", "decision": "batch_id"}
"""By which field's record people know where a record stands."""

_NAMES, _SENTENCES = 3, 20


def former_values(session: Session, operation_id: int) -> Former:
    """What the records that an action changed were before it."""
    former: Former = {}
    for kind, record_id, changes in queries.updates(session, operation_id):
        values = former.setdefault((kind, record_id), {})
        for name, (old, _) in decode(changes).items():
            values.setdefault(name, old)
    return former


def obstacles(session: Session, operation_id: int, models: Mapping[str, type[Record]]) -> list[str]:
    """A sentence for everything that stands in the way, alike ones told as one; at most so many that people read."""
    found = list(dict.fromkeys(_Obstacles(session, operation_id, models).sentences()))
    left = len(found) - _SENTENCES
    return found if left <= 0 else [*found[:_SENTENCES], f"……另有 {left} 处。"]


class _Obstacles:
    """What stands in the way of undoing one action."""

    def __init__(self, session: Session, operation_id: int, models: Mapping[str, type[Record]]) -> None:
        self._session = session
        self._operation_id = operation_id
        self._models = models
        self._former = former_values(session, operation_id)

    def sentences(self) -> Iterator[str]:
        """In no order that means anything."""
        yield from self._changed_since()
        yield from self._used_since()
        yield from self._tree()
        yield from self._closed_units()
        yield from self._taken_again()
        yield from self._decisions()
        yield from self._households()
        yield from self._gone()

    def _changed_since(self) -> Iterator[str]:
        groups: dict[tuple[str, int], list[str]] = {}
        for kind, record_id, later in queries.later_changes(self._session, self._operation_id):
            groups.setdefault((kind, later), []).append(record_id)
        for (kind, later), ids in groups.items():
            operation = queries.operation(self._session, later)
            what = self._these(self._models[kind], ids)
            if operation is None:
                yield f"{what}：后来有人办理过。"
            else:
                yield f"{what}：{operation.at:%Y-%m-%d %H:%M} {operation.actor}做过“{operation.label}”。"

    def _used_since(self) -> Iterator[str]:
        for model in self._models.values():
            groups: dict[tuple[str, str], tuple[list[str], set[str]]] = {}
            owner = _OWNERS.get(model.type_name, "")
            for name, record_id, target, whole in queries.dependents(self._session, model, self._operation_id, owner):
                ids, targets = groups.setdefault((name, whole if name != owner else ""), ([], set()))
                ids.append(record_id)
                targets.add(target)
            for (name, owner_id), (ids, targets) in groups.items():
                yield self._use(model, name, owner_id, ids, targets)

    def _use(self, model: type[Record], name: str, owner_id: str, ids: Sequence[str], targets: set[str]) -> str:
        """Which records use what was made, and by which field: “中秋”的发放明细“张三”：会员是这一步登记的。"""
        if model.type_name in closed_types(self._session):
            return f"{len(ids)} 条要另外授权才能看的记录：用到了这一步登记的内容。"
        batch = self._session.get(Batch, owner_id) if owner_id else None
        whose = f"“{batch.name}”的" if batch is not None else ""
        target = self._session.get(_POINTS_TO[name], next(iter(targets))) if name in _POINTS_TO else None
        which = f"“{_name_of(target)}”" if len(targets) == 1 and _name_of(target) else ""
        return f"{whose}{self._these(model, ids)}：{model.fields()[name].label}是这一步登记的{which}。"

    def _tree(self) -> Iterator[str]:
        """Places and names that units would go back to."""
        restored = [record_id for kind, record_id in self._former if kind == Unit.type_name]
        if not restored:
            return
        gone = set(queries.created(self._session, self._operation_id, Unit.type_name))
        now = organisation.units(self._session)
        after = {unit.id: self._as_before(unit) for unit in now if unit.id not in gone}
        nodes = tree(after.values())
        places = {node.id: node for node in nodes}
        for unit in (after[each] for each in restored if each in after):
            parent = after.get(unit.parent_id or "")
            if twin := namesake(nodes, unit.name, unit.parent_id, unit.id):
                yield self._because(Unit, twin.id, f"同一上级下会有两个“{unit.name}”")
            elif parent is not None and parent.closed_on is not None and unit.closed_on is None:
                yield self._because(Unit, parent.id, f"“{unit.name}”会回到已撤销的上级下面")
            elif unit.id not in places:
                yield self._because(Unit, unit.parent_id or unit.id, f"“{unit.name}”的上下级会绕成圈")
            elif any(node.depth >= LEVELS for node in nodes):
                yield self._because(Unit, unit.parent_id or unit.id, f"工会组织会超过 {LEVELS} 级")
            else:
                yield from self._past(now, list(after.values()), unit)

    def _past(self, now: Sequence[Unit], after: Sequence[Unit], unit: Unit) -> Iterator[str]:
        """Days on which the tree would not have held together; what was so before stays as it is."""
        changes = organisation.all_changes(self._session)
        gone = set(queries.created(self._session, self._operation_id, UnitChange.type_name))
        days: list[date] = [change.on_date for change in changes if change.id in gone]
        if not days:
            return
        why = past_problem(after, [change for change in changes if change.id not in gone], min(days))
        if why is not None and why != past_problem(now, changes, min(days)):
            yield self._because(Unit, unit.parent_id or unit.id, why)

    def _as_before(self, unit: Unit) -> Unit:
        """A copy of a unit, as it would be again."""
        values = {name: getattr(unit, name) for name in Unit.fields()}
        former = self._former.get((Unit.type_name, unit.id), {})
        return Unit(id=unit.id, **{**values, **{name: loaded(Unit, name, old) for name, old in former.items()}})

    def _closed_units(self) -> Iterator[str]:
        """Members in standing who would go back under a closed unit."""
        back: dict[str, list[str]] = {}
        for (kind, record_id), values in self._former.items():
            if kind == Member.type_name and values.get("unit_id"):
                back.setdefault(values["unit_id"], []).append(record_id)
        for unit_id, ids in back.items():
            unit = self._session.get(Unit, unit_id)
            if unit is None or self._as_before(unit).closed_on is None:
                continue
            if names := queries.in_standing(self._session, ids):
                yield self._because(Unit, unit_id, f"在会的{_listed(names)}会回到已撤销的组织下面")

    def _taken_again(self) -> Iterator[str]:
        """What somebody else bears by now."""
        for model, name in _UNIQUE:
            wanted = {
                values[name]: record_id
                for (kind, record_id), values in self._former.items()
                if kind == model.type_name and values.get(name)
            }
            if not wanted:
                continue
            gone = set(queries.created(self._session, self._operation_id, model.type_name))
            for other, value in queries.bearing(self._session, model, name, wanted).items():
                gives_up = name in self._former.get((model.type_name, other), {})
                if other not in gone and other != wanted[value] and not gives_up:
                    label = model.fields()[name].label
                    whose = self._these(model, [wanted[value]])
                    yield self._because(model, other, f"他和{whose}的{label}会相同")

    def _decisions(self) -> Iterator[str]:
        """Adjustments of a list that is a draft no more, and those that were made anew since."""
        kind = Decision.type_name
        made = queries.created(self._session, self._operation_id, kind)
        back = [record_id for each, record_id in self._former if each == kind]
        for record_id in (*made, *back):
            decision = self._session.get(Decision, record_id)
            batch = self._session.get(Batch, decision.batch_id) if decision is not None else None
            if decision is None or batch is None:
                continue
            if batch.state is not BatchState.DRAFT:
                yield self._because(Batch, batch.id, f"已经冻结的名单会改动（{batch.state.label}）")
            elif record_id in back:
                live = queries.bearing(self._session, Decision, "member_id", [decision.member_id])
                for other in set(live) - {*made, *back}:
                    found = self._session.get(Decision, other)
                    if found is not None and found.batch_id == batch.id:
                        yield self._because(Decision, other, "同一个人的名单调整会有两条")

    def _households(self) -> Iterator[str]:
        """People who joined a household since that was first formed here: their family would be without the others."""
        left = [
            member.household_id
            for kind, record_id in self._former
            if kind == Member.type_name and "household_id" in self._former[kind, record_id]
            if (member := self._session.get(Member, record_id)) is not None and member.household_id
        ]
        for household in dict.fromkeys(left):
            for other in queries.joined_since(self._session, self._operation_id, household):
                yield self._because(Member, other, "他加入的这一户只剩他自己，家庭成员会收起")

    def _gone(self) -> Iterator[str]:
        """Records that would name again what is put away by now."""
        for name, target in _POINTS_TO.items():
            naming: dict[str, list[tuple[str, str]]] = {}
            for (kind, record_id), values in self._former.items():
                if values.get(name):
                    naming.setdefault(values[name], []).append((kind, record_id))
            back = {each for kind, each in self._former if kind == target.type_name}
            for gone in sorted(queries.put_away(self._session, target, naming) - back):
                kind, record_id = naming[gone][0]
                what = self._these(self._models[kind], [record_id])
                yield self._because(target, gone, f"{what}会用到它，它已经不在了")

    def _because(self, model: type[Record], record_id: str, consequence: str) -> str:
        """By what was done last to a record, undoing would have a consequence."""
        operation = queries.last_operation(self._session, record_id)
        done = f"{operation.at:%Y-%m-%d %H:%M} {operation.actor}做过“{operation.label}”，" if operation else ""
        return f"{self._these(model, [record_id])}：{done}撤销以后{consequence}。"

    def _these(self, model: type[Record], ids: Sequence[str]) -> str:
        """One record by its name, several by their number and the first names."""
        if model.type_name in closed_types(self._session):
            return "一条要另外授权才能看的记录" if len(ids) == 1 else f"{len(ids)} 条要另外授权才能看的记录"
        names = [_name_of(self._session.get(model, each)) for each in ids[:_NAMES]]
        if len(ids) == 1:
            return f"{model.title}“{names[0]}”" if names[0] else called(self._session, model, ids[0])
        return f"{model.title} {len(ids):,} 条" + (f"（{_quoted(names, len(ids))}）" if all(names) else "")


def _name_of(record: Any) -> str:
    return next((str(name) for each in ("name", "person") if (name := getattr(record, each, None))), "")


def _quoted(names: Iterable[str], count: int) -> str:
    shown = [f"“{name}”" for name in names][:_NAMES]
    return "、".join(shown) + ("等" if count > len(shown) else "")


def _listed(names: Sequence[str]) -> str:
    return f"{_quoted(names, len(names))}{f' {len(names):,} 人' if len(names) > 1 else ''}"
