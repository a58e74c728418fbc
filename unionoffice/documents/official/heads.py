"""What stands above the title on a first page: the red name, number, signers and red rules, each kind in its way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from unionoffice.documents.official.composing import Line, Setting, solid
from unionoffice.documents.official.document import Head, Kind, OfficialDocument
from unionoffice.documents.official.marks import Mark, Part, Rule
from unionoffice.documents.official.outlines import ink
from unionoffice.documents.official.writing import Writer
from unionoffice.documents.pdf.fonts import Fonts, Style


@dataclass(frozen=True, slots=True)
class FirstPage:
    """The marks of the head, on the paper, and where the text begins below it."""

    marks: tuple[Mark, ...]
    start: float


def first_page(document: OfficialDocument, writer: Writer, fonts: Fonts) -> FirstPage:
    """The head that the paper's kind asks for."""
    setter = _HeadSetter(document, writer, fonts)
    if document.head is Head.NONE or not document.organ:
        return setter.without()
    return setter.letter() if is_letter(document) else setter.red()


def is_letter(document: OfficialDocument) -> bool:
    """Whether the paper is set in the letter format (信函格式)."""
    return document.kind is Kind.LETTER and document.head is Head.RED and bool(document.organ)


class _HeadSetter:
    def __init__(self, document: OfficialDocument, writer: Writer, fonts: Fonts) -> None:
        self._document = document
        self._writer = writer
        self._numbers = writer.numbers
        self._fonts = fonts
        self._setting = Setting(self._numbers.body_size, self._numbers.char)

    def without(self) -> FirstPage:
        """No red name: the text begins at the top, below the marks of secrecy and urgency if there are any."""
        corner = list(self._corner(self._numbers.top))
        rows = sum(bool(text) for text, *_ in self._corner_texts())
        return FirstPage(tuple(corner), self._numbers.top + rows * self._numbers.line)

    def red(self) -> FirstPage:
        """Name, number and the red rule across the type area."""
        numbers = self._numbers
        minutes = self._document.kind is Kind.MINUTES
        top = numbers.top + (numbers.minutes_mark_top if minutes else numbers.mark_top)
        mark, bottom = self._mark(top)
        line = bottom + numbers.number_gap * numbers.line
        numbered, under = self._numbered(line)
        rule = under + numbers.rule_gap
        red = Rule(Part.RULE, numbers.left, rule, numbers.right, rule, numbers.rule_weight, red=True)
        start = rule + numbers.title_gap * numbers.line
        return FirstPage((*self._corner(numbers.top), *mark, *numbered, red), start)

    def letter(self) -> FirstPage:
        """Name at 30 mm, red double rules above and at the foot, the number at the right below the first."""
        numbers = self._numbers
        mark, bottom = self._mark(numbers.letter_mark_top)
        upper = bottom + numbers.letter_rule_gap
        lower = numbers.page_height - numbers.letter_rule_bottom
        rules = [*self._double(upper, thick_first=True), *self._double(lower, thick_first=False)]
        em = self._setting.em
        top = upper + numbers.letter_rule_apart + numbers.letter_number_gap * em - (numbers.line - em) / 2
        number = self._text(self._document.number, Style.FANG)
        rows = max(1, sum(bool(text) for text, *_ in self._corner_texts()))
        marks = [*mark, *rules, *self._corner(top)]
        marks += self._words(Part.NUMBER, number, numbers.right - number.width, top)
        start = top + rows * numbers.line + numbers.letter_title_gap * numbers.line
        return FirstPage(tuple(marks), start)

    def _corner_texts(self) -> list[tuple[str, Style, Part]]:
        document = self._document
        return [
            (document.copy_number, Style.FANG, Part.COPY_NUMBER),
            (document.secrecy, Style.HEI, Part.SECRECY),
            (document.urgency, Style.HEI, Part.URGENCY),
        ]

    def _corner(self, top: float) -> Iterator[Mark]:
        shown = [each for each in self._corner_texts() if each[0]]
        for row, (text, style, part) in enumerate(shown):
            yield from self._words(part, self._text(text, style), self._numbers.left, top + row * self._numbers.line)

    def _mark(self, top: float) -> tuple[list[Mark], float]:
        """The red name, its shapes' upper edge at `top`; squeezed, then smaller, until it fits; where it ends."""
        numbers, composer = self._numbers, self._writer.composer
        lines = [line.strip() for line in self._document.organ.splitlines() if line.strip()]
        natural = max(composer.one([(line, Style.SONG_BOLD)], solid(1)).width for line in lines)
        size = min(numbers.mark_size, numbers.area_width / (natural * numbers.mark_narrowest))
        stretch = min(1.0, numbers.area_width / (natural * size))
        setting = solid(size)
        low, high = ink(self._fonts, "".join(lines), Style.SONG_BOLD)
        baseline = top + high * setting.em
        marks: list[Mark] = []
        for line in lines:
            placed = composer.one([(line, Style.SONG_BOLD)], setting)
            x = numbers.left + (numbers.area_width - placed.width * stretch) / 2
            marks += [
                replace(word, red=True, stretch=stretch, along=tuple(at * stretch for at in word.along))
                for word in self._writer.words(Part.MARK, placed, x, baseline, size)
            ]
            baseline += 1.3 * setting.em
        return marks, baseline - 1.3 * setting.em - low * setting.em

    def _numbered(self, top: float) -> tuple[list[Mark], float]:
        """Number and signers from `top` on; where the last of them ends."""
        numbers, line = self._numbers, self._numbers.line
        number = self._text(self._document.number, Style.FANG)
        em = self._setting.em
        indent = numbers.number_indent * numbers.char
        if not self._document.kind.upward:
            x = numbers.left + (numbers.area_width - number.width) / 2
            return self._words(Part.NUMBER, number, x, top), top + (line + em) / 2
        rows = [self._document.signers[at : at + 2] for at in range(0, len(self._document.signers), 2)]
        last = top + max(0, len(rows) - 1) * line
        marks = self._words(Part.NUMBER, number, numbers.left + indent, last)
        label = self._text("签发人：", Style.FANG)
        names = [self._text("　".join(row), Style.KAI) for row in rows]
        start = numbers.right - indent - max((name.width for name in names), default=0.0)
        if names:
            marks += self._words(Part.SIGNER, label, start - label.width, top)
        for index, name in enumerate(names):
            marks += self._words(Part.SIGNER, name, start, top + index * line)
        return marks, last + (line + em) / 2

    def _double(self, y: float, *, thick_first: bool) -> Iterator[Rule]:
        numbers = self._numbers
        left = (numbers.page_width - numbers.letter_rule_length) / 2
        right = left + numbers.letter_rule_length
        weights = (numbers.letter_rule_thick, numbers.letter_rule_thin)
        thick_at, thin_at = (y, y + numbers.letter_rule_apart) if thick_first else (y, y - numbers.letter_rule_apart)
        for at, weight in zip((thick_at, thin_at), weights, strict=True):
            yield Rule(Part.LETTER_RULE, left, at, right, at, weight, red=True)

    def _text(self, text: str, style: Style) -> Line:
        return self._writer.composer.one([(text, style)], self._setting)

    def _words(self, part: Part, line: Line, x: float, top: float) -> list[Mark]:
        y = top + self._writer.baseline(self._numbers.line, self._setting.size)
        return list(self._writer.words(part, line, x, y, self._setting.size))
