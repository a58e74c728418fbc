"""The members' pages: the list and the card."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from unionoffice.ui.page import Page, PageSpec
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.access_log import AccessLog
    from unionoffice.services.exports import Exports
    from unionoffice.services.members import Members
    from unionoffice.services.personal_data import PersonalData


def members_page(
    around: Surroundings,
    members: Callable[[], Members],
    exports: Callable[[], Exports],
    access: Callable[[], AccessLog],
    personal: Callable[[], PersonalData],
) -> PageSpec:
    """会员; `exports` is called at the first export, because it loads the Excel library."""

    def create() -> Page:
        module = import_module("unionoffice.ui.members.page")
        page: Page = module.MembersPage(around, members(), exports, access=access, personal=personal)
        return page

    return PageSpec("members", "会员", "members", "会员", create, needs=("view:members",))
