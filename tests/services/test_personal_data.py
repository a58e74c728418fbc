"""The person's own data (PIPL Art. 45): everything kept of him, whole, with why, how long and who looked; logged."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.conftest import ACTOR
from tests.services.people import id_number, member
from unionoffice.app import App
from unionoffice.cli import run
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Silent
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.base import record_types
from unionoffice.models.household import FamilyMember
from unionoffice.models.member import EventKind, Member
from unionoffice.models.privacy import purposes
from unionoffice.models.user import Role
from unionoffice.services.access_log import Access
from unionoffice.services.members import MemberQuery
from unionoffice.services.personal_data import NOTICE

NUMBER = id_number(2)


def person(app: App) -> str:
    root = app.organisation.tree()[0].id
    values = {
        "id_number": NUMBER,
        "phone": "13812345678",
        "address": "示范市和平路1号",
        "unit_id": root,
        "remark": "无",
    }
    member_id = member(app, "曾丽梅", **values)
    for name in ("曾小明", "曾老先生"):
        app.members.save_relative(member_id, {"name": name, "kinship": "20", "phone": "13900000001"}, ACTOR)
    relative = app.members.card(member_id)
    assert relative is not None
    app.members.remove_relative(relative.family[1].id, ACTOR)
    other = member(app, "王五")
    app.members.join_household(member_id, other, ACTOR)
    app.members.record_event(member_id, EventKind.RETAIN, "2020-05-01", ACTOR, reason="退休")
    app.members.record_event(member_id, EventKind.RESUME, "2021-05-01", ACTOR)
    batch = {"name": "中秋", "kind": "festival", "item": "月饼", "payment": "goods", "quantity": 1}
    batch |= {"unit_price": 19800, "budget": 10000000, "roll_date": app.clock.today()}
    batch_id, _ = app.welfare.plan("中秋", None, batch, ACTOR)
    app.welfare.approve(batch_id, ACTOR)
    app.papers.sign_sheet_pdf(batch_id, Silent())
    app.papers.sign_sheet_pdf(batch_id, Silent())
    return member_id


def pages(data: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(data)).pages]


def test_everything_kept_is_on_the_sheet_whole(app: App, tmp_path: Path) -> None:
    member_id = person(app)
    app.exports.members(tmp_path / "全体.xlsx", MemberQuery(), Silent())
    found = pages(app.personal_data.pdf(member_id, ACTOR))
    text = "".join(found)
    held = app.members.get(member_id)
    assert held is not None
    for name, facts in Member.fields().items():
        if name not in ("archived", "unit_id", "household_id") and (shown := facts.text(getattr(held, name))):
            assert facts.label in text
            assert shown in text, facts.label
    for words in (NUMBER, "13812345678", "示范矿业有限公司工会", "曾小明", "13900000001", "同一家庭的会员：王五"):
        assert words in text
    assert "（已移出或撤销，仍在保存）；姓名：曾老先生" in text
    assert "变动：保留会籍；原因：退休" in text
    assert "批次：中秋" in text
    assert "金额（元）：198.00" in text
    assert "“中秋签领表”2次" in text
    assert "“会员花名册”1次，最近" in text
    assert "可能包括您" not in text
    assert "发放后30年" in text
    assert all(group.purpose in text for group in purposes(app.clock.today()))
    assert "".join(NOTICE.format(what="全部内容").split()) in text
    assert "练习" not in text
    assert len(found) > 1
    for number, page in enumerate(found, start=1):
        assert f"第{number}页共{len(found)}页" in page


def test_the_sheet_is_logged_and_is_no_part_of_itself(app: App, tmp_path: Path) -> None:
    member_id = member(app, "曾丽梅")
    path = tmp_path / "一览.pdf"
    app.personal_data.save(member_id, path, ACTOR)
    assert "没有打印、导出或逐项查看的记录" in "".join(pages(path.read_bytes()))
    (item,) = app.access_log.who_saw(Member, member_id)
    assert (item.kind, item.what, item.purpose, item.file) == (AccessKind.PRINT, "本人信息一览", "本人查阅", "一览.pdf")
    assert "“本人信息一览”1次" in "".join(pages(app.personal_data.pdf(member_id, ACTOR)))


def test_a_list_he_was_not_on_is_not_his_and_one_from_before_may_be(app: App, tmp_path: Path) -> None:
    member_id = member(app, "曾丽梅")
    member(app, "王五")
    app.exports.members(tmp_path / "王.xlsx", MemberQuery(text="王五"), Silent())
    assert "没有打印、导出" in "".join(pages(app.personal_data.pdf(member_id, ACTOR)))
    app.access_log.note(Access(AccessKind.EXPORT, "会员花名册", Member.type_name, rows=2))
    assert "可能包括您" in "".join(pages(app.personal_data.pdf(member_id, ACTOR)))


def test_it_is_not_for_everybody(app: App) -> None:
    member_id = member(app, "曾丽梅")
    with pytest.raises(Refused, match="不能查看完整"):
        app.personal_data.pdf(member_id, Actor("管理员", frozenset({Role.ADMIN})))
    with pytest.raises(UserError, match="找不到"):
        app.personal_data.pdf("0" * 32, ACTOR)
    assert app.access_log.entries() == []


def test_every_field_has_exactly_one_purpose(app: App) -> None:
    named = [field for group in purposes(app.clock.today()) for field in group.fields]
    assert len(named) == len(set(named))
    kept = {
        (model.type_name, name) for model in (Member, FamilyMember) for name in model.fields() if name != "archived"
    }
    assert set(named) == kept


def test_a_record_of_a_member_names_him_as_the_sheet_expects() -> None:
    """Whatever record type belongs to a person is found by `member_id`; another name would hide it from him."""
    for model in record_types().values():
        named = {name for name, facts in model.fields().items() if facts.label == "会员"}
        assert named <= {"member_id"}, model


def test_command_writes_the_sheet(app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    member(app, "曾丽梅", staff_number="0017")
    member(app, "曾丽丽")
    app.close()
    target = tmp_path / "一览.pdf"
    office = ["--office", str(app.path)]
    assert run([*office, "person", "曾丽", "--print", str(target)]) == 2
    assert "不止一个人" in capsys.readouterr().err
    assert run([*office, "person", "0017", "--print", str(target)]) == 0
    assert "曾丽梅" in pages(target.read_bytes())[0]
    assert run([*office, "person", "0017", "--print", str(target)]) == 2
    assert "已经存在" in capsys.readouterr().err
