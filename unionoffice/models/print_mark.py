"""The mark on a printed paper (核验码, F75): what was printed with which values, to hold the paper against later."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from unionoffice.models.base import Base
from unionoffice.models.choices import Choice


class PrintMark(Base):
    """One code, given for a subject with exactly these values: the same values again bear the same code.

    `subject` names what was printed (`batch:ID`), whatever its values; among the marks of one subject one is current,
    which is the one without `replaced_by`. `record_id` is that of a single record, else `records_digest` stands for
    the ids of all. `pages` holds a digest for the text of every page that left under this code, for a reprint on
    another day differs by its time.
    """

    __tablename__ = "print_mark"

    code: Mapped[str] = mapped_column(String(9), primary_key=True)
    subject: Mapped[str] = mapped_column(String, index=True)
    what: Mapped[str] = mapped_column(String)  # as the paper's head says it
    form: Mapped[str] = mapped_column(String)  # the kind of paper: 签领表
    record_type: Mapped[str] = mapped_column(String)
    record_id: Mapped[str | None] = mapped_column(String(32), index=True)
    records: Mapped[int] = mapped_column(Integer)
    records_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    values_digest: Mapped[bytes] = mapped_column(LargeBinary)
    pages: Mapped[bytes] = mapped_column(LargeBinary)
    issued_at: Mapped[datetime] = mapped_column(DateTime)
    issued_by: Mapped[str] = mapped_column(String)
    replaced_by: Mapped[str | None] = mapped_column(String(9))
    replaced_at: Mapped[datetime | None] = mapped_column(DateTime)


class MarkState(Choice):
    """What becomes of a code when paper or a file is held against the office."""

    CURRENT = "current", "有效"
    REPLACED = "replaced", "已被替换"
    CHANGED = "changed", "登记已改"
    ALTERED = "altered", "被改动过"
    UNKNOWN = "unknown", "没有这个码"
    MISTYPED = "mistyped", "输入有误"
