"""打印前检查: what printing would not show as one expects, a line each; one leads to its copy and page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from unionoffice.ui import theme
from unionoffice.ui.notices import UNCOVERED
from unionoffice.ui.process import word_label

_LINES = 3
_MARGIN = 12
FindingRow = tuple[str, str, str, bool]
"""What kind it is, whose form and which cell, the sentence, and whether it can be gone to."""


class FindingsView(QFrame):
    """The lines and the button that has all copies checked. Signals: check_requested(), chosen(row) to look at one."""

    check_requested = Signal()
    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setProperty(UNCOVERED, True)
        self.summary = word_label("", "secondary")
        self.check = QPushButton()
        self.check.clicked.connect(self.check_requested)
        inner = QWidget()
        inner.setObjectName("scrolled")
        self._rows = QVBoxLayout(inner)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)
        self._rows.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inner)
        self._labels: list[QLabel] = []
        title = QLabel("打印前检查")
        title.setObjectName("section_title")
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(title)
        head.addWidget(self.summary, 1)
        head.addWidget(self.check)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 8, _MARGIN, 8)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self._scroll)
        theme.follow(self, FindingsView._fit)

    @property
    def texts(self) -> list[str]:
        """What was found, a line each."""
        return [label.text() for label in self._labels]

    def show_findings(self, summary: str, findings: Sequence[FindingRow], check: str = "") -> None:
        """Show these; `check` is what the button says, "" for none."""
        self.summary.setText(summary)
        self.check.setText(check)
        self.check.setVisible(bool(check))
        for label in self._labels:
            self._rows.removeWidget(label)
            label.hide()
            label.deleteLater()
        self._labels = []
        for row, (kind, where, sentence, elsewhere) in enumerate(findings):
            text = f"【{kind}】{where}{'：' if where else ''}{sentence}"
            label = _Link(text) if elsewhere else word_label(text)
            if isinstance(label, _Link):
                label.followed.connect(partial(self.chosen.emit, row))
            else:
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._rows.insertWidget(row, label)
            self._labels.append(label)
        self._fit(theme.current())
        self._scroll.verticalScrollBar().setValue(0)

    def _fit(self, look: theme.Theme) -> None:
        needed = self._rows.totalHeightForWidth(self.width() - 2 * _MARGIN) if self._labels else 0
        self._scroll.setFixedHeight(min(max(needed, 0), look.size("row") * _LINES))
        self._scroll.setVisible(bool(self._labels))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(theme.current())


class _Link(QLabel):
    """A line that leads somewhere, by a click, Enter or the space bar. Signals: followed()."""

    followed = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setObjectName("finding")
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("点一下或按回车，预览转到这一处")
        self.setAccessibleDescription(self.toolTip())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.followed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.followed.emit()
        else:
            super().keyPressEvent(event)
