"""The collection desk: one search field, keyboard and barcode first, last actions with undo, a count going up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from unionoffice.models.welfare import Line, LineState
from unionoffice.ui import theme
from unionoffice.ui.icons import dress
from unionoffice.ui.process import Meter, card, word_label

_LINE = Qt.ItemDataRole.UserRole
_DELAY = 90
_LAST = 12
RELATIONS = ("配偶", "子女", "父母", "同事", "班组长")


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

    @property
    def current(self) -> str:
        """The line highlighted, "" for none."""
        item = self.matches.currentItem()
        return str(item.data(_LINE).id) if item is not None else ""

    def lines(self) -> list[Line]:
        """The people found, the best first."""
        return [self.matches.item(row).data(_LINE) for row in range(self.matches.count())]

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
            item.setData(_LINE, line)
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
            row = _Action(words)
            row.undo.clicked.connect(lambda _=False, line_id=line_id: self.undo_requested.emit(line_id))
            item.setSizeHint(QSize(0, theme.current().size("row") + 4))
            self.last.addItem(item)
            self.last.setItemWidget(item, row)

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
        self.matches.setItemDelegate(_Match(self.matches))
        self.matches.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.matches.setAccessibleName("找到的人")
        self.matches.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        left.addWidget(self.matches, 1)
        right = QFrame()
        right.setFixedWidth(theme.current().size("preview") + 20)
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
        self.unit.setMinimumWidth(220 * theme.current().scale // 100)
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


class DeskField(QLineEdit):
    """Signals: entered(), proxy_wished(), stepped(by), undo_wished() for Ctrl+Z while empty."""

    entered = Signal()
    proxy_wished = Signal()
    stepped = Signal(int)
    undo_wished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.moved = False
        self.setObjectName("desk_field")
        self.setPlaceholderText("姓名、拼音首字母或工号，也可以扫条码")
        self.setAccessibleName("找领取人")

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_undo(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if _is_undo(event) and not self.text():
            self.undo_wished.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            (self.proxy_wished if control else self.entered).emit()
        elif key == Qt.Key.Key_F2:
            self.proxy_wished.emit()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.moved = True
            self.stepped.emit(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)


class ProxyPanel(QFrame):
    """Who collects for somebody. Signals: given(name, relation), left()."""

    given = Signal(str, str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._title = word_label("", "section_title")
        self.name = QLineEdit()
        self.name.setPlaceholderText("代领人姓名")
        self.name.setAccessibleName("代领人姓名")
        self.relation = QComboBox()
        self.relation.setEditable(True)
        self.relation.addItems(RELATIONS)
        self.relation.setAccessibleName("与本人关系")
        line = self.relation.lineEdit()
        assert line is not None
        line.setPlaceholderText("与本人关系")
        self._error = word_label("", "field_error")
        take = QPushButton("登记代领")
        leave = QPushButton("取消")
        leave.setObjectName("link")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.name, 2)
        row.addWidget(self.relation, 1)
        row.addWidget(leave)
        row.addWidget(take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 12, 10)
        layout.setSpacing(6)
        layout.addWidget(self._title)
        layout.addLayout(row)
        layout.addWidget(self._error)
        self.name.returnPressed.connect(self._after_name)
        line.returnPressed.connect(self._give)
        take.clicked.connect(self._give)
        leave.clicked.connect(self.left)
        self.hide()

    @property
    def error(self) -> str:
        """What is missing, "" for nothing."""
        return "" if self._error.isHidden() else self._error.text()

    def ask(self, name: str) -> None:
        """Ask who collects for `name`."""
        self._title.setText(f"谁代{name}领取")
        self.name.clear()
        self.relation.setCurrentIndex(-1)
        self.relation.clearEditText()
        self.say("", "")
        self.show()
        self.name.setFocus()

    def say(self, field: str, sentence: str) -> None:
        """Say what is missing, and go to its field."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        if field == "relation":
            self.relation.setFocus()
        elif field:
            self.name.setFocus()

    def _after_name(self) -> None:
        if self.name.text().strip() and not self.relation.currentText().strip():
            self.relation.setFocus()
        else:
            self._give()

    def _give(self) -> None:
        self.given.emit(self.name.text().strip(), self.relation.currentText().strip())


class Feedback(QFrame):
    """What the last key did: a word in large type on tinted ground."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("telling")
        self._text = word_label("", "desk_words")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.addWidget(self._text)
        self.say("准备好了，输入或扫码开始。", "blue")

    @property
    def text(self) -> str:
        """What is said."""
        return self._text.text()

    @property
    def tone(self) -> str:
        """In which tone."""
        return str(self.property("tone"))

    def say(self, text: str, tone: str) -> None:
        """Say something in the tone of a state."""
        self._text.setText(text)
        self.setProperty("tone", tone)
        for widget in (self, self._text):
            widget.style().unpolish(widget)
            widget.style().polish(widget)


class _Action(QWidget):
    def __init__(self, words: str) -> None:
        super().__init__()
        self.undo = QPushButton("撤销")
        self.undo.setObjectName("link")
        self.undo.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(word_label(words, wrap=False), 1)
        layout.addWidget(self.undo)


class _Match(QStyledItemDelegate):
    """Name and branch in one line, what became of the share at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, theme.current().size("row") + 14)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look = theme.current()
        line: Line = index.data(_LINE)
        box = QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, look.colour("selected"))
            painter.fillRect(QRect(box.left(), box.top(), 4, box.height()), look.colour("accent"))
        done = line.state is not LineState.WAITING
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(look.font("title", semibold=not done))
        painter.setPen(look.colour("secondary" if done else "text"))
        painter.drawText(box.adjusted(16, 0, 0, 0), middle, line.name)
        left = 16 + max(painter.fontMetrics().horizontalAdvance(line.name) + 16, 110 * look.scale // 100)
        painter.setFont(look.font())
        painter.setPen(look.colour("secondary"))
        where = "　".join(filter(None, (line.unit, line.subgroup, line.staff_number)))
        told = match_words(line)
        right = painter.fontMetrics().horizontalAdvance(told) + 24
        room = box.adjusted(left, 0, -right, 0)
        painter.drawText(
            room, middle, painter.fontMetrics().elidedText(where, Qt.TextElideMode.ElideRight, room.width())
        )
        painter.setPen(look.colour("green" if done else "amber"))
        painter.drawText(box.adjusted(0, 0, -16, 0), middle | Qt.AlignmentFlag.AlignRight, told)
        painter.restore()


def match_words(line: Line) -> str:
    """What became of a share, as the list of people found says it."""
    if line.state is LineState.WAITING:
        return f"待领 {line.quantity} 份"
    day = f" {line.collected_on.isoformat()}" if line.collected_on else ""
    by = f"{line.proxy}（{line.proxy_relation}）" if line.state is LineState.PROXY else ""
    return f"✓ {by}{line.state.label}{day}"


def _is_undo(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Undo)
