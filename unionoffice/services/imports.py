"""Rosters in, in two steps (F99–F103): a stored preview with a state per row and cell, then apply, checked anew.

Blank never erases; a number damaged by a spreadsheet is named and never stored; a row that could mean two people
neither creates nor picks; cancelling leaves nothing behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from unionoffice.documents.excel.columns import ImportColumns, member_columns
from unionoffice.documents.excel.reading import Table, UnreadSheet, read_tables
from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Conflict, EnvironmentFault, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Progress, Silent
from unionoffice.kernel.resources import ROOT
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.import_run import STATE_LETTERS, ImportRun, RowState
from unionoffice.models.member import Member
from unionoffice.models.organisation import UnitKind
from unionoffice.models.permission import permit
from unionoffice.services.access_log import Access, AccessLog, file_hash
from unionoffice.services.files import printable
from unionoffice.services.import_apply import Applier
from unionoffice.services.import_family import is_family_caption
from unionoffice.services.import_preview import PreviewMaker
from unionoffice.services.import_report import ImportCounts, ImportResult, Shown, as_in_file, write_import_report
from unionoffice.services.import_rows import FIELDS, STATES, Block, Policy, difference, unpack
from unionoffice.services.offices import Offices
from unionoffice.services.organisation import add_planned_units
from unionoffice.services.practice_data import PracticeGuard
from unionoffice.services.unit_names import UnitNames
from unionoffice.store.change_log import decode, encode
from unionoffice.store.queries import imports as queries
from unionoffice.store.queries import organisation
from unionoffice.store.unit_of_work import Store


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

    def __init__(self, store: Store, offices: Offices, access: AccessLog) -> None:
        self._store = store
        self._offices = offices
        self._access = access
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
        if report is not None and any(_same_file(report, path) for path in paths):
            raise UserError(f"“{report.name}”就是要导入的文件，结果不能写在它上面，请换一个文件名。")
        preview = self.preview(paths, actor, progress)
        written = []
        try:
            if report is not None:
                self.report(preview.run_id, report, progress)
                written.append(report)
            if not dry_run:
                self.apply(preview.run_id, actor, progress)
        finally:
            with suppress(EnvironmentFault):  # a full disk: what was imported stays, this goes with the next preview
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

        Refused to who may not import: a preview tells of everybody who is on the roll. Raises UserError when a file
        cannot be read or none of its sheets has a heading for the name.
        """
        permit(actor, "member:import")
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
            maker = PreviewMaker(session, run.id, units, policy, run.made_at.date())
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
        self, session: Session, maker: PreviewMaker, path: Path, number: int, progress: Progress
    ) -> dict[str, Any]:
        maker.begin_file(number)
        remembered = queries.remembered(session, sender_of(printable(path)))
        tables = read_tables(
            path, printable(path), self.columns, today=self._store.clock.today(), mapping=remembered, progress=progress
        )
        guard = PracticeGuard(tables, practice=self._offices.get().practice)
        sheets: list[dict[str, Any]] = []
        unread: list[UnreadSheet] = []
        found = list(tables) if tables.kind != "xlsx" else tables
        for table in found:
            if isinstance(table, UnreadSheet):
                unread.append(table)
                sheets.append({"name": table.sheet, "problem": table.sentence, "headings": list(table.seen)})
                continue
            guard.check_table(table)
            sheets.append(_sheet_facts(table))
            if not maker.read_table(table, len(sheets) - 1, progress, guard.check_people):
                sheets[-1]["notices"].append("有表头，下面没有人，请核对是不是选错了文件。")
        if unread and len(unread) == len(sheets):
            raise HeadingsUnknown(unread[0].sentence, path, tuple(unread[0].seen))
        return {
            "name": printable(path),
            "sha256": file_hash(path),
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
        """One page of a preview's rows, all or those of some states, or only those with something to tell.

        Refused to who may not import.
        """
        permit(self._store.viewer or Actor(""), "member:import")
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
                            STATES[marks[place]],
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
            root, *below = organisation.nodes(session)
            units = {node.id: node.path for node in below}
            for unit_id, name, _, parent in decode(session.get_one(ImportRun, run_id).new_units):
                units.setdefault(unit_id, " / ".join(filter(None, (units.get(parent), name))))
            units[root.id] = root.name
            places = queries.block_states(session, run_id)
        for row in rows:
            if not raws[row.number]:
                file, sheet = next((each[1], each[2]) for each in reversed(places) if each[0] <= row.number)
                raws[row.number] = as_in_file(row.values, preview.files[file]["sheets"][sheet], units)
        labels = {spec.name: spec.label for spec in self.columns.columns.values()}
        captions = preview.files[0]["sheets"][0].get("captions", {}) if _one_sheet(preview.files) else {}
        practice = self._offices.get().practice
        known = [row.member_id for row in rows if row.member_id is not None]
        entry = Access(
            AccessKind.EXPORT,
            "导入结果",
            Member.type_name,
            tuple(captions.values()),
            len(rows),
            listed=((Member, known),) if known else (),
        )
        write_import_report(
            path,
            rows,
            raws,
            captions,
            labels,
            progress or Silent(),
            practice=practice,
            finished=self._access.of_file(entry, path),
        )

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
            Applier(uow, run_id, preview.counts, _policy(preview.files), root, progress).apply()
            run.applied_at = uow.at
            for file in preview.files:
                self._access.note(_import_access(file), actor=actor, uow=uow)
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


def _import_access(file: Mapping[str, Any]) -> Access:
    """What the access log keeps of one file taken in."""
    return Access(
        AccessKind.IMPORT,
        "会员花名册",
        Member.type_name,
        rows=ImportCounts(**file["counts"]).read,
        file=file["name"],
        sha256=file.get("sha256", ""),
    )


def rematch(session: Session, run: ImportRun, touched: Mapping[str, frozenset[str]]) -> tuple[PreviewMaker, bool]:
    """Work a stored preview out anew against today's records; also whether what applying it does has changed.

    `touched` are the fields by member that somebody changed since: a row that would now overwrite one of them wants
    another look although it still is an update.
    """
    told = queries.notes(session, run.id)
    blocks = [Block.stored(block, told) for block in queries.blocks(session, run.id)]
    before = _outcomes(blocks)
    units = UnitNames(organisation.nodes(session))
    instead = units.replan(decode(run.new_units))
    policy = _policy(decode(run.files))
    queries.clear(session, run.id)
    maker = PreviewMaker(session, run.id, units, policy, run.made_at.date())
    for file in range(len(decode(run.files))):
        maker.begin_file(file)
        for block in blocks:
            if block.file == file:
                if instead and "unit_id" in block.columns:
                    block.columns["unit_id"] = [instead.get(unit, unit) for unit in block.columns["unit_id"]]
                maker.take(block)
    maker.finish()
    found = [Block.stored(block, {}) for block in queries.blocks(session, run.id)]
    return maker, before != _outcomes(found) or _overwrites(session, found, policy, units.root, touched)


def _outcomes(blocks: Iterable[Block]) -> list[tuple[RowState, str | int | None]]:
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
    session: Session, blocks: Iterable[Block], policy: Policy, root: str, touched: Mapping[str, frozenset[str]]
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


def _same_file(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def sender_of(file_name: str) -> str:
    """By what files of one sender are recognised: the name without numbers, dates and suffix."""
    return re.sub(r"[\d\W_年月日号]+", "", Path(file_name).stem) or "*"


def _sheet_facts(table: Table) -> dict[str, Any]:
    captions = table.headings.captions
    return {
        "name": table.sheet,
        "captions": {str(column): caption for column, caption in captions.items()},
        "columns": {captions.get(column, ""): name for column, name in table.headings.fields.items()},
        "unknown": [caption for caption in table.headings.unknown if not is_family_caption(caption)],
        "notices": table.notices,
    }


class HeadingsUnknown(UserError):
    """No sheet of a file has a heading for the name: `seen` headings are to be mapped once, for this sender."""

    def __init__(self, sentence: str, path: Path, seen: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.path = path
        self.seen = seen
