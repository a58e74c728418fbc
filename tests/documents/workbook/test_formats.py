"""Number formats as they are shown in China (workbook_to_pdf.md §10)."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from unionoffice.documents.workbook.formats import BLANKS, Kind, date_letters, fitted_general, is_numeric, shown

MOMENT = datetime(2026, 1, 5, 9, 7, 3)
ACCOUNT = '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (MOMENT, 'yyyy"年"m"月"d"日";@', "2026年1月5日"),
        (MOMENT, "mm-dd-yy", "2026/1/5"),
        (MOMENT, "[$-804]aaaa", "星期一"),
        (MOMENT, '[DBNum1][$-804]yyyy"年"m"月"d"日"', "二〇二六年一月五日"),
        (1234.5, "[DBNum2][$-804]General", "壹仟贰佰叁拾肆点伍"),
        (120305, "[DBNum2][$-804]General", "壹拾贰万零叁佰零伍"),
        (1234.5, "[DBNum2]", ""),
        (MOMENT, "[$-F800]dddd, mmmm dd, yyyy", "2026年1月5日"),
        (MOMENT, "[$-F400]h:mm:ss AM/PM", "9:07:03"),
        (MOMENT, "yyyy.mm", "2026.01"),
        (1234.5, "#,##0.00", "1,234.50"),
        (1234.5, "￥#,##0.00", "￥1,234.50"),
        (0.125, "0%", "13%"),
        (12, "000000", "000012"),
        (3, '"第"0"号"', "第3号"),
        (12345678, '0"."00,"万"', "123.46万"),
        (1, '[=1]"男";[=2]"女";"未知"', "男"),
        (7, '[=1]"男";[=2]"女";"未知"', "未知"),
        (-3, "0;;;", ""),
        ("字", "0;;;", ""),
        (1234.5, "@", "1234.5"),
        (1.25, "[h]:mm", "30:00"),
        (0.1 + 0.2, "General", "0.3"),
        (-5.25, "0.0", "-5.3"),
        (-1234.567, "#,##0.00_);(#,##0.00)", "(1,234.57)"),
        (12.3, "0.00E+00", "1.23E+01"),
        (True, "General", "TRUE"),
    ],
)
def test_a_value_is_shown_after_its_format(value, code, text):
    assert shown(value, code).text == text


def test_an_accounting_format_leaves_room_for_its_brackets_fills_up_and_writes_a_dash_for_nothing():
    found = shown(1234.5, ACCOUNT)
    assert found.text.strip(chr(BLANKS + 32)) == "1,234.50"
    assert found.fill == (1, " ")
    assert shown(0, ACCOUNT).text.strip(chr(BLANKS + 32)).strip() == "-"


def test_errors_and_truths_are_no_texts():
    assert shown("#N/A", "General").kind is Kind.ERROR
    assert shown(False, "General").kind is Kind.TRUTH


@given(some.floats(-1e9, 1e9, allow_nan=False), some.integers(3, 14))
def test_a_general_number_cut_to_fit_is_never_longer_and_never_another_number(value, room):
    text = shown(value, "General").text
    cut = fitted_general(text, lambda candidate: len(candidate) <= room)
    assert cut == "###" or len(cut) <= room
    if cut != "###" and "E" not in cut:
        places = len(cut.partition(".")[2])
        assert float(cut) == pytest.approx(value, abs=0.51 * 10**-places + 1e-7)


@given(some.one_of(some.integers(-(10**15), 10**15), some.floats(-1e12, 1e12, allow_nan=False)), some.text(max_size=20))
def test_no_format_stops_the_printing(value, code):
    assert isinstance(shown(value, code).text, str)


@pytest.mark.parametrize(
    ("code", "letters"),
    [
        ("General", ""), ("general", ""), (" General ", ""), ("@", ""), ("", ""),
        ('General"yd"', ""), ("yyyy-mm-dd", "ymd"), ("yyyy/m", "ym"), ('m"月"d"日"', "md"),
        ("[$-804]yyyy\"年\"m\"月\"d\"日\"", "ymd"), ("[$-F800]dddd, mmmm dd, yyyy", "ymd"), ("[$-F400]h:mm:ss", ""),
        ("[DBNum1][$-804]yyyy\"年\"m\"月\"", "ym"), ("e\"年\"m\"月\"", "ym"), ("[$-804]aaaa", ""),
        ("h:mm", ""), ("mm:ss.0", ""), ("[h]:mm", ""), ("[mm]:ss", ""), ("上午/下午h\"时\"mm\"分\"", ""),
        ("h:mm AM/PM", ""),
        ("yyyy-mm-dd h:mm", "yd"), ("0.00", ""), ("[Red]0.00", ""), ("#,##0.00;[Red]-#,##0.00", ""),
        ('0"yd"', ""), (r"0\d", ""), ("0!y", ""), ("[Yellow][<100]0", ""), ("_d0_y", ""), ("*d0", ""),
        ('[Red]yyyy-m-d;"未填"', "ymd"),
    ],
)  # fmt: skip
def test_a_format_of_days_is_known_by_what_it_shows_not_by_its_letters(code: str, letters: str) -> None:
    assert date_letters(code) == set(letters)


@pytest.mark.parametrize(
    ("code", "numeric"),
    [
        ("General", False), ("", False), ("@", False), ('@"第0号"', False), ("[$-804]General", False),
        ("0", True), ("#,##0.00", True), ("?/?", True), ("[Red]0.00", True), ('0"yd"', True), (r"\d0", True),
        ("[$-804]#,##0", True), ("[$¥-804]#,##0.00", True), ("[DBNum2]0", True), ("0%", True), ("0.00E+00", True),
        ("yyyy-mm-dd", False), ("h:mm:ss.00", False), ("[h]:mm:ss.0", False), ('"第0页"', False),
        (";;;@", False), ("yyyy-mm-dd 0", False), ("[DBNum2][$-804]General", True), ('General"元"', True),
    ],
)  # fmt: skip
def test_a_format_of_numbers_is_known_by_what_it_shows_not_by_its_letters(code: str, numeric: bool) -> None:
    assert is_numeric(code) is numeric


@pytest.mark.parametrize(
    "code", ["[Red]0.00", "yyyy-mm-dd", "[h]:mm", 'e"年"m"月"', "[$-804]aaaa", '0"yd"', "[DBNum2]0"]
)
def test_no_format_is_one_of_days_and_of_numbers(code: str) -> None:
    assert not (date_letters(code) and is_numeric(code))
