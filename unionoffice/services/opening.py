"""Opening an office file, by whom and whose it is: all that the program's start needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from unionoffice.kernel.clock import Clock
from unionoffice.kernel.errors import EnvironmentFault, Refused
from unionoffice.kernel.identity import Actor
from unionoffice.models.change_entry import OperationEntry
from unionoffice.models.office import Office
from unionoffice.models.user import Deputy, User, UserState
from unionoffice.services.soundness import trouble
from unionoffice.store import keyring, schema
from unionoffice.store.engine import check_reading, why_only_reading
from unionoffice.store.queries import organisation
from unionoffice.store.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class Login:
    """Who opens an encrypted office: what logging in gave."""

    key: bytes
    user_id: str
    opened_by: bytes = b""
    """The lock that the password opened; blank where cards did."""

    def __repr__(self) -> str:
        return f"Login({self.user_id})"


def _must_be_sound(path: Path, *, key: bytes | None = None, whole: bool, reading: bool = False) -> None:
    """Raise EnvironmentFault for a damaged office, see `soundness.trouble`; where there is none opening it says so."""
    if path.is_file() and (why := trouble(path, key=key, whole=whole, reading=reading)) is not None:
        raise EnvironmentFault(why)


def open_store(
    path: Path, clock: Clock, *, key: bytes | None = None, looked_through: bool = False
) -> tuple[Store, Path | None]:
    """An open office file, brought up to this program first; the second is the copy made before that, or None.

    `looked_through` looks at every page before. Raises EnvironmentFault for a damaged file.
    """
    _must_be_sound(path, key=key, whole=looked_through)
    copy = schema.bring_up_to_date(path, clock.now(), key=key)
    return Store(path, clock, key=key), copy


def open_to_read(
    path: Path, clock: Clock, *, key: bytes | None = None, looked_through: bool = False
) -> tuple[Store, Path | None, str | None]:
    """As `open_store`, also where nothing can be written: the third then is the sentence that says so.

    Raises EnvironmentFault when the file cannot be read whole without writing: an older program's, or one with
    contents left beside it by a crash.
    """
    why = why_only_reading(path, key=key)
    if why is None:
        return *open_store(path, clock, key=key, looked_through=looked_through), None
    check_reading(path, key=key)
    _must_be_sound(path, key=key, whole=looked_through, reading=True)
    schema.check_revision(path, key=key)
    return Store(path, clock, key=key, reading=True), None, why


def whose(store: Store) -> Office:
    """The office's own row. Raises EnvironmentFault when the file has none."""
    with store.reading() as session:
        office = session.scalars(select(Office)).first()
    if office is None:
        raise EnvironmentFault("办公文件不完整：缺少单位信息。请从备份恢复。")
    return office


def settle_keys(store: Store) -> keyring.KeyFile | None:
    """Let the key file say what the log says: an operation that was broken off behind or before it is seen through.

    Returns it; None where there is none, or none of use: who came in by cards needs none.
    """
    if store.key is None:
        return None
    try:
        file = keyring.read(store.path)
    except EnvironmentFault:
        return None
    return file if file.pending is None else _decided(store, file)


def check_login(file: keyring.KeyFile | None, login: Login) -> None:
    """Refuse a password that holds no more, or not yet, because changing it was broken off."""
    if file is not None and login.opened_by and login.opened_by not in [slot.locked for slot in file.slots]:
        raise keyring.WrongPasswordError(
            "密码不对：它已经改过，或者上次修改没有完成。请用另一个密码登录。", field="password"
        )


def _decided(store: Store, file: keyring.KeyFile) -> keyring.KeyFile:
    """Asked while nobody else is writing: an operation under way is waited for."""
    assert file.pending is not None
    question = select(OperationEntry.id).where(OperationEntry.digest == bytes.fromhex(file.pending.token))
    try:
        with store.working() as session:
            file = keyring.decided(file, happened=session.execute(question).first() is not None)
            keyring.write(store.path, file)
    except EnvironmentFault:  # it cannot be written: it is decided the same way the next time
        with store.reading() as session:
            file = keyring.decided(file, happened=session.execute(question).first() is not None)
    return file


def actor_of(store: Store, user_id: str) -> tuple[Actor, bool]:
    """Somebody logged in, with his roles, those he stands in for today, and the branches he is in charge of.

    The second is whether he must change his password first. Raises Refused when the office does not know him any more.
    """
    with store.reading() as session:
        user = session.get(User, user_id)
        if user is None or user.archived or user.state is not UserState.ACTIVE:
            raise Refused("这个用户已经停用，不能打开办公文件。请找系统管理员。")
        stood_in_for = principals(session, user_id, store.clock.today())
        users = (user, *stood_in_for)
        ranges = [each.units for each in users]
        named = None if None in ranges else frozenset().union(*(each for each in ranges if each is not None))
        actor = Actor(
            user.name,
            frozenset(role.value for each in users for role in each.role_set),
            user_id=user.id,
            units=None if named is None else frozenset(organisation.descendants(session, tuple(named))),
            deputy_for=tuple(each.name for each in stood_in_for),
            tiers=frozenset(tier.value for tier in user.tier_set),  # his own alone: standing in brings none
        )
        return actor, user.must_change


def principals(session: Session, user_id: str, today: date) -> list[User]:
    """Active users for whom somebody stands in on a day."""
    found = session.scalars(
        select(User)
        .join(Deputy, Deputy.user_id == User.id)
        .where(Deputy.deputy_id == user_id, Deputy.from_on <= today, Deputy.until_on >= today)
        .where(~Deputy.archived, ~User.archived, User.state == UserState.ACTIVE)
        .order_by(User.id)
    )
    return list(found.unique())
