"""Printed forms (表单, F68, F72): workbooks with tags, filled from the office's records, as Excel files and as PDF.

The same plan fills the workbook's own XML and the cells that are printed. Whatever is given out is in the access log
first, with everybody who stands on it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from unionoffice.documents.pdf.fonts import Fonts, Style
from unionoffice.documents.pdf.trust_mark import TrustMark
from unionoffice.documents.workbook.book import Book
from unionoffice.documents.workbook.in_package import filled_package
from unionoffice.documents.workbook.loading import load
from unionoffice.documents.workbook.plan import Planner, SheetPlan
from unionoffice.documents.workbook.printing import Printed, Unfit, print_forms
from unionoffice.documents.workbook.tags import ASKED, NO_LISTS, TAG, Known, Photo, Values, address, tagged
from unionoffice.kernel import dates
from unionoffice.kernel.errors import EnvironmentFault, Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.money import parse_yuan
from unionoffice.kernel.progress import Progress, Silent, step
from unionoffice.kernel.text import mask_numbers
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.base import Record
from unionoffice.models.choices import Choice
from unionoffice.models.member import Member
from unionoffice.models.office import Office
from unionoffice.models.organisation import Unit
from unionoffice.models.permission import permit
from unionoffice.models.public_mask import refused
from unionoffice.models.welfare import Batch
from unionoffice.services import form_tags, form_values
from unionoffice.services.access_log import Access, AccessLog
from unionoffice.services.approval_cases import Cases
from unionoffice.services.files import write
from unionoffice.services.filing import filed
from unionoffice.services.form_marks import practice_copy
from unionoffice.services.form_shelf import Form, Shelf, readable, tagged_copy
from unionoffice.services.form_tags import Subject
from unionoffice.services.form_values import Context, Filled, Read, Wanted, batch_part
from unionoffice.services.offices import Offices
from unionoffice.services.print_marks import PrintMarks, digest_of
from unionoffice.services.print_marks import Wanted as PaperWanted
from unionoffice.services.welfare_approval import BATCHES
from unionoffice.store.engine import reason
from unionoffice.store.queries import forms as queries
from unionoffice.store.queries import organisation, welfare
from unionoffice.store.unit_of_work import Store

__all__ = ["Finding", "FindingKind", "Form", "FormPdf", "Forms", "Subject", "batch_part"]

_REMEMBERED = timedelta(days=400)
"""What is typed once a year is still offered; what nobody printed since is forgotten."""

_MODELS: Mapping[Subject, type[Record]] = {
    Subject.MEMBER: Member,
    Subject.ROLL: Unit,
    Subject.UNIT: Unit,
    Subject.BATCH: Batch,
    Subject.APPROVAL: Batch,
}
_PERIODS: Mapping[Subject, tuple[str, str]] = {
    Subject.MEMBER: ("会员", "长期"),
    Subject.ROLL: ("会员名册", "长期"),
    Subject.UNIT: ("组织", "30年"),
    Subject.BATCH: ("福利", "30年"),
    Subject.APPROVAL: ("福利", "30年"),
    Subject.FREE: ("表单", "10年"),
}
"""What §8.2 calls 分类 and 期限, by what a form is about."""

_NOT_IN_NAMES = frozenset('<>:"/\\|?*')
_NOBODY = Silent()


class FindingKind(Choice):
    """What printing would not show as one expects."""

    GLYPH = "glyph", "缺字"
    NUMBER = "number", "数字放不下"
    SMALLER = "smaller", "缩小打印"
    CUT = "cut", "文字放不下"
    LIST = "list", "名单超出"
    FORMULA = "formula", "公式"
    LOST = "lost", "不能打印的内容"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know before printing: on whose form, in which cell ("" for the form itself), and the sentence."""

    kind: FindingKind
    title: str
    cell: str
    sentence: str


