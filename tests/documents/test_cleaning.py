"""Cells cleaned by kind: the traps of domain.md §10.5 and the damage of features.md F101."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionoffice.documents.excel.cleaning import Note, Value, cell_text, column_cleaner
from unionoffice.documents.excel.columns import fold_word, load_choices, member_columns

RESOURCES = Path(__file__).parents[2] / "resources"
COLUMNS = member_columns(RESOURCES).columns
TODAY = date(2026, 11, 21)
CELLS = st.one_of(st.text(max_size=30), st.floats(), st.booleans(), st.dates(), st.datetimes(), st.times())


def clean(field: str, *cells: object) -> tuple[list[Value], list[Note]]:
    return column_cleaner(COLUMNS[field], TODAY).clean(cells)


def value(field: str, cell: object) -> Value:
    return clean(field, cell)[0][0]


def level(field: str, cell: object) -> str | None:
    notes = clean(field, cell)[1]
    return notes[0].level if notes else None


@pytest.mark.parametrize(
    "cell",
    [6.10824200211119e17, 610824200211119000.0, "6.10824E+17", "6.10824200211119e+17", "610824200211119000", 123.0],
)
def test_destroyed_numbers_are_never_stored(cell: object) -> None:
    assert value("id_number", cell) is None
    assert level("id_number", cell) == "damaged"


def test_a_sound_number_that_ends_in_three_zeros_is_told() -> None:
    sound = next(
        number
        for day in range(1, 29)
        for serial in range(10)
        if value("id_number", number := f"610824200201{day:02d}{serial}000") is not None
    )
    assert value("id_number", sound) == sound
    assert level("id_number", sound) == "warn"


@pytest.mark.parametrize(
    "cell", ["'11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", " 110105 19491231 002X\u00a0"]
)
def test_harmless_blemishes_of_numbers_are_repaired_and_told(cell: str) -> None:
    assert value("id_number", cell) == "11010519491231002X"
    assert level("id_number", cell) == "info"


@pytest.mark.parametrize("cell", ["610801900101001", 610801900101001.0])
def test_old_numbers_are_converted_and_told(cell: object) -> None:
    assert value("id_number", cell) == "610801199001010011"
    assert level("id_number", cell) == "info"


def test_a_wrong_number_is_left_blank_and_told_where() -> None:
    values, notes = clean("id_number", "11010519491231002X", "110105194912310021", "")
    assert values == ["11010519491231002X", None, None]
    assert [(note.row, note.level, note.raw) for note in notes] == [(1, "warn", "110105194912310021")]
    assert "校验码应为 X" in notes[0].sentence


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (13812345678.0, "13812345678"),
        (1.38e10, "13800000000"),
        ("+86 138-1234-5678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("0912-3881234", "0912-3881234"),
        ("/", None),
        ("", None),
    ],
)
def test_phones(cell: object, number: str | None) -> None:
    assert value("phone", cell) == number
    assert level("phone", cell) is None


def test_phones_that_cannot_be_read_are_told() -> None:
    assert [note.level for note in clean("phone", "1.38E+10", "1381234567", "13812345678/13912345678")[1]] == [
        "damaged",
        "warn",
        "info",
    ]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("男", "1"),
        ("M", "1"),
        ("male", "1"),
        (1.0, "1"),
        ("女", "2"),
        ("F", "2"),
        ("Female", "2"),
        ("2", "2"),
        ("女性", "2"),
        ("", None),
    ],
)
def test_sex_goes_by_label(cell: object, code: str | None) -> None:
    assert value("sex", cell) == code
    assert level("sex", cell) is None


@pytest.mark.parametrize("cell", ["0", 0.0, "中"])
def test_a_sex_that_means_different_things_is_left_blank(cell: object) -> None:
    assert value("sex", cell) is None
    assert level("sex", cell) == "warn"


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        ("ethnicity", "汉", "01"),
        ("ethnicity", "维吾尔族", "05"),
        ("political_status", "党员", "01"),
        ("political_status", "无", "13"),
        ("political_status", "普通公民", "13"),
        ("education", "大学", "20"),
        ("education", "硕士", "14"),
        ("education", "文盲", "90"),
        ("degree", "硕士", "3"),
        ("marital_status", "离异", "40"),
        ("membership_state", "已入会", "active"),
        ("membership_state", "在册", "active"),
        ("membership_state", "是", "active"),
        ("membership_state", "欠费被退会", "left"),
        ("employment_status", "在职", "on_post"),
        ("employment_status", "离校", "left"),
        ("employment_form", "编制人员", "regular"),
        ("household_type", "非农业", "non_rural"),
        ("new_form_job", "外卖配送员", "food_delivery"),
        ("id_type", "身份证", "resident"),
        ("degree", "无", None),
    ],
)
def test_words_become_codes(field: str, cell: str, code: str | None) -> None:
    assert value(field, cell) == code
    assert level(field, cell) is None


def test_an_unknown_word_is_told_and_left_blank() -> None:
    values, notes = clean("political_status", "群众", "致远社社员", "群众")
    assert values == ["13", None, "13"]
    assert notes == [
        Note(1, "political_status", "warn", "政治面貌“致远社社员”不在可选的说法里，没有采用。", "致远社社员")
    ]


@pytest.mark.parametrize(
    ("cell", "flag"),
    [("是", True), ("√", True), ("有", True), (1.0, True), (True, True), ("Y", True), ("困难职工", True)]
    + [("否", False), ("无", False), ("×", False), (0.0, False), ("非困难职工", False), ("", None), ("/", None)],
)
def test_flags(cell: object, flag: bool | None) -> None:
    assert value("in_hardship", cell) is flag
    assert level("in_hardship", cell) is None


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        (11289.73, 1128973),
        (2958.85, 295885),
        ("￥1,234.50元", 123450),
        ("１２３４", 123400),
        ("", None),
        ("/", None),
        (-3.5, -350),
    ],
)
def test_money(cell: object, fen: int | None) -> None:
    assert value("dues_base", cell) == fen
    assert level("dues_base", cell) is None


def test_money_that_is_no_whole_fen() -> None:
    assert value("dues_base", 990.335) == 99034
    assert level("dues_base", 990.335) == "info"
    assert level("dues_base", "约三千") == "warn"
    assert value("dues_base", float("nan")) is None


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("乐　明", "乐明"),
        ("严  晓 ", "严晓"),
        ("阿卜杜拉．买买提", "阿卜杜拉·买买提"),
        ("John  Smith", "John Smith"),
        (" ", None),
        ("/", None),
    ],
)
def test_names(cell: str, name: str | None) -> None:
    assert value("name", cell) == name


def test_names_with_remarks_are_told() -> None:
    assert level("name", "张三（退休）") == "warn"
    assert value("name", 123.0) is None


def test_text_is_tidied() -> None:
    values, notes = clean("department", " 机电队\u00a0", "１２队", 1001.0, "/", "", date(2020, 1, 2), "a  b", "'0012")
    assert values == ["机电队", "12队", "1001", None, None, "2020-01-02", "a b", "0012"]
    assert notes == []


def test_remarks_keep_their_lines() -> None:
    assert value("remark", " 甲 \r\n\r\n乙 ") == "甲\n乙"


def test_mail_addresses() -> None:
    assert clean("email", "A@Example.edu.cn", "a＠b.cn", "没有", "无")[0] == ["a@example.edu.cn", "a@b.cn", None, None]


def test_notes_of_remembered_cells_stand_at_each_row() -> None:
    cleaner = column_cleaner(COLUMNS["birth_date"], TODAY)
    for _ in range(2):
        values, notes = cleaner.clean(["2026.13", "1985.6", "2026.13", 1970.1])
        assert values == [None, "1985-06", None, "1970-01"]
        assert [(note.row, note.level) for note in notes] == [(0, "warn"), (2, "warn"), (3, "info")]


def test_cells_are_shown_as_the_office_sees_them() -> None:
    shown = [cell_text(cell) for cell in (1.0, 1.5, 6.10824200211119e17, True, datetime(2020, 1, 2), "x")]
    assert shown == ["1", "1.5", "6.10824200211119E+17", "是", "2020-01-02", "x"]


@pytest.mark.parametrize("field", sorted(COLUMNS))
@given(cells=st.lists(CELLS, max_size=8))
def test_any_cell_is_cleaned(field: str, cells: list[object]) -> None:
    cleaner = column_cleaner(COLUMNS[field], TODAY)
    values, notes = cleaner.clean(cells)
    assert len(values) == len(cells)
    assert all(0 <= note.row < len(cells) and note.sentence.endswith("。") for note in notes)
    assert cleaner.clean(cells) == (values, notes)
    for row, cell in enumerate(cells):
        alone = column_cleaner(COLUMNS[field], TODAY).clean([cell])[0][0]
        assert alone == values[row]


def test_every_table_has_labels_words_and_a_source() -> None:
    for path in sorted((RESOURCES / "code_tables").glob("*.json")):
        table = load_choices(RESOURCES, path.stem)
        assert table.title
        assert table.source
        assert all(table.words[fold_word(label)] == code for code, label in table.labels.items())


@pytest.mark.parametrize(("field", "good"), [("name", "王伟"), ("phone", "13800000001"), ("email", "a@b.cn")])
def test_a_column_cleaned_at_one_glance_comes_out_as_cell_by_cell(field: str, good: str) -> None:
    for odd in ("", f"{good}\x1f{good}", " " + good, good + "?", 5.0):
        cells = [good, odd, good]
        values, notes = clean(field, *cells)
        assert values == [value(field, cell) for cell in cells]
        assert [note.row for note in notes] == ([1] if level(field, odd) else [])


DATES = ("1990-01-02", "1990-12", "2015-02-28", "1999-12-31", "2023-02-30", "2023-13-01", "1890-01-01", "", "1985.6")


@pytest.mark.parametrize("field", ["birth_date", "joined_on"])
@given(cells=st.lists(st.one_of(st.sampled_from(DATES), st.dates().map(date.isoformat), CELLS), max_size=8))
def test_a_column_of_dates_is_read_as_each_date_alone(field: str, cells: list[object]) -> None:
    values, notes = clean(field, *cells)
    assert values == [value(field, cell) for cell in cells]
    assert [note.row for note in notes] == [row for row, cell in enumerate(cells) if level(field, cell)]
