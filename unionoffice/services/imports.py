"""Rosters in, in two steps (F99–F103): a stored preview with a state per row and cell, then apply, checked anew.

Blank never erases; a number damaged by a spreadsheet is named and never stored; a row that could mean two people
neither creates nor picks; cancelling leaves nothing behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from unionoffice.documents.excel.columns import ImportColumns, member_columns
from unionoffice.documents.excel.reading import Chunk, Table, UnreadSheet, read_tables
from unionoffice.documents.sign_sheet import PRACTICE_MARK
from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Conflict, UserError
from unionoffice.kernel.identity import Actor, new_ids
from unionoffice.kernel.progress import Progress, Silent, step
from unionoffice.kernel.resources import ROOT
from unionoffice.models.fields import Kind
from unionoffice.models.import_run import STATE_LETTERS, ImportBlock, ImportRun, RowState
from unionoffice.models.member import EventKind, Member, MembershipEvent, MembershipState
from unionoffice.models.organisation import LEVELS, UnitKind
from unionoffice.services.files import printable
from unionoffice.services.import_report import ImportCounts, ImportResult, Shown, write_import_report
from unionoffice.services.matching import NEW, Known, Matcher
from unionoffice.services.offices import PRACTICE_SHEET, Offices
from unionoffice.services.organisation import add_planned_units
from unionoffice.services.unit_names import UnitNames
from unionoffice.store.change_log import decode, encode
from unionoffice.store.queries import imports as queries
from unionoffice.store.queries import organisation
from unionoffice.store.unit_of_work import Store, UnitOfWork

pack, unpack = msgspec.msgpack.encode, msgspec.msgpack.decode
_STATES = {letter: state for state, letter in STATE_LETTERS.items()}

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
KEYS = ("name", "id_number", "staff_number", "card_number", "phone", "birth_date", "unit_id")
"""What matching looks at, in the order of `Known`."""

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
        try:
            if report is not None:
                self.report(preview.run_id, report, progress)
                written.append(report)
            if not dry_run:
                self.apply(preview.run_id, actor, progress)
        finally:
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
            policy = policy or Policy()
            units = UnitNames(organisation.nodes(session))
            maker = _PreviewMaker(session, run.id, units, policy, run.made_at.date())
            files: list[dict[str, Any]] = []
            for path in paths:
                files.append(self._read(session, maker, path, len(files), progress))
            maker.finish()
            for file, counts in zip(files, maker.counts, strict=True):
                file["counts"] = counts.as_json()
                file["policy"] = {"keep": sorted(policy.keep), "fill": sorted(policy.fill)}
            run.files = encode(files).decode()
            run.new_units = encode(maker.planned_units()).decode()
            run_id = run.id
        return self.get(run_id)

    def _read(
        self, session: Session, maker: _PreviewMaker, path: Path, number: int, progress: Progress
    ) -> dict[str, Any]:
        maker.begin_file(number)
        remembered = queries.remembered(session, sender_of(printable(path)))
        practice = self._offices.get().practice
        tables = read_tables(
            path, printable(path), self.columns, today=self._store.clock.today(), mapping=remembered, progress=progress
        )
        sheets: list[dict[str, Any]] = []
        unread: list[UnreadSheet] = []
        found = list(tables) if tables.kind != "xlsx" else tables
        for table in found:
            if isinstance(table, UnreadSheet):
                unread.append(table)
                sheets.append({"name": table.sheet, "problem": table.sentence, "headings": list(table.seen)})
                continue
            if not practice and (
                PRACTICE_SHEET in table.sheet or any(f"【{PRACTICE_MARK}】" in text for text in table.above)
            ):
                raise UserError(f"“{printable(path)}”是练习用的数据，不能导入正式的办公文件。")
            sheets.append(_sheet_facts(table))
            maker.read_table(table, len(sheets) - 1, progress)
        if unread and len(unread) == len(sheets):
            raise HeadingsUnknown(unread[0].sentence, path, tuple(unread[0].seen))
        return {
            "name": printable(path),
            "notices": list(tables.notices),
            "sheets": sheets,
        }

    def remember_headings(self, path: Path, meanings: Mapping[str, str]) -> None:
        """What headings of this sender mean from now on: heading → field name, blank for not needed."""
        with self._store.working() as session:
            queries.remember(session, sender_of(printable(path)), dict(meanings))

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
        letters = "".join(STATE_LETTERS[state] for state in states) or "nu=x"
        found: list[PreviewRow] = []
        with self._store.reading() as session:
            told = queries.notes(session, run_id)
            passed = 0
            for first, file, sheet, marks in queries.block_states(session, run_id):
                places = [
                    place
                    for place, letter in enumerate(marks)
                    if letter in letters and (not noted or first + place in told)
                ]
                wanted = places[max(0, offset - passed) :][: None if limit is None else limit - len(found)]
                passed += len(places)
                if wanted:
                    payload = unpack(queries.block(session, run_id, first).payload)
                    found += [
                        PreviewRow(
                            first + place,
                            shown.where(file, sheet, payload["rows"][place]),
                            _STATES[marks[place]],
                            payload["ids"][place],
                            {name: column[place] for name, column in payload["columns"].items()},
                            tuple(tuple(note) for note in decode(told[first + place][0]))
                            if first + place in told
                            else (),
                        )
                        for place in wanted
                    ]
        return found

    def row_count(self, run_id: int, *, states: Sequence[RowState] = (), noted: bool = False) -> int:
        """How many rows `rows` has in all."""
        letters = "".join(STATE_LETTERS[state] for state in states) or "nu=x"
        with self._store.reading() as session:
            told = queries.notes(session, run_id) if noted else {}
            return sum(
                letter in letters and (not noted or first + place in told)
                for first, _, _, marks in queries.block_states(session, run_id)
                for place, letter in enumerate(marks)
            )

    def planned_units(self, run_id: int) -> dict[str, str]:
        """Names by id of the units that applying a preview would create."""
        with self._store.reading() as session:
            run = session.get(ImportRun, run_id)
            return {} if run is None else {unit_id: name for unit_id, name, _, _ in decode(run.new_units)}

    def drop(self, run_id: int) -> None:
        """Forget a preview."""
        with self._store.working() as session:
            queries.drop(session, run_id)

    def report(self, run_id: int, path: Path, progress: Progress | None = None) -> None:
        """Write the workbook that goes back to the sender: every row that needs a look, with the reason."""
        preview = self.get(run_id)
        rows = self.rows(run_id, noted=True, limit=None)
        with self._store.reading() as session:
            raws = {number: decode(raw) for number, (_, raw) in queries.notes(session, run_id).items()}
        labels = {spec.name: spec.label for spec in self.columns.columns.values()}
        captions = preview.files[0]["sheets"][0].get("captions", {}) if _one_sheet(preview.files) else {}
        write_import_report(path, rows, raws, captions, labels, progress or Silent())

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
            root = organisation.nodes(uow.session)[0].id
            _Applier(uow, run_id, preview.counts, _policy(preview.files), root, progress).apply()
            run.applied_at = uow.at
            _keep_for_report(uow.session, run_id)
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
            maker, changed = rematch(session, run, queries.fields_changed_since(session, run.position))
            run.position = position
            run.new_units = encode(maker.planned_units()).decode()
            files = decode(run.files)
            for number, file in enumerate(files):
                file["counts"] = maker.counts[number].as_json()
            run.files = encode(files).decode()
        if changed:
            raise Conflict("预览之后花名册有改动，有些行的处理结果变了。已按现在的花名册重新核对，请再看一遍后导入。")


def rematch(session: Session, run: ImportRun, touched: Mapping[str, frozenset[str]]) -> tuple[_PreviewMaker, bool]:
    """Work a stored preview out anew against today's records; also whether what applying it does has changed.

    `touched` are the fields by member that somebody changed since: a row that would now overwrite one of them wants
    another look although it still is an update.
    """
    told = queries.notes(session, run.id)
    blocks = [_Block.stored(block, told) for block in queries.blocks(session, run.id)]
    before = _outcomes(blocks)
    units = UnitNames(organisation.nodes(session))
    instead = units.replan(decode(run.new_units))
    policy = _policy(decode(run.files))
    queries.clear(session, run.id)
    maker = _PreviewMaker(session, run.id, units, policy, run.made_at.date())
    for file in range(len(decode(run.files))):
        maker.begin_file(file)
        for block in blocks:
            if block.file == file:
                if instead and "unit_id" in block.columns:
                    block.columns["unit_id"] = [instead.get(unit, unit) for unit in block.columns["unit_id"]]
                maker.take(block)
    maker.finish()
    found = [_Block.stored(block, {}) for block in queries.blocks(session, run.id)]
    return maker, before != _outcomes(found) or _overwrites(session, found, policy, units.root, touched)


def _outcomes(blocks: Iterable[_Block]) -> list[tuple[RowState, str | int | None]]:
    """What becomes of each row, for comparing: somebody new is known by his first row, his id being made anew."""
    found: list[tuple[RowState, str | int | None]] = []
    first_rows: dict[str | None, int] = {}
    for block in blocks:
        for state, member_id in zip(block.states, block.ids, strict=True):
            if state is RowState.NEW:
                first_rows[member_id] = len(found)
            found.append((state, first_rows.get(member_id, member_id)))
    return found


def _overwrites(
    session: Session, blocks: Iterable[_Block], policy: Policy, root: str, touched: Mapping[str, frozenset[str]]
) -> bool:
    """Whether a row would overwrite what somebody has written since the preview."""
    rows = [
        (member_id, block.values(place))
        for block in blocks
        for place, member_id in enumerate(block.ids)
        if member_id is not None and member_id in touched and block.states[place] is RowState.UPDATED
    ]
    current = queries.values_of_members(session, {member_id for member_id, _ in rows}, FIELDS)
    return any(
        not touched[member_id].isdisjoint(
            FIELDS[place] for place in difference(current[member_id], row, policy, root)[0]
        )
        for member_id, row in rows
    )


def _policy(files: Sequence[Mapping[str, Any]]) -> Policy:
    """What a stored preview was made with, which applying must keep to (F103)."""
    kept = files[0].get("policy", {}) if files else {}
    return Policy(keep=frozenset(kept.get("keep", ())), fill=frozenset(kept.get("fill", ())))


def _keep_for_report(session: Session, run_id: int) -> None:
    noted = queries.notes(session, run_id)
    kept = [
        first
        for first, _, _, marks in queries.block_states(session, run_id)
        if any(first <= number < first + len(marks) for number in noted)
    ]
    queries.forget_plain_blocks(session, run_id, kept)


def _one_sheet(files: Sequence[Mapping[str, Any]]) -> bool:
    return len(files) == 1 and len(files[0]["sheets"]) == 1


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
class _Block:
    """Rows of one sheet on their way into the preview, column by column; `notes` and `raws` by place in the block."""

    file: int
    sheet: int
    rows: list[int]
    columns: dict[str, list[Any]]
    notes: dict[int, list[list[str]]]
    raws: dict[int, list[str]]
    states: list[RowState]
    ids: list[str | None]

    @classmethod
    def stored(cls, block: ImportBlock, told: Mapping[int, tuple[str, str]]) -> _Block:
        """A block of an earlier preview, without the notes that matching made."""
        payload = unpack(block.payload)
        places = [place for place in range(len(block.states)) if block.first + place in told]
        notes = {place: [note for note in decode(told[block.first + place][0]) if note[0] != OWN] for place in places}
        return cls(
            block.file,
            block.sheet,
            payload["rows"],
            payload["columns"],
            {place: found for place, found in notes.items() if found},
            {place: decode(told[block.first + place][1]) for place in places},
            [_STATES[letter] for letter in block.states],
            payload["ids"],
        )

    def column(self, name: str) -> list[Any]:
        """The values of a field, blank where the sheet has no such column."""
        return self.columns.get(name) or [None] * len(self.rows)

    def refused(self, place: int) -> bool:
        """Whether reading alone already refused a row."""
        return any(note[1] == "refuse" for note in self.notes.get(place, ()))

    def damaged(self, place: int) -> str | None:
        """An identity number as a spreadsheet has left it."""
        notes = self.notes.get(place, ())
        return next((note[3] for note in notes if note[1] == "damaged" and note[0] == "id_number"), None)

    def tell(self, place: int, level: str, sentence: str) -> None:
        """Add what matching has to say of a row."""
        self.notes.setdefault(place, []).append([OWN, level, sentence, ""])

    def values(self, place: int) -> list[Any]:
        """One row in the order of FIELDS."""
        return [column[place] if (column := self.columns.get(name)) else None for name in FIELDS]


class _PreviewMaker:
    """Works out what each row means and stores it; sees the rows in reading order."""

    def __init__(self, session: Session, run_id: int, units: UnitNames, policy: Policy, today: date) -> None:
        self.units = units
        self._today = today.isoformat()
        self.counts: list[ImportCounts] = []
        self._session = session
        self._run_id = run_id
        self._policy = policy
        self._matcher = Matcher(Known(*row) for row in queries.known_people(session))
        self._number = 0
        self._overlay: dict[str, list[Any]] = {}
        self._used_units: set[str] = set()
        self._doubts: dict[int, str] = {}

    def planned_units(self) -> list[tuple[str, str, str, str]]:
        """Units to be created: those of rows that are not refused."""
        return self.units.wanted(self._used_units)

    def begin_file(self, number: int) -> None:
        """The rows that follow are of this file."""
        assert number == len(self.counts)
        self.counts.append(ImportCounts())

    def read_table(self, table: Table, sheet: int, progress: Progress) -> None:
        """Take in every row of a sheet."""
        for chunk in table.chunks():
            if chunk.rows:
                block = self._block(table, sheet, chunk)
                self.take(block, chunk)
            step(progress, self._number, 0, f"已核对 {self._number} 行")

    def _block(self, table: Table, sheet: int, chunk: Chunk) -> _Block:
        columns = {_OWN_NAMES.get(name, name): column for name, column in chunk.values.items()}
        notes: dict[int, list[list[str]]] = {}
        for note in chunk.notes:
            name = _OWN_NAMES.get(note.field, note.field)
            notes.setdefault(note.row, []).append([name, note.level, note.sentence, note.raw])
        columns["unit_id"] = self._unit_column(table, chunk, notes)
        self._leave_out_the_future(columns, notes)
        kept = {name: column for name, column in columns.items() if name in PLACE and any_value(column)}
        return _Block(len(self.counts) - 1, sheet, chunk.rows, kept, notes, {}, [], [])

    def _leave_out_the_future(self, columns: dict[str, list[Any]], notes: dict[int, list[list[str]]]) -> None:
        """Nobody was born or joined after today: such a date is told and left blank."""
        for name in ("birth_date", "joined_on"):
            column = columns.get(name, ())
            if max(filter(None, column), default="") > self._today:
                label = Member.fields()[name].label
                columns[name] = [None if value is not None and value > self._today else value for value in column]
                for place, value in enumerate(column):
                    if value != columns[name][place]:
                        sentence = f"{label} {value} 晚于今天，没有采用，对照原件改正。"
                        notes.setdefault(place, []).append([name, "warn", sentence, value])

    def _unit_column(self, table: Table, chunk: Chunk, notes: dict[int, list[list[str]]]) -> list[Any]:
        """Ids of the units named in 分工会 and 小组, else by the sheet's name, else by a department of that name."""
        count = len(chunk.rows)
        branch, group = chunk.values.get("branch"), chunk.values.get("group")
        if branch or group:
            pairs = list(zip(branch or [None] * count, group or [None] * count, strict=True))
            units = [self.units.find(*pair) if any(pair) else None for pair in pairs]
            if None in units:
                for place, pair in enumerate(pairs):
                    if units[place] is None and any(pair):
                        named = " / ".join(filter(None, pair))
                        sentence = f"所属工会“{named}”超过 {LEVELS} 级，不能导入；改短后重新导入。"
                        notes.setdefault(place, []).append(["branch", "refuse", sentence, named])
            return units
        department = chunk.values.get("department")
        if department:
            return [self.units.known(name) for name in department]
        return [self.units.known(table.sheet)] * count

    def take(self, block: _Block, chunk: Chunk | None = None) -> None:
        """Match every row of a block, and store it."""
        first, count = self._number, len(block.rows)
        fresh = new_ids(count)
        states = [RowState.NEW] * count
        ids: list[str | None] = list(fresh)
        matched: dict[int, Known] = {}
        matcher = self._matcher
        keys = [block.column(name) for name in KEYS]
        people: list[Known] = list(map(Known, fresh, *keys, range(first, first + count)))
        plain = not any(note[1] in ("refuse", "damaged") for notes in block.notes.values() for note in notes)
        undecided = [] if plain and matcher.add_if_all_new(people) else people
        for place, person in enumerate(undecided):
            noted = place in block.notes
            if noted and block.refused(place):
                states[place], ids[place] = RowState.REFUSED, None
                continue
            found = matcher.match(person, block.damaged(place) if noted else None)
            if found is NEW:
                matcher.add(person)
            elif found.refusal is not None:
                block.tell(place, "refuse", found.refusal)
                states[place], ids[place] = RowState.REFUSED, None
                if found.also is not None:
                    self._doubts[found.also] = f"证件号码与后面的“{person.name}”相同，两人中至少有一人写错，请核对。"
            elif found.known is not None:
                if found.proposal:
                    block.tell(place, "warn", f"登记的证件号码是 {found.proposal}，没有改动它。")
                matched[place] = found.known
                states[place], ids[place] = RowState.UNCHANGED, found.known.id
        block.states, block.ids = states, ids
        if matched:
            self._compare(block, matched)
        self._place_the_new(block)
        if self.units.planned:
            stays = (RowState.REFUSED, RowState.UNCHANGED)
            self._used_units.update(compress(block.column("unit_id"), [state not in stays for state in states]))
        self._store(block, chunk)

    def _place_the_new(self, block: _Block) -> None:
        """Somebody new whose roster names no unit goes under the union itself."""
        units = block.column("unit_id")
        if None in units:
            block.columns["unit_id"] = [
                self.units.root if unit is None and state is RowState.NEW else unit
                for unit, state in zip(units, block.states, strict=True)
            ]

    def _compare(self, block: _Block, matched: Mapping[int, Known]) -> None:
        on_roll = {known.id for known in matched.values() if known.row is None}
        current = queries.values_of_members(self._session, on_roll - self._overlay.keys(), FIELDS)
        current.update(self._earlier_values(block, matched.values()))
        current.update(self._overlay)
        for place, known in matched.items():
            values = current[known.id]
            changes, told = difference(values, block.values(place), self._policy, self.units.root)
            for sentence in told:
                block.tell(place, "warn", sentence)
            if not changes:
                continue
            block.states[place] = RowState.UPDATED
            for at, value in changes.items():
                values[at] = value
            self._overlay[known.id] = values
            self._matcher.complete(known, Known._make([known.id, *[values[PLACE[key]] for key in KEYS], known.row]))

    def _earlier_values(self, block: _Block, people: Iterable[Known]) -> dict[str, list[Any]]:
        """Values of people who are new in this import, from their own earlier row."""
        found: dict[str, list[Any]] = {}
        rows = {known.row: known.id for known in people if known.row is not None and known.id not in self._overlay}
        for number in [number for number in rows if number >= self._number]:
            found[rows.pop(number)] = block.values(number - self._number)
        if rows:
            for first, _, _, marks in queries.block_states(self._session, self._run_id):
                numbers = [number for number in rows if first <= number < first + len(marks)]
                if numbers:
                    earlier = _Block.stored(queries.block(self._session, self._run_id, first), {})
                    found.update((rows[number], earlier.values(number - first)) for number in numbers)
        return found

    def _store(self, block: _Block, chunk: Chunk | None) -> None:
        first, states = self._number, block.states
        notes = []
        warned = 0
        for place, told in sorted(block.notes.items()):
            raw = block.raws.get(place) or (chunk.raw(place) if chunk is not None else [])
            notes.append((first + place, encode(told).decode(), encode(raw).decode()))
            warned += states[place] is not RowState.REFUSED and _warns(told)
        queries.add_block(
            self._session,
            ImportBlock(
                run_id=self._run_id,
                first=first,
                file=block.file,
                sheet=block.sheet,
                states="".join([STATE_LETTERS[state] for state in states]),
                payload=pack({"rows": block.rows, "ids": block.ids, "columns": block.columns}),
            ),
            notes,
        )
        self._number += len(states)
        self.counts[-1] += ImportCounts(
            len(states),
            states.count(RowState.NEW),
            states.count(RowState.UPDATED),
            states.count(RowState.UNCHANGED),
            warned,
            states.count(RowState.REFUSED),
        )

    def finish(self) -> None:
        """Refuse the earlier of two rows that turned out to contradict each other, and whatever built on it."""
        if not self._doubts:
            return
        told = queries.notes(self._session, self._run_id)
        doubted: dict[str, str] = {}
        for stored in queries.blocks(self._session, self._run_id):
            payload, marks = unpack(stored.payload), list(stored.states)
            ids = payload["ids"]
            for number in range(stored.first, stored.first + len(marks)):
                member_id = ids[number - stored.first]
                if number in self._doubts and member_id is not None:
                    doubted[member_id] = self._doubts[number]
            for place, member_id in enumerate(ids):
                if member_id is None or member_id not in doubted:
                    continue
                number = stored.first + place
                notes, raw = told.get(number, ("[]", "[]"))
                found = decode(notes)
                state = _STATES[marks[place]]
                self.counts[stored.file] = self.counts[stored.file].refuse(state.value, warned=_warns(found))
                marks[place], ids[place] = STATE_LETTERS[RowState.REFUSED], None
                found.append([OWN, "refuse", doubted[member_id], ""])
                queries.put_note(self._session, self._run_id, number, encode(found).decode(), raw)
            if "".join(marks) != stored.states:
                stored.states, stored.payload = "".join(marks), pack(payload)
                self._session.flush()


