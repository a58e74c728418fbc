"""Which column of an Excel file fills what on a form, to be looked at and put right."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QShowEvent, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from unionoffice.ui import theme
from unionoffice.ui.dialogs import AnswerDialog
from unionoffice.ui.process import padded, word_label

if TYPE_CHECKING:
    from unionoffice.services.forms.service import Rows

_NOT_USED = "不用"
_FEWEST_ROWS, _MOST_ROWS = 4, 10
_WIDTH, _BESIDES = 600, 280
"""How wide the dialog is, and how high without its table."""
_MOST_LACKING = 8


class ColumnsDialog(AnswerDialog):
    """The headings of a file, each with what it fills; `said` is what the user chose otherwise, by heading.

    Signals: sheet_chosen(sheet) when another sheet is to be read, "" for all; the dialog has closed then.
    """

    sheet_chosen = Signal(str)

    def __init__(self, form: str, rows: Rows, sheet: str, parent: QWidget) -> None:
        each = f"填进“{rows.listed}”" if rows.listed else "每行填一份"
        detail = f"“{rows.name}”" + (f"有 {len(rows.rows):,} 行，{each}。" if rows.rows else "：")
        detail += "左边是文件里的列标题，右边是它填到表单的哪里；选过的以后记得。"
        super().__init__(f"从 Excel 填写“{form}”", verb="按这样填", detail=detail, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._rows = rows
        self._window = parent
        self.said: dict[str, str] = {}
        self.boxes: dict[str, _Box] = {}
        self.sheet = QComboBox()
        self.unused = QCheckBox("只看不用的列")
        self.told = word_label("", "dialog_detail")
        self.table = QTableWidget(0, 2)
        self._fill_sheets(sheet)
        self._fill_table()
        for widget in (self.sheet, self.table, self.unused, self.told):
            self.body.addWidget(widget)
        self._order_focus()
        self.unused.toggled.connect(self._narrow)
        self._tell()
        theme.follow(self, ColumnsDialog._fit)

    def choose(self, heading: str, field: str) -> None:
        """Say what a column fills, "" for nothing; a column that filled it before fills nothing any more."""
        for other, box in self.boxes.items():
            if field and other != heading and box.currentData() == field:
                box.put("")
                self.said.pop(other, None)
        self.boxes[heading].put(field)
        self.said[heading] = field
        self._tell()

    def accept(self) -> None:
        """Fill the form so, once it is known which column every row must have."""
        if self._rows.key in self._filled():
            super().accept()
        else:
            self._tell()

    def _fill_sheets(self, sheet: str) -> None:
        self.sheet.setAccessibleName("工作表")
        self.sheet.addItem("全部工作表", "")
        for name in self._rows.sheets:
            self.sheet.addItem(f"工作表：{name}", name)
        self.sheet.setCurrentIndex(max(self.sheet.findData(sheet), 0))
        self.sheet.setVisible(len(self._rows.sheets) > 1)
        self.sheet.activated.connect(self._choose_sheet)

    def _choose_sheet(self) -> None:
        self.reject()
        self.sheet_chosen.emit(str(self.sheet.currentData()))

    def _fill_table(self) -> None:
        table = self.table
        table.setHorizontalHeaderLabels(["文件里的列标题", "填到"])
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        options = QStandardItemModel(self)  # one for all boxes: there may be a hundred of each
        for label, field in ((_NOT_USED, ""), *((name, name) for name in self._rows.fields)):
            item = QStandardItem(label)
            item.setData(field, Qt.ItemDataRole.UserRole)
            options.appendRow(item)
        table.setRowCount(len(self._rows.columns))
        for row, (heading, field) in enumerate(self._rows.columns.items()):
            box = self.boxes[heading] = _Box(options)
            box.setAccessibleName(heading)
            box.put(field)
            box.entered.connect(partial(self._show_row, row))
            box.activated.connect(lambda _, heading=heading: self._chosen(heading))
            table.setItem(row, 0, QTableWidgetItem(heading))
            table.setCellWidget(row, 1, padded(box))

    def _order_focus(self) -> None:
        """Tab goes through the dialog as it is read; one begins where the program could not know."""
        self.table.setTabKeyNavigation(False)
        buttons = [button for button in (self.cancel_button, self.accept_button) if button is not None]
        order = [self.sheet, *self.boxes.values(), self.unused, *buttons]
        for former, following in pairwise(order):
            QWidget.setTabOrder(former, following)
        unknown = next((box for box in self.boxes.values() if not box.currentData()), None)
        (unknown or self.accept_button).setFocus()

    def _chosen(self, heading: str) -> None:
        self.choose(heading, str(self.boxes[heading].currentData()))

    def _show_row(self, row: int) -> None:
        self.table.scrollTo(self.table.model().index(row, 0))

    def _filled(self) -> list[str]:
        return [str(box.currentData()) for box in self.boxes.values() if box.currentData()]

    def _tell(self) -> None:
        self.told.setText(self._sentence())
        if self.isVisible():
            self._stretch()

    def _sentence(self) -> str:
        filled, key = self._filled(), self._rows.key
        if key not in filled:
            return f"还没有指明哪一列是“{key}”：在它的列标题右边选“{key}”，才能填写。"
        lacking = [name for name in self._rows.lacking if name not in filled]
        more = f"等 {len(lacking)} 项" if len(lacking) > _MOST_LACKING else ""
        empty = f"；文件里没有的：{'、'.join(lacking[:_MOST_LACKING])}{more}" if lacking else ""
        return f"{len(self.boxes)} 列里用到 {len(filled)} 列{empty}。"

    def _narrow(self, unused: bool) -> None:
        for row, box in enumerate(self.boxes.values()):
            self.table.setRowHidden(row, unused and bool(box.currentData()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._stretch()  # its labels know how many lines they have once they have their type

    def _stretch(self) -> None:
        """Be as high as all lines need."""
        layout = self.layout()
        if layout is not None:
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))

    def _fit(self, look: theme.Theme) -> None:
        row = look.size("row") + 10
        self.table.verticalHeader().setDefaultSectionSize(row)
        self.setMinimumWidth(_WIDTH * look.scale // 100)
        room = self._window.height() - _BESIDES * look.scale // 100
        self.table.setFixedHeight(max(_FEWEST_ROWS, min(_MOST_ROWS, room // row)) * row)


class _Box(QComboBox):
    """What a column fills. Turning the wheel over the list of columns moves the list. Signals: entered()."""

    entered = Signal()

    def __init__(self, options: QStandardItemModel) -> None:
        super().__init__()
        self.setModel(options)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(14)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def put(self, field: str) -> None:
        """Show a field, "" for none."""
        self.setCurrentIndex(self.findData(field))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
