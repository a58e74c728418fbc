"""The shelf of forms (表单): those shipped, and an office's own beside its file, which come first."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from unionoffice.documents.workbook.book import Book, Place, Sheet
from unionoffice.documents.workbook.in_package import filled_package
from unionoffice.documents.workbook.loading import MOST_BYTES, load
from unionoffice.documents.workbook.plan import SheetPlan
from unionoffice.documents.workbook.tags import address
from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.kernel.resources import resource
from unionoffice.services.forms import tags as form_tags
from unionoffice.services.forms.tags import Subject
from unionoffice.store.beside import FORMS
from unionoffice.store.engine import reason

_PUBLIC = ("公示", "公开")
_OLD = (".xls", ".et")
_OTHERS = (".xlsm", ".xltx", ".csv", ".ods", ".doc", ".docx", ".wps")
_PATIENCE = 90.0
_NO = subprocess.DEVNULL
_MOST_KEPT = 500
_ODD = (ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, RuntimeError, TypeError, ValueError)
_NO_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_NO_FILE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST = 60
_PLACE = re.compile(r"([A-Za-z]{1,3})([1-9]\d*)")


@dataclass(frozen=True, slots=True)
class Form:
    """A form on the shelf. `problem` is why it cannot be printed, "" when it can; `asked` is typed when it is."""

    name: str
    subject: Subject
    path: Path
    own: bool
    public: bool
    problem: str
    asked: tuple[str, ...]
    photo: bool
    """Whether it has room for a photo, which is chosen when it is printed. One to be hung up shows none."""
    masked: bool
    """Whether it shows what is masked elsewhere: numbers of papers, phones, addresses. Such a print needs a purpose."""

    @property
    def key(self) -> str:
        """What it is known by."""
        return f"{self.subject.label}/{self.name}"

    def key_for(self, ids: Sequence[str]) -> str:
        """What is typed for these is remembered by, "" where it is not: what is about a person is nobody else's."""
        if self.subject is not Subject.MEMBER:
            return self.key
        return f"{self.key}/{ids[0]}" if len(ids) == 1 else ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A form by its name only: its file has not been read."""

    name: str
    subject: Subject

    @property
    def key(self) -> str:
        """What it is known by, as `Form.key`."""
        return f"{self.subject.label}/{self.name}"


class Shelf:
    """The forms of one office; a file is read when its form is asked for, and again only when it has changed."""

    def __init__(self, office: Path, shipped: Path | None = None) -> None:
        self._shipped = shipped or resource("forms")
        self.own = office.parent / FORMS  # below it a folder for each subject

    def forms(self) -> list[Form]:
        """Every form by subject and name; one's own in the place of a shipped one of the same name."""
        return [_form(path, subject, own) for (subject, _), (path, own) in self._files().items()]

    def listed(self) -> list[Listed]:
        """The names of all forms; no file is read."""
        return [Listed(name, subject) for subject, name in self._files()]

    def named(self, name: str, subject: Subject | None = None) -> Form:
        """The one form of a name. Raises UserError when there is none, or several and no subject is given."""
        files = self._files()
        found = [key for key in files if key[1] == name and subject in (None, key[0])]
        others = [key for key in files if key[1] == name]
        if not found and others and subject is not None:
            kinds = "、".join(f"“{each.label}”" for each, _ in others)
            raise UserError(f"{subject.label}没有名为“{name}”的表单，它是{kinds}一类的。")
        if not found:
            near = [each for _, each in files if name in each]
            hint = f"相近的有：{'、'.join(near[:5])}。" if near else "用 forms list 查看有哪些。"
            raise UserError(f"没有名为“{name}”的表单。{hint}")
        if len(found) > 1:
            kinds = "、".join(each.label for each, _ in found)
            raise UserError(f"有 {len(found)} 张表单叫“{name}”（{kinds}），请写明是哪一类。")
        path, own = files[found[0]]
        return _form(path, found[0][0], own)

    def check(self, data: bytes, name: str, subject: Subject) -> tuple[str, ...]:
        """What a workbook would ask for as a form of that subject. Raises UserError with what is wrong in it."""
        book = load(data, name)
        form_tags.check(book, subject)
        return form_tags.asked_in(book, subject)

    def replaces(self, form: Form) -> bool:
        """Whether an own form stands in the place of a shipped one."""
        return form.own and self.ships(form.name, form.subject)

    def ships(self, name: str, subject: Subject) -> bool:
        """Whether the program has a form of that name, which an own one would stand in the place of."""
        return (self._shipped / subject.label / f"{_called(name)}.xlsx").exists()

    def target(self, name: str, subject: Subject) -> Path:
        """Where an own form of that name is kept; its folder is made. Raises UserError for a name that is none."""
        name = _called(name)
        if len(name) > _LONGEST:
            raise UserError(f"“{name[:20]}…”有 {len(name)} 个字，表单名称最多 {_LONGEST} 个字。", field="name")
        if _NO_FILE.fullmatch(name):
            raise UserError(f"“{name}”是 Windows 留给设备的名字，不能用作表单名称，请换一个。", field="name")
        if not name or _NO_NAME.search(name) or name.startswith(("~", ".")):
            raise UserError(f"“{name}”不能用作表单名称，请换一个，不要带 / \\ : * ? 等符号。", field="name")
        folder = self.own / subject.label
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise EnvironmentFault(f"放表单的文件夹“{folder}”不能建立：{reason(fault)}。") from fault
        return folder / f"{name}.xlsx"

    def _files(self) -> dict[tuple[Subject, str], tuple[Path, bool]]:
        """Where each form lies and whether it is one's own, by subject and name, in their order."""
        found: dict[tuple[Subject, str], tuple[Path, bool]] = {}
        for folder, own in ((self._shipped, False), (self.own, True)):
            for subject in Subject:
                for path in _workbooks(folder / subject.label):
                    found[subject, path.stem] = path, own
        order = list(Subject)
        return dict(sorted(found.items(), key=lambda item: (order.index(item[0][0]), item[0][1])))


