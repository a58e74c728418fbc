"""Sound identity numbers and people for tests; none of them is anybody's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl

from tests.conftest import ACTOR
from unionoffice.app import App
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.resident_id import check_digit
from unionoffice.models.organisation import UnitKind
from unionoffice.models.user import Role, User


def id_number(serial: int, birth: str = "19850601") -> str:
    """A sound number; odd serials are men's."""
    first = f"610801{birth}{serial:03d}"
    return first + check_digit(first)


def branch(app: App, name: str, parent: str | None = None) -> str:
    """A new unit below the union itself, or below `parent`."""
    kind = UnitKind.BRANCH if parent is None else UnitKind.GROUP
    return app.organisation.add_unit(parent or app.organisation.tree()[0].id, name, kind, ACTOR)[0]


def member(app: App, name: str, **values: Any) -> str:
    """A person who joined in 2015 unless told otherwise."""
    return app.members.create({"name": name, "joined_on": "2015-03-01", **values}, ACTOR)[0]


def users(app: App, *actors: tuple[Actor, Role]) -> None:
    """Make actors users of a plain office: what their roles allow is then asked for without a login."""
    with app.store.operation("user:add", "登记用户", Actor("管理")) as uow:
        for actor, role in actors:
            uow.add(User(id=actor.user_id, name=actor.name, roles=role.value))


def roster(path: Path, *rows: list[Any], sheet: str = "名单") -> Path:
    """A workbook of one sheet with these rows, the first being its headings."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path
