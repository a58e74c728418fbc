"""Users of an encrypted office."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from unionoffice.commands.opening import ask_password, new_password, open_office
from unionoffice.commands.words import Commands, Output
from unionoffice.kernel.errors import UserError


def add_commands(commands: Commands) -> None:
    """`user list`, `add`, `change`, `password`, `reset`, `close` and `reopen`."""
    whom = commands.group(
        "user", "加密办公文件的用户", "user list|add|change|password|reset|close|reopen", metavar="步骤"
    )
    whom.add("list", "列出用户", _user_list)
    whom.add("password", "修改自己的密码", _user_password)
    for name, help_text, command in (
        ("add", "添加用户；首次密码取自环境变量 UNIONOFFICE_NEW_PASSWORD，或当场输入", _user_add),
        ("change", "改变角色和分管范围", _user_change),
        ("reset", "重设别人的密码；新密码取自环境变量 UNIONOFFICE_NEW_PASSWORD，或当场输入", _user_reset),
        ("close", "停用用户", _user_close),
        ("reopen", "恢复停用的用户；首次密码取自环境变量 UNIONOFFICE_NEW_PASSWORD，或当场输入", _user_reopen),
    ):
        step = whom.add(name, help_text, command)
        step.add_argument("name", metavar="姓名")
        if name in ("add", "change"):
            step.add_argument("--role", action="append", required=True, metavar="角色", help=f"{ROLES}；可写多次")
            step.add_argument(
                "--unit", action="append", default=[], metavar="分工会", help="分管范围，可写多次；默认全部"
            )
        if name == "close":
            step.add_argument("--reason", required=True, metavar="原因")


ROLES = "系统管理员、经办、审核、主席、审计员"
"""As the help says them: the models would cost every start of the window."""


def _roles_of(options: argparse.Namespace) -> list[Any]:
    from unionoffice.models.user import Role

    known = {role.label: role for role in Role}
    unknown = [label for label in options.role if label not in known]
    if unknown:
        raise UserError(f"没有“{unknown[0]}”这个角色，可写：{ROLES}。")
    return [known[label] for label in options.role]


def _user_list(options: argparse.Namespace) -> Output:
    app = open_office(options, reading=True)
    try:
        rows = app.users.rows()
        names = {node.id: node.name for node in app.organisation.tree()}
    finally:
        app.close()
    found = [
        {
            "name": row.name,
            "roles": [label for label in ROLES.split("、") if label in {role.label for role in row.roles}],
            "units": sorted(names.get(unit, unit) for unit in row.units or ()),
            "state": row.state.label,
        }
        for row in rows
    ]
    lines = ["\t".join((r["name"], "、".join(r["roles"]), "、".join(r["units"]) or "全部", r["state"])) for r in found]
    return {"text": "\n".join(lines) or "这个办公文件没有加密，不分用户。", "users": found, "files": []}


def _user_password(options: argparse.Namespace) -> Output:
    app = open_office(options, changing_password=True)
    try:
        former = ask_password(options, "UNIONOFFICE_PASSWORD", options.password_file, "现在的密码：")
        app.users.change_password(app.actor, former, new_password(options))
    finally:
        app.close()
    return {"text": f"“{app.actor.name}”的密码已修改。", "files": []}


def _user_add(options: argparse.Namespace) -> Output:
    app = open_office(options)
    try:
        units = [app.organisation.named(name) for name in options.unit]
        app.users.add(options.name, _roles_of(options), units, new_password(options), app.actor)
    finally:
        app.close()
    return {"text": f"已添加用户“{options.name}”，第一次登录时要改密码。", "files": []}


def _on_user(options: argparse.Namespace, act: Callable[[Any, Any], str]) -> Output:
    app = open_office(options)
    try:
        row = next((row for row in app.users.rows() if row.name == options.name), None)
        if row is None:
            raise UserError(f"没有叫“{options.name}”的用户。")
        return {"text": act(app, row), "files": []}
    finally:
        app.close()


def _user_change(options: argparse.Namespace) -> Output:
    def act(app: Any, row: Any) -> str:
        units = [app.organisation.named(name) for name in options.unit]
        app.users.change(row.id, row.version, _roles_of(options), units, app.actor)
        return f"已修改用户“{row.name}”。"

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
