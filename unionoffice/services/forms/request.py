"""What is to be printed (表单): one request that service, window and command hand down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from unionoffice.kernel.text import mask_numbers
from unionoffice.services.forms.completing import LAST, lasting
from unionoffice.services.forms.rows import Row, Rows
from unionoffice.services.forms.shelf import Form
from unionoffice.services.forms.tags import Subject


@dataclass(frozen=True, slots=True)
class Request:
    """A form, for whom, what was typed for it, and why and to whom it is given out.

    `ids` are those of members, units or batches (`batch_part` for one 分工会 of a batch); `asked` is what was typed by
    name. `purpose` must be told for a form that shows what is masked elsewhere; `grouped` puts each 分工会 together;
    `photos` is a picture for one copy or a folder of them (`form_photos`). `rows` makes a copy of a form about nothing
    of each row of a file, or puts them on its list; what was typed is the same for all of them. With `gaps` papers are
    given out of which something cannot be seen: whoever asks for them has been told.
    """

    form: Form
    ids: Sequence[str] = ()
    asked: Mapping[str, Any] = field(default_factory=dict)
    purpose: str = ""
    recipient: str = ""
    grouped: bool = False
    photos: Path | None = None
    rows: Rows | None = None
    gaps: bool = False

    @property
    def row_copies(self) -> Sequence[Row] | None:
        """The rows of which each is a copy; None where no file is given or its rows stand on one list."""
        return None if self.rows is None or self.rows.listed else self.rows.rows

    @property
    def typed(self) -> list[Mapping[str, Any]]:
        """What each copy is filled with besides records; what a file has a column for comes from the file only."""
        if self.rows is None:
            return [self.asked]
        if self.row_copies is None:
            return [self.rows.on_list(self.asked)]
        same = {name: value for name, value in self.asked.items() if name not in self.rows.filled}
        return [{**same, **row.values} for row in self.row_copies]

    def only(self, place: int) -> Request:
        """The same for one of the copies."""
        if self.rows is not None and self.row_copies is not None:
            return replace(self, rows=self.rows.only(place))
        return replace(self, ids=self.ids[place : place + 1])

    @property
    def blank(self) -> list[str]:
        """What the form asks for and nobody typed, or lacks in a row; not what follows from the rest."""
        typed = [{**each, LAST: "."} if lasting(each) is not None else each for each in self.typed]
        return [name for name in self.form.asked if any(not str(each.get(name) or "").strip() for each in typed)]

    @property
    def purposeful(self) -> bool:
        """Whether a purpose must be told: whole numbers go on paper, as the office keeps them or as they were typed."""
        return not self.form.public and (self.form.masked or any(map(_whole_number, self.typed)))

    @property
    def copies(self) -> int:
        """How many copies are asked for; a form about nothing makes one."""
        if self.form.subject is not Subject.FREE:
            return len(self.ids)
        return 1 if self.row_copies is None else len(self.row_copies)


def _whole_number(value: Any) -> bool:
    """Whether something typed, or a row of a list, holds a number of papers, a phone or a card."""
    if isinstance(value, Mapping):
        return any(map(_whole_number, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_whole_number, value))
    text = str(value)
    return mask_numbers(text) != text
