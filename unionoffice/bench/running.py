"""`unionoffice bench`: what the program costs against a floor measured in the same run, each side in its own process.

Ratios, never seconds: floor and program run in turn, the median of the ratios counts.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from unionoffice.bench.roster import HEADINGS, people
from unionoffice.kernel.clock import SystemClock
from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.kernel.identity import Actor

ROUNDS = 3
LINES = 10_000
FORMS = 1_000
PART = 200_000
"""Larger offices come in several files of so many rows: a single larger table is refused."""

ACTOR = Actor("测速")
PASSWORD = "Bench-2026"


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table: the program's median ratio to the floor, and the ratio to be reached."""

    work: str
    floor: str
    ratio: float
    reach: float
    seconds: float
    floor_seconds: float
    peak_mb: int | None = None

    @property
    def reached(self) -> bool:
        """Whether the ratio is within what is to be reached."""
        return self.ratio <= self.reach


def run(size: int, *, only: str | None = None, out: Path | None = None, scale: bool = False) -> dict[str, Any]:
    """Measure everything, or the works whose name holds `only`; the table as text, and as JSON in `out`."""
    if getattr(sys, "frozen", False):
        raise UserError("测速要在源码目录里运行：python -m unionoffice bench")
    works = _works(size)
    if only is not None and not any(only in work for work in works):
        raise UserError(f"没有名称里含“{only}”的项目，可写其中的几个字：{'；'.join(works)}。")
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="unionoffice-bench-") as text:
        folder = Path(text)
        for work, measure in works.items():
            if only is None or only in work:
                figures.append(measure(folder))
                _tell(figures[-1])
        growth = _growth(folder, (10_000, 100_000, 1_000_000)) if scale else []
    result = {
        "members": size,
        "cpus": os.cpu_count(),
        "figures": [{**asdict(figure), "reached": figure.reached} for figure in figures],
        "growth": growth,
        "files": [str(out)] if out else [],
    }
    if out is not None:
        try:
            out.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", "utf-8")
        except OSError as fault:
            raise EnvironmentFault(f"“{out}”没有写成，请换一个位置。") from fault
    return {"text": _table(figures, growth), **result}


