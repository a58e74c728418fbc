"""数据安全: backups, recovery cards, undoing whole actions and sealing, as its user meets them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from safety_desk import Desk

from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Silent
from unionoffice.models.user import Role
from unionoffice.services import backup_places, logins
from unionoffice.services.founding import create
from unionoffice.services.recovery import Holder
from unionoffice.store.keyring import Cost
from unionoffice.store.queries.members import MemberQuery
from unionoffice.ui import shown

NOW = datetime(2026, 9, 10, 9, 30)
PASSWORD = "Abcd-1234"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setattr(backup_places, "_user_data", lambda: tmp_path / "data")
    path = create(
        tmp_path / "加密.ghoffice", "示范工会", FixedClock(NOW), Actor("张三"), password=PASSWORD, cost=Cost(1, 8192)
    )
    found = App(path, clock=FixedClock(NOW), login=logins.log_in(path, "张三", PASSWORD, NOW), shipped_fonts=True)
    yield found
    found.close()


@pytest.fixture
def desk(app: App, tmp_path: Path, qtbot: QtBot) -> Desk:
    found = Desk(app, tmp_path)
    qtbot.addWidget(found.page)
    found.page.show()
    return found


def roster(folder: Path) -> Path:
    path = folder / "名单.csv"
    path.write_text("姓名,工号,分工会\n曾丽梅,001,机电队\n王五,002,机电队\n", "utf-8")
    return path


def test_a_backup_made_by_hand_is_listed_and_can_be_put_back(desk: Desk, qtbot: QtBot) -> None:
    assert desk.page.view.backups.texts == []
    assert "还没有备份" in desk.page.view.told.text()
    desk.page.back_up()
    qtbot.waitUntil(lambda: bool(desk.said), timeout=20_000)
    ((when, kind, place, _, members, state),) = desk.page.view.backups.texts
    assert (when, kind, place, members, state) == ("2026-09-10 09:30", "手工", "本机", "0", "完好")
    desk.page.view.backups.table.select(["0"])
    desk.page.restore_selected()
    assert [path.suffix for path in desk.restored] == [".ghbackup"]


def test_a_rehearsal_is_told(desk: Desk, qtbot: QtBot) -> None:
    desk.page.back_up()
    qtbot.waitUntil(lambda: bool(desk.said), timeout=20_000)
    desk.page.rehearse()
    qtbot.waitUntil(lambda: len(desk.said) == 2, timeout=20_000)
    assert desk.said[1] == "上次恢复演练 2026-09-10 成功。"
    assert desk.page.view.rehearsal.text() == "上次恢复演练 2026-09-10 成功"


def test_an_import_is_undone_with_one_click_after_saying_what_that_means(
    desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.app.imports.run([roster(tmp_path)], desk.app.actor, Silent())
    desk.page.reload()
    assert desk.page.view.done.texts[0][1:3] == ["张三", "导入"]
    desk.page.view.done.table.select([str(desk.app.undo.actions()[0].id)])
    desk.prompts.answers = [True]
    desk.page.undo()
    qtbot.waitUntil(lambda: bool(desk.said), timeout=20_000)
    assert desk.prompts.asked == [("confirm", "把这一步整体撤销？")]
    assert desk.app.members.count(MemberQuery()) == 0
    assert [row[4] for row in desk.page.view.done.texts][:2] == ["", "已撤销"]


def test_what_depends_on_an_import_is_shown_instead(desk: Desk, tmp_path: Path) -> None:
    desk.app.imports.run([roster(tmp_path)], desk.app.actor, Silent())
    member = desk.app.members.get(desk.app.members.search("曾丽梅")[0].id)
    assert member is not None
    desk.app.members.save(member.id, {"remark": "代表"}, member.version, desk.app.actor)
    desk.page.reload()
    assert [row[2] for row in desk.page.view.done.texts] == ["修改", "导入", "新建办公文件"]
    imported = next(action.id for action in desk.app.undo.actions() if action.label == "导入")
    desk.page.view.done.table.select([str(imported)])
    desk.page.undo()
    ((kind, text),) = desk.prompts.asked
    assert kind == "message" and "曾丽梅" in text
    assert desk.app.members.count(MemberQuery()) == 2


def test_three_cards_are_issued_and_count_after_two_were_tried(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    issued: list[object] = []
    shown: list[bytes] = []
    issue = desk.app.recovery.issue
    monkeypatch.setattr(
        desk.app.recovery, "issue", lambda *args, **named: issued.append(issue(*args, **named)) or issued[-1]
    )
    monkeypatch.setattr(desk.page, "_show", lambda title, pdf: shown.append(pdf))
    desk.prompts.answers = [({"name0": "李一", "name1": "王二", "name2": "赵三"},)]
    desk.page.issue()
    assert desk.prompts.entries == ["工会主席的姓名", "财务负责人的姓名", "经审委员会主任的姓名"]
    assert shown[0].startswith(b"%PDF")
    assert desk.page.view.sets.texts[0][0] == "第 1 套"
    texts = issued[0].texts  # type: ignore[attr-defined]
    desk.prompts.answers = [({"first": texts[0], "second": texts[0]},), ({"first": texts[0], "second": texts[2]},)]
    desk.page.test()
    assert desk.prompts.asked[-2][0] == "refused"
    assert desk.page.view.sets.texts[0][4] == "2026-09-10"


def test_no_cards_are_made_that_projecting_would_keep_from_sight(desk: Desk) -> None:
    shown.screen.project(True)
    try:
        desk.page.issue()
    finally:
        shown.screen.project(False)
    assert [kind for kind, _ in desk.prompts.asked] == ["message"]
    assert desk.app.recovery.state().sets == ()


def test_cards_are_not_closed_unprinted_without_saying_what_that_means(desk: Desk, tmp_path: Path) -> None:
    page, holders = desk.page, ({"name0": "李一", "name1": "王二", "name2": "赵三"},)
    desk.prompts.answers = [holders]
    page.issue()
    window = page._windows[-1]
    asked = len(desk.prompts.asked)
    assert window.isModal()
    desk.prompts.answers = [False]
    window.close()
    assert window.isVisible()
    assert desk.prompts.asked[asked:] == [("confirm", "“恢复卡第 1 套”还没有打印，也没有保存。")]
    assert desk.prompts.verbs == ["不打印，关闭"]
    shown.screen.project(True)
    try:
        assert not window.isVisible()
    finally:
        shown.screen.project(False)
    assert window.isVisible() and len(desk.prompts.asked) == asked + 1
    desk.prompts.answers = [None]
    window.save()  # turned back
    assert desk.app.recovery.state().pending is not None
    desk.prompts.answers = [True]
    window.close()
    assert len(desk.prompts.asked) == asked + 3
    state = desk.app.recovery.state()
    assert state.pending is None and [each.state.label for each in state.sets] == ["已作废"]
    assert desk.said[-1] == "第 1 套恢复卡没有打印，已作废。"


def test_a_set_printed_and_not_tried_stays_when_the_next_preview_is_given_up(desk: Desk, tmp_path: Path) -> None:
    page = desk.page
    desk.prompts.answers = [({"name0": "李一", "name1": "王二", "name2": "赵三"},)]
    page.issue()
    window = page._windows[-1]
    desk.prompts.answers = [tmp_path / "卡.pdf"]
    window.save()
    window.close()
    desk.prompts.answers = [
        (desk.prompts.offered | {"name0": "李一", "name1": "王二", "name2": "赵三", "reason": "错"},)
    ]
    page.issue()
    assert desk.prompts.entries[-1] == "换卡原因" and desk.prompts.offered["name1"] == "王二"
    desk.prompts.answers = [True]
    page._windows[-1].close()
    assert [row[3] for row in page.view.sets.texts] == ["已作废", "待试用"]
    assert page._test.isEnabled()


def test_a_set_for_a_new_key_is_found_behind_a_later_one(desk: Desk) -> None:
    holders = [Holder("工会主席", "李一"), Holder("财务", "王二"), Holder("经审", "赵三")]
    texts = desk.app.recovery.issue(holders, desk.app.actor, new_key=True, reason="试").texts
    desk.app.recovery.issue(holders, desk.app.actor, reason="试")
    desk.page.reload()
    assert [row[3] for row in desk.page.view.sets.texts] == ["待试用", "待更换密钥"]
    desk.prompts.answers = [None]
    desk.page.replace()
    assert desk.prompts.asked == [("entries", "更换密钥：输入新卡中的两张")]
    desk.app.recovery.issue(holders, desk.app.actor, new_key=True, reason="试")
    desk.page.reload()
    assert desk.page._test.isEnabled(), "the second set can be tried although the third waits for the key"
    assert texts


def test_whoever_leaves_gives_up_the_cards_nobody_has(desk: Desk, tmp_path: Path) -> None:
    page = desk.page
    desk.prompts.answers = [({"name0": "李一", "name1": "王二", "name2": "赵三"},)]
    page.issue()
    assert page.half_typed()
    asked = len(desk.prompts.asked)
    page.let_go()
    page.let_go()
    assert len(desk.prompts.asked) == asked and not page.half_typed()
    assert [each.state.label for each in desk.app.recovery.state().sets] == ["已作废"]
    assert desk.said == ["第 1 套恢复卡没有打印，已作废。"]


def test_a_preview_that_is_closed_is_let_go(desk: Desk, qtbot: QtBot) -> None:
    desk.prompts.answers = [({"name0": "李一", "name1": "王二", "name2": "赵三"},)]
    desk.page.issue()
    desk.prompts.answers = [True]
    desk.page._windows[-1].close()
    qtbot.waitUntil(lambda: not desk.page._windows, timeout=5_000)
    desk.page.let_go()
    assert not desk.page.half_typed()


@pytest.mark.parametrize("way", ["save", "print"])
def test_cards_that_are_out_are_closed_without_a_question(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    desk.prompts.answers = [({"name0": "李一", "name1": "王二", "name2": "赵三"},)]
    desk.page.issue()
    window = desk.page._windows[-1]
    monkeypatch.setattr("unionoffice.ui.preview_window.print_document", lambda *_: 3)
    desk.prompts.answers = [tmp_path / "卡.pdf"]
    getattr(window, way)()
    window.close()
    desk.page.let_go()
    assert desk.prompts.asked[-1][0] in ("save_file", "printer")
    assert desk.app.recovery.state().pending is not None


def test_there_is_nothing_to_try_before_cards_were_printed(desk: Desk) -> None:
    action = desk.page._test
    assert not action.isEnabled() and action.toolTip() == "还没有印过恢复卡，先点“印制恢复卡”"
    holders = [Holder("工会主席", "李一"), Holder("财务", "王二"), Holder("经审", "赵三")]
    desk.app.recovery.issue(holders, desk.app.actor, new_key=True, reason="试")
    desk.page.reload()
    assert not action.isEnabled() and "更换密钥" in action.toolTip()
    desk.app.recovery.issue(holders, desk.app.actor, reason="试")
    desk.page.reload()
    assert action.isEnabled() and action.toolTip() == "试用两张卡"


def test_the_key_is_replaced_behind_a_dialog_that_shows_how_far_it_is(desk: Desk, qtbot: QtBot) -> None:
    app = desk.app
    holders = [Holder("工会主席", "李一"), Holder("财务", "王二"), Holder("经审", "赵三")]
    app.recovery.test(app.recovery.issue(holders, app.actor).texts[:2], app.actor)
    texts = app.recovery.issue(holders, app.actor, reason="卡丢失", new_key=True).texts
    former, told = app.store.key, []
    desk.jobs.progressed.connect(lambda done, total, text: told.append((done, total, text)))
    wrong, right = ({"first": texts[0], "second": texts[0]},), ({"first": texts[0], "second": texts[2]},)
    desk.prompts.answers = [wrong, right]
    desk.page.replace()
    assert desk.prompts.asked[1][0] == "refused" and desk.prompts.asked[-1] == ("stay", "正在更换密钥")
    assert desk.operations.alone
    qtbot.waitUntil(lambda: bool(desk.said), timeout=20_000)
    assert desk.said == ["密钥已更换，大家的密码不变；旧恢复卡请收回销毁。"]
    assert app.store.key != former and not desk.operations.alone
    assert any(total for _, total, _ in told)
    assert "密钥后启用" in str(app.recovery.state().sets[0].remark)


def test_closing_the_program_while_the_key_is_replaced_leaves_an_office_that_opens(desk: Desk) -> None:
    app = desk.app
    holders = [Holder("工会主席", "李一"), Holder("财务", "王二"), Holder("经审", "赵三")]
    app.recovery.test(app.recovery.issue(holders, app.actor).texts[:2], app.actor)
    texts = app.recovery.issue(holders, app.actor, reason="卡丢失", new_key=True).texts
    former = app.store.key
    cards = ({"first": texts[0], "second": texts[2]},)
    desk.prompts.answers = [cards]
    desk.page.replace()
    desk.jobs.stop()
    assert app.store.key == former and not desk.operations.alone
    assert app.recovery.state().pending is not None
    app.close()
    App(app.path, clock=FixedClock(NOW), login=logins.log_in(app.path, "张三", PASSWORD, NOW)).close()


def test_the_log_is_sealed_and_the_slip_saved(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    slip = tmp_path / "封存单.pdf"
    desk.prompts.answers = [slip]
    desk.page.seal()
    assert slip.read_bytes().startswith(b"%PDF")
    ((number, day, *_, code),) = desk.page.view.seals.texts
    assert (number, day) == ("1", "2026-09-10") and code


def test_who_may_not_is_told_who_may(app: App, tmp_path: Path, qtbot: QtBot) -> None:
    app.users.add("李四", (Role.CHAIR,), (), "First-Pass-1", app.actor)
    chair = App(app.path, clock=FixedClock(NOW), login=logins.log_in(app.path, "李四", "First-Pass-1", NOW))
    desk = Desk(chair, tmp_path)
    qtbot.addWidget(desk.page)
    commands = {action.text(): action for action in desk.page.findChildren(type(desk.page.actions()[0]))}
    for text in ("立即备份", "印制恢复卡", "试用两张卡", "封存到今天", "恢复演练"):
        assert not commands[text].isEnabled()
        assert "您的角色不能" in commands[text].toolTip()
    chair.close()
