"""The first view of the welfare page: all batches; and the programmes they are made of."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from unionoffice.models.welfare import Programme
from unionoffice.ui import theme
from unionoffice.ui.icons import dress
from unionoffice.ui.process import word_label
from unionoffice.ui.records.form import FormSection, RecordForm
from unionoffice.ui.records.list_source import ListSource
from unionoffice.ui.records.record_list import EmptyWords, RecordList
from unionoffice.ui.records.record_view import DraftBar
from unionoffice.ui.welfare.rows import BATCH_COLUMNS, PROGRAMME_COLUMNS, ShareDelegate


class BatchList(QWidget):
    """Signals: opened(batch id), new_requested(), programmes_requested()."""

    opened = Signal(str)
    new_requested = Signal()
    programmes_requested = Signal()

    def __init__(self, *, today: date, begin: bool = True) -> None:
        super().__init__()
        self.source = ListSource(BATCH_COLUMNS)
        self.list = RecordList(
            self.source,
            BATCH_COLUMNS,
            EmptyWords(
                "还没有发放过福利",
                "每发一次节日慰问、生日慰问或送清凉，在这里建一个批次：定标准、生成名单、审批、打印签领表、登记领取。",
                "gift",
                "新建发放",
            ).offering(first=begin),
            today=today,
            placeholder="查找批次或物品",
            archive=False,
        )
        place = [column.key for column in BATCH_COLUMNS].index("share")
        self.list.table.setItemDelegateForColumn(place, ShareDelegate(self.list.table))
        self.list.table.horizontalHeader().setStretchLastSection(True)
        programmes = QPushButton("慰问项目")
        dress(programmes, "register")
        self.new = new = QPushButton("新建发放")
        new.setObjectName("primary")
        dress(new, "plus", "on_accent")
        self.list.add_to_tool_row(programmes)
        self.list.add_to_tool_row(new)
        self.list.set_leading(new)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        programmes.clicked.connect(self.programmes_requested)
        new.clicked.connect(self.new_requested)
        self.list.begin_requested.connect(self.new_requested)
        self.list.opened.connect(self.opened)


class ProgrammesView(QWidget):
    """The programmes at the left, one of them to edit at the right.

    Signals: selected(programme id, "" for a new one), save_requested(), distribute_requested(programme id),
    back_requested().
    """

    selected = Signal(str)
    save_requested = Signal()
    distribute_requested = Signal(str)
    back_requested = Signal()

    def __init__(self, *, today: date) -> None:
        super().__init__()
        self.source = ListSource(PROGRAMME_COLUMNS)
        self.list = RecordList(
            self.source,
            PROGRAMME_COLUMNS,
            EmptyWords("还没有慰问项目", "在右边填写项目名称和类型，例如“中秋慰问”。", "gift"),
            today=today,
            placeholder="查找项目",
            archive=False,
        )
        fields = Programme.fields()
        shown = tuple((name, fields[name]) for name in ("name", "kind", "basis"))
        self.form = RecordForm((FormSection("慰问项目", shown),), today=today)
        self.draft = DraftBar()
        self.save = QPushButton("保存")
        self.save.setObjectName("primary")
        self.new = QPushButton("新建项目")
        self.distribute = QPushButton("用它新建发放")
        self.distribute.setEnabled(False)
        self._lay_out()

    def _lay_out(self) -> None:
        back = QPushButton("返回发放批次")
        dress(back, "chevron-left")
        back.clicked.connect(self.back_requested)
        self.list.add_to_tool_row(self.new)
        side = QFrame()
        theme.follow(side, lambda side, look: side.setFixedWidth(look.size("preview") + 40))
        buttons = QHBoxLayout()
        buttons.addWidget(self.distribute)
        buttons.addStretch(1)
        buttons.addWidget(self.save)
        inside = QVBoxLayout(side)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        inside.addWidget(self.draft)
        inside.addWidget(self.form, 1)
        inside.addLayout(buttons)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addWidget(self.list, 1)
        columns.addWidget(side)
        top = QHBoxLayout()
        top.addWidget(back)
        top.addWidget(word_label("项目是反复发放的慰问；新建发放时可按项目上次的方案复制。", "secondary"), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addLayout(columns, 1)
        self.new.clicked.connect(lambda: self.selected.emit(""))
        self.save.clicked.connect(self.save_requested)
        self.list.selection_changed.connect(lambda ids: self.selected.emit(ids[0]) if len(ids) == 1 else None)
        self.distribute.clicked.connect(
            lambda: self.distribute_requested.emit(next(iter(self.list.table.selected_ids()), ""))
        )
