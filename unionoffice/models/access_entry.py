"""The access log (查看记录, F92): who saw, printed, took out or brought in what; one line each, chained, no record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from unionoffice.models.base import Base
from unionoffice.models.choices import Choice


class AccessKind(Choice):
    """What somebody did without changing a record."""

    VIEW = "view", "查看"
    PRINT = "print", "打印"
    EXPORT = "export", "导出"
    IMPORT = "import", "导入"
    LOGIN = "login", "登录"
    LOGIN_FAILED = "login_failed", "登录失败"
    RESTORE = "restore", "恢复备份"
    GRANT = "grant", "授权"
    REVOKE = "revoke", "收回授权"


class AccessEntry(Base):
    """One access. It names records by id and fields by label, and holds no value of a record.

    `what` is what a user calls it (“会员花名册”), `fields` the labels of the fields seen, `rows` how many records,
    `words` the filter, `file` the written file's name without its folder, `sha256` its contents in hex, `listed` whose
    records stood on a list (`store/listed.py`).
    """

    __tablename__ = "access_entry"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(DateTime)
    actor: Mapped[str] = mapped_column(String)
    kind: Mapped[str] = mapped_column(String)
    what: Mapped[str] = mapped_column(String)
    record_type: Mapped[str | None] = mapped_column(String)
    record_id: Mapped[str | None] = mapped_column(String(32))
    fields: Mapped[str | None] = mapped_column(String)
    rows: Mapped[int | None] = mapped_column(Integer)
    words: Mapped[str | None] = mapped_column(String)
    file: Mapped[str | None] = mapped_column(String)
    sha256: Mapped[str | None] = mapped_column(String(64))
    purpose: Mapped[str | None] = mapped_column(String)
    recipient: Mapped[str | None] = mapped_column(String)
    listed: Mapped[str | None] = mapped_column(String)
    digest: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("ix_access_entry_record", "record_id"),
        Index("ix_access_entry_at", "at"),
        {"sqlite_autoincrement": True},
    )
