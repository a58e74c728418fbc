"""Forms filled from the rows of somebody's Excel file: matched by heading, one copy a row or all on one list."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from pypdf import PdfReader

from tests.services.form_office import NOW, Office, office, shared, text
from unionoffice.kernel.errors import Cancelled, Refused, UserError
from unionoffice.kernel.progress import Silent
from unionoffice.models.access_entry import AccessKind
from unionoffice.services.forms import rows as form_rows
from unionoffice.services.forms.service import Finding, FindingKind, Form, Request, Rows, Subject
from unionoffice.services.offices import PRACTICE_SHEET

__all__ = ["office", "shared"]

PLATFORM = Path(__file__).parents[1] / "data" / "困难职工档案-平台导出.xlsx"
NUMBERS = ("410105198902096452", "610802198110080619")
VISIT = {"A1": "{{姓名}}的走访记录", "A2": "{{身份证号}}", "A3": "{{走访日期}}", "A4": "{{单位}}", "A5": "{{金额}}"}


def sheet(path: Path, *rows: Sequence[Any], title: str = "名单", **more: Sequence[Sequence[Any]]) -> Path:
    """A workbook with these rows, and further sheets by title."""
    book = openpyxl.Workbook()
    for name, lines in {title: rows, **more}.items():
        found = book.active if name == title else book.create_sheet(name)
        found.title = name
        for line in lines:
            found.append(list(line))
    book.save(path)
    return path


@pytest.fixture
def visit(office: Office) -> Form:
    """An own form about one person."""
    return office.own(VISIT, "走访", Subject.FREE)


def sentences(rows: Rows) -> list[str]:
    return [note.sentence for note in rows.notes]


def values(rows: Rows, name: str) -> list[Any]:
    return [row.values.get(name) for row in rows.rows]


# -- the platform's export -------------------------------------------------------------------------------------------


def exported() -> list[dict[str, str]]:
    """Every row of the platform's export as it stands in the file, by heading."""
    headings, *rows = openpyxl.load_workbook(PLATFORM).active.iter_rows(values_only=True)
    return [
        {str(name): str(value) for name, value in zip(headings, row, strict=True) if value is not None} for row in rows
    ]


def test_every_cell_of_the_platforms_export_stands_on_form_a_and_the_families_on_form_b(shared: Office) -> None:
    people = exported()
    assert len(people) == 24 and sum("家庭成员4姓名" in person for person in people) > 0
    pages = {}
    for letter in "AB":
        form = shared.forms.named(f"困难职工档案表（{letter}表）")
        found = shared.forms.pdf(Request(form, purpose="报送", rows=shared.forms.rows(form, PLATFORM)))
        assert found.titles == tuple(person["姓名"] for person in people) and found.missing == ""
        pages[letter] = ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(found.data)).pages]
        assert len(pages[letter]) == 24
    for person, a, b in zip(people, pages["A"], pages["B"], strict=True):
        for heading, cell in person.items():
            assert "".join(cell.split()) in a, (person["姓名"], heading)
            if heading.endswith(("姓名", "身份证号")) and heading.startswith("家庭成员"):
                assert cell in b, (person["姓名"], heading)


def test_an_aid_list_has_all_of_them_ten_to_a_page_with_an_amount_for_each(shared: Office) -> None:
    form = shared.forms.named("帮扶签领表（中央资金）")
    rows = shared.forms.rows(form, PLATFORM)
    assert (rows.listed, len(rows.rows), rows.problem) == ("名单", 24, "")
    assert set(rows.lacking) == {"金额", "凭证号"}
    request = Request(form, asked={"金额": "800", "项目": "生活救助"}, purpose="发放", rows=rows)
    assert request.copies == 1
    found = shared.forms.pdf(request)
    pages = ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(found.data)).pages]
    assert [page.count("KN2026") for page in pages] == [10, 10, 4]
    assert "19,200.00" in pages[-1] and "人民币壹万玖仟贰佰元整" in pages[-1] and "生活救助" in pages[0]
    for person in exported():
        assert person["银行卡号"] in "".join(pages) and person["手机号码"] in "".join(pages)


