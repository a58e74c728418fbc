"""`unionoffice bench`: what the program costs against a floor measured in the same run, each side in its own process.

Ratios, never seconds: floor and program run in turn, the median of the ratios counts.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from unionoffice.kernel.clock import SystemClock
from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Silent
from unionoffice.kernel.resident_id import check_digit

ROUNDS = 3
LINES = 10_000
PART = 200_000
"""Larger offices come in several files of so many rows: a single larger table is refused."""

ACTOR = Actor("测速")
PASSWORD = "Bench-2026"

HEADINGS = [
    "姓名",
    "性别",
    "身份证号",
    "出生日期",
    "民族",
    "政治面貌",
    "学历",
    "学位",
    "婚姻状况",
    "手机号码",
    "邮箱",
    "现住址",
    "工作单位",
    "部门",
    "工号",
    "岗位",
    "职务",
    "职称",
    "用工形式",
    "人员状态",
    "参加工作时间",
    "入会时间",
    "会员证号",
    "分工会",
    "备注",
]


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
    command = [sys.executable, "-m", "unionoffice.bench", name, *map(str, arguments)]
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


def _open(office: str) -> Any:
    """The office as a user has it open."""
    from unionoffice.app import App
    from unionoffice.services import logins

    path = Path(office)
    if not logins.needed(path):
        return App(path, actor=ACTOR)
    return App(path, login=logins.log_in(path, ACTOR.name, PASSWORD, SystemClock().now()))


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


def people(size: int, first: int = 0) -> Iterable[list[str]]:
    """Rows of a made-up roster: sound identity numbers, all different, and the usual mixture of dates and words."""
    chance = random.Random(first)
    family = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    given = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文宇浩然子轩雨欣思怡佳"
    for number in range(first, first + size):
        born = f"{chance.randint(1966, 2003)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
        first17 = f"61{100 + number // 997 % 9000:04d}{born}{number % 997 + 1:03d}"
        name = chance.choice(family) + "".join(chance.choice(given) for _ in range(chance.choice((1, 2, 2))))
        yield [
            name,
            "男" if int(first17[16]) % 2 else "女",
            first17 + check_digit(first17),
            f"{born[:4]}-{born[4:6]}-{born[6:]}",
            chance.choice(("汉族", "回族", "满族")),
            chance.choice(("群众", "中共党员", "共青团员")),
            chance.choice(("本科", "大专", "硕士研究生")),
            chance.choice(("学士", "硕士", "")),
            chance.choice(("已婚", "未婚")),
            f"1{chance.randint(30, 99)}{number:08d}",
            f"u{number}@example.edu.cn",
            f"示范市示范区第{number}号",
            "示范矿业有限公司",
            f"部门{number % 200}",
            f"{number:06d}",
            chance.choice(("采煤工", "掘进工", "司机")),
            chance.choice(("", "班长")),
            chance.choice(("", "工程师", "高级工程师")),
            chance.choice(("合同制", "正式")),
            "在职",
            f"{chance.randint(1985, 2020)}-{chance.randint(1, 12):02d}",
            f"{chance.randint(2000, 2024)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
            f"HY{number:07d}",
            f"分会{number % 100}",
            "",
        ]


def _measure_floor_import(roster: str, database: str) -> float:
    from python_calamine import load_workbook

    Path(database).unlink(missing_ok=True)
    started = time.perf_counter()
    rows = load_workbook(roster).get_sheet_by_index(0).to_python()
    connection = sqlite3.connect(database)
    connection.execute(f"CREATE TABLE cells ({','.join(f'c{at} TEXT' for at in range(len(rows[0])))})")
    connection.executemany(f"INSERT INTO cells VALUES ({','.join('?' * len(rows[0]))})", rows)
    connection.commit()
    connection.close()
    return time.perf_counter() - started


def _measure_import(office: str, *rosters: str) -> float:
    app = _open(office)
    imports = app.imports
    started = time.perf_counter()
    preview = imports.preview([Path(roster) for roster in rosters], app.actor, Silent())
    imports.apply(preview.run_id, app.actor, Silent())
    seconds = time.perf_counter() - started
    imports.drop(preview.run_id)
    app.close()
    return seconds


def _measure_chain(office: str, roster: str) -> dict[str, float]:
    """An import, and what it would have taken without binding its lines to one another."""
    from sqlalchemy import text

    from unionoffice.store.chain import link

    seconds = _measure_import(office, roster)
    app = _open(office)
    with app.store.reading() as session:
        question = "SELECT seq, operation_id, record_type, record_id, action, version, changes FROM change_entry"
        lines = [tuple(row) for row in session.execute(text(question))]
    app.close()
    digest = b""
    started = time.perf_counter()
    for line in lines:
        digest = link(digest, "entry", *line)
    bound = time.perf_counter() - started
    return {"seconds": seconds, "floor_seconds": seconds - bound}


def _measure_login(office: str) -> float:
    """From the typed password to the office, on one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {0})
    started = time.perf_counter()
    _open(office).close()
    return time.perf_counter() - started


