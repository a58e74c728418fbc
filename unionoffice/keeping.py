"""The way back to a backup, from an open office and when the office cannot be opened any more (F98)."""

from __future__ import annotations

from pathlib import Path

from unionoffice.app import App, login_name
from unionoffice.kernel.clock import Clock, SystemClock
from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.services import restoring
from unionoffice.services.backup_places import Backup, Places, newest_good
from unionoffice.services.opening import Login
from unionoffice.ui.prompts import Prompts


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
    lines = [f"备份时间：{preview.manifest.made_at:%Y-%m-%d %H:%M}，最后一次登记：{preview.last}"]
    lines += [f"{title}：备份里 {then:,}，现在 {now:,}" for title, then, now in preview.counts[:5] if now is not None]
    if preview.later:
        lines.append(f"备份以后的 {preview.later} 次操作不在备份里，恢复后要重新登记。")
    lines.append("现在的文件不会删除，会改名放在旁边。")
    return prompts.confirm("用这份备份换下现在的办公文件？", verb="恢复", detail="\n".join(lines), destructive=True)


def restore(chosen: Path, office: Path, *, prompts: Prompts, clock: Clock | None) -> bool:
    """Put a backup in the place of an office that nobody has open, asking for a password where it is encrypted."""
    clock = clock or SystemClock()
    try:
        names = restoring.names(chosen, office)
        login = _log_in(chosen, office, names, prompts, clock) if names else None
        if names and login is None:
            return False
        restored = restoring.restore(chosen, office, clock, login=login, actor=None if login else Actor(login_name()))
    except UserError as fault:
        prompts.show_error(fault)
        return False
    aside = f"原来的文件改名为“{restored.kept_aside.name}”，放在旁边。" if restored.kept_aside else ""
    prompts.show_message("恢复完成", f"已恢复到 {restored.made_at:%Y-%m-%d %H:%M} 的备份。{aside}")
    return True


def _log_in(chosen: Path, office: Path, names: list[str], prompts: Prompts, clock: Clock) -> Login | None:
    found: list[Login] = []

    def attempt(name: str, password: str) -> None:
        found.append(restoring.log_in(chosen, office, name, password, clock.now()))

    return found[-1] if prompts.ask_login(f"恢复备份 {chosen.stem}", names, attempt).name else None


def _what(found: Backup) -> str:
    manifest = found.manifest
    assert manifest is not None
    people = manifest.counts.get("member", 0)
    return (
        f"最近的完好备份：{manifest.made_at:%Y-%m-%d %H:%M}，会员 {people:,} 人。"
        "恢复后，现在这个文件会改名放在旁边，不会删除。"
    )
