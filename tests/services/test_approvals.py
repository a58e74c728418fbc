"""Approving a list: steps by amount, never by who prepared it; paper counts for what it shows only (F58–F61)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.conftest import ACTOR
from tests.services.people import branch, member
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import Conflict, EnvironmentFault, Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models import approval_limits as limit_models
from unionoffice.models.approval import Approval, ApprovalStep, BackType, Contents, Fact, Item, Opinion, Way
from unionoffice.models.approval_limits import tier_of
from unionoffice.models.registers import register_named
from unionoffice.models.registers.merchants import Merchant
from unionoffice.models.rule_pack import Rule
from unionoffice.models.user import Role
from unionoffice.models.welfare import Batch, BatchState
from unionoffice.services import logins
from unionoffice.services.access_log import file_hash
from unionoffice.services.approval_cases import Prepared, StepState, Subject
from unionoffice.services.approvals import Approvals, ChangedSince, SlipReturn
from unionoffice.services.checks import check
from unionoffice.services.founding import create
from unionoffice.services.opening import actor_of
from unionoffice.services.welfare import LineQuery
from unionoffice.store.keyring import Cost
from unionoffice.store.queries import approvals as queries

NOW = datetime(2026, 9, 10, 9, 30)
TODAY = NOW.date()
ADMIN, OFFICER, REVIEWER, CHAIR, AUDITOR = Role
SMALL, MIDDLE, LARGE = 9_950, 1_800_000, 6_000_000
"""Unit prices of 4 people's lists that need the chair, the reviewer besides, and the auditor too."""


@dataclass
class Office:
    """An encrypted office with people and users; actors by name."""

    app: App
    clock: FixedClock
    units: dict[str, str]
    people: dict[str, str]
    users: dict[str, str]

    def actor(self, name: str) -> Actor:
        return actor_of(self.app.store, self.users[name])[0]

    def add(self, name: str, *roles: Role) -> Actor:
        self.users[name] = self.app.users.add(name, roles, (), "First-Pass-1", self.app.actor)[0]
        return self.actor(name)

    def plan(self, price: int = SMALL, actor: Actor | None = None, **values: Any) -> str:
        return plan(self.app, price, actor or self.actor("经办林"), **values)

    def state(self, batch_id: str) -> BatchState:
        return batch(self.app, batch_id).state


_numbers = count(1)


def plan(app: App, price: int, actor: Actor, **values: Any) -> str:
    found = {
        "name": f"第{next(_numbers)}次慰问",
        "kind": "festival",
        "roll_date": date(2026, 9, 1),
        "item": "月饼礼盒",
        "unit_price": price,
        "budget": 10**9,
        **values,
    }
    return app.welfare.plan("中秋慰问", None, found, actor)[0]


def batch(app: App, batch_id: str) -> Batch:
    found = app.welfare.batch(batch_id)
    assert found is not None
    return found


def fill(app: App) -> tuple[dict[str, str], dict[str, str]]:
    units = {name: branch(app, name) for name in ("一队", "二队")}
    return units, {
        "甲": member(app, "甲", unit_id=units["一队"], staff_number="001"),
        "乙": member(app, "乙", unit_id=units["一队"]),
        "丙": member(app, "丙", unit_id=units["二队"]),
        "丁": member(app, "丁", unit_id=units["二队"]),
    }


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    path, clock = tmp_path / "加密.ghoffice", FixedClock(NOW)
    create(path, "示范工会", clock, Actor("管理员"), password="Abcd-1234", cost=Cost(1, 8192))
    login = logins.log_in(path, "管理员", "Abcd-1234", NOW)
    app = App(path, clock=clock, login=login, shipped_fonts=True)
    found = Office(app, clock, *fill(app), {})
    for name, role in (("经办林", OFFICER), ("审核李", REVIEWER), ("主席王", CHAIR), ("经审赵", AUDITOR)):
        found.add(name, role)
    yield found
    assert check(app.store).problems == ()
    app.close()


@pytest.fixture
def plain(app: App) -> App:
    fill(app)
    return app


def test_every_role_prepared_or_not_at_every_step(office: Office) -> None:
    """The table of F60: only the step's own role, and never who made or changed the draft."""
    holders = {ApprovalStep.REVIEW: "审核李", ApprovalStep.COSIGN: "经审赵", ApprovalStep.CHAIR: "主席王"}
    users = {
        (role, prepared): office.add(f"{role.label}{'甲' if prepared else '乙'}", role)
        for role in Role
        for prepared in (True, False)
    }
    approvals = office.app.welfare.approvals
    for place, step in enumerate(ApprovalStep):
        for (role, prepared), actor in users.items():
            batch_id = office.plan(LARGE)
            if prepared:  # while he still was an officer
                once = Actor(actor.name, frozenset({"officer"}), user_id=actor.user_id)
                office.app.welfare.save_batch(batch_id, {"place": "食堂"}, 1, once)
            for before in list(ApprovalStep)[:place]:
                approvals.approve(batch_id, office.actor(holders[before]))
            told = approvals.chain(batch_id, actor)
            if role is ADMIN:  # sees no list at all
                assert "看不到整份名单" in str(told.why_not)
            else:
                assert told.next is step
                assert (actor.name in told.preparers) == prepared
            before_log = office.app.store.log_position()
            if role is step.role and not prepared:
                assert told.why_not is None
                approvals.approve(batch_id, actor)
                assert (office.state(batch_id) is BatchState.APPROVED) == (step is ApprovalStep.CHAIR)
                continue
            with pytest.raises(Refused) as refusal:
                approvals.approve(batch_id, actor)
            assert refusal.value.sentence.endswith("。")
            assert office.app.store.log_position() == before_log
            if role is step.role:
                assert "办过“修改批次”，是名单的经办，经办和审批不能是同一个人" in refusal.value.sentence
                assert holders[step] in refusal.value.sentence
                assert told.why_not == refusal.value.sentence
            else:
                assert "您的角色不能" in refusal.value.sentence


