"""What the member pages show of a member: columns of the list, sections of the card as on the paper form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unionoffice.models.fields import Field, Kind
from unionoffice.models.member import EVENT_RULES, EventKind, Member, MembershipState
from unionoffice.models.organisation import Node
from unionoffice.ui.records.form import FormSection
from unionoffice.ui.records.rows import Column
from unionoffice.ui.records.unit_editor import indented

SHOWN_AT_FIRST = (
    "name",
    "member_number",
    "unit_id",
    "sex",
    "birth_date",
    "phone",
    "post",
    "membership_state",
    "joined_on",
)
_FILTERS = ("unit_id", "membership_state", "employment_status", "sex", "political_status")
NEW, LACKING = "new", "lacking"
"""What a route says of the blank form; what it and a filter call a missing field."""

_GAPS = {"id_number": "没有证件号码", "phone": "没有手机号码", "unit_id": "没有分工会"}
_PAPER = {
    "基本信息": (
        "name id_number sex birth_date id_type ethnicity native_place political_status education degree"
        " marital_status household_type household_place"
    ),
    "联系方式": "phone email address",
    "工作": (
        "employer department staff_number post duty professional_title skill_level employment_form employment_status"
        " work_started employer_joined contract_period dues_base"
    ),
    "工会": (
        "unit_id member_number joined_on join_method card_number union_duty is_delegate is_women_cadre model_worker"
        " in_hardship is_migrant is_dispatched new_form_job"
    ),
}


class UnitLabels:
    """The tree as a closed set, read anew whenever it changed."""

    def __init__(self) -> None:
        self.nodes: Sequence[Node] = ()
        self._paths: dict[str, str] = {}

    def refresh(self, nodes: Sequence[Node]) -> None:
        """Take the tree as it is now."""
        self.nodes = nodes
        self._paths = {node.id: node.path for node in nodes}

    def labels(self) -> dict[str, str]:
        """Path by id."""
        return self._paths

    def tree(self) -> dict[str, str]:
        """Indented names of the units that still exist, by id."""
        return {node.id: indented(node) for node in self.nodes if not node.closed}


@dataclass(frozen=True, slots=True)
class Labels:
    """A few codes with their words."""

    words: Mapping[str, str]

    def labels(self) -> dict[str, str]:
        """Word by code."""
        return dict(self.words)


def columns(units: UnitLabels) -> tuple[Column, ...]:
    """Columns of the list: those shown at first in their order, then all others of the paper form."""
    fields = _fields(units)
    return tuple(Column(name, fields[name]) for name in (*SHOWN_AT_FIRST, *hidden_at_first(fields)))


def hidden_at_first(fields: Mapping[str, Field]) -> list[str]:
    """Names of the columns that are hidden at first, in the order of the model."""
    return [name for name, facts in fields.items() if not facts.internal and name not in SHOWN_AT_FIRST]


def filters(units: UnitLabels) -> tuple[Column, ...]:
    """Fields with a chip above the list; units are chosen from the tree."""
    fields = _fields(units)
    fields["unit_id"] = Field(fields["unit_id"].label, Kind.CHOICE, False, Labels(units.tree()), "", False)
    gaps = Column(LACKING, Field("缺少资料", Kind.CHOICE, False, Labels(_GAPS), "", False))
    return (*(Column(name, fields[name]) for name in _FILTERS), gaps)


def paper_sections() -> tuple[FormSection, ...]:
    """The form in the order of 《工会会员登记表》; what the paper does not have stands in 其他."""
    fields = {name: facts for name, facts in Member.fields().items() if not facts.internal}
    sections = {title: names.split() for title, names in _PAPER.items()}
    placed = {name for names in sections.values() for name in names}
    sections["其他"] = [name for name in fields if name not in placed]
    return tuple(FormSection(title, tuple((name, fields[name]) for name in names)) for title, names in sections.items())


def preview_sections(units: UnitLabels) -> tuple[FormSection, ...]:
    """What the preview shows: the same, with the unit by its name."""
    unit = _fields(units)["unit_id"]
    return tuple(
        FormSection(
            section.title, tuple((name, unit if name == "unit_id" else facts) for name, facts in section.fields)
        )
        for section in paper_sections()
    )


def events_allowed(state: MembershipState) -> dict[str, str]:
    """What can happen to a membership in this state: label by code."""
    return {kind.value: kind.label for kind in EventKind if state in EVENT_RULES[kind][0]}


def _fields(units: UnitLabels) -> dict[str, Field]:
    fields = dict(Member.fields())
    unit = fields["unit_id"]
    fields["unit_id"] = Field(unit.label, Kind.REFERENCE, False, units, "", False)
    return fields
