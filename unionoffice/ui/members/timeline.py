"""A membership from its first joining on, newest first, with what it costs a month below it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from unionoffice.models.member import timeline
from unionoffice.services.members import MemberCard, built_on_joining
from unionoffice.ui import shown


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened to a membership."""

    on_date: str
    what: str
    why: str
    event_id: str = ""


def happenings(card: MemberCard) -> list[Happened]:
    """The newest first; the first joining has no reason of its own."""
    by_id = {event.id: event for event in card.events}
    found = []
    for on_date, event_id, kind in reversed(timeline(card.member, card.events)):
        event = by_id.get(event_id)
        words = [event.reason, event.document] if event is not None else []
        found.append(
            Happened(
                on_date or "日期不详", kind.label, shown.sentence("　".join(word for word in words if word)), event_id
            )
        )
    return found


def can_withdraw(card: MemberCard) -> bool:
    """Whether what was recorded last can be taken back."""
    return bool(card.events) or (card.member.enrolled and not built_on_joining(card.member, card.shares))


def dues_sentence(card: MemberCard) -> str:
    """Monthly dues by rule, and from which base."""
    base = card.member.dues_base
    if card.dues is None or base is None:
        return "没有填写月缴费基数，算不出每月会费。"
    if not card.dues:
        return f"会籍状态是“{card.member.membership_state.label}”，不交会费。"
    return f"每月会费 {shown.money(card.dues)} 元（按月缴费基数 {shown.money(base)} 元）"


class TimelinePanel(QScrollArea):
    """A list of `Happened`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("会籍变动")
        self._texts: list[str] = []

    @property
    def texts(self) -> list[str]:
        """What is shown, one text for each entry."""
        return self._texts

    def show_entries(self, entries: list[Happened]) -> None:
        """Show a membership."""
        self._texts = [f"{entry.on_date} {entry.what} {entry.why}".strip() for entry in entries]
        inside = QWidget()
        inside.setObjectName("scrolled")
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for entry in entries:
            row = grid.rowCount()
            grid.addWidget(_label(entry.on_date, "secondary"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_label(entry.what, "timeline_what"), row, 1)
            if entry.why:
                grid.addWidget(_label(entry.why, "secondary"), row + 1, 1)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 8, 0)
        if entries:
            layout.addLayout(grid)
        else:
            layout.addWidget(_label("还没有入会。批准入会后，用“办理变动”登记入会日期。", "secondary"))
        layout.addStretch(1)
        self.setWidget(inside)


def _label(text: str, name: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setWordWrap(name != "secondary" or len(text) > 10)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
