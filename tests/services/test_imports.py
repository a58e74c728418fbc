"""Rosters in (F99–F103): what is right in a file is right in the office; doubts stay out; cancel leaves nothing."""

from __future__ import annotations

import json
import os
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text

from tests.conftest import ACTOR
from tests.services.people import branch, id_number, member, roster
from unionoffice.app import App
from unionoffice.kernel.errors import Cancelled, Conflict, EnvironmentFault, UserError
from unionoffice.kernel.progress import Silent
from unionoffice.models.import_run import RowState
from unionoffice.models.member import EventKind, Member, MembershipState
from unionoffice.models.registers import register_named
from unionoffice.practice import make as make_practice
from unionoffice.services.checks import check
from unionoffice.services.founding import create
from unionoffice.services.import_report import ImportCounts, ImportResult
from unionoffice.services.import_rows import Policy
from unionoffice.services.imports import HeadingsUnknown
from unionoffice.services.members import MemberQuery
from unionoffice.store.queries.records import ListQuery

DATA = Path(__file__).parents[1] / "data"
TRUTH = json.loads((DATA / "truth.json").read_text("utf-8"))
MINE = DATA / "会员花名册-矿业公司-按分会分表.xlsx"
OLD = DATA / "会员名单-旧格式.xls"
UNIVERSITY = DATA / "教职工会员信息-大学.xlsx"
SEPARATED = DATA / "会员名单-GBK.csv"
HARDSHIP = DATA / "困难职工档案-平台导出.xlsx"
PROPOSALS = DATA / "提案汇总表.xlsx"
HEADINGS: list[Any] = ["姓名", "身份证号", "手机", "工号", "分工会"]


class Watched:
    """Progress that is cancelled after some reports."""

    def __init__(self, reports: int = 10**9) -> None:
        self.left = reports
        self.said: list[str] = []

    @property
    def cancelled(self) -> bool:
        return len(self.said) >= self.left

    def report(self, done: int, total: int, text: str) -> None:
        self.said.append(text)


def run(app: App, *paths: Path, **options: Any) -> ImportResult:
    result = app.imports.run(paths, ACTOR, Silent(), **options)
    for counts in (result.counts, *(ImportCounts(**file["counts"]) for file in result.files)):
        assert counts.read == counts.new + counts.updated + counts.unchanged + counts.refused
        assert counts.warned <= counts.read - counts.refused
    assert sum((ImportCounts(**file["counts"]) for file in result.files), ImportCounts()) == result.counts
    return result


def outcome(counts: ImportCounts) -> tuple[int, int, int, int]:
    return counts.new, counts.updated, counts.unchanged, counts.refused


def everybody(app: App) -> list[Member]:
    found = [app.members.get(member_id) for member_id in app.members.ids(MemberQuery())]
    return [each for each in found if each is not None]


def one(app: App, name: str) -> Member:
    (found,) = [each for each in everybody(app) if each.name == name]
    return found


def left_behind(app: App) -> list[int]:
    with app.store.reading() as session:
        tables = ("member", "membership_event", "import_run", "import_block", "import_note", "operation_entry")
        return [session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables]


@pytest.fixture(autouse=True)
def sound_office(app: App) -> Any:
    """Whatever a test did, the log replays and every state follows from its events."""
    yield
    assert check(app.store).problems == ()


# the real files


def test_every_person_of_the_mining_roster_is_right(app: App) -> None:
    result = run(app, MINE)
    assert outcome(result.counts) == (860, 0, 0, 0)
    true = {person["id"]: person for person in TRUTH["people"]["mine"]}
    units = {node.id: node.name for node in app.organisation.tree()}
    people = everybody(app)
    assert len(people) == 860
    for person in people:
        expected = true[str(person.id_number)]
        assert (person.name, person.birth_date) == (expected["name"], expected["born"])
        assert person.sex == ("1" if expected["male"] else "2")
        assert units[str(person.unit_id)] == expected["dept"]
        assert (person.membership_state, person.enrolled) == (MembershipState.ACTIVE, True)
        assert person.joined_on
    assert outcome(run(app, MINE).counts) == (0, 0, 860, 0)


def test_no_damaged_number_of_the_university_is_stored_and_all_others_are(app: App) -> None:
    result = run(app, UNIVERSITY)
    assert result.counts.read == 420
    assert result.counts.warned >= 11
    true = {(person["name"], person["id"]) for person in TRUTH["people"]["uni"]}
    names = {person["name"] for person in TRUTH["people"]["uni"]}
    people = everybody(app)
    assert len(people) == result.counts.new == 420
    assert sum(person.id_number is None for person in people) == 11
    for person in people:
        assert person.name in names
        if person.id_number:
            assert (person.name, person.id_number) in true
            assert not person.id_number.endswith("000")
    assert outcome(run(app, UNIVERSITY).counts) == (0, 0, 420, 0)


def test_the_true_number_fills_what_a_spreadsheet_had_damaged(app: App) -> None:
    """The separated list holds the same people with sound numbers: it completes them and makes nobody twice."""
    run(app, UNIVERSITY)
    result = run(app, SEPARATED)
    assert result.counts.new == 0
    assert result.counts.refused == 0
    true = {(person["name"], person["id"]) for person in TRUTH["people"]["uni"]}
    assert {(each.name, each.id_number) for each in everybody(app) if each.id_number} == true
    assert len(everybody(app)) == 420


