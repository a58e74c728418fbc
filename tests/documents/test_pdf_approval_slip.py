"""An approval slip: one page whatever is on it, every word readable, its code read back by a scanner."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
import zxingcpp
from PIL import ImageFilter
from pypdf import PdfReader

from tests.printed import printed
from unionoffice.documents.approval_slip import Slip, read_slip_file, slip_file
from unionoffice.documents.pdf.approval_slip import approval_slip_pdf
from unionoffice.documents.pdf.fonts import Fonts
from unionoffice.kernel.errors import UserError

CODE = "7F3K-9QXM-02TD-WA5H"
SLIP = Slip(
    office="示范矿业有限公司工会",
    subject="2026年中秋节慰问",
    paper="2026年中秋审批单",
    called="名单",
    step="主席审批",
    facts=(("慰问项目", "中秋慰问"), ("单价（元）", "198.00"), ("备注", "按工会委员会决议" * 12)),
    groups=(("机电队", 86, 1_702_800), ("通风队", 91, 1_801_800)),
    people=177,
    amount=3_504_600,
    before=("审核：李审核，2026-09-10，同意，177 人，35,046.00 元。",),
    code=CODE,
    made_by="林晓",
    made_at="2026-09-10 09:30",
)
MANY = tuple((f"第{number}分工会", number, number * 19_800) for number in range(1, 161))


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts(shipped_only=True)


def words(slip: Slip, fonts: Fonts) -> str:
    reader = PdfReader(BytesIO(approval_slip_pdf(slip, fonts=fonts)))
    assert len(reader.pages) == 1
    return reader.pages[0].extract_text().replace("\n", "")


def test_the_slip_says_exactly_what_is_approved(fonts: Fonts) -> None:
    text = words(SLIP, fonts)
    for expected in (
        "2026年中秋节慰问审批单",
        "主席审批",
        "示范矿业有限公司工会",
        "中秋慰问",
        "机电队",
        "86 人　17,028.00 元",
        "177 人　¥35,046.00　人民币叁万伍仟零肆拾陆元整",
        "审核：李审核",
        CODE,
        "□ 同意",
        "□ 不同意",
        "□ 退回",
        "签字",
        "林晓　2026-09-10 09:30",
    ):
        assert expected in text, expected
    assert text.count("按工会委员会决议") >= 10  # some are broken between lines
    assert "练习" not in text
    assert approval_slip_pdf(SLIP, fonts=fonts) == approval_slip_pdf(SLIP, fonts=fonts)


def test_a_practice_slip_cannot_pass_for_a_real_one(fonts: Fonts) -> None:
    text = words(replace(SLIP, practice=True), fonts)
    assert "【练习】" in text
    assert "练习数据，不作凭证" in text
    assert "练习数据，不作凭证" in slip_file(replace(SLIP, practice=True)).decode("utf-8-sig")


def test_very_many_branches_stay_on_the_page_and_none_is_lost(fonts: Fonts) -> None:
    text = words(replace(SLIP, groups=MANY[:45]), fonts)
    assert all(name in text for name, *_ in MANY[:45])
    text = words(replace(SLIP, groups=MANY), fonts)
    assert "按分工会（160 个）" in text
    shown = sum(f"{name}" in text for name, *_ in MANY)
    rest = MANY[shown:]
    assert f"其余 {len(rest)} 个" in text
    assert f"{sum(each[1] for each in rest):,} 人" in text


def test_an_empty_slip_is_drawn_too(fonts: Fonts) -> None:
    assert "本步是第一步" in words(replace(SLIP, facts=(), groups=(), before=()), fonts)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("slip", [SLIP, replace(SLIP, practice=True, groups=MANY)])
def test_the_code_is_read_back_also_from_a_poor_print(fonts: Fonts, slip: Slip) -> None:
    (page,) = printed(approval_slip_pdf(slip, fonts=fonts), 150)
    poor = page.rotate(7, expand=True, fillcolor=255).filter(ImageFilter.GaussianBlur(1.5))
    for seen in (page, poor):
        assert [code.text for code in zxingcpp.read_barcodes(seen)] == [CODE]


def filled(slip: Slip = SLIP, **answers: str) -> str:
    text = slip_file(slip).decode("utf-8-sig")
    for label, answer in answers.items():
        assert f'"{label}": ""' in text
        text = text.replace(f'"{label}": ""', f'"{label}": "{answer}"')
    return text


def test_a_file_filled_in_with_any_editor_is_read() -> None:
    text = filled(意见="退回", 签字人="王主席", 日期="2026年9月12日", 理由="缺纪要\n第二行")
    for data in (text.encode(), text.encode("utf-8-sig"), text.encode("gb18030"), text.replace("\r\n", "\n").encode()):
        answer = read_slip_file(data, "答复.ghapproval")
        assert (answer.code, answer.digest) == (CODE, SLIP.digest())
        assert (answer.opinion, answer.signed_by, answer.signed_on) == ("退回", "王主席", "2026年9月12日")
        assert "缺纪要" in answer.reason


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("198.00", "98.00", "改过"),
        ("叁万", "贰万", "改过"),
        (CODE, "7F3K-9QXM-02TD-WA5J", "改过"),
        ('"格式": "工会审批文件 1"', '"格式": "工会审批文件 9"', "改过"),
        ('"王主席",', '"王主席"', "碰坏了"),
        ('"签字人": "王主席"', '"签字人": " "', "签字人”还没有填写"),
        ('"答复"', '"答覆"', "不是审批文件"),
    ],
)
def test_an_altered_or_unfilled_file_is_told(old: str, new: str, told: str) -> None:
    text = filled(意见="同意", 签字人="王主席", 日期="2026-09-12")
    assert old in text
    with pytest.raises(UserError, match=told):
        read_slip_file(text.replace(old, new).encode(), "答复.ghapproval")


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"[]", b"null", b"{}", b'{"\xe7\xad\x94\xe5\xa4\x8d": 1}'])
def test_what_is_no_such_file_is_told(data: bytes) -> None:
    with pytest.raises(UserError, match="不是审批文件"):
        read_slip_file(data, "某.ghapproval")
