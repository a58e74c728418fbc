"""Everything a user does in any small register (台账): list, add, change, decide, archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Conflict, Refused
from unionoffice.kernel.identity import Actor
from unionoffice.models.base import Record
from unionoffice.models.permission import permit
from unionoffice.models.register import Register
from unionoffice.models.user import Role
from unionoffice.models.validation import set_values
from unionoffice.models.workflow import Step, Taken
from unionoffice.services import authority, register_approval
from unionoffice.services.approvals import Approvals
from unionoffice.services.history import HistoryItem, history
from unionoffice.services.register_entry import by_the_program, settle
from unionoffice.store.queries import records
from unionoffice.store.queries.approvals import preparers
from unionoffice.store.queries.records import ListQuery
from unionoffice.store.unit_of_work import Store


class Registers:
    """The small registers of one office."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def rows(self, register: Register, query: ListQuery, *, offset: int = 0, limit: int = 200) -> list[tuple[Any, ...]]:
        """(id, *column values) of one page of the list; values as loaded."""
        columns = [attribute.key for attribute in register.columns]
        where = records.conditions(register.model, query, register.search)
        with self._store.reading() as session:
            found = records.page(
                session,
                register.model,
                columns,
                where,
                sort=query.sort,
                descending=query.descending,
                offset=offset,
                limit=limit,
            )
        return [tuple(row) for row in found]

    def count(self, register: Register, query: ListQuery) -> int:
        """How many records the list has."""
        with self._store.reading() as session:
            return records.count(session, register.model, records.conditions(register.model, query, register.search))

    def get(self, register: Register, record_id: str) -> Record | None:
        """One record, loaded and detached; None when it does not exist."""
        with self._store.reading() as session:
            return session.get(register.model, record_id)

    def create(self, register: Register, values: Mapping[str, Any], actor: Actor) -> tuple[str, Changes]:
        """Enter a new record; returns its id. Raises UserError naming the wrong field."""
        record = register.model()
        set_values(record, values, today=self._store.clock.today())
        with self._store.operation(f"{register.name}:create", f"新建{register.title}", actor) as uow:
            settle(uow, register, record, actor)
            uow.add(record)
        return record.id, uow.changes

    def save(
        self, register: Register, record_id: str, values: Mapping[str, Any], version: int, actor: Actor
    ) -> Changes:
        """Change a record that was read at `version`. Raises Conflict when somebody changed it since."""
        with self._store.operation(f"{register.name}:save", "修改", actor) as uow:
            record = uow.get(register.model, record_id, version=version)
            set_values(record, values, today=self._store.clock.today())
            settle(uow, register, record, actor)
        return uow.changes

    def offered(self, register: Register, record: Record, actor: Actor) -> Sequence[Step]:
        """The steps of the workflow that can be taken now."""
        return register.workflow.offered(record, actor.roles) if register.workflow else ()

    def why_not(self, register: Register, record: Record, actor: Actor) -> dict[str, str]:
        """Why an actor may not take steps that `offered` gives him, by the step's name."""
        found: dict[str, str] = {}
        with self._store.reading() as session:
            for step in self.offered(register, record, actor):
                try:
                    permit(actor, f"{register.name}:{step.name}")
                    self._authority(session, register, step, record, actor)
                except Refused as refusal:
                    found[step.name] = refusal.sentence
        return found

    def by_the_program(self, register: Register, actor: Actor) -> frozenset[str]:
        """Names of the fields that this actor does not type, because a step fills them."""
        return frozenset(by_the_program(register, actor))

    def take(
        self,
        register: Register,
        record_id: str,
        step: str,
        actor: Actor,
        *,
        reason: str = "",
        version: int | None = None,
    ) -> Changes:
        """Take a step of the register's workflow; a user's day and name, and for whom as deputy, are kept with it.

        Raises Refused with the sentence why not, also to who prepared the record where the step decides on it; Conflict
        when the record is not any more what stood before him (`version`). A step that `clears` the decision voids it.
        """
        assert register.workflow is not None
        found = next(found for found in register.workflow.steps if found.name == step)
        operation = f"{register.name}:{step}"
        permit(actor, operation)
        with self._store.reading() as session:
            known = session.get(register.model, record_id)
            deputy_for = self._authority(session, register, found, known, actor) if known is not None else None
        standing_in = f"（代理{deputy_for}）" if deputy_for else ""
        taken = Taken(f"{actor.name}{standing_in}", self._store.clock.today()) if actor.user_id is not None else None
        with self._store.operation(operation, f"{found.label}{standing_in}", actor, reason=reason) as uow:
            record = uow.get(register.model, record_id, version=version)
            if self._authority(uow.session, register, found, record, actor) != deputy_for:
                raise Conflict("谁代理谁刚刚改过，请重新打开再办。")
            register.workflow.take(step, record, actor.roles, reason, taken)
            if found.clears and register.decides:
                self.approvals(register).withdraw(uow, record_id, f"{found.label}：{reason.strip()}")
        return uow.changes

    def _authority(self, session: Session, register: Register, step: Step, record: Record, actor: Actor) -> str | None:
        """Whom an actor stands in for at a step that can be taken now; Refused when it is not for him (F60)."""
        if record.state not in step.sources:  # type: ignore[attr-defined]
            return None
        if step.decides:
            self.approvals(register).must_not_wait(session, record, actor)
        if actor.user_id is None:
            return None
        barred: dict[str, str] = {}
        if step.decides:
            deciding = register_approval.subject_of(register).deciding()
            barred = authority.barred_by(preparers(session, [record.id], deciding), f"这条{register.title}")
        return authority.authority(
            session,
            step.label,
            Role(step.role),
            actor,
            barred,
            self._store.clock.today(),
            tier=register.tier,
        )

    def approvals(self, register: Register) -> Approvals:
        """Deciding on paper or by file on records of a register that `decides`."""
        return Approvals(self._store, register_approval.subject_of(register))

    def archive(self, register: Register, record_ids: Sequence[str], actor: Actor, *, archived: bool = True) -> Changes:
        """Put records away, or take them back; nothing is deleted."""
        label = "归档" if archived else "取消归档"
        with self._store.operation(f"{register.name}:archive", label, actor) as uow:
            for record_id in record_ids:
                uow.get(register.model, record_id).archived = archived
        return uow.changes

    def history(self, register: Register, record_id: str) -> list[HistoryItem]:
        """Who changed what, newest first."""
        return history(self._store, register.model, record_id)

    def due(self, register: Register, until: Any) -> int:
        """How many records fall due up to and including a day (expired ones too); 0 without a due field.

        A record in a state from which no step leads on is done with.
        """
        if register.due is None:
            return 0
        where = [register.due.is_not(None), register.due <= until, register.model.archived.is_(False)]
        if register.workflow is not None:
            where.append(register.model.__mapper__.attrs["state"].class_attribute.in_(register.workflow.open_states()))
        with self._store.reading() as session:
            return records.count(session, register.model, where)


__all__ = ["ListQuery", "Registers"]
