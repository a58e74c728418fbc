"""The key file beside an encrypted office: who may open the office, each with a password of his own (F94).

The data key is random. Every person has a pair of keys: the data key is sealed to the public half, and the private half
is locked with what argon2id makes of the password. So one who leaves is taken out without encrypting anything anew, a
forgotten password is replaced by somebody else who can open the office, and a new data key reaches everybody without
anybody's password. The file tells names and nothing else; without a password or two recovery cards it opens nothing.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from unionoffice.kernel.errors import EnvironmentFault, Refused
from unionoffice.store.disk import folder_to_disk

SUFFIX = ".key"
KEY_BYTES = 32
FORMAT = 1

_MOST_MEMORY = 1 << 30
_MOST_ROUNDS = 32


@dataclass(frozen=True, slots=True)
class Cost:
    """What one try of a password costs: argon2id passes over so many bytes of memory."""

    rounds: int
    memory: int


CHEAPEST = Cost(2, 64 << 20)
"""Never less than this, on however slow a PC (OWASP asks for 19 MiB and two passes at least)."""


class Slot(msgspec.Struct, frozen=True):
    """One person's way in.

    `locked` is the private key under the password, bound to the office, the person and the public key; `sealed` the
    data key under the public key.
    """

    user_id: str
    name: str
    rounds: int
    memory: int
    salt: bytes
    public: bytes
    locked: bytes
    sealed: bytes


class Failures(msgspec.Struct, frozen=True):
    """Wrong passwords of one person since the last right one, and how many the access log has not got yet.

    The log is inside the office, which a wrong password does not open: they wait here until somebody opens it. In a key
    file that knows no `unlogged` it is all of them.
    """

    count: int
    last: datetime
    unlogged: int | None = None

    @property
    def waiting(self) -> int:
        """How many the access log has not got yet."""
        return self.count if self.unlogged is None else self.unlogged


class NextKey(msgspec.Struct, frozen=True):
    """A data key about to replace the present one, by its name, sealed to every user by id.

    It holds from the moment the office file begins with `salt`: the 16 bytes that SQLCipher draws anew for each file.
    """

    key_id: str
    salt: bytes
    sealed: dict[str, bytes]


class Pending(msgspec.Struct, frozen=True):
    """The ways in as an operation will leave them: they hold once the change log has the operation `token`."""

    token: str
    slots: tuple[Slot, ...]


class KeyFile(msgspec.Struct, frozen=True):
    """The contents of a key file. `key_id` tells which data key it is for without telling the key.

    While the office is encrypted anew, and after a crash in that moment, `next` lets the one key file open whichever of
    the two office files lies beside it. `pending` does the same for an operation that changes who may come in: two
    files cannot be written in one step, so the key file holds both until the log says whether it happened.
    """

    office: str
    key_id: str
    slots: tuple[Slot, ...] = ()
    failures: dict[str, Failures] = {}
    next: NextKey | None = None
    pending: Pending | None = None
    format: int = FORMAT

    def slot(self, name: str) -> Slot | None:
        """The way in of the person called so."""
        return next((slot for slot in self.slots if slot.name == name), None)


class WrongPasswordError(Refused):
    """The password opens nothing."""


def key_path(office: Path) -> Path:
    """Where the key file of an office lies."""
    return office.with_name(office.name + SUFFIX)


def new_key() -> bytes:
    """A fresh data key."""
    return os.urandom(KEY_BYTES)


def key_id(key: bytes) -> str:
    """A short name of a data key that tells nothing about it."""
    return hashlib.blake2b(key, digest_size=8, person=b"unionoffice-id").hexdigest()


def measured_cost(seconds: float = 0.35) -> Cost:
    """The parameters with which one try takes about `seconds` on this PC: first more passes, then more memory."""
    cost = CHEAPEST
    _stretched(b"warm", b"0" * 16, Cost(1, 8192))
    started = time.perf_counter()
    _stretched(b"measure", b"0" * 16, cost)
    took = max(time.perf_counter() - started, 1e-3)
    rounds = max(cost.rounds, min(8, int(cost.rounds * seconds / took)))
    memory = cost.memory
    while memory < 256 << 20 and took * rounds / cost.rounds * (memory * 2 / cost.memory) <= seconds:
        memory *= 2
    return Cost(rounds, memory)


def new_slot(office: str, user_id: str, name: str, password: str, key: bytes, cost: Cost) -> Slot:
    """A way in for one more person."""
    from nacl.public import PrivateKey  # only who opens an encrypted office waits for it

    private = PrivateKey.generate()
    return _locked(office, user_id, name, bytes(private), bytes(private.public_key), password, key, cost)


def unlock(file: KeyFile, name: str, password: str) -> bytes:
    """The data key, by one person's password. Raises WrongPasswordError when the password or the name is wrong."""
    from nacl.exceptions import CryptoError
    from nacl.public import PrivateKey, SealedBox

    slot = file.slot(name)
    try:
        key = SealedBox(PrivateKey(_private(file.office, slot, password))).decrypt(slot.sealed) if slot else b""
    except (CryptoError, ValueError, TypeError) as fault:
        raise WrongPasswordError("密码不对，请再输一次。", field="password") from fault
    if slot is None:
        raise WrongPasswordError(f"没有叫“{name}”的用户，或者他已经停用、还没有密码。", field="name")
    if key_id(key) != file.key_id:
        raise EnvironmentFault("密钥文件前后不一致，可能被改动过。请从备份恢复密钥文件，或用两张恢复卡打开。")
    return key


