"""The home page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout

from unionoffice.kernel.changes import Changes
from unionoffice.ui.home.view import HomeView
from unionoffice.ui.page import Page

if TYPE_CHECKING:
    from unionoffice.ui.home.facts import HomeFacts


class HomePage(Page):
    """Routes: only "". The facts are gathered after the first paint: the window is there at once."""

    def __init__(self, facts: Callable[[], HomeFacts]) -> None:
        super().__init__("首页")
        self._facts = facts
        self.view = HomeView()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.view.route_wished.connect(self.route_requested)
        self._gathered = False

    def touched_by(self, changes: Changes) -> bool:
        return bool(changes)

    def reload(self) -> None:
        self._gathered = True
        self.view.show_facts(self._facts())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._gathered:
            self._gathered = True
            QTimer.singleShot(0, self, self.reload)
