"""Welfare: the distributions, the plan, the list and its approval, the sheets, and the desk."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from unionoffice.ui.page import Page, PageSpec
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.approval_slips import ApprovalSlips
    from unionoffice.services.organisation import Organisation
    from unionoffice.services.papers import Papers
    from unionoffice.services.welfare import Welfare


def welfare_page(
    around: Surroundings,
    welfare: Callable[[], Welfare],
    organisation: Callable[[], Organisation],
    papers: Callable[[], Papers],
    slips: Callable[[], ApprovalSlips],
) -> PageSpec:
    """福利. Routes: "" the list, "programmes", "new", "new:<programme id>", a batch's id, "<batch id>:edit"."""

    def create() -> Page:
        module = import_module("unionoffice.ui.welfare.page")
        page: Page = module.WelfarePage(around, welfare(), organisation(), papers, slips)
        return page

    return PageSpec("welfare", "福利", "welfare", "福利", create, needs=("view:welfare",))


def desk_page(around: Surroundings, welfare: Callable[[], Welfare]) -> PageSpec:
    """发放登记, reached by the route ("desk", batch id) only."""

    def create() -> Page:
        page: Page = import_module("unionoffice.ui.welfare.desk").DeskPage(around, welfare())
        return page

    return PageSpec("desk", "发放登记", "gift", "福利", create, listed=False, needs=("line:collect",))
