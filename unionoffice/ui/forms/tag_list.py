"""The tags that a form may use (标签一览): by subject, found by typing, copied or taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from unionoffice.ui import theme
from unionoffice.ui.icons import icon, make_clearable

_TAG = Qt.ItemDataRole.UserRole


class TagList(QWidget):
    """Signals: subject_chosen(code), taken(tag without braces) on Enter or double click."""

    subject_chosen = Signal(str)
    taken = Signal(str)

    def __init__(self, subjects: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._tags: Mapping[str, Sequence[str]] = {}
        self.subject = QComboBox()
        self.subject.setAccessibleName("表单是给谁打印的")
        for code, label in subjects:
            self.subject.addItem(label, code)
        self.text = QLineEdit()
        self.text.setPlaceholderText("查找标签")
        self.text.setAccessibleName("查找标签")
        make_clearable(self.text)
        self.text.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.list = QListWidget()
        self.list.setAccessibleName("标签")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.subject)
        layout.addWidget(self.text)
        layout.addWidget(self.list, 1)
        self.subject.activated.connect(lambda: self.subject_chosen.emit(self.subject.currentData()))
        self.text.textChanged.connect(lambda: self._fill())
        self.list.itemActivated.connect(self._take)
        self.text.returnPressed.connect(self._take_first)

    @property
    def tags(self) -> list[str]:
        """The tags now listed."""
        found = (self.list.item(row).data(_TAG) for row in range(self.list.count()))
        return [tag for tag in found if tag]

    @property
    def current(self) -> str:
        """The tag now chosen, "" for none."""
        item = self.list.currentItem()
        return (item.data(_TAG) or "") if item is not None else ""

    def show_tags(self, subject: str, tags: Mapping[str, Sequence[str]]) -> None:
        """Show the tags of a subject, by the list they belong to."""
        self.subject.setCurrentIndex(self.subject.findData(subject))
        self._tags = tags
        self._fill()

    def _fill(self) -> None:
        words = self.text.text().split()
        self.list.clear()
        for group, tags in self._tags.items():
            listed = [tag for tag in tags if all(word in tag for word in words)]
            if not listed:
                continue
            heading = QListWidgetItem(f"名单“{group}”（所在的一行逐项重复）" if group else "单项")
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            heading.setFont(theme.current().font("small", semibold=True))
            heading.setForeground(theme.current().colour("secondary"))
            self.list.addItem(heading)
            for tag in listed:
                item = QListWidgetItem(tag)
                item.setData(_TAG, tag)
                self.list.addItem(item)

    def _take(self, item: QListWidgetItem) -> None:
        if item.data(_TAG):
            self.taken.emit(item.data(_TAG))

    def _take_first(self) -> None:
        if self.tags:
            self.taken.emit(self.current or self.tags[0])
