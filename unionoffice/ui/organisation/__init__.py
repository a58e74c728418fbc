"""The organisation page: the union tree, its units, terms and officers."""

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

if TYPE_CHECKING:
    from unionoffice.services.members import Members
    from unionoffice.services.organisation import Organisation


def organisation_page(
    organisation: Callable[[], Organisation],
    members: Callable[[], Members],
    actor: Actor,
    *,
    operations: Operations,
    notices: Notices,
    today: date,
    group: str = "会员",
    permits: Permits | None = None,
) -> PageSpec:
    """The page of the organisation; `members` finds people by name for an office."""

    def create() -> Page:
        page: Page = import_module("unionoffice.ui.organisation.page").OrganisationPage(
            organisation(), members(), actor, operations=operations, notices=notices, today=today, permits=permits
        )
        return page

    return PageSpec("organisation", "组织", "organisation", group, create, needs=("view:organisation",))
