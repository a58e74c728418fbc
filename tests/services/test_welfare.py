"""Welfare from the plan to the last signature: a list frozen at approval, every fen accounted for."""

from __future__ import annotations

import itertools
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.conftest import ACTOR
from tests.services.people import branch, id_number, member
from unionoffice.app import App
from unionoffice.kernel.errors import Conflict, Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.money import capital, yuan
from unionoffice.kernel.progress import Silent
from unionoffice.models.member import EventKind
from unionoffice.models.welfare import Batch, BatchState, LineState
from unionoffice.services.checks import check
from unionoffice.services.welfare import LineQuery

OFFICER = Actor("经办", frozenset({"officer"}))
MOON: dict[str, Any] = {
    "name": "2026年中秋慰问",
    "kind": "festival",
    "roll_date": date(2026, 9, 1),
    "item": "月饼礼盒",
    "spec": "8 枚装",
    "quantity": 2,
    "unit_price": 9950,
    "budget": 1_000_000,
}


@pytest.fixture(autouse=True)
def sound_office(app: App) -> Any:
    """Whatever a test did, the log replays to the same office."""
    yield
    assert check(app.store).problems == ()


@pytest.fixture
def people(app: App) -> dict[str, str]:
    """Five members in two branches, one of them in a group; ids by name."""
    one, two = branch(app, "一队"), branch(app, "二队")
    group = branch(app, "一班", one)
    return {
        "甲": member(app, "甲", unit_id=one, staff_number="001"),
        "乙": member(app, "乙", unit_id=group),
        "丙": member(app, "丙", unit_id=two),
        "丁": member(app, "丁", unit_id=two),
        "戊": member(app, "戊", unit_id=app.organisation.tree()[0].id),
    }


def plan(app: App, **values: Any) -> str:
    return app.welfare.plan("中秋慰问", None, {**MOON, **values}, ACTOR)[0]


def approved(app: App, **values: Any) -> str:
    batch_id = plan(app, **values)
    while app.welfare.approval(batch_id, ACTOR).next is not None:
        app.welfare.approve(batch_id, ACTOR)
    return batch_id


def batch(app: App, batch_id: str) -> Batch:
    found = app.welfare.batch(batch_id)
    assert found is not None
    return found


def names(app: App, batch_id: str) -> list[str]:
    return [line.name for line in app.welfare.lines(LineQuery(batch_id))]


def line_id(app: App, batch_id: str, name: str) -> str:
    return app.welfare.line_for(batch_id, name).id


def test_draft_lists_members_in_the_order_of_the_tree(app: App, people: dict[str, str]) -> None:
    draft = app.welfare.draft(plan(app))
    assert [(entry.unit, entry.subgroup, entry.name) for entry in draft.entries] == [
        ("示范矿业有限公司工会（直属）", None, "戊"),
        ("一队", None, "甲"),
        ("一队", "一班", "乙"),
        ("二队", None, "丙"),
        ("二队", None, "丁"),
    ]
    assert (draft.total, draft.over_budget, draft.left_out) == (5 * 2 * 9950, 0, [])


def test_everyone_left_out_has_his_reason(app: App, people: dict[str, str]) -> None:
    app.members.record_event(people["甲"], EventKind.LEAVE, "2026-08-31", ACTOR)
    app.members.record_event(people["乙"], EventKind.LEAVE, "2026-09-02", ACTOR)
    app.members.record_event(people["丙"], EventKind.RETAIN, "2026-05-01", ACTOR)
    member(app, "新人", unit_id=None, joined_on="2026-09-02")
    member(app, "无队", unit_id=None)
    retired = app.members.get(people["丁"])
    assert retired is not None
    app.members.save(people["丁"], {"employment_status": "retired"}, retired.version, ACTOR)
    draft = app.welfare.draft(plan(app))
    assert [entry.name for entry in draft.entries] == ["戊", "乙"]
    assert {person.name: person.reason[:17] for person in draft.left_out} == {
        "甲": "2026-09-01 之前已退会。"[:17],
        "丙": "2026-09-01 已保留会籍（退休、失业、服兵役），不列入本批。"[:17],
        "丁": "已退休，退休人员慰问由行政列支，不从工会经费发放。"[:17],
        "新人": "2026-09-01 还没有入会。"[:17],
        "无队": "没有填写所属工会，请补全后重新生成名单。"[:17],
    }


