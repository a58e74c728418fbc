"""Welfare: the distributions, the plan, the list and its approval, the sheets, and the desk."""

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
    from unionoffice.services.approval_slips import ApprovalSlips
    from unionoffice.services.organisation import Organisation
    from unionoffice.services.papers import Papers
    from unionoffice.services.welfare import Welfare


def welfare_page(
    welfare: Callable[[], Welfare],
    organisation: Callable[[], Organisation],
    papers: Callable[[], Papers],
    slips: Callable[[], ApprovalSlips],
    actor: Actor,
    *,
    operations: Operations,
    prompts: Prompts,
    notices: Notices,
    today: date,
    permits: Permits | None = None,
) -> PageSpec:
    """福利. Routes: "" the list, "programmes", "new", "new:<programme id>", a batch's id, "<batch id>:edit"."""

    def create() -> Page:
        page: Page = import_module("unionoffice.ui.welfare.page").WelfarePage(
            welfare(),
            organisation(),
            papers,
            slips,
            actor,
            operations=operations,
            prompts=prompts,
            notices=notices,
            today=today,
            permits=permits,
        )
        return page

    return PageSpec("welfare", "福利", "welfare", "福利", create, needs=("view:welfare",))


def desk_page(welfare: Callable[[], Welfare], actor: Actor, *, operations: Operations, prompts: Prompts) -> PageSpec:
    """发放登记, reached by the route ("desk", batch id) only."""

    def create() -> Page:
        page: Page = import_module("unionoffice.ui.welfare.desk").DeskPage(
            welfare(), actor, operations=operations, prompts=prompts
        )
        return page

    return PageSpec("desk", "发放登记", "gift", "福利", create, listed=False, needs=("line:collect",))
