"""The page of the users: adding, changing, closing and letting in again, and deputies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from fake_prompts import FakePrompts
from PySide6.QtWidgets import QApplication, QLabel

from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.identity import Actor
from unionoffice.models.draft import Place
from unionoffice.models.fields import Field, Kind
from unionoffice.models.organisation import UnitKind
from unionoffice.models.tier import Tier
from unionoffice.models.user import Role, UserState, check_password
from unionoffice.services import logins
from unionoffice.services.founding import create
from unionoffice.services.users import first_password
from unionoffice.store import keyring
from unionoffice.store.keyring import Cost
from unionoffice.ui import shown
from unionoffice.ui.entrance import FirstPasswordDialog
from unionoffice.ui.records.form_dialog import FormDialog
from unionoffice.ui.users.editors import BranchesEditor, RolesEditor, TiersEditor
from unionoffice.ui.users.page import UsersPage
from unionoffice.window import Program

NOW = datetime(2026, 9, 10, 9, 30)
PASSWORD = "Abcd-1234"


@pytest.fixture
def program(
    start_program: Callable[..., Program], clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Program:
    monkeypatch.setattr(keyring, "measured_cost", lambda seconds=0.5: Cost(1, 8192))
    path = create(tmp_path / "加密.ghoffice", "示范工会", clock, Actor("张三"), password=PASSWORD, cost=Cost(1, 8192))
    found = start_program(("张三", PASSWORD))
    assert found.open(path)
    assert found.app is not None
    root = found.app.organisation.tree()[0].id
    for name in ("一分会", "二分会"):
        found.app.organisation.add_unit(root, name, UnitKind.BRANCH, found.app.actor)
    return found


@pytest.fixture
def page(program: Program) -> UsersPage:
    assert program.window is not None
    program.window.open(("users", ""))
    shown = program.window.page
    assert isinstance(shown, UsersPage)
    return shown


def app_of(program: Program) -> App:
    assert program.app is not None
    return program.app


def prompts(program: Program) -> FakePrompts:
    assert isinstance(program.prompts, FakePrompts)
    return program.prompts


def rows(page: UsersPage) -> list[list[str]]:
    model = page.list.model
    return [[model.text_at(row, column) for column in range(model.columnCount())] for row in range(model.rowCount())]


def command(page: UsersPage, text: str) -> None:
    (action,) = (action for action in page.actions() if action.text() == text)
    assert action.isEnabled()
    action.trigger()


def dialog(page: UsersPage) -> FormDialog:
    return next(found for found in page.findChildren(FormDialog) if found.isVisible())


def choose(page: UsersPage, name: str) -> None:
    place = [row[0] for row in rows(page)].index(name)
    page.list.table.select([page.list.model.id_at(place)])


def add(page: UsersPage, name: str, *roles: Role, branches: tuple[str, ...] = ()) -> FormDialog:
    command(page, "添加用户")
    asked = dialog(page)
    asked.form.type_values({"name": name, "roles": frozenset(roles), "units": frozenset(branches)})
    asked.accept_button.click()
    return asked


def branch_ids(program: Program) -> dict[str, str]:
    return {node.name: node.id for node in app_of(program).organisation.tree()}


def test_a_new_user_is_handed_his_first_password_once(program: Program, page: UsersPage) -> None:
    add(page, "李四", Role.CHAIR, branches=(branch_ids(program)["二分会"],))
    assert rows(page)[-1] == ["李四", "主席", "二分会", "", "在用", "首次登录改密码"]
    kind, text = prompts(program).asked[-1]
    name, password = text.split()
    assert (kind, name) == ("first_password", "李四")
    assert logins.log_in(app_of(program).path, "李四", password, NOW)


def test_first_passwords_keep_the_rule_and_differ() -> None:
    found = {first_password() for _ in range(50)}
    assert len(found) == 50
    for password in found:
        check_password(password, NOW.date())
        assert not set(password) & set("Il1O0o8")


def test_the_slip_names_user_and_password(qapp: QApplication) -> None:
    slip = FirstPasswordDialog("李四", "Bada-keru-2345")
    assert "登录用户：李四\n首次密码：Bada-keru-2345" in slip.slip
    slip._copy()
    assert qapp.clipboard().text() == "Bada-keru-2345"
    slip.deleteLater()


def test_a_first_password_is_not_written_on_a_screen_that_others_look_at(qapp: QApplication) -> None:
    shown.screen.project(True)
    try:
        slip = FirstPasswordDialog("李四", "Bada-keru-2345")
    finally:
        shown.screen.project(False)
    assert all("Bada" not in label.text() for label in slip.findChildren(QLabel))
    assert "首次密码：Bada-keru-2345" in slip.slip
    slip.deleteLater()


def test_roles_that_must_be_apart_are_told_beside_the_field(program: Program, page: UsersPage) -> None:
    command(page, "添加用户")
    asked = dialog(page)
    roles = asked.form.editor("roles")
    assert isinstance(roles, RolesEditor)
    assert asked.form.error("roles") == ""
    roles.boxes[Role.AUDITOR].click()
    roles.boxes[Role.OFFICER].click()
    assert asked.form.error("roles") == "审计员不能兼任别的角色。"
    roles.boxes[Role.AUDITOR].click()
    assert asked.form.error("roles") == ""
    assert roles.value() == {Role.OFFICER}
    explained = {label.text() for label in roles.findChildren(QLabel)}
    assert len(explained) == len(Role)
    asked.reject()


def test_what_is_missing_or_refused_is_said_and_nothing_is_written(program: Program, page: UsersPage) -> None:
    asked = add(page, "张三", Role.OFFICER)
    assert asked.isVisible()
    assert asked.form.error("name").startswith("已经有一个叫“张三”的用户")
    asked.form.type_values({"name": "李四", "roles": None})
    asked.accept_button.click()
    assert asked.form.error("roles") == "“角色”还没有填写。"
    asked.form.type_values({"roles": {Role.ADMIN}, "units": {branch_ids(program)["一分会"]}})
    asked.accept_button.click()
    assert asked.form.error("units").startswith("系统管理员管的是整个办公文件")
    asked.form.type_values({"roles": {Role.OFFICER}, "units": frozenset(), "password": "weak"})
    asked.accept_button.click()
    assert asked.form.error("password") == "密码至少要 8 位。"
    assert [row[0] for row in rows(page)] == ["张三"]
    asked.reject()


def test_changed_powers_can_be_undone(program: Program, page: UsersPage) -> None:
    add(page, "李四", Role.CHAIR)
    choose(page, "李四")
    command(page, "修改权限")
    asked = dialog(page)
    assert asked.form.values()["roles"] == {Role.CHAIR}
    asked.form.type_values({"roles": {Role.OFFICER}, "units": {branch_ids(program)["一分会"]}})
    asked.accept_button.click()
    assert rows(page)[-1][1:3] == ["经办", "一分会"]
    program.notices.undo_last()
    assert rows(page)[-1][1:3] == ["主席", "全部"]


def test_a_closed_user_comes_in_again_only_with_a_new_password(program: Program, page: UsersPage) -> None:
    add(page, "李四", Role.CHAIR)
    choose(page, "李四")
    prompts(program).answers = ["调离"]
    command(page, "停用…")
    assert rows(page)[-1][4] == UserState.CLOSED.label
    assert logins.names(app_of(program).path) == ["张三"]
    choose(page, "李四")
    command(page, "恢复")
    dialog(page).accept_button.click()
    assert rows(page)[-1][4:] == ["在用", "首次登录改密码"]
    choose(page, "李四")
    command(page, "重设密码")
    dialog(page).accept_button.click()
    handed = [text.split()[1] for kind, text in prompts(program).asked if kind == "first_password"]
    assert len(set(handed)) == 3
    assert logins.log_in(app_of(program).path, "李四", handed[-1], NOW)


def test_the_last_administrator_stays(program: Program, page: UsersPage) -> None:
    choose(page, "张三")
    prompts(program).answers = ["不干了"]
    command(page, "停用…")
    assert prompts(program).asked[-1] == ("error", "至少要留一个在用的系统管理员。")
    assert rows(page)[0][4] == "在用"


def test_a_tier_is_granted_for_a_reason_and_to_nobody_by_himself(program: Program, page: UsersPage) -> None:
    add(page, "李四", Role.CHAIR)
    choose(page, "李四")
    command(page, "授权…")
    asked = dialog(page)
    editor = asked.form.editor("tiers")
    assert isinstance(editor, TiersEditor)
    editor.boxes[Tier.PSYCHOLOGY].click()
    asked.accept_button.click()
    assert rows(page)[-1][3] == "", "a reason is asked for first"
    asked.form.type_values({"reason": "负责心理关爱"})
    asked.accept_button.click()
    assert rows(page)[-1][3] == "心理"
    (line, *_) = app_of(program).access_log.entries(actor=app_of(program).actor)
    assert (line.what, line.purpose) == ("李四：心理", "负责心理关爱")
    choose(page, "张三")
    command(page, "授权…")
    asked = dialog(page)
    asked.form.type_values({"tiers": frozenset(Tier), "reason": "自己看"})
    asked.accept_button.click()
    assert asked.isVisible() and rows(page)[0][3] == ""
    asked.reject()


def test_commands_follow_the_selection(program: Program, page: UsersPage) -> None:
    add(page, "李四", Role.CHAIR)
    states = {action.text(): action for action in page.actions()}
    page.list.table.clearSelection()
    assert not any(states[text].isEnabled() for text in ("修改权限", "重设密码", "停用…", "恢复", "提前终止"))
    choose(page, "李四")
    assert [states[text].isEnabled() for text in ("修改权限", "停用…", "恢复")] == [True, True, False]


def test_a_sorted_and_filtered_list_stays_so(program: Program, page: UsersPage) -> None:
    add(page, "李四", Role.CHAIR)
    page.list.filters.restore({"accepted": {"state": ["active"]}})
    page.list.load()
    page.list.table.sortByColumn(1, page.list.table.horizontalHeader().sortIndicatorOrder())
    kept = page.state()
    add(page, "王五", Role.AUDITOR)
    assert len(rows(page)) == 3
    assert page.state()["filters"] == kept["filters"]
    assert page.state()["table"]["sort"] == kept["table"]["sort"]


def test_a_deputy_stands_in_and_is_told_on_entering(program: Program, page: UsersPage) -> None:
    add(page, "李主席", Role.CHAIR)
    add(page, "王五", Role.REVIEWER)
    handed = prompts(program).asked[-1][1].split()[1]
    users = {row.name: row.id for row in app_of(program).users.rows()}
    choose(page, "李主席")
    command(page, "指定代理")
    asked = dialog(page)
    assert asked.form.values()["user_id"] == users["李主席"]
    asked.form.type_values({"deputy_id": users["张三"], "until_on": date(2026, 9, 20), "reason": "出差"})
    asked.accept_button.click()
    assert asked.refusal == "系统管理员不能兼任审核或主席。"
    asked.form.type_values({"deputy_id": users["王五"]})
    asked.accept_button.click()
    assert page.deputies.texts == [["李主席", "王五", "2026-09-10", "2026-09-20", "出差", "代理中"]]
    path = app_of(program).path
    posted: list[str] = []
    program.notices.posted.connect(lambda notice: posted.append(notice.text))
    prompts(program).answers = [("王五", handed), (handed, "Later-9876")]
    assert program.open(path)
    assert posted == ["您正在代理“李主席”（出差），到 2026-09-20 为止。"]
    assert program.window is not None
    (button,) = (each for each in program.window.top_bar.children() if each.objectName() == "user_button")
    assert button.property("text") == "王五（代李主席）"
    assert "users" not in program.window._specs


def test_a_deputys_powers_end_early_after_asking(program: Program, page: UsersPage) -> None:
    add(page, "李主席", Role.CHAIR)
    add(page, "王五", Role.REVIEWER)
    users = {row.name: row.id for row in app_of(program).users.rows()}
    app = app_of(program)
    app.users.stand_in(users["李主席"], users["王五"], NOW.date(), date(2026, 9, 20), "出差", app.actor)
    page.reload()
    page.deputies.table.selectRow(0)
    prompts(program).answers = [True]
    command(page, "提前终止")
    assert prompts(program).verbs == ["终止代理"]
    assert page.deputies.texts == []


def test_what_lies_below_a_ticked_branch_belongs_to_it(program: Program, qapp: QApplication) -> None:
    app = app_of(program)
    ids = branch_ids(program)
    group, _ = app.organisation.add_unit(ids["一分会"], "甲组", UnitKind.GROUP, app.actor)
    editor = BranchesEditor(Field("分管范围", Kind.NOTE, False, None, "", False), app.organisation.tree())
    assert editor.value() == frozenset()
    editor.part.click()
    assert editor.problem() == "勾选他分管的分工会或小组，或选“全部”。"
    editor.set_value(frozenset({ids["一分会"]}))
    assert editor.value() == {ids["一分会"]}
    assert editor.items[group].isDisabled()
    editor.items[ids["一分会"]].setCheckState(0, editor.items[ids["二分会"]].checkState(0))
    assert not editor.items[group].isDisabled()
    assert editor.value() == frozenset()
    editor.set_value({group})
    assert editor.value() == {group}
    editor.deleteLater()


def test_a_plain_office_says_so_in_the_settings(start_program: Callable[..., Program], office_file: Path) -> None:
    program = start_program()
    assert program.open(office_file)
    window = program.window
    assert window is not None and "users" not in window._specs
    window.open(("settings", ""))
    page = window.page
    assert page is not None
    view = page.view  # type: ignore[attr-defined]
    assert any(text.startswith("没有加密：谁拿到文件谁就能看") for text in view.facts)
    view.leave.click()
    assert program.window is None and program._welcome is not None and program._welcome.isVisible()


def test_a_user_half_entered_is_taken_up_and_his_first_password_is_nowhere(program: Program, page: UsersPage) -> None:
    command(page, "添加用户")
    asked = dialog(page)
    asked.form.type_values({"name": "李四", "roles": frozenset({Role.OFFICER}), "password": "Geheim-2026-Xy"})
    asked.form.settled.emit()
    found = app_of(program).drafts.find(Place("dialog:user"))
    assert found is not None and found.typed == {"name": "李四", "roles": ["officer"]}
    asked.reject()
    command(page, "添加用户")
    again = dialog(page)
    assert (again.form.values()["name"], again.form.values()["roles"]) == ("李四", frozenset({Role.OFFICER}))
    assert again.form.values()["password"] not in ("Geheim-2026-Xy", None)
    again.accept_button.click()
    assert rows(page)[-1][:2] == ["李四", "经办"]
    assert app_of(program).drafts.find(Place("dialog:user")) is None
