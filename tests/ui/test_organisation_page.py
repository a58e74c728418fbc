"""The organisation page over a real office file: the tree as of a day, dated changes, terms and officers."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel

from unionoffice.models.organisation import Unit, UnitKind
from unionoffice.services.organisation import TermStanding, term_standing
from unionoffice.ui.organisation.page import OrganisationPage
from unionoffice.ui.records.form_dialog import FormDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)

TODAY = date(2026, 9, 10)
CODE = "81440000MCL468545M"


@pytest.fixture
def units(app):
    root = app.organisation.tree()[0].id

    def add(parent, name, kind, founded=None):
        return app.organisation.add_unit(parent, name, kind, app.actor, founded_on=founded)[0]

    branch = add(root, "机电队", UnitKind.BRANCH, date(2010, 1, 1))
    group = add(branch, "检修一班", UnitKind.GROUP, date(2020, 5, 1))
    other = add(root, "运输队", UnitKind.BRANCH, date(2010, 1, 1))
    return {"root": root, "机电队": branch, "检修一班": group, "运输队": other}


@pytest.fixture
def member(app, units):
    values = {"name": "曾丽梅", "unit_id": units["检修一班"], "joined_on": "2021-01-01"}
    return app.members.create(values, app.actor)[0]


@pytest.fixture
def page(qtbot, app, units, operations, around):
    found = OrganisationPage(around, app.organisation, app.members)
    qtbot.addWidget(found)
    found.routes = []

    def go(name, argument):
        found.routes.append((name, argument))
        found.open_argument(argument)

    operations.changed.connect(found.office_changed)
    found.route_requested.connect(go)
    found.route_replaced.connect(go)
    found.resize(1134, 640)
    found.show()
    found.open_argument("")
    return found


@pytest.fixture
def said(notices):
    texts = []
    notices.posted.connect(lambda notice: texts.append(notice.text))
    return texts


def the_dialog(page):
    return next(dialog for dialog in page.findChildren(FormDialog) if dialog.isVisible())


def is_open(page):
    return any(dialog.isVisible() for dialog in page.findChildren(FormDialog))


def submit(dialog, **values):
    dialog.form.type_values(values)
    dialog.accept_button.click()


def command(page, text):
    return next(action for action in page.actions() if action.text() == text)


def test_the_tree_counts_members_with_everything_below(member, page):
    assert page.view.tree.texts == [
        "示范矿业有限公司工会 1", "　机电队 1", "　　检修一班 1", "　运输队 0",
    ]  # fmt: skip


def test_choosing_a_unit_shows_it_and_replaces_the_route(page, units, qtbot):
    qtbot.keyClick(page.view.tree, Qt.Key.Key_Down)
    assert page.routes == [("organisation", units["机电队"])]
    assert page.unit_view.name == "机电队"
    page.open_argument(units["运输队"])
    assert page.view.tree.chosen_id == units["运输队"]
    assert page.unit_view.name == "运输队"


def test_a_new_unit_stands_below_the_chosen_one_with_the_next_kind(page, app, units, said):
    page.open_argument(units["机电队"])
    page.controller.add()
    dialog = the_dialog(page)
    assert dialog.form.values()["kind"] == "group"
    submit(dialog, name="检修二班")
    assert not is_open(page)
    assert any("检修二班" in text for text in page.view.tree.texts)
    assert said == ["已新建“检修二班”。"]


def test_a_name_taken_under_the_same_parent_is_refused_at_its_field(page, units):
    page.open_argument(units["root"])
    page.controller.add()
    dialog = the_dialog(page)
    submit(dialog, name="运输队")
    assert dialog.isVisible()
    assert "同一上级下已有“运输队”" in dialog.form.error("name")
    dialog.close()


def test_a_rename_is_dated_and_earlier_days_keep_the_old_name(page, units):
    page.open_argument(units["机电队"])
    page.controller.rename()
    submit(the_dialog(page), name="机电车间", on_date="2024-05-01", reason="矿工字 3 号")
    assert page.unit_view.name == "机电车间"
    assert page.unit_view.changes.texts == [
        ["2024-05-01", "机电车间", "示范矿业有限公司工会", "矿工字 3 号"],
        ["2010-01-01", "机电队", "示范矿业有限公司工会", ""],
    ]
    page._show_day(date(2022, 1, 1))
    assert "　机电队" in page.view.tree.texts
    assert page.unit_view.name == "机电队"


def test_a_past_day_shows_its_tree_read_only_and_says_so(page, units):
    page._show_day(date(2015, 1, 1))
    assert page.view.tree.texts == ["示范矿业有限公司工会", "　机电队", "　运输队"]
    assert "2015年1月1日" in page.view.past_text
    assert not page.view.tree.dragEnabled()
    for text in ("新建下级", "更名", "移动", "撤销组织", "修改资料", "登记届次", "登记任职"):
        assert not command(page, text).isEnabled()
    assert page.escape()
    assert page.view.past_text == ""
    assert command(page, "新建下级").isEnabled()
    assert page.view.tree.dragEnabled()
    assert not page.escape()


def test_a_day_to_come_or_unreadable_is_told_and_the_tree_stays(page):
    before = page.view.tree.texts
    page._show_day(date(2027, 1, 1))
    assert "还没有到" in page.view.wrong_text
    page._show_day("那年")
    assert "写成 2026-09-01" in page.view.wrong_text
    assert page.view.tree.texts == before
    page._show_day(TODAY)
    assert page.view.wrong_text == ""


def test_the_day_is_taken_from_its_field(page):
    line = page.view.day.line
    line.setText("2015.1.1")
    line.editingFinished.emit()
    assert "2015年1月1日" in page.view.past_text


def test_dropping_a_unit_on_another_asks_for_date_and_basis_before_it_moves(page, app, units):
    tree = page.view.tree
    tree.choose(units["检修一班"])
    target = tree.visualItemRect(tree._items[units["运输队"]]).center()
    event = QDropEvent(
        QPointF(target), Qt.DropAction.MoveAction, QMimeData(), Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    tree.dropEvent(event)
    assert app.organisation.get(units["检修一班"]).parent_id == units["机电队"]
    dialog = the_dialog(page)
    assert dialog.form.values()["parent_id"] == units["运输队"]
    submit(dialog, on_date="2026-01-01", reason="机构调整")
    assert app.organisation.get(units["检修一班"]).parent_id == units["运输队"]
    assert page.view.tree.texts[-1] == "　　检修一班 0"


def test_a_unit_cannot_be_moved_below_itself(page, units):
    page.open_argument(units["机电队"])
    page.controller.move()
    box = the_dialog(page).form.editor("parent_id")._box
    assert {box.itemText(place) for place in range(1, box.count())} == {"示范矿业有限公司工会", "运输队"}
    the_dialog(page).close()


def test_a_refused_closing_is_said_as_a_sentence_and_nothing_ends(page, app, units, member):
    page.open_argument(units["检修一班"])
    page.controller.close()
    dialog = the_dialog(page)
    dialog.accept_button.click()
    assert dialog.isVisible()
    assert dialog.refusal == "“检修一班”还有 1 名在会会员，请先把他们转到别的分工会。"
    assert app.organisation.get(units["检修一班"]).closed_on is None
    dialog.close()


def test_a_closed_unit_leaves_the_tree_until_closed_ones_are_wanted(page, units):
    page.open_argument(units["运输队"])
    page.controller.close()
    the_dialog(page).accept_button.click()
    assert not any("运输队" in text for text in page.view.tree.texts)
    page.view.closed.click()
    assert "　运输队（已撤销） 0" in page.view.tree.texts
    page.open_argument(units["运输队"])
    assert not command(page, "更名").isEnabled()


def test_the_union_itself_can_neither_move_nor_end(page, units):
    page.open_argument(units["root"])
    assert not command(page, "移动").isEnabled()
    assert not command(page, "撤销组织").isEnabled()
    assert command(page, "更名").isEnabled()


def test_a_credit_code_is_checked_at_its_field(page, app, units):
    page.open_argument(units["root"])
    page.controller.change_facts()
    dialog = the_dialog(page)
    submit(dialog, credit_code=CODE[:-1] + "9")
    assert "统一社会信用代码不对" in dialog.form.error("credit_code")
    submit(dialog, credit_code=CODE, founded_on="1998-05-01")
    assert app.organisation.get(units["root"]).credit_code == CODE
    assert not is_open(page)


def add_term(app, unit, number, starts, ends, committee="union"):
    values = {"unit_id": unit, "committee": committee, "number": number, "starts_on": starts, "ends_on": ends}
    return app.organisation.save_term(values, app.actor)[0]


def test_terms_that_run_out_within_half_a_year_are_marked_and_said(page, app, units):
    add_term(app, units["root"], 4, "2020-01-01", "2023-01-01")
    add_term(app, units["root"], 5, "2023-01-01", "2026-12-31")
    add_term(app, units["root"], 1, "2020-01-01", "2024-01-01", committee="women")
    add_term(app, units["root"], 1, "2025-01-01", "2030-01-01", committee="audit")
    page.reload()
    standing = {(row[0], row[1]): row[4] for row in page.unit_view.terms.texts}
    assert standing == {
        ("工会委员会", "5"): "即将届满",
        ("工会委员会", "4"): "已换届",
        ("女职工委员会", "1"): "已届满未换届",
        ("经费审查委员会", "1"): "任期内",
    }
    assert "工会委员会第 5 届到 2026-12-31 届满，还有 112 天" in page.unit_view.warning
    assert "女职工委员会第 1 届已于 2024-01-01 届满" in page.unit_view.warning
    assert "经费审查" not in page.unit_view.warning


@pytest.mark.parametrize(("ends", "standing"), [("2027-03-09", TermStanding.DUE), ("2027-03-10", TermStanding.RUNNING)])
def test_half_a_year_is_180_days(app, units, ends, standing):
    add_term(app, units["root"], 1, "2024-01-01", ends)
    terms = app.organisation.terms(units["root"])
    assert term_standing(terms[0], terms, TODAY) is standing


def test_a_term_to_come_does_not_end_the_one_before_it(app, units):
    add_term(app, units["root"], 1, "2022-01-01", "2027-12-31")
    add_term(app, units["root"], 2, "2028-01-01", "2031-01-01")
    terms = app.organisation.terms(units["root"])
    standings = {term.number: term_standing(term, terms, TODAY) for term in terms}
    assert standings == {1: TermStanding.RUNNING, 2: TermStanding.COMING}


def test_a_term_is_entered_and_changed(page, app, units):
    page.open_argument(units["机电队"])
    page.officers.add_term()
    dialog = the_dialog(page)
    submit(dialog, number="1", starts_on="2025-01-01", ends_on="2024-01-01")
    assert "早于开始日期" in dialog.form.error("ends_on")
    submit(dialog, ends_on="2030-01-01")
    assert page.unit_view.terms.texts[0][:4] == ["工会委员会", "1", "2025-01-01", "2030-01-01"]
    page.unit_view.terms.opened.emit(app.organisation.terms(units["机电队"])[0].id)
    submit(the_dialog(page), number="2")
    assert page.unit_view.terms.texts[0][1] == "2"


def test_an_officer_found_by_search_is_linked_to_the_member(page, app, units, member, qtbot):
    page.open_argument(units["机电队"])
    page.officers.add_officer()
    dialog = the_dialog(page)
    editor = dialog.form.editor("person")
    qtbot.keyClicks(editor.line, "zlm")
    editor.take(0)
    submit(dialog, position="分工会主席", starts_on="2025-01-01")
    officer = app.organisation.officers(units["机电队"])[0]
    assert (officer.person, officer.member_id) == ("曾丽梅", member)
    assert page.unit_view.officers.texts[0][:2] == ["分工会主席", "曾丽梅"]


def test_an_officer_who_is_no_member_is_kept_by_name(page, app, units, member, qtbot):
    page.open_argument(units["机电队"])
    page.officers.add_officer()
    dialog = the_dialog(page)
    editor = dialog.form.editor("person")
    qtbot.keyClicks(editor.line, "zlm")
    editor.take(0)
    editor.line.setText("外请顾问")
    submit(dialog, position="顾问", starts_on="2025-01-01")
    officer = app.organisation.officers(units["机电队"])[0]
    assert (officer.person, officer.member_id) == ("外请顾问", None)


def test_changing_an_officer_keeps_his_link(page, app, units, member):
    values = {"unit_id": units["机电队"], "member_id": member, "position": "小组长", "starts_on": "2025-01-01"}
    officer_id, _ = app.organisation.save_officer({**values, "committee": "union"}, app.actor)
    page.open_argument(units["机电队"])
    page.officers.change_officer(officer_id)
    submit(the_dialog(page), ends_on="2026-06-30")
    officer = app.organisation.officers(units["机电队"])[0]
    assert (officer.member_id, officer.ends_on) == (member, date(2026, 6, 30))


def test_nothing_is_changed_from_a_past_day(page, app, units):
    term = add_term(app, units["机电队"], 1, "2025-01-01", "2030-01-01")
    page.open_argument(units["机电队"])
    page._show_day(date(2015, 1, 1))
    page.unit_view.terms.opened.emit(term)
    assert not is_open(page)


def test_what_was_shown_comes_back_over_a_restart(page, units, app):
    page.open_argument(units["运输队"])
    kept = page.state()
    page.open_argument(units["root"])
    page.restore(kept)
    assert page.view.tree.chosen_id == units["运输队"]


def test_the_page_follows_changes_made_elsewhere(page, app, units, operations):
    values = {"name": "王强", "unit_id": units["运输队"], "joined_on": "2026"}
    operations.run(lambda: app.members.create(values, app.actor))
    assert "　运输队 1" in page.view.tree.texts
    assert app.organisation.history(Unit, units["运输队"])


def test_a_wrong_rename_is_undone_on_the_day_it_was_for(page, app, units, notices, said):
    page.open_argument(units["运输队"])
    page.controller.rename()
    submit(the_dialog(page), name="运转队", on_date="2026-09-01", reason="")
    assert app.organisation.get(units["运输队"]).name == "运转队"
    notices.undo_last()
    assert app.organisation.get(units["运输队"]).name == "运输队"
    assert "运转队" not in [node.name for node in app.organisation.tree(date(2026, 9, 1))]
    assert said[-1] == "已改回“运输队”。"


def test_closing_says_what_cannot_be_undone_and_what_to_do_instead(page, units):
    page.open_argument(units["运输队"])
    page.controller.close()
    dialog = the_dialog(page)
    words = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "不能恢复" in words and "不用撤销" in words
    dialog.close()
