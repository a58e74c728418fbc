"""A stored import preview (F99): working data, not records of the office; gone when applied or dropped."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from unionoffice.models.base import Base
from unionoffice.models.choices import Choice


class RowState(Choice):
    """What applying will do with a row of the file."""

    NEW = "new", "新增"
    UPDATED = "updated", "更新"
    UNCHANGED = "unchanged", "无变化"
    REFUSED = "refused", "不能导入"


class ImportRun(Base):
    """One preview of one or more files; `position` is the change log's when it was made."""

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    made_at: Mapped[datetime] = mapped_column(DateTime)
    actor: Mapped[str] = mapped_column(String)
    position: Mapped[int] = mapped_column(Integer)
    applied_at: Mapped[datetime | None] = mapped_column(DateTime)
    files: Mapped[str] = mapped_column(String)  # JSON list: name, sheets with headings, counts
    new_units: Mapped[str] = mapped_column(String)  # JSON: units to be created, by path


class ImportRow(Base):
    """One row of the preview."""

    __tablename__ = "import_row"

    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)  # 0-based over all files, in reading order
    file: Mapped[int] = mapped_column(Integer)  # index into ImportRun.files
    sheet: Mapped[int] = mapped_column(Integer)  # index into that file's sheets
    row: Mapped[int] = mapped_column(Integer)  # the sheet's own row number, from 1
    state: Mapped[str] = mapped_column(String)
    member_id: Mapped[str | None] = mapped_column(String)  # the record matched, or that will be created
    values: Mapped[str] = mapped_column(String)  # JSON list of cleaned values in the order of services.imports.FIELDS
    notes: Mapped[str | None] = mapped_column(String)  # JSON list of [field, level, sentence, raw text]
    raw: Mapped[str | None] = mapped_column(String)  # JSON list of the cells as they were, for rows with notes

    __table_args__ = (Index("ix_import_row_state", "run_id", "state"), {"sqlite_with_rowid": False})


class HeadingMemory(Base):
    """What a user said a heading means, remembered per sender (the file's name without digits)."""

    __tablename__ = "heading_memory"

    sender: Mapped[str] = mapped_column(String, primary_key=True)
    heading: Mapped[str] = mapped_column(String, primary_key=True)
    field: Mapped[str] = mapped_column(String)  # blank: not needed
