"""What forms are filled with: records as the office reads them, read for all copies at once (F68, F72).

Codes become labels, 分 become 元, whole days stay days so that a form may show them as it likes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from unionoffice.documents.workbook.tags import ASKED, Values
from unionoffice.kernel import dates
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.money import capital, parse_yuan
from unionoffice.models.base import Record
from unionoffice.models.dues import monthly_dues
from unionoffice.models.fields import Field, Kind
from unionoffice.models.household import FamilyMember, age_on
from unionoffice.models.member import EVENT_RULES, EventKind, Member, MembershipEvent, MembershipState
from unionoffice.models.office import Office
from unionoffice.models.organisation import Committee, Node, Officer, Term, Unit
from unionoffice.models.welfare import Batch, BatchState, Line, LineState, Programme
from unionoffice.services.approval_cases import Chain
from unionoffice.services.form_tags import MOVES, Subject, bare
from unionoffice.services.organisation import TermStanding, term_standing
from unionoffice.store.queries import forms as queries
from unionoffice.store.queries import members, organisation, welfare

Filled = tuple[str, Values]
"""A title and what a copy is filled with."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lists and which fields of people a form uses; what is not used is not read."""

    lists: Set[str]
    names: Set[str]


@dataclass(slots=True)
class Read:
    """The copies to be printed, and who stands on them."""

    filled: list[Filled]
    groups: list[str]
    """The 分工会 of each copy, "" where it has none."""
    members: list[list[str]]
    """The members who stand on each copy."""

    def add(self, title: str, values: Values, group: str, members: Iterable[str]) -> None:
        """One more copy."""
        self.filled.append((title, values))
        self.groups.append(group)
        self.members.append(list(dict.fromkeys(members)))


@dataclass(slots=True)
class Context:
    """What every copy may say, and what is looked up for all of them."""

    session: Session
    office: Office
    actor: Actor
    now: datetime
    asked: Mapping[str, Any]
    wanted: Wanted
    public: bool
    nodes: list[Node] = field(init=False)
    by_id: dict[str, Node] = field(init=False)
    common: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.nodes = organisation.nodes(self.session)
        self.by_id = {node.id: node for node in self.nodes}
        self.common = {
            "工会名称": self.office.name,
            "单位名称": employer(self.office.name),
            "统一社会信用代码": self.office.credit_code or "",
            "今天": self.today,
            "年度": self.today.year,
            "经办人": self.office.preparer or "",
            "主席": organisation.chair(self.session, self.today),
            "打印人": self.actor.name,
            "打印时间": f"{self.now:%Y-%m-%d %H:%M}",
            **_asked(self.asked),
        }

    @property
    def today(self) -> date:
        """The day of printing."""
        return self.now.date()

    @property
    def root(self) -> Node:
        """The union itself."""
        return self.nodes[0]

    def values(self, single: Mapping[str, Any], lists: Mapping[str, Sequence[Any]] | None = None) -> Values:
        """What a copy is filled with, the common values under its own.

        Only lists that the form shows: a sum is over all lists given, and must not count people twice.
        """
        used = {name: items for name, items in (lists or {}).items() if name in self.wanted.lists}
        return Values({**self.common, **single}, used, _capitals)

    def below(self, unit_id: str) -> set[str]:
        """A unit and everything below it."""
        return organisation.descendants(self.session, (unit_id,))

    def full_name(self, node: Node | None) -> str:
        """A unit with everything above it, as a seal would say it."""
        if node is None or node.id == self.root.id:
            return self.office.name
        return self.office.name + node.path.replace(" / ", "")

    def unit(self, unit_id: str) -> Node:
        """A unit of the tree. Refused when it is not there or not among what the actor is in charge of."""
        node = self.by_id.get(unit_id)
        if node is None:
            raise UserError("这个分工会或小组已经找不到，请刷新列表。")
        if self.actor.units is not None and unit_id not in self.actor.units:
            raise Refused(f"“{node.name}”不归您分管，不能打印它的表单。")
        return node


