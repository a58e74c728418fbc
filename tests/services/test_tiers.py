"""Closed tiers on every surface (F90): what was not granted exists nowhere, whatever somebody's roles are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select, text

from unionoffice.app import App
from unionoffice.cli import run
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import EnvironmentFault, Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Silent
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.change_entry import ChangeEntry, OperationEntry
from unionoffice.models.draft import Place
from unionoffice.models.member import Member
from unionoffice.models.permission import may
from unionoffice.models.registers import register_named
from unionoffice.models.registers.legal_aid import LegalAid
from unionoffice.models.tier import UNSEEN, Tier
from unionoffice.models.user import Role
from unionoffice.services import backup_places, logins, restoring
from unionoffice.services.checks import check
from unionoffice.services.founding import create
from unionoffice.store import backup
from unionoffice.store.keyring import Cost
from unionoffice.store.queries.records import ListQuery

NOW = datetime(2026, 9, 10, 9, 30)
PASSWORD = "Abcd-1234"
SEED = Actor("登记人")
AID, CARE = register_named("legal_aid"), register_named("psychology")
PERSON = "赵申请"
SECRETS = {
    Tier.LEGAL_AID: ("绝密对方公司", "绝密请求", "绝密旧请求", "绝密律师", "绝密理由"),
    Tier.ILLNESS: ("绝密伤情", "绝密旧伤"),
    Tier.PSYCHOLOGY: ("XL-SECRET7", "绝密咨询师", "绝密医院", "绝密诊所"),
}
"""What stands in the records, in what they were before, and in the reasons of steps."""

USERS: dict[str, tuple[tuple[Role, ...], tuple[Tier, ...]]] = {
    "经办": ((Role.OFFICER,), ()),
    "经办心理": ((Role.OFFICER,), (Tier.PSYCHOLOGY,)),
    "经办法援": ((Role.OFFICER,), (Tier.LEGAL_AID,)),
    "经办疾病": ((Role.OFFICER,), (Tier.ILLNESS,)),
    "经办全部": ((Role.OFFICER,), tuple(Tier)),
    "审核": ((Role.REVIEWER,), ()),
    "主席": ((Role.CHAIR,), ()),
    "主席法援": ((Role.CHAIR,), (Tier.LEGAL_AID, Tier.ILLNESS)),
    "审计": ((Role.AUDITOR,), ()),
    "系统全部": ((Role.ADMIN,), tuple(Tier)),
    "代理": ((Role.OFFICER,), ()),
}


@pytest.fixture(scope="session")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One application for aid, changed and refused, and one appointment, in an office with users of every kind."""
    return closed_office(tmp_path_factory.mktemp("tiers"))


def closed_office(folder: Path) -> Path:
    found = create(
        folder / "工会.ghoffice", "示范工会", FixedClock(NOW), Actor("张三"), password=PASSWORD, cost=Cost(1, 8192)
    )
    app = opened(found, "张三")
    for name, (roles, tiers) in USERS.items():
        user_id, _ = app.users.add(name, roles, (), PASSWORD, app.actor)
        if tiers:
            app.users.open_tiers(user_id, version_of(app, name), tiers, "负责这项工作", app.actor)
    rows = {row.name: row.id for row in app.users.rows()}
    app.users.stand_in(rows["经办全部"], rows["代理"], date(2026, 9, 1), date(2026, 9, 30), "出差", app.actor)
    app.members.create({"name": PERSON, "joined_on": "2015-03-01"}, app.actor)
    app.close()
    app = opened(found, "经办全部")
    values = {
        "name": PERSON, "opponent": "绝密对方公司", "cause": "injury", "claim": "绝密旧请求", "injury": "绝密旧伤",
        "way": "lawsuit", "lawyer": "绝密律师", "received_on": date(2026, 9, 1),
    }  # fmt: skip
    aid, _ = app.registers.create(AID, values, app.actor)
    app.registers.save(AID, aid, {"claim": "绝密请求", "injury": "绝密伤情"}, 1, app.actor)
    chair = opened(found, "主席法援")
    chair.registers.take(AID, aid, "refuse", chair.actor, reason="绝密理由")
    chair.close()
    care = {
        "code": "XL-SECRET7", "booked_on": date(2026, 9, 2), "way": "phone", "counsellor": "绝密咨询师",
        "topic": "mood", "risk": "crisis", "referred_to": "绝密医院", "consented": True,
    }  # fmt: skip
    care_id, _ = app.registers.create(CARE, {**care, "referred_to": "绝密诊所"}, app.actor)
    app.registers.save(CARE, care_id, care, 1, app.actor)
    app.registers.take(CARE, care_id, "begin", app.actor)
    for register, record_id in ((AID, aid), (CARE, care_id)):
        app.exports.register(register, ListQuery("绝密"), folder / "绝密请求.xlsx", progress=Silent())
        app.papers.record_sheet_pdf(register, record_id)
    app.access_log.reveal(LegalAid, aid, ["电话"], "绝密理由")
    app.close()
    return found


