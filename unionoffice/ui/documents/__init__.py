"""Official papers (公文): a template, its fields, the paper as it will be printed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from unionoffice.ui.page import Page, PageSpec
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.official_documents import OfficialDocuments


def documents_page(around: Surroundings, documents: Callable[[], OfficialDocuments]) -> PageSpec:
    """公文. Routes: "" the templates, a template's key."""

    def create() -> Page:
        page: Page = import_module("unionoffice.ui.documents.page").DocumentsPage(around, documents)
        return page

    return PageSpec("documents", "公文", "document", "文书", create, needs=("print:公文",))
