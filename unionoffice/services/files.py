"""Writing a file so that it is either whole or not there: beside the target first, then renamed over it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.kernel.identity import new_id
from unionoffice.store.engine import reason


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """A path to write to; it becomes `path` when the block ends well and is gone otherwise.

    Raises EnvironmentFault in the office's words when the folder, the disk or a program holding the file refuses.
    """
    beside = path.with_name(f"~{new_id()}{path.suffix}")
    try:
        yield beside
        beside.replace(path)
    except OSError as fault:
        raise EnvironmentFault(
            f"“{path.name}”没有写成：{reason(fault)}。请换一个位置或关闭占用它的程序再试。"
        ) from fault
    finally:
        beside.unlink(missing_ok=True)


def write(path: Path, content: bytes) -> None:
    """Write bytes through `writing`."""
    with writing(path) as beside:
        beside.write_bytes(content)
