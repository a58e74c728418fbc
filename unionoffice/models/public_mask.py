"""What a paper for the public (公示、公告) may not hold (F43; domain.md §7.3), and names that can still be told apart.

Nothing is put right here: what is found is named with its place, so that whoever writes the notice takes it out.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import groupby, product
from typing import Any

from unionoffice.kernel.resident_id import check_digit
from unionoffice.kernel.text import mask_card, mask_id, mask_name, mask_phone
from unionoffice.models.rule_pack import Rule, rule_on

MASKS: dict[str, Callable[[str], str]] = {"name": mask_name, "phone": mask_phone, "bank": mask_card, "id": mask_id}
"""How a value may stand in public, where it must: 张*明, 138****1234, ****1234, 610*************25."""

FEWEST, MOST = 12, 19
"""Digits of a bank account."""

_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_WORDED = re.compile("[〇零一二三四五六七八九]{7,}")
_IN_FIGURES = str.maketrans("〇零一二三四五六七八九", "00123456789")
_BETWEEN = r"[\s\-—–_.·•,，、;；/|()]{0,3}"
_DIGITS = re.compile(rf"(?<![0-9])\+?[0-9](?:{_BETWEEN}[0-9]){{6,}}(?:{_BETWEEN}[Xx])?(?![0-9])")
_APART = re.compile(r"[,，、;；|]")
"""What stands between the things of a list, and may stand between the digits of one number."""
_CLAUSES = re.compile(r"[,，。;；:：\n]")
_AMOUNT = re.compile(
    r"(?<![0-9.])(?<![0-9][ \-])"
    r"(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,8})\.[0-9]{1,2}|(?<![0-9],)[0-9]{1,3}(?:,[0-9]{3})+(?!,?[0-9]))"
    r"(?![ \-.]?[0-9])"
)
_MAIL = re.compile(r"[0-9A-Za-z._%+\-]+\s?@\s?[0-9A-Za-z\-]+(?:\s?\.\s?[0-9A-Za-z\-]+)+")
_TAIL, _HEAD = re.compile(r"[0-9][0-9 \-.]*$"), re.compile(r"^[ \-.]*[0-9Xx][0-9 \-.]*[Xx]?(?![0-9A-Za-z])")
_STARRED = re.compile(r"(?<![0-9A-Za-z])[0-9]{3,}[*＊×xX●•#]{2,}[0-9]*[0-9Xx]?(?![0-9A-Za-z])")
_PASSPORT = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{1,2}[ ]?[0-9]{7,10}(?![0-9A-Za-z])")
_TELEPHONE = re.compile(
    r"(?:(?:\+?86|0086)[ \-]?)?1[3-9][0-9](?:[ \-]?[0-9]{4}){2}"
    r"|(?:\(0(?:10|2[0-9]|[3-9][0-9]{2})\)\s?|0(?:10|2[0-9]|[3-9][0-9]{2})[ \-]?)[0-9]{3,4}[ \-]?[0-9]{4}(?:EXT)?"
    r"|[1-9][0-9]{2,3}[ \-]?[0-9]{4}(?:EXT)?|[48]00[ \-]?[0-9]{3,4}[ \-]?[0-9]{3,4}(?:EXT)?".replace(
        "EXT", r"\s?(?:转|-|#|\*|/)\s?[0-9]{1,6}"
    )
)
"""A mobile phone; a fixed line with its area code or without, and its extension; a number of a service."""
_MOBILE = re.compile(r"1[3-9][0-9]{9}$")
_TELEPHONES = re.compile(r"[0-9+(][0-9+() \-转#*/]*[0-9](?![0-9Xx])")
_DIALLED = 10
"""Digits of the shortest number that is told from others by itself."""
_PROVINCE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
"""What an identity number begins with (GB/T 2260)."""
_NEAR = 12
"""Characters before a number in which a word says what it numbers."""
_MOST_CELLS = 6
_FIGURES = re.compile(r"[0-9]+[Xx]?|[Xx]")
_YEARLY = re.compile(r"(?:19|20)[0-9]{2}(?:[0-9]{4})?$")
"""A year, a day, or a number that begins with one, as those of staff do."""
_SUM = 4
"""Figures of the shortest number in a column that says something of the others' lengths."""
_At = tuple[int, int]
"""Where a cell stands: row and column."""
_DATES = re.compile(r"(?:19|20)[0-9]{2}[-./]?[01]?[0-9][-./]?[0-3]?[0-9]")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that may not stand in public: where, what kind of thing, and enough of it to find it by."""

    where: str
    what: str
    shown: str

    def sentence(self) -> str:
        """E.g. B5 里有证件号码（610***25），不能公示。"""
        space = " " if self.where[-1:].isascii() else ""
        return f"{self.where}{space}里有{self.what}（{self.shown}），不能公示。"


class Contact(StrEnum):
    """What people are told so that they can object."""

    PHONE = "phone"
    PLACE = "place"
    MAIL = "mail"


def contact_of(name: str, day: date) -> Contact | None:
    """Which of them a field of that name asks for, by the words of the rule of the day."""
    words = rule_on("public_notice", day).values["contact_words"]
    return next((kind for kind in Contact if any(word in name for word in words[kind.value])), None)


def contacts(kind: Contact, text: str, day: date) -> list[str]:
    """What of a text typed for people to object may stand in public, as `refused` takes it.

    A telephone where one is asked for, the place of an office where a place is, an address of mail where mail is.
    Whatever else was typed there is as private as anywhere.
    """
    plain = _plain(text)
    if kind is Contact.MAIL:
        return _MAIL.findall(plain)
    if kind is Contact.PHONE:
        return _telephones(plain)
    rule = rule_on("public_notice", day)
    office, home = (any(word in plain for word in rule.values[name]) for name in ("office_places", "home_places"))
    if not office or home or any(what != "address" for what, _ in _found(plain, rule)):
        return []
    return [line.strip() for line in plain.splitlines() if line.strip()]


def _telephones(text: str) -> list[str]:
    """The numbers of a text that can be dialled.

    Of several with nothing but spaces between them only those that are told from others by themselves.
    """
    found = []
    for match in _TELEPHONES.finditer(text):
        if _TELEPHONE.fullmatch(match[0]):
            found.append(match[0])
        elif "/" in match[0]:
            found += [part for part in match[0].split("/") if _TELEPHONE.fullmatch(part)]
        else:
            parts = [part for part in match[0].split() if sum(map(str.isdigit, part)) >= _DIALLED]
            found += [part for part in parts if _TELEPHONE.fullmatch(part)]
    return found


def numbered(text: str) -> list[tuple[str, str]]:
    """The lines of a text with what each is called, as `refused` takes them; then what goes on over a line's end."""
    lines = text.splitlines()
    return [(f"第 {number} 行", line) for number, line in enumerate(lines, start=1)] + list(_going_on(lines))


