"""Which record a row of a roster means: exactly one, a new one, or nobody can say (F102).

Nothing is ever guessed: a row that could mean two people, or contradicts the one it points at, is refused with the
candidates named, and neither creates nor picks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Known(NamedTuple):
    """What is known of somebody, on the roll or earlier in the same import; `row` is None for those on the roll."""

    id: str
    name: str
    id_number: str | None
    staff_number: str | None
    card_number: str | None
    member_number: str | None
    phone: str | None
    birth_date: str | None
    unit_id: str | None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """`known` is whom the row means, None for somebody new; with `refusal` the row goes nowhere.

    `also` is another row that the refusal makes doubtful as well. `proposal` is the true identity number that our
    records know for a damaged one.
    """

    known: Known | None = None
    refusal: str | None = None
    also: int | None = None
    proposal: str | None = None


NEW = Match()


class Matcher:
    """Everybody known so far, found by number and, for those rows that need it, by name.

    Whole blocks of people who are certainly new are only noted by their numbers; they are indexed one by one when the
    first row asks for more than that, which a clean roster never does.
    """

    def __init__(self, known: Iterable[Known] = ()) -> None:
        self._by_id: dict[str, Known] = {}
        self._by_staff: dict[str, Known | list[Known]] = {}
        self._by_card: dict[str, Known | list[Known]] = {}
        self._by_member: dict[str, Known | list[Known]] = {}
        self._without_id: dict[str, list[Known]] = {}
        self._names = _NameIndex()
        self._numbers: tuple[set[str], ...] = (set(), set(), set(), set())
        self._waiting: list[Iterable[Known]] = []
        for person in known:
            self.add(person)

    def add(self, person: Known) -> None:
        """Know one more."""
        self._index(person)
        for numbers, number in zip(self._numbers, person[2:6], strict=True):
            if number:
                numbers.add(number)

    def add_if_all_new(self, ids: Sequence[str], columns: Sequence[Sequence[str | None]], first: int) -> bool:
        """Know a block at once, if the numbers alone prove that each is somebody new; else know none of them.

        `columns` are those of `Known` after `id` and before `row`, `first` the first row's number.
        """
        names, *numbers = columns[:5]
        found = [set(column) - {None, ""} for column in numbers]
        given = [len(column) - column.count(None) - column.count("") for column in numbers]
        if (
            given[0] < len(ids)
            or any(len(mine) < count for mine, count in zip(found, given, strict=True))
            or any(not known.isdisjoint(mine) for known, mine in zip(self._numbers, found, strict=True))
            or not self._without_id.keys().isdisjoint(set(names))
        ):
            return False
        for known, mine in zip(self._numbers, found, strict=True):
            known |= mine  # type: ignore[arg-type]
        self._waiting.append(map(Known, ids, *columns, range(first, first + len(ids))))
        return True

    def _index(self, person: Known) -> None:
        _, name, id_number, staff_number, card_number, member_number, *_ = person
        if id_number:
            self._by_id[id_number] = person
        else:
            self._without_id.setdefault(name, []).append(person)
        if staff_number:
            _put(self._by_staff, staff_number, person)
        if card_number:
            _put(self._by_card, card_number, person)
        if member_number:
            _put(self._by_member, member_number, person)
        self._names.waiting.append(person)

    def complete(self, old: Known, new: Known) -> None:
        """Know more of somebody already known: a row has filled in numbers that were missing."""
        for numbers, number in zip(self._numbers, new[2:6], strict=True):
            if number:
                numbers.add(number)
        if new.id_number and not old.id_number:
            self._without_id[old.name].remove(old)
            self._by_id[new.id_number] = new
        elif new.id_number:
            self._by_id[new.id_number] = new
        else:
            self._without_id[old.name] = [new if each is old else each for each in self._without_id[old.name]]
        for table, before, after in (
            (self._by_staff, old.staff_number, new.staff_number),
            (self._by_card, old.card_number, new.card_number),
            (self._by_member, old.member_number, new.member_number),
        ):
            if before and before == after:
                table[before] = [new if each is old else each for each in _all(table, before)]
                continue
            if before:
                table[before] = [each for each in _all(table, before) if each is not old]
                if not table[before]:
                    del table[before]
            if after:
                _put(table, after, new)
        self._names.replace(old, new)

    def match(self, row: Known, damaged: str | None = None) -> Match:
        """Whom `row` means. `damaged` is an identity number as a spreadsheet has left it, where the row has one."""
        for block in self._waiting:
            for person in block:
                self._index(person)
        self._waiting.clear()
        _, name, id_number, staff_number, card_number, member_number, *_ = row
        if id_number:
            found = self._by_id.get(id_number)
            if found is not None:
                return self._same_number(row, found)
        if staff_number and staff_number in self._by_staff:
            return self._by_number(row, _all(self._by_staff, staff_number), f"工号 {staff_number}", damaged)
        if card_number and card_number in self._by_card:
            return self._by_number(row, _all(self._by_card, card_number), f"会员证号 {card_number}", damaged)
        if member_number and member_number in self._by_member:
            return self._by_member_number(row, _all(self._by_member, member_number), damaged)
        # two different identity numbers are two people, so a row with one is held only against those without
        namesakes = self._without_id.get(name) if id_number else self._names.get(name)
        return self._by_their_name(row, namesakes, damaged) if namesakes else NEW

    def _same_number(self, row: Known, found: Known) -> Match:
        if found.name == row.name:
            return Match(found)
        where = f"前面的“{found.name}”用的是同一个证件号码" if found.row is not None else f"已登记在“{found.name}”名下"
        return Match(
            refusal=f"证件号码与别人相同：{where}。两人中至少有一人写错，请对照身份证核对后重新导入。", also=found.row
        )

    def _by_number(self, row: Known, holders: list[Known], what: str, damaged: str | None) -> Match:
        same = [person for person in holders if person.name == row.name]
        if len(same) != 1:
            names = "、".join(person.name for person in holders[:3])
            return Match(refusal=f"{what} 已是“{names}”的，与本行姓名不符，请核对后重新导入。")
        person = same[0]
        if row.id_number and person.id_number and row.id_number != person.id_number:
            return Match(refusal=f"{what} 和姓名与已登记的一致，但证件号码不同，请核对是不是同一个人。")
        return Match(person, proposal=person.id_number if damaged else None)

    def _by_member_number(self, row: Known, holders: list[Known], damaged: str | None) -> Match:
        """The office's own number brings its own export back; another union's series may hold the same numbers, so it
        counts only where one person has it and nothing speaks against him.
        """
        what = f"会员编号 {row.member_number}"
        if len(holders) > 1:
            names = "、".join(person.name for person in holders[:3])
            return Match(refusal=f"{what} 有 {len(holders)} 个人在用（{names}），不能认定是谁，请先改正编号再导入。")
        if holders[0].name == row.name and _contradicts(row, holders[0]):
            return Match(refusal=f"{what} 和姓名与已登记的一致，但出生日期不同，请核对是不是同一个人。")
        return self._by_number(row, holders, what, damaged)

    def _by_their_name(self, row: Known, namesakes: list[Known], damaged: str | None) -> Match:
        possible = [person for person in namesakes if not _contradicts(row, person)]
        if not possible:
            return NEW
        sure = [person for person in possible if _confirms(row, person, damaged)]
        if len(sure) == 1:
            return Match(sure[0], proposal=sure[0].id_number if damaged else None)
        shown = "；".join(_described(person) for person in (sure or possible)[:5])
        count = len(sure or possible)
        hint = damaged_hint(possible, damaged)
        return Match(
            refusal=f"花名册里有 {count} 个可能的同名人（{shown}），不能认定是谁，没有新增也没有更新。"
            f"补上证件号码或工号后重新导入。{hint}",
            proposal=None,
        )


class _NameIndex:
    """People by name, indexed only when a row without an identity number asks."""

    def __init__(self) -> None:
        self.waiting: list[Known] = []
        self._by_name: dict[str, list[Known]] = {}

    def get(self, name: str) -> list[Known]:
        """Everybody of that name."""
        for person in self.waiting:
            self._by_name.setdefault(person.name, []).append(person)
        self.waiting.clear()
        return self._by_name.get(name, [])

    def replace(self, old: Known, new: Known) -> None:
        """Somebody is known better."""
        self._by_name[old.name] = [new if each is old else each for each in self.get(old.name)]


def _put(table: dict[str, Known | list[Known]], key: str, person: Known) -> None:
    if key in table:
        table[key] = [*_all(table, key), person]
    else:
        table[key] = person


def _all(table: dict[str, Known | list[Known]], key: str) -> list[Known]:
    found = table[key]
    return found if isinstance(found, list) else [found]


def damaged_hint(people: list[Known], damaged: str | None) -> str:
    """The true numbers on record whose first digits agree with a damaged one, as a sentence."""
    if not damaged:
        return ""
    found = [person.id_number for person in people if person.id_number and _same_start(person.id_number, damaged)]
    return f"登记的号码是 {'、'.join(found)}。" if found else ""


def _same_start(number: str, damaged: str) -> bool:
    """Whether a true number begins with the (at most 15) digits that a spreadsheet keeps."""
    digits = damaged_digits(damaged)
    return len(digits) >= 8 and number.startswith(digits)


def damaged_digits(text: str) -> str:
    """The leading digits of an 18-digit number that survived: of `6.10824200211119E+17` all written ones.

    The last written digit may have been rounded and is left out; more than 15 are never trusted.
    """
    mantissa = text.upper().partition("E")[0]
    digits = "".join(char for char in mantissa if char.isdigit())
    return digits.rstrip("0")[:15][:-1] if "E" in text.upper() else digits[:15]


def _contradicts(row: Known, person: Known) -> bool:
    return bool(row.birth_date and person.birth_date) and not _same_day(row.birth_date, person.birth_date)


def _confirms(row: Known, person: Known, damaged: str | None) -> bool:
    if damaged and person.id_number and _same_start(person.id_number, damaged):
        return True
    if row.phone and row.phone == person.phone:
        return True
    exact = bool(row.birth_date and person.birth_date) and len(row.birth_date or "") == 10
    return exact and row.birth_date == person.birth_date and row.unit_id is not None and row.unit_id == person.unit_id


def _same_day(one: str | None, other: str | None) -> bool:
    """Whether two partial dates can be the same day."""
    return bool(one and other) and (one.startswith(other) or other.startswith(one))  # type: ignore[union-attr,arg-type]


def _described(person: Known) -> str:
    facts = [
        f"生于 {person.birth_date}" if person.birth_date else "",
        f"工号 {person.staff_number}" if person.staff_number else "",
        "本次前面已读到" if person.row is not None else "",
    ]
    return "，".join([person.name, *filter(None, facts)])
