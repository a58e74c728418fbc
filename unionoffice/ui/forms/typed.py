"""What is typed into forms, kept as drafts: there again after anything, begun anew, given up once it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from unionoffice.models.draft import Place
from unionoffice.services.filled_in import place_of
from unionoffice.services.forms import grid as form_grid
from unionoffice.services.forms.service import Form, Request, Subject
from unionoffice.ui.forms import FormsServices
from unionoffice.ui.forms.asking import AskingView
from unionoffice.ui.records.drafts import Drafts
from unionoffice.ui.surroundings import Surroundings

if TYPE_CHECKING:
    from unionoffice.services.drafts import Kept


class Typing(QObject):
    """Knows what stood in the fields of the form chosen before anybody typed: what its user printed last."""

    def __init__(self, around: Surroundings, services: FormsServices, asking: AskingView, parent: QObject) -> None:
        super().__init__(parent)
        self._around = around
        self._services = services
        self._asking = asking
        self._form: Form | None = None
        self._ids: Sequence[str] = ()
        self._first: dict[str, str] = {}
        self._drafts = Drafts(around.drafts, self._content, self)
        asking.edited.connect(self._drafts.typed)
        asking.left.connect(self._drafts.settle)
        asking.anew.connect(self.begin_anew)

    @property
    def place(self) -> Place | None:
        """Where what is being typed is kept, None while nothing can be."""
        return self._drafts.place

    def offer(self, form: Form, ids: Sequence[str]) -> None:
        """Ask for what a form asks, with what was typed or printed before. Raises UserError as the services do.

        Of a form about a person: what was typed about this one.
        """
        asking = form_grid.asking(form)
        self._form = form
        typed, kept = self._begin(form, ids)
        self._asking.ask(asking, {**self._first, **typed})
        self._tell(bool(typed), kept)

    def rechosen(self, ids: Sequence[str]) -> None:
        """Others are chosen for a form about people: what was typed stays with those for whom it was typed.

        What was typed before anybody was chosen is for whoever is; what is typed for several, for one more of them.
        """
        form, before = self._form, self._ids
        if form is None or place_of(form, ids) == place_of(form, before):
            return
        more = len(before) > 1 and len(ids) > 1 and not set(before).isdisjoint(ids)
        carried = self._asking.values() if not before or more else {}
        (self._drafts.forget if carried else self._drafts.leave)()
        typed, kept = self._begin(form, ids)
        self._asking.fill({**self._first, **typed, **carried})
        self._tell(bool(typed or carried), kept)
        self._drafts.settle()

    def _begin(self, form: Form, ids: Sequence[str]) -> tuple[dict[str, Any], Kept | None]:
        self._ids = list(ids)
        self._first = self._services.forms().remembered(form, ids)
        return self._drafts.begin(place_of(form, ids))

    def _tell(self, typed: bool, kept: Kept | None) -> None:
        filled = bool(self._asking.values())
        when = f"{kept.at:%Y-%m-%d %H:%M} " if kept is not None else "刚才"
        told = f"{when}填的内容还在，接着填就行" if typed else "已填上次打印时的内容，可以改"
        self._asking.tell(f"{told}；要从头写就点“重新填写”。" if filled else "")
        about_people = self._form is not None and self._form.subject is Subject.MEMBER
        self._asking.share(len(self._ids) if about_people else 0)

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
        self._around.drafts.keep(place_of(form, ()), 0, {})

    def begin_anew(self) -> None:
        """Empty all fields; what stood there can be brought back, below what is typed since."""
        form, before = self._form, self._asking.values()
        place = self._drafts.place
        if form is None or place is None or not before:
            return
        self._asking.fill({})
        self._drafts.settle()
        self._asking.tell("")
        self._asking.edited.emit()

        def back() -> None:
            if form == self._form and place == self._drafts.place:
                self._asking.fill({**before, **self._asking.values()})
                self._drafts.settle()
                self._asking.edited.emit()
            else:
                since = {name: value for name, value in self._around.drafts.find(place)[1].items() if value}
                self._around.drafts.keep(place, 0, {**before, **since})

        self._around.notices.post_undo(f"“{form.name}”已重新填写。", back)

    def given(self, request: Request) -> None:
        """A form was printed or saved: what is remembered of it needs no draft any more."""
        form, place = request.form, place_of(request.form, request.ids)
        kept = bool(form.key_for(request.ids))  # what is printed for several people is remembered of none
        remembered = self._services.forms().remembered(form, request.ids) if kept else dict(request.asked)
        if form == self._form and place == self._drafts.place:
            self._first = remembered
            self._drafts.settle()
            self._asking.tell("")
            return
        typed = self._around.drafts.find(place)[1]
        if remembered == request.asked == {name: value for name, value in typed.items() if value}:
            self._around.drafts.keep(place, 0, {})

    def _content(self) -> dict[str, Any]:
        """What differs from what stood there first; "" for what was taken out."""
        typed = self._asking.values()
        if typed == self._first:
            return {}
        return {**dict.fromkeys(self._first, ""), **typed}
