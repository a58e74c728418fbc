"""Cells of one column made into values of one kind, column by column because there may be millions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from unionoffice.documents.excel.columns import ColumnSpec, fold_word
from unionoffice.kernel import dates, money, resident_id
from unionoffice.kernel.text import UNTIDY, clean_name, is_phone, phone, squash, tidy

Level = Literal["info", "warn", "damaged", "refuse"]
"""info: read or repaired · warn: left blank or doubtful · damaged: destroyed by a spreadsheet · refuse: no row."""

Value = Any
"""str, bool, int (分) or None for blank: which of them is fixed by the column's kind."""

STROKES = frozenset(["/", "\\", "-", "--", "---", "—", "——", "－", "／", "无", "N/A", "n/a", "*"])

_UNTIDY = re.compile(UNTIDY.replace("\x1f", "\x1e") + "|  | \x1f|\x1f[ '’‘`]|^[ '’‘`]| $")
_SUSPECT = re.compile(f"{UNTIDY.replace(chr(0x1F), chr(0x1E))[:-1]} '’‘`]")
"""Any character that `_UNTIDY` has in one of its forms: looked for first, at a fifth of the cost."""
_PLAIN_NAME = re.compile("[\u4e00-\u9fff]{2,4}")
_NAME_ODD = re.compile(r"[\d()（）\[\]【】<>《》/、,，;；?？]")
_EXPONENT = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
_SEVERAL_PHONES = re.compile(r"1[3-9]\d{9}\D+(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})")
_LONG_DIGITS = re.compile(r"\d{18}")
_TRUE = frozenset(["是", "有", "√", "✓", "✔", "☑", "y", "yes", "t", "true", "1", "对", "已", "属于", "v"])
_FALSE = frozenset(
    ["否", "无", "×", "✗", "✘", "☐", "n", "no", "f", "false", "0", "不是", "没有", "非", "未", "不属于", "x"]
)
_CACHE = 200_000


class Note(NamedTuple):
    """What happened to one cell: `row` its position in the chunk, `raw` the cell as text."""

    row: int
    field: str
    level: Level
    sentence: str
    raw: str


class Reading(NamedTuple):
    """One cleaned cell; `level` None when there is nothing to tell."""

    value: Value
    level: Level | None = None
    sentence: str = ""


BLANK = Reading(None)


@dataclass(slots=True)
class ColumnCleaner:
    """Cleans one column chunk by chunk and remembers what repeated cells came to."""

    spec: ColumnSpec
    today: date
    _good: dict[object, Value]
    _noted: dict[object, Reading]
    _read: Callable[[object], Reading]

    def clean(self, cells: Sequence[object]) -> tuple[list[Value], list[Note]]:
        """Values of `cells` in order, None for blank, and what is to be told about them."""
        if self.spec.kind in _ODD:
            return self._mostly_plain(cells, _ODD[self.spec.kind](cells, self.today))
        if self.spec.kind in ("text", "note") and _tidy(cells) or self.spec.kind == "date" and _plain_dates(cells):
            return [cell or None for cell in cells], []
        if self.spec.kind == "money":
            return self._money(cells)
        return self._by_distinct(cells)

    def _mostly_plain(self, cells: Sequence[object], odd: list[int]) -> tuple[list[Value], list[Note]]:
        values: list[Value] = [cell or None for cell in cells]
        notes: list[Note] = []
        for row in odd:
            values[row] = self._tell(row, cells[row], notes)
        return values, notes

    def _money(self, cells: Sequence[Any]) -> tuple[list[Value], list[Note]]:
        values: list[Value] = []
        notes: list[Note] = []
        for row, cell in enumerate(cells):
            if cell.__class__ is float and -1e12 < cell < 1e12:
                cents = cell * 100
                fen = round(cents)
                if -1e-4 < cents - fen < 1e-4:
                    values.append(fen)
                    continue
            values.append(self._tell(row, cell, notes) if cell != "" else None)
        return values, notes

    def _tell(self, row: int, cell: object, notes: list[Note]) -> Value:
        reading = self._read(cell)
        if reading.level:
            notes.append(Note(row, self.spec.name, reading.level, reading.sentence, cell_text(cell)))
        return reading.value

    def _by_distinct(self, cells: Sequence[object]) -> tuple[list[Value], list[Note]]:
        good, noted = self._good, self._noted
        if len(good) + len(noted) > _CACHE:
            good.clear()
            noted.clear()
        if 0 not in good and 1 not in good:
            try:
                return list(map(good.__getitem__, cells)), []
            except KeyError:
                pass  # a cell not met before, or one to be told about
        distinct = set(cells)
        if 0 in distinct or 1 in distinct:  # True and 1.0 are one key
            cells = [cell_text(cell) if cell.__class__ is bool else cell for cell in cells]
            distinct = set(cells)
        for cell in distinct.difference(good, noted):
            reading = self._read(cell)
            if reading.level:
                noted[cell] = reading
            else:
                good[cell] = reading.value
        if not noted or noted.keys().isdisjoint(cells):
            return list(map(good.__getitem__, cells)), []
        name = self.spec.name
        notes = [
            Note(row, name, told.level or "info", told.sentence, cell_text(cell))
            for row, cell in enumerate(cells)
            if (told := noted.get(cell))
        ]
        return [good[cell] if cell in good else noted[cell].value for cell in cells], notes


