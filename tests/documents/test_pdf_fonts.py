"""Every character is printed by some font or named as missing; shipped fonts come last among an office's own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from unionoffice.documents.pdf.fonts import (
    MISSING_MARK,
    SHIPPED,
    Face,
    Fonts,
    Style,
    load_face,
    visible,
    windows_fonts,
)
from unionoffice.documents.pdf.text import PageText, broken, fit
from unionoffice.kernel.resources import resource

RARE = "䶮㛃𬱟𫖯龑玥"
UNKNOWN = "\U00020000"


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts(shipped_only=True)


def printed(fonts: Fonts, text: str, style: Style) -> tuple[str, list[str]]:
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1, initialFontName=fonts.face(Style.SONG).font.fontName)
    page = PageText(canvas, fonts)
    page.left(50, 700, text, style, 12)
    page.flush()
    canvas.save()
    return PdfReader(buffer).pages[0].extract_text(), list(page.missing)


@pytest.mark.parametrize("style", list(Style))
def test_rare_characters_of_names_are_printed_and_copied_right_in_every_style(fonts: Fonts, style: Style) -> None:
    text, missing = printed(fonts, f"王{RARE}￥1,234.50", style)
    assert text.replace("\n", "") == f"王{RARE}￥1,234.50"
    assert missing == []


@pytest.mark.parametrize("style", list(Style))
def test_every_run_is_drawn_by_a_font_that_has_an_outline_for_it(fonts: Fonts, style: Style) -> None:
    for face, part in fonts.runs(f"张{RARE}彧喆堃3□■√①㈠·～％￥{UNKNOWN}", style):
        for char in part:
            glyph = face.font.face.charToGlyph[ord(char)]
            assert glyph
            assert face.font.face.glyphPos[glyph + 1] > face.font.face.glyphPos[glyph], char


def test_a_character_no_font_knows_is_named_and_marked(fonts: Fonts) -> None:
    assert fonts.missing(f"张{UNKNOWN}丽{UNKNOWN}") == UNKNOWN
    text, missing = printed(fonts, f"张{UNKNOWN}丽", Style.FANG)
    assert text == f"张{MISSING_MARK}丽"
    assert missing == [UNKNOWN]


@pytest.mark.parametrize("style", list(Style))
def test_the_list_of_rare_names_is_copied_right_by_every_reader(qapp: object, fonts: Fonts, style: Style) -> None:
    """Also by the reader with which the program itself previews; the last names on the list nobody can print."""
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtPdf import QPdfDocument

    from unionoffice.documents.pdf.page_words import page_words

    names = (resource("practice") / "生僻字姓名.txt").read_text("utf-8").split()
    assert len(names) == 200
    whole = [name for name in names if not fonts.missing(name, style)]
    assert len(whole) == 193
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1, initialFontName=fonts.face(Style.SONG).font.fontName)
    page = PageText(canvas, fonts)
    for row, name in enumerate(whole):
        page.left(50 + row % 4 * 120, 800 - row // 4 * 15, name, style, 10)
    page.flush()
    canvas.save()
    assert page.missing == {}
    assert page_words(buffer.getvalue()) == ["".join(whole)]
    read = PdfReader(buffer).pages[0].extract_text()
    opened = QBuffer()
    opened.setData(QByteArray(buffer.getvalue()))
    opened.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(opened)
    shown = "".join(document.getAllText(0).text().split())  # it breaks the line wherever the font changes
    for name in whole:
        assert name in read
        assert name in shown


def made_font(path: Path, family: str, chars: str, *, empty: str = "") -> Path:
    """A font with a square for each character, and nothing for those in `empty`."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for point in ((100, 700), (900, 700), (900, 0)):
        pen.lineTo(point)
    pen.closePath()
    square, nothing = pen.glyph(), TTGlyphPen(None).glyph()
    names = {char: f"u{ord(char):05X}" for char in dict.fromkeys(chars + empty)}
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap({ord(char): name for char, name in names.items()})
    glyphs = {name: nothing if char in empty else square for char, name in names.items()}
    builder.setupGlyf({".notdef": square, **glyphs})
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names.values()], (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family})
    builder.setupOS2()
    builder.setupPost()
    builder.save(str(path))
    return path


