"""Logging in, wrong passwords before it, and restoring are in the access log; who looks after it may print its seal."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import Refused
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Silent
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.user import Role
from unionoffice.services import logins
from unionoffice.services.access_log import AccessLog
from unionoffice.services.founding import create
from unionoffice.services.log_check import check_logs
from unionoffice.services.members import MemberQuery
from unionoffice.store import keyring
from unionoffice.store.keyring import Cost, WrongPasswordError

NOW = datetime(2026, 9, 10, 9, 30)
CHIEF, CHECKER, PASSWORD = "张三", "审计甲", "Abcd-1234"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An encrypted office with an administrator and an auditor."""
    cost = Cost(1, 8192)
    found = create(tmp_path / "加密.ghoffice", "示范工会", FixedClock(NOW), Actor(CHIEF), password=PASSWORD, cost=cost)
    with closing(opened(found, CHIEF)) as app:
        app.users.add(CHECKER, (Role.AUDITOR,), (), PASSWORD, app.actor)
    return found


def opened(path: Path, name: str) -> App:
    return App(path, clock=FixedClock(NOW), login=logins.log_in(path, name, PASSWORD, NOW), shipped_fonts=True)


def test_logins_and_wrong_passwords_are_logged(path: Path) -> None:
    for wrong in ("x", "y"):
        with pytest.raises(WrongPasswordError):
            logins.log_in(path, CHECKER, wrong, NOW)
    with closing(opened(path, CHECKER)) as app:
        last, before = app.access_log.entries(limit=2)
    assert (last.kind, last.actor) == (AccessKind.LOGIN, CHECKER)
    told = "密码错了 2 次（最近一次 2026-09-10 09:30）"
    assert (before.kind, before.actor, before.what) == (AccessKind.LOGIN_FAILED, CHECKER, told)


def wrong(path: Path, name: str, times: int, now: datetime = NOW) -> None:
    for _ in range(times):
        with pytest.raises(WrongPasswordError):
            logins.log_in(path, name, "wrong", now)


def failures(app: App) -> list[tuple[str, str]]:
    """Who, and how often, oldest first."""
    found = app.access_log.entries(kinds=[AccessKind.LOGIN_FAILED], actor=Actor("审计"))
    return [(item.actor, item.what.partition("（")[0]) for item in reversed(found)]


def test_wrong_passwords_of_everybody_come_into_the_log_when_anybody_opens_the_office(path: Path) -> None:
    wrong(path, CHECKER, 2)
    with closing(opened(path, CHIEF)) as app:
        assert failures(app) == [(CHECKER, "密码错了 2 次")]
    with pytest.raises(WrongPasswordError, match="再错 2 次"):  # telling them lets nobody try again
        logins.log_in(path, CHECKER, "wrong", NOW)
    with closing(opened(path, CHECKER)) as app:
        assert failures(app) == [(CHECKER, "密码错了 2 次"), (CHECKER, "密码错了 1 次")]
    assert keyring.read(path).failures == {}


def test_a_reset_password_loses_no_wrong_one_from_the_log(path: Path) -> None:
    with closing(opened(path, CHIEF)) as app:
        user_id = next(row.id for row in app.users.rows() if row.name == CHECKER)
        wrong(path, CHECKER, 3)
        app.users.reset_password(user_id, "Reset-4321", app.actor)
        assert failures(app) == [(CHECKER, "密码错了 3 次")]
        wrong(path, CHECKER, 1)  # counted anew
        app.users.close(user_id, "调离", app.actor)
        assert failures(app) == [(CHECKER, "密码错了 3 次"), (CHECKER, "密码错了 1 次")]


def test_whoever_may_not_reset_a_password_changes_nothing_in_the_log(path: Path) -> None:
    wrong(path, CHIEF, 1)
    with closing(opened(path, CHECKER)) as app:
        before = app.access_log.count()
        wrong(path, CHIEF, 1)
        with pytest.raises(Refused):
            app.users.reset_password(str(app.actor.user_id), "Reset-4321", app.actor)
        assert app.access_log.count() == before


def test_a_crash_between_a_right_password_and_the_log_loses_nothing(path: Path) -> None:
    wrong(path, CHIEF, 2)
    assert logins.log_in(path, CHIEF, PASSWORD, NOW).user_id  # and no office was opened with it
    with closing(opened(path, CHIEF)) as app:
        assert failures(app) == [(CHIEF, "密码错了 2 次")]


def test_a_key_file_of_before_loses_none_either(path: Path) -> None:
    file = keyring.read(path)
    keyring.write(path, msgspec.structs.replace(file, failures={CHECKER: keyring.Failures(2, NOW)}))
    with closing(opened(path, CHIEF)) as app:
        assert failures(app) == [(CHECKER, "密码错了 2 次")]


def test_an_office_that_cannot_be_written_leaves_them_for_later(path: Path) -> None:
    wrong(path, CHECKER, 2)
    with closing(opened(path, CHIEF)) as app:
        wrong(path, CHECKER, 1)
        logins.note_failures(path, AccessLog(app.store, lambda: app.actor, keeps=False))
        assert failures(app) == [(CHECKER, "密码错了 2 次")]
    with closing(opened(path, CHIEF)) as app:
        assert failures(app)[1:] == [(CHECKER, "密码错了 1 次")]


def test_a_wrong_password_overwrites_nothing_that_was_changed_while_it_was_tried(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = keyring.unlock

    def slowly(file: keyring.KeyFile, name: str, password: str) -> bytes:
        keyring.write(path, keyring.without_slot(keyring.read(path), gone))
        return tried(file, name, password)

    gone = keyring.read(path).slots[1].user_id
    monkeypatch.setattr("unionoffice.store.keyring.unlock", slowly)
    wrong(path, CHIEF, 1)
    assert [slot.name for slot in keyring.read(path).slots] == [CHIEF]
    assert keyring.read(path).failures[CHIEF].count == 1


def test_the_auditor_seals_and_prints_the_seal_and_nothing_else(path: Path, tmp_path: Path) -> None:
    for _ in range(2):  # logging in once more is no reason for another seal
        with closing(opened(path, CHECKER)) as app:
            seal = app.seals.seal(app.actor)
            assert seal.number == 1
            app.papers.save_seal(seal, tmp_path / "封存单.pdf")
            assert app.seals.verify(seal.code) == seal
            with pytest.raises(Refused):
                app.exports.members(tmp_path / "名单.xlsx", MemberQuery(), Silent())
            with app.store.reading() as session:
                assert check_logs(session).problems == ()
    assert not (tmp_path / "名单.xlsx").exists()
    with closing(opened(path, CHIEF)) as app, pytest.raises(Refused):
        app.seals.seal(Actor("经办", frozenset({"officer"})))
