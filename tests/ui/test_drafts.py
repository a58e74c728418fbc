"""Killed at any moment, a form loses the field being typed at most (F117): over real office files, never closed."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from tests.conftest import ACTOR
from unionoffice import window as window_module
from unionoffice.app import App
from unionoffice.kernel.identity import Actor
from unionoffice.models.draft import Place
from unionoffice.models.fields import Kind
from unionoffice.models.registers import all_registers
from unionoffice.ui.members.page import MembersPage
from unionoffice.ui.records import drafts as module
from unionoffice.ui.records.drafts import DROPPED, LEFT, DraftKeeper
from unionoffice.ui.records.form_dialog import FormDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)

OTHER = Actor("李干事")


@pytest.fixture
def member(app):
    values = {"name": "王强", "phone": "13800001111", "joined_on": "2015-10-01", "address": "示范区和平路1号"}
    return app.members.create(values, app.actor)[0]


@pytest.fixture
def make_page(qtbot, operations, around):
    def make(app):
        keeper = DraftKeeper(lambda: app.drafts)
        found = MembersPage(
            replace(around, drafts=keeper),
            app.members,
            lambda: app.exports,
            access=lambda: app.access_log,
            personal=lambda: app.personal_data,
        )
        found.keeper = keeper
        qtbot.addWidget(found)
        found.route_requested.connect(lambda name, argument: found.open_argument(argument))
        found.route_replaced.connect(lambda name, argument: found.open_argument(argument))
        found.resize(1134, 640)
        found.show()
        found.open_argument("")
        return found

    return make


@pytest.fixture
def page(make_page, app):
    return make_page(app)


@pytest.fixture
def after_a_kill(make_page, app):
    """The page of a program started anew, while the former one never came to close anything."""
    again = App(app.path, clock=app.clock, actor=ACTOR)
    yield lambda: make_page(again)
    again.close()


@pytest.fixture
def said(notices):
    texts = []
    notices.posted.connect(lambda notice: texts.append(notice.text))
    return texts


def line(page, name):
    return page.card_view.form.editor(name).line


def type_into(qtbot, page, name, text):
    line(page, name).setFocus()
    qtbot.keyClicks(line(page, name), text)


def in_file(app, place):
    found = app.drafts.find(place)
    return found.typed if found is not None else {}


def test_a_second_after_the_last_key_it_is_in_the_file(page, app, member, qtbot, after_a_kill):
    assert 500 <= module._KEEP_AFTER <= 1500
    page.open_argument(member)
    type_into(qtbot, page, "post", "dian")
    assert in_file(app, Place("member", member)) == {}
    qtbot.waitUntil(lambda: in_file(app, Place("member", member)) == {"post": "dian"}, timeout=5000)
    again = after_a_kill()
    assert again.list_view.unfinished.texts == ["还有 1 份没填完：", "会员“王强”"]
    again.list_view.unfinished.chosen.emit(Place("member", member))
    assert again.card_view.form.values()["post"] == "dian"
    assert again.card_view.draft.text == "已恢复 2026-09-10 09:30 填写、还没有保存的内容。"
    again.card_controller.save()
    assert app.members.get(member).post == "dian"
    assert app.drafts.unfinished() == []


def test_a_field_that_is_left_is_in_the_file_at_once(page, app, qtbot):
    page.open_argument("new")
    type_into(qtbot, page, "name", "wang")
    line(page, "name").editingFinished.emit()
    assert in_file(app, Place("member")) == {"name": "wang"}


def test_so_is_everything_when_typing_goes_on_in_another_field(page, app, qtbot):
    page.open_argument("new")
    form = page.card_view.form
    qtbot.keyClicks(line(page, "name"), "wang")
    qtbot.keyClicks(line(page, "post"), "d")
    assert in_file(app, Place("member"))["name"] == "wang"
    assert form.is_dirty


def test_going_to_another_page_and_coming_back_loses_nothing(page, app, qtbot, member):
    page.open_argument(member)
    page.card_view.form.type_values({"post": "dian"})
    page.hide()
    assert in_file(app, Place("member", member)) == {"post": "dian"}
    type_into(qtbot, page, "post", "gong")
    page.show()
    page.open_argument(member)
    assert page.card_view.form.values()["post"] == "diangong"


def test_what_cannot_be_read_comes_back_as_it_was_typed(page, member, qtbot, after_a_kill):
    page.open_argument(member)
    page.card_view.form.type_values({"dues_base": "三千", "birth_date": "85年", "sex": "2"})
    page.keep_drafts()
    again = after_a_kill()
    again.open_argument(member)
    values = again.card_view.form.values()
    assert (values["dues_base"], values["birth_date"], values["sex"]) == ("三千", "85年", "2")


def test_nothing_is_kept_of_a_record_that_is_only_looked_at_and_only_what_was_typed_of_another(page, app, member):
    page.open_argument(member)
    page.open_argument("")
    assert app.drafts.unfinished() == []
    page.open_argument(member)
    page.card_view.form.type_values({"post": "电工"})
    page.open_argument("")
    assert in_file(app, Place("member", member)) == {"post": "电工"}


def test_a_masked_field_that_was_typed_comes_back_masked(page, member, after_a_kill):
    page.open_argument(member)
    page.card_view.form.type_values({"phone": "13900002222", "email": "wangqiang@example.cn"})
    page.keep_drafts()
    again = after_a_kill()
    again.open_argument(member)
    assert {"手机号码", "现住址"} <= set(again.card_view.form.covered())
    shown = [found.text() for kind in (QLabel, QLineEdit) for found in again.findChildren(kind)]
    assert not [text for text in shown if "13900002222" in text or "wangqiang@" in text]
    assert again.card_view.form.values()["phone"] == "13900002222"


def test_a_draft_of_a_record_changed_since_shows_both_and_overwrites_nothing_by_itself(
    page, app, member, after_a_kill, prompts
):
    page.open_argument(member)
    page.card_view.form.type_values({"post": "电工", "phone": "13900002222"})
    page.keep_drafts()
    app.members.save(member, {"post": "钳工", "education": "20"}, app.members.get(member).version, OTHER)
    again = after_a_kill()
    again.open_argument(member)
    text = again.card_view.draft.text
    assert "此后 2026-09-10 09:30 李干事改过这条记录的" in text and "岗位" in text
    assert "岗位：现在是“钳工”，您填的是“电工”" in text
    assert "手机号码：现在是“138****1111”，您填的是“139****2222”" in text
    assert app.members.get(member).post == "钳工"
    values = again.card_view.form.values()
    assert (values["post"], values["education"]) == ("电工", "20")
    again.card_view.form.type_values({"native_place": "示范县"})
    again.open_argument("")
    again.open_argument(member)
    assert "岗位：现在是“钳工”，您填的是“电工”" in again.card_view.draft.text, "typing on does not hide it"
    app.members.save(member, {"post": "焊工"}, app.members.get(member).version, OTHER)
    again.card_controller.save()
    assert "刚被别处改过" in prompts.asked[0][1]
    assert app.members.get(member).post == "焊工"
    assert "岗位：现在是“焊工”，您填的是“电工”" in again.card_view.draft.text
    again.card_controller.save()
    assert (app.members.get(member).post, app.members.get(member).education) == ("电工", "20")
    assert again.card_view.draft.text == ""


def test_dropping_can_be_undone_also_from_elsewhere_and_keeps_what_was_typed_since(
    page, app, member, said, notices, prompts
):
    page.open_argument(member)
    page.card_view.form.type_values({"post": "电工"})
    page.open_argument("")
    page.open_argument(member)
    page.card_view.draft.dropped.emit()
    assert said[-1] == DROPPED
    assert app.drafts.unfinished() == []
    page.card_view.form.type_values({"education": "20"})
    notices.undo_last()
    values = page.card_view.form.values()
    assert (values["post"], values["education"]) == ("电工", "20")
    page.card_view.draft.dropped.emit()
    page.open_argument("")
    notices.undo_last()
    assert page.card_view.form.values()["post"] == "电工"
    assert prompts.asked == []


def test_while_somebody_else_writes_the_draft_waits_and_whoever_types_does_not(page, app, member, qtbot):
    page.open_argument(member)
    with app.store.working():
        page.card_view.form.type_values({"post": "电工"})
        page.keep_drafts()
        assert page.keeper.unwritten() == 1
        page.open_argument("")
        page.open_argument(member)
        assert page.card_view.form.values()["post"] == "电工"
    qtbot.waitUntil(lambda: page.keeper.unwritten() == 0, timeout=5000)
    assert in_file(app, Place("member", member)) == {"post": "电工"}


def test_nothing_is_written_beside_work_that_must_be_alone(app, qtbot):
    alone = [True]
    keeper = DraftKeeper(lambda: app.drafts, busy=lambda: alone[0])
    keeper.keep(Place("member"), 0, {"name": "甲"})
    assert app.drafts.unfinished() == [] and keeper.unwritten() == 1
    alone.clear()
    alone.append(False)
    qtbot.waitUntil(lambda: keeper.unwritten() == 0, timeout=5000)
    assert len(app.drafts.unfinished()) == 1


def the_dialog(page):
    return next(found for found in page.findChildren(FormDialog) if found.isVisible())


def test_a_relative_half_entered_outlives_the_dialog_and_the_program(
    page, app, member, qtbot, said, notices, after_a_kill
):
    page.open_argument(member)
    page.family_controller.add()
    qtbot.keyClicks(the_dialog(page).form.editor("name").line, "xiaobao")
    page.keep_drafts()
    again = after_a_kill()
    assert again.list_view.unfinished.texts[1] == "会员“王强”的家庭成员“xiaobao”"
    again.list_view.unfinished.chosen.emit(app.drafts.unfinished()[0].place)
    dialog = the_dialog(again)
    assert dialog.form.values()["name"] == "xiaobao"
    assert dialog.draft.text.startswith("已恢复 2026-09-10 09:30")
    dialog.reject()
    assert said[-1] == LEFT
    again.family_controller.add()
    the_dialog(again).draft.dropped.emit()
    assert the_dialog(again).form.values()["name"] is None
    notices.undo_last()
    assert the_dialog(again).form.values()["name"] == "xiaobao"
    the_dialog(again).form.type_values({"kinship": "20"})
    the_dialog(again).accept()
    assert [relative.name for relative in app.members.card(member).family] == ["xiaobao"]
    assert app.drafts.unfinished() == []


def test_a_relative_changed_by_somebody_else_meanwhile_is_not_overwritten(page, app, member):
    values = {"name": "小宝", "kinship": "20", "occupation": "学生"}
    app.members.save_relative(member, values, app.actor)
    page.open_argument(member)
    relative = app.members.card(member).family[0]
    page.family_controller.change(relative.id)
    dialog = the_dialog(page)
    dialog.form.type_values({"occupation": "工人"})
    app.members.save_relative(member, {**values, "occupation": "教师"}, OTHER, relative_id=relative.id)
    dialog.accept()
    assert "刚被别处改过" in dialog.refusal
    assert app.members.card(member).family[0].occupation == "教师"
    dialog.reject()
    page.open_argument("")
    page.open_argument(member)
    page.family_controller.change(relative.id)
    assert "现在是“教****”，您填的是“工****”" in the_dialog(page).draft.text
    the_dialog(page).accept()
    assert app.members.card(member).family[0].occupation == "工人"


@pytest.fixture
def program(start_program, office_file, monkeypatch):
    monkeypatch.setattr(window_module, "_AFTER_START", 0)

    def start(seen=None):
        found = start_program()
        if seen is not None:
            found.notices.posted.connect(lambda notice: seen.append(notice.text))
        assert found.open(office_file)
        return found

    return start


def test_closing_asks_nothing_and_the_next_start_says_what_is_not_finished(program, tmp_path, qtbot):
    first = program()
    first.window.open(("members", "new"))
    first.window.page.card_view.form.type_values({"name": "欧阳密语"})
    first.window.open(("home", ""))
    assert first.window.close()
    assert first.prompts.asked == []
    first.close()
    seen = []
    again = program(seen)
    qtbot.waitUntil(lambda: "还有 1 份没填完，都留着。" in seen)
    again.window.open(("home", ""))
    again.window.page.reload()
    QApplication.processEvents()
    assert "份会员资料没填完，都留着" in again.window.page.view.texts
    again.window.open(("members", "new"))
    assert again.window.page.card_view.form.values()["name"] == "欧阳密语"
    again.window.page.card_view.draft.dropped.emit()
    again.window.open(("home", ""))
    qtbot.waitUntil(lambda: "份会员资料没填完，都留着" not in again.window.page.view.texts)
    settings = "".join(path.read_text("utf-8") for path in (tmp_path / "settings").rglob("*.ini"))
    assert "欧阳密语" not in settings and "\\u6b27" not in settings


def test_leaving_an_office_keeps_what_is_typed_before_it_is_closed(program, office_file, clock, monkeypatch):
    first = program()
    app, keeper, in_time = first.app, first.window._around.drafts, []
    close = app.close
    monkeypatch.setattr(app, "close", lambda: (in_time.append(len(app.drafts.unfinished())), close()))
    first.window.open(("members", "new"))
    first.window.page.card_view.form.type_values({"name": "欧阳密语"})
    first._leave()
    assert first.window is None
    assert in_time == [1]
    keeper.keep(Place("merchant"), 0, {"name": "太迟了"})
    with closing(App(office_file, clock=clock, actor=ACTOR)) as app:
        assert [found.name for found in app.drafts.unfinished()] == ["新的会员“欧阳密语”"]


def test_what_is_half_typed_outlives_going_back_to_a_backup(program):
    first = program()
    app = first.app
    known = app.members.create({"name": "王强"}, app.actor)[0]
    made = app.backups.make(app.actor)
    app.members.save(known, {"education": "20"}, 1, app.actor)
    first.window.open(("members", known))
    first.window.page.card_view.form.type_values({"post": "电工"})
    first.prompts.answers = [True]
    first.restore(made.path)
    assert first.app is not app
    assert first.app.members.get(known).education is None
    assert [found.name for found in first.app.drafts.unfinished()] == ["会员“王强”"]
    first.window.open(("home", ""))
    first.window.open(("members", known))
    assert first.window.page.card_view.form.values()["post"] == "电工"


def test_midnight_does_not_take_a_form_away_from_under_the_keys(program, clock):
    first = program()
    window = first.window
    window.open(("members", "new"))
    window.page.card_view.form.type_values({"name": "欧阳密语"})
    clock.time = clock.time.replace(day=11)
    first.turn_the_day()
    assert first.window is window


CHILD = """
import sys, time
from datetime import datetime
from pathlib import Path
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from unionoffice.window import Program

