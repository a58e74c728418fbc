"""A template's words in a plain editor that shows its tags and parts in colour."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QPlainTextEdit

from unionoffice.ui import theme

_TAG = re.compile(r"\{\{([^{}]*)\}\}")
_BRACES = re.compile(r"\{\{|\}\}")
_PART = re.compile(r"\s*【[^】]*】\s*$")
_LEVEL = re.compile(r"\s*(?:[一二三四五六七八九十百]+、|（[一二三四五六七八九十百]+）)[^。：]*[。：]?")
_PLACE = re.compile(r"\s*[<^>|]")


class PaperEditor(QPlainTextEdit):
    """Signals: left() when the focus goes elsewhere."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("公文文字")
        self.setTabChangesFocus(True)
        self._colours = _Colours(self.document())
        self._names: tuple[str, ...] = ()

    def set_names(self, names: Collection[str]) -> None:
        """The tags that can be filled, in the order in which they are offered."""
        if tuple(names) != self._names:
            self._names = tuple(names)
            self._colours.know(names)

    def is_known(self, name: str) -> bool:
        """Whether a tag is shown as one that can be filled."""
        return name in self._names

    def insert_tag(self, name: str, *, alone: bool) -> None:
        """Put a tag where the cursor is, one that stands `alone` on a line of its own; one undo takes it out."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        if alone:
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
            if cursor.block().text().strip():
                cursor.insertBlock()
            cursor.insertText(f"{{{{{name}}}}}")
        else:
            cursor.insertText(f"{{{{{name}}}}}")
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.setFocus()

    def change(self, text: str) -> None:
        """Another text in one step that can be undone."""
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        cursor.endEditBlock()

    def go_to(self, line: int) -> None:
        """Put the cursor at the end of a line, counted from 1, and show it."""
        block = self.document().findBlockByNumber(max(0, min(line, self.blockCount()) - 1))
        cursor = QTextCursor(block)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        self.setTextCursor(cursor)
        self.centerCursor()
        self.setFocus()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        fields = menu.addMenu("插入填写项")
        for name in self._names:
            fields.addAction(name, partial(self.insert_tag, name, alone=False))
        fields.setEnabled(bool(self._names))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colours.take_colours()


class _Colours(QSyntaxHighlighter):
    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._known: frozenset[str] = frozenset()
        self.take_colours()

    def know(self, names: Collection[str]) -> None:
        self._known = frozenset(names)
        self.rehighlight()

    def take_colours(self) -> None:
        self._tag = _format("blue", "blue_ground")
        self._unknown = _format("red", "red_ground")
        self._unknown.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        self._part = _format("accent", "", bold=True)
        self._level = _format("", "", bold=True)
        self._place = _format("amber", "amber_ground")
        self._remark = _format("faint", "")
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        if text.lstrip().startswith("#"):
            self.setFormat(0, len(text), self._remark)
            return
        if _PART.match(text):
            self.setFormat(0, len(text), self._part)
        elif found := _LEVEL.match(text):
            self.setFormat(0, found.end(), self._level)
        elif found := _PLACE.match(text):
            self.setFormat(found.end() - 1, 1, self._place)
        blank = _TAG.sub(lambda tag: " " * len(tag[0]), text)
        for brace in _BRACES.finditer(blank):
            self.setFormat(brace.start(), 2, self._unknown)
        for tag in _TAG.finditer(text):
            known = tag[1] in self._known
            self.setFormat(tag.start(), len(tag[0]), self._tag if known else self._unknown)


def formats_of(block: QTextBlock) -> list[tuple[int, int, str]]:
    """Where a line is coloured and the colour behind it: start, length, name of the colour."""
    return [(each.start, each.length, each.format.background().color().name()) for each in block.layout().formats()]


def _format(colour: str, ground: str, *, bold: bool = False) -> QTextCharFormat:
    found = QTextCharFormat()
    if colour:
        found.setForeground(theme.current().colour(colour))
    if ground:
        found.setBackground(theme.current().colour(ground))
    if bold:
        found.setFontWeight(QFont.Weight.DemiBold)
    return found
