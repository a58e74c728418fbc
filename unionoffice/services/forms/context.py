"""What a form's copies are read into, and how one record's fields stand on paper (F68).

Codes become labels, 分 become 元, whole days stay days so that a form may show them as it likes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from unionoffice.documents.workbook.tags import ASKED, Values
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.money import capital, parse_yuan
from unionoffice.kernel.progress import Progress
from unionoffice.models.base import Record
from unionoffice.models.fields import Field, Kind
from unionoffice.models.office import Office
from unionoffice.models.organisation import Node
from unionoffice.services.approval_cases import Chain
from unionoffice.services.forms.tags import bare
from unionoffice.store.queries import organisation

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
    without_photo: dict[int, str] = field(default_factory=dict)
    """Why the picture that a copy names could not be had, by the copy's place."""

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
    chains: Mapping[str, Chain]
    """Where approvals stand, by batch; for forms of approvals only."""
    photos: Path | None
    """Where photos are, None for no photos."""
    progress: Progress
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
            **as_asked(self.asked),
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


def branch_and_group(node: Node | None) -> tuple[str, str]:
    """The names of 分工会 and 小组 that a unit is or lies in; “直属” for the union itself."""
    if node is None:
        return "", ""
    if node.depth == 0:
        return "直属", ""
    branch, _, group = node.path.partition(" / ")
    return branch, group.replace(" / ", "")


def as_asked(asked: Mapping[str, Any]) -> dict[str, Any]:
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
    """An amount in 元 for one in 分, "" for none."""
    return "" if fen is None else Decimal(fen) / 100


def _capitals(amount: Any) -> str:
    return f"人民币{capital(int((Decimal(amount) * 100).to_integral_value()))}"


def blank(value: Any) -> Any:
    """ "" for nothing."""
    return "" if value is None else value


def month(iso: str | None) -> str:
    """1985.06 for a partial date known to the month."""
    return iso[:7].replace("-", ".") if iso else ""


def dotted(on: date) -> str:
    """2023.03."""
    return f"{on.year}.{on.month:02d}"


def in_words(on: date) -> str:
    """2026年9月1日."""
    return f"{on.year}年{on.month}月{on.day}日"
