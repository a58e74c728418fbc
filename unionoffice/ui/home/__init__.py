"""The home page: what one comes to do, and what needs a look today."""

from __future__ import annotations

from datetime import date
from importlib import import_module

from unionoffice.services.members import Members
from unionoffice.services.organisation import Organisation
from unionoffice.services.registers import Registers
from unionoffice.services.welfare import Welfare
from unionoffice.ui.page import Page, PageSpec


def home_page(
    members: Members, organisation: Organisation, welfare: Welfare, registers: Registers, *, today: date
) -> PageSpec:
    """首页; its numbers lead to the pages members, organisation, welfare, desk, imports and the merchants' register."""

    def create() -> Page:
        page: Page = import_module("unionoffice.ui.home.page").HomePage(
            members, organisation, welfare, registers, today=today
        )
        return page

    return PageSpec("home", "首页", "home", "", create)