def test_a_damaged_number_proposes_the_true_one_on_record_and_changes_nothing(app: App) -> None:
    run(app, SEPARATED)
    preview = app.imports.preview([UNIVERSITY], ACTOR)
    damaged = [
        row
        for row in app.imports.rows(preview.run_id, noted=True, limit=None)
        if any(n[1] == "damaged" for n in row.notes)
    ]
    true = {person["name"]: person["id"] for person in TRUTH["people"]["uni"][:12]}
    assert len(damaged) == 11
    for row in damaged:
        told = " ".join(note[2] for note in row.notes)
        assert row.state in (RowState.UNCHANGED, RowState.UPDATED)
        assert true[row.values["name"]] in told
    app.imports.apply(preview.run_id, ACTOR)
    assert {(each.name, each.id_number) for each in everybody(app)} == {
        (person["name"], person["id"]) for person in TRUTH["people"]["uni"]
    }


def test_the_old_workbook_and_the_new_one_mean_the_same_people(app: App) -> None:
    run(app, MINE)
    result = run(app, OLD)
    assert (result.counts.new, result.counts.refused) == (0, 0)
    assert len(everybody(app)) == 860
    assert outcome(run(app, OLD).counts) == (0, 0, 200, 0)


def test_all_files_in_one_run_are_the_same_office(app: App) -> None:
    result = run(app, MINE, OLD, HARDSHIP, UNIVERSITY, SEPARATED)
    people = everybody(app)
    assert len(people) == result.counts.new
    assert {(each.name, each.id_number) for each in people} <= {
        (person["name"], person["id"]) for kind in TRUTH["people"].values() for person in kind
    }
    assert len(people) == 860 + 420
    again = run(app, MINE, OLD, HARDSHIP, UNIVERSITY, SEPARATED)
    assert outcome(again.counts)[0] == 0
    assert outcome(again.counts)[3] == 0


@pytest.mark.parametrize("path", [OLD, SEPARATED, HARDSHIP], ids=lambda path: path.suffix)
def test_a_second_import_of_the_same_file_changes_nothing(app: App, path: Path) -> None:
    first = run(app, path)
    assert outcome(first.counts) == (first.counts.read, 0, 0, 0)
    position = app.store.log_position()
    assert outcome(run(app, path).counts) == (0, 0, first.counts.read, 0)
    assert app.store.log_position() == position


@pytest.mark.parametrize("path", [MINE, UNIVERSITY, HARDSHIP], ids=["mine", "university", "hardship"])
def test_an_export_reimports_without_a_change(app: App, path: Path, tmp_path: Path) -> None:
    run(app, path)
    app.members.give_numbers(ACTOR)
    app.members.record_event(app.members.ids(MemberQuery())[5], EventKind.RETAIN, "2026-01-01", ACTOR)
    position = app.store.log_position()
    rows = app.exports.members(tmp_path / "导出.xlsx", MemberQuery(), Silent())
    result = run(app, tmp_path / "导出.xlsx")
    assert outcome(result.counts) == (0, 0, rows, 0)
    assert result.counts.warned == sum((person.id_number or "").endswith("000") for person in everybody(app))
    assert app.store.log_position() == position


def test_people_without_identity_or_staff_number_come_back_by_their_member_number(app: App, tmp_path: Path) -> None:
    path = roster(tmp_path / "名单.xlsx", ["姓名", "出生年月"], ["张伟", "1985-06"], ["李四", ""], ["王五", ""])
    run(app, path)
    app.members.give_numbers(ACTOR)
    export = tmp_path / "导出.xlsx"
    app.exports.members(export, MemberQuery(), Silent())
    assert outcome(run(app, export).counts) == (0, 0, 3, 0)
    book = openpyxl.load_workbook(export)
    column = {cell.value: cell.column for cell in book.active[1]}
    for row in (2, 3):
        book.active.cell(row, column["手机号码"]).value = f"1391234567{row}"
    book.active.cell(3, column["姓名"]).value = "赵六"
    book.save(export)
    result = run(app, export)
    assert outcome(result.counts) == (0, 1, 1, 1)
    assert {each.name: each.phone for each in everybody(app) if each.phone}.keys() < {"张伟", "李四", "王五"}
    assert len(everybody(app)) == 3


def test_a_form_entered_member_reimports_without_a_change(app: App, tmp_path: Path) -> None:
    unit = branch(app, "综采（一）队")
    member(
        app,
        "Jean-Luc Roy",
        unit_id=branch(app, "一班", unit),
        id_type="passport",
        id_number="E12345678",
        email="Roy@Example.com",
        address="示范路（东）８号，ＡＢ座",
        post="=1+1",
        duty="'+SUM(A1)",
        remark="第一行\n\n@第二行；-3",
        dues_base=123456,
        is_migrant=False,
        work_started="2003",
        signed_on="2020-05",
        staff_number="000123456789012345",
    )
    member(app, "曾䶮", unit_id=unit, id_number=id_number(1), sex="2", birth_date="1985-06-02", joined_on=None)
    position = app.store.log_position()
    app.exports.members(tmp_path / "导出.xlsx", MemberQuery(), Silent())
    assert outcome(run(app, tmp_path / "导出.xlsx").counts) == (0, 0, 2, 0)
    assert app.store.log_position() == position