def _works(size: int) -> dict[str, Callable[[Path], Figure]]:
    return {
        f"导入 {size:,} × 25 的花名册": lambda folder: _paired(
            f"导入 {size:,} × 25 的花名册",
            "calamine 读取 + sqlite3.executemany 同样的单元格",
            2.5,
            lambda: _child("floor_import", _roster(folder, size), folder / "floor.db"),
            lambda: _child("import", _fresh(folder / "import.ghoffice"), _roster(folder, size)),
        ),
        f"边输入边查找，{size:,} 人（第 95 百分位）": lambda folder: _together(
            f"边输入边查找，{size:,} 人（第 95 百分位）",
            "同一索引上的裸 SQL",
            2.0,
            lambda: _child("search", _office(folder, size)),
        ),
        f"首屏会员列表，{size:,} 人": lambda folder: _paired(
            f"首屏会员列表，{size:,} 人",
            "同一窗口打开空的办公文件",
            1.3,
            lambda: _child("screen", _office(folder, 0), folder / "settings-0"),
            lambda: _child("screen", _office(folder, size), folder / "settings-n"),
        ),
        f"加密的导入，{size:,} × 25": lambda folder: _paired(
            f"加密的导入，{size:,} × 25",
            "不加密的办公文件，同样导入",
            1.25,
            lambda: _child("import", _fresh(folder / "import.ghoffice"), _roster(folder, size)),
            lambda: _child("import", _fresh(folder / "closed.ghoffice", encrypted=True), _roster(folder, size)),
        ),
        f"加密的查找，{size:,} 人（第 95 百分位）": lambda folder: _paired(
            f"加密的查找，{size:,} 人（第 95 百分位）",
            "不加密的办公文件，同样查找",
            1.15,
            lambda: _child("search", _office(folder, size)),
            lambda: _child("search", _office(folder, size, encrypted=True)),
        ),
        f"加密的会员列表，{size:,} 人": lambda folder: _paired(
            f"加密的会员列表，{size:,} 人",
            "不加密的办公文件，同样翻 20 页",
            1.15,
            lambda: _child("pages", _office(folder, size)),
            lambda: _child("pages", _office(folder, size, encrypted=True)),
        ),
        "登录（argon2id，一个核）": lambda folder: _paired(
            "登录（argon2id，一个核）",
            "1 秒",
            1.0,
            lambda: {"seconds": 1.0, "peak_mb": 0},
            lambda: _child("login", _office(folder, 0, encrypted=True, measured=True)),
        ),
        f"记录链占导入 {size:,} × 25 的份额": lambda folder: _together(
            f"记录链占导入 {size:,} × 25 的份额",
            "同一次导入减去算链的时间",
            1.10,
            lambda: _child("chain", _fresh(folder / "import.ghoffice"), _roster(folder, size)),
        ),
        "程序启动到可用窗口": lambda folder: _paired(
            "程序启动到可用窗口",
            "只有 PySide6 窗口并导入 SQLAlchemy",
            1.4,
            lambda: _child("floor_start", timed_here=True),
            lambda: _child("start", _office(folder, 0), folder / "settings-start", timed_here=True),
        ),
        f"签领表 PDF，{LINES:,} 行": lambda folder: _paired(
            f"签领表 PDF，{LINES:,} 行",
            "reportlab 每页一个固定行高的 Table",
            0.9,
            lambda: _child("floor_pdf"),
            lambda: _child("pdf"),
        ),
        f"签领表存成 Excel，{LINES:,} 行": lambda folder: _paired(
            f"签领表存成 Excel，{LINES:,} 行",
            "openpyxl 只写模式，同样多的带边框的格子",
            1.5,
            lambda: _child("floor_list"),
            lambda: _child("list"),
        ),
        f"困难职工档案表 PDF，{FORMS:,} 份": lambda folder: _paired(
            f"困难职工档案表 PDF，{FORMS:,} 份",
            "reportlab 逐格画同样的线和字",
            2.0,
            lambda: _child("floor_forms", FORMS),
            lambda: _child("forms", FORMS),
        ),
        f"档案表从 {FORMS:,} 份增到 {4 * FORMS:,} 份的峰值内存": lambda folder: _memory(
            f"档案表从 {FORMS:,} 份增到 {4 * FORMS:,} 份的峰值内存",
            f"{FORMS:,} 份的峰值内存",
            1.25,
            lambda: _child("forms", FORMS),
            lambda: _child("forms", 4 * FORMS),
        ),
        f"导出 {size:,} × 25 为 .xlsx": lambda folder: _paired(
            f"导出 {size:,} × 25 为 .xlsx",
            "openpyxl 只写模式，同样的单元格",
            0.7,
            lambda: _child("floor_export", folder / "floor.xlsx", size),
            lambda: _child("export", folder / "ours.xlsx", size),
        ),
    }


def _paired(
    work: str, floor: str, reach: float, measure_floor: Callable[[], Any], measure: Callable[[], Any]
) -> Figure:
    pairs = [(measure_floor(), measure()) for _ in range(ROUNDS)]
    return Figure(
        work,
        floor,
        statistics.median(ours["seconds"] / floor["seconds"] for floor, ours in pairs),
        reach,
        statistics.median(ours["seconds"] for _, ours in pairs),
        statistics.median(floor["seconds"] for floor, _ in pairs),
        max(ours["peak_mb"] for _, ours in pairs),
    )


def _memory(
    work: str, floor: str, reach: float, measure_floor: Callable[[], Any], measure: Callable[[], Any]
) -> Figure:
    """The ratio of the most memory that two measurements held."""
    few, many = measure_floor(), measure()
    return Figure(
        work, floor, many["peak_mb"] / few["peak_mb"], reach, many["seconds"], few["seconds"], many["peak_mb"]
    )


def _together(work: str, floor: str, reach: float, measure: Callable[[], Any]) -> Figure:
    rounds = [measure() for _ in range(ROUNDS)]
    return Figure(
        work,
        floor,
        statistics.median(each["seconds"] / each["floor_seconds"] for each in rounds),
        reach,
        statistics.median(each["seconds"] for each in rounds),
        statistics.median(each["floor_seconds"] for each in rounds),
    )