def test_who_decides_by_what_somebody_else_has_overtaken_is_told_so(office: Office) -> None:
    """Two reviewers look at the same step: the second one's agreement must not become another step's."""
    both = office.add("审核兼主席", REVIEWER, CHAIR)
    approvals, batch_id = office.app.welfare.approvals, office.plan(MIDDLE)
    seen = approvals.chain(batch_id, both).seen
    approvals.approve(batch_id, office.actor("审核李"), seen=approvals.chain(batch_id, office.actor("审核李")).seen)
    before = office.app.store.log_position()
    with pytest.raises(Refused, match="“审核”这一步已经有变化，没有再办。审核：审核李，2026-09-10，同意"):
        approvals.approve(batch_id, both, seen=seen)
    with pytest.raises(Refused, match="已经有变化"):
        approvals.send_back(batch_id, BackType.WRONG, "价格", both, seen=seen)
    assert office.app.store.log_position() == before
    now = approvals.chain(batch_id, both).seen
    assert seen is not None and now is not None
    assert (seen.step, now.step) == (ApprovalStep.REVIEW, ApprovalStep.CHAIR)
    assert seen.code != now.code
    approvals.approve(batch_id, both, seen=now)
    assert office.state(batch_id) is BatchState.APPROVED


def test_who_decides_by_other_contents_is_told_what_differs(office: Office) -> None:
    welfare, chair = office.app.welfare, office.actor("主席王")
    batch_id = office.plan()
    seen = welfare.approval(batch_id, chair).seen
    welfare.decide(batch_id, office.people["甲"], include=False, reason="放弃", actor=office.actor("经办林"))
    for act in (
        lambda: welfare.approve(batch_id, chair, seen=seen),
        lambda: welfare.approvals.send_back(batch_id, BackType.WRONG, "价格", chair, seen=seen),
    ):
        with pytest.raises(ChangedSince, match="您看过以后名单有变动，没有办这一步") as refusal:
            act()
        assert "甲（一队）：现在不在名单上。" in refusal.value.differences
    assert office.state(batch_id) is BatchState.DRAFT
    assert welfare.approvals.past(batch_id) == []
    welfare.approve(batch_id, chair, seen=welfare.approval(batch_id, chair).seen)


def test_whoever_touched_the_draft_has_prepared_it(office: Office) -> None:
    welfare = office.app.welfare
    both = office.add("一肩挑", OFFICER, CHAIR)
    someone = office.people["甲"]

    def create_it() -> str:
        return office.plan(actor=both)

    def save_it() -> str:
        found = office.plan()
        welfare.save_batch(found, {"place": "食堂"}, 1, both)
        return found

    def decide_it() -> str:
        found = office.plan()
        welfare.decide(found, someone, include=False, reason="放弃", actor=both)
        return found

    def undecide_it() -> str:
        found = office.plan()
        welfare.decide(found, someone, include=False, reason="放弃", actor=office.actor("经办林"))
        welfare.withdraw_decision(found, someone, both)
        return found

    for act, label in (
        (create_it, "新建发放批次"),
        (save_it, "修改批次"),
        (decide_it, "调整名单"),
        (undecide_it, "撤销名单调整"),
    ):
        batch_id = act()
        with pytest.raises(Refused, match=f"您在 2026-09-10 办过“{label}”.*请主席王办理"):
            welfare.approve(batch_id, both)
        welfare.approve(batch_id, office.actor("主席王"))
        assert office.state(batch_id) is BatchState.APPROVED
    untouched = office.plan()
    welfare.approve(untouched, both)
    assert batch(office.app, untouched).approved_by == "一肩挑"


def test_nobody_takes_two_steps(office: Office) -> None:
    both = office.add("一肩挑", REVIEWER, CHAIR)
    batch_id = office.plan(MIDDLE)
    office.app.welfare.approve(batch_id, both)
    with pytest.raises(Refused, match="已经办过“审核”，同一个人不能办两步"):
        office.app.welfare.approve(batch_id, both)
    office.app.welfare.approve(batch_id, office.actor("主席王"))


