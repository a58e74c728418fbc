"""What is typed when a form is printed: single values, and lists for forms about nothing that the office keeps."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from unionoffice.models.fields import Field, Kind
from unionoffice.services.forms.grid import Asking, ticked
from unionoffice.services.forms.kinds import AskedKind
from unionoffice.ui import shown
from unionoffice.ui.flow_layout import FlowLayout
from unionoffice.ui.forms.list_editor import ListEditor
from unionoffice.ui.forms.projecting import Masking, on_paper
from unionoffice.ui.process import word_label
from unionoffice.ui.records.date_editor import DateEditor
from unionoffice.ui.records.editors import Editor, LineEditor, MoneyEditor, NoteEditor


class AskingView(QFrame):
    """Signals: edited(), left() when a field or a cell of a list is done with, anew() when all is to be begun anew."""

    edited = Signal()
    left = Signal()
    anew = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        self.setObjectName("card")
        self._today = today
        self.editors: dict[str, Editor] = {}
        self.lists: dict[str, ListEditor] = {}
        self._errors: dict[str, QLabel] = {}
        self._labels: dict[str, QLabel] = {}
        self._covered: frozenset[str] = frozenset()
        self.file = FileBar()
        self.told = word_label("", "field_hint")
        self.shared = word_label("")
        self.begin = QPushButton("重新填写")
        self.begin.setObjectName("link")
        self.begin.clicked.connect(self.anew)
        self._layout = QVBoxLayout()
        self._layout.setSpacing(4)
        self._masking = Masking(self._layout, lambda editor, value: editor.set_value(value))
        head = QHBoxLayout()
        head.addWidget(word_label("填写", "section_title"), 1)
        head.addWidget(self.begin)
        shown.screen.changed.connect(self._project)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 8, 12, 12)
        whole.setSpacing(4)
        whole.addLayout(head)
        whole.addWidget(self.file)
        whole.addWidget(self.told)
        whole.addWidget(self.shared)
        whole.addLayout(self._layout)

    def ask(self, asking: Asking, typed: Mapping[str, Any]) -> None:
        """Ask for other values, with what was typed before."""
        while (item := self._layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.editors, self.lists, self._errors, self._labels = {}, {}, {}, {}
        self._covered = frozenset()
        self._masking.forget()
        self.setVisible(bool(asking.fields or asking.lists))
        for name, kind in asking.fields.items():
            self._ask_one(name, kind, typed.get(name), asking.options.get(name, ()))
        for name, fields in asking.lists.items():
            self._labels[name] = self._add(f"{name}（可从 Excel 粘贴）", "field_label")
            self.lists[name] = editor = ListEditor(
                name, fields, [field for field in fields if (name, field) in asking.days]
            )
            editor.set_value(typed.get(name) or ())
            editor.edited.connect(self.edited)
            editor.edited.connect(self.left)
            self._layout.addWidget(editor)
        self._project()

    def fill(self, typed: Mapping[str, Any]) -> None:
        """Put other values into the fields, nothing into those that are not named."""
        self._show_hidden()
        for name, editor in self.editors.items():
            editor.set_value(typed.get(name))
            self._settle(name)
        for name, listed in self.lists.items():
            listed.set_value(typed.get(name) or ())
        self._project()

    def cover(self, names: Collection[str]) -> None:
        """Take out of sight what comes from a file, show the others; what was typed there stays for another time."""
        self._show_hidden()
        self._covered = frozenset(names)
        for name, label in self._labels.items():
            editor: QWidget = self.lists[name] if name in self.lists else self.editors[name]
            label.setVisible(name not in self._covered)
            editor.setVisible(name not in self._covered)
            if name in self._errors:
                self._settle(name)
        self._project()

    def tell(self, sentence: str) -> None:
        """Say where the values come from, "" for nothing."""
        self.told.setText(sentence)
        self.told.setVisible(bool(sentence))

    def share(self, people: int) -> None:
        """Say on how many people's papers what is typed will stand, where it is more than one's."""
        self.shared.setText(f"下面填的会印在所选 {people:,} 人的表上。" if people > 1 else "")
        self.shared.setVisible(people > 1)

    def values(self) -> dict[str, Any]:
        """What is typed by name, as it stands on paper; nothing of what is blank."""
        found: dict[str, Any] = {
            name: on_paper(self._masking.value(editor), editor) for name, editor in self.editors.items()
        }
        found |= {name: editor.value() for name, editor in self.lists.items()}
        return {name: value for name, value in found.items() if value}

    def problems(self) -> dict[str, str]:
        """What is wrong with each value that cannot be read, by name, whether or not it is being typed.

        Nothing of what is covered: it is not printed.
        """
        found = {
            name: self._masking.problem(editor) for name, editor in self.editors.items() if name not in self._covered
        }
        return {name: problem for name, problem in found.items() if problem}

    def check(self) -> bool:
        """Whether everything typed can be read; the first that cannot gets the focus."""
        wrong = [name for name in self.editors if not self._settle(name) and name not in self._covered]
        if wrong:
            self.editors[wrong[0]].setFocus()
        return not wrong

    def error(self, name: str) -> str:
        """What is said to be wrong with a value."""
        label = self._errors[name]
        return "" if label.isHidden() else label.text()

    def _project(self) -> None:
        """Show of every field what may be read now."""
        self._show_hidden()
        for name, editor in self.editors.items():
            if name not in self._covered:
                self._masking.mask(editor)
                self._settle(name)

    def _show_hidden(self) -> None:
        """Put back what projecting took out of sight."""
        for name, editor in self.editors.items():
            self._masking.show(editor)
            editor.setVisible(name not in self._covered)

    def _ask_one(self, name: str, kind: AskedKind, value: Any, options: Sequence[str]) -> None:
        self._labels[name] = self._add(name, "field_label")
        editor = self.editors[name] = self._editor(name, kind, options)
        editor.set_value(value)
        editor.edited.connect(self.edited)
        editor.left.connect(lambda: self._settle(name))
        editor.left.connect(self.left)
        self._layout.addWidget(editor)
        error = self._errors[name] = self._add("", "field_error")
        error.hide()

    def _editor(self, name: str, kind: AskedKind, options: Sequence[str]) -> Editor:
        if kind is AskedKind.CHOICE:
            return _Boxes(Field(name, Kind.TEXT, False, None, "", False), options)
        if kind is AskedKind.DATE:
            return DateEditor(Field(name, Kind.DATE, False, None, "", False), self._today)
        if kind is AskedKind.AMOUNT:
            return _Amount(Field(name, Kind.MONEY, False, None, "", False))
        if kind is AskedKind.NOTE:
            return NoteEditor(Field(name, Kind.NOTE, False, None, "", False))
        return LineEditor(Field(name, Kind.TEXT, False, None, "", False))

    def _settle(self, name: str) -> bool:
        editor = self.editors.get(name)
        problem = editor.problem() if editor is not None else None
        if editor is not None:
            editor.mark_wrong(problem is not None)
            self._errors[name].setText(problem or "")
            self._errors[name].setVisible(problem is not None and name not in self._covered)
        return problem is None

    def _add(self, text: str, name: str) -> QLabel:
        label = word_label(text, name)
        self._layout.addWidget(label)
        return label


class FileBar(QWidget):
    """Which file the form is filled from. Signals: columns_requested(), dropped()."""

    columns_requested = Signal()
    dropped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.told = word_label("", "field_hint")
        self.columns = QPushButton("核对列")
        self.drop = QPushButton("不用这个文件")
        links = QWidget()
        flow = FlowLayout(links)
        for button, signal in ((self.columns, self.columns_requested), (self.drop, self.dropped)):
            button.setObjectName("link")
            button.clicked.connect(signal)
            flow.addWidget(button)
        self._links = links
        self._sentence = ""
        shown.screen.changed.connect(self._show)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.told)
        layout.addWidget(links)
        self.say("")

    def say(self, sentence: str, *, held: bool = False) -> None:
        """Tell of a file, "" for none; `held` while the form is filled from it, so that it can be given up."""
        self._sentence = sentence
        self._show()
        self._links.setVisible(held)
        self.setVisible(bool(sentence))

    def _show(self) -> None:
        self.told.setText(shown.sentence(self._sentence))


class _Amount(MoneyEditor):
    """An amount that also takes the text it was remembered as."""

    def set_value(self, value: Any) -> None:
        if isinstance(value, str):
            self.line.setText(value)
        else:
            super().set_value(value)


class _Boxes(Editor):
    """The boxes that stand on paper, to be ticked."""

    def __init__(self, facts: Field, options: Sequence[str]) -> None:
        super().__init__(facts)
        row = QWidget()
        flow = FlowLayout(row)
        self.boxes = [QCheckBox(option) for option in options]
        for box in self.boxes:
            box.setAccessibleName(f"{facts.label}：{box.text()}")
            box.clicked.connect(lambda: self.edited.emit())
            box.clicked.connect(lambda: self.left.emit())
            flow.addWidget(box)
        self._hold(row)
        if self.boxes:
            self.setFocusProxy(self.boxes[0])

    def value(self) -> Any:
        return "、".join(box.text() for box in self.boxes if box.isChecked()) or None

    def set_value(self, value: Any) -> None:
        for box in self.boxes:
            box.setChecked(ticked(value, box.text()))
