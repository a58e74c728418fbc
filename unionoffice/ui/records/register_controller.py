"""What the user means on a register's page, turned into calls of the service."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Conflict, UserError
from unionoffice.models.base import Record
from unionoffice.models.draft import Place
from unionoffice.models.register import Register
from unionoffice.services.approval_cases import Chain
from unionoffice.services.registers import Registers
from unionoffice.ui.approval_actions import ApprovalActions, Pending
from unionoffice.ui.approval_menu import ApprovalMenu
from unionoffice.ui.approval_menu import told as told_on_paper
from unionoffice.ui.preview import open_preview
from unionoffice.ui.prompts import EXCEL_OUT
from unionoffice.ui.records.drafts import DROPPED, LEFT, Drafts, told
from unionoffice.ui.records.register_source import list_query
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.ui.records.register_page import RegisterExtras, RegisterPage

NEW = "new"
_HEAD_FACTS = 5


class RegisterController:
    """Knows which record is open; holds no widgets beyond its page."""

    def __init__(
        self,
        around: Surroundings,
        register: Register,
        registers: Registers,
        page: RegisterPage,
        *,
        extras: RegisterExtras,
    ) -> None:
        self._around = around
        self.name = register.name
        self._register = register
        self._registers = registers
        self._page = page
        self._extras = extras
        self.draft = Drafts(around.drafts, lambda: page.record.form.changed_values(), page)
        self._open: str | None = None
        self._version = 0
        self._looked_at = ""
        self._chain: Chain | None = None
        self.paper = self._paper()

    def open(self, argument: str) -> None:
        """Show the list, a blank form, or a record; what was being typed is kept as a draft."""
        if argument == self._open:
            self.draft.settle()
        else:
            self.leave_form()
        self._open = argument or None
        if not argument:
            self._page.leave_record()
            self._page.show_list()
        elif argument == NEW:
            self._page.leave_record()
            self._show_new()
        else:
            self._show_record(argument)

    def name_of(self, record: Record) -> str:
        """What a record is called: the first column of its list."""
        first = self._register.columns[0].key
        return self._register.model.fields()[first].text(getattr(record, first)) or f"未命名{self._register.title}"

    def by_the_program(self) -> frozenset[str]:
        """Names of the fields that nobody types here, because a step fills them."""
        return self._registers.by_the_program(self._register, self._around.actor)

    def preview_selected(self, ids: Sequence[str]) -> None:
        """Show the one selected record beside the list."""
        record = self._registers.get(self._register, ids[0]) if len(ids) == 1 else None
        self._page.show_preview(record if record is not None and self._kept_that_seen(record.id) else None)

    def reload_record(self) -> None:
        """Read the open record again; a form with typed values keeps them, its save will meet the change."""
        if self._open in (None, NEW):
            return
        if self._page.record.form.is_dirty:
            self._page.record.show_history(self._registers.history(self._register, str(self._open)))
        else:
            self.draft.settle()
            self._show_record(str(self._open))

    def save(self) -> None:
        """Keep what stands in the form."""
        form = self._page.record.form
        if self._open is None or not form.check():
            return
        register, actor, values = self._register, self._around.actor, form.values()
        if self._open == NEW:
            self._around.operations.run(
                lambda: self._registers.create(register, values, actor),
                initiator=self._page,
                done=self._created,
                refused=self._refused,
            )
        else:
            record_id, version = self._open, self._version
            self._around.operations.run(
                lambda: self._registers.save(register, record_id, values, version, actor),
                initiator=self._page,
                done=lambda _: self._saved(record_id),
                refused=self._refused,
            )

    def take(self, step: str) -> None:
        """Take a step of the workflow, asking for its reason first where it needs one."""
        workflow, record_id = self._register.workflow, self._open
        assert workflow is not None and record_id is not None
        found = next(offered for offered in workflow.steps if offered.name == step)
        reason = ""
        if found.needs_reason:
            asked = self._around.prompts.ask_reason(f"{found.label}“{self._page.record.name}”", verb=found.label)
            if asked is None:
                return
            reason = asked
        self._around.operations.run(
            lambda: self._registers.take(
                self._register, record_id, step, self._around.actor, reason=reason, version=self._version
            ),
            initiator=self._page,
            done=lambda _: self._around.notices.post(f"已{found.label}。"),
            refused=self._refused,
        )

    def offer_paper(self, record: Record | None) -> None:
        """Offer to decide on a record on paper, if that can be done now; None takes the offer away."""
        if self.paper is None:
            return
        open_now = record is not None and not record.archived
        self._chain = (
            self._registers.approvals(self._register).chain(record.id, self._around.actor)
            if record is not None and open_now
            else None
        )
        self.paper.offer(self._chain)

    def _paper(self) -> ApprovalMenu | None:
        slips = self._extras.slips
        if slips is None or not self._register.decides:
            return None
        actions = ApprovalActions(
            self._around,
            self._page,
            lambda: self._registers.approvals(self._register),
            lambda: slips(self._register),
            pending=lambda: Pending(str(self._open), self._page.record.name, self._chain),
            done=self._decided,
        )
        return ApprovalMenu(self._page, self.name, actions)

    def _decided(self, what: str, pending: Pending) -> None:
        record = self._registers.get(self._register, pending.id)
        state = getattr(record, "state", None)
        self._around.notices.post(f"“{pending.name}”{what}" + (f"，现在是“{state.label}”。" if state else "。"))

    def archive(self, *, archived: bool = True) -> None:
        """Put away the open record or the selected rows, or take them back."""
        ids = [self._open] if self._open else self._page.list.table.selected_ids()
        if not ids:
            return
        count, title = len(ids), self._register.title
        if archived and not self._around.prompts.confirm(
            f"归档 {count} 条{title}？",
            verb=f"归档 {count} 条",
            detail="归档后不再出现在列表里，内容和历史都保留，可以在“已归档”里取回。",
        ):
            return
        self._archive(ids, archived=archived)

    def export(self) -> None:
        """Write exactly what the list shows to an Excel file."""
        write = self._extras.export
        assert write is not None
        path = self._around.prompts.save_file("导出 Excel", [EXCEL_OUT], name=f"{self._register.title}.xlsx")
        if path is None:
            return
        query, columns = list_query(self._page.list.model.query), self._page.list.table.shown_keys()

        def work(progress: Any) -> tuple[Path, Changes]:
            write(self._register, query, path, columns=columns, progress=progress)
            return path, Changes()

        self._around.operations.run_in_background(work, title=f"导出{self._register.title}", done=self._exported)

    def import_files(self) -> None:
        """Go to the import of this register."""
        if self._extras.import_files is not None:
            self._extras.import_files(self._register)

    def print_record(self) -> None:
        """Show the record sheet of the open or selected record."""
        draw = self._extras.print_record
        record_id = self._open or next(iter(self._page.list.table.selected_ids()), None)
        if draw is None or record_id is None:
            return
        title = f"{self._register.title}登记表"
        self._around.operations.run(
            lambda: (draw(self._register, record_id), Changes()),
            done=lambda data: open_preview(
                title, data, prompts=self._around.prompts, file_name=f"{title}.pdf", parent=self._page.window()
            ),
        )

    def drop_draft(self) -> None:
        """Show the record as it is kept, without what was typed; 撤销 brings that back."""
        if self._open is None:
            return
        argument, restore = self._open, self.draft.drop()
        self._page.record.form.set_values({})
        self.open(argument)

        def undo() -> None:
            restore()
            if self._open == argument:
                self.open(argument)
            else:
                self._page.route_requested.emit(self.name, argument)

        self._around.notices.post_undo(DROPPED, undo)

    def leave_form(self) -> None:
        """Keep what is typed and not saved; the form is open no longer."""
        if self.draft.leave():
            self._around.notices.post(LEFT)

    def _show_new(self) -> None:
        view = self._page.record
        view.form.reveal(True)  # what is not on record yet was typed by who reads it
        view.form.set_values(_defaults(self._register))
        view.show_head(f"新建{self._register.title}", (), archived=False)
        view.show_state(None, ())
        view.show_history(())
        self._take_up_draft(None)
        self._page.show_record(is_new=True, archived=False)
        view.form.focus_first()

    def _show_record(self, record_id: str) -> None:
        record = self._registers.get(self._register, record_id)
        if record is None:
            self._open = None
            self.draft.leave()
            self._around.notices.post(f"这条{self._register.title}记录已经找不到。")
            self._page.show_list()
            return
        if not self._kept_that_seen(record_id):
            self._open = None
            self.draft.leave()
            self._page.show_list()
            return
        view, fields = self._page.record, self._register.model.fields()
        self._version = record.version
        if self._page.reveal is not None:
            self._page.reveal.visit(record_id, self.name_of(record), view.form.covered)
        self._page.show_in_full()
        view.form.set_values({name: getattr(record, name) for name in fields})
        shown = [attribute.key for attribute in self._register.columns[1:] if attribute.key != "state"]
        facts = [(fields[name], getattr(record, name)) for name in shown[:_HEAD_FACTS]]
        view.show_head(self.name_of(record), facts, archived=record.archived)
        offered = () if record.archived else self._registers.offered(self._register, record, self._around.actor)
        steps = [step for step in offered if self._page.permits.may(f"{self.name}:{step.name}")]
        why_not = self._registers.why_not(self._register, record, self._around.actor) if steps else {}
        self.offer_paper(record)
        words = told_on_paper(self._chain)
        view.show_state(
            getattr(record, "state", None) if self._register.workflow else None, steps, why_not, besides=words
        )
        view.show_history(self._registers.history(self._register, record_id))
        self._take_up_draft(record)
        self._page.show_record(is_new=False, archived=record.archived)

    def _kept_that_seen(self, record_id: str) -> bool:
        """Whether looking at a record of a closed tier is in the access log, once for each record looked at in turn."""
        access = self._extras.access
        if self._register.tier is None or access is None or record_id == self._looked_at:
            return True
        try:
            access().opened(self._register.model, record_id)
        except UserError as error:
            self._around.prompts.show_error(error)
            return False
        self._looked_at = record_id
        return True

    def _take_up_draft(self, record: Record | None) -> None:
        view, fields = self._page.record, self._register.model.fields()
        if not self._page.permits.may(f"{self.name}:{'save' if record else 'create'}"):
            view.show_draft("")
            return
        place = Place(self.name) if record is None else Place(self.name, record.id)
        typed, kept = self.draft.begin(place, record.version if record else 0)
        view.form.type_values(typed)
        if record is not None:
            self._page.show_in_full()
        present = {name: getattr(record, name) for name in fields} if record else None
        view.show_draft(told(typed, kept, fields, present))

    def _created(self, record_id: str) -> None:
        self._forget()
        self._around.notices.post(f"已新建{self._register.title}。")
        self._page.route_replaced.emit(self.name, record_id)

    def _saved(self, record_id: str) -> None:
        self._forget()
        self._show_record(record_id)
        self._around.notices.post("已保存。")

    def _forget(self) -> None:
        self.draft.forget()
        self._page.record.form.set_values({})

    def _refused(self, error: UserError) -> bool:
        if isinstance(error, Conflict) and self._open not in (None, NEW):
            self.draft.settle()
            self._around.prompts.show_error(error)
            self._show_record(str(self._open))
            return True
        return error.field is not None and self._page.record.form.show_error(error.field, error.sentence)

    def _archive(self, ids: Sequence[str], *, archived: bool) -> None:
        def put(archived: bool) -> Changes:
            return self._registers.archive(self._register, ids, self._around.actor, archived=archived)

        def undo() -> None:
            self._around.operations.run(lambda: put(not archived), initiator=self._page)

        def done(_: Any) -> None:
            verb = "归档" if archived else "取回"
            self._around.notices.post_undo(f"已{verb} {len(ids)} 条{self._register.title}。", undo)
            if archived and self._open:
                self._page.route_requested.emit(self.name, "")

        self._around.operations.run(lambda: put(archived), initiator=self._page, done=done)

    def _exported(self, path: Path) -> None:
        self._around.notices.post(
            f"已导出到“{path.name}”。",
            action="打开",
            run=lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))),
        )


def _defaults(register: Register) -> dict[str, Any]:
    blank = register.model()
    return {name: getattr(blank, name) for name in register.model.fields()}
