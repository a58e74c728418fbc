"""Destroying personal data (F97): due by rule, approved by another, gone for good from records, log and file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from tests.services.people import id_number, member, users
from unionoffice.app import App
from unionoffice.cli import run
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import EnvironmentFault, Refused
from unionoffice.kernel.identity import Actor
from unionoffice.models.approval import ApprovalSlip, Opinion, unpacked
from unionoffice.models.base import record_types
from unionoffice.models.destruction import KEPT, LEFT_ALONE, DestructionItem
from unionoffice.models.fields import Kind
from unionoffice.models.member import EventKind, Member
from unionoffice.models.registers import register_named
from unionoffice.models.user import Role
from unionoffice.services.approvals import SlipReturn
from unionoffice.services.checks import check
from unionoffice.services.history import history
from unionoffice.services.log_check import check_logs
from unionoffice.store import schema
from unionoffice.store.engine import connect

NAME, STAYS, RELATIVE = "欧阳销毁", "留下人", "欧阳小宝"
SECRETS = (
    NAME,
    RELATIVE,
    "13812345678",
    id_number(2),
    "秘密路",
    "肝病",
    "住院原因",
    "旧名字",
    "GH0077",
    "代领老王",
    "秘密工厂",
)
SECRETS += ("秘密伤情", "秘密理由", "秘密退回", "秘密补充")
OFFICER = Actor("经办", user_id="1")
CHAIR = Actor("主席", user_id="2")
CONSENT, LEGAL_AID = register_named("consent"), register_named("legal_aid")


@pytest.fixture
def app(office_file: Path) -> Iterator[App]:
    """A member who left in 2012, with everything that can hang on him, and one who stays; years pass afterwards."""
    clock = FixedClock(datetime(2011, 9, 10, 9, 30))
    found = App(office_file, clock=clock, actor=OFFICER, shipped_fonts=True)
    users(found, (OFFICER, Role.OFFICER), (CHAIR, Role.CHAIR))
    root = found.organisation.tree()[0].id
    values = {"phone": "13812345678", "id_number": id_number(2), "address": "示范市示范区秘密路1号", "unit_id": root}
    gone = found.members.create(
        {"name": "旧名字", "joined_on": "2005-03-01", "staff_number": "GH0077", "remark": "肝病", **values}, OFFICER
    )[0]
    held = found.members.get(gone)
    assert held is not None
    found.members.save(gone, {"name": NAME}, held.version, OFFICER)
    member(found, STAYS, unit_id=root, joined_on="2005-03-01")
    found.members.save_relative(gone, {"name": RELATIVE, "kinship": "20", "phone": "13812345678"}, OFFICER)
    batch = {"name": "中秋", "kind": "festival", "item": "月饼", "payment": "goods", "quantity": 1}
    batch |= {"unit_price": 19800, "budget": 10000000, "roll_date": date(2011, 9, 1)}
    clock.time = datetime(2018, 9, 10, 9, 30)  # rules begin then
    batch_id, _ = found.welfare.plan("中秋", None, {**batch, "roll_date": date(2018, 9, 1)}, OFFICER)
    found.welfare_slips.save(batch_id, office_file.parent / "单.pdf", Actor("经办"))
    found.welfare.approve(batch_id, Actor("主席"))
    line = next(line for line in _lines(found) if line[1] == NAME)
    found.welfare.collect(line[0], OFFICER, proxy="代领老王", relation="同事")
    given = {"name": NAME, "number": "GH0077", "notice": "2018年版", "given_on": "2018-03-01", "way": "signed"}
    found.registers.create(CONSENT, given, OFFICER)
    aid = {"name": NAME, "number": "GH0077", "opponent": "秘密工厂", "cause": "wages", "claim": "秘密工厂的工资"}
    aid |= {"way": "advice", "received_on": "2018-03-01", "decided_on": "2018-03-02", "decided_by": "主席"}
    whole = Actor("援助经办")  # those who destroy hold no tier, and see nothing of it
    aid_id, _ = found.registers.create(LEGAL_AID, {**aid, "injury": "秘密伤情"}, whole)
    decisions = found.registers.approvals(LEGAL_AID)
    app_slip = found.register_slips(LEGAL_AID).save(aid_id, office_file.parent / "援助.pdf", whole)
    back = SlipReturn("主席", date(2018, 9, 10), Opinion.SENT_BACK, reason="秘密退回")
    decisions.register(aid_id, app_slip.code, back, whole)
    decisions.resubmit(aid_id, "秘密补充", whole)
    app_slip = found.register_slips(LEGAL_AID).save(aid_id, office_file.parent / "援助二.pdf", whole)
    refused = SlipReturn("主席", date(2018, 9, 10), Opinion.REJECTED, reason="秘密理由")
    decisions.register(aid_id, app_slip.code, refused, whole)
    clock.time = datetime(2022, 1, 1)
    found.members.record_event(gone, EventKind.LEAVE, "2019-05-01", OFFICER, reason="住院原因")
    clock.time = datetime(2029, 4, 30)
    yield found
    found.close()


def _lines(app: App) -> list[tuple[str, str, int]]:
    with app.store.reading() as session:
        return [tuple(row) for row in session.execute(text("SELECT id, name, amount FROM line ORDER BY number"))]


def gone_id(app: App) -> str:
    return app.members.search("GH0077")[0].id


def destroyed(app: App) -> int:
    number, _ = late(app).destructions.prepare(OFFICER)
    app.destructions.approve(number, CHAIR)
    app.destructions.carry_out(number, OFFICER)
    return number


def everything(app: App) -> str:
    with app.store.reading() as session:
        tables = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        found = [str(row) for table in tables for row in session.execute(text(f'SELECT * FROM "{table}"'))]
        packed = session.execute(text("SELECT contents FROM approval_slip")).scalars().all()
    return "\n".join([*found, *(str(unpacked(each)) for each in packed)])


def late(app: App) -> App:
    """The same office on the day from which he is due."""
    assert isinstance(app.clock, FixedClock)
    app.clock.time = datetime(2029, 5, 1)
    return app


def test_who_is_due_follows_from_the_rule_and_the_last_event(app: App) -> None:
    assert app.destructions.due() == []
    with pytest.raises(Refused, match="没有到保存期限"):
        app.destructions.prepare(OFFICER)
    assert [each.name for each in app.destructions.due(date(2029, 5, 1))] == [NAME]
    assert app.destructions.due(date(2029, 4, 30)) == []


def test_everything_of_him_is_gone_from_records_log_and_file_and_the_office_is_sound(app: App) -> None:
    before = everything(app)
    assert all(secret in before for secret in SECRETS)
    member_id, totals = gone_id(app), [amount for _, _, amount in _lines(app)]
    seal = late(app).seals.seal(OFFICER)
    destroyed(app)
    after = everything(app)
    # his first name and number are in what the access log keeps: nobody put them there
    assert [secret for secret in SECRETS if secret in after] == []
    assert STAYS in after
    assert [amount for _, _, amount in _lines(app)] == totals
    report = check(app.store)
    assert report.problems == ()
    with app.store.reading() as session:
        found = check_logs(session)
        assert [code for code, _ in found.seals] == [seal.code]
        held = session.get(Member, member_id)
        assert held is not None
        assert (held.name, held.archived, held.membership_state.label) == ("已去标识0001", True, "已退会")
        for slip in session.query(ApprovalSlip):
            assert {item.name for item in unpacked(slip.contents).items} == {"已去标识0001", STAYS}
    told = [sentence for item in history(app.store, Member, member_id) for sentence in item.sentences]
    assert told[0] == "去标识，此前的内容已销毁"
    assert set(told[1:]) == {"内容已销毁"}
    app.store.close()
    for file in app.path.parent.glob("工会.ghoffice*"):
        data = file.read_bytes()
        assert not [secret for secret in SECRETS if secret.encode() in data], file.name


def test_an_emptied_line_that_no_destruction_names_is_found(app: App) -> None:
    destroyed(app)
    app.store.close()
    with closing(connect(app.path)) as raw:
        ours = "record_type = 'member' AND record_id IN (SELECT id FROM member WHERE name = '留下人')"
        raw.execute(f"UPDATE change_entry SET changes = '{{}}' WHERE {ours}")
    assert any("从这里起对不上" in problem for problem in check(app.store).problems)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE change_entry SET version = 9 WHERE changes = '{}' AND record_type = 'line'",
        "UPDATE change_entry SET changes = '{\"name\":\"别人\"}' WHERE changes = '{}' AND record_type = 'line'",
        "UPDATE change_entry SET changes = replace(changes, '已去标识', '某某') WHERE action = 'erase'",
        "UPDATE change_entry SET digest = x'00' WHERE changes = '{}' AND record_type = 'member'",
        "UPDATE operation_entry SET actor = '别人' WHERE reason = '已销毁'",
        "UPDATE operation_entry SET reason = '另一个' WHERE reason = '已销毁'",
        "DELETE FROM change_entry WHERE action = 'erase'",
        "UPDATE line SET amount = 1 WHERE name LIKE '已去标识%'",
    ],
)
def test_what_is_left_cannot_be_changed_quietly(app: App, damage: str) -> None:
    destroyed(app)
    app.store.close()
    with closing(connect(app.path)) as raw:
        assert raw.execute(damage).rowcount > 0
    assert check(app.store).problems


def test_another_person_approves_and_only_then_it_is_carried_out(app: App) -> None:
    number, _ = late(app).destructions.prepare(OFFICER)
    assert app.destructions.due() == []
    with pytest.raises(Refused, match="还没有批准，不能销毁。先由制单人以外的主席批准"):
        app.destructions.carry_out(number, OFFICER)
    with pytest.raises(Refused, match="您不能主席审批：您在 2029-05-01 办过“编制销毁清单”"):
        app.destructions.approve(number, OFFICER)
    with pytest.raises(Refused, match="没有设置用户"):
        app.destructions.approve(number, Actor("主席"))
    with pytest.raises(Refused, match="请主席办理"):
        app.destructions.approve(number, Actor("审核", frozenset({Role.REVIEWER}), user_id="3"))
    app.destructions.cancel(number, "先核对", OFFICER)
    assert [each.name for each in app.destructions.due()] == [NAME]
    assert destroyed(app) == 2
    assert app.destructions.due() == []
    with pytest.raises(Refused, match="不能“销毁”"):
        app.destructions.carry_out(2, OFFICER)


def test_who_came_back_is_not_destroyed(app: App) -> None:
    number, _ = late(app).destructions.prepare(OFFICER)
    app.destructions.approve(number, CHAIR)
    app.members.record_event(gone_id(app), EventKind.JOIN, "2029-05-01", OFFICER)
    with pytest.raises(Refused, match=f"{NAME} 的会籍后来有变动"):
        app.destructions.carry_out(number, OFFICER)
    assert gone_id(app)


def test_a_family_that_somebody_else_shares_stays_until_he_is_gone_too(app: App) -> None:
    app.members.join_household(gone_id(app), app.members.search(STAYS)[0].id, OFFICER)
    destroyed(app)
    assert RELATIVE in everything(app)
    assert isinstance(app.clock, FixedClock)
    app.members.record_event(app.members.search(STAYS)[0].id, EventKind.DEATH, "2029-05-01", OFFICER)
    app.clock.time = datetime(2040, 1, 1)
    number, _ = app.destructions.prepare(OFFICER)
    app.destructions.approve(number, CHAIR)
    app.destructions.carry_out(number, OFFICER)
    assert RELATIVE not in everything(app)
    assert STAYS not in everything(app)
    assert "已去标识0002" in everything(app)
    assert check(app.store).problems == ()


def test_it_cannot_be_undone_and_nothing_before_it(app: App) -> None:
    destroyed(app)
    for action in app.undo.actions():
        if action.label in ("销毁", "新建会员", "修改", "登记家庭成员"):
            with pytest.raises(Refused):
                app.undo.undo(action.id, OFFICER)
            if action.label == "登记家庭成员":
                break
    assert check(app.store).problems == ()


def test_the_list_is_printed_with_names_before_and_without_after(app: App, tmp_path: Path) -> None:
    number, _ = late(app).destructions.prepare(OFFICER)
    app.destructions.save(number, tmp_path / "前.pdf", OFFICER)
    app.destructions.approve(number, CHAIR)
    app.destructions.carry_out(number, OFFICER)
    app.destructions.save(number, tmp_path / "后.pdf", OFFICER)
    before, after = (
        "".join("".join(page.extract_text().split()) for page in PdfReader(tmp_path / name).pages)
        for name in ("前.pdf", "后.pdf")
    )
    assert NAME in before
    assert "退会，2019-05-01" in before
    assert "备份" in before
    assert NAME not in after
    assert "已去标识0001" in after
    assert "批准人主席" in after
    assert app.access_log.entries(limit=1)[0].what == "第 1 号销毁清单"


def test_who_is_in_charge_of_some_branches_prints_no_list(app: App, tmp_path: Path) -> None:
    number, _ = late(app).destructions.prepare(OFFICER)
    branches = Actor("分管", frozenset({Role.OFFICER.value}), user_id="3", units=frozenset({"x"}))
    with pytest.raises(Refused, match="只分管部分分工会，不能打印销毁清单"):
        app.destructions.save(number, tmp_path / "清单.pdf", branches)
    with pytest.raises(Refused, match="只分管部分分工会，不能打印销毁清单"):
        app.destructions.pdf(number, branches)
    assert not (tmp_path / "清单.pdf").exists()


def test_a_file_in_use_elsewhere_is_said_and_can_be_cleaned_later(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    number, _ = late(app).destructions.prepare(OFFICER)
    app.destructions.approve(number, CHAIR)
    with closing(connect(app.path)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM member").fetchone()
        with monkeypatch.context() as patched:
            patched.setattr(app.store, "compact", _busy)
            with pytest.raises(EnvironmentFault, match="已经销毁，但办公文件没有能重新写一遍"):
                app.destructions.carry_out(number, OFFICER)
        other.execute("ROLLBACK")
    app.destructions.compact(OFFICER)
    app.store.close()
    assert NAME.encode() not in app.path.read_bytes()


def _busy() -> None:
    raise EnvironmentFault("办公文件正被另一个程序写入。")


def test_every_record_of_a_member_has_a_rule_of_what_is_left() -> None:
    for model in record_types().values():
        if "member_id" in model.fields():
            assert model in KEPT or model in LEFT_ALONE, model
    for model, names in KEPT.items():
        assert names <= set(model.fields()), model
        for name, facts in model.fields().items():  # what stands in place of a required one is a text
            if facts.required and name not in names and name != "archived" and model is not ApprovalSlip:
                assert facts.kind in (Kind.TEXT, Kind.NOTE), (model, name)
    assert set(DestructionItem.fields()) == {"destruction_id", "member_id", "serial", "ended", "ended_on", "archived"}


def test_old_offices_are_as_sound_as_before(office_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "旧.ghoffice"
    schema.back_up(office_file, copy)
    with closing(App(copy, actor=OFFICER)) as app:
        assert check(app.store).problems == ()


def test_commands_say_what_happens_before_it_does(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    late(app).destructions.prepare(OFFICER)
    app.close()
    office = ["--office", str(app.path), "destroy"]
    assert run([*office, "due", "--date", "2029-05-01"]) == 0
    assert "没有到期的会员" in capsys.readouterr().out  # he is on a list
    assert run([*office, "list"]) == 0
    assert "第 1 号\t2029-05-01\t经办\t1 人\t待审批" in capsys.readouterr().out
    for words, told in (
        (("carry-out", "9"), "没有第 9 号销毁清单"),
        (("carry-out", "1"), "还没有批准"),
        (("carry-out", "1", "--sure"), "还没有批准"),
        (("approve", "1"), "分不清"),
    ):
        assert run([*office, *words]) == 2
        assert told in capsys.readouterr().err
    with closing(connect(app.path)) as raw:
        raw.execute("UPDATE destruction SET state = 'approved'")
    assert run([*office, "carry-out", "1"]) == 2
    assert "备份里还有" in capsys.readouterr().err
    assert run([*office, "list", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["lists"]
    assert (row["state"], row["state_label"], row["made_by"]) == ("approved", "已批准", "经办")
    assert [each["name"] for each in row["people"]] == [NAME]
    with closing(connect(app.path)) as raw:
        raw.execute("UPDATE destruction SET state = 'draft'")
    assert run([*office, "cancel", "1", "--reason", "重编", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["number"], found["state"], found["reason"]) == (1, "cancelled", "重编")
    assert found["by"] and found["at"]
    assert run([*office, "print", "9", str(app.path.parent / "单9.pdf")]) == 2
    capsys.readouterr()
    assert run([*office, "compact", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["by"] and found["at"] and found["bytes"] and found["files"] == [str(app.path)]
