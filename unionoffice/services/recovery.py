"""Recovery cards (恢复卡, F95): printing and trying a set, opening an office by two cards, replacing the data key.

The cards themselves are never kept: they exist from printing on, on paper. Printing for a new key and replacing the key
are two steps, and the second takes the new key from two of the new cards: so when the office is encrypted anew, cards
that open it are known to work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from unionoffice.documents.pdf.fonts import Fonts
from unionoffice.documents.pdf.recovery_card import recovery_cards_pdf
from unionoffice.documents.recovery_card import RecoveryCard
from unionoffice.kernel.changes import Changes
from unionoffice.kernel.clock import Clock
from unionoffice.kernel.errors import EnvironmentFault, Refused, UserError
from unionoffice.kernel.identity import Actor
from unionoffice.kernel.progress import Progress, Silent, step
from unionoffice.models.permission import permit
from unionoffice.models.recovery import WORKFLOW, RecoverySet, SetState
from unionoffice.models.user import Role, User, UserState, check_password
from unionoffice.services.checks import check
from unionoffice.services.offices import Offices
from unionoffice.services.opening import Login, open_store, settle_keys, whose
from unionoffice.store import cards, keyring, rekey
from unionoffice.store.cards import Card, CardError
from unionoffice.store.engine import check_file, is_encrypted, open_engine
from unionoffice.store.schema import discard
from unionoffice.store.unit_of_work import Store, UnitOfWork

POSTS = ("工会主席", "财务", "经审")
"""Who usually keeps the three cards."""

NOT_PRINTED, NOT_WRITTEN = "没有打印，也没有保存", "文件没有写成"
"""Why a set is given up that nobody has."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is given a card: the post he holds and his name."""

    held_as: str
    name: str


@dataclass(frozen=True, slots=True)
class SetRow:
    """A set of cards as the list shows it; `for_new_key` is whether it waits for the key to be replaced."""

    id: str
    number: int
    issued_on: date
    holders: tuple[Holder, ...]
    state: SetState
    tested_on: date | None
    for_new_key: bool
    remark: str


@dataclass(frozen=True, slots=True)
class RecoveryState:
    """What stands with an office's cards: `sets` newest first; `advice` what is to be done, None when all is well.

    `possible` is no for an office that is not encrypted, which needs no cards.
    """

    possible: bool
    sets: tuple[SetRow, ...] = ()
    advice: str | None = None

    @property
    def current(self) -> SetRow | None:
        """The set that is known to open the office."""
        return next((each for each in self.sets if each.state is SetState.CURRENT), None)

    @property
    def pending(self) -> SetRow | None:
        """The newest set that was printed and is neither in use nor withdrawn; there may be older ones."""
        return next((each for each in self.sets if each.state is SetState.ISSUED), None)

    @property
    def untried(self) -> tuple[SetRow, ...]:
        """The sets that were printed for the key in force and not yet tried, newest first."""
        return tuple(each for each in self.sets if each.state is SetState.ISSUED and not each.for_new_key)

    @property
    def for_new_key(self) -> SetRow | None:
        """The newest set that waits for the key to be replaced."""
        return next((each for each in self.sets if each.for_new_key), None)


@dataclass(frozen=True, slots=True, repr=False)
class Issued:
    """A new set, for printing at once: `texts` are the three codes, `pdf` the sheets. Nothing of it is kept."""

    number: int
    texts: tuple[str, ...]
    pdf: bytes
    changes: Changes

    def __repr__(self) -> str:
        return f"Issued({self.number})"


@dataclass(frozen=True, slots=True, repr=False)
class OpenedByCards:
    """What two cards gave: the data key, which fits the office file, and which cards of which set they were."""

    key: bytes
    numbers: tuple[int, int]
    set_tag: str
    set_number: int

    def __repr__(self) -> str:
        return f"OpenedByCards{self.numbers}"