def test_scope_reaches_down_the_tree(app: App, people: dict[str, str]) -> None:
    batch_id = plan(app, unit_ids=app.organisation.named("一队"))
    draft = app.welfare.draft(batch_id)
    assert [entry.name for entry in draft.entries] == ["甲", "乙"]
    assert {person.reason for person in draft.left_out} == {"所属工会不在本批发放范围内。"}


def test_a_decision_puts_on_or_off_with_its_reason_and_can_be_withdrawn(app: App, people: dict[str, str]) -> None:
    batch_id = plan(app, unit_ids=app.organisation.named("一队"))
    with pytest.raises(Refused, match="理由") as told:
        app.welfare.decide(batch_id, people["丙"], include=True, reason=" ", actor=ACTOR)
    assert told.value.field == "reason"
    with pytest.raises(UserError):
        app.welfare.decide(batch_id, "0" * 32, include=True, reason="试", actor=ACTOR)
    app.welfare.decide(batch_id, people["丙"], include=True, reason="借调在本队", actor=ACTOR)
    app.welfare.decide(batch_id, people["甲"], include=True, reason="第一次", actor=ACTOR)
    app.welfare.decide(batch_id, people["甲"], include=False, reason="本人放弃", actor=ACTOR)
    draft = app.welfare.draft(batch_id)
    assert {entry.name: entry.decided for entry in draft.entries} == {"乙": None, "丙": "借调在本队"}
    assert ("甲", "按决定不列入：本人放弃", True) in [
        (person.name, person.reason, person.decided) for person in draft.left_out
    ]
    app.welfare.withdraw_decision(batch_id, people["甲"], ACTOR)
    assert [entry.name for entry in app.welfare.draft(batch_id).entries] == ["甲", "乙", "丙"]
    app.welfare.approve(batch_id, ACTOR)
    with pytest.raises(Refused, match="名单已冻结"):
        app.welfare.decide(batch_id, people["甲"], include=False, reason="晚了", actor=ACTOR)


def test_over_budget_is_refused_by_how_much_and_freezes_nothing(app: App, people: dict[str, str]) -> None:
    batch_id = plan(app, budget=99_499)
    assert app.welfare.draft(batch_id).over_budget == 1
    before = app.store.log_position()
    with pytest.raises(Refused, match=r"995\.00 元，超出预算 0\.01 元"):
        app.welfare.approve(batch_id, ACTOR)
    assert app.store.log_position() == before
    assert batch(app, batch_id).state is BatchState.DRAFT
    app.welfare.save_batch(batch_id, {"budget": 99_500}, 1, ACTOR)
    app.welfare.approve(batch_id, ACTOR)


def test_an_empty_list_is_refused(app: App, people: dict[str, str]) -> None:
    batch_id = plan(app, unit_ids="0" * 32)
    with pytest.raises(Refused, match="名单是空的"):
        app.welfare.approve(batch_id, ACTOR)


@pytest.mark.parametrize(("kind", "payment"), [("festival", "cash"), ("festival", "card"), ("birthday", "现金")])
def test_cash_is_refused_with_the_document(app: App, people: dict[str, str], kind: str, payment: str) -> None:
    with pytest.raises(UserError, match="《基层工会经费收支管理办法》") as told:
        plan(app, kind=kind, payment=payment)
    assert told.value.field == "payment"
    batch_id = plan(app, kind="other", payment="cash")
    with pytest.raises(UserError, match="不得以"):
        app.welfare.save_batch(batch_id, {"kind": kind, "payment": payment}, 1, ACTOR)
    assert app.welfare.programmes()[0].name == "中秋慰问"
    assert len(app.welfare.batches()) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quantity", 0),
        ("quantity", "一"),
        ("unit_price", -1),
        ("unit_price", "12.345"),
        ("unit_price", 10**15),
        ("budget", -1),
        ("name", " "),
        ("item", None),
        ("roll_date", "2026-13-01"),
        ("kind", "过节"),
    ],
)
def test_a_wrong_plan_names_its_field_and_leaves_no_programme(app: App, field: str, value: Any) -> None:
    with pytest.raises(UserError) as told:
        plan(app, **{field: value})
    assert told.value.field == field
    assert app.welfare.programmes() == []


