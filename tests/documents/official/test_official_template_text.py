"""A template's text taken apart and changed part by part."""

from __future__ import annotations

import pytest

from unionoffice.documents.official.parts import SECTIONS
from unionoffice.documents.official.template_text import (
    absent,
    divided,
    tags_in,
    with_fact,
    with_field,
    with_part,
    without_field,
)
from unionoffice.documents.official.templates import FieldKind, faults, read_template
from unionoffice.kernel.resources import resource

TEXT = """【模板】
名称：停水通知
文种：通知
【填写项】
楼号｜文字｜3号楼
名单｜表格
|序号|姓名
|1|王示范
停水日期｜日期｜2026-09-01
【标题】
关于{{楼号}}停水的通知
【正文】
{{停水日期}}停水。
{{名单}}
"""
SHIPPED = sorted(resource("documents").glob("*.txt"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_head_and_words_are_the_whole_text(path: object) -> None:
    text = path.read_text("utf-8")  # type: ignore[attr-defined]
    head, words = divided(text)
    assert head + words == text
    assert words.startswith("【")
    assert "【填写项】" in head
    assert "{{" not in head


def test_a_text_without_words_is_all_head() -> None:
    assert divided("没有开头\n") == ("没有开头\n", "")


@pytest.mark.parametrize("name", SECTIONS)
def test_a_part_is_put_where_papers_have_it(name: str) -> None:
    if name not in absent(TEXT):
        assert name in ("标题", "正文")
        return
    text, line = with_part(TEXT, name)
    assert text.splitlines()[line - 2].startswith(f"【{name}")
    assert text.splitlines()[line - 1] == ""
    assert faults(text) == []
    order = [SECTIONS.index(section.name.split()[0]) for section in read_template(text, "x").sections]
    assert order == sorted(order)


@pytest.mark.parametrize("kind", FieldKind)
def test_a_new_field_can_be_used_at_once(kind: FieldKind) -> None:
    titles = ("停水日期", "停水日期") if kind is FieldKind.WORKDAYS else ("甲", "乙")
    text = with_field(TEXT, "新的", kind, titles=titles, optional=True)
    template = read_template(text, "x")
    assert template.fields[-1].name == "新的"
    assert template.fields[-1].kind is kind
    assert template.fields[-1].optional
    assert template.fields[:-1] == read_template(TEXT, "x").fields
    assert without_field(text, "新的") == TEXT


def test_a_field_is_asked_for_also_where_none_was_before() -> None:
    text = with_field("【模板】\n名称：甲\n【标题】\n甲\n【正文】\n乙\n", "日期", FieldKind.DATE)
    assert [field.name for field in read_template(text, "x").fields] == ["日期"]


def test_a_table_goes_with_its_rows() -> None:
    text = without_field(TEXT, "名单")
    assert "|" not in divided(text)[0]
    assert "停水日期｜" in text
    assert tags_in(text) == {"楼号", "停水日期", "名单"}


def test_a_fact_is_said_anew_where_it_stood() -> None:
    assert with_fact(TEXT, "名称", "停电通知").splitlines()[1] == "名称：停电通知"
    assert with_fact(TEXT, "说明", "早一天\n张贴").splitlines()[3] == "说明：早一天 张贴"
    assert "文种" not in with_fact(TEXT, "文种", "")
    assert read_template(with_fact("【标题】\n甲\n【正文】\n乙\n", "名称", "丙"), "x").name == "丙"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("停水日期｜日期", "楼号｜日期", "第 9 行：填写项“楼号”写了两次。"),
        ("楼号｜文字｜3号楼", "天数｜工作日数｜5", "第 5 行：工作日数“天数”后面要写从哪天到哪天"),
        ("楼号｜文字｜3号楼", "天数｜工作日数｜5｜停水日期至停水", "第 5 行：“天数”数的“停水”不是日期填写项"),
        ("楼号｜文字", "{楼}｜文字", "第 5 行：“{楼}”不能用作填写项的名称。"),
        ("【正文】\n", "", "缺【正文】这一部分。"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, told: str) -> None:
    (fault, *_) = faults(TEXT.replace(old, new, 1))
    assert fault.sentence.startswith(told)


def test_all_wrong_tags_are_told_in_order() -> None:
    found = faults(TEXT.replace("{{停水日期}}停水", "{{停水日}}停水").replace("{{名单}}", "附{{名单}}和{{楼号}"))
    assert [fault.line for fault in found] == [13, 14, 14]
    assert "最接近的是“停水日期”" in found[0].sentence
    assert "单独占一行" in found[1].sentence
    assert "括号不成对" in found[2].sentence
