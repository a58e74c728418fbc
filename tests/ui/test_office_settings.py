"""The settings page over a real office file."""

from __future__ import annotations

import weakref
from dataclasses import replace
from datetime import date

import pytest
import shiboken6
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QWidget

from unionoffice import __version__
from unionoffice.app import App
from unionoffice.kernel.identity import Actor
from unionoffice.models.fields import Field, Kind
from unionoffice.services.founding import create
from unionoffice.ui import theme
from unionoffice.ui.office.page import DARK, SCALE, SettingsPage
from unionoffice.ui.permits import Permits
from unionoffice.ui.records.editors import NoteEditor
from unionoffice.ui.records.list_source import ListSource
from unionoffice.ui.records.table import RecordTable
from unionoffice.ui.records.table_model import RecordTableModel
from unionoffice.ui.settings import ScreenSettings
from unionoffice.ui.welfare.rows import BATCH_COLUMNS

ACTOR = Actor("林晓")


@pytest.fixture
def settings(tmp_path):
    return ScreenSettings(tmp_path)


@pytest.fixture
def page(qtbot, app, operations, around, settings):
    page = SettingsPage(around, app.offices, app.approval_limits, app.path, settings=settings)
    qtbot.addWidget(page)
    operations.changed.connect(page.office_changed)
    page.resize(1000, 700)
    page.show()
    yield page
    theme.apply(QApplication.instance())


def put(page, **values):
    page.view.form.type_values(values)
    page.look()


def test_what_is_typed_is_kept_for_the_office(page, app):
    assert not page.view.save.isEnabled()
    put(page, name="示范集团工会", preparer="林晓")
    assert page.half_typed()
    page.view.save_requested.emit()
    assert (app.offices.get().name, app.offices.get().preparer) == ("示范集团工会", "林晓")
    assert not page.half_typed()


def test_a_wrong_credit_code_is_said_at_once_and_refused_beside_its_field(page, app, prompts):
    put(page, credit_code="81440000MCL468545A")
    assert "统一社会信用代码：" in page.view.credit.text() and "基层工会的代码" not in page.view.credit.text()
    page.view.save_requested.emit()
    assert page.view.form.error("credit_code")
    assert app.offices.get().credit_code is None
    assert prompts.asked == []


def test_a_sound_code_of_a_union_is_told_from_one_of_a_company(page):
    put(page, credit_code="81440000MCL468545M")
    assert "是基层工会的代码" in page.view.credit.text()
    put(page, credit_code="91350100M000100Y43")
    assert "不是以 81 开头" in page.view.credit.text()


def test_the_number_pattern_shows_the_next_number(page):
    put(page, member_number_pattern="GH{年}-{序号:4}")
    assert "GH2026-0001" in page.view.example.text()
    put(page, member_number_pattern="GH{年}")
    assert "要有且只有一个 {序号}" in page.view.example.text()


def test_a_pattern_without_serial_is_refused_beside_its_field(page, app):
    put(page, member_number_pattern="GH{年}")
    page.view.save_requested.emit()
    assert "{序号}" in page.view.form.error("member_number_pattern")
    assert app.offices.get().member_number_pattern == "HY{年}{序号:5}"


def test_a_setting_changed_elsewhere_is_told_and_shown(page, app, prompts):
    office = app.offices.get()
    put(page, preparer="林晓")
    app.offices.save({"preparer": "王示范"}, office.version, ACTOR)
    page.view.save_requested.emit()
    assert [kind for kind, _ in prompts.asked] == ["error"]
    assert page.view.form.values()["preparer"] == "王示范"


def test_typed_values_survive_a_change_elsewhere(page, app, operations):
    put(page, preparer="林晓")
    office = app.offices.get()
    operations.run(lambda: app.offices.save({"name": "示范集团工会"}, office.version, ACTOR))
    assert page.view.form.values()["preparer"] == "林晓"


def test_the_scale_is_put_in_force_and_remembered(page, settings):
    page.view.scales.button(125).click()
    assert theme.current().scale == 125
    assert settings.read(SCALE) == 125


def test_dark_is_put_in_force_and_remembered(page, settings):
    page.view.colours.button(1).click()
    assert theme.current().dark
    assert settings.read(DARK) is True
    page.view.colours.button(0).click()
    assert not theme.current().dark


def test_it_says_where_the_file_lies_and_which_program_this_is(page, app):
    assert str(app.path) in page.view.facts
    assert __version__ in page.view.facts


