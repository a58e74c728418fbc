"""The page of a register's record: who may not take a step reads why beside it, and nobody types what a step fills."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton

from tests.services.test_register_steps import AID, entered, founded
from tests.services.test_tiers import opened
from unionoffice.ui.permits import Permits
from unionoffice.ui.records.register_page import RegisterPage

__all__ = ["founded"]


@pytest.fixture
def page_of(qtbot, around, founded):  # noqa: F811
    apps = []

    def open_as(name, record_id=""):
        app = opened(founded, name)
        apps.append(app)
        page = RegisterPage(replace(around, actor=app.actor, permits=Permits(app.actor)), AID, app.registers)
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
