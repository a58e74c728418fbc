"""Writing a file so that it is either whole or not there: beside the target first, then renamed over it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.kernel.identity import new_id
from unionoffice.store.engine import reason


@contextmanager
def writing(path: Path, finished: Callable[[Path], None] | None = None) -> Iterator[Path]:
    """A path to write to; it becomes `path` when the block ends well and is gone otherwise.

    `finished` is called with the whole file before it gets its name: what it raises leaves no file. The access log is
    kept there, so that it may name a file that the disk then refused, but never misses one that was written.

    Raises UserError when there is no such folder or no disk takes the name, before any work is done, and
    EnvironmentFault in the office's words when the disk or a program holding the file refuses.
    """
    check_name(path)
    if not path.parent.is_dir():
        raise UserError(f"“{path.name}”没有写成：文件夹“{path.parent}”不存在。请先建立文件夹，或换一个位置。")
    if path.is_dir():
        raise UserError(f"“{path.name}”没有写成：它是文件夹。请换一个文件名。")
    beside = path.with_name(f"~{new_id()}{path.suffix}")
    try:
        yield beside
        if finished is not None:
            finished(beside)
        beside.replace(path)
    except OSError as fault:
        raise EnvironmentFault(
            f"“{path.name}”没有写成：{reason(fault)}。请换一个位置或关闭占用它的程序再试。"
        ) from fault
    finally:
        with suppress(OSError):  # a disk that takes nothing has nothing to take away either
            beside.unlink(missing_ok=True)


def check_name(path: Path) -> None:
    """Refuse a name or place that is too long for the disk, before it is asked whether there is such a file."""
    if any(len(part.encode("utf-16-le", "surrogatepass")) > 2 * _LONGEST for part in path.parts):
        raise _too_long(path)
    try:
        path.lstat()
    except OSError as fault:
        if fault.errno == errno.ENAMETOOLONG:
            raise _too_long(path) from fault


def _too_long(path: Path) -> UserError:
    return UserError(f"“{path.name[:_TOLD]}…”没有写成：文件名或位置太长，文件名最多约 80 个汉字。请换一个短些的。")


_LONGEST = 255
"""UTF-16 units in a name: Windows says by several faults that there are more. Elsewhere the disk counts bytes."""
_TOLD = 20
"""How much of a name that is too long is told."""


def printable(path: Path) -> str:
    """A file's name as text: one that an old Windows wrote in GBK on a stick reads as such."""
    try:
        path.name.encode()
    except UnicodeEncodeError:
        return os.fsencode(path.name).decode("gb18030", "replace")
    return path.name


def write(path: Path, content: bytes, finished: Callable[[Path], None] | None = None) -> None:
    """Write bytes through `writing`."""
    with writing(path, finished) as beside:
        beside.write_bytes(content)
