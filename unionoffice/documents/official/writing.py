"""The parts of a paper as items of a flow: title, addressee, paragraphs, list of attachments, signature and date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from unionoffice.documents.official.composing import Composer, Line, Setting, Styled, solid
from unionoffice.documents.official.document import (
    Attachment,
    OfficialDocument,
    Paragraph,
    Roll,
    Stand,
    chinese,
    level,
)
from unionoffice.documents.official.flow import Item, group
from unionoffice.documents.official.marks import Part, Words
from unionoffice.documents.official.standard import Standard
from unionoffice.documents.official.titles import even_lines, title_lines
from unionoffice.documents.pdf.fonts import Style


@dataclass(frozen=True, slots=True)
class Measure:
    """The frame that text fills: its size in mm and how many characters and lines fill it."""

    width: float
    height: float
    characters: int
    lines: int

    @property
    def char(self) -> float:
        return self.width / self.characters

    @property
    def line(self) -> float:
        return self.height / self.lines


class Writer:
    """Turns parts of a paper into items as wide as the measure."""

    def __init__(self, numbers: Standard, composer: Composer, measure: Measure) -> None:
        self.numbers = numbers
        self.composer = composer
        self.measure = measure
        self._setting = Setting(numbers.body_size, measure.char)

    def blank(self, count: int = 1) -> list[Item]:
        """So many empty lines."""
        return [Item(self.measure.line)] * count

    def title(self, text: str, words: Sequence[str], *, part: Part, bookmark: str, depth: int) -> list[Item]:
        """The title, centred, in lines of a good shape."""
        setting = solid(self.numbers.title_size)

        def set_in_one(line: str) -> Line:
            return self.composer.one([(line, Style.SONG_BOLD)], setting)

        found = title_lines(text, lambda line: set_in_one(line).width, self.measure.width, words)
        items = [self._centred(part, set_in_one(line), setting.size, stays=True) for line in found]
        return [replace(items[0], bookmark=bookmark, depth=depth), *items[1:]] if items else []

    def label(self, text: str) -> list[Item]:
        """附件1, alone on the first line, and the empty line below it."""
        line = self.composer.one([(text, Style.HEI)], self._setting)
        return [self._row(Part.ANNEX_LABEL, line, 0.0, stays=True), *self.blank()]

    def centred(self, text: str, part: Part) -> Item:
        """One line in the middle, as the number of a paper without red head."""
        line = self.composer.one([(text, Style.FANG)], self._setting)
        return self._centred(part, line, self.numbers.body_size, stays=True)

    def to(self, text: str) -> list[Item]:
        """The addressees, flush left also where they run over."""
        lines = self.composer.lines([(f"{text}：", Style.FANG)], self._setting, self.measure.width)
        return [self._row(Part.TO, line, 0.0, stays=True) for line in lines]

    def paragraph(self, paragraph: Paragraph) -> list[Item]:
        """One paragraph, its heading in the style of its level up to the first stop."""
        depth = level(paragraph.text)
        heading, rest = _heading(paragraph.text, depth)
        parts = [(heading, _STYLES.get(depth, Style.FANG)), (rest, Style.FANG)]
        first = self.measure.char * self.numbers.indent if paragraph.stand is Stand.INDENTED else 0.0
        if paragraph.stand in (Stand.CENTRED, Stand.RIGHT):
            return self._aside(parts, at_right=paragraph.stand is Stand.RIGHT)
        lines = self.composer.lines(parts, self._setting, self.measure.width, first=first)
        only_heading = bool(heading) and not rest
        starts = [first, *[0.0] * (len(lines) - 1)]
        items = [
            self._row(Part.BODY, line, at, text=True, stays=only_heading)
            for line, at in zip(lines, starts, strict=True)
        ]
        return [replace(items[0], bookmark=heading.rstrip("。：") if depth == 1 else "", depth=1), *items[1:]]

    def _aside(self, parts: Styled, *, at_right: bool) -> list[Item]:
        """A paragraph in the middle, or with its lines' ends two characters from the right."""
        lines = self.composer.lines(parts, self._setting, self.measure.width, spread=False)
        right = self.measure.width - self.numbers.indent * self.measure.char
        starts = [right - line.width if at_right else (self.measure.width - line.width) / 2 for line in lines]
        return [
            self._row(Part.BODY, line, max(0.0, start), text=True) for line, start in zip(lines, starts, strict=True)
        ]

    def annexes(self, attachments: Sequence[Attachment]) -> list[Item]:
        """附件：1.… with every name's further lines below its first character; like a signature it follows a text."""
        if not attachments:
            return []
        numbered = len(attachments) > 1
        found = self.blank(self.numbers.annex_gap)
        shown: list[Item] = []
        start = self.numbers.indent * self.measure.char
        label = self.composer.one([("附件：", Style.FANG)], self._setting)
        numbers = [self.composer.one([(f"{at}.", Style.FANG)], self._setting) for at in range(1, len(attachments) + 1)]
        widest = max(line.width for line in numbers) if numbered else 0.0
        for at, (attachment, number) in enumerate(zip(attachments, numbers, strict=True)):
            before = [(label, start)] if at == 0 else []
            before += [(number, start + label.width)] if numbered else []
            name = attachment.title.replace("\n", "")
            shown += self._hanging(Part.ANNEX_NOTE, before, [(name, Style.FANG)], start + label.width + widest)
        return [replace(item, text=False, ending=True) for item in (*found, *shown)]

    def rolls(self, rolls: Sequence[Roll]) -> list[Item]:
        """出席：… with further lines below the first name."""
        found = self.blank(self.numbers.roll_gap) if rolls else []
        start = self.numbers.indent * self.measure.char
        for roll in rolls:
            label = self.composer.one([(f"{roll.label}：", Style.HEI)], self._setting)
            found += self._hanging(Part.ROLL, [(label, start)], [(roll.names, Style.FANG)], start + label.width)
        return found

    def ending(self, document: OfficialDocument, words: Sequence[str]) -> list[Item]:
        """Signature, date and note, which no page end parts."""
        signature = self._signature(document.signature, words)
        day = chinese(document.dated) if document.dated else ""
        date = self.composer.one([(day, Style.FANG)], self._setting) if day else None
        if not signature and not date:
            return self._note(document.note)
        sealed = document.seal and bool(signature) and date is not None
        place = self._sealed if sealed else self._plain
        rows = [
            *self.blank(self.numbers.seal_gap if sealed else self.numbers.plain_gap),
            *place(signature, date),
            *self._note(document.note),
        ]
        whole = replace(group(rows), ending=True, text=False)
        if not sealed or not date:
            return [whole]
        x = self._date_start(date) + date.width / 2
        y = self.measure.line * (self.numbers.seal_gap + len(signature)) - self.numbers.seal_rise
        beneath = y + self.numbers.seal_diameter / 2 - whole.height
        return [replace(whole, seal=(x, y), tail=max(0.0, beneath))]

    def words(self, part: Part, line: Line, x: float, y: float, size: float) -> tuple[Words, ...]:
        """A set line on the baseline y, as one mark for every style."""
        return tuple(Words(part, run.text, x, y, run.along, run.style, size) for run in line.runs)

    def baseline(self, height: float, size: float) -> float:
        """How far below the top of a row its baseline lies: characters stand in the middle of their row."""
        return height / 2 + solid(size).em * self.numbers.middle

    def _row(
        self, part: Part, line: Line, x: float, size: float = 0.0, *, text: bool = False, stays: bool = False
    ) -> Item:
        size = size or self.numbers.body_size
        marks = self.words(part, line, x, self.baseline(self.measure.line, size), size)
        return Item(self.measure.line, marks, text=text, stays=stays)

    def _centred(self, part: Part, line: Line, size: float, *, text: bool = False, stays: bool = False) -> Item:
        return self._row(part, line, (self.measure.width - line.width) / 2, size, text=text, stays=stays)

    def _hanging(self, part: Part, before: list[tuple[Line, float]], parts: Styled, start: float) -> Iterator[Item]:
        y = self.baseline(self.measure.line, self.numbers.body_size)
        for line in self.composer.lines(parts, self._setting, self.measure.width - start):
            size = self.numbers.body_size
            marks = [word for each, x in (*before, (line, start)) for word in self.words(part, each, x, y, size)]
            yield Item(self.measure.line, tuple(marks), text=True)
            before = []

    def _signature(self, text: str, words: Sequence[str]) -> tuple[Line, ...]:
        """The lines of a signature: one for each organ, a long name in lines of much the same length."""

        def set_in_one(line: str) -> Line:
            return self.composer.one([(line, Style.FANG)], self._setting)

        room = self.measure.width - self.numbers.plain_indent * self.measure.char
        return tuple(map(set_in_one, even_lines(text, lambda line: set_in_one(line).width, room, words)))

    def _date_start(self, date: Line) -> float:
        return self.measure.width - self.numbers.date_indent * self.measure.char - date.width

    def _sealed(self, signature: Sequence[Line], date: Line | None) -> Iterator[Item]:
        assert date is not None
        middle = self._date_start(date) + date.width / 2
        for line in signature:
            start = max(0.0, min(middle - line.width / 2, self.measure.width - line.width))
            yield self._row(Part.SIGNATURE, line, start)
        yield self._row(Part.DATE, date, self._date_start(date))

    def _plain(self, signature: Sequence[Line], date: Line | None) -> Iterator[Item]:
        shift = self.numbers.plain_indent * self.measure.char
        widest = max((line.width for line in signature), default=0.0)
        start = self.measure.width - shift - widest
        date_start = start + shift
        if date and date.width > widest:
            date_start = self.measure.width - shift - date.width
            start = max(0.0, date_start - shift)
        for line in signature:
            yield self._row(Part.SIGNATURE, line, start)
        if date:
            yield self._row(Part.DATE, date, date_start)

    def _note(self, note: str) -> list[Item]:
        if not note:
            return []
        first = self.numbers.indent * self.measure.char
        lines = self.composer.lines([(f"（{note}）", Style.FANG)], self._setting, self.measure.width, first=first)
        return [self._row(Part.NOTE, line, 0.0 if index else first) for index, line in enumerate(lines)]


_STYLES = {1: Style.HEI, 2: Style.KAI}
_ITEM_ENDS = "。；，！？"


def _heading(text: str, depth: int) -> tuple[str, str]:
    """The heading at the start of a paragraph, up to its first stop or colon, and what follows it.

    A numbered sentence with nothing behind its full stop is an item of a list, not a heading.
    """
    if depth not in _STYLES:
        return "", text
    ends = [text.find(mark) for mark in "。：" if mark in text]
    end = min(ends, default=len(text) - 1) + 1
    return ("", text) if end == len(text) and text[-1] in _ITEM_ENDS else (text[:end], text[end:])
