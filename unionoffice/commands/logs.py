"""Sealing the logs, and who saw what."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from unionoffice.commands.opening import one_member, open_office
from unionoffice.commands.words import Commands, Output, at_least_one, check_target, choice, given_day, overwrites
from unionoffice.kernel.errors import UserError

KINDS = "查看、打印、导出、导入、登录、登录失败、恢复备份、授权、收回授权"


def add_commands(commands: Commands) -> None:
    """`seal` and `log`."""
    seal = commands.add("seal", "封存到一天为止的操作记录，给出可以印在纸上的核对码", _seal)
    seal.add_argument("--date", metavar="日期", help="封存到哪一天，默认今天")
    seal.add_argument("--print", type=Path, metavar="文件.pdf", help="写出封存单")
    overwrites(seal)

    log = commands.add("log", "谁查看、打印、导出、导入过什么", _log)
    log.add_argument("--date", metavar="日期", help="只看这一天")
    log.add_argument("--person", metavar="姓名", help="只看这个人做的")
    log.add_argument("--kind", metavar="种类", help=KINDS)
    log.add_argument("--member", metavar="会员", help="谁看过这名会员：姓名、工号或会员编号，要能认定一个人")
    log.add_argument("--limit", type=at_least_one, default=200, metavar="条数")


def _seal(options: argparse.Namespace) -> Output:
    if options.print is not None:
        check_target(options.print, ".pdf", overwrite=options.overwrite)
    app = open_office(options)
    try:
        seal = app.seals.seal(app.actor, given_day(options.date))
        if options.print is not None:
            app.papers.save_seal(seal, options.print)
    finally:
        app.close()
    files = [str(options.print)] if options.print is not None else []
    text = (
        f"第 {seal.number} 号封存单，封存到 {seal.day}："
        f"操作 {seal.operations} 次，变更 {seal.entries} 条，查看、打印、导出等 {seal.accesses} 条。\n"
        f"核对码：{seal.code}"
    )
    text += f"\n已写出封存单：{files[0]}" if files else ""
    return {"text": text, **asdict(seal), "files": files}


def _log(options: argparse.Namespace) -> Output:
    from unionoffice.models.access_entry import AccessKind
    from unionoffice.models.member import Member

    kinds = {label: AccessKind(code) for code, label in AccessKind.labels().items()}
    if options.kind is not None and options.kind not in kinds:
        raise UserError(f"没有“{options.kind}”这一种，可写：{KINDS}。")
    day = given_day(options.date)
    app = open_office(options, reading=True)
    try:
        if options.member is not None:
            found = app.access_log.who_saw(Member, one_member(app, options.member))
        else:
            found = app.access_log.entries(
                first=day,
                last=day,
                kinds=[kinds[options.kind]] if options.kind else [],
                person=options.person,
                limit=options.limit,
            )
    finally:
        app.close()
    return {
        "text": "\n".join(item.sentence() for item in found) or "没有符合的记录。",
        "count": len(found),
        "entries": [{**asdict(item), **choice(item.kind, "kind")} for item in found],
        "files": [],
    }
