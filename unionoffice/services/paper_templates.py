"""Templates of official papers: ours, and the office's own beside its file, read, kept, brought back and removed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from unionoffice.documents.official.document import Head, Kind
from unionoffice.documents.official.parts import BEGINS, WrongTemplate
from unionoffice.documents.official.template_text import (
    absent,
    divided,
    stray,
    tags_in,
    with_fact,
    with_field,
    with_part,
    without_field,
)
from unionoffice.documents.official.templates import (
    FieldKind,
    TagField,
    Template,
    faults,
    read_template,
    tags,
)
from unionoffice.kernel.errors import EnvironmentFault, Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.resources import resource
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.permission import permit
from unionoffice.models.rule_pack import rule_on
from unionoffice.services.access_log import Access, AccessLog
from unionoffice.services.files import write
from unionoffice.store.beside import PAPERS
from unionoffice.store.engine import reason
from unionoffice.store.unit_of_work import Store

__all__ = [
    "BEGINS",
    "Broken",
    "FieldKind",
    "Head",
    "Kind",
    "PaperTemplates",
    "Shelf",
    "TagField",
    "Template",
    "WrongTemplate",
    "absent",
    "divided",
    "faults",
    "periods",
    "read_template",
    "stray",
    "tags",
    "tags_in",
    "with_fact",
    "with_field",
    "with_part",
    "without_field",
]

FOLDER = "documents"
"""Where ours lie. Those in `beside.PAPERS` beside the office file replace them by name, or stand beside them."""

BLANK = "新公文.blank"
"""Beside ours: what a new template begins with."""

_NO_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f【】]')
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Broken:
    """A template that cannot be used, and why."""

    file: str
    sentence: str

    @property
    def key(self) -> str:
        """As a template that can be used has it."""
        return self.file.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The templates at hand; `own` are the keys of those that the office wrote itself, broken ones too."""

    templates: tuple[Template, ...]
    own: frozenset[str]
    broken: tuple[Broken, ...]


