"""What forms are filled with: records as the office reads them, read for all copies at once (F68, F72)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from unionoffice.documents.workbook.tags import Values
from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.services.forms.context import Context, Read, as_asked
from unionoffice.services.forms.members import read_members
from unionoffice.services.forms.photos import Pictures
from unionoffice.services.forms.photos import read as read_photo
from unionoffice.services.forms.tags import PHOTO, Subject
from unionoffice.services.forms.units import read_rolls, read_units
from unionoffice.services.forms.welfare import read_approvals, read_batches


def read(subject: Subject, context: Context, ids: Sequence[str]) -> Read:
    """The copies of a form for these records, in their order.

    Raises UserError when there is none, and as the readers do.
    """
    if subject is Subject.FREE:
        title = str(context.asked.get("姓名") or context.asked.get("名称") or "")
        return Read([(title, _free(context, context.asked))], [""], [[]])
    if not ids:
        noun = (Subject.BATCH if subject is Subject.APPROVAL else subject).label
        raise UserError(f"没有选{noun}，没有可以打印的内容。")
    return _READERS[subject](context, list(dict.fromkeys(ids)))


def read_rows(
    context: Context, copies: Iterable[tuple[str, Mapping[str, Any]]], pictures: Pictures | None = None
) -> Read:
    """A copy of a form about nothing for each title with what it is filled with, and the picture that it names."""
    found = Read([], [], [])
    for title, asked in copies:
        values = _free(context, {name: value for name, value in asked.items() if name != PHOTO})
        if pictures is not None and (named := str(asked.get(PHOTO) or "").strip()):
            try:
                values.single[PHOTO] = pictures.read(named)
            except (UserError, EnvironmentFault) as fault:  # told of the copy, which is filled all the same
                found.without_photo[len(found.filled)] = fault.sentence.rstrip("。")
        found.add(title, values, "", ())
    return found


def _free(context: Context, asked: Mapping[str, Any]) -> Values:
    """What was typed: single values by their own name too, lists as they come."""
    lists = {name: value for name, value in asked.items() if isinstance(value, list | tuple)}
    single = {name: value for name, value in asked.items() if name not in lists}
    if context.photos is not None:
        single[PHOTO] = read_photo(context.photos)
    return context.values({**as_asked(asked), **single}, lists)


_READERS = {
    Subject.MEMBER: read_members,
    Subject.ROLL: read_rolls,
    Subject.UNIT: read_units,
    Subject.BATCH: read_batches,
    Subject.APPROVAL: read_approvals,
}
