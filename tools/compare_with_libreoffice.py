"""Hold the program's printing of workbooks against LibreOffice's own: pages, and where every piece of text begins.

    python tools/compare_with_libreoffice.py [FILE.xlsx …]

Without files: every shipped form filled from practice data, and the workbooks in tests/data/templates. A text is never
printed with its tags in it, so each `{{tag}}` that is left stands as 样例 on both sides. Needs LibreOffice (`soffice`),
and pypdf and fontTools from the extras `test` and `tools`. So that both sides measure alike, LibreOffice is given the
shipped fonts under the names that workbooks use, as wide and with the line heights that `resources/forms/families.json`
tells. Told for each file: the pages, how far the texts' beginnings are apart, and the texts beyond 2 mm.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import defaultdict
from contextlib import closing
from datetime import datetime
from itertools import accumulate
from math import hypot, inf
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import GlyphCoordinates
from pypdf import PdfReader
from shelf import practice, requests

from unionoffice.documents.workbook.formulas import calculate
from unionoffice.documents.workbook.layout import LaidPage, lay_out
from unionoffice.documents.workbook.loading import load
from unionoffice.documents.workbook.marks import Text
from unionoffice.documents.workbook.metrics import advance, metrics
from unionoffice.documents.workbook.profile import LIBREOFFICE
from unionoffice.kernel.resources import resource

ROOT = Path(__file__).parents[1]
FAMILIES = {
    ("宋体", "SimSun"): "NotoSerifSC-Regular.ttf",
    ("黑体", "SimHei", "等线"): "NotoSansSC-Regular.ttf",
    ("楷体", "KaiTi", "楷体_GB2312"): "UnionKai-Regular.ttf",
    ("仿宋", "FangSong", "仿宋_GB2312"): "FandolFang-Regular.ttf",
    ("Calibri", "Arial"): "NotoSansSC-Regular.ttf",
    ("Times New Roman",): "NotoSerifSC-Regular.ttf",
}
MM = 72 / 25.4
MOST = 2.0
"""Millimetres that a text may be away."""


def named_in(files: list[Path]) -> set[str]:
    """The families that workbooks name; each takes some seconds to make."""
    found = set()
    for file in files:
        with zipfile.ZipFile(file) as package:
            parts = [name for name in package.namelist() if name.endswith(("styles.xml", "sharedStrings.xml"))]
            text = "".join(package.read(name).decode("utf-8", "replace") for name in parts)
        found |= {name for names in FAMILIES for name in names if f'"{name}"' in text}
    return found


def stand_ins(folder: Path, wanted: set[str]) -> None:
    """The shipped fonts, made as wide and high as the ones that workbooks name."""
    for number, (names, file) in enumerate(FAMILIES.items()):
        for name in wanted.intersection(names):
            print(f"正在准备与“{name}”同宽的字体…", file=sys.stderr, flush=True)
            font = TTFont(resource("fonts") / file)
            own = metrics(name)
            _squeeze(font, name)
            if not own.chinese:
                for table in font["cmap"].tables:
                    table.cmap = {code: glyph for code, glyph in table.cmap.items() if chr(code) in own.advances}
            upm = font["head"].unitsPerEm
            lines = font["hhea"]
            lines.ascent, lines.descent, lines.lineGap = round(own.ascent * upm), -round(own.descent * upm), 0
            font["name"].names = []
            for kind, words in ((1, name), (2, "Regular"), (4, name), (6, f"stand-in-{len(name)}{number}")):
                font["name"].setName(words, kind, 3, 1, 0x409)
            font.save(folder / f"{name}.ttf")


def _squeeze(font: Any, family: str) -> None:
    """Give the Latin letters, and the signs that Chinese fonts have as wide as a character (·), a family's widths."""
    upm, glyphs, cmap = font["head"].unitsPerEm, font["glyf"], font.getBestCmap()
    signs = [code for code in range(0xA0, 0x2E80) if len(chr(code).encode("gbk", "ignore")) == 2]
    for code in (*range(0x20, 0x7F), *signs):
        name = cmap.get(code)
        if name is None:
            continue
        width, bearing = font["hmtx"][name]
        wanted = round(advance(family, False, chr(code)) * upm)
        share = wanted / width if width else 1
        glyph = glyphs[name]
        if glyph.numberOfContours > 0:
            glyph.coordinates = GlyphCoordinates([(round(x * share), y) for x, y in glyph.coordinates])
            glyph.recalcBounds(glyphs)
        font["hmtx"][name] = (wanted, round(bearing * share))


def surroundings(folder: Path, wanted: set[str]) -> dict[str, str]:
    """The environment in which LibreOffice finds the stand-ins."""
    fonts = folder / "fonts"
    fonts.mkdir()
    stand_ins(fonts, wanted)
    config = folder / "fonts.conf"
    config.write_text(
        f"<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'><fontconfig><dir>{fonts}</dir>"
        f"<dir>/usr/share/fonts</dir><cachedir>{folder / 'cache'}</cachedir></fontconfig>",
        "utf-8",
    )
    return {**os.environ, "FONTCONFIG_FILE": str(config), "HOME": str(folder)}


