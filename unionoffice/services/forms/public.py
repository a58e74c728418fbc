"""What hangs on a wall shows nothing that a notice may not hold (公示, F43)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache

from unionoffice.documents.workbook.book import Place
from unionoffice.documents.workbook.formulas import calculate
from unionoffice.documents.workbook.loading import load
from unionoffice.documents.workbook.plan import SheetPlan
from unionoffice.documents.workbook.tags import ASKED, Values, address
from unionoffice.documents.workbook.wording import said_beside, said_in_cells
from unionoffice.kernel.errors import Refused
from unionoffice.models.office import Office
from unionoffice.models.public_mask import (
    NUMBERS,
    Problem,
    contact_of,
    contacts,
    of_the_office,
    over_cells,
    refused,
)
from unionoffice.services.forms.shelf import Form

_BROKEN = re.compile(r"(?<=[0-9０-９])[^\S\r\n]*[\r\n]+\s*(?=[0-9０-９Xx])")
"""Where a number goes on in the next line of its cell, as somebody reads it who stands before it."""


@lru_cache(maxsize=2)  # asked for at every key while a form is filled in
def private_words(data: bytes, name: str, credit_code: str, today: date) -> Problem | None:
    """The first whole number or address among a form's own words, in cells or beside them, hidden ones too.

    `data` is the form's file. The office's own number, its fixed telephones and its place may stand there.
    """
    book = load(data, name)
    calculate(book)
    in_cells, beside = list(said_in_cells(book)), list(said_beside(book, data))
    own = [credit_code]
    for said in (*in_cells, *beside):
        own += of_the_office(said.text, said.label, today)
    found = refused(((said.where, said.text) for said in (*in_cells, *beside)), today, allowed=own, kinds=NUMBERS)
    for sheet in {said.sheet for said in in_cells}:
        cells = {said.place: (said.where, said.text) for said in in_cells if said.sheet == sheet and said.place}
        found += over_cells(cells, today)
    return found[0] if found else None


def refuse_private_words(form: Form, office: Office, today: date, data: bytes) -> None:
    """Raise Refused, naming the cell, when a public form's own words hold what it may not show."""
    if form.public and (problem := private_words(data, form.path.name, office.credit_code or "", today)) is not None:
        raise Refused(f"“{form.name}”是公示用的，没有打印：{problem.sentence()}这是表上原有的，请从表里去掉。")


def refuse_private(
    form: Form,
    office: Office,
    today: date,
    title: str,
    values: Values,
    plans: Iterable[SheetPlan],
    labels: Mapping[tuple[str, Place], str],
) -> None:
    """Raise Refused, naming copy and cell, when a copy of a public form shows a whole number or what else is private.

    `labels` are the form's own words to the left of each cell.

    What is asked for so that people can object (a phone, a place) and the office's own number may stand there.
    """
    if not form.public:
        return
    own = [office.credit_code or "", *_to_object(values, today)]
    for plan in plans:
        sources = plan.sources(max((row for row, _ in plan.values), default=0))
        for (row, column), value in plan.values.items():
            label = labels.get((plan.title, (sources[row - 1], column)), "")
            own += of_the_office(str(value), label, today)
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
