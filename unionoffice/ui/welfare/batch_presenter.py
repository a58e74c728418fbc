"""How a distribution is shown at each of its stages: steps, numbers, lists, what changed since."""

from __future__ import annotations

from collections.abc import Callable

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.money import yuan
from unionoffice.kernel.progress import Progress
from unionoffice.models.welfare import Batch, BatchState
from unionoffice.services.organisation import Organisation
from unionoffice.services.welfare import DraftList, Tally, Welfare
from unionoffice.ui.operations import Operations
from unionoffice.ui.permits import Permits
from unionoffice.ui.records.record_list import RecordList
from unionoffice.ui.welfare.batch_view import ENTRIES, HISTORY, LEFT_OUT, LINES, PLAN, PROGRESS, BatchView
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
    """Knows which batch is shown, its draft list, and what differs from today's roll."""

    def __init__(
        self,
        welfare: Welfare,
        organisation: Organisation,
        view: BatchView,
        *,
        operations: Operations,
        permits: Permits,
    ) -> None:
        self.draft: DraftList | None = None
        self.changes: list[str] = []
        self._welfare = welfare
        self._organisation = organisation
        self._view = view
        self._operations = operations
        self._permits = permits
        self._batch: Batch | None = None

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
            self._tell_draft(batch, self._welfare.draft(batch.id), anew=anew)
            return
        anew = anew or self.draft is None
        self.draft = None
        self._show_waiting(batch, anew=anew)

        def work(progress: Progress) -> tuple[DraftList, Changes]:
            return self._welfare.draft(batch.id, progress), Changes()

        self._operations.run_in_background(
            work,
            title="生成名单",
            done=lambda draft: self._tell_draft(batch, draft, anew=anew),
            failed=lambda: self._tell_nothing(batch),
        )

    def _roll(self) -> int:
        return self._welfare.roll_size()

    def _show_waiting(self, batch: Batch, *, anew: bool) -> None:
        """While a list is worked out; one shown before stays to be read meanwhile."""
        view = self._view
        view.head.show_step(1, "正在按今天的花名册生成名单，完成后可以审批。")
        view.show_buttons("back", "edit", "archive")
        view.telling.say("")
        self._show_summary(batch, 0, 0)
        if anew:
            view.show_waiting("正在生成名单", "人数多，要一两秒。可以先看别的，回来时就好了。")

    def _tell_nothing(self, batch: Batch) -> None:
        if batch is self._batch:
            self._view.head.show_step(1, "名单还没有生成，不能审批。", primary="生成名单")
            self._view.show_waiting("名单没有生成", "点上面的“生成名单”再来一次。")

    def _tell_draft(self, batch: Batch, draft: DraftList, *, anew: bool) -> None:
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
        view.show_tabs(ENTRIES, LEFT_OUT, PLAN, HISTORY, anew=anew)
        view.let_decide(True)
        view.telling.say("")
        units: dict[str, float] = {}
        for entry in draft.entries:
            units[entry.unit] = units.get(entry.unit, 0) + 1
        bars = sorted(units.items(), key=lambda bar: -bar[1])
        title = f"{bars[0][0]}人数最多，{bars[0][1]:,.0f} 人" if bars else "还没有人"
        view.by_unit.show_bars(title, bars, heading="分工会", unit="人数", text=lambda value: f"{value:,.0f}")
        view.by_unit.setVisible(bool(bars))
        self._show_summary(batch, len(entries), draft.total)
        why = _why_not(batch, draft)
        not_his = self._permits.why_not("batch:approve")
        view.head.show_step(
            1 if why else 2,
            f"名单按今天的花名册生成：列入 {len(entries):,} 人"
            + (f"，未列入 {len(others):,} 人，各有原因。" if others else "，花名册上没有人被落下。"),
            primary=f"审批 {len(entries):,} 人",
            why_not=why or not_his,
            mend="去改方案" if why and self._permits.may("batch:save") else "",
        )
        view.show_buttons("back", "archive", *(() if why else ("edit",)))

    def _show_list(self, batch: Batch, *, anew: bool) -> None:
        view = self._view
        self.draft = None
        view.show_waiting("")
        tally = self._welfare.tally(batch.id)
        view.line_source.batch_id = batch.id
        _fill(view.lines, lambda: None)
        left = [(one.id, one.name, one.unit, one.reason) for one in self._welfare.exclusions(batch.id)]
        _fill(view.left_out, lambda: view.left_out_source.set_rows(left))
        view.tabs.setTabText(LINES, f"名单 {tally.people:,} 人")
        view.tabs.setTabText(LEFT_OUT, f"未列入 {len(left):,} 人")
        view.show_tabs(PROGRESS, LINES, LEFT_OUT, PLAN, HISTORY, anew=anew)
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
            self._operations.run_in_background(
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
        not_print, not_tick = self._permits.why_not("print:welfare"), self._permits.why_not("line:collect")
        done = tally.collected + tally.by_proxy
        if batch.state is BatchState.APPROVED:
            head.show_step(3, "名单已冻结。先打印签领表，再开始发放。", primary="打印签领表", why_not=not_print)
            self._view.show_buttons("back", "reopen", "excel", "desk")
        elif batch.state is BatchState.DISTRIBUTING and tally.waiting:
            head.show_step(4, f"已领 {done:,} 人，待领 {tally.waiting:,} 人。", primary="登记领取", why_not=not_tick)
            self._view.show_buttons("back", "print", "excel", "close")
        elif batch.state is BatchState.DISTRIBUTING:
            head.show_step(
                5, f"{done:,} 人全部领完，可以办结。", primary="办结", why_not=self._permits.why_not("batch:close")
            )
            self._view.show_buttons("back", "print", "excel", "desk")
        else:
            words = (
                f"已办结：本人领取 {tally.collected:,} 人，代领 {tally.by_proxy:,} 人，未领 {tally.unclaimed:,} 人。"
            )
            head.show_step(6, words, primary="" if not_print else "打印签领表")
            self._view.show_buttons("back", "excel")

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
        return f"名单合计 {yuan(draft.total)} 元，超出预算 {yuan(draft.over_budget)} 元，减少标准或追加预算后再审批。"
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
