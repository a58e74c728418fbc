"""Rosters in, in two steps (F99–F103): a stored preview with a state per row and cell, then apply, checked anew.

Blank never erases; a number damaged by a spreadsheet is named and never stored; a row that could mean two people
neither creates nor picks; cancelling leaves nothing behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from unionoffice.documents.excel.columns import ImportColumns, member_columns
from unionoffice.documents.excel.reading import Chunk, Table, UnreadSheet, read_tables
from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Conflict, UserError
from unionoffice.kernel.identity import Actor, new_ids
from unionoffice.kernel.progress import Progress, Silent, step
from unionoffice.kernel.resources import ROOT
from unionoffice.models.fields import Kind
from unionoffice.models.import_run import ImportRun, RowState
from unionoffice.models.member import EventKind, Member, MembershipEvent, MembershipState
from unionoffice.models.organisation import UnitKind
from unionoffice.services.import_report import ImportCounts, ImportResult, Shown, write_import_report
from unionoffice.services.matching import Known, Matcher
from unionoffice.services.offices import Offices
from unionoffice.services.organisation import add_planned_units
from unionoffice.services.unit_names import UnitNames
from unionoffice.store.change_log import decode, encode
from unionoffice.store.queries import imports as queries
from unionoffice.store.queries import organisation
from unionoffice.store.unit_of_work import Store, UnitOfWork

BLOCK = 5_000

_OWN_NAMES = {"title": "professional_title"}
"""Where the roster's field and ours are called differently."""

VALUES = tuple(
    name
    for name, facts in Member.fields().items()
    if not facts.internal and name not in ("unit_id", "collect_method", "signed_on", "collector", "reviewer")
)
FIELDS = (*VALUES, "unit_id", "membership_state")
"""The columns of a stored preview row, in order."""

