"""Who came to a unit and left it in a period, and how that adds up (会籍变动, 增减)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from unionoffice.kernel import dates
from unionoffice.kernel.errors import UserError
from unionoffice.models.member import EVENT_RULES, EventKind, Member, MembershipState
from unionoffice.services.forms.context import Context, branch_and_group, day, in_words, told
from unionoffice.services.forms.tags import MOVES
from unionoffice.store.queries import forms as queries
from unionoffice.store.queries import members


def moves(
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
        branch, group = branch_and_group(context.by_id.get(person.unit_id or ""))
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
    return first, last, f"{in_words(first)}—{in_words(last)}"


def _first_day(iso: str) -> date:
    return date.fromisoformat((iso + "-01-01")[:10])


def _last_day(iso: str) -> date:
    if len(iso) == 10:
        return date.fromisoformat(iso)
    year, month = (int(iso[:4]), int(iso[5:7])) if len(iso) == 7 else (int(iso), 12)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
