"""Who changed what in a record, newest first, as sentences."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from unionoffice.services.history import HistoryItem
from unionoffice.ui import shown

_MOST = 100


class HistoryPanel(QScrollArea):
    """A list of `HistoryItem`s; long histories show their newest hundred."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("历史")
        self._texts: list[str] = []

    @property
    def texts(self) -> list[str]:
        """What is shown, one text for each item."""
        return self._texts

    def set_items(self, items: Sequence[HistoryItem]) -> None:
        """Show a history."""
        inside = QWidget()
        inside.setObjectName("scrolled")
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(4)
        self._texts = []
        for item in items[:_MOST]:
            lines = [item.action, *item.sentences, *([f"理由：{item.reason}"] if item.reason else [])]
            self._texts.append(shown.sentence("\n".join(lines)))
            layout.addWidget(_label(f"{item.at:%Y-%m-%d %H:%M}　{item.actor}", "secondary"))
            layout.addWidget(_label(self._texts[-1], ""))
            layout.addSpacing(8)
        if len(items) > _MOST:
            layout.addWidget(_label(f"更早的 {len(items) - _MOST} 条没有列出。", "secondary"))
        if not items:
            layout.addWidget(_label("保存后，每次改动都记在这里。", "secondary"))
        layout.addStretch(1)
        self.setWidget(inside)


def _label(text: str, name: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
