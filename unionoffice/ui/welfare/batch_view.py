"""One distribution as a process: steps, the numbers against the budget, lists, progress by branch, history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from unionoffice.models.welfare import Batch
from unionoffice.services.welfare import Welfare
from unionoffice.ui import shown, theme
from unionoffice.ui.card import card
from unionoffice.ui.charts import ChartCard
from unionoffice.ui.icons import dress
from unionoffice.ui.process import Meter, ProcessHead, TellingPanel, word_label
from unionoffice.ui.records.empty_state import EmptyState
from unionoffice.ui.records.facts import Fact, FactRow
from unionoffice.ui.records.history_panel import HistoryPanel
from unionoffice.ui.records.list_source import ListSource
from unionoffice.ui.records.pill import Pill
from unionoffice.ui.records.record_list import EmptyWords, RecordList
from unionoffice.ui.welfare.approval_view import ApprovalPanel
from unionoffice.ui.welfare.plan_view import STEPS
from unionoffice.ui.welfare.rows import ENTRY_COLUMNS, LEFT_OUT_COLUMNS, LINE_COLUMNS, LineSource

ENTRIES, PROGRESS, LINES, LEFT_OUT, APPROVAL, PLAN, HISTORY = range(7)
UnitTally = tuple[str, int, int, int]


class BatchView(QWidget):
    """Signals: back_requested(), edit_requested(), archive_requested(), print_requested(), excel_requested(),
    desk_requested(), reopen_requested(), close_requested(), exclude_requested(), include_requested(),
    withdraw_requested(), unit_requested(unit) when a branch's whole sheet has come back signed, and
    changes_requested() when more is wanted of what the panel tells."""

    back_requested = Signal()
    edit_requested = Signal()
    archive_requested = Signal()
    print_requested = Signal()
    excel_requested = Signal()
    forms_requested = Signal()
    desk_requested = Signal()
    reopen_requested = Signal()
    close_requested = Signal()
    exclude_requested = Signal()
    include_requested = Signal()
    withdraw_requested = Signal()
    unit_requested = Signal(str)
    changes_requested = Signal()

    def __init__(self, welfare: Welfare, *, today: date) -> None:
        super().__init__()
        self.head = ProcessHead(STEPS)
        self.telling = TellingPanel()
        self.telling.acted.connect(self.changes_requested)
        self.entry_source = ListSource(ENTRY_COLUMNS)
        self.left_out_source = ListSource(LEFT_OUT_COLUMNS)
        self.line_source = LineSource(welfare)
        nobody = EmptyWords("名单是空的", "没有人符合条件，检查在册截止日和发放范围。", "people")
        self.entries = RecordList(
            self.entry_source, ENTRY_COLUMNS, nobody, today=today, placeholder="查找姓名、分工会、工号", archive=False
        )
        self.left_out = RecordList(
            self.left_out_source,
            LEFT_OUT_COLUMNS,
            EmptyWords("没有人被落下", "花名册上的每个人都在名单里。", "check"),
            today=today,
            placeholder="查找姓名、分工会、原因",
            archive=False,
        )
        self.lines = RecordList(
            self.line_source,
            LINE_COLUMNS,
            nobody,
            today=today,
            placeholder="查找姓名、拼音首字母、工号",
            archive=False,
        )
        self.by_unit = ChartCard()
        self.progress = UnitProgress()
        self.progress.unit_requested.connect(self.unit_requested)
        self.summary = BatchSummary()
        self.approval = ApprovalPanel()
        self.plan = PlanFacts()
        self.history = HistoryPanel()
        self.tabs = QTabWidget()
        self.waiting = EmptyState()
        self.waiting.hide()
        self.buttons: dict[str, QPushButton] = {}
        self._lay_out()

    def show_tabs(self, *places: int, anew: bool) -> None:
        """Show these tabs; the first of them `anew` or when the one shown is gone."""
        for place in range(self.tabs.count()):
            self.tabs.setTabVisible(place, place in places)
        if anew or self.tabs.currentIndex() not in places:
            self.tabs.setCurrentIndex(places[0])

    def show_buttons(self, *names: str) -> None:
        """Show these lesser buttons beside the primary one."""
        for name, button in self.buttons.items():
            button.setVisible(name in names)

    def show_waiting(self, title: str, text: str = "") -> None:
        """Say in place of the lists that they are not there yet; "" shows the lists."""
        self.waiting.setVisible(bool(title))
        self.tabs.setVisible(not title)
        if title:
            self.waiting.say(title, text, icon="people")

    def let_decide(self, can: bool) -> None:
        """Whether people can be put on the list and off it."""
        for button in self.deciding:
            button.setVisible(can)

    def _lay_out(self) -> None:
        for name, text, icon, signal in (
            ("back", "返回", "chevron-left", self.back_requested),
            ("edit", "修改方案", "edit", self.edit_requested),
            ("archive", "归档草案", "archive", self.archive_requested),
            ("reopen", "退回草案…", "undo", self.reopen_requested),
            ("excel", "签领表存为 Excel", "export", self.excel_requested),
            ("print", "打印签领表", "print", self.print_requested),
            ("forms", "打印其他表单", "document", self.forms_requested),
            ("desk", "登记领取", "gift", self.desk_requested),
            ("close", "办结", "check", self.close_requested),
        ):
            button = self.buttons[name] = QPushButton(text)
            dress(button, icon)
            button.clicked.connect(signal)
            self.head.add_widget(button)
        self.deciding = [
            _decide_button("移出名单…", self.exclude_requested, self.entries),
            _decide_button("列入名单…", self.include_requested, self.left_out),
        ]
        for found in (self.entries, self.left_out):
            self.deciding.append(_decide_button("撤销调整", self.withdraw_requested, found))
        entries = QWidget()
        row = QHBoxLayout(entries)
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.entries, 1)
        theme.follow(self.by_unit, lambda chart, look: chart.setFixedWidth(look.size("preview")))
        row.addWidget(self.by_unit)
        # a width of its own: a list behind another tab still wants the room it last had
        theme.follow(self.tabs, lambda tabs, look: tabs.setMinimumSize(look.size("row") * 17, look.size("row") * 9))
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.addTab(entries, "列入")
        for widget, title in (
            (self.progress, "各分工会进度"),
            (self.lines, "名单"),
            (self.left_out, "未列入"),
            (self.approval, "审批"),
            (self.plan, "方案"),
            (_surface(self.history), "历史"),
        ):
            self.tabs.addTab(_inset(widget), title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.head)
        layout.addWidget(self.telling)
        layout.addWidget(self.summary)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.waiting, 1)


class BatchSummary(QFrame):
    """What one asks for first: name, state, people, money against the budget."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._name = word_label("", "record_name", wrap=False)
        self._pill = Pill(parent=self)
        self._facts = FactRow()
        self._money = word_label("", "secondary", wrap=False)
        self.meter = Meter()
        self.meter.setMinimumWidth(160)
        left = QVBoxLayout()
        left.setSpacing(6)
        title = QHBoxLayout()
        title.setSpacing(12)
        title.addWidget(self._name)
        title.addWidget(self._pill)
        title.addStretch(1)
        left.addLayout(title)
        left.addWidget(self._facts)
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addStretch(1)
        right.addWidget(self._money, 0, Qt.AlignmentFlag.AlignRight)
        right.addWidget(self.meter)
        right.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 10, 16, 10)
        layout.setSpacing(16)
        layout.addLayout(left, 3)
        layout.addLayout(right, 2)

    @property
    def money(self) -> str:
        """What is written above the meter."""
        return self._money.text()

    def show_batch(self, name: str, state: tuple[str, str], facts: Sequence[Fact], total: int, budget: int) -> None:
        """Show a batch; `state` is a word and its tone, `total` and `budget` in 分."""
        self._name.setText(name)
        self._pill.show_state(*state)
        self._facts.show_facts(facts)
        rest = f"余 {shown.money(budget - total)} 元" if total <= budget else f"超出 {shown.money(total - budget)} 元"
        self._money.setText(f"合计 {shown.money(total)} 元 / 预算 {shown.money(budget)} 元，{rest}")
        self.meter.show_share(total, budget, "blue" if total <= budget else "red")


