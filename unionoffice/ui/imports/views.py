"""The import page before and after the review: choosing files, waiting, naming headings, the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from unionoffice.ui import theme
from unionoffice.ui.card import card
from unionoffice.ui.drop_overlay import paths_in
from unionoffice.ui.icons import dress, pixmap
from unionoffice.ui.process import padded, word_label

NOT_NEEDED = ""


class StartView(QWidget):
    """Signals: files_dropped(paths), choose_requested(), resume_requested(), drop_requested()."""

    files_dropped = Signal(list)
    choose_requested = Signal()
    resume_requested = Signal()
    drop_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._pending = word_label("")
        self._resume = QPushButton("继续核对")
        self._resume.clicked.connect(self.resume_requested)
        discard = QPushButton("放弃")
        discard.setObjectName("link")
        discard.clicked.connect(self.drop_requested)
        self._card, inside = card("上次没有导完")
        row = QHBoxLayout()
        row.addWidget(self._pending, 1)
        row.addWidget(discard)
        row.addWidget(self._resume)
        inside.addLayout(row)
        zone = _DropZone()
        zone.dropped.connect(self.files_dropped)
        zone.clicked.connect(self.choose_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._card)
        layout.addWidget(zone, 1)
        self._card.hide()

    @property
    def pending(self) -> str:
        """What is said of an unfinished import, "" when there is none."""
        return "" if self._card.isHidden() else self._pending.text()

    def show_pending(self, sentence: str) -> None:
        """Offer to go on with an unfinished import; "" for none."""
        self._pending.setText(sentence)
        self._card.setVisible(bool(sentence))


class _DropZone(QFrame):
    """Signals: dropped(paths), clicked()."""

    dropped = Signal(list)
    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("drop_zone")
        self.setAcceptDrops(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        sign = QLabel()
        sign.setPixmap(pixmap("import", "faint", 48, self.devicePixelRatioF()))
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addStretch(1)
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignHCenter)
        for text, name in (
            ("把花名册拖到这里，或点一下选择文件", "empty_title"),
            ("Excel、WPS 表格和 CSV 都可以，一次可以放几个文件；分工会分表、带标题行和合计行的都能读。", "empty_text"),
            ("先核对，确认以后才登记，原文件不会被改动。", "empty_text"),
        ):
            label = word_label(text, name)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addStretch(2)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if paths_in(event.mimeData()):
            self._mark(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._mark(False)
        paths = paths_in(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def _mark(self, over: bool) -> None:
        self.setProperty("over", over)
        self.style().unpolish(self)
        self.style().polish(self)


class WaitView(QWidget):
    """What is being done, how far, and 取消. Signals: cancel_requested()."""

    cancel_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._title = word_label("", "empty_title")
        self._text = word_label("", "empty_text")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        theme.follow(self._bar, lambda bar, look: bar.setFixedSize(360 * look.scale // 100, 6))
        self._cancel = QPushButton("取消")
        self._cancel.clicked.connect(self._stop)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(2)
        for widget in (self._title, self._text, self._bar, self._cancel):
            if isinstance(widget, QLabel):
                widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
                layout.addWidget(widget)
            else:
                layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def begin(self, title: str) -> None:
        """Show that work of this title has begun."""
        self._title.setText(title)
        self._text.setText("请稍候，期间可以去别的页面。")
        self._bar.setRange(0, 0)
        self._cancel.setEnabled(True)

    def show_progress(self, done: int, total: int, text: str) -> None:
        """Show how far it is; `total` 0 when the end is not known."""
        self._text.setText(text)
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def _stop(self) -> None:
        self._cancel.setEnabled(False)
        self._text.setText("正在停止…")
        self.cancel_requested.emit()


class HeadingsView(QWidget):
    """What the headings of a file mean, said once for its sender. Signals: edited()."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text = word_label("")
        self._table = QTableWidget(0, 2)
        self._table.setHorizontalHeaderLabels(["文件里的列标题", "对应的内容"])
        self._table.verticalHeader().hide()
        self._table.setShowGrid(False)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header = self._table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        theme.follow(self._table, _fit_headings)
        self._table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._boxes: dict[str, QComboBox] = {}
        frame, inside = card("这份表的列标题程序不认识")
        inside.addWidget(self._text)
        inside.addWidget(self._table, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame)

    def show_headings(self, path: Path, seen: Sequence[str], fields: Mapping[str, str]) -> None:
        """Ask for the meaning of each heading; `fields` are labels by field name."""
        self._text.setText(
            f"“{path.name}”：在每个列标题右边选它的内容，用不到的留着“不需要”。以后同一来源的文件照此读取，不再问。"
        )
        self._boxes = {}
        headings = [heading for heading in dict.fromkeys(seen) if heading.strip()]
        self._table.setRowCount(len(headings))
        for row, heading in enumerate(headings):
            box = QComboBox()
            box.addItem("不需要", NOT_NEEDED)
            for name, label in fields.items():
                box.addItem(label, name)
            box.setAccessibleName(heading)
            box.setMaxVisibleItems(14)
            box.currentIndexChanged.connect(lambda: self.edited.emit())
            self._boxes[heading] = box
            self._table.setItem(row, 0, QTableWidgetItem(heading))
            self._table.setCellWidget(row, 1, padded(box))

    def meanings(self) -> dict[str, str]:
        """Field name by heading, blank for not needed."""
        return {heading: str(box.currentData()) for heading, box in self._boxes.items()}

    def choose(self, heading: str, name: str) -> None:
        """Say what one heading means."""
        box = self._boxes[heading]
        box.setCurrentIndex(box.findData(name))


class DoneView(QWidget):
    """How the import ended. Signals: members_requested(), organisation_requested(), report_requested()."""

    members_requested = Signal()
    organisation_requested = Signal()
    report_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._sign = QLabel()
        self._title = word_label("", "empty_title")
        self._text = word_label("", "empty_text")
        self._organisation = _button("看新建的组织", "organisation")
        self._report = _button("退回说明（Excel）", "export")
        members = _button("看会员", "members")
        members.clicked.connect(self.members_requested)
        self._organisation.clicked.connect(self.organisation_requested)
        self._report.clicked.connect(self.report_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for button in (members, self._organisation, self._report):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(2)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addLayout(buttons)
        layout.addStretch(3)

    @property
    def texts(self) -> tuple[str, str]:
        """Title and text as shown."""
        return self._title.text(), self._text.text()

    def show_result(self, title: str, text: str, *, units: bool, report: bool) -> None:
        """Say what was imported and offer what comes next."""
        self._sign.setPixmap(pixmap("check", "green", 48, self.devicePixelRatioF()))
        self._title.setText(title)
        self._text.setText(text)
        self._organisation.setVisible(units)
        self._report.setVisible(report)


def _button(text: str, icon: str) -> QPushButton:
    button = QPushButton(text)
    dress(button, icon)
    return button


def _fit_headings(table: QTableWidget, look: theme.Theme) -> None:
    table.setMaximumWidth(760 * look.scale // 100)
    table.verticalHeader().setDefaultSectionSize(look.size("row") + 10)
