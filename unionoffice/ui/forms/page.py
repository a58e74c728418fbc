"""The page of the printed forms: filling one in, taking in a template, the tags."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from unionoffice.kernel.changes import Changes
from unionoffice.models.draft import Place
from unionoffice.services.filled_in import FORM, form_at, person_at
from unionoffice.services.forms import grid as form_grid
from unionoffice.services.forms.service import Subject
from unionoffice.ui.current_stack import CurrentStack
from unionoffice.ui.forms import FormsServices
from unionoffice.ui.forms.controller import FormsController
from unionoffice.ui.forms.from_excel import FromExcel
from unionoffice.ui.forms.giving import Giving
from unionoffice.ui.forms.own_forms import OwnForms
from unionoffice.ui.forms.previewing import Previewing
from unionoffice.ui.forms.tags_view import TagsView
from unionoffice.ui.forms.template import TemplateController
from unionoffice.ui.forms.template_view import TemplateView
from unionoffice.ui.forms.verify import VerifyDialog
from unionoffice.ui.forms.view import FormsView
from unionoffice.ui.page import Page
from unionoffice.ui.prompts import PDF, FileKind
from unionoffice.ui.records.unfinished import UnfinishedBar
from unionoffice.ui.surroundings import Surroundings

NAME = "forms"
_TEMPLATES = FileKind("Excel 工作簿", ("xlsx", "xls", "et"))
_TYPES = ("member", "family_member", "membership_event", "unit", "officer", "term", "batch", "line", "office")
_MOST_KEPT = 200
"""So many chosen records are remembered over a restart; who chose more chose them by a filter."""
_NOT_KEPT = ("", "member")
"""Kinds of records of which nobody stays chosen: forms about people begin with nobody."""


class FormsPage(Page):
    """Routes: "" the shelf, "member:<ids>", "unit:<ids>", "batch:<ids>" with those chosen, "template", "tags"."""

    def __init__(self, around: Surroundings, services: FormsServices) -> None:
        super().__init__("表单", permits=around.permits)
        self._around = around
        self._services = services
        self._wanted = ""
        self.view = FormsView(self._commands(), around.prompts, today=around.today)
        self.controller = FormsController(around, services, self.view, self)
        self.previewing = Previewing(around, services, self.view, self.controller, self)
        self.giving = Giving(around, services, self.view, self.controller, self)
        self.filling = FromExcel(around, services, self.view, self.controller, self)
        self.own = OwnForms(around, services, self.controller, self)
        subjects = [(subject.value, subject.label) for subject in Subject]
        self.template_view = TemplateView(
            self.add_command("保存表单", self.save, key="Ctrl+S", icon="save", needs="office:form"),
            self.add_command("返回", self._back, icon="back"),
            subjects,
        )
        self.template = TemplateController(around, self.template_view, self.own.take_in)
        self.tags = TagsView(subjects, self.add_command("返回表单", self._back, icon="back"))
        self.tags.tags.subject_chosen.connect(self.show_tags)
        self._stack = CurrentStack()
        for view in (self.view, self.template_view, self.tags):
            self._stack.addWidget(view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        self.unfinished = UnfinishedBar(around.drafts, (FORM,))
        self.unfinished.chosen.connect(self.go_on)
        for told in (self.controller.begun, self.controller.rechosen, around.drafts.changed):
            told.connect(self._look)
        layout.addWidget(self.unfinished)
        layout.addWidget(self._stack, 1)
        self._offer()
        self.reload()

    @property
    def shown(self) -> QWidget | None:
        """The view now shown."""
        return self._stack.currentWidget()

    def open_argument(self, argument: str) -> None:
        kind, _, ids = argument.partition(":")
        if argument == "template" and self.template.open_now:
            self._show(self.template_view, "套用上级模板")
        elif argument == "tags":
            form = self.controller.form
            self.show_tags((form.subject if form is not None else Subject.MEMBER).value)
            self._show(self.tags, "标签一览")
        else:
            self._show(self.view, "表单")
            if ids:
                self.controller.take(kind, ids.split(","))
            if argument:
                self.route_replaced.emit(NAME, "")

    def touched_by(self, changes: Changes) -> bool:
        return any(name in changes for name in _TYPES)

    def reload(self) -> None:
        self.controller.reload()
        if self._wanted and self.controller.form is None:
            self.controller.choose(self._wanted)
        self._offer()
        self._look()

    def escape(self) -> bool:
        if self.shown is self.view:
            return self.view.desk.escape()
        self._back()
        return True

    def keep_drafts(self) -> None:
        self.controller.typing.settle()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.controller.typing.settle()

    def half_typed(self) -> bool:
        return self.template.changed

    def unsaved(self) -> int:
        return int(self.template.changed)

    def state(self) -> dict[str, Any]:
        form, folder = self.controller.form, self.giving.folder
        return {
            "form": form.key if form is not None else "",
            "chosen": {
                kind: ids
                for kind, ids in self.controller.chosen.items()
                if kind not in _NOT_KEPT and len(ids) <= _MOST_KEPT
            },
            "grouped": self.view.grouped.isChecked(),
            "folder": str(folder) if folder is not None else "",
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        chosen = state.get("chosen")
        if isinstance(chosen, Mapping):
            for kind, ids in chosen.items():
                if isinstance(ids, list) and kind not in (*_NOT_KEPT, *self.controller.chosen):
                    self.controller.chosen[str(kind)] = [str(each) for each in ids]
        self.view.grouped.setChecked(bool(state.get("grouped")))
        if state.get("folder"):
            self.giving.folder = Path(str(state["folder"]))
        self._wanted = str(state.get("form") or "")
        if self._wanted and self.controller.form is None:
            self.controller.choose(self._wanted)

    def go_on(self, place: Place) -> None:
        """Go on with a form that was not finished; of one for several people these are chosen again."""
        form = form_at(place, self.controller.forms.values())
        if form is None:
            return
        if self.shown is not self.view:
            self._back()
        self.controller.choose(form.key)
        if form.subject is Subject.MEMBER:
            person = person_at(place)
            self.view.choosing.choose([person] if person else [])

    def show_tags(self, code: str) -> None:
        """List the tags of a subject."""
        self.tags.tags.show_tags(code, form_grid.tags_of(Subject(code)))

    def begin_template(self) -> None:
        """Go on with the workbook being worked on, or choose one."""
        if not self.template.changed:
            paths = self._around.prompts.open_files("选上级发的表格", [_TEMPLATES])
            if not paths or not self.template.open(paths[0]):
                return
        self.route_requested.emit(NAME, "template")

    def change(self) -> None:
        """Change which tags stand in which cells of the own form chosen."""
        form = self.controller.form
        if form is not None and form.own and self.template.open(form.path, form):
            self.route_requested.emit(NAME, "template")

    def save(self) -> None:
        """Keep the template being worked on as a form."""
        if self.shown is self.template_view and self.template.save():
            self._back()

    def verify(self) -> None:
        """Ask what became of a printed paper."""

        def choose() -> list[Path]:
            return self._around.prompts.open_files("选要核验的 PDF", [PDF])

        dialog = VerifyDialog(self._services.marks(), choose, self)
        dialog.open()

    def _commands(self) -> dict[str, Any]:
        add = self.add_command
        found = {
            "add": add("增加表单", lambda: self.own.add(), key="Ctrl+N", icon="plus", needs="office:form"),
            "template": add("套用上级模板", self.begin_template, icon="import", needs="office:form"),
            "tags": add("标签一览", lambda: self.route_requested.emit(NAME, "tags"), icon="table"),
            "verify": add("核验打印件", self.verify, icon="check"),
            "print": add("打印", lambda: self.giving.print(), key="Ctrl+P", icon="print", needs="print:表单"),
            "pdf": add("保存为 PDF", lambda: self.giving.save_pdf(), icon="save", needs="print:表单"),
            "excel": add(
                "保存为 Excel", lambda: self.giving.save_excel(), key="Ctrl+E", icon="export", needs="print:表单"
            ),
            "rows": add("从 Excel 填写", lambda: self.filling.choose(), icon="import", needs="print:表单"),
            "change": add("修改格子", self.change, icon="edit", needs="office:form"),
            "remove": add("删除", lambda: self.own.remove(), icon="close", needs="office:form"),
        }
        add("查找", lambda: self._find(), key="Ctrl+F")
        add("上一份", lambda: self.previewing.turn(-1), key="Alt+PgUp")
        add("下一份", lambda: self.previewing.turn(1), key="Alt+PgDown")
        self.state_changed.connect(self._offer)
        self._held = found
        return found

    def _offer(self) -> None:
        form = self.controller.form if hasattr(self, "controller") else None
        able = form is not None and not form.problem and self.shown is self.view
        for name in ("print", "pdf", "excel", "rows"):
            self._held[name].setEnabled(able)
        self._held["rows"].setVisible(form is not None and form.subject is Subject.FREE)

    def _look(self) -> None:
        self.unfinished.look(self.controller.typing.place)

    def _find(self) -> None:
        if self.shown is self.view:
            self.view.look_for()
            return
        line = (self.tags if self.shown is self.tags else self.template_view).tags.text
        line.setFocus()
        line.selectAll()

    def _show(self, view: QWidget, title: str) -> None:
        self._stack.setCurrentWidget(view)
        self.set_title(title)
        self._offer()

    def _back(self) -> None:
        self.route_requested.emit(NAME, "")
