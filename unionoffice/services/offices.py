"""The settings of the open office."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from unionoffice.kernel import credit_code
from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.numbering import check_pattern
from unionoffice.models.office import Office
from unionoffice.models.validation import set_values
from unionoffice.services.opening import whose
from unionoffice.store.unit_of_work import Store

PRACTICE_SHEET = "练习数据"
"""In the sheet names of everything a practice office exports."""

PRACTICE_NUMBERS = "练习"
"""What the member numbers of a practice office begin with."""


class Offices:
    """The settings of the open office."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def today(self) -> date:
        """The day the office's clock shows."""
        return self._store.clock.today()

    def get(self) -> Office:
        """The office's own row."""
        return whose(self._store)

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