def test_the_number_says_when_somebody_was_born_and_the_files_lunar_birthday_is_told(app: App, tmp_path: Path) -> None:
    headings = ["姓名", "身份证号", "性别", "出生日期"]
    path = roster(tmp_path / "名单.xlsx", headings, ["曾丽梅", id_number(2), "男", "1985-04-14"])
    report = tmp_path / "结果.xlsx"
    result = run(app, path, report=report)
    assert (result.counts.new, result.counts.warned) == (1, 1)
    (found,) = everybody(app)
    assert (found.sex, found.birth_date) == ("2", "1985-06-01")
    reason = openpyxl.load_workbook(report).active["B2"].value
    assert "出生日期：文件里是 1985-04-14（可能是农历），证件号码中是 1985-06-01，采用证件号码的" in reason
    assert "性别：文件里是“男”，证件号码第 17 位是“女”，采用证件号码的" in reason
    assert run(app, path).counts.unchanged == 1


def test_what_was_decided_on_the_card_against_the_number_no_import_changes_back(app: App, tmp_path: Path) -> None:
    member(app, "曾丽梅", id_number=id_number(2), sex="1", birth_date="1985-06-02")
    path = roster(tmp_path / "名单.xlsx", ["姓名", "身份证号"], ["曾丽梅", id_number(2)])
    result = run(app, path)
    assert (result.counts.unchanged, result.counts.warned) == (1, 0)
    path = roster(tmp_path / "名单.xlsx", ["姓名", "身份证号", "出生日期"], ["曾丽梅", id_number(2), "1985-04-14"])
    report = tmp_path / "结果.xlsx"
    assert run(app, path, report=report).counts.unchanged == 1
    assert (
        "出生日期：登记的是“1985-06-02”，与证件号码不同，没有改动。"
        in openpyxl.load_workbook(report).active["B2"].value
    )
    (found,) = everybody(app)
    assert (found.sex, found.birth_date) == ("1", "1985-06-02")


def test_an_export_makes_the_same_members_in_another_office(app: App, tmp_path: Path) -> None:
    run(app, MINE)
    ids = app.members.ids(MemberQuery())
    app.members.record_event(ids[3], EventKind.LEAVE, "2026-01-01", ACTOR)
    app.exports.members(tmp_path / "导出.xlsx", MemberQuery(), Silent())
    before = {each.id_number: each for each in everybody(app)}
    with app.store.operation("test", "归档", ACTOR) as uow:
        for member_id in ids:
            uow.get(Member, member_id).archived = True
    assert run(app, tmp_path / "导出.xlsx").counts.new == 860
    for person in everybody(app):
        old = before[person.id_number]
        for name, facts in Member.fields().items():
            if name not in ("archived", "household_id"):
                assert getattr(person, name) == getattr(old, name), facts.label


# what a row may and may not do


def test_blank_never_erases_and_a_less_precise_date_never_overwrites(app: App, tmp_path: Path) -> None:
    member(app, "张伟", id_number=id_number(1), phone="13912345678", work_started="2003-07-15", remark="旧")
    path = roster(
        tmp_path / "名单.xlsx",
        ["姓名", "身份证号", "手机", "参加工作时间", "备注", "入会日期"],
        ["张伟", id_number(1), "", "2003.7", "/", "2015"],
    )
    assert outcome(run(app, path).counts) == (0, 0, 1, 0)
    found = one(app, "张伟")
    assert (found.phone, found.work_started, found.remark, found.joined_on) == (
        "13912345678",
        "2003-07-15",
        "旧",
        "2015-03-01",
    )


def test_a_more_precise_date_completes_and_another_one_overwrites(app: App, tmp_path: Path) -> None:
    member(app, "张伟", id_number=id_number(1), work_started="2003", joined_on="2015")
    path = roster(
        tmp_path / "名单.xlsx",
        ["姓名", "身份证号", "参加工作时间", "入会日期", "手机"],
        ["张伟", id_number(1), "2003-07-15", "2015-03", "13900000000"],
    )
    assert outcome(run(app, path).counts) == (0, 1, 0, 0)
    found = one(app, "张伟")
    assert (found.work_started, found.joined_on, found.phone) == ("2003-07-15", "2015-03", "13900000000")


def test_another_joining_date_is_told_and_never_taken(app: App, tmp_path: Path) -> None:
    member(app, "张伟", id_number=id_number(1))
    path = roster(tmp_path / "名单.xlsx", ["姓名", "身份证号", "入会日期"], ["张伟", id_number(1), "2016-01-01"])
    result = run(app, path)
    assert (outcome(result.counts), result.counts.warned) == ((0, 0, 1, 0), 1)
    assert one(app, "张伟").joined_on == "2015-03-01"


def test_a_joining_date_does_not_make_a_member_of_somebody_who_has_not_joined(app: App, tmp_path: Path) -> None:
    member(app, "张伟", id_number=id_number(1), joined_on=None)
    path = roster(tmp_path / "名单.xlsx", ["姓名", "身份证号", "入会日期"], ["张伟", id_number(1), "2016-01-01"])
    assert run(app, path).counts.warned == 1
    assert (one(app, "张伟").joined_on, one(app, "张伟").membership_state) == (None, MembershipState.NONE)


