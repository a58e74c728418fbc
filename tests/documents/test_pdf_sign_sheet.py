"""Sign-for sheets on paper: branches on pages of their own, sums that add up, nothing missing, cut off or unmarked."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

from unionoffice.documents.pdf.fonts import Fonts
from unionoffice.documents.pdf.sign_sheet import plan_pages, sign_sheet_pdf, spread
from unionoffice.documents.sign_sheet import Column, Line, Section, Shows, Signer, SignSheet
from unionoffice.kernel.errors import Cancelled, UserError
from unionoffice.kernel.progress import Silent

POINTS_OF_12_MM = 12 / 25.4 * 72


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts(shipped_only=True)


def line(name: str = "王小明", **changes: Any) -> Line:
    values: dict[str, Any] = {
        "amount": 30050,
        "quantity": 2,
        "unit_price": 15025,
        "staff_no": "007",
        "item": "月饼礼盒",
    }
    return Line(name, **{**values, **changes})


def sheet(*counts: int, **changes: Any) -> SignSheet:
    sections = tuple(
        Section(f"第{at}分工会", tuple(line(f"职工{at}之{number}") for number in range(count)))
        for at, count in enumerate(counts, start=1)
    )
    values: dict[str, Any] = {"title": "2026年中秋节慰问品签领表", "office": "示例工会委员会", "sections": sections}
    return SignSheet(**{**values, **changes})


def printed(described: SignSheet, fonts: Fonts) -> PdfReader:
    return PdfReader(BytesIO(sign_sheet_pdf(described, fonts=fonts, progress=Silent())))


def texts(described: SignSheet, fonts: Fonts) -> list[str]:
    return [page.extract_text() for page in printed(described, fonts).pages]


def placed(page: PageObject) -> list[tuple[str, float, float, float]]:
    """Every piece of text with x, y and size, as the file places it."""
    resources: Any = page["/Resources"]
    letters = {name: letters_of(font.get_object()) for name, font in resources["/Font"].items()}
    found: list[tuple[str, float, float, float]] = []
    font, size, x, y = "", 0.0, 0.0, 0.0
    for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
        if operator == b"Tf":
            font, size = operands[0], float(operands[1])
        elif operator == b"Tm":
            x, y = float(operands[4]), float(operands[5])
            found.append(("", x, y, size))
        elif operator == b"Tj":
            said = "".join(letters[font][byte] for byte in operands[0].original_bytes)
            found[-1] = (found[-1][0] + said, x, y, size)
    return found


def operations(page: PageObject) -> list[tuple[list[float], bytes]]:
    """Every drawing operation that is not text, with its numbers."""
    found = ContentStream(page.get_contents(), page.pdf).operations
    return [
        ([float(value) for value in values], name)
        for values, name in found
        if name in (b"m", b"l", b"re", b"rg", b"cm", b"w")
    ]


def rules(page: PageObject) -> tuple[list[float], list[float]]:
    """Heights of the level lines and places of the upright ones, each once, in points."""
    ends = [tuple(values) for values, name in operations(page) if name in (b"m", b"l")]
    pairs = list(zip(ends[::2], ends[1::2], strict=True))
    level = {round(start[1]) for start, end in pairs if abs(start[1] - end[1]) < 0.1}
    upright = {round(start[0]) for start, end in pairs if abs(start[0] - end[0]) < 0.1}
    return sorted(level, reverse=True), sorted(upright)


def letters_of(font: Any) -> dict[int, str]:
    """What each byte means, from the table readers copy text by."""
    pairs = re.findall(r"<(\w\w)> <(\w{4,8})>", font["/ToUnicode"].get_data().decode("latin-1"))
    return {int(byte, 16): bytes.fromhex(code).decode("utf-16-be", "replace") for byte, code in pairs}


class Watched:
    """Progress that is cancelled after some reports."""

    def __init__(self, reports: int) -> None:
        self.left = reports
        self.said: list[tuple[int, int]] = []

    @property
    def cancelled(self) -> bool:
        return self.left <= len(self.said)

    def report(self, done: int, total: int, text: str) -> None:
        self.said.append((done, total))


def test_rare_names_and_the_yuan_sign_are_printed_and_copied_right(fonts: Fonts) -> None:
    names = ("张䶮", "李㛃", "王𬱟", "赵𫖯", "刘龑", "陈玥")
    described = sheet(1, facts=(("单价", "￥300.00"),), sections=(Section("甲", tuple(map(line, names))),))
    (text,) = texts(described, fonts)
    assert all(name in text for name in (*names, "￥300.00"))


def test_a_character_no_font_has_is_reported_once_and_marked(fonts: Fonts) -> None:
    unprintable: list[str] = []
    described = sheet(1, sections=(Section("甲", (line("张\U00020000"), line("李\U00020000"))),))
    data = sign_sheet_pdf(described, fonts=fonts, progress=Silent(), unprintable=unprintable)
    assert unprintable == ["\U00020000"]
    assert "张〓" in PdfReader(BytesIO(data)).pages[0].extract_text()


def test_all_fonts_are_embedded_as_subsets(fonts: Fonts) -> None:
    resources: Any = printed(sheet(1, practice=True), fonts).pages[0]["/Resources"]
    for font in resources["/Font"].values():
        described = font.get_object()
        assert "+" in described["/BaseFont"]
        assert "/FontFile2" in described["/FontDescriptor"]
        assert "/ToUnicode" in described


def test_the_same_sheet_gives_the_same_bytes(fonts: Fonts) -> None:
    described = sheet(20, 3, practice=True)
    again = sign_sheet_pdf(described, fonts=Fonts(shipped_only=True), progress=Silent())
    assert sign_sheet_pdf(described, fonts=fonts, progress=Silent()) == again


def test_every_branch_begins_on_a_page_of_its_own_with_the_heading_on_each(fonts: Fonts) -> None:
    described = sheet(20, 3)
    pages = texts(described, fonts)
    assert ["第1分工会" in page for page in pages] == [True, True, False, True]
    for page in pages[:3]:
        assert all(part in page for part in ("2026年中秋节慰问品签领表", "示例工会委员会", "领取人签字", "金额（元）"))
    assert "职工1之0" in pages[0]
    assert "职工1之19" in pages[1]
    assert "职工2之0" in pages[2]


def test_pages_are_counted_for_the_branch_and_for_the_whole(fonts: Fonts) -> None:
    pages = texts(sheet(20, 3), fonts)
    assert "第 2 页 共 2 页（全表第 2 页 共 4 页）" in pages[1]
    assert "第 1 页 共 1 页（全表第 3 页 共 4 页）" in pages[2]
    assert "第 1 页 共 1 页\n" in texts(sheet(1), fonts)[0] + "\n"
    assert "全表" not in texts(sheet(1), fonts)[0]


def test_page_sums_branch_sums_and_the_grand_total_agree(fonts: Fonts) -> None:
    pages = texts(sheet(20, 3), fonts)
    assert "本页小计：17 人" in pages[0]
    assert "5,108.50" in pages[0]
    assert "分工会合计" not in pages[0]
    assert "本页小计：3 人" in pages[1]
    assert "901.50" in pages[1]
    assert "分工会合计：20 人" in pages[1]
    assert "6,010.00" in pages[1]
    assert "人民币陆仟零壹拾元整" in pages[1]
    assert "全表合计" in pages[3]
    assert "6,911.50" in pages[3]
    assert "人民币陆仟玖佰壹拾壹元伍角" in pages[3]


def test_sums_stand_below_their_columns(fonts: Fonts) -> None:
    found = placed(printed(sheet(2), fonts).pages[0])
    for line_text, sum_text in (("300.50", "601.00"), ("2", "4")):
        starts = {x for text, x, _, _ in found if text == line_text}
        assert any(
            x == pytest.approx(start, abs=0.1) for text, x, _, _ in found if text == sum_text for start in starts
        )


@pytest.mark.parametrize("count", [0, 2, 18])
def test_every_row_sum_and_signature_stands_in_a_ruled_cell(fonts: Fonts, count: int) -> None:
    page = printed(sheet(count), fonts).pages[0]
    level, upright = rules(page)
    whole = len(printed(sheet(count), fonts).pages) == 1
    rows = max(1, count) if whole else 15
    assert len(level) == 2 + rows + (3 + 2 if whole else 1)
    assert len(upright) == 11 + (3 if whole else 0)  # one edge of the signature cells stands below a column edge
    assert (upright[0], upright[-1]) == (51, 556)
    for text, _, y, _ in placed(page):
        if text in ("职工1之0", "本页小计：2 人", "制表人："):
            assert any(line < y for line in level)
            assert any(line > y for line in level)


def test_a_thick_line_frames_the_table(fonts: Fonts) -> None:
    page = printed(sheet(2), fonts).pages[0]
    drawn = operations(page)
    (frame,) = [values for values, name in drawn if name == b"re"]
    level, _ = rules(page)
    assert [round(frame[1]), round(frame[1] + frame[3])] == [level[-3], level[0]]
    thickness = [values[0] for values, name in drawn if name == b"w"]
    assert thickness[thickness.index(1) - 1 :] == [0.5, 1, 0.5]


def test_heads_do_not_stand_upon_each_other(fonts: Fonts) -> None:
    page = printed(sheet(1, facts=(("物品", "月饼"),)), fonts).pages[0]
    heights = {text: (y, size) for text, _, y, size in placed(page)}
    order = ["2026年中秋节慰问品签领表", "单位：示例工会委员会", "物品：月饼", "序号", "职工1之0"]
    for above, below in zip(order, order[1:], strict=False):
        assert heights[above][0] > heights[below][0] + heights[below][1]


def test_the_practice_mark_is_light_slanted_and_below_the_text(fonts: Fonts) -> None:
    page = printed(sheet(1, practice=True), fonts).pages[0]
    contents = page.get_contents()
    assert contents is not None
    before, after = contents.get_data().split(b" rg", 1)[1].split(b"\nQ", 1)
    assert b"110 Tf" in before
    assert before.count(b"Tj") == 3
    assert after.count(b" Tf") > 3
    drawn = operations(page)
    (colour,) = [values for values, name in drawn if name == b"rg"]
    assert min(colour) > 0.8
    turned = [values for values, name in drawn if name == b"cm" and abs(values[1]) > 0.5]
    assert len(turned) == 1
    assert [298, 421] in [[round(value) for value in values[4:]] for values, name in drawn if name == b"cm"]


def test_one_branch_alone_is_the_whole(fonts: Fonts) -> None:
    (page,) = texts(sheet(2), fonts)
    assert "合计：2 人" in page
    assert "分工会合计" not in page
    assert "汇总" not in page


def test_signature_cells_stand_on_the_last_page_of_a_branch(fonts: Fonts) -> None:
    pages = texts(sheet(20, signers=(Signer("制表人", "李秀英"), Signer("审核（经审）"))), fonts)
    assert ["审核（经审）：" in page for page in pages] == [False, True]
    assert "李秀英" in pages[1]


def test_rows_leave_room_for_a_signature_by_hand(fonts: Fonts) -> None:
    for count in (18, 40):
        rows = [y for text, _, y, _ in placed(printed(sheet(count), fonts).pages[0]) if text == "月饼礼盒"]
        gaps = [above - below for above, below in zip(rows, rows[1:], strict=False)]
        assert min(gaps) >= POINTS_OF_12_MM


def test_nothing_stands_outside_the_paper(fonts: Fonts) -> None:
    for count in range(13, 22):
        for page in printed(sheet(count, facts=(("物品", "月饼"),)), fonts).pages:
            for text, x, y, size in placed(page):
                assert y > 24, text
                assert y + size < 842 - 24, text
                assert x > 34, text


@pytest.mark.parametrize("facts", [(), (("物品", "月饼"),)])
def test_a_page_holds_eighteen_lines(facts: tuple[tuple[str, str], ...]) -> None:
    assert max(page.last - page.first for page in plan_pages(sheet(200, facts=facts))) == 18


def test_ten_thousand_lines_fill_as_many_pages_as_planned(fonts: Fonts) -> None:
    described = sheet(*[500] * 20)
    plan = plan_pages(described)
    assert sum(page.last - page.first for page in plan if page.section is not None) == 10_000
    assert len(plan) == 20 * 28 + 1
    assert len(printed(described, fonts).pages) == len(plan)


@pytest.mark.parametrize("count", range(60))
def test_every_line_is_printed_once_and_none_is_left_alone_with_nothing(count: int) -> None:
    pages = spread(count, full=18, last=15)
    assert sum(pages) == count
    assert all(rows <= 18 for rows in pages)
    assert pages[-1] <= 15
    assert pages[-1] >= min(3, count)


def test_a_branch_without_people_says_so_and_sums_to_nothing(fonts: Fonts) -> None:
    (page,) = texts(sheet(0), fonts)
    assert "本分工会没有应领人员。" in page
    assert "合计：0 人" in page
    assert "人民币零元整" in page


def test_long_names_stay_whole_inside_their_cells(fonts: Fonts) -> None:
    name, branch = "阿不都热合曼·买买提·吐尔逊江·艾合买提", "机关第二分工会（含离退休人员管理中心、职工培训中心）" * 3
    described = sheet(1, sections=(Section(branch, (line(name, amount=123456789012, note="代领" * 30), line("乙"))),))
    page = printed(described, fonts).pages[0]
    assert name in page.extract_text().replace("\n", "")
    assert branch in page.extract_text().replace("\n", "").replace(" ", "")
    assert "1,234,567,890.12" in page.extract_text()
    second = next(y for text, _, y, _ in placed(page) if text == "乙")
    parts = [(text, x, y, size) for text, x, y, size in placed(page) if text in name and len(text) > 2]
    assert len(parts) > 1
    assert all(y - size * 0.2 > second + 12 for _, _, y, size in parts)
    assert all(x + fonts.width(text, "song", size) < 51 + 28.6 / 25.4 * 72 for text, x, _, size in parts)  # type: ignore[arg-type]


def test_practice_is_marked_across_and_in_the_head_of_every_page(fonts: Fonts) -> None:
    for page in printed(sheet(20, 1, practice=True), fonts).pages:
        pieces = placed(page)
        assert sum(text == "练习" and size > 80 for text, _, _, size in pieces) >= 1
        assert any(text.startswith("【练习】") for text, *_ in pieces)
        assert "练习数据，不作凭证" in page.extract_text()
    assert "练习" not in texts(sheet(1), fonts)[0]


def test_bookmarks_lead_to_the_first_page_of_each_branch(fonts: Fonts) -> None:
    reader = printed(sheet(20, 3), fonts)
    marks = {
        mark.title: reader.get_destination_page_number(mark) for mark in reader.outline if not isinstance(mark, list)
    }
    assert marks == {"第1分工会": 0, "第2分工会": 2, "汇总": 3}


def test_the_summary_names_every_branch_with_its_first_page(fonts: Fonts) -> None:
    summary = texts(sheet(20, 3, 0), fonts)[-1]
    assert all(f"第{at}分工会" in summary for at in (1, 2, 3))
    rows = summary.split("\n")
    assert "2 第2分工会 3 6 901.50 3" in rows


def test_more_branches_than_a_page_holds_go_on_to_the_next() -> None:
    plan = [page for page in plan_pages(sheet(*[1] * 60)) if page.section is None]
    assert len(plan) > 1
    assert sum(page.last - page.first for page in plan) == 60


def test_number_and_time_stand_in_the_foot(fonts: Fonts) -> None:
    assert (
        "单据编号：WF-7　　打印时间：2026-09-20 09:30"
        in texts(sheet(1, number="WF-7", printed_at="2026-09-20 09:30"), fonts)[0]
    )


def test_the_file_names_its_title_and_office(fonts: Fonts) -> None:
    about = printed(sheet(1), fonts).metadata
    assert about is not None
    assert (about.title, about.author, about.creator) == ("2026年中秋节慰问品签领表", "示例工会委员会", "unionoffice")
    assert about.subject == "签领表"


def test_bookmarks_are_shown_where_there_are_several(fonts: Fonts) -> None:
    assert printed(sheet(1, 1), fonts).page_mode == "/UseOutlines"
    assert printed(sheet(1), fonts).page_mode != "/UseOutlines"


@pytest.mark.parametrize(
    ("shown", "says"),
    [
        ((Shows.NAME, Shows.SIGNATURE), "本页小计：1 人，数量 2，金额 300.50 元"),
        ((Shows.QUANTITY, Shows.NAME), "本页小计：1 人，数量 2，金额 300.50 元"),
        ((Shows.NAME, Shows.QUANTITY), "本页小计：1 人，金额 300.50 元"),
        ((Shows.NAME, Shows.AMOUNT), "本页小计：1 人"),
    ],
)
def test_whatever_columns_are_chosen_the_sums_are_said(fonts: Fonts, shown: tuple[Shows, ...], says: str) -> None:
    columns = tuple(Column(what, what.value, 50) for what in shown)
    pieces = [text for text, *_ in placed(printed(sheet(1, columns=columns), fonts).pages[0])]
    assert says in pieces


def test_an_unknown_price_is_left_empty(fonts: Fonts) -> None:
    assert "150.25" in texts(sheet(1), fonts)[0]
    assert "150.25" not in texts(sheet(1, sections=(Section("甲", (line(unit_price=None),)),)), fonts)[0]


def test_progress_tells_every_page_and_cancelling_stops(fonts: Fonts) -> None:
    watched = Watched(100)
    sign_sheet_pdf(sheet(20, 3), fonts=fonts, progress=watched)
    assert watched.said == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    with pytest.raises(Cancelled):
        sign_sheet_pdf(sheet(20, 3), fonts=fonts, progress=Watched(2))


def test_a_sheet_without_branches_is_refused(fonts: Fonts) -> None:
    with pytest.raises(UserError):
        sign_sheet_pdf(sheet(), fonts=fonts, progress=Silent())
    with pytest.raises(UserError):
        sign_sheet_pdf(sheet(1, columns=()), fonts=fonts, progress=Silent())