def column_cleaner(spec: ColumnSpec, today: date) -> ColumnCleaner:
    """A cleaner for `spec`; birth dates and identity numbers are judged as of `today`."""
    readers: dict[str, Callable[[object], Reading]] = {
        "name": read_name,
        "id": lambda cell: read_id(cell, today),
        "phone": read_phone,
        "date": read_date,
        "choice": lambda cell: read_choice(cell, spec),
        "flag": lambda cell: read_flag(cell, spec),
        "money": read_money,
        "text": read_text,
        "note": read_note,
        "email": read_email,
    }
    return ColumnCleaner(spec, today, {}, {}, readers[spec.kind])


def cell_text(cell: object) -> str:
    """A cell as its reader would see it: whole numbers without ".0", those beyond 15 digits as 6.1E+17."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        if abs(cell) >= 1e15:
            return f"{cell:.15g}".upper()
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        at_midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return cell.date().isoformat() if at_midnight else cell.isoformat(" ", "seconds")
    return "" if cell is None else str(cell)


def shortened(text: str) -> bool:
    """Whether a cell's text is a long number that a spreadsheet wrote as 6.1E+17, its last digits gone."""
    return _EXPONENT.fullmatch(text) is not None


def read_text(cell: object) -> Reading:
    """Tidy text; a stroke or 无 is blank."""
    text = tidy(cell_text(cell)).lstrip(" '`")
    return Reading(text) if text and text not in STROKES else BLANK


def read_note(cell: object) -> Reading:
    """Text that keeps its lines."""
    lines = [tidy(line) for line in cell_text(cell).lstrip(" '`").splitlines()]
    text = "\n".join(line for line in lines if line)
    return Reading(text) if text and text not in STROKES else BLANK


def read_name(cell: object) -> Reading:
    """A person's name; digits and brackets in it are told."""
    if isinstance(cell, str) and _PLAIN_NAME.fullmatch(cell):
        return Reading(cell)
    name = clean_name(cell_text(cell))
    if not name or name in STROKES:
        return BLANK
    if not any(sign.isalpha() for sign in name):
        return Reading(None, "warn", f"“{name}”不是姓名，没有采用。")
    if _NAME_ODD.search(name):
        return Reading(name, "warn", f"姓名“{name}”里有数字或标点，核对是否只写了姓名。")
    if len(name) > 50:
        return Reading(None, "warn", "姓名超过 50 个字，没有采用。")
    return Reading(name)


