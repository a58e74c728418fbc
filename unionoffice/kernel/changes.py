"""What one operation wrote: returned upward, shown to views as one signal."""

from __future__ import annotations

from collections.abc import Iterable


class Changes:
    """Record types and the ids touched in each; empty when a save changed nothing."""

    def __init__(self) -> None:
        self._ids: dict[str, set[str]] = {}

    def add(self, type_name: str, ids: Iterable[str]) -> None:
        """Note that records of `type_name` were created or changed."""
        self._ids.setdefault(type_name, set()).update(ids)

    def __contains__(self, type_name: str) -> bool:
        return type_name in self._ids

    def __bool__(self) -> bool:
        return any(self._ids.values())

    def ids(self, type_name: str) -> frozenset[str]:
        """Ids of the touched records of one type."""
        return frozenset(self._ids.get(type_name, ()))

    def types(self) -> frozenset[str]:
        """All touched record types."""
        return frozenset(self._ids)