def _called(name: str) -> str:
    """What a form is called that somebody gives a name."""
    return name.strip().removesuffix(".xlsx").strip()


def readable(path: Path) -> tuple[bytes, str]:
    """A workbook's bytes as .xlsx, and its name. An .xls is converted where LibreOffice is installed.

    Raises UserError for what is no workbook, EnvironmentFault for what cannot be read.
    """
    ending = path.suffix.lower()
    if ending in _OLD:
        return _converted(path), path.name
    if ending in _OTHERS:
        raise UserError(f"“{path.name}”不是 .xlsx 工作簿。请用 WPS 或 Excel 打开，另存为 .xlsx 后再用。")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserError(f"“{path.name}”太大，不像一张表单。")
        return path.read_bytes(), path.name
    except OSError as fault:
        raise EnvironmentFault(f"“{path.name}”读不出来：{reason(fault)}。") from fault


def tagged_copy(path: Path, cells: Mapping[str, str]) -> tuple[bytes, str]:
    """A workbook with tags in the chosen cells ({"D5": "姓名", "Sheet2!B3": "…"}) and all else as it was; its name.

    A cell inside a merged one means that one; "" empties a cell. Raises UserError for a cell there is not.
    """
    data, name = readable(path)
    book = load(data, name)
    plans: dict[str, SheetPlan] = {}
    for where, words in cells.items():
        sheet, place = _cell(book, where)
        text = words.strip()
        plain = not text or "{{" in text
        values = plans.setdefault(sheet.title, SheetPlan(sheet.title)).values
        if place in values:
            raise UserError(f"“{where}”写了两次：{address(place)} 是同一个格子，或同一个合并的格子。")
        values[place] = text if plain else f"{{{{{text}}}}}"
    return filled_package(data, list(plans.values()), name), name


def replaced(path: Path, cells: Mapping[str, str]) -> list[tuple[str, str]]:
    """The words that `tagged_copy` would put tags in the place of: (cell as “表!D5”, words). Raises as it does."""
    book = load(*readable(path))
    found = []
    for where in cells:
        sheet, place = _cell(book, where)
        cell = sheet.cells.get(place)
        words = "" if cell is None or cell.value is None else str(cell.value).strip()
        if words and not (words.startswith("{{") and words.endswith("}}")):
            found.append((f"{sheet.title}!{address(place)}", words))
    return found


