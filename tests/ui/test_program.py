"""The program around the window: which office is shown, and on which day."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtWidgets import QApplication, QLabel

from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.identity import Actor
from unionoffice.services.forms.service import Subject
from unionoffice.services.founding import create
from unionoffice.store.beside import FORMS, PAPERS
from unionoffice.ui import navigation as navigation_module
from unionoffice.ui import theme
from unionoffice.ui.settings import ScreenSettings
from unionoffice.window import Program

ROUTES = [
    ("home", ""), ("members", ""), ("members", "new"), ("organisation", ""), ("imports", ""), ("welfare", ""),
    ("welfare", "new"), ("welfare", "programmes"), ("desk", ""), ("merchant", ""), ("merchant", "new"),
    ("settings", ""),
]  # fmt: skip


def test_after_midnight_the_pages_know_the_new_day(program: Program, clock: FixedClock) -> None:
    yesterday = program.window
    assert yesterday is not None
    yesterday.open(("organisation", ""))
    program.turn_the_day()
    assert program.window is yesterday
    clock.time = datetime(2026, 9, 11, 0, 1)
    program.turn_the_day()
    today = program.window
    assert today is not None and today is not yesterday
    assert today.history.current == ("organisation", "")
    assert not yesterday.isVisible()


def test_midnight_waits_for_what_is_half_typed(
    program: Program, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    yesterday = program.window
    assert yesterday is not None
    monkeypatch.setattr(yesterday, "unsaved", lambda: 1)
    clock.time = datetime(2026, 9, 11, 0, 1)
    program.turn_the_day()
    assert program.window is yesterday
    monkeypatch.setattr(yesterday, "unsaved", lambda: 0)


def test_a_closed_program_no_longer_waits_for_midnight(program: Program) -> None:
    program.close()
    assert not program._midnight.isActive()


@pytest.mark.parametrize("route", ROUTES)
def test_every_page_is_usable_in_the_smallest_window(program: Program, route: tuple[str, str]) -> None:
    """1366 × 768 at 150 %: nothing is cut off, a page that needs more room is scrolled."""
    window = program.window
    assert window is not None
    window.open(route)
    window.resize(900, 470)
    QApplication.processEvents()
    assert (window.width(), window.height()) == (900, 470)
    assert window.centralWidget().minimumSizeHint().height() <= 470
    page = window.page
    assert page is not None
    assert page.height() >= page.minimumSizeHint().height()
    area = page.parentWidget()
    assert area is not None and page.width() <= area.width()


def test_chosen_scale_reaches_the_frame_at_once(program: Program, qapp: QApplication) -> None:
    window = program.window
    assert window is not None
    window.resize(1280, 700)
    assert not window.navigation.narrow
    theme.apply(qapp, scale=150)
    try:
        assert window.navigation.narrow
        assert window.navigation.width() == theme.current().size("navigation_narrow")
        assert window.top_bar.height() == theme.current().size("top_bar") == 84
    finally:
        theme.apply(qapp)


def listed(program):
    navigation = program.window.navigation
    return [navigation.item(row) for row in range(navigation.count())]


def test_what_is_no_paper_stands_under_a_heading_of_its_own(program):
    texts = [item.text() for item in listed(program)]
    assert texts[texts.index("系统") :] == ["系统", "数据安全", "设置"]


def test_every_page_of_the_navigation_can_be_told_by_its_icon_alone_and_says_its_name(program):
    entries = program.window.navigation._entries()
    icons = [item.data(navigation_module._ICON) for item in entries]
    assert len(set(icons)) == len(icons)
    assert "register" not in icons  # what a register has whose icon was forgotten
    assert [item.toolTip() for item in entries] == [item.text() for item in entries]


@pytest.mark.parametrize(("scale", "size"), [(100, (1280, 680)), (125, (1366, 728)), (150, (1366, 728))])
def test_with_larger_letters_every_page_is_named_and_reached_without_scrolling(program, qapp, qtbot, scale, size):
    window = program.window
    theme.apply(qapp, scale=scale)
    try:
        window.resize(*size)
        qtbot.wait(1)
        navigation = window.navigation
        assert not navigation.narrow
        last = navigation.visualItemRect(listed(program)[-1])
        assert last.bottom() <= navigation.viewport().height()
        assert last.height() >= navigation.fontMetrics().height()
        metrics, longest = navigation.fontMetrics(), max(navigation._entries(), key=lambda item: len(item.text()))
        assert navigation.width() - 2 * 8 - 20 - theme.current().size("icon") - 4 >= metrics.horizontalAdvance(
            longest.text()
        )
        box = window.search_box
        assert box.fontMetrics().horizontalAdvance(box.placeholderText()) <= box.width() - 60
        window.resize(1100, 700)
        qtbot.waitUntil(lambda: navigation.narrow)
        assert navigation.visualItemRect(listed(program)[-1]).bottom() <= navigation.viewport().height()
    finally:
        theme.apply(qapp)


def test_rows_stand_apart_again_where_there_is_room(program, qtbot):
    window = program.window
    heights = []
    for height in (500, 900):
        window.resize(1366, height)
        qtbot.wait(1)
        heights.append(window.navigation.visualItemRect(listed(program)[0]).height())
    assert heights[0] < heights[1] == 38


@pytest.mark.parametrize(
    ("folder", "name", "page"), [(PAPERS, "我的转发通知", "documents"), (FORMS, "我的领条", "forms")]
)
def test_what_was_open_in_one_office_is_not_remembered_in_another(
    start_program: Callable[..., Program], tmp_path: Path, clock: FixedClock, folder: str, name: str, page: str
) -> None:
    mine, new = (
        create(tmp_path / place / "工会.ghoffice", f"{place}工会", clock, Actor("林晓"))
        for place in ("甲", "乙")
        if not (tmp_path / place).mkdir()
    )
    if page == "documents":
        key = name
        (mine.parent / folder).mkdir()
        words = f"【模板】\n名称：{name}\n文种：通知\n版头：无\n【标题】\n关于转发的通知\n【正文】\n现予转发。\n"
        (mine.parent / folder / f"{name}.txt").write_text(words, "utf-8")
    else:
        (mine.parent / folder / Subject.FREE.label).mkdir(parents=True)
        key = f"{Subject.FREE.label}/{name}"
        book = openpyxl.Workbook()
        book.active["A1"] = "{{填写:事由}}"
        book.save(mine.parent / folder / Subject.FREE.label / f"{name}.xlsx")

    def start(path: Path) -> tuple[Program, Any]:
        found = start_program()
        assert found.open(path) and found.window is not None
        found.window.open((page, ""))
        return found, found.window.page

    first, shown = start(mine)
    (shown.choose if page == "documents" else shown.controller.choose)(key)
    chosen = shown.state()
    assert key in chosen.values()
    first._leave()
    first.close()
    other, shown = start(new)
    assert key not in shown.state().values()
    assert not any(name in label.text() for label in other.window.findChildren(QLabel))  # type: ignore[union-attr]
    assert not any("不能用" in label.text() for label in other.window.findChildren(QLabel))  # type: ignore[union-attr]
    other._leave()
    other.close()
    again, shown = start(mine)
    assert shown.state() == chosen, "in its own office it is there again"
    again._leave()
    again.close()
    settings = "".join(path.read_text("utf-8") for path in (tmp_path / "settings").rglob("*.ini"))
    assert settings.count(json.dumps(name)[1:-1].replace("\\", "\\\\")) == 1


def test_of_offices_opened_long_ago_nothing_is_remembered(tmp_path: Path) -> None:
    settings = ScreenSettings(tmp_path)
    for at in range(25):
        settings.of(f"{at}").write("window/route", [str(at), ""])
    assert settings.of("24").read("window/route") == ["24", ""]
    assert settings.of("3").read("window/route") is None
