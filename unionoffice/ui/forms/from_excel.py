"""从 Excel 填写: choosing a file for a form about nothing, looking at its columns, filling the form from its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.progress import Progress
from unionoffice.services.forms.service import Form, Rows
from unionoffice.ui.forms import FormsServices
from unionoffice.ui.forms.columns_dialog import ColumnsDialog
from unionoffice.ui.forms.controller import FormsController
from unionoffice.ui.forms.view import FormsView
from unionoffice.ui.prompts import EXCEL_IN
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.ui.page import Page

_MOST_TOLD = 5


class FromExcel(QObject):
    """Knows the file chosen last and its sheet; `dialog` is the one in which columns were looked at last."""

    def __init__(
        self, around: Surroundings, services: FormsServices, view: FormsView, controller: FormsController, page: Page
    ) -> None:
        super().__init__(page)
        self._around = around
        self._services = services
        self._view = view
        self._controller = controller
        self._page = page
        self._path: Path | None = None
        self._sheet = ""
        self.dialog: ColumnsDialog | None = None
        view.asking.file.columns_requested.connect(lambda: self._read({}, self._look))
        view.asking.file.dropped.connect(lambda: controller.fill_from(None))

    def choose(self) -> None:
        """Choose a file and look at its columns."""
        if self._controller.form is None:
            return
        for path in self._around.prompts.open_files("选要按行填写的表格", [EXCEL_IN]):
            self._path, self._sheet = path, ""
            self._read({}, self._look)

    def _read(self, meanings: Mapping[str, str], then: Callable[[Form, Rows], None]) -> None:
        """Read the file in the background; nothing follows where another form was chosen meanwhile."""
        form, path, sheet = self._controller.form, self._path, self._sheet
        if form is None or path is None:
            return

        def work(progress: Progress) -> tuple[Rows, Changes]:
            return self._services.forms().rows(form, path, progress, sheet=sheet, meanings=meanings), Changes()

        def done(rows: Rows) -> None:
            if form == self._controller.form:
                then(form, rows)

        self._around.operations.run_in_background(work, title=f"读取{path.name}", initiator=self._page, done=done)

    def _look(self, form: Form, rows: Rows) -> None:
        if not rows.columns:
            self._around.prompts.show_error(UserError(rows.problem))
            return
        dialog = self.dialog = ColumnsDialog(form.name, rows, self._sheet, self._page.window())
        dialog.accepted.connect(lambda: self._settle(form, rows, dialog.said))
        dialog.sheet_chosen.connect(self._choose_sheet)
        dialog.open()

    def _choose_sheet(self, sheet: str) -> None:
        self._sheet = sheet
        self._read({}, self._look)

    def _settle(self, form: Form, rows: Rows, said: Mapping[str, str]) -> None:
        """Take the rows as they were looked at; what was said of the columns is remembered once it could be read."""
        if not said:
            self._take(form, rows)
            return

        def remembered(form: Form, found: Rows) -> None:
            if not found.problem:
                self._services.forms().remember_columns(form, said)
            self._take(form, found)

        self._read(said, remembered)

    def _take(self, form: Form, rows: Rows) -> None:
        if rows.problem:
            self._around.prompts.show_error(UserError(rows.problem))
        elif rows.listed:
            self._fill_list(form, rows)
        else:
            self._controller.fill_from(rows)
            self._around.notices.post(f"按“{rows.name}”填写 {len(rows.rows):,} 份“{form.name}”。")

    def _fill_list(self, form: Form, rows: Rows) -> None:
        """Put the rows into the form's list, where they can be changed; what stood there can be brought back."""
        asking = self._view.asking
        editor = asking.lists[rows.listed]
        before = editor.value()
        lacking = "、".join(rows.lacking)
        told = [f"“{rows.name}”的 {len(rows.rows):,} 行已填进“{rows.listed}”，可以改。"]
        told += [f"文件里没有{lacking}，可以在下面补填。"] if lacking else []
        told += [note.sentence for note in rows.notes[:_MOST_TOLD]]
        told += [f"另有 {len(rows.notes) - _MOST_TOLD} 处。"] if len(rows.notes) > _MOST_TOLD else []

        def show(values: list[Mapping[str, str]], sentence: str) -> None:
            editor.set_value(values)
            asking.file.say(sentence)
            editor.edited.emit()

        def back() -> None:
            if form == self._controller.form and editor is asking.lists.get(rows.listed):
                show(list(before), "")

        show([row.values for row in rows.rows], "\n".join(told))
        self._around.notices.post_undo(f"已把 {len(rows.rows):,} 行填进“{rows.listed}”。", back)
