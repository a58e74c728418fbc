"""Backups (备份): of which kinds, and which of them newer ones make superfluous (F98; rules/backups.json)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from unionoffice.models.choices import Choice


class BackupKind(Choice):
    """Why a backup was made."""

    AUTOMATIC = "automatic", "自动"
    MANUAL = "manual", "手工"
    MIGRATION = "migration", "升级前"


@dataclass(frozen=True, slots=True)
class Kept:
    """One backup as rotation sees it. `number` ascends from backup to backup, whatever the clock shows."""

    name: str
    number: int
    made_at: datetime
    kind: BackupKind
    good: bool = True


def superseded(kept: Sequence[Kept], rule: Mapping[str, Any]) -> list[str]:
    """The names of backups that may go: automatic, good, and the newest neither of all nor of a period to be kept.

    Periods are counted among the backups themselves, newest first by number, never from today: a clock set wrong, or a
    year without work, takes nothing away. A damaged backup counts for nothing and is left for somebody to look at.
    """
    rotating = [each for each in kept if each.good and each.kind is BackupKind.AUTOMATIC]
    newest_first = sorted(rotating, key=lambda each: (each.number, each.made_at, each.name), reverse=True)
    staying = {each.name for each in newest_first[: max(1, rule["recent"])]}
    for rule_name, period in _PERIODS.items():
        seen: set[object] = set()
        for each in newest_first:
            if len(seen) >= rule[rule_name]:
                break
            if period(each.made_at) not in seen:
                seen.add(period(each.made_at))
                staying.add(each.name)
    return [each.name for each in newest_first if each.name not in staying]


_PERIODS: dict[str, Callable[[datetime], object]] = {
    "daily": lambda at: at.date(),
    "weekly": lambda at: at.isocalendar()[:2],
    "monthly": lambda at: (at.year, at.month),
}
