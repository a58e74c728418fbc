"""Approval limits by command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shell import Shell


@pytest.fixture
def shell(office_file: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(office_file, capsys, "limits")


def test_limits_are_listed_set_and_withdrawn(shell: Shell) -> None:
    assert "福利名单\t不超过 50,000.00 元\t主席审批\t2017-12-15 起" in shell("list")
    found = shell.json("set", "--basis", "会议决定", "--chair-alone", "1,000", "--kind", "会员活动")
    assert [each["source"] for each in found["in_force"]][0] == "会议决定"
    assert found["in_force"][0]["rows"][0]["subject"] == "福利名单（会员活动）"
    assert found["by"] and found["at"]
    later = shell.json("set", "--basis", "新决定", "--from", "2099-01-01")["coming"]
    assert "将要施行2099-01-01 起" in shell("list")
    assert "已撤回" in shell("withdraw", later[0]["id"])
    assert shell.json("list")["coming"] == []


def test_what_cannot_be_is_told(shell: Shell) -> None:
    assert "不能早于今天" in shell.refused("set", "--basis", "x", "--from", "2000-01-01")
    assert "不是金额" in shell.refused("set", "--basis", "x", "--chair-alone", "很多")
    assert "没有“年终”这一项" in shell.refused("set", "--basis", "x", "--kind", "年终")
    assert "已经找不到" in shell.refused("withdraw", "x")
