"""Where the chain of each log ends: what a log that lost its newest lines no longer reaches."""

from __future__ import annotations

from sqlalchemy import Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from unionoffice.models.base import Base


class ChainHead(Base):
    """The end of one log's chain (`store/chain.py`): number and digest of its newest line, and how many it has."""

    __tablename__ = "chain_head"

    name: Mapped[str] = mapped_column(String, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)
    lines: Mapped[int] = mapped_column(Integer)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
