"""Above a list: what of it somebody began to fill in and did not finish."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from unionoffice.ui.flow_layout import FlowLayout
from unionoffice.ui.process import word_label
from unionoffice.ui.records.drafts import DraftKeeper

if TYPE_CHECKING:
    from unionoffice.models.draft import Place
    from unionoffice.services.drafts import Unfinished

_MOST = 6


class UnfinishedBar(QFrame):
    """还有 2 份没填完, each by its name; hidden when there is none. `forms` are the record types of the list, or what
    papers and forms are kept as.

    Signals: chosen(Place).
    """

    chosen = Signal(object)

    def __init__(self, keeper: DraftKeeper, forms: Sequence[str]) -> None:
        super().__init__()
        self.setObjectName("draft_bar")
        self._keeper = keeper
        self._forms = frozenset(forms)
        self._label = word_label("", wrap=False)
        self._inside = QWidget()
        self._inside.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._flow = FlowLayout(self._inside)
        self._flow.addWidget(self._label)
        self._buttons: list[QPushButton] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 4, 8, 4)
        layout.addWidget(self._inside)
        self.hide()

    @property
    def texts(self) -> list[str]:
        """What is said, and the names to choose from."""
        return [self._label.text(), *(button.text() for button in self._buttons)] if not self.isHidden() else []

    def look(self, but: Place | None = None) -> None:
        """Read again what is not finished, `but` what is being typed into now."""
        found = [
            each
            for each in self._keeper.unfinished()
            if each.place.form.partition("/")[0] in self._forms and each.place != but
        ]
        for button in self._buttons:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(each) for each in found[:_MOST]]
        more = "，最近的是" if len(found) > _MOST else "："
        self._label.setText(f"还有 {len(found)} 份没填完{more}")
        self.setVisible(bool(found))

    def _button(self, unfinished: Unfinished) -> QPushButton:
        button = QPushButton(unfinished.name)
        button.setObjectName("link")
        button.setToolTip(f"{unfinished.at:%Y-%m-%d %H:%M} 填写，没有保存；打开接着填")
        button.clicked.connect(lambda: self.chosen.emit(unfinished.place))
        self._flow.addWidget(button)
        return button