class Recovery:
    """The recovery cards of one open office. `fonts` gives the printing fonts."""

    def __init__(self, store: Store, offices: Offices, fonts: Callable[[], Fonts]) -> None:
        self._store = store
        self._offices = offices
        self._fonts = fonts

    def state(self) -> RecoveryState:
        """What sets there are and what is to be done."""
        if self._store.key is None:
            return RecoveryState(False)
        present = keyring.key_id(self._store.key)
        with self._store.reading() as session:
            found = session.scalars(select(RecoverySet).where(~RecoverySet.archived).order_by(RecoverySet.id.desc()))
            rows = tuple(_row(each, present) for each in found)
        state = RecoveryState(True, rows)
        return RecoveryState(True, rows, _advice(state))

    def issue(self, holders: Sequence[Holder], actor: Actor, *, reason: str = "", new_key: bool = False) -> Issued:
        """Make three new cards, for the present data key or, with `new_key`, for one that `replace` will bring in.

        The set counts once it is tried (`test`) or the key replaced; until then former ones stay what they are, tried
        or not: nobody knows yet whether this one will ever be on paper. A set that follows another one needs a reason.
        Raises UserError or Refused when the holders are not three people.
        """
        permit(actor, "key:cards")
        present = self._key()
        three = _three(holders)
        office = self._offices.get()
        key = keyring.new_key() if new_key else present
        with self._store.operation("key:cards", "印制恢复卡", actor, reason=reason.strip()) as uow:
            former = uow.session.scalars(select(RecoverySet).where(RecoverySet.state != SetState.WITHDRAWN)).first()
            if (former is not None or new_key) and not reason.strip():
                raise UserError("已经印过恢复卡，重新印制要写明原因，如“保管人换届”。", field="reason")
            number = (uow.session.scalar(select(func.max(RecoverySet.number))) or 0) + 1
            made = cards.make(key, office.id, number, self._store.clock.today())
            uow.add(
                RecoverySet(
                    number=number,
                    issued_on=made[0].made_on,
                    **_kept(three),
                    key_id=keyring.key_id(key),
                    set_tag=made[0].set_tag,
                    remark="为更换密钥印制，密钥更换后生效" if new_key else None,
                )
            )
        sheets = [
            RecoveryCard(
                card.number,
                office.name,
                holder.held_as,
                holder.name,
                number,
                f"{card.made_on.year}年{card.made_on.month}月{card.made_on.day}日",
                card.key,
                card.lines(),
                card.text(),
                practice=office.practice,
            )
            for card, holder in zip(made, three, strict=True)
        ]
        pdf = recovery_cards_pdf(sheets, fonts=self._fonts())
        return Issued(number, tuple(card.text() for card in made), pdf, uow.changes)

    def give_up(self, number: int, actor: Actor, why: str = NOT_PRINTED) -> Changes:
        """Withdraw a set whose sheets nobody has; one that was tried meanwhile stays."""
        with self._store.operation("key:give_up", "作废恢复卡", actor, reason=why) as uow:
            found = uow.session.scalars(select(RecoverySet).where(RecoverySet.number == number)).one()
            if found.state is SetState.ISSUED:
                _withdraw(found, actor, why)
        return uow.changes

    def test(self, texts: Sequence[str], actor: Actor) -> Changes:
        """Try two cards: the set they are of is the one in use from now on, a former one is not.

        Raises CardError for what is no card or no pair, Refused for a set that is withdrawn or waits for a new key.
        """
        first, _second, key = _joined(texts)
        permit(actor, "key:test")
        present = self._key()
        with self._store.operation("key:test", "试用恢复卡", actor) as uow:
            found = _set_of(uow.session, first)
            if found is None or found.key_id != keyring.key_id(key):
                raise CardError("这两张卡不是这个办公文件发出的。请核对卡上的单位名称和印制日期。", field="cards")
            if found.state is SetState.WITHDRAWN:
                raise Refused(f"第 {found.number} 套恢复卡已作废（{found.remark}）。请用现在这一套，旧卡收回销毁。")
            if key != present:
                raise Refused(f"第 {found.number} 套恢复卡是为更换密钥印的，两张没有输错，接着办理“更换密钥”才生效。")
            for each in _others(uow, found):
                if each.state is SetState.CURRENT or each.number < found.number:
                    _withdraw(each, actor, f"已换发第 {found.number} 套，旧卡应收回销毁")
            _take_into_use(found, actor, self._store.clock.today())
            uow.keep_working_data()
        return uow.changes

    def hand_over(self, set_id: str, number: int, holder: Holder, reason: str, actor: Actor) -> Changes:
        """Note that card `number` (1 to 3) of a set is kept by somebody else from now on, in its sealed envelope.

        A card that the former holder may have copied is not made safe by this: for that there is `replace`.
        """
        if not reason.strip():
            raise UserError("移交要写明原因，如“财务换人”。", field="reason")
        if not 1 <= number <= cards.CARDS:
            raise UserError("恢复卡只有第 1、2、3 张。", field="number")
        with self._store.operation("key:holder", "移交恢复卡", actor, reason=reason.strip()) as uow:
            found = uow.get(RecoverySet, set_id)
            if found.state is SetState.WITHDRAWN:
                raise Refused(f"第 {found.number} 套恢复卡已作废，应收回销毁，不再移交。")
            holders = [Holder(held_as, name) for held_as, name in found.holders]
            holders[number - 1] = holder
            for name, value in _kept(_three(holders)).items():
                setattr(found, name, value)
        return uow.changes

    def replace(self, texts: Sequence[str], actor: Actor, progress: Progress | None = None) -> Changes:
        """Encrypt the office anew with the key of two cards that were issued with `new_key`.

        Everybody's password stays valid. Former cards open nothing from then on but backups made before. Nobody else
        may have the office open. Raises CardError and Refused as `test`, EnvironmentFault when the disk refuses or the
        new file does not pass the check, Cancelled when it was stopped: the office then is what it was. `self` and its
        store go on with the new key.
        """
        permit(actor, "key:replace")
        progress = progress or Silent()
        key, set_id = self._new(texts)
        former = self._key()
        former_id = keyring.key_id(former)
        path, clock = self._store.path, self._store.clock
        file = keyring.read(path)
        if file.next is not None:  # left by a crash before the change went through
            file = _without_next(path, file)
        progress.report(0, 0, "正在重新加密")
        self._store.close()
        try:
            with rekey.alone(path, former) as held:
                beside = rekey.encrypt_beside(held, path, key, progress)
                try:
                    changes = self._note_replacement(beside, clock, key, set_id, actor, former_id)
                    self._check(beside, clock, key, progress)
                    step(progress, 0, 0, "正在换上新文件")  # from here on it is too late to stop
                    rekey.put_in_place(held, path, beside, file, key)
                finally:
                    discard(beside)
        finally:
            self._store.key = key if keyring.read(path).key_id == keyring.key_id(key) else former
            self._store.engine = open_engine(path, key=self._store.key)
        return changes

    def check_new(self, texts: Sequence[str]) -> None:
        """Raise what `replace` would say of two cards, before anything is done."""
        self._new(texts)

    def _new(self, texts: Sequence[str]) -> tuple[bytes, str]:
        """The key that two cards of the set printed for it give, and that set's id."""
        first, _second, key = _joined(texts)
        if key == self._key():
            raise Refused(
                "这两张卡是现在这把密钥的。更换密钥要先印制新密钥的恢复卡，再输入新卡中的两张。", field="cards"
            )
        with self._store.reading() as session:
            found = _set_of(session, first)
        if found is None or found.state is not SetState.ISSUED or found.key_id != keyring.key_id(key):
            raise CardError("这两张卡不是为更换密钥新印的那一套。请核对卡上的印制日期和套号。", field="cards")
        return key, found.id

    def _note_replacement(
        self, beside: Path, clock: Clock, key: bytes, set_id: str, actor: Actor, former_id: str
    ) -> Changes:
        """The log of the new file says it; the former file, should it stay, knows nothing of it.

        No other set is kept waiting, not even a newer one: it is for the former key, or for one that comes no more.
        """
        store = Store(beside, clock, key=key)
        try:
            with store.operation("key:replace", "更换密钥", actor) as uow:
                found = uow.get(RecoverySet, set_id)
                day = clock.today()
                for each in _others(uow, found):
                    opens = "旧卡只能打开此前的备份" if each.key_id == former_id else f"用的是第 {found.number} 套"
                    _withdraw(each, actor, f"{day.isoformat()} 更换密钥，{opens}，应收回销毁")
                _take_into_use(found, actor, day)
                found.remark = f"{day.isoformat()} 更换密钥后启用"
        finally:
            store.close()
        return uow.changes

    def _check(self, beside: Path, clock: Clock, key: bytes, progress: Progress) -> None:
        store = Store(beside, clock, key=key)
        try:
            problems = check(store, progress).problems
        finally:
            store.close()
        if problems:
            raise EnvironmentFault(
                f"重新加密后的文件没有通过检查（{problems[0]}），没有更换密钥，原文件没有改动。请先检查办公文件。"
            )

    def _key(self) -> bytes:
        if self._store.key is None:
            raise Refused("这个办公文件没有加密，用不着恢复卡。")
        return self._store.key


