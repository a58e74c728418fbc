"""公文: what the user means there, turned into calls of the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QHideEvent
from PySide6.QtWidgets import QVBoxLayout

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.progress import Progress
from unionoffice.models.draft import Place
from unionoffice.services.official_documents import PAPERS, Outcome, Template, shows_example
from unionoffice.ui import shown
from unionoffice.ui.documents.view import FILLING, WRITING, DocumentsView
from unionoffice.ui.documents.wording import Wording
from unionoffice.ui.live_preview import PROJECTING
from unionoffice.ui.page import Page
from unionoffice.ui.preview import open_preview
from unionoffice.ui.prompts import PDF
from unionoffice.ui.records.drafts import Drafts
from unionoffice.ui.records.unfinished import UnfinishedBar
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.official_documents import OfficialDocuments

NAME = "documents"
_SOON = 400
_NAMED = 4
_DRAWING = "正在排版…"
_OLD = "文字有错，预览是改错以前的"
Drawn = tuple[bytes, Outcome] | UserError


class DocumentsPage(Page):
    """Routes: "" the templates, a template's key. What is typed into each is kept as a draft until it is begun anew."""

    def __init__(self, around: Surroundings, documents: Callable[[], OfficialDocuments]) -> None:
        super().__init__("公文", permits=around.permits)
        self._around = around
        self._documents = documents
        self.key = ""
        self.template: Template | None = None
        self._carried: dict[str, Any] = {}
        self._first: dict[str, Any] = {}
        self._stamp = 0
        self._drawing = False
        self._counted = ""
        self._ours: set[str] = set()
        self._windows: list[Any] = []
        self.commands = self._make_commands()
        self.view = DocumentsView(self.commands, today=around.today)
        self.typing = Drafts(around.drafts, self._content, self)
        self.wording = Wording(around, lambda: self._documents().templates, self.view.writing, self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON)
        self._soon.timeout.connect(self.draw)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        self.unfinished = UnfinishedBar(around.drafts, (PAPERS,))
        self.unfinished.chosen.connect(lambda place: self.choose(place.parent_id))
        around.drafts.changed.connect(self._look)
        layout.addWidget(self.unfinished)
        layout.addWidget(self.view, 1)
        self.view.chosen.connect(self.choose)
        self.view.fields.edited.connect(self._edited)
        self.view.fields.changed.connect(self._typed_into)
        self.view.fields.left.connect(self._left)
        self.wording.changed.connect(self._reworded)
        self.wording.turned.connect(self._turned)
        self.wording.shelved.connect(self._shelved)
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
        entries = [
            (each.key, f"{each.name}{'（自己的）' if each.key in shelf.own else ''}", each.hint)
            for each in shelf.templates
        ]
        entries += [(each.key, f"{each.key}（有问题）", each.sentence) for each in shelf.broken]
        self.view.show_templates(entries)
        key, self.key = self.key, ""
        if key:
            self.choose(key)
        self.view.show_work(bool(self.key))
        self._offer()
        self._look()

    def state(self) -> dict[str, Any]:
        return {"template": self.key}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on with the paper remembered, if its template is still there."""
        shelf = self._documents().shelf()
        there = {each.key for each in shelf.templates} | {each.key for each in shelf.broken}
        if not self.key and state.get("template") in there:
            self.choose(str(state["template"]))

    def keep_drafts(self) -> None:
        self.typing.settle()
        self.wording.settle()

    def escape(self) -> bool:
        if self.view.desk.escape():
            return True
        if not self.wording.editing:
            return False
        self.wording.done()  # with something wrong in the words it says so and they stay
        return True

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.keep_drafts()

    def choose(self, key: str) -> None:
        """Fill in the paper of a template; one with something wrong in it is shown to be mended."""
        if self.key == key:
            return
        self.typing.leave()
        self.key, self.template, self._carried = "", None, {}
        self._stamp += 1
        try:
            self.wording.begin(key)
        except UserError as fault:
            self.wording.leave()
            self.view.show_work(False)
            self.view.empty.say("这份模板不能用", fault.sentence, icon="warning")
            self._offer()
            return
        self.key = key
        self.view.draft.hide()
        if self.wording.template is None:
            self._show(None, {})
        else:
            self._fill_in(self.wording.template)
        self._look()
        self.state_changed.emit()

    def _fill_in(self, template: Template) -> None:
        """Take up what was typed into the paper."""
        self.template = template
        self._first = dict(self._documents().first_values(self.key, text=self.wording.text))
        typed, kept = self.typing.begin(Place(PAPERS, parent_id=self.key))
        self._carried = dict(typed)
        self._show(template, typed)
        when = f"{kept.at:%Y-%m-%d %H:%M} " if kept is not None else "上次"
        self.view.draft.setText(f"{when}填的内容还在，接着填就行；要从头写就点“重新填写”。" if typed else "")
        self.view.draft.setVisible(bool(typed))

    def begin(self) -> None:
        """Begin the paper anew; what was typed can be brought back."""
        template = self.template
        if template is None:
            return
        restore = self.typing.drop()
        key = self.key

        def back() -> None:
            restore()
            self.key = ""
            self.choose(key)

        self.typing.begin(Place(PAPERS, parent_id=key))
        self._carried = {}
        self._show(template, {})
        self.view.draft.hide()
        self._around.notices.post_undo(f"“{template.name}”已重新填写。", back)

    def print(self) -> None:
        """Show the paper as it will be printed."""
        found = self._ready()
        if found is None:
            return
        template, values = found
        place, typed = Place(PAPERS, parent_id=template.key), self._content()
        prompts, red_head, text = self._around.prompts, self.view.red_head.isChecked(), self.wording.text
        if shown.screen.projecting:
            open_preview(template.name, b"", prompts=prompts, file_name="")
            return

        def work(_progress: Progress) -> tuple[tuple[bytes, str], Changes]:
            document = self._documents().check(template.key, values, text=text).document
            name = self._documents().file_name(template, document)
            data = self._documents().pdf(template.key, values, red_head=red_head, text=text)
            return (data, name), Changes()

        def done(found: tuple[bytes, str]) -> None:
            data, name = found
            window = open_preview(template.name, data, prompts=prompts, file_name=name, parent=self.window())
            self._windows = [*self._windows[-4:], window]
            self.typing.finish(place, typed)

        self._around.operations.run_in_background(work, title=f"排版{template.name}", initiator=self, done=done)

    def save(self) -> None:
        """Write the paper as a PDF fit for filing."""
        found = self._ready()
        if found is None:
            return
        template, values = found
        place, typed = Place(PAPERS, parent_id=template.key), self._content()
        red_head, text = self.view.red_head.isChecked(), self.wording.text
        document = self._documents().check(template.key, values, text=text).document
        path = self._around.prompts.save_file(
            f"保存{template.name}", [PDF], name=self._documents().file_name(template, document)
        )
        if path is None:
            return

        def work(_progress: Progress) -> Changes:
            self._documents().save(template.key, values, path, red_head=red_head, text=text)
            return Changes()

        def done(_: Any) -> None:
            self.typing.finish(place, typed)
            self._around.notices.post(
                f"已存为“{path.name}”。",
                action="打开文件夹",
                run=lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))),
            )

        self._around.operations.run_in_background(work, title=f"保存{template.name}", initiator=self, done=done)

    def draw(self) -> None:
        """Draw the paper in the background; newer wishes wait for the one being drawn."""
        self._soon.stop()
        template = self.template
        if template is None:
            return
        if shown.screen.projecting:
            self.view.preview.say(PROJECTING)
            self.view.told.hide()  # it quotes the paper
            return
        if self._drawing:
            return
        if self.wording.faults:
            self.view.preview.show_place(0, 0, _OLD)
            self.view.told.hide()
            return
        stamp, values, red_head = self._stamp, self.view.fields.values(), self.view.red_head.isChecked()
        text = self.wording.text
        self._drawing = True
        self.view.preview.show_busy(True)

        def work(_progress: Progress) -> tuple[Drawn, Changes]:
            try:
                return self._documents().preview(template.key, values, red_head=red_head, text=text), Changes()
            except UserError as fault:  # told beside the paper, where it is mended
                return fault, Changes()

        self._around.operations.run_in_background(
            work,
            title="排版预览",
            initiator=self,
            done=lambda found: self._drawn(stamp, found),
            failed=lambda: self._not_drawn(stamp),
        )

    def _drawn(self, stamp: int, found: Drawn) -> None:
        self._not_drawn(stamp)
        if stamp != self._stamp:
            return
        if isinstance(found, UserError):
            self.view.preview.say(found.sentence)
            self.view.preview.show_place(0, 0, "")
            self.view.told.hide()
        else:
            data, outcome = found
            self.view.preview.show_pdf(data)
            self.view.preview.show_place(0, 0, self._lacking())
            lacks = [f"“{lack.char}”（{lack.line.strip()[:16]}）" for lack in outcome.missing]
            said = [f"有 {len(lacks)} 个字没有字体可打：{'、'.join(lacks[:6])}。"] if lacks else []
            said += outcome.notes
            self.view.told.tell(said)

    def _lacking(self) -> str:
        """What of the paper shown is not as it will be printed."""
        fields = self.view.fields
        unreadable = fields.unreadable()
        asked = {each.name: each for each in (self.template.asked if self.template else ()) if not each.optional}
        lacking = [name for name in asked if name not in fields.values() and name not in unreadable]
        made_up = [name for name in lacking if shows_example(asked[name])]
        told = [f"{_quoted(unreadable)}填的看不懂，先用例子代替"] if unreadable else []
        if lacking:
            told.append(f"还有 {len(lacking)} 项没填" + (f"，{_quoted(made_up)}显示的是例子" if made_up else ""))
        return "；".join(told)

    def _not_drawn(self, stamp: int) -> None:
        """Drawing has ended, well or not; what is wanted by now is drawn next where that is another paper."""
        self._drawing = False
        self.view.preview.show_busy(False)
        if stamp != self._stamp:
            self.draw()

    def _show(self, template: Template | None, typed: Mapping[str, Any]) -> None:
        view = self.view
        view.choose(self.key)
        view.show_work(True)
        view.told.hide()
        view.red_head.blockSignals(True)
        view.red_head.setChecked(True)
        view.red_head.blockSignals(False)
        self._counted, self._ours = "", set()
        view.fields.ask(template.asked if template else (), {**self._first, **typed} if template else {})
        view.desk.show_top()
        view.preview.show_place(0, 0, "")
        # no page of the former paper under this one's name, however long drawing takes
        view.preview.say(_DRAWING if template else "文字改好以后，这里就是排好的样子。")
        self._turned()

    def _turned(self) -> None:
        """Fields or words are shown now."""
        view, template = self.view, self.template
        view.show_writing(self.wording.editing)
        hint = template.hint if template and not self.wording.editing else ""
        view.say(template.name if template else self.key, hint)
        self._tell_words()
        self._offer()
        self._stamp += 1
        self.draw()

    def _tell_words(self) -> None:
        """Say that the words are not those of the template."""
        told = ""
        if self.wording.is_changed:
            told = "文字改过，还没有存为模板；先放着也行，草稿会留着。"
            if not self.wording.editing:
                told = "这一份用的是改过的文字，模板没有改。"
        self.view.worded.setText(told)
        self.view.worded.setVisible(bool(told))

    def _reworded(self) -> None:
        """Other words: other fields perhaps, and another paper."""
        template = self.wording.template
        if template is not None and not self.wording.faults:
            if self.template is None:
                self._fill_in(template)
                return
            former, self.template = self.template, template
            if former.asked != template.asked:
                self._ask_anew(former, template)
            self.view.name.setText(template.name)
        self._tell_words()
        self._offer()
        self._touched()

    def _ask_anew(self, former: Template, template: Template) -> None:
        """Ask for what other words show; what was typed into a field that they do not show is kept beside."""
        asked = self.view.fields.editors
        self._first = dict(self._documents().first_values(self.key, text=self.wording.text))
        self._carried = self._typed()
        known = {name: value for name, value in self._first.items() if name not in asked} | self._carried
        kinds = {field.name: field.kind for field in former.fields}
        fits = {field.name for field in template.fields if kinds.get(field.name, field.kind) is field.kind}
        self.view.fields.ask(template.asked, {name: value for name, value in known.items() if name in fits})

    def _typed(self) -> dict[str, Any]:
        """What is typed, also into fields that the words do not show now."""
        asked = self.view.fields.editors
        beside = {name: value for name, value in self._carried.items() if name not in asked}
        return beside | self.view.fields.typed()

    def _shelved(self, key: str, same: bool) -> None:
        """A template was written or removed: read the shelf again and show the paper of that one."""
        typed = self._typed() if self.template is not None else {}
        if same and typed:
            self._around.drafts.keep(Place(PAPERS, parent_id=key), 0, typed)
        self.typing.leave()
        self.wording.leave()
        self.key, self.template = "", None
        self.reload()
        if key:
            self.choose(key)
        else:
            self.view.empty.say("选一份公文模板", "左边是常用的通知、请示、函、纪要和公示。", icon="document")
            self._offer()

    def _content(self) -> dict[str, Any]:
        """What differs from a paper nobody typed into."""
        typed, asked = self._typed(), self.view.fields.editors
        first = {name: str(value) for name, value in self._first.items() if name in {*asked, *typed}}
        return typed if {name: str(value) for name, value in typed.items()} != first else {}

    def _typed_into(self, name: str) -> None:
        """Something is typed into a field: what was typed into another one is whole."""
        if name != self._counted:
            self._count()
            self._counted = name
        self._ours.discard(name)

    def _left(self) -> None:
        self._count()
        self.typing.settle()

    def _count(self) -> None:
        """Let the end of a period follow its working days, or these its ends, once what is typed is whole: a day half
        typed is another day. An end that nobody typed follows its beginning."""
        name, self._counted = self._counted, ""
        if self.template is None or not name:
            return
        try:
            values = {field: value for field, value in self.view.fields.values().items() if field not in self._ours}
            found = self._documents().checks.counted(self.template, values, name)
        except UserError:  # said beside the paper
            return
        for other, value in found.items():
            self.view.fields.show_value(other, value)
        if found:
            self._ours |= found.keys()
            self._edited()

    def _look(self) -> None:
        self.unfinished.look(self.typing.place)

    def _edited(self) -> None:
        self.typing.typed()
        self._touched()

    def _touched(self) -> None:
        self._stamp += 1
        self._soon.start()

    def _ready(self) -> tuple[Template, dict[str, Any]] | None:
        """The template and what was typed, when nothing is missing; else it is said at its field."""
        template, fields = self.template, self.view.fields
        self._count()
        if template is None or not fields.check():
            return None
        values = fields.values()
        try:
            self._documents().check(template.key, values, text=self.wording.text)
        except UserError as fault:
            if not (fault.field and fields.show_error(fault.field, fault.sentence)):
                self._around.prompts.show_error(fault)
            return None
        same = self._documents().checks.alike(template, values)
        if not same:
            return template, values
        how = self._around.prompts.ask_choice(
            "名单里有人分不清",
            "\n".join(each.sentence for each in same.values()),
            {"hint": "加上区别", "as_is": "就这样，不加"},
            verb="继续",
        )
        if how == "hint":
            values = self._documents().checks.told_apart(template, values)
            for name in same:
                fields.show_value(name, values[name])
            self._edited()
        return (template, values) if how else None

    def _make_commands(self) -> dict[str, Any]:
        add = self.add_command
        add("查找", lambda: self.view.look_for(), key="Ctrl+F")
        return {
            "print": add("打印", self.print, key="Ctrl+P", icon="print", needs="print:公文"),
            "save": add("保存为 PDF", self.save, key="Ctrl+S", icon="save", needs="print:公文"),
            "begin": add("重新填写", self.begin, key="Ctrl+N", icon="refresh"),
            "edit": add("修改文字", lambda: self.wording.edit(), key="Ctrl+E", icon="edit"),
            "new": add("新建模板", lambda: self.wording.new(), icon="plus", needs="office:form"),
            "remove": add("删除模板", lambda: self.wording.remove(), icon="close", needs="office:form"),
            "keep": add("保存为模板", lambda: self.wording.keep(), key="Ctrl+S", icon="save", needs="office:form"),
            "done": add("只用于这一份", lambda: self.wording.done(), key="Ctrl+Return", icon="check"),
            "keep_as": add("另存为新模板", lambda: self.wording.keep_as(), icon="copy", needs="office:form"),
            "facts": add("模板设置", lambda: self.wording.ask_facts(), icon="settings"),
            "discard": add("放弃改动", lambda: self.wording.discard(), icon="undo"),
        }

    def _offer(self) -> None:
        """Offer what can be done with the fields or with the words, whichever is shown."""
        editing, templates = self.wording.editing, self._documents().templates
        own = bool(self.key) and templates.is_own(self.key)
        broken = self.template is None
        for names, offered in ((FILLING, not editing), (WRITING, editing)):
            for name in names:
                self.commands[name].setVisible(offered)
                self.commands[name].setEnabled(offered and bool(self.key))
        self.commands["new"].setEnabled(not editing)
        self.commands["remove"].setVisible(own and (not editing or broken))
        self.commands["remove"].setEnabled(own and (not editing or broken))
        shipped = bool(self.key) and templates.is_shipped(self.key)
        self.commands["remove"].setText("恢复自带的文字" if shipped else "删除模板")
        self.commands["discard"].setEnabled(editing and (not broken or self.wording.is_changed))
        self.view.red_head.setVisible(not editing and self.template is not None and self.template.head.name == "RED")


def _quoted(names: Sequence[str]) -> str:
    """The first of them, and how many there are where not all are named."""
    shown = "".join(f"“{name}”" for name in names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown}等 {len(names)} 项"
