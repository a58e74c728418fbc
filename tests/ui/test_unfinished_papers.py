"""Papers and forms half filled in are announced like any other draft (F117): on the home page, above their lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from forms_desk import Desk, app, desk
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from unionoffice import window as window_module
from unionoffice.app import App
from unionoffice.window import Program

__all__ = ["app", "desk"]

NOTICE = "评优公示"


@pytest.fixture
def start(
    start_program: Callable[..., Program], office_file: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], tuple[Program, list[str]]]:
    monkeypatch.setattr(window_module, "_AFTER_START", 0)

    def begin() -> tuple[Program, list[str]]:
        found, said = start_program(), []
        found.notices.posted.connect(lambda notice: said.append(notice.text))
        assert found.open(office_file)
        return found, said

    return begin


def page(program: Program, name: str) -> Any:
    assert program.window is not None
    program.window.open((name, ""))
    return program.window.page


def home(program: Program) -> list[str]:
    shown = page(program, "home")
    shown.reload()
    QApplication.processEvents()
    texts: list[str] = shown.view.texts
    return texts


def type_papers(program: Program) -> None:
    papers = page(program, "documents")
    papers.choose(NOTICE)
    papers.view.fields.show_value("称号", "优秀工会工作者")
    papers.view.fields.edited.emit()


def papers_wait(program: Program) -> bool:
    assert program.window is not None
    waiting: bool = program.window._pages["documents"]._soon.isActive()  # type: ignore[attr-defined]
    return waiting


def test_a_paper_half_filled_in_is_announced_after_a_restart_until_it_is_begun_anew(
    start: Callable[[], tuple[Program, list[str]]], qtbot: QtBot
) -> None:
    first, _ = start()
    type_papers(first)
    assert page(first, "documents").unfinished.texts == [], "not the one being filled in"
    assert "份公文没填完，都留着" in home(first)
    qtbot.waitUntil(lambda: not (papers_wait(first) or first.jobs.running or first.jobs.waiting), timeout=30_000)
    assert first.window is not None and first.window.close()
    first.close()
    again, said = start()
    qtbot.waitUntil(lambda: "还有 1 份没填完，都留着。" in said)
    assert "份公文没填完，都留着" in home(again)
    papers = page(again, "documents")
    papers.choose("会议纪要")
    assert papers.unfinished.texts == ["还有 1 份没填完：", "评优推荐对象公示"]
    papers.unfinished._buttons[0].click()
    assert papers.key == NOTICE
    assert papers.view.fields.values()["称号"] == "优秀工会工作者"
    papers.begin()
    qtbot.waitUntil(lambda: "份公文没填完，都留着" not in home(again))
    again.notices.undo_last()
    assert "份公文没填完，都留着" in home(again)


def test_forms_half_filled_in_are_named_with_whom_they_are_about(desk: Desk, app: App) -> None:
    key, free = "会员/入会申请书", next(key for key, form in desk.controller.forms.items() if key.startswith("填写/"))
    field = _typed(desk, key, desk.ids[0])
    _typed(desk, key, *desk.ids[:3])
    _typed(desk, free)
    person = app.members.get(desk.ids[0]).name
    name = desk.controller.forms[free].name
    desk.page.keep_drafts()
    assert {each.name for each in app.drafts.unfinished()} == {
        f"入会申请书（{person}）", "入会申请书（几个人的）", name,
    }  # fmt: skip
    told = desk.page.unfinished.texts
    assert told[0] == "还有 2 份没填完：" and name not in told
    button = next(each for each in desk.page.unfinished._buttons if each.text() == f"入会申请书（{person}）")
    button.click()
    desk.settle()
    assert desk.controller.form is not None and desk.controller.form.key == key
    assert desk.view.choosing.ids == desk.ids[:1]
    assert desk.view.asking.values()[field] == "1"
    assert name in desk.page.unfinished.texts


def _typed(desk: Desk, key: str, *ids: str) -> str:
    desk.choose(key, *ids)
    name = next(name for name, editor in desk.view.asking.editors.items() if editor is not None)
    desk.type(name, str(len(ids)))
    desk.page.keep_drafts()
    return name


def test_the_home_page_counts_forms(start: Callable[[], tuple[Program, list[str]]]) -> None:
    first, _ = start()
    forms = page(first, "forms")
    forms.controller.choose(next(key for key in forms.controller.forms if key.startswith("填写/")))
    name = next(iter(forms.view.asking.editors))
    forms.view.asking.fill({name: "甲"})
    forms.view.asking.edited.emit()
    forms.keep_drafts()
    assert "份表单没填完，都留着" in home(first)