def test_amounts_beside_each_name_are_added_up(office: Office, tmp_path: Path) -> None:
    path = sheet(tmp_path / "发放.xlsx", ["姓名", "救助金额", "编号"], ["甲", "1,000.00", "K1"], ["乙", 500.5, "K2"])
    form = office.forms.named("帮扶签领表（省市资金）")
    rows = office.forms.rows(form, path)
    (out,) = office.forms.save_xlsx(Request(form, rows=rows), tmp_path / "签领.xlsx")
    cells = [cell.value for line in openpyxl.load_workbook(out).active.iter_rows() for cell in line]
    assert {1000, 500.5, 1500.5, "甲", "乙", "K1", "K2"} <= set(cells)
    path = sheet(tmp_path / "发放.xlsx", ["姓名", "救助金额"], ["甲", "二百"])
    with pytest.raises(Refused, match="第 2 行（甲）的“金额”：“二百”不是金额"):
        office.forms.pdf(Request(form, rows=office.forms.rows(form, path)))


# -- headings --------------------------------------------------------------------------------------------------------


def test_headings_are_known_by_name_and_by_what_others_call_it_below_a_title(
    office: Office, visit: Form, tmp_path: Path
) -> None:
    path = sheet(
        tmp_path / "走访.xlsx",
        ["2026年走访名单"],
        ["序号", "职工姓名*", "公民身份号码", "走访日期（年月日）", "慰问金额", "签收"],
        [1, "张 三", NUMBERS[0], "2026.9.1", 500, ""],
        ["", "合计", "", "", 500, ""],
    )
    rows = office.forms.rows(visit, path)
    assert dict(rows.columns) == {
        "序号": "",
        "职工姓名*": "姓名",
        "公民身份号码": "身份证号",
        "走访日期(年月日)": "走访日期",
        "慰问金额": "金额",
        "签收": "",
    }
    assert [dict(row.values) for row in rows.rows] == [
        {"姓名": "张三", "身份证号": NUMBERS[0], "走访日期": "2026-09-01", "金额": "500"}
    ]
    assert office.forms.rows(visit, path, meanings={"走访日期（年月日）": ""}).columns["走访日期(年月日)"] == ""
    assert rows.lacking == ("单位",)
    assert sentences(rows) == ["第 4 行没有采用：表尾：合计。"]


def test_headings_nobody_knows_are_said_once_and_remembered_for_the_form(
    office: Office, visit: Form, tmp_path: Path
) -> None:
    path = sheet(tmp_path / "一.xlsx", ["受访人", "姓名拼音", "单位", "所在处"], ["张三", "zhang", "甲", "机电队"])
    rows = office.forms.rows(visit, path)
    assert rows.unnamed and "没有“姓名”这一列" in rows.problem and rows.rows == ()
    assert list(rows.columns) == ["受访人", "姓名拼音", "单位", "所在处"]
    with pytest.raises(UserError, match="没有“姓名”这一列"):
        office.forms.pdf(Request(visit, rows=rows))
    said = {"受访人": "姓名", "所在处": "单位"}
    rows = office.forms.rows(visit, path, meanings=said)
    assert (values(rows, "姓名"), values(rows, "单位")) == (["张三"], ["机电队"])
    assert rows.columns["单位"] == ""  # one field, one column: the one that was said
    office.forms.remember_columns(visit, said)
    other = sheet(tmp_path / "二.xlsx", ["单位", "受访人"], ["通风队", "李四"])
    rows = office.forms.rows(visit, other)
    assert (values(rows, "姓名"), values(rows, "单位")) == (["李四"], ["通风队"])
    assert office.forms.rows(visit, path, meanings={"所在处": ""}).columns["所在处"] == ""
    assert values(office.forms.rows(visit, path, meanings={"姓名拼音": "姓名"}), "姓名") == ["zhang"]
    office.forms.remember_columns(visit, {"姓名拼音": "姓名"})  # said anew: the column said before is it no more
    assert values(office.forms.rows(visit, path), "姓名") == ["zhang"]
    another = office.own(VISIT, "回访", Subject.FREE)
    assert office.forms.rows(another, path).unnamed


def test_a_heading_or_field_that_there_is_not_is_named(office: Office, visit: Form, tmp_path: Path) -> None:
    path = sheet(tmp_path / "表.xlsx", ["姓名", "单位"], ["张三", "甲"])
    with pytest.raises(UserError, match="里没有“名子”这一列，有：姓名、单位"):
        office.forms.rows(visit, path, meanings={"名子": "姓名"})
    with pytest.raises(UserError, match="“走访”不用填“住址”，可以填的有：姓名、身份证号"):
        office.forms.rows(visit, path, meanings={"单位": "住址"})
    with pytest.raises(UserError, match="会员的表单，内容来自登记"):
        office.forms.rows(office.forms.named("入会申请书"), path)


