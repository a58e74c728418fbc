"""Where pages end: no signature alone, nothing torn or lost, whatever the length of the text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.documents.official.papers import BOTTOM, TOP, fonts, laid, paper, pdf, top_of_row
from tests.documents.official.reading import read
from unionoffice.documents.official.document import Attachment, Head, Kind, Roll, blocks
from unionoffice.documents.official.marks import Part, Typeset, Words
from unionoffice.documents.official.standard import standard
from unionoffice.documents.official.templates import fill, read_template
from unionoffice.documents.official.typesetting import typeset
from unionoffice.kernel.resources import resource

PIECES = "各分工会要认真落实本通知精神并及时报送"


def lines(count: int) -> str:
    """Text that fills so many lines of 28 characters."""
    return "甲" * (26 + 28 * (count - 1)) if count else ""


def orphaned(paper: Typeset) -> bool:
    """Whether signature and date stand on a page without a line of the text though another page has some to spare."""
    (page,) = [page for page in range(len(paper.pages)) if paper.words(Part.DATE, page)]
    assert paper.words(Part.SIGNATURE, page), "signature and date are together"
    spare = any(len({mark.y for mark in paper.words(Part.BODY, other)}) > 2 for other in range(page))
    parts = (Part.BODY, Part.TABLE, Part.ROLL, *(() if spare else (Part.ANNEX_NOTE,)))
    return not any(paper.words(part, page) for part in parts)


def lowest(page: tuple[object, ...], *parts: Part) -> float:
    return max((mark.y for mark in page if isinstance(mark, Words) and mark.part in parts), default=0.0)


@pytest.mark.parametrize("count", range(1, 61))
@pytest.mark.parametrize(
    ("kind", "head", "seal"),
    [(Kind.NOTICE, Head.RED, True), (Kind.NOTICE, Head.NONE, False), (Kind.LETTER, Head.RED, True)],
)
def test_the_signature_never_stands_alone(count: int, kind: Kind, head: Head, seal: bool) -> None:
    done = laid(paper(kind, lines(count), head=head, seal=seal, number=""))
    assert not orphaned(done)
    assert 20 <= done.lines <= 25
    if done.seal:
        rules = [rule.y for rule in done.rules(Part.IMPRINT, done.seal.page)]
        assert done.seal.y + done.seal.diameter / 2 <= min(rules, default=BOTTOM) + 0.1
    assert done.characters in (27, 28)
    assert "".join(mark.text for mark in done.words(Part.BODY)) == lines(count)


LONG = "中国教科文卫体工会示范省示范市示范县高级职业技术教育中心学校委员会"


@pytest.mark.parametrize("key", ["会籍转移函", "职代会通知", "选举结果报告", "情况通报", "换届请示"])
@pytest.mark.parametrize("signature", ["示范矿业有限公司工会委员会", LONG])
def test_no_page_of_a_shipped_paper_holds_only_its_end(key: str, signature: str) -> None:
    source = resource(f"documents/{key}.txt").read_text("utf-8")
    for count in range(23):
        more = "".join(f"测试正文第{at}行正文行正文。\n" for at in range(count))
        template = read_template(source.replace("【正文】\n", f"【正文】\n{more}", 1), key)
        done = laid(fill(template, {**template.examples, "署名": signature}))
        assert not orphaned(done), count
        for page in done.pages:
            parts = {mark.part for mark in page if isinstance(mark, Words)}
            assert parts - {Part.FOLIO, Part.IMPRINT}, (count, "an imprint is not alone")


@pytest.mark.parametrize("annexes", [0, 1, 3])
def test_two_lines_go_with_the_signature_where_the_pitch_cannot_keep_it(annexes: int) -> None:
    fixed = replace(standard(), fewest_lines=22, most_lines=22, fewest_characters=28)
    found = set()
    for count in range(4, 26):
        document = paper(
            body="\n".join(["各分工会要认真落实。"] * count), seal=True, head=Head.NONE, number="", cc="", issuer="",
            issued=None, attachments=tuple(Attachment(f"样表{at}") for at in range(annexes)),
        )  # fmt: skip
        done = typeset(document, fonts(), fixed)
        assert not orphaned(done), count
        text = typeset(replace(document, signature="", dated=None, attachments=()), fonts(), fixed)
        if len(done.pages) > len(text.pages):
            found.add(len(done.words(Part.BODY, 1)))
    assert found == {2}


def test_the_names_of_attachments_go_with_the_signature_where_no_text_can_be_spared() -> None:
    title = "关于" + "非常重要的" * 14 + "通知"
    pages = []
    for count in range(1, 6):
        some = tuple(Attachment(f"样表{at}") for at in range(count))
        done = laid(paper(title=title, body="请落实。", attachments=some))
        (page,) = [page for page in range(len(done.pages)) if done.words(Part.DATE, page)]
        assert done.words(Part.ANNEX_NOTE, page)
        pages.append(page)
    assert max(pages) == 1


@pytest.mark.parametrize("signed", [True, False])
def test_the_end_of_the_text_goes_to_the_page_of_an_imprint(signed: bool) -> None:
    changes = {} if signed else {"signature": "", "dated": None}
    cc = "、".join(["示范矿业有限公司机电设备制造维修安装分公司工会委员会"] * 12)
    for count in range(1, 50):
        done = laid(paper(body=lines(count), cc=cc, seal=signed, **changes))
        assert {mark.part for mark in done.pages[-1]} - {Part.IMPRINT, Part.FOLIO}, count


def test_the_end_of_an_attachment_goes_to_the_page_of_the_imprint() -> None:
    for count in range(20, 45):
        rows = "\n".join(f"|{at}|职工{at}" for at in range(1, count))
        done = laid(paper(attachments=(Attachment("名单", blocks(f"|序号|姓名\n{rows}")),)))
        assert done.words(Part.TABLE, len(done.pages) - 1), count
    assert len(laid(paper(attachments=(Attachment("甲表"), Attachment("乙表", blocks("甲"))))).pages) == 2


@given(
    paragraphs=st.lists(st.integers(1, 400), min_size=1, max_size=8),
    headings=st.booleans(),
    seal=st.booleans(),
    note=st.sampled_from(["", "联系人：林晓，电话：010-00001234"]),
    annexes=st.integers(0, 4),
    cc=st.sampled_from(["", "公司党委", "公司党委，" * 20 + "公司行政"]),
    kind=st.sampled_from(list(Kind)),
    head=st.sampled_from(list(Head)),
    title=st.sampled_from(
        ["关于工作的通知", "关于做好示范矿业有限公司第三届职工代表大会第一次会议筹备有关工作和代表选举的通知"]
    ),
)
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost_alone_or_overlapping(
    paragraphs: list[int],
    headings: bool,
    seal: bool,
    note: str,
    annexes: int,
    cc: str,
    kind: Kind,
    head: Head,
    title: str,
) -> None:
    numbered = "一、题目\n" if headings else ""
    body = "\n".join(numbered + (PIECES * 30)[:length] for length in paragraphs)
    document = paper(
        kind, body, title=title, head=head, seal=seal, note=note, cc=cc,
        attachments=tuple(Attachment(f"样表{at}") for at in range(annexes)),
    )  # fmt: skip
    done = laid(document)
    assert not orphaned(done)
    assert "".join(mark.text for mark in done.words(Part.BODY)) == body.replace("\n", "")
    for page in done.pages:
        baselines = sorted({round(m.y, 2) for m in page if isinstance(m, Words) and m.part is not Part.FOLIO})
        assert all(below - above > 5 for above, below in zip(baselines, baselines[1:], strict=False))
        texts = [m for m in page if isinstance(m, Words) and m.part is not Part.FOLIO]
        assert all(TOP < mark.y < BOTTOM for mark in texts if mark.part is not Part.MARK)
        heads = [mark for mark in texts if mark.part is Part.BODY and mark.text == "一、题目"]
        if heads:
            last = max(heads, key=lambda mark: mark.y)
            assert lowest(page, Part.BODY) > last.y, "a heading does not end a page"
    if done.seal:
        ends = lowest(done.pages[done.seal.page], Part.BODY, Part.ANNEX_NOTE)
        assert done.seal.y - done.seal.diameter / 2 > ends
        imprint = [m.y for m in done.pages[done.seal.page] if m.part is Part.IMPRINT]
        assert done.seal.y + done.seal.diameter / 2 < min(imprint, default=BOTTOM) + 0.1
    else:
        assert not seal


def test_the_pitch_is_kept_where_nothing_asks_for_another() -> None:
    for count in (1, 2, 12, 20):
        done = laid(paper(body=lines(count)))
        assert (done.lines, done.characters) == (22, 28), count


def test_the_pitch_changes_by_two_lines_at_most_to_save_the_imprint_a_page() -> None:
    unsigned = {"signature": "", "dated": None}
    changed = {laid(paper(body=lines(count), **unsigned)).lines for count in range(1, 30)}
    assert changed > {22}
    assert changed <= {20, 21, 22, 23, 24}


def test_a_paper_without_title_keeps_its_headings_in_the_contents() -> None:
    assert [line.title for line in _outline(pdf(paper(title="", body="一、甲事\n请落实。")))] == ["一、甲事"]


def test_the_pitch_changes_as_little_as_saves_the_signature() -> None:
    changed = {
        count: laid(paper(body=lines(count), seal=True, head=Head.NONE, number="")).lines for count in range(10, 22)
    }
    assert set(changed.values()) > {22}
    assert {21, 23} & set(changed.values())
    assert all(count in range(20, 26) for count in changed.values())
    assert sum(count == 22 for count in changed.values()) >= 5


def test_a_first_page_too_small_for_its_text_still_shows_some() -> None:
    done = laid(paper(title="关于" + "非常重要的" * 14 + "通知", body=lines(2), seal=True))
    assert done.words(Part.BODY, 0)


@pytest.mark.parametrize(
    "empty",
    ["title", "organ", "number", "to", "signature", "dated", "cc", "issuer", "issued", "note", "copy_number", "body"],
)
@pytest.mark.parametrize("kind", list(Kind))
def test_any_field_may_be_empty(kind: Kind, empty: str) -> None:
    value: object = None if empty in ("dated", "issued") else () if empty == "body" else ""
    document = replace(paper(kind), **{empty: value})  # type: ignore[arg-type]
    (sheet, *_) = read(pdf(document))
    assert sheet.chars


def test_a_paper_of_nothing_is_a_page() -> None:
    nothing = paper(
        body="", head=Head.NONE, title="", organ="", number="", to="", signature="", dated=None, cc="", issuer="",
        issued=None,
    )  # fmt: skip
    assert len(read(pdf(nothing))) == 1


def test_names_of_fifty_characters_are_whole_and_on_the_page() -> None:
    long = "示范省示范市矿业集团股份有限公司机电设备制造维修安装分公司第一检修车间工会委员会女职工委员会办公室"
    assert len(long) >= 48
    document = paper(
        Kind.REQUEST, signature=long, organ=long, issuer=long, to=long, cc=long, seal=True, rolls=(Roll("出席", long),),
        signers=("阿依古丽·买买提",), title=f"关于{long}的请示",
    )  # fmt: skip
    done = laid(document)
    for part in (Part.SIGNATURE, Part.MARK, Part.TO, Part.ROLL, Part.IMPRINT, Part.TITLE):
        assert long in "".join(mark.text for mark in done.words(part)).replace("：", ""), part
    for sheet in read(pdf(document)):
        for char in sheet.chars:
            assert char.x > 27
            assert char.end < 185
    assert not orphaned(done)


def test_a_table_over_several_pages_repeats_its_titles_and_loses_no_row() -> None:
    rows = "\n".join(f"|{at}|职工{at}|机电队第{at}班组" for at in range(1, 91))
    done = laid(paper(attachments=(Attachment("名单", blocks(f"|序号|姓名|单位\n{rows}")),)))
    tables = [page for page in range(len(done.pages)) if done.words(Part.TABLE, page)]
    assert len(tables) >= 4
    found: list[str] = []
    for page in tables:
        texts = [mark.text for mark in done.words(Part.TABLE, page)]
        assert texts[:3] == ["序号", "姓名", "单位"]
        assert texts.count("序号") == 1
        found += texts[4::3]
        ys = [rule.y for rule in done.rules(Part.TABLE, page)] + [rule.to_y for rule in done.rules(Part.TABLE, page)]
        assert max(ys) <= BOTTOM + 0.1
        assert min(ys) >= TOP
    assert found == [f"职工{at}" for at in range(1, 91)]


def test_a_cell_longer_than_a_page_goes_on_over_the_next() -> None:
    long = "".join(f"第{at}条说明文字" for at in range(400))
    done = laid(paper(body=f"见下表：\n|项目|说明\n|甲|{long}\n|乙|无"))
    assert "".join(mark.text for mark in done.words(Part.TABLE) if mark.text not in "项目说明甲乙无") == long


def test_a_table_in_the_text_follows_its_heading() -> None:
    for count in range(3, 12):
        done = laid(paper(body=f"{lines(count)}\n二、名单\n|序号|姓名\n|1|王示范\n|2|李练习"))
        page = next(page for page in range(9) if done.words(Part.TABLE, page))
        assert "二、名单" in [mark.text for mark in done.words(Part.BODY, page)]
        assert len(done.words(Part.TABLE, page)) == 6 or len(done.words(Part.TABLE)) > 6


def test_a_table_that_finds_no_room_begins_the_next_page_with_its_titles_once() -> None:
    tops = set()
    for count in range(2, 24):
        done = laid(paper(body=f"{lines(count)}\n|序号|事由\n|1|{lines(2)}\n|2|李练习\n|3|赵样本", head=Head.NONE))
        for page in range(len(done.pages)):
            texts = [mark.text for mark in done.words(Part.TABLE, page)]
            assert texts.count("序号") in (0, 1)
            assert texts != ["序号", "事由"], "titles do not end a page"
            if done.rules(Part.TABLE, page) and page and not done.words(Part.BODY, page):
                tops.add(round(min(rule.y for rule in done.rules(Part.TABLE, page)), 2))
    assert tops == {TOP}


def test_distance_falls_away_at_the_top_of_a_page() -> None:
    tops = set()
    for count in range(14, 26):
        changes = {"rolls": (Roll("出席", "林晓"),), "signature": "", "dated": None, "number": ""}
        done = laid(paper(Kind.MINUTES, lines(count), head=Head.NONE, **changes))
        (page,) = {page for page in range(len(done.pages)) if done.words(Part.ROLL, page)}
        if not done.words(Part.BODY, page):
            tops.add(round(top_of_row(done.words(Part.ROLL, page)[0].y, 225 / done.lines), 2))
    assert tops == {TOP}


def test_a_table_without_rows_says_so() -> None:
    done = laid(paper(body="|序号|姓名"))
    assert [mark.text for mark in done.words(Part.TABLE)] == ["序号", "姓名", "（无）"]


def test_names_of_two_characters_are_as_wide_as_those_of_three_without_a_space() -> None:
    done = laid(paper(body="|序号|姓名|单位\n|1|林䶮|机关\n|2|王示范|机关"))
    two, three = (next(mark for mark in done.words(Part.TABLE) if mark.text == name) for name in ("林䶮", "王示范"))
    assert two.x == pytest.approx(three.x)
    assert two.along[1] == pytest.approx(three.along[2])
    borders = sorted({round(rule.x, 3) for rule in done.rules(Part.TABLE) if rule.x == rule.to_x})
    em = 12 * 25.4 / 72
    assert two.x + 1.5 * em == pytest.approx((borders[1] + borders[2]) / 2, abs=0.01)
    unit = next(mark for mark in done.words(Part.TABLE) if mark.text == "机关")
    assert unit.along[1] == pytest.approx(two.along[1] / 2)


def test_a_masked_name_of_two_characters_is_not_stretched() -> None:
    done = laid(paper(body="|序号|姓名|单位\n|1|李*|机关\n|2|李＊|机关\n|3|李×|机关"))
    for name in ("李*", "李＊", "李×"):
        (mark,) = [mark for mark in done.words(Part.TABLE) if mark.text == name]
        assert mark.along[1] == pytest.approx(12 * 25.4 / 72), name


def test_an_imprint_that_finds_no_room_has_a_page_of_its_own() -> None:
    wide = Attachment("登记表", blocks("|甲\n|一"), landscape=True)
    done = laid(paper(attachments=(wide,)))
    assert [mark.part for mark in done.pages[-1] if mark.part is not Part.FOLIO and isinstance(mark, Words)][
        0
    ] is Part.IMPRINT
    assert not done.words(Part.TABLE, len(done.pages) - 1)


def test_the_contents_beside_the_pages_name_headings_and_attachments() -> None:
    some = (Attachment("甲表", blocks("内容")), Attachment("乙表", blocks("内容")))
    done = laid(paper(body=f"一、总体要求\n{lines(12)}\n二、工作安排。请落实。", attachments=some))
    assert [(mark.title, mark.page, mark.depth) for mark in done.bookmarks] == [
        ("关于做好有关工作的通知", 0, 0),
        ("一、总体要求", 0, 1),
        ("二、工作安排", 1, 1),
        ("附件1　甲表", 2, 0),
        ("附件2　乙表", 3, 0),
    ]
    from_file = [line.title for line in _outline(pdf(paper(body="一、总体要求\n请落实。")))]
    assert from_file == ["关于做好有关工作的通知", "一、总体要求"]


def _outline(data: bytes) -> list[object]:
    def flat(each: object) -> list[object]:
        return [one for item in each for one in flat(item)] if isinstance(each, list) else [each]

    return flat(PdfReader(BytesIO(data)).outline)


def test_the_file_tells_nothing_about_who_made_it_or_when() -> None:
    document = paper(dated=date(2026, 9, 1))
    assert pdf(document) == pdf(document)
    told = {name: str(value) for name, value in (PdfReader(BytesIO(pdf(document))).metadata or {}).items()}
    assert told["/Title"] == "关于做好有关工作的通知"
    assert told["/Author"] == "示范矿业有限公司工会"
    assert told["/CreationDate"].startswith("D:2000")
    assert set(told) <= {
        "/Title", "/Author", "/Creator", "/Producer", "/CreationDate", "/ModDate", "/Subject", "/Keywords", "/Trapped",
    }  # fmt: skip


def test_line_pitch_is_what_the_lines_say() -> None:
    for count in range(8, 22):
        done = laid(paper(body=lines(count), seal=True, head=Head.NONE, number="", to=""))
        ys = sorted({mark.y for mark in done.words(Part.BODY, 0)})
        if len(ys) > 1:
            assert ys[1] - ys[0] == pytest.approx(225 / done.lines)


def test_no_page_ends_with_the_titles_and_one_row_of_a_table() -> None:
    rows = "\n".join(f"|{at}|第{at}行" for at in range(1, 9))
    seen = set()
    for count in range(1, 16):
        body = "\n".join(["一行。"] * count) + f"\n|序号|内容\n{rows}"
        first, *_ = read(pdf(paper(body=body)))
        shown = sum(f"第{at}行" in row for row in first.rows().values() for at in range(1, 9))
        seen.add(shown)
    assert 1 not in seen
    assert {0, 2, 7} <= seen
