"""The shelf: forms under what they are about, found by typing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from unionoffice.ui import theme
from unionoffice.ui.icons import icon, make_clearable

if TYPE_CHECKING:
    from unionoffice.services.forms.service import Form

_KEY = Qt.ItemDataRole.UserRole


class ShelfList(QWidget):
    """Signals: chosen(key of a form, "" for none)."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._forms: Sequence[Form] = ()
        self._chosen = ""
        self.text = QLineEdit()
        self.text.setPlaceholderText("查找表单")
        self.text.setAccessibleName("查找表单")
        make_clearable(self.text)
        self.text.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.list = QListWidget()
        self.list.setAccessibleName("表单")
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.text)
        layout.addWidget(self.list, 1)
        self.text.textChanged.connect(lambda: self._fill())
        self.list.currentItemChanged.connect(lambda item, _: self._tell(item))

    @property
    def texts(self) -> list[str]:
        """What is listed, headings too."""
        return [self.list.item(row).text() for row in range(self.list.count())]

    @property
    def key(self) -> str:
        """The key of the form chosen."""
        item = self.list.currentItem()
        return (item.data(_KEY) or "") if item is not None else ""

    def show_forms(self, forms: Sequence[Form]) -> None:
        """Show these; the one chosen stays chosen."""
        self._forms = forms
        self._fill()

    def choose(self, key: str) -> bool:
        """Choose a form by its key; whether it is listed."""
        for row in range(self.list.count()):
            if key and self.list.item(row).data(_KEY) == key:
                self.list.setCurrentRow(row)
                return True
        return False

    def _fill(self) -> None:
        words = self.text.text().split()
        listed = [form for form in self._forms if all(word in form.key for word in words)]
        self.list.blockSignals(True)
        self.list.clear()
        for subject, forms in groupby(listed, key=lambda form: form.subject):
            heading = QListWidgetItem(subject.label)
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            heading.setFont(theme.current().font("small", semibold=True))
            heading.setForeground(theme.current().colour("secondary"))
            self.list.addItem(heading)
            for form in forms:
                self.list.addItem(_item(form))
        if not listed and self._forms:
            nothing = QListWidgetItem("没有这样的表单")
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(nothing)
        self.choose(self._chosen)
        self.list.blockSignals(False)

    def _tell(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(_KEY):
            self._chosen = item.data(_KEY)
            self.chosen.emit(item.data(_KEY))


def _item(form: Form) -> QListWidgetItem:
    mark = "（有问题）" if form.problem else "（自己的）" if form.own else ""
    item = QListWidgetItem(f"{form.name}{mark}")
    item.setData(_KEY, form.key)
    item.setToolTip(form.problem or f"{form.key}{'，本单位自己的' if form.own else ''}")
    if form.problem:
        item.setIcon(icon("warning", "amber"))
    return item
