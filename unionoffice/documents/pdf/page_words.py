"""The words of a PDF's pages in the order in which they were written, so that two files can be held together.

White space does not count, nor how a file is packed. What covers words counts too: notes put onto a page,
pictures; and how much of the page is seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf

DEEPEST = 8
"""So far drawings within drawings are followed; a file that goes on may be one made to run for ever."""

_SPACE = re.compile(r"\s+")
_HEX = rb"<([0-9A-Fa-f\s]*)>"
_CODES = re.compile(rb"begincodespacerange\s*" + _HEX)
_CHARS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_PAIR = re.compile(_HEX + rb"\s*" + _HEX)
_RANGE = re.compile(_HEX + rb"\s*" + _HEX + rb"\s*(?:" + _HEX + rb"|\[(.*?)\])", re.DOTALL)

Decode = Callable[[bytes], str]


class UnreadablePdf(ValueError):
    """The file is no PDF, is locked by a password, or broken."""


def page_words(data: bytes) -> list[str]:
    """The words of each page. Raises `UnreadablePdf`."""
    return [words for words, _ in _pages(data)]


def page_contents(data: bytes) -> list[str]:
    """The words of each page after how much of it is seen. Raises `UnreadablePdf`."""
    return [f"{seen}\x00{words}" for words, seen in _pages(data)]


def _pages(data: bytes) -> list[tuple[str, list[int]]]:
    """The words of each page, and the edges of what is seen of it."""
    import pikepdf  # nobody needs it to start

    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            return [
                (_SPACE.sub("", "".join(_Reader().page(page))), [round(float(edge)) for edge in page.cropbox])
                for page in pdf.pages
            ]
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise UnreadablePdf(str(fault)) from fault


class _Reader:
    """Reads the pages of one file; fonts are understood once."""

    def __init__(self) -> None:
        self._fonts: dict[Any, Decode] = {}

    def page(self, page: pikepdf.Page) -> Iterator[str]:
        yield from self._written(page.obj, page.obj.get("/Resources"), 0)
        for note in page.obj.get("/Annots", []):
            yield f"\x00{note.get('/Subtype')}{note.get('/Contents', '')}"

    def _written(self, drawn: Any, resources: Any, depth: int) -> Iterator[str]:
        import pikepdf

        font: Decode = _plainly
        kept: list[Decode] = []
        for step in pikepdf.parse_content_stream(drawn, "q Q Tf Tj TJ ' \" Do"):
            operands: Any = step.operands
            name = str(step.operator)
            if name == "q":
                kept.append(font)
            elif name == "Q":
                font = kept.pop() if kept else _plainly
            elif name == "Tf":
                font = self._font(resources, operands[0])
            elif name == "Do":
                yield from self._placed(resources, operands[0], depth)
            elif name == "TJ":
                yield from (font(bytes(part)) for part in operands[0] if isinstance(part, pikepdf.String))
            else:
                yield font(bytes(operands[-1]))

    def _placed(self, resources: Any, name: Any, depth: int) -> Iterator[str]:
        thing = resources.XObject[name]
        if thing.get("/Subtype") == "/Form" and depth < DEEPEST:
            yield from self._written(thing, thing.get("/Resources", resources), depth + 1)
        elif thing.get("/Subtype") == "/Image":
            yield f"\x00{_of_picture(thing)}"

    def _font(self, resources: Any, name: Any) -> Decode:
        font = resources.Font[name]
        if font.objgen not in self._fonts or font.objgen == (0, 0):
            self._fonts[font.objgen] = _decoder(font)
        return self._fonts[font.objgen]


def _of_picture(picture: Any) -> str:
    """A picture by its pixels, however they are packed; one packed for good by its bytes."""
    import pikepdf

    try:
        data = picture.read_bytes()
    except pikepdf.PdfError:
        data = picture.read_raw_bytes()
    return sha256(data).hexdigest()


def _decoder(font: Any) -> Decode:
    """How a font's codes are read; a font that does not say it is read as Latin text."""
    table = font.get("/ToUnicode")
    if table is None:
        return _plainly
    words = table.read_bytes()
    space = _CODES.search(words)
    wide = len(bytes.fromhex(space[1].decode())) if space else 1
    known = dict(_known(words))

    def decode(data: bytes) -> str:
        codes = (data[at : at + wide] for at in range(0, len(data), wide))
        return "".join(known.get(int.from_bytes(code), "\ufffd") for code in codes)

    return decode


def _known(words: bytes) -> Iterator[tuple[int, str]]:
    for block in _CHARS.findall(words):
        for code, text in _PAIR.findall(block):
            yield _number(code), _text(text)
    for block in _RANGES.findall(words):
        for first, last, text, several in _RANGE.findall(block):
            start, end = _number(first), min(_number(last), _number(first) + 0xFFFF)
            if several:
                yield from enumerate(map(_text, re.findall(_HEX, several)), start)
            else:
                base = _text(text)
                for place in range(end - start + 1):
                    yield start + place, base[:-1] + chr(ord(base[-1]) + place) if base else ""


def _number(digits: bytes) -> int:
    return int.from_bytes(bytes.fromhex(digits.decode()))


def _text(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be", "replace")


def _plainly(data: bytes) -> str:
    return data.decode("latin-1")
