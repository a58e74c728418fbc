"""`unionoffice selftest`: faults that the program must survive, tried out on made-up offices in temporary folders.

Kills, power cuts, full and failing disks, flipped bits, attacks. What was reported as done must be there afterwards,
nothing by half, nothing damaged, and nothing read that is not what was written.
"""

from __future__ import annotations

import json
import logging
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from unionoffice import __version__
from unionoffice.kernel.errors import UserError
from unionoffice.kernel.progress import Progress, Silent
from unionoffice.selftest import archives, disks, flips, injections, kills, passwords, power
from unionoffice.selftest.offices import Office, make
from unionoffice.selftest.report import Row, failures, page, table
from unionoffice.services import files

KILLS, CUTS, FLIPS, TRIES, PULLS = 1000, 500, 2000, 10_000, 60
"""How often each fault is tried when nobody says otherwise; flips for each office file."""

Offices = tuple[Office, Office]


def _attacks(offices: Offices, folder: Path, tries: int, progress: Progress) -> list[Row]:
    plain, encrypted = offices
    rows = passwords.run(encrypted, folder, tries, progress)
    rows += injections.run(plain, folder / "injections", progress)
    return rows + archives.run(encrypted, folder / "archives", progress)


PARTS: dict[str, Callable[[Offices, Path, int | None, Progress], list[Row]]] = {
    "强行结束": lambda offices, folder, rounds, progress: kills.run(offices, folder, rounds or KILLS, progress),
    "断电": lambda offices, folder, rounds, progress: power.run(offices, folder, rounds or CUTS, progress),
    "磁盘与其他程序": lambda offices, folder, rounds, progress: disks.run(
        offices, folder, progress, stride=1 if rounds is None else 16, pulls=rounds or PULLS
    ),
    "翻转": lambda offices, folder, rounds, progress: flips.run(offices, folder, rounds or FLIPS, progress),
    "攻击": lambda offices, folder, rounds, progress: _attacks(offices, folder, rounds or TRIES, progress),
}


def run(
    *,
    only: str | None = None,
    rounds: int | None = None,
    out: Path | None = None,
    report: Path | None = None,
) -> dict[str, Any]:
    """Try all faults, or the parts whose name holds `only`, each `rounds` times instead of its own number.

    What was seen is the text, JSON in `out`, and a page in `report`. `exit` is 1 when something was lost.
    """
    if getattr(sys, "frozen", False):
        raise UserError("可靠性自检要在源码目录里运行：python -m unionoffice selftest")
    parts = [name for name in PARTS if only is None or only in name]
    if not parts:
        raise UserError(f"没有名称里含“{only}”的项，可写其中的几个字：{'、'.join(PARTS)}。")
    if rounds is not None and rounds < 1:
        raise UserError("次数至少是 1。")
    started = perf_counter()
    with tempfile.TemporaryDirectory(prefix="unionoffice-selftest-") as text:
        folder = Path(text)
        offices = (make(folder / "plain", encrypted=False), make(folder / "encrypted", encrypted=True))
        with ProcessPoolExecutor(min(2, os.cpu_count() or 1), mp_context=kills.processes()) as workers:
            begun = [
                workers.submit(_part, name, offices, folder / f"part-{at}", rounds) for at, name in enumerate(parts)
            ]
            rows = [row for each in begun for row in each.result()]
    facts = {
        "date": f"{datetime.now():%Y-%m-%d}",
        "version": __version__,
        "system": platform.platform(),
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "minutes": round((perf_counter() - started) / 60, 1),
    }
    wrong = failures(rows)
    found = {**facts, "rows": [row.as_json() for row in rows], "failures": wrong}
    written = []
    if out is not None:
        files.write(out, (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode())
        written.append(str(out))
    if report is not None:
        files.write(report, page(rows, facts).encode())
        written.append(str(report))
    told = "全部通过。" if not wrong else "没有通过：\n" + "\n".join(wrong)
    return {"text": f"{table(rows)}\n\n{told}", **found, "files": written, "exit": 1 if wrong else 0}


def _part(name: str, offices: Offices, folder: Path, rounds: int | None) -> list[Row]:
    """One part, in a process of its own."""
    logging.disable(logging.CRITICAL)  # damage done on purpose does not belong in the user's log
    folder.mkdir()
    return PARTS[name](offices, folder, rounds, Silent())