def test_approval_needs_the_chairs_role(app: App, people: dict[str, str]) -> None:
    batch_id = plan(app)
    with pytest.raises(Refused, match="角色"):
        app.welfare.approve(batch_id, OFFICER)
    app.welfare.approve(batch_id, ACTOR)
    with pytest.raises(Refused, match="已审批"):
        app.welfare.approve(batch_id, ACTOR)
    done = batch(app, batch_id)
    assert (done.state, done.line_count, done.total) == (BatchState.APPROVED, 5, 99_500)
    assert done.approved_by == ACTOR.name


def test_later_edits_to_a_member_never_change_an_approved_list(app: App, people: dict[str, str]) -> None:
    batch_id = approved(app)
    before = [
        (line.number, line.name, line.unit, line.subgroup, line.staff_number, line.quantity, line.amount)
        for line in app.welfare.lines(LineQuery(batch_id))
    ]
    assert app.welfare.changed_since(batch_id) == []
    for name, values in {
        "甲": {"name": "甲改名", "staff_number": "999"},
        "乙": {"unit_id": app.organisation.named("二队")},
    }.items():
        app.members.save(people[name], values, 1, ACTOR)
    app.members.record_event(people["丙"], EventKind.LEAVE, "2026-09-01", ACTOR)
    app.organisation.rename(app.organisation.named("二队"), "通风队", date(2026, 9, 1), "", ACTOR)
    member(app, "迟到", unit_id=app.organisation.named("一队"))
    after = [
        (line.number, line.name, line.unit, line.subgroup, line.staff_number, line.quantity, line.amount)
        for line in app.welfare.lines(LineQuery(batch_id))
    ]
    assert after == before
    assert set(app.welfare.changed_since(batch_id)) == {
        "丙（二队）：按现在的花名册不再列入。",
        "迟到（一队）：按现在的花名册应列入。",
        "甲（一队）：现为 甲改名（一队）。",
        "乙（一队）：现为 乙（通风队）。",
        "丁（二队）：现为 丁（通风队）。",
    }
    assert [line.name for line in app.welfare.lines(LineQuery(batch_id, "甲"))] == ["甲"]
    assert app.welfare.line_for(batch_id, "001").name == "甲"


def test_reasons_are_frozen_with_the_list(app: App, people: dict[str, str]) -> None:
    app.members.record_event(people["甲"], EventKind.LEAVE, "2026-08-01", ACTOR)
    batch_id = approved(app)
    app.members.record_event(people["甲"], EventKind.JOIN, "2026-08-15", ACTOR)
    assert [(each.name, each.reason) for each in app.welfare.exclusions(batch_id)] == [
        ("甲", "2026-09-01 之前已退会。")
    ]


def test_an_approved_batch_is_neither_changed_nor_archived(app: App, people: dict[str, str]) -> None:
    batch_id = approved(app)
    with pytest.raises(Refused, match="名单已冻结"):
        app.welfare.save_batch(batch_id, {"unit_price": 1}, batch(app, batch_id).version, ACTOR)
    with pytest.raises(Refused, match="名单已冻结"):
        app.welfare.archive_batch(batch_id, ACTOR)


