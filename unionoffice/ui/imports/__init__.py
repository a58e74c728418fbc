"""The import page: files in, a review, and only then the office."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from unionoffice.ui.page import Page, PageSpec
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.imports import Imports
    from unionoffice.services.members import Members


def imports_page(around: Surroundings, imports: Callable[[], Imports], members: Callable[[], Members]) -> PageSpec:
    """导入花名册, reading libraries loaded at its first visit. Its page takes dropped files by `take_files`."""

    def create() -> Page:
        page: Page = import_module("unionoffice.ui.imports.page").ImportsPage(around, imports(), members())
        return page

    return PageSpec("imports", "导入花名册", "import", "会员", create, needs=("member:import",))
