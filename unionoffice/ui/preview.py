"""Opening a print preview; the PDF reader it needs is loaded only then."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from PySide6.QtWidgets import QWidget

from unionoffice.ui.prompts import Prompts


def open_preview(title: str, data: bytes, *, prompts: Prompts, file_name: str, parent: QWidget | None = None) -> Any:
    """Show a PDF in a window of its own with printing and saving; returns the window, which is not modal."""
    window = import_module("unionoffice.ui.preview_window").PreviewWindow(
        title, data, prompts=prompts, file_name=file_name, parent=parent
    )
    window.show()
    return window
