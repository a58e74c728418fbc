"""One editor for each kind of field: shows a value, reads it back typed, and says at once what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from unionoffice.kernel import dates, resident_id
from unionoffice.kernel.money import parse_yuan, yuan
from unionoffice.kernel.text import is_phone, phone
from unionoffice.models.fields import Field, Kind
from unionoffice.ui import theme

_NOTE_LINES = 3


class References(Protocol):
    """Records a reference field can point to."""

    def options(self) -> Sequence[tuple[str, str]]:
        """(id, label) of every record that can be chosen, in reading order."""

    def label(self, record_id: str) -> str:
        """What a record is called, also one that can no longer be chosen."""


class Editor(QWidget):
    """Holds one control. Signals: edited() when the user changed the value, left() when the focus went on.

    What cannot be read comes back from `value` as the text typed, so that nothing is lost and the check below says
    what is wrong; `problem` says it at once.
    """

    edited = Signal()
    left = Signal()

    def __init__(self, facts: Field) -> None:
        super().__init__()
        self.facts = facts
        self._control: QWidget = self

    def value(self) -> Any:
        """The value, None when blank."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value as loaded."""
        raise NotImplementedError

    def problem(self) -> str | None:
        """Why the value cannot be read, as a sentence about this field; None when it is sound or blank."""
        return None

    def hint(self) -> str:
        """What the value says by itself, e.g. sex and birth date of an identity number."""
        return ""

    def let_read_only(self) -> None:
        """Let the value be read and copied, no longer changed."""
        for line in self.findChildren(QLineEdit):
            line.setReadOnly(True)
        for note in self.findChildren(QPlainTextEdit):
            note.setReadOnly(True)
        for control in (*self.findChildren(QComboBox), *self.findChildren(QAbstractButton)):
            control.setEnabled(False)

    def mark_wrong(self, wrong: bool) -> None:
        """Draw the control as wrong or right."""
        self._control.setProperty("wrong", wrong)
        self._control.style().unpolish(self._control)
        self._control.style().polish(self._control)

    def _hold(self, control: QWidget) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(control)
        self._control = control
        self.setFocusProxy(control)
        control.setAccessibleName(self.facts.label)


class LineEditor(Editor):
    """One line of text, and the parent of all editors that are typed."""

    def __init__(self, facts: Field) -> None:
        super().__init__(facts)
        self.line = QLineEdit()
        self._hold(self.line)
        self.line.textEdited.connect(lambda: self.edited.emit())
        self.line.editingFinished.connect(self._finish)

    def value(self) -> Any:
        return self.line.text().strip() or None

    def set_value(self, value: Any) -> None:
        self.line.setText("" if value is None else str(value))

    def _finish(self) -> None:
        if self.problem() is None:
            self.set_value(self.value())
        self.left.emit()


class NoteEditor(Editor):
    """Several lines; Tab goes on to the next field."""

    def __init__(self, facts: Field) -> None:
        super().__init__(facts)
        self._edit = _Note()
        self._hold(self._edit)
        self._edit.textChanged.connect(self.edited)
        self._edit.left.connect(self.left)

    def value(self) -> Any:
        return self._edit.toPlainText().strip() or None

    def set_value(self, value: Any) -> None:
        self._edit.blockSignals(True)
        self._edit.setPlainText("" if value is None else str(value))
        self._edit.blockSignals(False)


class IntegerEditor(LineEditor):
    """A whole number, at the right."""

    def __init__(self, facts: Field) -> None:
        super().__init__(facts)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)

    def value(self) -> Any:
        text = self.line.text().strip().replace(",", "").replace("，", "")
        try:
            return int(text) if text else None
        except ValueError:
            return self.line.text().strip()

    def problem(self) -> str | None:
        return "要写整数，例如 12。" if isinstance(self.value(), str) else None


class MoneyEditor(LineEditor):
    """An amount, kept in 分, with thousands and two decimals once left."""

    def __init__(self, facts: Field) -> None:
        super().__init__(facts)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.line.setPlaceholderText("0.00")

    def value(self) -> Any:
        text = self.line.text().strip()
        try:
            return parse_yuan(text) if text else None
        except ValueError:
            return text

    def set_value(self, value: Any) -> None:
        self.line.setText(yuan(value) if isinstance(value, int) else str(value or ""))

    def problem(self) -> str | None:
        text = self.line.text().strip()
        try:
            parse_yuan(text or "0")
        except ValueError as fault:
            return str(fault)
        return None


class PhoneEditor(LineEditor):
    """A mobile number or a landline."""

    def value(self) -> Any:
        text = self.line.text().strip()
        return phone(text) if text else None

    def problem(self) -> str | None:
        value = self.value()
        if value is None or is_phone(value):
            return None
        return "不是电话号码，手机号是 11 位，座机可写区号和分机。"


