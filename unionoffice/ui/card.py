"""Cards: surfaces with a title that group what belongs together."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget


def card(title: str = "", *, margins: tuple[int, int, int, int] = (16, 12, 16, 12)) -> tuple[QFrame, QVBoxLayout]:
    """A surface with an optional title, and the layout inside it."""
    frame = QFrame()
    frame.setObjectName("card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(*margins)
    layout.setSpacing(8)
    if title:
        label = QLabel(title)
        label.setObjectName("section_title")
        layout.addWidget(label)
    return frame, layout


def titled_card(title: str, content: QWidget) -> QFrame:
    """A titled surface filled by one widget that scrolls by itself, and so may reach nearer to the right edge."""
    frame, layout = card(title, margins=(16, 12, 8, 12))
    layout.addWidget(content, 1)
    return frame
