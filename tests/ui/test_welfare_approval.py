"""Approving in the window of an encrypted office: step by step, sent back, on paper, as a file (F58–F61)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from fake_prompts import FakePrompts
from pytestqt.qtbot import QtBot

from tests.services.people import branch, member
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.identity import Actor
from unionoffice.models.user import Role
from unionoffice.models.welfare import BatchState
from unionoffice.services import logins
from unionoffice.services.approval_slips import ApprovalSlips, SavedSlip
from unionoffice.services.founding import create
from unionoffice.services.opening import actor_of
from unionoffice.store.keyring import Cost
from unionoffice.ui import approval_actions
from unionoffice.ui.notices import Notices
from unionoffice.ui.operations import Operations
from unionoffice.ui.permits import Permits
from unionoffice.ui.shown import screen
from unionoffice.ui.surroundings import Surroundings
from unionoffice.ui.welfare import batch_presenter
from unionoffice.ui.welfare.batch_view import APPROVAL
from unionoffice.ui.welfare.page import WelfarePage

NOW = datetime(2026, 9, 10, 9, 30)
PREPARER, REVIEWER, CHAIR = "经办林", "审核李", "主席王"
PLAN = {
    "name": "2026年中秋慰问",
    "kind": "festival",
    "roll_date": "2026-09-01",
    "item": "月饼礼盒",
    "unit_price": 1_800_000,
    "budget": 10**8,
}
"""Two people at 18,000 yuan and two more: 72,000, which wants the reviewer and the chair."""


class Office:
    """An encrypted office, and its welfare page as each of its users sees it."""

    def __init__(self, app: App, open_page: Callable[[Actor], WelfarePage]) -> None:
        self.app = app
        self.users: dict[str, str] = {}
        self._open_page = open_page
        self.units = {name: branch(app, name) for name in ("一队", "二队")}
        for name, unit in (("甲", "一队"), ("乙", "一队"), ("丙", "二队"), ("丁", "二队")):
            member(app, name, unit_id=self.units[unit])
        for name, role in ((PREPARER, Role.OFFICER), (REVIEWER, Role.REVIEWER), (CHAIR, Role.CHAIR)):
            self.users[name] = app.users.add(name, (role,), (), "First-Pass-1", app.actor)[0]
        self.batch = app.welfare.plan("中秋慰问", None, PLAN, self.actor(PREPARER))[0]

    def actor(self, name: str) -> Actor:
        return actor_of(self.app.store, self.users[name])[0]

    def page(self, name: str) -> WelfarePage:
        page = self._open_page(self.actor(name))
        page.open_argument(self.batch)
        return page

    @property
    def state(self) -> BatchState:
        found = self.app.welfare.batch(self.batch)
        assert found is not None
        return found.state


@pytest.fixture
def office(
    tmp_path: Path, qtbot: QtBot, operations: Operations, prompts: FakePrompts, around: Surroundings
) -> Iterator[Office]:
    path, clock = tmp_path / "加密.ghoffice", FixedClock(NOW)
    create(path, "示范工会", clock, Actor("管理员"), password="Abcd-1234", cost=Cost(1, 8192))
    login = logins.log_in(path, "管理员", "Abcd-1234", NOW)
    app = App(path, clock=clock, login=login, shipped_fonts=True)
    pages: list[WelfarePage] = []

    def open_page(actor: Actor) -> WelfarePage:
        for former in pages:
            operations.changed.disconnect(former.office_changed)
            former.hide()
        page = WelfarePage(
            replace(around, actor=actor, permits=Permits(actor)),
            app.welfare,
            app.organisation,
            lambda: app.papers,
            lambda: app.welfare_slips,
        )
        qtbot.addWidget(page)
        operations.changed.connect(page.office_changed)
        page.resize(844, 400)
        page.show()
        pages[:] = [page]
        return page

    yield Office(app, open_page)
    app.close()


@pytest.fixture
def told(notices: Notices) -> list[str]:
    texts: list[str] = []
    notices.posted.connect(lambda notice: texts.append(notice.text))
    return texts


def pressed(page: WelfarePage, prompts: FakePrompts, qtbot: QtBot, told: list[str], *answers: object) -> str:
    """What is told after the primary button was pressed."""
    prompts.answers = list(answers)
    count = len(told)
    page.batch.head.primary.click()
    qtbot.waitUntil(lambda: len(told) > count, timeout=10000)
    return told[-1]


def offered(page: WelfarePage) -> dict[str, bool]:
    return {name: each.isEnabled() for name, each in page.batch.approval.buttons.items() if not each.isHidden()}


def shown(page: WelfarePage) -> str:
    return "\n".join(page.batch.approval.texts)


def listed(page: WelfarePage) -> list[str]:
    page.open_argument("")
    model = page.list.list.model
    model.id_at(0)
    return [str(model.index(0, column).data()) for column in range(model.columnCount())]


def test_reviewer_and_chair_approve_one_after_the_other(
    office: Office, prompts: FakePrompts, qtbot: QtBot, told: list[str]
) -> None:
    page = office.page(REVIEWER)
    assert page.batch.head.primary.text() == "审核 4 人"
    assert page.batch.tabs.tabText(APPROVAL) == "审批 0 / 2"
    assert "现在由审核李办理。" in shown(page) and "由主席王办理。" in shown(page)
    assert "超过 50,000.00 元：审核 → 主席审批" in shown(page) and "一支笔" in shown(page)
    assert pressed(page, prompts, qtbot, told, True) == "审核已同意。下一步是主席审批（主席王）。"
    assert prompts.verbs == ["审核 4 人"]
    assert office.state is BatchState.DRAFT
    assert not page.batch.head.primary.isEnabled()
    assert page.batch.tabs.tabText(APPROVAL) == "审批 1 / 2"
    assert "审核已同意" in listed(page)
    page = office.page(CHAIR)
    assert page.batch.head.primary.text() == "主席审批 4 人"
    assert "审核李，2026-09-10，同意，4 人，72,000.00 元。" in shown(page)
    assert "已办 1 步，共 2 步；现在等主席审批（主席王）。" in page.batch.head.sentence
    assert pressed(page, prompts, qtbot, told, True) == "“2026年中秋慰问”已审批，可以打印签领表。"
    assert office.state is BatchState.APPROVED
    assert page.batch.head.primary.text() == "打印签领表"
    assert "审批已办完，共 2 步。" in shown(page)
    assert not offered(page)


def test_a_list_changed_while_he_is_asked_is_not_approved(
    office: Office, prompts: FakePrompts, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the question named is what is approved, or nothing: also when a colleague saves before it is answered."""
    page, welfare = office.page(REVIEWER), office.app.welfare

    def meanwhile(*_: object, **__: object) -> bool:
        who = office.app.members.search("甲")[0].id
        welfare.decide(office.batch, who, include=False, reason="放弃", actor=office.actor(PREPARER))
        return True

    monkeypatch.setattr(prompts, "confirm", meanwhile)
    page.batch.head.primary.click()
    qtbot.waitUntil(lambda: bool(prompts.asked), timeout=10000)
    (kind, sentence) = prompts.asked[-1]
    assert kind == "error" and "您看过以后名单有变动，没有办这一步" in sentence
    assert "甲（一队）：现在不在名单上。" in sentence
    assert welfare.approvals.past(office.batch) == []


