"""The widgets of destroying what is due. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from unionoffice.ui.process import word_label
from unionoffice.ui.records.table_section import TableSection
from unionoffice.ui.safety.columns import columns


class DestructionView(QWidget):
    """What is due, the lists made of it, and what has been destroyed."""

    def __init__(self, commands: Mapping[str, QAction], *, today: date) -> None:
        super().__init__()
        self.rule = word_label("", "secondary")
        self.on_paper = word_label("", "why_not")
        self.on_paper.hide()
        self.due = TableSection(
            "到期资料",
            columns("姓名", "编号", "离会方式", "离会日期"),
            today=today,
            empty="没有到保存期限的资料。",
            commands=[commands["prepare"]],
        )
        self.lists = TableSection(
            "销毁清单",
            columns("清单", "制单日期", "制单人", "人数", "批准人", "销毁日期", "状态"),
            today=today,
            empty="还没有销毁清单。到期资料编成清单，由制单人以外的主席批准，再执行销毁。",
            commands=[commands["compact"]],
            row_commands=[commands[name] for name in ("preview", "paper", "approve", "cancel", "carry_out")],
        )
        self.gone = TableSection(
            "已销毁",
            columns("姓名", "离会方式", "离会日期", "清单", "销毁日期", "执行人"),
            today=today,
            empty="",
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        self.due.layout().insertWidget(1, self.rule)  # type: ignore[union-attr]
        self.lists.layout().insertWidget(1, self.on_paper)  # type: ignore[union-attr]
        for section in (self.due, self.lists, self.gone):
            layout.addWidget(section)
