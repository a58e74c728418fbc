"""Destroying what is due (到期资料、销毁清单): what the user means there, turned into calls of the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.progress import Progress
from unionoffice.models.destruction import WORKFLOW, DestructionState
from unionoffice.services.approval_cases import Chain, Seen
from unionoffice.ui import shown
from unionoffice.ui.approval_actions import ApprovalActions, Pending
from unionoffice.ui.approval_menu import ApprovalMenu, told
from unionoffice.ui.page import Page
from unionoffice.ui.preview import open_preview
from unionoffice.ui.prompts import Entry
from unionoffice.ui.safety.destruction_view import DestructionView
from unionoffice.ui.safety.rows import due_row, gone_rows, list_row
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.approval_slips import ApprovalSlips
    from unionoffice.services.destruction import Destructions, Due, ListRow

_NAMED = 20


class DestructionController:
    """What is done in the sections of destroying. `page` holds its commands."""

    def __init__(
        self,
        around: Surroundings,
        destructions: Callable[[], Destructions],
        slips: Callable[[], ApprovalSlips],
        page: Page,
    ) -> None:
        self._around = around
        self._destructions = destructions
        self._page = page
        self._due: dict[str, Due] = {}
        self._lists: dict[str, ListRow] = {}
        add = page.add_command
        self.commands = {
            "prepare": add("编制销毁清单", self.prepare, icon="plus", needs="destruction:prepare"),
            "preview": add("预览清单", self.preview, icon="print", needs="print:销毁清单"),
            "approve": add("批准", self.approve, icon="check", needs="destruction:approve"),
            "cancel": add("作废", self.cancel, icon="close", needs="destruction:cancel"),
            "carry_out": add("销毁", self.carry_out, icon="warning", needs="destruction:carry_out"),
            "compact": add("清理残留", self.compact, icon="refresh", needs="destruction:compact"),
        }
        actions = ApprovalActions(
            around,
            page,
            lambda: destructions().approvals,
            slips,
            pending=self._pending,
            done=lambda what, pending: around.notices.post(f"“{pending.name}”{what}。"),
        )
        self._seen: Seen | None = None
        self._paper = ApprovalMenu(page, "destruction", actions)
        self.commands["paper"] = self._paper.action

    def use(self, view: DestructionView) -> None:
        """Work on these widgets."""
        self._view = view
        view.lists.table.selection_changed.connect(lambda _: self._offer())
        view.lists.opened.connect(lambda _: self.preview())

    def reload(self) -> None:
        """Read what is due, the lists and what has been destroyed again."""
        service, view = self._destructions(), self._view
        self._due = {each.member_id: each for each in service.due()}
        found = service.lists()
        self._lists = {each.id: each for each in found}
        rule = service.rule()
        view.rule.setText(f"{rule.title}：{rule.sentence()}。到期的不会自动销毁，要编清单、批准、执行三步。")
        view.due.show_rows([due_row(each) for each in self._due.values()])
        view.lists.show_rows([list_row(each) for each in found])
        view.gone.show_rows([row for each in found for row in gone_rows(each)])
        view.gone.setVisible(any(each.done_on for each in found))
        self.commands["prepare"].setEnabled(bool(self._due))
        self.commands["compact"].setVisible(any(each.done_on for each in found))
        self._offer()

    def prepare(self) -> None:
        """Make a list of the selected people, of all who are due when nobody is selected."""
        chosen = self._view.due.table.selected_ids() or list(self._due)
        names = [self._due[member_id].name for member_id in chosen]
        if self._around.prompts.confirm(
            f"把 {len(names)} 人编成销毁清单？",
            verb=f"编制清单（{len(names)} 人）",
            detail=f"{_named(names)}。\n编清单不改动任何资料；打印核对以后，由制单人以外的主席批准。",
        ):
            made: list[int] = []

            def make() -> Changes:
                number, changes = self._destructions().prepare(self._around.actor, chosen)
                made.append(number)
                return changes

            if self._around.operations.run(make, initiator=self._page):
                self._around.notices.post(f"第 {made[0]} 号销毁清单已编制，请预览、打印核对，交主席批准。")
                self._page.reload()

    def preview(self) -> None:
        """The selected list as it is printed and signed."""
        row = self._selected()
        title = f"第 {row.number} 号销毁清单"
        if shown.screen.projecting:  # nothing is logged that nobody saw
            open_preview(title, b"", prompts=self._around.prompts, file_name="")
            return
        made: list[bytes] = []

        def draw() -> Changes:
            made.append(self._destructions().pdf(row.number, self._around.actor))
            return Changes()

        if self._around.operations.run(draw, initiator=self._page):
            self._window = open_preview(
                title,
                made[0],
                prompts=self._around.prompts,
                file_name=f"销毁清单-第{row.number}号.pdf",
                parent=self._page,
            )

    def approve(self) -> None:
        """Approve the selected list, with the names on it before one's eyes."""
        row = self._selected()
        names = [name for name, *_ in row.people]
        if self._around.prompts.confirm(
            f"批准第 {row.number} 号销毁清单？",
            verb=f"批准销毁 {len(names)} 人",
            detail=f"{row.made_by} {row.made_on} 编制：{_named(names)}。\n批准后由经办人执行，执行后不能恢复。",
            destructive=True,
        ):
            seen = self._seen
            self._run(
                lambda: self._destructions().approve(row.number, self._around.actor, seen=seen),
                "已批准，由经办人执行销毁",
            )

    def cancel(self) -> None:
        """Give the selected list up."""
        row = self._selected()
        reason = self._around.prompts.ask_reason(
            f"作废第 {row.number} 号销毁清单", verb="作废", detail="清单上的人重新列入到期资料，资料不动。"
        )
        if reason is not None:
            self._run(lambda: self._destructions().cancel(row.number, reason, self._around.actor), "已作废")

    def carry_out(self) -> None:
        """Erase everybody on the selected list, after the sentence that says so has been typed."""
        row = self._selected()
        service = import_module("unionoffice.services.destruction")
        sentence = f"销毁 {len(row.people)} 人"
        detail = what_it_means(
            f"{_named([name for name, *_ in row.people])}，由{row.approved_by}批准。", service.HOW, service.BACKUPS
        )

        def typed(values: Mapping[str, str]) -> None:
            if "".join(values["typed"].split()) != sentence.replace(" ", ""):
                raise UserError(f"输入的和“{sentence}”不一样，没有销毁。", field="typed")

        if self._around.prompts.ask_entries(
            f"执行第 {row.number} 号销毁清单",
            [Entry("typed", "确认", hint=f"照样输入：{sentence}")],
            typed,
            verb=sentence,
            detail=detail,
        ):
            self._around.operations.run_alone(
                lambda progress: self._erase(row.number, progress),
                title="正在销毁",
                initiator=self._page,
                done=lambda left: self._erased(row.number, left),
            )

    def compact(self) -> None:
        """Write the file anew, where carrying out could not."""

        def write(_progress: Progress) -> Changes:
            self._destructions().compact(self._around.actor)
            return Changes()

        self._around.operations.run_alone(
            write,
            title="正在清理残留",
            initiator=self._page,
            done=lambda _: self._around.notices.post("办公文件已重新写一遍，没有残留。"),
        )

    def _erase(self, number: int, progress: Progress) -> tuple[UserError | None, Changes]:
        """What is left to be told, and what changed: also when the file could not be written anew."""
        residue: Any = import_module("unionoffice.services.destruction").Residue
        try:
            return None, self._destructions().carry_out(number, self._around.actor, progress)
        except residue as left:
            return left, left.changes

    def _erased(self, number: int, left: UserError | None) -> None:
        self._page.reload()
        if left is not None:
            self._around.prompts.show_error(left)
        else:
            self._around.notices.post(f"第 {number} 号清单已销毁。请打印清单签字存档，并删去以前的备份。")

    def _run(self, call: Callable[[], Changes], told: str) -> None:
        row = self._selected()
        if self._around.operations.run(call, initiator=self._page):
            self._around.notices.post(f"第 {row.number} 号销毁清单{told}。")
            self._page.reload()

    def _pending(self) -> Pending:
        row = self._selected()
        return Pending(row.id, f"第 {row.number} 号销毁清单", self._chain(row))

    def _chain(self, row: ListRow) -> Chain:
        return self._destructions().approvals.chain(row.id, self._around.actor)

    def _selected(self) -> ListRow:
        return self._lists[self._view.lists.selected_id]

    def _offer(self) -> None:
        """Only what the selected list is ready for; a role that may not keeps its action disabled by itself."""
        row = self._lists.get(self._view.lists.selected_id)
        for step in WORKFLOW.steps:
            self.commands[step.name].setEnabled(row is not None and row.state in step.sources)
        chain = self._chain(row) if row is not None and row.state is DestructionState.DRAFT else None
        self._seen = chain.seen if chain is not None else None
        words = told(chain, mend="不该销毁的，作废后重新编制")
        self._paper.offer(chain)
        self._view.on_paper.setText(words)
        self._view.on_paper.setVisible(bool(words))
        done = row is not None and row.state is DestructionState.DONE
        self.commands["preview"].setText("预览存档单" if done else "预览清单")


def what_it_means(people: str, how: str, besides: str) -> str:
    """What somebody reads before he types the sentence that destroys."""
    return f"名单：{people}\n内容：{how}\n注意：执行以后不能恢复，也不能整体撤销。{besides}"


def _named(names: Sequence[str]) -> str:
    more = f" 等 {len(names)} 人" if len(names) > _NAMED else f"（{len(names)} 人）"
    return "、".join(names[:_NAMED]) + more
