"""Killing the program at random moments: SIGKILL, on Windows TerminateProcess."""

from __future__ import annotations

import multiprocessing
import random
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unionoffice.kernel.progress import Progress, step
from unionoffice.selftest import work
from unionoffice.selftest.offices import Office
from unionoffice.selftest.report import Row, tally
from unionoffice.selftest.verdict import Verdict, course, judge, reported


def processes() -> Any:
    """How children are begun: quickly where the system lets a prepared process be copied."""
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context: Any = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["unionoffice.selftest.work", "unionoffice.selftest.preload"])
    return context


def run(
    offices: Sequence[Office], folder: Path, rounds: int, progress: Progress, *, names: Sequence[str] = ()
) -> list[Row]:
    """Kill a child `rounds` times in all, in turn during every work; a row for each work."""
    chance = random.Random(20260910)
    context = processes()
    pairs = [
        (name, office)
        for name in names or work.WORKS
        for office in offices
        if office.key is not None or not work.ALL[name].encrypted_only
    ]
    known = [course(name, office.copied(folder / f"course-{at}")) for at, (name, office) in enumerate(pairs)]
    found: dict[str, list[tuple[bool, Verdict]]] = {name: [] for name, _ in pairs}
    for number in range(rounds):
        step(progress, number, rounds, "正在强行结束")
        name, office = pairs[number % len(pairs)]
        copy = office.copied(folder / "round")
        lines = _killed(context, name, copy, known[number % len(pairs)].seconds, chance)
        inside = bool(lines) and lines[-1].startswith("begin")
        found[name].append((inside, judge(name, copy, known[number % len(pairs)], reported(lines))))
        shutil.rmtree(folder / "round")
    return [_row(name, rows) for name, rows in found.items()]


def _killed(context: Any, name: str, office: Office, seconds: Sequence[float], chance: random.Random) -> list[str]:
    """Begin a work, kill it in or shortly after a random operation; what it had reported until then."""
    at = chance.randrange(len(seconds))
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=work.in_child, args=(name, office, there), daemon=True)
    process.start()
    there.close()
    lines: list[str] = []
    try:
        while not lines or lines[-1] != f"begin {at + 1}":
            lines.append(here.recv())
        time.sleep(chance.uniform(0, seconds[at] * 1.2))
        process.kill()
        process.join()
        while True:
            lines.append(here.recv())
    except EOFError:
        process.join()
    finally:
        here.close()
    return lines


def _row(name: str, found: Sequence[tuple[bool, Verdict]]) -> Row:
    verdicts = [verdict for _, verdict in found]
    inside = sum(inside for inside, _ in found)
    left = Counter(bool(verdict.left) for verdict in verdicts)[True]
    more = f"，留下临时文件 {left} 次" if left else ""
    return Row(
        "强行结束",
        work.ALL[name].title,
        len(found),
        sum(bool(verdict.failed) for verdict in verdicts),
        f"正在操作中 {inside} 次；{tally(verdicts)}{more}",
        tuple(dict.fromkeys(verdict.failed for verdict in verdicts if verdict.failed))[:3],
    )
