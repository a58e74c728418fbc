"""Photos on forms: whose they are, upright and undistorted, in the workbook and on paper, and never kept."""

from __future__ import annotations

import io
from pathlib import Path
from typing import ClassVar

import openpyxl
import pytest
from PIL import Image
from pypdf import PdfReader

from tests.services.form_office import NUMBER, Office, book, office, text
from tests.services.people import member
from unionoffice.app import App
from unionoffice.documents.workbook.photo import fitted, photo
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import Cancelled, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.user import Role
from unionoffice.services.forms.service import FindingKind, Form, Request, Subject

__all__ = ["office"]

RED, BLUE, GREEN = (200, 30, 30), (20, 40, 200), (20, 160, 40)


def picture(path: Path, colour: tuple[int, int, int], size: tuple[int, int] = (300, 400), kind: str = "JPEG") -> Path:
    """A picture of one colour."""
    Image.new("RGB", size, colour).save(path, kind)
    return path


def shown(data: bytes) -> list[tuple[tuple[int, int], tuple[int, int, int]]]:
    """Size and colour of each picture of a PDF, page by page; the code by which it is verified is drawn as lines."""
    found = []
    for page in PdfReader(io.BytesIO(data)).pages:
        for each in page.images:
            image = each.image.convert("RGB")
            found.append((image.size, image.getpixel((image.width // 2, image.height // 2))))
    return found


def close(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two colours are the same but for what JPEG loses."""
    return all(abs(a - b) <= 8 for a, b in zip(one, other, strict=True))


def colours(data: bytes, *wanted: tuple[int, int, int]) -> bool:
    """Whether a PDF has pictures of just these colours, in their order."""
    found = [colour for _, colour in shown(data)]
    return len(found) == len(wanted) and all(map(close, found, wanted))


@pytest.fixture
def form(office: Office) -> Form:
    """A name, and below it a box of 3 by 4 cells for the photo."""
    path = book(office.app.path.parent / "证.xlsx", {"A1": "{{姓名}}", "B3": "{{照片|空:贴照片处}}", "F9": "末"})
    found = openpyxl.load_workbook(path)
    found.active.merge_cells("B3:D6")
    for row in (1, 3):
        found.active.row_dimensions[row].height = 15  # of the file: copies alike are stamped
    found.save(path)
    return office.forms.add(path, Subject.MEMBER, "证")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "照片"
    found.mkdir()
    return found


def test_a_photo_stands_undistorted_in_its_cells_on_paper_and_in_the_file(
    office: Office, form: Form, tmp_path: Path
) -> None:
    assert form.photo and form.asked == () and form.masked
    request = Request(form, [office.zhang], purpose="办证", photos=picture(tmp_path / "a.jpg", RED))
    found = office.forms.pdf(request)
    ((size, colour),) = shown(found.data)
    assert size == (300, 400) and close(colour, RED)
    assert "贴照片处" not in text(found.data)
    (left, bottom, right, top), page = drawn(found.data), PdfReader(io.BytesIO(found.data)).pages[0].mediabox
    assert (right - left) / (top - bottom) == pytest.approx(0.75, rel=0.01)
    assert 0 < left < right < page.width and 0 < bottom < top < page.height
    (out,) = office.forms.save_xlsx(request, tmp_path / "证.xlsx")
    sheet = openpyxl.load_workbook(out).active
    assert sheet["B3"].value is None
    (image,) = sheet._images
    start, end = image.anchor._from, image.anchor.to
    assert (start.row, end.row) == (2, 5) and 1 <= start.col <= end.col <= 3
    high = sum(15 * 12_700 for _ in range(start.row, end.row)) + end.rowOff - start.rowOff
    wide = office_width(end.col - start.col) + end.colOff - start.colOff
    assert wide / high == pytest.approx(0.75, rel=0.04)
    stored = Image.open(io.BytesIO(image._data()))
    assert stored.size == (300, 400) and close(stored.convert("RGB").getpixel((9, 9)), RED)


def office_width(columns: int) -> float:
    """How wide some columns of the usual width are, 64 pixels each."""
    return columns * 64 * 9525


def drawn(data: bytes, number: int = 0) -> tuple[float, float, float, float]:
    """Where the first picture of a PDF's page stands: left, bottom, right, top."""
    found: list[tuple[float, float, float, float]] = []

    def visit(operator: bytes, operands: list[object], matrix: list[float], _text: list[float]) -> None:
        if operator == b"Do" and abs(matrix[0]) > 20 and not found:
            found.append((matrix[4], matrix[5], matrix[4] + matrix[0], matrix[5] + matrix[3]))

    PdfReader(io.BytesIO(data)).pages[number].extract_text(visitor_operand_before=visit)
    return found[0]


def test_a_folders_pictures_find_their_people_by_number_paper_or_name(office: Office, form: Form, folder: Path) -> None:
    picture(folder / "0017.jpg", RED)
    picture(folder / "张三.png", GREEN, kind="PNG")
    picture(folder / "李四.BMP", BLUE, kind="BMP")
    (folder / "说明.txt").write_text("李四", "utf-8")
    ids = [office.zhang, office.li, office.wang]
    request = Request(form, ids, purpose="办证", photos=folder)
    found = office.forms.pdf(request)
    assert [close(colour, wanted) for (_, colour), wanted in zip(shown(found.data), (RED, BLUE), strict=True)] == [
        True
    ] * 2
    assert text(found.data).count("贴照片处") == 1
    (finding,) = [each for each in office.forms.preflight(request) if each.kind is FindingKind.PHOTO]
    assert (finding.sentence, finding.copy) == ("1 人没有照片，这一格按没有照片打印：王五。", 2)
    assert office.forms.preflight(Request(form, ids)) == [], "nobody chose photos: nothing is lacking"
    (folder / "0017.jpg").rename(folder / f"{NUMBER.lower()}.jpg")
    ((_, colour),) = shown(office.forms.pdf(Request(form, [office.zhang], purpose="办证", photos=folder)).data)
    assert close(colour, RED), "the number of a paper comes before the name"


def test_what_could_mean_two_people_is_nobodys(office: Office, form: Form, folder: Path) -> None:
    member(office.app, "王五", unit_id=office.electric)
    member(office.app, "赵六", member_number="0017", unit_id=office.air)
    picture(folder / "王五.jpg", RED)
    picture(folder / "0017.jpg", RED)
    request = Request(form, [office.wang, office.zhang], purpose="办证", photos=folder)
    assert shown(office.forms.pdf(request).data) == []
    (finding,) = office.forms.preflight(request)
    assert finding.sentence.startswith("2 人没有照片") and finding.sentence.endswith("王五、张三。")
    picture(folder / "李四.jpg", RED)
    picture(folder / "李四.jpeg", BLUE)
    with pytest.raises(UserError, match=r"有 2 张照片都叫“李四”（李四.jpeg、李四.jpg），请只留一张"):
        office.forms.pdf(Request(form, [office.li], purpose="办证", photos=folder))


def test_what_is_no_picture_is_named_whatever_it_is_called(
    office: Office, form: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, *ids: str) -> str:
        with pytest.raises(UserError) as told:
            office.forms.pdf(Request(form, ids or (office.zhang,), purpose="办证", photos=path))
        return told.value.sentence

    fake = tmp_path / "假.jpg"
    fake.write_bytes(b"%PDF-1.7 no picture")
    assert refused(fake) == "“假.jpg”不是 JPEG、PNG 或 BMP 图片，或者已经损坏，不能用作照片。"
    picture(tmp_path / "动.jpg", RED, kind="GIF")
    assert "“动.jpg”不是 JPEG、PNG 或 BMP 图片" in refused(tmp_path / "动.jpg")
    whole = picture(tmp_path / "整.jpg", RED, (2000, 2000)).read_bytes()
    fake.write_bytes(whole[: len(whole) // 2])
    assert "“假.jpg”不是" in refused(fake), "cut off"
    named_wrongly = picture(tmp_path / "其实是PNG.jpg", BLUE, kind="PNG")
    assert shown(office.forms.pdf(Request(form, [office.zhang], purpose="办证", photos=named_wrongly)).data)
    assert "读不出来" in refused(tmp_path / "没有.jpg")
    assert refused(named_wrongly, office.zhang, office.li).startswith("有 2 份，一张照片只能用于一份")
    huge = tmp_path / "大.png"
    Image.new("1", (9000, 7000)).save(huge)
    assert refused(huge) == "“大.png”太大，照片不要超过 20 MB、60 百万像素。"
    monkeypatch.setattr("unionoffice.documents.workbook.photo.MOST_BYTES", 100)
    assert "太大" in refused(named_wrongly)
    plain = office.forms.named("退会审批表")
    with pytest.raises(UserError, match="“退会审批表”上没有放照片的地方"):
        office.forms.pdf(Request(plain, [office.zhang], purpose="x", photos=named_wrongly))


def test_a_photo_is_made_upright_small_and_tells_no_more_than_itself(tmp_path: Path) -> None:
    lying = Image.new("RGB", (1600, 1200), BLUE)
    lying.paste(RED, (0, 0, 800, 1200))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera"
    lying.save(tmp_path / "躺.jpg", exif=exif)
    found = Image.open(io.BytesIO(photo((tmp_path / "躺.jpg").read_bytes(), "躺.jpg").data))
    assert found.size == (450, 600)
    assert close(found.getpixel((220, 80)), RED) and close(found.getpixel((220, 520)), BLUE)
    assert not found.getexif() and found.format == "JPEG"
    clear = io.BytesIO()
    Image.new("RGBA", (30, 40), (0, 0, 0, 0)).save(clear, "PNG")
    assert Image.open(io.BytesIO(photo(clear.getvalue(), "空.png").data)).getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((100, 200), (25, 0, 75, 100)), ((200, 100), (0, 25, 100, 75)), ((10, 10), (0, 0, 100, 100))],
)
def test_a_picture_is_set_into_the_middle_of_a_box(size: tuple[int, int], wanted: tuple[int, ...]) -> None:
    out = io.BytesIO()
    Image.new("RGB", size).save(out, "PNG")
    assert fitted((0, 0, 100, 100), out.getvalue()) == pytest.approx(wanted)


def test_it_is_the_same_code_only_with_the_same_photo_and_nothing_of_it_is_kept(
    office: Office, form: Form, tmp_path: Path
) -> None:
    one, other = picture(tmp_path / "一.jpg", RED), picture(tmp_path / "二.jpg", BLUE)
    before = set(office.app.path.parent.rglob("*"))

    def code(path: Path | None) -> str:
        found = office.forms.pdf(Request(form, [office.zhang], purpose="办证", photos=path))
        return PdfReader(io.BytesIO(found.data)).pages[0].extract_text().partition("核验码")[2].split()[0]

    assert code(one) == code(one) != code(other)
    assert code(None) not in (code(one), code(other))
    assert set(office.app.path.parent.rglob("*")) == before
    office.forms.save_pdf(Request(form, [office.zhang], purpose="办证", photos=one), tmp_path / "存.pdf")
    assert shown((tmp_path / "存.pdf").read_bytes()), "also in a file fit for filing"


def test_many_copies_alike_have_each_their_own(office: Office, form: Form, folder: Path) -> None:
    ids = [office.zhang, office.li, office.wang]
    for name, colour in (("张三", RED), ("李四", BLUE), ("王五", GREEN)):
        picture(folder / f"{name}.jpg", colour)
    found = office.forms.pdf(Request(form, ids, purpose="办证", photos=folder))
    assert colours(found.data, RED, BLUE, GREEN)
    assert drawn(found.data, 1) == pytest.approx(drawn(found.data, 0), abs=0.5), (
        "stamped or laid out, in the same place"
    )
    assert drawn(found.data, 2) == pytest.approx(drawn(found.data, 1))


def test_reading_many_photos_tells_how_far_it_is_and_can_be_stopped(office: Office, form: Form, folder: Path) -> None:
    for name in ("张三", "李四"):
        picture(folder / f"{name}.jpg", RED)
    request = Request(form, [office.zhang, office.li], purpose="办证", photos=folder)

    class Stopped:
        cancelled = False
        said: ClassVar[list[str]] = []

        def report(self, _done: int, _total: int, text: str) -> None:
            self.said.append(text)
            self.cancelled = True

    with pytest.raises(Cancelled):
        office.forms.pdf(request, Stopped())
    assert Stopped.said == ["读照片：张三"]
    assert office.app.access_log.count(kinds=(AccessKind.PRINT,)) == 0


def test_forms_about_nothing_take_one_and_public_ones_none(office: Office, folder: Path, tmp_path: Path) -> None:
    free = office.own({"A1": "{{姓名}}", "A2": "{{照片}}"}, "登记", Subject.FREE)
    assert (free.photo, free.asked) == (True, ("姓名",))
    request = Request(free, (), {"姓名": "某某"}, photos=picture(tmp_path / "一.jpg", RED))
    assert len(shown(office.forms.pdf(request).data)) == 1
    with pytest.raises(UserError, match="“照片”是文件夹，这张表只用一张照片"):
        office.forms.pdf(Request(free, (), {"姓名": "某某"}, photos=folder))
    public = office.own({"A1": "{{姓名}}", "A2": "{{照片}}"}, "先进公示")
    assert not public.photo
    with pytest.raises(UserError, match="“先进公示”上没有放照片的地方"):
        office.forms.pdf(Request(public, [office.zhang], photos=folder))


def test_a_namesake_whom_an_officer_does_not_see_counts_too(
    office: Office, form: Form, folder: Path, clock: FixedClock
) -> None:
    other = member(office.app, "王五", unit_id=office.electric)
    picture(folder / "王五.jpg", RED)
    picture(folder / "张三.jpg", BLUE)
    office.app.close()
    actor = Actor("分会经办", frozenset({Role.OFFICER}), "u" * 32, frozenset({office.electric}))
    narrow = App(office.app.path, clock=clock, actor=actor, shipped_fonts=True)
    request = Request(narrow.forms.named("证"), [other, office.zhang], purpose="办证", photos=folder)
    assert colours(narrow.forms.pdf(request).data, BLUE)
    narrow.close()


def test_a_saved_or_printed_form_with_a_photo_is_verified_by_its_file(
    office: Office, form: Form, tmp_path: Path
) -> None:
    request = Request(form, [office.zhang], purpose="办证", photos=picture(tmp_path / "一.jpg", RED))
    office.forms.save_pdf(request, tmp_path / "存.pdf")
    printed = tmp_path / "印.pdf"
    printed.write_bytes(office.forms.pdf(request).data)
    for path in (tmp_path / "存.pdf", printed):
        (verdict,) = office.app.print_marks.verify_file(path)
        assert verdict.holds, verdict.sentence


@pytest.fixture
def badge(office: Office) -> Form:
    """A form about nothing with room for a photo."""
    return office.own({"A1": "{{姓名}}", "A3": "{{照片|空:贴照片处}}"}, "胸卡", Subject.FREE)


def listed(path: Path, *rows: tuple[str, ...]) -> Path:
    """A workbook of people and the pictures named for them."""
    cells = {f"{'AB'[column]}{row}": text for row, line in enumerate(rows, 1) for column, text in enumerate(line)}
    return book(path, cells)


def test_a_row_of_a_file_names_the_picture_beside_it(office: Office, badge: Form, folder: Path, tmp_path: Path) -> None:
    picture(tmp_path / "张 三.jpg", RED)
    picture(folder / "li.PNG", BLUE, kind="PNG")
    (tmp_path / "坏.jpg").write_bytes(b"nothing")
    picture(tmp_path / "两张.jpg", GREEN)
    picture(tmp_path / "两张.png", GREEN, kind="PNG")
    path = listed(
        tmp_path / "名单.xlsx", ("姓名", "照片"), ("张三", "张三.jpg"), ("李四", "照片\\li"), ("王五", ""),
        ("赵六", "没有.jpg"), ("钱七", "坏.jpg"), ("孙八", "两张"), ("周九", "../名单/张三.jpg"), ("吴十", "两张.png"),
        ("郑一", "照片/li.jpg"),
    )  # fmt: skip
    rows = office.forms.rows(badge, path)
    assert rows.columns == {"姓名": "姓名", "照片": "照片"} and rows.lacking == ()
    request = Request(badge, purpose="办证", rows=rows)
    found = office.forms.pdf(request)
    assert colours(found.data, RED, BLUE, GREEN) and text(found.data).count("贴照片处") == 6
    (told,) = [each for each in office.forms.preflight(request) if each.kind is FindingKind.PHOTO]
    assert told.sentence == (
        "6 人没有照片，这一格按没有照片打印：王五、赵六（没有图片“没有.jpg”）、"
        "钱七（“坏.jpg”不是 JPEG、PNG 或 BMP 图片，或者已经损坏，不能用作照片）、孙八（有 2 张图片叫“两张”）、"
        "周九（“../名单/张三.jpg”不在 Excel 文件旁边）、郑一（没有图片“照片/li.jpg”）。"
    )
    assert told.copy == 2
    (tmp_path / "胸卡").mkdir()
    written = office.forms.save_xlsx(request, tmp_path / "胸卡")
    assert [len(openpyxl.load_workbook(each).active._images) for each in written] == [1, 1, 0, 0, 0, 0, 0, 1, 0]


def test_a_file_without_the_column_leaves_the_box_and_says_nothing(office: Office, badge: Form, tmp_path: Path) -> None:
    picture(tmp_path / "张三.jpg", RED)
    rows = office.forms.rows(badge, listed(tmp_path / "名单.xlsx", ("姓名",), ("张三",)))
    request = Request(badge, rows=rows)
    assert rows.lacking == ()  # nobody can type a picture
    assert shown(office.forms.pdf(request).data) == []
    assert [each for each in office.forms.preflight(request) if each.kind is FindingKind.PHOTO] == []


def test_a_form_without_room_for_a_photo_takes_no_column_of_them(office: Office, tmp_path: Path) -> None:
    plain = office.own({"A1": "{{姓名}}"}, "便条", Subject.FREE)
    path = listed(tmp_path / "名单.xlsx", ("姓名", "照片"), ("张三", "张三.jpg"))
    assert office.forms.rows(plain, path).columns == {"姓名": "姓名", "照片": ""}
