"""What the user means on a distribution's page, turned into calls of the service."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.money import yuan
from unionoffice.kernel.progress import Progress
from unionoffice.models.welfare import Batch, BatchState
from unionoffice.services.organisation import Organisation
from unionoffice.services.welfare import DraftList, Tally, Welfare
from unionoffice.ui.notices import Notices
from unionoffice.ui.operations import Operations
from unionoffice.ui.preview import open_preview
from unionoffice.ui.prompts import EXCEL_OUT, Prompts
from unionoffice.ui.records.record_list import RecordList
from unionoffice.ui.welfare.batch_view import ENTRIES, HISTORY, LEFT_OUT, LINES, PLAN, PROGRESS
from unionoffice.ui.welfare.rows import draft_rows

if TYPE_CHECKING:
    from unionoffice.services.papers import Papers
    from unionoffice.ui.welfare.page import WelfarePage

TONES = {
    BatchState.DRAFT: "grey",
    BatchState.APPROVED: "amber",
    BatchState.DISTRIBUTING: "blue",
    BatchState.CLOSED: "green",
}
_MOST_CHANGES = 30
_AT_ONCE = 5_000


class BatchController:
    """Knows which batch is open; holds no widgets beyond its page."""

    def __init__(
        self,
        welfare: Welfare,
        organisation: Organisation,
        papers: Callable[[], Papers],
        actor: Actor,
        page: WelfarePage,
        *,
        operations: Operations,
        prompts: Prompts,
        notices: Notices,
    ) -> None:
        self._welfare = welfare
        self._organisation = organisation
        self._papers = papers
        self._actor = actor
        self._page = page
        self._operations = operations
        self._prompts = prompts
        self._notices = notices
        self._batch: Batch | None = None
        self._draft: DraftList | None = None
        self._changes: list[str] = []

    def open(self, batch_id: str) -> bool:
        """Show a batch; False when there is none."""
        batch = self._welfare.batch(batch_id)
        if batch is None or batch.archived:
            return False
        view = self._page.batch
        anew = self._batch is None or self._batch.id != batch_id or self._batch.state is not batch.state
        self._batch = batch
        if anew:
            for found in (view.entries, view.left_out, view.lines):
                found.filters.restore({})
        view.history.set_items(self._welfare.history(batch_id))
        view.plan.show_batch(batch, self._scope(batch))
        if batch.state is BatchState.DRAFT:
            self._show_draft(batch, anew=anew)
        else:
            self._show_list(batch, anew=anew)
        return True

    def go_on(self) -> None:
        """Do what the primary button says."""
        batch = self._known()
        if batch.state is BatchState.DRAFT:
            self.approve()
        elif batch.state is BatchState.DISTRIBUTING:
            if self._welfare.tally(batch.id).waiting:
                self.collect()
            else:
                self.close()
        else:
            self.print()

    def approve(self) -> None:
        """Freeze the list, after naming people, total and budget."""
        batch, draft = self._known(), self._draft
        assert draft is not None
        if not self._prompts.confirm(
            f"审批“{batch.name}”：{len(draft.entries):,} 人，合计 {yuan(draft.total)} 元，"
            f"预算 {yuan(batch.budget)} 元？",
            verb=f"审批 {len(draft.entries):,} 人",
            detail=f"审批后名单冻结，花名册以后的改动不再影响它；未列入的 {len(draft.left_out):,} 人连同原因一并留存。"
            "还没有人领取时可以退回草案。",
        ):
            return
        self._operations.run_in_background(
            lambda progress: self._welfare.approve(batch.id, self._actor, progress),
            title="审批名单",
            initiator=self._page,
            done=lambda _: self._notices.post(f"“{batch.name}”已审批，可以打印签领表。"),
        )

    def reopen(self) -> None:
        """Send the approved batch back to draft, for a reason."""
        batch = self._known()
        reason = self._prompts.ask_reason(
            f"把“{batch.name}”退回草案",
            verb="退回草案",
            detail="冻结的名单会收起，重新审批时按当时的花名册再生成；已打印的签领表作废。",
        )
        if reason is not None:
            self._operations.run(
                lambda: self._welfare.reopen(batch.id, reason, self._actor),
                initiator=self._page,
                done=lambda _: self._notices.post("已退回草案。"),
            )

    def close(self) -> None:
        """End the distribution, after naming how many stay 未领."""
        batch = self._known()
        tally = self._welfare.tally(batch.id)
        left = f"还有 {tally.waiting:,} 人没有领，将记为“未领”。" if tally.waiting else "所有人都已领取。"
        if self._prompts.confirm(
            f"办结“{batch.name}”？{left}",
            verb=f"办结，{tally.waiting:,} 人未领" if tally.waiting else "办结",
            detail="办结后不能再登记领取，也不能撤销。",
            destructive=bool(tally.waiting),
        ):
            self._operations.run_in_background(
                lambda _: self._welfare.close(batch.id, self._actor),
                title="办结",
                initiator=self._page,
                done=lambda _: self._notices.post(f"“{batch.name}”已办结。"),
            )

    def archive(self) -> None:
        """Put the draft away."""
        batch = self._known()
        if self._prompts.confirm(f"归档草案“{batch.name}”？", verb="归档 1 个草案", detail="归档后不再出现在列表里。"):
            self._operations.run(
                lambda: self._welfare.archive_batch(batch.id, self._actor),
                initiator=self._page,
                done=lambda _: self._page.route_requested.emit("welfare", ""),
            )

    def decide(self, *, include: bool) -> None:
        """Put the selected people on the list or off it, for a written reason."""
        batch, found = self._known(), self._page.batch.left_out if include else self._page.batch.entries
        ids = found.table.selected_ids()
        verb = f"列入 {len(ids)} 人" if include else f"移出 {len(ids)} 人"
        reason = self._prompts.ask_reason(f"{verb}：写明依据", verb=verb, detail="理由会留在名单和历史里。")
        if reason is None:
            return

        def work() -> Changes:
            done = (
                self._welfare.decide(batch.id, member_id, include=include, reason=reason, actor=self._actor)
                for member_id in ids
            )
            return _together(done)

        self._operations.run(work, initiator=self._page, done=lambda _: self._notices.post(f"已{verb}。"))

    def withdraw(self) -> None:
        """Let the rule decide again for the selected people."""
        batch = self._known()
        shown: RecordList = (
            self._page.batch.entries if self._page.batch.tabs.currentIndex() == ENTRIES else self._page.batch.left_out
        )
        ids = shown.table.selected_ids()
        self._operations.run(
            lambda: _together(self._welfare.withdraw_decision(batch.id, one, self._actor) for one in ids),
            initiator=self._page,
            done=lambda _: self._notices.post("调整已撤销，按规则重新判定。"),
        )

    def collect(self) -> None:
        """Go to the desk."""
        self._page.route_requested.emit("desk", self._known().id)

    def collect_unit(self, unit: str) -> None:
        """Register the whole sheet of a branch, after naming how many."""
        batch = self._known()
        waiting = next(people - done for name, people, _, done in self._welfare.unit_tally(batch.id) if name == unit)
        if self._prompts.confirm(
            f"{unit}的签领表已全部签好，把待领的 {waiting:,} 人登记为本人领取？",
            verb=f"登记 {waiting:,} 人",
            detail="有代领的人先到“登记领取”里单独登记，再做整表登记。",
        ):
            self._operations.run(
                lambda: self._welfare.collect_unit(batch.id, unit, self._actor),
                initiator=self._page,
                done=lambda count: self._notices.post(f"{unit}已登记 {count} 人领取。"),
            )

    def print(self) -> None:
        """Show the sign-for sheet; characters without a font are told first."""
        batch = self._known()

        def work(_: Progress) -> tuple[tuple[str, bytes], Changes]:
            papers = self._papers()
            missing = papers.unprintable(batch.id)
            return (missing, papers.sign_sheet_pdf(batch.id, _)), Changes()

        self._operations.run_in_background(
            work, title="排版签领表", done=lambda found: self._show_sheet(batch.name, *found)
        )

    def save_excel(self) -> None:
        """Write the sign-for sheet as a workbook."""
        batch = self._known()
        path = self._prompts.save_file("签领表存为 Excel", [EXCEL_OUT], name=f"{batch.name}签领表.xlsx")
        if path is None:
            return

        def work(progress: Progress) -> tuple[Path, Changes]:
            self._papers().save_sign_sheet(batch.id, path, progress)
            return path, Changes()

        self._operations.run_in_background(work, title="保存签领表", done=self._saved)

    def show_changes(self) -> None:
        """Name everybody for whom today's roll says otherwise than the frozen list."""
        shown = self._changes[:_MOST_CHANGES]
        more = len(self._changes) - len(shown)
        text = "\n".join([*shown, *([f"另有 {more} 人。"] if more else [])])
        self._prompts.show_message("名单冻结后花名册有变动", text)

    def _show_sheet(self, name: str, missing: str, data: bytes) -> None:
        if missing and not self._prompts.confirm(
            f"有 {len(missing)} 个字没有字体可打：{'、'.join(missing)}，签领表上会印成“〓”。",
            verb="仍然预览",
            detail="把含有这些字的字体文件放进办公文件旁的 fonts 文件夹，再打印就有了。",
        ):
            return
        title = f"{name}签领表"
        open_preview(title, data, prompts=self._prompts, file_name=f"{title}.pdf", parent=self._page.window())

    def _saved(self, path: Path) -> None:
        self._notices.post(
            f"已存为“{path.name}”。",
            action="打开",
            run=lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))),
        )

    def _known(self) -> Batch:
        assert self._batch is not None
        return self._batch

    def _scope(self, batch: Batch) -> str:
        if not batch.unit_ids:
            return "全部组织"
        wanted = batch.unit_ids.split(",")
        return "、".join(node.path for node in self._organisation.tree() if node.id in wanted)

    def _show_draft(self, batch: Batch, *, anew: bool) -> None:
        view = self._page.batch
        draft = self._draft = self._welfare.draft(batch.id)
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
        view.head.show_step(
            1 if why else 2,
            f"名单按今天的花名册生成：列入 {len(entries):,} 人"
            + (f"，未列入 {len(others):,} 人，各有原因。" if others else "，花名册上没有人被落下。"),
            primary=f"审批 {len(entries):,} 人",
            why_not=why,
            mend="去改方案" if why else "",
        )
        view.show_buttons("back", "archive", *(() if why else ("edit",)))

    def _show_list(self, batch: Batch, *, anew: bool) -> None:
        view = self._page.batch
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
        self._look_for_changes(batch, tally.people)
        self._show_summary(batch, tally.people, tally.amount)
        self._show_stage(batch, tally)

    def _look_for_changes(self, batch: Batch, people: int) -> None:
        """Compare the frozen list with today's roll; a big list in the background."""
        if batch.state is BatchState.CLOSED:
            self._tell_changes(batch, [])
        elif people <= _AT_ONCE:
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
        self._changes = changes
        self._page.batch.telling.say(
            f"名单冻结后，花名册有变动，涉及 {len(changes)} 人；名单不受影响。" if changes else "", button="看是哪些人"
        )

    def _show_stage(self, batch: Batch, tally: Tally) -> None:
        head = self._page.batch.head
        done = tally.collected + tally.by_proxy
        if batch.state is BatchState.APPROVED:
            head.show_step(3, "名单已冻结。先打印签领表，再开始发放。", primary="打印签领表")
            self._page.batch.show_buttons("back", "reopen", "excel", "desk")
        elif batch.state is BatchState.DISTRIBUTING and tally.waiting:
            head.show_step(4, f"已领 {done:,} 人，待领 {tally.waiting:,} 人。", primary="登记领取")
            self._page.batch.show_buttons("back", "print", "excel", "close")
        elif batch.state is BatchState.DISTRIBUTING:
            head.show_step(5, f"{done:,} 人全部领完，可以办结。", primary="办结")
            self._page.batch.show_buttons("back", "print", "excel", "desk")
        else:
            words = (
                f"已办结：本人领取 {tally.collected:,} 人，代领 {tally.by_proxy:,} 人，未领 {tally.unclaimed:,} 人。"
            )
            head.show_step(6, words, primary="打印签领表")
            self._page.batch.show_buttons("back", "excel")

    def _show_summary(self, batch: Batch, people: int, total: int) -> None:
        fields = Batch.fields()
        facts = [(fields[name], getattr(batch, name)) for name in ("item", "quantity", "unit_price")]
        facts += [(fields["line_count"], people), (fields["roll_date"], batch.roll_date)]
        state = (batch.state.label, TONES[batch.state])
        self._page.batch.summary.show_batch(batch.name, state, facts, total, batch.budget)


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


def _together(done: Iterable[Changes]) -> Changes:
    """One `Changes` of several operations."""
    found = Changes()
    for changes in done:
        for name in changes.types():
            found.add(name, changes.ids(name))
    return found
