"""Which font prints the rare characters of a file, and which characters none can print (F71). No office is needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import get_column_letter
from python_calamine import CalamineError, CalamineWorkbook

from unionoffice.documents.pdf.fonts import Fonts, Style, Unprintable, visible
from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.services.files import printable
from unionoffice.store.engine import reason

MOST_BYTES = 50_000_000
BOOKS = (".xlsx", ".xlsm", ".xls", ".et")
HINT = "把含有这些字的字体文件命名为“生僻字.ttf”，放进办公文件旁的 fonts 文件夹，再打印就有了。"


@dataclass(frozen=True, slots=True)
class Glyph:
    """A rare character: how often it occurs, where first, and the font that draws it in each style, "" for none."""

    char: str
    times: int
    where: str
    fonts: dict[str, str]

    @property
    def code(self) -> str:
        """Its number, as character tables have it: U+4DAE."""
        return f"U+{ord(self.char):04X}"


@dataclass(frozen=True, slots=True)
class GlyphReport:
    """The rare characters of a file in order of appearance, and the texts that cannot be printed whole."""

    glyphs: tuple[Glyph, ...]
    unprintable: tuple[Unprintable, ...]

    def lines(self) -> list[str]:
        """For people: style by style which font draws what, then what cannot be printed and where."""
        if not self.glyphs:
            return ["没有生僻字。"]
        told = [f"生僻字 {len(self.glyphs)} 个。"]
        for style in Style:
            by_font: dict[str, list[str]] = {}
            for glyph in self.glyphs:
                by_font.setdefault(glyph.fonts[style.label], []).append(glyph.char)
            told += [
                f"{style.label}　{font} {len(chars)} 个：{''.join(chars)}" for font, chars in by_font.items() if font
            ]
        if not self.unprintable:
            return [*told, "全部都能打印。"]
        return [*told, *(sentence(each) for each in self.unprintable)]


def report(path: Path, fonts: Fonts) -> GlyphReport:
    """What of a text (.txt, .csv) or workbook is rare, and how it prints.

    Rare is what GB2312 lacks. Raises UserError for a file that cannot be understood, EnvironmentFault for one that
    cannot be read.
    """
    texts = list(_texts(path))
    times: dict[str, int] = {}
    first: dict[str, str] = {}
    for where, text in texts:
        for char in filter(_is_rare, visible(text)):
            times[char] = times.get(char, 0) + 1
            first.setdefault(char, where)
    drawn = {style: fonts.drawn_by("".join(times), style) for style in Style}
    glyphs = tuple(
        Glyph(
            char,
            count,
            first[char],
            {style.label: face.name if (face := drawn[style][char]) else "" for style in Style},
        )
        for char, count in times.items()
    )
    return GlyphReport(glyphs, tuple(fonts.unprintable(texts)))


def sentence(found: Unprintable) -> str:
    """One text that cannot be printed whole, for people."""
    codes = "、".join(f"{char}（U+{ord(char):04X}）" for char in found.chars)
    return f"印不出　{found.where}“{found.text[:20]}”：{codes}"


def unprintable_sentence(found: Sequence[Unprintable], most: int = 5) -> str:
    """Why a paper is not given out: each character with the first text that has it, as people look for it."""
    chars = "".join(dict.fromkeys("".join(each.chars for each in found)))
    places = "；".join(f"{each.where}“{each.text[:20]}”" for each in found[:most])
    more = f"等 {len(found)} 处" if len(found) > most else ""
    return f"有 {len(chars)} 个字没有字体可打：{'、'.join(chars)}（{places}{more}）。"


def _is_rare(char: str) -> bool:
    if char.isspace():
        return False
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        code = char.encode("gb18030", "replace")
        return len(code) != 2 or code[0] not in _SIGNS  # the · of names is another one than that of GB 2312
    return False


_SIGNS = range(0xA1, 0xAA)
"""Where GB 18030 has its marks."""


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    name = printable(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserError(f"“{name}”太大，超过 {MOST_BYTES // 1_000_000} MB。")
        if path.suffix.lower() in BOOKS:
            yield from _cells(path)
        elif path.suffix.lower() in (".txt", ".csv"):
            for number, line in enumerate(_decoded(path.read_bytes()).splitlines(), start=1):
                yield f"第 {number} 行", line
        else:
            raise UserError(f"“{name}”的后缀应为 .txt、.csv、.xlsx、.xls 或 .et。")
    except FileNotFoundError as fault:
        raise UserError(f"找不到“{name}”，请核对文件的位置。") from fault
    except OSError as fault:
        raise EnvironmentFault(f"“{name}”读不出来：{reason(fault)}。") from fault
    except CalamineError as fault:
        raise UserError(f"“{name}”读不出来：它不是 Excel 文件，或者加了密码、已损坏。") from fault


def _cells(path: Path) -> Iterator[tuple[str, str]]:
    with CalamineWorkbook.from_path(path) as book:
        for sheet in book.sheet_names:
            for row, values in enumerate(book.get_sheet_by_name(sheet).to_python(skip_empty_area=False), start=1):
                for column, value in enumerate(values, start=1):
                    if isinstance(value, str) and value:
                        yield f"{sheet}!{get_column_letter(column)}{row}", value


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")
