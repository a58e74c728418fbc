"""Who may take a step that belongs to a role: its holders and their deputies, never who prepared it (F59, F60).

Asked for every approval and for every step of a register's workflow. In an office without users nobody is known, and
nobody is asked about: callers leave actors without a `user_id` alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy.orm import Session

from unionoffice.kernel.errors import Refused
from unionoffice.kernel.identity import Actor
from unionoffice.models.change_entry import OperationEntry
from unionoffice.models.tier import Tier
from unionoffice.models.user import Role, User
from unionoffice.services.opening import principals
from unionoffice.store.queries import approvals as queries


def barred_by(preparers: Mapping[str, OperationEntry], called: str) -> dict[str, str]:
    """Why each of those who prepared something may not decide on it, by name."""
    return {
        name: f"在 {entry.at:%Y-%m-%d} 办过“{entry.label}”，是{called}的经办，经办和审批不能是同一个人"
        for name, entry in preparers.items()
    }


def authority(
    session: Session,
    label: str,
    role: Role,
    actor: Actor,
    barred: Mapping[str, str],
    today: date,
    *,
    tier: Tier | None = None,
) -> str | None:
    """Whom a user stands in for at the step of a role, None for himself.

    Raises Refused for who is barred, naming those who may, and as `power` does.
    """
    if why := barred.get(actor.name):
        raise Refused(f"您不能{label}：您{why}。{ask_others(session, role, barred, today, tier=tier)}")
    return power(session, label, role, actor, barred, today)


def power(session: Session, label: str, role: Role, actor: Actor, barred: Mapping[str, str], today: date) -> str | None:
    """Whom a user stands in for by his role at a step, None for himself.

    Raises Refused when he has no part in it, or stands in only for who is barred himself.
    """
    user = session.get(User, actor.user_id)
    if user is not None and role in user.role_set:
        return None
    holders = [each for each in principals(session, str(actor.user_id), today) if role in each.role_set]
    free = [each.name for each in holders if each.name not in barred]
    if free:
        return free[0]
    if holders:
        name = holders[0].name
        raise Refused(f"您代理的“{name}”不能{label}：他{barred[name]}。代理人也不能替他办。")
    raise Refused(f"您的角色不能“{label}”，请{role.label}办理。")


def ask_others(session: Session, role: Role, barred: Collection[str], today: date, *, tier: Tier | None = None) -> str:
    """Whom to ask for the step of a role: who may take it, else who may sign it on paper, else for another holder."""
    if others := candidates(session, role, barred, today, tier=tier):
        return f"请{'、'.join(others)}办理。"
    if signers := signers_of(session, role, barred, today):
        return f"请{'、'.join(signers)}在审批单上签字。"
    if signers is None:
        return f"请打印审批单，交{role.label}签字。"
    return f"没有别人可以办这一步，请系统管理员再给一名用户“{role.label}”的角色。"


def signers_of(session: Session, role: Role, barred: Collection[str], day: date) -> tuple[str, ...] | None:
    """Who may sign the step of a role on paper on a day; None where anybody may, as nobody in the program holds it."""
    if not any(role in user.role_set for user in queries.active_users(session)):
        return None
    return candidates(session, role, barred, day)


def candidates(
    session: Session, role: Role, barred: Collection[str], day: date, *, tier: Tier | None = None
) -> tuple[str, ...]:
    """Who may take the step of a role on a day: 王主席, 赵六（代理王主席）; with a `tier` only who holds it."""
    users = {user.id: user for user in queries.active_users(session)}
    holders = {key: user.name for key, user in users.items() if role in user.role_set and user.name not in barred}
    found = [name for key, name in holders.items() if tier is None or tier in users[key].tier_set]
    for each in queries.deputies(session, day):
        deputy = users.get(each.deputy_id)
        if each.user_id not in holders or deputy is None or deputy.name in (*barred, *found):
            continue
        if tier is None or tier in deputy.tier_set:
            found.append(f"{deputy.name}（代理{holders[each.user_id]}）")
    return tuple(found)


def signature(
    session: Session, label: str, role: Role, signer: str, signed_for: str, day: date, barred: Mapping[str, str]
) -> str | None:
    """Whom somebody stood in for who signed the step of a role on paper or in a file on a day, None for himself.

    Where users hold the role, one of them has signed, or who was deputy of one on that day; who only says his own name
    is taken for the deputy he is. Where nobody does – a chair who never uses the program – any name will do but those
    of users with other roles. Raises Refused with the names of those who may.
    """
    holders = {user.id: user.name for user in queries.active_users(session) if role in user.role_set}
    if not holders:
        others = {user.name for user in queries.users(session) if role not in user.role_set}
        for name in (signer, signed_for):
            if name in others:
                raise Refused(
                    f"“{name}”是这个办公文件的用户，没有{role.label}的角色，不能签“{label}”。", field="signed_by"
                )
        return signed_for or None
    if not signed_for and signer in holders.values():
        return None
    names = {user.id: user.name for user in queries.active_users(session)}
    principals = [
        holders[each.user_id]
        for each in queries.deputies(session, day)
        if each.user_id in holders and names.get(each.deputy_id) == signer
    ]
    if signed_for in principals:
        return signed_for
    if principals and not signed_for:
        return next((name for name in principals if name not in barred), principals[0])
    if signed_for in holders.values():
        why = f"“{signer}”在 {day.isoformat()} 没有代理“{signed_for}”"
    else:
        why = f"“{signed_for or signer}”不是有{role.label}角色的用户"
    may = "、".join(candidates(session, role, barred, day))
    raise Refused(
        f"“{label}”不能登记成“{signer}”签字：{why}。" + (f"能签的有：{may}。" if may else "现在没有能签这一步的人。"),
        field="signed_by",
    )
