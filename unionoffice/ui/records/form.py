"""A form made from fields: sections as on paper, errors under their field, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from unionoffice.models.fields import Field, Kind
from unionoffice.models.register import Section
from unionoffice.ui.records.date_editor import DateEditor
from unionoffice.ui.records.editors import (
    SIMPLE,
    Editor,
    FlagEditor,
    IdNumberEditor,
    LineEditor,
    OptionalFlagEditor,
    References,
    is_blank,
    reference_editor,
)

_COLUMNS = 2


@dataclass(frozen=True, slots=True)
class FormSection:
    """A titled group of (name, facts)."""

    title: str
    fields: tuple[tuple[str, Field], ...]


def sections_of(sections: Sequence[Section], fields: Mapping[str, Field]) -> tuple[FormSection, ...]:
    """Form sections from a declaration's; `fields` are the record type's facts by name."""
    return tuple(
        FormSection(section.title, tuple((attribute.key, fields[attribute.key]) for attribute in section.fields))
        for section in sections
    )


class RecordForm(QScrollArea):
    """`editors` makes the editor of single fields by name, where their kind is not enough.

    Signals: edited() for every change by the user, dirty_changed(is dirty).
    """

    edited = Signal()
    dirty_changed = Signal(bool)

    def __init__(
        self,
        sections: Sequence[FormSection],
        *,
        today: date,
        references: Mapping[str, References] | None = None,
        editors: Mapping[str, Callable[[Field], Editor]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._editors = editors or {}
        self._boxes: dict[str, _FieldBox] = {}
        self._clean: dict[str, Any] = {}
        self._dirty = False
        self._today = today
        self._references = references or {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._build(sections)
        self._clean = self.values()

    @property
    def is_dirty(self) -> bool:
        """Whether what stands in the form differs from what was set."""
        return self._dirty

    def values(self) -> dict[str, Any]:
        """All values by field name."""
        return {name: box.editor.value() for name, box in self._boxes.items()}

    def changed_values(self) -> dict[str, Any]:
        """Only what differs from what was set."""
        return {name: value for name, value in self.values().items() if value != self._clean.get(name)}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show a record as it is kept; the form is then clean and without errors."""
        for name, box in self._boxes.items():
            box.editor.set_value(values.get(name))
        self._clean = self.values()
        self.clear_errors()
        self._look()

    def type_values(self, values: Mapping[str, Any]) -> None:
        """Put values in as if the user had typed them: a draft taken up again, an answer from a lookup."""
        for name, value in values.items():
            if name in self._boxes:
                self._boxes[name].editor.set_value(value)
        self._look()

    def let_read_only(self) -> None:
        """Let nobody change anything; what stands here can still be read and copied."""
        for box in self._boxes.values():
            box.editor.let_read_only()

    def editor(self, name: str) -> Editor:
        """The editor of a field."""
        return self._boxes[name].editor

    def show_error(self, name: str, sentence: str) -> bool:
        """Say under a field what is wrong and go there; False when the form has no such field."""
        box = self._boxes.get(name)
        if box is None:
            return False
        box.show_error(sentence)
        box.editor.setFocus()
        self.ensureWidgetVisible(box)
        return True

    def clear_errors(self) -> None:
        """Take all sentences away."""
        for box in self._boxes.values():
            box.show_error("")

    def error(self, name: str) -> str:
        """The sentence under a field, "" for none."""
        return self._boxes[name].error

    def check(self) -> bool:
        """Say under every field that is blank though required, or unreadable, what to do; go to the first."""
        problems = {name: problem for name, box in self._boxes.items() if (problem := box.problem())}
        self.clear_errors()
        for name, sentence in reversed(problems.items()):
            self.show_error(name, sentence)
        return not problems

    def focus_first(self) -> None:
        """Begin typing in the first field."""
        next(iter(self._boxes.values())).editor.setFocus()

    def _build(self, sections: Sequence[FormSection]) -> None:
        inside = QWidget()
        inside.setObjectName("scrolled")
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 4, 0)
        layout.setSpacing(12)
        for section in sections:
            layout.addWidget(self._section(section))
        layout.addStretch(1)
        self.setWidget(inside)

    def _section(self, section: FormSection) -> QWidget:
        card = QFrame()
        card.setObjectName("card")
        grid = QGridLayout(card)
        grid.setContentsMargins(16, 12, 16, 16)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        if section.title:
            title = QLabel(section.title)
            title.setObjectName("section_title")
            grid.addWidget(title, 0, 0, 1, _COLUMNS)
        row, column = 1, 0
        for name, facts in section.fields:
            box = self._boxes[name] = _FieldBox(facts, self._editor(name, facts))
            box.editor.edited.connect(self._look)
            box.editor.edited.connect(self.edited)
            wide = facts.kind is Kind.NOTE
            if wide and column:
                row, column = row + 1, 0
            grid.addWidget(box, row, column, 1, _COLUMNS if wide else 1, Qt.AlignmentFlag.AlignTop)
            column = (column + 1) % _COLUMNS if not wide else 0
            row += 1 if column == 0 else 0
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
            grid.setColumnMinimumWidth(column, 120)
        return card

    def _editor(self, name: str, facts: Field) -> Editor:
        if name in self._editors:
            return self._editors[name](facts)
        if facts.kind is Kind.DATE:
            return DateEditor(facts, self._today)
        if facts.kind is Kind.ID_NUMBER:
            return IdNumberEditor(facts, self._today)
        if facts.kind is Kind.FLAG:
            return FlagEditor(facts) if facts.required else OptionalFlagEditor(facts)
        if facts.kind is Kind.REFERENCE and name in self._references:
            return reference_editor(facts, self._references[name])
        return SIMPLE.get(facts.kind, LineEditor)(facts)

    def _look(self) -> None:
        dirty = self.values() != self._clean
        if dirty != self._dirty:
            self._dirty = dirty
            self.dirty_changed.emit(dirty)


