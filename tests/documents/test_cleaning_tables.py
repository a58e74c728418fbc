"""Whole files read against what is true in them, and the traps that span rows or columns."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from unionoffice.documents.excel.cleaning import Note, Value
from unionoffice.documents.excel.columns import member_columns
from unionoffice.documents.excel.reading import Chunk, Table, UnreadSheet, read_tables
from unionoffice.kernel.errors import Cancelled, UserError
from unionoffice.kernel.resident_id import check_digit

DATA = Path(__file__).parents[1] / "data"
TRUTH = json.loads((DATA / "truth.json").read_text(encoding="utf-8"))
COLUMNS = member_columns(Path(__file__).parents[2] / "resources")
TODAY = date(2026, 11, 21)


def whole(source: bytes | Path, **more: object) -> tuple[list[Table], list[dict[str, Value]], list[Note], list[str]]:
    """Tables, persons (one dict each), notes with `row` the sheet row, and reasons of skipped rows."""
    tables, persons, notes, skipped = [], [], [], []
    for table in read_tables(source, "", COLUMNS, today=TODAY, **more):  # type: ignore[arg-type]
        assert isinstance(table, Table)
        tables.append(table)
        for chunk in table.chunks():
            fields = list(chunk.values)
            persons += [dict(zip(fields, row, strict=True)) for row in zip(*chunk.values.values(), strict=True)]
            notes += [note._replace(row=chunk.rows[note.row]) for note in chunk.notes]
            skipped += [reason for _, reason in chunk.skipped]
    return tables, persons, notes, skipped


def sheet(*rows: list[object], finish: Callable[[object], None] = lambda sheet: None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    finish(book.active)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def chunk_of(*rows: list[object], finish: Callable[[object], None] = lambda sheet: None) -> Chunk:
    (table,) = read_tables(sheet(*rows, finish=finish), "", COLUMNS, today=TODAY)
    assert isinstance(table, Table)
    (chunk,) = table.chunks()
    return chunk


def test_the_mining_roster_is_read_whole() -> None:
    tables, persons, notes, skipped = whole(DATA / "会员花名册-矿业公司-按分会分表.xlsx")
    true = {person["id"]: person for person in TRUTH["people"]["mine"]}
    assert len(tables) == 11
    assert all((table.headings.first_row, table.headings.last_row) == (3, 3) for table in tables)
    assert all("第 5 行" in table.notices[0] for table in tables)
    assert len(persons) == len(true) == 860
    for person in persons:
        expected = true[person["id_number"]]
        assert person["name"] == expected["name"]
        assert person["birth_date"] == expected["born"]
        assert person["sex"] == ("1" if expected["male"] else "2")
        assert person["branch"] == expected["dept"]
        assert person["phone"]
        assert len(person["joined_on"]) in (7, 10)
    assert len(skipped) == 33
    assert not [note for note in notes if note.level in ("refuse", "damaged")]


def test_the_old_workbook_is_read_whole() -> None:
    _, persons, notes, _ = whole(DATA / "会员名单-旧格式.xls")
    assert notes == []
    assert [(person["name"], person["id_number"], person["birth_date"]) for person in persons] == [
        (person["name"], person["id"], person["born"]) for person in TRUTH["people"]["mine"][:200]
    ]
    assert persons[0]["dues_base"] == 1128973


def test_the_university_list_tells_every_damaged_number_and_stores_none() -> None:
    _, persons, notes, _ = whole(DATA / "教职工会员信息-大学.xlsx")
    true = TRUTH["people"]["uni"]
    assert len(persons) == len(true) == 420
    damaged = [note for note in notes if note.level == "damaged"]
    assert len(damaged) == 11  # of the first twelve one ends in X and stayed text
    assert [note.row for note in damaged] == [
        place + 2 for place, person in enumerate(persons) if not person["id_number"]
    ]
    for person, expected in zip(persons, true, strict=True):
        assert person["name"] == expected["name"]
        assert person["branch"] == expected["dept"]
        born = f"{expected['id'][6:10]}-{expected['id'][10:12]}-{expected['id'][12:14]}"
        if person["id_number"]:
            assert (person["id_number"], person["birth_date"]) == (expected["id"], born)
        else:
            assert born.startswith(person["birth_date"])


def test_the_separated_list_is_read_whole() -> None:
    _, persons, notes, _ = whole(DATA / "会员名单-GBK.csv")
    assert notes == []
    assert [(person["name"], person["id_number"]) for person in persons] == [
        (person["name"], person["id"]) for person in TRUTH["people"]["uni"][:150]
    ]


def test_the_hardship_export_is_read_for_its_persons() -> None:
    (table,), persons, _, _ = whole(DATA / "困难职工档案-平台导出.xlsx")
    assert [person["id_number"] for person in persons] == [case["id"] for case in TRUTH["hardship"]]
    assert "家庭成员1姓名" in table.headings.unknown


def test_a_sheet_without_names_says_what_it_saw_and_takes_a_mapping() -> None:
    path = DATA / "提案汇总表.xlsx"
    (unread,) = read_tables(path, "", COLUMNS, today=TODAY)
    assert isinstance(unread, UnreadSheet)
    assert "提案人" in unread.seen
    assert "“姓名”" in unread.sentence
    _, persons, _, skipped = whole(path, mapping={"提案人": "name"})
    assert len(persons) == 36
    assert skipped == ["表尾：共36件"]


def test_a_department_merged_over_rows_fills_them_also_across_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unionoffice.documents.excel.reading.CHUNK", 2)
    rows: list[list[object]] = [
        ["部门", "姓名", "性别"],
        ["机电队", "张三", "男"],
        ["", "李四", "女"],
        ["", "王五", "女"],
    ]
    data = sheet(*rows, ["", "赵六", "男"], ["通风队", "钱七", "男"], finish=lambda active: active.merge_cells("A2:A5"))  # type: ignore[attr-defined]
    _, persons, _, _ = whole(data)
    assert [person["department"] for person in persons] == ["机电队"] * 4 + ["通风队"]


def test_rows_that_hold_nobody_are_skipped_with_a_reason() -> None:
    chunk = chunk_of(
        ["序号", "姓名", "性别", "身份证号"],
        [1, "张三", "男", ""],
        [2, "", "", ""],
        ["", "", "", ""],
        ["序号", "姓 名", "性别", "身份证号"],
        [3, "李四", "女", ""],
        ["机电队分会", "", "", ""],
        ["合计", "2人", "", ""],
        ["制表人：王五", "", "审核人：赵六", ""],
        ["注：1.身份证号码必须填写", "", "", ""],
    )
    assert chunk.values["name"] == ["张三", "李四"]
    assert chunk.rows == [2, 6]
    assert [row for row, _ in chunk.skipped] == [3, 4, 5, 7, 8, 9, 10]
    reasons = [reason for _, reason in chunk.skipped]
    assert reasons[:3] == ["只有序号", "空行", "重复的表头"]
    assert all(reason.startswith("表尾") for reason in reasons[4:])


def test_a_row_with_content_but_no_name_is_refused() -> None:
    chunk = chunk_of(["姓名", "性别", "电话"], ["", "男", "13812345678"], ["张三", "男", ""])
    assert chunk.values["name"] == [None, "张三"]
    assert [(note.row, note.level) for note in chunk.notes] == [(0, "refuse")]
    assert chunk.raw(0) == ["", "男", "13812345678"]


def test_persons_whose_unit_sounds_like_a_foot_row_stay() -> None:
    chunk = chunk_of(["部门", "姓名", "身份证号"], ["审核：部", "张三", "11010519491231002X"], ["统计科", "合力", ""])
    assert chunk.values["name"] == ["张三", "合力"]


def test_a_number_that_may_be_cut_off_does_not_tell_the_sex() -> None:
    firsts = (f"61080119901015{digit}00" for digit in range(10))
    first = next(each for each in firsts if check_digit(each) == "0")
    chunk = chunk_of(["姓名", "性别", "身份证号"], ["甲甲", "男", first + "0"], ["乙乙", "女", first + "0"])
    assert chunk.values["sex"] == ["1", "2"]
    assert "采用文件的" in next(note.sentence for note in chunk.notes if note.field == "sex")


def test_sex_and_birth_are_those_of_the_number_and_differences_told() -> None:
    number = "61080119901015001"
    number += check_digit(number)
    chunk = chunk_of(
        ["姓名", "性别", "出生年月", "身份证号"],
        ["甲甲", "", "", number],
        ["乙乙", "女", "1990-10", number],
        ["丙丙", "男", "1991-10-15", number],
        ["丁丁", "0", "2026.13", number],
        ["戊戊", "男", 1990.1, number],
        ["己己", "男", "1990.1", number],
        ["庚庚", "男", date(1990, 10, 1), number],
        ["辛辛", "男", "1990", ""],
    )
    assert chunk.values["sex"] == ["1"] * 8
    assert chunk.values["birth_date"] == [*["1990-10-15"] * 7, "1990"]
    told = {(note.row, note.field): note.sentence for note in chunk.notes}
    assert "文件里是“女”，证件号码第 17 位是“男”，采用证件号码的" in told[1, "sex"]
    assert "文件里是 1991-10-15（可能是农历），证件号码中是 1990-10-15，采用证件号码的" in told[2, "birth_date"]
    warned = {(note.row, note.field) for note in chunk.notes if note.level == "warn"}
    assert warned == {(1, "sex"), (2, "birth_date"), (3, "sex"), (3, "birth_date")}


def test_sex_and_birth_come_from_the_number_where_the_sheet_has_neither() -> None:
    chunk = chunk_of(["姓名", "身份证号"], ["甲甲", "11010519491231002X"], ["乙乙", ""])
    assert chunk.values["sex"] == ["2", None]
    assert chunk.values["birth_date"] == ["1949-12-31", None]


def test_passports_and_permits_are_kept_as_they_are() -> None:
    chunk = chunk_of(
        ["姓名", "证件类型", "证件号码"],
        ["John Smith", "护照", " e12345678 "],
        ["陈大文", "港澳居民来往内地通行证", "H1234567801"],
        ["张三", "居民身份证", "E12345678"],
        ["李四", "护照", 6.1e17],
    )
    assert chunk.values["id_number"] == ["E12345678", "H1234567801", None, None]
    assert [(note.row, note.level) for note in chunk.notes] == [(2, "warn"), (3, "damaged")]


def test_a_month_typed_into_a_spreadsheet_gets_no_day() -> None:
    def month_format(active: object) -> None:
        active["B2"].number_format = 'yyyy"年"m"月"'  # type: ignore[index]

    chunk = chunk_of(["姓名", "入会时间"], ["张三", date(2008, 7, 1)], ["李四", date(2008, 7, 1)], finish=month_format)
    assert chunk.values["joined_on"] == ["2008-07", "2008-07-01"]


def test_an_unsaved_formula_is_told() -> None:
    chunk = chunk_of(["姓名", "工资"], ["张三", "=1000+1"], ["李四", 1001])
    assert chunk.values["dues_base"] == [None, 100100]
    assert [(note.row, note.field, note.level) for note in chunk.notes] == [(0, "dues_base", "warn")]


def test_a_table_that_does_not_begin_at_a1() -> None:
    def shift(active: object) -> None:
        active.insert_cols(1, 2)  # type: ignore[attr-defined]
        active.insert_rows(1, 4)  # type: ignore[attr-defined]
        active.merge_cells("D6:D7")  # type: ignore[attr-defined]

    (table,) = read_tables(
        sheet(["姓名", "部门"], ["张三", "机电队"], ["李四", ""], finish=shift), "", COLUMNS, today=TODAY
    )
    assert isinstance(table, Table)
    assert table.mapping == {2: "name", 3: "department"}
    (chunk,) = table.chunks()
    assert chunk.rows == [6, 7]
    assert chunk.values["department"] == ["机电队", "机电队"]


def test_rows_of_uneven_length() -> None:
    (table,) = read_tables("姓名,性别,电话\n张三\n李四,女,13812345678,多一格\n".encode(), "", COLUMNS, today=TODAY)
    assert isinstance(table, Table)
    (chunk,) = table.chunks()
    assert chunk.values["sex"] == [None, "2"]


def test_an_empty_workbook_is_told() -> None:
    with pytest.raises(UserError, match="没有内容"):
        list(read_tables(sheet(), "空.xlsx", COLUMNS, today=TODAY))


def test_reading_stops_when_asked() -> None:
    class Stop:
        cancelled = True

        def report(self, done: int, total: int, text: str) -> None:
            raise AssertionError

    (table,) = read_tables(sheet(["姓名"], ["张三"]), "", COLUMNS, today=TODAY, progress=Stop())
    assert isinstance(table, Table)
    with pytest.raises(Cancelled):
        list(table.chunks())
