"""Who saw, printed, took out or brought in what (查看记录, F92; domain.md §8.1, §8.3).

A line names records by id and fields by label. Free text that comes with it (filter, file name, purpose, recipient) is
kept with every long number masked: somebody may have searched for an identity number.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import file_digest, sha256
from pathlib import Path

from unionoffice.kernel.errors import Refused
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.text import mask_numbers, tidy
from unionoffice.models.access_entry import AccessEntry, AccessKind
from unionoffice.models.base import Record
from unionoffice.models.permission import permit
from unionoffice.services.files import printable
from unionoffice.store.queries import access
from unionoffice.store.queries.access import AccessQuery
from unionoffice.store.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class Access:
    """What is to be logged. `what` is what a user calls it (“会员花名册”).

    `record` is (type, id) when it is about one record, else the name of what the list holds. `fields` are labels,
    `rows` the number of records, `words` the filter as `in_words` gives it, `file` the name of what was written,
    `sha256` its contents in hex. `listed` names the records on a list by type and id: who saw one of them is asked for.
    """

    kind: AccessKind
    what: str
    record: tuple[type[Record], str] | str | None = None
    fields: Sequence[str] = ()
    rows: int | None = None
    words: str = ""
    file: str = ""
    sha256: str = ""
    purpose: str = ""
    recipient: str = ""
    listed: Sequence[tuple[type[Record], Collection[str]]] = ()


@dataclass(frozen=True, slots=True)
class AccessItem:
    """One line as the office reads it."""

    at: datetime
    actor: str
    kind: AccessKind
    what: str
    fields: str
    rows: int | None
    words: str
    file: str
    sha256: str
    purpose: str
    recipient: str
    record_id: str | None

    def sentence(self) -> str:
        """E.g. 2026-09-10 09:30，林晓导出“会员花名册”，867 条，筛选：在会，文件“花名册.xlsx”。"""
        parts = [f"{self.at:%Y-%m-%d %H:%M}，{self.actor}{self.kind.label}“{self.what}”"]
        parts += [f"{self.rows} 条"] if self.rows is not None else []
        told = (("内容", self.fields), ("筛选", self.words), ("用途", self.purpose), ("交给", self.recipient))
        parts += [f"{label}：{text}" for label, text in told if text]
        parts += [f"文件“{self.file}”"] if self.file else []
        return "，".join(parts) + "。"


_ASKED = frozenset((AccessKind.VIEW, AccessKind.PRINT, AccessKind.EXPORT))
"""What the table of roles is asked for here; the others are operations of their own."""


class AccessLog:
    """The access log of one office.

    `who` says who acts when a service is not told; `keeps` is no for an office that cannot be written: what is read
    from it leaves no trace in it, as from every copy of it.
    """

    def __init__(self, store: Store, who: Callable[[], Actor], *, keeps: bool = True) -> None:
        self._store = store
        self._who = who
        self.keeps = keeps

    def note(self, entry: Access, *, actor: Actor | None = None, uow: UnitOfWork | None = None) -> None:
        """Log one access at once, or together with an open operation.

        Raises EnvironmentFault when it cannot be kept, and Refused when the actor's roles do not hold it: what was
        asked for must then not be given out.
        """
        actor = actor or self._who()
        if entry.kind in _ASKED:
            permit(actor, f"{entry.kind.value}:{entry.what}")
        if not self.keeps:
            return
        values = _stored(entry, actor.name)
        listed = {model.type_name: ids for model, ids in entry.listed}
        if uow is not None:
            access.add(uow.session, uow.at, values, listed)
            return
        with self._store.working() as session:
            access.add(session, self._store.clock.now(), values, listed)

    def opened(self, model: type[Record], record_id: str) -> None:
        """Log that somebody looks at a record of a closed tier. Raises as `note` does: it must then not be shown."""
        self.note(Access(AccessKind.VIEW, model.title, (model, record_id), rows=1))

    def reveal(
        self,
        model: type[Record],
        record_id: str,
        fields: Sequence[str],
        purpose: str,
        *,
        actor: Actor | None = None,
    ) -> None:
        """Log that fields of one record are about to be shown unmasked, and why.

        Raises as `note` does, and Refused to who may not see such values or does not say why.
        """
        actor = actor or self._who()
        permit(actor, f"reveal:{model.type_name}")
        if not purpose.strip():
            raise Refused("写明理由后才能显示完整内容。")
        entry = Access(AccessKind.VIEW, f"{model.title}完整内容", (model, record_id), fields, 1, purpose=purpose)
        self.note(entry, actor=actor)

    def of_file(self, entry: Access, path: Path, *, actor: Actor | None = None) -> Callable[[Path], None]:
        """What `writing` calls when the file is whole: logs `entry` with the file's own name and contents."""

        def finished(written: Path) -> None:
            self.note(replace(entry, file=printable(path), sha256=file_hash(written)), actor=actor)

        return finished

    def of_bytes(self, entry: Access, data: bytes, *, actor: Actor | None = None) -> bytes:
        """Log what is about to be shown or printed; gives the bytes back."""
        self.note(replace(entry, sha256=sha256(data).hexdigest()), actor=actor)
        return data

    def who_saw(self, model: type[Record], record_id: str, actor: Actor | None = None) -> list[AccessItem]:
        """Who looked at a record or took out a list with it, newest first. Refused to who may not read the log."""
        permit(actor or self._who(), "log:read")
        with self._store.reading() as session:
            return [_item(entry) for entry in access.of_record(session, model.type_name, record_id)]

    def entries(
        self,
        *,
        first: date | None = None,
        last: date | None = None,
        kinds: Sequence[AccessKind] = (),
        person: str | None = None,
        offset: int = 0,
        limit: int = 200,
        actor: Actor | None = None,
    ) -> list[AccessItem]:
        """One page of the log, newest first, of some days, kinds or of a person. Refused to who may not read it."""
        permit(actor or self._who(), "log:read")
        with self._store.reading() as session:
            query = _query(first, last, kinds, person)
            return [_item(entry) for entry in access.page(session, query, offset=offset, limit=limit)]

    def count(
        self,
        *,
        first: date | None = None,
        last: date | None = None,
        kinds: Sequence[AccessKind] = (),
        person: str | None = None,
    ) -> int:
        """How many lines `entries` has in all."""
        with self._store.reading() as session:
            return access.count(session, _query(first, last, kinds, person))


