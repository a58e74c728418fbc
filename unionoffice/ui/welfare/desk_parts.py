"""Parts of the collection desk: the field, the question for a proxy, the feedback, a person found."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from unionoffice.models.welfare import Line, LineState
from unionoffice.ui import theme
from unionoffice.ui.process import ElidedLabel, word_label

LINE_ROLE = Qt.ItemDataRole.UserRole
RELATIONS = ("配偶", "子女", "父母", "同事", "班组长")


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


class ActionRow(QWidget):
    """What was registered, and 撤销 beside it."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.undo = QPushButton("撤销")
        self.undo.setObjectName("link")
        self.undo.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.words = ElidedLabel(words)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.undo)


class MatchDelegate(QStyledItemDelegate):
    """Name and branch in one line, what became of the share at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, theme.current().size("row") + 14)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look = theme.current()
        line: Line = index.data(LINE_ROLE)
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
