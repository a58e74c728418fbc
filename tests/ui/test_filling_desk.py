"""What 表单 and 公文 do with the room they have: in a small window the shelf folds away and the paper is high."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from unionoffice.ui import theme
from unionoffice.ui.filling_desk import FillingDesk


class Shelf:
    """A desk with a shelf of three papers; choosing one shows the work, as the pages do."""

    def __init__(self, qtbot: QtBot) -> None:
        self.text, self.list = QLineEdit(), QListWidget()
        self.list.addItems(["甲表", "乙表", "丙表"])
        self.name, self.told, self.paper = QLabel("甲表"), QLabel("说明"), QLabel("纸")
        self.sides = (QWidget(), QWidget())
        self.empty = QLabel("先选一张")
        self.desk = FillingDesk(
            shelf=(self.text, self.list),
            search=self.text,
            listed=self.list,
            head=(self.name, self.told),
            sides=self.sides,
            paper=self.paper,
            empty=self.empty,
            other="换一张",
        )
        qtbot.addWidget(self.desk)
        self.list.currentItemChanged.connect(lambda *_: self.desk.show_work(True))

    def click(self, qtbot: QtBot, row: int) -> None:
        box = self.list.visualItemRect(self.list.item(row))
        qtbot.mouseClick(self.list.viewport(), Qt.MouseButton.LeftButton, pos=box.center())


@pytest.fixture(params=[100, 150])
def shelf(request: Any, qapp: QApplication, qtbot: QtBot) -> Iterator[Shelf]:
    theme.apply(qapp, scale=request.param)
    found = Shelf(qtbot)
    found.desk.resize(840, 370)
    found.desk.show()
    yield found
    theme.apply(qapp)


def test_in_a_narrow_page_shelf_and_work_stand_in_each_others_place(shelf: Shelf, qtbot: QtBot) -> None:
    assert shelf.list.isVisible()
    assert not shelf.empty.isVisible()
    shelf.click(qtbot, 1)
    assert not shelf.list.isVisible()
    assert shelf.paper.isVisible()
    qtbot.mouseClick(shelf.desk.other, Qt.MouseButton.LeftButton)
    assert shelf.list.isVisible()
    assert not shelf.paper.isVisible()
    shelf.click(qtbot, 1)  # the one that is chosen already
    assert shelf.paper.isVisible()
    shelf.desk.browse()
    qtbot.mouseClick(shelf.desk.back, Qt.MouseButton.LeftButton)
    assert shelf.paper.isVisible()
    assert not shelf.desk.back.isVisible()


def test_the_arrow_keys_go_on_through_the_list_and_enter_takes_what_is_marked(shelf: Shelf, qtbot: QtBot) -> None:
    shelf.desk.activateWindow()
    shelf.list.setFocus()
    qtbot.waitUntil(shelf.list.hasFocus)
    for _ in range(2):
        qtbot.keyClick(shelf.list, Qt.Key.Key_Down)
        assert shelf.list.isVisible()
    qtbot.keyClick(shelf.list, Qt.Key.Key_Return)
    assert not shelf.list.isVisible()
    assert shelf.list.currentRow() > 0


def test_who_comes_back_to_the_page_comes_back_to_the_work(shelf: Shelf, qtbot: QtBot) -> None:
    shelf.desk.show_work(True)
    shelf.desk.browse()
    shelf.desk.hide()
    shelf.desk.show()
    assert shelf.paper.isVisible()
    assert not shelf.list.isVisible()


def test_in_a_wide_page_both_are_shown_and_nothing_leads_from_one_to_the_other(shelf: Shelf) -> None:
    shelf.desk.resize(1400, 370)
    assert shelf.empty.isVisible()
    shelf.desk.show_work(True)
    assert shelf.list.isVisible()
    assert shelf.paper.isVisible()
    assert not shelf.desk.other.isVisible()
    assert not shelf.desk.back.isVisible()


def test_in_a_low_page_the_paper_is_as_high_as_the_page_and_the_head_goes_with_the_side(
    shelf: Shelf, qtbot: QtBot
) -> None:
    shelf.desk.show_work(True)
    for height, low in ((370, True), (900, False), (370, True)):
        shelf.desk.resize(840, height)
        qtbot.waitUntil(lambda low=low: (shelf.paper.height() > shelf.desk.height() - 10) is low)  # type: ignore[misc]
        assert shelf.name.isVisible()
    for place in (1, 0):
        shelf.desk.show_side(place)
        qtbot.waitUntil(shelf.name.isVisible)
        assert shelf.sides[place].isVisible()


def test_the_paper_gets_most_of_the_room_and_never_less_than_it_needs(shelf: Shelf, qtbot: QtBot) -> None:
    shelf.desk.show_work(True)
    qtbot.waitUntil(lambda: shelf.paper.width() >= 240)
    shelf.desk.resize(1160, 600)
    qtbot.waitUntil(lambda: shelf.paper.width() > shelf.sides[0].width())


def test_another_side_takes_the_share_it_is_given_and_no_side_less_than_its_fields_need(
    shelf: Shelf, qtbot: QtBot
) -> None:
    shelf.desk.show_work(True)
    shelf.desk.resize(1340, 600)
    scale = theme.current().scale
    least = 290 * scale // 100 - 20
    qtbot.waitUntil(lambda: shelf.sides[0].width() >= least)
    narrow = shelf.sides[0].width()
    shelf.desk.show_side(1, 70)
    qtbot.waitUntil(lambda: shelf.sides[1].width() > shelf.paper.width())
    shelf.desk.show_side(0)
    qtbot.waitUntil(lambda: abs(shelf.sides[0].width() - narrow) < 20)
    shelf.desk.resize(840, 600)
    qtbot.waitUntil(lambda: shelf.sides[0].width() >= least)


def test_down_goes_from_the_search_into_the_list_and_enter_takes_what_is_found(shelf: Shelf, qtbot: QtBot) -> None:
    field = QLineEdit(shelf.sides[0])
    shelf.desk.activateWindow()
    shelf.text.setFocus()
    qtbot.keyClick(shelf.text, Qt.Key.Key_Down)
    assert shelf.list.hasFocus() and shelf.list.currentRow() == 0 and shelf.list.isVisible()
    shelf.text.setFocus()
    shelf.text.setText("表")
    shelf.list.setCurrentRow(2)
    qtbot.keyClick(shelf.text, Qt.Key.Key_Return)
    assert shelf.list.currentRow() == 0 and not shelf.list.isVisible()
    field.show()
    qtbot.waitUntil(field.hasFocus)


def test_escape_leaves_the_shelf_for_the_work_and_nothing_else(shelf: Shelf, qtbot: QtBot) -> None:
    field = QLineEdit(shelf.sides[0])
    shelf.desk.activateWindow()
    assert not shelf.desk.escape()  # nothing is chosen yet
    shelf.click(qtbot, 1)
    shelf.desk.browse()
    shelf.text.setFocus()
    assert shelf.desk.escape() and not shelf.list.isVisible() and shelf.list.currentRow() == 1
    field.show()
    qtbot.waitUntil(field.hasFocus)
    assert not shelf.desk.escape()
    shelf.desk.resize(1400, 370)
    shelf.text.setFocus()
    assert shelf.desk.escape()
    qtbot.waitUntil(field.hasFocus)
