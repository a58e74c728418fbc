"""A whole list: filters, table, what can be done to the selected rows, and what stands there when it is empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from unionoffice.ui import theme
from unionoffice.ui.icons import dress
from unionoffice.ui.page import CommandButton, set_primary
from unionoffice.ui.records.empty_state import EmptyState
from unionoffice.ui.records.filter_bar import FilterBar
from unionoffice.ui.records.rows import Column, RowSource
from unionoffice.ui.records.table import RecordTable
from unionoffice.ui.records.table_model import BLOCK, RecordTableModel


@dataclass(frozen=True, slots=True)
class EmptyWords:
    """What an empty list says: what belongs here, and the step to begin (and a second one such as 导入)."""

    title: str
    text: str
    icon: str
    button: str = ""
    second: str = ""

    def offering(self, *, first: bool, second: bool = True) -> EmptyWords:
        """The same with only those steps that may be taken."""
        return replace(self, button=self.button if first else "", second=self.second if second else "")


class RecordList(QWidget):
    """Signals: opened(id), preview_requested(), selection_changed(sequence of ids), counted(rows), state_changed(),
    begin_requested() and second_requested() from the empty list's buttons."""

    opened = Signal(str)
    preview_requested = Signal()
    selection_changed = Signal(object)
    counted = Signal(int)
    state_changed = Signal()
    begin_requested = Signal()
    second_requested = Signal()

    def __init__(
        self,
        source: RowSource,
        columns: Sequence[Column],
        empty: EmptyWords,
        *,
        today: date,
        filters: Sequence[Column] | None = None,
        placeholder: str = "在列表中查找",
        due: str | None = None,
        archive: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = empty
        self._leading: QPushButton | None = None
        self._loaded = False
        self.model = RecordTableModel(source, columns, today=today, due=due, parent=self)
        self.table = RecordTable(self.model, due=due)
        self.filters = FilterBar(columns if filters is None else filters, placeholder=placeholder, archive=archive)
        self.empty = EmptyState()
        self._stack = QStackedWidget()
        self._selection_bar = _SelectionBar()
        self._lay_out()
        self._connect()

    def load(self) -> None:
        """Read the rows for the filters as they are."""
        self._loaded = True
        current = self.model.query
        self.model.set_query(replace(self.filters.query(), sort=current.sort, descending=current.descending))

    def load_once(self) -> None:
        """Read the rows unless that was done."""
        if not self._loaded:
            self.load()

    def reload(self) -> None:
        """Read the rows again, keeping the selection."""
        selected, rows = self.table.selected_ids(BLOCK), self.model.rowCount()
        self.model.reload()
        if self.model.rowCount() != rows:
            self.table.select(selected)

    def set_commands(self, commands: Sequence[QAction]) -> None:
        """What can be done to the selected rows: in the bar below the table and in the menu on a row."""
        self._selection_bar.set_commands(commands)
        self.table.set_commands(commands)

    def add_to_tool_row(self, widget: QWidget) -> None:
        """Put a button at the right of the filters."""
        self._commands.addWidget(widget)
        self._arrange_tools()

    def set_leading(self, button: QPushButton) -> None:
        """The page's primary button; it steps back while the empty list itself offers the first step."""
        self._leading = button

    def state(self) -> dict[str, Any]:
        """Filters, columns, sorting and selection, but no words searched for: those name people of this office."""
        return {
            "filters": {**self.filters.state(), "text": ""},
            "table": self.table.layout_state(),
            "selected": self.table.selected_ids(1),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave, and read the rows."""
        self.filters.restore(state.get("filters", {}))
        self.table.restore_layout(state.get("table", {}))
        self.load()
        if self.model.rowCount():
            self.model.id_at(0)
        self.table.select(state.get("selected", []))

    def _lay_out(self) -> None:
        frame = QFrame()
        frame.setObjectName("table_frame")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        theme.follow(self._stack, lambda stack, look: stack.setMinimumHeight(look.size("row") * 4))
        inside.addWidget(self._stack, 1)
        inside.addWidget(self._selection_bar)
        columns = QToolButton()
        dress(columns, "columns")
        columns.setToolTip("选择要显示的列")
        columns.setAccessibleName("选择要显示的列")
        columns.clicked.connect(lambda: self.table.show_column_menu(columns.mapToGlobal(QPoint(0, columns.height()))))
        self._commands = QHBoxLayout()
        self._commands.setSpacing(8)
        self._commands.addStretch(1)
        self._commands.addWidget(columns)
        self._tools = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._tools.setSpacing(8)
        self._tools.addWidget(self.filters, 1)
        self._tools.addLayout(self._commands)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(self._tools)
        layout.addWidget(frame, 1)

    def _arrange_tools(self) -> None:
        """Filters and commands in one row where both fit, else the commands above; one small button stays there."""
        needed = self.filters.sizeHint().width() + self._commands.sizeHint().width() + self._tools.spacing()
        wide = needed <= self.width() or self._commands.count() <= 2
        directions = QBoxLayout.Direction
        self._tools.setDirection(directions.LeftToRight if wide else directions.BottomToTop)

    def _connect(self) -> None:
        self.filters.changed.connect(self._arrange_tools)
        self.filters.changed.connect(self.load)
        self.filters.changed.connect(self.state_changed)
        self.table.opened.connect(self.opened)
        self.table.preview_requested.connect(self.preview_requested)
        self.table.selection_changed.connect(self._selected)
        self.table.layout_changed.connect(self.state_changed)
        self.model.modelReset.connect(self._show_rows)
        self.empty.acted.connect(self._act)
        self.empty.acted_second.connect(self.second_requested)
        self._selection_bar.cleared.connect(self.table.clearSelection)

    def _selected(self, ids: Sequence[str]) -> None:
        self._selection_bar.show_count(len(ids))
        self.selection_changed.emit(ids)

    def _show_rows(self) -> None:
        rows = self.model.rowCount()
        self.counted.emit(rows)
        if self._leading is not None:
            set_primary(self._leading, bool(rows or self.model.query.filtered or not self._words.button))
        if rows:
            self._stack.setCurrentWidget(self.table)
            return
        if self.model.query.filtered:
            self.empty.say(
                "没有符合条件的记录", "换一个词，或放宽筛选条件。", icon="filter", button="清除筛选", primary=False
            )
        else:
            words = self._words
            self.empty.say(words.title, words.text, icon=words.icon, button=words.button, second=words.second)
        self._stack.setCurrentWidget(self.empty)

    def _act(self) -> None:
        if self.model.query.filtered:
            self.filters.clear()
        else:
            self.begin_requested.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange_tools()


class _SelectionBar(QFrame):
    """Signals: cleared()."""

    cleared = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("selection_bar")
        self._count = QLabel()
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        clear = QPushButton("取消选择")
        clear.setObjectName("link")
        clear.clicked.connect(self.cleared)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.setSpacing(16)
        layout.addWidget(self._count)
        layout.addLayout(self._buttons)
        layout.addStretch(1)
        layout.addWidget(clear)
        self.hide()

    def set_commands(self, commands: Sequence[QAction]) -> None:
        for action in commands:
            self._buttons.addWidget(CommandButton(action))

    def show_count(self, count: int) -> None:
        self._count.setText(f"已选 {count:,} 条")
        self.setVisible(count > 1)
