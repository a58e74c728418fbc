"""The organisation page's widgets: the tree with its day, and the unit chosen in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from unionoffice.models.fields import Field, Kind
from unionoffice.ui.organisation.unit_tree import UnitTree
from unionoffice.ui.organisation.unit_view import UnitView
from unionoffice.ui.page import CommandButton
from unionoffice.ui.records.date_editor import DateEditor

_TREE_WIDTH = 340


class OrganisationView(QWidget):
    """Signals: day_chosen(text or date as typed), closed_toggled()."""

    day_chosen = Signal(object)
    closed_toggled = Signal()

    def __init__(
        self,
        unit: UnitView,
        *,
        today: date,
        on_tree: Sequence[QAction],
        primary: QAction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._today = today
        self.unit = unit
        self.tree = UnitTree([primary, *on_tree])
        self.day = DateEditor(Field("查看哪一天的组织", Kind.DATE, False, None, "", False), today)
        self.closed = QCheckBox("显示已撤销的组织")
        self._wrong = QLabel()
        self._wrong.setObjectName("field_error")
        self._wrong.setWordWrap(True)
        self._wrong.hide()
        self._past = QFrame()
        self._past.setObjectName("draft_bar")
        self._past_text = QLabel()
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out([*on_tree], primary)
        self.day.left.connect(lambda: self.day_chosen.emit(self.day.value()))
        self.closed.toggled.connect(lambda: self.closed_toggled.emit())

    @property
    def past_text(self) -> str:
        """What is said while a past day is shown, "" today."""
        return "" if self._past.isHidden() else self._past_text.text()

    @property
    def wrong_text(self) -> str:
        """Why the day cannot be shown, "" when it can."""
        return self._wrong.text()

    def show_day(self, day: date | None) -> None:
        """Say which day's tree is shown; None is today."""
        self.day.set_value(day or self._today)
        self.show_wrong_day("")
        self._past.setVisible(day is not None)
        if day is not None:
            self._past_text.setText(
                f"这是 {day.year}年{day.month}月{day.day}日的组织，只能查看；右边的届次、任职和资料是现在登记的。"
            )

    def show_wrong_day(self, sentence: str) -> None:
        """Say under the day why it cannot be shown."""
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))
        self.day.mark_wrong(bool(sentence))

    def sizes(self) -> list[int]:
        """Widths of tree and unit."""
        return self._split.sizes()

    def set_sizes(self, sizes: Any) -> None:
        """Take up what `sizes` gave."""
        self._split.setSizes(sizes)

    def _lay_out(self, on_tree: list[QAction], primary: QAction) -> None:
        commands = QHBoxLayout()
        commands.setSpacing(8)
        for action in on_tree:
            commands.addWidget(CommandButton(action))
        commands.addStretch(1)
        commands.addWidget(CommandButton(primary, primary=True))
        label = QLabel("查看日期")
        label.setObjectName("field_label")
        label.setBuddy(self.day)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(label)
        top.addWidget(self.day, 1)
        back = QPushButton("回到今天")
        back.setObjectName("link")
        back.clicked.connect(lambda: self.day_chosen.emit(self._today))
        past = QHBoxLayout(self._past)
        past.setContentsMargins(16, 4, 8, 4)
        past.addWidget(self._past_text, 1)
        past.addWidget(back)
        self._past.hide()
        left = QFrame()
        left.setObjectName("table_frame")
        inside = QVBoxLayout(left)
        inside.setContentsMargins(1, 8, 1, 4)
        inside.setSpacing(4)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 0, 12, 0)
        foot.addWidget(self.closed)
        head = QVBoxLayout()
        head.setContentsMargins(12, 0, 12, 4)
        head.addLayout(top)
        head.addWidget(self._wrong)
        inside.addLayout(head)
        inside.addWidget(self.tree, 1)
        inside.addLayout(foot)
        self._split.setHandleWidth(12)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(left)
        self._split.addWidget(self.unit)
        self._split.setStretchFactor(0, 0)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([_TREE_WIDTH, 10_000])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(commands)
        layout.addWidget(self._past)
        layout.addWidget(self._split, 1)