def test_reopening_needs_a_reason_and_makes_a_new_list(app: App, people: dict[str, str]) -> None:
    batch_id = approved(app)
    stale = line_id(app, batch_id, "甲")
    with pytest.raises(Refused, match="必须填写理由"):
        app.welfare.reopen(batch_id, " ", ACTOR)
    app.welfare.reopen(batch_id, "漏了一个人", ACTOR)
    assert names(app, batch_id) == []
    assert app.welfare.exclusions(batch_id) == []
    again = batch(app, batch_id)
    assert (again.state, again.line_count, again.total, again.approved_by) == (BatchState.DRAFT, 0, 0, None)
    member(app, "补录", unit_id=app.organisation.named("二队"))
    app.welfare.approve(batch_id, ACTOR)
    assert names(app, batch_id) == ["戊", "甲", "乙", "丙", "丁", "补录"]
    with pytest.raises(Refused, match="作废"):
        app.welfare.collect(stale, ACTOR)
    card = app.members.card(people["甲"])
    assert card is not None
    assert len(card.shares) == 1


def test_first_collected_share_starts_the_distribution_and_ends_reopening(app: App, people: dict[str, str]) -> None:
    batch_id = approved(app)
    app.welfare.collect(line_id(app, batch_id, "甲"), OFFICER)
    assert batch(app, batch_id).state is BatchState.DISTRIBUTING
    with pytest.raises(Refused, match="发放中"):
        app.welfare.reopen(batch_id, "理由", ACTOR)
    line = app.welfare.line_for(batch_id, "甲")
    assert (line.state, line.collected_on) == (LineState.COLLECTED, date(2026, 9, 10))


def test_a_proxy_needs_name_and_relation(app: App, people: dict[str, str]) -> None:
    batch_id = approved(app)
    line = line_id(app, batch_id, "乙")
    for proxy, relation, field in (("班长", " ", "relation"), ("", "同班组", "proxy")):
        with pytest.raises(UserError, match="代领") as told:
            app.welfare.collect(line, ACTOR, proxy=proxy, relation=relation)
        assert told.value.field == field
    assert batch(app, batch_id).state is BatchState.APPROVED
    app.welfare.collect(line, ACTOR, proxy=" 班长 ", relation="同班组")
    found = app.welfare.line_for(batch_id, "乙")
    assert (found.state, found.proxy, found.proxy_relation) == (LineState.PROXY, "班长", "同班组")


def test_nobody_collects_twice_and_a_tick_can_be_taken_back(app: App, people: dict[str, str]) -> None:
    batch_id = approved(app)
    line = line_id(app, batch_id, "甲")
    app.welfare.collect(line, ACTOR, proxy="班长", relation="同班组")
    with pytest.raises(Refused, match=r"甲 已登记为“代领”（2026-09-10）"):
        app.welfare.collect(line, ACTOR)
    app.welfare.undo_collect(line, ACTOR)
    found = app.welfare.line_for(batch_id, "甲")
    assert (found.state, found.collected_on, found.proxy, found.proxy_relation) == (LineState.WAITING, None, None, None)
    with pytest.raises(Refused):
        app.welfare.undo_collect(line, ACTOR)
    app.welfare.collect(line, ACTOR)


def test_a_branchs_whole_sheet_is_ticked_off_at_once(app: App, people: dict[str, str]) -> None:
    batch_id = approved(app)
    assert app.welfare.collect_unit(batch_id, "没有的队", ACTOR)[0] == 0
    assert batch(app, batch_id).state is BatchState.APPROVED
    app.welfare.collect(line_id(app, batch_id, "甲"), ACTOR)
    count, changes = app.welfare.collect_unit(batch_id, "一队", ACTOR)
    assert (count, len(changes.ids("line"))) == (1, 1)
    assert app.welfare.unit_tally(batch_id) == [
        ("示范矿业有限公司工会（直属）", 1, 19900, 0),
        ("一队", 2, 39800, 2),
        ("二队", 2, 39800, 0),
    ]


