"""A list to be typed or pasted, as forms about nothing and papers ask for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
)

from unionoffice.services.forms.kinds import unread_day
from unionoffice.ui import shown, theme

_ROWS_SHOWN = 5
_EMPTY_ROWS = 3
_COLUMN = 90
_HOW = "在这里直接填写，或从 Excel 复制后按 Ctrl+V 粘贴；按 Delete 清空选中的格子。"
_PROJECTING = "正在投屏，遮盖着的格子不能改，结束投屏后可以查看和修改。"

_NO_EVENT = QEvent(QEvent.Type.None_)


class ListEditor(QTableWidget):
    """Empty rows count for nothing; what is no day in a field of `days` is marked. While projecting, what
    others may not read is masked and cannot be changed.

    Signals: edited().
    """

    edited = Signal()

    def __init__(self, name: str, fields: Sequence[str], days: Collection[str] = ()) -> None:
        self._fields = [field for field in fields if field != "序号"]
        self._days = frozenset(days)
        super().__init__(0, len(self._fields))
        self.setAccessibleName(name)
        self.setHorizontalHeaderLabels(self._fields)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setDefaultSectionSize(_COLUMN)
        self._let_rows(_EMPTY_ROWS)
        self.itemChanged.connect(lambda _: self._grow())
        shown.screen.changed.connect(self._cover)
        self._cover()
        theme.follow(self, ListEditor._fit)

    def value(self) -> list[dict[str, str]]:
        """The rows by field, without the empty ones."""
        rows = [
            {field: self._text(row, column) for column, field in enumerate(self._fields)}
            for row in range(self.rowCount())
        ]
        return [row for row in rows if any(row.values())]

    def set_value(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Show these rows."""
        self.blockSignals(True)
        self.setRowCount(0)
        self._let_rows(len(rows) + _EMPTY_ROWS)
        for row, values in enumerate(rows):
            for column, field in enumerate(self._fields):
                self._cell(row, column).setText(values.get(field, ""))
        self.blockSignals(False)

    def paste(self, text: str) -> None:
        """Put lines of cells in from the current cell on, but where something is covered."""
        top, left = max(self.currentRow(), 0), max(self.currentColumn(), 0)
        lines = text.rstrip("\n").split("\n")
        self.blockSignals(True)
        self._let_rows(max(self.rowCount(), top + len(lines) + 1))
        for row, line in enumerate(lines):
            for column, cell in enumerate(line.rstrip("\r").split("\t")):
                self._type(top + row, left + column, cell.strip())
        self.blockSignals(False)
        self.edited.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste(QGuiApplication.clipboard().text())
        elif event.key() == Qt.Key.Key_Delete:
            for index in self.selectedIndexes():
                self._type(index.row(), index.column(), "")
        else:
            super().keyPressEvent(event)

    def edit(  # type: ignore[override]
        self,
        index: QModelIndex | QPersistentModelIndex,
        trigger: QAbstractItemView.EditTrigger = QAbstractItemView.EditTrigger.AllEditTriggers,
        event: QEvent = _NO_EVENT,
    ) -> bool:
        item = self.item(index.row(), index.column())
        if isinstance(item, _Cell) and item.covered:
            return False
        return bool(super().edit(index, trigger, event))

    def _type(self, row: int, column: int, text: str) -> None:
        item = self.item(row, column)
        if isinstance(item, _Cell) and not item.covered:
            item.setText(text)

    def _cell(self, row: int, column: int) -> QTableWidgetItem:
        item = self.item(row, column)
        assert item is not None
        return item

    def _let_rows(self, count: int) -> None:
        """Have so many rows, every cell of which knows whether it is to be masked."""
        first = self.rowCount()
        blocked = self.blockSignals(True)
        self.setRowCount(count)
        for row in range(first, count):
            for column, field in enumerate(self._fields):
                self.setItem(row, column, _Cell(field, day=field in self._days))
        self.blockSignals(blocked)

    def _grow(self) -> None:
        last = self.rowCount() - 1
        if any(self._text(last, column) for column in range(self.columnCount())):
            self._let_rows(self.rowCount() + 1)
        self.edited.emit()

    def _text(self, row: int, column: int) -> str:
        item = self.item(row, column)
        return str(item.data(Qt.ItemDataRole.EditRole) or "").strip() if item is not None else ""

    def _cover(self) -> None:
        """Show all as it may be read now; what is being typed is taken in before."""
        for line in self.viewport().findChildren(QLineEdit):
            self.commitData(line)
            self.closeEditor(line, QAbstractItemDelegate.EndEditHint.NoHint)
        self.setToolTip(_PROJECTING if shown.screen.projecting else _HOW)
        self.viewport().update()

    def _fit(self, look: theme.Theme) -> None:
        self.verticalHeader().setDefaultSectionSize(look.size("row"))
        self.setFixedHeight((_ROWS_SHOWN + 1) * look.size("row"))


class _Cell(QTableWidgetItem):
    """A cell that shows of what was typed what may be read now."""

    def __init__(self, field: str, *, day: bool) -> None:
        super().__init__()
        self._field = field
        self._day = day

    @property
    def covered(self) -> bool:
        """Whether less is shown than was typed."""
        return bool(self.data(Qt.ItemDataRole.DisplayRole) != self.data(Qt.ItemDataRole.EditRole))

    def data(self, role: int) -> Any:
        if role in _MARKS and self._day and not self.covered:
            problem = unread_day(super().data(Qt.ItemDataRole.EditRole) or "")
            return _MARKS[role](problem) if problem else super().data(role)
        found = super().data(role)
        return shown.typed(self._field, found) if role == Qt.ItemDataRole.DisplayRole and found else found


_MARKS: Mapping[int, Callable[[str], Any]] = {
    Qt.ItemDataRole.ToolTipRole: lambda problem: problem,
    Qt.ItemDataRole.ForegroundRole: lambda _: theme.current().colour("red"),
    Qt.ItemDataRole.BackgroundRole: lambda _: theme.current().colour("red_ground"),
}
"""How a cell is marked that holds no day."""
