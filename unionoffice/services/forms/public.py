"""What hangs on a wall shows nothing that a notice may not hold (公示, F43)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from unionoffice.documents.workbook.plan import SheetPlan
from unionoffice.documents.workbook.tags import ASKED, Values, address
from unionoffice.kernel.errors import Refused
from unionoffice.models.office import Office
from unionoffice.models.public_mask import contact_of, contacts, over_cells, refused
from unionoffice.services.forms.shelf import Form

_BROKEN = re.compile(r"(?<=[0-9０-９])[^\S\r\n]*[\r\n]+\s*(?=[0-9０-９Xx])")
"""Where a number goes on in the next line of its cell, as somebody reads it who stands before it."""


def refuse_private(
    form: Form, office: Office, today: date, title: str, values: Values, plans: Iterable[SheetPlan]
) -> None:
    """Raise Refused, naming copy and cell, when a copy of a public form shows a whole number or what else is private.

    What is asked for so that people can object (a phone, a place) and the office's own number may stand there.
    """
    if not form.public:
        return
    own = [office.credit_code or "", *_to_object(values, today)]
    for plan in plans:
        cells = {
            place: (f"{plan.title}!{address(place)}", _BROKEN.sub("", str(value)))
            for place, value in sorted(plan.values.items(), key=lambda item: item[0])
        }
        for problem in [*refused(cells.values(), today, allowed=own), *over_cells(cells, today)]:
            whose = f"“{title}”的" if title else ""
            raise Refused(f"“{form.name}”是公示用的，没有打印：{whose}{problem.sentence()}")


def _to_object(values: Values, today: date) -> Iterator[str]:
    """Where people shall call, come or write to object, of what was typed."""
    for name, value in values.single.items():
        if name.startswith(f"{ASKED}.") and (kind := contact_of(name, today)):
            yield from contacts(kind, str(value), today)
