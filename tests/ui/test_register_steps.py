"""The page of a register's record: who may not take a step reads why, nobody types what it fills, paper decides."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader
from PySide6.QtWidgets import QLineEdit, QPushButton

from tests.services.test_register_slips import office_without_chair
from tests.services.test_register_steps import AID, entered, founded
from tests.services.test_tiers import opened
from unionoffice.models.registers import register_named
from unionoffice.ui import approval_actions
from unionoffice.ui.permits import Permits
from unionoffice.ui.records.register_page import RegisterExtras, RegisterPage

__all__ = ["founded"]


@pytest.fixture
def page_of(qtbot, around, founded):  # noqa: F811
    apps = []

    def open_as(name, record_id=""):
        app = opened(founded, name)
        apps.append(app)
        extras = RegisterExtras(slips=app.register_slips)
        around_him = replace(around, actor=app.actor, permits=Permits(app.actor))
        page = RegisterPage(around_him, AID, app.registers, extras=extras)
        qtbot.addWidget(page)
        page.open_argument(record_id or entered(app))
        return page

    yield open_as
    for app in apps:
        app.close()


def steps(page):
    return {button.text(): button for button in page.record.workflow.findChildren(QPushButton)}


def test_the_preparer_reads_beside_the_button_why_it_is_not_his(page_of):
    page = page_of("陈经办")
    buttons = steps(page)
    assert set(buttons) == {"批准受理", "不予援助…"}
    assert not any(button.isEnabled() for button in buttons.values())
    first = page.record.why_not.splitlines()[0]
    assert first.startswith("您不能批准受理：您在 2026-09-10 办过“新建法律援助”")
    assert buttons["批准受理"].toolTip() == first
    page.record.form.type_values({"claim": "另一个请求"})
    page.record.form.set_values({})
    assert not any(button.isEnabled() for button in buttons.values())


def test_who_may_take_it_reads_nothing_and_can(page_of):
    preparer = page_of("陈经办")
    page = page_of("李经办", preparer.controller._open)
    assert page.record.why_not == ""
    assert all(button.isEnabled() for button in steps(page).values())


def test_what_the_step_fills_is_shown_and_not_typed(page_of):
    form = page_of("陈经办").record.form
    for name, free in (("decided_on", False), ("decided_by", False), ("lawyer", True)):
        lines = form.editor(name).findChildren(QLineEdit)
        assert lines and all(line.isReadOnly() is not free for line in lines), name


def entries(page):
    """What the button 纸质审批 offers now, and whether it can be used."""
    return {entry.text(): entry.isEnabled() for entry in page.controller.paper.entries.values() if entry.isVisible()}


@pytest.fixture
def slip_of(prompts, qtbot, tmp_path, monkeypatch):
    """Prints the slip of the open record from its page; gives its code."""
    shown = []
    monkeypatch.setattr(approval_actions, "open_preview", lambda _title, data, **_: shown.append(data))

    def make(page):
        prompts.answers = [tmp_path / f"单{len(shown)}.pdf"]
        page.controller.paper.entries["slip"].trigger()
        qtbot.waitUntil(lambda: bool(shown), timeout=20000)
        return re.search("[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", PdfReader(BytesIO(shown[-1])).pages[0].extract_text()).group()

    return make


def signed(code, **changes):
    given = {"code": code, "signed_by": "周主席", "signed_on": "2026-9-10", "opinion": "agreed", "scan": "none"}
    return ({**given, **changes},)


def test_a_slip_goes_out_and_its_signature_decides(page_of, slip_of, prompts, qtbot):
    page = page_of("陈经办")
    assert entries(page) == dict.fromkeys(["打印审批单…", "登记纸质审批…", "导出审批文件…", "收回审批文件…"], True)
    code = slip_of(page)
    assert prompts.asked[-1] == ("save_file", "法律援助审批单（主席审批）.pdf")  # nobody's name
    prompts.answers = [signed(code, opinion="rejected", signed_by="王主席"), "不属援助范围"]
    page.controller.paper.entries["register"].trigger()
    qtbot.waitUntil(lambda: record_of(page).state.label == "不予援助", timeout=10000)
    assert ("reason", "单子上的意见是“不同意”") in prompts.asked
    page.reload()
    assert not page.controller.paper.action.isVisible()
    assert record_of(page).decided_by == "王主席"


def test_what_paper_sent_back_is_said_and_can_be_handed_in_again(page_of, slip_of, prompts, qtbot):
    page = page_of("陈经办")
    prompts_for = signed(slip_of(page), opinion="sent_back", signed_by="王主席")
    prompts.answers = [prompts_for, ({"type": "incomplete", "reason": "缺劳动合同"},)]
    page.controller.paper.entries["register"].trigger()
    approvals = page.controller._registers.approvals(AID)
    qtbot.waitUntil(lambda: bool(approvals.past(page.controller._open)), timeout=10000)
    page.reload()
    assert "缺劳动合同" in page.record.why_not and "重新提交" in page.record.why_not
    assert entries(page) == {"重新提交…": True}
    prompts.answers = ["补了劳动合同"]
    page.controller.paper.entries["resubmit"].trigger()
    page.reload()
    assert "打印审批单…" in entries(page) and "缺劳动合同" not in page.record.why_not


def test_a_slip_shows_what_is_saved_so_nothing_may_be_half_typed(page_of):
    page = page_of("陈经办")
    page.record.form.type_values({"claim": "另一个请求"})
    assert not page.controller.paper.action.isEnabled()
    page.record.form.set_values({})
    assert page.controller.paper.action.isEnabled()


def test_a_new_record_and_the_list_offer_no_slip(page_of):
    page = page_of("陈经办")
    assert page.controller.paper.action.isVisible()
    for place in ("new", ""):
        page.open_argument(place)
        assert not page.controller.paper.action.isVisible()


def test_a_register_that_decides_nothing_has_no_such_button(qtbot, around, app):
    page = RegisterPage(
        around, register_named("merchant"), app.registers, extras=RegisterExtras(slips=app.register_slips)
    )
    qtbot.addWidget(page)
    assert page.controller.paper is None


def test_where_no_user_can_decide_it_says_to_print_a_slip(qtbot, around, tmp_path):
    app = office_without_chair(tmp_path, "陈经办")
    page = RegisterPage(
        replace(around, actor=app.actor, permits=Permits(app.actor)),
        AID,
        app.registers,
        extras=RegisterExtras(slips=app.register_slips),
    )
    qtbot.addWidget(page)
    page.open_argument(entered(app))
    assert page.record.why_not == "没有用户可以办这一步。请打印审批单，交主席签字。"
    app.close()


def record_of(page):
    return page.controller._registers.get(AID, page.controller._open)


def test_who_decides_what_is_not_before_him_is_shown_what_it_is_now(page_of, prompts):
    preparer = page_of("陈经办")
    chair = page_of("王主席", preparer.controller._open)
    preparer.controller._registers.save(
        AID, preparer.controller._open, {"claim": "别的请求"}, 1, preparer.controller._around.actor
    )
    chair.controller.take("approve")
    assert prompts.asked[-1][0] == "error"
    assert record_of(chair).state.label == "申请"
    assert chair.record.form.values()["claim"] == "别的请求"
    chair.controller.take("approve")
    assert record_of(chair).state.label == "受理"