@pytest.mark.parametrize("policy", ["keep", "fill"])
def test_a_column_that_keeps_or_fills_does_so_also_on_applying(app: App, tmp_path: Path, policy: str) -> None:
    member(app, "张伟", id_number=id_number(1), phone="13912345678")
    member(app, "李四", id_number=id_number(3))
    path = roster(
        tmp_path / "名单.xlsx",
        ["姓名", "身份证号", "手机", "职务"],
        ["张伟", id_number(1), "13900000000", "队长"],
        ["李四", id_number(3), "13900000001", "队长"],
        ["王五", id_number(5), "13900000002", "队长"],
    )
    preview = app.imports.preview([path], ACTOR, policy=Policy(**{policy: frozenset({"phone"})}))
    app.imports.apply(preview.run_id, ACTOR)
    phones = {each.name: each.phone for each in everybody(app)}
    filled = "13900000001" if policy == "fill" else None
    assert phones == {"张伟": "13912345678", "李四": filled, "王五": "13900000002"}
    assert {each.duty for each in everybody(app)} == {"队长"}


def test_the_union_itself_in_the_roster_moves_nobody_out_of_his_branch(app: App, tmp_path: Path) -> None:
    unit = branch(app, "一队")
    member(app, "张伟", id_number=id_number(1), unit_id=unit)
    path = roster(tmp_path / "名单.xlsx", HEADINGS, ["张伟", id_number(1), "13900000000", "", "示范矿业有限公司工会"])
    assert outcome(run(app, path).counts) == (0, 1, 0, 0)
    assert (one(app, "张伟").unit_id, one(app, "张伟").phone) == (unit, "13900000000")


def test_a_state_in_the_roster_is_kept_for_the_new_and_only_told_for_the_known(app: App, tmp_path: Path) -> None:
    member(app, "张伟", id_number=id_number(1))
    path = roster(
        tmp_path / "名单.xlsx",
        ["姓名", "身份证号", "会籍状态"],
        ["张伟", id_number(1), "已退会"],
        ["李四", id_number(3), "保留会籍"],
        ["王五", id_number(5), "未入会"],
        ["赵六", id_number(7), ""],
    )
    result = run(app, path)
    assert (outcome(result.counts), result.counts.warned) == ((3, 0, 1, 0), 1)
    assert {each.name: each.membership_state.value for each in everybody(app)} == {
        "张伟": "active",
        "李四": "retained",
        "王五": "none",
        "赵六": "active",
    }


def test_a_date_after_today_is_told_and_left_blank(app: App, tmp_path: Path) -> None:
    path = roster(tmp_path / "名单.xlsx", ["姓名", "出生日期", "入会日期"], ["张伟", "2030-01-01", "2026-09-11"])
    assert run(app, path).counts.warned == 1
    assert (one(app, "张伟").birth_date, one(app, "张伟").joined_on) == (None, None)


# doubtful rows


def test_two_people_with_one_number_get_in_neither_in_one_file(app: App, tmp_path: Path) -> None:
    path = roster(
        tmp_path / "名单.xlsx",
        HEADINGS,
        ["张伟", id_number(1), "", "", "甲队"],
        ["李四", id_number(1), "", "", "乙队"],
        ["张伟", id_number(1), "13900000000", "", "甲队"],
        ["王五", id_number(3), "", "", "丙队"],
    )
    result = run(app, path)
    assert outcome(result.counts) == (1, 0, 0, 3)
    assert [each.name for each in everybody(app)] == ["王五"]


def test_two_people_with_one_number_get_in_neither_across_files(app: App, tmp_path: Path) -> None:
    first = roster(tmp_path / "一.xlsx", HEADINGS, ["张伟", id_number(1), "", "", ""])
    second = roster(tmp_path / "二.xlsx", HEADINGS, ["李四", id_number(1), "", "", ""])
    result = run(app, first, second)
    assert [ImportCounts(**file["counts"]).refused for file in result.files] == [1, 1]
    assert everybody(app) == []


def test_a_number_of_somebody_on_the_roll_keeps_another_name_out(app: App, tmp_path: Path) -> None:
    member(app, "张伟", id_number=id_number(1))
    path = roster(tmp_path / "名单.xlsx", HEADINGS, ["李四", id_number(1), "", "", "新队"])
    result = run(app, path)
    assert outcome(result.counts) == (0, 0, 0, 1)
    assert [each.name for each in everybody(app)] == ["张伟"]
    assert [node.name for node in app.organisation.tree()[1:]] == []
    assert result.new_units == ()


def test_one_person_twice_in_a_file_becomes_one_with_everything_known(app: App, tmp_path: Path) -> None:
    path = roster(
        tmp_path / "名单.xlsx",
        [*HEADINGS, "会籍状态"],
        ["张伟", id_number(1), "", "", "甲队", ""],
        ["张伟", id_number(1), "13900000000", "007", "", "在会"],
        ["张伟", id_number(1), "13900000000", "007", "甲队", "保留会籍"],
    )
    result = run(app, path)
    assert outcome(result.counts) == (1, 1, 1, 0)
    found = one(app, "张伟")
    assert (found.phone, found.staff_number, found.membership_state) == ("13900000000", "007", MembershipState.ACTIVE)


def test_rows_of_several_files_that_mean_one_new_person_make_one(app: App, tmp_path: Path) -> None:
    paths = [
        roster(tmp_path / "一.xlsx", HEADINGS, ["张伟", id_number(1), "", "", "甲队"]),
        roster(tmp_path / "二.xlsx", HEADINGS, ["张伟", id_number(1), "13900000000", "", ""]),
        roster(tmp_path / "三.xlsx", ["姓名", "手机", "工号"], ["张伟", "13900000000", "007"]),
    ]
    result = run(app, *paths)
    assert [outcome(ImportCounts(**file["counts"])) for file in result.files] == [
        (1, 0, 0, 0),
        (0, 1, 0, 0),
        (0, 1, 0, 0),
    ]
    found = one(app, "张伟")
    assert (found.id_number, found.phone, found.staff_number) == (id_number(1), "13900000000", "007")


