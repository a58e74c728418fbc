"""What closes the last page: 版记 with its rules on the bottom edge of the type area, and the page numbers."""

from __future__ import annotations

from collections.abc import Iterator

from unionoffice.documents.official.composing import Line, solid
from unionoffice.documents.official.document import OfficialDocument, chinese
from unionoffice.documents.official.heads import is_letter
from unionoffice.documents.official.marks import Mark, Part, Rule
from unionoffice.documents.official.outlines import ink
from unionoffice.documents.official.writing import Writer
from unionoffice.documents.pdf.fonts import Fonts, Style

Row = list[tuple[Line, float]]
"""A line of the imprint: set texts with their distance from the left edge of the type area."""


class Imprint:
    """The imprint of a paper; `to_moved` when the addressees left the first page for it."""

    def __init__(self, document: OfficialDocument, writer: Writer, *, to_moved: bool) -> None:
        self._writer = writer
        self._numbers = writer.numbers
        self._setting = solid(self._numbers.small_size)
        self._ruled = not is_letter(document)
        sections = [self._named("主送：", document.to if to_moved else ""), self._named("抄送：", document.cc)]
        if self._ruled:
            sections.append(self._issued(document))
        self._sections = [section for section in sections if section]

    @property
    def height(self) -> float:
        """How much of the last page it takes, in mm."""
        return sum(map(len, self._sections)) * self._numbers.imprint_row

    def marks(self) -> Iterator[Mark]:
        """The marks on the paper, from the bottom edge of the type area upward."""
        numbers = self._numbers
        y = numbers.bottom - self.height
        for at, section in enumerate(self._sections):
            if self._ruled:
                yield self._rule(y, numbers.imprint_inner if at else numbers.imprint_outer)
            for row in section:
                baseline = y + self._writer.baseline(numbers.imprint_row, numbers.small_size)
                for line, x in row:
                    yield from self._writer.words(Part.IMPRINT, line, numbers.left + x, baseline, numbers.small_size)
                y += numbers.imprint_row
        if self._ruled and self._sections:
            yield self._rule(numbers.bottom, numbers.imprint_outer)

    def _rule(self, y: float, weight: float) -> Rule:
        return Rule(Part.IMPRINT, self._numbers.left, y, self._numbers.right, y, weight)

    @property
    def _indent(self) -> float:
        return self._numbers.imprint_indent * self._numbers.char

    def _named(self, label: str, names: str) -> list[Row]:
        """抄送：…。 with further lines below the first name."""
        if not names:
            return []
        head = self._writer.composer.one([(label, Style.FANG)], self._setting)
        start = self._indent + head.width
        lines = self._lines(f"{names}。", self._numbers.area_width - self._indent - start)
        rows: list[Row] = [[(line, start)] for line in lines]
        rows[0].insert(0, (head, self._indent))
        return rows

    def _issued(self, document: OfficialDocument) -> list[Row]:
        if not document.issuer and not document.issued:
            return []
        day = f"{chinese(document.issued)}印发" if document.issued else ""
        date = self._writer.composer.one([(day, Style.FANG)], self._setting)
        right = self._numbers.area_width - self._indent - date.width
        lines = self._lines(document.issuer, right - 2 * self._indent)
        rows: list[Row] = [[(line, self._indent)] for line in lines]
        rows[-1].append((date, right))
        return rows

    def _lines(self, text: str, width: float) -> tuple[Line, ...]:
        return self._writer.composer.lines([(text, Style.FANG)], self._setting, width, spread=False)


def folio(number: int, writer: Writer, fonts: Fonts) -> Iterator[Mark]:
    """— 1 — below the type area: at the right on odd pages, at the left on even ones."""
    numbers = writer.numbers
    setting = solid(numbers.small_size)
    line = writer.composer.one([(f"— {number} —", Style.SONG)], setting)
    indent = numbers.folio_indent * numbers.char
    x = numbers.right - indent - line.width if number % 2 else numbers.left + indent
    _, high = ink(fonts, "—", Style.SONG)
    y = numbers.bottom + numbers.folio_gap + high * setting.em
    yield from writer.words(Part.FOLIO, line, x, y, numbers.small_size)