@dataclass(frozen=True, slots=True)
class FormPdf:
    """A printed PDF: its bytes, its pages, and the characters that no font has, each once."""

    data: bytes
    pages: int
    missing: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Job:
    """A form made ready, and what it is to be filled with."""

    form: Form
    data: bytes
    book: Book
    read: Read
    fields: tuple[str, ...]


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
        return self._shelf.check(path, subject)

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

    def remembered(self, form: Form) -> dict[str, str]:
        """What whoever works here typed last for a form, for the names it still asks."""
        with self._store.reading() as session:
            kept = queries.recall(session, self._actor.user_id or "", form.key)
        return {name: text for name, text in kept.items() if name in form.asked}

    def values(self, form: Form, ids: Sequence[str] = (), asked: Mapping[str, Any] | None = None) -> list[Filled]:
        """What each copy is filled with, by title. Not logged: nothing of it may be given out but by `pdf` and `save`.

        `ids` are those of members, units or batches (`batch_part` for one 分工会 of a batch). Raises UserError for who
        is gone or not the actor's, Refused for what he may not print.
        """
        self._permit(form)
        return self._job(form, ids, asked or {}).read.filled

    def preflight(
        self,
        form: Form,
        ids: Sequence[str] = (),
        asked: Mapping[str, Any] | None = None,
        progress: Progress = _NOBODY,
    ) -> list[Finding]:
        """What would not be seen on paper as it should be, each with its record and cell. Nothing is given out."""
        self._permit(form)
        job = self._job(form, ids, asked or {})
        printed = self._print(job, io.BytesIO(), progress)
        found = [
            Finding(FindingKind.LOST, "", "", f"表里的{what}打印不出来，Excel 文件里仍有。") for what in job.book.lost
        ]
        found += self._glyphs(job, printed)
        found += [_unfit(each) for each in printed.unfit]
        found += [
            Finding(FindingKind.FORMULA, "", cell, f"{cell} 的公式本程序算不出来，打印时空着。")
            for cell in dict.fromkeys(printed.unknown_formulas)
        ]
        return found

    def preview(
        self,
        form: Form,
        ids: Sequence[str] = (),
        asked: Mapping[str, Any] | None = None,
        progress: Progress = _NOBODY,
    ) -> FormPdf:
        """What `pdf` would give, to be looked at while a form is being filled in: masked as the screen is, not logged.

        Raises as `values` does.
        """
        if form.problem:
            raise UserError(f"“{form.name}”不能打印：{form.problem}")
        permit(self._actor, "print:表单")
        return self._drawn(self._job(form, ids, asked or {}, masked=True), progress)

    def pdf(
        self,
        form: Form,
        ids: Sequence[str] = (),
        asked: Mapping[str, Any] | None = None,
        *,
        purpose: str = "",
        recipient: str = "",
        grouped: bool = False,
        progress: Progress = _NOBODY,
    ) -> FormPdf:
        """The copies as one PDF with a bookmark each, to be shown and printed; `grouped` puts each 分工会 together.

        `purpose` must be told for a form that shows what is masked elsewhere. Raises as `values` does, Cancelled as
        `progress` does, and Refused for a public form on which a whole number of papers, phones or cards would stand.
        """
        self._permit(form, purpose)
        job = self._job(form, ids, asked or {}, grouped=grouped)
        found = self._drawn(job, progress, marks=self._issued(job))
        self._marks.given(found.data)
        entry = self._entry(AccessKind.PRINT, job, ids, purpose, recipient)
        self._access.of_bytes(entry, found.data)
        self._remember(form, asked or {})
        return found

    def save_pdf(
        self,
        form: Form,
        ids: Sequence[str],
        path: Path,
        asked: Mapping[str, Any] | None = None,
        *,
        purpose: str = "",
        recipient: str = "",
        grouped: bool = False,
        progress: Progress = _NOBODY,
    ) -> FormPdf:
        """`pdf`, written to a file fit for filing (PDF/A)."""
        self._permit(form, purpose)
        job = self._job(form, ids, asked or {}, grouped=grouped)
        drawn: list[FormPdf] = []
        marks = self._issued(job)

        def draw(fonts: Fonts) -> bytes:
            drawn.append(self._drawn(job, progress, fonts, marks))
            return drawn[-1].data

        data = filed(draw, self._fonts(), title=form.name)
        found = replace(drawn[-1], data=data)
        self._marks.given(drawn[-1].data)
        entry = self._entry(AccessKind.PRINT, job, ids, purpose, recipient)
        write(path, found.data, self._access.of_file(entry, path))
        self._remember(form, asked or {})
        return found

    def save_xlsx(
        self,
        form: Form,
        ids: Sequence[str],
        target: Path,
        asked: Mapping[str, Any] | None = None,
        *,
        purpose: str = "",
        recipient: str = "",
        progress: Progress = _NOBODY,
    ) -> list[Path]:
        """The copies as workbooks: one to a path ending in .xlsx, any number into a folder; returns what was written.

        Only the filled cells differ from the form's own file. Files that are there are never written over in a folder.
        When it is stopped or a disk refuses, none of them is left.
        """
        self._permit(form, purpose)
        job = self._job(form, ids, asked or {})
        paths = self._targets(job, target)
        planner = Planner(job.book)
        with ExitStack() as unless_done:
            for number, ((title, values), path) in enumerate(zip(job.read.filled, paths, strict=True)):
                step(progress, number, len(paths), title)
                plans = planner.plan(values)
                self._refuse_private(job, title, values, plans)
                entry = self._entry(AccessKind.EXPORT, job, ids, purpose, recipient, copy=number)
                data = filled_package(job.data, plans, path.name)
                write(path, data, self._access.of_file(entry, path))
                unless_done.callback(path.unlink, missing_ok=True)
            unless_done.pop_all()
        self._remember(form, asked or {})
        return paths

    def file_name(self, form: Form, title: str = "", *, number: int | None = None, ending: str = ".xlsx") -> str:
        """A file's name by 年度-分类-期限-件号 (§8.2): 2026-福利-30年-0001-签领表-机电队.xlsx."""
        category, period = _PERIODS[form.subject]
        year = f"{self._store.clock.today().year}"
        parts = [year, category, period, f"{number:04d}" if number is not None else "", form.name, title]
        if self._offices.get().practice:
            parts.insert(0, "练习")
        named = "-".join(part for part in map(_in_a_name, parts) if part)
        return f"{named[:_LONGEST].rstrip('. ')}{ending}"

    # -- how --------------------------------------------------------------------------------------------------------

    @property
    def _actor(self) -> Actor:
        return self._store.viewer or Actor("")

    def _keep(self, data: bytes, called: str, subject: Subject, name: str, *, replacing: bool) -> Form:
        form_tags.check(load(data, called), subject)
        target = self._shelf.target(name, subject)
        if target.exists() and not replacing:
            raise Refused(f"已经有一张自己的表单叫“{target.stem}”，没有换掉它。请换一个名称，或选择替换。")
        entry = Access(AccessKind.IMPORT, "表单", words=f"{subject.label}表单“{target.stem}”")
        write(target, data, self._access.of_file(entry, target))
        return self._shelf.named(target.stem, subject)

    def _permit(self, form: Form, purpose: str | None = None) -> None:
        if form.problem:
            raise UserError(f"“{form.name}”不能打印：{form.problem}")
        permit(self._actor, "print:表单")
        if not form.masked or form.public:
            return
        permit(self._actor, f"reveal:{Member.type_name}")
        if purpose is not None and not purpose.strip():
            raise Refused(f"“{form.name}”上有完整的证件号码、电话或住址，写明用途后才能打印或导出。", field="purpose")

    def _job(
        self,
        form: Form,
        ids: Sequence[str],
        asked: Mapping[str, Any],
        *,
        grouped: bool = False,
        masked: bool = False,
    ) -> _Job:
        data, name = readable(form.path)
        office = self._offices.get()
        if office.practice:
            data = practice_copy(data)
        book = form_tags.prepared(load(data, name), form.subject)
        tags = form_tags.used(book)
        wanted = Wanted(frozenset(form_tags.lists_in(book)), {tag.name for tag in tags})
        typed = _typed(book, {name: value for name, value in asked.items() if value not in (None, "")})
        chains = self._chains(form, ids)
        with self._store.reading() as session:
            if grouped and form.subject is Subject.BATCH:
                ids = [batch_part(each, unit) for each in ids for unit, *_ in welfare.unit_tally(session, each)]
            context = Context(
                session, office, self._actor, self._store.clock.now(), typed, wanted, form.public or masked
            )
            if form.subject is Subject.APPROVAL:
                read = form_values.read_approvals(context, list(dict.fromkeys(ids)), chains)
            else:
                read = form_values.read(form.subject, context, ids)
            if grouped and form.subject is Subject.MEMBER:
                read = _grouped(read, [node.name for node in organisation.nodes(session)])
        if masked:
            _mask(read)
        fields = dict.fromkeys(tag.text for tag in tags if tag.group not in NO_LISTS or tag.group == ASKED)
        return _Job(form, data, book, read, tuple(fields))

    def _chains(self, form: Form, ids: Sequence[str]) -> dict[str, Any]:
        """Where approvals stand; refused to who does not see all that is approved."""
        if form.subject is not Subject.APPROVAL:
            return {}
        if not ids:
            raise UserError("没有选福利批次，没有可以打印的内容。")
        if self._actor.units is not None:
            raise Refused("您只分管部分分工会，看不到整份名单，不能打印审批表。请分管全会的人办理。")
        cases = Cases(self._store, BATCHES)
        return {batch_id: cases.chain(batch_id, self._actor) for batch_id in dict.fromkeys(ids)}

    def _issued(self, job: _Job) -> list[TrustMark | None]:
        """The marks by which each copy is verified; what says when and by whom it is printed is no part of it."""
        form, wanted = job.form, []
        model = _MODELS.get(form.subject, Office)
        for (title, values), members in zip(job.read.filled, job.read.members, strict=True):
            said = {name: value for name, value in values.single.items() if name not in form_tags.OF_THE_PRINT}
            about = members[0] if form.subject is Subject.MEMBER and members else title
            digest = digest_of([said, values.lists])
            wanted.append(PaperWanted(form.name, form.name, f"{form.key}/{about}", digest, (model, members)))
        return self._marks.issue_all(wanted, self._actor)

    def _drawn(
        self,
        job: _Job,
        progress: Progress,
        fonts: Fonts | None = None,
        marks: Sequence[TrustMark | None] = (),
    ) -> FormPdf:
        out = io.BytesIO()
        printed = self._print(job, out, progress, fonts, marks)
        titles = tuple(title for title, _ in job.read.filled)
        return FormPdf(out.getvalue(), printed.pages, "".join(printed.missing), titles)

    def _print(
        self,
        job: _Job,
        out: io.BytesIO,
        progress: Progress,
        fonts: Fonts | None = None,
        marks: Sequence[TrustMark | None] = (),
    ) -> Printed:
        if job.form.public:
            planner = Planner(job.book)
            for title, values in job.read.filled:
                self._refuse_private(job, title, values, planner.plan(values))
        return print_forms(
            job.book,
            ((title or job.form.name, values) for title, values in job.read.filled),
            fonts or self._fonts(),
            out,
            moment=self._store.clock.now(),
            progress=progress,
            total=len(job.read.filled),
            title=job.form.name,
            marks=marks,
        )

    def _refuse_private(self, job: _Job, title: str, values: Values, plans: Iterable[SheetPlan]) -> None:
        """What hangs on a wall shows nothing that a notice may not hold (F43)."""
        if not job.form.public:
            return
        asked = {name: str(value) for name, value in values.single.items() if name.startswith(f"{ASKED}.")}
        own = [self._offices.get().credit_code or "", *(text for name, text in asked.items() if _to_object(name))]
        for plan in plans:
            cells = [(f"{plan.title}!{address(place)}", str(value)) for place, value in sorted(plan.values.items())]
            for problem in refused(cells, self._store.clock.today(), allowed=own):
                whose = f"“{title}”的" if title else ""
                raise Refused(f"“{job.form.name}”是公示用的，没有打印：{whose}{problem.sentence()}")

    def _glyphs(self, job: _Job, printed: Printed) -> list[Finding]:
        """Characters that no font at hand can draw, and lists that are longer than the lines printed for them."""
        planner, fonts = Planner(job.book), self._fonts()
        found: list[Finding] = []
        for title, values in job.read.filled:
            for plan in planner.plan(values):
                found += _long_lists(job.book, title, plan)
                if not printed.missing:
                    continue
                for place, value in plan.values.items():
                    text = "" if isinstance(value, Photo) else str(value)
                    if missing := fonts.missing(text, Style.SONG):
                        where = f"{plan.title}!{address(place)}"
                        sentence = f"“{missing}”没有字体能打印，会印成〓。可以把有这个字的字体放进 fonts 文件夹。"
                        found.append(Finding(FindingKind.GLYPH, title, where, sentence))
        return found

    def _entry(
        self,
        kind: AccessKind,
        job: _Job,
        ids: Sequence[str],
        purpose: str,
        recipient: str,
        *,
        copy: int | None = None,
    ) -> Access:
        model = _MODELS.get(job.form.subject)
        copies = range(len(job.read.filled)) if copy is None else (copy,)
        people = list(dict.fromkeys(member for each in copies for member in job.read.members[each]))
        single = [each.partition("/")[0] for each in dict.fromkeys(ids)]
        if copy is not None and len(single) == len(job.read.filled):
            single = [single[copy]]
        record: Any = "form"
        if model is not None:
            record = (model, single[0]) if len(single) == 1 else model.type_name
        listed: list[tuple[type[Record], Sequence[str]]] = [(Member, people)] if people else []
        if model is not None and model is not Member:
            listed.append((model, single))
        rows = len(people) or len(copies)
        return Access(
            kind, job.form.name, record, job.fields, rows, purpose=purpose, recipient=recipient, listed=tuple(listed)
        )

    def _targets(self, job: _Job, target: Path) -> list[Path]:
        count = len(job.read.filled)
        if target.suffix.lower() == ".xlsx" and not target.is_dir():
            if count != 1:
                raise UserError(f"有 {count} 份，一个 Excel 文件只放一份，请选一个文件夹。")
            return [target]
        if not target.is_dir():
            raise UserError(f"文件夹“{target}”不存在。请先建立文件夹，或换一个位置。")
        paths = [
            target / self.file_name(job.form, title, number=number if count > 1 else None)
            for number, (title, _) in enumerate(job.read.filled, start=1)
        ]
        if taken := [path.name for path in paths if path.exists()]:
            raise UserError(
                f"文件夹里已经有“{taken[0]}”{'等文件' if len(taken) > 1 else ''}，没有改动它。请换一个文件夹。"
            )
        return paths

    def _remember(self, form: Form, asked: Mapping[str, Any]) -> None:
        """Keep what was typed; where the office cannot be written it is not kept."""
        if not form.asked or not self._access.keeps:
            return
        typed = {name: str(asked[name]) for name in form.asked if isinstance(asked.get(name), str) and asked[name]}
        if typed == self.remembered(form):
            return
        now = self._store.clock.now()
        with self._store.working() as session:
            queries.forget_before(session, now - _REMEMBERED)
            queries.remember(session, self._actor.user_id or "", form.key, typed, now)


