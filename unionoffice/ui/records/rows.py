"""What a list asks for and where its rows come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from unionoffice.models.fields import Field

Row = Sequence[Any]
"""The record's id, then one value for each column of the list."""


@dataclass(frozen=True, slots=True)
class RowQuery:
    """Words looked for, accepted codes by field, the order, and whether archived records are shown instead."""

    text: str = ""
    accepted: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str | None = None
    descending: bool = False
    archived: bool = False

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.text.strip() or self.accepted or self.archived)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: the field's name and facts; `sortable` when the source can order by it."""

    key: str
    field: Field
    sortable: bool = True


class RowSource(Protocol):
    """Pages of rows and their number, both for the same query."""

    def rows(self, query: RowQuery, offset: int, limit: int) -> Sequence[Row]:
        """At most `limit` rows from `offset` on."""

    def count(self, query: RowQuery) -> int:
        """How many rows there are."""
