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
    restored, aside = shell("restore", Path(made[0]).stem)["files"]
    assert restored == str(office) and Path(aside).exists()
    to = tmp_path / "另一.ghoffice"
    assert shell("restore", made[1], "--to", str(to))["files"] == [str(to)]
    office.unlink()
    assert shell("restore", "最新")["files"] == [str(office)]
    (tmp_path / "带走").mkdir()
    assert shell("make", "--to", str(tmp_path / "带走"))["files"][0].startswith(str(tmp_path / "带走"))
    shell("place", "--none")
    assert len(shell("list")["backups"]) == 1


def test_what_cannot_be_done_is_told(office: Path, shell: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "没有找到" in shell("restore", "最新", status=2)["error"]
    made = Path(shell("make")["files"][0])
    assert "找不到备份" in shell("restore", "没有", status=2)["error"]
    assert "后缀" in shell("restore", str(made), "--to", str(tmp_path / "x.db"), status=2)["error"]
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", "wrong")
    assert "密码不对" in shell("restore", str(made), status=2)["error"]
    content = bytearray(made.read_bytes())
    content[9000] ^= 1
    made.write_bytes(content)
    (found,) = shell("list")["backups"]
    assert "办公文件" in found["problem"]
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", PASSWORD)
    assert "已损坏" in shell("rehearse", status=1)["problem"]
    assert "已损坏" in shell("restore", str(made), status=1)["error"]
