"""The settings page: the office, the screen, where the file lies."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from unionoffice.kernel.identity import Actor
from unionoffice.ui.notices import Notices
from unionoffice.ui.operations import Operations
from unionoffice.ui.page import Page, PageSpec
from unionoffice.ui.permits import Permits
from unionoffice.ui.prompts import Prompts
from unionoffice.ui.settings import ScreenSettings

if TYPE_CHECKING:
    from unionoffice.services.offices import Offices


def settings_page(
    offices: Callable[[], Offices],
    actor: Actor,
    path: Path,
    *,
    settings: ScreenSettings,
    operations: Operations,
    prompts: Prompts,
    notices: Notices,
    permits: Permits | None = None,
    encrypted: bool = False,
    leave: Callable[[], object] | None = None,
) -> PageSpec:
    """设置. `path` is the office file; the screen's size and colours are kept under "screen/scale", "screen/dark".

    `leave` closes the office and shows what there is to choose from.
    """

    def create() -> Page:
        page: Page = import_module("unionoffice.ui.office.page").SettingsPage(
            offices(),
            actor,
            path,
            settings=settings,
            operations=operations,
            prompts=prompts,
            notices=notices,
            permits=permits,
            encrypted=encrypted,
            leave=leave,
        )
        return page

    return PageSpec("settings", "设置", "settings", "", create)
