"""What a sign-for sheet (签领表) says, as plain data: filled by the service, drawn as PDF or written as workbook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Shows(StrEnum):
    """What a column of the sheet shows of a line."""

    SERIAL = "serial"
    NAME = "name"
    STAFF_NO = "staff_no"
    ITEM = "item"
    QUANTITY = "quantity"
    UNIT_PRICE = "unit_price"
    AMOUNT = "amount"
    SIGNATURE = "signature"
    RECEIVED_ON = "received_on"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `width` is its share in millimetres, scaled so that all columns fill the paper."""

    shows: Shows
    title: str
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """One person's line. Money is in 分; an unknown unit price stays None and is left empty.

    `received_on` and `note` (代领人/备注) are usually empty and filled by hand.
    """

    name: str
    amount: int
    quantity: int = 1
    unit_price: int | None = None
    staff_no: str = ""
    item: str = ""
    received_on: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A branch (分工会) and its people, in the order of printing."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Signer:
    """A cell of the foot in which somebody signs; `name` prints the person already."""

    role: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over lines: people, pieces, money in 分."""

    people: int
    quantity: int
    amount: int


COLUMNS = (
    Column(Shows.SERIAL, "序号", 10),
    Column(Shows.NAME, "姓名", 18),
    Column(Shows.STAFF_NO, "工号", 18),
    Column(Shows.ITEM, "物品/规格", 26),
    Column(Shows.QUANTITY, "数量", 10),
    Column(Shows.UNIT_PRICE, "单价（元）", 18.5),
    Column(Shows.AMOUNT, "金额（元）", 19),
    Column(Shows.SIGNATURE, "领取人签字", 24),
    Column(Shows.RECEIVED_ON, "领取日期", 16.5),
    Column(Shows.NOTE, "代领人/备注", 20),
)
SIGNERS = (Signer("制表人"), Signer("经办人"), Signer("证明人"), Signer("审核（经审）"), Signer("工会主席"))
PRACTICE_MARK = "练习"
PRACTICE_NOTE = "练习数据，不作凭证"


@dataclass(frozen=True, slots=True)
class SignSheet:
    """A whole sheet.

    `facts` are label and value of what is handed out (物品, 规格, 单价 …), said at the head of every page. `number`
    and `printed_at` stand in the foot as given. `practice` marks every page so that it cannot pass for a voucher.
    """

    title: str
    office: str
    sections: tuple[Section, ...]
    facts: tuple[tuple[str, str], ...] = ()
    columns: tuple[Column, ...] = COLUMNS
    signers: tuple[Signer, ...] = SIGNERS
    number: str = ""
    printed_at: str = ""
    practice: bool = False

    @property
    def heading(self) -> str:
        """The title as printed: a practice sheet says so first."""
        return f"【{PRACTICE_MARK}】{self.title}" if self.practice else self.title

    @property
    def facts_line(self) -> str:
        """The facts in one line, without those that have no value."""
        return "　　".join(f"{label}：{value}" for label, value in self.facts if value)

    @property
    def foot_line(self) -> str:
        """Number and time of printing, as far as given."""
        parts = (("单据编号", self.number), ("打印时间", self.printed_at))
        return "　　".join(f"{label}：{value}" for label, value in parts if value)

    @property
    def totals(self) -> Totals:
        """Sums over all branches."""
        return total(line for section in self.sections for line in section.lines)


def total(lines: Iterable[Line]) -> Totals:
    """Count the people and add up pieces and money of lines."""
    people = quantity = amount = 0
    for line in lines:
        people += 1
        quantity += line.quantity
        amount += line.amount
    return Totals(people, quantity, amount)
