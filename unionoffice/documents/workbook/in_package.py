"""A filled form as a workbook: what `plan` says, carried out in the file's own XML, everything else byte for byte."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from posixpath import basename, dirname, join, normpath
from typing import Any

from lxml import etree
from openpyxl.formula.translate import Translator

from unionoffice.documents.workbook.book import Book, Place
from unionoffice.documents.workbook.formulas import calculate
from unionoffice.documents.workbook.loading import Formula, load
from unionoffice.documents.workbook.photo_frames import Corner, Frame, frames
from unionoffice.documents.workbook.plan import SheetPlan
from unionoffice.documents.workbook.references import moved, shifted
from unionoffice.documents.workbook.tags import Photo, Rich, address

_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_M = f"{{{_NS}}}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DRAW = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CELL = re.compile(r"([A-Z]+)(\d+)")
_EPOCH = datetime(1899, 12, 30)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def filled_package(data: bytes, plans: Sequence[SheetPlan], name: str = "") -> bytes:
    """The bytes of a form's workbook after filling. What the plan does not touch is as it was in the file."""
    package = _Package(data)
    photos = frames(data, name, plans)
    for title, part in package.sheets().items():
        plan = next((found for found in plans if found.title == title), None)
        if plan is not None or any(other.blocks for other in plans):
            _Sheet(package, part, title, plans, photos).change(plan)
    if any(plan.blocks for plan in plans):
        package.move_names(plans)
    package.forget_chain()
    done = package.packed()
    return _computed(done, name) if package.has_formulas else done


