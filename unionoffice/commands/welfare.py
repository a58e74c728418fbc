"""Welfare from the plan to the closed batch."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from unionoffice.commands.opening import open_office
from unionoffice.commands.slips import BACK_TYPES, came_back, named, takes_a_slip, takes_what_came_back, write_slip
from unionoffice.commands.words import Commands, Output, allows_gaps, check_target, choice, deed, overwrites
from unionoffice.kernel.check_code import typed_code
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.money import yuan
from unionoffice.kernel.progress import Silent


def add_commands(commands: Commands) -> None:
    """`welfare new`, those of its approval, `print`, `collect` and `close`."""
    steps = commands.group(
        "welfare",
        "福利发放",
        "welfare new|approval|approve|slip|send-back|resubmit|print|collect|close",
        metavar="步骤",
    )
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
    approval = steps.add("approval", "看审批到哪一步，谁可以办", _welfare_approval)
    approve = steps.add("approve", "审批：办下一步，最后一步冻结名单；也登记签回的审批单", _welfare_approve)
    slip = steps.add("slip", "制作审批单，交不用程序的人签字", _welfare_slip)
    back = steps.add("send-back", "退回，此前的审批作废", _welfare_send_back)
    again = steps.add("resubmit", "退回后补齐了材料，重新提交", _welfare_resubmit)
    paper = steps.add("print", "打印签领表", _welfare_print)
    collect = steps.add("collect", "登记领取", _welfare_collect)
    close = steps.add("close", "办结：还没有领的记为未领", _welfare_close)
    for each in (approval, approve, slip, back, again, paper, collect, close):
        each.add_argument("batch", metavar="批次", help="批次名称或其中一部分")
    takes_what_came_back(approve)
    for each in (approve, back):
        each.add_argument("--seen", metavar="代码", help="welfare approval 给出的“所见”代码：看过以后有变动就不办")
    takes_a_slip(slip)
    slip.add_argument("--step", metavar="步骤", help="审核、经审会签、主席审批；默认下一步")
    back.add_argument("--type", required=True, metavar="类型", help=BACK_TYPES)
    back.add_argument("--reason", required=True, metavar="理由")
    again.add_argument("--note", required=True, metavar="说明", help="补了什么")
    paper.add_argument("files", type=Path, nargs="+", metavar="文件", help=".pdf 或 .xlsx，可写两个")
    overwrites(paper)
    allows_gaps(paper)
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
        draft, done = app.welfare.draft(batch_id), deed(app)
    finally:
        app.close()
    text = f"已新建“{options.name}”：列入 {len(draft.entries)} 人，未列入 {len(draft.left_out)} 人。"
    if draft.over_budget > 0:
        text += f"超出预算 {yuan(draft.over_budget)} 元，审批前要调整标准或预算。"
    return {
        "text": text,
        "batch": batch_id,
        "people": len(draft.entries),
        "left_out": len(draft.left_out),
        "total_fen": draft.total,
        "over_budget_fen": draft.over_budget,
        **done,
        "files": [],
    }


def _on_batch(options: argparse.Namespace, act: Callable[[Any, Any], Output]) -> Output:
    app = open_office(options)
    try:
        return {"batch": (batch := app.welfare.named(options.batch)).id, "files": [], **act(app, batch)}
    finally:
        app.close()


def _chain(app: Any, batch_id: str) -> Output:
    chain = app.welfare.approval(batch_id, app.actor)
    return {
        "steps": [
            {**choice(each.step, "step"), **choice(each.state, "state"), "told": each.told, "who": list(each.who)}
            for each in chain.steps
        ],
        "rule": chain.rule,
        **choice(chain.next, "next"),
        "why_not": chain.why_not,
        "sent_back": chain.sent_back,
        "void": list(chain.stale),
        "preparers": list(chain.preparers),
        "seen": chain.seen.code if chain.seen else None,
        "people": chain.people,
        "total_fen": chain.amount,
    }


def _welfare_approval(options: argparse.Namespace) -> Output:
    def act(app: Any, batch: Any) -> Output:
        found = _chain(app, batch.id)
        lines = [f"{batch.name}：{found['people']:,} 人，{found['rule'] or '没有审批记录'}"]
        for each in found["steps"]:
            who = f"（{'、'.join(each['who'])}）" if each["who"] else ""
            lines.append(f"{each['state_label']}\t{each['told'] or each['step_label'] + who}")
        lines += [f"已退回\t{found['sent_back']}"] if found["sent_back"] else []
        lines += [f"内容有变动，不再算数\t{sentence}" for sentence in found["void"]]
        lines += [found["why_not"]] if found["why_not"] else []
        lines += [f"所见 {found['seen']}，照现在的名单办时写 --seen {found['seen']}"] if found["seen"] else []
        return {"text": "\n".join(lines), **found}

    return _on_batch(options, act)


def _welfare_approve(options: argparse.Namespace) -> Output:
    def act(app: Any, batch: Any) -> Output:
        if not came_back(options, app, app.welfare.approvals, app.welfare_slips, batch.id):
            app.welfare.approve(batch.id, app.actor, seen=_seen(app, batch, options))
        done, found = app.welfare.batch(batch.id), _chain(app, batch.id)
        if found["next"] is None:
            text = f"已审批“{batch.name}”，名单冻结：{done.line_count} 人。"
        elif found["sent_back"]:
            text = f"“{batch.name}”已退回：{found['sent_back']}"
        else:
            text = f"“{batch.name}”：{found['steps'][_done(found) - 1]['told']}下一步：{found['next_label']}。"
        people = done.line_count if found["next"] is None else found["people"]
        return {"text": text, **found, "people": people, "frozen": found["next"] is None}

    return _on_batch(options, act)


def _seen(app: Any, batch: Any, options: argparse.Namespace) -> Any:
    """What lies before whoever decides; refused when it is not what he looked at with `welfare approval` before."""
    seen = app.welfare.approval(batch.id, app.actor).seen
    if options.seen is not None and (seen is None or seen.code != typed_code(options.seen)):
        raise Refused("您看过以后有变动，没有办这一步。请再用 welfare approval 看一遍，用新的“所见”代码来办。")
    return seen


def _done(found: Output) -> int:
    return sum(bool(each["told"]) for each in found["steps"])


def _welfare_slip(options: argparse.Namespace) -> Output:
    return _on_batch(
        options, lambda app, batch: write_slip(options, app, app.welfare_slips, batch.id, batch.name, step=options.step)
    )


def _welfare_send_back(options: argparse.Namespace) -> Output:
    from unionoffice.models.approval import BackType

    def act(app: Any, batch: Any) -> Output:
        back_type = named(BackType, options.type, "--type")
        seen = _seen(app, batch, options)
        app.welfare.approvals.send_back(batch.id, back_type, options.reason, app.actor, seen=seen)
        return {"text": f"“{batch.name}”已退回经办（{back_type.label}），此前的审批作废。", **_chain(app, batch.id)}

    return _on_batch(options, act)


def _welfare_resubmit(options: argparse.Namespace) -> Output:
    def act(app: Any, batch: Any) -> Output:
        app.welfare.approvals.resubmit(batch.id, options.note, app.actor)
        return {"text": f"“{batch.name}”已重新提交，从头审批。", **_chain(app, batch.id)}

    return _on_batch(options, act)


def _welfare_print(options: argparse.Namespace) -> Output:
    def act(app: Any, batch: Any) -> Output:
        for path in options.files:
            check_target(path, ".pdf", ".xlsx", overwrite=options.overwrite)
        for path in options.files:
            app.papers.save_sign_sheet(batch.id, path, Silent(), gaps=options.gaps)
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
        return {"text": text, **asdict(tally), **deed(app)}

    return _on_batch(options, act)


def _welfare_close(options: argparse.Namespace) -> Output:
    def act(app: Any, batch: Any) -> Output:
        app.welfare.close(batch.id, app.actor)
        tally = app.welfare.tally(batch.id)
        return {"text": f"已办结“{batch.name}”：未领 {tally.unclaimed} 人。", **asdict(tally), **deed(app)}

    return _on_batch(options, act)
