"""The sign-for sheet of a distribution: shown, printed, saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.progress import Progress
from unionoffice.models.welfare import Batch
from unionoffice.ui.preview import open_preview
from unionoffice.ui.prompts import EXCEL_OUT
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.papers import Papers


class SheetController:
    """Draws sheets in the background; the printing libraries are loaded by the first."""

    def __init__(self, around: Surroundings, papers: Callable[[], Papers], page: QWidget) -> None:
        self._around = around
        self._papers = papers
        self._page = page

    def print(self, batch: Batch) -> None:
        """Show the sign-for sheet; characters without a font are told first."""

        def work(_: Progress) -> tuple[tuple[str, bytes], Changes]:
            papers = self._papers()
            missing = papers.unprintable(batch.id)
            return (missing, papers.sign_sheet_pdf(batch.id, _)), Changes()

        self._around.operations.run_in_background(
            work, title="排版签领表", done=lambda found: self._show_sheet(batch.name, *found)
        )

    def save_excel(self, batch: Batch) -> None:
        """Write the sign-for sheet as a workbook."""
        path = self._around.prompts.save_file("签领表存为 Excel", [EXCEL_OUT], name=f"{batch.name}签领表.xlsx")
        if path is None:
            return

        def work(progress: Progress) -> tuple[Path, Changes]:
            self._papers().save_sign_sheet(batch.id, path, progress)
            return path, Changes()

        self._around.operations.run_in_background(work, title="保存签领表", done=self._saved)

    def _show_sheet(self, name: str, missing: str, data: bytes) -> None:
        if missing and not self._around.prompts.confirm(
            f"有 {len(missing)} 个字没有字体可打：{'、'.join(missing)}，签领表上会印成“〓”。",
            verb="仍然预览",
            detail="把含有这些字的字体文件放进办公文件旁的 fonts 文件夹，再打印就有了。",
        ):
            return
        title = f"{name}签领表"
        open_preview(
            title,
            data,
            prompts=self._around.prompts,
            file_name=f"{title}.pdf",
            parent=self._page.window(),
            told=True,
        )

    def _saved(self, path: Path) -> None:
        self._around.notices.post(
            f"已存为“{path.name}”。",
            action="打开",
            run=lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))),
        )
