"""Founding an office file: whose it is, and the union itself as the root of its tree."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from unionoffice.kernel.clock import Clock
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.office import Office
from unionoffice.models.organisation import Unit, UnitChange, UnitKind
from unionoffice.store import schema
from unionoffice.store.engine import SUFFIX
from unionoffice.store.unit_of_work import Store

FOUNDING = date(1949, 10, 1)
"""The day from which a unit whose founding nobody wrote down counts as existing."""


def create(path: Path, name: str, clock: Clock, actor: Actor, *, practice: bool = False) -> Path:
    """Make an office file for the union `name`, with the union itself as the root of the tree; returns its path.

    A path without the program's own suffix gets it. Raises UserError when the file exists or the name is blank.
    """
    if not name.strip():
        raise UserError("单位名称还没有填写。", field="name")
    if path.suffix.lower() != SUFFIX:
        path = path.with_name(path.name + SUFFIX)
    schema.create(path)
    store = Store(path, clock)
    try:
        with store.operation("office:create", "新建办公文件", actor) as uow:
            uow.add(Office(name=name.strip(), practice=practice))
            root = uow.add(Unit(name=name.strip(), kind=UnitKind.UNION))
            uow.add(UnitChange(unit_id=root.id, on_date=FOUNDING, name=root.name))
    except BaseException:
        store.close()
        schema.discard(path)
        raise
    store.close()
    return path