class _Package:
    """The parts of a workbook; those that were not parsed leave as they came."""

    def __init__(self, data: bytes) -> None:
        self._source = zipfile.ZipFile(io.BytesIO(data))
        self._trees: dict[str, Any] = {}
        self._added: dict[str, bytes] = {}
        self._dropped: set[str] = set()
        self.names = set(self._source.namelist())
        self.has_formulas = any(
            re.search(rb"<(?:\w+:)?f[ >/]", self._source.read(part))
            for part in self.names
            if "worksheets/sheet" in part
        )

    def tree(self, part: str) -> Any:
        """The root of a part, kept so that what is changed is written."""
        if part not in self._trees:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
            self._trees[part] = etree.fromstring(self._source.read(part), parser)
        return self._trees[part]

    def rels_of(self, part: str) -> str:
        """The part that holds the relations of a part."""
        return join(dirname(part), "_rels", f"{basename(part)}.rels")

    def target(self, part: str, relation: str) -> str:
        """The part that a relation of a part leads to."""
        for found in self.tree(self.rels_of(part)):
            if found.get("Id") == relation:
                aim = found.get("Target")
                return str(aim.lstrip("/") if aim.startswith("/") else normpath(join(dirname(part), aim)))
        raise KeyError(relation)

    def sheets(self) -> dict[str, str]:
        """Sheets by title."""
        root = self.tree("xl/workbook.xml")
        return {
            sheet.get("name"): self.target("xl/workbook.xml", sheet.get(f"{_R}id")) for sheet in root.iter(f"{_M}sheet")
        }

    def read(self, part: str) -> bytes:
        """A part as it came."""
        return self._source.read(part)

    def add(self, part: str, data: bytes) -> None:
        """Put a new part into the package."""
        self._added[part] = data
        self.names.add(part)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Relate a part to another; returns the relation's name."""
        rels = self.rels_of(part)
        if rels not in self.names:
            self._trees[rels] = etree.Element(f"{_RELS}Relationships", nsmap={None: _RELS[1:-1]})
            self.names.add(rels)
        root = self.tree(rels)
        taken = {found.get("Id") for found in root}
        number = next(f"rId{index}" for index in range(1, 10_000) if f"rId{index}" not in taken)
        etree.SubElement(root, f"{_RELS}Relationship", Id=number, Type=f"{_OFFICE}/{kind}", Target=target)
        return number

    def declare(self, *, extension: str = "", part: str = "", content: str = "") -> None:
        """Say of what kind new parts are."""
        root = self.tree("[Content_Types].xml")
        if extension and not any(found.get("Extension", "").lower() == extension for found in root):
            found = etree.Element(f"{_TYPES}Default", Extension=extension, ContentType=content)
            root.insert(0, found)
        if part:
            etree.SubElement(root, f"{_TYPES}Override", PartName=f"/{part}", ContentType=content)

    def move_names(self, plans: Sequence[SheetPlan]) -> None:
        """Print areas, titles and other names follow the rows."""
        for name in self.tree("xl/workbook.xml").iter(f"{_M}definedName"):
            parts = re.split(r",(?=(?:[^']*'[^']*')*[^']*$)", name.text or "")
            name.text = ",".join(moved(part, "", plans) for part in parts)

    def forget_chain(self) -> None:
        """The order of calculation is worked out anew by whoever opens the file."""
        if "xl/calcChain.xml" not in self.names:
            return
        self._dropped.add("xl/calcChain.xml")
        for part, attribute in (("[Content_Types].xml", "PartName"), ("xl/_rels/workbook.xml.rels", "Target")):
            root = self.tree(part)
            for found in list(root):
                if (found.get(attribute) or "").endswith("calcChain.xml"):
                    root.remove(found)

    def packed(self) -> bytes:
        """The whole package."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for entry in self._source.infolist():
                if entry.filename in self._dropped:
                    continue
                data = self._source.read(entry.filename)
                if entry.filename in self._trees:
                    data = self._written(entry.filename)
                _write(target, entry.filename, data)
            for part in self._trees.keys() - {entry.filename for entry in self._source.infolist()}:
                _write(target, part, self._written(part))
            for part, data in self._added.items():
                _write(target, part, data)
        return out.getvalue()

    def _written(self, part: str) -> bytes:
        found: bytes = etree.tostring(self._trees[part], xml_declaration=True, encoding="UTF-8", standalone=True)
        return found


def _write(target: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    target.writestr(entry, data)


class _Sheet:
    """One sheet's XML."""

    def __init__(
        self,
        package: _Package,
        part: str,
        title: str,
        plans: Sequence[SheetPlan],
        photos: Mapping[tuple[str, Place], Frame],
    ) -> None:
        self._package = package
        self._frames = photos
        self._part = part
        self._title = title
        self._plans = plans
        self._root = package.tree(part)
        data = self._root.find(f"{_M}sheetData")
        self._data = data if data is not None else etree.SubElement(self._root, f"{_M}sheetData")
        self._rows: dict[int, Any] = {}

    def change(self, plan: SheetPlan | None) -> None:
        """Carry out what is planned for this sheet, and follow what is planned for others."""
        self._spread_shared()
        if plan is not None and plan.blocks:
            self._repeat(plan)
            self._follow(plan)
        if any(other.blocks for other in self._plans):
            for formula in self._root.iter(f"{_M}f"):
                if formula.text:
                    formula.text = shifted("=" + formula.text, self._title, self._plans)[1:]
        self._rows = {int(row.get("r", "0")): row for row in self._data}
        for place, value in plan.values.items() if plan is not None else ():
            self._put(place, value)
        for number, height in plan.heights.items() if plan is not None else ():
            self._row(number).set("ht", f"{height:g}")

    def _spread_shared(self) -> None:
        """Formulas that are stored once for several cells are written out, so that they can move apart."""
        masters: dict[str, tuple[str, str]] = {}
        for cell in self._data.iter(f"{_M}c"):
            formula = cell.find(f"{_M}f")
            if formula is None or formula.get("t") != "shared":
                continue
            key = formula.get("si")
            if formula.text:
                masters[key] = (formula.text, cell.get("r"))
            elif key in masters:
                text, origin = masters[key]
                formula.text = Translator("=" + text, origin).translate_formula(cell.get("r"))[1:]
            for attribute in ("t", "si", "ref"):
                formula.attrib.pop(attribute, None)

    def _repeat(self, plan: SheetPlan) -> None:
        rows = {int(row.get("r")): row for row in self._data}
        last = max(rows, default=0)
        for row in list(self._data):
            self._data.remove(row)
        for number, source in enumerate(plan.sources(last), start=1):
            origin = rows.get(source)
            if origin is None:
                continue
            copy = deepcopy(origin)
            copy.set("r", str(number))
            for cell in copy:
                letters = _CELL.fullmatch(cell.get("r"))
                if letters is not None:
                    cell.set("r", f"{letters[1]}{number}")
            self._data.append(copy)
        dimension = self._root.find(f"{_M}dimension")
        if dimension is not None:
            dimension.set("ref", moved(dimension.get("ref"), self._title, self._plans))

    def _follow(self, plan: SheetPlan) -> None:
        self._move_merges(plan)
        for tag, attribute in (("conditionalFormatting", "sqref"), ("dataValidation", "sqref"), ("selection", "sqref")):
            for found in self._root.iter(f"{_M}{tag}"):
                ranges = (found.get(attribute) or "").split()
                found.set(attribute, " ".join(moved(one, self._title, self._plans) for one in ranges))
        for tag in ("hyperlink", "autoFilter"):
            for found in self._root.iter(f"{_M}{tag}"):
                found.set("ref", moved(found.get("ref"), self._title, self._plans))
        for tag in ("formula", "formula1", "formula2"):
            for found in self._root.iter(f"{_M}{tag}"):
                if found.text:
                    found.text = shifted("=" + found.text, self._title, self._plans)[1:]
        self._move_breaks(plan)
        drawing = self._root.find(f"{_M}drawing")
        if drawing is not None:
            for marker in self._package.tree(self._package.target(self._part, drawing.get(f"{_R}id"))).iter(
                f"{_DRAW}row"
            ):
                marker.text = str(plan.moved(int(marker.text) + 1) - 1)

    def _move_merges(self, plan: SheetPlan) -> None:
        merges = self._root.find(f"{_M}mergeCells")
        if merges is None:
            return
        last = max((int(row.get("r")) for row in self._data), default=0)
        copies: dict[int, list[int]] = {}
        for number, source in enumerate(plan.sources(last), start=1):
            copies.setdefault(source, []).append(number)
        for merge in list(merges):
            first, _, end = merge.get("ref").partition(":")
            start, stop = _CELL.fullmatch(first), _CELL.fullmatch(end or first)
            if start is None or stop is None:
                continue
            if start[2] == stop[2]:
                rows = copies.get(int(start[2]), [plan.moved(int(start[2]))])
                merge.set("ref", f"{start[1]}{rows[0]}:{stop[1]}{rows[0]}")
                for row in rows[1:]:
                    etree.SubElement(merges, f"{_M}mergeCell", ref=f"{start[1]}{row}:{stop[1]}{row}")
            else:
                merge.set("ref", f"{start[1]}{plan.moved(int(start[2]))}:{stop[1]}{plan.moved(int(stop[2]), end=True)}")
        merges.set("count", str(len(merges)))

    def _move_breaks(self, plan: SheetPlan) -> None:
        breaks = self._root.find(f"{_M}rowBreaks")
        own = [plan.moved(block.first) + index for block in plan.blocks for index in block.breaks]
        if breaks is None and own:
            breaks = etree.Element(f"{_M}rowBreaks")
            self._insert(breaks, _AFTER_BREAKS)
        if breaks is None:
            return
        for found in breaks:
            found.set("id", str(plan.moved(int(found.get("id")), end=True)))
        for row in own:
            etree.SubElement(breaks, f"{_M}brk", id=str(row), max="16383", man="1")
        breaks.set("count", str(len(breaks)))
        breaks.set("manualBreakCount", str(len(breaks)))

    def _insert(self, element: Any, following: Iterable[str]) -> None:
        """Put an element where the schema wants it: before the first of those that must follow."""
        for index, found in enumerate(self._root):
            if etree.QName(found).localname in following:
                self._root.insert(index, element)
                return
        self._root.append(element)

    def _put(self, place: Place, value: Any) -> None:
        cell = self._cell(place)
        fonts = self._fonts(cell) if isinstance(value, Rich) else []
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        if isinstance(value, Photo):
            self._picture(place, value)
        elif isinstance(value, bool):
            cell.set("t", "b")
            etree.SubElement(cell, f"{_M}v").text = "1" if value else "0"
        elif isinstance(value, int | float | Decimal):
            etree.SubElement(cell, f"{_M}v").text = str(value)
        elif isinstance(value, date | time | timedelta):
            etree.SubElement(cell, f"{_M}v").text = f"{_serial(value):.10g}"
        elif value not in (None, ""):
            cell.set("t", "inlineStr")
            if isinstance(value, Rich) and len(fonts) == len(value.runs):
                whole = etree.SubElement(cell, f"{_M}is")
                for run, font in zip(value.runs, fonts, strict=True):
                    if run.text:
                        _run(whole, run.text, font)
                return
            text = etree.SubElement(etree.SubElement(cell, f"{_M}is"), f"{_M}t")
            text.text = _UNPRINTABLE.sub("", str(value))
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _fonts(self, cell: Any) -> list[Any]:
        """The font of each run of a cell's text, None where it is the cell's; nothing of a text that has no runs."""
        source = cell.find(f"{_M}is")
        if cell.get("t") == "s" and "xl/sharedStrings.xml" in self._package.names:
            number = int(cell.findtext(f"{_M}v") or 0)
            strings = self._package.tree("xl/sharedStrings.xml").findall(f"{_M}si")
            source = strings[number] if number < len(strings) else None
        return [] if source is None else [run.find(f"{_M}rPr") for run in source.findall(f"{_M}r")]

    def _cell(self, place: Place) -> Any:
        name, row = address(place), self._row(place[0])
        cell = next((found for found in row if found.get("r") == name), None)
        return cell if cell is not None else etree.SubElement(row, f"{_M}c", r=name)

    def _row(self, number: int) -> Any:
        if (known := self._rows.get(number)) is not None:
            return known
        after = next((found for found in self._data if int(found.get("r", "0")) > number), None)
        row = self._rows[number] = etree.Element(f"{_M}row", r=str(number))
        self._data.insert(len(self._data) if after is None else self._data.index(after), row)
        return row

    def _picture(self, place: Place, photo: Photo) -> None:
        """Put a picture over a cell and what is merged with it."""
        kind = "png" if photo.data[:4] == b"\x89PNG" else "jpeg"
        number = next(i for i in range(1, 10_000) if f"xl/media/photo{i}.{kind}" not in self._package.names)
        media = f"xl/media/photo{number}.{kind}"
        self._package.add(media, photo.data)
        self._package.declare(extension=kind, content=f"image/{kind}")
        part = self._drawing()
        relation = self._package.relate(part, "image", f"../media/{basename(media)}")
        frame = self._frames[self._title, place]
        self._package.tree(part).append(etree.fromstring(_anchor(frame, relation, number)))

    def _drawing(self) -> str:
        drawing = self._root.find(f"{_M}drawing")
        if drawing is not None:
            return self._package.target(self._part, drawing.get(f"{_R}id"))
        number = next(i for i in range(1, 10_000) if f"xl/drawings/drawing{i}.xml" not in self._package.names)
        part = f"xl/drawings/drawing{number}.xml"
        self._package._trees[part] = etree.Element(f"{_DRAW}wsDr", nsmap={"xdr": _DRAW[1:-1], "a": _A[1:-1]})
        self._package.names.add(part)
        self._package.declare(part=part, content="application/vnd.openxmlformats-officedocument.drawing+xml")
        relation = self._package.relate(self._part, "drawing", f"../drawings/{basename(part)}")
        element = etree.Element(f"{_M}drawing")
        element.set(f"{_R}id", relation)
        self._insert(element, _AFTER_DRAWING)
        return part