def test_a_deputy_is_recorded_and_may_no_more_than_whom_he_stands_in_for(office: Office) -> None:
    app = office.app
    office.add("副主席", REVIEWER)
    until = TODAY + timedelta(days=5)
    app.users.stand_in(office.users["主席王"], office.users["副主席"], TODAY, until, "出差", app.actor)
    deputy = office.actor("副主席")
    small, middle = office.plan(), office.plan(MIDDLE)
    assert app.welfare.approval(small, deputy).steps[0].who == ("主席王", "副主席（代理主席王）")
    app.welfare.approve(small, deputy)
    assert app.welfare.approvals.past(small) == ["主席审批：副主席（代理主席王），2026-09-10，同意，4 人，398.00 元。"]
    app.welfare.approve(middle, deputy)  # as the reviewer he is
    assert "代理" not in app.welfare.approvals.past(middle)[0]
    with pytest.raises(Refused, match="不能办两步"):
        app.welfare.approve(middle, deputy)
    own = office.plan(actor=Actor("主席王", frozenset({"officer"}), user_id=office.users["主席王"]))
    with pytest.raises(Refused, match="您代理的“主席王”不能主席审批.*代理人也不能替他办"):
        app.welfare.approve(own, deputy)
    own = office.plan(actor=Actor("副主席", frozenset({"officer"}), user_id=office.users["副主席"]))
    with pytest.raises(Refused, match="经办和审批不能是同一个人"):
        app.welfare.approve(own, deputy)
    app.welfare.approve(own, office.actor("主席王"))


def test_the_chain_is_a_list_of_done_now_and_next(office: Office) -> None:
    app = office.app
    batch_id = office.plan(LARGE)
    chain = app.welfare.approval(batch_id, office.actor("主席王"))
    assert [(each.step.label, each.state, each.who) for each in chain.steps] == [
        ("审核", StepState.NOW, ("审核李",)),
        ("经审会签", StepState.NEXT, ("经审赵",)),
        ("主席审批", StepState.NEXT, ("主席王",)),
    ]
    assert chain.rule == "超过 200,000.00 元：审核 → 经审会签 → 主席审批"
    assert "一支笔" in chain.source
    assert (chain.people, chain.amount, chain.preparers) == (4, 4 * LARGE, ("经办林",))
    assert chain.why_not == "您的角色不能审核，请审核人办理。"
    assert chain.headline == "现在等审核（审核李）。"
    draft = app.welfare.draft(batch_id)
    assert app.welfare.approval(batch_id, office.actor("主席王"), draft) == chain
    app.welfare.approve(batch_id, office.actor("审核李"))
    assert office.state(batch_id) is BatchState.DRAFT
    assert app.welfare.approvals.in_progress([batch_id]) == {batch_id: "审核已同意"}
    chain = app.welfare.approval(batch_id, office.actor("经审赵"))
    assert [each.state for each in chain.steps] == [StepState.DONE, StepState.NOW, StepState.NEXT]
    assert chain.headline == "已办 1 步，共 3 步；现在等经审会签（经审赵）。"
    assert chain.steps[0].told == "审核：审核李，2026-09-10，同意，4 人，240,000.00 元。"
    assert chain.why_not is None
    app.welfare.approve(batch_id, office.actor("经审赵"))
    app.welfare.approve(batch_id, office.actor("主席王"))
    done = batch(app, batch_id)
    assert (done.state, done.line_count, done.approved_by) == (BatchState.APPROVED, 4, "主席王")
    chain = app.welfare.approval(batch_id, office.actor("主席王"))
    assert [each.state for each in chain.steps] == [StepState.DONE] * 3
    assert (chain.next, chain.why_not) == (None, None)
    assert chain.headline == "审批已办完，共 3 步。"
    with pytest.raises(Refused, match="已审批"):
        app.welfare.approve(batch_id, office.actor("主席王"))


def test_who_sees_a_part_is_told_what_was_recorded_and_approves_nothing(office: Office) -> None:
    app = office.app
    batch_id = office.plan(MIDDLE)
    app.welfare.approve(batch_id, office.actor("审核李"))
    found = app.users.add("片区主席", (CHAIR,), (office.units["一队"],), "First-Pass-1", app.actor)[0]
    partly, _ = actor_of(app.store, found)
    chain = app.welfare.approval(batch_id, partly)
    assert [each.told for each in chain.steps] == ["审核：审核李，2026-09-10，同意，4 人，72,000.00 元。"]
    assert "看不到整份名单" in str(chain.why_not)
    with pytest.raises(Refused):
        app.welfare.approve(batch_id, partly)


def test_in_a_plain_office_everybody_takes_every_step(plain: App) -> None:
    batch_id = plan(plain, LARGE, ACTOR)
    chain = plain.welfare.approval(batch_id, ACTOR)
    assert [each.who for each in chain.steps] == [()] * 3
    for _ in chain.steps:
        assert plain.welfare.approval(batch_id, ACTOR).why_not is None
        plain.welfare.approve(batch_id, ACTOR)
    assert batch(plain, batch_id).state is BatchState.APPROVED


