"""The welfare page: the batches, the programmes, a plan, one batch as a process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from unionoffice.kernel.changes import Changes
from unionoffice.models.draft import Place
from unionoffice.models.welfare import Batch
from unionoffice.services.organisation import Organisation
from unionoffice.services.welfare import Welfare
from unionoffice.ui.current_stack import CurrentStack
from unionoffice.ui.page import Page
from unionoffice.ui.records.unfinished import UnfinishedBar
from unionoffice.ui.surroundings import Surroundings
from unionoffice.ui.welfare.batch_controller import BatchController
from unionoffice.ui.welfare.batch_view import BatchView
from unionoffice.ui.welfare.controller import WelfareController
from unionoffice.ui.welfare.list_view import BatchList, ProgrammesView
from unionoffice.ui.welfare.plan_view import PlanView

if TYPE_CHECKING:
    from unionoffice.services.approval_slips import ApprovalSlips
    from unionoffice.services.papers import Papers

_TYPES = ("batch", "line", "exclusion", "decision", "programme", "approval", "member", "membership_event", "unit")
_EDIT = ":edit"


class WelfarePage(Page):
    """Routes: "" the list, "programmes", "new", "new:<programme id>", a batch's id, "<batch id>:edit"."""

    def __init__(
        self,
        around: Surroundings,
        welfare: Welfare,
        organisation: Organisation,
        papers: Callable[[], Papers],
        slips: Callable[[], ApprovalSlips],
    ) -> None:
        super().__init__("福利", permits=around.permits)
        self._around = around
        self.list = BatchList(today=around.today, begin=self.permits.may("batch:create"))
        self.programmes = ProgrammesView(today=around.today)
        self.plan = PlanView(today=around.today)
        self.batch = BatchView(welfare, today=around.today)
        self.argument = ""
        self.unfinished = UnfinishedBar(around.drafts, (Batch.type_name,))
        self.controller = WelfareController(around, welfare, organisation, self)
        self.batch_controller = BatchController(around, welfare, organisation, papers, slips, self)
        self._stack = CurrentStack()
        for view in (self.list, self.programmes, self.plan, self.batch):
            self._stack.addWidget(view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(self.unfinished)
        layout.addWidget(self._stack, 1)
        self._connect_list()
        self._connect_batch()
        self._add_keys()
        self._hold_back()

    @property
    def shown(self) -> QWidget | None:
        """The view now shown."""
        return self._stack.currentWidget()

    def open_argument(self, argument: str) -> None:
        self.controller.leave_plan()
        self.argument = argument
        if argument == "":
            self.controller.show_list()
            self._show(self.list, "福利")
            self.set_row_count(self.list.list.model.rowCount())
        elif argument == "programmes":
            self.controller.show_programmes()
            self._show(self.programmes, "慰问项目")
        elif argument == "new" or argument.startswith("new:"):
            self.controller.new_plan(argument.partition(":")[2])
            self._show(self.plan, "新建发放")
        elif argument.endswith(_EDIT):
            if self.controller.edit_plan(argument.removesuffix(_EDIT)):
                self._show(self.plan, "修改方案")
            else:
                self._gone()
        elif self.batch_controller.open(argument):
            self._show(self.batch, "福利发放")
        else:
            self._gone()

    def touched_by(self, changes: Changes) -> bool:
        return any(name in changes for name in _TYPES)

    def reload(self) -> None:
        if self.shown is self.list:
            self.controller.show_list()
            self.set_row_count(self.list.list.model.rowCount())
        elif self.shown is self.programmes:
            self.controller.show_programmes()
        elif self.shown is self.batch and not self.batch_controller.open(self.argument):
            self._gone()

    def keep_drafts(self) -> None:
        self.controller.draft.settle()
        self.controller.programme_draft.settle()

    def half_typed(self) -> bool:
        return self.shown is self.plan and self.plan.form.is_dirty

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.keep_drafts()

    def escape(self) -> bool:
        if self.shown is self.list:
            return False
        self.go_back()
        return True

    def go_back(self) -> None:
        """From a plan being changed to its batch, else to the list."""
        back = self.argument.removesuffix(_EDIT) if self.argument.endswith(_EDIT) else ""
        self.route_requested.emit("welfare", back)

    def state(self) -> dict[str, Any]:
        return {"list": self.list.list.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        self.list.list.restore(state.get("list", {}))

    def open_anew(self, argument: str) -> None:
        """Go to a place that may be the one now open, and read it again."""
        if argument == self.argument:
            self.open_argument(argument)
        else:
            self._go(argument)

    def _show(self, view: QWidget, title: str) -> None:
        if view is self.list:
            self.unfinished.look()
        else:
            self.unfinished.hide()
        self._stack.setCurrentWidget(view)
        self.set_row_count(-1)
        self.set_title(title)

    def _go_on(self, place: Place) -> None:
        new = f"new:{place.parent_id}" if place.parent_id else "new"
        self._go(f"{place.record_id}{_EDIT}" if place.record_id else new)

    def _gone(self) -> None:
        self._around.notices.post("这个发放批次已经找不到。")
        self.open_argument("")

    def _go(self, argument: str) -> None:
        self.route_requested.emit("welfare", argument)

    def _connect_list(self) -> None:
        self.list.opened.connect(self._go)
        self.list.new_requested.connect(lambda: self._go("new"))
        self.list.programmes_requested.connect(lambda: self._go("programmes"))
        self.list.list.state_changed.connect(self.state_changed)
        self.list.list.counted.connect(lambda rows: self.set_row_count(rows) if self.shown is self.list else None)
        self.programmes.selected.connect(self.controller.select_programme)
        self.programmes.save_requested.connect(self.controller.save_programme)
        self.programmes.distribute_requested.connect(lambda programme_id: self._go(f"new:{programme_id}"))
        self.programmes.back_requested.connect(self.go_back)
        self.plan.programme_chosen.connect(self.controller.take_programme)
        self.plan.save_requested.connect(self.controller.save_plan)
        self.plan.back_requested.connect(self.go_back)
        self.plan.draft_dropped.connect(self.controller.drop_draft)
        self.plan.edited.connect(self.controller.draft.typed)
        self.plan.settled.connect(self.controller.draft.settle)
        self.unfinished.chosen.connect(self._go_on)

    def _connect_batch(self) -> None:
        view, controller = self.batch, self.batch_controller
        view.head.primary_requested.connect(controller.go_on)
        view.head.mend_requested.connect(lambda: self._go(f"{self.argument}{_EDIT}"))
        view.edit_requested.connect(lambda: self._go(f"{self.argument}{_EDIT}"))
        view.back_requested.connect(self.go_back)
        view.archive_requested.connect(controller.archive)
        view.print_requested.connect(controller.print)
        view.excel_requested.connect(controller.save_excel)
        view.forms_requested.connect(lambda: self.route_requested.emit("forms", f"batch:{self.argument}"))
        view.desk_requested.connect(controller.collect)
        view.reopen_requested.connect(controller.reopen)
        view.close_requested.connect(controller.close)
        view.exclude_requested.connect(lambda: controller.decide(include=False))
        view.include_requested.connect(lambda: controller.decide(include=True))
        view.withdraw_requested.connect(controller.withdraw)
        view.unit_requested.connect(controller.collect_unit)
        view.changes_requested.connect(controller.show_changes)
        panel, slips = view.approval, controller.slips
        panel.send_back_requested.connect(slips.send_back)
        panel.slip_requested.connect(slips.print_slip)
        panel.register_requested.connect(lambda: slips.register())
        panel.file_requested.connect(slips.save_file)
        panel.return_requested.connect(slips.take_back)

    def _hold_back(self) -> None:
        """Say to which operation each button leads."""
        buttons, deciding, approval = self.batch.buttons, self.batch.deciding, self.batch.approval.buttons
        for button, operation in (
            (self.list.new, "batch:create"),
            (self.programmes.new, "programme:save"),
            (self.programmes.save, "programme:save"),
            (self.programmes.distribute, "batch:create"),
            (self.plan.save, "batch:save"),
            (self.batch.progress.whole, "line:collect_unit"),
            (buttons["edit"], "batch:save"),
            (buttons["archive"], "batch:archive"),
            (buttons["reopen"], "batch:reopen"),
            (buttons["excel"], "print:welfare"),
            (buttons["print"], "print:welfare"),
            (buttons["forms"], "print:表单"),
            (buttons["desk"], "line:collect"),
            (buttons["close"], "batch:close"),
            (approval["send_back"], "batch:send_back"),
            (approval["slip"], "batch:slip"),
            (approval["file"], "batch:slip"),
            (approval["register"], "batch:register"),
            (approval["return"], "batch:register"),
            *((button, "batch:decide") for button in deciding),
        ):
            self.permits.hold(button, operation)
        if not self.permits.may("programme:save"):
            self.programmes.form.let_read_only()

    def _add_keys(self) -> None:
        self.add_command("新建发放", lambda: self._go("new"), key="Ctrl+N", needs="batch:create")
        self.add_command("保存", self._save, key="Ctrl+S")
        self.add_command("打印签领表", self._print, key="Ctrl+P", needs="print:welfare")
        self.add_command("查找", self._find, key="Ctrl+F")

    def _save(self) -> None:
        if self.shown is self.plan and self.plan.save.isEnabled():
            self.controller.save_plan()
        elif self.shown is self.programmes and self.programmes.save.isEnabled():
            self.controller.save_programme()

    def _print(self) -> None:
        if self.shown is self.batch:
            self.batch_controller.print()

    def _find(self) -> None:
        for found in (self.list.list, self.programmes.list, self.batch.entries, self.batch.left_out, self.batch.lines):
            if found.isVisible():
                found.filters.focus_text()