def _run(whole: Any, words: str, font: Any) -> None:
    run = etree.SubElement(whole, f"{_M}r")
    if font is not None:
        run.append(deepcopy(font))
    text = etree.SubElement(run, f"{_M}t")
    text.text = _UNPRINTABLE.sub("", words)
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


_AFTER_DRAWING = frozenset(
    ["legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"]
)
_AFTER_BREAKS = _AFTER_DRAWING | {
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
}


def _anchor(frame: Frame, relation: str, number: int) -> str:
    start, end = frame
    return (
        f'<xdr:twoCellAnchor xmlns:xdr="{_DRAW[1:-1]}" xmlns:a="{_A[1:-1]}" xmlns:r="{_R[1:-1]}">'
        f"<xdr:from>{_marker(start)}</xdr:from><xdr:to>{_marker(end)}</xdr:to>"
        f'<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="{number + 1}" name="photo{number}"/><xdr:cNvPicPr/></xdr:nvPicPr>'
        f'<xdr:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill>'
        f'<xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/>'
        f"</xdr:twoCellAnchor>"
    )


def _marker(corner: Corner) -> str:
    return (
        f"<xdr:col>{corner.column - 1}</xdr:col><xdr:colOff>{corner.x}</xdr:colOff>"
        f"<xdr:row>{corner.row - 1}</xdr:row><xdr:rowOff>{corner.y}</xdr:rowOff>"
    )


