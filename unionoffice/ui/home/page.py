"""The home page."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QVBoxLayout

from unionoffice.kernel.changes import Changes
from unionoffice.services.members import Members
from unionoffice.services.organisation import Organisation
from unionoffice.services.registers import Registers
from unionoffice.services.welfare import Welfare
from unionoffice.ui.home.facts import gather
from unionoffice.ui.home.view import HomeView
from unionoffice.ui.page import Page


class HomePage(Page):
    """Routes: only ""."""

    def __init__(
        self, members: Members, organisation: Organisation, welfare: Welfare, registers: Registers, *, today: date
    ) -> None:
        super().__init__("首页")
        self._members = members
        self._organisation = organisation
        self._welfare = welfare
        self._registers = registers
        self._today = today
        self.view = HomeView()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.view.route_wished.connect(self.route_requested)
        self.reload()

    def touched_by(self, changes: Changes) -> bool:
        return bool(changes)

    def reload(self) -> None:
        self.view.show_facts(gather(self._members, self._organisation, self._welfare, self._registers, self._today))
