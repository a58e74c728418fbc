"""Power cuts: what the disk may hold when everything that was not yet forced to it is dropped, torn or out of order.

A work runs once under `strace`, which records every change of a file with its bytes, in order. From such a record any
number of crashes is made: at a random moment, each file holds what was written up to its last fsync; of what was
written later, each 512-byte sector is there or not, by chance and regardless of order; a file's name, its renaming and
its removal are there only in the order they were done and, as POSIX has it, surely only once the folder was synced.
The wal index (-shm) is gone: it lies in memory.

Not modelled: a disk that lies about having synced, sectors that rot, a file system that loses synced data of its own.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from unionoffice.kernel.errors import EnvironmentFault
from unionoffice.kernel.progress import Progress, step
from unionoffice.selftest import work
from unionoffice.selftest.offices import Office
from unionoffice.selftest.report import Row, tally
from unionoffice.selftest.verdict import Course, Verdict, course, judge, reported

SECTOR = 512
_CALLS = (
    "openat,open,creat,write,pwrite64,writev,pwritev,lseek,ftruncate,truncate,fallocate,sendfile,copy_file_range,"
    "fsync,fdatasync,sync_file_range,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir"
)
_LINE = re.compile(r"(?P<pid>\d+) +(?P<call>\w+)\((?P<rest>.*)\) += (?P<result>\d+)")
_HALF = re.compile(r"(\d+) +(.*) <unfinished \.\.\.>")
_OTHER_HALF = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)")
_FILE = re.compile(r"^(\d+)<((?:\\x[0-9a-f]{2})*)>(\(deleted\))?")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_LONGEST = 1 << 24


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to the disk: `kind` is write, truncate, sync, create, rename, link, unlink, folder or
    told (a line the program reported)."""

    kind: str
    path: str = ""
    other: str = ""
    offset: int = 0
    data: bytes = b""


def possible() -> str:
    """Why power cuts cannot be tried here; blank when they can."""
    if not sys.platform.startswith("linux"):
        return "只在 Linux 上能做：要逐次记录程序写盘"
    return "" if shutil.which("strace") else "这台电脑没有 strace，不能逐次记录程序写盘"


