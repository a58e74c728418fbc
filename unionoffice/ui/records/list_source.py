"""A list whose rows are held in memory, and columns that are not fields of a record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unionoffice.models.choices import Choices
from unionoffice.models.fields import Field, Kind
from unionoffice.ui.records.rows import Column, Row, RowQuery


def column(key: str, label: str, kind: Kind = Kind.TEXT, choices: Choices | None = None) -> Column:
    """A column that is not a field of a record."""
    return Column(key, Field(label, kind, False, choices, "", True))


class ListSource:
    """Rows held in memory, filtered by words in any of their texts and by closed fields."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = tuple(columns)
        self._keys = [column.key for column in columns]
        self._rows: Sequence[Row] = ()
        self._found: tuple[RowQuery, list[Row]] | None = None

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Hold other rows."""
        self._rows = rows
        self._found = None

    def rows(self, query: RowQuery, offset: int, limit: int) -> Sequence[Row]:
        """One page."""
        return self._select(query)[offset : offset + limit]

    def count(self, query: RowQuery) -> int:
        """How many rows there are."""
        return len(self._select(query))

    def _select(self, query: RowQuery) -> list[Row]:
        if self._found is None or self._found[0] != query:
            words = query.text.split()
            rows = list(self._rows)
            if words or query.accepted:
                rows = [row for row in rows if self._accepted(row, query) and self._holds(row, words)]
            if query.sort is not None:
                place = self._keys.index(query.sort) + 1
                rows.sort(key=lambda row: _sort_key(row[place]), reverse=query.descending)
            self._found = (query, rows)
        return self._found[1]

    def _accepted(self, row: Row, query: RowQuery) -> bool:
        return all(str(row[self._keys.index(key) + 1]) in codes for key, codes in query.accepted.items())

    def _holds(self, row: Row, words: Sequence[str]) -> bool:
        if not words:
            return True
        cells = zip(self._columns, row[1:], strict=True)
        text = "|".join(column.field.text(value) for column, value in cells).upper()
        return all(word.upper() in text for word in words)


def _sort_key(value: Any) -> tuple[int, Any]:
    return (0, "") if value is None else (1, value)