def _growth(folder: Path, sizes: Iterable[int]) -> list[dict[str, Any]]:
    """Cost of import, search and a list page by number of members."""
    rows = []
    for size in sizes:
        office = _fresh(folder / f"growth-{size}.ghoffice")
        rosters = [_roster(folder, min(PART, size - first), first) for first in range(0, size, PART)]
        took = _child("import", office, *rosters)
        for roster in rosters:
            roster.unlink()
        found = _child("search", office)
        rows.append(
            {
                "members": size,
                "import_seconds": took["seconds"],
                "import_microseconds_per_member": took["seconds"] / size * 1e6,
                "import_peak_mb": took["peak_mb"],
                "search_p95_milliseconds": found["seconds"] * 1000,
                "list_page_milliseconds": found["page_seconds"] * 1000,
            }
        )
        office.unlink()
    return rows


def _table(figures: list[Figure], growth: list[dict[str, Any]]) -> str:
    lines = ["| 工作 | 基准（同一次运行） | 比值 | 目标 | 达到 | 峰值内存 |", "|---|---|---|---|---|---|"]
    for figure in figures:
        memory = f"{figure.peak_mb} MB" if figure.peak_mb else "—"
        lines.append(
            f"| {figure.work} | {figure.floor} | {figure.ratio:.2f} | ≤ {figure.reach} |"
            f" {'是' if figure.reached else '否'} | {memory} |"
        )
    if growth:
        lines += ["", "| 人数 | 导入（微秒/人） | 导入峰值内存 | 查找 p95 | 翻一页列表 |", "|---|---|---|---|---|"]
        lines += [
            f"| {row['members']:,} | {row['import_microseconds_per_member']:.0f} | {row['import_peak_mb']} MB |"
            f" {row['search_p95_milliseconds']:.1f} 毫秒 | {row['list_page_milliseconds']:.1f} 毫秒 |"
            for row in growth
        ]
    return "\n".join(lines)


def _tell(figure: Figure) -> None:
    if sys.stderr is not None and sys.stderr.isatty():
        sys.stderr.write(f"{figure.work}：{figure.ratio:.2f}（目标 ≤ {figure.reach}）\n")


def _child(name: str, *arguments: object, timed_here: bool = False) -> dict[str, Any]:
    """Run one measurement in a process of its own; with `timed_here` from its start to the moment it reports."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONIOENCODING": "utf-8"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or every start would compile the program anew
    command = [sys.executable, "-m", "unionoffice.bench.measures", name, *map(str, arguments)]
    started = time.time()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise EnvironmentFault(f"测速中断（{name}）：{done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    if timed_here:
        found["seconds"] = found["at"] - started
    return found


def _fresh(path: Path, *, encrypted: bool = False, measured: bool = False) -> Path:
    """A new office; encrypted with a password that costs next to nothing, or as much as this PC is given."""
    from unionoffice.services.founding import create
    from unionoffice.store import keyring, schema

    schema.discard(path)
    keyring.key_path(path).unlink(missing_ok=True)
    cost = None if measured else keyring.Cost(1, 8192)
    return create(path, "测速单位工会", SystemClock(), ACTOR, password=PASSWORD if encrypted else None, cost=cost)


def _office(folder: Path, size: int, *, encrypted: bool = False, measured: bool = False) -> Path:
    """An office of `size` members, made once per run."""
    path = folder / f"office-{size}{'-closed' if encrypted else ''}.ghoffice"
    if not path.exists():
        _fresh(path, encrypted=encrypted, measured=measured)
        if size:
            _child("import", path, _roster(folder, size))
    return path


def _roster(folder: Path, size: int, first: int = 0) -> Path:
    """A made-up roster workbook of the people from number `first` on, made once per run."""
    path = folder / f"roster-{first}-{size}.xlsx"
    if not path.exists():
        from unionoffice.documents.excel.writer import TableColumn, write_table

        write_table(path, sheet="会员", columns=[TableColumn(text) for text in HEADINGS], rows=people(size, first))
    return path
