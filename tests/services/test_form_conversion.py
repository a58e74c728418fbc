"""Old workbooks (.xls) become forms by way of LibreOffice: found, asked rightly, and what happens when it fails.

A small program takes LibreOffice's place, so that all of it is tested on every machine.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.services.form_office import Office, book, office, shared
from unionoffice.kernel.errors import UserError
from unionoffice.services.forms import shelf as form_shelf
from unionoffice.services.forms.service import Subject

__all__ = ["office", "shared"]

_FAKE = """
import json, pathlib, shutil, sys, time
words = sys.argv[1:]
out = pathlib.Path(words[words.index("--outdir") + 1])
pathlib.Path({told!r}).write_text(json.dumps([words, out.is_dir()]))
how = {how!r}
if how == "fails":
    sys.exit(3)
if how == "hangs":
    time.sleep(8)
if how == "works":
    shutil.copyfile({good!r}, out / (pathlib.Path(words[-1]).stem + "." + words[words.index("--convert-to") + 1]))
if how == "spoils":
    (out / (pathlib.Path(words[-1]).stem + ".xlsx")).write_bytes(b"half a file")
"""


class Converter:
    """A LibreOffice made for the test, alone on the path; `words` is what it was asked."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._told = folder / "told.json"
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self._path = folder / "path"
        self._path.mkdir()
        monkeypatch.setenv("PATH", str(self._path))
        monkeypatch.setattr(tempfile, "tempdir", str(self.temporary))
        self.old = folder / "旧 表.xls"
        self.old.write_bytes(b"\xd0\xcf\x11\xe0")

    def install(self, how: str, name: str = "soffice") -> None:
        """Put it on the path: it "works", "fails", "hangs", "spoils" what it writes, or writes "nothing"."""
        good = book(self._folder / "新表.xlsx", {"A1": "{{姓名}}", "A2": "{{填写.事由}}"})
        script = self._folder / "fake.py"
        script.write_text(_FAKE.format(told=str(self._told), how=how, good=str(good)), "utf-8")
        if os.name == "nt":
            (self._path / f"{name}.bat").write_text(f'@"{sys.executable}" "{script}" %*\r\n', "mbcs")
        else:
            program = self._path / name
            program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n', "utf-8")
            program.chmod(0o755)

    @property
    def asked(self) -> tuple[list[str], bool]:
        """The words it was called with, and whether the folder to write to was there."""
        found: Any = json.loads(self._told.read_text())
        return found[0], found[1]


@pytest.fixture
def converter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Converter:
    return Converter(tmp_path, monkeypatch)


@pytest.mark.parametrize("name", ["soffice", "libreoffice"])
@pytest.mark.parametrize("ending", [".xls", ".XLS", ".et"])
def test_an_old_workbook_is_converted_by_whichever_name_it_is_installed(
    shared: Office, converter: Converter, name: str, ending: str
) -> None:
    converter.install("works", name)
    old = converter.old.rename(converter.old.with_suffix(ending))
    assert shared.forms.check(old, Subject.MEMBER) == ("事由",)
    words, there = converter.asked
    assert there
    out = Path(words[words.index("--outdir") + 1])
    assert words == [
        f"-env:UserInstallation={(out / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(out),
        str(old),
    ]
    assert out.parent == converter.temporary, "its profile and what it writes are the program's own"
    assert list(converter.temporary.iterdir()) == [], "nothing of it stays"


def test_what_was_converted_becomes_a_form_and_the_old_file_stays(office: Office, converter: Converter) -> None:
    converter.install("works")
    form = office.forms.add(converter.old, Subject.MEMBER)
    assert (form.name, form.path.suffix, form.asked) == ("旧 表", ".xlsx", ("事由",))
    assert openpyxl.load_workbook(form.path).active["A1"].value == "{{姓名}}"
    assert converter.old.read_bytes() == b"\xd0\xcf\x11\xe0"


def test_without_it_the_user_is_told_what_to_do(shared: Office, converter: Converter) -> None:
    with pytest.raises(UserError, match=r"^“旧 表.xls”是旧格式。请用 WPS 或 Excel 打开，另存为 .xlsx 后再用。$"):
        shared.forms.check(converter.old, Subject.MEMBER)
    with pytest.raises(UserError, match=r"“表.docx”不是 .xlsx 工作簿.*另存为 .xlsx"):
        shared.forms.check(converter.old.with_name("表.docx"), Subject.MEMBER)


@pytest.mark.parametrize("how", ["fails", "nothing"])
def test_one_that_writes_nothing_is_told(shared: Office, converter: Converter, how: str) -> None:
    converter.install(how)
    with pytest.raises(UserError, match=r"“旧 表.xls”是旧格式，没有转换成。.*另存为 .xlsx") as told:
        shared.forms.check(converter.old, Subject.MEMBER)
    assert type(told.value) is UserError
    assert converter.asked
    assert list(converter.temporary.iterdir()) == []


def test_one_that_spoils_the_file_is_told_as_no_workbook(shared: Office, converter: Converter) -> None:
    converter.install("spoils")
    with pytest.raises(UserError, match=r"“旧 表.xls”.*不是"):
        shared.forms.check(converter.old, Subject.MEMBER)


def test_one_that_hangs_is_not_waited_for(
    shared: Office, converter: Converter, monkeypatch: pytest.MonkeyPatch
) -> None:
    converter.install("hangs")
    monkeypatch.setattr(form_shelf, "_PATIENCE", 1.0)
    began = time.monotonic()
    with pytest.raises(UserError, match="是旧格式，没有转换成"):
        shared.forms.check(converter.old, Subject.MEMBER)
    assert time.monotonic() - began < 6