class UnitProgress(QWidget):
    """How far each branch is: bars, and the table beside them. Signals: unit_requested(unit)."""

    unit_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.chart = ChartCard()
        self.table = QTableWidget(0, 4)
        self.table.setHorizontalHeaderLabels(["分工会", "已领", "待领", "金额（元）"])
        self.table.verticalHeader().hide()
        theme.follow(self.table, lambda table, look: table.verticalHeader().setDefaultSectionSize(look.size("row")))
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        heading = self.table.horizontalHeaderItem(0)
        if heading is not None:
            heading.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.whole = QPushButton("整表登记…")
        self.whole.setToolTip("纸质签领表全部签好收回后，把这个分工会待领的人一次登记为本人领取")
        self.whole.clicked.connect(lambda: self.unit_requested.emit(self.selected))
        self._offered = False
        self._rows: Sequence[UnitTally] = ()
        frame, inside = card(margins=(1, 1, 1, 8))
        inside.addWidget(self.table, 1)
        below = QHBoxLayout()
        below.setContentsMargins(12, 0, 12, 0)
        self._words = word_label("选中一个分工会，可以整表登记。", "secondary")
        below.addWidget(self._words, 1)
        below.addWidget(self.whole)
        inside.addLayout(below)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.chart, 4)
        layout.addWidget(frame, 5)
        self.table.itemSelectionChanged.connect(self._look)

    @property
    def selected(self) -> str:
        """The branch selected, "" for none."""
        rows = self.table.selectionModel().selectedRows()
        return self._rows[rows[0].row()][0] if rows else ""

    def show_units(self, title: str, rows: Sequence[UnitTally], *, offered: bool) -> None:
        """Show (unit, people, 分, collected); `offered` while whole sheets can be registered: not once it is closed."""
        self._rows, self._offered = rows, offered
        left = [(unit, float(people - done)) for unit, people, _, done in rows if people > done]
        bars = sorted(left or [(unit, float(done)) for unit, _, _, done in rows], key=lambda bar: -bar[1])
        words = "没有领的人数" if left else "已领人数"
        self.chart.show_bars(title, bars, heading="分工会", unit=words, text=lambda value: f"{value:,.0f}")
        heading = self.table.horizontalHeaderItem(2)
        if heading is not None:
            heading.setText("待领" if offered else "未领")
        self.table.setRowCount(len(rows))
        for row, (unit, people, amount, done) in enumerate(rows):
            self.table.setItem(row, 0, QTableWidgetItem(unit))
            for place, text in enumerate((f"{done:,} / {people:,}", f"{people - done:,}", shown.money(amount)), 1):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, place, item)
        self._look()

    def _look(self) -> None:
        waiting = {unit: people - done for unit, people, _, done in self._rows}
        self.whole.setVisible(self._offered)
        self._words.setVisible(self._offered)
        self.whole.setEnabled(waiting.get(self.selected, 0) > 0)


