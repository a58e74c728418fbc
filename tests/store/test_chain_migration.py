"""An office written before there were chains gets one for what is there, in blocks, or stays as it was."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from tests.conftest import ACTOR
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.services.log_check import check_logs
from unionoffice.store import schema
from unionoffice.store.engine import connect

NOW = datetime(2026, 9, 10, 9, 30)
LINES = 12_345
"""More than two blocks of the migration, and not a whole number of them."""


def unchained(path: Path, lines: int = LINES) -> Path:
    """An office of the revision before, whose operations have none, one and many lines."""
    schema.create(path, "0003")
    with closing(connect(path)) as raw:
        raw.execute("BEGIN")
        raw.execute(
            "INSERT INTO office (id, version, archived, name, member_number_pattern, practice)"
            " VALUES ('o', 1, 0, '老工会', 'HY{年}{序号:5}', 0)"
        )
        entry = (
            "INSERT INTO change_entry (operation_id, record_type, record_id, action, version, changes)"
            " VALUES (?, ?, ?, 'create', 1, ?)"
        )
        values = '{"name":"老工会","member_number_pattern":"HY{年}{序号:5}","practice":0,"archived":0}'
        for number in range(1, 5):
            raw.execute(
                "INSERT INTO operation_entry (id, name, label, actor, at, reason)"
                " VALUES (?, 'x', '登记', '老经办', '2024-01-01 00:00:00.000000', ?)",
                (number, "来自 老表.xlsx" if number == 3 else None),
            )
        raw.execute(entry, (1, "office", "o", values))
        raw.executemany(
            entry, ((3, "merchant", f"{at:032x}", f'{{"name":"商户{at}","archived":0}}') for at in range(lines))
        )
        raw.execute("COMMIT")
    return path


def test_what_is_there_is_chained_and_goes_on(tmp_path: Path) -> None:
    path = unchained(tmp_path / "老.ghoffice")
    with closing(App(path, clock=FixedClock(NOW), actor=ACTOR)) as app:
        with app.store.reading() as session:
            assert check_logs(session).problems == ()
        app.members.create({"name": "曾丽梅"}, ACTOR)
        app.seals.seal(ACTOR)
        with app.store.reading() as session:
            found = check_logs(session)
        assert found.problems == ()
        assert found.seals[0][1].entries == LINES + 2
    with closing(connect(path)) as raw:
        raw.execute("UPDATE change_entry SET changes = '{}' WHERE seq = 6000")
    with closing(App(path, clock=FixedClock(NOW), actor=ACTOR)) as app, app.store.reading() as session:
        assert "变更记录第 6000 条，2024-01-01 00:00 老经办“登记”" in check_logs(session).problems[0]


@pytest.mark.parametrize("stray", [0, 2, 9])
def test_a_line_of_no_operation_is_not_chained_and_named(tmp_path: Path, stray: int) -> None:
    path = unchained(tmp_path / "老.ghoffice", 3)
    with closing(connect(path)) as raw:
        raw.execute("DELETE FROM operation_entry WHERE id = 2")
        raw.execute(
            "INSERT INTO change_entry (operation_id, record_type, record_id, action, version, changes)"
            " VALUES (?, 'merchant', 'x', 'create', 1, '{}')",
            (stray,),
        )
        number = raw.execute("SELECT max(seq) FROM change_entry").fetchone()[0]
    with closing(App(path, clock=FixedClock(NOW), actor=ACTOR)) as app, app.store.reading() as session:
        problem = check_logs(session).problems[0]
    assert f"变更记录第 {number} 条" in problem
    assert "不属于任何一次操作" in problem


KILLED = """
import sys
from pathlib import Path
from unionoffice.store import schema
print("begins", flush=True)
schema._upgrade(Path(sys.argv[1]))
print("done", flush=True)
"""


@pytest.mark.parametrize("after", [0.15, 0.4, 0.8])
def test_a_migration_that_is_killed_leaves_the_office_as_it_was(tmp_path: Path, after: float) -> None:
    path = unchained(tmp_path / "老.ghoffice", 60_000)
    migration = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True)
    assert migration.stdout is not None
    assert migration.stdout.readline() == "begins\n"
    time.sleep(after)
    migration.kill()
    rest = migration.stdout.read()
    migration.wait()
    migration.stdout.close()
    copy = tmp_path / "看.ghoffice"
    for suffix in ("", "-wal"):
        if path.with_name(path.name + suffix).exists():
            shutil.copy(path.with_name(path.name + suffix), copy.with_name(copy.name + suffix))
    found = schema.revision(copy)
    assert found == schema.head() or (found == "0003" and "done" not in rest)  # it may be killed behind its commit
    with closing(App(path, clock=FixedClock(NOW), actor=ACTOR)) as app, app.store.reading() as session:
        assert check_logs(session).problems == ()
