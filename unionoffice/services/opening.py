"""Opening an office file, and whose it is: all that the program's start needs."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from unionoffice.kernel.clock import Clock
from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.models.office import Office
from unionoffice.store import schema
from unionoffice.store.engine import check_reading, open_engine, why_only_reading
from unionoffice.store.unit_of_work import Store


def open_store(path: Path, clock: Clock) -> tuple[Store, Path | None]:
    """An open office file, brought up to this program first; the second is the copy made before that, or None."""
    copy = schema.bring_up_to_date(path, clock.now())
    return Store(path, clock), copy


class ReadingStore(Store):
    """An office file that can only be read; every operation is refused by the database, with the usual sentence."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self.clock = clock
        self.engine = open_engine(path, reading=True)


def open_to_read(path: Path, clock: Clock) -> tuple[Store, Path | None, str | None]:
    """As `open_store`, also where nothing can be written: the third then is the sentence that says so.

    Raises EnvironmentFault when the file cannot be read whole without writing: an older program's, or one with
    contents left beside it by a crash.
    """
    why = why_only_reading(path)
    if why is None:
        return *open_store(path, clock), None
    check_reading(path)
    schema.check_revision(path)
    return ReadingStore(path, clock), None, why


def whose(store: Store) -> Office:
    """The office's own row. Raises EnvironmentFault when the file has none."""
    with store.reading() as session:
        office = session.scalars(select(Office)).first()
    if office is None:
        raise EnvironmentFault("办公文件不完整：缺少单位信息。请从备份恢复。")
    return office
