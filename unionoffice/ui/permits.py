"""What may be done in the open office: one answer for its pages, actions and buttons (F90).

A page says which operations it needs, an action or a button which operation it leads to, by the names of
`models/permission.py`; nothing else in `ui` asks for roles.
"""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton

from unionoffice.kernel.errors import Refused
from unionoffice.kernel.identity import Actor
from unionoffice.models.permission import permit

_READS = ("view:*", "export:*", "print:*", "reveal:*", "log:*")


class Permits:
    """What `actor` may do; with `only_reading`, the sentence why, nothing that writes."""

    def __init__(self, actor: Actor, only_reading: str | None = None) -> None:
        self._actor = actor
        self._only_reading = only_reading

    def why_not(self, *operations: str) -> str:
        """The sentence why one of these operations cannot be done, "" when all can."""
        for operation in operations:
            try:
                permit(self._actor, operation)
            except Refused as refused:
                return refused.sentence
            if self._only_reading and not any(fnmatchcase(operation, pattern) for pattern in _READS):
                return self._only_reading
        return ""

    def may(self, *operations: str) -> bool:
        """Whether all these operations can be done."""
        return not self.why_not(*operations)

    def why_none(self, operations: Collection[str]) -> str:
        """The sentence why none of these operations can be done, "" when one can or none is needed."""
        reasons = [self.why_not(operation) for operation in operations]
        return reasons[0] if reasons and all(reasons) else ""

    def hold(self, offered: QAction | QAbstractButton, operation: str) -> None:
        """Say to which operation an action or a button leads; without the right to it, it stays disabled and says why.

        It stays so whatever its page does to it later.
        """
        offered.setProperty(OPERATION, operation)
        why = self.why_not(operation)
        if not why:
            return
        offered.setToolTip(why)
        offered.setEnabled(False)
        if isinstance(offered, QAction):
            offered.enabledChanged.connect(lambda enabled: offered.setEnabled(False) if enabled else None)
        else:
            offered.installEventFilter(_Held(offered))


OPERATION = "operation"
"""The property that holds the operation's name."""


class _Held(QObject):
    """Disables its button again as soon as somebody enables it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.EnabledChange and isinstance(watched, QAbstractButton) and watched.isEnabled():
            watched.setEnabled(False)
        return False
