"""Wrong passwords, ten thousand at the door and ten thousand at the key file: none opens."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from unionoffice.kernel.progress import Progress, step
from unionoffice.selftest.attempts import Outcome, attempt
from unionoffice.selftest.offices import FIRST, NOW, PASSWORDS, Office
from unionoffice.selftest.report import Row
from unionoffice.services import logins
from unionoffice.store import keyring

_COMMON = ("", " ", "123456", "password", "admin", "12345678", "qwerty", "abc123", "111111", "工会", "Abcd1234", "\x00")


def run(office: Office, folder: Path, rounds: int, progress: Progress) -> list[Row]:
    """Both ways in; `rounds` tries each."""
    step(progress, 0, 2, "正在试错误的密码")
    at_door = _at_the_door(office, folder / "door", rounds)
    step(progress, 1, 2, "正在试错误的密码")
    return [at_door, _at_the_key_file(office, rounds)]


def guesses(password: str, chance: random.Random) -> Iterator[str]:
    """What somebody may try, without end: what many people take, what is nearly right, and anything."""
    yield from _COMMON
    for at in range(len(password)):
        for other in (password[at].swapcase(), "", " ", "\x00", chr(ord(password[at]) + 0xFEE0)):
            yield password[:at] + other + password[at + 1 :]
        yield password[:at]
    yield from (password + end for end in ("\x00", " ", "\n", "\u200b", "0", password))
    yield from ("\ufeff" + password, " " + password, password * 1000, unicodedata.normalize("NFKD", "é") + password)
    letters = [*map(chr, range(32, 127)), *"工会密码零\u0301𠮷"]
    while True:
        if chance.random() < 0.5:
            yield "".join(chance.choices(letters, k=chance.randint(1, 24)))
        else:
            place = chance.randrange(len(password))
            yield password[:place] + chance.choice(letters) + password[place + 1 :]


def _at_the_door(office: Office, folder: Path, rounds: int) -> Row:
    """Through the log-in, by somebody patient who waits until the lock has passed, as well as by one who does not."""
    copy = office.copied(folder)
    chance = random.Random(20260914)
    now = NOW
    tried = locked = 0
    wrong: list[str] = []
    for guess in islice(_wrong(guesses(PASSWORDS[0], chance)), rounds):
        now += timedelta(minutes=chance.choice((0, 1, 11, 11, 11)))
        found = _log_in(copy, guess, now)
        if not found.refused:
            wrong.append(found.bug or f"错误的密码打开了：{guess!r}")
        locked += "已锁定，" in found.sentence
        tried += "已锁定，" not in found.sentence
    for _ in range(6):  # the right one does not help while the name is locked
        _log_in(copy, "nein", now)
    if not _log_in(copy, PASSWORDS[0], now).refused:
        wrong.append("锁定期间正确的密码打开了")
    later = _log_in(copy, PASSWORDS[0], now + timedelta(minutes=11))
    if later.value is None or later.value.key != copy.key:
        wrong.append(f"锁定过去之后正确的密码打不开：{later.sentence or later.bug}")
    days = (now - NOW).days
    seen = f"打开 0 次；真正试了 {tried:,} 次，锁定中被拒 {locked:,} 次，按模拟时钟要 {days} 天；之后正确的密码照样打开"
    return Row("攻击", "登录窗口试错误的密码", rounds, len(wrong), seen, tuple(wrong[:3]))


def _log_in(office: Office, password: str, now: datetime) -> Outcome:
    return attempt(logins.log_in, office.path, FIRST, password, now)


def _at_the_key_file(office: Office, rounds: int) -> Row:
    """By somebody who has taken the files away, at a price per try that only tests have."""
    file = keyring.read(office.path)
    wrong: list[str] = []
    for guess in islice(_wrong(guesses(PASSWORDS[0], random.Random(20260915))), rounds):
        found = attempt(keyring.unlock, file, FIRST, guess)
        if not found.refused:
            wrong.append(found.bug or f"错误的密码打开了：{guess!r}")
    return Row("攻击", "拿走密钥文件直接试密码", rounds, len(wrong), f"打开 {len(wrong)} 次", tuple(wrong[:3]))


def _wrong(words: Iterator[str]) -> Iterator[str]:
    return (word for word in words if word != PASSWORDS[0])
