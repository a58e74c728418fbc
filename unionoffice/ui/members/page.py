"""The page of the members: the list, and a member's card."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout

from unionoffice.kernel.changes import Changes
from unionoffice.models.draft import Place
from unionoffice.models.household import FamilyMember
from unionoffice.models.member import Member
from unionoffice.services.members import Members
from unionoffice.ui.current_stack import CurrentStack
from unionoffice.ui.members.fields import LACKING, NEW, UnitLabels, columns
from unionoffice.ui.members.list_controller import MemberListController
from unionoffice.ui.members.list_view import EMPTY, MemberListView
from unionoffice.ui.members.source import MemberSource
from unionoffice.ui.page import Page
from unionoffice.ui.personal_sheet import PersonalSheet
from unionoffice.ui.records.reveal import Reveal
from unionoffice.ui.records.unfinished import UnfinishedBar
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.access_log import AccessLog
    from unionoffice.services.exports import Exports
    from unionoffice.services.personal_data import PersonalData
    from unionoffice.ui.members.card_controller import MemberCardController
    from unionoffice.ui.members.card_view import MemberCardView
    from unionoffice.ui.members.family_controller import FamilyController

NAME = "members"
_LACKING = f"{LACKING}:"
IMPORTS, WELFARE, FORMS = "imports", "welfare", "forms"
_TOUCHING = ("member", "membership_event", "family_member", "unit", "line", "batch")


class MembersPage(Page):
    """Routes: "" the list, "lacking:<field>" those in standing without it, "new" a blank form, else a member's id.

    The card is made when it is first opened.
    """

    def __init__(
        self,
        around: Surroundings,
        members: Members,
        exports: Callable[[], Exports],
        *,
        access: Callable[[], AccessLog],
        personal: Callable[[], PersonalData],
    ) -> None:
        super().__init__("会员", permits=around.permits)
        self._around = around
        self._members = members
        self._access = access
        self._personal_sheet = PersonalSheet(around, personal)
        self.reveal = Reveal(around, Member, access)
        self._make_commands()
        units = UnitLabels()
        units.refresh(members.units())
        source = MemberSource(members, [column.key for column in columns(units)])
        self.list_view = MemberListView(
            source,
            units,
            today=around.today,
            commands=self._on_list,
            primary=self._new,
            on_rows=[self._transfer, self._forms],
            empty=EMPTY.offering(first=self.permits.may("member:import"), second=self.permits.may("member:create")),
            part=around.actor.units is not None,
            unfinished=UnfinishedBar(around.drafts, (Member.type_name, FamilyMember.type_name)),
        )
        self.list_controller = MemberListController(around, members, exports, self.list_view, units)
        self._stack = CurrentStack()
        self._stack.addWidget(self.list_view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.addWidget(self._stack)
        self._connect()
        self.list_controller.show_states()

    @cached_property
    def card_view(self) -> MemberCardView:
        """The card, about 50 fields: made, and its code read, when it is first opened."""
        module = import_module("unionoffice.ui.members.card_view")
        commands = module.CardCommands(
            self._save,
            self._personal,
            self._forms,
            self._record_event,
            self.add_command("登记家庭成员", lambda: self.family_controller.add(), icon="plus", needs="family:save"),
            self.add_command("修改", lambda: self.family_controller.change(), icon="edit", needs="family:save"),
            self.add_command("移出", lambda: self.family_controller.remove(), icon="close", needs="family:archive"),
            self.add_command("关联家庭", lambda: self.family_controller.join(), icon="people", needs="family:join"),
        )
        view: MemberCardView = module.MemberCardView(
            self._members.units(), commands, today=self._around.today, reveal=self.reveal, permits=self.permits
        )
        self._stack.addWidget(view)
        self.permits.hold(view.withdraw, "member:withdraw_event")
        self.permits.hold(view.who_saw, "log:read")
        if not self.permits.may("member:save"):
            view.let_read_only()
        view.head.back_requested.connect(lambda: self.route_requested.emit(NAME, ""))
        view.fellow_opened.connect(lambda member_id: self.route_requested.emit(NAME, member_id))
        if self.permits.may("family:save"):
            view.family.opened.connect(lambda relative_id: self.family_controller.change(relative_id))
        view.welfare.opened.connect(lambda batch_id: self.route_requested.emit(WELFARE, batch_id))
        view.form.dirty_changed.connect(lambda: self._offer())
        return view

    @cached_property
    def card_controller(self) -> MemberCardController:
        """What is done on the card."""
        found: MemberCardController = import_module("unionoffice.ui.members.card_controller").MemberCardController(
            self._around,
            self._members,
            self.card_view,
            opened=lambda member_id: self.route_replaced.emit(NAME, member_id),
            opening=lambda member_id: self.route_requested.emit(NAME, member_id),
            lost=self._show_list,
            reveal=self.reveal,
            access=self._access,
        )
        return found

    @cached_property
    def family_controller(self) -> FamilyController:
        """What is done in its family part."""
        found: FamilyController = import_module("unionoffice.ui.members.family_controller").FamilyController(
            self._around,
            self._members,
            self.card_view,
            lambda: self.card_controller.card,
            revealed=lambda: self.reveal.on,
        )
        return found

    @property
    def shows_card(self) -> bool:
        """Whether a card is open, not the list."""
        return self._stack.currentWidget() is not self.list_view

    def open_argument(self, argument: str) -> None:
        if argument.startswith(_LACKING):
            self.list_controller.show_lacking(argument.removeprefix(_LACKING))
            self.route_replaced.emit(NAME, "")
            return
        if not argument:
            if self.shows_card:
                self.card_controller.close()
            self._show_list()
            return
        self._stack.setCurrentWidget(self.card_view)
        self.set_row_count(-1)
        self.card_controller.open(argument)
        self._offer()
        if self.shows_card and argument != NEW:
            self.card_view.setFocus()

    def touched_by(self, changes: Changes) -> bool:
        return any(type_name in changes for type_name in _TOUCHING)

    def reload(self) -> None:
        self.list_controller.reload()
        self.list_view.unfinished.look()
        if self.shows_card:
            self.card_controller.reload()
            self.set_row_count(-1)
            self._offer()

    def keep_drafts(self) -> None:
        if "card_controller" in self.__dict__:
            self.card_controller.draft.settle()
        if "family_controller" in self.__dict__:
            self.family_controller.keep_draft()

    def half_typed(self) -> bool:
        return self.shows_card and self.card_view.form.is_dirty

    def escape(self) -> bool:
        if self.shows_card:
            self.route_requested.emit(NAME, "")
            return True
        if self.list_view.preview.isVisible():
            self.list_view.toggle_preview()
            return True
        return False

    def state(self) -> dict[str, Any]:
        return self.list_view.state()

    def restore(self, state: Mapping[str, Any]) -> None:
        self.list_view.restore(state)
        self.list_controller.mark_states()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.keep_drafts()
        if not event.spontaneous():
            self.reveal.cover()

    def _show_personal(self) -> None:
        card = self.card_controller.card
        if card is not None:
            self._personal_sheet.show(card.member.id, card.member.name, self)

    def _print_forms(self) -> None:
        card = self.card_controller.card if self.shows_card else None
        ids = [card.member.id] if card is not None else self.list_view.list.table.selected_ids()
        self.route_requested.emit(FORMS, f"member:{','.join(ids)}")

    def _show_list(self) -> None:
        self.list_view.unfinished.look()
        self._stack.setCurrentWidget(self.list_view)
        self.set_row_count(self.list_view.list.model.rowCount())
        self._offer()
        self.list_view.list.table.setFocus()

    def _make_commands(self) -> None:
        self._new = self.add_command(
            "新建会员", lambda: self.route_requested.emit(NAME, NEW), key="Ctrl+N", icon="plus", needs="member:create"
        )
        self._on_list = [
            self.add_command(
                "导入花名册", lambda: self.route_requested.emit(IMPORTS, ""), icon="import", needs="member:import"
            ),
            self.add_command(
                "导出", lambda: self.list_controller.export(), key="Ctrl+E", icon="export", needs="export:members"
            ),
            self.add_command(
                "编会员编号", lambda: self.list_controller.give_numbers(), icon="edit", needs="member:number"
            ),
        ]
        self._find = self.add_command("查找", lambda: self.list_view.list.filters.focus_text(), key="Ctrl+F")
        self._transfer = self.add_command(
            "调整所属工会", lambda: self.list_controller.transfer(), icon="organisation", needs="member:transfer"
        )
        self._forms = self.add_command("打印表单", self._print_forms, icon="print", needs="print:表单")
        self._save = self.add_command(
            "保存", lambda: self.card_controller.save(), key="Ctrl+S", icon="save", needs="member:save"
        )
        self._record_event = self.add_command(
            "办理变动", lambda: self.card_controller.record_event(), icon="history", needs="member:join"
        )
        self._personal = self.add_command(
            "本人信息一览",
            self._show_personal,
            icon="print",
            needs="print:本人信息一览",
        )
        self._save.setEnabled(False)

    def _connect(self) -> None:
        view = self.list_view
        view.list.opened.connect(lambda member_id: self.route_requested.emit(NAME, member_id))
        view.list.begin_requested.connect(self._on_list[0].trigger)
        view.list.second_requested.connect(self._new.trigger)
        view.list.counted.connect(lambda rows: None if self.shows_card else self.set_row_count(rows))
        view.list.selection_changed.connect(self._selected)
        view.list.state_changed.connect(self.state_changed)
        view.list.filters.changed.connect(self.list_controller.mark_states)
        view.unfinished.chosen.connect(self._go_on)
        view.state_chosen.connect(self.list_controller.choose_state)
        view.preview_toggled.connect(lambda: self._selected(view.list.table.selected_ids(2)))
        view.preview_toggled.connect(self.state_changed)
        view.preview.open_requested.connect(lambda: self.route_requested.emit(NAME, view.list.table.selected_ids(1)[0]))

    def _go_on(self, place: Place) -> None:
        """Open what is not finished; a relative's form lies over the card of its member."""
        if place.form == Member.type_name:
            self.route_requested.emit(NAME, place.record_id or NEW)
            return
        self.route_requested.emit(NAME, place.parent_id)
        if self.shows_card and place.record_id:
            self.family_controller.change(place.record_id)
        elif self.shows_card:
            self.family_controller.add()

    def _selected(self, ids: Sequence[str]) -> None:
        if not self.list_view.preview.isHidden():
            self.list_controller.preview(ids)

    def _offer(self) -> None:
        """Offer what can be done in the list or on the card."""
        on_card = self.shows_card
        is_new = on_card and self.card_controller.is_new
        for action in (self._new, *self._on_list, self._find, self._transfer):
            action.setEnabled(not on_card)
        self._forms.setEnabled(not is_new)
        self._save.setEnabled(on_card and (is_new or self.card_view.form.is_dirty))
        for action in (self._personal, self._record_event):
            action.setVisible(on_card and not is_new)
