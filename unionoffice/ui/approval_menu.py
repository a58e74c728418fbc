"""What can be done on paper about what waits for approval, as one button with a menu."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from unionoffice.services.approval_cases import Chain, StepState, StepView
from unionoffice.ui.approval_actions import ApprovalActions
from unionoffice.ui.page import Page


class ApprovalMenu:
    """`action` is the button of a page about records of one type (`name`); what its menu holds leads to `actions`."""

    def __init__(self, page: Page, name: str, actions: ApprovalActions) -> None:
        self.action = QAction("纸质审批", page)
        self.action.setProperty("icon_name", "document")
        self.action.setToolTip("审批人不用程序的，打印审批单交他签字，签好再登记")
        menu = QMenu(page)
        menu.setToolTipsVisible(True)
        self.entries: dict[str, QAction] = {}
        for key, text, tip, needs, slot in (
            ("slip", "打印审批单…", "存成 PDF 并打印，交不用程序的人签字", "slip", actions.print_slip),
            ("register", "登记纸质审批…", "签好的审批单收回后，扫码或输入核对码登记", "register", actions.register),
            ("file", "导出审批文件…", "写出一个文件，发给审批人用记事本填写", "slip", actions.save_file),
            ("return", "收回审批文件…", "审批人填好交回的文件，在这里登记", "register", actions.take_back),
            ("resubmit", "重新提交…", "退回以后内容不用改、只是补齐了材料的", "resubmit", actions.resubmit),
        ):
            entry = self.entries[key] = menu.addAction(text)
            entry.setToolTip(tip)
            entry.triggered.connect(lambda _checked=False, slot=slot: slot())
            page.permits.hold(entry, f"{name}:{needs}")
        self.action.setMenu(menu)

    def offer(self, chain: Chain | None) -> None:
        """Offer what fits where an approval stands; None, or one that is settled, takes the button away."""
        waits = chain is not None and chain.next is not None
        back = chain is not None and chain.sent_back is not None
        self.action.setVisible(waits)
        for key, entry in self.entries.items():
            entry.setVisible((key == "resubmit") is back)


def told(chain: Chain | None, *, mend: str = "改好内容就可以再审批") -> str:
    """What who looks at it must know of its approval on paper, "" for nothing; `mend` is what a return asks for."""
    if chain is None or chain.next is None:
        return ""
    if chain.sent_back is not None:
        return f"{chain.headline}{mend}；不用改、只是补了材料的，点“纸质审批”里的“重新提交”。"
    return "".join(nobody(each) for each in chain.steps if each.state is StepState.NOW)


def nobody(step: StepView) -> str:
    """That no user can take a step, and whom to ask; "" where somebody can, or where there are no users."""
    return f"没有用户可以办这一步。{step.ask}" if step.ask else ""
