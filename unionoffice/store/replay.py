"""Replays the change log from empty, and holds the database against it: they must be the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from unionoffice.models.base import Base, Record, record_types
from unionoffice.store.change_log import derived_values, fold
from unionoffice.store.naming import called


def replayed(session: Session, model: type[Record]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """(id, version, stored values) of every record of one type as the log alone gives them, in id order."""
    entries = session.execute(
        text(
            "SELECT seq, record_id, action, version, changes FROM change_entry"
            " WHERE record_type = :type ORDER BY record_id, seq"
        ),
        {"type": model.type_name},
    ).yield_per(5000)
    return fold((row[0], row[1], row[2], row[3], row[4]) for row in entries)


def differences(session: Session, model: type[Record]) -> Iterator[str]:
    """Sentences for each record of one type that the log does not give exactly as it is kept."""
    columns = (*model.fields(), *model.derived())
    names = ", ".join(f'"{name}"' for name in ("id", "version", *columns))
    kept = iter(session.execute(text(f"SELECT {names} FROM {model.__tablename__} ORDER BY id")).yield_per(5000))
    logged = replayed(session, model)
    row, entry = next(kept, None), next(logged, None)
    while row is not None or entry is not None:
        if entry is None or (row is not None and row[0] < entry[0]):
            assert row is not None
            yield f"{called(session, model, row[0])}：变更记录里没有它的登记。"
            row = next(kept, None)
        elif row is None or entry[0] < row[0]:
            yield f"{called(session, model, entry[0], entry[2])}：变更记录里有，数据里没有。"
            entry = next(logged, None)
        else:
            _, version, values = entry
            wanted = {**{name: values.get(name) for name in model.fields()}, **derived_values(model, values)}
            wrong = [name for name, value in zip(columns, row[2:], strict=True) if wanted.get(name) != value]
            if wrong or row[1] != version:
                labels = [model.fields()[name].label if name in model.fields() else "查找用的内容" for name in wrong]
                labels = list(dict.fromkeys(labels))
                yield f"{called(session, model, row[0], wanted)}：{'、'.join(labels) or '版本号'}与变更记录不一致。"
            row, entry = next(kept, None), next(logged, None)


def replay(session: Session, target: Engine) -> None:
    """Fill an empty database with what the log of `session` alone gives."""
    Base.metadata.create_all(target)
    with target.begin() as connection:
        for model in record_types().values():
            names = ("id", "version", *model.fields(), *model.derived())
            columns = ", ".join(f'"{name}"' for name in names)
            marks = ", ".join(f":{name}" for name in names)
            insert = text(f"INSERT INTO {model.__tablename__} ({columns}) VALUES ({marks})")
            for record_id, version, values in replayed(session, model):
                blank = dict.fromkeys(names)
                connection.execute(
                    insert, {**blank, **values, **derived_values(model, values), "id": record_id, "version": version}
                )
