"""The program around the window: which office is shown, and on which day."""

from __future__ import annotations

from datetime import datetime

import pytest
from PySide6.QtWidgets import QApplication

from unionoffice.kernel.clock import FixedClock
from unionoffice.ui import navigation as navigation_module
from unionoffice.ui import theme
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
