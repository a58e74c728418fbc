"""The fields of a paper: one editor for each kind that a template may ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QScrollArea, QVBoxLayout

from unionoffice.models.fields import Field, Kind
from unionoffice.ui import shown
from unionoffice.ui.forms.list_editor import ListEditor
from unionoffice.ui.forms.projecting import Masking
from unionoffice.ui.process import word_label
from unionoffice.ui.records.date_editor import DateEditor
from unionoffice.ui.records.editors import Editor, IntegerEditor, LineEditor, MoneyEditor, NoteEditor

if TYPE_CHECKING:
    from unionoffice.services.official_documents import TagField

_AROUND = 8
_SEPARATORS = re.compile(r"[、，,；;\s]+")


class FieldsView(QFrame):
    """Signals: edited(), changed(name of the field), left() when a field is left."""

    edited = Signal()
    changed = Signal(str)
    left = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        self.setObjectName("card")
        self._today = today
        self._fields: Sequence[TagField] = ()
        self.editors: dict[str, Editor | ListEditor] = {}
        self._labels: dict[str, QLabel] = {}
        self._errors: dict[str, QLabel] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(12, 8, 12, 12)
        self._layout.setSpacing(4)
        self._masking = Masking(self._layout, _put)
        shown.screen.changed.connect(self._project)

    def ask(self, fields: Sequence[TagField], values: Mapping[str, Any]) -> None:
        """Ask for other fields, with what stands in them."""
        while (item := self._layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._fields, self.editors, self._labels, self._errors = fields, {}, {}, {}
        self._masking.forget()
        for field in fields:
            self._labels[field.name] = self._add(f"{field.name}{'（可不填）' if field.optional else ''}", "field_label")
            editor = self.editors[field.name] = self._editor(field)
            self._show(editor, values.get(field.name), field.titles)
            editor.edited.connect(partial(self.changed.emit, field.name))
            editor.edited.connect(self.edited)
            self._layout.addWidget(editor)
            if field.hint:
                self._add(field.hint, "field_hint")
            if field.between:
                hint = f"按放假安排和调休算出；改好这里，“{field.between[1]}”跟着变"
                self._add(hint, "field_hint")
            self._errors[field.name] = self._add("", "field_error")
            self._errors[field.name].hide()
            if isinstance(editor, Editor):
                editor.left.connect(partial(self._settle, field.name))
                self._masking.mask(editor)
                self._settle(field.name)

    def show_value(self, name: str, value: Any) -> None:
        """Show one value, also as a draft holds it; masked where others may not read it now."""
        editor = self.editors[name]
        if isinstance(editor, Editor):
            self._masking.show(editor)
        self._show(editor, value, next(field.titles for field in self._fields if field.name == name))
        if isinstance(editor, Editor):
            self._masking.mask(editor)

    def _show(self, editor: Editor | ListEditor, value: Any, titles: Sequence[str]) -> None:
        if isinstance(editor, ListEditor):
            editor.set_value([dict(zip(titles, map(str, row), strict=False)) for row in value or ()])
        else:
            _put(editor, "、".join(map(str, value)) if isinstance(value, tuple | list) else value)

    def _project(self) -> None:
        """Show of every field what may be read now."""
        for name, editor in self.editors.items():
            if isinstance(editor, Editor):
                self._masking.show(editor)
                self._masking.mask(editor)
                self._settle(name)

    def values(self) -> dict[str, Any]:
        """What is typed, as templates want it; what cannot be read stays out."""
        found: dict[str, Any] = {}
        for field in self._fields:
            editor = self.editors[field.name]
            if isinstance(editor, ListEditor):
                found[field.name] = tuple(tuple(row.get(title, "") for title in field.titles) for row in editor.value())
            elif self._masking.problem(editor) is None:
                value = self._masking.value(editor)
                if field.kind.name == "NAMES":
                    value = tuple(name for name in _SEPARATORS.split(value or "") if name)
                found[field.name] = "" if value is None else value
        return {name: value for name, value in found.items() if value not in ("", ())}

    def typed(self) -> dict[str, Any]:
        """What is typed, readable or not, as a draft keeps it."""
        found = {
            name: self._masking.value(editor) if isinstance(editor, Editor) else editor.value()
            for name, editor in self.editors.items()
        }
        tables = {field.name: field.titles for field in self._fields if field.titles}
        for name, titles in tables.items():
            found[name] = [[row.get(title, "") for title in titles] for row in found[name]]
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in found.items() if value}

    def check(self) -> bool:
        """Whether everything typed can be read; the first that cannot gets the focus."""
        for name in self.editors:
            self._settle(name)
        wrong = self.unreadable()
        for name in wrong:
            if self._masking.hides(name):
                self._say(name, "填的看不懂，结束投屏后查看和修改。")
        if wrong:
            self._lead_to(wrong[0])
        return not wrong

    def unreadable(self) -> list[str]:
        """The fields in which something is typed that cannot be read."""
        return [
            name
            for name, editor in self.editors.items()
            if isinstance(editor, Editor) and self._masking.problem(editor) is not None
        ]

    def show_error(self, name: str, sentence: str) -> bool:
        """Say at a field what is wrong; whether there is such a field."""
        if name not in self.editors:
            return False
        self._say(name, sentence)
        self._lead_to(name)
        return True

    def error(self, name: str) -> str:
        """What is said to be wrong with a field."""
        return "" if self._errors[name].isHidden() else self._errors[name].text()

    def _lead_to(self, name: str) -> None:
        """Stand in a field, which is in sight with what is said of it."""
        editor, parent = self.editors[name], self.parentWidget()
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        while parent is not None and not isinstance(parent, QScrollArea):
            parent = parent.parentWidget()
        if isinstance(parent, QScrollArea):
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)  # room for what is said
            for widget in (self._errors[name], editor, self._labels[name]):
                parent.ensureWidgetVisible(widget, 0, _AROUND)

    def _settle(self, name: str) -> None:
        """Say at a field that is left what cannot be read in it; it stays there as typed."""
        editor = self.editors.get(name)
        if editor is not None:
            problem = editor.problem() if isinstance(editor, Editor) else None
            self._say(name, problem or "")
            if isinstance(editor, Editor):
                editor.mark_wrong(problem is not None)

    def _say(self, name: str, sentence: str) -> None:
        self._errors[name].setText(sentence)
        self._errors[name].setVisible(bool(sentence))

    def _editor(self, field: TagField) -> Editor | ListEditor:
        kind = field.kind.name
        if kind == "TABLE":
            return ListEditor(field.name, field.titles)

        def facts(kind: Kind) -> Field:
            return Field(field.name, kind, not field.optional, None, field.hint, False)

        editor: Editor
        if kind == "DATE":
            editor = DateEditor(facts(Kind.DATE), self._today)
        elif kind in ("NUMBER", "WORKDAYS"):
            editor = IntegerEditor(facts(Kind.INTEGER))
        elif kind == "MONEY":
            editor = MoneyEditor(facts(Kind.MONEY))
        elif kind in ("PARAGRAPHS", "NAMES"):
            editor = NoteEditor(facts(Kind.NOTE))
        else:
            editor = LineEditor(facts(Kind.PHONE if kind == "PHONE" else Kind.TEXT))
            editor.line.setPlaceholderText(f"如 {field.example}")
        editor.left.connect(self.left)
        return editor

    def _add(self, text: str, name: str) -> QLabel:
        label = word_label(text, name)
        self._layout.addWidget(label)
        return label


def _put(editor: Editor, value: Any) -> None:
    """Show a value in a field, an amount that cannot be read as it was typed."""
    if isinstance(editor, MoneyEditor) and isinstance(value, str):
        editor.line.setText(value)
    else:
        editor.set_value(value)
