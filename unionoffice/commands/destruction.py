"""Destroying personal data whose time is over."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from unionoffice.commands.opening import open_office
from unionoffice.commands.words import Command, Commands, Output, check_target, overwrites
from unionoffice.kernel.errors import UserError


def add_commands(commands: Commands) -> None:
    """`destroy due|prepare|list|print|approve|cancel|carry-out|compact`."""
    destroy = commands.group("destroy", "销毁到期的个人信息", "destroy due", metavar="步骤")
    due = destroy.add("due", "谁的资料到了保存期限", _due)
    due.add_argument("--date", metavar="日期", help="到哪一天，默认今天")
    destroy.add("prepare", "把今天到期的人编成销毁清单", _prepare)
    destroy.add("list", "有哪些销毁清单", _list)
    paper = _numbered(destroy, "print", "写出一张清单", _print)
    paper.add_argument("file", type=Path, metavar="文件.pdf")
    overwrites(paper)
    _numbered(destroy, "approve", "批准一张清单（制单人以外的主席）", _approve)
    cancel = _numbered(destroy, "cancel", "作废一张清单", _cancel)
    cancel.add_argument("--reason", required=True, metavar="理由")
    carry_out = _numbered(destroy, "carry-out", "照批准的清单销毁，不能恢复", _carry_out)
    carry_out.add_argument("--sure", action="store_true", help="确实要销毁；不写这一项只说明会怎样")
    destroy.add("compact", "清理残留：把办公文件重新写一遍", _compact)


def _numbered(destroy: Commands, name: str, help_text: str, command: Command) -> argparse.ArgumentParser:
    found = destroy.add(name, help_text, command)
    found.add_argument("number", type=int, metavar="第几号")
    return found


def _due(options: argparse.Namespace) -> Output:
    try:
        day = date.fromisoformat(options.date) if options.date else None
    except ValueError as fault:
        raise UserError(f"“{options.date}”不是日期，请写成 2026-09-10。") from fault
    app = open_office(options, reading=True)
    try:
        found = app.destructions.due(day)
    finally:
        app.close()
    lines = ["\t".join((each.name, each.number, each.ended.label, each.ended_on)) for each in found]
    people = [asdict(each) for each in found]
    return {"text": "\n".join(lines) or "没有到期的会员。", "count": len(found), "members": people, "files": []}


def _prepare(options: argparse.Namespace) -> Output:
    app = open_office(options)
    try:
        number, _ = app.destructions.prepare(app.actor)
    finally:
        app.close()
    text = f"已编制第 {number} 号销毁清单。请打印核对，由制单人以外的主席批准：destroy approve {number}。"
    return {"text": text, "number": number, "files": []}


def _list(options: argparse.Namespace) -> Output:
    app = open_office(options, reading=True)
    try:
        found = app.destructions.lists()
    finally:
        app.close()
    lines = [f"第 {row.number} 号\t{row.made_on}\t{row.made_by}\t{len(row.people)} 人\t{row.state}" for row in found]
    return {"text": "\n".join(lines) or "没有销毁清单。", "lists": [asdict(row) for row in found], "files": []}


def _print(options: argparse.Namespace) -> Output:
    check_target(options.file, ".pdf", overwrite=options.overwrite)
    app = open_office(options, reading=True)
    try:
        app.destructions.save(options.number, options.file, app.actor)
    finally:
        app.close()
    return {"text": f"已写出第 {options.number} 号销毁清单：{options.file}", "files": [str(options.file)]}


def _approve(options: argparse.Namespace) -> Output:
    _done(options, lambda app: app.destructions.approve(options.number, app.actor))
    return {"text": f"已批准第 {options.number} 号销毁清单。", "files": []}


def _cancel(options: argparse.Namespace) -> Output:
    _done(options, lambda app: app.destructions.cancel(options.number, options.reason, app.actor))
    return {"text": f"已作废第 {options.number} 号销毁清单。", "files": []}


def _carry_out(options: argparse.Namespace) -> Output:
    from unionoffice.services.destruction import BACKUPS, HOW

    if not options.sure:
        raise UserError(f"销毁不能恢复，没有办理。{HOW}{BACKUPS}确实要销毁，请加上“--sure”。")
    _done(options, lambda app: app.destructions.carry_out(options.number, app.actor))
    return {"text": f"已照第 {options.number} 号清单销毁。{BACKUPS}", "files": []}


def _compact(options: argparse.Namespace) -> Output:
    _done(options, lambda app: app.destructions.compact(app.actor))
    return {"text": "已清理残留。", "files": []}


def _done(options: argparse.Namespace, step: Any) -> None:
    app = open_office(options)
    try:
        step(app)
    finally:
        app.close()
