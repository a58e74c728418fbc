"""What one user's screen remembers over a restart: an ini file in a folder given by the caller.

How the window looks belongs to the PC; what was open in it, which record and which template, to one office and is never
shown in another (`of`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

_ORDER, _MOST = "offices/order", 20
"""Of how many offices it is remembered what was open in them: of those opened last."""


class ScreenSettings:
    """Small values by key. An unreadable one counts as absent: how a list was sorted is never worth a message."""

    def __init__(self, folder: Path, *, office: str = "") -> None:
        self._folder = folder
        self._under = f"offices/{office}/" if office else ""
        self._settings = QSettings(str(folder / "screen.ini"), QSettings.Format.IniFormat)

    def of(self, office: str) -> ScreenSettings:
        """What is remembered of one office, by its id; with "" this."""
        if not office:
            return self
        kept = self.read(_ORDER, [])
        former = [str(each) for each in kept if each != office] if isinstance(kept, list) else []
        for gone in former[_MOST - 1 :]:
            self._settings.remove(f"offices/{gone}")
        self.write(_ORDER, [office, *former[: _MOST - 1]])
        return ScreenSettings(self._folder, office=office)

    def read(self, key: str, default: Any = None) -> Any:
        """The value kept under `key`, as it was written."""
        text = self._settings.value(self._under + key)
        if not isinstance(text, str):
            return default
        try:
            return json.loads(text)
        except ValueError:
            return default

    def write(self, key: str, value: Any) -> None:
        """Keep a value made of dicts, lists, text, numbers and booleans."""
        self._settings.setValue(self._under + key, json.dumps(value, ensure_ascii=True, separators=(",", ":")))

    def read_bytes(self, key: str) -> QByteArray | None:
        """Bytes that Qt gave, such as a window's geometry."""
        text = self.read(key)
        return QByteArray.fromBase64(text.encode()) if isinstance(text, str) else None

    def write_bytes(self, key: str, value: QByteArray) -> None:
        """Keep bytes that Qt gave."""
        self.write(key, bytes(value.toBase64().data()).decode())

    def flush(self) -> None:
        """Write everything to the file now."""
        self._settings.sync()
