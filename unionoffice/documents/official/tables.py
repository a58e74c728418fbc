"""Ruled tables in the flow of a paper: rows of any height, the titles again on every page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from unionoffice.documents.official.composing import Line, solid
from unionoffice.documents.official.document import Table
from unionoffice.documents.official.flow import Item
from unionoffice.documents.official.marks import Mark, Part, Rule
from unionoffice.documents.official.writing import Writer
from unionoffice.documents.pdf.fonts import Style

_NARROWEST, _WIDEST = 2.5, 16.0
"""Between how many characters a column's share lies when it follows from the texts."""

_NAMES = ("姓名",)
"""Columns in which two-character names are set as wide as those of three; masked ones are not: 李*."""

_NO_ROWS = "（无）"


class TableSetter:
    """Sets tables as wide as the writer's measure."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._numbers = writer.numbers
        self._setting = solid(writer.numbers.table_size)

    def items(self, table: Table) -> list[Item]:
        """The titles and every row; a row higher than a page in several."""
        widths = self._widths(table)
        borders = list(accumulate(widths, initial=0.0))
        head = self._row(
            [self._cell(title, width, Style.HEI) for title, width in zip(table.titles, widths, strict=True)], borders
        )
        head = Item(head.height, head.marks, stays=True)
        rows = table.rows or ((_NO_ROWS, *[""] * (len(table.titles) - 1)),)
        most = int((self._writer.measure.height - head.height - 2 * self._numbers.table_padding) / self._line)
        found = [head]
        for row in rows:
            cells = [
                self._name(text) if title in _NAMES and _short(text) else self._cell(text, width, Style.FANG)
                for title, text, width in zip(table.titles, row, widths, strict=True)
            ]
            found += [self._row(part, borders, head) for part in _cut(cells, most)]
        if len(found) > 2:
            found[1] = replace(found[1], stays=True)  # no page ends with a single row of a table
        return found

    @property
    def _line(self) -> float:
        return self._numbers.table_line

    def _widths(self, table: Table) -> list[float]:
        shares = list(table.widths) or [self._share(column) for column in zip(table.titles, *table.rows, strict=True)]
        return [self._writer.measure.width * share / sum(shares) for share in shares]

    def _share(self, texts: Sequence[str]) -> float:
        setting = self._setting
        widest = max(self._writer.composer.one([(text, Style.FANG)], setting).width for text in texts) / setting.em
        return min(max(widest, _NARROWEST), _WIDEST) + 2 * self._numbers.table_padding / setting.em

    def _cell(self, text: str, width: float, style: Style) -> tuple[Line, ...]:
        room = max(self._setting.em, width - 2 * self._numbers.table_padding)
        return self._writer.composer.lines([(text, style)], self._setting, room, spread=False)

    def _name(self, text: str) -> tuple[Line, ...]:
        """A name of two characters, set as wide as three; no space comes into the text, so that it is found."""
        line = self._writer.composer.one([(text, Style.FANG)], self._setting)
        runs = tuple(replace(run, along=tuple(2 * at for at in run.along)) for run in line.runs)
        return (Line(runs, line.width * 1.5),)

    def _row(self, cells: Sequence[Sequence[Line]], borders: Sequence[float], again: Item | None = None) -> Item:
        tall = max(map(len, cells))
        height = max(self._numbers.table_row, tall * self._line + 2 * self._numbers.table_padding)
        marks = [*self._grid(borders, height), *self._texts(cells, borders, height)]
        return Item(height, tuple(marks), text=True, again=again)

    def _grid(self, borders: Sequence[float], height: float) -> Iterator[Mark]:
        weight = self._numbers.table_rule
        for y in (0.0, height):
            yield Rule(Part.TABLE, borders[0], y, borders[-1], y, weight)
        for x in borders:
            yield Rule(Part.TABLE, x, 0.0, x, height, weight)

    def _texts(self, cells: Sequence[Sequence[Line]], borders: Sequence[float], height: float) -> Iterator[Mark]:
        writer, size = self._writer, self._numbers.table_size
        for lines, left, right in zip(cells, borders, borders[1:], strict=False):
            top = (height - len(lines) * self._line) / 2
            for index, line in enumerate(lines):
                start = left + self._numbers.table_padding
                if len(lines) == 1:
                    start = (left + right - line.width) / 2
                y = top + index * self._line + writer.baseline(self._line, size)
                yield from writer.words(Part.TABLE, line, start, y, size)


def _short(name: str) -> bool:
    return len(name) == 2 and name.isalpha()


def _cut(cells: Sequence[tuple[Line, ...]], most: int) -> Iterator[list[tuple[Line, ...]]]:
    """The row in parts of at most so many lines."""
    for start in range(0, max(map(len, cells)), most):
        yield [lines[start : start + most] for lines in cells]