@pytest.mark.parametrize("what", ["batch", "decision", "member", "joiner"])
def test_an_approval_counts_only_for_what_was_looked_at(office: Office, what: str) -> None:
    app = office.app
    batch_id = office.plan(MIDDLE)
    app.welfare.approve(batch_id, office.actor("审核李"))
    if what == "batch":
        app.welfare.save_batch(batch_id, {"place": "食堂"}, 1, office.actor("经办林"))
    elif what == "decision":
        app.welfare.decide(batch_id, office.people["甲"], include=False, reason="放弃", actor=office.actor("经办林"))
    elif what == "member":
        app.members.transfer([office.people["甲"]], office.units["二队"], ACTOR)
    else:
        member(app, "戊", unit_id=office.units["二队"])
    chain = app.welfare.approval(batch_id, office.actor("主席王"))
    assert chain.next is ApprovalStep.REVIEW
    assert chain.stale == ("审核：审核李，2026-09-10，同意，4 人，72,000.00 元。",)
    with pytest.raises(Refused, match="审核"):
        app.welfare.approve(batch_id, office.actor("主席王"))
    app.welfare.approve(batch_id, office.actor("审核李"))
    app.welfare.approve(batch_id, office.actor("主席王"))
    assert office.state(batch_id) is BatchState.APPROVED
    assert sum("已作废：审批以后内容有变动" in each for each in app.welfare.approvals.past(batch_id)) == 1


def test_who_changes_the_draft_in_between_has_prepared_it(office: Office) -> None:
    both = office.add("一肩挑", OFFICER, CHAIR)
    batch_id = office.plan(MIDDLE)
    office.app.welfare.approve(batch_id, office.actor("审核李"))
    office.app.welfare.save_batch(batch_id, {"place": "食堂"}, 1, both)
    office.app.welfare.approve(batch_id, office.actor("审核李"))
    with pytest.raises(Refused, match="修改批次"):
        office.app.welfare.approve(batch_id, both)


