"""The tags of a form, `{{姓名}}`: found in a workbook, checked against what is known, filled with values.

A tag is a field's Chinese name. `{{家庭成员.姓名}}` stands in a row that is repeated for each of a list;
`{{合计.金额}}` is the sum over a list, `{{本页小计.金额}}` that of a page, `{{大写.金额}}` the sum in capitals.
After `|` comes how a value is shown: a date or number format, `选项:甲/乙/丙` for boxes to tick, or `空:无` for what
stands in place of nothing; that may also follow a format after another `|`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from unionoffice.documents.workbook.book import Book, Place, Run, Sheet, Value
from unionoffice.documents.workbook.formats import date_letters, shown, shows_value
from unionoffice.kernel import dates
from unionoffice.kernel.errors import UserError

TAG = re.compile(r"\{\{\s*([^{}|]+?)\s*(?:\|\s*([^{}]*?)\s*)?\}\}")
WIDE = re.compile(r"[{｛]{2}([^{}｛｝]+)[}｝]{2}")
"""A tag as it should be, or with braces of the width of a character."""
BROKEN = re.compile(r"\{\{|\}\}")
SUM, PAGE_SUM, CAPITALS, NUMBER = "合计", "本页小计", "大写", "序号"
ASKED = "填写"
"""The group of what is asked for at printing; any name may follow."""
NO_LISTS = frozenset((SUM, PAGE_SUM, CAPITALS, ASKED))
TICKED, OPEN = "■", "□"
"""Boxes are drawn as characters that every font has."""
_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(?:\.[0-9]+)?", re.ASCII)
"""As many digits as a spreadsheet keeps."""
_OPTIONS, _EMPTY = "选项", "空"


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: the list it belongs to, "" for none; the field's name; how its value is shown, and what for nothing."""

    group: str
    name: str
    how: str = ""
    empty: str = ""

    @property
    def text(self) -> str:
        """The tag as it is written, without braces."""
        return f"{self.group}.{self.name}" if self.group else self.name


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as a value: it fills the cell that holds its tag."""

    data: bytes


class Rich(str):
    """A text in several fonts: what of it stands in each run of the tagged cell, in their order."""

    __slots__ = ("runs",)
    runs: tuple[Run, ...]


Item = Mapping[str, Any]


@dataclass(slots=True)
class Values:
    """What a form is filled with: single values by name, lists of them by name. Money is given in 元 as Decimal."""

    single: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, Sequence[Item]] = field(default_factory=dict)
    capitals: Any = None
    """A function that writes an amount in 元 in capitals."""


@dataclass(frozen=True, slots=True)
class Known:
    """The tags that a kind of form may use: single fields, and the fields of each list."""

    single: Collection[str]
    lists: Mapping[str, Collection[str]] = field(default_factory=dict)

    def all(self) -> list[str]:
        """Every tag as it may be written."""
        found = list(self.single)
        for name, fields in self.lists.items():
            found.extend(f"{name}.{part}" for part in (NUMBER, *fields))
            found.extend(f"{total}.{part}" for total in (SUM, PAGE_SUM, CAPITALS) for part in fields)
        return found


def parse(text: str) -> list[Tag]:
    """The tags of a text, in order."""
    return [_tag(match) for match in TAG.finditer(text)]


def _tag(match: re.Match[str]) -> Tag:
    group, dot, name = match[1].partition(".")
    how, bar, empty = (match[2] or "").rpartition("|")
    kind, colon, words = empty.replace("：", ":", 1).partition(":")
    if not (bar and colon and kind.strip() == _EMPTY):
        how, words = match[2] or "", ""
    return Tag(group.strip() if dot else "", (name if dot else group).strip(), how.strip(), words)


def _shown(match: re.Match[str], lookup: Mapping[str, Any]) -> str:
    """What stands in the place of a tag within a text."""
    tag = _tag(match)
    return shown_as(lookup.get(tag.text), tag.how) or tag.empty


def tagged(sheet: Sheet) -> Iterator[tuple[Place, str, list[Tag]]]:
    """The cells of a sheet that hold tags: place, text, tags."""
    for place, cell in sorted(sheet.cells.items()):
        if isinstance(cell.value, str) and "{{" in cell.value and (found := parse(cell.value)):
            yield place, cell.value, found


def check(book: Book, known: Known) -> None:
    """Raise UserError, naming the cell and the nearest known tag, unless every tag of a form is known and whole."""
    everything = known.all()
    problems: list[str] = []
    some = False
    for sheet in book.sheets:
        for place, cell in sorted(sheet.cells.items()):
            if not isinstance(cell.value, str):
                continue
            where = f"“{sheet.title}”{address(place)}"
            if wide := next((each for each in WIDE.finditer(cell.value) if not TAG.fullmatch(each[0])), None):
                right = f"{{{{{wide[1].strip()}}}}}"
                problems.append(f"{where} 的括号是全角的：{wide[0][:30]}。要用半角的花括号，写成 {right}")
                continue
            if not BROKEN.search(cell.value):
                continue
            if BROKEN.search(TAG.sub("", cell.value)):
                problems.append(f"{where} 的标签没有写完整：{cell.value[:30]}。标签要写成 {{{{姓名}}}} 这样")
                continue
            for tag in parse(cell.value):
                some = True
                if tag.group != ASKED and tag.text not in everything:
                    problems.append(f"{where} 的标签“{tag.text}”本程序不认识{_nearest(tag.text, everything)}")
                elif strange := _strange(tag.how):
                    problems.append(f"{where} 的标签“{tag.text}”{strange}")
    if problems:
        more = f"（另有 {len(problems) - 8} 处）" if len(problems) > 8 else ""
        raise UserError("；".join(problems[:8]) + more + "。")
    if not some:
        raise UserError(f"“{book.name}”里没有标签。请在要填的格子里写上 {{{{姓名}}}} 这样的标签，再放进来。")


def _strange(how: str) -> str:
    """What is said of the words after `|` that nothing is shown by, or nothing."""
    kind, colon, _ = how.replace("：", ":", 1).partition(":")
    if colon and kind.strip() == _OPTIONS:
        return "" if options_of(how) else "的“选项:”后面没有写选项，要写成 选项:男/女 这样"
    if not how or (colon and kind.strip() == _EMPTY) or shows_value(how):
        return ""
    return (
        f"后面的写法“{how}”本程序不认识：日期写成 yyyy.mm 这样，数字写成 0.00 这样，要打勾的写成 选项:男/女，"
        "空着时要写的字写成 空:无"
    )


def _nearest(text: str, everything: Sequence[str]) -> str:
    close = get_close_matches(text, everything, 1, 0.5) or get_close_matches(
        text.partition(".")[2] or text, everything, 1, 0.5
    )
    if not close:
        close = [name for name in everything if text in name or name in text][:1]
    return f"，是不是“{close[0]}”" if close else ""


def address(place: Place) -> str:
    """A cell as people name it: B7."""
    letters, column = "", place[1]
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{place[0]}"


def filled(text: str, lookup: Mapping[str, Any], runs: Sequence[Run] = ()) -> Value | Photo:
    """A tagged text with its values: the value itself when it is nothing but one tag, else a text.

    In a text of several fonts, `runs`, each value stands in that in which its tag begins.
    """
    found = _filled(text, lookup)
    if not runs or not found or not isinstance(found, str):
        return found
    return rewritten(text, runs, lambda match: _shown(match, lookup))


def rewritten(text: str, runs: Sequence[Run], put: Callable[[re.Match[str]], str]) -> str:
    """A tagged text with something in the place of each tag, `Rich` where the text is in several fonts."""
    if "".join(run.text for run in runs) != text or not runs:
        return TAG.sub(put, text)
    ends = [sum(len(run.text) for run in runs[: place + 1]) for place in range(len(runs))]
    parts = [""] * len(runs)

    def add(start: int, end: int, words: str | None = None) -> None:
        place = next(place for place, limit in enumerate(ends) if start < limit)
        if words is not None:
            parts[place] += words
        while words is None and start < end:
            until = min(end, ends[place])
            parts[place] += text[start:until]
            start, place = until, place + 1

    at = 0
    for match in TAG.finditer(text):
        if at < match.start():
            add(at, match.start())
        add(match.start(), match.end(), put(match))
        at = match.end()
    if at < len(text):
        add(at, len(text))
    rich = Rich("".join(parts))
    rich.runs = tuple(replace(run, text=part) for run, part in zip(runs, parts, strict=True))
    return rich


def _filled(text: str, lookup: Mapping[str, Any]) -> Value | Photo:
    whole = TAG.fullmatch(text.strip())
    if whole is not None:
        tag = _tag(whole)
        value = lookup.get(tag.text)
        if isinstance(value, Photo):
            return value
        if tag.how:
            return _shown(whole, lookup)
        return value if value is not None else ""
    lines = text.split("\n")
    done = [TAG.sub(lambda match: _shown(match, lookup), line) for line in lines]
    return "\n".join(each for line, each in zip(lines, done, strict=True) if each or not _of_a_list(line))


def _of_a_list(line: str) -> bool:
    """Whether a line is nothing but what a list has for it: where it has nothing, the others stand in the middle."""
    whole = TAG.fullmatch(line.strip())
    return whole is not None and (group := _tag(whole).group) != "" and group not in NO_LISTS


def runs_of(value: Any) -> tuple[Run, ...]:
    """The fonts of a value that has several."""
    return tuple(run for run in value.runs if run.text) if isinstance(value, Rich) else ()


def as_value(value: Any) -> Value:
    """What a cell holds for a value: amounts become plain numbers."""
    found: Value = float(value) if isinstance(value, Decimal) else value
    return found


def options_of(how: str) -> tuple[str, ...]:
    """The boxes to tick that the words after `|` name, none for anything else."""
    kind, colon, rest = how.replace("：", ":", 1).partition(":")
    if not colon or kind.strip() != _OPTIONS:
        return ()
    return tuple(filter(None, (option.strip() for option in rest.split("/"))))


def chosen_of(value: Any) -> list[str]:
    """The options that an answer names: the whole of it, and what stands between its commas."""
    text = str(value or "")
    return [text.strip(), *(part.strip() for part in re.split(r"[、,，;；/]", text))]


def shown_as(value: Any, how: str) -> str:
    """A value as a text, as the words after `|` say."""
    kind, colon, rest = how.partition(":")
    if not colon:
        kind, colon, rest = how.partition("：")
    if colon and kind.strip() == _OPTIONS:
        chosen = chosen_of(value)
        options = [option.strip() for option in rest.split("/")]
        return "  ".join(f"{TICKED if option in chosen else OPEN}{option}" for option in options)
    if colon and kind.strip() == _EMPTY:
        return shown_as(value, "") or rest
    if value is None or isinstance(value, Photo):
        return ""
    if how:
        return shown(_read(value, how) if isinstance(value, str) else _plain(value), how).text.strip()
    return shown(_plain(value), _usual(value)).text


def _read(text: str, how: str) -> Value:
    """What was typed or stands in a file, as the day or the number that a format shows; else the text."""
    if letters := date_letters(how):
        iso = dates.read_text(text).iso
        parts = [int(part) for part in iso.split("-")] if iso else []
        told = len(parts) == 3 or (len(parts) == 2 and "d" not in letters) or (len(parts) == 1 and letters == {"y"})
        return date(*[*parts, 1, 1][:3]) if told else text
    plain = text.replace(",", "").strip()
    if "0" in how and _NUMBER.fullmatch(plain):
        return float(plain) if "." in plain else int(plain)
    return text


def _plain(value: Any) -> Value:
    return float(value) if isinstance(value, Decimal) else value


def _usual(value: Any) -> str:
    if isinstance(value, date):
        return 'yyyy"年"m"月"d"日"'
    return "#,##0.00" if isinstance(value, Decimal) else "General"
