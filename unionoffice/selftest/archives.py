"""Backups and workbooks made to do harm: names that lead elsewhere, links, sizes that fill the memory or the disk."""

from __future__ import annotations

import hashlib
import shutil
import stat
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import msgspec

from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.progress import Progress, step
from unionoffice.selftest.attempts import attempt
from unionoffice.selftest.offices import ACTOR, NOW, QUIET, Office, contents
from unionoffice.selftest.report import Row
from unionoffice.services import restoring
from unionoffice.store import backup

_MOST_SECONDS = 20
_MOST_BYTES = 200 << 20
_NAMES = (
    "../../verirrt.txt",
    "/tmp/verirrt-unionoffice.txt",
    "..\\..\\verirrt.txt",
    "C:\\verirrt.txt",
    "office.ghoffice/../../verirrt.txt",
    "~verirrt",
    "a" * 5000,
    "office.ghoffice\x00.txt",
    "",
)

Content = list[tuple[zipfile.ZipInfo, bytes]]


def run(office: Office, folder: Path, progress: Progress, *, bomb: int = _MOST_BYTES) -> list[Row]:
    """Open everything harmful and look at what it did; a `bomb` unpacks to so many bytes."""
    step(progress, 0, 2, "正在打开有害的文件包")
    copy = office.copied(folder / "opening")
    with closing(copy.app()) as app:
        made = app.backups.make(ACTOR).path
    assert made is not None
    return [_backups(copy, folder, made, bomb), _workbooks(copy, folder, bomb)]


def _backups(office: Office, folder: Path, made: Path, bomb: int) -> Row:
    wrong: list[str] = []
    rounds = 0
    around = _around(folder)
    before = contents(office.path, office.key)
    for title, path in _harmful_backups(folder / "evil", made, bomb):
        for what, act in (
            ("核对", partial(backup.verify, path)),
            ("预览", partial(restoring.preview, path)),
            ("登录", partial(restoring.names, path, office.path)),
            ("恢复", partial(_restored, path, office)),
        ):
            rounds += 1
            started = time.perf_counter()
            found = attempt(act)
            if found.bug or time.perf_counter() - started > _MOST_SECONDS:
                wrong.append(f"{title}·{what}：{found.bug or '太慢'}")
            elif what == "恢复" and not found.refused:
                wrong.append(f"{title}：恢复了")
        path.unlink()
    if contents(office.path, office.key) != before:
        wrong.append("办公文件被改动了")
    shutil.rmtree(folder / "evil")
    wrong += [f"多了或少了文件：{name}" for name in sorted(_around(folder) ^ around)]
    return Row("攻击", "打开伪造的备份", rounds, len(wrong), "每次一句话，没有写到别处，办公文件不变", tuple(wrong[:5]))


def _restored(path: Path, office: Office) -> Path:
    found = restoring.restore(path, office.path, FixedClock(NOW), login=office.login, actor=ACTOR)
    return found.path


def _harmful_backups(folder: Path, made: Path, size: int) -> Iterator[tuple[str, Path]]:
    folder.mkdir()
    with zipfile.ZipFile(made) as archive:
        good: Content = [(info, archive.read(info)) for info in archive.infolist()]
    manifest = msgspec.json.decode(good[-1][1])

    def forged(title: str, content: Content, **changed: Any) -> tuple[str, Path]:
        body = msgspec.json.encode({**manifest, **changed})
        path = folder / f"{hashlib.sha256(title.encode()).hexdigest()[:12]}{backup.SUFFIX}"
        entries = [*content, (zipfile.ZipInfo(backup.MANIFEST), body)]
        with zipfile.ZipFile(path, "w") as archive:
            archive.comment = b"0" * 64
            for info, data in entries:
                with catch_warnings():
                    simplefilter("ignore")  # of a name given twice
                    archive.writestr(info, data, compress_type=info.compress_type)
        data = path.read_bytes()[:-64]
        path.write_bytes(data + hashlib.sha256(data).hexdigest().encode())
        return title, path

    parts = manifest["parts"]
    for name in _NAMES:
        shown = name[:30]
        extra = (zipfile.ZipInfo(name or "x"), b"verirrt")
        yield forged(f"多一项 {shown!r}", [*good[:-1], extra])
        yield forged(f"写成一部分 {shown!r}", [*good[:-1], extra], parts=[*parts, {**parts[0], "name": name}])
        yield forged(f"换了名 {shown!r}", [extra, *good[1:-1]], parts=[{**parts[0], "name": name}, *parts[1:]])
    link = zipfile.ZipInfo(backup.OFFICE)
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    yield forged(
        "符号链接", [(link, b"/etc/passwd"), *good[1:-1]], parts=[_part(backup.OFFICE, b"/etc/passwd"), *parts[1:]]
    )
    yield forged("说得极大", good[:-1], parts=[{**parts[0], "bytes": 1 << 60}, *parts[1:]])
    yield forged("负的大小", good[:-1], parts=[{**parts[0], "bytes": -1}, *parts[1:]])
    bomb = zipfile.ZipInfo(backup.OFFICE)
    bomb.compress_type = zipfile.ZIP_DEFLATED
    yield forged("压缩炸弹", [(bomb, bytes(size)), *good[1:-1]], parts=[_part(backup.OFFICE, bytes(9)), *parts[1:]])
    yield forged("同名两次", [good[0], good[0], *good[1:-1]])
    yield forged("不是办公文件", [(zipfile.ZipInfo(backup.OFFICE), b"x" * 9000), *good[1:-1]],
                 parts=[_part(backup.OFFICE, b"x" * 9000), *parts[1:]])  # fmt: skip
    yield forged("空的办公文件", [(zipfile.ZipInfo(backup.OFFICE), b""), *good[1:-1]],
                 parts=[_part(backup.OFFICE, b""), *parts[1:]])  # fmt: skip
    yield forged("说明极长", good[:-1], office="长" * (4 << 20))
    yield forged("别的格式", good[:-1], format=99)
    for length in (0, 1, 22, 63, 64, 65, 1000):
        path = folder / f"kurz-{length}{backup.SUFFIX}"
        path.write_bytes(made.read_bytes()[:length])
        yield f"只剩 {length} 字节", path


