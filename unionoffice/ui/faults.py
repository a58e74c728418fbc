"""Bugs written to a log file, each with a number that a user can read out."""

from __future__ import annotations

import logging
import traceback
from datetime import datetime
from pathlib import Path

log = logging.getLogger(__name__)


class FaultLog:
    """The file `faults.log` in the folder of the program's logs."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "faults.log"
        self._count = 0

    def note(self, error: BaseException) -> str:
        """Write the traceback down and return its number."""
        self._count += 1
        number = f"{datetime.now():%m%d-%H%M%S}-{self._count}"
        report = "".join(traceback.format_exception(error))
        log.error("fault %s\n%s", number, report)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(f"[{number}]\n{report}\n")
        except OSError as fault:  # a full disk must not hide the first fault
            log.error("fault log not written: %s", fault)
        return number
