"""What is looked at whenever a register's record was entered or changed: by hand, by command or from a file."""

from __future__ import annotations

from sqlalchemy import inspect

from unionoffice.kernel.errors import UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.base import Record
from unionoffice.models.register import Register
from unionoffice.services.register_people import link
from unionoffice.store.unit_of_work import UnitOfWork


def settle(uow: UnitOfWork, register: Register, record: Record, actor: Actor) -> None:
    """Let a record whose fields have just been set name its member (`link`).

    Raises UserError when a field was typed that a step of the workflow fills, when one was changed that a decision in
    force is about, and as `link` does.
    """
    fields = register.model.fields()
    for attribute in register.settled if register.is_decided(record) else ():
        field = fields[attribute.key]
        if not inspect(record).attrs[attribute.key].history.has_changes() or (
            field.tier and not actor.holds(field.tier)
        ):
            continue
        raise UserError(
            f"“{field.label}”在审批时已经定了（现在是“{record.state.label}”），不能直接改。要改先退回申请，改好再审批。",  # type: ignore[attr-defined]
            field=attribute.key,
        )
    for name, steps in by_the_program(register, actor).items():
        typed = inspect(record).attrs[name].history
        if typed.has_changes() and getattr(record, name) != next(iter(typed.deleted or ()), None):
            label, which = fields[name].label, "”“".join(steps)
            raise UserError(f"“{label}”由“{which}”这一步自动填写，不能自己填。", field=name)
    link(uow, register, record, actor)


def by_the_program(register: Register, actor: Actor) -> dict[str, tuple[str, ...]]:
    """Labels of the steps that fill a field, by its name: nobody types it where users are known.

    In an office without users one person enters what others decided: there it is typed, as it stands on paper.
    """
    if register.workflow is None or actor.user_id is None:
        return {}
    return register.workflow.filled()
