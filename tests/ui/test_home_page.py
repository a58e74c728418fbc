"""The home page over a real office file: tasks, things due, and the lists behind every number."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt

from unionoffice.kernel.identity import Actor
from unionoffice.models.organisation import UnitKind
from unionoffice.models.registers.merchants import REGISTER
from unionoffice.services.welfare import LineQuery
from unionoffice.ui.home.facts import gather
from unionoffice.ui.home.page import HomePage
from unionoffice.ui.home.view import DueRow, RunningRow, TaskCard

ACTOR = Actor("林晓")
TODAY = date(2026, 9, 10)


@pytest.fixture
def page(qtbot, app, operations):
    page = HomePage(lambda: gather(app.members, app.organisation, app.welfare, app.registers, TODAY))
    page.reload()
    qtbot.addWidget(page)
    operations.changed.connect(page.office_changed)
    page.resize(1100, 700)
    page.show()
    return page


@pytest.fixture
def root(app):
    return app.organisation.tree()[0].id


def facts(app):
    return gather(app.members, app.organisation, app.welfare, app.registers, TODAY)


def due_texts(app):
    return [f"{due.number} {due.text}" for due in facts(app).due]


def add_merchant(app, name, days, *, steps=("sign",)):
    values = {
        "name": name,
        "category": "goods",
        "discount": "九折",
        "signed_from": TODAY - timedelta(400),
        "signed_until": TODAY + timedelta(days),
    }
    record_id, _ = app.registers.create(REGISTER, values, ACTOR)
    for step in steps:
        app.registers.take(REGISTER, record_id, step, ACTOR, reason="不再合作")


def add_batch(app, root):
    values = {
        "name": "2026年中秋慰问",
        "kind": "festival",
        "roll_date": "2026-09-01",
        "item": "月饼",
        "payment": "goods",
        "quantity": 1,
        "unit_price": 100,
        "budget": 100000,
    }
    for name in ("张示范", "李示范"):
        app.members.create({"name": name, "unit_id": root, "joined_on": "2020-01-01"}, ACTOR)
    return app.welfare.plan("中秋慰问", None, values, ACTOR)[0]


def test_an_empty_office_begins_with_its_roster(page, qtbot):
    assert page.view.empty.isVisible()
    with qtbot.waitSignal(page.route_requested) as wished:
        page.view.empty.acted.emit()
    assert wished.args == ["imports", ""]


def test_tasks_begin_where_they_say(page, qtbot):
    cards = page.findChildren(TaskCard)
    begun = []
    page.route_requested.connect(lambda name, argument: begun.append((name, argument)))
    for card in cards:
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert begun == [("imports", ""), ("welfare", "new"), ("merchant", "")]


def test_the_desk_is_offered_while_a_batch_is_given_out(app, root):
    batch = add_batch(app, root)
    app.welfare.approve(batch, ACTOR)
    assert "登记领取" not in [task.title for task in facts(app).tasks]
    lines = app.welfare.lines(LineQuery(batch))
    app.welfare.collect(lines[0].id, ACTOR)
    task = next(task for task in facts(app).tasks if task.title == "登记领取")
    assert task.route == ("desk", batch)
    assert "待领 1 人" in task.text
    app.welfare.collect(lines[1].id, ACTOR)
    assert "登记领取" not in [task.title for task in facts(app).tasks]


def test_only_signed_agreements_that_end_soon_are_due(app):
    add_merchant(app, "晨光书店", 12)
    add_merchant(app, "好邻居超市", 61)
    add_merchant(app, "老街面馆", -1)
    add_merchant(app, "青山民宿", -30, steps=())
    assert due_texts(app) == ["1 家签约商户的协议已经过期", "1 家签约商户的协议 60 天内到期"]
    assert {due.route for due in facts(app).due} == {("merchant", "")}


@pytest.mark.parametrize(("days", "told"), [(180, 1), (181, 0), (0, 1)])
def test_a_term_is_told_180_days_before_its_end(app, root, days, told):
    values = {
        "unit_id": root,
        "committee": "union",
        "number": 3,
        "starts_on": "2021-01-01",
        "ends_on": (TODAY + timedelta(days)).isoformat(),
    }
    app.organisation.save_term(values, ACTOR)
    assert sum("180 天内届满" in text for text in due_texts(app)) == told


def test_a_term_that_was_succeeded_is_no_longer_told(app, root):
    for number, starts, ends in ((2, "2016-01-01", "2021-01-01"), (3, "2021-01-01", "2030-01-01")):
        values = {"unit_id": root, "committee": "union", "number": number, "starts_on": starts, "ends_on": ends}
        app.organisation.save_term(values, ACTOR)
    assert due_texts(app) == []


def test_members_without_branch_or_identity_number_are_counted(app, root):
    unit, _ = app.organisation.add_unit(root, "机电队", UnitKind.BRANCH, ACTOR)
    app.members.create({"name": "张示范", "unit_id": unit, "joined_on": "2020-01-01"}, ACTOR)
    app.members.create({"name": "李示范", "unit_id": root, "joined_on": "2020-01-01"}, ACTOR)
    number = {"id_number": "110101199003077758"}
    app.members.create({"name": "王示范", "unit_id": unit, "joined_on": "2020-01-01", **number}, ACTOR)
    found = facts(app)
    without = ("members", "lacking:id_number")
    assert [(due.number, due.route) for due in found.due] == [(1, ("organisation", root)), (2, without)]
    assert found.finding == "在会 3 人，机电队最多，2 人"


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ((2, 2, 2), "在会 6 人，3 个分工会一样多，各 2 人"),
        ((2, 1, 2), "在会 5 人，一车间和三车间并列最多，各 2 人"),
        ((2, 2, 1, 2), "在会 7 人，3 个分工会并列最多，各 2 人"),
        ((1, 2, 1), "在会 4 人，二车间最多，2 人"),
        ((3,), "在会 3 人"),
    ],
)
def test_branches_that_are_even_are_not_each_the_largest(app, root, sizes, told):
    for name, size in zip("一二三四", sizes, strict=False):
        unit, _ = app.organisation.add_unit(root, f"{name}车间", UnitKind.BRANCH, ACTOR)
        for number in range(size):
            app.members.create({"name": f"张{name}{number}", "unit_id": unit, "joined_on": "2020-01-01"}, ACTOR)
    assert facts(app).finding == told


def test_the_small_office_without_branches_is_not_nagged_about_them(app, root):
    app.members.create({"name": "李示范", "unit_id": root, "joined_on": "2020-01-01"}, ACTOR)
    assert all("分到分工会" not in text for text in due_texts(app))


def test_distributions_under_way_show_progress_and_lead_to_their_page(page, qtbot, app, root):
    batch = add_batch(app, root)
    app.welfare.approve(batch, ACTOR)
    app.welfare.collect(app.welfare.lines(LineQuery(batch))[0].id, ACTOR)
    page.reload()
    row = page.view.findChildren(RunningRow)[-1]
    assert "1 / 2" in page.view.texts and "待领 1 人" in page.view.texts
    with qtbot.waitSignal(page.route_requested) as wished:
        qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert wished.args == ["welfare", batch]
    app.welfare.close(batch, ACTOR)
    assert facts(app).running == []


def test_a_due_number_opens_its_list(page, qtbot, app):
    add_merchant(app, "晨光书店", 12)
    page.reload()
    with qtbot.waitSignal(page.route_requested) as wished:
        qtbot.mouseClick(page.view.findChildren(DueRow)[-1], Qt.MouseButton.LeftButton)
    assert wished.args == ["merchant", ""]


def test_the_page_follows_what_happens_elsewhere(page, app, operations, root):
    values = {"name": "李示范", "unit_id": root, "joined_on": "2020-01-01"}
    operations.run(lambda: app.members.create(values, ACTOR))
    assert not page.view.empty.isVisible()
    assert "在会 1 人" in page.view.texts