def with_slot(file: KeyFile, slot: Slot) -> KeyFile:
    """The key file with a person's new way in, instead of the former one."""
    others = tuple(each for each in file.slots if each.user_id != slot.user_id and each.name != slot.name)
    return msgspec.structs.replace(file, slots=(*others, slot), failures=forgiven(file, {slot.name}))


def without_slot(file: KeyFile, user_id: str) -> KeyFile:
    """The key file without somebody who has left."""
    return msgspec.structs.replace(file, slots=tuple(each for each in file.slots if each.user_id != user_id))


def prepared(file: KeyFile, after: KeyFile, token: str) -> KeyFile:
    """The key file while the operation `token` makes it `after`."""
    return msgspec.structs.replace(file, pending=Pending(token, after.slots))


def decided(file: KeyFile, *, happened: bool) -> KeyFile:
    """The key file when the log has said whether the pending operation happened."""
    if file.pending is None or not happened:
        return msgspec.structs.replace(file, pending=None)
    fresh = {slot.name for slot in file.pending.slots if slot not in file.slots}
    return msgspec.structs.replace(file, slots=file.pending.slots, failures=forgiven(file, fresh), pending=None)


def forgiven(file: KeyFile, names: Collection[str]) -> dict[str, Failures]:
    """The wrong passwords when those of some names lock nobody out any more; what the log has not got is kept."""
    return _left(
        {
            name: Failures(0, found.last, found.waiting) if name in names else found
            for name, found in file.failures.items()
        }
    )


def logged(file: KeyFile, told: Mapping[str, int]) -> dict[str, Failures]:
    """The wrong passwords when so many of each name have come into the access log."""
    return _left(
        {
            name: Failures(found.count, found.last, max(0, found.waiting - told.get(name, 0)))
            for name, found in file.failures.items()
        }
    )


def _left(failures: dict[str, Failures]) -> dict[str, Failures]:
    return {name: found for name, found in failures.items() if found.count or found.waiting}


def resealed(file: KeyFile, key: bytes) -> KeyFile:
    """The key file for a new data key: everybody's password stays."""
    from nacl.public import PublicKey, SealedBox

    slots = tuple(
        msgspec.structs.replace(slot, sealed=SealedBox(PublicKey(slot.public)).encrypt(key)) for slot in file.slots
    )
    return msgspec.structs.replace(file, key_id=key_id(key), slots=slots, next=None)


def changing(file: KeyFile, key: bytes, salt: bytes) -> KeyFile:
    """The key file for the present data key and, once the office file begins with `salt`, for the new one."""
    fresh = resealed(file, key)
    sealed = {slot.user_id: slot.sealed for slot in fresh.slots}
    return msgspec.structs.replace(file, next=NextKey(fresh.key_id, salt, sealed))


def read(office: Path) -> KeyFile:
    """The key file of an office. Raises EnvironmentFault when it is missing, damaged, or of a newer program."""
    path = key_path(office)
    try:
        content = path.read_bytes()
    except FileNotFoundError as fault:
        raise EnvironmentFault(
            f"找不到密钥文件“{path.name}”，没有它密码打不开办公文件。请把它放回办公文件旁边，或用两张恢复卡打开。"
        ) from fault
    except OSError as fault:
        raise EnvironmentFault(f"密钥文件“{path.name}”读不出来，请检查磁盘和权限。") from fault
    damaged = f"密钥文件“{path.name}”已损坏。请用备份里的密钥文件换下它，或用两张恢复卡打开办公文件。"
    head, _, body = content.partition(b"\n")
    if head.decode("ascii", "replace") != _head(body):
        raise EnvironmentFault(damaged)
    try:
        if msgspec.json.decode(body, type=_Format).format > FORMAT:
            raise EnvironmentFault(f"密钥文件“{path.name}”是更新版本的程序写的，请安装新版程序。")
        return _settled(msgspec.json.decode(body, type=KeyFile), office)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise EnvironmentFault(damaged) from fault


