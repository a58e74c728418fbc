"""What the user means with the terms and officers of a unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from unionoffice.models.draft import Place
from unionoffice.models.fields import Field
from unionoffice.models.organisation import Officer, Term, Unit
from unionoffice.services.members import Members
from unionoffice.services.organisation import Organisation
from unionoffice.ui.organisation.unit_view import UnitView
from unionoffice.ui.records.form_dialog import FormDialog
from unionoffice.ui.records.form_draft import draft_of
from unionoffice.ui.records.lookup_editor import Found, LookupEditor
from unionoffice.ui.surroundings import Surroundings

_TERM = ("committee", "number", "starts_on", "ends_on", "document")
_OFFICER = ("person", "position", "committee", "full_time", "starts_on", "ends_on")


class OfficersController:
    """`unit()` is the unit now shown."""

    def __init__(
        self,
        around: Surroundings,
        organisation: Organisation,
        members: Members,
        view: UnitView,
        unit: Callable[[], Unit | None],
    ) -> None:
        self._around = around
        self._organisation = organisation
        self._members = members
        self._view = view
        self._unit = unit

    def add_term(self) -> None:
        """Ask for a new term."""
        unit = self._unit()
        if unit is not None:
            self._ask_term(unit, None)

    def change_term(self, term_id: str = "") -> None:
        """Show a term to be changed."""
        unit = self._unit()
        wanted = term_id or self._view.terms.selected_id
        if unit is not None:
            term = next((term for term in self._organisation.terms(unit.id) if term.id == wanted), None)
            if term is not None:
                self._ask_term(unit, term)

    def add_officer(self) -> None:
        """Ask who takes office."""
        unit = self._unit()
        if unit is not None:
            self._ask_officer(unit, None)

    def change_officer(self, officer_id: str = "") -> None:
        """Show an officer to be changed, or to be taken out of office by a last day."""
        unit = self._unit()
        wanted = officer_id or self._view.officers.selected_id
        if unit is not None:
            found = (officer for officer in self._organisation.officers(unit.id) if officer.id == wanted)
            officer = next(found, None)
            if officer is not None:
                self._ask_officer(unit, officer)

    def _ask_term(self, unit: Unit, term: Term | None) -> None:
        fields = Term.fields()
        title = f"登记“{unit.name}”的届次" if term is None else "修改届次"
        values = {} if term is None else {name: getattr(term, name) for name in _TERM}
        values = values or {"committee": "union"}
        dialog = self._dialog(title, [(name, fields[name]) for name in _TERM], values)
        draft_of(self._around, dialog, Place("dialog:term", parent_id=term.id if term else unit.id), values)

        def submit(values: dict[str, Any]) -> None:
            self._run(
                dialog,
                lambda: self._organisation.save_term(
                    {**values, "unit_id": unit.id},
                    self._around.actor,
                    term_id=term.id if term else None,
                    version=term.version if term else None,
                ),
                "已登记届次。" if term is None else "已保存。",
            )

        dialog.submitted.connect(submit)
        dialog.open()

    def _ask_officer(self, unit: Unit, officer: Officer | None) -> None:
        fields = Officer.fields()
        title = f"登记“{unit.name}”的任职" if officer is None else f"修改“{officer.person}”的任职"
        values = {} if officer is None else {name: getattr(officer, name) for name in _OFFICER}
        values = values or {"committee": "union", "full_time": False}
        dialog = self._dialog(title, [(name, fields[name]) for name in _OFFICER], values)
        editor = dialog.form.editor("person")
        assert isinstance(editor, LookupEditor)
        if officer is not None and officer.member_id:
            editor.set_chosen(officer.member_id, officer.person)
        draft_of(self._around, dialog, Place("dialog:officer", parent_id=officer.id if officer else unit.id), values)

        def submit(values: dict[str, Any]) -> None:
            values = {**values, "unit_id": unit.id, "member_id": editor.chosen_id or None}
            self._run(
                dialog,
                lambda: self._organisation.save_officer(
                    values,
                    self._around.actor,
                    officer_id=officer.id if officer else None,
                    version=officer.version if officer else None,
                ),
                "已登记任职。" if officer is None else "已保存。",
            )

        dialog.submitted.connect(submit)
        dialog.open()

    def _find(self, typed: str) -> Sequence[Found]:
        return [
            (hit.id, hit.name, "　".join(word for word in (hit.unit, hit.member_number) if word))
            for hit in self._members.search(typed, 8)
        ]

    def _dialog(self, title: str, fields: Sequence[tuple[str, Field]], values: dict[str, Any]) -> FormDialog:
        return FormDialog(
            title,
            fields,
            verb="保存",
            today=self._around.today,
            values=values,
            editors={"person": lambda facts: LookupEditor(facts, self._find)},
            parent=self._view,
        )

    def _run(self, dialog: FormDialog, work: Any, said: str) -> None:
        def done(_: Any) -> None:
            dialog.succeed()
            self._around.notices.post(said)

        self._around.operations.run(work, initiator=self._view, done=done, refused=dialog.refuse)
