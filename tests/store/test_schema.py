"""Opening an office file: older ones are brought up with a copy made first; whatever is wrong ends in a sentence."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from tests.conftest import ACTOR
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.models.registers import register_named
from unionoffice.models.search import search_keys
from unionoffice.services.checks import check
from unionoffice.services.founding import create
from unionoffice.services.opening import open_store
from unionoffice.store import backup, schema
from unionoffice.store.engine import APPLICATION_ID, check_file, connect, reason, translated

NOW = datetime(2026, 9, 10, 9, 30)
CREATED = '{"name":"%s","enrolled":0,"membership_state":"none","archived":0}'


def sentence(act: Callable[[], object]) -> str:
    with pytest.raises(UserError) as told:
        act()
    assert told.value.sentence.endswith("。")
    assert "！" not in told.value.sentence
    return told.value.sentence


def execute(path: Path, *statements: str) -> None:
    with closing(connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)


def asked(path: Path, question: str) -> object:
    with closing(connect(path)) as connection:
        return connection.execute(question).fetchone()[0]


def first_program(path: Path) -> Path:
    """An office as the first revision of the program left it, with its log."""
    schema.create(path, "0001")
    insert = "INSERT INTO {0} (id, version, archived, {1}) VALUES ('{2}', 1, 0, {3})"
    log = "INSERT INTO change_entry (operation_id, record_type, record_id, action, version, changes) VALUES (1, {0})"
    execute(
        path,
        "INSERT INTO operation_entry (id, name, label, actor, at)"
        " VALUES (1, 'x', '登记', '老经办', '2024-01-01 00:00:00')",
        insert.format("office", "name, member_number_pattern, practice", "o", "'老工会', 'HY{年}{序号:5}', 0"),
        log.format("""'office', 'o', 'create', 1,
            '{"name":"老工会","member_number_pattern":"HY{年}{序号:5}","practice":0,"archived":0}'"""),
        insert.format("unit", "name, kind, position", "u", "'老工会', 'union', 0"),
        log.format("""'unit', 'u', 'create', 1, '{"name":"老工会","kind":"union","position":0,"archived":0}'"""),
        insert.format(
            "member",
            "name, enrolled, membership_state, search_key",
            "m",
            f"'曾䶮', 0, 'none', '{search_keys(['曾䶮'])[0]}'",
        ),
        log.format(f"'member', 'm', 'create', 1, '{CREATED % '曾䶮'}'"),
    )
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return first_program(tmp_path / "老.ghoffice")


@pytest.fixture
def broken_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program's migrations and one more, which fails after it has done something."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9998_breaks.py").write_text(
        f"from alembic import op\nrevision = '9998'\ndown_revision = '{schema.head()}'\n"
        "def upgrade() -> None:\n    op.execute('DELETE FROM member')\n    op.execute('SELECT * FROM nothing')\n",
        "utf-8",
    )
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    return folder


def test_a_new_office_is_at_the_newest_revision_and_marked_as_ours(tmp_path: Path) -> None:
    path = create(tmp_path / "新", "新工会", FixedClock(NOW), ACTOR)
    assert path.suffix == ".ghoffice"
    assert schema.revision(path) == schema.head() == schema.revisions()[-1]
    assert asked(path, "PRAGMA application_id") == APPLICATION_ID
    assert asked(path, "PRAGMA journal_mode") == "wal"
    assert schema.bring_up_to_date(path, NOW) is None


def test_an_older_office_keeps_its_data_and_a_copy_is_made_first(old: Path) -> None:
    store, copy = open_store(old, FixedClock(NOW))
    store.close()
    assert copy == old.parent / "备份" / "老-20260910-0930-升级前.ghbackup"
    before = old.with_name("升级前.ghoffice")
    assert backup.extract(copy, before).revision == "0001"
    assert (schema.revision(before), schema.revision(old)) == ("0001", schema.head())
    for path in (old, before):
        assert asked(path, "SELECT name FROM member") == "曾䶮"
    app = App(old, clock=FixedClock(NOW), actor=ACTOR)
    assert app.copied_before_migration is None
    assert check(app.store).problems == ()
    assert app.welfare.overview() == []
    app.members.create({"name": "新人"}, ACTOR)
    app.close()


def test_a_failed_migration_puts_the_office_back(old: Path, broken_migration: Path) -> None:
    told = sentence(lambda: schema.bring_up_to_date(old, NOW))
    assert "已放回升级前的文件" in told
    assert schema.revision(old) == "0001"
    assert asked(old, "SELECT name FROM member") == "曾䶮"
    assert [path.name for path in old.parent.rglob("*") if "migrations" not in path.parts and path.is_file()] == [
        old.name
    ]


def test_an_office_that_cannot_be_made_leaves_nothing(tmp_path: Path, broken_migration: Path) -> None:
    with pytest.raises(Exception, match="nothing"):
        schema.create(tmp_path / "新.ghoffice")
    assert not list(tmp_path.glob("新*"))


def test_a_copy_that_cannot_be_made_stops_the_migration(old: Path) -> None:
    (old.parent / "备份").write_text("占住了")
    assert "文件没有改动" in sentence(lambda: schema.bring_up_to_date(old, NOW))
    assert schema.revision(old) == "0001"


@pytest.mark.parametrize(
    "statement", ["UPDATE alembic_version SET version_num='9999'", "UPDATE alembic_version SET version_num='abcd'"]
)
def test_an_office_of_a_newer_program_is_refused_and_not_touched(office_file: Path, statement: str) -> None:
    execute(office_file, statement)
    before = office_file.read_bytes()
    assert "更新版本的程序" in sentence(lambda: open_store(office_file, FixedClock(NOW)))
    assert office_file.read_bytes() == before


def test_what_is_no_office_is_told_apart(office_file: Path, tmp_path: Path) -> None:
    whole = office_file.read_bytes()
    cases = {
        "头坏": (b"SQLite damaged!\x00" + whole[16:], "文件头已损坏"),
        "太短": (whole[:50], "文件头已损坏"),
        "空的": (b"", "文件头已损坏"),
        "别的": (whole[:68] + b"\0\0\0\1" + whole[72:], "别的程序"),
        "文本": ("姓名,电话\n".encode() * 50, "不是办公文件"),
    }
    for name, (content, told) in cases.items():
        path = tmp_path / f"{name}.ghoffice"
        path.write_bytes(content)
        assert told in sentence(lambda path=path: check_file(path)), name
        assert path.read_bytes() == content
    assert "是文件夹" in sentence(lambda: check_file(tmp_path))
    assert "找不到" in sentence(lambda: check_file(tmp_path / "没有.ghoffice"))
    assert not (tmp_path / "没有.ghoffice").exists()


def test_an_office_cut_short_is_told_as_damaged(office_file: Path) -> None:
    office_file.write_bytes(office_file.read_bytes()[:9000])
    assert "损坏" in sentence(lambda: open_store(office_file, FixedClock(NOW)))


def test_a_locked_office_is_told(office_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unionoffice.store.engine.BUSY_MILLISECONDS", 20)
    with closing(connect(office_file)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "正被另一个程序写入" in sentence(lambda: check_file(office_file))
        other.execute("ROLLBACK")
    check_file(office_file)


def test_faults_of_the_database_are_sentences(office_file: Path) -> None:
    """Real faults: a read-only connection, a file that may not grow, pages written over."""

    def fault(connection: object, *statements: str) -> UserError:
        with closing(connection), pytest.raises(dbapi2.Error) as raised:  # type: ignore[type-var]
            for statement in statements:
                connection.execute(statement)  # type: ignore[attr-defined]
        return translated(raised.value, "工会.ghoffice")

    readonly = dbapi2.connect(f"{office_file.as_uri()}?mode=ro", uri=True)
    assert "是只读的" in fault(readonly, "DELETE FROM member").sentence
    many = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) INSERT INTO t SELECT i FROM n"
    )
    full = fault(connect(office_file), "PRAGMA max_page_count=1", "CREATE TABLE t (a)", many)
    assert full.sentence == "磁盘已满，这一步没有保存。请清理磁盘后再做一次。"
    assert isinstance(full, EnvironmentFault)
    assert "已损坏" in translated(dbapi2.DatabaseError("database disk image is malformed"), "x").sentence
    assert "读写失败" in translated(dbapi2.OperationalError("disk I/O error"), "x").sentence


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (PermissionError(13, "x"), "没有权限"),
        (FileNotFoundError(2, "x"), "位置不存在"),
        (IsADirectoryError(21, "x"), "文件夹"),
        (OSError(28, "x"), "磁盘已满"),
        (OSError(5, "x"), "读写失败"),
    ],
)
def test_faults_of_the_system_are_words(fault: OSError, words: str) -> None:
    assert words in reason(fault)


def test_discard_takes_what_sqlite_keeps_beside_the_file(office_file: Path) -> None:
    for suffix in ("-wal", "-shm", "-journal"):
        office_file.with_name(office_file.name + suffix).touch()
    schema.discard(office_file)
    assert not list(office_file.parent.glob("工会.ghoffice*"))
    schema.discard(office_file)


def test_a_copy_is_whole_also_while_the_office_is_in_use(app: App, tmp_path: Path) -> None:
    app.members.create({"name": "曾䶮"}, ACTOR)
    copy = tmp_path / "备份.ghoffice"
    schema.back_up(app.path, copy)
    again = App(copy, clock=app.clock, actor=ACTOR)
    assert [hit.name for hit in again.members.search("曾")] == ["曾䶮"]
    assert asked(copy, "PRAGMA journal_mode") == "wal"
    again.close()


def test_nothing_is_made_over_what_is_there(office_file: Path, tmp_path: Path) -> None:
    before = office_file.read_bytes()
    assert "已经存在" in sentence(lambda: create(office_file, "新", FixedClock(NOW), ACTOR))
    assert office_file.read_bytes() == before
    assert "不存在" in sentence(lambda: create(tmp_path / "没有" / "新.ghoffice", "新", FixedClock(NOW), ACTOR))
    assert "还没有填写" in sentence(lambda: create(tmp_path / "新.ghoffice", " \u3000", FixedClock(NOW), ACTOR))
    assert not list(tmp_path.glob("新*"))


def test_check_tells_of_flipped_bits_and_never_breaks_down(app: App, tmp_path: Path) -> None:
    for number in range(60):
        app.members.create({"name": f"会员{number}", "joined_on": "2015-03-01", "remark": "备注" * 40}, ACTOR)
    app.registers.create(register_named("merchant"), {"name": "甲", "category": "food", "discount": "折"}, ACTOR)
    whole_path = tmp_path / "完好.ghoffice"
    schema.back_up(app.path, whole_path)
    whole = whole_path.read_bytes()
    found = 0
    for seed in range(40):
        dice = random.Random(seed)
        content = bytearray(whole)
        for _ in range(dice.choice((1, 8, 400))):
            place = dice.randrange(100, len(content))
            content[place] ^= 1 << dice.randrange(8)
        path = tmp_path / f"{seed}.ghoffice"
        path.write_bytes(content)
        try:
            damaged = App(path, clock=app.clock, actor=ACTOR)
        except UserError as fault:
            assert fault.sentence.endswith("。")
            found += 1
            continue
        problems = check(damaged.store).problems
        damaged.close()
        found += bool(problems)
        assert all(len(problem) > 3 for problem in problems)
    assert found >= 20