def open_by_cards(path: Path, texts: Sequence[str]) -> OpenedByCards:
    """The way into an office by two cards, without any password and without the key file.

    Raises CardError when the cards are wrong, do not belong together, or are not of this office or its present key.
    """
    if _is_plain(path):
        raise Refused(f"“{path.name}”没有加密，不用恢复卡就能打开。")
    first, second, key = _joined(texts)
    try:
        check_file(path, key=key)
    except EnvironmentFault as fault:
        try:
            known = keyring.read(path)
        except EnvironmentFault:
            known = None
        if known is not None and known.key_id == keyring.key_id(key):
            raise  # the right cards: the file itself is at fault
        if known is not None and cards.office_tag(known.office) != first.office:
            raise CardError(
                "这两张卡是别的单位的，打不开这个办公文件。请核对卡上的单位名称。", field="cards"
            ) from fault
        day = first.made_on
        raise CardError(
            f"{day.year}年{day.month}月{day.day}日第 {first.set_number} 套恢复卡打不开“{path.name}”："
            f"可能换过密钥，或是别的办公文件的，也可能文件不完好（{fault.sentence}）",
            field="cards",
        ) from fault
    return OpenedByCards(key, (first.number, second.number), first.set_tag, first.set_number)


def administrators(path: Path, opened: OpenedByCards, clock: Clock) -> list[tuple[str, str]]:
    """Id and name of everybody who can be given a new first password by cards: the active system administrators."""
    store, _copy = open_store(path, clock, key=opened.key)
    try:
        with store.reading() as session:
            return [(user.id, user.name) for user in _administrators(session)]
    finally:
        store.close()


