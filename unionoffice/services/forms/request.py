"""What is to be printed (表单): one request that service, window and command hand down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
    def copies(self) -> int:
        """How many copies are asked for; a form about nothing makes one."""
        return 1 if self.form.subject is Subject.FREE else len(self.ids)
