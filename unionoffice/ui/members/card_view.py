"""The member's card: head, the paper form, family and welfare beside it, membership and history at the side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from unionoffice.models.fields import Field, Kind
from unionoffice.models.household import FamilyMember, age_on
from unionoffice.models.organisation import Node
from unionoffice.models.welfare import LineState
from unionoffice.services.history import HistoryItem
from unionoffice.services.members import MemberCard
from unionoffice.ui import shown, theme
from unionoffice.ui.card import titled_card
from unionoffice.ui.flow_layout import FlowLayout
from unionoffice.ui.members.fields import paper_sections
from unionoffice.ui.members.head import MemberHead
from unionoffice.ui.members.timeline import TimelinePanel, can_withdraw, dues_sentence, happenings
from unionoffice.ui.page import CommandButton
from unionoffice.ui.permits import Permits
from unionoffice.ui.records.form import RecordForm
from unionoffice.ui.records.history_panel import HistoryPanel
from unionoffice.ui.records.record_view import DraftBar
from unionoffice.ui.records.reveal import Reveal, RevealButtons
from unionoffice.ui.records.rows import Column
from unionoffice.ui.records.table_section import TableSection
from unionoffice.ui.records.unit_editor import UnitEditor

_PAPER, _FAMILY, _WELFARE = range(3)
_RELATIVE = ("name", "kinship", "birth_date", "age", "occupation", "phone")


@dataclass(frozen=True, slots=True)
class CardCommands:
    """The actions of a card, made by the page."""

    save: QAction
    personal: QAction
    forms: QAction
    record_event: QAction
    add_relative: QAction
    change_relative: QAction
    remove_relative: QAction
    join_household: QAction


class MemberCardView(QWidget):
    """Signals: draft_dropped(), fellow_opened(member id), withdraw_requested(), who_saw_requested(), and those of
    its `head`."""

    draft_dropped = Signal()
    withdraw_requested = Signal()
    who_saw_requested = Signal()
    fellow_opened = Signal(str)

    def __init__(
        self,
        nodes: Sequence[Node],
        commands: CardCommands,
        *,
        today: date,
        reveal: Reveal,
        permits: Permits,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._today = today
        self._reveal = reveal
        self._card: MemberCard | None = None
        on_head = [commands.forms, commands.personal, commands.record_event]
        self.head = MemberHead(on_head, commands.save, RevealButtons(reveal, permits))
        self.form = RecordForm(
            paper_sections(), today=today, editors={"unit_id": lambda facts: UnitEditor(facts, nodes)}
        )
        self.draft = DraftBar()
        self.tabs = QTabBar()
        self.family = TableSection(
            "家庭成员",
            _relative_columns(),
            today=today,
            revealed=lambda: reveal.on,
            empty="还没有登记家庭成员。登记一次，困难帮扶、六一慰问、助学、探望都用这里的资料。",
            commands=[commands.add_relative],
            row_commands=[commands.change_relative, commands.remove_relative],
        )
        self.fellows = _Fellows(commands.join_household)
        self.welfare = TableSection("领取的福利", _share_columns(), today=today, empty="还没有审批过的福利发到他名下。")
        self.timeline = TimelinePanel()
        self.withdraw = QPushButton("撤销最近一次变动")
        self.withdraw.setObjectName("link")
        self.withdraw.setToolTip("办错了才撤销：会籍状态改回变动以前的")
        self.withdraw.clicked.connect(self.withdraw_requested)
        self.dues = QLabel()
        self.dues.setObjectName("secondary")
        self.dues.setWordWrap(True)
        self.history = HistoryPanel()
        self.who_saw = QPushButton("谁看过")
        self.who_saw.setObjectName("link")
        self.who_saw.setToolTip("这份资料被谁查看、打印、导出过")
        self.who_saw.clicked.connect(self.who_saw_requested)
        self._stack = QStackedWidget()
        self._side = self._side_column()
        self._lay_out()
        self.draft.dropped.connect(self.draft_dropped)
        self.fellows.opened.connect(self.fellow_opened)
        reveal.changed.connect(self._show_in_full)
        self.form.edited.connect(reveal.stay)
        self.tabs.currentChanged.connect(self._stack.setCurrentIndex)

    def show_card(self, card: MemberCard, history: Sequence[HistoryItem]) -> None:
        """Show everything of a member but what stands in the form."""
        self._card = card
        self.head.show_card(card)
        relatives = [_relative_row(relative, self._today) for relative in card.family]
        self.family.show_rows(relatives)
        self.fellows.show_members([(member.id, member.name) for member in card.fellow_members])
        self.welfare.show_rows(
            [
                (share.batch_id, share.roll_date, share.batch, share.item, share.quantity, share.amount, share.state,
                 share.collected_on)
                for share in card.shares
            ]
        )  # fmt: skip
        self.timeline.show_entries(happenings(card))
        self.withdraw.setVisible(can_withdraw(card))
        self.dues.setText(dues_sentence(card))
        self.history.set_items(history)
        self.tabs.setTabText(_FAMILY, _counted("家庭", len(card.family) + len(card.fellow_members)))
        self.tabs.setTabText(_WELFARE, _counted("福利", len(card.shares)))
        self._offer_to_reveal()
        self._show_all(True)

    def let_read_only(self) -> None:
        """Let nobody change what stands in the form."""
        self.form.let_read_only()

    def show_new(self) -> None:
        """Show a blank form for somebody new."""
        self._card = None
        self.form.reveal(True)  # what is not on record yet was typed by who reads it
        self.head.show_new()
        self._show_all(False)

    def show_units(self, nodes: Sequence[Node]) -> None:
        """Offer the tree as it is now."""
        editor = self.form.editor("unit_id")
        assert isinstance(editor, UnitEditor)
        editor.show_nodes(nodes)

    def show_paper(self) -> None:
        """Bring the form to the front."""
        self.tabs.setCurrentIndex(_PAPER)

    def _show_all(self, shown: bool) -> None:
        self.tabs.setVisible(shown)
        self._side.setVisible(shown)
        if not shown:
            self.show_paper()

    def masked_fields(self) -> list[str]:
        """Labels of what is masked of the member now shown and of his relatives."""
        relatives = self._card.family if self._card is not None else []
        labels = [facts.label for name, facts in FamilyMember.fields().items() for relative in relatives
                  if shown.hides(facts, getattr(relative, name))]  # fmt: skip
        return [*self.form.covered(), *(f"家庭成员{label}" for label in dict.fromkeys(labels))]

    def _show_in_full(self) -> None:
        """Masked or not, everywhere on the card at once."""
        self.form.reveal(self._reveal.on)
        self.head.show_in_full(self._reveal.on)
        self.family.table.viewport().update()
        self._offer_to_reveal()

    def _offer_to_reveal(self) -> None:
        """Only where something is masked, or was."""
        self.head.reveal.setVisible(self._reveal.on or bool(self.masked_fields()))

    def _lay_out(self) -> None:
        for place, title in enumerate(("登记表", "家庭", "福利")):
            self.tabs.insertTab(place, title)
        self.tabs.setObjectName("sections")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("会员资料")
        theme.follow(self._stack, lambda stack, look: stack.setMinimumHeight(look.size("row") * 6))
        self._stack.addWidget(self.form)
        self._stack.addWidget(_scrolled(self.family, self.fellows))
        self._stack.addWidget(_scrolled(self.welfare))
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.tabs)
        left.addWidget(self._stack, 1)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addLayout(left, 1)
        below.addWidget(self._side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.head)
        layout.addWidget(self.draft)
        layout.addLayout(below, 1)

    def _side_column(self) -> QWidget:
        side = QWidget()
        theme.follow(side, lambda side, look: side.setFixedWidth(look.size("side")))
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        theme.follow(self.timeline, lambda timeline, look: timeline.setMinimumHeight(look.size("row") * 2))
        theme.follow(self.history, lambda history, look: history.setMinimumHeight(look.size("row") * 3))
        events = titled_card("会籍变动", self.timeline)
        below = events.layout()
        assert isinstance(below, QVBoxLayout)
        below.addWidget(self.withdraw, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(events, 2)
        layout.addWidget(titled_card("会费", self.dues))
        told = titled_card("历史", self.history)
        under = told.layout()
        assert isinstance(under, QVBoxLayout)
        under.addWidget(self.who_saw, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(told, 3)
        return side


class _Fellows(QFrame):
    """Members of the same household. Signals: opened(member id)."""

    opened = Signal(str)

    def __init__(self, join: QAction) -> None:
        super().__init__()
        self.setObjectName("card")
        title = QLabel("同一家庭的会员")
        title.setObjectName("section_title")
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(CommandButton(join))
        self._empty = QLabel("没有。夫妻双方都是会员时，用“关联家庭”登记成一户，家庭成员只记一次，困难档案也只建一份。")
        self._empty.setObjectName("secondary")
        self._empty.setWordWrap(True)
        self._names = QWidget()
        self._flow = FlowLayout(self._names)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self._names)
        layout.addWidget(self._empty)

    @property
    def names(self) -> list[str]:
        """Who is shown."""
        return [button.text() for button in self._names.findChildren(QPushButton)]

    def show_members(self, members: Sequence[tuple[str, str]]) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.hide()
                widget.deleteLater()
        for member_id, name in members:
            button = QPushButton(name)
            button.setToolTip(f"打开“{name}”的登记表")
            button.clicked.connect(lambda _=False, member_id=member_id: self.opened.emit(member_id))
            self._flow.addWidget(button)
        self._names.setVisible(bool(members))
        self._empty.setVisible(not members)


def _relative_columns() -> tuple[Column, ...]:
    fields = {**FamilyMember.fields(), "age": Field("年龄", Kind.INTEGER, False, None, "", False)}
    return tuple(Column(name, fields[name]) for name in _RELATIVE)


def _relative_row(relative: FamilyMember, today: date) -> tuple[object, ...]:
    values = [age_on(relative.birth_date, today) if name == "age" else getattr(relative, name) for name in _RELATIVE]
    return (relative.id, *values)


def _share_columns() -> tuple[Column, ...]:
    facts = (
        ("roll_date", "名册日期", Kind.DATE),
        ("batch", "批次", Kind.TEXT),
        ("item", "物品", Kind.TEXT),
        ("quantity", "数量", Kind.INTEGER),
        ("amount", "金额（元）", Kind.MONEY),
        ("state", "状态", Kind.STATE),
        ("collected_on", "领取日期", Kind.DATE),
    )
    return tuple(
        Column(name, Field(label, kind, False, LineState if kind is Kind.STATE else None, "", False))
        for name, label, kind in facts
    )


def _counted(title: str, count: int) -> str:
    return f"{title} {count}" if count else title


def _scrolled(*parts: QWidget) -> QScrollArea:
    inside = QWidget()
    inside.setObjectName("scrolled")
    layout = QVBoxLayout(inside)
    layout.setContentsMargins(0, 0, 4, 0)
    layout.setSpacing(12)
    for part in parts:
        layout.addWidget(part)
    layout.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inside)
    return area
