"""A state as a word on tinted ground."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class Pill(QLabel):
    """Shows a word in one of the tones grey, blue, amber, green, red."""

    def __init__(self, text: str = "", tone: str = "grey", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pill")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_state(text, tone)

    def show_state(self, text: str, tone: str) -> None:
        """Show another word and tone; nothing for an empty word."""
        self.setText(text)
        self.setProperty("tone", tone)
        self.setVisible(bool(text) and self.parentWidget() is not None)
        self.style().unpolish(self)
        self.style().polish(self)
