"""The home page's widgets: task cards, things due, the branches, distributions under way. Decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from unionoffice.ui import theme
from unionoffice.ui.card import card
from unionoffice.ui.charts import ChartCard
from unionoffice.ui.icons import pixmap
from unionoffice.ui.page import Route
from unionoffice.ui.process import Meter, word_label
from unionoffice.ui.records.empty_state import EmptyState
from unionoffice.ui.records.pill import Pill

if TYPE_CHECKING:
    from unionoffice.ui.home.facts import Due, HomeFacts, Running, Task

_MARGIN, _GAP = 16, 12


class HomeView(QScrollArea):
    """Signals: route_wished(page, argument)."""

    route_wished = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.chart = ChartCard()
        self.empty = EmptyState()
        self.empty.acted.connect(lambda: self.route_wished.emit("imports", ""))
        self._tasks = QGridLayout()
        self._tasks.setSpacing(_GAP)
        self._cards: list[TaskCard] = []
        self._due = QVBoxLayout()
        self._running = QVBoxLayout()
        self._lay_out()

    @property
    def texts(self) -> list[str]:
        """Everything written on the page."""
        return [label.text() for label in self.findChildren(QLabel) if label.text()]

    def show_facts(self, facts: HomeFacts) -> None:
        """Show everything anew."""
        for former in self._cards:
            self._tasks.removeWidget(former)
            former.hide()
            former.deleteLater()
        self._cards = [TaskCard(task) for task in facts.tasks]
        for made, task in zip(self._cards, facts.tasks, strict=True):
            self._link(made, task.route)
        self._place_tasks()
        _clear(self._due)
        for due in facts.due:
            self._due.addWidget(self._link(DueRow(due), due.route))
        if not facts.due:
            words = "今天没有要留意的事。" if facts.standing else "导入花名册后，缺少的资料和要到期的事会列在这里。"
            self._due.addWidget(word_label(words, "secondary"))
        _clear(self._running)
        for running in facts.running[:5]:
            self._running.addWidget(self._link(RunningRow(running), running.route))
        if not facts.running:
            self._running.addWidget(word_label("没有正在办的发放。", "secondary"))
        bare = facts.figures and not (facts.standing or facts.due or facts.running)
        if bare:
            self._say_empty(can_import=facts.may_import)
        self.empty.setVisible(bare)
        self._facts.setVisible(facts.figures and not bare)
        self.chart.setVisible(facts.standing > 0)
        self.chart.show_bars(
            facts.finding, facts.branches, heading="分工会", unit="在会人数", text=lambda value: f"{value:,.0f}"
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_tasks()

    def _place_tasks(self) -> None:
        """As many cards side by side as can show their titles, every row of them as long as the others."""
        if not self._cards:
            return
        most = max(1, (self.viewport().width() - 2 * _MARGIN + _GAP) // (max(map(_room, self._cards)) + _GAP))
        rows = -(-len(self._cards) // most)
        across = -(-len(self._cards) // rows)
        for column in range(self._tasks.columnCount()):
            self._tasks.setColumnStretch(column, int(column < across))
        for place, each in enumerate(self._cards):
            self._tasks.addWidget(each, place // across, place % across)
            self._tasks.setColumnStretch(place % across, 1)

    def _say_empty(self, *, can_import: bool) -> None:
        start = "从现有的 Excel 花名册开始：程序先读一遍给人核对，确认以后才登记，分工会也按表里的名称建好。"
        self.empty.say(
            "这个办公文件还是空的",
            start if can_import else "还没有登记会员。经办导入花名册以后，这里就有数字。",
            icon="members",
            button="导入花名册" if can_import else "",
        )

    def _link(self, button: QPushButton, route: Route) -> QPushButton:
        button.clicked.connect(lambda: self.route_wished.emit(*route))
        return button

    def _lay_out(self) -> None:
        due, inside = card("要留意")
        inside.addLayout(self._due)
        inside.addStretch(1)
        running, below = card("正在办的发放")
        below.addLayout(self._running)
        below.addStretch(1)
        for layout in (self._due, self._running):
            layout.setSpacing(0)
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addWidget(due)
        right.addWidget(running)
        right.addStretch(1)
        self._facts = QWidget()
        self._facts.setObjectName("scrolled")
        columns = QHBoxLayout(self._facts)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(12)
        columns.addWidget(self.chart, 5)
        columns.addLayout(right, 6)
        area = QWidget()
        area.setObjectName("scrolled")
        layout = QVBoxLayout(area)
        layout.setContentsMargins(_MARGIN, 12, _MARGIN, 12)
        layout.setSpacing(_GAP)
        layout.addLayout(self._tasks)
        layout.addWidget(self._facts)
        layout.addWidget(self.empty, 1)
        layout.addStretch(1)
        self.setWidget(area)


def _room(card: TaskCard) -> int:
    """How wide a card must be for its title to be read."""
    layout = card.layout()
    return max(card.sizeHint().width(), layout.minimumSize().width() if layout is not None else 0)


class Tile(QPushButton):
    """A button that holds labels and bars; `rows` table rows high."""

    def __init__(self, rows: float, name: str) -> None:
        super().__init__()
        self._rows = rows
        self.setObjectName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(160, round(theme.current().size("row") * self._rows))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def let_through(self) -> None:
        """What lies inside leaves the mouse to the button."""
        for inside in self.findChildren(QWidget):
            inside.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


class TaskCard(Tile):
    """Something one comes to do."""

    def __init__(self, task: Task) -> None:
        super().__init__(2.6, "task")
        self.setAccessibleName(f"{task.title}：{task.text}")
        sign = QLabel()
        sign.setPixmap(pixmap(task.icon, "accent", 24, self.devicePixelRatioF()))
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addStretch(1)
        self.title = word_label(task.title, "task_title", wrap=False)
        words.addWidget(self.title)
        words.addWidget(word_label(task.text, "secondary"))
        words.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 12, 8)
        layout.setSpacing(12)
        layout.addWidget(sign)
        layout.addLayout(words, 1)
        self.let_through()


class DueRow(Tile):
    """A number that opens its list."""

    def __init__(self, due: Due) -> None:
        super().__init__(1.15, "fact")
        self.setAccessibleName(f"{due.number} {due.text}")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(8)
        layout.addWidget(Pill(f"{due.number:,}", due.tone, parent=self))
        layout.addWidget(word_label(due.text, wrap=False), 1)
        layout.addWidget(word_label("查看", "secondary", wrap=False))
        self.let_through()


class RunningRow(Tile):
    """A distribution under way, with its progress and next step."""

    def __init__(self, running: Running) -> None:
        super().__init__(1.75 if running.people else 1.15, "fact")
        self.setAccessibleName(f"{running.name}，{running.state}，{running.next_step}")
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(word_label(running.name, wrap=False))
        first.addWidget(Pill(running.state, running.tone, parent=self))
        first.addStretch(1)
        first.addWidget(word_label(running.next_step, "secondary", wrap=False))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 8, 6)
        layout.setSpacing(4)
        layout.addLayout(first)
        if running.people:
            second = QHBoxLayout()
            second.setSpacing(8)
            meter = Meter()
            meter.show_share(running.done, running.people, "green" if running.done == running.people else "blue")
            second.addWidget(meter, 1)
            second.addWidget(word_label(f"{running.done:,} / {running.people:,}", "secondary", wrap=False))
            layout.addLayout(second)
        self.let_through()


def _clear(layout: QBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.hide()
            widget.deleteLater()
