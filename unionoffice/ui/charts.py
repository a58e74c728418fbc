"""Bar charts with the value written at each mark, copied as a picture, their table one click away."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from unionoffice.ui import theme
from unionoffice.ui.icons import dress

Bar = tuple[str, float]
MOST_BARS = 6
OTHERS = "其他"


def grouped(bars: Sequence[Bar]) -> list[Bar]:
    """At most six bars in their order, and the rest added up as 其他."""
    if len(bars) <= MOST_BARS + 1:
        return list(bars)
    rest = sum(value for _, value in bars[MOST_BARS:])
    return [*bars[:MOST_BARS], (OTHERS, rest)]


class ChartCard(QFrame):
    """A chart with a title that says the finding, its table, and copying as a picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._title = QLabel()
        self._title.setObjectName("chart_title")
        self._title.setWordWrap(True)
        self.chart = BarChart()
        self.table = QTableWidget()
        self._stack = QStackedWidget()
        self._as_table = _tool("table", "看数字表")
        self._as_table.setCheckable(True)
        self._as_table.toggled.connect(lambda on: self._stack.setCurrentIndex(int(on)))
        copy = _tool("copy", "复制为图片")
        copy.clicked.connect(self.copy_picture)
        self._lay_out(copy)

    def show_bars(
        self, title: str, bars: Sequence[Bar], *, heading: str, unit: str, text: Callable[[float], str] = str
    ) -> None:
        """Show bars; `heading` names what they stand for, `text` writes a value, e.g. as 1,234.50."""
        self._title.setText(title)
        self.chart.set_bars(grouped(bars), text)
        self.chart.setAccessibleName(title)
        self._fill_table(bars, heading, unit, text)

    def copy_picture(self) -> None:
        """Put the chart with its title on the clipboard."""
        self._as_table.setChecked(False)
        QGuiApplication.clipboard().setPixmap(self.grab())

    def _lay_out(self, copy: QToolButton) -> None:
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self._title, 1)
        head.addWidget(self._as_table)
        head.addWidget(copy)
        self._stack.addWidget(self.chart)
        self._stack.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 8, 12)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()

    def _fill_table(self, bars: Sequence[Bar], heading: str, unit: str, text: Callable[[float], str]) -> None:
        self.table.setColumnCount(2)
        self.table.setHorizontalHeaderLabels([heading, unit])
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.setRowCount(len(bars))
        for row, (label, value) in enumerate(bars):
            number = QTableWidgetItem(text(value))
            number.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, 0, QTableWidgetItem(label))
            self.table.setItem(row, 1, number)


class BarChart(QWidget):
    """Horizontal bars: label at the left, value at the end of its bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: list[Bar] = []
        self._text: Callable[[float], str] = str
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)

    def set_bars(self, bars: Sequence[Bar], text: Callable[[float], str] = str) -> None:
        """Show these bars, none of them negative."""
        self._bars = list(bars)
        self._text = text
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, max(len(self._bars), 2) * theme.current().size("row"))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme.current()
        painter.setFont(look.font())
        if not self._bars:
            painter.setPen(look.colour("secondary"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "还没有数据")
            return
        metrics = painter.fontMetrics()
        left = min(max(metrics.horizontalAdvance(label) for label, _ in self._bars), self.width() // 3) + 12
        right = max(metrics.horizontalAdvance(self._text(value)) for _, value in self._bars) + 12
        height = min(self.height() // len(self._bars), look.size("row") + 8)
        most = max(value for _, value in self._bars) or 1
        for place, (label, value) in enumerate(self._bars):
            row = QRect(0, place * height, self.width(), height)
            length = round((self.width() - left - right) * value / most)
            self._paint_bar(painter, row, left, length, label, self._text(value))

    def _paint_bar(self, painter: QPainter, row: QRect, left: int, length: int, label: str, value: str) -> None:
        look = theme.current()
        metrics = painter.fontMetrics()
        words = QRect(0, row.top(), left - 12, row.height())
        painter.setPen(look.colour("text"))
        elided = metrics.elidedText(label, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, elided)
        thick = max(row.height() * 5 // 9, 8)
        bar = QRect(left, row.center().y() - thick // 2 + 1, max(length, 2), thick)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("chart_rest" if label == OTHERS else "chart"))
        painter.drawRoundedRect(bar, 2, 2)
        painter.setPen(look.colour("text"))
        painter.drawText(row.adjusted(bar.right() + 8, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, value)


def _tool(name: str, tip: str) -> QToolButton:
    button = QToolButton()
    dress(button, name)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    return button
