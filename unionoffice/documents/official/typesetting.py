"""The typesetter: an official paper laid on pages by the numbers of GB/T 9704-2012."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from unionoffice.documents.official.composing import Composer
from unionoffice.documents.official.document import (
    Attachment,
    Block,
    Head,
    OfficialDocument,
    Table,
)
from unionoffice.documents.official.flow import Item, Pages, bookmarks, drawn, paginated
from unionoffice.documents.official.heads import FirstPage, first_page, is_letter
from unionoffice.documents.official.imprint import Imprint, folio
from unionoffice.documents.official.marks import Bookmark, Lack, Mark, Part, Seal, Typeset, turned
from unionoffice.documents.official.publicity import texts
from unionoffice.documents.official.standard import Standard, standard
from unionoffice.documents.official.tables import TableSetter
from unionoffice.documents.official.writing import Measure, Writer
from unionoffice.documents.pdf.fonts import Fonts

_NEAR = 2
"""By how many lines a page may differ from the standard's so that no page holds nothing but the imprint."""


def typeset(document: OfficialDocument, fonts: Fonts, numbers: Standard | None = None) -> Typeset:
    """The paper on its pages. What no font can draw is in `missing`: look there before printing."""
    return _Typesetter(document, fonts, numbers or standard()).typeset()


@dataclass(frozen=True, slots=True)
class _Text:
    """The main text laid with one measure. `alone`: the signature has no line of text on its page; `fetched`: it had to
    fetch some; `lone`: the imprint finds no room and takes a page for itself, for which the pitch changes by no more
    than two lines."""

    measure: Measure
    first: FirstPage
    pages: Pages
    imprint: Imprint
    alone: bool
    fetched: bool
    lone: bool

    @property
    def faults(self) -> int:
        """How much the standard does not want to see it."""
        return 4 * self.alone + 2 * self.lone + self.fetched


@dataclass(slots=True)
class _Sheets:
    """The sheets as they grow."""

    pages: list[list[Mark]]
    bookmarks: list[Bookmark]
    room: float
    """How much of the last page is free, in mm."""


