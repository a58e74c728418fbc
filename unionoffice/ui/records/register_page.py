"""The pages of a small register (台账), made only from its declaration: a list, and a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QHideEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.progress import Progress
from unionoffice.models.register import Register
from unionoffice.services.access_log import AccessLog
from unionoffice.services.registers import Registers
from unionoffice.ui import theme
from unionoffice.ui.current_stack import CurrentStack
from unionoffice.ui.page import CommandButton, Page
from unionoffice.ui.records.editors import References
from unionoffice.ui.records.facts import PreviewPanel
from unionoffice.ui.records.form import RecordForm, sections_of
from unionoffice.ui.records.record_list import EmptyWords, RecordList
from unionoffice.ui.records.record_view import RecordView
from unionoffice.ui.records.register_controller import NEW, RegisterController
from unionoffice.ui.records.register_source import ListQuery, RegisterSource, columns_of
from unionoffice.ui.records.reveal import Reveal, RevealButtons
from unionoffice.ui.records.tones import tone_of
from unionoffice.ui.records.unfinished import UnfinishedBar
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.approval_slips import ApprovalSlips


class ExportRegister(Protocol):
    """Writes exactly the rows and columns of a list to an Excel file."""

    def __call__(
        self, register: Register, query: ListQuery, path: Path, *, columns: Sequence[str], progress: Progress
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class RegisterExtras:
    """What a register's page can offer when the program has it; what is None has no button."""

    export: ExportRegister | None = None
    import_files: Callable[[Register], None] | None = None
    print_record: Callable[[Register, str], bytes] | None = None
    access: Callable[[], AccessLog] | None = None
    references: Mapping[str, References] | None = None
    slips: Callable[[Register], ApprovalSlips] | None = None