def test_who_may_not_sees_why(office: Office) -> None:
    page = office.page(PREPARER)
    head = page.batch.head
    assert not head.primary.isEnabled() and head.primary.text() == "审核 4 人"
    assert head.primary.toolTip() == "您的角色不能审核，请审核人办理。"
    assert head.sentence == "现在等审核（审核李）。您的角色不能审核，请审核人办理。"
    assert offered(page) == {"send_back": False, "slip": True, "register": True, "file": True, "return": True}
    assert "退回审批" in page.batch.approval.buttons["send_back"].toolTip()
    page = office.page(CHAIR)
    assert not page.batch.head.primary.isEnabled()
    assert offered(page) == {"send_back": True, "slip": True, "register": False, "file": True, "return": False}


def test_a_preparer_who_could_review_is_named_as_the_reason(office: Office) -> None:
    once = Actor(REVIEWER, frozenset({"officer"}), user_id=office.users[REVIEWER])
    office.app.welfare.save_batch(office.batch, {"place": "食堂"}, 1, once)
    page = office.page(REVIEWER)
    assert "办过“修改批次”，是名单的经办" in page.batch.head.primary.toolTip()
    assert "没有用户可以办这一步" in shown(page)
    assert "经办：经办林、审核李。" in shown(page)


def test_sent_back_and_handed_in_again(office: Office, prompts: FakePrompts, qtbot: QtBot, told: list[str]) -> None:
    office.app.welfare.approve(office.batch, office.actor(REVIEWER))
    page = office.page(CHAIR)
    prompts.answers = [({"type": "incomplete", "reason": "缺会议纪要"},)]
    page.batch.approval.buttons["send_back"].click()
    qtbot.waitUntil(lambda: told[-1:] == ["“2026年中秋慰问”已退回经办。"], timeout=10000)
    assert "已退回" in page.batch.head.sentence and not page.batch.head.primary.isEnabled()
    assert not offered(page) and "现在由" not in shown(page)
    assert "已作废：退回：缺会议纪要。" in shown(page)
    assert "退回" in listed(page)
    page = office.page(PREPARER)
    assert page.batch.head.primary.text() == "重新提交…" and page.batch.head.primary.isEnabled()
    assert "材料不全，理由：缺会议纪要" in page.batch.head.sentence
    assert "从头审批" in pressed(page, prompts, qtbot, told, "纪要已附上")
    assert office.page(REVIEWER).batch.head.primary.isEnabled()


