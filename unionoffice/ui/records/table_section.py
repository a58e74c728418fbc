"""A titled table inside a record, as high as its rows: relatives, shares, terms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from unionoffice.ui import theme
from unionoffice.ui.page import CommandButton
from unionoffice.ui.records.rows import Column, Row, RowQuery
from unionoffice.ui.records.table import RecordTable
from unionoffice.ui.records.table_model import RecordTableModel

_MOST = 12


class GivenRows:
    """Rows that were read with their record."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._places = {column.key: place + 1 for place, column in enumerate(columns)}
        self.given: Sequence[Row] = ()

    def rows(self, query: RowQuery, offset: int, limit: int) -> Sequence[Row]:
        """Some of the rows, in the order asked for; blanks come first."""
        found = list(self.given)
        if query.sort is not None:
            place = self._places[query.sort]
            found.sort(key=lambda row: _order(row[place]), reverse=query.descending)
        return found[offset : offset + limit]

    def count(self, query: RowQuery) -> int:
        """How many rows were given."""
        return len(self.given)


class TableSection(QFrame):
    """`commands` are always offered, `row_commands` for the selected row, also in its menu; `revealed` says whether
    sensitive values are shown in full.

    Signals: opened(row id) on Enter or double click.
    """

    opened = Signal(str)

    def __init__(
        self,
        title: str,
        columns: Sequence[Column],
        *,
        today: date,
        empty: str,
        commands: Sequence[QAction] = (),
        row_commands: Sequence[QAction] = (),
        revealed: Callable[[], bool] = bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._source = GivenRows(columns)
        self._model = RecordTableModel(self._source, columns, today=today, revealed=revealed, parent=self)
        self.table = RecordTable(self._model)
        theme.follow(self, TableSection._fit)
        self.table.setAccessibleName(title)
        self.table.set_commands(row_commands)
        self._row_commands = tuple(row_commands)
        self._empty = QLabel(empty)
        self._empty.setObjectName("secondary")
        self._empty.setWordWrap(True)
        self._lay_out(title, [*row_commands, *commands])
        self.table.opened.connect(self.opened)
        self.table.selection_changed.connect(self._offer)
        self.show_rows(())

    @property
    def selected_id(self) -> str:
        """The id of the selected row, "" for none or several."""
        ids = self.table.selected_ids()
        return ids[0] if len(ids) == 1 else ""

    @property
    def texts(self) -> list[list[str]]:
        """What the table says, row by row."""
        columns = range(self._model.columnCount())
        return [[self._model.text_at(row, column) for column in columns] for row in range(self._model.rowCount())]

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self._source.given = rows
        self._model.set_query(self._model.query)
        self._fit(theme.current())
        self.table.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        self._offer([])

    def _fit(self, look: theme.Theme) -> None:
        rows = min(self._model.rowCount(), _MOST)
        self.table.setFixedHeight((rows + 1) * look.size("row") + look.size("space3"))

    def _offer(self, ids: list[str]) -> None:
        for command in self._row_commands:
            command.setEnabled(len(ids) == 1)

    def _lay_out(self, title: str, commands: Sequence[QAction]) -> None:
        label = QLabel(title)
        label.setObjectName("section_title")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label)
        head.addStretch(1)
        for command in commands:
            head.addWidget(CommandButton(command))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.table)
        layout.addWidget(self._empty)


def _order(value: Any) -> tuple[bool, Any]:
    return (False, "") if value is None or value == "" else (True, value)