class RegisterPage(Page):
    """Routes: "" the list, "new" a record to be entered, else a record's id."""

    def __init__(
        self, around: Surroundings, register: Register, registers: Registers, *, extras: RegisterExtras | None = None
    ) -> None:
        super().__init__(register.title, permits=around.permits)
        self._around = around
        extras = extras or RegisterExtras()
        self._register = register
        self._sections = sections_of(register.form, register.model.fields())
        words = EmptyWords(
            f"还没有{register.title}",
            register.purpose,
            "register",
            f"新建{register.title}",
            "导入 Excel" if extras.import_files else "",
        )
        self.list = RecordList(
            RegisterSource(register, registers),
            columns_of(register),
            words.offering(
                first=self.permits.may(f"{register.name}:create"), second=self.permits.may(f"{register.name}:import")
            ),
            today=around.today,
            placeholder=f"查找{'、'.join(register.model.fields()[found.key].label for found in register.search)}",
            due=register.due.key if register.due is not None else None,
        )
        self.preview = PreviewPanel()
        self.unfinished = UnfinishedBar(around.drafts, (register.name,))
        self._extras = extras
        self._record: RecordView | None = None
        self.reveal = Reveal(around, register.model, extras.access) if extras.access else None
        self.controller = RegisterController(around, register, registers, self, extras=extras)
        self._commands = _Commands(self, extras, register.name)
        self._lay_out()
        self._connect()

    @property
    def record(self) -> RecordView:
        """The view of one record, made when the first is opened."""
        if self._record is None:
            self._record = self._make_record_view()
        return self._record

    @property
    def shows_record(self) -> bool:
        """Whether a record is open, not the list."""
        return self._record is not None and self._stack.currentWidget() is self._record

    def show_list(self) -> None:
        """Show the list with the number of its rows."""
        self.unfinished.look()
        self._stack.setCurrentWidget(self._list_side)
        self.set_row_count(self.list.model.rowCount())
        self._commands.show_mode(on_record=False)
        self.list.table.setFocus()

    def show_record(self, *, is_new: bool, archived: bool) -> None:
        """Show the record's view, which the controller has filled."""
        if not self.shows_record:
            self._stack.setCurrentWidget(self.record)
            self.record.setFocus()
        self.set_row_count(-1)
        self._commands.show_mode(on_record=True, is_new=is_new, archived=archived)

    def leave_record(self) -> None:
        """No record is open any more: what was revealed of it is masked."""
        if self.reveal is not None:
            self.reveal.leave()

    def show_in_full(self) -> None:
        """Show the record as it may be read now."""
        revealed = self.reveal is not None and self.reveal.on
        self.record.form.reveal(revealed)
        self.record.facts.reveal(revealed)
        self.record.look_what_is_masked()

    def show_preview(self, record: Any) -> None:
        """Show a record beside the list, or a sentence when there is none or several."""
        if record is None:
            self.preview.say_nothing("选中一行，这里显示它的内容。")
            return
        state = getattr(record, "state", None) if self._register.workflow else None
        pill = (state.label, tone_of(state)) if state is not None else ("", "grey")
        self.preview.show_record(self.controller.name_of(record), pill, self._sections, record)

    def open_argument(self, argument: str) -> None:
        self.list.load_once()
        self.controller.open(argument)

    def touched_by(self, changes: Changes) -> bool:
        return self._register.name in changes or (self._register.decides and "approval" in changes)

    def reload(self) -> None:
        self.list.reload()
        self.controller.reload_record()
        self.unfinished.look()
        self.set_row_count(-1 if self.shows_record else self.list.model.rowCount())

    def keep_drafts(self) -> None:
        self.controller.draft.settle()

    def half_typed(self) -> bool:
        return self.shows_record and self.record.form.is_dirty

    def escape(self) -> bool:
        if self.shows_record:
            self.route_requested.emit(self._register.name, "")
            return True
        if self.preview.isVisible():
            self.toggle_preview()
            return True
        return False

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.keep_drafts()
        if self.reveal is not None and not event.spontaneous():
            self.reveal.cover()

    def toggle_preview(self) -> None:
        """Space: show or hide the record beside the list."""
        self.preview.setVisible(self.preview.isHidden())
        self.controller.preview_selected(self.list.table.selected_ids())
        self.state_changed.emit()

    def state(self) -> dict[str, Any]:
        return {
            **self.list.state(),
            "preview": not self.preview.isHidden(),
            "split": self.list_area.sizes(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        self.list.restore(state)
        self.preview.setHidden(not state.get("preview", False))
        if state.get("split"):
            self.list_area.setSizes(state["split"])

    def _lay_out(self) -> None:
        for action in self._commands.on_list:
            self.list.add_to_tool_row(CommandButton(action))
        new = CommandButton(self._commands.new, primary=True)
        self.list.add_to_tool_row(new)
        self.list.set_leading(new)
        self.list.set_commands(self._commands.on_rows)
        self.list_area = QSplitter(Qt.Orientation.Horizontal)
        self.list_area.setHandleWidth(12)
        self.list_area.setChildrenCollapsible(False)
        self.list_area.addWidget(self.list)
        self.list_area.addWidget(self.preview)
        self.list_area.setStretchFactor(0, 1)
        self.list_area.setStretchFactor(1, 0)
        self.list_area.setSizes([10_000, theme.current().size("preview")])
        self.preview.hide()
        self._list_side = QWidget()
        side = QVBoxLayout(self._list_side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(8)
        side.addWidget(self.unfinished)
        side.addWidget(self.list_area, 1)
        self._stack = CurrentStack()
        self._stack.addWidget(self._list_side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.addWidget(self._stack)

    def _connect(self) -> None:
        name = self._register.name
        self.list.opened.connect(lambda record_id: self.route_requested.emit(name, record_id))
        self.list.begin_requested.connect(self._commands.new.trigger)
        self.list.second_requested.connect(self.controller.import_files)
        self.list.counted.connect(lambda rows: None if self.shows_record else self.set_row_count(rows))
        self.list.preview_requested.connect(self.toggle_preview)
        self.list.selection_changed.connect(self._selected)
        self.list.state_changed.connect(self.state_changed)
        self.unfinished.chosen.connect(lambda place: self.route_requested.emit(name, place.record_id or NEW))
        self.preview.close_requested.connect(self.toggle_preview)
        self.preview.open_requested.connect(lambda: self.route_requested.emit(name, self.list.table.selected_ids()[0]))

    def _make_record_view(self) -> RecordView:
        view = RecordView(
            RecordForm(self._sections, today=self._around.today, references=self._extras.references),
            list_title=self._register.title,
            commands=self._commands.on_record,
            primary=self._commands.save,
            reveal=RevealButtons(self.reveal, self.permits) if self.reveal else None,
        )
        if self.reveal is not None:
            self.reveal.changed.connect(self.show_in_full)
            view.form.edited.connect(self.reveal.stay)
        self._stack.addWidget(view)
        if not self.permits.may(f"{self._register.name}:save"):
            view.form.let_read_only()
        view.form.let_read_only(self.controller.by_the_program())
        view.back_requested.connect(lambda: self.route_requested.emit(self._register.name, ""))
        view.step_requested.connect(self.controller.take)
        view.draft_dropped.connect(self.controller.drop_draft)
        view.form.dirty_changed.connect(self._commands.save.setEnabled)
        if self.controller.paper is not None:  # a slip shows what is saved
            view.form.dirty_changed.connect(self.controller.paper.action.setDisabled)
        view.form.edited.connect(self.controller.draft.typed)
        view.form.settled.connect(self.controller.draft.settle)
        return view

    def _selected(self, ids: Sequence[str]) -> None:
        self._commands.show_selection(ids, archived=self.list.model.query.archived)
        if not self.preview.isHidden():
            self.controller.preview_selected(ids)


class _Commands:
    """The actions of a register's page, each with its key, shown where they can be done."""

    def __init__(self, page: RegisterPage, extras: RegisterExtras, name: str) -> None:
        self._page = page
        title = page.title
        self.new = page.add_command(
            f"新建{title}",
            lambda: page.route_requested.emit(page.controller.name, NEW),
            key="Ctrl+N",
            icon="plus",
            needs=f"{name}:create",
        )
        self.save = page.add_command(
            "保存", lambda: page.controller.save(), key="Ctrl+S", icon="save", needs=f"{name}:save"
        )
        page.add_command("查找", lambda: page.list.filters.focus_text(), key="Ctrl+F")
        self.archive = page.add_command(
            "归档", lambda: page.controller.archive(), icon="archive", needs=f"{name}:archive"
        )
        self.restore = page.add_command(
            "取回", lambda: page.controller.archive(archived=False), icon="undo", needs=f"{name}:archive"
        )
        self.on_list: list[QAction] = []
        self.on_rows = [self.archive, self.restore]
        self.on_record = [self.archive, self.restore]
        self.on_paper: list[QAction] = []
        if extras.import_files is not None:
            action = page.add_command(
                "导入 Excel", lambda: page.controller.import_files(), icon="import", needs=f"{name}:import"
            )
            self.on_list.append(action)
        if extras.export is not None:
            action = page.add_command(
                "导出 Excel", lambda: page.controller.export(), key="Ctrl+E", icon="export", needs=f"export:{name}"
            )
            self.on_list.append(action)
        if extras.print_record is not None:
            action = page.add_command(
                "打印登记表", lambda: page.controller.print_record(), key="Ctrl+P", icon="print", needs=f"print:{name}"
            )
            self.on_paper.append(action)
            self.on_record.insert(0, action)
        if page.controller.paper is not None:
            self.on_record.insert(0, page.controller.paper.action)

    def show_mode(self, *, on_record: bool, is_new: bool = False, archived: bool = False) -> None:
        """Offer what can be done in the list or in a record."""
        for action in (self.new, *self.on_list):
            action.setEnabled(not on_record)
        self.save.setEnabled(on_record and (is_new or self._page.record.form.is_dirty))
        if is_new or not on_record:
            self._page.controller.offer_paper(None)
        if on_record:
            self.archive.setVisible(not is_new and not archived)
            self.restore.setVisible(archived)
            for action in self.on_paper:
                action.setVisible(not is_new)
                action.setEnabled(not is_new)
        else:
            ids = self._page.list.table.selected_ids(2)
            self.show_selection(ids, archived=self._page.list.model.query.archived)

    def show_selection(self, ids: Sequence[str], *, archived: bool) -> None:
        """Offer what can be done to the selected rows."""
        if self._page.shows_record:
            return
        self.archive.setVisible(not archived)
        self.restore.setVisible(archived)
        for action in self.on_paper:
            action.setVisible(True)
            action.setEnabled(len(ids) == 1)
