"""The first window on a fresh machine: make an office, open one, or practise."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from unionoffice.ui import theme
from unionoffice.ui.home.facts import Task
from unionoffice.ui.home.view import TaskCard

_CHOICES = (
    ("create", "plus", "新建办公文件", "第一次使用：填写单位名称，选择存放位置，然后导入手上的花名册。"),
    ("open", "folder", "打开办公文件", "打开以前建好的，或同事拷来的办公文件。"),
    ("restore", "undo", "从备份恢复", "电脑换了、办公文件坏了或丢了：选一份备份，用密码或两张恢复卡恢复。"),
    ("practise", "help", "先练习", "用虚构的单位和人员试一遍，练习数据不会混进正式文件。"),
)


class WelcomeWindow(QWidget):
    """Signals: create_requested(), open_requested(), restore_requested(), practise_requested(), chosen(path) for a file
    used before."""

    create_requested = Signal()
    open_requested = Signal()
    restore_requested = Signal()
    practise_requested = Signal()
    chosen = Signal(Path)

    def __init__(self, recent: Sequence[Path]) -> None:
        super().__init__()
        self.setWindowTitle("工会办公")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("welcome")
        room = self.screen().availableSize()
        self.resize(min(720, room.width()), min(520, room.height() - theme.TITLE_BAR))
        signals = {
            "create": self.create_requested,
            "open": self.open_requested,
            "restore": self.restore_requested,
            "practise": self.practise_requested,
        }
        layout = QVBoxLayout(self)
        layout.setContentsMargins(48, 40, 48, 40)
        layout.setSpacing(12)
        title = QLabel("工会办公")
        title.setObjectName("page_title")
        layout.addWidget(title)
        layout.addSpacing(8)
        self._busy = QLabel()
        self._busy.setObjectName("secondary")
        for name, icon, text, detail in _CHOICES:
            button = TaskCard(Task(text, detail, icon, ("", "")))
            button.clicked.connect(signals[name])
            layout.addWidget(button)
        layout.addWidget(self._busy)
        if recent:
            layout.addSpacing(12)
            layout.addWidget(QLabel("最近使用"))
            layout.addWidget(self._recent(recent), 1)
        else:
            layout.addStretch(1)

    def show_busy(self, text: str) -> None:
        """Say what is being made ready, and take no further wish meanwhile; "" when it is over."""
        self._busy.setText(text)
        self.setEnabled(not text)

    def _recent(self, paths: Sequence[Path]) -> QListWidget:
        found = QListWidget()
        found.setAccessibleName("最近使用的办公文件")
        for path in paths:
            item = QListWidgetItem(f"{path.stem}　{path.parent}")
            item.setToolTip(str(path))
            item.setData(Qt.ItemDataRole.UserRole, str(path))
            item.setSizeHint(QSize(0, 34))
            found.addItem(item)
        found.itemActivated.connect(lambda item: self.chosen.emit(Path(item.data(Qt.ItemDataRole.UserRole))))
        return found
