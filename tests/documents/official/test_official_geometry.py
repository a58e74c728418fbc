"""Where everything stands on the printed sheet, measured from the PDF read back and from its picture."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PIL import Image, ImageChops

from tests.documents.official.papers import (
    BODY,
    BOTTOM,
    CHAR,
    CLOSE,
    EM,
    LEFT,
    LINE,
    RIGHT,
    TOP,
    fonts,
    laid,
    paper,
    pdf,
    sheets,
    top_of_row,
)
from tests.documents.official.reading import Sheet
from tests.printed import printed
from unionoffice.documents.official.document import Attachment, Head, Kind, Roll, blocks
from unionoffice.documents.official.drawing import draw
from unionoffice.documents.official.marks import Part
from unionoffice.documents.pdf.page_words import page_words
from unionoffice.documents.pdf.trust_mark import trust_mark

HEADED = [Kind.NOTICE, Kind.REPORT, Kind.REQUEST, Kind.REPLY, Kind.DECISION, Kind.CIRCULAR, Kind.MINUTES]


def near(value: float) -> object:
    return pytest.approx(value, abs=CLOSE)


def picture(document: object) -> Image.Image:
    """The first page, ten dots to the millimetre."""
    return printed(pdf(document), 254)[0]  # type: ignore[arg-type]


def dark(page: Image.Image, top: float, bottom: float, left: float = 0, right: float = 210) -> tuple[float, float]:
    """The upper and lower edge of what is printed between two heights, in mm."""
    part = page.crop((round(left * 10), round(top * 10), round(right * 10), round(bottom * 10)))
    box = part.point(lambda grey: 255 if grey < 128 else 0).getbbox()
    assert box, "nothing is printed there"
    return top + box[1] / 10, top + box[3] / 10


def red_rule(sheet: Sheet) -> float:
    (rule,) = [line for line in sheet.lines if line.red]
    assert (rule.x, rule.to_x) == (near(LEFT), near(RIGHT))
    return rule.y


def test_a_full_page_has_22_lines_of_28_characters() -> None:
    for sheet in sheets(paper(Kind.NOTICE, "国" * 28 * 60, cc="", issuer="", issued=None))[1:3]:
        assert (sheet.width, sheet.height) == (pytest.approx(210), pytest.approx(297))
        rows = list(sheet.rows(size=16).items())
        assert [len(row) for _, row in rows] == [28] * 22
        assert [below - above for (above, _), (below, _) in zip(rows, rows[1:], strict=False)] == pytest.approx(
            [LINE] * 21, abs=0.02
        )
        assert top_of_row(rows[0][0]) == near(TOP)
        assert top_of_row(rows[-1][0]) + LINE == near(BOTTOM)
        chars = sorted((c for c in sheet.chars if round(c.y, 2) == rows[4][0]), key=lambda c: c.x)
        assert [c.x for c in chars] == pytest.approx([LEFT + CHAR * at for at in range(28)], abs=0.02)
        assert chars[-1].end == near(RIGHT)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("kind", HEADED)
@pytest.mark.parametrize(
    "organ", ["工会", "示范矿业有限公司工会文件", "示范矿业集团股份有限公司机电设备制造分公司工会委员会文件"]
)
def test_the_red_name_is_35_mm_below_the_type_area_and_fits_it(kind: Kind, organ: str) -> None:
    document = paper(kind, organ=organ)
    (sheet, *_) = sheets(document)
    name = sheet.find(organ)
    assert all(char.red for char in name)
    assert (name[0].x + name[-1].end) / 2 == near((LEFT + RIGHT) / 2)
    assert name[0].x >= LEFT - CLOSE
    assert name[-1].end <= RIGHT + CLOSE
    number = sheet.find("示矿工〔2026〕7号")[0]
    top, bottom = dark(picture(document), TOP, number.y - 8)
    assert top == near(TOP + 35)
    assert top_of_row(number.y) == near(bottom + 2 * LINE)


@pytest.mark.parametrize("kind", HEADED)
def test_number_rule_title_and_addressee_follow_each_other(kind: Kind) -> None:
    (sheet, *_) = sheets(paper(kind, signers=("王示范",)))
    number = sheet.find("示矿工〔2026〕7号")
    if kind.upward:
        assert number[0].x == near(LEFT + CHAR)
        signer = sheet.find("签发人：王示范")
        assert signer[-1].end == near(RIGHT - CHAR)
        assert signer[0].y == near(number[0].y)
        assert "Kai" in signer[-1].font
        assert "Fang" in signer[0].font
    else:
        assert (number[0].x + number[-1].end) / 2 == near((LEFT + RIGHT) / 2)
    rule = red_rule(sheet)
    assert rule == near(number[0].y + 0.12 * EM + 4)
    title = sheet.find("关于做好有关工作的通知")
    assert top_of_row(title[0].y, size=22) == near(rule + 2 * LINE)
    assert title[0].size == pytest.approx(22)
    assert "NotoSerifSC-Bold" in title[0].font
    assert (title[0].x + title[-1].end) / 2 == near((LEFT + RIGHT) / 2)
    to = sheet.find("各分工会：")
    assert to[0].x == near(LEFT)
    assert top_of_row(to[0].y) == near(top_of_row(title[0].y, size=22) + 2 * LINE)
    body = sheet.find("为做好有关工作")
    assert body[0].x == near(LEFT + 2 * CHAR)
    assert body[0].y == near(to[0].y + LINE)
    assert "FandolFang" in body[0].font
    assert body[0].size == pytest.approx(16)


def test_several_signers_stand_two_to_a_row_and_the_number_beside_the_last() -> None:
    (sheet,) = sheets(paper(Kind.REQUEST, signers=("王示范", "李练习", "赵样本"), cc=""))
    first, last = sheet.find("王示范"), sheet.find("赵样本")
    assert first[0].x == near(last[0].x)
    assert last[0].y == near(first[0].y + LINE)
    assert sheet.find("示矿工")[0].y == near(last[0].y)
    assert red_rule(sheet) == near(last[0].y + 0.12 * EM + 4)


def test_copy_number_secrecy_and_urgency_stand_in_the_corner() -> None:
    (sheet, *_) = sheets(paper(copy_number="000012", secrecy="秘密★1年", urgency="特急"))
    found = [sheet.find(text)[0] for text in ("000012", "秘密★1年", "特急")]
    assert [char.x for char in found] == [near(LEFT)] * 3
    assert [top_of_row(char.y) for char in found] == [near(TOP + LINE * at) for at in range(3)]
    assert "NotoSansSC" in found[1].font
    assert "NotoSansSC" in found[2].font


def test_without_a_red_head_the_title_begins_the_type_area() -> None:
    (sheet,) = sheets(paper(Kind.PUBLIC_NOTICE, head=Head.NONE, to="", number="", cc="", issuer="", issued=None))
    assert top_of_row(sheet.find("关于做好有关工作的通知")[0].y, size=22) == near(TOP)
    assert top_of_row(sheet.find("为做好")[0].y) == near(TOP + 2 * LINE)
    assert not sheet.lines
    assert not any(char.red for char in sheet.chars)


def test_marks_of_secrecy_stand_above_the_title_without_a_red_head_and_the_number_below_it() -> None:
    (sheet, *_) = sheets(paper(head=Head.NONE, secrecy="秘密★1年"))
    assert top_of_row(sheet.find("秘密★1年")[0].y) == near(TOP)
    title, number = sheet.find("关于做好有关工作的通知"), sheet.find("示矿工〔2026〕7号")
    assert top_of_row(title[0].y, size=22) == near(TOP + LINE)
    assert top_of_row(number[0].y) == near(TOP + 2 * LINE)
    assert (number[0].x + number[-1].end) / 2 == near((LEFT + RIGHT) / 2)


@pytest.mark.usefixtures("qapp")
def test_the_letter_format() -> None:
    document = paper(Kind.LETTER, organ="示范矿业有限公司工会", copy_number="000012", urgency="特急")
    (sheet,) = sheets(document)
    rules = [line for line in sheet.lines if line.red]
    assert [(line.x, line.to_x) for line in rules] == [(near(20), near(190))] * 4
    top, bottom = dark(picture(document), 10, min(line.y for line in rules) - 1)
    assert top == near(30)
    thick_above, thin_above, thick_below, thin_below = rules
    assert thick_above.y == near(bottom + 4)
    assert thick_above.y < thin_above.y
    assert thick_above.weight > thin_above.weight
    assert thick_below.y == near(297 - 20)
    assert thin_below.y < thick_below.y
    assert thick_below.weight > thin_below.weight
    number, copy = sheet.find("示矿工〔2026〕7号"), sheet.find("000012")
    assert number[-1].end == near(RIGHT)
    assert copy[0].x == near(LEFT)
    assert number[0].y == near(copy[0].y)
    assert number[0].y - 0.88 * EM == near(thin_above.y + EM * 7 / 8)
    title = sheet.find("关于做好有关工作的通知")
    urgency = sheet.find("特急")
    assert urgency[0].y == near(number[0].y + LINE)
    assert top_of_row(title[0].y, size=22) == near(top_of_row(urgency[0].y) + 3 * LINE)
    text = "".join(sheet.rows().values())
    assert "— 1 —" not in text
    assert "印发" not in text
    assert "抄送：公司党委，公司行政。" in text
    assert not [line for line in sheet.lines if not line.red]


def test_a_letters_second_page_is_numbered_and_bears_no_red_rules() -> None:
    first, second = sheets(paper(Kind.LETTER, "国" * 28 * 20))
    assert "— 2 —" in second.rows().values()
    assert not second.lines
    assert "— 1 —" not in first.rows().values()


def test_minutes_name_who_was_there() -> None:
    names = "、".join(["王示范", "李练习", "赵样本", "钱举例", "孙试用", "周模拟", "吴演示", "郑参考", "冯预备"])
    rolls = (Roll("出席", names), Roll("请假", "陈核对"), Roll("列席", "林晓"))
    (sheet,) = sheets(paper(Kind.MINUTES, to="", rolls=rolls, signature="", dated=None))
    present = sheet.find("出席：王示范")
    assert present[0].x == near(LEFT + 2 * CHAR)
    assert present[0].y == near(sheet.find("贯彻落实")[0].y + 2 * LINE)
    assert "NotoSansSC" in present[0].font
    assert "Fang" in present[3].font
    further = [row for row in sheet.rows(size=16).items() if abs(row[0] - present[0].y - LINE) < 0.1][0][1]
    assert sheet.find(further)[0].x == near(LEFT + 5 * CHAR)
    assert sheet.find("请假：陈核对")[0].y == near(present[0].y + 2 * LINE)
    assert sheet.find("列席：林晓")[0].y == near(present[0].y + 3 * LINE)


def test_headings_are_told_by_their_numbers() -> None:
    body = (
        "一、总体要求\n（一）提高认识。各分工会要高度重视。\n1.选好代表\n（1）一线职工优先\n"
        "二、授予机电队先进称号，以资鼓励。\n三、时间：9月1日"
    )
    (sheet, *_) = sheets(paper(body=body, head=Head.NONE))
    for text, font in (
        ("一、总体要求", "NotoSansSC"),
        ("（一）提高认识。", "Kai"),
        ("各分工会要", "Fang"),
        ("1.选好代表", "Fang"),
        ("（1）一线职工优先", "Fang"),
        ("二、授予机电队", "Fang"),
        ("三、时间：", "NotoSansSC"),
        ("9月1日", "Fang"),
    ):
        assert {font in char.font for char in sheet.find(text)} == {True}, text
        assert sheet.find(text)[0].x >= LEFT + 2 * CHAR - CLOSE


@pytest.mark.parametrize(
    "signature", ["示范工会", "示范矿业有限公司工会", "示范矿业有限公司机电设备制造分公司工会委员会"]
)
def test_with_a_seal_the_date_is_four_characters_in_and_the_signature_above_its_middle(signature: str) -> None:
    document = paper(signature=signature, seal=True, note="联系人：林晓")
    (sheet, *_) = sheets(document)
    day = sheet.find("2026年9月1日")
    name = sheet.find(signature, below=150)
    assert day[-1].end == near(RIGHT - 4 * CHAR)
    assert day[0].y == near(name[0].y + LINE)
    middle = (day[0].x + day[-1].end) / 2
    width = name[-1].end - name[0].x
    assert (name[0].x + name[-1].end) / 2 == near(min(middle, RIGHT - width / 2))
    note = sheet.find("（联系人：林晓）")
    assert (note[0].x, note[0].y) == (near(LEFT + 2 * CHAR), near(day[0].y + LINE))
    seal = laid(document).seal
    assert seal
    assert (seal.page, seal.x) == (0, near(middle))
    text_ends = top_of_row(sheet.find("贯彻落实")[0].y) + LINE
    assert 0 <= seal.y - seal.diameter / 2 - text_ends <= LINE
    assert seal.y + 5 == near((name[0].y + day[0].y) / 2 - 0.38 * EM), "they stand a little below its middle"
    assert seal.y < day[0].y < seal.y + seal.diameter / 2


@pytest.mark.parametrize("seal", [True, False])
@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("示范矿业有限公司工会委员会", ["示范矿业有限公司工会委员会"]),
        (
            "示范省示范市示范矿业集团有限责任公司第二矿业分公司机电运输工程队工会",
            ["示范省示范市示范矿业集团有限责任公司", "第二矿业分公司机电运输工程队工会"],
        ),
        ("示范矿业有限公司工会委员会\n样本机械有限公司工会", ["示范矿业有限公司工会委员会", "样本机械有限公司工会"]),
    ],
)
def test_a_long_signature_stands_in_lines_of_much_the_same_length(name: str, lines: list[str], seal: bool) -> None:
    (sheet, *_) = sheets(paper(signature=name, seal=seal, cc="", issuer="", issued=None))
    assert [row for row in sheet.rows().values() if row in lines or row[-1:] == "会"] == lines


@pytest.mark.parametrize("length", range(27, 80))
def test_no_line_of_a_signature_is_much_shorter_than_the_others(length: int) -> None:
    (sheet, *_) = sheets(paper(signature="示" * length, cc="", issuer="", issued=None))
    found = [len(row) for row in sheet.rows().values() if set(row) == {"示"}]
    assert len(found) == -(-length // 26)
    assert max(found) - min(found) <= 1


def test_without_a_seal_the_signature_is_two_characters_in_and_the_date_begins_two_later() -> None:
    document = paper(cc="", seal=False)
    (sheet,) = sheets(document)
    day, last = sheet.find("2026年9月1日"), sheet.find("贯彻落实")[0]
    signature = sheet.find("示范矿业有限公司工会", below=last.y)
    assert signature[0].y == near(last.y + 2 * LINE)
    assert signature[-1].end == near(RIGHT - 2 * CHAR)
    assert day[0].x == near(signature[0].x + 2 * CHAR)
    assert laid(document).seal is None


def test_a_date_longer_than_the_signature_is_two_characters_in_instead() -> None:
    (sheet,) = sheets(paper(signature="工会", dated=date(2026, 12, 31), cc="", organ="某某文件"))
    day = sheet.find("2026年12月31日")
    assert day[-1].end == near(RIGHT - 2 * CHAR)
    (y,) = [y for y, row in sheet.rows(size=16).items() if row == "工会"]
    assert min(c.x for c in sheet.chars if round(c.y, 2) == y) == near(day[0].x - 2 * CHAR)


def test_attachments_are_listed_below_the_text_and_their_names_hang() -> None:
    long = "各分工会会员信息核对情况和下一步工作安排汇总以及需要协调解决的事项一览表"
    some = (Attachment("名额分配表"), Attachment(long), *(Attachment(f"样表{at}") for at in range(3, 11)))
    sheet = sheets(paper(attachments=some, head=Head.NONE))[0]
    label = sheet.find("附件：1.名额分配表")
    assert label[0].x == near(LEFT + 2 * CHAR)
    assert label[0].y == near(sheet.find("贯彻落实")[0].y + 2 * LINE)
    second = sheet.find("2.各分工会")
    assert second[0].x == near(label[3].x)
    assert second[2].x == near(label[5].x)
    under = [c for c in sheet.chars if abs(c.y - second[0].y - LINE) < 0.1]
    assert min(c.x for c in under) == near(second[2].x)
    assert sheet.find("10.样表10")[3].x == near(second[2].x)
    one = sheets(paper(attachments=(Attachment("名额分配表"),), head=Head.NONE))[0]
    assert one.find("附件：名额分配表")


def test_attachments_begin_new_pages_with_their_label_and_title() -> None:
    some = (Attachment("第一份表", blocks("内容甲")), Attachment("第二份表", blocks("内容乙")))
    first, second, third = sheets(paper(attachments=some))
    label = second.find("附件1")
    assert (label[0].x, top_of_row(label[0].y)) == (near(LEFT), near(TOP))
    assert "NotoSansSC" in label[0].font
    title = second.find("第一份表")
    assert top_of_row(title[0].y, size=22) == near(TOP + 2 * LINE)
    assert (title[0].x + title[-1].end) / 2 == near((LEFT + RIGHT) / 2)
    assert third.find("附件2")
    assert not [line for line in first.lines + second.lines if not line.red]
    assert [line for line in third.lines if not line.red], "the imprint closes the last page"


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("pages", [1, 2, 3])
def test_the_imprint_ends_with_the_type_area_of_the_last_page(pages: int) -> None:
    document = paper(body="国" * 28 * (22 * pages - 20))
    *_, sheet = sheets(document)
    lines = sorted((line for line in sheet.lines if not line.red), key=lambda line: line.y)
    assert [round(line.weight, 2) for line in lines] == [0.35, 0.25, 0.35]
    assert lines[-1].y == near(BOTTOM)
    assert {(round(line.x, 1), round(line.to_x, 1)) for line in lines} == {(LEFT, RIGHT)}
    copies, issuer, day = (
        sheet.find("抄送：公司党委，公司行政。"),
        sheet.find("示范矿业有限公司工会办公室"),
        sheet.find("2026年9月2日印发"),
    )
    assert copies[0].x == near(LEFT + CHAR)
    assert issuer[0].x == near(LEFT + CHAR)
    assert day[-1].end == near(RIGHT - CHAR)
    assert issuer[0].y == near(day[0].y)
    assert {char.size for char in (*copies, *issuer, *day)} == {14.0}
    assert lines[0].y < copies[0].y < lines[1].y < issuer[0].y < lines[2].y
    top, bottom = dark(printed(pdf(document), 254)[-1], BOTTOM - 1, BOTTOM + 1, LEFT, RIGHT)
    assert (top + bottom) / 2 == near(BOTTOM)


def test_long_copies_hang_below_the_first_name() -> None:
    cc = "，".join(f"示范市第{at}机械制造厂工会" for at in "一二三四五六七")
    (sheet,) = sheets(paper(cc=cc))
    first = sheet.find("抄送：")
    under = [c for c in sheet.chars if abs(c.y - first[0].y - 8.5) < 0.1]
    assert min(c.x for c in under) == near(first[-1].end)
    assert max(c.end for c in under) <= RIGHT - CHAR + CLOSE


@pytest.mark.usefixtures("qapp")
def test_page_numbers_stand_outside_right_on_odd_and_left_on_even_pages() -> None:
    document = paper(body="国" * 28 * 60)
    pages = sheets(document)
    for number, (sheet, shown) in enumerate(zip(pages, printed(pdf(document), 254), strict=True), 1):
        folio = sheet.find(f"— {number} —")
        assert {char.size for char in folio} == {14.0}
        assert "NotoSerifSC-Regular" in folio[0].font
        if number % 2:
            assert folio[-1].end == near(RIGHT - CHAR)
        else:
            assert folio[0].x == near(LEFT + CHAR)
        dash = dark(shown, BOTTOM + 3, 290, folio[0].x, folio[0].end)
        assert dash[0] == near(BOTTOM + 7)
    assert len(pages) == 4


def test_addressees_that_leave_no_room_for_the_text_move_to_the_imprint() -> None:
    many = "，".join(f"示范矿业有限公司第{at}分工会" for at in range(1, 31))
    paperwork = laid(paper(to=many))
    assert paperwork.words(Part.BODY, 0)
    assert not paperwork.words(Part.TO)
    assert "主送：" in "".join(mark.text for mark in paperwork.words(Part.IMPRINT))


def test_a_turned_table_has_its_head_at_the_left_edge() -> None:
    wide = Attachment("登记表", blocks("|甲|乙\n|一|二"), landscape=True)
    _, sheet, last = sheets(paper(attachments=(wide,)))
    turned = [char for char in sheet.chars if char.turned]
    assert {char.text for char in turned} == set("附件登记表甲乙一二")
    label = turned[0]
    assert label.text == "附"
    assert label.y == near(BOTTOM)
    assert LEFT < label.x < LEFT + LINE
    title = [char for char in turned if char.size == 22]
    assert (title[0].y + title[-1].end) / 2 == near((TOP + BOTTOM) / 2)
    assert min(line.x for line in sheet.lines) > label.x
    assert {round(y, 1) for line in sheet.lines for y in (line.y, line.to_y)} >= {round(TOP, 1), round(BOTTOM, 1)}
    assert sheet.find("— 2 —")[0].x == near(LEFT + CHAR)
    assert last.find("印发")


def test_nothing_is_printed_outside_of_the_type_area_but_the_page_number() -> None:
    full = "（一）" + "关于职工“代表大会”、会员大会的有关规定，" * 60
    for kind in HEADED:
        for sheet in sheets(replace(paper(kind, full), number="示矿工〔2026〕7号")):
            for char in sheet.chars:
                if char.size != 14:
                    assert char.x >= LEFT - CLOSE
                    empty = EM / 2 if char.text in "，。、：）”" else 0.0
                    assert char.end - empty <= RIGHT + CLOSE
                    assert TOP < char.y < BOTTOM


MARK = trust_mark("7K3F92QMX")
MARKED = (4.0, 281.0, 46.0, 293.0)
"""The rectangle of the mark on the sheet, in mm: below and left of everything that the standard places."""


@pytest.mark.parametrize("kind", [*HEADED, Kind.LETTER])
@pytest.mark.parametrize("landscape", [False, True])
def test_the_mark_moves_nothing_and_stands_where_nothing_else_is(kind: Kind, landscape: bool) -> None:
    table = "|序号|姓名\n" + "\n".join(f"|{number}|王示范" for number in range(30))
    annex = Attachment("名单", blocks(table), landscape)
    document = laid(paper(kind, BODY * 40, attachments=(annex,)))
    marked = draw(document, fonts=fonts(), mark=MARK)
    assert [words.endswith(f"核验码{MARK.code}") for words in page_words(marked)] == [True] * len(document.pages)
    pages = zip(printed(draw(document, fonts=fonts()), DOTS), printed(marked, DOTS), strict=True)
    for before, after in pages:
        box = ImageChops.difference(before.convert("L"), after.convert("L")).getbbox()
        assert box
        left, top, right, bottom = (at * 25.4 / DOTS for at in box)
        assert left >= MARKED[0] - 0.2
        assert top >= MARKED[1] - 0.2
        assert right <= MARKED[2]
        assert bottom <= MARKED[3] + 0.2
        assert before.convert("L").crop(box).getextrema() == (255, 255)


DOTS = 100
