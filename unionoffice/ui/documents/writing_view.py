"""The pane in which a paper's words are changed: the text, what is wrong in it, and what can be put into it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from unionoffice.services.paper_templates import (
    FieldKind,
    Template,
    WrongTemplate,
    absent,
    divided,
    stray,
    tags,
    tags_in,
    with_part,
)
from unionoffice.ui.documents.editor import PaperEditor
from unionoffice.ui.flow_layout import FlowLayout
from unionoffice.ui.process import word_label

_KEY = Qt.ItemDataRole.UserRole
HINT = (
    "一行是一段；蓝色的是填写项，打印时换成填写的内容。“一、”“（一）”开头的行自动用黑体、楷体；"
    "行首写 ^ 居中、> 居右、< 顶格，| 开头的行是表格，# 开头的行是说明，不印。"
)


class WritingView(QFrame):
    """What a template is and asks for is hidden until asked for, or until something is wrong there.

    Signals: edited() when the text is another, left(), field_wanted(), field_unwanted(name).
    """

    edited = Signal()
    left = Signal()
    field_wanted = Signal()
    field_unwanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._head = ""
        self._faults: Sequence[WrongTemplate] = ()
        self.editor = PaperEditor()
        self.editor.setMinimumHeight(150)
        self.faults = QListWidget()
        self.faults.setAccessibleName("文字里的错误")
        self.faults.setWordWrap(True)
        self.faults.setFixedHeight(66)
        self.faults.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.faults.setToolTip("点一下就到那一行")
        self.fields = QListWidget()
        self.fields.setAccessibleName("可以插入的填写项")
        self.fields.setToolTip("双击放进文字里光标所在的地方")
        self.whole = QCheckBox("显示模板设置")
        self.whole.setToolTip("连同模板的名称、文种和填写项的写法一起显示")
        self._parts = QPushButton("加一部分")
        self._parts.setToolTip("加上附件、抄送、附注等还没有的部分")
        self._menu = QMenu(self)
        self._parts.setMenu(self._menu)
        self._new = QPushButton("加填写项")
        self._drop = QPushButton("去掉填写项")
        self._lay_out()
        self._menu.aboutToShow.connect(self.offer_parts)
        self.editor.textChanged.connect(self.edited)
        self.editor.left.connect(self.left)
        self.whole.toggled.connect(self._show_whole)
        self.faults.itemClicked.connect(lambda item: self.go_to(item.data(_KEY)))
        self.faults.itemActivated.connect(lambda item: self.go_to(item.data(_KEY)))
        self.fields.itemDoubleClicked.connect(self._insert)
        self._new.clicked.connect(self.field_wanted)
        self._drop.clicked.connect(self._tell_unwanted)

    @property
    def text(self) -> str:
        """The whole text, shown or not."""
        return self._head + self.editor.toPlainText()

    @property
    def stray(self) -> int:
        """The line of the whole text on which words are shown before the first part; 0 for none. They would belong to
        the part before, which is hidden."""
        at = 0 if self.whole.isChecked() else stray(self.editor.toPlainText())
        return at and self._head.count("\n") + at

    @property
    def fault_texts(self) -> list[str]:
        """What is said to be wrong."""
        return [self.faults.item(row).text() for row in range(self.faults.count())]

    @property
    def offered(self) -> list[str]:
        """The tags that can be put in."""
        return [self.fields.item(row).data(_KEY) for row in range(self.fields.count())]

    def show_text(self, text: str, *, whole: bool = False) -> None:
        """Begin with a text: nothing of another one can be brought back by undoing."""
        self.whole.blockSignals(True)
        self.whole.setChecked(whole or not divided(text)[1])
        self.whole.blockSignals(False)
        self._put(text)

    def change(self, text: str) -> None:
        """Change the text; what of it is shown can be undone."""
        head, words = ("", text) if self.whole.isChecked() else divided(text)
        changed, self._head = head != self._head, head
        if words != self.editor.toPlainText():
            self.editor.change(words)
        elif changed:
            self.edited.emit()

    def show_faults(self, faults: Sequence[WrongTemplate]) -> None:
        """Say what is wrong; a click leads there."""
        self._faults = faults
        self.faults.clear()
        for fault in faults:
            item = QListWidgetItem(self._called(fault))
            item.setData(_KEY, fault.line)
            self.faults.addItem(item)
        self.faults.setVisible(bool(faults))

    def show_fields(self, template: Template) -> None:
        """Offer what can be put in; what the words do not hold says so."""
        known = tags(template)
        used = tags_in(self.text)
        own = [field.name for field in template.fields]
        self.editor.set_names([*own, *(name for name in known if name not in own)])
        entries = []
        for field in template.fields:
            unused = not used & {name for name, of in known.items() if of is field}
            entries.append((field.name, f"{field.name}　{field.kind}{'　没有用到' if unused else ''}"))
            entries += [(name, f"{name}　自动算出") for name, of in known.items() if of is field and name != field.name]
        if [text for _, text in entries] == [self.fields.item(row).text() for row in range(self.fields.count())]:
            return
        self.fields.clear()
        for name, text in entries:
            item = QListWidgetItem(text)
            item.setData(_KEY, name)
            item.setData(_KEY + 1, known[name].kind is FieldKind.TABLE and name == known[name].name)
            self.fields.addItem(item)

    def go_to(self, line: int) -> None:
        """Show a line of the whole text, with what is hidden where it lies there."""
        hidden = self._head.count("\n")
        if not self.whole.isChecked() and 0 < line <= hidden:
            self.whole.setChecked(True)
            hidden = 0
        self.editor.go_to(line - (0 if self.whole.isChecked() else hidden))

    def add_part(self, name: str) -> None:
        """Put in an empty part and begin to type there."""
        text, line = with_part(self.text, name)
        self.change(text)
        self.go_to(line)

    def offer_parts(self) -> None:
        """Fill the menu with the parts that the text does not have."""
        self._menu.clear()
        for name in absent(self.text):
            self._menu.addAction(name, partial(self.add_part, name))

    @property
    def part_names(self) -> list[str]:
        """The parts offered."""
        return [action.text() for action in self._menu.actions()]

    def _called(self, fault: WrongTemplate) -> str:
        """A fault with its line as it is counted in the editor."""
        line = fault.line - (0 if self.whole.isChecked() else self._head.count("\n"))
        told = fault.sentence.partition("：")[2] if fault.line else fault.sentence
        if not fault.line:
            return told
        return f"第 {line} 行：{told}" if line > 0 else f"模板设置里：{told}"

    def _show_whole(self) -> None:
        self._put(self.text)
        self.show_faults(self._faults)

    def _put(self, text: str) -> None:
        self._head, words = ("", text) if self.whole.isChecked() else divided(text)
        self.editor.setPlainText(words)

    def _insert(self, item: QListWidgetItem) -> None:
        self.editor.insert_tag(item.data(_KEY), alone=bool(item.data(_KEY + 1)))

    def _tell_unwanted(self) -> None:
        item = self.fields.currentItem()
        if item is not None:
            self.field_unwanted.emit(item.data(_KEY))

    def _lay_out(self) -> None:
        tools = QWidget()
        flow = FlowLayout(tools)
        for widget in (self._parts, self._new, self._drop, self.whole):
            flow.addWidget(widget)
        self.fields.setFixedHeight(104)
        self.faults.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(6)
        column.addWidget(word_label(HINT, "field_hint"))
        column.addWidget(self.editor, 1)
        column.addWidget(self.faults)
        column.addWidget(word_label("填写项：双击放进文字里光标所在的地方", "field_label"))
        column.addWidget(self.fields)
        column.addWidget(tools)
        self.setMinimumWidth(280)
