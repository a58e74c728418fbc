"""Nothing an office writes into a paper is dropped in silence: every line stands on the pages or is told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents.official.papers import laid
from unionoffice.documents.official.document import Attachment, Head, Kind, OfficialDocument, Paragraph, Roll, Table
from unionoffice.documents.official.marks import Words
from unionoffice.documents.official.parts import SECTIONS
from unionoffice.documents.official.remarks import remarks
from unionoffice.documents.official.template_text import absent, divided
from unionoffice.documents.official.templates import Template, faults, fill, read_template
from unionoffice.kernel.errors import UserError

START = "【模板】\n名称：通知\n文种：{kind}\n版头：{head}\n【填写项】\n谁｜文字｜王示范\n可有｜文字（可空）｜\n"
VALUES = {"谁": "王示范"}


def template(words: str, kind: str = "通知", head: str = "无") -> Template:
    return read_template(START.format(kind=kind, head=head) + words, "通知")


def paper(words: str, kind: str = "通知", head: str = "无") -> OfficialDocument:
    return fill(template(words, kind, head), VALUES)


def said(words: str, kind: str = "通知", head: str = "无") -> str:
    """What stands on the pages, and beside them."""
    made = template(words, kind, head)
    document = fill(made, VALUES)
    marks = [mark for page in laid(document).pages for mark in page]
    shown = "".join(mark.text for mark in marks if isinstance(mark, Words))
    return shown + "\n" + "\n".join(remarks(made, document, VALUES))


WORDS = "【标题】\n关于停水的通知\n【正文】\n今天停水。\n"

HEADINGS = st.sampled_from(
    [
        *(f"【{name}】" for name in SECTIONS),
        "【附件】",
        "【附件1】",
        "【附件 名单】",
        "【附件：名单】",
        "【横排附件2：名单】",
    ]
)
SHAPES = st.sampled_from(
    [
        "{}",
        "1.{}",
        "2.{}",
        "|{}|甲",
        "|甲|乙|{}|",
        "出席：{}",
        "{}：甲",
        "#{}",
        ">{}",
        "^{}",
        "<{}",
        "（{}）",
        "{}。",
        "附件：{}",
    ]
    + ["附件：1.{}", "{}{{{{谁}}}}", "{}{{{{谁}}}}{{{{可有}}}}", "2026年9月1日{}", "〔2026〕{}号"]
)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(HEADINGS, st.lists(SHAPES, min_size=1, max_size=3)), min_size=1, max_size=4),
    st.sampled_from(list(Kind)),
    st.sampled_from(list(Head)),
)
def test_every_line_stands_on_paper_or_is_told(parts: list[tuple[str, list[str]]], kind: Kind, head: Head) -> None:
    lines: list[str] = []
    tokens: dict[str, str] = {}
    for heading, shapes in parts:
        lines.append(heading)
        for shape in shapes:
            token = f"壬{chr(0x4E28 + 7 * len(tokens))}癸"
            tokens[token] = heading
            lines.append(shape.format(token))
    words = WORDS + "\n".join(lines) + "\n"
    if faults(START.format(kind=kind, head=head) + words):
        return  # no paper is made of it
    try:
        found = "".join(said(words, kind, head).split())
    except UserError as fault:
        assert any(token in fault.sentence for token in tokens), fault.sentence
        return
    if "不附附件" not in found:
        assert [token for token, part in tokens.items() if token not in found and f"{part}不印" not in found] == []


def test_attachments_and_a_date_written_the_natural_way_are_understood() -> None:
    document = paper(WORDS + "【附件】\n名单及有关情况说明\n第一段。\n【署名】\n工会\n【成文日期】\n2026年11月22日\n")
    assert document.attachments == (Attachment("名单及有关情况说明", (Paragraph("第一段。"),)),)
    assert document.dated == date(2026, 11, 22)
    assert "2026年11月22日" in said(WORDS + "【成文日期】\n2026-11-22\n")


@pytest.mark.parametrize(
    ("part", "titles"),
    [
        ("【附件】\n1.名单\n2.办法\n", ["名单", "办法"]),
        ("【附件】\n附件：1.名单\n2.办法\n", ["名单", "办法"]),
        ("【附件1】\n名单\n【附件2】\n办法\n", ["名单", "办法"]),
        ("【附件：名单】\n甲\n【附件2：办法】\n乙\n", ["名单", "办法"]),
        ("【附件 2026 年计划】\n甲\n", ["2026 年计划"]),
        ("【附件】\n1.名单\n2.办法\n【横排附件 办法】\n甲\n【附件 附表】\n乙\n", ["名单", "办法", "附表"]),
        ("【附件 名单】\n甲\n【附件 名单】\n乙\n", ["名单", "名单"]),
        ("【附件】\n1.名单\n3.办法\n", ["1.名单"]),
        ("【附件】\n{{谁}}的材料\n甲\n", ["王示范的材料"]),
    ],
)
def test_names_of_attachments_in_the_spellings_of_offices(part: str, titles: list[str]) -> None:
    assert [attachment.title for attachment in paper(WORDS + part).attachments] == titles


def test_what_an_attachment_holds_may_stand_apart_from_the_list_of_names() -> None:
    document = paper(WORDS + "【附件】\n1.名单\n2.办法\n【横排附件 名单】\n甲\n")
    assert document.attachments == (Attachment("名单", (Paragraph("甲"),), True), Attachment("办法"))


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("【附件】\n|甲|乙|\n", "第 13 行：附件要有名称，写成【附件 附件名称】"),
        ("【成文日期】\n九月一日\n", "第 13 行：【成文日期】的“九月一日”不是日期，写成 2026年9月1日"),
        ("【成文日期】\n2026年9月1日\n工会\n", "第 14 行：【成文日期】只写一个日期，“工会”不会印出来"),
        ("【成文日期】\n{{谁}}\n", "第 13 行：【成文日期】的“{{谁}}”不是日期"),
        ("【成文日期】2026年9月1日\n", "第 12 行：【成文日期】要单独占一行，内容写在下一行。"),
        ("【标题 停水】\n", "没有【标题 停水】这一部分"),
    ],
)
def test_what_cannot_be_understood_is_told_with_its_line(part: str, told: str) -> None:
    with pytest.raises(UserError) as caught:
        template(WORDS + part)
    assert told in caught.value.sentence


def test_a_date_of_issue_may_say_so() -> None:
    assert paper(WORDS + "【印发日期】\n2026年9月2日印发\n").issued == date(2026, 9, 2)


def test_who_was_there_goes_on_in_the_next_line() -> None:
    document = paper(WORDS + "【与会人员】\n出席：甲、\n乙\n列席：丙\n", "纪要")
    assert document.rolls == (Roll("出席", "甲、乙"), Roll("列席", "丙"))
    with pytest.raises(UserError, match="前面要写“出席：”"):
        paper(WORDS + "【与会人员】\n甲、乙\n", "纪要")


def test_a_row_wider_than_the_titles_keeps_its_cells() -> None:
    (table,) = paper(WORDS.replace("今天停水。", "|甲|乙|\n|1|2|3|\n|1|2|||\n")).body
    assert table == Table(("甲", "乙", ""), (("1", "2", "3"), ("1", "2", "")))


@pytest.mark.parametrize(
    ("words", "kind", "head", "told"),
    [
        ("【发文机关标志】\n工会文件\n", "通知", "无", "版头是“无”，【发文机关标志】不印。"),
        (
            "【发文机关标志】\n工会\n【签发人】\n王示范\n",
            "通知",
            "红头",
            "【签发人】不印，只有请示、报告的红头上才有。",
        ),
        ("【发文机关标志】\n工会\n【印发机关】\n办公室\n", "函", "红头", "【印发机关】不印，"),
        ("【附注】\n#3楼\n", "通知", "无", "“#3楼”以 # 开头，当作说明"),
        ("【附件 {{可有}}】\n另一个\n", "通知", "无", "“可有”没有填，不附附件“{{可有}}”。"),
        ("【附注】\n{{谁}}，{{可有}}\n", "通知", "无", "“可有”没有填，写着它的一行不印"),
    ],
)
def test_what_the_pages_do_not_show_is_told(words: str, kind: str, head: str, told: str) -> None:
    assert told in said(WORDS + words, kind, head)


def test_a_line_that_waits_for_a_field_is_not_said_to_be_left_out() -> None:
    made = template(WORDS + "【附注】\n{{谁}}，{{可有}}\n")
    document = fill(made, {"谁": "〔谁〕"})
    assert list(remarks(made, document, {"可有": "有"})) == []


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("示矿工〔2026〕007号", "示矿工〔2026〕7号"),
        ("示矿工〔2026〕第7号", "示矿工〔2026〕7号"),
        ("示矿工[2026]7号", "示矿工〔2026〕7号"),
        ("示矿工〔26〕7", "示矿工〔2026〕7号"),
        ("示矿工〔2026〕70号", ""),
        ("第7期", ""),
    ],
)
def test_a_number_not_as_the_standard_has_it_is_told(number: str, right: str) -> None:
    told = said(WORDS + f"【发文字号】\n{number}\n").partition("\n")[2]
    assert (f"按标准写成“{right}”" in told) if right else told == ""


def test_parts_are_the_same_to_the_editor_in_every_spelling() -> None:
    text = START.format(kind="通知", head="无") + "【附件1：名单】\n甲\n" + WORDS
    assert divided(text)[1].startswith("【附件1：名单】")
    assert "正文" not in absent(text)


def test_words_before_the_first_part_are_told_how_to_begin() -> None:
    (fault,) = faults(START.format(kind="通知", head="无") + "各分工会：\n" + WORDS)
    assert "“各分工会：”不是填写项" in fault.sentence
    assert "公文的文字要从【标题】这样单独一行的名称开始" in fault.sentence


TWO = "【附件1】\n停水区域表\n|楼号|户数\n|3号楼|12\n【附件2：补贴明细】\n|姓名|金额\n|王示范|100\n"


@pytest.mark.parametrize(
    "own",
    [
        "附件：1.停水区域表\n2.补贴明细\n",
        "附件：\n1．停水区域表\n2．补贴明细。\n",
        "附件1：停水区域表\n附件2：《补贴明细》\n",
        "附 件：1、停水区域表；2、补贴明细\n",
    ],
)
def test_a_list_of_the_attachments_at_the_end_of_the_text_is_printed_once(own: str) -> None:
    document = paper(WORDS + own + TWO)
    assert document == paper(WORDS + TWO)
    shown = said(WORDS + own + TWO)
    assert shown.count("停水区域表") == 2, "in the list and as the title of its own page"
    assert shown.count("附件：") == 1


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ("附件：1.停水区域表\n2.补贴发放明细\n", "“附件：1.停水区域表”"),
        ("附件：1.停水区域表\n2.补贴明细\n请互相转告。\n", "“附件：1.停水区域表”"),
        ("附件：停水区域表\n", "“附件：停水区域表”"),
    ],
)
def test_a_list_that_says_something_else_stays_and_is_told(own: str, told: str) -> None:
    document = paper(WORDS + own + TWO)
    assert len(document.body) == 1 + len(own.splitlines())
    assert f"正文里的{told}和正文下面的附件说明各印一遍" in said(WORDS + own + TWO)


def test_without_attachments_a_line_that_names_one_is_text() -> None:
    assert [getattr(block, "text", "") for block in paper(f"{WORDS}附件：停水区域表\n").body][1:] == [
        "附件：停水区域表"
    ]
    assert "各印一遍" not in said(f"{WORDS}附件：停水区域表\n")