def _cell(book: Book, where: str) -> tuple[Sheet, Place]:
    """The sheet and place meant; the first cell of a merged one for any of it."""
    title, place = _place(book, where)
    sheet = next(sheet for sheet in book.sheets if sheet.title == title)
    return sheet, sheet.covered.get(place, place)


def _place(book: Book, where: str) -> tuple[str, Place]:
    title, mark, address = where.rpartition("!")
    title = title.strip("'") if mark else next((sheet.title for sheet in book.sheets if sheet.visible), "")
    match = _PLACE.fullmatch(address.strip().replace("$", ""))
    if match is None or title not in [sheet.title for sheet in book.sheets]:
        raise UserError(f"没有“{where}”这个格子，请写成 D5，或“表名!D5”。")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return title, (int(match[2]), column)


def _workbooks(folder: Path) -> list[Path]:
    try:
        return sorted(
            path for path in folder.iterdir() if path.suffix.lower() == ".xlsx" and not path.name.startswith(("~", "."))
        )
    except OSError:  # no such folder, which is the usual case
        return []


def is_public(name: str) -> bool:
    """Whether a form of that name is to be hung up."""
    return any(word in name for word in _PUBLIC)


def _stamp(path: Path) -> tuple[int, int]:
    """What changes with a file; nothing for one that has gone meanwhile."""
    try:
        stat = path.stat()
        return stat.st_mtime_ns, stat.st_size
    except OSError:
        return 0, 0


def _form(path: Path, subject: Subject, own: bool) -> Form:
    try:
        return _read(path, subject, own, _stamp(path))
    except EnvironmentFault as fault:  # not kept: a file that somebody else holds can be read later
        return Form(path.stem, subject, path, own, is_public(path.stem), fault.sentence, (), photo=False, masked=True)
    except _ODD:  # whatever somebody else's file breaks, the other forms are there
        problem = f"“{path.name}”里有本程序读不懂的内容。请用 WPS 或 Excel 打开后另存一份再用。"
        return Form(path.stem, subject, path, own, is_public(path.stem), problem, (), photo=False, masked=True)


@lru_cache(maxsize=_MOST_KEPT)
def _read(path: Path, subject: Subject, own: bool, stamp: tuple[int, int]) -> Form:
    """A form as it was at `stamp`: what its file says is kept for every office opened meanwhile.

    Raises EnvironmentFault when it cannot be read.
    """
    public = is_public(path.stem)
    try:
        book = load(*readable(path))
        form_tags.check(book, subject)
    except EnvironmentFault:
        raise
    except UserError as fault:
        return Form(path.stem, subject, path, own, public, fault.sentence, (), photo=False, masked=True)
    masked = subject is not Subject.FREE and form_tags.shows(book, form_tags.MASKED)
    photo = not public and subject in form_tags.WITH_PHOTO and form_tags.shows(book, (form_tags.PHOTO,))
    return Form(path.stem, subject, path, own, public, "", form_tags.asked_in(book, subject), photo, masked)


def _converted(path: Path) -> bytes:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise UserError(f"“{path.name}”是旧格式。请用 WPS 或 Excel 打开，另存为 .xlsx 后再用。")
    with tempfile.TemporaryDirectory(prefix="unionoffice-", ignore_cleanup_errors=True) as folder:
        command = [program, f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}", "--headless"]
        command += ["--norestore", "--convert-to", "xlsx", "--outdir", folder, str(path)]
        try:
            # Nothing is read from it: a program that it started would hold the pipes open beyond our patience.
            subprocess.run(command, stdout=_NO, stderr=_NO, stdin=_NO, timeout=_PATIENCE, check=False)
            return (Path(folder) / f"{path.stem}.xlsx").read_bytes()
        except (OSError, subprocess.TimeoutExpired) as fault:
            raise UserError(
                f"“{path.name}”是旧格式，没有转换成。请用 WPS 或 Excel 打开，另存为 .xlsx 后再用。"
            ) from fault
