"""Filled forms printed one after the other into one PDF, each with a bookmark.

What a form shows on every copy is drawn once and stamped onto each page; only what was filled in is placed anew.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, BinaryIO

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFStream
from reportlab.pdfgen.canvas import Canvas

from unionoffice.documents.pdf.fonts import Fonts, Style
from unionoffice.documents.pdf.trust_mark import TrustMark
from unionoffice.documents.pdf.trust_mark import draw as draw_mark
from unionoffice.documents.workbook.book import Book, Cell, Place
from unionoffice.documents.workbook.drawing import PagePress
from unionoffice.documents.workbook.formats import shown
from unionoffice.documents.workbook.formulas import calculate
from unionoffice.documents.workbook.headers import Facts, header_and_footer
from unionoffice.documents.workbook.in_book import carried_out
from unionoffice.documents.workbook.layout import LaidPage, SheetLayout, lay_out
from unionoffice.documents.workbook.loading import Formula
from unionoffice.documents.workbook.marks import Box, Fill, Image, Mark, Stroke, Text
from unionoffice.documents.workbook.metrics import text_width
from unionoffice.documents.workbook.paging import Page, Span, flow_of
from unionoffice.documents.workbook.photo import fitted
from unionoffice.documents.workbook.plan import Block, Planner, SheetPlan
from unionoffice.documents.workbook.profile import EXCEL
from unionoffice.documents.workbook.tags import Photo, Values, address, as_value, runs_of
from unionoffice.kernel.progress import Progress, step

READABLE = 7.5
"""Smaller type than this is hard to read for many."""
_LEAST = 6.0
"""No text is printed smaller than so many points, unless its form has it so."""
_STEP = 0.95
_LETTER, _TAIL, _SEEN = 0.75, 0.1, 0.5
"""How far letters rise above their line and hang below it, in em, and how many points of one are missed."""
_INSET = 1.5
_OF_MONEY = 2
"""Decimals of an amount, none of which may be rounded away."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """A cell whose contents did not fit: in whose form, where, and what became of it.

    `copy` counts the copies from 0, None for what the form itself says, which is told once; `page` the pages of the
    copy, None where the cell is on no page.
    """

    title: str
    cell: str
    text: str
    shrunk: bool
    """Printed smaller but whole; else a part of it cannot be seen."""
    copy: int | None
    page: int | None
    number: bool = False
    """A number or a day, which shows as ### what of it does not fit."""
    size: float = 0.0
    """How large the type is in which it is printed, in points of the paper."""


@dataclass(slots=True)
class Printed:
    """What came of printing: pages, characters that no font has, what did not fit, formulas not understood."""

    pages: int = 0
    missing: dict[str, None] = field(default_factory=dict)
    unfit: list[Unfit] = field(default_factory=list)
    unknown_formulas: list[str] = field(default_factory=list)


_Shape = tuple[tuple[str, tuple[Block, ...], tuple[tuple[int, float], ...]], ...]
"""Which rows of which sheet are repeated how often, and which have grown how far: copies alike in this have the same
constant part."""


@dataclass(frozen=True, slots=True)
class _Stamp:
    """A page of the empty form: its name in the PDF, and the cells that a filling puts there."""

    name: str
    layout: SheetLayout
    page: Page
    places: tuple[tuple[Place, tuple[tuple[Span, Span], ...]], ...]
    """Each with the columns and rows of the page in which it is seen."""


