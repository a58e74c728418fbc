"""What a printed form is known by when it comes back (核验码, F75): whose it is, and a digest of what it shows.

Only what the form shows counts: other fields of the record may change without a word on the paper being wrong. What was
typed for one print is no record; it is part of whose paper it is, so that the rest can be held against today's records.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

from unionoffice.documents.workbook.book import Book
from unionoffice.documents.workbook.tags import Photo, Values
from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.models.print_mark import PrintMark
from unionoffice.services.forms import tags as form_tags
from unionoffice.services.forms.context import as_asked
from unionoffice.services.forms.filling import Job
from unionoffice.services.forms.request import Request
from unionoffice.services.forms.shelf import Form
from unionoffice.services.forms.tags import Subject
from unionoffice.services.print_marks import by_content, digest_of

_TYPED = re.compile(r"(?P<about>.*?)(?:/(?P<typed>[0-9a-f]{64}))?")


@dataclass(frozen=True, slots=True)
class Paper:
    """One copy: its subject (`PrintMark.subject`), and the digest of what it says."""

    subject: str
    values: bytes


def papers(job: Job) -> Iterator[Paper]:
    """What each copy is known by."""
    form, names = job.request.form, _names(job.book)
    for about, (_, values) in zip(job.abouts, job.read.filled, strict=True):
        typed, record = _parted(values, names, set(as_asked(job.request.asked)))
        if form.subject is Subject.FREE:
            digest = digest_of([typed, record, values.lists])
            yield Paper(by_content(form.key, digest), digest)
            continue
        digest, more = digest_of([record, _shown(values, names)]), digest_of(typed).hex() if typed else ""
        yield Paper("/".join(filter(None, (form.key, about, more))), _with(digest, more))


def todays_digests(
    marks: Sequence[PrintMark], forms: Sequence[Form], made_ready: Callable[[Request, datetime], Job]
) -> dict[str, bytes]:
    """What printed forms would say today, by code; `made_ready` reads a request as on a day.

    Without those that nobody can tell: about nothing, of a form that has changed since, of records that are gone, and
    where a list follows from what was typed.
    """
    on_shelf = {form.key: form for form in forms if form.subject is not Subject.FREE and not form.problem}
    wanted = []
    for mark in marks:
        label, _, rest = mark.subject.partition("/")
        name, _, rest = rest.partition("/")
        form, found = on_shelf.get(f"{label}/{name}"), _TYPED.fullmatch(rest)
        if form is None or found is None or _changed_since(form, mark.issued_at):
            continue
        if found["typed"] and form.subject is Subject.UNIT:
            continue
        wanted.append((form.key, mark.issued_at, found["about"], found["typed"] or "", mark.code))
    digests: dict[str, bytes] = {}
    for (key, at), group in groupby(sorted(wanted), lambda each: each[:2]):
        these = list(group)
        ids = list(dict.fromkeys(about for _, _, about, _, _ in these))
        today = _records(on_shelf[key], at, ids, made_ready)
        digests |= {code: _with(today[about], typed) for _, _, about, typed, code in these if about in today}
    return digests


def _records(
    form: Form, at: datetime, ids: Sequence[str], made_ready: Callable[[Request, datetime], Job]
) -> dict[str, bytes]:
    """The digests of what these records say on a form, without those that are gone."""
    try:
        job = made_ready(Request(form, ids), at)
    except (UserError, EnvironmentFault):
        each = (_records(form, at, [one], made_ready) for one in ids) if len(ids) > 1 else ()
        return {about: digest for found in each for about, digest in found.items()}
    names = _names(job.book)
    return {
        about: digest_of([_parted(values, names, set())[1], _shown(values, names)])
        for about, (_, values) in zip(job.abouts, job.read.filled, strict=True)
    }


def _changed_since(form: Form, at: datetime) -> bool:
    try:
        return datetime.fromtimestamp(form.path.stat().st_mtime) > at
    except (OSError, OverflowError, ValueError):
        return True


def _with(record: bytes, typed: str) -> bytes:
    return digest_of([record.hex(), typed]) if typed else record


def _names(book: Book) -> frozenset[str]:
    return frozenset(name for tag in form_tags.used(book) for name in (tag.name, tag.text))


def _parted(values: Values, names: frozenset[str], given: set[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was typed for the print, a picture chosen for it included, and what the record says, as far as it shows."""
    typed: dict[str, Any] = {}
    record: dict[str, Any] = {}
    for name, value in values.single.items():
        if isinstance(value, Photo):
            typed[name] = sha256(value.data).hexdigest()
        elif name in given or name.startswith(form_tags.ASKED_NAMES):
            if value:
                typed[name] = value
        elif name in names and name not in form_tags.OF_THE_PRINT:
            record[name] = value
    return typed, record


def _shown(values: Values, names: frozenset[str]) -> dict[str, list[dict[str, Any]]]:
    """The lists with the columns that the form shows."""
    return {
        group: [{name: value for name, value in item.items() if name in names} for item in items]
        for group, items in values.lists.items()
    }
