"""A consent and its withdrawal are entered in the window like any register's record."""

from __future__ import annotations

from fake_prompts import FakePrompts

from unionoffice.app import App
from unionoffice.models.registers import register_named
from unionoffice.models.registers.consents import Consent
from unionoffice.ui.records.register_page import RegisterPage
from unionoffice.window import Program

REGISTER = register_named("consent")


def test_a_consent_is_entered_and_withdrawn(program: Program) -> None:
    app, window = program.app, program.window
    assert app is not None and window is not None
    member_id, _ = app.members.create({"name": "曾丽梅", "staff_number": "0017"}, app.actor)
    window.open(("consent", "new"))
    page = window.page
    assert isinstance(page, RegisterPage)
    form = page.record.form
    form.type_values({"name": "曾丽梅", "number": "0017", "notice": "2026年版", "given_on": "2026-09-01"})
    form.type_values({"way": "signed", "basic": True, "bank": False})
    page.controller.save()
    consent = found(app)
    assert (consent.member_id, consent.basic, consent.bank, consent.family) == (member_id, True, False, None)
    window.open(("consent", consent.id))
    page.controller.take("withdraw")
    assert isinstance(program.prompts, FakePrompts)
    assert program.prompts.asked == [("error", "撤回日期要先填写。")]
    page.record.form.type_values({"withdrawn_on": "2026-09-09"})
    page.controller.save()
    page.controller.take("withdraw")
    assert found(app).state.label == "已撤回"


def found(app: App) -> Consent:
    with app.store.reading() as session:
        (only,) = session.query(Consent).all()
        return only
