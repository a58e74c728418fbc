"""Users of an encrypted office: their roles, branches and passwords, and who stands in for whom (F90, F59)."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.models.access_entry import AccessKind
from unionoffice.models.permission import permit
from unionoffice.models.tier import Tier
from unionoffice.models.user import WORKFLOW, Deputy, Role, User, UserState, check_name, check_password, check_roles
from unionoffice.services.access_log import Access, AccessLog
from unionoffice.services.logins import note_failures
from unionoffice.services.opening import settle_keys
from unionoffice.store import keyring
from unionoffice.store.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user as the list shows him; `can_log_in` is whether the key file has a way in for him."""

    id: str
    version: int
    name: str
    roles: frozenset[Role]
    units: frozenset[str] | None
    state: UserState
    must_change: bool
    can_log_in: bool
    tiers: frozenset[Tier] = frozenset()


@dataclass(frozen=True, slots=True)
class DeputyRow:
    """Who stands in for whom, from the first day to the last."""

    id: str
    user: str
    deputy: str
    from_on: date
    until_on: date
    reason: str


class Users:
    """The users of one encrypted office. A plain office has none, and refuses to have some."""

    def __init__(self, store: Store, access: AccessLog) -> None:
        self._store = store
        self._access = access

    @property
    def possible(self) -> bool:
        """Whether this office can have users."""
        return self._store.key is not None

    def rows(self) -> list[UserRow]:
        """All users, those in use first, then as they were added."""
        if not self.possible:
            return []
        known = {slot.user_id for slot in keyring.read(self._store.path).slots}
        with self._store.reading() as session:
            found = session.scalars(select(User).where(~User.archived).order_by(User.state, User.id)).all()
            return [
                UserRow(
                    user.id,
                    user.version,
                    user.name,
                    user.role_set,
                    user.units,
                    user.state,
                    user.must_change,
                    user.id in known,
                    user.tier_set,
                )
                for user in found
            ]

    def add(
        self, name: str, roles: Collection[Role], units: Collection[str], password: str, actor: Actor
    ) -> tuple[str, Changes]:
        """A new user with a first password, which he must change when he first logs in; returns his id.

        Raises UserError or Refused for a name already taken, roles that must be apart, or a weak password.
        """
        name = check_name(name)
        _check_powers(roles, units)
        check_password(password, self._store.clock.today(), name=name)
        key = self._key()
        with self._store.operation("user:add", "添加用户", actor) as uow:
            if uow.session.scalars(select(User).where(User.name == name)).first() is not None:
                raise UserError(f"已经有一个叫“{name}”的用户，请在姓名后加上部门区分。", field="name")
            user = uow.add(User(name=name, roles=_joined(roles), unit_ids=_units(units), must_change=True))
            self._let_in(uow, user, password, key)
        settle_keys(self._store)
        return user.id, uow.changes

    def change(
        self,
        user_id: str,
        version: int,
        roles: Collection[Role] | None,
        units: Collection[str] | None,
        actor: Actor,
    ) -> Changes:
        """Give a user other roles or branches: None leaves them as they are, no branch is the whole union.

        One active system administrator must remain. Raises Refused for roles that must be apart, and for an
        administrator of some branches only.
        """
        with self._store.operation("user:change", "修改用户", actor) as uow:
            user = uow.get(User, user_id, version=version)
            roles = user.role_set if roles is None else roles
            units = user.units or () if units is None else units
            _check_powers(roles, units)
            user.roles, user.unit_ids = _joined(roles), _units(units)
            self._keep_an_administrator(uow)
        return uow.changes

    def open_tiers(self, user_id: str, version: int, tiers: Collection[Tier], reason: str, actor: Actor) -> Changes:
        """Let a user see these closed tiers and no others, for a reason that is logged with each given or taken.

        Nobody opens one to himself, the administrator least of all: he needs another one for it.
        """
        reason = reason.strip()
        if not reason:
            raise UserError("授权要写明理由，如“负责心理关爱”。", field="reason")
        with self._store.operation("user:tiers", "授权", actor, reason=reason) as uow:
            user = uow.get(User, user_id, version=version)
            if user.state is not UserState.ACTIVE:
                raise Refused(f"“{user.name}”已停用，先恢复再授权。")
            given, taken = set(tiers) - user.tier_set, user.tier_set - set(tiers)
            if given and user.id == actor.user_id:
                raise Refused("不能给自己授权，请另一名系统管理员办理。", field="tiers")
            user.tiers = ",".join(tier.value for tier in Tier if tier in tiers) or None
            for kind, changed in ((AccessKind.GRANT, given), (AccessKind.REVOKE, taken)):
                for tier in (each for each in Tier if each in changed):
                    entry = Access(kind, f"{user.name}：{tier.label}", (User, user.id), purpose=reason)
                    self._access.note(entry, actor=actor, uow=uow)
        return uow.changes

    def change_password(self, actor: Actor, former: str, password: str) -> Changes:
        """Somebody's own new password. Raises WrongPasswordError when the former one is not his."""
        today = self._store.clock.today()
        key = self._key()
        keyring.unlock(keyring.read(self._store.path), actor.name, former)
        check_password(password, today, name=actor.name)
        if password == former:
            raise UserError("新密码和原来的一样，请换一个。", field="password")
        with self._store.operation("password:change", "修改密码", actor) as uow:
            user = uow.get(User, str(actor.user_id))
            user.must_change = False
            self._let_in(uow, user, password, key)
            uow.keep_working_data()
        settle_keys(self._store)
        return uow.changes

    def reset_password(self, user_id: str, password: str, actor: Actor) -> Changes:
        """A new first password for somebody who has forgotten his; he must change it when he next logs in.

        His wrong passwords so far come into the access log first.
        """
        key = self._key()
        permit(actor, "user:password")
        note_failures(self._store.path, self._access)
        with self._store.operation("user:password", "重设密码", actor) as uow:
            user = uow.get(User, user_id)
            if user.state is not UserState.ACTIVE:
                raise Refused(f"“{user.name}”已停用，先恢复再重设密码。")
            check_password(password, self._store.clock.today(), name=user.name)
            user.must_change = True
            self._let_in(uow, user, password, key)
            uow.keep_working_data()
        settle_keys(self._store)
        return uow.changes

    def close(self, user_id: str, reason: str, actor: Actor) -> Changes:
        """Take away somebody's way in and his closed tiers: nothing is encrypted anew, his password opens nothing."""
        self._key()
        permit(actor, "user:close")
        note_failures(self._store.path, self._access)
        with self._store.operation("user:close", "停用用户", actor, reason=reason.strip()) as uow:
            user = uow.get(User, user_id)
            WORKFLOW.take("close", user, actor.roles, reason)
            user.tiers = None  # who comes back asks for them anew
            self._keep_an_administrator(uow)
            uow.session.flush()
            file = keyring.read(self._store.path)
            keyring.write(self._store.path, keyring.prepared(file, keyring.without_slot(file, user_id), uow.token))
        settle_keys(self._store)
        return uow.changes

    def reopen(self, user_id: str, password: str, actor: Actor) -> Changes:
        """Let somebody in again, with a first password to be changed."""
        key = self._key()
        check_password(password, self._store.clock.today())
        with self._store.operation("user:reopen", "恢复用户", actor) as uow:
            user = uow.get(User, user_id)
            WORKFLOW.take("reopen", user, actor.roles)
            user.must_change = True
            self._let_in(uow, user, password, key)
        settle_keys(self._store)
        return uow.changes

    def deputies(self) -> list[DeputyRow]:
        """Who stands in for whom, the latest first."""
        with self._store.reading() as session:
            names = {user.id: user.name for user in session.scalars(select(User))}
            found: Sequence[Deputy] = session.scalars(
                select(Deputy).where(~Deputy.archived).order_by(Deputy.from_on.desc(), Deputy.id.desc())
            ).all()
            return [
                DeputyRow(each.id, names[each.user_id], names[each.deputy_id], each.from_on, each.until_on, each.reason)
                for each in found
            ]

    def stand_in(
        self, user_id: str, deputy_id: str, from_on: date, until_on: date, reason: str, actor: Actor
    ) -> tuple[str, Changes]:
        """Let one user stand in for another, from the first day to the last (F59); returns the deputy's record id."""
        if until_on < from_on:
            raise UserError("代理的结束日期早于开始日期。", field="until_on")
        if until_on < self._store.clock.today():
            raise UserError("代理的结束日期已经过去。", field="until_on")
        if not reason.strip():
            raise UserError("代理要写明事由，如“出差”。", field="reason")
        if user_id == deputy_id:
            raise UserError("自己不能代理自己。", field="deputy_id")
        with self._store.operation("deputy:add", "指定代理", actor) as uow:
            users = [uow.get(User, each) for each in (user_id, deputy_id)]
            check_roles(users[0].role_set | users[1].role_set)
            deputy = uow.add(
                Deputy(user_id=user_id, deputy_id=deputy_id, from_on=from_on, until_on=until_on, reason=reason.strip())
            )
        return deputy.id, uow.changes

    def end_deputy(self, deputy_id: str, actor: Actor) -> Changes:
        """Take a deputy's powers back before their last day."""
        with self._store.operation("deputy:end", "终止代理", actor) as uow:
            uow.get(Deputy, deputy_id).archived = True
        return uow.changes

    def _key(self) -> bytes:
        if self._store.key is None:
            raise Refused("这个办公文件没有加密，不分用户；要分用户，请新建加密的办公文件。")
        return self._store.key

    def _let_in(self, uow: UnitOfWork, user: User, password: str, key: bytes) -> None:
        """The key file last, so that a fault there undoes the rest; it holds once the operation is in the log."""
        uow.session.flush()
        path = self._store.path
        file = keyring.read(path)
        slot = keyring.new_slot(file.office, user.id, user.name, password, key, _cost(file))
        file = keyring.read(path)  # that took a while: somebody may have tried a password meanwhile
        keyring.write(path, keyring.prepared(file, keyring.with_slot(file, slot), uow.token))

    def _keep_an_administrator(self, uow: UnitOfWork) -> None:
        uow.session.flush()
        users = uow.session.scalars(select(User).where(User.state == UserState.ACTIVE, ~User.archived))
        if not any(Role.ADMIN in user.role_set for user in users):
            raise Refused("至少要留一个在用的系统管理员。")


