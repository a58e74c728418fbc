"""One backup is one file: whole or not there, and every byte of it under a sum."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import textwrap
import threading
import time
import zipfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.conftest import ACTOR
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.models.backup import BackupKind
from unionoffice.services.founding import create
from unionoffice.services.logins import log_in
from unionoffice.store import backup, keyring, schema
from unionoffice.store.engine import connect

NOW = datetime(2026, 9, 10, 9, 30)
PASSWORD = "Xk7-船坞-2026"


@pytest.fixture(scope="session")
def whole_offices(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A plain and an encrypted office with some members, made once."""
    found = {}
    for name, password in (("plain", None), ("encrypted", PASSWORD)):
        path = tmp_path_factory.mktemp(name) / "红星 厂工会.ghoffice"
        create(path, "红星厂工会", FixedClock(NOW), ACTOR, password=password, cost=keyring.Cost(1, 8192))
        login = log_in(path, ACTOR.name, PASSWORD, NOW) if password else None
        app = App(path, clock=FixedClock(NOW), actor=ACTOR, login=login)
        for number in range(20):
            app.members.create({"name": f"会员{number}", "remark": "备注" * 40}, app.actor)
        app.close()
        found[name] = path
    return found


@pytest.fixture(params=["plain", "encrypted"])
def office(request: pytest.FixtureRequest, whole_offices: dict[str, Path], tmp_path: Path) -> tuple[Path, bytes | None]:
    """An office in a folder with Chinese and spaces in its name, and its data key."""
    whole = whole_offices[request.param]
    folder = tmp_path / "工会 资料 #1%"
    folder.mkdir()
    path = folder / whole.name
    path.write_bytes(whole.read_bytes())
    if request.param == "plain":
        return path, None
    keyring.key_path(path).write_bytes(keyring.key_path(whole).read_bytes())
    return path, log_in(path, ACTOR.name, PASSWORD, NOW).key


def make(office: tuple[Path, bytes | None], folder: Path, number: int = 1) -> Path:
    return backup.make(office[0], folder, kind=BackupKind.MANUAL, number=number, now=NOW, key=office[1])


