"""Showing one record in full: for a reason, logged before anything is shown, for this visit only (F92)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from unionoffice.kernel.errors import UserError
from unionoffice.models.base import Record
from unionoffice.models.rule_pack import rule_on
from unionoffice.ui import shown
from unionoffice.ui.permits import Permits
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.access_log import AccessLog

_MINUTE = 60_000
_PROJECTING = "正在投屏，不能显示完整内容。先关闭投屏。"


class Reveal(QObject):
    """Whether the record now open is shown in full. One for each page: a reason given for one record is offered for the
    next ones for some minutes. Signals: changed() when the record is to be shown anew, offer_changed()."""

    changed = Signal()
    offer_changed = Signal()

    def __init__(self, around: Surroundings, model: type[Record], access: Callable[[], AccessLog]) -> None:
        super().__init__()
        rule = rule_on("reveal", around.today).values
        self.operation = f"reveal:{model.type_name}"
        self._model = model
        self._access = access
        self._around = around
        self._reasons: list[str] = list(rule["reasons"])
        self._record_id = ""
        self._name = ""
        self._fields: Callable[[], Sequence[str]] = tuple
        self._on = False
        self._reason = ""
        self._ending = _timer(self, rule["minutes"], self.cover)
        self._forgetting = _timer(self, rule["same_reason_minutes"], self._forget)
        shown.screen.covered.connect(self.cover)
        shown.screen.changed.connect(self.offer_changed)

    @property
    def on(self) -> bool:
        """Whether the record is shown in full."""
        return self._on

    @property
    def recent(self) -> str:
        """The reason given a moment ago, "" when there is none."""
        return self._reason

    def visit(self, record_id: str, name: str, fields: Callable[[], Sequence[str]]) -> None:
        """A record is open; another than before is masked. `fields` gives the labels of what would be revealed."""
        if record_id != self._record_id:
            self.cover()
        self._record_id, self._name, self._fields = record_id, name, fields
        self.offer_changed.emit()

    def leave(self) -> None:
        """No record is open any more."""
        self.cover()
        self._record_id = ""

    def cover(self) -> None:
        """Mask the record again."""
        self._ending.stop()
        if self._on:
            self._on = False
            self.changed.emit()
            self.offer_changed.emit()

    def stay(self) -> None:
        """Somebody works on the record: the minutes begin anew."""
        if self._on:
            self._ending.start()

    def ask(self) -> None:
        """Ask for a reason, then show the record."""
        if shown.screen.projecting:
            self._around.prompts.show_message("显示完整内容", _PROJECTING)
            return
        reason = self._around.prompts.ask_purpose(
            f"显示“{self._name}”的完整内容",
            self._reasons,
            verb="显示",
            detail="谁、什么时候、为什么看了哪些内容，会记入查看记录。离开或过几分钟后重新遮盖。",
        )
        if reason:
            self._show(reason)

    def again(self) -> None:
        """Show the record for the reason given a moment ago; this too is logged."""
        if self._reason and not shown.screen.projecting:
            self._show(self._reason)

    def _show(self, reason: str) -> None:
        try:
            self._access().reveal(self._model, self._record_id, self._fields(), reason, actor=self._around.actor)
        except UserError as error:
            self._around.prompts.show_error(error)
            return
        if reason not in self._reasons:
            self._reasons.append(reason)
        self._reason = reason
        self._on = True
        self._ending.start()
        self._forgetting.start()
        self.changed.emit()
        self.offer_changed.emit()

    def _forget(self) -> None:
        self._reason = ""
        self.offer_changed.emit()


class RevealButtons(QWidget):
    """显示完整内容, and 沿用刚才的理由 while there is one; shown only where something is masked."""

    def __init__(self, reveal: Reveal, permits: Permits, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reveal = reveal
        self._may = permits.may(reveal.operation)
        self.show_all, self.again = QPushButton("显示完整内容"), QPushButton("沿用刚才的理由")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for button in (self.show_all, self.again):
            button.setObjectName("link")
            layout.addWidget(button)
        self.show_all.clicked.connect(self._press)
        self.again.clicked.connect(reveal.again)
        reveal.offer_changed.connect(self._look)
        self._look()
        permits.hold(self.show_all, reveal.operation)
        permits.hold(self.again, reveal.operation)

    @property
    def is_on(self) -> bool:
        """Whether the record is shown in full."""
        return self._reveal.on

    def _press(self) -> None:
        if self._reveal.on:
            self._reveal.cover()
        else:
            self._reveal.ask()

    def _look(self) -> None:
        reveal = self._reveal
        self.show_all.setText("重新遮盖" if reveal.on else "显示完整内容")
        self.again.setVisible(self._may and bool(reveal.recent) and not reveal.on and not shown.screen.projecting)
        self.again.setToolTip(f"理由：{reveal.recent}")
        if self._may:
            self.show_all.setEnabled(not shown.screen.projecting)
            self.show_all.setToolTip(_PROJECTING if shown.screen.projecting else "写明理由后显示，并记入查看记录")


def _timer(parent: QObject, minutes: float, call: Callable[[], object]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(round(minutes * _MINUTE))
    timer.timeout.connect(call)
    return timer
