"""The head of a member's card: name, state, and the five facts one asks for first."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from unionoffice.models.member import Member
from unionoffice.services.members import MemberCard
from unionoffice.ui import shown, theme
from unionoffice.ui.flow_layout import FlowLayout
from unionoffice.ui.icons import dress
from unionoffice.ui.page import CommandButton
from unionoffice.ui.records.pill import Pill
from unionoffice.ui.records.reveal import RevealButtons
from unionoffice.ui.records.tones import tone_of

_NOTHING = "—"


class MemberHead(QFrame):
    """`reveal` are the buttons that show everything. Signals: back_requested(), copy_requested(text)."""

    back_requested = Signal()
    copy_requested = Signal(str)

    def __init__(
        self, commands: list[QAction], primary: QAction, reveal: RevealButtons, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._card: MemberCard | None = None
        self._revealed = False
        self._name = _label("record_name")
        self._pill = Pill(parent=self)
        self.branch, self.number, self.phone = _Fact("所属工会"), _Fact("会员编号"), _Fact("手机号码")
        self.identity, self.birth = _Fact("证件号码"), _Fact("出生日期")
        self.copy = QToolButton()
        dress(self.copy, "copy")
        self.copy.setToolTip("复制手机号码")
        self.copy.setAccessibleName("复制手机号码")
        self.copy.clicked.connect(lambda: self._copy())
        self.reveal = reveal
        self._lay_out(commands, primary)

    @property
    def name(self) -> str:
        """The name shown."""
        return self._name.text()

    def show_card(self, card: MemberCard) -> None:
        """Show a member, as much of him as may be read now."""
        self._card = card
        member = card.member
        facts = Member.fields()
        self._name.setText(member.name)
        self._pill.show_state(member.membership_state.label, tone_of(member.membership_state))
        self.branch.say(card.branch)
        self.number.say(member.member_number or "")
        age = "" if card.age is None else f"　{card.age} 岁"
        self.birth.say(facts["birth_date"].text(member.birth_date) + age)
        self._say_numbers()
        self._facts.show()
        self._hint.hide()

    def show_new(self) -> None:
        """Head of a form for somebody new."""
        self._card = None
        self._name.setText("新建会员")
        self._pill.show_state("", "grey")
        self._facts.hide()
        self._hint.show()

    def show_in_full(self, revealed: bool) -> None:
        """Show numbers of papers and phones in full, or masked again."""
        self._revealed = revealed
        if self._card is not None:
            self._say_numbers()

    def _say_numbers(self) -> None:
        assert self._card is not None
        member, fields = self._card.member, Member.fields()
        for name, fact in (("phone", self.phone), ("id_number", self.identity)):
            fact.say(shown.text(fields[name], getattr(member, name), revealed=self._revealed))
        in_full = bool(member.phone) and not shown.hides(fields["phone"], member.phone, revealed=self._revealed)
        self.copy.setVisible(in_full)

    def _copy(self) -> None:
        if self._card is not None and not self.copy.isHidden():
            self.copy_requested.emit(self.phone.text)

    def _lay_out(self, commands: list[QAction], primary: QAction) -> None:
        back = QToolButton()
        dress(back, "chevron-left")
        back.setText("返回列表")
        back.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        back.setToolTip("回到会员列表（Esc）")
        back.setAccessibleName("回到会员列表")
        back.clicked.connect(self.back_requested)
        first = QHBoxLayout()
        first.setSpacing(12)
        for widget in (back, self._name, self._pill):
            first.addWidget(widget)
        first.addStretch(1)
        for action in commands:
            first.addWidget(CommandButton(action))
        first.addWidget(CommandButton(primary, primary=True))
        self._hint = _label("secondary")
        self._hint.setText("填好姓名就能保存。填上入会日期的，保存后就是在会会员；没填的，入会时用“办理变动”登记。")
        self._hint.setContentsMargins(8, 0, 0, 0)
        self._hint.setWordWrap(True)
        self._facts = QWidget()
        row = FlowLayout(self._facts, spacing=24)
        row.setContentsMargins(8, 0, 0, 0)
        self.phone.add(self.copy)
        self.identity.add(self.reveal)
        for fact in (self.branch, self.number, self.phone, self.identity, self.birth):
            row.addWidget(fact)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 10, 12, 10)
        layout.setSpacing(6)
        layout.addLayout(first)
        layout.addWidget(self._facts)
        layout.addWidget(self._hint)


class _Fact(QWidget):
    """Label above, value below, perhaps with a small button beside it."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._value = QLabel()
        self._value.setTextFormat(Qt.TextFormat.PlainText)
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._value.setAccessibleName(label)
        theme.follow(
            self._value, lambda value, look: value.setMinimumHeight(look.size("control") + look.size("space1"))
        )
        above = _label("fact_label")
        above.setText(label)
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        self._row.addWidget(self._value)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(above)
        layout.addLayout(self._row, 1)

    @property
    def text(self) -> str:
        return self._value.text()

    def add(self, widget: QWidget) -> None:
        self._row.addWidget(widget)

    def say(self, text: str) -> None:
        self._value.setText(text or _NOTHING)


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
