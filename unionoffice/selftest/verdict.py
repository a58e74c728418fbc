"""After a kill or a power cut: is what was reported there, is nothing there by half, is the office sound and usable?"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.errors import EnvironmentFault, UserError
from unionoffice.selftest import work
from unionoffice.selftest.offices import ACTOR, FIRST, NOW, PASSWORDS, Office, Standing, standing
from unionoffice.services.checks import check
from unionoffice.services.opening import open_store, settle_keys
from unionoffice.store import backup, keyring
from unionoffice.store.keyring import WrongPasswordError
from unionoffice.store.unit_of_work import Store

KeyFacts = tuple[int, bool]
"""Which password opens the office, and whether the second user has a way in."""

_LATER = NOW + timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Course:
    """How a work goes when nobody disturbs it: what the office holds after each operation, from none on, how many
    backups there are, what the key file opens for, and the seconds each operation took."""

    standings: tuple[Standing, ...]
    backups: tuple[int, ...]
    keys: tuple[KeyFacts | None, ...]
    seconds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: `lost` operations that had been reported, `half` ones, `damaged` what opening and checking say,
    `ahead` a key file that has an operation which the log lacks, `left` files that stayed behind."""

    lost: str = ""
    half: str = ""
    damaged: str = ""
    ahead: str = ""
    left: tuple[str, ...] = ()

    @property
    def failed(self) -> str:
        """The first thing wrong; blank when nothing is."""
        return self.lost or self.half or self.damaged or self.ahead


def course(name: str, office: Office) -> Course:
    """Do a work undisturbed, on an office that nobody needs afterwards."""
    target = _target(name, office)
    seconds: list[float] = []
    standings: list[Standing] = []
    backups: list[int] = []
    keys: list[KeyFacts | None] = []
    begun = 0.0

    def look() -> None:
        backups.append(len(_backups(target)))
        keys.append(_key_facts(target) if office.key else None)
        standings.append(standing(target, _key(target) if office.key else None) if name != "migrate" else {})

    def say(text: str) -> None:
        nonlocal begun
        if text.startswith("done"):
            seconds.append(time.perf_counter() - begun)
            look()
        begun = time.perf_counter()

    look()
    work.do(work.ALL[name].like or name, office, say)
    if name == "migrate":  # before and after hold the same: whoever looks migrates first
        standings = [standing(target, office.key)] * len(standings)
    return Course(tuple(standings), tuple(backups), tuple(keys), tuple(seconds))


def judge(name: str, office: Office, known: Course, done: int) -> Verdict:
    """Look at an office whose program ended after `done` reported operations of a work."""
    target = _target(name, office)
    try:
        left = _left_over(target)
        bad = _bad_backup(target)
        if bad:
            return Verdict(damaged=bad, left=left)
        key = _key(target) if office.key else None
        store, _copy = open_store(target, FixedClock(_LATER), key=key)
    except UserError as fault:
        return Verdict(damaged=f"打不开：{fault.sentence}")
    try:
        settle_keys(store)
        facts = _key_facts(target) if office.key else None
        problems = check(store).problems
        found = standing(target, key)
        if problems:
            return Verdict(damaged=problems[0], left=left)
        allowed = [at for at in (done, done + 1) if at < len(known.standings)]
        at = [each for each in allowed if known.standings[each] == found]
        if not at:
            earlier = any(each == found for each in known.standings[:done])
            what = f"报告完成 {done} 步之后，内容与第 {done} 步不同：{_unlike(known.standings[done], found)}"
            return (
                Verdict(lost=what, left=left) if earlier or _less(found, known.standings[done]) else Verdict(half=what)
            )
        if not known.backups[done] <= len(_backups(target)):
            return Verdict(lost="报告完成的备份不见了", left=left)
        if facts is not None and facts not in [known.keys[each] for each in at]:
            if facts in [known.keys[each] for each in allowed if each > max(at)]:
                return Verdict(ahead="密钥文件里已经有、变更记录里还没有的一步", left=left)
            return Verdict(lost=f"密钥文件停在第 {done} 步之前", left=left)
        return Verdict(damaged=_goes_on(store, name), left=left)
    except UserError as fault:
        return Verdict(damaged=fault.sentence)
    finally:
        store.close()


def _target(name: str, office: Office) -> Path:
    return office.old if name == "migrate" else office.path


def _key_facts(path: Path) -> KeyFacts:
    file = keyring.read(path)
    for number, password in enumerate(PASSWORDS):
        with suppress(WrongPasswordError):
            keyring.unlock(file, FIRST, password)
            return number, file.slot("李四") is not None
    raise EnvironmentFault("没有一个密码能打开。")


def _key(path: Path) -> bytes:
    return keyring.unlock(keyring.read(path), FIRST, PASSWORDS[_key_facts(path)[0]])


def _backups(path: Path) -> list[Path]:
    return backup.backups_in(backup.own_folder(path))


def _bad_backup(path: Path) -> str:
    for each in _backups(path):
        try:
            backup.verify(each)
        except EnvironmentFault as fault:
            return fault.sentence
    return ""


def _left_over(path: Path) -> tuple[str, ...]:
    """Files that belong to nobody: neither the office's own, nor what SQLite takes in or removes when it opens it."""
    own = {path.name, keyring.key_path(path).name, *(path.name + suffix for suffix in ("-wal", "-shm"))}
    found = [each.name for each in path.parent.iterdir() if each.is_file() and each.name not in own]
    folder = backup.own_folder(path)
    if folder.is_dir():
        found += [each.name for each in folder.iterdir() if each.name.startswith("~")]
    return tuple(each for each in found if each.startswith("~") or each.endswith(("~", "-journal")))


def _goes_on(store: Store, name: str) -> str:
    """The sentence if the next operation is refused; blank when the office can be worked in."""
    from unionoffice.models.member import Member

    before = store.log_position()
    with store.operation("member:create", "新建会员", ACTOR) as uow:
        uow.add(Member(name="重新打开之后"))
    return "" if store.log_position() > before else f"{name}之后不能再登记。"


def _unlike(wanted: Standing, found: Standing) -> str:
    differing = [key for key in found if found[key] != wanted.get(key)]
    return "、".join(f"{key} 应为 {wanted.get(key)}，实为 {found[key]}" for key in differing[:4])


def _less(found: Standing, wanted: Standing) -> bool:
    return found["operation_entry"] < wanted["operation_entry"]


def reported(lines: Sequence[str]) -> int:
    """How many operations were reported as done."""
    return max((int(line.split()[1]) for line in lines if line.startswith("done")), default=0)
