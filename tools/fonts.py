"""Makes the shipped fonts in `resources/fonts/` from their unpacked sources: smaller, TrueType, ￥ mended, renamed.

Run by hand when a source font changes; needs fontTools, which the program itself does not. `docs/fonts.md` tells how.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable

CURVE_ERROR = 1.0
"""How far, in 1/1000 em, a quadratic curve may leave the cubic one it replaces."""

SYMBOL_BLOCKS = (
    (0x0020, 0x007E),
    (0x00A0, 0x024F),
    (0x0370, 0x03FF),
    (0x0400, 0x045F),
    (0x1E00, 0x1EFF),
    (0x2000, 0x206F),
    (0x20A0, 0x20CF),
    (0x2100, 0x22FF),
    (0x2460, 0x26FF),
    (0x2E80, 0x2FDF),
    (0x3000, 0x33FF),
    (0xFE10, 0xFE4F),
    (0xFF00, 0xFFEF),
)
EXTENSION_A = (0x3400, 0x4DBF)
COMPATIBILITY = (0xF900, 0xFAFF)
SUPPLEMENTARY = (0x20000, 0x3FFFF)

BLANK_BLOCKS = (
    (0x0020, 0x0020),
    (0x00A0, 0x00A0),
    (0x2000, 0x200B),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
)
"""Characters that are rightly drawn as nothing; any other without an outline is left out and so counts as missing."""


def main() -> None:
    """Read the folders of the sources from the command line and write the five fonts and their licences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--serif", type=Path, required=True, help="folder with NotoSerifSC_400Regular.ttf and _700Bold.ttf"
    )
    parser.add_argument("--sans", type=Path, required=True, help="folder with NotoSansSC_400Regular.ttf")
    parser.add_argument("--wenkai", type=Path, required=True, help="folder with LXGWWenKai-Regular.ttf")
    parser.add_argument("--fandol", type=Path, required=True, help="folder with FandolFang-Regular.otf and its COPYING")
    parser.add_argument("--unihan", type=Path, required=True, help="folder with Unihan_OtherMappings.txt, also as .bz2")
    parser.add_argument("--out", type=Path, default=Path("resources/fonts"))
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)

    small = standard_characters(given.unihan)
    middle = small | encodable("gbk")
    large = middle | in_blocks([EXTENSION_A, COMPATIBILITY, SUPPLEMENTARY])

    shrink(find(given.serif, "NotoSerifSC_400Regular.ttf"), given.out / "NotoSerifSC-Regular.ttf", large)
    shrink(find(given.serif, "NotoSerifSC_700Bold.ttf"), given.out / "NotoSerifSC-Bold.ttf", small)
    shrink(find(given.sans, "NotoSansSC_400Regular.ttf"), given.out / "NotoSansSC-Regular.ttf", middle)
    shrink(find(given.wenkai, "LXGWWenKai-Regular.ttf"), given.out / "UnionKai-Regular.ttf", middle, rename="Union Kai")
    convert(find(given.fandol, "FandolFang-Regular.otf"), given.out / "FandolFang-Regular.ttf")
    write_plain(find(given.fandol, "COPYING"), given.out / "COPYING-FandolFang.txt")


def standard_characters(unihan: Path) -> set[int]:
    """Set A: 通用规范汉字表 (property kTGH), GB2312 and the symbols of office papers."""
    standard = {
        int(line.split("\t")[0][2:], 16) for line in unihan_lines(unihan) if "\tkTGH\t" in line and line[0] == "U"
    }
    return standard | encodable("gb2312") | in_blocks(SYMBOL_BLOCKS)


def unihan_lines(folder: Path) -> list[str]:
    """The mapping table of the Unicode Han database."""
    found = find(folder, "Unihan_OtherMappings.txt")
    data = bz2.decompress(found.read_bytes()) if found.suffix == ".bz2" else found.read_bytes()
    return data.decode("utf-8").splitlines()


def encodable(encoding: str) -> set[int]:
    """Every printable character of the basic plane that a Chinese code page can write."""
    return {code for code in range(0x20, 0xFFFF) if not 0xD800 <= code <= 0xF8FF and _encodes(code, encoding)}


def _encodes(code: int, encoding: str) -> bool:
    try:
        chr(code).encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def in_blocks(blocks: Iterable[tuple[int, int]]) -> set[int]:
    """All code points of inclusive ranges."""
    return {code for first, last in blocks for code in range(first, last + 1)}


def find(folder: Path, name: str) -> Path:
    """The one file of that name below the folder, packed or not; fails with the name that is missing."""
    for candidate in sorted(folder.rglob(f"{name}*")):
        if candidate.name in {name, f"{name}.gz", f"{name}.bz2"}:
            return candidate
    raise SystemExit(f"{name} not found below {folder}")