def recover(
    path: Path,
    opened: OpenedByCards,
    user_id: str,
    password: str,
    clock: Clock,
    *,
    cost: keyring.Cost | None = None,
) -> tuple[Login, list[str]]:
    """Give a system administrator a new first password, which he must change when he opens the office.

    A key file that is lost, damaged or of another key is made anew; what lay there is kept beside it under another
    name. Returns the login, and the names of active users who have no password any more and need a new one from the
    administrator. Logged as `key:recover` with the cards and their holders. `cost` is measured when it is not given.
    """
    check_password(password, clock.today())
    store, _copy = open_store(path, clock, key=opened.key)
    try:
        office = whose(store)
        with store.reading() as session:
            user = next((each for each in _administrators(session) if each.id == user_id), None)
            by = _by_whom(session, opened)
        if user is None:
            raise Refused("只有在用的系统管理员能用恢复卡重设密码，其他人的密码由系统管理员重设。")
        check_password(password, clock.today(), name=user.name)
        file = _usable_key_file(path, office.id, opened.key, clock)
        actor = Actor(user.name, frozenset({Role.ADMIN.value}), user_id=user.id)
        if cost is None:
            cost = keyring.Cost(file.slots[0].rounds, file.slots[0].memory) if file.slots else keyring.measured_cost()
        with store.operation("key:recover", "用恢复卡重设密码", actor, reason=by) as uow:
            changed = uow.get(User, user_id)
            changed.must_change = True
            uow.keep_working_data()
            uow.session.flush()
            slot = keyring.new_slot(file.office, user.id, user.name, password, opened.key, cost)
            after = keyring.with_slot(file, slot)
            keyring.write(path, keyring.prepared(file, after, uow.token), other_key=True)
            known = {slot.user_id for slot in after.slots}
            active = uow.session.scalars(select(User).where(~User.archived, User.state == UserState.ACTIVE))
            shut_out = sorted(each.name for each in active if each.id not in known)
        settle_keys(store)
        return Login(opened.key, user_id), shut_out
    finally:
        store.close()


def _is_plain(path: Path) -> bool:
    try:
        return not is_encrypted(path)
    except EnvironmentFault:  # without its key file too, which is what cards are for
        return False


def _usable_key_file(path: Path, office_id: str, key: bytes, clock: Clock) -> keyring.KeyFile:
    """The key file there, or an empty one when it is of no use; that one is set aside, not lost."""
    try:
        file = keyring.read(path)
    except EnvironmentFault:
        file = None
    if file is not None and file.office == office_id and file.key_id == keyring.key_id(key):
        return file
    failures = file.failures if file is not None and file.office == office_id else {}
    lying = keyring.key_path(path)
    if lying.exists():
        aside = lying.with_name(f"{lying.name}-停用-{clock.now():%Y%m%d-%H%M%S}")
        try:
            lying.replace(aside)
        except OSError as fault:
            raise EnvironmentFault(
                f"密钥文件“{lying.name}”换不下来，密码没有改变。请检查磁盘和权限后再做一次。"
            ) from fault
    return keyring.KeyFile(office_id, keyring.key_id(key), failures=failures)


def _without_next(path: Path, file: keyring.KeyFile) -> keyring.KeyFile:
    clean = msgspec.structs.replace(file, next=None)
    keyring.write(path, clean)
    return clean


