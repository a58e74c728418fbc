"""One flipped bit somewhere in a file: noticed and named, or without consequence, but never silently other data."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from unionoffice.kernel.progress import Progress, step
from unionoffice.selftest.attempts import attempt
from unionoffice.selftest.offices import ACTOR, FIRST, PASSWORDS, Office, contents, opened, problems
from unionoffice.selftest.report import Row
from unionoffice.services import soundness
from unionoffice.store import backup, keyring
from unionoffice.store.engine import PAGE_BYTES

NOTICED, HARMLESS, SILENT, BUG = "指出", "内容不变", "没有察觉", "程序出错"


def run(offices: Sequence[Office], folder: Path, rounds: int, progress: Progress) -> list[Row]:
    """Flip `rounds` bits in each office file, half as many in a backup of each, in the key file, and in a log beside
    an office that was not closed."""
    chance = random.Random(20260913)
    rows: list[Row] = []
    for office in offices:
        kind = "（不加密）" if office.key is None else "（加密）"
        step(progress, len(rows), 7, "正在翻转字节")
        rows.append(_office(office, folder / "flipped", rounds, chance, kind))
        rows.append(_backup(office, folder / "backup", rounds // 2, chance, kind))
        rows.append(_log(office, folder / "log", rounds // 20, chance, kind))
        if office.key is not None:
            rows.append(_key_file(office, folder / "keys", rounds // 2, chance))
    return rows


def _office(office: Office, folder: Path, rounds: int, chance: random.Random, kind: str) -> Row:
    copy = office.copied(folder)
    sound = copy.path.read_bytes()
    wanted = contents(copy.path, copy.key)

    def look() -> str:
        trouble = attempt(lambda: soundness.trouble(copy.path, key=copy.key))
        if trouble.bug:
            return f"{BUG}：{trouble.bug}"
        if trouble.refused or trouble.value:
            return NOTICED
        found = attempt(lambda: problems(copy.path, copy.login))
        if found.bug:
            return f"{BUG}：{found.bug}"
        if found.value:
            return NOTICED
        read = attempt(lambda: contents(copy.path, copy.key))
        if read.bug:
            return NOTICED  # the database itself refuses to read on
        if read.value == wanted:
            return HARMLESS
        differing = [name for name in wanted if wanted[name] != read.value.get(name)]
        return f"{SILENT}：{'、'.join(name or '表的定义' for name in differing)}"

    def flip(place: int, bit: int) -> None:
        for suffix in ("-wal", "-shm"):
            copy.path.with_name(copy.path.name + suffix).unlink(missing_ok=True)
        copy.path.write_bytes(_flipped(sound, place, bit))

    row = _row(f"办公文件{kind}", flip, look, _places(len(sound), rounds, chance), chance)
    shutil.rmtree(folder)
    return row


def _backup(office: Office, folder: Path, rounds: int, chance: random.Random, kind: str) -> Row:
    copy = office.copied(folder)
    with closing(copy.app()) as app:
        made = app.backups.make(ACTOR).path
    assert made is not None
    sound = made.read_bytes()

    def look() -> str:
        found = attempt(lambda: backup.verify(made))
        return NOTICED if found.refused else f"{BUG}：{found.bug}" if found.bug else f"{SILENT}：备份"

    def flip(place: int, bit: int) -> None:
        made.write_bytes(_flipped(sound, place, bit))

    row = _row(f"备份{kind}", flip, look, [chance.randrange(len(sound)) for _ in range(rounds)], chance)
    shutil.rmtree(folder)
    return row


def _key_file(office: Office, folder: Path, rounds: int, chance: random.Random) -> Row:
    copy = office.copied(folder)
    path = keyring.key_path(copy.path)
    sound = path.read_bytes()

    def look() -> str:
        found = attempt(lambda: keyring.unlock(keyring.read(copy.path), FIRST, PASSWORDS[0]))
        return NOTICED if found.refused else f"{BUG}：{found.bug}" if found.bug else f"{SILENT}：密钥文件"

    def flip(place: int, bit: int) -> None:
        path.write_bytes(_flipped(sound, place, bit))

    row = _row("密钥文件", flip, look, [chance.randrange(len(sound)) for _ in range(rounds)], chance)
    shutil.rmtree(folder)
    return row


def _log(office: Office, folder: Path, rounds: int, chance: random.Random, kind: str) -> Row:
    """The log beside an office in use: SQLite takes a damaged frame, and all after it, for not yet written. This is
    told, and not counted as a failure: a program that was closed in order leaves no such file."""
    copy = office.copied(folder)
    with closing(copy.app()) as app:
        for number in range(5):
            app.members.create({"name": f"新人{number}"}, ACTOR)
        left = folder.with_name("left")
        shutil.copytree(folder, left)
    shutil.rmtree(folder)
    used = office.within(left)
    log = used.path.with_name(used.path.name + "-wal")
    files = {path: path.read_bytes() for path in (used.path, log)}
    found: Counter[str] = Counter()
    for _ in range(rounds):
        for path in left.glob(f"{used.path.name}-*"):
            path.unlink()
        used.path.write_bytes(files[used.path])
        sound = files[log]
        log.write_bytes(_flipped(sound, chance.randrange(len(sound)), chance.randrange(8)))
        told = attempt(lambda: problems(used.path, used.login))
        if told.bug:
            found[BUG] += 1
        elif told.value:
            found[NOTICED] += 1
        else:
            with closing(opened(used.path, used.login)) as app:
                there = len(app.members.search("新人", 20))
            found["内容不变" if there == 5 else "退回到前面的一步而没有说"] += 1
    shutil.rmtree(left)
    seen = "，".join(f"{name} {number}" for name, number in found.items())
    return Row("翻转一位", f"没有正常关闭时旁边的 -wal{kind}", rounds, found[BUG], f"{seen}（SQLite 的设计，见下）")


def _row(
    title: str, flip: Callable[[int, int], None], look: Callable[[], str], places: Sequence[int], chance: random.Random
) -> Row:
    found: Counter[str] = Counter()
    examples: list[str] = []
    for place in places:
        bit = chance.randrange(8)
        flip(place, bit)
        told = look()
        kind = told.split("：")[0]
        found[kind] += 1
        if kind in (SILENT, BUG):
            examples.append(f"{told}（第 {place} 字节第 {bit} 位）")
    seen = "，".join(f"{kind} {found[kind]:,}" for kind in (NOTICED, HARMLESS, SILENT, BUG) if found[kind])
    return Row("翻转一位", title, len(places), found[SILENT] + found[BUG], seen, tuple(dict.fromkeys(examples))[:8])


def _places(size: int, rounds: int, chance: random.Random) -> list[int]:
    """Everywhere, and more densely in the first page and in the heads of pages, of which there are few bytes."""
    pages = size // PAGE_BYTES
    found = [chance.randrange(PAGE_BYTES) for _ in range(rounds // 5)]
    found += [chance.randrange(pages) * PAGE_BYTES + chance.randrange(24) for _ in range(rounds // 5)]
    return found + [chance.randrange(size) for _ in range(rounds - len(found))]


def _flipped(content: bytes, place: int, bit: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 1 << bit
    return bytes(changed)
