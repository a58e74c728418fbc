"""Users of an encrypted office."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from unionoffice.commands.opening import ask_password, new_password, open_office
from unionoffice.commands.words import Commands, Output, choice, deed, given_day
from unionoffice.kernel.errors import Refused, UserError


def add_commands(commands: Commands) -> None:
    """`user list`, `add`, `change`, `password`, `reset`, `close`, `reopen`, `grant|revoke`, `deputy list|add|end`."""
    whom = commands.group(
        "user",
        "加密办公文件的用户",
        "user list|add|change|password|reset|close|reopen|grant|revoke|deputy",
        metavar="步骤",
    )
    whom.add("list", "列出用户", _user_list)
    whom.add("password", "修改自己的密码", _user_password)
    for name, help_text, command in (
        ("add", "添加用户；首次密码取自环境变量 UNIONOFFICE_NEW_PASSWORD，或当场输入", _user_add),
        ("change", "改变角色或分管范围；没有写到的不变", _user_change),
        ("reset", "重设别人的密码；新密码取自环境变量 UNIONOFFICE_NEW_PASSWORD，或当场输入", _user_reset),
        ("close", "停用用户", _user_close),
        ("reopen", "恢复停用的用户；首次密码取自环境变量 UNIONOFFICE_NEW_PASSWORD，或当场输入", _user_reopen),
    ):
        step = whom.add(name, help_text, command)
        step.add_argument("name", metavar="姓名")
        if name in ("add", "change"):
            kept = "；不写就不变" if name == "change" else ""
            step.add_argument(
                "--role", action="append", required=name == "add", metavar="角色", help=f"{ROLES}；可写多次{kept}"
            )
            step.add_argument(
                "--unit",
                action="append",
                default=[],
                metavar="分工会",
                help=f"分管范围，可写多次{kept or '；默认全部'}",
            )
        if name == "change":
            step.add_argument("--whole", action="store_true", help="分管范围改为全部")
        if name == "close":
            step.add_argument("--reason", required=True, metavar="原因")
    for name, help_text, command in (
        ("grant", "授权看一类不随角色开放的内容", _user_grant),
        ("revoke", "收回授权", _user_revoke),
    ):
        step = whom.add(name, help_text, command)
        step.add_argument("name", metavar="姓名")
        step.add_argument("tier", metavar="授权范围", help=TIERS)
        step.add_argument("--reason", required=True, metavar="理由")
    _add_deputies(whom)


def _add_deputies(whom: Commands) -> None:
    deputy = whom.group("deputy", "代理：谁代谁，从哪天到哪天", "user deputy list|add|end", metavar="动作")
    deputy.add("list", "列出代理，最近的在前", _deputy_list)
    add = deputy.add("add", "指定代理", _deputy_add)
    end = deputy.add("end", "提前终止代理", _deputy_end)
    for each in (add, end):
        each.add_argument("name", metavar="代理人")
        each.add_argument("--for", dest="principal", required=True, metavar="委托人", help="代替谁")
    add.add_argument("--from", dest="first", metavar="日期", help="从哪天起，默认今天")
    add.add_argument("--until", dest="last", required=True, metavar="日期", help="到哪天止，含这一天")
    add.add_argument("--reason", required=True, metavar="事由", help="如 出差")


ROLES = "系统管理员、经办、审核、主席、审计员"
TIERS = "疾病、心理、法律援助"
"""As the help says them: the models would cost every start of the window."""


def _roles_of(options: argparse.Namespace) -> list[Any]:
    from unionoffice.models.user import Role

    known = {role.label: role for role in Role}
    unknown = [label for label in options.role if label not in known]
    if unknown:
        raise UserError(f"没有“{unknown[0]}”这个角色，可写：{ROLES}。")
    return [known[label] for label in options.role]


def _tier_of(options: argparse.Namespace) -> Any:
    from unionoffice.models.tier import Tier

    found = next((tier for tier in Tier if tier.label == options.tier), None)
    if found is None:
        raise UserError(f"没有“{options.tier}”这一类，可写：{TIERS}。")
    return found


def _row_of(app: Any, name: str) -> Any:
    if not app.users.possible:
        raise Refused("这个办公文件没有加密，不分用户。")
    found = next((row for row in app.users.rows() if row.name == name), None)
    if found is None:
        raise UserError(f"没有叫“{name}”的用户，用 user list 查看有哪些。")
    return found


def _as_json(app: Any, row: Any) -> Output:
    names = {node.id: node.name for node in app.organisation.tree()}
    roles = [role for role in type(next(iter(row.roles))) if role in row.roles]
    return {
        "id": row.id,
        "name": row.name,
        "roles": [role.value for role in roles],
        "roles_label": [role.label for role in roles],
        "units": sorted(names.get(unit, unit) for unit in row.units or ()),
        "whole": row.units is None,
        "tiers": sorted(tier.value for tier in row.tiers),
        "tiers_label": _tiers(row),
        **choice(row.state, "state"),
        "must_change": row.must_change,
        "can_log_in": row.can_log_in,
    }


def _tiers(row: Any) -> list[str]:
    return [tier.label for tier in type(next(iter(row.tiers))) if tier in row.tiers] if row.tiers else []


def _user_list(options: argparse.Namespace) -> Output:
    app = open_office(options, reading=True)
    try:
        found = [_as_json(app, row) for row in app.users.rows()]
    finally:
        app.close()
    lines = [
        "\t".join((r["name"], "、".join(r["roles_label"]), "、".join(r["units"]) or "全部", r["state_label"]))
        + (f"\t授权：{'、'.join(r['tiers_label'])}" if r["tiers_label"] else "")
        for r in found
    ]
    return {"text": "\n".join(lines) or "这个办公文件没有加密，不分用户。", "users": found, "files": []}


def _user_password(options: argparse.Namespace) -> Output:
    app = open_office(options, changing_password=True)
    try:
        former = ask_password(options, "UNIONOFFICE_PASSWORD", options.password_file, "现在的密码：")
        app.users.change_password(app.actor, former, new_password(options))
        return _told(app, app.actor.name, f"“{app.actor.name}”的密码已修改。")
    finally:
        app.close()


def _user_add(options: argparse.Namespace) -> Output:
    app = open_office(options)
    try:
        units = [app.organisation.named(name) for name in options.unit]
        user_id, _ = app.users.add(options.name, _roles_of(options), units, new_password(options), app.actor)
        name = next(row.name for row in app.users.rows() if row.id == user_id)
        return _told(app, name, f"已添加用户“{name}”，第一次登录时要改密码。")
    finally:
        app.close()


def _told(app: Any, name: str, text: str) -> Output:
    """The user as he is now, who did it and when."""
    return {"text": text, "user": _as_json(app, _row_of(app, name)), **deed(app), "files": []}


def _on_user(options: argparse.Namespace, act: Callable[[Any, Any], str]) -> Output:
    app = open_office(options)
    try:
        row = _row_of(app, options.name)
        return _told(app, row.name, act(app, row))
    finally:
        app.close()


def _user_change(options: argparse.Namespace) -> Output:
    if options.whole and options.unit:
        raise UserError("--whole 是分管全部，--unit 是分管这几个分工会，只能写一个。")
    if not (options.role or options.unit or options.whole):
        raise UserError("没有写要改什么：角色用 --role，分管范围用 --unit，改为分管全部用 --whole。")

    def act(app: Any, row: Any) -> str:
        named = [app.organisation.named(name) for name in options.unit]
        roles = _roles_of(options) if options.role else None
        app.users.change(row.id, row.version, roles, named if named or options.whole else None, app.actor)
        now = _as_json(app, _row_of(app, row.name))
        units = "、".join(now["units"]) or "全部"
        return f"已修改用户“{row.name}”：角色 {'、'.join(now['roles_label'])}；分管范围 {units}。对方下次登录时起作用。"

    return _on_user(options, act)


def _user_grant(options: argparse.Namespace) -> Output:
    tier = _tier_of(options)

    def act(app: Any, row: Any) -> str:
        app.users.open_tiers(row.id, row.version, row.tiers | {tier}, options.reason, app.actor)
        return f"“{row.name}”下次登录时能看“{tier.label}”的内容。"

    return _on_user(options, act)


def _user_revoke(options: argparse.Namespace) -> Output:
    tier = _tier_of(options)

    def act(app: Any, row: Any) -> str:
        app.users.open_tiers(row.id, row.version, row.tiers - {tier}, options.reason, app.actor)
        return f"已收回“{row.name}”的“{tier.label}”授权，他下次登录时起作用。"

    return _on_user(options, act)


def _user_reset(options: argparse.Namespace) -> Output:
    def act(app: Any, row: Any) -> str:
        app.users.reset_password(row.id, new_password(options), app.actor)
        return f"“{row.name}”的密码已重设，下次登录时要改。"

    return _on_user(options, act)


def _user_close(options: argparse.Namespace) -> Output:
    def act(app: Any, row: Any) -> str:
        app.users.close(row.id, options.reason, app.actor)
        return f"已停用“{row.name}”，他的密码不再能打开办公文件。"

    return _on_user(options, act)


def _user_reopen(options: argparse.Namespace) -> Output:
    def act(app: Any, row: Any) -> str:
        app.users.reopen(row.id, new_password(options), app.actor)
        return f"已恢复“{row.name}”，第一次登录时要改密码。"

    return _on_user(options, act)


def _deputy_as_json(row: Any) -> Output:
    return {
        "deputy": row.deputy,
        "for": row.user,
        "from": row.from_on.isoformat(),
        "until": row.until_on.isoformat(),
        "reason": row.reason,
    }


def _deputy_list(options: argparse.Namespace) -> Output:
    app = open_office(options, reading=True)
    try:
        rows = app.users.deputies()
    finally:
        app.close()
    lines = [f"{row.deputy}\t代理{row.user}\t{row.from_on} 至 {row.until_on}\t{row.reason}" for row in rows]
    return {"text": "\n".join(lines) or "没有指定代理。", "deputies": list(map(_deputy_as_json, rows)), "files": []}


def _deputy_add(options: argparse.Namespace) -> Output:
    first, last = given_day(options.first), given_day(options.last)
    app = open_office(options)
    try:
        deputy, principal = _row_of(app, options.name), _row_of(app, options.principal)
        start = first or app.clock.today()
        made, _ = app.users.stand_in(principal.id, deputy.id, start, last, options.reason, app.actor)
        row = next(each for each in app.users.deputies() if each.id == made)
        text = f"已指定：“{row.deputy}”代理“{row.user}”，{row.from_on} 至 {row.until_on}，对方下次登录时起作用。"
        return {"text": text, **_deputy_as_json(row), **deed(app), "files": []}
    finally:
        app.close()


def _deputy_end(options: argparse.Namespace) -> Output:
    app = open_office(options)
    try:
        today = app.clock.today()
        both = (_row_of(app, options.name).name, _row_of(app, options.principal).name)
        rows = [row for row in app.users.deputies() if (row.deputy, row.user) == both and row.until_on >= today]
        if not rows:
            raise UserError(f"“{options.name}”现在和以后都不代理“{options.principal}”，用 user deputy list 查看。")
        for row in rows:
            app.users.end_deputy(row.id, app.actor)
        text = f"已终止：“{options.name}”不再代理“{options.principal}”。"
        return {"text": text, "ended": list(map(_deputy_as_json, rows)), **deed(app), "files": []}
    finally:
        app.close()