qt = QApplication([])
program = Program(qt, Path(sys.argv[2]))
assert program.open(Path(sys.argv[1]))
program.window.open(("members", "new"))
form = program.window.page.card_view.form
for name in ("name", "post"):
    form.editor(name).line.setFocus()
    QTest.keyClicks(form.editor(name).line, name * 2)
print("typed", flush=True)
time.sleep(60)
"""


def test_killed_while_typing_only_the_field_being_typed_is_lost(office_file: Path, tmp_path: Path, clock) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(office_file), str(tmp_path / "screen")],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "typed\n"
    child.kill()
    child.wait()
    child.stdout.close()
    with closing(App(office_file, actor=ACTOR)) as app:
        assert in_file(app, Place("member"))["name"] == "namename"


@pytest.mark.parametrize("register", all_registers(), ids=lambda register: register.name)
def test_once_a_record_is_saved_nothing_is_said_of_a_draft_any_more(program, register):
    found = program()
    window, app = found.window, found.app
    app.members.create({"name": "王强", "joined_on": "2015-10-01"}, app.actor)
    window.open((register.name, "new"))
    form = window.page.record.form
    for name, facts in register.model.fields().items():
        if facts.required and not facts.internal:
            choice = next(iter(facts.choices or ()), "")
            value = {Kind.CHOICE: choice, Kind.DATE: "2026-09-01"}.get(facts.kind, "王强")
            form.type_values({name: "XL-2026-K7Q4" if name == "code" else value})
            form.edited.emit()
    window.keep_drafts()
    assert window.bottom_bar.kept_text
    window.page.controller.save()
    assert window.history.current[1] not in ("", "new"), found.prompts.asked
    assert (window.bottom_bar.kept_text, app.drafts.unfinished()) == ("", [])


def test_a_draft_forgotten_late_is_not_told_as_kept(app, qtbot):
    busy = [False]
    keeper = DraftKeeper(lambda: app.drafts, busy=lambda: busy[0])
    told = []
    keeper.kept.connect(lambda: told.append("kept"))
    keeper.forgotten.connect(lambda: told.append("forgotten"))
    keeper.keep(Place("member"), 0, {"name": "甲"})
    busy[0] = True
    keeper.keep(Place("member"), 0, {})
    busy[0] = False
    keeper.flush()
    assert told == ["kept", "forgotten"]
    assert app.drafts.unfinished() == []
