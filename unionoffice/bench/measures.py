"""The single measurements, each run in a process of its own: `python -m unionoffice.bench.measures NAME …`."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from unionoffice.bench.roster import HEADINGS, people
from unionoffice.bench.running import ACTOR, LINES, PASSWORD
from unionoffice.kernel.clock import SystemClock
from unionoffice.kernel.progress import Silent


def _open(office: str) -> Any:
    """The office as a user has it open."""
    from unionoffice.app import App
    from unionoffice.services import logins

    path = Path(office)
    if not logins.needed(path):
        return App(path, actor=ACTOR)
    return App(path, login=logins.log_in(path, ACTOR.name, PASSWORD, SystemClock().now()))


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

    from unionoffice.store.engine import connect
    from unionoffice.window import FirstPaint, Program

    qt = QApplication([])
    program = Program(qt, Path(settings))
    raw = connect(Path(office))
    (office_id,) = raw.execute("SELECT id FROM office").fetchone()
    raw.close()
    program.settings.of(office_id).write("window/route", ["members", ""])
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


def _measure_list() -> float:
    """A long list put into its form's own file."""
    from decimal import Decimal

    from unionoffice.documents.workbook.in_package import filled_package
    from unionoffice.documents.workbook.loading import load
    from unionoffice.documents.workbook.plan import plan
    from unionoffice.documents.workbook.tags import Values
    from unionoffice.kernel.resources import resource

    data = resource("forms/福利批次/签领表（A4竖版）.xlsx").read_bytes()
    book = load(data)
    rows = [{"姓名": row[0], "分工会": row[4], "工号": row[14], "金额": Decimal("198.00")} for row in people(LINES)]
    started = time.perf_counter()
    filled_package(data, plan(book, Values({}, {"名单": rows})))
    return time.perf_counter() - started


def _measure_floor_list() -> float:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Border, Font, Side

    rows = list(people(LINES))
    started = time.perf_counter()
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名单")
    font, thin = Font(name="宋体", size=10.5), Side("thin")
    border = Border(thin, thin, thin, thin)
    for number, row in enumerate(rows, 1):
        cells = [WriteOnlyCell(sheet, value) for value in (number, row[4], row[0], row[14], "", 1, 198, "", "")]
        for cell in cells:
            cell.font, cell.border = font, border
        sheet.append(cells)
    book.save(BytesIO())
    return time.perf_counter() - started


def _form() -> tuple[Any, Any]:
    """The hardest form of the shelf, and what one household is filled in with."""
    from datetime import date
    from decimal import Decimal

    from unionoffice.documents.workbook.loading import load
    from unionoffice.documents.workbook.tags import NO_LISTS, Values, tagged
    from unionoffice.kernel.resources import resource

    book = load(resource("forms/填写/困难职工档案表（A表）.xlsx"))
    tags = [tag for sheet in book.sheets for _, _, found in tagged(sheet) for tag in found]

    def value(name: str, person: list[str], number: int) -> Any:
        known = {"姓名": person[0], "身份证号": person[2], "联系电话": person[9], "家庭住址": person[11]}
        if any(word in name for word in ("收入", "支出", "金额", "负债")):
            return Decimal(number % 5000) + Decimal("0.50")
        return (
            date(1970 + number % 40, 1 + number % 12, 5) if "日期" in name else known.get(name, f"{name}{number % 7}")
        )

    def values(person: list[str], number: int) -> Values:
        single = {tag.text: value(tag.name, person, number) for tag in tags if not tag.group or tag.group in NO_LISTS}
        names = {tag.group for tag in tags if tag.group and tag.group not in NO_LISTS}
        lists: dict[str, Sequence[Mapping[str, Any]]] = {}
        for name in names:
            fields = [tag.name for tag in tags if tag.group == name]
            rows = range(1, 3 + number % 2)
            lists[name] = [{field: value(field, person, number + row) for field in fields} for row in rows]
        return Values(single, lists, lambda yuan: f"人民币{yuan}元整")

    return book, values


def _measure_forms(count: str) -> float:
    from datetime import datetime

    from unionoffice.documents.pdf.fonts import Fonts
    from unionoffice.documents.workbook.printing import print_forms

    book, values = _form()
    fonts = Fonts(shipped_only=True)
    started = time.perf_counter()
    filled = ((f"第 {number} 户", values(person, number)) for number, person in enumerate(people(int(count))))
    with tempfile.TemporaryFile() as out:
        print_forms(book, filled, fonts, out, moment=datetime(2026, 1, 1))
    return time.perf_counter() - started


def _measure_floor_forms(count: str) -> float:
    """The same cells and texts of one filled form drawn bare, place after place already known."""
    from datetime import datetime

    from reportlab.pdfgen.canvas import Canvas

    from unionoffice.documents.pdf.fonts import Fonts
    from unionoffice.documents.workbook.drawing import style_of
    from unionoffice.documents.workbook.formulas import calculate
    from unionoffice.documents.workbook.in_book import carried_out
    from unionoffice.documents.workbook.layout import lay_out
    from unionoffice.documents.workbook.marks import Stroke, Text
    from unionoffice.documents.workbook.plan import plan

    book, values = _form()
    fonts = Fonts(shipped_only=True)
    filled = carried_out(book, plan(book, values(next(iter(people(1))), 1)))
    calculate(filled)
    pages = [
        (
            [mark for mark in page.marks if isinstance(mark, Stroke)],
            [(mark, fonts.face(style_of(mark.type)).font.fontName) for mark in page.marks if isinstance(mark, Text)],
        )
        for page in lay_out(filled, moment=datetime(2026, 1, 1))
    ]
    started = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        canvas = Canvas(out, pageCompression=1)
        for _ in range(int(count)):
            for strokes, texts in pages:
                for stroke in strokes:
                    canvas.setLineWidth(stroke.width)
                    canvas.line(stroke.x0, stroke.y0, stroke.x1, stroke.y1)
                for text, font in texts:
                    canvas.setFont(font, text.size)
                    canvas.drawString(text.x, text.y, text.text)
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
    "list": _measure_list,
    "floor_list": _measure_floor_list,
    "forms": _measure_forms,
    "floor_forms": _measure_floor_forms,
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
