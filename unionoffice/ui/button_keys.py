"""Enter on the button that has the focus: it does what Space does, on every button of the program."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QToolButton, QWidget

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ButtonKeys(QObject):
    """Follows the focus and presses the focused button on Enter; by itself Qt does that in dialogs only.

    Boxes to be ticked keep their Space: Enter there belongs to the form.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        app.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or event.key() not in _ENTER:
            return False
        if isinstance(watched, QAbstractButton) and not event.isAutoRepeat():
            watched.click()
        return True

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        for widget, has_focus in ((before, False), (now, True)):
            if isinstance(widget, QPushButton | QToolButton):
                widget.removeEventFilter(self)
                if has_focus:
                    widget.installEventFilter(self)
