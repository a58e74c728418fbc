"""The page of the forms with everything around it, and an office of four people."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fake_prompts import FakePrompts
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.identity import Actor
from unionoffice.models.draft import Place
from unionoffice.models.organisation import UnitKind
from unionoffice.services.filled_in import place_of
from unionoffice.services.founding import create
from unionoffice.store.queries.members import MemberQuery
from unionoffice.ui.faults import FaultLog
from unionoffice.ui.forms import FormsServices, forms_page
from unionoffice.ui.forms.page import FormsPage
from unionoffice.ui.jobs import Jobs
from unionoffice.ui.notices import Notices
from unionoffice.ui.operations import Operations
from unionoffice.ui.permits import Permits
from unionoffice.ui.records.drafts import DraftKeeper
from unionoffice.ui.surroundings import Surroundings

NOW = datetime(2026, 9, 10, 9, 30)
ID_NUMBER = "110101199003077758"


def words(data: bytes) -> str:
    """What the pages that a preview shows say."""
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def workbook(path: Path, cells: dict[str, Any]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "表"
    for place, value in cells.items():
        sheet[place] = value
    book.save(path)
    return path


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    (tmp_path / "办公").mkdir()
    path = create(tmp_path / "办公" / "示范.ghoffice", "示范工会", FixedClock(NOW), Actor("林晓"))
    found = App(path, clock=FixedClock(NOW), shipped_fonts=True)
    root = found.organisation.tree()[0].id
    branches = [found.organisation.add_unit(root, name, UnitKind.BRANCH, found.actor)[0] for name in ("机电队", "后勤")]
    for place, name in enumerate(("曾丽梅", "王五", "赵六", "钱七")):
        values = {"name": name, "unit_id": branches[place % 2], "joined_on": "2015-09-01", "staff_number": f"00{place}"}
        if place == 0:
            values |= {"id_number": ID_NUMBER, "phone": "13800001234"}
        found.members.create(values, found.actor)
    yield found
    found.close()


class Desk:
    """The page with everything around it."""

    def __init__(self, app: App, folder: Path, qtbot: QtBot, actor: Actor | None = None) -> None:
        self.app = app
        self.qtbot = qtbot
        self.prompts = FakePrompts()
        self.said: list[str] = []
        self.routes: list[tuple[str, str]] = []
        notices = Notices()
        notices.posted.connect(lambda notice: self.said.append(notice.text))
        self.jobs = Jobs()
        operations = Operations(self.prompts, self.jobs, FaultLog(folder / "logs"))
        actor = actor or app.actor
        self.notices, self.keeper = notices, DraftKeeper(lambda: app.drafts)
        around = Surroundings(
            actor, NOW.date(), Permits(actor), operations, self.jobs, self.prompts, notices, self.keeper
        )
        services = FormsServices(
            lambda: app.forms,
            lambda: app.members,
            lambda: app.organisation,
            lambda: app.welfare,
            lambda: app.print_marks,
        )
        page = forms_page(around, services).create()
        assert isinstance(page, FormsPage)
        self.page = page
        self.page.route_requested.connect(lambda name, argument: self.routes.append((name, argument)))
        self.page.route_requested.connect(lambda _, argument: page.open_argument(argument))
        self.view, self.controller = page.view, page.controller

    @property
    def ids(self) -> list[str]:
        return self.app.members.ids(MemberQuery())

    def settle(self) -> None:
        """Wait until nothing is typed, drawn or checked any more."""
        self.qtbot.waitUntil(
            lambda: not (self.page.previewing.waiting or self.jobs.running or self.jobs.waiting), timeout=30_000
        )

    def place(self, key: str) -> Place:
        """Where what is typed into a form for the first member is kept."""
        return place_of(self.controller.forms[key], self.ids[:1])

    def kept(self, key: str) -> dict[str, Any]:
        """What of a form is in the office file as a draft."""
        found = self.app.drafts.find(self.place(key))
        return found.typed if found is not None else {}

    def type(self, name: str, text: str) -> None:
        """Type into a field as an input method does, and stay in it."""
        (line,) = self.view.asking.editors[name].findChildren(QLineEdit)
        line.setFocus()
        line.selectAll()
        if text:
            committed = QInputMethodEvent()
            committed.setCommitString(text)
            QApplication.sendEvent(line, committed)
        else:
            self.qtbot.keyClick(line, Qt.Key.Key_Delete)

    def put_away(self) -> None:
        """Stop what runs, then close everything, as the main window does."""
        self.jobs.stop()
        for window in self.page.giving.windows:
            if window is not None:
                window.close()
        self.page.close()
        self.page.deleteLater()

    def choose(self, key: str, *ids: str) -> None:
        """Choose a form and for whom."""
        self.controller.choose(key)
        self.view.choosing.choose(ids)
        self.settle()


@pytest.fixture
def desk(app: App, tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    found = Desk(app, tmp_path, qtbot)
    found.page.resize(1100, 700)
    found.page.show()
    yield found
    found.put_away()