def everything(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_backup_holds_office_key_and_manifest(office: tuple[Path, bytes | None], tmp_path: Path) -> None:
    path, key = office
    made = make(office, tmp_path / "备份")
    assert made.name == "红星 厂工会-20260910-0930-手工.ghbackup"
    manifest = backup.verify(made)
    assert (manifest.office, manifest.counts["member"], manifest.number) == ("红星厂工会", 20, 1)
    assert (manifest.revision, manifest.made_at, manifest.position.last_at) == (schema.head(), NOW, NOW)
    assert (manifest.key_id is None) == (key is None)
    out = tmp_path / "取出.ghoffice"
    assert backup.extract(made, out) == manifest
    app = App(out, clock=FixedClock(NOW), actor=ACTOR, login=log_in(out, ACTOR.name, PASSWORD, NOW) if key else None)
    assert len(app.members.search("会员")) == 20
    app.close()
    assert everything(tmp_path / "备份") == [made.name]
    assert everything(path.parent) == sorted({path.name, *([path.name + ".key"] if key else [])})


def test_an_encrypted_office_shows_nobody_in_its_backup(whole_offices: dict[str, Path], tmp_path: Path) -> None:
    path = whole_offices["encrypted"]
    made = make((path, log_in(path, ACTOR.name, PASSWORD, NOW).key), tmp_path)
    content = made.read_bytes()
    assert "会员1".encode() not in content
    assert b"SQLite format" not in content
    with zipfile.ZipFile(made) as archive:
        assert archive.testzip() is None
        manifest = archive.read("manifest.json").decode()
        assert "会员" not in manifest and ACTOR.name not in manifest


def test_a_name_taken_is_left_alone(office: tuple[Path, bytes | None], tmp_path: Path) -> None:
    names = [make(office, tmp_path / "备份", number).name for number in (1, 2, 3)]
    assert names == [f"红星 厂工会-20260910-0930-手工{mark}.ghbackup" for mark in ("", "-2", "-3")]
    assert [backup.manifest_of(path).number for path in backup.backups_in(tmp_path / "备份")] == [2, 3, 1]
    assert backup.next_number([tmp_path / "备份", tmp_path / "没有"]) == 4


def test_every_byte_flipped_is_noticed_and_named(office: tuple[Path, bytes | None], tmp_path: Path) -> None:
    own = office[0].parent / "表单" / "会员" / "登记表.xlsx"
    own.parent.mkdir(parents=True)
    own.write_bytes(random.Random(2).randbytes(3000))
    made = make(office, tmp_path / "备份")
    whole = made.read_bytes()
    with zipfile.ZipFile(made) as archive:
        regions = {}
        for entry in archive.infolist():
            start = whole.index(archive.read(entry)[:64], entry.header_offset)
            regions[backup.PARTS[entry.filename]] = range(start, start + entry.file_size)
    frame = [place for place in range(len(whole)) if not any(place in each for each in regions.values())]
    dice = random.Random(1)
    places = [(place, None) for place in frame]
    for label, each in regions.items():
        places += [(place, label) for place in (each.start, each.stop - 1)]
        places += [(dice.choice(each), label) for _ in range(120)]
    assert len(places) > 300
    for place, label in places:
        content = bytearray(whole)
        content[place] ^= 1 << dice.randrange(8)
        made.write_bytes(content)
        with pytest.raises(backup.DamagedError) as told:
            backup.verify(made)
        assert set(told.value.parts) <= {*backup.PARTS.values(), backup.FRAME}, place
        assert told.value.parts and (label is None or told.value.parts == (label,)), (place, label, told.value.parts)
        assert told.value.sentence.endswith("。")
    for cut in (0, 1, 63, 64, 100, len(whole) // 2, len(whole) - 1):
        made.write_bytes(whole[:cut])
        with pytest.raises(backup.DamagedError):
            backup.verify(made)
        with pytest.raises(EnvironmentFault):
            backup.extract(made, tmp_path / "半.ghoffice")
    made.write_bytes(whole + b"\0")
    with pytest.raises(backup.DamagedError):
        backup.verify(made)
    assert not list(tmp_path.glob("半*"))


def test_a_manifest_that_lies_is_noticed(office: tuple[Path, bytes | None], tmp_path: Path) -> None:
    """A whole ZIP with a right sum, but not what this program writes."""
    path, key = office
    content = {backup.KEY: keyring.key_path(path).read_bytes()} if key else {}
    manifest = backup.manifest_of(make(office, tmp_path / "备份"))
    other = tmp_path / "别的.ghoffice"
    other.write_bytes(b"x" * 500)
    forged = tmp_path / "改过.ghbackup"
    backup._pack(forged, other, content, manifest)  # its own writer, so that the sum is right
    assert backup.verify(forged).parts[0].bytes == 500
    newer = tmp_path / "新版.ghbackup"
    backup._pack(newer, other, content, msgspec.structs.replace(manifest, format=99))
    with pytest.raises(EnvironmentFault, match="更新版本"):
        backup.verify(newer)


def test_a_backup_is_one_moment_while_another_connection_writes(
    office: tuple[Path, bytes | None], tmp_path: Path
) -> None:
    path, key = office
    with closing(connect(path, key=key)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE pair (a INTEGER)")
        connection.execute("CREATE TABLE pair_too (a INTEGER)")
    stop = threading.Event()

    def write() -> None:
        with closing(connect(path, key=key)) as connection:
            number = 0
            while not stop.is_set():
                number += 1
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO pair VALUES (?)", (number,))
                connection.execute("INSERT INTO pair_too VALUES (?)", (number,))
                connection.execute("COMMIT")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [make(office, tmp_path / "备份", number) for number in range(1, 6)]
    finally:
        stop.set()
        writer.join()
    seen = []
    for number, each in enumerate(made):
        out = tmp_path / f"{number}.ghoffice"
        backup.extract(each, out)
        with closing(connect(out, key=key)) as connection:
            one, two = (
                connection.execute(f"SELECT coalesce(max(a), 0) FROM {table}").fetchone()[0]
                for table in ("pair", "pair_too")
            )
        assert one == two
        seen.append(one)
    assert seen == sorted(seen) and seen[-1] > 0


def test_a_locked_office_is_told_and_nothing_waits_for_ever(
    office: tuple[Path, bytes | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unionoffice.store.engine.BUSY_MILLISECONDS", 50)
    path, key = office
    with closing(connect(path, key=key)) as other:
        other.execute("PRAGMA journal_mode=DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(EnvironmentFault, match="正被另一个程序写入"):
            make(office, tmp_path / "备份")
    assert everything(tmp_path / "备份") == []


@pytest.mark.skipif(os.name == "nt", reason="needs a limit on the size of files")
@pytest.mark.parametrize("limit", [0, 1000, 100_000, 300_000, 440_000, 450_700])
def test_a_disk_that_refuses_leaves_nothing(office: tuple[Path, bytes | None], tmp_path: Path, limit: int) -> None:
    """The system itself refuses to let a file grow past a limit: while copying, and while packing."""
    import resource

    folder = tmp_path / "备份"
    before = make(office, folder)
    size = before.stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (min(limit, size - 1), hard))
    try:
        with pytest.raises(EnvironmentFault) as told:
            make(office, folder, 2)
        with pytest.raises(EnvironmentFault):
            backup.copy(before, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert told.value.sentence.endswith("。")
    assert everything(folder) == [before.name]
    assert not list(tmp_path.glob("*.ghbackup")) and not list(tmp_path.glob("~*"))
    backup.verify(before)


@pytest.mark.parametrize("nth", [1, 2, 3, 4, 5, 8])
def test_a_full_disk_leaves_nothing(
    office: tuple[Path, bytes | None], tmp_path: Path, nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes = 0
    honest = backup._Hashing.write

    def write(self: backup._Hashing, data: bytes) -> int:
        nonlocal writes
        writes += 1
        if writes == nth:
            raise OSError(28, "No space left on device")
        return honest(self, data)

    monkeypatch.setattr(backup._Hashing, "write", write)
    with pytest.raises(EnvironmentFault, match="磁盘已满"):
        make(office, tmp_path / "备份")
    assert everything(tmp_path / "备份") == []


def test_a_program_killed_in_the_middle_leaves_no_backup(office: tuple[Path, bytes | None], tmp_path: Path) -> None:
    path, key = office
    folder = tmp_path / "备份"
    script = f"""
        import os, signal
        from datetime import datetime
        from pathlib import Path
        from unionoffice.models.backup import BackupKind
        from unionoffice.store import backup
        backup.verify = lambda path: os._exit(9)
        backup.make(Path({str(path)!r}), Path({str(folder)!r}), kind=BackupKind.MANUAL, number=1,
                    now=datetime.now(), key={key!r})
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True)
    assert done.returncode == 9, done.stderr
    assert everything(folder) and all(name.startswith("~") for name in everything(folder))
    assert backup.backups_in(folder) == []
    left = everything(folder)
    make(office, folder)
    assert set(left) < set(everything(folder))  # of today: another program may be at it
    days_ago = time.time() - timedelta(days=2).total_seconds()
    for name in left:
        os.utime(folder / name, (days_ago, days_ago))
    backup.tidy(folder)
    assert [path.name for path in backup.backups_in(folder)] == everything(folder)


def test_a_damaged_office_is_not_backed_up(office: tuple[Path, bytes | None], tmp_path: Path) -> None:
    path, key = office
    content = bytearray(path.read_bytes())
    for place in range(8192 * 3, len(content), 8192):
        content[place : place + 4000] = os.urandom(4000)
    path.write_bytes(content)
    with pytest.raises(EnvironmentFault, match="已损坏"):
        make(office, tmp_path / "备份")
    assert everything(tmp_path / "备份") == []


def test_a_key_file_of_another_office_is_noticed(whole_offices: dict[str, Path], tmp_path: Path) -> None:
    source = whole_offices["encrypted"]
    path = tmp_path / source.name
    path.write_bytes(source.read_bytes())
    key = log_in(source, ACTOR.name, PASSWORD, NOW).key
    file = keyring.read(source)
    keyring.write(path, keyring.KeyFile(file.office, keyring.key_id(keyring.new_key()), file.slots))
    with pytest.raises(EnvironmentFault, match="密钥文件不是它的"):
        make((path, key), tmp_path / "备份")
    assert everything(tmp_path / "备份") == []


def test_a_copy_is_read_back(office: tuple[Path, bytes | None], tmp_path: Path) -> None:
    made = make(office, tmp_path / "备份")
    stick = tmp_path / "U 盘"
    stick.mkdir()
    assert backup.copy(made, stick).read_bytes() == made.read_bytes()
    content = bytearray(made.read_bytes())
    content[999] ^= 1
    made.write_bytes(content)
    with pytest.raises(backup.DamagedError):
        backup.copy(made, stick)
    assert everything(stick) == [made.name]
    with pytest.raises(EnvironmentFault):
        backup.copy(made, tmp_path / "没有")
