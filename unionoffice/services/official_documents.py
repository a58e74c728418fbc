"""Official papers (公文, F70): templates of ours and of the office, filled, set by the standard, shown and filed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from unionoffice.documents.official.document import Head, OfficialDocument
from unionoffice.documents.official.drawing import draw
from unionoffice.documents.official.marks import Lack
from unionoffice.documents.official.templates import FieldKind, TagField, Template, Value, fill, read_template
from unionoffice.documents.official.typesetting import typeset
from unionoffice.documents.pdf.fonts import Fonts
from unionoffice.documents.sign_sheet import PRACTICE_MARK
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.resources import resource
from unionoffice.models.access_entry import AccessKind
from unionoffice.services.access_log import Access, AccessLog
from unionoffice.services.files import write
from unionoffice.services.filing import filed
from unionoffice.services.offices import Offices
from unionoffice.store.engine import reason
from unionoffice.store.unit_of_work import Store

__all__ = ["PAPERS", "Broken", "OfficialDocuments", "Outcome", "Shelf", "TagField", "Template", "file_name"]

PAPERS = "official_document"
"""What papers are logged as: they are about no record."""

FOLDER = "documents"
"""The folder beside the office file whose templates replace ours of the same name or stand beside them."""

_SIGNED, _DATED, _YEAR = "署名", "成文日期", "年份"


@dataclass(frozen=True, slots=True)
class Broken:
    """A template that cannot be used, and why."""

    file: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The templates at hand; `own` are the keys of those that the office wrote itself."""

    templates: tuple[Template, ...]
    own: frozenset[str]
    broken: tuple[Broken, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a filled paper comes out: its pages, and what cannot be printed on them."""

    document: OfficialDocument
    pages: int
    missing: tuple[Lack, ...]


class OfficialDocuments:
    """The papers of one office. Whatever is given out is in the access log first."""

    def __init__(self, store: Store, offices: Offices, access: AccessLog, fonts: Callable[[], Fonts]) -> None:
        self._store = store
        self._offices = offices
        self._access = access
        self._fonts = fonts

    def shelf(self) -> Shelf:
        """Every template, by its name. An office's broken one hides ours, so that nobody prints the wrong paper."""
        found: dict[str, Template] = {}
        broken: dict[str, Broken] = {}
        own: set[str] = set()
        for path, is_own in self._files():
            found.pop(path.stem, None)
            try:
                found[path.stem] = read_template(_text(path), path.stem)
                own |= {path.stem} if is_own else set()
            except UserError as fault:
                broken[path.stem] = Broken(path.name, fault.sentence)
        return Shelf(
            tuple(sorted(found.values(), key=lambda template: template.name)), frozenset(own), tuple(broken.values())
        )

    def template(self, key: str) -> Template:
        """One template; raises UserError with what is wrong in it, or when there is none."""
        paths = [path for path, _ in self._files() if path.stem == key]
        if not paths:
            raise UserError(f"没有“{key}”这个公文模板，请刷新列表。")
        try:
            return read_template(_text(paths[-1]), key)
        except UserError as fault:
            raise UserError(f"模板“{paths[-1].name}”有错。{fault.sentence}") from None

    def first_values(self, key: str) -> dict[str, Value]:
        """What is known before anything is typed: the office's name as signature, today, this year."""
        today = self._store.clock.today()
        known: dict[str, Value] = {_SIGNED: self._offices.get().name, _DATED: today, _YEAR: today.year}
        return {field.name: known[field.name] for field in self.template(key).fields if field.name in known}

    def check(self, key: str, values: Mapping[str, Value]) -> Outcome:
        """The filled paper with its number of pages and what no font can print, before anything is drawn.

        Raises UserError for fields left open, Refused for a paper for the public with private numbers.
        """
        document = fill(self.template(key), values)
        laid = typeset(document, self._fonts())
        return Outcome(document, len(laid.pages), laid.missing)

    def preview(self, key: str, values: Mapping[str, Value], *, red_head: bool = True) -> tuple[bytes, Outcome]:
        """The paper while it is being filled in: what is open shows its name, or its example where words cannot stand.

        Not logged: nothing of it is about a record, and what is given out is given by `pdf` and `save`.
        """
        template = self.template(key)
        known = {field.name: values.get(field.name) or _open(field) for field in template.fields}
        document = _headed(fill(template, known), red_head)
        laid = typeset(document, self._fonts())
        return self._drawn(document, self._fonts()), Outcome(document, len(laid.pages), laid.missing)

    def pdf(self, key: str, values: Mapping[str, Value], *, red_head: bool = True) -> bytes:
        """The paper, to be shown and printed; without `red_head` for paper that bears one already."""
        template = self.template(key)
        document = _headed(fill(template, values), red_head)
        return self._access.of_bytes(_access(template), self._drawn(document, self._fonts()))

    def save(self, key: str, values: Mapping[str, Value], path: Path, *, red_head: bool = True) -> None:
        """Write the paper as a file fit for filing."""
        template = self.template(key)
        document = _headed(fill(template, values), red_head)
        title = document.title.replace("\n", "")
        data = filed(lambda fonts: self._drawn(document, fonts), self._fonts(), title=title)
        write(path, data, self._access.of_file(_access(template), path))

    def copy_shipped(self, key: str) -> Path:
        """Put our template into the office's folder, to be changed there; one that is there already is kept."""
        shipped = resource(f"{FOLDER}/{key}.txt")
        if not shipped.is_file():
            raise UserError(f"程序里没有“{key}”这个公文模板。")
        target = self._folder / shipped.name
        if not target.exists():
            self._folder.mkdir(exist_ok=True)
            write(target, shipped.read_bytes())
        return target

    @property
    def _folder(self) -> Path:
        return self._store.path.parent / FOLDER

    def _files(self) -> list[tuple[Path, bool]]:
        """The files of templates, the office's own behind ours."""
        return [
            *((path, False) for path in sorted(resource(FOLDER).glob("*.txt"))),
            *((path, True) for path in sorted(self._folder.glob("*.txt"))),
        ]

    def _drawn(self, document: OfficialDocument, fonts: Fonts) -> bytes:
        watermark = PRACTICE_MARK if self._offices.get().practice else ""
        return draw(typeset(document, fonts), fonts=fonts, watermark=watermark)


def _open(field: TagField) -> Value:
    """What stands in the place of a field that is not filled in yet."""
    if field.optional:
        return ""
    return f"〔{field.name}〕" if field.kind in (FieldKind.TEXT, FieldKind.PARAGRAPHS) else field.example


def _headed(document: OfficialDocument, red_head: bool) -> OfficialDocument:
    return document if red_head else replace(document, head=Head.NONE)


def file_name(document: OfficialDocument, day: date) -> str:
    """A name for the file: the year, the kind and the title, without what file systems do not take."""
    title = "".join(char for char in document.title if char not in '<>:"/\\|?*\n\t')
    return f"{(document.dated or day).year}-{document.kind.value}-{title[:60]}.pdf"


def _access(template: Template) -> Access:
    return Access(AccessKind.PRINT, template.name, PAPERS, [field.name for field in template.fields])


def _text(path: Path) -> str:
    """A template's text; editors of old Windows write GBK."""
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise UserError(f"“{path.name}”读不出来：{reason(fault)}。") from fault
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")
