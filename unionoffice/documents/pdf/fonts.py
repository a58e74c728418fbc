"""The five printing styles of office papers: where their fonts lie, what each can draw, how wide it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
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

    @property
    def label(self) -> str:
        """What an office calls it."""
        return {"song": "宋体", "song_bold": "粗宋", "hei": "黑体", "kai": "楷体", "fang": "仿宋"}[self.value]


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

RARE_OFFICE = ("生僻字", "rare", "simsunb", "simsun-extb")
RARE_WINDOWS = ("simsunb.ttf", "SimsunExtG.ttf")
"""Fonts with the characters beyond the shipped ones: SimSun-ExtB comes with Windows, ExtG with its newest. Any style
falls back to them, the office's first, before a character counts as missing."""

STAND_INS = {"☐": "□", "☑": "√", "☒": "×", "✓": "√", "✔": "√", "✗": "×", "✘": "×"}
"""Printed where no font has the sign: what the office would write by hand."""

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

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return Path(self.font.face.filename).stem


@dataclass(frozen=True, slots=True)
class Unprintable:
    """A text with characters that no font at hand can draw: where it stands, what it says, which they are."""

    where: str
    text: str
    chars: str


class Fonts:
    """Fonts by style, loaded when first drawn with.

    Each style looks in the office's own folder, then among Windows' fonts, then at the shipped file; characters the
    found font lacks are drawn in the shipped Song, those it lacks too in fonts for rare ones (`RARE_OFFICE`,
    `RARE_WINDOWS`). `shipped_only` leaves out all but the shipped, so that the same input gives the same file on every
    machine.

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
        self._rare: tuple[Face, ...] | None = None
        self._noticed: dict[str, None] = {}

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
        return "".join(char for char, face in self.drawn_by(text, style).items() if face is None)

    def drawn_by(self, text: str, style: Style = Style.SONG) -> dict[str, Face | None]:
        """Each visible character of a text, in order of appearance, with the font that draws it; None for none."""
        return {char: self._face_for(char, style) for char in dict.fromkeys(_UNSEEN.sub("", text))}

    def unprintable(self, texts: Iterable[tuple[str, str]], style: Style = Style.SONG) -> list[Unprintable]:
        """What of (place, text) no font at hand can draw, to be told before anything is printed."""
        return [Unprintable(where, text, chars) for where, text in texts if (chars := self.missing(text, style))]

    def runs(self, text: str, style: Style) -> Sequence[tuple[Face, str]]:
        """The text cut where the font must change; unseen characters fall away, unknown ones become `MISSING_MARK`."""
        face = self.face(style)
        if face.covered.issuperset(text):
            return ((face, text),)
        known = [self._drawable(char, style) for char in visible(text)]
        self._noticed.update(
            (char, None) for char, (shown, _) in zip(visible(text), known, strict=True) if _gap(char, shown)
        )
        return tuple((run, "".join(char for char, _ in part)) for run, part in groupby(known, lambda pair: pair[1]))

    @contextmanager
    def noticing(self) -> Iterator[dict[str, None]]:
        """Gathers the characters that could not be drawn while the block draws, whatever it is that draws."""
        before, self._noticed = self._noticed, {}
        try:
            yield self._noticed
        finally:
            self._noticed = before

    def width(self, text: str, style: Style, size: float) -> float:
        """How wide the text is drawn, in points."""
        face = self.face(style)
        try:
            return sum(map(face.widths.__getitem__, text)) * size / 1000
        except KeyError:
            return sum(sum(map(run.widths.__getitem__, part)) for run, part in self.runs(text, style)) * size / 1000

    def _drawable(self, char: str, style: Style) -> tuple[str, Face]:
        """What is printed for a character, and in which font: itself, what stands in for it, or the mark."""
        for shown in (char, STAND_INS.get(char, char)):
            for face in self._chain(style):
                if shown in face.covered:
                    return shown, face
        return MISSING_MARK, self.face(style) if MISSING_MARK in self.face(style).covered else self.last_resort()

    def _face_for(self, char: str, style: Style) -> Face | None:
        shown, face = self._drawable(char, style)
        return None if _gap(char, shown) else face

    def _chain(self, style: Style) -> Iterator[Face]:
        """The fonts in which a character is looked for; those for rare ones are loaded when the others lack one."""
        yield self.face(style)
        yield self.last_resort()
        if self._rare is None:
            self._rare = tuple(self._usable(self._named(RARE_OFFICE, RARE_WINDOWS)))
        yield from self._rare

    def _usable(self, candidates: Iterable[tuple[Path, str]]) -> Iterator[Face]:
        for path, owner in candidates:
            try:
                yield load_face(path, owner=owner)
            except (TTFError, OSError, ValueError, KeyError, IndexError):
                self.unreadable.append(path.name)

    def _first_usable(self, style: Style) -> Face:
        windows = (WINDOWS[style],) if style in WINDOWS else ()
        found = next(self._usable(self._named(OFFICE[style], windows)), None)
        if found is not None:
            return found
        shipped = self._shipped / SHIPPED[style]
        return self.last_resort() if style is Style.SONG else load_face(shipped)

    def _named(self, office: Sequence[str], windows: Sequence[str]) -> Iterator[tuple[Path, str]]:
        """The files there are of an office's own and of Windows, with whose they are."""
        if self._office:
            names = {f"{stem}{ending}".lower() for stem in office for ending in (".ttf", ".ttc")}
            found = sorted(self._office.iterdir()) if self._office.is_dir() else []
            yield from ((path, "Office") for path in found if path.name.lower() in names)
        if self._windows:
            yield from ((self._windows / name, "Windows") for name in windows if (self._windows / name).is_file())


def _gap(char: str, shown: str) -> bool:
    return shown == MISSING_MARK != char


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
