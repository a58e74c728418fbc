"""Destroying what is due, as its users meet it: the list, its approval by another, the typed confirmation, the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot
from safety_desk import Desk

from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.kernel.identity import Actor
from unionoffice.models.member import EventKind
from unionoffice.models.user import Role
from unionoffice.services import backup_places, logins
from unionoffice.services.founding import create
from unionoffice.store.keyring import Cost
from unionoffice.ui import approval_actions, shown

THEN, NOW = datetime(2018, 9, 10, 9, 30), datetime(2029, 9, 10, 9, 30)
PASSWORD = "Abcd-1234"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """Two members whose time is over, one who stays, and a chairman who can approve."""
    monkeypatch.setattr(backup_places, "_user_data", lambda: tmp_path / "data")
    clock = FixedClock(THEN)
    path = create(tmp_path / "加密.ghoffice", "示范工会", clock, Actor("张三"), password=PASSWORD, cost=Cost(1, 8192))
    found = App(path, clock=clock, login=logins.log_in(path, "张三", PASSWORD, THEN), shipped_fonts=True)
    root = found.organisation.tree()[0].id
    for name in ("欧阳销毁", "司马到期", "留下人"):
        values = {"name": name, "unit_id": root, "joined_on": "2005-03-01", "phone": "13812345678"}
        member_id, _ = found.members.create(values, found.actor)
        if name != "留下人":
            found.members.record_event(member_id, EventKind.LEAVE, "2018-05-01", found.actor, reason="调走")
    found.users.add("李四", (Role.CHAIR,), (), "First-Pass-1", found.actor)
    clock.time = NOW
    yield found
    found.close()


@pytest.fixture
def desk(app: App, tmp_path: Path, qtbot: QtBot) -> Desk:
    return shown_desk(app, tmp_path, qtbot)


def shown_desk(app: App, folder: Path, qtbot: QtBot) -> Desk:
    found = Desk(app, folder)
    qtbot.addWidget(found.page)
    found.page.show()
    return found


def command(desk: Desk, text: str) -> QAction:
    return next(action for action in desk.page.actions() if action.text() == text)


def approved(desk: Desk, folder: Path, qtbot: QtBot) -> None:
    """A list of both, approved by the chairman at his own login."""
    desk.prompts.answers = [True]
    desk.page.destruction.prepare()
    path = desk.app.path
    chair = App(path, clock=FixedClock(NOW), login=logins.log_in(path, "李四", "First-Pass-1", NOW))
    his = shown_desk(chair, folder, qtbot)
    his.page.view.destruction.lists.table.selectRow(0)
    his.prompts.answers = [True]
    command(his, "批准").trigger()
    assert his.said[-1] == "第 1 号销毁清单已批准，由经办人执行销毁。"
    chair.close()
    desk.page.reload()
    desk.page.view.destruction.lists.table.selectRow(0)


def test_what_is_due_is_listed_with_the_rule(desk: Desk) -> None:
    view = desk.page.view.destruction
    assert sorted(row[0] for row in view.due.texts) == ["司马到期", "欧阳销毁"]
    assert "10 年" in view.rule.text()
    assert view.gone.isHidden()


def test_a_list_is_made_of_the_selected_people_only(desk: Desk) -> None:
    view = desk.page.view.destruction
    wanted = next(row for row, texts in enumerate(view.due.texts) if texts[0] == "司马到期")
    view.due.table.selectRow(wanted)
    desk.prompts.answers = [True]
    desk.page.destruction.prepare()
    assert desk.prompts.verbs == ["编制清单（1 人）"]
    assert [row[0] for row in view.due.texts] == ["欧阳销毁"]
    assert [(row[0], row[3], row[6]) for row in view.lists.texts] == [("第 1 号", "1 人", "待审批")]


def test_who_made_the_list_cannot_approve_it(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    desk.prompts.answers = [True]
    desk.page.destruction.prepare()
    desk.page.view.destruction.lists.table.selectRow(0)
    assert not command(desk, "批准").isEnabled() and not command(desk, "销毁").isEnabled()
    assert "您的角色不能" in command(desk, "批准").toolTip()


def test_nothing_is_destroyed_before_the_sentence_is_typed(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    approved(desk, tmp_path, qtbot)
    desk.prompts.answers = [({"typed": "销毁 3 人"},), None]
    command(desk, "销毁").trigger()
    assert desk.prompts.asked[-2] == ("refused", "输入的和“销毁 2 人”不一样，没有销毁。")
    assert len(desk.app.members.search("欧阳销毁")) == 1
    assert desk.page.view.destruction.gone.isHidden()


def test_the_names_are_gone_and_what_is_left_is_listed(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    approved(desk, tmp_path, qtbot)
    desk.prompts.answers = [({"typed": "销毁2人"},)]
    command(desk, "销毁").trigger()
    assert desk.prompts.asked[-1] == ("stay", "正在销毁")
    qtbot.waitUntil(lambda: "已销毁" in desk.said[-1], timeout=20_000)
    view = desk.page.view.destruction
    assert sorted(row[0] for row in view.gone.texts) == ["已去标识0001", "已去标识0002"]
    assert view.gone.texts[0][1:] == ["退会", "2018-05-01", "第 1 号", "2029-09-10", "张三"]
    assert view.lists.texts[0][6] == "已销毁" and view.due.texts == []
    assert desk.app.members.search("欧阳销毁") == [] and len(desk.app.members.search("留下人")) == 1


def test_a_file_that_could_not_be_written_anew_is_told_and_can_be_again(
    desk: Desk, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(desk, tmp_path, qtbot)

    def full() -> None:
        raise EnvironmentFault("磁盘已满。")

    with monkeypatch.context() as patch:
        patch.setattr(desk.app.store, "compact", full)
        desk.prompts.answers = [({"typed": "销毁 2 人"},)]
        command(desk, "销毁").trigger()
        qtbot.waitUntil(lambda: desk.prompts.asked[-1][0] == "error", timeout=20_000)
    assert "可能还有残留：磁盘已满" in desk.prompts.asked[-1][1]
    assert not desk.page.view.destruction.gone.isHidden()  # all the same, they are gone
    command(desk, "清理残留").trigger()
    qtbot.waitUntil(lambda: "没有残留" in desk.said[-1], timeout=20_000)


def test_the_list_is_previewed_and_logged_but_not_while_projecting(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    shown_papers: list[bytes] = []
    monkeypatch.setattr(
        "unionoffice.ui.safety.destruction.open_preview", lambda title, data, **_: shown_papers.append(data)
    )
    desk.prompts.answers = [True]
    desk.page.destruction.prepare()
    desk.page.view.destruction.lists.table.selectRow(0)
    command(desk, "预览清单").trigger()
    assert shown_papers[0].startswith(b"%PDF")
    assert desk.app.access_log.entries()[0].what == "第 1 号销毁清单"
    before = desk.app.access_log.count()
    shown.screen.project(True)
    try:
        command(desk, "预览清单").trigger()
    finally:
        shown.screen.project(False)
    assert desk.app.access_log.count() == before


def test_a_list_given_up_makes_its_people_due_again(desk: Desk) -> None:
    desk.prompts.answers = [True, "名单有误"]
    desk.page.destruction.prepare()
    desk.page.view.destruction.lists.table.selectRow(0)
    command(desk, "作废").trigger()
    assert len(desk.page.view.destruction.due.texts) == 2
    assert desk.page.view.destruction.lists.texts[0][6] == "已作废"
    desk.page.view.destruction.lists.table.selectRow(0)
    assert not command(desk, "作废").isEnabled()


def test_a_list_is_approved_on_paper(desk: Desk, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[bytes] = []
    monkeypatch.setattr(approval_actions, "open_preview", lambda _title, data, **_: printed.append(data))
    desk.prompts.answers = [True]
    desk.page.destruction.prepare()
    lists = desk.page.view.destruction.lists.table
    lists.selectRow(0)
    paper = desk.page.destruction.commands["paper"]
    assert paper.isVisible() and paper.isEnabled()
    entries = {entry.text(): entry for entry in paper.menu().actions()}
    desk.prompts.answers = [tmp_path / "单.pdf"]
    entries["打印审批单…"].trigger()
    qtbot.waitUntil(lambda: bool(printed), timeout=20000)
    words = PdfReader(BytesIO(printed[0])).pages[0].extract_text()
    found = re.search("[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", words)
    assert found is not None and desk.prompts.asked[-1] == ("save_file", "第 1 号销毁清单审批单（主席审批）.pdf")
    given = {"code": found.group(), "signed_by": "李四", "signed_on": "2029-9-10", "opinion": "agreed", "scan": "none"}
    desk.prompts.answers = [(given,)]
    lists.selectRow(0)
    entries["登记纸质审批…"].trigger()
    qtbot.waitUntil(lambda: desk.app.destructions.lists()[0].approved_by == "李四", timeout=10000)
    desk.page.reload()
    lists.selectRow(0)
    assert not paper.isVisible() and command(desk, "销毁").isEnabled()
