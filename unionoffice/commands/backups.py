"""Backups: made, listed, rehearsed and restored."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from unionoffice.commands.opening import ask_password, open_office
from unionoffice.commands.words import Commands, Output, choice, tell
from unionoffice.kernel.errors import UserError


def add_commands(commands: Commands) -> None:
    """`backup make`, `list`, `rehearse`, `restore` and `place`."""
    steps = commands.group("backup", "备份与恢复", "backup make|list|rehearse|restore|place", metavar="步骤")
    make = steps.add("make", "现在做一份备份", _make)
    make.add_argument("--to", type=Path, metavar="文件夹", help="只备份到这个文件夹，如 U 盘")
    steps.add("list", "列出备份，逐份核对是否完好；不用登录", _list)
    steps.add("rehearse", "恢复演练：把最新的备份试恢复一次并核对，不动办公文件", _rehearse)
    restore = steps.add("restore", "从备份恢复；现在的文件另存在旁边", _restore)
    restore.add_argument("backup", metavar="备份", help="备份文件的位置或名称；写“最新”用最新一份完好的")
    restore.add_argument("--to", type=Path, metavar="文件", help="恢复成另一个办公文件，不动现在的")
    restore.add_argument("--sure", action="store_true", help="确实要换下现在的办公文件；不写这一项只说明会怎样")
    place = steps.add("place", "选定第二备份位置，如 U 盘或共享文件夹", _place)
    which = place.add_mutually_exclusive_group(required=True)
    which.add_argument("folder", type=Path, nargs="?", metavar="文件夹")
    which.add_argument("--none", action="store_true", help="不要第二备份位置")


def _make(options: argparse.Namespace) -> Output:
    app = open_office(options)
    try:
        made = app.backups.make(app.actor, to=options.to)
    finally:
        app.close()
    files = [str(path) for path in (made.path, made.second) if path is not None]
    if made.second_problem is not None:
        tell(made.second_problem)
    return {"text": "已备份：" + "、".join(files), "second_problem": made.second_problem, "files": files}


def _list(options: argparse.Namespace) -> Output:
    from unionoffice.services.backup_places import Places, listed

    found = listed(_office(options), Places(), deep=True)
    lines = [
        "\t".join(
            (
                f"{each.manifest.made_at:%Y-%m-%d %H:%M}" if each.manifest else "时间不明",
                each.manifest.kind.label if each.manifest else "",
                f"会员 {each.manifest.counts.get('member', 0)}" if each.manifest else "",
                each.problem or "完好",
                str(each.path),
            )
        )
        for each in found
    ]
    return {"text": "\n".join(lines) or "还没有备份。", "backups": [_as_json(each) for each in found], "files": []}


def _as_json(each: Any) -> dict[str, Any]:
    """Nobody has logged in: of registers of closed tiers nothing is told, unless the office has no users at all."""
    from unionoffice.models.registers import all_registers

    found = each.manifest
    users = found is not None and found.key_id is not None
    closed = {register.name for register in all_registers() if register.tier is not None and users}
    return {
        "file": str(each.path),
        "bytes": each.bytes,
        "second": each.second,
        "problem": each.problem,
        "office": found and found.office,
        "made_at": found and found.made_at.isoformat(),
        **choice(found.kind if found else None, "kind"),
        "encrypted": found and found.key_id is not None,
        "counts": found and {name: count for name, count in found.counts.items() if name not in closed},
    }


def _rehearse(options: argparse.Namespace) -> Output:
    app = open_office(options)
    try:
        done = app.backups.rehearse(app.actor)
    finally:
        app.close()
    told = f"恢复演练没有成功：{done.problem}"
    if done.problem is not None:
        tell(told)
    text = f"恢复演练成功：{done.backup}，条数和变更记录都对得上。" if done.problem is None else done.text()
    found = {"text": text, "backup": done.backup, "problem": done.problem, "files": []}
    return found if done.problem is None else {**found, "error": told, "exit": 1}


def _restore(options: argparse.Namespace) -> Output:
    from unionoffice.app import login_name
    from unionoffice.kernel.clock import SystemClock
    from unionoffice.kernel.identity import Actor
    from unionoffice.services import restoring

    office = _office(options)
    chosen = _chosen(options.backup, office)
    clock = SystemClock()
    known = restoring.names(chosen, office)
    login = actor = None
    if known:
        name = options.user or os.environ.get("UNIONOFFICE_USER") or (known[0] if len(known) == 1 else "")
        if not name:
            raise UserError(f"没有指明用户，请加上 --user 姓名。可以登录的有：{'、'.join(known)}。")
        password = ask_password(options, "UNIONOFFICE_PASSWORD", options.password_file, f"“{name}”的密码：")
        login = restoring.log_in(chosen, office, name, password, clock.now())
    else:
        actor = Actor(options.user or os.environ.get("UNIONOFFICE_USER") or login_name())
    meaning = restoring.weigh(chosen, office, clock, login=login) if options.to is None and office.exists() else None
    if meaning is not None and not options.sure:  # who may not is told that first
        lines = "\n".join(meaning.told())
        raise UserError(
            f"恢复会用这份备份换下现在的办公文件，没有办理。\n{lines}\n确实要恢复，请加上“--sure”；"
            "只想看看备份里有什么，用“--to 文件”恢复成另一个。"
        )
    done = restoring.restore(chosen, office, clock, login=login, actor=actor, to=options.to)
    files = [str(path) for path in (done.path, done.kept_aside) if path is not None]
    kept = f"\n原来的文件另存为：{done.kept_aside}" if done.kept_aside else ""
    text = f"已恢复到 {done.made_at:%Y-%m-%d %H:%M}：{done.path}{kept}"
    return {
        "text": "\n".join(filter(None, (text, *(meaning.told_after() if meaning else ()), done.told()))),
        "counts": [{"title": title, "before": now, "after": then} for title, then, now in meaning.counts]
        if meaning
        else [],
        "operations_gone": meaning.later if meaning else None,
        "put_back": list(done.put_back),
        "not_put_back": list(done.not_put_back),
        "files": files,
    }


def _place(options: argparse.Namespace) -> Output:
    app = open_office(options)
    try:
        app.backups.choose_second(None if options.none else options.folder, app.actor)
    finally:
        app.close()
    text = "已取消第二备份位置。" if options.none else f"第二备份位置：{options.folder}"
    return {"text": text, "files": []}


def _office(options: argparse.Namespace) -> Path:
    if options.office is None:
        raise UserError("没有指明办公文件，请写成“unionoffice --office 文件 命令”。")
    return Path(options.office)


def _chosen(text: str, office: Path) -> Path:
    """The backup somebody means: by place, by name, or the newest good one."""
    from unionoffice.services.backup_places import Places, listed, newest_good

    if text == "最新":
        newest = newest_good(office, Places())
        if newest is None:
            raise UserError(f"没有找到“{office.name}”的完好备份。")
        return newest.path
    path = Path(text)
    if path.is_file():
        return path
    for each in listed(office, Places()):
        if text in (each.path.name, each.path.stem):
            return each.path
    raise UserError(f"找不到备份“{text}”，用 backup list 查看有哪些。")
