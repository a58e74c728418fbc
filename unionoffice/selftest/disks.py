"""Disks that are full, read-only, gone or failing, other programs in the way, and a clock that jumps."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from unionoffice.kernel.errors import UserError
from unionoffice.kernel.progress import Progress, step
from unionoffice.selftest import power, work
from unionoffice.selftest.kills import processes
from unionoffice.selftest.offices import ACTOR, NOW, QUIET, Office, opened, problems, standing
from unionoffice.selftest.report import Row, tally
from unionoffice.selftest.verdict import course, judge, reported
from unionoffice.store.keyring import key_path

_PAGE = 4096
_DISK = 24 << 20
_PREVIEWS = ("import_run", "import_block")


def run(
    offices: Sequence[Office],
    folder: Path,
    progress: Progress,
    *,
    stride: int = 1,
    pulls: int = 60,
    waiting: bool = True,
) -> list[Row]:
    """Every fault of this kind; `stride` is how many pages of 4 KiB more each full disk has than the one before.

    Without `waiting` nothing is tried that takes seconds because the program waits for another one.
    """
    rows: list[Row] = []
    for office in offices:
        step(progress, len(rows), 9, "正在写满磁盘")
        rows.append(_full(office, folder, stride))
    rows.append(_pulled(offices, folder, pulls))
    for trial in (_read_only, _vanished, _clock_back, _in_turn, _at_once, *((_locked,) if waiting else ())):
        step(progress, len(rows), 9, "正在为难磁盘")
        rows.append(trial(offices, folder))
    return rows


# -- a full disk -------------------------------------------------------------------------------------------------------


@contextmanager
def _small_disk(folder: Path) -> Iterator[Callable[[int | None], None] | None]:
    """A disk of its own mounted on `folder`, and what leaves so many bytes free on it, None for as many as there are;
    where nobody may mount, a limit on how long files may grow. None where there is neither."""
    folder.mkdir()
    if sys.platform.startswith("linux") and os.geteuid() == 0 and _mounted(folder):
        filler = folder / "~占位"

        def leave(free: int | None) -> None:
            filler.unlink(missing_ok=True)
            if free is not None:
                there = os.statvfs(folder)
                with filler.open("wb") as file:
                    os.posix_fallocate(file.fileno(), 0, max(1, there.f_bavail * there.f_frsize - free))

        try:
            yield leave
        finally:
            subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)
    elif os.name == "posix":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        try:
            yield lambda free: resource.setrlimit(resource.RLIMIT_FSIZE, (soft if free is None else free, hard))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    else:
        yield None


def _mounted(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "unionoffice-selftest", str(folder)]
    with suppress(OSError):
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    return False


def _full(office: Office, folder: Path, stride: int) -> Row:
    """One import, on a disk that is full at its first write, at its second, and so on until it fits."""
    title = "导入时磁盘写满" + _kind(office)
    whole = office.copied(folder / "whole")
    with closing(whole.app()) as app:
        before = _lasting(standing(whole.path, whole.key))  # that somebody has come in is in the access log
        app.imports.run([whole.roster], ACTOR, QUIET)
    wanted = _lasting(standing(whole.path, whole.key))
    shutil.rmtree(folder / "whole")
    said: dict[str, int] = {}
    wrong: list[str] = []
    rounds = 0
    with _small_disk(folder / "disk") as leave:
        if leave is None:
            return Row("磁盘", title, 0, 0, "", skipped="这个系统上不能模拟写满")
        while rounds < 2000:
            copy = office.copied(folder / "disk" / "office")
            app = copy.app()
            leave(rounds * stride * _PAGE)
            fault: UserError | OSError | None = None
            try:
                app.imports.run([copy.roster], ACTOR, QUIET)
            except (UserError, OSError) as found:
                fault = found
            finally:
                leave(None)
            if fault is None:
                app.close()
                break
            rounds += 1
            sentence = fault.sentence if isinstance(fault, UserError) else repr(fault)
            said[sentence] = said.get(sentence, 0) + 1
            wrong += _after_full(copy, app, before, wanted) if isinstance(fault, UserError) else [sentence]
            shutil.rmtree(copy.path.parent)
    with suppress(OSError):
        (folder / "disk").rmdir()
    shutil.rmtree(folder / "disk", ignore_errors=True)
    seen = f"每次一句话，原文件不变，腾出空间后接着导入成功；{len(said)} 种话"
    return Row("磁盘", title, rounds, len(wrong), seen, tuple(dict.fromkeys(wrong))[:3])


def _after_full(office: Office, app: Any, before: dict[str, int], wanted: dict[str, int]) -> list[str]:
    """Whether nothing changed, and the same open office goes on now that there is room."""
    wrong = []
    if _lasting(standing(office.path, office.key)) != before:
        found = _lasting(standing(office.path, office.key))
        changed = [f"{name} {before[name]} → {found[name]}" for name in before if found[name] != before[name]]
        wrong.append(f"写满之后内容变了：{changed}")
    try:
        app.imports.run([office.roster], ACTOR, QUIET)
    except UserError as fault:
        wrong.append(f"腾出空间后仍不能导入：{fault.sentence}")
    else:
        if _lasting(standing(office.path, office.key)) != wanted:
            wrong.append("腾出空间后导入的内容不对")
    finally:
        app.close()
    return wrong + list(problems(office.path, office.login)[:1])


def _lasting(found: Any) -> dict[str, int]:
    return {name: number for name, number in found.items() if name not in _PREVIEWS}


# -- disks that are pulled out, read-only or gone ----------------------------------------------------------------------


def _pulled(offices: Sequence[Office], folder: Path, rounds: int) -> Row:
    """From a random write on, every write and every sync fails, as when a stick is pulled out."""
    title = "写到一半磁盘读写失败（如拔出 U 盘）"
    if why := power.possible():
        return Row("磁盘", title, 0, 0, "", skipped=why)
    chance = random.Random(20260912)
    verdicts = []
    sentences: set[str] = set()
    for name in ("import", "collecting"):
        for office in offices:
            known = course(name, office.copied(folder / "course"))
            shutil.rmtree(folder / "course")
            writes = sum(each.kind in ("write", "sync") for each in power.record(name, office, folder))
            for _ in range(rounds // 2 // len(offices)):
                copy = office.copied(folder / "pulled")
                lines = _failing(name, copy, folder, chance.randint(1, writes))
                sentences.update(line[8:] for line in lines if line.startswith("refused"))
                verdicts.append(judge(name, copy, known, reported(lines)))
                shutil.rmtree(folder / "pulled")
    seen = f"{tally(verdicts)}；程序说：{'／'.join(sorted(sentences)) or '（没有碰到）'}"
    failed = [each.failed for each in verdicts if each.failed]
    crashed = [sentence for sentence in sentences if not sentence.endswith("。")]
    examples = tuple(dict.fromkeys([*failed, *crashed]))[:3]
    return Row("磁盘", title, len(verdicts), len(failed) + len(crashed), seen, examples)


def _failing(name: str, office: Office, folder: Path, first: int) -> list[str]:
    plan = folder / "plan.json"
    work.write_plan(plan, name, office)
    calls = "pwrite64,fsync,fdatasync,ftruncate"
    fault = ("-e", f"trace={calls}", "-e", f"inject={calls}:error=EIO:when={first}+", "-e", "signal=none")
    command = ["strace", "-f", "-o", os.devnull, *fault, sys.executable, "-m", "unionoffice.selftest.work", str(plan)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300)
    told = done.stdout.splitlines()
    return told if done.returncode in (0, work.REFUSED) else [*told, f"refused {done.stderr.strip()[-200:]}"]


def _read_only(offices: Sequence[Office], folder: Path) -> Row:
    """A folder that cannot be written: what is there is read, writing is refused, nothing is changed."""
    wrong: list[str] = []
    rounds = 0
    for office in offices:
        with _unwritable(office, folder / "fixed") as copy:
            if copy is None:
                return Row("磁盘", "只读文件夹", 0, 0, "", skipped="这个系统上不能模拟只读文件夹")
            rounds += 1
            was = copy.path.read_bytes()
            wrong += _refused("以可写方式打开", _open_and_close, copy)
            app = _reading(copy)
            with closing(app):
                if not app.only_reading or app.members.search("王") == []:
                    wrong.append("只读打开读不到内容")
                wrong += _refused("登记", app.members.create, {"name": "新人"}, ACTOR)
            if copy.path.read_bytes() != was or len(list(copy.path.parent.glob("自检.ghoffice-*"))):
                wrong.append("只读文件夹里的内容变了")
    return Row("磁盘", "只读文件夹", rounds, len(wrong), "能读，不能登记，说一句话，什么也没有变", tuple(wrong[:3]))


def _reading(office: Office) -> Any:
    from unionoffice.app import App
    from unionoffice.kernel.clock import FixedClock

    return App(office.path, clock=FixedClock(NOW), actor=ACTOR, login=office.login, reading=True)


@contextmanager
def _unwritable(office: Office, folder: Path) -> Iterator[Office | None]:
    folder.mkdir()
    mounted = sys.platform.startswith("linux") and os.geteuid() == 0 and _mounted(folder)
    copy = office.copied(folder / "office")
    inside = (copy.path.parent, copy.path, *filter(Path.exists, (key_path(copy.path),)))
    modes = [path.stat().st_mode for path in inside]
    try:
        if mounted:
            subprocess.run(["mount", "-o", "remount,ro", str(folder)], capture_output=True, check=False)
        else:
            for path in inside:
                path.chmod(0o555 if path.is_dir() else 0o444)
        yield None if os.access(copy.path.parent, os.W_OK) else copy
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)
        else:
            for path, mode in zip(inside, modes, strict=True):
                path.chmod(mode)
        shutil.rmtree(folder, ignore_errors=True)


def _vanished(offices: Sequence[Office], folder: Path) -> Row:
    """The folder is gone while the office is open, and comes back."""
    wrong: list[str] = []
    rounds = 0
    for office in offices:
        for names in (1, 3):
            rounds += 1
            copy = office.copied(folder / "gone")
            away = folder / "away"
            app = copy.app()
            before = standing(copy.path, copy.key)["member"]
            done = 0
            try:
                copy.path.parent.rename(away)
            except OSError:  # Windows holds a folder in which a file is open
                app.close()
                shutil.rmtree(folder / "gone")
                return Row("磁盘", "文件夹不见了又回来", 0, 0, "", skipped="系统不让移走正在使用的文件夹")
            for number in range(names):
                with suppress(UserError):
                    app.members.create({"name": f"新人{number}"}, ACTOR)
                    done += 1
            wrong += _refused("打开不见了的文件", _open_and_close, copy)
            with suppress(UserError):
                app.close()
            away.rename(copy.path.parent)
            if standing(copy.path, copy.key)["member"] != before + done:
                wrong.append("报告成功的登记不见了，或没有报告的登记在里面")
            wrong += problems(copy.path, copy.login)[:1]
            shutil.rmtree(copy.path.parent)
    seen = "报告成功的都在，没有成功的一句话，回来后完好"
    return Row("磁盘", "文件夹不见了又回来", rounds, len(wrong), seen, tuple(wrong[:3]))


# -- other programs, and the clock -------------------------------------------------------------------------------------


def _locked(offices: Sequence[Office], folder: Path) -> Row:
    """Another program is writing: a sentence, and afterwards it goes on."""
    wrong: list[str] = []
    context = processes()
    for office in offices:
        copy = office.copied(folder / "locked")
        with closing(copy.app()) as app:
            here, there = context.Pipe()
            process = context.Process(target=work.hold, args=(copy.path, copy.key, there), daemon=True)
            process.start()
            here.recv()
            wrong += _refused("被锁住时登记", app.members.create, {"name": "新人"}, ACTOR)
            wrong += _refused("被锁住时打开", _open_and_close, copy)
            here.send("let go")
            process.join()
            app.members.create({"name": "新人"}, ACTOR)
        wrong += problems(copy.path, copy.login)[:1]
        shutil.rmtree(copy.path.parent)
    seen = "等 4 秒后一句话，放开后接着登记成功"
    return Row("其他程序", "正被另一个程序写入", 2 * len(offices), len(wrong), seen, tuple(wrong[:3]))


def _clock_back(offices: Sequence[Office], folder: Path) -> Row:
    """The clock is set back a year between operations, and forward again."""
    wrong: list[str] = []
    rounds = 0
    for office in offices:
        copy = office.copied(folder / "clock")
        for now in (NOW, NOW - timedelta(days=365), datetime(1999, 1, 1), NOW + timedelta(days=3650), NOW):
            rounds += 1
            before = standing(copy.path, copy.key)["member"]
            with closing(opened(copy.path, copy.login, now=now)) as app:
                app.members.create({"name": f"新人{rounds}"}, ACTOR)
                app.backups.make(ACTOR)
                app.backups.due()
                app.backups.notices()
                if not app.backups.listed() or any(each.problem for each in app.backups.listed()):
                    wrong.append(f"{now:%Y} 年的备份列不出来")
            if standing(copy.path, copy.key)["member"] != before + 1:
                wrong.append(f"时钟在 {now:%Y} 年时登记没有成")
            wrong += problems(copy.path, copy.login)[:1]
        shutil.rmtree(copy.path.parent)
    seen = "拨回一年、拨到 1999 年、拨快十年，登记、备份、检查都正常"
    return Row("时钟", "操作之间时钟跳动", rounds, len(wrong), seen, tuple(wrong[:3]))


def _in_turn(offices: Sequence[Office], folder: Path, *, rounds: int = 20) -> Row:
    """Two programs have one office open and write in turn."""
    wrong: list[str] = []
    for office in offices:
        copy = office.copied(folder / "turn")
        before = standing(copy.path, copy.key)["member"]
        with closing(copy.app()) as one, closing(copy.app()) as other:
            for number in range(rounds):
                (one, other)[number % 2].members.create({"name": f"新人{number}"}, ACTOR)
        if standing(copy.path, copy.key)["member"] != before + rounds:
            wrong.append("轮流登记少了")
        wrong += problems(copy.path, copy.login)[:1]
        shutil.rmtree(copy.path.parent)
    return Row("其他程序", "两个程序轮流写", rounds * len(offices), len(wrong), "一条不少，检查完好", tuple(wrong[:3]))


def _at_once(offices: Sequence[Office], folder: Path, *, rounds: int = 40) -> Row:
    """Two programs write into one office at the same time."""
    wrong: list[str] = []
    context = processes()
    refused = 0
    for office in offices:
        copy = office.copied(folder / "once")
        before = standing(copy.path, copy.key)["member"]
        pipes = []
        for who in ("甲", "乙"):
            here, there = context.Pipe(duplex=False)
            context.Process(target=work.write_members, args=(copy, who, rounds, there), daemon=True).start()
            pipes.append(here)
        told: list[str] = []
        for pipe in pipes:
            while (line := pipe.recv()) != "end":
                told.append(line)
        done = told.count("done")
        refused += len(told) - done
        wrong += [line for line in told if line != "done" and "另一个程序" not in line]
        if standing(copy.path, copy.key)["member"] != before + done:
            wrong.append("报告成功的登记和实际的不一样多")
        wrong += problems(copy.path, copy.login)[:1]
        shutil.rmtree(copy.path.parent)
    seen = f"报告成功的一条不少；等不到而说一句话的 {refused} 次"
    return Row("其他程序", "两个程序同时写", 2 * rounds * len(offices), len(wrong), seen, tuple(wrong[:3]))


def _open_and_close(office: Office) -> None:
    opened(office.path, office.login).close()


def _refused(what: str, act: Callable[..., object], *arguments: Any) -> list[str]:
    """Nothing when an act ends in one sentence, else what is wrong."""
    try:
        act(*arguments)
    except UserError as fault:
        return [] if fault.sentence.endswith("。") else [f"{what}：不是一句话：{fault.sentence}"]
    return [f"{what}：没有被拒绝"]


def _kind(office: Office) -> str:
    return "（不加密）" if office.key is None else "（加密）"
