"""The collection desk: one search field, keyboard and barcode first, last actions with undo, a count going up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from unionoffice.models.welfare import Line
from unionoffice.ui import theme
from unionoffice.ui.card import card
from unionoffice.ui.icons import dress
from unionoffice.ui.process import Meter, word_label
from unionoffice.ui.welfare.desk_parts import LINE_ROLE, ActionRow, DeskField, Feedback, MatchDelegate, ProxyPanel

_DELAY = 90
_LAST = 12


class DeskView(QWidget):
    """Signals: typed(text), taken(line id) for the person himself, proxy_requested(line id),
    proxy_taken(line id, proxy, relation), undo_requested(line id), undo_last_requested(), unit_chosen(unit or ""),
    back_requested()."""

    typed = Signal(str)
    taken = Signal(str)
    proxy_requested = Signal(str)
    proxy_taken = Signal(str, str, str)
    undo_requested = Signal(str)
    undo_last_requested = Signal()
    unit_chosen = Signal(str)
    back_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.field = DeskField()
        self.matches = QListWidget()
        self.proxy = ProxyPanel()
        self.feedback = Feedback()
        self.count = word_label("", "big_number", wrap=False)
        self.waiting = word_label("", "secondary", wrap=False)
        self.meter = Meter()
        self.unit = QComboBox()
        self.last = QListWidget()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY)
        self._lay_out()
        self._connect()
        theme.follow(self, DeskView._fit)

    @property
    def current(self) -> str:
        """The line highlighted, "" for none."""
        item = self.matches.currentItem()
        return str(item.data(LINE_ROLE).id) if item is not None else ""

    def lines(self) -> list[Line]:
        """The people found, the best first."""
        return [self.matches.item(row).data(LINE_ROLE) for row in range(self.matches.count())]

    def line(self, line_id: str) -> Line | None:
        """One of the people found."""
        return next((line for line in self.lines() if line.id == line_id), None)

    @property
    def moved(self) -> bool:
        """Whether the user himself chose the highlighted person."""
        return self.field.moved

    def show_matches(self, lines: Sequence[Line]) -> None:
        """Show who was found, the best first and highlighted."""
        self.field.moved = False
        self.matches.clear()
        for line in lines:
            item = QListWidgetItem(f"{line.name} {line.unit} {line.state.label}")
            item.setData(LINE_ROLE, line)
            self.matches.addItem(item)
        self.matches.setCurrentRow(0)

    def show_total(self, done: int, people: int, waiting: int) -> None:
        """Count up."""
        self.count.setText(f"{done:,} / {people:,}")
        self.waiting.setText(f"待领 {waiting:,} 人" if waiting else "全部领完")
        self.meter.show_share(done, people, "green")

    def show_units(self, units: Sequence[tuple[str, int]], chosen: str) -> None:
        """Offer branches with how many still wait."""
        self.unit.blockSignals(True)
        self.unit.clear()
        self.unit.addItem("全部分工会", "")
        for unit, waiting in units:
            self.unit.addItem(f"{unit}（待领 {waiting:,}）" if waiting else f"{unit}（已领完）", unit)
        self.unit.setCurrentIndex(max(self.unit.findData(chosen), 0))
        self.unit.blockSignals(False)

    def show_actions(self, actions: Sequence[tuple[str, str]]) -> None:
        """Show the last actions as (line id, words), newest first, each with 撤销."""
        self.last.clear()
        for line_id, words in actions[:_LAST]:
            item = QListWidgetItem()
            row = ActionRow(words)
            row.undo.clicked.connect(lambda _=False, line_id=line_id: self.undo_requested.emit(line_id))
            self.last.addItem(item)
            self.last.setItemWidget(item, row)
        self._fit(theme.current())

    def begin_anew(self) -> None:
        """An empty, focused field."""
        self.proxy.hide()
        self._timer.stop()
        self.field.clear()
        self.matches.clear()
        self.field.setFocus()

    def ask_proxy(self, name: str) -> None:
        """Ask, in place, who collects for `name`."""
        self.proxy.ask(name)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.field)
        left.addWidget(
            word_label("回车 本人领取　·　F2 代领　·　↑↓ 换人　·　空着时 Ctrl+Z 撤销上一条　·　Esc 清空", "secondary")
        )
        left.addWidget(self.feedback)
        left.addWidget(self.proxy)
        self.matches.setObjectName("desk_matches")
        self.matches.setItemDelegate(MatchDelegate(self.matches))
        self.matches.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.matches.setAccessibleName("找到的人")
        self.matches.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.follow(self.matches, lambda found, look: found.setMinimumHeight(look.size("row") * 4))
        left.addWidget(self.matches, 1)
        right = QFrame()
        theme.follow(right, lambda right, look: right.setFixedWidth(look.size("preview") + 20))
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        total, inside = card("已领")
        inside.addWidget(self.count)
        inside.addWidget(self.meter)
        inside.addWidget(self.waiting)
        column.addWidget(total)
        last, below = card("刚才登记的")
        self.last.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.last.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.last.setObjectName("plain_list")
        below.addWidget(self.last, 1)
        column.addWidget(last, 1)
        top = QHBoxLayout()
        top.setSpacing(8)
        self.title = word_label("", "record_name", wrap=False)
        back = QPushButton("返回批次")
        back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        dress(back, "chevron-left")
        back.clicked.connect(self.back_requested)
        theme.follow(self.unit, lambda box, look: box.setMinimumWidth(220 * look.scale // 100))
        self.unit.setAccessibleName("只看一个分工会")
        self.unit.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        top.addWidget(back)
        top.addWidget(self.title, 1)
        top.addWidget(self.unit)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addLayout(left, 1)
        columns.addWidget(right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addLayout(columns, 1)

    def _fit(self, look: theme.Theme) -> None:
        for row in range(self.last.count()):
            self.last.item(row).setSizeHint(QSize(0, look.size("row") + 4))
        self.matches.scheduleDelayedItemsLayout()

    def _connect(self) -> None:
        self.field.textEdited.connect(lambda: self._timer.start())
        self._timer.timeout.connect(lambda: self.typed.emit(self.field.text()))
        self.field.entered.connect(lambda: self._take(self.taken.emit))
        self.field.proxy_wished.connect(lambda: self._take(self.proxy_requested.emit))
        self.field.stepped.connect(self._step)
        self.field.undo_wished.connect(self.undo_last_requested)
        self.matches.itemClicked.connect(self._pick)
        self.proxy.given.connect(lambda name, relation: self.proxy_taken.emit(self.current, name, relation))
        self.proxy.left.connect(self.close_proxy)
        self.unit.activated.connect(self._choose_unit)

    def close_proxy(self) -> None:
        """Back to searching, nothing registered."""
        self.proxy.hide()
        self.field.setFocus()

    def _take(self, tell: Callable[[str], object]) -> None:
        if self._timer.isActive():  # a barcode reader is faster than the pause after typing
            self._timer.stop()
            self.typed.emit(self.field.text())
        if self.current:
            tell(self.current)

    def _step(self, by: int) -> None:
        count = self.matches.count()
        if count:
            self.matches.setCurrentRow((self.matches.currentRow() + by) % count)

    def _pick(self) -> None:
        self.field.moved = True
        self.field.setFocus()

    def _choose_unit(self) -> None:
        self.unit_chosen.emit(str(self.unit.currentData() or ""))
        self.field.setFocus()
