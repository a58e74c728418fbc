"""Whole actions are listed, looked into and undone by command; what depends on one is listed when it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.people import roster
from tests.shell import Shell


@pytest.fixture
def shell(office_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    people = roster(
        tmp_path / "名册.xlsx",
        ["姓名", "分工会", "入会日期"],
        ["张一", "机电队", "2015-01-01"],
        ["李二", "通风队", "2015-01-01"],
    )
    found = Shell(office_file, capsys)
    found("import", "members", people)
    return found


def test_an_import_is_found_and_undone_as_a_whole(shell: Shell) -> None:
    out = shell("undo", "list")
    assert "导入\t来自 名册.xlsx" in out
    (action,) = shell.json("undo", "list")["actions"]
    assert (action["label"], action["undoable"], action["undone"]) == ("导入", True, False)
    number = action["id"]
    out = shell("undo", "show", number)
    assert "撤掉" in out and "会员 2 条" in out
    assert shell.json("find", "张一")["count"] == 1
    done = shell.json("undo", "carry-out", number)
    assert done["puts_away"]["会员"] == 2 and done["by"] and done["at"]
    assert shell.json("find", "张一")["count"] == 0
    assert shell.json("undo", "list")["count"] == 0
    everything = shell.json("undo", "list", "--all")["actions"]
    assert [each["label"] for each in everything[:2]] == ["撤销", "导入"]
    assert everything[1]["undone"]
    assert shell.refused("undo", "carry-out", number) == "这一步已经撤销过了。"
    assert "不能整体撤销" in shell.refused("undo", "show", 99)


def test_what_depends_on_it_is_listed_when_it_is_refused(shell: Shell) -> None:
    number = shell.json("undo", "list")["actions"][0]["id"]
    shell("welfare", "new", "中秋", "--item", "月饼", "--price", "99", "--budget", "1000")
    shell("welfare", "approve", "中秋")
    assert "后来的登记还用着它，不能撤销：" in shell("undo", "show", number)
    out, error = shell.both("undo", "carry-out", number, status=2)
    assert error.startswith("“导入”不能整体撤销，后来的登记还用着它，没有撤销。") and error.count("\n") == 1
    assert "“中秋”的发放明细 2 条（“张一”、“李二”）：会员是这一步登记的。" in out
    found = shell.json("undo", "carry-out", number, status=2)
    assert found["error"] == error.strip()
    assert "“中秋”的发放明细 2 条（“张一”、“李二”）：会员是这一步登记的。" in found["obstacles"]
    assert shell.json("find", "张一")["count"] == 1


def test_a_consent_is_entered_listed_and_withdrawn(shell: Shell) -> None:
    assert shell.json("consent", "missing", "肖像")["count"] == 2
    words = (
        "consent",
        "add",
        "张一",
        "--notice",
        "2026年版",
        "--date",
        "2026-09-01",
        "--yes",
        "基本信息",
        "--yes",
        "肖像",
    )
    found = shell.json(*words, "--no", "银行账户")["consent"]
    assert (found["name"], found["on_roll"], found["way"], found["way_label"]) == ("张一", True, "signed", "本人签字")
    assert found["scopes"] == {"basic": True, "family": None, "hardship": None, "bank": False, "portrait": True}
    assert shell.json("consent", "missing", "肖像")["count"] == 1
    out = shell("consent", "list", "张一")
    assert "基本信息同意、家庭信息没有问、困难与疾病没有问、银行账户不同意、肖像同意\t有效" in out
    assert "没有登记过“王五”的同意" in shell.refused("consent", "withdraw", "王五")
    assert "在今天以后" in shell.refused("consent", "withdraw", "张一", "--date", "2999-01-01")
    assert "早于同意日期" in shell.refused("consent", "withdraw", "张一", "--date", "2026-08-31")
    taken = shell.json("consent", "withdraw", "张一", "--date", "2026-09-05")
    assert (taken["consent"]["state"], taken["consent"]["withdrawn_on"]) == ("withdrawn", "2026-09-05")
    assert taken["by"] and taken["at"]
    assert shell.json("consent", "missing", "肖像")["count"] == 2
    assert "已于 2026-09-05 撤回" in shell.refused("consent", "withdraw", "张一")


def test_a_consent_that_cannot_be_is_refused(shell: Shell) -> None:
    add = ("consent", "add", "张一", "--notice", "2026年版")
    for words, told in (
        (add, "没有写同意或不同意哪一类"),
        ((*add, "--yes", "全部"), "没有“全部”这一类"),
        ((*add, "--yes", "肖像", "--no", "肖像"), "又写了同意，又写了不同意"),
        ((*add, "--yes", "肖像", "--way", "口头"), "没有“口头”这一项"),
        ((*add, "--yes", "肖像", "--date", "昨天"), "不是日期"),
    ):
        assert told in shell.refused(*words)
    assert shell.json("consent", "list")["count"] == 0
    out = shell("consent", "add", "外人", "--notice", "2026年版", "--yes", "肖像")
    assert "花名册上没有对上这个人" in out
    shell(*add, "--yes", "肖像", "--date", "2026-09-01")
    shell("consent", "add", "张一", "--notice", "2027年版", "--yes", "肖像")
    assert "请加上 --notice" in shell.refused("consent", "withdraw", "张一")
    assert shell.json("consent", "withdraw", "张一", "--notice", "2027年版")["consent"]["notice"] == "2027年版"
