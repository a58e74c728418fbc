"""Rolls and units on forms (F68): their members, officers, terms, and groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from unionoffice.documents.workbook.tags import ASKED
from unionoffice.models.member import Member
from unionoffice.models.organisation import Committee, Node, Officer, Term, Unit
from unionoffice.services.forms.context import Context, Read, branch_and_group, dotted, month, told
from unionoffice.services.forms.members import person_told
from unionoffice.services.forms.moves import moves, period
from unionoffice.services.organisation import TermStanding, term_standing
from unionoffice.store.queries import forms as queries
from unionoffice.store.queries import organisation


def read_rolls(context: Context, ids: Sequence[str]) -> Read:
    """A copy for each unit with everybody in it. Raises UserError and Refused as `Context.unit` does."""
    found = Read([], [], [])
    leaders = _leaders(context)
    for unit_id in ids:
        node = context.unit(unit_id)
        below = context.below(unit_id)
        places = {each.id: place for place, each in enumerate(context.nodes)}
        people = sorted(
            queries.members_in(context.session, below), key=lambda person: places.get(person.unit_id or "", 0)
        )
        unit = context.session.get(Unit, unit_id)
        assert unit is not None
        single = {
            **_unit_told(context, unit, node),
            "单位全称": context.full_name(node),
            "会员人数": len(people),
            "负责人": leaders.get(unit_id, ""),
        }
        values = context.values(single, {"会员": [person_told(context, each) for each in people]})
        found.add(node.name, values, node.name, (person.id for person in people))
    return found


def read_units(context: Context, ids: Sequence[str]) -> Read:
    """A copy for each unit. Raises UserError and Refused as `Context.unit` and `period` do."""
    found = Read([], [], [])
    officers = [each for each in organisation.officers(context.session) if _in_office(each, context.today)]
    terms = organisation.terms(context.session)
    counts = organisation.member_counts(context.session)
    leaders = _leaders(context)
    wanted = context.wanted.lists
    first, last, words = period(str(context.asked.get("期间") or ""), context.today)
    for unit_id in ids:
        node = context.unit(unit_id)
        below, seen = context.below(unit_id), list[str]()
        unit = context.session.get(Unit, unit_id)
        assert unit is not None
        lists: dict[str, Sequence[Any]] = {
            "任职": _offices(context, seen, [each for each in officers if each.unit_id == unit_id], terms),
            "届次": [_term(context, each, terms) for each in terms if each.unit_id == unit_id],
            "下级": [_lower(context, each, counts, leaders) for each in context.nodes if each.parent_id == unit_id],
        }
        if "小组长" in wanted:
            heads = [each for each in officers if each.unit_id in below and "组长" in each.position]
            lists["小组长"] = _group_leaders(context, seen, heads, counts)
        single = {
            **_unit_told(context, unit, node),
            "单位全称": context.full_name(node),
            "会员人数": sum(counts.get(each, 0) for each in below),
            "负责人": leaders.get(unit_id, ""),
            **_running_term(context, unit_id, terms),
            "期间": words,
            f"{ASKED}.期间": words,
        }
        if wanted & {"变动", "增减"} or not {"期初人数", "期末人数"}.isdisjoint(context.wanted.names):
            single |= moves(context, seen, lists, unit_id, first, last)
        found.add(node.name, context.values(single, lists), node.name, seen)
    return found


def _unit_told(context: Context, unit: Unit, node: Node) -> dict[str, Any]:
    parent = context.by_id.get(node.parent_id or "")
    single = told(context, Unit, unit, {"parent_id": parent.name if parent is not None else ""})
    single["统一社会信用代码"] = unit.credit_code or context.office.credit_code or ""
    return single


def _in_office(officer: Officer, today: date) -> bool:
    return officer.starts_on <= today and (officer.ends_on is None or officer.ends_on >= today)


def _offices(
    context: Context, seen: list[str], officers: Sequence[Officer], terms: Sequence[Term]
) -> list[dict[str, Any]]:
    people = _linked(context, seen, officers)
    numbers = {term.id: term for term in terms}
    found = []
    for officer in officers:
        term = numbers.get(officer.term_id or "")
        single = told(context, Officer, officer, {"term_id": f"第{term.number}届" if term else "", "member_id": ""})
        single["任期"] = f"{dotted(term.starts_on)}—{dotted(term.ends_on)}" if term else ""
        found.append({**_of_officer(context, people.get(officer.member_id or "")), **single})
    return found


def _linked(context: Context, seen: list[str], officers: Sequence[Officer]) -> dict[str, Member]:
    """The members that officers are, as far as the actor is in charge of them."""
    people = queries.members(context.session, [each.member_id for each in officers if each.member_id])
    seen.extend(people)
    return people


def _of_officer(context: Context, person: Member | None) -> dict[str, Any]:
    if person is None:
        return {}
    single = told(context, Member, person)
    names = ("性别", "政治面貌", "学历", "部门", "手机号码")
    return {**{name: single[name] for name in names}, "出生年月": month(person.birth_date)}


def _term(context: Context, term: Term, terms: Sequence[Term]) -> dict[str, Any]:
    return {
        **told(context, Term, term),
        "情况": term_standing(term, terms, context.today).label,
        "距届满天数": (term.ends_on - context.today).days,
    }


def _running_term(context: Context, unit_id: str, terms: Sequence[Term]) -> dict[str, Any]:
    """The term of the union committee that is in office, or the last one."""
    own = [each for each in terms if each.unit_id == unit_id and each.committee is Committee.UNION]
    ended = (TermStanding.ENDED, TermStanding.COMING)
    now = next((each for each in own if term_standing(each, own, context.today) not in ended), None)
    if now is None:
        return {}
    return {
        "本届届次": f"第{now.number}届",
        "本届开始日期": now.starts_on,
        "本届届满日期": now.ends_on,
        "距届满天数": (left := (now.ends_on - context.today).days),
        "届满情况": f"距届满还有 {left} 天" if left >= 0 else f"已超过届满日期 {-left} 天",
    }


def _lower(
    context: Context, node: Node, counts: Mapping[str | None, int], leaders: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "名称": node.name,
        "类型": node.kind.label,
        "上级": context.by_id[node.parent_id].name if node.parent_id else "",
        "负责人": leaders.get(node.id, ""),
        "会员人数": sum(counts.get(each, 0) for each in context.below(node.id)),
    }


def _leaders(context: Context) -> dict[str, str]:
    """Who leads each unit: its 主席, else its 组长, else whoever comes first."""
    found: dict[str, tuple[int, str]] = {}
    for officer in organisation.officers(context.session):
        if _in_office(officer, context.today) and officer.committee is Committee.UNION:
            rank = (
                0 if officer.position in ("主席", "工会主席", "分工会主席") else 1 if "组长" in officer.position else 2
            )
            found[officer.unit_id] = min(found.get(officer.unit_id, (9, "")), (rank, officer.person), key=_rank)
    return {unit_id: name for unit_id, (rank, name) in found.items() if rank < 2}


def _rank(found: tuple[int, str]) -> int:
    return found[0]


def _group_leaders(
    context: Context, seen: list[str], officers: Sequence[Officer], counts: Mapping[str | None, int]
) -> list[dict[str, Any]]:
    places = {each.id: place for place, each in enumerate(context.nodes)}
    people = _linked(context, seen, officers)
    found = []
    for officer in sorted(officers, key=lambda each: places.get(each.unit_id, 0)):
        node = context.by_id.get(officer.unit_id)
        branch, group = branch_and_group(node)
        person = _of_officer(context, people.get(officer.member_id or ""))
        found.append(
            {
                "分工会": branch,
                "小组": group or (node.name if node is not None else ""),
                "姓名": officer.person,
                "性别": person.get("性别", ""),
                "任职日期": officer.starts_on,
                "会员人数": counts.get(officer.unit_id, 0),
                "手机号码": person.get("手机号码", ""),
            }
        )
    return found