PLACE = {name: place for place, name in enumerate(FIELDS)}
KEY_PLACES = tuple(
    PLACE[name] for name in ("name", "id_number", "staff_number", "card_number", "phone", "birth_date", "unit_id")
)
PARTIAL_DATES = frozenset(PLACE[name] for name in VALUES if Member.fields()[name].kind is Kind.PARTIAL_DATE)
FILLED_ONLY = frozenset({"name", "id_number"})
"""What a row may complete but never replace."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a column may do to values on record (F103): `keep` and `fill` name columns; all others overwrite."""

    keep: frozenset[str] = frozenset()
    fill: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Preview:
    """A stored preview: what applying it would do. `files` as in `ImportResult`."""

    run_id: int
    counts: ImportCounts
    files: tuple[dict[str, Any], ...]
    new_units: tuple[str, ...]
    applied: bool


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row of a preview as the window shows it: `values` by field, `notes` (field, level, sentence, raw)."""

    number: int
    where: str
    state: RowState
    member_id: str | None
    values: dict[str, Any]
    notes: tuple[tuple[str, str, str, str], ...]


class Imports:
    """The imports of one office."""

    def __init__(self, store: Store, offices: Offices) -> None:
        self._store = store
        self._offices = offices
        self._columns: ImportColumns | None = None

    @property
    def columns(self) -> ImportColumns:
        """What a roster's columns may hold."""
        if self._columns is None:
            self._columns = member_columns(ROOT)
        return self._columns

    def run(
        self,
        paths: Sequence[Path],
        actor: Actor,
        progress: Progress,
        *,
        dry_run: bool = False,
        report: Path | None = None,
    ) -> ImportResult:
        """Preview and, unless `dry_run`, apply; with `report` the workbook for the sender is written."""
        preview = self.preview(paths, actor, progress)
        written = []
        if report is not None:
            self.report(preview.run_id, report, progress)
            written.append(report)
        if not dry_run:
            self.apply(preview.run_id, actor, progress)
        self.drop(preview.run_id)
        return ImportResult(preview.counts, preview.files, preview.new_units, tuple(written), dry_run)

    def preview(
        self,
        paths: Sequence[Path],
        actor: Actor,
        progress: Progress | None = None,
        *,
        policy: Policy | None = None,
    ) -> Preview:
        """Read files and store what applying them would do; nothing of the office is changed.

        Raises UserError when a file cannot be read or none of its sheets has a heading for the name.
        """
        progress = progress or Silent()
        with self._store.working() as session:
            for old in queries.runs(session):
                queries.drop(session, old.id)
            run = ImportRun(
                made_at=self._store.clock.now(),
                actor=actor.name,
                position=self._store.log_position(),
                applied_at=None,
                files="[]",
                new_units="[]",
            )
            session.add(run)
            session.flush()
            maker = _PreviewMaker(session, run.id, UnitNames(organisation.nodes(session)), policy or Policy())
            files = []
            for path in paths:
                files.append(self._read(session, maker, path, len(files), progress))
            maker.finish()
            for file, counts in zip(files, maker.counts, strict=True):
                file["counts"] = counts.as_json()
            run.files = encode(files).decode()
            run.new_units = encode(maker.units.planned).decode()
            run_id = run.id
        return self.get(run_id)

    def _read(
        self, session: Session, maker: _PreviewMaker, path: Path, number: int, progress: Progress
    ) -> dict[str, Any]:
        maker.begin_file(number)
        remembered = queries.remembered(session, sender_of(path.name))
        practice = self._offices.get().practice
        tables = read_tables(
            path, path.name, self.columns, today=self._store.clock.today(), mapping=remembered, progress=progress
        )
        sheets: list[dict[str, Any]] = []
        unread: list[UnreadSheet] = []
        found = list(tables) if tables.kind != "xlsx" else tables
        for table in found:
            if isinstance(table, UnreadSheet):
                unread.append(table)
                sheets.append({"name": table.sheet, "problem": table.sentence, "headings": list(table.seen)})
                continue
            if not practice and any("练习数据" in notice for notice in (table.sheet, *table.notices)):
                raise UserError(f"“{path.name}”是练习用的数据，不能导入正式的办公文件。")
            sheets.append(_sheet_facts(table))
            maker.read_table(table, len(sheets) - 1, progress)
        if unread and len(unread) == len(sheets):
            raise HeadingsUnknown(unread[0].sentence, path, tuple(unread[0].seen))
        return {
            "name": path.name,
            "notices": list(tables.notices),
            "sheets": sheets,
        }

    def remember_headings(self, path: Path, meanings: Mapping[str, str]) -> None:
        """What headings of this sender mean from now on: heading → field name, blank for not needed."""
        with self._store.working() as session:
            queries.remember(session, sender_of(path.name), dict(meanings))

    def get(self, run_id: int) -> Preview:
        """A stored preview. Raises UserError when it is gone."""
        with self._store.reading() as session:
            run = session.get(ImportRun, run_id)
            if run is None:
                raise UserError("这次预览已经不在了，请重新选择文件导入。")
            files = tuple(decode(run.files))
            counts = sum((ImportCounts(**file["counts"]) for file in files), ImportCounts())
            units = tuple(name for _, name, _, _ in decode(run.new_units))
            return Preview(run.id, counts, files, units, run.applied_at is not None)

    def pending(self) -> Preview | None:
        """The preview that was made last and neither applied nor dropped, also after a restart."""
        with self._store.reading() as session:
            found = next((run.id for run in queries.runs(session) if run.applied_at is None), None)
        return None if found is None else self.get(found)

    def rows(
        self,
        run_id: int,
        *,
        states: Sequence[RowState] = (),
        noted: bool = False,
        offset: int = 0,
        limit: int | None = 200,
    ) -> list[PreviewRow]:
        """One page of a preview's rows, all or those of some states, or only those with something to tell."""
        shown = Shown(self.get(run_id).files)
        with self._store.reading() as session:
            rows = queries.rows(session, run_id, states=states, noted=noted, offset=offset, limit=limit)
        return [
            PreviewRow(
                row.number,
                shown.where(row.file, row.sheet, row.row),
                RowState(row.state),
                row.member_id,
                dict(zip(FIELDS, decode(row.values), strict=True)),
                tuple(tuple(note) for note in decode(row.notes)) if row.notes else (),
            )
            for row in rows
        ]

    def row_count(self, run_id: int, *, states: Sequence[RowState] = (), noted: bool = False) -> int:
        """How many rows `rows` has in all."""
        with self._store.reading() as session:
            return queries.count_rows(session, run_id, states=states, noted=noted)

    def drop(self, run_id: int) -> None:
        """Forget a preview."""
        with self._store.working() as session:
            queries.drop(session, run_id)

    def report(self, run_id: int, path: Path, progress: Progress | None = None) -> None:
        """Write the workbook that goes back to the sender: every row that needs a look, with the reason."""
        preview = self.get(run_id)
        with self._store.reading() as session:
            rows = queries.rows(session, run_id, noted=True)
        labels = {spec.name: spec.label for spec in self.columns.columns.values()}
        write_import_report(path, preview.files, rows, labels, progress or Silent())

    def apply(self, run_id: int, actor: Actor, progress: Progress | None = None) -> Changes:
        """Do what the preview says, in one operation.

        Raises Conflict when the office changed since the preview in a way that changes what a row would do: the
        preview has then been worked out anew and wants another look.
        """
        progress = progress or Silent()
        preview = self.get(run_id)
        if preview.applied:
            raise UserError("这次预览已经导入过了，没有重复导入。")
        self._check_position(run_id, preview)
        names = "、".join(file["name"] for file in preview.files)
        with self._store.operation("member:import", "导入", actor, reason=f"来自 {names}") as uow:
            run = uow.session.get(ImportRun, run_id)
            assert run is not None
            add_planned_units(
                uow, [(unit, name, UnitKind(kind), parent) for unit, name, kind, parent in decode(run.new_units)]
            )
            _Applier(uow, run_id, preview.counts, progress).apply()
            run.applied_at = uow.at
            queries.keep_noted(uow.session, run_id)
            if not uow.changes:
                uow.keep_working_data()
        return uow.changes

    def _check_position(self, run_id: int, preview: Preview) -> None:
        position = self._store.log_position()
        with self._store.working() as session:
            run = session.get(ImportRun, run_id)
            assert run is not None
            if run.position == position:
                return
            changed = rematch(session, run_id, decode(run.new_units))
            run.position = position
            if changed:
                files = decode(run.files)
                for number, file in enumerate(files):
                    file["counts"] = changed[number].as_json()
                run.files = encode(files).decode()
        if changed:
            raise Conflict("预览之后花名册有改动，有些行的处理结果变了。已按现在的花名册重新核对，请再看一遍后导入。")


