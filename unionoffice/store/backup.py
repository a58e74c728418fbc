"""One backup is one file: the office as it was at one moment, its key file, its own forms and templates, and a manifest
that tells neither names nor numbers of anybody.

The file is a ZIP without compression whose comment is the SHA-256 of every byte before it: nothing in it can change
unnoticed, and any ZIP tool still takes the office out without this program. It is as encrypted as the office is:
without a password or two recovery cards it opens for nobody.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import IO, Any

import msgspec

from unionoffice import __version__
from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.kernel.identity import new_id
from unionoffice.kernel.progress import Progress, Silent, step
from unionoffice.models.backup import BackupKind
from unionoffice.models.everything import record_types
from unionoffice.store import beside, keyring
from unionoffice.store.disk import folder_to_disk
from unionoffice.store.engine import FAULTS, connect, reason, translated
from unionoffice.store.replacing import damage
from unionoffice.store.schema import back_up, discard

SUFFIX = ".ghbackup"
FORMAT = 1
OFFICE, KEY, BESIDE, MANIFEST = "office.ghoffice", "office.ghoffice.key", "beside.zip", "manifest.json"
PARTS = {OFFICE: "办公文件", KEY: "密钥文件", BESIDE: "自己的表单和公文模板", MANIFEST: "备份说明"}
FRAME = "文件结构"

_CHUNK = 1 << 20
_DIGEST = 64
_MOST_MANIFEST = 1 << 20
_LEFT_BEHIND_SECONDS = 24 * 3600


class Part(msgspec.Struct, frozen=True):
    """One file within a backup: how many bytes, and their SHA-256."""

    name: str
    bytes: int
    sha256: str


class Position(msgspec.Struct, frozen=True):
    """How far the change log goes: the newest entry's number, when it was made, and its digest in the chain.

    The number alone would not do: an office restored from a backup counts on from there. An office of a revision
    without chain has no digest.
    """

    log: int = 0
    last_at: datetime | None = None
    digest: str = ""


class Manifest(msgspec.Struct, frozen=True):
    """What a backup tells without being opened.

    `number` ascends from backup to backup of one office; `counts` are records by type, archived ones among them;
    `key_id` is None for an office without encryption.
    """

    number: int
    office: str
    office_id: str
    made_at: datetime
    kind: BackupKind
    program: str
    revision: str
    counts: dict[str, int]
    position: Position
    key_id: str | None
    parts: tuple[Part, ...] = ()
    format: int = FORMAT


class DamagedError(EnvironmentFault):
    """A backup is not what was written; `parts` are the labels of what is damaged."""

    def __init__(self, path: Path, parts: tuple[str, ...]) -> None:
        super().__init__(f"备份“{path.name}”已损坏（{'、'.join(parts)}），不能用来恢复。请换一份备份。")
        self.parts = parts


# -- making ------------------------------------------------------------------------------------------------------------


def make(
    office: Path,
    folder: Path,
    *,
    kind: BackupKind,
    number: int,
    now: datetime,
    key: bytes | None = None,
    progress: Progress | None = None,
) -> Path:
    """Back up an office into `folder`, also while it is used; returns the new file, whose name nobody had before.

    The copy is checked before it gets its name. Raises EnvironmentFault, with nothing left behind, when the disk
    refuses or the office itself is damaged: a backup of a damaged office would only push out good ones.
    """
    progress = progress or Silent()
    scratch, half = (folder / f"~{new_id()}{suffix}" for suffix in (".ghoffice", SUFFIX))
    what = f"“{office.stem}”的备份"
    try:
        with _told(what):
            folder.mkdir(parents=True, exist_ok=True)
            tidy(folder)
            step(progress, 0, 4, "正在复制办公文件")
            try:
                back_up(office, scratch, key=key)
            except FAULTS as fault:
                raise _told_of_office(fault, office) from fault
            step(progress, 1, 4, "正在检查副本")
            problem = damage(scratch, key=key)
            if problem is not None:
                raise EnvironmentFault(f"办公文件“{office.name}”已损坏，没有做备份，原有的备份没有动。{ADVICE}")
            manifest = _manifest(scratch, office, key=key, kind=kind, number=number, now=now)
            step(progress, 2, 4, "正在写备份")
            small = {KEY: _key_content(office, key, kind), BESIDE: beside.gathered(office)}
            _pack(half, scratch, {name: content for name, content in small.items() if content is not None}, manifest)
            step(progress, 3, 4, "正在核对备份")
            verify(half)
            made = publish(half, folder, f"{office.stem}-{now:%Y%m%d-%H%M}{_MARKS[kind]}", SUFFIX)
    finally:
        for path in (scratch, half):
            with suppress(OSError):  # a stick pulled out takes its half file with it
                discard(path)
    return made


ADVICE = "请从最近的备份恢复。"
_MARKS = {BackupKind.AUTOMATIC: "", BackupKind.MANUAL: "-手工", BackupKind.MIGRATION: "-升级前"}


def make_next(
    office: Path, now: datetime, *, kind: BackupKind, key: bytes | None = None, progress: Progress | None = None
) -> Path:
    """Back up an office into its own folder of backups, see `make`."""
    folder = own_folder(office)
    return make(office, folder, kind=kind, number=next_number((folder,)), now=now, key=key, progress=progress)


def own_folder(office: Path) -> Path:
    """Where an office's backups lie unless somebody says otherwise: beside it, as it may be on a stick itself."""
    return office.absolute().parent / "备份"


