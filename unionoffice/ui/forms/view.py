"""The widgets of 表单. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from unionoffice.ui.filling_desk import FillingDesk
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
    """`commands` by name: add, template, tags, verify, print, pdf, excel, rows, change, remove."""

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
        self.more = QPushButton("更多")
        self.desk = self._lay_out(commands)

    def show_work(self, working: bool) -> None:
        """Show the form that is being filled in, or that one is to be chosen."""
        self.desk.show_work(working)

    def look_for(self) -> None:
        """Go to the line in which a form is looked for."""
        self.desk.browse()
        self.shelf.text.setFocus()
        self.shelf.text.selectAll()

    def _lay_out(self, commands: Mapping[str, QAction]) -> FillingDesk:
        more = QWidget()
        flow = FlowLayout(more)
        for name in ("add", "template", "tags", "verify"):
            flow.addWidget(CommandButton(commands[name]))
        self._full, self._brief = self._buttons(commands), self._brief_buttons(commands)
        desk = FillingDesk(
            shelf=(self.shelf, more),
            search=self.shelf.text,
            listed=self.shelf.list,
            head=(self.name, self.about, self._full, self._brief),
            sides=(self._side(),),
            paper=self._paper(),
            empty=self.empty,
            other="换一张表单",
        )
        desk.low_changed.connect(self._show_low)
        self._show_low(desk.low)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(desk)
        return desk

    def _side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.choosing, 1)
        column.addWidget(self.photo)
        column.addWidget(self.asking)
        column.addStretch(0)
        return side

    def _paper(self) -> QWidget:
        paper = QWidget()
        column = QVBoxLayout(paper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.preview, 1)
        column.addWidget(self.findings)
        return paper

    def _buttons(self, commands: Mapping[str, QAction]) -> QWidget:
        own = QHBoxLayout(self.own)
        own.setContentsMargins(0, 0, 0, 0)
        own.setSpacing(8)
        own.addWidget(CommandButton(commands["change"]))
        own.addWidget(CommandButton(commands["remove"]))
        buttons = QWidget()
        flow = FlowLayout(buttons)
        flow.addWidget(CommandButton(commands["print"], primary=True))
        for name in ("pdf", "excel", "rows"):
            flow.addWidget(CommandButton(commands[name]))
        flow.addWidget(self.grouped)
        flow.addWidget(self.own)
        return buttons

    def _brief_buttons(self, commands: Mapping[str, QAction]) -> QWidget:
        """What a low page has room for: printing, and a menu of the rest."""
        menu = QMenu(self)
        menu.addActions([commands[name] for name in ("pdf", "excel", "rows")])
        menu.aboutToShow.connect(lambda: self._offer_own(menu, commands))
        self.more.setMenu(menu)
        buttons = QWidget()
        flow = FlowLayout(buttons)
        flow.addWidget(CommandButton(commands["print"], primary=True))
        flow.addWidget(self.more)
        return buttons

    def _offer_own(self, menu: QMenu, commands: Mapping[str, QAction]) -> None:
        for name in ("change", "remove"):
            menu.removeAction(commands[name])
            if not self.own.isHidden():
                menu.addAction(commands[name])

    def _show_low(self, low: bool) -> None:
        self._full.setVisible(not low)
        self._brief.setVisible(low)
        self.about.setVisible(not low)
        layout = (self._brief if low else self._full).layout()
        if layout is not None:
            layout.addWidget(self.grouped)
