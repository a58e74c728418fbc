"""A destruction list is approved for what was seen, by another, in the program or on paper; its reasons go with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text

from tests.shell import Shell
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import Refused
from unionoffice.kernel.identity import Actor
from unionoffice.models.approval import BackType, Opinion, unpacked
from unionoffice.models.member import EventKind
from unionoffice.models.user import Role, User
from unionoffice.services import logins
from unionoffice.services.approvals import ChangedSince, SlipReturn
from unionoffice.services.checks import check
from unionoffice.services.founding import create
from unionoffice.store.keyring import Cost

NOW = datetime.now().replace(hour=9, minute=30, second=0, microsecond=0)
TODAY = NOW.date()
PASSWORD = "Abcd-1234"
PEOPLE = ("欧阳销毁", "司马到期")
Opened = Callable[[str], App]


def office(folder: Path, *chairs: str) -> Path:
    """Two members whose time is over; 陈经办 makes the lists, the chairs are users or nobody is."""
    clock = FixedClock(NOW)
    path = create(folder / "工会.ghoffice", "示范工会", clock, Actor("张三"), password=PASSWORD, cost=Cost(1, 8192))
    app = App(path, clock=clock, login=logins.log_in(path, "张三", PASSWORD, NOW), shipped_fonts=True)
    root = app.organisation.tree()[0].id
    for name in (*PEOPLE, "留下人"):
        member_id, _ = app.members.create({"name": name, "unit_id": root, "joined_on": "2005-03-01"}, app.actor)
        if name in PEOPLE:
            app.members.record_event(member_id, EventKind.LEAVE, "2012-05-01", app.actor, reason="调走")
    app.users.add("陈经办", (Role.OFFICER,), (), PASSWORD, app.actor)
    for name in chairs:
        app.users.add(name, (Role.CHAIR,), (), PASSWORD, app.actor)
    with app.store.operation("user:save", "不必改密码", app.actor) as uow:
        for user in uow.session.scalars(select(User)):
            user.must_change = False
    app.close()
    return path


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., App]]:
    apps: list[App] = []

    def open_as(name: str, path: Path) -> App:
        login = logins.log_in(path, name, PASSWORD, NOW)
        apps.append(App(path, clock=FixedClock(NOW), login=login, shipped_fonts=True))
        return apps[-1]

    yield open_as
    for app in apps:
        app.close()


def prepared(app: App, *names: str) -> str:
    """The id of a list of some of those who are due."""
    due = [each.member_id for each in app.destructions.due() if not names or each.name in names]
    app.destructions.prepare(app.actor, due)
    return app.destructions.lists()[0].id


def said(app: App, list_id: str, path: Path, **values: object) -> None:
    """Make a slip and register what came back on it."""
    code = app.destruction_slips.save(list_id, path, app.actor).code
    answer = SlipReturn(**{"signed_by": "王主席", "signed_on": TODAY, **values})  # type: ignore[arg-type]
    app.destructions.approvals.register(list_id, code, answer, app.actor)


def test_the_slip_names_who_is_to_be_destroyed_and_that_it_is_for_good(
    tmp_path: Path, opened: Callable[..., App]
) -> None:
    app = opened("陈经办", office(tmp_path))
    list_id, path = prepared(app), tmp_path / "单.pdf"
    app.destruction_slips.save(list_id, path, app.actor)
    words = PdfReader(path).pages[0].extract_text().replace("\n", "")
    for shown in ("第 1 号销毁清单审批单", "欧阳销毁（退会 2012-05-01）、司马到期", "不能恢复", "合计 2 人"):
        assert shown in words
    assert "0.00" not in words and "留下人" not in words


def test_a_chair_who_is_no_user_approves_on_paper_but_never_who_made_it(
    tmp_path: Path, opened: Callable[..., App]
) -> None:
    app = opened("陈经办", office(tmp_path))
    list_id = prepared(app)
    with pytest.raises(Refused, match="“陈经办”不能在这张单子上签字"):
        said(app, list_id, tmp_path / "单.pdf", signed_by="陈经办")
    said(app, list_id, tmp_path / "又.pdf", signed_for="李主席")
    row = app.destructions.lists()[0]
    assert (row.state.label, row.approved_by) == ("已批准", "王主席（代理李主席）")
    app.destructions.carry_out(1, app.actor)
    assert check(app.store).problems == ()


def test_who_is_renamed_after_the_slip_or_after_a_look_is_not_approved(
    tmp_path: Path, opened: Callable[..., App]
) -> None:
    path = office(tmp_path, "王主席")
    app, chair = opened("陈经办", path), opened("王主席", path)
    list_id = prepared(app)
    code = app.destruction_slips.save(list_id, tmp_path / "单.pdf", app.actor).code
    seen = chair.destructions.approvals.chain(list_id, chair.actor).seen
    member = app.members.get(app.members.search("欧阳")[0].id)
    assert member is not None
    app.members.save(member.id, {"name": "欧阳另名"}, member.version, app.actor)
    with pytest.raises(ChangedSince, match="欧阳另名"):
        app.destructions.approvals.register(list_id, code, SlipReturn("王主席", TODAY), app.actor)
    with pytest.raises(ChangedSince, match="欧阳另名"):
        chair.destructions.approve(1, chair.actor, seen=seen)
    chair.destructions.approve(1, chair.actor)
    assert app.destructions.lists()[0].approved_by == "王主席"


def test_who_is_renamed_after_the_approval_is_not_destroyed_by_it(tmp_path: Path, opened: Callable[..., App]) -> None:
    app = opened("陈经办", office(tmp_path))
    said(app, prepared(app), tmp_path / "单.pdf")
    member = app.members.get(app.members.search("欧阳")[0].id)
    assert member is not None
    app.members.save(member.id, {"name": "另一个人"}, member.version, app.actor)
    with pytest.raises(Refused, match="批准不再算数"):
        app.destructions.carry_out(1, app.actor)
    assert app.members.search("另一个人")
    app.destructions.cancel(1, "重编", app.actor)
    said(app, prepared(app), tmp_path / "又.pdf")
    app.destructions.carry_out(2, app.actor)


def test_a_deputy_is_named_and_a_chair_may_stand_in_for_who_made_it(tmp_path: Path, opened: Callable[..., App]) -> None:
    path = office(tmp_path, "王主席")
    admin, app = opened("张三", path), opened("陈经办", path)
    admin.users.add("李代理", (Role.OFFICER,), (), PASSWORD, admin.actor)
    ids = {row.name: row.id for row in admin.users.rows()}
    for whom, name in (("王主席", "李代理"), ("陈经办", "王主席")):
        admin.users.stand_in(ids[whom], ids[name], TODAY, TODAY, "出差", admin.actor)
    prepared(app, PEOPLE[0])
    prepared(app, PEOPLE[1])
    deputy, chair = opened("李代理", path), opened("王主席", path)
    deputy.destructions.approve(1, deputy.actor)
    chair.destructions.approve(2, chair.actor)
    assert [row.approved_by for row in app.destructions.lists()] == ["王主席", "李代理（代理王主席）"]
    with pytest.raises(Refused):
        app.destructions.approve(2, app.actor)


def test_what_paper_sent_back_is_not_approved_in_the_program_before_it_is_handed_in_again(
    tmp_path: Path, opened: Callable[..., App]
) -> None:
    path = office(tmp_path, "王主席")
    app, chair = opened("陈经办", path), opened("王主席", path)
    list_id = prepared(app)
    said(app, list_id, tmp_path / "单.pdf", opinion=Opinion.SENT_BACK, back_type=BackType.WRONG, reason="官司未完")
    assert "官司未完" in app.destructions.lists()[0].sent_back
    with pytest.raises(Refused, match="已退回"):
        chair.destructions.approve(1, chair.actor)
    app.destructions.approvals.resubmit(list_id, "官司已结", app.actor)
    assert app.destructions.lists()[0].sent_back == ""
    chair.destructions.approve(1, chair.actor)


def test_reasons_given_about_lists_and_who_is_on_them_do_not_outlive_them(
    tmp_path: Path, opened: Callable[..., App]
) -> None:
    app = opened("陈经办", office(tmp_path))
    first = prepared(app)
    back = {"opinion": Opinion.SENT_BACK, "back_type": BackType.WRONG}
    said(app, first, tmp_path / "一.pdf", **back, reason="欧阳销毁的绝密官司")
    app.destructions.approvals.resubmit(first, "绝密官司已结", app.actor)
    app.destructions.cancel(1, "绝密作废理由", app.actor)
    alone = prepared(app, PEOPLE[0])
    said(app, alone, tmp_path / "二.pdf", **back, reason="绝密再议")
    app.destructions.approvals.resubmit(alone, "绝密已议", app.actor)
    said(app, alone, tmp_path / "三.pdf")
    app.destructions.carry_out(2, app.actor)
    kept = everything(app) + slips(app)
    left = everything(app)
    assert PEOPLE[0] not in kept.replace("欧阳销毁的绝密官司", "") and PEOPLE[1] in slips(app)
    assert "绝密再议" not in left and "绝密已议" not in left and "欧阳销毁" not in left.replace("欧阳销毁的", "")
    assert "绝密作废理由" in left  # the other one of that list is still there
    other = prepared(app)
    said(app, other, tmp_path / "四.pdf")
    app.destructions.carry_out(3, app.actor)
    left = everything(app) + slips(app)
    assert "绝密" not in left and not any(name in left for name in PEOPLE)
    assert check(app.store).problems == ()


def everything(app: App) -> str:
    with app.store.reading() as session:
        tables = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        return "\n".join(str(row) for table in tables for row in session.execute(text(f'SELECT * FROM "{table}"')))


def slips(app: App) -> str:
    """What every slip says, unpacked."""
    with app.store.reading() as session:
        packed = session.execute(text("SELECT contents FROM approval_slip")).scalars().all()
    return "\n".join(str(unpacked(each)) for each in packed)


def test_without_users_nobody_approves_it_on_paper_either(app: App, tmp_path: Path) -> None:
    me = app.actor
    member_id = app.members.create({"name": PEOPLE[0], "joined_on": "2005-03-01"}, me)[0]
    app.members.record_event(member_id, EventKind.LEAVE, "2012-05-01", me)
    list_id = prepared(app)
    with pytest.raises(Refused, match="没有设置用户"):
        app.destruction_slips.save(list_id, tmp_path / "单.pdf", me)
    assert not (tmp_path / "单.pdf").exists()
    with pytest.raises(Refused, match="没有设置用户"):
        app.destructions.approve(1, me)


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("UNIONOFFICE_PASSWORD", PASSWORD)
    found = Shell(office(tmp_path, "王主席"), capsys, "--user", "陈经办", "destroy")
    found("prepare")
    return found


def test_commands_make_register_and_hand_in_again(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "销毁单.pdf"
    code = shell.json("slip", "1", path)["code"]
    assert code in PdfReader(path).pages[0].extract_text()
    signed = ("--paper", code, "--signed-by", "王主席", "--signed-on", TODAY.isoformat())
    told = shell("approve", "1", *signed, "--opinion", "退回", "--reason", "再核对", "--type", "内容有误")
    assert "没有批准，已退回经办" in told
    assert "已退回：主席审批：纸质审批" in shell("list")
    assert "再核对" in shell.json("list")["lists"][0]["sent_back"]
    assert "已退回" in shell.refused("slip", "1", tmp_path / "又.pdf")
    assert "重新提交" in shell("resubmit", "1", "--note", "已核对")
    code = shell.json("slip", "1", path, "--overwrite")["code"]
    scan = tmp_path / "签回.pdf"
    scan.write_bytes(b"scan")
    signed = ("--paper", code, "--signed-by", "王主席", "--signed-on", TODAY.isoformat(), "--scan", scan)
    assert shell.json("approve", "1", *signed)["approved_by"] == "王主席"


@pytest.mark.parametrize(
    "words",
    [
        ("--opinion", "不同意", "--reason", "还在打官司"),
        ("--signed-by", "王主席", "--signed-on", TODAY.isoformat(), "--opinion", "退回", "--type", "材料不全"),
        ("--reason", "缺材料"),
    ],
)
def test_who_forgets_the_code_of_a_slip_does_not_approve_himself(
    shell: Shell, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    chair = Shell(shell.office, capsys, "--user", "王主席", "destroy")
    assert "要和 --paper 核对码一起写" in chair.refused("approve", "1", *words)
    assert chair.json("list")["lists"][0]["state"] == "draft"
    chair("approve", "1")
    assert chair.json("list")["lists"][0]["approved_by"] == "王主席"


def test_what_stands_in_a_file_is_not_given_besides(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "单.ghapproval"
    shell("slip", "1", path)
    assert "照文件里填的登记" in shell.refused("approve", "1", "--file", path, "--opinion", "同意")