def opened(path: Path, name: str, password: str = PASSWORD) -> App:
    return App(path, clock=FixedClock(NOW), login=logins.log_in(path, name, password, NOW), shipped_fonts=True)


def version_of(app: App, name: str) -> int:
    return next(row.version for row in app.users.rows() if row.name == name)


def ids(path: Path, password: str = PASSWORD) -> dict[str, str]:
    app = opened(path, "经办全部", password)
    try:
        return {
            AID.name: str(app.registers.rows(AID, ListQuery())[0][0]),
            CARE.name: str(app.registers.rows(CARE, ListQuery())[0][0]),
            "member": app.members.search(PERSON)[0].id,
        }
    finally:
        app.close()


@pytest.fixture(scope="session")
def known(path: Path) -> dict[str, str]:
    return ids(path)


@pytest.fixture(params=USERS)
def user(request: pytest.FixtureRequest, path: Path) -> Iterator[App]:
    app = opened(path, request.param)
    yield app
    app.close()


Surface = Callable[[App, dict[str, str], Path], Any]


def _of_both(ask: Callable[[App, Any, str, Path], Any]) -> Surface:
    """What a surface of registers says of both; a refusal is a sentence too."""

    def both(app: App, known: dict[str, str], folder: Path) -> list[Any]:
        found = []
        for register in (AID, CARE):
            try:
                found.append(ask(app, register, known[register.name], folder))
            except UserError as refused:
                found.append(refused.sentence)
        return found

    return both


def _exported(app: App, register: Any, _id: str, folder: Path) -> str:
    target = folder / f"{register.name}.xlsx"
    app.exports.register(register, ListQuery(), target, progress=Silent())
    return str([[cell.value for cell in row] for sheet in load_workbook(target) for row in sheet])


def _printed(app: App, register: Any, record_id: str, _folder: Path) -> str:
    data = app.papers.record_sheet_pdf(register, record_id)
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(data)).pages)


def _change_log(app: App) -> list[Any]:
    """Whatever a later page may ask of it."""
    with app.store.reading() as session:
        joined = select(ChangeEntry.changes, OperationEntry.reason).join(
            OperationEntry, OperationEntry.id == ChangeEntry.operation_id
        )
        return [
            *session.execute(joined),
            *session.scalars(select(ChangeEntry.changes)),
            *session.scalars(select(OperationEntry.reason)),
        ]


