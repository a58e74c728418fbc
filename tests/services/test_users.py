"""An encrypted office: nobody without a password reads it, users come and go, too many wrong passwords lock a name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import EnvironmentFault, Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.user import Role, UserState, check_password, check_roles
from unionoffice.services import logins
from unionoffice.services.founding import create
from unionoffice.store import backup, keyring, schema
from unionoffice.store.engine import check_file
from unionoffice.store.keyring import Cost, WrongPasswordError
from unionoffice.store.unit_of_work import UnitOfWork

NOW = datetime(2026, 9, 10, 9, 30)
TODAY = NOW.date()
FIRST, PASSWORD = "张三", "Abcd-1234"
CHEAP = Cost(1, 8192)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return create(tmp_path / "加密.ghoffice", "示范工会", FixedClock(NOW), Actor(FIRST), password=PASSWORD, cost=CHEAP)


@pytest.fixture
def app(path: Path) -> Iterator[App]:
    found = opened(path)
    yield found
    found.close()


def opened(path: Path, name: str = FIRST, password: str = PASSWORD, now: datetime = NOW) -> App:
    return App(path, clock=FixedClock(now), login=logins.log_in(path, name, password, now))


def add(app: App, name: str, *roles: Role, units: tuple[str, ...] = ()) -> str:
    return app.users.add(name, roles, units, "First-Pass-1", app.actor)[0]


def test_nothing_of_an_encrypted_office_can_be_read_without_its_key(path: Path) -> None:
    app = opened(path)
    app.members.create({"name": "赵钱孙"}, app.actor)
    content = b"".join(each.read_bytes() for each in path.parent.iterdir() if each != keyring.key_path(path))
    assert "赵钱孙".encode() not in content
    assert b"member" not in content
    app.close()
    with pytest.raises(EnvironmentFault, match="不是办公文件"):
        App(path, clock=FixedClock(NOW))
    with pytest.raises(EnvironmentFault, match="密钥文件不是它的"):
        check_file(path, key=keyring.new_key())


def test_a_plain_file_put_in_the_place_of_an_encrypted_one_is_not_opened(path: Path, tmp_path: Path) -> None:
    login = logins.log_in(path, FIRST, PASSWORD, NOW)
    plain = create(tmp_path / "换.ghoffice", "别的", FixedClock(NOW), Actor("某人"))
    plain.replace(path)
    with pytest.raises(EnvironmentFault, match="可能被人换过"):
        App(path, clock=FixedClock(NOW), login=login)


def test_the_founder_looks_after_the_office_and_works_in_it_but_does_not_approve(app: App) -> None:
    assert app.actor.name == FIRST
    assert app.actor.roles == {"admin", "officer"}
    assert not app.must_change


def test_a_new_user_must_change_his_first_password(app: App, path: Path) -> None:
    add(app, "李四", Role.CHAIR)
    second = opened(path, "李四", "First-Pass-1")
    assert second.must_change
    assert second.actor.roles == {"chair"}
    second.users.change_password(second.actor, "First-Pass-1", "Later-9876")
    second.close()
    with pytest.raises(WrongPasswordError):
        logins.log_in(path, "李四", "First-Pass-1", NOW)
    third = opened(path, "李四", "Later-9876")
    assert not third.must_change
    third.close()


def test_changing_the_password_asks_for_the_former_one(app: App) -> None:
    with pytest.raises(WrongPasswordError):
        app.users.change_password(app.actor, "wrong", "Later-9876")
    with pytest.raises(UserError, match="和原来的一样"):
        app.users.change_password(app.actor, PASSWORD, PASSWORD)
    assert logins.log_in(app.path, FIRST, PASSWORD, NOW).user_id == app.actor.user_id


def test_who_leaves_opens_nothing_from_then_on_and_may_come_back(app: App, path: Path) -> None:
    user_id = add(app, "李四", Role.OFFICER)
    login = logins.log_in(path, "李四", "First-Pass-1", NOW)
    with pytest.raises(Refused, match="必须填写理由"):
        app.users.close(user_id, " ", app.actor)
    app.users.close(user_id, "调离", app.actor)
    with pytest.raises(WrongPasswordError, match="没有叫“李四”的用户"):
        logins.log_in(path, "李四", "First-Pass-1", NOW)
    with pytest.raises(Refused, match="已经停用"):
        App(path, clock=FixedClock(NOW), login=login)
    assert [row.state for row in app.users.rows() if row.id == user_id] == [UserState.CLOSED]
    app.users.reopen(user_id, "Again-1234", app.actor)
    again = opened(path, "李四", "Again-1234")
    assert again.must_change
    again.close()


def test_one_administrator_remains(app: App) -> None:
    (row,) = app.users.rows()
    with pytest.raises(Refused, match="系统管理员"):
        app.users.change(row.id, row.version, (Role.OFFICER,), (), app.actor)
    with pytest.raises(Refused, match="系统管理员"):
        app.users.close(row.id, "离职", app.actor)
    assert logins.names(app.path) == [FIRST]


def test_only_an_administrator_handles_users(app: App, path: Path) -> None:
    add(app, "李四", Role.OFFICER)
    second = opened(path, "李四", "First-Pass-1")
    with pytest.raises(Refused, match="请系统管理员办理"):
        add(second, "王五", Role.OFFICER)
    assert logins.names(path) == [FIRST, "李四"]
    second.close()


def test_names_are_taken_once(app: App) -> None:
    add(app, "李四", Role.OFFICER)
    with pytest.raises(UserError, match="已经有一个"):
        add(app, "李四", Role.CHAIR)


def test_a_reset_password_must_be_changed(app: App, path: Path) -> None:
    user_id = add(app, "李四", Role.OFFICER)
    app.users.reset_password(user_id, "Reset-4321", app.actor)
    with pytest.raises(WrongPasswordError):
        logins.log_in(path, "李四", "First-Pass-1", NOW)
    second = opened(path, "李四", "Reset-4321")
    assert second.must_change
    second.close()


def test_a_name_is_locked_after_five_wrong_passwords_and_free_ten_minutes_later(path: Path) -> None:
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongPasswordError, match=f"再错 {left} 次"):
            logins.log_in(path, FIRST, "wrong", NOW)
    with pytest.raises(WrongPasswordError, match="已锁定 10 分钟"):
        logins.log_in(path, FIRST, "wrong", NOW)
    with pytest.raises(Refused, match="10 分钟后再试"):
        logins.log_in(path, FIRST, PASSWORD, NOW)
    with pytest.raises(Refused, match="1 分钟后再试"):
        logins.log_in(path, FIRST, PASSWORD, NOW + timedelta(minutes=9, seconds=30))
    assert logins.log_in(path, FIRST, PASSWORD, NOW + timedelta(minutes=10)).user_id
    with pytest.raises(WrongPasswordError, match="再错 4 次"):
        logins.log_in(path, FIRST, "wrong", NOW + timedelta(minutes=11))


def test_setting_the_clock_back_neither_frees_a_locked_name_nor_locks_it_for_ever(path: Path) -> None:
    for _ in range(5):
        with pytest.raises(WrongPasswordError):
            logins.log_in(path, FIRST, "wrong", NOW)
    earlier = NOW - timedelta(days=365)
    with pytest.raises(Refused, match="10 分钟后再试"):
        logins.log_in(path, FIRST, PASSWORD, earlier)
    assert logins.log_in(path, FIRST, PASSWORD, earlier + timedelta(minutes=10)).user_id


def test_a_deputy_holds_the_roles_from_the_first_day_to_the_last(app: App, path: Path) -> None:
    chair, officer = add(app, "李四", Role.CHAIR), add(app, "王五", Role.OFFICER)
    start, end = TODAY + timedelta(days=1), TODAY + timedelta(days=3)
    app.users.stand_in(chair, officer, start, end, "出差", app.actor)
    for day, roles in ((0, {"officer"}), (1, {"officer", "chair"}), (3, {"officer", "chair"}), (4, {"officer"})):
        second = opened(path, "王五", "First-Pass-1", NOW + timedelta(days=day))
        assert second.actor.roles == roles
        assert second.actor.deputy_for == (("李四",) if "chair" in roles else ())
        second.close()


def test_a_deputy_may_not_join_what_must_be_apart(app: App) -> None:
    chair = add(app, "李四", Role.CHAIR)
    (admin,) = (row.id for row in app.users.rows() if row.name == FIRST)
    with pytest.raises(Refused, match="不能兼任"):
        app.users.stand_in(chair, admin, TODAY, TODAY, "出差", app.actor)
    with pytest.raises(UserError, match="早于开始"):
        app.users.stand_in(chair, admin, TODAY, TODAY - timedelta(days=1), "出差", app.actor)


def test_powers_taken_back_early_are_gone(app: App, path: Path) -> None:
    chair, officer = add(app, "李四", Role.CHAIR), add(app, "王五", Role.OFFICER)
    deputy_id, _ = app.users.stand_in(chair, officer, TODAY, TODAY, "出差", app.actor)
    app.users.end_deputy(deputy_id, app.actor)
    second = opened(path, "王五", "First-Pass-1")
    assert second.actor.roles == {"officer"}
    second.close()


@pytest.mark.parametrize(
    "roles",
    [{Role.AUDITOR, Role.OFFICER}, {Role.ADMIN, Role.CHAIR}, {Role.ADMIN, Role.REVIEWER}, {Role.AUDITOR, Role.ADMIN}],
)
def test_roles_that_watch_each_other_are_apart(roles: set[Role]) -> None:
    with pytest.raises(Refused):
        check_roles(roles)


@pytest.mark.parametrize("password", ["Ab1-xyz", "abcdefgh1", "12345678", "Abcdefgh", "张三Abc-123"])
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(UserError):
        check_password(password, date(2026, 9, 1), name="张三")


@pytest.mark.parametrize("password", ["Abcd1234", "abc-1234", "工会office1", "ABCD-efgh"])
def test_sound_passwords_are_taken(password: str) -> None:
    check_password(password, date(2026, 9, 1), name="张三")


def test_a_plain_office_has_no_users(tmp_path: Path) -> None:
    plain = App(create(tmp_path / "明.ghoffice", "示范", FixedClock(NOW), Actor("某人")), clock=FixedClock(NOW))
    assert plain.users.rows() == []
    with pytest.raises(Refused, match="没有加密"):
        add(plain, "李四", Role.OFFICER)
    plain.close()


def test_a_founding_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        create(tmp_path / "新.ghoffice", "示范", FixedClock(NOW), Actor("某人"), password="weak")
    assert list(tmp_path.iterdir()) == []


def test_an_older_encrypted_office_is_migrated_with_an_encrypted_copy(path: Path, tmp_path: Path) -> None:
    key = keyring.new_key()
    old = tmp_path / "旧.ghoffice"
    schema.create(old, "0001", key=key)
    copy = schema.bring_up_to_date(old, NOW, key=key)
    assert copy is not None
    assert schema.revision(old, key=key) == schema.head()
    before = tmp_path / "升级前.ghoffice"
    assert backup.extract(copy, before).key_id == keyring.key_id(key)
    assert schema.revision(before, key=key) == "0001"
    assert b"SQLite format" not in copy.read_bytes()


@pytest.mark.parametrize("happened", [True, False])
def test_a_password_changed_when_the_program_died_holds_if_and_only_if_the_log_says_so(
    path: Path, monkeypatch: pytest.MonkeyPatch, happened: bool
) -> None:
    app = opened(path)
    if happened:  # behind the commit, before the key file says so
        monkeypatch.setattr("unionoffice.services.users.settle_keys", lambda store: None)
        app.users.change_password(app.actor, PASSWORD, "Later-9876")
    else:  # before the commit

        def die(self: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(UnitOfWork, "keep_working_data", die)
        with pytest.raises(KeyboardInterrupt):
            app.users.change_password(app.actor, PASSWORD, "Later-9876")
    monkeypatch.undo()
    app.close()
    assert keyring.read(path).pending is not None
    good, bad = ("Later-9876", PASSWORD) if happened else (PASSWORD, "Later-9876")
    with pytest.raises(WrongPasswordError):
        opened(path, password=bad)
    opened(path, password=good).close()
    assert keyring.read(path).pending is None
    with pytest.raises(WrongPasswordError):
        logins.log_in(path, FIRST, bad, NOW)


def test_who_was_closed_when_the_program_died_stays_out(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(path)
    user_id = add(app, "李四", Role.OFFICER)
    monkeypatch.setattr("unionoffice.services.users.settle_keys", lambda store: None)
    app.users.close(user_id, "调离", app.actor)
    monkeypatch.undo()
    app.close()
    with pytest.raises(Refused, match="已经停用"):
        opened(path, "李四", "First-Pass-1")
    assert logins.names(path) == [FIRST]