def backups_in(folder: Path) -> list[Path]:
    """The backups in a folder, of whatever office, in the order of their names; none when it is not there."""
    with suppress(OSError):
        return sorted(path for path in folder.glob(f"*{SUFFIX}") if not path.name.startswith("~"))
    return []


def next_number(folders: Iterable[Path]) -> int:
    """A number above those of all backups that can be seen."""
    numbers = [0]
    for path in chain.from_iterable(map(backups_in, folders)):
        with suppress(EnvironmentFault):
            numbers.append(manifest_of(path).number)
    return max(numbers) + 1


def copy(backup: Path, folder: Path) -> Path:
    """A second copy of a backup in another place, read back and compared; whole or not there.

    Raises EnvironmentFault when the place refuses or the backup itself is damaged.
    """
    half = folder / f"~{new_id()}{SUFFIX}"
    try:
        with _told(f"“{backup.name}”的第二份"):
            tidy(folder)
            with backup.open("rb") as source, half.open("xb") as target:
                while chunk := source.read(_CHUNK):
                    target.write(chunk)
                _to_disk(target)
            verify(half)
            return publish(half, folder, backup.stem, SUFFIX)
    finally:
        with suppress(OSError):
            half.unlink(missing_ok=True)


def publish(half: Path, folder: Path, stem: str, suffix: str) -> Path:
    """Give a finished file its name, or the next one free: never over another file."""
    for count in range(1, 1000):
        target = folder / (f"{stem}{suffix}" if count == 1 else f"{stem}-{count}{suffix}")
        try:
            _rename_to_free_name(half, target)
        except FileExistsError:
            continue
        folder_to_disk(folder)
        return target
    raise EnvironmentFault(f"“{folder}”里叫“{stem}”的文件太多，请整理后再做。")


def _rename_to_free_name(half: Path, target: Path) -> None:
    if os.name == "nt":
        half.rename(target)  # refuses by itself when there is one
        return
    try:
        target.hardlink_to(half)
    except FileExistsError:
        raise
    except OSError:  # a stick's file system has no links: there is a moment in which two programs could collide
        if target.exists():
            raise FileExistsError(target) from None
        half.rename(target)
    else:
        half.unlink()


def tidy(folder: Path) -> None:
    """Remove what a program killed in the middle left behind more than a day ago."""
    for path in folder.glob("~*"):
        with suppress(OSError):
            if abs(time.time() - path.stat().st_mtime) < _LEFT_BEHIND_SECONDS:
                continue
            if re.fullmatch(r"~[0-9a-f]{32}(\.ghoffice(-wal|-shm|-journal)?|\.ghbackup)", path.name):
                path.unlink()
            elif re.fullmatch(r"~[0-9a-f]{32}", path.name) and path.is_dir():
                shutil.rmtree(path)


def _manifest(
    scratch: Path, office: Path, *, key: bytes | None, kind: BackupKind, number: int, now: datetime
) -> Manifest:
    with closing(connect(scratch, key=key)) as connection:
        row = connection.execute("SELECT id, name FROM office LIMIT 1").fetchone() or ("", office.stem)
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return Manifest(
            number=number,
            office=row[1],
            office_id=row[0],
            made_at=now,
            kind=kind,
            program=__version__,
            revision=revision[0] if revision else "",
            counts=counts(connection),
            position=position(connection),
            key_id=None if key is None else keyring.key_id(key),
        )


