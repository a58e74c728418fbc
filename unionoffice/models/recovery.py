"""Sets of recovery cards (恢复卡, F95): who was given which card, and whether the set was tried; never the cards."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from unionoffice.models.base import Record
from unionoffice.models.choices import Choice
from unionoffice.models.fields import Kind, field
from unionoffice.models.user import Role
from unionoffice.models.workflow import Step, Workflow


class SetState(Choice):
    """Whether the cards of a set are the ones to be kept."""

    ISSUED = "issued", "待试用"
    CURRENT = "current", "在用"
    WITHDRAWN = "withdrawn", "已作废"


class RecoverySet(Record):
    """Three cards printed together for one data key, two of which open the office.

    `key_id` is the key's name (`keyring.key_id`), which may be of a key that is yet to replace the present one;
    `set_tag` tells sets of one key apart. `remark` says what has become of the set.
    """

    __tablename__ = "recovery_set"
    type_name = "recovery_set"
    title = "恢复卡"

    number: Mapped[int] = field("套号", Kind.INTEGER)
    issued_on: Mapped[date] = field("印制日期", Kind.DATE, past=True)
    first_office: Mapped[str] = field("第 1 张职务")
    first_holder: Mapped[str] = field("第 1 张保管人")
    second_office: Mapped[str] = field("第 2 张职务")
    second_holder: Mapped[str] = field("第 2 张保管人")
    third_office: Mapped[str] = field("第 3 张职务")
    third_holder: Mapped[str] = field("第 3 张保管人")
    key_id: Mapped[str] = field("密钥代号", internal=True)
    set_tag: Mapped[str] = field("套代号", internal=True)
    state: Mapped[SetState] = field("状态", Kind.STATE, choices=SetState, default=SetState.ISSUED, internal=True)
    tested_on: Mapped[date | None] = field("试用日期", Kind.DATE, past=True, required=False, internal=True)
    remark: Mapped[str | None] = field("说明", Kind.NOTE, required=False, internal=True)

    @property
    def holders(self) -> tuple[tuple[str, str], ...]:
        """Office held and name, by card."""
        return (
            (self.first_office, self.first_holder),
            (self.second_office, self.second_holder),
            (self.third_office, self.third_holder),
        )


WORKFLOW = Workflow(
    SetState.ISSUED,
    (
        Step("test", "试用恢复卡", frozenset({SetState.ISSUED, SetState.CURRENT}), SetState.CURRENT, role=Role.ADMIN),
        Step(
            "withdraw",
            "作废恢复卡",
            frozenset({SetState.ISSUED, SetState.CURRENT}),
            SetState.WITHDRAWN,
            role=Role.ADMIN,
            needs_reason=True,
        ),
    ),
)
