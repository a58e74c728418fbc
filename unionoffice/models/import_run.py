"""A stored import preview (F99): working data, not records of the office; gone when applied or dropped."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Integer, LargeBinary, String
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


class ImportBlock(Base):
    """Up to some thousand rows of one sheet in a preview, column by column, as they were read and matched.

    `first` is the number of its first row over all files; `states` one letter a row (see `STATE_LETTERS`); `payload`
    MessagePack of `rows` (sheet row numbers), `ids` (the record matched or to be created) and `columns` by field.
    """

    __tablename__ = "import_block"

    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True)
    first: Mapped[int] = mapped_column(Integer, primary_key=True)
    file: Mapped[int] = mapped_column(Integer)  # index into ImportRun.files
    sheet: Mapped[int] = mapped_column(Integer)  # index into that file's sheets
    states: Mapped[str] = mapped_column(String)
    payload: Mapped[bytes] = mapped_column(LargeBinary)


class ImportNote(Base):
    """What is to be told of one row of a preview, and the row as it stood in the file."""

    __tablename__ = "import_note"

    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)  # 0-based over all files, in reading order
    notes: Mapped[str] = mapped_column(String)  # JSON list of [field, level, sentence, raw text]
    raw: Mapped[str] = mapped_column(String)  # JSON list of the row's cells as text


STATE_LETTERS = {RowState.NEW: "n", RowState.UPDATED: "u", RowState.UNCHANGED: "=", RowState.REFUSED: "x"}


class HeadingMemory(Base):
    """What a user said a heading means, remembered per sender (the file's name without digits)."""

    __tablename__ = "heading_memory"

    sender: Mapped[str] = mapped_column(String, primary_key=True)
    heading: Mapped[str] = mapped_column(String, primary_key=True)
    field: Mapped[str] = mapped_column(String)  # blank: not needed
