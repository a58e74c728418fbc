"""The collection desk: the keyboard alone, one hand, no dialog."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt

from unionoffice.kernel.identity import Actor
from unionoffice.models.organisation import UnitKind
from unionoffice.models.welfare import LineState
from unionoffice.services.welfare import LineQuery
from unionoffice.ui.welfare.desk import DeskPage
from unionoffice.ui.welfare.desk_parts import ActionRow

ACTOR = Actor("林晓")
PLAN = {
    "name": "2026年中秋慰问",
    "kind": "festival",
    "roll_date": "2026-09-01",
    "item": "月饼",
    "payment": "goods",
    "quantity": 1,
    "unit_price": 100,
    "budget": 100000,
}
PEOPLE = (
    ("张示范", "机电队", "1001"),
    ("李明", "机电队", "1002"),
    ("李明", "通风队", "1003"),
    ("李明月", "通风队", "10031"),
    ("王示范", "通风队", "2001"),
)


@pytest.fixture
def batch(app):
    root = app.organisation.tree()[0].id
    units = {}
    for name in ("机电队", "通风队"):
        units[name], _ = app.organisation.add_unit(root, name, UnitKind.BRANCH, ACTOR, founded_on=date(2010, 1, 1))
    for name, unit, number in PEOPLE:
        values = {"name": name, "unit_id": units[unit], "joined_on": "2020-01-01", "staff_number": number}
        app.members.create(values, ACTOR)
    found, _ = app.welfare.plan("中秋慰问", None, PLAN, ACTOR)
    app.welfare.approve(found, ACTOR)
    return found


@pytest.fixture
def page(qtbot, app, operations, around, batch):
    page = DeskPage(around, app.welfare)
    qtbot.addWidget(page)
    operations.changed.connect(page.office_changed)
    page.resize(1100, 700)
    page.show()
    page.open_argument(batch)
    return page


def type_and(page, qtbot, text, key, modifier=Qt.KeyboardModifier.NoModifier):
    """As a barcode reader does: the words and the key at once, without a pause."""
    page.view.field.setText(text)
    page.view.field.textEdited.emit(text)
    qtbot.keyClick(page.view.field, key, modifier)


def line_of(app, batch, number):
    return next(line for line in app.welfare.lines(LineQuery(batch)) if line.staff_number == number)


def test_a_scanned_number_and_return_register_the_person_himself(page, qtbot, app, batch):
    type_and(page, qtbot, "1003", Qt.Key.Key_Return)
    assert line_of(app, batch, "1003").state is LineState.COLLECTED
    assert line_of(app, batch, "10031").state is LineState.WAITING, "the exact number wins over a longer one"
    assert page.view.feedback.tone == "green"
    assert "李明" in page.view.feedback.text


def test_after_each_person_the_field_is_empty_and_the_total_counts_up(page, qtbot):
    assert page.view.count.text() == "0 / 5"
    type_and(page, qtbot, "1001", Qt.Key.Key_Return)
    assert page.view.field.text() == ""
    assert page.view.count.text() == "1 / 5"
    assert page.view.waiting.text() == "待领 4 人"


def test_pinyin_initials_find_a_person(page, qtbot, app, batch):
    type_and(page, qtbot, "zsf", Qt.Key.Key_Return)
    assert line_of(app, batch, "1001").state is LineState.COLLECTED


def test_two_people_of_one_name_are_never_guessed(page, qtbot, app, batch):
    type_and(page, qtbot, "李明", Qt.Key.Key_Return)
    assert app.welfare.tally(batch).collected == 0
    assert "有 2 个人符合“李明”" in page.view.feedback.text
    qtbot.keyClick(page.view.field, Qt.Key.Key_Down)
    qtbot.keyClick(page.view.field, Qt.Key.Key_Return)
    assert line_of(app, batch, "1003").state is LineState.COLLECTED
    assert line_of(app, batch, "1002").state is LineState.WAITING


def test_part_of_a_number_that_fits_several_is_never_guessed(page, qtbot, app, batch):
    type_and(page, qtbot, "100", Qt.Key.Key_Return)
    assert app.welfare.tally(batch).collected == 0


def test_nobody_found_is_said_and_nothing_registered(page, qtbot, app, batch, prompts):
    type_and(page, qtbot, "赵某", Qt.Key.Key_Return)
    assert page.view.feedback.tone == "red"
    assert "没有“赵某”" in page.view.feedback.text
    assert prompts.asked == []


def test_somebody_who_has_collected_is_refused_without_a_dialog(page, qtbot, app, batch, prompts):
    type_and(page, qtbot, "1001", Qt.Key.Key_Return)
    type_and(page, qtbot, "1001", Qt.Key.Key_Return)
    assert "已登记为“本人已领”（2026-09-10）" in page.view.feedback.text
    assert page.view.feedback.tone == "red"
    assert prompts.asked == []
    assert app.welfare.tally(batch).collected == 1


@pytest.mark.parametrize(
    ("key", "modifier"),
    [(Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)],
)
def test_a_proxy_is_asked_in_place_with_name_and_relation(page, qtbot, app, batch, key, modifier):
    type_and(page, qtbot, "2001", key, modifier)
    assert page.view.proxy.isVisible()
    page.view.proxy.name.setText("周示范")
    qtbot.keyClick(page.view.proxy.name, Qt.Key.Key_Return)
    assert app.welfare.tally(batch).by_proxy == 0, "the relation is still missing"
    page.view.proxy.relation.setEditText("配偶")
    qtbot.keyClick(page.view.proxy.relation.lineEdit(), Qt.Key.Key_Return)
    line = line_of(app, batch, "2001")
    assert (line.state, line.proxy, line.proxy_relation) == (LineState.PROXY, "周示范", "配偶")
    assert page.view.proxy.isHidden()


def test_a_proxy_without_relation_is_told_beside_the_field(page, qtbot, app, batch):
    type_and(page, qtbot, "2001", Qt.Key.Key_F2)
    page.view.proxy.name.setText("周示范")
    page.view.proxy.given.emit("周示范", "")
    assert "与本人的关系" in page.view.proxy.error
    assert app.welfare.tally(batch).by_proxy == 0


def test_escape_leaves_the_proxy_then_empties_the_field_then_the_page(page, qtbot):
    type_and(page, qtbot, "2001", Qt.Key.Key_F2)
    assert page.escape() and page.view.proxy.isHidden()
    assert page.escape() and page.view.field.text() == ""
    assert not page.escape()


def test_undo_by_key_takes_back_the_newest(page, qtbot, app, batch):
    type_and(page, qtbot, "1001", Qt.Key.Key_Return)
    type_and(page, qtbot, "2001", Qt.Key.Key_Return)
    qtbot.keyClick(page.view.field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert line_of(app, batch, "2001").state is LineState.WAITING
    assert line_of(app, batch, "1001").state is LineState.COLLECTED
    assert page.view.last.count() == 1
    assert "已撤销" in page.view.feedback.text


def test_undo_while_typing_belongs_to_the_field(page, qtbot, app, batch):
    type_and(page, qtbot, "1001", Qt.Key.Key_Return)
    qtbot.keyClicks(page.view.field, "20")
    qtbot.keyClick(page.view.field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert line_of(app, batch, "1001").state is LineState.COLLECTED


def test_the_branch_filter_narrows_the_people_found(page, qtbot):
    page.view.unit_chosen.emit("机电队")
    page.search("李明")
    assert [(line.name, line.unit) for line in page.view.lines()] == [("李明", "机电队")]
    page.search("王示范")
    assert page.view.lines() == []
    assert "机电队的名单里没有" in page.view.feedback.text


def test_those_still_waiting_come_first(page, app, batch):
    app.welfare.collect(line_of(app, batch, "1002").id, ACTOR)
    page.search("李明")
    assert [line.staff_number for line in page.view.lines()][:2] == ["1003", "1002"]


def test_a_closed_batch_takes_nothing_more(page, qtbot, app, batch):
    app.welfare.close(batch, ACTOR)
    page.open_argument(batch)
    assert "不能登记领取" in page.view.feedback.text
    type_and(page, qtbot, "1001", Qt.Key.Key_Return)
    assert app.welfare.tally(batch).collected == 0


def test_without_a_batch_the_desk_says_where_to_find_one(page):
    page.open_argument("")
    assert "从“福利”里打开" in page.view.feedback.text


def test_a_long_line_of_the_last_actions_ends_in_dots_and_is_whole_in_its_tooltip(page, qtbot):
    words = "欧阳示范　由司马某某（班组长）代领　机关与后勤保障第二联合分工会"
    page.view.show_actions([("1", words), ("2", "王示范　本人领取")])
    qtbot.waitUntil(lambda: all(row.words.shown for row in page.view.findChildren(ActionRow)))
    long, short = (row.words for row in page.view.findChildren(ActionRow))
    assert long.shown.endswith("…") and long.shown.startswith("欧阳示范")
    assert long.toolTip() == words
    assert short.shown == "王示范　本人领取" and short.toolTip() == ""
