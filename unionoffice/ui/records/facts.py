"""A record's facts to read: the head of its page, and the preview beside a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from unionoffice.models.fields import Field
from unionoffice.ui import shown, theme
from unionoffice.ui.flow_layout import FlowLayout
from unionoffice.ui.records.form import FormSection
from unionoffice.ui.records.pill import Pill

Fact = tuple[Field, Any]


class FactRow(QWidget):
    """Up to five facts side by side, label above, value below; they go on in a further row where the width ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = FlowLayout(self, spacing=24)
        self._facts: Sequence[Fact] = ()
        self._revealed = False
        shown.screen.changed.connect(self._show)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these facts; blank ones show a dash."""
        self._facts = facts
        self._show()

    def reveal(self, revealed: bool) -> None:
        """Show sensitive values in full, or masked again."""
        self._revealed = revealed
        self._show()

    def _show(self) -> None:
        while (item := self._layout.takeAt(0)) is not None:
            former = item.widget()
            if former is not None:
                former.hide()
                former.deleteLater()
        for field, value in self._facts:
            fact = QWidget()
            cell = QVBoxLayout(fact)
            cell.setContentsMargins(0, 0, 0, 0)
            cell.setSpacing(2)
            cell.addWidget(_label(field.label, "fact_label"))
            words = shown.text(field, value, revealed=self._revealed)
            text = _label(_shortened(words) or "—", "")
            text.setToolTip(words)
            cell.addWidget(text)
            self._layout.addWidget(fact)


class PreviewPanel(QFrame):
    """What one record says, at the right of a list. Signals: open_requested(), close_requested()."""

    open_requested = Signal()
    close_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preview")
        theme.follow(self, lambda panel, look: panel.setMinimumWidth(look.size("preview") * 3 // 4))
        self._shown: tuple[str, tuple[str, str], Sequence[FormSection], Any] | None = None
        self._name = _label("", "record_name")
        self._name.setWordWrap(True)
        self._pill = Pill(parent=self)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._open = QPushButton("打开")
        self._open.clicked.connect(self.open_requested)
        close = QPushButton("收起")
        close.setObjectName("link")
        close.clicked.connect(self.close_requested)
        head = QHBoxLayout()
        head.addWidget(self._name, 1)
        head.addWidget(self._pill)
        foot = QHBoxLayout()
        foot.addWidget(self._open)
        foot.addStretch(1)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 8, 12)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)
        layout.addLayout(foot)
        shown.screen.changed.connect(self._show_anew)
        self.say_nothing("选中一行，这里显示它的内容。")

    @property
    def texts(self) -> list[str]:
        """Everything written in the panel."""
        return [label.text() for label in self.findChildren(QLabel) if label.text()]

    def say_nothing(self, sentence: str) -> None:
        """Show a sentence instead of a record."""
        self._shown = None
        self._name.setText("")
        self._pill.show_state("", "grey")
        self._open.setEnabled(False)
        self._show([_label(sentence, "secondary")])

    def show_record(self, name: str, state: tuple[str, str], sections: Sequence[FormSection], record: Any) -> None:
        """Show the filled fields of a record by section, sensitive ones masked; `state` is a word and its tone."""
        self._shown = (name, state, sections, record)
        self._name.setText(name)
        self._pill.show_state(*state)
        self._open.setEnabled(True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for section in sections:
            filled = [(facts, getattr(record, key)) for key, facts in section.fields]
            filled = [(facts, value) for facts, value in filled if value not in (None, "")]
            for facts, value in filled:
                row = grid.rowCount()
                grid.addWidget(_label(facts.label, "fact_label"), row, 0, Qt.AlignmentFlag.AlignTop)
                text = _label(shown.text(facts, value), "")
                text.setWordWrap(True)
                text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                grid.addWidget(text, row, 1)
        self._show([grid])

    def _show_anew(self) -> None:
        if self._shown is not None:
            self.show_record(*self._shown)

    def _show(self, parts: Sequence[QWidget | QGridLayout]) -> None:
        inside = QWidget()
        inside.setObjectName("scrolled")
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 8, 0)
        for part in parts:
            if isinstance(part, QWidget):
                layout.addWidget(part)
            else:
                layout.addLayout(part)
        layout.addStretch(1)
        self._scroll.setWidget(inside)


def _label(text: str, name: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _shortened(text: str) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= 16 else f"{line[:15]}…"
