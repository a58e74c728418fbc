"""Lists as Excel files that re-import without a change (F9, F73): the file is exactly the view."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from unionoffice.documents.excel.row_xml import CellKind
from unionoffice.documents.excel.writer import TableColumn, write_table
from unionoffice.kernel.progress import Progress
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.base import Record
from unionoffice.models.fields import Field, Kind
from unionoffice.models.member import Member
from unionoffice.models.register import Register
from unionoffice.services.access_log import Access, AccessLog, in_words
from unionoffice.services.files import writing
from unionoffice.services.offices import PRACTICE_SHEET, Offices
from unionoffice.store.queries import members, organisation, records
from unionoffice.store.queries.members import MemberQuery
from unionoffice.store.queries.records import ListQuery
from unionoffice.store.unit_of_work import Store

MEMBER_COLUMNS = tuple(
    name for name, facts in Member.fields().items() if not facts.internal or name == "membership_state"
)

_CELL_KINDS = {
    Kind.MONEY: CellKind.MONEY,
    Kind.INTEGER: CellKind.INTEGER,
    Kind.DATE: CellKind.DATE,
    Kind.FLAG: CellKind.FLAG,
}


class Exports:
    """The Excel exports of one office; every file is in the access log before it gets its name."""

    def __init__(self, store: Store, offices: Offices, access: AccessLog) -> None:
        self._store = store
        self._offices = offices
        self._access = access

    def members(
        self, path: Path, query: MemberQuery, progress: Progress, columns: Sequence[str] = MEMBER_COLUMNS
    ) -> int:
        """Write the member list as filtered and sorted, headed by the standard names of §1.1; returns its rows."""
        with self._store.reading() as session:
            units = {node.id: node.path for node in organisation.nodes(session)}
            rows = members.page(session, columns, query, 0, None)
        fields = [Member.fields()[name] for name in columns]
        shown = {**query.accepted, **({"unit_id": (query.unit_id,)} if query.unit_id else {})}
        words = _filter(Member, query.text, shown, units, archived=query.archived, lacking=query.lacking)
        entry = Access(AccessKind.EXPORT, "会员花名册", Member.type_name, words=words)
        entry = replace(entry, listed=((Member, [row[0] for row in rows]),))
        return self._write(path, entry, fields, rows, units, progress)

    def register(
        self,
        register: Register,
        query: ListQuery,
        path: Path,
        *,
        columns: Sequence[str] | None = None,
        progress: Progress,
    ) -> int:
        """Write a register's list, the given columns or every field of its form; returns its rows."""
        names = list(columns or register_columns(register))
        where = records.conditions(register.model, query, register.search)
        with self._store.reading() as session:
            rows = records.page(
                session,
                register.model,
                names,
                where,
                sort=query.sort,
                descending=query.descending,
                offset=0,
                limit=-1,
            )
            ids = [row[0] for row in rows]
            listed = ((register.model, ids), (Member, records.members_of(session, register.model, ids)))
        fields = [register.model.fields()[name] for name in names]
        words = _filter(register.model, query.text, query.accepted, {}, archived=query.archived)
        entry = Access(AccessKind.EXPORT, register.title, register.model.type_name, words=words, listed=listed)
        return self._write(path, entry, fields, rows, {}, progress)

    def _write(
        self,
        path: Path,
        entry: Access,
        fields: Sequence[Field],
        rows: Sequence[Any],
        names: Mapping[str, str],
        progress: Progress,
    ) -> int:
        """A practice office's files say so in the sheet's name and their properties; a real office knows both."""
        practice = self._offices.get().practice
        columns = [TableColumn(facts.label, _CELL_KINDS.get(facts.kind, CellKind.TEXT)) for facts in fields]
        words = [_words(facts, names) for facts in fields]
        entry = replace(entry, fields=[facts.label for facts in fields], rows=len(rows))
        with writing(path, self._access.of_file(entry, path)) as beside:
            write_table(
                beside,
                sheet=f"{entry.what}（{PRACTICE_SHEET}）" if practice else entry.what,
                columns=columns,
                rows=_cells(rows, words),
                practice=practice,
                progress=progress,
                total=len(rows),
            )
        return len(rows)


def register_columns(register: Register) -> list[str]:
    """Every field of a register's form, and its state."""
    names = [attribute.key for section in register.form for attribute in section.fields]
    return [*names, "state"] if register.workflow is not None else names


def _filter(
    model: type[Record],
    text: str,
    accepted: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
    *,
    archived: bool,
    lacking: Sequence[str] = (),
) -> str:
    """What a list was narrowed to, in words."""
    fields = model.fields()
    return in_words(
        text,
        [
            *(
                (fields[name].label, [names.get(code) or fields[name].text(code) for code in codes])
                for name, codes in accepted.items()
            ),
            *([("缺少资料", [fields[name].label for name in lacking])] if lacking else ()),
        ],
        archived=archived,
    )


def _cells(rows: Sequence[Any], words: Sequence[Callable[[Any], Any] | None]) -> Any:
    translated = [(place + 1, word) for place, word in enumerate(words) if word is not None]
    for row in rows:
        cells = list(row)
        for place, word in translated:
            cells[place] = word(cells[place])
        yield cells[1:]


def _words(facts: Field, names: Mapping[str, str]) -> Callable[[Any], Any] | None:
    """What turns stored values of a field into what the sheet shows; None when they are shown as they are."""
    if facts.kind is Kind.REFERENCE:
        return lambda value: names.get(value, "")
    if facts.choices is not None:
        labels = facts.choices.labels()
        return lambda value: labels.get(value, value)
    return None
