"""Into an office and back into it: founding, logging in, the first password, and the way back after the lock."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from unionoffice.app import App, login_name
from unionoffice.kernel.clock import Clock, SystemClock
from unionoffice.kernel.identity import Actor
from unionoffice.models.user import password_rule
from unionoffice.services import founding, logins
from unionoffice.services.opening import Login
from unionoffice.store.engine import SUFFIX
from unionoffice.ui.entrance import Founding
from unionoffice.ui.prompts import Prompts
from unionoffice.ui.settings import ScreenSettings


def enter(path: Path, *, clock: Clock | None, prompts: Prompts, settings: ScreenSettings) -> App | None:
    """Open an office, asking for name and password where it is encrypted; None when the user turned back.

    One that cannot be written is opened to be read: no first password can be changed there then. Raises UserError when
    the office cannot be opened at all.
    """
    if not logins.needed(path):
        return App(path, clock=clock, reading=True)
    clock = clock or SystemClock()
    key = f"office/user/{path.absolute()}"
    found: list[Login] = []
    answer = prompts.ask_login(
        path.stem,
        logins.names(path),
        lambda name, password: found.append(logins.log_in(path, name, password, clock.now())),
        last=str(settings.read(key, "")),
    )
    if not answer.name:
        return None
    settings.write(key, answer.name)
    app = App(path, clock=clock, login=found[-1], reading=True)
    if app.must_change and app.only_reading is None and not _changed(app, prompts):
        app.close()
        return None
    return app


def come_back(app: App, *, prompts: Prompts) -> bool:
    """Whether whoever works in a locked office has come back with his password."""

    def attempt(name: str, password: str) -> None:
        logins.log_in(app.path, name, password, app.clock.now())

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
        folder=Path(platformdirs.user_documents_dir()),
        rule=password_rule(clock.today()),
        suffix=SUFFIX,
    )
    return made[0] if made else None


def change_password(app: App, prompts: Prompts) -> bool:
    """Somebody's own new password; False when he turned back."""
    return prompts.ask_password(
        "修改密码",
        lambda former, password: _change(app, former, password),
        rule=password_rule(app.clock.today()),
    )


def _changed(app: App, prompts: Prompts) -> bool:
    return prompts.ask_password(
        "首次登录，请改成自己的密码",
        lambda former, password: _change(app, former, password),
        rule=password_rule(app.clock.today()),
        detail="系统管理员给的密码只用这一次。",
    )


def _change(app: App, former: str, password: str) -> None:
    app.users.change_password(app.actor, former, password)
