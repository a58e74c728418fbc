"""Making and opening an office file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from unionoffice.kernel import credit_code
from unionoffice.kernel.changes import Changes
from unionoffice.kernel.clock import Clock
from unionoffice.kernel.errors import EnvironmentFault, Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.numbering import check_pattern
from unionoffice.models.office import Office
from unionoffice.models.validation import set_values
from unionoffice.store import schema
from unionoffice.store.unit_of_work import Store

PRACTICE_SHEET = "练习数据"
"""In the sheet names of everything a practice office exports."""


def open_store(path: Path, clock: Clock) -> tuple[Store, Path | None]:
    """An open office file, brought up to this program first; the second is the copy made before that, or None."""
    copy = schema.bring_up_to_date(path, clock.now())
    return Store(path, clock), copy


class Offices:
    """The settings of the open office."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def today(self) -> date:
        """The day the office's clock shows."""
        return self._store.clock.today()

    def get(self) -> Office:
        """The office's own row."""
        with self._store.reading() as session:
            office = session.scalars(select(Office)).first()
        if office is None:
            raise EnvironmentFault("办公文件不完整：缺少单位信息。请从备份恢复。")
        return office

    def save(self, values: Mapping[str, Any], version: int, actor: Actor) -> Changes:
        """Change the settings. Raises UserError for a wrong credit code or number pattern, Conflict when stale."""
        if "practice" in values:
            raise Refused("练习用的办公文件不能改成正式的，正式的也不能改成练习的。")
        if values.get("credit_code"):
            verdict = credit_code.check(str(values["credit_code"]))
            if verdict.problem:
                raise UserError(f"统一社会信用代码不对：{verdict.problem}", field="credit_code")
            values = {**values, "credit_code": verdict.number}
        if values.get("member_number_pattern"):
            check_pattern(str(values["member_number_pattern"]))
        office = self.get()
        with self._store.operation("office:save", "修改设置", actor) as uow:
            set_values(uow.get(Office, office.id, version=version), values, today=self._store.clock.today())
        return uow.changes
