"""Register records from Excel: what `Exports.register` writes comes back without a change.

A row belongs to the record of the same name (the first field of the register's list); blank never erases, and of
several records of one name none is picked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from unionoffice.documents.excel.columns import ChoiceTable, ColumnSpec, ImportColumns, fold_word
from unionoffice.documents.excel.columns import Kind as CellKind
from unionoffice.documents.excel.reading import UnreadSheet, read_tables
from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Progress
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.base import Record
from unionoffice.models.fields import Field, Kind
from unionoffice.models.permission import permit
from unionoffice.models.register import Register
from unionoffice.models.validation import set_values
from unionoffice.services.access_log import Access, AccessLog, file_hash
from unionoffice.services.exports import register_columns
from unionoffice.services.files import printable
from unionoffice.services.import_report import ImportCounts
from unionoffice.services.offices import Offices
from unionoffice.services.practice_data import PracticeGuard
from unionoffice.services.register_entry import settle
from unionoffice.store.queries import records
from unionoffice.store.unit_of_work import Store, UnitOfWork

_CELLS: dict[Kind, CellKind] = {
    Kind.NOTE: "note",
    Kind.CHOICE: "choice",
    Kind.STATE: "choice",
    Kind.DATE: "date",
    Kind.PARTIAL_DATE: "date",
    Kind.MONEY: "money",
    Kind.FLAG: "flag",
    Kind.PHONE: "phone",
    Kind.ID_NUMBER: "id",
}
_NAME = "name"
"""What reading calls the field that every row must have; a register's own is the first of its list."""


class RegisterImports:
    """The small registers' way in from Excel."""

    def __init__(self, store: Store, offices: Offices, access: AccessLog) -> None:
        self._store = store
        self._offices = offices
        self._access = access

    def run(
        self, register: Register, path: Path, actor: Actor, progress: Progress
    ) -> tuple[tuple[ImportCounts, list[str]], Changes]:
        """Read a file into a register, all in one operation: counts, a sentence for each row refused, and changes.

        Refused to who may not. Raises UserError when the file cannot be read or has no column for the records' name.
        """
        permit(actor, f"{register.name}:import")
        key = register.columns[0].key
        rows, problems = self._read(register, path, key, progress)
        new = updated = unchanged = 0
        entry = Access(
            AccessKind.IMPORT,
            register.title,
            register.model.type_name,
            rows=len(rows) + len(problems),
            file=printable(path),
            sha256=file_hash(path),
        )
        with self._store.operation(f"{register.name}:import", "导入", actor, reason=f"来自 {printable(path)}") as uow:
            self._access.note(entry, actor=actor, uow=uow)
            uow.keep_working_data()  # that a file came in is kept also when it changed nothing
            known = records.by_value(uow.session, register.model, key)
            for where, values in rows:
                namesakes = known.setdefault(values[key], [])
                differing = [_differing(record, values) for record in namesakes]
                try:
                    if not namesakes:
                        record = register.model()
                        set_values(record, values, today=self._store.clock.today())
                        settle(uow, register, record, actor)
                        namesakes.append(uow.add(record))
                        new += 1
                    elif not all(differing):
                        unchanged += 1
                    elif len(namesakes) > 1:
                        problems.append(
                            f"{where}：“{values[key]}”有 {len(namesakes)} 条记录，不能认定是哪一条，没有改动。"
                        )
                    else:
                        self._change(uow, register, namesakes[0], differing[0], actor)
                        updated += 1
                except UserError as fault:
                    problems.append(f"{where}：{fault.sentence}")
        counts = ImportCounts(new + updated + unchanged + len(problems), new, updated, unchanged, 0, len(problems))
        return (counts, problems), uow.changes

    def _change(
        self, uow: UnitOfWork, register: Register, record: Record, values: dict[str, Any], actor: Actor
    ) -> None:
        """Set all of a row or nothing: the operation goes on after a row that is refused."""
        before = {name: getattr(record, name) for name in values}
        set_values(record, values, today=self._store.clock.today())
        try:
            settle(uow, register, record, actor)
        except UserError:
            for name, value in before.items():
                setattr(record, name, value)
            raise

    def _read(
        self, register: Register, path: Path, key: str, progress: Progress
    ) -> tuple[list[tuple[str, dict[str, Any]]], list[str]]:
        columns = import_columns(register)
        rows: list[tuple[str, dict[str, Any]]] = []
        problems: list[str] = []
        unread: list[UnreadSheet] = []
        found = False
        tables = read_tables(path, path.name, columns, today=self._store.clock.today(), progress=progress)
        guard = PracticeGuard(tables, practice=self._offices.get().practice)
        for table in tables:
            if isinstance(table, UnreadSheet):
                unread.append(table)
                continue
            guard.check_table(table)
            found = True
            for chunk in table.chunks():
                refused: dict[int, str] = {}
                for note in chunk.notes:
                    if note.level in ("refuse", "warn", "damaged"):
                        refused.setdefault(note.row, note.sentence)
                for place, row in enumerate(chunk.rows):
                    where = f"“{table.sheet}”第 {row} 行"
                    if place in refused:
                        problems.append(f"{where}：{refused[place]}")
                        continue
                    values = {name: column[place] for name, column in chunk.values.items() if column[place] is not None}
                    values[key] = values.pop(_NAME)
                    values.pop("state", None)
                    rows.append((where, values))
        if not found and unread:
            raise UserError(unread[0].sentence)
        return rows, problems


def import_columns(register: Register) -> ImportColumns:
    """What the columns of a register's file may hold; the state is read to be recognised, and decided nowhere else."""
    fields = register.model.fields()
    key = register.columns[0].key
    specs: dict[str, ColumnSpec] = {}
    for name in dict.fromkeys([key, *register_columns(register)]):
        facts = fields[name]
        known_as = _NAME if name == key else name
        specs[known_as] = ColumnSpec(known_as, facts.label, _cell_kind(facts, key=name == key), _choices(facts))
    return ImportColumns(register.title, specs, required=(_NAME,))


def _cell_kind(facts: Field, *, key: bool) -> CellKind:
    return "text" if key else _CELLS.get(facts.kind, "text")


def _choices(facts: Field) -> ChoiceTable | None:
    if facts.choices is None:
        return None
    labels = facts.choices.labels()
    return ChoiceTable(facts.label, "", labels, {fold_word(label): code for code, label in labels.items()})


def _differing(record: Record, values: dict[str, Any]) -> dict[str, Any]:
    """The values that are not what the record holds already."""
    fields = type(record).fields()
    return {
        name: value
        for name, value in values.items()
        if fields[name].text(getattr(record, name)) != fields[name].text(value)
    }
