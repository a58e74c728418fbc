"""The widgets of 表单. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from unionoffice.ui.flow_layout import FlowLayout
from unionoffice.ui.forms.asking import AskingView
from unionoffice.ui.forms.choosing import ChoosingView
from unionoffice.ui.forms.findings_view import FindingsView
from unionoffice.ui.forms.photo import PhotoView
from unionoffice.ui.forms.shelf_list import ShelfList
from unionoffice.ui.live_preview import LivePreview
from unionoffice.ui.page import CommandButton
from unionoffice.ui.process import word_label
from unionoffice.ui.prompts import Prompts
from unionoffice.ui.records.empty_state import EmptyState


class FormsView(QWidget):
    """`commands` by name: add, template, tags, verify, print, pdf, excel, change, remove."""

    def __init__(self, commands: Mapping[str, QAction], prompts: Prompts, *, today: date) -> None:
        super().__init__()
        self.shelf = ShelfList()
        self.name = word_label("", "record_name")
        self.about = word_label("", "secondary")
        self.grouped = QCheckBox("按分会装订")
        self.grouped.setToolTip("同一分工会的排在一起；福利批次每个分工会单独成份")
        self.choosing = ChoosingView()
        self.asking = AskingView(today)
        self.photo = PhotoView(prompts)
        self.findings = FindingsView()
        self.preview = LivePreview()
        self.empty = EmptyState()
        self.empty.say(
            "选一张表单",
            "左边按给谁打印列出了全部表单。选好后勾选会员、组织或批次，右边就能看到填好的样子。",
            icon="print",
        )
        self.own = QWidget()
        self._stack = QStackedWidget()
        self._lay_out(commands)

    def show_work(self, working: bool) -> None:
        """Show the form that is being filled in, or that one is to be chosen."""
        self._stack.setCurrentIndex(1 if working else 0)

    def _lay_out(self, commands: Mapping[str, QAction]) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.shelf, 1)
        more = QWidget()
        flow = FlowLayout(more)
        for name in ("add", "template", "tags", "verify"):
            flow.addWidget(CommandButton(commands[name]))
        column.addWidget(more)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._work(commands))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(12)
        split.addWidget(left)
        split.addWidget(self._stack)
        split.setStretchFactor(0, 0)
        split.setStretchFactor(1, 1)
        left.setMinimumWidth(200)
        split.setSizes([236, 900])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)

    def _work(self, commands: Mapping[str, QAction]) -> QWidget:
        inner = QWidget()
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(8)
        column.addWidget(self.choosing, 1)
        column.addWidget(self.photo)
        column.addWidget(self.asking)
        column.addStretch(0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        scroll.setMinimumWidth(290)
        self.preview.setMinimumWidth(240)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(12)
        right = QWidget()
        beside = QVBoxLayout(right)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(8)
        beside.addWidget(self.preview, 1)
        beside.addWidget(self.findings)
        split.addWidget(scroll)
        split.addWidget(right)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setSizes([340, 560])
        work = QWidget()
        layout = QVBoxLayout(work)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._head(commands))
        layout.addWidget(split, 1)
        return work

    def _head(self, commands: Mapping[str, QAction]) -> QFrame:
        frame = QFrame()
        frame.setObjectName("card")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.name)
        words.addWidget(self.about)
        own = QHBoxLayout(self.own)
        own.setContentsMargins(0, 0, 0, 0)
        own.setSpacing(8)
        own.addWidget(CommandButton(commands["change"]))
        own.addWidget(CommandButton(commands["remove"]))
        buttons = QWidget()
        flow = FlowLayout(buttons)
        flow.addWidget(CommandButton(commands["print"], primary=True))
        for name in ("pdf", "excel"):
            flow.addWidget(CommandButton(commands[name]))
        flow.addWidget(self.grouped)
        flow.addWidget(self.own)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        layout.addLayout(words)
        layout.addWidget(buttons)
        return frame
