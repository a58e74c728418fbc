"""The members' pages: the list and the card."""

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
    from unionoffice.services.access_log import AccessLog
    from unionoffice.services.exports import Exports
    from unionoffice.services.members import Members


def members_page(
    members: Callable[[], Members],
    exports: Callable[[], Exports],
    actor: Actor,
    *,
    operations: Operations,
    prompts: Prompts,
    notices: Notices,
    today: date,
    access: Callable[[], AccessLog],
    group: str = "会员",
    permits: Permits | None = None,
) -> PageSpec:
    """The page of the members; `exports` is called at the first export, because it loads the Excel library."""

    def create() -> Page:
        page: Page = import_module("unionoffice.ui.members.page").MembersPage(
            members(),
            exports,
            actor,
            operations=operations,
            prompts=prompts,
            notices=notices,
            today=today,
            access=access,
            permits=permits,
        )
        return page

    return PageSpec("members", "会员", "members", group, create, needs=("view:members",))