_LONGEST = 100


def _to_object(name: str) -> bool:
    """Whether what is asked for is where people shall call, come or write to object."""
    return any(word in name for word in ("电话", "地址", "地点", "邮箱"))


def _in_a_name(text: str) -> str:
    return "".join(sign for sign in text if sign not in _NOT_IN_NAMES and sign.isprintable()).strip()


def _mask(read: Read) -> None:
    """Mask the numbers that were read otherwise than as a record's field."""
    for _, values in read.filled:
        groups = [("", [values.single]), *((f"{name}.", items) for name, items in values.lists.items())]
        for group, items in groups:
            for item in items:
                for name, value in item.items():
                    if isinstance(value, str) and f"{group}{name}" in form_tags.MASKED:
                        item[name] = mask_numbers(value)  # type: ignore[index]  # made for these copies


def _grouped(read: Read, units: Sequence[str]) -> Read:
    """The copies with those of one 分工会 together, in the order of the tree, and its name before each title."""
    places = {name: place for place, name in reversed(list(enumerate(units)))}
    order = sorted(range(len(read.filled)), key=lambda index: places.get(read.groups[index], -1))
    filled = []
    for index in order:
        title, values = read.filled[index]
        filled.append((f"{read.groups[index]} / {title}" if read.groups[index] else title, values))
    return Read(filled, [read.groups[index] for index in order], [read.members[index] for index in order])


