"""Recovery cards: two of three give the key, one gives nothing, and what is typed wrong is named."""

from __future__ import annotations

import itertools
import os
import random
import re
from datetime import date

import pytest
from Crypto.Protocol.SecretSharing import Shamir, _Element
from hypothesis import given, settings
from hypothesis import strategies as st

from unionoffice.store import cards
from unionoffice.store.cards import GROUP, GROUPS, SIGNS, CardError, combine, make, parse, texts

DAY = date(2026, 9, 10)
keys = st.binary(min_size=32, max_size=32)


def three(key: bytes = b"k" * 32, office: str = "office", number: int = 1) -> tuple[cards.Card, ...]:
    return make(key, office, number, DAY)


@settings(deadline=None)
@given(keys, st.integers(1, 600), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_any_two_of_three_give_the_key_in_any_order(key: bytes, number: int, day: date) -> None:
    made = make(key, "office", number, day)
    for first, second in itertools.permutations(made, 2):
        assert combine(parse(first.text()), parse(second.text())) == key
    assert parse(made[0].text()) == made[0]
    assert made[0].made_on == day


@settings(deadline=None)
@given(keys, keys)
def test_with_one_card_every_key_is_as_likely_as_every_other(key: bytes, candidate: bytes) -> None:
    """For every candidate there is exactly one line through it and the card: the cards that others would then hold."""
    for card in make(key, "office", 1, DAY):
        for at in (0, 16):
            share, secret = _Element(card.share[at : at + 16]), _Element(candidate[at : at + 16])
            slope = (share + secret) * _Element(card.number).inverse()
            other = card.number % 3 + 1
            partner = (slope * _Element(other) + secret).encode()
            assert Shamir.combine([(card.number, share.encode()), (other, partner)]) == secret.encode()


def test_a_share_is_evenly_spread_whatever_the_key() -> None:
    """Each bit of each card is set in half of 400 splittings of one key (five standard deviations)."""
    for card in range(3):
        shares = [int.from_bytes(three(b"\0" * 32)[card].share, "big") for _ in range(400)]
        for bit in range(256):
            assert abs(sum(share >> bit & 1 for share in shares) - 200) < 60


def test_the_code_tells_the_key_nowhere() -> None:
    key = os.urandom(32)
    for card in make(key, "office", 1, DAY):
        assert card.share not in (key, key[16:] + key[:16])
        assert key[:16] not in card.share
        assert key[16:] not in card.share
        assert card.share.hex() not in repr(card)


def test_every_single_wrong_sign_is_noticed_and_its_group_named() -> None:
    text = "".join(three()[0].groups())
    for at, right in enumerate(text):
        for wrong in SIGNS:
            if wrong != right:
                with pytest.raises(CardError) as told:
                    parse(text[:at] + wrong + text[at + 1 :])
                group = at // GROUP
                assert f"第 {group // 4 + 1} 行第 {group % 4 + 1} 组不对，" in told.value.sentence


def test_every_exchange_of_two_signs_of_a_group_or_neighbours_is_noticed() -> None:
    text = "".join(three(os.urandom(32))[1].groups())
    pairs = {(at, at + 1) for at in range(len(text) - 1)}
    for group in range(GROUPS):
        pairs |= set(itertools.combinations(range(group * GROUP, group * GROUP + GROUP), 2))
    for first, second in pairs:
        if text[first] != text[second]:
            signs = list(text)
            signs[first], signs[second] = signs[second], signs[first]
            with pytest.raises(CardError):
                parse("".join(signs))


def test_every_exchange_of_two_groups_or_lines_is_noticed() -> None:
    groups = three()[2].groups()
    for first, second in itertools.combinations(range(GROUPS), 2):
        signs = list(groups)
        signs[first], signs[second] = signs[second], signs[first]
        with pytest.raises(CardError):
            parse(" ".join(signs))


def test_every_sign_left_out_or_doubled_is_noticed_and_its_group_named() -> None:
    groups = three()[0].groups()
    for at, group in enumerate(groups):
        for changed in (group[1:], group + "7"):
            with pytest.raises(CardError, match=f"第 {at // 4 + 1} 行第 {at % 4 + 1} 组应有 5 个字符"):
                parse(" ".join((*groups[:at], changed, *groups[at + 1 :])))
    with pytest.raises(CardError, match="共 100 个，现在有 99 个"):
        parse("".join(groups)[1:])
    with pytest.raises(CardError, match="共 100 个，现在有 95 个"):
        parse(" ".join(groups[:-1]))


def test_several_mistakes_at_once_hardly_ever_pass() -> None:
    """A wrong group passes its own check one time in 32; the sum over the card then catches what is left."""
    chance = random.Random(1)
    text = "".join(three()[0].groups())
    for _ in range(3000):
        signs = list(text)
        for at in chance.sample(range(len(text)), 4):
            signs[at] = chance.choice(SIGNS.replace(text[at], ""))
        with pytest.raises(CardError):
            parse("".join(signs))


def test_what_people_and_scanners_type_is_understood() -> None:
    card = three(bytes(range(32)))[0]
    text = card.text()
    full_width = "".join(chr(ord(sign) + 0xFEE0) if sign != " " else "\u3000" for sign in text)
    for typed in (
        text.lower(),
        full_width,
        text.replace(" ", ""),
        text.replace(" ", "-"),
        text.replace("0", "O").replace("1", "l"),
        text.replace("0", "o").replace("1", "I"),
        "\n".join(" ".join(line) for line in card.lines()),
        f"\ufeff{text}\r\n",
    ):
        assert parse(typed) == card


def test_other_signs_are_named() -> None:
    text = three()[0].text()
    with pytest.raises(CardError, match="第 1 行第 2 组里有卡上不会出现的字符“U”"):
        parse(text[:6] + "u" + text[7:])
    with pytest.raises(CardError, match="还没有输入"):
        parse(" \n")


def test_cards_that_do_not_belong_together_are_refused_with_the_reason() -> None:
    first, second, _ = three()
    with pytest.raises(CardError, match="都是第 1 张卡"):
        combine(first, first)
    with pytest.raises(CardError, match="两个单位"):
        combine(first, three(office="another")[1])
    with pytest.raises(CardError, match=r"不是同一套：一张是 2026年9月10日第 1 套，一张是 2026年9月10日第 2 套"):
        combine(first, three(number=2)[1])
    with pytest.raises(CardError, match="不是同一套"):  # printed again on the same day under the same number
        combine(first, three()[1])
    forged = cards.Card(2, first.office, first.set_tag, 1, DAY, first.key, os.urandom(32))
    with pytest.raises(CardError, match="合不出密钥"):
        combine(first, forged)
    assert combine(first, second) == b"k" * 32


def test_cards_are_found_in_one_text_however_they_are_parted() -> None:
    first, second, third = three()

    def block(card: cards.Card) -> str:
        return "\n".join(" ".join(line) for line in card.lines())

    for content in (
        f"{block(first)}\n\n{block(second)}\n",
        f"{block(first)}\r\n \r\n\r\n{block(second)}",
        f"{first.text()}\n{second.text()}\n",
        f"{block(first)}\n{block(second)}",
    ):
        assert [parse(text) for text in texts(content)] == [first, second]
    assert len(texts("\n".join(card.text() for card in (first, second, third)))) == 3
    for content in ("", first.text(), block(first)):
        with pytest.raises(CardError, match="要输入两张恢复卡"):
            texts(content)


def test_the_code_avoids_signs_that_are_read_wrong() -> None:
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5} ){19}[0-9A-HJKMNP-TV-Z]{5}", three()[0].text())
