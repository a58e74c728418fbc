"""The import page: files in, a review, and only then the office."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING

from unionoffice.kernel.identity import Actor
from unionoffice.ui.jobs import Jobs
from unionoffice.ui.notices import Notices
from unionoffice.ui.operations import Operations
from unionoffice.ui.page import Page, PageSpec
from unionoffice.ui.prompts import Prompts

if TYPE_CHECKING:
    from unionoffice.services.imports import Imports
    from unionoffice.services.members import Members


def imports_page(
    imports: Callable[[], Imports],
    members: Callable[[], Members],
    actor: Actor,
    *,
    operations: Operations,
    jobs: Jobs,
    prompts: Prompts,
    notices: Notices,
    today: date,
) -> PageSpec:
    """导入花名册, reading libraries loaded at its first visit. Its page takes dropped files by `take_files`."""

    def create() -> Page:
        page: Page = import_module("unionoffice.ui.imports.page").ImportsPage(
            imports(),
            members(),
            actor,
            operations=operations,
            jobs=jobs,
            prompts=prompts,
            notices=notices,
            today=today,
        )
        return page

    return PageSpec("imports", "导入花名册", "import", "会员", create, needs=("member:import",))
