"""标签一览: what may stand in a form's cells, to be copied."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from unionoffice.ui.forms.tag_list import TagList
from unionoffice.ui.icons import dress
from unionoffice.ui.page import CommandButton
from unionoffice.ui.process import word_label

_WORDS = (
    "在 WPS 或 Excel 里把标签写进要填的格子，如 {{姓名}}，存成 .xlsx 后用“增加表单”放进来。\n"
    "名单里的标签写在一行里，这一行会按人数逐行重复；{{合计.金额}} 是一列的合计，{{大写.金额}} 是合计的大写，"
    "{{本页小计.金额}} 是每页的小计。\n"
    "{{填写.事由}} 这样的标签在打印时填写，“填写.”后面的名称可以自己起。\n"
    "竖线后面写怎么显示：{{出生日期|yyyy年m月}}、{{性别|选项:男/女}}、{{备注|空:无}}。"
)


class TagsView(QWidget):
    """The tags of one subject. Enter or double click copies one."""

    def __init__(self, subjects: Sequence[tuple[str, str]], back: QAction) -> None:
        super().__init__()
        self.tags = TagList(subjects)
        self.copied = word_label("", "secondary", wrap=False)
        copy, copy_all = QPushButton("复制标签"), QPushButton("复制列出的全部")
        for button in (copy, copy_all):
            dress(button, "copy")
        copy.clicked.connect(lambda: self.copy([self.tags.current] if self.tags.current else []))
        copy_all.clicked.connect(lambda: self.copy(self.tags.tags))
        self.tags.taken.connect(lambda tag: self.copy([tag]))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(CommandButton(back))
        buttons.addWidget(copy)
        buttons.addWidget(copy_all)
        buttons.addWidget(self.copied)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(buttons)
        layout.addWidget(word_label(_WORDS, "secondary"))
        layout.addWidget(self.tags, 1)

    def copy(self, tags: Sequence[str]) -> None:
        """Put tags on the clipboard, with their braces, one a line."""
        if not tags:
            self.copied.setText("先选一个标签。")
            return
        QGuiApplication.clipboard().setText("\n".join(f"{{{{{tag}}}}}" for tag in tags))
        self.copied.setText(f"已复制 {{{{{tags[0]}}}}}" if len(tags) == 1 else f"已复制 {len(tags)} 个标签")
