"""Consents and requests: whose they are, who has not agreed, and what a request must have before it is closed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import ACTOR
from tests.services.people import branch, member
from unionoffice.app import App
from unionoffice.cli import run
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Silent
from unionoffice.models.member import EventKind
from unionoffice.models.registers import register_named
from unionoffice.models.registers.consents import Consent
from unionoffice.models.registers.data_requests import DataRequest, latest
from unionoffice.services.consents import scopes
from unionoffice.services.log_check import check_logs
from unionoffice.store.queries.records import ListQuery

CONSENT, REQUEST = register_named("consent"), register_named("data_request")


def agree(app: App, name: str, day: str = "2026-03-01", **values: Any) -> str:
    given = {"name": name, "notice": "2026年版", "given_on": day, "way": "signed", **values}
    return app.registers.create(CONSENT, given, ACTOR)[0]


def lacking(app: App, scope: str = "bank", on: date | None = None) -> list[str]:
    return [each.name for each in app.consents.lacking(scope, on)]


def whose(app: App, record_id: str) -> str | None:
    record = app.registers.get(CONSENT, record_id)
    assert isinstance(record, Consent)
    return record.member_id


def test_the_newest_consent_that_says_anything_decides(app: App) -> None:
    for name in ("甲一", "乙二", "丙三", "丁四"):
        member(app, name)
    left = member(app, "戊五")
    app.members.record_event(left, EventKind.LEAVE, "2026-01-01", ACTOR)
    agree(app, "甲一", bank=True, basic=True)
    agree(app, "甲一", "2026-05-01", family=True)  # says nothing of the bank account
    agree(app, "乙二", bank=True)
    agree(app, "乙二", "2026-05-01", bank=False)
    agree(app, "丙三", "2026-06-01", bank=True)  # not yet in April
    assert lacking(app) == ["乙二", "丁四"]
    assert lacking(app, on=date(2026, 4, 1)) == ["丙三", "丁四"]
    assert lacking(app, "family") == ["乙二", "丙三", "丁四"]
    with pytest.raises(UserError, match="可写：基本信息、家庭信息、困难与疾病、银行账户、肖像"):
        app.consents.lacking("血型")


def test_what_was_withdrawn_does_not_fall_back_to_an_older_consent(app: App) -> None:
    member(app, "甲一")
    agree(app, "甲一", "2025-01-01", bank=True)
    newest = agree(app, "甲一", bank=True)
    with pytest.raises(Refused, match="撤回日期要先填写"):
        app.registers.take(CONSENT, newest, "withdraw", ACTOR)
    app.registers.save(CONSENT, newest, {"withdrawn_on": "2026-09-01"}, 1, ACTOR)
    app.registers.take(CONSENT, newest, "withdraw", ACTOR)
    assert lacking(app) == ["甲一"]
    assert lacking(app, on=date(2026, 8, 31)) == []


def test_a_record_names_its_member_by_name_and_number_and_keeps_him(app: App) -> None:
    first, second = member(app, "张三", staff_number="007"), member(app, "张三", staff_number="008")
    with pytest.raises(Refused, match="有 2 个“张三”") as told:
        agree(app, "张三")
    assert told.value.field == "number"
    record = agree(app, "张 三", number="008", bank=True)
    assert whose(app, record) == second
    assert whose(app, agree(app, "李四")) is None
    assert app.consents.unlinked() == 1
    held = app.members.get(second)
    assert held is not None
    app.members.save(second, {"name": "张叁"}, held.version, ACTOR)
    app.registers.save(CONSENT, record, {"remark": "改过名"}, 1, ACTOR)
    assert whose(app, record) == second
    app.registers.save(CONSENT, record, {"number": "007"}, 2, ACTOR)
    assert whose(app, record) == first
    assert lacking(app) == ["张叁"]


def test_excel_rows_name_their_members_and_a_refused_row_changes_nothing(app: App, tmp_path: Path) -> None:
    mine = member(app, "张三", staff_number="007")
    record = agree(app, "李四", bank=False)
    path = tmp_path / "同意.xlsx"
    book = openpyxl.Workbook()
    labels = ("姓名", "工号或会员编号", "告知书版本", "同意日期", "同意方式", "银行账户")
    book.active.append(labels)
    book.active.append(("张三", "007", "2026年版", "2026-03-01", "本人签字", "是"))
    book.save(path)
    (counts, problems), _ = app.register_imports.run(CONSENT, path, ACTOR, Silent())
    assert (counts.new, problems) == (1, [])
    assert lacking(app) == []
    imported = next(row[0] for row in app.registers.rows(CONSENT, ListQuery()) if row[0] != record)
    assert whose(app, imported) == mine
    for number in ("1", "2"):
        member(app, "李四", staff_number=f"00{number}")
    book = openpyxl.Workbook()
    book.active.append(labels)
    book.active.append(("李四", "0099", "2027年版", "2026-08-01", "本人签字", "是"))
    book.save(path)
    (counts, problems), _ = app.register_imports.run(CONSENT, path, ACTOR, Silent())
    assert (counts.updated, problems) == (1, [])  # nobody of that number: the record stays nobody's
    held = app.registers.get(CONSENT, record)
    assert isinstance(held, Consent)
    app.registers.save(CONSENT, record, {"number": "001"}, held.version, ACTOR)
    book.active.cell(2, 2).value = None
    book.active.cell(2, 3).value = "2028年版"
    book.save(path)
    app.register_imports.run(CONSENT, path, ACTOR, Silent())
    held = app.registers.get(CONSENT, record)
    assert isinstance(held, Consent)
    assert (held.notice, held.number) == ("2028年版", "001")
    with app.store.reading() as session:
        assert check_logs(session).problems == ()


def test_a_row_that_could_mean_two_members_leaves_the_record_as_it_was(app: App, tmp_path: Path) -> None:
    record = agree(app, "李四", number="0099", remark="旧")
    for _ in range(2):
        member(app, "李四", staff_number="001")
    path = tmp_path / "同意.xlsx"
    book = openpyxl.Workbook()
    book.active.append(("姓名", "工号或会员编号", "告知书版本", "备注"))
    book.active.append(("李四", "001", "2026年版", "新"))
    book.save(path)
    (counts, problems), changes = app.register_imports.run(CONSENT, path, ACTOR, Silent())
    assert "有 2 个“李四”" in problems[0]
    assert not changes
    held = app.registers.get(CONSENT, record)
    assert isinstance(held, Consent)
    assert (held.number, held.remark, held.version) == ("0099", "旧", 1)


def test_who_is_in_charge_of_a_branch_sees_and_registers_his_own(app: App) -> None:
    east, west = branch(app, "东区"), branch(app, "西区")
    member(app, "张三", unit_id=east)
    member(app, "李四", unit_id=west)
    agree(app, "张三")
    agree(app, "李四")
    own = Actor("东区委员", ACTOR.roles, units=frozenset({east}))
    app.store.viewer = own
    assert [row[1] for row in app.registers.rows(CONSENT, ListQuery())] == ["张三"]
    assert lacking(app) == ["张三"]
    values = {"name": "李四", "notice": "2026年版", "given_on": "2026-03-01", "way": "signed"}
    with pytest.raises(Refused, match="您分管的分工会里没有会员“李四”"):
        app.registers.create(CONSENT, values, own)


def test_a_request_is_answered_by_a_day_with_reasons(app: App) -> None:
    member_id = member(app, "张三")
    asked = {"name": "张三", "kind": "correct", "content": "改手机号", "received_on": "2026-09-01"}
    record_id, _ = app.registers.create(REQUEST, asked, ACTOR)
    record = app.registers.get(REQUEST, record_id)
    assert isinstance(record, DataRequest)
    assert record.member_id == member_id
    assert latest(date(2026, 9, 1)) == date(2026, 10, 1)
    assert record.due_on == date(2026, 10, 1), "what is blank follows from the rule"
    app.registers.save(REQUEST, record_id, {"due_on": "2026-10-02"}, 1, ACTOR)
    with pytest.raises(Refused, match="最迟是 2026-10-01（GB/T 35273"):
        app.registers.take(REQUEST, record_id, "begin", ACTOR)
    app.registers.save(REQUEST, record_id, {"due_on": None}, 2, ACTOR)
    assert app.registers.get(REQUEST, record_id).due_on == date(2026, 10, 1)  # type: ignore[union-attr]
    app.registers.save(REQUEST, record_id, {"due_on": "2026-09-20", "received_on": "2026-09-02"}, 3, ACTOR)
    assert app.registers.get(REQUEST, record_id).due_on == date(2026, 9, 20)  # type: ignore[union-attr]
    assert app.registers.due(REQUEST, date(2026, 9, 20)) == 1
    app.registers.take(REQUEST, record_id, "begin", ACTOR)
    for step in ("finish", "refuse"):
        with pytest.raises(Refused, match="要先填写"):
            app.registers.take(REQUEST, record_id, step, ACTOR, reason="试")
    app.registers.save(REQUEST, record_id, {"answered_on": "2026-09-09", "result": "已改"}, 5, ACTOR)
    with pytest.raises(Refused, match="必须填写理由"):
        app.registers.take(REQUEST, record_id, "refuse", ACTOR)
    app.registers.take(REQUEST, record_id, "finish", ACTOR)
    assert app.registers.due(REQUEST, date(2027, 1, 1)) == 0
    text = str(app.personal_data.sheet(member_id, ACTOR))
    assert "办理结果或不予办理的理由：已改" in text


def test_command_tells_who_has_not_agreed(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    member(app, "张三", staff_number="007")
    agree(app, "外人")
    app.close()
    assert run(["--office", str(app.path), "consent", "missing", scopes()["portrait"]]) == 0
    assert capsys.readouterr().out == "张三\t007\t\n另有 1 条同意记录对不上会员，请核对姓名和编号。\n"
    assert run(["--office", str(app.path), "consent", "missing", "血型"]) == 2