def test_a_font_for_rare_characters_helps_where_all_others_end(tmp_path: Path) -> None:
    made_font(tmp_path / "simsunb.ttf", "SimSunExtB", f"{UNKNOWN}王䶮", empty="\U00020001")
    fonts = Fonts(windows=tmp_path)
    for style in Style:
        assert fonts.missing(f"王{UNKNOWN}䶮", style) == ""
        assert fonts.missing("\U00020001", style) == "\U00020001"  # mapped, but to a glyph without outline
        faces = fonts.drawn_by(f"{UNKNOWN}䶮", style)
        assert [face.name for face in faces.values() if face][0] == "simsunb"
        assert "simsunb" not in [face.name for face in fonts.drawn_by("王䶮", style).values() if face]
    text, missing = printed(fonts, f"王{UNKNOWN}", Style.FANG)
    assert (text, missing) == (f"王{UNKNOWN}", [])
    assert Fonts(windows=tmp_path, shipped_only=True).missing(UNKNOWN) == UNKNOWN
    made_font(tmp_path / "生僻字.ttf", "Own", "\U00020001")
    assert Fonts(office=tmp_path).missing("\U00020001") == ""


def test_the_first_font_of_windows_collection_is_song(tmp_path: Path) -> None:
    """simsun.ttc holds SimSun and, second, NSimSun."""
    from fontTools.ttLib import TTCollection, TTFont

    collection = TTCollection()
    for number, (family, chars) in enumerate((("SimSun", "王宋"), ("NSimSun", "王新"))):
        collection.fonts.append(TTFont(made_font(tmp_path / f"{number}.ttf", family, chars)))
    collection.save(str(tmp_path / "simsun.ttc"))
    face = Fonts(windows=tmp_path).face(Style.SONG)
    assert face.font.face.name == b"Windows-SimSun"
    assert "宋" in face.covered
    assert "新" not in face.covered


@pytest.mark.parametrize(
    ("name", "style"),
    [("仿宋_GB2312.ttf", Style.FANG), ("楷体_GB2312.TTF", Style.KAI), ("方正小标宋简体.ttf", Style.SONG_BOLD)],
)
def test_the_fonts_that_an_office_bought_are_known_by_their_names(tmp_path: Path, name: str, style: Style) -> None:
    made_font(tmp_path / name, "Bought", "王")
    fonts = Fonts(office=tmp_path)
    assert Path(fonts.face(style).font.face.filename).name == name
    assert fonts.missing("王小明￥", style) == ""


@pytest.mark.parametrize(
    ("name", "style"),
    [("simhei.ttf", Style.HEI), ("simkai.ttf", Style.KAI), ("simfang.ttf", Style.FANG)],
)
def test_the_users_own_fonts_of_windows_are_embedded(tmp_path: Path, name: str, style: Style) -> None:
    made_font(tmp_path / name, "Sim", "王小明")
    fonts = Fonts(windows=tmp_path)
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1, initialFontName=fonts.face(style).font.fontName)
    page = PageText(canvas, fonts)
    page.left(50, 700, "王小明", style, 12)
    page.flush()
    canvas.save()
    resources: Any = PdfReader(buffer).pages[0]["/Resources"]
    found = [font.get_object() for font in resources["/Font"].values()]
    assert any("Windows-Sim" in font["/BaseFont"] for font in found)
    assert all("/FontFile2" in font["/FontDescriptor"] for font in found)


def test_boxes_that_no_font_has_are_what_one_writes_by_hand(fonts: Fonts) -> None:
    text, missing = printed(fonts, "☑是 ☐否", Style.FANG)
    assert (text, missing) == ("√是 □否", [])


def test_what_could_not_be_drawn_is_noticed_whoever_draws(fonts: Fonts) -> None:
    with fonts.noticing() as noticed:
        printed(fonts, f"张{UNKNOWN}丽", Style.KAI)
        printed(fonts, f"{UNKNOWN}〓", Style.SONG)
    assert list(noticed) == [UNKNOWN]
    with fonts.noticing() as noticed:
        printed(fonts, "张䶮", Style.KAI)
    assert not noticed


def test_each_text_that_cannot_be_printed_is_told_with_its_place(fonts: Fonts) -> None:
    (found,) = fonts.unprintable([("B2", f"张{UNKNOWN}"), ("B3", "曾䶮")])
    assert (found.where, found.text, found.chars) == ("B2", f"张{UNKNOWN}", UNKNOWN)


