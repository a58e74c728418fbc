"""What the user means by approving a distribution, turned into calls of the service."""

from __future__ import annotations

from unionoffice.models.welfare import Batch, BatchState
from unionoffice.services.approval_cases import Chain, StepState
from unionoffice.services.welfare import Welfare
from unionoffice.ui.approval_actions import Pending
from unionoffice.ui.page import Page
from unionoffice.ui.shown import money
from unionoffice.ui.surroundings import Surroundings
from unionoffice.ui.welfare.batch_presenter import BatchPresenter


class ApprovalController:
    """Asks and tells; which batch is open, and what was worked out of it, the presenter knows."""

    def __init__(
        self,
        around: Surroundings,
        welfare: Welfare,
        page: Page,
        presenter: BatchPresenter,
    ) -> None:
        self._around = around
        self._welfare = welfare
        self._page = page
        self._presenter = presenter

    def approve(self) -> None:
        """Take the step that is next, after naming people, total and budget; the last one freezes the list."""
        batch, draft, chain = self._batch, self._presenter.draft, self._presenter.chain
        assert draft is not None and chain is not None and chain.next is not None
        label, people = chain.next.label, f"{len(draft.entries):,} 人"
        if not self._around.prompts.confirm(
            f"{label}“{batch.name}”：{people}，合计 {money(draft.total)} 元，预算 {money(batch.budget)} 元？",
            verb=f"{label} {people}",
            detail=f"审批后名单冻结，花名册以后的改动不再影响它；未列入的 {len(draft.left_out):,} 人连同原因一并留存。"
            "还没有人领取时可以退回草案。"
            if chain.next is chain.steps[-1].step
            else f"只对现在的名单和方案有效，以后有改动要从第一步重新办。下一步是{_after(chain)}。",
        ):
            return
        self._around.operations.run_in_background(
            lambda progress: self._welfare.approve(batch.id, self._around.actor, progress, seen=chain.seen),
            title="审批名单",
            initiator=self._page,
            done=lambda _: self.tell(f"{label}已同意", Pending(batch.id, batch.name, chain)),
        )

    def pending(self) -> Pending:
        """The open batch, and where its approval stands."""
        return Pending(self._batch.id, self._batch.name, self._presenter.chain)

    def tell(self, what: str, batch: Pending) -> None:
        """Say how it goes on; the page has been shown anew before, unless it works that out in the background."""
        now, before = self._welfare.batch(batch.id), batch.chain
        if now is not None and now.state is not BatchState.DRAFT:
            self._around.notices.post(f"“{batch.name}”已审批，可以打印签领表。")
            return
        fresh = self._presenter.chain if self._presenter.chain is not before else None
        if fresh is not None and fresh.sent_back is not None:
            self._around.notices.post(f"“{batch.name}”已退回经办。")
        elif fresh is not None and fresh.next is not None:
            who = "、".join(next(each.who for each in fresh.steps if each.state is StepState.NOW))
            self._around.notices.post(f"{what}。下一步是{fresh.next.label}" + (f"（{who}）。" if who else "。"))
        else:
            self._around.notices.post(f"“{batch.name}”{what}。")

    @property
    def _batch(self) -> Batch:
        batch = self._presenter.batch
        assert batch is not None
        return batch


def _after(chain: Chain) -> str:
    """The step behind the one that is next."""
    return next(each.step.label for each in chain.steps if each.state is StepState.NEXT)
