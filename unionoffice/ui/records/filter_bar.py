"""Filters above a list: words as one types, a chip for each closed field, and clearing them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from unionoffice.models.fields import Kind
from unionoffice.ui import theme
from unionoffice.ui.flow_layout import FlowLayout
from unionoffice.ui.icons import icon, make_clearable
from unionoffice.ui.records.rows import Column, RowQuery

_DELAY = 110
_FIND_FROM = 13
_CODE = Qt.ItemDataRole.UserRole


class FilterBar(QWidget):
    """Chips for every CHOICE and STATE field among `fields`. Signals: changed()."""

    changed = Signal()

    def __init__(
        self,
        fields: Sequence[Column],
        *,
        placeholder: str = "在列表中查找",
        archive: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text = QLineEdit()
        self._text.setPlaceholderText(placeholder)
        self._text.setAccessibleName(placeholder)
        make_clearable(self._text)
        self._text.addAction(icon("filter"), QLineEdit.ActionPosition.LeadingPosition)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY)
        closed = [column for column in fields if column.field.choices is not None]
        closed = [column for column in closed if column.field.kind in (Kind.CHOICE, Kind.STATE)]
        self._chips = {column.key: _Chip(column) for column in closed}
        self._archived = QPushButton("已归档")
        self._clear = QPushButton("清除筛选")
        self._lay_out(archive)
        self._timer.timeout.connect(self._tell)
        self._text.textChanged.connect(lambda: self._timer.start())
        self._archived.toggled.connect(lambda: self._tell())
        self._clear.clicked.connect(self.clear)
        for chip in self._chips.values():
            chip.changed.connect(self._tell)

    def query(self) -> RowQuery:
        """What the filters say, without an order."""
        accepted = {key: chip.codes for key, chip in self._chips.items() if chip.codes}
        return RowQuery(text=self._text.text(), accepted=accepted, archived=self._archived.isChecked())

    def set_options(self, key: str, options: Mapping[str, str]) -> None:
        """Offer other codes in a chip, such as units just founded; codes let through stay as far as they exist."""
        self._chips[key].set_options(options)

    def clear(self) -> None:
        """Take all filters away."""
        self.restore({})
        self._tell()

    def focus_text(self) -> None:
        """Ctrl+F: type here."""
        self._text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._text.selectAll()

    def state(self) -> dict[str, Any]:
        """The filters as plain values."""
        query = self.query()
        accepted = {key: list(codes) for key, codes in query.accepted.items()}
        return {"text": query.text, "accepted": accepted, "archived": query.archived}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Set the filters without telling; `changed` is the caller's business."""
        for control in (self._text, self._archived):
            control.blockSignals(True)
        self._text.setText(str(state.get("text", "")))
        self._archived.setChecked(bool(state.get("archived")))
        for control in (self._text, self._archived):
            control.blockSignals(False)
        accepted = state.get("accepted", {})
        for key, chip in self._chips.items():
            chip.set_codes(accepted.get(key, ()))
        self._clear.setVisible(self.query().filtered)

    def _lay_out(self, archive: bool) -> None:
        theme.follow(self._text, lambda line, look: line.setFixedWidth(240 * look.scale // 100))
        self._archived.setObjectName("chip")
        self._archived.setCheckable(True)
        self._archived.setToolTip("只看已经归档的记录，可以取回")
        self._archived.setVisible(archive)
        self._clear.setObjectName("link")
        self._clear.hide()
        layout = FlowLayout(self)
        layout.addWidget(self._text)
        for chip in self._chips.values():
            layout.addWidget(chip)
        layout.addWidget(self._archived)
        layout.addWidget(self._clear)

    def _tell(self) -> None:
        self._timer.stop()
        self._clear.setVisible(self.query().filtered)
        self.changed.emit()


class _Chip(QPushButton):
    """One field's filter: says what it lets through, opens its list. Signals: changed()."""

    changed = Signal()

    def __init__(self, column: Column) -> None:
        super().__init__()
        assert column.field.choices is not None
        self._label = column.field.label
        self._options = column.field.choices.labels()
        self._codes: tuple[str, ...] = ()
        self._popup: _Options | None = None
        self.setObjectName("chip")
        self.clicked.connect(self._open)
        self._say()

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes let through; none means all."""
        return self._codes

    def set_codes(self, codes: Sequence[str]) -> None:
        """Let these codes through; unknown ones are dropped."""
        self._codes = tuple(code for code in self._options if code in codes)
        self._say()

    def set_options(self, options: Mapping[str, str]) -> None:
        """Offer these codes from now on."""
        self._options = dict(options)
        self.set_codes(self._codes)

    def _open(self) -> None:
        self._popup = _Options(self._options, self._codes, self)
        self._popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._popup.chosen.connect(self._take)
        self._popup.show_below(self)

    def _take(self, codes: tuple[str, ...]) -> None:
        self.set_codes(codes)
        self.changed.emit()

    def _say(self) -> None:
        words = [self._options[code].strip() for code in self._codes]  # a tree's labels are indented
        shown = "、".join(words[:2]) + (f" 等 {len(words)} 项" if len(words) > 2 else "")
        self.setText(f"{self._label}：{shown}" if shown else f"{self._label} ▾")
        self.setToolTip("、".join(words) if words else f"按{self._label}筛选")
        self.setProperty("active", bool(words))
        self.style().unpolish(self)
        self.style().polish(self)


class _Options(QFrame):
    """A popup with a tick for every option. Signals: chosen(codes) after each tick."""

    chosen = Signal(tuple)

    def __init__(self, options: Mapping[str, str], codes: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("filter_popup")
        self._find = QLineEdit()
        self._find.setPlaceholderText("查找")
        self._list = QListWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(6)
        if len(options) >= _FIND_FROM:
            layout.addWidget(self._find)
        layout.addWidget(self._list)
        self._fill(options, codes)
        self._find.textChanged.connect(self._narrow)
        self._list.itemChanged.connect(lambda: self.chosen.emit(self._ticked()))
        self._list.itemClicked.connect(self._toggle)
        for key in ("Space", "Return", "Enter"):
            QShortcut(QKeySequence(key), self._list).activated.connect(lambda: self._toggle(self._list.currentItem()))
        self._list.setFocus()

    def show_below(self, button: QWidget) -> None:
        """Open under `button`."""
        row = self._list.sizeHintForRow(0) if self._list.count() else 28
        self._list.setFixedHeight(min(self._list.count(), 10) * row + 8)
        self.setFixedWidth(max(self._list.sizeHintForColumn(0) + 60, 180))
        self.adjustSize()
        self.move(button.mapToGlobal(QPoint(0, button.height() + 4)))
        self.show()

    def _fill(self, options: Mapping[str, str], codes: Sequence[str]) -> None:
        for code, label in options.items():
            item = QListWidgetItem(label)
            item.setData(_CODE, code)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Checked if code in codes else Qt.CheckState.Unchecked)
            self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _toggle(self, item: QListWidgetItem) -> None:
        checked = item.checkState() == Qt.CheckState.Checked
        item.setCheckState(Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked)

    def _ticked(self) -> tuple[str, ...]:
        items = [self._list.item(row) for row in range(self._list.count())]
        return tuple(item.data(_CODE) for item in items if item.checkState() == Qt.CheckState.Checked)

    def _narrow(self, text: str) -> None:
        for row in range(self._list.count()):
            self._list.item(row).setHidden(text.strip() not in self._list.item(row).text())
