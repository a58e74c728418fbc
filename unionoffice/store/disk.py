"""What must be on the disk before anything goes on."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def folder_to_disk(folder: Path) -> None:
    """Make sure that a file just renamed in a folder is there after a power cut too, where the system lets one."""
    if os.name == "nt":
        return
    with suppress(OSError):  # network shares refuse it
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
