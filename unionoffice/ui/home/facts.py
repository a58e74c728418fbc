"""What the home page tells, worked out from counts: tasks, things due, the branches, distributions under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from unionoffice.kernel.identity import Actor
from unionoffice.models.registers.merchants import REGISTER as MERCHANTS
from unionoffice.models.registers.merchants import Merchant, MerchantState
from unionoffice.models.welfare import Batch, BatchState
from unionoffice.services.members import Members
from unionoffice.services.organisation import Organisation, UnitFacts
from unionoffice.services.registers import ListQuery, Registers
from unionoffice.services.welfare import Tally, Welfare
from unionoffice.ui.page import Route
from unionoffice.ui.permits import Permits

AGREEMENT_DAYS, TERM_DAYS = 60, 180


@dataclass(frozen=True, slots=True)
class Task:
    """Something one comes to do: a title, a sentence, an icon, where it begins, and the operation it leads to."""

    title: str
    text: str
    icon: str
    route: Route
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """Something that needs a look: how many, what, and the list behind the number."""

    number: int
    text: str
    tone: str
    route: Route


@dataclass(frozen=True, slots=True)
class Running:
    """A distribution under way: people done and in all, and its next step."""

    name: str
    state: str
    tone: str
    done: int
    people: int
    next_step: str
    route: Route


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """Everything the home page shows; to who may not see the members, no figures at all."""

    standing: int
    finding: str
    branches: list[tuple[str, float]]
    tasks: list[Task]
    due: list[Due]
    running: list[Running]
    figures: bool = True
    may_import: bool = True


def gather(
    members: Members,
    organisation: Organisation,
    welfare: Welfare,
    registers: Registers,
    today: date,
    permits: Permits | None = None,
) -> HomeFacts:
    """Ask for counts only, never for rows of people, and only for what may be seen."""
    permits = permits or Permits(Actor(""))
    if not permits.may(*_SEEN):
        return HomeFacts(0, "", [], _offered(_OF_ADMINISTRATORS, permits), [], [], figures=False, may_import=False)
    units = organisation.overview()
    standing = units[0].all_members if units else 0
    branches = _branches(units)
    batches = [(batch, tally) for batch, tally in welfare.overview() if batch.state is not BatchState.CLOSED]
    agreements = _agreements(registers, today)
    due = [
        *_agreement_due(agreements, today),
        *_terms(organisation, today),
        *_gaps(units, members.without_id_number() if standing else 0),
    ]
    finding = f"在会 {standing:,} 人{_largest(branches)}"
    tasks = _offered(_tasks(standing, batches, agreements), permits)
    running = [_running(*found) for found in batches]
    return HomeFacts(standing, finding, branches, tasks, due, running, may_import=permits.may("member:import"))


def _offered(tasks: Sequence[Task], permits: Permits) -> list[Task]:
    return [task for task in tasks if not task.needs or permits.may(task.needs)]


def _branches(units: Sequence[UnitFacts]) -> list[tuple[str, float]]:
    found = [(facts.node.name, float(facts.all_members)) for facts in units if facts.node.depth == 1]
    if units and units[0].own_members and found:
        found.append(("直属（没有分工会）", float(units[0].own_members)))
    return sorted((bar for bar in found if bar[1]), key=lambda bar: -bar[1])


def _largest(branches: Sequence[tuple[str, float]]) -> str:
    """Which branch has most people; several that are even share the place, and where all are there is none."""
    if len(branches) < 2:
        return ""
    most = branches[0][1]
    first = [name for name, people in branches if people == most]
    if len(first) == len(branches):
        return f"，{len(first)} 个分工会一样多，各 {most:,.0f} 人"
    if len(first) == 1:
        return f"，{first[0]}最多，{most:,.0f} 人"
    names = "和".join(first) if len(first) == 2 else f"{len(first)} 个分工会"
    return f"，{names}并列最多，各 {most:,.0f} 人"


def _tasks(standing: int, batches: Sequence[tuple[Batch, Tally]], agreements: Sequence[date]) -> list[Task]:
    roster = "先核对再登记，有问题的行单独列出" if standing else "从现有的 Excel 花名册开始，先核对再登记"
    tasks = [
        Task("导入花名册", roster, "import", ("imports", ""), "member:import"),
        Task("发一次节日福利", "定标准、生成名单、审批、打印签领表", "gift", ("welfare", "new"), "batch:create"),
    ]
    open_now = [found for found in batches if found[0].state is BatchState.DISTRIBUTING and found[1].waiting]
    if open_now:
        batch, tally = open_now[0]
        words = f"{batch.name}，待领 {tally.waiting:,} 人"
        tasks.append(Task("登记领取", words, "check", ("desk", batch.id), "line:collect"))
    words = f"{len(agreements)} 家协议要续签或终止" if agreements else "给会员优惠的商家、凭证和协议期限"
    tasks.append(Task("签约商户", words, "merchant", (MERCHANTS.name, ""), "view:merchants"))
    return tasks


_SEEN = ("view:members", "view:organisation", "view:welfare", "view:merchants")
_OF_ADMINISTRATORS = (
    Task("用户", "谁能打开、什么角色、分管哪里、谁代理谁", "user", ("users", ""), "user:add"),
    Task("设置", "单位名称、会员编号规则、文件存放的位置", "settings", ("settings", ""), "office:save"),
)


def _agreements(registers: Registers, today: date) -> list[date]:
    """Ends of signed agreements that are over or soon will be."""
    place = [column.key for column in MERCHANTS.columns].index(Merchant.signed_until.key) + 1
    query = ListQuery(accepted={"state": (MerchantState.SIGNED.value,)}, sort=Merchant.signed_until.key)
    ends = [row[place] for row in registers.rows(MERCHANTS, query)]
    return [end for end in ends if end is not None and end <= today + timedelta(days=AGREEMENT_DAYS)]


def _agreement_due(ends: Sequence[date], today: date) -> list[Due]:
    over = sum(end < today for end in ends)
    route = (MERCHANTS.name, "")
    found = [Due(over, "家签约商户的协议已经过期", "red", route)] if over else []
    soon = len(ends) - over
    return [*found, Due(soon, f"家签约商户的协议 {AGREEMENT_DAYS} 天内到期", "amber", route)] if soon else found


def _terms(organisation: Organisation, today: date) -> list[Due]:
    """The newest term of each committee counts; older ones have been succeeded."""
    newest: dict[tuple[str, str], date] = {}
    for term in organisation.terms():
        newest.setdefault((term.unit_id, term.committee.value), term.ends_on)
    over = sum(end < today for end in newest.values())
    soon = sum(today <= end <= today + timedelta(days=TERM_DAYS) for end in newest.values())
    route = ("organisation", "")
    found = [Due(over, "个委员会已经届满，需要换届", "red", route)] if over else []
    return [*found, Due(soon, f"个委员会 {TERM_DAYS} 天内届满", "amber", route)] if soon else found


def _gaps(units: Sequence[UnitFacts], without_id: int) -> list[Due]:
    found = []
    if units and len(units) > 1 and units[0].own_members:
        route = ("organisation", units[0].node.id)
        found.append(Due(units[0].own_members, "名会员还没有分到分工会", "amber", route))
    if without_id:
        found.append(Due(without_id, "名会员没有证件号码", "amber", ("members", "lacking:id_number")))
    return found


def _running(batch: Batch, tally: Tally) -> Running:
    done = tally.collected + tally.by_proxy
    steps = {
        BatchState.DRAFT: ("grey", "下一步：核对名单，审批"),
        BatchState.APPROVED: ("amber", "下一步：打印签领表，开始发放"),
        BatchState.DISTRIBUTING: ("blue", f"待领 {tally.waiting:,} 人" if tally.waiting else "全部领完，可以办结"),
    }
    tone, words = steps[batch.state]
    return Running(batch.name, batch.state.label, tone, done, tally.people, words, ("welfare", batch.id))
