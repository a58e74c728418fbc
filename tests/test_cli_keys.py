"""Commands for recovery cards: cards come from a file or standard input, and an office opens by two of them."""

from __future__ import annotations

import io
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import zxingcpp

from tests.printed import printed
from unionoffice.cli import run
from unionoffice.store import cards, keyring

HOLDERS = ("--holder", "工会主席=欧阳敏", "--holder", "财务=李华", "--holder", "经审=王强")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A new encrypted office of 张三, whose password stands in the environment."""
    monkeypatch.setattr(keyring, "measured_cost", lambda seconds=0.5: keyring.Cost(1, 8192))
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", "Abcd-1234")
    monkeypatch.setenv("UNIONOFFICE_NEW_PASSWORD", "Neu-9876")
    monkeypatch.delenv("UNIONOFFICE_USER", raising=False)
    path = tmp_path / "工会.ghoffice"
    assert run(["init", str(path), "--name", "示范工会", "--user", "张三"]) == 0
    capsys.readouterr()
    return path


def said(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> dict[str, Any]:
    assert run([*words, "--json"]) == status, capsys.readouterr()
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def scanned(pdf: Path) -> list[str]:
    """The codes as a scanner reads them from the printed sheets."""
    return [code.text for page in printed(pdf.read_bytes(), 100) for code in zxingcpp.read_barcodes(page)]


@pytest.mark.usefixtures("qapp")
def test_cards_are_printed_tried_replaced_and_open_the_office(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    on = ("--office", str(office), "key")
    pdf = tmp_path / "卡.pdf"
    assert "还没有恢复卡" in said(capsys, *on, "state")["advice"]
    assert said(capsys, *on, "cards", "--print", str(pdf), *HOLDERS) == {"number": 1, "files": [str(pdf)]}
    if sys.platform != "win32":
        assert pdf.stat().st_mode & 0o077 == 0
    old = scanned(pdf)
    assert len(old) == 3
    file = tmp_path / "两张.txt"
    file.write_text(f"{old[0]}\n\n{old[2]}\n".lower(), "utf-8")
    assert said(capsys, *on, "test", "--cards", str(file))["number"] == 1
    state = said(capsys, *on, "state")
    assert state["advice"] is None
    assert state["sets"][0]["holders"] == ["工会主席 欧阳敏", "财务 李华", "经审 王强"]
    assert said(capsys, *on, "hand-over", "2", "--holder", "财务=赵六", "--reason", "换人")["card"] == 2
    assert said(capsys, *on, "state")["sets"][0]["holders"][1] == "财务 赵六"

    fresh = tmp_path / "新卡.pdf"
    assert "写明原因" in said(capsys, *on, "replace", "--print", str(fresh), *HOLDERS, status=2)["error"]
    assert not fresh.exists()
    said(capsys, *on, "replace", "--print", str(fresh), *HOLDERS, "--reason", "财务的卡丢失")
    new = scanned(fresh)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{new[1]}\n{new[2]}\n"))
    assert said(capsys, *on, "replace")["number"] == 2

    keyring.key_path(office).unlink()
    assert "换过密钥" in said(capsys, *on, "recover", "--cards", str(file), status=2)["error"]
    file.write_text(f"{new[0]}\n{new[1]}\n", "utf-8")
    found = said(capsys, *on, "recover", "--cards", str(file))
    assert found == {"user": "张三", "without_password": [], "files": [str(keyring.key_path(office))]}
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", "Neu-9876")
    monkeypatch.setenv("UNIONOFFICE_NEW_PASSWORD", "Own-Word-77")
    assert run(["--office", str(office), "user", "password"]) == 0
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", "Own-Word-77")
    assert run(["--office", str(office), "check"]) == 0


def test_what_is_missing_or_wrong_is_said(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    on = ("--office", str(office), "key")
    pdf = str(tmp_path / "卡.pdf")
    assert "各交给谁" in said(capsys, *on, "cards", "--print", pdf, "--holder", "财务", status=2)["error"]
    assert "缺少 --print" in said(capsys, *on, "cards", *HOLDERS, status=2)["error"]
    assert ".pdf" in said(capsys, *on, "cards", "--print", "卡.txt", *HOLDERS, status=2)["error"]
    assert "还没有恢复卡" in said(capsys, *on, "hand-over", "1", "--holder", "a=b", "--reason", "c", status=2)["error"]
    monkeypatch.setattr("sys.stdin", io.StringIO("只有一张"))
    assert "要输入两张恢复卡" in said(capsys, *on, "test", status=2)["error"]
    assert "读不出来" in said(capsys, *on, "test", "--cards", "没有.txt", status=2)["error"]
    assert "两步" in said(capsys, *on, "replace", "--print", pdf, "--cards", "a", status=2)["error"]
    made = cards.make(bytes(32), "x", 1, date(2026, 1, 1))
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{made[0].text()}\n{made[1].text()}"))
    assert "别的单位" in said(capsys, *on, "recover", status=2)["error"]
    assert not list(tmp_path.glob("*.pdf"))


@pytest.mark.parametrize("words", [("cards",), ("replace", "--reason", "丢失")])
@pytest.mark.parametrize(("place", "status"), [("没有这个文件夹/卡.pdf", 2), ("写不进/卡.pdf", 1)])
def test_cards_that_could_not_be_written_are_not_waited_for(
    office: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    status: int,
    words: tuple[str, ...],
) -> None:
    into = Path.replace

    def takes_nothing(self: Path, target: Path) -> Path:
        if Path(target).parent.name == "写不进":
            raise PermissionError(13, "denied")
        return into(self, target)

    (tmp_path / "写不进").mkdir()
    monkeypatch.setattr(Path, "replace", takes_nothing)
    on = ("--office", str(office), "key")
    noun, *rest = words
    told = said(capsys, *on, noun, "--print", str(tmp_path / place), *HOLDERS, *rest, status=status)["error"]
    assert "没有写成" in told and told.endswith("。第 1 套恢复卡谁也没有拿到，已作废。")
    (found,) = said(capsys, *on, "state")["sets"]
    assert (found["state_label"], found["remark"]) == ("已作废", "文件没有写成")
    assert "还没有恢复卡" in said(capsys, *on, "state")["advice"]


def test_a_card_is_never_an_argument(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = cards.make(bytes(32), "x", 1, date(2026, 1, 1))[0].text()
    assert "多出了" in said(capsys, "--office", str(office), "key", "test", text, status=2)["error"]
