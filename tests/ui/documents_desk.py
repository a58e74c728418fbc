"""The page 公文 with everything around it, and a template of an office's own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fake_prompts import FakePrompts
from pypdf import PdfReader
from pytestqt.qtbot import QtBot

from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.identity import Actor
from unionoffice.services.founding import create
from unionoffice.store.beside import PAPERS
from unionoffice.ui.documents import documents_page
from unionoffice.ui.documents.page import DocumentsPage
from unionoffice.ui.faults import FaultLog
from unionoffice.ui.jobs import Jobs
from unionoffice.ui.live_preview import LivePreview
from unionoffice.ui.notices import Notices
from unionoffice.ui.operations import Operations
from unionoffice.ui.permits import Permits
from unionoffice.ui.records.drafts import DraftKeeper
from unionoffice.ui.surroundings import Surroundings

NOW = datetime(2026, 9, 10, 9, 30)
LETTER = "会籍转移函"
MINE = """【模板】
名称：停水通知
文种：通知
版头：无
印章：否
【填写项】
楼号｜文字｜3号楼
停水日期｜日期｜2026-09-01
户数｜整数｜12
【标题】
关于{{楼号}}停水的通知
【正文】
{{停水日期}}停水，涉及{{户数}}户。
"""


class Desk:
    """The page with everything around it; `again` is the program started anew."""

    def __init__(self, app: App, folder: Path, qtbot: QtBot) -> None:
        self.app, self.folder, self.qtbot = app, folder, qtbot
        self.prompts = FakePrompts()
        self.said: list[str] = []
        self.gone = False
        self.notices = Notices()
        self.notices.posted.connect(lambda notice: self.said.append(notice.text))
        self.jobs = Jobs()
        self.keeper = DraftKeeper(lambda: app.drafts)
        operations = Operations(self.prompts, self.jobs, FaultLog(folder / "logs"))
        around = Surroundings(
            app.actor, NOW.date(), Permits(app.actor), operations, self.jobs, self.prompts, self.notices, self.keeper
        )
        page = documents_page(around, lambda: app.official_documents).create()
        assert isinstance(page, DocumentsPage)
        self.page = page
        page.resize(1100, 700)
        page.show()

    def settle(self) -> None:
        self.qtbot.waitUntil(
            lambda: not (self.page._soon.isActive() or self.jobs.running or self.jobs.waiting), timeout=30_000
        )

    def type(self, **values: Any) -> None:
        for name, value in values.items():
            self.page.view.fields.show_value(name, value)
        self.page.view.fields.edited.emit()

    def again(self) -> Desk:
        self.put_away()
        return Desk(self.app, self.folder, self.qtbot)

    def put_away(self) -> None:
        if self.gone:
            return
        self.gone = True
        self.page.keep_drafts()
        self.jobs.stop()
        for window in self.page._windows:
            if window is not None:
                window.close()
        self.page.close()
        self.page.deleteLater()


@pytest.fixture(name="app")
def office(tmp_path: Path) -> Iterator[App]:
    path = create(tmp_path / "示范.ghoffice", "示范工会", FixedClock(NOW), Actor("林晓"))
    found = App(path, clock=FixedClock(NOW), shipped_fonts=True)
    yield found
    found.close()


@pytest.fixture(name="mine")
def own_template(tmp_path: Path) -> str:
    (tmp_path / PAPERS).mkdir()
    (tmp_path / PAPERS / "停水通知.txt").write_text(MINE, "utf-8")
    return "停水通知"


@pytest.fixture(name="desk")
def page_of_papers(app: App, tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    found = Desk(app, tmp_path, qtbot)
    yield found
    found.put_away()


def words(window: Any) -> str:
    data = io.BytesIO(window.data if isinstance(window, LivePreview) else window._buffer.data().data())
    return "".join(page.extract_text() for page in PdfReader(data).pages)
