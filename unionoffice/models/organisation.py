"""The union tree 单位 → 分工会 → 工会小组, dated so that any report can be run as of a day; terms and officers.

Source: domain.md §2; features F2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Mapped

from unionoffice.kernel.errors import Refused
from unionoffice.models.base import Record
from unionoffice.models.choices import Choice
from unionoffice.models.fields import Kind, field

LEVELS = 6


class UnitKind(Choice):
    """What a node of the tree is."""

    UNION = "union", "基层工会"
    BRANCH = "branch", "分工会"
    GROUP = "group", "工会小组"


class Unit(Record):
    """A node of the union tree; `name` and `parent_id` are those of today, the past is in `UnitChange`."""

    __tablename__ = "unit"
    type_name = "unit"
    title = "工会组织"

    name: Mapped[str] = field("名称")
    kind: Mapped[UnitKind] = field("类型", Kind.CHOICE, choices=UnitKind)
    parent_id: Mapped[str | None] = field("上级", Kind.REFERENCE, required=False, index=True)
    credit_code: Mapped[str | None] = field("统一社会信用代码", required=False)
    founded_on: Mapped[date | None] = field("成立日期", Kind.DATE, past=True, required=False)
    closed_on: Mapped[date | None] = field("撤销日期", Kind.DATE, past=True, required=False)
    position: Mapped[int] = field("排序", Kind.INTEGER, default=0, internal=True)


class UnitChange(Record):
    """From `on_date` on, the unit bore this name under this parent: one row at founding, one per rename or move."""

    __tablename__ = "unit_change"
    type_name = "unit_change"
    title = "组织变更"

    unit_id: Mapped[str] = field("工会组织", Kind.REFERENCE, index=True)
    on_date: Mapped[date] = field("生效日期", Kind.DATE, past=True)
    name: Mapped[str] = field("名称")
    parent_id: Mapped[str | None] = field("上级", Kind.REFERENCE, required=False)
    reason: Mapped[str | None] = field("依据", Kind.NOTE, required=False)


class Committee(Choice):
    """The bodies a union has (三委 and others, domain.md §2)."""

    UNION = "union", "工会委员会"
    AUDIT = "audit", "经费审查委员会"
    WOMEN = "women", "女职工委员会"
    LABOUR_LAW = "labour_law", "劳动法律监督委员会"
    MEDIATION = "mediation", "劳动争议调解委员会"
    SAFETY = "safety", "劳动保护监督检查委员会"
    PROPOSALS = "proposals", "提案委员会"


class Term(Record):
    """One term (届) of a committee."""

    __tablename__ = "term"
    type_name = "term"
    title = "届次"

    unit_id: Mapped[str] = field("工会组织", Kind.REFERENCE, index=True)
    committee: Mapped[Committee] = field("委员会", Kind.CHOICE, choices=Committee)
    number: Mapped[int] = field("第几届", Kind.INTEGER)
    starts_on: Mapped[date] = field("开始日期", Kind.DATE)
    ends_on: Mapped[date] = field("届满日期", Kind.DATE)
    document: Mapped[str | None] = field("批复文号", required=False)


class Officer(Record):
    """A person in a position, from a day to a day."""

    __tablename__ = "officer"
    type_name = "officer"
    title = "任职"

    unit_id: Mapped[str] = field("工会组织", Kind.REFERENCE, index=True)
    term_id: Mapped[str | None] = field("届次", Kind.REFERENCE, required=False)
    committee: Mapped[Committee] = field("委员会", Kind.CHOICE, choices=Committee, default=Committee.UNION)
    position: Mapped[str] = field("职务", help="如主席、副主席、组织委员、经审主任、女工委员、小组长")
    member_id: Mapped[str | None] = field("会员", Kind.REFERENCE, required=False, index=True)
    person: Mapped[str] = field("姓名")
    starts_on: Mapped[date] = field("任职日期", Kind.DATE)
    ends_on: Mapped[date | None] = field("免职日期", Kind.DATE, required=False)
    full_time: Mapped[bool] = field("专职", Kind.FLAG, default=False)


@dataclass(frozen=True, slots=True)
class Node:
    """A unit in a tree as of a day: path is the names from below the root down to itself."""

    id: str
    name: str
    kind: UnitKind
    parent_id: str | None
    depth: int
    path: str
    closed: bool


def tree(units: Iterable[Unit], changes: Sequence[UnitChange] = (), on: date | None = None) -> list[Node]:
    """Units in reading order (parents first) as of `on`; without `on`, as they are today.

    A unit founded after `on` is left out. `changes` are needed only with `on`.
    """
    named: dict[str, tuple[str, str | None]] = {}
    for change in sorted(changes, key=lambda change: (change.on_date, change.id)):
        if on is not None and change.on_date <= on:
            named[change.unit_id] = (change.name, change.parent_id)
    below: dict[str | None, list[tuple[int, str, str, Unit]]] = {}
    for unit in units:
        if on is not None and unit.id not in named:
            continue
        name, parent = named[unit.id] if on is not None else (unit.name, unit.parent_id)
        below.setdefault(parent, []).append((unit.position, name, unit.id, unit))
    found: list[Node] = []

    def visit(parent: str | None, depth: int, path: str) -> None:
        for _, name, unit_id, unit in sorted(below.get(parent, ()), key=lambda entry: entry[:3]):
            own = f"{path} / {name}" if path else ("" if depth == 0 else name)
            closed = unit.closed_on is not None and (on is None or unit.closed_on <= on)
            found.append(Node(unit_id, name, unit.kind, parent, depth, own or name, closed))
            visit(unit_id, depth + 1, own)

    visit(None, 0, "")
    return found


def check_place(unit_id: str, parent_id: str, nodes: Sequence[Node]) -> None:
    """Refuse a move under itself or deeper than six levels (F2). `nodes` is today's tree."""
    by_id = {node.id: node for node in nodes}
    ancestor: str | None = parent_id
    while ancestor is not None:
        if ancestor == unit_id:
            raise Refused("不能把组织移到它自己或它的下级之下。", field="parent_id")
        ancestor = by_id[ancestor].parent_id
    below = [node for node in nodes if _under(node, unit_id, by_id)]
    height = max((node.depth for node in below), default=0) - (by_id[unit_id].depth if unit_id in by_id else 0)
    if by_id[parent_id].depth + 1 + max(height, 0) >= LEVELS:
        raise Refused(f"工会组织最多 {LEVELS} 级，这里放不下。", field="parent_id")


def _under(node: Node, unit_id: str, by_id: dict[str, Node]) -> bool:
    current: str | None = node.id
    while current is not None:
        if current == unit_id:
            return True
        current = by_id[current].parent_id
    return False
