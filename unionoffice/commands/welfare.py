"""Welfare from the plan to the closed batch."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from unionoffice.commands.opening import open_office
from unionoffice.commands.words import Commands, Output, check_target, overwrites
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.progress import Silent


def add_commands(commands: Commands) -> None:
    """`welfare new`, `approve`, `print`, `collect` and `close`."""
    steps = commands.group("welfare", "福利发放", "welfare new|approve|print|collect|close", metavar="步骤")
    new = steps.add("new", "新建发放批次", _welfare_new)
    new.add_argument("name", metavar="批次名称", help="如 2026年中秋节慰问")
    new.add_argument("--programme", metavar="项目", help="慰问项目名称；没有时新建，默认与批次同名")
    new.add_argument(
        "--kind", default="节日慰问", metavar="类型", help="节日慰问、生日慰问、送清凉、会员活动、其他慰问"
    )
    new.add_argument("--item", required=True, metavar="物品")
    new.add_argument("--spec", metavar="规格")
    new.add_argument("--price", required=True, metavar="单价", help="元")
    new.add_argument("--quantity", default="1", metavar="每人数量")
    new.add_argument("--budget", required=True, metavar="预算", help="元")
    new.add_argument("--roll-date", metavar="在册截止日", help="默认今天")
    new.add_argument("--payment", default="实物", metavar="形式", help="实物、提货券")
    new.add_argument("--unit", action="append", default=[], metavar="分工会", help="发放范围，可写多次；默认全部")
    approve = steps.add("approve", "审批：冻结名单", _welfare_approve)
    paper = steps.add("print", "打印签领表", _welfare_print)
    collect = steps.add("collect", "登记领取", _welfare_collect)
    close = steps.add("close", "办结：没领的记为未领", _welfare_close)
    for each in (approve, paper, collect, close):
        each.add_argument("batch", metavar="批次", help="批次名称或其中一部分")
    paper.add_argument("files", type=Path, nargs="+", metavar="文件", help=".pdf 或 .xlsx，可写两个")
    overwrites(paper)
    collect.add_argument("person", nargs="+", metavar="会员", help="姓名、工号或会员编号，要能认定一个人")
    collect.add_argument("--proxy", default="", metavar="代领人")
    collect.add_argument("--relation", default="", metavar="与本人关系")


def _welfare_new(options: argparse.Namespace) -> Output:
    app = open_office(options)
    try:
        programme = options.programme or options.name
        known = {each.name: each.id for each in app.welfare.programmes()}
        programme_id = known.get(programme)
        values = {
            "name": options.name,
            "kind": options.kind,
            "item": options.item,
            "spec": options.spec,
            "payment": options.payment,
            "quantity": options.quantity,
            "unit_price": options.price,
            "budget": options.budget,
            "roll_date": options.roll_date or app.clock.today(),
            "unit_ids": ",".join(app.organisation.named(name) for name in options.unit) or None,
        }
        batch_id, _ = app.welfare.plan(programme, programme_id, values, app.actor)
        draft = app.welfare.draft(batch_id)
    finally:
        app.close()
    text = f"已新建“{options.name}”：列入 {len(draft.entries)} 人，未列入 {len(draft.left_out)} 人。"
    return {
        "text": text,
        "batch": batch_id,
        "people": len(draft.entries),
        "left_out": len(draft.left_out),
        "total_fen": draft.total,
        "over_budget_fen": draft.over_budget,
        "files": [],
    }


def _on_batch(options: argparse.Namespace, act: Callable[[Any, Any], Output]) -> Output:
    app = open_office(options)
    try:
        return {"batch": (batch := app.welfare.named(options.batch)).id, "files": [], **act(app, batch)}
    finally:
        app.close()


def _welfare_approve(options: argparse.Namespace) -> Output:
    def act(app: Any, batch: Any) -> Output:
        app.welfare.approve(batch.id, app.actor)
        done = app.welfare.batch(batch.id)
        text = f"已审批“{batch.name}”，名单冻结：{done.line_count} 人。"
        return {"text": text, "people": done.line_count, "total_fen": done.total}

    return _on_batch(options, act)


def _welfare_print(options: argparse.Namespace) -> Output:
    def act(app: Any, batch: Any) -> Output:
        for path in options.files:
            check_target(path, ".pdf", ".xlsx", overwrite=options.overwrite)
        for path in options.files:
            app.papers.save_sign_sheet(batch.id, path, Silent())
        files = [str(path) for path in options.files]
        text = "已写出签领表：" + "、".join(files)
        missing = app.papers.unprintable(batch.id)
        if missing:
            text += f"\n这些字没有字体能印，已用〓代替，请安装字体后重印：{missing}"
        return {"text": text, "files": files, "unprintable": missing}

    return _on_batch(options, act)


def _welfare_collect(options: argparse.Namespace) -> Output:
    def act(app: Any, batch: Any) -> Output:
        lines = [app.welfare.line_for(batch.id, person) for person in dict.fromkeys(options.person)]
        if len({line.id for line in lines}) < len(lines):
            raise UserError("同一个人写了两次，没有登记，请核对。")
        for line in lines:
            if line.collected_on is not None:
                raise Refused(f"{line.name} 已登记为“{line.state.label}”，这一次都没有登记，请核对。")
        for line in lines:
            app.welfare.collect(line.id, app.actor, proxy=options.proxy, relation=options.relation)
        tally = app.welfare.tally(batch.id)
        names = "、".join(line.name for line in lines)
        text = f"已登记 {names}。已领 {tally.collected + tally.by_proxy} 人，待领 {tally.waiting} 人。"
        return {"text": text, **asdict(tally)}

    return _on_batch(options, act)


def _welfare_close(options: argparse.Namespace) -> Output:
    def act(app: Any, batch: Any) -> Output:
        app.welfare.close(batch.id, app.actor)
        tally = app.welfare.tally(batch.id)
        return {"text": f"已办结“{batch.name}”：未领 {tally.unclaimed} 人。", **asdict(tally)}

    return _on_batch(options, act)
