"""Approving from the command line: step by step, on paper, by file, and back."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from tests.services.people import roster
from tests.shell import Shell
from unionoffice.cli import run


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    office = tmp_path / "工会.ghoffice"
    assert run(["init", str(office), "--name", "示范工会", "--plain"]) == 0
    people = roster(
        tmp_path / "花名册.xlsx",
        ["姓名", "分工会", "入会日期"],
        ["张一", "机电队", "2015-01-01"],
        ["李二", "通风队", "2015-01-01"],
    )
    assert run(["--office", str(office), "import", "members", str(people)]) == 0
    shell = Shell(office, capsys, "welfare")
    shell("new", "中秋慰问", "--item", "月饼", "--price", "30000", "--budget", "100000")
    return shell


def test_each_step_is_one_command(shell: Shell) -> None:
    found = shell.json("approval", "中秋")
    assert (found["next_label"], found["why_not"], found["total_fen"]) == ("审核", None, 6_000_000)
    assert [each["step_label"] for each in found["steps"]] == ["审核", "主席审批"]
    assert "下一步：主席审批。" in shell("approve", "中秋")
    assert shell("approval", "中秋").splitlines()[2] == "进行中\t主席审批"
    found = shell.json("approve", "中秋")
    assert (found["frozen"], found["people"], found["total_fen"], found["next"]) == (True, 2, 6_000_000, None)
    assert "已审批" in shell.refused("approve", "中秋")


def test_a_slip_goes_out_and_is_registered(shell: Shell, tmp_path: Path) -> None:
    shell("approve", "中秋")
    path, scan = tmp_path / "单.pdf", tmp_path / "扫描.jpg"
    scan.write_bytes(b"scan")
    found = shell.json("slip", "中秋", path)
    assert found["files"] == [str(path)]
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", found["code"])
    assert path.read_bytes().startswith(b"%PDF")
    assert "已经存在" in shell.refused("slip", "中秋", path)
    assert "后缀" in shell.refused("slip", "中秋", tmp_path / "单.docx")
    assert "没有“站长”" in shell.refused("slip", "中秋", path, "--overwrite", "--step", "站长")
    today = found_today(path)
    paper = ["approve", "中秋", "--paper", found["code"]]
    assert "--signed-by" in shell.refused(*paper)
    signed = [*paper, "--signed-by", "王主席", "--signed-on", today]
    assert "没有扫描件" in shell.refused(*signed, "--scan", tmp_path / "无.jpg")
    assert "看不懂" in shell.refused(*paper, "--signed-by", "王主席", "--signed-on", "昨天")
    assert "没有“好”这一项" in shell.refused(*signed, "--opinion", "好")
    assert "只能写一个" in shell.refused(*signed, "--file", path)
    told = shell.json(*signed, "--scan", scan)
    assert told["frozen"]
    assert "纸质审批，签字人王主席" in told["steps"][1]["told"]


def found_today(path: Path) -> str:
    """The day the slip was made, which is the day its own clock shows."""
    return date.fromtimestamp(path.stat().st_mtime).isoformat()


def test_a_file_goes_out_and_comes_back(shell: Shell, tmp_path: Path) -> None:
    shell("approve", "中秋")
    path = tmp_path / "单.ghapproval"
    shell("slip", "中秋", path)
    text = path.read_text("utf-8-sig").replace('"意见": ""', '"意见": "退回"').replace('"理由": ""', '"理由": "缺纪要"')
    text = text.replace('"签字人": ""', '"签字人": "王主席"').replace('"日期": ""', f'"日期": "{found_today(path)}"')
    path.write_text(text, "utf-8")
    assert "“中秋慰问”已退回：主席审批：审批文件，签字人王主席" in shell("approve", "中秋", "--file", path)
    assert "已退回" in shell.refused("approve", "中秋")
    assert "重新提交" in shell("resubmit", "中秋", "--note", "补了纪要")
    assert "下一步：主席审批" in shell("approve", "中秋")


def test_sending_back_names_a_type(shell: Shell) -> None:
    assert "可写：材料不全、内容有误" in shell.refused("send-back", "中秋", "--type", "不好", "--reason", "缺纪要")
    found = shell.json("send-back", "中秋", "--type", "材料不全", "--reason", "缺纪要")
    assert "材料不全，理由：缺纪要" in found["sent_back"]
    assert "缺纪要" in shell("approval", "中秋")


def test_who_has_looked_before_something_changed_decides_nothing(shell: Shell) -> None:
    seen = shell.json("approval", "中秋")["seen"]
    assert f"所见 {seen}" in shell("approval", "中秋")
    shell("approve", "中秋", "--seen", seen)
    for words in (["approve", "中秋"], ["send-back", "中秋", "--type", "内容有误", "--reason", "价格"]):
        assert "您看过以后有变动，没有办这一步" in shell.refused(*words, "--seen", seen)
    fresh = shell.json("approval", "中秋")["seen"]
    assert shell.json("approve", "中秋", "--seen", fresh)["frozen"]


def test_what_stands_on_a_slip_decides_nothing_without_its_code(shell: Shell) -> None:
    assert "--opinion、--reason 是登记签回的审批单用的" in shell.refused(
        "approve", "中秋", "--opinion", "不同意", "--reason", "不行"
    )
    assert shell.json("approval", "中秋")["next_label"] == "审核"
