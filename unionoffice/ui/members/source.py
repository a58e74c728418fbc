"""The members' rows for the generic list."""

from __future__ import annotations

from collections.abc import Sequence

from unionoffice.services.members import MemberQuery, Members
from unionoffice.ui.members.fields import LACKING
from unionoffice.ui.records.rows import Row, RowQuery


class MemberSource:
    """Asks the service for pages of the roll."""

    def __init__(self, members: Members, columns: Sequence[str]) -> None:
        self._members = members
        self._columns = tuple(columns)

    def rows(self, query: RowQuery, offset: int, limit: int) -> Sequence[Row]:
        """(id, *column values) of one page."""
        return self._members.rows(self._columns, member_query(query), offset=offset, limit=limit)

    def count(self, query: RowQuery) -> int:
        """How many members the list has."""
        return self._members.count(member_query(query))


def member_query(query: RowQuery) -> MemberQuery:
    """The same question in the service's words."""
    accepted = {name: codes for name, codes in query.accepted.items() if name != LACKING}
    lacking = tuple(query.accepted.get(LACKING, ()))
    return MemberQuery(query.text, accepted=accepted, lacking=lacking, sort=query.sort, descending=query.descending)