class _FieldBox(QWidget):
    """Label, editor, and the line below it: an error, what the value says, or the field's help."""

    def __init__(self, facts: Field, editor: Editor) -> None:
        super().__init__()
        self.editor = editor
        self.error = ""
        self._facts = facts
        self._line = QLabel()
        self._line.setWordWrap(True)
        self._line.setTextFormat(Qt.TextFormat.PlainText)
        label = QLabel(f"{facts.label} *" if facts.required else facts.label)
        label.setObjectName("field_label")
        label.setBuddy(editor)
        if facts.required:
            label.setToolTip("必填")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(label)
        layout.addWidget(editor)
        layout.addWidget(self._line)
        editor.edited.connect(self._typing)
        editor.left.connect(self._settle)
        self.show_error("")

    def problem(self) -> str:
        """What `check` says of this field, "" when it is sound."""
        problem = self.editor.problem()
        if problem:
            return problem
        if self._facts.required and is_blank(self.editor.value()):
            return f"“{self._facts.label}”还没有填写。"
        return ""

    def show_error(self, sentence: str) -> None:
        self.error = sentence
        self.editor.mark_wrong(bool(sentence))
        self._say(sentence or self.editor.hint() or self._facts.help, "field_error" if sentence else "field_hint")

    def _typing(self) -> None:
        """While one types, only good news: an error goes away, it does not jump up."""
        if self.error and not self.problem():
            self.show_error("")
        elif not self.error:
            self._say(self.editor.hint() or self._facts.help, "field_hint")

    def _settle(self) -> None:
        problem = self.editor.problem()
        if problem or not self.problem():
            self.show_error(problem or "")

    def _say(self, text: str, name: str) -> None:
        self._line.setText(text)
        self._line.setVisible(bool(text))
        if self._line.objectName() != name:
            self._line.setObjectName(name)
            self._line.style().unpolish(self._line)
            self._line.style().polish(self._line)
