"""Photos chosen at printing (照片): one file for one copy, or a folder whose files are named after people.

They are read when a form is filled and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePath, PureWindowsPath

from sqlalchemy.orm import Session

from unionoffice.documents.workbook import photo as photos
from unionoffice.documents.workbook.tags import Photo
from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.kernel.progress import Progress, step
from unionoffice.models.member import Member
from unionoffice.store.engine import reason
from unionoffice.store.queries import forms as queries

_ENDINGS = (".jpg", ".jpeg", ".jfif", ".png", ".bmp")
_BY = ("staff_number", "member_number", "id_number", "name")
"""What a file may be named after; the first that fits is taken."""
_MOST_FILES = 20_000


def read(path: Path) -> Photo:
    """The photo in a file.

    Raises UserError, naming it, for what is no picture, EnvironmentFault for what cannot be read.
    """
    if path.is_dir():
        raise UserError(f"“{path.name}”是文件夹，这张表只用一张照片，请选一张图片。")
    try:
        if path.stat().st_size > photos.MOST_BYTES:
            raise photos.too_large(path.name)
        data = path.read_bytes()
    except OSError as fault:
        raise EnvironmentFault(f"照片“{path.name}”读不出来：{reason(fault)}。") from fault
    return photos.photo(data, path.name)


def read_for(session: Session, source: Path, people: Iterable[Member], progress: Progress) -> dict[str, Photo]:
    """The photos of these people by id; who has none is not there.

    A folder's file belongs to whom alone its name means, by 工号, 会员编号, 证件号码 or 姓名, in the whole office: what
    could mean two people is nobody's. Raises UserError for a file given for several people and for two files of one
    name, and as `read` does; Cancelled as `progress` does.
    """
    people = list(people)
    if not source.is_dir():
        if len(people) != 1:
            raise UserError(f"有 {len(people)} 份，一张照片只能用于一份，请选一个放照片的文件夹。")
        return {people[0].id: read(source)}
    files = _files(source)
    meant: dict[str, set[str]] = {}
    for member_id, *names in queries.named(session, _BY, files):
        for name in filter(None, names):
            meant.setdefault(_key(name), set()).add(member_id)
    found: dict[str, Photo] = {}
    for number, person in enumerate(people):
        step(progress, number, len(people), f"读照片：{person.name}")
        keys = [_key(value) for value in (getattr(person, name) for name in _BY) if value]
        fitting = next((files[key] for key in keys if key in files and meant.get(key) == {person.id}), None)
        if fitting is None:
            continue
        if len(fitting) > 1:
            names = "、".join(path.name for path in fitting)
            raise UserError(f"文件夹里有 {len(fitting)} 张照片都叫“{fitting[0].stem}”（{names}），请只留一张。")
        found[person.id] = read(fitting[0])
    return found


class Pictures:
    """The pictures that the rows of a file name; they lie beside it, or in a folder there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[Path, dict[str, list[Path]]] = {}

    def read(self, name: str) -> Photo:
        """The one of that name, with its ending or without. Raises as `read` does, UserError where there is none."""
        path = PurePath(name.replace("\\", "/"))
        if path.is_absolute() or PureWindowsPath(name).drive or ".." in path.parts:
            raise UserError(f"“{name}”不在 Excel 文件旁边")
        folder = self._folder / path.parent
        if folder not in self._files:
            self._files[folder] = _files(folder)
        ends = path.suffix.lower() in _ENDINGS
        fitting = self._files[folder].get(_key(path.stem if ends else path.name), [])
        if ends:
            fitting = [each for each in fitting if _key(each.name) == _key(path.name)]
        if len(fitting) != 1:
            raise UserError(f"有 {len(fitting)} 张图片叫“{name}”" if fitting else f"没有图片“{name}”")
        return read(fitting[0])


def _files(folder: Path) -> dict[str, list[Path]]:
    """The pictures of a folder by what they are named after."""
    found: dict[str, list[Path]] = {}
    try:
        entries = sorted(folder.iterdir())
    except OSError as fault:
        raise EnvironmentFault(f"文件夹“{folder.name}”读不出来：{reason(fault)}。") from fault
    if len(entries) > _MOST_FILES:
        raise UserError(f"文件夹“{folder.name}”里有 {len(entries):,} 个文件，不像放照片的文件夹，请换一个。")
    for path in entries:
        if path.suffix.lower() in _ENDINGS and not path.name.startswith("."):
            found.setdefault(_key(path.stem), []).append(path)
    return found


def _key(name: str) -> str:
    """What a name and a file's name are compared by."""
    return "".join(name.split()).upper()
