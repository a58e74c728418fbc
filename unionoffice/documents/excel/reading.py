"""A file of any office read whole: sheets found, headings understood, rows cleaned chunk by chunk."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice, zip_longest
from pathlib import Path

from unionoffice.documents.excel.agreement import accept_other_papers, agree_with_number
from unionoffice.documents.excel.cleaning import ColumnCleaner, Note, Value, cell_text, column_cleaner
from unionoffice.documents.excel.columns import ImportColumns, fold_caption
from unionoffice.documents.excel.headings import SEARCHED_ROWS, Headings, find_headings
from unionoffice.documents.excel.reader import Book, Cell, RawSheet, open_book
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.progress import Progress, Silent, step

CHUNK = 1_000
"""Rows cleaned at a time: measured, smaller than the processor's cache; 5,000 take a fifth longer."""

_FOOT = re.compile(
    r"\s*(?:(?:本页|本表|全部|人数)?(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计)(?=$|[:：\s\d共人（(])"
    r"|(?:制\s*表|填\s*表|填\s*报|审\s*核|审\s*批|复\s*核|经\s*办|校\s*对|统\s*计|联\s*系|负\s*责)(?:人|单位|日期|时间|员)?"
    r"(?:签字|签名|盖章)?\s*[（(:：]"
    r"|(?:单位|部门|分会|分工会|工会)?(?:负责人|主席|领导|盖章|公章)(?:签字|签名)?\s*[（(:：]"
    r"|(?:备\s*)?注\s*[:：\d]|(?:填表)?说\s*明\s*[:：]|共\s*\d+\s*[人名条件户]|以下(?:空白|无正文)|第\s*\d+\s*页)"
)
_FOOT_STARTS = frozenset("本全人合总小共累制填审复经校统联负单部分工主领盖公备注说以第 \u3000\u00a0\t\n")
_SERIAL = re.compile(r"\d{1,6}(?:\.0)?")
_FILLED_KINDS = frozenset(["text", "choice", "flag"])


@dataclass(slots=True)
class Chunk:
    """Up to 1,000 rows of one sheet.

    `rows` 1-based sheet rows; `values` field → cleaned values, one per row; `notes` what is to be told, `row` being
    the position in this chunk; `skipped` (sheet row, reason) of rows that hold nobody, among these rows.
    """

    rows: list[int]
    values: dict[str, list[Value]]
    notes: list[Note]
    skipped: list[tuple[int, str]]
    _cells: list[Sequence[Cell]] = field(repr=False)

    def raw(self, position: int) -> list[str]:
        """The row's cells as text, as they stand in the file."""
        return [cell_text(cell) for cell in self._cells[position]]


@dataclass(slots=True)
class Table:
    """One sheet with understood headings; `chunks()` may be walked through once.

    `mapping` sheet column (0-based) → field; `headings` says where they stand and what was not recognised;
    `notices` are sentences about the sheet; `row_count` its last row; `above` the texts over the headings.
    """

    sheet: str
    headings: Headings
    mapping: dict[int, str]
    notices: list[str]
    row_count: int
    above: tuple[str, ...]
    _chunks: Iterator[Chunk] = field(repr=False)

    def chunks(self) -> Iterator[Chunk]:
        """The rows below the headings."""
        return self._chunks


@dataclass(slots=True)
class UnreadSheet:
    """A sheet without the required headings: `sentence` for the user, `seen` the captions to be mapped by hand."""

    sheet: str
    sentence: str
    seen: tuple[str, ...]
    headings: Headings | None


@dataclass(slots=True)
class Tables:
    """A file being read: walk through it once; `notices` are sentences about it, `practice` as in `Book`."""

    name: str
    kind: str
    notices: tuple[str, ...]
    practice: bool
    _sheets: Iterator[Table | UnreadSheet] = field(repr=False)

    def __iter__(self) -> Iterator[Table | UnreadSheet]:
        return self._sheets


Deciding = Callable[[Sequence[tuple[str, Headings | None]]], Mapping[str, str]]
"""What captions mean, from every sheet's name and the headings that were found in it by themselves."""
_Opened = tuple[RawSheet, list[list[Cell]], Iterator[list[Cell]]]