def first_password() -> str:
    """A password to be handed over and changed at once: syllables and digits that are not mistaken for one another."""
    half = ["".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(3)) for _ in range(2)]
    digits = "".join(secrets.choice(_DIGITS) for _ in range(4))
    return f"{half[0].capitalize()}-{half[1]}-{digits}"


_CONSONANTS, _VOWELS, _DIGITS = "bdfghkmnprstwz", "aeu", "2345679"


def _check_powers(roles: Collection[Role], units: Collection[str]) -> None:
    check_roles(roles)
    if Role.ADMIN in roles and units:
        raise Refused("系统管理员管的是整个办公文件，分管范围要选“全部”。", field="units")


def first_user(uow: UnitOfWork, name: str) -> User:
    """Who founds an office looks after it and works in it; approving needs somebody else (F60)."""
    return uow.add(User(name=name, roles=_joined((Role.ADMIN, Role.OFFICER))))


def _cost(file: keyring.KeyFile) -> keyring.Cost:
    """What the office settled on when it was founded."""
    if not file.slots:
        return keyring.measured_cost()
    return keyring.Cost(file.slots[0].rounds, file.slots[0].memory)


def _joined(roles: Collection[Role]) -> str:
    return ",".join(role.value for role in Role if role in roles)


def _units(units: Collection[str]) -> str | None:
    return ",".join(sorted(units)) or None
