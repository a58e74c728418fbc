"""Date forms of domain.md §10.5."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionoffice.kernel.dates import compatible, precision, read


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("1985.6", "1985-06"),
        ("1985.06", "1985-06"),
        ("1985.12", "1985-12"),
        ("1985-06", "1985-06"),
        ("1985/6", "1985-06"),
        ("198506", "1985-06"),
        ("19850601", "1985-06-01"),
        ("1985年6月", "1985-06"),
        ("1985年6月1日", "1985-06-01"),
        ("1985 年 6 月 1 日", "1985-06-01"),
        ("1985/12/29", "1985-12-29"),
        ("1985-6-1", "1985-06-01"),
        ("1985.06.01", "1985-06-01"),
        ("1985.6.", "1985-06"),
        ("1985．6", "1985-06"),
        ("１９８５年６月", "1985-06"),
        ("1985-06-01 00:00:00", "1985-06-01"),
        ("1985-06-01T08:30:00", "1985-06-01"),
        ("'1985-06", "1985-06"),
        ("1985", "1985"),
        ("1985年", "1985"),
        ("1970.1", "1970-01"),
        (1985.0, "1985"),
        (198506.0, "1985-06"),
        (19850601.0, "1985-06-01"),
        (1985.6, "1985-06"),
        (1985.06, "1985-06"),
        (1985.12, "1985-12"),
        (date(1985, 6, 1), "1985-06-01"),
        (datetime(1985, 6, 1, 8, 30), "1985-06-01"),
    ],
)
def test_every_form_is_read_and_no_day_invented(value: object, iso: str) -> None:
    reading = read(value)
    assert (reading.iso, reading.problem, reading.notice) == (iso, None, None)


@pytest.mark.parametrize("value", ["", " ", "/", "／", "—", "——", "-", "无", None, "\u3000"])
def test_a_stroke_is_blank(value: object) -> None:
    assert read(value).iso is None
    assert read(value).problem is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2026.13", "月份 13"),
        (2026.13, "月份 13"),
        ("202613", "月份 13"),
        ("85.6", "两位"),
        ("85年6月", "两位"),
        ("85-06-01", "两位"),
        ("06/01/1985", "分不清"),
        ("1985-02-30", "不存在"),
        ("1885-02-20", "1900～2100"),
        ("在职", "不是日期"),
        (7.0, "不是日期"),
        (True, "不是日期"),
        (float("nan"), "不是日期"),
        (1e300, "不是日期"),
        (datetime(1899, 12, 31), "1900～2100"),
    ],
)
def test_what_cannot_be_known_is_refused(value: object, words: str) -> None:
    reading = read(value)
    assert reading.iso is None
    assert reading.problem is not None
    assert words in reading.problem


@pytest.mark.parametrize("value", [31199.0, 31199.75, "31199"])
def test_a_serial_day_is_told(value: object) -> None:
    reading = read(value)
    assert reading.iso == "1985-06-01"
    assert reading.notice is not None


def test_a_number_that_may_have_lost_its_zero_is_told() -> None:
    reading = read(1970.1)
    assert reading.iso == "1970-01"
    assert reading.notice is not None
    assert "10 月" in reading.notice


@given(st.dates(date(1927, 6, 1), date(2099, 12, 31)))
def test_all_forms_of_a_day_agree(day: date) -> None:
    forms = (
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day:%Y/%m/%d}",
        f"{day.year}年{day.month}月{day.day}日",
        float(f"{day:%Y%m%d}"),
    )
    assert {read(form).iso for form in forms} == {day.isoformat()}
    assert read((day - date(1899, 12, 30)).days).iso == day.isoformat()
    assert compatible(f"{day:%Y-%m}", day.isoformat())
    assert precision(day.isoformat()) == 3


@given(st.one_of(st.text(), st.floats(), st.integers()))
def test_anything_gets_a_reading(value: object) -> None:
    reading = read(value)
    assert reading.iso is None or reading.problem is None
