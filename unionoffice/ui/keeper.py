"""Backs the open office up by itself (F98): while it is worked in, and when it is closed."""

from __future__ import annotations

import logging
from typing import Any

from PySide6.QtCore import QObject, QTimer

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import UserError
from unionoffice.services.backups import Backups
from unionoffice.ui.notices import Notices
from unionoffice.ui.operations import Operations

_SOON, _SELDOM = 30_000, 600_000
"""Milliseconds: after a change the backup that is due waits for a pause, and is asked for at most so often."""


class Keeper(QObject):
    """Backs the open office up while it is worked in, and when it is closed."""

    def __init__(self, operations: Operations, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._notices = notices
        self._backups: Backups | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self.look)
        operations.changed.connect(lambda *_: self._wait())

    def watch(self, backups: Backups) -> None:
        """Look after another office from now on, and say once what should be done about its backups."""
        self._backups = backups
        self._pause.stop()
        QTimer.singleShot(_SOON, self.advise)

    def look(self) -> None:
        """Make the backup that is due, on the worker."""
        if self._operations.alone:
            self._pause.start(_SOON)
            return
        backups = self._backups
        if backups is not None and backups.due():
            self._operations.run_in_background(
                lambda progress: (backups.automatic(progress=progress), Changes()),
                title="正在自动备份",
                done=self._told,
            )
        self._pause.setInterval(_SELDOM)

    def advise(self) -> None:
        """Say what should be done about the backups; asked on the worker, a dead share would hold up the window."""
        backups = self._backups
        if backups is not None:
            self._operations.run_in_background(
                lambda _: (backups.notices(), Changes()),
                title="正在查看备份",
                done=self._advised,
            )

    def close(self) -> None:
        """The last backup of the day, before the office is closed; what prevents it does not prevent closing."""
        backups, self._backups = self._backups, None
        self._pause.stop()
        if backups is None:
            return
        try:
            backups.automatic(closing=True)
        except UserError as fault:
            logging.getLogger(__name__).warning("no backup at closing: %s", fault.sentence)

    def _wait(self) -> None:
        if self._backups is not None and not self._pause.isActive():
            self._pause.start(self._pause.interval() or _SOON)

    def _advised(self, sentences: tuple[str, ...]) -> None:
        for sentence in sentences[:1]:
            self._notices.post(sentence)

    def _told(self, made: Any) -> None:
        if made is not None and made.second_problem:
            self._notices.post(made.second_problem)
