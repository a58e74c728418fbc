"""What is half typed into papers (公文) and printed forms (表单): what it is kept as, and what it is called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

from unionoffice.kernel.errors import UserError
from unionoffice.models.draft import Place

if TYPE_CHECKING:
    from unionoffice.services.forms.shelf import Form, Listed

PAPER, FORM = "official_document", "printed_form"
"""What their drafts are kept as; behind `FORM` a form about people is named."""

_AForm = TypeVar("_AForm", "Form", "Listed")
_SEVERAL = "several"
_LONGEST = 32
"""Characters that a draft's place has room for."""


def place_of(form: Form | Listed, ids: Sequence[str] = ()) -> Place:
    """Where a form's draft is kept: one for each person whom it is about, who takes it with him when he is erased."""
    from unionoffice.services.forms.tags import Subject  # only where forms are at hand: the home page asks too

    if form.subject is not Subject.MEMBER:
        return Place(FORM, parent_id=_short(form.key))
    if not ids:
        return Place(FORM, parent_id=_short(f"{form.key}/nobody"))
    several = f"{_SEVERAL}/{sha256('/'.join(sorted(ids)).encode()).hexdigest()}"
    return Place(f"{FORM}/{form.key}", parent_id=ids[0] if len(ids) == 1 else several[:_LONGEST])


def form_at(place: Place, forms: Iterable[_AForm]) -> _AForm | None:
    """The form whose draft is kept there, None where there is none any more."""
    kind, _, key = place.form.partition("/")
    if kind != FORM:
        return None
    return next((form for form in forms if (form.key == key if key else place_of(form) == place)), None)


def person_at(place: Place) -> str:
    """The one person whom a form's draft is about, by id; "" where it is about nobody or several."""
    return place.parent_id if "/" in place.form and not is_of_several(place) else ""


def is_of_several(place: Place) -> bool:
    """Whether a form's draft is about several people at once."""
    return "/" in place.form and place.parent_id.startswith(f"{_SEVERAL}/")


class FilledIn:
    """What drafts of papers and forms are called. `forms` lists the shelf, `paper` names a template by its key."""

    def __init__(self, forms: Callable[[], Sequence[Listed]], paper: Callable[[str], str]) -> None:
        self._forms = forms
        self._paper = paper

    def name(self, place: Place) -> str:
        """The paper's or form's name; "" for what is neither, or is not there any more."""
        try:
            if place.form == PAPER:
                return self._paper(place.parent_id)
            form = form_at(place, self._forms()) if place.form.partition("/")[0] == FORM else None
        except UserError:  # a template that was removed, or cannot be read now
            return ""
        return form.name if form is not None else ""


def _short(key: str) -> str:
    return key if len(key) <= _LONGEST else sha256(key.encode()).hexdigest()[:_LONGEST]