def test_closing_makes_everybody_still_waiting_unclaimed(app: App, people: dict[str, str]) -> None:
    batch_id = approved(app)
    app.welfare.collect_unit(batch_id, "一队", ACTOR)
    app.welfare.collect(line_id(app, batch_id, "丙"), ACTOR, proxy="班长", relation="同班组")
    app.welfare.close(batch_id, ACTOR)
    tally = app.welfare.tally(batch_id)
    assert (tally.people, tally.collected, tally.by_proxy, tally.unclaimed, tally.waiting) == (5, 2, 1, 2, 0)
    assert (tally.amount, tally.handed_out) == (99_500, 3 * 19_900)
    assert [found for _, found in app.welfare.overview()] == [tally]
    for act in (
        lambda: app.welfare.collect(line_id(app, batch_id, "丁"), ACTOR),
        lambda: app.welfare.undo_collect(line_id(app, batch_id, "丙"), ACTOR),
        lambda: app.welfare.close(batch_id, ACTOR),
        lambda: app.welfare.reopen(batch_id, "理由", ACTOR),
    ):
        with pytest.raises(Refused):
            act()


def test_nothing_is_handed_out_of_a_draft(app: App, people: dict[str, str]) -> None:
    batch_id = plan(app)
    with pytest.raises(UserError, match="还没有审批"):
        app.welfare.line_for(batch_id, "甲")
    with pytest.raises(Refused):
        app.welfare.close(batch_id, ACTOR)
    with pytest.raises(Refused, match="还没有审批"):
        app.papers.sign_sheet(batch_id)


def test_a_person_is_named_by_what_means_him_alone(app: App) -> None:
    unit = branch(app, "一队")
    for serial in (1, 3):
        member(app, "张伟", unit_id=unit, staff_number=f"00{serial}", id_number=id_number(serial))
    member(app, "张伟伟", unit_id=unit)
    batch_id = approved(app)
    with pytest.raises(UserError, match="“张伟”对应 2 个人"):
        app.welfare.line_for(batch_id, "张伟")
    assert app.welfare.line_for(batch_id, "003").staff_number == "003"
    assert app.welfare.line_for(batch_id, "张伟伟").name == "张伟伟"
    with pytest.raises(UserError, match="名单里没有"):
        app.welfare.line_for(batch_id, "李四")


def test_two_distributions_cannot_have_one_name(app: App, people: dict[str, str]) -> None:
    batch_id = plan(app)
    known = batch(app, batch_id)
    suggested = app.welfare.suggestion(known.programme_id)
    with pytest.raises(UserError, match="请换一个名称") as told:
        app.welfare.create_batch({**suggested, "name": known.name}, ACTOR)
    assert told.value.field == "name"
    other, _ = app.welfare.create_batch({**suggested, "name": f"{known.name}补发"}, ACTOR)
    with pytest.raises(UserError, match="请换一个名称"):
        app.welfare.save_batch(other, {"name": known.name}, batch(app, other).version, ACTOR)
    app.welfare.save_batch(batch_id, {"name": known.name}, known.version, ACTOR)
    app.welfare.archive_batch(batch_id, ACTOR)
    app.welfare.save_batch(other, {"name": known.name}, batch(app, other).version, ACTOR)


def test_last_years_batch_is_suggested_with_todays_date(app: App, people: dict[str, str]) -> None:
    batch_id = plan(app)
    programme = app.welfare.programmes()[0]
    suggested = app.welfare.suggestion(programme.id)
    assert (suggested["name"], suggested["roll_date"]) == ("2026年中秋慰问", date(2026, 9, 10))
    assert (suggested["item"], suggested["unit_price"], suggested["quantity"]) == ("月饼礼盒", 9950, 2)
    assert app.welfare.create_batch({**suggested, "name": "另一批"}, ACTOR)[0] != batch_id
    assert app.welfare.named("另一批").item == "月饼礼盒"
    with pytest.raises(UserError, match="没有名为"):
        app.welfare.named("元宵")
    with pytest.raises(Conflict):
        app.welfare.save_batch(batch_id, {"item": "粽子"}, 7, ACTOR)