def file_hash(path: Path) -> str:
    """SHA-256 of a file's contents in hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def in_words(text: str, accepted: Sequence[tuple[str, Sequence[str]]] = (), *, archived: bool = False) -> str:
    """A list's filter as words: what was looked for, and (field label, value labels) that were accepted."""
    parts = [f"查找“{text}”"] if text else []
    parts += [f"{label}为{'、'.join(values)}" for label, values in accepted]
    return "；".join([*parts, *(["已归档"] if archived else [])])


def _stored(entry: Access, actor: str) -> dict[str, object]:
    record_type, record_id = entry.record if isinstance(entry.record, str) else None, None
    if isinstance(entry.record, tuple):
        record_type, record_id = entry.record[0].type_name, entry.record[1]
    free = {
        "words": entry.words,
        "file": entry.file,
        "purpose": entry.purpose,
        "recipient": entry.recipient,
    }
    return {
        "actor": actor,
        "kind": entry.kind.value,
        "what": mask_numbers(tidy(entry.what)),
        "record_type": record_type,
        "record_id": record_id,
        "fields": "、".join(entry.fields) or None,
        "rows": entry.rows,
        "sha256": entry.sha256 or None,
        **{name: mask_numbers(tidy(text)) or None for name, text in free.items()},
    }


def _item(entry: AccessEntry) -> AccessItem:
    return AccessItem(
        entry.at,
        entry.actor,
        AccessKind(entry.kind),
        entry.what,
        entry.fields or "",
        entry.rows,
        entry.words or "",
        entry.file or "",
        entry.sha256 or "",
        entry.purpose or "",
        entry.recipient or "",
        entry.record_id,
    )


def _query(first: date | None, last: date | None, kinds: Sequence[AccessKind], person: str | None) -> AccessQuery:
    return AccessQuery(first, last, tuple(kind.value for kind in kinds), person)
