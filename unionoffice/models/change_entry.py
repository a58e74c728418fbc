"""The change log: one row per record touched by an operation; audit trail, history, sync feed and undo read it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from unionoffice.models.base import Base

NO_DIGEST = text("x''")
"""What a line written past the program has, as SQL: columns added to an older office cannot be without a default."""


class OperationEntry(Base):
    """One intention of a user, done in one transaction.

    `digest` and `closing` are the chain's (`store/chain.py`) before and after its `entries` lines.
    """

    __tablename__ = "operation_entry"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String)
    label: Mapped[str] = mapped_column(String)
    actor: Mapped[str] = mapped_column(String)
    at: Mapped[datetime] = mapped_column(DateTime)
    reason: Mapped[str | None] = mapped_column(String)
    entries: Mapped[int] = mapped_column(Integer, server_default="0")
    digest: Mapped[bytes] = mapped_column(LargeBinary, server_default=NO_DIGEST)
    closing: Mapped[bytes] = mapped_column(LargeBinary, server_default=NO_DIGEST)

    __table_args__ = {"sqlite_autoincrement": True}


class ChangeEntry(Base):
    """What one operation did to one record.

    `changes` is JSON of stored values by column: for `create` `{column: value}` without blanks, or, of the bulk door,
    `[heading, value, …]`, where `heading` is the number of a line of the same operation with the action `heading`, no
    record and the columns' names; for `update` `{column: [old, new]}`, for `erase` see `store/erasing.py`. `version` is
    the record's version after the change.
    """

    __tablename__ = "change_entry"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    # the id of an OperationEntry; a foreign key would be looked up for every line
    operation_id: Mapped[int] = mapped_column(Integer)
    record_type: Mapped[str] = mapped_column(String)
    record_id: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String)
    version: Mapped[int] = mapped_column(Integer)
    changes: Mapped[str] = mapped_column(String)
    digest: Mapped[bytes] = mapped_column(LargeBinary, server_default=NO_DIGEST)

    __table_args__ = (Index("ix_change_entry_record", "record_id"), {"sqlite_autoincrement": True})