def counts(connection: Any) -> dict[str, int]:
    """Records by type, of the types that the office's revision has."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return {
        name: connection.execute(f'SELECT count(*) FROM "{model.__tablename__}"').fetchone()[0]
        for name, model in sorted(record_types().items())
        if model.__tablename__ in tables
    }


def position(connection: Any) -> Position:
    """Where an office stands; two offices that stand alike hold the same."""
    chained = any(row[1] == "digest" for row in connection.execute("PRAGMA table_info(change_entry)"))
    row = connection.execute(
        f"SELECT c.seq, o.at, {'c.digest' if chained else 'NULL'} FROM change_entry c"
        " LEFT JOIN operation_entry o ON o.id = c.operation_id ORDER BY c.seq DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return Position()
    return Position(int(row[0]), datetime.fromisoformat(row[1]) if row[1] else None, bytes(row[2] or b"").hex())


def _key_content(office: Path, key: bytes | None, kind: BackupKind) -> bytes | None:
    """The key file, if it opens what is being backed up.

    Before a migration it may be missing: two recovery cards open an office that has lost it, also an older one.
    """
    if key is None:
        return None
    try:
        if keyring.read(office).key_id == keyring.key_id(key):
            return keyring.key_path(office).read_bytes()
    except EnvironmentFault:
        if kind is not BackupKind.MIGRATION:
            raise
    if kind is BackupKind.MIGRATION:
        return None
    raise EnvironmentFault(f"“{office.name}”旁边的密钥文件不是它的，没有做备份：那样的备份打不开。请放回它的密钥文件。")


def _pack(target: Path, office: Path, small: Mapping[str, bytes], manifest: Manifest) -> None:
    with target.open("xb") as file:
        hashing = _Hashing(file)
        with zipfile.ZipFile(hashing, "w") as archive:  # stored is the default
            archive.comment = b"0" * _DIGEST
            parts = []
            with office.open("rb") as source:
                parts.append(_add(archive, OFFICE, source, office.stat().st_size))
            for name, content in small.items():
                archive.writestr(_entry(name), content)
                parts.append(Part(name, len(content), hashlib.sha256(content).hexdigest()))
            manifest = msgspec.structs.replace(manifest, parts=tuple(parts))
            archive.writestr(_entry(MANIFEST), msgspec.json.format(msgspec.json.encode(manifest)))
        file.seek(-_DIGEST, os.SEEK_END)
        file.write(hashing.digest().encode())
        _to_disk(file)


def _add(archive: zipfile.ZipFile, name: str, source: IO[bytes], size: int) -> Part:
    digest = hashlib.sha256()
    entry = _entry(name)
    entry.file_size = size
    with archive.open(entry, "w") as target:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            target.write(chunk)
    return Part(name, size, digest.hexdigest())


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o600 << 16
    return entry


class _Hashing:
    """Takes what zipfile writes, once and in order, and sums all but the last 64 bytes: the place of the sum itself."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sum = hashlib.sha256()
        self._tail = b""

    def write(self, data: bytes) -> int:
        self._file.write(data)
        self._tail += data
        self._sum.update(memoryview(self._tail)[:-_DIGEST])
        self._tail = self._tail[-_DIGEST:]
        return len(data)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        """Asked for by zipfile's protocol, which leaves the closing of a file it was given to its giver."""

    def digest(self) -> str:
        return self._sum.hexdigest()