def _measure_pages(office: str) -> float:
    """Paging through the roll as somebody does who looks for something: sorted by name, here and there."""
    from unionoffice.services.members import MemberQuery

    app = _open(office)
    people = app.members.count(MemberQuery())
    app.members.rows(("name", "phone"), MemberQuery(sort="name"), offset=0, limit=200)
    started = time.perf_counter()
    for page in range(20):
        offset = page * 7919 % max(people - 200, 1)
        app.members.rows(("name", "phone", "birth_date"), MemberQuery(sort="name"), offset=offset, limit=200)
    seconds = time.perf_counter() - started
    app.close()
    return seconds


def _measure_search(office: str) -> dict[str, float]:
    """95th percentile over what people type, letter by letter: names, initials, phones, numbers, nonsense."""
    from unionoffice.services.members import MemberQuery
    from unionoffice.store.engine import connect

    app = _open(office)
    raw = connect(Path(office), key=app.store.key)
    words = ["王伟", "曾丽梅", "zlm", "wxf", "1380000", "61010019", "HY00012", "欧阳", "qqqq", "000123"]
    typed = [word[:length].upper() for word in words for length in range(1, len(word) + 1)]
    columns = "id, name, member_number, sex, birth_date, phone, unit_id, membership_state"
    bare = f"SELECT {columns} FROM member WHERE instr(search_key, ?) > 0 ORDER BY id LIMIT 20"
    mine: list[float] = []
    floor: list[float] = []
    app.members.search("王", 20)
    raw.execute(bare, ("王",)).fetchall()
    for text in typed * 3:
        started = time.perf_counter()
        raw.execute(bare, (text,)).fetchall()
        floor.append(time.perf_counter() - started)
        started = time.perf_counter()
        app.members.search(text, 20)
        mine.append(time.perf_counter() - started)
    started = time.perf_counter()
    app.members.rows(("name", "phone"), MemberQuery(sort="name"), offset=0, limit=200)
    page = time.perf_counter() - started
    raw.close()
    app.close()
    return {"seconds": _percentile(mine), "floor_seconds": _percentile(floor), "page_seconds": page}


