"""The page of the users: who may open the office, in which roles, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from unionoffice.ui.page import Page, PageSpec
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.organisation import Organisation
    from unionoffice.services.users import Users


def users_page(around: Surroundings, users: Callable[[], Users], organisation: Callable[[], Organisation]) -> PageSpec:
    """用户, of an encrypted office only."""

    def create() -> Page:
        page: Page = import_module("unionoffice.ui.users.page").UsersPage(around, users(), organisation())
        return page

    return PageSpec("users", "用户", "user", "系统", create, needs=("user:add", "deputy:add"))
