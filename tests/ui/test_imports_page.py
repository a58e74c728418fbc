"""The import page over a real office file and real rosters."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from unionoffice.kernel.identity import Actor
from unionoffice.services.members import MemberQuery
from unionoffice.ui.imports.page import ImportsPage
from unionoffice.ui.imports.review import FILL, KEEP
from unionoffice.ui.imports.rows import CHECK

DATA = Path(__file__).parents[1] / "data"
ROSTER = DATA / "会员花名册-矿业公司-按分会分表.xlsx"
STRANGE = DATA / "提案汇总表.xlsx"
ACTOR = Actor("林晓")


@pytest.fixture
def make_page(qtbot, app, around):
    def make():
        page = ImportsPage(around, app.imports, app.members)
        qtbot.addWidget(page)
        page.resize(1100, 700)
        page.show()
        return page

    return make


@pytest.fixture
def page(make_page):
    return make_page()


@pytest.fixture
def small(tmp_path):
    """A roster of three: one sound, one with a wrong number, one without a name."""
    return write_roster(
        tmp_path / "小队花名册.xlsx",
        ["姓名", "性别", "手机号码", "分工会"],
        [["张示范", "男", "13800001111", "机电队"], ["李示范", "女", "13800002222", "机电队"]],
    )


def write_roster(path, headings, rows):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (headings, *rows):
        sheet.append(row)
    book.save(path)
    book.close()
    return path


def read(page, qtbot, *paths):
    page.take_files(list(paths))
    qtbot.waitUntil(lambda: page.shown is not page.wait, timeout=20000)


def people(app):
    return app.members.count(MemberQuery())


def test_files_are_only_read_until_the_import_is_confirmed(page, qtbot, app, prompts):
    read(page, qtbot, ROSTER)
    assert page.shown is page.review
    assert people(app) == 0
    prompts.answers = [False]
    page.head.primary.click()
    assert people(app) == 0
    assert page.shown is page.review


def test_the_confirmation_names_the_numbers_and_the_end_says_them(page, qtbot, app, prompts):
    read(page, qtbot, ROSTER)
    counts = app.imports.pending().counts
    assert page.head.primary.text() == f"导入 {counts.new:,} 人"
    prompts.answers = [True]
    page.head.primary.click()
    qtbot.waitUntil(lambda: page.shown is page.done, timeout=20000)
    assert people(app) == counts.new
    kind, question = prompts.asked[0]
    assert kind == "confirm" and f"新增 {counts.new:,} 人" in question and "新建组织 11 个" in question
    assert prompts.verbs == [f"导入 {counts.new:,} 人"]
    assert page.done.texts[0] == f"已导入 {counts.new:,} 人"
    assert page.head.steps.now == 4


def test_the_end_leads_to_the_members(page, qtbot, prompts, small):
    read(page, qtbot, small)
    prompts.answers = [True]
    page.head.primary.click()
    qtbot.waitUntil(lambda: page.shown is page.done, timeout=20000)
    with qtbot.waitSignal(page.route_requested) as wished:
        page.done.members_requested.emit()
    assert wished.args == ["members", ""]


def test_a_chip_shows_only_the_rows_of_its_state(page, qtbot, app):
    read(page, qtbot, ROSTER)
    model = page.review.model
    assert model.rowCount() == app.imports.pending().counts.read
    page.review.press(CHECK)
    assert model.rowCount() == app.imports.pending().counts.warned
    row = [model.index(0, column).data() for column in range(model.columnCount())]
    assert "新增，需核对" in row
    assert any("000" in str(cell) for cell in row), "the sentence why stands in the row"


def test_identity_numbers_are_masked_in_the_list_and_in_the_details(page, qtbot):
    read(page, qtbot, ROSTER)
    column = [found.key for found in page.review.model.columns].index("id_number")
    shown = page.review.model.index(0, column).data()
    assert len(shown) == 18 and shown.count("*") == 13
    assert shown in page.review.detail.texts


def test_a_row_shows_its_branch_even_when_the_import_would_create_it(page, qtbot):
    read(page, qtbot, ROSTER)
    column = [found.key for found in page.review.model.columns].index("unit")
    assert page.review.model.index(0, column).data() == "后勤服务中心"
    assert page.review.units.count() == 11


def test_unknown_headings_are_asked_once_for_a_sender(page, qtbot, app, tmp_path):
    headings = ["人员", "打给谁"]
    first = write_roster(tmp_path / "通讯录1月.xlsx", headings, [["张示范", "13800001111"]])
    read(page, qtbot, first)
    assert page.shown is page.headings
    assert not page.head.primary.isEnabled()
    assert "姓名" in page.head.sentence
    page.headings.choose("人员", "name")
    page.headings.choose("打给谁", "phone")
    assert page.head.primary.isEnabled()
    page.head.primary.click()
    qtbot.waitUntil(lambda: page.shown is page.review, timeout=10000)
    second = write_roster(tmp_path / "通讯录2月.xlsx", headings, [["李示范", "13800002222"]])
    read(page, qtbot, second)
    assert page.shown is page.review, "the same sender is not asked again"


def test_two_headings_cannot_mean_the_same(page, qtbot, tmp_path):
    read(page, qtbot, write_roster(tmp_path / "甲.xlsx", ["人员", "某人"], [["张示范", "李示范"]]))
    page.headings.choose("人员", "name")
    page.headings.choose("某人", "name")
    assert not page.head.primary.isEnabled()
    assert "只能留一列" in page.head.sentence


def test_a_review_survives_a_restart_and_can_be_gone_on_with(make_page, qtbot, small, app):
    read(make_page(), qtbot, small)
    again = make_page()
    assert again.shown is again.start
    assert "小队花名册.xlsx" in again.start.pending
    again.start.resume_requested.emit()
    assert again.shown is again.review
    assert again.head.primary.text() == "导入 2 人"


def test_an_unfinished_import_can_be_given_up(make_page, qtbot, small, app):
    read(make_page(), qtbot, small)
    again = make_page()
    again.start.drop_requested.emit()
    assert again.start.pending == ""
    assert app.imports.pending() is None


def test_a_row_that_could_mean_somebody_known_is_refused_and_says_why(page, qtbot, app, prompts, small, tmp_path):
    read(page, qtbot, small)
    prompts.answers = [True]
    page.head.primary.click()
    qtbot.waitUntil(lambda: page.shown is page.done, timeout=10000)
    doubtful = [["张示范", "男", "13900009999", "机电队"]]
    read(page, qtbot, write_roster(tmp_path / "第二份.xlsx", ["姓名", "性别", "手机号码", "分工会"], doubtful))
    assert not page.head.primary.isEnabled()
    assert "不需要导入" in page.head.sentence
    texts = page.review.detail.texts
    assert "不能导入" in texts
    column = [found.key for found in page.review.model.columns].index("told")
    assert page.review.model.index(0, column).data()


def test_a_kept_column_stays_as_it_was_when_imported(page, qtbot, app, prompts, tmp_path):
    headings, number = ["姓名", "身份证号", "岗位", "手机号码"], "110101199003077758"
    read(page, qtbot, write_roster(tmp_path / "一月.xlsx", headings, [["张示范", number, "电工", "13800001111"]]))
    prompts.answers = [True, True]
    page.head.primary.click()
    qtbot.waitUntil(lambda: page.shown is page.done, timeout=10000)
    read(page, qtbot, write_roster(tmp_path / "二月.xlsx", headings, [["张示范", number, "钳工", "13900002222"]]))
    page.review.ways.choose("post", KEEP)
    page.review.again.click()
    qtbot.waitUntil(lambda: page.shown is page.review, timeout=10000)
    page.head.primary.click()
    qtbot.waitUntil(lambda: page.shown is page.done, timeout=10000)
    hit = app.members.search("张示范")[0]
    found = app.members.get(hit.id)
    assert (found.post, found.phone) == ("电工", "13900002222")


def test_a_column_that_is_kept_changes_nothing_in_the_review(page, qtbot, app, prompts, tmp_path):
    headings = ["姓名", "身份证号", "岗位"]
    number = "110101199003077758"
    first = write_roster(tmp_path / "一月.xlsx", headings, [["张示范", number, "电工"]])
    read(page, qtbot, first)
    prompts.answers = [True]
    page.head.primary.click()
    qtbot.waitUntil(lambda: page.shown is page.done, timeout=10000)
    read(page, qtbot, write_roster(tmp_path / "二月.xlsx", headings, [["张示范", number, "钳工"]]))
    assert app.imports.pending().counts.updated == 1
    assert any("电工 → 钳工" in text for text in page.review.detail.texts)
    assert not page.review.again.isEnabled()
    for way in (KEEP, FILL):
        page.review.ways.choose("post", way)
        assert page.review.again.isEnabled()
        page.review.again.click()
        qtbot.waitUntil(lambda: page.shown is page.review, timeout=10000)
        assert app.imports.pending().counts.updated == 0
        assert not page.head.primary.isEnabled(), "nothing is left to import"


def test_a_roster_changed_meanwhile_asks_for_another_look(page, qtbot, app, prompts, small):
    read(page, qtbot, small)
    app.members.create({"name": "张示范", "phone": "13800001111", "joined_on": "2020-01-01"}, ACTOR)
    prompts.answers = [True]
    page.head.primary.click()
    qtbot.waitUntil(lambda: page.shown is not page.wait, timeout=10000)
    assert page.shown is page.review
    assert "重新核对" in page.review.telling.text
    assert people(app) == 1


def test_the_workbook_for_the_sender_is_written_where_asked(page, qtbot, prompts, notices, tmp_path):
    told = []
    notices.posted.connect(lambda notice: told.append(notice.text))
    read(page, qtbot, ROSTER)
    path = tmp_path / "退回.xlsx"
    prompts.answers = [path]
    page.report.click()
    qtbot.waitUntil(lambda: bool(told), timeout=10000)
    assert path.exists()
    assert "退回.xlsx" in told[0]
    assert prompts.asked[0] == ("save_file", "会员花名册-矿业公司-按分会分表-退回说明.xlsx")


def test_a_broken_file_is_told_and_leads_back_to_choosing(page, qtbot, prompts, tmp_path):
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    read(page, qtbot, broken)
    assert page.shown is page.start
    assert prompts.asked[0][0] == "error"


def test_reading_can_be_cancelled_and_leaves_nothing(page, qtbot, app, jobs, tmp_path):
    copies = [shutil.copyfile(ROSTER, tmp_path / f"花名册{number}.xlsx") for number in range(4)]
    page.take_files(copies)
    assert page.shown is page.wait
    page.wait.cancel_requested.emit()
    qtbot.waitUntil(lambda: page.shown is page.start, timeout=20000)
    assert app.imports.pending() is None
