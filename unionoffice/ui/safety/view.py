"""The widgets of 数据安全. Decides nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from unionoffice.ui import theme
from unionoffice.ui.page import CommandButton
from unionoffice.ui.process import word_label
from unionoffice.ui.records.table_section import TableSection
from unionoffice.ui.safety.columns import columns
from unionoffice.ui.safety.destruction_view import DestructionView


class SafetyView(QWidget):
    """Sections under one another, those of `shown`: backups, cards, done, seals; `commands` by name."""

    def __init__(self, commands: Mapping[str, QAction], *, today: date, shown: Collection[str]) -> None:
        super().__init__()
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.told.setObjectName("warning_text")
        self.rehearsal = word_label("", "secondary")
        self.places = word_label("", "secondary")
        self.backups = TableSection(
            "备份",
            columns("时间", "种类", "位置", "大小", "会员", "状态"),
            today=today,
            empty="还没有备份。关闭程序时会自动做一份，也可以现在点“立即备份”。",
            commands=[],
            row_commands=[commands["restore"]],
        )
        self.advice = word_label("", "secondary")
        self.sets = TableSection(
            "恢复卡",
            columns("套号", "印制日期", "保管人", "状态", "试用日期"),
            today=today,
            empty="还没有恢复卡。密码都忘了、密钥文件丢了，就只有靠它打开；请印三张，分给三个人密封保管。",
            commands=[commands["issue"], commands["test"], commands["replace"]],
        )
        self.done = TableSection(
            "最近的操作",
            columns("时间", "经手人", "操作", "说明", "撤销"),
            today=today,
            empty="还没有登记过什么。",
            row_commands=[commands["undo"]],
        )
        self.seals = TableSection(
            "封存单",
            columns("号", "日期", "操作", "查看和打印", "校验码"),
            today=today,
            empty="还没有封存过。封存单印出来签字存档，以后谁改过旧记录，一核对就知道。",
            commands=[commands["seal"]],
            row_commands=[commands["print_seal"]],
        )
        self.destruction = DestructionView(commands, today=today)
        sections: dict[str, list[QWidget]] = {
            "backups": [self._backup_head(commands), self.backups],
            "cards": [self.advice, self.sets],
            "done": [self.done],
            "seals": [self.seals],
            "destruction": [self.destruction],
        }
        self._sections = [widget for name, widgets in sections.items() if name in shown for widget in widgets]
        self._lay_out()

    def show_advice(self, sentences: Sequence[str]) -> None:
        """What should be done about backups, one sentence a line; nothing when all is well."""
        self.told.setText("\n".join(sentences))
        self.told.setVisible(bool(sentences))

    def _backup_head(self, commands: Mapping[str, QAction]) -> QFrame:
        frame = QFrame()
        frame.setObjectName("card")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(CommandButton(commands["back_up"], primary=True))
        for name in ("rehearse", "place", "restore_file"):
            buttons.addWidget(CommandButton(commands[name]))
        buttons.addStretch(1)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(self.told)
        layout.addWidget(self.places)
        layout.addWidget(self.rehearsal)
        layout.addLayout(buttons)
        return frame

    def _lay_out(self) -> None:
        column = QWidget()
        column.setObjectName("scrolled")
        theme.follow(column, lambda column, look: column.setMaximumWidth(1100 * look.scale // 100))
        layout = QVBoxLayout(column)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(12)
        for section in self._sections:
            layout.addWidget(section)
        layout.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(column)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