def rematch(session: Session, run_id: int, planned: Sequence[Sequence[str]]) -> list[ImportCounts] | None:
    """Work a stored preview out anew against today's records; counts by file when a row's outcome changed."""
    before = queries.rows(session, run_id)
    units = UnitNames(organisation.nodes(session))
    units.planned.extend((unit, name, kind, parent) for unit, name, kind, parent in planned)
    queries.clear_rows(session, run_id)
    maker = _PreviewMaker(session, run_id, units, Policy())
    for file in sorted({row.file for row in before}):
        maker.begin_file(file)
        kept = [row for row in before if row.file == file]
        for start in range(0, len(kept), BLOCK):
            maker.take_rows([_Row.stored(row) for row in kept[start : start + BLOCK]])
    maker.finish()
    after = queries.rows(session, run_id)
    outcome = [(row.state, None if row.state == RowState.NEW else row.member_id) for row in before]
    if outcome == [(row.state, None if row.state == RowState.NEW else row.member_id) for row in after]:
        return None
    return maker.counts


def sender_of(file_name: str) -> str:
    """By what files of one sender are recognised: the name without numbers, dates and suffix."""
    return re.sub(r"[\d\W_年月日号]+", "", Path(file_name).stem) or "*"


def _sheet_facts(table: Table) -> dict[str, Any]:
    captions = table.headings.captions
    return {
        "name": table.sheet,
        "captions": {str(column): caption for column, caption in captions.items()},
        "columns": {captions.get(column, ""): name for column, name in table.headings.fields.items()},
        "unknown": list(table.headings.unknown),
        "notices": table.notices,
    }


OWN = "*"
"""Marks notes made by matching, which are made anew when a preview is checked again."""


@dataclass(slots=True)
class _Row:
    """One row on its way into the preview; `values` in the order of FIELDS, `damaged` as a spreadsheet left an ID."""

    sheet: int
    row: int
    values: list[Any]
    notes: list[list[str]]
    raw: list[str] | None
    damaged: str | None

    @classmethod
    def stored(cls, row: Any) -> _Row:
        notes = [note for note in (decode(row.notes) if row.notes else []) if note[0] != OWN]
        damaged = next((note[3] for note in notes if note[1] == "damaged" and note[0] == "id_number"), None)
        return cls(row.sheet, row.row, decode(row.values), notes, decode(row.raw) if row.raw else None, damaged)

    @property
    def refused(self) -> bool:
        return any(note[1] == "refuse" for note in self.notes)

    @property
    def warned(self) -> bool:
        return any(note[1] in ("warn", "damaged") for note in self.notes)


