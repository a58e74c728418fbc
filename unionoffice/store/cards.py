"""Recovery cards (恢复卡): an office's data key split so that any two of three printed cards give it back (F95).

The key's halves are each split after Shamir over GF(2^128) (pycryptodome): to the share on one card every key fits
equally well. The card also bears four bytes of the key's name, which the key file tells too: enough to know the right
key when it is there, useless for finding one among 2^256.

What a card says is the same for people and for scanners: 20 groups of 5 signs of Crockford's base 32, the last sign of
each group checking the other four and the group's place. Over GF(32) a single wrong sign, two signs exchanged in a
group and two groups exchanged are always noticed, and the wrong group is named.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from binascii import crc_hqx
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from unionoffice.kernel.check_code import ALPHABET
from unionoffice.kernel.errors import UserError
from unionoffice.store.keyring import key_id

CARDS = 3
NEEDED = 2
GROUP = 5
GROUPS = 20
GROUPS_PER_LINE = 4
SIGNS = ALPHABET

_VERSION = 1
_FIRST_DAY = date(2000, 1, 1)
_TAG_BYTES = 4
_MISREAD = str.maketrans("OIL", "011")
_BETWEEN = frozenset("\ufeff \t\r\n-_.,:;|/·•—–−‐、，。：；")  # noqa: RUF001 - what people and scanners put between groups
_WEIGHTS = (2, 3, 4, 5)
"""Elements of GF(32), different from each other and from the check sign's own 1."""


class CardError(UserError):
    """What was typed or scanned is no card, or the cards do not belong together."""


@dataclass(frozen=True, slots=True, repr=False)
class Card:
    """One of the three: `number` 1 to 3, whose office and which set it is of, and its share of the key, 32 bytes.

    `office`, `set_tag` and `key` are short hex names: of the office, of this splitting, and of the data key (the
    beginning of `keyring.key_id`). `set_number` counts an office's sets from 1.
    """

    number: int
    office: str
    set_tag: str
    set_number: int
    made_on: date
    key: str
    share: bytes

    def __repr__(self) -> str:
        return f"Card({self.number} of set {self.set_number})"

    def groups(self) -> tuple[str, ...]:
        """The 20 groups that are printed."""
        body = b"".join(
            (
                bytes((_VERSION << 4 | self.number,)),
                bytes.fromhex(self.office),
                bytes.fromhex(self.set_tag),
                bytes((self.set_number,)),
                (self.made_on - _FIRST_DAY).days.to_bytes(2, "big"),
                bytes.fromhex(self.key),
                self.share,
            )
        )
        bits = int.from_bytes(body + _sum(body), "big")
        values = [bits >> 20 * (GROUPS - 1 - at) & 0xFFFFF for at in range(GROUPS)]
        return tuple(_group(at, value) for at, value in enumerate(values))

    def lines(self) -> tuple[tuple[str, ...], ...]:
        """The groups as they stand on the card: 5 lines of 4."""
        groups = self.groups()
        return tuple(groups[at : at + GROUPS_PER_LINE] for at in range(0, GROUPS, GROUPS_PER_LINE))

    def text(self) -> str:
        """What the QR code holds: the groups with a space between."""
        return " ".join(self.groups())


def make(key: bytes, office_id: str, set_number: int, made_on: date) -> tuple[Card, Card, Card]:
    """Three new cards for a data key of 32 bytes; every call splits it differently, so sets do not mix.

    `set_number` beyond 255 begins again at 1: it is only there to be read.
    """
    from Crypto.Protocol.SecretSharing import Shamir  # only who makes or enters cards waits for it

    halves = [dict(Shamir.split(NEEDED, CARDS, half)) for half in (key[:16], key[16:])]
    tag, office, short = os.urandom(_TAG_BYTES).hex(), office_tag(office_id), short_key_id(key_id(key))
    number = (set_number - 1) % 255 + 1
    first, second, third = (
        Card(each, office, tag, number, made_on, short, halves[0][each] + halves[1][each]) for each in (1, 2, 3)
    )
    return first, second, third


def combine(first: Card, second: Card) -> bytes:
    """The data key. Raises CardError when the two are the same card, or of different offices or sets."""
    from Crypto.Protocol.SecretSharing import Shamir

    if first.office != second.office:
        raise CardError("这两张卡是两个单位的，合不起来。请核对卡上的单位名称。", field="cards")
    if (first.set_tag, first.key) != (second.set_tag, second.key):
        raise CardError(
            f"这两张卡不是同一套：一张是 {_dated(first)}，一张是 {_dated(second)}。请换成同一套的两张。", field="cards"
        )
    if first.number == second.number:
        raise CardError(f"两次输入的都是第 {first.number} 张卡。请再找另一张，任意两张不同的才行。", field="cards")
    halves = (Shamir.combine([(card.number, card.share[at : at + 16]) for card in (first, second)]) for at in (0, 16))
    key: bytes = b"".join(halves)
    if short_key_id(key_id(key)) != first.key:
        raise CardError("这两张卡合不出密钥，其中一张不是原来的内容。请换用第三张卡再试。", field="cards")
    return key


