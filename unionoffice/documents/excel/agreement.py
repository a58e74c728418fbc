"""What the cells of one row say about each other: identity number, its kind, sex and birth."""

from __future__ import annotations

from collections.abc import Sequence

from unionoffice.documents.excel.cleaning import Note, Value, cell_text
from unionoffice.kernel.resident_id import normal

OTHER_PAPERS = frozenset(["hm_permit", "tw_permit", "passport", "other"])
"""Codes of 证件类型 whose numbers are no resident identity numbers."""


def accept_other_papers(values: dict[str, list[Value]], notes: list[Note], cells: Sequence[object]) -> list[Note]:
    """Keep passport and permit numbers as they are; returns the notes without those about their form.

    `cells` are the raw cells of the number column.
    """
    kinds = values.get("id_type")
    if kinds is None or OTHER_PAPERS.isdisjoint(kinds):
        return notes
    numbers = values["id_number"]
    kept = []
    for note in notes:
        if note.field != "id_number" or kinds[note.row] not in OTHER_PAPERS or note.level != "warn":
            kept.append(note)
        elif numbers[note.row] is None:
            numbers[note.row] = normal(cell_text(cells[note.row])) or None
    return kept


def agree_with_number(
    values: dict[str, list[Value]], wanted: frozenset[str], birth_cells: Sequence[object] | None
) -> list[Note]:
    """Take sex and birth from the identity number; what the file says otherwise is told, for somebody to look at.

    A sound number proves itself by its check digit, a column typed beside it by nothing, and papers go by the card: a
    birthday that differs is mostly the lunar one (domain.md §1.1 “derived from ID”, §1.3, §10.5). Who knows better
    changes it on the member's card, and no import changes it back (`import_rows.difference`). Nothing is told where
    the file only says less: a blank, a year or month, day 1 in a date cell (a month typed into a spreadsheet becomes
    its first day). A number ending in 000 may have lost the digit that tells the sex, so the file's is kept. `wanted`
    names which of sex and birth_date the import knows.
    """
    numbers = values["id_number"]
    kinds = values.get("id_type")
    if kinds is not None and not OTHER_PAPERS.isdisjoint(kinds):
        numbers = [None if kind in OTHER_PAPERS else number for number, kind in zip(numbers, kinds, strict=True)]
    notes: list[Note] = []
    if "sex" in wanted:
        notes += _agree_sex(values, numbers)
    if "birth_date" in wanted:
        notes += _agree_birth(values, numbers, birth_cells)
    return notes


def _agree_sex(values: dict[str, list[Value]], numbers: Sequence[Value]) -> list[Note]:
    told = [None if not number else "1" if number[16] in "13579" else "2" for number in numbers]
    sexes = values.get("sex")
    if sexes is None:
        values["sex"] = told
        return []
    if sexes == told:
        return []
    notes = []
    for row, (sex, true) in enumerate(zip(sexes, told, strict=True)):
        if sex == true or true is None:
            continue
        if sex is None:
            sexes[row] = true
        else:
            word, right = ("男", "女") if sex == "1" else ("女", "男")
            cut_off = str(numbers[row]).endswith("000")
            sexes[row] = sex if cut_off else true
            taken = "文件" if cut_off else "证件号码"
            sentence = f"文件里是“{word}”，证件号码第 17 位是“{right}”，采用{taken}的，对照身份证核对。"
            notes.append(Note(row, "sex", "warn", sentence, word))
    return notes


def _agree_birth(
    values: dict[str, list[Value]], numbers: Sequence[Value], cells: Sequence[object] | None
) -> list[Note]:
    told = [f"{number[6:10]}-{number[10:12]}-{number[12:14]}" if number else None for number in numbers]
    births = values.get("birth_date")
    if births is None or cells is None:
        values["birth_date"] = told
        return []
    if births == told:
        return []
    notes = []
    for row, (birth, true) in enumerate(zip(births, told, strict=True)):
        if birth == true or true is None:
            continue
        if birth is None or true.startswith(birth) or _first_of_month(birth, true, cells[row]):
            births[row] = true
        elif _lost_zero(birth, true, cells[row]):
            births[row] = true
            sentence = f"出生日期“{cell_text(cells[row])}”按证件号码应为 10 月，末尾的 0 已补上。"
            notes.append(Note(row, "birth_date", "info", sentence, cell_text(cells[row])))
        else:
            births[row] = true
            sentence = f"文件里是 {birth}（可能是农历），证件号码中是 {true}，采用证件号码的，对照身份证核对。"
            notes.append(Note(row, "birth_date", "warn", sentence, cell_text(cells[row])))
    return notes


def _first_of_month(birth: str, true: str, cell: object) -> bool:
    return len(birth) == 10 and birth.endswith("-01") and not isinstance(cell, str) and true[:7] == birth[:7]


def _lost_zero(birth: str, true: str, cell: object) -> bool:
    return len(birth) == 7 and true[:7] == f"{birth[:4]}-10" and cell_text(cell).strip().endswith(".1")
