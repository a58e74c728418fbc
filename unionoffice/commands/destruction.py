"""Destroying personal data whose time is over."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from unionoffice.commands.opening import open_office
from unionoffice.commands.slips import came_back, takes_a_slip, takes_what_came_back, write_slip
from unionoffice.commands.words import (
    Command,
    Commands,
    Output,
    at_least_one,
    check_target,
    choice,
    deed,
    given_day,
    overwrites,
)
from unionoffice.kernel.errors import UserError


def add_commands(commands: Commands) -> None:
    """`destroy due|prepare|list|print|slip|approve|resubmit|cancel|carry-out|compact`."""
    destroy = commands.group(
        "destroy",
        "销毁到期的个人信息",
        "destroy due|prepare|list|print|slip|approve|resubmit|cancel|carry-out|compact",
        metavar="步骤",
    )
    due = destroy.add("due", "谁的资料到了保存期限", _due)
    due.add_argument("--date", metavar="日期", help="到哪一天，默认今天")
    destroy.add("prepare", "把今天到期的人编成销毁清单", _prepare)
    destroy.add("list", "有哪些销毁清单", _list)
    paper = _numbered(destroy, "print", "写出一张清单", _print)
    paper.add_argument("file", type=Path, metavar="文件.pdf")
    overwrites(paper)
    takes_a_slip(_numbered(destroy, "slip", "制作一张清单的审批单，交不用程序的主席签字", _slip))
    approve = _numbered(destroy, "approve", "批准一张清单（制单人以外的主席）；也登记签回的审批单", _approve)
    takes_what_came_back(approve)
    again = _numbered(destroy, "resubmit", "审批单退回后补齐了材料，重新提交", _resubmit)
    again.add_argument("--note", required=True, metavar="说明", help="补了什么")
    cancel = _numbered(destroy, "cancel", "作废一张清单", _cancel)
    cancel.add_argument("--reason", required=True, metavar="理由")
    carry_out = _numbered(destroy, "carry-out", "照批准的清单销毁，不能恢复", _carry_out)
    carry_out.add_argument("--sure", action="store_true", help="确实要销毁；不写这一项只说明会怎样")
    destroy.add("compact", "清理残留：把办公文件重新写一遍", _compact)


def _numbered(destroy: Commands, name: str, help_text: str, command: Command) -> argparse.ArgumentParser:
    found = destroy.add(name, help_text, command)
    found.add_argument("number", type=at_least_one, metavar="第几号")
    return found


def _due(options: argparse.Namespace) -> Output:
    day = given_day(options.date)
    app = open_office(options, reading=True)
    try:
        found = app.destructions.due(day)
    finally:
        app.close()
    lines = ["\t".join((each.name, each.number, each.ended.label, each.ended_on)) for each in found]
    people = [{**asdict(each), **choice(each.ended, "ended")} for each in found]
    return {"text": "\n".join(lines) or "没有到期的会员。", "count": len(found), "members": people, "files": []}


def _prepare(options: argparse.Namespace) -> Output:
    app = open_office(options)
    try:
        number, _ = app.destructions.prepare(app.actor)
        found = {**_as_json(_numbered_row(app, number)), **deed(app)}
    finally:
        app.close()
    text = f"已编制第 {number} 号销毁清单。请打印核对，由制单人以外的主席批准：destroy approve {number}。"
    return {"text": text, **found, "files": []}


def _list(options: argparse.Namespace) -> Output:
    app = open_office(options, reading=True)
    try:
        found = app.destructions.lists()
    finally:
        app.close()
    lines = [
        f"第 {row.number} 号\t{row.made_on}\t{row.made_by}\t{len(row.people)} 人\t{row.state.label}"
        + (f"，已退回：{row.sent_back}" if row.sent_back else "")
        for row in found
    ]
    return {"text": "\n".join(lines) or "没有销毁清单。", "lists": [_as_json(row) for row in found], "files": []}


def _print(options: argparse.Namespace) -> Output:
    check_target(options.file, ".pdf", overwrite=options.overwrite)
    app = open_office(options, reading=True)
    try:
        app.destructions.save(options.number, options.file, app.actor)
    finally:
        app.close()
    return {"text": f"已写出第 {options.number} 号销毁清单：{options.file}", "files": [str(options.file)]}


def _slip(options: argparse.Namespace) -> Output:
    app = open_office(options)
    try:
        row = _numbered_row(app, options.number)
        return write_slip(options, app, app.destruction_slips, row.id, f"第 {row.number} 号销毁清单")
    finally:
        app.close()


def _approve(options: argparse.Namespace) -> Output:
    def act(app: Any) -> None:
        row = _numbered_row(app, options.number)
        if not came_back(options, app, app.destructions.approvals, app.destruction_slips, row.id):
            app.destructions.approve(options.number, app.actor)

    found = _on_list(options, act)
    what = f"第 {options.number} 号销毁清单"
    text = f"已批准{what}。" if found["approved_by"] else f"审批单已登记：{what}没有批准，已退回经办。"
    return {"text": text, **found}


def _resubmit(options: argparse.Namespace) -> Output:
    def act(app: Any) -> None:
        app.destructions.approvals.resubmit(_numbered_row(app, options.number).id, options.note, app.actor)

    found = _on_list(options, act)
    return {"text": f"第 {options.number} 号销毁清单已重新提交，请打印审批单再交主席。", **found}


def _cancel(options: argparse.Namespace) -> Output:
    found = _on_list(options, lambda app: app.destructions.cancel(options.number, options.reason, app.actor))
    return {"text": f"已作废第 {options.number} 号销毁清单。", **found, "reason": options.reason}


def _carry_out(options: argparse.Namespace) -> Output:
    from unionoffice.services.destruction import BACKUPS, HOW

    def act(app: Any) -> None:
        row = _numbered_row(app, options.number)
        if not options.sure and app.destructions.may_carry_out(row):  # who may not is told that first
            raise UserError(
                f"销毁不能恢复，没有办理。第 {row.number} 号清单有 {len(row.people)} 人。{HOW}{BACKUPS}"
                "确实要销毁，请加上“--sure”。"
            )
        app.destructions.carry_out(options.number, app.actor)

    return {"text": f"已照第 {options.number} 号清单销毁。{BACKUPS}", **_on_list(options, act)}


def _compact(options: argparse.Namespace) -> Output:
    app = open_office(options)
    try:
        before = options.office.stat().st_size
        app.destructions.compact(app.actor)
        found = deed(app)
    finally:
        app.close()
    after = options.office.stat().st_size
    text = f"已清理残留：办公文件 {options.office} 重新写过，{before:,} 字节变为 {after:,} 字节。"
    return {"text": text, "bytes_before": before, "bytes": after, **found, "files": [str(options.office)]}


def _on_list(options: argparse.Namespace, step: Callable[[Any], Any]) -> Output:
    """Do something with a list; how it stands then, who did it and when."""
    app = open_office(options)
    try:
        step(app)
        return {**_as_json(_numbered_row(app, options.number)), **deed(app), "files": []}
    finally:
        app.close()


def _numbered_row(app: Any, number: int) -> Any:
    found = next((row for row in app.destructions.lists() if row.number == number), None)
    if found is None:
        raise UserError(f"没有第 {number} 号销毁清单，用 destroy list 查看有哪些。")
    return found


def _as_json(row: Any) -> Output:
    people = [{"name": name, "how": how, "on": day} for name, how, day in row.people]
    return {**asdict(row), **choice(row.state, "state"), "people": people}
