"""Every other form of the window keeps what is half typed too (F117): dialogs, the programmes, the settings."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from unionoffice.app import App
from unionoffice.models.draft import Draft, Place
from unionoffice.ui.records.form_dialog import FormDialog
from unionoffice.window import Program


def page(program: Program, name: str, argument: str = "") -> Any:
    assert program.window is not None
    program.window.open((name, argument))
    return program.window.page


def dialog(page: Any) -> FormDialog:
    return next(found for found in page.findChildren(FormDialog) if found.isVisible())


def kept(app: App) -> dict[str, dict[str, Any]]:
    """What lies in the office file, by form."""
    with app.store.reading() as session:
        found = session.scalars(select(Draft)).all()
        places = [Place(draft.form, draft.record_id, draft.parent_id) for draft in found]
    return {place.form: draft.typed for place in places if (draft := app.drafts.find(place)) is not None}


def command(page: Any, text: str) -> None:
    next(action for action in page.actions() if action.text() == text).trigger()


@pytest.mark.parametrize(
    ("text", "form", "typed"),
    [
        ("登记任职", "dialog:officer", {"person": "王主席", "position": "主席"}),
        ("登记届次", "dialog:term", {"number": 3, "document": "矿工〔2026〕3号"}),
        ("新建下级", "dialog:unit:新建", {"name": "机电队"}),
    ],
)
def test_a_dialog_of_the_organisation_is_taken_up_again(
    program: Program, text: str, form: str, typed: dict[str, Any]
) -> None:
    app = program.app
    assert app is not None
    shown = page(program, "organisation", app.organisation.tree()[0].id)
    command(shown, text)
    asked = dialog(shown)
    asked.form.type_values(typed)
    asked.form.settled.emit()
    assert kept(app)[form] == typed
    asked.reject()
    command(shown, text)
    again = dialog(shown)
    assert {name: again.form.values()[name] for name in typed} == typed
    assert again.draft.text.startswith("已恢复 2026-")
    again.draft.dropped.emit()
    assert again.form.values()[next(iter(typed))] is None
    assert kept(app) == {}
    program.notices.undo_last()
    assert {name: again.form.values()[name] for name in typed} == typed
    again.reject()
    assert kept(app)[form] == typed


def test_what_was_entered_leaves_no_draft(program: Program) -> None:
    app = program.app
    assert app is not None
    shown = page(program, "organisation", app.organisation.tree()[0].id)
    command(shown, "新建下级")
    asked = dialog(shown)
    asked.form.type_values({"name": "机电队"})
    asked.form.settled.emit()
    asked.accept_button.click()
    assert [node.name for node in app.organisation.tree()][1:] == ["机电队"]
    assert kept(app) == {}


def test_a_programme_half_typed_comes_back_with_its_list(program: Program) -> None:
    app = program.app
    assert app is not None
    shown = page(program, "welfare", "programmes")
    shown.programmes.form.type_values({"name": "送清凉"})
    shown.keep_drafts()
    assert kept(app)["form:programme"] == {"name": "送清凉"}
    page(program, "home")
    shown = page(program, "welfare", "programmes")
    assert shown.programmes.form.values()["name"] == "送清凉"
    assert "没有保存" in shown.programmes.draft.text
    shown.programmes.form.type_values({"kind": "summer"})
    shown.programmes.save_requested.emit()
    assert [each.name for each in app.welfare.programmes()] == ["送清凉"]
    assert kept(app) == {} and shown.programmes.draft.text == ""


def test_settings_half_typed_are_taken_up_after_a_restart(program: Program) -> None:
    app = program.app
    assert app is not None
    shown = page(program, "settings")
    shown.view.form.type_values({"preparer": "林晓"})
    page(program, "home")
    assert kept(app)["form:office"] == {"preparer": "林晓"}
    program._show(app)
    shown = page(program, "settings")
    assert shown.view.form.values()["preparer"] == "林晓"
    assert shown.view.save.isEnabled()
    shown.view.save.click()
    assert app.offices.get().preparer == "林晓"
    assert kept(app) == {}
