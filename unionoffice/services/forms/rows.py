"""A form filled from the rows of somebody's Excel file (从 Excel 填写): read, matched by heading, told about.

The file is read as rosters are. What reading can make nothing of stands on paper as it stands in the file, and is told;
only a number that a spreadsheet has destroyed is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from unionoffice.documents.excel.cleaning import Note, shortened
from unionoffice.documents.excel.headings import Headings
from unionoffice.documents.excel.reading import Chunk, Deciding, Table, UnreadSheet, read_tables
from unionoffice.documents.workbook.loading import load
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.progress import Progress
from unionoffice.kernel.text import squash, tidy
from unionoffice.services.files import printable
from unionoffice.services.forms.completing import followed
from unionoffice.services.forms.row_columns import KEY, RowColumns, row_columns
from unionoffice.services.forms.shelf import Form, readable
from unionoffice.services.practice_data import PracticeGuard

MOST_ROWS = 5_000
"""More rows than this are no file to be printed at once."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands in the file, whom it is about, and values by name, lists being those of the copy."""

    where: str
    title: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RowNote:
    """Something to know about a file: the sentence, and the place of the row it is about, None where it has none."""

    sentence: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """A file as a form takes it.

    `listed` is the list that the rows belong on, "" where each row is a copy, and `key` what every row must have.
    `columns` are the file's headings in order with the field that each fills, "" for none; `fields` all that could be
    filled; `filled` the form's names that come from the file and `lacking` those that do not. `problem` says why
    nothing was read, "" when it was.
    """

    name: str
    sheets: tuple[str, ...]
    listed: str
    key: str
    columns: Mapping[str, str]
    fields: tuple[str, ...]
    filled: frozenset[str]
    lacking: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[RowNote, ...]
    problem: str = ""
    unnamed: bool = False
    """Whether no column is the one that every row must have: it may be among those whose heading nobody knows."""

    def only(self, place: int) -> Rows:
        """The same with one of the rows."""
        return replace(self, rows=self.rows[place : place + 1], notes=())

    def on_list(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What a form that is one list asks for: its rows, each with what was told once and the file does not have."""
        same = {name: value for name, value in asked.items() if name in self.lacking}
        rest = {name: value for name, value in asked.items() if name not in same}
        return {**rest, self.listed: [{**same, **row.values} for row in self.rows]}


def read_rows(
    form: Form,
    path: Path,
    *,
    today: date,
    practice: bool,
    progress: Progress,
    sheet: str = "",
    meanings: Mapping[str, str] | None = None,
) -> Rows:
    """Read a file for a form; `sheet` is the only one that is read, `meanings` what headings fill, "" for nothing.

    Raises UserError for a form that has nothing to be filled, for what is no table, for a sheet that there is not and
    for too many rows; EnvironmentFault for what cannot be read; Cancelled as `progress` does.
    """
    return _Reading(form, path, today, practice, progress, sheet).read(dict(meanings or {}))


class _Reading:
    """One file on its way into a form."""

    def __init__(self, form: Form, path: Path, today: date, practice: bool, progress: Progress, sheet: str) -> None:
        self._form = form
        self._path = path
        self._name = printable(path)
        self._today = today
        self._practice = practice
        self._progress = progress
        self._sheet = sheet
        self._columns: RowColumns = row_columns(load(*readable(form.path)))
        if not self._columns.key:
            raise UserError(f"“{form.name}”没有要填的内容，不能从 Excel 填写。")
        self._sheets: Sequence[str] = ()
        self._rows: list[Row] = []
        self._notes: list[RowNote] = []

    def read(self, meanings: Mapping[str, str]) -> Rows:
        """The rows, with what is to be told of them."""
        shown: dict[str, str] = {}
        unread: list[str] = []

        def decide(headings: Sequence[tuple[str, Headings | None]]) -> dict[str, str]:
            self._sheets = [sheet for sheet, _ in headings]
            by_itself = self._by_itself(headings)
            shown.update(dict.fromkeys(by_itself, ""))
            return self._mapping(by_itself, meanings)

        for table in self._tables(decide):
            for caption, label in self._labels(table.headings).items():
                shown[caption] = shown[caption] or label
            if isinstance(table, UnreadSheet):
                unread.append(table.sheet)
                continue
            self._notes += [RowNote(f"{self._where(table.sheet)}{sentence}") for sentence in table.notices]
            for chunk in table.chunks():
                self._take(table, chunk)
        return self._found(unread, shown)

    def _found(self, unread: Sequence[str], shown: dict[str, str]) -> Rows:
        columns, places = self._columns, self._columns.places
        problem, unnamed = "", columns.key not in shown.values()
        if unnamed:
            problem = f"“{self._name}”里没有“{columns.key}”这一列，不能填写。请指明哪一列是“{columns.key}”。"
        elif not self._rows:
            problem = f"“{self._name}”有表头，下面没有内容，请核对是不是选错了文件。"
        else:
            self._notes += [RowNote(f"{self._where(each)}没有“{columns.key}”这一列，没有读取。") for each in unread]
        filled = frozenset(_name(places[label]) for label in shown.values() if label)
        found_elsewhere = filled | followed(filled) | columns.helping
        return Rows(
            self._name,
            tuple(filter(None, self._sheets)),
            columns.listed,
            columns.key,
            shown,
            columns.fields,
            filled,
            tuple(name for name in dict.fromkeys(map(_name, places.values())) if name not in found_elsewhere),
            tuple(_told_apart(self._rows)),
            tuple(self._notes),
            problem,
            unnamed,
        )

    def _tables(self, decide: Deciding) -> Iterator[Table | UnreadSheet]:
        """The sheets that are wanted. Raises as `read_rows` does."""
        expected = self._columns.expected
        tables = read_tables(
            self._path, self._name, expected, today=self._today, mapping=decide, progress=self._progress
        )
        guard = PracticeGuard(tables, practice=self._practice)
        for table in tables:
            if not self._is_wanted(table.sheet):
                continue
            if isinstance(table, Table):
                guard.check_table(table)
            yield table
        if self._sheet and self._sheet not in self._sheets:
            raise UserError(f"“{self._name}”里没有工作表“{self._sheet}”，有：{'、'.join(filter(None, self._sheets))}。")

    def _is_wanted(self, sheet: str) -> bool:
        return self._sheet in ("", sheet)

    def _by_itself(self, headings: Sequence[tuple[str, Headings | None]]) -> dict[str, str]:
        """The field that each heading of the file fills when nobody says otherwise, "" for none."""
        found: dict[str, str] = {}
        for sheet, each in headings:
            for caption, label in self._labels(each).items() if self._is_wanted(sheet) else ():
                found[caption] = found.get(caption) or label
        return found

    def _mapping(self, by_itself: Mapping[str, str], meanings: Mapping[str, str]) -> dict[str, str]:
        """What headings mean otherwise than by themselves; a field said to be one column's is no other's."""
        columns = self._columns
        said = {
            caption: label
            for caption, label in meanings.items()
            if caption in by_itself and (not label or label in columns.places)
        }
        taken = set(said.values())
        found = {caption: "" for caption, label in by_itself.items() if label in taken}
        return found | {caption: columns.spec(label) if label else "" for caption, label in said.items()}

    def _labels(self, headings: Headings | None) -> dict[str, str]:
        """The field that each heading of a sheet fills, "" for none; of two columns of one heading the first one's."""
        found: dict[str, str] = {}
        for column, caption in sorted(headings.captions.items()) if headings is not None else ():
            name = headings.fields.get(column) if headings is not None else None
            label = self._columns.expected.columns[name].label if name is not None else ""
            found[caption] = found.get(caption) or label
        return found

    def _where(self, sheet: str) -> str:
        """A sheet's name before a sentence, where there are several."""
        return f"工作表“{sheet}”" if len(self._sheets) > 1 else ""

    def _take(self, table: Table, chunk: Chunk) -> None:
        if len(self._rows) + len(chunk.rows) > MOST_ROWS:
            raise UserError(f"“{self._name}”超过 {MOST_ROWS:,} 行，一次印不了这么多。请分成几个文件，或只留要印的行。")
        where = self._where(table.sheet)
        for number, reason in chunk.skipped:
            if reason != "空行":
                why = reason.removesuffix("，没有姓名")  # not every form's rows have one
                self._notes.append(RowNote(f"{where}第 {number} 行没有采用：{why}。"))
        notes: dict[int, list[Note]] = {}
        for note in chunk.notes:
            if note.field:  # that a row is hidden was told of the sheet
                notes.setdefault(note.row, []).append(note)
        for place, number in enumerate(chunk.rows):
            self._take_row(table, chunk, place, f"{where}第 {number} 行", notes.get(place, ()))

    def _take_row(self, table: Table, chunk: Chunk, place: int, where: str, notes: Sequence[Note]) -> None:
        expected, row = self._columns.expected, len(self._rows)
        raw = chunk.raw(place)
        if chunk.values[KEY][place] is None and not self._stands(table, raw):
            why = next((_of_the_cell(note, self._columns.key) for note in notes if note.level == "warn"), "")
            self._notes.append(RowNote(f"{where}没有“{self._columns.key}”，没有采用{f'：{why}' if why else '。'}"))
            return
        damaged = {note.field for note in notes if note.level == "damaged"}
        blank: set[str] = set()
        single: dict[str, Any] = {}
        lists: dict[str, dict[int, dict[str, Any]]] = {}
        for column, name in table.headings.fields.items():
            label = expected.columns[name].label
            value = chunk.values[name][place]
            text = tidy(raw[column]) if column < len(raw) else ""
            if name not in damaged and shortened(text):
                damaged.add(name)
                sentence = f"“{text}”是被表格软件写成科学计数的数字，末几位丢失，对照原表补全。"
                self._notes.append(RowNote(f"{where}的“{label}”没有采用：{sentence}", row))
            if name in damaged:
                continue
            if not (shown := text if value is None else str(value)):
                blank.add(name)
                continue
            where_to = self._columns.places[label]
            if isinstance(where_to, str):
                single[where_to] = shown
            else:
                group, number, field = where_to
                lists.setdefault(group, {}).setdefault(number, {})[field] = shown
        changed = [note for note in notes if not _only_tidied(note, chunk.values[note.field][place])]
        self._tell(where, row, changed, blank)
        for group, items in lists.items():
            single[group] = [items[number] for number in sorted(items)]
        self._rows.append(Row(where, str(single.get(self._columns.key, "")), single))

    def _stands(self, table: Table, raw: Sequence[str]) -> bool:
        """Whether anything stands where a row says whom it is about, readable or not."""
        columns = [column for column, name in table.headings.fields.items() if name == KEY]
        return any(tidy(raw[column]) for column in columns if column < len(raw))

    def _tell(self, where: str, row: int, notes: Sequence[Note], blank: Collection[str]) -> None:
        """Tell of a row's cells; `blank` are the columns of which nothing stands on paper."""
        for note in notes:
            if note.level == "refuse":  # the row would not be here
                continue
            label = self._columns.expected.columns[note.field].label
            kept = {"warn": "按表里的内容填写：", "damaged": "没有采用："}.get(note.level, "：")
            told = f"留空：{_of_the_cell(note, label)}" if note.field in blank else f"{kept}{note.sentence}"
            self._notes.append(RowNote(f"{where}的“{label}”{told}", row))


def _of_the_cell(note: Note, label: str) -> str:
    """What is said of a cell, without its heading where it begins with it."""
    return note.sentence.removeprefix(f"“{label}”")


def _told_apart(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows, namesakes by where they stand: their copies are two papers, and are called differently."""
    many = Counter(row.title for row in rows)
    for row in rows:
        yield row if many[row.title] == 1 else replace(row, title=f"{row.title}（{row.where}）")


def _only_tidied(note: Note, value: Any) -> bool:
    """Whether nothing was changed but blanks and signs: on paper that is as good as untouched."""
    plain = "".join(sign for sign in squash(note.raw) if sign.isalnum())
    return note.level == "info" and plain.upper() == str(value).upper()


def _name(place: str | tuple[str, int, str]) -> str:
    """The form's name of where a value goes."""
    return place if isinstance(place, str) else place[0]