def test_unseen_characters_are_neither_printed_nor_called_missing(fonts: Fonts) -> None:
    text = "王\u200b小\ufeff明\ufe0f"
    assert fonts.missing(text) == ""
    assert "".join(part for _, part in fonts.runs(text, Style.KAI)) == "王小明"
    assert visible(" 甲 \r\n 乙\t丙") == " 甲 乙 丙"


def test_a_glyph_without_outline_counts_as_missing(fonts: Fonts) -> None:
    face = fonts.face(Style.SONG)
    blank = {chr(code) for code in face.font.face.charToGlyph} - face.covered
    assert " " in face.covered
    assert not face.covered & {"\x00", "\u200b", UNKNOWN}
    assert all(not char.isalnum() for char in blank)


def test_the_yuan_sign_of_fang_song_is_no_dollar(fonts: Fonts) -> None:
    glyphs = fonts.face(Style.FANG).font.face.charToGlyph
    assert glyphs[0xFFE5] == glyphs[0x00A5]
    assert glyphs[0xFFE5] not in (glyphs[0x24], glyphs.get(0xFF04))


def test_the_changed_kai_font_bears_no_reserved_name(fonts: Fonts) -> None:
    face = fonts.face(Style.KAI).font.face
    assert face.name == b"UnionKai-Regular"
    assert b"LXGW" not in face.familyName + face.fullName


def test_width_agrees_with_the_font_across_runs(fonts: Fonts) -> None:
    assert fonts.width("王小明", Style.SONG, 10) == pytest.approx(30)
    assert fonts.width("王䶮", Style.FANG, 10) == pytest.approx(20)
    song = fonts.face(Style.SONG)
    assert fonts.width("ab1", Style.SONG, 10) == pytest.approx(song.font.stringWidth("ab1", 10))


def test_office_font_goes_first_then_windows_then_shipped(tmp_path: Path) -> None:
    office, windows = tmp_path / "office", tmp_path / "windows"
    for folder in (office, windows):
        folder.mkdir()
    shutil.copy(resource("fonts") / SHIPPED[Style.SONG_BOLD], office / "宋体.TTF")
    shutil.copy(resource("fonts") / SHIPPED[Style.SONG_BOLD], windows / "simsun.ttc")
    shutil.copy(resource("fonts") / SHIPPED[Style.SONG_BOLD], windows / "simhei.ttf")
    fonts = Fonts(office=office, windows=windows)

    def folder_of(face: Face) -> Path:
        return Path(face.font.face.filename).parent

    assert folder_of(fonts.face(Style.SONG)) == office
    assert folder_of(fonts.face(Style.HEI)) == windows
    assert folder_of(fonts.face(Style.KAI)) == resource("fonts")
    assert fonts.runs("龑", Style.SONG)[0][0] is fonts.last_resort()
    only = Fonts(shipped_only=True, office=office, windows=windows)
    assert folder_of(only.face(Style.SONG)) == resource("fonts")
    assert only.face(Style.SONG).font.face.name == b"NotoSerifSC-Regular"


def test_two_files_with_one_inner_name_stay_apart_in_one_paper(tmp_path: Path) -> None:
    shutil.copy(resource("fonts") / SHIPPED[Style.SONG_BOLD], tmp_path / "song.ttf")
    fonts = Fonts(office=tmp_path)
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1, initialFontName=fonts.face(Style.SONG).font.fontName)
    page = PageText(canvas, fonts)
    page.left(50, 700, "甲乙", Style.SONG, 12)
    page.left(50, 600, "丙丁", Style.SONG_BOLD, 12)
    page.flush()
    canvas.save()
    paper = PdfReader(buffer).pages[0]
    assert paper.extract_text() == "甲乙\n丙丁"
    resources: Any = paper["/Resources"]
    assert len({font.get_object()["/BaseFont"] for font in resources["/Font"].values()}) == 2


def test_an_unusable_font_file_is_passed_over_and_named(tmp_path: Path) -> None:
    (tmp_path / "仿宋.ttf").write_bytes(b"OTTO" + bytes(200))
    fonts = Fonts(office=tmp_path)
    assert Path(fonts.face(Style.FANG).font.face.filename).name == SHIPPED[Style.FANG]
    assert fonts.unreadable == ["仿宋.ttf"]