def _warns(notes: Iterable[Sequence[str]]) -> bool:
    return any(note[1] in ("warn", "damaged") for note in notes)


def difference(
    current: Sequence[Any], row: Sequence[Any], policy: Policy, root: str
) -> tuple[dict[int, Any], list[str]]:
    """What a row changes of the values on record, by place in FIELDS, and what is to be told. Blank never erases."""
    changes: dict[int, Any] = {}
    told: list[str] = []
    for place, value in enumerate(row):
        old = current[place]
        if value is None or old == value:
            continue
        name = FIELDS[place]
        if name in policy.keep:
            continue
        if name == "membership_state":
            if (old or MembershipState.ACTIVE.value) != value:
                told.append(_state_note(old or MembershipState.ACTIVE.value, value))
        elif name == "joined_on" and current[_STATE_PLACE] == MembershipState.NONE.value:
            told.append(f"入会日期：文件里是“{value}”，登记的是未入会，没有改动；入会请在会员卡上办理。")
        elif old is None or old == "" or (place in PARTIAL_DATES and value.startswith(old)):
            changes[place] = value
        elif place in PARTIAL_DATES and old.startswith(value):
            continue
        elif name == "unit_id" and value == root:
            continue
        elif name in FILLED_ONLY or name in policy.fill or name == "joined_on":
            label = Member.fields()[name].label
            shown = Member.fields()[name].text
            told.append(f"{label}：文件里是“{shown(value)}”，登记的是“{shown(old)}”，没有改动。")
        else:
            changes[place] = value
    return changes, told