def read(subject: Subject, context: Context, ids: Sequence[str]) -> Read:
    """The copies of a form for these records, in their order."""
    if subject is Subject.FREE:
        title = str(context.asked.get("姓名") or context.asked.get("名称") or "")
        return Read([(title, _free(context))], [""], [[]])
    if not ids:
        raise UserError(f"没有选{subject.label}，没有可以打印的内容。")
    return _READERS[subject](context, list(dict.fromkeys(ids)))


def _free(context: Context) -> Values:
    """What was typed: single values by their own name too, lists as they come."""
    lists = {name: value for name, value in context.asked.items() if isinstance(value, list | tuple)}
    single = {name: value for name, value in context.asked.items() if name not in lists}
    return context.values(single, lists)


# -- members --------------------------------------------------------------------------------------------------------


def _members(context: Context, ids: Sequence[str]) -> Read:
    people = queries.members(context.session, ids)
    if missing := [each for each in ids if each not in people]:
        raise UserError(f"有 {len(missing)} 名会员找不到，或不归您分管，请刷新列表后再打印。")
    wanted = context.wanted.lists
    households = [person.household_id for person in people.values() if person.household_id]
    families = queries.families(context.session, households) if "家庭成员" in wanted else {}
    events = queries.events(context.session, ids) if "会籍变动" in wanted else {}
    shares = queries.shares(context.session, ids) if "福利" in wanted else {}
    titles = _titles([people[each] for each in ids])
    found = Read([], [], [])
    for member_id, title in zip(ids, titles, strict=True):
        person = people[member_id]
        lists = {
            "家庭成员": [_relative(context, each) for each in families.get(person.household_id or "", ())],
            "会籍变动": _happenings(context, person, events.get(member_id, ())),
            "福利": [_share(row) for row in shares.get(member_id, ())],
        }
        single = _person(context, person)
        found.add(title, context.values(single, lists), single["所属分工会"], [member_id])
    return found


def _person(context: Context, person: Member) -> dict[str, Any]:
    node = context.by_id.get(person.unit_id or "")
    branch, group = _branch_and_group(node)
    dues = monthly_dues(person.dues_base, person.membership_state, context.today) if person.dues_base else None
    return {
        **told(context, Member, person, {"unit_id": node.path if node is not None else ""}),
        "年龄": _blank(age_on(person.birth_date, context.today)),
        "出生年月": _month(person.birth_date),
        "入会年月": _month(person.joined_on),
        "单位全称": context.full_name(node),
        "所属分工会": branch,
        "所属小组": group,
        "月应缴会费": yuan(dues),
        "月应缴会费大写": f"人民币{capital(dues)}" if dues is not None else "",
    }