def read_tables(
    source: bytes | Path,
    name: str,
    columns: ImportColumns,
    *,
    today: date,
    mapping: Mapping[str, str] | Deciding | None = None,
    progress: Progress | None = None,
) -> Tables:
    """Read a file: one `Table` or `UnreadSheet` for each visible sheet that is not empty, in order.

    `mapping` {caption: field or ""} overrides what captions mean; who has to see all headings to decide that gives a
    function, and all sheets are loaded before the first is read. Raises UserError or EnvironmentFault when the file
    cannot be read, also while the sheets are walked through, and Cancelled when `progress` says so.
    """
    book = open_book(source, name)
    return Tables(
        book.name, book.kind, book.notices, book.practice, _sheets(book, columns, today, mapping, progress or Silent())
    )


def _sheets(
    book: Book,
    columns: ImportColumns,
    today: date,
    mapping: Mapping[str, str] | Deciding | None,
    progress: Progress,
) -> Iterator[Table | UnreadSheet]:
    found = False
    opened: Iterable[_Opened] = _opened(book)
    if callable(mapping):
        opened = list(opened)
        mapping = mapping([(sheet.name, _headings(sheet, head, columns, {})) for sheet, head, _ in opened])
    for sheet, head, rows in opened:
        found = True
        headings = _headings(sheet, head, columns, mapping)
        if headings is None or headings.missing:
            yield _unread(book.name, sheet, headings, columns)
            continue
        walk = _Walk(sheet, headings, columns, today)
        notices = _notices(sheet, headings, columns)
        yield Table(
            sheet.name,
            headings,
            {column + sheet.first_column: name for column, name in headings.fields.items()},
            notices,
            sheet.height,
            tuple(cell for row in head[: headings.first_row - 1] for cell in row if cell and isinstance(cell, str)),
            walk.chunks(chain(head[headings.last_row :], rows), progress),
        )
    if not found:
        raise UserError(f"“{book.name}”里没有内容。请确认选对了文件。")


def _opened(book: Book) -> Iterator[_Opened]:
    """The sheets that hold something, with the rows in which headings are looked for and those below them."""
    for sheet in book.sheets():
        rows = sheet.rows()
        head = list(islice(rows, SEARCHED_ROWS + 1))
        if any(cell != "" for row in head for cell in row) or sheet.height > len(head):
            yield sheet, head, rows


def _headings(
    sheet: RawSheet, head: Sequence[list[Cell]], columns: ImportColumns, mapping: Mapping[str, str] | None
) -> Headings | None:
    return find_headings(head, columns, merges=sheet.merges, first_column=sheet.first_column, mapping=mapping)


def _unread(name: str, sheet: RawSheet, headings: Headings | None, columns: ImportColumns) -> UnreadSheet:
    where = f"工作表“{sheet.name}”" if sheet.name else f"“{name}”"
    missing = headings.missing if headings else tuple(columns.columns[field].label for field in columns.required)
    seen = tuple(headings.captions.values()) if headings else ()
    shown = f"看到的表头是：{'、'.join(seen[:20])}。" if seen else "前 30 行里没有表头。"
    sentence = f"{where}没有“{'、'.join(missing)}”这一列，没有读取。{shown}在表头对照里指明哪一列是它，再导入。"
    return UnreadSheet(sheet.name, sentence, seen, headings)


def _notices(sheet: RawSheet, headings: Headings, columns: ImportColumns) -> list[str]:
    notices = [
        f"有不止一列是“{columns.columns[name].label}”，“{caption}”这一列没有采用。"
        for caption, name in headings.repeated
    ]
    hidden = sorted(row for row in sheet.facts.hidden_rows if row > headings.last_row)
    if hidden:
        shown = "、".join(str(row) for row in hidden[:10])
        more = f" 等 {len(hidden)} 行" if len(hidden) > 10 else " 行"
        notices.append(f"第 {shown}{more}在表里是隐藏的，已一并读取。")
    return notices


