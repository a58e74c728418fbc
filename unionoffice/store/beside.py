"""What lies beside an office file and belongs to it: its own forms, templates of papers and holidays, in its backups.

Fonts stay out, which are large and come with a system, and so does whatever was printed or exported, which is a copy.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

from unionoffice.kernel.identity import new_id

FORMS, PAPERS, RULES = "表单", "公文模板", "规则"
_FOLDERS: Mapping[str, str] = {FORMS: ".xlsx", PAPERS: ".txt", RULES: ".txt"}
"""The folders and what is kept of them."""

_DEEPEST = 3
"""表单/会员/登记表.xlsx."""

MOST_FILE, MOST = 16 << 20, 64 << 20
"""Bytes of one file and of all of them: a form is some ten thousand; what is larger is no form."""

ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    RuntimeError,  # “encrypted”; flags or a compression it does not know
    KeyError,
    ValueError,
    EOFError,
    OverflowError,
)
"""What zipfile raises over a damaged file, besides what the disk does."""

_NEVER = frozenset('<>:"/\\|?*')


def gathered(office: Path) -> bytes | None:
    """All of it as one ZIP file, the same bytes for the same files; None when there is nothing.

    What cannot be read just now or is too large is left out: an office is backed up all the same.
    """
    out = io.BytesIO()
    size = 0
    with zipfile.ZipFile(out, "w") as archive:
        for name, path in sorted(_files(office.parent)):
            with suppress(OSError):
                if path.stat().st_size <= MOST_FILE and size + path.stat().st_size <= MOST:
                    content = path.read_bytes()
                    size += len(content)
                    archive.writestr(zipfile.ZipInfo(name), content)
        empty = not archive.namelist()
    return None if empty else out.getvalue()


def put_back(content: bytes, office: Path) -> tuple[list[str], list[str]]:
    """Write what is not there; what is there is left alone. Returns the names written, and those that could not be.

    Nothing is written but into these folders, whatever the ZIP file says of itself.
    """
    written: list[str] = []
    failed: list[str] = []
    size = 0
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (OSError, *ZIP_FAULTS):
        return [], []
    with archive:
        for entry in archive.infolist():
            name = _allowed(entry.filename)
            size += entry.file_size
            if name is None or entry.compress_type != zipfile.ZIP_STORED or entry.file_size > MOST_FILE or size > MOST:
                continue
            target = office.parent.joinpath(*name.parts)
            try:
                if not target.exists():
                    _write(target, archive.read(entry))
                    written.append(str(name))
            except (OSError, *ZIP_FAULTS):
                failed.append(str(name))
    return written, failed


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for top in _FOLDERS:
        for below, folders, names in os.walk(folder / top):
            folders[:] = [each for each in folders if not (Path(below) / each).is_symlink()]
            for name in names:
                path = Path(below) / name
                if (found := _allowed(path.relative_to(folder).as_posix())) is not None and not path.is_symlink():
                    yield str(found), path


def _allowed(name: str) -> PurePosixPath | None:
    """A name within the folders that a form or a template may have on every system; None for any other."""
    found = PurePosixPath(name)
    parts = found.parts
    plain = all(
        part.strip(" .") == part and not part.startswith("~") and part.isprintable() and _NEVER.isdisjoint(part)
        for part in parts
    )
    fits = 2 <= len(parts) <= _DEEPEST and found.suffix.lower() == _FOLDERS.get(parts[0])
    return found if plain and fits and str(found) == name else None


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f"~{new_id()}{target.suffix}")
    try:
        half.write_bytes(content)
        half.rename(target)
    finally:
        half.unlink(missing_ok=True)
