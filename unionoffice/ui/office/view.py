"""The settings page's widgets. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from unionoffice.models.office import Office
from unionoffice.ui import theme
from unionoffice.ui.card import card
from unionoffice.ui.icons import dress
from unionoffice.ui.process import TellingPanel, word_label
from unionoffice.ui.records.form import FormSection, RecordForm
from unionoffice.ui.records.record_view import DraftBar

_FIELDS = ("name", "credit_code", "member_number_pattern", "preparer")
_COLOURS = ((False, "浅色"), (True, "深色"))


@dataclass(frozen=True, slots=True)
class LimitSection:
    """Approval limits that came together: what, which amount, which steps; where from; whether they are to come yet."""

    id: str
    rows: Sequence[tuple[str, str, str]]
    told: str
    coming: bool


class SettingsView(QWidget):
    """Signals: edited() while one types, save_requested(), scale_chosen(percent), dark_chosen(is dark),
    folder_requested(), withdraw_requested(id of limits)."""

    edited = Signal()
    save_requested = Signal()
    scale_chosen = Signal(int)
    dark_chosen = Signal(bool)
    folder_requested = Signal()
    withdraw_requested = Signal(str)

    def __init__(self, *, today: date) -> None:
        super().__init__()
        fields = Office.fields()
        self.form = RecordForm((FormSection("单位", tuple((name, fields[name]) for name in _FIELDS)),), today=today)
        self.draft = DraftBar()
        self.practice = TellingPanel()
        self.credit = word_label("", "secondary")
        self.example = word_label("", "secondary")
        self.save = QPushButton("保存")
        self.save.setObjectName("primary")
        dress(self.save, "save", "on_accent")
        self.scales = _choices([(scale, f"{scale}%") for scale in theme.SCALES], "文字大小")
        self.colours = _choices(_COLOURS, "界面颜色")
        self.leave = QPushButton("换办公文件")
        self.leave.setToolTip("关闭这个办公文件，打开或新建另一个")
        self._limits = QGridLayout()
        self.limits_told = word_label("", "secondary")
        self.set_limits = QPushButton("设置审批权限…")
        dress(self.set_limits, "edit")
        self._facts = QGridLayout()
        self._written: list[QLabel] = []
        self._lay_out()
        self.form.edited.connect(self.edited)
        self.form.dirty_changed.connect(self.save.setEnabled)
        self.save.clicked.connect(self.save_requested)
        self.scales.idClicked.connect(self.scale_chosen)
        self.colours.idClicked.connect(lambda code: self.dark_chosen.emit(bool(code)))

    @property
    def facts(self) -> list[str]:
        """What is written about file, version and fonts."""
        return [label.text() for label in self._written]

    def show_screen(self, scale: int, *, dark: bool) -> None:
        """Mark what is in force."""
        for group, code in ((self.scales, scale), (self.colours, int(dark))):
            button = group.button(code)
            if button is not None:
                button.setChecked(True)

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show where the file lies, the version, the fonts."""
        for row, (label, text) in enumerate(facts):
            self._facts.addWidget(word_label(label, "fact_label", wrap=False), row, 0, Qt.AlignmentFlag.AlignTop)
            value = word_label(text)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._facts.addWidget(value, row, 1)
            self._written.append(value)

    def show_limits(self, sections: Sequence[LimitSection], below: str) -> None:
        """Show the approval limits, those that came together in a section, and a sentence below."""
        grid = self._limits
        while (item := grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for column, text in enumerate(("事项", "金额", "步骤") if sections else ()):
            grid.addWidget(word_label(text, "fact_label", wrap=False), 0, column)
        row = 1
        for section in sections:
            for texts in section.rows:
                for column, text in enumerate(texts):
                    grid.addWidget(word_label(text, wrap=column > 0), row, column)
                row += 1
            grid.addWidget(word_label(section.told, "secondary"), row, 0, 1, 2 if section.coming else 3)
            if section.coming:
                grid.addWidget(self._withdrawing(section), row, 2, Qt.AlignmentFlag.AlignRight)
            row += 1
        self.limits_told.setText(below)
        self.limits_told.setVisible(bool(below))

    def _withdrawing(self, section: LimitSection) -> QPushButton:
        button = QPushButton("撤回")
        button.setAccessibleName(f"撤回{section.told}")
        button.setEnabled(self.set_limits.isEnabled())
        button.clicked.connect(lambda: self.withdraw_requested.emit(section.id))
        return button

    def _lay_out(self) -> None:
        office = QWidget()
        inside = QVBoxLayout(office)
        theme.follow(self.form, lambda form, look: form.setMinimumHeight(look.size("row") * 6))
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        self.form.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside.addWidget(self.draft)
        inside.addWidget(self.form)
        below = QHBoxLayout()
        below.setContentsMargins(16, 0, 4, 0)
        told = QVBoxLayout()
        told.setSpacing(2)
        told.addWidget(self.credit)
        told.addWidget(self.example)
        below.addLayout(told, 1)
        below.addWidget(self.save, 0, Qt.AlignmentFlag.AlignBottom)
        inside.addLayout(below)
        screen, within = card("显示")
        for title, group in (("文字大小", self.scales), ("界面颜色", self.colours)):
            row = QHBoxLayout()
            row.setSpacing(8)
            label = word_label(title, "fact_label", wrap=False)
            theme.follow(label, lambda label, look: label.setFixedWidth(96 * look.scale // 100))
            row.addWidget(label)
            for button in group.buttons():
                row.addWidget(button)
            row.addStretch(1)
            within.addLayout(row)
        limits, inner = card("审批权限")
        self._limits.setHorizontalSpacing(24)
        self._limits.setVerticalSpacing(6)
        self._limits.setColumnStretch(1, 1)
        self._limits.setColumnStretch(2, 1)
        inner.addLayout(self._limits)
        inner.addWidget(self.limits_told)
        inner.addWidget(self.set_limits, 0, Qt.AlignmentFlag.AlignLeft)
        about, content = card("办公文件与程序")
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(6)
        self._facts.setColumnStretch(1, 1)
        content.addLayout(self._facts)
        folder = QPushButton("打开所在文件夹")
        dress(folder, "folder")
        folder.clicked.connect(self.folder_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (folder, self.leave):
            buttons.addWidget(button)
        buttons.addStretch(1)
        content.addLayout(buttons)
        column = QWidget()
        column.setObjectName("scrolled")
        theme.follow(column, lambda column, look: column.setMaximumWidth(860 * look.scale // 100))
        layout = QVBoxLayout(column)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(12)
        for widget in (self.practice, office, screen, limits, about):
            layout.addWidget(widget)
        layout.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(column)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)


def _choices(options: Sequence[tuple[int, str]], name: str) -> QButtonGroup:
    group = QButtonGroup()
    for code, text in options:
        button = QPushButton(text)
        button.setObjectName("chip")
        button.setCheckable(True)
        button.setAccessibleName(f"{name} {text}")
        group.addButton(button, int(code))
    return group