def _part(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _workbooks(office: Office, folder: Path, bomb: int) -> Row:
    wrong: list[str] = []
    told = {"读入": 0, "拒绝": 0}
    rounds = 0
    around = _around(folder)
    (folder / "books").mkdir()
    with closing(office.app()) as app:
        for title, path in _harmful_workbooks(folder / "books", office.roster, bomb):
            rounds += 1
            started = time.perf_counter()
            found = attempt(app.imports.run, [path], ACTOR, QUIET, dry_run=True)
            seconds = time.perf_counter() - started
            if found.bug or seconds > _MOST_SECONDS:
                wrong.append(f"{title}：{found.bug or f'用了 {seconds:.0f} 秒'}")
            told["拒绝" if found.refused else "读入"] += 1
    shutil.rmtree(folder / "books")
    wrong += [f"多了或少了文件：{name}" for name in sorted(_around(folder) ^ around)]
    seen = f"拒绝 {told['拒绝']}，只读入其中的名单 {told['读入']}；没有写到别处"
    return Row("攻击", "导入伪造的工作簿", rounds, len(wrong), seen, tuple(wrong[:5]))


def _harmful_workbooks(folder: Path, roster: Path, size: int) -> Iterator[tuple[str, Path]]:
    with zipfile.ZipFile(roster) as archive:
        good = {info.filename: archive.read(info) for info in archive.infolist()}
    sheet = next(name for name in good if name.startswith("xl/worksheets/"))

    def book(title: str, *more: tuple[str, bytes], **instead: bytes) -> tuple[str, Path]:
        path = folder / f"{hashlib.sha256(title.encode()).hexdigest()[:12]}.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in {**good, **instead}.items():
                archive.writestr(name, data)
            for name, data in more:
                with catch_warnings():
                    simplefilter("ignore")
                    archive.writestr(zipfile.ZipInfo(name), data)
        return title, path

    for name in filter(None, _NAMES):
        yield book(f"多一项 {name[:30]!r}", (name, b"verirrt"))
    yield book("工作表是压缩炸弹", **{sheet: good[sheet].replace(b"</worksheet>", b" " * size + b"</worksheet>")})
    laughs = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
        f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">'.encode() for at in range(9)
    )
    yield book("实体炸弹", **{sheet: laughs + b"]><worksheet>&j;</worksheet>"})
    outside = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet>&x;</worksheet>'
    yield book("外部实体", **{sheet: outside})
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    yield book("极远的单元格", **{sheet: good[sheet].replace(b"</sheetData>", far)})
    yield book("同名两次", (sheet, b"<worksheet/>"))
    relations = "xl/_rels/workbook.xml.rels"
    yield book("工作簿指向外面", **{relations: good[relations].replace(b"worksheets/", b"../../../worksheets/")})
    for length in (0, 4, 100, 1000):
        path = folder / f"kurz-{length}.xlsx"
        path.write_bytes(roster.read_bytes()[:length])
        yield f"只剩 {length} 字节", path


def _around(folder: Path) -> set[str]:
    """Every file near the work, and where the harmful names point."""
    found = {str(path) for path in folder.rglob("*") if not path.name.endswith(("-wal", "-shm"))}
    elsewhere = (Path("/tmp"), Path.cwd(), *folder.parents[:3])
    return found | {str(path) for place in elsewhere for path in place.glob("*verirrt*")}
