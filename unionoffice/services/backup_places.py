"""Where the backups of an office lie: beside it, and in a second place that this PC remembers (F98)."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import platformdirs

from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.kernel.identity import new_id
from unionoffice.services import files
from unionoffice.store import backup, keyring, replacing
from unionoffice.store.backup import Manifest

MARK = "工会办公备份位置.txt"
"""The file in a second place by which it is known again, under whatever letter the stick comes back."""

_DRIVES = range(ord("A"), ord("Z") + 1)
_REMOVABLE, _FIXED = 2, 3


class _Remembered(msgspec.Struct):
    """What this PC knows of one office: where the file was last, and the second place of its backups with its mark."""

    office: str
    second: str | None = None
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup in one place. `problem` is the sentence why it is of no use, None for a good one."""

    path: Path
    bytes: int
    manifest: Manifest | None
    problem: str | None = None
    second: bool = False


class Places:
    """The places of backups by office, remembered in one small file outside the offices: a place belongs to a PC.

    `roots` are where a stick may be that has moved; this PC's drives by default.
    """

    def __init__(self, file: Path | None = None, *, roots: Callable[[], Iterable[Path]] | None = None) -> None:
        self._file = file or _user_data() / "backups.json"
        self._roots = roots or drives

    def second(self, office: Path, office_id: str | None) -> Path | None:
        """The second place of an office, found by its id or, where that cannot be read, by the file's own place.

        Where its mark is not to be found there, it is looked for by it: a stick changes its letter from day to day.
        """
        known = self._read()
        found = known.get(office_id or "") or next(
            (each for each in known.values() if Path(each.office) == office.absolute()), None
        )
        if found is None or found.second is None:
            return None
        second = Path(found.second)
        if found.mark is None or mark_of(second) == found.mark:
            return second
        return self._moved(second, found.mark) or second

    def _moved(self, second: Path, mark: str) -> Path | None:
        """The same folder, or a part of the way to it, below another drive."""
        parts = second.parts[1:]
        ends = [Path(*parts[begin:]) for begin in range(len(parts) + 1)]
        return next(
            (root / end for root in self._roots() for end in ends if mark_of(root / end) == mark),
            None,
        )

    def remember(self, office: Path, office_id: str, second: Path | None) -> None:
        """Keep an office's second place, None for none. Raises EnvironmentFault when it cannot be written."""
        known = self._read()
        known[office_id] = (
            _Remembered(str(office.absolute()), str(second.absolute()), _marked(second))
            if second is not None
            else _Remembered(str(office.absolute()))
        )
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
        files.write(self._file, msgspec.json.format(msgspec.json.encode(known)))

    def _read(self) -> dict[str, _Remembered]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=dict[str, _Remembered])
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return {}  # the home page says that there is no second place: it is chosen again


def mark_of(folder: Path) -> str | None:
    """The mark of a second place; None where there is none or it cannot be read."""
    try:
        with (folder / MARK).open(encoding="utf-8") as file:
            return file.readline(100).strip() or None
    except (OSError, ValueError):
        return None


def _marked(folder: Path) -> str | None:
    """The mark of a place that was chosen, the one it has where several offices share it; None on what refuses one."""
    mark = mark_of(folder) or new_id()
    text = f"{mark}\n这里是工会办公的第二备份位置，请不要删除这个文件：U 盘换了盘符，程序靠它认出来。\n"
    try:
        files.write(folder / MARK, text.encode())
    except EnvironmentFault:
        return None
    return mark


def drives() -> Iterator[Path]:
    """Where sticks and disks of this PC are; network drives are not asked, a dead one would hold up the program."""
    if sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        present = kernel.GetLogicalDrives()
        for place, letter in enumerate(_DRIVES):
            root = f"{chr(letter)}:\\"
            if present >> place & 1 and kernel.GetDriveTypeW(root) in (_REMOVABLE, _FIXED):
                yield Path(root)
        return
    for pattern in ("media/*", "media/*/*", "run/media/*/*", "mnt/*", "Volumes/*"):
        yield from sorted(Path("/").glob(pattern))


def first_place(office: Path) -> Path:
    """Where backups are made: beside the office, or in the user's documents when nothing can be written there."""
    beside = backup.own_folder(office)
    existing = beside if beside.is_dir() else beside.parent
    return beside if os.access(existing, os.W_OK) else _documents()


def _user_data() -> Path:
    return Path(platformdirs.user_data_dir("unionoffice", appauthor=False))


def _documents() -> Path:
    return Path(platformdirs.user_documents_dir()) / "工会办公备份"


def listed(office: Path, places: Places, *, office_id: str | None = None, deep: bool = False) -> list[Backup]:
    """The backups of an office in all its places that can be reached, the newest first; works without the office.

    With `deep` every byte of each is read, otherwise only what each tells of itself: a damaged one may then still look
    good. Backups of which office nobody can tell are listed with their problem; those of other offices are not.
    """
    office_id = office_id or office_id_of(office)
    second = places.second(office, office_id)
    found = []
    seen: set[Path] = set()
    for folder in (backup.own_folder(office), _documents(), second):
        if folder is None or folder in seen:
            continue
        seen.add(folder)
        found += [look_at(path, deep=deep, second=folder == second) for path in backup.backups_in(folder)]
    own = [each for each in found if each.manifest is None or office_id in (None, each.manifest.office_id)]
    return sorted(own, key=_newest_first, reverse=True)


def _newest_first(each: Backup) -> tuple[int, float, bool, str]:
    if each.manifest is None:
        return -1, 0.0, False, each.path.name
    return each.manifest.number, each.manifest.made_at.timestamp(), not each.second, each.path.name


def look_at(path: Path, *, deep: bool = False, second: bool = False) -> Backup:
    """One backup file, as `listed` shows it."""
    size = 0
    manifest: Manifest | None = None
    try:
        with suppress(OSError):
            size = path.stat().st_size
        manifest = backup.manifest_of(path)
        if deep:
            backup.verify(path)
    except EnvironmentFault as fault:
        return Backup(path, size, manifest, fault.sentence, second)
    return Backup(path, size, manifest, None, second)


def newest_good(office: Path, places: Places, *, office_id: str | None = None) -> Backup | None:
    """The newest backup of which every byte is as written; None when there is none. Works without the office."""
    for each in listed(office, places, office_id=office_id):
        if each.problem is None and look_at(each.path, deep=True).problem is None:
            return each
    return None


def office_id_of(office: Path, *, key: bytes | None = None) -> str | None:
    """Which office a file is, as far as it can be told: an encrypted one tells it in its key file."""
    with suppress(EnvironmentFault):
        return keyring.read(office).office
    return replacing.office_id_in(office, key=key)
