"""Covers a window while the program is locked, without closing what is half typed in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QVBoxLayout, QWidget

from unionoffice.ui.icons import pixmap


class Curtain(QFrame):
    """Lies over the whole of one window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("curtain")
        self.setAutoFillBackground(True)
        sign = QLabel()
        sign.setPixmap(pixmap("lock", "secondary", 48, self.devicePixelRatioF()))
        text = QLabel("已锁定")
        text.setObjectName("secondary")
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(text, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self._cover()
        window.installEventFilter(self)
        self.show()

    def _cover(self) -> None:
        self.setGeometry(self._window.rect())
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.ChildAdded):
            self._cover()
        return False


def draw_curtains() -> list[Curtain]:
    """Cover every window that is shown; open menus and lists are closed."""
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()
    return [Curtain(widget) for widget in QApplication.topLevelWidgets() if widget.isVisible() and widget.isWindow()]
