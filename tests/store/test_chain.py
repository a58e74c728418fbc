"""The logs are chained: whatever is changed, removed, put in or moved behind the program is found and named."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.conftest import ACTOR
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.identity import new_ids
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.member import Member
from unionoffice.services.access_log import Access
from unionoffice.services.checks import check
from unionoffice.services.founding import create
from unionoffice.services.log_check import check_logs
from unionoffice.store import chain
from unionoffice.store.change_log import read
from unionoffice.store.engine import connect

NOW = datetime(2026, 9, 10, 9, 30)
LOGS = {"operation_entry": "id", "change_entry": "seq", "access_entry": "seq", "seal": "number"}


def people(*names: str) -> dict[str, list[Any]]:
    """Columns of members for the bulk door."""
    count = len(names)
    return {"id": new_ids(count), "name": list(names), "enrolled": [0] * count, "membership_state": ["none"] * count}


@pytest.fixture(scope="session")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with some operations by both doors, some accesses and two seals, closed."""
    path = create(tmp_path_factory.mktemp("链") / "工会", "示范工会", FixedClock(NOW), ACTOR)
    with closing(App(path, clock=FixedClock(NOW), actor=ACTOR)) as app:
        one, _ = app.members.create({"name": "曾丽梅", "phone": "13800000000"}, ACTOR)
        with app.store.operation("test", "批量", ACTOR) as uow:
            uow.add_many(Member, people("甲", "乙", "丙"))
        app.seals.seal(ACTOR)
        member = app.members.get(one)
        assert member is not None
        app.members.save(one, {"phone": "13900000000"}, member.version, ACTOR)
        for kind in (AccessKind.LOGIN, AccessKind.VIEW, AccessKind.EXPORT):
            app.access_log.note(Access(kind, "会员", (Member, one)))
        app.seals.seal(ACTOR)
    with closing(connect(path)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")
    return path


@pytest.fixture
def office(logged: Path, tmp_path: Path) -> Path:
    path = tmp_path / "工会.ghoffice"
    shutil.copy(logged, path)
    return path


def problems(path: Path) -> tuple[str, ...]:
    with closing(App(path, clock=FixedClock(NOW), actor=ACTOR)) as app, app.store.reading() as session:
        return check_logs(session).problems


def tamper(path: Path, *statements: str) -> None:
    with closing(connect(path)) as raw:
        for statement in statements:
            raw.execute(statement)


def rows_of(path: Path, table: str) -> list[tuple[Any, ...]]:
    with closing(connect(path)) as raw:
        return [tuple(row) for row in raw.execute(f"SELECT * FROM {table} ORDER BY {LOGS[table]}")]


def columns_of(path: Path, table: str) -> list[str]:
    with closing(connect(path)) as raw:
        return [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]


def every_cell(path: Path) -> Iterator[tuple[str, int, str]]:
    for table, key in LOGS.items():
        names = columns_of(path, table)
        for row in rows_of(path, table):
            yield from ((table, row[names.index(key)], name) for name in names)


def test_a_whole_office_has_nothing_to_tell(office: Path) -> None:
    assert problems(office) == ()
    with closing(App(office, actor=ACTOR)) as app:
        assert check(app.store).problems == ()


def test_every_change_of_every_cell_is_found_and_named(logged: Path, tmp_path: Path) -> None:
    cells = list(every_cell(logged))
    assert len(cells) > 150
    path = tmp_path / "工会.ghoffice"
    shutil.copy(logged, path)
    with closing(App(path, clock=FixedClock(NOW), actor=ACTOR)) as app, app.store.working() as session:
        for table, number, name in cells:
            session.execute(text("SAVEPOINT before"))
            changed = f"CASE typeof({name}) WHEN 'integer' THEN {name} + 100 WHEN 'blob' THEN x'00' ELSE 'x' END"
            session.execute(text(f"UPDATE {table} SET {name} = {changed} WHERE {LOGS[table]} = {number}"))
            found = check_logs(session).problems
            assert found, (table, number, name)
            named(table, number, name, found[0])
            session.execute(text("ROLLBACK TO before"))
        assert check_logs(session).problems == ()


def named(table: str, number: int, name: str, sentence: str) -> None:
    """The first broken entry, or what it belongs to, stands in the sentence."""
    assert sentence.endswith("。")
    if table == "change_entry" and name not in ("seq", "operation_id", "digest"):
        assert f"变更记录第 {number} 条" in sentence
        assert "2026-09-10 09:30 测试经办“" in sentence
    elif table == "operation_entry":
        assert "变更记录第" in sentence or "不属于任何一次操作" in sentence
    elif table == "access_entry" and name not in ("seq", "digest"):
        assert f"查看记录第 {number} 条" in sentence
    elif table == "seal" and name not in ("number", "digest"):
        assert f"封存记录第 {number} 条" in sentence


@pytest.mark.parametrize("table", LOGS)
def test_every_line_taken_out_is_found(logged: Path, tmp_path: Path, table: str) -> None:
    for row in rows_of(logged, table):
        path = tmp_path / f"{row[0]}.ghoffice"
        shutil.copy(logged, path)
        tamper(path, f"DELETE FROM {table} WHERE {LOGS[table]} = {row[0]}")
        assert problems(path), row[0]


@pytest.mark.parametrize("table", LOGS)
def test_any_two_lines_exchanged_are_found_at_the_first(logged: Path, tmp_path: Path, table: str) -> None:
    key = LOGS[table]
    names = [name for name in columns_of(logged, table) if name != key]
    numbers = [row[0] for row in rows_of(logged, table)]
    for one in numbers:
        for two in (number for number in numbers if number > one):
            path = tmp_path / f"{one}-{two}.ghoffice"
            shutil.copy(logged, path)
            tamper(
                path,
                f"UPDATE {table} SET {key} = -1 WHERE {key} = {one}",
                f"UPDATE {table} SET {key} = {one} WHERE {key} = {two}",
                f"UPDATE {table} SET {key} = {two} WHERE {key} = -1",
            )
            found = problems(path)
            assert found
            if table in ("change_entry", "access_entry"):
                assert f"第 {one} 条" in found[0]
            path.unlink()
    assert names


@pytest.mark.parametrize("table", LOGS)
def test_a_line_copied_to_any_place_is_found(logged: Path, tmp_path: Path, table: str) -> None:
    key = LOGS[table]
    names = ", ".join(name for name in columns_of(logged, table) if name != key)
    for row in rows_of(logged, table):
        path = tmp_path / f"{row[0]}.ghoffice"
        shutil.copy(logged, path)
        tamper(path, f"INSERT INTO {table} ({names}) SELECT {names} FROM {table} WHERE {key} = {row[0]}")
        assert problems(path), row[0]


def test_a_line_put_in_between_is_found_there(office: Path) -> None:
    last = rows_of(office, "change_entry")[-1][0]
    for number in range(last, 3, -1):
        tamper(office, f"UPDATE change_entry SET seq = {number + 1} WHERE seq = {number}")
    tamper(
        office,
        "INSERT INTO change_entry (seq, operation_id, record_type, record_id, action, version, changes)"
        " SELECT 4, operation_id, record_type, record_id, 'update', 2, '{}' FROM change_entry WHERE seq = 3",
    )
    assert "变更记录第 4 条" in problems(office)[0]


def test_a_log_cut_off_at_its_end_is_found(office: Path, logged: Path) -> None:
    operations, entries = rows_of(office, "operation_entry"), rows_of(office, "change_entry")
    tamper(office, f"DELETE FROM change_entry WHERE seq = {entries[-1][0]}")
    found = problems(office)[0]
    assert f"变更记录第 {entries[-1][0]} 条" in found
    assert "“修改”" in found
    assert "不见了" in found
    shutil.copy(logged, office)
    last = operations[-1][0]
    tamper(
        office,
        f"DELETE FROM change_entry WHERE operation_id = {last}",
        f"DELETE FROM operation_entry WHERE id = {last}",
    )
    assert "后面的被删除了" in problems(office)[0]
    shutil.copy(logged, office)
    tamper(office, "DELETE FROM access_entry")
    assert "查看记录到第 0 条为止，后面的被删除了。" in problems(office)
    shutil.copy(logged, office)
    tamper(office, "DELETE FROM seal WHERE number = 2")
    assert "封存记录到第 1 条为止，后面的被删除了。" in problems(office)


@pytest.mark.parametrize("name", ["change", "access", "seal"])
@pytest.mark.parametrize(
    "change",
    ["DELETE FROM chain_head WHERE name = '{0}'"]
    + [
        f"UPDATE chain_head SET {column} = {value} WHERE name = '{{0}}'"
        for column, value in (
            ("name", "'x'"),
            ("last", "last + 1"),
            ("lines", "lines - 1"),
            ("digest", "x'00'"),
            ("lines", "'x'"),
        )
    ],
)
def test_the_kept_ends_are_part_of_it_and_the_loss_stays_visible(office: Path, name: str, change: str) -> None:
    tamper(office, change.format(name))
    assert any("封口" in problem or "删除" in problem for problem in problems(office))
    with closing(App(office, clock=FixedClock(NOW), actor=ACTOR)) as app:
        app.members.create({"name": "新人"}, ACTOR)
        app.access_log.note(Access(AccessKind.VIEW, "会员"))
    if name != "seal" and "last + 1" not in change:  # a number left out is no loss
        assert problems(office)


def test_wiping_the_access_log_with_its_end_is_found_also_after_the_next_access(office: Path) -> None:
    tamper(office, "DELETE FROM access_entry", "DELETE FROM chain_head WHERE name = 'access'")
    assert problems(office)
    with closing(App(office, clock=FixedClock(NOW), actor=ACTOR)) as app:
        app.access_log.note(Access(AccessKind.VIEW, "会员"))
    assert problems(office)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_a_cell_becomes_is_found(logged: Path, tmp_path: Path, data: st.DataObject) -> None:
    table, number, name = data.draw(st.sampled_from(list(every_cell(logged))))
    value = data.draw(st.one_of(st.integers(-(2**40), 2**40), st.text(max_size=5), st.binary(max_size=20), st.floats()))
    path = tmp_path / "任意.ghoffice"
    shutil.copy(logged, path)
    question = f"SELECT {name} FROM {table} WHERE {LOGS[table]} = {number}"
    with closing(connect(path)) as raw:
        before = raw.execute(question).fetchone()[0]
        try:
            raw.execute(f"UPDATE OR ABORT {table} SET {name} = ? WHERE {LOGS[table]} = ?", (value, number))
        except Exception:  # noqa: BLE001 - the database itself refuses it: a number that is taken, or no number
            return
        after = raw.execute(f"SELECT {name} FROM {table}").fetchall()
        same = before in [row[0] for row in after] and raw.execute(question).fetchone() == (before,)
    assert same or problems(path)


def test_both_doors_write_the_same_chain(office_file: Path, tmp_path: Path) -> None:
    ids = new_ids(3)
    names = ["甲", "乙", "丙"]
    ends = []
    for door in ("one", "many"):
        path = tmp_path / f"{door}.ghoffice"
        shutil.copy(office_file, path)
        with (
            closing(App(path, clock=FixedClock(NOW), actor=ACTOR)) as app,
            app.store.operation("test", "试", ACTOR) as uow,
        ):
            if door == "one":
                for member_id, name in zip(ids, names, strict=True):
                    uow.add(Member(id=member_id, name=name))
                    uow.session.flush()
            else:
                uow.add_many(Member, {**people(*names), "id": ids})
        assert problems(path) == ()
        headings = 1 if door == "many" else 0
        operation = rows_of(path, "operation_entry")[-1]
        assert operation[columns_of(path, "operation_entry").index("entries")] == 3 + headings
        ends.append(said(path, 3))
    assert ends[0] == ends[1]


def said(path: Path, count: int) -> list[tuple[Any, ...]]:
    """What the last lines about records say, without their numbers."""
    with closing(App(path, clock=FixedClock(NOW), actor=ACTOR)) as app, app.store.reading() as session:
        return [(*line[1:6], read(session, line[6])) for line in rows_of(path, "change_entry")[-count:]]


def test_a_heading_of_other_columns_is_found(office: Path) -> None:
    tamper(
        office,
        "UPDATE change_entry SET changes = replace(changes, '\"name\"', '\"remark\"') WHERE action = 'heading'",
    )
    assert "变更记录第" in problems(office)[0]


def test_a_lost_heading_is_found_and_stops_no_check(office: Path) -> None:
    tamper(office, "DELETE FROM change_entry WHERE action = 'heading'")
    with closing(App(office, clock=FixedClock(NOW), actor=ACTOR)) as app:
        found = check(app.store).problems
    assert any("不见了" in problem or "被删除了" in problem for problem in found)
    assert any(problem.startswith("会员：里面有读不懂的内容") for problem in found)


def test_doors_taken_in_turn_within_one_operation_keep_the_chain(app: App) -> None:
    with app.store.operation("test", "试", ACTOR) as uow:
        for round_ in range(3):
            uow.add(Member(name=f"单{round_}"))
            uow.add_many(Member, people("甲", "乙"))
            uow.session.flush()
    with app.store.reading() as session:
        walk = chain.walk_changes(session)
    assert walk.broken is None
    assert check(app.store).problems == () or all("会籍" not in each for each in check(app.store).problems)


def test_an_operation_that_fails_or_changes_nothing_leaves_the_chain_as_it_was(app: App) -> None:
    def head() -> Any:
        with app.store.reading() as session:
            return session.execute(text("SELECT * FROM chain_head ORDER BY name")).all()

    before = head()
    with pytest.raises(ZeroDivisionError), app.store.operation("test", "试", ACTOR) as uow:
        uow.add(Member(name="甲"))
        uow.session.flush()
        _ = 1 / 0
    with app.store.operation("test", "试", ACTOR):
        pass
    assert head() == before
    with app.store.operation("test", "试", ACTOR) as uow:
        uow.keep_working_data()
    with app.store.reading() as session:
        assert check_logs(session).problems == ()


def test_no_two_lines_read_the_same() -> None:
    lines = [("a", "bc"), ("ab", "c"), ("a", None), ("a", ""), ("a", 1), ("a", "1"), ("a", b"1"), ("a",), ("a", 1.0)]
    assert len({chain.link(chain.GENESIS, *line) for line in lines}) == len(lines)


def test_the_shape_of_a_line_never_changes() -> None:
    """A released digest: were it another, every office written so far would seem broken."""
    line = ("entry", 7, 3, "member", "0199", "create", 1, '{"name":"曾䶮"}')
    assert chain.link(chain.GENESIS, *line).hex() == "7ad2321c70945aba4eb26c7cdea6aafe"
