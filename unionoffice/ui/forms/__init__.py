"""Printed forms (表单): the shelf, for whom, what is asked, a live preview; an office's own; verifying a print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from unionoffice.ui.page import Page, PageSpec
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.forms.service import Forms
    from unionoffice.services.members import Members
    from unionoffice.services.organisation import Organisation
    from unionoffice.services.print_marks import PrintMarks
    from unionoffice.services.welfare import Welfare


@dataclass(frozen=True, slots=True)
class FormsServices:
    """The services of the page, each asked for when it is first needed."""

    forms: Callable[[], Forms]
    members: Callable[[], Members]
    organisation: Callable[[], Organisation]
    welfare: Callable[[], Welfare]
    marks: Callable[[], PrintMarks]


def forms_page(around: Surroundings, services: FormsServices) -> PageSpec:
    """表单. Routes: "" the shelf, "member:<ids>", "unit:<ids>", "batch:<ids>" with those chosen, "template", "tags"."""

    def create() -> Page:
        page: Page = import_module("unionoffice.ui.forms.page").FormsPage(around, services)
        return page

    return PageSpec("forms", "表单", "print", "文书", create, needs=("print:表单",))
