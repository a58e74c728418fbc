"""The only road from a click to the office: runs an operation, tells what went wrong, says once what changed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import perf_counter
from typing import Any

from PySide6.QtCore import QObject, Signal

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Cancelled, UserError
from unionoffice.kernel.progress import Progress
from unionoffice.ui.faults import FaultLog
from unionoffice.ui.jobs import Job, Jobs
from unionoffice.ui.prompts import Prompts

Outcome = Changes | tuple[Any, Changes]
"""What an operation returns: what it changed, with a value in front where it made or found one."""

SLOW_MILLISECONDS = 100

log = logging.getLogger(__name__)


class Operations(QObject):
    """Signals: changed(Changes, initiator) once for every operation that changed something;
    cancelled(title) when the user stopped a background operation. `alone` is whether one runs that nothing may
    disturb."""

    changed = Signal(object, object)
    cancelled = Signal(str)

    def __init__(self, prompts: Prompts, jobs: Jobs, faults: FaultLog, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._prompts = prompts
        self._jobs = jobs
        self._faults = faults
        self.alone = False

    def run(
        self,
        operation: Callable[[], Outcome],
        *,
        initiator: object = None,
        done: Callable[[Any], None] | None = None,
        refused: Callable[[UserError], bool] | None = None,
    ) -> bool:
        """Run `operation` now; True when it ended well.

        `done` gets its value after the views have been told; `refused` may show an error where it belongs, beside
        its field, and answers whether it did.
        """
        started = perf_counter()
        try:
            outcome = operation()
        except UserError as error:
            if refused is None or not refused(error):
                self._prompts.show_error(error)
            return False
        except Exception as error:  # noqa: BLE001 - one of the two places where a bug ends
            self.report_fault(error)
            return False
        self._note_time(operation, perf_counter() - started)
        self._deliver(outcome, initiator, done)
        return True

    def run_in_background(
        self,
        operation: Callable[[Progress], Outcome],
        *,
        title: str,
        initiator: object = None,
        done: Callable[[Any], None] | None = None,
        failed: Callable[[], None] | None = None,
    ) -> None:
        """Queue `operation` for the one database worker; its end is handled like that of `run`.

        `failed` is called before the user is told why it did not end well, also when he stopped it.
        """

        def finished(outcome: Outcome | None, error: Exception | None) -> None:
            if error is None:
                assert outcome is not None
                self._deliver(outcome, initiator, done)
                return
            if failed is not None:
                failed()
            if isinstance(error, Cancelled):
                self.cancelled.emit(title)
            elif isinstance(error, UserError):
                self._prompts.show_error(error)
            else:
                self.report_fault(error)

        self._jobs.start(Job(title, operation, finished))

    def run_alone(
        self,
        operation: Callable[[Progress], Outcome],
        *,
        title: str,
        initiator: object = None,
        done: Callable[[Any], None] | None = None,
        failed: Callable[[], None] | None = None,
    ) -> None:
        """`run_in_background` for work beside which nothing may read or write: the user waits in front of it.

        Meanwhile `alone` is yes. Not begun while other work is running.
        """
        if self._jobs.running:
            self._prompts.show_error(UserError("还有别的工作没有完成，请等它结束再办。"))
            return

        def work(progress: Progress) -> Outcome:
            try:
                return operation(progress)
            finally:
                self.alone = False

        self.alone = True
        self.run_in_background(work, title=title, initiator=initiator, done=done, failed=failed)
        self._prompts.stay_with(title, self._jobs)

    def report_fault(self, error: BaseException) -> None:
        """Write a bug to the log file and tell its number; also the end of `sys.excepthook`."""
        self._prompts.show_fault(self._faults.note(error), self._faults.path)

    def _deliver(self, outcome: Outcome, initiator: object, done: Callable[[Any], None] | None) -> None:
        value, changes = outcome if isinstance(outcome, tuple) else (None, outcome)
        if changes:
            self.changed.emit(changes, initiator)
        if done is not None:
            done(value)

    def _note_time(self, operation: Callable[[], Outcome], seconds: float) -> None:
        if seconds * 1000 > SLOW_MILLISECONDS:
            called = getattr(operation, "__qualname__", repr(operation))  # a partial has none
            log.warning("slow in the foreground: %s took %d ms", called, seconds * 1000)
