"""A few fields asked for over a page: stays open until what was entered is accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from unionoffice.kernel.errors import UserError
from unionoffice.models.fields import Field
from unionoffice.ui.dialogs import AnswerDialog
from unionoffice.ui.records.editors import Editor
from unionoffice.ui.records.form import FormSection, RecordForm
from unionoffice.ui.records.record_view import DraftBar

_WIDTH, _TALLEST, _AROUND = 600, 560, 260


class FormDialog(AnswerDialog):
    """Shown with `open`, never `exec`: the page goes on, and a refusal is said beside its field.

    Signals: submitted(values) when every field is sound; whoever listens calls `succeed` or `refuse`. succeeded() when
    what was entered is kept.
    """

    submitted = Signal(dict)
    succeeded = Signal()

    def __init__(
        self,
        title: str,
        fields: Sequence[tuple[str, Field]],
        *,
        verb: str,
        today: date,
        detail: str = "",
        tone: str = "",
        values: Mapping[str, Any] | None = None,
        editors: Mapping[str, Callable[[Field], Editor]] | None = None,
        revealed: bool = False,
        parent: QWidget,
    ) -> None:
        super().__init__(title, verb=verb, detail=detail, tone=tone, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        self.form = RecordForm((FormSection("", tuple(fields)),), today=today, editors=editors)
        self.form.reveal(revealed)
        self.form.set_values(values or {})
        self._refusal = QLabel()
        self._refusal.setObjectName("field_error")
        self._refusal.setWordWrap(True)
        self._refusal.setTextFormat(Qt.TextFormat.PlainText)
        self._refusal.hide()
        self.draft = DraftBar()
        self.body.addWidget(self.draft)
        self.body.addWidget(self.form, 1)
        self.body.addWidget(self._refusal)
        inside = self.form.widget()
        assert inside is not None
        room = self.screen().availableSize().height() - _AROUND
        self.form.setMinimumHeight(min(inside.sizeHint().height() + 8, _TALLEST, room))
        self.form.focus_first()

    @property
    def refusal(self) -> str:
        """What is said of the whole, "" for nothing."""
        return self._refusal.text()

    def refuse(self, error: UserError) -> bool:
        """Say why what was entered is not accepted, at its field or below all of them; True for `Operations.run`."""
        at_field = error.field is not None and self.form.show_error(error.field, error.sentence)
        self._refusal.setText("" if at_field else error.sentence)
        self._refusal.setVisible(not at_field)
        return True

    def succeed(self) -> None:
        """What was entered is kept: the dialog is done with."""
        self.succeeded.emit()
        self.close()

    def accept(self) -> None:
        if self.form.check():
            self._refusal.hide()
            self.submitted.emit(self.form.values())
