"""What is to be printed (表单): one request that service, window and command hand down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unionoffice.kernel.text import mask_numbers
from unionoffice.services.forms.shelf import Form
from unionoffice.services.forms.tags import Subject


@dataclass(frozen=True, slots=True)
class Request:
    """A form, for whom, what was typed for it, and why and to whom it is given out.

    `ids` are those of members, units or batches (`batch_part` for one 分工会 of a batch); `asked` is what was typed by
    name. `purpose` must be told for a form that shows what is masked elsewhere; `grouped` puts each 分工会 together;
    `photos` is a picture for one copy or a folder of them (`form_photos`).
    """

    form: Form
    ids: Sequence[str] = ()
    asked: Mapping[str, Any] = field(default_factory=dict)
    purpose: str = ""
    recipient: str = ""
    grouped: bool = False
    photos: Path | None = None

    @property
    def blank(self) -> list[str]:
        """What the form asks for and nobody typed."""
        return [name for name in self.form.asked if not str(self.asked.get(name) or "").strip()]

    @property
    def purposeful(self) -> bool:
        """Whether a purpose must be told: whole numbers go on paper, as the office keeps them or as they were typed."""
        return not self.form.public and (self.form.masked or any(map(_whole_number, self.asked.values())))

    @property
    def copies(self) -> int:
        """How many copies are asked for; a form about nothing makes one."""
        return 1 if self.form.subject is Subject.FREE else len(self.ids)


def _whole_number(value: Any) -> bool:
    """Whether something typed, or a row of a list, holds a number of papers, a phone or a card."""
    if isinstance(value, Mapping):
        return any(map(_whole_number, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_whole_number, value))
    text = str(value)
    return mask_numbers(text) != text
