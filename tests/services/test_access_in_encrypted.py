"""Logging in, wrong passwords before it, and restoring are in the access log; who looks after it may print its seal."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import Refused
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Silent
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.user import Role
from unionoffice.services import logins
from unionoffice.services.founding import create
from unionoffice.services.log_check import check_logs
from unionoffice.services.members import MemberQuery
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
    assert (before.kind, before.actor, before.what) == (AccessKind.LOGIN_FAILED, CHECKER, "密码错了 2 次")


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
