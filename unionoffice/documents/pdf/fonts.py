"""The five printing styles of office papers: where their fonts lie, what each can draw, how wide it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any
from zlib import crc32

from reportlab.pdfbase import pdfmetrics, ttfonts
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from unionoffice.kernel.resources import resource


class Style(StrEnum):
    """A printing style, named as Word users name it."""

    SONG = "song"  # 宋体
    SONG_BOLD = "song_bold"  # 粗宋, in place of 小标宋
    HEI = "hei"  # 黑体
    KAI = "kai"  # 楷体
    FANG = "fang"  # 仿宋


SHIPPED = {
    Style.SONG: "NotoSerifSC-Regular.ttf",
    Style.SONG_BOLD: "NotoSerifSC-Bold.ttf",
    Style.HEI: "NotoSansSC-Regular.ttf",
    Style.KAI: "UnionKai-Regular.ttf",
    Style.FANG: "FandolFang-Regular.ttf",
}
WINDOWS = {
    Style.SONG: "simsun.ttc",
    Style.HEI: "simhei.ttf",
    Style.KAI: "simkai.ttf",
    Style.FANG: "simfang.ttf",
}
OFFICE = {
    Style.SONG: ("song", "宋体"),
    Style.SONG_BOLD: ("song_bold", "小标宋", "方正小标宋简体"),
    Style.HEI: ("hei", "黑体"),
    Style.KAI: ("kai", "楷体", "楷体_GB2312"),
    Style.FANG: ("fang", "仿宋", "仿宋_GB2312"),
}
"""File names, without ending, by which an office's own font in its fonts folder is recognised."""

MISSING_MARK = "〓"
"""Printed where no font knows the character: the printers' sign for a missing type."""

BLANK = frozenset(" \u00a0\u2002\u2003\u2009\u3000")
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]+"
)


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One loaded font file: what reportlab embeds, the characters that have an outline, their widths in 1/1000 em."""

    font: TTFont
    covered: frozenset[str]
    widths: dict[str, float]


class Fonts:
    """Fonts by style, loaded when first drawn with.

    Each style looks in the office's own folder, then among Windows' fonts, then at the shipped file; characters the
    found font lacks are drawn in the shipped Song. `shipped_only` leaves out the first two, so that the same input
    gives the same file on every machine.

    `unreadable` names the files in the office's folder or of Windows that could not be used and were passed over.
    """

    def __init__(
        self,
        *,
        shipped_only: bool = False,
        office: Path | None = None,
        windows: Path | None = None,
        shipped: Path | None = None,
    ) -> None:
        self.unreadable: list[str] = []
        self._office = None if shipped_only else office
        self._windows = None if shipped_only else windows
        self._shipped = shipped or resource("fonts")
        self._faces: dict[Style, Face] = {}
        self._last_resort: Face | None = None

    def face(self, style: Style) -> Face:
        """The font a style is drawn in; raises `FileNotFoundError` when not even the shipped file is there."""
        found = self._faces.get(style)
        if found is None:
            found = self._faces[style] = self._first_usable(style)
        return found

    def last_resort(self) -> Face:
        """The shipped Song, which knows the rare characters of names."""
        if self._last_resort is None:
            song = self._shipped / SHIPPED[Style.SONG]
            same = self._faces.get(Style.SONG)
            self._last_resort = same if same and same.font.face.filename == str(song) else load_face(song)
        return self._last_resort

    def missing(self, text: str, style: Style = Style.SONG) -> str:
        """The characters of a text that no font at hand can draw, each once, in order of appearance."""
        if self.face(style).covered.issuperset(text):
            return ""
        known = self.face(style).covered | self.last_resort().covered
        return "".join(dict.fromkeys(c for c in _UNSEEN.sub("", text) if c not in known))

    def runs(self, text: str, style: Style) -> Sequence[tuple[Face, str]]:
        """The text cut where the font must change; unseen characters fall away, unknown ones become `MISSING_MARK`."""
        face = self.face(style)
        if face.covered.issuperset(text):
            return ((face, text),)
        return tuple(_runs(visible(text), face, self.last_resort()))

    def width(self, text: str, style: Style, size: float) -> float:
        """How wide the text is drawn, in points."""
        face = self.face(style)
        try:
            return sum(map(face.widths.__getitem__, text)) * size / 1000
        except KeyError:
            return sum(sum(map(run.widths.__getitem__, part)) for run, part in self.runs(text, style)) * size / 1000

    def _first_usable(self, style: Style) -> Face:
        for path, owner in self._candidates(style):
            try:
                return load_face(path, owner=owner)
            except (TTFError, OSError, ValueError, KeyError, IndexError):
                self.unreadable.append(path.name)
        shipped = self._shipped / SHIPPED[style]
        return self.last_resort() if style is Style.SONG else load_face(shipped)

    def _candidates(self, style: Style) -> Iterator[tuple[Path, str]]:
        if self._office:
            names = {f"{stem}{ending}".lower() for stem in OFFICE[style] for ending in (".ttf", ".ttc")}
            found = sorted(self._office.iterdir()) if self._office.is_dir() else []
            yield from ((path, "Office") for path in found if path.name.lower() in names)
        if self._windows and style in WINDOWS and (self._windows / WINDOWS[style]).is_file():
            yield self._windows / WINDOWS[style], "Windows"


def windows_fonts(environ: dict[str, str], platform: str) -> Path | None:
    """The folder of Windows' own fonts, or None on another system; takes `os.environ` and `sys.platform`."""
    root = environ.get("WINDIR") or environ.get("SystemRoot")
    return Path(root) / "Fonts" if platform == "win32" and root else None


