"""The page 数据安全: backups, recovery cards, what was done and the way back, seals, and destroying what is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from unionoffice.ui.page import Page, PageSpec
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.approval_slips import ApprovalSlips
    from unionoffice.services.backups import Backups
    from unionoffice.services.destruction import Destructions
    from unionoffice.services.papers import Papers
    from unionoffice.services.recovery import Recovery
    from unionoffice.services.seals import Seals
    from unionoffice.services.undo import Undo


SECTIONS = {
    "backups": ("backup:make",),
    "cards": ("key:cards",),
    "done": ("undo:1",),
    "seals": ("seal:make",),
    "destruction": ("destruction:prepare", "destruction:approve"),
}
"""The sections of the page, and the operations of which somebody may do one at least who sees it."""


@dataclass(frozen=True, slots=True)
class SafetyServices:
    """The services of the page, each asked for when it is first needed."""

    backups: Callable[[], Backups]
    recovery: Callable[[], Recovery]
    undo: Callable[[], Undo]
    seals: Callable[[], Seals]
    papers: Callable[[], Papers]
    destructions: Callable[[], Destructions]
    destruction_slips: Callable[[], ApprovalSlips]


def safety_page(around: Surroundings, services: SafetyServices, *, restore: Callable[[Path], object]) -> PageSpec:
    """数据安全. `restore` puts a backup in the place of the open office."""

    def create() -> Page:
        page: Page = import_module("unionoffice.ui.safety.page").SafetyPage(around, services, restore=restore)
        return page

    needs = tuple(operation for operations in SECTIONS.values() for operation in operations)
    return PageSpec("safety", "数据安全", "lock", "系统", create, needs=needs)