class PlanFacts(QScrollArea):
    """The plan, to read."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def show_batch(self, batch: Batch, scope: str) -> None:
        """Show every field of the plan."""
        frame, inside = card("发放方案")
        for name, facts in Batch.fields().items():
            if facts.internal or name in ("programme_id", "archived"):
                continue
            inside.addLayout(_line(facts.label, shown.text(facts, getattr(batch, name)) or "—"))
        inside.addLayout(_line("发放范围", scope))
        if batch.approved_by:
            inside.addLayout(_line("审批", f"{batch.approved_by}，{batch.approved_at:%Y-%m-%d %H:%M}"))
        inside.addStretch(1)
        self.setWidget(frame)


def _line(label: str, text: str) -> QHBoxLayout:
    row = QHBoxLayout()
    name = word_label(label, "fact_label", wrap=False)
    theme.follow(name, lambda name, look: name.setFixedWidth(120 * look.scale // 100))
    row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(word_label(text), 1)
    return row


def _decide_button(text: str, signal: object, beside: RecordList) -> QPushButton:
    button = QPushButton(text)
    button.clicked.connect(signal)
    button.setEnabled(False)
    beside.selection_changed.connect(lambda ids: button.setEnabled(bool(ids)))
    beside.add_to_tool_row(button)
    return button


def _surface(widget: QWidget) -> QWidget:
    frame, inside = card()
    inside.addWidget(widget)
    return frame


def _inset(widget: QWidget) -> QWidget:
    area = QWidget()
    layout = QVBoxLayout(area)
    layout.setContentsMargins(0, 8, 0, 0)
    layout.addWidget(widget)
    return area