class FormPrinter:
    """Prints copies of one form onto one canvas."""

    def __init__(self, form: Book, fonts: Fonts, canvas: Canvas, *, moment: datetime) -> None:
        self.printed = Printed()
        self._form = form
        self._canvas = canvas
        self._fonts = fonts
        self._press = PagePress(canvas, fonts)
        self._mark: TrustMark | None = None
        self._copy = -1
        self._moment = moment
        self._planner = Planner(form)
        self._stamps: dict[_Shape, list[_Stamp]] = {}
        self._seen: set[_Shape] = set()
        self._has_formulas = any(
            isinstance(cell.value, Formula) for sheet in form.sheets for cell in sheet.cells.values()
        )

    def draw(self, title: str, values: Values, mark: TrustMark | None = None) -> None:
        """Print one copy; `title` is its bookmark, `mark` stands on each of its pages."""
        self._mark = mark
        self._copy += 1
        plans = self._planner.plan(values)
        before = self.printed.pages
        key = f"form{before}"
        self._canvas.bookmarkPage(key)
        self._canvas.addOutlineEntry(title, key, 0)
        shape = tuple((found.title, tuple(found.blocks), tuple(found.heights.items())) for found in plans)
        if shape not in self._stamps and shape in self._seen and self._keeps_its_shape(plans):
            self._stamps[shape] = self._made(plans)
        self._seen.add(shape)
        if shape in self._stamps:
            self._stamp(title, plans, self._stamps[shape])
        else:
            self._lay_out(title, plans)
        if self.printed.pages == before:  # nothing in it is printed: its bookmark and its copy want a page
            setup = next(sheet.setup for sheet in self._form.sheets if sheet.visible)
            self._page(setup.width, setup.height, ())
        self.printed.missing.update(self._press.missing)

    def _keeps_its_shape(self, plans: list[SheetPlan]) -> bool:
        """Whether every filled row has its height from the file, so that no value moves anything."""
        sheets = {sheet.title: sheet for sheet in self._unfilled(plans).sheets}
        return all(place[0] in sheets[found.title].heights for found in plans for place in found.values)

    def _unfilled(self, plans: list[SheetPlan]) -> Book:
        """The form with its rows repeated as planned, and its tags still in it."""
        return carried_out(self._form, [replace(found, values={}) for found in plans])

    def _lay_out(self, title: str, plans: list[SheetPlan]) -> None:
        filled = carried_out(self._form, plans)
        self.printed.unknown_formulas.extend(calculate(filled))
        values = {found.title: found.values for found in plans}
        layouts = [SheetLayout(filled, index, EXCEL) for index, sheet in enumerate(filled.sheets) if sheet.visible]
        for layout in layouts:
            for place in values.get(layout.sheet.title, ()):
                cell = layout.sheet.cells.get(place)
                if cell is not None and cell.value not in (None, ""):
                    layout.sheet.cells[place], _ = self._fitted(title, layout, place, cell, None)
            if not self._copy:
                self._check_own(layout, values.get(layout.sheet.title, {}))
        self._note_small(title, plans, layouts)
        self._find_pages(layouts)
        for page in lay_out(filled, moment=self._moment, layouts=layouts):
            self._page(page.width, page.height, page.marks)

    def _check_own(self, layout: SheetLayout, filled: Mapping[Place, Any]) -> None:
        """Note what the form itself says and its cells cut off: it is printed as its maker has it, and told."""
        for place, cell in layout.sheet.cells.items():
            if place in filled or cell.value in (None, "") or not _cut_off(layout.placer.texts(place, cell)):
                continue
            name, number = f"{layout.sheet.title}!{address(place)}", _is_number(cell.value)
            text = " ".join(shown(cell.value, cell.look.format).text.split())
            size = cell.look.type.size * _scale(layout)
            self.printed.unfit.append(Unfit("", name, text, False, None, None, number, size))

    def _note_small(self, title: str, plans: list[SheetPlan], layouts: Sequence[SheetLayout]) -> None:
        """Note where rows have grown so much that a sheet that must stay on its pages is hardly to be read."""
        by_title = {layout.sheet.title: layout for layout in layouts}
        for found in plans:
            layout = by_title.get(found.title)
            grown = [place for place in found.values if place[0] in found.heights]
            if layout is None or not grown or not (layout.sheet.setup.fit or (0, 0))[1]:
                continue
            size = layout.sheet.cells[grown[0]].look.type.size * _scale(layout)
            if size < READABLE:
                name, text = f"{found.title}!{address(grown[0])}", str(found.values[grown[0]])
                self.printed.unfit.append(Unfit(title, name, text, True, self._copy, None, size=size))

    def _stamp(self, title: str, plans: list[SheetPlan], stamps: list[_Stamp]) -> None:
        values: dict[tuple[str, Place], Any] = {
            (found.title, place): value for found in plans for place, value in found.values.items()
        }
        if self._has_formulas:
            filled = carried_out(self._form, plans)
            before = {sheet.title: dict(sheet.cells) for sheet in filled.sheets}
            self.printed.unknown_formulas.extend(calculate(filled))
            for sheet in filled.sheets:
                for place, cell in sheet.cells.items():
                    if isinstance(before[sheet.title][place].value, Formula):
                        values[sheet.title, place] = cell.value
        self._note_small(title, plans, [stamp.layout for stamp in stamps])
        for number, stamp in enumerate(stamps):
            setup = stamp.layout.sheet.setup
            marks: list[Mark] = []
            for place, spans in stamp.places:
                value = values.get((stamp.layout.sheet.title, place))
                if value not in (None, ""):
                    marks.extend(self._marks(title, stamp, number, place, spans, value))
            self._page(setup.width, setup.height, marks, stamp.name)

    def _made(self, plans: list[SheetPlan]) -> list[_Stamp]:
        """Draw the empty form, without the cells that are filled, page by page as something to be stamped."""
        form = self._unfilled(plans)
        taken = {(found.title, place) for found in plans for place in found.values}
        taken.update(
            (sheet.title, place)
            for sheet in form.sheets
            for place, cell in sheet.cells.items()
            if isinstance(cell.value, Formula)
        )
        layouts: list[SheetLayout] = []
        for index, sheet in enumerate(form.sheets):
            if not sheet.visible:
                continue
            layout = SheetLayout(form, index, EXCEL)  # with its tags: they say which pages there are
            empty = {
                place: replace(cell, value=None, runs=()) if (sheet.title, place) in taken else cell
                for place, cell in sheet.cells.items()
            }
            layout.sheet = replace(layout.sheet, cells=empty)
            layout.placer.use(layout.sheet)
            layouts.append(layout)
        found = []
        total = sum(len(layout.pages) for layout in layouts)
        number = 0
        for layout in layouts:
            for page in layout.pages:
                number += 1
                setup = layout.sheet.setup
                name = f"stamp{self.printed.pages}-{number}"
                facts = Facts(number, total, layout.sheet.title, self._form.name, self._moment)
                margin = header_and_footer(setup, self._form.type, facts, page.scale)
                self._canvas.beginForm(name, 0, 0, setup.width, setup.height)
                self._press.marks((*layout.marks(page), *margin), setup.height)
                self._canvas.endForm()
                found.append(_Stamp(name, layout, page, tuple(_seen(layout, page, taken))))
        return found

    def _marks(
        self, title: str, stamp: _Stamp, number: int, place: Place, spans: tuple[tuple[Span, Span], ...], value: Any
    ) -> list[Mark]:
        """What one filled cell shows on a page."""
        layout, page = stamp.layout, stamp.page
        if isinstance(value, Photo):
            left, top, right, bottom = layout.placer.box(place)
            box: Box = (left + _INSET, top + _INSET, right - _INSET, bottom - _INSET)
            return [layout.on_page(Image(fitted(box, value.data), value.data), page, *span) for span in spans]
        cell = replace(layout.sheet.cells[place], value=as_value(value), runs=runs_of(value))
        _, marks = self._fitted(title, layout, place, cell, number)
        return [
            layout.on_page(mark, page, columns, rows)
            for columns, rows in spans
            for mark in layout.cut(marks, place, layout.window(columns, rows))
        ]

    def _fitted(
        self, title: str, layout: SheetLayout, place: Place, cell: Cell, page: int | None
    ) -> tuple[Cell, list[Mark]]:
        """The cell, in smaller type where its contents do not fit, and what it shows."""
        marks = self._texts(layout, place, cell)
        if _whole(marks, cell):
            return cell, marks
        size, smaller = cell.look.type.size, cell
        least = min(size, _LEAST)
        broken = isinstance(cell.value, str) and not cell.look.wrap and not cell.look.angle
        while True:
            if broken:  # a text made for one line is rather broken than cut, or made smaller than it need be
                wrapped = replace(smaller, look=replace(smaller.look, wrap=True))
                if _whole(found := self._texts(layout, place, wrapped), cell):
                    smaller, marks = wrapped, found
                    break
            if smaller.look.type.size <= least:
                marks = self._texts(layout, place, smaller)
                break
            factor = max(_STEP, least / smaller.look.type.size)
            type_ = replace(smaller.look.type, size=round(max(least, smaller.look.type.size * factor), 2))
            runs = tuple(
                replace(run, type=replace(run.type, size=round(run.type.size * factor, 2))) for run in smaller.runs
            )
            smaller = replace(smaller, look=replace(smaller.look, type=type_), runs=runs)
            marks = self._texts(layout, place, smaller)
            if _whole(marks, cell):
                break
        name = f"{layout.sheet.title}!{address(place)}"
        shrunk = _whole(marks, cell) or not (_is_number(cell.value) or _cut_off(marks))
        if not shrunk and _is_number(cell.value) and any("E" in mark.text for mark in marks if isinstance(mark, Text)):
            side = "right" if cell.look.horizontal == "general" else cell.look.horizontal
            smaller = replace(smaller, value="###", look=replace(smaller.look, horizontal=side))
            marks = self._texts(layout, place, smaller)
        size, number = smaller.look.type.size * _scale(layout), _is_number(cell.value)
        self.printed.unfit.append(Unfit(title, name, str(cell.value), shrunk, self._copy, page, number, size))
        return smaller, marks

    def _find_pages(self, layouts: Sequence[SheetLayout]) -> None:
        """Say on which pages of the copy just laid out the cells are that did not fit."""
        unfit = self.printed.unfit
        own = [index for index, each in enumerate(unfit) if each.copy == self._copy or each.copy is None]
        if not own:
            return
        pages: dict[str, int] = {}
        shown = [(layout, page) for layout in layouts for page in layout.pages]
        for number, (layout, page) in enumerate(shown):
            for columns in page.columns:
                for rows in page.rows:
                    for place in layout.places(columns, rows):
                        pages.setdefault(f"{layout.sheet.title}!{address(place)}", number)
        for index in own:
            unfit[index] = replace(unfit[index], page=pages.get(unfit[index].cell, unfit[index].page))
        if not self._copy:  # what the form says outside of what is printed is nobody's trouble
            unfit[:] = [each for each in unfit if each.copy is not None or each.page is not None]

    def _texts(self, layout: SheetLayout, place: Place, cell: Cell) -> list[Mark]:
        self._flow(layout, place, cell)
        return layout.placer.texts(place, cell)

    @staticmethod
    def _flow(layout: SheetLayout, place: Place, cell: Cell) -> None:
        seen = flow_of(layout.measured, place, cell, EXCEL, len(layout.measured.grid.xs) - 2)
        if seen is None:
            layout.measured.flows.pop(place, None)
        else:
            layout.measured.flows[place] = seen

    def _page(self, width: float, height: float, marks: Iterable[Mark], stamp: str = "") -> None:
        canvas = self._canvas
        canvas.setPageSize((width, height))
        if stamp:
            canvas.doForm(stamp)
        ordered = sorted(marks, key=_order)
        self._press.marks(ordered, height)
        if self._mark is not None:
            draw_mark(canvas, self._mark, width, height, fonts=self._fonts)
        end_page(canvas)
        self.printed.pages += 1