def write(office: Path, file: KeyFile, *, other_key: bool = False) -> None:
    """Put a key file beside its office: whole or not at all. Raises EnvironmentFault when it cannot be written.

    Also when the one there is for another data key, unless `other_key` says that this is meant: who read the key file
    before the key was replaced would lock everybody out.
    """
    path = key_path(office)
    if not other_key and _is_for_another_key(office, file):
        raise EnvironmentFault("密钥刚刚更换过，这一步没有做成。请重新登录后再做一次。")
    beside = path.with_name(path.name + "~")
    body = msgspec.json.encode(file)
    try:
        with beside.open("wb") as target:
            target.write(_head(body).encode() + b"\n" + body)
            if os.name == "posix":
                os.fchmod(target.fileno(), 0o600)
            target.flush()
            os.fsync(target.fileno())
        beside.replace(path)
        folder_to_disk(path.parent)
    except OSError as fault:
        beside.unlink(missing_ok=True)
        raise EnvironmentFault(f"密钥文件“{path.name}”没有写成，密码没有改变。请检查磁盘和权限后再做一次。") from fault


def _settled(file: KeyFile, office: Path) -> KeyFile:
    """The key file for the office file as it lies there; a change that went through before a crash is completed.

    The office file is looked into only then: closing it would let go of the locks of whoever has it open here.
    """
    if file.next is None or not _begins_with(office, file.next.salt):
        return file
    sealed = file.next.sealed
    slots = tuple(
        msgspec.structs.replace(slot, sealed=sealed[slot.user_id]) for slot in file.slots if slot.user_id in sealed
    )
    settled = msgspec.structs.replace(file, key_id=file.next.key_id, slots=slots, next=None)
    with suppress(EnvironmentFault):  # it is read the same way the next time
        write(office, settled, other_key=True)
    return settled


def _begins_with(office: Path, salt: bytes) -> bool:
    try:
        with office.open("rb") as file:
            return file.read(len(salt)) == salt
    except OSError:
        return False


def _is_for_another_key(office: Path, file: KeyFile) -> bool:
    try:
        return read(office).key_id != file.key_id
    except EnvironmentFault:
        return False  # missing or damaged: nothing there to be lost


class _Format(msgspec.Struct):
    format: int


def _head(body: bytes) -> str:
    """The first line: what the file is, and a sum over the rest that finds damage."""
    return f"unionoffice key {hashlib.blake2b(body, digest_size=16).hexdigest()}"


def _locked(
    office: str, user_id: str, name: str, private: bytes, public: bytes, password: str, key: bytes, cost: Cost
) -> Slot:
    from nacl.public import PublicKey, SealedBox
    from nacl.secret import Aead

    salt = os.urandom(16)
    box = Aead(_stretched(password.encode(), salt, cost))
    locked = bytes(box.encrypt(private, _bound(office, user_id, name, public)))
    sealed = SealedBox(PublicKey(public)).encrypt(key)
    return Slot(user_id, name, cost.rounds, cost.memory, salt, public, locked, sealed)


def _private(office: str, slot: Slot, password: str) -> bytes:
    from nacl.secret import Aead

    if not 1 <= slot.rounds <= _MOST_ROUNDS or not 8192 <= slot.memory <= _MOST_MEMORY:
        raise ValueError("cost out of bounds: a key file made to fill the memory")
    box = Aead(_stretched(password.encode(), slot.salt, Cost(slot.rounds, slot.memory)))
    return box.decrypt(slot.locked, _bound(office, slot.user_id, slot.name, slot.public))


def _bound(office: str, user_id: str, name: str, public: bytes) -> bytes:
    """What a locked private key is bound to: it opens for no other office, person or public key."""
    return msgspec.msgpack.encode((office, user_id, name, public))


def _stretched(password: bytes, salt: bytes, cost: Cost) -> bytes:
    from nacl.pwhash import argon2id

    return argon2id.kdf(KEY_BYTES, password, salt, opslimit=cost.rounds, memlimit=cost.memory)
