"""The review of an import: every row with what will become of it, new units, what columns may do, what was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from unionoffice.models.import_run import RowState
from unionoffice.services.import_report import ImportCounts
from unionoffice.ui import theme
from unionoffice.ui.imports.rows import CHECK, COLUMNS, FieldLine, Outcome, ReviewSource
from unionoffice.ui.process import TellingPanel, padded, word_label
from unionoffice.ui.records.pill import Pill
from unionoffice.ui.records.rows import RowQuery
from unionoffice.ui.records.table import RecordTable
from unionoffice.ui.records.table_model import RecordTableModel
from unionoffice.ui.records.tones import tone_of

OVERWRITE, FILL, KEEP = "overwrite", "fill", "keep"
_WIDTHS = {"where": 142, "name": 76, "state": 124, "told": 170, "id_number": 160, "unit": 96}
_WAYS = {OVERWRITE: "覆盖：以文件为准", FILL: "只补空白", KEEP: "不改：只用于新增"}


class ReviewView(QWidget):
    """Signals: row_selected(number), policy_requested() to read again with the ways chosen."""

    row_selected = Signal(int)
    policy_requested = Signal()

    def __init__(self, source: ReviewSource, *, today: date) -> None:
        super().__init__()
        self.telling = TellingPanel()
        self.model = RecordTableModel(source, COLUMNS, today=today, parent=self)
        self.table = RecordTable(self.model)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.horizontalHeader().setSectionsClickable(False)
        self.table.setSortingEnabled(False)
        scale = theme.current().scale
        self.table.restore_layout({"widths": {key: width * scale // 100 for key, width in _WIDTHS.items()}})
        self.table.horizontalHeader().setStretchLastSection(True)
        self.detail = RowDetail()
        self.units = QListWidget()
        self.units.setAccessibleName("将新建的组织")
        self.ways = WaysTable()
        self.reading = _reading_list()
        self.again = QPushButton("按此重新核对")
        self._chips: dict[str, QPushButton] = {}
        self._chip_row = QHBoxLayout()
        self._lay_out()
        self.table.selection_changed.connect(self._selected)
        self.ways.edited.connect(lambda: self.again.setEnabled(self.ways.editable))
        self.again.clicked.connect(self.policy_requested)

    @property
    def filter(self) -> str:
        """The chip pressed: "" for all rows, a row state, or `CHECK`."""
        return next(code for code, chip in self._chips.items() if chip.isChecked())

    def show_counts(self, counts: ImportCounts) -> None:
        """Write the totals on the chips and load the rows of the one pressed."""
        numbers = {
            "": counts.read,
            RowState.NEW.value: counts.new,
            RowState.UPDATED.value: counts.updated,
            RowState.UNCHANGED.value: counts.unchanged,
            CHECK: counts.warned,
            RowState.REFUSED.value: counts.refused,
        }
        for code, number in numbers.items():
            chip = self._chips[code]
            chip.setText(f"{chip.property('label')} {number:,}")
            chip.setEnabled(number > 0 or code == "")
            if chip.isChecked() and not chip.isEnabled():
                self._chips[""].setChecked(True)
        self.press(self.filter)

    def show_people(self) -> None:
        """Show the tab with the rows."""
        self._tabs.setCurrentIndex(0)

    def press(self, code: str) -> None:
        """Show the rows of one chip."""
        self._chips[code].setChecked(True)
        for other, chip in self._chips.items():
            chip.setChecked(other == code)
        self.model.set_query(RowQuery(accepted={"state": (code,)} if code else {}))
        if self.model.rowCount():
            self.table.selectRow(0)
        else:
            self.detail.clear()

    def show_units(self, names: Sequence[str]) -> None:
        """List the units that will be created."""
        self.units.clear()
        self.units.addItems(list(names))
        self._tabs.setTabText(1, f"将新建组织 {len(names)}" if names else "将新建组织")
        self._tabs.setTabVisible(1, bool(names))

    def show_reading(self, lines: Sequence[str]) -> None:
        """List what was noticed while reading."""
        self.reading.clear()
        self.reading.addItems(list(lines))
        self._tabs.setTabText(3, f"读取说明 {len(lines)}" if lines else "读取说明")

    def show_ways(
        self, columns: Mapping[str, str], chosen: Mapping[str, str], fixed: Mapping[str, str], why: str
    ) -> None:
        """Show what each column may do; `why` it cannot be changed, "" when it can."""
        self.ways.show_columns(columns, chosen, fixed, editable=not why)
        self.again.setEnabled(False)
        self._why.setText(why or "改过之后重新读一遍文件，再看结果。已登记的内容从不因为文件里空白而清掉。")

    def _lay_out(self) -> None:
        self._chip_row.setSpacing(8)
        labels = {"": "全部", **{state.value: state.label for state in RowState if state is not RowState.REFUSED}}
        labels[CHECK] = "需核对"
        labels[RowState.REFUSED.value] = RowState.REFUSED.label
        for code, label in labels.items():
            chip = self._chips[code] = QPushButton(label)
            chip.setObjectName("chip")
            chip.setCheckable(True)
            chip.setProperty("label", label)
            chip.clicked.connect(lambda _=False, code=code: self.press(code))
            self._chip_row.addWidget(chip)
        self._chips[""].setChecked(True)
        self._chip_row.addStretch(1)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setDrawBase(False)
        self._tabs.addTab(self._people(), "人员")
        self._tabs.addTab(self.units, "将新建组织")
        self._tabs.addTab(self._ways(), "各列怎样处理")
        self._tabs.addTab(self.reading, "读取说明")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.telling)
        layout.addWidget(self._tabs, 1)
        theme.follow(self._tabs, lambda tabs, look: tabs.setMinimumHeight(look.size("row") * 9))

    def _people(self) -> QWidget:
        frame = QFrame()
        frame.setObjectName("table_frame")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.table)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(12)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(frame)
        splitter.addWidget(self.detail)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 0)
        splitter.setSizes([10_000, theme.current().size("preview")])
        area = QWidget()
        layout = QVBoxLayout(area)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._chip_row)
        layout.addWidget(splitter, 1)
        return area

    def _ways(self) -> QWidget:
        self._why = word_label("", "secondary")
        row = QHBoxLayout()
        row.addWidget(self._why, 1)
        row.addWidget(self.again)
        area = QWidget()
        layout = QVBoxLayout(area)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(row)
        layout.addWidget(self.ways, 1)
        theme.follow(self.ways, lambda ways, look: ways.setMaximumWidth(760 * look.scale // 100))
        return area

    def _selected(self, ids: list[str]) -> None:
        if ids and ids[0]:
            self.row_selected.emit(int(ids[0]))


class RowDetail(QFrame):
    """One row field by field."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("preview")
        theme.follow(self, lambda panel, look: panel.setMinimumWidth(look.size("preview") * 3 // 4))
        self._name = word_label("", "record_name")
        self._pill = Pill(parent=self)
        self._where = word_label("", "secondary")
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = QHBoxLayout()
        head.addWidget(self._name, 1)
        head.addWidget(self._pill)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 8, 12)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self._where)
        layout.addSpacing(4)
        layout.addWidget(self._scroll, 1)

    @property
    def texts(self) -> list[str]:
        """Everything written in the panel."""
        return [label.text() for label in self.findChildren(QLabel) if label.text()]

    def clear(self) -> None:
        """Show no row."""
        self._name.setText("")
        self._where.setText("选中一行，这里逐项显示读到的内容。")
        self._pill.show_state("", "grey")
        self._scroll.setWidget(QWidget())

    def show_row(self, name: str, where: str, state: Outcome, lines: Sequence[FieldLine]) -> None:
        """Show a row; what changes stands with what it replaces, notes under their field."""
        self._name.setText(name or "没有姓名")
        self._where.setText(where)
        self._pill.show_state(state.label, tone_of(state))
        inside = QWidget()
        inside.setObjectName("scrolled")
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(2)
        for line in lines:
            if line.label:
                layout.addWidget(word_label(line.label, "fact_label"))
                text = f"{line.before} → {line.value}" if line.before else line.value or "（空白）"
                layout.addWidget(word_label(text, "changed" if line.before else ""))
            for level, sentence in line.notes:
                note = word_label(sentence, "note")
                note.setProperty("tone", {"refuse": "red", "info": "grey"}.get(level, "amber"))
                layout.addWidget(note)
            layout.addSpacing(6)
        layout.addStretch(1)
        self._scroll.setWidget(inside)


