"""本人信息一览 from a member's card: asked for what, logged, shown; not while projecting."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fake_prompts import FakePrompts
from pytestqt.qtbot import QtBot

from unionoffice.app import App
from unionoffice.models.access_entry import AccessKind
from unionoffice.ui import shown
from unionoffice.ui.members.page import MembersPage
from unionoffice.ui.page import CommandButton
from unionoffice.ui.surroundings import Surroundings


@pytest.fixture
def page(qtbot: QtBot, app: App, around: Surroundings) -> MembersPage:
    member_id, _ = app.members.create({"name": "曾丽梅", "phone": "13800001111"}, app.actor)
    found = MembersPage(
        around,
        app.members,
        lambda: app.exports,
        access=lambda: app.access_log,
        personal=lambda: app.personal_data,
    )
    qtbot.addWidget(found)
    found.show()
    found.open_argument(member_id)
    return found


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, bytes]]]:
    opened: list[tuple[str, bytes]] = []
    monkeypatch.setattr(
        "unionoffice.ui.personal_sheet.open_preview", lambda title, data, **_: opened.append((title, data))
    )
    yield opened
    shown.screen.project(False)


def press(page: MembersPage) -> None:
    next(each for each in page.card_view.head.findChildren(CommandButton) if each.text() == "本人信息一览").click()


def prints(app: App) -> list[tuple[str, str, str]]:
    found = app.access_log.entries(kinds=[AccessKind.PRINT])
    return [(each.what, each.purpose, each.recipient) for each in found]


def test_the_sheet_is_shown_after_asking_what_for_and_logged_with_it(
    page: MembersPage, app: App, prompts: FakePrompts, papers: list[tuple[str, bytes]], qtbot: QtBot
) -> None:
    prompts.answers = ["本人复制"]
    press(page)
    assert prompts.reasons[0] == "本人查阅"
    qtbot.waitUntil(lambda: bool(papers), timeout=20_000)
    ((title, data),) = papers
    assert title == "曾丽梅的本人信息一览" and data.startswith(b"%PDF")
    assert prints(app) == [("本人信息一览", "本人复制", "本人")]


def test_who_turns_back_leaves_no_trace(
    page: MembersPage, app: App, prompts: FakePrompts, papers: list[tuple[str, bytes]]
) -> None:
    prompts.answers = [None]
    press(page)
    assert prints(app) == [] and papers == []


def test_while_projecting_nothing_is_asked_and_nothing_logged(
    page: MembersPage, app: App, prompts: FakePrompts, papers: list[tuple[str, bytes]]
) -> None:
    shown.screen.project(True)
    press(page)
    assert prompts.asked == [] and prints(app) == []


def test_somebody_new_has_no_sheet_yet(page: MembersPage) -> None:
    page.open_argument("new")
    assert "本人信息一览" not in [
        each.text() for each in page.card_view.head.findChildren(CommandButton) if each.isVisibleTo(page)
    ]
