"""The approval of a distribution: the chain step by step, what no longer counts, and what can be done besides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from unionoffice.kernel.identity import Actor
from unionoffice.services.approval_cases import Chain, StepState, StepView
from unionoffice.ui import shown
from unionoffice.ui.approval_menu import nobody
from unionoffice.ui.card import card
from unionoffice.ui.flow_layout import FlowLayout
from unionoffice.ui.icons import dress
from unionoffice.ui.process import word_label
from unionoffice.ui.records.pill import Pill

TONES = {StepState.DONE: "green", StepState.NOW: "blue", StepState.NEXT: "grey"}
NOTHING = "没有审批记录。"


class ApprovalPanel(QWidget):
    """Signals: send_back_requested(), slip_requested(), register_requested(), file_requested() for a file to go out,
    return_requested() for one that came back. Handing in again is the page's primary button."""

    send_back_requested = Signal()
    slip_requested = Signal()
    register_requested = Signal()
    file_requested = Signal()
    return_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[str, QPushButton] = {}
        self._texts: list[str] = []
        self._tools = QWidget()
        row = FlowLayout(self._tools)
        for name, text, icon, tip, signal in (
            ("send_back", "退回…", "undo", "退回经办，写明类型和理由；此前的审批作废", self.send_back_requested),
            (
                "slip",
                "打印审批单…",
                "print",
                "存成 PDF 并打印，交不用程序的人签字（Ctrl+P）",
                self.slip_requested,
            ),
            (
                "register",
                "登记纸质审批…",
                "document",
                "签好的审批单收回后，扫码或输入核对码登记",
                self.register_requested,
            ),
            ("file", "导出审批文件…", "export", "写出一个文件，发给审批人用记事本填写", self.file_requested),
            ("return", "收回审批文件…", "import", "审批人填好交回的文件，在这里登记", self.return_requested),
        ):
            button = self.buttons[name] = QPushButton(text)
            dress(button, icon)
            button.setToolTip(tip)
            button.clicked.connect(signal)
            row.addWidget(button)
        self._tips = {name: button.toolTip() for name, button in self.buttons.items()}
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName("审批步骤")
        frame, inside = card(margins=(16, 12, 8, 12))
        inside.addWidget(self._scroll, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._tools)
        layout.addWidget(frame, 1)

    @property
    def texts(self) -> list[str]:
        """Every sentence now shown, from above."""
        return self._texts

    def offer(self, **reasons: str) -> None:
        """Offer these buttons and no others; each with why it cannot be used now, "" when it can."""
        for name, button in self.buttons.items():
            button.setVisible(name in reasons)
            button.setEnabled(not reasons.get(name))
            button.setToolTip(reasons.get(name) or self._tips[name])
        self._tools.setVisible(bool(reasons))

    def show_problem(self, sentence: str) -> None:
        """Say why there is no chain to be shown."""
        self._begin().addWidget(self._said(sentence, "why_not"))
        self._end()

    def show_chain(self, chain: Chain, past: Sequence[str], me: Actor) -> None:
        """Show where an approval stands, with every decision of the `past`, to whom it is shown."""
        inside = self._begin()
        inside.addWidget(self._said(chain.headline or (NOTHING if not chain.steps else ""), "section_title"))
        for sentence in _troubles(chain, me):
            inside.addWidget(self._said(sentence, "why_not"))
        inside.addLayout(self._steps(chain, with_users=me.user_id is not None))
        for sentence in _grounds(chain):
            inside.addWidget(self._said(sentence, "secondary"))
        if len(past) > sum(each.state is StepState.DONE for each in chain.steps):
            inside.addSpacing(8)
            inside.addWidget(self._said("全部审批记录，新的在前", "section_title"))
            for sentence in past:
                inside.addWidget(self._said(sentence, ""))
        self._end()

    def _steps(self, chain: Chain, *, with_users: bool) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 1)
        middle = Qt.AlignmentFlag.AlignVCenter
        for place, each in enumerate(chain.steps):
            each = _waiting(each) if chain.sent_back is not None else each
            words = _told(each, with_users=with_users)
            name = word_label(f"{place + 1}. {each.step.label}", "fact_label", wrap=False)
            pill = Pill(("✓ " if each.state is StepState.DONE else "") + each.state.label, TONES[each.state], self)
            text = self._said(words, "" if each.state is not StepState.NEXT else "secondary")
            text.setAccessibleName(f"{place + 1}. {each.step.label}，{each.state.label}：{text.text()}")
            for column, widget in enumerate((name, pill, text)):
                grid.addWidget(widget, place, column, middle)
        return grid

    def _begin(self) -> QVBoxLayout:
        self._texts = []
        self._inside = QWidget()
        self._inside.setObjectName("scrolled")
        layout = QVBoxLayout(self._inside)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(8)
        self._column = layout
        return layout

    def _end(self) -> None:
        self._column.addStretch(1)
        self._scroll.setWidget(self._inside)

    def _said(self, text: str, name: str) -> QLabel:
        text = shown.sentence(text)
        label = word_label(text, name)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setVisible(bool(text))
        self._texts += [text] if text else []
        return label


def _waiting(each: StepView) -> StepView:
    """A step of what was sent back: none is under way until it is handed in again."""
    return replace(each, state=StepState.NEXT) if each.state is StepState.NOW else each


def _told(each: StepView, *, with_users: bool) -> str:
    if each.told:
        return each.told.removeprefix(f"{each.step.label}：")
    if each.who:
        return f"{'现在由' if each.state is StepState.NOW else '由'}{'、'.join(each.who)}办理。"
    if with_users:
        return nobody(each)
    return "现在办这一步。" if each.state is StepState.NOW else "前面的步骤办完以后办。"


def _troubles(chain: Chain, me: Actor) -> list[str]:
    """What is in the way, in plain sentences."""
    found = []
    if chain.stale:
        found.append(f"审批以后内容有变动，已办的 {len(chain.stale)} 步不再算数，要从第一步重新办：")
        found += chain.stale
    if chain.sent_back is not None:
        found.append("经办改好内容就可以再审批；内容不用改、只是补了材料的，由经办“重新提交”。")
    elif chain.next is None and chain.why_not:
        found.append(chain.why_not)
    nobody = me.user_id is not None and any(not each.told and not each.who for each in chain.steps)
    barred = me.name in chain.preparers and any(each.step.role in me.roles for each in chain.steps)
    if chain.preparers and (nobody or barred):
        found.append(f"经办：{'、'.join(chain.preparers)}。经办不能审批自己编制的名单。")
    return found


def _grounds(chain: Chain) -> list[str]:
    rule = [f"审批权限：{chain.rule}。"] if chain.rule else []
    return [*rule, *([f"依据：{chain.source}。"] if chain.source else [])]
