"""A command line over one office, as tests use it: what it prints, the one object machines get, the one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from unionoffice.cli import run


class Shell:
    """Runs commands on `office`; `first` are words before all others, such as the noun."""

    def __init__(self, office: Path, capture: pytest.CaptureFixture[str], *first: str) -> None:
        self.office = office
        self._capture = capture
        self._first = first

    def __call__(self, *words: object, status: int = 0) -> str:
        """Standard output of a command that ends with `status`; standard error is empty."""
        out, error = self.both(*words, status=status)
        assert error == ""
        return out

    def both(self, *words: object, status: int) -> tuple[str, str]:
        """Standard output and standard error."""
        self._capture.readouterr()
        assert run(["--office", str(self.office), *self._first, *map(str, words)]) == status
        out, error = self._capture.readouterr()
        return out, error

    def json(self, *words: object, status: int = 0) -> dict[str, Any]:
        """The one object on standard output; the files it names are there."""
        out, error = self.both(*words, "--json", status=status)
        assert (len(out.splitlines()), bool(error)) == (1, status != 0)
        found: dict[str, Any] = json.loads(out)
        assert "text" not in found
        if status == 0:
            assert isinstance(found["files"], list)
            for path in found["files"]:
                assert Path(path).exists()
        return found

    def refused(self, *words: object, status: int = 2) -> str:
        """The one sentence of a command that is refused and gives out nothing; machines get it too."""
        out, error = self.both(*words, status=status)
        assert out == ""
        (line,) = error.splitlines()
        assert error == f"{line}\n"
        assert self.json(*words, status=status)["error"].replace("\n", " ") == line
        assert line.endswith("。")
        assert "Traceback" not in line
        assert "！" not in line
        assert any("\u4e00" <= char <= "\u9fff" for char in line)
        return line
