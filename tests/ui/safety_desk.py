"""The page 数据安全 with everything around it, for tests."""

from __future__ import annotations

from pathlib import Path

from fake_prompts import FakePrompts

from unionoffice.app import App
from unionoffice.pages import safety_services
from unionoffice.ui.faults import FaultLog
from unionoffice.ui.jobs import Jobs
from unionoffice.ui.notices import Notice, Notices
from unionoffice.ui.operations import Operations
from unionoffice.ui.permits import Permits
from unionoffice.ui.safety import safety_page
from unionoffice.ui.safety.page import SafetyPage
from unionoffice.ui.surroundings import Surroundings


class Desk:
    """The page with everything around it."""

    def __init__(self, app: App, folder: Path, *answers: object) -> None:
        self.app = app
        self.prompts = FakePrompts(*answers)
        self.said: list[str] = []
        self.restored: list[Path] = []
        notices = Notices()
        notices.posted.connect(self._say)
        jobs = self.jobs = Jobs()
        self.operations = Operations(self.prompts, jobs, FaultLog(folder / "logs"))
        around = Surroundings(
            app.actor, app.clock.today(), Permits(app.actor), self.operations, jobs, self.prompts, notices
        )
        spec = safety_page(around, safety_services(app), restore=self.restored.append)
        page = spec.create()
        assert isinstance(page, SafetyPage)
        self.page = page

    def _say(self, notice: Notice) -> None:
        self.said.append(notice.text)
