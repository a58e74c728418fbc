"""The home page: what one comes to do, and what needs a look today."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from unionoffice.ui.page import Page, PageSpec
from unionoffice.ui.records.drafts import DraftKeeper

if TYPE_CHECKING:
    from unionoffice.ui.home.facts import HomeFacts


def home_page(facts: Callable[[], HomeFacts], drafts: DraftKeeper) -> PageSpec:
    """首页; its numbers lead to the pages members, organisation, welfare, desk, imports and the merchants' register."""

    def create() -> Page:
        page: Page = import_module("unionoffice.ui.home.page").HomePage(facts)
        drafts.changed.connect(page.read_anew)
        return page

    return PageSpec("home", "首页", "home", "", create)
