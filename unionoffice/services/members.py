"""Members: list, card, entry, changes, membership events, families, numbers (domain.md §1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from unionoffice.kernel import resident_id
from unionoffice.kernel.changes import Changes
from unionoffice.kernel.errors import Refused, UserError
from unionoffice.kernel.identity import Actor, new_id
from unionoffice.kernel.text import clean_name, squash
from unionoffice.models.dues import monthly_dues
from unionoffice.models.household import FamilyMember, age_on
from unionoffice.models.member import (
    EVENT_RULES,
    EventKind,
    Member,
    MembershipEvent,
    MembershipState,
    check_event,
    state_after,
    timeline,
)
from unionoffice.models.numbering import member_number, used_serials
from unionoffice.models.organisation import Node, Unit
from unionoffice.models.validation import set_values
from unionoffice.services.history import HistoryItem, history
from unionoffice.services.offices import Offices
from unionoffice.store.queries import members as queries
from unionoffice.store.queries import organisation
from unionoffice.store.queries.members import MemberQuery
from unionoffice.store.scope import sees
from unionoffice.store.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the search box's answer."""

    id: str
    name: str
    member_number: str
    unit: str
    phone: str
    state: MembershipState


@dataclass(frozen=True, slots=True)
class Share:
    """One welfare share on the member's card; amounts in 分."""

    batch_id: str
    batch: str
    roll_date: date
    item: str
    quantity: int
    amount: int
    state: str
    collected_on: date | None


@dataclass(frozen=True, slots=True)
class MemberCard:
    """Everything the card shows at a glance, loaded and detached."""

    member: Member
    unit: Node | None
    branch: str
    age: int | None
    dues: int | None
    events: list[MembershipEvent]
    family: list[FamilyMember]
    fellow_members: list[Member]
    shares: list[Share]


