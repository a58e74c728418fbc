"""Where the files that travel with the program lie: beside the package in a checkout, inside it when frozen."""

from __future__ import annotations

import sys
from pathlib import Path

_FROZEN = getattr(sys, "_MEIPASS", None)
ROOT = Path(_FROZEN) / "resources" if _FROZEN else Path(__file__).resolve().parents[2] / "resources"


def resource(relative: str) -> Path:
    """Path of `resources/relative`."""
    return ROOT / relative
