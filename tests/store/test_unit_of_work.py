"""One way to write: all or nothing, everything logged, nothing twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
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
from unionoffice.store import replay
from unionoffice.store.change_log import decode
from unionoffice.store.engine import connect


def log_of(app: App, record_type: str) -> list[tuple[str, int, dict[str, Any]]]:
    with app.store.reading() as session:
        rows = session.execute(
            text("SELECT action, version, changes FROM change_entry WHERE record_type = :type ORDER BY seq"),
            {"type": record_type},
        )
        return [(action, version, decode(changes)) for action, version, changes in rows]


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
