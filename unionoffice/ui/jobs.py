"""Work off the window's thread: one database worker, one job after the other, with progress and cancel."""

from __future__ import annotations

import gc
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from PySide6.QtCore import QEventLoop, QObject, QRunnable, QThreadPool, Signal

from unionoffice.kernel.progress import Progress

_INTERVAL = 0.05


@dataclass(frozen=True, slots=True)
class Job:
    """A title, the work, and who is told of its value or error on the window's thread."""

    title: str
    work: Callable[[Progress], Any]
    finished: Callable[[Any, Exception | None], None]


class Jobs(QObject):
    """Signals: started(title), progressed(done, total, text), ended(title) for the job in the worker, idle()."""

    started = Signal(str)
    progressed = Signal(int, int, str)
    ended = Signal(str)
    idle = Signal()
    _settled = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._waiting: deque[Job] = deque()
        self._running: Job | None = None
        self._progress: JobProgress | None = None
        self._collecting = True
        self._settled.connect(self._settle)

    @property
    def running(self) -> bool:
        """Whether a job is in the worker."""
        return self._running is not None

    @property
    def waiting(self) -> int:
        """How many jobs wait behind it."""
        return len(self._waiting)

    def start(self, job: Job) -> None:
        """Run `job` as soon as the worker is free."""
        self._waiting.append(job)
        if not self.running:
            self._next()

    def cancel(self) -> None:
        """Ask the running job to stop; it ends with `Cancelled` at its next step."""
        if self._progress is not None:
            self._progress.cancel()

    def stop(self) -> None:
        """Drop what waits, cancel what runs and stay until it has ended; the window keeps painting."""
        self._waiting.clear()
        self.cancel()
        if self.running:
            loop = QEventLoop()
            self.idle.connect(loop.quit)
            loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)

    def _next(self) -> None:
        job = self._running = self._waiting.popleft()
        progress = self._progress = JobProgress(self.progressed.emit)
        self._collecting = gc.isenabled()
        gc.disable()  # a collection in the worker's thread could destroy widgets there
        self.started.emit(job.title)
        self._pool.start(_Run(job, progress, self._settled.emit))

    def _settle(self, value: Any, error: Exception | None) -> None:
        job = self._running
        assert job is not None
        self._running = self._progress = None
        if self._collecting:
            gc.enable()
        self.ended.emit(job.title)
        job.finished(value, error)
        if self._waiting and not self.running:
            self._next()
        elif not self.running:
            self.idle.emit()


class JobProgress:
    """What a job reports to: thread-safe, at most twenty times a second, the last report always."""

    def __init__(self, report: Callable[[int, int, str], None]) -> None:
        self._report = report
        self._stop = threading.Event()
        self._last = 0.0

    @property
    def cancelled(self) -> bool:
        """Whether the user asked to stop."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask the job to stop."""
        self._stop.set()

    def report(self, done: int, total: int, text: str) -> None:
        """Pass a report on to the window, unless one went there just now."""
        now = monotonic()
        if now - self._last >= _INTERVAL or (total and done >= total):
            self._last = now
            self._report(done, total, text)


class _Run(QRunnable):
    def __init__(self, job: Job, progress: JobProgress, settled: Callable[[Any, Exception | None], None]) -> None:
        super().__init__()
        self._job = job
        self._progress = progress
        self._settled = settled

    def run(self) -> None:
        try:
            value = self._job.work(self._progress)
        except Exception as error:  # noqa: BLE001 - one of the two places where a bug ends
            self._settled(None, error)
        else:
            self._settled(value, None)
