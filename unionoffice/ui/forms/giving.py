"""Giving forms out: printing, as one PDF, as workbooks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.progress import Progress
from unionoffice.models.rule_pack import rule_on
from unionoffice.services.forms.service import FormPdf, Request, Unseen
from unionoffice.ui import shown
from unionoffice.ui.forms import FormsServices
from unionoffice.ui.forms.controller import GROUPED, FormsController
from unionoffice.ui.forms.previewing import missing_told
from unionoffice.ui.forms.view import FormsView
from unionoffice.ui.preview import open_preview
from unionoffice.ui.prompts import EXCEL_OUT, PDF
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.ui.page import Page


class Giving(QObject):
    """Gives out what the controller's request says, after what must be asked; knows the folder last written to."""

    def __init__(
        self, around: Surroundings, services: FormsServices, view: FormsView, controller: FormsController, page: Page
    ) -> None:
        super().__init__(page)
        self._around = around
        self._services = services
        self._view = view
        self._controller = controller
        self._page = page
        self._purposes = list(rule_on("reveal", around.today).values["reasons"])
        self.folder: Path | None = None
        self.windows: list[Any] = []

    def print(self) -> None:
        """Draw all copies and show them as they will be printed."""
        request, prompts = self._ready(), self._around.prompts
        if request is not None and shown.screen.projecting:
            open_preview(request.form.name, b"", prompts=prompts, file_name="")
            return
        request = self._with_purpose(request, "打印")
        if request is not None:
            self._print(request)

    def _print(self, request: Request) -> None:
        forms, prompts = self._services.forms(), self._around.prompts

        def done(found: FormPdf) -> None:
            if found.missing and not prompts.confirm(
                missing_told(found.missing),
                verb="仍然打印",
                detail="把含有这些字的字体文件放进办公文件旁的 fonts 文件夹，再打印就有了。",
            ):
                return
            title = found.titles[0] if len(found.titles) == 1 else ""
            window = open_preview(
                request.form.name,
                found.data,
                prompts=prompts,
                file_name=forms.file_name(request.form, title, ending=".pdf"),
                parent=self._page.window(),
                told=True,
            )
            self.windows = [*self.windows[-4:], window]

        self._run_or_ask(request, forms.pdf, f"排版{request.form.name}", done, ("仍然打印", self._print))

    def save_pdf(self) -> None:
        """Write all copies into one PDF."""
        request = self._with_purpose(self._ready(), "保存")
        path = self._ask_file(PDF, request, ".pdf") if request is not None else None
        if request is not None and path is not None:
            self._save_pdf(request, path)

    def _save_pdf(self, request: Request, path: Path) -> None:
        def write(request: Request, progress: Progress) -> FormPdf:
            return self._services.forms().save_pdf(request, path, progress)

        def done(found: FormPdf) -> None:
            told = missing_told(found.missing) if found.missing else ""
            more = f"等 {len(found.unseen)} 处" if len(found.unseen) > 1 else ""
            told += f"{shown.sentence(found.unseen[0].sentence)}{more}" if found.unseen else ""
            self._saved(f"已存为“{path.name}”，{len(found.titles):,} 份，{found.pages:,} 页。{told}", path)

        again = ("仍然保存", lambda request: self._save_pdf(request, path))
        self._run_or_ask(request, write, f"保存{request.form.name}", done, again)

    def save_excel(self) -> None:
        """Write the copies as workbooks: one file for one copy, a folder for several."""
        request = self._with_purpose(self._ready(grouped=False), "导出")
        if request is None:
            return
        if request.copies == 1:
            target = self._ask_file(EXCEL_OUT, request, ".xlsx")
        else:
            target = self._around.prompts.choose_folder(f"把 {request.copies:,} 个 Excel 文件放到哪里")
        if target is None:
            return

        def work(progress: Progress) -> tuple[list[Path], Changes]:
            return self._services.forms().save_xlsx(request, target, progress), Changes()

        def done(found: list[Path]) -> None:
            text = f"已存为“{found[0].name}”。" if len(found) == 1 else f"已存 {len(found):,} 个 Excel 文件。"
            self._saved(text, found[0])

        self._run(request, work, f"导出{request.form.name}", done)

    def _ready(self, *, grouped: bool = True) -> Request | None:
        """What is to be given out; None when it cannot be yet, which was told."""
        request = self._controller.request
        if request is None or not self._view.asking.check():
            return None
        if not request.copies:
            self._around.prompts.show_error(UserError(f"还没有选给谁打印“{request.form.name}”，先在“给谁打印”里勾选。"))
            return None
        if (
            request.form.public
            and request.blank
            and not self._around.prompts.confirm(
                f"“{request.form.name}”还没有填{'、'.join(request.blank)}，仍然打印或保存？",
                verb="仍然继续",
                detail="贴出去的公示上这几处会空着。",
            )
        ):
            return None
        stapled = self._view.grouped.isChecked() and request.form.subject in GROUPED and "/" not in "".join(request.ids)
        return replace(request, grouped=grouped and stapled)

    def _with_purpose(self, request: Request | None, verb: str) -> Request | None:
        """The request with what it is for, where whole numbers stand on the form; None when the user turned back."""
        if request is None or not request.purposeful:
            return request
        reason = self._around.prompts.ask_purpose(
            f"{verb}{request.copies:,} 份“{request.form.name}”",
            self._purposes,
            verb=verb,
            detail="表上有完整的证件号码、电话或住址。用途、经手人和表上有谁会记入查看记录。",
        )
        if reason and reason not in self._purposes:
            self._purposes.append(reason)
        return None if reason is None else replace(request, purpose=reason)

    def _ask_file(self, kind: Any, request: Request, ending: str) -> Path | None:
        title = (
            self._view.choosing.whom.name(request.ids[0]) if request.copies == 1 and self._view.choosing.whom else ""
        )
        name = self._services.forms().file_name(request.form, title, ending=ending)
        if self.folder is not None and self.folder.is_dir():
            name = str(self.folder / name)
        path = self._around.prompts.save_file(f"保存{request.form.name}", [kind], name=name)
        if path is not None and path.parent != self.folder:
            self.folder = path.parent
            self._page.state_changed.emit()
        return path

    def _saved(self, text: str, path: Path) -> None:
        self._around.notices.post(
            text,
            action="打开文件夹",
            run=lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))),
        )

    def _run_or_ask(
        self,
        request: Request,
        give: Callable[[Request, Progress], FormPdf],
        title: str,
        done: Callable[[FormPdf], None],
        again: tuple[str, Callable[[Request], None]],
    ) -> None:
        """Give papers out, and ask before giving out such of which something cannot be seen."""

        def work(progress: Progress) -> tuple[FormPdf | Unseen, Changes]:
            try:
                return give(request, progress), Changes()
            except Unseen as fault:
                return fault, Changes()

        def given(found: FormPdf | Unseen) -> None:
            if not isinstance(found, Unseen):
                self._controller.typing.given(request)
                done(found)
            elif self._around.prompts.confirm(shown.sentence(found.sentence), verb=again[0]):
                again[1](replace(request, gaps=True))

        self._around.operations.run_in_background(work, title=title, initiator=self._page, done=given)

    def _run(self, request: Request, work: Callable[[Progress], Any], title: str, done: Callable[[Any], None]) -> None:
        def finished(found: Any) -> None:
            self._controller.typing.given(request)
            done(found)

        self._around.operations.run_in_background(work, title=title, initiator=self._page, done=finished)
