"""The table of a list: sorting, choosing and dragging columns, copying, states as pills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from unionoffice.models.fields import Kind
from unionoffice.ui import shown, theme
from unionoffice.ui.records.rows import Column
from unionoffice.ui.records.table_model import BLOCK, TONE_ROLE, RecordTableModel, SelectedIds

_WIDTHS = {
    Kind.NOTE: 260,
    Kind.TEXT: 160,
    Kind.REFERENCE: 160,
    Kind.DATE: 120,
    Kind.PARTIAL_DATE: 110,
    Kind.STATE: 110,
    Kind.ID_NUMBER: 180,
    Kind.PHONE: 130,
    Kind.MONEY: 110,
    Kind.INTEGER: 90,
    Kind.FLAG: 80,
}
_WIDTH, _DUE_WIDTH, _NARROWEST = 110, 170, 96
_ELASTIC = (frozenset({Kind.NOTE}), frozenset({Kind.TEXT, Kind.REFERENCE}))


class RecordTable(QTableView):
    """Signals: opened(id) on Enter or double click, preview_requested() on Space, selection_changed(sequence of ids),
    layout_changed() when columns or sorting changed."""

    opened = Signal(str)
    preview_requested = Signal()
    selection_changed = Signal(object)
    layout_changed = Signal()

    def __init__(self, model: RecordTableModel, *, due: str | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._commands: list[QAction] = []
        self._due = due
        self._widths_chosen = False
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setItemDelegate(_Cell(self))
        self._dress_headers()
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        self.selectionModel().selectionChanged.connect(self._tell_selection)
        model.modelReset.connect(lambda: self.selection_changed.emit([]))
        shown.screen.changed.connect(self._show_anew)

    def selected_ids(self, most: int | None = None) -> list[str]:
        """Ids of the selected rows, from top to bottom, only the first `most` where given."""
        return self._model.ids_at(self._selected_rows()[:most])

    def select(self, ids: Sequence[str]) -> None:
        """Select these records, at most a block of them, as far as they are among the rows already fetched."""
        flags = QItemSelectionModel.SelectionFlag
        rows = [row for row in map(self._model.row_of, ids[:BLOCK]) if row >= 0]
        wanted = QItemSelection()
        for row in rows:
            index = self._model.index(row, 0)
            wanted.select(index, index)
        self.selectionModel().select(wanted, flags.ClearAndSelect | flags.Rows)
        if rows:
            self.selectionModel().setCurrentIndex(self._model.index(rows[0], 0), flags.NoUpdate)
            self.scrollTo(self._model.index(rows[0], 0))

    def copy(self) -> None:
        """Put the selected rows on the clipboard as Excel takes them: tabs between cells, headings on top."""
        columns = self.shown_columns()
        lines = [[self._model.columns[column].field.label for column in columns]]
        for texts in self._model.texts_at(self._selected_rows(), columns):
            lines.append([_one_line(text) for text in texts])
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))

    def shown_columns(self) -> list[int]:
        """Model columns that are visible, from left to right."""
        header = self.horizontalHeader()
        logical = (header.logicalIndex(place) for place in range(header.count()))
        return [column for column in logical if not header.isSectionHidden(column)]

    def shown_keys(self) -> list[str]:
        """Keys of the visible columns, from left to right: what an export of exactly this view needs."""
        return [self._model.columns[column].key for column in self.shown_columns()]

    def set_commands(self, commands: Sequence[QAction]) -> None:
        """What the menu on a row offers besides 打开 and 复制."""
        self._commands = list(commands)

    def layout_state(self) -> dict[str, Any]:
        """Order, widths and hiding of columns, and the sorting."""
        header = self.horizontalHeader()
        keys = [column.key for column in self._model.columns]
        query = self._model.query
        return {
            "order": [keys[header.logicalIndex(place)] for place in range(header.count())],
            "widths": self._widths() if self._widths_chosen else {},
            "hidden": [key for column, key in enumerate(keys) if header.isSectionHidden(column)],
            "sort": query.sort,
            "descending": query.descending,
        }

    def restore_layout(self, state: Mapping[str, Any]) -> None:
        """Take up what `layout_state` gave; columns that no longer exist are passed over."""
        header = self.horizontalHeader()
        columns = {column.key: place for place, column in enumerate(self._model.columns)}
        for place, key in enumerate(key for key in state.get("order", []) if key in columns):
            header.moveSection(header.visualIndex(columns[key]), place)
        widths = {key: width for key, width in state.get("widths", {}).items() if key in columns}
        self._widths_chosen = bool(widths)
        for key, width in widths.items():
            self.setColumnWidth(columns[key], int(width))
        hidden = set(state.get("hidden", []))
        for key, column in columns.items():
            header.setSectionHidden(column, key in hidden and len(hidden) < len(columns))
        if state.get("sort") in columns:
            order = Qt.SortOrder.DescendingOrder if state.get("descending") else Qt.SortOrder.AscendingOrder
            self.sortByColumn(columns[state["sort"]], order)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex().row())
        elif event.key() == Qt.Key.Key_Space:
            self.preview_requested.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._widths_chosen and event.size().width() != event.oldSize().width():
            self._fit_columns()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        if not index.isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("打开", lambda: self._open(index.row()))
        menu.addAction("复制所选行", self.copy)
        if self._commands:
            menu.addSeparator()
            menu.addActions(self._commands)
        menu.popup(event.globalPos())

    def show_column_menu(self, at: QPoint) -> None:
        """Offer all columns with ticks, at a point on the screen."""
        header = self.horizontalHeader()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column, facts in enumerate(self._model.columns):
            action = menu.addAction(facts.field.label)
            action.setCheckable(True)
            action.setChecked(not header.isSectionHidden(column))
            action.setEnabled(header.isSectionHidden(column) or len(self.shown_columns()) > 1)
            action.toggled.connect(lambda shown, column=column: self._show_column(column, shown))
        menu.popup(at)

    def _dress_headers(self) -> None:
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(60)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(lambda at: self.show_column_menu(header.mapToGlobal(at)))
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        theme.follow(self, RecordTable._fit_scale)
        self.setSortingEnabled(True)
        header.sortIndicatorChanged.connect(lambda: self.layout_changed.emit())
        header.sectionMoved.connect(lambda: self.layout_changed.emit())
        header.sectionResized.connect(self._resized)

    def _fit_scale(self, look: theme.Theme) -> None:
        self.verticalHeader().setDefaultSectionSize(look.size("row"))
        self.horizontalHeader().setFixedHeight(look.size("row"))
        if not self._widths_chosen:
            self._fit_columns()

    def _fit_columns(self) -> None:
        """Until the user drags one, columns share the width: notes give and take first, then names."""
        scale = theme.current().scale
        wanted = {column: self._natural_width(facts) * scale // 100 for column, facts in enumerate(self._model.columns)}
        shown = {column: width for column, width in wanted.items() if not self.isColumnHidden(column)}
        spare = self.viewport().width() - sum(shown.values())
        for kinds in _ELASTIC:
            elastic = [column for column in shown if self._model.columns[column].field.kind in kinds]
            whole = sum(wanted[column] for column in elastic)
            for column in elastic:
                share = wanted[column] + spare * wanted[column] // whole
                wanted[column] = max(share, min(wanted[column], _NARROWEST * scale // 100))
            spare -= sum(wanted[column] for column in elastic) - whole
        for column, width in wanted.items():
            self.setColumnWidth(column, width)

    def _natural_width(self, column: Column) -> int:
        return _DUE_WIDTH if column.key == self._due else _WIDTHS.get(column.field.kind, _WIDTH)

    def _widths(self) -> dict[str, int]:
        columns = enumerate(self._model.columns)
        return {facts.key: width for column, facts in columns if (width := self.columnWidth(column))}

    def _resized(self) -> None:
        if QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            self._widths_chosen = True
            self.layout_changed.emit()

    def _show_anew(self) -> None:
        self.viewport().update()

    def _tell_selection(self) -> None:
        self.selection_changed.emit(SelectedIds(self._model, self._selected_rows()))

    def _selected_rows(self) -> list[int]:
        found = self.selectionModel().selection().toList()
        return sorted({row for part in found for row in range(part.top(), part.bottom() + 1)})

    def _open(self, row: int) -> None:
        record_id = self._model.id_at(row)
        if record_id:
            self.opened.emit(record_id)

    def _show_column(self, column: int, shown: bool) -> None:
        self.horizontalHeader().setSectionHidden(column, not shown)
        if not self._widths_chosen:
            self._fit_columns()
        self.layout_changed.emit()


class _Cell(QStyledItemDelegate):
    """Ordinary text, or a pill where the model gives a tone; the whole text as tooltip where it is cut."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tone = index.data(TONE_ROLE)
        if tone is None:
            super().paint(painter, option, index)
            return
        text = index.data()
        option_box = QRect(option.rect)
        blank = QStyleOptionViewItem(option)
        self._paint_ground(painter, blank, index)
        self._paint_pill(painter, option_box, text, tone)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        text = index.data() or ""
        box = QRect(option.rect)
        if view.fontMetrics().horizontalAdvance(text) > box.width() - 22:
            QToolTip.showText(event.globalPos(), text, view)
            return True
        QToolTip.hideText()
        return False

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        empty = index.model().index(index.row(), index.column())
        self.initStyleOption(option, empty)
        option.text = ""
        view = self.parent()
        assert isinstance(view, QTableView)
        view.style().drawControl(view.style().ControlElement.CE_ItemViewItem, option, painter, view)

    def _paint_pill(self, painter: QPainter, box: QRect, text: str, tone: str) -> None:
        look = theme.current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.font("small"))
        height = painter.fontMetrics().height() + 4
        width = min(painter.fontMetrics().horizontalAdvance(text) + 20, box.width() - 12)
        pill = QRect(box.left() + 10, box.center().y() - height // 2 + 1, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour(f"{tone}_ground"))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.setPen(look.colour(tone))
        elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width - 12)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, elided)
        painter.restore()


def _one_line(text: str) -> str:
    return text.replace("\t", " ").replace("\n", " ")