def _serial(value: date | time | timedelta) -> float:
    if isinstance(value, timedelta):
        return value.total_seconds() / 86_400
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86_400
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    return (moment - _EPOCH).total_seconds() / 86_400


def _computed(data: bytes, name: str) -> bytes:
    """The stored results of formulas made those of the filled form, for programs that show them without computing."""
    bare = _each_formula(data, lambda _sheet, _place, cell: _forget(cell))
    book: Book = load(bare, name)
    kept = {
        (sheet.title, place)
        for sheet in book.sheets
        for place, cell in sheet.cells.items()
        if isinstance(cell.value, Formula)
    }
    calculate(book)
    results = {sheet.title: sheet.cells for sheet in book.sheets}

    def store(title: str, place: Place, cell: Any) -> None:
        found = results[title].get(place)
        if (title, place) not in kept or found is None or found.value in (None, ""):
            return
        value = found.value
        if isinstance(value, str):
            cell.set("t", "str")
        elif isinstance(value, bool):
            cell.set("t", "b")
        etree.SubElement(cell, f"{_M}v").text = str(int(value) if isinstance(value, bool) else value)

    return _each_formula(bare, store)


def _forget(cell: Any) -> None:
    cell.attrib.pop("t", None)
    for found in cell.findall(f"{_M}v"):
        cell.remove(found)


def _each_formula(data: bytes, call: Callable[[str, Place, Any], None]) -> bytes:
    package = _Package(data)
    for title, part in package.sheets().items():
        for cell in package.tree(part).iter(f"{_M}c"):
            found = _CELL.fullmatch(cell.get("r") or "")
            if cell.find(f"{_M}f") is not None and found is not None:
                column = 0
                for letter in found[1]:
                    column = column * 26 + ord(letter) - 64
                call(title, (int(found[2]), column), cell)
    return package.packed()
