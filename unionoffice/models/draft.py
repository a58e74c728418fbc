"""What somebody typed into a form and has not saved (草稿, F117): working data, no record of the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import DateTime, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from unionoffice.models.base import Base

FINISHED = -1
"""The version of a draft that was given out as it stands: it is brought back, and nobody is told that it is open."""


class Draft(Base):
    """One form half typed: whose, of which record, and only what differs from what stood there before.

    It lies in the office file, so it is as encrypted as that, and in its backups. It is in no log, no export and no
    print, and nobody but `user_id` is shown it (“” in an office without users).
    """

    __tablename__ = "draft"

    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    form: Mapped[str] = mapped_column(String, primary_key=True)  # the record type's name
    record_id: Mapped[str] = mapped_column(String(32), primary_key=True)  # blank: not yet entered
    parent_id: Mapped[str] = mapped_column(String(32), primary_key=True)  # what a new one is entered under, or blank
    version: Mapped[int] = mapped_column(Integer)  # the record's when typing began, 0 for a new one
    typed: Mapped[str] = mapped_column(String)  # JSON: values by field
    kept_at: Mapped[datetime] = mapped_column(DateTime)


@dataclass(frozen=True, slots=True)
class Place:
    """Which form a draft belongs to: the record type, the record, and for a new one what it is entered under."""

    form: str
    record_id: str = ""
    parent_id: str = ""
