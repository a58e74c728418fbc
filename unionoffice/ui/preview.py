"""Opening a print preview; the PDF reader it needs is loaded only then."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from PySide6.QtWidgets import QWidget

from unionoffice.ui import shown
from unionoffice.ui.prompts import Prompts

_FONTS = "把含有这些字的字体文件命名为“生僻字.ttf”，放进办公文件旁的 fonts 文件夹，再打印就有了。"


def open_preview(
    title: str,
    data: bytes,
    *,
    prompts: Prompts,
    file_name: str,
    parent: QWidget | None = None,
    told: bool = False,
    once: str = "",
) -> Any:
    """Show a PDF in a window of its own with printing and saving; returns the window, which is not modal.

    Characters that no font could draw are told and asked about before it can be printed, unless they were `told`.
    A paper cannot be masked: while projecting a sentence stands in its place, and projecting closes the window.
    What cannot be shown again says `once` what closing means: its window is modal, asks before it is closed unprinted,
    and is only out of sight while projecting.
    """
    if shown.screen.projecting:
        prompts.show_message(title, "正在投屏，打印预览里有完整的内容，不能打开。先关闭投屏。")
        return None
    window = import_module("unionoffice.ui.preview_window").PreviewWindow(
        title, data, prompts=prompts, file_name=file_name, parent=parent, once=once
    )
    if not told and window.has_gaps():
        gaps = f"“{title}”里有字没有字体可打，印成了“〓”。"
        if once:
            prompts.show_message(title, gaps)
        elif not prompts.confirm(gaps, verb="仍然预览", detail=_FONTS):
            window.deleteLater()
            return None
    shown.screen.changed.connect(window.step_aside)
    window.show()
    return window
