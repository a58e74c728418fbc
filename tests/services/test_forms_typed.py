"""What is typed for a form: amounts that are summed, options, whole numbers, what is about one person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.services.form_office import Office, book, office, shared, text
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.services.forms import grid as form_grid
from unionoffice.services.forms.service import FindingKind, Request, Subject

__all__ = ["office", "shared"]

AIDED = "帮扶签领表（中央资金）"


def _aided(*amounts: Any) -> dict[str, Any]:
    return {"名单": [{"姓名": f"甲{place}", "金额": amount} for place, amount in enumerate(amounts)]}


def test_amounts_of_a_list_are_read_as_people_write_them(shared: Office, tmp_path: Path) -> None:
    form = shared.forms.named(AIDED)
    asked = _aided("1,000.00", "500元", "￥800", "1000 ", "１０００", 2000, "")
    said = text(shared.forms.pdf(Request(form, asked=asked)).data)
    assert "6,300.00" in said and "人民币陆仟叁佰元整" in said
    assert not [
        found for found in shared.forms.preflight(Request(form, asked=asked)) if found.kind is FindingKind.TYPED
    ]
    (written,) = shared.forms.save_xlsx(Request(form, asked=asked), tmp_path / "签领.xlsx")
    values = [cell.value for row in openpyxl.load_workbook(written).active.iter_rows() for cell in row]
    assert [values.count(amount) for amount in (1000, 500, 800, 2000)] == [3, 1, 1, 1]
    assert 6300 in values


def test_a_row_that_cannot_be_read_is_named_and_nothing_is_summed_without_it(shared: Office, tmp_path: Path) -> None:
    form = shared.forms.named(AIDED)
    request = Request(form, asked=_aided("1,000.00", "二百"))
    with pytest.raises(Refused, match="“名单”第 2 行的“金额”：“二百”不是金额"):
        shared.forms.pdf(request)
    with pytest.raises(Refused, match="第 2 行的“金额”"):
        shared.forms.save_xlsx(request, tmp_path / "表.xlsx")
    assert not (tmp_path / "表.xlsx").exists()
    (told,) = [found for found in shared.forms.preflight(request) if found.kind is FindingKind.TYPED]
    assert "第 2 行的“金额”" in told.sentence
    said = text(shared.forms.preview(request).data)
    assert "二百" in said and "1,000.00" in said and "零元整" not in said and "壹仟元" not in said


def test_a_column_summed_in_an_own_form_goes_into_the_workbook_as_numbers(office: Office, tmp_path: Path) -> None:
    cells = {"A2": "{{名单.姓名}}", "B2": "{{名单.数}}", "B3": "{{合计.数}}", "C2": "{{名单.电话}}"}
    form = office.own(cells, "份数", Subject.FREE)
    rows = [{"数": 1}, {"数": "2.5"}, {"数": "3"}, {"数": "1,000", "电话": "0912"}]
    (written,) = office.forms.save_xlsx(Request(form, asked={"名单": rows}), tmp_path / "份数.xlsx")
    sheet = openpyxl.load_workbook(written).active
    assert [sheet.cell(row, 2).value for row in range(2, 7)] == [1, 2.5, 3, 1000, 1006.5]
    assert sheet["C5"].value == "0912"
    with pytest.raises(Refused, match="“名单”第 1 行的“数”：“二百”不是数字"):
        office.forms.pdf(Request(form, asked={"名单": [{"数": "二百"}]}))
    with pytest.raises(UserError, match="“名单”要写成名单"):
        office.forms.pdf(Request(form, asked={"名单": ["甲"]}))


def test_a_column_with_a_format_of_numbers_feeds_the_template_s_own_sum(office: Office, tmp_path: Path) -> None:
    path = book(tmp_path / "来稿.xlsx", {"A2": "{{名单.姓名}}", "B2": "{{名单.补贴}}", "B3": "=SUM(B2:B2)"})
    found = openpyxl.load_workbook(path)
    found.active["B2"].number_format = "#,##0.00"
    found.save(path)
    form = office.forms.add(path, Subject.FREE, "补贴")
    rows = [{"补贴": "1,000"}, {"补贴": "２０００元"}]
    assert "3000" in text(office.forms.pdf(Request(form, asked={"名单": rows})).data)


@pytest.mark.parametrize("wrong", ["abc", "1000.005", 1000.005])
def test_an_amount_that_cannot_be_read_leaves_no_empty_capitals(shared: Office, wrong: Any) -> None:
    form = shared.forms.named("慰问审批表（住院）")
    with pytest.raises(Refused, match="“金额”：“.*”"):
        shared.forms.pdf(Request(form, [shared.zhang], {"金额": wrong}, "报批"))
    assert "人民币壹仟元整" in text(shared.forms.pdf(Request(form, [shared.zhang], {"金额": "1,000元"}, "报批")).data)


def test_options_are_offered_and_others_refused(office: Office) -> None:
    cells = {"A1": "{{姓名}}", "A2": "{{填写.结果|选项:同意/不同意}}", "A3": "{{填写.金额}}"}
    form = office.own(cells)
    asking = form_grid.asking(form)
    assert asking.fields["结果"] is form_grid.AskedKind.CHOICE and asking.options == {"结果": ("同意", "不同意")}
    with pytest.raises(Refused, match="“结果”没有“可以”这一项，可以是：同意、不同意。"):
        office.forms.pdf(Request(form, [office.zhang], {"结果": "可以"}))
    assert "■同意" in text(office.forms.pdf(Request(form, [office.zhang], {"结果": "同意"})).data)
