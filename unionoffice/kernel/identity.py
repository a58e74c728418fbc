"""Record ids and the person who acts."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field


def new_ids(count: int) -> list[str]:
    """`count` fresh UUIDv7 (RFC 9562) as 32 hex digits, ascending, so that insertion order is id order.

    The 12 bits after the version and the 14 after the variant hold a counter, the rest is random.
    """
    noise = os.urandom(6 * count).hex()
    start = _Sequence.reserve(time.time_ns() // 1_000_000, count)
    ids: list[str] = []
    while len(ids) < count:
        number, at = start + len(ids), 12 * len(ids)
        head = f"{number >> 26:012x}7{number >> 14 & 0xFFF:03x}"
        low = 0x8000 | number & 0x3FFF  # up to where the counter runs over into the head
        until = min(0xC000, low + count - len(ids))
        ids += [f"{head}{low + add:04x}{noise[at + 12 * add : at + 12 * add + 12]}" for add in range(until - low)]
    return ids


def new_id() -> str:
    """One fresh id; see `new_ids`."""
    return new_ids(1)[0]


class _Sequence:
    """The last (millisecond, counter) handed out by this process, as one number; never goes back with the clock."""

    last = 0

    @classmethod
    def reserve(cls, milliseconds: int, count: int) -> int:
        start = max(milliseconds << 26, cls.last + 1)
        cls.last = start + count - 1
        return start


ALL_ROLES = frozenset({"admin", "officer", "reviewer", "chair", "auditor"})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the name written into the change log, and the roles held.

    In an office without users (a plain, unencrypted file) `user_id` is None and everybody holds all roles. `units`
    holds the ids of the units somebody is in charge of with all below them, None for the whole union; `deputy_for` the
    names of those whose roles are among his own only for a time. `tiers` are the closed tiers granted to himself:
    neither a role nor a deputy brings one.
    """

    name: str
    roles: frozenset[str] = field(default=ALL_ROLES)
    user_id: str | None = None
    units: frozenset[str] | None = None
    deputy_for: tuple[str, ...] = ()
    tiers: frozenset[str] = frozenset()

    def holds(self, tier: str) -> bool:
        """Whether a closed tier is open to him; in an office without users every one is."""
        return self.user_id is None or tier in self.tiers