def test_a_change_while_it_is_being_approved_is_a_conflict(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_id = office.plan()
    operation = office.app.store.operation

    def slow(*args: Any, **options: Any) -> Any:
        monkeypatch.setattr(office.app.store, "operation", operation)
        office.app.welfare.save_batch(batch_id, {"place": "食堂"}, 1, office.actor("经办林"))
        return operation(*args, **options)

    monkeypatch.setattr(office.app.store, "operation", slow)
    with pytest.raises(Conflict, match="刚被别处改过"):
        office.app.welfare.approve(batch_id, office.actor("主席王"))
    assert office.state(batch_id) is BatchState.DRAFT


def test_over_budget_is_refused_at_the_first_step_already(office: Office) -> None:
    batch_id = office.plan(MIDDLE, budget=1)
    with pytest.raises(Refused, match="超出预算"):
        office.app.welfare.approve(batch_id, office.actor("审核李"))


def test_sending_back_voids_what_was_approved_until_it_is_mended_or_handed_in_again(office: Office) -> None:
    app, approvals = office.app, office.app.welfare.approvals
    batch_id = office.plan(MIDDLE)
    app.welfare.approve(batch_id, office.actor("审核李"))
    with pytest.raises(Refused, match="理由") as told:
        approvals.send_back(batch_id, BackType.INCOMPLETE, " ", office.actor("主席王"))
    assert told.value.field == "reason"
    with pytest.raises(Refused, match="角色"):
        approvals.send_back(batch_id, BackType.INCOMPLETE, "缺纪要", office.actor("经办林"))
    with pytest.raises(Refused, match="没有您的角色"):
        approvals.send_back(batch_id, BackType.INCOMPLETE, "缺纪要", office.actor("经审赵"))
    with pytest.raises(Refused, match="没有被退回"):
        approvals.resubmit(batch_id, "补了", office.actor("经办林"))
    approvals.send_back(batch_id, BackType.INCOMPLETE, "缺纪要", office.actor("主席王"))
    chain = app.welfare.approval(batch_id, office.actor("审核李"))
    assert chain.sent_back == "主席审批：主席王，2026-09-10，退回，4 人，72,000.00 元，材料不全，理由：缺纪要。"
    assert chain.next is ApprovalStep.REVIEW
    assert chain.headline.startswith("已退回，等经办改好或补齐。主席审批：主席王")
    assert approvals.in_progress([batch_id]) == {batch_id: "退回"}
    assert "已作废：退回：缺纪要。" in approvals.past(batch_id)[1]
    with pytest.raises(Refused, match="已退回.*重新提交"):
        app.welfare.approve(batch_id, office.actor("审核李"))
    with pytest.raises(Refused, match="写明"):
        approvals.resubmit(batch_id, "", office.actor("经办林"))
    approvals.resubmit(batch_id, "已补会议纪要", office.actor("经办林"))
    app.welfare.approve(batch_id, office.actor("审核李"))
    approvals.send_back(batch_id, BackType.WRONG, "单价不对", office.actor("主席王"))
    app.welfare.save_batch(batch_id, {"unit_price": MIDDLE - 1}, 1, office.actor("经办林"))
    assert app.welfare.approval(batch_id, office.actor("审核李")).sent_back is None
    app.welfare.approve(batch_id, office.actor("审核李"))
    app.welfare.approve(batch_id, office.actor("主席王"))
    assert office.state(batch_id) is BatchState.APPROVED
    with pytest.raises(Refused, match="已审批"):
        approvals.send_back(batch_id, BackType.OTHER, "晚了", office.actor("主席王"))


def test_reopening_voids_the_approvals(office: Office) -> None:
    app = office.app
    batch_id = office.plan()
    app.welfare.approve(batch_id, office.actor("主席王"))
    app.welfare.reopen(batch_id, "漏人", office.actor("主席王"))
    assert app.welfare.approval(batch_id, office.actor("主席王")).next is ApprovalStep.CHAIR
    assert "已作废：退回草案：漏人。" in app.welfare.approvals.past(batch_id)[0]
    app.welfare.approve(batch_id, office.actor("主席王"))


def returned(by: str = "主席王", on: date = TODAY, **values: Any) -> SlipReturn:
    return SlipReturn(by, on, **values)


def test_a_signed_slip_is_registered_by_its_preparer(office: Office, tmp_path: Path) -> None:
    app, path = office.app, tmp_path / "审批单.pdf"
    preparer = office.actor("经办林")
    batch_id = office.plan(name="2026年中秋慰问")
    slip = app.welfare_slips.save(batch_id, path, preparer)
    text = PdfReader(BytesIO(path.read_bytes())).pages[0].extract_text()
    for expected in (
        "2026年中秋慰问审批单",
        "4 人　¥398.00　人民币叁佰玖拾捌元整",
        "月饼礼盒",
        "99.50",
        slip.code,
        "一队",
    ):
        assert expected in text, expected
    assert "甲" not in text
    assert "练习" not in text
    assert slip.step is ApprovalStep.CHAIR
    assert app.welfare.approvals.found_by(slip.code.lower()) == batch_id
    assert app.welfare.approvals.found_by("0000-0000-0000-0000") is None
    assert app.welfare.approvals.found_by("扫码") is None
    assert slip.unprintable == ""
    office.clock.time = NOW + timedelta(days=2)
    signed = returned(on=TODAY + timedelta(days=1), scan_sha256=sha256(b"scan").hexdigest())
    app.welfare.approvals.register(batch_id, slip.code.replace("-", " ").lower(), signed, preparer)
    assert app.welfare.approvals.past(batch_id) == [
        "主席审批：纸质审批，签字人主席王（2026-09-11，同意），登记人经办林，4 人，398.00 元。"
    ]
    done = batch(app, batch_id)
    assert (done.state, done.approved_by, done.line_count) == (BatchState.APPROVED, "主席王", 4)
    with pytest.raises(Refused, match="已经登记过"):
        app.welfare.approvals.register(batch_id, slip.code, signed, preparer)


def test_a_slip_of_other_contents_is_refused_with_all_the_difference(office: Office, tmp_path: Path) -> None:
    app = office.app
    preparer = office.actor("经办林")
    batch_id = office.plan()
    slip = app.welfare_slips.save(batch_id, tmp_path / "单.pdf", preparer)
    assert app.welfare.approvals.differences(batch_id, slip.code) == []
    app.welfare.save_batch(batch_id, {"unit_price": 10_000, "place": "食堂"}, 1, preparer)
    app.welfare.decide(batch_id, office.people["甲"], include=False, reason="放弃", actor=preparer)
    member(app, "戊", unit_id=office.units["二队"])
    position = app.store.log_position()
    with pytest.raises(ChangedSince, match="制作以后内容有变动") as told:
        app.welfare.approvals.register(batch_id, slip.code, returned(), preparer)
    assert app.store.log_position() == position
    found = list(told.value.differences)
    assert found == app.welfare.approvals.differences(batch_id, slip.code)
    for expected in (
        "单价（元）：“99.50”现在是“100.00”。",
        "领取地点：原来是空的，现在是“食堂”。",
        "合计：4 人 398.00 元，现在是 4 人 400.00 元。",
        "甲（一队）：现在不在名单上。",
        "戊（二队）：新列入名单。",
        "乙（一队）：金额 99.50 元现在是 100.00 元。",
    ):
        assert expected in found, expected
        assert expected in told.value.sentence
    again = app.welfare_slips.save(batch_id, tmp_path / "单2.pdf", preparer)
    app.welfare.approvals.register(batch_id, again.code, returned(), preparer)
    assert office.state(batch_id) is BatchState.APPROVED


def test_who_may_not_approve_in_the_program_may_not_sign_either(office: Office, tmp_path: Path) -> None:
    app = office.app
    preparer = office.actor("经办林")
    batch_id = office.plan(MIDDLE)
    slips = [
        app.welfare_slips.save(batch_id, tmp_path / f"{step}.pdf", preparer, at=step)
        for step in (ApprovalStep.REVIEW, ApprovalStep.CHAIR)
    ]
    register = app.welfare.approvals.register
    with pytest.raises(Refused, match="现在要办的是“审核”，这张单子是“主席审批”的"):
        register(batch_id, slips[1].code, returned(), preparer)
    with pytest.raises(Refused, match="“经办林”不能在这张单子上签字.*经办和审批"):
        register(batch_id, slips[0].code, returned("经办林"), preparer)
    with pytest.raises(Refused, match="“经办林”不能在这张单子上签字"):
        register(batch_id, slips[0].code, returned("某人", signed_for="经办林"), preparer)
    register(batch_id, slips[0].code, returned("审核李"), preparer)
    with pytest.raises(Refused, match="不能办两步"):
        register(batch_id, slips[1].code, returned("审核李"), preparer)
    with pytest.raises(Refused, match="角色"):
        register(batch_id, slips[1].code, returned(), office.actor("主席王"))
    office.add("副主席", OFFICER)
    app.users.stand_in(office.users["主席王"], office.users["副主席"], TODAY, TODAY, "出差", app.actor)
    register(batch_id, slips[1].code, returned("副主席", signed_for="主席王"), preparer)
    assert "签字人副主席（代理主席王）" in app.welfare.approvals.past(batch_id)[0]
    with pytest.raises(Refused, match="已审批"):
        app.welfare_slips.save(batch_id, tmp_path / "晚.pdf", preparer)


MAY_NOT_SIGN = [
    ("不存在", "", "“不存在”不是有主席角色的用户。能签的有：主席王、副主席（代理主席王）。"),
    ("审核李", "", "“审核李”不是有主席角色的用户。能签的有"),
    ("昨天代理", "", "“昨天代理”不是有主席角色的用户。能签的有"),
    ("昨天代理", "主席王", "“昨天代理”在 2026-09-10 没有代理“主席王”。能签的有"),
    ("不存在", "主席王", "“不存在”在 2026-09-10 没有代理“主席王”。能签的有"),
    ("副主席", "审核李", "“审核李”不是有主席角色的用户。能签的有"),
    ("主席王", "某人", "“某人”不是有主席角色的用户。能签的有"),
]


@pytest.mark.parametrize(("signer", "signed_for", "told"), MAY_NOT_SIGN)
def test_where_users_hold_the_role_one_of_them_or_a_deputy_has_signed(
    office: Office, tmp_path: Path, signer: str, signed_for: str, told: str
) -> None:
    app, preparer = office.app, office.actor("经办林")
    _deputies(office)
    batch_id = office.plan()
    code = app.welfare_slips.save(batch_id, tmp_path / "单.pdf", preparer).code
    for opinion in (Opinion.AGREED, Opinion.REJECTED):
        found = returned(signer, signed_for=signed_for, opinion=opinion, reason="标准高了")
        with pytest.raises(Refused) as refusal:
            app.welfare.approvals.register(batch_id, code, found, preparer)
        assert refusal.value.sentence.startswith(f"“主席审批”不能登记成“{signer}”签字：{told}")
        assert refusal.value.field == "signed_by"
    assert office.state(batch_id) is BatchState.DRAFT


@pytest.mark.parametrize(("signer", "signed_for"), [("主席王", ""), ("副主席", "主席王"), ("副主席", "")])
def test_who_may_sign_is_kept_with_whom_he_stood_in_for(
    office: Office, tmp_path: Path, signer: str, signed_for: str
) -> None:
    app, preparer = office.app, office.actor("经办林")
    _deputies(office)
    batch_id = office.plan()
    code = app.welfare_slips.save(batch_id, tmp_path / "单.pdf", preparer).code
    app.welfare.approvals.register(batch_id, code, returned(signer, signed_for=signed_for), preparer)
    with app.store.reading() as session:
        (kept,) = queries.approvals(session, batch_id)
    assert (kept.by, kept.deputy_for) == (signer, None if signer == "主席王" else "主席王")


def test_a_deputy_does_not_sign_for_a_chair_who_prepared_it(office: Office, tmp_path: Path) -> None:
    app = office.app
    both = office.add("主席兼办", OFFICER, CHAIR)
    office.add("秘书", OFFICER)
    app.users.stand_in(office.users["主席兼办"], office.users["秘书"], TODAY, TODAY, "出差", app.actor)
    batch_id = office.plan(actor=both)
    code = app.welfare_slips.save(batch_id, tmp_path / "单.pdf", office.actor("经办林")).code
    for signed_for in ("", "主席兼办"):
        with pytest.raises(Refused, match="“主席兼办”不能在这张单子上签字.*经办和审批"):
            app.welfare.approvals.register(batch_id, code, returned("秘书", signed_for=signed_for), both)


def test_where_nobody_holds_the_role_any_name_signs_but_other_users(office: Office, tmp_path: Path) -> None:
    app, preparer = office.app, office.actor("经办林")
    office.add("离任李", REVIEWER)
    for name in ("主席王", "离任李"):
        app.users.close(office.users[name], "退休", app.actor)
    batch_id = office.plan()
    code = app.welfare_slips.save(batch_id, tmp_path / "单.pdf", preparer).code
    register = app.welfare.approvals.register
    for found in (returned("审核李"), returned("离任李"), returned("某人", signed_for="审核李")):
        with pytest.raises(Refused, match="是这个办公文件的用户，没有主席的角色，不能签“主席审批”"):
            register(batch_id, code, found, preparer)
    register(batch_id, code, returned("从不用程序的主席"), preparer)
    assert office.state(batch_id) is not BatchState.DRAFT
    other = office.plan()
    code = app.welfare_slips.save(other, tmp_path / "二.pdf", preparer).code
    register(other, code, returned("主席王"), preparer)


def _deputies(office: Office) -> None:
    yesterday = TODAY - timedelta(days=1)
    office.clock.time = NOW - timedelta(days=2)
    for name, until in (("副主席", TODAY + timedelta(days=5)), ("昨天代理", yesterday)):
        office.add(name, OFFICER)
        office.app.users.stand_in(
            office.users["主席王"], office.users[name], yesterday, until, "出差", office.app.actor
        )
    office.clock.time = NOW


def test_impossible_dates_codes_and_blanks_are_told(office: Office, tmp_path: Path) -> None:
    app = office.app
    preparer = office.actor("经办林")
    batch_id, other = office.plan(MIDDLE), office.plan(MIDDLE)
    code = app.welfare_slips.save(batch_id, tmp_path / "单.pdf", preparer).code
    last = "0" if code[-1] != "0" else "1"
    register = app.welfare.approvals.register
    for typed, found, told, field in (
        (code, returned("审核李", TODAY + timedelta(days=1)), "今天以后", "signed_on"),
        (code, returned("审核李", TODAY - timedelta(days=1)), "早于审批单的制作日期", "signed_on"),
        (code, returned(" "), "签字人", "signed_by"),
        (code, returned("审核李", opinion=Opinion.SENT_BACK), "理由", "reason"),
        (code[:-2], returned("审核李"), "16 位", "code"),
        (code[:-1] + last, returned("审核李"), "输错", "code"),
        ("0000-0000-0000-0000", returned("审核李"), "别的单子", "code"),
    ):
        with pytest.raises(UserError, match=told) as refusal:
            register(batch_id, typed, found, preparer)
        assert refusal.value.field == field
    with pytest.raises(UserError, match="没有核对码"):
        register(other, code, returned("审核李"), preparer)
    register(batch_id, code, returned("审核李"), preparer)
    office.clock.time = NOW + timedelta(days=3)
    app.welfare.approve(other, office.actor("审核李"))
    office.clock.time = NOW
    early = app.welfare_slips.save(other, tmp_path / "早.pdf", preparer).code
    with pytest.raises(Refused, match="早于上一步"):
        register(other, early, returned(), preparer)


def test_a_slip_may_bring_a_no_and_void_the_slips_that_are_out(office: Office, tmp_path: Path) -> None:
    app, approvals = office.app, office.app.welfare.approvals
    preparer = office.actor("经办林")
    batch_id = office.plan(MIDDLE)
    review, chair = (
        app.welfare_slips.save(batch_id, tmp_path / f"{step}.pdf", preparer, at=step).code
        for step in (ApprovalStep.REVIEW, ApprovalStep.CHAIR)
    )
    no = returned("审核李", opinion=Opinion.REJECTED, back_type=BackType.OVER_LIMIT, reason="标准高了")
    approvals.register(batch_id, review, no, preparer)
    assert "不同意" in str(app.welfare.approval(batch_id, preparer).sent_back)
    with pytest.raises(Refused, match="已退回"):
        app.welfare_slips.save(batch_id, tmp_path / "又.pdf", preparer)
    approvals.resubmit(batch_id, "主席办公会同意此标准", preparer)
    app.welfare.approve(batch_id, office.actor("审核李"))
    with pytest.raises(Refused, match="单子已作废"):
        approvals.register(batch_id, chair, returned(), preparer)


def test_only_a_step_that_is_left_gets_a_slip(office: Office, tmp_path: Path) -> None:
    batch_id = office.plan()
    with pytest.raises(Refused, match="不在还要办的步骤里"):
        office.app.welfare_slips.save(batch_id, tmp_path / "单.pdf", office.actor("经办林"), at=ApprovalStep.COSIGN)
    assert not list(tmp_path.glob("*.pdf"))
    with pytest.raises(Refused, match="角色"):
        office.app.welfare_slips.save(batch_id, tmp_path / "单.pdf", office.actor("经审赵"))


def filled(path: Path, **answers: str) -> Path:
    text = path.read_text("utf-8-sig")
    for label, answer in answers.items():
        text = text.replace(f'"{label}": ""', f'"{label}": "{answer}"')
    found = path.with_name(f"答复-{path.name}")
    found.write_text(text, "utf-8")
    return found


def test_an_approval_file_comes_back_filled_in(office: Office, tmp_path: Path) -> None:
    app = office.app
    preparer = office.actor("经办林")
    batch_id = office.plan()
    path = tmp_path / "中秋.ghapproval"
    app.welfare_slips.save(batch_id, path, preparer)
    assert "甲" not in path.read_text("utf-8-sig")
    with pytest.raises(UserError, match="还没有填写"):
        app.welfare_slips.take_back(batch_id, path, preparer)
    with pytest.raises(EnvironmentFault, match="读不出来"):
        app.welfare_slips.take_back(batch_id, tmp_path / "没有.ghapproval", preparer)
    for answers, told in (
        ({"意见": "好", "签字人": "主席王", "日期": "2026-09-10"}, "意见“好”看不懂"),
        ({"意见": "同意", "签字人": "主席王", "日期": "2026-09"}, "日期“2026-09”看不懂"),
        ({"意见": "退回", "签字人": "主席王", "日期": "2026-09-10", "退回类型": "乱"}, "退回类型“乱”看不懂"),
        ({"意见": "退回", "签字人": "主席王", "日期": "2026-09-10"}, "理由"),
        ({"意见": "同意", "签字人": "经办林", "日期": "2026-09-10"}, "经办和审批"),
        ({"意见": "同意", "签字人": "主席王", "日期": "2026-09-11"}, "今天以后"),
    ):
        with pytest.raises(UserError, match=told):
            app.welfare_slips.take_back(batch_id, filled(path, **answers), preparer)
    answer = filled(path, 意见="同意", 签字人="主席王", 日期="2026年9月10日")
    app.welfare_slips.take_back(batch_id, answer, preparer)
    assert app.welfare.approvals.past(batch_id) == [
        "主席审批：审批文件，签字人主席王（2026-09-10，同意），登记人经办林，4 人，398.00 元。"
    ]
    with app.store.reading() as session:
        (kept,) = queries.approvals(session, batch_id)
    assert (kept.way, kept.scan_sha256) == (Way.FILE, file_hash(answer))


def test_a_file_made_elsewhere_or_for_other_contents_is_refused(office: Office, plain: App, tmp_path: Path) -> None:
    app = office.app
    preparer = office.actor("经办林")
    batch_id = office.plan()
    foreign = tmp_path / "别家.ghapproval"
    plain.welfare_slips.save(plan(plain, SMALL, ACTOR), foreign, ACTOR)
    answers = {"意见": "同意", "签字人": "主席王", "日期": "2026-09-10"}
    with pytest.raises(UserError, match="没有核对码"):
        app.welfare_slips.take_back(batch_id, filled(foreign, **answers), preparer)
    path = tmp_path / "单.ghapproval"
    app.welfare_slips.save(batch_id, path, preparer)
    app.welfare.save_batch(batch_id, {"remark": "改"}, 1, preparer)
    with pytest.raises(ChangedSince, match="备注"):
        app.welfare_slips.take_back(batch_id, filled(path, **answers), preparer)


def test_another_thing_is_approved_by_one_declaration(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def grant(uow: Any, record: Merchant, _prepared: Prepared, approval: Approval, _progress: Any) -> None:
        record.contact = approval.by

    subject = Subject(
        model=Merchant,
        called="协议",
        tier=lambda merchant, contents, day, own: tier_of("merchant", merchant.category, contents.amount, day, own),
        is_open=lambda merchant: merchant.contact is None,
        prepared=lambda _session, merchant: Prepared(
            Contents(merchant.name, (Fact("discount", "优惠内容", merchant.discount),), (Item("1", "补贴", "", 1),))
        ),
        parts=lambda _session, _merchant: (),
        problem=lambda _merchant, _contents: None,
        grant=grant,
    )
    rule = Rule("approvals", TODAY, None, "制度", "", {"merchant": {"*": [{"steps": ["reviewer", "chair"]}]}})
    monkeypatch.setattr(limit_models, "rule_on", lambda *_: rule)
    values = {"name": "书店", "category": "culture", "discount": "九折"}
    merchant, _ = office.app.registers.create(register_named("merchant"), values, office.actor("经办林"))
    approvals = Approvals(office.app.store, subject)
    assert approvals.chain(merchant, office.actor("审核李")).preparers == ("经办林",)
    approvals.approve(merchant, office.actor("审核李"))
    approvals.approve(merchant, office.actor("主席王"))
    found = office.app.registers.get(register_named("merchant"), merchant)
    assert found is not None
    assert found.contact == "主席王"


def test_every_slip_is_in_the_access_log(office: Office, tmp_path: Path) -> None:
    app = office.app
    path = tmp_path / "单.pdf"
    app.welfare_slips.save(office.plan(name="重阳慰问"), path, office.actor("经办林"))
    (item,) = app.access_log.entries(actor=office.actor("经审赵"))[:1]
    assert (item.actor, item.what, item.file) == ("经办林", "重阳慰问审批单（主席审批）", "单.pdf")
    assert item.sha256 == file_hash(path)


def test_the_frozen_list_is_what_was_approved(office: Office) -> None:
    batch_id = office.plan(MIDDLE)
    office.app.welfare.approve(batch_id, office.actor("审核李"))
    shown = [(entry.name, entry.unit) for entry in office.app.welfare.draft(batch_id).entries]
    office.app.welfare.approve(batch_id, office.actor("主席王"))
    assert [(line.name, line.unit) for line in office.app.welfare.lines(LineQuery(batch_id))] == shown
