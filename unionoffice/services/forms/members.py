"""Members on forms (F68): what is known of them, their families, what happened to them, what they were given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from unionoffice.kernel.errors import UserError
from unionoffice.kernel.money import capital
from unionoffice.models.dues import monthly_dues
from unionoffice.models.household import FamilyMember, age_on
from unionoffice.models.member import EventKind, Member, MembershipEvent
from unionoffice.services.forms.context import Context, Read, blank, branch_and_group, day, month, told, yuan
from unionoffice.services.forms.photos import read_for
from unionoffice.services.forms.tags import PHOTO
from unionoffice.store.queries import forms as queries


def read_members(context: Context, ids: Sequence[str]) -> Read:
    """A copy for each member. Raises UserError for who is gone or not the actor's."""
    people = queries.members(context.session, ids)
    if missing := [each for each in ids if each not in people]:
        raise UserError(f"有 {len(missing)} 名会员找不到，或不归您分管，请刷新列表后再打印。")
    wanted = context.wanted.lists
    households = [person.household_id for person in people.values() if person.household_id]
    families = queries.families(context.session, households) if "家庭成员" in wanted else {}
    events = queries.events(context.session, ids) if "会籍变动" in wanted else {}
    shares = queries.shares(context.session, ids) if "福利" in wanted else {}
    photos = (
        read_for(context.session, context.photos, people.values(), context.progress)
        if context.photos is not None
        else {}
    )
    titles = _titles([people[each] for each in ids])
    found = Read([], [], [])
    for member_id, title in zip(ids, titles, strict=True):
        person = people[member_id]
        lists = {
            "家庭成员": [_relative(context, each) for each in families.get(person.household_id or "", ())],
            "会籍变动": _happenings(context, person, events.get(member_id, ())),
            "福利": [_share(row) for row in shares.get(member_id, ())],
        }
        single = {**person_told(context, person), PHOTO: photos.get(member_id)}
        found.add(title, context.values(single, lists), single["所属分工会"], [member_id])
    return found


def person_told(context: Context, person: Member) -> dict[str, Any]:
    """What forms may say of a member by himself."""
    node = context.by_id.get(person.unit_id or "")
    branch, group = branch_and_group(node)
    dues = monthly_dues(person.dues_base, person.membership_state, context.today) if person.dues_base else None
    return {
        **told(context, Member, person, {"unit_id": node.path if node is not None else ""}),
        "年龄": blank(age_on(person.birth_date, context.today)),
        "出生年月": month(person.birth_date),
        "入会年月": month(person.joined_on),
        "单位全称": context.full_name(node),
        "所属分工会": branch,
        "所属小组": group,
        "月应缴会费": yuan(dues),
        "月应缴会费大写": f"人民币{capital(dues)}" if dues is not None else "",
    }


def _relative(context: Context, relative: FamilyMember) -> dict[str, Any]:
    return {
        **told(context, FamilyMember, relative),
        "年龄": blank(age_on(relative.birth_date, context.today)),
        "出生年月": "" if context.public else month(relative.birth_date),
    }


def _happenings(context: Context, person: Member, events: Sequence[MembershipEvent]) -> list[dict[str, Any]]:
    joining = [{"日期": day(person.joined_on), "变动": EventKind.JOIN.label}] if person.enrolled else []
    return [*joining, *(told(context, MembershipEvent, event) for event in events)]


def _share(row: Any) -> dict[str, Any]:
    _, batch, on, item, quantity, amount, state, collected = row
    return {
        "日期": on,
        "批次": batch,
        "物品": item,
        "数量": quantity,
        "金额": yuan(amount),
        "领取情况": state.label,
        "领取日期": blank(collected),
    }


def _titles(people: Sequence[Member]) -> list[str]:
    """Names; namesakes with the number that tells them apart."""
    names = [person.name for person in people]
    if len(set(names)) == len(names):
        return names
    numbers = [person.staff_number or person.member_number or person.birth_date for person in people]
    many = Counter(names)
    return [
        f"{name}（{number}）" if many[name] > 1 and number else name
        for name, number in zip(names, numbers, strict=True)
    ]
