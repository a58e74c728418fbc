"""Single fields that are typed in, while others look on (投屏)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from unionoffice.ui import shown
from unionoffice.ui.records.editors import Editor

_COVERED = "正在投屏，结束投屏后可以查看和修改"


@dataclass(frozen=True, slots=True)
class _Hidden:
    """What a field holds while its place is taken by masked text, and what would be said to be wrong with it."""

    value: Any
    problem: str | None
    line: QLineEdit


class Masking:
    """Masked text stands where others may not read, and the field there holds nothing; what it held is kept here.

    `layout` is where the fields stand, and `put` shows a value in one.
    """

    def __init__(self, layout: QVBoxLayout, put: Callable[[Editor, Any], None]) -> None:
        self._layout = layout
        self._put = put
        self._hidden: dict[Editor, _Hidden] = {}

    def value(self, editor: Editor) -> Any:
        """What a field holds, masked or not."""
        hidden = self._hidden.get(editor)
        return editor.value() if hidden is None else hidden.value

    def problem(self, editor: Editor) -> str | None:
        """What is wrong with it, masked or not."""
        hidden = self._hidden.get(editor)
        return editor.problem() if hidden is None else hidden.problem

    def hides(self, name: str) -> bool:
        """Whether masked text stands in place of the field of that name."""
        return any(editor.facts.label == name for editor in self._hidden)

    def mask(self, editor: Editor) -> None:
        """Take out of sight what a field holds, where it may not be read now."""
        value = editor.value()
        text = on_paper(value, editor)
        masked = shown.typed(editor.facts.label, text, editor.facts.kind)
        if masked == text:
            return
        line = QLineEdit(masked)
        line.setReadOnly(True)
        line.setToolTip(_COVERED)
        line.setAccessibleName(editor.facts.label)
        self._hidden[editor] = _Hidden(value, editor.problem(), line)
        self._put(editor, None)
        editor.hide()
        self._layout.insertWidget(self._layout.indexOf(editor), line)
        line.show()

    def show(self, editor: Editor) -> None:
        """Put back what a field held."""
        if (hidden := self._hidden.pop(editor, None)) is not None:
            hidden.line.hide()
            hidden.line.deleteLater()
            self._put(editor, hidden.value)
            editor.show()

    def forget(self) -> None:
        """The fields are no more."""
        self._hidden = {}


def on_paper(value: Any, editor: Editor) -> str:
    """A value as a text, which the cell that it fills may format: 2026年9月1日, 1,234.50; unreadable, as typed."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return editor.facts.text(value)