def _to_disk(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
    if hasattr(os, "posix_fadvise"):  # so that reading it back reads the disk, where the system allows it
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


# -- reading -----------------------------------------------------------------------------------------------------------


def manifest_of(path: Path) -> Manifest:
    """The manifest of a backup, without reading all of it. Raises DamagedError, or EnvironmentFault for a newer one."""
    with _told(f"“{path.name}”", reading=True), path.open("rb") as file:
        return _manifest_in(path, file)


def verify(path: Path) -> Manifest:
    """Read all of a backup; returns its manifest. Raises DamagedError, which names what is damaged."""
    with _told(f"“{path.name}”", reading=True), path.open("rb") as file:
        if not _digest_agrees(file):
            raise DamagedError(path, _damaged_parts(path, file))
        return _manifest_in(path, file)


def extract(path: Path, office: Path) -> Manifest:
    """Take the office out of a backup to where nothing is yet, its key file beside it; both are checked on the way.

    Forms and templates stay in it, see `beside_of`.

    Raises DamagedError with nothing left behind, EnvironmentFault when the disk refuses.
    """
    targets = {OFFICE: office, KEY: keyring.key_path(office)}
    done = False
    try:
        with _told(f"“{office.name}”"), path.open("rb") as file:
            if not _digest_agrees(file):
                raise DamagedError(path, _damaged_parts(path, file))
            manifest = _manifest_in(path, file)
            with zipfile.ZipFile(file) as archive:
                for part in (each for each in manifest.parts if each.name in targets):
                    with targets[part.name].open("xb") as target:
                        if os.name == "posix" and part.name == KEY:
                            os.fchmod(target.fileno(), 0o600)
                        _take_out(path, archive, part, target.write)
                        _to_disk(target)
        done = True
        return manifest
    finally:
        if not done:
            for target_path in targets.values():
                target_path.unlink(missing_ok=True)


def key_file_of(path: Path) -> bytes | None:
    """The key file within a backup; None in one of an office without encryption, or that had lost it.

    Raises DamagedError.
    """
    return _part_of(path, KEY)


def beside_of(path: Path) -> bytes | None:
    """The office's own forms and templates within a backup, as `beside.put_back` takes them; None when it had none.

    Raises DamagedError.
    """
    return _part_of(path, BESIDE)


def _part_of(path: Path, name: str) -> bytes | None:
    content: list[bytes] = []
    with _told(f"“{path.name}”", reading=True), path.open("rb") as file:
        manifest = _manifest_in(path, file)
        with zipfile.ZipFile(file) as archive:
            for part in manifest.parts:
                if part.name == name:
                    _take_out(path, archive, part, content.append)
    return b"".join(content) if content else None


def _take_out(path: Path, archive: zipfile.ZipFile, part: Part, write: Callable[[bytes], object]) -> None:
    digest = hashlib.sha256()
    size = 0
    with _understood(path, PARTS[part.name]), archive.open(part.name) as source:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            write(chunk)
    if (size, digest.hexdigest()) != (part.bytes, part.sha256):
        raise DamagedError(path, (PARTS[part.name],))


def _digest_agrees(file: IO[bytes]) -> bool:
    left = file.seek(0, os.SEEK_END) - _DIGEST
    file.seek(0)
    digest = hashlib.sha256()
    while left > 0 and (chunk := file.read(min(_CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    return left == 0 and file.read() == digest.hexdigest().encode()


def _damaged_parts(path: Path, file: IO[bytes]) -> tuple[str, ...]:
    """Which parts of a damaged backup are not as written; the frame that holds them when all of them are."""
    try:
        manifest = _manifest_in(path, file)
        found = []
        with _understood(path, FRAME), zipfile.ZipFile(file) as archive:
            for part in manifest.parts:
                try:
                    _take_out(path, archive, part, len)
                except DamagedError:
                    found.append(PARTS[part.name])
    except DamagedError as fault:
        return fault.parts
    return tuple(found) or (FRAME,)


def _manifest_in(path: Path, file: IO[bytes]) -> Manifest:
    with _understood(path, FRAME), zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        entries = archive.infolist()
        with _understood(path, PARTS[MANIFEST]), archive.open(MANIFEST) as source:
            content = source.read(_MOST_MANIFEST + 1)
    try:
        if msgspec.json.decode(content, type=_Format).format > FORMAT:
            raise EnvironmentFault(f"备份“{path.name}”是更新版本的程序做的，请安装新版程序。")
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise DamagedError(path, (PARTS[MANIFEST],)) from fault
    with_key = KEY in names and manifest.key_id is not None
    expected = [OFFICE, *([KEY] if with_key else []), *([BESIDE] if BESIDE in names else [])]
    stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
    sizes = {entry.filename: entry.file_size for entry in entries}
    if [part.name for part in manifest.parts] != expected or names != [*expected, MANIFEST] or not stored:
        raise DamagedError(path, (FRAME,))
    if any(sizes[part.name] != part.bytes for part in manifest.parts):
        raise DamagedError(path, (FRAME,))
    return manifest


class _Format(msgspec.Struct):
    format: int


@contextmanager
def _understood(path: Path, label: str) -> Iterator[None]:
    """Everything zipfile raises over a damaged file."""
    try:
        yield
    except (OSError, *beside.ZIP_FAULTS) as fault:
        if isinstance(fault, OSError) and fault.errno != errno.EINVAL:  # that is a place before the file's beginning
            raise
        raise DamagedError(path, (label,)) from fault


@contextmanager
def _told(what: str, *, reading: bool = False) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        done = "读不出来" if reading else "没有做成"
        raise EnvironmentFault(f"{what}{done}：{reason(fault)}。请检查磁盘或移动存储后再试。") from fault


def _told_of_office(fault: Exception, office: Path) -> UserError:
    """A database fault while copying: of the office, or of the disk its copy should lie on."""
    if "unable to open" in str(fault).lower():
        return EnvironmentFault(f"“{office.stem}”的备份没有做成：没有权限在那里写文件。请换一个备份位置。")
    return translated(fault, office.name)
