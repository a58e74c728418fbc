"""Users (用户): who may open an encrypted office, in which roles, for which branches (F90; domain.md §8.3)."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from datetime import date

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from unionoffice.kernel.errors import Refused, UserError
from unionoffice.models.base import Record
from unionoffice.models.choices import Choice
from unionoffice.models.fields import Kind, field
from unionoffice.models.rule_pack import rule_on
from unionoffice.models.tier import Tier
from unionoffice.models.workflow import Step, Workflow


class Role(Choice):
    """What somebody does in the office."""

    ADMIN = "admin", "系统管理员"
    OFFICER = "officer", "经办"
    REVIEWER = "reviewer", "审核"
    CHAIR = "chair", "主席"
    AUDITOR = "auditor", "审计员"


class UserState(Choice):
    """Whether somebody may open the office."""

    ACTIVE = "active", "在用"
    CLOSED = "closed", "已停用"


class User(Record):
    """Somebody who opens the office by a password of his own; the password itself is nowhere, its lock in the key file.

    `roles`, `unit_ids` and `tiers` are codes and ids parted by commas; no units means the whole union, no tiers none.
    """

    __tablename__ = "office_user"
    type_name = "user"
    title = "用户"

    name: Mapped[str] = field("姓名")
    roles: Mapped[str] = field("角色", internal=True)
    unit_ids: Mapped[str | None] = field("分管范围", required=False, internal=True)
    state: Mapped[UserState] = field("状态", Kind.STATE, choices=UserState, default=UserState.ACTIVE, internal=True)
    tiers: Mapped[str | None] = field("授权范围", required=False, internal=True)
    must_change: Mapped[bool] = field("下次登录须改密码", Kind.FLAG, default=False, internal=True)

    __table_args__ = (Index("ix_office_user_name", "name", unique=True),)

    @property
    def role_set(self) -> frozenset[Role]:
        """The roles held."""
        return frozenset(map(Role, self.roles.split(",")))

    @property
    def units(self) -> frozenset[str] | None:
        """Ids of the units in charge of, without those below them; None for the whole union."""
        return frozenset(self.unit_ids.split(",")) if self.unit_ids else None

    @property
    def tier_set(self) -> frozenset[Tier]:
        """The closed tiers granted."""
        return frozenset(map(Tier, self.tiers.split(","))) if self.tiers else frozenset()


class Deputy(Record):
    """Who stands in for a user while he is away (F59): his roles, from the first day to the last."""

    __tablename__ = "deputy"
    type_name = "deputy"
    title = "代理"

    user_id: Mapped[str] = field("委托人", Kind.REFERENCE, internal=True)
    deputy_id: Mapped[str] = field("代理人", Kind.REFERENCE, internal=True)
    from_on: Mapped[date] = field("自", Kind.DATE)
    until_on: Mapped[date] = field("至", Kind.DATE)
    reason: Mapped[str] = field("事由")

    __table_args__ = (Index("ix_deputy_deputy", "deputy_id"),)


WORKFLOW = Workflow(
    UserState.ACTIVE,
    (
        Step("close", "停用", frozenset({UserState.ACTIVE}), UserState.CLOSED, role=Role.ADMIN, needs_reason=True),
        Step("reopen", "恢复", frozenset({UserState.CLOSED}), UserState.ACTIVE, role=Role.ADMIN),
    ),
)

_APART = (
    (Role.AUDITOR, frozenset(Role) - {Role.AUDITOR}, "审计员不能兼任别的角色。"),
    (Role.ADMIN, frozenset({Role.REVIEWER, Role.CHAIR}), "系统管理员不能兼任审核或主席。"),
)
"""Roles that one person may not hold together (domain.md §8.3: no one can both approve and look after the logs)."""


def check_roles(roles: Collection[Role]) -> None:
    """Refuse no role at all, and roles that must be apart."""
    if not roles:
        raise UserError("至少选一个角色。", field="roles")
    for role, others, sentence in _APART:
        if role in roles and others.intersection(roles):
            raise Refused(sentence, field="roles")


def password_rule(today: date) -> str:
    """What a password has to be, as a hint beside its field."""
    rule = rule_on("password", today).values
    return f"至少 {rule['shortest']} 位，大小写字母、数字、符号、汉字中的 {rule['classes']} 种"


def check_name(name: str) -> str:
    """A user's name, trimmed. Refuses a blank one, and unprintable signs: they could fake a line of a log."""
    name = name.strip()
    if not name:
        raise UserError("姓名还没有填写。", field="name")
    if not name.isprintable():
        raise UserError("姓名里有换行或看不见的字符，请重新填写。", field="name")
    return name


def check_password(password: str, today: date, *, name: str = "") -> None:
    """Refuse a password shorter or plainer than the rule pack asks for, or that holds the user's name."""
    rule = rule_on("password", today).values
    if len(password) < rule["shortest"]:
        raise UserError(f"密码至少要 {rule['shortest']} 位。", field="password")
    if len(set(map(_sort, password))) < rule["classes"]:
        raise UserError(f"密码要有 {rule['classes']} 种字符：大写字母、小写字母、数字、符号或汉字。", field="password")
    if name and name in password:
        raise UserError("密码里不能有自己的姓名。", field="password")


def _sort(sign: str) -> str:
    """The class of a character: letters in both cases, digits, signs, and Chinese characters."""
    category = unicodedata.category(sign)
    return category if category in ("Lu", "Ll", "Nd", "Lo") else "sign"