def _going_on(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Digits at the end of a line with those that begin the next."""
    begun, so_far = 0, ""
    for number, line in enumerate([*map(_plain, lines), ""], start=1):
        head = _HEAD.match(line) if so_far else None
        if head:
            so_far += f" {head[0]}"
        if so_far and (head is None or head[0] != line):
            if " " in so_far and number - begun > (head is None):
                yield f"第 {begun} 至 {number - (head is None)} 行", so_far
            so_far = ""
        if not so_far and (tail := _TAIL.search(line)):
            begun, so_far = number, tail[0].strip()


NUMBERS = frozenset(["id_number", "id_half_masked", "phone", "bank", "address"])
"""What by itself says where to find somebody or whose money it is. Words such as 大病 may be a heading's."""


def refused(
    cells: Iterable[tuple[str, str]], day: date, *, allowed: Sequence[str] = (), kinds: Collection[str] = ()
) -> list[Problem]:
    """What of (place, text) may not stand in public on a day, in order; empty when all may. `kinds` are all if none.

    `allowed` is the office's own: the numbers and address where people shall object, its organisation code. Digits are
    found full-width, spaced, in Chinese figures, and one by one in neighbouring cells. Raises UserError when no rule
    covers the day.
    """
    rule = rule_on("public_notice", day)
    own = tuple(sorted(map(_plain, filter(None, allowed)), key=len, reverse=True))
    found: list[Problem] = []
    for where, text in _joined([(where, _plain(text)) for where, text in cells]):
        for word in own:
            text = re.sub(rf"(?<![0-9]){re.escape(word)}(?![0-9])", "　", text)
        found += [
            Problem(where, rule.values["kinds"][kind], shown)
            for kind, shown in _found(text, rule)
            if not kinds or kind in kinds
        ]
    return found


def of_the_office(text: str, label: str, day: date) -> list[str]:
    """What may stand in public as the office's own, as `refused` takes it: its place, its fixed telephones.

    A telephone is the office's where the label says that there is one, or a text that names both. A mobile phone is
    somebody's: where people shall call one, it is typed in the field that asks for it.
    """
    clauses = [clause for clause in _CLAUSES.split(_plain(text)) if clause]
    found = [place for clause in clauses for place in contacts(Contact.PLACE, clause, day)]
    named = any(word in text for word in rule_on("public_notice", day).values["office_places"])
    if contact_of(f"{label} {text if named else ''}", day) is Contact.PHONE:
        found += [number for number in contacts(Contact.PHONE, text, day) if not _MOBILE.search(_bare(number))]
    return found


def _bare(number: str) -> str:
    return re.sub(r"[^0-9]", "", number)


def over_cells(cells: Mapping[_At, tuple[str, str]], day: date) -> list[Problem]:
    """Numbers that go on from one cell of a table to its neighbours, of (place, text) by row and column.

    Numbers in neighbouring cells are mostly different things: only what is surely one is named, an identity number
    or a card in a row, a mobile phone in a row or in two cells below each other.
    """
    kinds = rule_on("public_notice", day).values["kinds"]
    told = {at: (where, _plain(text).strip()) for at, (where, text) in cells.items()}
    figures = {at: text for at, (_, text) in told.items() if _FIGURES.fullmatch(text)}
    columns = _Columns(figures)
    by_row, by_column = sorted(told), sorted(told, key=lambda at: (at[1], at[0]))
    found = []
    for order, line, most in ((by_row, 0, _MOST_CELLS), (by_column, 1, 2)):
        for group in _figures(figures, order, line):
            for start, count in product(range(len(group) - 1), range(2, most + 1)):
                these = group[start : start + count]
                if line == 1 and (len(group) > count or any(columns.beside(at) for at in these)):
                    continue  # numbers below each other are mostly a column's, in a table of numbers always
                if len(these) == count and (kind := _in_parts({at: figures[at] for at in these}, columns, day)):
                    where = f"{told[these[0]][0]} 至 {told[these[-1]][0]}"
                    found.append(Problem(where, kinds[kind], _hinted("".join(figures[at] for at in these))))
    return found


def _figures(figures: Mapping[_At, str], order: Sequence[_At], line: int) -> Iterator[list[_At]]:
    """The cells of figures that stand next to each other in a line of the table."""
    for (_, these), group in groupby(order, lambda at: (at[line], at in figures)):
        if these:
            yield list(group)


class _Columns:
    """What the columns of a table hold besides the cells looked at: what ordinary numbers are told from parts by."""

    def __init__(self, figures: Mapping[_At, str]) -> None:
        self._places = figures.keys()
        self._figures: dict[int, list[tuple[int, str]]] = {}
        for (row, column), text in sorted(figures.items()):
            self._figures.setdefault(column, []).append((row, text))

    def beside(self, at: _At) -> bool:
        """Whether there are figures to the left or right of a cell as well."""
        return not self._places.isdisjoint(((at[0], at[1] - 1), (at[0], at[1] + 1)))

    def counts(self, at: _At, text: str) -> bool:
        """Whether a cell goes on counting (序号): the two above it in its column are the two numbers before it."""
        above = [other for row, other in self._figures[at[1]] if row < at[0]][-2:]
        return above == [str(int(text) - 2), str(int(text) - 1)]

    def begin(self, at: _At, expression: str) -> bool:
        """Whether all figures of a cell's column begin alike."""
        return all(re.match(expression, text) for _, text in self._figures[at[1]])

    def vary(self, at: _At, text: str, apart: Collection[_At]) -> bool:
        """Whether other cells of the column have more or fewer figures, as sums do and parts of numbers do not."""
        return any(
            len(other) >= _SUM and len(other) != len(text) and (row, at[1]) not in apart
            for row, other in self._figures[at[1]]
        )


def _in_parts(parts: Mapping[_At, str], columns: _Columns, day: date) -> str | None:
    """What private number is surely in the figures of several cells."""
    texts = list(parts.values())
    signs = "".join(texts).upper()
    if len(signs) == 18 and _PROVINCE.match(signs) and signs[6:14] <= f"{day:%Y%m%d}":
        mistyped = signs.endswith("X") and _is_day(signs[6:14])  # with an X it is no number but this one
        return "id_number" if mistyped or any(_sure_identity_numbers(signs)) else None
    if re.fullmatch(r"1[3-9][0-9]{9}", signs):
        return "phone" if _is_cut_up(parts, columns) else None
    sums = sum(map(_is_round, texts)) > 1 or any(len(text) == 8 and _is_day(text) for text in texts)
    return "bank" if 16 <= len(signs) <= MOST and signs.startswith("62") and _luhn(signs) and not sums else None


def _is_cut_up(parts: Mapping[_At, str], columns: _Columns) -> bool:
    """Whether the figures of a mobile phone are its parts, and not ordinary numbers that look like one.

    Nothing in eleven digits proves a phone, as the check digit does an identity number: 180 | 1200 | 3000 are three
    sums, 150 | 20260901 a count and a day. So it has to be cut where people cut one, and every sign of an ordinary
    number speaks against it: round sums, years, days, a column that counts or whose numbers are of several lengths.
    Three cells are a phone as it is written, 3-4-4, unless their column begins otherwise in other rows.
    """
    (first, *_), texts = parts, list(parts.values())
    sizes = [len(text) for text in texts]
    two = len(texts) == 2 and (min(sizes) > 3 or (sizes == [3, 8] and len({row for row, _ in parts}) == 1))
    three = sizes == [3, 4, 4] and columns.begin(first, "1[3-9]")
    return (
        (two or three)
        and not any(_is_round(text) or _YEARLY.match(text) for text in texts)
        and not columns.counts(first, texts[0])
        and not any(columns.vary(at, text, parts) for at, text in parts.items())
    )


def _is_round(text: str) -> bool:
    """Whether a number ends as sums do."""
    return text.endswith("00")


def told_apart(people: Sequence[tuple[str, str, str]]) -> list[str]:
    """Names for a notice, masked, of (name, unit, number): whoever shares one in his unit bears a hint besides.

    The hint is the shortest end of the number that tells them apart, at least two digits of it and never all; where
    that is not enough, a count in order.
    """
    return hinted([(mask_name(name), unit, number) for name, unit, number in people])


def hinted(people: Sequence[tuple[str, str, str]]) -> list[str]:
    """As `told_apart`, of names as they are shown already."""
    shown = [(name, unit) for name, unit, _ in people]
    times = Counter(shown)
    told: list[str] = []
    for at, (key, (_, _, number)) in enumerate(zip(shown, people, strict=True)):
        if times[key] == 1:
            told.append(key[0])
            continue
        same = [place for place, other in enumerate(shown) if other == key]
        end = _shortest_end(number, [people[place][2] for place in same if place != at])
        told.append(f"{key[0]}（尾号{end}）" if end else f"{key[0]}（{same.index(at) + 1}）")
    return told


_ROWS_TOLD, _GROUPS_TOLD = 6, 3
"""So many rows and names are told of those that nobody can tell apart."""


@dataclass(frozen=True, slots=True)
class Alike:
    """People in a list for the public whom nobody can tell apart: what is said of it, and the list with hints."""

    sentence: str
    rows: tuple[tuple[str, ...], ...]


def alike(titles: Sequence[str], rows: Sequence[Sequence[str]], day: date) -> Alike | None:
    """Whether a table shows a name twice in one unit; None when everybody can be told apart, or no names are in it.

    Which columns hold names, units and numbers, the rule of the day says by words in their titles.
    """
    values = rule_on("public_notice", day).values
    name, unit, number = (_column(titles, values[each]) for each in ("name_titles", "unit_titles", "number_titles"))
    if name is None:
        return None
    people = [(_cell(row, name), _cell(row, unit), _cell(row, number)) for row in rows]
    named = [place for place, person in enumerate(people) if person[0]]
    told = dict(zip(named, hinted([people[place] for place in named]), strict=True))
    same: dict[tuple[str, str], list[int]] = {}
    for place in named:
        if told[place] != people[place][0]:
            same.setdefault(people[place][:2], []).append(place)
    if not same:
        return None
    groups = [(shown, of_unit, places) for (shown, of_unit), places in same.items()]
    said = "；".join(_said(*group) for group in groups[:_GROUPS_TOLD])
    if len(groups) > _GROUPS_TOLD:
        said += f"；还有 {len(groups) - _GROUPS_TOLD} 处同样"
    hints = [told[place] for places in same.values() for place in places]
    shown_hints = "、".join(hints[:_ROWS_TOLD]) + ("等" if len(hints) > _ROWS_TOLD else "")
    changed = [list(row) for row in rows]
    for places in same.values():
        for place in places:
            changed[place][name] = told[place]
    return Alike(f"{said}，分不清是谁，可以写成{shown_hints}。", tuple(tuple(row) for row in changed))


def _said(shown: str, unit: str, places: Sequence[int]) -> str:
    """Which rows show the same name; of many the first."""
    numbers = "、".join(str(place + 1) for place in places[:_ROWS_TOLD])
    many = len(places) > _ROWS_TOLD
    if unit:
        return f"第 {numbers} {f'等 {len(places)} 行' if many else '行'}都是{unit}的“{shown}”"
    return f"第 {numbers} {f'等 {len(places)} 个' if many else '个'}都是“{shown}”"


def _column(titles: Sequence[str], words: Sequence[str]) -> int | None:
    return next((at for at, title in enumerate(titles) if any(word in title for word in words)), None)


def _cell(row: Sequence[str], at: int | None) -> str:
    return str(row[at]).strip() if at is not None and at < len(row) else ""


def _shortest_end(number: str, others: Sequence[str]) -> str:
    for length in range(2, len(number)):
        if not any(other.endswith(number[-length:]) for other in others):
            return number[-length:]
    return ""


def _plain(text: str) -> str:
    """The text as a reader takes it: half-width, nothing unseen, figures for figures in words."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return _WORDED.sub(lambda found: found[0].translate(_IN_FIGURES), text)


def _joined(cells: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The cells, and those with one digit each, as forms have for identity numbers, also as one."""
    for single, group in groupby(cells, lambda cell: len(cell[1].strip()) == 1 and cell[1].strip() in "0123456789Xx"):
        these = list(group)
        yield from these
        if single and len(these) >= 7:
            yield f"{these[0][0]} 至 {these[-1][0]}", "".join(text.strip() for _, text in these)


def _found(text: str, rule: Rule) -> Iterator[tuple[str, str]]:
    words: dict[str, Any] = rule.values
    at_bank, at_phone = (any(word in text for word in words[name]) for name in ("bank_words", "phone_words"))
    yield from (("mail", _begun(match[0])) for match in _MAIL.finditer(text))
    figures = _AMOUNT.sub("元", _MAIL.sub("＠", text))
    for match in _DIGITS.finditer(figures):
        around = figures[max(match.start() - 1, 0) : match.start()] + figures[match.end() : match.end() + 1]
        before = figures[max(match.start() - _NEAR, 0) : match.start()]
        joined = re.search("[0-9A-Za-z]", around) is not None or _of_an_order(before, words["order_words"])
        for written, kind in _kinds_of(match[0], at_bank=at_bank, at_phone=at_phone, joined=joined):
            yield kind, _hinted(written)
    for match in _STARRED.finditer(text):
        shown = sum(sign.isdigit() for sign in match[0])
        if len(match[0]) >= 15 and shown > words["id_digits_shown"] and not match[0].startswith("*"):
            yield "id_half_masked", _hinted(match[0])
    if any(word in text for word in words["paper_words"]):
        yield from (("id_number", _hinted(match[0])) for match in _PASSPORT.finditer(text))
    yield from (("address", _begun(match[0])) for match in _address(rule).finditer(text))
    yield from (("illness", match[0]) for match in _illness(rule).finditer(_without(text, words["illness_allowed"])))
    yield from (("income", match[1]) for match in _income(rule).finditer(_without(text, words["income_allowed"])))
    yield from (("family", match[1]) for match in _family(rule).finditer(text))


def _of_an_order(before: str, words: Sequence[str]) -> bool:
    """Whether the words before digits say that they number a contract, an order or the like, or are a part of one."""
    return re.search("[A-Za-z][-_/]?$", before) is not None or any(word in before for word in words)


def _kinds_of(written: str, *, at_bank: bool, at_phone: bool, joined: bool) -> Iterator[tuple[str, str]]:
    """What private numbers are in digits that stand together, perhaps several of them; the whole first.

    Where they are `joined` to letters, as in a number of an order, they are one only if they are surely.
    """
    if not joined and _is_one(written) and (kind := _kind_of(written, at_bank=at_bank, at_phone=at_phone)):
        yield written, kind
        return
    for part in _APART.split(written) if not _is_one(written) else (written,):
        kind = None if joined else _kind_of(part, at_bank=at_bank, at_phone=at_phone)
        if kind:
            yield part, kind
        elif not _only_dates(part):
            yield from _within(part)


def _is_one(written: str) -> bool:
    """Whether what stands together may be one number: no list, or one of its digits in groups of one size."""
    sizes = [len(re.sub(r"[^0-9Xx]", "", part)) for part in _APART.split(written)]
    return len(sizes) == 1 or sizes == [3, 4, 4] or (len(set(sizes[:-1])) == 1 and sizes[-1] <= sizes[0] <= 4)


def _within(written: str) -> Iterator[tuple[str, str]]:
    """The numbers made of groups of digits one after another, each group in one at most."""
    groups = re.findall(r"[0-9]+[Xx]?|[Xx]", written)
    at = 0
    while at < len(groups):
        for end in range(len(groups), at, -1):
            signs = "".join(groups[at:end]).upper()
            kind = _surely(signs) if len(signs) <= MOST else None
            if kind:
                yield signs, kind
                at = end - 1
                break
        else:
            if len(groups[at]) > MOST:
                yield from _sure_identity_numbers(groups[at].upper())
        at += 1


def _surely(signs: str) -> str | None:
    if len(signs) == 18 and _is_id(signs):
        return "id_number"
    if re.fullmatch(r"(?:86|0086)?1[3-9]\d{9}", signs):
        return "phone"
    return "bank" if len(signs) >= 16 and _luhn(signs) else None


def _sure_identity_numbers(signs: str) -> Iterator[tuple[str, str]]:
    """Those in more digits than any number has."""
    for at in range(len(signs) - 17):
        number = signs[at : at + 18]
        if number[:17].isdigit() and _is_day(number[6:14]) and check_digit(number[:17]) == number[17]:
            yield number, "id_number"


def _kind_of(written: str, *, at_bank: bool, at_phone: bool) -> str | None:
    signs = re.sub(r"[^0-9Xx]", "", written).upper()
    if _is_id(signs):
        return "id_number"
    for before in ("", "86", "0086"):
        if signs.startswith(before) and re.fullmatch(r"1[3-9]\d{9}", signs[len(before) :]):
            return "phone"
    if re.fullmatch(r"0(?:10|2\d|[3-9]\d\d)\d{7,8}", signs) or re.fullmatch(r"[48]00\d{7}", signs):
        return "phone"
    if _only_dates(written):
        return None
    if FEWEST <= len(signs) <= MOST and (at_bank or _luhn(signs) or len(signs) >= 16):
        return "bank"
    return "phone" if at_phone and re.fullmatch(r"[2-9]\d{6,7}", signs) else None


def _is_id(signs: str) -> bool:
    if len(signs) == 18 and signs[:17].isdigit():
        return _is_day(signs[6:14]) or check_digit(signs[:17]) == signs[17]
    return len(signs) == 15 and signs.isdigit() and _is_day(f"19{signs[6:12]}") and bool(_PROVINCE.match(signs))


def _is_day(digits: str) -> bool:
    try:
        return 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year < 2100
    except ValueError:
        return False


def _luhn(signs: str) -> bool:
    """Whether the digits are those of a payment card."""
    if len(signs) < 15 or not signs.isdigit():
        return False
    doubled = (int(sign) * (1 + place % 2) for place, sign in enumerate(reversed(signs)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _only_dates(written: str) -> bool:
    """Whether it is days one after another: 2026-09-01—2026-09-07."""
    return not re.search(r"[0-9]", _DATES.sub("", written))


def _hinted(written: str) -> str:
    """Enough of a number to find it by."""
    return f"{written[:3]}***{written[-2:]}"


def _begun(written: str) -> str:
    return f"{written[:3]}***"


def _without(text: str, phrases: Sequence[str]) -> str:
    for phrase in phrases:
        text = text.replace(phrase, "")
    return text


def _any_of(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _address(rule: Rule) -> re.Pattern[str]:
    number = "[0-9]+(?:[-之][0-9]+)*"
    streets, townships, doors = (_any_of(rule.values[each]) for each in ("streets", "townships", "doors"))
    roads = rf"(?:{streets})[^，。；、\n]{{0,6}}?"
    return _pattern(rf"(?:{roads}|(?<![城乡])(?:{townships})[^，。；、\n]{{0,2}}?){number}\s?(?:{doors})")


def _illness(rule: Rule) -> re.Pattern[str]:
    return _pattern(_any_of(rule.values["illness_words"]))


def _income(rule: Rule) -> re.Pattern[str]:
    return _pattern(rf"({_any_of(rule.values['income_words'])})[^，。；\n]{{0,6}}?[0-9]")


def _family(rule: Rule) -> re.Pattern[str]:
    return _pattern(rf"({_any_of(rule.values['family_words'])})(?:姓名)?\s?[::(（]\s?[\u3400-\u9fff*]")


@cache
def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression)
