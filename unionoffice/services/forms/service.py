"""Printed forms (表单, F68, F72): workbooks with tags, filled from the office's records, as Excel files and as PDF.

The same plan fills the workbook's own XML and the cells that are printed. Whatever is given out is in the access log
first, with everybody who stands on it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from unionoffice.documents.pdf.fonts import Fonts
from unionoffice.documents.pdf.trust_mark import TrustMark
from unionoffice.documents.workbook.in_package import filled_package
from unionoffice.documents.workbook.loading import load
from unionoffice.documents.workbook.plan import Planner
from unionoffice.documents.workbook.printing import Printed, print_forms
from unionoffice.documents.workbook.tags import Known
from unionoffice.documents.workbook.wording import labels
from unionoffice.kernel.errors import EnvironmentFault, Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Progress, Silent, step
from unionoffice.kernel.text import squash
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.base import Record
from unionoffice.models.member import Member
from unionoffice.models.office import Office
from unionoffice.models.organisation import Unit
from unionoffice.models.permission import may, permit
from unionoffice.models.print_mark import PrintMark
from unionoffice.models.welfare import Batch
from unionoffice.services.access_log import Access, AccessLog
from unionoffice.services.files import write
from unionoffice.services.filing import filed
from unionoffice.services.forms import files as form_files
from unionoffice.services.forms import tags as form_tags
from unionoffice.services.forms.context import Filled
from unionoffice.services.forms.filling import Job, made_ready
from unionoffice.services.forms.findings import Finding, FindingKind, findings, gaps, glyphs, unseen
from unionoffice.services.forms.public import private_words, refuse_private, refuse_private_words
from unionoffice.services.forms.request import Request
from unionoffice.services.forms.rows import Rows, read_rows
from unionoffice.services.forms.shelf import Form, Listed, Shelf, is_public, readable, replaced, tagged_copy
from unionoffice.services.forms.subjects import papers, todays_digests
from unionoffice.services.forms.tags import Subject
from unionoffice.services.forms.welfare import batch_part
from unionoffice.services.offices import Offices
from unionoffice.services.print_marks import PrintMarks, Wanted
from unionoffice.store.engine import reason
from unionoffice.store.queries import forms as queries
from unionoffice.store.queries import imports as import_queries
from unionoffice.store.queries import organisation
from unionoffice.store.scope import unseen_fields
from unionoffice.store.unit_of_work import Store

__all__ = ["Finding", "FindingKind", "Form", "FormPdf", "Forms", "Request", "Rows", "Subject", "Unseen", "batch_part"]

_REMEMBERED = timedelta(days=400)
"""What is typed once a year is still offered; what nobody printed since is forgotten."""

_MODELS: Mapping[Subject, type[Record]] = {
    Subject.MEMBER: Member,
    Subject.ROLL: Unit,
    Subject.UNIT: Unit,
    Subject.BATCH: Batch,
    Subject.APPROVAL: Batch,
}
_MOST_TOLD = 5
_NOBODY = Silent()
_Draw = Callable[[Fonts], bytes]


@dataclass(frozen=True, slots=True)
class FormPdf:
    """A printed PDF: its bytes, its pages, the characters that no font has, each once, and whose copies they are."""

    data: bytes
    pages: int
    missing: str
    titles: tuple[str, ...]
    unseen: tuple[Finding, ...] = ()
    """What of the form and of what was filled in cannot be seen, or not as what it is."""


class Unseen(Refused):
    """Papers would be given out of which something that was filled in cannot be seen; `Request.gaps` allows it."""


class Forms:
    """The forms of one office. What is read is what whoever has the office open may see."""

    def __init__(
        self, store: Store, offices: Offices, access: AccessLog, marks: PrintMarks, fonts: Callable[[], Fonts]
    ) -> None:
        self._marks = marks
        self._store = store
        self._offices = offices
        self._access = access
        self._fonts = fonts
        self._shelf = Shelf(store.path)

    def shelf(self) -> list[Form]:
        """Every form, by subject and name; one's own in the place of a shipped one of the same name."""
        return self._shelf.forms()

    def listed(self) -> list[Listed]:
        """The names of all forms, for who needs no more: reading every form takes a second."""
        return self._shelf.listed()

    def named(self, name: str, subject: Subject | None = None) -> Form:
        """The one form of a name. Raises UserError when there is none, or several and no subject is given."""
        return self._shelf.named(name, subject)

    @property
    def folder(self) -> Path:
        """Where the office's own forms lie, a folder for each subject; it need not be there yet."""
        return self._shelf.own

    def known(self, subject: Subject) -> Known:
        """The tags that a form of this subject may use."""
        return form_tags.known(subject)

    def check(self, path: Path, subject: Subject) -> tuple[str, ...]:
        """What a workbook would ask for as a form. Raises UserError, naming the cell, with what is wrong in it."""
        data, called = readable(path)
        asked = self._shelf.check(data, called, subject)
        self._fit_to_hang(data, called, Path(called).stem)
        return asked

    def add(self, path: Path, subject: Subject, name: str = "", *, replacing: bool = False) -> Form:
        """Take a workbook with tags onto the office's own shelf. Raises UserError as `check` does.

        Refused where an own form of that name is already there, unless `replacing`.
        """
        permit(self._actor, "office:form")
        data, called = readable(path)
        return self._keep(data, called, subject, name or Path(called).stem, replacing=replacing)

    def take_in(
        self, path: Path, subject: Subject, cells: Mapping[str, str], name: str, *, replacing: bool = False
    ) -> Form:
        """Take somebody else's workbook, with tags put into the chosen cells and nothing else changed (F72).

        `cells` is {"D5": "姓名", "家庭!B3": "家庭成员.姓名", …}. Raises UserError as `add` does.
        """
        permit(self._actor, "office:form")
        if not cells:
            raise UserError("还没有选要填的格子。")
        data, called = tagged_copy(path, cells)
        return self._keep(data, called, subject, name or Path(called).stem, replacing=replacing)

    def replaced(self, path: Path, cells: Mapping[str, str]) -> list[tuple[str, str]]:
        """The words that `take_in` puts tags in the place of: (cell, words). Raises UserError as it does."""
        return replaced(path, cells)

    def replaces(self, form: Form) -> bool:
        """Whether an own form stands in the place of a shipped one."""
        return self._shelf.replaces(form)

    def ships(self, name: str, subject: Subject) -> bool:
        """Whether the program has a form of that name, which an own one would stand in the place of."""
        return self._shelf.ships(name, subject)

    def remove(self, form: Form) -> None:
        """Take an own form off the shelf; a shipped one of that name is there again."""
        permit(self._actor, "office:form")
        if not form.own:
            raise Refused(f"“{form.name}”是程序自带的表单，不能删除。")
        try:
            form.path.unlink(missing_ok=True)
        except OSError as fault:
            raise EnvironmentFault(f"“{form.path.name}”没有删除：{reason(fault)}。") from fault

    def members_of(self, unit_id: str) -> list[str]:
        """Everybody in standing under a unit and below it, whom whoever works here is in charge of."""
        with self._store.reading() as session:
            below = organisation.descendants(session, (unit_id,))
            return [member.id for member in queries.members_in(session, below)]

    def remembered(self, form: Form, ids: Sequence[str] = ()) -> dict[str, str]:
        """What whoever works here typed last for a form, for the names it still asks.

        Of a form about a person it is what was typed about this one, and nothing where several are meant or nobody.
        """
        key = form.key_for(ids)
        if not key:
            return {}
        with self._store.reading() as session:
            kept = queries.recall(session, self._actor.user_id or "", key)
        return {name: text for name, text in kept.items() if name in form.asked}

    def rows(
        self,
        form: Form,
        path: Path,
        progress: Progress = _NOBODY,
        *,
        sheet: str = "",
        meanings: Mapping[str, str] | None = None,
    ) -> Rows:
        """An Excel file's rows for a form about nothing, matched as the office said before and now by `meanings`.

        `meanings` are the form's fields by heading, "" for nothing. Raises UserError for a heading or field that there
        is not, and as `read_rows` does.
        """
        if form.problem:
            raise UserError(f"“{form.name}”不能打印：{form.problem}")
        if form.subject is not Subject.FREE:
            raise UserError(f"“{form.name}”是{form.subject.label}的表单，内容来自登记，不从 Excel 填写。")
        said = {squash(heading).strip(): name for heading, name in (meanings or {}).items()}
        with self._store.reading() as session:
            kept = import_queries.remembered(session, _columns_of(form))
        kept = {heading: name for heading, name in kept.items() if not name or name not in said.values()}
        found = read_rows(
            form,
            path,
            today=self._store.clock.today(),
            practice=self._offices.get().practice,
            progress=progress,
            sheet=sheet,
            meanings=kept | said,
        )
        if unknown := [heading for heading in said if heading not in found.columns]:
            raise UserError(f"“{found.name}”里没有“{unknown[0]}”这一列，有：{'、'.join(found.columns)}。")
        if strange := [name for name in said.values() if name and name not in found.fields]:
            raise UserError(f"“{form.name}”不用填“{strange[0]}”，可以填的有：{'、'.join(found.fields)}。")
        return found

    def remember_columns(self, form: Form, meanings: Mapping[str, str]) -> None:
        """What headings fill in a form from now on, "" for nothing; not kept where the office cannot be written."""
        if meanings and self._access.keeps:
            said = {squash(heading).strip(): name for heading, name in meanings.items()}
            with self._store.working() as session:
                kept = import_queries.remembered(session, _columns_of(form))
                instead = {heading: "" for heading, name in kept.items() if name and name in said.values()}
                import_queries.remember(session, _columns_of(form), instead | said)

    def values(self, request: Request) -> list[Filled]:
        """What each copy is filled with, by title. Not logged: nothing of it may be given out but by `pdf` and `save`.

        Raises UserError for who is gone or not the actor's, Refused for what he may not print.
        """
        self._permit(request.form)
        return self._job(request, _NOBODY).read.filled

    def preflight(self, request: Request, progress: Progress = _NOBODY) -> list[Finding]:
        """What would not be seen on paper as it should be, each with its record and cell. Nothing is given out."""
        self._permit(request.form)
        job = self._job(request, progress)
        return findings(job, self._print(job, io.BytesIO(), self._fonts(), progress), self._fonts())

    def gaps(self, request: Request) -> list[str]:
        """What is missing where the paper says something all the same, such as amounts that a sum lacks."""
        self._permit(request.form)
        return [each.sentence for each in gaps(self._job(request, _NOBODY))]

    def preview(self, request: Request, progress: Progress = _NOBODY) -> FormPdf:
        """What `pdf` would give, to be looked at while a form is being filled in: masked as the screen is, not logged.

        Raises as `values` does.
        """
        self._permit(request.form, masked=True)
        return self._drawn(self._job(request, progress, masked=True), self._fonts(), progress)

    def pdf(self, request: Request, progress: Progress = _NOBODY) -> FormPdf:
        """The copies as one PDF with a bookmark each, to be shown and printed.

        Raises as `values` does, Cancelled as `progress` does, Refused without a purpose where one must be told, and
        for a public form on which a whole number of papers, phones or cards would stand, `Unseen` unless
        `request.gaps` where a text is cut off; who prints is asked about missing characters by what is returned.
        """
        return self._given(request, progress, lambda draw: draw(self._fonts()), self._access.of_bytes)

    def save_pdf(self, request: Request, path: Path, progress: Progress = _NOBODY) -> FormPdf:
        """`pdf`, written to a file fit for filing (PDF/A); `Unseen` also for characters that no font has."""

        def out(entry: Access, data: bytes) -> None:
            write(path, data, self._access.of_file(entry, path))

        def make(draw: _Draw) -> bytes:
            return filed(draw, self._fonts(), title=request.form.name, gaps=True)

        return self._given(request, progress, make, out, kept=True)

    def save_xlsx(self, request: Request, target: Path, progress: Progress = _NOBODY) -> list[Path]:
        """The copies as workbooks: one to a path ending in .xlsx, any number into a folder; returns what was written.

        Only the filled cells differ from the form's own file. Files that are there are never written over in a folder.
        When it is stopped or a disk refuses, none of them is left. Raises as `pdf` does.
        """
        self._permit_out(request)
        job = self._sound(request, progress)
        several = len(job.read.filled) > 1
        names = [
            self.file_name(request.form, title, number=number if several else None)
            for number, (title, _) in enumerate(job.read.filled, start=1)
        ]
        paths = form_files.targets(target, names)
        planner, office, words = Planner(job.book), self._offices.get(), labels(job.book)
        with ExitStack() as unless_done:
            for number, ((title, values), path) in enumerate(zip(job.read.filled, paths, strict=True)):
                step(progress, number, len(paths), title)
                plans = planner.plan(values)
                refuse_private(request.form, office, self._store.clock.today(), title, values, plans, words)
                data = filled_package(job.data, plans, path.name)
                write(path, data, self._access.of_file(_entry(AccessKind.EXPORT, job, copy=number), path))
                unless_done.callback(path.unlink, missing_ok=True)
            unless_done.pop_all()
        self._remember(request)
        return paths

    def todays_digests(self, marks: Sequence[PrintMark]) -> dict[str, bytes]:
        """What printed forms would say today, by code (`subjects.todays_digests`).

        Nothing to who sees a part of the office only, and of forms that show what he may not see.
        """
        actor = self._actor
        if actor.units is not None or not may(actor, "view:members"):
            return {}
        office = self._offices.get()
        unseen = form_tags.of_people(lambda model, name: name in unseen_fields(actor, model))

        def as_on(request: Request, at: datetime) -> Job:
            job = made_ready(self._store, office, actor, request, _NOBODY, at=at)
            if form_tags.shows(job.book, unseen):
                raise Refused(f"“{request.form.name}”上有您不能看的内容。")
            return job

        return todays_digests(marks, self.shelf(), as_on)

    def file_name(self, form: Form, title: str = "", *, number: int | None = None, ending: str = ".xlsx") -> str:
        """What the file of a copy is called, `number` where there are several (`form_files.file_name`)."""
        day, practice = self._store.clock.today(), self._offices.get().practice
        return form_files.file_name(form, day, title, number=number, ending=ending, practice=practice)

    # -- how --------------------------------------------------------------------------------------------------------

    @property
    def _actor(self) -> Actor:
        return self._store.viewer or Actor("")

    def _keep(self, data: bytes, called: str, subject: Subject, name: str, *, replacing: bool) -> Form:
        form_tags.check(load(data, called), subject)
        target = self._shelf.target(name, subject)
        self._fit_to_hang(data, called, target.stem)
        if target.exists() and not replacing:
            raise Refused(f"已经有一张自己的表单叫“{target.stem}”，没有换掉它。请换一个名称，或选择替换。")
        entry = Access(AccessKind.IMPORT, "表单", words=f"{subject.label}表单“{target.stem}”")
        write(target, data, self._access.of_file(entry, target))
        return self._shelf.named(target.stem, subject)

    def _fit_to_hang(self, data: bytes, called: str, name: str) -> None:
        """Refuse a workbook that would be a public form and holds somebody's number or address in its own words."""
        if not is_public(name):
            return
        own, today = self._offices.get().credit_code or "", self._store.clock.today()
        problem = private_words(data, called, own, today)
        if problem is not None:
            raise Refused(f"“{name}”是公示用的，没有收下：{problem.sentence()}请从表里去掉。")

    def _permit_out(self, request: Request) -> None:
        """Refuse who may not print, and whole numbers on paper for which no purpose is told."""
        self._permit(request.form)
        if request.purposeful and not request.purpose.strip():
            name = request.form.name
            raise Refused(f"“{name}”上有完整的证件号码、电话或住址，写明用途后才能打印或导出。", field="purpose")

    def _permit(self, form: Form, *, masked: bool = False) -> None:
        """Refuse who may not print, or may not see whole numbers unless it is `masked`."""
        if form.problem:
            raise UserError(f"“{form.name}”不能打印：{form.problem}")
        permit(self._actor, "print:表单")
        if masked or not form.masked or form.public:
            return
        permit(self._actor, f"reveal:{Member.type_name}")

    def _job(self, request: Request, progress: Progress, *, masked: bool = False) -> Job:
        office = self._offices.get()
        job = made_ready(self._store, office, self._actor, request, progress, masked=masked)
        refuse_private_words(request.form, office, self._store.clock.today(), job.data)
        return job

    def _sound(self, request: Request, progress: Progress) -> Job:
        """A job that may be given out. Raises Refused for what was typed and cannot be read."""
        job = self._job(request, progress)
        if job.faults:
            more = f"（另有 {len(job.faults) - 5} 处）" if len(job.faults) > 5 else ""
            raise Refused(f"“{request.form.name}”没有打印：{''.join(job.faults[:5])}{more}")
        return job

    def _given(
        self,
        request: Request,
        progress: Progress,
        make: Callable[[_Draw], bytes],
        out: Callable[[Access, bytes], object],
        *,
        kept: bool = False,
    ) -> FormPdf:
        """Draw a PDF, log it and hand it `out`; `make` has it drawn, by fonts that it chooses.

        One that is `kept` is not handed out with characters that no font has, unless the request allows gaps.
        """
        self._permit_out(request)
        job = self._sound(request, progress)
        wanted = self._wanted(job)
        marks = self._marks.proposed(wanted, self._actor)
        drawn: list[FormPdf] = []

        def draw(fonts: Fonts) -> bytes:
            drawn.append(self._drawn(job, fonts, progress, marks, kept=kept))
            return drawn[-1].data

        data = make(draw)
        # only now: what is stopped or refused while it is drawn replaces no paper
        if self._marks.issue_all(wanted, self._actor) != marks:
            raise EnvironmentFault(f"“{request.form.name}”刚才在别处也打印了，核验码对不上，请再打印一次。")
        self._marks.given(drawn[-1].data)
        out(_entry(AccessKind.PRINT, job), data)
        self._remember(request)
        return replace(drawn[-1], data=data)

    def _wanted(self, job: Job) -> list[Wanted]:
        """By what each copy is verified; what says when and by whom it is printed is no part of it."""
        form = job.request.form
        model = _MODELS.get(form.subject, Office)
        return [
            Wanted(form.name, form.name, each.subject, each.values, (model, members))
            for each, members in zip(papers(job), job.read.members, strict=True)
        ]

    def _drawn(
        self,
        job: Job,
        fonts: Fonts,
        progress: Progress,
        marks: Sequence[TrustMark | None] | None = None,
        *,
        kept: bool = False,
    ) -> FormPdf:
        """The copies drawn; with `marks` to be given out, and refused where something cannot be seen on them."""
        out = io.BytesIO()
        printed = self._print(job, out, fonts, progress, marks or ())
        found = unseen(job, printed)
        if marks is not None and not job.request.gaps:
            cut = [each for each in found if each.kind is FindingKind.CUT and each.copy is not None]
            _refuse_unseen(job.request.form, cut)
            if kept and printed.missing:
                _refuse_unseen(job.request.form, glyphs(job, printed, fonts), "".join(printed.missing))
        titles = tuple(title for title, _ in job.read.filled)
        return FormPdf(out.getvalue(), printed.pages, "".join(printed.missing), titles, tuple(found))

    def _print(
        self,
        job: Job,
        out: io.BytesIO,
        fonts: Fonts,
        progress: Progress,
        marks: Sequence[TrustMark | None] = (),
    ) -> Printed:
        form = job.request.form
        if form.public:
            planner, office, words = Planner(job.book), self._offices.get(), labels(job.book)
            for title, values in job.read.filled:
                refuse_private(form, office, self._store.clock.today(), title, values, planner.plan(values), words)
        return print_forms(
            job.book,
            ((title or form.name, values) for title, values in job.read.filled),
            fonts,
            out,
            moment=self._store.clock.now(),
            progress=progress,
            total=len(job.read.filled),
            title=form.name,
            marks=marks,
        )

    def _remember(self, request: Request) -> None:
        """Keep what was typed; where the office cannot be written it is not kept."""
        form, asked = request.form, request.asked
        if not form.asked or not self._access.keeps:
            return
        typed = {name: str(asked[name]) for name in form.asked if isinstance(asked.get(name), str) and asked[name]}
        key = form.key_for(request.ids)
        if not key or typed == self.remembered(form, request.ids):
            return
        now = self._store.clock.now()
        with self._store.working() as session:
            queries.forget_before(session, now - _REMEMBERED)
            if key != form.key:  # nor what was kept for everybody, before it was kept by person
                queries.remember(session, self._actor.user_id or "", form.key, {}, now)
            queries.remember(session, self._actor.user_id or "", key, typed, now)


