"""`check` names what is wrong for people: by kind and name, never by an id, and says which part of the file is gone."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import ACTOR
from tests.services.people import id_number, member
from unionoffice.app import App
from unionoffice.kernel.clock import SystemClock
from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.models.everything import Base
from unionoffice.models.member import EventKind
from unionoffice.services.checks import check
from unionoffice.store.engine import connect
from unionoffice.store.naming import table_title
from unionoffice.store.unit_of_work import Store


def changed(app: App, *statements: str) -> tuple[str, ...]:
    """What `check` says after somebody went past the program."""
    with closing(connect(app.path)) as raw:
        for statement in statements:
            raw.execute(statement)
    return check(app.store).problems


def test_an_altered_record_is_called_by_its_name_and_number(app: App) -> None:
    one = member(app, "张三", staff_number="0017", id_number=id_number(1), phone="13812345678")
    member(app, "李四")
    found = changed(app, "UPDATE member SET phone = '13900000000'")
    assert found[0] == "会员“张三”（工号 0017）：手机号码与变更记录不一致。"
    assert found[1] == "会员“李四”：手机号码与变更记录不一致。"
    assert one not in "".join(found)


def test_a_changed_name_is_told_by_the_one_in_the_log(app: App) -> None:
    member(app, "张三")
    (problem,) = changed(app, "UPDATE member SET name = '13812345678'")
    assert problem.startswith("会员“张三”：姓名")


def test_what_has_no_name_goes_by_whose_it_is(app: App) -> None:
    one = member(app, "张三")
    app.members.record_event(one, EventKind.RETAIN, "2020-05-01", ACTOR, reason="退休")
    found = changed(app, "DELETE FROM membership_event")
    assert "“张三”的会籍变动：变更记录里有，数据里没有。" in found


def test_a_number_put_in_the_place_of_a_name_is_not_shown(app: App) -> None:
    member(app, "张三")
    with closing(connect(app.path)) as raw:
        raw.execute("UPDATE change_entry SET changes = replace(changes, '张三', '13812345678')")
    assert all("13812345678" not in problem for problem in check(app.store).problems)


@pytest.mark.parametrize(
    ("table", "title"), [("family_member", "家庭成员"), ("access_entry", "查看记录"), ("heading_memory", "记住的表头")]
)
def test_a_table_that_is_gone_is_named(app: App, table: str, title: str) -> None:
    problems = changed(app, f"DROP TABLE {table}")
    assert problems[0] == f"文件内部结构：“{title}”不见了，文件已损坏。请从最近的备份恢复。"
    assert "读写失败" not in "".join(problems)
    assert table not in "".join(problems)


def test_every_table_has_a_title() -> None:
    named = {table: table_title(table) for table in Base.metadata.tables}
    assert [table for table, title in named.items() if title.isascii()] == []


def test_a_table_that_every_command_needs_is_named_when_opening(app: App, office_file: Path) -> None:
    changed(app, "DROP TABLE office")
    with pytest.raises(EnvironmentFault, match="已损坏：里面的“办公室”不见了"):
        App(office_file)


def test_a_damaged_file_is_told_once_in_the_offices_words_the_databases_own_go_to_the_log(
    app: App, office_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(300):
        member(app, f"张{number}")
    app.close()
    with closing(connect(office_file)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (first,) = raw.execute("SELECT max(rootpage) FROM sqlite_master").fetchone()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
    content = bytearray(office_file.read_bytes())
    for place in range(first * size, len(content), 4 * size):
        content[place : place + 60] = b"\x55" * 60
    office_file.write_bytes(content)
    with closing(Store(office_file, SystemClock(), reading=True)) as store:
        problems = check(store).problems
    told = "\n".join(problems)
    assert "btree" not in told and "Tree" not in told and "in database main" not in told
    assert "btreeInitPage() returns error code" in caplog.text
    assert problems[0].startswith("文件内部结构：至少有 ") and "处损坏" in problems[0]
    assert len([problem for problem in problems if "已损坏，没有改动它" in problem]) == 1
    assert "部分：办公文件" in told


def test_the_same_sentence_is_told_once_with_how_often(app: App) -> None:
    for _ in range(3):
        member(app, "张三", phone="13812345678")
    assert changed(app, "UPDATE member SET phone = '13900000000'") == (
        "会员“张三”：手机号码与变更记录不一致。（3 处）",
    )
