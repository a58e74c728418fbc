"""Works out what each row of a roster means, and stores it as a preview."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import compress
from typing import Any

from sqlalchemy.orm import Session

from unionoffice.documents.excel.reading import Chunk, Table
from unionoffice.kernel.identity import new_ids
from unionoffice.kernel.progress import Progress, step
from unionoffice.models.import_run import STATE_LETTERS, ImportBlock, RowState
from unionoffice.models.member import Member
from unionoffice.services.import_family import Relative, family_columns, read_relatives, unknown_relatives
from unionoffice.services.import_report import ImportCounts
from unionoffice.services.import_rows import (
    FIELDS,
    KEYS,
    OWN,
    OWN_NAMES,
    PLACE,
    STATES,
    Block,
    Policy,
    any_value,
    difference,
    kept_against_number,
    pack,
    unpack,
    warns,
)
from unionoffice.services.matching import NEW, Known, Matcher
from unionoffice.services.unit_names import UnitNames
from unionoffice.store.change_log import decode, encode
from unionoffice.store.queries import imports as queries


class PreviewMaker:
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
        self._raws: dict[int, list[str]] = {}

    def planned_units(self) -> list[tuple[str, str, str, str]]:
        """Units to be created: those of rows that are not refused."""
        return self.units.wanted(self._used_units)

    def begin_file(self, number: int) -> None:
        """The rows that follow are of this file."""
        assert number == len(self.counts)
        self.counts.append(ImportCounts())

    def read_table(self, table: Table, sheet: int, progress: Progress, check: Callable[[Chunk], None]) -> int:
        """Take in every row of a sheet, and return how many; `check` raises for what makes the whole file unfit."""
        first = self._number
        for chunk in table.chunks():
            check(chunk)
            if chunk.rows:
                block = self._block(table, sheet, chunk)
                self.take(block, chunk)
            step(progress, self._number, 0, f"已核对 {self._number} 行")
        return self._number - first

    def _block(self, table: Table, sheet: int, chunk: Chunk) -> Block:
        columns = {OWN_NAMES.get(name, name): column for name, column in chunk.values.items()}
        notes: dict[int, list[list[str]]] = {}
        for note in chunk.notes:
            name = OWN_NAMES.get(note.field, note.field)
            notes.setdefault(note.row, []).append([name, note.level, note.sentence, note.raw])
        columns["unit_id"] = self._unit_column(table, chunk, notes)
        self._leave_out_the_future(columns, notes)
        kept = {name: column for name, column in columns.items() if name in PLACE and any_value(column)}
        family = self._families(table, chunk, notes)
        return Block(len(self.counts) - 1, sheet, chunk.rows, kept, notes, {}, [], [], family)

    def _families(self, table: Table, chunk: Chunk, notes: dict[int, list[list[str]]]) -> dict[int, list[Relative]]:
        """Relatives by place in the chunk, where the sheet has columns for them."""
        columns = family_columns(table.headings.captions)
        if not columns:
            return {}
        found: dict[int, list[Relative]] = {}
        for place in range(len(chunk.rows)):
            relatives, told = read_relatives(chunk.raw(place), columns, date.fromisoformat(self._today))
            if relatives:
                found[place] = relatives
            for sentence in told:
                notes.setdefault(place, []).append(["", "warn", sentence, ""])
        return found

    def _leave_out_the_future(self, columns: dict[str, list[Any]], notes: dict[int, list[list[str]]]) -> None:
        """Nobody was born or joined after today: such a date is told and left blank."""
        for name, facts in Member.fields().items():
            column = columns.get(name, ()) if facts.past else ()
            if max(filter(None, column), default="") > self._today:
                label = facts.label
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
            found = {pair: self.units.find(*pair) if any(pair) else None for pair in dict.fromkeys(pairs)}
            units = [found[pair] for pair in pairs]
            if None in units:
                for place, pair in enumerate(pairs):
                    if units[place] is None and any(pair):
                        told = ["branch", "refuse", self.units.why_none(*pair), " / ".join(filter(None, pair))]
                        notes.setdefault(place, []).append(told)
            return units
        department = chunk.values.get("department")
        if department:
            return [self.units.known(name) for name in department]
        return [self.units.known(table.sheet)] * count

    def take(self, block: Block, chunk: Chunk | None = None) -> None:
        """Match every row of a block, and store it."""
        first, count = self._number, len(block.rows)
        fresh = new_ids(count)
        states = [RowState.NEW] * count
        ids: list[str | None] = list(fresh)
        matched: dict[int, Known] = {}
        matcher = self._matcher
        keys = [block.column(name) for name in KEYS]
        plain = not any(note[1] in ("refuse", "damaged") for notes in block.notes.values() for note in notes)
        all_new = plain and matcher.add_if_all_new(fresh, keys, first)
        people = () if all_new else map(Known, fresh, *keys, range(first, first + count))
        for place, person in enumerate(people):
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
                    if chunk is not None and found.also >= first:
                        self._raws[found.also] = chunk.raw(found.also - first)
                    self._doubts[found.also] = f"证件号码与后面的“{person.name}”相同，两人中至少有一人写错，请核对。"
            elif found.known is not None:
                if found.proposal:
                    block.tell(place, "warn", f"登记的证件号码是 {found.proposal}，没有改动它。")
                matched[place] = found.known
                states[place], ids[place] = RowState.UNCHANGED, found.known.id
        block.states, block.ids = states, ids
        if matched:
            self._compare(block, matched)
        if block.family:
            self._compare_families(block)
        self._place_the_new(block)
        if self.units.planned:
            stays = (RowState.REFUSED, RowState.UNCHANGED)
            self._used_units.update(compress(block.column("unit_id"), [state not in stays for state in states]))
        self._store(block, chunk)

    def _compare_families(self, block: Block) -> None:
        """Somebody else unchanged is updated when the roster names relatives his household does not have yet."""
        unchanged = {
            str(block.ids[place]): place for place in block.family if block.states[place] is RowState.UNCHANGED
        }
        wanted = {member_id: block.family[place] for member_id, place in unchanged.items()}
        for member_id in unknown_relatives(self._session, wanted):
            block.states[unchanged[member_id]] = RowState.UPDATED

    def _place_the_new(self, block: Block) -> None:
        """Somebody new whose roster names no unit goes under the union itself."""
        units = block.column("unit_id")
        if None in units:
            block.columns["unit_id"] = [
                self.units.root if unit is None and state is RowState.NEW else unit
                for unit, state in zip(units, block.states, strict=True)
            ]

    def _compare(self, block: Block, matched: Mapping[int, Known]) -> None:
        on_roll = {known.id for known in matched.values() if known.row is None}
        current = queries.values_of_members(self._session, on_roll - self._overlay.keys(), FIELDS)
        current.update(self._earlier_values(block, matched.values()))
        current.update(self._overlay)
        for place, known in matched.items():
            values = current[known.id]
            row = block.values(place)
            changes, told = difference(values, row, self._policy, self.units.root)
            for sentence in told + kept_against_number(values, row, changes, block.notes.get(place, ())):
                block.tell(place, "warn", sentence)
            if not changes:
                continue
            block.states[place] = RowState.UPDATED
            for at, value in changes.items():
                values[at] = value
            self._overlay[known.id] = values
            self._matcher.complete(known, Known._make([known.id, *[values[PLACE[key]] for key in KEYS], known.row]))

    def _earlier_values(self, block: Block, people: Iterable[Known]) -> dict[str, list[Any]]:
        """Values of people who are new in this import, from their own earlier row."""
        found: dict[str, list[Any]] = {}
        rows = {known.row: known.id for known in people if known.row is not None and known.id not in self._overlay}
        for number in [number for number in rows if number >= self._number]:
            found[rows.pop(number)] = block.values(number - self._number)
        if rows:
            for first, _, _, marks in queries.block_states(self._session, self._run_id):
                numbers = [number for number in rows if first <= number < first + len(marks)]
                if numbers:
                    earlier = Block.stored(queries.block(self._session, self._run_id, first), {})
                    found.update((rows[number], earlier.values(number - first)) for number in numbers)
        return found

    def _store(self, block: Block, chunk: Chunk | None) -> None:
        first, states = self._number, block.states
        notes = []
        warned = 0
        for place, told in sorted(block.notes.items()):
            raw = block.raws.get(place) or (chunk.raw(place) if chunk is not None else [])
            notes.append((first + place, encode(told).decode(), encode(raw).decode()))
            warned += states[place] is not RowState.REFUSED and warns(told)
        queries.add_block(
            self._session,
            ImportBlock(
                run_id=self._run_id,
                first=first,
                file=block.file,
                sheet=block.sheet,
                states="".join([STATE_LETTERS[state] for state in states]),
                payload=pack({"rows": block.rows, "ids": block.ids, "columns": block.columns, "family": block.family}),
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
        self._matcher = Matcher()  # lets go of everybody: the collector would look at each of them, once for nothing
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
                notes, raw = told.get(number, ("[]", encode(self._raws.get(number, [])).decode()))
                found = decode(notes)
                state = STATES[marks[place]]
                self.counts[stored.file] = self.counts[stored.file].refuse(state.value, warned=warns(found))
                marks[place], ids[place] = STATE_LETTERS[RowState.REFUSED], None
                found.append([OWN, "refuse", doubted[member_id], ""])
                queries.put_note(self._session, self._run_id, number, encode(found).decode(), raw)
            if "".join(marks) != stored.states:
                stored.states, stored.payload = "".join(marks), pack(payload)
                self._session.flush()