def test_a_namesake_nothing_confirms_is_refused_and_the_file_goes_on(app: App, tmp_path: Path) -> None:
    member(app, "张伟", id_number=id_number(1))
    member(app, "张伟", id_number=id_number(3))
    path = roster(tmp_path / "名单.xlsx", ["姓名", "职务"], ["张伟", "队长"], ["李四", "队长"])
    assert outcome(run(app, path).counts) == (1, 0, 0, 1)
    assert {each.duty for each in everybody(app) if each.name == "张伟"} == {None}


def test_an_archived_person_is_not_found_again(app: App, tmp_path: Path) -> None:
    member_id = member(app, "张伟", id_number=id_number(1))
    with app.store.operation("test", "归档", ACTOR) as uow:
        uow.get(Member, member_id).archived = True
    path = roster(tmp_path / "名单.xlsx", HEADINGS, ["张伟", id_number(1), "", "", ""])
    assert outcome(run(app, path).counts) == (1, 0, 0, 0)


# units


def test_units_are_found_by_name_with_and_without_its_ending(app: App, tmp_path: Path) -> None:
    plain, full = branch(app, "机电队"), branch(app, "机电队分会")
    other = branch(app, "通风队分工会")
    rows = [["张一", id_number(1), "", "", "机电队"], ["张二", id_number(3), "", "", "机电队分会"]]
    rows += [["张三", id_number(5), "", "", "通风队"], ["张四", id_number(7), "", "", "运输队"]]
    result = run(app, roster(tmp_path / "名单.xlsx", HEADINGS, *rows))
    assert result.new_units == ("运输队",)
    units = {each.name: each.unit_id for each in everybody(app)}
    assert (units["张一"], units["张二"], units["张三"]) == (plain, full, other)
    app.exports.members(tmp_path / "导出.xlsx", MemberQuery(), Silent())
    assert outcome(run(app, tmp_path / "导出.xlsx").counts) == (0, 0, 4, 0)


def test_a_path_deeper_than_six_levels_is_refused_with_its_words(app: App, tmp_path: Path) -> None:
    deep = " / ".join("二三四五六七")
    path = roster(
        tmp_path / "名单.xlsx",
        HEADINGS,
        ["张一", id_number(1), "", "", deep],
        ["张二", id_number(3), "", "", deep[:-4]],
    )
    result = run(app, path)
    assert outcome(result.counts) == (1, 0, 0, 1)
    assert len(app.organisation.tree()) == 6


# two steps


def test_a_preview_changes_nothing_and_outlives_a_restart(app: App) -> None:
    before = left_behind(app)
    preview = app.imports.preview([MINE], ACTOR)
    position = app.store.log_position()
    assert left_behind(app)[:2] == before[:2]
    app.close()
    again = App(app.path, clock=app.clock, actor=ACTOR)
    pending = again.imports.pending()
    assert pending is not None
    assert (pending.run_id, outcome(pending.counts)) == (preview.run_id, (860, 0, 0, 0))
    assert again.store.log_position() == position
    again.imports.apply(pending.run_id, ACTOR)
    assert len(everybody(again)) == 860
    assert again.imports.pending() is None
    with pytest.raises(UserError, match="已经导入过"):
        again.imports.apply(pending.run_id, ACTOR)
    again.imports.drop(pending.run_id)
    with pytest.raises(UserError, match="已经不在"):
        again.imports.apply(pending.run_id, ACTOR)
    again.close()


def test_rows_of_a_preview_are_paged_by_state_and_note(app: App, tmp_path: Path) -> None:
    member(app, "张一", id_number=id_number(1))
    rows = [["张一", id_number(1), "", "", ""], ["李四", id_number(1), "", "", ""], ["王五", "123", "", "", ""]]
    preview = app.imports.preview([roster(tmp_path / "名单.xlsx", HEADINGS, *rows)], ACTOR)
    by_state = {
        state: [row.values["name"] for row in app.imports.rows(preview.run_id, states=(state,))] for state in RowState
    }
    assert by_state == {
        RowState.NEW: ["王五"],
        RowState.UPDATED: [],
        RowState.UNCHANGED: ["张一"],
        RowState.REFUSED: ["李四"],
    }
    assert [row.values["name"] for row in app.imports.rows(preview.run_id, offset=1, limit=1)] == ["李四"]
    assert app.imports.row_count(preview.run_id) == 3
    assert app.imports.row_count(preview.run_id, noted=True) == 2
    (refused,) = app.imports.rows(preview.run_id, states=(RowState.REFUSED,))
    assert (refused.where, refused.member_id) == ("名单 第 3 行", None)


def test_dry_run_changes_nothing_at_all(app: App) -> None:
    before, position = left_behind(app), app.store.log_position()
    result = run(app, MINE, dry_run=True)
    assert (result.counts.new, result.dry_run) == (860, True)
    assert left_behind(app) == before
    assert app.store.log_position() == position
    assert len(app.organisation.tree()) == 1


