"""Opening an office file, and whose it is: all that the program's start needs."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from unionoffice.kernel.clock import Clock
from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.models.office import Office
from unionoffice.store import schema
from unionoffice.store.unit_of_work import Store


def open_store(path: Path, clock: Clock) -> tuple[Store, Path | None]:
    """An open office file, brought up to this program first; the second is the copy made before that, or None."""
    copy = schema.bring_up_to_date(path, clock.now())
    return Store(path, clock), copy


def whose(store: Store) -> Office:
    """The office's own row. Raises EnvironmentFault when the file has none."""
    with store.reading() as session:
        office = session.scalars(select(Office)).first()
    if office is None:
        raise EnvironmentFault("办公文件不完整：缺少单位信息。请从备份恢复。")
    return office
