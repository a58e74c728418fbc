"""Choosing for whom a form is printed: search, filter, tick; or all that is listed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QVBoxLayout,
)

from unionoffice.ui import theme
from unionoffice.ui.forms.whom import Candidate, Narrowed, Whom
from unionoffice.ui.icons import icon, make_clearable
from unionoffice.ui.process import word_label

_PAGE = 200
_DELAY = 120
_NAMED = 3
_Index = QModelIndex | QPersistentModelIndex


class ChoosingView(QFrame):
    """Signals: changed() when others are chosen."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._whom: Whom | None = None
        self.model = _Candidates(self)
        self.summary = word_label("", "secondary")
        self.text = QLineEdit()
        self.text.setPlaceholderText("查找")
        self.text.setAccessibleName("查找给谁打印")
        make_clearable(self.text)
        self.text.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.unit = _box("全部分工会")
        self.state = _box("全部状态")
        self.part = _box("整个批次")
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName("给谁打印")
        self.all = QPushButton()
        self.none = QPushButton("清空")
        for button in (self.all, self.none):
            button.setObjectName("link")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_DELAY)
        self._lay_out()
        self._connect()
        theme.follow(self, ChoosingView._fit)

    @property
    def ids(self) -> list[str]:
        """Who is chosen, in the order of choosing."""
        return list(self.model.chosen)

    @property
    def whom(self) -> Whom | None:
        """What is chosen from."""
        return self._whom

    def offer(self, whom: Whom | None, ids: Iterable[str] = ()) -> None:
        """Offer other rows, some of them chosen; None where nobody is to be chosen."""
        self._whom = whom
        self.setVisible(whom is not None)
        self.text.clear()
        self._soon.stop()
        for box, options in ((self.unit, whom.units if whom else ()), (self.state, whom.states if whom else ())):
            _fill(box, options)
        self.offer_parts(())
        self.model.show(whom, Narrowed(), ids)
        self._say()

    def choose(self, ids: Iterable[str]) -> None:
        """Choose these and nobody else."""
        self.model.choose(ids)

    def offer_parts(self, names: Sequence[str]) -> None:
        """Offer the parts of the one batch chosen."""
        kept = self.part.currentData()
        _fill(self.part, [(name, name) for name in names])
        place = self.part.findData(kept)
        self.part.setCurrentIndex(max(place, 0))

    def narrow(self) -> None:
        """List what the filters say, now."""
        self._soon.stop()
        self.model.show(self._whom, self._narrowed(), self.model.chosen)
        self._say()

    def _narrowed(self) -> Narrowed:
        return Narrowed(self.text.text().strip(), self.unit.currentData() or "", self.state.currentData() or "")

    def _choose_all(self) -> None:
        if self._whom is not None:
            self.model.choose([*self.model.chosen, *self._whom.ids(self._narrowed())])

    def _say(self) -> None:
        if self._whom is None:
            return
        count = len(self.model.chosen)
        names = [self._whom.name(each) for each in list(self.model.chosen)[:_NAMED]]
        named = "、".join(filter(None, names)) + ("等" if count > _NAMED else "")
        self.summary.setText(f"{named}，共 {count:,} {self._whom.noun}" if count else "还没有选，在下面勾选。")
        listed = self.model.listed
        self.all.setText(f"选中列出的 {listed:,} {self._whom.noun}" if listed else "没有符合的")
        self.all.setEnabled(listed > 0)
        self.none.setVisible(count > 0)

    def _connect(self) -> None:
        self.text.textChanged.connect(lambda: self._soon.start())
        self._soon.timeout.connect(self.narrow)
        self.unit.activated.connect(lambda: self.narrow())
        self.state.activated.connect(lambda: self.narrow())
        self.part.activated.connect(lambda: self.changed.emit())
        self.model.chosen_changed.connect(self._say)
        self.model.chosen_changed.connect(self.changed)
        self.all.clicked.connect(self._choose_all)
        self.none.clicked.connect(lambda: self.model.choose(()))
        self.list.activated.connect(self.model.toggle)

    def _fit(self, look: theme.Theme) -> None:
        self.list.setMinimumHeight(look.size("row") * 4)

    def _lay_out(self) -> None:
        title = QLabel("给谁打印")
        title.setObjectName("section_title")
        narrowing = QHBoxLayout()
        narrowing.setSpacing(8)
        narrowing.addWidget(self.unit, 3)
        narrowing.addWidget(self.state, 2)
        buttons = QHBoxLayout()
        buttons.addWidget(self.all)
        buttons.addStretch(1)
        buttons.addWidget(self.none)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(6)
        layout.addWidget(title)
        layout.addWidget(self.summary)
        layout.addWidget(self.text)
        layout.addLayout(narrowing)
        layout.addWidget(self.list, 1)
        layout.addLayout(buttons)
        layout.addWidget(self.part)


class _Candidates(QAbstractListModel):
    """The rows, read a page at a time; a tick stays whatever is listed. Signals: chosen_changed()."""

    chosen_changed = Signal()

    def __init__(self, parent: ChoosingView) -> None:
        super().__init__(parent)
        self._whom: Whom | None = None
        self._narrowed = Narrowed()
        self._rows: list[Candidate] = []
        self._count: int | None = None
        self._more = False
        self.chosen: dict[str, None] = {}

    @property
    def listed(self) -> int:
        """How many rows there are, also those not read yet."""
        if self._count is None:
            more = self._more and self._whom is not None
            self._count = len(self._whom.ids(self._narrowed)) if more and self._whom else len(self._rows)
        return self._count

    @property
    def rows(self) -> list[Candidate]:
        """Those read by now."""
        return self._rows

    def show(self, whom: Whom | None, narrowed: Narrowed, chosen: Iterable[str]) -> None:
        self.beginResetModel()
        self._whom, self._narrowed, self._count = whom, narrowed, None
        self.chosen = dict.fromkeys(chosen)
        self._rows = whom.rows(narrowed, 0, _PAGE) if whom is not None else []
        self._more = len(self._rows) == _PAGE
        self.endResetModel()

    def choose(self, ids: Iterable[str]) -> None:
        self.chosen = dict.fromkeys(ids)
        if self._rows:
            role = [Qt.ItemDataRole.CheckStateRole]
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1), role)
        self.chosen_changed.emit()

    def toggle(self, index: _Index) -> None:
        record_id = self._rows[index.row()][0]
        if record_id in self.chosen:
            del self.chosen[record_id]
        else:
            self.chosen[record_id] = None
        self.dataChanged.emit(index, index, [Qt.ItemDataRole.CheckStateRole])
        self.chosen_changed.emit()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def canFetchMore(self, parent: _Index) -> bool:
        return self._more and not parent.isValid()

    def fetchMore(self, parent: _Index) -> None:
        if self._whom is None:
            return
        found = self._whom.rows(self._narrowed, len(self._rows), _PAGE)
        self._more = len(found) == _PAGE
        if found:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(found) - 1)
            self._rows.extend(found)
            self.endInsertRows()

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        record_id, name, detail = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{name}　{detail}" if detail else name
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{name.strip()}　{detail}"
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if record_id in self.chosen else Qt.CheckState.Unchecked
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.toggle(index)
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsUserCheckable


def _box(nothing: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(nothing.removeprefix("全部"))
    box.setProperty("nothing", nothing)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(4)
    return box


def _fill(box: QComboBox, options: Sequence[tuple[str, str]]) -> None:
    box.clear()
    box.addItem(box.property("nothing"), "")
    for code, label in options:
        box.addItem(label, code)
    box.setVisible(bool(options))
