"""What is typed into forms, kept as drafts: there again after anything, begun anew, given up once it is printed."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from PySide6.QtCore import QObject

from unionoffice.models.draft import Place
from unionoffice.services.forms import grid as form_grid
from unionoffice.services.forms.service import Form, Request
from unionoffice.ui.forms import FormsServices
from unionoffice.ui.forms.asking import AskingView
from unionoffice.ui.records.drafts import Drafts
from unionoffice.ui.surroundings import Surroundings

_PLACE = "printed_form"
_LONGEST = 32
"""Characters that a draft's place has room for."""


class Typing(QObject):
    """Knows what stood in the fields of the form chosen before anybody typed: what its user printed last."""

    def __init__(self, around: Surroundings, services: FormsServices, asking: AskingView, parent: QObject) -> None:
        super().__init__(parent)
        self._around = around
        self._services = services
        self._asking = asking
        self._form: Form | None = None
        self._first: dict[str, str] = {}
        self._drafts = Drafts(around.drafts, self._content, self)
        asking.edited.connect(self._drafts.typed)
        asking.left.connect(self._drafts.settle)
        asking.anew.connect(self.begin_anew)

    def offer(self, form: Form) -> None:
        """Ask for what a form asks, with what was typed or printed before. Raises UserError as the services do."""
        asking = form_grid.asking(form)
        self._first = self._services.forms().remembered(form)
        self._form = form
        typed, kept = self._drafts.begin(place_of(form))
        self._asking.ask(asking, {**self._first, **typed})
        filled = bool(self._asking.values())
        when = f"{kept.at:%Y-%m-%d %H:%M} " if kept is not None else "刚才"
        told = f"{when}填的内容还在，接着填就行" if typed else "已填上次打印时的内容，可以改"
        self._asking.tell(f"{told}；要从头写就点“重新填写”。" if filled else "")

    def leave(self) -> None:
        """The form is left; what was typed stays as a draft."""
        self._drafts.leave()
        self._form = None

    def settle(self) -> None:
        """Keep what is typed by now."""
        self._drafts.settle()

    def forget(self, form: Form) -> None:
        """A form is no more: nor is what was typed into it."""
        if form == self._form:
            self._form = None
            self._drafts.forget()
        self._around.drafts.keep(place_of(form), 0, {})

    def begin_anew(self) -> None:
        """Empty all fields; what stood there can be brought back, below what is typed since."""
        form, before = self._form, self._asking.values()
        if form is None or not before:
            return
        self._asking.fill({})
        self._drafts.settle()
        self._asking.tell("")
        self._asking.edited.emit()

        def back() -> None:
            if form == self._form:
                self._asking.fill({**before, **self._asking.values()})
                self._drafts.settle()
                self._asking.edited.emit()
            else:
                since = {name: value for name, value in self._around.drafts.find(place_of(form))[1].items() if value}
                self._around.drafts.keep(place_of(form), 0, {**before, **since})

        self._around.notices.post_undo(f"“{form.name}”已重新填写。", back)

    def given(self, request: Request) -> None:
        """A form was printed or saved: what is remembered of it needs no draft any more."""
        form, remembered = request.form, self._services.forms().remembered(request.form)
        if form == self._form:
            self._first = remembered
            self._drafts.settle()
            self._asking.tell("")
            return
        typed = self._around.drafts.find(place_of(form))[1]
        if remembered == request.asked == {name: value for name, value in typed.items() if value}:
            self._around.drafts.keep(place_of(form), 0, {})

    def _content(self) -> dict[str, Any]:
        """What differs from what stood there first; "" for what was taken out."""
        typed = self._asking.values()
        if typed == self._first:
            return {}
        return {**dict.fromkeys(self._first, ""), **typed}


def place_of(form: Form) -> Place:
    """Where a form's draft is kept."""
    key = form.key if len(form.key) <= _LONGEST else sha256(form.key.encode()).hexdigest()[:_LONGEST]
    return Place(_PLACE, parent_id=key)
