"""Logging in to an encrypted office: names, passwords, and the lock after too many wrong ones (F94; domain.md §8.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from unionoffice.kernel.errors import EnvironmentFault, Refused
from unionoffice.kernel.identity import Actor
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.rule_pack import rule_on
from unionoffice.services.access_log import Access, AccessLog
from unionoffice.services.opening import Login
from unionoffice.store import keyring
from unionoffice.store.engine import is_encrypted


def needed(path: Path) -> bool:
    """Whether an office can only be opened by logging in."""
    return is_encrypted(path)


def names(path: Path) -> list[str]:
    """Who can log in, in the order they were added. Raises EnvironmentFault when the key file is of no use."""
    return [slot.name for slot in keyring.read(path).slots]


def log_in(path: Path, name: str, password: str, now: datetime) -> Login:
    """The way into an office by one person's password.

    Raises WrongPasswordError, and Refused while too many wrong passwords keep the name locked; the number and the
    minutes are the rule pack's. Wrong tries are counted in the key file: it keeps people at this program out, not
    somebody who has taken the file away, whom only the password itself keeps out.
    """
    file = keyring.read(path)
    _refuse_unknown(path, file, name)
    _refuse_locked(path, file, name, now)
    try:
        key, opened_by = _unlocked(file, name, password)
    except keyring.WrongPasswordError as fault:
        if file.slot(name) is None:
            raise
        left = _count_failure(path, keyring.read(path), name, now)
        raise keyring.WrongPasswordError(f"{fault.sentence}{left}", field=fault.field) from fault
    if name in file.failures:
        file = keyring.read(path)  # while the password was tried, somebody else may have written it
        _write_if_possible(path, msgspec.structs.replace(file, failures=keyring.forgiven(file, {name})))
    return Login(key, opened_by.user_id, opened_by.locked)


def note_failures(path: Path, access: AccessLog) -> None:
    """Bring the wrong passwords of everybody into the access log, whoever has opened the office (F92).

    A line is there before the key file forgets: what is broken off in between is told twice, never lost.
    """
    if not access.keeps:
        return
    try:
        file = keyring.read(path)
    except EnvironmentFault:  # who came in by cards needs none
        return
    waiting = {name: found.waiting for name, found in file.failures.items() if found.waiting}
    for name, number in waiting.items():
        what = f"密码错了 {number} 次（最近一次 {file.failures[name].last:%Y-%m-%d %H:%M}）"
        access.note(Access(AccessKind.LOGIN_FAILED, what), actor=Actor(name))
    if waiting:
        file = keyring.read(path)
        _write_if_possible(path, msgspec.structs.replace(file, failures=keyring.logged(file, waiting)))


def _unlocked(file: keyring.KeyFile, name: str, password: str) -> tuple[bytes, keyring.Slot]:
    """The data key and what opened it; where an operation was broken off, whichever password opens: the log decides."""
    after = keyring.decided(file, happened=True)
    try:
        key, slot = keyring.unlock(file, name, password), file.slot(name)
    except keyring.WrongPasswordError:
        if file.pending is None:
            raise
        key, slot = keyring.unlock(after, name, password), after.slot(name)
    assert slot is not None
    return key, slot


def _refuse_unknown(path: Path, file: keyring.KeyFile, name: str) -> None:
    after = keyring.decided(file, happened=True)  # whichever of both the log decides for
    if file.slot(name) is None and after.slot(name) is None:
        known = "、".join(slot.name for slot in file.slots) or "没有人"
        raise keyring.WrongPasswordError(
            f"没有叫“{name}”的用户：他可能已经停用、还没有密码，或者密钥文件“{keyring.key_path(path).name}”"
            f"不是这个办公文件的。能登录的有：{known}。",
            field="name",
        )


def _refuse_locked(path: Path, file: keyring.KeyFile, name: str, now: datetime) -> None:
    rule = rule_on("password", now.date()).values
    found = file.failures.get(name)
    if found is None or found.count < rule["failures"]:
        return
    if now < found.last:  # the clock was set back: the time to wait begins anew, so that it ends
        failures = {**file.failures, name: keyring.Failures(found.count, now, found.waiting)}
        _write_if_possible(path, msgspec.structs.replace(file, failures=failures))
        found = failures[name]
    until = found.last + timedelta(minutes=rule["locked_minutes"])
    if now < until:
        minutes = -(-(until - now) // timedelta(minutes=1))
        raise Refused(f"密码连续错了 {found.count} 次，“{name}”已锁定，{minutes} 分钟后再试。", field="password")


def _count_failure(path: Path, file: keyring.KeyFile, name: str, now: datetime) -> str:
    """Remember a wrong password; returns what is left, as an addition to the sentence."""
    rule = rule_on("password", now.date()).values
    before = file.failures.get(name, keyring.Failures(0, now))
    count = before.count + 1
    failures = {**file.failures, name: keyring.Failures(count, now, before.waiting + 1)}
    _write_if_possible(path, msgspec.structs.replace(file, failures=failures))
    left = rule["failures"] - count
    return (
        f"再错 {left} 次将锁定 {rule['locked_minutes']} 分钟。"
        if left > 0
        else f"已锁定 {rule['locked_minutes']} 分钟。"
    )


def _write_if_possible(path: Path, file: keyring.KeyFile) -> None:
    """In a place that cannot be written the office can still be read."""
    try:
        keyring.write(path, file)
    except EnvironmentFault:
        return