def test_the_approval_limits_in_force_are_shown_with_source_and_since_when(page):
    texts = [label.text() for label in page.view.findChildren(QLabel)]
    assert "超过 50,000.00 元，不超过 200,000.00 元" in texts
    assert texts[texts.index("超过 200,000.00 元") + 1] == "审核 → 经审会签 → 主席审批"
    assert any("2017-12-15 起施行" in text and "32号" in text for text in texts)
    assert "示例" in page.view.limits_told.text()


def shown(page):
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return [label.text() for label in page.view.findChildren(QLabel)]


def test_the_office_sets_its_own_limits_now_and_from_a_later_day(page, app, prompts):
    typed = {"kind": "", "effective_from": "2026-08-31", "chair_alone": "1万", "with_review": "", "basis": "会议决定"}
    again = typed | {"chair_alone": "10000"}
    prompts.answers = [(typed,), (again,), (again | {"effective_from": app.clock.today().isoformat()},)]
    page.view.set_limits.click()
    assert prompts.offered["chair_alone"] == "50,000.00"
    refused = [sentence for kind, sentence in prompts.asked if kind == "refused"]
    assert "“1万”不是金额" in refused[0]
    assert refused[1].startswith("施行日期不能早于今天")
    texts = shown(page)
    assert texts[texts.index("不超过 10,000.00 元") + 1] == "主席审批"
    assert not any("50,000" in text for text in texts)
    assert page.view.limits_told.text() == ""
    prompts.answers = [(again | {"effective_from": "2026-12-01", "chair_alone": "20000"},)]
    page.view.set_limits.click()
    assert any(text.startswith("还没有施行，2026-12-01 起施行") for text in shown(page))
    (button,) = [each for each in page.view.findChildren(QPushButton) if each.text() == "撤回"]
    prompts.answers = [False, True]
    button.click()
    assert app.approval_limits.coming()
    button.click()
    assert not app.approval_limits.coming()
    assert not any("2026-12-01" in text for text in shown(page))


def test_who_may_not_set_limits_is_told(qtbot, app, operations, prompts, around, settings):
    actor = Actor("经办林", frozenset({"officer"}), user_id="1")
    seen = replace(around, actor=actor, permits=Permits(actor))
    page = SettingsPage(seen, app.offices, app.approval_limits, app.path, settings=settings)
    qtbot.addWidget(page)
    assert not page.view.set_limits.isEnabled()
    assert "主席" in page.view.set_limits.toolTip()


def test_fonts_beside_the_file_are_named(qtbot, app, around, settings):
    folder = app.path.parent / "fonts"
    folder.mkdir()
    (folder / "方正小标宋简体.ttf").write_bytes(b"")
    page = SettingsPage(around, app.offices, app.approval_limits, app.path, settings=settings)
    qtbot.addWidget(page)
    assert "方正小标宋简体.ttf" in page.view.facts


def test_a_real_office_does_not_say_that_it_is_practice(page):
    assert page.view.practice.text == ""


def test_a_practice_office_says_so(qtbot, clock, tmp_path, around, settings):
    practice = App(create(tmp_path / "练习", "示范工会", clock, ACTOR, practice=True), clock=clock, actor=ACTOR)
    page = SettingsPage(around, practice.offices, practice.approval_limits, practice.path, settings=settings)
    qtbot.addWidget(page)
    page.show()
    assert "练习用的办公文件" in page.view.practice.text
    practice.close()


def test_larger_type_makes_rows_and_bars_higher_at_once(page, qtbot):
    part, note, gone = QWidget(), NoteEditor(Field("备注", Kind.NOTE, False, None, "", False)), QLabel()
    table = RecordTable(RecordTableModel(ListSource(BATCH_COLUMNS), BATCH_COLUMNS, today=date(2026, 9, 10)))
    for widget in (part, note, table):
        qtbot.addWidget(widget)
    theme.follow(part, lambda part, look: part.setFixedHeight(look.size("row")))
    theme.follow(gone, lambda gone, look: gone.setFixedHeight(look.size("row")))
    shiboken6.delete(gone)
    before = note.findChild(QPlainTextEdit).height()
    page.view.scales.button(150).click()
    assert part.height() == 51
    assert table.verticalHeader().defaultSectionSize() == table.horizontalHeader().height() == 51
    assert note.findChild(QPlainTextEdit).height() > before * 1.3
    assert page.view.save.iconSize().width() == 30


def test_widgets_that_follow_the_scale_are_let_go(page):
    label = QLabel()
    theme.follow(label, lambda label, look: label.setFixedHeight(look.size("row")))
    seen = weakref.ref(label)
    del label
    assert seen() is None