def test_a_word_for_two_fields_means_the_one_of_its_name_and_the_person_is_the_one_called_so(
    office: Office, tmp_path: Path
) -> None:
    cells = {"A1": "{{项目名称}}", "A2": "{{手机号码}}", "A3": "{{联系电话}}", "A4": "{{姓名}}"}
    form = office.own(cells, "回执", Subject.FREE)
    path = sheet(
        tmp_path / "表.xlsx", ["项目名称", "联系电话", "手机号码", "姓名"], ["助学", "0912-8888888", "139", "甲"]
    )
    rows = office.forms.rows(form, path)
    assert rows.key == "姓名" and rows.rows[0].title == "甲"
    assert dict(rows.columns) == {name: name for name in ("项目名称", "联系电话", "手机号码", "姓名")}


def test_families_come_in_columns_that_repeat_also_under_a_heading_of_two_rows(office: Office, tmp_path: Path) -> None:
    form = office.own({"A1": "{{姓名}}", "A2": "{{家庭成员.姓名}}", "B2": "{{家庭成员.关系}}"}, "家庭", Subject.FREE)
    path = tmp_path / "家庭.xlsx"
    book = openpyxl.Workbook()
    for line in (["姓名", "家属1", None, "家属2", None], [None, "姓名", "称谓", "姓名", "称谓"]):
        book.active.append(line)
    for line in (["张三", "张小", "儿子", "李四", "妻子"], ["王五", None, None, "王六", "女儿"], ["赵七"]):
        book.active.append(line)
    for merged in ("A1:A2", "B1:C1", "D1:E1"):
        book.active.merge_cells(merged)
    book.save(path)
    rows = office.forms.rows(form, path)
    assert values(rows, "家庭成员") == [
        [{"姓名": "张小", "关系": "儿子"}, {"姓名": "李四", "关系": "妻子"}],
        [{"姓名": "王六", "关系": "女儿"}],
        None,
    ]
    assert "张小儿子李四妻子" in text(office.forms.pdf(Request(form, rows=rows)).data)


def test_a_form_without_a_name_goes_by_what_it_asks_first(office: Office, tmp_path: Path) -> None:
    form = office.own({"A1": "{{房号}}室 {{用途}}"}, "钥匙", Subject.FREE)
    rows = office.forms.rows(form, sheet(tmp_path / "房.xlsx", ["用途", "房号"], ["会议", 301], ["库房", None]))
    assert [(row.title, row.values) for row in rows.rows] == [("301", {"房号": "301", "用途": "会议"})]
    assert sentences(rows) == ["第 3 行没有采用：只有“库房”。"]
    plain = office.own({"A1": "{{今天}}"}, "空表", Subject.FREE)
    with pytest.raises(UserError, match="没有要填的内容，不能从 Excel 填写"):
        office.forms.rows(plain, tmp_path / "房.xlsx")


# -- cells -----------------------------------------------------------------------------------------------------------


def test_what_cannot_be_read_stands_as_in_the_file_and_destroyed_numbers_are_left_out(
    office: Office, visit: Form, tmp_path: Path
) -> None:
    wrong = NUMBERS[0][:-1] + "9"
    path = sheet(
        tmp_path / "走访.xlsx",
        ["姓名", "身份证号", "走访日期", "单位", "金额"],
        ["张三", wrong, "秋天", "无", "500元"],
        ["李四", 410105198902096452, "2026-9-3", 6217720177117300227, ""],
        ["", NUMBERS[1], "", "机电队", ""],
        [None, None, None, None, None],
        ["王五", NUMBERS[1], "", "机电队", ""],
    )
    rows = office.forms.rows(visit, path)
    assert [dict(row.values) for row in rows.rows] == [
        {"姓名": "张三", "身份证号": wrong, "走访日期": "秋天", "单位": "无", "金额": "500元"},
        {"姓名": "李四", "走访日期": "2026-09-03"},
        {"姓名": "王五", "身份证号": NUMBERS[1], "单位": "机电队"},
    ]
    told = [(note.row, note.sentence) for note in rows.notes]
    assert sorted(str(row) for row, _ in told) == ["0", "0", "1", "1", "None"]
    joined = "\n".join(sentence for _, sentence in told)
    assert "第 2 行的“身份证号”按表里的内容填写" in joined and "第 2 行的“走访日期”按表里的内容填写" in joined
    assert "第 3 行的“身份证号”没有采用" in joined and "第 3 行的“单位”没有采用" in joined
    assert "第 4 行没有“姓名”，没有采用。" in joined
    found = [each for each in office.forms.preflight(Request(visit, rows=rows)) if each.kind is FindingKind.FILE]
    assert [(each.title, each.copy) for each in found if each.copy is not None][0] == ("张三", 0)
    assert len(found) == len(told)


