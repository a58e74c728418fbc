"""Into an encrypted office by the window: founding, logging in, the first password, the lock, and out again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from fake_prompts import FakePrompts
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.user import Role
from unionoffice.services import logins
from unionoffice.services.founding import create
from unionoffice.store import keyring
from unionoffice.store.engine import is_encrypted
from unionoffice.store.keyring import Cost
from unionoffice.ui.curtain import Curtain
from unionoffice.ui.entrance import Founding, FoundingDialog, LoginDialog, PasswordDialog
from unionoffice.ui.idle import IdleWatch
from unionoffice.ui.welcome import WelcomeWindow
from unionoffice.window import Program

NOW = datetime(2026, 9, 10, 9, 30)
PASSWORD = "Abcd-1234"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return create(
        tmp_path / "加密.ghoffice", "示范工会", FixedClock(NOW), Actor("张三"), password=PASSWORD, cost=Cost(1, 8192)
    )


@pytest.fixture
def program(start_program: Callable[..., Program], monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setattr(keyring, "measured_cost", lambda seconds=0.5: Cost(1, 8192))
    return start_program()


def prompts(program: Program) -> FakePrompts:
    assert isinstance(program.prompts, FakePrompts)
    return program.prompts


def enter(program: Program, path: Path, name: str = "张三", password: str = PASSWORD) -> None:
    prompts(program).answers = [(name, password)]
    assert program.open(path)


def shown_curtains(program: Program) -> list[Curtain]:
    """Over this program's window; others may still wait to be deleted."""
    assert program.window is not None
    return program.window.findChildren(Curtain)


def test_an_encrypted_office_is_shown_after_the_right_password(program: Program, path: Path) -> None:
    prompts(program).answers = [("张三", "wrong"), ("张三", PASSWORD)]
    assert program.open(path)
    assert prompts(program).asked[1] == ("refused", "密码不对，请再输一次。再错 4 次将锁定 10 分钟。")
    assert program.app is not None and program.app.actor.name == "张三"


def test_who_turns_back_sees_nothing(program: Program, path: Path) -> None:
    prompts(program).answers = [None]
    assert not program.open(path)
    assert program.app is None and program.window is None


def test_a_first_password_is_changed_before_anything_is_shown(program: Program, path: Path) -> None:
    enter(program, path)
    assert program.app is not None
    program.app.users.add("李四", (Role.CHAIR,), (), "First-Pass-1", program.app.actor)
    prompts(program).answers = [("李四", "First-Pass-1"), None]
    assert not program.open(path)
    prompts(program).answers = [("李四", "First-Pass-1"), ("", "weak"), ("", "Later-9876")]
    assert program.open(path)
    assert prompts(program).options["former"] is False  # typed a moment ago
    assert ("refused", "密码至少要 8 位。") in prompts(program).asked
    assert logins.log_in(path, "李四", "Later-9876", NOW)


def test_an_office_founded_in_the_window_is_encrypted_and_open_at_once(program: Program, tmp_path: Path) -> None:
    program.welcome()
    wanted = tmp_path / "新工会.ghoffice"
    prompts(program).answers = [(Founding(wanted, "新工会", "王五", PASSWORD),)]
    program._create()
    assert is_encrypted(wanted)
    assert program.app is not None and program.app.actor.name == "王五"
    assert program.window is not None


