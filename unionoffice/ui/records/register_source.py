"""A register's rows for the generic list."""

from __future__ import annotations

from collections.abc import Sequence

from unionoffice.models.fields import facts
from unionoffice.models.register import Register
from unionoffice.services.registers import ListQuery, Registers
from unionoffice.ui.records.rows import Column, Row, RowQuery

__all__ = ["ListQuery", "RegisterSource", "columns_of", "list_query"]


class RegisterSource:
    """Asks the service for pages of one register."""

    def __init__(self, register: Register, registers: Registers) -> None:
        self._register = register
        self._registers = registers

    def rows(self, query: RowQuery, offset: int, limit: int) -> Sequence[Row]:
        """(id, *column values) of one page."""
        return self._registers.rows(self._register, list_query(query), offset=offset, limit=limit)

    def count(self, query: RowQuery) -> int:
        """How many records the list has."""
        return self._registers.count(self._register, list_query(query))


def columns_of(register: Register) -> tuple[Column, ...]:
    """The list's columns as declared."""
    return tuple(Column(attribute.key, facts(attribute)) for attribute in register.columns)


def list_query(query: RowQuery) -> ListQuery:
    """The same question in the service's words."""
    return ListQuery(query.text, query.accepted, query.sort, query.descending, query.archived)