class Members:
    """The members of one office."""

    def __init__(self, store: Store, offices: Offices) -> None:
        self._store = store
        self._offices = offices

    def search(self, typed: str, limit: int = 20) -> list[Hit]:
        """Members found by part of a name, pinyin initials, ID, phone or number, in order of entry (F10)."""
        with self._store.reading() as session:
            rows = queries.search(session, typed, limit)
            units = {node.id: node.path for node in organisation.nodes(session)} if rows else {}
        return [
            Hit(
                row.id,
                row.name,
                row.member_number or "",
                units.get(row.unit_id, ""),
                row.phone or "",
                row.membership_state,
            )
            for row in rows
        ]

    def rows(
        self, columns: Sequence[str], query: MemberQuery, *, offset: int = 0, limit: int = 200
    ) -> list[tuple[Any, ...]]:
        """(id, *column values) of one page of the list."""
        with self._store.reading() as session:
            return [tuple(row) for row in queries.page(session, columns, query, offset, limit)]

    def count(self, query: MemberQuery) -> int:
        """How many members the list has."""
        with self._store.reading() as session:
            return queries.count(session, query)

    def ids(self, query: MemberQuery) -> list[str]:
        """The ids of the whole list in its order."""
        with self._store.reading() as session:
            return [row[0] for row in queries.page(session, (), query, 0, None)]

    def units(self) -> list[Node]:
        """The tree, for filters and editors."""
        with self._store.reading() as session:
            return organisation.nodes(session)

    def counts_by(self, column: str) -> dict[Any, int]:
        """Members in standing by the values of one column."""
        with self._store.reading() as session:
            return queries.counts_by(session, column)

    def state_counts(self) -> dict[MembershipState, int]:
        """The whole roll by 会籍状态."""
        with self._store.reading() as session:
            return queries.count_by_state(session)

    def waiting_for_number(self) -> int:
        """How many members `give_numbers` would number."""
        with self._store.reading() as session:
            return queries.count_without_number(session)

    def units_of(self, member_ids: Sequence[str]) -> dict[str, str | None]:
        """The unit each of these members is entered under; what `place` takes to put them back."""
        with self._store.reading() as session:
            return queries.units_of(session, member_ids)

    def without_id_number(self) -> int:
        """How many members in standing have no identity number yet."""
        with self._store.reading() as session:
            return queries.without_id_number(session)

    def get(self, member_id: str) -> Member | None:
        """One member, detached."""
        with self._store.reading() as session:
            return session.get(Member, member_id)

    def card(self, member_id: str) -> MemberCard | None:
        """The member's card; None when there is no such member."""
        today = self._store.clock.today()
        with self._store.reading() as session:
            member = session.get(Member, member_id)
            if member is None:
                return None
            unit = next((node for node in organisation.nodes(session) if node.id == member.unit_id), None)
            household = member.household_id
            return MemberCard(
                member=member,
                unit=unit,
                branch=unit.path if unit else "",
                age=age_on(member.birth_date, today),
                dues=None
                if member.dues_base is None
                else monthly_dues(member.dues_base, member.membership_state, today),
                events=queries.events(session, member_id),
                family=queries.family(session, household) if household else [],
                fellow_members=[other for other in queries.by_household(session, household) if other.id != member_id]
                if household
                else [],
                shares=[Share(*row) for row in queries.welfare(session, member_id)],
            )

    def create(self, values: Mapping[str, Any], actor: Actor) -> tuple[str, Changes]:
        """Enter a person; with a joining date he is a member from then on, without one he has not joined yet.

        Raises UserError for a wrong field, Refused when the identity number is already a member's.
        """
        member = Member()
        set_values(member, _completed(values), today=self._store.clock.today())
        with self._store.operation("member:create", "新建会员", actor) as uow:
            self._id_free(uow, member)
            _check_unit(uow, member.unit_id)
            if member.joined_on:
                self._join(member, member.joined_on)
            uow.add(member)
        return member.id, uow.changes

    def save(self, member_id: str, values: Mapping[str, Any], version: int, actor: Actor) -> Changes:
        """Change a member read at `version`. 入会日期 is changed only for somebody who has joined."""
        with self._store.operation("member:save", "修改", actor) as uow:
            member = uow.get(Member, member_id, version=version)
            before = (member.unit_id, member.joined_on)
            set_values(member, _completed(values, member), today=self._store.clock.today())
            if member.joined_on != before[1]:
                self._check_joining(uow, member)
            if member.unit_id != before[0]:
                _check_unit(uow, member.unit_id)
            self._id_free(uow, member)
        return uow.changes

    def record_event(
        self,
        member_id: str,
        kind: EventKind,
        on_date: str,
        actor: Actor,
        *,
        reason: str = "",
        document: str = "",
    ) -> Changes:
        """Something happened to the membership: the state follows from it (F1).

        Refused when the state does not allow it, for a date in the future or before the last event, and for who would
        be a member again in a unit that is closed by now. The first joining is kept on the member, its reason and
        document in the change log.
        """
        why = "；".join(filter(None, (reason.strip(), document.strip())))
        with self._store.operation(f"member:{kind.value}", kind.label, actor, reason=why) as uow:
            member = uow.get(Member, member_id)
            event = MembershipEvent()
            values = {"kind": kind, "on_date": on_date, "reason": reason, "document": document}
            set_values(event, {**values, "member_id": member_id}, today=self._store.clock.today())
            past = timeline(member, queries.events(uow.session, member_id))
            check_event(event.kind, event.on_date, past, self._store.clock.today())
            if EVENT_RULES[event.kind][1] is MembershipState.ACTIVE:
                _check_unit(uow, member.unit_id)
            if not past:
                self._join(member, event.on_date)
                if event.kind is EventKind.TRANSFER_IN:
                    member.join_method = "transfer"
            else:
                uow.add(event)
                member.membership_state = EVENT_RULES[event.kind][1]
        return uow.changes

    def withdraw_event(self, member_id: str, event_id: str, reason: str, actor: Actor) -> Changes:
        """Take back what was recorded last of a membership: the state before it is in force again.

        `event_id` is blank for the first joining, which can be taken back while nothing was built on it. Refused when
        something else was recorded since.
        """
        with self._store.operation("member:withdraw_event", "撤销会籍变动", actor, reason=reason) as uow:
            member = uow.get(Member, member_id)
            events = queries.events(uow.session, member_id)
            past = timeline(member, events)
            if not past or past[-1][1] != event_id:
                raise Refused("这次变动之后又有别的变动，只能撤销最近的一次。")
            if event_id:
                uow.get(MembershipEvent, event_id).archived = True
            else:
                if built_on_joining(member, queries.welfare(uow.session, member_id)):
                    raise Refused("他已有会员编号、会员证号或福利记录，入会不能撤销；不再是会员的，办理退会或转出。")
                member.enrolled, member.joined_on = False, None
            member.membership_state = state_after(past[:-1])
        return uow.changes

    def transfer(self, member_ids: Sequence[str], unit_id: str, actor: Actor) -> Changes:
        """Put members under another unit of this office."""
        return self.place(dict.fromkeys(member_ids, unit_id), actor)

    def place(self, units: Mapping[str, str | None], actor: Actor) -> Changes:
        """Put each member under the unit given for him: the way back from `transfer`."""
        with self._store.operation("member:transfer", "调整所属工会", actor) as uow:
            for unit_id in set(units.values()):
                _check_unit(uow, unit_id)
            for member_id, unit_id in units.items():
                uow.get(Member, member_id).unit_id = unit_id
        return uow.changes

    def give_numbers(self, actor: Actor) -> tuple[int, Changes]:
        """Give every member in standing without a number the next one of the office's pattern (§1.6)."""
        pattern = self._offices.get().member_number_pattern
        with self._store.operation("member:number", "编会员编号", actor) as uow:
            taken = list(queries.numbers(uow.session))
            used: dict[str, set[int]] = {}
            waiting = queries.without_number(uow.session)
            for member in waiting:
                year = (member.joined_on or self._store.clock.today().isoformat())[:4]
                series = member_number(pattern, year, 0)
                if series not in used:
                    used[series] = used_serials(pattern, year, taken)
                serials = used[series]
                serial = max(serials, default=0) + 1
                serials.add(serial)
                member.member_number = member_number(pattern, year, serial)
        return len(waiting), uow.changes

    def save_relative(
        self,
        member_id: str,
        values: Mapping[str, Any],
        actor: Actor,
        *,
        relative_id: str | None = None,
        version: int | None = None,
    ) -> Changes:
        """Enter or change a family member; he is stored once for the household (F5).

        Raises Conflict when he was read at `version` and somebody changed him since.
        """
        with self._store.operation("family:save", "登记家庭成员", actor) as uow:
            member = uow.get(Member, member_id)
            if member.household_id is None:
                member.household_id = new_id()
            relative = (
                FamilyMember(household_id=member.household_id)
                if relative_id is None
                else uow.get(FamilyMember, relative_id, version=version)
            )
            set_values(relative, _completed(values), today=self._store.clock.today())
            if relative_id is None:
                uow.add(relative)
        return uow.changes

    def remove_relative(self, relative_id: str, actor: Actor) -> Changes:
        """Put a family member away; his history stays."""
        with self._store.operation("family:archive", "移出家庭成员", actor) as uow:
            uow.get(FamilyMember, relative_id).archived = True
        return uow.changes

    def restore_relative(self, relative_id: str, actor: Actor) -> Changes:
        """Take a family member back who was put away."""
        with self._store.operation("family:restore", "取回家庭成员", actor) as uow:
            uow.get(FamilyMember, relative_id).archived = False
        return uow.changes

    def join_household(self, member_id: str, other_id: str, actor: Actor) -> Changes:
        """Two members are of one family: the second's relatives become the household's of both (F6)."""
        if member_id == other_id:
            raise Refused("不能把一名会员和他自己合成一家。")
        with self._store.operation("family:join", "合并家庭", actor) as uow:
            member, other = uow.get(Member, member_id), uow.get(Member, other_id)
            household = member.household_id or other.household_id or new_id()
            if other.household_id not in (None, household):
                assert other.household_id is not None
                for relative in queries.family(uow.session, other.household_id):
                    relative.household_id = household
                for fellow in queries.by_household(uow.session, other.household_id):
                    fellow.household_id = household
            member.household_id = other.household_id = household
        return uow.changes

    def members_on(self, day: date) -> dict[str, MembershipState]:
        """Who was a member on a day: id → state, for everyone with an event by then (F1)."""
        with self._store.reading() as session:
            return queries.states_on(session, day)

    def history(self, member_id: str) -> list[HistoryItem]:
        """Who changed what, newest first."""
        return history(self._store, Member, member_id, {node.id: node.name for node in self.units()})

    def _join(self, member: Member, on_date: str) -> None:
        check_event(EventKind.JOIN, on_date, [], self._store.clock.today())
        member.enrolled, member.joined_on = True, on_date
        member.membership_state = MembershipState.ACTIVE

    def _check_joining(self, uow: UnitOfWork, member: Member) -> None:
        """A corrected joining date lies before everything that happened after it."""
        if not member.joined_on:
            return
        if not member.enrolled:
            raise Refused("还没有入会，入会请用“会籍变动”办理。", field="joined_on")
        with uow.session.no_autoflush:
            later = queries.events(uow.session, member.id)
        if member.joined_on > self._store.clock.today().isoformat():
            raise Refused("入会日期不能晚于今天。", field="joined_on")
        if later and later[0].on_date < member.joined_on:
            raise Refused(
                f"入会日期不能晚于之后的会籍变动（{later[0].on_date} {later[0].kind.label}）。", field="joined_on"
            )

    def _id_free(self, uow: UnitOfWork, member: Member) -> None:
        if not member.id_number:
            return
        with uow.session.no_autoflush:
            others = [other for other in queries.with_id_number(uow.session, member.id_number) if other is not member]
        if others:
            whose = f"“{others[0].name}”名下" if sees(uow.session, others[0]) else "别的分工会"
            raise Refused(f"这个证件号码已登记在{whose}，同一个人不能登记两次。", field="id_number")


