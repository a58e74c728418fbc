"""Watermarks on copies of identity cards (F96): drawn into the picture, original untouched, bombs refused, logged."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader

from tests.conftest import ACTOR
from tests.services.people import member
from unionoffice.app import App
from unionoffice.cli import run
from unionoffice.documents.marked_picture import PictureKind, marked
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.member import Member
from unionoffice.models.user import Role

WORDS = "仅供示范矿业有限公司工会2026年困难建档使用 2026-09-10"


def card(path: Path, size: tuple[int, int] = (860, 540), colour: str = "white", **options: object) -> Path:
    Image.new("RGB", size, colour).save(path, **options)  # type: ignore[arg-type]
    return path


def drawn(path: Path) -> Image.Image:
    with Image.open(path) as found:
        found.load()
        return found.copy()


@pytest.mark.parametrize("colour", ["white", "black"])
def test_words_cover_every_part_of_the_picture(app: App, tmp_path: Path, colour: str) -> None:
    source = card(tmp_path / "正面.png", colour=colour)
    before = source.read_bytes()
    target = tmp_path / "加水印.png"
    assert app.marked_pictures.mark(source, "困难建档", target, ACTOR) == WORDS
    assert source.read_bytes() == before
    picture = drawn(target)
    assert (picture.mode, picture.size) == ("RGB", (860, 540))
    changed = ImageChops.difference(picture, Image.new("RGB", picture.size, colour)).convert("L")
    for column in range(4):
        for row in range(3):
            part = changed.crop((column * 215, row * 180, (column + 1) * 215, (row + 1) * 180))
            assert part.getextrema()[1] > 40, (column, row)


def test_nothing_but_the_picture_is_taken_along_and_it_stands_upright(app: App, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "secret place"
    source = card(tmp_path / "拍照.jpg", (900, 500), exif=exif)
    for name in ("出.png", "出.jpg"):
        app.marked_pictures.mark(source, "困难建档", tmp_path / name, ACTOR)
        picture = drawn(tmp_path / name)
        assert picture.size == (500, 900)
        assert not picture.getexif()
        assert b"secret place" not in (tmp_path / name).read_bytes()


def test_a_pdf_holds_one_picture_and_no_text_to_take_off(app: App, tmp_path: Path) -> None:
    target = tmp_path / "出.pdf"
    app.marked_pictures.mark(card(tmp_path / "证.png"), "困难建档", target, ACTOR)
    (page,) = PdfReader(BytesIO(target.read_bytes())).pages
    assert page.extract_text() == ""
    assert len(page.images) == 1
    assert "/Annots" not in page


def test_what_is_no_sound_picture_is_refused_with_a_sentence(app: App, tmp_path: Path) -> None:
    def refused(data: bytes) -> str:
        source = tmp_path / "坏.png"
        source.write_bytes(data)
        with pytest.raises(UserError) as told:
            app.marked_pictures.mark(source, "困难建档", tmp_path / "出.png", ACTOR)
        return told.value.sentence

    png = card(tmp_path / "好.png").read_bytes()
    assert "认不出" in refused(b"")
    assert "认不出" in refused(b"hello")
    assert "PDF" in refused(b"%PDF-1.4")
    assert "认不出" in refused(b"GIF89a" + bytes(50))
    assert "太小" in refused(card(tmp_path / "小.png", (100, 400)).read_bytes())
    for place in range(8, len(png) - 12, 97):
        assert refused(png[:place])
    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + png[33:]
    assert "百万像素" in refused(bomb)
    assert not (tmp_path / "出.png").exists()
    assert app.access_log.entries() == []


def test_a_damaged_picture_is_refused_or_drawn_but_never_a_bug(app: App, tmp_path: Path) -> None:
    for ending in ("JPEG", "PNG"):
        buffer = BytesIO()
        Image.radial_gradient("L").save(buffer, ending)
        sound = bytearray(buffer.getvalue())
        for place in range(0, min(len(sound), 700), 7):
            damaged = sound.copy()
            damaged[place] ^= 0xFF
            try:
                marked(bytes(damaged), "仅供", PictureKind.JPEG, fonts=app.papers.fonts(), at=app.clock.now())
            except UserError as told:
                assert told.sentence.endswith("。")


def test_the_original_is_never_the_target_and_the_purpose_is_said(app: App, tmp_path: Path) -> None:
    source = card(tmp_path / "证.png")
    before = source.read_bytes()
    with pytest.raises(UserError, match="就是原件"):
        app.marked_pictures.mark(source, "困难建档", source, ACTOR)
    for purpose in (" ", "字" * 31):
        with pytest.raises(UserError, match="用途要写明"):
            app.marked_pictures.mark(source, purpose, tmp_path / "出.png", ACTOR)
    with pytest.raises(Refused):
        app.marked_pictures.mark(source, "困难建档", tmp_path / "出.png", Actor("甲", frozenset({Role.ADMIN})))
    assert source.read_bytes() == before
    assert "2025年助学使用" in app.marked_pictures.words("2025年助学使用")


def test_it_is_logged_under_the_member_with_the_purpose(app: App, tmp_path: Path) -> None:
    member_id = member(app, "曾丽梅", staff_number="007")
    card(tmp_path / "11010519491231002X.png")
    app.close()
    words = ["--office", str(app.path), "watermark", str(tmp_path / "11010519491231002X.png")]
    words += ["--purpose", "困难建档", "--out", str(tmp_path / "出.pdf")]
    assert run([*words, "--member", "007"]) == 0
    assert run(words) == 2  # it is there already
    reopened = App(app.path, actor=ACTOR)
    (item,) = reopened.access_log.who_saw(Member, member_id)
    reopened.close()
    assert (item.kind, item.purpose, item.file) == (AccessKind.EXPORT, "困难建档", "出.pdf")
    assert "11010519491231002X" not in item.sentence()
