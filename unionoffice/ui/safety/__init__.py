"""The page 数据安全: backups, recovery cards, what was done and the way back from it, and the daily seals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from unionoffice.ui.page import Page, PageSpec
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.backups import Backups
    from unionoffice.services.papers import Papers
    from unionoffice.services.recovery import Recovery
    from unionoffice.services.seals import Seals
    from unionoffice.services.undo import Undo


SAFETY = ("backup:make", "key:cards", "undo:1", "seal:make")
"""The operations of which one at least makes the page of use to somebody."""


@dataclass(frozen=True, slots=True)
class SafetyServices:
    """The services of the page, each asked for when it is first needed."""

    backups: Callable[[], Backups]
    recovery: Callable[[], Recovery]
    undo: Callable[[], Undo]
    seals: Callable[[], Seals]
    papers: Callable[[], Papers]


def safety_page(around: Surroundings, services: SafetyServices, *, restore: Callable[[Path], object]) -> PageSpec:
    """数据安全. `restore` puts a backup in the place of the open office."""

    def create() -> Page:
        page: Page = import_module("unionoffice.ui.safety.page").SafetyPage(around, services, restore=restore)
        return page

    return PageSpec("safety", "数据安全", "lock", "", create, needs=SAFETY)
