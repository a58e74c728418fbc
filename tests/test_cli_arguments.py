"""A command written wrong is told what is wrong with it, in the office's words, and where to put it right."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from unionoffice.cli import run
from unionoffice.store import keyring
from unionoffice.store.engine import connect


def said(capsys: pytest.CaptureFixture[str], *words: object, status: int = 2) -> str:
    """The one sentence on standard error."""
    capsys.readouterr()
    assert run([*map(str, words)]) == status
    out, error = capsys.readouterr()
    assert out == ""
    (line,) = error.splitlines()
    return line


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["key", "hand-over", "9", "--holder", "财务=赵六", "--reason", "换人"], "第几张没有“9”，可写：1、2、3"),
        (["key", "hand-over", "1", "--holder", "赵六", "--reason", "换人"], "--holder 要写成“职务=姓名”"),
        (["import", "members", __file__, "--map", "瞎"], "“--map 瞎”要写成“表头=内容”"),
        (["import", "members", __file__, "--map", "=姓名"], "要写成“表头=内容”"),
        (["import", "members", __file__, "--map", "甲=乙丙"], "“乙丙”不是花名册的内容"),
        (["log", "--limit", "0"], "--limit: 应当是 1 以上的整数，写的是 '0'"),
        (["find", "王", "--limit", "-1"], "应当是 1 以上的整数"),
        (["bench", "--size", "零"], "应当是 1 以上的整数"),
        (["find", ""], "没有写要查找的文字"),
        (["find", " ", ""], "没有写要查找的文字"),
        (["welfare"], "welfare new|approval|approve|slip|send-back|resubmit|print|collect|close"),
        (["welfare", "办"], "步骤没有“办”，可写：new、approval"),
        (["undo"], "undo list|show|carry-out"),
        (["user", "close", "李四", "--reason", "调离"], "没有加密，不分用户"),
        (["user", "deputy", "end", "李四", "--for", "王五"], "没有加密，不分用户"),
        (["undo", "show", "x"], "第几次: 应当是 1 以上的整数"),
        (["user", "deputy"], "user deputy list|add|end"),
        (["destroy"], "destroy due|prepare|list|print|slip|approve|resubmit|cancel|carry-out|compact"),
        (["destroy", "due", "--date", "昨天"], "“昨天”不是日期"),
        (["backup", "place", "a", "--none"], "不能和这一项一起写"),
    ],
)
def test_what_is_wrong_is_said(
    office_file: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    line = said(capsys, "--office", office_file, *words)
    assert told in line
    assert not any(english in line for english in ("argument", "invalid", "required", "allowed", "expected"))


@pytest.mark.parametrize("words", [["--password", "Geheim-1"], ["--password=Geheim-1"]])
def test_a_password_on_the_command_line_is_refused_and_not_repeated(
    office_file: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for place in ([*words, "check"], ["check", *words]):
        line = said(capsys, "--office", office_file, *place)
        assert "UNIONOFFICE_PASSWORD" in line and "--password-file" in line
        assert "Geheim" not in line


LONG = "册" * 300


@pytest.mark.parametrize(
    "words",
    [
        ["export", "members", f"{LONG}.xlsx"],
        ["forms", "print", "入会申请书", f"{LONG}.pdf"],
        ["forms", "print", "入会申请书", LONG],
        ["destroy", "print", "1", f"{LONG}.pdf"],
        ["key", "cards", "--print", f"{LONG}.pdf"],
        ["export", "members", f"{'夹' * 300}/花名册.xlsx"],
    ],
)
def test_a_name_no_disk_takes_is_said(
    office_file: Path,
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "没有写成：文件名或位置太长" in said(capsys, "--office", office_file, *words)


def test_the_office_may_stand_before_the_command_and_behind_it(
    office_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (
        ["--office", str(office_file), "check"],
        ["check", "--office", str(office_file)],
        ["welfare", "--office", str(office_file), "approval", "无"],
    ):
        assert "没有指明办公文件" not in capsys.readouterr().err
        run(words)
    assert "没有指明办公文件" in said(capsys, "check")


def test_help_names_the_command_it_belongs_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert "用 unionoffice welfare new --help 查看用法" in said(capsys, "welfare", "new", "中秋")


def test_the_first_user_of_an_encrypted_office_is_asked_for_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(keyring, "measured_cost", lambda seconds=0.5: keyring.Cost(1, 8192))
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", "Abcd-1234")
    monkeypatch.delenv("UNIONOFFICE_USER", raising=False)
    assert "没有写第一个用户的姓名" in said(capsys, "init", tmp_path / "新", "--name", "示范工会")
    assert not (tmp_path / "新.ghoffice").exists()
    assert run(["init", str(tmp_path / "明"), "--name", "示范工会", "--plain"]) == 0
    assert "经办人：" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        run(["init", "--help"])
    told = "".join(capsys.readouterr().out.split())
    assert "第一个用户的姓名，加密时必须写" in told
    assert "以谁的名义登录" not in told


def test_backups_go_into_no_folder_that_is_not_there(
    office_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (("backup", "make", "--to"), ("backup", "place")):
        assert "不存在，请插上 U 盘" in said(capsys, "--office", office_file, *words, tmp_path / "没有插")
    assert not (tmp_path / "没有插").exists()


def test_a_closed_user_and_a_key_file_of_another_office_are_told_apart_from_a_wrong_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(keyring, "measured_cost", lambda seconds=0.5: keyring.Cost(1, 8192))
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", "Abcd-1234")
    monkeypatch.setenv("UNIONOFFICE_NEW_PASSWORD", "Chair-2026")
    monkeypatch.delenv("UNIONOFFICE_USER", raising=False)
    one, two = tmp_path / "一.ghoffice", tmp_path / "二.ghoffice"
    for path, who in ((one, "张三"), (two, "王五")):
        assert run(["init", str(path), "--name", "示范工会", "--user", who]) == 0
    assert run(["--office", str(one), "user", "add", "李四", "--role", "主席"]) == 0
    assert run(["--office", str(one), "--user", "张三", "user", "close", "李四", "--reason", "调离"]) == 0
    line = said(capsys, "--office", one, "--user", "李四", "check")
    assert "没有叫“李四”的用户：他可能已经停用" in line and "能登录的有：张三" in line
    keyring.key_path(one).write_bytes(keyring.key_path(two).read_bytes())
    assert "密钥文件“一.ghoffice.key”不是这个办公文件的" in said(capsys, "--office", one, "--user", "张三", "check")
    line = said(capsys, "--office", one, "--user", "王五", "check", status=1)
    assert "旁边的密钥文件不是它的" in line and "放回来" in line


def test_check_has_the_sentence_for_programs_too(office_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(connect(office_file)) as raw:
        raw.execute("UPDATE unit SET name = '别的'")
    assert run(["--office", str(office_file), "check", "--json"]) == 1
    out, error = capsys.readouterr()
    assert json.loads(out)["error"] == error.strip() != ""
