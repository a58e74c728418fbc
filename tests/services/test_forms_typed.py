"""What is typed for a form: amounts that are summed, options, whole numbers, what is about one person."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from PIL import Image

from tests.services.form_office import NUMBER, PHONE, Office, book, office, shared, text
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.services.forms import grid as form_grid
from unionoffice.services.forms.kinds import AskedKind
from unionoffice.services.forms.service import FindingKind, Request, Subject
from unionoffice.store.queries import forms as queries

__all__ = ["office", "shared"]

AIDED = "帮扶签领表（中央资金）"


def _aided(*amounts: Any) -> dict[str, Any]:
    return {"名单": [{"姓名": f"甲{place}", "金额": amount} for place, amount in enumerate(amounts)]}


def test_amounts_of_a_list_are_read_as_people_write_them(shared: Office, tmp_path: Path) -> None:
    form = shared.forms.named(AIDED)
    asked = _aided("1,000.00", "500元", "￥800", "1000 ", "１０００", 2000, "")
    said = text(shared.forms.pdf(Request(form, asked=asked)).data)
    assert "6,300.00" in said and "人民币陆仟叁佰元整" in said
    assert not [
        found for found in shared.forms.preflight(Request(form, asked=asked)) if found.kind is FindingKind.TYPED
    ]
    (written,) = shared.forms.save_xlsx(Request(form, asked=asked), tmp_path / "签领.xlsx")
    values = [cell.value for row in openpyxl.load_workbook(written).active.iter_rows() for cell in row]
    assert [values.count(amount) for amount in (1000, 500, 800, 2000)] == [3, 1, 1, 1]
    assert 6300 in values


def test_a_row_that_cannot_be_read_is_named_and_nothing_is_summed_without_it(shared: Office, tmp_path: Path) -> None:
    form = shared.forms.named(AIDED)
    request = Request(form, asked=_aided("1,000.00", "二百"))
    with pytest.raises(Refused, match="“名单”第 2 行（甲1）的“金额”：“二百”不是金额"):
        shared.forms.pdf(request)
    with pytest.raises(Refused, match="第 2 行（甲1）的“金额”"):
        shared.forms.save_xlsx(request, tmp_path / "表.xlsx")
    assert not (tmp_path / "表.xlsx").exists()
    (told,) = [found for found in shared.forms.preflight(request) if found.kind is FindingKind.TYPED]
    assert "第 2 行（甲1）的“金额”" in told.sentence
    said = text(shared.forms.preview(request).data)
    assert "二百" in said and "1,000.00" in said and "零元整" not in said and "壹仟元" not in said


def test_a_column_summed_in_an_own_form_goes_into_the_workbook_as_numbers(office: Office, tmp_path: Path) -> None:
    cells = {"A2": "{{名单.姓名}}", "B2": "{{名单.数}}", "B3": "{{合计.数}}", "C2": "{{名单.电话}}"}
    form = office.own(cells, "份数", Subject.FREE)
    rows = [{"数": 1}, {"数": "2.5"}, {"数": "3"}, {"数": "1,000", "电话": "0912"}]
    (written,) = office.forms.save_xlsx(Request(form, asked={"名单": rows}), tmp_path / "份数.xlsx")
    sheet = openpyxl.load_workbook(written).active
    assert [sheet.cell(row, 2).value for row in range(2, 7)] == [1, 2.5, 3, 1000, 1006.5]
    assert sheet["C5"].value == "0912"
    with pytest.raises(Refused, match="“名单”第 1 行的“数”：“二百”不是数字"):
        office.forms.pdf(Request(form, asked={"名单": [{"数": "二百"}]}))
    with pytest.raises(UserError, match="“名单”要写成名单"):
        office.forms.pdf(Request(form, asked={"名单": ["甲"]}))


def test_a_column_with_a_format_of_numbers_feeds_the_template_s_own_sum(office: Office, tmp_path: Path) -> None:
    path = book(tmp_path / "来稿.xlsx", {"A2": "{{名单.姓名}}", "B2": "{{名单.补贴}}", "B3": "=SUM(B2:B2)"})
    found = openpyxl.load_workbook(path)
    found.active["B2"].number_format = "#,##0.00"
    found.save(path)
    form = office.forms.add(path, Subject.FREE, "补贴")
    rows = [{"补贴": "1,000"}, {"补贴": "２０００元"}]
    assert "3000" in text(office.forms.pdf(Request(form, asked={"名单": rows})).data)


def test_a_coloured_format_of_numbers_asks_for_no_day(office: Office, tmp_path: Path) -> None:
    """The d of [Red], the letters of a word and of a place are none of a day."""
    path = book(
        tmp_path / "来稿.xlsx", {place: f"{{{{填写.{place}}}}}" for place in ("A1", "A2", "A3", "A4", "A5", "A6")}
    )
    found = openpyxl.load_workbook(path)
    looks = ("[Red]#,##0.00", '0"yd"', "[h]:mm", '[$-804]yyyy"年"m"月"d"日"', '@"（day）"', "[Blue]General")
    for cell, look in zip(found.active["A"], looks, strict=True):
        cell.number_format = look
    found.active["B1"] = "{{填写.盒|空:d}}"
    found.save(path)
    form = office.forms.add(path, Subject.FREE, "颜色")
    kinds = form_grid.asking(form).fields
    days = {name for name, kind in kinds.items() if kind is AskedKind.DATE}
    assert days == {"A4"} and kinds["A1"] is AskedKind.AMOUNT
    asked = {"A1": "1,200", "A2": "35", "A3": "30:00", "A4": "2026-9-1", "A5": "2026-09-01", "A6": "0012"}
    said = text(office.forms.pdf(Request(form, asked=asked)).data)
    for shown in ("1,200.00", "35yd", "30:00", "2026年9月1日", "2026-09-01（day）", "0012"):
        assert shown in said, shown


@pytest.mark.parametrize("wrong", ["abc", "1000.005", 1000.005])
def test_an_amount_that_cannot_be_read_leaves_no_empty_capitals(shared: Office, wrong: Any) -> None:
    form = shared.forms.named("慰问审批表（住院）")
    with pytest.raises(Refused, match="“金额”：“.*”"):
        shared.forms.pdf(Request(form, [shared.zhang], {"金额": wrong}, "报批"))
    assert "人民币壹仟元整" in text(shared.forms.pdf(Request(form, [shared.zhang], {"金额": "1,000元"}, "报批")).data)


def test_what_is_typed_about_a_person_is_remembered_for_nobody_else(office: Office) -> None:
    form = office.forms.named("慰问审批表（住院）")
    typed = {"病情诊断": "肺部感染", "金额": "1000"}
    office.forms.pdf(Request(form, [office.zhang], typed, "报批"))
    assert office.forms.remembered(form, [office.zhang]) == typed
    assert office.forms.remembered(form, [office.li]) == {} == office.forms.remembered(form)
    office.forms.pdf(Request(form, [office.li, office.wang], typed, "报批"))
    assert office.forms.remembered(form, [office.li]) == {} == office.forms.remembered(form, [office.li, office.wang])
    found = office.forms.preflight(Request(form, [office.li, office.wang], typed))
    (told,) = [each for each in found if each.kind is FindingKind.SHARED]
    assert "“病情诊断”" in told.sentence and "所选 2 人的表上" in told.sentence
    with office.app.store.working() as session:
        queries.forget_about(session, [], office.zhang)
    assert office.forms.remembered(form, [office.zhang]) == {}


def test_options_are_offered_and_others_refused(office: Office) -> None:
    cells = {"A1": "{{姓名}}", "A2": "{{填写.结果|选项:同意/不同意}}", "A3": "{{填写.金额}}"}
    form = office.own(cells)
    asking = form_grid.asking(form)
    assert asking.fields["结果"] is AskedKind.CHOICE and asking.options == {"结果": ("同意", "不同意")}
    with pytest.raises(Refused, match="“结果”没有“可以”这一项，可以是：同意、不同意。"):
        office.forms.pdf(Request(form, [office.zhang], {"结果": "可以"}))
    assert "■同意" in text(office.forms.pdf(Request(form, [office.zhang], {"结果": "同意"})).data)


def test_whole_numbers_typed_into_a_form_ask_what_for(shared: Office, tmp_path: Path) -> None:
    form = shared.forms.named(AIDED)
    asked = {"名单": [{"姓名": "张三", "身份证号": NUMBER, "金额": "500"}]}
    assert Request(form, asked=asked).purposeful and not Request(form, asked=_aided("500")).purposeful
    with pytest.raises(Refused, match="写明用途"):
        shared.forms.pdf(Request(form, asked=asked))
    with pytest.raises(Refused, match="写明用途"):
        shared.forms.save_xlsx(Request(form, asked=asked), tmp_path / "表.xlsx")
    assert NUMBER in text(shared.forms.pdf(Request(form, asked=asked, purpose="发放")).data)
    other = shared.forms.named("慰问审批表（住院）")
    assert Request(other, [shared.zhang], {"病情诊断": f"电话 {PHONE}"}).purposeful


def test_what_is_asked_and_left_empty_is_told(shared: Office) -> None:
    form = shared.forms.named("福利发放公示")
    request = Request(form, shared.ids(Subject.BATCH), {"公示天数": "5"})
    (told,) = [each for each in shared.forms.preflight(request) if each.kind is FindingKind.BLANK]
    assert "公示开始日期" in told.sentence and "联系电话" in told.sentence and "公示天数" not in told.sentence


def test_a_notice_says_its_days_as_papers_do(shared: Office) -> None:
    form = shared.forms.named("福利发放公示")
    asked = {"公示天数": "5", "公示开始日期": "2026-10-12", "公示结束日期": "2026-10-16", "联系电话": "0931-2345678"}
    shown = text(shared.forms.pdf(Request(form, shared.ids(Subject.BATCH), asked)).data)
    assert "自2026年10月12日至2026年10月16日" in shown.replace("\n", "").replace(" ", "")


def test_a_number_broken_over_two_lines_is_no_public_one(office: Office) -> None:
    form = office.own({"A1": "{{填写.内容}}"}, "情况公示", Subject.FREE)
    for broken in ("甲 1381234\n5678", "1101011990\r\n 03077758"):
        with pytest.raises(Refused, match="公示用的，没有打印"):
            office.forms.pdf(Request(form, asked={"内容": broken}))
    office.forms.pdf(Request(form, asked={"内容": "第一行\n2026 年"}))


def _huge(path: Path) -> Path:
    """A workbook with a picture that says it is 40,000 pixels wide and high."""
    small = io.BytesIO()
    Image.new("1", (10, 10)).save(small, "PNG")
    data = small.getvalue()
    found = openpyxl.Workbook()
    found.active["A1"] = "{{姓名}}"
    found.active.add_image(openpyxl.drawing.image.Image(small), "C3")
    found.save(path)
    head = b"IHDR" + struct.pack(">II", 40_000, 40_000) + data[24:29]
    bomb = data[:12] + head + struct.pack(">I", zlib.crc32(head)) + data[33:]
    source = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, bomb if name.endswith(".png") else source.read(name))
    return path


def test_a_workbook_with_a_huge_picture_is_refused_and_leaves_the_shelf_standing(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _huge(tmp_path / "大图.xlsx")
    with pytest.raises(UserError, match="大图.*有一张图片太大"):
        office.forms.check(path, Subject.MEMBER)
    own = office.own({"A1": "{{姓名}}"})
    (own.path.parent / "大图.xlsx").write_bytes(path.read_bytes())
    assert "图片太大" in office.forms.named("大图").problem
    assert not office.forms.named("试表").problem
    assert len(office.forms.shelf()) > 30

    def odd(book: Any, subject: Subject) -> None:
        if book.name == "试表.xlsx":
            raise KeyError("odd")

    monkeypatch.setattr("unionoffice.services.forms.tags.check", odd)
    own.path.write_bytes(own.path.read_bytes() + b" ")
    assert "读不懂" in office.forms.named("试表").problem


def test_a_workbook_that_lacks_a_sheet_is_refused(shared: Office, tmp_path: Path) -> None:
    found = openpyxl.Workbook()
    found.active["A1"] = "{{姓名}}"
    found.create_sheet("藏").sheet_state = "hidden"
    found.save(tmp_path / "全.xlsx")
    source = zipfile.ZipFile(tmp_path / "全.xlsx")
    with zipfile.ZipFile(tmp_path / "缺.xlsx", "w") as target:
        for name in source.namelist():
            if name != "xl/worksheets/sheet1.xml":
                target.writestr(name, source.read(name))
    with pytest.raises(UserError, match="少了工作表“Sheet”的内容"):
        shared.forms.check(tmp_path / "缺.xlsx", Subject.MEMBER)


def test_a_sum_is_never_printed_as_an_exponent_and_a_text_of_digits_is_no_number(office: Office) -> None:
    form = office.own({"A2": "{{名单.数}}", "A3": "{{合计.数}}", "B2": "{{名单.编号}}", "C2": "x"}, "窄", Subject.FREE)
    found = openpyxl.load_workbook(form.path)
    found.active.column_dimensions["A"].width = 3
    found.active.column_dimensions["B"].width = 3
    found.save(form.path)
    form = office.forms.named("窄")
    request = Request(form, asked={"名单": [{"数": "999999999.5", "编号": "123456789012345678"}]}, purpose="试")
    told = {each.cell: each for each in office.forms.preflight(request)}
    assert told["表!A3"].kind is FindingKind.NUMBER and "###" in told["表!A3"].sentence
    assert told["表!B2"].kind is not FindingKind.NUMBER
    assert "E+" not in text(office.forms.pdf(replace(request, gaps=True)).data)


def test_words_that_a_tag_takes_the_place_of_are_told(office: Office, tmp_path: Path) -> None:
    path = book(tmp_path / "上级.xlsx", {"B3": "请填写", "D1": 10, "E1": None})
    found = openpyxl.load_workbook(path)
    found.active.merge_cells("B3:C4")
    found.save(path)
    cells = {"C4": "姓名", "D1": "工号", "E1": "性别"}
    assert office.forms.replaced(path, cells) == [("表!B3", "请填写"), ("表!D1", "10")]
    form = office.forms.take_in(path, Subject.MEMBER, cells, "上级")
    sheet = openpyxl.load_workbook(form.path).active
    assert [sheet[place].value for place in ("B3", "D1", "E1")] == ["{{姓名}}", "{{工号}}", "{{性别}}"]
    with pytest.raises(UserError, match="B3 是同一个格子"):
        office.forms.take_in(path, Subject.MEMBER, {"B3": "姓名", "C4": "工号"}, "二")


def test_a_text_of_several_fonts_keeps_them_and_a_value_stands_in_that_of_its_tag(
    office: Office, tmp_path: Path
) -> None:
    path = book(tmp_path / "字体.xlsx", {"A2": "{{姓名}}"})
    found = openpyxl.load_workbook(path)
    red = TextBlock(InlineFont(b=True, color="FFFF0000"), "{{填写.甲}}")
    found.active["A1"] = CellRichText("姓名：", red, " 完")
    found.save(path)
    form = office.forms.add(path, Subject.MEMBER, "字体")
    request = Request(form, [office.zhang], {"甲": "赵"})
    (out,) = office.forms.save_xlsx(request, tmp_path / "出.xlsx")
    value = openpyxl.load_workbook(out, rich_text=True).active["A1"].value
    assert isinstance(value, CellRichText)
    assert [str(part) for part in value] == ["姓名：", "赵", " 完"]
    assert value[1].font.b and value[1].font.color.rgb == "FFFF0000"
    assert "姓名：赵完" in text(office.forms.pdf(request).data)
    blank = Request(form, [office.zhang])
    assert "姓名：________完" in text(office.forms.pdf(blank).data)


def test_a_day_is_no_number_in_a_cell_without_a_format_of_days(office: Office, tmp_path: Path) -> None:
    path = book(tmp_path / "来稿.xlsx", {"A1": "{{填写.日期}}", "A2": "{{日期}}", "A3": "自{{填写.日期}}起"})
    found = openpyxl.load_workbook(path)
    found.active["A1"].number_format = 'yyyy"年"m"月"d"日"'
    found.save(path)
    form = office.forms.add(path, Subject.FREE, "两处日期")
    request = Request(form, asked={"日期": "2026-10-9"})
    for data in (office.forms.pdf(request).data, office.forms.preview(request).data):
        assert text(data).count("2026年10月9日") == 3 and "46304" not in text(data)
    (out,) = office.forms.save_xlsx(request, tmp_path / "出.xlsx")
    sheet = openpyxl.load_workbook(out).active
    assert (f"{sheet['A1'].value:%Y-%m-%d}", sheet["A2"].value) == ("2026-10-09", "2026年10月9日")


def test_what_was_typed_or_stands_in_a_list_is_shown_by_the_format_of_its_tag(office: Office) -> None:
    cells = {
        "A1": "{{日期|yyyy.mm}}",
        "A2": "自{{填写.开始|yyyy年m月}}至今",
        "A3": "{{编号|0000}}",
        "A4": "{{年|yyyy年}}",
    }
    cells |= {
        "A5": "{{月|yyyy.mm}}",
        "A6": "{{说法|yyyy.mm}}",
        "A7": "{{名单.生日|m月d日}}",
        "A8": "{{时|yyyy年m月d日}}",
    }
    form = office.own(cells, "格式", Subject.FREE)
    asked = {"日期": "2026-10-9", "开始": "2026.3.8", "编号": "7", "名单": [{"生日": "1989-03-05"}]}
    said = text(office.forms.pdf(Request(form, asked=asked)).data)
    assert all(words in said for words in ("2026.10", "自2026年3月至今", "0007", "3月5日"))
    shown = office.forms.values(Request(form, asked={"名单": [{"生日": "春天"}]}))
    assert shown[0][1].lists["名单"][0]["生日"] == "春天"
    for wrong in ({"月": "2026-10"}, {"年": "2026"}, {"说法": "去年"}):  # the window says the same of them
        with pytest.raises(Refused, match="“.”：要写到日|“说法”：“去年”不是日期"):
            office.forms.pdf(Request(form, asked=wrong))


def test_a_day_that_is_none_is_refused_with_its_name_and_told_before(shared: Office) -> None:
    form = shared.forms.named("走访慰问记录表")
    for wrong, why in (("明天", "不是日期"), ("2026-2-30", "不存在"), ("2026-10", "要写到日")):
        request = Request(form, [shared.zhang], {"走访日期": wrong}, "归档")
        with pytest.raises(Refused, match=f"“走访日期”：.*{why}"):
            shared.forms.pdf(request)
        (told,) = [each for each in shared.forms.preflight(request) if each.kind is FindingKind.TYPED]
        assert told.sentence.startswith("“走访日期”：") and why in told.sentence


def test_a_day_of_a_list_that_is_none_is_refused_with_its_row(office: Office, tmp_path: Path) -> None:
    path = book(
        tmp_path / "来稿.xlsx",
        {"A2": "{{名单.姓名}}", "B2": "{{名单.日期}}", "C2": "{{名单.发放}}", "D2": "{{名单.备注}}"},
    )
    found = openpyxl.load_workbook(path)
    found.active["C2"].number_format = "yyyy-mm-dd"  # a day by the format of its cell, the other by its name
    found.save(path)
    form = office.forms.add(path, Subject.FREE, "日子")
    assert form_grid.asking(form).days == {("名单", "日期"), ("名单", "发放")}
    right = {"姓名": "甲", "日期": "2026-9-1", "发放": "2026年9月2日", "备注": "下周"}
    for name, wrong, why in (
        ("日期", "下周", "不是日期"),
        ("发放", "2026-13-40", "不存在"),
        ("日期", "2026-2-30", "不存在"),
    ):
        request = Request(form, asked={"名单": [right, {**right, "姓名": "乙", name: wrong}]})
        with pytest.raises(Refused, match=f"“名单”第 2 行（乙）的“{name}”：.*{why}"):
            office.forms.pdf(request)
        (told,) = [each for each in office.forms.preflight(request) if each.kind is FindingKind.TYPED]
        assert f"（乙）的“{name}”" in told.sentence
    for fine in ("2026-09", "", "无", date(2026, 9, 1)):
        assert office.forms.pdf(Request(form, asked={"名单": [{**right, "日期": fine, "发放": fine}]})).pages == 1


def test_a_day_of_a_list_stands_as_a_file_has_it(office: Office, tmp_path: Path) -> None:
    form = office.own({"A2": "{{名单.姓名}}", "B2": "{{名单.日期}}"}, "日子", Subject.FREE)
    path = book(tmp_path / "名单.xlsx", {"A1": "姓名", "B1": "日期", "A2": "张三", "B2": "下周"})
    rows = office.forms.rows(form, path)
    assert "下周" in text(office.forms.pdf(Request(form, rows=rows)).data)


def test_a_sum_tells_which_rows_it_lacks(shared: Office) -> None:
    form = shared.forms.named(AIDED)
    request = Request(form, asked=_aided("1,000.00", "", 500, " "))
    sentence = "“名单”有 2 行没有“金额”，合计里没有它们：第 2 行（甲1）、第 4 行（甲3）。"
    assert [each.sentence for each in shared.forms.preflight(request) if each.kind is FindingKind.BLANK] == [sentence]
    assert shared.forms.gaps(request) == [sentence]
    assert shared.forms.gaps(Request(form, asked=_aided("", ""))) == []  # to be written by hand, and added up so
    assert shared.forms.gaps(Request(form, asked=_aided(1, 2))) == []


def test_ages_follow_from_the_number_of_the_card_or_the_day_of_birth(office: Office) -> None:
    cells = {
        "A1": "{{姓名}}{{填写.年龄}}",
        "A2": "{{亲属.身份证号}}",
        "B2": "{{亲属.年龄}}",
        "C2": "{{亲属.出生日期|yyyy.mm}}",
    }
    form = office.own(cells, "年龄", Subject.FREE)
    relatives = [
        {"身份证号": NUMBER},
        {"出生日期": "2000-09-11"},
        {"身份证号": NUMBER, "年龄": "满41"},
        {"身份证号": "1"},
    ]
    ((_, values),) = office.forms.values(Request(form, asked={"姓名": "甲", "身份证号码": NUMBER, "亲属": relatives}))
    assert values.single["填写.年龄"] == 41
    assert [each.get("年龄") for each in values.lists["亲属"]] == [41, 25, "满41", None]
    assert [each.get("出生日期") for each in values.lists["亲属"]] == ["1985-06-01", "2000-09-11", "1985-06-01", None]


def test_names_that_are_no_files_are_refused_with_the_right_reason(office: Office) -> None:
    for name in ("CON", "nul", "Com1"):
        with pytest.raises(UserError, match="是 Windows 留给设备的名字"):
            office.own({"A1": "{{姓名}}"}, name, Subject.FREE)
    path = book(office.app.path.parent / "来稿.xlsx", {"A1": "{{姓名}}"})
    with pytest.raises(UserError, match="有 61 个字，表单名称最多 60 个字"):
        office.forms.add(path, Subject.FREE, "长" * 61)
    form = office.own({"A1": "{{姓名}}"}, "控制台CON", Subject.FREE)
    with pytest.raises(UserError, match="会员没有名为“控制台CON”的表单，它是“填写”一类的。"):
        office.forms.named(form.name, Subject.MEMBER)
    assert not office.forms.replaces(form)
    assert office.forms.replaces(office.forms.add(path, Subject.MEMBER, "会员登记表"))
    assert not office.forms.replaces(office.forms.named("退会审批表"))


def test_a_picture_that_is_none_is_told_before_printing(office: Office, tmp_path: Path) -> None:
    path = book(tmp_path / "图.xlsx", {"A1": "{{姓名}}"})
    found = openpyxl.load_workbook(path)
    picture = io.BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")
    found.active.add_image(openpyxl.drawing.image.Image(picture), "B2")
    found.save(path)
    whole = office.forms.add(path, Subject.FREE, "有图")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(tmp_path / "坏.xlsx", "w") as target:
        for name in source.namelist():
            target.writestr(name, b"no picture" if name.startswith("xl/media/") else source.read(name))
    broken = office.forms.add(tmp_path / "坏.xlsx", Subject.FREE, "坏图")
    told = [
        [each.sentence for each in office.forms.preflight(Request(form)) if each.kind is FindingKind.LOST]
        for form in (whole, broken)
    ]
    assert told == [[], ["表里的打不开的图片打印不出来，Excel 文件里仍有。"]]


def test_days_of_a_template_are_seen_as_excel_shows_them(tmp_path: Path) -> None:
    path = book(tmp_path / "来稿.xlsx", {"A1": date(1989, 3, 5), "A2": 12, "A3": "文字"})
    (sheet,) = form_grid.grid(path)
    assert [cell.text for cell in sheet.cells] == ["1989-03-05", "12", "文字"]


def test_braces_of_full_width_are_named_with_the_right_spelling(office: Office) -> None:
    for wrong in ("｛｛姓名｝｝", "致{{姓名｝｝", "｛{ 姓名 }｝"):
        with pytest.raises(UserError, match="“表”A1 的括号是全角的：.*写成 {{姓名}}。"):
            office.own({"A1": wrong, "A2": "{{性别}}"}, "全角", Subject.FREE)
    assert office.own({"A1": "｛注｝{{姓名}}"}, "半角", Subject.FREE).problem == ""
