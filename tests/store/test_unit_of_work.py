"""One way to write: all or nothing, everything logged, nothing twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from tests.conftest import ACTOR
from unionoffice.app import App
from unionoffice.kernel.errors import Conflict, EnvironmentFault, UserError
from unionoffice.kernel.identity import new_ids
from unionoffice.models.everything import record_types
from unionoffice.models.member import Member
from unionoffice.models.organisation import UnitKind
from unionoffice.models.registers.merchants import Merchant
from unionoffice.models.welfare import Batch, Programme, ProgrammeKind
from unionoffice.services.checks import check
from unionoffice.services.history import field_history, history
from unionoffice.store import replay
from unionoffice.store.change_log import encode, fold, read
from unionoffice.store.engine import connect
from unionoffice.store.erasing import reasons_about


def log_of(app: App, record_type: str) -> list[tuple[str, int, dict[str, Any]]]:
    with app.store.reading() as session:
        rows = session.execute(
            text(
                "SELECT action, version, changes FROM change_entry"
                " WHERE record_type = :type AND action <> 'heading' ORDER BY seq"
            ),
            {"type": record_type},
        )
        return [(action, version, read(session, changes)) for action, version, changes in rows]


def test_failed_operation_leaves_nothing(app: App) -> None:
    before = app.store.log_position()
    with pytest.raises(ZeroDivisionError), app.store.operation("test", "试", ACTOR) as uow:
        uow.add(Merchant(name="示范健身馆", category="fitness", discount="八折"))
        uow.session.flush()
        _ = 1 / 0
    assert app.store.log_position() == before
    with app.store.reading() as session:
        assert session.scalars(select(Merchant)).all() == []


def test_saving_equal_values_writes_no_version_and_no_log_line(app: App) -> None:
    with app.store.operation("test", "试", ACTOR) as uow:
        merchant = uow.add(Merchant(name="示范健身馆", category="fitness", discount="八折"))
    lines = len(log_of(app, "merchant"))
    with app.store.operation("test", "试", ACTOR) as uow:
        again = uow.get(Merchant, merchant.id)
        again.name = "示范健身馆"
        again.signed_until = None
    assert not uow.changes
    assert len(log_of(app, "merchant")) == lines
    assert again.version == 1


def test_log_keeps_old_and_new_stored_values(app: App) -> None:
    with app.store.operation("test", "试", ACTOR) as uow:
        merchant = uow.add(
            Merchant(name="示范健身馆", category="fitness", discount="八折", signed_until=date(2026, 12, 31))
        )
    with app.store.operation("test", "试", ACTOR, reason="续签") as uow:
        uow.get(Merchant, merchant.id).signed_until = date(2027, 12, 31)
    action, version, changes = log_of(app, "merchant")[-1]
    assert (action, version, changes) == ("update", 2, {"signed_until": ["2026-12-31", "2027-12-31"]})


def test_stale_version_is_a_conflict(app: App) -> None:
    with app.store.operation("test", "试", ACTOR) as uow:
        merchant = uow.add(Merchant(name="示范健身馆", category="fitness", discount="八折"))
    with app.store.operation("test", "试", ACTOR) as uow:
        uow.get(Merchant, merchant.id, version=1).discount = "七折"
    with pytest.raises(Conflict), app.store.operation("test", "试", ACTOR) as uow:
        uow.get(Merchant, merchant.id, version=1).discount = "九折"


def test_both_doors_leave_the_same_record_and_the_same_log(app: App) -> None:
    values = {"name": "曾丽梅", "id_number": "11010519491231002X", "phone": "13800000000", "is_migrant": True}
    with app.store.operation("test", "试", ACTOR) as uow:
        single = uow.add(Member(**values))
    bulk_id = new_ids(1)[0]
    with app.store.operation("test", "试", ACTOR) as uow:
        stored = {**values, "is_migrant": 1, "enrolled": 0, "membership_state": "none"}
        assert uow.add_many(Member, {"id": [bulk_id], **{name: [value] for name, value in stored.items()}}) == 1
    one, two = log_of(app, "member")
    assert one == two
    with app.store.reading() as session:
        first, second = session.get(Member, single.id), session.get(Member, bulk_id)
        assert first is not None and second is not None
        for name in (*Member.fields(), *Member.derived(), "version"):
            assert getattr(first, name) == getattr(second, name), name


stored_texts = st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(stored_texts, stored_texts, st.one_of(st.none(), st.integers(0, 1))), min_size=1))
def test_what_the_bulk_door_wrote_is_read_and_replayed_as_it_was(app: App, rows: list[tuple[Any, ...]]) -> None:
    ids = new_ids(len(rows))
    remarks, posts, flags = (list(column) for column in zip(*rows, strict=True))
    columns = {"name": ["曾丽梅"] * len(ids), "remark": remarks, "post": posts, "is_migrant": flags}
    fixed = {"enrolled": [0] * len(ids), "membership_state": ["none"] * len(ids)}
    with app.store.operation("test", "试", ACTOR) as uow:
        uow.add_many(Member, {"id": ids, **columns, **fixed})
    wanted = [
        {name: column[place] for name, column in {**columns, **fixed}.items() if column[place] is not None}
        for place in range(len(ids))
    ]
    found = [{name: said[name] for name in said if name != "archived"} for _, _, said in log_of(app, "member")]
    assert found[-len(ids) :] == wanted
    assert check(app.store).problems == ()


def test_lines_that_name_every_column_and_lines_under_a_heading_are_one_history(app: App) -> None:
    ids = new_ids(2)
    with app.store.operation("test", "试", ACTOR) as uow:
        uow.add_many(Member, {"id": ids, "name": ["甲", "乙"], "enrolled": [0, 0], "membership_state": ["none"] * 2})
    with app.store.operation("test", "试", ACTOR) as uow:
        uow.get(Member, ids[0]).post = "司机"
        alone = uow.add(Member(name="丙"))
    assert [said.get("name") for action, _, said in log_of(app, "member") if action == "create"] == ["甲", "乙", "丙"]
    assert field_history(app.store, Member, ids[0], "name")[-1].endswith("姓名：登记为“甲”。")
    assert field_history(app.store, Member, alone.id, "name")[-1].endswith("姓名：登记为“丙”。")
    assert [item.sentences for item in history(app.store, Member, ids[0])] == [("岗位：填写“司机”",), ("登记",)]
    assert check(app.store).problems == ()


def test_bulk_lines_of_an_earlier_program_are_replayed(app: App) -> None:
    """It named every column in every line."""
    member_id = new_ids(1)[0]
    values = {"name": "曾丽梅", "enrolled": 0, "membership_state": "none", "archived": 0}
    line = (1, member_id, "create", 1, encode(values).decode())
    assert list(fold([line])) == [(member_id, 1, values)]


def test_one_heading_serves_a_whole_operation(app: App) -> None:
    with app.store.operation("test", "试", ACTOR) as uow:
        for _ in range(3):
            uow.add_many(Member, {"id": new_ids(1), "name": ["甲"], "enrolled": [0], "membership_state": ["none"]})
    with app.store.reading() as session:
        question = "SELECT count(*) FROM change_entry WHERE action = 'heading'"
        assert session.execute(text(question)).scalar_one() == 1


def test_a_heading_does_not_keep_the_reason_of_what_was_about_one_person(app: App) -> None:
    ids = new_ids(1)
    with app.store.operation("test", "试", ACTOR, reason="照顾曾丽梅") as uow:
        uow.add_many(Member, {"id": ids, "name": ["曾丽梅"], "enrolled": [0], "membership_state": ["none"]})
    with app.store.reading() as session:
        assert reasons_about(session, ids) == [uow.operation_id]


def test_replaying_the_log_from_empty_gives_the_same_database(app: App) -> None:
    root = app.organisation.tree()[0].id
    member_id, _ = app.members.create(
        {"name": "万俟平玉", "id_number": "610801199001010011", "unit_id": root, "joined_on": "2015-10"}, ACTOR
    )
    member = app.members.get(member_id)
    assert member is not None
    app.members.save(member_id, {"phone": "13900000000"}, member.version, ACTOR)
    with app.store.operation("test", "试", ACTOR) as uow:
        programme = uow.add(Programme(name="中秋慰问", kind=ProgrammeKind.FESTIVAL))
        uow.add(
            Batch(
                programme_id=programme.id,
                name="2026年中秋",
                kind="festival",
                roll_date=date(2026, 9, 1),
                item="月饼",
                unit_price=12000,
                budget=100000,
            )
        )
    connection = dbapi2.connect(":memory:", check_same_thread=False)
    target = create_engine("sqlite://", creator=lambda: connection, module=dbapi2, poolclass=StaticPool)
    with app.store.reading() as session:
        replay.replay(session, target)
        for model in record_types().values():
            names = ", ".join(f'"{name}"' for name in ("id", "version", *model.fields(), *model.derived()))
            question = text(f"SELECT {names} FROM {model.__tablename__} ORDER BY id")
            with target.connect() as replayed:
                assert session.execute(question).all() == replayed.execute(question).all(), model.type_name
    target.dispose()
    connection.close()


def test_check_finds_a_change_made_behind_the_log(app: App) -> None:
    app.members.create({"name": "曾丽梅"}, ACTOR)
    assert check(app.store).problems == ()
    raw = connect(app.path)
    raw.execute("UPDATE member SET phone = '1'")
    raw.close()
    assert any("手机号码" in problem for problem in check(app.store).problems)


def test_check_finds_a_state_its_events_do_not_give(app: App) -> None:
    with app.store.operation("test", "试", ACTOR) as uow:
        uow.add(Member(name="曾丽梅", membership_state="active"))
    assert any("会籍状态" in problem for problem in check(app.store).problems)


def test_file_held_by_another_writer_is_told_as_a_sentence(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unionoffice.store.engine.BUSY_MILLISECONDS", 50)
    app.store.engine.dispose()
    other = connect(app.path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(EnvironmentFault, match="正被另一个程序写入"):
        app.members.create({"name": "曾丽梅"}, ACTOR)
    other.close()


def test_half_a_character_is_refused_in_a_sentence(app: App) -> None:
    with pytest.raises(UserError, match="半个字符"):
        app.organisation.add_unit(app.organisation.tree()[0].id, "半\ud800个", UnitKind.BRANCH, ACTOR)
    with pytest.raises(UserError, match="半个字符"):
        app.members.search("半\ud800个")