def test_what_changed_after_an_approval_is_told(office: Office) -> None:
    office.app.welfare.approve(office.batch, office.actor(REVIEWER))
    office.app.welfare.save_batch(office.batch, {"place": "食堂"}, 1, office.actor(PREPARER))
    page = office.page(CHAIR)
    assert "已办的 1 步不再算数" in page.batch.telling.text
    page.batch.changes_requested.emit()
    assert page.batch.tabs.currentIndex() == APPROVAL
    assert "审核：审核李，2026-09-10，同意，4 人，72,000.00 元。" in page.batch.approval.texts


@pytest.fixture
def previews(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    found: list[bytes] = []
    monkeypatch.setattr(approval_actions, "open_preview", lambda title, data, **_: found.append(data))
    return found


def slip_of(
    office: Office, page: WelfarePage, prompts: FakePrompts, qtbot: QtBot, path: Path, shown: list[bytes]
) -> str:
    """The code on a slip printed from the page."""
    count = len(shown)
    prompts.answers = [path]
    page.batch.approval.buttons["slip"].click()
    qtbot.waitUntil(lambda: len(shown) > count, timeout=20000)
    assert shown[-1] == path.read_bytes()
    with office.app.store.reading() as session:
        from unionoffice.store.queries import approvals

        return approvals.slips(session, office.batch)[-1].code


def signed(code: str, **changes: str) -> tuple[dict[str, str]]:
    return (
        {
            "code": code.lower().replace("-", ""),
            "signed_by": "主席王",
            "signed_on": "2026-9-10",
            "opinion": "agreed",
            "scan": "none",
            **changes,
        },
    )


def test_a_signed_slip_is_registered(
    office: Office, prompts: FakePrompts, qtbot: QtBot, told: list[str], tmp_path: Path, previews: list[bytes]
) -> None:
    office.app.welfare.approve(office.batch, office.actor(REVIEWER))
    page = office.page(PREPARER)
    code = slip_of(office, page, prompts, qtbot, tmp_path / "单.pdf", previews)
    assert prompts.asked[-1] == ("save_file", "2026年中秋慰问审批单（主席审批）.pdf")
    scan = tmp_path / "签回.jpg"
    scan.write_bytes(b"scan")
    wrong = signed("0000-0000-0000-0000")
    unreadable = signed(code, signed_on="昨天")
    early = signed(code, signed_on="2026-09-01")
    prompts.answers = [wrong, unreadable, early, signed(code, scan="scan"), [scan]]
    count = len(told)
    page.batch.approval.buttons["register"].click()
    qtbot.waitUntil(lambda: len(told) > count, timeout=10000)
    assert [text for kind, text in prompts.asked if kind == "refused"][1].startswith("签字日期“昨天”看不懂")
    assert any(kind == "error" and "早于审批单的制作日期" in text for kind, text in prompts.asked)
    assert told[-1] == "“2026年中秋慰问”已审批，可以打印签领表。"
    assert "纸质审批，签字人主席王（2026-09-10，同意），登记人经办林" in shown(page)


def test_a_slip_overtaken_by_a_change_is_refused_with_all_differences(
    office: Office, prompts: FakePrompts, qtbot: QtBot, told: list[str], tmp_path: Path, previews: list[bytes]
) -> None:
    page = office.page(PREPARER)
    code = slip_of(office, page, prompts, qtbot, tmp_path / "单.pdf", previews)
    member(office.app, "戊", unit_id=office.units["二队"])
    prompts.answers = [signed(code, signed_by="审核李")]
    page.batch.approval.buttons["register"].click()
    qtbot.waitUntil(lambda: prompts.asked[-1][0] == "message", timeout=10000)
    text = prompts.asked[-1][1]
    assert "戊（二队）：新列入名单。" in text and "现在是 5 人 90,000.00 元" in text
    assert office.app.welfare.approvals.past(office.batch) == []


def test_a_refusal_on_paper_sends_back_and_names_the_deputy(
    office: Office, prompts: FakePrompts, qtbot: QtBot, told: list[str], tmp_path: Path, previews: list[bytes]
) -> None:
    deputy = office.app.users.add("周副", (Role.OFFICER,), (), "First-Pass-1", office.app.actor)[0]
    office.app.users.stand_in(office.users[REVIEWER], deputy, NOW.date(), NOW.date(), "出差", office.app.actor)
    page = office.page(PREPARER)
    code = slip_of(office, page, prompts, qtbot, tmp_path / "单.pdf", previews)
    answer = signed(code, signed_by="周副(代理审核李)", opinion="rejected")
    prompts.answers = [answer, ({"type": "over_limit", "reason": "超标准"},)]
    count = len(told)
    page.batch.approval.buttons["register"].click()
    qtbot.waitUntil(lambda: len(told) > count, timeout=10000)
    assert told[-1] == "“2026年中秋慰问”已退回经办。"
    assert "签字人周副（代理审核李）（2026-09-10，不同意）" in page.batch.head.sentence


def test_a_file_goes_out_and_comes_back(
    office: Office, prompts: FakePrompts, qtbot: QtBot, told: list[str], tmp_path: Path
) -> None:
    page = office.page(PREPARER)
    prompts.answers = [tmp_path / "2026.9月"]
    page.batch.approval.buttons["file"].click()
    path = tmp_path / "2026.9月.ghapproval"
    qtbot.waitUntil(lambda: bool(told), timeout=10000)
    assert "审核的审批文件已存为“2026.9月.ghapproval”" in told[-1]
    text = (
        path.read_text("utf-8-sig")
        .replace('"意见": ""', '"意见": "同意"')
        .replace('"签字人": ""', '"签字人": "审核李"')
    )
    path.write_text(text.replace('"日期": ""', '"日期": "2026-09-10"'), "utf-8")
    prompts.answers = [[path]]
    page.batch.approval.buttons["return"].click()
    qtbot.waitUntil(lambda: len(told) > 1, timeout=10000)
    assert told[-1] == "已收回审批文件。下一步是主席审批（主席王）。"
    prompts.answers = [[path]]
    page.batch.approval.buttons["return"].click()
    qtbot.waitUntil(lambda: prompts.asked[-1][0] == "error", timeout=10000)
    assert "已经登记过" in prompts.asked[-1][1]


def test_signs_without_a_font_are_told_before_the_slip_is_shown(
    office: Office,
    prompts: FakePrompts,
    qtbot: QtBot,
    tmp_path: Path,
    previews: list[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save = ApprovalSlips.save

    def lacking(self: ApprovalSlips, *args: object) -> SavedSlip:
        found = save(self, *args)  # type: ignore[arg-type]
        return SavedSlip(found.code, found.step, "㛃")

    monkeypatch.setattr(ApprovalSlips, "save", lacking)
    page = office.page(PREPARER)
    prompts.answers = [tmp_path / "单.pdf", False]
    page.batch.approval.buttons["slip"].click()
    qtbot.waitUntil(lambda: prompts.asked[-1][0] == "confirm", timeout=20000)
    assert "有 1 个字没有字体可打：㛃" in prompts.asked[-1][1]
    assert not previews


def test_the_approval_of_a_big_roll_is_worked_out_in_the_background(
    office: Office, prompts: FakePrompts, qtbot: QtBot, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_presenter, "_AT_ONCE", 1)
    page = office.page(REVIEWER)
    assert not page.batch.head.primary.isVisible() and not offered(page)
    qtbot.waitUntil(page.batch.head.primary.isVisible, timeout=10000)
    assert "审核已同意" in pressed(page, prompts, qtbot, told, True)
    qtbot.waitUntil(lambda: page.batch.tabs.tabText(APPROVAL) == "审批 1 / 2", timeout=10000)


def test_a_list_that_cannot_be_approved_offers_no_slip(office: Office) -> None:
    office.app.welfare.save_batch(office.batch, {"budget": 100}, 1, office.actor(PREPARER))
    page = office.page(PREPARER)
    assert "超出预算" in page.batch.head.primary.toolTip()
    assert offered(page) == {"send_back": False, "slip": False, "register": False, "file": False, "return": False}


def test_amounts_of_an_approval_are_masked_while_projecting(office: Office) -> None:
    office.app.welfare.approve(office.batch, office.actor(REVIEWER))
    screen.project(True)
    try:
        page = office.page(CHAIR)
        assert "72,000" not in shown(page) and "审核李，2026-09-10" in shown(page)
    finally:
        screen.project(False)