def test_windows_fonts_are_looked_for_on_windows_only() -> None:
    environ = {"WINDIR": "C:/Windows"}
    assert windows_fonts(environ, "win32") == Path("C:/Windows/Fonts")
    assert windows_fonts(environ, "linux") is None
    assert windows_fonts({}, "win32") is None


def test_importing_the_drawing_modules_loads_no_font() -> None:
    code = (
        "import unionoffice.documents.pdf.sign_sheet\n"
        "from reportlab.pdfbase import pdfmetrics\n"
        "assert not [n for n in pdfmetrics.getRegisteredFontNames() if 'Noto' in n or 'Fandol' in n]\n"
        "from unionoffice.documents.pdf.fonts import Fonts\n"
        "assert not Fonts()._faces\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_copied_text_is_mended_once_however_many_fonts_are_loaded() -> None:
    from reportlab.pdfbase import ttfonts

    load_face(resource("fonts") / SHIPPED[Style.FANG])
    mended = ttfonts.makeToUnicodeCMap
    load_face(resource("fonts") / SHIPPED[Style.FANG])
    assert ttfonts.makeToUnicodeCMap is mended
    assert "<00> <D873DC5F>" in mended("F", [0x2CC5F])
    assert "<00> <738B>" in mended("F", [0x738B])


@pytest.mark.parametrize(
    "text",
    ["王小明", "阿不都热合曼·买买提·吐尔逊江", "Alexander-Maximilian Müller", "A" * 60, "张" * 300, "", "甲\n乙"],
)
def test_a_fitted_text_stands_whole_inside_its_cell(fonts: Fonts, text: str) -> None:
    fitted = fit(fonts, text, Style.SONG, 10.5, width=47, height=31)
    assert "".join(fitted.lines).replace(" ", "") == visible(text).replace(" ", "") or fitted.lines == (text,)
    assert all(fonts.width(line, Style.SONG, fitted.size) <= 47.01 for line in fitted.lines)
    assert len(fitted.lines) * fitted.size * 1.2 <= 31 or len(fitted.lines) == 1


def test_type_shrinks_a_little_before_a_line_is_broken(fonts: Fonts) -> None:
    assert fit(fonts, "欧阳小明五", Style.SONG, 10.5, width=47, height=31).lines == ("欧阳小明五",)
    assert len(fit(fonts, "第一采煤工区机电队", Style.SONG, 10.5, width=47, height=31).lines) == 2


def test_a_foreign_word_shrinks_before_it_is_broken(fonts: Fonts) -> None:
    lines = fit(fonts, "Alexander-Maximilian Müller", Style.SONG, 10.5, width=47, height=31).lines
    assert [line.strip() for line in lines] == ["Alexander-", "Maximilian", "Müller"]


def test_an_amount_of_money_is_never_broken(fonts: Fonts) -> None:
    fitted = fit(fonts, "1,234,567,890.12", Style.HEI, 10.5, width=40, height=31)
    assert fitted.lines == ("1,234,567,890.12",)
    assert fonts.width(fitted.lines[0], Style.HEI, fitted.size) <= 40.01


def test_lines_do_not_break_inside_numbers_or_before_closing_marks(fonts: Fonts) -> None:
    assert broken(fonts, "共计12345元", Style.SONG, 10, 42) == ("共计", "12345元")
    assert broken(fonts, "甲乙丙丁）戊", Style.SONG, 10, 41) == ("甲乙丙", "丁）戊")
    assert broken(fonts, "甲乙丙（丁戊", Style.SONG, 10, 41) == ("甲乙丙", "（丁戊")


def test_every_page_names_its_font_anew(fonts: Fonts) -> None:
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1, initialFontName=fonts.face(Style.SONG).font.fontName)
    page = PageText(canvas, fonts)
    for text in ("甲乙", "丙丁"):
        page.left(50, 700, text, Style.SONG, 12)
        page.flush()
        canvas.showPage()
    canvas.save()
    contents = [paper.get_contents() for paper in PdfReader(buffer).pages]
    assert all(content is not None and b" 12 Tf" in content.get_data() for content in contents)


def test_remembered_texts_do_not_grow_without_end(fonts: Fonts) -> None:
    canvas = Canvas(BytesIO(), initialFontName=fonts.face(Style.SONG).font.fontName)
    page = PageText(canvas, fonts)
    for number in range(7000):
        page.left(0, 0, f"王{number}", Style.SONG, 10)
    page.flush()
    assert len(page._encoded) < 7000