def _seen(
    layout: SheetLayout, page: Page, taken: set[tuple[str, Place]]
) -> Iterator[tuple[Place, tuple[tuple[Span, Span], ...]]]:
    """The filled cells of a page, each with the parts of the page in which it is seen."""
    found: dict[Place, list[tuple[Span, Span]]] = {}
    for columns in page.columns:
        for rows in page.rows:
            for place in layout.places(columns, rows):
                if (layout.sheet.title, place) in taken:
                    found.setdefault(place, []).append((columns, rows))
    return ((place, tuple(spans)) for place, spans in found.items())


def _whole(marks: Iterable[Mark], cell: Cell) -> bool:
    """Whether all of what a cell says can be seen."""
    texts = [mark for mark in marks if isinstance(mark, Text)]
    if any(mark.clip is not None for mark in texts):
        return False
    if _is_number(cell.value) and (full := shown(cell.value, cell.look.format)).general:
        words = "".join(mark.text for mark in texts)
        money = len(full.text.partition(".")[2]) <= _OF_MONEY
        if words != full.text and (money or ("E" in words and "E" not in full.text)):
            return False  # Excel would show 1E+09, or an amount rounded
    return cell.value == "###" or not any(mark.text == "###" for mark in texts)


def _scale(layout: SheetLayout) -> float:
    return layout.pages[0].scale if layout.pages else 1.0


