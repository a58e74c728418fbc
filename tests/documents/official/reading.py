"""A PDF read back: every character and every line where it stands on the sheet, in mm from the upper left corner."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream

MM = 25.4 / 72


@dataclass(frozen=True)
class Char:
    """`x`, `y` is where its baseline begins, `end` where it ends along the line."""

    text: str
    x: float
    y: float
    end: float
    size: float
    font: str
    red: bool
    turned: bool


@dataclass(frozen=True)
class Line:
    x: float
    y: float
    to_x: float
    to_y: float
    weight: float
    red: bool


@dataclass(frozen=True)
class Sheet:
    width: float
    height: float
    chars: list[Char]
    lines: list[Line]

    def rows(self, *, size: float | None = None) -> dict[float, str]:
        """Upright text by its baseline, from top to bottom."""
        found: dict[float, list[Char]] = {}
        for char in self.chars:
            if not char.turned and (size is None or abs(char.size - size) < 0.01):
                found.setdefault(round(char.y, 2), []).append(char)
        return {y: "".join(c.text for c in sorted(found[y], key=lambda c: c.x)) for y in sorted(found)}

    def find(self, text: str, *, below: float = 0.0) -> list[Char]:
        """The characters of a text that stands in one line, the first such line below a height."""
        for y, row in self.rows().items():
            at = row.find(text)
            if at >= 0 and y > below:
                chars = sorted((c for c in self.chars if round(c.y, 2) == y and not c.turned), key=lambda c: c.x)
                ends = [sum(len(c.text) for c in chars[:index]) for index in range(len(chars))]
                return [c for c, start in zip(chars, ends, strict=True) if at <= start < at + len(text)]
        raise AssertionError(f"{text} not on the page: {self.rows()}")


def read(pdf: bytes) -> list[Sheet]:
    reader = PdfReader(BytesIO(pdf))
    return [_sheet(page, reader) for page in reader.pages]


def _sheet(page: Any, reader: PdfReader) -> Sheet:
    height = float(page.mediabox.height) * MM
    fonts = {name: _font(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
    chars: list[Char] = []
    lines: list[Line] = []
    state: dict[str, Any] = {"stretch": 1.0, "red": False, "stroke_red": False, "weight": 1.0, "start": (0.0, 0.0)}
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        numbers = [float(each) for each in operands if isinstance(each, (int, float))]
        if operator == b"Tf":
            state["font"], state["size"] = operands[0], float(operands[1])
        elif operator == b"Tz":
            state["stretch"] = numbers[0] / 100
        elif operator == b"Tm":
            state["matrix"], state["at"] = numbers, 0.0
        elif operator in (b"rg", b"g"):
            state["red"] = operator == b"rg" and numbers[0] > 0.5
        elif operator in (b"RG", b"G"):
            state["stroke_red"] = operator == b"RG" and numbers[0] > 0.5
        elif operator == b"w":
            state["weight"] = numbers[0] * MM
        elif operator == b"TJ":
            chars.extend(_strings(operands[0], state, fonts, height))
        elif operator == b"m":
            state["start"] = tuple(numbers)
        elif operator == b"l":
            (x, y), (to_x, to_y) = state["start"], numbers
            ends = (x * MM, height - y * MM, to_x * MM, height - to_y * MM)
            lines.append(Line(*ends, state["weight"], state["stroke_red"]))
    return Sheet(float(page.mediabox.width) * MM, height, chars, lines)


def _strings(array: Any, state: dict[str, Any], fonts: dict[str, Any], height: float) -> list[Char]:
    found = []
    name, known, widths = fonts[state["font"]]
    a, b, _, _, x, y = state["matrix"]
    scale = state["size"] * state["stretch"] / 1000
    for each in array:
        if isinstance(each, (int, float)):
            state["at"] -= float(each) * scale
            continue
        for code in getattr(each, "original_bytes", None) or bytes(each):
            at, wide = state["at"], widths[code] * scale
            place = ((x + a * at) * MM, height - (y + b * at) * MM)
            end = place[0] + wide * MM if a else place[1] - wide * MM
            found.append(Char(known[code], *place, end, state["size"], name, state["red"], bool(b)))
            state["at"] = at + wide
    return found


def _font(font: Any) -> tuple[str, dict[int, str], dict[int, float]]:
    first = int(font["/FirstChar"])
    widths = {first + at: float(width) for at, width in enumerate(font["/Widths"])}
    known: dict[int, str] = {}
    if "/ToUnicode" in font:
        table = font["/ToUnicode"].get_object().get_data().decode("ascii")
        for start, end, targets in re.findall(r"<(\w+)>\s*<(\w+)>\s*\[(.*?)\]", table, re.DOTALL):
            codes = range(int(start, 16), int(end, 16) + 1)
            for code, target in zip(codes, re.findall(r"<(\w+)>", targets), strict=True):
                known[code] = bytes.fromhex(target).decode("utf-16-be")
        for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
            for code_hex, target in re.findall(r"<(\w+)>\s*<(\w+)>", block):
                known[int(code_hex, 16)] = bytes.fromhex(target).decode("utf-16-be")
    return str(font["/BaseFont"]), known, widths
