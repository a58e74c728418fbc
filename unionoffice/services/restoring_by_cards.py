"""Restoring an encrypted backup when nobody has a password for it any more: by two recovery cards (F95, F98)."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from unionoffice.kernel.clock import Clock
from unionoffice.services import recovery
from unionoffice.store import backup
from unionoffice.store.engine import SUFFIX


def open_by_cards(
    chosen: Path, texts: Sequence[str], clock: Clock
) -> tuple[recovery.OpenedByCards, list[tuple[str, str]]]:
    """The way into a backup by two cards, and the system administrators it knows, by id and name.

    One of them restores: `restore(..., login=Login(opened.key, user_id))`, then `recovery.recover` gives him a new
    password. Raises as `recovery.open_by_cards`, and DamagedError.
    """
    with tempfile.TemporaryDirectory(prefix="unionoffice-") as folder:  # encrypted, whatever becomes of it
        scratch = Path(folder) / f"{chosen.stem}{SUFFIX}"
        backup.extract(chosen, scratch)
        opened = recovery.open_by_cards(scratch, texts)
        return opened, recovery.administrators(scratch, opened, clock)
