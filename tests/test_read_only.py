"""An office that cannot be written is read all the same: nothing is missed or left beside it, and it is told."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.conftest import ACTOR
from tests.services.people import member
from unionoffice.app import App
from unionoffice.cli import run
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.services import checks, exports, imports
from unionoffice.store.engine import connect

LOADED = (checks, exports, imports)
"""Imported before root becomes somebody who may not read its home, where its Python may lie."""

CASES = ["file", "folder"] if sys.platform != "win32" else ["file"]


@contextmanager
def nobody() -> Iterator[None]:
    """Root may write everywhere, so it becomes somebody else meanwhile: one who may still read everywhere, as the
    checkout or its Python may lie in root's own folder."""
    if not hasattr(os, "getuid") or os.getuid() != 0:
        yield
        return
    _keep_permitted()
    os.setresuid(65534, 65534, 0)
    _may_read_everywhere()
    access = os.access  # asks for the real user, whom reading everywhere is not given
    try:
        with patch("os.access", lambda path, mode: Path(path).exists() if mode == os.F_OK else access(path, mode)):
            yield
    finally:
        os.setresuid(0, 0, 0)


_PR_SET_KEEPCAPS, _VERSION_3, _READ_SEARCH = 8, 0x20080522, 1 << 2
"""From linux/prctl.h and linux/capability.h."""


def _keep_permitted() -> None:
    """What root may do stays permitted while it is somebody else; it is not in force then."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)


def _may_read_everywhere() -> None:
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        header, words = (ctypes.c_uint32 * 2)(_VERSION_3, 0), (ctypes.c_uint32 * 6)()
        if libc.capget(header, words) == 0:
            words[0] = words[1] & _READ_SEARCH  # effective, of what is permitted
            words[3] = 0
            libc.capset(header, words)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody can reach, which pytest's own is not; in it another for what is written."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o777)
    (path / "写").mkdir()
    (path / "写").chmod(0o777)
    yield path
    for each in (path, *path.iterdir()):
        each.chmod(0o777)
    shutil.rmtree(path)


@pytest.fixture
def office(folder: Path, office_file: Path, clock: FixedClock) -> Path:
    """An office with one member, closed."""
    path = folder / "工会.ghoffice"
    shutil.copy(office_file, path)
    app = App(path, clock=clock, actor=ACTOR)
    member(app, "曾丽梅")
    app.close()
    assert path.read_bytes()[18] == 2  # in WAL mode, as every office in use
    path.chmod(0o666)
    return path


def lock_away(office: Path, case: str) -> None:
    if case == "folder":
        office.parent.chmod(0o555)
    else:
        office.chmod(0o444)


@pytest.mark.parametrize("case", CASES)
def test_reading_commands_work_and_say_that_nothing_can_be_changed(
    office: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--office", str(office), "export", "members", str(office.parent / "写" / "先.xlsx")]) == 0  # loads all
    capsys.readouterr()
    lock_away(office, case)
    before = sorted(office.parent.iterdir())
    for words in (["find", "曾"], ["export", "members", str(office.parent / "写" / "花名册.xlsx")], ["check"]):
        with nobody():
            assert run(["--office", str(office), *words, "--json"]) == 0
        out, error = capsys.readouterr()
        found = json.loads(out)
        assert found.get("count", 1) == found.get("rows", 1) == 1
        assert found.get("problems", []) == []
        assert "这次只读打开，不能登记" in error
        assert len(error.splitlines()) == 1
    assert sorted(office.parent.iterdir()) == before


@pytest.mark.parametrize("case", CASES)
def test_writing_commands_are_refused_with_advice(office: Path, case: str, capsys: pytest.CaptureFixture[str]) -> None:
    lock_away(office, case)
    with nobody():
        assert run(["--office", str(office), "welfare", "close", "中秋"]) == 1
    error = capsys.readouterr().err
    assert office.name in error
    assert "只读的，不能登记。请复制到可写的文件夹再打开。" in error


@pytest.mark.parametrize("case", CASES)
def test_whatever_writes_all_the_same_is_refused(office: Path, case: str) -> None:
    lock_away(office, case)
    before = office.read_bytes()
    with nobody(), closing(App(office, actor=ACTOR, reading=True)) as app:
        with pytest.raises(EnvironmentFault, match="只读"):
            member(app, "王五")
        with pytest.raises(EnvironmentFault, match="只读"), app.store.working():
            app.imports.remember_headings(Path("x.xlsx"), {"甲": "name"})
    assert office.read_bytes() == before


def broken_off(office: Path, clock: FixedClock, *, index: bool) -> None:
    """Leave a second member in the -wal file only, as a crash does."""
    elsewhere = office.parent / "断"
    elsewhere.mkdir()
    app = App(office, clock=clock, actor=ACTOR)
    member(app, "王五")
    for path in office.parent.glob(f"{office.name}*"):
        if index or not path.name.endswith("-shm"):
            shutil.copy(path, elsewhere / path.name)
    app.close()
    for path in elsewhere.iterdir():
        shutil.move(path, office.parent / path.name)
    elsewhere.rmdir()
    assert office.with_name(f"{office.name}-wal").stat().st_size


@pytest.mark.skipif(sys.platform == "win32", reason="a folder's attribute does not keep a Windows program from writing")
@pytest.mark.parametrize("index", [True, False])
def test_what_a_crash_left_beside_a_read_only_office_is_never_missed(
    office: Path, clock: FixedClock, index: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    broken_off(office, clock, index=index)
    for path in office.parent.glob(f"{office.name}*"):
        path.chmod(0o444)
    office.parent.chmod(0o555)
    with nobody():
        status = run(["--office", str(office), "find", "王五", "--json"])
    found = json.loads(capsys.readouterr().out)
    if index:
        assert (status, found["count"]) == (0, 1)
    else:
        assert status == 1
        assert "-wal" in found["error"]
        assert "复制到可写的文件夹" in found["error"]


@pytest.mark.skipif(sys.platform == "win32", reason="a folder's attribute does not keep a Windows program from writing")
def test_a_half_written_copy_is_not_read_as_if_it_were_whole(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A backup copy has no WAL; what an unfinished write leaves beside it is its journal."""
    journal = office.with_name(f"{office.name}-journal")
    with closing(connect(office)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA cache_size=1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE member SET name = '王五'")
        connection.execute("CREATE TABLE filler AS SELECT randomblob(3000000) AS x")
        kept = [(path, path.read_bytes()) for path in (office, journal)]
        connection.execute("ROLLBACK")
    for path, content in kept:
        path.write_bytes(content)
        path.chmod(0o444)
    assert journal.stat().st_size
    office.parent.chmod(0o555)
    with nobody():
        assert run(["--office", str(office), "find", "曾"]) == 1
    assert "没有正常关闭" in capsys.readouterr().err


def test_reading_goes_on_while_another_program_writes(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(connect(office)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM member")
        assert run(["--office", str(office), "find", "曾", "--json"]) == 0
        out, error = capsys.readouterr()
        assert json.loads(out)["count"] == 1
        assert "正被另一个程序写入，这次只读打开" in error
        other.execute("ROLLBACK")
    assert run(["--office", str(office), "find", "曾"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("revision", "told"), [("0001", "旧版程序"), ("9999", "更新版本")])
def test_another_programs_version_is_refused_where_it_cannot_be_brought_up_to_date(
    office: Path, revision: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(connect(office)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    lock_away(office, "file")
    with nobody():
        assert run(["--office", str(office), "find", "曾"]) == 1
    assert told in capsys.readouterr().err
