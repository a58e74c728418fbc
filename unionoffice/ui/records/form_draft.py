"""The draft of a form that stands in a dialog or beside a list (F117): kept while one types, taken up with its bar."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from PySide6.QtCore import QObject

from unionoffice.models.draft import Place
from unionoffice.models.fields import Field
from unionoffice.ui.records.drafts import DROPPED, LEFT, Drafts, told
from unionoffice.ui.records.form import RecordForm
from unionoffice.ui.records.form_dialog import FormDialog
from unionoffice.ui.records.record_view import DraftBar
from unionoffice.ui.surroundings import Surroundings


class FormDraft(QObject):
    """What is typed into `form`; `bar` says that something was taken up.

    `never` names fields that are not kept, such as passwords. `revealed` is whether numbers are shown whole.
    """

    def __init__(
        self,
        around: Surroundings,
        form: RecordForm,
        bar: DraftBar,
        *,
        never: Collection[str] = (),
        revealed: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(form)
        self._around = around
        self._form = form
        self._bar = bar
        self._never = frozenset(never)
        self._revealed = revealed
        self._drafts = Drafts(around.drafts, self._content, form)
        self._values: Mapping[str, Any] = {}
        self._version = 0
        form.edited.connect(self._drafts.typed)
        form.settled.connect(self._drafts.settle)
        bar.dropped.connect(self._drop)

    def begin(
        self,
        place: Place,
        values: Mapping[str, Any],
        *,
        version: int = 0,
        fields: Mapping[str, Field] | None = None,
        record: Mapping[str, Any] | None = None,
    ) -> None:
        """The form shows `values`, untouched: put in what was typed at `place` before.

        `fields` and `record` let it say what became of the record meanwhile, see `told`.
        """
        self._values, self._version = values, version
        typed, kept = self._drafts.begin(place, version)
        self._show(typed, told(typed, kept, fields or {}, record))

    def settle(self) -> None:
        """Keep what is typed by now."""
        self._drafts.settle()

    def forget(self) -> None:
        """What was typed is saved."""
        self._drafts.forget()
        self._bar.say("")

    def leave(self) -> None:
        """The form is left: what was typed stays, and can be meant to go."""
        place = self._drafts.place
        if self._drafts.leave() and place is not None:
            drafts = self._around.drafts
            self._around.notices.post(LEFT, action="丢弃", run=lambda: drafts.keep(place, 0, {}))

    def _content(self) -> dict[str, Any]:
        return {name: value for name, value in self._form.changed_values().items() if name not in self._never}

    def _show(self, typed: Mapping[str, Any], sentence: str) -> None:
        if typed:
            self._form.type_values(typed)
        self._form.reveal(self._revealed())
        self._bar.say(sentence)

    def _drop(self) -> None:
        place, restore = self._drafts.place, self._drafts.drop()
        if place is None:
            return
        self._form.set_values(self._values)
        self._show({}, "")
        self._drafts.begin(place, self._version)

        def undo() -> None:
            restore()
            if self._drafts.place == place:  # the form is open still
                typed, _ = self._drafts.begin(place, self._version)
                self._show(typed, told(typed, None, {}))

        self._around.notices.post_undo(DROPPED, undo)


def draft_of(
    around: Surroundings,
    dialog: FormDialog,
    place: Place,
    values: Mapping[str, Any],
    *,
    version: int = 0,
    fields: Mapping[str, Field] | None = None,
    record: Mapping[str, Any] | None = None,
    never: Collection[str] = (),
    revealed: Callable[[], bool] = lambda: False,
) -> FormDraft:
    """The draft of a dialog that shows `values`: gone when it succeeds, left when it is closed. See `FormDraft`."""
    draft = FormDraft(around, dialog.form, dialog.draft, never=never, revealed=revealed)
    draft.begin(place, values, version=version, fields=fields, record=record)
    dialog.succeeded.connect(draft.forget)
    dialog.finished.connect(lambda _: draft.leave())
    return draft
