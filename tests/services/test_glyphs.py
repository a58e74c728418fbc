"""Which font prints a rare character, told without an office; the page in docs is what the command says."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from unionoffice.cli import run
from unionoffice.documents.pdf.fonts import Fonts, Style
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.resources import ROOT, resource
from unionoffice.services.glyphs import report, unprintable_sentence

NAMES = resource("practice") / "生僻字姓名.txt"


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts(shipped_only=True)


def test_every_rare_character_has_its_font_in_every_style(fonts: Fonts) -> None:
    found = report(NAMES, fonts)
    assert len(found.glyphs) == 200
    by_char = {glyph.char: glyph for glyph in found.glyphs}
    assert by_char["䶮"].fonts == {
        "宋体": "NotoSerifSC-Regular",
        "粗宋": "NotoSerifSC-Bold",
        "黑体": "NotoSansSC-Regular",
        "楷体": "UnionKai-Regular",
        "仿宋": "NotoSerifSC-Regular",
    }
    for char in "䶮𬭎𠅤㛃𫖯":
        assert all(by_char[char].fonts.values())
    nowhere = {glyph.char for glyph in found.glyphs if not any(glyph.fonts.values())}
    assert nowhere == set("".join(each.chars for each in found.unprintable))
    assert len(nowhere) == 7


def test_the_page_on_fonts_holds_what_the_command_says(fonts: Fonts) -> None:
    page = (ROOT.parent / "docs" / "fonts.md").read_text("utf-8")
    assert "\n".join(report(NAMES, fonts).lines()) in page


def test_cells_and_lines_are_named(fonts: Fonts, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "名单"
    book.active["B3"] = "赵\U00020000"
    book.save(tmp_path / "名单.xlsx")
    (tmp_path / "名单.csv").write_bytes("姓名\n阿依·赵彧\n".encode("gb18030"))
    (found,) = report(tmp_path / "名单.xlsx", fonts).unprintable
    assert found.where == "名单!B3"
    assert "名单!B3“赵\U00020000”" in unprintable_sentence([found])
    (glyph,) = report(tmp_path / "名单.csv", fonts).glyphs
    assert (glyph.char, glyph.where, glyph.times, glyph.code) == ("彧", "第 2 行", 1, "U+5F67")


@pytest.mark.parametrize("name", ["名单.docx", "没有.txt", "坏的.xlsx"])
def test_what_cannot_be_read_is_told(fonts: Fonts, tmp_path: Path, name: str) -> None:
    if not name.startswith("没有"):
        (tmp_path / name).write_bytes(b"PK nothing")
    with pytest.raises(UserError):
        report(tmp_path / name, fonts)


def test_the_command_needs_no_office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "名.txt"
    path.write_text("曾䶮\n赵\U00020000\n", "utf-8")
    assert run(["fonts", str(path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [each["char"] for each in found["characters"]] == ["䶮", "\U00020000"]
    assert set(found["characters"][0]["fonts"]) == {style.label for style in Style}
    assert found["unprintable"][0]["where"] == "第 2 行"
    path.write_text("曾䶮\n", "utf-8")
    assert run(["fonts", str(path)]) == 0
    assert "全部都能打印" in capsys.readouterr().out
