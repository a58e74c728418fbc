"""Where the files that travel with the program lie: beside the package in a checkout and in the packed program, inside
it when pip installed it."""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def root(package: Path = _PACKAGE, frozen: str | None = getattr(sys, "_MEIPASS", None)) -> Path:
    """The folder `resources` of this copy of the program; `frozen` is where PyInstaller's program keeps its files."""
    beside = (Path(frozen) if frozen else package.parent) / "resources"
    return beside if beside.is_dir() else package / "resources"


ROOT = root()


def resource(relative: str) -> Path:
    """Path of `resources/relative`."""
    return ROOT / relative
