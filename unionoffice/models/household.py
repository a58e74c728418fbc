"""Families, stored once, used by every module (F5)."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from unionoffice.models.base import Record
from unionoffice.models.choices import Choice, CodeTable
from unionoffice.models.fields import Kind, field


class Kinship(Choice):
    """Relation to the member (main groups of GB/T 4761)."""

    SPOUSE = "10", "配偶"
    SON = "20", "子"
    DAUGHTER = "30", "女"
    CHILD = "21", "子女"
    GRANDCHILD = "40", "孙子女"
    FATHER = "51", "父亲"
    MOTHER = "52", "母亲"
    FATHER_IN_LAW = "53", "公公或岳父"
    MOTHER_IN_LAW = "54", "婆婆或岳母"
    GRANDPARENT = "60", "祖父母"
    SIBLING = "70", "兄弟姐妹"
    OTHER = "90", "其他"


class FamilyMember(Record):
    """A relative of one or, in a two-earner family, of several members of the same household.

    Birth date and school are sensitive: most relatives on record are children, of whom under 14 everything is (PIPL
    Art. 28; domain.md §8.1). Name, relation and age stay readable, or 六一慰问 could not be prepared.
    """

    __tablename__ = "family_member"
    type_name = "family_member"
    title = "家庭成员"

    household_id: Mapped[str] = field("家庭", Kind.REFERENCE, index=True, internal=True)
    name: Mapped[str] = field("姓名")
    kinship: Mapped[Kinship] = field("关系", Kind.CHOICE, choices=Kinship)
    id_number: Mapped[str | None] = field("证件号码", Kind.ID_NUMBER, required=False)
    sex: Mapped[str | None] = field("性别", Kind.CHOICE, choices=CodeTable("sex"), required=False)
    birth_date: Mapped[str | None] = field("出生日期", Kind.PARTIAL_DATE, past=True, required=False, sensitive=True)
    occupation: Mapped[str | None] = field("单位或学校", required=False, sensitive=True)
    phone: Mapped[str | None] = field("手机号码", Kind.PHONE, required=False)
    remark: Mapped[str | None] = field("备注", Kind.NOTE, required=False)


def age_on(birth: str | None, day: date) -> int | None:
    """Whole years on `day` of someone born on a partial date; None when the birth is unknown to the month."""
    if not birth or len(birth) < 7:
        return None
    year, month = int(birth[:4]), int(birth[5:7])
    on = int(birth[8:10]) if len(birth) == 10 else 1
    return day.year - year - ((day.month, day.day) < (month, on))