def by_libreoffice(file: Path, folder: Path, environment: dict[str, str]) -> Path:
    """The PDF that LibreOffice makes of a file."""
    copy = shutil.copyfile(file, folder / "workbook.xlsx")
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(copy)]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=180)
    return copy.with_suffix(".pdf")


def pieces(pdf: Path) -> list[tuple[float, list[tuple[str, float, float]]]]:
    """For each page its height and the pieces of text: the text, where it begins, its baseline from the top."""
    found = []
    for page in PdfReader(pdf).pages:
        texts: list[tuple[str, float, float]] = []
        height = float(page.mediabox.height)

        def visit(
            text: str,
            cm: list[float],
            tm: list[float],
            _font: Any,
            _size: float,
            texts: Any = texts,
            height: float = height,
        ) -> None:
            if text.strip():
                x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                texts.append((text.strip("\n"), x, height - y))

        page.extract_text(visitor_text=visit)
        found.append((height, texts))
    return found


def places(page: LaidPage) -> dict[str, list[tuple[float, float]]]:
    """Where each character stands on our page."""
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for mark in page.marks:
        if isinstance(mark, Text):
            widths = [advance(mark.type.family, mark.type.bold, char) for char in mark.text]
            total = sum(widths) or 1.0
            for char, along in zip(mark.text, accumulate([0.0, *widths[:-1]]), strict=True):
                reach = along / total * mark.width
                turned = {90.0: -1, -90.0: 1}.get(mark.angle)
                found[char].append((mark.x, mark.y + turned * reach) if turned else (mark.x + reach, mark.y))
    return found


def without_tags(file: Path, folder: Path) -> Path:
    """A copy of a workbook in which every tag that is left is a plain word."""
    copy = folder / file.name
    with zipfile.ZipFile(file) as package, zipfile.ZipFile(copy, "w") as out:
        for name in package.namelist():
            data = package.read(name)
            if name.endswith(".xml") and b"{{" in data:
                data = _TAG.sub("样例", data.decode("utf-8")).encode("utf-8")
            out.writestr(name, data)
    return copy


_TAG = re.compile(r"\{\{[^{}<]*\}\}")


def filled(folder: Path) -> list[Path]:
    """Every shipped form as a workbook filled from practice data."""
    found = []
    with closing(practice(folder)) as app:
        for request in requests(app):
            found += app.forms.save_xlsx(request, folder / f"{request.form.name}.xlsx")
    return found


def main(files: list[Path]) -> int:
    """Print what is told for each file; 1 if one has another count of pages or a text further away than it may be."""
    if shutil.which("soffice") is None:
        print("没有找到 LibreOffice（soffice），不能比较。")
        return 2
    wrong = 0
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        files = files or [*filled(folder), *sorted((ROOT / "tests" / "data" / "templates").glob("*.xlsx"))]
        environment = surroundings(folder, named_in(files))
        (plain := folder / "plain").mkdir()
        print(f"{'文件':24} 页数（本程序/LibreOffice）  文字起点：一半以内 / 95% 以内 / 最远（毫米）")
        for file in files:
            wrong += not compared(without_tags(file, plain), folder, environment)
    print(f"{len(files)} 份，{len(files) - wrong} 份页数相同、文字都在 {MOST:g} 毫米以内。")
    return min(wrong, 1)


def compared(file: Path, folder: Path, environment: dict[str, str]) -> bool:
    """Print how a workbook stands on both sides; whether they are as alike as they should be."""
    book = load(file)
    calculate(book)
    ours = list(lay_out(book, LIBREOFFICE, moment=datetime.now()))
    theirs = pieces(by_libreoffice(file, folder, environment))
    found: list[tuple[float, int, str]] = []
    for number, (page, (_height, texts)) in enumerate(zip(ours, theirs, strict=False), start=1):
        known = places(page)
        for piece, x, y in texts:
            first = piece[:1]
            if not first.isspace():
                nearest = min((hypot(a - x, b - y) / MM for a, b in known.get(first, ())), default=inf)
                found.append((nearest, number, piece))
    found.sort()
    told = "没有文字"
    if found:
        told = " / ".join(f"{found[int((len(found) - 1) * share)][0]:.2f}" for share in (0.5, 0.95, 1.0))
    same = "相同" if len(ours) == len(theirs) else "不同"
    print(f"{file.stem[:24]:24} {len(ours)}/{len(theirs)} {same}  {told}", flush=True)
    far = [each for each in found if each[0] > MOST]
    for distance, number, piece in far:
        print(f"    第{number}页“{piece[:30]}”：{distance:.2f}")
    return len(ours) == len(theirs) and not far


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