def _joined(texts: Sequence[str]) -> tuple[Card, Card, bytes]:
    """Two cards as typed, and the key they give; of three, each pair must give the same one."""
    if not cards.NEEDED <= len(texts) <= cards.CARDS:
        raise CardError("要输入两张恢复卡。", field="cards")
    found: list[Card] = []
    for number, text in enumerate(texts, 1):
        try:
            found.append(cards.parse(text))
        except CardError as fault:
            raise CardError(f"输入的第 {number} 张：{fault.sentence}", field=fault.field) from fault
    first, second, *third = found
    key = cards.combine(first, second)
    if any(cards.combine(first, each) != key or cards.combine(second, each) != key for each in third):
        raise CardError("三张卡合不到一起，其中一张不是原来的内容。请只输入其中两张。", field="cards")
    return first, second, key


def _set_of(session: Session, card: Card) -> RecoverySet | None:
    return session.scalars(select(RecoverySet).where(RecoverySet.set_tag == card.set_tag)).first()


def _others(uow: UnitOfWork, found: RecoverySet) -> list[RecoverySet]:
    """All sets but this one that still count or may come to."""
    those = select(RecoverySet).where(RecoverySet.state != SetState.WITHDRAWN, RecoverySet.id != found.id)
    return list(uow.session.scalars(those))


def _take_into_use(found: RecoverySet, actor: Actor, day: date) -> None:
    WORKFLOW.take("test", found, actor.roles)
    found.tested_on = day


def _withdraw(each: RecoverySet, actor: Actor, why: str) -> None:
    WORKFLOW.take("withdraw", each, actor.roles, why)
    each.remark = why


def _by_whom(session: Session, opened: OpenedByCards) -> str:
    """The cards in the log: whose they were, and that a withdrawn set was still about."""
    found = session.scalars(select(RecoverySet).where(RecoverySet.set_tag == opened.set_tag)).first()
    if found is None:
        first, second = sorted(opened.numbers)
        return f"第 {opened.set_number} 套恢复卡第 {first}、{second} 张（没有发放记录）"
    holders = [found.holders[number - 1] for number in sorted(opened.numbers)]
    names = "、".join(f"{held_as} {name}" for held_as, name in holders)
    gone = "，该套已作废" if found.state is SetState.WITHDRAWN else ""
    return f"第 {found.number} 套恢复卡：{names}{gone}"


def _administrators(session: Session) -> list[User]:
    users = session.scalars(select(User).where(~User.archived, User.state == UserState.ACTIVE).order_by(User.id))
    return [user for user in users if Role.ADMIN in user.role_set]


def _three(holders: Sequence[Holder]) -> list[Holder]:
    """Three people, named: one who holds two cards opens the office alone."""
    three = [Holder(each.held_as.strip(), each.name.strip()) for each in holders]
    if len(three) != cards.CARDS or not all(each.held_as and each.name for each in three):
        raise UserError("要写明三张卡各交给谁：职务和姓名，一般是工会主席、财务、经审。", field="holders")
    if len({each.name for each in three}) < cards.CARDS:
        raise Refused("三张卡要交给三个人：一个人拿两张，就能独自打开办公文件。", field="holders")
    return three


def _kept(three: Sequence[Holder]) -> dict[str, str]:
    places = ("first", "second", "third")
    kept = {f"{place}_office": holder.held_as for place, holder in zip(places, three, strict=True)}
    return kept | {f"{place}_holder": holder.name for place, holder in zip(places, three, strict=True)}


def _row(found: RecoverySet, present: str) -> SetRow:
    return SetRow(
        found.id,
        found.number,
        found.issued_on,
        tuple(Holder(held_as, name) for held_as, name in found.holders),
        found.state,
        found.tested_on,
        found.state is SetState.ISSUED and found.key_id != present,
        found.remark or "",
    )


def _advice(state: RecoveryState) -> str | None:
    pending, untried = state.pending, state.untried
    if pending is not None and pending.for_new_key:
        return f"第 {pending.number} 套恢复卡是为更换密钥印的，密钥还没有更换。请输入其中两张，完成更换。"
    if len(untried) > 1:
        numbers = "、".join(str(each.number) for each in reversed(untried))
        return (
            f"第 {numbers} 套恢复卡都还没有试用。请输入其中一套的两张，确认能用，再密封分开保管；"
            "试用了一套，比它早印的随即作废。"
        )
    if pending is not None:
        return f"第 {pending.number} 套恢复卡还没有试用。请输入其中两张，确认能用，再密封分开保管。"
    if state.current is None:
        return "还没有恢复卡：密码都忘了或密钥文件丢了，办公文件就打不开了。请印制三张恢复卡，交三个人分开保管。"
    return None
