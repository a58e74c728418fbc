"""Forms by command: listed, checked, taken in and printed; what is wrong is one sentence and exit status 2."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from PIL import Image
from pypdf import PdfReader

from tests.services.people import roster
from tests.shell import Shell


@pytest.fixture
def shell(office_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    people = roster(
        tmp_path / "名册.xlsx",
        ["姓名", "分工会", "入会日期", "手机号码"],
        ["张一", "机电队", "2015-01-01", "13812345678"],
        ["李二", "通风队", "2015-01-01", ""],
    )
    found = Shell(office_file, capsys)
    found("import", "members", people)
    return found


def form(path: Path, *cells: str) -> Path:
    """A workbook with these cells below one another."""
    found = openpyxl.Workbook()
    for row, cell in enumerate(cells, start=1):
        found.active.cell(row, 1, cell)
    found.save(path)
    return path


def test_forms_and_tags_are_listed(shell: Shell) -> None:
    found = shell.json("forms", "list")
    assert found["count"] >= 33
    named = {each["name"]: each for each in found["forms"]}
    assert named["会员登记表"]["subject_label"] == "会员" and named["会员登记表"]["needs_purpose"]
    assert named["退会审批表"]["asked"] == ["方式", "会费缴至", "会员证收回", "理由", "谈话情况"]
    assert shell.json("forms", "list", "--as", "填写")["count"] == 4
    tags = shell.json("forms", "tags", "会员")
    assert "姓名" in tags["single"] and "单位或学校" in tags["lists"]["家庭成员"]
    assert "没有“员工”这一类表单" in shell.refused("forms", "tags", "员工")


def test_a_workbook_is_checked_and_taken_in(shell: Shell, tmp_path: Path) -> None:
    good, bad = form(tmp_path / "好.xlsx", "{{姓名}}", "{{填写.事由}}"), form(tmp_path / "坏.xlsx", "{{姓铭}}")
    out = shell("forms", "check", good, "--as", "会员")
    assert "可以用作会员的表单。打印时要填：事由" in out
    assert "A1 的标签“姓铭”本程序不认识，是不是“姓名”" in shell.refused("forms", "check", bad, "--as", "会员")
    assert "缺少 --as" in shell.refused("forms", "check", good)
    done = shell.json("forms", "add", good, "--as", "会员", "--name", "申请")
    assert Path(done["files"][0]).is_file() and done["form"]["own"]
    assert "已经有一张自己的表单叫“申请”" in shell.refused("forms", "add", good, "--as", "会员", "--name", "申请")
    shell("forms", "add", good, "--as", "会员", "--name", "申请", "--replace")
    plain = form(tmp_path / "上级.xlsx", "姓名", "")
    shell("forms", "add", plain, "--as", "会员", "--name", "上级", "--cell", "B1=姓名")
    shell("forms", "print", "上级", tmp_path / "出.xlsx", "--member", "张一")
    sheet = openpyxl.load_workbook(tmp_path / "出.xlsx").active
    assert (sheet["A1"].value, sheet["B1"].value) == ("姓名", "张一")
    shell("forms", "remove", "申请")
    assert "没有名为“申请”的表单" in shell.refused("forms", "remove", "申请")


def test_forms_are_printed(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "登记表.pdf"
    error = shell.refused("forms", "print", "会员登记表", path, "--unit", "机电队")
    assert "写明用途后才能打印" in error and not path.exists()
    done = shell.json("forms", "print", "会员登记表", path, "--unit", "机电队", "--purpose", "归档")
    assert (done["copies"], done["pages"], done["unprintable"]) == (1, 1, "")
    assert "张一" in PdfReader(path).pages[0].extract_text()
    assert "已经存在" in shell.refused("forms", "print", "会员登记表", path, "--member", "张一")
    out = shell("log")
    assert "打印“会员登记表”" in out and "用途：归档" in out
    roll = tmp_path / "花名册.xlsx"
    shell("forms", "print", "会员花名册", roll, "--unit", "通风队")
    assert "李二" in [cell.value for row in openpyxl.load_workbook(roll).active for cell in row]
    found = shell.json("forms", "print", "退会审批表", tmp_path, "--member", "张一", "--set", "理由=调离")
    assert len(found["files"]) == 1 and Path(found["files"][0]).is_file()


def test_a_form_is_printed_with_photos(shell: Shell, tmp_path: Path) -> None:
    shell("forms", "add", form(tmp_path / "证.xlsx", "{{姓名}}", "{{照片}}"), "--as", "会员", "--name", "证")
    Image.new("RGB", (30, 40), "red").save(tmp_path / "一.jpg")
    folder = tmp_path / "照片"
    folder.mkdir()
    (tmp_path / "一.jpg").rename(folder / "张一.jpg")
    one = ["forms", "print", "证", tmp_path / "证.pdf", "--member", "张一", "--purpose", "办证", "--photo"]
    shell(*one, folder / "张一.jpg")
    assert len(PdfReader(tmp_path / "证.pdf").pages[0].images) == 1
    both = ["forms", "print", "证", tmp_path / "都.pdf", "--member", "张一", "--member", "李二"]
    checked = shell.json(*both, "--check", "--photo", folder)
    assert [each["sentence"] for each in checked["findings"]] == ["1 人没有照片，这一格按没有照片打印：李二。"]
    assert "请选一个放照片的文件夹" in shell.refused(*both, "--purpose", "办证", "--photo", folder / "张一.jpg")
    plain = ["forms", "print", "退会审批表", tmp_path / "退.pdf", "--member", "张一", "--photo", folder]
    assert "“退会审批表”上没有放照片的地方" in shell.refused(*plain)


def test_what_is_missing_or_too_much_is_told(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "表.pdf"

    def error(*words: object) -> str:
        return shell.refused("forms", "print", *words)

    assert "没有写是哪名会员" in error("退会审批表", path)
    assert "没有写是哪个批次" in error("签领表（A4竖版）", path)
    assert "不用写 --batch" in error("退会审批表", path, "--batch", "中秋")
    assert "不用填“理油”，要填的有：方式" in error("退会审批表", path, "--member", "张一", "--set", "理油=x")
    assert "--set 要写成" in error("退会审批表", path, "--member", "张一", "--set", "理由")
    assert "后缀应为 .pdf 或 .xlsx" in error("退会审批表", tmp_path / "表.docx", "--member", "张一")
    assert "没有名为" in error("没有的表", path)
    assert not path.exists()


def test_a_form_about_nothing_takes_its_lists_from_a_file(shell: Shell, tmp_path: Path) -> None:
    data = tmp_path / "档案.json"
    data.write_text(json.dumps({"姓名": "王五", "家庭成员": [{"姓名": "王小", "关系": "子女"}]}), "utf-8")
    path = tmp_path / "档案.pdf"
    shell("forms", "print", "困难职工档案表（A表）", path, "--data", data, "--set", "困难类别=相对困难")
    shown = PdfReader(path).pages[0].extract_text()
    assert "王五" in shown and "王小" in shown and "相对困难" in shown
    checked = shell.json("forms", "print", "困难职工档案表（A表）", path, "--data", data, "--check")
    assert checked["findings"] == []
    data.write_text("[]", "utf-8")
    assert "要是一个对象" in shell.refused("forms", "print", "困难职工档案表（A表）", path, "--data", data, "--check")


def test_a_folder_that_is_not_there_is_said_to_be_missing(shell: Shell, tmp_path: Path) -> None:
    said = shell.refused("forms", "print", "帮扶签领表（中央资金）", tmp_path / "没有")
    assert "没有文件夹" in said


def test_a_form_is_printed_row_by_row_from_an_excel_file(shell: Shell, tmp_path: Path) -> None:
    shell("forms", "add", form(tmp_path / "走访.xlsx", "{{姓名}}", "{{手机号码}}", "{{走访人}}"), "--as", "填写")
    rows = roster(tmp_path / "名单.xlsx", ["受访人", "联系电话", "备注"], ["甲", "13800000001", ""], ["乙", "", "外出"])
    path = tmp_path / "走访.pdf"
    print_ = ("forms", "print", "走访", path, "--rows", rows, "--purpose", "走访")
    error = shell.refused(*print_)
    assert "没有“姓名”这一列" in error and "受访人、联系电话、备注" in error and not path.exists()
    said = shell(*print_, "--column", "受访人=姓名", "--set", "走访人=林晓")
    assert "“走访”2 份，2 页" in said and "没有用到的列：备注" in said
    assert ["".join(page.extract_text().split())[:16].split("核")[0] for page in PdfReader(path).pages] == [
        "甲13800000001林晓",
        "乙林晓",
    ]
    done = shell.json(*print_, "--overwrite")  # what the heading means is remembered
    assert (done["copies"], done["rows"], done["lacking"], done["notes"]) == (2, 2, ["走访人"], [])
    assert done["columns"][0] == {"heading": "受访人", "field": "姓名"} and done["columns"][2]["field"] is None
    folder = tmp_path / "出"
    folder.mkdir()
    shell("forms", "print", "走访", folder, "--rows", rows, "--purpose", "走访")
    assert sorted(openpyxl.load_workbook(each).active["A1"].value for each in folder.iterdir()) == ["乙", "甲"]
    found = shell.json("forms", "print", "走访", path, "--rows", rows, "--check")
    assert found["rows"] == 2 and found["count"] == 0
    assert "Excel 文件“名单.xlsx”" in shell("log")


def test_what_is_wrong_with_the_rows_is_one_sentence(shell: Shell, tmp_path: Path) -> None:
    rows = roster(tmp_path / "名单.xlsx", ["姓名", "金额"], ["甲", "1000"])
    aid = ("forms", "print", "帮扶签领表（中央资金）", tmp_path / "签领.pdf")
    assert "不从 Excel 填写" in shell.refused("forms", "print", "入会申请书", tmp_path / "出.pdf", "--rows", rows)
    assert "请写明 --rows" in shell.refused(*aid, "--sheet", "一月")
    assert "没有工作表“一月”" in shell.refused(*aid, "--rows", rows, "--sheet", "一月")
    assert "不用填“补助”" in shell.refused(*aid, "--rows", rows, "--set", "补助=1")
    assert "不用填“金额”" in shell.refused(*aid, "--rows", rows, "--set", "金额=1")  # the file has it
    shell(*aid, "--rows", rows, "--set", "家庭住址=示范市和平路")
    assert "示范市和平路" in PdfReader(tmp_path / "签领.pdf").pages[0].extract_text()


def test_what_a_sum_lacks_and_days_that_are_none_are_told(shell: Shell, tmp_path: Path) -> None:
    rows = openpyxl.Workbook()
    for line in (["姓名", "金额"], ["张一", 500], ["李二", None]):
        rows.active.append(line)
    rows.save(tmp_path / "名单.xlsx")
    told = "“名单”有 1 行没有“金额”，合计里没有它们：第 3 行（李二）。"
    command = ["forms", "print", "帮扶签领表（中央资金）"]
    for ending in (".pdf", ".xlsx"):
        assert told in shell(*command, tmp_path / f"签领{ending}", "--rows", tmp_path / "名单.xlsx")
    checked = shell.json(*command, tmp_path / "签领.pdf", "--rows", tmp_path / "名单.xlsx", "--check")
    assert told in [each["sentence"] for each in checked["findings"]]
    visit = ["forms", "print", "走访慰问记录表", tmp_path / "走访.pdf", "--member", "张一", "--set", "走访日期=明天"]
    assert "“走访日期”：“明天”不是日期" in shell.refused(*visit, "--purpose", "归档")
    (found,) = [each for each in shell.json(*visit, "--check")["findings"] if each["kind"] == "typed"]
    assert found["sentence"].startswith("“走访日期”：“明天”不是日期")


def test_a_form_called_like_a_shipped_one_says_that_it_is_used_instead(shell: Shell, tmp_path: Path) -> None:
    path = form(tmp_path / "表.xlsx", "{{姓名}}")
    assert "不用程序自带的" in shell("forms", "add", path, "--as", "会员", "--name", "会员登记表")
    assert "不用程序自带的" not in shell("forms", "add", path, "--as", "会员", "--name", "我们的")


LONG = "阿不都热依木·买买提艾力·" * 4


def narrow(path: Path, *cells: str, height: float = 12) -> Path:
    """A form whose only column is narrow and whose rows are low, with something to its right."""
    found = openpyxl.load_workbook(form(path, *cells))
    found.active.column_dimensions["A"].width = 3
    for row in range(1, len(cells) + 1):
        found.active.cell(row, 2, "|")
        found.active.row_dimensions[row].height = height
    found.save(path)
    return path


def test_a_text_that_would_be_cut_is_not_written_unless_somebody_says_so(shell: Shell, tmp_path: Path) -> None:
    shell("forms", "add", narrow(tmp_path / "窄.xlsx", "{{填写.情况}}"), "--as", "会员")
    path = tmp_path / "出.pdf"
    wanted = ("forms", "print", "窄", path, "--member", "张一", "--set", f"情况={LONG}")
    error = shell.refused(*wanted)
    assert "张一 Sheet!A1" in error and "有一部分看不到" in error and "--gaps" in error and not path.exists()
    assert "提示：张一 Sheet!A1 " in shell(*wanted, "--gaps") and path.exists()


def test_what_cannot_be_seen_is_told_after_printing_ten_at_most(shell: Shell, tmp_path: Path) -> None:
    broken = ["=1/0", "=A3", "=A2", "=NOSUCH(1)"]
    shell("forms", "add", form(tmp_path / "算.xlsx", *broken, "{{姓名}}"), "--as", "会员")
    out = shell("forms", "print", "算", tmp_path / "一.pdf", "--member", "张一")
    assert [f"提示：Sheet!A{row} 的公式本程序算不出来，打印时空着。" in out for row in (1, 2, 3, 4)] == [True] * 4
    assert "另有" not in out
    shell("forms", "add", form(tmp_path / "多.xlsx", *["=1/0"] * 12, "{{姓名}}"), "--as", "会员")
    out = shell("forms", "print", "多", tmp_path / "二.pdf", "--member", "张一")
    assert out.count("提示：") == 10 and "另有 2 处" in out
    assert len(shell.json("forms", "print", "多", tmp_path / "三.pdf", "--member", "张一")["unseen"]) == 12


def test_a_character_without_a_font_is_named_with_its_cell_and_person(shell: Shell, tmp_path: Path) -> None:
    people = roster(tmp_path / "补.xlsx", ["姓名", "分工会", "入会日期"], ["王\U00020bb7", "机电队", "2015-01-01"])
    shell("import", "members", people)
    path = tmp_path / "册.pdf"
    error = shell.refused("forms", "print", "会员花名册", path)
    assert "\U00020bb7" in error and "会员花名册!B" in error and not path.exists()
    assert "印成〓" in shell("forms", "print", "会员花名册", path, "--gaps") and path.exists()


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{{出生日期|zzzz}}", "后面的写法“zzzz”本程序不认识"),
        ("{{性别|选项:}}", "“选项:”后面没有写选项"),
        ("{{性别|选项男/女}}", "后面的写法"),
    ],
)
def test_a_format_that_shows_nothing_is_refused_with_its_cell(
    shell: Shell, tmp_path: Path, tag: str, said: str
) -> None:
    path = form(tmp_path / "式.xlsx", "{{姓名}}", tag)
    for step in ("check", "add"):
        error = shell.refused("forms", step, path, "--as", "会员")
        assert "“Sheet”A2" in error and said in error
    right = form(
        tmp_path / "好.xlsx", "{{出生日期|yyyy.mm}}", "{{月缴费基数|0.00}}", "{{性别|选项：男/女}}", "{{备注|空:无}}"
    )
    assert "可以用作" in shell("forms", "check", right, "--as", "会员")


@pytest.mark.parametrize("amount", ["-300", "0"])
def test_an_amount_that_nobody_can_be_given_is_refused_with_its_row(shell: Shell, tmp_path: Path, amount: str) -> None:
    rows = [{"姓名": "甲", "金额": "500"}, {"姓名": "乙", "金额": amount}]
    typed = tmp_path / "填.json"
    typed.write_text(json.dumps({"名单": rows}), "utf-8")
    path, name = tmp_path / "领.pdf", "帮扶签领表（中央资金）"
    error = shell.refused("forms", "print", name, path, "--data", typed)
    assert "第 2 行（乙）的“金额”" in error and "要大于 0" in error
    listed = roster(tmp_path / "领.xlsx", ["姓名", "金额"], ["甲", "500"], ["乙", amount])
    assert "（乙）的“金额”" in shell.refused("forms", "print", name, path, "--rows", listed)
    assert not path.exists()