@pytest.mark.parametrize("there", [True, False])
def test_a_new_office_is_proposed_where_there_is_a_folder(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    home, documents = tmp_path / "家", tmp_path / "家" / "Documents"
    home.mkdir()
    if there:
        documents.mkdir()
    monkeypatch.setattr("platformdirs.user_documents_dir", lambda: str(documents))
    monkeypatch.setattr(Path, "home", lambda: home)
    prompts(program).answers = [None]
    program._create()
    assert prompts(program).options["folder"] == (documents if there else home)


def test_locked_windows_are_covered_until_the_same_user_is_back(program: Program, path: Path, qtbot: QtBot) -> None:
    enter(program, path)
    covered: list[int] = []

    def ask(office: str, names: list[str], attempt: object, **options: object) -> object:
        covered.append(len(shown_curtains(program)))
        assert names == ["张三"] and options["locked"]
        return FakePrompts.ask_login(prompts(program), office, names, attempt, locked=True)

    prompts(program).ask_login = ask  # type: ignore[method-assign, assignment]
    prompts(program).answers = [("张三", PASSWORD)]
    program.lock()
    assert covered == [1]
    qtbot.waitUntil(lambda: not shown_curtains(program))
    assert program.app is not None


def test_a_locked_office_can_only_be_closed(program: Program, path: Path) -> None:
    enter(program, path)
    app = program.app
    prompts(program).answers = [None]
    program.lock()
    assert program.app is None and program.window is None
    assert app is not None
    assert any(isinstance(widget, WelcomeWindow) and widget.isVisible() for widget in QApplication.topLevelWidgets())


def test_nothing_is_locked_where_nobody_has_logged_in(program: Program, office_file: Path) -> None:
    assert program.open(office_file)
    program.lock()
    assert prompts(program).asked == []


def test_the_lock_falls_when_nothing_is_touched_for_the_minutes_of_the_rule(qapp: QApplication, qtbot: QtBot) -> None:
    watch = IdleWatch(15)
    watch.start()
    widget = QWidget()
    qtbot.addWidget(widget)
    told: list[bool] = []
    watch.idle.connect(lambda: told.append(True))
    touched = watch._touched
    watch.look(touched + 15 * 60 - 1)
    assert told == []
    QTest.keyClick(widget, Qt.Key.Key_A)
    assert watch._touched > touched
    watch.look(touched + 15 * 60)
    assert told == []
    watch.look(watch._touched + 15 * 60)
    assert told == [True]
    watch.stop()


def fill(dialog: QDialog, **texts: str) -> None:
    for label, text in texts.items():
        (edit,) = (each for each in dialog.findChildren(QLineEdit) if each.accessibleName() == label)
        edit.setText(text)


def test_the_login_dialog_stays_open_with_the_sentence(qtbot: QtBot) -> None:
    tried: list[tuple[str, str]] = []

    def attempt(name: str, password: str) -> None:
        tried.append((name, password))
        if password != "right":
            raise UserError("密码不对，请再输一次。", field="password")

    dialog = LoginDialog("示范工会", ["张三", "李四"], attempt, last="李四")
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.name == "李四"
    assert not dialog.accept_button.isEnabled()
    fill(dialog, 密码="wrong")
    dialog.accept_button.click()
    assert (dialog.told, dialog.isVisible()) == ("密码不对，请再输一次。", True)
    fill(dialog, 密码="right")
    dialog.accept_button.click()
    assert not dialog.isVisible()
    assert tried == [("李四", "wrong"), ("李四", "right")]


def test_who_is_locked_out_by_idleness_is_not_led_to_the_cards(qtbot: QtBot) -> None:
    for locked, offered in ((False, True), (True, False)):
        dialog = LoginDialog("示范工会", ["张三"], lambda *_: None, locked=locked)
        qtbot.addWidget(dialog)
        assert any(button.text() == "忘记密码" for button in dialog.findChildren(QPushButton)) == offered


def test_a_new_password_is_typed_twice_alike(qtbot: QtBot) -> None:
    tried: list[tuple[str, str]] = []
    dialog = PasswordDialog("修改密码", lambda former, new: tried.append((former, new)), rule="至少 8 位")
    qtbot.addWidget(dialog)
    dialog.show()
    fill(dialog, 现在的密码="old", 新密码="Abcd-1234", 再输一次="Abcd-1235")
    dialog.accept_button.click()
    assert (dialog.told, tried) == ("两次输入的新密码不一样。", [])
    fill(dialog, 再输一次="Abcd-1234")
    dialog.accept_button.click()
    assert tried == [("old", "Abcd-1234")]


def test_the_founding_dialog_names_the_file_after_the_union(qtbot: QtBot, tmp_path: Path) -> None:
    wanted: list[Founding] = []
    dialog = FoundingDialog(
        wanted.append, lambda name: None, user="张三", folder=tmp_path, rule="至少 8 位", suffix=".ghoffice"
    )
    qtbot.addWidget(dialog)
    dialog.show()
    fill(dialog, 单位名称=" 示范/矿业:工会. ")
    assert dialog.path == tmp_path / "示范矿业工会.ghoffice"
    assert not dialog.accept_button.isEnabled()
    fill(dialog, 登录密码=PASSWORD, 再输一次=PASSWORD)
    dialog.accept_button.click()
    assert wanted == [Founding(dialog.path, "示范/矿业:工会.", "张三", PASSWORD)]


def test_a_plain_office_wants_no_password(qtbot: QtBot, tmp_path: Path) -> None:
    wanted: list[Founding] = []
    dialog = FoundingDialog(wanted.append, lambda name: None, user="张三", folder=tmp_path, rule="", suffix=".ghoffice")
    qtbot.addWidget(dialog)
    dialog.show()
    fill(dialog, 单位名称="示范工会")
    dialog._plain.setChecked(True)
    dialog.accept_button.click()
    assert wanted[0].password is None