def visible(text: str) -> str:
    """The text without characters that leave no mark on paper; breaks and tabs become a space."""
    return _UNSEEN.sub("", re.sub(r"\s*[\t\r\n]\s*", " ", text))


def load_face(path: Path, *, owner: str = "") -> Face:
    """Read a font file; raises reportlab's `TTFError` or `OSError` when it cannot be used for printing.

    A character whose glyph is empty counts as not covered: several Chinese fonts map names' characters to nothing.
    `owner` keeps two files apart that call themselves the same, in the file and in reportlab's register of faces.
    """
    _mend_copied_text()
    font = TTFont(f"{path.stem}-{crc32(str(path).encode()):08x}", str(path))
    if owner:
        font.face.name = owner.encode() + b"-" + font.face.name
    pdfmetrics.registerFont(font)
    glyphs: dict[int, int] = font.face.charToGlyph
    ends: list[int] = font.face.glyphPos
    covered = frozenset(
        char
        for char, glyph in ((chr(code), glyph) for code, glyph in glyphs.items())
        if glyph and (ends[glyph + 1] > ends[glyph] or char in BLANK)
    )
    widths = {char: font.face.charWidths[ord(char)] for char in covered}
    return Face(font, covered, widths)


def _runs(text: str, face: Face, last_resort: Face) -> Iterator[tuple[Face, str]]:
    def chosen(char: str) -> Face:
        return face if char in face.covered else last_resort

    drawable = face.covered | last_resort.covered
    known = "".join(char if char in drawable else MISSING_MARK for char in text)
    for run, chars in groupby(known, chosen):
        yield run, "".join(chars)


def _mend_copied_text() -> None:
    """Make reportlab write characters above U+FFFF so that they copy and search right, as pairs of UTF-16 units.

    reportlab 5.1 writes `<2CC5F>` for 𬱟, which readers take for U+2CC5 and a rest.
    """
    if not getattr(ttfonts.makeToUnicodeCMap, "mends_pairs", False):
        ttfonts.makeToUnicodeCMap = _with_pairs(ttfonts.makeToUnicodeCMap)


def _with_pairs(make: Callable[[str, Sequence[int]], str]) -> Callable[[str, Sequence[int]], str]:
    def make_with_pairs(name: str, subset: Sequence[int]) -> str:
        return re.sub(r"(?<=> <)[0-9A-F]{5,6}(?=>)", _pair, make(name, subset))

    marked: Any = make_with_pairs  # a function's own attribute, which types cannot say
    marked.mends_pairs = True
    return make_with_pairs


def _pair(found: re.Match[str]) -> str:
    return chr(int(found[0], 16)).encode("utf-16-be").hex().upper()
