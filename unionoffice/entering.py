"""Into an office and back into it: founding, logging in, the first password, and the way back after the lock."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import platformdirs

from unionoffice.app import App, login_name
from unionoffice.kernel.clock import Clock, SystemClock
from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.kernel.identity import Actor
from unionoffice.models.user import password_rule
from unionoffice.services import founding, logins
from unionoffice.services.opening import Login
from unionoffice.store.engine import SUFFIX, is_closed
from unionoffice.ui.entrance import Founding
from unionoffice.ui.prompts import LoginAnswer, Prompts
from unionoffice.ui.settings import ScreenSettings
from unionoffice.ui.two_cards import ask_administrator, ask_two_cards, tell_shut_out

AT_ONCE = 32 << 20
"""Bytes of a file that is looked through before its window opens: 20,000 members, a tenth of a second.

Of a larger one only head, length and tables, unless it was not closed in order: it would be felt at every start.
"""


def is_small(path: Path) -> bool:
    """Whether a file is looked through before its window opens."""
    return not path.is_file() or path.stat().st_size <= AT_ONCE


def enter(path: Path, *, clock: Clock | None, prompts: Prompts, settings: ScreenSettings) -> App | None:
    """Open an office, asking for name and password where it is encrypted; None when the user turned back.

    One that cannot be written is opened to be read: no first password can be changed there then. Raises UserError when
    the office cannot be opened at all.
    """
    clock = clock or SystemClock()
    key = f"office/user/{path.absolute()}"
    found: list[Login] = []
    typed: list[str] = []
    try:
        if not logins.needed(path):
            return App(path, clock=clock, reading=True, looked_through=is_small(path))
        names = logins.names(path)
    except EnvironmentFault as fault:  # without a key file that is of use, cards are the only way
        if not is_closed(path) or not prompts.confirm(fault.sentence, verb="用恢复卡打开"):
            raise
        answer = LoginAnswer(cards=True)
    else:

        def attempt(name: str, password: str) -> None:
            found.append(logins.log_in(path, name, password, clock.now()))
            typed.append(password)

        answer = prompts.ask_login(path.stem, names, attempt, last=str(settings.read(key, "")))
    if answer.cards:
        login = by_cards(path, prompts, clock)
        if login is None:
            return None
        found.append(login)
    elif not answer.name:
        return None
    else:
        settings.write(key, answer.name)
    app = App(path, clock=clock, login=found[-1], reading=True, looked_through=is_small(path))
    if app.must_change and app.only_reading is None and not _changed(app, prompts, typed[-1] if typed else None):
        app.close()
        return None
    return app


def by_cards(path: Path, prompts: Prompts, clock: Clock) -> Login | None:
    """The way in by two recovery cards, with a new password for a system administrator; None when the user turned back.

    Raises UserError when the office cannot be opened with what the cards gave.
    """
    opened: list[Any] = []
    recovery = import_module("unionoffice.services.recovery")

    def try_cards(texts: list[str]) -> None:
        opened.append(recovery.open_by_cards(path, texts))

    if not ask_two_cards(prompts, "用恢复卡打开", try_cards, verb="下一步"):
        return None
    administrators = dict(recovery.administrators(path, opened[-1], clock))
    chosen = ask_administrator(prompts, administrators)
    if chosen is None:
        return None
    found: list[tuple[Login, list[str]]] = []

    def recover(_former: str, password: str) -> None:
        found.append(recovery.recover(path, opened[-1], chosen, password, clock))

    if not prompts.ask_password(
        f"给“{administrators[chosen]}”设一个新密码", recover, rule=password_rule(clock.today()), former=False
    ):
        return None
    login, shut_out = found[-1]
    tell_shut_out(prompts, shut_out)
    return login


def come_back(app: App, *, prompts: Prompts) -> bool:
    """Whether whoever works in a locked office has come back with his password."""

    def attempt(name: str, password: str) -> None:
        logins.log_in(app.path, name, password, app.clock.now())
        logins.note_failures(app.path, app.access_log)

    return bool(prompts.ask_login(app.name, [app.actor.name], attempt, last=app.actor.name, locked=True).name)


def found(prompts: Prompts, clock: Clock) -> App | None:
    """A new office as the user wants it, open; None when he turned back."""
    made: list[App] = []

    def attempt(wanted: Founding) -> None:
        path = founding.create(wanted.path, wanted.name, clock, Actor(wanted.user), password=wanted.password)
        login = logins.log_in(path, wanted.user, wanted.password, clock.now()) if wanted.password else None
        made.append(App(path, clock=clock, login=login))

    prompts.ask_founding(
        attempt,
        user=login_name(),
        folder=_usual_folder(),
        rule=password_rule(clock.today()),
        suffix=SUFFIX,
    )
    return made[0] if made else None


def _usual_folder() -> Path:
    """Where a new office is proposed to lie: 文档 where the user has one, else his own folder."""
    documents = Path(platformdirs.user_documents_dir())
    return documents if documents.is_dir() else Path.home()


def change_password(app: App, prompts: Prompts) -> bool:
    """Somebody's own new password; False when he turned back."""
    return prompts.ask_password(
        "修改密码",
        lambda former, password: _change(app, former, password),
        rule=password_rule(app.clock.today()),
    )


def _changed(app: App, prompts: Prompts, typed: str | None) -> bool:
    """A first password made somebody's own; the one he has just `typed` is not asked for again."""
    return prompts.ask_password(
        "首次登录，请改成自己的密码",
        lambda former, password: _change(app, former if typed is None else typed, password),
        rule=password_rule(app.clock.today()),
        former=typed is None,
        detail="系统管理员给的密码只用这一次。",
    )


def _change(app: App, former: str, password: str) -> None:
    app.users.change_password(app.actor, former, password)
