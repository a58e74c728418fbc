"""Approval slips in commands, whatever is approved: made as paper or file, and registered when they came back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from unionoffice.commands.words import Output, check_target, choice, overwrites
from unionoffice.kernel.errors import UserError

BACK_TYPES = "材料不全、内容有误、已过时、超出标准或预算、其他"
"""As the help says them: the models would cost every start of the window."""


def takes_a_slip(slip: argparse.ArgumentParser) -> None:
    """The options of making one."""
    slip.add_argument("file", type=Path, metavar="文件", help=".pdf 打印签字，或 .ghapproval 用记事本填写")
    overwrites(slip)


def takes_what_came_back(approve: argparse.ArgumentParser) -> None:
    """The options of registering one."""
    approve.add_argument("--paper", metavar="核对码", help="登记签回的审批单：单子上的核对码")
    approve.add_argument("--signed-by", metavar="姓名", help="在审批单上签字的人")
    approve.add_argument("--signed-for", default="", metavar="姓名", help="签字人代理的人")
    approve.add_argument("--signed-on", metavar="日期", help="签字日期")
    approve.add_argument("--opinion", metavar="意见", help="签回单子上的：同意、不同意、退回；默认同意")
    approve.add_argument("--type", metavar="类型", help=f"退回类型：{BACK_TYPES}")
    approve.add_argument("--reason", default="", metavar="理由", help="不同意或退回的理由")
    approve.add_argument("--scan", type=Path, metavar="文件", help="签回单子的扫描件，记下它的摘要")
    approve.add_argument("--file", type=Path, metavar="文件", help="登记填好交回的审批文件 .ghapproval")


_ON_PAPER = ("signed_by", "signed_for", "signed_on", "opinion", "type", "reason", "scan")


def came_back(options: argparse.Namespace, app: Any, approvals: Any, slips: Any, record_id: str) -> bool:
    """Register what came back for a record, if something did.

    Raises UserError for what stands on a slip without one: who forgets `--paper` must not decide himself instead.
    """
    if options.paper is not None and options.file is not None:
        raise UserError("--paper 和 --file 只能写一个。")
    stray = [f"--{name.replace('_', '-')}" for name in _ON_PAPER if getattr(options, name)]
    if stray and options.file is not None:
        raise UserError(f"{'、'.join(stray)} 不能和 --file 一起写：意见、签字人和日期照文件里填的登记。")
    if stray and options.paper is None:
        raise UserError(f"{'、'.join(stray)} 是登记签回的审批单用的，要和 --paper 核对码一起写。没有办理。")
    if options.file is not None:
        slips.take_back(record_id, options.file, app.actor)
    elif options.paper is not None:
        approvals.register(record_id, options.paper, _returned(options), app.actor)
    return options.paper is not None or options.file is not None


def write_slip(
    options: argparse.Namespace, app: Any, slips: Any, record_id: str, name: str, *, step: str | None = None
) -> Output:
    """Write the slip of a step, by default the next one, and say what it is."""
    from unionoffice.models.approval import ApprovalStep

    check_target(options.file, ".pdf", ".ghapproval", overwrite=options.overwrite)
    at = named(ApprovalStep, step, "--step") if step else None
    found = slips.save(record_id, options.file, app.actor, at=at)
    text = f"已写出“{name}”{found.step.label}的审批单：{options.file}，核对码 {found.code}。"
    if found.unprintable:
        text += f"\n这些字没有字体能印，已用〓代替，请安装字体后重印：{found.unprintable}"
    return {
        "text": text,
        "files": [str(options.file)],
        "code": found.code,
        **choice(found.step, "step"),
        "unprintable": found.unprintable,
    }


def named(choice: Any, label: str, option: str) -> Any:
    """The choice that a label names. Raises UserError with those there are."""
    for each in choice:
        if each.label == label:
            return each
    known = "、".join(each.label for each in choice)
    raise UserError(f"{option} 没有“{label}”这一项，可写：{known}。")


def _returned(options: argparse.Namespace) -> Any:
    from unionoffice.models.approval import BackType, Opinion
    from unionoffice.services.access_log import file_hash
    from unionoffice.services.approvals import SlipReturn, date_of

    if not options.signed_by or not options.signed_on:
        raise UserError("登记审批单要写明 --signed-by 签字人 和 --signed-on 签字日期。")
    if options.scan is not None and not options.scan.is_file():
        raise UserError(f"没有扫描件“{options.scan}”，请核对位置。")
    return SlipReturn(
        options.signed_by,
        date_of(options.signed_on),
        named(Opinion, options.opinion or Opinion.AGREED.label, "--opinion"),
        named(BackType, options.type, "--type") if options.type else None,
        options.reason,
        options.signed_for,
        file_hash(options.scan) if options.scan is not None else "",
    )
