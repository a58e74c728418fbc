"""A last day that follows from the day on which something was received, for every record type that has both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol


class Received(Protocol):
    """What is received on a day and due by another."""

    received_on: date
    due_on: date | None


def filled_in(record: Received, name: str, day: date | None, latest: Callable[[date], date]) -> date | None:
    """What `due_on` or `received_on` is to be, for `validates` of both: a blank last day is the `latest` one.

    What was typed stays.
    """
    if name == "received_on" and day is not None and record.due_on is None:
        record.due_on = latest(day)
    if name == "due_on" and day is None and record.received_on is not None:
        return latest(record.received_on)
    return day