class _Typesetter:
    def __init__(self, document: OfficialDocument, fonts: Fonts, numbers: Standard) -> None:
        self._document = document
        self._fonts = fonts
        self._numbers = numbers
        self._composer = Composer(fonts)
        self._words = (*document.signature.splitlines(), document.to, *numbers.title_words)

    def typeset(self) -> Typeset:
        """Lay the main text, then the attachments; close the last page."""
        text = self._best_text()
        sheets = self._sheets(text)
        for number, attachment in enumerate(self._document.attachments, 1):
            if attachment.blocks:
                self._attach(attachment, number, sheets, text.imprint)
        self._close(sheets, text.imprint)
        return Typeset(
            title=self._document.title.replace("\n", ""),
            organ=self._document.signature.replace("\n", "、"),
            pages=tuple(tuple(page) for page in sheets.pages),
            bookmarks=tuple(sheets.bookmarks),
            missing=tuple(self._missing()),
            lines=text.measure.lines,
            characters=text.measure.characters,
            seal=self._seal(text),
        )

    def _best_text(self) -> _Text:
        """The text in 22 lines of 28 characters, or in a measure a little wider or narrower if the signature would
        stand alone on its page; the addressees move to the imprint if they leave no room for the text.

        Where the imprint would still be alone on a page, the end of the text goes there with it.
        """
        best = self._text(self._measure())
        for measure in self._measures():
            near = measure.characters == self._numbers.characters and abs(measure.lines - self._numbers.lines) <= _NEAR
            if best.alone or best.fetched or (best.lone and near):
                other = self._text(measure)
                best = other if other.faults < best.faults else best
        if best.lone:
            together = (self._text(measure, closed=True) for measure in self._measures())
            best = next((text for text in together if not text.lone and not text.alone), best)
        return best

    def _measures(self) -> Iterator[Measure]:
        numbers = self._numbers
        for characters in range(numbers.characters, numbers.fewest_characters - 1, -1):
            counts = range(numbers.fewest_lines, numbers.most_lines + 1)
            for lines in sorted(counts, key=lambda count: (abs(count - numbers.lines), count)):
                yield self._measure(characters, lines)

    def _measure(self, characters: int = 0, lines: int = 0) -> Measure:
        numbers = self._numbers
        return Measure(
            numbers.area_width, numbers.area_height, characters or numbers.characters, lines or numbers.lines
        )

    def _text(self, measure: Measure, *, closed: bool = False) -> _Text:
        text = self._laid(measure, to_moved=False, closed=closed)
        if self._document.to and not any(put.item.text for put in text.pages.pages[0]):
            return self._laid(measure, to_moved=True, closed=closed)
        return text

    def _laid(self, measure: Measure, *, to_moved: bool, closed: bool) -> _Text:
        """The text, with room for the imprint below its end if it is to be `closed`."""
        writer = Writer(self._numbers, self._composer, measure)
        first = first_page(self._document, writer, self._fonts)
        imprint = Imprint(self._document, self._upright(), to_moved=to_moved)
        room = self._numbers.bottom - first.start
        pages = paginated(self._items(writer, to_moved), measure.height, room, imprint.height if closed else 0.0)
        only = len(pages.pages) == 1
        ends = pages.ends + (first.start - self._numbers.top if only else 0.0)
        attached = any(attachment.blocks for attachment in self._document.attachments)
        lone = not attached and ends + imprint.height > measure.height + 0.01
        return _Text(measure, first, pages, imprint, pages.alone, pages.fetched, lone)

    def _upright(self) -> Writer:
        return Writer(self._numbers, self._composer, self._measure())

    def _items(self, writer: Writer, to_moved: bool) -> list[Item]:
        document = self._document
        items = writer.title(document.title, self._words, part=Part.TITLE, bookmark=document.title, depth=0)
        if document.number and (document.head is Head.NONE or not document.organ):
            items.append(writer.centred(document.number, Part.NUMBER))
        items += writer.blank(self._numbers.to_gap)
        if document.to and not to_moved:
            items += writer.to(document.to)
        items += self._blocks(writer, document.body)
        items += writer.annexes(document.attachments)
        items += writer.rolls(document.rolls)
        return items + writer.ending(document, self._numbers.title_words)

    def _blocks(self, writer: Writer, blocks: Sequence[Block]) -> Iterator[Item]:
        for block in blocks:
            if isinstance(block, Table):
                yield Item(self._numbers.table_line / 3, stays=True)
                yield from TableSetter(writer).items(block)
                yield Item(self._numbers.table_line / 2)
            else:
                yield from writer.paragraph(block)

    def _sheets(self, text: _Text) -> _Sheets:
        numbers = self._numbers
        tops = [text.first.start, *[numbers.top] * (len(text.pages.pages) - 1)]
        pages = [list(drawn(page, numbers.left, top)) for page, top in zip(text.pages.pages, tops, strict=True)]
        pages[0][:0] = text.first.marks
        room = numbers.bottom - tops[-1] - text.pages.ends
        return _Sheets(pages, list(bookmarks(text.pages, 0)), room)

    def _attach(self, attachment: Attachment, number: int, sheets: _Sheets, imprint: Imprint) -> None:
        """Add the pages of an attachment, upright or turned; the end of the last upright one with the imprint."""
        numbers = self._numbers
        upright = self._measure()
        across = Measure(
            upright.height, upright.width, int(upright.height / upright.char), int(upright.width / upright.line)
        )
        writer = Writer(numbers, self._composer, across if attachment.landscape else upright)
        several = len(self._document.attachments) > 1
        title = attachment.title
        items = [
            *writer.label(f"附件{number}" if several else "附件"),
            *writer.title(
                title, self._words, part=Part.ANNEX_TITLE, bookmark=f"附件{number if several else ''}　{title}", depth=0
            ),
            *writer.blank(),
            *self._blocks(writer, attachment.blocks),
        ]
        height = writer.measure.height
        closes = attachment is self._document.attachments[-1] and not attachment.landscape
        pages = paginated(items, height, height, imprint.height if closes else 0.0)
        sheets.bookmarks.extend(bookmarks(pages, len(sheets.pages)))
        for page in pages.pages:
            if attachment.landscape:
                sheets.pages.append([turned(mark, numbers.left, numbers.bottom) for mark in drawn(page, 0.0, 0.0)])
            else:
                sheets.pages.append(list(drawn(page, numbers.left, numbers.top)))
        sheets.room = 0.0 if attachment.landscape else height - pages.ends

    def _close(self, sheets: _Sheets, imprint: Imprint) -> None:
        """Put the imprint on the last page, or on one of its own, and number the pages."""
        if imprint.height > sheets.room + 0.01:
            sheets.pages.append([])
        sheets.pages[-1].extend(imprint.marks())
        upright = self._upright()
        for number, page in enumerate(sheets.pages, 1):
            if number > 1 or not is_letter(self._document):
                page.extend(folio(number, upright, self._fonts))

    def _seal(self, text: _Text) -> Seal | None:
        for page, puts in enumerate(text.pages.pages):
            for put in puts:
                if put.item.seal:
                    x, y = put.item.seal
                    top = self._numbers.top if page else text.first.start
                    return Seal(page, self._numbers.left + x, top + put.y + y, self._numbers.seal_diameter)
        return None

    def _missing(self) -> Iterator[Lack]:
        """Every character that cannot be drawn, where it stands first."""
        found: set[str] = set()
        for line in texts(self._document):
            for char in self._fonts.missing(line):
                if char not in found:
                    found.add(char)
                    yield Lack(char, line)
