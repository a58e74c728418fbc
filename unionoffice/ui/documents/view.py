"""The widgets of 公文. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from unionoffice.ui.documents.fields import FieldsView
from unionoffice.ui.documents.writing_view import WritingView
from unionoffice.ui.filling_desk import FillingDesk
from unionoffice.ui.flow_layout import FlowLayout
from unionoffice.ui.icons import icon, make_clearable
from unionoffice.ui.live_preview import LivePreview
from unionoffice.ui.page import CommandButton
from unionoffice.ui.process import word_label
from unionoffice.ui.records.empty_state import EmptyState

_KEY = Qt.ItemDataRole.UserRole
FILLING = ("print", "save", "begin", "edit", "new", "remove")
WRITING = ("keep", "done", "keep_as", "facts", "discard")
_FIRST = (FILLING[0], WRITING[0])


_TOLD_LINES = 5
"""So many lines of what is told of a paper are shown at once; it scrolls rather than take the paper's room."""


class ToldView(QScrollArea):
    """What is to be looked at again in a paper."""

    def __init__(self) -> None:
        super().__init__()
        self._label = word_label("", "warning_text")
        self._label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self._label)

    def text(self) -> str:
        """What is told."""
        return self._label.text()

    def tell(self, sentences: Sequence[str]) -> None:
        """Show these sentences, or nothing at all."""
        self._label.setText("\n".join(sentences))
        self._fit()
        self.verticalScrollBar().setValue(0)
        self.setVisible(bool(sentences))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        most = _TOLD_LINES * self._label.fontMetrics().lineSpacing()
        self.setFixedHeight(max(0, min(most, self._label.heightForWidth(self.viewport().width()))))


class DocumentsView(QWidget):
    """`commands` by name, as `FILLING` and `WRITING` list them. Signals: chosen(key of a template)."""

    chosen = Signal(str)

    def __init__(self, commands: Mapping[str, QAction], *, today: date) -> None:
        super().__init__()
        self.text = QLineEdit()
        self.text.setPlaceholderText("查找公文模板")
        self.text.setAccessibleName("查找公文模板")
        make_clearable(self.text)
        self.text.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.list = QListWidget()
        self.list.setAccessibleName("公文模板")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.name = word_label("", "record_name")
        self.about = word_label("", "secondary")
        self.draft = word_label("", "field_hint")
        self.red_head = QCheckBox("印红头")
        self.red_head.setToolTip("用已经印好红头的纸时去掉")
        self.more = QPushButton("更多")
        self.fields = FieldsView(today)
        self.told = ToldView()
        self.worded = word_label("", "warning_text")
        self.writing = WritingView()
        self.preview = LivePreview()
        self.empty = EmptyState()
        self.empty.say(
            "选一份公文模板",
            "左边是常用的通知、请示、函、纪要和公示。选好后填写内容，右边就是按国家标准排好的样子。",
            icon="document",
        )
        self._entries: Sequence[tuple[str, str, str]] = ()
        self.desk = self._lay_out(commands)
        self.text.textChanged.connect(lambda: self._fill())
        self.list.currentItemChanged.connect(lambda item, _: self._tell(item))

    @property
    def texts(self) -> list[str]:
        """The templates listed."""
        return [self.list.item(row).text() for row in range(self.list.count())]

    def show_templates(self, entries: Sequence[tuple[str, str, str]]) -> None:
        """Show (key, name, what is wrong or said) of each."""
        self._entries = entries
        self._fill()

    def choose(self, key: str) -> None:
        """Mark a template as the one chosen."""
        for row in range(self.list.count()):
            if self.list.item(row).data(_KEY) == key:
                self.list.setCurrentRow(row)

    def say(self, name: str, about: str) -> None:
        """Say which paper it is and what it is for."""
        self.name.setText(name)
        self.name.setToolTip(about)
        self.about.setText(about)
        self._show_about()

    def show_work(self, working: bool) -> None:
        """Show the paper being filled in, or that a template is to be chosen."""
        self.desk.show_work(working)

    def show_writing(self, writing: bool) -> None:
        """Show the words to be changed beside the paper, or the fields to be filled in."""
        self.desk.show_side(*((1, 50) if writing else (0,)))

    def look_for(self) -> None:
        """Go to the line in which a template is looked for."""
        self.desk.browse()
        self.text.setFocus()
        self.text.selectAll()

    def _fill(self) -> None:
        now = self.list.currentItem()
        kept = now.data(_KEY) if now is not None else ""
        words = self.text.text().split()
        self.list.blockSignals(True)
        self.list.clear()
        for key, name, told in self._entries:
            if all(word in name for word in words):
                item = QListWidgetItem(name)
                item.setData(_KEY, key)
                item.setToolTip(f"{name}：{told}" if told else name)
                self.list.addItem(item)
        self.choose(kept)
        self.list.blockSignals(False)

    def _tell(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(_KEY))

    def _lay_out(self, commands: Mapping[str, QAction]) -> FillingDesk:
        self._full, self._brief = self._buttons(commands), self._brief_buttons(commands)
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.fields)
        column.addStretch(1)
        desk = FillingDesk(
            shelf=(self.text, self.list),
            search=self.text,
            listed=self.list,
            head=(self.name, self.about, self.draft, self.worded, self.told, self._full, self._brief),
            sides=(filled, self.writing),
            paper=self.preview,
            empty=self.empty,
            other="换一份公文",
        )
        desk.low_changed.connect(self._show_low)
        self._show_low(desk.low)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(desk)
        return desk

    def _buttons(self, commands: Mapping[str, QAction]) -> QWidget:
        buttons = QWidget()
        flow = FlowLayout(buttons)
        for name in (*FILLING, *WRITING):
            flow.addWidget(CommandButton(commands[name], primary=name in _FIRST))
        return buttons

    def _brief_buttons(self, commands: Mapping[str, QAction]) -> QWidget:
        """What a low page has room for: what is done first, and a menu of the rest."""
        menu = QMenu(self)
        menu.addActions([commands[name] for name in (*FILLING, *WRITING) if name not in _FIRST])
        self.more.setMenu(menu)
        buttons = QWidget()
        flow = FlowLayout(buttons)
        for name in _FIRST:
            flow.addWidget(CommandButton(commands[name], primary=True))
        flow.addWidget(self.more)
        return buttons

    def _show_low(self, low: bool) -> None:
        self._full.setVisible(not low)
        self._brief.setVisible(low)
        self._show_about()
        layout = (self._brief if low else self._full).layout()
        if layout is not None:
            layout.addWidget(self.red_head)

    def _show_about(self) -> None:
        self.about.setVisible(bool(self.about.text()) and self._brief.isHidden())