def _cut_off(marks: Iterable[Mark]) -> bool:
    """Whether something of a text is cut off to be seen: a letter, not only the room above it."""
    return any(isinstance(mark, Text) and (mark.text == "###" or _beyond(mark)) for mark in marks)


def _beyond(mark: Text) -> bool:
    if mark.clip is None or mark.angle:
        return mark.clip is not None
    left, top, right, bottom = mark.clip
    words = mark.text.strip()
    start = mark.x + text_width(mark.text[: mark.text.find(words)], mark.type)  # blanks are not missed
    end = start + text_width(words, mark.type)
    high, low = mark.y - _LETTER * mark.size, mark.y + _TAIL * mark.size
    return min(start - left, right - end, high - top, bottom - low) < -_SEEN


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | date) and not isinstance(value, bool)


def _order(mark: Mark) -> int:
    return (Fill, Stroke, Image, Text).index(type(mark))


def end_page(canvas: Canvas) -> None:
    """End a page and keep what was drawn on it compressed, so that memory hardly grows with the number of pages."""
    name = canvas._doc.thisPageName()
    canvas.showPage()
    page = canvas._doc.idToObject[name]
    if page.stream:
        packed = zlib.compress(page.stream.encode("latin-1"), 6)
        page.Contents = PDFStream(PDFDictionary({"Filter": PDFName("FlateDecode")}), packed)
        page.stream = None
    page.Trans = None


