"""The shortest way to the window: what must happen before Qt and the program's own modules are imported."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any


def open_window(office: Path | None, **options: Any) -> int:
    """Open the program's window and run it to its end; see `window.start` for the options and the status."""
    gc.disable()  # `window.start` turns it on again after the first paint: nothing that a start makes is garbage
    try:
        import unionoffice.app  # noqa: F401 - before Qt, whose import hook reads the source of all that follows
        from unionoffice.window import start

        return start(office, **options)
    finally:
        gc.enable()