def test_a_number_that_was_tidied_is_not_told_and_one_that_was_made_anew_is(
    office: Office, visit: Form, tmp_path: Path
) -> None:
    spaced = f"'{NUMBERS[0][:6]} {NUMBERS[0][6:14]} {NUMBERS[0][14:]}"
    path = sheet(tmp_path / "表.xlsx", ["姓名", "身份证号"], ["张三", spaced], ["李四", "610802811008061"])
    rows = office.forms.rows(visit, path)
    assert values(rows, "身份证号") == [NUMBERS[0], "610802198110080619"]
    assert sentences(rows) == ["第 3 行的“身份证号”：15位旧号，已换算为 18 位 610802198110080619。"]


def test_formulas_are_read_by_their_kept_result_and_text_never_becomes_one(
    office: Office, visit: Form, tmp_path: Path
) -> None:
    path = sheet(tmp_path / "公式.xlsx", ["姓名", "单位", "金额"], ["张三", "", "=1+1"])
    book = openpyxl.load_workbook(path)
    cell = book.active["B2"]
    cell.value, cell.data_type = '=HYPERLINK("http://x","y")', "s"
    cell.comment = Comment("批注", "甲")
    book.save(path)
    rows = office.forms.rows(visit, path)
    assert any("“金额”" in sentence and "是公式，文件里没有保存结果" in sentence for sentence in sentences(rows))
    (out,) = office.forms.save_xlsx(Request(visit, rows=rows), tmp_path / "出.xlsx")
    filled = openpyxl.load_workbook(out).active["A4"]
    assert (filled.value, filled.data_type) == ('=HYPERLINK("http://x","y")', "s")


def test_cells_without_a_result_are_told_as_left_blank_and_a_name_without_one_is_no_row(
    office: Office, visit: Form, tmp_path: Path
) -> None:
    lines = [["姓名", "单位", "金额"], ["张三", "=A1", "#N/A"], ["=A2", "甲", 5]]
    rows = office.forms.rows(visit, sheet(tmp_path / "公式.xlsx", *lines))
    assert values(rows, "姓名") == ["张三"]
    unsaved = "是公式，文件里没有保存结果；用 WPS 打开该文件、保存一次，再读取。"
    assert sorted(sentences(rows)) == [
        f"第 2 行的“单位”留空：{unsaved}",
        "第 2 行的“金额”留空：是公式，算出来是 #N/A 一类的错误，按没有填读取。",
        f"第 3 行没有“姓名”，没有采用：{unsaved}",
    ]


def test_a_sentence_keeps_a_line_for_what_a_row_lacks_and_the_row_is_told(office: Office, tmp_path: Path) -> None:
    cells = {"A1": "{{姓名}}", "A2": "奖金{{金额}}元（{{金额大写}}），{{工会名称}}{{照片}}", "A3": "{{单位}}"}
    form = office.own(cells, "奖金", Subject.FREE)
    path = sheet(tmp_path / "奖.xlsx", ["姓名", "金额", "单位"], ["张三", 5, "甲"], ["李四", "", ""])
    request = Request(form, rows=office.forms.rows(form, path))
    assert "奖金________元（________），" in text(office.forms.pdf(request).data)
    assert office.forms.gaps(request) == ["没有“金额”，句子里留了一条线：第 3 行“李四”。"]
    (told,) = [each for each in office.forms.preflight(request) if each.kind is FindingKind.BLANK]
    assert told.copy == 1


