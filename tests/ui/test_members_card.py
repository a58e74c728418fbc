"""A member's card over a real office file: reading, saving, membership events, family, drafts and conflicts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt

from unionoffice.kernel.errors import Refused
from unionoffice.models.member import EventKind, MembershipState
from unionoffice.models.organisation import UnitKind
from unionoffice.services.checks import check
from unionoffice.ui.members.page import MembersPage
from unionoffice.ui.records.drafts import DraftKeeper
from unionoffice.ui.records.form_dialog import FormDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)

TODAY = date(2026, 9, 10)
MAN, WOMAN = "610801199001010011", "61080119900101002X"


@pytest.fixture
def branch(app):
    root = app.organisation.tree()[0].id
    return app.organisation.add_unit(root, "机电队", UnitKind.BRANCH, app.actor)[0]


@pytest.fixture
def member(app, branch):
    values = {
        "name": "王强",
        "id_number": MAN,
        "phone": "13800001111",
        "unit_id": branch,
        "joined_on": "2015-10-01",
        "dues_base": 247650,
    }
    return app.members.create(values, app.actor)[0]


@pytest.fixture
def page(qtbot, app, operations, around):
    found = MembersPage(
        replace(around, drafts=DraftKeeper(lambda: app.drafts)),
        app.members,
        lambda: app.exports,
        access=lambda: app.access_log,
        personal=lambda: app.personal_data,
    )
    qtbot.addWidget(found)
    found.routes = []

    def go(name, argument):
        found.routes.append((name, argument))
        if name == "members":
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


def submit(dialog, **values):
    dialog.form.type_values(values)
    dialog.accept_button.click()


def is_open(page):
    return any(dialog.isVisible() for dialog in page.findChildren(FormDialog))


def type_number(page, text):
    line = page.card_view.form.editor("id_number").line
    line.clear()
    line.insert(text)


def rule_of_dues(page):
    return page.card_view.dues.text()


def test_the_head_shows_name_state_and_the_five_facts(page, member):
    page.open_argument(member)
    head = page.card_view.head
    assert head.name == "王强"
    assert head._pill.text() == "在会"
    assert [fact.text for fact in (head.branch, head.number, head.phone, head.identity, head.birth)] == [
        "机电队", "—", "138****1111", "610*************11", "1990-01-01　36 岁",
    ]  # fmt: skip
    assert page.row_count == -1


def test_a_click_copies_the_telephone_number_that_is_shown(page, member, qapp, said, prompts):
    page.open_argument(member)
    qapp.clipboard().clear()
    assert not page.card_view.head.copy.isVisible()
    page.card_view.head.copy.click()
    assert qapp.clipboard().text() == ""
    prompts.answers = ["办理业务"]
    page.card_view.head.reveal.show_all.click()
    page.card_view.head.copy.click()
    assert qapp.clipboard().text() == "13800001111"
    assert said == ["已复制手机号码。"]


def test_the_form_reads_like_the_paper_and_leaves_out_no_field(page, member):
    from unionoffice.models.member import Member
    from unionoffice.ui.members.fields import paper_sections

    sections = paper_sections()
    assert [section.title for section in sections] == ["基本信息", "联系方式", "工作", "工会", "其他"]
    assert [name for name, _ in sections[0].fields[:4]] == ["name", "id_number", "sex", "birth_date"]
    placed = [name for section in sections for name, _ in section.fields]
    assert sorted(placed) == sorted(name for name, facts in Member.fields().items() if not facts.internal)


def test_dues_are_said_with_their_base_and_not_owed_while_membership_is_retained(page, app, member):
    page.open_argument(member)
    assert rule_of_dues(page) == "每月会费 12.35 元（按月缴费基数 2,476.50 元）"
    app.members.record_event(member, EventKind.RETAIN, "2026-01-01", app.actor)
    page.reload()
    assert rule_of_dues(page) == "会籍状态是“保留会籍”，不交会费。"


def test_dues_without_a_base_say_what_is_missing(page, app):
    other, _ = app.members.create({"name": "李四"}, app.actor)
    page.open_argument(other)
    assert "没有填写月缴费基数" in rule_of_dues(page)


def test_sex_and_birth_date_fill_themselves_from_a_sound_number(page):
    page.open_argument("new")
    form = page.card_view.form
    type_number(page, WOMAN[:-1])
    assert form.values()["sex"] is None
    type_number(page, WOMAN)
    assert (form.values()["sex"], form.values()["birth_date"]) == ("2", "1990-01-01")
    type_number(page, MAN)
    assert form.values()["sex"] == "1"


def test_what_was_typed_by_hand_is_not_overwritten_by_the_number(page):
    page.open_argument("new")
    form = page.card_view.form
    form.type_values({"birth_date": "1989-12-31"})
    type_number(page, WOMAN)
    assert (form.values()["sex"], form.values()["birth_date"]) == ("2", "1989-12-31")


def test_a_passport_number_says_nothing_of_sex(page):
    page.open_argument("new")
    form = page.card_view.form
    form.type_values({"id_type": "passport"})
    type_number(page, WOMAN)
    assert form.values()["sex"] is None


def test_a_new_member_is_entered_and_his_card_opens(page, app, branch, said):
    page.open_argument("new")
    assert page.card_view.head.name == "新建会员"
    page.card_view.form.type_values({"name": "曾丽梅", "unit_id": branch, "joined_on": "2020-03"})
    page.card_controller.save()
    assert said == ["已新建会员。"]
    assert page.card_view.head.name == "曾丽梅"
    member_id = page.routes[-1][1]
    assert app.members.get(member_id).membership_state is MembershipState.ACTIVE
    assert not page.card_view.form.is_dirty


def test_a_number_already_registered_is_refused_under_its_field(page, member, prompts, app):
    page.open_argument("new")
    page.card_view.form.type_values({"name": "王小强", "id_number": MAN})
    page.card_controller.save()
    assert "已登记在“王强”名下" in page.card_view.form.error("id_number")
    assert prompts.asked == []
    page.card_view.form.set_values({})


def test_saving_writes_only_what_changed_and_history_tells_it(page, app, member, said):
    page.open_argument(member)
    page.card_view.form.type_values({"post": "电工"})
    page.card_controller.save()
    assert app.members.get(member).post == "电工"
    assert said == ["已保存。"]
    assert "岗位：填写“电工”" in page.card_view.history.texts[0]
    assert not page.card_view.form.is_dirty


def test_a_conflict_keeps_what_was_typed_and_shows_both(page, app, member, prompts, operations):
    page.open_argument(member)
    page.card_view.form.type_values({"post": "电工"})
    app.members.save(member, {"post": "钳工"}, app.members.get(member).version, app.actor)
    page.card_controller.save()
    assert prompts.asked[0][0] == "error"
    assert page.card_view.form.values()["post"] == "电工"
    assert page.card_view.draft.text
    page.card_controller.save()
    assert app.members.get(member).post == "电工"


def test_leaving_keeps_a_draft_and_dropping_it_brings_the_record_back(page, app, member, said):
    page.open_argument(member)
    page.card_view.form.type_values({"post": "电工"})
    page.open_argument("")
    assert "草稿" in said[-1]
    page.open_argument(member)
    assert page.card_view.form.values()["post"] == "电工"
    page.card_view.draft.dropped.emit()
    assert page.card_view.form.values()["post"] is None
    assert page.card_view.draft.text == ""
    assert app.drafts.unfinished() == []


def test_only_what_the_state_allows_can_be_recorded(page, app, member):
    page.open_argument(member)
    page.card_controller.record_event()
    box = the_dialog(page).form.editor("kind")._box
    offered = [box.itemText(place) for place in range(1, box.count())]
    assert offered == ["转出", "保留会籍", "退会", "除名", "去世"]


def test_an_event_changes_the_state_and_stands_in_the_timeline(page, app, member, said):
    page.open_argument(member)
    page.card_controller.record_event()
    submit(the_dialog(page), kind="retain", on_date="2026-08", reason="待岗", document="矿工字 8 号")
    assert not is_open(page)
    assert page.card_view.head._pill.text() == "保留会籍"
    assert page.card_view.timeline.texts == ["2026-08 保留会籍 待岗　矿工字 8 号", "2015-10-01 入会"]
    assert said == ["已给“王强”办理保留会籍。"]


def test_a_refused_event_is_said_at_its_date_and_the_dialog_stays(page, app, member):
    page.open_argument(member)
    page.card_controller.record_event()
    dialog = the_dialog(page)
    submit(dialog, kind="leave", on_date="2014-01-01")
    assert dialog.isVisible()
    assert "不能早于上一次会籍变动" in dialog.form.error("on_date")
    assert app.members.get(member).membership_state is MembershipState.ACTIVE
    dialog.close()


def test_nothing_can_be_recorded_after_death(page, app, member, prompts):
    app.members.record_event(member, EventKind.DEATH, "2026-01-01", app.actor)
    page.open_argument(member)
    page.card_controller.record_event()
    assert not is_open(page)
    assert prompts.asked == [("message", "“王强”的会籍状态是“已去世”，没有可以办理的变动。")]


def test_relatives_are_entered_changed_and_taken_back(page, app, member, notices, said):
    page.open_argument(member)
    page.family_controller.add()
    submit(the_dialog(page), name="王小宝", kinship="20", birth_date="2015-06-01")
    assert page.card_view.family.texts == [["王小宝", "子", "****", "11", "", ""]]
    assert page.card_view.tabs.tabText(1) == "家庭 1"
    page.family_controller.change(app.members.card(member).family[0].id)
    submit(the_dialog(page), occupation="示范小学")
    assert page.card_view.family.texts[0][4] == "示范****"
    page.card_view.tabs.setCurrentIndex(1)
    page.card_view.family.table.selectRow(0)
    page.family_controller.remove()
    assert page.card_view.family.texts == []
    assert said[-1] == "已移出家庭成员“王小宝”。"
    notices.undo_last()
    assert page.card_view.family.texts[0][0] == "王小宝"


def test_a_wrong_relative_is_told_at_its_field(page, member):
    page.open_argument(member)
    page.family_controller.add()
    dialog = the_dialog(page)
    submit(dialog, name="王小宝")
    assert dialog.isVisible()
    assert dialog.form.error("kinship") == "“关系”还没有填写。"
    dialog.close()


def test_row_buttons_wait_for_a_selected_relative(page, app, member):
    app.members.save_relative(member, {"name": "李娜", "kinship": "10"}, app.actor)
    page.open_argument(member)
    page.card_view.tabs.setCurrentIndex(1)
    remove = next(action for action in page.actions() if action.text() == "移出")
    assert not remove.isEnabled()
    page.card_view.family.table.selectRow(0)
    assert remove.isEnabled()


def test_two_members_become_one_household_found_by_search(page, app, member, qtbot):
    other, _ = app.members.create({"name": "李娜", "joined_on": "2016-01-01"}, app.actor)
    app.members.save_relative(other, {"name": "王小宝", "kinship": "20"}, app.actor)
    page.open_argument(member)
    page.family_controller.join()
    dialog = the_dialog(page)
    editor = dialog.form.editor("other")
    editor.line.setText("李娜")
    dialog.accept_button.click()
    assert dialog.form.error("other") == "从查找结果里选一名。"
    editor.line.clear()
    qtbot.keyClicks(editor.line, "ln")
    editor.take(0)
    assert editor.value() == "李娜"
    dialog.accept_button.click()
    assert not is_open(page)
    assert page.card_view.fellows.names == ["李娜"]
    assert page.card_view.family.texts[0][0] == "王小宝"


def test_a_member_is_not_offered_as_his_own_family(page, member, qtbot):
    page.open_argument(member)
    page.family_controller.join()
    dialog = the_dialog(page)
    qtbot.keyClicks(dialog.form.editor("other").line, "wq")
    assert dialog.form.editor("other")._found == []
    dialog.close()


def test_a_fellow_member_is_one_click_away(page, app, member):
    other, _ = app.members.create({"name": "李娜"}, app.actor)
    app.members.join_household(member, other, app.actor)
    page.open_argument(member)
    page.card_view.fellow_opened.emit(other)
    assert page.card_view.head.name == "李娜"


def test_a_member_that_is_gone_leads_back_to_the_list(page, said):
    page.open_argument("没有这个人")
    assert not page.shows_card
    assert said == ["这名会员已经找不到。"]


def test_esc_leads_back_to_the_list(page, member):
    page.open_argument(member)
    assert page.escape()
    assert page.routes[-1] == ("members", "")
    assert not page.shows_card


def test_only_units_that_exist_can_be_chosen_and_they_show_the_tree(page, app, branch, member):
    group, _ = app.organisation.add_unit(branch, "检修一班", UnitKind.GROUP, app.actor)
    page.open_argument(member)
    editor = page.card_view.form.editor("unit_id")
    box = editor._box
    at = box.findData(group)
    assert box.itemText(at) == "机电队 / 检修一班"
    assert box.itemData(at, Qt.ItemDataRole.UserRole + 1) == "　　检修一班"
    app.organisation.close_unit(group, TODAY, app.actor)
    page.open_argument("")
    page.open_argument(member)
    assert box.findData(group) == -1
    assert editor.value() == branch


def test_typed_values_survive_a_change_elsewhere(page, app, member, operations):
    page.open_argument(member)
    page.card_view.form.type_values({"post": "电工"})
    operations.run(lambda: app.members.record_event(member, EventKind.RETAIN, "2026-01-01", app.actor))
    assert page.card_view.form.values()["post"] == "电工"
    assert page.card_view.head._pill.text() == "保留会籍"
    page.card_view.form.set_values({})


def test_what_was_recorded_last_can_be_taken_back_with_what_follows_said_first(page, app, member, prompts, said):
    app.members.record_event(member, EventKind.RETAIN, "2026-01-01", app.actor)
    app.members.record_event(member, EventKind.LEAVE, "2026-08-01", app.actor)
    page.open_argument(member)
    prompts.answers = ["办错了人"]
    page.card_view.withdraw.click()
    assert prompts.asked[-1] == ("reason", "撤销“王强”2026-08-01的“退会”")
    assert app.members.get(member).membership_state is MembershipState.RETAINED
    assert page.card_view.timeline.texts[0].startswith("2026-01-01 保留会籍")
    assert "已撤销“王强”的退会。" in said
    assert any(item.reason == "办错了人" for item in app.members.history(member))
    assert check(app.store).problems == ()


def test_turning_back_from_a_withdrawal_changes_nothing(page, app, member, prompts):
    app.members.record_event(member, EventKind.LEAVE, "2026-08-01", app.actor)
    page.open_argument(member)
    prompts.answers = [None]
    page.card_view.withdraw.click()
    assert app.members.get(member).membership_state is MembershipState.LEFT


def test_the_notice_of_an_event_takes_back_that_event_only(page, app, member, notices, prompts):
    page.open_argument(member)
    page.card_controller.record_event()
    submit(the_dialog(page), kind="retain", on_date="2026-09-01")
    assert app.members.get(member).membership_state is MembershipState.RETAINED
    app.members.record_event(member, EventKind.LEAVE, "2026-09-05", app.actor)
    notices.undo_last()
    assert prompts.asked[-1] == ("error", "这次变动之后又有别的变动，只能撤销最近的一次。")
    assert app.members.get(member).membership_state is MembershipState.LEFT


def test_undo_right_after_an_event_restores_the_state(page, app, member, notices):
    page.open_argument(member)
    page.card_controller.record_event()
    submit(the_dialog(page), kind="death", on_date="2026-09-01")
    notices.undo_last()
    assert app.members.get(member).membership_state is MembershipState.ACTIVE


def test_a_first_joining_is_taken_back_only_while_nothing_was_built_on_it(page, app, member, branch, prompts):
    page.open_argument(member)
    assert page.card_view.withdraw.isVisible()
    prompts.answers = ["还没有批准入会"]
    page.card_view.withdraw.click()
    withdrawn = app.members.get(member)
    assert (withdrawn.membership_state, withdrawn.joined_on) == (MembershipState.NONE, None)
    assert not page.card_view.withdraw.isVisible()
    assert check(app.store).problems == ()
    values = {"name": "李强", "unit_id": branch, "joined_on": "2020-01-01", "member_number": "HY1"}
    numbered, _ = app.members.create(values, app.actor)
    page.open_argument(numbered)
    assert not page.card_view.withdraw.isVisible()
    with pytest.raises(Refused):
        app.members.withdraw_event(numbered, "", "办错", app.actor)
