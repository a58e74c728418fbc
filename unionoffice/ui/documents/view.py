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
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from unionoffice.ui import theme
from unionoffice.ui.documents.fields import FieldsView
from unionoffice.ui.documents.writing_view import WritingView
from unionoffice.ui.flow_layout import FlowLayout
from unionoffice.ui.icons import icon, make_clearable
from unionoffice.ui.live_preview import LivePreview
from unionoffice.ui.page import CommandButton
from unionoffice.ui.process import word_label
from unionoffice.ui.records.empty_state import EmptyState

_KEY = Qt.ItemDataRole.UserRole
_LOW = 520
"""Below this height the head takes too much of the page."""
FILLING = ("print", "save", "begin", "edit", "new", "remove")
WRITING = ("keep", "done", "keep_as", "facts", "discard")


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
        self.name = word_label("", "record_name")
        self.about = word_label("", "secondary")
        self.draft = word_label("", "field_hint")
        self.red_head = QCheckBox("印红头")
        self.red_head.setToolTip("用已经印好红头的纸时去掉")
        self.fields = FieldsView(today)
        self.told = word_label("", "warning_text")
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
        self._stack = QStackedWidget()
        self._side = QStackedWidget()
        self._halves = _splitter()
        self._head = QFrame()
        self._low = False
        self._lay_out(commands)
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

    def show_work(self, working: bool) -> None:
        """Show the paper being filled in, or that a template is to be chosen."""
        self._stack.setCurrentIndex(1 if working else 0)

    def show_writing(self, writing: bool) -> None:
        """Show the words to be changed beside the paper, or the fields to be filled in."""
        if writing != (self._side.currentIndex() == 1):
            self._side.setCurrentIndex(int(writing))
            wide = sum(self._halves.sizes())
            self._halves.setSizes([wide // 2, wide - wide // 2] if writing else [wide * 38 // 100, wide * 62 // 100])
            self._place_head()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        low = self.height() < _LOW * theme.current().scale // 100
        if low != self._low:
            self._low = low
            self._place_head()

    def _place_head(self) -> None:
        """In a low window the head scrolls with what is filled in, and the preview is as high as the page."""
        column = self._columns[self._side.currentIndex()] if self._low else self._whole
        if column.indexOf(self._head) != 0:
            column.insertWidget(0, self._head)
        self._head.show()

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
                item.setToolTip(told)
                self.list.addItem(item)
        self.choose(kept)
        self.list.blockSignals(False)

    def _tell(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(_KEY))

    def _lay_out(self, commands: Mapping[str, QAction]) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.text)
        column.addWidget(self.list, 1)
        left.setMinimumWidth(180)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._work(commands))
        split = _split(left, self._stack)
        split.setSizes([220, 900])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)

    def _work(self, commands: Mapping[str, QAction]) -> QWidget:
        inner = QWidget()
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 4, 0)
        column.addWidget(self.fields)
        column.addStretch(1)
        scroll = _scrolling(inner)
        written = QWidget()
        written.setObjectName("scrolled")
        beside = QVBoxLayout(written)
        beside.setContentsMargins(0, 0, 4, 0)
        beside.addWidget(self.writing, 1)
        self._columns = (column, beside)
        self.preview.setMinimumWidth(240)
        self._side.addWidget(scroll)
        self._side.addWidget(_scrolling(written))
        self._halves.addWidget(self._side)
        self._halves.addWidget(self.preview)
        self._halves.setStretchFactor(1, 1)
        self._halves.setSizes([340, 560])
        head = self._head
        head.setObjectName("card")
        buttons = QWidget()
        flow = FlowLayout(buttons)
        for name in (*FILLING, *WRITING):
            flow.addWidget(CommandButton(commands[name], primary=name in (FILLING[0], WRITING[0])))
        flow.addWidget(self.red_head)
        words = QVBoxLayout(head)
        words.setContentsMargins(12, 8, 12, 8)
        words.setSpacing(4)
        for widget in (self.name, self.about, self.draft, self.worded, self.told, buttons):
            words.addWidget(widget)
        work = QWidget()
        layout = self._whole = QVBoxLayout(work)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(head)
        layout.addWidget(self._halves, 1)
        return work


def _split(left: QWidget, right: QWidget) -> QSplitter:
    split = _splitter()
    split.addWidget(left)
    split.addWidget(right)
    split.setStretchFactor(1, 1)
    return split


def _scrolling(inner: QWidget) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(inner)
    scroll.setMinimumWidth(240)
    return scroll


def _splitter() -> QSplitter:
    split = QSplitter(Qt.Orientation.Horizontal)
    split.setChildrenCollapsible(False)
    split.setHandleWidth(12)
    return split