class _PreviewMaker:
    """Works out what each row means and stores it; sees the rows in reading order."""

    def __init__(self, session: Session, run_id: int, units: UnitNames, policy: Policy) -> None:
        self.units = units
        self.counts: list[ImportCounts] = []
        self._session = session
        self._run_id = run_id
        self._policy = policy
        self._matcher = Matcher(Known(*row) for row in queries.known_people(session))
        self._number = 0
        self._file = 0
        self._overlay: dict[str, list[Any]] = {}
        self._doubts: dict[int, str] = {}

    def begin_file(self, number: int) -> None:
        """The rows that follow are of this file."""
        self._file = number
        self.counts.append(ImportCounts())

    def read_table(self, table: Table, sheet: int, progress: Progress) -> None:
        """Take in every row of a sheet."""
        for chunk in table.chunks():
            self._take(self._rows(table, sheet, chunk), chunk)
            step(progress, self._number, 0, f"正在核对第 {self._number} 行")

    def take_rows(self, rows: list[_Row]) -> None:
        """Take in rows of an earlier preview again."""
        self._take(rows, None)

    def _rows(self, table: Table, sheet: int, chunk: Chunk) -> list[_Row]:
        count = len(chunk.rows)
        blank: list[Any] = [None] * count
        values = {_OWN_NAMES.get(name, name): column for name, column in chunk.values.items()}
        values["unit_id"] = self._unit_column(table, chunk, count)
        columns = [values.get(name, blank) for name in FIELDS]
        rows = [_Row(sheet, row, list(cells), [], None, None) for row, *cells in zip(chunk.rows, *columns, strict=True)]
        for note in chunk.notes:
            row = rows[note.row]
            name = _OWN_NAMES.get(note.field, note.field)
            row.notes.append([name, note.level, note.sentence, note.raw])
            if note.level == "damaged" and name == "id_number":
                row.damaged = note.raw
            if row.raw is None:
                row.raw = chunk.raw(note.row)
        return rows

    def _unit_column(self, table: Table, chunk: Chunk, count: int) -> list[str | None]:
        """Ids of the units named in 分工会 and 小组, else by the sheet's name, else by a department of that name."""
        branch, group = chunk.values.get("branch"), chunk.values.get("group")
        if branch or group:
            pairs = zip(branch or [None] * count, group or [None] * count, strict=True)
            return [self.units.find(*pair) if any(pair) else None for pair in pairs]
        department = chunk.values.get("department")
        return (
            [self.units.known(name) for name in department] if department else [self.units.known(table.sheet)] * count
        )

    def _take(self, rows: list[_Row], chunk: Chunk | None) -> None:
        first = self._number
        ids = new_ids(len(rows))
        states: list[RowState] = []
        targets: list[str | None] = []
        matched: dict[int, Known] = {}
        matcher = self._matcher
        name_at, *key_places = KEY_PLACES
        for place, row in enumerate(rows):
            values = row.values
            if row.notes and row.refused:
                states.append(RowState.REFUSED)
                targets.append(None)
                continue
            person = Known(ids[place], values[name_at], *[values[key] for key in key_places], first + place)
            found = matcher.match(person, row.damaged)
            if found.refusal is not None:
                row.notes.append([OWN, "refuse", found.refusal, ""])
                states.append(RowState.REFUSED)
                targets.append(None)
                if found.also is not None:
                    self._doubts[found.also] = (
                        f"证件号码与后面的“{values[name_at]}”相同，两人中至少有一人写错，请核对。"
                    )
            elif found.known is None:
                matcher.add(person)
                states.append(RowState.NEW)
                targets.append(person.id)
                self._complete_new(row)
            else:
                if found.proposal:
                    row.notes.append([OWN, "warn", f"登记的证件号码是 {found.proposal}，没有改动它。", ""])
                matched[place] = found.known
                states.append(RowState.UNCHANGED)
                targets.append(found.known.id)
        if matched:
            self._compare(rows, states, matched)
        self._store(rows, states, targets, chunk)

    def _complete_new(self, row: _Row) -> None:
        if row.values[PLACE["unit_id"]] is None:
            row.values[PLACE["unit_id"]] = self.units.root

    def _compare(self, rows: list[_Row], states: list[RowState], matched: dict[int, Known]) -> None:
        on_roll = {known.id for known in matched.values() if known.row is None}
        current = queries.values_of_members(self._session, on_roll - self._overlay.keys(), FIELDS)
        earlier = {known.row: known.id for known in matched.values() if known.row is not None}
        current.update(self._earlier_values(earlier, rows))
        current.update(self._overlay)
        for place, known in matched.items():
            row, values = rows[place], current[known.id]
            changes, told = difference(values, row.values, self._policy, self.units.root)
            row.notes += told
            if not changes:
                continue
            states[place] = RowState.UPDATED
            for at, value in changes.items():
                values[at] = value
            self._overlay[known.id] = values
            self._matcher.complete(known, Known(known.id, *[values[key] for key in KEY_PLACES], known.row))

    def _earlier_values(self, wanted: Mapping[int, str], rows: list[_Row]) -> dict[str, list[Any]]:
        """Values of people who are new in this import, from their own earlier row."""
        found: dict[str, list[Any]] = {}
        stored = [number for number in wanted if number < self._number and wanted[number] not in self._overlay]
        for number, values in queries.values_of_rows(self._session, self._run_id, stored):
            found[wanted[number]] = decode(values)
        for number, member_id in wanted.items():
            if number >= self._number:
                found[member_id] = list(rows[number - self._number].values)
        return found

    def _store(self, rows: list[_Row], states: list[RowState], targets: list[str | None], chunk: Chunk | None) -> None:
        run_id, file, number = self._run_id, self._file, self._number
        stored = []
        warned = 0
        for place, (row, state, target) in enumerate(zip(rows, states, targets, strict=True)):
            notes = raw = None
            if row.notes:
                notes = encode(row.notes).decode()
                if row.raw is None and chunk is not None:
                    row.raw = chunk.raw(place)
                raw = encode(row.raw or []).decode()
                warned += state is not RowState.REFUSED and row.warned
            stored.append(
                (run_id, number, file, row.sheet, row.row, state.value, target, encode(row.values).decode(), notes, raw)
            )
            number += 1
        queries.add_rows(self._session, stored)
        self._number = number
        self.counts[-1] += ImportCounts(
            len(rows),
            states.count(RowState.NEW),
            states.count(RowState.UPDATED),
            states.count(RowState.UNCHANGED),
            warned,
            states.count(RowState.REFUSED),
        )

    def finish(self) -> None:
        """Refuse the earlier of two rows that turned out to contradict each other, and whatever built on it."""
        for number, sentence in self._doubts.items():
            doubted = queries.row(self._session, self._run_id, number)
            if doubted.state == RowState.REFUSED:
                continue
            for row in queries.rows_of_member(self._session, self._run_id, doubted.member_id):
                notes = decode(row.notes) if row.notes else []
                warned = any(note[1] in ("warn", "damaged") for note in notes)
                notes.append([OWN, "refuse", sentence, ""])
                queries.change_row(
                    self._session,
                    self._run_id,
                    row.number,
                    state=RowState.REFUSED.value,
                    member_id=None,
                    notes=encode(notes).decode(),
                )
                self.counts[row.file] = self.counts[row.file].refuse(row.state, warned=warned)