def run(
    offices: Sequence[Office], folder: Path, rounds: int, progress: Progress, *, names: Sequence[str] = ()
) -> list[Row]:
    """Cut the power `rounds` times in all; a row for each work."""
    if why := possible():
        return [Row("断电", "未落盘的写入丢弃、撕裂、乱序", 0, 0, "", skipped=why)]
    chance = random.Random(20260911)
    pairs = [
        (name, office)
        for name in names or work.WORKS
        for office in offices
        if office.key is not None or not work.ALL[name].encrypted_only
    ]
    found: dict[str, list[Verdict]] = {name: [] for name, _ in pairs}
    for at, (name, office) in enumerate(pairs):
        known = course(name, office.copied(folder / "course"))
        shutil.rmtree(folder / "course")
        changes = record(name, office, folder)
        for number in range(rounds // len(pairs) + (at < rounds % len(pairs))):
            step(progress, len([each for some in found.values() for each in some]), rounds, "正在断电")
            found[name].append(_round(name, office, folder / f"cut-{number}", changes, known, chance))
    return [
        Row(
            "断电",
            work.ALL[name].title,
            len(verdicts),
            sum(bool(each.failed) for each in verdicts),
            tally(verdicts),
            tuple(dict.fromkeys(each.failed for each in verdicts if each.failed))[:3],
        )
        for name, verdicts in found.items()
    ]


def _round(
    name: str, office: Office, folder: Path, changes: Sequence[Change], known: Course, chance: random.Random
) -> Verdict:
    first = next(at for at, each in enumerate(changes) if each.kind == "told")
    moment = chance.randrange(first, len(changes)) + 1
    disk = Disk(office.path.parent, chance)
    for change in changes[:moment]:
        disk.take(change)
    disk.cut(folder)
    done = reported([each.data.decode() for each in changes[:moment] if each.kind == "told"])
    verdict = judge(name, office.within(folder), known, done)
    shutil.rmtree(folder)
    return verdict


# -- what the disk holds -----------------------------------------------------------------------------------------------


@dataclass(eq=False)
class _File:
    """One file: what is surely on the disk, and what was done to it since."""

    kept: bytes = b""
    since: list[Change] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Named:
    """A name given, or, without a file, taken away; `gone` is the name that a renaming takes away with it."""

    path: str
    file: _File | None
    gone: str = ""


class Disk:
    """A folder as the disk has it, fed with what a program did."""

    def __init__(self, start: Path, chance: random.Random) -> None:
        self._chance = chance
        self._start = {
            str(path.relative_to(start)): _File(path.read_bytes())
            for path in start.rglob("*")
            if path.is_file() and not path.name.endswith("-shm")
        }
        self._names = dict(self._start)
        self._journal: list[_Named] = []
        self._forced = 0

    def take(self, change: Change) -> None:
        """One more thing the program did."""
        match change.kind:
            case "write" | "truncate":
                if change.path in self._names:
                    self._names[change.path].since.append(change)
            case "sync":
                self._sync(change.path)
            case "create":
                if change.path not in self._names:
                    self._name(_Named(change.path, _File()))
            case "rename":
                self._name(_Named(change.other, self._names.get(change.path), change.path))
            case "link":
                self._name(_Named(change.other, self._names.get(change.path)))
            case "unlink":
                self._name(_Named(change.path, None))

    def _name(self, named: _Named) -> None:
        self._journal.append(named)
        _give(self._names, named)

    def _sync(self, path: str) -> None:
        file = self._names.get(path)
        if file is not None:
            file.kept, file.since = _written(file), []
            return
        inside = [at for at, named in enumerate(self._journal) if str(Path(named.path).parent) == path]
        self._forced = max([self._forced, *(at + 1 for at in inside)])

    def cut(self, folder: Path) -> None:
        """What is found when the power is back."""
        names = dict(self._start)
        for named in self._journal[: self._chance.randint(self._forced, len(self._journal))]:
            _give(names, named)
        share = self._chance.choice((0.0, 0.5, 1.0, self._chance.random()))
        found = {id(file): self._survives(file, share) for file in names.values()}
        for name, file in names.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(found[id(file)])

    def _survives(self, file: _File, share: float) -> bytes:
        """What is left of a file: each sector as it was after some write to it, by chance."""
        changes = list(file.since)
        cut = next((at for at, each in enumerate(changes) if each.kind == "truncate"), None)
        if cut is not None and self._chance.random() < 0.5:
            changes = changes[:cut]
        sectors: dict[int, list[bytes]] = {}
        content = bytearray(file.kept)
        for change in changes:
            if change.kind == "truncate":
                _apply(content, change)
                sectors = {}
                continue
            first, last = change.offset // SECTOR, (change.offset + len(change.data) - 1) // SECTOR
            before = {at: bytes(content[at * SECTOR : (at + 1) * SECTOR]) for at in range(first, last + 1)}
            _apply(content, change)
            for at in range(first, last + 1):
                sectors.setdefault(at, [before[at]]).append(bytes(content[at * SECTOR : (at + 1) * SECTOR]))
        garbage = self._chance.random() < 0.25
        end = 0
        for at, versions in sectors.items():
            kept = self._chance.random() < share
            chosen = versions[-1] if kept else self._chance.choice(versions[:-1])
            place = slice(at * SECTOR, at * SECTOR + len(versions[-1]))
            blank = self._chance.randbytes(SECTOR) if garbage else bytes(SECTOR)
            content[place] = (chosen + blank[len(chosen) :])[: len(versions[-1])]
            end = max(end, at * SECTOR + len(chosen))
        if cut is None and self._chance.random() < 0.5:
            del content[max(end, len(file.kept)) :]  # the length too came no further than what is there
        return bytes(content)


def _give(names: dict[str, _File], named: _Named) -> None:
    if named.gone:
        names.pop(named.gone, None)
    if named.file is not None:
        names[named.path] = named.file
    else:
        names.pop(named.path, None)


def _written(file: _File) -> bytes:
    content = bytearray(file.kept)
    for change in file.since:
        _apply(content, change)
    return bytes(content)


def _apply(content: bytearray, change: Change) -> None:
    if len(content) < change.offset:
        content.extend(bytes(change.offset - len(content)))
    if change.kind == "truncate":
        del content[change.offset :]
    else:
        content[change.offset : change.offset + len(change.data)] = change.data


# -- recording ---------------------------------------------------------------------------------------------------------


def record(name: str, office: Office, folder: Path) -> list[Change]:
    """Do a work on a copy of an office, in a process of its own; everything it did to the disk."""
    copy = office.copied(folder / "recorded")
    plan, log = folder / "plan.json", folder / "strace.txt"
    work.write_plan(plan, name, copy)
    tracing = ("strace", "-f", "-y", "-xx", "-s", str(_LONGEST), "-e", f"trace={_CALLS}", "-e", "signal=none")
    command = [*tracing, "-o", str(log), sys.executable, "-m", "unionoffice.selftest.work", str(plan)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300)
    if done.returncode:
        raise EnvironmentFault(f"断电自检没有记录成：{done.stderr.strip().splitlines()[-1:]}。")
    with log.open(encoding="ascii", errors="replace") as lines:
        changes = list(_changes(_whole(lines), str(copy.path.parent)))
    shutil.rmtree(copy.path.parent)
    log.unlink()
    return changes


def _whole(lines: Iterable[str]) -> Iterator[str]:
    """Calls that another thread interrupted, put together."""
    begun: dict[str, str] = {}
    for line in lines:
        if half := _HALF.match(line):
            begun[half[1]] = half[2]
        elif other := _OTHER_HALF.match(line):
            yield f"{other[1]} {begun.pop(other[1])}{other[2]}"
        else:
            yield line


def _changes(lines: Iterable[str], root: str) -> Iterator[Change]:
    places: dict[tuple[str, str], int] = {}
    for line in lines:
        found = _LINE.match(line)
        if found is None:
            continue
        call, rest, result = found["call"], found["rest"], int(found["result"])
        file = _FILE.match(rest)
        texts = [bytes.fromhex(text.replace("\\x", "")) for text, _ in _TEXT.findall(rest)]
        if call in ("openat", "open", "creat"):
            places[found["pid"], found["result"]] = 0
            path = _inside(texts[0].decode("utf-8", "surrogateescape"), root)
            if path and "O_CREAT" in rest:
                yield Change("create", path)
            if path and "O_TRUNC" in rest:
                yield Change("truncate", path)
        elif call.startswith(("rename", "link")):
            names = [_inside(text.decode(), root) for text in texts[:2]]
            if all(names):
                yield Change("rename" if call.startswith("rename") else "link", names[0], names[1])
        elif call.startswith("unlink"):
            if path := _inside(texts[0].decode("utf-8", "surrogateescape"), root):
                yield Change("unlink", path)
        elif file is not None:
            yield from _of_open_file(call, rest, result, (found["pid"], file[1]), file, texts, places, root)


def _of_open_file(
    call: str,
    rest: str,
    result: int,
    handle: tuple[str, str],
    file: re.Match[str],
    texts: Sequence[bytes],
    places: dict[tuple[str, str], int],
    root: str,
) -> Iterator[Change]:
    if call == "write" and file[1] == "1":
        yield Change("told", data=texts[0].strip())
        return
    path = _inside(bytes.fromhex(file[2].replace("\\x", "")).decode("utf-8", "surrogateescape"), root)
    if not path or file[3]:
        return
    if call == "lseek":
        places[handle] = result
    elif call == "write":
        yield Change("write", path, offset=places.get(handle, 0), data=texts[0][:result])
        places[handle] = places.get(handle, 0) + result
    elif call == "pwrite64":
        yield Change("write", path, offset=int(rest.rsplit(",", 1)[1]), data=texts[0][:result])
    elif call == "ftruncate":
        yield Change("truncate", path, offset=int(rest.rsplit(",", 1)[1]))
    elif call in ("fsync", "fdatasync"):
        yield Change("sync", path)
    else:
        raise EnvironmentFault(f"断电自检不认识这种写法：{call}。")


def _inside(path: str, root: str) -> str:
    """A path within the office's folder; “.” for the folder itself, blank for what lies elsewhere or in memory."""
    if path == root:
        return "."
    return path[len(root) + 1 :] if path.startswith(root + "/") and not path.endswith("-shm") else ""
