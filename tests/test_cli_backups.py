"""Backups from the command line: of an encrypted office, whose password never stands among the arguments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from unionoffice.cli import run
from unionoffice.kernel.clock import SystemClock
from unionoffice.kernel.identity import Actor
from unionoffice.services.founding import create
from unionoffice.store import keyring

PASSWORD = "Xk7-船坞-2026"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("unionoffice.services.backup_places._user_data", lambda: tmp_path / "本机")
    monkeypatch.setattr("unionoffice.services.backup_places._documents", lambda: tmp_path / "文档")
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", PASSWORD)
    path = tmp_path / "红星 厂.ghoffice"
    return create(path, "红星厂工会", SystemClock(), Actor("张三"), password=PASSWORD, cost=keyring.Cost(1, 8192))


@pytest.fixture
def shell(office: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*words: str, status: int = 0) -> dict[str, Any]:
        capsys.readouterr()
        assert run(["--office", str(office), "backup", *words, "--json"]) == status
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return call


def test_made_listed_rehearsed_and_restored(office: Path, shell: Any, tmp_path: Path) -> None:
    assert shell("list")["backups"] == []
    assert "还没有备份" in shell("rehearse", status=2)["error"]
    stick = tmp_path / "U 盘"
    stick.mkdir()
    shell("place", str(stick))
    made = shell("make")["files"]
    assert [Path(path).parent for path in made] == [office.parent / "备份", stick]
    found = shell("list")["backups"]
    assert [(each["problem"], each["kind_label"], each["encrypted"]) for each in found] == [(None, "手工", True)] * 2
    assert shell("rehearse")["problem"] is None
    restored, aside = shell("restore", Path(made[0]).stem, "--sure")["files"]
    assert restored == str(office) and Path(aside).exists()
    to = tmp_path / "另一.ghoffice"
    assert shell("restore", made[1], "--to", str(to))["files"] == [str(to)]
    office.unlink()
    assert shell("restore", "最新")["files"] == [str(office)]
    (tmp_path / "带走").mkdir()
    assert shell("make", "--to", str(tmp_path / "带走"))["files"][0].startswith(str(tmp_path / "带走"))
    shell("place", "--none")
    assert len(shell("list")["backups"]) == 1


def test_an_office_is_replaced_only_by_who_says_so_and_knows_what_is_lost(
    office: Path, shell: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shell("make")
    roster = tmp_path / "名单.csv"
    roster.write_text("姓名,工号\n曾丽梅,001\n", "utf-8")
    assert run(["--office", str(office), "import", "members", str(roster)]) == 0
    content = office.read_bytes()
    told = shell("restore", "最新", status=2)["error"]
    for words in ("没有办理", "会员：备份里 0，现在 1", "备份以后的 1 次操作不在备份里", "改名放在旁边", "“--sure”"):
        assert words in told
    assert office.read_bytes() == content and not list(office.parent.glob("*恢复前*"))
    capsys.readouterr()
    assert run(["--office", str(office), "backup", "restore", "最新", "--sure"]) == 0
    told = capsys.readouterr().out
    for words in ("已恢复到", "会员：恢复前 1，现在 0", "备份以后的 1 次操作没有了，要重新登记"):
        assert words in told


def test_what_cannot_be_restored_is_told_before_anything_else(
    office: Path, shell: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = shell("make")["files"][0]
    other = create(
        tmp_path / "别的.ghoffice",
        "别的工会",
        SystemClock(),
        Actor("张三"),
        password=PASSWORD,
        cost=keyring.Cost(1, 8192),
    )
    assert run(["--office", str(other), "backup", "restore", made]) == 2
    told = capsys.readouterr().err
    assert "没有恢复" in told and "--sure" not in told


def test_an_office_too_damaged_to_compare_with_is_replaced_all_the_same(office: Path, shell: Any) -> None:
    shell("make")
    office.write_bytes(b"broken" * 1000)
    assert "备份时间" in shell("restore", "最新", status=2)["error"]
    assert shell("restore", "最新", "--sure")["counts"][0]["before"] is None


def test_what_cannot_be_done_is_told(office: Path, shell: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "没有找到" in shell("restore", "最新", status=2)["error"]
    made = Path(shell("make")["files"][0])
    assert "找不到备份" in shell("restore", "没有", status=2)["error"]
    assert "后缀" in shell("restore", str(made), "--to", str(tmp_path / "x.db"), status=2)["error"]
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", "wrong")
    assert "密码不对" in shell("restore", str(made), "--sure", status=2)["error"]
    content = bytearray(made.read_bytes())
    content[9000] ^= 1
    made.write_bytes(content)
    (found,) = shell("list")["backups"]
    assert "办公文件" in found["problem"]
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", PASSWORD)
    assert "已损坏" in shell("rehearse", status=1)["problem"]
    assert "已损坏" in shell("restore", str(made), status=1)["error"]