def difference(
    current: Sequence[Any], row: Sequence[Any], policy: Policy, root: str
) -> tuple[dict[int, Any], list[list[str]]]:
    """What a row changes of the values on record, by place in FIELDS, and what is to be told. Blank never erases."""
    changes: dict[int, Any] = {}
    told: list[list[str]] = []
    for place, value in enumerate(row):
        old = current[place]
        if value is None or old == value:
            continue
        name = FIELDS[place]
        if name in policy.keep:
            continue
        if name == "membership_state":
            told.append([OWN, "warn", _state_note(old, value), ""])
        elif old is None or old == "" or (place in PARTIAL_DATES and value.startswith(old)):
            changes[place] = value
        elif place in PARTIAL_DATES and old.startswith(value):
            continue
        elif name == "unit_id" and value == root:
            continue
        elif name in FILLED_ONLY or name in policy.fill or name == "joined_on":
            label = Member.fields()[name].label
            shown = Member.fields()[name].text
            told.append([OWN, "warn", f"{label}：文件里是“{shown(value)}”，登记的是“{shown(old)}”，没有改动。", ""])
        else:
            changes[place] = value
    return changes, told


def _state_note(old: str, new: str) -> str:
    labels = MembershipState.labels()
    return f"会籍状态：文件里是“{labels[new]}”，登记的是“{labels[old]}”，没有改动；会籍变动请在会员卡上办理。"


