"""The page of the users: who may open the office, in which roles, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING

from unionoffice.kernel.identity import Actor
from unionoffice.ui.notices import Notices
from unionoffice.ui.operations import Operations
from unionoffice.ui.page import Page, PageSpec
from unionoffice.ui.permits import Permits
from unionoffice.ui.prompts import Prompts

if TYPE_CHECKING:
    from unionoffice.services.organisation import Organisation
    from unionoffice.services.users import Users


def users_page(
    users: Callable[[], Users],
    organisation: Callable[[], Organisation],
    actor: Actor,
    *,
    operations: Operations,
    prompts: Prompts,
    notices: Notices,
    today: date,
    permits: Permits | None = None,
) -> PageSpec:
    """用户, of an encrypted office only."""

    def create() -> Page:
        page: Page = import_module("unionoffice.ui.users.page").UsersPage(
            users(),
            organisation(),
            actor,
            operations=operations,
            prompts=prompts,
            notices=notices,
            today=today,
            permits=permits,
        )
        return page

    return PageSpec("users", "用户", "user", "", create, needs=("user:add", "deputy:add"))
