"""What was typed and not saved, kept in memory while one is elsewhere in the program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Drafts:
    """Changed values by record id; "" is the record not yet entered."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[str, Any]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, record_id: str, values: Mapping[str, Any]) -> None:
        """Keep what differs from the record; nothing differing forgets the draft."""
        if values:
            self._kept[record_id] = dict(values)
        else:
            self.drop(record_id)

    def find(self, record_id: str) -> dict[str, Any]:
        """What was kept, empty for nothing."""
        return dict(self._kept.get(record_id, {}))

    def drop(self, record_id: str) -> None:
        """Forget a draft."""
        self._kept.pop(record_id, None)
