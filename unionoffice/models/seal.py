"""The daily seal (封存单, F93): where both logs stood at the end of a day, printed and signed on paper."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, DateTime, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from unionoffice.models.base import Base


class Seal(Base):
    """Both logs up to the end of a day; the counts are of all lines up to there, the digests those of the chains.

    `digest` binds the seal to the one before; the code on paper is made of it (`kernel/check_code.py`).
    """

    __tablename__ = "seal"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    day: Mapped[date] = mapped_column(Date)
    made_at: Mapped[datetime] = mapped_column(DateTime)
    actor: Mapped[str] = mapped_column(String)
    operation_id: Mapped[int] = mapped_column(Integer)
    operations: Mapped[int] = mapped_column(Integer)
    entries: Mapped[int] = mapped_column(Integer)
    change_digest: Mapped[bytes] = mapped_column(LargeBinary)
    access_seq: Mapped[int] = mapped_column(Integer)
    accesses: Mapped[int] = mapped_column(Integer)
    access_digest: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = ({"sqlite_autoincrement": True},)
