"""Somebody else's workbook (套用上级模板): its cells to be clicked, the tags to be put into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QTabBar,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from unionoffice.services.forms.grid import GridSheet
from unionoffice.ui import theme
from unionoffice.ui.flow_layout import FlowLayout
from unionoffice.ui.forms.tag_list import TagList
from unionoffice.ui.page import CommandButton
from unionoffice.ui.process import word_label

_PLACE = Qt.ItemDataRole.UserRole
_CHARACTER, _POINT = 7.6, 96 / 72
_LOWEST = 22


class TemplateView(QWidget):
    """Signals: cell_chosen(place as “表!D5”), typed(text) for the cell chosen, tag_taken(tag), subject_chosen(code)."""

    cell_chosen = Signal(str)
    typed = Signal(str)
    tag_taken = Signal(str)
    subject_chosen = Signal(str)

    def __init__(self, save: QAction, back: QAction, subjects: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.name = QLineEdit()
        self.name.setAccessibleName("表单名称")
        self.name.setPlaceholderText("表单名称")
        self.told = word_label("", "secondary")
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.grid = GridTable()
        self.cell = word_label("", "field_label", wrap=False)
        self.text = QLineEdit()
        self.text.setAccessibleName("格子里的内容")
        self.clear = QPushButton("清空格子")
        self.tags = TagList(subjects)
        self._sheets: Sequence[GridSheet] = ()
        self._lay_out(save, back)
        self.tabs.currentChanged.connect(lambda _: self._show_sheet())
        self.grid.chosen.connect(lambda place: self.cell_chosen.emit(f"{self._sheet.title}!{place}"))
        self.text.textEdited.connect(self.typed)
        self.clear.clicked.connect(lambda: self.typed.emit(""))
        self.tags.taken.connect(self.tag_taken)
        self.tags.subject_chosen.connect(self.subject_chosen)
        self._filled: Mapping[str, str] = {}

    def show_book(self, sheets: Sequence[GridSheet], filled: Mapping[str, str]) -> None:
        """Show a workbook; `filled` is what cells hold other than in it, by “表!D5”."""
        self._sheets, self._filled = sheets, filled
        self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        for sheet in sheets:
            self.tabs.addTab(sheet.title)
        self.tabs.setVisible(len(sheets) > 1)
        self.tabs.blockSignals(False)
        self._show_sheet()

    def show_cell(self, place: str, text: str) -> None:
        """Say which cell is chosen and what is in it, "" for none."""
        self.cell.setText(f"格子 {place.rpartition('!')[2]}" if place else "先在上面点一个格子")
        if self.text.text() != text:
            self.text.setText(text)
        self.text.setEnabled(bool(place))
        self.clear.setEnabled(bool(place) and bool(text))

    def mark(self, place: str, text: str) -> None:
        """Show what a cell now holds."""
        title, _, address = place.rpartition("!")
        if self._sheets and title == self._sheet.title:
            self.grid.mark(address, text)

    @property
    def _sheet(self) -> GridSheet:
        return self._sheets[max(self.tabs.currentIndex(), 0)]

    def _show_sheet(self) -> None:
        if self._sheets:
            sheet = self._sheet
            texts = {cell.place: self._filled.get(f"{sheet.title}!{cell.place}", cell.text) for cell in sheet.cells}
            for place, text in self._filled.items():
                title, _, address = place.rpartition("!")
                if title == sheet.title:
                    texts[address] = text
            self.grid.show_sheet(sheet, texts)

    def _lay_out(self, save: QAction, back: QAction) -> None:
        head = QFrame()
        head.setObjectName("card")
        row = QWidget()
        flow = FlowLayout(row)
        self.name.setMinimumWidth(260)
        for widget in (CommandButton(back), self.name, CommandButton(save, primary=True)):
            flow.addWidget(widget)
        top = QVBoxLayout(head)
        top.setContentsMargins(12, 8, 12, 8)
        top.setSpacing(6)
        top.addWidget(row)
        top.addWidget(self.told)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.cell)
        line.addWidget(self.text, 1)
        line.addWidget(self.clear)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.tabs)
        column.addWidget(self.grid, 1)
        column.addLayout(line)
        right = QWidget()
        tags = QVBoxLayout(right)
        tags.setContentsMargins(0, 0, 0, 0)
        tags.setSpacing(8)
        title = QLabel("给谁打印，填什么")
        title.setObjectName("section_title")
        tags.addWidget(title)
        tags.addWidget(self.tags, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(12)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(0, 1)
        split.setSizes([800, 280])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(head)
        layout.addWidget(split, 1)


class GridTable(QTableWidget):
    """A sheet as it looks: merged cells, widths, heights; read only. Signals: chosen(address)."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("工作簿里的格子")
        self.setObjectName("template_grid")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setMinimumSectionSize(8)
        self.verticalHeader().setMinimumSectionSize(8)
        self.setShowGrid(True)
        self._items: dict[str, QTableWidgetItem] = {}
        self.currentItemChanged.connect(self._tell)

    @property
    def texts(self) -> dict[str, str]:
        """What the cells say, those that say something."""
        return {place: item.text() for place, item in self._items.items() if item.text()}

    def show_sheet(self, sheet: GridSheet, texts: Mapping[str, str]) -> None:
        """Show a sheet with these texts by address."""
        self.blockSignals(True)
        self.clear()
        self.clearSpans()
        self._items = {}
        self.setRowCount(len(sheet.heights))
        self.setColumnCount(len(sheet.widths))
        self.setHorizontalHeaderLabels([_letters(column) for column in range(len(sheet.widths))])
        share = theme.current().scale / 100
        for column, width in enumerate(sheet.widths):
            self.setColumnWidth(column, round(max(width * _CHARACTER, _LOWEST if width else 0) * share))
            self.setColumnHidden(column, width == 0)
        for row, height in enumerate(sheet.heights):
            self.setRowHeight(row, round(max(height * _POINT, _LOWEST if height else 0) * share))
            self.setRowHidden(row, height == 0)
        covered: set[tuple[int, int]] = set()
        for cell in sheet.cells:
            if cell.rows > 1 or cell.columns > 1:
                self.setSpan(cell.row, cell.column, cell.rows, cell.columns)
                covered |= {
                    (row, column)
                    for row in range(cell.row, cell.row + cell.rows)
                    for column in range(cell.column, cell.column + cell.columns)
                } - {(cell.row, cell.column)}
        looks = {(cell.row, cell.column): cell for cell in sheet.cells}
        for row in range(len(sheet.heights)):
            for column in range(len(sheet.widths)):
                if (row, column) in covered:
                    continue
                item = QTableWidgetItem()
                address = f"{_letters(column)}{row + 1}"
                item.setData(_PLACE, address)
                look = looks.get((row, column))
                if look is not None and look.bold:
                    item.setFont(theme.current().font(semibold=True))
                middle = Qt.AlignmentFlag.AlignVCenter
                across = Qt.AlignmentFlag.AlignHCenter if look and look.centred else Qt.AlignmentFlag.AlignLeft
                item.setTextAlignment(across | middle)
                self._items[address] = item
                self.setItem(row, column, item)
                self.mark(address, texts.get(address, ""))
        self.blockSignals(False)

    def choose(self, address: str) -> None:
        """Choose a cell as a click does."""
        self.setCurrentItem(self._items[address])

    def mark(self, address: str, text: str) -> None:
        """Show what a cell holds; one with a tag stands out."""
        item = self._items.get(address)
        if item is None:
            return
        look = theme.current()
        item.setText(text)
        tagged = "{{" in text
        item.setBackground(look.colour("green_ground" if tagged else "surface"))
        item.setForeground(look.colour("green" if tagged else "text"))
        item.setToolTip(text)

    def _tell(self, item: QTableWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(_PLACE))


def _letters(column: int) -> str:
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
