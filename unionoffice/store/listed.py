"""Who stood on a list that went out, kept in one line of the access log, so that “who saw this one” has an answer.

Some records are kept by their ids. More would outweigh the log, so of a long list one bit is kept for every record of
its type that the change log had created by then, in that order: nobody is ever put in before another one there, so a
place stays what it was. A list of everybody takes a few bytes, any choice among 100,000 at most 17 kB.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

MOST_IDS = 50
"""Longer lists are kept as bits."""

_CREATED = "FROM change_entry WHERE record_type = :type AND action = 'create'"


def packed(session: Session, listed: Mapping[str, Collection[str]]) -> str | None:
    """What the log keeps of the ids on a list by record type; None for nobody."""
    found: dict[str, Any] = {}
    for record_type, ids in listed.items():
        wanted = set(ids)
        if len(wanted) > MOST_IDS:
            found[record_type] = _bits(session, record_type, wanted)
        elif wanted:
            found[record_type] = sorted(wanted)
    return msgspec.json.encode(found).decode() if found else None


def lines_with(session: Session, record_type: str, record_id: str) -> list[int]:
    """The numbers of the lines of the access log on whose list a record stood."""
    rows = session.execute(
        text("SELECT seq, listed FROM access_entry WHERE listed IS NOT NULL AND instr(listed, :type) > 0"),
        {"type": f'"{record_type}"'},
    )
    place: int | None = None
    found = []
    for seq, kept in rows.all():
        whose = msgspec.json.decode(kept).get(record_type, ())
        if isinstance(whose, str):
            place = _place(session, record_type, record_id) if place is None else place
            if _is_set(zlib.decompress(b64decode(whose)), place):
                found.append(seq)
        elif record_id in whose:
            found.append(seq)
    return found


def _bits(session: Session, record_type: str, wanted: set[str]) -> str:
    created = session.execute(text(f"SELECT record_id {_CREATED} ORDER BY seq"), {"type": record_type}).scalars().all()
    bits = bytearray(-(-len(created) // 8))
    for place, record_id in enumerate(created):
        if record_id in wanted:
            bits[place >> 3] |= 1 << (place & 7)
    return b64encode(zlib.compress(bits, 9)).decode()


def _place(session: Session, record_type: str, record_id: str) -> int:
    """Where a record stands among those of its type; behind all of them when the log never created it."""
    before = f"SELECT count(*) {_CREATED} AND seq < coalesce((SELECT min(seq) {_CREATED} AND record_id = :id), 1e18)"
    return int(session.execute(text(before), {"type": record_type, "id": record_id}).scalar_one())


def _is_set(bits: bytes, place: int) -> bool:
    return place >> 3 < len(bits) and bool(bits[place >> 3] >> (place & 7) & 1)
