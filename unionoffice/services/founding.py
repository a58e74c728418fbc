"""Founding an office file: whose it is, and the union itself as the root of its tree."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from unionoffice.kernel.clock import Clock
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.office import Office
from unionoffice.models.organisation import Unit, UnitChange, UnitKind
from unionoffice.models.user import check_name, check_password
from unionoffice.services.users import first_user
from unionoffice.store import keyring, schema
from unionoffice.store.engine import SUFFIX
from unionoffice.store.keyring import Cost
from unionoffice.store.unit_of_work import Store

FOUNDING = date(1949, 10, 1)
"""The day from which a unit whose founding nobody wrote down counts as existing."""


def create(
    path: Path,
    name: str,
    clock: Clock,
    actor: Actor,
    *,
    password: str | None = None,
    cost: Cost | None = None,
    practice: bool = False,
) -> Path:
    """Make an office file for the union `name`, with the union itself as the root of the tree; returns its path.

    With a `password` it is encrypted, and `actor` becomes its first user: system administrator and officer in one;
    `cost` is measured when it is not given. Without one everybody who has the file can read it, and there are no users.
    A path without the program's own suffix gets it. Raises UserError when the file exists, the name is blank, or the
    password weak.
    """
    if not name.strip():
        raise UserError("单位名称还没有填写。", field="name")
    if path.suffix.lower() != SUFFIX:
        path = path.with_name(path.name + SUFFIX)
    if password is not None:
        check_name(actor.name)
        check_password(password, clock.today(), name=actor.name)
    if keyring.key_path(path).exists():
        raise UserError(f"“{keyring.key_path(path).name}”已经存在，是另一个办公文件的密钥。请换一个文件名。")
    key = None if password is None else keyring.new_key()
    schema.create(path, key=key)
    store = Store(path, clock, key=key)
    try:
        with store.operation("office:create", "新建办公文件", actor) as uow:
            office = uow.add(Office(name=name.strip(), practice=practice))
            if key is not None and password is not None:
                user = first_user(uow, actor.name)
                slot = keyring.new_slot(office.id, user.id, user.name, password, key, cost or keyring.measured_cost())
                keyring.write(path, keyring.KeyFile(office.id, keyring.key_id(key), (slot,)))
            root = uow.add(Unit(name=name.strip(), kind=UnitKind.UNION))
            uow.add(UnitChange(unit_id=root.id, on_date=FOUNDING, name=root.name))
    except BaseException:
        store.close()
        schema.discard(path)
        keyring.key_path(path).unlink(missing_ok=True)
        raise
    store.close()
    return path
