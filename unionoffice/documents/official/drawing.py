"""Laid papers as PDF: real text in embedded fonts, bookmarks, nothing about who made the file or when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby

from reportlab.pdfgen.canvas import Canvas

from unionoffice.documents.official.marks import Bookmark, Mark, Rule, Typeset, Words
from unionoffice.documents.official.standard import MM, Standard, standard
from unionoffice.documents.pdf.fonts import Fonts, Style
from unionoffice.documents.pdf.text import PageText
from unionoffice.documents.pdf.trust_mark import TrustMark
from unionoffice.documents.pdf.trust_mark import draw as draw_mark
from unionoffice.documents.pdf.watermark import draw_watermark

_RED = "0.89 0 0"


def draw(
    paper: Typeset,
    *,
    fonts: Fonts,
    watermark: str = "",
    numbers: Standard | None = None,
    mark: TrustMark | None = None,
) -> bytes:
    """The pages as a PDF file; the same input gives the same bytes. `watermark` stands large across every page.

    `mark` stands in the lower left corner of every page, below and left of everything the standard places.
    """
    numbers = numbers or standard()
    buffer = BytesIO()
    size = (numbers.page_width / MM, numbers.page_height / MM)
    song = fonts.face(Style.SONG).font.fontName
    canvas = Canvas(buffer, pagesize=size, invariant=1, pageCompression=1, initialFontName=song, lang="zh-CN")
    canvas.setTitle(paper.title)
    canvas.setAuthor(paper.organ)
    canvas.setCreator("unionoffice")
    press = _Press(canvas, fonts, numbers, mark)
    for number, page in enumerate(paper.pages):
        if watermark:
            draw_watermark(canvas, PageText(canvas, fonts), watermark)
        press.page(page, [bookmark for bookmark in paper.bookmarks if bookmark.page == number])
    if paper.bookmarks:
        canvas.showOutline()
    canvas.save()
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A character in its font: the code that draws it, where it starts in mm and how wide it is, in em."""

    font: str
    data: str
    start: float
    width: float


class _Press:
    def __init__(self, canvas: Canvas, fonts: Fonts, numbers: Standard, mark: TrustMark | None) -> None:
        self._canvas = canvas
        self._document = canvas._doc  # reportlab keeps its subsets by document and has no public name for it
        self._fonts = fonts
        self._width = numbers.page_width
        self._height = numbers.page_height
        self._mark = mark
        self._bookmarks = 0
        self._depth = -1

    def page(self, marks: Sequence[Mark], bookmarks: Sequence[Bookmark]) -> None:
        """Draw a page and end it."""
        for bookmark in bookmarks:
            self._bookmarks += 1
            key = f"b{self._bookmarks}"
            self._canvas.bookmarkPage(key)
            self._depth = min(bookmark.depth, self._depth + 1)
            self._canvas.addOutlineEntry(bookmark.title.replace("\n", ""), key, self._depth)
        for mark in marks:
            if isinstance(mark, Rule):
                self._rule(mark)
        code = [self._words(mark) for mark in marks if isinstance(mark, Words)]
        if code:
            self._canvas.addLiteral(f"q BT {' '.join(code)} ET Q")
        if self._mark is not None:
            draw_mark(self._canvas, self._mark, self._width / MM, self._height / MM, fonts=self._fonts)
        self._canvas.showPage()

    def _rule(self, rule: Rule) -> None:
        self._canvas.setLineWidth(rule.weight / MM)
        self._canvas.setStrokeColorRGB(*map(float, _RED.split())) if rule.red else self._canvas.setStrokeGray(0)
        self._canvas.line(*(at / MM for at in (rule.x, self._height - rule.y, rule.to_x, self._height - rule.to_y)))

    def _words(self, words: Words) -> str:
        """One text, every character in its place: where the font's own width differs, the rest is moved."""
        turn = "0 1 -1 0" if words.turned else "1 0 0 1"
        colour = f"{_RED} rg" if words.red else "0 g"
        place = f"{turn} {words.x / MM:.3f} {(self._height - words.y) / MM:.3f} Tm"
        return f"{colour} {words.stretch * 100:.2f} Tz {place} {' '.join(self._strings(words))}"

    def _strings(self, words: Words) -> Iterator[str]:
        em = words.size * MM * words.stretch
        at = 0.0
        for font, pieces in groupby(self._pieces(words), lambda piece: piece.font):
            shown = []
            for piece in pieces:
                shown.append(f"{(at - piece.start) / em * 1000:.1f}<{piece.data}>")
                at = piece.start + piece.width * em
            yield f"{font} {words.size:g} Tf [{''.join(shown)}]TJ"

    def _pieces(self, words: Words) -> Iterator[_Piece]:
        for char, start in zip(words.text, words.along, strict=True):
            for face, shown in self._fonts.runs(char, words.style):
                for subset, data in face.font.splitString(shown, self._document):
                    name = face.font.getSubsetInternalName(subset, self._document)
                    yield _Piece(name, data.hex(), start, face.widths[shown] / 1000)
