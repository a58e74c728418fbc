"""Rows of a list as a Qt item model that fetches them in blocks when they are looked at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, overload

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from unionoffice.models.fields import Kind
from unionoffice.ui import shown, theme
from unionoffice.ui.records.rows import Column, Row, RowQuery, RowSource
from unionoffice.ui.records.tones import tone_of

BLOCK = 200
_BLOCKS_KEPT = 40
_FEW = 3 * BLOCK
_SOON_DAYS = 30

ID_ROLE = Qt.ItemDataRole.UserRole
VALUE_ROLE = Qt.ItemDataRole.UserRole + 1
TONE_ROLE = Qt.ItemDataRole.UserRole + 2

_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_NUMBERS = frozenset({Kind.MONEY, Kind.INTEGER})
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class RecordTableModel(QAbstractTableModel):
    """A list of records over a `RowSource`. `due` names the date column whose passing is marked;
    `revealed` says whether sensitive values are shown in full."""

    def __init__(
        self,
        source: RowSource,
        columns: Sequence[Column],
        *,
        today: date,
        due: str | None = None,
        revealed: Callable[[], bool] = bool,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._columns = tuple(columns)
        self._today = today
        self._due = due
        self._revealed = revealed
        self._query = RowQuery()
        self._count = 0
        self._blocks: OrderedDict[int, Sequence[Row]] = OrderedDict()
        self._all_ids: list[str] | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in the order of the source's values."""
        return self._columns

    @property
    def query(self) -> RowQuery:
        """What is shown, with its order."""
        return self._query

    def set_query(self, query: RowQuery) -> None:
        """Show another selection of rows."""
        self._reset(query)

    def reload(self) -> None:
        """Ask the source again; rows stay where they are when their number did not change."""
        count = self._source.count(self._query)
        if count != self._count:
            self._reset(self._query)
        else:
            self._blocks.clear()
            self._all_ids = None
            if count:
                self.dataChanged.emit(self.index(0, 0), self.index(count - 1, len(self._columns) - 1))

    def id_at(self, row: int) -> str:
        """The id of the record in `row`, "" when the row is gone."""
        values = self._row(row)
        return str(values[0]) if values is not None else ""

    def ids_at(self, rows: Sequence[int]) -> list[str]:
        """The ids of many rows; beyond a few blocks the source is asked once for everything, not block by block."""
        if len(rows) <= _FEW:
            return [found for row in rows if (found := self.id_at(row))]
        if self._all_ids is None:
            self._all_ids = [str(values[0]) for values in self._source.rows(self._query, 0, self._count)]
        return [self._all_ids[row] for row in rows if row < len(self._all_ids)]

    def texts_at(self, rows: Sequence[int], columns: Sequence[int]) -> list[list[str]]:
        """Values of many rows as they are read in the list, asked for like `ids_at`."""
        if len(rows) <= _FEW:
            found = [values for row in rows if (values := self._row(row)) is not None]
        else:
            everything = self._source.rows(self._query, 0, self._count)
            found = [everything[row] for row in rows if row < len(everything)]
        facts = [(column + 1, self._columns[column].field) for column in columns]
        revealed = self._revealed()
        return [[shown.text(field, values[place], revealed=revealed) for place, field in facts] for values in found]

    def text_at(self, row: int, column: int) -> str:
        """One value as it is read in the list, "" when the row is gone."""
        return next((texts[0] for texts in self.texts_at([row], [column])), "")

    def row_of(self, record_id: str) -> int:
        """The row of a record among those already fetched, -1 when it is not there."""
        for start, block in self._blocks.items():
            for offset, values in enumerate(block):
                if values[0] == record_id:
                    return start * BLOCK + offset
        return -1

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        key = self._columns[column].key if 0 <= column < len(self._columns) else None
        descending = key is not None and order == Qt.SortOrder.DescendingOrder
        if (key, descending) != (self._query.sort, self._query.descending):
            self._reset(replace(self._query, sort=key, descending=descending))

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: _Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in _ANSWERED:
            return None
        column = self._columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.field.kind in _NUMBERS else _LEFT
        values = self._row(index.row())
        if values is None:
            return None
        if role == ID_ROLE:
            return values[0]
        return self._answer(column, values[index.column() + 1], role)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return section + 1 if role == Qt.ItemDataRole.DisplayRole else None
        if not 0 <= section < len(self._columns):
            return None
        facts = self._columns[section].field
        if role == Qt.ItemDataRole.DisplayRole:
            return facts.label
        if role == Qt.ItemDataRole.ToolTipRole:
            return facts.help or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if facts.kind in _NUMBERS else _LEFT
        return None

    def _answer(self, column: Column, value: Any, role: int) -> Any:
        if role == VALUE_ROLE:
            return value
        if role == TONE_ROLE:
            return tone_of(value) if column.field.kind is Kind.STATE and value is not None else None
        tone, sign = self._due_mark(column, value)
        if role == Qt.ItemDataRole.ForegroundRole:
            return theme.current().colour(tone) if tone else None
        text = shown.text(column.field, value, revealed=self._revealed())
        return f"{text}　{sign}" if sign else text.replace("\n", " ")

    def _due_mark(self, column: Column, value: Any) -> tuple[str, str]:
        if column.key != self._due or not isinstance(value, date):
            return "", ""
        days = (value - self._today).days
        if days < 0:
            return "red", "已过期"
        if days == 0:
            return "amber", "今天到期"
        return ("amber", f"剩 {days} 天") if days <= _SOON_DAYS else ("", "")

    def _row(self, row: int) -> Row | None:
        if not 0 <= row < self._count:
            return None
        number, offset = divmod(row, BLOCK)
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = self._source.rows(self._query, number * BLOCK, BLOCK)
            while len(self._blocks) > _BLOCKS_KEPT:
                self._blocks.popitem(last=False)
        return block[offset] if offset < len(block) else None

    def _reset(self, query: RowQuery) -> None:
        self.beginResetModel()
        self._query = query
        self._blocks.clear()
        self._all_ids = None
        self._count = self._source.count(query)
        self.endResetModel()


class SelectedIds(Sequence[str]):
    """Ids of selected rows, from top to bottom; counted at once, fetched only when somebody looks at them."""

    def __init__(self, model: RecordTableModel, rows: Sequence[int]) -> None:
        self._model = model
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return self._model.ids_at(self._rows[place])
        return self._model.id_at(self._rows[place])


_ANSWERED = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ForegroundRole,
        Qt.ItemDataRole.TextAlignmentRole,
        ID_ROLE,
        VALUE_ROLE,
        TONE_ROLE,
    }
)
