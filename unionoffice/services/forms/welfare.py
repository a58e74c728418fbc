"""Distributions and their approvals on forms (F68)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.money import capital
from unionoffice.models.welfare import Batch, BatchState, Line, LineState, Programme
from unionoffice.services.forms.context import Context, Read, told, yuan
from unionoffice.store.queries import welfare


def batch_part(batch_id: str, branch: str = "") -> str:
    """The id by which a form of a batch is asked for: the whole of it, or one 分工会 by the name on the list."""
    return f"{batch_id}/{branch}" if branch else batch_id


def read_batches(context: Context, ids: Sequence[str]) -> Read:
    """A copy for each batch, or part of one (`batch_part`). Raises UserError for what is gone, Refused for lists of
    a draft."""
    found = Read([], [], [])
    for wanted in ids:
        batch_id, _, branch = wanted.partition("/")
        batch = _batch(context, batch_id)
        lines = welfare.lines(context.session, batch_id)
        if not lines and batch.state is BatchState.DRAFT and context.wanted.lists:
            raise Refused(f"“{batch.name}”还没有审批，名单没有冻结，不能打印名单。请先审批。")
        own = [line for line in lines if not branch or line.unit == branch]
        if branch and not own:
            raise UserError(f"“{batch.name}”的名单上没有“{branch}”的人。")
        left_out = welfare.exclusions(context.session, batch_id) if "未列入" in context.wanted.lists else []
        out = [{"姓名": each.name, "分工会": each.unit, "原因": each.reason} for each in left_out]
        lists = {
            "名单": [_line(context, batch, line) for line in own],
            "分工会": _branches(own),
            "未列入": [each for each in out if not branch or each["分工会"] == branch],
        }
        people, amount = (len(own), sum(line.amount for line in own)) if own else (0, 0)
        single = {**_batch_told(context, batch, people, amount), "分工会名称": branch or "全部"}
        people_out = [each.member_id for each in left_out if not branch or each.unit == branch]
        listed = [line.member_id for line in own] if "名单" in context.wanted.lists else []
        found.add(branch or batch.name, context.values(single, lists), branch, [*listed, *people_out])
    return found


def _batch(context: Context, batch_id: str) -> Batch:
    batch = context.session.get(Batch, batch_id)
    if batch is None:
        raise UserError("这个批次已经找不到，请刷新列表。")
    return batch


def _batch_told(context: Context, batch: Batch, people: int, amount: int) -> dict[str, Any]:
    programme = context.session.get(Programme, batch.programme_id)
    named = {"programme_id": programme.name if programme is not None else "", "unit_ids": _scope(context, batch)}
    return {
        **told(context, Batch, batch, named),
        "人数": people,
        "合计（元）": yuan(amount),
        "合计": yuan(amount),
        "项目名称": named["programme_id"],
        "依据文件": (programme.basis or "") if programme is not None else "",
        "物品": f"{batch.item}（{batch.spec}）" if batch.spec else batch.item,
        "每人金额": yuan(batch.quantity * batch.unit_price),
        "合计大写": f"人民币{capital(amount)}",
        "预算大写": f"人民币{capital(batch.budget)}",
        "范围": named["unit_ids"],
    }


def _scope(context: Context, batch: Batch) -> str:
    wanted = set((batch.unit_ids or "").split(","))
    names = [node.path for node in context.nodes if node.id in wanted]
    return "、".join(names) or "全体会员"


def _line(context: Context, batch: Batch, line: Line) -> dict[str, Any]:
    single = told(context, Line, line, {"batch_id": batch.name, "member_id": line.name})
    proxy = f"{line.proxy}代（{line.proxy_relation}）" if line.state is LineState.PROXY else ""
    single.pop("序号")
    return {
        **single,
        "单价": yuan(batch.unit_price),
        "物品": f"{batch.item}（{batch.spec}）" if batch.spec else batch.item,
        "物品名称": batch.item,
        "规格": batch.spec or "",
        "领取情况": line.state.label,
        "备注": proxy or ("未领" if line.state is LineState.UNCLAIMED else ""),
    }


def _branches(lines: Sequence[Line]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    states = {
        LineState.COLLECTED: "已领",
        LineState.PROXY: "代领",
        LineState.UNCLAIMED: "未领",
        LineState.WAITING: "待领",
    }
    for line in lines:
        row = found.setdefault(
            line.unit,
            {"分工会": line.unit, "人数": 0, "数量": 0, "金额": Decimal(0), **dict.fromkeys(states.values(), 0)},
        )
        row["人数"] += 1
        row["数量"] += line.quantity
        row["金额"] += yuan(line.amount) or 0
        row[states[line.state]] += 1
    return list(found.values())


def read_approvals(context: Context, ids: Sequence[str]) -> Read:
    """A copy for each batch with the steps of its approval. Raises UserError for what is gone."""
    found = Read([], [], [])
    for batch_id in ids:
        batch, chain = _batch(context, batch_id), context.chains[batch_id]
        steps = [
            {
                "步骤": each.step.label,
                "状态": each.state.label,
                "说明": each.told,
                "办理人": "、".join(each.who),
            }
            for each in chain.steps
        ]
        single = {
            **_batch_told(context, batch, chain.people, chain.amount),
            "审批规则": chain.rule,
            "审批进度": chain.headline,
            "编制人": "、".join(chain.preparers) or context.office.preparer or "",
        }
        found.add(batch.name, context.values(single, {"步骤": steps}), "", ())
    return found
