"""Number formats as they are shown in China (workbook_to_pdf.md §10)."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from unionoffice.documents.workbook.formats import BLANKS, Kind, fitted_general, shown

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
