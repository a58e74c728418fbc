"""The record: an id given at birth, a version, logged fields, and derived columns that replay recomputes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import Boolean, Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from unionoffice.kernel.identity import new_id
from unionoffice.models.fields import Field, Kind, field

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables of an office file."""

    metadata = MetaData(naming_convention=NAMING)


class Record(Base):
    """Something the office keeps: every write to it is in the change log, nothing is ever deleted."""

    __abstract__ = True
    type_name: ClassVar[str]
    title: ClassVar[str]
    derived_from: ClassVar[tuple[str, ...]] = ()

    id: Mapped[str] = mapped_column(String(32), primary_key=True, sort_order=-2)
    version: Mapped[int] = mapped_column(Integer, default=1, sort_order=-1)
    archived: Mapped[bool] = mapped_column(
        Boolean(create_constraint=False),
        default=False,
        sort_order=900,
        info={"field": Field("已归档", Kind.FLAG, True, None, "", True)},
        active_history=True,
    )

    def __init_subclass__(cls, **options: Any) -> None:
        if "__tablename__" in cls.__dict__:
            # ids ascend with time, so keeping rows in id order saves SQLite a second tree
            cls.__table_args__ = (*cls.__dict__.get("__table_args__", ()), {"sqlite_with_rowid": False})
        super().__init_subclass__(**options)

    def __init__(self, **values: Any) -> None:
        values.setdefault("id", new_id())
        values.setdefault("version", 1)
        values.setdefault("archived", False)
        super().__init__(**values)
        for name, column in self.__table__.columns.items():
            if name not in values and column.default is not None and column.default.is_scalar:
                setattr(self, name, column.default.arg)

    @classmethod
    @cache
    def fields(cls) -> dict[str, Field]:
        """Facts by attribute name, in declaration order."""
        return {name: column.info["field"] for name, column in cls.__table__.columns.items() if "field" in column.info}

    @classmethod
    @cache
    def derived(cls) -> tuple[str, ...]:
        """Columns computed by `derive`: not logged, recomputed by replay."""
        return tuple(
            name
            for name, column in cls.__table__.columns.items()
            if "field" not in column.info and name not in ("id", "version")
        )

    @classmethod
    def derive(cls, *sources: Sequence[Any]) -> tuple[Sequence[Any], ...]:
        """Derived columns, in their order, one value a record, from the stored values of `derived_from`."""
        return ()


def record_types() -> dict[str, type[Record]]:
    """Every record type by its stored name; import the models first."""
    found: dict[str, type[Record]] = {}
    pending = [Record]
    while pending:
        for kind in pending.pop().__subclasses__():
            pending.append(kind)
            if not kind.__dict__.get("__abstract__"):
                found[kind.type_name] = kind
    return found


__all__ = ["Base", "Record", "field", "record_types"]
