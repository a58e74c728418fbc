"""Headless commands: machines get one object, people get Chinese, whoever errs gets one sentence and no traceback."""

from __future__ import annotations

import gc
import io
import json
import os
import subprocess
import sys
import types
import zipfile
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from tests.services.people import id_number, roster
from tests.shell import Shell
from unionoffice.app import App
from unionoffice.cli import run
from unionoffice.services.checks import check
from unionoffice.store.engine import connect

DATA = Path(__file__).parent / "data"
MINE = DATA / "会员花名册-矿业公司-按分会分表.xlsx"
OLD = DATA / "会员名单-旧格式.xls"
SEPARATED = DATA / "会员名单-GBK.csv"
COUNTS = ("read", "new", "updated", "unchanged", "warned", "refused")
MOON = ("welfare", "new", "2026年中秋慰问", "--item", "月饼", "--price", "99.5", "--budget", "1000", "--quantity", "2")


@pytest.fixture
def shell(office_file: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(office_file, capsys)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Three people in two branches, one of them with a rare character."""
    return roster(
        tmp_path / "名单.xlsx",
        ["姓名", "身份证号", "手机", "工号", "分工会"],
        ["曾䶮", id_number(1), "13912345678", "001", "机电队"],
        ["单雄信", id_number(3), "13900000000", "002", "机电队"],
        ["王五", id_number(5), "", "003", "通风队"],
    )


def office(shell: Shell) -> App:
    return App(shell.office)


def test_init_makes_an_office_and_never_over_another(tmp_path: Path, shell: Shell) -> None:
    path = tmp_path / "新.ghoffice"
    assert "已新建办公文件" in shell("init", path, "--name", "示范工会", "--plain")
    assert "已经存在" in shell.refused("init", path, "--name", "示范工会", "--plain")
    found = shell.json("init", tmp_path / "另一个", "--name", "示范工会", "--plain")
    assert found.pop("user")
    assert found == {"office": "示范工会", "encrypted": False, "files": [str(tmp_path / "另一个.ghoffice")]}
    assert "还没有填写" in shell.refused("init", tmp_path / "无名", "--name", " ", "--plain")
    assert "不存在，请先建立文件夹" in shell.refused("init", tmp_path / "没有" / "新", "--name", "示范工会", "--plain")
    found = shell.json("init", tmp_path / "工会2026.9", "--name", "示范工会", "--plain")
    assert found["files"] == [str(tmp_path / "工会2026.9.ghoffice")]
    assert not (tmp_path / "无名.ghoffice").exists()


def test_import_counts_in_total_and_per_file(shell: Shell, tmp_path: Path) -> None:
    report = tmp_path / "结果.xlsx"
    found = shell.json("import", "members", MINE, OLD, SEPARATED, "--report", report)
    assert found["files"] == [str(report)]
    assert [each["name"] for each in found["inputs"]] == [MINE.name, OLD.name, SEPARATED.name]
    for counts in (found, *found["inputs"]):
        assert counts["read"] == counts["new"] + counts["updated"] + counts["unchanged"] + counts["refused"]
    for name in COUNTS:
        assert found[name] == sum(each[name] for each in found["inputs"])
    assert (found["read"], found["new"], found["dry_run"]) == (1210, 1010, False)
    assert openpyxl.load_workbook(report).active["A1"].value == "处理结果"


def test_dry_run_registers_nobody(shell: Shell, small: Path) -> None:
    assert shell.json("import", "members", small, "--dry-run")["new"] == 3
    assert "仅预览，没有登记" in shell("import", "members", small, "--dry-run")
    assert shell.json("find", "曾")["count"] == 0
    assert "读到 3 人：新增 3" in shell("import", "members", small)
    assert "无变化 3" in shell("import", "members", small)


def test_import_says_how_to_see_why_a_row_was_refused(shell: Shell, small: Path, tmp_path: Path) -> None:
    assert "--report" not in shell("import", "members", small, "--dry-run")
    doubtful = tmp_path / "名单.csv"
    doubtful.write_text("姓名,身份证号\n张三,12345\n", "utf-8")
    assert "加上“--report 结果.xlsx”" in shell("import", "members", doubtful, "--dry-run")
    assert "加上" not in shell("import", "members", doubtful, "--report", tmp_path / "结果.xlsx")


def test_export_writes_what_reimports_unchanged(shell: Shell, small: Path, tmp_path: Path) -> None:
    shell("import", "members", small)
    path = tmp_path / "花名册.xlsx"
    assert shell.json("export", "members", path) == {"rows": 3, "files": [str(path)]}
    assert "已导出 3 人" in shell("export", "members", path, "--overwrite")
    headings = [cell.value for cell in openpyxl.load_workbook(path).active[1]]
    assert {"姓名", "证件号码", "手机号码", "所属工会", "入会日期", "会籍状态"} <= set(headings)
    assert shell.json("import", "members", path)["unchanged"] == 3


def test_what_is_already_there_is_overwritten_only_when_asked(shell: Shell, small: Path, tmp_path: Path) -> None:
    shell("import", "members", small)
    shell(*MOON)
    shell("welfare", "approve", "中秋")
    doubtful = tmp_path / "名单.csv"
    doubtful.write_text("姓名,身份证号\n张三,12345\n", "utf-8")
    for words, path in (
        (("export", "members"), tmp_path / "花名册.xlsx"),
        (("welfare", "print", "中秋"), tmp_path / "表.pdf"),
        (("import", "members", doubtful, "--report"), tmp_path / "结果.xlsx"),
    ):
        path.write_bytes(b"mine")
        assert f"“{path.name}”已经存在，没有改动它" in shell.refused(*words, path)
        assert path.read_bytes() == b"mine"
        shell(*words, path, "--overwrite")
        assert path.stat().st_size > 1000
    assert shell.json("find", "张三")["count"] == 1


def test_headings_without_people_are_told(shell: Shell, tmp_path: Path) -> None:
    path = roster(tmp_path / "空表.xlsx", ["姓名", "身份证号"], ["", ""])
    told = shell("import", "members", path)
    assert "读到 0 人" in told
    assert "空表.xlsx“名单”：有表头，下面没有人" in told
    (found,) = shell.json("import", "members", path, "--dry-run")["inputs"]
    assert found["notices"] == ["“名单”：有表头，下面没有人，请核对是不是选错了文件。"]


def test_find_by_initials_and_fragments(shell: Shell, small: Path) -> None:
    shell("import", "members", small)
    assert [hit["name"] for hit in shell.json("find", "sxx")["members"]] == ["单雄信"]
    assert shell("find", "139", "0000").split("\t")[0] == "单雄信"
    assert "13900000000" not in shell("find", "sxx") + str(shell.json("find", "sxx"))
    assert shell.json("find", "sxx")["members"][0]["phone"] == "139****0000"
    assert shell.json("find", "139", "--limit", 1)["count"] == 1
    assert shell("find", "没有的人") == "没有找到符合的会员。\n"


def test_a_plan_over_its_budget_says_so_at_once(shell: Shell, small: Path) -> None:
    shell("import", "members", small)
    over = [word if word != "1000" else "100" for word in MOON]
    assert "超出预算 497.00 元" in shell(*over)


def test_a_distribution_from_plan_to_close(shell: Shell, small: Path, tmp_path: Path) -> None:
    shell("import", "members", small)
    found = shell.json(*MOON, "--unit", "机电队")
    assert (found["people"], found["left_out"], found["total_fen"], found["over_budget_fen"]) == (2, 1, 39800, 0)
    assert "还没有审批" in shell.refused("welfare", "print", "中秋", tmp_path / "表.pdf")
    assert shell.json("welfare", "approve", "中秋")["total_fen"] == 39800
    assert "已审批" in shell.refused("welfare", "approve", "中秋")
    pdf, book = tmp_path / "表.pdf", tmp_path / "表.xlsx"
    found = shell.json("welfare", "print", "中秋", pdf, book)
    assert (found["files"], found["unprintable"]) == ([str(pdf), str(book)], "")
    assert "曾䶮" in PdfReader(pdf).pages[0].extract_text()
    assert shell.json("welfare", "collect", "中秋", "001")["waiting"] == 1
    assert "已登记为“本人已领”" in shell.refused("welfare", "collect", "中秋", "单雄信", "001")
    assert "与本人的关系" in shell.refused("welfare", "collect", "中秋", "002", "--proxy", "班长")
    assert "名单里没有“王五”" in shell.refused("welfare", "collect", "中秋", "王五")
    found = shell.json("welfare", "close", "中秋")
    assert (found["collected"], found["unclaimed"], found["waiting"]) == (1, 1, 0)
    assert "已办结" in shell.refused("welfare", "close", "中秋")


def test_words_for_people_say_what_was_done(shell: Shell, small: Path, tmp_path: Path) -> None:
    shell("import", "members", small)
    assert shell(*MOON) == "已新建“2026年中秋慰问”：列入 3 人，未列入 0 人。\n"
    assert "名单冻结：3 人" in shell("welfare", "approve", "中秋")
    assert "已写出签领表" in shell("welfare", "print", "中秋", tmp_path / "表.xlsx")
    collected = shell("welfare", "collect", "中秋", "曾䶮", "002", "--proxy", "班长", "--relation", "同班组")
    assert collected == "已登记 曾䶮、单雄信。已领 2 人，待领 1 人。\n"
    assert "未领 1 人" in shell("welfare", "close", "中秋")


def test_several_collected_at_once_are_all_or_none(shell: Shell, small: Path) -> None:
    shell("import", "members", small)
    shell(*MOON)
    shell("welfare", "approve", "中秋")
    shell("welfare", "collect", "中秋", "002")
    shell.refused("welfare", "collect", "中秋", "001", "002")
    assert "写了两次" in shell.refused("welfare", "collect", "中秋", "003", "王五")
    app = office(shell)
    assert app.welfare.overview()[0][1].collected == 1
    app.close()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--price", "一百"), "不是金额"),
        (("--price", "0"), "单价要大于 0 元"),
        (("--budget=-1",), "预算不能是负数"),
        (("--quantity", "0"), "每人数量至少是 1"),
        (("--kind", "过节"), "没有“过节”这一项"),
        (("--payment", "现金"), "《基层工会经费收支管理办法》"),
        (("--roll-date", "2026-02-30"), "在册截止日"),
        (("--unit", "没有的队"), "没有名为“没有的队”"),
    ],
)
def test_a_wrong_plan_is_refused_whole(shell: Shell, words: tuple[str, ...], told: str) -> None:
    assert told in shell.refused(*MOON, *words)
    app = office(shell)
    assert app.welfare.programmes() == []
    app.close()


def test_over_budget_is_refused_at_approval(shell: Shell, small: Path) -> None:
    shell("import", "members", small)
    shell(*MOON, "--budget", "500")
    assert "超出预算 97.00 元" in shell.refused("welfare", "approve", "中秋")


def test_check_tells_a_sound_office_from_a_damaged_one(shell: Shell, small: Path) -> None:
    shell("import", "members", small)
    assert "完好" in shell("check")
    found = shell.json("check")
    assert found["problems"] == []
    assert found["records"] > 3
    connection = connect(shell.office)
    connection.execute("UPDATE member SET phone = '1'")
    connection.close()
    out, error = shell.both("check", status=1)
    assert "手机号码" in out
    assert len(error.splitlines()) == 1
    out, _ = shell.both("check", "--json", status=1)
    assert len(json.loads(out)["problems"]) == 3


def hostile(folder: Path, kind: str) -> Path:
    """A file that is no roster."""
    path = folder / {"后缀": "名单.pdf", "数据": "名单.csv"}.get(kind, "名单.xlsx")
    if kind == "空":
        path.write_bytes(b"")
    elif kind == "截断":
        path.write_bytes(MINE.read_bytes()[:20_000])
    elif kind == "加密":
        path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le").ljust(4088, b"\0"))
    elif kind == "炸弹":
        target = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(MINE.read_bytes())) as old, zipfile.ZipFile(target, "w", 8) as new:
            for part in old.namelist():
                new.writestr(part, old.read(part))
            new.writestr("xl/worksheets/sheet99.xml", b"0" * 300_000_000)
        path.write_bytes(target.getvalue())
    elif kind == "后缀":
        path.write_bytes(b"%PDF-1.7\n" + b"0" * 500)
    elif kind == "表头":
        roster(path, ["甲", "乙"], ["一", "二"], ["三", "四"])
    elif kind == "数据":
        path.write_bytes(bytes(range(256)) * 20)
    return path


@pytest.mark.parametrize("kind", ["空", "截断", "加密", "炸弹", "后缀", "表头", "数据", "没有"])
def test_a_file_that_is_no_roster_ends_in_one_sentence(shell: Shell, tmp_path: Path, kind: str, small: Path) -> None:
    shell("import", "members", small, "--dry-run")
    small.unlink()
    path = hostile(tmp_path, kind)
    told = shell.refused("import", "members", path)
    assert path.name in told or "工作表" in told
    app = office(shell)
    assert app.imports.pending() is None
    assert app.members.state_counts() == {}
    app.close()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["import"], "命令没有写完"),
        (["import", "members"], "缺少 文件"),
        (["import", "proposals", "x"], "内容没有“proposals”，可写：members"),
        (["export"], "命令没有写完"),
        (["welfare"], "命令没有写完"),
        (["welfare", "new", "中秋"], "缺少"),
        (["汇总"], "命令没有“汇总”，可写：init"),
        (["find"], "缺少 文字"),
        (["find", "曾", "--limit", "多"], "应当是 1 以上的整数"),
        (["check", "多余"], "多出了 多余"),
        (["init", "新.ghoffice"], "缺少 --name"),
        (["export", "members", "花名册.csv"], "后缀应为 .xlsx"),
        (["export", "members", "没有的文件夹/花名册.xlsx"], "不存在"),
        (["import", "members", str(OLD), "--report", "结果.txt"], "后缀应为 .xlsx"),
        (["welfare", "approve", "没有的批次"], "没有名为"),
        (
            ["bench", "--only", "没有的项目", "--out", "不写.json"],
            "没有名称里含“没有的项目”的项目，可写其中的几个字：导入",
        ),
    ],
)
def test_a_command_written_wrong_ends_in_one_sentence(shell: Shell, words: list[str], told: str) -> None:
    assert told in shell.refused(*words)


def test_an_office_that_is_missing_or_not_named_ends_in_one_sentence(
    shell: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check"]) == 2
    assert capsys.readouterr().err == "没有指明办公文件，请写成“unionoffice --office 文件 命令”。\n"
    shell.office = tmp_path / "没有.ghoffice"
    assert "找不到办公文件" in shell.refused("check")
    shell.office = OLD
    assert "不是办公文件" in shell.refused("check", status=1)
    shell.office = tmp_path
    assert "是文件夹" in shell.refused("check")


def test_help_speaks_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["welfare"], ["welfare", "new"], ["import", "members"]):
        with pytest.raises(SystemExit) as ended:
            run([*words, "--help"])
        assert ended.value.code == 0
        text = capsys.readouterr().out
        assert text.startswith("用法：")
        for english in ("usage", "options", "positional", "show this", "arguments"):
            assert english not in text


def test_a_pipe_of_a_chinese_windows_gets_every_character(shell: Shell, small: Path) -> None:
    """Its encoding is GBK, which has no 䶮; so has an old Linux locale."""
    for setting in ({"PYTHONIOENCODING": "gbk"}, {"LC_ALL": "C"}):
        environment = {**os.environ, **setting}
        for words in (["import", "members", str(small)], ["find", "曾"], ["find", "曾", "--json"], ["find", "没有"]):
            done = subprocess.run(
                [sys.executable, "-m", "unionoffice", "--office", str(shell.office), *words],
                capture_output=True,
                env=environment,
                check=False,
            )
            assert (done.returncode, done.stderr) == (0, b"")
            assert "没有" in words or words[0] == "import" or "曾䶮" in done.stdout.decode("utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "unionoffice", "--office", "䶮.ghoffice", "check"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "gbk"},
        check=False,
    )
    assert done.returncode == 2
    assert "䶮.ghoffice" in done.stderr.decode("utf-8")


def test_demo_does_the_main_job_on_marked_practice_data(
    tmp_path: Path, shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "练习"
    found = shell.json("demo", folder)
    assert [Path(path).name for path in found["files"]] == [
        "练习.ghoffice",
        "会员花名册.xlsx",
        "签领表.pdf",
        "签领表.xlsx",
    ]
    assert 0 < found["collected"] < found["listed"] < found["people"]
    pages = PdfReader(folder / "签领表.pdf").pages
    assert all("练习" in page.extract_text() for page in pages)
    assert "练习数据" in openpyxl.load_workbook(folder / "会员花名册.xlsx").sheetnames[0]
    for name in ("会员花名册.xlsx", "签领表.xlsx"):
        assert "练习用的数据" in shell.refused("import", "members", folder / name)
    practice = App(folder / "练习.ghoffice")
    assert check(practice.store).problems == ()
    practice.members.create({"name": "练习的人加的"}, practice.actor)
    practice.close()
    assert shell.json("demo", folder)["people"] == found["people"] + 1
    (tmp_path / "文件").write_text("x")
    assert "不是文件夹" in shell.refused("demo", tmp_path / "文件")
    real = tmp_path / "真的"
    real.mkdir()
    (real / "练习.ghoffice").write_bytes(shell.office.read_bytes())
    assert "不是练习用的" in shell.refused("demo", real)


def test_a_bug_is_one_sentence_on_the_screen_and_the_rest_in_the_log(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("unionoffice.services.checks.record_types", lambda: 1 / 0)
    assert "程序出错，这一步没有保存" in shell.refused("check", status=1)
    assert "ZeroDivisionError" in caplog.text


def test_an_office_file_alone_opens_its_window(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened: list[Path | None] = []
    window = types.ModuleType("unionoffice.window")
    window.start = lambda office=None: opened.append(office) or 0  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "unionoffice.window", window)
    path = tmp_path / "工会.ghoffice"
    assert run([str(path)]) == 0
    assert opened == [path]
    assert gc.isenabled()


def test_an_unknown_heading_is_named_once_and_remembered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office, path = tmp_path / "工会.ghoffice", tmp_path / "申请名单2026.xlsx"
    assert run(["init", str(office), "--name", "示范工会", "--plain"]) == 0
    book = openpyxl.Workbook()
    book.active.append(["申请人", "身份证号"])
    book.active.append(["曾丽梅", "11010519491231002X"])
    book.save(path)
    command = ["--office", str(office), "import", "members", str(path), "--json"]
    assert run(command) == 2
    assert run([*command, "--map", "申请人=称呼"]) == 2
    capsys.readouterr()
    assert run([*command, "--map", "申请人=姓名"]) == 0
    assert json.loads(capsys.readouterr().out)["new"] == 1
    later = path.rename(tmp_path / "申请名单2027.xlsx")
    assert run([*command[:4], str(later), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unchanged"] == 1


def test_columns_that_are_not_read_are_told(shell: Shell, tmp_path: Path) -> None:
    book = roster(tmp_path / "名册.xlsx", ["姓名", "工号", "退会日期"], ["张一", "1", "2010-01-01"])
    assert "不认识的列没有读入：退会日期" in shell("import", "members", book, "--dry-run")
    (file,) = shell.json("import", "members", book)["inputs"]
    assert any("退会日期" in notice for notice in file["notices"])
