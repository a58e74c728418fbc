"""An office to print forms of, and looking at what was printed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from tests.conftest import ACTOR
from tests.services.people import branch, id_number, member
from unionoffice.app import App
from unionoffice.kernel.clock import FixedClock
from unionoffice.services.forms.service import Form, Subject, batch_part
from unionoffice.store import schema

NOW = datetime(2026, 9, 10, 9, 30)
PHONE = "13812345678"
NUMBER = id_number(2, "19850601")


def book(path: Path, cells: dict[str, Any], **more: Any) -> Path:
    """A workbook of one sheet with these cells."""
    found = openpyxl.Workbook()
    sheet = found.active
    sheet.title = more.get("sheet", "表")
    for place, value in cells.items():
        sheet[place] = value
    found.save(path)
    return path


def text(data: bytes) -> str:
    """Everything a PDF says, without blanks."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages)


class Office:
    """Two branches, four people, an approved distribution."""

    def __init__(self, app: App) -> None:
        self.app, self.forms = app, app.forms
        self.root = app.organisation.tree()[0].id
        self.electric, self.air = branch(app, "机电队"), branch(app, "通风队")
        values = {"id_number": NUMBER, "phone": PHONE, "address": "示范市和平路1号", "dues_base": "5876.50"}
        self.zhang = member(app, "张三", unit_id=self.electric, staff_number="0017", political_status="01", **values)
        self.li = member(app, "李四", unit_id=self.electric, joined_on="2015-10", birth_date="1990-07")
        self.wang = member(app, "王五", unit_id=self.air, phone="13900000009")
        app.members.save_relative(self.zhang, {"name": "张小", "kinship": "20", "birth_date": "2015-02-03"}, ACTOR)
        plan = {
            "name": "2026年中秋节慰问",
            "kind": "festival",
            "item": "月饼礼盒",
            "spec": "8 枚装",
            "payment": "goods",
        }
        plan |= {"quantity": 1, "unit_price": 19850, "budget": 100_000, "roll_date": app.clock.today()}
        self.batch, _ = app.welfare.plan("中秋", None, plan, ACTOR)
        app.welfare.approve(self.batch, ACTOR)
        while app.welfare.approval(self.batch, ACTOR).next is not None:
            app.welfare.approve(self.batch, ACTOR)

    def ids(self, subject: Subject) -> list[str]:
        """One record of a kind."""
        return {
            Subject.MEMBER: [self.zhang],
            Subject.ROLL: [self.air],
            Subject.UNIT: [self.root],
            Subject.BATCH: [batch_part(self.batch, "通风队")],
            Subject.APPROVAL: [self.batch],
            Subject.FREE: [],
        }[subject]

    def own(self, cells: dict[str, Any], name: str = "试表", subject: Subject = Subject.MEMBER) -> Form:
        """An own form."""
        path = book(self.app.path.parent / f"{name}-来稿.xlsx", cells)
        return self.forms.add(path, subject, name)


@pytest.fixture
def office(app: App) -> Office:
    """An office of a test's own, to be changed."""
    return Office(app)


@pytest.fixture(scope="module")
def shared(empty_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One office for the tests of a module that leave its records and its shelf as they are; printing is logged."""
    path = tmp_path_factory.mktemp("shared") / "工会.ghoffice"
    schema.back_up(empty_file, path)
    app = App(path, clock=FixedClock(NOW), actor=ACTOR, shipped_fonts=True)
    yield Office(app)
    app.close()


def differences(before: Path, after: Path, grown: Collection[int] = ()) -> dict[tuple[str, str], Any]:
    """The cells whose values differ; everything else must be the same but the heights of rows that have `grown`."""
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(after) as new:
        assert old.read("xl/styles.xml") == new.read("xl/styles.xml")
    one, other = openpyxl.load_workbook(before), openpyxl.load_workbook(after)
    assert one.sheetnames == other.sheetnames
    found = {}
    for sheet in one:
        twin = other[sheet.title]
        assert sorted(map(str, sheet.merged_cells.ranges)) == sorted(map(str, twin.merged_cells.ranges))
        assert {k: v.width for k, v in sheet.column_dimensions.items()} == {
            k: v.width for k, v in twin.column_dimensions.items()
        }
        assert {k: v.height for k, v in sheet.row_dimensions.items() if v.height and k not in grown} == {
            k: v.height for k, v in twin.row_dimensions.items() if v.height and k not in grown
        }
        for name in ("page_setup", "page_margins", "print_options"):
            assert vars_of(getattr(sheet, name)) == vars_of(getattr(twin, name)), (sheet.title, name)
        assert sheet.oddFooter.center.text == twin.oddFooter.center.text
        assert (sheet.print_area, sheet.print_title_rows) == (twin.print_area, twin.print_title_rows)
        checks = [
            [(each.type, each.formula1, str(each.sqref)) for each in s.data_validations.dataValidation]
            for s in (sheet, twin)
        ]
        assert checks[0] == checks[1]
        for row in range(1, max(sheet.max_row, twin.max_row) + 1):
            for column in range(1, max(sheet.max_column, twin.max_column) + 1):
                a, b = sheet.cell(row, column), twin.cell(row, column)
                same = a._style == b._style or not (a.has_style or b.has_style)
                assert same, (sheet.title, a.coordinate)
                if a.value != b.value:
                    found[sheet.title, a.coordinate] = b.value
    return found


def vars_of(part: Any) -> str:
    """A part of a sheet's setup as something to compare."""
    return str({name: str(value) for name, value in vars(part).items() if not name.startswith("_")})
