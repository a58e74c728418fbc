"""The approval limits of one office: what is in force, what is coming, setting others (F58)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.approval_limits import ApprovalLimit, Limits, amounts_on, in_words, limits_on
from unionoffice.models.validation import set_values
from unionoffice.store.queries import approvals as queries
from unionoffice.store.unit_of_work import Store


class ApprovalLimits:
    """The chair sets them, from today or a later day on: what was approved before is not touched."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def in_force(self) -> list[Limits]:
        """The limits of today, the office's own first. Raises UserError when the rule pack says nothing."""
        with self._store.reading() as session:
            return limits_on(self._store.clock.today(), queries.limits(session))

    def amounts(self) -> tuple[int | None, int | None]:
        """Today's limits of all kinds in 分: up to which the chair alone decides, and up to which after a review."""
        with self._store.reading() as session:
            return amounts_on(self._store.clock.today(), queries.limits(session))

    def coming(self) -> list[Limits]:
        """The office's own ones that are not in force yet, by their day."""
        today = self._store.clock.today()
        with self._store.reading() as session:
            return [
                in_words(each, alone=each.kind is None)
                for each in queries.limits(session)
                if each.effective_from > today
            ]

    def set(self, values: Mapping[str, Any], actor: Actor) -> Changes:
        """Set limits from a day on: kind (blank for all), effective_from, chair_alone, with_review, basis.

        Amounts are 分, or text in 元. Raises UserError for a day before today, amounts that cannot be, or no document.
        Coming ones of the same kind and day are superseded.
        """
        today = self._store.clock.today()
        with self._store.operation("approval_limit:set", "设置审批权限", actor) as uow:
            limit = ApprovalLimit()
            set_values(limit, values, today=today)
            limit.check()
            if limit.effective_from < today:
                raise UserError("施行日期不能早于今天：以前的审批按当时的权限办，不再改。", field="effective_from")
            for former in queries.limits(uow.session):
                superseded = (former.kind, former.effective_from) == (limit.kind, limit.effective_from)
                if superseded and limit.effective_from > today:
                    former.archived = True
            uow.add(limit)
        return uow.changes

    def withdraw(self, limit_id: str, actor: Actor) -> Changes:
        """Take back limits that are not in force yet. Refused for others: set new ones instead."""
        with self._store.operation("approval_limit:withdraw", "撤回审批权限", actor) as uow:
            limit = uow.get(ApprovalLimit, limit_id)
            if limit.effective_from <= self._store.clock.today():
                raise Refused("这份审批权限已经施行，不能撤回；要改，就从今天或以后的某天起设新的。")
            limit.archived = True
        return uow.changes