def _percentile(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def _measure_screen(office: str, settings: str) -> float:
    """From opening the office to the first rows painted on the member page."""
    from PySide6.QtWidgets import QApplication

    from unionoffice.window import FirstPaint, Program

    qt = QApplication([])
    program = Program(qt, Path(settings))
    program.settings.write("window/route", ["members", ""])
    started = time.perf_counter()
    taken: list[float] = []

    def painted() -> None:
        taken.append(time.perf_counter() - started)
        qt.quit()

    program.begin(Path(office))
    assert program.window is not None and program.window.page is not None
    program.first_paint = FirstPaint(program.window.page, painted)
    program.window.page.update()
    qt.exec()
    return taken[0]


def _measure_start(office: str, settings: str) -> dict[str, float]:
    from unionoffice.launch import open_window

    at: list[float] = []

    def painted() -> None:
        from PySide6.QtWidgets import QApplication

        at.append(time.time())
        QApplication.quit()

    open_window(Path(office), folder=Path(settings), shown=painted)
    return {"seconds": 0.0, "at": at[0]}


def _measure_floor_start() -> dict[str, float]:
    import sqlalchemy.orm
    from PySide6.QtWidgets import QApplication, QMainWindow, QTableWidget

    assert sqlalchemy.orm
    qt = QApplication([])
    at: list[float] = []

    class Bare(QMainWindow):
        def paintEvent(self, event: Any) -> None:
            super().paintEvent(event)
            if not at:
                at.append(time.time())
                qt.quit()

    window = Bare()
    window.setCentralWidget(QTableWidget(20, 8))
    window.resize(1280, 720)
    window.show()
    qt.exec()
    return {"seconds": 0.0, "at": at[0]}


def _sheet() -> Any:
    from unionoffice.documents.sign_sheet import Line, Section, SignSheet

    lines = tuple(
        Line(name=row[0], amount=19800, unit_price=19800, staff_no=row[14], item="月饼礼盒（8 枚装）")
        for row in people(LINES)
    )
    sections = tuple(Section(f"分会{start // 500 + 1}", lines[start : start + 500]) for start in range(0, LINES, 500))
    return SignSheet(title="2026年中秋节慰问签领表", office="测速单位工会", sections=sections)


def _measure_pdf() -> float:
    from unionoffice.documents.pdf.fonts import Fonts
    from unionoffice.documents.pdf.sign_sheet import sign_sheet_pdf

    sheet = _sheet()
    started = time.perf_counter()
    sign_sheet_pdf(sheet, fonts=Fonts(shipped_only=True), progress=Silent())
    return time.perf_counter() - started


def _measure_floor_pdf() -> float:
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Table, TableStyle

    from unionoffice.documents.pdf.fonts import SHIPPED, Style
    from unionoffice.kernel.resources import resource

    sheet = _sheet()
    titles = [column.title for column in sheet.columns]
    started = time.perf_counter()
    pdfmetrics.registerFont(TTFont("song", str(resource("fonts") / SHIPPED[Style.SONG])))
    canvas = Canvas(BytesIO(), pagesize=A4)
    style = TableStyle([("FONT", (0, 0), (-1, -1), "song", 10), ("GRID", (0, 0), (-1, -1), 0.5, "black")])
    number = 0
    for section in sheet.sections:
        for first in range(0, len(section.lines), 18):
            rows = [titles]
            for line in section.lines[first : first + 18]:
                number += 1
                rows.append([str(number), line.name, line.staff_no, line.item, "1", "198.00", "198.00", "", "", ""])
            table = Table(rows, colWidths=[51] * 10, rowHeights=[20] + [35.4] * (len(rows) - 1), style=style)
            table.wrapOn(canvas, *A4)
            table.drawOn(canvas, 40, 60)
            canvas.showPage()
    canvas.save()
    return time.perf_counter() - started


def _measure_export(path: str, size: str) -> float:
    from unionoffice.documents.excel.writer import TableColumn, write_table

    rows = list(people(int(size)))
    started = time.perf_counter()
    write_table(Path(path), sheet="会员", columns=[TableColumn(text) for text in HEADINGS], rows=rows)
    return time.perf_counter() - started


def _measure_floor_export(path: str, size: str) -> float:
    from openpyxl import Workbook

    rows = list(people(int(size)))
    started = time.perf_counter()
    book = Workbook(write_only=True)
    sheet = book.create_sheet("会员")
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return time.perf_counter() - started


_MEASURES: dict[str, Callable[..., Any]] = {
    "floor_import": _measure_floor_import,
    "chain": _measure_chain,
    "login": _measure_login,
    "pages": _measure_pages,
    "import": _measure_import,
    "search": _measure_search,
    "screen": _measure_screen,
    "start": _measure_start,
    "floor_start": _measure_floor_start,
    "pdf": _measure_pdf,
    "floor_pdf": _measure_floor_pdf,
    "export": _measure_export,
    "floor_export": _measure_floor_export,
}


def _main(name: str, *arguments: str) -> None:
    """One measurement, as JSON on standard output."""
    found = _MEASURES[name](*arguments)
    result = found if isinstance(found, dict) else {"seconds": found}
    sys.stdout.write(json.dumps({**result, "peak_mb": _peak_megabytes()}))


def _peak_megabytes() -> int:
    """The most memory this process held; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) // 1024


if __name__ == "__main__":
    _main(*sys.argv[1:])