class _Applier:
    """Writes the rows of a preview into the office."""

    def __init__(self, uow: UnitOfWork, run_id: int, counts: ImportCounts, progress: Progress) -> None:
        self._uow = uow
        self._run_id = run_id
        self._total = counts.new + counts.updated
        self._progress = progress
        self._done = 0

    def apply(self) -> None:
        """First those who are new, then those who are on the roll, in reading order."""
        session = self._uow.session
        for block in queries.stream(session, self._run_id, RowState.NEW, BLOCK):
            self._tell("正在登记会员", len(block))
            self._create([row.member_id for row in block], [decode(row.values) for row in block])
        for block in queries.stream(session, self._run_id, RowState.UPDATED, queries.IN_ONE_QUESTION):
            self._tell("正在更新会员", len(block))
            self._update([(row.member_id, decode(row.values)) for row in block])

    def _tell(self, text: str, count: int) -> None:
        step(self._progress, self._done, self._total, text)
        self._done += count

    def _create(self, ids: list[str], rows: list[list[Any]]) -> None:
        state_at, joined_at = PLACE["membership_state"], PLACE["joined_on"]
        events: list[tuple[str, str, str, str | None]] = []
        today = self._uow.at.date().isoformat()
        for member_id, row in zip(ids, rows, strict=True):
            row[state_at] = state = row[state_at] or "active"
            events += opening_events(member_id, state, row[joined_at], today)
        columns = list(zip(*rows, strict=True))
        names, kept = ["id"], [ids]
        for name, column in zip(FIELDS, columns, strict=True):
            if any(value is not None for value in column):
                names.append(name)
                kept.append([None if v is None else int(v) for v in column] if name in _FLAGS else column)
        self._uow.add_many(Member, names, zip(*kept, strict=True))
        self._uow.add_many(
            MembershipEvent,
            ("id", "member_id", "on_date", "kind", "reason"),
            [(event_id, *event) for event_id, event in zip(new_ids(len(events)), events, strict=True)],
        )

    def _update(self, rows: list[tuple[str, list[Any]]]) -> None:
        session = self._uow.session
        members = queries.members(session, [member_id for member_id, _ in rows])
        joins = queries.joining_events(session, [member_id for member_id, _ in rows])
        root = ""
        for member_id, values in rows:
            member = members[member_id]
            current = [getattr(member, name) for name in FIELDS]
            changes, _ = difference(current, values, Policy(), root)
            for place, value in changes.items():
                setattr(member, FIELDS[place], value)
            if PLACE["joined_on"] in changes and (event := joins.get(member_id)) is not None:
                event.on_date = changes[PLACE["joined_on"]]
        session.flush()
        session.expunge_all()


_FLAGS = frozenset(name for name in VALUES if Member.fields()[name].kind is Kind.FLAG)

_AFTER_JOINING = {
    "transferred": EventKind.TRANSFER_OUT,
    "retained": EventKind.RETAIN,
    "left": EventKind.LEAVE,
    "expelled": EventKind.EXPEL,
    "deceased": EventKind.DEATH,
}


def opening_events(
    member_id: str, state: str, joined_on: str | None, today: str
) -> Iterable[tuple[str, str, str, str | None]]:
    """(member id, date, kind, reason) that make somebody's membership what the roster says it is.

    An unknown joining date is blank and lies before all others; a leaving that the roster gives no date for is dated
    today, and its reason says so.
    """
    if state == "none":
        return
    yield member_id, joined_on or "", "join", None
    after = _AFTER_JOINING.get(state)
    if after is not None:
        yield member_id, today, after.value, "导入时的状态，实际日期不详"


class HeadingsUnknown(UserError):
    """No sheet of a file has a heading for the name: `seen` headings are to be mapped once, for this sender."""

    def __init__(self, sentence: str, path: Path, seen: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.path = path
        self.seen = seen
