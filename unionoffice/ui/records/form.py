"""A form made from fields: sections as on paper, errors under their field, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from unionoffice.models.fields import Field, Kind
from unionoffice.models.register import Section
from unionoffice.ui import shown
from unionoffice.ui.records.date_editor import DateEditor
from unionoffice.ui.records.editors import (
    SIMPLE,
    Editor,
    FlagEditor,
    IdNumberEditor,
    LineEditor,
    NoteEditor,
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

    A field that the screen does not show in full is covered: its masked text stands there and cannot be typed over;
    `values` gives what it holds all the same.

    Signals: edited() for every change by the user, settled() when what was typed before this moment is final for now (a
    field was left, or typing goes on in another one), dirty_changed(is dirty).
    """

    edited = Signal()
    settled = Signal()
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
        self._revealed = False
        self._typing_in = ""
        self._today = today
        self._references = references or {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._build(sections)
        self._clean = self.values()
        shown.screen.changed.connect(self._cover_all)

    @property
    def is_dirty(self) -> bool:
        """Whether what stands in the form differs from what was set."""
        return self._dirty

    def values(self) -> dict[str, Any]:
        """All values by field name."""
        return {name: box.value() for name, box in self._boxes.items()}

    def changed_values(self) -> dict[str, Any]:
        """Only what differs from what was set."""
        return {name: value for name, value in self.values().items() if value != self._clean.get(name)}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show a record as it is kept; the form is then clean and without errors."""
        for name, box in self._boxes.items():
            box.set_value(values.get(name))
        self._clean = self.values()
        self._cover(self._boxes)
        self.clear_errors()
        self._look()

    def type_values(self, values: Mapping[str, Any]) -> None:
        """Put values in as if the user had typed them: a draft taken up again, an answer from a lookup."""
        for name in [name for name in values if name in self._boxes]:
            covered = self._boxes[name].covered
            self._boxes[name].set_value(values[name])
            self._cover([name] if covered else [])
        self._look()

    def reveal(self, revealed: bool) -> None:
        """Show what is sensitive in full, or masked again; what was typed stays."""
        self._revealed = revealed
        self._cover(self._boxes)

    def covered(self) -> list[str]:
        """Labels of the fields now covered."""
        return [box.facts.label for box in self._boxes.values() if box.covered]

    def let_read_only(self, names: Iterable[str] | None = None) -> None:
        """Let nobody change anything, or these fields; what stands here can still be read and copied."""
        for name in self._boxes if names is None else names:
            self._boxes[name].editor.let_read_only()

    def editor(self, name: str) -> Editor:
        """The editor of a field."""
        return self._boxes[name].editor

    def show_error(self, name: str, sentence: str) -> bool:
        """Say under a field what is wrong and go there; False when the form has no such field."""
        box = self._boxes.get(name)
        if box is None:
            return False
        box.show_error(sentence)
        box.focus()
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
        next(iter(self._boxes.values())).focus()

    def _cover_all(self) -> None:
        self._cover(self._boxes)

    def _cover(self, names: Iterable[str]) -> None:
        for box in (self._boxes[name] for name in names if name in self._boxes):
            value = box.value()
            hidden = shown.hides(box.facts, value, revealed=self._revealed)
            box.cover(shown.text(box.facts, value) if hidden else None)

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
            box.editor.edited.connect(partial(self._go_on_in, name))
            box.editor.left.connect(self.settled)
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

    def _go_on_in(self, name: str) -> None:
        former, self._typing_in = self._typing_in, name
        if former not in ("", name):
            self.settled.emit()

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
        self.facts = facts
        self._kept: tuple[Any, str | None] = (None, None)
        self._cover: Editor | None = None
        self._line = QLabel()
        self._line.setWordWrap(True)
        self._line.setTextFormat(Qt.TextFormat.PlainText)
        label = QLabel(f"{facts.label} *" if facts.required else facts.label)
        label.setObjectName("field_label")
        label.setBuddy(editor)
        if facts.required:
            label.setToolTip("必填")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._layout.addWidget(label)
        self._layout.addWidget(editor)
        self._layout.addWidget(self._line)
        editor.edited.connect(self._typing)
        editor.left.connect(self._settle)
        self.show_error("")

    @property
    def covered(self) -> bool:
        """Whether the value is kept out of sight."""
        return self._cover is not None

    def value(self) -> Any:
        """The value, None when blank."""
        return self._kept[0] if self.covered else self.editor.value()

    def set_value(self, value: Any) -> None:
        """Show a value as loaded."""
        self.cover(None)
        self.editor.set_value(value)

    def cover(self, text: str | None) -> None:
        """Put masked text in the editor's place, which then holds nothing; None takes it away again."""
        if self._cover is None and text is None:
            return
        if self._cover is None:
            self._kept = (self.editor.value(), self.editor.problem())
            self.editor.set_value(None)
            self._cover = (NoteEditor if self.facts.kind is Kind.NOTE else LineEditor)(self.facts)
            self._cover.let_read_only()
            self._cover.setToolTip("点“显示完整内容”，写明理由后可以查看和修改")
            self._layout.insertWidget(1, self._cover)
        if text is None:
            cover, self._cover = self._cover, None
            cover.hide()
            cover.deleteLater()
            self.editor.set_value(self._kept[0])
            self._kept = (None, None)
        else:
            self._cover.set_value(text)
        self.editor.setVisible(not self.covered)
        self.show_error(self.error)

    def focus(self) -> None:
        """Go to what stands here."""
        (self._cover or self.editor).setFocus()

    def problem(self) -> str:
        """What `check` says of this field, "" when it is sound."""
        if self.covered:
            return self._kept[1] or ""
        problem = self.editor.problem()
        if problem:
            return problem
        if self.facts.required and is_blank(self.editor.value()):
            return f"“{self.facts.label}”还没有填写。"
        return ""

    def show_error(self, sentence: str) -> None:
        self.error = sentence
        self.editor.mark_wrong(bool(sentence))
        self._say(sentence or self.editor.hint() or self.facts.help, "field_error" if sentence else "field_hint")

    def _typing(self) -> None:
        """While one types, only good news: an error goes away, it does not jump up."""
        if self.error and not self.problem():
            self.show_error("")
        elif not self.error:
            self._say(self.editor.hint() or self.facts.help, "field_hint")

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
