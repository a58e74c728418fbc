"""Official papers (公文, F70): templates of ours and of the office, filled, set by the standard, shown and filed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from unionoffice.documents.official.document import Head, Kind, OfficialDocument
from unionoffice.documents.official.drawing import draw
from unionoffice.documents.official.marks import Lack
from unionoffice.documents.official.remarks import remarks
from unionoffice.documents.official.templates import FieldKind, TagField, Template, Value, fill, read_template
from unionoffice.documents.official.typesetting import typeset
from unionoffice.documents.pdf.fonts import Fonts
from unionoffice.documents.pdf.trust_mark import TrustMark
from unionoffice.documents.sign_sheet import PRACTICE_MARK
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.office import Office
from unionoffice.models.rule_pack import rule_on
from unionoffice.services.access_log import Access, AccessLog
from unionoffice.services.file_names import archive_name
from unionoffice.services.files import write
from unionoffice.services.filing import filed
from unionoffice.services.filled_in import PAPER
from unionoffice.services.offices import Offices
from unionoffice.services.paper_checks import PaperChecks
from unionoffice.services.paper_templates import PaperTemplates, Shelf
from unionoffice.services.print_marks import PrintMarks, digest_of
from unionoffice.store.unit_of_work import Store

__all__ = ["PAPERS", "OfficialDocuments", "Outcome", "Shelf", "TagField", "Template", "shows_example"]

PAPERS = PAPER
"""What papers are logged as: they are about no record."""

_NAMED = (FieldKind.TEXT, FieldKind.PARAGRAPHS, FieldKind.NAMES, FieldKind.PHONE)
_SIGNED, _DATED, _YEAR = "署名", "成文日期", "年份"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a filled paper comes out: its pages, and what cannot be printed on them."""

    document: OfficialDocument
    pages: int
    missing: tuple[Lack, ...]
    notes: tuple[str, ...] = ()
    """What to look at again before it leaves: namesakes in a list for the public, working days that do not fit, words
    that are not printed."""


