"""Templates: what is wrong in one is told with its line; every shipped one makes a whole paper of Chinese words."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents.official.papers import fonts, laid
from tests.documents.official.reading import read
from unionoffice.documents.official.document import Attachment, Head, Kind, Paragraph, Table, blocks
from unionoffice.documents.official.drawing import draw
from unionoffice.documents.official.marks import Part
from unionoffice.documents.official.templates import (
    FieldKind,
    TagField,
    Template,
    fill,
    read_template,
    typed,
)
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.resources import resource

SHIPPED = sorted(resource("documents").glob("*.txt"))

SMALL = """# 说明
【模板】
名称：开会通知
文种：通知
版头：红头
印章：是
【填写项】
会议名称｜文字｜工会委员会会议｜全称
会议日期｜日期｜2026-09-21
经费｜金额｜1409.50
人数｜整数｜86
参会人员｜名单｜王示范、李䶮
议程｜多段
>一、听取报告
>二、选举
补充｜文字（可空）｜
名额｜表格
|序号|单位
|1|机电队
【标题】
关于召开{{会议名称}}的通知
【正文】
定于{{会议日期}}（{{会议日期星期}}）召开，{{参会人员}}等{{参会人员人数}}人参加，应到{{人数}}人。
# 这一行不印
{{议程}}
另：{{补充}}
经费{{经费}}元（{{经费大写}}）。
{{名额}}
【附件 {{会议名称}}名额表】
{{名额}}
【成文日期】
{{会议日期}}
"""


@pytest.fixture
def small() -> Template:
    return read_template(SMALL, "开会通知")


def test_a_template_is_filled_with_its_examples(small: Template) -> None:
    paper = fill(small, small.examples)
    table = Table(("序号", "单位"), (("1", "机电队"),))
    assert (paper.kind, paper.head, paper.seal, paper.public) == (Kind.NOTICE, Head.RED, True, False)
    assert paper.title == "关于召开工会委员会会议的通知"
    assert paper.body == (
        Paragraph("定于2026年9月21日（星期一）召开，王示范、李䶮等2人参加，应到86人。"),
        Paragraph("一、听取报告"),
        Paragraph("二、选举"),
        Paragraph("经费1409.50元（人民币壹仟肆佰零玖元伍角）。"),
        table,
    )
    assert paper.attachments == (Attachment("工会委员会会议名额表", (table,)),)
    assert paper.dated == date(2026, 9, 21)


def test_an_optional_field_that_is_filled_shows_its_line(small: Template) -> None:
    paper = fill(small, {**small.examples, "补充": "请带材料"})
    assert Paragraph("另：请带材料") in paper.body


def test_what_is_typed_into_a_field_cannot_become_a_mark(small: Template) -> None:
    values = {**small.examples, "补充": "甲|乙\n{{会议名称}}", "名额": (("1", "甲|乙\n丙"),)}
    paper = fill(small, values)
    assert Paragraph("另：甲|乙 {{会议名称}}") in paper.body
    assert paper.attachments[0].blocks == (Table(("序号", "单位"), (("1", "甲｜乙 丙"),)),)


CELLS = st.text(
    st.sampled_from("李小明队|｜<>^#{}【】 　\n\r\x0b\x85\u2028一、1.") | st.characters(codec="utf-8"), max_size=6
)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=5))
@settings(max_examples=300, deadline=None)
def test_any_cells_stand_in_their_own_columns(rows: list[tuple[str, str, str]]) -> None:
    small = read_template(SMALL.replace("|序号|单位\n|1|机电队", "|甲|乙|丙"), "开会通知")
    paper = fill(small, {**small.examples, "名额": tuple(rows)})
    shown = tuple(tuple(" ".join(cell.replace("|", "｜").split()) for cell in row) for row in rows)
    for table in (paper.body[-1], paper.attachments[0].blocks[0]):
        assert table == Table(("甲", "乙", "丙"), shown)


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("||机电队|", ("", "机电队", "")),
        ("||机电队", ("", "机电队", "")),
        ("|1|机电队|", ("1", "机电队", "")),
        ("|||3|", ("", "", "3")),
        ("|1|2|3|", ("1", "2", "3")),
        ("|||", ("", "", "")),
    ],
)
def test_empty_cells_of_an_example_and_of_the_text_stay_cells(line: str, cells: tuple[str, ...]) -> None:
    text = SMALL.replace("|序号|单位\n|1|机电队", f"|甲|乙|丙|\n{line}")
    small = read_template(text, "开会通知")
    field = next(each for each in small.fields if each.name == "名额")
    assert (field.titles, field.example) == (("甲", "乙", "丙"), (cells,))
    paper = fill(small, small.examples)
    assert paper.body[-1] == Table(("甲", "乙", "丙"), (cells,))
    assert blocks(f"|子|丑|寅\n{line}") == (Table(("子", "丑", "寅"), (cells,)),)


def test_rows_are_numbered_where_nobody_numbered_them(small: Template) -> None:
    paper = fill(small, {**small.examples, "名额": (("", "机电队"), ("", ""), ("", "合计"), ("", "通风队"))})
    assert paper.attachments[0].blocks[0] == Table(
        ("序号", "单位"), (("1", "机电队"), ("2", ""), ("", "合计"), ("3", "通风队"))
    )


def test_columns_of_one_name_are_told(small: Template) -> None:
    with pytest.raises(UserError, match="有两栏同名"):
        read_template(SMALL.replace("|序号|单位", "|单位|单位"), "开会通知")


@pytest.mark.parametrize("sign", ["|", "<", "^", ">"])
def test_what_is_typed_before_other_words_is_no_mark_either(sign: str, small: Template) -> None:
    text = SMALL.replace("另：{{补充}}", "{{补充}}等")
    paper = fill(read_template(text, "开会通知"), {**small.examples, "补充": f"{sign}材料"})
    assert Paragraph(f"\u200b{sign}材料等") in paper.body


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("召开{{会议名称}}的", "召开{{会议名}}的", "第 21 行：没有“会议名”这个填写项，最接近的是“会议名称”。"),
        ("【附件 {{会议名称}}", "【附件 {{会议名册}}", "第 29 行：没有“会议名册”这个填写项，最接近的是“会议名称”"),
        ("{{经费大写}}", "{{人数大写}}", "第 27 行：没有“人数大写”"),
        ("{{议程}}", "{{议程", "第 25 行：填写项的括号不成对"),
        ("文种：通知", "文种：通只", "第 4 行：“文种”应为通知、公示"),
        ("印章：是", "印章：对", "第 6 行：“印章”应填是或否"),
        ("会议日期｜日期｜2026-09-21", "会议日期｜日期｜下周一", "第 9 行：“会议日期”的示例“下周一”不是日期"),
        ("会议日期｜日期", "会议日期｜时间", "第 9 行：没有“时间”这种填写项"),
        ("|序号|单位\n|1|机电队\n【标题】", "【标题】", "第 17 行：表格“名额”下面要有以 | 开头的表头"),
        ("【成文日期】", "【成文日】", "第 31 行：没有【成文日】这一部分，最接近的是“成文日期”"),
        ("经费{{经费}}元", "经费{{经费}}元{{名额}}", "第 27 行：表格“名额”应单独占一行"),
        ("名称：开会通知", "开会通知", "第 3 行：应写成“名称：内容”"),
        ("# 说明", "说明", "第 1 行：模板应以【模板】开头"),
    ],
)
def test_what_is_wrong_in_a_template_is_told_with_its_line(old: str, new: str, told: str) -> None:
    assert old in SMALL
    with pytest.raises(UserError) as caught:
        read_template(SMALL.replace(old, new, 1), "开会通知")
    assert told in caught.value.sentence


def test_fields_left_open_or_unknown_are_told(small: Template) -> None:
    with pytest.raises(UserError, match="还没有填写：会议名称、名额") as caught:
        fill(small, {**small.examples, "会议名称": "", "名额": ()})
    assert caught.value.field == "会议名称"
    with pytest.raises(UserError, match="没有“会议名字”这个填写项，最接近的是“会议名称”"):
        fill(small, {**small.examples, "会议名字": "某会"})


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (FieldKind.DATE, "2026-09-01", date(2026, 9, 1)),
        (FieldKind.NUMBER, "12", 12),
        (FieldKind.MONEY, "1,409.50", 140950),
        (FieldKind.NAMES, "王示范、李䶮，赵样本", ("王示范", "李䶮", "赵样本")),
        (FieldKind.TEXT, " 某会 ", "某会"),
        (FieldKind.DATE, "", ""),
    ],
)
def test_what_is_typed_is_read_by_the_fields_kind(kind: FieldKind, text: str, value: object) -> None:
    assert typed(TagField("某项", kind, ""), text) == value


@pytest.mark.parametrize(
    ("kind", "text"), [(FieldKind.DATE, "9月1日"), (FieldKind.NUMBER, "十"), (FieldKind.MONEY, "一百")]
)
def test_what_does_not_fit_its_field_is_told(kind: FieldKind, text: str) -> None:
    with pytest.raises(UserError, match="某项"):
        typed(TagField("某项", kind, ""), text)


def shipped(name: str) -> Template:
    (path,) = [path for path in SHIPPED if path.stem == name]
    return read_template(path.read_text("utf-8"), path.stem)


def test_there_are_templates_of_every_kind() -> None:
    found = [read_template(path.read_text("utf-8"), path.stem) for path in SHIPPED]
    assert len(found) >= 12
    assert {template.kind for template in found} == set(Kind)
    assert {template.key for template in found if template.public} == {"困难职工公示", "评优公示"}
    assert all(template.public == (template.kind is Kind.PUBLIC_NOTICE) for template in found)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_no_page_of_a_shipped_template_holds_its_imprint_only(path: Path) -> None:
    template = read_template(path.read_text("utf-8"), path.stem)
    for page in laid(fill(template, template.examples)).pages:
        assert {mark.part for mark in page} - {Part.IMPRINT, Part.FOLIO}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_template_makes_a_whole_paper(path: object) -> None:
    template = shipped(path.stem)  # type: ignore[attr-defined]
    assert template.hint
    done = laid(fill(template, template.examples))
    assert done.missing == ()
    text = "".join("".join(sheet.rows().values()) for sheet in read(draw(done, fonts=fonts())))
    for wrong in ("{{", "}}", "【", "】", "〓", "｜", "None", "。。", "，。", "：：", "（）"):
        assert wrong not in text, wrong
    assert not re.search(r"[A-Za-z]", text.replace("gonghui@example.cn", "")), "no English is left over"
    for field in template.fields:
        used = any(field.name in line for section in template.sections for line in (*section.lines, section.title))
        assert used, f"{field.name} is never shown"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_optional_fields_may_be_left_open(path: object) -> None:
    template = shipped(path.stem)  # type: ignore[attr-defined]
    values = {field.name: field.example for field in template.fields if not field.optional}
    assert laid(fill(template, values)).pages


@pytest.mark.parametrize(
    "number",
    [
        "610101199001011237",
        "61010119900101123X",
        "6222021234567890123",
        "6222 0212 3456 7890",
        "13812345678",
        "138 1234 5678",
    ],
)
@pytest.mark.parametrize("full_width", [False, True])
def test_a_paper_for_the_public_shows_no_private_number(number: str, full_width: bool) -> None:
    template = shipped("困难职工公示")
    if full_width:
        number = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in number)
    rows = (("1", "张*明", f"机电队（{number}）", "相对困难", "生活救助"),)
    with pytest.raises(Refused, match="不能写") as caught:
        fill(template, {**template.examples, "拟帮扶名单": rows})
    assert number not in caught.value.sentence
    assert fill(template, {**template.examples, "受理电话": "13812345678"}).public


@pytest.mark.parametrize("field", ["受理电话", "受理地点", "受理部门"])
@pytest.mark.parametrize("text", ["610824198707162332", "6217720177117300227", "示范市和平路1号3单元501室"])
def test_where_people_shall_object_is_no_way_around(field: str, text: str) -> None:
    template = shipped("困难职工公示")
    with pytest.raises(Refused, match="不能写"):
        fill(template, {**template.examples, field: text})


@pytest.mark.parametrize(
    "rows",
    [
        (("1", "61082419", "870716", "2332", "甲"),),
        (("1", "张*明", "机电队", "甲", "13812"), ("2", "王*", "通风队", "乙", "345678")),
    ],
)
def test_a_private_number_over_several_cells_is_refused(rows: tuple[tuple[str, ...], ...]) -> None:
    template = shipped("困难职工公示")
    with pytest.raises(Refused, match="不能写"):
        fill(template, {**template.examples, "拟帮扶名单": rows})


def test_a_paper_inside_the_house_may_show_a_phone(small: Template) -> None:
    assert fill(small, {**small.examples, "补充": "13812345678"}).body


@pytest.mark.parametrize(
    "shown", ["A62010219800101123X", "1381234\n5678", "138 1234 5678", "１３８．１２３４．５６７８", "lin@example.cn"]
)
def test_a_paper_for_the_public_shows_no_number_broken_or_joined_to_letters(shown: str, small: Template) -> None:
    public = read_template(SMALL.replace("印章：是", "印章：是\n公开：是"), "开会通知")
    with pytest.raises(Refused, match="对外公开"):
        fill(public, {**public.examples, "议程": f"一、联系\n{shown}\n二、选举"})
    with pytest.raises(Refused, match="对外公开"):
        fill(public, {**public.examples, "名额": (("", f"机电队 {shown}"),)})


def test_figures_of_neighbouring_cells_are_no_number(small: Template) -> None:
    public = read_template(
        SMALL.replace("印章：是", "印章：是\n公开：是").replace("|序号|单位\n|1|机电队", "|甲|乙\n|1|2"), "开会通知"
    )
    rows = (("1500.00", "12000.00"), ("138", "12345678"), ("20260901", "20260907"))
    assert fill(public, {**public.examples, "名额": rows}).attachments


def test_a_phone_over_two_cells_of_a_table_for_the_public_is_named_with_its_cells(small: Template) -> None:
    public = read_template(
        SMALL.replace("印章：是", "印章：是\n公开：是").replace("|序号|单位\n|1|机电队", "|甲|乙\n|1|2"), "开会通知"
    )
    with pytest.raises(Refused, match="电话号码（138.*78，拆在第 2 行“甲” 至 第 2 行“乙”）"):
        fill(public, {**public.examples, "名额": (("机电队", "3"), ("138", "12345678"))})
