"""The list of members over a real office file: what it shows, narrows, moves, numbers and exports."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from unionoffice.models.member import EventKind
from unionoffice.models.organisation import UnitKind
from unionoffice.ui.home.facts import gather
from unionoffice.ui.members.page import MembersPage

TODAY = date(2026, 9, 10)
ADULT, WOMAN = "610801199001010011", "61080119900101002X"


@pytest.fixture
def units(app):
    root = app.organisation.tree()[0].id
    branch, _ = app.organisation.add_unit(root, "机电队", UnitKind.BRANCH, app.actor)
    group, _ = app.organisation.add_unit(branch, "检修一班", UnitKind.GROUP, app.actor)
    other, _ = app.organisation.add_unit(root, "运输队", UnitKind.BRANCH, app.actor)
    return {"root": root, "机电队": branch, "检修一班": group, "运输队": other}


@pytest.fixture
def people(app, units):
    def enter(name, unit, joined="2015-10-01", **values):
        values = {"name": name, "unit_id": units[unit], "joined_on": joined, **values}
        return app.members.create(values, app.actor)[0]

    found = {
        "曾丽梅": enter("曾丽梅", "机电队", sex="2", post="电工", phone="13800001111"),
        "王强": enter("王强", "检修一班", sex="1", id_number=ADULT),
        "赵敏": enter("赵敏", "运输队", sex="2", joined="2020-03"),
        "孙新": enter("孙新", "运输队", joined=None),
    }
    app.members.record_event(found["赵敏"], EventKind.RETAIN, "2026-01-01", app.actor)
    return found


@pytest.fixture
def make_page(qtbot, app, operations, around):
    def make():
        page = MembersPage(
            around, app.members, lambda: app.exports, access=lambda: app.access_log, personal=lambda: app.personal_data
        )
        qtbot.addWidget(page)
        page.routes = []
        operations.changed.connect(page.office_changed)
        page.route_requested.connect(lambda *route: page.routes.append(route))
        page.resize(1134, 640)
        page.restore({})
        page.show()
        page.open_argument("")
        return page

    return make


@pytest.fixture
def said(notices):
    found = []
    notices.posted.connect(found.append)
    return found


def names(page):
    model = page.list_view.list.model
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def filter_by(page, **accepted):
    page.list_view.list.filters.restore({"accepted": accepted})
    page.list_view.list.filters.changed.emit()


def shown_labels(page):
    table = page.list_view.list.table
    return [page.list_view.list.model.columns[column].field.label for column in table.shown_columns()]


def visible_buttons(page):
    return [button.text() for button in page.findChildren(QPushButton) if button.isVisible() and button.text()]


def test_an_empty_roll_says_what_belongs_here_and_leads_to_the_import(make_page):
    page = make_page()
    assert page.list_view.list.empty.isVisible()
    assert "导入花名册" in visible_buttons(page)
    page.list_view.list.empty.acted.emit()
    assert page.routes == [("imports", "")]


def primaries(page):
    return [button.text() for button in page.findChildren(QPushButton, "primary") if button.isVisible()]


def test_a_page_has_one_primary_button_also_while_its_list_is_empty(make_page, app, units):
    page = make_page()
    assert primaries(page) == ["导入花名册"]
    app.members.create({"name": "王强", "unit_id": units["机电队"]}, app.actor)
    page.reload()
    assert primaries(page) == ["新建会员"]
    filter_by(page, sex=("2",))
    assert page.list_view.list.empty.isVisible()
    assert primaries(page) == ["新建会员"]


def test_the_list_opens_with_the_nine_usual_columns(make_page, people):
    assert shown_labels(make_page()) == [
        "姓名", "会员编号", "所属工会", "性别", "出生日期", "手机号码", "岗位", "会籍状态", "入会日期",
    ]  # fmt: skip


def test_columns_the_user_chose_come_back(make_page, people):
    page = make_page()
    columns = [column.key for column in page.list_view.list.model.columns]
    page.list_view.list.table.setColumnHidden(columns.index("ethnicity"), False)
    kept = page.state()
    again = make_page()
    again.restore(kept)
    assert "民族" in shown_labels(again)


def test_units_are_shown_by_their_path_and_sorted_as_in_the_tree(make_page, people):
    page = make_page()
    model = page.list_view.list.model
    columns = [column.key for column in model.columns]
    place = columns.index("unit_id")
    model.sort(place)
    assert [model.index(row, place).data() for row in range(model.rowCount())] == [
        "机电队", "机电队 / 检修一班", "运输队", "运输队",
    ]  # fmt: skip


def test_a_unit_filter_lets_through_what_lies_below(make_page, people, units):
    page = make_page()
    filter_by(page, unit_id=[units["机电队"]])
    assert names(page) == ["曾丽梅", "王强"]
    filter_by(page, unit_id=[units["检修一班"]])
    assert names(page) == ["王强"]


def test_a_new_unit_is_offered_in_the_filter_and_its_label_shows_the_depth(make_page, app, units, operations):
    page = make_page()
    operations.run(lambda: app.organisation.add_unit(units["机电队"], "检修二班", UnitKind.GROUP, app.actor))
    chip = page.list_view.list.filters._chips["unit_id"]
    assert "　　检修二班" in chip._options.values()
    chip.set_codes([units["检修一班"]])
    assert chip.text() == "所属工会：检修一班"


def test_state_chips_count_the_whole_roll_and_narrow_the_list(make_page, people):
    page = make_page()
    assert page.list_view.states.texts == ["全部 4", "未入会 1", "在会 2", "保留会籍 1", "已退会 0"]
    page.list_view.states._buttons["retained"].click()
    assert names(page) == ["赵敏"]
    assert page.row_count == 1
    assert page.list_view.states.texts[0] == "全部 4"
    assert page.list_view.states._buttons["retained"].isChecked()
    assert not page.list_view.states._buttons[""].isChecked()
    page.list_view.states._buttons[""].click()
    assert page.row_count == 4


def test_state_chips_keep_the_other_filters(make_page, people):
    page = make_page()
    filter_by(page, sex=["2"])
    page.list_view.states._buttons["active"].click()
    assert names(page) == ["曾丽梅"]


def test_pinyin_initials_find_a_member(make_page, people, qtbot):
    page = make_page()
    with qtbot.waitSignal(page.list_view.list.filters.changed):
        page.list_view.list.filters._text.setText("zlm")
    assert names(page) == ["曾丽梅"]


def test_the_preview_masks_the_identity_number_and_names_the_unit(make_page, people, qtbot):
    page = make_page()
    page.list_view.list.table.select([people["王强"]])
    qtbot.keyClick(page.list_view.list.table, Qt.Key.Key_Space)
    texts = page.list_view.preview.texts
    assert "610*************11" in texts
    assert ADULT not in texts
    assert "机电队 / 检修一班" in texts
    assert page.escape()
    assert not page.list_view.preview.isVisible()


def test_enter_asks_for_the_members_route(make_page, people, qtbot):
    page = make_page()
    page.list_view.list.table.select([people["王强"]])
    qtbot.keyClick(page.list_view.list.table, Qt.Key.Key_Return)
    assert page.routes == [("members", people["王强"])]


def test_selected_members_move_together_and_undo_puts_each_back(make_page, app, people, units, prompts, notices):
    page = make_page()
    page.list_view.list.table.select([people["曾丽梅"], people["王强"]])
    prompts.answers = [units["运输队"]]
    page.list_controller.transfer()
    assert prompts.asked == [("choice", "把 2 名会员调到哪里？")]
    assert {app.members.get(people[name]).unit_id for name in ("曾丽梅", "王强")} == {units["运输队"]}
    notices.undo_last()
    assert app.members.get(people["曾丽梅"]).unit_id == units["机电队"]
    assert app.members.get(people["王强"]).unit_id == units["检修一班"]


def test_turning_back_from_the_unit_moves_nobody(make_page, app, people, units, prompts, said):
    page = make_page()
    page.list_view.list.table.select([people["曾丽梅"]])
    prompts.answers = [None]
    page.list_controller.transfer()
    assert app.members.get(people["曾丽梅"]).unit_id == units["机电队"]
    assert said == []


def test_numbers_are_given_after_naming_how_many_people_get_one(make_page, app, people, prompts, said, qtbot, jobs):
    page = make_page()
    prompts.answers = [True]
    with qtbot.waitSignal(jobs.idle):
        page.list_controller.give_numbers()
    assert prompts.asked == [("confirm", "给 2 名没有编号的在会会员编会员编号？")]
    assert prompts.verbs == ["编 2 个编号"]
    assert app.members.get(people["王强"]).member_number
    assert [notice.text for notice in said] == ["已给 2 名会员编了会员编号。"]
    page.list_controller.give_numbers()
    assert len(prompts.asked) == 1
    assert "不用再编" in said[-1].text


def test_export_is_exactly_the_view(make_page, people, prompts, said, tmp_path, qtbot, jobs, monkeypatch):
    page = make_page()
    filter_by(page, sex=["2"])
    model = page.list_view.list.model
    model.sort(0, Qt.SortOrder.DescendingOrder)
    path = tmp_path / "花名册.xlsx"
    prompts.answers = [path]
    with qtbot.waitSignal(jobs.idle):
        page.list_controller.export()
    rows = list(load_workbook(path).active.iter_rows(values_only=True))
    heading = next(place for place, row in enumerate(rows) if "姓名" in row)
    assert [cell for cell in rows[heading] if cell] == shown_labels(page)
    assert [row[0] for row in rows[heading + 1 :]] == names(page)
    assert said[-1].text == "已导出 2 名会员到“花名册.xlsx”。"
    opened = []
    monkeypatch.setattr("unionoffice.ui.members.list_controller.QDesktopServices.openUrl", opened.append)
    assert said[-1].action == "打开文件夹"
    said[-1].run()
    assert Path(opened[0].toLocalFile()) == tmp_path


def test_keys_of_the_list(make_page, people, qtbot):
    page = make_page()
    keys = {action.shortcut().toString(): action.text() for action in page.actions() if action.isEnabled()}
    assert keys["Ctrl+N"] == "新建会员"
    assert keys["Ctrl+E"] == "导出"
    assert keys["Ctrl+F"] == "查找"
    page.open_argument("new")
    enabled = {action.text() for action in page.actions() if action.isEnabled()}
    assert "保存" in enabled
    assert not {"新建会员", "导出", "导入花名册", "调整所属工会"} & enabled


def test_the_list_follows_changes_made_elsewhere(make_page, app, people, operations):
    page = make_page()
    operations.run(lambda: app.members.create({"name": "新会员", "joined_on": "2026-09-01"}, app.actor))
    assert page.row_count == 5
    assert "在会 3" in page.list_view.states.texts


@pytest.mark.parametrize("sort", [None, "unit_id", "phone"])
def test_pages_of_the_list_follow_each_other_without_gap(app, people, sort):
    from unionoffice.services.members import MemberQuery

    query = MemberQuery(sort=sort, descending=True)
    whole = app.members.rows(("name",), query, limit=100)
    pages = [app.members.rows(("name",), query, offset=offset, limit=1)[0] for offset in range(4)]
    assert pages == whole
    assert [row[0] for row in whole] == app.members.ids(query)


def test_those_without_a_number_a_phone_or_a_branch_can_be_filtered(make_page, app, people, units):
    app.members.create(
        {"name": "周末", "unit_id": units["root"], "id_number": WOMAN, "phone": "13800002222"}, app.actor
    )
    page = make_page()
    filter_by(page, lacking=("id_number",))
    assert names(page) == ["曾丽梅", "赵敏", "孙新"]
    filter_by(page, lacking=("phone",))
    assert names(page) == ["王强", "赵敏", "孙新"]
    filter_by(page, lacking=("unit_id",))
    assert names(page) == ["周末"]
    filter_by(page, lacking=("unit_id", "id_number"), sex=("2",))
    assert names(page) == ["曾丽梅", "赵敏", "周末"]
    assert page.state()["filters"]["accepted"]["lacking"] == ["id_number", "unit_id"]


def test_the_home_pages_figure_leads_to_exactly_those_people(make_page, app, people):
    due = next(due for due in gather(app.members, app.organisation, app.welfare, app.registers, TODAY).due
               if "证件号码" in due.text)  # fmt: skip
    page = make_page()
    replaced = []
    page.route_replaced.connect(lambda *route: replaced.append(route))
    page.open_argument(due.route[1])
    assert names(page) == ["曾丽梅"] and due.number == 1
    assert replaced == [("members", "")]


def test_the_export_holds_those_the_gap_lets_through(make_page, prompts, people, said, qtbot, tmp_path):
    page = make_page()
    filter_by(page, lacking=("id_number",))
    prompts.answers = [tmp_path / "缺证件.xlsx"]
    page.list_controller.export()
    qtbot.waitUntil(lambda: bool(said), timeout=20000)
    assert "已导出 3 名会员" in said[0].text