def shrink(source: Path, target: Path, wanted: set[int], *, rename: str | None = None) -> None:
    """Write the part of a TrueType font that holds the wanted characters, without hints and layout rules."""
    font = TTFont(source, recalcTimestamp=False)
    keep_characters(font, wanted)
    if rename is not None:
        give_name(font, rename)
    font.save(target)
    report(target, font)


def keep_characters(font: TTFont, wanted: set[int]) -> None:
    """Drop every glyph, hint and layout table that the wanted characters do not need."""
    options = Options()
    options.hinting = False
    options.layout_features = []
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.name_legacy = True
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "STAT", "vhea", "vmtx", "VORG", "gasp"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted & drawn_characters(font))
    subsetter.subset(font)


def drawn_characters(font: TTFont) -> set[int]:
    """Characters that have an outline, or are rightly blank."""
    blank = in_blocks(BLANK_BLOCKS)
    glyphs = font["glyf"]
    return {code for code, name in font.getBestCmap().items() if code in blank or glyphs[name].numberOfContours != 0}


def give_name(font: TTFont, family: str) -> None:
    """Call a changed font by another name, as the licence of a font with reserved names asks."""
    packed = family.replace(" ", "") + "-Regular"
    names = {1: family, 2: "Regular", 3: f"{family} subset", 4: family, 6: packed}
    for record in list(font["name"].names):
        if record.langID not in (0, 0x409) or record.nameID in (16, 17, 18, 21, 22):
            font["name"].removeNames(record.nameID, record.platformID, record.platEncID, record.langID)
        elif record.nameID in names:
            record.string = names[record.nameID]


def convert(source: Path, target: Path) -> None:
    """Write an OpenType font with PostScript outlines as TrueType, with ￥ drawn as a yuan sign.

    Fandol draws U+FFE5 as a dollar sign, which is wrong money on a finance paper.
    """
    font = TTFont(source, recalcTimestamp=False)
    for table in font["cmap"].tables:
        if 0xFFE5 in table.cmap and 0x00A5 in table.cmap:
            table.cmap[0xFFE5] = table.cmap[0x00A5]
    make_truetype(font)
    keep_characters(font, set(font.getBestCmap()))
    font.save(target)
    report(target, font)


def make_truetype(font: TTFont) -> None:
    """Replace the cubic outlines by quadratic ones within `CURVE_ERROR`."""
    order = font.getGlyphOrder()
    outlines = font.getGlyphSet()
    glyf = newTable("glyf")
    glyf.glyphOrder = order
    glyf.glyphs = dict(quadratic_glyphs(order, outlines))
    font["loca"] = newTable("loca")
    font["glyf"] = glyf
    font["maxp"] = truetype_limits(font["maxp"].numGlyphs)
    font["post"].formatType = 3.0
    del font["CFF "]
    font["hmtx"].metrics = {
        name: (width, getattr(glyf.glyphs[name], "xMin", 0)) for name, (width, _) in font["hmtx"].metrics.items()
    }
    font.sfntVersion = "\000\001\000\000"


def quadratic_glyphs(order: list[str], outlines: object) -> Iterator[tuple[str, object]]:
    """Each glyph redrawn with quadratic curves."""
    for name in order:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, CURVE_ERROR, reverse_direction=True))  # type: ignore[index]
        glyph = pen.glyph()
        glyph.recalcBounds(None)
        yield name, glyph


def truetype_limits(count: int) -> object:
    """A `maxp` table for a font without instructions; fontTools fills in the measured maxima on saving."""
    maxp = newTable("maxp")
    maxp.tableVersion = 0x00010000
    maxp.numGlyphs = count
    maxp.maxZones = 1
    zero = ("maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements")
    measured = ("maxPoints", "maxContours", "maxCompositePoints", "maxCompositeContours", "maxSizeOfInstructions")
    for name in (*zero, *measured, "maxComponentElements", "maxComponentDepth"):
        setattr(maxp, name, 0)
    return maxp


def write_plain(source: Path, target: Path) -> None:
    """Copy a text file, unpacked."""
    if source.suffix == ".gz":
        target.write_bytes(gzip.decompress(source.read_bytes()))
    else:
        shutil.copyfile(source, target)


def report(target: Path, font: TTFont) -> None:
    """Say what was written."""
    print(f"{target.name}: {len(font.getBestCmap())} characters, {target.stat().st_size / 1e6:.1f} MB")  # noqa: T201


if __name__ == "__main__":
    main()
