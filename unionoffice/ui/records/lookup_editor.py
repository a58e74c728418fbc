"""A record found by search as one types: for lists too long to choose from, such as the members."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QStringListModel
from PySide6.QtWidgets import QCompleter

from unionoffice.models.fields import Field
from unionoffice.ui.records.editors import LineEditor

Found = tuple[str, str, str]
"""A record's id, its name, and what tells it from others of that name."""

Lookup = Callable[[str], Sequence[Found]]


class LookupEditor(LineEditor):
    """The value is the name; `chosen_id` the record it was taken from, "" for a name that was only typed.

    `only_found` refuses names that were not taken from the list.
    """

    def __init__(self, facts: Field, lookup: Lookup, *, only_found: bool = False) -> None:
        super().__init__(facts)
        self._lookup = lookup
        self._only_found = only_found
        self._found: Sequence[Found] = ()
        self._chosen: tuple[str, str] = ("", "")
        self._lines = QStringListModel(self)
        self._completer = QCompleter(self._lines, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(8)
        self._completer.setWidget(self.line)
        chosen = self._completer.activated[QModelIndex]  # type: ignore[index]  # stubs know no overloads
        chosen.connect(lambda index: self.take(index.row()))
        self.line.setPlaceholderText("输入姓名、拼音首字母或编号查找")
        self.line.textEdited.connect(self._look)

    @property
    def chosen_id(self) -> str:
        """The id of the record the name was taken from."""
        record_id, name = self._chosen
        return record_id if name == self.value() else ""

    def set_chosen(self, record_id: str, name: str) -> None:
        """Show a record's name as taken from it."""
        self._chosen = (record_id, name)
        self.set_value(name)

    def take(self, place: int) -> None:
        """Take one of the records found."""
        record_id, name, _ = self._found[place]
        self.set_chosen(record_id, name)
        self.edited.emit()

    def problem(self) -> str | None:
        if self._only_found and self.value() and not self.chosen_id:
            return "从查找结果里选一名。"
        return None

    def hint(self) -> str:
        return next((detail for record_id, _, detail in self._found if record_id == self.chosen_id), "")

    def _look(self, text: str) -> None:
        self._found = self._lookup(text) if text.strip() else ()
        self._lines.setStringList([f"{name}　{detail}" for _, name, detail in self._found])
        if self._found:
            self._completer.complete()
        else:
            popup = self._completer.popup()
            assert popup is not None
            popup.hide()

    def set_value(self, value: Any) -> None:
        super().set_value(value)
        self.line.setCursorPosition(len(self.line.text()))
