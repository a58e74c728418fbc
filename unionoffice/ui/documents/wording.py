"""The words of the paper at hand: as its template has them, or changed, for this paper only or to be kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import UserError
from unionoffice.models.draft import Place
from unionoffice.services.paper_templates import (
    BEGINS,
    FieldKind,
    Head,
    Kind,
    Template,
    WrongTemplate,
    divided,
    faults,
    periods,
    read_template,
    tags_in,
    with_fact,
    with_field,
    without_field,
)
from unionoffice.ui.documents.writing_view import WritingView
from unionoffice.ui.prompts import Entry
from unionoffice.ui.records.drafts import Drafts
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.paper_templates import PaperTemplates

WORDS = "official_words"
"""What drafts of changed words are kept as."""

_YES_NO = {"是": "是", "否": "否"}


class Wording(QObject):
    """What is changed is a draft until it is kept as a template or given up. `template` is its last good reading.

    Signals: changed() when there are other words, turned() when writing begins or ends, shelved(key) when a template
    was written or removed: the paper to show now, "" for none, and whether it is this one under another name.
    """

    changed = Signal()
    turned = Signal()
    shelved = Signal(str, bool)

    def __init__(
        self, around: Surroundings, templates: Callable[[], PaperTemplates], view: WritingView, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._around = around
        self._templates = templates
        self._view = view
        self._drafts = Drafts(around.drafts, self._content, self)
        self.key = ""
        self.text = self._original = ""
        self.editing = False
        self.template: Template | None = None
        self.faults: list[WrongTemplate] = []
        view.edited.connect(self._edited)
        view.left.connect(self.settle)
        view.field_wanted.connect(self.add_field)
        view.field_unwanted.connect(self.drop_field)

    @property
    def is_changed(self) -> bool:
        """Whether the words are not those of the template."""
        return bool(self.key) and self.text != self._original

    def begin(self, key: str) -> None:
        """Take up the words of a template as they were left. Raises UserError when they cannot be read at all."""
        self.leave()
        self._original = self._templates().text(key)
        self.key = key
        typed, _ = self._drafts.begin(Place(WORDS, parent_id=key))
        text = typed.get("text")
        self._read(text if isinstance(text, str) else self._original)
        self.editing = bool(self.faults or typed.get("editing"))
        self._show()

    def leave(self) -> None:
        """The paper is left; what was changed stays a draft."""
        self._drafts.leave()
        self.key, self.text, self._original, self.template, self.editing = "", "", "", None, False
        self.faults = []

    def settle(self) -> None:
        """Keep the draft now."""
        self._drafts.settle()

    def edit(self) -> None:
        """Begin to change the words."""
        if self.key and not self.editing:
            self.editing = True
            self._show()
            self.settle()
            self.turned.emit()
            self._view.editor.setFocus()

    def done(self) -> None:
        """Use the words as they are now for this paper; the template stays."""
        if self._is_right():
            self.editing = False
            self.settle()
            self.turned.emit()

    def discard(self) -> None:
        """Go back to the words of the template; what was changed can be brought back."""
        key = self.key
        restore = self._drafts.drop()
        was_changed = self.is_changed
        self.shelved.emit(key, False)

        def back() -> None:
            restore()
            self.shelved.emit(key, False)

        if was_changed:
            self._around.notices.post_undo("改动已放弃，恢复成模板原来的文字。", back)

    def keep(self) -> None:
        """Keep the words as the office's own template, under the same name."""
        if not self._is_right():
            return
        key, text, replacing = self.key, self.text, self._templates().is_own(self.key)
        if replacing and not self._around.prompts.confirm(
            f"用现在的文字换掉模板“{key}”吗？", verb="替换", detail="以后用这个模板的公文都是新的文字，已经印出的不变。"
        ):
            return
        self._write(
            lambda: self._templates().keep(key, text, replacing=replacing),
            key,
            f"已存为模板“{key}”，以后都用现在的文字。",
        )

    def keep_as(self) -> None:
        """Keep the words as another template, which asks for what they show and no more, and go on with that; the one
        they came from stays as it is."""
        if not self._is_right():
            return
        text, name = self.text, self.template.name if self.template else self.key
        for unused in self.template.unused if self.template else ():
            text = without_field(text, unused)
        self._ask_new("另存为新模板", [Entry("name", "模板名称", f"{name}（新）")], lambda _: text, same=True)

    def new(self) -> None:
        """Make a template from nothing or as a copy of another."""
        others = {each.key: f"照“{each.name}”" for each in self._templates().shelf().templates}
        entries = [
            Entry("name", "模板名称", hint="列表里显示的名称，如：停水通知"),
            Entry("source", "从哪里开始", options={"": "空白公文", **others}),
        ]

        def text(answers: Mapping[str, str]) -> str:
            source = answers.get("source", "")
            return self._templates().text(source) if source else self._templates().blank(answers["name"])

        if self._ask_new("新建公文模板", entries, text):
            self.edit()

    def remove(self) -> None:
        """Take the office's own template away; ours of that name is used again."""
        key, shipped = self.key, self._templates().is_shipped(self.key)
        question = f"模板“{key}”改用程序自带的文字吗？" if shipped else f"删除模板“{key}”吗？"
        detail = "本单位改过的文字会去掉，刚做完时可以撤销。"
        verb = "恢复自带的文字" if shipped else "删除模板"
        if self._around.prompts.confirm(question, verb=verb, detail=detail, destructive=True):
            told = f"“{key}”已恢复自带的文字。" if shipped else f"模板“{key}”已删除。"
            self._write(lambda: self._templates().remove(key), key if shipped else "", told)

    def ask_facts(self) -> None:
        """Ask for what the template is: its name, kind, head."""
        head = divided(self.text)[0]
        now = {name: _fact(head, name) for name in ("名称", "文种", "版头", "公开", "印章", "分类", "期限", "说明")}
        entries = [
            Entry("名称", "模板名称", now["名称"] or self.key),
            Entry("文种", "文种", now["文种"] or Kind.NOTICE.value, options={each.value: each.value for each in Kind}),
            Entry("版头", "版头", now["版头"] or Head.NONE.value, options={each.value: each.value for each in Head}),
            Entry("印章", "盖章", now["印章"] or "否", options=_YES_NO),
            Entry("公开", "对外公开（张贴、公示）", now["公开"] or "否", options=_YES_NO),
            Entry("分类", "归档分类", now["分类"], hint="用在文件名里，不写就按文种", optional=True),
            Entry("期限", "保管期限", now["期限"], options={"": "按文种", **{each: each for each in periods()}}),
            Entry("说明", "使用说明", now["说明"], optional=True),
        ]

        def attempt(answers: Mapping[str, str]) -> None:
            if not answers.get("名称", "").strip():
                raise UserError("请写模板名称。", field="名称")
            text = self.text
            for name, value in answers.items():
                text = with_fact(text, name, value.strip())
            self._view.change(text)

        self._around.prompts.ask_entries("模板设置", entries, attempt, verb="确定")

    def add_field(self) -> None:
        """Ask for one more thing to be filled in, and put it where the cursor is."""
        kinds = {each.value: each.value for each in FieldKind}
        entries = [
            Entry("name", "名称", hint="如：停水日期"),
            Entry("kind", "填什么", FieldKind.TEXT.value, options=kinds),
            Entry("example", "示例", hint="没填时预览里显示，也提示怎么填；可以不写", optional=True),
            Entry(
                "titles",
                "栏目或起止日期",
                hint="表格写栏目：序号、姓名；工作日数写起止日期：公示开始、公示结束",
                optional=True,
            ),
            Entry("optional", "可以不填", "否", options=_YES_NO),
        ]
        asked: dict[str, Any] = {}

        def attempt(answers: Mapping[str, str]) -> None:
            asked.update(answers)
            self._take_field(answers)

        if self._around.prompts.ask_entries("加一个填写项", entries, attempt, verb="加上"):
            alone = asked.get("kind") == FieldKind.TABLE
            self._view.editor.insert_tag(asked["name"].strip(), alone=alone)

    def drop_field(self, name: str) -> None:
        """Ask for something no more, once the words do without it."""
        if self.template is None or name not in {field.name for field in self.template.fields}:
            self._say(f"“{name}”是由别的填写项自动算出来的，不用去掉。")
        elif any(tag.startswith(name) for tag in tags_in(self.text)):
            self._say(f"文字里还用着“{name}”，先把文字里的删去，再去掉填写项。")
        elif self._around.prompts.confirm(f"去掉填写项“{name}”吗？", verb="去掉"):
            self._view.change(without_field(self.text, name))

    def _take_field(self, answers: Mapping[str, str]) -> None:
        name, kind = answers.get("name", "").strip(), FieldKind(answers.get("kind", FieldKind.TEXT))
        titles = [each for each in answers.get("titles", "").replace(",", "、").replace("，", "、").split("、") if each]
        if kind is FieldKind.TABLE and not titles:
            raise UserError("请写表格的栏目，用顿号隔开。", field="titles")
        optional = answers.get("optional") == "是"
        example = answers.get("example", "").strip()
        text = with_field(self.text, name, kind, example=example, optional=optional, titles=titles)
        before = {_said(fault) for fault in self.faults}
        for fault in faults(text, self.key):
            if _said(fault) not in before:
                raise UserError(_said(fault), field="example" if "示例" in _said(fault) else "name")
        self._view.change(text)

    def _ask_new(
        self, title: str, entries: list[Entry], text: Callable[[Mapping[str, str]], str], *, same: bool = False
    ) -> bool:
        made: list[str] = []

        def attempt(answers: Mapping[str, str]) -> None:
            key = self._templates().new_key(answers["name"])
            self._templates().keep(key, with_fact(text(answers), "名称", key))
            made.append(key)

        if not self._around.prompts.ask_entries(title, entries, attempt, verb="建立"):
            return False
        if same:
            self._drafts.forget()
        self.shelved.emit(made[-1], same)
        self._around.notices.post(f"新模板“{made[-1]}”已建立。")
        return True

    def _write(self, work: Callable[[], bytes | None], then: str, told: str) -> None:
        key = self.key

        def done(former: Any) -> None:
            restore = self._drafts.drop()
            self.shelved.emit(then, False)
            self._around.notices.post_undo(told, lambda: self._put_back(key, former, restore))

        self._around.operations.run(lambda: (work(), Changes()), initiator=self.parent(), done=done)

    def _put_back(self, key: str, former: bytes | None, restore: Callable[[], None]) -> None:
        """Undo: the file as it was, and the changed words as a draft again."""

        def work() -> tuple[None, Changes]:
            self._templates().put_back(key, former)
            return None, Changes()

        def done(_: Any) -> None:
            restore()
            self.shelved.emit(key, False)

        self._around.operations.run(work, initiator=self.parent(), done=done)

    def _is_right(self) -> bool:
        """Whether the words can be used; else the first fault is gone to."""
        if self.faults:
            self._view.go_to(self.faults[0].line)
            self._say("文字里还有错，改好才能用。错在哪里写在文字下面。")
        return not self.faults

    def _say(self, sentence: str) -> None:
        self._around.prompts.show_message("公文文字", sentence)

    def _edited(self) -> None:
        if not self.editing or self._view.text == self.text:
            return
        self._read(self._view.text)
        if at := self._view.stray:
            self.faults = [WrongTemplate(at, f"前面还没有部分的名称，{BEGINS}。")]
        self._tell()
        self._drafts.typed()
        self.changed.emit()

    def _read(self, text: str) -> None:
        self.text = text
        self.faults = faults(text, self.key)
        if not self.faults:
            self.template = read_template(text, self.key)

    def _show(self) -> None:
        if self.editing:
            head = divided(self.text)[0].count("\n")
            self._view.show_text(self.text, whole=any(0 < fault.line <= head for fault in self.faults))
            self._tell()

    def _tell(self) -> None:
        self._view.show_faults(self.faults)
        if self.template is not None:
            self._view.show_fields(self.template)

    def _content(self) -> dict[str, Any]:
        return {"text": self.text, "editing": self.editing} if self.is_changed else {}


def _said(fault: WrongTemplate) -> str:
    """A fault without its line."""
    return fault.sentence.partition("：")[2] if fault.line else fault.sentence


def _fact(head: str, name: str) -> str:
    for line in head.splitlines():
        before, colon, value = line.partition("：")
        if colon and before.strip() == name:
            return value.strip()
    return ""
