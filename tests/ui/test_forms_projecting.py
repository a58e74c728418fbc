"""Forms while others look on: lists in the preview, and what is typed beside it while projecting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from forms_desk import ID_NUMBER, Desk, app, desk, words
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QLineEdit
from pytestqt.qtbot import QtBot

from unionoffice.services.forms.grid import Asking
from unionoffice.services.forms.kinds import AskedKind
from unionoffice.ui.forms.asking import AskingView
from unionoffice.ui.forms.list_editor import ListEditor
from unionoffice.ui.shown import HIDDEN, screen

__all__ = ["app", "desk"]

ADDRESS, PHONE = "示范省示范市示范区和平路 66 号", "13800001234"
FIELDS = ("姓名", "家庭住址", "联系电话", "身份证号", "金额")
ROW = {"姓名": "张三", "家庭住址": ADDRESS, "联系电话": PHONE, "身份证号": ID_NUMBER, "金额": "1000.00"}
MASKED = ["张三", "示范省示范市示范区****", "138****1234", "110***58", HIDDEN]


@pytest.fixture(autouse=True)
def projecting_ends() -> Iterator[None]:
    yield
    screen.project(False)


@pytest.fixture
def asking(qtbot: QtBot) -> AskingView:
    view = AskingView(date(2026, 9, 10))
    qtbot.addWidget(view)
    kinds = {"姓名": AskedKind.TEXT, "家庭住址": AskedKind.NOTE, "救助金额": AskedKind.AMOUNT}
    view.ask(Asking(kinds, {"名单": FIELDS}), {"家庭住址": ADDRESS, "救助金额": "800", "姓名": "李四", "名单": [ROW]})
    view.show()
    return view


def shown_in(editor: ListEditor, row: int = 0) -> list[str]:
    model = editor.model()
    return [model.index(row, column).data() or "" for column in range(len(FIELDS))]


def test_a_typed_list_is_masked_in_the_preview_and_whole_on_paper(desk: Desk) -> None:
    form = desk.app.forms.named("帮扶签领表（中央资金）")
    desk.choose(form.key)
    editor = desk.view.asking.lists["名单"]
    editor.set_value([{"姓名": "张三", "身份证号": ID_NUMBER, "联系电话": PHONE, "金额": "1000"}])
    editor.edited.emit()
    desk.settle()
    seen = words(desk.view.preview.data)
    assert "张三" in seen and "1,000.00" in seen and "110***58" in seen
    assert ID_NUMBER not in seen and PHONE not in seen
    assert desk.controller.request is not None
    values = desk.app.forms.values(desk.controller.request)[0][1]
    assert ID_NUMBER in values.lists["名单"][0].values()


def test_a_list_is_masked_while_projecting_and_there_again_after_it(asking: AskingView) -> None:
    editor = asking.lists["名单"]
    assert shown_in(editor) == list(ROW.values())
    screen.project(True)
    assert shown_in(editor) == MASKED
    assert editor.value() == [ROW]
    screen.project(False)
    assert shown_in(editor) == list(ROW.values())


def test_what_is_masked_in_a_list_cannot_be_changed_what_is_blank_can(asking: AskingView, qtbot: QtBot) -> None:
    editor = asking.lists["名单"]
    screen.project(True)
    for column in range(len(FIELDS)):
        editor.setCurrentCell(0, column)
        editor.selectRow(0)
        qtbot.keyClick(editor, Qt.Key.Key_Delete)
    assert editor.value() == [{**ROW, "姓名": ""}]
    editor.setCurrentCell(0, 0)
    QGuiApplication.clipboard().setText("王五\t别处\n赵六\t另一处")
    editor.paste(QGuiApplication.clipboard().text())
    assert editor.value()[0] == {**ROW, "姓名": "王五"} and editor.value()[1]["家庭住址"] == "另一处"
    trigger = QAbstractItemView.EditTrigger.AllEditTriggers
    assert not editor.edit(editor.model().index(0, 1), trigger, QEvent(QEvent.Type.None_))
    assert editor.edit(editor.model().index(2, 1), trigger, QEvent(QEvent.Type.None_))


def test_a_cell_being_typed_in_is_taken_in_and_closed(asking: AskingView, qtbot: QtBot) -> None:
    editor = asking.lists["名单"]
    editor.setCurrentCell(1, 3)
    editor.editItem(editor.item(1, 3))
    (line,) = editor.viewport().findChildren(QLineEdit)
    line.setText(ID_NUMBER)
    screen.project(True)
    assert editor.state() != QAbstractItemView.State.EditingState
    assert shown_in(editor, 1)[3] == "110***58" and editor.value()[1]["身份证号"] == ID_NUMBER


def test_fields_hold_nothing_that_others_may_not_read(asking: AskingView) -> None:
    before = asking.values()
    screen.project(True)
    read = [line.text() for line in asking.findChildren(QLineEdit) if line.isVisible()]
    assert read == ["李四", "示范省示范市示范区****", HIDDEN]
    assert asking.values() == before and not asking.problems()
    assert asking.editors["家庭住址"].value() is None
    screen.project(False)
    assert asking.values() == before
    assert asking.editors["家庭住址"].value() == ADDRESS and asking.editors["家庭住址"].isVisible()


def test_what_is_filled_in_while_projecting_is_covered_too(asking: AskingView) -> None:
    screen.project(True)
    asking.fill({"救助金额": "一千", "姓名": "李四"})
    assert asking.editors["救助金额"].value() is None and asking.values() == {"救助金额": "一千", "姓名": "李四"}
    assert "救助金额" in asking.problems() and not asking.error("救助金额")
    asking.cover(["救助金额"])
    assert not any(line.isVisible() and line.text() == HIDDEN for line in asking.findChildren(QLineEdit))
    screen.project(False)
    asking.cover(())
    assert asking.error("救助金额")


def test_what_is_told_of_a_file_shows_no_whole_number(asking: AskingView) -> None:
    asking.file.say(f"第 3 行的“身份证号”：{ID_NUMBER}，金额 1,000.00。")
    assert ID_NUMBER not in asking.file.told.text() and "1,000.00" in asking.file.told.text()
    screen.project(True)
    assert "1,000.00" not in asking.file.told.text()


def test_what_is_said_of_a_covered_cell_is_covered_too(qtbot: QtBot) -> None:
    editor = ListEditor("名单", ("收入日期",), ["收入日期"])
    qtbot.addWidget(editor)
    editor.set_value([{"收入日期": "每月 1,000.00 元"}])
    cell, tip = editor.item(0, 0), Qt.ItemDataRole.ToolTipRole
    assert "1,000.00" in cell.data(tip)
    screen.project(True)
    assert cell.data(Qt.ItemDataRole.DisplayRole) == HIDDEN and cell.data(tip) is None
