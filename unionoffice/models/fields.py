"""What is known of a field once, for every form, table, sheet and sentence that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import Boolean, Date, Integer, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import MappedColumn, mapped_column
from sqlalchemy.orm.attributes import InstrumentedAttribute
from sqlalchemy.types import TypeDecorator, TypeEngine

from unionoffice.kernel.money import yuan
from unionoffice.kernel.text import mask_address, mask_id, mask_numbers, mask_phone
from unionoffice.models.choices import Choice, Choices
from unionoffice.models.tier import UNSEEN, Tier


class Kind(Enum):
    """How a field is stored, edited, checked and shown (at most twelve; see docs/decisions)."""

    TEXT = "text"
    NOTE = "note"
    CHOICE = "choice"
    STATE = "state"
    DATE = "date"
    PARTIAL_DATE = "partial_date"  # ISO text whose day or month may be unknown: 2015-10-01, 2015-10, 2015
    MONEY = "money"  # integer 分
    INTEGER = "integer"
    FLAG = "flag"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    REFERENCE = "reference"  # id of another record


@dataclass(frozen=True, slots=True)
class Field:
    """The facts of one field of a record type."""

    label: str
    kind: Kind
    required: bool
    choices: Choices | None
    help: str
    internal: bool  # kept and logged, but never offered in a form
    sensitive: bool = False  # shown masked unless asked for in full; numbers of papers and phones always are
    business: bool = False  # a number that a business gives to everybody: not masked
    tier: Tier | None = None  # seen and written by whom the tier was granted to only
    past: bool = False  # the date of something that has happened: never after today

    @property
    def masks(self) -> bool:
        """Whether `masked` says less than `text`."""
        return self.sensitive or self.kind is Kind.ID_NUMBER or (self.kind is Kind.PHONE and not self.business)

    def masked(self, value: Any) -> str:
        """`text` with what is sensitive left out: numbers of papers and phones, addresses, amounts."""
        text = self.text(value)
        if self.business or text == UNSEEN:
            return text
        if self.kind is Kind.ID_NUMBER:
            return mask_id(text)
        if self.kind is Kind.PHONE:
            return mask_phone(text)
        if not self.sensitive or not text:
            return mask_numbers(text) if self.kind is Kind.NOTE else text
        return mask_address(text) if self.kind in (Kind.TEXT, Kind.NOTE) else "****"

    def text(self, value: Any) -> str:
        """The stored or loaded value as an office reads it; blank for nothing."""
        if value is None or value == "":
            return ""
        if self.choices is not None:
            return self.choices.labels().get(str(value), str(value))
        if self.kind is Kind.FLAG:
            return "是" if value else "否"
        if self.kind is Kind.MONEY:
            return yuan(int(value))
        return value.isoformat() if isinstance(value, date) else str(value)


class ChoiceColumn(TypeDecorator[Choice]):
    """A column that stores the code of a `Choice` and loads its member."""

    impl = String
    cache_ok = True

    def __init__(self, choice: type[Choice]) -> None:
        super().__init__()
        self.choice = choice

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.choice(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> Choice | None:
        return None if value is None else self.choice(value)


def field(
    label: str,
    kind: Kind = Kind.TEXT,
    *,
    required: bool = True,
    choices: Choices | type[Choice] | None = None,
    default: Any = None,
    help: str = "",
    internal: bool = False,
    index: bool = False,
    sensitive: bool = False,
    business: bool = False,
    tier: Tier | None = None,
    past: bool = False,
) -> MappedColumn[Any]:
    """A mapped, logged column with its facts; columns made without it are derived and never logged."""
    facts = Field(label, kind, required, choices, help, internal, sensitive, business, tier, past)
    return mapped_column(
        _column_type(kind, choices),
        nullable=not required,
        default=default,
        index=index,
        info={"field": facts},
        active_history=True,
    )


def _column_type(kind: Kind, choices: Any) -> TypeEngine[Any]:
    if isinstance(choices, type) and issubclass(choices, Choice):
        return ChoiceColumn(choices)
    types: dict[Kind, TypeEngine[Any]] = {
        Kind.DATE: Date(),
        Kind.MONEY: Integer(),
        Kind.INTEGER: Integer(),
        Kind.FLAG: Boolean(create_constraint=False),
    }
    return types.get(kind, String())


def facts(attribute: InstrumentedAttribute[Any]) -> Field:
    """The facts of a mapped attribute such as `Merchant.name`."""
    found: Field = attribute.property.columns[0].info["field"]
    return found
