"""The organisation page: the union tree, its units, terms and officers."""

from __future__ import annotations

from datetime import date

from unionoffice.kernel.identity import Actor
from unionoffice.services.members import Members
from unionoffice.services.organisation import Organisation
from unionoffice.ui.notices import Notices
from unionoffice.ui.operations import Operations
from unionoffice.ui.organisation.page import NAME, OrganisationPage
from unionoffice.ui.page import PageSpec


def organisation_page(
    organisation: Organisation,
    members: Members,
    actor: Actor,
    *,
    operations: Operations,
    notices: Notices,
    today: date,
    group: str = "会员",
) -> PageSpec:
    """The page of the organisation; `members` finds people by name for an office."""

    def create() -> OrganisationPage:
        return OrganisationPage(organisation, members, actor, operations=operations, notices=notices, today=today)

    return PageSpec(NAME, "组织", "organisation", group, create)
