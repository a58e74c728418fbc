"""How a distribution is shown at each of its stages: steps, numbers, lists, approval, what changed since."""

from __future__ import annotations

from collections.abc import Callable

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.progress import Progress
from unionoffice.models.welfare import Batch, BatchState
from unionoffice.services.approval_cases import Chain, StepState
from unionoffice.services.organisation import Organisation
from unionoffice.services.welfare import DraftList, Tally, Welfare
from unionoffice.ui.records.record_list import RecordList
from unionoffice.ui.shown import money
from unionoffice.ui.surroundings import Surroundings
from unionoffice.ui.welfare.batch_view import APPROVAL, ENTRIES, HISTORY, LEFT_OUT, LINES, PLAN, PROGRESS, BatchView
from unionoffice.ui.welfare.rows import draft_rows

TONES = {
    BatchState.DRAFT: "grey",
    BatchState.APPROVED: "amber",
    BatchState.DISTRIBUTING: "blue",
    BatchState.CLOSED: "green",
}
_AT_ONCE = 5_000
"""So many people on the roll are judged in a tenth of a second."""


class BatchPresenter:
    """Knows which batch is shown, its draft list, where its approval stands, and what differs from today's roll."""

    def __init__(self, around: Surroundings, welfare: Welfare, organisation: Organisation, view: BatchView) -> None:
        self._around = around
        self.draft: DraftList | None = None
        self.chain: Chain | None = None
        self.changes: list[str] = []
        self._welfare = welfare
        self._organisation = organisation
        self._view = view
        self._batch: Batch | None = None

    @property
    def batch(self) -> Batch | None:
        """The batch shown."""
        return self._batch

    def show(self, batch: Batch) -> None:
        """Show a batch as it is now."""
        view = self._view
        anew = self._batch is None or self._batch.id != batch.id or self._batch.state is not batch.state
        self._batch = batch
        if anew:
            for found in (view.entries, view.left_out, view.lines):
                found.filters.restore({})
        view.history.set_items(self._welfare.history(batch.id))
        view.plan.show_batch(batch, self._scope(batch))
        if batch.state is BatchState.DRAFT:
            self._show_draft(batch, anew=anew)
        else:
            self._show_list(batch, anew=anew)

    def _scope(self, batch: Batch) -> str:
        if not batch.unit_ids:
            return "全部组织"
        wanted = batch.unit_ids.split(",")
        return "、".join(node.path for node in self._organisation.tree() if node.id in wanted)

    def _show_draft(self, batch: Batch, *, anew: bool) -> None:
        """The list as the rule gives it today; that of a big roll is worked out in the background."""
        if self._roll() <= _AT_ONCE:
            draft = self._welfare.draft(batch.id)
            self._tell_draft(batch, draft, self._approval(batch, draft), anew=anew)
            return
        anew = anew or self.draft is None
        self.draft = self.chain = None
        self._show_waiting(batch, anew=anew)

        def work(progress: Progress) -> tuple[tuple[DraftList, Chain | UserError], Changes]:
            draft = self._welfare.draft(batch.id, progress)
            return (draft, self._approval(batch, draft)), Changes()

        self._around.operations.run_in_background(
            work,
            title="生成名单",
            done=lambda found: self._tell_draft(batch, *found, anew=anew),
            failed=lambda: self._tell_nothing(batch),
        )

    def _approval(self, batch: Batch, draft: DraftList | None) -> Chain | UserError:
        """Where the approval stands, or why that cannot be told: a rule pack that says nothing about it."""
        try:
            return self._welfare.approval(batch.id, self._around.actor, draft)
        except UserError as fault:
            return fault

    def _roll(self) -> int:
        return self._welfare.roll_size()

    def _show_waiting(self, batch: Batch, *, anew: bool) -> None:
        """While a list is worked out; one shown before stays to be read meanwhile."""
        view = self._view
        view.head.show_step(1, "正在按今天的花名册生成名单，完成后可以审批。")
        view.head.primary.setToolTip("")
        view.show_buttons("back", "edit", "archive")
        view.approval.offer()
        view.telling.say("")
        self._show_summary(batch, 0, 0)
        if anew:
            view.show_waiting("正在生成名单", "人数多，要一两秒。可以先看别的，回来时就好了。")

    def _tell_nothing(self, batch: Batch) -> None:
        if batch is self._batch:
            self._view.head.show_step(1, "名单还没有生成，不能审批。", primary="生成名单")
            self._view.show_waiting("名单没有生成", "点上面的“生成名单”再来一次。")

    def _tell_draft(self, batch: Batch, draft: DraftList, found: Chain | UserError, *, anew: bool) -> None:
        if batch is not self._batch:
            return
        view = self._view
        self.draft = draft
        view.show_waiting("")
        entries, others = draft_rows(draft)
        _fill(view.entries, lambda: view.entry_source.set_rows(entries))
        _fill(view.left_out, lambda: view.left_out_source.set_rows(others))
        view.tabs.setTabText(ENTRIES, f"列入 {len(entries):,} 人")
        view.tabs.setTabText(LEFT_OUT, f"未列入 {len(others):,} 人")
        view.show_tabs(ENTRIES, LEFT_OUT, APPROVAL, PLAN, HISTORY, anew=anew)
        view.let_decide(True)
        self._show_chain(batch, found)
        units: dict[str, float] = {}
        for entry in draft.entries:
            units[entry.unit] = units.get(entry.unit, 0) + 1
        bars = sorted(units.items(), key=lambda bar: -bar[1])
        title = f"{bars[0][0]}人数最多，{bars[0][1]:,.0f} 人" if bars else "还没有人"
        view.by_unit.show_bars(title, bars, heading="分工会", unit="人数", text=lambda value: f"{value:,.0f}")
        view.by_unit.setVisible(bool(bars))
        self._show_summary(batch, len(entries), draft.total)
        why = _why_not(batch, draft)
        self._offer_approval(why)
        if self.chain is not None and self.chain.sent_back is not None and self._around.permits.may("batch:resubmit"):
            view.head.show_step(2, self.chain.headline, primary="重新提交…")
            view.head.primary.setToolTip("内容不用改、只是补齐了材料的，写明补了什么，从头审批")
            view.show_buttons("back", "archive", "edit")
            return
        step = self.chain.next if self.chain is not None else None
        headline = found.headline if isinstance(found, Chain) else ""
        not_his = self._not_his(found)
        view.head.show_step(
            1 if why else 2,
            f"名单按今天的花名册生成：列入 {len(entries):,} 人"
            + (f"，未列入 {len(others):,} 人，各有原因。" if others else "，花名册上没有人被落下。")
            + headline,
            primary=f"{step.label} {len(entries):,} 人" if step is not None else "审批",
            why_not=why or (not_his and headline.removesuffix(not_his) + not_his),
            mend="去改方案" if why and self._around.permits.may("batch:save") else "",
        )
        view.head.primary.setToolTip(why or not_his)
        view.show_buttons("back", "archive", *(() if why else ("edit",)))

    def _not_his(self, found: Chain | UserError) -> str:
        """Why whoever works here may not take the next step, "" when he may."""
        if isinstance(found, UserError):
            return found.sentence
        if found.sent_back is not None:
            return found.headline
        step = found.next
        return found.why_not or (self._around.permits.why_not(f"batch:{step.operation}") if step is not None else "")

    def _show_chain(self, batch: Batch, found: Chain | UserError) -> None:
        """The approval as a list; what no longer counts is told above the lists too."""
        panel, tabs = self._view.approval, self._view.tabs
        self._view.telling.say("")
        if isinstance(found, UserError):
            self.chain = None
            panel.show_problem(found.sentence)
            tabs.setTabText(APPROVAL, "审批")
            return
        self.chain = found
        panel.show_chain(found, self._welfare.approvals.past(batch.id), self._around.actor)
        done = sum(each.state is StepState.DONE for each in found.steps)
        tabs.setTabText(APPROVAL, f"审批 {done} / {len(found.steps)}" if found.next is not None else "审批")
        if found.stale:
            self._view.telling.say(
                f"审批以后内容有变动，已办的 {len(found.stale)} 步不再算数，要从第一步重新办。", button="看审批"
            )

    def _offer_approval(self, problem: str) -> None:
        """What can be done about the approval of a draft, each with why not."""
        chain, panel, permits = self.chain, self._view.approval, self._around.permits
        if chain is None or chain.next is None:
            panel.offer()
        elif chain.sent_back is not None:
            panel.offer()
        else:
            slip, register = permits.why_not("batch:slip"), permits.why_not("batch:register")
            panel.offer(
                send_back=permits.why_not("batch:send_back"),
                slip=slip or problem,
                register=register or problem,
                file=slip or problem,
                **{"return": register or problem},
            )

    def _show_list(self, batch: Batch, *, anew: bool) -> None:
        view = self._view
        self.draft = None
        view.show_waiting("")
        self._show_chain(batch, self._approval(batch, None))
        view.approval.offer()
        view.head.primary.setToolTip("")
        tally = self._welfare.tally(batch.id)
        view.line_source.batch_id = batch.id
        _fill(view.lines, lambda: None)
        left = [(one.id, one.name, one.unit, one.reason) for one in self._welfare.exclusions(batch.id)]
        _fill(view.left_out, lambda: view.left_out_source.set_rows(left))
        view.tabs.setTabText(LINES, f"名单 {tally.people:,} 人")
        view.tabs.setTabText(LEFT_OUT, f"未列入 {len(left):,} 人")
        view.show_tabs(PROGRESS, LINES, LEFT_OUT, APPROVAL, PLAN, HISTORY, anew=anew)
        view.let_decide(False)
        view.progress.show_units(
            _finding(tally), self._welfare.unit_tally(batch.id), offered=batch.state is not BatchState.CLOSED
        )
        self._look_for_changes(batch)
        self._show_summary(batch, tally.people, tally.amount)
        self._show_stage(batch, tally)

    def _look_for_changes(self, batch: Batch) -> None:
        """Compare the frozen list with today's roll; a big roll in the background."""
        if batch.state is BatchState.CLOSED:
            self._tell_changes(batch, [])
        elif self._roll() <= _AT_ONCE:
            self._tell_changes(batch, self._welfare.changed_since(batch.id))
        else:
            self._tell_changes(batch, [])
            self._around.operations.run_in_background(
                lambda _: (self._welfare.changed_since(batch.id), Changes()),
                title="核对花名册变动",
                done=lambda found: self._tell_changes(batch, found),
            )

    def _tell_changes(self, batch: Batch, changes: list[str]) -> None:
        if batch is not self._batch:
            return
        self.changes = changes
        self._view.telling.say(
            f"名单冻结后，花名册有变动，涉及 {len(changes)} 人；名单不受影响。" if changes else "", button="看是哪些人"
        )

    def _show_stage(self, batch: Batch, tally: Tally) -> None:
        head = self._view.head
        not_print, not_tick = (
            self._around.permits.why_not("print:welfare"),
            self._around.permits.why_not("line:collect"),
        )
        done = tally.collected + tally.by_proxy
        if batch.state is BatchState.APPROVED:
            head.show_step(3, "名单已冻结。先打印签领表，再开始发放。", primary="打印签领表", why_not=not_print)
            self._view.show_buttons("back", "reopen", "excel", "forms", "desk")
        elif batch.state is BatchState.DISTRIBUTING and tally.waiting:
            head.show_step(4, f"已领 {done:,} 人，待领 {tally.waiting:,} 人。", primary="登记领取", why_not=not_tick)
            self._view.show_buttons("back", "print", "excel", "forms", "close")
        elif batch.state is BatchState.DISTRIBUTING:
            head.show_step(
                5,
                f"{done:,} 人全部领完，可以办结。",
                primary="办结",
                why_not=self._around.permits.why_not("batch:close"),
            )
            self._view.show_buttons("back", "print", "excel", "forms", "desk")
        else:
            words = (
                f"已办结：本人领取 {tally.collected:,} 人，代领 {tally.by_proxy:,} 人，未领 {tally.unclaimed:,} 人。"
            )
            head.show_step(6, words, primary="" if not_print else "打印签领表")
            self._view.show_buttons("back", "excel", "forms")

    def _show_summary(self, batch: Batch, people: int, total: int) -> None:
        fields = Batch.fields()
        facts = [(fields[name], getattr(batch, name)) for name in ("item", "quantity", "unit_price")]
        facts += [(fields["line_count"], people), (fields["roll_date"], batch.roll_date)]
        state = (batch.state.label, TONES[batch.state])
        self._view.summary.show_batch(batch.name, state, facts, total, batch.budget)


def _why_not(batch: Batch, draft: DraftList) -> str:
    if not draft.entries:
        return "名单是空的：没有人符合条件，检查在册截止日和发放范围。"
    if draft.over_budget:
        return f"名单合计 {money(draft.total)} 元，超出预算 {money(draft.over_budget)} 元，减少标准或追加预算后再审批。"
    return draft.payment_problem or ""


def _finding(tally: Tally) -> str:
    done = tally.collected + tally.by_proxy
    if not done:
        return f"还没有人领取，待领 {tally.waiting:,} 人"
    if tally.unclaimed:
        return f"{tally.people:,} 人中 {tally.unclaimed:,} 人未领"
    return f"还有 {tally.waiting:,} 人没有领" if tally.waiting else f"{done:,} 人全部领完"


def _fill(found: RecordList, put: Callable[[], None]) -> None:
    selected = found.table.selected_ids()
    put()
    found.load()
    found.table.select(selected)