def _refuse_unseen(form: Form, found: Sequence[Finding], signs: str = "") -> None:
    """Raise Unseen, naming the copies and cells, for what cannot be seen; `signs` are characters of the form itself."""
    if not found and not signs:
        return
    told = [f"{' '.join(filter(None, (each.title, each.cell)))}：{each.sentence}" for each in found[:_MOST_TOLD]]
    own = f"“{signs}”没有字体能打印，会印成〓。" if signs and not found else ""
    more = f"另有 {len(found) - _MOST_TOLD} 处。" if len(found) > _MOST_TOLD else ""
    raise Unseen(f"“{form.name}”没有打印，有填的内容在纸上看不到：{own}{''.join(told)}{more}")


def _columns_of(form: Form) -> str:
    """By what the headings of files for a form are remembered; no sender of a roster is called so."""
    return f"表单/{form.key}"


def _entry(kind: AccessKind, job: Job, *, copy: int | None = None) -> Access:
    """The line of the access log of all copies, or of one."""
    request = job.request
    model = _MODELS.get(request.form.subject)
    copies = range(len(job.read.filled)) if copy is None else (copy,)
    people = list(dict.fromkeys(member for each in copies for member in job.read.members[each]))
    single = [each.partition("/")[0] for each in dict.fromkeys(request.ids)]
    if copy is not None and len(single) == len(job.read.filled):
        single = [single[copy]]
    record: Any = "form"
    if model is not None:
        record = (model, single[0]) if len(single) == 1 else model.type_name
    listed: list[tuple[type[Record], Sequence[str]]] = [(Member, people)] if people else []
    if model is not None and model is not Member:
        listed.append((model, single))
    listed_rows = len(job.read.filled[0][1].lists.get(form_tags.listed_in(job.book), ())) if model is None else 0
    return Access(
        kind,
        request.form.name,
        record,
        job.fields,
        len(people) or listed_rows or len(copies),
        words=f"Excel 文件“{request.rows.name}”" if request.rows is not None else "",
        purpose=request.purpose,
        recipient=request.recipient,
        listed=tuple(listed),
    )
