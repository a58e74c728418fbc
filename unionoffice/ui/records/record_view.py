"""The page of one record: head with state and facts, form, history at the side. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from unionoffice.models.choices import Choice
from unionoffice.models.workflow import Step
from unionoffice.services.history import HistoryItem
from unionoffice.ui import theme
from unionoffice.ui.card import titled_card
from unionoffice.ui.icons import dress
from unionoffice.ui.page import CommandButton
from unionoffice.ui.records.facts import Fact, FactRow
from unionoffice.ui.records.form import RecordForm
from unionoffice.ui.records.history_panel import HistoryPanel
from unionoffice.ui.records.pill import Pill
from unionoffice.ui.records.reveal import RevealButtons
from unionoffice.ui.records.workflow_bar import WorkflowBar


class RecordView(QWidget):
    """Signals: back_requested(), step_requested(step name), draft_dropped()."""

    back_requested = Signal()
    step_requested = Signal(str)
    draft_dropped = Signal()

    def __init__(
        self,
        form: RecordForm,
        *,
        list_title: str,
        commands: Sequence[QAction],
        primary: QAction,
        reveal: RevealButtons | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.form = form
        self.workflow = WorkflowBar()
        self.history = HistoryPanel()
        self._name = QLabel()
        self._name.setObjectName("record_name")
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._archived = Pill("已归档", "grey", parent=self)
        self.facts = FactRow()
        self._reveal = reveal
        self._draft = DraftBar()
        self._why_not = QLabel()
        self._why_not.setObjectName("why_not")
        self._why_not.setTextFormat(Qt.TextFormat.PlainText)
        self._why_not.setWordWrap(True)
        self._why_not.setContentsMargins(8, 0, 0, 0)
        self._why_not.hide()
        self._side = self._side_column()
        self._lay_out(list_title, commands, primary)
        self.workflow.step_requested.connect(self.step_requested)
        self._draft.dropped.connect(self.draft_dropped)
        form.dirty_changed.connect(self._look)
        theme.follow(form, lambda form, look: form.setMinimumHeight(look.size("row") * 6))

    @property
    def name(self) -> str:
        """The name in the head."""
        return self._name.text()

    @property
    def draft_text(self) -> str:
        """What is said of a draft, "" when there is none."""
        return self._draft.text if not self._draft.isHidden() else ""

    def show_head(self, name: str, facts: Sequence[Fact], *, archived: bool) -> None:
        """Show what the record is called and its first facts."""
        self._name.setText(name)
        self.facts.show_facts(facts)
        self.facts.setVisible(bool(facts))
        self.look_what_is_masked()
        self._archived.setVisible(archived)

    def look_what_is_masked(self) -> None:
        """Offer to show everything only where something is masked, or was."""
        if self._reveal is not None:
            self._reveal.setVisible(bool(self.form.covered()) or self._reveal.is_on)

    @property
    def why_not(self) -> str:
        """What is said beside steps that cannot be taken, "" when nothing is."""
        return self._why_not.text() if not self._why_not.isHidden() else ""

    def show_state(
        self,
        state: Choice | None,
        steps: Sequence[Step],
        why_not: Mapping[str, str] | None = None,
        *,
        besides: str = "",
    ) -> None:
        """Show the state and the steps offered; `why_not` says by a step's name why it is not for who looks.

        `besides` is what else he must know of its approval.
        """
        refused = {step.name: sentence for step in steps if (sentence := (why_not or {}).get(step.name))}
        self.workflow.show_state(state, steps, refused)
        sentences = [*dict.fromkeys(refused.values()), *filter(None, [besides])]
        self._why_not.setText("\n".join(sentences))
        self._why_not.setVisible(bool(sentences))
        self._look()

    def show_history(self, items: Sequence[HistoryItem]) -> None:
        """Show who changed what."""
        self.history.set_items(items)

    def show_draft(self, sentence: str) -> None:
        """Say that the form holds what was typed before; "" takes it away."""
        self._draft.say(sentence)

    def _look(self) -> None:
        self.workflow.set_steps_enabled(not self.form.is_dirty, "先保存填写的内容，再办理这一步。")

    def _lay_out(self, list_title: str, commands: Sequence[QAction], primary: QAction) -> None:
        back = QToolButton()
        dress(back, "chevron-left")
        back.setText("返回列表")
        back.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        back.setToolTip(f"回到{list_title}（Esc）")
        back.setAccessibleName(f"回到{list_title}")
        back.clicked.connect(self.back_requested)
        first = QHBoxLayout()
        first.setSpacing(12)
        first.addWidget(back)
        first.addWidget(self._name)
        first.addWidget(self._archived)
        first.addWidget(self.workflow)
        first.addStretch(1)
        for action in commands:
            first.addWidget(CommandButton(action))
        first.addWidget(CommandButton(primary, primary=True))
        head = QFrame()
        head.setObjectName("card")
        inside = QVBoxLayout(head)
        inside.setContentsMargins(8, 10, 12, 12)
        inside.setSpacing(8)
        inside.addLayout(first)
        inside.addWidget(self._why_not)
        facts = QHBoxLayout()
        facts.setContentsMargins(8, 0, 0, 0)
        facts.addWidget(self.facts)
        if self._reveal is not None:
            facts.addWidget(self._reveal, 0, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight)
        inside.addLayout(facts)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self.form, 1)
        below.addWidget(self._side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(head)
        layout.addWidget(self._draft)
        layout.addLayout(below, 1)

    def _side_column(self) -> QWidget:
        side = QWidget()
        theme.follow(side, lambda side, look: side.setFixedWidth(look.size("side")))
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(titled_card("历史", self.history), 1)
        return side


class DraftBar(QFrame):
    """Says that typed values were taken up again. Signals: dropped() when they are not wanted."""

    dropped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("draft_bar")
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        drop = QPushButton("丢弃")
        drop.setObjectName("link")
        drop.setToolTip("不要填写的内容，改回登记的样子；可以撤销")
        drop.clicked.connect(self.dropped)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 4, 8, 4)
        layout.addWidget(self._label, 1)
        layout.addWidget(drop)
        self.hide()

    @property
    def text(self) -> str:
        return self._label.text()

    def say(self, sentence: str) -> None:
        self._label.setText(sentence)
        self.setVisible(bool(sentence))