class OfficialDocuments:
    """The papers of one office. Whatever is given out is in the access log first."""

    def __init__(
        self, store: Store, offices: Offices, access: AccessLog, marks: PrintMarks, fonts: Callable[[], Fonts]
    ) -> None:
        self._marks = marks
        self.templates = PaperTemplates(store, access)
        self.checks = PaperChecks(store)
        self._store = store
        self._offices = offices
        self._access = access
        self._fonts = fonts

    def shelf(self) -> Shelf:
        """Every template at hand."""
        return self.templates.shelf()

    def template(self, key: str, text: str | None = None) -> Template:
        """The template of a key, or what `text` makes of it for one paper. Raises UserError with what is wrong."""
        return self.templates.template(key) if text is None else read_template(text, key)

    def first_values(self, key: str, *, text: str | None = None) -> dict[str, Value]:
        """What is known before anything is typed: the office's name as signature, today, this year."""
        today = self._store.clock.today()
        known: dict[str, Value] = {_SIGNED: self._offices.get().name, _DATED: today, _YEAR: today.year}
        return {field.name: known[field.name] for field in self.template(key, text).fields if field.name in known}

    def check(self, key: str, values: Mapping[str, Value], *, text: str | None = None) -> Outcome:
        """The filled paper with its number of pages and what no font can print, before anything is drawn.

        Raises UserError for fields left open and periods that cannot be, Refused for a paper for the public with
        private numbers.
        """
        template = self.template(key, text)
        document = self._finished(template, values)
        laid = typeset(document, self._fonts())
        return Outcome(document, len(laid.pages), laid.missing, self._notes(template, document, values))

    def preview(
        self, key: str, values: Mapping[str, Value], *, red_head: bool = True, text: str | None = None
    ) -> tuple[bytes, Outcome]:
        """The paper while it is being filled in: what is open shows its name, or its example where words cannot stand.

        Not logged: nothing of it is about a record, and what is given out is given by `pdf` and `save`.
        """
        template = self.template(key, text)
        known = {field.name: values.get(field.name) or _open(field) for field in template.asked}
        filled = fill(template, known)
        document = _headed(filled, red_head)
        laid = typeset(document, self._fonts())
        outcome = Outcome(document, len(laid.pages), laid.missing, self._notes(template, filled, values))
        return self._drawn(document, self._fonts()), outcome

    def pdf(self, key: str, values: Mapping[str, Value], *, red_head: bool = True, text: str | None = None) -> bytes:
        """The paper, to be shown and printed; without `red_head` for paper that bears one already."""
        template = self.template(key, text)
        document = self._finished(template, values)
        data = self._drawn(_headed(document, red_head), self._fonts(), self._marked(template, document))
        self._marks.given(data)
        return self._access.of_bytes(_access(template), data)

    def save(
        self, key: str, values: Mapping[str, Value], path: Path, *, red_head: bool = True, text: str | None = None
    ) -> None:
        """Write the paper as a file fit for filing."""
        template = self.template(key, text)
        document = self._finished(template, values)
        title, headed = document.title.replace("\n", ""), _headed(document, red_head)
        mark = self._marked(template, document)
        data = filed(lambda fonts: self._drawn(headed, fonts, mark), self._fonts(), title=title)
        self._marks.given(data)
        write(path, data, self._access.of_file(_access(template), path))

    def file_name(self, template: Template, document: OfficialDocument) -> str:
        """A name by 年度-分类-期限-件号 for the paper as a file.

        件号 counts the papers of the year with the same period that were given out; one that was already keeps its own.
        It is left out where nobody knows what was given out.
        """
        year = (document.dated or self._store.clock.today()).year
        category, period = self._filed_as(template, document.kind)
        given = self._marks.given_in(year, f"{PAPERS}:")
        number = None
        if given is not None:
            templates = {each.key: each for each in self.templates.shelf().templates}
            same = [
                subject
                for subject, kind in given
                if self._filed_as(templates.get(subject.split(":")[1]), kind)[1] == period
            ]
            own = _subject(template, document)
            number = same.index(own) + 1 if own in same else len(same) + 1
        title = document.title.replace("\n", "")[:60]
        return archive_name(
            title, year=year, category=category, period=period, number=number, practice=self._offices.get().practice
        )

    def _finished(self, template: Template, values: Mapping[str, Value]) -> OfficialDocument:
        """The paper as it leaves."""
        self.checks.refuse(template, values)
        return fill(template, values)

    def _notes(self, template: Template, document: OfficialDocument, values: Mapping[str, Value]) -> tuple[str, ...]:
        return (*self.checks.notes(template, values), *remarks(template, document, values))

    def _marked(self, template: Template, document: OfficialDocument) -> TrustMark | None:
        """The mark by which the paper is verified, the same on paper with a head printed before and without.

        One number is one paper; without a number, one title of one day. Of either only a digest is kept, because
        titles hold names.
        """
        about = (Office, [self._offices.get().id])
        subject = _subject(template, document)
        return self._marks.issue(template.name, subject, digest_of(document), about, form=document.kind.value)

    def _filed_as(self, template: Template | None, kind: str) -> tuple[str, str]:
        """分类 and 期限: as the template says, else as papers of the kind are filed."""
        kinds = rule_on("filing", self._store.clock.today()).values["kinds"]
        category, period, *_ = kinds.get(kind, kinds[Kind.NOTICE])
        return (template and template.category) or category, (template and template.period) or period

    def _drawn(self, document: OfficialDocument, fonts: Fonts, mark: TrustMark | None = None) -> bytes:
        watermark = PRACTICE_MARK if self._offices.get().practice else ""
        return draw(typeset(document, fonts), fonts=fonts, watermark=watermark, mark=mark)


def shows_example(field: TagField) -> bool:
    """Whether a preview shows a field's example while it is open: words cannot stand in its place."""
    return not field.optional and field.kind not in _NAMED


def _open(field: TagField) -> Value:
    """What stands in the place of a field that is not filled in yet: its name, or its example."""
    if field.optional:
        return ""
    name = f"〔{field.name}〕"
    return field.example if shows_example(field) else (name,) if field.kind is FieldKind.NAMES else name


def _headed(document: OfficialDocument, red_head: bool) -> OfficialDocument:
    return document if red_head else replace(document, head=Head.NONE)


def _subject(template: Template, document: OfficialDocument) -> str:
    """Which paper it is, whatever stands in it."""
    called = document.number or f"{document.title}/{document.dated}"
    return f"{PAPERS}:{template.key}:{digest_of(called).hex()[:16]}"


def _access(template: Template) -> Access:
    return Access(AccessKind.PRINT, template.name, PAPERS, [field.name for field in template.asked])