def _typed(book: Book, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, as an amount or a day where the cell that it fills alone has such a format."""
    found = dict(asked)
    for sheet in book.sheets:
        for place, text, tags in tagged(sheet):
            name = tags[0].name
            if TAG.fullmatch(text.strip()) is None or tags[0].how or not isinstance(found.get(name), str):
                continue
            look = sheet.cells[place].look.format
            if tags[0].group in ("", ASKED) and look not in ("General", "@"):
                found[name] = _of_format(found[name], look)
    return found


def _of_format(typed: str, look: str) -> Any:
    if any(sign in look for sign in "0#") and not any(sign in look for sign in "yd"):
        try:
            return form_values.yuan(parse_yuan(typed))
        except ValueError:
            return typed
    iso = dates.read_text(typed).iso or ""
    return date.fromisoformat(iso) if len(iso) == 10 else typed


def _unfit(found: Unfit) -> Finding:
    text = found.text if len(found.text) <= 20 else f"{found.text[:20]}…"
    if found.shrunk:
        return Finding(FindingKind.SMALLER, found.title, found.cell, f"“{text}”放不下，会用小一些的字打印。")
    if _is_number(found.text):
        return Finding(FindingKind.NUMBER, found.title, found.cell, f"“{text}”放不下，会显示为 ###，请把这一列加宽。")
    return Finding(FindingKind.CUT, found.title, found.cell, f"“{text}”放不下，后面的看不到，请缩短或把格子加大。")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _long_lists(book: Book, title: str, plan: SheetPlan) -> list[Finding]:
    """Lists that grow a form of one page, which has lines printed for them."""
    sheet = next(sheet for sheet in book.sheets if sheet.title == plan.title)
    if sheet.title_rows is not None:
        return []
    found = []
    for block in plan.blocks:
        printed = block.last - block.first + 1
        if block.breaks or printed < 2 or block.grown <= 0:
            continue
        name = next(
            (tag.group for place, _, tags in tagged(sheet) if place[0] == block.first for tag in tags if tag.group), ""
        )
        sentence = f"“{name}”有 {len(block.rows)} 项，表上印了 {printed} 行，会加 {block.grown} 行，可能多出一页。"
        found.append(Finding(FindingKind.LIST, title, f"{plan.title}!{address((block.first, 1))}", sentence))
    return found