def test_cancel_leaves_nothing_wherever_it_comes(app: App) -> None:
    watched = Watched()
    app.imports.run([OLD, SEPARATED], ACTOR, watched, dry_run=True)
    steps = len(watched.said)
    before, position = left_behind(app), app.store.log_position()
    applied = Watched()
    for reports in (0, 1, steps // 2, steps - 1, steps):
        with pytest.raises(Cancelled):
            app.imports.run([OLD, SEPARATED], ACTOR, Watched(reports))
        assert left_behind(app) == before, reports
        assert app.store.log_position() == position
    app.imports.run([OLD, SEPARATED], ACTOR, applied)
    assert len(applied.said) > steps
    assert len(everybody(app)) == 350


def test_an_office_changed_since_the_preview_in_a_way_that_matters_is_a_conflict(app: App, tmp_path: Path) -> None:
    path = roster(tmp_path / "名单.xlsx", HEADINGS, ["张伟", id_number(1), "13900000000", "", "甲队"])
    preview = app.imports.preview([path], ACTOR)
    member(app, "张伟", id_number=id_number(1))
    with pytest.raises(Conflict, match="再看一遍"):
        app.imports.apply(preview.run_id, ACTOR)
    assert one(app, "张伟").phone is None
    again = app.imports.get(preview.run_id)
    assert outcome(again.counts) == (0, 1, 0, 0)
    app.imports.apply(preview.run_id, ACTOR)
    assert one(app, "张伟").phone == "13900000000"


def test_a_field_somebody_wrote_since_the_preview_is_not_overwritten_unseen(app: App, tmp_path: Path) -> None:
    member_id = member(app, "张伟", id_number=id_number(1), phone="13911111111")
    path = roster(tmp_path / "名单.xlsx", HEADINGS, ["张伟", id_number(1), "13900000000", "", ""])
    preview = app.imports.preview([path], ACTOR)
    app.members.save(member_id, {"phone": "13922222222"}, 1, ACTOR)
    with pytest.raises(Conflict):
        app.imports.apply(preview.run_id, ACTOR)
    assert one(app, "张伟").phone == "13922222222"
    app.imports.apply(preview.run_id, ACTOR)
    assert one(app, "张伟").phone == "13900000000"


def test_a_change_that_does_not_matter_is_no_conflict(app: App, tmp_path: Path) -> None:
    """Also where rows mean somebody new in this very import, whose id is made anew."""
    member_id = member(app, "张伟", id_number=id_number(1), phone="13911111111")
    path = roster(
        tmp_path / "名单.xlsx",
        HEADINGS,
        ["张伟", id_number(1), "13900000000", "", ""],
        ["李四", id_number(3), "", "", "甲队"],
        ["李四", id_number(3), "13900000001", "", "甲队"],
    )
    preview = app.imports.preview([path], ACTOR)
    app.members.save(member_id, {"duty": "队长"}, 1, ACTOR)
    member(app, "别人", id_number=id_number(5))
    app.imports.apply(preview.run_id, ACTOR)
    assert (one(app, "张伟").phone, one(app, "张伟").duty) == ("13900000000", "队长")
    assert one(app, "李四").phone == "13900000001"


def test_a_unit_made_by_hand_since_the_preview_is_the_one_that_was_planned(app: App, tmp_path: Path) -> None:
    path = roster(tmp_path / "名单.xlsx", [*HEADINGS, "工会小组"], ["张伟", id_number(1), "", "", "机电队分会", "一班"])
    preview = app.imports.preview([path], ACTOR)
    unit = branch(app, "机电队")
    app.imports.apply(preview.run_id, ACTOR)
    assert [node.path for node in app.organisation.tree()[1:]] == ["机电队", "机电队 / 一班"]
    assert app.organisation.tree()[2].parent_id == unit


# headings, senders, practice


def test_unknown_headings_are_told_and_a_mapping_is_remembered_per_sender(app: App, tmp_path: Path) -> None:
    with pytest.raises(HeadingsUnknown) as told:
        run(app, PROPOSALS)
    assert "提案人" in told.value.seen
    app.imports.remember_headings(PROPOSALS, {"提案人": "name"})
    assert run(app, PROPOSALS, dry_run=True).counts.read == 36
    stranger = tmp_path / "别人的表.xlsx"
    stranger.write_bytes(PROPOSALS.read_bytes())
    with pytest.raises(HeadingsUnknown):
        run(app, stranger)
    next_month = tmp_path / "提案汇总表（2026年12月）.xlsx"
    next_month.write_bytes(PROPOSALS.read_bytes())
    assert run(app, next_month, dry_run=True).counts.read == 36


@pytest.mark.skipif(os.name == "nt", reason="file names are never bytes on Windows")
def test_a_file_name_in_another_encoding_is_read_as_what_it_was(app: App, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + "会员名单.xls".encode("gb18030")))
    path.write_bytes(OLD.read_bytes())
    assert run(app, path).files[0]["name"] == "会员名单.xls"


def test_a_file_that_cannot_be_read_leaves_the_others_out_too(app: App, tmp_path: Path) -> None:
    before = left_behind(app)
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(MINE.read_bytes()[:5000])
    with pytest.raises(UserError, match="坏.xlsx"):
        run(app, OLD, broken)
    assert left_behind(app) == before


def practice_roll(app: App, folder: Path) -> Path:
    """The export of a practice office with one person who has a number."""
    office = make_practice(folder / "练习.ghoffice", app.clock)
    practice = App(office, clock=app.clock)
    path = folder / "导出.xlsx"
    assert practice.exports.members(path, MemberQuery(), Silent()) > 800
    practice.close()
    return path


