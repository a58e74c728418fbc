"""The time, handed in so that tests and replays decide it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol


class Clock(Protocol):
    """Local wall-clock time of the office's PC."""

    def now(self) -> datetime:
        """Now, without a time zone, to the second's fraction the system gives."""

    def today(self) -> date:
        """Today's date."""


class SystemClock:
    """The PC's own clock."""

    def now(self) -> datetime:
        return datetime.now()

    def today(self) -> date:
        return date.today()


class FixedClock:
    """A clock that stands still until it is set."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def today(self) -> date:
        return self.time.date()