def _relative(context: Context, relative: FamilyMember) -> dict[str, Any]:
    return {
        **told(context, FamilyMember, relative),
        "年龄": _blank(age_on(relative.birth_date, context.today)),
        "出生年月": "" if context.public else _month(relative.birth_date),
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
        "领取日期": _blank(collected),
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


# -- rolls ----------------------------------------------------------------------------------------------------------


def _rolls(context: Context, ids: Sequence[str]) -> Read:
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
        values = context.values(single, {"会员": [_person(context, each) for each in people]})
        found.add(node.name, values, node.name, (person.id for person in people))
    return found


# -- units ----------------------------------------------------------------------------------------------------------


def _units(context: Context, ids: Sequence[str]) -> Read:
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
            single |= _moves(context, seen, lists, unit_id, first, last)
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
        single["任期"] = f"{_dotted(term.starts_on)}—{_dotted(term.ends_on)}" if term else ""
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
    return {**{name: single[name] for name in names}, "出生年月": _month(person.birth_date)}


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
        branch, group = _branch_and_group(node)
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


def _moves(
    context: Context, seen: list[str], lists: dict[str, Sequence[Any]], unit_id: str, first: date, last: date
) -> dict[str, Any]:
    """Who came and went from one day to another, and how that adds up, by the units right below."""
    below = context.below(unit_id)
    happened = queries.happened(context.session, below, first.isoformat(), last.isoformat())
    seen.extend(person.id for *_, person in happened)
    before = members.states_on(context.session, first - timedelta(days=1))
    standing = queries.units_of_everyone(context.session, below)
    parts = [each for each in context.nodes if each.parent_id == unit_id] or [context.by_id[unit_id]]
    part_of = {inner: part.name for part in parts for inner in context.below(part.id)}
    own = "直属" if parts[0].id != unit_id else context.by_id[unit_id].name
    rows = {part.name: _balance(part.name) for part in parts}
    for member_id, unit in standing.items():
        row = rows.setdefault(part_of.get(unit, own), _balance(part_of.get(unit, own)))
        row["期初人数"] += before.get(member_id) is MembershipState.ACTIVE
    states = dict(before)
    lines = []
    for on, _, event, person in happened:
        kind = event.kind if event is not None else EventKind.JOIN
        branch, group = _branch_and_group(context.by_id.get(person.unit_id or ""))
        lines.append(
            {
                **{name: told(context, Member, person)[name] for name in ("姓名", "性别", "会员编号")},
                "日期": day(on),
                "变动": kind.label,
                "所属分工会": branch,
                "所属小组": group,
                "原因": (event.reason or "") if event is not None else "",
                "依据或批准文号": (event.document or "") if event is not None else "",
            }
        )
        was = states.get(person.id) is MembershipState.ACTIVE
        states[person.id] = EVENT_RULES[kind][1]
        if was != (states[person.id] is MembershipState.ACTIVE):
            name = part_of.get(person.unit_id or "", own)
            rows.setdefault(name, _balance(name))[kind.label] += 1
    for row in rows.values():
        came, went = (sum(row[name] for name in names) for names in (MOVES[:3], MOVES[3:]))
        row["期末人数"] = row["期初人数"] + came - went
    lists["变动"], lists["增减"] = lines, list(rows.values())
    totals = {name: sum(row[name] for row in rows.values()) for name in ("期初人数", *MOVES, "期末人数")}
    return {
        "期初人数": totals["期初人数"],
        "增加人数": sum(totals[name] for name in MOVES[:3]),
        "减少人数": sum(totals[name] for name in MOVES[3:]),
        "期末人数": totals["期末人数"],
    }


def _balance(name: str) -> dict[str, Any]:
    return {"名称": name, "期初人数": 0, **dict.fromkeys(MOVES, 0), "期末人数": 0}


def period(typed: str, today: date) -> tuple[date, date, str]:
    """The days from the first to the last of a period as typed, and it in words; this year until today for nothing.

    2026, 2026-03, 2026-01至2026-06, 2026-01-01至2026-03-31. Raises UserError for what cannot be read.
    """
    if not typed.strip():
        first, last = date(today.year, 1, 1), today
    else:
        ends = [dates.read_text(part).iso for part in re.split(r"[至到~—]+", typed.strip())]
        if len(ends) > 2 or None in ends:
            raise UserError(f"期间“{typed}”看不懂，请写成 2026、2026-03 或 2026-01至2026-06。", field="期间")
        first, last = _first_day(str(ends[0])), _last_day(str(ends[-1]))
        if last < first:
            raise UserError(f"期间“{typed}”的后一个日期早于前一个，请改正。", field="期间")
    return first, last, f"{_words(first)}—{_words(last)}"


def _first_day(iso: str) -> date:
    return date.fromisoformat((iso + "-01-01")[:10])


def _last_day(iso: str) -> date:
    if len(iso) == 10:
        return date.fromisoformat(iso)
    year, month = (int(iso[:4]), int(iso[5:7])) if len(iso) == 7 else (int(iso), 12)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


# -- welfare --------------------------------------------------------------------------------------------------------


def batch_part(batch_id: str, branch: str = "") -> str:
    """The id by which a form of a batch is asked for: the whole of it, or one 分工会 by the name on the list."""
    return f"{batch_id}/{branch}" if branch else batch_id


def _batches(context: Context, ids: Sequence[str]) -> Read:
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


def read_approvals(context: Context, ids: Sequence[str], chains: Mapping[str, Chain]) -> Read:
    """Batches with the steps of their approval; `chains` by batch."""
    found = Read([], [], [])
    for batch_id in ids:
        batch, chain = _batch(context, batch_id), chains[batch_id]
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


_READERS = {
    Subject.MEMBER: _members,
    Subject.ROLL: _rolls,
    Subject.UNIT: _units,
    Subject.BATCH: _batches,
}


# -- single values --------------------------------------------------------------------------------------------------


def told(
    context: Context, model: type[Record], record: Record, names: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A record's fields by label; `names` holds what is shown for references."""
    found: dict[str, Any] = {}
    for name, facts in model.fields().items():
        value = (names or {}).get(name, "") if facts.kind is Kind.REFERENCE else getattr(record, name)
        shown = _shown(facts, value, public=context.public)
        found[facts.label] = shown
        found[bare(facts.label)] = shown
    return found


def _shown(facts: Field, value: Any, *, public: bool) -> Any:
    if value is None or value == "":
        return ""
    if public and facts.masks:
        return facts.masked(value)
    if facts.kind is Kind.MONEY:
        return yuan(value)
    if facts.kind is Kind.PARTIAL_DATE:
        return day(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if facts.kind in (Kind.DATE, Kind.INTEGER):
        return value
    return value if facts.kind is Kind.REFERENCE else facts.text(value)


def day(iso: str | None) -> date | str:
    """A partial date: a day where it is whole, else 2015年10月 or 2015年."""
    if not iso:
        return ""
    if len(iso) == 10:
        return date.fromisoformat(iso)
    return f"{iso[:4]}年{int(iso[5:7])}月" if len(iso) == 7 else f"{iso}年"


def employer(union: str) -> str:
    """The employer's name in that of its union: 示范矿业有限公司 of 示范矿业有限公司工会委员会."""
    for ending in ("工会委员会", "工会"):
        if union.endswith(ending) and len(union) > len(ending) + 1:
            return union.removesuffix(ending)
    return union


def _branch_and_group(node: Node | None) -> tuple[str, str]:
    if node is None:
        return "", ""
    if node.depth == 0:
        return "直属", ""
    branch, _, group = node.path.partition(" / ")
    return branch, group.replace(" / ", "")


def _asked(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, under the group of what is asked; amounts also in capitals, for the tag of that name."""
    found: dict[str, Any] = {}
    for name, value in asked.items():
        if isinstance(value, list | tuple):
            continue
        found[f"{ASKED}.{name}"] = value
        if (fen := _fen(value)) is not None and f"{name}大写" not in asked:
            found[f"{ASKED}.{name}大写"] = found[f"{name}大写"] = f"人民币{capital(fen)}"
    return found


def _fen(value: Any) -> int | None:
    try:
        return parse_yuan(str(value))
    except ValueError:
        return None


def yuan(fen: int | None) -> Decimal | str:
    return "" if fen is None else Decimal(fen) / 100


def _capitals(amount: Any) -> str:
    return f"人民币{capital(int((Decimal(amount) * 100).to_integral_value()))}"


def _blank(value: Any) -> Any:
    return "" if value is None else value


def _month(iso: str | None) -> str:
    """1985.06 for a partial date known to the month."""
    return iso[:7].replace("-", ".") if iso else ""


def _dotted(on: date) -> str:
    return f"{on.year}.{on.month:02d}"


def _words(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


__all__ = ["Context", "Filled", "Read", "Wanted", "batch_part", "day", "employer", "period", "read", "read_approvals"]