def test_practice_data_is_known_by_its_file_its_sheet_and_its_people(app: App, tmp_path: Path) -> None:
    """Whichever marks somebody takes away, the ones left keep it out; also where only the rows are copied."""
    path = practice_roll(app, tmp_path)

    def refused(path: Path) -> None:
        with pytest.raises(UserError, match="练习用的数据"):
            run(app, path)

    renamed = openpyxl.load_workbook(path)
    renamed.active.title = "花名册"
    assert "unionoffice-practice" in renamed.properties.keywords
    column = [cell.value for cell in renamed.active[1]].index("会员编号") + 1
    copied = tmp_path / "只有行.csv"
    copied.write_text(
        "\n".join(",".join(str(cell or "") for cell in row) for row in renamed.active.iter_rows(values_only=True)),
        "utf-8-sig",
    )
    renamed.active.delete_cols(column)
    renamed.save(tmp_path / "改名.xlsx")
    only_sheet = openpyxl.load_workbook(path)
    only_sheet.properties.keywords = None
    only_sheet.active.delete_cols(column)
    only_sheet.save(tmp_path / "表名.xlsx")
    for name in ("改名.xlsx", "表名.xlsx", "只有行.csv"):
        refused(tmp_path / name)
    assert everybody(app) == []
    renamed.properties.keywords = "花名册"
    renamed.save(tmp_path / "改名.xlsx")
    assert run(app, tmp_path / "改名.xlsx").counts.new > 800  # every mark was taken away: nothing tells any more


def test_everything_else_that_leaves_a_practice_office_is_marked(app: App, tmp_path: Path) -> None:
    practice = App(make_practice(tmp_path / "练习.ghoffice", app.clock), clock=app.clock)
    merchants, sheet, report = (tmp_path / f"{name}.xlsx" for name in ("商户", "签领表", "结果"))
    register = register_named("merchant")
    practice.exports.register(register, ListQuery(), merchants, progress=Silent())
    practice.papers.save_sign_sheet(practice.welfare.named("中秋").id, sheet, Silent())
    run(practice, SEPARATED, report=report, dry_run=True)
    practice.close()
    for path in (merchants, sheet, report):
        book = openpyxl.load_workbook(path)
        for number, page in enumerate(book.worksheets):
            page.title, page["A1"] = f"表{number}", page["A1"].value.replace("练习", "")
        book.save(path)
    with pytest.raises(UserError, match="练习用的数据"):
        app.register_imports.run(register, merchants, ACTOR, Silent())
    for path in (sheet, report):
        with pytest.raises(UserError, match="练习用的数据"):
            run(app, path)


def test_practice_data_is_known_in_an_old_xls(app: App) -> None:
    """A marked workbook that LibreOffice has saved as .xls, with a sheet's name that tells nothing."""
    with pytest.raises(UserError, match="练习用的数据"):
        run(app, DATA / "practice" / "练习导出.xls")


@pytest.mark.parametrize(
    ("core", "told"),
    [
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "可疑的内容"),
        (b"<x", None),
        (b"<x><keywords/></x>", None),
    ],
)
def test_odd_document_properties_are_safe(app: App, tmp_path: Path, core: bytes, told: str | None) -> None:
    path = tmp_path / "名单.xlsx"
    with zipfile.ZipFile(MINE) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            new.writestr(part, core if part == "docProps/core.xml" else old.read(part))
    if told is None:
        assert run(app, path).counts.new > 800
    else:
        with pytest.raises(UserError, match=told):
            run(app, path)


@pytest.mark.parametrize("kind", ["export", "sheet"])
def test_practice_data_never_gets_into_a_real_office(app: App, tmp_path: Path, kind: str) -> None:
    practice = App(create(tmp_path / "练习.ghoffice", "练习工会", app.clock, ACTOR, practice=True), clock=app.clock)
    member(practice, "练习甲", unit_id=branch(practice, "一队"))
    path = tmp_path / "名单.xlsx"
    if kind == "export":
        practice.exports.members(path, MemberQuery(), Silent())
    else:
        batch_id, _ = practice.welfare.plan(
            "中秋",
            None,
            {
                "name": "中秋",
                "kind": "festival",
                "item": "月饼",
                "unit_price": 1,
                "budget": 9,
                "roll_date": "2026-09-01",
            },
            ACTOR,
        )
        practice.welfare.approve(batch_id, ACTOR)
        practice.papers.save_sign_sheet(batch_id, path, Silent())
    office = practice.offices.get()
    with pytest.raises(UserError, match="练习"):
        practice.offices.save({"practice": False}, office.version, ACTOR)
    with pytest.raises(UserError, match="练习用的数据"):
        run(app, path)
    assert outcome(run(practice, path).counts)[3] in (0, 1)
    practice.close()
    assert everybody(app) == []


# the report for the sender


