"""The page of the organisation: the tree as of a day, and one unit of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QVBoxLayout

from unionoffice.kernel.changes import Changes
from unionoffice.services.members import Members
from unionoffice.services.organisation import Organisation
from unionoffice.ui.organisation.controller import OrganisationController, touches
from unionoffice.ui.organisation.officers_controller import OfficersController
from unionoffice.ui.organisation.unit_view import UnitView
from unionoffice.ui.organisation.view import OrganisationView
from unionoffice.ui.page import Page
from unionoffice.ui.surroundings import Surroundings

NAME = "organisation"


class OrganisationPage(Page):
    """Routes: "" the unit shown last, else a unit's id."""

    def __init__(self, around: Surroundings, organisation: Organisation, members: Members) -> None:
        super().__init__("组织", permits=around.permits)
        self._make_commands()
        self.unit_view = UnitView(
            today=around.today,
            on_unit=[self._facts],
            on_terms=[self._add_term],
            on_term=[self._change_term],
            on_officers=[self._add_officer],
            on_officer=[self._change_officer],
        )
        self.view = OrganisationView(
            self.unit_view, today=around.today, on_tree=[self._rename, self._move, self._close], primary=self._add
        )
        self.controller = OrganisationController(around, organisation, self.view, movable=self.permits.may("unit:move"))
        self.officers = OfficersController(
            around,
            organisation,
            members,
            self.unit_view,
            lambda: self.controller.unit if self.controller.shows_today else None,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.addWidget(self.view)
        self._connect()
        self.controller.load()
        self._offer()

    def open_argument(self, argument: str) -> None:
        if argument and (self.controller.unit is None or argument != self.controller.unit.id):
            self.controller.choose(argument)
            self._offer()
        self.view.tree.setFocus()

    def touched_by(self, changes: Changes) -> bool:
        return touches(changes)

    def reload(self) -> None:
        self.controller.load()
        self._offer()

    def state(self) -> dict[str, Any]:
        return {
            "unit": self.view.tree.chosen_id,
            "closed": self.view.closed.isChecked(),
            "split": self.view.sizes(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        self.view.closed.setChecked(bool(state.get("closed")))
        if state.get("split"):
            self.view.set_sizes(state["split"])
        if state.get("unit"):
            self.controller.load(str(state["unit"]))
            self._offer()

    def escape(self) -> bool:
        if self.controller.shows_today:
            return False
        self._show_day(None)
        return True

    def _make_commands(self) -> None:
        command = self.add_command
        self._add = command("新建下级", lambda: self.controller.add(), key="Ctrl+N", icon="plus", needs="unit:add")
        self._rename = command("更名", lambda: self.controller.rename(), key="F2", icon="edit", needs="unit:rename")
        self._move = command("移动", lambda: self.controller.move(), icon="forward", needs="unit:move")
        self._close = command("撤销组织", lambda: self.controller.close(), icon="archive", needs="unit:close")
        self._facts = command("修改资料", lambda: self.controller.change_facts(), icon="edit", needs="unit:save")
        self._add_term = command("登记届次", lambda: self.officers.add_term(), icon="plus", needs="term:save")
        self._change_term = command("修改届次", lambda: self.officers.change_term(), icon="edit", needs="term:save")
        self._add_officer = command("登记任职", lambda: self.officers.add_officer(), icon="plus", needs="officer:save")
        self._change_officer = command(
            "修改任职", lambda: self.officers.change_officer(), icon="edit", needs="officer:save"
        )

    def _connect(self) -> None:
        tree = self.view.tree
        tree.unit_chosen.connect(lambda unit_id: self.route_replaced.emit(NAME, unit_id))
        tree.move_requested.connect(self.controller.move)
        self.view.day_chosen.connect(self._show_day)
        self.view.closed_toggled.connect(self.reload)
        self.view.closed_toggled.connect(self.state_changed)
        if self.permits.may("term:save"):
            self.unit_view.terms.opened.connect(lambda term_id: self.officers.change_term(term_id))
        if self.permits.may("officer:save"):
            self.unit_view.officers.opened.connect(lambda officer_id: self.officers.change_officer(officer_id))

    def _show_day(self, typed: object) -> None:
        self.controller.show_day(typed)
        self._offer()

    def _offer(self) -> None:
        """Only today's tree can be changed, and nothing can be done to a unit that ended."""
        unit = self.controller.unit
        usable = self.controller.shows_today and unit is not None and unit.closed_on is None
        for action in (self._add, self._rename, self._facts, self._add_term, self._add_officer):
            action.setEnabled(usable)
        for action in (self._change_term, self._change_officer):
            action.setVisible(self.controller.shows_today)
        for action in (self._move, self._close):
            action.setEnabled(usable and unit is not None and unit.parent_id is not None)
