"""The state of a record and the steps that can be taken from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from unionoffice.models.choices import Choice
from unionoffice.models.workflow import Step
from unionoffice.ui.records.pill import Pill
from unionoffice.ui.records.tones import tone_of


class WorkflowBar(QWidget):
    """Signals: step_requested(step name). The reason of a step that needs one is the controller's question."""

    step_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pill = Pill(parent=self)
        self._buttons: list[QPushButton] = []
        self._refused: list[str] = []
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        self._layout.addWidget(self._pill)

    @property
    def offered(self) -> list[str]:
        """Labels of the steps shown."""
        return [button.text() for button in self._buttons]

    def show_state(self, state: Choice | None, steps: Sequence[Step], refused: Mapping[str, str] | None = None) -> None:
        """Show a state and its steps; None hides the bar. `refused` says by a step's name why it cannot be taken."""
        self.setVisible(state is not None)
        self._pill.show_state(state.label if state else "", tone_of(state))
        for button in self._buttons:
            self._layout.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(step) for step in steps]
        self._refused = [(refused or {}).get(step.name, "") for step in steps]
        self.set_steps_enabled(True)

    def set_steps_enabled(self, enabled: bool, why: str = "") -> None:
        """Let steps be taken or not; `why` not is told when the pointer rests on one."""
        for button, refused in zip(self._buttons, self._refused, strict=True):
            button.setEnabled(enabled and not refused)
            button.setToolTip(refused or ("" if enabled else why))

    def _button(self, step: Step) -> QPushButton:
        button = QPushButton(f"{step.label}…" if step.needs_reason else step.label)
        button.clicked.connect(lambda: self.step_requested.emit(step.name))
        self._layout.addWidget(button)
        return button
