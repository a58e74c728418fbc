"""Approval limits: which amount needs whose approval."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from unionoffice.commands.opening import open_office
from unionoffice.commands.words import Commands, Output, deed, given_day


def add_commands(commands: Commands) -> None:
    """`limits list|set|withdraw`."""
    limits = commands.group("limits", "审批权限", "limits list|set|withdraw", metavar="步骤")
    limits.add("list", "现在施行和将要施行的审批权限", _list)
    new = limits.add("set", "从某天起施行本单位的审批权限", _set)
    new.add_argument("--basis", required=True, metavar="文件", help="依据的文件或会议决定")
    new.add_argument("--from", dest="first", metavar="日期", help="从哪天起，默认今天")
    new.add_argument("--kind", metavar="种类", help="只管这一种福利，如 会员活动；默认全部")
    new.add_argument("--chair-alone", metavar="元", help="不超过多少元由主席直接审批；不写就不设上限")
    new.add_argument(
        "--with-review", metavar="元", help="再往上，不超过多少元加审核；超过的再加经审会签；不写就不设上限"
    )
    gone = limits.add("withdraw", "撤回还没有施行的审批权限", _withdraw)
    gone.add_argument("id", metavar="编号", help="limits list --json 里的 id")


def _list(options: argparse.Namespace) -> Output:
    app = open_office(options, reading=True)
    try:
        now, later = app.approval_limits.in_force(), app.approval_limits.coming()
    finally:
        app.close()
    lines = [*_lines(now), *_lines(later, "将要施行")]
    return {"text": "\n".join(lines), "in_force": _as_json(now), "coming": _as_json(later), "files": []}


def _set(options: argparse.Namespace) -> Output:
    app = open_office(options)
    try:
        values = {
            "kind": options.kind,
            "effective_from": given_day(options.first) or app.clock.today(),
            "chair_alone": options.chair_alone,
            "with_review": options.with_review,
            "basis": options.basis,
        }
        app.approval_limits.set(values, app.actor)
        now, later, done = app.approval_limits.in_force(), app.approval_limits.coming(), deed(app)
    finally:
        app.close()
    text = "\n".join(["审批权限已设置。", *_lines(now), *_lines(later, "将要施行")])
    return {"text": text, "in_force": _as_json(now), "coming": _as_json(later), **done, "files": []}


def _withdraw(options: argparse.Namespace) -> Output:
    app = open_office(options)
    try:
        app.approval_limits.withdraw(options.id, app.actor)
        return {"text": "已撤回，原来的审批权限照旧。", **deed(app), "files": []}
    finally:
        app.close()


def _lines(found: Sequence[Any], when: str = "") -> list[str]:
    return [
        "\t".join((row.subject, row.amount, row.steps, f"{when}{each.since.isoformat()} 起", each.source))
        for each in found
        for row in each.rows
    ]


def _as_json(found: Sequence[Any]) -> list[Output]:
    return [
        {
            "id": each.id,
            "since": each.since.isoformat(),
            "source": each.source,
            "rows": [{"subject": row.subject, "amount": row.amount, "steps": row.steps} for row in each.rows],
        }
        for each in found
    ]