_STATE_PLACE = PLACE["membership_state"]


def _state_note(old: str, new: str) -> str:
    labels = MembershipState.labels()
    return f"会籍状态：文件里是“{labels[new]}”，登记的是“{labels[old]}”，没有改动；会籍变动请在会员卡上办理。"


class _Applier:
    """Writes the rows of a preview into the office."""

    def __init__(
        self, uow: UnitOfWork, run_id: int, counts: ImportCounts, policy: Policy, root: str, progress: Progress
    ) -> None:
        self._uow = uow
        self._policy = policy
        self._root = root
        self._run_id = run_id
        self._total = counts.new + counts.updated
        self._progress = progress
        self._done = 0

    def apply(self) -> None:
        """First those who are new, then those who are on the roll, in reading order."""
        session = self._uow.session
        for stored in queries.blocks(session, self._run_id):
            if "n" in stored.states:
                self._tell("正在登记会员", stored.states.count("n"))
                self._create(stored.states, unpack(stored.payload))
        for stored in queries.blocks(session, self._run_id):
            if "u" in stored.states:
                block = _Block.stored(stored, {})
                places = [place for place, letter in enumerate(stored.states) if letter == "u"]
                for start in range(0, len(places), queries.IN_ONE_QUESTION):
                    part = places[start : start + queries.IN_ONE_QUESTION]
                    self._tell("正在更新会员", len(part))
                    self._update([(str(block.ids[place]), block.values(place)) for place in part])

    def _tell(self, text: str, count: int) -> None:
        step(self._progress, self._done, self._total, text)
        self._done += count

    def _create(self, states: str, payload: dict[str, Any]) -> None:
        ids, columns = payload["ids"], payload["columns"]
        if states.count("n") < len(states):
            wanted = [letter == "n" for letter in states]
            ids = list(compress(ids, wanted))
            columns = {name: list(compress(column, wanted)) for name, column in columns.items()}
        kept = columns.get("membership_state") or [None] * len(ids)
        columns["membership_state"] = kept = [state or MembershipState.ACTIVE.value for state in kept]
        for name in _FLAGS & columns.keys():
            columns[name] = [None if value is None else int(value) for value in columns[name]]
        columns["enrolled"] = [int(state != "none") for state in kept]
        self._uow.add_many(Member, {"id": ids, **columns})
        events = later_events(ids, kept, self._uow.at.date().isoformat())
        if events:
            names = ("member_id", "on_date", "kind", "reason")
            self._uow.add_many(
                MembershipEvent,
                {"id": new_ids(len(events)), **dict(zip(names, zip(*events, strict=True), strict=True))},
            )

    def _update(self, rows: list[tuple[str, list[Any]]]) -> None:
        session = self._uow.session
        members = queries.members(session, [member_id for member_id, _ in rows])
        for member_id, values in rows:
            member = members[member_id]
            current = [getattr(member, name) for name in FIELDS]
            changes, _ = difference(current, values, self._policy, self._root)
            for place, value in changes.items():
                setattr(member, FIELDS[place], value)
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


def later_events(ids: Iterable[str], states: Iterable[str], today: str) -> list[tuple[str, str, str, str]]:
    """(member id, date, kind, reason) that make memberships what the roster says they are.

    A roster gives no date for a leaving: it is dated today, and its reason says so.
    """
    return [
        (member_id, today, _AFTER_JOINING[state].value, "导入时的状态，实际日期不详")
        for member_id, state in zip(ids, states, strict=True)
        if state in _AFTER_JOINING
    ]


def any_value(column: Iterable[Any]) -> bool:
    """Whether a column holds anything at all."""
    return any(value is not None for value in column)


class HeadingsUnknown(UserError):
    """No sheet of a file has a heading for the name: `seen` headings are to be mapped once, for this sender."""

    def __init__(self, sentence: str, path: Path, seen: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.path = path
        self.seen = seen
