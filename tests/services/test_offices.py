"""The office's own settings, and its lists as Excel that nothing runs in."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import ACTOR
from tests.services.people import branch, id_number, member
from unionoffice.app import App
from unionoffice.kernel.errors import Cancelled, Conflict, UserError
from unionoffice.kernel.progress import Silent
from unionoffice.models.organisation import Unit
from unionoffice.services.members import MemberQuery


def test_settings_are_checked_and_kept_in_one_form(app: App) -> None:
    office = app.offices.get()
    for values, field in (
        ({"credit_code": "81440000MCL468545A"}, "credit_code"),
        ({"member_number_pattern": "HY{年}"}, "member_number_pattern"),
        ({"member_number_pattern": " "}, "member_number_pattern"),
        ({"name": ""}, "name"),
    ):
        with pytest.raises(UserError) as told:
            app.offices.save(values, office.version, ACTOR)
        assert told.value.field == field
    app.offices.save({"credit_code": "81440000mcl468545m", "preparer": "王经办"}, office.version, ACTOR)
    found = app.offices.get()
    assert (found.credit_code, found.preparer, found.version) == ("81440000MCL468545M", "王经办", 2)
    with pytest.raises(Conflict):
        app.offices.save({"preparer": "别人"}, 1, ACTOR)


@pytest.mark.parametrize("practice", [True, "是"])
def test_a_real_office_is_not_made_practice(app: App, practice: object) -> None:
    with pytest.raises(UserError, match="练习"):
        app.offices.save({"practice": practice}, 1, ACTOR)
    assert not app.offices.get().practice


def test_export_has_the_standard_headings_and_typed_cells(app: App, tmp_path: Path) -> None:
    unit = branch(app, "机电队")
    member(
        app,
        "=HYPERLINK(1)",
        unit_id=branch(app, "一班", unit),
        id_number=id_number(1),
        staff_number="007",
        dues_base=587650,
        is_migrant=True,
        political_status="01",
        post="@SUM(1)",
        remark="+1\n-1",
    )
    path = tmp_path / "花名册.xlsx"
    assert app.exports.members(path, MemberQuery(), Silent()) == 1
    sheet = openpyxl.load_workbook(path).active
    cells = {heading.value: cell for heading, cell in zip(sheet[1], sheet[2], strict=True)}
    standard = (
        "姓名 证件类型 证件号码 性别 出生日期 民族 籍贯 政治面貌 学历 手机号码 工作单位 部门 工号 用工形式 人员状态"
    )
    standard += " 所属工会 工会职务 入会日期 会员证号 会籍状态 是否农民工 是否困难职工 职工代表"
    assert set(standard.split()) <= set(cells)
    assert "练习" not in sheet.title
    assert {
        name: cells[name].value for name in ("姓名", "证件号码", "工号", "政治面貌", "所属工会", "会籍状态", "岗位")
    } == {
        "姓名": "=HYPERLINK(1)",
        "证件号码": id_number(1),
        "工号": "007",
        "政治面貌": "中共党员",
        "所属工会": "机电队 / 一班",
        "会籍状态": "在会",
        "岗位": "@SUM(1)",
    }
    assert cells["月缴费基数"].value == 5876.5
    assert cells["是否农民工"].value == "是"
    assert cells["证件号码"].number_format == "@"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_export_is_exactly_the_list_as_filtered_and_sorted(app: App, tmp_path: Path) -> None:
    one = branch(app, "一队")
    for name in ("甲", "丙", "乙"):
        member(app, name, unit_id=one)
    member(app, "丁")
    path = tmp_path / "花名册.xlsx"
    query = MemberQuery(unit_id=one, sort="name", descending=True)
    assert app.exports.members(path, query, Silent(), columns=("name", "joined_on")) == 3
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    assert rows == [("姓名", "入会日期"), *((row[1], "2015-03-01") for row in app.members.rows(["name"], query))]


def test_a_cancelled_export_leaves_the_old_file(app: App, tmp_path: Path) -> None:
    class Stopped:
        cancelled = True

        def report(self, done: int, total: int, text: str) -> None:
            raise AssertionError

    member(app, "甲")
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(Cancelled):
        app.exports.members(path, MemberQuery(), Stopped())
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("~") or "part" in each.name] == []


def test_history_of_a_unit_names_units_not_ids(app: App) -> None:
    one, two = branch(app, "一队"), branch(app, "二队")
    app.organisation.move(one, two, date(2026, 5, 1), "合并", ACTOR)
    newest = app.organisation.history(Unit, one)[0]
    assert newest.reason == "合并"
    assert newest.at == datetime(2026, 9, 10, 9, 30)
    assert newest.sentences == ("上级：“示范矿业有限公司工会”改为“二队”",)
