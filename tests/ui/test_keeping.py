"""The program keeps an office from loss: backups by themselves, the way back to one, and into it by two cards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from fake_prompts import FakePrompts
from PySide6.QtGui import QCloseEvent
from pytestqt.qtbot import QtBot

from unionoffice import entering
from unionoffice.app import App
from unionoffice.kernel.changes import Changes
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.identity import Actor
from unionoffice.pages import home_facts
from unionoffice.services import backup_places, logins
from unionoffice.services.founding import create
from unionoffice.services.recovery import Holder
from unionoffice.store import keyring
from unionoffice.store.keyring import Cost
from unionoffice.store.queries.members import MemberQuery
from unionoffice.ui import shown
from unionoffice.ui.permits import Permits
from unionoffice.ui.prompts import LoginAnswer
from unionoffice.window import Program

NOW = datetime(2026, 9, 10, 9, 30)
PASSWORD = "Abcd-1234"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(backup_places, "_user_data", lambda: tmp_path / "data")
    monkeypatch.setattr(keyring, "measured_cost", lambda seconds=0.35: Cost(1, 8192))
    return create(
        tmp_path / "加密.ghoffice", "示范工会", FixedClock(NOW), Actor("张三"), password=PASSWORD, cost=Cost(1, 8192)
    )


@pytest.fixture
def program(start_program: Callable[..., Program], path: Path) -> Program:
    found = start_program(("张三", PASSWORD))
    assert found.open(path)
    return found


def prompts(program: Program) -> FakePrompts:
    assert isinstance(program.prompts, FakePrompts)
    return program.prompts


def app_of(program: Program) -> App:
    assert program.app is not None
    return program.app


def backups(path: Path) -> list[Path]:
    return sorted(path.parent.rglob("*.ghbackup"))


def test_a_changed_office_is_backed_up_when_it_is_closed_and_once_only(program: Program, path: Path) -> None:
    app = app_of(program)
    app.members.create({"name": "曾丽梅"}, app.actor)
    program._leave()
    assert len(backups(path)) == 1
    prompts(program).answers = [("张三", PASSWORD)]
    assert program.open(path)
    program._leave()
    assert len(backups(path)) == 1


def test_work_is_backed_up_after_a_pause(program: Program, path: Path, qtbot: QtBot) -> None:
    app = app_of(program)
    app.members.create({"name": "曾丽梅"}, app.actor)
    program._look_after(app)
    program.operations.changed.emit(Changes(), None)
    assert program._keeper._pause.isActive()
    program._keeper.look()
    qtbot.waitUntil(lambda: len(backups(path)) == 1, timeout=20_000)
    qtbot.waitUntil(lambda: not program.jobs.running, timeout=20_000)


def test_a_backup_is_restored_from_the_open_office(program: Program, path: Path) -> None:
    app = app_of(program)
    app.members.create({"name": "曾丽梅"}, app.actor)
    made = app.backups.make(app.actor)
    app.members.create({"name": "王五"}, app.actor)
    assert made.path is not None
    prompts(program).answers = [True, ("张三", PASSWORD), ("张三", PASSWORD)]
    program.restore(made.path)
    assert [kind for kind, _ in prompts(program).asked[-4:]] == ["confirm", "login", "message", "login"]
    assert app_of(program).members.count(MemberQuery()) == 1
    assert any("恢复前" in each.name for each in path.parent.iterdir())


def test_who_turns_back_from_restoring_stays_where_he_was(program: Program) -> None:
    app = app_of(program)
    made = app.backups.make(app.actor)
    assert made.path is not None
    prompts(program).answers = [False]
    program.restore(made.path)
    assert program.app is app and app.members.count(MemberQuery()) == 0


def test_a_damaged_office_is_not_opened_without_offering_the_newest_good_backup(program: Program, path: Path) -> None:
    app = app_of(program)
    app.members.create({"name": "曾丽梅"}, app.actor)
    app.backups.make(app.actor)
    program._leave()
    content = bytearray(path.read_bytes())
    content[20:60] = bytes(40)
    path.write_bytes(content)
    prompts(program).answers = [("张三", PASSWORD), True, ("张三", PASSWORD), ("张三", PASSWORD)]
    assert program.open(path)
    asked = dict(prompts(program).asked)
    assert "已损坏" in asked["confirm"]
    assert app_of(program).members.count(MemberQuery()) == 1


def test_damage_within_the_file_is_noticed_before_anybody_works_in_it(program: Program, path: Path) -> None:
    app = app_of(program)
    app.members.create({"name": "曾丽梅"}, app.actor)
    app.backups.make(app.actor)
    program._leave()
    content = bytearray(path.read_bytes())
    place = len(content) * 2 // 3
    content[place : place + 50] = bytes(range(50))
    path.write_bytes(content)
    prompts(program).answers = [("张三", PASSWORD), False]
    assert not program.open(path)
    assert path.read_bytes() == bytes(content)
    assert "已损坏" in dict(prompts(program).asked)["confirm"]
    prompts(program).answers = [("张三", PASSWORD), True, ("张三", PASSWORD), ("张三", PASSWORD)]
    assert program.open(path)
    assert app_of(program).members.count(MemberQuery()) == 1


def test_a_large_file_is_not_looked_through_at_every_start(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert entering.is_small(path) and entering.is_small(path.with_name("没有.ghoffice"))
    monkeypatch.setattr(entering, "AT_ONCE", path.stat().st_size - 1)
    assert not entering.is_small(path)


def test_two_cards_let_an_administrator_in_without_password_and_key_file(program: Program, path: Path) -> None:
    app = app_of(program)
    holders = [Holder("工会主席", "李一"), Holder("财务", "王二"), Holder("经审", "赵三")]
    texts = app.recovery.issue(holders, app.actor).texts
    program._leave()
    keyring.key_path(path).unlink()
    cards = ({"first": texts[0], "second": texts[2]},)
    prompts(program).answers = [True, cards, ("", "Later-9876"), ("Later-9876", "Final-5432")]
    assert program.open(path)
    assert app_of(program).actor.name == "张三"
    assert logins.log_in(path, "张三", "Final-5432", NOW)


def test_a_forgotten_password_leads_to_the_cards(program: Program, path: Path) -> None:
    app = app_of(program)
    holders = [Holder("工会主席", "李一"), Holder("财务", "王二"), Holder("经审", "赵三")]
    texts = app.recovery.issue(holders, app.actor).texts
    program._leave()
    wrong = ({"first": texts[1], "second": texts[1]},)
    right = ({"first": texts[1], "second": texts[0]},)
    prompts(program).answers = [LoginAnswer(cards=True), wrong, right, ("", "Later-9876"), ("Later-9876", "Final-5432")]
    assert program.open(path)
    assert any(kind == "refused" for kind, _ in prompts(program).asked)


@pytest.mark.parametrize("way", ["lock", "leave", "close", "window", "another", "restore"])
def test_whoever_leaves_in_front_of_cards_that_nobody_has_gives_them_up(
    program: Program, path: Path, tmp_path: Path, way: str
) -> None:
    """However the preview goes away, a set that nobody can try is not waited for."""
    app, window, said = app_of(program), program.window, prompts(program)
    assert window is not None
    made = app.backups.make(app.actor).path
    window.open(("safety", ""))
    said.answers = [({"name0": "李一", "name1": "王二", "name2": "赵三"},)]
    window.page.issue()  # type: ignore[union-attr]
    assert app.recovery.state().pending is not None
    if way == "lock":
        said.answers = [None]
        program.lock()
    elif way == "leave":
        program.leave()
    elif way == "close":
        program.close()
    elif way == "window":
        window.closeEvent(QCloseEvent())
    elif way == "another":
        other = create(
            tmp_path / "别家.ghoffice",
            "别的工会",
            FixedClock(NOW),
            Actor("李四"),
            password=PASSWORD,
            cost=Cost(1, 8192),
        )
        said.answers = [("李四", PASSWORD)]
        assert program.open(other)
    else:
        assert made is not None
        said.answers = [True, ("张三", PASSWORD), ("张三", PASSWORD)]
        program.restore(made)
        path = next(each for each in path.parent.glob("*恢复前*.ghoffice"))
    if way not in ("close", "window"):
        assert program.app is not app
    program.close()
    with closing(App(path, clock=FixedClock(NOW), login=logins.log_in(path, "张三", PASSWORD, NOW))) as left:
        (found,) = left.recovery.state().sets
    assert (found.state.label, found.remark) == ("已作废", "没有打印，也没有保存")


def test_midnight_waits_for_cards_that_are_out_of_sight(program: Program) -> None:
    window, clock = program.window, program._clock
    assert window is not None and isinstance(clock, FixedClock)
    window.open(("safety", ""))
    prompts(program).answers = [({"name0": "李一", "name1": "王二", "name2": "赵三"},)]
    window.page.issue()  # type: ignore[union-attr]
    shown.screen.project(True)
    try:
        clock.time = datetime(2026, 9, 11, 0, 1)
        program.turn_the_day()
    finally:
        shown.screen.project(False)
    assert program.window is window
    assert app_of(program).recovery.state().pending is not None


def cards_of(app: App) -> tuple[str, ...]:
    holders = [Holder("工会主席", "李一"), Holder("财务", "王二"), Holder("经审", "赵三")]
    return app.recovery.issue(holders, app.actor).texts


def test_two_cards_restore_a_backup_when_the_passwords_are_forgotten(program: Program, path: Path) -> None:
    app = app_of(program)
    texts = cards_of(app)
    app.members.create({"name": "曾丽梅"}, app.actor)
    made = app.backups.make(app.actor)
    app.members.create({"name": "王五"}, app.actor)
    assert made.path is not None
    wrong, right = ({"first": texts[0], "second": texts[0]},), ({"first": texts[0], "second": texts[2]},)
    weak, fresh = ("", "abc"), ("", "Later-9876")
    prompts(program).answers = [True, LoginAnswer(cards=True), wrong, right, weak, fresh]
    prompts(program).answers += [("张三", "Later-9876"), ("Later-9876", "Final-5432")]
    program.restore(made.path)
    said = [kind for kind, _ in prompts(program).asked]
    by_cards = ["entries", "refused", "entries", "password", "refused", "password", "message"]
    assert said[-11:] == ["confirm", "login", *by_cards, "login", "password"]
    assert app_of(program).members.count(MemberQuery()) == 1


def test_turning_back_from_the_cards_restores_nothing(program: Program, path: Path) -> None:
    app = app_of(program)
    texts = cards_of(app)
    made = app.backups.make(app.actor)
    app.members.create({"name": "王五"}, app.actor)
    assert made.path is not None
    cards = ({"first": texts[0], "second": texts[1]},)
    prompts(program).answers = [True, LoginAnswer(cards=True), cards, None, ("张三", PASSWORD)]
    program.restore(made.path)
    assert app_of(program).members.count(MemberQuery()) == 1
    assert not any("恢复前" in each.name for each in path.parent.iterdir())


def test_an_office_that_is_gone_with_its_key_file_comes_back_from_a_stick_by_cards(
    program: Program, path: Path, tmp_path: Path
) -> None:
    app = app_of(program)
    texts = cards_of(app)
    app.members.create({"name": "曾丽梅"}, app.actor)
    made = app.backups.make(app.actor)
    assert made.path is not None
    stick = made.path.rename(tmp_path / made.path.name)
    program._leave()
    path.unlink()
    keyring.key_path(path).unlink()
    elsewhere = tmp_path / "新电脑" / "示范工会.ghoffice"
    elsewhere.parent.mkdir()
    cards = ({"first": texts[1], "second": texts[2]},)
    prompts(program).answers = [[stick], elsewhere, LoginAnswer(cards=True), cards, ("", "Later-9876")]
    prompts(program).answers += [("张三", "Later-9876"), ("Later-9876", "Final-5432")]
    program._welcome.restore_requested.emit()
    assert ("save_file", "示范工会.ghoffice") in prompts(program).asked
    assert app_of(program).path == elsewhere
    assert app_of(program).members.count(MemberQuery()) == 1


def test_the_home_page_asks_for_recovery_cards_until_two_were_tried(program: Program) -> None:
    app = app_of(program)
    permits = Permits(app.actor)

    def asked() -> bool:
        return any("恢复卡" in due.text for due in home_facts(app, permits).due)

    assert asked()
    holders = [Holder("工会主席", "李一"), Holder("财务", "王二"), Holder("经审", "赵三")]
    texts = app.recovery.issue(holders, app.actor).texts
    assert asked()
    app.recovery.test(texts[:2], app.actor)
    assert not asked()