def built_on_joining(member: Member, shares: Sequence[Any]) -> bool:
    """Whether a first joining has had consequences that would be left hanging without it."""
    return bool(member.member_number or member.card_number or shares)


_CLEANED: dict[str, Callable[[str], str]] = {
    "name": clean_name,
    "member_number": squash,
    "card_number": squash,
    "staff_number": squash,
    "email": str.lower,
}
"""How imports read these fields: what is typed takes the same form, so that the same person is found again."""


def _completed(values: Mapping[str, Any], known: Member | None = None) -> dict[str, Any]:
    """Sex and birth date follow from a sound identity number where they were, and are, left blank."""
    found = {
        name: _CLEANED[name](value) if name in _CLEANED and isinstance(value, str) else value
        for name, value in values.items()
    }
    number = found.get("id_number")
    verdict = resident_id.check(str(number), today=date.max) if number else None
    if verdict is not None and verdict.problem is None:
        told = {"sex": verdict.sex, "birth_date": verdict.birth.isoformat() if verdict.birth else None}
        for name, value in told.items():
            if not found.get(name, getattr(known, name, None)):
                found[name] = value
    return found


def _check_unit(uow: UnitOfWork, unit_id: str | None) -> None:
    """Refuse a unit that is not there or closed."""
    if unit_id is None:
        return
    with uow.session.no_autoflush:
        unit = uow.session.get(Unit, unit_id)
    if unit is None:
        raise UserError("这个分工会或小组已经找不到，请重新选择。", field="unit_id")
    if unit.closed_on is not None:
        raise Refused(f"“{unit.name}”已于 {unit.closed_on.isoformat()} 撤销，请选别的分工会或小组。", field="unit_id")


__all__ = ["Hit", "MemberCard", "MemberQuery", "Members", "Share", "built_on_joining"]
