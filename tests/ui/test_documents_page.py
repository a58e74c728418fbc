"""公文: choosing a template, filling it in, what is lacking, the preview, giving out, and drafts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
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
from unionoffice.ui import shown
from unionoffice.ui.documents import documents_page
from unionoffice.ui.documents.page import DocumentsPage
from unionoffice.ui.faults import FaultLog
from unionoffice.ui.jobs import Jobs
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


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    path = create(tmp_path / "示范.ghoffice", "示范工会", FixedClock(NOW), Actor("林晓"))
    found = App(path, clock=FixedClock(NOW), shipped_fonts=True)
    yield found
    found.close()


@pytest.fixture
def mine(tmp_path: Path) -> str:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "停水通知.txt").write_text(MINE, "utf-8")
    return "停水通知"


@pytest.fixture
def desk(app: App, tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    found = Desk(app, tmp_path, qtbot)
    yield found
    found.put_away()


def words(window: Any) -> str:
    data = io.BytesIO(window._buffer.data().data())
    return "".join(page.extract_text() for page in PdfReader(data).pages)


def test_ours_and_the_offices_own_templates_are_listed_broken_ones_with_what_is_wrong(
    desk: Desk, mine: str, tmp_path: Path
) -> None:
    (tmp_path / "documents" / "坏的.txt").write_text("没有开头", "utf-8")
    desk.page.reload()
    assert {"会员会籍转移函", "停水通知（自己的）", "坏的（有问题）"} <= set(desk.page.view.texts)
    desk.page.choose("坏的")
    assert desk.page.template is None
    assert "第 1 行" in desk.page.view.empty._text.text()
    assert not desk.page.commands["print"].isEnabled()
    desk.page.view.text.setText("停水")
    assert desk.page.view.texts == ["停水通知（自己的）"]


def test_the_preview_names_what_is_open_and_follows_what_is_typed(desk: Desk, mine: str) -> None:
    before = len(desk.app.access_log.entries())
    desk.page.choose(mine)
    desk.settle()
    assert "关于〔楼号〕停水的通知" in words(desk.page.view.preview)
    assert desk.page.view.preview.copy_text.startswith("还有 3 项没填")
    desk.type(楼号="5号楼", 停水日期=date(2026, 9, 30), 户数=48)
    desk.settle()
    text = words(desk.page.view.preview)
    assert "关于5号楼停水的通知" in text
    assert "2026年9月30日停水，涉及48户" in text
    assert desk.page.view.preview.copy_text == ""
    assert len(desk.app.access_log.entries()) == before


def test_the_red_head_is_left_out_for_paper_that_bears_one(desk: Desk) -> None:
    desk.page.choose(LETTER)
    desk.settle()
    assert "〔发文机关〕" in words(desk.page.view.preview)[:40]
    desk.page.view.red_head.setChecked(False)
    desk.settle()
    assert "〔发文机关〕" not in words(desk.page.view.preview)[:40]


def test_what_is_lacking_is_said_at_its_field_and_nothing_leaves(desk: Desk, mine: str, tmp_path: Path) -> None:
    desk.page.choose(mine)
    desk.type(楼号="5号楼", 户数="很多")
    desk.page.print()
    assert desk.page.view.fields.error("户数")
    desk.type(户数=48)
    desk.page.print()
    assert "停水日期" in desk.page.view.fields.error("停水日期")
    desk.settle()
    assert desk.page._windows == []
    assert desk.prompts.asked == []


def test_a_filled_paper_is_printed_and_saved_and_logged(desk: Desk, mine: str, tmp_path: Path) -> None:
    desk.page.choose(mine)
    desk.type(楼号="5号楼", 停水日期=date(2026, 9, 30), 户数=48)
    desk.page.print()
    desk.settle()
    (window,) = desk.page._windows
    assert "关于5号楼停水的通知" in words(window)
    desk.prompts.answers = [tmp_path / "通知.pdf"]
    desk.page.save()
    desk.settle()
    assert desk.prompts.asked[-1] == ("save_file", "2026-通知-关于5号楼停水的通知.pdf")
    assert "关于5号楼停水的通知" in PdfReader(tmp_path / "通知.pdf").pages[0].extract_text()
    assert desk.said == ["已存为“通知.pdf”。"]
    assert [entry.what for entry in desk.app.access_log.entries()[:2]] == ["停水通知"] * 2


def test_characters_without_a_font_are_told_with_their_line(desk: Desk, mine: str) -> None:
    desk.page.choose(mine)
    desk.type(楼号="\U00032000号楼")
    desk.settle()
    assert "\U00032000" in desk.page.view.told.text()
    assert "停水" in desk.page.view.told.text()


def test_what_was_typed_is_there_after_the_program_ended_and_other_papers_have_their_own(desk: Desk, mine: str) -> None:
    desk.page.choose(mine)
    desk.type(楼号="5号楼", 停水日期=date(2026, 9, 30))
    desk.page.choose(LETTER)
    assert "楼号" not in desk.page.view.fields.editors
    desk.settle()
    again = desk.again()
    again.page.choose(mine)
    assert again.page.view.fields.values() == {"楼号": "5号楼", "停水日期": date(2026, 9, 30)}
    assert "接着填" in again.page.view.draft.text()
    assert again.app.drafts.unfinished() == []  # the home page counts records only
    again.page.choose(LETTER)
    assert again.page.view.draft.isHidden()
    again.put_away()


def test_a_paper_begun_anew_is_empty_and_can_be_brought_back(desk: Desk, mine: str) -> None:
    desk.page.choose(mine)
    desk.type(楼号="5号楼")
    desk.page.begin()
    assert desk.page.view.fields.values() == {}
    desk.notices.undo_last()
    assert desk.page.view.fields.values() == {"楼号": "5号楼"}
    desk.settle()


def test_our_template_is_put_where_the_office_can_change_it(desk: Desk, tmp_path: Path) -> None:
    desk.page.choose(LETTER)
    desk.page.change()
    assert (tmp_path / "documents" / f"{LETTER}.txt").is_file()
    assert "会员会籍转移函（自己的）" in desk.page.view.texts
    own = tmp_path / "documents" / f"{LETTER}.txt"
    own.write_text(own.read_text("utf-8").replace("名称：会员会籍转移函", "名称：转会函"), "utf-8")
    desk.type(会员姓名="王五")
    desk.page.reload()
    assert desk.page.view.name.text() == "转会函"
    assert desk.page.view.fields.values()["会员姓名"] == "王五"
    desk.settle()


def test_while_projecting_no_paper_is_shown(desk: Desk, mine: str) -> None:
    desk.page.choose(mine)
    desk.settle()
    shown.screen.project(True)
    try:
        desk.settle()
        assert "投屏" in desk.page.view.preview.sentence
    finally:
        shown.screen.project(False)
    desk.settle()
    assert desk.page.view.preview.sentence == ""