class WaysTable(QTableWidget):
    """What each column of the file may do to values on record. Signals: edited()."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__(0, 2)
        self.editable = False
        self._boxes: dict[str, QComboBox] = {}
        self.setHorizontalHeaderLabels(["列", "对已登记会员"])
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        theme.follow(self, lambda table, look: table.verticalHeader().setDefaultSectionSize(look.size("row") + 10))

    def show_columns(
        self, columns: Mapping[str, str], chosen: Mapping[str, str], fixed: Mapping[str, str], *, editable: bool
    ) -> None:
        """Columns as label by field; `fixed` ones say what always holds for them."""
        self.editable = editable
        self._boxes = {}
        self.setRowCount(len(columns))
        for row, (name, label) in enumerate(columns.items()):
            self.setItem(row, 0, QTableWidgetItem(label))
            if name in fixed:
                self.setCellWidget(row, 1, word_label(f"  {fixed[name]}", "secondary"))
                continue
            box = self._boxes[name] = QComboBox()
            for code, text in _WAYS.items():
                box.addItem(text, code)
            box.setCurrentIndex(box.findData(chosen.get(name, OVERWRITE)))
            box.setEnabled(editable)
            box.setAccessibleName(f"{label}怎样处理")
            box.currentIndexChanged.connect(lambda: self.edited.emit())
            self.setCellWidget(row, 1, padded(box))

    def choose(self, name: str, way: str) -> None:
        """Set what a column may do."""
        box = self._boxes[name]
        box.setCurrentIndex(box.findData(way))

    def chosen(self) -> dict[str, str]:
        """The way of each column that can be chosen."""
        return {name: str(box.currentData()) for name, box in self._boxes.items()}


def _reading_list() -> QListWidget:
    found = QListWidget()
    found.setWordWrap(True)
    found.setAccessibleName("读取说明")
    return found
