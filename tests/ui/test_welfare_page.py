"""The welfare page over a real office file: plan, list, approval, sheets, closing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from unionoffice.kernel.identity import Actor
from unionoffice.models.organisation import UnitKind
from unionoffice.models.welfare import BatchState
from unionoffice.services.welfare import LineQuery
from unionoffice.ui.records.drafts import DraftKeeper
from unionoffice.ui.welfare import batch_presenter
from unionoffice.ui.welfare.batch_view import ENTRIES, LEFT_OUT, LINES
from unionoffice.ui.welfare.page import WelfarePage
from unionoffice.ui.welfare.rows import Share

ACTOR = Actor("林晓")
PLAN = {
    "name": "2026年中秋慰问",
    "kind": "festival",
    "roll_date": "2026-09-01",
    "item": "月饼礼盒",
    "payment": "goods",
    "quantity": 1,
    "unit_price": 12800,
    "budget": 100000,
}
PEOPLE = (("张示范", "机电队"), ("李示范", "机电队"), ("王示范", "通风队"), ("赵示范", "通风队"))


@pytest.fixture
def units(app):
    root = app.organisation.tree()[0].id
    found = {}
    for name in ("机电队", "通风队"):
        found[name], _ = app.organisation.add_unit(root, name, UnitKind.BRANCH, ACTOR, founded_on=date(2010, 1, 1))
    return found


@pytest.fixture
def people(app, units):
    found = {}
    for number, (name, unit) in enumerate(PEOPLE):
        values = {"name": name, "unit_id": units[unit], "joined_on": "2020-01-01", "staff_number": f"00{number}"}
        found[name], _ = app.members.create(values, ACTOR)
    late = {"name": "钱示范", "unit_id": units["机电队"], "joined_on": "2026-09-05"}
    found["钱示范"], _ = app.members.create(late, ACTOR)
    return found


@pytest.fixture
def batch(app, people):
    return app.welfare.plan("中秋慰问", None, PLAN, ACTOR)[0]


@pytest.fixture
def page(qtbot, app, operations, around):
    around = replace(around, drafts=DraftKeeper(lambda: app.drafts))
    page = WelfarePage(
        around,
        app.welfare,
        app.organisation,
        lambda: app.papers,
        lambda: app.welfare_slips,
    )
    qtbot.addWidget(page)
    operations.changed.connect(page.office_changed)
    page.route_requested.connect(lambda name, argument: page.open_argument(argument) if name == "welfare" else None)
    page.route_replaced.connect(lambda name, argument: page.open_argument(argument))
    page.resize(1200, 760)
    page.show()
    page.open_argument("")
    return page


@pytest.fixture
def told(notices):
    texts = []
    notices.posted.connect(lambda notice: texts.append(notice.text))
    return texts


def cells(found):
    model = found.model
    columns = range(model.columnCount())
    return [[model.index(row, column).data() for column in columns] for row in range(model.rowCount())]


def approve(page, batch, prompts, qtbot):
    page.open_argument(batch)
    prompts.answers = [True]
    page.batch.head.primary.click()
    qtbot.waitUntil(lambda: page.batch.head.steps.now == 3, timeout=10000)


def test_an_office_without_batches_is_told_how_to_begin(page):
    assert page.list.list.empty.isVisible()
    page.list.list.empty.acted.emit()
    assert page.shown is page.plan


def test_the_list_shows_how_many_have_collected(page, app, batch):
    app.welfare.approve(batch, ACTOR)
    app.welfare.collect(app.welfare.lines(LineQuery(batch))[0].id, ACTOR)
    page.reload()
    row = cells(page.list.list)[0]
    assert row[0] == "2026年中秋慰问"
    assert "1 / 4" in row and "发放中" in row and "512.00" in row


def test_a_draft_has_no_total_yet(page, batch):
    page.reload()
    assert "—" in cells(page.list.list)[0]


def test_shares_sort_by_number_not_by_text():
    assert Share(9, 10) < Share(10, 10)


def test_everyone_left_out_is_listed_with_the_reason(page, batch):
    page.open_argument(batch)
    view = page.batch
    assert view.tabs.tabText(ENTRIES) == "列入 4 人"
    assert view.tabs.tabText(LEFT_OUT) == "未列入 1 人"
    assert cells(view.left_out) == [["钱示范", "机电队", "2026-09-01 还没有入会。"]]


def test_the_list_is_searched_by_branch_and_reason(page, batch):
    page.open_argument(batch)
    page.batch.entries.filters.restore({"text": "通风"})
    page.batch.entries.load()
    assert [row[0] for row in cells(page.batch.entries)] == ["王示范", "赵示范"]


def test_a_written_decision_puts_somebody_on_the_list(page, batch, prompts, people):
    page.open_argument(batch)
    prompts.answers = ["会议纪要第 3 号"]
    page.batch.left_out.model.id_at(0)
    page.batch.left_out.table.select([people["钱示范"]])
    page.batch.include_requested.emit()
    assert page.batch.tabs.tabText(ENTRIES) == "列入 5 人"
    assert ["钱示范", "会议纪要第 3 号"] in [[row[0], row[-1]] for row in cells(page.batch.entries)]


def test_turning_back_from_the_reason_changes_nothing(page, batch, prompts, people):
    page.open_argument(batch)
    page.batch.entries.model.id_at(0)
    page.batch.entries.table.select([people["张示范"]])
    prompts.answers = [None]
    page.batch.exclude_requested.emit()
    assert page.batch.tabs.tabText(ENTRIES) == "列入 4 人"


def test_a_decision_can_be_withdrawn(page, app, batch, people):
    app.welfare.decide(batch, people["张示范"], include=False, reason="自愿放弃", actor=ACTOR)
    page.open_argument(batch)
    assert page.batch.tabs.tabText(ENTRIES) == "列入 3 人"
    page.batch.tabs.setCurrentIndex(LEFT_OUT)
    cells(page.batch.left_out)
    page.batch.left_out.table.select([people["张示范"]])
    page.batch.withdraw_requested.emit()
    assert page.batch.tabs.tabText(ENTRIES) == "列入 4 人"


def test_over_budget_cannot_be_approved_and_leads_to_the_plan(page, app, batch):
    found = app.welfare.batch(batch)
    app.welfare.save_batch(batch, {"budget": 50000}, found.version, ACTOR)
    page.open_argument(batch)
    head = page.batch.head
    assert not head.primary.isEnabled()
    assert "超出预算 12.00 元" in head.sentence
    assert page.batch.summary.meter.tone == "red"
    assert "超出 12.00 元" in page.batch.summary.money
    head.mend_requested.emit()
    assert page.shown is page.plan
    assert page.plan.form.values()["budget"] == 50000


def test_approval_names_people_total_and_budget(page, batch, prompts, qtbot, app):
    approve(page, batch, prompts, qtbot)
    question = prompts.asked[0][1]
    assert "4 人" in question and "512.00 元" in question and "1,000.00 元" in question
    assert prompts.verbs == ["主席审批 4 人"]
    assert app.welfare.batch(batch).state is BatchState.APPROVED
    assert page.batch.head.primary.text() == "打印签领表"


def test_changes_of_the_roll_are_told_but_leave_the_frozen_list(page, app, batch, prompts, people, units, qtbot):
    approve(page, batch, prompts, qtbot)
    assert page.batch.telling.text == ""
    app.members.transfer([people["张示范"]], units["通风队"], ACTOR)
    page.reload()
    assert "涉及 1 人" in page.batch.telling.text
    assert "机电队" in next(row for row in cells(page.batch.lines) if "张示范" in row)
    page.batch.changes_requested.emit()
    assert "张示范（机电队）：现为 张示范（通风队）" in prompts.asked[-1][1]


def test_reopening_wants_a_reason(page, batch, prompts, qtbot, app):
    approve(page, batch, prompts, qtbot)
    prompts.answers = ["标准有误"]
    page.batch.buttons["reopen"].click()
    assert app.welfare.batch(batch).state is BatchState.DRAFT
    assert page.batch.tabs.isTabVisible(ENTRIES)
    assert not page.batch.tabs.isTabVisible(LINES)
    assert any("标准有误" in text for text in page.batch.history.texts)


def test_a_whole_sheet_is_registered_for_one_branch(page, batch, prompts, qtbot, app):
    approve(page, batch, prompts, qtbot)
    page.batch.progress.table.selectRow(0)
    prompts.answers = [True]
    page.batch.progress.whole.click()
    assert "机电队" in prompts.asked[-1][1] and "2 人" in prompts.asked[-1][1]
    assert app.welfare.tally(batch).collected == 2
    assert page.batch.head.steps.now == 4
    assert "待领 2 人" in page.batch.head.sentence


def test_closing_names_how_many_stay_unclaimed(page, batch, prompts, qtbot, app):
    approve(page, batch, prompts, qtbot)
    app.welfare.collect_unit(batch, "机电队", ACTOR)
    page.reload()
    heading = page.batch.progress.table.horizontalHeaderItem
    assert heading(2).text() == "待领"
    prompts.answers = [True]
    page.batch.buttons["close"].click()
    qtbot.waitUntil(lambda: page.batch.head.steps.now == 6, timeout=10000)
    assert heading(2).text() == "未领"
    assert "还有 2 人没有领" in prompts.asked[-1][1]
    assert prompts.verbs[-1] == "办结，2 人未领"
    assert "未领 2 人" in page.batch.head.sentence


def test_distribution_leads_to_the_desk(page, batch, prompts, qtbot, app):
    approve(page, batch, prompts, qtbot)
    with qtbot.waitSignal(page.route_requested) as wished:
        page.batch.buttons["desk"].click()
    assert wished.args == ["desk", batch]


def test_the_sheet_opens_in_the_preview(page, batch, prompts, qtbot, app, monkeypatch):
    shown = []
    monkeypatch.setattr(
        "unionoffice.ui.welfare.sheet_controller.open_preview", lambda title, data, **_: shown.append((title, data))
    )
    approve(page, batch, prompts, qtbot)
    page.batch.head.primary.click()
    qtbot.waitUntil(lambda: bool(shown), timeout=20000)
    assert shown[0][0] == "2026年中秋慰问签领表"
    assert shown[0][1].startswith(b"%PDF")
    assert [kind for kind, _ in prompts.asked] == ["confirm"]


def test_characters_without_a_font_are_told_before_printing(page, app, units, prompts, qtbot, monkeypatch):
    shown = []
    monkeypatch.setattr(
        "unionoffice.ui.welfare.sheet_controller.open_preview", lambda title, data, **_: shown.append(title)
    )
    app.members.create({"name": "张\U0002ffff", "unit_id": units["机电队"], "joined_on": "2020-01-01"}, ACTOR)
    batch, _ = app.welfare.plan("中秋慰问", None, PLAN, ACTOR)
    app.welfare.approve(batch, ACTOR)
    page.open_argument(batch)
    prompts.answers = [False]
    page.batch.head.primary.click()
    qtbot.waitUntil(lambda: bool(prompts.asked), timeout=20000)
    assert "有 1 个字没有字体可打" in prompts.asked[0][1]
    assert shown == []


def test_the_sheet_is_saved_as_a_workbook(page, batch, prompts, qtbot, told, tmp_path):
    approve(page, batch, prompts, qtbot)
    path = tmp_path / "签领表.xlsx"
    prompts.answers = [path]
    page.batch.buttons["excel"].click()
    qtbot.waitUntil(lambda: any("签领表.xlsx" in text for text in told), timeout=20000)
    assert path.read_bytes()[:2] == b"PK"


def test_a_new_plan_copies_the_last_one_of_its_programme(page, app, batch):
    programme = app.welfare.programmes()[0].id
    page.open_argument(f"new:{programme}")
    values = page.plan.form.values()
    assert (values["item"], values["unit_price"], values["budget"]) == ("月饼礼盒", 12800, 100000)
    assert str(values["roll_date"]) == "2026-09-10"
    assert "按这个项目上次的方案" in page.plan.telling.text


def test_a_new_programme_is_entered_along_with_its_plan(page, app, people, units):
    page.open_argument("new")
    page.plan.form.type_values({**PLAN, "roll_date": date(2026, 9, 1)})
    page.plan.save_requested.emit()
    assert "还没有写名称" in page.plan.telling.text
    page.plan.new_name.setText("中秋慰问")
    page.plan.scope.tick(units["机电队"], False)
    page.plan.save_requested.emit()
    assert page.shown is page.batch
    found = app.welfare.batches()[0]
    assert [programme.name for programme in app.welfare.programmes()] == ["中秋慰问"]
    assert found.unit_ids == units["通风队"]
    assert page.batch.tabs.tabText(ENTRIES) == "列入 2 人"


def test_a_forbidden_form_of_payment_is_refused_beside_its_field_with_the_document(page, app, people):
    page.open_argument("new")
    page.plan.new_name.setText("中秋慰问")
    page.plan.form.type_values({**PLAN, "roll_date": date(2026, 9, 1), "payment": "card"})
    page.plan.save_requested.emit()
    assert page.shown is page.plan
    sentence = page.plan.form.error("payment")
    assert "购物卡" in sentence and "《基层工会经费收支管理办法》" in sentence
    assert app.welfare.batches() == []


def test_nobody_in_scope_is_said_before_saving(page, app, people, units):
    page.open_argument("new")
    page.plan.new_name.setText("中秋慰问")
    page.plan.form.type_values({**PLAN, "roll_date": date(2026, 9, 1)})
    for unit in units.values():
        page.plan.scope.tick(unit, False)
    page.plan.save_requested.emit()
    assert "发放范围还没有选" in page.plan.telling.text
    assert app.welfare.batches() == []


def test_a_changed_plan_keeps_its_scope(page, app, batch, units):
    found = app.welfare.batch(batch)
    app.welfare.save_batch(batch, {"unit_ids": units["机电队"]}, found.version, ACTOR)
    page.open_argument(f"{batch}:edit")
    assert page.plan.scope.chosen() == [units["机电队"]]
    page.plan.form.type_values({"budget": 200000})
    page.plan.save_requested.emit()
    after = app.welfare.batch(batch)
    assert (after.budget, after.unit_ids) == (200000, units["机电队"])


def test_a_programme_is_entered_and_can_be_distributed(page, app):
    page.open_argument("programmes")
    page.programmes.form.type_values({"name": "送清凉", "kind": "summer"})
    page.programmes.save_requested.emit()
    assert [row[0] for row in cells(page.programmes.list)] == ["送清凉"]
    assert page.programmes.distribute.isEnabled()


def test_a_batch_that_is_gone_leads_back_to_the_list(page, told):
    page.open_argument("no-such-batch")
    assert page.shown is page.list
    assert told == ["这个发放批次已经找不到。"]


def test_an_archived_draft_leaves_the_list(page, app, batch, prompts):
    page.open_argument(batch)
    prompts.answers = [True]
    page.batch.buttons["archive"].click()
    assert page.shown is page.list
    assert cells(page.list.list) == []


def test_a_big_list_is_compared_with_the_roll_in_the_background(page, app, batch, people, units, qtbot, monkeypatch):
    monkeypatch.setattr("unionoffice.ui.welfare.batch_presenter._AT_ONCE", 3)
    app.welfare.approve(batch, ACTOR)
    app.members.transfer([people["张示范"]], units["通风队"], ACTOR)
    page.open_argument(batch)
    assert page.batch.telling.text == ""
    qtbot.waitUntil(lambda: "涉及 1 人" in page.batch.telling.text, timeout=10000)


def test_the_history_tells_the_approval_to_the_minute(page, batch, prompts, qtbot):
    approve(page, batch, prompts, qtbot)
    assert any("审批时间：填写“2026-09-10 09:30”" in text for text in page.batch.history.texts)


@pytest.fixture
def big_roll(monkeypatch):
    """Four people count as a big roll."""
    monkeypatch.setattr(batch_presenter, "_AT_ONCE", 3)


def test_the_list_of_a_small_roll_is_there_at_once(page, batch, jobs):
    page.open_argument(batch)
    assert not jobs.running
    assert page.batch.tabs.isVisible() and not page.batch.waiting.isVisible()


def test_the_list_of_a_big_roll_is_worked_out_in_the_background(page, batch, jobs, qtbot, prompts, big_roll):
    started = []
    jobs.started.connect(started.append)
    page.open_argument(batch)
    assert started == ["生成名单"] and jobs.running
    assert page.batch.waiting.isVisible() and not page.batch.tabs.isVisible()
    assert "正在按今天的花名册生成名单" in page.batch.head.sentence
    assert not page.batch.head.primary.isVisible()
    qtbot.waitUntil(lambda: page.batch.tabs.isVisible(), timeout=10000)
    assert page.batch.tabs.tabText(ENTRIES) == "列入 4 人"
    prompts.answers = [True]
    page.batch.head.primary.click()
    qtbot.waitUntil(lambda: page.batch.head.steps.now == 3, timeout=10000)
    assert page.batch.tabs.isVisible()


def test_a_list_that_was_stopped_can_be_made_again(page, batch, jobs, qtbot, told, big_roll):
    stop = jobs.started.connect(lambda: jobs.cancel())
    page.open_argument(batch)
    qtbot.waitUntil(lambda: not jobs.running, timeout=10000)
    jobs.started.disconnect(stop)
    assert page.batch.head.primary.isVisible() and page.batch.head.primary.text() == "生成名单"
    page.batch.head.primary.click()
    qtbot.waitUntil(lambda: page.batch.tabs.isVisible(), timeout=10000)
    assert page.batch.tabs.tabText(ENTRIES) == "列入 4 人"


def test_a_list_that_comes_late_is_not_shown_for_another_batch(page, app, batch, jobs, qtbot, big_roll):
    other = app.welfare.plan("春节慰问", None, {**PLAN, "name": "2027年春节慰问", "budget": 1}, ACTOR)[0]
    page.open_argument(batch)
    page.open_argument(other)
    qtbot.waitUntil(lambda: not jobs.running and page.batch.tabs.isVisible(), timeout=10000)
    assert "超出预算" in page.batch.head.sentence


def test_a_list_being_made_anew_stays_to_be_read(page, app, batch, people, jobs, qtbot, big_roll):
    page.open_argument(batch)
    qtbot.waitUntil(lambda: page.batch.tabs.isVisible(), timeout=10000)
    app.welfare.decide(batch, people["钱示范"], include=True, reason="会议纪要", actor=ACTOR)
    page.reload()
    assert jobs.running and page.batch.tabs.isVisible()
    assert not page.batch.head.primary.isVisible()
    qtbot.waitUntil(lambda: page.batch.tabs.tabText(ENTRIES) == "列入 5 人", timeout=10000)


@pytest.fixture
def second_page(qtbot, app, around):
    """The page after a restart."""
    page = WelfarePage(
        replace(around, drafts=DraftKeeper(lambda: app.drafts)),
        app.welfare,
        app.organisation,
        lambda: app.papers,
        lambda: app.welfare_slips,
    )
    qtbot.addWidget(page)
    return page


def half_type(page, units):
    page.open_argument("new")
    page.plan.new_name.setText("中秋慰问")
    page.plan.form.type_values({"name": "2026年中秋慰问", "budget": 12345600, "collect_until": date(2026, 9, 30)})
    page.plan.scope.tick(units["机电队"], False)


def test_a_plan_half_typed_comes_back_after_a_restart(page, second_page, people, units):
    half_type(page, units)
    page.keep_drafts()
    second_page.open_argument("new")
    plan = second_page.plan
    assert plan.draft.text == "已恢复 2026-09-10 09:30 填写、还没有保存的内容。"
    assert plan.new_name.text() == "中秋慰问"
    values = plan.form.values()
    assert (values["name"], values["budget"], values["collect_until"]) == (
        "2026年中秋慰问", 12345600, date(2026, 9, 30)
    )  # fmt: skip
    assert plan.scope.chosen() == [units["通风队"]]


def test_leaving_a_plan_keeps_it_and_says_so_and_dropping_it_can_be_undone(page, app, units, told, notices):
    half_type(page, units)
    page.go_back()
    assert told[-1] == "填写的内容没有保存，已留作草稿，再打开时恢复。"
    assert page.unfinished.texts == ["还有 1 份没填完：", "新的发放批次“2026年中秋慰问”"]
    page.unfinished.chosen.emit(app.drafts.unfinished()[0].place)
    assert page.plan.form.values()["budget"] == 12345600
    page.plan.draft.dropped.emit()
    assert page.plan.form.values()["budget"] != 12345600 and page.plan.scope.everybody
    assert page.plan.draft.text == ""
    assert app.drafts.unfinished() == []
    notices.undo_last()
    assert page.plan.form.values()["budget"] == 12345600
    assert page.plan.draft.text


def test_what_the_program_fills_in_by_itself_is_no_draft(page, app, batch, told):
    programme = app.welfare.programmes()[0].id
    for place in ("new", f"new:{programme}", f"{batch}:edit"):
        page.open_argument(place)
        page.open_argument("")
        assert app.drafts.unfinished() == []
    assert told == []


def test_a_change_of_a_plan_half_typed_belongs_to_its_batch_and_is_forgotten_once_saved(page, app, batch):
    page.open_argument(f"{batch}:edit")
    page.plan.form.type_values({"budget": 200000})
    page.open_argument("new")
    assert page.plan.draft.text == ""
    page.open_argument("")
    page.unfinished.chosen.emit(app.drafts.unfinished()[0].place)
    assert page.argument == f"{batch}:edit"
    assert page.plan.form.values()["budget"] == 200000
    page.plan.save_requested.emit()
    assert app.welfare.batch(batch).budget == 200000
    assert app.drafts.unfinished() == []


def test_a_plan_changed_by_somebody_else_says_so(page, app, batch):
    page.open_argument(f"{batch}:edit")
    page.plan.form.type_values({"budget": 200000})
    page.open_argument("")
    app.welfare.save_batch(batch, {"budget": 150000}, app.welfare.batch(batch).version, Actor("王主席"))
    page.open_argument(f"{batch}:edit")
    assert "王主席改过这条记录的预算" in page.plan.draft.text
    assert "现在是“1,500.00”，您填的是“2,000.00”" in page.plan.draft.text


def test_nothing_typed_into_a_plan_is_in_the_settings_of_the_screen(page, app, units):
    half_type(page, units)
    page.keep_drafts()
    assert set(page.state()) == {"list"}
    (found,) = app.drafts.unfinished()
    assert app.drafts.find(found.place).typed == {
        "new_name": "中秋慰问",
        "units": [units["通风队"]],
        "values": {"name": "2026年中秋慰问", "budget": 12345600, "collect_until": "2026-09-30"},
    }


def test_typing_a_plan_is_kept_without_leaving_it(page, app, qtbot, units):
    page.open_argument("new")
    qtbot.keyClicks(page.plan.new_name, "zhongqiu")
    qtbot.waitUntil(lambda: len(app.drafts.unfinished()) == 1, timeout=5000)
