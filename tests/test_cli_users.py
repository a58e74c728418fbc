"""Commands on an encrypted office: the password from the environment or a file, never from an argument."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.services.people import roster
from tests.shell import Shell
from unionoffice.cli import run
from unionoffice.store import keyring
from unionoffice.store.engine import is_encrypted


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A new encrypted office of 张三, whose password stands in the environment."""
    monkeypatch.setattr(keyring, "measured_cost", lambda seconds=0.5: keyring.Cost(1, 8192))
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", "Abcd-1234")
    monkeypatch.delenv("UNIONOFFICE_USER", raising=False)
    path = tmp_path / "工会.ghoffice"
    assert run(["init", str(path), "--name", "示范工会", "--user", "张三", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["files"] == [str(path), str(keyring.key_path(path))]
    return path


def test_an_office_is_encrypted_unless_said_otherwise(office: Path, tmp_path: Path) -> None:
    assert is_encrypted(office)
    assert run(["init", str(tmp_path / "明"), "--name", "示范工会", "--plain"]) == 0
    assert not is_encrypted(tmp_path / "明.ghoffice")


def test_without_a_password_nothing_is_founded_and_nothing_opened(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("UNIONOFFICE_PASSWORD")
    assert run(["init", str(tmp_path / "新"), "--name", "示范工会"]) == 2
    assert "--plain" in capsys.readouterr().err
    assert not (tmp_path / "新.ghoffice").exists()
    assert run(["--office", str(office), "check"]) == 2
    assert "UNIONOFFICE_PASSWORD" in capsys.readouterr().err


def test_the_password_may_stand_in_a_file(office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNIONOFFICE_PASSWORD")
    file = tmp_path / "密码.txt"
    file.write_bytes("\ufeffAbcd-1234\r\n".encode())
    assert run(["--office", str(office), "--password-file", str(file), "check"]) == 0
    assert run(["--office", str(office), "check", "--password-file", str(file)]) == 0
    assert run(["--office", str(office), "check", "--password-file", str(tmp_path / "没有")]) == 2


def test_a_wrong_password_ends_in_one_sentence(
    office: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", "wrong")
    assert run(["--office", str(office), "find", "王"]) == 2
    out, error = capsys.readouterr()
    assert (out, error) == ("", "密码不对，请再输一次。再错 4 次将锁定 10 分钟。\n")


def test_a_second_user_logs_in_by_name_and_changes_his_password_first(
    office: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UNIONOFFICE_NEW_PASSWORD", "Chair-2026")
    assert run(["--office", str(office), "user", "add", "李四", "--role", "主席"]) == 0
    capsys.readouterr()
    assert run(["--office", str(office), "check"]) == 2
    assert "张三、李四" in capsys.readouterr().err
    monkeypatch.setenv("UNIONOFFICE_USER", "李四")
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", "Chair-2026")
    assert run(["--office", str(office), "find", "王"]) == 2
    assert "首次登录要先修改密码" in capsys.readouterr().err
    monkeypatch.setenv("UNIONOFFICE_NEW_PASSWORD", "Chair-2027")
    assert run(["--office", str(office), "user", "password"]) == 0
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", "Chair-2027")
    assert run(["--office", str(office), "find", "王"]) == 0
    assert run(["--office", str(office), "user", "reset", "张三"]) == 2
    assert "请系统管理员办理" in capsys.readouterr().err
    assert run(["--office", str(office), "find", "王", "--user", "张三"]) == 2


def test_users_are_listed_with_roles_and_branches(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--office", str(office), "user", "list", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["users"]
    assert row.pop("id")
    assert row == {
        "name": "张三",
        "roles": ["admin", "officer"],
        "roles_label": ["系统管理员", "经办"],
        "units": [],
        "whole": True,
        "tiers": [],
        "tiers_label": [],
        "state": "active",
        "state_label": "在用",
        "must_change": False,
        "can_log_in": True,
    }
    assert run(["--office", str(office), "user", "change", "张三", "--role", "站长"]) == 2
    assert "没有“站长”这个角色" in capsys.readouterr().err
    assert run(["--office", str(office), "user", "close", "张三", "--reason", "离职"]) == 2
    assert "至少要留一个" in capsys.readouterr().err


def test_what_a_change_does_not_name_stays_as_it_is(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UNIONOFFICE_NEW_PASSWORD", "Chair-2026")
    monkeypatch.setenv("UNIONOFFICE_USER", "张三")
    shell = Shell(office, capsys)
    rows = [["姓名", "分工会"], ["张一", "一车间分会"], ["李二", "二车间分会"]]
    shell("import", "members", roster(tmp_path / "名册.xlsx", *rows))
    shell("user", "add", "吴分会", "--role", "经办", "--unit", "一车间分会")
    shell("user", "grant", "吴分会", "心理", "--reason", "负责")

    def now() -> tuple[list[str], list[str], bool, list[str]]:
        row = next(row for row in shell.json("user", "list")["users"] if row["name"] == "吴分会")
        return row["roles_label"], row["units"], row["whole"], row["tiers_label"]

    shell("user", "change", "吴分会", "--role", "经办")
    assert now() == (["经办"], ["一车间分会"], False, ["心理"])
    out = shell("user", "change", "吴分会", "--role", "审核", "--role", "经办")
    assert out.startswith("已修改用户“吴分会”：角色 经办、审核；分管范围 一车间分会。")
    out = shell("user", "change", "吴分会", "--unit", "二车间分会")
    assert "角色 经办、审核；分管范围 二车间分会。" in out
    assert now() == (["经办", "审核"], ["二车间分会"], False, ["心理"])
    told = shell.json("user", "change", "吴分会", "--whole")
    assert (told["user"]["units"], told["user"]["whole"]) == ([], True)
    assert now() == (["经办", "审核"], [], True, ["心理"])
    assert "没有写要改什么" in shell.refused("user", "change", "吴分会")
    assert "只能写一个" in shell.refused("user", "change", "吴分会", "--whole", "--unit", "一车间分会")
    shell("user", "change", "吴分会", "--unit", "一车间分会", "--role", "经办")
    assert "分管范围要选“全部”" in shell.refused("user", "change", "吴分会", "--role", "系统管理员")
    assert now() == (["经办"], ["一车间分会"], False, ["心理"])


def test_an_encrypted_office_without_its_key_file_says_what_is_missing(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keyring.key_path(office).unlink()
    assert run(["--office", str(office), "check"]) == 1
    assert "密钥文件“工会.ghoffice.key”" in capsys.readouterr().err


def test_a_closed_user_is_let_in_again_by_command(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNIONOFFICE_NEW_PASSWORD", "Chair-2026")
    monkeypatch.setenv("UNIONOFFICE_USER", "张三")
    assert run(["--office", str(office), "user", "add", "李四", "--role", "主席"]) == 0
    assert run(["--office", str(office), "user", "close", "李四", "--reason", "调离"]) == 0
    assert run(["--office", str(office), "user", "reopen", "李四"]) == 0
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", "Chair-2026")
    monkeypatch.setenv("UNIONOFFICE_NEW_PASSWORD", "Chair-2027")
    assert run(["--office", str(office), "user", "password", "--user", "李四"]) == 0


def test_a_name_cannot_fake_a_line_of_a_list(office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", str(tmp_path / "新"), "--name", "示范工会", "--user", "甲\n乙"]) == 2
    assert "看不见的字符" in capsys.readouterr().err
    assert not (tmp_path / "新.ghoffice").exists()


def test_a_new_password_is_asked_for_by_its_own_name(
    office: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("UNIONOFFICE_NEW_PASSWORD", raising=False)
    assert run(["--office", str(office), "user", "add", "李四", "--role", "主席"]) == 2
    assert capsys.readouterr().err == "没有给出新密码，请设置环境变量 UNIONOFFICE_NEW_PASSWORD。\n"


def test_without_a_screen_the_window_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert run([]) == 2
    assert "没有图形界面" in capsys.readouterr().err


def test_practising_never_writes_over_a_real_roster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    real = tmp_path / "会员花名册.xlsx"
    real.write_text("真的", "utf-8")
    assert run(["demo", str(tmp_path)]) == 2
    assert "可能是真的名单" in capsys.readouterr().err
    assert real.read_text("utf-8") == "真的"
    assert list(tmp_path.iterdir()) == [real]


def test_a_deputy_is_named_listed_and_taken_back(
    office: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UNIONOFFICE_NEW_PASSWORD", "Chair-2026")
    monkeypatch.setenv("UNIONOFFICE_USER", "张三")
    for name, role in (("李四", "主席"), ("赵六", "审核")):
        assert run(["--office", str(office), "user", "add", name, "--role", role]) == 0
    deputy = ["--office", str(office), "user", "deputy"]
    words = ["add", "赵六", "--for", "李四", "--until", "2999-09-20", "--reason", "出差"]
    capsys.readouterr()
    assert run([*deputy, *words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["deputy"], found["for"], found["until"], found["by"]) == ("赵六", "李四", "2999-09-20", "张三")
    assert run([*deputy, "list"]) == 0
    assert "赵六\t代理李四\t" in capsys.readouterr().out
    for wrong, told in (
        (["add", "赵六", "--for", "无人", "--until", "2999-09-20", "--reason", "出差"], "没有叫“无人”的用户"),
        (["add", "赵六", "--for", "赵六", "--until", "2999-09-20", "--reason", "出差"], "自己不能代理自己"),
        (["add", "赵六", "--for", "李四", "--until", "1999-09-20", "--reason", "出差"], "结束日期"),
        (["end", "李四", "--for", "赵六"], "“李四”现在和以后都不代理“赵六”"),
    ):
        assert run([*deputy, *wrong]) == 2
        assert told in capsys.readouterr().err
    assert run([*deputy, "end", "赵六", "--for", "李四", "--json"]) == 0
    assert [each["for"] for each in json.loads(capsys.readouterr().out)["ended"]] == ["李四"]
    assert run([*deputy, "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["deputies"] == []


def test_a_change_of_users_says_who_what_and_when(
    office: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UNIONOFFICE_NEW_PASSWORD", "Chair-2026")
    monkeypatch.setenv("UNIONOFFICE_USER", "张三")
    for words, state, can in (
        (["add", "李四", "--role", "主席"], "active", True),
        (["change", "李四", "--role", "审核"], "active", True),
        (["close", "李四", "--reason", "调离"], "closed", False),
        (["reopen", "李四"], "active", True),
        (["reset", "李四"], "active", True),
    ):
        capsys.readouterr()
        assert run(["--office", str(office), "user", *words, "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert (found["by"], found["user"]["name"], found["user"]["state"]) == ("张三", "李四", state)
        assert found["user"]["can_log_in"] is can
        assert found["at"]
