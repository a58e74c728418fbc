"""The way back to a backup, from an open office and when the office cannot be opened any more (F98)."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from unionoffice.app import App, login_name
from unionoffice.kernel.clock import Clock, SystemClock
from unionoffice.kernel.errors import EnvironmentFault, Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.user import check_password, password_rule
from unionoffice.services import restoring
from unionoffice.services.backup_places import Backup, Places, newest_good
from unionoffice.services.opening import Login
from unionoffice.services.restoring import Restored
from unionoffice.store.engine import SUFFIX
from unionoffice.ui.prompts import BACKUP, FileKind, Prompts
from unionoffice.ui.two_cards import ask_administrator, ask_two_cards, tell_shut_out

OFFICE_FILES = (FileKind("办公文件", (SUFFIX.lstrip("."),)),)
_RECOVERY = "unionoffice.services.recovery"


def offer_backup(path: Path, fault: EnvironmentFault, prompts: Prompts, clock: Clock | None) -> bool:
    """Tell why an office cannot be opened and, where there is one, offer the newest good backup; whether it is back."""
    found = newest_good(path, Places()) if path.parent.is_dir() else None
    if found is None:
        prompts.show_error(fault)
        return False
    if not prompts.confirm(fault.sentence, verb="恢复最近的备份", detail=_what(found)):
        return False
    return restore(found.path, path, prompts=prompts, clock=clock)


def confirm_restoring(app: App, chosen: Path, prompts: Prompts) -> bool:
    """Whether the user wants a backup in the place of the open office, knowing what that means.

    Raises UserError when the backup cannot be read.
    """
    preview = restoring.preview(chosen, app.store)
    detail = "\n".join(preview.told())
    return prompts.confirm("用这份备份换下现在的办公文件？", verb="恢复", detail=detail, destructive=True)


def restore(chosen: Path, office: Path, *, prompts: Prompts, clock: Clock | None) -> bool:
    """Put a backup in the place of an office that nobody has open; whether it is there.

    Where it is encrypted, a password is asked for, or two recovery cards when nobody has one.
    """
    clock = clock or SystemClock()
    try:
        restored = _restored(chosen, office, prompts, clock)
    except UserError as fault:
        prompts.show_error(fault)
        return False
    if restored is None:
        return False
    aside = f"原来的文件改名为“{restored.kept_aside.name}”，放在旁边。" if restored.kept_aside else ""
    prompts.show_message("恢复完成", f"已恢复到 {restored.made_at:%Y-%m-%d %H:%M} 的备份。{aside}{restored.told()}")
    return True


def restore_elsewhere(prompts: Prompts, clock: Clock | None) -> Path | None:
    """An office brought back from a backup where there is none, as on another PC; None when the user turned back."""
    for chosen in prompts.open_files("选择备份", (BACKUP,)):
        try:
            name = restoring.preview(chosen).manifest.office
        except UserError as fault:
            prompts.show_error(fault)
            return None
        office = prompts.save_file("恢复成哪个办公文件", OFFICE_FILES, name=f"{name}{SUFFIX}")
        if office is not None and restore(chosen, office, prompts=prompts, clock=clock):
            return office
    return None


def _restored(chosen: Path, office: Path, prompts: Prompts, clock: Clock) -> Restored | None:
    try:
        names = restoring.names(chosen, office)
    except Refused as fault:  # no key file to be found, not even in the backup
        if not prompts.confirm(fault.sentence, verb="用恢复卡恢复"):
            return None
        return _by_cards(chosen, office, prompts, clock)
    if not names:
        return restoring.restore(chosen, office, clock, actor=Actor(login_name()))
    found: list[Login] = []

    def attempt(name: str, password: str) -> None:
        found.append(restoring.log_in(chosen, office, name, password, clock.now()))

    answer = prompts.ask_login(f"恢复备份 {chosen.stem}", names, attempt)
    if answer.cards:
        return _by_cards(chosen, office, prompts, clock)
    return restoring.restore(chosen, office, clock, login=found[-1]) if answer.name else None


def _by_cards(chosen: Path, office: Path, prompts: Prompts, clock: Clock) -> Restored | None:
    """Two cards of the backup's key, then a new password: the backup is put in place when that will do."""
    cards, recovery = import_module("unionoffice.services.restoring_by_cards"), import_module(_RECOVERY)
    opened: list[Any] = []
    restored: list[Restored] = []
    shut_out: list[str] = []

    def try_cards(texts: list[str]) -> None:
        opened.append(cards.open_by_cards(chosen, texts, clock))

    if not ask_two_cards(prompts, f"用恢复卡恢复备份 {chosen.stem}", try_cards, verb="下一步"):
        return None
    by, found = opened[-1]
    administrators = dict(found)
    who = ask_administrator(prompts, administrators)
    if who is None:
        return None

    def recover(_former: str, password: str) -> None:
        check_password(password, clock.today(), name=administrators[who])
        if not restored:
            restored.append(restoring.restore(chosen, office, clock, login=Login(by.key, who)))
        shut_out[:] = recovery.recover(office, by, who, password, clock)[1]

    done = prompts.ask_password(
        f"给“{administrators[who]}”设一个新密码", recover, rule=password_rule(clock.today()), former=False
    )
    if done:
        tell_shut_out(prompts, shut_out)
    return restored[0] if restored else None


def _what(found: Backup) -> str:
    manifest = found.manifest
    assert manifest is not None
    people = manifest.counts.get("member", 0)
    return (
        f"最近的完好备份：{manifest.made_at:%Y-%m-%d %H:%M}，会员 {people:,} 人。"
        "恢复后，现在这个文件会改名放在旁边，不会删除。"
    )
