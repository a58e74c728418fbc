"""Typed values: each kind keeps what is right, says what is wrong, and a refused record stays as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from unionoffice.documents.excel import agreement
from unionoffice.kernel.errors import UserError
from unionoffice.models.choices import CodeTable
from unionoffice.models.fields import Field, Kind
from unionoffice.models.household import Kinship
from unionoffice.models.member import Member
from unionoffice.models.registers.merchants import Merchant, MerchantState
from unionoffice.models.validation import OTHER_PAPERS, checked, set_values

TODAY = date(2026, 9, 10)


def value_of(kind: Kind, value: Any, choices: Any = None) -> Any:
    return checked("x", Field("某项", kind, False, choices, "", False), value, today=TODAY)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("blank", [None, "", "   ", "\u3000"])
def test_blank_is_nothing_for_every_kind(kind: Kind, blank: str | None) -> None:
    assert value_of(kind, blank) is None


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        (Kind.TEXT, " 张三 ", "张三"),
        (Kind.TEXT, "综采\x0b一队\x00", "综采 一队"),
        (Kind.TEXT, "'示范路（东）８号\ud800", "示范路（东）8号"),
        (Kind.NOTE, "一\r\n\r\n二\x07", "一\n二"),
        (Kind.DATE, "2026年9月1日", date(2026, 9, 1)),
        (Kind.DATE, date(2026, 9, 1), date(2026, 9, 1)),
        (Kind.PARTIAL_DATE, "1985.6", "1985-06"),
        (Kind.PARTIAL_DATE, "1985", "1985"),
        (Kind.MONEY, "￥1,234.50", 123450),
        (Kind.MONEY, 123450, 123450),
        (Kind.INTEGER, "12", 12),
        (Kind.INTEGER, "１２", 12),
        (Kind.FLAG, "是", True),
        (Kind.FLAG, False, False),
        (Kind.PHONE, "+86 139-1234-5678", "13912345678"),
        (Kind.ID_NUMBER, "11010519491231002x", "11010519491231002X"),
    ],
)
def test_each_kind_keeps_one_form(kind: Kind, value: Any, kept: Any) -> None:
    assert value_of(kind, value) == kept


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.DATE, "2026-02-30"),
        (Kind.DATE, "2026-09"),
        (Kind.DATE, "昨天"),
        (Kind.PARTIAL_DATE, "1985-13"),
        (Kind.PARTIAL_DATE, "85.6"),
        (Kind.MONEY, "十元"),
        (Kind.MONEY, "1.234"),
        (Kind.MONEY, 10**18),
        (Kind.INTEGER, "1.5"),
        (Kind.INTEGER, 1.5),
        (Kind.INTEGER, "1_0"),
        (Kind.INTEGER, "9" * 30),
        (Kind.INTEGER, float("inf")),
        (Kind.FLAG, "也许"),
        (Kind.PHONE, "1391234567"),
        (Kind.ID_NUMBER, "110105194912310020"),
    ],
)
def test_a_wrong_value_is_told_with_its_field(kind: Kind, value: Any) -> None:
    with pytest.raises(UserError) as told:
        value_of(kind, value)
    assert told.value.field == "x"
    assert told.value.sentence.startswith("“某项”")
    assert told.value.sentence.endswith("。")


@pytest.mark.parametrize(
    ("kind", "value", "late"),
    [
        (Kind.DATE, "2026-09-10", False),
        (Kind.DATE, "2026-09-11", True),
        (Kind.PARTIAL_DATE, "2026-09-10", False),
        (Kind.PARTIAL_DATE, "2026-09", False),
        (Kind.PARTIAL_DATE, "2026", False),
        (Kind.PARTIAL_DATE, "2026-10", True),
        (Kind.PARTIAL_DATE, "2027", True),
    ],
)
def test_what_has_happened_is_not_dated_after_today(kind: Kind, value: str, late: bool) -> None:
    coming = Field("某日", kind, False, None, "", False)
    assert checked("x", coming, value, today=TODAY)
    happened = Field("某日", kind, False, None, "", False, past=True)
    if not late:
        assert checked("x", happened, value, today=TODAY)
        return
    with pytest.raises(UserError, match=f"“某日”不能晚于今天：{value} 还没有到，请核对。") as told:
        checked("x", happened, value, today=TODAY)
    assert told.value.field == "x"


def test_a_choice_is_taken_by_code_or_label_and_told_when_unknown() -> None:
    assert value_of(Kind.CHOICE, "10", Kinship) is Kinship.SPOUSE
    assert value_of(Kind.CHOICE, "配偶", Kinship) is Kinship.SPOUSE
    table = Member.fields()["political_status"].choices
    assert value_of(Kind.CHOICE, "中共党员", table) == "01"
    with pytest.raises(UserError, match="没有“朋友”这一项，可填：配偶、"):
        value_of(Kind.CHOICE, "朋友", Kinship)


def test_required_fields_are_named_and_the_record_stays_as_it_was() -> None:
    merchant = Merchant(name="示范健身馆", category="fitness", discount="八折")
    with pytest.raises(UserError, match="“优惠内容”还没有填写") as told:
        set_values(merchant, {"name": "别的", "discount": " "}, today=TODAY)
    assert told.value.field == "discount"
    assert (merchant.name, merchant.discount) == ("示范健身馆", "八折")


def test_a_wrong_field_leaves_the_others_unset() -> None:
    member = Member(name="张三")
    with pytest.raises(UserError):
        set_values(member, {"name": "李四", "phone": "12"}, today=TODAY)
    assert member.name == "张三"


def test_a_state_is_not_typed_in_but_decided() -> None:
    merchant = Merchant(name="示范健身馆", category="fitness", discount="八折")
    set_values(merchant, {"state": MerchantState.DRAFT}, today=TODAY)
    with pytest.raises(UserError, match="状态"):
        set_values(merchant, {"state": "signed"}, today=TODAY)
    assert merchant.state is MerchantState.DRAFT


@pytest.mark.parametrize(
    ("id_type", "number", "kept"),
    [
        ("passport", "e1234 5678", "E12345678"),
        ("护照", "e1234 5678", "E12345678"),
        ("hm_permit", "H12345678", "H12345678"),
        ("hmt_residence", "810000199408230021", "810000199408230021"),
        ("resident", "11010519491231002X", "11010519491231002X"),
        (None, "11010519491231002X", "11010519491231002X"),
    ],
)
def test_an_identity_number_is_checked_as_what_it_is(id_type: str | None, number: str, kept: str) -> None:
    member = Member()
    set_values(member, {"name": "张三", "id_number": number, "id_type": id_type}, today=TODAY)
    assert member.id_number == kept


def test_form_and_import_agree_on_what_is_no_resident_number() -> None:
    assert OTHER_PAPERS == agreement.OTHER_PAPERS
    assert set(CodeTable("id_type").labels()) >= OTHER_PAPERS


def test_a_passport_holders_card_can_be_saved_without_its_papers_named_again() -> None:
    member = Member(name="乔治", id_type="passport", id_number="E12345678")
    set_values(member, {"id_number": "E12345679"}, today=TODAY)
    assert member.id_number == "E12345679"
    with pytest.raises(UserError) as told:
        set_values(member, {"id_type": "resident"}, today=TODAY)
    assert told.value.field == "id_number"
