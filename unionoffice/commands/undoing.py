"""Whole actions and the way back from them."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from unionoffice.commands.opening import open_office
from unionoffice.commands.words import Commands, Output, at_least_one, deed, tell
from unionoffice.kernel.errors import Refused


def add_commands(commands: Commands) -> None:
    """`undo list`, `show` and `carry-out`."""
    steps = commands.group(
        "undo", "整体撤销：导入、批量调动、并户等一步退回", "undo list|show|carry-out", metavar="步骤"
    )
    listed = steps.add("list", "最近的操作，哪些可以整体撤销", _list)
    listed.add_argument("--person", metavar="姓名", help="只看这个人做的")
    listed.add_argument("--all", action="store_true", help="连不能整体撤销的也列出来")
    listed.add_argument(
        "--limit", type=at_least_one, default=200, metavar="条数", help="从最近的多少次操作里找，默认 200"
    )
    show = steps.add("show", "撤销会动到什么，后来的哪些登记还用着它；什么也不改", _show)
    carry_out = steps.add("carry-out", "整体撤销一次操作", _carry_out)
    for each in (show, carry_out):
        each.add_argument("number", type=at_least_one, metavar="第几次", help="undo list 里的号")


def _list(options: argparse.Namespace) -> Output:
    from unionoffice.models.permission import permit

    app = open_office(options, reading=True)
    try:
        permit(app.actor, "undo:list")
        found = app.undo.actions(options.limit, of=options.person)
    finally:
        app.close()
    if not options.all:
        found = [each for each in found if each.undoable and not each.undone]
    return {
        "text": "\n".join(map(_line, found)) or "没有可以整体撤销的操作。",
        "count": len(found),
        "actions": [_as_json(each) for each in found],
        "files": [],
    }


def _line(action: Any) -> str:
    state = "已撤销" if action.undone else "" if action.undoable else "不能整体撤销"
    words = (
        f"第 {action.id} 次",
        f"{action.at:%Y-%m-%d %H:%M}",
        action.actor,
        action.label,
        action.reason or "",
        state,
    )
    return "\t".join(words).rstrip()


def _as_json(action: Any) -> Output:
    return {**asdict(action), "at": action.at.isoformat(timespec="seconds")}


def _show(options: argparse.Namespace) -> Output:
    from unionoffice.models.permission import permit

    app = open_office(options, reading=True)
    try:
        permit(app.actor, "undo:show")
        effect = app.undo.effect(options.number)
    finally:
        app.close()
    lines = [_told(effect), *_hindered(effect)]
    return {"text": "\n".join(lines), "number": options.number, **_effect_as_json(effect), "files": []}


def _carry_out(options: argparse.Namespace) -> Output:
    app = open_office(options)
    try:
        effect = app.undo.effect(options.number)
        found = {"number": options.number, **_effect_as_json(effect), "files": []}
        try:
            app.undo.undo(options.number, app.actor)
        except Refused as refusal:
            if not effect.obstacles:
                raise
            sentence = refusal.sentence.partition("\n")[0].rstrip("：")
            sentence = f"{sentence}，没有撤销。先处理列出的这些再撤。"
            tell(sentence)
            return {"text": "\n".join(_hindered(effect)), "error": sentence, **found, "exit": 2}
        return {"text": f"已撤销第 {options.number} 次操作：{_told(effect)}", **found, **deed(app)}
    finally:
        app.close()


def _told(effect: Any) -> str:
    parts = [f"撤掉{_counted(effect.puts_away)}"] if effect.puts_away else []
    parts += [f"恢复{_counted(effect.restores)}"] if effect.restores else []
    return "，".join(parts) + "。" if parts else "没有什么可撤的。"


def _counted(numbers: dict[str, int]) -> str:
    return "、".join(f"{title} {number:,} 条" for title, number in numbers.items())


def _hindered(effect: Any) -> list[str]:
    return ["后来的登记还用着它，不能撤销：", *effect.obstacles] if effect.obstacles else []


def _effect_as_json(effect: Any) -> Output:
    return {"puts_away": effect.puts_away, "restores": effect.restores, "obstacles": list(effect.obstacles)}
