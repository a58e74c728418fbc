"""The organisation page: the union tree, its units, terms and officers."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from unionoffice.ui.page import Page, PageSpec
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.members import Members
    from unionoffice.services.organisation import Organisation


def organisation_page(
    around: Surroundings, organisation: Callable[[], Organisation], members: Callable[[], Members]
) -> PageSpec:
    """组织; `members` finds people by name for an office."""

    def create() -> Page:
        module = import_module("unionoffice.ui.organisation.page")
        page: Page = module.OrganisationPage(around, organisation(), members())
        return page

    return PageSpec("organisation", "组织", "organisation", "会员", create, needs=("view:organisation",))
