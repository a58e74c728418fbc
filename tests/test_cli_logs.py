"""`seal`, `check --seal` and `log`: what an auditor does without a window."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ACTOR
from tests.services.people import member
from unionoffice.app import App
from unionoffice.cli import run
from unionoffice.store.engine import connect


@pytest.fixture
def office(office_file: Path) -> Path:
    """An office with one member, closed."""
    with closing(App(office_file, actor=ACTOR)) as app:
        member(app, "曾丽梅")
    return office_file


def said(capsys: pytest.CaptureFixture[str], office: Path, *words: object, status: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert run(["--office", str(office), *map(str, words), "--json"]) == status
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_day_is_sealed_printed_and_verified(office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paper = tmp_path / "封存单.pdf"
    sealed = said(capsys, office, "seal", "--print", paper)
    assert sealed["files"] == [str(paper)]
    assert paper.read_bytes().startswith(b"%PDF")
    assert (sealed["number"], sealed["operations"]) == (1, 2)
    assert said(capsys, office, "seal")["code"] == sealed["code"]
    assert run(["--office", str(office), "check", "--seal", sealed["code"].lower()]) == 0
    assert f"核对码与第 1 号封存单（{sealed['day']}）一致" in capsys.readouterr().out
    wrong = said(capsys, office, "check", "--seal", "0000-0000-0000-0000", status=1)
    assert any("得不出核对码" in problem for problem in wrong["problems"])
    assert "不是核对码" in said(capsys, office, "check", "--seal", "1234", status=2)["error"]
    assert "已经存在" in said(capsys, office, "seal", "--print", paper, status=2)["error"]
    assert "不是日期" in said(capsys, office, "seal", "--date", "九月", status=2)["error"]
    assert "还没有到" in said(capsys, office, "seal", "--date", "2999-01-01", status=2)["error"]


def test_check_names_the_first_broken_entry(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(connect(office)) as raw:
        raw.execute(
            "UPDATE change_entry SET changes = replace(changes, '曾丽梅', '曾丽丽') WHERE record_type = 'member'"
        )
        raw.execute("UPDATE member SET name = '曾丽丽'")
        number = raw.execute("SELECT seq FROM change_entry WHERE record_type = 'member'").fetchone()[0]
    problems = said(capsys, office, "check", status=1)["problems"]
    assert problems[0].startswith(f"变更记录第 {number} 条，20")
    assert "测试经办“新建会员”，会员“曾丽丽”：" in problems[0]
    assert "没有封存" in said(capsys, office, "seal", status=2)["error"]


def test_who_took_what_out_is_told(office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, office, "export", "members", tmp_path / "花名册.xlsx")
    told = said(capsys, office, "log", "--kind", "导出")
    assert told["count"] == 1
    assert told["entries"][0]["file"] == "花名册.xlsx"
    assert said(capsys, office, "log", "--date", "1999-01-01")["count"] == 0
    assert said(capsys, office, "log", "--person", "没有这个人")["count"] == 0
    assert said(capsys, office, "log", "--member", "曾丽梅")["count"] == 1  # she was on the exported list
    assert "没有找到" in said(capsys, office, "log", "--member", "没有这个人", status=2)["error"]
    assert "没有“偷看”这一种" in said(capsys, office, "log", "--kind", "偷看", status=2)["error"]
    assert run(["--office", str(office), "log"]) == 0
    assert "导出“会员花名册”，1 条" in capsys.readouterr().out