def parse(text: str) -> Card:
    """The card that somebody typed or scanned: lower case, full width, O for 0, I and L for 1, any gaps will do.

    Raises CardError that says in which line and group something is wrong.
    """
    plain = unicodedata.normalize("NFKC", text).upper().translate(_MISREAD)
    words = "".join(" " if sign in _BETWEEN else sign for sign in plain).split()
    signs = "".join(words)
    if not signs:
        raise CardError("还没有输入恢复卡上的内容。", field="cards")
    strange = next((at for at, sign in enumerate(signs) if sign not in SIGNS), None)
    if strange is not None:
        raise CardError(
            f"{_where(strange // GROUP)}里有卡上不会出现的字符“{signs[strange]}”，请对照卡片重输。", field="cards"
        )
    groups = [signs[at : at + GROUP] for at in range(0, len(signs), GROUP)]
    wrong = [at for at, group in enumerate(groups[:GROUPS]) if not _sound(at, group)]
    if len(signs) != GROUP * GROUPS:
        raise CardError(_wrong_length(words, len(signs), wrong), field="cards")
    if wrong:
        more = f"，另有 {len(wrong) - 1} 组也不对" if len(wrong) > 1 else ""
        raise CardError(f"{_where(wrong[0])}不对{more}，请对照卡片重输。", field="cards")
    bits = 0
    for group in groups:
        for sign in group[:4]:
            bits = bits << 5 | SIGNS.index(sign)
    return _card(bits.to_bytes(50, "big"))


def texts(content: str) -> list[str]:
    """The cards in one text: parted by an empty line, or a line each as a scanner types them, or five lines each.

    Raises CardError when there are not two or three.
    """
    lines = [line.strip() for line in unicodedata.normalize("NFKC", content).strip().splitlines()]
    blocks = [block for block in "\n".join(lines).split("\n\n") if block.strip()]
    full = [line for line in lines if line]
    per_card = GROUPS // GROUPS_PER_LINE
    if len(blocks) == 1 and NEEDED <= len(full) <= CARDS:
        blocks = full
    elif len(blocks) == 1 and len(full) in (NEEDED * per_card, CARDS * per_card):
        blocks = ["\n".join(full[at : at + per_card]) for at in range(0, len(full), per_card)]
    if not NEEDED <= len(blocks) <= CARDS:
        raise CardError(f"要输入两张恢复卡，卡与卡之间空一行；现在认出 {len(blocks)} 张。", field="cards")
    return blocks


def office_tag(office_id: str) -> str:
    """A short name of an office, by which cards of another one are known."""
    return hashlib.blake2b(office_id.encode(), digest_size=_TAG_BYTES, person=b"unionoffice-card").hexdigest()


def short_key_id(long: str) -> str:
    """As much of a data key's name as a card holds."""
    return long[: 2 * _TAG_BYTES]


def _card(body: bytes) -> Card:
    body, check = body[:-2], body[-2:]
    if _sum(body) != check:
        raise CardError("这张卡有几处输错了，请从第一组起逐组对照重输。", field="cards")
    version, number = body[0] >> 4, body[0] & 0xF
    if version != _VERSION or not 1 <= number <= CARDS:
        raise CardError("这张恢复卡是更新版本的程序印的，请安装新版程序。", field="cards")
    return Card(
        number,
        body[1:5].hex(),
        body[5:9].hex(),
        body[9],
        _FIRST_DAY + timedelta(days=int.from_bytes(body[10:12], "big")),
        body[12:16].hex(),
        body[16:],
    )


def _sum(body: bytes) -> bytes:
    """Over the whole card, for several mistakes at once that happen to fit their groups' checks."""
    return crc_hqx(body, 0xFFFF).to_bytes(2, "big")


def _group(at: int, value: int) -> str:
    values = [value >> shift & 31 for shift in (15, 10, 5, 0)]
    return "".join(SIGNS[each] for each in (*values, _check(at, values)))


def _sound(at: int, group: str) -> bool:
    values = [SIGNS.index(sign) for sign in group]
    return len(values) == GROUP and _check(at, values[:4]) == values[4]


def _check(at: int, values: Sequence[int]) -> int:
    check = at + 1
    for weight, value in zip(_WEIGHTS, values, strict=True):
        check ^= _times(weight, value)
    return check


def _times(first: int, second: int) -> int:
    """The product in GF(32) with x^5 + x^2 + 1."""
    product = 0
    while second:
        if second & 1:
            product ^= first
        first = first << 1 ^ (0b100101 if first & 16 else 0)
        second >>= 1
    return product


def _wrong_length(words: Sequence[str], count: int, wrong: Sequence[int]) -> str:
    if len(words) == GROUPS:  # typed group by group: the short or long one is known
        at = next(at for at, word in enumerate(words) if len(word) != GROUP)
        return f"{_where(at)}应有 {GROUP} 个字符，现在有 {len(words[at])} 个，请对照卡片重输。"
    told = f"一张卡应有 {GROUPS} 组、每组 {GROUP} 个字符，共 {GROUP * GROUPS} 个，现在有 {count} 个"
    return f"{told}，{_where(wrong[0])}起对不上，请对照卡片重输。" if wrong else f"{told}，请补全或删去多余的。"


def _where(at: int) -> str:
    at = min(at, GROUPS - 1)
    return f"第 {at // GROUPS_PER_LINE + 1} 行第 {at % GROUPS_PER_LINE + 1} 组"


def _dated(card: Card) -> str:
    day = card.made_on
    return f"{day.year}年{day.month}月{day.day}日第 {card.set_number} 套"
