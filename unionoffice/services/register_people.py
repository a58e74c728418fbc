"""Whose register record it is: the member found by the name and number that were typed, at every door alike."""

from __future__ import annotations

from sqlalchemy import inspect

from unionoffice.kernel.errors import Refused
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.text import clean_name, squash
from unionoffice.models.base import Record
from unionoffice.models.register import Register
from unionoffice.store.queries import members
from unionoffice.store.unit_of_work import UnitOfWork


def link(uow: UnitOfWork, register: Register, record: Record, actor: Actor) -> None:
    """Let a record name its member; of nobody on the roll it names none.

    One that names a member keeps him while name and number are as they were: he may have changed his own since.
    Raises Refused when several members fit, and for somebody in charge of some branches when none of theirs does.
    """
    person = register.person
    if person is None:
        return
    name, number = getattr(record, person.name.key), getattr(record, person.number.key)
    with uow.session.no_autoflush:
        known = getattr(record, person.member.key)
        if known and not _typed_anew(record, person.name.key, person.number.key):
            return
        found = members.named(uow.session, clean_name(name), squash(number or ""))
    if len(found) > 1:
        raise Refused(
            f"会员里有 {len(found)} 个“{name}”，请填写工号或会员编号，才分得清是谁。", field=person.number.key
        )
    if not found and actor.units is not None:
        raise Refused(f"您分管的分工会里没有会员“{name}”，请核对姓名和编号。", field=person.name.key)
    setattr(record, person.member.key, found[0] if found else None)


def _typed_anew(record: Record, *names: str) -> bool:
    state = inspect(record)
    return any(state.attrs[name].history.has_changes() for name in names)
