"""Who may do what (F90): one table that services, screens, commands and the manual read.

Every write is an operation with a name (`welfare:approve`), everything that goes out has one too (`export:members`):
the first row whose pattern fits decides. What a role may do within a workflow, its steps say besides. What concerns a
register of a closed tier asks for the tier besides.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from unionoffice.kernel.errors import Refused
from unionoffice.kernel.identity import Actor
from unionoffice.models.register import Register
from unionoffice.models.registers import all_registers
from unionoffice.models.user import Role

ADMIN, OFFICER, REVIEWER, CHAIR, AUDITOR = Role


@dataclass(frozen=True, slots=True)
class Permission:
    """Names of operations (`*` for any part), what the office calls them, and who may.

    What concerns the `whole` union is not for somebody in charge of some branches only.
    """

    pattern: str
    label: str
    roles: frozenset[Role]
    whole: bool


def _row(pattern: str, label: str, *roles: Role, whole: bool = False) -> Permission:
    return Permission(pattern, label, frozenset(roles), whole)


PERMISSIONS = (
    _row("password:*", "修改自己的密码", *Role),
    _row("user:*", "管理用户", ADMIN, whole=True),
    _row("deputy:*", "指定代理", ADMIN, whole=True),
    _row("key:*", "更换密钥和恢复卡", ADMIN, whole=True),
    _row("backup:*", "备份与恢复", ADMIN, OFFICER, whole=True),
    _row("office:*", "修改设置", ADMIN, OFFICER, whole=True),
    _row("log:*", "查看操作记录", ADMIN, AUDITOR, whole=True),
    _row("seal:*", "封存操作记录", ADMIN, AUDITOR, whole=True),
    _row("approval_limit:*", "设置审批权限", CHAIR, whole=True),
    _row("batch:approve", "审批福利名单", CHAIR, whole=True),
    _row("batch:reopen", "退回已审批的福利名单", CHAIR, whole=True),
    _row("*:review", "审核", REVIEWER, whole=True),
    _row("*:cosign", "经审会签", AUDITOR, whole=True),
    _row("*:approve", "审批", CHAIR, whole=True),
    _row("legal_aid:refuse", "决定不予援助", CHAIR, whole=True),
    _row("*:send_back", "退回审批", REVIEWER, AUDITOR, CHAIR, whole=True),
    _row("*:slip", "制作审批单", OFFICER, REVIEWER, CHAIR, whole=True),
    _row("export:*", "导出", OFFICER, REVIEWER, CHAIR),
    _row("print:*封存单", "打印封存单", ADMIN, OFFICER, REVIEWER, CHAIR, AUDITOR),
    _row("print:*销毁清单", "打印销毁清单", OFFICER, REVIEWER, CHAIR, whole=True),
    _row("print:*", "打印", OFFICER, REVIEWER, CHAIR),
    _row("view:*", "查看会员和业务", OFFICER, REVIEWER, CHAIR, AUDITOR),
    _row("reveal:*", "查看完整的证件号码和电话", OFFICER, REVIEWER, CHAIR),
    _row("batch:*", "编制福利名单", OFFICER, whole=True),
    _row("programme:*", "设置慰问项目", OFFICER, whole=True),
    _row("member:import", "导入花名册", OFFICER, whole=True),
    _row("member:number", "统一编会员号", OFFICER, whole=True),
    _row("unit:*", "调整工会组织", OFFICER, whole=True),
    _row("destruction:*", "销毁到期的个人信息", OFFICER, whole=True),
    _row("undo:*", "整体撤销", OFFICER, whole=True),
    _row("*", "登记业务", OFFICER),
)


_PERSONS = {OFFICER: "经办人", REVIEWER: "审核人"}
"""Roles whose label is what one does, not who one is."""


def may(actor: Actor, operation: str) -> bool:
    """Whether an actor may do an operation."""
    row = _row_of(operation)
    if _closed_to(actor, operation) is not None:
        return False
    return not row.roles.isdisjoint(actor.roles) and not (row.whole and actor.units is not None)


def permit(actor: Actor, operation: str) -> None:
    """Refuse an operation to somebody whose roles or tiers do not hold it, with the sentence who may."""
    row = _row_of(operation)
    if row.roles.isdisjoint(actor.roles):
        who = "、".join(_PERSONS.get(role, role.label) for role in Role if role in row.roles)
        raise Refused(f"您的角色不能{row.label}，请{who}办理。")
    if row.whole and actor.units is not None:
        raise Refused(f"您只分管部分分工会，不能{row.label}，请分管全部的人办理。")
    if (register := _closed_to(actor, operation)) is not None and register.tier is not None:
        raise Refused(
            f"“{register.title}”要另外授权才能查看和办理，您没有“{register.tier.label}”授权，请找系统管理员。"
        )


def closed_registers(actor: Actor) -> list[Register]:
    """The registers of closed tiers that do not exist for an actor."""
    return [each for each in all_registers() if each.tier is not None and not may(actor, f"view:{each.name}")]


def _closed_to(actor: Actor, operation: str) -> Register | None:
    """The register an operation concerns whose tier the actor lacks: `psychology:save`, `export:心理关爱`."""
    if actor.user_id is None:
        return None
    closed = _of_tiers()
    found = next((closed[part] for part in operation.split(":") if part in closed), None)
    return found if found is not None and found.tier is not None and not actor.holds(found.tier) else None


@cache
def _of_tiers() -> dict[str, Register]:
    """Registers of closed tiers by their names for code and for people."""
    return {name: each for each in all_registers() if each.tier is not None for name in (each.name, each.title)}


def _row_of(operation: str) -> Permission:
    return next(row for row in PERMISSIONS if fnmatchcase(operation, row.pattern))