def read_id(cell: object, today: date) -> Reading:
    """A resident identity number, or None with the reason; a number cell has lost its last three digits (F101)."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        whole = int(cell) if cell == cell and abs(cell) < 1e15 and float(cell).is_integer() else None
        if whole is None or len(str(whole)) != 15:
            return Reading(None, "damaged", _destroyed(cell_text(cell)))
        cell = str(whole)
    text = resident_id.normal(cell_text(cell))
    if not text or text in STROKES or not text.strip("/\\—*"):
        return BLANK
    if _EXPONENT.fullmatch(text):
        return Reading(None, "damaged", _destroyed(text))
    verdict = resident_id.check(text, today=today)
    if verdict.problem:
        if text.endswith("000") and _LONG_DIGITS.fullmatch(text):
            return Reading(None, "damaged", _destroyed(text))
        return Reading(None, "warn", f"证件号码{verdict.problem}")
    if verdict.old15:
        return Reading(verdict.number, "info", f"15位旧号，已换算为 18 位 {verdict.number}。")
    if text.endswith("000"):
        return Reading(text, "warn", "证件号码末三位是 000，可能曾被表格软件截断，对照原件核对。")
    if cell != text:
        return Reading(verdict.number, "info", "证件号码里的空格、撇号或全角字符已整理。")
    return Reading(verdict.number)


def read_phone(cell: object) -> Reading:
    """A phone number; of several the first."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        cell = cell_text(float(cell))
    raw = squash(cell_text(cell)).lstrip(" '‘’`")
    if not raw or raw in STROKES or raw == "0":
        return BLANK
    number = phone(raw)
    if not is_phone(number):
        if _EXPONENT.fullmatch(raw):
            return Reading(None, "damaged", f"电话“{raw}”已被表格软件写成科学计数，末几位丢失，对照原表补全。")
        return Reading(None, "warn", f"“{raw}”不是电话号码，手机号码是 1 开头的 11 位，对照原表改正。")
    if _SEVERAL_PHONES.search(raw):
        return Reading(number, "info", f"有几个号码，取了第一个 {number}。")
    return Reading(number)


def read_date(cell: object) -> Reading:
    """ISO text as precise as the cell is."""
    reading = dates.read(cell)
    if reading.problem:
        return Reading(None, "warn", reading.problem)
    if reading.notice:
        return Reading(reading.iso, "info", reading.notice)
    return Reading(reading.iso)


def read_choice(cell: object, spec: ColumnSpec) -> Reading:
    """The code of a word of the column's table; an unknown word is told and left blank."""
    raw = squash(cell_text(cell)).lstrip(" '‘’`")
    table = spec.choices
    code = table.words.get(fold_word(raw)) if table else None
    if code is not None:
        return Reading(code)
    if not raw or raw in STROKES:
        return BLANK
    if spec.name == "sex" and raw == "0":
        return Reading(None, "warn", "性别写的是 0，各系统含义不同，没有采用；把 0 改成男或女。")
    return Reading(None, "warn", f"{spec.label}“{raw}”不在可选的说法里，没有采用。")


def read_flag(cell: object, spec: ColumnSpec) -> Reading:
    """True, False or None; the column's own caption counts as yes."""
    if isinstance(cell, bool):
        return Reading(cell)
    raw = squash(cell_text(cell)).lstrip(" '‘’`")
    folded = raw.lower()
    if folded in _TRUE or folded == spec.label or folded == spec.label.removeprefix("是否") or folded in spec.headings:
        return Reading(True)
    if folded in _FALSE or (folded[:1] in ("非", "不") and folded[1:] == spec.label.removeprefix("是否")):
        return Reading(False)
    if not raw or raw in STROKES:
        return BLANK
    return Reading(None, "warn", f"{spec.label}“{raw}”看不出是或否，没有采用；写是或否。")


