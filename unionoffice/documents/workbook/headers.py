"""Headers and footers: their codes, and where their lines stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from unionoffice.documents.workbook.book import PageSetup, Run, Sections, Type
from unionoffice.documents.workbook.breaking import broken, line_heights
from unionoffice.documents.workbook.marks import Text
from unionoffice.documents.workbook.metrics import text_width

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


def header_and_footer(setup: PageSetup, default: Type, facts: Facts, scale: float) -> Iterator[Text]:
    """The texts above and below the body of a page."""
    for sections, is_header in ((setup.header, True), (setup.footer, False)):
        text = _chosen(setup, sections, facts.page)
        if text:
            yield from _area(text, setup, default, facts, scale, is_header=is_header)


def _chosen(setup: PageSetup, sections: Sections, page: int) -> str:
    if setup.first_differs and page == (setup.first_page or 1):
        return sections.first
    return sections.even if setup.even_differs and page % 2 == 0 else sections.odd


def _area(text: str, setup: PageSetup, default: Type, facts: Facts, scale: float, *, is_header: bool) -> Iterator[Text]:
    parts = _parsed(text, default, facts)
    found = {side: broken(tuple(runs), None) for side, runs in parts.items() if any(run.text for run in runs)}
    for side, lines in found.items():
        heights = [line_heights(line, default) for line in lines]
        total = sum(ascent + descent for ascent, descent in heights) * scale
        y = setup.header_at if is_header else setup.height - setup.footer_at - total
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


def _parsed(text: str, default: Type, facts: Facts) -> dict[str, list[Run]]:
    """The runs of the left, centre and right part; text before any of their codes is the centre."""
    found: dict[str, list[Run]] = {"L": [], "C": [], "R": []}
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
