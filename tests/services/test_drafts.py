"""Forms half typed (F117): whose they are, what they hold, when they go, and what is never written of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter

import pytest
from sqlalchemy import text

from tests.services.people import id_number, member, users
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.kernel.identity import Actor
from unionoffice.models.draft import Place
from unionoffice.models.member import EventKind, Member
from unionoffice.models.registers import register_named
from unionoffice.models.rule_pack import rule_on
from unionoffice.models.user import Role
from unionoffice.services import logins
from unionoffice.services.checks import check
from unionoffice.services.drafts import Drafts
from unionoffice.services.founding import create
from unionoffice.store.keyring import Cost

OFFICER, CHAIR = Actor("经办", user_id="1"), Actor("主席", user_id="2")
MERCHANTS = register_named("merchant")
NEW = Place("member")


def rows(app: App) -> int:
    with app.store.reading() as session:
        return int(session.execute(text("SELECT count(*) FROM draft")).scalar_one())


def of(member_id: str) -> Place:
    return Place(Member.type_name, member_id)


def test_what_was_typed_comes_back_in_another_program_and_leaves_no_line_in_any_log(app: App) -> None:
    known = member(app, "王强")
    before = app.store.log_position()
    app.drafts.keep(of(known), 1, {"post": "电工", "birth_date": date(1985, 6, 1), "dues_base": 100, "phone": None})
    assert app.store.log_position() == before
    assert check(app.store).problems == ()
    with closing(App(app.path, clock=app.store.clock, actor=app.actor)) as again:
        found = again.drafts.find(of(known))
        assert found is not None and found.version == 1 and found.since is None
        assert found.typed == {"post": "电工", "birth_date": "1985-06-01", "dues_base": 100, "phone": None}
        assert found.at == datetime(2026, 9, 10, 9, 30)


def test_nothing_typed_forgets_the_draft(app: App) -> None:
    app.drafts.keep(NEW, 0, {"name": "甲"})
    app.drafts.keep(NEW, 0, {})
    assert app.drafts.find(NEW) is None and rows(app) == 0


def test_each_user_finds_his_own_only(app: App) -> None:
    mine, his = Drafts(app.store, OFFICER), Drafts(app.store, CHAIR)
    mine.keep(NEW, 0, {"name": "甲"})
    assert his.find(NEW) is None and his.unfinished() == []
    his.keep(NEW, 0, {"name": "乙"})
    his.keep(NEW, 0, {})
    assert [found.name for found in mine.unfinished()] == ["新的会员“甲”"]


def test_a_draft_tells_who_changed_the_record_meanwhile_and_what(app: App) -> None:
    known = member(app, "王强")
    app.drafts.keep(of(known), 1, {"post": "电工"})
    app.members.save(known, {"post": "钳工", "phone": "13800001111"}, 1, CHAIR)
    found = app.drafts.find(of(known))
    assert found is not None and found.since is not None
    assert (found.since.actor, set(found.since.fields)) == ("主席", {"post", "phone"})
    assert found.typed == {"post": "电工"}


def test_a_draft_of_a_record_put_away_since_is_dropped_one_typed_into_it_afterwards_stays(app: App) -> None:
    shop, _ = app.registers.create(
        MERCHANTS, {"name": "书店", "category": "culture", "discount": "九折", "phone": "13800001111"}, app.actor
    )
    app.drafts.keep(Place("merchant", shop), 1, {"discount": "八折"})
    app.registers.archive(MERCHANTS, [shop], app.actor)
    assert app.drafts.unfinished() == []
    assert rows(app) == 0
    app.drafts.keep(Place("merchant", shop), 2, {"discount": "八折"})
    assert app.drafts.find(Place("merchant", shop)) is not None
    app.drafts.keep(Place("merchant", "gone"), 1, {"discount": "八折"})
    assert app.drafts.find(Place("merchant", "gone")) is None
    assert rows(app) == 1


def test_drafts_go_after_the_days_of_the_rule(app: App, clock: FixedClock) -> None:
    days = rule_on("drafts", clock.today()).values["days"]
    Drafts(app.store, OFFICER).keep(NEW, 0, {"name": "甲"})
    clock.time += timedelta(days=days)
    assert Drafts(app.store, OFFICER).find(NEW) is not None
    clock.time += timedelta(seconds=1)
    assert Drafts(app.store, OFFICER).find(NEW) is None
    assert Drafts(app.store, CHAIR).unfinished() == []
    assert rows(app) == 0, "also those of somebody who never comes again"


def test_whoever_types_never_waits_for_another_writer(app: App) -> None:
    with app.store.working():
        before = perf_counter()
        with pytest.raises(EnvironmentFault, match="正被另一个程序写入"):
            app.drafts.keep(NEW, 0, {"name": "甲"})
        assert perf_counter() - before < 1
        assert app.drafts.find(NEW) is None, "reading does not wait either"
    app.drafts.keep(NEW, 0, {"name": "甲"})
    assert app.drafts.find(NEW) is not None


def test_an_office_that_cannot_be_written_keeps_none_and_shows_none(app: App) -> None:
    app.drafts.keep(NEW, 0, {"name": "甲"})
    reading = Drafts(app.store, app.actor, keeps=False)
    reading.keep(NEW, 0, {"name": "乙"})
    assert reading.find(NEW) is None and reading.unfinished() == []
    assert app.drafts.find(NEW).typed == {"name": "甲"}


def test_a_list_names_the_records_as_people_do(app: App) -> None:
    known = member(app, "王强", staff_number="0017")
    app.drafts.keep(of(known), 1, {"post": "电工"})
    app.drafts.keep(Place("family_member", parent_id=known), 0, {"kinship": "20"})
    app.drafts.keep(Place("batch", parent_id="programme"), 0, {"values": {"name": "2026年中秋"}})
    names = {found.place.form: found.name for found in app.drafts.unfinished()}
    assert names == {
        "member": "会员“王强”（工号 0017）",
        "family_member": "会员“王强”（工号 0017）的家庭成员",
        "batch": "新的发放批次“2026年中秋”",
    }


@pytest.fixture
def late(office_file: Path) -> Iterator[tuple[App, str]]:
    """Somebody whose data is due, years after he left."""
    clock = FixedClock(datetime(2018, 9, 10, 9, 30))
    with closing(App(office_file, clock=clock, actor=OFFICER, shipped_fonts=True)) as found:
        values = {"phone": "13812345678", "id_number": id_number(2), "joined_on": "2005-03-01"}
        gone = member(found, "欧阳销毁", **values)
        member(found, "留下人")
        found.members.save_relative(gone, {"name": "欧阳小宝", "kinship": "20"}, OFFICER)
        found.members.record_event(gone, EventKind.LEAVE, "2018-09-01", OFFICER)
        clock.time = datetime(2045, 1, 1)
        yield found, gone


def test_destroying_a_person_takes_everybodys_drafts_about_him(late: tuple[App, str]) -> None:
    app, gone = late
    stays = app.members.search("留下人")[0].id
    relative = app.members.card(gone).family[0].id
    for actor in (OFFICER, CHAIR):
        kept = Drafts(app.store, actor)
        kept.keep(of(gone), 9, {"post": "电工"})
        kept.keep(Place("family_member", relative, gone), 1, {"occupation": "学生"})
        kept.keep(Place("family_member", parent_id=gone), 0, {"kinship": "20"})
        kept.keep(Place("consent"), 0, {"name": "欧阳销毁"})
        kept.keep(Place("data_request"), 0, {"remark": f"身份证 {id_number(2)} 的事"})
        kept.keep(Place("batch"), 0, {"values": {"remark": "电话 13812345678"}})
        kept.keep(of(stays), 1, {"post": "钳工"})
    users(app, (OFFICER, Role.OFFICER), (CHAIR, Role.CHAIR))
    number, _ = app.destructions.prepare(OFFICER)
    app.destructions.approve(number, CHAIR)
    app.destructions.carry_out(number, OFFICER)
    with app.store.reading() as session:
        left = session.execute(text("SELECT record_id, typed FROM draft")).all()
    assert [tuple(row) for row in left] == [(stays, '{"post":"钳工"}')] * 2
    for path in app.path.parent.glob(f"{app.path.name}*"):
        assert "欧阳销毁".encode() not in path.read_bytes()


def test_in_an_encrypted_office_nobody_reads_a_draft_from_the_file(tmp_path: Path, clock: FixedClock) -> None:
    password = "Abcd-1234"
    path = create(tmp_path / "加密.ghoffice", "示范工会", clock, Actor("张三"), password=password, cost=Cost(1, 8192))

    def opened(name: str) -> App:
        return App(path, clock=clock, login=logins.log_in(path, name, password, clock.now()))

    with closing(opened("张三")) as app:
        app.users.add("李四", (Role.OFFICER,), (), password, app.actor)
        app.drafts.keep(NEW, 0, {"name": "欧阳密语"})
        for file in path.parent.iterdir():
            assert "欧阳密语".encode() not in file.read_bytes()
    with closing(opened("李四")) as app:
        assert app.drafts.find(NEW) is None and app.drafts.unfinished() == []
    with closing(opened("张三")) as app:
        assert app.drafts.find(NEW).typed == {"name": "欧阳密语"}


def test_whoever_is_no_longer_in_charge_of_somebody_is_not_reminded_of_him(app: App) -> None:
    known = member(app, "王强")
    mine = replace(OFFICER, units=frozenset({"elsewhere"}))
    Drafts(app.store, mine).keep(of(known), 1, {"post": "电工"})
    app.store.viewer = mine
    assert Drafts(app.store, mine).unfinished() == []
    app.store.viewer = OFFICER
    assert len(Drafts(app.store, OFFICER).unfinished()) == 1, "it is still there for when he is again"