def _allowed(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except UserError as refused:
        return refused.sentence


SURFACES: dict[str, Surface] = {
    "list": _of_both(lambda app, register, _id, _: app.registers.rows(register, ListQuery())),
    "every column": _of_both(
        lambda app, register, _id, _: [
            app.registers.rows(register, ListQuery(sort=name)) for name in register.model.fields()
        ]
    ),
    "search": _of_both(lambda app, register, _id, _: app.registers.rows(register, ListQuery("绝密"))),
    "record": _of_both(lambda app, register, record_id, _: vars(app.registers.get(register, record_id) or Actor(""))
                       if app.registers.get(register, record_id) else ""),
    "history": _of_both(lambda app, register, record_id, _: app.registers.history(register, record_id)),
    "export": _of_both(_exported),
    "print": _of_both(_printed),
    "person": lambda app, known, _: _allowed(lambda: app.personal_data.sheet(known["member"], app.actor)),
    "who saw": lambda app, known, _: _allowed(lambda: app.access_log.who_saw(Member, known["member"])),
    "log": lambda app, known, _: _allowed(lambda: app.access_log.entries(limit=1000)),
    "actions": lambda app, known, _: app.undo.actions(1000),
    "change log": lambda app, known, _: _change_log(app),
}  # fmt: skip
FULL = {"list", "every column", "search", "record", "history", "export", "print", "person"}
"""Those on which whoever was granted a tier does find something of it."""


def granted(app: App) -> set[Tier]:
    """The tiers somebody really sees something of: the illness stands in a case of legal aid."""
    seen = {register.tier for register in (AID, CARE) if may(app.actor, f"view:{register.name}")}
    if Tier.ILLNESS in app.actor.tiers and Tier.LEGAL_AID in seen:
        seen.add(Tier.ILLNESS)
    return {tier for tier in seen if tier is not None}


@pytest.mark.parametrize("surface", SURFACES)
def test_every_surface_shows_what_was_granted_and_nothing_else(
    surface: str, user: App, known: dict[str, str], tmp_path: Path
) -> None:
    shown = str(SURFACES[surface](user, known, tmp_path))
    seen = granted(user)
    for tier, secrets in SECRETS.items():
        found = [secret for secret in secrets if secret in shown]
        if surface == "change log" and tier is Tier.ILLNESS and Tier.LEGAL_AID in seen:
            continue  # a line holds all fields of a record: `history` leaves out the unseen ones
        if tier not in seen:
            assert found == [], tier.label
        elif surface in FULL - {"search", "person"} and not (
            surface in ("list", "every column") and tier is Tier.ILLNESS
        ):
            permitted = may(user.actor, "export:x") or surface not in ("export", "print")
            assert bool(found) == permitted, tier.label


def test_who_has_a_tier_is_who_was_granted_it_and_has_a_role_that_sees(user: App) -> None:
    roles, tiers = USERS[user.actor.name]
    assert user.actor.tiers == set(tiers)
    expected = set() if Role.ADMIN in roles else set(tiers)
    assert granted(user) == (expected if Tier.LEGAL_AID in expected else expected - {Tier.ILLNESS})


def test_counts_and_what_is_due_are_of_what_was_granted(user: App) -> None:
    seen = granted(user)
    for register in (AID, CARE):
        assert user.registers.count(register, ListQuery()) == (register.tier in seen)
        assert user.registers.count(register, ListQuery("XL-SECRET7 绝密")) <= (register.tier in seen)
    assert user.registers.due(AID, date(2030, 1, 1)) == 0, "what was refused is done with"


def test_an_unseen_field_is_found_by_no_search_and_no_order(path: Path) -> None:
    """A filter would be an oracle: whoever does not see a value cannot ask for it either."""
    for name, hits in (("经办法援", 0), ("经办全部", 1)):
        app = opened(path, name)
        with app.store.reading() as session:
            found = session.scalars(select(LegalAid.id).where(LegalAid.injury == "绝密伤情")).all()
            assert len(found) == hits
            assert session.scalars(select(LegalAid).where(LegalAid.injury.contains("绝密"))).all() == [
                session.get(LegalAid, each) for each in found
            ]
        app.close()


def test_an_unseen_field_is_named_unseen_and_survives_saving(tmp_path: Path) -> None:
    path = closed_office(tmp_path)
    record_id = ids(path)[AID.name]
    app = opened(path, "经办法援")
    record: Any = app.registers.get(AID, record_id)
    assert record.injury == UNSEEN and record.opponent == "绝密对方公司"
    app.registers.save(AID, record_id, {"injury": UNSEEN, "lawyer": "新律师"}, record.version, app.actor)
    for values in ({"injury": "另写"}, {"injury": ""}):
        with pytest.raises(Refused, match="疾病") as refused:
            app.registers.save(AID, record_id, values, record.version + 1, app.actor)
        assert refused.value.field == "injury"
    assert any(f"伤病情况：改过{UNSEEN}" in item.sentences for item in app.registers.history(AID, record_id))
    app.close()
    app = opened(path, "经办全部")
    again: Any = app.registers.get(AID, record_id)
    assert (again.injury, again.lawyer) == ("绝密伤情", "新律师")
    assert check(app.store).problems == ()
    app.close()


def test_what_is_closed_is_not_written_either(user: App, known: dict[str, str], tmp_path: Path) -> None:
    seen = granted(user)
    for register in (AID, CARE):
        if register.tier in seen:
            continue
        record_id = known[register.name]
        for act in (
            lambda register=register: user.registers.create(register, {}, user.actor),
            lambda register=register, id=record_id: user.registers.save(register, id, {}, 1, user.actor),
            lambda register=register, id=record_id: user.registers.archive(register, [id], user.actor),
            lambda register=register, id=record_id: user.registers.take(register, id, "begin", user.actor),
        ):
            with pytest.raises(UserError) as refused:
                act()
            assert not any(secret in refused.value.sentence for found in SECRETS.values() for secret in found)
    assert not any(tmp_path.iterdir())


def test_the_session_itself_refuses_to_write_what_is_closed(path: Path) -> None:
    """Also where an operation's name does not give it away."""
    app = opened(path, "经办")
    with pytest.raises(Refused, match="授权"), app.store.operation("x:y", "试", app.actor) as uow:
        uow.add(
            LegalAid(name="某", opponent="某", cause="wages", claim="x", way="advice", received_on=date(2026, 9, 1))
        )
    with pytest.raises(Refused, match="授权"), app.store.operation("x:y", "试", app.actor) as uow:
        uow.archive_many(LegalAid, ["x"])
    with pytest.raises(Refused, match="授权"), app.store.operation("x:y", "试", app.actor) as uow:
        uow.add_many(LegalAid, {"id": ["x"]})
    app.close()


def test_drafts_of_what_was_taken_back_are_not_shown(tmp_path: Path) -> None:
    path = closed_office(tmp_path)
    app = opened(path, "经办法援")
    place = Place(AID.name)
    app.drafts.keep(place, 0, {"opponent": "绝密对方公司"}, wait=True)
    assert app.drafts.unfinished()
    app.close()
    admin = opened(path, "张三")
    row = next(row for row in admin.users.rows() if row.name == "经办法援")
    admin.users.open_tiers(row.id, row.version, (), "换人负责", admin.actor)
    admin.close()
    app = opened(path, "经办法援")
    assert app.drafts.unfinished() == [] and app.drafts.find(place) is None
    app.close()


def test_checking_and_sealing_look_at_everything(path: Path) -> None:
    """Whoever looks after the logs need not see what they say."""
    app = opened(path, "审计")
    assert check(app.store).problems == ()
    with app.store.reading() as session:
        newest = session.connection().exec_driver_sql("SELECT max(id) FROM operation_entry").scalar_one()
    seal = app.seals.seal(app.actor)
    assert seal.operations == newest
    assert check(app.store).problems == ()
    app.close()


def test_what_check_says_names_nobody_of_a_closed_register(tmp_path: Path) -> None:
    path = closed_office(tmp_path)
    app = opened(path, "审计")
    with app.store.working() as session:
        session.connection().exec_driver_sql("UPDATE legal_aid SET opponent = '改过'")
    (problem,) = check(app.store).problems
    assert "法律援助（未授权" in problem and PERSON not in problem
    app.close()


def test_that_somebody_stands_in_a_closed_register_is_told_to_nobody_else(user: App, known: dict[str, str]) -> None:
    """Neither who saw him nor the sheet of what is kept of him gives it away."""
    saw = str(_allowed(lambda: user.access_log.who_saw(Member, known["member"])))
    sheet = str(_allowed(lambda: user.personal_data.sheet(known["member"], user.actor).groups))
    if Tier.LEGAL_AID not in granted(user):
        assert AID.title not in saw + sheet
    elif may(user.actor, "reveal:person"):
        assert AID.title in sheet


def test_the_log_says_that_a_closed_register_was_used_and_not_what_for(path: Path) -> None:
    app = opened(path, "审计")
    lines = [item for item in app.access_log.entries(limit=1000) if item.what in (AID.title, CARE.title)]
    assert {item.kind for item in lines} >= {AccessKind.EXPORT, AccessKind.PRINT}
    words = {item.words for item in lines if item.kind is AccessKind.EXPORT}
    assert UNSEEN in words and words <= {UNSEEN, ""}
    app.close()


@pytest.mark.parametrize("name", ["经办", "主席", "审计", "系统全部", "张三"])
@pytest.mark.parametrize("words", [["undo", "list"], ["log"], ["check"], ["user", "list"], ["find", "绝密"]])
def test_no_command_says_anything_of_it(
    name: str, words: list[str], path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", PASSWORD)
    run(["--office", str(path), "--user", name, *words, "--json"])
    out, error = capsys.readouterr()
    assert not [secret for found in SECRETS.values() for secret in found if secret in out + error]


def _too_damaged(_connection: object) -> dict[str, int]:
    raise EnvironmentFault("办公文件已损坏。")


@pytest.mark.parametrize(("name", "sees"), [("经办", False), ("系统全部", False), ("经办全部", True)])
def test_restoring_and_listing_backups_say_nothing_of_it(
    name: str, sees: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither how many there are nor that the last thing done was done to one; nor after restoring, nor damaged."""
    monkeypatch.setattr(backup_places, "_user_data", lambda: tmp_path / "data")
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", PASSWORD)
    path = closed_office(tmp_path)
    office = ["--office", str(path), "--user", name]
    app = opened(path, "经办全部")
    aid = ids(path)[AID.name]
    record: Any = app.registers.get(AID, aid)
    app.registers.save(AID, aid, {"lawyer": "绝密新律师"}, record.version, app.actor)
    made = app.backups.make(app.actor).path
    assert made is not None
    app.close()
    app = opened(path, name)
    in_window = restoring.preview(made, app.store)
    app.close()
    with monkeypatch.context() as patch:
        patch.setattr("unionoffice.services.restoring.record_types", lambda: {AID.name: LegalAid})
        patch.setattr("unionoffice.services.restoring.backup.counts", _too_damaged)
        meaning = restoring.weigh(made, path, FixedClock(NOW), login=logins.log_in(path, name, PASSWORD, NOW))
        assert [title for title, _, _ in meaning.counts] == ([AID.title] if sees else [])
    assert run([*office, "backup", "restore", "最新"]) == 2
    shown = capsys.readouterr().err
    assert run([*office, "backup", "restore", "最新", "--sure", "--json"]) == 0
    done = capsys.readouterr().out
    path.write_bytes(b"damaged" * 1000)
    assert run([*office, "backup", "restore", "最新", "--sure", "--json"]) == 0
    damaged = capsys.readouterr().out
    last = "最后一次登记：2026-09-10 09:30" + (" 经办全部“修改”" if sees else "")
    assert in_window.told()[0].endswith(last)
    assert {title for title, _, _ in in_window.counts} & {AID.title, CARE.title} == (
        {AID.title, CARE.title} if sees else set()
    )
    assert in_window.later == 0 and in_window.counts[0] == ("会员", 1, 1)
    assert f"{last} " in shown
    assert (AID.title in done) == sees and AID.title not in shown, "there are others of which there are more"
    assert AID.title not in damaged, "nobody can tell any more whose tiers hold"
    assert run([*office, "backup", "list", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)["backups"]
    assert listed["counts"]["member"] == 1
    assert not {AID.name, CARE.name} & set(listed["counts"])


def test_a_rehearsal_that_fails_names_nobody_of_a_closed_register(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong is kept in the log, where others read it."""
    monkeypatch.setattr(backup_places, "_user_data", lambda: tmp_path / "data")
    path = closed_office(tmp_path)
    app = opened(path, "经办全部")
    honest = backup.counts
    monkeypatch.setattr(backup, "counts", lambda connection: {**honest(connection), AID.name: 7})
    app.backups.make(app.actor)
    monkeypatch.undo()
    monkeypatch.setattr(backup_places, "_user_data", lambda: tmp_path / "data")
    assert app.backups.rehearse(app.actor).problem == "法律援助的条数和备份时的不一样。"
    with app.store.working() as session:
        session.connection().exec_driver_sql("UPDATE legal_aid SET opponent = '改过'")
    app.clock.time = datetime(2026, 9, 11)  # type: ignore[attr-defined]
    app.backups.make(app.actor)
    problem = str(app.backups.rehearse(app.actor).problem)
    assert "法律援助（未授权" in problem and PERSON not in problem
    app.close()


def test_a_seal_holds_what_whoever_seals_may_not_see(tmp_path: Path) -> None:
    path = closed_office(tmp_path)
    app = opened(path, "经办全部")
    care = ids(path)[CARE.name]
    app.registers.save(CARE, care, {"counsellor": "绝密新人"}, app.registers.get(CARE, care).version, app.actor)
    app.papers.record_sheet_pdf(CARE, care)
    newest = app.store.log_position()
    app.close()
    app = opened(path, "审计")
    sealed = app.seals.seal(app.actor)
    app.close()
    app = opened(path, "经办全部")
    assert app.seals.verify(sealed.code).number == sealed.number
    assert app.store.log_position() == newest
    with app.store.reading() as session:
        totals = session.execute(
            text("SELECT (SELECT count(*) FROM operation_entry), (SELECT max(seq) FROM access_entry)")
        )
        operations, accesses = totals.one()
    assert sealed.total_operations == operations
    assert accesses - sealed.total_accesses in (0, 1)
    app.close()


def test_tiers_are_granted_for_a_reason_by_somebody_else(tmp_path: Path) -> None:
    path = closed_office(tmp_path)
    app = opened(path, "张三")
    rows = {row.name: row for row in app.users.rows()}
    own, clerk = rows["张三"], rows["经办"]
    with pytest.raises(Refused, match="不能给自己授权"):
        app.users.open_tiers(own.id, own.version, [Tier.ILLNESS], "试", app.actor)
    with pytest.raises(UserError, match="理由"):
        app.users.open_tiers(clerk.id, clerk.version, [Tier.ILLNESS], "  ", app.actor)
    app.users.open_tiers(clerk.id, clerk.version, [Tier.ILLNESS, Tier.PSYCHOLOGY], "负责慰问", app.actor)
    lines = app.access_log.entries(kinds=[AccessKind.GRANT], limit=2, actor=app.actor)
    assert {(line.what, line.purpose, line.actor) for line in lines} == {
        ("经办：疾病", "负责慰问", "张三"),
        ("经办：心理", "负责慰问", "张三"),
    }
    app.users.close(clerk.id, "调离", app.actor)
    assert next(row.tiers for row in app.users.rows() if row.name == "经办") == frozenset()
    app.close()
    for name in ("经办全部", "主席法援"):
        app = opened(path, name)
        with pytest.raises(Refused, match="管理用户"):
            app.users.open_tiers(rows["审核"].id, rows["审核"].version, [Tier.LEGAL_AID], "试", app.actor)
        app.close()


def test_commands_grant_and_take_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = closed_office(tmp_path)
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", PASSWORD)
    office = ["--office", str(path), "--user", "张三"]
    assert run([*office, "user", "grant", "审核", "心理", "--reason", "协助", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["user"]["tiers_label"] == ["心理"]
    assert run([*office, "user", "revoke", "审核", "心理", "--reason", "办完", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["user"]["tiers"] == []
    assert run([*office, "user", "grant", "张三", "心理", "--reason", "想看"]) == 2
    assert "不能给自己授权" in capsys.readouterr().err
    assert run([*office, "user", "grant", "审核", "别的", "--reason", "x"]) == 2
    assert "疾病、心理、法律援助" in capsys.readouterr().err


def test_in_an_office_without_users_everything_is_open(app: App) -> None:
    values = {"name": "某", "opponent": "某厂", "cause": "wages", "claim": "x", "injury": "伤", "way": "advice"}
    made, _ = app.registers.create(AID, {**values, "received_on": date(2026, 9, 1)}, app.actor)
    record: Any = app.registers.get(AID, made)
    assert (record.injury, record.due_on) == ("伤", date(2026, 9, 6))


@pytest.mark.parametrize(("name", "told"), [("经办", "“疾病、心理、法律援助”方面的除外"), ("经办全部", "全部内容")])
def test_one_s_own_data_say_what_whoever_prints_them_may_not_see(path: Path, name: str, told: str) -> None:
    app = opened(path, name)
    sheet = app.personal_data.sheet(app.members.search(PERSON)[0].id, app.actor)
    assert told in sheet.notice
    app.close()
