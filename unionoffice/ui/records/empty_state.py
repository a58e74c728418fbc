"""What an empty page says: what belongs here, and the one step to begin."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from unionoffice.ui.icons import dress, pixmap


class EmptyState(QWidget):
    """Signals: acted() for its first button, acted_second() for the other."""

    acted = Signal()
    acted_second = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = QLabel()
        self._title = QLabel()
        self._title.setObjectName("empty_title")
        self._text = QLabel()
        self._text.setObjectName("empty_text")
        self._text.setWordWrap(True)
        self._text.setMaximumWidth(520)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button = QPushButton()
        self._second = QPushButton()
        self._button.clicked.connect(self.acted)
        self._second.clicked.connect(self.acted_second)
        self._lay_out()

    def say(
        self, title: str, text: str, *, icon: str, button: str = "", second: str = "", primary: bool = True
    ) -> None:
        """Show a title, a sentence, and up to two buttons."""
        self._sign.setPixmap(pixmap(icon, "faint", 48, self.devicePixelRatioF()))
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self._second.setText(second)
        self._second.setVisible(bool(second))
        self._button.setObjectName("primary" if primary else "")
        dress(self._button, "plus" if primary else "close", "on_accent" if primary else "secondary")
        self._button.style().unpolish(self._button)
        self._button.style().polish(self._button)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(2)
        centre = Qt.AlignmentFlag.AlignHCenter
        layout.addWidget(self._sign, 0, centre)
        layout.addWidget(self._title, 0, centre)
        text_row = QHBoxLayout()
        text_row.addStretch(1)
        text_row.addWidget(self._text, 4)
        text_row.addStretch(1)
        layout.addLayout(text_row)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self._button)
        buttons.addWidget(self._second)
        buttons.addStretch(1)
        layout.addSpacing(4)
        layout.addLayout(buttons)
        layout.addStretch(3)
