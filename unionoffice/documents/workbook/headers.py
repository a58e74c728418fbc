"""Headers and footers: their codes, where their lines stand, and the room that they take from the body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from unionoffice.documents.workbook.book import PageSetup, Run, Sections, Type
from unionoffice.documents.workbook.breaking import Line, broken, line_heights
from unionoffice.documents.workbook.marks import Text
from unionoffice.documents.workbook.metrics import text_width
from unionoffice.documents.workbook.profile import EXCEL, LIBREOFFICE, Profile
from unionoffice.documents.workbook.scripts import by_script

_CODE = re.compile(
    r"&(?:\"(?P<font>[^\"]*)\"|K(?P<colour>[0-9A-Fa-f]{6}|\d\d[+-]\d{3})|(?P<size>\d+)|(?P<letter>.))", re.DOTALL
)
_BOLD, _ITALIC = ("加粗", "bold", "粗体"), ("倾斜", "italic", "斜体")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the codes of a header stand for on one page."""

    page: int
    pages: int
    sheet: str
    file: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class Body:
    """The part of the paper that a sheet's cells may take, in points."""

    left: float
    top: float
    width: float
    height: float


def body(setup: PageSetup, scale: float, default: Type, profile: Profile) -> Body:
    """The body at a scale. In LibreOffice headers scale with the page and are as high as their lines really are."""
    top, bottom = setup.top, setup.bottom
    if not profile.excel:
        top, bottom = (
            at + _libreoffice_area(setup, sections, at, edge, default).room * scale if _texts(setup, sections) else edge
            for sections, at, edge in (
                (setup.header, setup.header_at, setup.top),
                (setup.footer, setup.footer_at, setup.bottom),
            )
        )
    return Body(setup.left, top, setup.width - setup.left - setup.right, setup.height - top - bottom)


def header_and_footer(
    setup: PageSetup, default: Type, facts: Facts, scale: float, profile: Profile = EXCEL
) -> Iterator[Text]:
    """The texts above and below the body of a page."""
    for sections, is_header in ((setup.header, True), (setup.footer, False)):
        text = _chosen(setup, sections, facts.page)
        if text:
            yield from _lines(text, sections, setup, default, facts, scale, profile, is_header=is_header)


def _chosen(setup: PageSetup, sections: Sections, page: int) -> str:
    if setup.first_differs and page == (setup.first_page or 1):
        return sections.first
    return sections.even if setup.even_differs and page % 2 == 0 else sections.odd


def _lines(
    text: str,
    sections: Sections,
    setup: PageSetup,
    default: Type,
    facts: Facts,
    scale: float,
    profile: Profile,
    *,
    is_header: bool,
) -> Iterator[Text]:
    at, edge = (setup.header_at, setup.top) if is_header else (setup.footer_at, setup.bottom)
    area = None if profile.excel else _libreoffice_area(setup, sections, at, edge, default)
    for side, lines in _sides(text, default, facts, profile).items():
        heights = [line_heights(line, default) for line in lines]
        total = sum(ascent + descent for ascent, descent in heights)
        lowered = max(0.0, (area.height - total) / 2) if area else 0.0
        above = lowered - (area.height if area and not is_header else 0.0 if is_header else total)
        y = (at if is_header else setup.height - at) + above * scale
        for line, (ascent, descent) in zip(lines, heights, strict=True):
            width = line.width * scale
            if side == "L":
                x = setup.left
            elif side == "R":
                x = setup.width - setup.right - width
            else:
                x = (setup.left + setup.width - setup.right - width) / 2
            for run in line.runs:
                wide = text_width(run.text, run.type) * scale
                yield Text(x, y + ascent * scale, run.text, run.type, run.type.size * scale, wide)
                x += wide
            y += (ascent + descent) * scale


@dataclass(frozen=True, slots=True)
class _Area:
    """How high a header's or footer's text stands in LibreOffice, and how far its far side is from the body's edge."""

    height: float
    room: float


_SOMEWHERE = Facts(1, 1, "表", "表", datetime.min)


