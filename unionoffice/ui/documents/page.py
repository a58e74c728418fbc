"""公文: what the user means there, turned into calls of the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QHideEvent
from PySide6.QtWidgets import QVBoxLayout

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.progress import Progress
from unionoffice.models.draft import Place
from unionoffice.services.official_documents import PAPERS, Outcome, Template, file_name
from unionoffice.ui import shown
from unionoffice.ui.documents.view import DocumentsView
from unionoffice.ui.live_preview import PROJECTING
from unionoffice.ui.page import Page
from unionoffice.ui.preview import open_preview
from unionoffice.ui.prompts import PDF
from unionoffice.ui.records.drafts import Drafts
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.official_documents import OfficialDocuments

NAME = "documents"
_SOON = 400
Drawn = tuple[bytes, Outcome] | UserError


class DocumentsPage(Page):
    """Routes: "" the templates, a template's key. What is typed into each is kept as a draft until it is begun anew."""

    def __init__(self, around: Surroundings, documents: Callable[[], OfficialDocuments]) -> None:
        super().__init__("公文", permits=around.permits)
        self._around = around
        self._documents = documents
        self.template: Template | None = None
        self._first: dict[str, Any] = {}
        self._broken: dict[str, str] = {}
        self._stamp = 0
        self._drawing = False
        self._windows: list[Any] = []
        self.commands = self._make_commands()
        self.view = DocumentsView(self.commands, today=around.today)
        self.typing = Drafts(around.drafts, self._content, self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON)
        self._soon.timeout.connect(self.draw)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.addWidget(self.view)
        self.view.chosen.connect(self.choose)
        self.view.fields.edited.connect(self._edited)
        self.view.fields.left.connect(self.typing.settle)
        self.view.red_head.toggled.connect(lambda: self._touched())
        shown.screen.changed.connect(self._touched)
        self.reload()

    def open_argument(self, argument: str) -> None:
        if argument:
            self.choose(argument)

    def touched_by(self, changes: Changes) -> bool:
        return "office" in changes

    def reload(self) -> None:
        shelf = self._documents().shelf()
        self._broken = {each.file.rpartition(".")[0]: each.sentence for each in shelf.broken}
        entries = [
            (each.key, f"{each.name}{'（自己的）' if each.key in shelf.own else ''}", each.hint)
            for each in shelf.templates
        ]
        entries += [(key, f"{key}（有问题）", sentence) for key, sentence in self._broken.items()]
        self.view.show_templates(entries)
        if self.template is not None:
            self.typing.settle()
            key, self.template = self.template.key, None
            self.choose(key)
        self.view.show_work(self.template is not None)
        self._offer()

    def state(self) -> dict[str, Any]:
        return {"template": self.template.key if self.template is not None else ""}

    def restore(self, state: Mapping[str, Any]) -> None:
        if isinstance(state.get("template"), str) and state["template"] and self.template is None:
            self.choose(state["template"])

    def keep_drafts(self) -> None:
        self.typing.settle()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.typing.settle()

    def choose(self, key: str) -> None:
        """Fill in the paper of a template."""
        if self.template is not None and self.template.key == key:
            return
        self.typing.leave()
        try:
            template = self._documents().template(key)
            self._first = dict(self._documents().first_values(key))
        except UserError as fault:
            self.template = None
            self.view.show_work(False)
            self.view.empty.say("这份模板不能用", fault.sentence, icon="warning")
            self._offer()
            return
        self.template = template
        typed, kept = self.typing.begin(Place(PAPERS, parent_id=key))
        self._show(template, typed)
        when = f"{kept.at:%Y-%m-%d %H:%M} " if kept is not None else "上次"
        self.view.draft.setText(f"{when}填的内容还在，接着填就行；要从头写就点“重新填写”。" if typed else "")
        self.view.draft.setVisible(bool(typed))
        self.state_changed.emit()

    def begin(self) -> None:
        """Begin the paper anew; what was typed can be brought back."""
        template = self.template
        if template is None:
            return
        restore = self.typing.drop()
        key = template.key

        def back() -> None:
            restore()
            self.template = None
            self.choose(key)

        self.typing.begin(Place(PAPERS, parent_id=key))
        self._show(template, {})
        self.view.draft.hide()
        self._around.notices.post_undo(f"“{template.name}”已重新填写。", back)

    def print(self) -> None:
        """Show the paper as it will be printed."""
        found = self._ready()
        if found is None:
            return
        template, values = found
        prompts, red_head = self._around.prompts, self.view.red_head.isChecked()
        if shown.screen.projecting:
            open_preview(template.name, b"", prompts=prompts, file_name="")
            return

        def work(_progress: Progress) -> tuple[tuple[bytes, str], Changes]:
            document = self._documents().check(template.key, values).document
            data = self._documents().pdf(template.key, values, red_head=red_head)
            return (data, file_name(document, self._around.today)), Changes()

        def done(found: tuple[bytes, str]) -> None:
            data, name = found
            window = open_preview(template.name, data, prompts=prompts, file_name=name, parent=self.window())
            self._windows = [*self._windows[-4:], window]

        self._around.operations.run_in_background(work, title=f"排版{template.name}", initiator=self, done=done)

    def save(self) -> None:
        """Write the paper as a PDF fit for filing."""
        found = self._ready()
        if found is None:
            return
        template, values = found
        red_head = self.view.red_head.isChecked()
        document = self._documents().check(template.key, values).document
        path = self._around.prompts.save_file(
            f"保存{template.name}", [PDF], name=file_name(document, self._around.today)
        )
        if path is None:
            return

        def work(_progress: Progress) -> Changes:
            self._documents().save(template.key, values, path, red_head=red_head)
            return Changes()

        def done(_: Any) -> None:
            self._around.notices.post(
                f"已存为“{path.name}”。",
                action="打开文件夹",
                run=lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))),
            )

        self._around.operations.run_in_background(work, title=f"保存{template.name}", initiator=self, done=done)

    def change(self) -> None:
        """Put our template into the office's folder, where it can be changed."""
        template = self.template
        if template is None:
            return

        def work() -> tuple[Any, Changes]:
            return self._documents().copy_shipped(template.key), Changes()

        def done(path: Any) -> None:
            self._around.notices.post(
                f"“{path.name}”已放进办公文件旁的 {path.parent.name} 文件夹，用记事本修改后保存，再按 F5。",
                action="打开文件夹",
                run=lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))),
            )
            self.reload()

        self._around.operations.run(work, initiator=self, done=done)

    def draw(self) -> None:
        """Draw the paper in the background; newer wishes wait for the one being drawn."""
        self._soon.stop()
        template = self.template
        if template is None:
            return
        if shown.screen.projecting:
            self.view.preview.say(PROJECTING)
            return
        if self._drawing:
            return
        stamp, values, red_head = self._stamp, self.view.fields.values(), self.view.red_head.isChecked()
        self._drawing = True
        self.view.preview.show_busy(True)

        def work(_progress: Progress) -> tuple[Drawn, Changes]:
            try:
                return self._documents().preview(template.key, values, red_head=red_head), Changes()
            except UserError as fault:  # told beside the paper, where it is mended
                return fault, Changes()

        self._around.operations.run_in_background(
            work, title="排版预览", initiator=self, done=lambda found: self._drawn(stamp, found), failed=self._not_drawn
        )

    def _drawn(self, stamp: int, found: Drawn) -> None:
        self._not_drawn()
        if stamp != self._stamp:
            self.draw()
        elif isinstance(found, UserError):
            self.view.preview.say(found.sentence)
            self.view.told.hide()
        else:
            data, outcome = found
            self.view.preview.show_pdf(data)
            open_fields = (
                [] if self.template is None else [each.name for each in self.template.fields if not each.optional]
            )
            lacking = len(set(open_fields) - self.view.fields.values().keys())
            told = f"还有 {lacking} 项没填，没填的日期、数字是例子" if lacking else ""
            self.view.preview.show_place(0, 0, told)
            lacks = [f"“{lack.char}”（{lack.line.strip()[:16]}）" for lack in outcome.missing]
            self.view.told.setText(f"有 {len(lacks)} 个字没有字体可打：{'、'.join(lacks[:6])}。" if lacks else "")
            self.view.told.setVisible(bool(lacks))

    def _not_drawn(self) -> None:
        self._drawing = False
        self.view.preview.show_busy(False)

    def _show(self, template: Template, typed: Mapping[str, Any]) -> None:
        view = self.view
        view.choose(template.key)
        view.show_work(True)
        view.name.setText(template.name)
        view.about.setText(template.hint)
        view.about.setVisible(bool(template.hint))
        view.told.hide()
        view.red_head.setVisible(template.head.name == "RED")
        view.red_head.blockSignals(True)
        view.red_head.setChecked(True)
        view.red_head.blockSignals(False)
        view.fields.ask(template.fields, {**self._first, **typed})
        view.preview.show_place(0, 0, "")
        self._stamp += 1
        self._offer()
        self.draw()

    def _content(self) -> dict[str, Any]:
        """What differs from a paper nobody typed into."""
        typed = self.view.fields.typed()
        first = {name: str(value) for name, value in self._first.items()}
        return typed if {name: str(value) for name, value in typed.items()} != first else {}

    def _edited(self) -> None:
        self.typing.typed()
        self._touched()

    def _touched(self) -> None:
        self._stamp += 1
        self._soon.start()

    def _ready(self) -> tuple[Template, dict[str, Any]] | None:
        """The template and what was typed, when nothing is missing; else it is said at its field."""
        template, fields = self.template, self.view.fields
        if template is None or not fields.check():
            return None
        values = fields.values()
        try:
            self._documents().check(template.key, values)
        except UserError as fault:
            if not (fault.field and fields.show_error(fault.field, fault.sentence)):
                self._around.prompts.show_error(fault)
            return None
        return template, values

    def _make_commands(self) -> dict[str, Any]:
        add = self.add_command
        add("查找", lambda: self.view.text.setFocus(), key="Ctrl+F")
        return {
            "print": add("打印", self.print, key="Ctrl+P", icon="print", needs="print:公文"),
            "save": add("保存为 PDF", self.save, key="Ctrl+S", icon="save", needs="print:公文"),
            "begin": add("重新填写", self.begin, key="Ctrl+N", icon="refresh"),
            "change": add("修改模板", self.change, icon="edit", needs="office:form"),
        }

    def _offer(self) -> None:
        for command in self.commands.values():
            command.setEnabled(self.template is not None)
