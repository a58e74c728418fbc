"""A form made ready to be printed (表单): its workbook, and what each copy is filled with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from unionoffice.documents.workbook.book import Book
from unionoffice.documents.workbook.loading import load
from unionoffice.documents.workbook.tags import ASKED, NO_LISTS
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Progress
from unionoffice.kernel.text import mask_called, mask_numbers
from unionoffice.models.office import Office
from unionoffice.services.approval_cases import Cases, Chain
from unionoffice.services.forms import tags as form_tags
from unionoffice.services.forms import values as form_values
from unionoffice.services.forms.completing import LAST, completed, lasting
from unionoffice.services.forms.context import Context, Read, Wanted
from unionoffice.services.forms.marks import practice_copy
from unionoffice.services.forms.photos import Pictures
from unionoffice.services.forms.request import Request
from unionoffice.services.forms.shelf import readable
from unionoffice.services.forms.tags import Subject
from unionoffice.services.forms.typed import Typed, read_typed
from unionoffice.services.forms.values import read_rows
from unionoffice.services.forms.welfare import batch_part
from unionoffice.services.holidays import calendar
from unionoffice.services.welfare_approval import BATCHES
from unionoffice.store.queries import organisation, welfare
from unionoffice.store.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class Job:
    """A form made ready, and what its copies are filled with; `fields` are the labels it shows.

    `abouts` are the ids of the records behind the copies, "" where there is none. `faults` are sentences about what was
    typed and cannot be read: such copies are looked at, and not given out.
    """

    request: Request
    data: bytes
    book: Book
    read: Read
    fields: tuple[str, ...]
    abouts: tuple[str, ...]
    faults: tuple[str, ...] = ()


def made_ready(
    store: Store,
    office: Office,
    actor: Actor,
    request: Request,
    progress: Progress,
    *,
    masked: bool = False,
    at: datetime | None = None,
) -> Job:
    """Read what a request asks for; `masked` as the screen shows it. `at` is when it is printed, by default now.

    Raises UserError for who is gone or not the actor's, Refused for what he may not print, Cancelled as `progress`
    does while photos are read.
    """
    form = request.form
    data, name = readable(form.path)
    if office.practice:
        data = practice_copy(data)
    book = form_tags.prepared(load(data, name), form.subject)
    tags = form_tags.used(book)
    wanted = Wanted(frozenset(form_tags.lists_in(book)), {tag.name for tag in tags})
    given = [{name: value for name, value in each.items() if value not in (None, "")} for each in request.typed]
    given = [_ended(store, form.asked, each) for each in given]
    rows = request.rows
    typed = read_typed(
        book,
        [completed(each, tags, store.clock.today()) for each in given] if form.subject is Subject.FREE else given,
        asked=request.asked,
        filed=rows.filled if rows is not None else (),
        wheres=[row.where for row in rows.rows] if rows is not None and rows.listed else (),
    )
    chains = _chains(store, actor, request)
    if request.photos is not None and not form.photo:
        raise UserError(f"“{form.name}”上没有放照片的地方。")
    if request.rows is not None and not request.rows.rows:
        raise UserError(request.rows.problem or f"“{request.rows.name}”里没有可以填的行。")
    if request.photos is not None and request.row_copies is not None:
        raise UserError(
            f"“{form.name}”从 Excel 填写时不选照片：表里加一列“照片”，写图片的文件名，图片和 Excel 文件放在一起。"
        )
    now, ids = at or store.clock.now(), request.ids
    with store.reading() as session:
        if request.grouped and form.subject is Subject.BATCH:
            ids = [batch_part(each, unit) for each in ids for unit, *_ in welfare.unit_tally(session, each)]
        asked = typed[0].values if request.row_copies is None else {}
        context = Context(
            session, office, actor, now, asked, wanted, form.public or masked, chains, request.photos, progress
        )
        if request.row_copies is not None:
            titles = [row.title for row in request.row_copies]
            pictures = Pictures(rows.folder) if rows is not None and form.photo else None
            read = read_rows(context, zip(titles, (each.values for each in typed), strict=True), pictures)
        else:
            read = form_values.read(form.subject, context, ids)
        if request.grouped and form.subject is Subject.MEMBER:
            read = _grouped(read, [node.name for node in organisation.nodes(session)])
    if masked:
        _mask(read, every=request.rows is not None, lists=form.subject is Subject.FREE)
    fields = dict.fromkeys(tag.text for tag in tags if tag.group not in NO_LISTS or tag.group == ASKED)
    abouts = _abouts(form.subject, read, ids)
    return Job(request, data, book, read, tuple(fields), abouts, tuple(_faults(request, typed)))


def _abouts(subject: Subject, read: Read, ids: Sequence[str]) -> tuple[str, ...]:
    if subject is Subject.FREE:
        return ("",) * len(read.filled)
    if subject is Subject.MEMBER:  # as they were grouped
        return tuple(members[0] if members else "" for members in read.members)
    return tuple(dict.fromkeys(ids))


def _ended(store: Store, names: Sequence[str], asked: dict[str, Any]) -> dict[str, Any]:
    """The same with the last day of a public notice, where its first and its working days are told."""
    if LAST not in names or (hanging := lasting(asked)) is None:
        return asked
    return {**asked, LAST: calendar(store.path).ends(*hanging).isoformat()}


def _faults(request: Request, typed: Sequence[Typed]) -> list[str]:
    """What cannot be read of what was typed, or stands in a row of a file; what was typed once is told once."""
    if request.row_copies is None or request.rows is None:
        return [fault.sentence for each in typed for fault in each.faults]
    same = set(request.asked) - request.rows.filled
    found: dict[str, None] = {}
    for row, each in zip(request.row_copies, typed, strict=True):
        for fault in each.faults:
            found[fault.sentence if fault.name in same else f"{row.where}“{row.title}”的{fault.sentence}"] = None
    return list(found)


def _chains(store: Store, actor: Actor, request: Request) -> dict[str, Chain]:
    """Where approvals stand; refused to who does not see all that is approved."""
    if request.form.subject is not Subject.APPROVAL:
        return {}
    if actor.units is not None:
        raise Refused("您只分管部分分工会，看不到整份名单，不能打印审批表。请分管全会的人办理。")
    cases = Cases(store, BATCHES)
    return {batch_id: cases.chain(batch_id, actor) for batch_id in dict.fromkeys(request.ids)}


def _mask(read: Read, *, every: bool, lists: bool) -> None:
    """Mask what was read otherwise than as a record's field: every single value where nobody typed it, and all that
    stands on `lists` of a form about nothing, which come from files as often as not."""
    for _, values in read.filled:
        groups = [("", [values.single]), *((f"{name}.", items) for name, items in values.lists.items())]
        for group, items in groups:
            for item in items:
                for name, value in item.items():
                    if every or (group and lists):
                        item[name] = _masked(name, value)  # type: ignore[index]  # made for these copies
                    elif isinstance(value, str) and f"{group}{name}" in form_tags.MASKED:
                        item[name] = mask_numbers(value)  # type: ignore[index]


def _masked(name: str, value: Any) -> Any:
    """A value as it may be looked at; a number as such, unless it is one of papers in a cell made for numbers."""
    text = value if isinstance(value, str) else str(value) if isinstance(value, int | Decimal) else ""
    masked = mask_called(name, text)
    return value if masked == text else masked


def _grouped(read: Read, units: Sequence[str]) -> Read:
    """The copies with those of one 分工会 together, in the order of the tree, and its name before each title."""
    places = {name: place for place, name in reversed(list(enumerate(units)))}
    order = sorted(range(len(read.filled)), key=lambda index: places.get(read.groups[index], -1))
    filled = []
    for index in order:
        title, values = read.filled[index]
        filled.append((f"{read.groups[index]} / {title}" if read.groups[index] else title, values))
    return Read(filled, [read.groups[index] for index in order], [read.members[index] for index in order])
