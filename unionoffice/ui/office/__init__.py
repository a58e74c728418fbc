"""The settings page: the office, the screen, where the file lies."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from unionoffice.ui.page import Page, PageSpec
from unionoffice.ui.settings import ScreenSettings
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.approval_limits import ApprovalLimits
    from unionoffice.services.offices import Offices


def settings_page(
    around: Surroundings,
    offices: Callable[[], Offices],
    limits: Callable[[], ApprovalLimits],
    path: Path,
    *,
    settings: ScreenSettings,
    encrypted: bool = False,
    leave: Callable[[], object] | None = None,
) -> PageSpec:
    """设置. `path` is the office file; the screen's size and colours are kept under "screen/scale", "screen/dark".

    `leave` closes the office and shows what there is to choose from.
    """

    def create() -> Page:
        module = import_module("unionoffice.ui.office.page")
        page: Page = module.SettingsPage(
            around, offices(), limits(), path, settings=settings, encrypted=encrypted, leave=leave
        )
        return page

    return PageSpec("settings", "设置", "settings", "系统", create)
