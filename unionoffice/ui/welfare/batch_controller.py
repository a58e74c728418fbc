"""What the user means on a distribution's page, turned into calls of the service."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from unionoffice.kernel.changes import Changes
from unionoffice.models.welfare import Batch, BatchState
from unionoffice.services.organisation import Organisation
from unionoffice.services.welfare import Welfare
from unionoffice.ui.approval_actions import ApprovalActions
from unionoffice.ui.records.record_list import RecordList
from unionoffice.ui.surroundings import Surroundings
from unionoffice.ui.welfare.approval_controller import ApprovalController
from unionoffice.ui.welfare.batch_presenter import BatchPresenter
from unionoffice.ui.welfare.batch_view import APPROVAL, ENTRIES
from unionoffice.ui.welfare.sheet_controller import SheetController

if TYPE_CHECKING:
    from unionoffice.services.approval_slips import ApprovalSlips
    from unionoffice.services.papers import Papers
    from unionoffice.ui.welfare.page import WelfarePage


_MOST_CHANGES = 30


class BatchController:
    """Knows which batch is open; holds no widgets beyond its page."""

    def __init__(
        self,
        around: Surroundings,
        welfare: Welfare,
        organisation: Organisation,
        papers: Callable[[], Papers],
        slips: Callable[[], ApprovalSlips],
        page: WelfarePage,
    ) -> None:
        self._around = around
        self._welfare = welfare
        self._presenter = BatchPresenter(around, welfare, organisation, page.batch)
        self._approval = ApprovalController(around, welfare, page, self._presenter)
        self.slips = ApprovalActions(
            around,
            page,
            lambda: welfare.approvals,
            slips,
            pending=self._approval.pending,
            done=self._approval.tell,
        )
        self._sheets = SheetController(around, papers, page)
        self._page = page
        self._batch: Batch | None = None

    def open(self, batch_id: str) -> bool:
        """Show a batch; False when there is none."""
        batch = self._welfare.batch(batch_id)
        if batch is None or batch.archived:
            return False
        self._batch = batch
        self._presenter.show(batch)
        return True

    def go_on(self) -> None:
        """Do what the primary button says."""
        batch = self._known()
        if batch.state is BatchState.DRAFT and self._presenter.draft is None:
            self._presenter.show(batch)
        elif batch.state is BatchState.DRAFT:
            chain = self._presenter.chain
            if chain is not None and chain.sent_back is not None:
                self.slips.resubmit()
            else:
                self._approval.approve()
        elif batch.state is BatchState.DISTRIBUTING:
            if self._welfare.tally(batch.id).waiting:
                self.collect()
            else:
                self.close()
        else:
            self.print()

    def reopen(self) -> None:
        """Send the approved batch back to draft, for a reason."""
        batch = self._known()
        reason = self._around.prompts.ask_reason(
            f"把“{batch.name}”退回草案",
            verb="退回草案",
            detail="冻结的名单会收起，重新审批时按当时的花名册再生成；已打印的签领表作废。",
        )
        if reason is not None:
            self._around.operations.run(
                lambda: self._welfare.reopen(batch.id, reason, self._around.actor),
                initiator=self._page,
                done=lambda _: self._around.notices.post("已退回草案。"),
            )

    def close(self) -> None:
        """End the distribution, after naming how many stay 未领."""
        batch = self._known()
        tally = self._welfare.tally(batch.id)
        left = f"还有 {tally.waiting:,} 人没有领，将记为“未领”。" if tally.waiting else "所有人都已领取。"
        if self._around.prompts.confirm(
            f"办结“{batch.name}”？{left}",
            verb=f"办结，{tally.waiting:,} 人未领" if tally.waiting else "办结",
            detail="办结后不能再登记领取，也不能撤销。",
            destructive=bool(tally.waiting),
        ):
            self._around.operations.run_in_background(
                lambda _: self._welfare.close(batch.id, self._around.actor),
                title="办结",
                initiator=self._page,
                done=lambda _: self._around.notices.post(f"“{batch.name}”已办结。"),
            )

    def archive(self) -> None:
        """Put the draft away."""
        batch = self._known()
        if self._around.prompts.confirm(
            f"归档草案“{batch.name}”？", verb="归档 1 个草案", detail="归档后不再出现在列表里。"
        ):
            self._around.operations.run(
                lambda: self._welfare.archive_batch(batch.id, self._around.actor),
                initiator=self._page,
                done=lambda _: self._page.route_requested.emit("welfare", ""),
            )

    def decide(self, *, include: bool) -> None:
        """Put the selected people on the list or off it, for a written reason."""
        batch, found = self._known(), self._page.batch.left_out if include else self._page.batch.entries
        ids = found.table.selected_ids()
        verb = f"列入 {len(ids)} 人" if include else f"移出 {len(ids)} 人"
        reason = self._around.prompts.ask_reason(f"{verb}：写明依据", verb=verb, detail="理由会留在名单和历史里。")
        if reason is None:
            return

        def work() -> Changes:
            done = (
                self._welfare.decide(batch.id, member_id, include=include, reason=reason, actor=self._around.actor)
                for member_id in ids
            )
            return _together(done)

        self._around.operations.run(work, initiator=self._page, done=lambda _: self._around.notices.post(f"已{verb}。"))

    def withdraw(self) -> None:
        """Let the rule decide again for the selected people."""
        batch = self._known()
        shown: RecordList = (
            self._page.batch.entries if self._page.batch.tabs.currentIndex() == ENTRIES else self._page.batch.left_out
        )
        ids = shown.table.selected_ids()
        self._around.operations.run(
            lambda: _together(self._welfare.withdraw_decision(batch.id, one, self._around.actor) for one in ids),
            initiator=self._page,
            done=lambda _: self._around.notices.post("调整已撤销，按规则重新判定。"),
        )

    def collect(self) -> None:
        """Go to the desk."""
        self._page.route_requested.emit("desk", self._known().id)

    def collect_unit(self, unit: str) -> None:
        """Register the whole sheet of a branch, after naming how many."""
        batch = self._known()
        waiting = next(people - done for name, people, _, done in self._welfare.unit_tally(batch.id) if name == unit)
        if self._around.prompts.confirm(
            f"{unit}的签领表已全部签好，把待领的 {waiting:,} 人登记为本人领取？",
            verb=f"登记 {waiting:,} 人",
            detail="有代领的人先到“登记领取”里单独登记，再做整表登记。",
        ):
            self._around.operations.run(
                lambda: self._welfare.collect_unit(batch.id, unit, self._around.actor),
                initiator=self._page,
                done=lambda count: self._around.notices.post(f"{unit}已登记 {count} 人领取。"),
            )

    def show_changes(self) -> None:
        """Of a draft, its approval; else everybody for whom today's roll says otherwise than the frozen list."""
        if self._known().state is BatchState.DRAFT:
            self._page.batch.tabs.setCurrentIndex(APPROVAL)
            return
        shown = self._presenter.changes[:_MOST_CHANGES]
        more = len(self._presenter.changes) - len(shown)
        text = "\n".join([*shown, *([f"另有 {more} 人。"] if more else [])])
        self._around.prompts.show_message("名单冻结后花名册有变动", text)

    def print(self) -> None:
        """Show the sign-for sheet, of a draft the approval slip."""
        if self._known().state is BatchState.DRAFT:
            slip = self._page.batch.approval.buttons["slip"]
            if slip.isEnabled() and not slip.isHidden():
                self.slips.print_slip()
            return
        self._sheets.print(self._known())

    def save_excel(self) -> None:
        """Write the sign-for sheet as a workbook."""
        self._sheets.save_excel(self._known())

    def _known(self) -> Batch:
        assert self._batch is not None
        return self._batch


def _together(done: Iterable[Changes]) -> Changes:
    """One `Changes` of several operations."""
    found = Changes()
    for changes in done:
        for name in changes.types():
            found.add(name, changes.ids(name))
    return found