def test_an_age_comes_from_the_number_of_the_card_or_a_column_that_the_form_does_not_show(
    office: Office, tmp_path: Path
) -> None:
    form = office.forms.named("帮扶签领表（中央资金）")
    rows = office.forms.rows(form, PLATFORM)
    ((_, filled),) = office.forms.values(Request(form, rows=rows))
    assert [each["年龄"] for each in filled.lists["名单"]][:2] == [37, 44]
    path = sheet(tmp_path / "表.xlsx", ["姓名", "出生日期"], ["张三", "1990-9-10"])
    rows = office.forms.rows(form, path)
    assert "年龄" not in rows.lacking and rows.columns["出生日期"] == "出生日期"
    ((_, filled),) = office.forms.values(Request(form, rows=rows))
    assert filled.lists["名单"][0]["年龄"] == 36


def test_what_was_typed_once_for_all_rows_is_told_once(office: Office, visit: Form, tmp_path: Path) -> None:
    path = sheet(tmp_path / "表.xlsx", ["姓名", "走访日期"], ["张三", "秋天"], ["李四", "2026-9-3"])
    request = Request(visit, asked={"金额": "八百"}, rows=office.forms.rows(visit, path))
    with pytest.raises(Refused, match="没有打印：“金额”：“八百”不是金额，写成 1234.50 这样的数字。$"):
        office.forms.pdf(request)
    form = office.forms.named("帮扶签领表（中央资金）")
    request = Request(form, asked={"金额": "八百"}, purpose="发放", rows=office.forms.rows(form, path))
    with pytest.raises(Refused, match="没有打印：“金额”：“八百”不是金额，写成 1234.50 这样的数字。$"):
        office.forms.pdf(request)


def test_all_sheets_are_read_or_the_one_that_is_named(office: Office, visit: Form, tmp_path: Path) -> None:
    lines = [["姓名", "单位"], ["李四", "乙"]]
    path = sheet(tmp_path / "两表.xlsx", ["姓名", "单位"], ["张三", "甲"], 二队=lines, 说明=[["填表说明", "见文件"]])
    rows = office.forms.rows(visit, path)
    assert (values(rows, "姓名"), rows.sheets) == (["张三", "李四"], ("名单", "二队", "说明"))
    assert [row.where for row in rows.rows] == ["工作表“名单”第 2 行", "工作表“二队”第 2 行"]
    assert sentences(rows) == ["工作表“说明”没有“姓名”这一列，没有读取。"]
    assert values(office.forms.rows(visit, path, sheet="二队"), "姓名") == ["李四"]
    with pytest.raises(UserError, match="没有工作表“三队”，有：名单、二队、说明"):
        office.forms.rows(visit, path, sheet="三队")


