"""The office itself: one row that says whose file this is and how it likes its numbers."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from unionoffice.models.base import Record
from unionoffice.models.fields import Kind, field


class Office(Record):
    """Whose office file this is. A practice office (练习) says so on every screen and print."""

    __tablename__ = "office"
    type_name = "office"
    title = "办公室"

    name: Mapped[str] = field("单位名称")
    credit_code: Mapped[str | None] = field("统一社会信用代码", required=False)
    member_number_pattern: Mapped[str] = field(
        "会员编号格式", default="HY{年}{序号:5}", help="{年} 为入会年份，{序号:5} 为 5 位流水号，其余照写"
    )
    preparer: Mapped[str | None] = field("经办人", required=False, help="写在签领表的制表人一格")
    practice: Mapped[bool] = field("练习", Kind.FLAG, default=False, internal=True)