class _Walk:
    """The state of walking down one sheet: cleaners, and merged values that reach into the next chunk."""

    def __init__(self, sheet: RawSheet, headings: Headings, columns: ImportColumns, today: date) -> None:
        self.sheet = sheet
        self.headings = headings
        self.specs = {column: columns.columns[name] for column, name in headings.fields.items()}
        self.cleaners: dict[int, ColumnCleaner] = {
            column: column_cleaner(spec, today) for column, spec in self.specs.items()
        }
        self.column_of = {name: column for column, name in headings.fields.items()}
        self.wanted = frozenset(columns.columns)
        self.width = max(headings.captions) + 1
        self.name_column = self.column_of["name"]
        self.name_captions = {folded for folded, name in columns.lookup().items() if name == "name"} | {
            fold_caption(headings.captions[self.name_column])
        }
        self.name_starts = frozenset(caption[0] for caption in self.name_captions if caption)
        self.merges = self._data_merges()
        self.merged_values: dict[int, Cell] = {}
        facts = sheet.facts
        self.told_cells = sorted(facts.unsaved_formulas | facts.errors)
        self.months = sorted(facts.month_only)

    def chunks(self, rows: Iterator[list[Cell]], progress: Progress) -> Iterator[Chunk]:
        """Clean the rows below the headings, at most `CHUNK` at a time."""
        first = self.headings.last_row + 1
        title = f"读取“{self.sheet.name}”" if self.sheet.name else "读取名单"
        while block := list(islice(rows, CHUNK)):
            step(progress, first, self.sheet.height, title)
            yield self._chunk(first, block)
            first += len(block)

    def _chunk(self, first: int, block: list[list[Cell]]) -> Chunk:
        even = len(set(map(len, block))) == 1
        columns: list[Sequence[Cell]] = list(zip(*block, strict=True) if even else zip_longest(*block, fillvalue=""))
        while len(columns) < self.width:
            columns.append([""] * len(block))
        skipped = self._skipped(columns)
        self._fill_merges(columns, first, len(block))
        kept = range(len(block))
        if skipped:
            keep = [row for row in kept if row not in skipped]
            columns = [[cells[row] for row in keep] for cells in columns]
            cells_kept: list[Sequence[Cell]] = [block[row] for row in keep]
        else:
            keep = list(kept)
            cells_kept = list(block)
        values, notes = self._clean(columns)
        self._month_only(values, columns, keep, first)
        notes += self._agree(values, columns)
        notes += self._told(keep, first)
        notes += [
            Note(row, "name", "refuse", "这一行没有姓名，不能导入；补上姓名后重新导入。", "")
            for row, name in enumerate(values["name"])
            if name is None
        ]
        return Chunk(
            [first + row for row in keep],
            values,
            notes,
            [(first + row, reason) for row, reason in sorted(skipped.items())],
            cells_kept,
        )

    def _clean(self, columns: Sequence[Sequence[Cell]]) -> tuple[dict[str, list[Value]], list[Note]]:
        values: dict[str, list[Value]] = {}
        notes: list[Note] = []
        for column, cleaner in self.cleaners.items():
            cleaned, told = cleaner.clean(columns[column])
            values[cleaner.spec.name] = cleaned
            notes += told
        if "id_number" in self.column_of:
            notes = accept_other_papers(values, notes, columns[self.column_of["id_number"]])
        return values, notes

    def _agree(self, values: dict[str, list[Value]], columns: Sequence[Sequence[Cell]]) -> list[Note]:
        if "id_number" not in values:
            return []
        birth = self.column_of.get("birth_date")
        return agree_with_number(values, self.wanted, None if birth is None else columns[birth])

    def _skipped(self, columns: Sequence[Sequence[Cell]]) -> dict[int, str]:
        """Rows that hold nobody: blank, serial only, foot rows, headings again, a lone remark."""
        names = columns[self.name_column]
        suspects: dict[int, str] = {}
        for row, name in enumerate(names):
            if name == "" or name.__class__ is str and not name.strip():
                suspects[row] = ""
        for row, name in enumerate(names):
            if name.__class__ is str and name[:1] in self.name_starts and fold_caption(name) in self.name_captions:
                suspects[row] = "重复的表头"
        numbers = columns[self.column_of["id_number"]] if "id_number" in self.column_of else None
        for column in range(self.name_column + 1):
            texts = [cell for cell in columns[column] if cell.__class__ is str and cell[:1] in _FOOT_STARTS]
            feet = {cell for cell in set(texts) if _FOOT.match(cell)}
            if feet:
                for row, cell in enumerate(columns[column]):
                    if cell in feet and (numbers is None or not cell_text(numbers[row]).strip()):
                        suspects.setdefault(row, "")
                        suspects[row] = suspects[row] or f"表尾：{cell_text(cell).strip()[:20]}"
        return {row: reason for row in suspects if (reason := suspects[row] or self._why_nobody(columns, row))}

    def _why_nobody(self, columns: Sequence[Sequence[Cell]], row: int) -> str:
        """Why a row without a name holds nobody; "" when it does hold somebody whose name is missing."""
        texts = {column: cell_text(cells[row]).strip() for column, cells in enumerate(columns)}
        texts = {column: text for column, text in texts.items() if text}
        if not texts:
            return "空行"
        lead = next(iter(texts.values()))
        if _FOOT.match(lead):
            return f"表尾：{lead[:20]}"
        if len(texts) == 1 or all(column not in self.specs for column in texts):
            if all(_SERIAL.fullmatch(text) for text in texts.values()):
                return "只有序号"
            if len(texts) == 1:
                return f"只有“{lead[:20]}”，没有姓名"
        return ""

    def _data_merges(self) -> dict[int, list[tuple[int, int]]]:
        """Vertical merges below the headings by column: (first, last) sheet row, 1-based, in order."""
        merges: dict[int, list[tuple[int, int]]] = {}
        for top, left, bottom, _ in self.sheet.merges:
            column = left - self.sheet.first_column
            spec = self.specs.get(column)
            if bottom > top and bottom >= self.headings.last_row and spec and spec.kind in _FILLED_KINDS:
                merges.setdefault(column, []).append((top + 1, bottom + 1))
        return {column: sorted(ranges) for column, ranges in merges.items()}

    def _fill_merges(self, columns: list[Sequence[Cell]], first: int, count: int) -> None:
        last = first + count - 1
        for column, ranges in self.merges.items():
            if not any(top <= last and bottom >= first for top, bottom in ranges):
                continue
            cells = list(columns[column])
            for top, bottom in ranges:
                if top > last or bottom < first:
                    continue
                if top >= first:
                    self.merged_values[column] = cells[top - first]
                value = self.merged_values.get(column, "")
                for row in range(max(top, first) - first, min(bottom, last) - first + 1):
                    if cells[row] == "":
                        cells[row] = value
            columns[column] = cells

    def _month_only(
        self, values: dict[str, list[Value]], columns: Sequence[Sequence[Cell]], keep: list[int], first: int
    ) -> None:
        """A date cell that shows only year and month has no day: the spreadsheet added it."""
        for row, column in _between(self.months, first - 1, first + (keep[-1] if keep else -1)):
            spec = self.specs.get(column - self.sheet.first_column)
            place = bisect_left(keep, row - first + 1)
            if spec and spec.kind == "date" and place < len(keep) and keep[place] == row - first + 1:
                value = values[spec.name][place]
                if isinstance(columns[column - self.sheet.first_column][place], date) and value:
                    values[spec.name][place] = value[:7]

    def _told(self, keep: list[int], first: int) -> list[Note]:
        notes = []
        places = {row: place for place, row in enumerate(keep)} if self.told_cells or self._hidden(first, keep) else {}
        for row, column in _between(self.told_cells, first - 1, first + (keep[-1] if keep else -1)):
            spec = self.specs.get(column - self.sheet.first_column)
            if spec and row - first + 1 in places:
                sentence = f"“{spec.label}”是公式，文件里没有保存结果；用 WPS 打开该文件、保存一次，再读取。"
                if (row, column) in self.sheet.facts.errors:
                    sentence = f"“{spec.label}”是公式，算出来是 #N/A 一类的错误，按没有填读取。"
                notes.append(Note(places[row - first + 1], spec.name, "warn", sentence, ""))
        for row in self._hidden(first, keep):
            if row - first in places:
                notes.append(Note(places[row - first], "", "info", f"第 {row} 行在表里是隐藏的，已一并读取。", ""))
        return notes

    def _hidden(self, first: int, keep: list[int]) -> list[int]:
        last = first + (keep[-1] if keep else -1)
        return sorted(row for row in self.sheet.facts.hidden_rows if first <= row <= last)


def _between(cells: list[tuple[int, int]], first: int, last: int) -> list[tuple[int, int]]:
    """Cells (0-based row, column), sorted, of rows `first` to `last` - 1 (0-based)."""
    return cells[bisect_left(cells, (first, 0)) : bisect_left(cells, (last, 0))] if cells else []