def _libreoffice_area(setup: PageSetup, sections: Sections, at: float, edge: float, default: Type) -> _Area:
    """LibreOffice reckons with the sizes of the fonts when it reads a file, and with their lines when it prints it.

    What the lines are higher moves the body. All three parts count, an empty one with a line of the default font; the
    lower ones stand in the middle of the height. Where the file leaves less room than the sizes ask for, the text
    starts at the edge of that room whatever its height.
    """
    asked = found = 0.0
    for text in _texts(setup, sections):
        parts = _sides(text, default, _SOMEWHERE, LIBREOFFICE)
        for lines in parts.values():
            asked = max(asked, sum(max((run.type.size for run in line.runs), default=default.size) for line in lines))
            found = max(found, sum(sum(line_heights(line, default)) for line in lines))
        if len(parts) < len(_PARTS):
            found = max(found, sum(line_heights(_EMPTY, default)))
    room = edge - at
    return _Area(room, room) if asked > room else _Area(max(found, asked), room + max(0.0, found - asked))


def _texts(setup: PageSetup, sections: Sections) -> list[str]:
    """What stands there, on whichever pages."""
    first, even = sections.first if setup.first_differs else "", sections.even if setup.even_differs else ""
    return [text for text in (sections.odd, even, first) if text]


_PARTS = "LCR"
_EMPTY = Line((), 0.0, ends=True)


def _sides(text: str, default: Type, facts: Facts, profile: Profile) -> dict[str, tuple[Line, ...]]:
    """The lines of the left, centre and right part, those that have any."""
    parts = _parsed(text, default, facts)
    return {
        side: broken(by_script(tuple(runs), profile), None)
        for side, runs in parts.items()
        if any(run.text for run in runs)
    }


def _parsed(text: str, default: Type, facts: Facts) -> dict[str, list[Run]]:
    """The runs of the left, centre and right part; text before any of their codes is the centre."""
    found: dict[str, list[Run]] = {side: [] for side in _PARTS}
    side, type_, at = "C", default, 0

    def add(piece: str) -> None:
        if piece:
            found[side].append(Run(piece.replace("\r\n", "\n"), type_))

    for match in _CODE.finditer(text):
        add(text[at : match.start()])
        at = match.end()
        letter = match["letter"]
        if match["font"] is not None:
            type_ = _named(type_, match["font"])
        elif match["colour"] is not None:
            type_ = _coloured(type_, match["colour"])
        elif match["size"] is not None:
            type_ = replace(type_, size=float(match["size"]))
        elif letter in found:
            side, type_ = letter, default
        elif letter in _VALUES:
            add(_value(letter, facts))
        elif letter in "BIUESXY":
            type_ = _switched(type_, letter)
        elif letter == "&":
            add("&")
    add(text[at:])
    return found


_VALUES = "PNDTAFZ"


def _value(letter: str, facts: Facts) -> str:
    return {
        "P": str(facts.page),
        "N": str(facts.pages),
        "D": facts.moment.strftime("%Y-%m-%d"),
        "T": facts.moment.strftime("%H:%M"),
        "A": facts.sheet,
        "F": facts.file,
        "Z": "",
    }[letter]


def _named(type_: Type, text: str) -> Type:
    name, _, style = text.partition(",")
    low = style.lower()
    bold, italic = any(word in low for word in _BOLD), any(word in low for word in _ITALIC)
    return replace(type_, family=type_.family if name in ("", "-") else name, bold=bold, italic=italic)


def _coloured(type_: Type, text: str) -> Type:
    if len(text) != 6 or not re.fullmatch(r"[0-9A-Fa-f]{6}", text):
        return type_
    red, green, blue = (int(text[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return replace(type_, colour=(red, green, blue))


def _switched(type_: Type, letter: str) -> Type:
    if letter == "B":
        return replace(type_, bold=not type_.bold)
    if letter == "I":
        return replace(type_, italic=not type_.italic)
    if letter in "UE":
        line = "double" if letter == "E" else "single"
        return replace(type_, underline="" if type_.underline == line else line)
    if letter == "S":
        return replace(type_, struck=not type_.struck)
    raised = "superscript" if letter == "X" else "subscript"
    return replace(type_, raised="" if type_.raised == raised else raised)