def test_sums_in_fen_agree_everywhere(app: App, people: dict[str, str]) -> None:
    """Sum of lines = total = people × quantity × price, in the list, by branch, on paper and in capitals."""

    numbers = itertools.count(1)

    @settings(max_examples=12, deadline=None)
    @given(st.integers(1, 99), st.integers(1, 10_000_000))
    def holds(quantity: int, price: int) -> None:
        batch_id = approved(app, name=f"第{next(numbers)}次", quantity=quantity, unit_price=price, budget=10**12)
        total = len(people) * quantity * price
        assert batch(app, batch_id).total == total
        assert sum(line.amount for line in app.welfare.lines(LineQuery(batch_id))) == total
        assert sum(amount for _, _, amount, _ in app.welfare.unit_tally(batch_id)) == total
        assert app.welfare.tally(batch_id).amount == total
        sheet = app.papers.sign_sheet(batch_id)
        assert (sheet.totals.amount, sheet.totals.quantity) == (total, len(people) * quantity)

    holds()


def test_sign_sheet_says_who_gets_what_and_what_became_of_it(app: App, people: dict[str, str]) -> None:
    office = app.offices.get()
    app.offices.save({"preparer": "王经办"}, office.version, ACTOR)
    root = app.organisation.tree()[0].id
    for name, start, end in (("张主席", "2010-01-01", "2020-01-01"), ("李主席", "2020-01-02", None)):
        values = {"unit_id": root, "position": "主席", "person": name, "starts_on": start, "ends_on": end}
        app.organisation.save_officer(values, ACTOR)
    batch_id = approved(app)
    app.welfare.collect(line_id(app, batch_id, "甲"), ACTOR)
    app.welfare.collect(line_id(app, batch_id, "乙"), ACTOR, proxy="班长", relation="同班组")
    sheet = app.papers.sign_sheet(batch_id)
    assert [(section.name, [line.name for line in section.lines]) for section in sheet.sections] == [
        ("示范矿业有限公司工会（直属）", ["戊"]),
        ("一队", ["甲", "乙"]),
        ("二队", ["丙", "丁"]),
    ]
    first, second = sheet.sections[1].lines
    assert (first.received_on, first.note, first.staff_no) == ("9月10日", "", "001")
    assert second.note == "班长代（同班组）"
    assert (first.amount, first.quantity, first.unit_price) == (19900, 2, 9950)
    named = {signer.role: signer.name for signer in sheet.signers}
    assert (named["制表人"], named["工会主席"]) == ("王经办", "李主席")
    assert not sheet.practice


def test_printed_sheet_holds_every_name_and_the_total(app: App, people: dict[str, str], tmp_path: Path) -> None:
    member(app, "曾䶮", unit_id=app.organisation.named("二队"))
    batch_id = approved(app)
    pdf = "".join(
        page.extract_text() for page in PdfReader(BytesIO(app.papers.sign_sheet_pdf(batch_id, Silent()))).pages
    )
    for word in (*people, "曾䶮", "一队", "二队", "月饼礼盒", yuan(6 * 19900), capital(6 * 19900), "签领表"):
        assert word in pdf.replace("\n", ""), word
    assert app.papers.unprintable(batch_id) == ""
    path = tmp_path / "签领表.xlsx"
    app.papers.save_sign_sheet(batch_id, path, Silent())
    cells = [
        cell
        for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if cell
    ]
    assert {*people, "曾䶮"} <= set(cells)


def test_paper_into_a_folder_that_is_not_there_is_told_and_leaves_nothing(
    app: App, people: dict[str, str], tmp_path: Path
) -> None:
    batch_id = approved(app)
    with pytest.raises(UserError, match="“表.pdf”没有写成"):
        app.papers.save_sign_sheet(batch_id, tmp_path / "没有" / "表.pdf", Silent())
    (tmp_path / "表.pdf").mkdir()
    with pytest.raises(UserError, match="“表.pdf”没有写成"):
        app.papers.save_sign_sheet(batch_id, tmp_path / "表.pdf", Silent())
    assert not list(tmp_path.glob("~*"))