def test_the_report_gives_every_doubtful_row_back_with_its_reason(app: App, tmp_path: Path) -> None:
    member(app, "张一", id_number=id_number(1))
    rows = [
        ["李四", id_number(1), "", "", "甲队"],
        ["王五", id_number(3)[:-1] + "A", "1391234567", "", "甲队"],
        ["=HYPERLINK(1)", id_number(5), "", "@1", "甲队"],
        ["赵六", id_number(7), "", "", "甲队"],
    ]
    report = tmp_path / "结果.xlsx"
    book = roster(tmp_path / "名单.xlsx", HEADINGS, *rows)
    open_book = openpyxl.load_workbook(book)
    open_book.active["A4"].data_type = "s"
    open_book.save(book)
    result = run(app, book, report=report)
    assert result.written == (report,)
    sheet = openpyxl.load_workbook(report).active
    back = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert back[0][:2] == ["处理结果", "原因"]
    assert set(HEADINGS) <= set(back[0])
    verdicts = {row[back[0].index("姓名")]: row for row in back[1:]}
    assert verdicts["李四"][0] == "不能导入"
    assert "已登记在“张一”名下" in verdicts["李四"][1]
    assert verdicts["王五"][0] == "新增，请核对"
    assert "证件号码" in verdicts["王五"][1]
    assert "手机号码" in verdicts["王五"][1]
    assert "赵六" not in verdicts
    assert one(app, "王五").id_number is None
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def reported(path: Path) -> list[dict[str, Any]]:
    heading, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def test_of_two_rows_with_one_number_both_go_back_whole(app: App, tmp_path: Path) -> None:
    """The earlier one was right by itself until the later one came: near by it is kept, from afar it is shown."""
    headings = ["序号", "姓名", "身份证号", "性别", "分工会", "小组", "职称", "入会时间", "是否农民工", "月缴费基数"]
    first = ["1", "张一", id_number(1), "男", "机电队", "一班", "工程师", "2015.6", "是", "1234.5"]
    other = ["2", "李四", id_number(1), "男", "机电队", "二班", "", "", "", ""]
    crowd = [
        ["", f"王{chr(0x4E00 + n)}", id_number(1 + n % 600, f"1970{1 + n // 600:02d}01")]
        for n in range(1, 1200)
        if n % 600 != 599
    ]
    report = tmp_path / "结果.xlsx"
    run(app, roster(tmp_path / "近.xlsx", headings, first, other), report=report, dry_run=True)
    near = reported(report)
    assert [list(row.values())[-10:] for row in near] == [first, [cell or None for cell in other]]
    far = roster(tmp_path / "远.xlsx", headings, first, *crowd, other)
    run(app, far, report=report, dry_run=True)
    early, late = reported(report)
    assert list(late.values())[-10:] == [cell or None for cell in other]
    assert "证件号码与后面的“李四”相同" in early["原因"]
    shown = [None, *first[1:7], "2015-06", "是", "1,234.50"]
    assert list(early.values())[-10:] == shown
    early, _ = after_a_change(app, far, report)
    assert list(early.values())[-10:] == shown


def after_a_change(app: App, path: Path, report: Path) -> list[dict[str, Any]]:
    """The report of a preview that was worked out anew because somebody worked meanwhile."""
    preview = app.imports.preview([path], ACTOR)
    member(app, "赵六", id_number=id_number(5, "19700101"), staff_number="9")
    with pytest.raises(Conflict):
        app.imports.apply(preview.run_id, ACTOR)
    app.imports.report(preview.run_id, report)
    return [row for row in reported(report) if "证件号码" in row["原因"] and row["姓名"] in ("张一", "李四")]


def test_a_report_is_never_written_over_the_file_that_is_imported(app: App, tmp_path: Path) -> None:
    book = roster(tmp_path / "名单.xlsx", HEADINGS, ["李四", id_number(1), "", "", "甲队"])
    before, content = left_behind(app), book.read_bytes()
    with pytest.raises(UserError, match="不能写在它上面"):
        run(app, book, report=tmp_path / "." / book.name)
    assert (left_behind(app), book.read_bytes()) == (before, content)


def test_a_report_that_cannot_be_written_imports_nothing(app: App, tmp_path: Path) -> None:
    before = left_behind(app)
    with pytest.raises(UserError, match="没有写成"):
        run(app, OLD, report=tmp_path / "没有" / "结果.xlsx")
    assert left_behind(app) == before


def test_an_import_that_went_in_is_not_told_as_failed_when_its_preview_cannot_be_dropped(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_run_id: int) -> None:
        raise EnvironmentFault("磁盘已满，这一步没有保存。请清理磁盘后再做一次。")

    monkeypatch.setattr(app.imports, "drop", full)
    result = app.imports.run([roster(tmp_path / "名单.xlsx", ["姓名"], ["曾丽梅"])], ACTOR, Silent())
    assert result.counts.new == 1
    assert app.members.search("曾丽梅")


def test_a_closed_unit_named_in_a_roster_is_neither_revived_nor_made_again(app: App, tmp_path: Path) -> None:
    unit = branch(app, "机电队")
    app.organisation.close_unit(unit, date(2026, 9, 1), ACTOR)
    book = roster(tmp_path / "名册.xlsx", ["姓名", "分工会"], ["张一", "机电队"], ["李二", "通风队"])
    report = tmp_path / "结果.xlsx"
    result = app.imports.run([book], ACTOR, Silent(), report=report)
    assert (result.counts.new, result.counts.refused, result.new_units) == (1, 1, ("通风队",))
    assert "所属工会“机电队”已经撤销" in reported(report)[0]["原因"]
    assert [node.name for node in app.organisation.tree() if node.parent_id] == ["机电队", "通风队"]


def test_a_date_to_come_of_what_has_happened_is_left_out(app: App, tmp_path: Path) -> None:
    book = roster(tmp_path / "名册.xlsx", ["姓名", "参加工作时间", "进单位时间"], ["张一", "2027-01-01", "2015-05"])
    app.imports.run([book], ACTOR, Silent())
    found = app.members.get(app.members.search("张一")[0].id)
    assert found is not None and (found.work_started, found.employer_joined) == (None, "2015-05")
