"""Recovery cards on paper: a sheet each, every word there, the QR code read back as a scanner does."""

from __future__ import annotations

import io
from datetime import date

import pytest
import zxingcpp
from PIL import ImageFilter
from pypdf import PdfReader

from tests.printed import printed
from unionoffice.documents.pdf.fonts import Fonts
from unionoffice.documents.pdf.recovery_card import QR, QUIET, recovery_cards_pdf
from unionoffice.documents.recovery_card import RecoveryCard
from unionoffice.store import cards

MADE = cards.make(bytes(range(32)), "office", 1, date(2026, 9, 10))
HOLDERS = (("工会主席", "欧阳敏"), ("财务", "李𬱟"), ("经审", "阿迪力·买买提"))
LONG = "示范矿业集团有限责任公司第二十七采煤区生产技术服务中心工会委员会"


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts(shipped_only=True)


def sheets(office: str = "示范工会", *, practice: bool = False) -> list[RecoveryCard]:
    return [
        RecoveryCard(
            card.number,
            office,
            held_as,
            holder,
            card.set_number,
            "2026年9月10日",
            card.key,
            card.lines(),
            card.text(),
            practice=practice,
        )
        for card, (held_as, holder) in zip(MADE, HOLDERS, strict=True)
    ]


def words(data: bytes) -> list[str]:
    return [page.extract_text().replace("\u3000", " ") for page in PdfReader(io.BytesIO(data)).pages]


def test_every_card_has_its_own_sheet_with_all_that_is_to_be_known(fonts: Fonts) -> None:
    pages = words(recovery_cards_pdf(sheets(), fonts=fonts))
    assert len(pages) == 3
    for number, (page, card, (held_as, holder)) in enumerate(zip(pages, MADE, HOLDERS, strict=True), 1):
        for text in (f"第 {number} 张，共 3 张", "示范工会", held_as, holder, "2026年9月10日", "折线一", "做不到的"):
            assert text in page
        signs = "".join(page.split())
        for line in card.lines():
            assert "".join(line) in signs
        others = [other for other in MADE if other is not card]
        assert not any("".join(other.lines()[2]) in signs for other in others)
        assert "练习" not in page


def test_a_practice_office_says_so_on_every_card(fonts: Fonts) -> None:
    for page in words(recovery_cards_pdf(sheets(practice=True), fonts=fonts)):
        assert "【练习】" in page


def test_same_cards_same_bytes_and_no_colour(fonts: Fonts) -> None:
    data = recovery_cards_pdf(sheets(), fonts=fonts)
    assert data == recovery_cards_pdf(sheets(), fonts=fonts)
    for page in PdfReader(io.BytesIO(data)).pages:
        content = page.get_contents()
        assert content is not None
        assert b" rg" not in content.get_data().replace(b"0 0 0 rg", b"")


def test_the_code_is_wide_enough_for_every_scanner() -> None:
    """At least 35 mm without its white border."""
    modules = 45  # version 7, as 119 signs of the alphanumeric set need at level Q
    assert QR * modules / (modules + 2 * QUIET) / 72 * 25.4 >= 35


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("office", ["示范工会", LONG])
@pytest.mark.parametrize("practice", [False, True])
def test_the_code_is_read_back_also_from_a_poor_print(fonts: Fonts, office: str, practice: bool) -> None:
    pages = printed(recovery_cards_pdf(sheets(office, practice=practice), fonts=fonts), 150)
    assert len(pages) == 3
    for page, card in zip(pages, MADE, strict=True):
        poor = page.rotate(7, expand=True, fillcolor=255).filter(ImageFilter.GaussianBlur(1.5))
        for seen in (page, poor):
            assert [cards.parse(code.text) for code in zxingcpp.read_barcodes(seen)] == [card]
