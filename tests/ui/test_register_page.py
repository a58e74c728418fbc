"""A register's page, made only from its declaration, over a real office file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from office import ACTOR, TODAY, add_merchants, merchant_values
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from unionoffice.models.registers.merchants import REGISTER
from unionoffice.services.drafts import Drafts
from unionoffice.ui.records.drafts import DraftKeeper
from unionoffice.ui.records.register_page import RegisterExtras, RegisterPage


@pytest.fixture
def make_page(qtbot, registers, operations, around, store):
    around = replace(around, today=TODAY, drafts=DraftKeeper(lambda: Drafts(store, ACTOR)))

    def make(extras=None):
        page = RegisterPage(around, REGISTER, registers, extras=extras)
        qtbot.addWidget(page)
        operations.changed.connect(page.office_changed)
        page.route_requested.connect(lambda name, argument: page.open_argument(argument))
        page.route_replaced.connect(lambda name, argument: page.open_argument(argument))
        page.resize(1100, 700)
        page.show()
        page.open_argument("")
        return page

    return make


@pytest.fixture
def said(notices):
    texts = []
    notices.posted.connect(lambda notice: texts.append(notice.text))
    return texts


def shown_names(page):
    model = page.list.model
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def filter_text(page, text, qtbot):
    with qtbot.waitSignal(page.list.filters.changed):
        page.list.filters.restore({})
        page.list.filters._text.setText(text)


def visible_buttons(page):
    return [button.text() for button in page.findChildren(QPushButton) if button.isVisible() and button.text()]


def test_an_empty_register_says_what_belongs_here_and_begins(make_page):
    page = make_page()
    assert page.list.empty.isVisible()
    assert "新建签约商户" in visible_buttons(page)
    page.list.empty.acted.emit()
    assert page.shows_record
    assert page.record.name == "新建签约商户"


def test_no_button_without_what_it_does(make_page, registers):
    add_merchants(registers, 1)
    texts = visible_buttons(make_page())
    assert not {"导入 Excel", "导出 Excel", "打印登记表"} & set(texts)
    everything = RegisterExtras(export=lambda *_, **__: None, import_files=lambda _: None, print_record=lambda *_: b"")
    texts = visible_buttons(make_page(everything))
    assert {"导入 Excel", "导出 Excel"} <= set(texts)


def test_title_and_row_count_follow_the_list(make_page, registers, qtbot):
    add_merchants(registers, 3)
    page = make_page()
    assert page.row_count == 3
    filter_text(page, "书店", qtbot)
    assert page.row_count == 1
    page.open_argument("new")
    assert page.row_count == -1


def test_a_filter_without_result_offers_to_clear_it(make_page, registers, qtbot):
    add_merchants(registers, 2)
    page = make_page()
    filter_text(page, "没有这一家", qtbot)
    assert "清除筛选" in visible_buttons(page)
    page.list.empty.acted.emit()
    assert page.row_count == 2


def test_typing_filters_within_120_ms(make_page, registers):
    page = make_page()
    assert page.list.filters._timer.interval() <= 120


def test_choice_chips_narrow_the_list(make_page, registers):
    add_merchants(registers, 8)
    page = make_page()
    page.list.filters._chips["state"]._take(("signed",))
    assert page.row_count == 4
    assert page.list.filters._chips["state"].text() == "状态：已签约"
    page.list.filters._chips["category"]._take(("goods", "travel", "food"))
    assert shown_names(page) == ["好邻居超市", "青山民宿"]
    page.list.filters.clear()
    assert page.row_count == 8


def test_a_new_record_is_entered_from_the_form(make_page, registers, said):
    page = make_page()
    page.open_argument("new")
    page.record.form.type_values(merchant_values("示范健身馆"))
    page.controller.save()
    assert page.record.name == "示范健身馆"
    assert not page.record.form.is_dirty
    assert said == ["已新建签约商户。"]
    page.open_argument("")
    assert shown_names(page) == ["示范健身馆"]


def test_a_blank_required_field_is_named_under_itself_and_nothing_is_written(make_page, prompts):
    page = make_page()
    page.open_argument("new")
    page.controller.save()
    assert page.record.form.error("name") == "“名称”还没有填写。"
    assert prompts.asked == []
    page.open_argument("")
    assert page.row_count == 0


def test_a_change_is_saved_and_the_list_shows_it(make_page, registers, said):
    (record_id,) = add_merchants(registers, 1)
    page = make_page()
    page.open_argument(record_id)
    page.record.form.type_values({"name": "新名字"})
    page.controller.save()
    assert said == ["已保存。"]
    assert "名称：“示范健身馆”改为“新名字”" in page.record.history.texts[0]
    page.open_argument("")
    assert shown_names(page) == ["新名字"]


def test_saving_is_offered_only_when_there_is_something_to_save(make_page, registers):
    (record_id,) = add_merchants(registers, 1)
    page = make_page()
    page.open_argument(record_id)
    assert not page._commands.save.isEnabled()
    page.record.form.type_values({"name": "新名字"})
    assert page._commands.save.isEnabled()


def test_what_was_typed_is_kept_as_a_draft_and_said_so(make_page, registers, said):
    first, second = add_merchants(registers, 2)
    page = make_page()
    page.open_argument(first)
    page.record.form.type_values({"contact": "赵示范"})
    page.open_argument(second)
    assert "留作草稿" in said[0]
    assert page.record.draft_text == ""
    assert page.record.form.values()["contact"] == "王示范"
    page.open_argument(first)
    assert page.record.form.values()["contact"] == "赵示范"
    assert page.record.draft_text == "已恢复 2026-09-01 09:30 填写、还没有保存的内容。"
    page.open_argument("")
    assert page.unfinished.texts == ["还有 1 份没填完：", "签约商户“示范健身馆”"]
    page.open_argument(first)
    page.controller.drop_draft()
    assert page.record.form.values()["contact"] == "王示范"
    assert page.record.draft_text == ""
    page.open_argument("")
    assert page.unfinished.texts == []


def test_a_saved_record_leaves_no_draft(make_page, registers, store):
    (record_id,) = add_merchants(registers, 1)
    page = make_page()
    page.open_argument(record_id)
    page.record.form.type_values({"contact": "赵示范"})
    page.open_argument("")
    page.open_argument(record_id)
    page.controller.save()
    assert page.record.draft_text == ""
    assert Drafts(store, ACTOR).unfinished() == []


def test_an_older_version_meets_the_change_with_the_typed_values_kept(make_page, registers, prompts):
    (record_id,) = add_merchants(registers, 1)
    page = make_page()
    page.open_argument(record_id)
    page.record.form.type_values({"contact": "赵示范"})
    version = registers.get(REGISTER, record_id).version
    registers.save(REGISTER, record_id, {"phone": "13900009999"}, version, ACTOR)
    page.controller.save()
    assert prompts.asked[0][0] == "error"
    assert page.record.form.values()["contact"] == "赵示范"
    assert page.record.form.values()["phone"] == "13900009999"
    page.controller.save()
    saved = registers.get(REGISTER, record_id)
    assert (saved.contact, saved.phone) == ("赵示范", "13900009999")


def test_steps_offered_are_those_of_the_state(make_page, registers, said):
    signed, draft = add_merchants(registers, 2)
    page = make_page()
    page.open_argument(signed)
    assert page.record.workflow.offered == ["终止…"]
    page.open_argument(draft)
    assert page.record.workflow.offered == ["签约"]
    page.record.workflow.step_requested.emit("sign")
    assert page.record.workflow.offered == ["终止…"]
    assert said == ["已签约。"]


def test_a_step_with_a_reason_asks_it_first(make_page, registers, prompts):
    (signed,) = add_merchants(registers, 1)
    page = make_page()
    page.open_argument(signed)
    prompts.answers = [None, "商户停业"]
    page.controller.take("end")
    assert registers.get(REGISTER, signed).state == "signed"
    page.controller.take("end")
    assert registers.get(REGISTER, signed).state == "ended"
    assert "理由：商户停业" in page.record.history.texts[0]


def test_a_step_waits_until_typed_values_are_saved(make_page, registers):
    (signed,) = add_merchants(registers, 1)
    page = make_page()
    page.open_argument(signed)
    page.record.form.type_values({"contact": "赵示范"})
    buttons = page.record.workflow.findChildren(QPushButton)
    assert [button.isEnabled() for button in buttons] == [False]
    assert "先保存" in buttons[0].toolTip()


def test_archiving_asks_with_number_and_kind_and_can_be_undone(make_page, registers, prompts, notices):
    add_merchants(registers, 3)
    page = make_page()
    prompts.answers = [False, True]
    page.list.table.selectAll()
    page.controller.archive()
    assert page.row_count == 3
    assert prompts.asked == [("confirm", "归档 3 条签约商户？")]
    assert prompts.verbs == ["归档 3 条"]
    page.list.table.selectAll()
    page.controller.archive()
    assert page.row_count == 0
    notices.undo_last()
    assert page.row_count == 3
    notices.undo_last()
    assert page.row_count == 3


def test_archived_records_are_found_again_and_taken_back(make_page, registers, prompts):
    ids = add_merchants(registers, 2)
    registers.archive(REGISTER, ids[:1], ACTOR)
    page = make_page()
    page.list.filters._archived.setChecked(True)
    assert shown_names(page) == ["示范健身馆"]
    page.list.table.selectAll()
    page.controller.archive(archived=False)
    assert prompts.asked == []
    page.list.filters.clear()
    assert page.row_count == 2


def test_the_bar_for_several_rows_shows_only_for_several(make_page, registers):
    add_merchants(registers, 3)
    page = make_page()
    bar = page.list._selection_bar
    page.list.table.selectRow(0)
    assert not bar.isVisible()
    page.list.table.selectAll()
    assert bar.isVisible()


def test_space_shows_the_record_beside_the_list(make_page, registers, qtbot):
    add_merchants(registers, 2)
    page = make_page()
    page.list.table.selectRow(1)
    qtbot.keyClick(page.list.table, Qt.Key.Key_Space)
    assert page.preview.isVisible()
    assert "晨光书店" in page.preview.texts
    page.list.table.selectRow(0)
    assert "示范健身馆" in page.preview.texts
    assert page.escape()
    assert not page.preview.isVisible()


def test_escape_leaves_a_record_for_its_list(make_page, registers):
    (record_id,) = add_merchants(registers, 1)
    page = make_page()
    assert not page.escape()
    page.open_argument(record_id)
    assert page.escape()
    assert not page.shows_record


def test_changes_elsewhere_reload_a_visible_page_and_wait_for_a_hidden_one(make_page, registers, operations):
    page = make_page()
    operations.run(lambda: registers.create(REGISTER, merchant_values("甲店"), ACTOR))
    assert shown_names(page) == ["甲店"]
    page.hide()
    operations.run(lambda: registers.create(REGISTER, merchant_values("乙店"), ACTOR))
    assert shown_names(page) == ["甲店"]
    page.show()
    assert shown_names(page) == ["甲店", "乙店"]


def test_words_searched_for_are_not_kept_for_the_next_office(make_page, registers):
    add_merchants(registers, 8)
    page = make_page()
    page.list.filters.restore({"text": "没有这一家"})
    assert "没有这一家" not in str(page.state())
    again = make_page()
    again.restore(page.state())
    assert again.row_count == 8


def test_filter_sorting_and_selection_are_kept_over_a_restart(make_page, registers):
    ids = add_merchants(registers, 8)
    page = make_page()
    page.list.filters._chips["state"]._take(("signed",))
    page.list.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    page.list.table.selectRow(1)
    chosen = page.list.table.selected_ids()
    page.toggle_preview()
    again = make_page()
    again.restore(page.state())
    assert shown_names(again) == shown_names(page)
    assert again.row_count == 4
    assert again.list.table.selected_ids() == chosen
    assert chosen[0] in ids
    assert not again.preview.isHidden()


def test_export_is_exactly_the_view(make_page, registers, prompts, said, qtbot, tmp_path):
    add_merchants(registers, 8)
    calls = []

    def export(register, query, path, *, columns, progress):
        calls.append((register.name, query.accepted, query.sort, path, columns))

    page = make_page(RegisterExtras(export=export))
    page.list.filters._chips["state"]._take(("signed",))
    page.list.table.sortByColumn(4, Qt.SortOrder.AscendingOrder)
    page.list.table.restore_layout({**page.list.table.layout_state(), "hidden": ["phone"]})
    path = Path(tmp_path / "商户.xlsx")
    prompts.answers = [path]
    page.controller.export()
    qtbot.waitUntil(lambda: said != [])
    columns = ["name", "category", "discount", "signed_until", "state"]
    assert calls == [("merchant", {"state": ("signed",)}, "signed_until", path, columns)]
    assert said == ["已导出到“商户.xlsx”。"]


def test_turning_back_from_the_file_dialog_exports_nothing(make_page, prompts):
    page = make_page(RegisterExtras(export=lambda *_, **__: pytest.fail("exported")))
    prompts.answers = [None]
    page.controller.export()


def test_a_record_that_is_gone_says_so_and_shows_the_list(make_page, said):
    page = make_page()
    page.open_argument("nosuchid")
    assert not page.shows_record
    assert "找不到" in said[0]


def test_due_dates_are_marked_in_the_list(make_page, registers):
    registers.create(REGISTER, merchant_values(signed_until=TODAY - timedelta(days=1)), ACTOR)
    registers.create(REGISTER, merchant_values(signed_until=date(2027, 9, 1)), ACTOR)
    page = make_page()
    texts = [page.list.model.index(row, 4).data() for row in range(2)]
    assert texts == ["2026-08-31　已过期", "2027-09-01"]