class IdNumberEditor(LineEditor):
    """An identity number, checked while it is typed."""

    def __init__(self, facts: Field, today: date) -> None:
        super().__init__(facts)
        self._today = today

    def value(self) -> Any:
        text = self.line.text().strip()
        return resident_id.check(text, today=self._today).number if text else None

    def problem(self) -> str | None:
        text = self.line.text().strip()
        return resident_id.check(text, today=self._today).problem if text else None

    def hint(self) -> str:
        text = self.line.text().strip()
        verdict = resident_id.check(text, today=self._today) if text else None
        if verdict is None or verdict.problem or verdict.birth is None:
            return ""
        return f"{'男' if verdict.sex == '1' else '女'}，{verdict.birth.isoformat()} 出生"


class PartialDateEditor(LineEditor):
    """A date of which day or month may be unknown."""

    def __init__(self, facts: Field) -> None:
        super().__init__(facts)
        self.line.setPlaceholderText("2026-09-01，只知年月写 2026-09")

    def value(self) -> Any:
        text = self.line.text().strip()
        reading = dates.read_text(text)
        return text if reading.problem else reading.iso

    def problem(self) -> str | None:
        return dates.read_text(self.line.text()).problem


class ChoiceEditor(Editor):
    """One of a closed set; typing finds it by any part of its label."""

    def __init__(self, facts: Field, options: Sequence[tuple[str, str]], label: Callable[[str], str]) -> None:
        super().__init__(facts)
        self._label = label
        self._box = _Combo()
        self._hold(self._box)
        self._box.addItem("", None)
        for code, text in options:
            self._box.addItem(text, code)
        self._box.setEditable(True)
        self._box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = self._box.completer()
        assert completer is not None
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        line = self._box.lineEdit()
        assert line is not None
        line.setPlaceholderText("选择，或输入几个字查找")
        line.textEdited.connect(lambda: self.edited.emit())
        line.editingFinished.connect(self.left)
        self._box.activated.connect(lambda: self.edited.emit())

    def value(self) -> Any:
        text = self._box.currentText().strip()
        if not text:
            return None
        index = self._box.findText(text, Qt.MatchFlag.MatchExactly)
        return self._box.itemData(index) if index >= 0 else text

    def set_value(self, value: Any) -> None:
        index = self._box.findData(None if value in (None, "") else str(value))
        if index < 0:
            self._box.addItem(self._label(str(value)), str(value))
            index = self._box.count() - 1
        self._box.setCurrentIndex(index)
        self._box.setEditText(self._box.itemText(index))

    def problem(self) -> str | None:
        text = self._box.currentText().strip()
        if not text or self._box.findText(text, Qt.MatchFlag.MatchExactly) >= 0:
            return None
        return f"没有“{text}”这一项，从列表里选一项。"


class FlagEditor(Editor):
    """Yes or no."""

    def __init__(self, facts: Field) -> None:
        super().__init__(facts)
        self._box = QCheckBox("是")
        self._hold(self._box)
        self._box.clicked.connect(lambda: self.edited.emit())

    def value(self) -> Any:
        return self._box.isChecked()

    def set_value(self, value: Any) -> None:
        self._box.setChecked(bool(value))


class OptionalFlagEditor(ChoiceEditor):
    """Yes, no, or not known."""

    def __init__(self, facts: Field) -> None:
        super().__init__(facts, (("True", "是"), ("False", "否")), str)

    def value(self) -> Any:
        return {"True": True, "False": False}.get(super().value(), super().value())


def is_blank(value: Any) -> bool:
    """Whether a value counts as not filled in."""
    return value is None or value == ""


def choice_editor(facts: Field) -> Editor:
    """The editor of a closed set."""
    assert facts.choices is not None
    labels = facts.choices.labels()
    return ChoiceEditor(facts, tuple(labels.items()), lambda code: labels.get(code, code))


def reference_editor(facts: Field, references: References) -> Editor:
    """The editor of a reference to another record."""
    return ChoiceEditor(facts, references.options(), references.label)


SIMPLE: Mapping[Kind, Callable[[Field], Editor]] = {
    Kind.TEXT: LineEditor,
    Kind.NOTE: NoteEditor,
    Kind.CHOICE: choice_editor,
    Kind.PARTIAL_DATE: PartialDateEditor,
    Kind.MONEY: MoneyEditor,
    Kind.INTEGER: IntegerEditor,
    Kind.PHONE: PhoneEditor,
}
"""Kinds whose editor needs nothing but the facts."""


class _Note(QPlainTextEdit):
    """Signals: left()."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        theme.follow(self, _Note._fit)

    def _fit(self, look: theme.Theme) -> None:
        line = QFontMetrics(look.font()).lineSpacing()
        self.setFixedHeight(_NOTE_LINES * line + look.size("space4") + 6)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class _Combo(QComboBox):
    """A combo box that does not change when the page is scrolled over it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(14)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