class PaperTemplates:
    """The templates of one office. A key is a file's name without ending."""

    def __init__(self, store: Store, access: AccessLog) -> None:
        self._store = store
        self._access = access

    @property
    def folder(self) -> Path:
        """Where the office's own templates lie, whether it is there yet or not."""
        return self._store.path.parent / PAPERS

    def shelf(self) -> Shelf:
        """Every template, by its name. An office's broken one hides ours, so that nobody prints the wrong paper."""
        found: dict[str, Template] = {}
        broken: dict[str, Broken] = {}
        own: set[str] = set()
        for path, is_own in self._files():
            found.pop(path.stem, None)
            own |= {path.stem} if is_own else set()
            try:
                found[path.stem] = read_template(_text(path), path.stem)
            except UserError as fault:
                broken[path.stem] = Broken(path.name, fault.sentence)
        return Shelf(
            tuple(sorted(found.values(), key=lambda template: template.name)), frozenset(own), tuple(broken.values())
        )

    def text(self, key: str) -> str:
        """A template's text as it is kept, right or wrong. Raises UserError when there is none or it is not read."""
        paths = [path for path, _ in self._files() if path.stem == key]
        if not paths:
            raise UserError(f"没有“{key}”这个公文模板，请刷新列表。")
        return _text(paths[-1])

    def template(self, key: str) -> Template:
        """One template; raises UserError with what is wrong in it, or when there is none."""
        text = self.text(key)
        try:
            return read_template(text, key)
        except UserError as fault:
            raise UserError(f"模板“{key}.txt”有错。{fault.sentence}") from None

    def is_own(self, key: str) -> bool:
        """Whether the office has a template of its own by that key."""
        return self._own(key).is_file()

    def is_shipped(self, key: str) -> bool:
        """Whether there is one of ours by that key, used while the office has none."""
        return self._shipped(key).is_file()

    def blank(self, name: str) -> str:
        """What a new template begins with. Raises UserError for a name that cannot be one or is taken."""
        return with_fact(_text(resource(FOLDER) / BLANK), "名称", self.new_key(name))

    def new_key(self, name: str) -> str:
        """The key of a new template. Raises UserError for a name that cannot be one or is taken."""
        name = " ".join(name.split())
        if (
            not name
            or _NO_NAME.search(name)
            or name.startswith((".", "~"))
            or name.endswith(".")
            or len(name) > _LONGEST
        ):
            raise UserError(
                f"“{name}”不能用作模板名称：不要空着，不超过 {_LONGEST} 个字，不带 / \\ : * ? 等符号。", field="name"
            )
        shelf = self.shelf()
        taken = {template.name for template in shelf.templates} | {path.stem for path, _ in self._files()}
        if name.casefold() in {each.casefold() for each in taken}:
            raise UserError(f"已经有一个叫“{name}”的公文模板，请换一个名称。", field="name")
        return name

    def keep(self, key: str, text: str, *, replacing: bool = False) -> bytes | None:
        """Keep a text as the office's own template; returns the file it had before, None for none.

        Raises WrongTemplate for a text that is none; Refused without the right to it, and where the office has its own
        already unless `replacing`; EnvironmentFault when it cannot be written: what was there stays.
        """
        permit(self._store.viewer or Actor(""), "office:form")
        for fault in faults(text, key):
            raise fault
        former = self._former(key)
        if former is not None and not replacing:
            raise Refused(f"已经有一个自己的模板“{key}”，没有换掉它。")
        self._write(key, text.encode())
        return former

    def remove(self, key: str) -> bytes | None:
        """Take the office's own template away; ours of that name is used again. Returns what it was, for `put_back`."""
        permit(self._store.viewer or Actor(""), "office:form")
        former = self._former(key)
        if former is None:
            raise Refused(f"“{key}”是程序自带的模板，不能删除。")
        try:
            self._own(key).unlink(missing_ok=True)
        except OSError as fault:
            raise EnvironmentFault(f"“{key}.txt”没有删除：{reason(fault)}。") from fault
        return former

    def put_back(self, key: str, former: bytes | None) -> None:
        """Undo `keep` or `remove` with what they gave."""
        if former is not None:
            permit(self._store.viewer or Actor(""), "office:form")
            self._write(key, former)
        elif self.is_own(key):
            self.remove(key)

    def _write(self, key: str, data: bytes) -> None:
        target = self._own(key)
        if not self._store.path.parent.is_dir():
            raise EnvironmentFault(f"模板“{key}”没有存：办公文件所在的文件夹“{self._store.path.parent}”不见了。")
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as fault:
            raise EnvironmentFault(f"放公文模板的文件夹“{self.folder}”不能建立：{reason(fault)}。") from fault
        entry = Access(AccessKind.IMPORT, "公文模板", words=f"公文模板“{key}”")
        write(target, data, self._access.of_file(entry, target))

    def _former(self, key: str) -> bytes | None:
        try:
            return self._own(key).read_bytes() if self.is_own(key) else None
        except OSError as fault:
            raise EnvironmentFault(f"“{key}.txt”读不出来：{reason(fault)}。") from fault

    def _own(self, key: str) -> Path:
        return self.folder / f"{key}.txt"

    @staticmethod
    def _shipped(key: str) -> Path:
        return resource(FOLDER) / f"{key}.txt"

    def _files(self) -> list[tuple[Path, bool]]:
        """The files of templates, the office's own behind ours."""
        return [
            *((path, False) for path in sorted(resource(FOLDER).glob("*.txt"))),
            *((path, True) for path in sorted(self.folder.glob("*.txt"))),
        ]


def periods() -> list[str]:
    """The periods for which a paper may be kept (rule pack `filing`)."""
    found: list[str] = rule_on("filing", date.max).values["periods"]
    return found


def _text(path: Path) -> str:
    """A template's text; editors of old Windows write GBK."""
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise UserError(f"“{path.name}”读不出来：{reason(fault)}。") from fault
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", "replace")
    return "\n".join(text.splitlines()) + "\n"
