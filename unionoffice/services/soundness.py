"""Whether an office file should be worked in at all: asked at every start, so nothing heavy is imported here (F98)."""

from __future__ import annotations

import logging
from pathlib import Path

from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.store import replacing
from unionoffice.store.engine import check_head


def trouble(office: Path, *, key: bytes | None = None, whole: bool = True, reading: bool = False) -> str | None:
    """The sentence why an office should not be worked in but restored; None when it seems sound. For every start.

    Every page is looked at, which takes half a second for 100,000 members, a second when encrypted. Without `whole`
    only head, length and tables, at no cost, unless the office was not closed in order. A file that is in use by
    another program is not damaged. With `reading` nothing is written, not even beside it.
    """
    if not office.exists():
        return f"找不到办公文件“{office}”。"
    try:
        check_head(office, key=key)
    except EnvironmentFault as fault:
        return fault.sentence
    try:
        found = replacing.damage(office, key=key, whole=whole or replacing.left_open(office), reading=reading)
    except EnvironmentFault:
        return None  # held or on a failing disk: opening it says so
    if found is None:
        return None
    logging.getLogger(__name__).error("office damaged: %s", found)
    return f"办公文件“{office.name}”已损坏，没有打开，也没有改动它。"
