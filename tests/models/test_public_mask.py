"""No notice for the public holds a number, an address or an illness of anybody, however it is written (F43)."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from unionoffice.kernel.resident_id import check_digit
from unionoffice.models.public_mask import (
    MASKS,
    Contact,
    contact_of,
    contacts,
    numbered,
    over_cells,
    refused,
    told_apart,
)

DAY = date(2026, 9, 10)


def kinds(text: str, **options: object) -> list[str]:
    return [problem.what for problem in refused([("A1", text)], DAY, **options)]  # type: ignore[arg-type]


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    region = draw(st.integers(110000, 659999))
    born = draw(st.dates(date(1930, 1, 1), date(2015, 12, 31)))
    first = f"{region}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return first + check_digit(first)


@st.composite
def cards(draw: st.DrawFn) -> str:
    first = "62" + "".join(map(str, draw(st.lists(st.integers(0, 9), min_size=13, max_size=16))))
    total = sum(
        value - 9 if value > 9 else value
        for value in (int(sign) * (2 - place % 2) for place, sign in enumerate(reversed(first)))
    )
    return first + str(-total % 10)


PHONES = st.builds(lambda first, rest: f"1{first}{rest:09d}", st.integers(3, 9), st.integers(0, 10**9 - 1))
AROUND = st.sampled_from(["", "张明，", "本人：", "（", "困难职工 "])
DISGUISES = st.sampled_from(
    [
        lambda number: number,
        lambda number: "".join(chr(ord(sign) + 0xFEE0) for sign in number),
        lambda number: " ".join(number),
        lambda number: "-".join(re.findall(".{1,4}", number)),
        lambda number: "\u200b".join(number),
        lambda number: "　".join(re.findall(".{1,6}", number)),
        lambda number: ".".join(re.findall(".{1,4}", number)),
        lambda number: "·".join(number),
        lambda number: "、".join(number),
        lambda number: "\n".join(re.findall(".{1,7}", number)),
        lambda number: " - ".join(re.findall(".{1,3}", number)),
        lambda number: f"{number[:3]}({number[3:]})",
        lambda number: "".join("〇一二三四五六七八九"[int(sign)] if sign.isdigit() else sign for sign in number),
    ]
)


@given(identity_numbers() | cards() | PHONES, DISGUISES, AROUND)
def test_no_number_passes_in_any_disguise(number: str, disguise: object, around: str) -> None:
    text = f"{around}{disguise(number)}，公示五天"  # type: ignore[operator]
    assert kinds(text), text


@given(identity_numbers() | PHONES, st.sampled_from(["A", "NO", "wx", "身份证A"]), st.sampled_from(["", "a", "元"]))
def test_a_letter_joined_to_a_number_hides_it_not(number: str, before: str, after: str) -> None:
    assert kinds(f"{before}{number}{after}"), number


@given(
    st.lists(identity_numbers() | cards() | PHONES, min_size=2, max_size=5),
    st.sampled_from([" ", "、", ",", "；", "\n", "-"]),
)
def test_several_numbers_in_a_row_hide_one_another_not(numbers: list[str], between: str) -> None:
    assert kinds(between.join(numbers)), numbers


@given(identity_numbers() | cards() | PHONES, st.data())
def test_a_number_goes_on_over_the_ends_of_lines(number: str, data: st.DataObject) -> None:
    ends = sorted(data.draw(st.sets(st.integers(1, len(number) - 1), min_size=1, max_size=4)))
    parts = [number[begin:end] for begin, end in zip([0, *ends], [*ends, len(number)], strict=True)]
    lines = numbered("公示\n本人" + "\n".join(parts) + "，已核\n完")
    assert refused(lines, DAY), parts


@given(st.lists(st.dates(date(2000, 1, 1), date(2035, 12, 31)), min_size=1, max_size=4), st.sampled_from("、-至；\n "))
def test_days_are_no_numbers(days: list[date], between: str) -> None:
    for form in ("%Y-%m-%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y/%m/%d"):
        assert refused(numbered(between.join(f"{day:{form}}" for day in days)), DAY) == []


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=4), st.sampled_from(["、", "；", "，", "元、", "\n"]))
def test_amounts_are_no_numbers(amounts: list[int], between: str) -> None:
    assert kinds("金额" + between.join(f"{fen // 100}.{fen % 100:02d}" for fen in amounts) + "元") == []
    assert kinds("金额" + "、".join(f"{fen / 100:,.2f}" for fen in amounts) + "元") == []


@given(st.integers(2000, 2099), st.integers(1, 9999), st.integers(1, 9999))
def test_document_numbers_are_no_numbers(year: int, first: int, second: int) -> None:
    assert kinds(f"示矿工〔{year}〕{first}号、示矿工〔{year}〕{second}号") == []


@pytest.mark.parametrize(
    "mail", ["lin.xiao@example.cn", "12345678@qq.com", "ｌｉｎ＠ｅｘａｍｐｌｅ．ｃｎ", "lin @ example . cn"]
)
def test_an_address_of_mail_is_found_and_the_offices_own_is_not(mail: str) -> None:
    assert kinds(f"联系 {mail}，") == ["电子邮箱"]
    assert kinds(f"受理邮箱：{mail}", allowed=[mail]) == []


@given(identity_numbers())
def test_an_identity_number_in_cells_of_one_digit_each_is_found(number: str) -> None:
    cells = [(f"{chr(65 + at)}3", sign) for at, sign in enumerate(number)]
    (problem,) = refused([("A1", "姓名"), *cells, ("A4", "以上")], DAY)
    assert (problem.where, problem.what) == ("A3 至 R3", "证件号码")
    assert number not in problem.sentence()


@given(identity_numbers(), cards(), PHONES)
def test_masked_as_the_rule_says_it_passes(number: str, card: str, phone: str) -> None:
    assert kinds(f"张*明 {MASKS['id'](number)} {MASKS['bank'](card)} {MASKS['phone'](phone)}") == []
    assert MASKS["name"]("张小明") == "张*明"


@given(st.text(alphabet="一二三同意公示名单工会困难职工，。 元0123456789-年月日第号", max_size=30))
def test_whatever_is_found_is_named_with_its_place(text: str) -> None:
    for problem in refused([("B7", text)], DAY):
        assert problem.sentence().startswith("B7 里有")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("610801850601123", "证件号码"),
        ("护照 E12345678", "证件号码"),
        ("6108011985****0012", "露得太多的证件号码"),
        ("联系电话 0912-3881234", "电话号码"),
        ("+86 138 1234 5678", "电话号码"),
        ("电话：38812345", "电话号码"),
        ("开户银行账号 2610 0123 4567", "银行账号"),
        ("住和平路3号院2号楼1单元", "住址"),
        ("阳光小区12栋", "住址"),
        ("示范县某镇1号", "住址"),
        ("某乡东5组", "住址"),
        ("患肺癌", "病情"),
        ("住院治疗", "病情"),
        ("肢体残疾", "病情"),
        ("家庭人均收入 850 元", "收入"),
        ("配偶：李某", "家属姓名"),
    ],
)
def test_each_kind_is_called_by_its_name(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "关于2026年困难职工帮扶对象的公示",
        "公示时间：2026年9月1日至2026年9月7日（5个工作日）",
        "20260901至20260907",
        "2026-09-01—2026-09-07",
        "张*明　采煤一区分工会　困难职工　3000.00元",
        "欧阳**　138****1234　****1234",
        "某工发〔2026〕7号",
        "会员编号 HY202600001",
        "职工子女助学金",
        "城镇职工3户",
        "乡镇2个组",
        "残疾人联合会",
        "共 12 人，金额 36,000.00 元",
    ],
)
def test_what_every_notice_says_passes(text: str) -> None:
    assert kinds(text) == []


def test_the_offices_own_number_and_address_pass() -> None:
    text = "受理电话：０９１２－３８８１２３４，地址：矿区和平路8号工会办公楼"
    assert kinds(text) == ["电话号码", "住址"]
    assert kinds(text, allowed=["0912-3881234", "和平路8号工会办公楼"]) == []


def shown(kind: Contact, text: str) -> list[str]:
    """What is refused of a text typed for people to object."""
    return kinds(f"受理：{text}", allowed=contacts(kind, text, DAY))


@pytest.mark.parametrize(
    "text",
    [
        "010-00001234",
        "（0912）3881234转801、13812345678；400-800-1234",
        "0912-3881234-12，工作日8:30-17:30",
        "38812345/38812346",
        "+86 138 1234 5678、13812345678 0912-3881234",
        "０９１２－３８８１２３４",
    ],
)
def test_telephones_to_object_at_pass(text: str) -> None:
    assert shown(Contact.PHONE, text) == []


@pytest.mark.parametrize("kind", list(Contact))
@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("610824198707162332", "证件号码"),
        ("61082419870716233x", "证件号码"),
        ("61082419 8707162332", "证件号码"),
        ("6217720177117300227", "银行账号"),
        ("6217 7201 7711 7300 227", "银行账号"),
        ("张三：陕西省示范市某镇1号", "住址"),
        ("和平路1号3单元501室", "住址"),
        ("公司家属院3号楼1单元", "住址"),
        ("月收入800元", "收入"),
    ],
)
def test_no_contact_is_anything_else(kind: Contact, text: str, what: str) -> None:
    assert what in shown(kind, text)


@pytest.mark.parametrize("text", ["公司办公楼205室", "示范市和平路8号综合楼3楼", "矿区和平路8号\n工会办公楼205室"])
def test_the_place_to_object_at_is_an_offices(text: str) -> None:
    assert [kind for line in text.split("\n") for kind in kinds(line, allowed=contacts(Contact.PLACE, text, DAY))] == []
    assert shown(Contact.PLACE, f"{text}，13812345678") != []
    assert shown(Contact.PLACE, f"{text}，lin@example.cn") != []


def test_what_is_allowed_hides_no_longer_number() -> None:
    assert kinds("6108241987", allowed=["6108241"]) == kinds("6108241987")
    assert kinds("610824198707162332", allowed=["8707162"]) == ["证件号码"]


def test_a_contact_is_known_by_its_name() -> None:
    names = ("联系电话", "受理地址", "接待地点", "受理邮箱", "受理部门")
    assert [contact_of(name, DAY) for name in names] == [
        Contact.PHONE, Contact.PLACE, Contact.PLACE, Contact.MAIL, None,
    ]  # fmt: skip


def over(*rows: tuple[str, ...]) -> list[tuple[str, str]]:
    cells = {(row, at): (f"{row}.{at}", text) for row, line in enumerate(rows) for at, text in enumerate(line)}
    return [(problem.where, problem.what) for problem in over_cells(cells, DAY)]


def test_a_number_over_neighbouring_cells_is_found() -> None:
    assert over(("1", "61082419", "870716", "2332", "甲")) == [("0.1 至 0.3", "证件号码")]
    assert over(("甲", "610824", "19870716", "233", "2")) == [("0.1 至 0.4", "证件号码")]
    assert over(("甲", "6217", "7201", "7711", "7300", "227")) == [("0.1 至 0.5", "银行账号")]
    assert over(("甲", "13812"), ("乙", "345678")) == [("0.1 至 1.1", "电话号码")]
    assert over(("甲", "1381234", "5678"))[0] == ("0.1 至 0.2", "电话号码")


def test_figures_that_stand_beside_each_other_are_no_number() -> None:
    amounts = [("1", "1801", "180", "1200", "3000"), ("2", "1802", "15000", "200", "20260901")]
    assert over(*amounts) == []
    assert over(("61082419", "甲", "870716", "2332")) == []
    assert over(("甲", "13812"), ("乙", "丙"), ("丁", "345678")) == []
    assert over(("99082419", "870716", "2332")) == []  # no province
    assert over(("610824", "20361111", "2334")) == []  # nobody is born yet: 邮编, 截止日, 金额


@given(PHONES, st.integers(3, 7), st.booleans())
def test_a_phone_cut_into_two_cells_is_found(number: str, cut: int, below: bool) -> None:
    parts = number[:cut], number[cut:]
    assume(not any(part.endswith("00") or re.match("(19|20)..(....)?$", part) for part in parts))
    found = over(("甲", parts[0]), ("乙", parts[1])) if below else over(("甲", *parts))
    assert [what for _, what in found] == ([] if below and cut == 3 else ["电话号码"])


def test_a_phone_cut_where_no_number_begins_is_found() -> None:
    assert over(("甲", "138", "12345678")) == [("0.1 至 0.2", "电话号码")]
    assert over(("甲", "138", "0012", "5678")) == [("0.1 至 0.3", "电话号码")]
    assert over(("甲", "138", "1234", "5678")) == [("0.1 至 0.3", "电话号码")]
    assert over(("甲", "138", "1234", "5678"), ("乙", "205", "2345", "6789")) == []  # counts: not all begin like phones
    assert over(("甲", "180", "1200", "3000")) == []  # sums


@given(identity_numbers())
def test_an_identity_number_cut_where_people_cut_it_is_found(number: str) -> None:
    assume(re.match("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]", number))
    assert over(("甲", number[:6], number[6:14], number[14:], "2000")) == [("0.1 至 0.3", "证件号码")]
    assert over((number[:6], number[6:14], "123X", "甲")) == [("0.0 至 0.2", "证件号码")]  # mistyped it is one as well


@given(st.integers(100, 199), st.integers(0, 10**8 - 1))
def test_a_count_of_rows_beside_any_number_is_no_phone(first: int, number: int) -> None:
    rows = [(str(first + at), f"{(number + at) % 10**8:08d}") for at in range(-2, 3)]
    assert [where for where, _ in over(*rows) if where.startswith(("2.", "3.", "4."))] == []


@given(st.lists(st.tuples(*[st.integers(1, 9999)] * 3), min_size=1, max_size=6), st.sampled_from([100, 500, 1000]))
def test_sums_beside_and_below_each_other_are_no_phone(rows: list[tuple[int, int, int]], unit: int) -> None:
    assert over(*[(str(at), *(str(unit * amount) for amount in row)) for at, row in enumerate(rows, start=1)]) == []


_OF_OUR_TIME = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@given(st.lists(st.tuples(_OF_OUR_TIME, st.integers(1, 10**7), st.integers(1990, 2040)), min_size=1, max_size=6))
def test_days_and_years_beside_counts_are_no_phone(rows: list[tuple[date, int, int]]) -> None:
    cells = [(str(count), f"{day:%Y%m%d}", str(year), str(count)) for day, count, year in rows]
    assert [what for _, what in over(*cells) if what == "电话号码"] == []


def test_sums_of_several_lengths_in_a_column_are_no_phone() -> None:
    assert over(("15680", "123456"), ("9870", "88123")) == []
    assert over(("15680", "3"), ("123456", "5")) == []
    assert over(("甲", "15680"), ("乙", "123456"), ("丙", "300")) == []
    assert over(("甲", "150", "20260901"), ("乙", "1561234", "2026")) == []  # a count and a day, a sum and a year
    assert over(("15680", "123456"), ("15681", "123457")) != []


def test_a_card_is_no_row_of_sums() -> None:
    assert over(("6217", "7201", "7711", "7300", "227")) == [("0.0 至 0.4", "银行账号")]
    rows = [("6200", "1800", "1234", str(last)) for last in range(1000, 1100)]  # one in ten has a card's check digit
    assert [found for row in rows for found in over(row)] == []


def test_lines_are_numbered() -> None:
    (problem,) = refused(numbered("公示\n张明 13812345678\n"), DAY)
    assert problem.sentence() == "第 2 行里有电话号码（138***78），不能公示。"


def test_names_that_would_be_the_same_get_the_least_hint() -> None:
    people = [
        ("张小明", "一", "00117"),
        ("张大明", "一", "00127"),
        ("张小明", "二", "00137"),
        ("欧阳敏", "一", "1"),
        ("李四", "三", ""),
        ("李五", "三", ""),
    ]
    told = told_apart(people)
    assert told == ["张*明（尾号17）", "张*明（尾号27）", "张*明", "欧阳*", "李*（1）", "李*（2）"]


@given(
    st.lists(st.tuples(st.sampled_from(["张小明", "张大明", "李四", "王五"]), st.sampled_from("甲乙"), st.just("0017")))
)
def test_everybody_in_a_unit_can_be_told_from_the_others(people: list[tuple[str, str, str]]) -> None:
    told = [(name, unit) for name, (_, unit, _) in zip(told_apart(people), people, strict=True)]
    assert len(set(told)) == len(told)
    assert not any("0017" in name for name, _ in told)