def print_forms(
    form: Book,
    filled: Iterable[tuple[str, Values]],
    fonts: Fonts,
    out: BinaryIO,
    *,
    moment: datetime,
    progress: Progress | None = None,
    total: int = 0,
    title: str = "",
    marks: Sequence[TrustMark | None] = (),
) -> Printed:
    """Print a copy of a form for each of `filled`, (bookmark, values), into one PDF written to `out`.

    `marks` are drawn onto the pages of each copy, so that it can be verified. `total` is how many there are, for the
    progress. Raises Cancelled as `progress` does.
    """
    canvas = _canvas(out, fonts)
    canvas.setTitle(title or form.name)
    canvas.setAuthor("")
    canvas.setCreator("unionoffice")
    printer = FormPrinter(form, fonts, canvas, moment=moment)
    for number, (name, values) in enumerate(filled, start=1):
        printer.draw(name, values, marks[number - 1] if marks else None)
        if progress is not None:
            step(progress, number, max(total, number), name)
    canvas.save()
    return printer.printed


def _canvas(out: BinaryIO, fonts: Fonts) -> Canvas:
    """A canvas that begins in an embedded font: the usual one is not, which a file for filing must not have."""
    song = fonts.face(Style.SONG).font.fontName
    return Canvas(out, pageCompression=1, invariant=1, initialFontName=song, lang="zh-CN")


def print_book(book: Book, fonts: Fonts, out: BinaryIO, *, moment: datetime) -> Printed:
    """Print a workbook as it is into a PDF written to `out`."""
    found = Printed(unknown_formulas=calculate(book))
    canvas = _canvas(out, fonts)
    canvas.setTitle(book.name)
    press = PagePress(canvas, fonts)
    for page in lay_out(book, moment=moment):
        _draw(press, canvas, page)
        found.pages += 1
    canvas.save()
    found.missing.update(press.missing)
    return found


def _draw(press: PagePress, canvas: Canvas, page: LaidPage) -> None:
    canvas.setPageSize((page.width, page.height))
    press.marks(page.marks, page.height)
    end_page(canvas)