def read_money(cell: object) -> Reading:
    """分; a number with more than two decimals is rounded once, half up, and told."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if cell != cell or abs(cell) >= 1e14:
            return Reading(None, "warn", "金额超出范围，没有采用。")
        fen = int(abs(cell) * 100 + 0.5 + 1e-7) * (-1 if cell < 0 else 1)
        if abs(cell * 100 - fen) > 1e-4:
            return Reading(fen, "info", f"金额 {cell_text(cell)} 的小数超过两位，按 {money.yuan(fen)} 元读取。")
        return Reading(fen)
    raw = squash(cell_text(cell)).lstrip(" '‘’`")
    if not raw or raw in STROKES:
        return BLANK
    try:
        return Reading(money.parse_yuan(raw))
    except ValueError as error:
        return Reading(None, "warn", str(error))


def read_email(cell: object) -> Reading:
    """A mail address in lower case."""
    if cell.__class__ is str and _EMAIL.fullmatch(cell):
        return Reading(cell.lower())
    raw = squash(cell_text(cell)).lstrip(" '‘’`").removeprefix("mailto:")
    if not raw or raw in STROKES:
        return BLANK
    if _EMAIL.fullmatch(raw):
        return Reading(raw.lower())
    return Reading(None, "warn", f"“{raw}”不是邮箱地址，没有采用。")


def _destroyed(text: str) -> str:
    return f"证件号码存成了数字（{text}），末三位已丢失，无法还原；对照原件补全，并把该列设为文本格式。"


def _tidy(cells: Sequence[Any]) -> bool:
    """Whether all cells are text that needs no cleaning."""
    distinct = set(cells)
    try:
        joined = "\x1f".join(distinct)
    except TypeError:
        return False
    clean = not _SUSPECT.search(joined) or not _UNTIDY.search(joined)
    return clean and joined.count("\x1f") < max(len(distinct), 1) and STROKES.isdisjoint(distinct)


def _plain_dates(cells: Sequence[Any]) -> bool:
    """Whether all cells are blank or dates as they are stored, which need no reading."""
    try:
        joined = "\x1f".join((*cells, ""))
    except TypeError:
        return False
    return _ALL_PLAIN_DATES(joined) is not None and joined.count("\x1f") == len(cells)


_ALL_PLAIN_DATES = re.compile(
    "(?:(?:(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|1[0-9]|2[0-8]))?)?\x1f)*"
).fullmatch


def _odd_ids(cells: Sequence[Any], today: date) -> list[int]:
    today8 = f"{today:%Y%m%d}"
    try:
        odd = resident_id.unsound(cells, today8)
    except TypeError:
        sound = resident_id.sound
        odd = [row for row, cell in enumerate(cells) if cell.__class__ is not str or not sound(cell, today8)]
    shortened = [row for row, cell in enumerate(cells) if cell.__class__ is str and cell[15:] == "000"]
    return [row for row in sorted({*odd, *shortened}) if cells[row] != ""]


def _odd_unless(pattern: str) -> Callable[[Sequence[Any], date], list[int]]:
    """Rows whose cell is neither blank nor plainly of `pattern`; a column without any is known at one glance."""
    plain = re.compile(pattern).fullmatch
    all_plain = re.compile(f"(?:(?:{pattern})?\x1f)*").fullmatch

    def odd(cells: Sequence[Any], today: date) -> list[int]:
        try:
            joined = "\x1f".join((*cells, ""))
        except TypeError:
            joined = "?"
        if all_plain(joined) and joined.count("\x1f") == len(cells):
            return []
        return [row for row, cell in enumerate(cells) if cell.__class__ is not str or cell and not plain(cell)]

    return odd


_ODD: dict[str, Callable[[Sequence[Any], date], list[int]]] = {
    "id": _odd_ids,
    "name": _odd_unless("[\u4e00-\u9fff]{2,4}"),
    "phone": _odd_unless("1[3-9][0-9]{9}"),
    "email": _odd_unless(r"[a-z0-9._%+\-]+@[a-z0-9\-]+(?:\.[a-z0-9\-]+)+"),
}
