"""How long work tells how far it is and learns that it should stop: the only thing passed downward besides values."""

from __future__ import annotations

from typing import Protocol

from unionoffice.kernel.errors import Cancelled


class Progress(Protocol):
    """Given to every operation that may take longer than a second."""

    @property
    def cancelled(self) -> bool:
        """Whether the user asked to stop."""

    def report(self, done: int, total: int, text: str) -> None:
        """Show `text` and the share done; `total` 0 means the end is not known."""


class Silent:
    """Progress nobody watches."""

    cancelled = False

    def report(self, done: int, total: int, text: str) -> None:
        """Say nothing."""


def step(progress: Progress, done: int, total: int, text: str) -> None:
    """Report, and stop with `Cancelled` when the user asked to."""
    if progress.cancelled:
        raise Cancelled
    progress.report(done, total, text)
