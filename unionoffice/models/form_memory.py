"""What a form asked for when it was last printed (填写, F68): working data, no record of the office."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, String
from sqlalchemy.orm import Mapped, mapped_column

from unionoffice.models.base import Base


class FormMemory(Base):
    """What one user typed last for one form, offered again when he prints it.

    It may speak of people, so it lies in the office file, nobody but `user_id` is shown it (“” in an office without
    users), and destroying somebody's data takes what names him.
    """

    __tablename__ = "form_memory"

    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    form: Mapped[str] = mapped_column(String, primary_key=True)  # subject and name: 会员/慰问审批表
    typed: Mapped[str] = mapped_column(String)  # JSON: text by name
    kept_at: Mapped[datetime] = mapped_column(DateTime)
