"""Everything a workbook says, wherever it says it: in its cells, and beside them where nobody looks at first."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from unionoffice.documents.workbook.book import Book, Cell, Place, Sheet
from unionoffice.documents.workbook.formats import shown
from unionoffice.documents.workbook.tags import address

_TAG = re.compile(r"\{\{[^{}]*\}\}")
_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d{1,2}|.)')
_QUOTED = re.compile(r'"([^"]*)"')
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_WORDS = {
    "xl/comments": "批注",
    "xl/threadedComments": "批注",
    "xl/persons": "批注",
    "xl/drawings/": "图形里的字",
    "xl/charts/": "图表",
    "docProps/": "文件属性",
}
"""Parts that hold nothing but words, by how their names begin."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a workbook: where they stand, and in a sheet also its title, the place, and the words to their left."""

    where: str
    text: str
    sheet: str = ""
    place: Place | None = None
    label: str = ""


def said_in_cells(book: Book) -> Iterator[Said]:
    """What the cells of all sheets hold, hidden ones too, without tags: as it is stored, and as it is shown."""
    known = labels(book)
    for sheet in book.sheets:
        for place, cell in sorted(sheet.cells.items()):
            for text in _texts(cell):
                where = f"{sheet.title}!{address(place)}"
                yield Said(where, text, sheet.title, place, known[sheet.title, place])


def labels(book: Book) -> dict[tuple[str, Place], str]:
    """The words nearest to the left of each cell in its row, "" where there are none; tags are none."""
    found: dict[tuple[str, Place], str] = {}
    for sheet in book.sheets:
        label, row = "", 0
        for place, cell in sorted(sheet.cells.items()):
            label, row = (label if place[0] == row else ""), place[0]
            found[sheet.title, place] = label
            label = next(iter(_texts(cell)), label)
    return found


def _texts(cell: Cell) -> list[str]:
    seen = _TAG.sub("　", shown(cell.value, cell.look.format).text)
    whole = isinstance(cell.value, int | float) and not isinstance(cell.value, bool) and cell.value == int(cell.value)
    stored = str(int(cell.value)) if whole else ""  # type: ignore[arg-type]  # a number, as just asked
    return [text for text in dict.fromkeys((stored, seen)) if text.strip()]


def said_beside(book: Book, data: bytes) -> Iterator[Said]:
    """What a workbook says outside its cells: sheets' names, headers, comments, choices, links, properties."""
    for sheet in book.sheets:
        yield Said("工作表的名称", sheet.title)
        yield from _headers(sheet)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")) and (root := _root(package.read(name))) is not None:
                yield from (Said(where, text) for where, text in _of_part(name, root) if text and text.strip())


def _headers(sheet: Sheet) -> Iterator[Said]:
    for where, sections in (("页眉", sheet.setup.header), ("页脚", sheet.setup.footer)):
        for text in dict.fromkeys((sections.odd, sections.even, sections.first)):
            for joint in ("　", ""):  # what follows a code stands apart, or goes on
                yield Said(f"{sheet.title}的{where}", _CODE.sub(joint, text))


def _of_part(name: str, root: Any) -> Iterator[tuple[str, str]]:
    where = next((words for start, words in _WORDS.items() if name.startswith(start)), "")
    if where and not name.endswith(".rels"):
        for paragraph in _paragraphs(root):
            yield where, paragraph
    if name.startswith("xl/worksheets/"):
        for element in root.iter(f"{_MAIN}dataValidation"):
            yield (
                "下拉选项",
                " ".join([*element.itertext(), *_of(element, "prompt", "promptTitle", "error", "errorTitle")]),
            )
        for element in root.iter(f"{_MAIN}hyperlink"):
            yield "链接", " ".join(_of(element, "location", "tooltip", "display"))
        for element in root.iter(f"{_MAIN}cfRule"):
            yield "条件格式", " ".join(element.itertext())
        for element in root if name.endswith(".rels") else ():
            yield "链接", element.get("Target", "") if element.get("TargetMode") == "External" else ""
    if name == "xl/workbook.xml":
        for element in root.iter(f"{_MAIN}definedName"):
            yield "定义的名称", " ".join([element.text or "", *_of(element, "name", "comment")])
    if name == "xl/styles.xml":
        for element in root.iter(f"{_MAIN}numFmt"):
            yield "数字格式", "　".join(_QUOTED.findall(element.get("formatCode", "")))


def _paragraphs(root: Any) -> Iterator[str]:
    """The words of each part of a tree that holds runs of text, and the names that its elements bear."""
    for element in root.iter():
        if isinstance(element.tag, str) and (element.text or "").strip():
            yield element.text
        if isinstance(element.tag, str) and element.tag.endswith(("}text", "}p", "}is")):
            yield "".join(element.itertext())
        if isinstance(element.tag, str) and element.get("displayName"):
            yield element.get("displayName")


def _of(element: Any, *names: str) -> list[str]:
    return [element.get(name, "") for name in names]


def _root(xml: bytes) -> Any:
    """The root of a part; None for one that is broken, which no program shows."""
    try:
        return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError:
        return None