def test_files_that_are_none_too_long_or_from_practice_are_refused_in_a_sentence(
    office: Office, visit: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "图.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(UserError, match="不是表格"):
        office.forms.rows(visit, tmp_path / "图.xlsx")
    head = ["姓名", "单位"]
    assert "下面没有内容" in office.forms.rows(visit, sheet(tmp_path / "空.xlsx", head)).problem
    with pytest.raises(UserError, match="练习用的数据"):
        office.forms.rows(visit, sheet(tmp_path / "练.xlsx", head, ["张三", "甲"], title=PRACTICE_SHEET))
    monkeypatch.setattr(form_rows, "MOST_ROWS", 2)
    path = sheet(tmp_path / "长.xlsx", head, ["张三", "甲"], ["李四", "甲"], ["王五", "甲"])
    with pytest.raises(UserError, match="超过 2 行，一次印不了这么多"):
        office.forms.rows(visit, path)


class Stopped(Silent):
    """Somebody has pressed 取消."""

    cancelled = True


# -- copies ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def two(office: Office, visit: Form, tmp_path: Path) -> Rows:
    """Two namesakes and one more."""
    return office.forms.rows(
        visit,
        sheet(
            tmp_path / "走访名单.xlsx",
            ["姓名", "身份证号", "单位"],
            ["张三", NUMBERS[0], "甲"],
            ["张三", NUMBERS[1], ""],
            ["李\U000323af", "", "丙"],
        ),
    )


def of(found: Sequence[Finding], kind: FindingKind) -> list[Finding]:
    return [each for each in found if each.kind is kind]


def test_a_row_a_copy_with_what_was_typed_for_all_and_nobody_elses(office: Office, visit: Form, two: Rows) -> None:
    request = Request(visit, asked={"走访日期": "2026-09-09", "单位": "上一个人的"}, purpose="走访", rows=two)
    assert request.copies == 3
    found = office.forms.pdf(request)
    titles = ("张三（第 2 行）", "张三（第 3 行）", "李\U000323af")
    assert found.titles == titles
    outline = [str(each.title) for each in PdfReader(io.BytesIO(found.data)).outline]  # type: ignore[union-attr]
    assert outline == list(titles)
    shown = text(found.data)
    assert shown.count("2026-09-09") == 3 and "上一个人的" not in shown  # the file has the column: a blank stays blank
    told = office.forms.preflight(request)
    assert [each.sentence for each in of(told, FindingKind.SHARED)] == [
        "“走访日期”填的内容会印在 3 份上；各份不同的请写进 Excel 文件。"
    ]
    (gap,) = of(told, FindingKind.GLYPH)
    assert (gap.title, gap.copy) == (titles[2], 2)


def test_each_copy_has_its_own_amount_in_capitals(office: Office, tmp_path: Path) -> None:
    form = office.own({"A1": "{{姓名}}", "A2": "{{金额}}", "A3": "{{金额大写}}"}, "收条", Subject.FREE)
    path = sheet(tmp_path / "名单.xlsx", ["姓名", "金额"], ["甲", 500], ["乙", 600])
    shown = text(office.forms.pdf(Request(form, rows=office.forms.rows(form, path))).data)
    assert shown.count("人民币伍佰元整") == shown.count("人民币陆佰元整") == 1


def test_a_bad_amount_is_named_with_its_row_and_nothing_is_written(office: Office, visit: Form, tmp_path: Path) -> None:
    path = sheet(tmp_path / "走访.xlsx", ["姓名", "金额"], ["张三", "500"], ["李四", "五百"])
    request = Request(visit, rows=office.forms.rows(visit, path))
    with pytest.raises(Refused, match="第 3 行“李四”的“金额”：“五百”不是金额"):
        office.forms.save_xlsx(request, tmp_path)
    with pytest.raises(Refused, match="第 3 行“李四”"):
        office.forms.save_pdf(request, tmp_path / "出.pdf")
    assert sorted(each.name for each in tmp_path.glob("*.pdf")) == []
    assert "走访记录" not in " ".join(each.name for each in tmp_path.iterdir())


def test_one_workbook_a_row_into_a_folder_none_when_stopped(
    office: Office, visit: Form, two: Rows, tmp_path: Path
) -> None:
    folder = tmp_path / "出"
    folder.mkdir()
    request = Request(visit, purpose="走访", rows=two)
    with pytest.raises(UserError, match="有 3 份，一个 Excel 文件只放一份"):
        office.forms.save_xlsx(request, tmp_path / "一个.xlsx")
    with pytest.raises(Cancelled):
        office.forms.save_xlsx(request, folder, Stopped())
    assert list(folder.iterdir()) == []
    written = office.forms.save_xlsx(request, folder)
    assert [openpyxl.load_workbook(path).active["A2"].value for path in written] == [*NUMBERS, None]
    assert [path.name for path in written] == sorted(path.name for path in folder.iterdir())


def test_whole_numbers_need_a_purpose_are_masked_on_the_screen_and_logged_with_their_file(
    office: Office, visit: Form, two: Rows
) -> None:
    request = Request(visit, rows=two)
    assert request.purposeful
    with pytest.raises(Refused, match="写明用途后才能打印"):
        office.forms.pdf(request)
    shown = text(office.forms.preview(request.only(1)).data)
    assert NUMBERS[1] not in shown and f"{NUMBERS[1][:3]}***{NUMBERS[1][-2:]}" in shown and NUMBERS[0][:3] not in shown
    office.forms.pdf(Request(visit, purpose="走访", rows=two))
    (entry,) = [each for each in office.app.access_log.entries() if each.what == "走访"]
    assert (entry.kind, entry.rows, entry.purpose) == (AccessKind.PRINT, 3, "走访")
    assert entry.words == "Excel 文件“走访名单.xlsx”" and "身份证号" in entry.fields
    assert NUMBERS[0] not in entry.sentence()
    assert not Request(visit, rows=two.only(2)).purposeful


def test_a_list_is_logged_with_everybody_on_it_however_it_was_filled(office: Office) -> None:
    form = office.forms.named("帮扶签领表（中央资金）")
    office.forms.pdf(Request(form, asked={"名单": [{"姓名": "甲"}, {"姓名": "乙"}]}))
    office.forms.pdf(Request(form, purpose="发放", rows=office.forms.rows(form, PLATFORM)))
    entries = [each for each in office.app.access_log.entries() if each.what == form.name]
    assert sorted(each.rows or 0 for each in entries) == [2, 24]


def test_a_notice_filled_from_a_file_shows_no_whole_number(office: Office, tmp_path: Path) -> None:
    form = office.own(VISIT, "走访公示", Subject.FREE)
    path = sheet(tmp_path / "名单.xlsx", ["姓名", "身份证号"], ["张三", NUMBERS[0]])
    with pytest.raises(Refused, match="公示用的，没有打印：“张三”的"):
        office.forms.pdf(Request(form, rows=office.forms.rows(form, path)))


def test_what_was_typed_is_remembered_and_nothing_of_a_row(office: Office, visit: Form, two: Rows) -> None:
    office.forms.pdf(Request(visit, asked={"走访日期": "2026-09-09"}, purpose="走访", rows=two))
    assert office.forms.remembered(visit) == {"走访日期": "2026-09-09"}


def test_one_photo_is_not_put_on_everybodys_copy(office: Office, tmp_path: Path) -> None:
    form = office.own({"A1": "{{姓名}}", "A2": "{{照片}}"}, "胸卡", Subject.FREE)
    rows = office.forms.rows(form, sheet(tmp_path / "名单.xlsx", ["姓名", "单位"], ["张三", "甲"]))
    with pytest.raises(UserError, match="从 Excel 填写时不能放照片"):
        office.forms.pdf(Request(form, photos=tmp_path / "照.jpg", rows=rows))


def test_the_day_is_todays_to_reading(office: Office, visit: Form, tmp_path: Path) -> None:
    """Nobody is born after today: such a number is told, and stands as it does in the file."""
    later = "110101202701010019"
    path = sheet(tmp_path / "表.xlsx", ["姓名", "身份证号"], ["张三", later])
    rows = office.forms.rows(visit, path)
    assert values(rows, "身份证号") == [later] and len(rows.notes) == 1 and NOW.year == 2026


def test_addresses_and_numbers_of_a_list_are_masked_where_they_are_looked_at(office: Office, tmp_path: Path) -> None:
    form = office.own({"A1": "{{姓名}}", "A2": "{{家庭住址}}", "A3": "{{证件号}}"}, "走访单", Subject.FREE)
    book = openpyxl.load_workbook(form.path)
    book.active["A3"].number_format = "0"
    book.save(form.path)
    form = office.forms.named("走访单")
    row = ["张三", "示范市示范区和平路 6 号", NUMBERS[0][:17]]
    path = sheet(tmp_path / "名单.xlsx", ["姓名", "家庭住址", "证件号"], row)
    request = Request(form, rows=office.forms.rows(form, path))
    shown = text(office.forms.preview(request).data)
    assert "示范市示范区****" in shown and "和平路" not in shown and NUMBERS[0][:17] not in shown
    listed = office.own({"A1": "{{人员.姓名}}", "B1": "{{人员.现住址}}"}, "走访名单", Subject.FREE)
    request = Request(listed, asked={"人员": [{"姓名": "张三", "现住址": "示范市示范区和平路 6 号"}]})
    assert "和平路" not in text(office.forms.preview(request).data)
    assert "和平路" in text(office.forms.pdf(request).data)


class _Counted(type(Path())):  # type: ignore[misc]
    """A file that counts how often it is read."""

    read = 0

    def read_bytes(self) -> bytes:
        _Counted.read += 1
        return super().read_bytes()


@pytest.mark.parametrize("meanings", [{}, {"户主": "姓名"}])
def test_a_file_is_read_once_whatever_its_headings_mean(
    office: Office, tmp_path: Path, meanings: dict[str, str]
) -> None:
    form = office.own({"A2": "{{名单.姓名}}", "B2": "{{名单.电话}}"}, "电话表", Subject.FREE)
    path = _Counted(sheet(tmp_path / "表.xlsx", (next(iter(meanings), "姓名"), "电话"), ("张三", "")))
    _Counted.read = 0
    rows = office.forms.rows(form, path, meanings=meanings)
    assert [row.values["姓名"] for row in rows.rows] == ["张三"] and _Counted.read == 1
